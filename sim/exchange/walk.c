/* walk.c - the price moves along a straight segment, and what it reaches happens in the order in
 * which it is reached.
 * Model    last and mark move in step; a trigger lies at its fraction of the segment of its own
 *          price. The earliest is served first (ties: liquidation, stops, take-profits, limits,
 *          then the older order), the price is told at that point, and the rest of the segment goes on
 *          from there, with what the execution has changed (positions, liquidation prices, orders).
 *          What the start of the segment has passed already lies at fraction zero: after a jump
 *          that is everything, so it fires in the order of the ties. Stops trigger when their price
 *          is reached; limits when the last price goes beyond them (or at the touch). A trailing
 *          stop keeps its best price at the end of each piece, for a piece never turns. */
#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/state.h"

enum { WALK_STEPS_MAX = 64 * BOOK_MAX };

enum trigger_class { CLASS_LIQUIDATION, CLASS_STOP, CLASS_TAKE_PROFIT, CLASS_LIMIT, CLASS_NONE };

struct trigger {
    enum trigger_class class;
    int32_t slot;
    wide_t numerator, denominator; /* fraction of the segment, 0..1 */
};

struct segment {
    int64_t last_from, last_to, mark_from, mark_to;
};

/* A price that goes from -> to reaches level from above (falling) or from below; beyond: it must
 * pass it. */
struct reach {
    int64_t from, to, level;
    bool falling, beyond;
};

static inline bool reach_passed(const struct reach *reach, int64_t price)
{
    if (price == reach->level) {
        return !reach->beyond;
    }
    return (price < reach->level) == reach->falling;
}

/* A fraction of a/b against c/d, all of them >= 0. */
static bool trigger_before(const struct trigger *a, const struct trigger *b)
{
    wide_t left = a->numerator * b->denominator;
    wide_t right = b->numerator * a->denominator;
    return left != right ? left < right : a->class < b->class;
}

/* Keeps the earlier one; orders are offered in order of arrival, so that a tie keeps the older. */
static void trigger_take(struct trigger *best,
                         enum trigger_class class,
                         int32_t slot,
                         const struct reach *reach)
{
    struct trigger candidate = {class, slot, 0, 1};
    if (!reach_passed(reach, reach->from)) {
        wide_t way = (wide_t)reach->to - reach->from;
        wide_t part = (wide_t)reach->level - reach->from;
        candidate.numerator = part < 0 ? -part : part;
        candidate.denominator = way < 0 ? -way : way;
    }
    if (best->class == CLASS_NONE || trigger_before(&candidate, best)) {
        *best = candidate;
    }
}

/* Nearly every segment reaches nothing: two comparisons, without a call. */
static inline void trigger_offer(struct trigger *best,
                                 enum trigger_class class,
                                 int32_t slot,
                                 const struct reach *reach)
{
    if (reach_passed(reach, reach->to) || reach_passed(reach, reach->from)) {
        trigger_take(best, class, slot, reach);
    }
}

/* Price at which a trailing stop fires: the first one at or beyond best x (1 -+ callback); 0: not
 * armed. */
static int64_t trailing_level_e12(const struct book_order *order)
{
    int64_t callback_e9 = order->place.callback_e9;
    if (order->place.side == SIDE_SELL) {
        return (int64_t)wide_div_floor((wide_t)order->best_e12 * (ONE_E9 - callback_e9), ONE_E9);
    }
    wide_t level = wide_div_ceil((wide_t)order->best_e12 * (ONE_E9 + callback_e9), ONE_E9);
    return level > INT64_MAX ? INT64_MAX : (int64_t)level;
}

static void offer_limit(const struct exchange *self,
                        const struct segment *segment,
                        int32_t slot,
                        struct trigger *best)
{
    const struct book_order *order = &self->book.orders[slot];
    if (order->exhausted == self->walk) {
        return;
    }
    struct reach reach = {
        .from = segment->last_from,
        .to = segment->last_to,
        .level = order->place.price_e12,
        .falling = order->place.side == SIDE_BUY,
        .beyond = self->settings->limit_fill == LIMIT_CROSS,
    };
    trigger_offer(best, CLASS_LIMIT, slot, &reach);
}

static void offer_conditional(const struct exchange *self,
                              const struct segment *segment,
                              int32_t slot,
                              struct trigger *best)
{
    const struct book_order *order = &self->book.orders[slot];
    bool mark = acceptance_by_mark(self, &order->place);
    bool target = order->place.type == ORDER_TAKE_PROFIT_MARKET;
    struct reach reach = {
        .from = mark ? segment->mark_from : segment->last_from,
        .to = mark ? segment->mark_to : segment->last_to,
        .level = order->place.trigger_e12,
        .falling = (order->place.side == SIDE_SELL) != target,
    };
    if (order->place.type == ORDER_TRAILING_STOP) {
        if (order->best_e12 == 0) {
            return;
        }
        reach.level = trailing_level_e12(order);
    }
    trigger_offer(best, target ? CLASS_TAKE_PROFIT : CLASS_STOP, slot, &reach);
}

