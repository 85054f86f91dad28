/* acceptance.c - what the venue refuses, and in which words.
 * Order of the reasons: steps (tick, lot), size, market, life, rules.c, direction (reduce-only, trigger),
 * notional, leverage bracket, margin, post-only. Reducing orders need no margin, no bracket and no
 * minimum notional. Margin of an entry: initial margin at its worst price + taker fee, against
 * wallet - margins in use - what resting entries reserve (+ unrealised in cross mode). Conditional
 * entries are asked when they trigger, as on the venues. */
#include "core/fixed.h"
#include "core/margin.h"
#include "sim/exchange/contract.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/state.h"

bool acceptance_reduces(const struct action_place *place)
{
    return place->reduce_only || place->close_position;
}

static bool place_conditional(const struct action_place *place)
{
    return place->type != ORDER_MARKET && place->type != ORDER_LIMIT;
}

int64_t acceptance_trigger_price_e12(const struct exchange *self,
                                     int32_t instrument,
                                     const struct action_place *place)
{
    return acceptance_by_mark(self, place) ? exchange_mark_e12(self, instrument)
                                           : self->tracks[instrument].last_e12;
}

int64_t acceptance_taker_e12(const struct exchange *self,
                             int32_t instrument,
                             enum side side,
                             int64_t size_e6)
{
    const struct track *track = &self->tracks[instrument];
    if (take_visible(self, instrument)) {
        return take_worst_e12(self, instrument, side, size_e6);
    }
    return price_taker_e12(self->settings, exchange_item(self, instrument)->tick_e12, side,
                           track->last_e12, price_share_e9(size_e6, track->volume_e6));
}

static enum order_reason reason_steps(const struct instrument *item,
                                      const struct action_place *place)
{
    bool limit = place->type == ORDER_LIMIT;
    bool trigger = place->type == ORDER_STOP_MARKET || place->type == ORDER_TAKE_PROFIT_MARKET;
    if (place->price_e12 < 0 || place->trigger_e12 < 0 || (limit && place->price_e12 == 0) ||
        (trigger && place->trigger_e12 == 0)) {
        return REASON_TICK;
    }
    if (place->price_e12 % item->tick_e12 != 0 || place->trigger_e12 % item->tick_e12 != 0) {
        return REASON_TICK;
    }
    if (place->close_position) {
        return place->size_e6 == 0 && place_conditional(place) ? REASON_NONE : REASON_SIZE;
    }
    if (place->size_e6 <= 0) {
        return REASON_SIZE;
    }
    return place->size_e6 % item->lot_e6 != 0 ? REASON_LOT : REASON_NONE;
}

static enum order_reason reason_size(const struct instrument *item,
                                     const struct action_place *place)
{
    if (place->close_position) {
        return REASON_NONE;
    }
    bool small = place->size_e6 < item->size_min_e6 && !acceptance_reduces(place);
    bool large = item->size_max_e6 > 0 && place->size_e6 > item->size_max_e6;
    return small || large ? REASON_SIZE : REASON_NONE;
}

/* In an outage conditional orders may still be placed: a late stop is better than none. */
static enum order_reason
reason_market(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    const struct track *track = &self->tracks[instrument];
    if (!track->tracked || self->now_us >= track->path.end_us) {
        return REASON_NO_MARKET;
    }
    if (place_conditional(place)) {
        return REASON_NONE;
    }
    return market_open(self, instrument, self->now_us) ? REASON_NONE : REASON_NO_MARKET;
}

/* A trailing stop whose activation price has passed already is armed at once; it is not refused. */
static bool place_would_trigger(const struct exchange *self,
                                int32_t instrument,
                                const struct action_place *place)
{
    int64_t price_e12 = acceptance_trigger_price_e12(self, instrument, place);
    bool buy = place->side == SIDE_BUY;
    if (place->type == ORDER_STOP_MARKET) {
        return buy ? price_e12 >= place->trigger_e12 : price_e12 <= place->trigger_e12;
    }
    if (place->type == ORDER_TAKE_PROFIT_MARKET) {
        return buy ? price_e12 <= place->trigger_e12 : price_e12 >= place->trigger_e12;
    }
    return false;
}

