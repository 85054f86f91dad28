/* test_exchange_walk.c - what a moving price sets off: the mechanics that the peers get wrong
 * (FIELD 14), each by name. */
#include "tests/sim/test_exchange_world.h"

static struct world *calm_of(struct world *world)
{
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    skip_all(world);
    return world;
}

static struct world *long_of(struct world *world)
{
    (void)calm_of(world);
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(SIDE_BUY, "10"));
    skip_all(world);
    return world;
}

/* 10 long at 100, 10x: cost 1000, margin 100, liquidation (1000 - 100) / (10 x 0.995) =
 * 90.4522613..., bankruptcy 90. */
static struct world *long_ten(void)
{
    return long_of(world_new(false, "1000"));
}

/* ---- gaps ---- */
static void test_stop_gapped_through_the_open_fills_at_the_open(void **state)
{
    (void)state;
    struct world *world = long_ten();
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    coin_bar(world, 1, "95", "99", "94", "98");
    run_minute(world, 1, 0);
    (void)expect_fill(world, stop, "10", "95");
    expect_flat(world, COIN);
    world_free(world);
}

/* 95 x (1 - 0.0010 - 0.0005) = 94.8575, down to the tick: 94.85. */
static void test_stop_gapped_through_the_open_pays_spread_and_slippage(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.spread = BPS_E9(10);
    world->settings.slippage = BPS_E9(5);
    world_open(world, false, "1000");
    (void)long_of(world);
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    coin_bar(world, 1, "95", "99", "94", "98");
    run_minute(world, 1, 0);
    (void)expect_fill(world, stop, "10", "94.85");
    world_free(world);
}

static void test_target_gapped_fills_at_the_open_not_in_the_bar(void **state)
{
    (void)state;
    struct world *world = long_ten();
    uint64_t target =
        place(world, COIN, exit_order(ORDER_TAKE_PROFIT_MARKET, SIDE_SELL, "10", "110"));
    coin_bar(world, 1, "115", "116", "108", "112");
    run_minute(world, 2, 0);
    (void)expect_fill(world, target, "10", "115");
    world_free(world);
}

/* Stops at 99 and 98, a target on the way down for a short is none; all three long exits pass at
 * once. */
static void test_jump_fires_stops_by_age_and_at_one_price(void **state)
{
    (void)state;
    struct world *world = long_ten();
    uint64_t deep = place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "4", "98"));
    uint64_t near = place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "4", "99"));
    uint64_t limit = place(world, COIN, limit_order(SIDE_BUY, "1", "97"));
    coin_bar(world, 1, "96", "96", "96", "96");
    run_minute(world, 1, 0);
    (void)expect_fill(world, deep, "4", "96");
    (void)expect_fill(world, near, "4", "96");
    (void)expect_fill(world, limit, "1", "97");
    world_free(world);
}

