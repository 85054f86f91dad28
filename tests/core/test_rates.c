#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/instant.h"
#include "core/rates.h"

#define T0 1700000000000000LL /* 2023-11-14T22:13:20Z: 1 h 46 min 40 s before midnight */

static struct settings settings;
static struct rates rates;

static int setup(void **state)
{
    (void)state;
    settings_defaults(&settings);
    rates_init(&rates, &settings, T0);
    return 0;
}

/* 1200 a minute at the venue, half is ours: 600, of which 20 % is kept. */
static void the_bucket_is_the_own_share_of_the_venues_limit(void **state)
{
    (void)state;
    assert_int_equal(rates_capacity(&rates), 600);
    assert_int_equal(rates_reserve(&rates), 120);
    assert_int_equal(rates_tokens(&rates, T0), 600);
}

/* Half of 1200 is ours: at 550 used, 50 are left; the venue's count never fills the bucket, and time does as ever. */
static void the_venues_own_count_lowers_the_bucket_and_never_fills_it(void **state)
{
    (void)state;
    rates_budget(&rates, T0, 550, 1200);
    assert_int_equal(rates_tokens(&rates, T0), 50);
    rates_budget(&rates, T0, 0, 1200);
    assert_int_equal(rates_tokens(&rates, T0), 50);
    assert_int_equal(rates_tokens(&rates, T0 + US_PER_SECOND), 60); /* 600 a minute */
    rates_budget(&rates, T0 + US_PER_SECOND, 1200, 1200);
    assert_int_equal(rates_tokens(&rates, T0 + US_PER_SECOND), -600);
}

static void a_count_that_cannot_be_empties_the_bucket(void **state)
{
    (void)state;
    rates_budget(&rates, T0, -1, 1200);
    assert_int_equal(rates_tokens(&rates, T0), 0);
    rates_init(&rates, &settings, T0);
    rates_budget(&rates, T0, 0, 0);
    assert_int_equal(rates_tokens(&rates, T0), 0);
    rates_init(&rates, &settings, T0);
    rates_budget(&rates, T0, INT64_MAX, INT64_MAX);
    assert_int_equal(rates_tokens(&rates, T0), -600);
}

static void messages_spend_tokens_and_time_gives_them_back(void **state)
{
    (void)state;
    for (int index = 0; index < 600; index++) {
        rates_message(&rates, T0);
    }
    assert_int_equal(rates_tokens(&rates, T0), 0);
    /* 600 a minute is one each 100 ms. */
    assert_int_equal(rates_tokens(&rates, T0 + 99 * US_PER_MS), 0);
    assert_int_equal(rates_tokens(&rates, T0 + 100 * US_PER_MS), 1);
    assert_int_equal(rates_tokens(&rates, T0 + US_PER_MINUTE), 600);
    assert_int_equal(rates_tokens(&rates, T0 + US_PER_DAY), 600);
}

static void cancels_may_go_into_debt_but_not_without_end(void **state)
{
    (void)state;
    for (int index = 0; index < 5000; index++) {
        rates_message(&rates, T0);
    }
    assert_int_equal(rates_tokens(&rates, T0), -600);
    assert_int_equal(rates_tokens(&rates, T0 + US_PER_MINUTE), 0);
}

static void orders_count_within_a_second_a_minute_and_the_day(void **state)
{
    (void)state;
    rates_entry(&rates, 0, T0);
    rates_entry(&rates, 1, T0);
    assert_int_equal(rates_second(&rates, T0), 2);
    assert_int_equal(rates_second(&rates, T0 + US_PER_SECOND), 2); /* never less than the window */
    assert_int_equal(rates_second(&rates, T0 + US_PER_SECOND + 20 * US_PER_MS), 0);
    assert_int_equal(rates_minute(&rates, T0 + US_PER_MINUTE), 2);
    assert_int_equal(rates_minute(&rates, T0 + US_PER_MINUTE + US_PER_MINUTE / 50), 0);
    assert_int_equal(rates_day(&rates, T0 + US_PER_HOUR), 2);
    assert_int_equal(rates_day(&rates, T0 + 2 * US_PER_HOUR), 0); /* past midnight UTC */
}

static void a_window_slides(void **state)
{
    (void)state;
    for (int index = 0; index < 120; index++) {
        rates_entry(&rates, 0, T0 + index * US_PER_SECOND);
    }
    int64_t now = T0 + 119 * US_PER_SECOND;
    /* One a second: 61 within a closed minute, at most two more by the slot of 1.2 s. */
    assert_in_range(rates_minute(&rates, now), 61, 63);
    assert_int_equal(rates_day(&rates, now), 120);
}

