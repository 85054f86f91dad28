/* test_exchange_margin.c - liquidation, funding, isolated and cross margin, by hand. */
#include "tests/sim/test_exchange_world.h"

static struct world *calm_of(struct world *world)
{
    coin_bar(world, 0, "100", "100", "100", "100");
    gold_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    skip_all(world);
    return world;
}

static struct world *held_of(struct world *world, enum side side, const char *size)
{
    (void)calm_of(world);
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(side, size));
    skip_all(world);
    return world;
}

/* 10 at 100, 10x: cost 1000, margin 100, entry fee 0.5. */
static struct world *held(enum side side)
{
    return held_of(world_new(false, "1000"), side, "10");
}

/* ---- isolated ---- */
/* long (1000 - 100) / (10 x 0.995) = 90.45226130653266..., rounded up; short 1100 / 10.05 =
 * 109.452736318407960... down. */
static void test_liquidation_price_is_the_venues_formula(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("90.452261306533"));
    world_free(world);
    world = held(SIDE_SELL);
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("109.452736318407"));
    world_free(world);
}

/* Sold at the mark 90.4522..., down to the tick 90.45: loss 95.5, 4.5 of the margin are left and
 * the fee of 11.7585 (1.3 % of 904.5) is cut to it. */
static void test_liquidation_happens_inside_the_bar_and_ends_at_the_margin(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    uint64_t target = place(world, COIN, limit_order(SIDE_SELL, "10", "130"));
    coin_bar(world, 1, "100", "101", "80", "100");
    run_minute(world, 1, 1);
    skip_all(world);
    run_minute(world, 2, 0);
    expect_market(world, "101", "101");
    expect_market(world, "90.452261306533", "90.452261306533");
    expect_order(world, target, EVIDENCE_CANCELED, REASON_LIQUIDATION);
    const struct event *fill = expect_fill(world, 0, "10", "90.45");
    assert_int_equal(fill->fill.kind, FILL_LIQUIDATION);
    assert_int_equal(fill->fill.side, SIDE_SELL);
    expect_flat(world, COIN);
    expect_wallet(world, "899.5");
    assert_int_equal(exchange_counters(world->exchange)->liquidations, 1);
    world_free(world);
}

/* Clearance 0.1 %: 0.15 % of 904.5 = 1.35675 is less than the 4.5 that are left. */
static void test_liquidation_fee_is_taker_and_clearance(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->instruments->items[COIN].liquidation_fee_e9 = BPS_E9(10);
    world_open(world, false, "1000");
    (void)held_of(world, SIDE_BUY, "10");
    coin_bar(world, 1, "100", "101", "80", "100");
    run_minute(world, 2, 0);
    expect_wallet(world, "902.64325");
    assert_int_equal(books(world).fees_e8, usd("1.85675"));
    world_free(world);
}

static void test_gap_beyond_bankruptcy_never_carries_a_negative_position(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    coin_bar(world, 1, "50", "60", "40", "50");
    run_minute(world, 1, 0);
    (void)expect_fill(world, 0, "10", "90"); /* the fund pays the rest */
    expect_wallet(world, "899.5");
    world_free(world);
    world = held(SIDE_SELL);
    coin_bar(world, 1, "150", "160", "140", "150");
    run_minute(world, 1, 0);
    (void)expect_fill(world, 0, "10", "110");
    expect_wallet(world, "899.5");
    world_free(world);
}

static void test_jump_liquidates_before_it_stops(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    skip_all(world);
    coin_bar(world, 1, "89", "89", "89", "89");
    run_minute(world, 1, 0);
    expect_order(world, stop, EVIDENCE_CANCELED, REASON_LIQUIDATION);
    (void)expect_fill(world, 0, "10", "90");
    world_free(world);
}

static void test_walk_meets_the_stop_before_the_liquidation_price(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "90.46"));
    coin_bar(world, 1, "100", "101", "80", "100");
    run_minute(world, 2, 0);
    (void)expect_fill(world, stop, "10", "90.46");
    assert_int_equal(exchange_counters(world->exchange)->liquidations, 0);
    world_free(world);
}

static void test_liquidation_looks_at_the_mark_not_at_the_last_price(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    struct exchange_bar mark = bar_of(1, "100", "101", "91", "100");
    coin_bar(world, 1, "100", "101", "80", "100");
    exchange_mark_bar(world->exchange, COIN, &mark);
    run_minute(world, 2, 0);
    assert_int_equal(position_of(world, COIN).size_e6, qty("10"));
    mark = bar_of(2, "100", "101", "90", "100");
    coin_bar(world, 2, "100", "101", "99", "100");
    exchange_mark_bar(world->exchange, COIN, &mark);
    run_minute(world, 3, 0);
    expect_flat(world, COIN);
    world_free(world);
}

