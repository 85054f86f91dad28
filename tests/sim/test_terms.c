/* test_terms.c - leverage, margin and modes of an account: what moves, what is refused, in whose
 * words. The world of test_exchange_world.h: 10 at 100 with 10x is cost 1000, margin 100, fee 0.5. */
#include "sim/exchange/terms.h"

#include "tests/sim/test_exchange_world.h"

static void both_at_100(struct world *world)
{
    coin_bar(world, 0, "100", "100", "100", "100");
    gold_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    leverage(world, COIN, 10);
    leverage(world, GOLD, 10);
    skip_all(world);
}

static struct world *
held(enum margin_model model, bool cross, const char *balance, const char *size)
{
    struct world *world = world_prepare();
    world->instruments->items[COIN].margin_model = model;
    world_open(world, cross, balance);
    both_at_100(world);
    (void)place(world, COIN, market_order(SIDE_BUY, size));
    skip_all(world);
    return world;
}

static void expect_answer(enum terms_answer answer, enum terms_answer expected, int32_t number)
{
    assert_string_equal(terms_sentence(answer), terms_sentence(expected));
    assert_int_equal(terms_number(answer), number);
}

/* ---- leverage ---- */
static void test_raised_leverage_frees_margin_and_moves_the_price(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BINANCE, false, "1000", "10");
    expect_answer(terms_leverage(world->exchange, COIN, 20), TERMS_DONE, 0);
    assert_int_equal(position_of(world, COIN).margin_e8, usd("50"));
    assert_int_equal(position_of(world, COIN).leverage, 20);
    assert_int_equal(books(world).margin_used_e8, usd("50"));
    /* (1000 - 50) / 9.95, up */
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("95.477386934674"));
    expect_answer(terms_leverage(world->exchange, COIN, 10), TERMS_LEVERAGE_REDUCED, -4161);
    expect_answer(terms_leverage(world->exchange, COIN, 51), TERMS_LEVERAGE_RANGE, -4028);
    expect_answer(terms_leverage(world->exchange, COIN, 0), TERMS_LEVERAGE_RANGE, -4028);
    expect_wallet(world, "999.5");
    world_free(world);
}

/* Margin 25 would die at 975 / 9.95 = 97.99; the mark is 97. */
static void test_leverage_that_would_liquidate_is_refused(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BINANCE, false, "1000", "10");
    coin_bar(world, 1, "97", "97", "97", "97");
    run_minute(world, 1, 1);
    expect_answer(terms_leverage(world->exchange, COIN, 40), TERMS_LEVERAGE_MARGIN, -2028);
    assert_int_equal(position_of(world, COIN).margin_e8, usd("100"));
    assert_int_equal(position_of(world, COIN).leverage, 10);
    world_free(world);
}

/* 100,000 stands in the bracket of 20x. */
static void test_leverage_above_the_bracket_is_refused(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BINANCE, false, "20000", "1000");
    expect_answer(terms_leverage(world->exchange, COIN, 25), TERMS_BRACKET, -2027);
    expect_answer(terms_leverage(world->exchange, COIN, 20), TERMS_DONE, 0);
    world_free(world);
}

/* 5x asks 100 more: 49.5 are free of 150, 899.5 of 1000. */
static void test_lowered_leverage_takes_margin_where_the_venue_lowers(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BYBIT, false, "150", "10");
    expect_answer(terms_leverage(world->exchange, COIN, 5), TERMS_MARGIN_FREE, -2019);
    assert_int_equal(position_of(world, COIN).margin_e8, usd("100"));
    world_free(world);
    world = held(MARGIN_BYBIT, false, "1000", "10");
    expect_answer(terms_leverage(world->exchange, COIN, 5), TERMS_DONE, 0);
    assert_int_equal(position_of(world, COIN).margin_e8, usd("200"));
    world_free(world);
}

static struct world *resting(enum side side, const char *size, const char *price)
{
    struct world *world = world_new(false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 1);
    leverage(world, COIN, 10);
    if (side == SIDE_SELL) {
        (void)place(world, COIN, market_order(SIDE_BUY, size));
    }
    (void)place(world, COIN, limit_order(side, size, price));
    skip_all(world);
    return world;
}

