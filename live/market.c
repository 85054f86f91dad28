#include "live/market.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "core/precision.h"
#include "sim/exchange/look.h"

#define LOOK_US US_PER_SECOND

enum { NOT_WAITING = -1 };

struct place {
    struct ticks *ticks;
    struct sanity sanity;
    int32_t waiting; /* slot of its newest EVENT_MARKET in the ring; NOT_WAITING */
    bool marked;     /* a mark has come */
    int64_t heard_ns;
};

struct market {
    const struct instruments *instruments;
    struct market_counters counters;
    int32_t first, count;
    struct event ring[MARKET_QUEUE];
    struct place places[INSTRUMENTS_MAX];
};

/* Books are allocated when the first row comes: 25 MB of address space each (depth.h). */
struct market *market_new(const struct instruments *instruments)
{
    struct market *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NULL;
    }
    self->instruments = instruments;
    for (int32_t i = 0; i < instruments->count; i++) {
        self->places[i].waiting = NOT_WAITING;
        self->places[i].ticks = ticks_new(0);
        if (self->places[i].ticks == NULL ||
            !depth_allocate(&self->places[i].ticks->depth, instruments->items[i].tick_e12)) {
            market_free(self);
            return NULL;
        }
    }
    return self;
}

void market_free(struct market *self)
{
    if (self == NULL) {
        return;
    }
    for (int32_t i = 0; i < self->instruments->count; i++) {
        ticks_free(self->places[i].ticks);
    }
    free(self);
}

/* ---- the ring ---- */

static bool replaceable(const struct event *event)
{
    return event->kind == EVENT_MARKET || event->kind == EVENT_BOOK;
}

/* The oldest point makes room for what is told once only. */
static bool make_room(struct market *self, const struct event *event)
{
    if (self->count < MARKET_QUEUE) {
        return true;
    }
    self->counters.lost++;
    struct event *oldest = &self->ring[self->first];
    if (replaceable(event) || !replaceable(oldest)) {
        return false;
    }
    if (oldest->kind == EVENT_MARKET && self->places[oldest->instrument].waiting == self->first) {
        self->places[oldest->instrument].waiting = NOT_WAITING;
    }
    self->first = (self->first + 1) % MARKET_QUEUE;
    self->count--;

    return true;
}

static void tell(struct market *self, const struct event *event)
{
    if (!make_room(self, event)) {
        return;
    }
    int32_t slot = (self->first + self->count) % MARKET_QUEUE;
    self->ring[slot] = *event;
    self->count++;
    if (event->kind == EVENT_MARKET) {
        self->places[event->instrument].waiting = slot;
    }
}

bool market_next(struct market *self, struct event *out)
{
    if (self->count == 0) {
        return false;
    }
    *out = self->ring[self->first];
    if (out->kind == EVENT_MARKET && self->places[out->instrument].waiting == self->first) {
        self->places[out->instrument].waiting = NOT_WAITING;
    }
    self->first = (self->first + 1) % MARKET_QUEUE;
    self->count--;

    return true;
}

int32_t market_waiting(const struct market *self)
{
    return self->count;
}

/* ---- prices ---- */

static void tell_point(struct market *self, int32_t instrument, int64_t venue_us)
{
    struct place *place = &self->places[instrument];
    const struct ticks *ticks = place->ticks;
    if (ticks->last_e12 == 0) {
        return;
    }
    struct event event = {
        .kind = EVENT_MARKET, .instrument = instrument, .venue_time_us = venue_us};
    event.market.last_e12 = ticks->last_e12;
    event.market.mark_e12 = place->marked ? ticks->mark_e12 : ticks->last_e12;
    struct event *waiting = place->waiting == NOT_WAITING ? NULL : &self->ring[place->waiting];
    if (waiting == NULL || (place->marked && waiting->market.mark_e12 != event.market.mark_e12)) {
        tell(self, &event);
        return;
    }
    self->counters.conflated++;
    *waiting = event;
}

/* Without trades the middle of the best prices is the last price. */
static void take_middle(struct market *self, int32_t instrument, int64_t venue_us)
{
    struct ticks *ticks = self->places[instrument].ticks;
    struct depth_level bid;
    struct depth_level ask;
    if (ticks->trades || !ticks_best(ticks, SIDE_BUY, &bid) ||
        !ticks_best(ticks, SIDE_SELL, &ask) || bid.price_e12 >= ask.price_e12) {
        return;
    }
    int64_t middle_e12 = (int64_t)(((wide_t)bid.price_e12 + ask.price_e12) / 2);
    int64_t last_e12 =
        precision_round(middle_e12, self->instruments->items[instrument].tick_e12, ROUND_NEAREST);
    if (last_e12 > 0 && last_e12 != ticks->last_e12) {
        ticks->last_e12 = last_e12;
        tell_point(self, instrument, venue_us);
    }
}

/* ---- the book ---- */

static void look_due(struct market *self, int32_t instrument, int64_t venue_us, int64_t now_us)
{
    struct ticks *ticks = self->places[instrument].ticks;
    struct event event = {.kind = EVENT_BOOK, .instrument = instrument, .venue_time_us = venue_us};
    if (now_us < ticks->look_us) {
        return;
    }
    look_at(ticks, 0, &event.book);
    if (event.book.bid_e12 >= event.book.ask_e12 && event.book.bid_e12 != 0) {
        self->counters.crossed_books++;
        return;
    }
    ticks->look_us = now_us + LOOK_US;
    tell(self, &event);
}

