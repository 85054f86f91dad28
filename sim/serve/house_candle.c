/* house_candle.c - candles of one interval a market, in a ring; coarser ones and the last day are sums of them. */
#include <stdlib.h>

#include "core/fixed.h"
#include "data/memory.h"
#include "sim/serve/house_private.h"

static struct house_candle *candle_at(const struct house_listing *listing, int64_t index)
{
    return &listing->candles[index % HOUSE_CANDLES_KEPT];
}

static struct house_candle *newest(const struct house_listing *listing)
{
    return listing->candle_count == 0 ? NULL : candle_at(listing, listing->candle_count - 1);
}

static int64_t oldest(const struct house_listing *listing)
{
    return fixed_larger(0, listing->candle_count - HOUSE_CANDLES_KEPT);
}

static void tell(struct house *self, int32_t instrument, const struct house_candle *candle)
{
    const struct house_news news = {.kind = HOUSE_NEWS_CANDLE,
                                    .instrument = instrument,
                                    .time_us = self->now_us,
                                    .candle = candle};
    self->listings[instrument].candle_moved = false;
    house_tell(self, &news);
}

static void candle_close(struct house *self, int32_t instrument, struct house_candle *candle)
{
    candle->closed = true;
    tell(self, instrument, candle);
}

static struct house_candle *candle_begin(struct house_listing *listing, int64_t price_e12)
{
    if (listing->candles == NULL) {
        listing->candles = memory_or_panic(calloc(HOUSE_CANDLES_KEPT, sizeof(*listing->candles)));
    }
    listing->candle_count++;
    struct house_candle *candle = candle_at(listing, listing->candle_count - 1);
    *candle = (struct house_candle){
        .open_us = listing->candle_open_us,
        .interval_us = listing->interval_us,
        .open_e12 = price_e12,
        .high_e12 = price_e12,
        .low_e12 = price_e12,
        .close_e12 = price_e12,
    };
    return candle;
}

/* Sums for display: what does not fit stays at the end of the scale. */
static int64_t sum(int64_t a, int64_t b)
{
    int64_t total = 0;
    return __builtin_add_overflow(a, b, &total) ? INT64_MAX : total;
}

void candle_move(struct house *self, int32_t instrument, int64_t price_e12, int64_t size_e6)
{
    struct house_listing *listing = &self->listings[instrument];
    struct house_candle *candle = newest(listing);
    if (listing->interval_us == 0) {
        return;
    }
    if (candle != NULL && candle->open_us > listing->candle_open_us) {
        listing->candle_open_us = candle->open_us; /* time never falls */
    }
    if (candle != NULL && candle->open_us != listing->candle_open_us && !candle->closed) {
        candle_close(self, instrument, candle);
    }
    if (candle == NULL || candle->open_us != listing->candle_open_us) {
        candle = candle_begin(listing, price_e12);
    }
    bool first = candle->trades == 0; /* a flat one begins with its first trade */
    candle->open_e12 = first ? price_e12 : candle->open_e12;
    candle->high_e12 = first ? price_e12 : fixed_larger(candle->high_e12, price_e12);
    candle->low_e12 = first ? price_e12 : fixed_smaller(candle->low_e12, price_e12);
    candle->close_e12 = price_e12;
    candle->volume_e6 = sum(candle->volume_e6, size_e6);
    candle->quote_volume_e8 =
        sum(candle->quote_volume_e8, fixed_mul_div_clamped(price_e12, size_e6, NOTIONAL_DIVISOR));
    candle->trades++;
    listing->candle_moved = true;
}

void candle_second(struct house *self, int32_t instrument)
{
    struct house_candle *candle = newest(&self->listings[instrument]);
    if (candle == NULL || candle->closed) {
        return;
    }
    struct house_listing *listing = &self->listings[instrument];
    while (self->now_us >= candle->open_us + candle->interval_us) {
        candle_close(self, instrument, candle);
        if (!self->more || listing->ended) {
            return;
        }
        int64_t close_e12 = candle->close_e12;
        listing->candle_open_us = candle->open_us + candle->interval_us;
        candle = candle_begin(listing, close_e12);
    }
    if (listing->candle_moved) {
        tell(self, instrument, candle);
    }
}

void candle_day(const struct house *self, int32_t instrument, struct house_market *out)
{
    const struct house_listing *listing = &self->listings[instrument];
    out->open_24h_e12 = out->high_24h_e12 = out->low_24h_e12 = out->last_e12;
    out->volume_24h_e6 = out->quote_volume_24h_e8 = 0;
    for (int64_t i = listing->candle_count - 1; i >= oldest(listing); i--) {
        const struct house_candle *candle = candle_at(listing, i);
        if (candle->open_us <= self->now_us - US_PER_DAY) {
            return;
        }
        out->open_24h_e12 = candle->open_e12;
        out->high_24h_e12 = fixed_larger(out->high_24h_e12, candle->high_e12);
        out->low_24h_e12 = fixed_smaller(out->low_24h_e12, candle->low_e12);
        out->volume_24h_e6 = sum(out->volume_24h_e6, candle->volume_e6);
        out->quote_volume_24h_e8 = sum(out->quote_volume_24h_e8, candle->quote_volume_e8);
    }
}

/* ---- questions ---- */

/* Weeks begin on Monday, everything else at a multiple since the epoch. */
static int64_t group_open(int64_t open_us, int64_t interval_us)
{
    return interval_us == 7 * US_PER_DAY ? instant_week(open_us) : open_us - open_us % interval_us;
}

/* An older candle is put in front of what is there. */
static void prepend(struct house_candle *group, const struct house_candle *candle)
{
    group->open_e12 = candle->open_e12;
    group->high_e12 = fixed_larger(group->high_e12, candle->high_e12);
    group->low_e12 = fixed_smaller(group->low_e12, candle->low_e12);
    group->volume_e6 = sum(group->volume_e6, candle->volume_e6);
    group->quote_volume_e8 = sum(group->quote_volume_e8, candle->quote_volume_e8);
    group->trades += candle->trades;
}

static void turn_round(struct house_candle *items, int32_t count)
{
    for (int32_t i = 0; i < count / 2; i++) {
        struct house_candle spare = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = spare;
    }
}

int64_t house_candle_interval_us(const struct house *self, int32_t instrument)
{
    return self->listings[instrument].interval_us;
}

int32_t house_candles(const struct house *self,
                      int32_t instrument,
                      int64_t interval_us,
                      int64_t from_us,
                      int64_t to_us,
                      struct house_candle *out,
                      int32_t most)
{
    const struct house_listing *listing = &self->listings[instrument];
    int32_t count = 0;
    if (listing->interval_us == 0 || interval_us < listing->interval_us ||
        interval_us % listing->interval_us != 0) {
        return 0;
    }
    for (int64_t i = listing->candle_count - 1; i >= oldest(listing); i--) {
        const struct house_candle *candle = candle_at(listing, i);
        int64_t open_us = interval_us == listing->interval_us
                              ? candle->open_us
                              : group_open(candle->open_us, interval_us);
        if (open_us > to_us) {
            continue;
        }
        if (count > 0 && out[count - 1].open_us == open_us) {
            prepend(&out[count - 1], candle);
            continue;
        }
        if (open_us < from_us || count == most) {
            break;
        }
        out[count] = *candle;
        out[count].open_us = open_us;
        out[count].interval_us = interval_us;
        out[count].closed = candle->closed && self->now_us >= open_us + interval_us;
        count++;
    }
    turn_round(out, count);
    return count;
}
