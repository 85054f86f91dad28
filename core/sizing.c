#include "core/sizing.h"

#include "core/fixed.h"
#include "core/precision.h"

/* RISK 2.2 C16: the band of f ends here, whatever conf says. */
#define RISK_BAND_MAX_E9 PERCENT_E9(1)
/* Money _e8 over a price _e12 is a quantity _e6 after this factor. */
#define QUANTITY_FACTOR 10000000000LL
#define RATE_E16_PER_E9 10000000LL

static int64_t clamp_ratio(wide_t value_e9)
{
    if (value_e9 <= 0) {
        return 0;
    }
    return value_e9 > ONE_E9 ? ONE_E9 : (int64_t)value_e9;
}

int64_t sizing_drawdown_e9(int64_t drawdown_e9, int64_t alpha_e9)
{
    CHECK(alpha_e9 > 0);
    CHECK(alpha_e9 < ONE_E9);

    int64_t fall_e9 = drawdown_e9 < 0 ? 0 : drawdown_e9;
    int64_t kept_e9 = ONE_E9 - fall_e9;
    if (fall_e9 >= ONE_E9 || kept_e9 <= alpha_e9) {
        return 0;
    }
    /* [1 - a/(1 - DD)] / (1 - a) = (1 - DD - a) / ((1 - DD) (1 - a)), one division. */
    wide_t above_e9 = (wide_t)kept_e9 - alpha_e9;
    wide_t divisor_e18 = (wide_t)kept_e9 * (ONE_E9 - alpha_e9);
    return clamp_ratio(wide_div_floor(above_e9 * ONE_E9 * ONE_E9, divisor_e18));
}

int64_t sizing_funding_e9(int64_t adverse_e16, int64_t block_e9)
{
    wide_t block_e16 = (wide_t)block_e9 * RATE_E16_PER_E9;
    if (adverse_e16 <= 0 || adverse_e16 <= block_e16 / 2) {
        return ONE_E9;
    }
    if (adverse_e16 >= block_e16) {
        return 0;
    }
    /* Falls from 1 at half of the block level to 0 at the level: 2 (block - rate) / block. */
    return clamp_ratio(wide_div_floor((block_e16 - adverse_e16) * 2 * ONE_E9, block_e16));
}

int64_t sizing_confidence_e9(const struct settings *settings, enum confidence confidence)
{
    switch (confidence) {
    case CONFIDENCE_LOW: return settings->confidence_low;
    case CONFIDENCE_MEDIUM: return settings->confidence_medium;
    case CONFIDENCE_HIGH: return settings->confidence_high;
    case CONFIDENCE_EXTREME: return settings->confidence_extreme;
    }
    return 0;
}

int64_t sizing_risk_limit_e9(const struct settings *settings, enum confidence confidence)
{
    int64_t confidence_e9 = sizing_confidence_e9(settings, confidence);
    int64_t factor_e9 = confidence_e9 > ONE_E9 ? confidence_e9 : ONE_E9;
    int64_t limit_e9 = factor_e9 == ONE_E9
                           ? settings->risk_per_trade
                           : fixed_mul_div_clamped(settings->risk_per_trade, factor_e9, ONE_E9);
    return limit_e9 > RISK_BAND_MAX_E9 ? RISK_BAND_MAX_E9 : limit_e9;
}

/* value x factor, rounded down; most factors are one most of the time, and a wide division is
 * dear. */
static int64_t scaled(int64_t value, int64_t factor_e9)
{
    return factor_e9 == ONE_E9 ? value : fixed_mul_div_clamped(value, factor_e9, ONE_E9);
}

/* g_dd g_breaker g_funding and the ramp, each rounded down. */
static int64_t factors_e9(const struct sizing_factors *factors)
{
    int64_t product_e9 = clamp_ratio(factors->drawdown_e9);
    product_e9 = scaled(product_e9, clamp_ratio(factors->breaker_e9));
    product_e9 = scaled(product_e9, clamp_ratio(factors->funding_e9));
    return scaled(product_e9, clamp_ratio(factors->ramp_e9));
}

