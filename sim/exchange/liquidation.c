/* liquidation.c - the venue takes over what its margin no longer carries (PROTOCOLS D3).
 * Model    triggered by the mark. Orders of the symbol are cancelled first (cross: all orders).
 *          Above the first bracket it sells down to the cap of the next lower one and tests again
 *          (sim.liquidation = step), in the first bracket, or with `whole`, it closes all. Each
 *          close is a taker fill at max(bankruptcy, mark - costs) for a long, mirrored for a short:
 *          what the market gives below bankruptcy is the insurance fund's loss, so an isolated
 *          position never loses more than its margin. Fee: taker + clearance, cut to what is left.
 *          Cross: the symbol whose price moved is closed first, then, while the account is still
 *          short, the others in order of their index. The whole-account ratio and "its mark is at
 *          its liquidation price" are one condition. */
#include "core/margin.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/state.h"

static int64_t step_size_e6(const struct exchange *self, int32_t instrument)
{
    const struct instrument *item = exchange_item(self, instrument);
    int64_t open_e6 = account_position(&self->account, instrument)->size_e6;
    if (self->settings->liquidation == LIQUIDATION_WHOLE) {
        return open_e6;
    }
    int64_t size_e6 =
        margin_step_down_e6(instrument_tiers(self->instruments, item), item->tier_count, open_e6,
                            exchange_mark_e12(self, instrument), item->lot_e6);
    return size_e6 > 0 && size_e6 < open_e6 ? size_e6 : open_e6;
}

static int64_t step_price_e12(const struct exchange *self, int32_t instrument, int64_t size_e6)
{
    const struct track *track = &self->tracks[instrument];
    bool is_long = account_position(&self->account, instrument)->side == SIDE_LONG;
    int64_t market_e12 = price_taker_e12(
        self->settings, exchange_item(self, instrument)->tick_e12, is_long ? SIDE_SELL : SIDE_BUY,
        exchange_mark_e12(self, instrument), price_share_e9(size_e6, track->volume_e6));
    int64_t bankruptcy_e12 = account_bankruptcy_e12(&self->account, instrument);
    /* Cross: others may have lost more than this one can ever bring; nobody trades for nothing. */
    int64_t tick_e12 = exchange_item(self, instrument)->tick_e12;
    bankruptcy_e12 = bankruptcy_e12 < tick_e12 ? tick_e12 : bankruptcy_e12;
    bool beyond = is_long ? market_e12 < bankruptcy_e12 : market_e12 > bankruptcy_e12;
    return beyond ? bankruptcy_e12 : market_e12;
}

static void liquidation_step(struct exchange *self, int32_t instrument)
{
    const struct account_position *position = account_position(&self->account, instrument);
    int64_t size_e6 = step_size_e6(self, instrument);
    struct execution execution = {
        .order_id = 0,
        .side = position->side == SIDE_LONG ? SIDE_SELL : SIDE_BUY,
        .liquidity = LIQUIDITY_TAKER,
        .kind = FILL_LIQUIDATION,
        .price_e12 = step_price_e12(self, instrument, size_e6),
        .size_e6 = size_e6,
    };
    self->counters.step_downs += size_e6 < position->size_e6;
    matching_execute(self, instrument, &execution);
}

static void cancel_orders(struct exchange *self, int32_t instrument)
{
    if (!self->account.cross) {
        matching_clear(self, instrument, false, REASON_LIQUIDATION);
        return;
    }
    for (int32_t i = 0; i < self->instruments->count; i++) {
        matching_clear(self, i, false, REASON_LIQUIDATION);
        track_schedule(self, i);
    }
}

void liquidation_run(struct exchange *self, int32_t instrument)
{
    self->counters.liquidations++;
    cancel_orders(self, instrument);
    do {
        liquidation_step(self, instrument);
    } while (account_doomed(&self->account, instrument));
}

void liquidation_sweep(struct exchange *self)
{
    int32_t place = 0;
    while (place < self->account.open_count) {
        int32_t instrument = self->account.open[place];
        if (account_doomed(&self->account, instrument)) {
            liquidation_run(self, instrument);
            place = 0;
        } else {
            place++;
        }
    }
}