/* ---- brackets: 1000 at 100, 10x: margin 10,000, second bracket. Liquidation (100,000 - 10,000 -
 * 250) / 990 = 90.6565... */
static struct world *bracket(int64_t liquidation)
{
    struct world *world = world_prepare();
    world->settings.liquidation = liquidation;
    world_open(world, false, "20000");
    return held_of(world, SIDE_BUY, "1000");
}

/* At 90.60 it may keep 50,000 / 90.60 = 551.876...: sells 448.124 for 40,600.0344, loss 4,212.3656
 * of the released margin 4,481.24; the rest of it, 268.8744, is the fee. What remains dies at
 * 90.4523 only. */
static void test_step_down_to_the_lower_bracket_saves_the_rest(void **state)
{
    (void)state;
    struct world *world = bracket(LIQUIDATION_STEP);
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("90.656565656566"));
    coin_bar(world, 1, "90.6", "90.6", "90.6", "90.6");
    run_minute(world, 1, 1);
    (void)expect_fill(world, 0, "448.124", "90.6");
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("551.876"));
    assert_int_equal(position_of(world, COIN).cost_e8, usd("55187.6"));
    assert_int_equal(position_of(world, COIN).margin_e8, usd("5518.76"));
    expect_wallet(world, "15468.76");
    assert_int_equal(exchange_counters(world->exchange)->step_downs, 1);
    world_free(world);
}

/* At 90 the step to 555.555 does not help: the second fill closes it, both at bankruptcy. */
static void test_step_down_goes_on_while_the_mark_is_beyond(void **state)
{
    (void)state;
    struct world *world = bracket(LIQUIDATION_STEP);
    coin_bar(world, 1, "90", "90", "90", "90");
    run_minute(world, 1, 1);
    (void)expect_fill(world, 0, "444.445", "90");
    (void)expect_fill(world, 0, "555.555", "90");
    expect_wallet(world, "9950");
    world_free(world);
}

static void test_liquidation_whole_closes_at_once(void **state)
{
    (void)state;
    struct world *world = bracket(LIQUIDATION_WHOLE);
    coin_bar(world, 1, "90.6", "90.6", "90.6", "90.6");
    run_minute(world, 1, 1);
    (void)expect_fill(world, 0, "1000", "90.6");
    expect_wallet(world, "9950"); /* loss 9,400, fee cut to the 600 that are left */
    world_free(world);
}

/* ---- funding ---- */
static void test_funding_is_booked_exactly_once_at_its_mark(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    coin_bar(world, 1, "105", "105", "105", "105");
    exchange_funding(world->exchange, COIN, START + MINUTE, 1000000000000LL); /* 0.01 % */
    exchange_funding(world->exchange, GOLD, START + MINUTE, 1000000000000LL);
    run_minute(world, 1, 30);
    const struct event *event = next_event(world, EVENT_FUNDING);
    assert_int_equal(event->instrument, COIN);
    assert_int_equal(event->funding.mark_e12, px("105"));
    assert_int_equal(event->funding.rate_e16, 1000000000000LL);
    assert_int_equal(next_event(world, EVENT_FUNDING)->instrument,
                     GOLD); /* flat: told all the same */
    expect_no_more(world, EVENT_FUNDING);
    assert_int_equal(books(world).funding_e8, -usd("0.105"));
    assert_int_equal(position_of(world, COIN).margin_e8, usd("99.895"));
    (void)place(world, COIN, market_order(SIDE_SELL, "5"));
    (void)place(world, COIN, market_order(SIDE_SELL, "5"));
    assert_int_equal(books(world).funding_e8, -usd("0.105"));
    /* 1000 - 0.5 - 0.105 + 50 - 2 x 0.2625 */
    expect_wallet(world, "1048.87");
    world_free(world);
}

static void test_funding_of_a_short_is_received(void **state)
{
    (void)state;
    struct world *world = held(SIDE_SELL);
    coin_bar(world, 1, "100", "100", "100", "100");
    exchange_funding(world->exchange, COIN, START + MINUTE, 1000000000000LL);
    run_minute(world, 1, 30);
    assert_int_equal(books(world).funding_e8, usd("0.1"));
    assert_int_equal(position_of(world, COIN).margin_e8, usd("100.1"));
    world_free(world);
}

