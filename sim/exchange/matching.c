/* matching.c - orders arrive, trigger, fill, end.
 * Model    a market order fills on arrival, at the price that holds, as a taker (prices.h). Entries
 *          are limited to our share of the point's volume, the rest is cancelled for want of
 *          liquidity; orders that only reduce always fill whole, with the impact of their size: an
 *          exit is never left half done for lack of data. A limit that meets the market takes at
 *          the taker price, never worse than its limit, and rests with what is left; later it makes
 *          at its own price, never better, as far as the share of the point's volume goes. A
 *          conditional order triggers into such a market order. Reduce-only shrinks to the
 *          position. When a position closes, what could only reduce it is cancelled. */
#include "core/fixed.h"
#include "core/precision.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/state.h"

int64_t matching_reducible_e6(const struct exchange *self, int32_t instrument, enum side side)
{
    return account_size_e6(&self->account, instrument, side_opposite(side));
}

/* Volume that our entries and limits may still have at this point, in whole lots. */
static int64_t volume_left_e6(const struct exchange *self, int32_t instrument)
{
    int64_t left_e6 = self->tracks[instrument].volume_left_e6;
    return precision_round(left_e6, exchange_item(self, instrument)->lot_e6, ROUND_DOWN);
}

static void volume_use(struct track *track, int64_t size_e6)
{
    if (track->volume_left_e6 != VOLUME_UNKNOWN) {
        track->volume_left_e6 -= fixed_smaller(size_e6, track->volume_left_e6);
    }
}

static void
execute_part(struct exchange *self, int32_t instrument, const struct execution *execution)
{
    bool forced = execution->kind != FILL_TRADE;
    struct account_fill fill = {
        .side = execution->side,
        .liquidity = execution->liquidity,
        .kind = execution->kind,
        .reduces = execution->reduces,
        .leverage = self->tracks[instrument].leverage,
        .price_e12 = execution->price_e12,
        .size_e6 = execution->size_e6,
        .fee_e9 = fees_rate_e9(self, instrument, execution->liquidity),
        .clearance_e9 = forced ? fees_clearance_e9(self, instrument) : 0,
    };
    struct execution told = *execution;
    struct account_posting posting = account_fill(&self->account, instrument, &fill);
    liquidation_settle(self, instrument, execution, &posting);
    fees_volume(self, instrument, execution);
    told.fee_e8 = fees_told_e8(self, instrument, execution, &posting);
    tell_fill(self, instrument, &told);
}

void matching_execute(struct exchange *self, int32_t instrument, const struct execution *execution)
{
    struct execution part = *execution;
    int64_t open_e6 =
        account_closes_e6(&self->account, instrument, execution->side, execution->reduces);
    volume_use(&self->tracks[instrument], execution->size_e6);
    if (open_e6 == 0) {
        execute_part(self, instrument, &part);
        acceptance_reserve_anew(self, instrument);
        return;
    }
    part.size_e6 = fixed_smaller(execution->size_e6, open_e6);
    execute_part(self, instrument, &part);
    if (part.size_e6 == open_e6) {
        matching_clear(self, instrument, true, REASON_POSITION_CLOSED);
    }
    part.size_e6 = execution->size_e6 - part.size_e6;
    if (part.size_e6 > 0) {
        execute_part(self, instrument, &part);
    }
    acceptance_reserve_anew(self, instrument);
}

/* Takes at the price that holds, or from the book; price_limit_e12 = 0: at any. */
static struct taken take(struct exchange *self,
                         int32_t instrument,
                         const struct action_place *place,
                         int64_t price_limit_e12)
{
    if (take_visible(self, instrument)) {
        return take_walk(self, instrument, place, price_limit_e12);
    }
    bool buy = place->side == SIDE_BUY;
    int64_t size_e6 = place->size_e6;
    if (acceptance_reduces(place)) {
        size_e6 = fixed_smaller(size_e6, matching_reducible_e6(self, instrument, place->side));
    } else {
        size_e6 = fixed_smaller(size_e6, volume_left_e6(self, instrument));
    }
    if (size_e6 == 0) {
        return (struct taken){0, false};
    }
    int64_t price_e12 = acceptance_taker_e12(self, instrument, place->side, size_e6);
    if (price_limit_e12 != 0 && (buy ? price_e12 > price_limit_e12 : price_e12 < price_limit_e12)) {
        price_e12 = price_limit_e12;
    }
    struct execution execution = {
        .order_id = place->order_id,
        .side = place->side,
        .liquidity = LIQUIDITY_TAKER,
        .kind = FILL_TRADE,
        .reduces = acceptance_reduces(place),
        .price_e12 = price_e12,
        .size_e6 = size_e6,
    };
    matching_execute(self, instrument, &execution);
    self->counters.partial_fills += !acceptance_reduces(place) && size_e6 < place->size_e6;
    return (struct taken){size_e6, false};
}

