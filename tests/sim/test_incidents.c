/* test_incidents.c - bad hours: what each kind does, when it is over, and the file that plans them. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/incidents.h"

static int64_t at(int64_t minute, int64_t second)
{
    return START + minute * MINUTE + second * US_PER_SECOND;
}

/* One incident from second 10 to 50 of minute 0, COIN's unless it is of the whole venue. */
static struct incident_schedule plan_of(enum incident_kind kind)
{
    bool whole = kind == INCIDENT_DEAD || kind == INCIDENT_SLOW || kind == INCIDENT_RATE_LIMIT;
    struct incident_schedule plan = {.count = 1};
    plan.items[0] = (struct incident){.kind = kind,
                                      .instrument = whole ? INSTRUMENT_NONE : COIN,
                                      .from_us = at(0, 10),
                                      .to_us = at(0, 50)};
    return plan;
}

/* Prices of COIN: 100, at :20 90, at :40 110, then 100. GOLD stays at 100. Prepared, not opened, settings free to turn. */
static struct world *day(struct world *world, const struct incident_schedule *plan)
{
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    assert_non_null(world->exchange);
    world->venue = exchange_venue(world->exchange);
    struct exchange_conditions conditions = {.incidents = plan};
    exchange_conditions(world->exchange, &conditions);
    exchange_transfer(world->exchange, START - MINUTE, usd("10000"));
    coin_bar(world, 0, "100", "110", "90", "100");
    gold_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    skip_all(world);
    return world;
}

static int64_t begun(const struct world *world, enum incident_kind kind)
{
    int64_t count = 0;
    assert_string_equal(exchange_incident(world->exchange, (int32_t)kind, &count),
                        incident_kind_text((int)kind));
    return count;
}

/* ---- dead ---- */

/* A stop of 95 fires at :20 while nobody hears; an order and a cancel sent at :15 arrive at :50: the order is too old, the
 * cancel finds nothing. Everything is told at :50, in the order in which it happened. */
static void test_dead_holds_messages_and_refuses_old_orders(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_DEAD);
    struct world *world = day(world_prepare(), &plan);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "95"));
    run_minute(world, 0, 15);
    skip_all(world);
    uint64_t late = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    world->venue.cancel(world->venue.self, world->now_us, COIN, stop);
    run_until(world, at(0, 50) - 1);
    assert_int_equal(world->read, world->count); /* not a word */
    assert_false(world->venue.settled(world->venue.self));
    run_minute(world, 0, 51);
    const struct event *fill = expect_fill(world, stop, "1", "95");
    assert_int_equal(fill->venue_time_us, at(0, 20));
    assert_int_equal(fill->time_us, at(0, 50));
    expect_order(world, late, EVIDENCE_REJECTED, REASON_TOO_OLD);
    expect_order(world, stop, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    assert_true(world->venue.settled(world->venue.self));
    assert_int_equal(begun(world, INCIDENT_DEAD), 1);
    assert_int_equal(exchange_counters(world->exchange)->refused, 1);
    assert_true(exchange_counters(world->exchange)->held >= 3);
    assert_true(exchange_counters(world->exchange)->feed_lost > 0);
    world_free(world);
}

/* Sent one second before the dead time with two seconds of latency: due in it, so it waits as well. */
static void test_what_is_on_its_way_waits_too(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_DEAD);
    struct world *world = world_prepare();
    world->settings.latency_order = 2 * US_PER_SECOND;
    (void)day(world, &plan);
    run_minute(world, 0, 9);
    uint64_t id = place(world, GOLD, limit_order(SIDE_BUY, "1", "80"));
    run_minute(world, 0, 59);
    const struct event *event = next_event(world, EVENT_ORDER);
    assert_int_equal(event->order.order_id, id);
    assert_int_equal(event->order.reason, REASON_TOO_OLD);
    assert_int_equal(event->venue_time_us, at(0, 50));
    world_free(world);
}

