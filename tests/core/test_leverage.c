/* Vectors of RISK 4.3, 4.4 and 4.5; numbers in the tables are the handbook's, to its last digit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instruments.h"
#include "core/leverage.h"

/* value_e9 rounded half up to `decimals` places, as an integer of that many decimals. */
static int64_t printed(int64_t value_e9, int decimals)
{
    int64_t unit = 1;
    for (int index = decimals; index < 9; index++) {
        unit *= 10;
    }
    return (value_e9 + unit / 2) / unit;
}

static const struct tier flat_tiers[1] = {
    {.floor_e8 = 0, .cap_e8 = INT64_MAX, .maintenance_rate_e9 = 5000000, .leverage_max = 125}};

/* ---- 4.4: L_max, all rows, both sides, printed with three decimals ---- */

struct max_row {
    int64_t stop_bps, factor_tenths;
    int64_t distance_bps;
    int64_t values[4][2]; /* m 0.4, 0.5, 1, 2.5 %: long, short; x 1000 */
};
static const struct max_row max_rows[] = {
    {50, 20, 160, {{50161, 49841}, {47801, 47438}, {38700, 38226}, {24631, 24155}}},
    {100, 20, 260, {{33449, 33218}, {32394, 32123}, {27980, 27579}, {19861, 19361}}},
    {150, 20, 360, {{25090, 24910}, {24498, 24284}, {21911, 21570}, {16639, 16155}}},
    {200, 20, 460, {{20074, 19927}, {19697, 19520}, {18005, 17712}, {14316, 13860}}},
    {300, 20, 660, {{14340, 14232}, {14150, 14019}, {13273, 13045}, {11192, 10793}}},
    {500, 20, 1060, {{9126, 9056}, {9052, 8966}, {8700, 8543}, {7791, 7482}}},
    {100, 15, 200, {{41806, 41528}, {40161, 39841}, {33557, 33113}, {22472, 21978}}},
    {200, 15, 350, {{25733, 25549}, {25110, 24891}, {22396, 22051}, {16913, 16427}}},
};
static const int64_t rates_e9[4] = {4000000, 5000000, 10000000, 25000000};

static void l_max_agrees_with_every_row_of_the_handbook(void **state)
{
    (void)state;
    for (size_t row = 0; row < ARRAY_COUNT(max_rows); row++) {
        const struct max_row *item = &max_rows[row];
        int64_t distance_e9 = leverage_distance_e9(item->factor_tenths * ONE_E9 / 10,
                                                   BPS_E9(item->stop_bps), BPS_E9(20), BPS_E9(20));
        assert_int_equal(distance_e9, BPS_E9(item->distance_bps));
        for (int rate = 0; rate < 4; rate++) {
            int64_t upward = leverage_max_e9(SIDE_LONG, distance_e9, rates_e9[rate]);
            int64_t downward = leverage_max_e9(SIDE_SHORT, distance_e9, rates_e9[rate]);
            assert_int_equal(printed(upward, 3), item->values[rate][0]);
            assert_int_equal(printed(downward, 3), item->values[rate][1]);
        }
    }
}

/* ---- 4.3: d(L) in percent, printed with four decimals ---- */

struct distance_row {
    int32_t leverage;
    int64_t values[4][2];
};
static const struct distance_row distance_rows[] = {
    {5, {{196787, 195219}, {195980, 194030}, {191919, 188119}, {179487, 170732}}},
    {10, {{96386, 95618}, {95477, 94527}, {90909, 89109}, {76923, 73171}}},
    {20, {{46185, 45817}, {45226, 44776}, {40404, 39604}, {25641, 24390}}},
    {30, {{29451, 29216}, {28476, 28192}, {23569, 23102}, {8547, 8130}}},
};

