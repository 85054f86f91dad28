#include "core/risk_control.h"

#include <string.h>

#include "core/fixed.h"
#include "core/sizing.h"

enum { SEEN_WORDS = (INSTRUMENTS_MAX + 63) / 64 };

static const char no_plan[] = "there is no price or no stop to size by";

/* ---- sums over positions and entry orders ---- */

/* Clamped: a sum beyond int64 is above any limit. */
static void add_to(int64_t *sum, int64_t value)
{
    *sum = *sum > INT64_MAX - value ? INT64_MAX : *sum + value;
}

/* A symbol and side counts once, however many orders and positions it has. */
static void
count_once(struct risk_sums *out, uint64_t seen[2][SEEN_WORDS], const struct risk_exposure *item)
{
    uint64_t *word = &seen[item->side][item->instrument / 64];
    uint64_t bit = 1ULL << (item->instrument % 64);
    if ((*word & bit) == 0) {
        *word |= bit;
        out->count++;
        out->side_count[item->side]++;
    }
}

static void exposure_add(struct risk_sums *out, const struct risk_exposure *item, bool volatile_sum)
{
    add_to(&out->gross_e8, item->notional_e8);
    add_to(&out->side_e8[item->side], item->notional_e8);
    add_to(&out->held_e8[item->side], item->order ? 0 : item->notional_e8);
    add_to(&out->risk_e8[item->side], item->risk_e8);
    add_to(&out->heat_e8, item->risk_e8);
    if (volatile_sum) {
        int64_t weighted_e8 = 0;
        bool known = item->sigma_e9 > 0 &&
                     fixed_mul_div_ceil(item->notional_e8, item->sigma_e9, ONE_E9, &weighted_e8);
        add_to(&out->volatility_e8, known ? weighted_e8 : INT64_MAX);
    }
}

void risk_sum(const struct risk_view *view, struct risk_sums *out)
{
    uint64_t seen[2][SEEN_WORDS];
    memset(seen, 0, sizeof(seen));
    memset(out, 0, sizeof(*out));
    int32_t own = view->signal->instrument;
    bool volatile_sum = risk_volatility_on(view);
    for (int32_t index = 0; index < view->exposure_count; index++) {
        const struct risk_exposure *item = &view->exposures[index];
        CHECK(item->instrument >= 0);
        CHECK(item->instrument < INSTRUMENTS_MAX);
        CHECK(item->notional_e8 >= 0);
        CHECK(item->risk_e8 >= 0);
        exposure_add(out, item, volatile_sum);
        count_once(out, seen, item);
        if (item->instrument == own) {
            add_to(&out->symbol_e8[item->side], item->notional_e8);
            out->counted = out->counted || item->side == view->signal->side;
        }
    }
}

/* ---- the checks ---- */

/* What stands, plus this order, against the limit in _e8. */
static void check_sum(
    struct judge *self, const char *name, wide_t sum_e8, int64_t limit_e8, enum verdict verdict)
{
    if (!self->plan->priced) {
        judge_skip(self, name, no_plan);
        return;
    }
    int64_t value_e8 = sum_e8 > INT64_MAX ? INT64_MAX : (int64_t)sum_e8;
    judge_at_most(self, &(struct check_limit){.name = name,
                                              .value = value_e8,
                                              .limit = limit_e8,
                                              .warn = judge_warn_80(limit_e8),
                                              .scale = 8,
                                              .verdict = verdict});
}

static void check_count(
    struct judge *self, const char *name, int64_t value, int64_t limit, enum verdict verdict)
{
    judge_at_most(self, &(struct check_limit){.name = name,
                                              .value = value,
                                              .limit = limit,
                                              .warn = judge_warn_80(limit),
                                              .scale = 0,
                                              .verdict = verdict});
}

void control_open_orders(struct judge *self)
{
    int64_t orders = (int64_t)self->view->symbol.open_orders + 1;
    check_count(self, "C11.orders", orders, self->view->settings->open_orders_max,
                VERDICT_OPEN_ORDERS);
}

void control_position(struct judge *self)
{
    enum side side = self->view->signal->side;
    check_sum(self, "C12.position",
              (wide_t)self->plan->sums.symbol_e8[side] + self->plan->notional_e8,
              self->plan->limits.position_e8, VERDICT_POSITION_LIMIT);
}