/* ---- cancel_only, submit_only ---- */
static void test_cancel_only_and_submit_only(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_CANCEL_ONLY);
    struct world *world = day(world_prepare(), &plan);
    uint64_t rest = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    run_minute(world, 0, 15);
    skip_all(world);
    uint64_t refused = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    expect_order(world, refused, EVIDENCE_REJECTED, REASON_CANCEL_ONLY);
    uint64_t other = place(world, GOLD, limit_order(SIDE_BUY, "1", "80"));
    expect_order(world, other, EVIDENCE_ACKED, REASON_NONE);
    cancel(world, COIN, rest);
    expect_order(world, rest, EVIDENCE_CANCELED, REASON_REQUESTED);
    run_minute(world, 0, 50); /* its end is not part of it */
    other = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    expect_order(world, other, EVIDENCE_ACKED, REASON_NONE);
    world_free(world);

    plan = plan_of(INCIDENT_SUBMIT_ONLY);
    world = day(world_prepare(), &plan);
    run_minute(world, 0, 10);
    rest = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    expect_order(world, rest, EVIDENCE_ACKED, REASON_NONE);
    cancel(world, COIN, rest);
    expect_order(world, rest, EVIDENCE_CANCEL_REJECTED, REASON_SUBMIT_ONLY);
    run_minute(world, 0, 50);
    cancel(world, COIN, rest);
    expect_order(world, rest, EVIDENCE_CANCELED, REASON_REQUESTED);
    world_free(world);
}

/* ---- slow: 100 ms out and 50 ms back, ten times as long ---- */
static void test_slow_multiplies_every_leg(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_SLOW);
    plan.items[0].factor_e6 = 10 * ONE_E6;
    struct world *world = world_prepare();
    world->settings.latency_order = 100 * US_PER_MS;
    world->settings.latency_response = 50 * US_PER_MS;
    (void)day(world, &plan);
    run_minute(world, 0, 15);
    (void)place(world, GOLD, limit_order(SIDE_BUY, "1", "80"));
    run_minute(world, 0, 30);
    const struct event *ack = next_event(world, EVENT_ORDER);
    assert_int_equal(ack->venue_time_us, at(0, 16));
    assert_int_equal(ack->time_us, at(0, 16) + 500 * US_PER_MS);
    world_free(world);
}

/* ---- stale feed: the stop of 95 fires and is told; no price is, and the books show the mark that was heard ---- */
static void test_stale_feed_goes_on_matching(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_STALE_FEED);
    struct world *world = day(world_prepare(), &plan);
    struct event event;
    (void)place(world, COIN, market_order(SIDE_BUY, "2"));
    uint64_t stop = place(world, COIN, exit_order(ORDER_STOP_MARKET, SIDE_SELL, "1", "95"));
    skip_all(world);
    run_minute(world, 0, 30);
    int32_t before = world->read;
    expect_no_more(world, EVENT_MARKET);
    (void)expect_fill(world, stop, "1", "95");
    world->read = before;
    assert_int_equal(position_of(world, COIN).mark_e12, px("100"));
    assert_int_equal(books(world).unrealised_e8, 0);
    assert_false(exchange_quote(world->exchange, COIN, world->now_us, &event));
    coin_bar(world, 1, "100", "100", "100", "100");
    run_minute(world, 1, 1);
    expect_market(world, "100", "100"); /* the close: the first that the feed carries again */
    world_free(world);
}

/* ---- halt: neither stop nor limit sees :20 and :40; the first price behind it is a jump to 100, and 100 fires nothing ---- */
static void test_halted_market_stands_still(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_HALT);
    struct world *world = day(world_prepare(), &plan);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    (void)place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "95"));
    (void)place(world, COIN, limit_order(SIDE_SELL, "1", "105"));
    run_minute(world, 0, 15);
    skip_all(world);
    uint64_t refused = place(world, COIN, market_order(SIDE_SELL, "1"));
    expect_order(world, refused, EVIDENCE_REJECTED, REASON_NO_MARKET);
    run_minute(world, 0, 59);
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("1"));
    assert_int_equal(exchange_counters(world->exchange)->halted, 2);
    world_free(world);
}

