/* house_book.c - the book that a market shows, and the messages that lead from one to the next.
 * Chain    every message names the last id of the one before. The data's own ids are kept as far as they rise: an id that does
 *          not is replaced by the next number. A snapshot in the data is told as the changes that it makes.
 * Gap      after a break in the data's messages the book stands still until their next snapshot. */
#include <stdlib.h>

#include "core/fixed.h"
#include "core/precision.h"
#include "data/memory.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/ticks.h"
#include "sim/serve/house_private.h"

enum { STEP_PART = 10000, LEVEL_PART = 10, SIDE_FIRST = 128 };

static void side_push(struct house_side *side, int64_t price_e12, int64_t size_e6)
{
    if (side->count == side->capacity) {
        side->capacity = side->capacity == 0 ? SIDE_FIRST : 2 * side->capacity;
        side->levels =
            memory_or_panic(realloc(side->levels, (size_t)side->capacity * sizeof(*side->levels)));
    }
    side->levels[side->count++] = (struct house_level){price_e12, size_e6};
}

void book_release(struct house_listing *listing)
{
    for (int side = SIDE_BUY; side <= SIDE_SELL; side++) {
        free(listing->sides[side].levels);
        free(listing->changed[side].levels);
        free(listing->before[side].levels);
    }
    if (listing->has_depth) {
        depth_release(&listing->depth);
    }
}

/* ---- messages ---- */

static void changed_clear(struct house_listing *listing)
{
    listing->changed[SIDE_BUY].count = 0;
    listing->changed[SIDE_SELL].count = 0;
}

static void tell_depth(struct house *self, int32_t instrument, uint64_t first_id, uint64_t last_id)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct house_side *changed = listing->changed;
    uint64_t previous_id = listing->update_id;
    if (changed[SIDE_BUY].count + changed[SIDE_SELL].count == 0) {
        return;
    }
    last_id = last_id > previous_id ? last_id : previous_id + 1;
    first_id = first_id > previous_id && first_id <= last_id ? first_id : previous_id + 1;
    listing->update_id = last_id;
    listing->book_us = self->now_us;
    const struct house_news news = {
        .kind = HOUSE_NEWS_DEPTH,
        .instrument = instrument,
        .time_us = self->now_us,
        .depth = {.first_id = first_id,
                  .last_id = last_id,
                  .previous_id = previous_id,
                  .bids = changed[SIDE_BUY].count,
                  .asks = changed[SIDE_SELL].count,
                  .bid = changed[SIDE_BUY].levels,
                  .ask = changed[SIDE_SELL].levels},
    };
    house_tell(self, &news);
}

static void tell_quote(struct house *self, int32_t instrument, uint64_t update_id)
{
    const struct house_market *market = &self->listings[instrument].market;
    const struct house_news news = {
        .kind = HOUSE_NEWS_QUOTE,
        .instrument = instrument,
        .time_us = self->now_us,
        .quote = {.update_id = update_id,
                  .bid_e12 = market->bid_e12,
                  .bid_e6 = market->bid_e6,
                  .ask_e12 = market->ask_e12,
                  .ask_e6 = market->ask_e6},
    };
    house_tell(self, &news);
}

static bool better(enum side side, int64_t a_e12, int64_t b_e12)
{
    return side == SIDE_BUY ? a_e12 > b_e12 : a_e12 < b_e12;
}

/* What leads from one list to the other, best first. */
static void compare(enum side side,
                    const struct house_side *from,
                    const struct house_side *to,
                    struct house_side *changed)
{
    int32_t old = 0;
    int32_t new = 0;
    while (old < from->count || new < to->count) {
        bool only_old = new == to->count;
        bool only_new = old == from->count;
        if (only_old ||
            (!only_new && better(side, from->levels[old].price_e12, to->levels[new].price_e12))) {
            side_push(changed, from->levels[old].price_e12, 0);
            old++;
            continue;
        }
        const struct house_level *level = &to->levels[new];
        bool both = !only_new && from->levels[old].price_e12 == level->price_e12;
        if (!both || from->levels[old].size_e6 != level->size_e6) {
            side_push(changed, level->price_e12, level->size_e6);
        }
        old += both;
        new ++;
    }
}

/* ---- a book of records ---- */

static void collect(const struct depth *depth, enum side side, struct house_side *out)
{
    struct depth_level level;
    out->count = 0;
    bool there = depth_best(depth, side, &level);
    while (there) {
        side_push(out, level.price_e12, level.size_e6);
        there = depth_next(depth, side, level.price_e12, &level);
    }
}

