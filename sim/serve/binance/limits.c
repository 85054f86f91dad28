#include "sim/serve/binance/limits.h"

#include <stdio.h>
#include <string.h>

#include "core/fixed.h"

enum { MINUTE = 60, TEN_SECONDS = 10, BAN_FIRST = 120, BAN_DOUBLINGS_MAX = 11 };
#define BAN_LONGEST (3LL * 86400)

static void window_turn(struct limits_window *self, const struct limits_now *now, int64_t seconds)
{
    int64_t market = now->market_us / (seconds * ONE_E6);
    int64_t real = now->real_ns / (seconds * ONE_E9);
    if (market != self->market || real != self->real) {
        *self = (struct limits_window){market, real, 0};
    }
}

static int64_t minute_left(const struct limits_now *now)
{
    int64_t market = MINUTE - now->market_us / ONE_E6 % MINUTE;
    int64_t real = MINUTE - now->real_ns / ONE_E9 % MINUTE;

    return fixed_smaller(market, real);
}

struct limits_client *
limits_client(struct limits *self, const char *name, const struct limits_now *now)
{
    struct limits_client *found = &self->clients[0];
    for (int32_t i = 0; i < LIMIT_CLIENTS; i++) {
        struct limits_client *client = &self->clients[i];
        if (client->used > 0 && strncmp(client->name, name, sizeof(client->name) - 1) == 0) {
            found = client;
            break;
        }
        found = client->used < found->used ? client : found;
    }
    if (found->used == 0 || strncmp(found->name, name, sizeof(found->name) - 1) != 0) {
        *found = (struct limits_client){0};
        (void)snprintf(found->name, sizeof(found->name), "%.47s", name);
    }
    found->used = ++self->uses;
    window_turn(&found->weight, now, MINUTE);

    return found;
}

static int64_t ban_seconds(int32_t bans)
{
    int64_t seconds = (int64_t)BAN_FIRST << fixed_smaller(bans, BAN_DOUBLINGS_MAX);
    return fixed_smaller(seconds, BAN_LONGEST);
}

void limits_ban(struct limits_client *self, const struct limits_now *now, int64_t *seconds)
{
    *seconds = ban_seconds(self->bans++);
    self->banned = true;
    self->banned_until.market_us = now->market_us + *seconds * ONE_E6;
    self->banned_until.real_ns = now->real_ns + *seconds * ONE_E9;
}

static bool ban_over(const struct limits_client *self, const struct limits_now *now)
{
    return now->market_us >= self->banned_until.market_us ||
           now->real_ns >= self->banned_until.real_ns;
}

enum limits_verdict limits_weigh(struct limits_client *self,
                                 const struct limits_now *now,
                                 int32_t weight,
                                 int64_t *seconds)
{
    if (self->banned && ban_over(self, now)) {
        self->banned = false;
        self->impatient = 0;
        self->weight.count = 0;
    }
    if (self->banned) {
        int64_t market = self->banned_until.market_us - now->market_us;
        int64_t real = self->banned_until.real_ns - now->real_ns;
        *seconds = 1 + fixed_smaller(market / ONE_E6, real / ONE_E9);
        return LIMITS_BANNED;
    }
    self->weight.count += weight;
    if (self->weight.count <= LIMIT_WEIGHT_1M) {
        self->impatient = 0;
        return LIMITS_FREE;
    }
    if (++self->impatient > LIMIT_PATIENCE) {
        limits_ban(self, now, seconds);
        return LIMITS_BANNED;
    }
    *seconds = minute_left(now);

    return LIMITS_WAIT;
}

bool limits_orders(struct limits *self, const struct limits_now *now, int32_t in_10s, int32_t in_1m)
{
    window_turn(&self->orders_10s, now, TEN_SECONDS);
    window_turn(&self->orders_1m, now, MINUTE);
    if (self->orders_10s.count + in_10s > LIMIT_ORDERS_10S ||
        self->orders_1m.count + in_1m > LIMIT_ORDERS_1M) {
        return false;
    }
    self->orders_10s.count += in_10s;
    self->orders_1m.count += in_1m;

    return true;
}
