/* test_exchange.c - time, points, messages and ports of the mock exchange. */
#include "tests/sim/test_exchange_world.h"

/* ---- quiet markets ---- */
static void test_quiet_bar_yields_only_itself_at_its_close(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_feed = world->settings.latency_response = 100 * US_PER_MS;
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "110", "90", "105");
    coin_bar(world, 1, "105", "106", "104", "105");
    run_minute(world, 1, 30);

    (void)next_event(world, EVENT_TRANSFER);
    const struct event *event = next_event(world, EVENT_BAR);
    assert_int_equal(event->instrument, COIN);
    assert_int_equal(event->venue_time_us, START + MINUTE);
    assert_int_equal(event->time_us, START + MINUTE + 100 * US_PER_MS);
    assert_int_equal(event->bar.open_time_us, START);
    assert_int_equal(event->bar.high_e12, px("110"));
    assert_int_equal(event->bar.volume, 4000);
    assert_int_equal(world->count, 2);
    assert_int_equal(exchange_next_time(world->exchange), START + 2 * MINUTE);
    world_free(world);
}

static void test_bars_of_one_instant_come_in_order_of_instruments(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    gold_bar(world, 0, "50", "51", "49", "50");
    coin_bar(world, 0, "100", "110", "90", "105");
    run_minute(world, 1, 0);
    assert_int_equal(next_event(world, EVENT_BAR)->instrument, COIN);
    assert_int_equal(next_event(world, EVENT_BAR)->instrument, GOLD);
    world_free(world);
}

static void test_deposit_travels_like_every_message(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_response = US_PER_SECOND;
    world_open(world, false, "1000");
    assert_false(world->venue.settled(world->venue.self));
    run_until(world, START);
    const struct event *event = next_event(world, EVENT_TRANSFER);
    assert_int_equal(event->transfer.amount_e8, usd("1000"));
    assert_int_equal(event->time_us, START - MINUTE + US_PER_SECOND);
    assert_true(world->venue.settled(world->venue.self));
    expect_wallet(world, "1000");
    world_free(world);
}

/* ---- points ---- */
/* open at :00, the nearer extreme at :20, the other at :40, close one microsecond before the end.
 * */
static void test_active_bar_is_four_points_nearer_extreme_first(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 1);
    (void)place(world, COIN, limit_order(SIDE_BUY, "1", "50"));
    coin_bar(world, 1, "100", "103", "90", "95");
    run_minute(world, 1, 0);
    skip_all(world);
    world->read--; /* the open's own point */
    while (world->events[world->read].kind != EVENT_MARKET) {
        world->read--;
    }
    run_minute(world, 2, 0);
    const char *last[] = {"100", "103", "90", "95"};
    const int64_t at[] = {0, 20 * US_PER_SECOND, 40 * US_PER_SECOND, MINUTE - 1};
    for (int32_t i = 0; i < 4; i++) {
        const struct event *event = next_event(world, EVENT_MARKET);
        assert_int_equal(event->market.last_e12, px(last[i]));
        assert_int_equal(event->venue_time_us, START + MINUTE + at[i]);
    }
    world_free(world);
}

static int64_t first_extreme(int64_t intrabar, int32_t side)
{
    struct world *world = world_prepare();
    world->settings.intrabar = intrabar;
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 1);
    if (side >= 0) {
        (void)place(world, COIN, market_order((enum side)side, "1"));
    } else {
        (void)place(world, COIN, limit_order(SIDE_BUY, "1", "50"));
    }
    coin_bar(world, 1, "100", "104", "99", "100");
    run_minute(world, 1, 1);
    skip_all(world);
    run_minute(world, 1, 21);
    int64_t price_e12 = next_event(world, EVENT_MARKET)->market.last_e12;
    world_free(world);
    return price_e12;
}

static void test_best_and_worst_order_the_extremes_by_the_position(void **state)
{
    (void)state;
    assert_int_equal(first_extreme(INTRABAR_ADAPTIVE, SIDE_BUY), px("99"));
    assert_int_equal(first_extreme(INTRABAR_BEST, SIDE_BUY), px("104"));
    assert_int_equal(first_extreme(INTRABAR_WORST, SIDE_BUY), px("99"));
    assert_int_equal(first_extreme(INTRABAR_BEST, SIDE_SELL), px("99"));
    assert_int_equal(first_extreme(INTRABAR_WORST, SIDE_SELL), px("104"));
    /* no position: adaptive */
    assert_int_equal(first_extreme(INTRABAR_BEST, -1), px("99"));
}

static void test_tie_of_the_extremes_takes_the_low_first(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    coin_bar(world, 0, "100", "105", "95", "100");
    run_minute(world, 0, 25);
    struct event event;
    assert_true(exchange_quote(world->exchange, COIN, world->now_us, &event));
    assert_int_equal(event.market.last_e12, px("95"));
    world_free(world);
}

