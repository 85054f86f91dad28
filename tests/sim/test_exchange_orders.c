/* test_exchange_orders.c - orders of the mock exchange: acceptance, takers, limits, lives,
 * reduce-only. */
#include "tests/sim/test_exchange_world.h"

/* A flat minute at 100 in both markets, five seconds in. */
static struct world *calm_of(struct world *world)
{
    coin_bar(world, 0, "100", "100", "100", "100");
    gold_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    skip_all(world);
    return world;
}

static struct world *calm(void)
{
    return calm_of(world_new(false, "1000"));
}

static void expect_reject(struct world *world, struct action_place order, enum order_reason reason)
{
    uint64_t id = place(world, COIN, order);
    expect_order(world, id, EVIDENCE_REJECTED, reason);
    expect_no_more(world, EVENT_FILL);
}

/* ---- acceptance ---- */
static void test_steps_sizes_and_notional_are_checked(void **state)
{
    (void)state;
    struct world *world = calm();
    expect_reject(world, limit_order(SIDE_BUY, "1", "99.995"), REASON_TICK);
    expect_reject(world, limit_order(SIDE_BUY, "1", "0"), REASON_TICK);
    expect_reject(world, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "1", "98.001"), REASON_TICK);
    expect_reject(world, market_order(SIDE_BUY, "0.0015"), REASON_LOT);
    expect_reject(world, market_order(SIDE_BUY, "0"), REASON_SIZE);
    expect_reject(world, market_order(SIDE_BUY, "1000001"), REASON_SIZE);
    expect_reject(world, market_order(SIDE_BUY, "0.049"), REASON_NOTIONAL_MIN);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "0.05"));
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);
}

/* 1x: a buy of 9.995 at 100 needs 999.5 margin + 0.49975 fee = 999.99975; one lot more needs
 * 1000.0998. */
static void test_margin_is_checked_to_the_last_lot(void **state)
{
    (void)state;
    struct world *world = calm();
    expect_reject(world, market_order(SIDE_BUY, "9.996"), REASON_MARGIN);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "9.995"));
    (void)expect_fill(world, id, "9.995", "100");
    expect_wallet(world, "999.50025");
    assert_int_equal(books(world).margin_used_e8, usd("999.5"));
    world_free(world);
}

/* Resting buys keep what they need: 5 at 90 at 1x = 450 + 0.225; 5.5 at 100 then needs 550.275. */
static void test_resting_entries_reserve_their_margin(void **state)
{
    (void)state;
    struct world *world = calm();
    uint64_t rest = place(world, COIN, limit_order(SIDE_BUY, "5", "90"));
    expect_order(world, rest, EVIDENCE_ACKED, REASON_NONE);
    expect_reject(world, market_order(SIDE_BUY, "5.5"), REASON_MARGIN);
    cancel(world, COIN, rest);
    expect_order(world, rest, EVIDENCE_CANCELED, REASON_REQUESTED);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "5.5"));
    (void)expect_fill(world, id, "5.5", "100");
    world_free(world);
}

/* 50x holds to 50,000: 500 units at 100; with 400 held, 101 more reach 50,100 and the 20x bracket.
 * */
static void test_leverage_must_fit_the_bracket_of_the_whole_position(void **state)
{
    (void)state;
    struct world *world = calm_of(world_new(false, "100000"));
    leverage(world, COIN, 50);
    (void)place(world, COIN, market_order(SIDE_BUY, "400"));
    skip_all(world);
    expect_reject(world, market_order(SIDE_BUY, "101"), REASON_LEVERAGE_BRACKET);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "100"));
    (void)expect_fill(world, id, "100", "100");
    world_free(world);
}

static void test_leverage_of_an_open_position_stays(void **state)
{
    (void)state;
    struct world *world = calm();
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    leverage(world, COIN, 20);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    assert_int_equal(position_of(world, COIN).leverage, 10);
    assert_int_equal(position_of(world, COIN).margin_e8, usd("20"));
    world_free(world);
}

