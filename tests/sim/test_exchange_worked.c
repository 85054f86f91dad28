/* test_exchange_worked.c - the worked liquidation prices of PROTOCOLS D2, D5 and D6, driven through
 * the exchange: open the position, walk the mark to one tick before: alive; to the price: gone. */
#include "tests/sim/venue_world.h"

static struct margin_leg leg_of(const struct books_position *position)
{
    return (struct margin_leg){position->size_e6, position->cost_e8};
}

/* Balance of an isolated position at a price. */
static int64_t balance_at(const struct books_position *position, int64_t price)
{
    return position->margin_e8 + unrealised(position->side, leg_of(position), price);
}

/* ---- D2: Binance ---- */

static void d2_1(enum side side, const char *printed, int64_t maintenance_e8)
{
    struct world *world = venue_new(MARGIN_BINANCE, TABLE(doge), false, "3000");
    price_at(world, 0, 0, px("0.2"));
    trade(world, 0, 10, market_order(side, "100000"));
    struct books_position position = position_of(world, 0);
    assert_int_equal(position.margin_e8, usd("2000"));
    assert_near(position.liquidation_e12, px(printed), 5000);
    int64_t price = position.liquidation_e12;
    assert_near(balance_at(&position, price), maintenance_e8, 100000);
    /* a tick is 0.0000001 of this position */
    assert_near(balance_at(&position, price), maintenance(TABLE(doge), position.size_e6, price),
                10);
    (void)dies_exactly(world, 0, 1, price);
    (void)expect_fill(world, 0, "100000", side == SIDE_LONG ? "0.181177654756" : "0.218579234972");
    expect_flat(world, 0);
    /* without any fee what is left at that price is kept */
    assert_near(books(world).wallet_e8, usd("1000") + balance_at(&position, price), 1);
    world_free(world);
}

static void test_d2_1_isolated_at_10x(void **state)
{
    (void)state;
    d2_1(SIDE_LONG, "0.18117765", usd("117.765"));
    d2_1(SIDE_SHORT, "0.21857923", usd("142.077"));
}

static void test_d2_2_isolated_at_20x_in_bracket_3(void **state)
{
    (void)state;
    struct world *world = venue_new(MARGIN_BINANCE, TABLE(pepe), false, "20000");
    price_at(world, 0, 0, px("0.01"));
    trade(world, 0, 20, market_order(SIDE_LONG, "30000000"));
    struct books_position position = position_of(world, 0);
    int64_t price = position.liquidation_e12;
    assert_near(price, px("0.00960846024"), 5);
    assert_near(balance_at(&position, price), usd("3253.807"), 100000);
    assert_near(balance_at(&position, price), maintenance(TABLE(pepe), position.size_e6, price),
                3000); /* a tick is 0.00003 of this position */
    (void)dies_exactly(world, 0, 1, price);
    world_free(world);
}

static void test_d2_3_the_bracket_at_the_price_counts(void **state)
{
    (void)state;
    struct world *world = venue_new(MARGIN_BINANCE, TABLE(pepe), true, "12000");
    price_at(world, 0, 0, px("0.01"));
    trade(world, 0, 20, market_order(SIDE_SHORT, "20000000"));
    struct books_position position = position_of(world, 0);
    int64_t price = position.liquidation_e12;
    assert_near(price, px("0.01049605911"), 5);
    int64_t balance_e8 = usd("12000") + unrealised(SIDE_SHORT, leg_of(&position), price);
    assert_near(balance_e8, usd("2078.818"), 100000);
    assert_near(balance_e8, maintenance(TABLE(pepe), position.size_e6, price), 2000);
    (void)dies_exactly(world, 0, 1, price);
    world_free(world);
}

