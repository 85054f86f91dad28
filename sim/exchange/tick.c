/* tick.c - a record arrives. */
#include "core/fixed.h"
#include "core/instant.h"
#include "core/precision.h"
#include "sim/exchange/state.h"

/* A row of the book is what comes nine times in ten: the rest stands out of its way. */
#define RARE __attribute__((noinline))

bool exchange_covers(struct exchange *self,
                     int32_t instrument,
                     enum fidelity fidelity,
                     int64_t first_us,
                     int64_t last_us)
{
    CHECK(instrument >= 0 && instrument < self->instruments->count);
    CHECK(fidelity > FIDELITY_BARS && self->now_us == 0 && first_us <= last_us);

    struct ticks *ticks = self->tracks[instrument].ticks;
    if (ticks == NULL) {
        ticks = ticks_new(self->settings->latency_feed);
        if (ticks == NULL) {
            return false;
        }
        self->tracks[instrument].ticks = ticks;
    }
    ticks->first_us = first_us < ticks->first_us ? first_us : ticks->first_us;
    ticks->last_us = last_us > ticks->last_us ? last_us : ticks->last_us;
    if (fidelity == FIDELITY_DEPTH && !ticks->depth_given) {
        ticks->depth_given = true;
        return depth_allocate(&ticks->depth, exchange_item(self, instrument)->tick_e12);
    }
    return true;
}

/* ---- prices ---- */

static int64_t mark_of_e12(const struct track *track, int64_t now_us, int64_t last_e12)
{
    const struct ticks *ticks = track->ticks;
    if (ticks->marks) {
        return ticks->mark_e12;
    }
    if (track->path.mark_count > 0) {
        return path_clamp_e12(&track->path, now_us, last_e12);
    }
    return ticks->index_e12 != 0 ? ticks->index_e12 : last_e12;
}

/* The market of a tracked instrument has moved, in one jump, or a settlement is due. */
void tick_settle(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct path_prices prices;
    if (track_quiet(self, instrument)) {
        track->tracked = false;
        return;
    }
    if (!exchange_calm(self) && gate_halted(self, instrument)) {
        track->halted = true;
        self->counters.halted++;
        return;
    }
    if (!ticks_at(track->ticks, self->now_us, &prices)) {
        return;
    }
    if (prices.last_e12 != track->last_e12 ||
        prices.mark_e12 != exchange_mark_e12(self, instrument)) {
        self->counters.points++;
        track_move(self, instrument, prices.last_e12, prices.mark_e12);
    }
    walk_settle(self, instrument);
}

/* Funding, and what a mark has set off, stand before the matching of their instant (DESIGN law 9). */
RARE static void tick_due_now(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    while (track->settlement_count > 0 && track->settlements[0].time_us <= self->now_us) {
        funding_settle(self, instrument);
    }
    if (track->settle_us <= self->now_us) {
        track->settle_us = INSTANT_NEVER;
        tick_settle(self, instrument);
    }
    track_schedule(self, instrument);
}

static void tick_due(struct exchange *self, int32_t instrument)
{
    const struct track *track = &self->tracks[instrument];
    if (track->settlement_count > 0 || track->settle_us <= self->now_us) {
        tick_due_now(self, instrument);
    }
}

static void tick_price(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct ticks *ticks = track->ticks;
    if (ticks->last_e12 == 0) {
        return;
    }
    struct path_prices prices = {ticks->last_e12,
                                 mark_of_e12(track, self->now_us, ticks->last_e12)};
    ticks_reprice(ticks, self->now_us, prices);
    if (track->tracked && (prices.last_e12 != track->last_e12 ||
                           prices.mark_e12 != exchange_mark_e12(self, instrument))) {
        tick_settle(self, instrument);
        track_schedule(self, instrument);
    }
}

/* ---- bars of our own ---- */

void tick_bar_close(struct exchange *self, int32_t instrument)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    ticks->bar_end_us = INSTANT_NEVER;
    if (self->tracks[instrument].path.count == 0) {
        tell_bar(self, instrument, &ticks->bar);
    }
}

