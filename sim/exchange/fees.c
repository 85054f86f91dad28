/* fees.c - what an execution costs, and who says so: the instrument's own schedule, which the core
 * has too, or the venue (a ladder, or a liquidation by rules of its own), told with the fill.
 * Liquidation prices that hold a closing fee (OKX, Bybit) keep the instrument's taker fee, ladder
 * or not: the core has no other. */
#include "core/fixed.h"
#include "core/margin.h"
#include "sim/exchange/state.h"

int64_t fees_rate_e9(const struct exchange *self, int32_t instrument, enum liquidity liquidity)
{
    const struct instrument *item = exchange_item(self, instrument);
    if (fee_meter_on(&self->fees)) {
        return fee_meter_rate_e9(&self->fees, self->now_us, liquidity);
    }
    return liquidity == LIQUIDITY_MAKER ? item->maker_fee_e9 : item->taker_fee_e9;
}

static bool without_clearance(const struct instrument *item)
{
    return item->margin_model == MARGIN_HYPERLIQUID;
}

int64_t fees_clearance_e9(const struct exchange *self, int32_t instrument)
{
    const struct instrument *item = exchange_item(self, instrument);
    return without_clearance(item) ? 0 : item->liquidation_fee_e9;
}

int64_t fees_told_e8(const struct exchange *self,
                     int32_t instrument,
                     const struct execution *execution,
                     const struct account_posting *posting)
{
    bool own =
        execution->kind == FILL_LIQUIDATION && without_clearance(exchange_item(self, instrument));
    return fee_meter_on(&self->fees) || own ? posting->fee_e8 : FEE_BY_SCHEDULE;
}

void fees_volume(struct exchange *self, int32_t instrument, const struct execution *execution)
{
    const struct instrument *item = exchange_item(self, instrument);
    int64_t notional_e8 = 0;
    if (!fee_meter_on(&self->fees) || execution->kind != FILL_TRADE) {
        return;
    }
    if (item->contract_value_e8 > 0) { /* contracts are quote units already */
        CHECK(
            fixed_mul_div_floor(execution->size_e6, item->contract_value_e8, ONE_E6, &notional_e8));
    } else {
        CHECK(margin_notional_e8(execution->side, execution->price_e12, execution->size_e6,
                                 &notional_e8));
    }
    fee_meter_add(&self->fees, self->now_us, notional_e8);
}
