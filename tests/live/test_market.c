/* test_market.c - a venue's records as the core sees them: conflation, looks, and ticks that are not believed (RISK F43). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "live/market.h"

#define NOW_US 1700000000000000LL

static struct instruments instruments;

static struct market *open_market(void)
{
    struct instrument item = {.tick_e12 = ONE_E12 / 100, .lot_e6 = 1000, .pack = 1};
    int32_t index = 0;
    instruments_init(&instruments);
    (void)strcpy(item.symbol, "BTCUSDT");
    assert_true(instruments_add(&instruments, &item, &index));
    struct market *market = market_new(&instruments);
    assert_non_null(market);
    return market;
}

/* Price in hundredths; sizes with 3 decimals. */
static void give(struct market *market, int64_t after_us, struct tape_record record)
{
    record.time_us = NOW_US + after_us;
    struct feed_record feed = {.kind = FEED_TICK, .instrument = 0, .time_us = record.time_us};
    feed.tick = (struct feed_tick){.record = &record, .size_decimals = 3};
    market_take(market, &feed, NOW_US + after_us, after_us * 1000);
}

static int64_t cents(int64_t value)
{
    return value * (ONE_E12 / 100);
}

static struct tape_record trade(int64_t price)
{
    return (struct tape_record){.kind = TAPE_TRADE, .v = {cents(price), 1000}};
}

static struct tape_record mark(int64_t price)
{
    return (struct tape_record){.kind = TAPE_MARK, .v = {cents(price)}};
}

static struct tape_record quote(int64_t bid, int64_t ask)
{
    return (struct tape_record){.kind = TAPE_QUOTE, .v = {cents(bid), 1000, cents(ask), 2000}};
}

static struct event next(struct market *market, enum event_kind kind)
{
    struct event event;
    while (market_next(market, &event)) {
        if (event.kind == kind) {
            return event;
        }
    }
    fail_msg("no event of kind %d", (int)kind);
    return event;
}

static int32_t count(struct market *market, enum event_kind kind)
{
    struct event event;
    int32_t found = 0;
    while (market_next(market, &event)) {
        found += event.kind == kind ? 1 : 0;
    }
    return found;
}

static void points_of_one_turn_are_one_and_every_mark_is_told(void **state)
{
    (void)state;
    struct market *market = open_market();
    give(market, 0, trade(10000));
    give(market, 1, trade(10001));
    give(market, 2, trade(10002));
    struct event event = next(market, EVENT_MARKET);
    assert_int_equal(event.market.last_e12, cents(10002));
    assert_int_equal(event.market.mark_e12, cents(10002)); /* none has come: the last price */
    assert_int_equal(event.venue_time_us, NOW_US + 2);
    assert_int_equal(count(market, EVENT_MARKET), 0);
    give(market, 3, mark(9990));
    give(market, 4, mark(9980));
    give(market, 5, trade(10003));
    event = next(market, EVENT_MARKET);
    assert_int_equal(event.market.mark_e12, cents(9990));
    event = next(market, EVENT_MARKET);
    assert_int_equal(event.market.mark_e12, cents(9980));
    assert_int_equal(event.market.last_e12, cents(10003));
    assert_false(market_next(market, &event));
    market_free(market);
}

/* Ten basis points of 100.01 reach to 100.11; test_look.c has the arithmetic. */
static void the_book_is_shown_once_a_second(void **state)
{
    (void)state;
    struct market *market = open_market();
    struct tape_record bid = {
        .kind = TAPE_DEPTH, .flags = TAPE_BUY | TAPE_SNAPSHOT_ROW, .v = {cents(9999), 1000}};
    struct tape_record ask = {
        .kind = TAPE_DEPTH, .flags = TAPE_SNAPSHOT_ROW | TAPE_LAST, .v = {cents(10001), 4000}};
    give(market, 0, bid);
    struct event event;
    assert_false(market_next(market, &event)); /* half a message */
    give(market, 0, ask);
    event = next(market, EVENT_BOOK);
    assert_int_equal(event.book.bid_e12, cents(9999));
    assert_int_equal(event.book.ask_e12, cents(10001));
    assert_int_equal(event.book.depth_e6[SIDE_BUY], 4000000);
    assert_int_equal(event.book.slippage_e9[SIDE_BUY], BPS_E9(1));
    give(market, 999999, quote(9999, 10001));
    assert_int_equal(count(market, EVENT_BOOK), 0);
    give(market, 1000000, quote(9999, 10001));
    assert_int_equal(count(market, EVENT_BOOK), 1);
    struct flatten_quote flat;
    assert_true(market_quote(market, 0, 1000000 * 1000 + 7, &flat));
    assert_int_equal(flat.bid_e12, cents(9999));
    assert_int_equal(flat.age_ns, 7);
    market_free(market);
}

