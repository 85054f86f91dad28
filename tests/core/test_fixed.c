#include "core/fixed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void
expect_parse(const char *text, unsigned scale, enum decimal_status status, int64_t value)
{
    int64_t out = -77;
    assert_int_equal(decimal_parse(text, strlen(text), scale, &out), status);
    assert_int_equal(out, status == DECIMAL_OK ? value : -77);
}

static void expect_format(int64_t value, unsigned scale, const char *text)
{
    char out[DECIMAL_BYTES];
    assert_int_equal(decimal_format(value, scale, out), strlen(text));
    assert_string_equal(out, text);
}

static void plain_decimals_are_exact(void **state)
{
    (void)state;
    expect_parse("0.0061074", 12, DECIMAL_OK, 6107400000);
    expect_parse("0", 12, DECIMAL_OK, 0);
    expect_parse("-0", 8, DECIMAL_OK, 0);
    expect_parse("+3", 6, DECIMAL_OK, 3000000);
    expect_parse("-12.5", 8, DECIMAL_OK, -1250000000);
    expect_parse("42000.1", 12, DECIMAL_OK, 42000100000000000);
    expect_parse(".5", 1, DECIMAL_OK, 5);
    expect_parse("5.", 1, DECIMAL_OK, 50);
    expect_parse("007", 0, DECIMAL_OK, 7);
    expect_parse("0.1", 18, DECIMAL_OK, 100000000000000000);
}

static void exponents_shift_exactly(void **state)
{
    (void)state;
    expect_parse("1.8998e-05", 12, DECIMAL_OK, 18998000);
    expect_parse("1E3", 0, DECIMAL_OK, 1000);
    expect_parse("1e+3", 0, DECIMAL_OK, 1000);
    expect_parse("1200e-2", 0, DECIMAL_OK, 12);
    expect_parse("0e999", 12, DECIMAL_OK, 0);
    expect_parse("0.000e-99999999999999999999", 12, DECIMAL_OK, 0);
    expect_parse("1000000000000000000000000000000000000000e-39", 0, DECIMAL_OK, 1);
    expect_parse("1e-12", 12, DECIMAL_OK, 1);
    expect_parse("1e-13", 12, DECIMAL_PRECISION, 0);
    expect_parse("1e-999999999999999999999", 12, DECIMAL_PRECISION, 0);
}

static void trailing_zeros_are_not_precision(void **state)
{
    (void)state;
    expect_parse("1.5000000", 1, DECIMAL_OK, 15);
    expect_parse("0.100000000000000000000000000000000000000000", 12, DECIMAL_OK, 100000000000);
    expect_parse("100.00", 0, DECIMAL_OK, 100);
    expect_parse("1.50000001", 1, DECIMAL_PRECISION, 0);
    expect_parse("0.00000001", 8, DECIMAL_OK, 1);
    expect_parse("0.000000001", 8, DECIMAL_PRECISION, 0);
    expect_parse("0.123456789012345678901234567890", 18, DECIMAL_PRECISION, 0);
}

static void what_does_not_fit_is_out_of_range(void **state)
{
    (void)state;
    expect_parse("9223372036854775807", 0, DECIMAL_OK, INT64_MAX);
    expect_parse("9223372036854775808", 0, DECIMAL_RANGE, 0);
    expect_parse("-9223372036854775808", 0, DECIMAL_OK, INT64_MIN);
    expect_parse("-9223372036854775809", 0, DECIMAL_RANGE, 0);
    expect_parse("9223372.036854775807", 12, DECIMAL_OK, INT64_MAX);
    expect_parse("9223372.036854775808", 12, DECIMAL_RANGE, 0);
    expect_parse("9999999999999999999", 0, DECIMAL_RANGE, 0);
    expect_parse("18446744073709551617", 0, DECIMAL_RANGE, 0);
    expect_parse("1234567890123456789012345678901234567890", 12, DECIMAL_RANGE, 0);
    expect_parse("1234567890123456789012345.67890123456789", 12, DECIMAL_RANGE, 0);
    expect_parse("1e999", 12, DECIMAL_RANGE, 0);
    expect_parse("1e99999999999999999999999", 12, DECIMAL_RANGE, 0);
    expect_parse("10", 18, DECIMAL_RANGE, 0);
    expect_parse("9", 18, DECIMAL_OK, 9000000000000000000);
}

