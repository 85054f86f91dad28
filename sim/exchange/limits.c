#include "sim/exchange/limits.h"

#include "core/instant.h"

#define TEN_SECONDS_US (10 * US_PER_SECOND)
#define BAN_MAX_US     (3 * US_PER_DAY)

static void windows_turn(struct limits *self, int64_t now_us)
{
    if (now_us / TEN_SECONDS_US != self->tens) {
        self->tens = now_us / TEN_SECONDS_US;
        self->count_10s = 0;
    }
    if (now_us / US_PER_MINUTE != self->minutes) {
        self->minutes = now_us / US_PER_MINUTE;
        self->count_1m = 0;
    }
}

static void ban(struct limits *self, int64_t ban_us, int64_t now_us)
{
    for (int64_t before = 0; before < self->bans && ban_us < BAN_MAX_US; before++) {
        ban_us *= 2;
    }
    self->bans++;
    self->refused = 0;
    self->banned_until_us = now_us + (ban_us < BAN_MAX_US ? ban_us : BAN_MAX_US);
}

enum order_reason limits_take(struct limits *self,
                              const struct limit_rules *rules,
                              int64_t now_us,
                              int64_t weight_10s,
                              int64_t weight_1m)
{
    if (limits_banned(self, now_us)) {
        return REASON_BANNED;
    }
    windows_turn(self, now_us);
    if (self->count_10s + weight_10s > rules->orders_10s ||
        self->count_1m + weight_1m > rules->orders_1m) {
        self->refused++;
        if (self->refused >= rules->violations) {
            ban(self, rules->ban_us, now_us);
        }
        return REASON_RATE_LIMIT;
    }
    self->refused = 0;
    self->count_10s += weight_10s;
    self->count_1m += weight_1m;
    return REASON_NONE;
}
