/* The risk manager as a whole: vectors, sizes, evidence, properties. Each control's edges:
 * test_risk_limits.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/risk_world.h"

static struct world world;

static int setup(void **state)
{
    (void)state;
    world_init(&world);
    return 0;
}

static void a_good_signal_is_approved_with_every_control_recorded(void **state)
{
    (void)state;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_true(world.out.approved);
    for (int32_t row = 0; risk_control_row(row) != NULL; row++) {
        const char *id = risk_control_row(row)->id;
        size_t length = strlen(id);
        bool found =
            length == 0; /* the optional bounds and the clutch speak only when they are on */
        for (int32_t index = 0; index < world.out.check_count; index++) {
            const char *name = world.out.checks[index].name;
            found = found || (strncmp(name, id, length) == 0 && name[length] == '.');
        }
        assert_true(found);
    }
    for (int32_t index = 0; index < world.out.check_count; index++) {
        assert_int_not_equal(world.out.checks[index].state, CHECK_FAILED);
    }
}

/* ---- RISK 4.5 step 5, through the whole manager: price 50 000, step 0.001, fee 5 bp, slip 20
 * bp ---- */

static void vector_world(int64_t stop_percent, int64_t drawdown_percent, enum confidence confidence)
{
    world_init(&world);
    const int64_t price = 50000 * ONE_E12;
    struct instrument *item = &world.instruments.items[0];
    item->tick_e12 = ONE_E12 / 10;
    item->lot_e6 = 1000;
    item->size_min_e6 = 1000;
    world.view.market.last_e12 = price;
    world.view.market.mark_e12 = price;
    world.view.market.index_e12 = price;
    world.view.market.minute_ago_e12 = price;
    world.signal.price_e12 = price;
    world.signal.stop_e12 = price / 100 * (100 - stop_percent);
    world.signal.confidence = confidence;
    world.view.account.drawdown_e9 = PERCENT_E9(drawdown_percent);
}

static void check_vector(int64_t size_e6, int32_t leverage, int64_t wanted_milli)
{
    struct risk_plan plan;
    risk_price(&world.view, &plan);
    risk_size(&world.view, &plan);
    assert_int_equal((plan.wanted_e8 + 50000) / 100000, wanted_milli);
    assert_int_equal(plan.size_e6, size_e6);
    assert_int_equal(plan.leverage.leverage, leverage);
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, size_e6);
    assert_int_equal(world.out.leverage, leverage);
}

static void the_worked_vectors_of_the_handbook(void **state)
{
    (void)state;
    vector_world(1, 0, CONFIDENCE_HIGH);
    check_vector(76000, 20, 3846154);
    vector_world(2, 5, CONFIDENCE_HIGH);
    check_vector(22000, 10, 1144165);
    assert_string_equal(world.out.bound, "distance");
    assert_int_equal(world.out.max_leverage, 19);
    vector_world(1, 2, CONFIDENCE_EXTREME);
    check_vector(62000, 24, 3139717);
}

/* ---- entries and stops ---- */

static void a_zone_decides_between_market_and_a_resting_limit(void **state)
{
    (void)state;
    world.signal.entry_low_e12 = PRICE / 100 * 99;
    world.signal.entry_high_e12 = PRICE; /* the mark is at the top: market */
    world.signal.stop_e12 = PRICE / 100 * 98;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_false(world.out.limit_entry);
    assert_int_equal(world.out.price_e12, PRICE);

    world.signal.entry_high_e12 = PRICE - 1; /* above the top: a limit at the top, on the tick */
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_true(world.out.limit_entry);
    assert_int_equal(world.out.price_e12, 199990000000LL);

    world_init(&world);
    world_short(&world);
    world.signal.entry_low_e12 = PRICE + 1;
    world.signal.entry_high_e12 = PRICE / 100 * 101;
    world.signal.stop_e12 = PRICE / 100 * 102;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_true(world.out.limit_entry);
    assert_int_equal(world.out.price_e12, 200010000000LL);
    world.signal.entry_low_e12 = PRICE;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_false(world.out.limit_entry);
}

