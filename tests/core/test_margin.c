/* The amounts of the books: PROTOCOLS D1, D3, D4 and the rounding rules of core/margin.h. */
#include "core/margin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "tests/core/margin_tables.h"

/* ---- D1: tiers and maintenance ---- */

static void expect_continuous(const struct tier *tiers, int32_t count)
{
    assert_int_equal(tiers[0].floor_e8, 0);
    assert_int_equal(tiers[0].maintenance_amount_e8, 0);
    for (int32_t i = 1; i < count; i++) {
        assert_int_equal(tiers[i].floor_e8, tiers[i - 1].cap_e8);
        int64_t rate = tiers[i].maintenance_rate_e9 - tiers[i - 1].maintenance_rate_e9;
        int64_t step = tiers[i].floor_e8 / ONE_E8 * rate / 10;
        assert_int_equal(tiers[i].maintenance_amount_e8, tiers[i - 1].maintenance_amount_e8 + step);
    }
}

static void the_amounts_of_a_table_follow_the_recursion(void **state)
{
    (void)state;
    expect_continuous(TABLE(doge));
    expect_continuous(TABLE(pepe));
    expect_continuous(TABLE(shib));
    expect_continuous(TABLE(btc));
}

static void a_tier_holds_floor_exclusive_to_cap_inclusive(void **state)
{
    (void)state;
    assert_ptr_equal(margin_tier(TABLE(doge), 0), &doge[0]);
    assert_ptr_equal(margin_tier(TABLE(doge), 1), &doge[0]);
    assert_ptr_equal(margin_tier(TABLE(doge), USD(80000)), &doge[0]);
    assert_ptr_equal(margin_tier(TABLE(doge), USD(80000) + 1), &doge[1]);
    assert_ptr_equal(margin_tier(TABLE(doge), USD(200000000)), &doge[9]);
    assert_ptr_equal(margin_tier(TABLE(doge), INT64_MAX), &doge[9]);
}

static void maintenance_is_rate_times_notional_less_amount(void **state)
{
    (void)state;
    int64_t margin = 0;
    /* 300,000 x 1.5 % - 1,070 = 3,430; both tiers agree at the cap: 300,000 x 2 % - 2,570 = 3,430.
     */
    assert_true(margin_maintenance_e8(TABLE(pepe), USD(300000), &margin));
    assert_int_equal(margin, USD(3430));
    assert_true(margin_maintenance_e8(TABLE(pepe), USD(300000) + 100, &margin));
    assert_int_equal(margin, USD(3430) + 2);
    /* 1 unit of 1e-8 x 0.65 % rounds up to one unit. */
    assert_true(margin_maintenance_e8(TABLE(doge), 1, &margin));
    assert_int_equal(margin, 1);
    assert_true(margin_maintenance_e8(TABLE(doge), 0, &margin));
    assert_int_equal(margin, 0);
}

static void maintenance_is_never_negative(void **state)
{
    (void)state;
    const struct tier odd[] = {TIER(5, 0, 1000, 10000000, CENTS(1))};
    int64_t margin = -1;
    assert_true(margin_maintenance_e8(TABLE(odd), CENTS(50), &margin));
    assert_int_equal(margin, 0);
}

/* ---- the small rules of the books ---- */

static void what_is_bought_rounds_up_and_what_is_sold_rounds_down(void **state)
{
    (void)state;
    int64_t notional = 0;
    /* 0.000000000001 x 0.000001 = 1e-18. */
    assert_true(margin_notional_e8(SIDE_BUY, 1, 1, &notional));
    assert_int_equal(notional, 1);
    assert_true(margin_notional_e8(SIDE_SELL, 1, 1, &notional));
    assert_int_equal(notional, 0);
    /* 0.07654321 x 1,234.5 = 94.492592745, not representable: .49259274 or .49259275 */
    assert_true(margin_notional_e8(SIDE_BUY, 76543210000, 1234500000, &notional));
    assert_int_equal(notional, 9449259275);
    assert_true(margin_notional_e8(SIDE_SELL, 76543210000, 1234500000, &notional));
    assert_int_equal(notional, 9449259274);
    assert_false(margin_notional_e8(SIDE_BUY, INT64_MAX, INT64_MAX, &notional));
    assert_int_equal(notional, 9449259274);
}

