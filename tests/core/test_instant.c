#include "core/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void expect_time(const char *text, int64_t time_us)
{
    int64_t out = -1;
    assert_true(instant_parse(text, strlen(text), &out));
    assert_int_equal(out, time_us);
}

static void iso_text_with_a_zone_is_an_instant(void **state)
{
    (void)state;
    expect_time("2021-01-01T02:15:14.000Z", 1609467314000000);
    expect_time("2021-01-01 02:15:14+00:00", 1609467314000000);
    expect_time("2021-01-01T04:15:14+02:00", 1609467314000000);
    expect_time("2020-12-31T21:15:14-0500", 1609467314000000);
    expect_time("2021-01-01T02:15:14-00", 1609467314000000);
    expect_time("2021-01-01t02:15:14.5z", 1609467314500000);
    expect_time("2021-01-01T02:15:14.123456Z", 1609467314123456);
    expect_time("2021-01-01T02:15:14.123456789Z", 1609467314123456);
    expect_time("2021-01-01T02:15Z", 1609467300000000);
    expect_time("2000-02-29T23:59:59Z", 951868799000000);
    expect_time("1970-01-01T00:00:00Z", 0);
    expect_time("9999-12-31T23:59:59Z", 253402300799000000);
}

static void other_text_is_not(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "2021-01-01",
                                        "2021-01-01T02:15:14",
                                        "2021-01-01T02:15:14.Z",
                                        "2021-01-01T02:15:14.1234567890Z",
                                        "2021-01-01T24:00:00Z",
                                        "2021-01-01T23:60:00Z",
                                        "2021-01-01T23:59:60Z",
                                        "2021-02-29T00:00:00Z",
                                        "2021-13-01T00:00:00Z",
                                        "2021-00-01T00:00:00Z",
                                        "2021-01-00T00:00:00Z",
                                        "1969-12-31T23:59:59Z",
                                        "1970-01-01T00:00:00+01:00",
                                        "2021-01-01T02:15:14Zx",
                                        "2021-01-01T02:15:14+1",
                                        "2021-01-01T02:15:14+01:",
                                        "2021-01-01T02:15:14+01:60",
                                        "2021-01-01T02:15:14+24:00",
                                        "2021-1-01T02:15:14Z",
                                        " 2021-01-01T02:15:14Z",
                                        "2021/01/01T02:15:14Z",
                                        "1609467314"};
    for (size_t index = 0; index < ARRAY_COUNT(texts); index++) {
        int64_t out = 5;
        assert_false(instant_parse(texts[index], strlen(texts[index]), &out));
        assert_int_equal(out, 5);
    }
}

static void text_has_six_decimals_and_a_zone(void **state)
{
    (void)state;
    char out[INSTANT_BYTES];
    assert_int_equal(instant_format(1609467314000000, out), 27);
    assert_string_equal(out, "2021-01-01T02:15:14.000000Z");
    assert_int_equal(instant_format(-1, out), 27);
    assert_string_equal(out, "1969-12-31T23:59:59.999999Z");
    /* the ends of int64, as known from PostgreSQL's and Java's own */
    (void)instant_format(INT64_MAX, out);
    assert_string_equal(out, "294247-01-10T04:00:54.775807Z");
    (void)instant_format(INT64_MIN, out);
    assert_string_equal(out, "-290308-12-21T19:59:05.224192Z");
}

static void format_and_parse_are_inverse(void **state)
{
    (void)state;
    for (int64_t time_us = 0; time_us < 253402300800000000; time_us += 86399987654321 * 3) {
        char text[INSTANT_BYTES];
        (void)instant_format(time_us, text);
        expect_time(text, time_us);
    }
}

static void periods_begin_in_utc(void **state)
{
    (void)state;
    int64_t friday = 1609467314000000; /* 2021-01-01 02:15:14, a Friday */
    assert_int_equal(instant_day(friday), 1609459200000000);
    assert_int_equal(instant_week(friday), 1609113600000000); /* 2020-12-28 */
    assert_int_equal(instant_month(friday), 1609459200000000);
    assert_int_equal(instant_week(1609113600000000), 1609113600000000);
    assert_int_equal(instant_week(1609113599999999), 1608508800000000);  /* 2020-12-21 */
    assert_int_equal(instant_month(1709251199999999), 1706745600000000); /* 2024-02-29 -> 02-01 */
    assert_int_equal(instant_day(-1), -US_PER_DAY);
    assert_int_equal(instant_week(0), -3 * US_PER_DAY); /* a Thursday */
}

static void next_is_strictly_after(void **state)
{
    (void)state;
    assert_int_equal(instant_next(0, US_PER_HOUR), US_PER_HOUR);
    assert_int_equal(instant_next(US_PER_HOUR - 1, US_PER_HOUR), US_PER_HOUR);
    assert_int_equal(instant_next(US_PER_HOUR, US_PER_HOUR), 2 * US_PER_HOUR);
    assert_int_equal(instant_next(-1, US_PER_HOUR), 0);
    assert_int_equal(instant_next(INT64_MAX, US_PER_HOUR), INSTANT_NEVER);
}

static void dates_are_midnights(void **state)
{
    (void)state;
    assert_int_equal(instant_from_date(1970, 1, 1), 0);
    assert_int_equal(instant_from_date(2024, 3, 1), 1709251200000000);
    assert_int_equal(instant_from_date(2021, 1, 1), 1609459200000000);
}

int main(void)
{
    const struct CMUnitTest instant[] = {
        cmocka_unit_test(iso_text_with_a_zone_is_an_instant),
        cmocka_unit_test(other_text_is_not),
        cmocka_unit_test(text_has_six_decimals_and_a_zone),
        cmocka_unit_test(format_and_parse_are_inverse),
        cmocka_unit_test(periods_begin_in_utc),
        cmocka_unit_test(next_is_strictly_after),
        cmocka_unit_test(dates_are_midnights),
    };
    return cmocka_run_group_tests(instant, NULL, NULL);
}
