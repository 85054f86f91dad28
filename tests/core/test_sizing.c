/* Vectors of RISK 4.2, 4.5 and 4.6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/settings.h"
#include "core/sizing.h"

#define ALPHA_90 PERCENT_E9(90)
#define EQUITY   (10000 * ONE_E8)

static int64_t six_decimals(int64_t value_e9)
{
    return (value_e9 + 500) / 1000;
}

static void g_dd_is_the_handbooks(void **state)
{
    (void)state;
    static const int64_t alpha_90[][2] = {{0, 1000000}, {1, 909091}, {2, 816327}, {3, 721649},
                                          {4, 625000},  {5, 526316}, {6, 425532}, {8, 217391},
                                          {9, 109890},  {10, 0},     {50, 0},     {100, 0}};
    for (size_t row = 0; row < ARRAY_COUNT(alpha_90); row++) {
        int64_t value = sizing_drawdown_e9(PERCENT_E9(alpha_90[row][0]), ALPHA_90);
        assert_int_equal(six_decimals(value), alpha_90[row][1]);
    }
    assert_int_equal(six_decimals(sizing_drawdown_e9(PERCENT_E9(5), PERCENT_E9(85))), 701754);
    assert_int_equal(six_decimals(sizing_drawdown_e9(PERCENT_E9(10), PERCENT_E9(85))), 370370);
    assert_int_equal(sizing_drawdown_e9(PERCENT_E9(15), PERCENT_E9(85)), 0);
    assert_int_equal(six_decimals(sizing_drawdown_e9(PERCENT_E9(5), PERCENT_E9(80))), 789474);
    assert_int_equal(six_decimals(sizing_drawdown_e9(PERCENT_E9(10), PERCENT_E9(80))), 555556);
    assert_int_equal(six_decimals(sizing_drawdown_e9(PERCENT_E9(15), PERCENT_E9(80))), 294118);
    assert_int_equal(sizing_drawdown_e9(-5, ALPHA_90), ONE_E9);
    assert_int_equal(sizing_drawdown_e9(INT64_MAX, ALPHA_90), 0);
}

static void funding_shrinks_from_half_of_the_block_level(void **state)
{
    (void)state;
    int64_t block_e9 = BPS_E9(10);
    int64_t block_e16 = block_e9 * 10000000;
    assert_int_equal(sizing_funding_e9(-block_e16, block_e9), ONE_E9);
    assert_int_equal(sizing_funding_e9(0, block_e9), ONE_E9);
    assert_int_equal(sizing_funding_e9(block_e16 / 2, block_e9), ONE_E9);
    assert_int_equal(sizing_funding_e9(block_e16 / 4 * 3, block_e9), ONE_E9 / 2);
    assert_int_equal(sizing_funding_e9(block_e16, block_e9), 0);
    assert_int_equal(sizing_funding_e9(INT64_MAX, block_e9), 0);
    assert_int_equal(sizing_funding_e9(1, 0), 0); /* a block level of zero blocks every payer */
    int64_t before = ONE_E9;
    for (int64_t rate = 0; rate < block_e16 + 10; rate += block_e16 / 97) {
        int64_t now = sizing_funding_e9(rate, block_e9);
        assert_true(now <= before);
        before = now;
    }
}

static const struct sizing_factors all_one = {ONE_E9, ONE_E9, ONE_E9, ONE_E9, ONE_E9};

/* RISK 4.5 step 5: E 10 000, f 0.5 %, slip 0.2 %, fee 0.05 % a side, price 50 000, step 0.001. */
static void check_vector(int64_t stop_bps, int64_t g_e9, int64_t notional_milli, int64_t lots)
{
    struct settings settings;
    settings_defaults(&settings);
    struct sizing_factors factors = all_one;
    factors.drawdown_e9 = g_e9;
    int64_t budget = sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, EQUITY);
    int64_t notional = 0;
    int64_t size = 0;
    assert_true(sizing_notional_e8(budget, BPS_E9(stop_bps + 20 + 10), &notional));
    assert_int_equal((notional + 50000) / 100000, notional_milli);
    assert_true(sizing_quantity_e6(notional, 50000 * ONE_E12, 1000, &size));
    assert_int_equal(size, lots * 1000);
}

