/* Coin-margined contracts: every figure in coin, prices by one exact division at the end. */
#include "core/margin_inverse.h"

#include "core/fixed.h"

/* size_e6 x value_e8 (_e14) x this / price_e12 is a notional in _e8, and the other way round. */
#define VALUE_SCALE ((wide_t)1000000)
/* _e14; times the scale, and times a factor of at most 2e9, it stays below 2^127. */
#define VALUE_MAX ((wide_t)10 * ONE_E9 * ONE_E9 * ONE_E9)

static wide_t value_e14(int64_t value_e8, int64_t size_e6)
{
    CHECK(value_e8 > 0);
    CHECK(size_e6 >= 0);
    return (wide_t)value_e8 * size_e6;
}

bool inverse_notional_e8(
    enum side side, int64_t value_e8, int64_t price_e12, int64_t size_e6, int64_t *out)
{
    CHECK(price_e12 > 0);
    wide_t value = value_e14(value_e8, size_e6);
    if (value > VALUE_MAX) {
        return false;
    }
    value *= VALUE_SCALE;
    return fixed_narrow(
        side == SIDE_BUY ? wide_div_floor(value, price_e12) : wide_div_ceil(value, price_e12), out);
}

bool inverse_unrealised_e8(
    enum side side, int64_t value_e8, const struct margin_leg *leg, int64_t mark_e12, int64_t *out)
{
    int64_t notional_e8 = 0;
    enum side closing = side == SIDE_LONG ? SIDE_SELL : SIDE_BUY;
    if (!inverse_notional_e8(closing, value_e8, mark_e12, leg->size_e6, &notional_e8)) {
        return false;
    }
    *out = side == SIDE_LONG ? leg->cost_e8 - notional_e8 : notional_e8 - leg->cost_e8;
    return true;
}

static bool funding_paid(enum side side, int64_t rate_e16)
{
    return (side == SIDE_LONG) == (rate_e16 > 0);
}

enum side inverse_funding_side(enum side side, int64_t rate_e16)
{
    return funding_paid(side, rate_e16) ? SIDE_SELL : SIDE_BUY;
}

bool inverse_funding_e8(enum side side, int64_t notional_e8, int64_t rate_e16, int64_t *out)
{
    const wide_t one_e16 = (wide_t)10000 * ONE_E12;
    bool pays = funding_paid(side, rate_e16);
    wide_t product = (wide_t)notional_e8 * rate_e16;
    product = product < 0 ? -product : product;
    return fixed_narrow(pays ? -wide_div_ceil(product, one_e16) : wide_div_floor(product, one_e16),
                        out);
}

/* value x (1e9 + margin) / (money x 1e3) is a price: the notional that is left is money / (1e9 +
 * margin). */
static wide_t price_of(wide_t value, wide_t factor_e9, wide_t money_e8, bool up)
{
    wide_t divisor = money_e8 * 1000;
    return up ? wide_div_ceil(value * factor_e9, divisor)
              : wide_div_floor(value * factor_e9, divisor);
}

/* Dead where the notional is at or above the root. The tiers ascend: the first one that holds it. */
static int64_t
long_price(const struct liquidation_input *input, wide_t value, wide_t money_e8, int64_t fee_e9)
{
    for (int32_t i = 0; i < input->tier_count; i++) {
        const struct tier *tier = &input->tiers[i];
        wide_t factor_e9 = (wide_t)ONE_E9 + tier->maintenance_rate_e9 + fee_e9;
        wide_t root_e8 = money_e8 + tier->maintenance_amount_e8;
        bool last = i == input->tier_count - 1;
        if (root_e8 <= 0) {
            return INT64_MAX;
        }
        if (last || root_e8 * ONE_E9 <= (wide_t)tier->cap_e8 * factor_e9) {
            wide_t price = price_of(value, factor_e9, root_e8, true);
            return price > INT64_MAX ? INT64_MAX : (int64_t)price;
        }
    }
    CHECK(false);
    return 0;
}

/* Dead where the notional is at or below the root: the last tier that it reaches. */
static int64_t
short_price(const struct liquidation_input *input, wide_t value, wide_t money_e8, int64_t fee_e9)
{
    for (int32_t i = input->tier_count - 1; i >= 0; i--) {
        const struct tier *tier = &input->tiers[i];
        wide_t factor_e9 = (wide_t)ONE_E9 - tier->maintenance_rate_e9 - fee_e9;
        wide_t root_e8 = money_e8 - tier->maintenance_amount_e8;
        if (root_e8 > 0 && root_e8 * ONE_E9 > (wide_t)tier->floor_e8 * factor_e9) {
            wide_t price = price_of(value, factor_e9, root_e8, false);
            return price > INT64_MAX ? 0 : (int64_t)(price > 0 ? price : 1);
        }
    }
    return 0;
}

bool inverse_liquidation_price(const struct liquidation_input *input,
                               int64_t value_e8,
                               int64_t *out)
{
    bool is_long = input->long_leg.size_e6 > 0;
    const struct margin_leg *leg = is_long ? &input->long_leg : &input->short_leg;
    CHECK(input->tier_count > 0);
    CHECK(!is_long || input->short_leg.size_e6 == 0);
    *out = 0;
    if (leg->size_e6 == 0) {
        return true;
    }
    wide_t value = value_e14(value_e8, leg->size_e6);
    if (value > VALUE_MAX || (input->model == MARGIN_BYBIT_ENTRY && !input->cross)) {
        return false;
    }
    wide_t backing_e8 = margin_backing_e8(input, leg->cost_e8, !is_long);
    int64_t fee_e9 = margin_condition_fee_e9(input);
    *out = is_long ? long_price(input, value, leg->cost_e8 + backing_e8, fee_e9)
                   : short_price(input, value, leg->cost_e8 - backing_e8, fee_e9);
    return true;
}

bool inverse_bankruptcy_price(
    enum side side, int64_t value_e8, const struct margin_leg *leg, int64_t wallet_e8, int64_t *out)
{
    wide_t value = value_e14(value_e8, leg->size_e6);
    wide_t money_e8 = (wide_t)leg->cost_e8 + (side == SIDE_LONG ? wallet_e8 : -wallet_e8);
    if (value > VALUE_MAX) {
        return false;
    }
    *out = INT64_MAX;
    return money_e8 <= 0 || fixed_narrow(price_of(value, ONE_E9, money_e8, side == SIDE_LONG), out);
}

int64_t inverse_size_e6(int64_t value_e8, int64_t price_e12, int64_t notional_e8)
{
    wide_t size = (wide_t)notional_e8 * price_e12 / VALUE_SCALE / value_e8;
    return size > INT64_MAX ? INT64_MAX : (int64_t)size;
}
