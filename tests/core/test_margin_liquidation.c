/* The liquidation price: the worked numbers of PROTOCOLS D2, D5, D6 and RISK 4.3, then the laws
 * that hold for any position. */
#include "core/margin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "tests/core/margin_tables.h"

/* ---- D2: Binance ---- */

static void d2_1_doge_isolated_at_10x(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    int64_t price = binance(TABLE(doge), SIDE_LONG, leg, USD(2000));
    assert_near(price, 181177650000, 5000); /* 0.18117765 */
    assert_near(USD(2000) + unrealised(SIDE_LONG, leg, price), 11776500000, 100000);
    assert_near(maintenance(TABLE(doge), leg.size_e6, price), 11776500000, 100000);

    price = binance(TABLE(doge), SIDE_SHORT, leg, USD(2000));
    assert_near(price, 218579230000, 5000); /* 0.21857923 */
    assert_near(maintenance(TABLE(doge), leg.size_e6, price), 14207700000, 100000);
}

static void d2_2_pepe_isolated_at_20x_in_bracket_3(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(30000000), .cost_e8 = USD(300000)};
    int64_t price = binance(TABLE(pepe), SIDE_LONG, leg, USD(15000));
    assert_near(price, 9608460240, 5); /* 0.00960846024 */
    assert_near(USD(15000) + unrealised(SIDE_LONG, leg, price), 325380700000, 100000);
    assert_near(maintenance(TABLE(pepe), leg.size_e6, price), 325380700000, 100000);
}

static void d2_3_the_bracket_is_the_one_at_the_liquidation_price(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(20000000), .cost_e8 = USD(200000)};
    int64_t price = binance(TABLE(pepe), SIDE_SHORT, leg, USD(12000));
    assert_near(price, 10496059110, 5); /* 0.01049605911 */
    assert_near(maintenance(TABLE(pepe), leg.size_e6, price), 207881800000, 100000);
    /* Bracket 2, that of the entry, would say 0.01049851: too late. */
    int64_t wrong = binance(&pepe[1], 1, SIDE_SHORT, leg, USD(12000));
    assert_near(wrong, 10498510000, 5000);
    assert_true(price < wrong);
}

static void d2_4_cross_with_another_position(void **state)
{
    (void)state;
    /* WB 5,000; BTC long 0.5 @ 60,000 marked at 59,000: maintenance 118, unrealised -500. */
    struct margin_leg other = {.size_e6 = UNITS(1) / 2, .cost_e8 = USD(30000)};
    const int64_t mark = 59000LL * ONE_E12;
    int64_t other_margin = maintenance(TABLE(btc), other.size_e6, mark);
    int64_t other_profit = unrealised(SIDE_LONG, other, mark);
    assert_int_equal(other_margin, USD(118));
    assert_int_equal(other_profit, -USD(500));

    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    struct liquidation_input input = one_leg(MARGIN_BINANCE, TABLE(doge), SIDE_LONG, leg,
                                             USD(5000) - other_margin + other_profit);
    input.cross = true;
    int64_t price = price_of(&input);
    assert_near(price, 157201810000, 5000); /* 0.15720181 */
    int64_t equity = USD(5000) + other_profit + unrealised(SIDE_LONG, leg, price);
    assert_near(equity, 22018100000, 100000);
    assert_near(other_margin + maintenance(TABLE(doge), leg.size_e6, price), equity, 100);
}

static void d2_5_hedge_mode(void **state)
{
    (void)state;
    struct liquidation_input input = {.model = MARGIN_BINANCE,
                                      .tiers = doge,
                                      .tier_count = ARRAY_COUNT(doge),
                                      .long_leg = {UNITS(100000), USD(20000)},
                                      .short_leg = {UNITS(40000), USD(8400)},
                                      .wallet_e8 = USD(3000),
                                      .cross = true};
    int64_t price = price_of(&input);
    assert_near(price, 145540700000, 5000); /* 0.14554070 */
    int64_t equity = USD(3000) + unrealised(SIDE_LONG, input.long_leg, price) +
                     unrealised(SIDE_SHORT, input.short_leg, price);
    assert_near(equity, 13244200000, 100000);
    assert_near(maintenance(TABLE(doge), UNITS(100000), price) +
                    maintenance(TABLE(doge), UNITS(40000), price),
                equity, 100);
}

static void leverage_does_not_enter_the_price(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    struct liquidation_input input =
        one_leg(MARGIN_BINANCE, TABLE(doge), SIDE_LONG, leg, USD(2000));
    int64_t at_one = price_of(&input);
    input.leverage = 75;
    assert_int_equal(price_of(&input), at_one);
}