static void the_worked_vectors_come_out_to_the_last_digit(void **state)
{
    (void)state;
    check_vector(100, ONE_E9, 3846154, 76);
    check_vector(200, sizing_drawdown_e9(PERCENT_E9(5), ALPHA_90), 1144165, 22);
    check_vector(100, sizing_drawdown_e9(PERCENT_E9(2), ALPHA_90), 3139717, 62);
}

/* RISK 4.5 step 6: N / E at f = 0.5 %. */
static void exposure_over_equity_is_the_handbooks(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {{50, 62500}, {100, 38462}, {200, 21739}, {300, 15152}};
    struct settings settings;
    settings_defaults(&settings);
    for (size_t row = 0; row < ARRAY_COUNT(rows); row++) {
        int64_t budget = sizing_budget_e8(&settings, CONFIDENCE_HIGH, &all_one, EQUITY);
        int64_t notional = 0;
        assert_true(sizing_notional_e8(budget, BPS_E9(rows[row][0] + 30), &notional));
        assert_int_equal((notional + 5000000) / 10000000, rows[row][1]);
    }
}

static void confidence_scales_and_never_leaves_the_band(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings);
    struct sizing_factors factors = all_one;
    assert_int_equal(sizing_confidence_e9(&settings, CONFIDENCE_LOW), PERCENT_E9(50));
    assert_int_equal(sizing_confidence_e9(&settings, CONFIDENCE_MEDIUM), PERCENT_E9(75));
    assert_int_equal(sizing_confidence_e9(&settings, CONFIDENCE_HIGH), ONE_E9);
    assert_int_equal(sizing_confidence_e9(&settings, CONFIDENCE_EXTREME), ONE_E9);
    factors.confidence_e9 = PERCENT_E9(50);
    assert_int_equal(sizing_budget_e8(&settings, CONFIDENCE_LOW, &factors, EQUITY), 25 * ONE_E8);

    settings.confidence_high = BPS_E9(15000);
    factors.confidence_e9 = settings.confidence_high;
    assert_int_equal(sizing_risk_limit_e9(&settings, CONFIDENCE_HIGH), BPS_E9(75));
    assert_int_equal(sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, EQUITY), 75 * ONE_E8);
    settings.risk_per_trade = PERCENT_E9(1);
    assert_int_equal(sizing_risk_limit_e9(&settings, CONFIDENCE_HIGH), PERCENT_E9(1));
    assert_int_equal(sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, EQUITY), 100 * ONE_E8);
}

/* N = stake E L g: 1 % of 10 000 at 20x is 2 000; at half a breaker 1 000. */
static void stake_sizing_is_stake_times_equity_times_leverage(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings);
    struct sizing_factors factors = all_one;
    int64_t notional = 0;
    assert_true(sizing_stake_e8(&settings, &factors, EQUITY, 20, &notional));
    assert_int_equal(notional, 2000 * ONE_E8);
    factors.breaker_e9 = PERCENT_E9(50);
    assert_true(sizing_stake_e8(&settings, &factors, EQUITY, 20, &notional));
    assert_int_equal(notional, 1000 * ONE_E8);
    assert_true(sizing_stake_e8(&settings, &factors, EQUITY, 0, &notional));
    assert_int_equal(notional, 0);
    assert_false(sizing_stake_e8(&settings, &all_one, INT64_MAX, 125, &notional));
}

static void no_equity_no_factor_no_cost_no_size(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings);
    struct sizing_factors factors = all_one;
    int64_t notional = 1;
    assert_int_equal(sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, 0), 0);
    assert_int_equal(sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, -EQUITY), 0);
    factors.breaker_e9 = 0;
    assert_int_equal(sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, EQUITY), 0);
    factors.breaker_e9 = -7;
    assert_int_equal(sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, EQUITY), 0);
    assert_true(sizing_notional_e8(ONE_E8, 0, &notional));
    assert_int_equal(notional, 0);
    assert_false(sizing_notional_e8(INT64_MAX, 1, &notional));
    assert_true(sizing_quantity_e6(-1, ONE_E12, 1, &notional));
    assert_int_equal(notional, 0);
    assert_false(sizing_quantity_e6(INT64_MAX, 1, 1, &notional));
}