/* 10 at 95 reserve 950 at 1x, and 20 would 1900. */
static void test_resting_entries_ask_for_the_margin_of_a_lowered_leverage(void **state)
{
    (void)state;
    struct world *world = resting(SIDE_BUY, "20", "95");
    expect_answer(terms_leverage(world->exchange, COIN, 1), TERMS_MARGIN_FREE, -2019);
    uint64_t fits = place(world, COIN, market_order(SIDE_BUY, "75")); /* 750 of 808 */
    expect_order(world, fits, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);
    world = resting(SIDE_BUY, "10", "95");
    leverage(world, COIN, 1); /* the core's wire has no answer: it holds */
    uint64_t other = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, other, EVIDENCE_REJECTED, REASON_MARGIN);
    world_free(world);
}

/* 50 are held, and a sell of 50 at 110 would close them: it asks for nothing. They are closed: it would open, for 550. */
static void test_what_closed_asks_for_margin_when_it_may_open(void **state)
{
    (void)state;
    struct world *world = resting(SIDE_SELL, "50", "110");
    struct action_place exit = market_order(SIDE_SELL, "50");
    exit.reduce_only = true;
    (void)place(world, COIN, exit);
    skip_all(world);
    uint64_t large = place(world, COIN, market_order(SIDE_SELL, "50"));
    expect_order(world, large, EVIDENCE_REJECTED, REASON_MARGIN);
    uint64_t small = place(world, COIN, market_order(SIDE_SELL, "40"));
    expect_order(world, small, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);
}

static void test_leverage_does_not_move_a_cross_price(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BINANCE, true, "1000", "10");
    int64_t price = position_of(world, COIN).liquidation_e12;
    expect_answer(terms_leverage(world->exchange, COIN, 5), TERMS_DONE, 0);
    assert_int_equal(books(world).margin_used_e8, usd("200"));
    assert_int_equal(position_of(world, COIN).liquidation_e12, price);
    world_free(world);
}

/* ---- isolated margin ---- */
static void test_margin_goes_into_a_position_and_out_of_it(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BINANCE, false, "1000", "10");
    expect_answer(terms_margin(world->exchange, COIN, SIDE_LONG, usd("100")), TERMS_DONE, 0);
    /* (1000 - 200) / 9.95, up */
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("80.402010050252"));
    assert_int_equal(books(world).margin_used_e8, usd("200"));
    expect_answer(terms_margin(world->exchange, COIN, SIDE_LONG, usd("799.50000001")),
                  TERMS_MARGIN_WALLET, -4050);
    expect_answer(terms_margin(world->exchange, COIN, SIDE_LONG, -usd("100")), TERMS_DONE, 0);
    /* With 5 left it would die at 995 / 9.95 = 100, the mark. */
    expect_answer(terms_margin(world->exchange, COIN, SIDE_LONG, -usd("95")), TERMS_MARGIN_POSITION,
                  -4051);
    expect_answer(terms_margin(world->exchange, COIN, SIDE_LONG, -usd("94.99")), TERMS_DONE, 0);
    expect_answer(terms_margin(world->exchange, COIN, SIDE_LONG, -usd("6")), TERMS_MARGIN_POSITION,
                  -4051);
    expect_answer(terms_margin(world->exchange, COIN, SIDE_SHORT, usd("1")),
                  TERMS_MARGIN_ISOLATED_ONLY, -4049);
    expect_answer(terms_margin(world->exchange, GOLD, SIDE_LONG, usd("1")),
                  TERMS_MARGIN_ISOLATED_ONLY, -4049);
    expect_wallet(world, "999.5");
    world_free(world);
    world = held(MARGIN_BINANCE, true, "1000", "10");
    expect_answer(terms_margin(world->exchange, COIN, SIDE_LONG, usd("1")),
                  TERMS_MARGIN_ISOLATED_ONLY, -4049);
    world_free(world);
}

/* ---- transfers ---- */
/* 999.5 - 100 are free; a resting order at 99 keeps 99 and 0.495 of fee. */
static void test_what_stands_for_positions_and_orders_is_not_withdrawn(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BINANCE, false, "1000", "10");
    assert_false(exchange_transfer(world->exchange, world->now_us, -usd("899.50000001")));
    (void)place(world, GOLD, limit_order(SIDE_BUY, "10", "99"));
    assert_false(exchange_transfer(world->exchange, world->now_us, -usd("800.00500001")));
    assert_true(exchange_transfer(world->exchange, world->now_us, -usd("800.005")));
    expect_wallet(world, "199.495");
    world_free(world);
}

