/* Counters, gauges, histograms, the snapshot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "core/counters.h"

static struct counters counters;

static int setup(void **state)
{
    (void)state;
    counters_init(&counters);
    return 0;
}

static struct counter_sample
sample_of(const struct counter_sample *samples, int32_t count, const char *name, const char *suffix)
{
    for (int32_t place = 0; place < count; place++) {
        if (strcmp(samples[place].name, name) == 0 && strcmp(samples[place].suffix, suffix) == 0) {
            return samples[place];
        }
    }
    return (struct counter_sample){0};
}

static void sums_stop_at_the_ends(void **state)
{
    (void)state;
    counters_add(&counters, COUNTER_FILLS, 3);
    counters_add(&counters, COUNTER_FILLS, 4);
    assert_int_equal(counters_value(&counters, COUNTER_FILLS), 7);
    counters_add(&counters, COUNTER_FILLS, INT64_MAX);
    assert_true(counters_value(&counters, COUNTER_FILLS) == INT64_MAX);
    counters_set(&counters, COUNTER_DAILY_PNL, INT64_MIN);
    counters_add(&counters, COUNTER_DAILY_PNL, -1);
    assert_true(counters_value(&counters, COUNTER_DAILY_PNL) == INT64_MIN);
}

static void a_bucket_holds_a_power_of_two(void **state)
{
    static const struct {
        int64_t value;
        int32_t bucket;
    } rows[] = {{INT64_MIN, 0}, {-1, 0}, {0, 0},     {1, 1},     {2, 2},
                {3, 2},         {4, 3},  {1023, 10}, {1024, 11}, {INT64_MAX, 63}};
    (void)state;
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        counters_init(&counters);
        counters_observe(&counters, HISTOGRAM_DECISION_TIME, rows[row].value);
        const struct histogram_data *data = counters_histogram(&counters, HISTOGRAM_DECISION_TIME);
        assert_int_equal(data->buckets[rows[row].bucket], 1);
        assert_true(rows[row].value <= histogram_bucket_end(rows[row].bucket));
        assert_true(counters_quantile(&counters, HISTOGRAM_DECISION_TIME, 500) == rows[row].value ||
                    rows[row].value < 0);
    }
}

static void quantiles_are_the_ends_of_their_buckets(void **state)
{
    (void)state;
    for (int64_t value = 1; value <= 100; value++) {
        counters_observe(&counters, HISTOGRAM_DECISION_TIME, value);
    }
    /* The 50th of 100 is 50: bucket 32..63. The 99th is 99: bucket 64..127, at most the maximum. */
    assert_int_equal(counters_quantile(&counters, HISTOGRAM_DECISION_TIME, 500), 63);
    assert_int_equal(counters_quantile(&counters, HISTOGRAM_DECISION_TIME, 990), 100);
    assert_int_equal(counters_quantile(&counters, HISTOGRAM_DECISION_TIME, 0), 1);
    assert_int_equal(counters_quantile(&counters, HISTOGRAM_DECISION_TIME, 1000), 100);
    assert_int_equal(counters_quantile(&counters, HISTOGRAM_FEED_AGE, 500), 0);
    assert_int_equal(counters_histogram(&counters, HISTOGRAM_DECISION_TIME)->sum, 5050);
}

static void a_snapshot_names_every_counter(void **state)
{
    struct counter_sample samples[COUNTER_SAMPLES_MAX];
    (void)state;
    int32_t count = counters_snapshot(&counters, samples);
    assert_int_equal(count, COUNTER_COUNT);
    assert_null(sample_of(samples, count, "success_rate", "").name);
    static const char *const contract[] = {"total_signals", "successful_trades", "failed_trades",
                                           "current_balance", "daily_pnl"};
    for (size_t name = 0; name < sizeof(contract) / sizeof(contract[0]); name++) {
        assert_non_null(sample_of(samples, count, contract[name], "").name);
    }
}

static void the_success_rate_is_there_once_a_trade_has_ended(void **state)
{
    struct counter_sample samples[COUNTER_SAMPLES_MAX];
    (void)state;
    counters_add(&counters, COUNTER_SUCCESSFUL_TRADES, 2);
    counters_add(&counters, COUNTER_FAILED_TRADES, 1);
    for (int which = 0; which < HISTOGRAM_COUNT; which++) {
        counters_observe(&counters, (enum histogram)which, 5);
    }
    int32_t count = counters_snapshot(&counters, samples);
    assert_int_equal(count, COUNTER_SAMPLES_MAX);
    struct counter_sample rate = sample_of(samples, count, "success_rate", "");
    assert_non_null(rate.name);
    assert_int_equal(rate.value, 666666666);
    assert_int_equal(rate.scale, 9);
    struct counter_sample p99 = sample_of(samples, count, "decision_time_us", ".p99");
    assert_non_null(p99.name);
    assert_int_equal(p99.value, 5);
}

static void texts_are_there_for_all_and_for_nothing_else(void **state)
{
    (void)state;
    for (int which = 0; which < COUNTER_COUNT; which++) {
        assert_string_not_equal(counter_text(which), "?");
        assert_string_not_equal(counter_documentation(which), "?");
    }
    assert_string_equal(counter_text(COUNTER_COUNT), "?");
    assert_string_equal(histogram_text(-1), "?");
    assert_string_equal(histogram_documentation(HISTOGRAM_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sums_stop_at_the_ends, setup),
        cmocka_unit_test_setup(a_bucket_holds_a_power_of_two, setup),
        cmocka_unit_test_setup(quantiles_are_the_ends_of_their_buckets, setup),
        cmocka_unit_test_setup(a_snapshot_names_every_counter, setup),
        cmocka_unit_test_setup(the_success_rate_is_there_once_a_trade_has_ended, setup),
        cmocka_unit_test_setup(texts_are_there_for_all_and_for_nothing_else, setup),
    };
    return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
