#include "core/risk.h"

#include "core/risk_control.h"

#include "core/fixed.h"

/* In the order of evaluation of RISK 2.2. */
struct control {
    struct risk_control row;
    void (*judge)(struct judge *self);
};

static const struct control controls[] = {
    {{"C1", "Trading state", "SAG"}, control_state},
    {{"C2", "Symbol allow-list", "S"}, control_allowed},
    {{"C3", "Schema and precision", "O"}, control_schema},
    {{"C10", "Duplicate guard", "O"}, control_duplicates},
    {{"C7", "Reference quality", "S"}, control_reference},
    {{"C9", "Signal age", "O"}, control_signal_age},
    {{"C4", "Max order quantity", "O"}, control_quantity},
    {{"C5", "Max order value", "O"}, control_order_value},
    {{"C6", "Price collar", "O"}, control_collar},
    {{"C8", "Slippage guard", "O"}, control_slippage},
    {{"C16", "Risk per trade", "O"}, control_trade_risk},
    {{"C18", "Leverage cap", "OS"}, control_leverage},
    {{"C21", "Liquidation distance", "OS"}, control_liquidation},
    {{"C22", "Funding guard", "S"}, control_funding},
    {{"C23", "Stop mandatory", "O"}, control_stop},
    {{"C24", "Reduce-only integrity", "O"}, control_reducing},
    {{"C29", "Self-trade prevention", "S"}, control_self_trade},
    {{"C11", "Open orders per symbol", "S"}, control_open_orders},
    {{"C12", "Position limit", "SD"}, control_position},
    {{"C13", "Gross and net exposure", "AG"}, control_exposure},
    {{"C14", "Correlated cluster cap", "A"}, control_cluster},
    {{"C15", "Max positions", "A"}, control_positions},
    {{"C17", "Heat", "A"}, control_heat},
    {{"C19", "Free-margin floor", "A"}, control_free_margin},
    {{"C20", "Margin ratio", "A"}, control_margin_ratio},
    {{"", "Volatility budget", "A"}, control_volatility},
    {{"", "Kelly bound", "A"}, control_kelly},
    {{"C25", "Outbound message budget", "A"}, control_messages},
    {{"C26", "Order rate", "SA"}, control_order_rate},
    {{"C27", "Repeated execution throttle", "strategy"}, control_executions},
    {{"C28", "Order-to-fill ratio", "A"}, control_churn},
    {{"C30", "Reject-rate gate", "S"}, control_rejects},
    {{"C31", "Loss limits", "AG"}, control_losses},
    {{"C32", "New-strategy ramp", "strategy"}, control_ramp},
    {{"C33", "Override", "O"}, control_override},
    {{"", "Clutch", "G"}, control_clutch},
};

const struct risk_control *risk_control_row(int32_t index)
{
    return index >= 0 && index < (int32_t)ARRAY_COUNT(controls) ? &controls[index].row : NULL;
}

enum verdict risk_check_limits(const struct risk_view *view,
                               const struct risk_plan *plan,
                               struct assessment *out)
{
    struct judge judge = {.view = view,
                          .plan = plan,
                          .item = risk_instrument(view),
                          .out = out,
                          .first = VERDICT_APPROVED};
    for (size_t index = 0; index < ARRAY_COUNT(controls); index++) {
        controls[index].judge(&judge);
    }
    if (plan->overflow) {
        judge_fact(&judge, "figures", false, VERDICT_OVERFLOW);
    } else if (judge.first == VERDICT_APPROVED && plan->size_e6 == 0) {
        /* No single limit is in the way of the smallest order, all of them together are. */
        judge_fact(&judge, "C16.size", false, VERDICT_SIZE_ZERO);
    }
    return judge.first;
}

static void assessment_begin(const struct risk_view *view, struct assessment *out)
{
    out->signal_id = view->signal->signal_id;
    out->verdict = VERDICT_APPROVED;
    out->approved = false;
    out->cached = false;
    out->side = view->signal->side;
    out->instrument = view->signal->instrument;
    out->base_leverage = 0;
    out->max_leverage = 0;
    out->leverage = 0;
    out->position_size_e6 = 0;
    out->notional_e8 = 0;
    out->price_e12 = 0;
    out->limit_entry = false;
    out->stop_e12 = 0;
    out->stop_source = view->signal->stop_source;
    out->bound = "";
    out->size_bound = "";
    out->check_count = 0;
}

