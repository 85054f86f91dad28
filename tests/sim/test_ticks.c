/* test_ticks.c - records make the market: takers, makers, triggers, feeds that stand in for one another. */
#include "tests/sim/tick_world.h"

static struct world *depth_world_of(struct world *world)
{
    tick_world_open(world, false, false, true);
    small_book(world, 0);
    run_ms(world, 1);
    return world;
}

static struct world *depth_world(void)
{
    return depth_world_of(world_prepare());
}

static uint64_t
place_limit(struct world *world, enum side side, const char *size, const char *price)
{
    uint64_t id = place(world, COIN, limit_order(side, size, price));
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    return id;
}

/* ---- takers and the book ---- */

/* 1 at 101, then 1.5 of the 2 at 102. */
static void test_a_taker_walks_level_by_level(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "2.5"));
    (void)expect_fill(world, id, "1", "101");
    (void)expect_fill(world, id, "1.5", "102");
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* What it took is missing until the feed states the level again. */
static void test_what_was_taken_is_missing_until_stated(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t first = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, first, "1", "101");
    uint64_t second = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, second, "1", "102");
    level(world, 10, SIDE_SELL, "3", "101");
    run_ms(world, 10);
    uint64_t third = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, third, "1", "101");
    world_free(world);
}

/* 3 are for sale in all: the entry's other 2 are cancelled. */
static void test_an_entry_ends_with_the_visible_book(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "5"));
    (void)expect_fill(world, id, "1", "101");
    (void)expect_fill(world, id, "2", "102");
    skip_all(world);
    world->read = 0;
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, id, EVIDENCE_CANCELED, REASON_LIQUIDITY);
    world_free(world);
}

/* Bids: 1 at 99, 2 at 98; of the other 2 nothing is visible: they go at 98 less slippage of 1 %: 97.02. */
static void test_an_exit_is_filled_beyond_the_visible_book(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.slippage = PERCENT_E9(1);
    depth_world_of(world);
    level(world, 2, SIDE_SELL, "5", "101");
    run_ms(world, 2);
    (void)place(world, COIN, market_order(SIDE_BUY, "5"));
    skip_all(world);
    struct action_place order = market_order(SIDE_SELL, "5");
    order.reduce_only = true;
    uint64_t id = place(world, COIN, order);
    (void)expect_fill(world, id, "1", "99");
    (void)expect_fill(world, id, "2", "98");
    (void)expect_fill(world, id, "2", "97.02");
    expect_flat(world, COIN);
    world_free(world);
}

/* A limit at 101 takes the 1 there, never the 102; the rest rests and is hit by a later seller. */
static void test_a_limit_never_pays_more(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place_limit(world, SIDE_BUY, "3", "101");
    (void)expect_fill(world, id, "1", "101");
    expect_no_more(world, EVENT_FILL);
    give_at(world, 20, trade_of(SIDE_SELL, "0.5", "101"));
    run_ms(world, 20);
    (void)expect_fill(world, id, "0.5", "101");
    world_free(world);
}

static void test_times_in_force_against_the_true_book(void **state)
{
    (void)state;
    struct world *world = depth_world();
    struct action_place order = limit_order(SIDE_BUY, "1.5", "101");
    order.tif = TIF_FOK;
    uint64_t whole = place(world, COIN, order);
    expect_order(world, whole, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, whole, EVIDENCE_EXPIRED, REASON_FOK);
    order.tif = TIF_POST_ONLY;
    uint64_t post = place(world, COIN, order);
    expect_order(world, post, EVIDENCE_REJECTED, REASON_POST_ONLY);
    order.tif = TIF_IOC;
    uint64_t now = place(world, COIN, order);
    expect_order(world, now, EVIDENCE_ACKED, REASON_NONE);
    (void)expect_fill(world, now, "1", "101");
    expect_order(world, now, EVIDENCE_EXPIRED, REASON_IOC);
    order.tif = TIF_FOK;
    order.price_e12 = px("102");
    uint64_t fits = place(world, COIN, order);
    (void)expect_fill(world, fits, "1.5", "102");
    world_free(world);
}