static void test_stop_that_would_trigger_at_once_is_refused(void **state)
{
    (void)state;
    struct world *world = calm();
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    skip_all(world);
    expect_reject(world, close_order(ORDER_STOP_MARKET, SIDE_SELL, "100"), REASON_WOULD_TRIGGER);
    expect_reject(world, close_order(ORDER_STOP_MARKET, SIDE_SELL, "101"), REASON_WOULD_TRIGGER);
    expect_reject(world, close_order(ORDER_TAKE_PROFIT_MARKET, SIDE_SELL, "100"),
                  REASON_WOULD_TRIGGER);
    uint64_t id = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "99.99"));
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);
}

static void test_nothing_to_reduce_is_refused(void **state)
{
    (void)state;
    struct world *world = calm();
    struct action_place order = market_order(SIDE_SELL, "1");
    order.reduce_only = true;
    expect_reject(world, order, REASON_REDUCE_ONLY);
    expect_reject(world, close_order(ORDER_STOP_MARKET, SIDE_SELL, "98"), REASON_REDUCE_ONLY);
    (void)place(world, COIN, market_order(SIDE_SELL, "1"));
    skip_all(world);
    expect_reject(world, order, REASON_REDUCE_ONLY); /* same side as the short */
    world_free(world);
}

static void test_cancel_of_an_unknown_order_is_refused(void **state)
{
    (void)state;
    struct world *world = calm();
    cancel(world, COIN, 77);
    expect_order(world, 77, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    world_free(world);
}

/* ---- takers ---- */
/* spread 10 bp + slippage 5 bp + impact 10 % of the share 10 / 1000 (a quarter of 4000) = 10 bp: 25
 * bp. Buy 100 x 1.0025 = 100.25. Sell of 10.4: impact 10.4 bp, 25.4 bp: 99.746 down to 99.74. */
static void test_taker_pays_spread_slippage_and_impact_rounded_against_him(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.spread = BPS_E9(10);
    world->settings.slippage = BPS_E9(5);
    world->settings.impact = PERCENT_E9(10);
    world_open(world, false, "10000");
    (void)calm_of(world);
    uint64_t buy = place(world, COIN, market_order(SIDE_BUY, "10"));
    const struct event *fill = expect_fill(world, buy, "10", "100.25");
    assert_int_equal(fill->fill.liquidity, LIQUIDITY_TAKER);
    assert_int_equal(fill->fill.kind, FILL_TRADE);
    uint64_t sell = place(world, GOLD, market_order(SIDE_SELL, "10.4"));
    (void)expect_fill(world, sell, "10.4", "99.74");
    world_free(world);
}

/* Point volume 1000, share 25 %: an entry of 300 gets 250, the rest is cancelled; an exit of 250
 * fills whole. */
static void test_entries_end_at_the_share_of_the_volume_and_exits_do_not(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.participation = PERCENT_E9(25);
    world_open(world, false, "100000");
    (void)calm_of(world);
    uint64_t buy = place(world, COIN, market_order(SIDE_BUY, "300"));
    expect_order(world, buy, EVIDENCE_ACKED, REASON_NONE);
    (void)expect_fill(world, buy, "250", "100");
    expect_order(world, buy, EVIDENCE_CANCELED, REASON_LIQUIDITY);
    uint64_t more = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, more, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, more, EVIDENCE_CANCELED, REASON_LIQUIDITY);
    struct action_place exit = market_order(SIDE_SELL, "250");
    exit.reduce_only = true;
    uint64_t sell = place(world, COIN, exit);
    (void)expect_fill(world, sell, "250", "100");
    expect_flat(world, COIN);
    assert_int_equal(exchange_counters(world->exchange)->partial_fills, 1);
    world_free(world);
}

