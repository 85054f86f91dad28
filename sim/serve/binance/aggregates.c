/* aggregates.c - trades put together: one price, one aggressor, within 100 ms (PROTOCOLS A10). */
#include "core/instant.h"
#include "data/memory.h"
#include "sim/serve/binance/binance.h"

enum { AGGREGATES_KEPT = 1000 };
#define AGGREGATE_US (100 * US_PER_MS)

struct trail {
    struct aggregate kept[AGGREGATES_KEPT]; /* a ring */
    int32_t first, count;
    struct aggregate open;
    int64_t made;
    bool opened;
};

struct aggregates {
    struct trail *trails[INSTRUMENTS_MAX]; /* NULL: no trade yet */
};

struct aggregates *aggregates_new(void)
{
    return memory_zeros(1, sizeof(struct aggregates));
}

void aggregates_free(struct aggregates *self)
{
    for (int32_t i = 0; i < INSTRUMENTS_MAX; i++) {
        free(self->trails[i]);
    }
    free(self);
}

static void trail_close(struct trail *self, int32_t instrument, const struct aggregate_sink *sink)
{
    if (!self->opened) {
        return;
    }
    self->opened = false;
    int32_t place = (self->first + self->count) % AGGREGATES_KEPT;
    if (self->count == AGGREGATES_KEPT) {
        self->first = (self->first + 1) % AGGREGATES_KEPT;
    } else {
        self->count++;
    }
    self->kept[place] = self->open;
    sink->told(sink->self, instrument, &self->open);
}

static bool trail_joins(const struct trail *self, const struct house_news *news)
{
    return self->opened && self->open.price_e12 == news->trade.price_e12 &&
           self->open.buyer_is_maker == news->trade.buyer_is_maker &&
           news->time_us - self->open.first_us < AGGREGATE_US;
}

void aggregates_trade(struct aggregates *self,
                      const struct house_news *news,
                      const struct aggregate_sink *sink)
{
    struct trail *trail = self->trails[news->instrument];
    if (trail == NULL) {
        trail = memory_zeros(1, sizeof(*trail));
        self->trails[news->instrument] = trail;
    }
    if (!trail_joins(trail, news)) {
        trail_close(trail, news->instrument, sink);
        trail->opened = true;
        trail->open = (struct aggregate){.id = ++trail->made,
                                         .price_e12 = news->trade.price_e12,
                                         .first_us = news->time_us,
                                         .first_id = news->trade.id,
                                         .buyer_is_maker = news->trade.buyer_is_maker};
    }
    trail->open.size_e6 += news->trade.size_e6;
    trail->open.last_us = news->time_us;
    trail->open.last_id = news->trade.id;
}

void aggregates_until(struct aggregates *self, int64_t now_us, const struct aggregate_sink *sink)
{
    for (int32_t i = 0; i < INSTRUMENTS_MAX; i++) {
        struct trail *trail = self->trails[i];
        if (trail != NULL && trail->opened && now_us - trail->open.first_us >= AGGREGATE_US) {
            trail_close(trail, i, sink);
        }
    }
}

int32_t aggregates_count(const struct aggregates *self, int32_t instrument)
{
    return self->trails[instrument] == NULL ? 0 : self->trails[instrument]->count;
}

const struct aggregate *
aggregates_at(const struct aggregates *self, int32_t instrument, int32_t index)
{
    const struct trail *trail = self->trails[instrument];
    return &trail->kept[(trail->first + index) % AGGREGATES_KEPT];
}