/* ---- makers ---- */

/* 1 is displayed at 99 when ours comes; 0.4 trade, then 1: 0.4 of it is ours; then the rest of ours. */
static void test_a_maker_waits_behind_what_was_displayed(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place_limit(world, SIDE_BUY, "1", "99");
    give_at(world, 10, trade_of(SIDE_SELL, "0.4", "99"));
    give_at(world, 11, trade_of(SIDE_BUY, "5", "101"));
    run_ms(world, 11);
    expect_no_more(world, EVENT_FILL);
    give_at(world, 12, trade_of(SIDE_SELL, "1", "99"));
    run_ms(world, 12);
    const struct event *fill = expect_fill(world, id, "0.4", "99");
    assert_int_equal(fill->fill.liquidity, LIQUIDITY_MAKER);
    give_at(world, 13, trade_of(SIDE_SELL, "9", "99"));
    run_ms(world, 13);
    (void)expect_fill(world, id, "0.6", "99");
    world_free(world);
}

/* Conservative: a level that shrinks without trades shrinks behind us, until less is left than was ahead. */
static void test_a_level_that_shrinks(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place_limit(world, SIDE_BUY, "1", "99");
    level(world, 10, SIDE_BUY, "3", "99");
    level(world, 11, SIDE_BUY, "0.2", "99");
    give_at(world, 12, trade_of(SIDE_SELL, "0.5", "99"));
    run_ms(world, 12);
    (void)expect_fill(world, id, "0.3", "99");
    world_free(world);
}

/* power, n = 1: 1 ahead, 2 join behind; 3 to 1.5 without a trade: a third of 1.5 was ahead: 0.5 stays. */
static void test_a_level_that_shrinks_by_a_model(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.queue = QUEUE_POWER;
    world->settings.queue_power = 1;
    depth_world_of(world);
    uint64_t id = place_limit(world, SIDE_BUY, "1", "99");
    level(world, 10, SIDE_BUY, "3", "99");
    level(world, 11, SIDE_BUY, "1.5", "99");
    give_at(world, 12, trade_of(SIDE_SELL, "0.6", "99"));
    run_ms(world, 12);
    (void)expect_fill(world, id, "0.1", "99");
    world_free(world);
}

/* A trade at 98.5 has gone through 99: 0.7 of it were ours first. */
static void test_a_trade_through_our_price(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place_limit(world, SIDE_BUY, "1", "99");
    give_at(world, 10, trade_of(SIDE_SELL, "0.7", "98.5"));
    run_ms(world, 10);
    (void)expect_fill(world, id, "0.7", "99");
    world_free(world);
}

/* Sellers come to 99: 0.3 there and 0.2 at 98.9 cross ours, which is filled at its own price; and not twice. */
static void test_a_book_that_crosses_us(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t id = place_limit(world, SIDE_BUY, "1", "99");
    struct tape_record rows[] = {
        level_of(SIDE_BUY, "0", "99"),
        level_of(SIDE_SELL, "0.2", "98.9"),
        level_of(SIDE_SELL, "0.3", "99"),
    };
    rows[0].flags = TAPE_BUY;
    rows[1].flags = 0;
    give_at(world, 10, rows[0]);
    give_at(world, 10, rows[1]);
    give_at(world, 10, rows[2]);
    level(world, 11, SIDE_SELL, "4", "103");
    run_ms(world, 11);
    (void)expect_fill(world, id, "0.2", "99");
    (void)expect_fill(world, id, "0.3", "99");
    expect_no_more(world, EVENT_FILL);
    level(world, 12, SIDE_SELL, "8", "98.9");
    run_ms(world, 12);
    (void)expect_fill(world, id, "0.5", "99");
    world_free(world);
}

