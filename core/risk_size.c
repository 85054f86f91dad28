#include <string.h>

#include "core/fixed.h"
#include "core/margin.h"
#include "core/precision.h"
#include "core/risk_control.h"
#include "core/sizing.h"

/* Money _e8 over a price _e12 is a quantity _e6 after this factor. */
#define QUANTITY_FACTOR 10000000000LL
/* Margin and fee are rounded up apart: two units of 1e-8 stay free for that. */
enum { ROUNDING_ROOM_E8 = 2 };

/* ---- where, and with which stop ---- */

/* To the tick above; 0 when that leaves int64. */
static int64_t tick_ceil(int64_t price_e12, int64_t tick_e12)
{
    return price_e12 > INT64_MAX - tick_e12 ? 0 : precision_round(price_e12, tick_e12, ROUND_UP);
}

/* A long takes the market at or below the top of the zone, else it rests there; a short
 * mirrored. */
static void entry_make(const struct risk_view *view, struct risk_plan *plan)
{
    const struct normal_signal *signal = view->signal;
    const struct risk_market *market = &view->market;
    int64_t tick_e12 = risk_instrument(view)->tick_e12;
    if (signal->side == SIDE_LONG) {
        plan->limit_entry = signal->entry_high_e12 > 0 && market->mark_e12 > signal->entry_high_e12;
        plan->price_e12 = plan->limit_entry
                              ? precision_round(signal->entry_high_e12, tick_e12, ROUND_DOWN)
                              : fixed_larger(market->mark_e12, market->last_e12);
        return;
    }
    plan->limit_entry = signal->entry_low_e12 > 0 && market->mark_e12 < signal->entry_low_e12;
    plan->price_e12 = plan->limit_entry ? tick_ceil(signal->entry_low_e12, tick_e12)
                                        : fixed_smaller(market->mark_e12, market->last_e12);
}

static int64_t default_distance_e9(const struct settings *settings, enum confidence confidence)
{
    switch (confidence) {
    case CONFIDENCE_LOW: return settings->stop_low;
    case CONFIDENCE_MEDIUM: return settings->stop_medium;
    case CONFIDENCE_HIGH: return settings->stop_high;
    case CONFIDENCE_EXTREME: return settings->stop_extreme;
    }
    return 0;
}

/* The price that the stop must stand beyond, or it would fire at once. */
static int64_t stop_bound(const struct risk_view *view, const struct risk_plan *plan)
{
    const struct risk_market *market = &view->market;
    if (plan->limit_entry) {
        return plan->price_e12;
    }
    return view->signal->side == SIDE_LONG ? fixed_smaller(market->mark_e12, market->last_e12)
                                           : fixed_larger(market->mark_e12, market->last_e12);
}

static bool stop_beyond(enum side side, int64_t stop_e12, int64_t bound_e12)
{
    return side == SIDE_LONG ? stop_e12 < bound_e12 : stop_e12 > bound_e12;
}

/* The stop on the tick, toward the entry: the loss is never larger than asked. */
static void stop_make(const struct risk_view *view, struct risk_plan *plan)
{
    enum side side = view->signal->side;
    int64_t bound_e12 = stop_bound(view, plan);
    int64_t stop_e12 = view->signal->stop_e12;
    if (stop_e12 > 0 && !stop_beyond(side, stop_e12, bound_e12)) {
        plan->stop_verdict = VERDICT_STOP_WRONG_SIDE;
        return;
    }
    if (stop_e12 == 0) {
        plan->stop_source = "default";
        int64_t distance_e9 = default_distance_e9(view->settings, plan->confidence);
        stop_e12 =
            fixed_mul_div_clamped(plan->price_e12, ONE_E9 - side_sign(side) * distance_e9, ONE_E9);
    }
    int64_t tick_e12 = risk_instrument(view)->tick_e12;
    plan->stop_e12 = side == SIDE_LONG ? tick_ceil(stop_e12, tick_e12)
                                       : precision_round(stop_e12, tick_e12, ROUND_DOWN);
    bool placeable = plan->stop_e12 > 0 && stop_beyond(side, plan->stop_e12, bound_e12);
    plan->stop_verdict = placeable ? VERDICT_APPROVED : VERDICT_STOP_MISSING;
}

