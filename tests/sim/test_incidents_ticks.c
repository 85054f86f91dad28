/* test_incidents_ticks.c - bad hours, groups and measured latencies where records make the market. */
#include "tests/sim/tick_world.h"

#include "sim/exchange/incidents.h"
#include "sim/exchange/latency.h"
#include "sim/exchange/requests.h"

/* One incident of COIN from 10 ms to 50 ms; a book of two levels a side stands at 0. */
static struct world *bad_hour(enum incident_kind kind, int64_t factor_e6, bool trades)
{
    static struct incident_schedule plan;
    plan = (struct incident_schedule){.count = 1};
    plan.items[0] = (struct incident){.kind = kind,
                                      .instrument = COIN,
                                      .from_us = START + 10 * US_PER_MS,
                                      .to_us = START + 50 * US_PER_MS,
                                      .factor_e6 = factor_e6};
    struct world *world = world_prepare();
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    assert_non_null(world->exchange);
    world->venue = exchange_venue(world->exchange);
    struct exchange_conditions conditions = {.incidents = &plan};
    exchange_conditions(world->exchange, &conditions);
    int64_t last_us = START + 1440 * MINUTE;
    assert_true(exchange_covers(world->exchange, COIN, FIDELITY_DEPTH, START, last_us));
    if (trades) {
        assert_true(exchange_covers(world->exchange, COIN, FIDELITY_TRADES, START, last_us));
    }
    exchange_transfer(world->exchange, START - MINUTE, usd("1000000"));
    run_until(world, START);
    small_book(world, 0);
    run_ms(world, 1);
    skip_all(world);
    return world;
}

/* Asks: 1 at 101, 2 at 102. At a half 0.5 and 1 are there; taking half of what 102 shows takes half of what it has. */
static void test_half_of_each_level_is_there(void **state)
{
    (void)state;
    struct world *world = bad_hour(INCIDENT_DEPTH_COLLAPSE, ONE_E6 / 2, false);
    run_ms(world, 10);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)expect_fill(world, id, "0.5", "101");
    (void)expect_fill(world, id, "0.5", "102");
    expect_no_more(world, EVENT_FILL);
    /* 1 of 2 is left at 102, half of it shows: the rest of the book */
    id = place(world, COIN, market_order(SIDE_BUY, "5"));
    (void)expect_fill(world, id, "0.5", "102");
    expect_no_more(world, EVENT_FILL);
    level(world, 60, SIDE_SELL, "3", "101");
    run_ms(world, 60);
    id = place(world, COIN, market_order(SIDE_BUY, "3"));
    (void)expect_fill(world, id, "3", "101");
    world_free(world);
}

/* With nothing left of any level an entry finds no liquidity, and ends. */
static void test_an_empty_book_ends_an_entry(void **state)
{
    (void)state;
    struct world *world = bad_hour(INCIDENT_DEPTH_COLLAPSE, 0, false);
    run_ms(world, 10);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    expect_order(world, id, EVIDENCE_CANCELED, REASON_LIQUIDITY);
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* A buy rests at 99 and a stop at 97. In the halt trades go through both and nothing happens; the first record behind it, at
 * 96, is a jump: the stop fires into the book that stands then, and that trade fills the buy. */
static void test_halted_market_meets_nothing_of_ours(void **state)
{
    (void)state;
    struct world *world = bad_hour(INCIDENT_HALT, 0, true);
    give_at(world, 2, trade_of(SIDE_BUY, "0.1", "101"));
    run_ms(world, 2);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "97"));
    uint64_t rest = place(world, COIN, limit_order(SIDE_BUY, "0.5", "98.5"));
    skip_all(world);
    give_at(world, 20, trade_of(SIDE_SELL, "10", "95"));
    give_at(world, 30, trade_of(SIDE_SELL, "10", "94"));
    run_ms(world, 40);
    expect_no_more(world, EVENT_FILL);
    expect_no_more(world, EVENT_MARKET);
    uint64_t refused = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, refused, EVIDENCE_REJECTED, REASON_NO_MARKET);
    assert_true(exchange_counters(world->exchange)->halted > 0);
    int32_t before = world->read;
    give_at(world, 50, trade_of(SIDE_SELL, "0.2", "96"));
    run_ms(world, 51);
    bool stopped = false;
    bool made = false;
    for (int32_t i = before; i < world->count; i++) {
        const struct event *event = &world->events[i];
        if (event->kind == EVENT_FILL) {
            assert_int_equal(event->venue_time_us, START + 50 * US_PER_MS);
            stopped = stopped || event->fill.order_id == stop;
            made = made || event->fill.order_id == rest;
        }
    }
    assert_true(stopped);
    assert_true(made);
    world_free(world);
}

/* Buys at 98 and 97 that cancel each other; one trade of 5 at 96 goes through both: one fills. */
static void test_one_trade_through_a_pair_fills_one(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    tick_world_open(world, true, false, false);
    give_at(world, 0, trade_of(SIDE_BUY, "1", "100"));
    run_ms(world, 1);
    struct request_group pair = {
        .count = 2, .places = {limit_order(SIDE_BUY, "1", "98"), limit_order(SIDE_BUY, "1", "97")}};
    pair.places[0].order_id = 50;
    pair.places[1].order_id = 51;
    exchange_group(world->exchange, world->now_us, COIN, &pair);
    run_ms(world, 2);
    skip_all(world);
    give_at(world, 10, trade_of(SIDE_SELL, "5", "96"));
    run_ms(world, 11);
    (void)expect_fill(world, 50, "1", "98");
    expect_order(world, 51, EVIDENCE_CANCELED, REASON_LINKED);
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

/* Receiver 1.2 s behind, offset 1.25 s: the trade took 50 ms, and from it on so do all three legs. An order sent at 100 ms
 * arrives at 150, its answer at 200. */
static void test_latency_of_the_tape_is_that_of_our_messages(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_model = LATENCY_MEASURED;
    world->settings.latency_order = US_PER_MS; /* so that place() does not wait */
    tick_world_open(world, true, false, false);
    exchange_clock_offset(world->exchange, 1250000000);
    struct tape_record trade = trade_of(SIDE_BUY, "1", "100");
    trade.time_us = START + 10 * US_PER_MS;
    trade.receive_ns = (START + 10 * US_PER_MS) * 1000 - 1200000000;
    trade.flags |= TAPE_RECEIVED;
    give(world, &trade);
    run_ms(world, 100);
    (void)place(world, COIN, limit_order(SIDE_BUY, "1", "90"));
    run_ms(world, 300);
    const struct event *ack = next_event(world, EVENT_ORDER);
    assert_int_equal(ack->venue_time_us, START + 150 * US_PER_MS);
    assert_int_equal(ack->time_us, START + 200 * US_PER_MS);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_half_of_each_level_is_there),
        cmocka_unit_test(test_an_empty_book_ends_an_entry),
        cmocka_unit_test(test_halted_market_meets_nothing_of_ours),
        cmocka_unit_test(test_one_trade_through_a_pair_fills_one),
        cmocka_unit_test(test_latency_of_the_tape_is_that_of_our_messages),
    };
    return cmocka_run_group_tests_name("incidents on records", tests, NULL, NULL);
}
