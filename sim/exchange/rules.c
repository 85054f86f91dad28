/* rules.c - the venue's rules on an order beyond steps, margin and direction (PROTOCOLS A5, A8).
 * Callback  of a trailing stop within sim.callback_min and sim.callback_max (Binance: 0.1 to 10 %).
 * Band      PERCENT_PRICE, off by default: a buy limit at most mark x (1 + band), a sell limit at least mark x (1 - band); a
 *           market order is refused where the price that it would meet is beyond that. Orders that only reduce are not exempt
 *           on the venue, and not here.
 * Numbers   MAX_NUM_ORDERS: open limit orders of the symbol; conditional orders: of the whole account (PROTOCOLS A5: 200 over
 *           all symbols since 2025-12-29). The book itself holds BOOK_MAX. */
#include "core/fixed.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/state.h"

static bool beyond_band(int64_t price_e12, int64_t mark_e12, enum side side, int64_t band_e9)
{
    wide_t price = (wide_t)price_e12 * ONE_E9;
    return side == SIDE_BUY ? price > (wide_t)mark_e12 * (ONE_E9 + band_e9)
                            : price < (wide_t)mark_e12 * (ONE_E9 - band_e9);
}

static enum order_reason
reason_band(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    int64_t band_e9 = self->settings->price_band;
    int64_t mark_e12 = exchange_mark_e12(self, instrument);
    if (band_e9 == 0) {
        return REASON_NONE;
    }
    if (place->type == ORDER_LIMIT &&
        beyond_band(place->price_e12, mark_e12, place->side, band_e9)) {
        return place->side == SIDE_BUY ? REASON_PRICE_HIGH : REASON_PRICE_LOW;
    }
    if (place->type == ORDER_MARKET) {
        int64_t quote_e12 =
            price_quote_e12(self->settings, exchange_item(self, instrument)->tick_e12, place->side,
                            self->tracks[instrument].last_e12);
        return beyond_band(quote_e12, mark_e12, place->side, band_e9) ? REASON_COUNTERPARTY
                                                                      : REASON_NONE;
    }
    return REASON_NONE;
}

static enum order_reason
reason_numbers(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    if (place->type == ORDER_MARKET || place->order_id == RULES_AMEND) {
        return REASON_NONE;
    }
    if (self->book.count == BOOK_MAX) {
        return REASON_ORDERS_MAX;
    }
    if (place->type == ORDER_LIMIT) {
        return book_limits(&self->book, instrument) >= self->settings->orders_max
                   ? REASON_ORDERS_MAX
                   : REASON_NONE;
    }
    return self->book.conditional >= self->settings->algo_orders_max ? REASON_ALGO_ORDERS_MAX
                                                                     : REASON_NONE;
}

enum order_reason
rules_check(const struct exchange *self, int32_t instrument, const struct action_place *place)
{
    if (book_find(&self->book, instrument, place->order_id) != BOOK_NONE) {
        return REASON_DUPLICATE_ID;
    }
    if (place->type == ORDER_TRAILING_STOP && (place->callback_e9 < self->settings->callback_min ||
                                               place->callback_e9 > self->settings->callback_max)) {
        return REASON_CALLBACK;
    }
    enum order_reason reason = reason_numbers(self, instrument, place);
    return reason == REASON_NONE ? reason_band(self, instrument, place) : reason;
}
