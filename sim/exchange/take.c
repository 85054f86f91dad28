/* take.c - a taker walks the visible market.
 * Model    level by level from the best price, one execution a level at that level's price, never beyond a limit price. What
 *          it took is missing from our copy of the level until the feed states it again (ticks.h). Orders of our own stand
 *          in their place: behind what is ahead of them in the queue, before the rest of the level; sim.stp says what
 *          happens when one is met. Entries that find no more in the book are cut (REASON_LIQUIDITY); what only reduces is
 *          filled whole, the rest at the taker price (prices.h) from the last level with the whole impact. Where only quotes
 *          are known the rest of any order is filled so, for nobody says what stands behind the best price.
 * Sizes    in whole lots: what a level has beyond them cannot be taken, and goes with the level. */
#include "core/fixed.h"
#include "core/precision.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/state.h"

struct taker {
    int32_t instrument;
    const struct action_place *place;
    int64_t limit_e12; /* 0: none */
    int64_t left_e6, filled_e6;
    int64_t last_e12; /* of the last level met; 0: none */
    bool expired;     /* by our own order */
};

static bool beyond(const struct taker *taker, int64_t price_e12)
{
    bool buy = taker->place->side == SIDE_BUY;
    return taker->limit_e12 != 0 &&
           (buy ? price_e12 > taker->limit_e12 : price_e12 < taker->limit_e12);
}

static void
taker_fill(struct exchange *self, struct taker *taker, int64_t price_e12, int64_t size_e6)
{
    struct execution execution = {
        .order_id = taker->place->order_id,
        .side = taker->place->side,
        .liquidity = LIQUIDITY_TAKER,
        .kind = taker->place->order_id == 0 ? FILL_LIQUIDATION : FILL_TRADE,
        .reduces = acceptance_reduces(taker->place),
        .price_e12 = price_e12,
        .size_e6 = size_e6,
    };
    taker->left_e6 -= size_e6;
    taker->filled_e6 += size_e6;
    matching_execute(self, taker->instrument, &execution);
}

/* Our own order is next in the queue. */
static void taker_meets_own(struct exchange *self, struct taker *taker, int32_t slot)
{
    const struct book_order *order = book_at(&self->book, slot);
    uint64_t order_id = order->place.order_id;
    int64_t policy = self->settings->self_trade;
    if (policy == SELF_TRADE_NONE) {
        int64_t price_e12 = order->place.price_e12;
        int64_t size_e6 = matching_fill(self, taker->instrument, slot,
                                        fixed_smaller(taker->left_e6, order->rest_e6));
        if (size_e6 > 0) {
            taker_fill(self, taker, price_e12, size_e6);
            return;
        }
    }
    if (policy != SELF_TRADE_EXPIRE_TAKER) {
        book_remove(&self->book, slot);
        tell_order(self, taker->instrument, order_id, EVIDENCE_EXPIRED, REASON_SELF_TRADE);
    }
    taker->expired = policy == SELF_TRADE_EXPIRE_TAKER || policy == SELF_TRADE_EXPIRE_BOTH;
}

/* In a collapse of the depth less of a level is there. */
static int64_t shown_e6(const struct exchange *self, int32_t instrument, int64_t size_e6)
{
    return exchange_calm(self) ? size_e6 : incidents_thin(&self->incidents, instrument, size_e6);
}

/* What a level loses with a part of what it shows. */
static int64_t whole_e6(const struct depth_level *shown, int64_t size_e6, int64_t taken_e6)
{
    return taken_e6 >= shown->size_e6 ? size_e6
                                      : (int64_t)((wide_t)taken_e6 * size_e6 / shown->size_e6);
}

/* The queue before our own orders at a price is shorter by what was taken there. */
static void queue_shorten(struct exchange *self,
                          int32_t instrument,
                          enum side side,
                          const struct depth_level *taken)
{
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = book_at(&self->book, slot)->next) {
        struct book_order *order = book_at(&self->book, slot);
        bool there = order->place.type == ORDER_LIMIT && order->place.side == side &&
                     order->place.price_e12 == taken->price_e12;
        if (there && order->queue.front_e6 != QUEUE_UNKNOWN) {
            order->queue.front_e6 -= fixed_smaller(order->queue.front_e6, taken->size_e6);
        }
    }
}