static void ten_executions_disable_a_strategy_until_a_person_enables_it(void **state)
{
    (void)state;
    for (int index = 0; index < 9; index++) {
        rates_entry(&rates, 7, T0 + index * US_PER_MINUTE);
    }
    assert_false(rates_disabled(&rates, 7));
    assert_int_equal(rates_executions(&rates, 7, T0 + 9 * US_PER_MINUTE), 9);
    rates_entry(&rates, 7, T0 + 9 * US_PER_MINUTE);
    assert_true(rates_disabled(&rates, 7));
    assert_false(rates_disabled(&rates, 8));
    /* Latched: the window has passed long since. */
    assert_int_equal(rates_executions(&rates, 7, T0 + US_PER_HOUR), 0);
    rates_entry(&rates, 7, T0 + US_PER_HOUR);
    assert_true(rates_disabled(&rates, 7));
    rates_enable(&rates, 7);
    assert_false(rates_disabled(&rates, 7));
    assert_int_equal(rates_executions(&rates, 7, T0 + US_PER_HOUR), 0);
}

static void fifty_executions_a_day_disable_too(void **state)
{
    (void)state;
    int64_t start = instant_day(T0) + US_PER_DAY;
    for (int index = 0; index < 49; index++) {
        rates_entry(&rates, 3, start + index * 20 * US_PER_MINUTE);
    }
    assert_false(rates_disabled(&rates, 3));
    assert_int_equal(rates_executions_day(&rates, 3, start + 23 * US_PER_HOUR), 49);
    rates_entry(&rates, 3, start + 23 * US_PER_HOUR);
    assert_true(rates_disabled(&rates, 3));
    assert_int_equal(rates_executions_day(&rates, 3, start + US_PER_DAY), 0);
}

static void rejects_in_a_row_end_by_acceptance_or_by_quiet(void **state)
{
    (void)state;
    for (int index = 0; index < 5; index++) {
        rates_rejected(&rates, 2, T0 + index * US_PER_SECOND);
    }
    int64_t last = T0 + 4 * US_PER_SECOND;
    assert_int_equal(rates_rejects(&rates, 2, last), 5);
    assert_int_equal(rates_rejects(&rates, 3, last), 0);
    assert_int_equal(rates_rejects(&rates, 2, last + settings.dwell), 5);
    assert_int_equal(rates_rejects(&rates, 2, last + settings.dwell + 1), 0);
    rates_accepted(&rates, 2);
    assert_int_equal(rates_rejects(&rates, 2, last), 0);
    rates_rejected(&rates, 2, last);
    assert_int_equal(rates_rejects(&rates, 2, last), 1);
}

static void fills_and_orders_of_the_day_are_counted_for_the_ratio(void **state)
{
    (void)state;
    rates_entry(&rates, 0, T0);
    rates_fill(&rates, T0 + 1);
    rates_fill(&rates, T0 + 2);
    assert_int_equal(rates_orders_day(&rates, T0 + 3), 1);
    assert_int_equal(rates_fills_day(&rates, T0 + 3), 2);
    assert_int_equal(rates_fills_day(&rates, T0 + US_PER_DAY), 0);
}

/* The A5 drill: a runaway source that sends a signal every millisecond is stopped within N
 * orders. */
static void a_runaway_strategy_is_stopped_within_its_limit(void **state)
{
    (void)state;
    int sent = 0;
    for (int index = 0; index < 100000; index++) {
        int64_t now = T0 + index * US_PER_MS;
        if (!rates_disabled(&rates, 0) && rates_second(&rates, now) < settings.rate_second) {
            rates_entry(&rates, 0, now);
            sent++;
        }
    }
    assert_int_equal(sent, settings.executions_max);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_venues_own_count_lowers_the_bucket_and_never_fills_it, setup),
        cmocka_unit_test_setup(a_count_that_cannot_be_empties_the_bucket, setup),
        cmocka_unit_test_setup(the_bucket_is_the_own_share_of_the_venues_limit, setup),
        cmocka_unit_test_setup(messages_spend_tokens_and_time_gives_them_back, setup),
        cmocka_unit_test_setup(cancels_may_go_into_debt_but_not_without_end, setup),
        cmocka_unit_test_setup(orders_count_within_a_second_a_minute_and_the_day, setup),
        cmocka_unit_test_setup(a_window_slides, setup),
        cmocka_unit_test_setup(ten_executions_disable_a_strategy_until_a_person_enables_it, setup),
        cmocka_unit_test_setup(fifty_executions_a_day_disable_too, setup),
        cmocka_unit_test_setup(rejects_in_a_row_end_by_acceptance_or_by_quiet, setup),
        cmocka_unit_test_setup(fills_and_orders_of_the_day_are_counted_for_the_ratio, setup),
        cmocka_unit_test_setup(a_runaway_strategy_is_stopped_within_its_limit, setup),
    };
    return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}
