#include "core/leverage.h"

#include "core/fixed.h"
#include "core/margin.h"

int32_t leverage_base(enum confidence confidence)
{
    switch (confidence) {
    case CONFIDENCE_LOW: return 5;
    case CONFIDENCE_MEDIUM: return 10;
    case CONFIDENCE_HIGH: return 20;
    case CONFIDENCE_EXTREME: return 30;
    }
    return 0;
}

const char *leverage_cap_text(int cap)
{
    static const char *const texts[LEVERAGE_CAP_COUNT] = {
        "tier", "distance", "symbol", "account", "bracket", "venue", "breaker", "stated"};
    return cap >= 0 && cap < LEVERAGE_CAP_COUNT ? texts[cap] : "?";
}

int64_t leverage_distance_e9(int64_t factor_e9,
                             int64_t stop_e9,
                             int64_t slip_and_gap_e9,
                             int64_t fee_and_funding_e9)
{
    if (factor_e9 < 0 || stop_e9 < 0 || slip_and_gap_e9 < 0 || fee_and_funding_e9 < 0) {
        return INT64_MAX;
    }
    wide_t move_e9 = wide_div_ceil((wide_t)factor_e9 * ((wide_t)stop_e9 + slip_and_gap_e9), ONE_E9);
    wide_t distance_e9 = move_e9 + fee_and_funding_e9;
    return distance_e9 > INT64_MAX ? INT64_MAX : (int64_t)distance_e9;
}

int64_t leverage_max_e9(enum side side, int64_t distance_e9, int64_t maintenance_rate_e9)
{
    if (distance_e9 < 0 || maintenance_rate_e9 < 0 || maintenance_rate_e9 >= ONE_E9) {
        return 0;
    }
    /* long: D (1 - m) + m; short: D (1 + m) + m; in _e18. */
    int64_t factor_e9 = ONE_E9 - side_sign(side) * maintenance_rate_e9;
    wide_t divisor_e18 = (wide_t)distance_e9 * factor_e9 + (wide_t)maintenance_rate_e9 * ONE_E9;
    if (divisor_e18 == 0) {
        return INT64_MAX;
    }
    wide_t value_e9 = wide_div_floor((wide_t)ONE_E9 * ONE_E9 * ONE_E9, divisor_e18);
    return value_e9 > INT64_MAX ? INT64_MAX : (int64_t)value_e9;
}

int64_t
leverage_liquidation_distance_e9(enum side side, int32_t leverage, int64_t maintenance_rate_e9)
{
    CHECK(leverage >= 1);
    CHECK(maintenance_rate_e9 >= 0);
    CHECK(maintenance_rate_e9 < ONE_E9);

    /* d = (1/L - m) / (1 -+ m) = (1 - m L) / (L (1 -+ m)), one division. */
    wide_t factor_e9 = ONE_E9 - side_sign(side) * maintenance_rate_e9;
    wide_t left_e9 = ONE_E9 - (wide_t)maintenance_rate_e9 * leverage;
    return (int64_t)wide_div_floor(left_e9 * ONE_E9, factor_e9 * leverage);
}

/* The bracket that may hold the position at its liquidation: a short grows on its way there. */
static const struct tier *tier_of_risk(const struct leverage_input *input)
{
    int64_t notional_e8 = input->notional_e8;
    if (input->side == SIDE_SHORT) {
        wide_t grown_e8 =
            notional_e8 + wide_div_ceil((wide_t)notional_e8 * input->distance_e9, ONE_E9);
        notional_e8 = grown_e8 > INT64_MAX ? INT64_MAX : (int64_t)grown_e8;
    }
    return margin_tier(input->tiers, input->tier_count, notional_e8);
}

static int64_t whole_cap(int32_t leverage)
{
    return leverage > 0 ? leverage * ONE_E9 : INT64_MAX;
}

static void caps_make(const struct leverage_input *input, struct leverage_answer *out)
{
    const struct tier *bracket = margin_tier(input->tiers, input->tier_count, input->notional_e8);

    out->cap_e9[LEVERAGE_TIER] = leverage_base(input->confidence) * ONE_E9;
    out->cap_e9[LEVERAGE_DISTANCE] =
        leverage_max_e9(input->side, input->distance_e9, out->maintenance_rate_e9);
    out->cap_e9[LEVERAGE_SYMBOL] = whole_cap(input->symbol_max);
    out->cap_e9[LEVERAGE_ACCOUNT] = whole_cap(input->account_max);
    out->cap_e9[LEVERAGE_BRACKET] = bracket->leverage_max * ONE_E9;
    out->cap_e9[LEVERAGE_VENUE] = input->tiers[0].leverage_max * ONE_E9;
    out->cap_e9[LEVERAGE_BREAKER] = whole_cap(input->breaker_cap);
    out->cap_e9[LEVERAGE_STATED] = whole_cap(input->stated_cap);
}

void leverage_answer_make(const struct leverage_input *input, struct leverage_answer *out)
{
    CHECK(input->tier_count >= 1);
    CHECK(input->notional_e8 >= 0);

    out->base = leverage_base(input->confidence);
    out->distance_e9 = input->distance_e9;
    out->maintenance_rate_e9 = tier_of_risk(input)->maintenance_rate_e9;
    caps_make(input, out);
    out->bound = LEVERAGE_TIER;
    for (int cap = 1; cap < LEVERAGE_CAP_COUNT; cap++) {
        if (out->cap_e9[cap] < out->cap_e9[out->bound]) {
            out->bound = (enum leverage_cap)cap;
        }
    }
    int64_t smallest_e9 = out->cap_e9[out->bound];
    int64_t factor_e9 = input->factor_e9 < 0 ? 0 : input->factor_e9;
    factor_e9 = factor_e9 > ONE_E9 ? ONE_E9 : factor_e9;
    /* The tier bounds the value, so both quotients fit. */
    out->max = (int32_t)(smallest_e9 / ONE_E9);
    if (factor_e9 < ONE_E9) {
        smallest_e9 = fixed_mul_div_clamped(smallest_e9, factor_e9, ONE_E9);
    }
    out->leverage = (int32_t)(smallest_e9 / ONE_E9);
}