void control_exposure(struct judge *self)
{
    const struct risk_view *view = self->view;
    const struct risk_plan *plan = self->plan;
    check_sum(self, "C13.gross", (wide_t)plan->sums.gross_e8 + plan->notional_e8,
              plan->limits.gross_e8, VERDICT_GROSS_EXPOSURE);
    check_sum(self, "C13.net", (wide_t)risk_net_e8(view, plan) + plan->notional_e8,
              plan->limits.net_e8, VERDICT_NET_EXPOSURE);
}

void control_cluster(struct judge *self)
{
    /* Stressed correlation 1: one side of the book loses at once, the other does not help. */
    enum side side = self->view->signal->side;
    check_sum(self, "C14.cluster", (wide_t)self->plan->sums.risk_e8[side] + self->plan->risk_e8,
              self->plan->limits.cluster_e8, VERDICT_CLUSTER_RISK);
}

void control_positions(struct judge *self)
{
    const struct settings *settings = self->view->settings;
    const struct risk_sums *sums = &self->plan->sums;
    int32_t more = sums->counted ? 0 : 1;
    check_count(self, "C15.positions", (int64_t)sums->count + more, settings->positions_max,
                VERDICT_MAX_POSITIONS);
    check_count(self, "C15.side", (int64_t)sums->side_count[self->view->signal->side] + more,
                settings->positions_side_max, VERDICT_MAX_POSITIONS);
}

void control_heat(struct judge *self)
{
    check_sum(self, "C17.heat", (wide_t)self->plan->sums.heat_e8 + self->plan->risk_e8,
              self->plan->limits.heat_e8, VERDICT_HEAT);
}

void control_free_margin(struct judge *self)
{
    const struct risk_view *view = self->view;
    const struct risk_plan *plan = self->plan;
    if (!plan->priced) {
        judge_skip(self, "C19.free", no_plan);
        return;
    }
    int64_t floor_e8 = plan->limits.free_e8;
    wide_t left_e8 = (wide_t)view->account.available_e8 - plan->margin_e8 - plan->fee_e8;
    judge_at_least(
        self, &(struct check_limit){.name = "C19.free",
                                    .value = left_e8 < INT64_MIN ? INT64_MIN : (int64_t)left_e8,
                                    .limit = floor_e8,
                                    .warn = fixed_mul_div_clamped(floor_e8, 5, 4),
                                    .scale = 8,
                                    .verdict = VERDICT_FREE_MARGIN});
}

void control_margin_ratio(struct judge *self)
{
    const struct risk_view *view = self->view;
    const struct settings *settings = view->settings;
    wide_t maintenance_e8 = (wide_t)view->account.maintenance_e8 + self->plan->maintenance_e8;
    int64_t ratio_e9 = INT64_MAX;
    /* Without equity, or with a negative maintenance, the ratio is unknown: the worst. */
    if (view->account.equity_e8 > 0 && view->account.maintenance_e8 >= 0) {
        wide_t value_e9 = wide_div_ceil(maintenance_e8 * ONE_E9, view->account.equity_e8);
        ratio_e9 = value_e9 > INT64_MAX ? INT64_MAX : (int64_t)value_e9;
    }
    judge_below(self, &(struct check_limit){.name = "C20.margin_ratio",
                                            .value = ratio_e9,
                                            .limit = settings->margin_ratio_reduce,
                                            .warn = settings->margin_ratio_warn,
                                            .scale = 9,
                                            .verdict = VERDICT_MARGIN_RATIO});
}

/* Both bounds need the volatility; unknown denies. */
static int64_t sigma_of(const struct risk_view *view)
{
    return view->market.has_sigma ? view->market.sigma_e9 : 0;
}

void control_volatility(struct judge *self)
{
    const struct risk_view *view = self->view;
    if (!risk_volatility_on(view)) {
        return;
    }
    int64_t room_e8 =
        sizing_volatility_room_e8(view->account.equity_e8, view->settings->volatility_target,
                                  self->plan->sums.volatility_e8, sigma_of(view));
    check_sum(self, "volatility", self->plan->notional_e8, room_e8, VERDICT_VOLATILITY_BUDGET);
}

void control_kelly(struct judge *self)
{
    const struct risk_view *view = self->view;
    if (!risk_kelly_on(view)) {
        return;
    }
    int64_t room_e8 = sizing_kelly_room_e8(view->account.equity_e8, view->settings->kelly_share,
                                           view->settings->kelly_drift, sigma_of(view),
                                           self->plan->sums.gross_e8);
    check_sum(self, "kelly", self->plan->notional_e8, room_e8, VERDICT_KELLY_BOUND);
}