/* Cross: a loss of 50 is not free, a profit is not money yet. */
static void test_unrealised_loss_is_not_withdrawn_and_profit_neither(void **state)
{
    (void)state;
    struct world *world = held(MARGIN_BINANCE, true, "1000", "10");
    coin_bar(world, 1, "95", "95", "95", "95");
    run_minute(world, 1, 1);
    assert_false(exchange_transfer(world->exchange, world->now_us, -usd("849.50000001")));
    coin_bar(world, 2, "110", "110", "110", "110");
    run_minute(world, 2, 1);
    assert_false(exchange_transfer(world->exchange, world->now_us, -usd("899.50000001")));
    assert_true(exchange_transfer(world->exchange, world->now_us, -usd("899.5")));
    world_free(world);
}

/* ---- modes ---- */
static void test_margin_mode_changes_only_when_flat(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    both_at_100(world);
    expect_answer(terms_margin_mode(world->exchange, COIN, MARGIN_ISOLATED), TERMS_MARGIN_MODE_SAME,
                  -4046);
    uint64_t order = place(world, COIN, limit_order(SIDE_BUY, "1", "90"));
    expect_answer(terms_margin_mode(world->exchange, COIN, MARGIN_CROSS), TERMS_MARGIN_MODE_ORDERS,
                  -4047);
    cancel(world, COIN, order);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_answer(terms_margin_mode(world->exchange, COIN, MARGIN_CROSS),
                  TERMS_MARGIN_MODE_POSITION, -4048);
    (void)place(world, COIN, market_order(SIDE_SELL, "1"));
    expect_answer(terms_margin_mode(world->exchange, COIN, MARGIN_CROSS), TERMS_DONE, 0);
    world_free(world);
}

static void test_position_mode_changes_only_when_all_is_flat(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    both_at_100(world);
    expect_answer(terms_position_mode(world->exchange, false), TERMS_POSITION_MODE_SAME, -4059);
    uint64_t order = place(world, GOLD, limit_order(SIDE_BUY, "1", "90"));
    expect_answer(terms_position_mode(world->exchange, true), TERMS_POSITION_MODE_ORDERS, -4067);
    cancel(world, GOLD, order);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_answer(terms_position_mode(world->exchange, true), TERMS_POSITION_MODE_POSITION, -4068);
    (void)place(world, COIN, market_order(SIDE_SELL, "1"));
    expect_answer(terms_position_mode(world->exchange, true), TERMS_DONE, 0);
    world_free(world);
}

/* COIN isolated, GOLD cross with 1000 - 3 of fees - 100: (5000 - 897) / 49.75 = 82.47..., and the
 * death of COIN takes its margin only. */