void risk_price(const struct risk_view *view, struct risk_plan *plan)
{
    memset(plan, 0, sizeof(*plan));
    plan->confidence = view->signal->confidence;
    if (view->breaker.caution && plan->confidence > CONFIDENCE_MEDIUM) {
        plan->confidence = CONFIDENCE_MEDIUM;
    }
    risk_limits_make(view, plan->confidence, &plan->limits);
    plan->stop_source = view->signal->stop_source;
    plan->stop_verdict = VERDICT_STOP_MISSING;
    plan->size_bound = view->settings->sizing == SIZING_STAKE ? "stake" : "risk";
    if (!view->market.known || view->market.last_e12 <= 0 || view->market.mark_e12 <= 0) {
        return;
    }
    entry_make(view, plan);
    if (plan->price_e12 <= 0) {
        return;
    }
    stop_make(view, plan);
    if (plan->stop_verdict != VERDICT_APPROVED) {
        return;
    }
    plan->distance_e9 = risk_gap_e9(plan->stop_e12, plan->price_e12);
    wide_t cost_e9 = (wide_t)plan->distance_e9 + view->settings->slippage +
                     2 * (wide_t)risk_instrument(view)->taker_fee_e9;
    plan->overflow = !fixed_narrow(cost_e9, &plan->cost_e9);
    plan->priced = !plan->overflow;
}

/* ---- how large, and at which leverage ---- */

/* One sizing under way: the notional falls from limit to limit. */
struct sizer {
    const struct risk_view *view;
    struct risk_plan *plan;
    const struct instrument *item;
    int64_t notional_e8;
};

static void limit_to(struct sizer *self, const char *name, int64_t room_e8)
{
    if (room_e8 < self->notional_e8) {
        self->notional_e8 = room_e8 > 0 ? room_e8 : 0;
        self->plan->size_bound = name;
    }
}

/* Notional whose `share` is the room. */
static void limit_share(struct sizer *self, const char *name, wide_t room_e8, int64_t share_e9)
{
    int64_t notional_e8 = self->notional_e8;
    /* Asked by multiplication first: most limits do not bind, and a wide division is dear. */
    if ((wide_t)notional_e8 * share_e9 <= room_e8 * ONE_E9) {
        return;
    }
    int64_t limit_e8 = 0;
    if (room_e8 > 0) {
        limit_e8 = (int64_t)wide_div_floor(room_e8 * ONE_E9, share_e9);
    }
    limit_to(self, name, limit_e8);
}

static void limit_quantity(struct sizer *self, const char *name, int64_t quantity_e6)
{
    int64_t room_e8 = 0;
    /* A room beyond int64 is no limit. */
    if (quantity_e6 <= 0) {
        limit_to(self, name, 0);
    } else if (fixed_notional_floor_e8(self->plan->price_e12, quantity_e6, &room_e8)) {
        limit_to(self, name, room_e8);
    }
}

static void factors_make(const struct risk_view *view, struct risk_plan *plan)
{
    const struct settings *settings = view->settings;
    plan->drawdown_factor_e9 =
        sizing_drawdown_e9(view->account.drawdown_e9, settings->drawdown_floor);
    int sign = side_sign(view->signal->side);
    int64_t rate_e16 = view->market.has_funding ? view->market.funding_e16 : 0;
    int64_t adverse_e16 = rate_e16 == INT64_MIN ? INT64_MAX : sign * rate_e16;
    plan->funding_factor_e9 = sizing_funding_e9(adverse_e16, settings->funding_max);
    bool new_strategy = view->strategy_trades < settings->ramp_trades;
    plan->ramp_factor_e9 = new_strategy ? settings->ramp_share : ONE_E9;
}

static struct sizing_factors factors_of(const struct risk_view *view, const struct risk_plan *plan)
{
    return (struct sizing_factors){.confidence_e9 =
                                       sizing_confidence_e9(view->settings, plan->confidence),
                                   .drawdown_e9 = plan->drawdown_factor_e9,
                                   .breaker_e9 = view->breaker.size_factor_e9,
                                   .funding_e9 = plan->funding_factor_e9,
                                   .ramp_e9 = plan->ramp_factor_e9};
}

static int32_t smaller_cap(int32_t a, int64_t b)
{
    return a > 0 && a < b ? a : (int32_t)b;
}

