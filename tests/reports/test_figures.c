/* The golden vector A of FIELD 11, from the rows of a database to both families of statistics. */
#include "reports/figures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/report_fixture.h"

#define NEAR(got, want) assert_true(fabs((got) - (want)) <= 1e-9 * fabs((double)(want)) + 1e-12)

struct half {
    struct run run;
    struct facts facts;
    struct figures figures;
};

static void half_read(struct half *self, const char *path)
{
    struct error error;

    error_init(&error);
    if (!run_read(&self->run, path, &error)) {
        fail_msg("%s", error.text);
    }
    facts_read(&self->facts, &self->run);
    assert_true(figures_compute(&self->figures, &self->run, &self->facts, &error));
}

static void half_release(struct half *self)
{
    figures_release(&self->figures);
    facts_release(&self->facts);
    run_release(&self->run);
}

static void vector_a_comes_out_of_its_database(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct half half;

    (void)state;
    fixture_vector_a("a.db", path);
    half_read(&half, path);
    const struct trade_statistics *closed = &half.figures.closed;
    const struct daily_statistics *daily = &half.figures.daily;
    assert_int_equal(half.figures.window_days, 14);
    assert_int_equal(half.figures.day_count, 15);
    assert_int_equal(half.figures.trade_count, 10);
    NEAR(half.figures.final, 1120);
    NEAR(closed->sharpe, 3.41382561927317);
    NEAR(closed->sortino, 6.517768740560326);
    NEAR(closed->calmar, 191.049731745428);
    NEAR(closed->cagr, 18.194825242272895);
    NEAR(closed->drawdown_account, 0.08571428571428572);
    NEAR(daily->sharpe, 4.094722995190744);
    NEAR(daily->sortino, 7.64328280121848);
    NEAR(daily->cagr, 14.762988243318155);
    NEAR(daily->max_drawdown, -0.08571428571428563);
    NEAR(daily->serenity, 1.7630061807173236);
    half_release(&half);
}

static void a_trade_has_its_exit_price_stake_and_volume(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct half half;

    (void)state;
    fixture_vector_a("b.db", path);
    half_read(&half, path);
    /* 100 units at 10, sold at 10.5: profit 50 on a margin of 1000 / 5. */
    NEAR(half.figures.trades[0].exit_price, 10.5);
    NEAR(half.figures.trades[0].stake, 200);
    NEAR(half.figures.trades[0].ratio, 0.25);
    NEAR(half.figures.trades[0].volume, 2050);
    assert_int_equal(half.figures.trades[0].duration_us, 3600000000LL);
    /* One position of 1000 at a time; the balance is at its lowest, 960, before the fifth trade. */
    NEAR(half.figures.leverage_max, 1000.0 / 960.0);
    NEAR(half.figures.margin_ratio_max, 200.0 / 960.0);
    assert_string_equal(half.figures.quote, "USDT");
    half_release(&half);
}

static void fees_and_funding_are_part_of_the_profit(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct half half;

    (void)state;
    fixture_vector_a("c.db", path);
    fixture_sql(path,
                "UPDATE positions SET fees_e8 = 150000000, funding_e8 = -50000000 WHERE id = 1");
    half_read(&half, path);
    NEAR(half.figures.trades[0].profit, 48); /* 50 - 1.5 - 0.5 */
    NEAR(half.figures.fees, 1.5);
    NEAR(half.figures.funding, -0.5);
    half_release(&half);
}

static void a_deposit_is_no_return(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct half half;

    (void)state;
    fixture_empty("d.db", "done",
                  "{\"starting_balance\": 1000, \"window\": [1735689600000000, 1735862400000000]}",
                  path);
    fixture_sql(path, "INSERT INTO ledger VALUES"
                      "(1, 1, 'wallet', 100000000000, 'transfer', NULL, NULL, 1735689600000000),"
                      "(2, 2, 'wallet', 50000000000, 'transfer', NULL, NULL, 1735776000000001);"
                      "INSERT INTO equity VALUES"
                      "(1, 1735689600000000, 100000000000, 100000000000, 0, 0, 0, 0, 'CLOSED'),"
                      "(2, 1735776000000001, 150000000000, 150000000000, 0, 0, 0, 0, 'CLOSED'),"
                      "(3, 1735862399000000, 165000000000, 165000000000, 0, 0, 0, 0, 'CLOSED')");
    half_read(&half, path);
    /* Second day: 1000 + 500 deposited, 1650 at its end: (1650 - 500) / 1000 - 1 = 15 %. */
    NEAR(half.figures.daily.total, 0.15);
    half_release(&half);
}

static void the_breaker_s_time_and_latches_are_counted(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct half half;

    (void)state;
    fixture_empty("e.db", "done", "{\"starting_balance\": \"1000\"}", path);
    fixture_sql(
        path, "INSERT INTO equity VALUES"
              "(1, 1735689600000000, 100000000000, 100000000000, 0, 0, 0, 0, 'CLOSED'),"
              "(2, 1735693200000000, 90000000000, 90000000000, 0, 0, 100000, 0, 'TRIPPED'),"
              "(3, 1735700400000000, 90000000000, 90000000000, 0, 0, 100000, 0, 'PROBATION'),"
              "(4, 1735704000000000, 90000000000, 90000000000, 0, 0, 100000, 0, 'CLOSED');"
              "INSERT INTO breaker_events(timestamp, scope, from_state, to_state, cause,"
              " baseline_e8, actor, scope_index, value, limit_value) VALUES"
              "(1735693200000000, 'account', 'CLOSED', 'TRIPPED', 'drawdown', 0, 'core', 0, 1, 1),"
              "(1735700400000000, 'account', 'TRIPPED', 'PROBATION', 'reset', 0, 'operator', 0, 1,"
              " 1);"
              "INSERT INTO signals(id, timestamp, source, token, verdict, confidence_given,"
              " received_at) VALUES(1, 1735693300000000, 's', 't', 'BREAKER_TRIPPED', '', 1)");
    half_read(&half, path);
    const struct breaker_figures *breaker = &half.figures.breaker;
    assert_int_equal(breaker->first_latch_us, 1735693200000000LL);
    assert_int_equal(breaker->resets, 1);
    assert_int_equal(breaker->denied, 1);
    assert_int_equal(breaker->state_us[BREAKER_CLOSED], 3600000000LL);
    assert_int_equal(breaker->state_us[BREAKER_TRIPPED], 7200000000LL);
    assert_int_equal(breaker->state_us[BREAKER_PROBATION], 3600000000LL);
    half_release(&half);
}

static void without_a_starting_balance_there_are_no_figures(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct half half;
    struct error error;

    (void)state;
    fixture_empty("f.db", "running", "{}", path);
    error_init(&error);
    assert_true(run_read(&half.run, path, &error));
    facts_read(&half.facts, &half.run);
    assert_false(figures_compute(&half.figures, &half.run, &half.facts, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    half_release(&half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vector_a_comes_out_of_its_database),
        cmocka_unit_test(a_trade_has_its_exit_price_stake_and_volume),
        cmocka_unit_test(fees_and_funding_are_part_of_the_profit),
        cmocka_unit_test(a_deposit_is_no_return),
        cmocka_unit_test(the_breaker_s_time_and_latches_are_counted),
        cmocka_unit_test(without_a_starting_balance_there_are_no_figures),
    };

    return cmocka_run_group_tests_name("reports/figures", tests, NULL, fixture_remove);
}