static void the_way_to_liquidation_agrees_with_the_handbook(void **state)
{
    (void)state;
    for (size_t row = 0; row < ARRAY_COUNT(distance_rows); row++) {
        const struct distance_row *item = &distance_rows[row];
        for (int rate = 0; rate < 4; rate++) {
            int64_t upward =
                leverage_liquidation_distance_e9(SIDE_LONG, item->leverage, rates_e9[rate]);
            int64_t downward =
                leverage_liquidation_distance_e9(SIDE_SHORT, item->leverage, rates_e9[rate]);
            assert_int_equal(printed(upward * 100, 4), item->values[rate][0]);
            assert_int_equal(printed(downward * 100, 4), item->values[rate][1]);
        }
    }
}

static void l_max_at_the_distance_of_l_returns_l(void **state)
{
    (void)state;
    for (int32_t leverage = 1; leverage <= 30; leverage++) {
        for (int rate = 0; rate < 4; rate++) {
            for (int side = 0; side < 2; side++) {
                int64_t distance_e9 =
                    leverage_liquidation_distance_e9((enum side)side, leverage, rates_e9[rate]);
                int64_t again = leverage_max_e9((enum side)side, distance_e9, rates_e9[rate]);
                /* The distance is rounded down, so L comes back whole or a hair above. */
                assert_true(again >= leverage * ONE_E9);
                assert_true(again < leverage * ONE_E9 + 1000000);
            }
        }
    }
}

/* The largest stop per tier, long, m 0.5 %, k 2 and 1.5; percent with three decimals, cut. */
static void the_largest_stop_of_each_tier_is_the_handbooks(void **state)
{
    (void)state;
    static const int64_t largest[4][3] = {
        {5, 9499, 12732}, {10, 4474, 6032}, {20, 1961, 2682}, {30, 1124, 1565}};
    for (int row = 0; row < 4; row++) {
        for (int factor = 0; factor < 2; factor++) {
            int64_t factor_e9 = factor == 0 ? 2 * ONE_E9 : BPS_E9(15000);
            int64_t stop_e9 = largest[row][factor + 1] * 10000;
            int64_t inside =
                leverage_distance_e9(factor_e9, stop_e9 - 10000, BPS_E9(20), BPS_E9(20));
            int64_t outside =
                leverage_distance_e9(factor_e9, stop_e9 + 10000, BPS_E9(20), BPS_E9(20));
            assert_true(leverage_max_e9(SIDE_LONG, inside, 5000000) >= largest[row][0] * ONE_E9);
            assert_true(leverage_max_e9(SIDE_LONG, outside, 5000000) < largest[row][0] * ONE_E9);
        }
    }
}

/* A position of one unit at price 1e9 (steps of 1): walks the price until equity < maintenance. */
static bool liquidated_before(enum side side, int32_t leverage, int64_t rate_e9, int64_t move_e9)
{
    wide_t margin = (wide_t)ONE_E9 * ONE_E9 / leverage;
    int64_t price = side == SIDE_LONG ? ONE_E9 - move_e9 : ONE_E9 + move_e9;
    wide_t loss = (wide_t)move_e9 * ONE_E9;
    wide_t maintenance = (wide_t)price * rate_e9;
    return margin - loss < maintenance;
}

static void brute_force_liquidation_agrees_with_l_max_on_a_grid(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        for (int64_t stop_bps = 10; stop_bps <= 1500; stop_bps += 35) {
            for (int64_t gap_bps = 0; gap_bps <= 300; gap_bps += 50) {
                for (int rate = 0; rate < 4; rate++) {
                    int64_t distance_e9 = leverage_distance_e9(2 * ONE_E9, BPS_E9(stop_bps),
                                                               BPS_E9(20 + gap_bps), BPS_E9(20));
                    int64_t most =
                        leverage_max_e9((enum side)side, distance_e9, rates_e9[rate]) / ONE_E9;
                    if (most >= 1) {
                        assert_false(liquidated_before((enum side)side, (int32_t)most,
                                                       rates_e9[rate], distance_e9));
                    }
                    assert_true(liquidated_before((enum side)side, (int32_t)most + 1,
                                                  rates_e9[rate], distance_e9));
                }
            }
        }
    }
}