static void leverage_make(const struct risk_view *view, struct risk_plan *plan, int64_t notional_e8)
{
    const struct settings *settings = view->settings;
    const struct instrument *item = risk_instrument(view);
    int64_t held_e8 = plan->sums.symbol_e8[view->signal->side];
    wide_t whole_e8 = (wide_t)notional_e8 + held_e8;
    int64_t factor_e9 = item->liquid ? settings->distance_factor_liquid : settings->distance_factor;
    struct leverage_input input = {
        .side = view->signal->side,
        .confidence = plan->confidence,
        .tiers = instrument_tiers(view->instruments, item),
        .tier_count = item->tier_count,
        .notional_e8 = whole_e8 > INT64_MAX ? INT64_MAX : (int64_t)whole_e8,
        .distance_e9 =
            leverage_distance_e9(factor_e9, plan->distance_e9, settings->slippage + settings->gap,
                                 2 * item->taker_fee_e9 + settings->funding_expected),
        .factor_e9 = plan->drawdown_factor_e9,
        .symbol_max = smaller_cap(item->leverage_max, settings->leverage_symbol_max),
        .account_max = (int32_t)settings->leverage_account_max,
        .breaker_cap = view->breaker.leverage_cap,
        .stated_cap = view->signal->leverage_cap};
    leverage_answer_make(&input, &plan->leverage);
}

/* Notional before the limits; with stake sizing the leverage comes first. */
static bool wanted_make(const struct risk_view *view, struct risk_plan *plan)
{
    struct sizing_factors factors = factors_of(view, plan);
    int64_t equity_e8 = view->account.equity_e8;
    plan->budget_e8 = sizing_budget_e8(view->settings, plan->confidence, &factors, equity_e8);
    if (view->settings->sizing == SIZING_RISK) {
        return sizing_notional_e8(plan->budget_e8, plan->cost_e9, &plan->wanted_e8);
    }
    int64_t most_e8 = 0;
    int32_t base = leverage_base(plan->confidence);
    if (!sizing_stake_e8(view->settings, &factors, equity_e8, base, &most_e8)) {
        return false;
    }
    leverage_make(view, plan, most_e8);
    int32_t leverage = plan->leverage.leverage;
    return sizing_stake_e8(view->settings, &factors, equity_e8, leverage, &plan->wanted_e8);
}

/* C4, C5, C12 to C14, C16 for a stake, C17 (RISK 4.5 step 2). */
static void limits_apply(struct sizer *self)
{
    const struct risk_view *view = self->view;
    struct risk_plan *plan = self->plan;
    const struct risk_sums *sums = &plan->sums;
    enum side side = view->signal->side;
    const struct risk_limits *limits = &plan->limits;

    if (view->settings->sizing == SIZING_STAKE) {
        limit_share(self, "C16.risk", limits->risk_e8, plan->cost_e9);
    }
    limit_quantity(self, "C4.quantity", limits->quantity_e6);
    limit_quantity(self, "C4.volume", limits->volume_e6);
    limit_quantity(self, "C4.depth", limits->depth_e6);
    int64_t worst_e9 = ONE_E9 + (plan->limit_entry ? 0 : limits->collar_e9);
    limit_share(self, "C5.value", limits->value_e8, worst_e9);
    wide_t position_e8 = (wide_t)limits->position_e8 - sums->symbol_e8[side];
    limit_share(self, "C12.position", position_e8, ONE_E9);
    wide_t gross_e8 = (wide_t)limits->gross_e8 - sums->gross_e8;
    limit_share(self, "C13.gross", gross_e8, ONE_E9);
    wide_t net_e8 = (wide_t)limits->net_e8 - risk_net_e8(view, plan);
    limit_share(self, "C13.net", net_e8, ONE_E9);
    wide_t cluster_e8 = (wide_t)limits->cluster_e8 - sums->risk_e8[side];
    limit_share(self, "C14.cluster", cluster_e8, plan->cost_e9);
    wide_t heat_e8 = (wide_t)limits->heat_e8 - sums->heat_e8;
    limit_share(self, "C17.heat", heat_e8, plan->cost_e9);
}

