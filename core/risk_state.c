#include "core/risk_control.h"

#include "core/fixed.h"

/* Where the data are trades, staleness limits are this much wider (RISK 2.2). */
enum { TRADES_AGE_FACTOR = 20 };

static enum verdict state_verdict(enum breaker_state state)
{
    switch (state) {
    case BREAKER_CLOSED:
    case BREAKER_CAUTION:
    case BREAKER_PROBATION: return VERDICT_APPROVED;
    case BREAKER_REDUCING: return VERDICT_BREAKER_REDUCING;
    case BREAKER_TRIPPED: return VERDICT_BREAKER_TRIPPED;
    case BREAKER_LOCKED: return VERDICT_BREAKER_LOCKED;
    }
    return VERDICT_BREAKER_LOCKED; /* an unknown state is the worst one */
}

void control_state(struct judge *self)
{
    const struct risk_view *view = self->view;
    enum breaker_state state = view->breaker.state;
    struct check *row =
        judge_record(self, "C1.breaker", (int64_t)state, (int64_t)BREAKER_PROBATION, 0);
    row->reason = breaker_state_text((int)state);
    enum verdict verdict = state_verdict(state);
    if (verdict != VERDICT_APPROVED) {
        judge_deny(self, row, verdict);
    } else if (state != BREAKER_CLOSED) {
        row->state = CHECK_WARNED;
    }
    int64_t blocked_us = view->breaker.blocked_until_us - view->now_us;
    judge_at_most(self, &(struct check_limit){.name = "C1.cool_down",
                                              .value = blocked_us > 0 ? blocked_us : 0,
                                              .limit = 0,
                                              .warn = INT64_MAX,
                                              .scale = 6,
                                              .verdict = VERDICT_COOL_DOWN});
    judge_fact(self, "C1.running", !view->shutting_down, VERDICT_SHUTTING_DOWN);
    judge_fact(self, "C1.reconciled", view->reconciled, VERDICT_NOT_RECONCILED);
}

void control_allowed(struct judge *self)
{
    bool allowed = settings_allowed(self->view->settings, self->view->signal->instrument);
    judge_fact(self, "C2.allowed", allowed, VERDICT_NOT_ALLOWED);
}

static void check_instrument_age(struct judge *self)
{
    const struct settings *settings = self->view->settings;
    if (settings->simulated) {
        judge_skip(self, "C3.age", "the rules are part of the data");
        return;
    }
    int64_t age_us = self->view->instrument_age_us;
    judge_at_most(self, &(struct check_limit){.name = "C3.age",
                                              .value = age_us < 0 ? INT64_MAX : age_us,
                                              .limit = settings->instrument_age_max,
                                              .warn = judge_warn_80(settings->instrument_age_max),
                                              .scale = 6,
                                              .verdict = VERDICT_INSTRUMENT_STALE});
}

void control_schema(struct judge *self)
{
    const struct risk_plan *plan = self->plan;
    check_instrument_age(self);
    if (!plan->priced) {
        judge_skip(self, "C3.minimum", "there is no price or no stop to size by");
        return;
    }
    if (plan->wanted_e6 == 0 && plan->wanted_e8 == 0) {
        judge_skip(self, "C3.minimum", "the size is zero before any minimum (C16)");
        return;
    }
    judge_at_least(self, &(struct check_limit){.name = "C3.minimum",
                                               .value = plan->wanted_e6,
                                               .limit = plan->minimum_e6,
                                               .warn = INT64_MIN,
                                               .scale = 6,
                                               .verdict = VERDICT_BELOW_MINIMUM});
}

/* Opposite to an open position and not closing it: reverse is judged as an entry. */
static enum verdict position_verdict(const struct risk_view *view)
{
    const struct risk_symbol *symbol = &view->symbol;
    if (!symbol->has_position) {
        return VERDICT_APPROVED;
    }
    if (symbol->position_side == view->signal->side) {
        return symbol->adds < view->settings->pyramiding ? VERDICT_APPROVED : VERDICT_ALREADY_OPEN;
    }
    return view->settings->on_opposite == OPPOSITE_REVERSE ? VERDICT_APPROVED
                                                           : VERDICT_OPPOSITE_IGNORED;
}

void control_duplicates(struct judge *self)
{
    const struct risk_view *view = self->view;
    enum verdict duplicate = view->signal->duplicate;
    judge_fact(self, "C10.duplicate", duplicate == VERDICT_APPROVED, duplicate);
    enum verdict position = position_verdict(view);
    judge_fact(self, "C10.position", position == VERDICT_APPROVED, position);
    judge_fact(self, "C10.pending", !view->symbol.entry_pending, VERDICT_ENTRY_PENDING);
}