/* ---- one bar ---- */
static void test_stop_inside_the_entry_bar_is_hit(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    coin_bar(world, 0, "100", "101", "97", "101");
    run_minute(world, 0, 5);
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(SIDE_BUY, "10"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    skip_all(world);
    run_minute(world, 1, 0);
    /* the high is nearer: 101 at :20, then the low at :40 */
    const struct event *fill = expect_fill(world, stop, "10", "98");
    assert_int_equal(fill->venue_time_us, START + 40 * US_PER_SECOND);
    /* 1000 - 0.5 fee - 20 loss - 0.49 fee */
    expect_wallet(world, "979.01");
    world_free(world);
}

static void stop_and_target(const char *high, const char *low, bool stop_first)
{
    struct world *world = long_ten();
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    uint64_t target =
        place(world, COIN, exit_order(ORDER_TAKE_PROFIT_MARKET, SIDE_SELL, "10", "104"));
    coin_bar(world, 1, "100", high, low, "100");
    run_minute(world, 2, 0);
    (void)expect_fill(world, stop_first ? stop : target, "10", stop_first ? "98" : "104");
    expect_order(world, stop_first ? target : stop, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

static void test_stop_and_target_in_one_bar_go_by_the_path(void **state)
{
    (void)state;
    stop_and_target("105", "97", true);    /* low 3 away, high 5 away */
    stop_and_target("104.5", "95", false); /* high 4.5 away, low 5 away */
    stop_and_target("105", "95", true);    /* a tie: the low first */
}

static void test_entry_at_the_open_instant_fills_at_the_open_not_the_last_close(void **state)
{
    (void)state;
    struct world *world = calm_of(world_new(false, "1000"));
    coin_bar(world, 1, "102", "103", "101", "102");
    run_minute(world, 1, 0);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, id, "1", "102");
    world_free(world);
}

static void test_market_is_told_at_each_trigger_before_its_fill(void **state)
{
    (void)state;
    struct world *world = long_ten();
    (void)place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "4", "98"));
    (void)place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "4", "99"));
    coin_bar(world, 1, "100", "100", "98", "100");
    run_minute(world, 1, 30);
    skip_all(world);
    run_minute(world, 1, 59);
    const char *last[] = {"99", "98"};
    for (int32_t i = 0; i < 2; i++) {
        expect_market(world, last[i], last[i]);
        assert_int_equal(world->events[world->read].kind, EVENT_FILL);
        assert_int_equal(world->events[world->read].fill.price_e12, px(last[i]));
    }
    /* the second trigger was the end of the segment: it is not told twice */
    expect_no_more(world, EVENT_MARKET);
    world_free(world);
}

/* Mark 100 -> 90 while last goes 100 -> 98: a stop at mark 95 lies half way, where the last price
 * is 99. */
static void test_mark_and_last_move_in_step_along_the_segment(void **state)
{
    (void)state;
    struct world *world = calm_of(world_new(false, "1000"));
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "95"));
    struct exchange_bar mark = bar_of(1, "100", "100", "90", "100");
    coin_bar(world, 1, "100", "101", "98", "100");
    exchange_mark_bar(world->exchange, COIN, &mark);
    run_minute(world, 1, 30);
    skip_all(world);
    run_minute(world, 2, 0);
    /* the high came first: the segment runs from (101, 100) to (98, 90) */
    expect_market(world, "99.5", "95");
    (void)expect_fill(world, stop, "1", "99.5");
    expect_market(world, "98", "90");
    world_free(world);
}

static void test_trigger_last_setting_moves_stops_to_the_last_price(void **state)
{
    (void)state;
    for (int64_t by = TRIGGER_MARK; by <= TRIGGER_LAST; by++) {
        struct world *world = world_prepare();
        world->settings.trigger = by;
        world_open(world, false, "1000");
        (void)calm_of(world);
        (void)place(world, COIN, market_order(SIDE_BUY, "1"));
        (void)place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "95"));
        struct exchange_bar mark = bar_of(1, "100", "100", "96", "100");
        coin_bar(world, 1, "100", "100", "90", "100");
        exchange_mark_bar(world->exchange, COIN, &mark);
        run_minute(world, 2, 0);
        assert_int_equal(position_of(world, COIN).size_e6, by == TRIGGER_MARK ? qty("1") : 0);
        world_free(world);
    }
}

static void test_order_that_asks_for_the_last_price_gets_it(void **state)
{
    (void)state;
    struct world *world = calm_of(world_new(false, "1000"));
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    struct action_place stop = close_order(ORDER_STOP_MARKET, SIDE_SELL, "95");
    stop.trigger_by = TRIGGER_LAST;
    skip_all(world);
    uint64_t id = place(world, COIN, stop);
    struct exchange_bar mark = bar_of(1, "100", "100", "96", "100");
    coin_bar(world, 1, "100", "100", "90", "100");
    exchange_mark_bar(world->exchange, COIN, &mark);
    run_minute(world, 2, 0);
    (void)expect_fill(world, id, "1", "95");
    world_free(world);
}

/* ---- trailing ---- */
static struct action_place trailing(enum side side, int64_t callback_e9, const char *activation)
{
    return (struct action_place){.side = side,
                                 .type = ORDER_TRAILING_STOP,
                                 .reduce_only = true,
                                 .size_e6 = qty("10"),
                                 .trigger_e12 = px(activation),
                                 .callback_e9 = callback_e9};
}

