#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/instant.h"
#include "data/duration.h"

static void every_unit_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"1us", 1},
        {"100ms", 100000},
        {"90s", 90 * US_PER_SECOND},
        {"5m", 5 * US_PER_MINUTE},
        {"5 min", 5 * US_PER_MINUTE},
        {"1.5h", 90 * US_PER_MINUTE},
        {" 2D ", 2 * US_PER_DAY},
        {"1w", 7 * US_PER_DAY},
        {"0s", 0},
        {"0.000001s", 1},
        {"9223372036854775807us", INT64_MAX},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        int64_t us = -1;
        if (!duration_parse(slice_of(cases[i].text), &us) || us != cases[i].us) {
            fail_msg("%s gave %lld", cases[i].text, (long long)us);
        }
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "s",
                                        "5",
                                        "-1s",
                                        "+1s",
                                        "1x",
                                        "1.2.3s",
                                        "0.0000001s",
                                        "0.5us",
                                        "1h30m",
                                        "9223372036854775808us",
                                        "999999999999w",
                                        "1e3s",
                                        "nan",
                                        "1 2s"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        int64_t us = -1;
        if (duration_parse(slice_of(texts[i]), &us)) {
            fail_msg("%s was taken", texts[i]);
        }
        assert_int_equal(us, -1);
    }
}

static void text_is_the_shortest_with_one_unit(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {{0, "0s"},
                 {1, "1us"},
                 {1000, "1ms"},
                 {90000000, "90s"},
                 {3600000000, "1h"},
                 {86400000000, "1d"},
                 {90000000000, "25h"},
                 {INT64_MAX, "9223372036854775807us"}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char text[DURATION_BYTES];
        int64_t again = -1;
        assert_int_equal(duration_format(cases[i].us, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
        assert_true(duration_parse(slice_of(text), &again));
        assert_int_equal(again, cases[i].us);
    }
}

int main(void)
{
    const struct CMUnitTest duration[] = {
        cmocka_unit_test(every_unit_is_read),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(text_is_the_shortest_with_one_unit),
    };
    return cmocka_run_group_tests(duration, NULL, NULL);
}
