/* The health rules: staleness by data age, error rates, latency, queues; what the breaker hears. */
#include "tests/core/breaker_world.h"

#include "core/health.h"

static struct health health;

static int setup(void **state)
{
    world_start(state);
    health_init(&health, &settings);
    return 0;
}

/* Both deadlines are served on the way, as the runner does. */
static void live_until(int64_t time_us)
{
    while (health_deadline(&health) <= time_us || breaker_deadline(&breaker) <= time_us) {
        int64_t next = health_deadline(&health);
        next = breaker_deadline(&breaker) < next ? breaker_deadline(&breaker) : next;
        now_us = next > now_us ? next : now_us;
        breaker_tick(&breaker, now_us);
        health_tick(&health, &breaker, now_us);
        forget_records();
    }
    now_us = time_us;
}

static void data_of(int32_t instrument, int64_t data_us)
{
    struct health_data data = {instrument, data_us};
    health_data(&health, &breaker, now_us, &data);
}

static void silence_reduces_then_trips_by_itself(void **state)
{
    (void)state;
    int64_t began_us = now_us;
    data_of(DOGE, now_us);
    live_until(began_us + 3 * US_PER_SECOND - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    live_until(began_us + 3 * US_PER_SECOND);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    live_until(began_us + 30 * US_PER_SECOND - 1);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    live_until(began_us + 30 * US_PER_SECOND);
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_int_equal(symbol(PEPE), BREAKER_CLOSED);
}

static void a_feed_that_beats_is_never_stale(void **state)
{
    (void)state;
    for (int beat = 0; beat < 100; beat++) {
        data_of(DOGE, now_us);
        data_of(INSTRUMENT_NONE, now_us);
        live_until(now_us + 2 * US_PER_SECOND);
    }
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    assert_int_equal(account(), BREAKER_CLOSED);
    assert_int_equal(breaker_epoch(&breaker), 0);
}

static void old_data_is_stale_however_often_it_comes(void **state)
{
    int64_t frozen_us = now_us;
    (void)state;
    for (int beat = 0; beat < 4; beat++) {
        data_of(DOGE, frozen_us);
        live_until(now_us + US_PER_SECOND);
    }
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    data_of(DOGE, now_us);
    live_until(now_us + US_PER_SECOND);
    data_of(DOGE, frozen_us); /* older data do not make a feed older */
    for (int second = 0; second < 60; second++) {
        data_of(DOGE, now_us);
        live_until(now_us + US_PER_SECOND);
    }
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void the_user_stream_is_the_accounts(void **state)
{
    (void)state;
    data_of(INSTRUMENT_NONE, now_us);
    live_until(now_us + 3 * US_PER_SECOND);
    assert_int_equal(account(), BREAKER_REDUCING);
}

static void a_feed_that_ended_in_good_order_is_watched_no_more(void **state)
{
    struct health_status status;
    (void)state;
    data_of(DOGE, now_us);
    data_of(PEPE, now_us);
    live_until(now_us + 4 * US_PER_SECOND);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    health_status(&health, &breaker, now_us, &status);
    assert_int_equal(status.watched, 2);
    assert_int_equal(status.stale, 2);
    assert_int_equal(status.oldest_age_us, 4 * US_PER_SECOND);
    assert_int_equal(status.oldest, DOGE);
    health_end(&health, &breaker, now_us, DOGE);
    data_of(PEPE, now_us);
    live_until(now_us + settings.dwell);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    health_status(&health, &breaker, now_us, &status);
    assert_int_equal(status.watched, 1);
}

static void bars_age_in_intervals_and_signals_not_at_all(void **state)
{
    (void)state;
    settings.fidelity = FIDELITY_BARS;
    settings.bar_interval_us = US_PER_MINUTE;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    data_of(DOGE, now_us);
    live_until(now_us + 3 * US_PER_MINUTE - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    live_until(now_us + 1);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    settings.fidelity = FIDELITY_SIGNALS;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    health_init(&health, &settings);
    data_of(DOGE, now_us);
    assert_true(health_deadline(&health) == INSTANT_NEVER);
    live_until(now_us + 5 * US_PER_DAY);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void requests(int good, int bad)
{
    for (int request = 0; request < good + bad; request++) {
        health_request(&health, &breaker, now_us, request >= good);
    }
}

static void a_fifth_of_failed_requests_reduces(void **state)
{
    (void)state;
    requests(0, 9); /* fewer than ten say nothing */
    assert_int_equal(account(), BREAKER_CLOSED);
    world_start(state);
    health_init(&health, &settings);
    requests(17, 4); /* 4 of 21 */
    assert_int_equal(account(), BREAKER_CAUTION);
    requests(0, 1); /* 5 of 22 */
    assert_int_equal(account(), BREAKER_REDUCING);
    live_until(now_us + US_PER_MINUTE + settings.dwell);
    assert_int_equal(account(), BREAKER_CLOSED);
    assert_true(health_deadline(&health) == INSTANT_NEVER);
    assert_int_equal(health.request_count, 22);
    assert_int_equal(health.request_failures, 5);
}

static void a_slow_95th_percentile_reduces(void **state)
{
    (void)state;
    for (int sample = 0; sample < 19; sample++) {
        health_latency(&health, &breaker, now_us, 50 * US_PER_MS);
    }
    health_latency(&health, &breaker, now_us, US_PER_SECOND); /* 1 of 20: the 95th is fast */
    assert_int_equal(account(), BREAKER_CLOSED);
    health_latency(&health, &breaker, now_us, US_PER_SECOND - 1); /* 2 of 21 slow, 1 too slow */
    assert_int_equal(account(), BREAKER_CAUTION);
    health_latency(&health, &breaker, now_us, US_PER_SECOND); /* 2 of 22 too slow */
    assert_int_equal(account(), BREAKER_REDUCING);
    live_until(now_us + US_PER_MINUTE + settings.dwell);
    assert_int_equal(account(), BREAKER_CLOSED);
}

static void the_fullest_queue_counts(void **state)
{
    struct health_depth events = {QUEUE_EVENTS, 79, 100};
    struct health_depth store = {QUEUE_STORE, 100, 100};
    struct health_status status;
    (void)state;
    health_queue(&health, &breaker, now_us, &events);
    assert_int_equal(ask(DOGE).state, BREAKER_CLOSED);
    health_queue(&health, &breaker, now_us, &store);
    health_queue(&health, &breaker, now_us, &events);
    assert_int_equal(ask(DOGE).state, BREAKER_REDUCING);
    health_status(&health, &breaker, now_us, &status);
    assert_int_equal(status.queue_fill_e9, ONE_E9);
    store.depth = 0;
    health_queue(&health, &breaker, now_us, &store);
    live_until(now_us + settings.dwell);
    assert_int_equal(ask(DOGE).state, BREAKER_CAUTION); /* 79 % is not below half of 80 % */
    events.capacity = 0;
    health_queue(&health, &breaker, now_us, &events);
    assert_int_equal(ask(DOGE).state, BREAKER_REDUCING);
}

static void clock_and_storage_are_passed_on(void **state)
{
    struct breaker_storage storage = {true, 0, INT64_MAX};
    struct health_status status;
    (void)state;
    health_clock(&health, &breaker, now_us, US_PER_SECOND);
    assert_int_equal(ask(DOGE).state, BREAKER_REDUCING);
    health_storage(&health, &breaker, now_us, &storage);
    assert_int_equal(ask(DOGE).state, BREAKER_TRIPPED);
    health_status(&health, &breaker, now_us, &status);
    assert_int_equal(status.clock_skew_us, US_PER_SECOND);
    assert_true(status.storage_known && status.storage_error);
}

static void queues_have_names(void **state)
{
    (void)state;
    for (int queue = 0; queue < QUEUE_COUNT; queue++) {
        assert_string_not_equal(health_queue_text(queue), "?");
    }
    assert_string_equal(health_queue_text(QUEUE_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(silence_reduces_then_trips_by_itself, setup),
        cmocka_unit_test_setup(a_feed_that_beats_is_never_stale, setup),
        cmocka_unit_test_setup(old_data_is_stale_however_often_it_comes, setup),
        cmocka_unit_test_setup(the_user_stream_is_the_accounts, setup),
        cmocka_unit_test_setup(a_feed_that_ended_in_good_order_is_watched_no_more, setup),
        cmocka_unit_test_setup(bars_age_in_intervals_and_signals_not_at_all, setup),
        cmocka_unit_test_setup(a_fifth_of_failed_requests_reduces, setup),
        cmocka_unit_test_setup(a_slow_95th_percentile_reduces, setup),
        cmocka_unit_test_setup(the_fullest_queue_counts, setup),
        cmocka_unit_test_setup(clock_and_storage_are_passed_on, setup),
        cmocka_unit_test_setup(queues_have_names, setup),
    };
    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