/* 1 % under the best price 110 is 108.90. */
static void test_trailing_stop_follows_the_best_price(void **state)
{
    (void)state;
    struct world *world = long_ten();
    uint64_t id = place(world, COIN, trailing(SIDE_SELL, PERCENT_E9(1), "0"));
    coin_bar(world, 1, "100", "110", "99.5", "109.5");
    run_minute(world, 2, 0);
    expect_no_more(world, EVENT_FILL);
    coin_bar(world, 2, "109.5", "109.8", "100", "105");
    run_minute(world, 3, 0);
    (void)expect_fill(world, id, "10", "108.9");
    world_free(world);
}

static void test_trailing_stop_waits_for_its_activation(void **state)
{
    (void)state;
    struct world *world = long_ten();
    uint64_t id = place(world, COIN, trailing(SIDE_SELL, PERCENT_E9(1), "105"));
    coin_bar(world, 1, "100", "104", "95", "104");
    run_minute(world, 2, 0);
    expect_no_more(world, EVENT_FILL);
    /* 106 first (nearer), then 1 % under it: 104.94 */
    coin_bar(world, 2, "104", "106", "101", "103");
    run_minute(world, 3, 0);
    (void)expect_fill(world, id, "10", "104.94");
    world_free(world);
}

static void test_trailing_stop_of_a_short_is_gapped_at_the_open(void **state)
{
    (void)state;
    struct world *world = calm_of(world_new(false, "1000"));
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(SIDE_SELL, "10"));
    uint64_t id = place(world, COIN, trailing(SIDE_BUY, PERCENT_E9(2), "0"));
    skip_all(world);
    coin_bar(world, 1, "100", "100", "95", "95"); /* fires at 96.9 */
    coin_bar(world, 2, "98", "98", "98", "98");
    run_minute(world, 2, 0);
    (void)expect_fill(world, id, "10", "98");
    world_free(world);
}

/* ---- entries by trigger ---- */
static void test_stop_entry_without_margin_is_cancelled_when_it_triggers(void **state)
{
    (void)state;
    struct world *world = calm_of(world_new(false, "1000"));
    struct action_place entry = market_order(SIDE_BUY, "100");
    entry.type = ORDER_STOP_MARKET;
    entry.trigger_e12 = px("101");
    uint64_t id = place(world, COIN, entry);
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    coin_bar(world, 1, "100", "102", "100", "102");
    run_minute(world, 2, 0);
    expect_order(world, id, EVIDENCE_CANCELED, REASON_MARGIN);
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_gapped_through_the_open_fills_at_the_open),
        cmocka_unit_test(test_stop_gapped_through_the_open_pays_spread_and_slippage),
        cmocka_unit_test(test_target_gapped_fills_at_the_open_not_in_the_bar),
        cmocka_unit_test(test_jump_fires_stops_by_age_and_at_one_price),
        cmocka_unit_test(test_stop_inside_the_entry_bar_is_hit),
        cmocka_unit_test(test_stop_and_target_in_one_bar_go_by_the_path),
        cmocka_unit_test(test_entry_at_the_open_instant_fills_at_the_open_not_the_last_close),
        cmocka_unit_test(test_market_is_told_at_each_trigger_before_its_fill),
        cmocka_unit_test(test_mark_and_last_move_in_step_along_the_segment),
        cmocka_unit_test(test_trigger_last_setting_moves_stops_to_the_last_price),
        cmocka_unit_test(test_order_that_asks_for_the_last_price_gets_it),
        cmocka_unit_test(test_trailing_stop_follows_the_best_price),
        cmocka_unit_test(test_trailing_stop_waits_for_its_activation),
        cmocka_unit_test(test_trailing_stop_of_a_short_is_gapped_at_the_open),
        cmocka_unit_test(test_stop_entry_without_margin_is_cancelled_when_it_triggers),
    };
    return cmocka_run_group_tests_name("exchange_walk", tests, NULL, NULL);
}
