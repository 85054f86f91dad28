/* sizing.h - how large: the factors and the notional of RISK 4.5 steps 1, 2 and 4, before the
 * limits of core/risk.
 * Formula  g_dd = max(0, [1 - a/(1 - DD)] / (1 - a)); f_eff = f conf g_dd g_breaker g_funding; risk
 *          sizing: N = f_eff E / (s + slip + 2 fee); stake sizing: N = stake E L_set g_dd g_breaker
 *          g_funding.
 * Laws     monotone: never larger for a larger stop, drawdown, fee, slippage or funding; unknown or
 *          absurd input gives 0.
 * Rounding everything down.
 * Failure  0, or false where a figure does not fit.
 * Cost     no heap, no clock, no loop. */
#ifndef CORE_SIZING_H
#define CORE_SIZING_H

#include "core/base.h"
#include "core/settings.h"
#include "core/types.h"

/* g_dd, 0..1e9; alpha in (0, 1e9). A negative drawdown counts as none. */
int64_t sizing_drawdown_e9(int64_t drawdown_e9, int64_t alpha_e9);
/* g_funding, 0..1e9: 1 up to half of the block level, then linear to 0 at it; adverse <= 0: the
 * account would receive. */
int64_t sizing_funding_e9(int64_t adverse_e16, int64_t block_e9);
/* conf of the settings. */
int64_t sizing_confidence_e9(const struct settings *settings, enum confidence confidence);
/* The share of equity that a trade may lose at most (C16): f, more only where conf is set above
 * 1, never above 1 %. */
int64_t sizing_risk_limit_e9(const struct settings *settings, enum confidence confidence);

struct sizing_factors {
    int64_t confidence_e9, drawdown_e9, breaker_e9, funding_e9, ramp_e9;
};

/* f_eff E (risk sizing) or the C16 budget that cuts a stake. */
int64_t sizing_budget_e8(const struct settings *settings,
                         enum confidence confidence,
                         const struct sizing_factors *factors,
                         int64_t equity_e8);
/* budget / cost; cost_e9 > 0 = s + slip + 2 fee. False: does not fit. */
MUST_USE bool sizing_notional_e8(int64_t budget_e8, int64_t cost_e9, int64_t *out);
/* stake E L g_dd g_breaker g_funding. False: does not fit. */
MUST_USE bool sizing_stake_e8(const struct settings *settings,
                              const struct sizing_factors *factors,
                              int64_t equity_e8,
                              int32_t leverage,
                              int64_t *out);
/* floor(notional / price) to the lot; price, lot > 0. False: does not fit. */
MUST_USE bool
sizing_quantity_e6(int64_t notional_e8, int64_t price_e12, int64_t lot_e6, int64_t *out);

/* Room for one more notional: sum |w| sigma <= target at correlation 1 (RISK 4.2, stressed).
 * used = sum of N_i sigma_i / 1e9. */
int64_t
sizing_volatility_room_e8(int64_t equity_e8, int64_t target_e9, int64_t used_e8, int64_t sigma_e9);
/* Room under sum N / E <= c mu / sigma^2; mu <= 0 or an unknown sigma (<= 0): none. */
int64_t sizing_kelly_room_e8(
    int64_t equity_e8, int64_t share_e9, int64_t drift_e9, int64_t sigma_e9, int64_t gross_e8);

#endif