/* What of a level stands before our own order; own: NULL, all. */
static int64_t level_before_e6(const struct depth_level *level, const struct book_order *own)
{
    if (own == NULL || own->place.price_e12 != level->price_e12) {
        return level->size_e6;
    }
    return fixed_smaller(level->size_e6, own->queue.front_e6);
}

/* One level or one order of our own; false: nothing more to meet. */
static bool taker_step(struct exchange *self, struct taker *taker)
{
    struct ticks *ticks = self->tracks[taker->instrument].ticks;
    enum side other = side_opposite(taker->place->side);
    int64_t lot_e6 = exchange_item(self, taker->instrument)->lot_e6;
    struct depth_level level = {0, 0};
    bool market = ticks_best(ticks, other, &level);
    int64_t size_there_e6 = level.size_e6;
    level.size_e6 = shown_e6(self, taker->instrument, level.size_e6);
    int32_t slot = maker_first(self, taker->instrument, other);
    const struct book_order *own = slot != BOOK_NONE ? book_at(&self->book, slot) : NULL;
    if (own != NULL && market &&
        (other == SIDE_SELL ? level.price_e12 < own->place.price_e12
                            : level.price_e12 > own->place.price_e12)) {
        own = NULL;
    }
    int64_t before_e6 = 0;
    if (market && (own == NULL || own->place.price_e12 == level.price_e12)) {
        before_e6 = level_before_e6(&level, own);
    }
    int64_t price_e12 = own != NULL ? own->place.price_e12 : level.price_e12;
    if ((!market && own == NULL) || beyond(taker, price_e12)) {
        return false;
    }
    taker->last_e12 = price_e12;
    if (own != NULL && before_e6 < lot_e6) {
        taker_meets_own(self, taker, slot);
        return true;
    }
    int64_t size_e6 = precision_round(fixed_smaller(before_e6, taker->left_e6), lot_e6, ROUND_DOWN);
    struct depth_level taken = {price_e12, size_e6 > 0 ? size_e6 : before_e6};
    ticks_take(ticks, other, price_e12, whole_e6(&level, size_there_e6, taken.size_e6));
    queue_shorten(self, taker->instrument, other, &taken);
    if (size_e6 > 0) {
        taker_fill(self, taker, price_e12, size_e6);
    }
    return true;
}

/* Beyond what is visible. */
static void taker_rest(struct exchange *self, struct taker *taker)
{
    const struct track *track = &self->tracks[taker->instrument];
    int64_t from_e12 = taker->last_e12 != 0 ? taker->last_e12 : track->last_e12;
    int64_t price_e12 =
        price_taker_e12(self->settings, exchange_item(self, taker->instrument)->tick_e12,
                        taker->place->side, from_e12, ONE_E9);
    if (!beyond(taker, price_e12)) {
        taker_fill(self, taker, price_e12, taker->left_e6);
    }
}

bool take_visible(const struct exchange *self, int32_t instrument)
{
    const struct track *track = &self->tracks[instrument];
    struct depth_level level;
    return market_ticks(track, self->now_us) &&
           (ticks_book(track->ticks) || ticks_best(track->ticks, SIDE_BUY, &level) ||
            ticks_best(track->ticks, SIDE_SELL, &level));
}

struct taken take_walk(struct exchange *self,
                       int32_t instrument,
                       const struct action_place *place,
                       int64_t limit_e12)
{
    const struct ticks *ticks = self->tracks[instrument].ticks;
    bool reduces = acceptance_reduces(place);
    struct taker taker = {.instrument = instrument,
                          .place = place,
                          .limit_e12 = limit_e12,
                          .left_e6 = place->size_e6};
    maker_watch(self, instrument);
    do {
        int64_t open_e6 = matching_reducible_e6(self, instrument, place->side);
        if (reduces) {
            taker.left_e6 = fixed_smaller(taker.left_e6, open_e6);
        }
    } while (taker.left_e6 > 0 && !taker.expired && taker_step(self, &taker));
    if (taker.left_e6 > 0 && !taker.expired &&
        (!ticks_book(ticks) || (reduces && limit_e12 == 0))) {
        taker_rest(self, &taker);
    }
    self->counters.partial_fills += taker.filled_e6 > 0 && taker.left_e6 > 0;
    return (struct taken){taker.filled_e6, taker.expired};
}