/* Two cross positions; DOGE moves. */
static void test_d2_4_cross_with_another_position(void **state)
{
    (void)state;
    struct world *world = venue_prepare();
    venue_market(world, MARGIN_BINANCE, TABLE(btc));
    venue_market(world, MARGIN_BINANCE, TABLE(doge));
    world_open(world, true, "5000");
    price_at(world, 0, 0, px("60000"));
    price_at(world, 1, 0, px("0.2"));
    trade(world, 0, 20, market_order(SIDE_LONG, "0.5"));
    trade(world, 1, 10, market_order(SIDE_LONG, "100000"));
    price_at(world, 0, 1, px("59000"));
    struct books_position position = position_of(world, 1);
    int64_t price = position.liquidation_e12;
    assert_near(price, px("0.15720181"), 5000);
    int64_t equity_e8 = usd("4500") + unrealised(SIDE_LONG, leg_of(&position), price);
    assert_near(equity_e8, usd("220.181"), 100000);
    assert_near(usd("118") + maintenance(TABLE(doge), position.size_e6, price), equity_e8, 10);
    (void)dies_exactly(world, 1, 2, price);
    expect_flat(world, 1);
    assert_int_equal(position_of(world, 0).size_e6, qty("0.5")); /* it was enough */
    world_free(world);
}

static void test_d2_5_hedge_mode(void **state)
{
    (void)state;
    struct world *world = venue_prepare();
    world->settings.hedge_mode = 1;
    venue_market(world, MARGIN_BINANCE, TABLE(doge));
    world_open(world, true, "3000");
    price_at(world, 0, 0, px("0.2"));
    trade(world, 0, 20, market_order(SIDE_BUY, "100000"));
    price_at(world, 0, 1, px("0.21"));
    trade(world, 0, 20, market_order(SIDE_SELL, "40000"));
    struct books_position position = position_of(world, 0);
    int64_t price = position.liquidation_e12;
    assert_int_equal(position.size_e6, qty("100000"));
    assert_near(price, px("0.1455407"), 5000);
    struct margin_leg shorted = {qty("40000"), usd("8400")};
    int64_t equity_e8 = usd("3000") + unrealised(SIDE_LONG, leg_of(&position), price) +
                        unrealised(SIDE_SHORT, shorted, price);
    assert_near(equity_e8, usd("132.442"), 100000);
    assert_near(maintenance(TABLE(doge), qty("100000"), price) +
                    maintenance(TABLE(doge), qty("40000"), price),
                equity_e8, 10);
    (void)dies_exactly(world, 0, 2, price);
    const struct event *fill = next_event(world, EVENT_FILL);
    assert_int_equal(fill->fill.side, SIDE_SELL); /* the leg that the fall hurts */
    assert_int_equal(fill->fill.size_e6, qty("100000"));
    expect_no_more(world, EVENT_FILL);
    position = position_of(world, 0);
    assert_int_equal(position.side, SIDE_SHORT);
    assert_int_equal(position.size_e6, qty("40000"));
    world_free(world);
}

/* ---- D5: Bybit ---- */

static const struct tier bybit[] = {TIER(50, 0, 1000000, 10000000, 0)};

static struct world *
bybit_world(enum margin_model model, const struct tier *tiers, bool cross, const char *balance)
{
    struct world *world = venue_prepare();
    venue_market(world, model, tiers, 1);
    world->instruments->items[0].taker_fee_e9 = 550000;
    world_open(world, cross, balance);
    return world;
}

static void d5(enum side side, const char *extra, const char *printed, const char *fee)
{
    struct world *world = bybit_world(MARGIN_BYBIT, bybit, false, "4011");
    price_at(world, 0, 0, px("0.2"));
    trade(world, 0, 10, market_order(side, "100000"));
    assert_int_equal(terms_margin(world->exchange, 0, side, usd(extra)), TERMS_DONE);
    struct books_position position = position_of(world, 0);
    int64_t price = position.liquidation_e12;
    assert_near(price, px(printed), 5000);
    if (usd(extra) == 0) { /* balance and requirement both hold the closing fee at bankruptcy */
        int64_t balance_e8 = balance_at(&position, price) + usd(fee);
        int64_t needed_e8 = maintenance(TABLE(bybit), position.size_e6, price) + usd(fee);
        assert_near(balance_e8, usd(side == SIDE_LONG ? "191.718" : "229.922"), 100000);
        assert_near(balance_e8, needed_e8, 10);
    }
    (void)dies_exactly(world, 0, 1, price);
    expect_flat(world, 0);
    /* Taken over at bankruptcy: all of the margin is gone; 11 was the fee of the entry. */
    assert_int_equal(books(world).wallet_e8, usd("2000") - usd(extra));
    world_free(world);
}