static enum order_reason
reason_direction(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    if (acceptance_reduces(place) && matching_reducible_e6(self, instrument, place->side) == 0) {
        return REASON_REDUCE_ONLY;
    }
    return place_would_trigger(self, instrument, place) ? REASON_WOULD_TRIGGER : REASON_NONE;
}

/* What the order can add to the position; the rest of it closes. */
static int64_t place_adds_e6(const struct exchange *self,
                             int32_t instrument,
                             const struct action_place *place,
                             int64_t size_e6)
{
    if (acceptance_reduces(place)) {
        return 0;
    }
    int64_t adds_e6 = size_e6 - account_closes_e6(&self->account, instrument, place->side, false);
    return adds_e6 > 0 ? adds_e6 : 0;
}

/* The one of two prices that asks more: inverse contracts are dear when the price is low. */
static int64_t
worse_e12(const struct exchange *self, int32_t instrument, int64_t one_e12, int64_t other_e12)
{
    bool inverse = exchange_item(self, instrument)->contract_value_e8 > 0;
    return (one_e12 > other_e12) != inverse ? one_e12 : other_e12;
}

/* The highest notional at which it may execute. */
static int64_t
place_worst_e12(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    int64_t last_e12 = self->tracks[instrument].last_e12;
    if (place->type == ORDER_LIMIT) {
        bool better =
            place->side == SIDE_SELL ? last_e12 > place->price_e12 : last_e12 < place->price_e12;
        bool moves = better && worse_e12(self, instrument, last_e12, place->price_e12) == last_e12;
        return moves ? last_e12 : place->price_e12;
    }
    int64_t taker_e12 = acceptance_taker_e12(self, instrument, place->side, place->size_e6);
    return worse_e12(self, instrument, taker_e12, last_e12);
}

static enum order_reason
reason_notional(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    int64_t price_e12 = self->tracks[instrument].last_e12;
    int64_t notional_e8 = 0;
    if (acceptance_reduces(place)) {
        return REASON_NONE;
    }
    if (place->type == ORDER_LIMIT) {
        price_e12 = place->price_e12;
    } else if (place->trigger_e12 > 0) {
        price_e12 = place->trigger_e12;
    }
    if (!contract_value_floor_e8(exchange_item(self, instrument), price_e12, place->size_e6,
                                 &notional_e8)) {
        return REASON_SIZE;
    }
    return notional_e8 < exchange_item(self, instrument)->notional_min_e8 ? REASON_NOTIONAL_MIN
                                                                          : REASON_NONE;
}

static int32_t leverage_in_force(const struct exchange *self, int32_t instrument)
{
    int32_t leverage = account_leverage(&self->account, instrument);
    return leverage > 0 ? leverage : self->tracks[instrument].leverage;
}

/* Position, resting entries of the same side and the order itself, at their worst prices. */
static bool resulting_notional_e8(const struct exchange *self,
                                  int32_t instrument,
                                  const struct action_place *place,
                                  int64_t *out)
{
    int64_t held_e6 = account_size_e6(&self->account, instrument, place->side);
    int64_t adds_e6 = place_adds_e6(self, instrument, place, place->size_e6);
    wide_t size_e6 =
        (wide_t)held_e6 + adds_e6 + book_resting_e6(&self->book, instrument, place->side);
    int64_t price_e12 = place_worst_e12(self, instrument, place);
    int64_t narrow_e6 = 0;
    price_e12 = worse_e12(self, instrument, exchange_mark_e12(self, instrument), price_e12);
    return fixed_narrow(size_e6, &narrow_e6) &&
           contract_value_e8(exchange_item(self, instrument), price_e12, narrow_e6, out);
}