static void the_default_stop_is_the_tiers(void **state)
{
    (void)state;
    static const int64_t stops[4] = {190000000000LL, 195000000000LL, 197000000000LL,
                                     198000000000LL};
    for (int level = 0; level < 4; level++) {
        world.signal.stop_e12 = 0;
        world.signal.confidence = (enum confidence)level;
        assert_int_equal(world_assess(&world), VERDICT_APPROVED);
        assert_int_equal(world.out.stop_e12, stops[level]);
        assert_string_equal(world.out.stop_source, "default");
    }
    world_short(&world);
    world.signal.stop_e12 = 0;
    world.signal.confidence = CONFIDENCE_LOW;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.stop_e12, 210000000000LL);
}

static void the_stop_goes_to_the_tick_toward_the_entry(void **state)
{
    (void)state;
    world.signal.stop_e12 = 198000000001LL;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.stop_e12, 198010000000LL);
    world_short(&world);
    world.signal.stop_e12 = 202009999999LL;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.stop_e12, 202000000000LL);
}

/* ---- sizes are cut to their limits, and the limit is named ---- */

static void expect_cut(const char *bound)
{
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_string_equal(world.out.size_bound, bound);
    assert_true(world.out.position_size_e6 > 0);
    world_init(&world);
}

static void each_limit_cuts_the_size_and_is_named(void **state)
{
    (void)state;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_string_equal(world.out.size_bound, "risk");
    /* 50 / 1.3 % = 3 846.15 at 0.20: 19 230 DOGE */
    assert_int_equal(world.out.position_size_e6, 19230 * ONE_E6);
    assert_int_equal(world.out.notional_e8, 3846 * ONE_E8);

    world.settings.quantity_max = 5000;
    expect_cut("C4.quantity");
    world.view.market.minute_volume = 100000; /* 5 % = 5 000 */
    expect_cut("C4.volume");
    world.view.market.depth_e6 = 20000 * ONE_E6; /* 25 % = 5 000 */
    expect_cut("C4.depth");
    world.settings.order_value_max = 1000 * ONE_E8;
    expect_cut("C5.value");
    world.settings.position_value_max = 1000 * ONE_E8;
    expect_cut("C12.position");
    world_expose(&world, 1, SIDE_SHORT, false, 29000 * ONE_E8);
    expect_cut("C13.gross");
    world_expose(&world, 1, SIDE_LONG, false, 19000 * ONE_E8);
    expect_cut("C13.net");
    world_expose(&world, 1, SIDE_LONG, false, 100 * ONE_E8);
    world.exposures[0].risk_e8 = 180 * ONE_E8; /* 4 x 50 */
    expect_cut("C14.cluster");
    world.view.account.day_room_e8 = 20 * ONE_E8;
    expect_cut("C17.heat");
    world.view.account.available_e8 = 4100 * ONE_E8; /* floor 4 000 */
    expect_cut("C19.free");
    world.settings.volatility_target = PERCENT_E9(10);
    expect_cut("volatility");
    world.settings.kelly_drift = PERCENT_E9(20);
    expect_cut("kelly");
}

/* 4 000 stay free: 100 pay margin and fee. N/20 + 0.0005 N <= 100: N <= 1980.19, 9 900 DOGE. */
static void the_free_margin_floor_gives_the_size_by_hand(void **state)
{
    (void)state;
    world.view.account.available_e8 = 4100 * ONE_E8;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.leverage, 20);
    assert_int_equal(world.out.position_size_e6, 9900 * ONE_E6);
}

