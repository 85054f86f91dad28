#include "core/risk_control.h"

#include "core/fixed.h"

#define RATE_E16_PER_E9 10000000LL

static const char no_plan[] = "there is no price or no stop to size by";

/* Records a quantity against its limit, or why it is not measured. */
static void check_quantity(struct judge *self, const char *name, int64_t limit_e6)
{
    if (!self->plan->priced) {
        judge_skip(self, name, no_plan);
        return;
    }
    judge_at_most(self, &(struct check_limit){.name = name,
                                              .value = self->plan->judged_e6,
                                              .limit = limit_e6,
                                              .warn = judge_warn_80(limit_e6),
                                              .scale = 6,
                                              .verdict = VERDICT_QUANTITY_LIMIT});
}

/* Records money against its limit. */
static void check_money(
    struct judge *self, const char *name, int64_t value_e8, int64_t limit_e8, enum verdict verdict)
{
    if (!self->plan->priced) {
        judge_skip(self, name, no_plan);
        return;
    }
    judge_at_most(self, &(struct check_limit){.name = name,
                                              .value = value_e8,
                                              .limit = limit_e8,
                                              .warn = judge_warn_80(limit_e8),
                                              .scale = 8,
                                              .verdict = verdict});
}

void control_quantity(struct judge *self)
{
    const struct risk_view *view = self->view;
    const struct risk_limits *limits = &self->plan->limits;
    check_quantity(self, "C4.quantity", limits->quantity_e6);
    if (view->market.has_volume) {
        check_quantity(self, "C4.volume", limits->volume_e6);
    } else {
        judge_missing(self, "C4.volume", FIDELITY_SIGNALS, "signals hold no market volume",
                      VERDICT_QUANTITY_LIMIT);
    }
    if (view->market.has_depth) {
        check_quantity(self, "C4.depth", limits->depth_e6);
    } else {
        judge_missing(self, "C4.depth", FIDELITY_QUOTES, "the data hold no depth",
                      VERDICT_QUANTITY_LIMIT);
    }
}

void control_order_value(struct judge *self)
{
    const struct risk_plan *plan = self->plan;
    /* A market order may fill as far away as the collar lets it. */
    int64_t worst_e9 = ONE_E9 + (plan->limit_entry ? 0 : plan->limits.collar_e9);
    int64_t value_e8 = INT64_MAX;
    if (!fixed_mul_div_ceil(plan->notional_e8, worst_e9, ONE_E9, &value_e8)) {
        value_e8 = INT64_MAX;
    }
    check_money(self, "C5.value", value_e8, plan->limits.value_e8, VERDICT_VALUE_LIMIT);
}

static void check_collar(struct judge *self, const char *name, int64_t reference_e12)
{
    if (self->plan->price_e12 <= 0) {
        judge_skip(self, name, no_plan);
        return;
    }
    int64_t limit_e9 = self->plan->limits.collar_e9;
    judge_at_most(self,
                  &(struct check_limit){.name = name,
                                        .value = risk_gap_e9(self->plan->price_e12, reference_e12),
                                        .limit = limit_e9,
                                        .warn = judge_warn_80(limit_e9),
                                        .scale = 9,
                                        .verdict = VERDICT_PRICE_COLLAR});
}

void control_collar(struct judge *self)
{
    const struct risk_market *market = &self->view->market;
    check_collar(self, "C6.mark", market->mark_e12);
    if (market->has_index) {
        check_collar(self, "C6.index", market->index_e12);
    } else {
        judge_missing(self, "C6.index", FIDELITY_DEPTH, "the data hold no index",
                      VERDICT_PRICE_COLLAR);
    }
    if (market->has_minute) {
        check_collar(self, "C6.minute", market->minute_ago_e12);
    } else {
        judge_missing(self, "C6.minute", FIDELITY_BARS, "the data hold no price of a minute ago",
                      VERDICT_PRICE_COLLAR);
    }
}

void control_slippage(struct judge *self)
{
    const struct risk_market *market = &self->view->market;
    const struct settings *settings = self->view->settings;
    if (!market->has_slippage) {
        judge_missing(self, "C8.slippage", FIDELITY_SIGNALS, "signals show no book",
                      VERDICT_SLIPPAGE);
        return;
    }
    int64_t limit_e9 = self->item->liquid ? settings->slippage_max_liquid : settings->slippage_max;
    judge_at_most(self, &(struct check_limit){
                            .name = "C8.slippage",
                            .value = market->slippage_e9 < 0 ? INT64_MAX : market->slippage_e9,
                            .limit = limit_e9,
                            .warn = judge_warn_80(limit_e9),
                            .scale = 9,
                            .verdict = VERDICT_SLIPPAGE});
}

