/* leverage.h - the margin setting L_set: the tier of the confidence, then the minimum of all caps,
 * scaled by the drawdown.
 * Formula  D = k (s + slip + gap) + fee + E[funding]; L_max(long) = 1 / (D (1 - m) + m), short 1 /
 *          (D (1 + m) + m), m of the bracket that holds the notional (short: the notional at the
 *          distance D) (RISK 4.4, 4.5 step 3).
 * Laws     leverage = floor(min(caps) x g_dd); never above any cap; 0 = none of 1 or more passes:
 *          deny.
 * Rounding D up, L_max down, the product down.
 * Failure  absurd input gives 0.
 * Cost     O(tiers), no heap. */
#ifndef CORE_LEVERAGE_H
#define CORE_LEVERAGE_H

#include "core/base.h"
#include "core/instruments.h"
#include "core/types.h"

enum leverage_cap {
    LEVERAGE_TIER,     /* of the confidence */
    LEVERAGE_DISTANCE, /* RISK 4.4 */
    LEVERAGE_SYMBOL,   /* the instrument's and the setting's */
    LEVERAGE_ACCOUNT,
    LEVERAGE_BRACKET, /* the bracket of the notional */
    LEVERAGE_VENUE,   /* the venue's best: the first bracket */
    LEVERAGE_BREAKER,
    LEVERAGE_STATED /* by the signal */
};
enum { LEVERAGE_CAP_COUNT = 8 };

struct leverage_input {
    enum side side;
    enum confidence confidence;
    const struct tier *tiers;
    int32_t tier_count;
    int64_t notional_e8;             /* the largest that may come of it */
    int64_t distance_e9;             /* D, from leverage_distance_e9 */
    int64_t factor_e9;               /* g_dd, 0..1e9 */
    int32_t symbol_max, account_max; /* 0: none */
    int32_t breaker_cap, stated_cap; /* 0: none */
};

struct leverage_answer {
    int64_t cap_e9[LEVERAGE_CAP_COUNT]; /* value of each cap; INT64_MAX: does not apply */
    enum leverage_cap bound;            /* the smallest; of equals the first */
    int64_t distance_e9;                /* D */
    int64_t maintenance_rate_e9;        /* m that was used */
    int32_t base, max, leverage;        /* tier; floor of the smallest cap; with g_dd, 0: none */
};

int32_t leverage_base(enum confidence confidence); /* 5, 10, 20, 30 */
const char *leverage_cap_text(int cap);            /* "tier", "distance", ... */

/* D, rounded up; all arguments >= 0. INT64_MAX when it does not fit. */
int64_t leverage_distance_e9(int64_t factor_e9,
                             int64_t stop_e9,
                             int64_t slip_and_gap_e9,
                             int64_t fee_and_funding_e9);
/* L_max of a distance and a maintenance rate, rounded down. */
int64_t leverage_max_e9(enum side side, int64_t distance_e9, int64_t maintenance_rate_e9);
/* The way to liquidation d(L), rounded down, negative when it is closer than the maintenance
 * margin; leverage >= 1. */
int64_t
leverage_liquidation_distance_e9(enum side side, int32_t leverage, int64_t maintenance_rate_e9);

void leverage_answer_make(const struct leverage_input *input, struct leverage_answer *out);

#endif
