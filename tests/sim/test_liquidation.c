/* test_liquidation.c - each venue's steps, the insurance fund and auto-deleveraging, by hand. The
 * world of test_exchange_world.h: brackets to 50,000 (0.5 %) and to 200,000 (1 %, amount 250). */
#include "sim/exchange/adl.h"

#include "tests/sim/test_exchange_world.h"

static struct world *prepare(enum margin_model model)
{
    struct world *world = world_prepare();
    world->instruments->items[COIN].margin_model = model;
    return world;
}

/* Opens at 100 with 10x. */
static struct world *opened(struct world *world, const char *balance, const char *size)
{
    world_open(world, false, balance);
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(SIDE_BUY, size));
    skip_all(world);
    return world;
}

static void jump(struct world *world, int64_t minute, const char *price)
{
    coin_bar(world, minute, price, price, price, price);
    run_minute(world, minute, 1);
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
}

static const struct event *
expect_forced(struct world *world, enum fill_kind kind, const char *size, const char *price)
{
    const struct event *event = next_event(world, EVENT_FILL);
    assert_int_equal(event->fill.kind, kind);
    assert_int_equal(event->fill.order_id, 0);
    assert_int_equal(event->fill.size_e6, qty(size));
    assert_int_equal(event->fill.price_e12, px(price));
    return event;
}

/* ---- Binance: D3 ---- */

/* 10 at 100, 10x, clearance 0.1 %: sold at 90.45 for 904.5; 0.45225 of commission are the venue's,
 * the fund has 1.35675 - 0.45225. */
static void test_clearance_is_the_funds_commission_the_venues(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_BINANCE);
    world->instruments->items[COIN].liquidation_fee_e9 = BPS_E9(10);
    world->settings.insurance_fund = usd("1000");
    world = opened(world, "1000", "10");
    coin_bar(world, 1, "100", "101", "80", "100");
    run_minute(world, 2, 0);
    assert_int_equal(exchange_counters(world->exchange)->fund_e8, usd("1000.9045"));
    assert_int_equal(exchange_counters(world->exchange)->takeovers, 0);
    world_free(world);
}

/* Bankrupt at 90, the market gives 80: the fund pays 10 x 10. */
static void test_fund_pays_what_is_missing_beyond_bankruptcy(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_BINANCE);
    world->settings.insurance_fund = usd("100");
    world = opened(world, "1000", "10");
    jump(world, 1, "80");
    (void)expect_forced(world, FILL_LIQUIDATION, "10", "90");
    assert_int_equal(exchange_counters(world->exchange)->takeovers, 1);
    assert_int_equal(exchange_counters(world->exchange)->deleveraged, 0);
    assert_int_equal(exchange_counters(world->exchange)->fund_e8, 0);
    assert_int_equal(exchange_counters(world->exchange)->fund_losses_e8, usd("100"));
    expect_wallet(world, "899.5");
    world_free(world);
}

static void test_a_fund_that_cannot_pay_sends_it_to_the_crowd(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_BINANCE);
    world->settings.insurance_fund = usd("99.99999999");
    world = opened(world, "1000", "10");
    jump(world, 1, "80");
    (void)expect_forced(world, FILL_LIQUIDATION, "10", "90"); /* for us it is the same */
    assert_int_equal(exchange_counters(world->exchange)->deleveraged, 1);
    assert_int_equal(exchange_counters(world->exchange)->fund_e8, usd("99.99999999"));
    expect_wallet(world, "899.5");
    world_free(world);
}

/* Hedge mode, no fund: the long goes bankrupt at 90, and of the crowd our own short is first: 4
 * bought back at 90 without a fee, a profit of 40. */
static void test_own_winning_leg_is_deleveraged_first(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_BINANCE);
    world->settings.insurance_fund = 0;
    world->settings.hedge_mode = 1;
    world = opened(world, "1000", "10");
    (void)place(world, COIN, market_order(SIDE_SELL, "4"));
    skip_all(world);
    jump(world, 1, "80");
    (void)expect_forced(world, FILL_LIQUIDATION, "10", "90");
    const struct event *fill = expect_forced(world, FILL_ADL, "4", "90");
    assert_int_equal(fill->fill.side, SIDE_BUY);
    expect_flat(world, COIN);
    expect_wallet(world, "939.3"); /* 1000 - 0.5 - 0.2 - 100 + 40 */
    assert_int_equal(exchange_counters(world->exchange)->deleveraged, 2);
    world_free(world);
}

/* ---- Bybit: D5 ---- */