static void what_is_not_a_number_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "nan",   "NaN",   "inf",   "-inf", "Infinity", "-",    "+",    ".",  "-.",  "1..2", "1.2.3",
        "1e",    "1e+",   "1e-",   "e5",   ".e5",      "0x10", "1,5",  "1 ", " 1",  "--1",  "+-1",
        "1e5.5", "1e5e5", "1_000", "١",    "12a",      "",     "1e 5", "",   "1\t", "1-2"};
    for (size_t index = 0; index < ARRAY_COUNT(texts); index++) {
        enum decimal_status status = texts[index][0] == '\0' ? DECIMAL_EMPTY : DECIMAL_SYNTAX;
        expect_parse(texts[index], 12, status, 0);
    }
}

static void a_text_is_not_read_beyond_its_length(void **state)
{
    (void)state;
    int64_t out = 0;
    assert_int_equal(decimal_parse("12345", 3, 0, &out), DECIMAL_OK);
    assert_int_equal(out, 123);
    assert_int_equal(decimal_parse("12e45", 2, 0, &out), DECIMAL_OK);
    assert_int_equal(out, 12);
}

static void text_is_the_shortest_exact(void **state)
{
    (void)state;
    expect_format(0, 12, "0");
    expect_format(6107400000, 12, "0.0061074");
    expect_format(-1250000000, 8, "-12.5");
    expect_format(100, 0, "100");
    expect_format(100, 2, "1");
    expect_format(1, 18, "0.000000000000000001");
    expect_format(INT64_MAX, 12, "9223372.036854775807");
    expect_format(INT64_MIN, 0, "-9223372036854775808");
    expect_format(INT64_MIN, 18, "-9.223372036854775808");
    expect_format(-5, 1, "-0.5");
}

static void format_and_parse_are_inverse(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int index = 0; index < 20000; index++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        int64_t value = (int64_t)seed >> (index % 60);
        unsigned scale = (unsigned)index % 19;
        char text[DECIMAL_BYTES];
        int64_t back = 0;
        size_t length = decimal_format(value, scale, text);
        assert_int_equal(decimal_parse(text, length, scale, &back), DECIMAL_OK);
        assert_int_equal(back, value);
    }
}

static void quotients_round_as_named(void **state)
{
    (void)state;
    assert_true(wide_div_floor(7, 2) == 3 && wide_div_ceil(7, 2) == 4);
    assert_true(wide_div_floor(-7, 2) == -4 && wide_div_ceil(-7, 2) == -3);
    assert_true(wide_div_floor(-8, 2) == -4 && wide_div_ceil(-8, 2) == -4);
    wide_t big = (wide_t)1 << 100;
    assert_true(wide_div_floor(big + 1, (wide_t)1 << 40) == (wide_t)1 << 60);
    assert_true(wide_div_ceil(big + 1, (wide_t)1 << 40) == ((wide_t)1 << 60) + 1);
    assert_true(wide_div_floor(-big - 1, (wide_t)1 << 40) == -((wide_t)1 << 60) - 1);
    assert_true(wide_div_ceil(-big - 1, (wide_t)1 << 40) == -((wide_t)1 << 60));
    assert_true(wide_div_ceil(INT64_MIN, 1) == INT64_MIN);
    assert_true(wide_div_floor(5, (wide_t)1 << 90) == 0 && wide_div_ceil(5, (wide_t)1 << 90) == 1);
}