static void test_volume_is_unknown_where_none_was_ever_seen(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.participation = PERCENT_E9(25);
    world->settings.impact = PERCENT_E9(10);
    world_open(world, false, "100000");
    struct exchange_bar bar = bar_of(0, "100", "100", "100", "100");
    bar.volume = 0;
    give_bar(world, COIN, &bar);
    run_until(world, START);
    uint64_t buy = place(world, COIN, market_order(SIDE_BUY, "300"));
    (void)expect_fill(world, buy, "300", "100");
    world_free(world);
}

/* ---- limits ---- */
static void test_limit_fills_at_its_price_only_when_crossed(void **state)
{
    (void)state;
    struct world *world = calm();
    uint64_t touched = place(world, COIN, limit_order(SIDE_BUY, "1", "98"));
    uint64_t crossed = place(world, COIN, limit_order(SIDE_BUY, "1", "98.01"));
    coin_bar(world, 1, "100", "100", "98", "100");
    run_minute(world, 2, 0);
    const struct event *fill = expect_fill(world, crossed, "1", "98.01");
    assert_int_equal(fill->fill.liquidity, LIQUIDITY_MAKER);
    expect_no_more(world, EVENT_FILL);
    expect_wallet(world, "999.980398"); /* maker 2 bp of 98.01 */
    coin_bar(world, 2, "100", "100", "97.99", "100");
    run_minute(world, 3, 0);
    (void)expect_fill(world, touched, "1", "98");
    world_free(world);
}

static void test_limit_fill_touch_fills_at_the_touch(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.limit_fill = LIMIT_TOUCH;
    world_open(world, false, "1000");
    (void)calm_of(world);
    uint64_t id = place(world, COIN, limit_order(SIDE_SELL, "1", "102"));
    coin_bar(world, 1, "100", "102", "100", "100");
    run_minute(world, 2, 0);
    (void)expect_fill(world, id, "1", "102");
    world_free(world);
}

static void test_limit_that_is_gapped_through_fills_at_its_own_price(void **state)
{
    (void)state;
    struct world *world = calm();
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "98"));
    coin_bar(world, 1, "95", "96", "94", "95");
    run_minute(world, 1, 0);
    (void)expect_fill(world, id, "1", "98");
    world_free(world);
}

/* A quarter of 40 is 10 a point, a quarter of that 2.5: a limit of 6 gets 2.5 at the crossing
 * point, 2.5 at the next, 1 at the close: three maker fills at 98. */
static void test_limit_fills_in_parts_by_the_volume_of_each_point(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.participation = PERCENT_E9(25);
    world_open(world, false, "1000");
    (void)calm_of(world);
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "6", "98"));
    struct exchange_bar bar = bar_of(1, "100", "100.5", "97", "97.5");
    bar.volume = 40000;
    bar.volume_exponent = 3;
    bar.high_e12 = px("100"); /* the high is the open: high first at :20, low at :40 */
    bar.open_e12 = px("99");
    give_bar(world, COIN, &bar);
    run_minute(world, 2, 0);
    (void)expect_fill(world, id, "2.5", "98");
    (void)expect_fill(world, id, "2.5", "98");
    expect_no_more(world, EVENT_FILL);
    struct exchange_bar next = bar_of(2, "97.5", "97.5", "97.5", "97.5");
    give_bar(world, COIN, &next);
    run_minute(world, 2, 0);
    (void)expect_fill(world, id, "1", "98");
    assert_int_equal(position_of(world, COIN).size_e6, qty("6"));
    assert_int_equal(exchange_counters(world->exchange)->partial_fills, 2);
    world_free(world);
}

static void test_marketable_limit_takes_at_no_worse_than_its_price(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.spread = BPS_E9(10);
    world->settings.slippage = BPS_E9(10);
    world_open(world, false, "1000");
    (void)calm_of(world);
    /* ask 100.10, taker price 100.20 */
    uint64_t rests = place(world, COIN, limit_order(SIDE_BUY, "1", "100.09"));
    expect_order(world, rests, EVIDENCE_ACKED, REASON_NONE);
    expect_no_more(world, EVENT_FILL);
    uint64_t cut = place(world, COIN, limit_order(SIDE_BUY, "1", "100.15"));
    assert_int_equal(expect_fill(world, cut, "1", "100.15")->fill.liquidity, LIQUIDITY_TAKER);
    uint64_t whole = place(world, COIN, limit_order(SIDE_BUY, "1", "101"));
    (void)expect_fill(world, whole, "1", "100.2");
    world_free(world);
}

