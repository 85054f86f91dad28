/* Executions and payments: each told once, each to its owner. */
#include "live/desk_parts.h"

#include <string.h>

#define HELD_NS (3 * NS_PER_S) /* for the stream to name the child of a conditional order */

bool desk_first_seen(struct desk *self, enum seen_kind kind, int32_t instrument, uint64_t id)
{
    int32_t key = 1 + (instrument + 1) * 3 + (int32_t)kind;
    uint64_t mixed = (id ^ (uint64_t)key << 48) * 0x9E3779B97F4A7C15ULL;
    uint64_t set = mixed >> 54; /* 10 bits: DESK_SEEN */
    for (int32_t way = 0; way < DESK_WAYS; way++) {
        if (self->seen[set][way].instrument == key && self->seen[set][way].trade_id == id) {
            return false;
        }
    }
    int32_t way = self->seen_next[set];
    self->seen_next[set] = (way + 1) % DESK_WAYS;
    self->seen[set][way].instrument = key;
    self->seen[set][way].trade_id = id;

    return true;
}

static void
tell_fill(struct desk *self, int32_t instrument, uint64_t order_id, const struct venue_fill *fill)
{
    struct event event = {
        .kind = EVENT_FILL,
        .instrument = instrument,
        .venue_time_us = fill->time_us,
        .fill = {.order_id = order_id,
                 .trade_id = fill->trade_id,
                 .side = fill->side,
                 .liquidity = fill->liquidity,
                 .kind = fill->kind,
                 .price_e12 = fill->price_e12,
                 .size_e6 = fill->size_e6,
                 .fee_e8 = fill->fee_e8},
    };
    self->activity_ns[instrument] = self->now_ns;
    if (fill->time_us > self->fills_until_us) {
        self->fills_until_us = fill->time_us;
    }
    self->world.events.take(self->world.events.self, &event);
}

/* True: this execution was told before, in this life or an earlier one. */
static bool told_before(struct desk *self, int32_t instrument, uint64_t trade_id)
{
    bool before = !desk_first_seen(self, SEEN_TRADE, instrument, trade_id) ||
                  self->world.memory.fill_known(self->world.memory.self, instrument, trade_id);
    self->counters.duplicates += before;

    return before;
}

static void
fill_of_order(struct desk *self, struct desk_order *order, const struct venue_fill *fill)
{
    if (told_before(self, order->instrument, fill->trade_id)) {
        return;
    }
    if (order->over == OVER_NONE) {
        desk_order_accepted(self, order); /* a fill before its acknowledgement is one (F7) */
    }
    order->accepted = true;
    order->booked_e6 += fill->size_e6;
    if (order->booked_e6 > order->cumulative_e6) {
        order->cumulative_e6 = order->booked_e6;
    }
    if (order->sized && order->booked_e6 >= order->size_e6) {
        order->over = OVER_FILLED; /* wins over every other end */
    }
    tell_fill(self, order->instrument, order->order_id, fill);
    desk_order_settle(self, order);
}

/* Of nobody's order: somebody else trades here. */
static void foreign_fill(struct desk *self, int32_t instrument, const struct venue_fill *fill)
{
    if (told_before(self, instrument, fill->trade_id)) {
        return;
    }
    self->counters.foreign++;
    tell_fill(self, instrument, 0, fill);
    desk_fact(self, instrument, FACT_EXTERNAL, 1, 0);
    desk_say(self, SEVERITY_CRITICAL, instrument, "the venue executed an order that is not ours");
}

/* The child of one of our conditional orders may not have been named yet: each of them is asked for, and the fill waits. */
static bool hold(struct desk *self, int32_t instrument, const struct venue_fill *fill)
{
    bool candidates = false;
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        struct desk_order *order = &self->orders[index];
        if (order->order_id != 0 && order->instrument == instrument && order->conditional &&
            order->child_id[0] == '\0' && !order->told) {
            candidates = true;
            desk_doubt_begin(self, order, DOUBT_LOST);
        }
    }
    for (int32_t index = 0; candidates && index < DESK_HELD; index++) {
        struct desk_held_fill *held = &self->held_fills[index];
        if (!held->used) {
            *held = (struct desk_held_fill){.used = true,
                                            .instrument = instrument,
                                            .until_ns = self->now_ns + HELD_NS,
                                            .fill = *fill};
            return true;
        }
    }
    return false;
}

