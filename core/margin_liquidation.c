/* Where a position is liquidated: one linear condition for every venue, solved tier by tier.
 *
 * balance(P) - requirement(P) = slope x P - need, with
 *   slope = qL x (1 - mL - f) - qS x (1 + mS + f)     need = costL - costS - backing - cumL - cumS
 * is a straight line while the tiers do not change. The venues differ only in what backs the
 * position and in whether the closing fee f stands in the condition:
 *   Binance, Hyperliquid   backing = the wallet given, f = 0
 *   OKX (Gate, Bitget)     the same, f = taker fee
 *   Bybit cross            the same, f = taker fee
 *   Bybit isolated         backing = cost / leverage + extra / (1 -+ fee), f = 0: both closing fees
 *                          cancel; extra is what the margin holds beyond the initial
 *   Bybit before 2025-09   isolated: maintenance on the entry value, no tier at the price */
#include "core/fixed.h"
#include "core/margin.h"

/* need_e8 / slope (_e6 x _e9) to a price in _e12. */
#define PRICE_SCALE ((wide_t)10 * ONE_E9 * ONE_E9)
#define NEED_MAX_E8 PRICE_SCALE /* the product with the scale stays below 2^127 */
/* money_e8 / size_e6 to a price in _e12. */
#define MONEY_TO_PRICE ((wide_t)10 * ONE_E9)

/* Walks the price axis upward; what it has met so far. */
struct axis {
    int64_t dead_top;     /* top of the dead stretch we stand in; 0: we stand in a live one */
    int64_t lower, upper; /* last price of the dead stretch below the live one, first of the one
                             above; 0: none */
    bool live;            /* a live stretch was met */
};

static void axis_dead(struct axis *self, int64_t first, int64_t last)
{
    if (self->live && self->dead_top == 0 && self->upper == 0) {
        self->upper = first;
    }
    self->dead_top = last;
}

static void axis_live(struct axis *self)
{
    if (self->dead_top != 0) {
        self->lower = self->dead_top;
    }
    self->dead_top = 0;
    self->live = true;
}