/* ---- D5: Bybit ---- */

static const struct tier bybit_1[] = {TIER(50, 0, 1000000, 10000000, 0)};

static void d5_isolated(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    struct liquidation_input input =
        one_leg(MARGIN_BYBIT, TABLE(bybit_1), SIDE_LONG, leg, USD(2000));
    input.leverage = 10;
    input.taker_fee_e9 = 550000;
    int64_t price = price_of(&input);
    assert_near(price, 181818180000, 5000); /* 0.18181818 */
    /* Closing fee at the bankruptcy price 0.18: 9.90. Balance and requirement are both 191.718. */
    int64_t balance = USD(2000) + CENTS(990) + unrealised(SIDE_LONG, leg, price);
    assert_near(balance, 19171800000, 100000);
    assert_near(maintenance(TABLE(bybit_1), leg.size_e6, price) + CENTS(990), balance, 100);
    input.wallet_e8 = USD(2500);
    assert_near(price_of(&input), 176764900000, 5000); /* 0.17676490 */
}

static void d5_isolated_short(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    struct liquidation_input input =
        one_leg(MARGIN_BYBIT, TABLE(bybit_1), SIDE_SHORT, leg, USD(2000));
    input.leverage = 10;
    input.taker_fee_e9 = 550000;
    int64_t price = price_of(&input);
    assert_near(price, 217821780000, 5000); /* 0.21782178 */
    /* Closing fee at 0.22: 12.10. */
    int64_t balance = USD(2000) + CENTS(1210) + unrealised(SIDE_SHORT, leg, price);
    assert_near(balance, 22992200000, 100000);
    assert_near(maintenance(TABLE(bybit_1), leg.size_e6, price) + CENTS(1210), balance, 100);
    input.wallet_e8 = USD(2500);
    assert_near(price_of(&input), 222769560000, 5000); /* 0.22276956 */
}

static void d5_before_2025_09(void **state)
{
    (void)state;
    /* The official sample: 1 BTC at 20,000, 50x, 0.5 %: 19,700; the rule of today says 19,698.49.
     */
    const struct tier table[] = {TIER(100, 0, 2000000, 5000000, 0)};
    struct margin_leg leg = {.size_e6 = UNITS(1), .cost_e8 = USD(20000)};
    struct liquidation_input input =
        one_leg(MARGIN_BYBIT_ENTRY, TABLE(table), SIDE_LONG, leg, USD(400));
    input.leverage = 50;
    assert_int_equal(price_of(&input), 19700LL * ONE_E12);
    input.wallet_e8 = USD(500);
    assert_int_equal(price_of(&input), 19600LL * ONE_E12);
    input.wallet_e8 = USD(400);
    input.model = MARGIN_BYBIT;
    assert_near(price_of(&input), 19698490000000000, 5000000000);

    input = one_leg(MARGIN_BYBIT_ENTRY, TABLE(table), SIDE_SHORT, leg, USD(400));
    input.leverage = 50;
    assert_int_equal(price_of(&input), 20300LL * ONE_E12);
}

static void d5_cross(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    struct liquidation_input input =
        one_leg(MARGIN_BYBIT, TABLE(bybit_1), SIDE_LONG, leg, USD(1000));
    input.cross = true;
    assert_near(price_of(&input), 191919190000, 5000); /* without a fee */
    input.taker_fee_e9 = 550000;
    assert_near(price_of(&input), 192025870000, 5000); /* 0.19202587 */
}

static void okx_has_the_fee_in_the_condition(void **state)
{
    (void)state;
    /* (10 - 2) / (1 - 0.0106) and (10 + 2) / (1 + 0.0106), freqtrade's Gate and OKX rows. */
    const struct tier table[] = {TIER(50, 0, 1000000, 10000000, 0)};
    struct margin_leg leg = {.size_e6 = UNITS(1), .cost_e8 = USD(10)};
    struct liquidation_input input = one_leg(MARGIN_OKX, TABLE(table), SIDE_LONG, leg, USD(2));
    input.taker_fee_e9 = 600000;
    assert_int_equal(price_of(&input), 8085708510209);
    input = one_leg(MARGIN_OKX, TABLE(table), SIDE_SHORT, leg, USD(2));
    input.taker_fee_e9 = 600000;
    assert_int_equal(price_of(&input), 11874134177716);
}

/* ---- D6: Hyperliquid ---- */

