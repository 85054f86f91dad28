/* limits.h - request weights by address, order counters of the account, 429 and 418 (PROTOCOLS A3).
 * Windows  a minute (ten seconds) of market time or of real time, whichever ends first: a client on either clock is counted no
 *          stricter than by its own, and a market that stands still bans nobody for good.
 * 429      beyond the limit until the minute ends. PATIENCE more requests in that time: 418, two minutes, doubling up to three
 *          days. */
#ifndef SIM_SERVE_BINANCE_LIMITS_H
#define SIM_SERVE_BINANCE_LIMITS_H

#include "core/base.h"

enum {
    LIMIT_WEIGHT_1M = 2400,
    LIMIT_ORDERS_10S = 300,
    LIMIT_ORDERS_1M = 1200,
    LIMIT_PATIENCE = 10,
    LIMIT_CLIENTS = 64
};

struct limits_now {
    int64_t market_us, real_ns;
};

struct limits_window {
    int64_t market, real; /* number of the window on each clock */
    int32_t count;
};

struct limits_client {
    char name[48];
    struct limits_window weight;
    int32_t impatient; /* requests since the 429 */
    int32_t bans;
    struct limits_now banned_until;
    bool banned;
    int64_t used; /* when last: the oldest gives way */
};

struct limits {
    struct limits_client clients[LIMIT_CLIENTS];
    struct limits_window orders_10s, orders_1m;
    int64_t uses;
};

enum limits_verdict { LIMITS_FREE, LIMITS_WAIT, LIMITS_BANNED };

struct limits_client *
limits_client(struct limits *self, const char *name, const struct limits_now *now);
/* Adds the weight; WAIT and BANNED say in *seconds for how long (at least 1). */
enum limits_verdict limits_weigh(struct limits_client *self,
                                 const struct limits_now *now,
                                 int32_t weight,
                                 int64_t *seconds);
/* At once (a fault). */
void limits_ban(struct limits_client *self, const struct limits_now *now, int64_t *seconds);
/* False: too many, nothing is counted. */
bool limits_orders(struct limits *self,
                   const struct limits_now *now,
                   int32_t in_10s,
                   int32_t in_1m);

#endif