static void size_is_monotone_in_stop_and_drawdown(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings);
    int64_t before = INT64_MAX;
    for (int64_t bps = 1; bps < 3000; bps += 13) {
        int64_t notional = 0;
        assert_true(sizing_notional_e8(50 * ONE_E8, BPS_E9(bps), &notional));
        assert_true(notional <= before);
        before = notional;
    }
    before = INT64_MAX;
    for (int64_t fall_e9 = 0; fall_e9 < PERCENT_E9(15); fall_e9 += 1234567) {
        struct sizing_factors factors = all_one;
        factors.drawdown_e9 = sizing_drawdown_e9(fall_e9, ALPHA_90);
        int64_t budget = sizing_budget_e8(&settings, CONFIDENCE_HIGH, &factors, EQUITY);
        assert_true(budget <= before);
        before = budget;
    }
}

/* RISK 4.2: (0.2 / 0.6) 0.3333, (0.4 / 0.6) 0.6667 of equity. */
static void the_volatility_target_gives_its_exposure(void **state)
{
    (void)state;
    int64_t room = sizing_volatility_room_e8(EQUITY, PERCENT_E9(20), 0, PERCENT_E9(60));
    assert_int_equal((room + 50000000) / 100000000, 3333);
    room = sizing_volatility_room_e8(EQUITY, PERCENT_E9(40), 0, PERCENT_E9(60));
    assert_int_equal((room + 50000000) / 100000000, 6667);
    /* What stands already uses it up: 2 000 at 60 % is 1 200 of 2 000. */
    room = sizing_volatility_room_e8(EQUITY, PERCENT_E9(20), 1200 * ONE_E8, PERCENT_E9(60));
    assert_int_equal(room / ONE_E8, 1333);
    assert_int_equal(sizing_volatility_room_e8(EQUITY, PERCENT_E9(20), INT64_MAX, 1), 0);
    assert_int_equal(sizing_volatility_room_e8(EQUITY, PERCENT_E9(20), 0, 0), 0);
}

/* RISK 4.2: a drift of 180 % at 60 % volatility makes 5x full Kelly; c = 1/4 leaves 1.25 E. */
static void the_kelly_bound_gives_its_exposure(void **state)
{
    (void)state;
    int64_t room = sizing_kelly_room_e8(EQUITY, ONE_E9 / 4, PERCENT_E9(180), PERCENT_E9(60), 0);
    assert_int_equal(room, 12500 * ONE_E8);
    room =
        sizing_kelly_room_e8(EQUITY, ONE_E9 / 4, PERCENT_E9(180), PERCENT_E9(60), 12500 * ONE_E8);
    assert_int_equal(room, 0);
    assert_int_equal(sizing_kelly_room_e8(EQUITY, ONE_E9 / 4, 0, PERCENT_E9(60), 0), 0);
    assert_int_equal(sizing_kelly_room_e8(EQUITY, ONE_E9 / 4, -1, PERCENT_E9(60), 0), 0);
    assert_int_equal(sizing_kelly_room_e8(EQUITY, ONE_E9 / 4, ONE_E9, 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(g_dd_is_the_handbooks),
        cmocka_unit_test(funding_shrinks_from_half_of_the_block_level),
        cmocka_unit_test(the_worked_vectors_come_out_to_the_last_digit),
        cmocka_unit_test(exposure_over_equity_is_the_handbooks),
        cmocka_unit_test(confidence_scales_and_never_leaves_the_band),
        cmocka_unit_test(stake_sizing_is_stake_times_equity_times_leverage),
        cmocka_unit_test(no_equity_no_factor_no_cost_no_size),
        cmocka_unit_test(size_is_monotone_in_stop_and_drawdown),
        cmocka_unit_test(the_volatility_target_gives_its_exposure),
        cmocka_unit_test(the_kelly_bound_gives_its_exposure),
    };
    return cmocka_run_group_tests_name("sizing", tests, NULL, NULL);
}