static void products_leave_int64_only_with_a_word(void **state)
{
    (void)state;
    int64_t out = 11;
    assert_true(fixed_mul_div_floor(INT64_MAX, 3, 4, &out));
    assert_int_equal(out, 6917529027641081855); /* (2^63-1)*3/4 = 6917529027641081855.25 */
    assert_true(fixed_mul_div_ceil(INT64_MAX, 3, 4, &out));
    assert_int_equal(out, 6917529027641081856);
    out = 11;
    assert_false(fixed_mul_div_floor(INT64_MAX, 2, 1, &out));
    assert_int_equal(out, 11);
    assert_true(fixed_mul_div_floor(INT64_MIN, 1, 1, &out));
    assert_int_equal(out, INT64_MIN);
    assert_int_equal(fixed_mul_div_clamped(INT64_MAX, 2, 1), INT64_MAX);
    assert_int_equal(fixed_mul_div_clamped(INT64_MAX, -2, 1), INT64_MIN);
    assert_int_equal(fixed_mul_div_clamped(-7, 1, 2), -4);
    assert_false(fixed_narrow((wide_t)INT64_MAX + 1, &out));
    assert_false(fixed_narrow((wide_t)INT64_MIN - 1, &out));
    assert_true(fixed_narrow(INT64_MIN, &out));
}

static void a_notional_rounds_against_the_account(void **state)
{
    (void)state;
    int64_t out = 0;
    /* 0.1234567 x 3 = 0.3703701, exact */
    assert_true(fixed_notional_ceil_e8(123456700000, 3000000, &out));
    assert_int_equal(out, 37037010);
    assert_true(fixed_notional_floor_e8(123456700000, 3000000, &out));
    assert_int_equal(out, 37037010);
    /* 0.000000000001 x 1 = 1e-12: less than one unit of money */
    assert_true(fixed_notional_ceil_e8(1, 1000000, &out));
    assert_int_equal(out, 1);
    assert_true(fixed_notional_floor_e8(1, 1000000, &out));
    assert_int_equal(out, 0);
    /* 67123.45 x 1.234567 = 82868.39629615: product 8.3e22 needs more than 64 bits */
    assert_true(fixed_notional_floor_e8(67123450000000000, 1234567, &out));
    assert_int_equal(out, 8286839629615);
    assert_true(fixed_notional_ceil_e8(67123450000000001, 1234567, &out));
    assert_int_equal(out, 8286839629616);
    /* 9e6 x 9e6 = 8.1e13, in _e8 8.1e21: does not fit */
    assert_false(fixed_notional_floor_e8(9000000000000000000, 9000000000000, &out));
    assert_true(fixed_notional_floor_e8(-1, 1000000, &out));
    assert_int_equal(out, -1);
    assert_true(fixed_notional_ceil_e8(-1, 1000000, &out));
    assert_int_equal(out, 0);
}

static void the_fast_division_is_the_division(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int index = 0; index < 50000; index++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        int64_t price = (int64_t)(seed >> 1) >> (index % 40);
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        int64_t size = (int64_t)(seed >> 1) >> (20 + index % 43);
        wide_t product = (wide_t)price * size;
        wide_t floor = product / 10000000000LL;
        wide_t ceil = (product + 9999999999LL) / 10000000000LL;
        int64_t out = 0;
        assert_true(fixed_notional_floor_e8(price, size, &out) == (floor <= INT64_MAX));
        assert_true(floor > INT64_MAX || out == floor);
        assert_true(fixed_notional_ceil_e8(price, size, &out) == (ceil <= INT64_MAX));
        assert_true(ceil > INT64_MAX || out == ceil);
    }
}