/* Within a message the book may look crossed; only the whole message counts. */
static void test_half_a_message_is_not_looked_at(void **state)
{
    (void)state;
    struct world *world = depth_world();
    (void)place_limit(world, SIDE_BUY, "1", "99");
    struct tape_record row = level_of(SIDE_SELL, "1", "99");
    row.flags = 0;
    give_at(world, 10, row);
    level(world, 10, SIDE_SELL, "0", "99");
    run_ms(world, 10);
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* Two of ours at 100, where nobody else stands: the older one first. */
static void test_the_older_order_first(void **state)
{
    (void)state;
    struct world *world = depth_world();
    uint64_t older = place_limit(world, SIDE_BUY, "1", "100");
    uint64_t younger = place_limit(world, SIDE_BUY, "1", "100");
    give_at(world, 10, trade_of(SIDE_SELL, "1.25", "100"));
    run_ms(world, 10);
    (void)expect_fill(world, older, "1", "100");
    (void)expect_fill(world, younger, "0.25", "100");
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* ---- our own order in the way ---- */

static void meet_own(int64_t policy, bool maker_stays, bool taker_goes_on)
{
    struct world *world = world_prepare();
    world->settings.self_trade = policy;
    depth_world_of(world);
    uint64_t maker = place_limit(world, SIDE_SELL, "1", "100");
    uint64_t taker = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, taker, EVIDENCE_ACKED, REASON_NONE);
    if (!maker_stays) {
        expect_order(world, maker, EVIDENCE_EXPIRED, REASON_SELF_TRADE);
    }
    if (taker_goes_on) {
        (void)expect_fill(world, taker, "1", "101");
    } else {
        expect_order(world, taker, EVIDENCE_EXPIRED, REASON_SELF_TRADE);
    }
    expect_no_more(world, EVENT_FILL);
    expect_no_more(world, EVENT_ORDER);
    world_free(world);
}

static void test_self_trade_prevention(void **state)
{
    (void)state;
    meet_own(SELF_TRADE_EXPIRE_MAKER, false, true);
    meet_own(SELF_TRADE_EXPIRE_TAKER, true, false);
    meet_own(SELF_TRADE_EXPIRE_BOTH, false, false);
}

/* ---- what a record sets off ---- */

/* Mark triggers: without mark data it is the last price, without trades the middle. Bids fall to 96 and 94: middle 98.5 and
 * at last 97.5; the stop at 98 fires there and takes the 94. */
static void test_a_stop_takes_from_the_book_that_holds(void **state)
{
    (void)state;
    struct world *world = depth_world();
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "1", "98"));
    skip_all(world);
    struct tape_record gone = level_of(SIDE_BUY, "0", "99");
    gone.flags = TAPE_BUY;
    give_at(world, 10, gone);
    gone.v[0] = px("98");
    give_at(world, 10, gone);
    level(world, 10, SIDE_BUY, "4", "96");
    run_ms(world, 10);
    expect_no_more(world, EVENT_FILL);
    level(world, 11, SIDE_BUY, "4", "94");
    level(world, 11, SIDE_BUY, "0", "96");
    run_ms(world, 11);
    (void)expect_fill(world, stop, "1", "94");
    world_free(world);
}

/* At one instant: the mark, the funding on it, the liquidation it sets off, then the trade that would have filled ours. */
static void test_the_order_of_one_instant(void **state)
{
    (void)state;
    struct world *world = depth_world();
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    skip_all(world);
    (void)place_limit(world, SIDE_BUY, "1", "99");
    skip_all(world);
    struct tape_record mark = {.kind = TAPE_MARK, .v = {px("90")}};
    give_at(world, 10, mark);
    exchange_funding(world->exchange, COIN, START + 10 * US_PER_MS, 1000000000000LL);
    give_at(world, 10, trade_of(SIDE_SELL, "5", "99"));
    run_ms(world, 10);
    int32_t first = world->read;
    int64_t funded_e12 = next_event(world, EVENT_FUNDING)->funding.mark_e12;
    assert_int_equal(funded_e12, px("90"));
    const struct event *fill = next_event(world, EVENT_FILL);
    assert_int_equal(fill->fill.kind, FILL_LIQUIDATION);
    expect_no_more(world, EVENT_FILL);
    world->read = first;
    expect_market(world, "100", "90");
    assert_string_equal(exchange_mark_source(world->exchange, COIN), "mark prices");
    world_free(world);
}