static void take_market(struct exchange *self, int32_t instrument, const struct action_place *place)
{
    struct taken taken = take(self, instrument, place, 0);
    if (taken.self_trade) {
        tell_order(self, instrument, place->order_id, EVIDENCE_EXPIRED, REASON_SELF_TRADE);
    } else if (taken.size_e6 < place->size_e6) {
        enum order_reason reason =
            acceptance_reduces(place) ? REASON_POSITION_CLOSED : REASON_LIQUIDITY;
        tell_order(self, instrument, place->order_id, EVIDENCE_CANCELED, reason);
    }
}

static void rest_limit(struct exchange *self,
                       int32_t instrument,
                       const struct action_place *place,
                       int64_t rest_e6)
{
    if (acceptance_reduces(place) && matching_reducible_e6(self, instrument, place->side) == 0) {
        tell_order(self, instrument, place->order_id, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
        return;
    }
    struct book_order *order = book_add(&self->book, instrument, place);
    order->rest_e6 = rest_e6;
    book_reserve(&self->book, order, acceptance_reserve_e8(self, instrument, place, rest_e6));
}

static bool
fills_whole(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    if (take_visible(self, instrument)) {
        return take_whole(self, instrument, place);
    }
    return acceptance_reduces(place) || volume_left_e6(self, instrument) >= place->size_e6;
}

void matching_limit(struct exchange *self, int32_t instrument, const struct action_place *place)
{
    struct taken taken = {0, false};
    bool takes = acceptance_takes(self, instrument, place);
    if (place->tif == TIF_FOK) {
        if (!takes || !fills_whole(self, instrument, place)) {
            tell_order(self, instrument, place->order_id, EVIDENCE_EXPIRED, REASON_FOK);
            return;
        }
    }
    if (takes) {
        taken = take(self, instrument, place, place->price_e12);
    }
    int64_t rest_e6 = place->size_e6 - taken.size_e6;
    if (rest_e6 == 0) {
        return;
    }
    if (taken.self_trade) {
        tell_order(self, instrument, place->order_id, EVIDENCE_EXPIRED, REASON_SELF_TRADE);
        return;
    }
    if (place->tif == TIF_IOC || place->tif == TIF_FOK) {
        tell_order(self, instrument, place->order_id, EVIDENCE_EXPIRED, REASON_IOC);
        return;
    }
    rest_limit(self, instrument, place, rest_e6);
}

static void
arrive_conditional(struct exchange *self, int32_t instrument, const struct action_place *place)
{
    struct book_order *order = book_add(&self->book, instrument, place);
    if (place->type == ORDER_TRAILING_STOP) {
        int64_t price_e12 = acceptance_trigger_price_e12(self, instrument, place);
        bool armed =
            place->trigger_e12 == 0 || (place->side == SIDE_SELL ? price_e12 >= place->trigger_e12
                                                                 : price_e12 <= place->trigger_e12);
        order->best_e12 = armed ? price_e12 : 0;
    }
}

void matching_place(struct exchange *self, int32_t instrument, const struct action_place *place)
{
    track_begin(self, instrument);
    enum order_reason reason = acceptance(self, instrument, place);
    if (reason != REASON_NONE) {
        tell_order(self, instrument, place->order_id, EVIDENCE_REJECTED, reason);
        return;
    }
    tell_order(self, instrument, place->order_id, EVIDENCE_ACKED, REASON_NONE);
    switch (place->type) {
    case ORDER_MARKET: take_market(self, instrument, place); break;
    case ORDER_LIMIT: matching_limit(self, instrument, place); break;
    case ORDER_STOP_MARKET:
    case ORDER_TAKE_PROFIT_MARKET:
    case ORDER_TRAILING_STOP: arrive_conditional(self, instrument, place); break;
    }
    /* Where mark and last price are far apart, a position may be born beyond its liquidation price.
     * */
    liquidation_sweep(self);
}

void matching_cancel(struct exchange *self, int32_t instrument, uint64_t order_id)
{
    int32_t slot = book_find(&self->book, instrument, order_id);
    if (slot == BOOK_NONE && linked_withdraw(self, order_id, REASON_REQUESTED)) {
        return;
    }
    if (slot == BOOK_NONE) {
        tell_order(self, instrument, order_id, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
        return;
    }
    book_remove(&self->book, slot);
    tell_order(self, instrument, order_id, EVIDENCE_CANCELED, REASON_REQUESTED);
}

void matching_trigger(struct exchange *self, int32_t instrument, int32_t slot)
{
    struct action_place place = book_at(&self->book, slot)->place;
    book_remove(&self->book, slot);
    if (acceptance_reduces(&place)) {
        int64_t open_e6 = matching_reducible_e6(self, instrument, place.side);
        if (open_e6 == 0) {
            tell_order(self, instrument, place.order_id, EVIDENCE_CANCELED, REASON_REDUCE_ONLY);
            return;
        }
        if (place.close_position) {
            place.size_e6 = open_e6;
        }
    } else {
        enum order_reason reason = acceptance_margin(self, instrument, &place);
        if (reason != REASON_NONE) {
            tell_order(self, instrument, place.order_id, EVIDENCE_CANCELED, reason);
            return;
        }
    }
    take_market(self, instrument, &place);
}

/* size_e6 > 0, at most the rest. */
static void fill_resting(struct exchange *self, int32_t instrument, int32_t slot, int64_t size_e6)
{
    struct book_order *order = book_at(&self->book, slot);
    struct action_place place = order->place;
    struct execution execution = {
        .order_id = place.order_id,
        .side = place.side,
        .liquidity = LIQUIDITY_MAKER,
        .kind = FILL_TRADE,
        .reduces = acceptance_reduces(&place),
        .price_e12 = place.price_e12,
        .size_e6 = size_e6,
    };
    int64_t rest_e6 = order->rest_e6 - size_e6;
    if (rest_e6 == 0) {
        book_remove(&self->book, slot);
        matching_execute(self, instrument, &execution);
        return;
    }
    self->counters.partial_fills++;
    order->rest_e6 = rest_e6;
    matching_execute(self, instrument, &execution);
}

int64_t matching_fill(struct exchange *self, int32_t instrument, int32_t slot, int64_t size_e6)
{
    const struct book_order *order = book_at(&self->book, slot);
    if (acceptance_reduces(&order->place)) {
        size_e6 =
            fixed_smaller(size_e6, matching_reducible_e6(self, instrument, order->place.side));
    }
    if (size_e6 > 0) {
        fill_resting(self, instrument, slot, size_e6);
    }
    return size_e6;
}

void matching_make(struct exchange *self, int32_t instrument, int32_t slot)
{
    struct book_order *order = book_at(&self->book, slot);
    int64_t size_e6 = fixed_smaller(order->rest_e6, volume_left_e6(self, instrument));
    if (acceptance_reduces(&order->place)) {
        size_e6 =
            fixed_smaller(size_e6, matching_reducible_e6(self, instrument, order->place.side));
    }
    if (size_e6 < order->rest_e6) {
        order->exhausted = self->walk;
    }
    if (size_e6 > 0) {
        fill_resting(self, instrument, slot, size_e6);
    }
}

void matching_expire(struct exchange *self, int32_t instrument)
{
    int32_t slot = book_first(&self->book, instrument);
    while (slot != BOOK_NONE) {
        const struct book_order *order = book_at(&self->book, slot);
        int32_t next = order->next;
        uint64_t order_id = order->place.order_id;
        int64_t expires_us = order->place.expires_us;
        if (expires_us != 0 && expires_us <= self->now_us) {
            book_remove(&self->book, slot);
            tell_order(self, instrument, order_id, EVIDENCE_EXPIRED, REASON_TTL);
        }
        slot = next;
    }
}

void matching_clear(struct exchange *self,
                    int32_t instrument,
                    bool exits_only,
                    enum order_reason reason)
{
    int32_t slot = book_first(&self->book, instrument);
    while (slot != BOOK_NONE) {
        const struct book_order *order = book_at(&self->book, slot);
        int32_t next = order->next;
        uint64_t order_id = order->place.order_id;
        bool idle = acceptance_reduces(&order->place) &&
                    matching_reducible_e6(self, instrument, order->place.side) == 0;
        if (!exits_only || idle) {
            book_remove(&self->book, slot);
            tell_order(self, instrument, order_id, EVIDENCE_CANCELED, reason);
        }
        slot = next;
    }
}