static void breaker_funding_and_ramp_shrink_the_size(void **state)
{
    (void)state;
    world.view.breaker.state = BREAKER_PROBATION;
    world.view.breaker.size_factor_e9 = PERCENT_E9(25);
    world.view.breaker.leverage_cap = 5;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 4807 * ONE_E6); /* a quarter of 19 230.77 */
    assert_int_equal(world.out.leverage, 5);
    assert_string_equal(world.out.bound, "breaker");

    world_init(&world);
    world.view.market.funding_e16 = 7500000000000LL; /* 0.075 % of 0.1 %: half of the way down */
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 9615 * ONE_E6);
    world.view.market.funding_e16 = -7500000000000LL; /* we would receive it */
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 19230 * ONE_E6);

    world_init(&world);
    world.settings.ramp_share = PERCENT_E9(25);
    world.view.strategy_trades = 19;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 4807 * ONE_E6);
    assert_int_equal(world_check(&world, "C32.ramp")->state, CHECK_WARNED);
    world.view.strategy_trades = 20;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 19230 * ONE_E6);
}

static void caution_treats_high_and_extreme_as_medium(void **state)
{
    (void)state;
    world.view.breaker.state = BREAKER_CAUTION;
    world.view.breaker.caution = true;
    world.view.breaker.size_factor_e9 = PERCENT_E9(50);
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.base_leverage, 20); /* as given */
    assert_int_equal(world.out.leverage, 10);
    /* 10 000 x 0.5 % x 0.75 x 0.5 / 1.3 % / 0.20 = 7 211.5 */
    assert_int_equal(world.out.position_size_e6, 7211 * ONE_E6);
    assert_int_equal(world_check(&world, "C1.breaker")->state, CHECK_WARNED);
}

/* 1 % of 10 000 at 20x: 2 000 = 10 000 DOGE; a stop of 5 % cuts it to 50 / 5.3 % = 943.39. */
static void stake_sizing_is_cut_to_the_risk_per_trade(void **state)
{
    (void)state;
    world.settings.sizing = SIZING_STAKE;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 10000 * ONE_E6);
    assert_string_equal(world.out.size_bound, "stake");
    world.signal.stop_e12 = PRICE / 100 * 95;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    /* L_max 9.052: stake 900, below the cut; at 4 % stake the cut binds. */
    assert_int_equal(world.out.leverage, 9);
    assert_int_equal(world.out.position_size_e6, 4500 * ONE_E6);
    world.settings.stake = PERCENT_E9(4);
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 4716 * ONE_E6);
    assert_string_equal(world.out.size_bound, "C16.risk");
}

/* ---- the first denial in order, all checks recorded ---- */

static void the_verdict_is_the_first_denial_in_order(void **state)
{
    (void)state;
    world.view.breaker.state = BREAKER_TRIPPED;
    world.view.breaker.size_factor_e9 = 0;
    world.view.symbol.entry_pending = true;
    world.view.account.day_room_e8 = 0;
    world.view.market.age_us = US_PER_HOUR;
    assert_int_equal(world_assess(&world), VERDICT_BREAKER_TRIPPED);
    assert_int_equal(world_check(&world, "C10.pending")->state, CHECK_FAILED);
    assert_int_equal(world_check(&world, "C17.heat")->state, CHECK_FAILED);
    assert_int_equal(world_check(&world, "C7.age")->state, CHECK_FAILED);
    assert_int_equal(world_check(&world, "C7.age")->verdict, VERDICT_REFERENCE_STALE);
    assert_int_equal(world.out.approved, false);
}

static void too_small_an_account_is_below_the_minimum(void **state)
{
    (void)state;
    /* f_eff E = 0.06: N = 4.61, below 5 */
    world.view.account.equity_e8 = 12 * ONE_E8;
    world.view.account.available_e8 = 12 * ONE_E8;
    assert_int_equal(world_assess(&world), VERDICT_BELOW_MINIMUM);
    world.view.account.equity_e8 = 14 * ONE_E8; /* 0.07: 5.38 = 26 DOGE, 25 are needed */
    world.view.account.available_e8 = 14 * ONE_E8;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 26 * ONE_E6);
}

static void a_limit_in_the_way_of_the_smallest_order_is_the_verdict(void **state)
{
    (void)state;
    world.settings.position_value_max = 5 * ONE_E8 - 1;
    assert_int_equal(world_assess(&world), VERDICT_POSITION_LIMIT);
    assert_int_equal(world.out.position_size_e6, 0);
    assert_int_equal(world_check(&world, "C3.minimum")->state, CHECK_PASSED);
    assert_int_equal(world_check(&world, "C12.position")->value, 5 * ONE_E8);
    world.settings.position_value_max = 5 * ONE_E8;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, 25 * ONE_E6);
}