static void d6_isolated(void **state)
{
    (void)state;
    const struct tier table[] = {TIER(10, 0, 1000000, 50000000, 0)};
    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    struct liquidation_input input =
        one_leg(MARGIN_HYPERLIQUID, TABLE(table), SIDE_LONG, leg, USD(2000));
    int64_t price = price_of(&input);
    assert_near(price, 189473680000, 5000); /* 0.18947368 */
    assert_near(maintenance(TABLE(table), leg.size_e6, price), 94737000000, 1000000);
    input = one_leg(MARGIN_HYPERLIQUID, TABLE(table), SIDE_SHORT, leg, USD(2000));
    assert_near(price_of(&input), 209523810000, 5000); /* 0.20952381 */
}

/* ---- RISK 4.3 ---- */

static void risk_4_3_prices(void **state)
{
    (void)state;
    static const struct {
        int64_t wallet_e8, amount_e8, size_e6, entry, rate_e9, price_e16;
        enum side side;
    } rows[] = {
        {USD(10), 0, UNITS(1), 100, 5000000, 904523, SIDE_LONG},
        {USD(10), 0, UNITS(1), 100, 5000000, 1094527, SIDE_SHORT},
        {USD(5), 0, UNITS(1), 100, 10000000, 959596, SIDE_LONG},
        {USD(1000), 0, UNITS(1) / 5, 50000, 5000000, 452261307, SIDE_LONG},
        {USD(1000), 0, UNITS(1) / 5, 50000, 5000000, 547263682, SIDE_SHORT},
        {USD(1500), USD(50), UNITS(2), 1000, 10000000, 2272727, SIDE_LONG},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct tier table[] = {TIER(125, 0, 10000000, rows[i].rate_e9, rows[i].amount_e8)};
        struct margin_leg leg = {rows[i].size_e6, rows[i].size_e6 * rows[i].entry * 100};
        int64_t price = binance(table, 1, rows[i].side, leg, rows[i].wallet_e8);
        assert_near(price, rows[i].price_e16 * 100000000, 50000000); /* four decimals */
    }
}

static void risk_4_3_distances(void **state)
{
    (void)state;
    static const int64_t rates_e9[] = {4000000, 5000000, 10000000, 25000000};
    static const struct {
        int32_t leverage;
        int64_t percent_e4[4][2];
    } rows[] = {
        {5, {{196787, 195219}, {195980, 194030}, {191919, 188119}, {179487, 170732}}},
        {10, {{96386, 95618}, {95477, 94527}, {90909, 89109}, {76923, 73171}}},
        {20, {{46185, 45817}, {45226, 44776}, {40404, 39604}, {25641, 24390}}},
        {30, {{29451, 29216}, {28476, 28192}, {23569, 23102}, {8547, 8130}}},
    };
    struct margin_leg leg = {UNITS(3000), USD(300000)};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        for (size_t j = 0; j < ARRAY_COUNT(rates_e9); j++) {
            const struct tier table[] = {TIER(125, 0, 10000000, rates_e9[j], 0)};
            int64_t wallet = margin_initial_e8(leg.cost_e8, rows[i].leverage);
            int64_t below = 100 * ONE_E12 - binance(table, 1, SIDE_LONG, leg, wallet);
            int64_t above = binance(table, 1, SIDE_SHORT, leg, wallet) - 100 * ONE_E12;
            /* The entry is 100: one percent is one quote unit; four decimals. */
            assert_near(below, rows[i].percent_e4[j][0] * 100000000, 50001000);
            assert_near(above, rows[i].percent_e4[j][1] * 100000000, 50001000);
        }
    }
}

/* ---- edges ---- */

static void more_margin_than_value_is_never_liquidated(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(100000), .cost_e8 = USD(20000)};
    assert_int_equal(binance(TABLE(doge), SIDE_LONG, leg, USD(20000)), 0);
    assert_int_equal(binance(TABLE(doge), SIDE_LONG, leg, USD(30000)), 0);
    struct margin_leg none = {0, 0};
    assert_int_equal(binance(TABLE(doge), SIDE_LONG, none, USD(1)), 0);
}