static void fill_without_id(struct desk *self, int32_t instrument, const struct venue_fill *fill)
{
    struct desk_order *order = desk_order_of_venue(self, instrument, fill->venue_order_id);
    if (order != NULL) {
        fill_of_order(self, order, fill);
        return;
    }
    uint64_t order_id = fill->venue_order_id[0] == '\0'
                            ? 0
                            : self->world.memory.order_of_venue(self->world.memory.self, instrument,
                                                                fill->venue_order_id);
    if (order_id != 0) {
        if (!told_before(self, instrument, fill->trade_id)) {
            tell_fill(self, instrument, order_id, fill);
        }
    } else if (!hold(self, instrument, fill)) {
        foreign_fill(self, instrument, fill);
    }
}

void desk_fill(struct desk *self, const struct news *news)
{
    const struct venue_fill *fill = &news->fill;
    int32_t instrument = news->instrument;
    if (instrument == INSTRUMENT_NONE) {
        return;
    }
    if (fill->kind != FILL_TRADE) { /* liquidation, deleveraging: the venue's own */
        if (!told_before(self, instrument, fill->trade_id)) {
            tell_fill(self, instrument, 0, fill);
        }
        return;
    }
    struct desk_order *order = desk_order_find(self, fill->order_id);
    if (order != NULL) {
        fill_of_order(self, order, fill);
    } else if ((fill->order_id & FLATTEN_BIT) != 0) {
        if (!told_before(self, instrument, fill->trade_id)) {
            tell_fill(self, instrument, 0, fill);
        }
    } else if (fill->order_id == 0) {
        fill_without_id(self, instrument, fill);
    } else if (desk_fenced(self, instrument, fill->order_id)) {
        foreign_fill(self, instrument, fill);
    } else if (!told_before(self, instrument, fill->trade_id)) {
        tell_fill(self, instrument, fill->order_id,
                  fill); /* ended so long ago that it was forgotten */
    }
}

/* ---- fills that wait for an owner ---- */

void desk_fills_turn(struct desk *self)
{
    for (int32_t index = 0; index < DESK_HELD; index++) {
        struct desk_held_fill *held = &self->held_fills[index];
        if (!held->used) {
            continue;
        }
        struct desk_order *order =
            desk_order_of_venue(self, held->instrument, held->fill.venue_order_id);
        if (order != NULL) {
            held->used = false;
            fill_of_order(self, order, &held->fill);
        } else if (held->until_ns <= self->now_ns) {
            held->used = false;
            foreign_fill(self, held->instrument, &held->fill);
        }
    }
}

int64_t desk_fills_deadline_ns(const struct desk *self)
{
    int64_t at_ns = NEVER_NS;
    for (int32_t index = 0; index < DESK_HELD; index++) {
        const struct desk_held_fill *held = &self->held_fills[index];
        if (held->used && held->until_ns < at_ns) {
            at_ns = held->until_ns;
        }
    }
    return at_ns;
}

/* ---- payments ---- */

/* One without an id cannot be told from its own row of the venue's history: that row is asked for, and it alone counts. */
void desk_payment(struct desk *self, const struct news *news)
{
    bool transfer = news->kind == NEWS_TRANSFER;
    int64_t time_us = news->payment.time_us;
    if (news->payment.id == 0) {
        reconcile_income_soon(self);
        return;
    }
    if ((!transfer && news->instrument == INSTRUMENT_NONE) ||
        !desk_first_seen(self, transfer ? SEEN_TRANSFER : SEEN_FUNDING, news->instrument,
                         news->payment.id) ||
        self->world.memory.payment_known(self->world.memory.self, transfer, news->instrument,
                                         time_us, news->payment.id)) {
        return;
    }
    if (time_us > self->reconcile.income_until_us) {
        self->reconcile.income_until_us = time_us;
    }
    struct event event = {.kind = transfer ? EVENT_TRANSFER : EVENT_FUNDING,
                          .instrument = transfer ? INSTRUMENT_NONE : news->instrument,
                          .venue_time_us = time_us};
    if (transfer) {
        event.transfer.amount_e8 = news->payment.amount_e8;
    } else {
        event.funding.stated = true;
        event.funding.amount_e8 = news->payment.amount_e8;
    }
    self->world.events.take(self->world.events.self, &event);
}