/* ---- questions before an order is taken ---- */

bool take_meets(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    enum side other = side_opposite(place->side);
    bool buy = place->side == SIDE_BUY;
    struct depth_level level;
    if (ticks_best(self->tracks[instrument].ticks, other, &level) &&
        (buy ? place->price_e12 >= level.price_e12 : place->price_e12 <= level.price_e12)) {
        return true;
    }
    int64_t own_e12 = book_best_e12(&self->book, instrument, other);
    return own_e12 != 0 && (buy ? place->price_e12 >= own_e12 : place->price_e12 <= own_e12);
}

/* Of our own orders that it would trade with. */
static int64_t
own_available_e6(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    int64_t size_e6 = 0;
    if (self->settings->self_trade != SELF_TRADE_NONE) {
        return 0;
    }
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = self->book.orders[slot].next) {
        const struct book_order *order = &self->book.orders[slot];
        bool meets = place->side == SIDE_BUY ? order->place.price_e12 <= place->price_e12
                                             : order->place.price_e12 >= place->price_e12;
        if (order->place.type == ORDER_LIMIT && order->place.side != place->side && meets) {
            size_e6 += order->rest_e6;
        }
    }
    return size_e6;
}

/* On the way to a price an order of ours would end the taker. */
static bool
own_ends(const struct exchange *self, int32_t instrument, enum side other, int64_t to_e12)
{
    int64_t policy = self->settings->self_trade;
    int64_t own_e12 = book_best_e12(&self->book, instrument, other);
    bool before = other == SIDE_SELL ? own_e12 <= to_e12 : own_e12 >= to_e12;
    return own_e12 != 0 && before &&
           (policy == SELF_TRADE_EXPIRE_TAKER || policy == SELF_TRADE_EXPIRE_BOTH);
}

bool take_whole(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    const struct ticks *ticks = self->tracks[instrument].ticks;
    enum side other = side_opposite(place->side);
    int64_t left_e6 = place->size_e6 - own_available_e6(self, instrument, place);
    int64_t lot_e6 = exchange_item(self, instrument)->lot_e6;
    int64_t reached_e12 = 0;
    struct depth_level level;
    bool more = ticks_best(ticks, other, &level);
    while (left_e6 > 0 && more) {
        bool meets = place->side == SIDE_BUY ? level.price_e12 <= place->price_e12
                                             : level.price_e12 >= place->price_e12;
        if (!meets) {
            return false;
        }
        reached_e12 = level.price_e12;
        left_e6 -= precision_round(shown_e6(self, instrument, level.size_e6), lot_e6, ROUND_DOWN);
        more = ticks_next(ticks, other, level.price_e12, &level);
    }
    return left_e6 <= 0 && !own_ends(self, instrument, other, reached_e12);
}

int64_t
take_worst_e12(const struct exchange *self, int32_t instrument, enum side side, int64_t size_e6)
{
    const struct track *track = &self->tracks[instrument];
    enum side other = side_opposite(side);
    int64_t last_e12 = track->last_e12;
    struct depth_level level;
    bool more = ticks_best(track->ticks, other, &level);
    while (more) {
        last_e12 = level.price_e12;
        size_e6 -= shown_e6(self, instrument, level.size_e6);
        if (size_e6 <= 0) {
            return last_e12;
        }
        more = ticks_next(track->ticks, other, level.price_e12, &level);
    }
    return price_taker_e12(self->settings, exchange_item(self, instrument)->tick_e12, side,
                           last_e12, ONE_E9);
}