/* The two bounds of the whole book, where they are configured. */
static void bounds_apply(struct sizer *self)
{
    const struct settings *settings = self->view->settings;
    const struct risk_sums *sums = &self->plan->sums;
    int64_t equity_e8 = self->view->account.equity_e8;
    int64_t sigma_e9 = self->view->market.has_sigma ? self->view->market.sigma_e9 : 0;
    if (risk_volatility_on(self->view)) {
        int64_t room_e8 = sizing_volatility_room_e8(equity_e8, settings->volatility_target,
                                                    sums->volatility_e8, sigma_e9);
        limit_to(self, "volatility", room_e8);
    }
    if (risk_kelly_on(self->view)) {
        int64_t room_e8 = sizing_kelly_room_e8(equity_e8, settings->kelly_share,
                                               settings->kelly_drift, sigma_e9, sums->gross_e8);
        limit_to(self, "kelly", room_e8);
    }
}

/* C19: margin and fee of the order must leave the floor free. */
static void free_margin_apply(struct sizer *self)
{
    const struct risk_view *view = self->view;
    wide_t room_e8 =
        (wide_t)view->account.available_e8 - self->plan->limits.free_e8 - ROUNDING_ROOM_E8;
    int32_t leverage = self->plan->leverage.leverage;
    leverage = leverage > 0 ? leverage : 1;
    int64_t share_e9 = ONE_E9 + leverage * self->item->taker_fee_e9;
    limit_share(self, "C19.free", room_e8 * leverage, share_e9);
}

/* The smallest order of the venue: its value is counted at the lower of our price and the mark. */
static bool minimum_make(struct sizer *self)
{
    const struct instrument *item = self->item;
    int64_t price_e12 = fixed_smaller(self->plan->price_e12, self->view->market.mark_e12);
    wide_t size_e6 = wide_div_ceil((wide_t)item->notional_min_e8 * QUANTITY_FACTOR, price_e12);
    size_e6 = size_e6 > item->size_min_e6 ? size_e6 : item->size_min_e6;
    size_e6 = size_e6 > 0 ? size_e6 : 1;
    size_e6 = wide_div_ceil(size_e6, item->lot_e6) * item->lot_e6;
    return fixed_narrow(size_e6, &self->plan->minimum_e6);
}

/* Everything that follows from the judged size; each rounded up. */
static bool figures_make(struct sizer *self)
{
    struct risk_plan *plan = self->plan;
    int32_t leverage = plan->leverage.leverage > 0 ? plan->leverage.leverage : 1;
    if (!fixed_notional_ceil_e8(plan->price_e12, plan->judged_e6, &plan->notional_e8)) {
        return false;
    }
    plan->margin_e8 = margin_initial_e8(plan->notional_e8, leverage);
    return fixed_mul_div_ceil(plan->notional_e8, plan->cost_e9, ONE_E9, &plan->risk_e8) &&
           fixed_mul_div_ceil(plan->notional_e8, self->item->taker_fee_e9, ONE_E9, &plan->fee_e8) &&
           fixed_mul_div_ceil(plan->notional_e8, plan->leverage.maintenance_rate_e9, ONE_E9,
                              &plan->maintenance_e8);
}

static bool size_make(struct sizer *self)
{
    struct risk_plan *plan = self->plan;
    int64_t lot_e6 = self->item->lot_e6;
    if (!wanted_make(self->view, plan) || !minimum_make(self) ||
        !sizing_quantity_e6(plan->wanted_e8, plan->price_e12, lot_e6, &plan->wanted_e6)) {
        return false;
    }
    self->notional_e8 = plan->wanted_e8;
    limits_apply(self);
    bounds_apply(self);
    int64_t least_e8 = 0;
    if (!fixed_notional_ceil_e8(plan->price_e12, plan->minimum_e6, &least_e8)) {
        return false;
    }
    leverage_make(self->view, plan, fixed_larger(self->notional_e8, least_e8));
    free_margin_apply(self);
    if (!sizing_quantity_e6(self->notional_e8, plan->price_e12, lot_e6, &plan->size_e6)) {
        return false;
    }
    plan->size_e6 = plan->size_e6 < plan->minimum_e6 ? 0 : plan->size_e6;
    plan->judged_e6 = plan->size_e6 > 0 ? plan->size_e6 : plan->minimum_e6;
    return figures_make(self);
}

void risk_size(const struct risk_view *view, struct risk_plan *plan)
{
    CHECK(view->exposure_count >= 0);

    risk_sum(view, &plan->sums);
    factors_make(view, plan);
    if (!plan->priced) {
        return;
    }
    struct sizer sizer = {.view = view, .plan = plan, .item = risk_instrument(view)};
    if (!size_make(&sizer)) {
        plan->overflow = true;
        plan->priced = false;
        plan->size_e6 = 0;
    }
}