static void tick_bar(struct exchange *self, int32_t instrument, int64_t price_e12, int64_t size_e6)
{
    struct track *track = &self->tracks[instrument];
    struct ticks *ticks = track->ticks;
    struct exchange_bar *bar = &ticks->bar;
    if (track->path.count > 0) {
        return;
    }
    if (ticks->bar_end_us != INSTANT_NEVER && self->now_us >= ticks->bar_end_us) {
        tick_bar_close(self, instrument);
    }
    if (ticks->bar_end_us == INSTANT_NEVER) {
        int64_t open_us = self->now_us - self->now_us % TICK_BAR_US;
        *bar = (struct exchange_bar){.open_time_us = open_us,
                                     .interval_us = TICK_BAR_US,
                                     .open_e12 = price_e12,
                                     .high_e12 = price_e12,
                                     .low_e12 = price_e12,
                                     .volume_exponent = 6};
        ticks->bar_end_us = open_us + TICK_BAR_US;
        track_schedule(self, instrument);
    }
    bar->high_e12 = price_e12 > bar->high_e12 ? price_e12 : bar->high_e12;
    bar->low_e12 = price_e12 < bar->low_e12 ? price_e12 : bar->low_e12;
    bar->close_e12 = price_e12;
    if (__builtin_add_overflow(bar->volume, size_e6, &bar->volume)) {
        bar->volume = INT64_MAX;
    }
}

/* ---- kinds of records ---- */

/* Without trades the middle of the best prices is the last price. */
static void tick_middle(struct exchange *self, int32_t instrument)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    struct depth_level bid;
    struct depth_level ask;
    if (!ticks_best(ticks, SIDE_BUY, &bid) || !ticks_best(ticks, SIDE_SELL, &ask)) {
        return;
    }
    int64_t middle_e12 = (int64_t)(((wide_t)bid.price_e12 + ask.price_e12) / 2);
    int64_t last_e12 =
        precision_round(middle_e12, exchange_item(self, instrument)->tick_e12, ROUND_NEAREST);
    if (last_e12 > 0 && last_e12 != ticks->last_e12) {
        ticks->last_e12 = last_e12;
        tick_bar(self, instrument, last_e12, 0);
        tick_price(self, instrument);
    }
}

RARE static void tick_trade(struct exchange *self,
                            int32_t instrument,
                            const struct tape_record *record,
                            int64_t size_e6)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    ticks->trades = true;
    if (record->v[0] <= 0) {
        return;
    }
    if (ticks->watch.count > 0) {
        maker_trade(self, instrument, record, size_e6);
    }
    bool moved = ticks->last_e12 != record->v[0];
    ticks->last_e12 = record->v[0];
    ticks_serve(ticks);
    tick_bar(self, instrument, record->v[0], size_e6);
    if (moved) {
        tick_price(self, instrument);
    }
}

/* No price is no level: an empty side is told so. */
static struct depth_level quote_level(int64_t price_e12, int64_t size, int32_t decimals)
{
    int64_t size_e6 = price_e12 > 0 ? tick_size_e6(size, decimals) : 0;
    return (struct depth_level){price_e12 > 0 ? price_e12 : 0, size_e6};
}

RARE static void tick_quote(struct exchange *self,
                            int32_t instrument,
                            const struct tape_record *record,
                            int32_t decimals)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    struct depth_level bid = quote_level(record->v[0], record->v[1], decimals);
    struct depth_level ask = quote_level(record->v[2], record->v[3], decimals);
    bool serves = !ticks_book(ticks);
    if (serves && ticks->watch.count > 0) {
        maker_quote(self, instrument, SIDE_BUY, &bid);
        maker_quote(self, instrument, SIDE_SELL, &ask);
    }
    ticks->quote[SIDE_BUY] = bid;
    ticks->quote[SIDE_SELL] = ask;
    ticks_serve(ticks);
    if (!serves) {
        return;
    }
    if (ticks->watch.count > 0) {
        maker_cross(self, instrument);
    }
    if (!ticks->trades) {
        tick_middle(self, instrument);
    }
}

/* The last row of a message: the book is whole again. */
RARE static void tick_message(struct exchange *self, int32_t instrument)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    if (ticks->watch.count > 0) {
        maker_cross(self, instrument);
    }
    if (ticks->bests != ticks->depth.bests) {
        depth_follow(&ticks->depth);
        ticks->bests = ticks->depth.bests;
        if (!ticks->trades) {
            tick_middle(self, instrument);
        }
    }
}