int64_t sizing_budget_e8(const struct settings *settings,
                         enum confidence confidence,
                         const struct sizing_factors *factors,
                         int64_t equity_e8)
{
    if (equity_e8 <= 0 || factors->confidence_e9 <= 0) {
        return 0;
    }
    int64_t share_e9 = scaled(settings->risk_per_trade, factors->confidence_e9);
    int64_t limit_e9 = sizing_risk_limit_e9(settings, confidence);
    share_e9 = share_e9 > limit_e9 ? limit_e9 : share_e9;
    wide_t budget_e26 = (wide_t)equity_e8 * share_e9 * factors_e9(factors);
    return (int64_t)wide_div_floor(budget_e26, (wide_t)ONE_E9 * ONE_E9);
}

bool sizing_notional_e8(int64_t budget_e8, int64_t cost_e9, int64_t *out)
{
    if (budget_e8 <= 0 || cost_e9 <= 0) {
        *out = 0;
        return true;
    }
    return fixed_mul_div_floor(budget_e8, ONE_E9, cost_e9, out);
}

bool sizing_stake_e8(const struct settings *settings,
                     const struct sizing_factors *factors,
                     int64_t equity_e8,
                     int32_t leverage,
                     int64_t *out)
{
    if (equity_e8 <= 0 || leverage <= 0) {
        *out = 0;
        return true;
    }
    wide_t stake_e17 = (wide_t)equity_e8 * settings->stake * leverage;
    wide_t stake_e8 = wide_div_floor(stake_e17, ONE_E9);
    return fixed_narrow(wide_div_floor(stake_e8 * factors_e9(factors), ONE_E9), out);
}

bool sizing_quantity_e6(int64_t notional_e8, int64_t price_e12, int64_t lot_e6, int64_t *out)
{
    CHECK(price_e12 > 0);
    CHECK(lot_e6 > 0);

    if (notional_e8 <= 0) {
        *out = 0;
        return true;
    }
    wide_t quantity_e6 = wide_div_floor((wide_t)notional_e8 * QUANTITY_FACTOR, price_e12);
    int64_t whole_e6;
    if (!fixed_narrow(quantity_e6, &whole_e6)) {
        return false;
    }
    *out = precision_round(whole_e6, lot_e6, ROUND_DOWN);
    return true;
}

int64_t
sizing_volatility_room_e8(int64_t equity_e8, int64_t target_e9, int64_t used_e8, int64_t sigma_e9)
{
    if (equity_e8 <= 0 || target_e9 <= 0 || sigma_e9 <= 0) {
        return 0;
    }
    wide_t budget_e8 = wide_div_floor((wide_t)equity_e8 * target_e9, ONE_E9) - used_e8;
    if (budget_e8 <= 0) {
        return 0;
    }
    wide_t room_e8 = wide_div_floor(budget_e8 * ONE_E9, sigma_e9);
    return room_e8 > INT64_MAX ? INT64_MAX : (int64_t)room_e8;
}

int64_t sizing_kelly_room_e8(
    int64_t equity_e8, int64_t share_e9, int64_t drift_e9, int64_t sigma_e9, int64_t gross_e8)
{
    if (equity_e8 <= 0 || drift_e9 <= 0 || sigma_e9 <= 0) {
        return 0;
    }
    /* c mu / sigma^2, in _e9. */
    wide_t variance_e18 = (wide_t)sigma_e9 * sigma_e9;
    wide_t bound_e9 = wide_div_floor((wide_t)share_e9 * drift_e9 * ONE_E9, variance_e18);
    bound_e9 = bound_e9 > INT64_MAX ? INT64_MAX : bound_e9;
    wide_t room_e8 = wide_div_floor((wide_t)equity_e8 * bound_e9, ONE_E9) - gross_e8;
    if (room_e8 <= 0) {
        return 0;
    }
    return room_e8 > INT64_MAX ? INT64_MAX : (int64_t)room_e8;
}
