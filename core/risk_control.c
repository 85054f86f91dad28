#include "core/risk_control.h"

#include "core/fixed.h"
#include "core/margin.h"
#include "core/sizing.h"

/* A quantity measured as a share: units _e6 from units x 10^exponent. */
enum { QUANTITY_DECIMALS = 6, EXPONENT_MAX = 18 };

/* ---- records ---- */

struct check *
judge_record(struct judge *self, const char *name, int64_t value, int64_t limit, int32_t scale)
{
    struct assessment *out = self->out;
    CHECK(out->check_count < CHECKS_MAX);
    struct check *check = &out->checks[out->check_count++];
    *check = (struct check){.name = name,
                            .value = value,
                            .limit = limit,
                            .scale = scale,
                            .state = CHECK_PASSED,
                            .verdict = VERDICT_APPROVED};
    return check;
}

void judge_deny(struct judge *self, struct check *check, enum verdict verdict)
{
    check->state = CHECK_FAILED;
    check->verdict = verdict;
    if (self->first == VERDICT_APPROVED || verdict < self->first) {
        self->first = verdict;
    }
}

void judge_at_most(struct judge *self, const struct check_limit *check)
{
    struct check *row = judge_record(self, check->name, check->value, check->limit, check->scale);
    if (!(check->value <= check->limit)) {
        judge_deny(self, row, check->verdict);
    } else if (check->value >= check->warn) {
        row->state = CHECK_WARNED;
    }
}

void judge_below(struct judge *self, const struct check_limit *check)
{
    struct check *row = judge_record(self, check->name, check->value, check->limit, check->scale);
    if (!(check->value < check->limit)) {
        judge_deny(self, row, check->verdict);
    } else if (check->value >= check->warn) {
        row->state = CHECK_WARNED;
    }
}

void judge_at_least(struct judge *self, const struct check_limit *check)
{
    struct check *row = judge_record(self, check->name, check->value, check->limit, check->scale);
    if (!(check->value >= check->limit)) {
        judge_deny(self, row, check->verdict);
    } else if (check->value < check->warn) {
        row->state = CHECK_WARNED;
    }
}

void judge_fact(struct judge *self, const char *name, bool passed, enum verdict verdict)
{
    struct check *row = judge_record(self, name, passed ? 1 : 0, 1, 0);
    if (!passed) {
        judge_deny(self, row, verdict);
    }
}

void judge_skip(struct judge *self, const char *name, const char *reason)
{
    struct check *row = judge_record(self, name, 0, 0, 0);
    row->state = CHECK_NOT_APPLICABLE;
    row->reason = reason;
}

enum fidelity judge_fidelity(const struct judge *self)
{
    enum fidelity least = self->view->settings->fidelity;

    return self->item->fidelity > least ? self->item->fidelity : least;
}

void judge_missing(struct judge *self,
                   const char *name,
                   enum fidelity finest,
                   const char *reason,
                   enum verdict verdict)
{
    if (self->view->settings->simulated && judge_fidelity(self) <= finest) {
        judge_skip(self, name, reason);
        return;
    }
    struct check *row = judge_record(self, name, 0, 0, 0);
    row->reason = "the evidence is missing";
    judge_deny(self, row, verdict);
}

int64_t judge_warn_80(int64_t limit)
{
    return limit - limit / 5;
}

int64_t judge_warn_60(int64_t limit)
{
    return limit - limit / 5 * 2;
}

/* ---- figures that sizing and checks share, so that they cannot differ ---- */

const struct instrument *risk_instrument(const struct risk_view *view)
{
    int32_t index = view->signal->instrument;
    CHECK(index >= 0);
    CHECK(index < view->instruments->count);
    return &view->instruments->items[index];
}

/* Share of equity in _e8, rounded down; 0 without equity. */
static int64_t of_equity_e8(const struct risk_view *view, int64_t share_e9)
{
    if (view->account.equity_e8 <= 0 || share_e9 <= 0) {
        return 0;
    }
    return fixed_mul_div_clamped(view->account.equity_e8, share_e9, ONE_E9);
}

int64_t risk_gap_e9(int64_t a, int64_t b)
{
    int64_t gap_e9 = 0;
    if (a == b && a > 0) {
        return 0; /* the common case, without a division */
    }
    if (a <= 0 || b <= 0 || !fixed_mul_div_ceil(a > b ? a - b : b - a, ONE_E9, b, &gap_e9)) {
        return INT64_MAX;
    }
    return gap_e9;
}

static int64_t collar_e9(const struct risk_view *view)
{
    const struct settings *settings = view->settings;
    int64_t collar_e9 = risk_instrument(view)->liquid ? settings->collar_liquid : settings->collar;
    const struct risk_market *market = &view->market;
    if (!market->has_atr || market->atr_e12 <= 0 || market->mark_e12 <= 0) {
        return collar_e9;
    }
    int64_t range_e9 =
        fixed_mul_div_clamped(market->atr_e12, settings->collar_atr, market->mark_e12);
    collar_e9 = range_e9 > collar_e9 ? range_e9 : collar_e9;
    /* A range of more than the price itself is absurd: the collar ends there. */
    return collar_e9 > ONE_E9 ? ONE_E9 : collar_e9;
}