static void take_depth(struct market *self, int32_t instrument, const struct feed_tick *tick)
{
    struct ticks *ticks = self->places[instrument].ticks;
    const struct tape_record *record = tick->record;
    int64_t gaps = ticks->sync.gaps;
    enum sync_answer answer = sync_row(&ticks->sync, record);
    self->counters.gaps += ticks->sync.gaps - gaps;
    if (answer == SYNC_SKIP) {
        return;
    }
    if (answer == SYNC_EMPTY_AND_APPLY) {
        depth_clear(&ticks->depth);
    }
    enum side side = (record->flags & TAPE_BUY) != 0 ? SIDE_BUY : SIDE_SELL;
    (void)depth_set(&ticks->depth, side, record->v[0],
                    tick_size_e6(record->v[1], tick->size_decimals));
    if ((record->flags & TAPE_LAST) != 0) {
        depth_follow(&ticks->depth);
        take_middle(self, instrument, record->time_us);
    }
}

static struct depth_level quote_level(int64_t price_e12, int64_t size, int32_t decimals)
{
    return price_e12 > 0 ? (struct depth_level){price_e12, tick_size_e6(size, decimals)}
                         : (struct depth_level){0, 0};
}

static void take_tick(struct market *self, int32_t instrument, const struct feed_tick *tick)
{
    struct place *place = &self->places[instrument];
    const struct tape_record *record = tick->record;
    if (record->kind == TAPE_DEPTH) {
        take_depth(self, instrument, tick);
    } else if (record->kind == TAPE_QUOTE) {
        place->ticks->quote[SIDE_BUY] =
            quote_level(record->v[0], record->v[1], tick->size_decimals);
        place->ticks->quote[SIDE_SELL] =
            quote_level(record->v[2], record->v[3], tick->size_decimals);
        take_middle(self, instrument, record->time_us);
    } else if (record->kind == TAPE_TRADE) {
        place->ticks->trades = true;
        place->ticks->last_e12 = record->v[0];
        tell_point(self, instrument, record->time_us);
    } else if (record->kind == TAPE_MARK) {
        place->marked = true;
        place->ticks->mark_e12 = record->v[0];
        tell_point(self, instrument, record->time_us);
    } else if (record->kind == TAPE_INDEX) {
        place->ticks->index_e12 = record->v[0];
    }
}

/* ---- bars and settlements ---- */

static void take_bar(struct market *self, const struct feed_record *record)
{
    const struct feed_bar *bar = &record->bar;
    struct ticks *ticks = self->places[record->instrument].ticks;
    struct event event = {.kind = EVENT_BAR,
                          .instrument = record->instrument,
                          .venue_time_us = record->time_us + bar->interval_us};
    event.bar = (struct event_bar){
        .open_time_us = record->time_us,
        .interval_us = bar->interval_us,
        .open_e12 = bar->open_e12,
        .high_e12 = bar->high_e12,
        .low_e12 = bar->low_e12,
        .close_e12 = bar->close_e12,
        .volume = bar->volume,
        .volume_exponent = bar->volume_exponent,
    };
    if (ticks->last_e12 == 0) {
        ticks->last_e12 = bar->close_e12;
        tell_point(self, record->instrument, event.venue_time_us);
    }
    tell(self, &event);
}

/* The rate, for C22; what was paid is the desk's to say. */
static void take_funding(struct market *self, const struct feed_record *record)
{
    const struct place *place = &self->places[record->instrument];
    struct event event = {
        .kind = EVENT_FUNDING, .instrument = record->instrument, .venue_time_us = record->time_us};
    event.funding.stated = true; /* of what was paid: nothing */
    event.funding.rate_e16 = record->rate_e16;
    event.funding.mark_e12 = place->marked ? place->ticks->mark_e12 : place->ticks->last_e12;
    if (event.funding.mark_e12 > 0) {
        tell(self, &event);
    }
}

void market_take(struct market *self,
                 const struct feed_record *record,
                 int64_t now_us,
                 int64_t received_ns)
{
    CHECK(record->instrument >= 0 && record->instrument < self->instruments->count);
    struct place *place = &self->places[record->instrument];
    self->counters.records++;
    enum sanity_verdict verdict = sanity_judge(&place->sanity, record);
    if (verdict != SANITY_GOOD) {
        self->counters.refused[verdict]++;
        return;
    }
    place->heard_ns = received_ns;
    if (record->kind == FEED_TICK) {
        const struct tape_record *tick = record->tick.record;
        take_tick(self, record->instrument, &record->tick);
        if (tick->kind != TAPE_DEPTH || (tick->flags & TAPE_LAST) != 0) {
            look_due(self, record->instrument, tick->time_us, now_us);
        }
    } else if (record->kind == FEED_BAR) {
        take_bar(self, record);
    } else if (record->kind == FEED_FUNDING) {
        take_funding(self, record);
    }
}

/* ---- questions ---- */

void market_counters(const struct market *self, struct market_counters *out)
{
    *out = self->counters;
}

int64_t market_heard_ns(const struct market *self, int32_t instrument)
{
    return self->places[instrument].heard_ns;
}

bool market_quote(const struct market *self,
                  int32_t instrument,
                  int64_t now_ns,
                  struct flatten_quote *out)
{
    const struct place *place = &self->places[instrument];
    struct depth_level bid;
    struct depth_level ask;
    if (!ticks_best(place->ticks, SIDE_BUY, &bid) || !ticks_best(place->ticks, SIDE_SELL, &ask)) {
        return false;
    }
    out->bid_e12 = bid.price_e12;
    out->ask_e12 = ask.price_e12;
    out->mark_e12 = place->marked ? place->ticks->mark_e12 : place->ticks->last_e12;
    out->age_ns = now_ns - place->heard_ns;

    return true;
}