static void test_order_in_mid_bar_is_told_the_market_and_gets_the_rest_of_the_bar(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    coin_bar(world, 0, "100", "103", "90", "95");
    run_minute(world, 0, 30);
    skip_all(world);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    run_minute(world, 1, 0);
    expect_market(world, "103", "103"); /* the point of :20 holds at :30 */
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    (void)expect_fill(world, id, "1", "103");
    expect_market(world, "90", "90");
    expect_market(world, "95", "95");
    (void)next_event(world, EVENT_BAR);
    expect_no_more(world, EVENT_MARKET);
    world_free(world);
}

static void test_market_is_quiet_again_after_the_last_message(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_feed = world->settings.latency_response = 100 * US_PER_MS;
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "101", "99", "100");
    run_minute(world, 0, 5);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)place(world, COIN, market_order(SIDE_SELL, "1"));
    run_minute(world, 0, 10);
    skip_all(world);
    run_minute(world, 1, 10);
    expect_no_more(world, EVENT_MARKET);
    struct event event;
    assert_true(exchange_quote(world->exchange, COIN, world->now_us, &event));
    assert_int_equal(event.market.last_e12, px("100"));
    world_free(world);
}

/* ---- latency ---- */
static void test_order_and_answer_each_take_their_latency(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_order = 200 * US_PER_MS;
    world->settings.latency_feed = world->settings.latency_response = 300 * US_PER_MS;
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "103", "90", "95");
    /* sent 100 ms before the point of :20, it arrives 100 ms after it */
    run_until(world, START + 19900 * US_PER_MS);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    assert_false(world->venue.settled(world->venue.self));
    run_minute(world, 0, 30);
    const struct event *fill = expect_fill(world, id, "1", "103");
    assert_int_equal(fill->venue_time_us, START + 20100 * US_PER_MS);
    assert_int_equal(fill->time_us, START + 20400 * US_PER_MS);
    assert_true(world->venue.settled(world->venue.self));
    world_free(world);
}

static void test_quote_knows_nothing_younger_than_the_feed_latency(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    struct event event;
    world->settings.latency_feed = world->settings.latency_response = US_PER_SECOND;
    world_open(world, false, "1000");
    assert_false(exchange_quote(world->exchange, COIN, START, &event));
    coin_bar(world, 0, "100", "103", "90", "95");
    run_until(world, START);
    assert_false(exchange_quote(world->exchange, COIN, START, &event));
    assert_true(exchange_quote(world->exchange, COIN, START + US_PER_SECOND, &event));
    assert_int_equal(event.market.last_e12, px("100"));
    assert_int_equal(event.time_us, START + US_PER_SECOND);
    assert_true(exchange_quote(world->exchange, COIN, START + 21 * US_PER_SECOND - 1, &event));
    assert_int_equal(event.market.last_e12, px("100"));
    assert_true(exchange_quote(world->exchange, COIN, START + 21 * US_PER_SECOND, &event));
    assert_int_equal(event.market.last_e12, px("103"));
    /* across the bars: the close of the first holds for the second's first second */
    coin_bar(world, 1, "120", "120", "120", "120");
    run_minute(world, 1, 0);
    assert_true(exchange_quote(world->exchange, COIN, world->now_us + US_PER_SECOND - 1, &event));
    assert_int_equal(event.market.last_e12, px("95"));
    assert_true(exchange_quote(world->exchange, COIN, world->now_us + US_PER_SECOND, &event));
    assert_int_equal(event.market.last_e12, px("120"));
    world_free(world);
}

/* ---- outages ---- */
static void test_gap_within_the_limit_keeps_the_last_close(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000"); /* outage_intervals 2: until minute 3 */
    coin_bar(world, 0, "100", "103", "90", "95");
    run_minute(world, 3, 0);
    assert_true(exchange_open(world->exchange, COIN, world->now_us));
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, id, "1", "95");
    world_free(world);
}

static void test_outage_refuses_orders_and_is_counted(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    struct event event;
    assert_false(exchange_open(world->exchange, COIN, START));
    uint64_t early = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, early, EVIDENCE_REJECTED, REASON_NO_MARKET);
    coin_bar(world, 0, "100", "103", "90", "95");
    run_minute(world, 3, 1);
    assert_false(exchange_open(world->exchange, COIN, world->now_us));
    assert_false(exchange_quote(world->exchange, COIN, world->now_us, &event));
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, id, EVIDENCE_REJECTED, REASON_NO_MARKET);
    assert_int_equal(exchange_counters(world->exchange)->outages, 0);
    coin_bar(world, 4, "95", "95", "95", "95");
    run_minute(world, 4, 0);
    assert_int_equal(exchange_counters(world->exchange)->outages, 1);
    assert_int_equal(exchange_counters(world->exchange)->rejects, 2);
    assert_true(exchange_open(world->exchange, COIN, world->now_us));
    exchange_end(world->exchange, COIN, START + 5 * MINUTE);
    assert_true(exchange_open(world->exchange, COIN, START + 5 * MINUTE - 1));
    assert_false(exchange_open(world->exchange, COIN, START + 5 * MINUTE));
    world_free(world);
}