static void test_post_only_never_takes(void **state)
{
    (void)state;
    struct world *world = calm();
    struct action_place order = limit_order(SIDE_BUY, "1", "100");
    order.tif = TIF_POST_ONLY;
    expect_reject(world, order, REASON_POST_ONLY);
    order.price_e12 = px("99.99");
    uint64_t id = place(world, COIN, order);
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);
}

static void test_immediate_or_cancel_expires_with_its_rest(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.participation = PERCENT_E9(25);
    world_open(world, false, "100000");
    (void)calm_of(world);
    struct action_place order = limit_order(SIDE_BUY, "300", "100");
    order.tif = TIF_IOC;
    uint64_t id = place(world, COIN, order);
    (void)expect_fill(world, id, "250", "100");
    expect_order(world, id, EVIDENCE_EXPIRED, REASON_IOC);
    order.price_e12 = px("99");
    id = place(world, COIN, order);
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, id, EVIDENCE_EXPIRED, REASON_IOC);
    world_free(world);
}

static void test_fill_or_kill_is_all_or_nothing(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.participation = PERCENT_E9(25);
    world_open(world, false, "100000");
    (void)calm_of(world);
    struct action_place order = limit_order(SIDE_BUY, "251", "100");
    order.tif = TIF_FOK;
    uint64_t id = place(world, COIN, order);
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, id, EVIDENCE_EXPIRED, REASON_FOK);
    order.size_e6 = qty("250");
    id = place(world, COIN, order);
    (void)expect_fill(world, id, "250", "100");
    world_free(world);
}

static void test_good_till_date_expires_at_its_instant(void **state)
{
    (void)state;
    struct world *world = calm();
    struct action_place order = limit_order(SIDE_BUY, "1", "98");
    order.tif = TIF_GTD;
    order.expires_us = START + 30 * US_PER_SECOND;
    uint64_t id = place(world, COIN, order);
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    run_minute(world, 1, 0);
    const struct event *event = next_event(world, EVENT_ORDER);
    assert_int_equal(event->order.evidence, EVIDENCE_EXPIRED);
    assert_int_equal(event->order.reason, REASON_TTL);
    assert_int_equal(event->venue_time_us, START + 30 * US_PER_SECOND);
    expect_reject(world, order, REASON_TTL);
    world_free(world);
}

/* ---- positions ---- */
/* buy 2 at 100 (cost 200, fee 0.1), sell 1 at 110: released 100, realised 10, fee 0.055; wallet
 * 1009.845. */
static void test_partial_close_releases_its_share(void **state)
{
    (void)state;
    struct world *world = calm();
    (void)place(world, COIN, market_order(SIDE_BUY, "2"));
    coin_bar(world, 1, "110", "110", "110", "110");
    run_minute(world, 1, 1);
    (void)place(world, COIN, market_order(SIDE_SELL, "1"));
    expect_wallet(world, "1009.845");
    assert_int_equal(books(world).realised_e8, usd("10"));
    assert_int_equal(books(world).fees_e8, usd("0.155"));
    assert_int_equal(books(world).unrealised_e8, usd("10"));
    assert_int_equal(position_of(world, COIN).cost_e8, usd("100"));
    assert_int_equal(position_of(world, COIN).margin_e8, usd("100"));
    world_free(world);
}

