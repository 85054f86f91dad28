/* test_latency.c - dice, the three legs, their models and clocks, and books that stay equal with prices in flight. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/latency.h"
#include "sim/exchange/random.h"

/* ---- dice ---- */

/* splitmix64 from seed 1234567: the published first five (rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64). */
static void test_dice_are_the_published_ones(void **state)
{
    (void)state;
    static const uint64_t expected[] = {6457827717110365317U, 3203168211198807973U,
                                        9817491932198370423U, 4593380528125082431U,
                                        16408922859458223821U};
    struct random dice = {.state = 1234567};
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        assert_true(random_next(&dice) == expected[i]);
    }
}

static void test_streams_of_one_seed_differ_and_repeat(void **state)
{
    (void)state;
    struct random one;
    struct random other;
    struct random again;
    random_start(&one, 1, 0);
    random_start(&other, 1, 1);
    random_start(&again, 1, 0);
    for (int i = 0; i < 100; i++) {
        uint64_t value = random_next(&one);
        assert_true(value != random_next(&other));
        assert_true(value == random_next(&again));
    }
    int64_t seen[6] = {0};
    for (int i = 0; i < 6000; i++) {
        seen[random_below(&one, 6)]++;
    }
    for (int i = 0; i < 6; i++) {
        assert_in_range(seen[i], 850, 1150);
    }
}

/* ---- models ---- */

static struct exchange_settings settings_of(int64_t model)
{
    struct exchange_settings settings;
    exchange_settings_defaults(&settings);
    settings.latency_model = model;
    settings.latency_feed = 10;
    settings.latency_order = 20;
    settings.latency_response = 30;
    return settings;
}

static void test_constants_are_one_a_leg(void **state)
{
    (void)state;
    struct exchange_settings settings = settings_of(LATENCY_CONSTANT);
    struct latency latency;
    latency_init(&latency, &settings);
    latency_seed(&latency, NULL, 7);
    assert_int_equal(latency_next_us(&latency, LEG_FEED), 10);
    assert_int_equal(latency_next_us(&latency, LEG_ORDER), 20);
    assert_int_equal(latency_next_us(&latency, LEG_RESPONSE), 30);
}

/* Quantiles 100, 200, 1000: half of the draws lie on each line, their means 150 and 600. Samples are drawn as they are. */
static void test_sampled_draws_follow_their_table(void **state)
{
    (void)state;
    static struct latency_table table = {
        .legs = {[LEG_FEED] = {true, 3, {100, 200, 1000}}, [LEG_ORDER] = {false, 2, {7, 9}}}};
    struct exchange_settings settings = settings_of(LATENCY_SAMPLED);
    struct latency latency;
    latency_init(&latency, &settings);
    latency_seed(&latency, &table, 7);
    int64_t low = 0;
    int64_t sum[2] = {0, 0};
    for (int i = 0; i < 10000; i++) {
        int64_t us = latency_next_us(&latency, LEG_FEED);
        assert_in_range(us, 100, 999);
        low += us < 200;
        sum[us < 200] += us;
        int64_t sample = latency_next_us(&latency, LEG_ORDER);
        assert_true(sample == 7 || sample == 9);
        assert_int_equal(latency_next_us(&latency, LEG_RESPONSE), 30); /* not in the table */
    }
    assert_in_range(low, 4800, 5200);
    assert_in_range(sum[1] / low, 147, 152);
    assert_in_range(sum[0] / (10000 - low), 590, 610);
}

static void test_legs_draw_from_dice_of_their_own(void **state)
{
    (void)state;
    static struct latency_table table = {
        .legs = {[LEG_FEED] = {true, 2, {0, 1000000}}, [LEG_ORDER] = {true, 2, {0, 1000000}}}};
    struct exchange_settings settings = settings_of(LATENCY_SAMPLED);
    struct latency one;
    struct latency other;
    latency_init(&one, &settings);
    latency_init(&other, &settings);
    latency_seed(&one, &table, 3);
    latency_seed(&other, &table, 3);
    for (int i = 0; i < 50; i++) {
        (void)latency_next_us(&one, LEG_FEED); /* drawing more of one leg ... */
    }
    for (int i = 0; i < 50; i++) { /* ... never shifts another */
        assert_int_equal(latency_next_us(&one, LEG_ORDER), latency_next_us(&other, LEG_ORDER));
    }
}