static int64_t value_e8(const struct risk_view *view, enum confidence confidence)
{
    const struct settings *settings = view->settings;
    int64_t tier_e9 = settings->order_value_share * leverage_base(confidence);
    int64_t share_e8 = of_equity_e8(view, tier_e9);
    int64_t hard_e8 = settings->order_value_max < 0 ? 0 : settings->order_value_max;
    return share_e8 < hard_e8 ? share_e8 : hard_e8;
}

static int64_t volume_e6(const struct risk_view *view)
{
    const struct risk_market *market = &view->market;
    if (!market->has_volume) {
        return INT64_MAX;
    }
    if (market->minute_volume <= 0 || market->volume_exponent < 0 ||
        market->volume_exponent > EXPONENT_MAX) {
        return 0;
    }
    wide_t units_e9 = (wide_t)market->minute_volume * view->settings->quantity_volume_max;
    int32_t shift = market->volume_exponent - QUANTITY_DECIMALS;
    wide_t divisor = ONE_E9;
    for (; shift > 0; shift--) {
        divisor *= 10;
    }
    /* The product is below 1e31; the few factors of ten of a coarse series still fit 128 bits. */
    for (; shift < 0; shift++) {
        units_e9 *= 10;
    }
    wide_t limit_e6 = wide_div_floor(units_e9, divisor);
    return limit_e6 > INT64_MAX ? INT64_MAX : (int64_t)limit_e6;
}

static int64_t depth_e6(const struct risk_view *view)
{
    const struct risk_market *market = &view->market;
    if (!market->has_depth) {
        return INT64_MAX;
    }
    int64_t depth_e6 = market->depth_e6 < 0 ? 0 : market->depth_e6;
    return fixed_mul_div_clamped(depth_e6, view->settings->quantity_depth_max, ONE_E9);
}

static int64_t quantity_e6(const struct risk_view *view)
{
    int64_t limit_e6 = 0;
    if (!fixed_mul_div_floor(view->settings->quantity_max, ONE_E6, 1, &limit_e6)) {
        limit_e6 = INT64_MAX;
    }
    int64_t venue_e6 = risk_instrument(view)->size_max_e6;
    return venue_e6 > 0 && venue_e6 < limit_e6 ? venue_e6 : limit_e6;
}

int64_t risk_net_e8(const struct risk_view *view, const struct risk_plan *plan)
{
    /* What could fill on our side, against what is surely held on the other. */
    enum side side = view->signal->side;
    const struct risk_sums *sums = &plan->sums;
    return sums->side_e8[side] - sums->held_e8[side_opposite(side)];
}

void risk_limits_make(const struct risk_view *view,
                      enum confidence confidence,
                      struct risk_limits *out)
{
    const struct settings *settings = view->settings;
    out->collar_e9 = collar_e9(view);
    out->quantity_e6 = quantity_e6(view);
    out->volume_e6 = volume_e6(view);
    out->depth_e6 = depth_e6(view);
    out->value_e8 = value_e8(view, confidence);
    out->risk_e8 = of_equity_e8(view, sizing_risk_limit_e9(settings, confidence));
    /* Not configured: nothing is allowed. */
    out->position_e8 = settings->position_value_max < 0 ? 0 : settings->position_value_max;
    out->gross_e8 = of_equity_e8(view, settings->gross_max);
    out->net_e8 = of_equity_e8(view, settings->net_max);
    int64_t single_e8 = of_equity_e8(view, settings->risk_per_trade);
    out->cluster_e8 = fixed_mul_div_clamped(single_e8, settings->cluster_max, ONE_E9);
    out->heat_e8 = of_equity_e8(view, settings->heat_max);
    if (view->account.day_room_e8 < out->heat_e8) {
        out->heat_e8 = view->account.day_room_e8;
    }
    int64_t free_e8 = of_equity_e8(view, settings->free_margin_min);
    out->free_e8 = free_e8 < INT64_MAX ? free_e8 + 1 : INT64_MAX; /* the floor is rounded up */
}

bool risk_volatility_on(const struct risk_view *view)
{
    return view->settings->volatility_target >= 0;
}

bool risk_kelly_on(const struct risk_view *view)
{
    return view->settings->kelly_drift > -10 * ONE_E9;
}

bool risk_at_stop(const struct settings *settings,
                  const struct instrument *item,
                  enum side side,
                  int64_t size_e6,
                  int64_t entry_e12,
                  int64_t stop_e12,
                  int64_t *out)
{
    CHECK(size_e6 >= 0);

    int64_t notional_e8 = 0;
    if (!fixed_notional_ceil_e8(entry_e12, size_e6, &notional_e8)) {
        return false;
    }
    if (stop_e12 <= 0) {
        *out = notional_e8;
        return true;
    }
    int64_t move_e12 = side == SIDE_LONG ? entry_e12 - stop_e12 : stop_e12 - entry_e12;
    int64_t move_e8 = 0;
    int64_t cost_e8 = 0;
    int64_t cost_e9 = settings->slippage + 2 * item->taker_fee_e9;
    if (!fixed_notional_ceil_e8(move_e12, size_e6, &move_e8) ||
        !fixed_mul_div_ceil(notional_e8, cost_e9, ONE_E9, &cost_e8)) {
        return false;
    }
    wide_t risk_e8 = (wide_t)move_e8 + cost_e8;
    return fixed_narrow(risk_e8 > 0 ? risk_e8 : 0, out);
}