static void a_position_dead_at_every_price_says_so(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(1), .cost_e8 = USD(10)};
    assert_int_equal(binance(TABLE(doge), SIDE_SHORT, leg, -USD(11)), 1);
    /* A long always lives at a price that is high enough; here that price leaves int64. */
    struct margin_leg dust = {.size_e6 = 1, .cost_e8 = USD(100)};
    assert_int_equal(binance(TABLE(doge), SIDE_LONG, dust, -USD(1000000)), INT64_MAX);
    /* A short that no price within int64 kills. */
    assert_int_equal(binance(TABLE(doge), SIDE_SHORT, dust, USD(1000000000)), 0);
    /* Long and short of one size under a requirement that no price meets. */
    struct liquidation_input hedged = {.model = MARGIN_BINANCE,
                                       .tiers = doge,
                                       .tier_count = ARRAY_COUNT(doge),
                                       .long_leg = {UNITS(10), USD(100)},
                                       .short_leg = {UNITS(10), USD(90)},
                                       .wallet_e8 = USD(5),
                                       .cross = true};
    assert_int_equal(price_of(&hedged), INT64_MAX);
}

static void a_hedged_pair_dies_on_the_side_where_it_can(void **state)
{
    (void)state;
    /* 1,000 long, 999 short, rate 10 %: the requirement grows by 199.9 a unit of price, the pair by
     * 1: it dies when the price rises. 3,000 + P - 199.9 P = 0 at P = 15.08295626... (entries 10
     * and 10: need -3,010 + ...) */
    const struct tier table[] = {TIER(5, 0, 10000000, 100000000, 0)};
    struct liquidation_input input = {.model = MARGIN_BINANCE,
                                      .tiers = table,
                                      .tier_count = 1,
                                      .long_leg = {UNITS(1000), USD(10000)},
                                      .short_leg = {UNITS(999), USD(9990)},
                                      .wallet_e8 = USD(3000),
                                      .cross = true};
    /* need = 10,000 - 9,990 - 3,000 = -2,990; slope = 900 - 1,098.9 = -198.9; P = 15.03268... */
    assert_int_equal(price_of(&input), 15032679738562);
}

static void money_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(1), .cost_e8 = INT64_MAX};
    struct liquidation_input input =
        one_leg(MARGIN_BINANCE, TABLE(doge), SIDE_SHORT, leg, INT64_MAX);
    int64_t price = 77;
    assert_false(margin_liquidation_price(&input, &price));
    assert_int_equal(price, 77);
}

static void a_jump_in_a_broken_table_liquidates_at_the_jump(void **state)
{
    (void)state;
    /* No amount at all: the requirement jumps from 10 to 200 at a notional of 1,000. A long that
     * falls from above meets it inside the upper tier, a short that rises meets it at the jump
     * itself. */
    const struct tier table[] = {TIER(50, 0, 1000, 10000000, 0), TIER(5, 1000, 9000, 200000000, 0)};
    struct margin_leg leg = {.size_e6 = UNITS(1), .cost_e8 = USD(900)};
    assert_int_equal(binance(TABLE(table), SIDE_SHORT, leg, USD(250)), 1000 * ONE_E12 + 1);
    struct margin_leg high = {.size_e6 = UNITS(1), .cost_e8 = USD(1100)};
    /* (1,100 - 200) / 0.8 = 1,125 */
    assert_int_equal(binance(TABLE(table), SIDE_LONG, high, USD(200)), 1125 * ONE_E12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d2_1_doge_isolated_at_10x),
        cmocka_unit_test(d2_2_pepe_isolated_at_20x_in_bracket_3),
        cmocka_unit_test(d2_3_the_bracket_is_the_one_at_the_liquidation_price),
        cmocka_unit_test(d2_4_cross_with_another_position),
        cmocka_unit_test(d2_5_hedge_mode),
        cmocka_unit_test(leverage_does_not_enter_the_price),
        cmocka_unit_test(d5_isolated),
        cmocka_unit_test(d5_isolated_short),
        cmocka_unit_test(d5_before_2025_09),
        cmocka_unit_test(d5_cross),
        cmocka_unit_test(okx_has_the_fee_in_the_condition),
        cmocka_unit_test(d6_isolated),
        cmocka_unit_test(risk_4_3_prices),
        cmocka_unit_test(risk_4_3_distances),
        cmocka_unit_test(more_margin_than_value_is_never_liquidated),
        cmocka_unit_test(a_position_dead_at_every_price_says_so),
        cmocka_unit_test(a_hedged_pair_dies_on_the_side_where_it_can),
        cmocka_unit_test(money_that_does_not_fit_is_refused),
        cmocka_unit_test(a_jump_in_a_broken_table_liquidates_at_the_jump),
    };
    return cmocka_run_group_tests_name("margin_liquidation", tests, NULL, NULL);
}