/* ---- measured: S4's first messages of BTCUSDT (receive ns, exchange ms) ----
 * depth 1723161255030314667 - 1723161256298: -1.267685333 s, the smallest of these four: the receiver's clock is that much
 * behind. With it added: depth 0, trades 33,861,700 ns and 11,915,900 ns, quote 42,854,500 ns; up to the microsecond. */
static void test_negative_latencies_of_s4_are_set_right(void **state)
{
    (void)state;
    static const struct {
        int64_t receive_ns, exchange_ms, expected_us;
    } messages[] = {
        {1723161255030314667, 1723161256298, 0},
        {1723161255088176367, 1723161256322, 33862},
        {1723161255088230567, 1723161256344, 11916},
        {1723161255088169167, 1723161256313, 42855},
    };
    struct exchange_settings settings = settings_of(LATENCY_MEASURED);
    struct latency latency;
    latency_init(&latency, &settings);
    assert_int_equal(latency_next_us(&latency, LEG_FEED), 10); /* before the first record */
    int64_t smallest_ns = INT64_MAX;
    for (size_t i = 0; i < ARRAY_COUNT(messages); i++) {
        int64_t ns = messages[i].receive_ns - messages[i].exchange_ms * 1000000;
        smallest_ns = ns < smallest_ns ? ns : smallest_ns;
    }
    assert_int_equal(smallest_ns, -1267685333);
    latency.offset_ns = -smallest_ns;
    for (size_t i = 0; i < ARRAY_COUNT(messages); i++) {
        struct tape_record record = {.time_us = messages[i].exchange_ms * 1000,
                                     .receive_ns = messages[i].receive_ns,
                                     .flags = TAPE_RECEIVED};
        latency_measure(&latency, &record);
        assert_int_equal(latency_next_us(&latency, LEG_FEED), messages[i].expected_us);
        assert_int_equal(latency_next_us(&latency, LEG_ORDER), messages[i].expected_us);
        assert_int_equal(latency_next_us(&latency, LEG_RESPONSE), messages[i].expected_us);
    }
}

static void test_records_that_cannot_be_believed_measure_nothing(void **state)
{
    (void)state;
    struct exchange_settings settings = settings_of(LATENCY_MEASURED);
    struct latency latency;
    latency_init(&latency, &settings);
    struct tape_record record = {.time_us = 1000, .receive_ns = 5000000, .flags = 0};
    latency_measure(&latency, &record); /* no receive time */
    assert_int_equal(latency_next_us(&latency, LEG_FEED), 10);
    record.flags = TAPE_RECEIVED;
    record.receive_ns = INT64_MAX; /* centuries later */
    latency_measure(&latency, &record);
    assert_int_equal(latency_next_us(&latency, LEG_FEED), 10);
    record.receive_ns = 5000001;
    latency_measure(&latency, &record);
    assert_int_equal(latency_next_us(&latency, LEG_FEED), 4001); /* up */
}

/* ---- the file ---- */

