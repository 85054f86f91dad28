/* Unitised equity: peak, periods, windows, transfers. Money in whole units by E8(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/baselines.h"
#include "core/fixed.h"
#include "core/instant.h"

#define E8(units) ((int64_t)(units)*ONE_E8)

static struct baselines books;
static int64_t start_us; /* Wednesday 2024-01-31 12:00:30 UTC */

static int setup(void **state)
{
    (void)state;
    start_us = instant_from_date(2024, 1, 31) + 12 * US_PER_HOUR + 30 * US_PER_SECOND;
    baselines_init(&books, start_us, E8(10000));
    return 0;
}

static int64_t drawdown_e9(void)
{
    return baselines_loss_e9(baselines_base_e8(&books, BASELINE_PEAK), books.equity_e8);
}

static void a_withdrawal_leaves_the_drawdown_as_it_is(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, E8(9000));
    assert_int_equal(drawdown_e9(), 100000000); /* 10.00 % */
    baselines_transfer(&books, start_us + 2, E8(9000), -E8(4500));
    assert_int_equal(baselines_base_e8(&books, BASELINE_PEAK), E8(5000));
    assert_int_equal(books.equity_e8, E8(4500));
    assert_int_equal(drawdown_e9(), 100000000);
    assert_int_equal(baselines_drawdown_ppm(&books), 100000);
    /* One unit is worth 0.9 before and after. */
    assert_int_equal(baselines_unit_price_e12(&books), 900000000000LL);
}

static void a_deposit_leaves_every_loss_as_it_is(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, E8(9500));
    baselines_transfer(&books, start_us + 2, E8(9500), E8(9500));
    for (int which = 0; which < BASELINE_COUNT; which++) {
        assert_int_equal(baselines_base_e8(&books, (enum baseline)which), E8(20000));
    }
}

static void baselines_scale_upward(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, 3);
    /* 10000e8 * 2 / 3 = 666666666666.67: up. */
    baselines_transfer(&books, start_us + 2, 3, -1);
    assert_int_equal(baselines_base_e8(&books, BASELINE_PEAK), 666666666667LL);
}

static void losses_round_up_and_levels_are_reached_at_equality(void **state)
{
    (void)state;
    assert_int_equal(baselines_loss_e9(3, 2), 333333334);
    assert_int_equal(baselines_loss_e9(E8(100), E8(100)), 0);
    assert_int_equal(baselines_loss_e9(E8(100), E8(101)), 0);
    assert_int_equal(baselines_loss_e9(E8(100), -E8(50)), 1500000000);
    assert_true(baselines_loss_e9(0, 5) == INT64_MAX);
    assert_true(baselines_reached(E8(10000), E8(9800), PERCENT_E9(2)));
    assert_false(baselines_reached(E8(10000), E8(9800) + 1, PERCENT_E9(2)));
    assert_true(baselines_reached(0, E8(1), PERCENT_E9(2)));
    assert_true(baselines_reached(-1, E8(1), PERCENT_E9(2)));
}

static void drawdown_ppm_rounds_up(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, E8(10000) - 1);
    assert_int_equal(baselines_drawdown_ppm(&books), 1);
    baselines_mark(&books, start_us + 2, E8(9900));
    assert_int_equal(baselines_drawdown_ppm(&books), 10000);
}

static void the_peak_only_rises(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, E8(10500));
    baselines_mark(&books, start_us + 2, E8(9000));
    assert_int_equal(baselines_base_e8(&books, BASELINE_PEAK), E8(10500));
    baselines_rebase(&books, BASELINE_PEAK);
    assert_int_equal(baselines_base_e8(&books, BASELINE_PEAK), E8(9000));
}

static void a_day_and_a_month_start_at_the_last_mark_before_midnight(void **state)
{
    int64_t midnight_us = instant_from_date(2024, 2, 1);
    (void)state;
    baselines_mark(&books, midnight_us - 1, E8(9700));
    assert_int_equal(baselines_base_e8(&books, BASELINE_DAY), E8(10000));
    baselines_mark(&books, midnight_us, E8(9600));
    assert_int_equal(baselines_base_e8(&books, BASELINE_DAY), E8(9700));
    assert_int_equal(baselines_base_e8(&books, BASELINE_MONTH), E8(9700));
    assert_int_equal(baselines_base_e8(&books, BASELINE_WEEK), E8(10000));
    assert_true(books.next_month_us == instant_from_date(2024, 3, 1));
}

static void a_week_starts_on_monday(void **state)
{
    int64_t monday_us = instant_from_date(2024, 2, 5);
    (void)state;
    baselines_mark(&books, monday_us - 1, E8(9700));
    assert_int_equal(baselines_base_e8(&books, BASELINE_WEEK), E8(10000));
    (void)baselines_roll(&books, monday_us);
    assert_int_equal(baselines_base_e8(&books, BASELINE_WEEK), E8(9700));
    assert_true(books.next_week_us == monday_us + 7 * US_PER_DAY);
}

static void silence_over_days_keeps_the_last_mark(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, E8(9900));
    (void)baselines_roll(&books, start_us + 40 * US_PER_DAY);
    for (int which = 0; which < BASELINE_COUNT; which++) {
        int64_t expected = which == BASELINE_PEAK ? E8(10000) : E8(9900);
        assert_int_equal(baselines_base_e8(&books, (enum baseline)which), expected);
    }
}

