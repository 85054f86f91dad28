#include "sim/exchange/adl.h"

#include "core/fixed.h"

#define SCORE_MAX ((wide_t)ONE_E9 * ONE_E9)

enum { QUANTILES = 5 };

static wide_t clamped(wide_t value)
{
    value = value > SCORE_MAX ? SCORE_MAX : value;
    return value < -SCORE_MAX ? -SCORE_MAX : value;
}

int64_t adl_score_e9(const struct adl_holder *holder)
{
    CHECK(holder->cost_e8 > 0);
    wide_t ratio_e9 =
        clamped(wide_div_floor((wide_t)holder->unrealised_e8 * ONE_E9, holder->cost_e8));
    wide_t leverage_e9 =
        holder->balance_e8 > 0
            ? clamped(wide_div_floor((wide_t)holder->notional_e8 * ONE_E9, holder->balance_e8))
            : SCORE_MAX;
    leverage_e9 = leverage_e9 > 0 ? leverage_e9 : 1;
    wide_t score_e9 = holder->unrealised_e8 > 0 ? wide_div_floor(ratio_e9 * leverage_e9, ONE_E9)
                                                : wide_div_floor(ratio_e9 * ONE_E9, leverage_e9);
    return (int64_t)clamped(score_e9);
}

int32_t adl_quantile(const int64_t *scores_e9, int32_t count, int64_t score_e9)
{
    int64_t below = 0;
    CHECK(count > 0);
    for (int32_t i = 0; i < count; i++) {
        below += scores_e9[i] < score_e9;
    }
    return (int32_t)(below * QUANTILES / count);
}

int32_t adl_first(const int64_t *scores_e9, int32_t count)
{
    int32_t first = 0;
    CHECK(count > 0);
    for (int32_t i = 1; i < count; i++) {
        first = scores_e9[i] > scores_e9[first] ? i : first;
    }
    return first;
}
