/* limits.h - the venue's limits on orders by time, and the ban for those who do not listen (PROTOCOLS A3).
 * Model    two fixed windows by the venue's clock, ten seconds and a minute, of the account's new orders and amends; what is
 *          over either is refused and not counted. `violations` refusals in a row, with no order taken between them, bring a
 *          ban: every request is refused until it ends. A ban lasts `ban_us`, each further one twice as long, at most three
 *          days. Cancels are never counted, but a ban refuses them too.   Cost: O(1). */
#ifndef SIM_EXCHANGE_LIMITS_H
#define SIM_EXCHANGE_LIMITS_H

#include "core/event.h"

struct limit_rules {
    int64_t orders_10s, orders_1m;
    int64_t violations, ban_us;
};

struct limits {
    int64_t tens, minutes; /* number of the window in progress */
    int64_t count_10s, count_1m;
    int64_t refused; /* in a row */
    int64_t bans;    /* so far */
    int64_t banned_until_us;
};

/* One request that adds to both counters. REASON_NONE: it is taken. */
enum order_reason limits_take(struct limits *self,
                              const struct limit_rules *rules,
                              int64_t now_us,
                              int64_t weight_10s,
                              int64_t weight_1m);
static inline bool limits_banned(const struct limits *self, int64_t now_us)
{
    return now_us < self->banned_until_us;
}

#endif