static void
assessment_fill(const struct risk_view *view, const struct risk_plan *plan, struct assessment *out)
{
    /* Of the confidence as given: what CAUTION makes of it shows in the tier cap. */
    out->base_leverage = leverage_base(view->signal->confidence);
    out->price_e12 = plan->price_e12;
    out->limit_entry = plan->limit_entry;
    out->stop_e12 = plan->stop_e12;
    out->stop_source = plan->stop_source;
    if (!plan->priced) {
        return;
    }
    out->max_leverage = plan->leverage.max;
    out->leverage = plan->leverage.leverage;
    out->bound = leverage_cap_text((int)plan->leverage.bound);
    out->size_bound = plan->size_bound;
    out->position_size_e6 = plan->size_e6;
    out->notional_e8 = plan->size_e6 > 0 ? plan->notional_e8 : 0;
}

bool risk_closes(const struct risk_view *view)
{
    const struct risk_symbol *symbol = &view->symbol;
    if (view->signal->direction == DIRECTION_CLOSE) {
        return true;
    }
    return symbol->has_position && symbol->position_side != view->signal->side &&
           view->settings->on_opposite == OPPOSITE_CLOSE;
}

/* A reduction skips the limits of entries, never C10's identity nor C24. */
static void assess_close(const struct risk_view *view, struct assessment *out)
{
    const struct risk_symbol *symbol = &view->symbol;
    struct judge judge = {
        .view = view, .item = risk_instrument(view), .out = out, .first = VERDICT_APPROVED};
    enum verdict duplicate = view->signal->duplicate;
    judge_fact(&judge, "C10.duplicate", duplicate == VERDICT_APPROVED, duplicate);
    int64_t left_e6 = symbol->has_position ? symbol->position_size_e6 - symbol->closing_e6 : 0;
    struct risk_reduction order = {.has_position = symbol->has_position,
                                   .position_side = symbol->position_side,
                                   .position_size_e6 = symbol->position_size_e6,
                                   .closing_e6 = symbol->closing_e6,
                                   .side = side_opposite(symbol->position_side),
                                   .size_e6 = left_e6};
    struct check *row = judge_record(&judge, "C24.reducing", left_e6, 1, 6);
    if (risk_check_reducing(&order) != VERDICT_APPROVED) {
        judge_deny(&judge, row, VERDICT_NOT_REDUCING);
    }
    if (view->breaker.clutch) {
        judge_fact(&judge, "clutch", false, VERDICT_CLUTCHED);
    }
    out->verdict = judge.first == VERDICT_APPROVED ? VERDICT_CLOSE_APPROVED : judge.first;
    out->position_size_e6 = out->verdict == VERDICT_CLOSE_APPROVED ? left_e6 : 0;
    out->side = order.side;
    out->price_e12 = view->market.known ? view->market.mark_e12 : 0;
}

void risk_assess(const struct risk_view *view, struct assessment *out)
{
    CHECK(view->settings != NULL);
    CHECK(view->signal->direction != DIRECTION_INVALID);

    assessment_begin(view, out);
    if (risk_closes(view)) {
        assess_close(view, out);
        return;
    }
    struct risk_plan plan;
    risk_price(view, &plan);
    risk_size(view, &plan);
    out->verdict = risk_check_limits(view, &plan, out);
    assessment_fill(view, &plan, out);
    out->approved = out->verdict == VERDICT_APPROVED;
    CHECK(!out->approved || out->position_size_e6 > 0);
    CHECK(!out->approved || out->leverage >= 1);
    CHECK(!out->approved || out->stop_e12 > 0);
}

enum verdict risk_check_reducing(const struct risk_reduction *order)
{
    if (!order->has_position || order->position_size_e6 <= 0 ||
        order->side != side_opposite(order->position_side)) {
        return VERDICT_NOT_REDUCING;
    }
    if (order->close_position) {
        return VERDICT_APPROVED;
    }
    int64_t left_e6 = order->position_size_e6 - order->closing_e6;
    bool reduces = order->closing_e6 >= 0 && order->size_e6 > 0 && order->size_e6 <= left_e6;
    return reduces ? VERDICT_APPROVED : VERDICT_NOT_REDUCING;
}
