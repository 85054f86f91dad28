/* test_session_ticks.c - ticks through a session: the short way past a quiet market gives what the long one gives, and prices
 * that no market has end the run. */
#include "tests/sim/session_world.h"

enum { TICKS = 60000 };

static struct world *covered_new(void)
{
    struct world *world = world_prepare();
    world->fidelity = FIDELITY_TRADES;
    world->simulation->exchange.latency_order = 100 * US_PER_MS;
    world->simulation->exchange.latency_response = 100 * US_PER_MS;
    world->simulation->exchange.latency_feed = 50 * US_PER_MS;
    world_build(world);
    struct feed_cover cover = {FIDELITY_TRADES, START, START + 100 * MINUTE};
    session_covers(&world->session, COIN, &cover);
    session_covers(&world->session, GOLD, &cover);
    session_start(&world->session, START - MINUTE);
    return world;
}

static void tick(struct world *world, int32_t instrument, int64_t time_us, int64_t price_e12)
{
    struct tape_record record = {
        .time_us = time_us, .kind = TAPE_TRADE, .flags = TAPE_BUY, .v = {price_e12, 5000000}};
    session_tick(&world->session, instrument, &record, 3);
}

struct outcome {
    char digest[DIGEST_BYTES];
    int64_t events, fills;
};

/* A walk of two prices, often several ticks at one instant, with a signal every few seconds of the way. */
static struct outcome walk(bool long_way)
{
    struct world *world = covered_new();
    uint64_t dice = 12345;
    int64_t time_us = START, price_e12 = px("100");
    int64_t signals = 0;
    for (int i = 0; i < TICKS; i++) {
        dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
        time_us += (int64_t)(dice >> 60) < 6 ? 0 : (int64_t)(dice >> 48) % 150000;
        int64_t step_e12 = ((int64_t)(dice >> 33) % 5 - 2) * ONE_E12 / 100;
        price_e12 +=
            price_e12 + step_e12 > px("90") && price_e12 + step_e12 < px("110") ? step_e12 : 0;
        if (long_way) {
            world->session.due_us = 0;
        }
        tick(world, dice >> 63 != 0 ? COIN : GOLD, time_us, price_e12);
        if (i % 400 == 399) {
            struct signal signal =
                signal_of(i % 800 == 399 ? "COIN" : "GOLD",
                          i % 1200 == 399 ? DIRECTION_SHORT : DIRECTION_LONG, "100", "100");
            signal.price_e12 = price_e12;
            signal.stop_e12 =
                signal.direction == DIRECTION_LONG ? price_e12 - ONE_E12 : price_e12 + ONE_E12;
            signal.id = ++signals;
            signal.timestamp_us = time_us;
            session_signal(&world->session, &signal, time_us);
        }
    }
    session_end(&world->session, time_us + 1);
    struct outcome outcome = {.events = world->session.runner.events, .fills = world->fill_count};
    digest_format(&world->session.engine->digest, outcome.digest);
    world_free(world);
    return outcome;
}

static void short_way_gives_what_the_long_one_gives(void **state)
{
    (void)state;
    struct outcome quick = walk(false), slow = walk(true);
    assert_string_equal(quick.digest, slow.digest);
    assert_int_equal(quick.events, slow.events);
    assert_int_equal(quick.fills, slow.fills);
    assert_in_range(quick.fills, 20, 1000);
}

/* Until the next minute's bar is due nobody is asked: the number of steps stands still. */
static void quiet_ticks_take_no_step(void **state)
{
    (void)state;
    struct world *world = covered_new();
    tick(world, COIN, START, px("100"));
    tick(world, COIN, START + 1, px("100.01"));
    int64_t events = world->session.runner.events;
    assert_true(world->session.due_us > START + 1);
    for (int64_t i = 2; i < 10000; i++) {
        tick(world, COIN, START + i, px("100") + i);
    }
    assert_int_equal(world->session.runner.events, events);
    session_end(&world->session, START + MINUTE);
    world_free(world);
}

static void thousandfold_jump_ends_the_run(void **state)
{
    (void)state;
    struct world *world = covered_new();
    struct error error;
    error_init(&error);
    tick(world, COIN, START, px("100"));
    tick(world, COIN, START + 1, px("0.09"));
    assert_true(session_failed(&world->session));
    session_error(&world->session, &error);
    assert_int_equal(error.code, EXIT_CODE_DATA);
    assert_non_null(strstr(error.text, "jumps from 100 to 0.09"));
    session_release(&world->session);
    free(world->instruments);
    free(world->simulation);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_way_gives_what_the_long_one_gives),
        cmocka_unit_test(quiet_ticks_take_no_step),
        cmocka_unit_test(thousandfold_jump_ends_the_run),
    };
    return cmocka_run_group_tests_name("session_ticks", tests, NULL, NULL);
}