static void tick_depth(struct exchange *self,
                       int32_t instrument,
                       const struct tape_record *record,
                       int32_t decimals)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    int64_t gaps = ticks->sync.gaps;
    int64_t skipped = ticks->sync.skipped;
    enum sync_answer answer = sync_row(&ticks->sync, record);
    if (answer == SYNC_SKIP) {
        self->counters.depth_gaps += ticks->sync.gaps - gaps;
        self->counters.depth_skipped += ticks->sync.skipped - skipped;
        ticks_serve(ticks);
        return;
    }
    if (answer == SYNC_EMPTY_AND_APPLY) {
        depth_clear(&ticks->depth);
        ticks_serve(ticks);
    }
    enum side side = (record->flags & TAPE_BUY) != 0 ? SIDE_BUY : SIDE_SELL;
    int64_t price_e12 = record->v[0];
    int64_t size_e6 = tick_size_e6(record->v[1], decimals);
    int64_t before_e6 = depth_set(&ticks->depth, side, price_e12, size_e6);
    if ((ticks->watch.prices & watch_bit(price_e12)) != 0) {
        maker_level(self, instrument, side, price_e12, before_e6);
    }
    if ((record->flags & TAPE_LAST) != 0) {
        tick_message(self, instrument);
    }
}

/* Marks come before the funding and the matching of their instant: what they set off waits for its step. */
RARE static void
tick_mark(struct exchange *self, int32_t instrument, const struct tape_record *record)
{
    struct track *track = &self->tracks[instrument];
    struct ticks *ticks = track->ticks;
    if (record->v[0] <= 0) {
        return;
    }
    if (record->kind == TAPE_MARK) {
        ticks->marks = true;
        ticks->mark_e12 = record->v[0];
    } else {
        ticks->index_e12 = record->v[0];
    }
    if (ticks->last_e12 == 0) {
        return;
    }
    struct path_prices prices = {ticks->last_e12,
                                 mark_of_e12(track, self->now_us, ticks->last_e12)};
    ticks_reprice(ticks, self->now_us, prices);
    if (track->tracked && !track->halted &&
        prices.mark_e12 != exchange_mark_e12(self, instrument)) {
        track_move(self, instrument, prices.last_e12, prices.mark_e12);
        track->settle_us = self->now_us;
        track_schedule(self, instrument);
    }
}

/* A halted market has its book, and nothing of ours meets it; the first record behind the halt is a jump. */
static void tick_halt(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct ticks *ticks = track->ticks;
    bool halted = gate_halted(self, instrument);
    if (halted) {
        ticks->watch = (struct tick_watch){.version = self->book.versions[instrument] - 1};
    } else if (track->halted && track->tracked) {
        tick_settle(self, instrument);
    }
    track->halted = halted;
}

void exchange_tick(struct exchange *self,
                   int32_t instrument,
                   const struct tape_record *record,
                   int32_t size_decimals)
{
    CHECK(instrument >= 0 && instrument < self->instruments->count);
    CHECK(record->time_us >= self->now_us);

    struct ticks *ticks = self->tracks[instrument].ticks;
    CHECK(ticks != NULL);
    self->now_us = record->time_us;
    ticks->heard_us = record->time_us;
    if (record->time_us >= self->tracks[instrument].path.end_us) {
        return; /* delisted */
    }
    if (self->settings->latency_model == LATENCY_MEASURED) {
        latency_measure(&self->latency, record);
    }
    if (ticks->watch.version != self->book.versions[instrument]) {
        maker_watch(self, instrument);
    }
    if (!exchange_calm(self) || self->tracks[instrument].halted) {
        tick_halt(self, instrument);
    }
    if (record->kind == TAPE_MARK || record->kind == TAPE_INDEX) {
        tick_mark(self, instrument, record);
        return;
    }
    tick_due(self, instrument);
    if (record->kind == TAPE_DEPTH) {
        CHECK(ticks->depth_given);
        tick_depth(self, instrument, record, size_decimals);
    } else if (record->kind == TAPE_TRADE) {
        tick_trade(self, instrument, record, tick_size_e6(record->v[1], size_decimals));
    } else {
        CHECK(record->kind == TAPE_QUOTE);
        tick_quote(self, instrument, record, size_decimals);
    }
    bool whole = record->kind != TAPE_DEPTH || (record->flags & TAPE_LAST) != 0;
    if (whole && record->time_us >= ticks->look_us) {
        look(self, instrument);
    }
}

void exchange_feed(const struct exchange *self, int32_t instrument, struct exchange_feed *out)
{
    const struct ticks *ticks = self->tracks[instrument].ticks;
    *out = (struct exchange_feed){0};
    if (ticks == NULL) {
        return;
    }
    out->gaps = ticks->sync.gaps;
    out->skipped = ticks->sync.skipped;
    out->lost = ticks->depth.lost;
    for (int32_t i = FIDELITY_TRADES; i <= FIDELITY_DEPTH; i++) {
        bool serves = ticks->serves == (enum fidelity)i;
        out->served_us[i] =
            ticks->served_us[i] + (serves ? ticks->heard_us - ticks->serves_since_us : 0);
    }
}
