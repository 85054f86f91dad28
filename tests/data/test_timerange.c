#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/instant.h"
#include "data/timerange.h"

/* 2021-01-01 = 18,628 days after the epoch (51 years of 365 days and 13 leap days); 2021-04-02 is 91 days later. */
#define JANUARY_2021_US (18628LL * US_PER_DAY)
#define APRIL_2_2021_US (18719LL * US_PER_DAY)

static struct market_range good(const char *text)
{
    struct error error;
    struct market_range range = {1, 1};
    error_init(&error);
    assert_true(timerange_parse(&range, text, &error));
    assert_int_equal(error.code, EXIT_CODE_DONE);
    return range;
}

static void refused(const char *text, const char *words)
{
    struct error error;
    struct market_range range = {7, 8};
    error_init(&error);
    assert_false(timerange_parse(&range, text, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    if (strstr(error.text, words) == NULL) {
        fail_msg("'%s' gave: %s", text, error.text);
    }
    assert_int_equal(range.first_us, 7);
    assert_int_equal(range.last_us, 8);
}

static void dates_are_their_midnights_and_both_ends_count(void **state)
{
    (void)state;
    struct market_range range = good("20210101-20210402");
    assert_int_equal(range.first_us, JANUARY_2021_US);
    assert_int_equal(range.last_us, APRIL_2_2021_US);
    range = good("20210101-20210101");
    assert_int_equal(range.first_us, range.last_us);
}

static void either_side_may_be_open(void **state)
{
    (void)state;
    struct market_range range = good("20210101-");
    assert_int_equal(range.first_us, JANUARY_2021_US);
    assert_true(range.last_us == INSTANT_NEVER);
    range = good("-20210402");
    assert_int_equal(range.first_us, 0);
    assert_int_equal(range.last_us, APRIL_2_2021_US);
}

static void epochs_of_10_and_13_digits_may_stand_for_dates(void **state)
{
    (void)state;
    struct market_range range = good("1609459200-1617321600");
    assert_int_equal(range.first_us, JANUARY_2021_US);
    assert_int_equal(range.last_us, APRIL_2_2021_US);
    range = good("1609459200000-20210402");
    assert_int_equal(range.first_us, JANUARY_2021_US);
    range = good("-1617321600123");
    assert_int_equal(range.last_us, APRIL_2_2021_US + 123000);
}

static void leap_days_are_known(void **state)
{
    (void)state;
    assert_int_equal(good("20240229-").first_us, (18628LL + 365 * 3 + 31 + 28) * US_PER_DAY);
    refused("20230229-", "start");
    refused("21000229-", "start");
    assert_true(good("20000229-").first_us > 0);
}

static void what_is_no_range_is_refused_with_the_forms(void **state)
{
    (void)state;
    refused("", "no '-'");
    refused("20210101", "no '-'");
    refused("-", "neither");
    refused("20210402-20210101", "ends before it begins");
    refused("2021-01-01", "start that is no date");
    refused("20211301-", "start");
    refused("20210100-", "start");
    refused("19691231-", "start");
    refused("abcd-", "start");
    refused("20210101-x", "end");
    refused("20210101--20210102", "end");
    refused("+0210101-", "start");
    refused(" 20210101-", "start");
    refused("123456789-", "start");
    refused("12345678901234567890123-", "start");
}

static void print_names_the_instants_and_the_days(void **state)
{
    (void)state;
    struct market_range range = good("20210101-20210402");
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    timerange_print(&range, stream);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(
        text, "from 2021-01-01T00:00:00.000000Z to 2021-04-02T00:00:00.000000Z (91.0 days)");
    free(text);
}

int main(void)
{
    const struct CMUnitTest timerange[] = {
        cmocka_unit_test(dates_are_their_midnights_and_both_ends_count),
        cmocka_unit_test(either_side_may_be_open),
        cmocka_unit_test(epochs_of_10_and_13_digits_may_stand_for_dates),
        cmocka_unit_test(leap_days_are_known),
        cmocka_unit_test(what_is_no_range_is_refused_with_the_forms),
        cmocka_unit_test(print_names_the_instants_and_the_days),
    };
    return cmocka_run_group_tests(timerange, NULL, NULL);
}