/* ---- feeds ---- */

/* Trades alone: the last one is the price, takers pay the model; a limit waits for a trade beyond it. */
static void test_trades_alone(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.slippage = PERCENT_E9(1);
    tick_world_open(world, true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    run_ms(world, 1);
    uint64_t taker = place(world, COIN, market_order(SIDE_BUY, "7"));
    (void)expect_fill(world, taker, "7", "101");
    uint64_t maker = place_limit(world, SIDE_BUY, "1", "99");
    give_at(world, 10, trade_of(SIDE_SELL, "3", "99"));
    run_ms(world, 10);
    expect_no_more(world, EVENT_FILL);
    give_at(world, 11, trade_of(SIDE_SELL, "3", "98.99"));
    run_ms(world, 11);
    (void)expect_fill(world, maker, "1", "99");
    world_free(world);
}

static void test_trades_alone_at_the_touch(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.limit_fill = LIMIT_TOUCH;
    tick_world_open(world, true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    run_ms(world, 1);
    uint64_t maker = place_limit(world, SIDE_BUY, "1", "99");
    give_at(world, 10, trade_of(SIDE_SELL, "0.3", "99"));
    run_ms(world, 10);
    (void)expect_fill(world, maker, "0.3", "99");
    world_free(world);
}

/* Quotes: the best level with its size, the rest at 1 % beyond it; one that joins the best waits behind its size; one
 * behind it knows its place when the best comes to it. */
static void test_quotes_alone(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.slippage = PERCENT_E9(1);
    tick_world_open(world, true, true, false);
    give_at(world, 0, quote_of("99", "2", "100", "1"));
    run_ms(world, 1);
    uint64_t taker = place(world, COIN, market_order(SIDE_BUY, "3"));
    (void)expect_fill(world, taker, "1", "100");
    (void)expect_fill(world, taker, "2", "101");
    uint64_t joins = place_limit(world, SIDE_BUY, "1", "99");
    uint64_t behind = place_limit(world, SIDE_BUY, "1", "98");
    give_at(world, 10, trade_of(SIDE_SELL, "2.5", "99"));
    run_ms(world, 10);
    (void)expect_fill(world, joins, "0.5", "99");
    give_at(world, 11, quote_of("98", "3", "100", "1"));
    give_at(world, 12, trade_of(SIDE_SELL, "3.5", "98"));
    run_ms(world, 12);
    (void)expect_fill(world, joins, "0.5", "99");
    expect_no_more(world, EVENT_FILL);
    give_at(world, 13, trade_of(SIDE_SELL, "0.5", "98"));
    run_ms(world, 13);
    (void)expect_fill(world, behind, "0.5", "98");
    world_free(world);
}

/* The stream misses a message: quotes serve until the next snapshot. */
static void test_a_gap_hands_over_to_the_quotes(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    tick_world_open(world, false, true, true);
    give_at(world, 0, quote_of("97", "1", "103", "5"));
    struct tape_record row = level_of(SIDE_SELL, "5", "101");
    row.flags |= TAPE_SNAPSHOT_ROW;
    row.sequence = 100;
    give_at(world, 1, row);
    run_ms(world, 2);
    uint64_t book = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, book, "1", "101");
    row.flags = TAPE_LAST;
    row.sequence = 120;
    row.v[2] = 111;
    row.v[3] = 110;
    give_at(world, 3, row);
    run_ms(world, 3);
    uint64_t quote = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, quote, "1", "103");
    assert_int_equal(exchange_counters(world->exchange)->depth_gaps, 1);
    assert_int_equal(exchange_counters(world->exchange)->depth_skipped, 1);
    struct exchange_feed feed;
    exchange_feed(world->exchange, COIN, &feed);
    assert_int_equal(feed.gaps, 1);
    assert_int_equal(feed.served_us[FIDELITY_QUOTES], US_PER_MS);
    assert_int_equal(feed.served_us[FIDELITY_DEPTH], 2 * US_PER_MS);
    world_free(world);
}