static void test_d5_isolated(void **state)
{
    (void)state;
    d5(SIDE_LONG, "0", "0.18181818", "9.9");
    d5(SIDE_SHORT, "0", "0.21782178", "12.1");
    d5(SIDE_LONG, "500", "0.1767649", "0");
    d5(SIDE_SHORT, "500", "0.22276956", "0");
}

static void d5_sample(enum margin_model model, int64_t price, int64_t tolerance)
{
    static const struct tier table[] = {TIER(100, 0, 2000000, 5000000, 0)};
    struct world *world = bybit_world(model, table, false, "500");
    price_at(world, 0, 0, px("20000"));
    trade(world, 0, 50, market_order(SIDE_LONG, "1"));
    int64_t liquidation_e12 = position_of(world, 0).liquidation_e12;
    assert_near(liquidation_e12, price, tolerance);
    (void)dies_exactly(world, 0, 1, liquidation_e12);
    world_free(world);
}

static void test_d5_the_official_sample_before_and_after_2025_09(void **state)
{
    (void)state;
    d5_sample(MARGIN_BYBIT_ENTRY, px("19700"), 0);
    d5_sample(MARGIN_BYBIT, px("19698.49"), 5000000000);
}

/* Wallet 1000 behind the position: 1011 less the fee of the entry. */
static void test_d5_cross(void **state)
{
    (void)state;
    struct world *world = bybit_world(MARGIN_BYBIT, bybit, true, "1011");
    price_at(world, 0, 0, px("0.2"));
    trade(world, 0, 50, market_order(SIDE_LONG, "100000"));
    expect_wallet(world, "1000");
    int64_t price = position_of(world, 0).liquidation_e12;
    assert_near(price, px("0.19202587"), 5000);
    (void)dies_exactly(world, 0, 1, price);
    world_free(world);
}

/* ---- D6: Hyperliquid ---- */

static void d6(enum side side, const char *printed)
{
    static const struct tier table[] = {TIER(10, 0, 1000000, 50000000, 0)};
    struct world *world = venue_new(MARGIN_HYPERLIQUID, TABLE(table), false, "2000");
    price_at(world, 0, 0, px("0.2"));
    trade(world, 0, 10, market_order(side, "100000"));
    struct books_position position = position_of(world, 0);
    int64_t price = position.liquidation_e12;
    assert_near(price, px(printed), 5000);
    assert_near(balance_at(&position, price), maintenance(TABLE(table), position.size_e6, price),
                10);
    if (side == SIDE_LONG) {
        assert_near(balance_at(&position, price), usd("947.37"), 1000000);
    }
    (void)dies_exactly(world, 0, 1, price);
    expect_flat(world, 0);
    /* sold on the book at the mark: what was left is kept, there is no clearance fee */
    assert_near(books(world).wallet_e8, balance_at(&position, price), 10);
    world_free(world);
}

static void test_d6_isolated(void **state)
{
    (void)state;
    d6(SIDE_LONG, "0.18947368");
    d6(SIDE_SHORT, "0.20952381");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_d2_1_isolated_at_10x),
        cmocka_unit_test(test_d2_2_isolated_at_20x_in_bracket_3),
        cmocka_unit_test(test_d2_3_the_bracket_at_the_price_counts),
        cmocka_unit_test(test_d2_4_cross_with_another_position),
        cmocka_unit_test(test_d2_5_hedge_mode),
        cmocka_unit_test(test_d5_isolated),
        cmocka_unit_test(test_d5_the_official_sample_before_and_after_2025_09),
        cmocka_unit_test(test_d5_cross),
        cmocka_unit_test(test_d6_isolated),
    };
    return cmocka_run_group_tests_name("exchange_worked", tests, NULL, NULL);
}