static wide_t clamp(wide_t value, wide_t low, wide_t high)
{
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

/* The prices below < P <= top, where the tiers are constant. Dead: slope x P <= need. A root
 * between two prices counts as the dead one of both: liquidation comes no later. */
static void
axis_stretch(struct axis *self, wide_t slope, wide_t need_e8, int64_t below, int64_t top)
{
    if (slope == 0) {
        if (need_e8 >= 0) {
            axis_dead(self, below + 1, top);
        } else {
            axis_live(self);
        }
        return;
    }
    if (slope > 0) {
        wide_t last = clamp(wide_div_ceil(need_e8 * PRICE_SCALE, slope), below, top);
        if (last > below) {
            axis_dead(self, below + 1, (int64_t)last);
        }
        if (last < top) {
            axis_live(self);
        }
        return;
    }
    wide_t root = wide_div_floor(-need_e8 * PRICE_SCALE, -slope);
    wide_t first = clamp(root, (wide_t)below + 1, (wide_t)top + 1);
    if (first > (wide_t)below + 1) {
        axis_live(self);
    }
    if (first <= top) {
        axis_dead(self, (int64_t)first, top);
    }
}

/* Highest price at which a leg is still within the tier. */
static int64_t tier_top(const struct liquidation_input *input, int32_t tier, int64_t size_e6)
{
    if (size_e6 == 0 || tier == input->tier_count - 1) {
        return INT64_MAX;
    }
    wide_t top = (wide_t)input->tiers[tier].cap_e8 * MONEY_TO_PRICE / size_e6;
    return top > INT64_MAX ? INT64_MAX : (int64_t)top;
}

int64_t margin_condition_fee_e9(const struct liquidation_input *input)
{
    switch (input->model) {
    case MARGIN_OKX: return input->taker_fee_e9;
    case MARGIN_BYBIT:
    case MARGIN_BYBIT_ENTRY: return input->cross ? input->taker_fee_e9 : 0;
    case MARGIN_BINANCE:
    case MARGIN_HYPERLIQUID: return 0;
    }
    CHECK(false);
    return 0;
}

wide_t margin_backing_e8(const struct liquidation_input *input, int64_t cost_e8, bool is_long)
{
    if (input->model != MARGIN_BYBIT || input->cross) {
        return input->wallet_e8;
    }
    int64_t fee_e9 = is_long ? -input->taker_fee_e9 : input->taker_fee_e9;
    wide_t extra_e8 = (wide_t)input->wallet_e8 - margin_initial_e8(cost_e8, input->leverage);
    return wide_div_floor(cost_e8, input->leverage) +
           wide_div_floor(extra_e8 * ONE_E9, ONE_E9 + fee_e9);
}

static void walk(struct axis *axis, const struct liquidation_input *input, wide_t need_e8)
{
    const int64_t long_e6 = input->long_leg.size_e6;
    const int64_t short_e6 = input->short_leg.size_e6;
    const int64_t fee_e9 = margin_condition_fee_e9(input);
    int32_t long_tier = 0;
    int32_t short_tier = 0;
    int64_t below = 0;
    while (below < INT64_MAX) {
        const struct tier *first = &input->tiers[long_tier];
        const struct tier *second = &input->tiers[short_tier];
        int64_t long_top = tier_top(input, long_tier, long_e6);
        int64_t short_top = tier_top(input, short_tier, short_e6);
        int64_t top = long_top < short_top ? long_top : short_top;
        if (top > below) {
            wide_t slope = (wide_t)long_e6 * (ONE_E9 - first->maintenance_rate_e9 - fee_e9) -
                           (wide_t)short_e6 * (ONE_E9 + second->maintenance_rate_e9 + fee_e9);
            wide_t amounts_e8 = (wide_t)(long_e6 > 0 ? first->maintenance_amount_e8 : 0) +
                                (short_e6 > 0 ? second->maintenance_amount_e8 : 0);
            CHECK(amounts_e8 <= NEED_MAX_E8);
            axis_stretch(axis, slope, need_e8 - amounts_e8, below, top);
            below = top;
        }
        long_tier += long_top == top && long_tier < input->tier_count - 1 ? 1 : 0;
        short_tier += short_top == top && short_tier < input->tier_count - 1 ? 1 : 0;
    }
}

/* E -+ (margin - maintenance) / q, the maintenance on the entry value. */
static bool entry_value_price(const struct liquidation_input *input, int64_t *out)
{
    bool is_long = input->long_leg.size_e6 != 0;
    const struct margin_leg *leg = is_long ? &input->long_leg : &input->short_leg;
    int64_t maintenance_e8 = 0;
    if (!margin_maintenance_e8(input->tiers, input->tier_count, leg->cost_e8, &maintenance_e8)) {
        return false;
    }
    wide_t free_e8 = (wide_t)input->wallet_e8 - maintenance_e8;
    wide_t price = is_long
                       ? wide_div_ceil((leg->cost_e8 - free_e8) * MONEY_TO_PRICE, leg->size_e6)
                       : wide_div_floor((leg->cost_e8 + free_e8) * MONEY_TO_PRICE, leg->size_e6);
    if (is_long) {
        return fixed_narrow(price > 0 ? price : 0, out);
    }
    /* A short that is dead at every price is dead from the first one on; one beyond int64 is never
     * reached. */
    *out = price > INT64_MAX ? 0 : (int64_t)(price > 0 ? price : 1);
    return true;
}

static void check_input(const struct liquidation_input *input)
{
    const struct margin_leg *long_leg = &input->long_leg;
    const struct margin_leg *short_leg = &input->short_leg;
    CHECK(input->tier_count > 0);
    CHECK(long_leg->size_e6 >= 0 && short_leg->size_e6 >= 0);
    CHECK(input->cross || long_leg->size_e6 == 0 || short_leg->size_e6 == 0);
    CHECK(input->taker_fee_e9 >= 0 && input->taker_fee_e9 < ONE_E9);
    CHECK(input->model != MARGIN_BYBIT || input->cross || input->leverage >= 1);
}

/* Walks the axis; false: more money than the scale holds. */
static bool axis_of(const struct liquidation_input *input, struct axis *axis)
{
    const int64_t long_e6 = input->long_leg.size_e6;
    int64_t long_cost_e8 = long_e6 > 0 ? input->long_leg.cost_e8 : 0;
    int64_t short_cost_e8 = input->short_leg.size_e6 > 0 ? input->short_leg.cost_e8 : 0;
    wide_t need_e8 =
        (wide_t)long_cost_e8 - short_cost_e8 -
        margin_backing_e8(input, long_e6 > 0 ? long_cost_e8 : short_cost_e8, long_e6 > 0);
    if (need_e8 > NEED_MAX_E8 / 2 || need_e8 < -NEED_MAX_E8 / 2) {
        return false;
    }
    walk(axis, input, need_e8);
    return true;
}

bool margin_liquidation_falls(const struct liquidation_input *input)
{
    const int64_t long_e6 = input->long_leg.size_e6;
    const int64_t short_e6 = input->short_leg.size_e6;
    bool net_long = long_e6 >= short_e6;
    struct axis axis = {0};
    if (long_e6 == 0 || short_e6 == 0 || !axis_of(input, &axis) || !axis.live) {
        return net_long;
    }
    bool near = net_long ? axis.lower != 0 : axis.upper != 0;
    return near ? net_long : !net_long;
}

bool margin_liquidation_price(const struct liquidation_input *input, int64_t *out)
{
    check_input(input);
    const int64_t long_e6 = input->long_leg.size_e6;
    const int64_t short_e6 = input->short_leg.size_e6;
    if (long_e6 == 0 && short_e6 == 0) {
        *out = 0;
        return true;
    }
    if (input->model == MARGIN_BYBIT_ENTRY && !input->cross) {
        return entry_value_price(input, out);
    }
    struct axis axis = {0};
    if (!axis_of(input, &axis)) {
        return false;
    }
    /* The net position says from which side the price comes; a hedged pair in steep tiers may die
     * on the other. */
    bool net_long = long_e6 >= short_e6;
    bool hedged = long_e6 > 0 && short_e6 > 0;
    if (!axis.live) {
        *out = net_long ? INT64_MAX : 1;
        return true;
    }
    int64_t near = net_long ? axis.lower : axis.upper;
    int64_t far = net_long ? axis.upper : axis.lower;
    *out = near == 0 && hedged ? far : near;
    return true;
}

bool margin_bankruptcy_price(
    enum side side, int64_t size_e6, int64_t cost_e8, int64_t wallet_e8, int64_t *out)
{
    CHECK(size_e6 > 0);
    wide_t price = 0;
    if (side == SIDE_LONG) {
        price = wide_div_ceil(((wide_t)cost_e8 - wallet_e8) * MONEY_TO_PRICE, size_e6);
    } else {
        price = wide_div_floor(((wide_t)cost_e8 + wallet_e8) * MONEY_TO_PRICE, size_e6);
    }
    return fixed_narrow(price > 0 ? price : 0, out);
}
