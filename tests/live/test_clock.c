#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "live/clock.h"

#define BASE_US 1700000000000000LL

static void it_runs_with_the_boot_clock_and_never_falls(void **state)
{
    (void)state;
    struct live_clock clock;
    live_clock_start(&clock, BASE_US, 5000, 1);
    assert_int_equal(live_clock_us(&clock, 5000), BASE_US);
    assert_int_equal(live_clock_us(&clock, 6999), BASE_US + 1);
    assert_int_equal(live_clock_us(&clock, 5000), BASE_US + 1); /* asked about before: stays */
    assert_int_equal(live_clock_us(&clock, 1000005000), BASE_US + 1000000);
    live_clock_start(&clock, BASE_US, 0, 60);
    assert_int_equal(live_clock_us(&clock, 1000000000), BASE_US + 60000000);
    assert_int_equal(live_clock_us(&clock, INT64_MAX),
                     BASE_US + 553402322211286548); /* x 60 / 1000 */
}

static void an_instant_is_found_where_the_clock_shows_it(void **state)
{
    (void)state;
    static const int64_t speeds[] = {1, 7, 60, 1000, 86400};
    for (size_t i = 0; i < ARRAY_COUNT(speeds); i++) {
        struct live_clock clock;
        live_clock_start(&clock, BASE_US, 123456789, speeds[i]);
        for (int64_t ahead_us = 0; ahead_us < 2000; ahead_us += 37) {
            int64_t at_ns = live_clock_ns_of(&clock, BASE_US + ahead_us);
            struct live_clock before = clock, at = clock;
            assert_true(live_clock_us(&at, at_ns) >= BASE_US + ahead_us);
            assert_true(ahead_us == 0 || live_clock_us(&before, at_ns - 1) < BASE_US + ahead_us);
        }
        assert_true(live_clock_ns_of(&clock, INT64_MAX) == INT64_MAX);
        assert_true(live_clock_ns_of(&clock, INT64_MIN) < 0);
    }
}

static void the_offset_is_the_median_of_the_last_nine(void **state)
{
    (void)state;
    struct live_clock clock;
    live_clock_start(&clock, BASE_US, 0, 1);
    assert_int_equal(live_clock_offset_us(&clock), 0);
    /* Sent at 0, answered at 200 us: the middle is BASE + 100 us. */
    live_clock_sample(&clock, BASE_US + 100 + 50, 0, 200000);
    assert_int_equal(live_clock_offset_us(&clock), 50);
    assert_int_equal(live_clock_venue_us(&clock, 1000000), BASE_US + 1000 + 50);
    assert_int_equal(live_clock_us(&clock, 1000000), BASE_US + 1000); /* not stepped */
    live_clock_sample(&clock, BASE_US + 100 + 70, 0, 200000);
    assert_int_equal(live_clock_offset_us(&clock), 50); /* the lower of two */
    live_clock_sample(&clock, 0, 0, 200000);
    live_clock_sample(&clock, BASE_US, 200000, 0); /* absurd, both */
    assert_int_equal(clock.samples, 2);
    for (int i = 0; i < 9; i++) {
        live_clock_sample(&clock, BASE_US - 1000 + i * (i % 2 == 0 ? 1 : -1), 0, 0);
    }
    /* 0 -1 2 -3 4 -5 6 -7 8: the middle of nine is 0. */
    assert_int_equal(live_clock_offset_us(&clock), -1000);
    live_clock_sample(&clock, INT64_MAX, 0, 0);
    assert_int_equal(live_clock_offset_us(&clock),
                     -998); /* one outlier does nothing: 0 left, 2 is it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_runs_with_the_boot_clock_and_never_falls),
        cmocka_unit_test(an_instant_is_found_where_the_clock_shows_it),
        cmocka_unit_test(the_offset_is_the_median_of_the_last_nine),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