static void test_funding_comes_after_the_mark_and_before_what_it_sets_off(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    (void)place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    (void)place(world, GOLD, limit_order(SIDE_BUY, "1", "98"));
    skip_all(world);
    coin_bar(world, 1, "95", "95", "95", "95");
    gold_bar(world, 1, "95", "95", "95", "95");
    exchange_funding(world->exchange, COIN, START + MINUTE, 1000000000000LL);
    exchange_funding(world->exchange, GOLD, START + MINUTE, 1000000000000LL);
    run_until(world, START + MINUTE - 1);
    skip_all(world);
    run_minute(world, 1, 0);
    const enum event_kind kinds[] = {EVENT_MARKET,  EVENT_MARKET,  EVENT_BAR,  EVENT_BAR,
                                     EVENT_FUNDING, EVENT_FUNDING, EVENT_FILL, EVENT_FILL};
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        assert_int_equal(world->events[world->read++].kind, kinds[i]);
    }
    /* the stopped long pays on 95, the entry that fills at the same instant does not */
    assert_int_equal(books(world).funding_e8, -usd("0.095"));
    world_free(world);
}

/* At 90.46 it lives. Funding of 0.1 % takes 0.9046 of the margin: liquidation (1000 - 99.0954) /
 * 9.95 = 90.543..., at the same instant. Sold at 90.46: loss 95.4, what is left of the margin is
 * the fee. */
static void test_funding_can_liquidate_an_isolated_position(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    coin_bar(world, 1, "90.46", "90.46", "90.46", "90.46");
    exchange_funding(world->exchange, COIN, START + MINUTE, 10000000000000LL);
    run_minute(world, 1, 0);
    (void)expect_fill(world, 0, "10", "90.46");
    expect_wallet(world, "899.5");
    assert_int_equal(books(world).funding_e8, -usd("0.9046"));
    world_free(world);
}

static void test_funding_without_a_price_is_no_settlement(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    exchange_funding(world->exchange, COIN, START, 1000000000000LL);
    run_until(world, START);
    expect_no_more(world, EVENT_FUNDING);
    world_free(world);
}

/* A day bar has its first extreme at 08:00: the mark of that instant is the extreme, and pays
 * before its walk fires. */
static void test_funding_inside_a_bar_takes_the_mark_of_its_instant(void **state)
{
    (void)state;
    struct world *world = held(SIDE_BUY);
    struct exchange_bar day = bar_of(1, "100", "110", "97", "100");
    (void)place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    day.interval_us = US_PER_DAY;
    give_bar(world, COIN, &day);
    exchange_funding(world->exchange, COIN, START + MINUTE + 8 * US_PER_HOUR, 1000000000000LL);
    run_until(world, START + MINUTE + 9 * US_PER_HOUR);
    assert_int_equal(next_event(world, EVENT_FUNDING)->funding.mark_e12, px("97"));
    assert_int_equal(books(world).funding_e8, -usd("0.097"));
    expect_flat(world, COIN);
    world_free(world);
}

/* ---- one account over symbols ---- */
static void test_symbols_share_one_wallet(void **state)
{
    (void)state;
    struct world *world = held_of(world_new(false, "1000"), SIDE_BUY, "50"); /* 500 margin */
    leverage(world, GOLD, 10);
    uint64_t second = place(world, GOLD, market_order(SIDE_SELL, "50")); /* 500 + 2.5 > 497.5 */
    expect_order(world, second, EVIDENCE_REJECTED, REASON_MARGIN);
    second = place(world, GOLD, market_order(SIDE_SELL, "49")); /* 490 + 2.45 */
    (void)expect_fill(world, second, "49", "100");
    assert_int_equal(books(world).open_positions, 2);
    assert_int_equal(books(world).margin_used_e8, usd("990"));
    world_free(world);
}

/* ---- cross ---- */
/* Wallet 2000, 100 long at 100 (fee 5): (10,000 - 1995) / 99.5 = 80.4522613...
 * With 50 GOLD short at 100 (fee 2.5, maintenance 25): (10,000 - 1992.5 + 25) / 99.5 =
 * 80.7286432... GOLD at 110: maintenance 27.5, loss 500: (10,000 - 1465) / 99.5 = 85.7788944... */