/* It reopens at 93: the stop of 95 was passed in the jump and fires at 93, not at 95. */
static void test_reopening_is_a_jump(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_HALT);
    struct world *world = world_prepare();
    plan.items[0].to_us = at(1, 30);
    (void)day(world, &plan);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "95"));
    skip_all(world);
    coin_bar(world, 1, "98", "98", "93", "93"); /* :40 of it is the first after the halt */
    run_minute(world, 1, 39);
    expect_no_more(world, EVENT_FILL);
    run_minute(world, 1, 41);
    const struct event *fill = expect_fill(world, stop, "1", "93");
    assert_int_equal(fill->venue_time_us, at(1, 40));
    world_free(world);
}

/* 1200 in cross: 100 COIN and 10 GOLD at 100. COIN falls to 88 at :40 and is liquidated, which leaves too little for GOLD; but
 * GOLD is halted from :10 to :50, and nobody trades at a mark that stands: it is closed at its first price behind the halt. */
static void test_account_in_need_leaves_a_halted_symbol_to_its_market(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_HALT);
    struct world *world = world_prepare();
    plan.items[0].instrument = GOLD;
    struct exchange_conditions conditions = {.incidents = &plan};
    world->exchange = exchange_new(world->instruments, &world->settings, true);
    assert_non_null(world->exchange);
    world->venue = exchange_venue(world->exchange);
    exchange_conditions(world->exchange, &conditions);
    exchange_transfer(world->exchange, START - MINUTE, usd("1200"));
    coin_bar(world, 0, "100", "100", "88", "88");
    gold_bar(world, 0, "100", "100", "95", "95");
    run_minute(world, 0, 5);
    leverage(world, COIN, 10);
    leverage(world, GOLD, 10);
    (void)place(world, COIN, market_order(SIDE_BUY, "100"));
    (void)place(world, GOLD, market_order(SIDE_BUY, "10"));
    run_minute(world, 0, 50);
    expect_flat(world, COIN);
    assert_int_equal(position_of(world, GOLD).size_e6, qty("10"));
    skip_all(world);
    run_minute(world, 1, 0);
    const struct event *fill = next_event(world, EVENT_FILL);
    assert_int_equal(fill->instrument, GOLD);
    assert_int_equal(fill->fill.kind, FILL_LIQUIDATION);
    assert_int_equal(fill->venue_time_us, at(1, 0) - 1);
    expect_flat(world, GOLD);
    world_free(world);
}

/* ---- delisting ----
 * Settled at :30 at the last mark, the 90 of :20: 10 lost, and the taker's fee of 0.045 on top of the entry's 0.05. */
static void test_delisting_settles_at_the_last_mark(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_DELIST);
    plan.items[0].from_us = at(0, 30);
    plan.items[0].to_us = at(0, 30) + 1;
    struct world *world = day(world_prepare(), &plan);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "80"));
    uint64_t rest = place(world, COIN, limit_order(SIDE_BUY, "1", "85"));
    skip_all(world);
    run_minute(world, 0, 35);
    const struct event *fill = expect_fill(world, 0, "1", "90");
    assert_int_equal(fill->venue_time_us, at(0, 30));
    assert_int_equal(fill->fill.kind, FILL_TRADE);
    expect_order(world, stop, EVIDENCE_CANCELED, REASON_POSITION_CLOSED);
    expect_order(world, rest, EVIDENCE_CANCELED, REASON_NO_MARKET);
    expect_flat(world, COIN);
    expect_wallet(world, "9989.905");
    assert_false(exchange_open(world->exchange, COIN, world->now_us));
    uint64_t late = place(world, COIN, market_order(SIDE_BUY, "1"));
    expect_order(world, late, EVIDENCE_REJECTED, REASON_NO_MARKET);
    uint64_t other = place(world, GOLD, market_order(SIDE_BUY, "1"));
    expect_order(world, other, EVIDENCE_ACKED, REASON_NONE);
    run_minute(world, 1, 30);
    skip_all(world);
    assert_int_equal(exchange_counters(world->exchange)->delistings, 1);
    world_free(world);
}

/* ---- depth: 1000 a point, a quarter is ours; at a hundredth of it 2.5 ---- */
static void test_depth_collapses(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_DEPTH_COLLAPSE);
    plan.items[0].factor_e6 = ONE_E6 / 100;
    struct world *world = world_prepare();
    world->settings.participation = PERCENT_E9(25);
    (void)day(world, &plan);
    (void)place(world, COIN, limit_order(SIDE_BUY, "1", "60")); /* so that it is tracked */
    run_minute(world, 0, 21);
    skip_all(world);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "10"));
    (void)expect_fill(world, id, "2.5", "90");
    expect_order(world, id, EVIDENCE_CANCELED, REASON_LIQUIDITY);
    world_free(world);
}