void control_trade_risk(struct judge *self)
{
    const struct risk_plan *plan = self->plan;
    if (plan->priced && plan->wanted_e8 == 0) {
        /* A factor, the equity or the share is zero: nothing is wanted. */
        struct check *row = judge_record(self, "C16.risk", 0, 0, 8);
        row->reason = "the size falls to zero";
        judge_deny(self, row, VERDICT_SIZE_ZERO);
        return;
    }
    if (!plan->priced) {
        judge_skip(self, "C16.risk", no_plan);
        return;
    }
    /* Sizing aims at the limit itself: no warning at 80 %. */
    judge_at_most(self, &(struct check_limit){.name = "C16.risk",
                                              .value = plan->risk_e8,
                                              .limit = plan->limits.risk_e8,
                                              .warn = INT64_MAX,
                                              .scale = 8,
                                              .verdict = VERDICT_RISK_PER_TRADE});
}

void control_leverage(struct judge *self)
{
    static const char *const names[LEVERAGE_CAP_COUNT] = {
        "C18.tier",    "C18.distance", "C18.symbol",  "C18.account",
        "C18.bracket", "C18.venue",    "C18.breaker", "C18.stated"};
    const struct leverage_answer *answer = &self->plan->leverage;
    if (!self->plan->priced) {
        judge_skip(self, "C18.leverage", no_plan);
        return;
    }
    int64_t chosen_e9 = answer->leverage * ONE_E9;
    for (int cap = 0; cap < LEVERAGE_CAP_COUNT; cap++) {
        if (answer->cap_e9[cap] != INT64_MAX) {
            /* It holds by construction; it is here to be read, and to catch a mistake. */
            judge_at_most(self, &(struct check_limit){.name = names[cap],
                                                      .value = chosen_e9,
                                                      .limit = answer->cap_e9[cap],
                                                      .warn = INT64_MAX,
                                                      .scale = 9,
                                                      .verdict = VERDICT_LEVERAGE_TOO_LOW});
        }
    }
    struct check *row = judge_record(self, "C18.leverage", answer->leverage, 1, 0);
    row->reason = leverage_cap_text((int)answer->bound);
    if (!(answer->leverage >= 1)) {
        judge_deny(self, row, VERDICT_LEVERAGE_TOO_LOW);
    }
}

void control_liquidation(struct judge *self)
{
    const struct leverage_answer *answer = &self->plan->leverage;
    if (!self->plan->priced) {
        judge_skip(self, "C21.distance", no_plan);
        return;
    }
    int32_t leverage = answer->leverage > 0 ? answer->leverage : 1;
    int64_t distance_e9 = leverage_liquidation_distance_e9(self->view->signal->side, leverage,
                                                           answer->maintenance_rate_e9);
    judge_at_least(self, &(struct check_limit){.name = "C21.distance",
                                               .value = distance_e9,
                                               .limit = answer->distance_e9,
                                               .warn = INT64_MIN,
                                               .scale = 9,
                                               .verdict = VERDICT_LIQUIDATION_NEAR});
}

void control_funding(struct judge *self)
{
    const struct risk_market *market = &self->view->market;
    if (!market->has_funding) {
        judge_missing(self, "C22.funding", FIDELITY_DEPTH, "the data hold no funding rate",
                      VERDICT_FUNDING_HIGH);
        return;
    }
    /* Positive: against the position. An absurd rate is the worst one. */
    int64_t rate_e16 = market->funding_e16;
    int64_t adverse_e16 =
        rate_e16 == INT64_MIN ? INT64_MAX : side_sign(self->view->signal->side) * rate_e16;
    int64_t limit_e16 = self->view->settings->funding_max * RATE_E16_PER_E9;
    judge_below(self, &(struct check_limit){.name = "C22.funding",
                                            .value = adverse_e16,
                                            .limit = limit_e16,
                                            .warn = judge_warn_80(limit_e16),
                                            .scale = 16,
                                            .verdict = VERDICT_FUNDING_HIGH});
}

void control_stop(struct judge *self)
{
    const struct risk_plan *plan = self->plan;
    struct check *row = judge_record(self, "C23.stop", plan->stop_e12, plan->price_e12, 12);
    row->reason = plan->stop_source;
    if (plan->stop_verdict != VERDICT_APPROVED) {
        judge_deny(self, row, plan->stop_verdict);
    }
}

void control_reducing(struct judge *self)
{
    judge_skip(self, "C24.reducing", "an entry adds; reducing orders are judged one by one");
}

void control_self_trade(struct judge *self)
{
    const struct risk_symbol *symbol = &self->view->symbol;
    int64_t price_e12 = self->plan->price_e12;
    bool buys = self->view->signal->side == SIDE_LONG;
    int64_t resting_e12 = buys ? symbol->resting_sell_e12 : symbol->resting_buy_e12;
    struct check *row = judge_record(self, "C29.self_trade", price_e12, resting_e12, 12);
    if (resting_e12 == 0) {
        return;
    }
    /* A market order may reach whatever rests within the collar. */
    int64_t reach_e9 = self->plan->limit_entry ? 0 : self->plan->limits.collar_e9;
    int64_t worst_e12 =
        fixed_mul_div_clamped(price_e12, ONE_E9 + (buys ? reach_e9 : -reach_e9), ONE_E9);
    bool crosses = buys ? !(worst_e12 < resting_e12) : !(worst_e12 > resting_e12);
    if (crosses) {
        judge_deny(self, row, VERDICT_SELF_TRADE);
    }
}