static void test_cross_stands_on_what_isolated_leaves(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    both_at_100(world);
    expect_answer(terms_margin_mode(world->exchange, GOLD, MARGIN_CROSS), TERMS_DONE, 0);
    (void)place(world, COIN, market_order(SIDE_BUY, "10"));
    (void)place(world, GOLD, market_order(SIDE_BUY, "50"));
    assert_int_equal(position_of(world, GOLD).liquidation_e12, px("82.472361809046"));
    coin_bar(world, 1, "50", "50", "50", "50");
    gold_bar(world, 1, "100", "100", "100", "100");
    run_minute(world, 1, 1);
    expect_flat(world, COIN);
    expect_wallet(world, "897");
    assert_int_equal(position_of(world, GOLD).liquidation_e12, px("82.472361809046"));
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

/* ---- hedge mode ---- */
static struct world *hedged(const char *balance)
{
    struct world *world = world_prepare();
    world->settings.hedge_mode = 1;
    world_open(world, false, balance);
    both_at_100(world);
    (void)place(world, COIN, market_order(SIDE_BUY, "10"));
    (void)place(world, COIN, market_order(SIDE_SELL, "4"));
    return world;
}

static struct action_place reduce_order(enum side side, const char *size)
{
    struct action_place order = market_order(side, size);
    order.reduce_only = true;
    return order;
}

static void test_hedge_legs_stand_apart(void **state)
{
    (void)state;
    struct world *world = hedged("1000");
    assert_int_equal(books(world).margin_used_e8, usd("140"));
    assert_int_equal(position_of(world, COIN).size_e6, qty("10"));
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("90.452261306533"));
    (void)place(world, COIN, market_order(SIDE_SELL, "2")); /* adds to the short */
    (void)place(world, COIN, reduce_order(SIDE_SELL, "7")); /* closes of the long */
    assert_int_equal(position_of(world, COIN).side, SIDE_SHORT);
    assert_int_equal(position_of(world, COIN).size_e6, qty("6"));
    assert_int_equal(books(world).margin_used_e8, usd("90"));
    (void)place(world, COIN, reduce_order(SIDE_SELL, "7")); /* shrinks to the 3 that are left */
    assert_int_equal(books(world).margin_used_e8, usd("60"));
    skip_all(world);
    uint64_t nothing = place(world, COIN, reduce_order(SIDE_SELL, "1"));
    expect_order(world, nothing, EVIDENCE_REJECTED, REASON_REDUCE_ONLY);
    world_free(world);
}

/* Each leg keeps its own protection when the other one is closed. */
static void test_hedge_exits_belong_to_their_leg(void **state)
{
    (void)state;
    struct world *world = hedged("1000");
    uint64_t long_stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "95"));
    uint64_t short_stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_BUY, "105"));
    skip_all(world);
    uint64_t closing = place(world, COIN, reduce_order(SIDE_SELL, "10"));
    expect_order(world, closing, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, long_stop, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    coin_bar(world, 1, "100", "106", "94", "100");
    run_minute(world, 2, 0);
    (void)expect_fill(world, short_stop, "4", "105");
    expect_flat(world, COIN);
    world_free(world);
}

/* The long dies at 90.45 with its 100; the short lives on. Funding of 0.1 %: the long pays 1.00 of
 * 1000, the short gets 0.40. */
static void test_hedge_funding_and_death_of_one_leg(void **state)
{
    (void)state;
    struct world *world = hedged("1000");
    coin_bar(world, 1, "100", "100", "100", "100");
    exchange_funding(world->exchange, COIN, START + MINUTE, 10000000000000LL);
    run_minute(world, 1, 1);
    assert_int_equal(books(world).funding_e8, -usd("0.6"));
    coin_bar(world, 2, "90", "90", "90", "90");
    run_minute(world, 2, 1);
    struct books_position position = position_of(world, COIN);
    assert_int_equal(position.side, SIDE_SHORT);
    assert_int_equal(position.size_e6, qty("4"));
    assert_int_equal(exchange_counters(world->exchange)->liquidations, 1);
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raised_leverage_frees_margin_and_moves_the_price),
        cmocka_unit_test(test_leverage_that_would_liquidate_is_refused),
        cmocka_unit_test(test_leverage_above_the_bracket_is_refused),
        cmocka_unit_test(test_lowered_leverage_takes_margin_where_the_venue_lowers),
        cmocka_unit_test(test_resting_entries_ask_for_the_margin_of_a_lowered_leverage),
        cmocka_unit_test(test_what_closed_asks_for_margin_when_it_may_open),
        cmocka_unit_test(test_leverage_does_not_move_a_cross_price),
        cmocka_unit_test(test_margin_goes_into_a_position_and_out_of_it),
        cmocka_unit_test(test_what_stands_for_positions_and_orders_is_not_withdrawn),
        cmocka_unit_test(test_unrealised_loss_is_not_withdrawn_and_profit_neither),
        cmocka_unit_test(test_margin_mode_changes_only_when_flat),
        cmocka_unit_test(test_position_mode_changes_only_when_all_is_flat),
        cmocka_unit_test(test_cross_stands_on_what_isolated_leaves),
        cmocka_unit_test(test_hedge_legs_stand_apart),
        cmocka_unit_test(test_hedge_exits_belong_to_their_leg),
        cmocka_unit_test(test_hedge_funding_and_death_of_one_leg),
    };
    return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