/* 1000 at 100: bracket 2, dies at 90.6565... At 90.60 448.124 are sold on the market, as on
 * Binance; the 551.876 that remain die at 90.4522... and are taken over at 90, though the market
 * gives 90.45: the fund has that 0.45 each, 248.3442, and the clearance of the first step,
 * 268.8744 less the commission of 20.3000172. */
static void test_bybit_reduces_by_bracket_and_takes_the_rest_over(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_BYBIT);
    world->settings.insurance_fund = 0;
    world = opened(world, "20000", "1000");
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("90.656565656566"));
    jump(world, 1, "90.6");
    (void)expect_forced(world, FILL_LIQUIDATION, "448.124", "90.6");
    expect_no_more(world, EVENT_FILL);
    expect_wallet(world, "15468.76");
    coin_bar(world, 2, "90.6", "90.6", "90.4", "90.4");
    run_minute(world, 3, 0);
    (void)expect_forced(world, FILL_LIQUIDATION, "551.876", "90");
    expect_wallet(world, "9950");
    assert_int_equal(exchange_counters(world->exchange)->takeovers, 1);
    assert_int_equal(exchange_counters(world->exchange)->fund_e8, usd("496.9185828"));
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

static void test_bybit_whole_is_a_takeover_at_once(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_BYBIT);
    world->settings.liquidation = LIQUIDATION_WHOLE;
    world = opened(world, "20000", "1000");
    jump(world, 1, "90.6");
    (void)expect_forced(world, FILL_LIQUIDATION, "1000", "90");
    expect_wallet(world, "9950");
    world_free(world);
}

/* ---- Hyperliquid: D6 ---- */

/* 1500 at 100, 10x: dies at (135,000 - 250) / 1485 = 90.74...; at 90.70 the balance of 1050 is above
 * two thirds of the maintenance of 1110.5, the notional 136,050: a fifth goes to the book. The rest
 * dies at (108,000 - 250) / 1188 = 90.698... only. Taker fee 0.05 % of 27,210, no clearance. */
static void test_hyperliquid_sells_a_fifth_of_a_large_position(void **state)
{
    (void)state;
    struct world *world = opened(prepare(MARGIN_HYPERLIQUID), "20000", "1500");
    jump(world, 1, "90.7");
    const struct event *fill = expect_forced(world, FILL_LIQUIDATION, "300", "90.7");
    assert_int_equal(fill->fill.fee_e8, usd("13.605"));
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("1200"));
    expect_wallet(world, "17121.395"); /* 20000 - 75 - 2790 - 13.605 */
    world_free(world);
}

/* 500 at 100 is below 100,000: the whole of it, at market. (45,000) / 497.5 = 90.45...; at 90.40:
 * balance 200, maintenance 226, two thirds 150.67. */
static void test_hyperliquid_sells_all_of_a_small_position_at_market(void **state)
{
    (void)state;
    struct world *world = opened(prepare(MARGIN_HYPERLIQUID), "20000", "500");
    jump(world, 1, "90.4");
    const struct event *fill = expect_forced(world, FILL_LIQUIDATION, "500", "90.4");
    assert_int_equal(fill->fill.fee_e8, usd("22.6"));
    expect_wallet(world, "15152.4"); /* 20000 - 25 - 4800 - 22.6: 177.4 of the margin are kept */
    world_free(world);
}

/* At 90.30 the balance of 450 is below two thirds of 1104.5: the backstop has all at 90, and with it
 * the margin. */
static void test_hyperliquid_backstop_takes_all_below_two_thirds(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_HYPERLIQUID);
    world->settings.insurance_fund = 0;
    world = opened(world, "20000", "1500");
    jump(world, 1, "90.3");
    const struct event *fill = expect_forced(world, FILL_LIQUIDATION, "1500", "90");
    assert_int_equal(fill->fill.fee_e8, 0);
    expect_wallet(world, "4925");
    assert_int_equal(exchange_counters(world->exchange)->fund_e8, usd("450"));
    world_free(world);
}

/* ---- cross ---- */

/* 60 COIN long and 60 GOLD short at 100, wallet 1000 after fees: dies at (6000 - 970) / 59.7 =
 * 84.2546... At 84.20 COIN has lost 948; its commission is 2.526 (no clearance), and the 49.474 that
 * are left carry GOLD, which must keep 30. */
static void test_cross_closes_the_moved_symbol_first_and_only_what_is_needed(void **state)
{
    (void)state;
    struct world *world = prepare(MARGIN_BINANCE);
    world->instruments->items[COIN].liquidation_fee_e9 = 0;
    world_open(world, true, "1006");
    coin_bar(world, 0, "100", "100", "100", "100");
    gold_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    leverage(world, COIN, 20);
    leverage(world, GOLD, 20);
    (void)place(world, GOLD, market_order(SIDE_SELL, "60"));
    (void)place(world, COIN, market_order(SIDE_BUY, "60"));
    expect_wallet(world, "1000");
    skip_all(world);
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("84.254606365160"));
    jump(world, 1, "84.2");
    const struct event *fill = next_event(world, EVENT_FILL);
    assert_int_equal(fill->instrument, COIN);
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, GOLD).size_e6, qty("60"));
    expect_wallet(world, "49.474");
    world_free(world);
}

