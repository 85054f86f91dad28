/* test_adl_incident.c - auto-deleveraging of ours from a schedule of incidents. */
#include "sim/exchange/incidents.h"

#include "tests/sim/test_exchange_world.h"

static bool parse(struct incident_schedule *schedule, struct world *world, const char *text)
{
    struct error error;
    error_init(&error);
    return incidents_parse(schedule, world->instruments, slice_of(text), "test", &error);
}

/* Bars at 100 from START; the entries' times are 2023-11-14T22:14:00Z + minutes. */
static struct world *planned(struct incident_schedule *schedule, const char *text)
{
    struct world *world = world_prepare();
    assert_true(parse(schedule, world, text));
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    assert_non_null(world->exchange);
    const struct exchange_conditions conditions = {.incidents = schedule};
    exchange_conditions(world->exchange, &conditions);
    world->venue = exchange_venue(world->exchange);
    assert_true(exchange_transfer(world->exchange, START - MINUTE, usd("1000")));
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    leverage(world, COIN, 10);
    skip_all(world);
    return world;
}

static const struct event *expect_adl(struct world *world, const char *size, const char *price)
{
    const struct event *event = next_event(world, EVENT_FILL);
    assert_int_equal(event->fill.kind, FILL_ADL);
    assert_int_equal(event->fill.size_e6, qty(size));
    assert_int_equal(event->fill.price_e12, px(price));
    return event;
}

/* A long of 10 from 100: at :02 a quarter at the mark of 110, at :03 half of the rest at 105. */
static void test_a_winning_position_is_reduced_twice(void **state)
{
    (void)state;
    static struct incident_schedule schedule;
    struct world *world = planned(
        &schedule,
        "[{\"from\": \"2023-11-14T22:16:00Z\", \"symbol\": \"COINUSDT\", \"kind\": \"adl\", "
        "\"factor\": 0.25},"
        "{\"from\": \"2023-11-14T22:17:00Z\", \"symbol\": \"*\", \"kind\": \"adl\", "
        "\"factor\": 0.5, \"price\": \"105\"}]");
    (void)place(world, COIN, market_order(SIDE_BUY, "10"));
    uint64_t stop = place(world, COIN, close_order(ORDER_STOP_MARKET, SIDE_SELL, "95"));
    skip_all(world);
    coin_bar(world, 1, "110", "110", "110", "110");
    coin_bar(world, 2, "110", "110", "110", "110");
    run_minute(world, 2, 1);
    expect_order(world, stop, EVIDENCE_CANCELED, REASON_LIQUIDATION);
    (void)expect_adl(world, "2.5", "110");
    coin_bar(world, 3, "110", "110", "110", "110");
    run_minute(world, 3, 1);
    (void)expect_adl(world, "3.75", "105");
    expect_wallet(world, "1043.25"); /* 1000 - 0.5 + 25 + 18.75 */
    assert_int_equal(position_of(world, COIN).size_e6, qty("3.75"));
    assert_int_equal(exchange_counters(world->exchange)->deleveraged, 2);
    world_free(world);
}

static void test_a_losing_position_is_left_alone(void **state)
{
    (void)state;
    static struct incident_schedule schedule;
    struct world *world = planned(&schedule, "[{\"from\": \"2023-11-14T22:15:00Z\", \"symbol\": "
                                             "\"COIN\", \"kind\": \"adl\", \"factor\": 1}]");
    (void)place(world, COIN, market_order(SIDE_SELL, "10"));
    skip_all(world);
    coin_bar(world, 1, "101", "101", "101", "101");
    run_minute(world, 2, 0);
    expect_no_more(world, EVENT_FILL);
    world_free(world);
}

static void test_what_an_entry_must_say(void **state)
{
    (void)state;
    static struct incident_schedule schedule;
    static const char *const bad[] = {
        "[{\"from\": 1700000100000, \"symbol\": \"*\", \"kind\": \"adl\"}]",
        "[{\"from\": 1700000100000, \"symbol\": \"*\", \"kind\": \"adl\", \"factor\": 0}]",
        "[{\"from\": 1700000100000, \"symbol\": \"*\", \"kind\": \"adl\", \"factor\": 1.5}]",
        "[{\"from\": 1700000100000, \"to\": 1700000200000, \"symbol\": \"*\", \"kind\": \"adl\", "
        "\"factor\": 1}]",
        "[{\"from\": 1700000100000, \"symbol\": \"*\", \"kind\": \"adl\", \"factor\": 1, "
        "\"price\": \"-1\"}]",
        "[{\"from\": 1700000100000, \"to\": 1700000200000, \"symbol\": \"*\", \"kind\": \"halt\", "
        "\"price\": \"1\"}]",
    };
    struct world *world = world_prepare();
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        assert_false(parse(&schedule, world, bad[i]));
    }
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_winning_position_is_reduced_twice),
        cmocka_unit_test(test_a_losing_position_is_left_alone),
        cmocka_unit_test(test_what_an_entry_must_say),
    };
    return cmocka_run_group_tests_name("adl_incident", tests, NULL, NULL);
}
