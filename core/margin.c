#include "core/margin.h"

#include "core/fixed.h"

bool margin_notional_e8(enum side side, int64_t price_e12, int64_t size_e6, int64_t *out)
{
    if (side == SIDE_BUY) {
        return fixed_notional_ceil_e8(price_e12, size_e6, out);
    }
    return fixed_notional_floor_e8(price_e12, size_e6, out);
}

bool margin_fee_e8(int64_t notional_e8, int64_t rate_e9, int64_t *out)
{
    CHECK(rate_e9 >= 0);
    return fixed_mul_div_ceil(notional_e8, rate_e9, ONE_E9, out);
}

int64_t margin_initial_e8(int64_t notional_e8, int32_t leverage)
{
    CHECK(leverage >= 1);
    return (int64_t)wide_div_ceil(notional_e8, leverage);
}

int64_t margin_release(int64_t total, int64_t closed_e6, int64_t open_e6)
{
    CHECK(closed_e6 > 0);
    CHECK(closed_e6 <= open_e6);
    if (closed_e6 == open_e6) {
        return total;
    }
    return (int64_t)wide_div_floor((wide_t)total * closed_e6, open_e6);
}

/* value_e18 x rate_e16 / 1e26 is money in _e8. The product needs more than 128 bits, so the value
 * is cut into two parts of 13 decimals: exact, with the remainder kept for the rounding. */
static wide_t funding_magnitude_e8(wide_t value_e18, int64_t rate_e16, bool round_up)
{
    const wide_t part = (wide_t)10 * ONE_E12;
    const wide_t divisor = part * part;
    wide_t high = value_e18 / part * rate_e16;
    wide_t rest = high % part * part + value_e18 % part * rate_e16;
    wide_t below = round_up ? wide_div_ceil(rest, divisor) : rest / divisor;
    return high / part + below;
}

bool margin_funding_e8(
    enum side side, int64_t size_e6, int64_t mark_e12, int64_t rate_e16, int64_t *out)
{
    CHECK(size_e6 >= 0);
    CHECK(mark_e12 >= 0);
    if (rate_e16 == INT64_MIN) {
        return false;
    }
    wide_t value_e18 = (wide_t)size_e6 * mark_e12;
    if (value_e18 / ((wide_t)10 * ONE_E9) > INT64_MAX) {
        return false;
    }
    bool pays = (side == SIDE_LONG) == (rate_e16 > 0);
    int64_t rate_abs_e16 = rate_e16 < 0 ? -rate_e16 : rate_e16;
    wide_t magnitude_e8 = funding_magnitude_e8(value_e18, rate_abs_e16, pays);
    return fixed_narrow(pays ? -magnitude_e8 : magnitude_e8, out);
}

bool margin_liquidation_fee_e8(int64_t notional_e8,
                               int64_t taker_fee_e9,
                               int64_t clearance_fee_e9,
                               int64_t left_e8,
                               int64_t *out)
{
    int64_t fee_e8 = 0;
    if (!margin_fee_e8(notional_e8, taker_fee_e9 + clearance_fee_e9, &fee_e8)) {
        return false;
    }
    int64_t payable_e8 = left_e8 > 0 ? left_e8 : 0;
    *out = fee_e8 < payable_e8 ? fee_e8 : payable_e8;
    return true;
}

int64_t margin_step_down_e6(
    const struct tier *tiers, int32_t count, int64_t size_e6, int64_t mark_e12, int64_t lot_e6)
{
    CHECK(mark_e12 > 0);
    CHECK(lot_e6 > 0);
    int64_t notional_e8 = 0;
    if (!fixed_notional_ceil_e8(mark_e12, size_e6, &notional_e8)) {
        return size_e6;
    }
    const struct tier *tier = margin_tier(tiers, count, notional_e8);
    if (tier == tiers) {
        return size_e6;
    }
    /* The largest size whose notional at mark is still within the lower tier's cap. */
    wide_t keep_e6 = (wide_t)tier[-1].cap_e8 * 10 * ONE_E9 / mark_e12;
    wide_t close_e6 = wide_div_ceil(size_e6 - keep_e6, lot_e6) * lot_e6;
    return close_e6 < size_e6 ? (int64_t)close_e6 : size_e6;
}
