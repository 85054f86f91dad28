/* maker.c - our resting limits where the market is told by records: their places and their fills.
 * Model    price first, then time of arrival. Ahead of a new one stands all that is displayed at its price (queue_model.h);
 *          what a quote does not show is unknown, and only a trade or a quote beyond the price fills then (sim.limit_fill =
 *          touch: nothing is ahead). A trade at our price eats the queue ahead, then us; a trade beyond it has eaten the
 *          queue, and us first; both as far as the trade's size goes. An opposite level at or beyond our price fills us as
 *          far as its size goes, and that is taken from the level. Always at our price. A trade whose aggressor is not known
 *          counts for both sides. Sizes go down to the lot. */
#include "core/fixed.h"
#include "core/precision.h"
#include "sim/exchange/state.h"

static bool better(enum side side, int64_t a_e12, int64_t b_e12)
{
    return side == SIDE_BUY ? a_e12 > b_e12 : a_e12 < b_e12;
}

static bool rests(const struct book_order *order, enum side side)
{
    return order->place.type == ORDER_LIMIT && order->place.side == side;
}

static void maker_join(const struct exchange *self, struct book_order *order)
{
    const struct ticks *ticks = self->tracks[order->instrument].ticks;
    int64_t front_e6 = ticks_size_e6(ticks, order->place.side, order->place.price_e12);
    if (front_e6 == QUEUE_UNKNOWN && self->settings->limit_fill == LIMIT_TOUCH) {
        front_e6 = 0;
    }
    order->queue = (struct queue_place){.front_e6 = front_e6};
    order->queued = true;
}

void maker_watch(struct exchange *self, int32_t instrument)
{
    struct tick_watch *watch = &self->tracks[instrument].ticks->watch;
    *watch = (struct tick_watch){.version = self->book.versions[instrument]};
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = book_at(&self->book, slot)->next) {
        struct book_order *order = book_at(&self->book, slot);
        if (order->place.type != ORDER_LIMIT) {
            continue;
        }
        if (!order->queued) {
            maker_join(self, order);
        }
        int64_t *best_e12 = &watch->best_e12[order->place.side];
        if (*best_e12 == 0 || better(order->place.side, order->place.price_e12, *best_e12)) {
            *best_e12 = order->place.price_e12;
        }
        watch->count++;
        watch->prices |= watch_bit(order->place.price_e12);
    }
}

/* A place in the order of price and arrival. */
struct turn {
    int64_t price_e12; /* 0: before all others */
    uint64_t arrival;
};

static struct turn turn_of(const struct book_order *order)
{
    return (struct turn){order->place.price_e12, order->arrival};
}

static bool turn_before(enum side side, struct turn a, struct turn b)
{
    return a.price_e12 == b.price_e12 ? a.arrival < b.arrival
                                      : better(side, a.price_e12, b.price_e12);
}

/* First of those behind a turn; BOOK_NONE. */
static int32_t
maker_behind(struct exchange *self, int32_t instrument, enum side side, const struct turn *last)
{
    int32_t best = BOOK_NONE;
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = book_at(&self->book, slot)->next) {
        const struct book_order *order = book_at(&self->book, slot);
        if (!rests(order, side) ||
            (last->price_e12 != 0 && !turn_before(side, *last, turn_of(order)))) {
            continue;
        }
        if (best == BOOK_NONE ||
            turn_before(side, turn_of(order), turn_of(book_at(&self->book, best)))) {
            best = slot;
        }
    }
    return best;
}

int32_t maker_first(struct exchange *self, int32_t instrument, enum side side)
{
    const struct turn start = {0, 0};
    return maker_behind(self, instrument, side, &start);
}

/* A trade of the feed, and the order of ours that had come last before it. */
struct print {
    int64_t price_e12, size_e6;
    uint64_t newest;
};

/* What a trade leaves of left_e6 for those behind. */
static int64_t trade_meet(struct exchange *self,
                          int32_t instrument,
                          int32_t slot,
                          const struct print *trade,
                          int64_t left_e6)
{
    struct book_order *order = book_at(&self->book, slot);
    int64_t reaches_e6 = left_e6;
    if (order->place.price_e12 == trade->price_e12) {
        reaches_e6 = queue_place_trade(&order->queue, trade->size_e6, left_e6);
    } else {
        order->queue.front_e6 = 0;
    }
    reaches_e6 = precision_round(fixed_smaller(reaches_e6, order->rest_e6),
                                 exchange_item(self, instrument)->lot_e6, ROUND_DOWN);
    return left_e6 - matching_fill(self, instrument, slot, reaches_e6);
}