static void test_larger_opposite_order_is_two_fills_and_flips(void **state)
{
    (void)state;
    struct world *world = calm();
    (void)place(world, COIN, market_order(SIDE_BUY, "2"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "90"));
    skip_all(world);
    uint64_t id = place(world, COIN, market_order(SIDE_SELL, "3"));
    const struct event *first = expect_fill(world, id, "2", "100");
    assert_int_equal(first->fill.trade_id, 2);
    expect_order(world, stop, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    assert_int_equal(expect_fill(world, id, "1", "100")->fill.trade_id, 3);
    assert_int_equal(position_of(world, COIN).side, SIDE_SHORT);
    assert_int_equal(position_of(world, COIN).size_e6, qty("1"));
    world_free(world);
}

static void test_reduce_only_shrinks_to_the_position(void **state)
{
    (void)state;
    struct world *world = calm();
    (void)place(world, COIN, market_order(SIDE_BUY, "2"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "90"));
    uint64_t target =
        place(world, COIN, exit_order(ORDER_TAKE_PROFIT_MARKET, SIDE_SELL, "1", "120"));
    skip_all(world);
    struct action_place order = market_order(SIDE_SELL, "5");
    order.reduce_only = true;
    uint64_t id = place(world, COIN, order);
    (void)expect_fill(world, id, "2", "100");
    expect_order(world, stop, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_order(world, target, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_order(world, id, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_flat(world, COIN);
    world_free(world);
}

static void test_reduce_only_limit_shrinks_and_ends_with_the_position(void **state)
{
    (void)state;
    struct world *world = calm();
    (void)place(world, COIN, market_order(SIDE_BUY, "2"));
    struct action_place order = limit_order(SIDE_SELL, "5", "101");
    order.reduce_only = true;
    uint64_t id = place(world, COIN, order);
    skip_all(world);
    coin_bar(world, 1, "100", "103", "100", "102");
    run_minute(world, 2, 0);
    (void)expect_fill(world, id, "2", "101");
    expect_order(world, id, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_flat(world, COIN);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_sizes_and_notional_are_checked),
        cmocka_unit_test(test_margin_is_checked_to_the_last_lot),
        cmocka_unit_test(test_resting_entries_reserve_their_margin),
        cmocka_unit_test(test_leverage_must_fit_the_bracket_of_the_whole_position),
        cmocka_unit_test(test_leverage_of_an_open_position_stays),
        cmocka_unit_test(test_stop_that_would_trigger_at_once_is_refused),
        cmocka_unit_test(test_nothing_to_reduce_is_refused),
        cmocka_unit_test(test_cancel_of_an_unknown_order_is_refused),
        cmocka_unit_test(test_taker_pays_spread_slippage_and_impact_rounded_against_him),
        cmocka_unit_test(test_entries_end_at_the_share_of_the_volume_and_exits_do_not),
        cmocka_unit_test(test_volume_is_unknown_where_none_was_ever_seen),
        cmocka_unit_test(test_limit_fills_at_its_price_only_when_crossed),
        cmocka_unit_test(test_limit_fill_touch_fills_at_the_touch),
        cmocka_unit_test(test_limit_that_is_gapped_through_fills_at_its_own_price),
        cmocka_unit_test(test_limit_fills_in_parts_by_the_volume_of_each_point),
        cmocka_unit_test(test_marketable_limit_takes_at_no_worse_than_its_price),
        cmocka_unit_test(test_post_only_never_takes),
        cmocka_unit_test(test_immediate_or_cancel_expires_with_its_rest),
        cmocka_unit_test(test_fill_or_kill_is_all_or_nothing),
        cmocka_unit_test(test_good_till_date_expires_at_its_instant),
        cmocka_unit_test(test_partial_close_releases_its_share),
        cmocka_unit_test(test_larger_opposite_order_is_two_fills_and_flips),
        cmocka_unit_test(test_reduce_only_shrinks_to_the_position),
        cmocka_unit_test(test_reduce_only_limit_shrinks_and_ends_with_the_position),
    };
    return cmocka_run_group_tests_name("exchange_orders", tests, NULL, NULL);
}