/* ---- rate ---- */
static void test_rate_is_tightened(void **state)
{
    (void)state;
    struct incident_schedule plan = plan_of(INCIDENT_RATE_LIMIT);
    plan.items[0].orders_10s = 1;
    plan.items[0].orders_1m = 100;
    struct world *world = day(world_prepare(), &plan);
    run_minute(world, 0, 15);
    uint64_t id = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    id = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
    expect_order(world, id, EVIDENCE_REJECTED, REASON_RATE_LIMIT);
    run_minute(world, 0, 51);
    for (int i = 0; i < 5; i++) {
        id = place(world, COIN, limit_order(SIDE_BUY, "1", "80"));
        expect_order(world, id, EVIDENCE_ACKED, REASON_NONE);
    }
    world_free(world);
}

/* ---- drawn ones ---- */

static void test_a_day_has_the_same_bad_hours_in_every_run(void **state)
{
    (void)state;
    struct incidents *one = calloc(1, sizeof *one);
    struct incidents *other = calloc(1, sizeof *other);
    assert_non_null(one);
    assert_non_null(other);
    incidents_init(one, 2, 5);
    incidents_init(other, 2, 5);
    incidents_plan(one, NULL, 42);
    incidents_plan(other, NULL, 42);
    int64_t day_us = instant_day(START);
    incidents_turn(one, day_us - 3 * US_PER_DAY); /* comes from afar */
    incidents_turn(one, day_us);
    incidents_turn(other, day_us);
    assert_int_equal(one->count, 10); /* today's and tomorrow's */
    for (int32_t i = 0; i < 5; i++) {
        const struct incident *item = &one->items[i];
        assert_memory_equal(item, &other->items[i], sizeof *item);
        assert_in_range(item->from_us, day_us, day_us + US_PER_DAY - 1);
        assert_true(item->to_us > item->from_us && item->to_us <= day_us + US_PER_DAY);
        assert_true(item->kind != INCIDENT_DELIST);
    }
    incidents_turn(other, day_us + US_PER_DAY - 1);
    int64_t sum = 0;
    for (int kind = 0; kind < INCIDENT_KINDS; kind++) {
        sum += other->begun[kind];
    }
    assert_int_equal(sum, 5);
    incidents_init(one, 2, 5);
    incidents_plan(one, NULL, 43);
    incidents_turn(one, day_us);
    assert_true(memcmp(&one->items[0], &other->items[0], sizeof one->items[0]) != 0);
    free(one);
    free(other);
}

/* ---- the file ---- */

static const struct instruments *names(void)
{
    static struct world *world;
    if (world == NULL) {
        world = world_prepare();
    }
    return world->instruments;
}