static void test_stop_waits_through_an_outage_for_the_next_open(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 1);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    run_minute(world, 59, 0);
    skip_all(world);
    /* conditional orders are still taken: a late stop is better than none */
    uint64_t late = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "97"));
    expect_order(world, late, EVIDENCE_ACKED, REASON_NONE);
    coin_bar(world, 60, "80", "81", "79", "80");
    run_minute(world, 60, 0);
    (void)expect_fill(world, stop, "1", "80");
    expect_order(world, late, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    world_free(world);
}

static void test_bar_cut_short_by_the_next_loses_nothing(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 1);
    (void)place(world, COIN, limit_order(SIDE_BUY, "1", "50"));
    skip_all(world);
    coin_bar(world, 1, "100", "104", "99", "101");
    struct exchange_bar early = bar_of(1, "102", "102", "102", "102");
    early.open_time_us += 30 * US_PER_SECOND;
    give_bar(world, COIN, &early);
    run_minute(world, 1, 31);
    const char *last[] = {"100", "100", "100", "100", "99", "104", "101", "102"};
    for (size_t i = 0; i < ARRAY_COUNT(last); i++) {
        expect_market(world, last[i], last[i]);
    }
    expect_no_more(world, EVENT_MARKET);
    world_free(world);
}

/* ---- marks ---- */
static void test_mark_bars_of_the_interval_walk_in_step(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    struct exchange_bar mark = bar_of(0, "100.5", "102", "88", "94");
    coin_bar(world, 0, "100", "103", "90", "95");
    exchange_mark_bar(world->exchange, COIN, &mark);
    run_until(world, START);
    skip_all(world);
    (void)place(world, COIN, limit_order(SIDE_BUY, "1", "50"));
    run_minute(world, 1, 0);
    expect_market(world, "100", "100.5");
    expect_market(world, "103", "102");
    expect_market(world, "90", "88");
    expect_market(world, "95", "94");
    assert_non_null(strstr(exchange_mark_source(world->exchange, COIN), "in step"));
    world_free(world);
}

static void test_coarser_mark_bars_clamp_the_trade_path(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    struct exchange_bar mark = bar_of(0, "100", "102", "91", "100");
    mark.interval_us = 60 * MINUTE;
    assert_non_null(strstr(exchange_mark_source(world->exchange, COIN), "no mark"));
    exchange_mark_bar(world->exchange, COIN, &mark);
    coin_bar(world, 0, "100", "103", "90", "95");
    run_until(world, START);
    skip_all(world);
    (void)place(world, COIN, limit_order(SIDE_BUY, "1", "50"));
    run_minute(world, 1, 0);
    expect_market(world, "100", "100");
    expect_market(world, "103", "102");
    expect_market(world, "90", "91");
    expect_market(world, "95", "95");
    assert_non_null(strstr(exchange_mark_source(world->exchange, COIN), "clamped"));
    /* an hour later no mark bar covers the instant: the trade price serves */
    coin_bar(world, 60, "120", "120", "120", "120");
    run_minute(world, 60, 0);
    expect_market(world, "120", "120");
    world_free(world);
}

/* ---- signals only ---- */
static void test_bare_prices_are_the_market_from_then_on(void **state)
{
    (void)state;
    struct world *world = world_new(false, "1000");
    struct event event;
    exchange_price(world->exchange, COIN, START, px("99"));
    exchange_price(world->exchange, COIN, START, px("100"));
    run_until(world, START);
    assert_true(exchange_quote(world->exchange, COIN, START, &event));
    assert_int_equal(event.market.last_e12, px("100"));
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, id, "1", "100");
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"));
    run_minute(world, 600, 0);
    skip_all(world);
    exchange_price(world->exchange, COIN, START + 600 * MINUTE, px("95"));
    run_minute(world, 600, 0);
    expect_market(world, "95", "95");
    (void)expect_fill(world, stop, "1", "95");
    expect_no_more(world, EVENT_BAR);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_bar_yields_only_itself_at_its_close),
        cmocka_unit_test(test_bars_of_one_instant_come_in_order_of_instruments),
        cmocka_unit_test(test_deposit_travels_like_every_message),
        cmocka_unit_test(test_active_bar_is_four_points_nearer_extreme_first),
        cmocka_unit_test(test_best_and_worst_order_the_extremes_by_the_position),
        cmocka_unit_test(test_tie_of_the_extremes_takes_the_low_first),
        cmocka_unit_test(test_order_in_mid_bar_is_told_the_market_and_gets_the_rest_of_the_bar),
        cmocka_unit_test(test_market_is_quiet_again_after_the_last_message),
        cmocka_unit_test(test_order_and_answer_each_take_their_latency),
        cmocka_unit_test(test_quote_knows_nothing_younger_than_the_feed_latency),
        cmocka_unit_test(test_gap_within_the_limit_keeps_the_last_close),
        cmocka_unit_test(test_outage_refuses_orders_and_is_counted),
        cmocka_unit_test(test_stop_waits_through_an_outage_for_the_next_open),
        cmocka_unit_test(test_bar_cut_short_by_the_next_loses_nothing),
        cmocka_unit_test(test_mark_bars_of_the_interval_walk_in_step),
        cmocka_unit_test(test_coarser_mark_bars_clamp_the_trade_path),
        cmocka_unit_test(test_bare_prices_are_the_market_from_then_on),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