/* ---- the answer ---- */

static struct leverage_input plain_input(void)
{
    return (struct leverage_input){.side = SIDE_LONG,
                                   .confidence = CONFIDENCE_HIGH,
                                   .tiers = flat_tiers,
                                   .tier_count = 1,
                                   .notional_e8 = 100000000000LL,
                                   .distance_e9 = BPS_E9(260),
                                   .factor_e9 = ONE_E9,
                                   .symbol_max = 125,
                                   .account_max = 30};
}

static void the_tier_is_the_base(void **state)
{
    (void)state;
    static const int32_t bases[4] = {5, 10, 20, 30};
    for (int level = 0; level < 4; level++) {
        struct leverage_input input = plain_input();
        struct leverage_answer answer;
        input.confidence = (enum confidence)level;
        leverage_answer_make(&input, &answer);
        assert_int_equal(answer.base, bases[level]);
        assert_int_equal(answer.leverage, bases[level]);
        assert_int_equal(answer.bound, LEVERAGE_TIER);
    }
}

/* RISK 4.5 step 5, the leverages of the three worked vectors. */
static void the_worked_vectors_give_20_and_10_and_24(void **state)
{
    (void)state;
    struct leverage_input input = plain_input();
    struct leverage_answer answer;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 20);

    input.distance_e9 = BPS_E9(460);
    input.factor_e9 = 526315789; /* DD 5 % */
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.max, 19);
    assert_int_equal(answer.bound, LEVERAGE_DISTANCE);
    assert_int_equal(answer.leverage, 10); /* floor(19.697 x 0.526316) */

    input.confidence = CONFIDENCE_EXTREME;
    input.distance_e9 = BPS_E9(260);
    input.factor_e9 = 816326530; /* DD 2 % */
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 24);
}

static void each_cap_can_be_the_one_that_binds(void **state)
{
    (void)state;
    static const struct tier tiers[2] = {
        {.floor_e8 = 0, .cap_e8 = 1000, .maintenance_rate_e9 = 5000000, .leverage_max = 16},
        {.floor_e8 = 1000, .cap_e8 = 9000, .maintenance_rate_e9 = 10000000, .leverage_max = 8}};
    struct leverage_answer answer;

    struct leverage_input input = plain_input();
    input.symbol_max = 12;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 12);
    assert_string_equal(leverage_cap_text((int)answer.bound), "symbol");

    input = plain_input();
    input.account_max = 11;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 11);
    assert_string_equal(leverage_cap_text((int)answer.bound), "account");

    input = plain_input();
    input.breaker_cap = 5;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 5);
    assert_string_equal(leverage_cap_text((int)answer.bound), "breaker");

    input = plain_input();
    input.stated_cap = 3;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 3);
    assert_string_equal(leverage_cap_text((int)answer.bound), "stated");

    input = plain_input();
    input.tiers = tiers;
    input.tier_count = 2;
    input.notional_e8 = 1000; /* the cap itself is still inside (PROTOCOLS D1) */
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 16);
    assert_string_equal(leverage_cap_text((int)answer.bound), "bracket");
    assert_int_equal(answer.maintenance_rate_e9, 5000000);

    input.notional_e8 = 1001;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 8);
    assert_int_equal(answer.maintenance_rate_e9, 10000000);
    assert_int_equal(answer.cap_e9[LEVERAGE_VENUE], 16 * ONE_E9);
}

/* A short grows on its way to liquidation: 990 at the entry is 1015.74 at D = 2.6 %. */
static void a_short_uses_the_bracket_that_it_would_grow_into(void **state)
{
    (void)state;
    static const struct tier tiers[2] = {
        {.floor_e8 = 0, .cap_e8 = 1000, .maintenance_rate_e9 = 5000000, .leverage_max = 50},
        {.floor_e8 = 1000, .cap_e8 = 9000, .maintenance_rate_e9 = 10000000, .leverage_max = 50}};
    struct leverage_input input = plain_input();
    struct leverage_answer answer;
    input.tiers = tiers;
    input.tier_count = 2;
    input.notional_e8 = 990;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.maintenance_rate_e9, 5000000);
    input.side = SIDE_SHORT;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.maintenance_rate_e9, 10000000);
}