static struct world *crossed(void)
{
    struct world *world = held_of(world_new(true, "2000"), SIDE_BUY, "100");
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("80.452261306533"));
    leverage(world, GOLD, 10);
    (void)place(world, GOLD, market_order(SIDE_SELL, "50"));
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("80.728643216081"));
    coin_bar(world, 1, "100", "100", "100", "100");
    gold_bar(world, 1, "110", "110", "110", "110");
    run_minute(world, 1, 5);
    assert_int_equal(position_of(world, COIN).liquidation_e12, px("85.778894472362"));
    skip_all(world);
    return world;
}

/* COIN is sold at 85.77 (bankruptcy 85.075): loss 1423, fee 1.3 % of 8577 = 111.501, wallet
 * 457.999. GOLD at 110 has lost 500: bankrupt at (5000 + 457.999) / 50 = 109.15998, bought back
 * there; nothing is left for the fee. */
static void test_cross_liquidation_cancels_everything_and_ends_at_zero(void **state)
{
    (void)state;
    struct world *world = crossed();
    uint64_t target = place(world, GOLD, exit_order(ORDER_TAKE_PROFIT_MARKET, SIDE_BUY, "1", "90"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "70"));
    expect_order(world, target, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, stop, EVIDENCE_ACKED, REASON_NONE);
    coin_bar(world, 2, "100", "100", "80", "90");
    gold_bar(world, 2, "110", "110", "110", "110");
    run_minute(world, 3, 0);
    expect_order(world, stop, EVIDENCE_CANCELED, REASON_LIQUIDATION);
    expect_order(world, target, EVIDENCE_CANCELED, REASON_LIQUIDATION);
    const struct event *fill = expect_fill(world, 0, "100", "85.77");
    assert_int_equal(fill->instrument, COIN);
    fill = expect_fill(world, 0, "50", "109.15998");
    assert_int_equal(fill->instrument, GOLD);
    expect_wallet(world, "0");
    assert_int_equal(books(world).open_positions, 0);
    world_free(world);
}

static void test_cross_profit_of_one_symbol_carries_another(void **state)
{
    (void)state;
    struct world *world = crossed();
    coin_bar(world, 2, "86", "86", "86", "86");
    gold_bar(world, 2, "80", "80", "80", "80");
    run_minute(world, 2, 5);
    assert_int_equal(books(world).open_positions, 2);
    /* isolated the COIN long would be gone at 90.45 */
    assert_int_equal(books(world).unrealised_e8, -usd("400"));
    world_free(world);
}

static void test_cross_funding_leaves_the_margin_alone(void **state)
{
    (void)state;
    struct world *world = held_of(world_new(true, "2000"), SIDE_BUY, "100");
    coin_bar(world, 1, "100", "100", "100", "100");
    exchange_funding(world->exchange, COIN, START + MINUTE, 1000000000000LL);
    run_minute(world, 1, 1);
    assert_int_equal(position_of(world, COIN).margin_e8, usd("1000"));
    expect_wallet(world, "1994");
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_liquidation_price_is_the_venues_formula),
        cmocka_unit_test(test_liquidation_happens_inside_the_bar_and_ends_at_the_margin),
        cmocka_unit_test(test_liquidation_fee_is_taker_and_clearance),
        cmocka_unit_test(test_gap_beyond_bankruptcy_never_carries_a_negative_position),
        cmocka_unit_test(test_jump_liquidates_before_it_stops),
        cmocka_unit_test(test_walk_meets_the_stop_before_the_liquidation_price),
        cmocka_unit_test(test_liquidation_looks_at_the_mark_not_at_the_last_price),
        cmocka_unit_test(test_step_down_to_the_lower_bracket_saves_the_rest),
        cmocka_unit_test(test_step_down_goes_on_while_the_mark_is_beyond),
        cmocka_unit_test(test_liquidation_whole_closes_at_once),
        cmocka_unit_test(test_funding_is_booked_exactly_once_at_its_mark),
        cmocka_unit_test(test_funding_of_a_short_is_received),
        cmocka_unit_test(test_funding_comes_after_the_mark_and_before_what_it_sets_off),
        cmocka_unit_test(test_funding_can_liquidate_an_isolated_position),
        cmocka_unit_test(test_funding_without_a_price_is_no_settlement),
        cmocka_unit_test(test_funding_inside_a_bar_takes_the_mark_of_its_instant),
        cmocka_unit_test(test_symbols_share_one_wallet),
        cmocka_unit_test(test_cross_liquidation_cancels_everything_and_ends_at_zero),
        cmocka_unit_test(test_cross_profit_of_one_symbol_carries_another),
        cmocka_unit_test(test_cross_funding_leaves_the_margin_alone),
    };
    return cmocka_run_group_tests_name("exchange_margin", tests, NULL, NULL);
}
