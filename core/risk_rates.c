#include "core/risk_control.h"

#include "core/fixed.h"

static void
check_rate(struct judge *self, const char *name, int64_t value, int64_t limit, enum verdict verdict)
{
    judge_at_most(self, &(struct check_limit){.name = name,
                                              .value = value,
                                              .limit = limit,
                                              .warn = judge_warn_80(limit),
                                              .scale = 0,
                                              .verdict = verdict});
}

void control_messages(struct judge *self)
{
    /* What follows the entry (its stop, a cancel) may spend the reserve; the entry may not. */
    const struct rates *rates = self->view->rates;
    int64_t left = rates_tokens(rates, self->view->now_us) - 1;
    int64_t capacity = rates_capacity(rates);
    judge_at_least(self, &(struct check_limit){.name = "C25.messages",
                                               .value = left,
                                               .limit = rates_reserve(rates),
                                               .warn = capacity - judge_warn_80(capacity),
                                               .scale = 0,
                                               .verdict = VERDICT_MESSAGE_BUDGET});
}

void control_order_rate(struct judge *self)
{
    const struct rates *rates = self->view->rates;
    const struct settings *settings = self->view->settings;
    int64_t now_us = self->view->now_us;
    check_rate(self, "C26.second", rates_second(rates, now_us) + 1, settings->rate_second,
               VERDICT_ORDER_RATE);
    check_rate(self, "C26.minute", rates_minute(rates, now_us) + 1, settings->rate_minute,
               VERDICT_ORDER_RATE);
    check_rate(self, "C26.day", rates_day(rates, now_us) + 1, settings->rate_day,
               VERDICT_ORDER_RATE);
}

void control_executions(struct judge *self)
{
    const struct rates *rates = self->view->rates;
    const struct settings *settings = self->view->settings;
    int32_t strategy = self->view->signal->strategy;
    int64_t now_us = self->view->now_us;
    judge_fact(self, "C27.enabled", !rates_disabled(rates, strategy), VERDICT_EXECUTION_THROTTLE);
    check_rate(self, "C27.window", rates_executions(rates, strategy, now_us) + 1,
               settings->executions_max, VERDICT_EXECUTION_THROTTLE);
    check_rate(self, "C27.day", rates_executions_day(rates, strategy, now_us) + 1,
               settings->executions_day, VERDICT_EXECUTION_THROTTLE);
}

void control_churn(struct judge *self)
{
    /* Warns only (RISK 2.2): many orders for few fills are a smell, not a danger. */
    const struct rates *rates = self->view->rates;
    int64_t fills = rates_fills_day(rates, self->view->now_us);
    int64_t limit =
        fixed_mul_div_clamped(fills > 0 ? fills : 1, self->view->settings->order_fill_ratio, 1);
    int64_t orders = rates_day(rates, self->view->now_us) + 1;
    struct check *row = judge_record(self, "C28.orders_per_fill", orders, limit, 0);
    row->state = orders > limit ? CHECK_WARNED : CHECK_PASSED;
}

void control_rejects(struct judge *self)
{
    const struct risk_view *view = self->view;
    int64_t limit = view->settings->rejects_max;
    judge_below(self,
                &(struct check_limit){
                    .name = "C30.rejects",
                    .value = rates_rejects(view->rates, view->signal->instrument, view->now_us),
                    .limit = limit,
                    .warn = judge_warn_80(limit),
                    .scale = 0,
                    .verdict = VERDICT_REJECT_RATE});
}

void control_losses(struct judge *self)
{
    static const char *const names[RISK_LOSS_COUNT] = {"C31.day",   "C31.rolling",  "C31.week",
                                                       "C31.month", "C31.drawdown", "C31.5_minutes",
                                                       "C31.hour"};
    const struct risk_account *account = &self->view->account;
    for (int loss = 0; loss < RISK_LOSS_COUNT; loss++) {
        int64_t value_e9 = account->loss_e9[loss];
        judge_below(self, &(struct check_limit){.name = names[loss],
                                                .value = value_e9 < 0 ? 0 : value_e9,
                                                .limit = account->loss_limit_e9[loss],
                                                .warn = judge_warn_60(account->loss_limit_e9[loss]),
                                                .scale = 9,
                                                .verdict = VERDICT_LOSS_LIMIT});
    }
}

void control_ramp(struct judge *self)
{
    const struct risk_view *view = self->view;
    if (view->settings->ramp_share >= ONE_E9) {
        judge_skip(self, "C32.ramp", "the ramp is off");
        return;
    }
    /* It never denies: it has cut the size (RISK 2.2 C32). */
    struct check *row =
        judge_record(self, "C32.ramp", view->strategy_trades, view->settings->ramp_trades, 0);
    row->state = self->plan->ramp_factor_e9 < ONE_E9 ? CHECK_WARNED : CHECK_PASSED;
}

void control_override(struct judge *self)
{
    judge_skip(self, "C33.override", "no override was presented");
}

void control_clutch(struct judge *self)
{
    if (self->view->breaker.clutch) {
        judge_fact(self, "clutch", false, VERDICT_CLUTCHED);
    }
}