static void refuses(const char *text, const char *message)
{
    static struct latency_table table;
    struct error error;
    error_init(&error);
    assert_false(latency_table_parse(&table, slice_of(text), "lat.json", &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    char whole[ERROR_TEXT_BYTES + ERROR_PATH_BYTES + 32];
    (void)snprintf(whole, sizeof whole, "%s:%d: %s", error.file, (int)error.line, error.text);
    assert_string_equal(whole, message);
}

static void test_file_is_read_strictly(void **state)
{
    (void)state;
    static struct latency_table table;
    struct error error;
    error_init(&error);
    const char *good = "{\"feed\": {\"quantiles_us\": [900, 1500, 40000]},\n"
                       " \"response\": {\"samples_us\": [\"700\"]}}";
    assert_true(latency_table_parse(&table, slice_of(good), "lat.json", &error));
    assert_true(table.legs[LEG_FEED].quantiles);
    assert_int_equal(table.legs[LEG_FEED].count, 3);
    assert_int_equal(table.legs[LEG_FEED].values_us[2], 40000);
    assert_int_equal(table.legs[LEG_ORDER].count, 0);
    assert_int_equal(table.legs[LEG_RESPONSE].values_us[0], 700);
    refuses("[]", "lat.json:1: no JSON object: see `cerberus-sim --help`");
    refuses("{\"feed\": {}", "lat.json:1: no JSON object: see `cerberus-sim --help`");
    refuses("{\n\"fed\": {}}",
            "lat.json:2: unknown key \"fed\": known are feed, order and response");
    refuses("{\"feed\":\n {\"mean_us\": [1]}}",
            "lat.json:2: unknown key \"mean_us\": known are quantiles_us and samples_us");
    refuses("{\"feed\": {\"quantiles_us\": [2,\n1]}}",
            "lat.json:2: 1 is below the quantile before it: sort them");
    refuses("{\"feed\": {\"quantiles_us\": [2]}}",
            "lat.json:1: too few values: quantiles need two");
    refuses("{\"feed\": {\"samples_us\": [1.5]}}",
            "lat.json:1: \"1.5\": give whole microseconds from 0 to an hour");
    refuses("{\"feed\": {\"samples_us\": [-1]}}",
            "lat.json:1: \"-1\": give whole microseconds from 0 to an hour");
    refuses("{\"feed\": {}}", "lat.json:1: an empty leg: leave it out");
    refuses("{\"feed\": {\"samples_us\": [1]},\n \"feed\": {\"samples_us\": [1]}}",
            "lat.json:2: \"feed\" is given twice: keep one");
}

/* ---- the exchange: three legs ---- */

/* Feed 5 s, order 1 s, response 2 s. The order sent at :20 arrives at :21; the fill is known at :23, the price it was made
 * at only at :26. */
static void test_fill_may_be_known_before_its_price(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_feed = 5 * US_PER_SECOND;
    world->settings.latency_order = US_PER_SECOND;
    world->settings.latency_response = 2 * US_PER_SECOND;
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 20);
    uint64_t id = place(world, COIN, market_order(SIDE_BUY, "1"));
    run_minute(world, 0, 50);
    const struct event *ack = next_event(world, EVENT_ORDER);
    assert_int_equal(ack->time_us, START + 23 * US_PER_SECOND);
    const struct event *fill = expect_fill(world, id, "1", "100");
    assert_int_equal(fill->time_us, START + 23 * US_PER_SECOND);
    assert_int_equal(fill->venue_time_us, START + 21 * US_PER_SECOND);
    const struct event *market = next_event(world, EVENT_MARKET);
    assert_int_equal(market->time_us, START + 26 * US_PER_SECOND);
    world_free(world);
}

/* One long of 1 at 100; the market goes to 120 at :40 of the next minute and the feed is 5 s late: until :45 the books show
 * what the core knows, 0 of profit at mark 100; then 20. Both times they are settled: prices are no book-changing message. */
static void test_books_are_shown_at_the_marks_that_the_core_has_heard(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.latency_feed = 5 * US_PER_SECOND;
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 20);
    (void)place(world, COIN, market_order(SIDE_BUY, "1"));
    run_minute(world, 0, 50);
    coin_bar(world, 1, "100", "120", "100", "120");
    run_minute(world, 1, 41); /* open at :00, low at :20, high at :40 */
    assert_true(world->venue.settled(world->venue.self));
    assert_int_equal(books(world).unrealised_e8, 0);
    assert_int_equal(position_of(world, COIN).mark_e12, px("100"));
    run_minute(world, 1, 45);
    assert_int_equal(books(world).unrealised_e8, usd("20"));
    assert_int_equal(position_of(world, COIN).mark_e12, px("120"));
    world_free(world);
}

