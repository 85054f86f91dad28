#include "sim/exchange/contract.h"

#include "core/margin_inverse.h"

static bool inverse(const struct instrument *item)
{
    return item->contract_value_e8 > 0;
}

bool contract_notional_e8(
    const struct instrument *item, enum side side, int64_t price_e12, int64_t size_e6, int64_t *out)
{
    return inverse(item)
               ? inverse_notional_e8(side, item->contract_value_e8, price_e12, size_e6, out)
               : margin_notional_e8(side, price_e12, size_e6, out);
}

bool contract_value_e8(const struct instrument *item,
                       int64_t price_e12,
                       int64_t size_e6,
                       int64_t *out)
{
    enum side rounds_up = inverse(item) ? SIDE_SELL : SIDE_BUY;
    return contract_notional_e8(item, rounds_up, price_e12, size_e6, out);
}

bool contract_value_floor_e8(const struct instrument *item,
                             int64_t price_e12,
                             int64_t size_e6,
                             int64_t *out)
{
    enum side rounds_down = inverse(item) ? SIDE_BUY : SIDE_SELL;
    return contract_notional_e8(item, rounds_down, price_e12, size_e6, out);
}

int64_t contract_unrealised_e8(const struct instrument *item,
                               enum side side,
                               const struct margin_leg *leg,
                               int64_t mark_e12)
{
    int64_t unrealised_e8 = 0;
    bool fits =
        inverse(item)
            ? inverse_unrealised_e8(side, item->contract_value_e8, leg, mark_e12, &unrealised_e8)
            : margin_unrealised_e8(side, leg->size_e6, leg->cost_e8, mark_e12, &unrealised_e8);
    CHECK(fits);
    return unrealised_e8;
}

int64_t contract_realised_e8(const struct instrument *item,
                             enum side side,
                             int64_t cost_e8,
                             int64_t notional_e8)
{
    bool rises = (side == SIDE_LONG) != inverse(item);
    return rises ? notional_e8 - cost_e8 : cost_e8 - notional_e8;
}

int64_t contract_funding_e8(const struct instrument *item,
                            enum side side,
                            int64_t size_e6,
                            int64_t mark_e12,
                            int64_t rate_e16)
{
    int64_t received_e8 = 0;
    if (!inverse(item)) {
        CHECK(margin_funding_e8(side, size_e6, mark_e12, rate_e16, &received_e8));
        return received_e8;
    }
    int64_t notional_e8 = 0;
    CHECK(inverse_notional_e8(inverse_funding_side(side, rate_e16), item->contract_value_e8,
                              mark_e12, size_e6, &notional_e8));
    CHECK(inverse_funding_e8(side, notional_e8, rate_e16, &received_e8));
    return received_e8;
}

int64_t contract_maintenance_e8(const struct instruments *instruments,
                                const struct instrument *item,
                                int64_t size_e6,
                                int64_t mark_e12)
{
    int64_t value_e8 = 0;
    int64_t maintenance_e8 = 0;
    CHECK(contract_value_e8(item, mark_e12, size_e6, &value_e8));
    CHECK(margin_maintenance_e8(instrument_tiers(instruments, item), item->tier_count, value_e8,
                                &maintenance_e8));
    return maintenance_e8;
}

int64_t contract_liquidation_e12(const struct instrument *item,
                                 const struct liquidation_input *input)
{
    int64_t price_e12 = 0;
    bool fits = inverse(item)
                    ? inverse_liquidation_price(input, item->contract_value_e8, &price_e12)
                    : margin_liquidation_price(input, &price_e12);
    CHECK(fits);
    return price_e12;
}

int64_t contract_bankruptcy_e12(const struct instrument *item,
                                enum side side,
                                const struct margin_leg *leg,
                                int64_t wallet_e8)
{
    int64_t price_e12 = 0;
    bool fits =
        inverse(item)
            ? inverse_bankruptcy_price(side, item->contract_value_e8, leg, wallet_e8, &price_e12)
            : margin_bankruptcy_price(side, leg->size_e6, leg->cost_e8, wallet_e8, &price_e12);
    return fits ? price_e12 : INT64_MAX; /* a price beyond all prices: only above, never below 0 */
}

/* Inverse: what the next lower bracket's cap in coin leaves at the mark. */
static int64_t inverse_step_down_e6(const struct tier *tiers,
                                    const struct instrument *item,
                                    int64_t size_e6,
                                    int64_t mark_e12)
{
    int64_t value_e8 = 0;
    CHECK(contract_value_e8(item, mark_e12, size_e6, &value_e8));
    const struct tier *tier = margin_tier(tiers, item->tier_count, value_e8);
    if (tier == tiers) {
        return size_e6;
    }
    int64_t keep_e6 = inverse_size_e6(item->contract_value_e8, mark_e12, tier[-1].cap_e8);
    int64_t close_e6 = size_e6 - keep_e6 / item->lot_e6 * item->lot_e6;
    return close_e6 < size_e6 ? close_e6 : size_e6;
}

int64_t contract_step_down_e6(const struct instruments *instruments,
                              const struct instrument *item,
                              int64_t size_e6,
                              int64_t mark_e12)
{
    const struct tier *tiers = instrument_tiers(instruments, item);
    return inverse(item)
               ? inverse_step_down_e6(tiers, item, size_e6, mark_e12)
               : margin_step_down_e6(tiers, item->tier_count, size_e6, mark_e12, item->lot_e6);
}