static void the_five_minute_base_looks_back_five_to_six_minutes(void **state)
{
    int64_t minute_us = start_us - 30 * US_PER_SECOND; /* 12:00:00 */
    (void)state;
    baselines_mark(&books, minute_us + 90 * US_PER_SECOND, E8(9950)); /* 12:01:30 */
    baselines_mark(&books, minute_us + 6 * US_PER_MINUTE, E8(9940));  /* 12:06:00: 12:01 counts */
    assert_int_equal(baselines_base_e8(&books, BASELINE_5_MINUTES), E8(10000));
    baselines_mark(&books, minute_us + 7 * US_PER_MINUTE - 1, E8(9930));
    assert_int_equal(baselines_base_e8(&books, BASELINE_5_MINUTES), E8(10000));
    baselines_mark(&books, minute_us + 7 * US_PER_MINUTE, E8(9930)); /* 12:07:00: 12:02 counts */
    assert_int_equal(baselines_base_e8(&books, BASELINE_5_MINUTES), E8(9950));
    assert_int_equal(baselines_base_e8(&books, BASELINE_HOUR), E8(10000));
}

static void the_24_hour_base_leaves_the_window_after_a_day(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + US_PER_HOUR, E8(9800));
    (void)baselines_roll(&books, start_us + 25 * US_PER_HOUR);
    assert_int_equal(baselines_base_e8(&books, BASELINE_ROLLING), E8(10000));
    (void)baselines_roll(&books, start_us + 25 * US_PER_HOUR + US_PER_MINUTE);
    assert_int_equal(baselines_base_e8(&books, BASELINE_ROLLING), E8(9800));
}

static void samples_scale_with_a_transfer(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + US_PER_HOUR, E8(8000));
    baselines_mark(&books, start_us + 2 * US_PER_HOUR, E8(8000));
    baselines_transfer(&books, start_us + 3 * US_PER_HOUR, E8(8000), -E8(4000));
    assert_int_equal(baselines_base_e8(&books, BASELINE_ROLLING), E8(5000));
    (void)baselines_roll(&books, start_us + 26 * US_PER_HOUR);
    assert_int_equal(baselines_base_e8(&books, BASELINE_ROLLING), E8(4000));
}

static void an_empty_account_is_founded_by_its_first_deposit(void **state)
{
    (void)state;
    baselines_init(&books, start_us, 0);
    assert_true(books.empty);
    assert_int_equal(baselines_drawdown_ppm(&books), 0);
    baselines_transfer(&books, start_us + 5, 0, E8(700));
    assert_false(books.empty);
    assert_int_equal(baselines_base_e8(&books, BASELINE_PEAK), E8(700));
    assert_int_equal(baselines_unit_price_e12(&books), ONE_E12);
}

static void a_full_withdrawal_and_a_new_deposit_keep_the_drawdown(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, E8(9000));
    baselines_transfer(&books, start_us + 2, E8(9000), -E8(9000));
    assert_true(books.empty);
    baselines_transfer(&books, start_us + 3, 0, E8(1800));
    assert_int_equal(baselines_base_e8(&books, BASELINE_PEAK), E8(2000));
    assert_int_equal(baselines_drawdown_ppm(&books), 100000);
}

static void equity_below_zero_is_a_whole_loss_that_a_deposit_does_not_hide(void **state)
{
    (void)state;
    baselines_mark(&books, start_us + 1, -E8(100));
    assert_int_equal(drawdown_e9(), 1010000000);
    baselines_transfer(&books, start_us + 2, -E8(100), E8(1000));
    assert_int_equal(books.equity_e8, E8(900));
    assert_int_equal(drawdown_e9(), 910000000);
    baselines_check(&books);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_withdrawal_leaves_the_drawdown_as_it_is, setup),
        cmocka_unit_test_setup(a_deposit_leaves_every_loss_as_it_is, setup),
        cmocka_unit_test_setup(baselines_scale_upward, setup),
        cmocka_unit_test_setup(losses_round_up_and_levels_are_reached_at_equality, setup),
        cmocka_unit_test_setup(drawdown_ppm_rounds_up, setup),
        cmocka_unit_test_setup(the_peak_only_rises, setup),
        cmocka_unit_test_setup(a_day_and_a_month_start_at_the_last_mark_before_midnight, setup),
        cmocka_unit_test_setup(a_week_starts_on_monday, setup),
        cmocka_unit_test_setup(silence_over_days_keeps_the_last_mark, setup),
        cmocka_unit_test_setup(the_five_minute_base_looks_back_five_to_six_minutes, setup),
        cmocka_unit_test_setup(the_24_hour_base_leaves_the_window_after_a_day, setup),
        cmocka_unit_test_setup(samples_scale_with_a_transfer, setup),
        cmocka_unit_test_setup(an_empty_account_is_founded_by_its_first_deposit, setup),
        cmocka_unit_test_setup(a_full_withdrawal_and_a_new_deposit_keep_the_drawdown, setup),
        cmocka_unit_test_setup(equity_below_zero_is_a_whole_loss_that_a_deposit_does_not_hide,
                               setup),
    };
    return cmocka_run_group_tests_name("baselines", tests, NULL, NULL);
}