static void refuses(const char *text, const char *message)
{
    static struct incident_schedule plan;
    struct error error;
    error_init(&error);
    assert_false(incidents_parse(&plan, names(), slice_of(text), "bad.json", &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    char whole[ERROR_TEXT_BYTES + ERROR_PATH_BYTES + 32];
    (void)snprintf(whole, sizeof whole, "%s:%d: %s", error.file, (int)error.line, error.text);
    assert_string_equal(whole, message);
}

static void test_file_is_read_strictly(void **state)
{
    (void)state;
    static struct incident_schedule plan;
    struct error error;
    error_init(&error);
    const char *good = "[{\"from\": \"2023-11-14T23:00:00Z\", \"to\": \"2023-11-14T23:10:00Z\", "
                       "\"symbol\": \"*\",\n"
                       "  \"kind\": \"slow\", \"factor\": 2.5},\n"
                       " {\"from\": 1700000040000, \"symbol\": \"coin\", \"kind\": \"delist\"},\n"
                       " {\"from\": 1700000000000, \"to\": 1700000060000, \"symbol\": \"*\", "
                       "\"kind\": \"rate_limit\",\n"
                       "  \"orders_10s\": 0, \"orders_1m\": 7}]";
    assert_true(incidents_parse(&plan, names(), slice_of(good), "good.json", &error));
    assert_int_equal(plan.count, 3);
    assert_int_equal(plan.items[0].kind, INCIDENT_RATE_LIMIT); /* by start */
    assert_int_equal(plan.items[0].orders_1m, 7);
    assert_int_equal(plan.items[1].kind, INCIDENT_DELIST);
    assert_int_equal(plan.items[1].instrument, COIN);
    assert_int_equal(plan.items[1].from_us, START);
    assert_int_equal(plan.items[2].factor_e6, 2500000);
    assert_int_equal(plan.items[2].instrument, INSTRUMENT_NONE);

#define HEAD "{\"from\": 1700000000000, \"to\": 1700000060000, "
    refuses("{}", "bad.json:1: no JSON list: write [{...}, {...}]");
    refuses("[\n7]", "bad.json:2: an incident is an object: {\"from\": ..., \"kind\": ...}");
    refuses("[" HEAD "\"symbol\": \"*\",\n\"knid\": \"halt\"}]",
            "bad.json:2: unknown key \"knid\": known are from, to, symbol, kind, factor, price, "
            "orders_10s, "
            "orders_1m");
    refuses("[" HEAD "\"symbol\": \"*\",\n\"kind\": \"flood\"}]",
            "bad.json:2: \"flood\" is no kind: dead, cancel_only, submit_only, slow, stale_feed, "
            "halt, delist, adl, depth_collapse or rate_limit");
    refuses("[" HEAD "\n\"symbol\": \"NOPE\", \"kind\": \"halt\"}]",
            "bad.json:2: \"NOPE\" is no symbol of this market: name one, or \"*\" for all");
    refuses("[{\"from\": \"yesterday\"}]",
            "bad.json:1: \"yesterday\" is no time: write \"2025-01-20T15:00:00Z\" or 13 digits");
    refuses("[\n" HEAD "\"symbol\": \"COIN\", \"kind\": \"dead\"}]",
            "bad.json:2: this kind is of the whole venue: write \"symbol\": \"*\"");
    refuses("[" HEAD "\"symbol\": \"*\", \"kind\": \"slow\"}]",
            "bad.json:1: \"factor\" belongs to slow, depth_collapse and adl, and only there");
    refuses("[" HEAD "\"symbol\": \"*\", \"kind\": \"slow\", \"factor\": 0.5}]",
            "bad.json:1: the factor of slow is 1 or more, of depth_collapse 1 or less");
    refuses("[" HEAD "\"symbol\": \"*\", \"kind\": \"delist\"}]",
            "bad.json:1: a delisting and an adl have no end: leave \"to\" out");
    refuses(
        "[{\"from\": 1700000060000, \"to\": 1700000060000, \"symbol\": \"*\", \"kind\": \"halt\"}]",
        "bad.json:1: it ends before it begins: swap \"from\" and \"to\"");
    refuses("[" HEAD "\"kind\": \"halt\"}]",
            "bad.json:1: an incident needs \"from\", \"symbol\" and \"kind\"");
    refuses("[" HEAD "\"from\": 1700000000000}]", "bad.json:1: \"from\" is given twice: keep one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dead_holds_messages_and_refuses_old_orders),
        cmocka_unit_test(test_what_is_on_its_way_waits_too),
        cmocka_unit_test(test_cancel_only_and_submit_only),
        cmocka_unit_test(test_slow_multiplies_every_leg),
        cmocka_unit_test(test_stale_feed_goes_on_matching),
        cmocka_unit_test(test_halted_market_stands_still),
        cmocka_unit_test(test_reopening_is_a_jump),
        cmocka_unit_test(test_account_in_need_leaves_a_halted_symbol_to_its_market),
        cmocka_unit_test(test_delisting_settles_at_the_last_mark),
        cmocka_unit_test(test_depth_collapses),
        cmocka_unit_test(test_rate_is_tightened),
        cmocka_unit_test(test_a_day_has_the_same_bad_hours_in_every_run),
        cmocka_unit_test(test_file_is_read_strictly),
    };
    return cmocka_run_group_tests_name("incidents", tests, NULL, NULL);
}