/* Order leg 0 or 10 s by dice: what was sent later arrives later, or together. */
static void test_messages_of_one_leg_never_overtake(void **state)
{
    (void)state;
    static const struct latency_table table = {
        .legs = {[LEG_ORDER] = {false, 2, {0, 10 * US_PER_SECOND}},
                 [LEG_RESPONSE] = {false, 3, {0, US_PER_SECOND, 7 * US_PER_SECOND}}}};
    struct exchange_conditions conditions = {.seed = 5, .latency = &table};
    struct world *world = world_prepare();
    world->settings.latency_model = LATENCY_SAMPLED;
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    world->venue = exchange_venue(world->exchange);
    exchange_conditions(world->exchange, &conditions);
    exchange_transfer(world->exchange, START - MINUTE, usd("1000"));
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 1);
    for (int i = 0; i < 40; i++) {
        struct action_place order = limit_order(SIDE_BUY, "0.1", "90");
        order.order_id = ++world->order_id;
        world->venue.place(world->venue.self, world->now_us, COIN, &order);
        run_until(world, world->now_us + US_PER_SECOND);
    }
    run_until(world, world->now_us + MINUTE);
    int64_t happened_us = 0;
    for (uint64_t id = 1; id <= 40; id++) {
        const struct event *ack = next_event(world, EVENT_ORDER);
        assert_int_equal(ack->order.order_id, id);
        assert_true(ack->venue_time_us >= happened_us);
        happened_us = ack->venue_time_us;
    }
    world_free(world);
}

/* ---- cancel races: a limit of 1 at 95, order leg 1 s, response 2 s; the market reaches 90 at :20 ---- */

static struct world *race(int64_t cancel_sent_ms, uint64_t *id)
{
    struct world *world = world_prepare();
    world->settings.latency_order = US_PER_SECOND;
    world->settings.latency_response = 2 * US_PER_SECOND;
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "110", "90", "100");
    run_minute(world, 0, 5);
    *id = place(world, COIN, limit_order(SIDE_BUY, "1", "95"));
    run_until(world, START + cancel_sent_ms * US_PER_MS);
    world->venue.cancel(world->venue.self, world->now_us, COIN, *id);
    run_minute(world, 0, 50);
    expect_order(world, *id, EVIDENCE_ACKED, REASON_NONE);
    return world;
}

static void test_cancel_that_arrives_first_wins(void **state)
{
    (void)state;
    uint64_t id = 0;
    struct world *world = race(18900, &id); /* arrives at 19.9 */
    expect_order(world, id, EVIDENCE_CANCELED, REASON_REQUESTED);
    expect_no_more(world, EVENT_FILL);
    expect_flat(world, COIN);
    world_free(world);
}

/* Sent before the fill happened, or while the fill was on its way (20 to 22): the fill is told first, then that the cancel
 * came too late. */
static void test_fill_that_happens_first_wins(void **state)
{
    (void)state;
    static const int64_t sent_ms[] = {19500, 21000, 23000};
    for (size_t i = 0; i < ARRAY_COUNT(sent_ms); i++) {
        uint64_t id = 0;
        struct world *world = race(sent_ms[i], &id);
        const struct event *fill = expect_fill(world, id, "1", "95");
        assert_int_equal(fill->time_us, START + 22 * US_PER_SECOND);
        expect_order(world, id, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
        assert_int_equal(position_of(world, COIN).size_e6, qty("1"));
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dice_are_the_published_ones),
        cmocka_unit_test(test_streams_of_one_seed_differ_and_repeat),
        cmocka_unit_test(test_constants_are_one_a_leg),
        cmocka_unit_test(test_sampled_draws_follow_their_table),
        cmocka_unit_test(test_legs_draw_from_dice_of_their_own),
        cmocka_unit_test(test_negative_latencies_of_s4_are_set_right),
        cmocka_unit_test(test_records_that_cannot_be_believed_measure_nothing),
        cmocka_unit_test(test_file_is_read_strictly),
        cmocka_unit_test(test_fill_may_be_known_before_its_price),
        cmocka_unit_test(test_books_are_shown_at_the_marks_that_the_core_has_heard),
        cmocka_unit_test(test_messages_of_one_leg_never_overtake),
        cmocka_unit_test(test_cancel_that_arrives_first_wins),
        cmocka_unit_test(test_fill_that_happens_first_wins),
    };
    return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
