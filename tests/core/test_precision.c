/* Steps and rounding of core/precision.h; the oracles' own rows are in tests/oracles. */
#include "core/precision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/fixed.h"

static void a_tick_is_its_own_step(void **state)
{
    (void)state;
    assert_int_equal(precision_step(PRECISION_TICK, 5000, 12, 123), 5000);
}

static void decimals_are_powers_of_ten(void **state)
{
    (void)state;
    assert_int_equal(precision_step(PRECISION_DECIMALS, 4, 6, 0), 100);
    assert_int_equal(precision_step(PRECISION_DECIMALS, 0, 6, 0), ONE_E6);
    assert_int_equal(precision_step(PRECISION_DECIMALS, -2, 6, 0), 100 * ONE_E6);
    /* Never finer than the scale, never beyond int64. */
    assert_int_equal(precision_step(PRECISION_DECIMALS, 9, 6, 0), 1);
    assert_int_equal(precision_step(PRECISION_DECIMALS, -18, 12, 0), 1000000000000000000);
}

static void significant_digits_follow_the_value(void **state)
{
    (void)state;
    /* 0.20123456 with 5 digits: 0.00001. */
    assert_int_equal(precision_step(PRECISION_SIGNIFICANT, 5, 12, 201234560000), 10000000);
    /* 12,345.6 with 5 digits: 1. */
    assert_int_equal(precision_step(PRECISION_SIGNIFICANT, 5, 12, 12345600000000000), ONE_E12);
    assert_int_equal(precision_step(PRECISION_SIGNIFICANT, 5, 12, 99), 1);
    assert_int_equal(precision_step(PRECISION_SIGNIFICANT, 5, 12, 0), 1);
    assert_int_equal(precision_step(PRECISION_SIGNIFICANT, 1, 0, INT64_MAX), 1000000000000000000);
}

static void a_lot_in_contracts_becomes_coins(void **state)
{
    (void)state;
    int64_t lot = 0;
    /* One contract of 0.01; a tenth of a contract of 10. */
    assert_true(precision_lot(ONE_E6, 10000, 6, &lot));
    assert_int_equal(lot, 10000);
    assert_true(precision_lot(ONE_E6 / 10, 10 * ONE_E6, 6, &lot));
    assert_int_equal(lot, ONE_E6);
    assert_false(precision_lot(1, 10000, 6, &lot));
    assert_false(precision_lot(INT64_MAX, INT64_MAX, 0, &lot));
    assert_int_equal(lot, ONE_E6);
}

static void each_direction_rounds_as_named(void **state)
{
    (void)state;
    assert_int_equal(precision_round(1249, 50, ROUND_DOWN), 1200);
    assert_int_equal(precision_round(1249, 50, ROUND_UP), 1250);
    assert_int_equal(precision_round(1224, 50, ROUND_NEAREST), 1200);
    assert_int_equal(precision_round(1225, 50, ROUND_NEAREST), 1250);
    assert_int_equal(precision_round(2, 5, ROUND_NEAREST), 0);
    assert_int_equal(precision_round(3, 5, ROUND_NEAREST), 5);
    for (int rounding = ROUND_DOWN; rounding <= ROUND_NEAREST; rounding++) {
        assert_int_equal(precision_round(1250, 50, (enum rounding)rounding), 1250);
        assert_int_equal(precision_round(0, 50, (enum rounding)rounding), 0);
        assert_int_equal(precision_round(7, 1, (enum rounding)rounding), 7);
    }
    assert_int_equal(precision_round(INT64_MAX, 10, ROUND_UP), INT64_MAX - 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tick_is_its_own_step),
        cmocka_unit_test(decimals_are_powers_of_ten),
        cmocka_unit_test(significant_digits_follow_the_value),
        cmocka_unit_test(a_lot_in_contracts_becomes_coins),
        cmocka_unit_test(each_direction_rounds_as_named),
    };
    return cmocka_run_group_tests_name("precision", tests, NULL, NULL);
}