/* A deterministic walk over odd worlds: whatever comes, no approval breaks a limit. */
static uint64_t walk(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return *seed >> 33;
}

static void no_approval_in_any_world_breaks_a_limit(void **state)
{
    (void)state;
    uint64_t seed = 7;
    int approvals = 0;
    for (int step = 0; step < 4000; step++) {
        world_init(&world);
        if (walk(&seed) % 2 == 0) {
            world_short(&world);
        }
        int64_t distance = PRICE / 10000 * (int64_t)(10 + walk(&seed) % 990);
        world.signal.stop_e12 = PRICE - side_sign(world.signal.side) * distance;
        world.signal.confidence = (enum confidence)(walk(&seed) % 4);
        world.view.account.equity_e8 = (int64_t)(walk(&seed) % 20000) * ONE_E8;
        world.view.account.available_e8 =
            world.view.account.equity_e8 / 100 * (int64_t)(walk(&seed) % 101);
        world.view.account.drawdown_e9 = (int64_t)(walk(&seed) % 120) * BPS_E9(10);
        world.view.account.day_room_e8 = (int64_t)(walk(&seed) % 400) * ONE_E8 - 50 * ONE_E8;
        world.view.market.minute_volume = (int64_t)(walk(&seed) % 1000000);
        world.settings.sizing = (int64_t)(walk(&seed) % 2);
        for (uint64_t count = walk(&seed) % 5; count > 0; count--) {
            world_expose(&world, (int32_t)(walk(&seed) % 6), (enum side)(walk(&seed) % 2),
                         walk(&seed) % 2 == 0, (int64_t)(walk(&seed) % 8000) * ONE_E8);
            world.exposures[world.view.exposure_count - 1].risk_e8 =
                (int64_t)(walk(&seed) % 60) * ONE_E8;
        }
        if (world_assess(&world) != VERDICT_APPROVED) {
            continue;
        }
        approvals++;
        /* Sized in whole lots, above the minimum, and the loss at the stop within f E. */
        int64_t size = world.out.position_size_e6;
        int64_t loss = 0;
        assert_int_equal(size % ONE_E6, 0);
        assert_true(world.out.notional_e8 >= 5 * ONE_E8);
        assert_true(risk_at_stop(&world.settings, &world.instruments.items[0], world.signal.side,
                                 size, world.out.price_e12, world.out.stop_e12, &loss));
        /* s is rounded up in the size and exact here: at most one unit of rounding each. */
        assert_true(loss <= world.view.account.equity_e8 / 200 + 2);
        assert_in_range(world.out.leverage, 1, world.out.base_leverage);
    }
    assert_in_range(approvals, 300, 3900);
}

static void size_and_leverage_never_grow_with_stop_drawdown_or_funding(void **state)
{
    (void)state;
    int64_t size = INT64_MAX;
    int32_t leverage = INT32_MAX;
    for (int64_t ticks = 20; ticks < 4000; ticks += 61) {
        world.signal.stop_e12 = PRICE - ticks * 10000000;
        (void)world_assess(&world);
        assert_true(world.out.position_size_e6 <= size);
        assert_true(world.out.leverage <= leverage);
        size = world.out.position_size_e6;
        leverage = world.out.leverage;
    }
    world_init(&world);
    size = INT64_MAX;
    leverage = INT32_MAX;
    for (int64_t fall = 0; fall <= PERCENT_E9(11); fall += BPS_E9(10)) {
        world.view.account.drawdown_e9 = fall;
        (void)world_assess(&world);
        assert_true(world.out.position_size_e6 <= size);
        assert_true(world.out.leverage <= leverage);
        size = world.out.position_size_e6;
        leverage = world.out.leverage;
    }
    assert_int_equal(size, 0);
    world_init(&world);
    size = INT64_MAX;
    for (int64_t rate = 0; rate <= 10000000000000LL; rate += 100000000000LL) {
        world.view.market.funding_e16 = rate;
        (void)world_assess(&world);
        assert_true(world.out.position_size_e6 <= size);
        size = world.out.position_size_e6;
    }
    assert_int_equal(size, 0);
}

