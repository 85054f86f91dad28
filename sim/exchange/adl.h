/* adl.h - auto-deleveraging: who of the other side is closed first when the insurance fund cannot
 * take a bankrupt position (PROTOCOLS D3).
 * Rank     profit ratio = unrealised / cost; effective leverage = notional at mark / margin balance.
 *          In profit: ratio x leverage; in loss: ratio / leverage. The highest first.
 * Quantile 0..4, 4 = first: fifths of the queue, from the last up.
 * Units    scores in _e9, rounded down and clamped to +-1e18 (a balance of nothing is endless
 *          leverage).   Failure: none.   Cost: O(1), the quantile O(count). */
#ifndef SIM_EXCHANGE_ADL_H
#define SIM_EXCHANGE_ADL_H

#include "core/base.h"

struct adl_holder {
    int64_t unrealised_e8, cost_e8; /* cost > 0 */
    int64_t notional_e8;            /* at mark */
    int64_t balance_e8;             /* margin + unrealised */
};

int64_t adl_score_e9(const struct adl_holder *holder);
/* Of one of the queue's scores. */
int32_t adl_quantile(const int64_t *scores_e9, int32_t count, int64_t score_e9);
/* First index of the highest score; count > 0. */
int32_t adl_first(const int64_t *scores_e9, int32_t count);

#endif
