/* risk_control.h - private to core/risk*.c: how a control records what it found. A control is
 * one function of the table in risk.c. It records at least one check: passed, warned, failed
 * with its denial, or n/a with the reason. Helpers compare so that the unknown denies. */
#ifndef CORE_RISK_CONTROL_H
#define CORE_RISK_CONTROL_H

#include "core/risk.h"

struct judge {
    const struct risk_view *view;
    const struct risk_plan *plan;
    const struct instrument *item;
    struct assessment *out;
    enum verdict first; /* the denial of the highest precedence so far, or APPROVED */
};

/* One check with its state decided by the caller. */
struct check *
judge_record(struct judge *self, const char *name, int64_t value, int64_t limit, int32_t scale);
void judge_deny(struct judge *self, struct check *check, enum verdict verdict);

/* value <= limit passes; warns from `warn` on. */
struct check_limit {
    const char *name;
    int64_t value, limit, warn;
    int32_t scale;
    enum verdict verdict;
};
void judge_at_most(struct judge *self, const struct check_limit *check);
/* value < limit passes: levels that are reached at equality. */
void judge_below(struct judge *self, const struct check_limit *check);
/* value >= limit passes; warns below `warn`. */
void judge_at_least(struct judge *self, const struct check_limit *check);
void judge_fact(struct judge *self, const char *name, bool passed, enum verdict verdict);
void judge_skip(struct judge *self, const char *name, const char *reason);
/* What the data of the signal's instrument can show. */
enum fidelity judge_fidelity(const struct judge *self);
/* Evidence that is missing: n/a with the reason in a simulated run at a fidelity of at most
 * `finest`, else a denial. */
void judge_missing(struct judge *self,
                   const char *name,
                   enum fidelity finest,
                   const char *reason,
                   enum verdict verdict);

/* Warn levels of RISK 2.2: 80 % of a block level, 60 % of a loss limit. */
int64_t judge_warn_80(int64_t limit);
int64_t judge_warn_60(int64_t limit);

/* |a - b| / b in _e9, rounded up; INT64_MAX when it cannot be said. */
int64_t risk_gap_e9(int64_t a, int64_t b);
const struct instrument *risk_instrument(const struct risk_view *view);
void risk_limits_make(const struct risk_view *view,
                      enum confidence confidence,
                      struct risk_limits *out);
/* C13: worst net exposure in the signal's direction before this order. */
int64_t risk_net_e8(const struct risk_view *view, const struct risk_plan *plan);
/* True when the bound is configured. */
bool risk_volatility_on(const struct risk_view *view);
bool risk_kelly_on(const struct risk_view *view);
void risk_sum(const struct risk_view *view, struct risk_sums *out);

/* ---- the controls, by file ---- */
void control_state(struct judge *self);      /* C1 */
void control_allowed(struct judge *self);    /* C2 */
void control_schema(struct judge *self);     /* C3 */
void control_duplicates(struct judge *self); /* C10 */
void control_reference(struct judge *self);  /* C7 */
void control_signal_age(struct judge *self); /* C9 */

void control_quantity(struct judge *self);    /* C4 */
void control_order_value(struct judge *self); /* C5 */
void control_collar(struct judge *self);      /* C6 */
void control_slippage(struct judge *self);    /* C8 */
void control_trade_risk(struct judge *self);  /* C16 */
void control_leverage(struct judge *self);    /* C18 */
void control_liquidation(struct judge *self); /* C21 */
void control_funding(struct judge *self);     /* C22 */
void control_stop(struct judge *self);        /* C23 */
void control_reducing(struct judge *self);    /* C24 */
void control_self_trade(struct judge *self);  /* C29 */

void control_open_orders(struct judge *self);  /* C11 */
void control_position(struct judge *self);     /* C12 */
void control_exposure(struct judge *self);     /* C13 */
void control_cluster(struct judge *self);      /* C14 */
void control_positions(struct judge *self);    /* C15 */
void control_heat(struct judge *self);         /* C17 */
void control_free_margin(struct judge *self);  /* C19 */
void control_margin_ratio(struct judge *self); /* C20 */
void control_volatility(struct judge *self);
void control_kelly(struct judge *self);

void control_messages(struct judge *self);   /* C25 */
void control_order_rate(struct judge *self); /* C26 */
void control_executions(struct judge *self); /* C27 */
void control_churn(struct judge *self);      /* C28 */
void control_rejects(struct judge *self);    /* C30 */
void control_losses(struct judge *self);     /* C31 */
void control_ramp(struct judge *self);       /* C32 */
void control_override(struct judge *self);   /* C33 */
void control_clutch(struct judge *self);

#endif
