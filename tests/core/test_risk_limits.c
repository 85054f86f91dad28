/* The edges of the controls of state, identity, reference and price: C1 to C10. */
#include "tests/core/risk_edges.h"

/* ---- C1 ---- */

static void state_reducing(bool outside)
{
    world.view.breaker.state = outside ? BREAKER_REDUCING : BREAKER_PROBATION;
}
static void state_tripped(bool outside)
{
    world.view.breaker.state = outside ? BREAKER_TRIPPED : BREAKER_CAUTION;
}
static void state_locked(bool outside)
{
    world.view.breaker.state = outside ? BREAKER_LOCKED : BREAKER_CLOSED;
}
static void cool_down(bool outside)
{
    world.view.breaker.blocked_until_us = T0 + pick(outside, 1, 0);
}
static void running(bool outside)
{
    world.view.shutting_down = outside;
}
static void reconciled(bool outside)
{
    world.view.reconciled = !outside;
}

/* ---- C2, C3, C10 ---- */

static void allowed(bool outside)
{
    if (outside) {
        memset(world.settings.allowed, 0, sizeof(world.settings.allowed));
    }
}
static void instrument_age(bool outside)
{
    world.view.instrument_age_us = 6 * US_PER_HOUR + pick(outside, 1, 0);
}
static void minimum(bool outside)
{
    world.instruments.items[0].size_min_e6 = pick(outside, 19231, 19230) * ONE_E6;
}
static void minimum_notional(bool outside)
{
    world.instruments.items[0].notional_min_e8 = 3846 * ONE_E8 + pick(outside, 1, 0);
}
static void duplicate_identity(bool outside)
{
    world.signal.duplicate = outside ? VERDICT_DUPLICATE_ID : VERDICT_APPROVED;
}
static void duplicate_content(bool outside)
{
    world.signal.duplicate = outside ? VERDICT_DUPLICATE_CONTENT : VERDICT_APPROVED;
}
static void already_open(bool outside)
{
    world.settings.pyramiding = 2;
    world.view.symbol.has_position = true;
    world.view.symbol.position_side = SIDE_LONG;
    world.view.symbol.position_size_e6 = ONE_E6;
    world.view.symbol.adds = outside ? 2 : 1;
}
static void opposite_ignored(bool outside)
{
    world.settings.on_opposite = outside ? OPPOSITE_IGNORE : OPPOSITE_REVERSE;
    world.view.symbol.has_position = true;
    world.view.symbol.position_side = SIDE_SHORT;
    world.view.symbol.position_size_e6 = ONE_E6;
}
static void pending(bool outside)
{
    world.view.symbol.entry_pending = outside;
}

/* ---- C7, C9 ---- */

static void reference_age(bool outside)
{
    world.view.market.age_us = 2 * US_PER_SECOND + pick(outside, 1, 0);
}
static void reference_age_bars(bool outside)
{
    world.settings.simulated = true;
    world.settings.fidelity = FIDELITY_BARS;
    world.view.market.age_us = US_PER_MINUTE + pick(outside, 1, 0);
}
static void reference_age_trades(bool outside)
{
    world.settings.simulated = true;
    world.settings.fidelity = FIDELITY_TRADES;
    world.view.market.age_us = 40 * US_PER_SECOND + pick(outside, 1, 0);
}
static void divergence_last(bool outside)
{
    /* The mark 1 % above last; C9 and C6 are widened out of the way. */
    world.settings.signal_move_max = ONE_E9;
    world.view.market.last_e12 = 100000000000LL;
    world.view.market.mark_e12 = 101000000000LL + pick(outside, 1, 0);
    world.view.market.index_e12 = world.view.market.mark_e12;
    world.view.market.minute_ago_e12 = world.view.market.mark_e12;
    world.signal.price_e12 = world.view.market.mark_e12;
    world.signal.stop_e12 = 99000000000LL;
}
static void divergence_index(bool outside)
{
    world.view.market.index_e12 = 198019801981LL - pick(outside, 1, 0); /* 0.20 / 1.01 */
}
static void spread(bool outside)
{
    world.view.market.spread_e9 = BPS_E9(50) + pick(outside, 1, 0);
}
static void signal_age(bool outside)
{
    world.view.now_us = T0 + 60 * US_PER_SECOND + pick(outside, 1, 0);
}
static void price_moved(bool outside)
{
    world.signal.price_e12 = 199401794617LL - pick(outside, 1, 0); /* 0.20 / 1.003 */
}

/* ---- C4, C5, C6, C8 ---- */