/* ---- telling ---- */

/* Quiet markets tell nothing but their bars; who asks gets the price of a latency ago. */
static void test_a_quiet_market(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_feed = 100 * US_PER_MS;
    tick_world_open(world, true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    give_at(world, 50, trade_of(SIDE_BUY, "1", "101"));
    give_at(world, 120, trade_of(SIDE_BUY, "1", "102"));
    run_ms(world, 200);
    expect_no_more(world, EVENT_MARKET);
    struct event event;
    assert_true(exchange_quote(world->exchange, COIN, START + 200 * US_PER_MS, &event));
    assert_int_equal(event.market.last_e12, px("101"));
    assert_true(exchange_quote(world->exchange, COIN, START + 220 * US_PER_MS, &event));
    assert_int_equal(event.market.last_e12, px("102"));
    world_free(world);
}

/* One minute of trades is a bar, told at its end; a minute without any is none. */
static void test_bars_of_trades(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    tick_world_open(world, true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    give_at(world, 1000, trade_of(SIDE_BUY, "2", "103"));
    give_at(world, 2000, trade_of(SIDE_SELL, "0.5", "99"));
    give_at(world, 59999, trade_of(SIDE_SELL, "1", "101"));
    give_at(world, 180000, trade_of(SIDE_SELL, "1", "90"));
    run_ms(world, 180000);
    const struct event *bar = next_event(world, EVENT_BAR);
    assert_int_equal(bar->time_us, START + MINUTE);
    assert_int_equal(bar->bar.open_time_us, START);
    assert_int_equal(bar->bar.open_e12, px("100"));
    assert_int_equal(bar->bar.high_e12, px("103"));
    assert_int_equal(bar->bar.low_e12, px("99"));
    assert_int_equal(bar->bar.close_e12, px("101"));
    assert_int_equal(bar->bar.volume, qty("4.5"));
    assert_int_equal(bar->bar.volume_exponent, 6);
    expect_no_more(world, EVENT_BAR);
    world_free(world);
}

/* Bars beside records: they close, and make no price; after the covered span they do. */
static void test_bars_only_close_where_records_cover(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    world->venue = exchange_venue(world->exchange);
    assert_true(
        exchange_covers(world->exchange, COIN, FIDELITY_TRADES, START, START + 2 * MINUTE - 1));
    exchange_transfer(world->exchange, START - MINUTE, usd("1000000"));
    coin_bar(world, -1, "100", "100", "100", "100");
    coin_bar(world, 0, "100", "150", "50", "100");
    give_at(world, 1, trade_of(SIDE_BUY, "1", "100"));
    run_ms(world, 2);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "1", "80"));
    skip_all(world);
    coin_bar(world, 1, "100", "160", "40", "100");
    give_at(world, 61000, trade_of(SIDE_SELL, "1", "99"));
    coin_bar(world, 2, "100", "101", "70", "100");
    run_minute(world, 2, 0);
    expect_market(world, "99", "99");
    expect_market(world, "100", "100");
    expect_no_more(world, EVENT_FILL);
    run_minute(world, 3, 0);
    (void)expect_fill(world, stop, "1", "80");
    world_free(world);
}

