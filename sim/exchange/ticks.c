/* ticks.c - the visible market and its recent past. */
#include "sim/exchange/ticks.h"

#include <stdlib.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/queue_model.h"

struct ticks *ticks_new(int64_t latency_us)
{
    struct ticks *self = calloc(1, sizeof *self);
    if (self != NULL) {
        self->bar_end_us = INSTANT_NEVER;
        self->serves = FIDELITY_BARS;
        self->first_us = INSTANT_NEVER;
        self->step_us = latency_us / (TICK_PRICES / 2) + 1;
    }
    return self;
}

void ticks_free(struct ticks *self)
{
    if (self != NULL) {
        depth_release(&self->depth);
        free(self);
    }
}

int64_t tick_size_slow_e6(int64_t size, int32_t decimals)
{
    wide_t size_e6 = size;
    for (; decimals < 6; decimals++) {
        size_e6 *= 10;
    }
    for (; decimals > 6; decimals--) {
        size_e6 /= 10;
    }
    if (size <= 0) {
        return 0;
    }
    if (size_e6 > DEPTH_SIZE_MAX) {
        return DEPTH_SIZE_MAX;
    }
    return size_e6 > 0 ? (int64_t)size_e6 : 1;
}

bool ticks_best(const struct ticks *self, enum side side, struct depth_level *out)
{
    if (ticks_book(self)) {
        return depth_best(&self->depth, side, out);
    }
    *out = self->quote[side];
    return out->size_e6 > 0;
}

bool ticks_next(const struct ticks *self,
                enum side side,
                int64_t price_e12,
                struct depth_level *out)
{
    if (ticks_book(self)) {
        return depth_next(&self->depth, side, price_e12, out);
    }
    *out = self->quote[side];
    bool further = side == SIDE_BUY ? out->price_e12 < price_e12 : out->price_e12 > price_e12;
    return out->size_e6 > 0 && further;
}

int64_t ticks_size_e6(const struct ticks *self, enum side side, int64_t price_e12)
{
    if (ticks_book(self)) {
        return depth_size_e6(&self->depth, side, price_e12);
    }
    const struct depth_level *quote = &self->quote[side];
    if (quote->price_e12 == price_e12) {
        return quote->size_e6;
    }
    bool better = side == SIDE_BUY ? price_e12 > quote->price_e12 : price_e12 < quote->price_e12;
    return quote->price_e12 != 0 && better ? 0 : QUEUE_UNKNOWN;
}

void ticks_take(struct ticks *self, enum side side, int64_t price_e12, int64_t size_e6)
{
    if (ticks_book(self)) {
        int64_t before_e6 = depth_size_e6(&self->depth, side, price_e12);
        (void)depth_set(&self->depth, side, price_e12, before_e6 - size_e6);
    } else {
        self->quote[side].size_e6 -= size_e6;
    }
}

void ticks_serve(struct ticks *self)
{
    enum fidelity now = self->trades && self->last_e12 != 0 ? FIDELITY_TRADES : FIDELITY_BARS;
    if (ticks_book(self)) {
        now = FIDELITY_DEPTH;
    } else if (self->quote[SIDE_BUY].size_e6 > 0 || self->quote[SIDE_SELL].size_e6 > 0) {
        now = FIDELITY_QUOTES;
    }
    if (now != self->serves) {
        self->served_us[self->serves] += self->heard_us - self->serves_since_us;
        self->serves_since_us = self->heard_us;
        self->serves = now;
    }
}

void ticks_reprice(struct ticks *self, int64_t time_us, struct path_prices prices)
{
    if (self->price_count == 0 || time_us >= self->step_end_us) {
        self->price_count++;
        self->step_end_us = time_us + self->step_us;
    }
    self->prices[(self->price_count - 1) % TICK_PRICES] = (struct tick_price){time_us, prices};
}

bool ticks_at(const struct ticks *self, int64_t time_us, struct path_prices *out)
{
    int64_t oldest = self->price_count > TICK_PRICES ? self->price_count - TICK_PRICES : 0;
    for (int64_t i = self->price_count - 1; i >= oldest; i--) {
        const struct tick_price *price = &self->prices[i % TICK_PRICES];
        if (price->time_us <= time_us) {
            *out = price->prices;
            return true;
        }
    }
    return false;
}