static void offer_liquidation(const struct exchange *self,
                              int32_t instrument,
                              const struct segment *segment,
                              struct trigger *best)
{
    struct account_trigger triggers[LEGS];
    int32_t count = account_triggers(&self->account, instrument, triggers);
    for (int32_t i = 0; i < count; i++) {
        struct reach reach = {
            .from = segment->mark_from,
            .to = segment->mark_to,
            .level = triggers[i].price_e12,
            .falling = triggers[i].falling,
        };
        if (reach.level != 0) {
            trigger_offer(best, CLASS_LIQUIDATION, BOOK_NONE, &reach);
        }
    }
}

static struct trigger
trigger_first(struct exchange *self, int32_t instrument, const struct segment *segment)
{
    struct trigger best = {CLASS_NONE, BOOK_NONE, 0, 1};
    /* Where records tell the market, limits have their place in a queue (maker.c). */
    bool queues = market_ticks(&self->tracks[instrument], self->now_us);
    offer_liquidation(self, instrument, segment, &best);
    int32_t slot = book_first(&self->book, instrument);
    while (slot != BOOK_NONE) {
        const struct book_order *order = book_at(&self->book, slot);
        if (order->place.type == ORDER_LIMIT && queues) {
            slot = order->next;
            continue;
        }
        if (order->place.type == ORDER_LIMIT) {
            offer_limit(self, segment, slot, &best);
        } else {
            offer_conditional(self, segment, slot, &best);
        }
        slot = order->next;
    }
    return best;
}

static void trailing_follow(struct exchange *self, int32_t instrument)
{
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = book_at(&self->book, slot)->next) {
        struct book_order *order = book_at(&self->book, slot);
        if (order->place.type != ORDER_TRAILING_STOP) {
            continue;
        }
        int64_t price_e12 = acceptance_trigger_price_e12(self, instrument, &order->place);
        bool sell = order->place.side == SIDE_SELL;
        int64_t beyond_e12 = order->best_e12 != 0 ? order->best_e12 : order->place.trigger_e12;
        if (sell ? price_e12 >= beyond_e12 : price_e12 <= beyond_e12) {
            order->best_e12 = price_e12;
        }
    }
}

static int64_t between(int64_t from, int64_t to, const struct trigger *trigger)
{
    wide_t way = (wide_t)to - from;
    return from + (int64_t)(way * trigger->numerator / trigger->denominator);
}

static void walk_fire(struct exchange *self, int32_t instrument, const struct trigger *trigger)
{
    switch (trigger->class) {
    case CLASS_LIQUIDATION: liquidation_run(self, instrument); break;
    case CLASS_STOP:
    case CLASS_TAKE_PROFIT: matching_trigger(self, instrument, trigger->slot); break;
    case CLASS_LIMIT: matching_make(self, instrument, trigger->slot); break;
    case CLASS_NONE: CHECK(false);
    }
}

/* Serves every trigger of the way; the price then stands at the last of them. True: one was told at
 * the end. */
static bool
walk_serve(struct exchange *self, int32_t instrument, int64_t last_e12, int64_t mark_e12)
{
    struct track *track = &self->tracks[instrument];
    bool moved = false;
    self->walk++;
    for (int32_t step = 0;; step++) {
        CHECK(step < WALK_STEPS_MAX);
        struct segment segment = {
            .last_from = track->last_e12,
            .last_to = last_e12,
            .mark_from = exchange_mark_e12(self, instrument),
            .mark_to = mark_e12,
        };
        struct trigger trigger = trigger_first(self, instrument, &segment);
        if (trigger.class == CLASS_NONE) {
            return moved && track->last_e12 == last_e12 && segment.mark_from == mark_e12;
        }
        if (trigger.numerator > 0) {
            track_move(self, instrument, between(segment.last_from, last_e12, &trigger),
                       between(segment.mark_from, mark_e12, &trigger));
            trailing_follow(self, instrument);
            moved = true;
        }
        walk_fire(self, instrument, &trigger);
        if (linked_moved(&self->linked)) {
            linked_settle(self);
        }
    }
}

static void walk_end(struct exchange *self, int32_t instrument)
{
    trailing_follow(self, instrument);
    if (self->account.cross) {
        liquidation_sweep(self);
    }
}

void walk_to(struct exchange *self, int32_t instrument, int64_t last_e12, int64_t mark_e12)
{
    if (!walk_serve(self, instrument, last_e12, mark_e12)) {
        track_move(self, instrument, last_e12, mark_e12);
    }
    walk_end(self, instrument);
}

void walk_settle(struct exchange *self, int32_t instrument)
{
    (void)walk_serve(self, instrument, self->tracks[instrument].last_e12,
                     exchange_mark_e12(self, instrument));
    walk_end(self, instrument);
}
