#include "tests/data/market_files.h"

#include "data/number.h"

/* With 32 readable bytes behind, as number.h asks; what stands there must not count. */
static void place(char out[128], const char *text, char behind)
{
    memset(out, behind, 128);
    memcpy(out, text, strlen(text));
}

static void expect_fast(const char *text, int64_t mantissa, int32_t decimals)
{
    const char behind[] = {'0', '9', ',', '.', '\0', '\n'};
    for (size_t i = 0; i < sizeof(behind); i++) {
        char padded[128];
        place(padded, text, behind[i]);
        struct number number = {-1, -1};
        if (!number_fast(padded, strlen(text), &number)) {
            fail_msg("'%s' is not read the fast way", text);
        }
        assert_int_equal(number.mantissa, mantissa);
        assert_int_equal(number.decimals, decimals);
    }
}

static void expect_slow(const char *text)
{
    char padded[128];
    place(padded, text, '5');
    struct number number;
    assert_false(number_fast(padded, strlen(text), &number));
}

static void plain_decimals_are_read_fast(void **state)
{
    (void)state;
    expect_fast("0", 0, 0);
    expect_fast("7", 7, 0);
    expect_fast("12345678", 12345678, 0);
    expect_fast("123456789", 123456789, 0);
    expect_fast("1767484800000", 1767484800000, 0);
    expect_fast("9999999999999999", 9999999999999999, 0);
    expect_fast("0.0061074", 61074, 7);
    expect_fast("654.2", 6542, 1);
    expect_fast("8.7", 87, 1);
    expect_fast("12345678.12345678", 1234567812345678, 8);
    expect_fast("12345678.1", 123456781, 1);
    expect_fast("1.87878787", 187878787, 8);
    expect_fast("87654321.8", 876543218, 1);
}

static void zeros_behind_the_last_decimal_do_not_count(void **state)
{
    (void)state;
    expect_fast("124.5800", 12458, 2);
    expect_fast("124.00000000", 124, 0);
    expect_fast("0.00000000", 0, 0);
    expect_fast("100", 100, 0);
    expect_fast("5.", 5, 0);
}

static void everything_else_takes_the_slow_way(void **state)
{
    (void)state;
    const char *const texts[] = {"",
                                 "-1",
                                 "+1",
                                 "1e5",
                                 ".5",
                                 "1.2.3",
                                 "nan",
                                 "inf",
                                 "1,2",
                                 "0x10",
                                 "12345678901234567",
                                 "1.123456789",
                                 "123456789.5",
                                 "1 2",
                                 "/",
                                 ":",
                                 "1/",
                                 "1:"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        expect_slow(texts[i]);
    }
}

static void every_byte_but_a_digit_is_seen_at_every_place(void **state)
{
    (void)state;
    for (int at = 0; at < 14; at++) {
        for (int byte = 1; byte < 256; byte++) {
            if ((byte >= '0' && byte <= '9') || byte == '.') {
                continue;
            }
            char padded[128];
            place(padded, "87878787878787", '0');
            padded[at] = (char)byte;
            struct number number;
            assert_false(number_fast(padded, 14, &number));
        }
    }
}

static void prices_have_at_most_twelve_decimals(void **state)
{
    (void)state;
    struct number number;
    assert_int_equal(number_price("1.8998e-05", 10, &number), DECIMAL_OK);
    assert_int_equal(number.mantissa, 18998);
    assert_int_equal(number.decimals, 9);
    assert_int_equal(number_price("0.000000000001", 14, &number), DECIMAL_OK);
    assert_int_equal(number.decimals, 12);
    assert_int_equal(number_price("0.0000000000001", 15, &number), DECIMAL_PRECISION);
    assert_int_equal(number_price("10000000", 8, &number), DECIMAL_RANGE);
    assert_int_equal(number_price("nan", 3, &number), DECIMAL_SYNTAX);
    assert_int_equal(number_price("", 0, &number), DECIMAL_EMPTY);
}

static void expect_volume(const char *text, int64_t mantissa, int32_t decimals)
{
    struct number number = {-1, -1};
    assert_int_equal(number_volume(text, strlen(text), &number), DECIMAL_OK);
    assert_int_equal(number.mantissa, mantissa);
    assert_int_equal(number.decimals, decimals);
}

static void volumes_are_cut_and_not_refused(void **state)
{
    (void)state;
    expect_volume("64292530000000", 64292530000000, 0);
    expect_volume("6.429253e13", 6429253, -7); /* times 10^7 */
    expect_volume("15986.51818", 1598651818, 5);
    expect_volume("0.123456789123", 12345678, 8);
    expect_volume("1e20", 1000000000000, -8);
}

static void volumes_beyond_all_measure_are_refused(void **state)
{
    (void)state;
    struct number number;
    assert_int_equal(number_volume("1e999", 5, &number), DECIMAL_RANGE);
    assert_int_equal(number_volume("-1", 2, &number), DECIMAL_SYNTAX);
    assert_int_equal(number_volume("nan", 3, &number), DECIMAL_SYNTAX);
    assert_int_equal(number_volume("", 0, &number), DECIMAL_EMPTY);
    assert_int_equal(number_volume("1e", 2, &number), DECIMAL_SYNTAX);
    expect_volume("1e-999", 0, 0);
}

static void expect_time(const char *text, int64_t time_us)
{
    int64_t got = -1;
    if (!number_time(text, strlen(text), &got)) {
        fail_msg("'%s' is no time", text);
    }
    assert_int_equal(got, time_us);
}

static void times_have_their_unit_by_magnitude(void **state)
{
    (void)state;
    /* 2026-01-01T00:00:00Z */
    expect_time("1767225600", 1767225600000000);
    expect_time("1767225600000", 1767225600000000);
    expect_time("1767225600000000", 1767225600000000);
    expect_time("1767225600000000000", 1767225600000000);
    expect_time("1767225600.6864", 1767225600686400);
    expect_time("1.7672256E+12", 1767225600000000);
    expect_time("2026-01-01T00:00:00Z", 1767225600000000);
    expect_time("2026-01-01 00:00:09", 1767225609000000);
    expect_time("2026-01-01", 1767225600000000);
    int64_t got = 0;
    assert_false(number_time("-5", 2, &got));
    assert_false(number_time("open_time", 9, &got));
    assert_false(number_time("", 0, &got));
    assert_false(number_time("1767225600000.5", 15, &got));
    assert_false(number_time("99999999999999999999", 20, &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_decimals_are_read_fast),
        cmocka_unit_test(zeros_behind_the_last_decimal_do_not_count),
        cmocka_unit_test(everything_else_takes_the_slow_way),
        cmocka_unit_test(every_byte_but_a_digit_is_seen_at_every_place),
        cmocka_unit_test(prices_have_at_most_twelve_decimals),
        cmocka_unit_test(volumes_are_cut_and_not_refused),
        cmocka_unit_test(volumes_beyond_all_measure_are_refused),
        cmocka_unit_test(times_have_their_unit_by_magnitude),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