/* ---- ADL of ours, asked for from outside ---- */

static void test_adl_closes_a_share_without_a_fee_and_cancels_orders(void **state)
{
    (void)state;
    struct world *world = opened(prepare(MARGIN_BINANCE), "1000", "10");
    uint64_t target =
        place(world, COIN, exit_order(ORDER_TAKE_PROFIT_MARKET, SIDE_SELL, "1", "150"));
    skip_all(world);
    const struct exchange_adl quarter = {SIDE_LONG, px("110"), PERCENT_E9(25)};
    assert_true(exchange_adl(world->exchange, world->now_us, COIN, &quarter));
    run_until(world, world->now_us);
    expect_order(world, target, EVIDENCE_CANCELED, REASON_LIQUIDATION);
    (void)expect_forced(world, FILL_ADL, "2.5", "110");
    expect_wallet(world, "1024.5");
    assert_int_equal(position_of(world, COIN).size_e6, qty("7.5"));
    assert_int_equal(position_of(world, COIN).margin_e8, usd("75"));
    const struct exchange_adl all = {SIDE_LONG, px("110"), ONE_E9};
    assert_true(exchange_adl(world->exchange, world->now_us, COIN, &all));
    run_until(world, world->now_us);
    expect_flat(world, COIN);
    assert_false(exchange_adl(world->exchange, world->now_us, COIN, &all));
    assert_int_equal(exchange_counters(world->exchange)->deleveraged, 2);
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

/* ---- the rank ---- */

/* 20 % of profit at leverage 1200 / 300 = 4: 0.8. 10 % of loss at 900 / 100 = 9: -0.0111... */
static void test_adl_score_is_profit_times_leverage_or_loss_through_it(void **state)
{
    (void)state;
    const struct adl_holder winner = {usd("200"), usd("1000"), usd("1200"), usd("300")};
    const struct adl_holder loser = {-usd("100"), usd("1000"), usd("900"), usd("100")};
    const struct adl_holder bankrupt = {usd("1"), usd("1000"), usd("1001"), 0};
    assert_int_equal(adl_score_e9(&winner), 800000000);
    assert_int_equal(adl_score_e9(&loser), -11111112);
    assert_true(adl_score_e9(&bankrupt) > adl_score_e9(&winner));
}

static void test_adl_quantiles_are_fifths_of_the_queue(void **state)
{
    (void)state;
    const int64_t scores[] = {50, 10, 40, 20, 30, 60, 100, 90, 80, 70};
    const int32_t quantiles[] = {2, 0, 1, 0, 1, 2, 4, 4, 3, 3};
    for (size_t i = 0; i < ARRAY_COUNT(scores); i++) {
        assert_int_equal(adl_quantile(scores, 10, scores[i]), quantiles[i]);
    }
    assert_int_equal(adl_first(scores, 10), 6);
    assert_int_equal(adl_quantile(scores, 1, 50), 0); /* alone: nobody stands behind */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clearance_is_the_funds_commission_the_venues),
        cmocka_unit_test(test_fund_pays_what_is_missing_beyond_bankruptcy),
        cmocka_unit_test(test_a_fund_that_cannot_pay_sends_it_to_the_crowd),
        cmocka_unit_test(test_own_winning_leg_is_deleveraged_first),
        cmocka_unit_test(test_bybit_reduces_by_bracket_and_takes_the_rest_over),
        cmocka_unit_test(test_bybit_whole_is_a_takeover_at_once),
        cmocka_unit_test(test_hyperliquid_sells_a_fifth_of_a_large_position),
        cmocka_unit_test(test_hyperliquid_sells_all_of_a_small_position_at_market),
        cmocka_unit_test(test_hyperliquid_backstop_takes_all_below_two_thirds),
        cmocka_unit_test(test_cross_closes_the_moved_symbol_first_and_only_what_is_needed),
        cmocka_unit_test(test_adl_closes_a_share_without_a_fee_and_cancels_orders),
        cmocka_unit_test(test_adl_score_is_profit_times_leverage_or_loss_through_it),
        cmocka_unit_test(test_adl_quantiles_are_fifths_of_the_queue),
    };
    return cmocka_run_group_tests_name("liquidation", tests, NULL, NULL);
}