static void long_and_short_are_mirrors_in_size(void **state)
{
    (void)state;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    int64_t size = world.out.position_size_e6;
    world_short(&world);
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(world.out.position_size_e6, size);
    assert_int_equal(world.out.leverage, 20);
}

static void the_same_view_gives_the_same_answer(void **state)
{
    (void)state;
    static struct assessment first;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    first = world.out;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    assert_int_equal(first.check_count, world.out.check_count);
    for (int32_t index = 0; index < first.check_count; index++) {
        assert_int_equal(first.checks[index].value, world.out.checks[index].value);
        assert_int_equal(first.checks[index].state, world.out.checks[index].state);
    }
}

/* 1 000 at 0.20, stop 1 % away: 2.00 + 0.3 % of 200 = 2.60. */
static void the_loss_at_a_stop_by_hand(void **state)
{
    (void)state;
    const struct instrument *item = &world.instruments.items[0];
    int64_t risk = 0;
    int64_t size = 1000 * ONE_E6;
    assert_true(
        risk_at_stop(&world.settings, item, SIDE_LONG, size, PRICE, PRICE / 100 * 99, &risk));
    assert_int_equal(risk, 260000000);
    assert_true(
        risk_at_stop(&world.settings, item, SIDE_SHORT, size, PRICE, PRICE / 100 * 101, &risk));
    assert_int_equal(risk, 260000000);
    /* A stop in profit beyond the costs risks nothing; no stop risks everything. */
    assert_true(
        risk_at_stop(&world.settings, item, SIDE_LONG, size, PRICE, PRICE / 100 * 101, &risk));
    assert_int_equal(risk, 0);
    assert_true(risk_at_stop(&world.settings, item, SIDE_LONG, size, PRICE, 0, &risk));
    assert_int_equal(risk, 200 * ONE_E8);
    assert_false(risk_at_stop(&world.settings, item, SIDE_LONG, INT64_MAX, INT64_MAX, 0, &risk));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_signal_is_approved_with_every_control_recorded, setup),
        cmocka_unit_test_setup(the_worked_vectors_of_the_handbook, setup),
        cmocka_unit_test_setup(a_zone_decides_between_market_and_a_resting_limit, setup),
        cmocka_unit_test_setup(the_default_stop_is_the_tiers, setup),
        cmocka_unit_test_setup(the_stop_goes_to_the_tick_toward_the_entry, setup),
        cmocka_unit_test_setup(each_limit_cuts_the_size_and_is_named, setup),
        cmocka_unit_test_setup(the_free_margin_floor_gives_the_size_by_hand, setup),
        cmocka_unit_test_setup(breaker_funding_and_ramp_shrink_the_size, setup),
        cmocka_unit_test_setup(caution_treats_high_and_extreme_as_medium, setup),
        cmocka_unit_test_setup(stake_sizing_is_cut_to_the_risk_per_trade, setup),
        cmocka_unit_test_setup(the_verdict_is_the_first_denial_in_order, setup),
        cmocka_unit_test_setup(too_small_an_account_is_below_the_minimum, setup),
        cmocka_unit_test_setup(a_limit_in_the_way_of_the_smallest_order_is_the_verdict, setup),
        cmocka_unit_test_setup(no_approval_in_any_world_breaks_a_limit, setup),
        cmocka_unit_test_setup(size_and_leverage_never_grow_with_stop_drawdown_or_funding, setup),
        cmocka_unit_test_setup(long_and_short_are_mirrors_in_size, setup),
        cmocka_unit_test_setup(the_same_view_gives_the_same_answer, setup),
        cmocka_unit_test_setup(the_loss_at_a_stop_by_hand, setup),
    };
    return cmocka_run_group_tests_name("risk", tests, NULL, NULL);
}
