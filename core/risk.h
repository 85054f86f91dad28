/* risk.h - the risk manager: may this signal become an order, how large, at which leverage, and why
 * not (RISK 2.2, 4).
 * Laws     pure: the answer is a function of the view. Every control that can be judged is judged
 *          and recorded, also after the first denial; the verdict is the first denial in the order
 *          of core/verdict.h. Missing, zero or absurd input denies, unless the data of a simulated
 *          run cannot contain it: then the check says n/a and why. Nothing here may be skipped by a
 *          flag. Every sum counts positions and entry orders alike (R3).
 * Size     reduced to C4, C5, C12-C14, C17, C19, volatility and Kelly (RISK 4.5 step 2). Where not
 *          even the venue's smallest order would fit, the checks are judged at that smallest order,
 *          so that the limit in the way is the one that fails.
 * Rounding size down to the lot, leverage down, margin, fee, risk and stop distance up.
 * Units    as the names say; ratios _e9.  Failure: verdicts; a figure beyond int64 is
 *          VERDICT_OVERFLOW.
 * Cost     about 65 checks in half a microsecond with five exposures; no heap, no clock. */
#ifndef CORE_RISK_H
#define CORE_RISK_H

#include "core/action.h"
#include "core/base.h"
#include "core/instruments.h"
#include "core/leverage.h"
#include "core/rates.h"
#include "core/settings.h"
#include "core/signals.h"
#include "core/types.h"

/* What is known of the instrument's market now. An absent figure has its flag false. */
struct risk_market {
    bool known;                 /* last and mark are there */
    int64_t last_e12, mark_e12; /* > 0 */
    int64_t age_us;             /* of the older of the two, from its own time to now */
    int64_t interval_us;        /* of the instrument's bars; 0: no bars */
    bool has_index, has_spread, has_depth, has_volume, has_atr;
    bool has_slippage, has_funding, has_sigma, has_minute;
    int64_t index_e12;
    int64_t spread_e9;     /* whole spread over mid */
    int64_t depth_e6;      /* within 10 bp of the touch, the side that an entry takes */
    int64_t minute_volume; /* units x 10^volume_exponent in one minute: last closed bar / minutes */
    int32_t volume_exponent;
    int64_t atr_e12;        /* average true range of a bar */
    int64_t slippage_e9;    /* expected: half spread + slippage of the book or of the model */
    int64_t funding_e16;    /* last or predicted rate per 8 h; positive: longs pay */
    int64_t sigma_e9;       /* yearly volatility of the simple returns, as ratio */
    int64_t minute_ago_e12; /* price one minute ago */
};

/* Distances of the loss limits (C31), as the breaker measures them. */
enum risk_loss {
    LOSS_DAY,
    LOSS_ROLLING,
    LOSS_WEEK,
    LOSS_MONTH,
    LOSS_DRAWDOWN,
    LOSS_5_MINUTES,
    LOSS_HOUR
};
enum { RISK_LOSS_COUNT = 7 };

struct risk_account {
    int64_t equity_e8;      /* marked to market, = margin balance */
    int64_t available_e8;   /* free balance, reservations of open entry orders taken off */
    int64_t maintenance_e8; /* of all open positions and worst-case entries */
    int64_t day_room_e8;    /* what is left of the daily loss limit (C17); <= 0: nothing */
    int64_t drawdown_e9;    /* from the unitised peak, rounded up */
    int64_t loss_e9[RISK_LOSS_COUNT];       /* >= 0, rounded up */
    int64_t loss_limit_e9[RISK_LOSS_COUNT]; /* trip levels in force, as the breaker re-armed them */
};

/* The breaker's answer for this instrument, strategy and side: the effective state over its
 * scopes. */
struct risk_breaker {
    enum breaker_state state;
    int64_t size_factor_e9;   /* g_breaker */
    int32_t leverage_cap;     /* 0: none */
    bool caution;             /* High and Extreme are treated as Medium */
    int64_t blocked_until_us; /* timed block; 0: none */
    bool clutch;
};

/* One open position, or one entry order that is resting, in flight or UNKNOWN. */
struct risk_exposure {
    int32_t instrument;
    enum side side;
    bool order;          /* an entry order */
    int64_t notional_e8; /* worst case, rounded up */
    int64_t risk_e8;     /* loss at its stop with slippage and fees, >= 0 */
    int64_t margin_e8;
    int64_t sigma_e9; /* yearly volatility of its instrument; 0: unknown (volatility target) */
};

/* What stands on the symbol already. */
struct risk_symbol {
    bool has_position;
    enum side position_side;
    int64_t position_size_e6; /* > 0 with a position */
    int64_t closing_e6;       /* plain reducing orders in flight; not stops and targets */
    int32_t adds;             /* how often it was added to */
    bool entry_pending;       /* an entry order rests, is in flight or UNKNOWN */
    int32_t open_orders;      /* every order not terminal, stops and targets included */
    int64_t resting_buy_e12;  /* highest own resting buy limit; 0: none */
    int64_t resting_sell_e12; /* lowest own resting sell limit; 0: none */
};

