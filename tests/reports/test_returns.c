/* Figures of a series of returns, against arithmetic done by hand. The published cases of empyrical
 * are in tests/oracles. */
#include "reports/returns.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/sample.h"

#define NEAR(got, want) assert_true(fabs((got) - (want)) <= 1e-12)

static void growth_compounds_and_a_missing_period_earns_nothing(void **state)
{
    const double values[] = {0.1, UNDEFINED, -0.1};
    double out[3];

    (void)state;
    returns_compound(values, 3, 100, out);
    NEAR(out[0], 110);
    NEAR(out[1], 110);
    NEAR(out[2], 99);
    NEAR(returns_total(values, 3), -0.01);
}

static void annual_growth_is_the_root_over_the_years(void **state)
{
    const double values[] = {0.21, 0.0};

    (void)state;
    /* 21 % in two half-years of a year is 21 %; in two years it is 10 % a year. */
    NEAR(returns_annual(values, 2, 2), 0.21);
    NEAR(returns_annual(values, 2, 1), 0.10);
}

static void a_total_loss_grows_by_minus_one(void **state)
{
    const double values[] = {0.5, -1.0, 0.3};

    (void)state;
    NEAR(returns_annual(values, 3, 365), -1);
}

static void drawdown_counts_the_start_as_a_peak(void **state)
{
    const double values[] = {-0.1, 0.05, 0.2, -0.5};

    (void)state;
    /* 0.9, 0.945, 1.134, 0.567: half below the peak of 1.134. */
    NEAR(returns_max_drawdown(values, 4), -0.5);
    NEAR(returns_max_drawdown(values, 1), -0.1);
}

static void sharpe_and_sortino_by_hand(void **state)
{
    const double values[] = {0.02, -0.01, 0.03, 0.0};

    (void)state;
    /* mean 0.01; squares about it 1e-4 + 4e-4 + 4e-4 + 1e-4 = 1e-3; over 3. */
    NEAR(returns_sharpe(values, 4, 0, 1), 0.01 / sqrt(1e-3 / 3));
    NEAR(returns_sharpe(values, 4, 0.01, 1), 0);
    /* One shortfall of 0.01 in four: sqrt(1e-4 / 4) = 0.005. */
    NEAR(returns_downside_risk(values, 4, 0, 1), 0.005);
    NEAR(returns_sortino(values, 4, 0, 1), 2);
    NEAR(returns_sortino(values, 4, 0, 4), 4);
}

static void too_few_values_are_undefined(void **state)
{
    const double one[] = {0.01};

    (void)state;
    assert_true(isnan(returns_sharpe(one, 1, 0, 365)));
    assert_true(isnan(returns_sortino(one, 1, 0, 365)));
    assert_true(isnan(returns_total(one, 0)));
    assert_true(isnan(returns_max_drawdown(one, 0)));
    assert_true(isnan(returns_calmar(one, 1, 365)));
    assert_true(isnan(returns_omega(one, 1, 0, 0, 365)));
}

static void a_gain_without_spread_is_infinite(void **state)
{
    const double flat[] = {0.01, 0.01, 0.01};

    (void)state;
    assert_true(isinf(returns_sharpe(flat, 3, 0, 365)));
    assert_true(isnan(returns_sharpe(flat, 3, 0.01, 365)));
}

static void alpha_and_beta_of_a_straight_line(void **state)
{
    const double factor[] = {0.01, -0.02, 0.03, 0.0};
    double values[4];

    (void)state;
    for (int i = 0; i < 4; i++) {
        values[i] = 0.001 + 2 * factor[i];
    }
    struct alpha_beta line = returns_alpha_beta(values, factor, 4, 1, BENCHMARK_ALL);
    NEAR(line.beta, 2);
    NEAR(line.alpha, 0.001);
    struct alpha_beta down = returns_alpha_beta(values, factor, 4, 1, BENCHMARK_DOWN);
    assert_true(isnan(down.beta)); /* one period is no line */
}

static void value_at_risk_is_a_quantile_and_the_mean_below_it(void **state)
{
    const double values[] = {-0.05, -0.03, 0.0, 0.01, 0.02};

    (void)state;
    NEAR(returns_value_at_risk(values, 5, 0.25), -0.03);
    NEAR(returns_conditional_value_at_risk(values, 5, 0.25), -0.04);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_compounds_and_a_missing_period_earns_nothing),
        cmocka_unit_test(annual_growth_is_the_root_over_the_years),
        cmocka_unit_test(a_total_loss_grows_by_minus_one),
        cmocka_unit_test(drawdown_counts_the_start_as_a_peak),
        cmocka_unit_test(sharpe_and_sortino_by_hand),
        cmocka_unit_test(too_few_values_are_undefined),
        cmocka_unit_test(a_gain_without_spread_is_infinite),
        cmocka_unit_test(alpha_and_beta_of_a_straight_line),
        cmocka_unit_test(value_at_risk_is_a_quantile_and_the_mean_below_it),
    };

    return cmocka_run_group_tests_name("reports/returns", tests, NULL, NULL);
}