/* An execution may decide a group: before the next order is looked for. */
static void maker_decide(struct exchange *self)
{
    if (linked_moved(&self->linked)) {
        linked_settle(self);
    }
}

/* Each of ours once, in its turn, whatever an execution sets off meanwhile; what that brings into the book came too late. */
static void
trade_side(struct exchange *self, int32_t instrument, enum side side, const struct print *trade)
{
    int64_t best_e12 = self->tracks[instrument].ticks->watch.best_e12[side];
    if (best_e12 == 0 || better(side, trade->price_e12, best_e12)) {
        return;
    }
    struct turn turn = {0, 0};
    int64_t left_e6 = trade->size_e6;
    for (;;) {
        int32_t slot = maker_behind(self, instrument, side, &turn);
        if (slot == BOOK_NONE) {
            return;
        }
        turn = turn_of(book_at(&self->book, slot));
        if (better(side, trade->price_e12, turn.price_e12)) {
            return;
        }
        if (turn.arrival <= trade->newest) {
            left_e6 = trade_meet(self, instrument, slot, trade, left_e6);
            maker_decide(self);
        }
    }
}

void maker_trade(struct exchange *self,
                 int32_t instrument,
                 const struct tape_record *record,
                 int64_t size_e6)
{
    struct print trade = {record->v[0], size_e6, self->book.arrivals};
    bool unknown = (record->flags & TAPE_SIDE_UNKNOWN) != 0;
    bool buys = (record->flags & TAPE_BUY) != 0;
    if (unknown || !buys) {
        trade_side(self, instrument, SIDE_BUY, &trade);
    }
    if (unknown || buys) {
        trade_side(self, instrument, SIDE_SELL, &trade);
    }
}

void maker_level(
    struct exchange *self, int32_t instrument, enum side side, int64_t price_e12, int64_t before_e6)
{
    struct queue_model model = {self->settings->queue, self->settings->queue_power};
    int64_t after_e6 = ticks_size_e6(self->tracks[instrument].ticks, side, price_e12);
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = book_at(&self->book, slot)->next) {
        struct book_order *order = book_at(&self->book, slot);
        if (rests(order, side) && order->place.price_e12 == price_e12) {
            queue_place_level(&order->queue, &model, before_e6, after_e6);
        }
    }
}

void maker_quote(struct exchange *self,
                 int32_t instrument,
                 enum side side,
                 const struct depth_level *quote)
{
    struct queue_model model = {self->settings->queue, self->settings->queue_power};
    const struct depth_level *before = &self->tracks[instrument].ticks->quote[side];
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = book_at(&self->book, slot)->next) {
        struct book_order *order = book_at(&self->book, slot);
        int64_t price_e12 = order->place.price_e12;
        if (!rests(order, side) || better(side, quote->price_e12, price_e12)) {
            continue;
        }
        bool alone = price_e12 != quote->price_e12;
        bool known = before->price_e12 == price_e12;
        queue_place_level(&order->queue, &model, known ? before->size_e6 : 0,
                          alone ? 0 : quote->size_e6);
    }
}

static void cross_side(struct exchange *self, int32_t instrument, enum side side)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    enum side other = side_opposite(side);
    struct depth_level level;
    while (ticks_best(ticks, other, &level)) {
        int32_t slot = maker_first(self, instrument, side);
        if (slot == BOOK_NONE ||
            better(side, level.price_e12, book_at(&self->book, slot)->place.price_e12)) {
            return;
        }
        struct book_order *order = book_at(&self->book, slot);
        int64_t size_e6 = precision_round(fixed_smaller(level.size_e6, order->rest_e6),
                                          exchange_item(self, instrument)->lot_e6, ROUND_DOWN);
        order->queue.front_e6 = 0;
        int64_t made_e6 = matching_fill(self, instrument, slot, size_e6);
        /* What is less than a lot is nobody's. */
        ticks_take(ticks, other, level.price_e12, made_e6 > 0 ? made_e6 : level.size_e6);
        maker_decide(self);
    }
}

void maker_cross(struct exchange *self, int32_t instrument)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    for (int32_t i = 0; i < 2; i++) {
        enum side side = i == 0 ? SIDE_BUY : SIDE_SELL;
        int64_t best_e12 = ticks->watch.best_e12[side];
        struct depth_level level;
        if (best_e12 != 0 && ticks_best(ticks, side_opposite(side), &level) &&
            !better(side, level.price_e12, best_e12)) {
            cross_side(self, instrument, side);
        }
    }
}