static void fees_and_margins_round_up(void **state)
{
    (void)state;
    int64_t fee = 0;
    assert_true(margin_fee_e8(USD(1000), 500000, &fee));
    assert_int_equal(fee, CENTS(50));
    assert_true(margin_fee_e8(3, 500000, &fee));
    assert_int_equal(fee, 1);
    assert_true(margin_fee_e8(USD(1000), 0, &fee));
    assert_int_equal(fee, 0);
    assert_false(margin_fee_e8(INT64_MAX, 2 * ONE_E9, &fee));
    assert_int_equal(margin_initial_e8(USD(1000), 10), USD(100));
    assert_int_equal(margin_initial_e8(100, 3), 34);
    assert_int_equal(margin_initial_e8(INT64_MAX, 1), INT64_MAX);
}

static void parts_released_sum_to_the_whole(void **state)
{
    (void)state;
    /* 100 over 3: floor(100/3) = 33 of 3, floor(67/2) = 33 of 2, the rest 34. */
    int64_t total = 100;
    int64_t first = margin_release(total, 1, 3);
    int64_t second = margin_release(total - first, 1, 2);
    int64_t third = margin_release(total - first - second, 1, 1);
    assert_int_equal(first, 33);
    assert_int_equal(second, 33);
    assert_int_equal(third, 34);
    /* A margin that funding made negative releases toward minus infinity. */
    assert_int_equal(margin_release(-100, 1, 3), -34);
    assert_int_equal(margin_release(INT64_MAX, INT64_MAX - 1, INT64_MAX), INT64_MAX - 1);
}

static void unrealised_profit_is_marked_against_the_account(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = 1, .cost_e8 = 10};
    assert_int_equal(unrealised(SIDE_LONG, leg, 1), -10);
    assert_int_equal(unrealised(SIDE_SHORT, leg, 1), 9);
    struct margin_leg whole = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    assert_int_equal(unrealised(SIDE_LONG, whole, 210000000000), USD(1000));
    assert_int_equal(unrealised(SIDE_SHORT, whole, 210000000000), -USD(1000));
    int64_t out = 7;
    assert_false(margin_unrealised_e8(SIDE_SHORT, INT64_MAX, 0, INT64_MAX, &out));
    assert_int_equal(out, 7);
}

/* ---- D4: funding ---- */

static int64_t funding(enum side side, int64_t size_e6, int64_t mark_e12, int64_t rate_e16)
{
    int64_t out = 0;
    assert_true(margin_funding_e8(side, size_e6, mark_e12, rate_e16, &out));
    return out;
}

static void a_long_pays_positive_funding(void **state)
{
    (void)state;
    /* Long 100,000 DOGE at mark 0.20, F = +0.0001: pays 2.00. */
    const int64_t size = UNITS(100000);
    const int64_t mark = 200000000000;
    const int64_t rate = ONE_E16 / 10000;
    assert_int_equal(funding(SIDE_LONG, size, mark, rate), -USD(2));
    assert_int_equal(funding(SIDE_SHORT, size, mark, rate), USD(2));
    assert_int_equal(funding(SIDE_LONG, size, mark, -rate), USD(2));
    assert_int_equal(funding(SIDE_SHORT, size, mark, -rate), -USD(2));
    assert_int_equal(funding(SIDE_LONG, size, mark, 0), 0);
    assert_int_equal(funding(SIDE_LONG, 0, mark, rate), 0);
}

static void funding_rounds_against_the_account(void **state)
{
    (void)state;
    /* 1 unit x 1.00 x 1e-16: a 1e-8 is paid, nothing is received. */
    assert_int_equal(funding(SIDE_LONG, UNITS(1), ONE_E12, 1), -1);
    assert_int_equal(funding(SIDE_SHORT, UNITS(1), ONE_E12, 1), 0);
    /* 3 x 1.00 x 0.00000000333333... = 0.99999999...e-8 and with ...34 just above it. */
    assert_int_equal(funding(SIDE_SHORT, UNITS(3), ONE_E12, 33333333), 0);
    assert_int_equal(funding(SIDE_SHORT, UNITS(3), ONE_E12, 33333334), 1);
    assert_int_equal(funding(SIDE_LONG, UNITS(3), ONE_E12, 33333334), -2);
}