static void zero_negative_and_crossed_never_pass(void **state)
{
    (void)state;
    struct market *market = open_market();
    struct market_counters counters;
    give(market, 0, trade(0));
    give(market, 1, trade(-5));
    give(market, 2, mark(0));
    give(market, 3, quote(10002, 10001));
    struct event event;
    assert_false(market_next(market, &event));
    market_counters(market, &counters);
    assert_int_equal(counters.refused[SANITY_EMPTY], 3);
    assert_int_equal(counters.refused[SANITY_CROSSED], 1);
    market_free(market);
}

static void a_tenfold_price_is_held_until_another_source_says_it(void **state)
{
    (void)state;
    struct market *market = open_market();
    struct market_counters counters;
    give(market, 0, trade(10000));
    (void)next(market, EVENT_MARKET);
    give(market, 10, trade(100000));
    give(market, 20, trade(100000)); /* the same source at once is no confirmation */
    give(market, 30, trade(10001));
    assert_int_equal(next(market, EVENT_MARKET).market.last_e12, cents(10001));
    give(market, 40, trade(100000));
    give(market, 50, mark(100100));
    struct event event = next(market, EVENT_MARKET);
    assert_int_equal(event.market.mark_e12, cents(100100));
    assert_int_equal(event.market.last_e12, cents(10001));
    give(market, 60, trade(100000));
    assert_int_equal(next(market, EVENT_MARKET).market.last_e12, cents(100000));
    market_counters(market, &counters);
    assert_int_equal(counters.refused[SANITY_HELD], 3);
    market_free(market);
}

static void a_jump_that_stays_for_a_second_is_the_market(void **state)
{
    (void)state;
    struct market *market = open_market();
    give(market, 0, trade(10000));
    (void)next(market, EVENT_MARKET);
    give(market, 10, trade(7000));
    give(market, 1000009, trade(7000));
    assert_int_equal(count(market, EVENT_MARKET), 0);
    give(market, 1000010, trade(7001));
    assert_int_equal(next(market, EVENT_MARKET).market.last_e12, cents(7001));
    market_free(market);
}

static void a_bar_is_told_at_its_close_even_when_the_ring_is_full(void **state)
{
    (void)state;
    struct market *market = open_market();
    struct market_counters counters;
    give(market, 0, trade(10000));
    for (int32_t i = 0; i < MARKET_QUEUE + 10; i++) {
        give(market, 1, mark(10000 + i % 7));
    }
    struct feed_record record = {.kind = FEED_BAR, .instrument = 0, .time_us = NOW_US};
    record.bar = (struct feed_bar){.interval_us = US_PER_MINUTE,
                                   .open_e12 = cents(10000),
                                   .high_e12 = cents(10100),
                                   .low_e12 = cents(9900),
                                   .close_e12 = cents(10050),
                                   .volume = 5};
    market_take(market, &record, NOW_US + US_PER_MINUTE, 0);
    assert_int_equal(market_waiting(market), MARKET_QUEUE);
    struct event event = next(market, EVENT_BAR);
    assert_int_equal(event.bar.open_time_us, NOW_US);
    assert_int_equal(event.venue_time_us, NOW_US + US_PER_MINUTE);
    assert_int_equal(event.bar.close_e12, cents(10050));
    market_counters(market, &counters);
    assert_true(counters.lost >= 10);
    record.bar.low_e12 = cents(10200);
    market_take(market, &record, NOW_US + US_PER_MINUTE, 0);
    assert_int_equal(count(market, EVENT_BAR), 0);
    market_free(market);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_of_one_turn_are_one_and_every_mark_is_told),
        cmocka_unit_test(the_book_is_shown_once_a_second),
        cmocka_unit_test(zero_negative_and_crossed_never_pass),
        cmocka_unit_test(a_tenfold_price_is_held_until_another_source_says_it),
        cmocka_unit_test(a_jump_that_stays_for_a_second_is_the_market),
        cmocka_unit_test(a_bar_is_told_at_its_close_even_when_the_ring_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