/* C7's limit of age, by what the data can show. */
static int64_t reference_age_limit_us(const struct judge *self)
{
    const struct settings *settings = self->view->settings;
    int64_t limit_us = settings->reference_age_max;
    enum fidelity fidelity = judge_fidelity(self);
    if (!settings->simulated || fidelity >= FIDELITY_QUOTES) {
        return limit_us;
    }
    if (fidelity == FIDELITY_BARS) {
        return fixed_mul_div_clamped(settings->reference_bars_max, self->view->market.interval_us,
                                     1);
    }
    return limit_us * TRADES_AGE_FACTOR;
}

static void check_reference_age(struct judge *self)
{
    const struct risk_view *view = self->view;
    const struct settings *settings = view->settings;
    if (!view->market.known || view->market.last_e12 <= 0 || view->market.mark_e12 <= 0) {
        judge_fact(self, "C7.age", false, VERDICT_NO_MARKET);
        return;
    }
    if (settings->simulated && settings->fidelity == FIDELITY_SIGNALS) {
        judge_skip(self, "C7.age", "the signals' own prices are the market: see C9");
        return;
    }
    int64_t limit_us = reference_age_limit_us(self);
    judge_at_most(self, &(struct check_limit){
                            .name = "C7.age",
                            .value = view->market.age_us < 0 ? INT64_MAX : view->market.age_us,
                            .limit = limit_us,
                            .warn = INT64_MAX,
                            .scale = 6,
                            .verdict = VERDICT_REFERENCE_STALE});
}

static void check_divergence(struct judge *self, const char *name, int64_t reference_e12)
{
    int64_t limit_e9 = self->view->settings->divergence_max;
    judge_at_most(self, &(struct check_limit){
                            .name = name,
                            .value = risk_gap_e9(self->view->market.mark_e12, reference_e12),
                            .limit = limit_e9,
                            .warn = judge_warn_80(limit_e9),
                            .scale = 9,
                            .verdict = VERDICT_REFERENCE_DIVERGED});
}

void control_reference(struct judge *self)
{
    const struct risk_market *market = &self->view->market;
    const struct settings *settings = self->view->settings;
    check_reference_age(self);
    if (settings->simulated && settings->fidelity == FIDELITY_SIGNALS) {
        judge_skip(self, "C7.last", "signals hold one price");
    } else {
        check_divergence(self, "C7.last", market->last_e12);
    }
    if (market->has_index) {
        check_divergence(self, "C7.index", market->index_e12);
    } else {
        judge_missing(self, "C7.index", FIDELITY_DEPTH, "the data hold no index",
                      VERDICT_REFERENCE_DIVERGED);
    }
    if (!market->has_spread) {
        judge_missing(self, "C7.spread", FIDELITY_TRADES, "the data hold no book",
                      VERDICT_SPREAD_WIDE);
        return;
    }
    judge_at_most(
        self, &(struct check_limit){.name = "C7.spread",
                                    .value = market->spread_e9 < 0 ? INT64_MAX : market->spread_e9,
                                    .limit = settings->spread_max,
                                    .warn = judge_warn_80(settings->spread_max),
                                    .scale = 9,
                                    .verdict = VERDICT_SPREAD_WIDE});
}

/* How far the order's price is from what the signal saw; an entry zone says itself what is near. */
static int64_t move_e9(const struct judge *self)
{
    const struct normal_signal *signal = self->view->signal;
    if (signal->entry_high_e12 > 0) {
        return 0;
    }
    int64_t price_e12 =
        self->plan->price_e12 > 0 ? self->plan->price_e12 : self->view->market.mark_e12;
    return risk_gap_e9(price_e12, signal->price_e12);
}

void control_signal_age(struct judge *self)
{
    const struct risk_view *view = self->view;
    const struct settings *settings = view->settings;
    wide_t age_us = (wide_t)view->now_us - view->signal->timestamp_us;
    if (settings->simulated && settings->fidelity == FIDELITY_SIGNALS &&
        view->market.age_us > age_us) {
        age_us = view->market.age_us; /* the market's price is a signal's too */
    }
    age_us = age_us < 0 ? 0 : age_us;
    judge_at_most(self,
                  &(struct check_limit){.name = "C9.age",
                                        .value = age_us > INT64_MAX ? INT64_MAX : (int64_t)age_us,
                                        .limit = settings->signal_age_max,
                                        .warn = judge_warn_80(settings->signal_age_max),
                                        .scale = 6,
                                        .verdict = VERDICT_SIGNAL_OLD});
    judge_at_most(self, &(struct check_limit){.name = "C9.move",
                                              .value = move_e9(self),
                                              .limit = settings->signal_move_max,
                                              .warn = judge_warn_80(settings->signal_move_max),
                                              .scale = 9,
                                              .verdict = VERDICT_PRICE_MOVED});
}