/* 300,000 prices within one millisecond, more than the wire holds: of those that do not fit the core hears the last. */
static void test_more_prices_in_an_instant_than_the_wire_holds(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    tick_world_open(world, true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    run_ms(world, 1);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    int64_t told_e12 = 0;
    struct event event;
    for (int64_t i = 0; i < 300000; i++) {
        struct tape_record trade = trade_of(SIDE_BUY, "1", i % 2 == 0 ? "100.5" : "101");
        trade.time_us = START + 10 * US_PER_MS;
        exchange_tick(world->exchange, COIN, &trade, DECIMALS);
    }
    while (exchange_next(world->exchange, START + US_PER_SECOND, &event)) {
        told_e12 = event.kind == EVENT_MARKET ? event.market.last_e12 : told_e12;
    }
    assert_int_equal(told_e12, px("101"));
    assert_true(exchange_counters(world->exchange)->conflated > 0);
    world_free(world);
}

/* 200,000 prices in two seconds, with an hour to the core: they are thinned, and not one is early. */
static void test_a_full_feed_is_never_early(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_feed = US_PER_HOUR;
    tick_world_open(world, true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    run_ms(world, 1);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    int64_t told_e12 = 0;
    struct event event;
    for (int64_t i = 0; i < 200000; i++) {
        struct tape_record trade = trade_of(SIDE_BUY, "1", i % 2 == 0 ? "100.5" : "101");
        trade.time_us = START + 10 * (US_PER_MS + i);
        assert_false(exchange_next(world->exchange, trade.time_us - 1, &event));
        exchange_tick(world->exchange, COIN, &trade, DECIMALS);
    }
    while (exchange_next(world->exchange, START + 3 * US_PER_HOUR, &event)) {
        if (event.kind == EVENT_MARKET) {
            assert_int_equal(event.time_us, event.venue_time_us + US_PER_HOUR);
            told_e12 = event.market.last_e12;
        }
    }
    assert_int_equal(told_e12, px("101"));
    assert_true(exchange_counters(world->exchange)->conflated > 0);
    assert_int_equal(exchange_counters(world->exchange)->crowded, 0);
    world_free(world);
}

/* No record for more than two minutes: an outage. */
static void test_silence_is_an_outage(void **state)
{
    (void)state;
    struct world *world = depth_world();
    run_ms(world, 120000);
    uint64_t last = place(world, COIN, market_order(SIDE_BUY, "0.5"));
    expect_order(world, last, EVIDENCE_ACKED, REASON_NONE);
    run_ms(world, 120001);
    uint64_t late = place(world, COIN, market_order(SIDE_BUY, "0.5"));
    expect_order(world, late, EVIDENCE_REJECTED, REASON_NO_MARKET);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_taker_walks_level_by_level),
        cmocka_unit_test(test_what_was_taken_is_missing_until_stated),
        cmocka_unit_test(test_an_entry_ends_with_the_visible_book),
        cmocka_unit_test(test_an_exit_is_filled_beyond_the_visible_book),
        cmocka_unit_test(test_a_limit_never_pays_more),
        cmocka_unit_test(test_times_in_force_against_the_true_book),
        cmocka_unit_test(test_a_maker_waits_behind_what_was_displayed),
        cmocka_unit_test(test_a_level_that_shrinks),
        cmocka_unit_test(test_a_level_that_shrinks_by_a_model),
        cmocka_unit_test(test_a_trade_through_our_price),
        cmocka_unit_test(test_a_book_that_crosses_us),
        cmocka_unit_test(test_half_a_message_is_not_looked_at),
        cmocka_unit_test(test_the_older_order_first),
        cmocka_unit_test(test_self_trade_prevention),
        cmocka_unit_test(test_a_stop_takes_from_the_book_that_holds),
        cmocka_unit_test(test_the_order_of_one_instant),
        cmocka_unit_test(test_trades_alone),
        cmocka_unit_test(test_trades_alone_at_the_touch),
        cmocka_unit_test(test_quotes_alone),
        cmocka_unit_test(test_a_gap_hands_over_to_the_quotes),
        cmocka_unit_test(test_a_quiet_market),
        cmocka_unit_test(test_bars_of_trades),
        cmocka_unit_test(test_bars_only_close_where_records_cover),
        cmocka_unit_test(test_more_prices_in_an_instant_than_the_wire_holds),
        cmocka_unit_test(test_a_full_feed_is_never_early),
        cmocka_unit_test(test_silence_is_an_outage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