static void below_one_is_none(void **state)
{
    (void)state;
    struct leverage_input input = plain_input();
    struct leverage_answer answer;
    input.factor_e9 = 49999999; /* 20 x 0.049999999 < 1 */
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 0);
    input.factor_e9 = 50000000;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 1);
    input.factor_e9 = 0;
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 0);
    input = plain_input();
    input.distance_e9 = INT64_MAX; /* unknown distance */
    leverage_answer_make(&input, &answer);
    assert_int_equal(answer.leverage, 0);
}

static void absurd_input_gives_the_safe_end(void **state)
{
    (void)state;
    assert_int_equal(leverage_distance_e9(2 * ONE_E9, -1, 0, 0), INT64_MAX);
    assert_int_equal(leverage_distance_e9(2 * ONE_E9, INT64_MAX, 0, 0), INT64_MAX);
    assert_int_equal(leverage_max_e9(SIDE_LONG, -1, 5000000), 0);
    assert_int_equal(leverage_max_e9(SIDE_LONG, 1, ONE_E9), 0);
    assert_true(leverage_liquidation_distance_e9(SIDE_LONG, 125, 10000000) < 0);
    assert_string_equal(leverage_cap_text(99), "?");
}

static void more_stop_gap_maintenance_or_funding_never_raises_l_max(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        int64_t before = INT64_MAX;
        for (int64_t bps = 0; bps < 3000; bps += 7) {
            int64_t distance_e9 =
                leverage_distance_e9(2 * ONE_E9, BPS_E9(bps), BPS_E9(20), BPS_E9(20));
            int64_t now = leverage_max_e9((enum side)side, distance_e9, 5000000);
            assert_true(now <= before);
            before = now;
        }
        before = INT64_MAX;
        for (int64_t rate_e9 = 1000; rate_e9 < ONE_E9; rate_e9 += 9999991) {
            int64_t now = leverage_max_e9((enum side)side, BPS_E9(260), rate_e9);
            assert_true(now <= before);
            before = now;
        }
    }
}

static void long_and_short_meet_as_maintenance_goes_to_zero(void **state)
{
    (void)state;
    int64_t upward = leverage_max_e9(SIDE_LONG, BPS_E9(260), 0);
    assert_int_equal(upward, leverage_max_e9(SIDE_SHORT, BPS_E9(260), 0));
    assert_true(leverage_max_e9(SIDE_LONG, BPS_E9(260), 5000000) >
                leverage_max_e9(SIDE_SHORT, BPS_E9(260), 5000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(l_max_agrees_with_every_row_of_the_handbook),
        cmocka_unit_test(the_way_to_liquidation_agrees_with_the_handbook),
        cmocka_unit_test(l_max_at_the_distance_of_l_returns_l),
        cmocka_unit_test(the_largest_stop_of_each_tier_is_the_handbooks),
        cmocka_unit_test(brute_force_liquidation_agrees_with_l_max_on_a_grid),
        cmocka_unit_test(the_tier_is_the_base),
        cmocka_unit_test(the_worked_vectors_give_20_and_10_and_24),
        cmocka_unit_test(each_cap_can_be_the_one_that_binds),
        cmocka_unit_test(a_short_uses_the_bracket_that_it_would_grow_into),
        cmocka_unit_test(below_one_is_none),
        cmocka_unit_test(absurd_input_gives_the_safe_end),
        cmocka_unit_test(more_stop_gap_maintenance_or_funding_never_raises_l_max),
        cmocka_unit_test(long_and_short_meet_as_maintenance_goes_to_zero),
    };
    return cmocka_run_group_tests_name("leverage", tests, NULL, NULL);
}