/* At whole quotients and a unit beside them, up to the last that fits; both constants that are divided by so. */
static void whole_quotients_are_met_exactly(void **state)
{
    (void)state;
    for (int shift = 0; shift < 63; shift++) {
        int64_t whole = INT64_MAX >> shift;
        int64_t out = 0;
        int64_t rest = 0;
        for (int64_t beside = -1; beside <= 1; beside++) {
            wide_t notional = (wide_t)whole * NOTIONAL_DIVISOR + beside;
            assert_true(fixed_divide(notional, NOTIONAL_DIVISOR, NOTIONAL_SHIFT, &out, &rest));
            assert_true(out == whole - (beside < 0 ? 1 : 0));
            assert_true(rest == (beside < 0 ? NOTIONAL_DIVISOR - 1 : beside));
            assert_true(
                fixed_divide((wide_t)whole * ONE_E9 + beside, ONE_E9, RATIO_SHIFT, &out, &rest));
            assert_true(out == whole - (beside < 0 ? 1 : 0));
            assert_true(rest == (beside < 0 ? ONE_E9 - 1 : beside));
        }
        assert_true(fixed_rate_ceil(whole, ONE_E9 - 1, &out));
        assert_true(out == (int64_t)wide_div_ceil((wide_t)whole * (ONE_E9 - 1), ONE_E9));
    }
    int64_t none = 0;
    wide_t beyond = ((wide_t)INT64_MAX + 1) * ONE_E9;
    assert_false(fixed_divide(beyond, ONE_E9, RATIO_SHIFT, &none, &none));
    assert_true(fixed_rate_ceil(0, 0, &none));
    assert_int_equal(none, 0);
}

static void roots_are_the_largest_below(void **state)
{
    (void)state;
    assert_int_equal(wide_isqrt(0), 0);
    assert_int_equal(wide_isqrt(1), 1);
    assert_int_equal(wide_isqrt(3), 1);
    assert_int_equal(wide_isqrt(4), 2);
    assert_int_equal(wide_isqrt((wide_t)INT64_MAX * INT64_MAX), INT64_MAX);
    assert_int_equal(wide_isqrt((wide_t)INT64_MAX * INT64_MAX - 1), INT64_MAX - 1);
    for (int64_t root = 1; root < 3000000000000; root = root * 3 + 1) {
        assert_int_equal(wide_isqrt((wide_t)root * root), root);
        assert_int_equal(wide_isqrt((wide_t)root * root + 2 * root), root);
        assert_int_equal(wide_isqrt((wide_t)root * root - 1), root - 1);
    }
}

static void steps_floor_and_ceil(void **state)
{
    (void)state;
    assert_int_equal(fixed_floor_to(17, 5), 15);
    assert_int_equal(fixed_ceil_to(17, 5), 20);
    assert_int_equal(fixed_floor_to(15, 5), 15);
    assert_int_equal(fixed_ceil_to(15, 5), 15);
    assert_int_equal(fixed_ceil_to(0, 5), 0);
    assert_int_equal(fixed_ceil_to(INT64_MAX - 1, INT64_MAX), INT64_MAX);
}

static void each_status_has_words(void **state)
{
    (void)state;
    assert_string_equal(decimal_status_text(DECIMAL_OK), "ok");
    assert_string_equal(decimal_status_text(DECIMAL_RANGE), "too large");
}

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(plain_decimals_are_exact),
        cmocka_unit_test(exponents_shift_exactly),
        cmocka_unit_test(trailing_zeros_are_not_precision),
        cmocka_unit_test(what_does_not_fit_is_out_of_range),
        cmocka_unit_test(what_is_not_a_number_is_refused),
        cmocka_unit_test(a_text_is_not_read_beyond_its_length),
        cmocka_unit_test(text_is_the_shortest_exact),
        cmocka_unit_test(format_and_parse_are_inverse),
        cmocka_unit_test(quotients_round_as_named),
        cmocka_unit_test(products_leave_int64_only_with_a_word),
        cmocka_unit_test(a_notional_rounds_against_the_account),
        cmocka_unit_test(the_fast_division_is_the_division),
        cmocka_unit_test(whole_quotients_are_met_exactly),
        cmocka_unit_test(roots_are_the_largest_below),
        cmocka_unit_test(steps_floor_and_ceil),
        cmocka_unit_test(each_status_has_words),
    };
    return cmocka_run_group_tests(fixed, NULL, NULL);
}