static void copy(const struct house_side *from, struct house_side *to)
{
    to->count = 0;
    for (int32_t i = 0; i < from->count; i++) {
        side_push(to, from->levels[i].price_e12, from->levels[i].size_e6);
    }
}

/* What is shown now, before something else takes its place. */
static void keep_before(struct house_listing *listing)
{
    for (int side = SIDE_BUY; side <= SIDE_SELL; side++) {
        if (listing->source == BOOK_DEPTH) {
            collect(&listing->depth, (enum side)side, &listing->before[side]);
        } else {
            copy(&listing->sides[side], &listing->before[side]);
        }
    }
}

static void best_of_depth(struct house_listing *listing)
{
    struct house_market *market = &listing->market;
    struct depth_level bid = {0, 0};
    struct depth_level ask = {0, 0};
    (void)!depth_best(&listing->depth, SIDE_BUY, &bid);
    (void)!depth_best(&listing->depth, SIDE_SELL, &ask);
    market->bid_e12 = bid.price_e12;
    market->bid_e6 = bid.size_e6;
    market->ask_e12 = ask.price_e12;
    market->ask_e6 = ask.size_e6;
}

/* The book is whole again. */
static void message_end(struct house *self, int32_t instrument, const struct tape_record *row)
{
    struct house_listing *listing = &self->listings[instrument];
    struct house_market before = listing->market;
    for (int side = SIDE_BUY; listing->replaced && side <= SIDE_SELL; side++) {
        const struct house_side *was = &listing->before[side];
        for (int32_t i = 0; i < was->count; i++) {
            if (depth_size_e6(&listing->depth, (enum side)side, was->levels[i].price_e12) == 0) {
                side_push(&listing->changed[side], was->levels[i].price_e12, 0);
            }
        }
    }
    listing->replaced = false;
    listing->source = BOOK_DEPTH;
    depth_follow(&listing->depth);
    tell_depth(self, instrument, listing->message_first, row->sequence);
    if (!listing->has_quotes) {
        best_of_depth(listing);
        const struct house_market *now = &listing->market;
        if (before.bid_e12 != now->bid_e12 || before.ask_e12 != now->ask_e12 ||
            before.bid_e6 != now->bid_e6 || before.ask_e6 != now->ask_e6) {
            tell_quote(self, instrument, listing->update_id);
        }
    }
}

void book_row(struct house *self,
              int32_t instrument,
              const struct tape_record *row,
              int32_t size_decimals)
{
    struct house_listing *listing = &self->listings[instrument];
    bool begins = !listing->sync.inside || row->sequence != listing->sync.message;
    enum sync_answer answer = sync_row(&listing->sync, row);
    if (answer == SYNC_SKIP) {
        return;
    }
    if (answer == SYNC_EMPTY_AND_APPLY) {
        keep_before(listing);
        depth_clear(&listing->depth);
        listing->replaced = true;
    }
    if (begins || answer == SYNC_EMPTY_AND_APPLY) {
        changed_clear(listing);
        listing->message_first = (uint64_t)row->v[2];
    }
    enum side side = (row->flags & TAPE_BUY) != 0 ? SIDE_BUY : SIDE_SELL;
    int64_t size_e6 = tick_size_e6(row->v[1], size_decimals);
    if (row->v[0] > 0) {
        (void)depth_set(&listing->depth, side, row->v[0], size_e6);
        side_push(&listing->changed[side], row->v[0], size_e6);
    }
    if ((row->flags & TAPE_LAST) != 0) {
        message_end(self, instrument, row);
    }
}

/* ---- a book around a price ---- */

static bool quoted(const struct house_listing *listing, int64_t now_us)
{
    return listing->has_quotes && market_covers(listing, now_us);
}

/* Half the spread on both sides, as the exchange tells what rests from what takes; never crossed. */
static void best_around(struct house *self, int32_t instrument)
{
    struct house_market *market = &self->listings[instrument].market;
    const struct instrument *item = house_item(self, instrument);
    market->ask_e12 = price_quote_e12(&self->settings, item->tick_e12, SIDE_BUY, market->last_e12);
    market->bid_e12 = price_quote_e12(&self->settings, item->tick_e12, SIDE_SELL, market->last_e12);
    if (market->bid_e12 >= market->ask_e12) {
        market->bid_e12 = market->ask_e12 - item->tick_e12;
    }
    if (market->bid_e12 <= 0) {
        market->bid_e12 = item->tick_e12;
        market->ask_e12 = fixed_larger(market->ask_e12, 2 * item->tick_e12);
    }
}

