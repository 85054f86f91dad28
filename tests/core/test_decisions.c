#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/decisions.h"
#include "core/instant.h"

#define T0   1700000000000000LL
#define TICK 100000LL

static struct settings settings;
static struct decisions decisions;
static struct assessment answer;

static int setup(void **state)
{
    (void)state;
    settings_defaults(&settings);
    decisions_init(&decisions, &settings);
    memset(&answer, 0, sizeof(answer));
    return 0;
}

static struct normal_signal doge(void)
{
    struct normal_signal signal;
    memset(&signal, 0, sizeof(signal));
    signal.signal_id = 1;
    signal.timestamp_us = T0;
    signal.instrument = 3;
    signal.strategy = 2;
    signal.confidence = CONFIDENCE_HIGH;
    signal.direction = DIRECTION_LONG;
    signal.price_e12 = 200000000000LL;
    signal.stop_e12 = 190000000000LL;
    signal.target_count = 1;
    signal.target_e12[0] = 210000000000LL;
    signal.target_share_e9[0] = 1000000000;
    return signal;
}

static uint64_t key_of(const struct normal_signal *signal)
{
    return decisions_key(signal, TICK, 7);
}

static void id_time_and_price_within_the_tick_do_not_change_the_key(void **state)
{
    (void)state;
    struct normal_signal signal = doge();
    uint64_t key = key_of(&signal);
    signal.signal_id = 99;
    signal.timestamp_us += 5;
    signal.price_e12 += TICK / 2 - 1;
    assert_true(key_of(&signal) == key);
    signal.price_e12 += 1;
    assert_false(key_of(&signal) == key);
}

static void everything_a_decision_rests_on_changes_the_key(void **state)
{
    (void)state;
    struct normal_signal plain = doge();
    uint64_t key = key_of(&plain);
    assert_false(decisions_key(&plain, TICK, 8) == key);
    struct normal_signal signal = plain;
    signal.instrument++;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.direction = DIRECTION_SHORT;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.confidence = CONFIDENCE_LOW;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.strategy++;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.stop_e12++;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.target_e12[0]++;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.target_count = 0;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.leverage_cap = 10;
    assert_false(key_of(&signal) == key);
    signal = plain;
    signal.entry_high_e12 = 5;
    assert_false(key_of(&signal) == key);
}

static void an_outcome_lives_for_sixty_seconds_of_event_time(void **state)
{
    (void)state;
    struct assessment out;
    answer.verdict = VERDICT_HEAT;
    answer.leverage = 12;
    answer.position_size_e6 = 345;
    answer.stop_source = "default";
    answer.check_count = 9;
    assert_false(decisions_find(&decisions, 42, T0, &out));
    assert_int_equal(decisions_put(&decisions, 42, T0, &answer), T0 + 60 * US_PER_SECOND);
    assert_true(decisions_find(&decisions, 42, T0 + 60 * US_PER_SECOND - 1, &out));
    assert_true(out.cached);
    assert_int_equal(out.verdict, VERDICT_HEAT);
    assert_int_equal(out.leverage, 12);
    assert_int_equal(out.position_size_e6, 345);
    assert_int_equal(out.check_count, 0);
    assert_string_equal(out.stop_source, "default");
    assert_false(decisions_find(&decisions, 42, T0 + 60 * US_PER_SECOND, &out));
    assert_int_equal(decisions.hits, 1);
    assert_int_equal(decisions.misses, 2);
    assert_int_equal(decisions.expiries, 1);
    assert_int_equal(decisions.count, 0);
    decisions_check(&decisions);
}

static void the_least_recently_used_is_evicted(void **state)
{
    (void)state;
    struct assessment out;
    settings.decision_count = 3;
    decisions_init(&decisions, &settings);
    decisions_put(&decisions, 1, T0, &answer);
    decisions_put(&decisions, 2, T0, &answer);
    decisions_put(&decisions, 3, T0, &answer);
    assert_true(decisions_find(&decisions, 1, T0, &out)); /* 2 is the oldest now */
    decisions_put(&decisions, 4, T0, &answer);
    assert_int_equal(decisions.evictions, 1);
    assert_false(decisions_find(&decisions, 2, T0, &out));
    assert_true(decisions_find(&decisions, 1, T0, &out));
    assert_true(decisions_find(&decisions, 3, T0, &out));
    assert_true(decisions_find(&decisions, 4, T0, &out));
    decisions_check(&decisions);
}

static void the_same_key_is_replaced_not_doubled(void **state)
{
    (void)state;
    struct assessment out;
    decisions_put(&decisions, 1, T0, &answer);
    answer.leverage = 9;
    decisions_put(&decisions, 1, T0 + 5, &answer);
    assert_int_equal(decisions.count, 1);
    assert_int_equal(decisions.evictions, 0);
    assert_true(decisions_find(&decisions, 1, T0 + 6, &out));
    assert_int_equal(out.leverage, 9);
}

static void a_life_of_zero_keeps_nothing(void **state)
{
    (void)state;
    struct assessment out;
    settings.decision_ttl = 0;
    decisions_init(&decisions, &settings);
    assert_int_equal(decisions_put(&decisions, 1, T0, &answer), T0);
    assert_false(decisions_find(&decisions, 1, T0, &out));
}

static void clearing_keeps_the_counters(void **state)
{
    (void)state;
    struct assessment out;
    decisions_put(&decisions, 1, T0, &answer);
    assert_true(decisions_find(&decisions, 1, T0, &out));
    decisions_clear(&decisions);
    assert_false(decisions_find(&decisions, 1, T0, &out));
    assert_int_equal(decisions.hits, 1);
    decisions_check(&decisions);
}

/* Against the obvious model: an array in order of use. */
static void a_long_random_walk_agrees_with_an_obvious_model(void **state)
{
    (void)state;
    enum { CAPACITY = 37, KEYS = 90 };
    uint64_t model[CAPACITY + 1];
    int count = 0;
    uint64_t seed = 12345;
    struct assessment out;
    settings.decision_count = CAPACITY;
    decisions_init(&decisions, &settings);
    for (int step = 0; step < 40000; step++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        /* Few homes: long probe sequences that wrap around the end. */
        uint64_t name = (seed >> 33) % KEYS;
        uint64_t key = (name << 40) | (DECISION_SLOTS - 1 - name % 3);
        int place = 0;
        while (place < count && model[place] != key) {
            place++;
        }
        bool there = place < count;
        if ((seed >> 60) < 8) {
            assert_int_equal(decisions_find(&decisions, key, T0, &out), there);
        } else {
            decisions_put(&decisions, key, T0, &answer);
            if (!there) {
                place = count++;
            }
            there = true;
        }
        if (there) {
            memmove(&model[1], &model[0], (size_t)place * sizeof(model[0]));
            model[0] = key;
            count = count > CAPACITY ? CAPACITY : count;
        }
        assert_int_equal(decisions.count, count);
    }
    decisions_check(&decisions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(id_time_and_price_within_the_tick_do_not_change_the_key, setup),
        cmocka_unit_test_setup(everything_a_decision_rests_on_changes_the_key, setup),
        cmocka_unit_test_setup(an_outcome_lives_for_sixty_seconds_of_event_time, setup),
        cmocka_unit_test_setup(the_least_recently_used_is_evicted, setup),
        cmocka_unit_test_setup(the_same_key_is_replaced_not_doubled, setup),
        cmocka_unit_test_setup(a_life_of_zero_keeps_nothing, setup),
        cmocka_unit_test_setup(clearing_keeps_the_counters, setup),
        cmocka_unit_test_setup(a_long_random_walk_agrees_with_an_obvious_model, setup),
    };
    return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