static void quantity(bool outside)
{
    world.settings.quantity_max = pick(outside, 24, 25);
}
static void quantity_venue(bool outside)
{
    world.instruments.items[0].size_max_e6 = pick(outside, 24, 25) * ONE_E6;
}
static void quantity_volume(bool outside)
{
    world.view.market.volume_exponent = 1;
    world.view.market.minute_volume = pick(outside, 4999, 5000); /* 499.9, 500: 5 % = 25 */
}
static void quantity_depth(bool outside)
{
    world.view.market.depth_e6 = 100 * ONE_E6 - pick(outside, 1, 0); /* a quarter = 25 */
}
static void value_hard(bool outside)
{
    world.settings.order_value_max =
        515000000 - pick(outside, 1, 0); /* 5.00 at the collar of 3 % */
}
static void value_share(bool outside)
{
    world.settings.order_value_share = 257500 - pick(outside, 1, 0); /* x 20 x 10 000 = 51.50 */
    world.instruments.items[0].size_min_e6 = 250 * ONE_E6; /* 50.00, at the collar 51.50 */
}
static void collar_limit(bool outside)
{
    /* A long that rests 3 % below the mark. */
    world.signal.entry_low_e12 = PRICE / 2;
    world.signal.entry_high_e12 = PRICE / 100 * 97 - pick(outside, 10000000, 0);
    world.signal.stop_e12 = PRICE / 100 * 95;
}
static void collar_liquid(bool outside)
{
    world.instruments.items[0].liquid = true;
    world.signal.entry_low_e12 = PRICE / 2;
    world.signal.entry_high_e12 = PRICE / 100 * 99 - pick(outside, 10000000, 0);
    world.signal.stop_e12 = PRICE / 100 * 97;
}
static void collar_dynamic(bool outside)
{
    /* 6 x ATR 0.002 = 0.012 of 0.20: 6 %, wider than 3 %. */
    world.view.market.has_atr = true;
    world.view.market.atr_e12 = 2000000000LL;
    world.signal.entry_low_e12 = PRICE / 2;
    world.signal.entry_high_e12 = PRICE / 100 * 94 - pick(outside, 10000000, 0);
    world.signal.stop_e12 = PRICE / 100 * 92;
}
static void collar_index(bool outside)
{
    world.settings.divergence_max = ONE_E9;
    world.view.market.index_e12 = 194174757282LL - pick(outside, 1, 0); /* 0.20 / 1.03 */
}
static void collar_minute(bool outside)
{
    world.view.market.minute_ago_e12 = 194174757282LL - pick(outside, 1, 0);
}
static void slippage(bool outside)
{
    world.view.market.slippage_e9 = BPS_E9(30) + pick(outside, 1, 0);
}
static void slippage_liquid(bool outside)
{
    world.instruments.items[0].liquid = true;
    world.view.market.slippage_e9 = BPS_E9(20) + pick(outside, 1, 0);
}

static const struct edge edges[] = {
    {"C1.breaker", VERDICT_BREAKER_REDUCING, state_reducing},
    {"C1.breaker", VERDICT_BREAKER_TRIPPED, state_tripped},
    {"C1.breaker", VERDICT_BREAKER_LOCKED, state_locked},
    {"C1.cool_down", VERDICT_COOL_DOWN, cool_down},
    {"C1.running", VERDICT_SHUTTING_DOWN, running},
    {"C1.reconciled", VERDICT_NOT_RECONCILED, reconciled},
    {"C2.allowed", VERDICT_NOT_ALLOWED, allowed},
    {"C3.age", VERDICT_INSTRUMENT_STALE, instrument_age},
    {"C3.minimum", VERDICT_BELOW_MINIMUM, minimum},
    {"C3.minimum", VERDICT_BELOW_MINIMUM, minimum_notional},
    {"C10.duplicate", VERDICT_DUPLICATE_ID, duplicate_identity},
    {"C10.duplicate", VERDICT_DUPLICATE_CONTENT, duplicate_content},
    {"C10.position", VERDICT_ALREADY_OPEN, already_open},
    {"C10.position", VERDICT_OPPOSITE_IGNORED, opposite_ignored},
    {"C10.pending", VERDICT_ENTRY_PENDING, pending},
    {"C7.age", VERDICT_REFERENCE_STALE, reference_age},
    {"C7.age", VERDICT_REFERENCE_STALE, reference_age_bars},
    {"C7.age", VERDICT_REFERENCE_STALE, reference_age_trades},
    {"C7.last", VERDICT_REFERENCE_DIVERGED, divergence_last},
    {"C7.index", VERDICT_REFERENCE_DIVERGED, divergence_index},
    {"C7.spread", VERDICT_SPREAD_WIDE, spread},
    {"C9.age", VERDICT_SIGNAL_OLD, signal_age},
    {"C9.move", VERDICT_PRICE_MOVED, price_moved},
    {"C4.quantity", VERDICT_QUANTITY_LIMIT, quantity},
    {"C4.quantity", VERDICT_QUANTITY_LIMIT, quantity_venue},
    {"C4.volume", VERDICT_QUANTITY_LIMIT, quantity_volume},
    {"C4.depth", VERDICT_QUANTITY_LIMIT, quantity_depth},
    {"C5.value", VERDICT_VALUE_LIMIT, value_hard},
    {"C5.value", VERDICT_VALUE_LIMIT, value_share},
    {"C6.mark", VERDICT_PRICE_COLLAR, collar_limit},
    {"C6.mark", VERDICT_PRICE_COLLAR, collar_liquid},
    {"C6.mark", VERDICT_PRICE_COLLAR, collar_dynamic},
    {"C6.index", VERDICT_PRICE_COLLAR, collar_index},
    {"C6.minute", VERDICT_PRICE_COLLAR, collar_minute},
    {"C8.slippage", VERDICT_SLIPPAGE, slippage},
    {"C8.slippage", VERDICT_SLIPPAGE, slippage_liquid},
};

static void each_limit_passes_inside_and_denies_outside(void **state)
{
    (void)state;
    edges_hold(edges, ARRAY_COUNT(edges));
}

static void the_verdict_is_the_smallest_denial_of_its_checks(void **state)
{
    (void)state;
    edges_give_the_smallest_denial(edges, ARRAY_COUNT(edges));
}

static void two_faults_at_once_never_approve(void **state)
{
    (void)state;
    edges_in_pairs_never_approve(edges, ARRAY_COUNT(edges));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_passes_inside_and_denies_outside),
        cmocka_unit_test(the_verdict_is_the_smallest_denial_of_its_checks),
        cmocka_unit_test(two_faults_at_once_never_approve),
    };
    return cmocka_run_group_tests_name("risk_limits", tests, NULL, NULL);
}