static void levels_around(struct house *self, int32_t instrument, struct house_side made[2])
{
    const struct house_listing *listing = &self->listings[instrument];
    const struct instrument *item = house_item(self, instrument);
    int64_t size_e6 = precision_round(listing->point_e6 / LEVEL_PART, item->lot_e6, ROUND_DOWN);
    size_e6 = fixed_larger(size_e6, item->lot_e6);
    int64_t step_e12 =
        precision_round(listing->market.last_e12 / STEP_PART, item->tick_e12, ROUND_UP);
    step_e12 = fixed_larger(step_e12, item->tick_e12);
    for (int32_t i = 0; i < HOUSE_LEVELS; i++) {
        int64_t bid_e12 = listing->market.bid_e12 - i * step_e12;
        wide_t ask_e12 = (wide_t)listing->market.ask_e12 + (wide_t)i * step_e12;
        if (bid_e12 > 0) {
            side_push(&made[SIDE_BUY], bid_e12, size_e6);
        }
        if (ask_e12 < INT64_MAX) {
            side_push(&made[SIDE_SELL], (int64_t)ask_e12, size_e6);
        }
    }
}

static void make(struct house *self, int32_t instrument, struct house_side made[2])
{
    struct house_market *market = &self->listings[instrument].market;
    if (quoted(&self->listings[instrument], self->now_us)) {
        if (market->bid_e12 > 0 && market->bid_e6 > 0) {
            side_push(&made[SIDE_BUY], market->bid_e12, market->bid_e6);
        }
        if (market->ask_e12 > 0 && market->ask_e6 > 0) {
            side_push(&made[SIDE_SELL], market->ask_e12, market->ask_e6);
        }
        return;
    }
    best_around(self, instrument);
    levels_around(self, instrument, made);
    market->bid_e6 = made[SIDE_BUY].count > 0 ? made[SIDE_BUY].levels[0].size_e6 : 0;
    market->ask_e6 = made[SIDE_SELL].count > 0 ? made[SIDE_SELL].levels[0].size_e6 : 0;
}

void book_rebuild(struct house *self, int32_t instrument)
{
    struct house_listing *listing = &self->listings[instrument];
    struct house_market before = listing->market;
    keep_before(listing);
    listing->sides[SIDE_BUY].count = 0;
    listing->sides[SIDE_SELL].count = 0;
    make(self, instrument, listing->sides);
    listing->source = BOOK_SYNTHETIC;
    changed_clear(listing);
    for (int side = SIDE_BUY; side <= SIDE_SELL; side++) {
        compare((enum side)side, &listing->before[side], &listing->sides[side],
                &listing->changed[side]);
    }
    tell_depth(self, instrument, 0, 0);
    const struct house_market *now = &listing->market;
    if (!quoted(listing, self->now_us) &&
        (before.bid_e12 != now->bid_e12 || before.ask_e12 != now->ask_e12 ||
         before.bid_e6 != now->bid_e6 || before.ask_e6 != now->ask_e6)) {
        tell_quote(self, instrument, listing->update_id);
    }
}

void book_quote(struct house *self, int32_t instrument, uint64_t update_id)
{
    const struct house_listing *listing = &self->listings[instrument];
    if (!listing->has_depth) {
        book_rebuild(self, instrument);
    }
    tell_quote(self, instrument, update_id != 0 ? update_id : listing->update_id);
}

/* ---- question ---- */

static int32_t
levels_of_depth(const struct depth *depth, enum side side, int32_t levels, struct house_level *out)
{
    struct depth_level level;
    int32_t count = 0;
    bool there = depth_best(depth, side, &level);
    while (there && count < levels) {
        out[count++] = (struct house_level){level.price_e12, level.size_e6};
        there = depth_next(depth, side, level.price_e12, &level);
    }
    return count;
}

static int32_t
levels_of_side(const struct house_side *side, int32_t levels, struct house_level *out)
{
    int32_t count = side->count < levels ? side->count : levels;
    for (int32_t i = 0; i < count; i++) {
        out[i] = side->levels[i];
    }
    return count;
}

void house_book(const struct house *self,
                int32_t instrument,
                int32_t levels,
                struct house_book *out)
{
    const struct house_listing *listing = &self->listings[instrument];
    int32_t most = (int32_t)ARRAY_COUNT(out->bid);
    levels = levels < most ? levels : most;
    out->update_id = listing->update_id;
    out->time_us = listing->book_us;
    if (listing->source == BOOK_DEPTH) {
        out->bids = levels_of_depth(&listing->depth, SIDE_BUY, levels, out->bid);
        out->asks = levels_of_depth(&listing->depth, SIDE_SELL, levels, out->ask);
    } else {
        out->bids = levels_of_side(&listing->sides[SIDE_BUY], levels, out->bid);
        out->asks = levels_of_side(&listing->sides[SIDE_SELL], levels, out->ask);
    }
}
