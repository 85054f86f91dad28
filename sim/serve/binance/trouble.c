/* trouble.c - what happens to the account from outside (faults F23, F26, F27): asked once a second of market time, once the
 * account has been used through this dialect. */
#include "sim/serve/binance/binance.h"

static bool market_known(const struct binance *self, int32_t instrument)
{
    const struct house_market *market = house_market(self->house, instrument);
    return market != NULL && market->mark_e12 > 0 && market->bid_e12 > 0;
}

/* The instrument that the dice choose; NONE: it has no price yet. */
static int32_t instrument_any(struct binance *self)
{
    int32_t count = house_instruments(self->house)->count;
    int32_t chosen = (int32_t)faults_dice(server_faults(self->server), count);
    return market_known(self, chosen) ? chosen : INSTRUMENT_NONE;
}

/* Three times the smallest notional, in whole lots. */
static int64_t small_size_e6(const struct binance *self, int32_t instrument, int64_t price_e12)
{
    const struct instrument *item = item_of(self, instrument);
    int64_t size_e6 = fixed_mul_div_clamped(3 * fixed_larger(item->notional_min_e8, ONE_E8),
                                            NOTIONAL_DIVISOR, price_e12);
    return fixed_larger(fixed_ceil_to(size_e6, item->lot_e6), item->size_min_e6);
}

static void foreign_order(struct binance *self)
{
    int32_t instrument = instrument_any(self);
    if (instrument == INSTRUMENT_NONE) {
        return;
    }
    int64_t bid_e12 = house_market(self->house, instrument)->bid_e12;
    int64_t price_e12 = fixed_floor_to(bid_e12 - bid_e12 / 20, item_of(self, instrument)->tick_e12);
    struct action_place place = {.side = SIDE_BUY,
                                 .type = ORDER_LIMIT,
                                 .tif = TIF_GTC,
                                 .price_e12 = price_e12,
                                 .size_e6 = small_size_e6(self, instrument, price_e12)};
    (void)house_place(self->house, instrument, &place, "");
}

static void foreign_position(struct binance *self)
{
    int32_t instrument = instrument_any(self);
    if (instrument == INSTRUMENT_NONE) {
        return;
    }
    int64_t price_e12 = house_market(self->house, instrument)->bid_e12;
    struct action_place place = {.side = SIDE_BUY,
                                 .type = ORDER_MARKET,
                                 .tif = TIF_GTC,
                                 .size_e6 = small_size_e6(self, instrument, price_e12)};
    (void)house_place(self->house, instrument, &place, "");
}

static void mode_changed(struct binance *self)
{
    int32_t instrument = instrument_any(self);
    if (instrument == INSTRUMENT_NONE) {
        return;
    }
    struct house_position position;
    house_position(self->house, instrument, &position);
    if (faults_dice(server_faults(self->server), 2) == 0) {
        (void)house_leverage(self->house, instrument, position.leverage == 1 ? 2 : 1);
        return;
    }
    (void)house_margin_mode(self->house, instrument,
                            position.margin_mode == MARGIN_CROSS ? MARGIN_ISOLATED : MARGIN_CROSS);
}

void trouble_tick(struct binance *self, int64_t now_us)
{
    if (!self->used) {
        return;
    }
    if (strikes(self, FAULT_FOREIGN_ORDER, NULL)) {
        foreign_order(self);
    }
    if (strikes(self, FAULT_FOREIGN_POSITION, NULL)) {
        foreign_position(self);
    }
    if (strikes(self, FAULT_MODE_CHANGED, NULL)) {
        mode_changed(self);
    }
    if (strikes(self, FAULT_RULES_CHANGED, NULL)) {
        self->rules_changed = true;
        for (int32_t i = 0; i < house_instruments(self->house)->count; i++) {
            streams_rules(self, i, now_us);
        }
    }
}