static void funding_is_exact_beyond_128_bits(void **state)
{
    (void)state;
    /* 9e10 quote units x a rate of 1: the exact product has 44 decimals, beyond 2^127. */
    assert_int_equal(funding(SIDE_LONG, UNITS(9000000), 10000LL * ONE_E12, ONE_E16),
                     -USD(90000000000));
    /* value 1.000000000000000001 (1e18 + 1 in _e18), rate 0.0123456789012345: (value x rate) in _e8
     * is 1234567.89012345 + 1.2e-12, so 1234567 received, 1234568 paid. */
    const int64_t rate = 123456789012345;
    assert_int_equal(funding(SIDE_SHORT, 1000001, 999999000001, rate), 1234567);
    assert_int_equal(funding(SIDE_LONG, 1000001, 999999000001, rate), -1234568);
    int64_t out = 5;
    assert_false(margin_funding_e8(SIDE_LONG, INT64_MAX, INT64_MAX, 1, &out));
    assert_false(
        margin_funding_e8(SIDE_LONG, UNITS(9000000), 10000LL * ONE_E12, 2 * ONE_E16, &out));
    assert_int_equal(out, 5);
}

/* ---- D2, D3: bankruptcy, step-down, fee ---- */

static void bankruptcy_is_where_the_margin_is_gone(void **state)
{
    (void)state;
    int64_t price = 0;
    /* 0.20 -+ 2,000 / 100,000 */
    assert_true(margin_bankruptcy_price(SIDE_LONG, UNITS(100000), USD(20000), USD(2000), &price));
    assert_int_equal(price, 180000000000);
    assert_true(margin_bankruptcy_price(SIDE_SHORT, UNITS(100000), USD(20000), USD(2000), &price));
    assert_int_equal(price, 220000000000);
    /* 100 / 3: in the account's favour. */
    assert_true(margin_bankruptcy_price(SIDE_LONG, UNITS(3), USD(200), USD(100), &price));
    assert_int_equal(price, 33333333333334);
    assert_true(margin_bankruptcy_price(SIDE_SHORT, UNITS(3), 0, USD(100), &price));
    assert_int_equal(price, 33333333333333);
    /* More margin than value: zero, and the loss cannot reach it. */
    assert_true(margin_bankruptcy_price(SIDE_LONG, UNITS(3), USD(200), USD(300), &price));
    assert_int_equal(price, 0);
    assert_false(margin_bankruptcy_price(SIDE_SHORT, 1, INT64_MAX, INT64_MAX, &price));
}

static void a_step_down_ends_at_the_cap_of_the_lower_bracket(void **state)
{
    (void)state;
    /* 1,000,000 DOGE at 0.16: 160,000 is bracket 3; 150,000 / 0.16 = 937,500 may stay. */
    const int64_t mark = 160000000000;
    assert_int_equal(margin_step_down_e6(TABLE(doge), UNITS(1000000), mark, UNITS(1)),
                     UNITS(62500));
    /* 150,000 / 0.17 = 882,352.94 may stay: 117,647.05... go, whole lots, rounded up. */
    assert_int_equal(margin_step_down_e6(TABLE(doge), UNITS(1000000), 170000000000, UNITS(1)),
                     UNITS(117648));
    assert_int_equal(margin_step_down_e6(TABLE(doge), UNITS(1000000), 170000000000, UNITS(1000)),
                     UNITS(118000));
}

static void in_bracket_1_all_of_it_goes(void **state)
{
    (void)state;
    const int64_t price = 160000000000;
    assert_int_equal(margin_step_down_e6(TABLE(doge), UNITS(500000), price, UNITS(1)),
                     UNITS(500000)); /* 80,000 exactly is still bracket 1 */
    assert_int_equal(margin_step_down_e6(TABLE(doge), UNITS(500001), price, UNITS(1)), UNITS(1));
    /* Never more than there is, also when the lot is larger than the position. */
    assert_int_equal(margin_step_down_e6(TABLE(doge), UNITS(500001), price, UNITS(1000000)),
                     UNITS(500001));
    assert_int_equal(margin_step_down_e6(TABLE(doge), INT64_MAX, INT64_MAX, 1), INT64_MAX);
}