struct risk_view {
    const struct settings *settings;
    const struct instruments *instruments;
    const struct normal_signal *signal;
    const struct rates *rates;
    const struct risk_exposure *exposures;
    int32_t exposure_count;
    int64_t now_us;
    int64_t instrument_age_us; /* of the instrument's rules (C3); not read in a simulated run */
    int64_t strategy_trades;   /* closed trades of the strategy in this deployment (C32) */
    bool shutting_down, reconciled;
    struct risk_market market;
    struct risk_account account;
    struct risk_breaker breaker;
    struct risk_symbol symbol;
};

/* Sums over the exposures, clamped to int64. */
struct risk_sums {
    int64_t gross_e8, heat_e8;
    int64_t side_e8[2];    /* positions and entry orders, by side */
    int64_t held_e8[2];    /* positions alone */
    int64_t symbol_e8[2];  /* on the signal's instrument, positions and orders */
    int64_t risk_e8[2];    /* loss at stops, by side */
    int64_t volatility_e8; /* sum of notional x sigma, rounded up; INT64_MAX: one is unknown */
    int32_t count, side_count[2]; /* symbols and sides in use, position and order counted once */
    bool counted;                 /* the signal's own symbol and side is among them */
};

/* The limits of this moment, worked out once: sizing and checks use the same figures. */
struct risk_limits {
    int64_t collar_e9;                        /* C6: the wider of static and dynamic */
    int64_t quantity_e6, volume_e6, depth_e6; /* C4; INT64_MAX: not measured */
    int64_t value_e8;                         /* C5; 0: no hard cap is configured */
    int64_t risk_e8;                          /* C16 */
    int64_t position_e8, gross_e8, net_e8;    /* C12, C13 */
    int64_t cluster_e8, heat_e8;              /* C14, C17; heat may be negative */
    int64_t free_e8;                          /* C19: floor, rounded up */
};

/* The order under judgement; the stages of risk_assess fill it from top to bottom. */
struct risk_plan {
    /* risk_price */
    struct risk_limits limits;
    enum confidence confidence; /* in CAUTION at most Medium */
    bool limit_entry;
    bool priced; /* price and a stop on the right side are there, else the rest is zero */
    enum verdict stop_verdict; /* APPROVED, STOP_WRONG_SIDE or STOP_MISSING */
    int64_t price_e12;         /* entry limit, or the side's adverse of mark and last */
    int64_t stop_e12;
    const char *stop_source;
    int64_t distance_e9; /* s, rounded up */
    int64_t cost_e9;     /* s + slip + 2 fee */
    /* risk_size */
    struct risk_sums sums;
    struct leverage_answer leverage;
    int64_t drawdown_factor_e9, funding_factor_e9, ramp_factor_e9;
    int64_t budget_e8;      /* f_eff E */
    int64_t wanted_e8;      /* notional before the limits */
    const char *size_bound; /* static text: the limit that bound, else "risk" or "stake" */
    int64_t wanted_e6;      /* size before the limits */
    int64_t minimum_e6;     /* the smallest order that the venue takes at this price */
    int64_t size_e6;        /* approved if the checks pass; 0: none fits */
    int64_t judged_e6;      /* size_e6, or minimum_e6 where size_e6 is 0 */
    int64_t notional_e8, risk_e8, margin_e8, fee_e8, maintenance_e8; /* of judged_e6 */
    bool overflow;
};

/* The whole answer: one row of `assessments`. A signal that closes (direction CLOSE, or opposite
 * to the open position with on_opposite = close) is judged as a reduction: CLOSE_APPROVED or
 * NOT_REDUCING. out->approved: an entry may be sent (not for CLOSE_APPROVED, not under the
 * clutch). out->cached is false. */
void risk_assess(const struct risk_view *view, struct assessment *out);

/* The stages, each pure: where and with which stop; how large and at which leverage; within
 * which limits. */
void risk_price(const struct risk_view *view, struct risk_plan *plan);
void risk_size(const struct risk_view *view, struct risk_plan *plan);
/* Records every control into out->checks and answers the first denial, or VERDICT_APPROVED. */
enum verdict risk_check_limits(const struct risk_view *view,
                               const struct risk_plan *plan,
                               struct assessment *out);

/* True when the signal would close (never open) what stands on its symbol. */
bool risk_closes(const struct risk_view *view);

/* C24, for every reducing order before it is sent: does it still reduce after all that is in
 * flight? */
struct risk_reduction {
    bool has_position;
    enum side position_side;
    int64_t position_size_e6;
    int64_t closing_e6;  /* of plain reducing orders in flight */
    enum side side;      /* of the order */
    bool close_position; /* a stop or target for whatever is open: has no size */
    int64_t size_e6;
};
enum verdict risk_check_reducing(const struct risk_reduction *order); /* APPROVED or NOT_REDUCING */

/* Loss of a position or order at its stop with slippage and fees, as C14 and C17 count it; 0
 * when the stop locks a profit. Without a stop (0): the whole notional. Rounded up. False: does
 * not fit. */
MUST_USE bool risk_at_stop(const struct settings *settings,
                           const struct instrument *item,
                           enum side side,
                           int64_t size_e6,
                           int64_t entry_e12,
                           int64_t stop_e12,
                           int64_t *out);

/* The controls that are judged here, in the order of RISK 2.2; NULL behind the last. */
struct risk_control {
    const char *id, *name, *level; /* "C6", "Price collar", "O" */
};
const struct risk_control *risk_control_row(int32_t index);

#endif
