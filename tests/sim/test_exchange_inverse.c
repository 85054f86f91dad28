/* test_exchange_inverse.c - a coin-margined market in the exchange: 100 contracts of 100 USD at
 * 50,000 are 0.2 BTC; everything is in BTC. */
#include "tests/sim/venue_world.h"

static const struct tier coin_tiers[] = {
    {0, 1 * ONE_E8, 4000000, 0, 125},
    {1 * ONE_E8, 5 * ONE_E8, 5000000, 100000, 100},
    {5 * ONE_E8, 50 * ONE_E8, 10000000, 2600000, 50},
};

static struct world *inverse(bool cross, int64_t taker_fee_e9)
{
    struct world *world = venue_prepare();
    venue_market(world, MARGIN_BINANCE, TABLE(coin_tiers));
    struct instrument *item = &world->instruments->items[0];
    item->contract_value_e8 = 100 * ONE_E8;
    item->lot_e6 = ONE_E6;
    item->tick_e12 = px("0.1");
    item->taker_fee_e9 = taker_fee_e9;
    item->liquidation_fee_e9 = BPS_E9(100);
    world_open(world, cross, "1");
    price_at(world, 0, 0, px("50000"));
    return world;
}

/* Margin 0.02, fee 0.05 % of 0.2 = 0.0001. Sold at 60,000 for 0.16666667: + 0.03333333, fee
 * 0.00008334 (up). */
static void test_profit_and_fees_are_in_coin(void **state)
{
    (void)state;
    struct world *world = inverse(false, BPS_E9(5));
    trade(world, 0, 10, market_order(SIDE_LONG, "100"));
    assert_int_equal(position_of(world, 0).cost_e8, usd("0.2"));
    assert_int_equal(position_of(world, 0).margin_e8, usd("0.02"));
    expect_wallet(world, "0.9999");
    price_at(world, 0, 1, px("60000"));
    assert_int_equal(books(world).unrealised_e8, usd("0.03333333"));
    trade(world, 0, 10, market_order(SIDE_SELL, "100"));
    expect_flat(world, 0);
    expect_wallet(world, "1.03314999");
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

/* 10,000 x 1.004 / 0.22 and 10,000 x 0.996 / 0.18; at the price the balance is the maintenance. */
static void dies(enum side side, const char *printed)
{
    struct world *world = inverse(false, 0);
    world->instruments->items[0].tick_e12 = 1;
    trade(world, 0, 10, market_order(side, "100"));
    int64_t price = position_of(world, 0).liquidation_e12;
    assert_near(price, px(printed), 10000000);
    (void)dies_exactly(world, 0, 1, price);
    expect_flat(world, 0);
    /* the clearance fee is more than what is left: the margin is gone, and no more */
    expect_wallet(world, "0.98");
    assert_int_equal(exchange_counters(world->exchange)->takeovers, 0);
    world_free(world);
}

static void test_it_dies_at_its_price_and_loses_its_margin(void **state)
{
    (void)state;
    dies(SIDE_LONG, "45636.363636");
    dies(SIDE_SHORT, "55333.333333");
}

/* Bankrupt at 500,000 / 11 = 45,454.54..., the market is at 40,000: 0.25 to buy back what the fund
 * got for 0.22. */
static void test_a_gap_is_the_funds_loss_in_coin(void **state)
{
    (void)state;
    struct world *world = inverse(false, 0);
    world->instruments->items[0].tick_e12 = 1;
    trade(world, 0, 10, market_order(SIDE_LONG, "100"));
    price_at(world, 0, 1, px("40000"));
    expect_flat(world, 0);
    expect_wallet(world, "0.98");
    assert_int_equal(exchange_counters(world->exchange)->takeovers, 1);
    assert_near(exchange_counters(world->exchange)->fund_losses_e8, usd("0.03"), 1);
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

/* 0.01 % of 0.2 */
static void test_funding_is_paid_in_coin(void **state)
{
    (void)state;
    struct world *world = inverse(false, 0);
    trade(world, 0, 10, market_order(SIDE_LONG, "100"));
    exchange_funding(world->exchange, 0, START + MINUTE, 1000000000000LL);
    run_minute(world, 2, 0);
    assert_int_equal(books(world).funding_e8, -usd("0.00002"));
    assert_int_equal(position_of(world, 0).margin_e8, usd("0.01998"));
    world_free(world);
}

/* A buy that rests below asks its margin at its own, lower price, where a contract is dearer: 400
 * contracts at 40,000 are 1 BTC, 0.1 of margin; 0.9 is left. */
static void test_margin_of_a_resting_buy_is_asked_at_its_price(void **state)
{
    (void)state;
    struct world *world = inverse(false, 0);
    leverage(world, 0, 10);
    skip_all(world);
    uint64_t order = place(world, 0, limit_order(SIDE_BUY, "400", "40000"));
    expect_order(world, order, EVIDENCE_ACKED, REASON_NONE);
    assert_false(exchange_transfer(world->exchange, world->now_us, -usd("0.90000001")));
    assert_true(exchange_transfer(world->exchange, world->now_us, -usd("0.9")));
    world_free(world);
}

/* Cross: 0.2 + 1 behind: 10,000 x 1.004 / 1.2 = 8,366.66 is where 1.195... BTC stand: bracket 2,
 * 10,000 x 1.005 / 1.201 = 8,368.0266... */
static void test_cross_takes_the_whole_wallet_and_the_bracket_at_the_price(void **state)
{
    (void)state;
    struct world *world = inverse(true, 0);
    trade(world, 0, 10, market_order(SIDE_LONG, "100"));
    assert_near(position_of(world, 0).liquidation_e12, px("8368.026644"), 1000000);
    world_free(world);
}

static void test_hedge_mode_is_refused_by_name(void **state)
{
    (void)state;
    struct world *world = inverse(false, 0);
    assert_int_equal(terms_position_mode(world->exchange, true), TERMS_NOT_OFFERED);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_profit_and_fees_are_in_coin),
        cmocka_unit_test(test_it_dies_at_its_price_and_loses_its_margin),
        cmocka_unit_test(test_a_gap_is_the_funds_loss_in_coin),
        cmocka_unit_test(test_funding_is_paid_in_coin),
        cmocka_unit_test(test_margin_of_a_resting_buy_is_asked_at_its_price),
        cmocka_unit_test(test_cross_takes_the_whole_wallet_and_the_bracket_at_the_price),
        cmocka_unit_test(test_hedge_mode_is_refused_by_name),
    };
    return cmocka_run_group_tests_name("exchange_inverse", tests, NULL, NULL);
}