static bool place_needs_e8(const struct exchange *self,
                           int32_t instrument,
                           const struct action_place *place,
                           int64_t size_e6,
                           int64_t *out)
{
    int64_t adds_e6 = place_adds_e6(self, instrument, place, size_e6);
    int64_t fee_e9 = fees_rate_e9(self, instrument, LIQUIDITY_TAKER);
    int64_t notional_e8 = 0;
    int64_t fee_e8 = 0;
    if (!contract_value_e8(exchange_item(self, instrument),
                           place_worst_e12(self, instrument, place), adds_e6, &notional_e8) ||
        !margin_fee_e8(notional_e8, fee_e9, &fee_e8)) {
        return false;
    }
    *out = margin_initial_e8(notional_e8, leverage_in_force(self, instrument)) + fee_e8;
    return true;
}

enum order_reason
acceptance_margin(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    const struct instrument *item = exchange_item(self, instrument);
    int64_t notional_e8 = 0;
    int64_t needs_e8 = 0;
    if (place_adds_e6(self, instrument, place, place->size_e6) == 0) {
        return REASON_NONE;
    }
    if (!resulting_notional_e8(self, instrument, place, &notional_e8) ||
        !place_needs_e8(self, instrument, place, place->size_e6, &needs_e8)) {
        return REASON_SIZE;
    }
    const struct tier *tier =
        margin_tier(instrument_tiers(self->instruments, item), item->tier_count, notional_e8);
    if (leverage_in_force(self, instrument) > tier->leverage_max) {
        return REASON_LEVERAGE_BRACKET;
    }
    int64_t available_e8 = account_available_e8(&self->account) - self->book.reserved_e8;
    return available_e8 >= needs_e8 ? REASON_NONE : REASON_MARGIN;
}

int64_t acceptance_reserve_e8(const struct exchange *self,
                              int32_t instrument,
                              const struct action_place *place,
                              int64_t size_e6)
{
    int64_t needs_e8 = 0;
    CHECK(place_needs_e8(self, instrument, place, size_e6, &needs_e8));
    return needs_e8;
}

void acceptance_reserve_anew(struct exchange *self, int32_t instrument)
{
    int32_t slot = book_first(&self->book, instrument);
    for (; slot != BOOK_NONE; slot = book_at(&self->book, slot)->next) {
        struct book_order *order = book_at(&self->book, slot);
        int64_t needs_e8 = 0;
        if (order->place.type == ORDER_LIMIT &&
            place_needs_e8(self, instrument, &order->place, order->rest_e6, &needs_e8)) {
            book_reserve(&self->book, order, needs_e8);
        }
    }
}

bool acceptance_takes(const struct exchange *self,
                      int32_t instrument,
                      const struct action_place *place)
{
    if (take_visible(self, instrument)) {
        return take_meets(self, instrument, place);
    }
    int64_t quote_e12 = price_quote_e12(self->settings, exchange_item(self, instrument)->tick_e12,
                                        place->side, self->tracks[instrument].last_e12);
    return place->side == SIDE_BUY ? place->price_e12 >= quote_e12 : place->price_e12 <= quote_e12;
}

enum order_reason
acceptance(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    const struct instrument *item = exchange_item(self, instrument);
    enum order_reason reason = reason_steps(item, place);
    if (reason == REASON_NONE) {
        reason = reason_size(item, place);
    }
    if (reason == REASON_NONE) {
        reason = reason_market(self, instrument, place);
    }
    if (reason == REASON_NONE && place->expires_us != 0 && place->expires_us <= self->now_us) {
        reason = REASON_TTL;
    }
    if (reason == REASON_NONE) {
        reason = rules_check(self, instrument, place);
    }
    if (reason == REASON_NONE) {
        reason = reason_direction(self, instrument, place);
    }
    if (reason == REASON_NONE) {
        reason = reason_notional(self, instrument, place);
    }
    if (reason == REASON_NONE && !place_conditional(place)) {
        reason = acceptance_margin(self, instrument, place);
    }
    if (reason == REASON_NONE && place->type == ORDER_LIMIT && place->tif == TIF_POST_ONLY &&
        acceptance_takes(self, instrument, place)) {
        reason = REASON_POST_ONLY;
    }
    return reason;
}