static void the_liquidation_fee_stops_at_what_is_left(void **state)
{
    (void)state;
    int64_t fee = -1;
    /* 1,000 x (0.05 % + 1.25 %) = 13 */
    assert_true(margin_liquidation_fee_e8(USD(1000), 500000, 12500000, USD(50), &fee));
    assert_int_equal(fee, USD(13));
    assert_true(margin_liquidation_fee_e8(USD(1000), 500000, 12500000, USD(7), &fee));
    assert_int_equal(fee, USD(7));
    assert_true(margin_liquidation_fee_e8(USD(1000), 500000, 12500000, -1, &fee));
    assert_int_equal(fee, 0);
    assert_false(margin_liquidation_fee_e8(INT64_MAX, ONE_E9, ONE_E9, USD(7), &fee));
}

/* ---- properties ---- */

static void the_price_loss_at_bankruptcy_never_exceeds_the_margin(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int round = 0; round < 20000; round++) {
        int64_t size = between(&random, 1, 1000000000000);
        int64_t cost = between(&random, 1, 1000000000000);
        int64_t wallet = between(&random, 0, cost);
        int64_t price = 0;
        int64_t value = 0;
        assert_true(margin_bankruptcy_price(SIDE_LONG, size, cost, wallet, &price));
        assert_true(margin_notional_e8(SIDE_SELL, price, size, &value));
        assert_true(cost - value <= wallet);
        assert_true(margin_bankruptcy_price(SIDE_SHORT, size, cost, wallet, &price));
        assert_true(margin_notional_e8(SIDE_BUY, price, size, &value));
        assert_true(value - cost <= wallet);
    }
}

static void a_step_down_reaches_the_lower_bracket(void **state)
{
    (void)state;
    uint64_t random = 99;
    for (int round = 0; round < 20000; round++) {
        int64_t mark = between(&random, 1000000, 1000000000000);
        int64_t size = between(&random, 1, 1000000000000);
        int64_t lot = between(&random, 1, 1000000);
        int64_t before = 0;
        assert_true(fixed_notional_ceil_e8(mark, size, &before));
        const struct tier *tier = margin_tier(TABLE(pepe), before);
        int64_t closed = margin_step_down_e6(TABLE(pepe), size, mark, lot);
        assert_true(closed > 0 && closed <= size);
        if (tier == pepe || closed == size) {
            assert_int_equal(closed, size);
            continue;
        }
        int64_t after = 0;
        assert_int_equal(closed % lot, 0);
        assert_true(fixed_notional_ceil_e8(mark, size - closed, &after));
        assert_true(after <= tier[-1].cap_e8);
        assert_true(fixed_notional_ceil_e8(mark, size - closed + lot, &after));
        assert_true(after > tier[-1].cap_e8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_amounts_of_a_table_follow_the_recursion),
        cmocka_unit_test(a_tier_holds_floor_exclusive_to_cap_inclusive),
        cmocka_unit_test(maintenance_is_rate_times_notional_less_amount),
        cmocka_unit_test(maintenance_is_never_negative),
        cmocka_unit_test(what_is_bought_rounds_up_and_what_is_sold_rounds_down),
        cmocka_unit_test(fees_and_margins_round_up),
        cmocka_unit_test(parts_released_sum_to_the_whole),
        cmocka_unit_test(unrealised_profit_is_marked_against_the_account),
        cmocka_unit_test(a_long_pays_positive_funding),
        cmocka_unit_test(funding_rounds_against_the_account),
        cmocka_unit_test(funding_is_exact_beyond_128_bits),
        cmocka_unit_test(bankruptcy_is_where_the_margin_is_gone),
        cmocka_unit_test(a_step_down_ends_at_the_cap_of_the_lower_bracket),
        cmocka_unit_test(in_bracket_1_all_of_it_goes),
        cmocka_unit_test(the_liquidation_fee_stops_at_what_is_left),
        cmocka_unit_test(the_price_loss_at_bankruptcy_never_exceeds_the_margin),
        cmocka_unit_test(a_step_down_reaches_the_lower_bracket),
    };
    return cmocka_run_group_tests_name("margin", tests, NULL, NULL);
}
