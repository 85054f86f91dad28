/* The golden vectors A and B of FIELD 11 at 1e-9 relative, and its edge vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "reports/sample.h"
#include "reports/statistics.h"

#define TOLERANCE 1e-9

/* Money in the vectors is whole; two decimals of slack would hide a wrong sign, a relative bound
 * does not. */
static void near_at(double got, double want, const char *what, int line)
{
    double slack = TOLERANCE * fabs(want);

    if (!(fabs(got - want) <= slack)) {
        print_error("line %d, %s: got %.17g, want %.17g\n", line, what, got, want);
        fail();
    }
}
#define NEAR(got, want) near_at(got, want, #got, __LINE__)
#define NO_VALUE(got)   assert_true(!isfinite(got))

static const double profits_a[] = {50, -30, 20, -80, 40, 60, -25, 10, -15, 90};
static const double equity_a[] = {1000, 1050, 1040, 1040, 960,  1000, 1000, 1060,
                                  1045, 1045, 1030, 1030, 1120, 1120, 1120};
static const double profits_b[] = {-20, 35, 10, 0, 25, -45, 5, 60, -10, -15, 30, 8};
static const double equity_b[] = {500, 480, 525, 525, 525, 550, 550, 510, 510, 510, 570,
                                  560, 560, 560, 545, 545, 545, 545, 575, 575, 583, 583};

static void vector_a_of_closed_trades(void **state)
{
    struct trade_statistics s = statistics_trades(profits_a, 10, 1000, 14);

    (void)state;
    NEAR(s.sharpe, 3.41382561927317);
    NEAR(s.sortino, 6.517768740560326);
    NEAR(s.calmar, 191.049731745428);
    NEAR(s.cagr, 18.194825242272895);
    NEAR(s.expectancy, 12.0);
    NEAR(s.expectancy_ratio, 0.32);
    NEAR(s.profit_factor, 1.8);
    NEAR(s.drawdown, 90);
    NEAR(s.drawdown_account, 0.08571428571428572);
    NEAR(s.balance_min, 960);
    NEAR(s.balance_max, 1120);
    NEAR(s.sqn_sample, 0.7504887586051499);
    NEAR(s.sqn_population, 0.7910846118481882);
    /* 2025-01-02 is the day of trade 0, 2025-01-05 that of trade 3. */
    assert_int_equal(s.drawdown_from, 0);
    assert_int_equal(s.drawdown_to, 3);
    assert_int_equal(s.wins, 6);
    assert_int_equal(s.losses, 4);
    assert_int_equal(s.draws, 0);
    assert_int_equal(s.wins_in_a_row, 2);
    assert_int_equal(s.losses_in_a_row, 1);
}

static void vector_b_of_closed_trades(void **state)
{
    struct trade_statistics s = statistics_trades(profits_b, 12, 500, 21);

    (void)state;
    NEAR(s.sharpe, 2.801974854735851);
    NEAR(s.sortino, 5.608751804273315);
    NEAR(s.calmar, 184.58032283976274);
    NEAR(s.cagr, 13.430598008995206);
    NEAR(s.expectancy, 6.916666666666667);
    NEAR(s.expectancy_ratio, 0.2240740740740741);
    NEAR(s.profit_factor, 1.9222222222222223);
    NEAR(s.drawdown, 45);
    NEAR(s.drawdown_account, 0.08181818181818182);
    NEAR(s.balance_min, 480);
    NEAR(s.balance_max, 583);
    NEAR(s.sqn_sample, 0.8512403323191593);
    NEAR(s.sqn_population, 0.8890915302304111);
    /* 2025-01-06 is the day of trade 4, 2025-01-08 that of trade 5. */
    assert_int_equal(s.drawdown_from, 4);
    assert_int_equal(s.drawdown_to, 5);
    assert_int_equal(s.draws, 1);
}

static void vector_a_of_daily_returns(void **state)
{
    struct daily_statistics s = statistics_daily(equity_a, 15, 1000, 365);

    (void)state;
    NEAR(s.sharpe, 4.094722995190744);
    NEAR(s.smart_sharpe, 3.1637731349338996);
    NEAR(s.sortino, 7.64328280121848);
    NEAR(s.adjusted_sortino, 5.404617099268098);
    NEAR(s.cagr, 14.762988243318155);
    NEAR(s.max_drawdown, -0.08571428571428563);
    NEAR(s.calmar, 172.23486283871196);
    NEAR(s.volatility, 0.7374384857051306);
    NEAR(s.ulcer, 0.03169721039271895);
    NEAR(s.ulcer_performance, 3.7858221122059716);
    NEAR(s.value_at_risk, -0.05521729549155942);
    NEAR(s.conditional_value_at_risk, -0.07692307692307687);
    NEAR(s.omega, 2.079524688483099);
    NEAR(s.profit_factor, 2.079524688483099);
    NEAR(s.gain_to_pain, 1.0795246884830991);
    NEAR(s.payoff, 2.079524688483099);
    NEAR(s.win_rate, 0.5);
    NEAR(s.kelly, 0.2595604405328205);
    NEAR(s.tail, 2.0592925566343094);
    NEAR(s.recovery, 1.4477564571704176);
    NEAR(s.serenity, 1.7630061807173236);
    NEAR(s.probabilistic_sharpe_library, 0.7915407842042483);
    NEAR(s.probabilistic_sharpe, 0.7875121097599822);
    NEAR(s.skew, 0.13253055303187133);
    NEAR(s.kurtosis, 1.3754971287891742);
    NEAR(s.risk_of_ruin, 6.969171937625627e-08);
    NEAR(s.exposure, 0.54);
    NEAR(statistics_daily(equity_a, 15, 1000, 252).sharpe, 3.40234512783549);
}

static void vector_b_of_daily_returns(void **state)
{
    struct daily_statistics s = statistics_daily(equity_b, 22, 500, 365);

    (void)state;
    NEAR(s.sharpe, 3.6509717687325725);
    NEAR(s.smart_sharpe, 2.9859633866312727);
    NEAR(s.sortino, 7.825482254736473);
    NEAR(s.adjusted_sortino, 5.533451568379153);
    NEAR(s.cagr, 11.781728447442209);
    NEAR(s.max_drawdown, -0.07272727272727275);
    NEAR(s.calmar, 161.99876615233032);
    NEAR(s.volatility, 0.7766940091623706);
    NEAR(s.ulcer, 0.035244590881106916);
    NEAR(s.ulcer_performance, 4.709942599702165);
    NEAR(s.value_at_risk, -0.05910090840117407);
    NEAR(s.conditional_value_at_risk, -0.07272727272727275);
    NEAR(s.omega, 2.088256758306577);
    NEAR(s.profit_factor, 2.088256758306577);
    NEAR(s.gain_to_pain, 1.088256758306577);
    NEAR(s.payoff, 1.6706054066452616);
    NEAR(s.win_rate, 0.5555555555555556);
    NEAR(s.kelly, 0.2895176014842036);
    NEAR(s.tail, 2.3339212166894994);
    NEAR(s.recovery, 2.350124903752462);
    NEAR(s.serenity, 2.7108281954629945);
    NEAR(s.probabilistic_sharpe_library, 0.8363198928569707);
    NEAR(s.probabilistic_sharpe, 0.8322477172581466);
    NEAR(s.skew, 1.1204418721776428);
    NEAR(s.kurtosis, 2.484417939422638);
    NEAR(s.risk_of_ruin, 1.0727611181898236e-12);
    NEAR(s.exposure, 0.41);
    NEAR(statistics_daily(equity_b, 22, 500, 252).sharpe, 3.033627921547241);
}

static void a_loss_on_the_first_trade_is_a_drawdown_from_the_start(void **state)
{
    const double profits[] = {-100, 50, 20};
    struct trade_statistics s = statistics_trades(profits, 3, 1000, 3);

    (void)state;
    NEAR(s.drawdown, 100);
    NEAR(s.drawdown_account, 0.10);
    assert_int_equal(s.drawdown_from, -1);
    assert_int_equal(s.drawdown_to, 0);
}

static void losses_in_a_row_from_the_start_add_up(void **state)
{
    const double profits[] = {-100, -50, 400};
    struct trade_statistics s = statistics_trades(profits, 3, 1000, 3);

    (void)state;
    NEAR(s.drawdown, 150);
    NEAR(s.drawdown_account, 0.15);
}

static void without_a_loss_ratios_over_losses_are_undefined(void **state)
{
    const double profits[] = {100, 50};
    struct trade_statistics s = statistics_trades(profits, 2, 1000, 2);

    (void)state;
    assert_true(fabs(s.drawdown) <= 0);
    NO_VALUE(s.sortino);
    NO_VALUE(s.calmar);
    NO_VALUE(s.profit_factor);
    NO_VALUE(s.expectancy_ratio);
    NEAR(s.expectancy, 75);
}

static void a_total_loss_is_a_growth_of_minus_one(void **state)
{
    const double all[] = {-1000};
    const double more[] = {-1500};
    const double daily[] = {1000, -500};

    (void)state;
    NEAR(statistics_trades(all, 1, 1000, 30).cagr, -1);
    assert_true(statistics_trades(all, 1, 1000, 30).total_loss);
    NEAR(statistics_trades(more, 1, 1000, 30).cagr, -1);
    assert_true(statistics_trades(more, 1, 1000, 30).total_loss);
    NEAR(statistics_daily(daily, 2, 1000, 365).cagr, -1);
}

static void without_trades_every_ratio_is_undefined(void **state)
{
    struct trade_statistics s = statistics_trades(NULL, 0, 1000, 1);
    struct daily_statistics d = statistics_daily(NULL, 0, 1000, 365);

    (void)state;
    NO_VALUE(s.sharpe);
    NO_VALUE(s.sortino);
    NO_VALUE(s.calmar);
    NO_VALUE(s.cagr);
    NO_VALUE(s.profit_factor);
    NO_VALUE(s.win_rate);
    NO_VALUE(s.expectancy);
    NO_VALUE(s.expectancy_ratio);
    NO_VALUE(s.sqn_sample);
    NO_VALUE(d.sharpe);
    NO_VALUE(d.cagr);
    NO_VALUE(d.omega);
    NO_VALUE(d.exposure);
}

static void an_equity_that_never_moves_has_no_ratio_and_no_drawdown(void **state)
{
    const double flat[] = {1000, 1000, 1000, 1000};
    struct daily_statistics d = statistics_daily(flat, 4, 1000, 365);

    (void)state;
    NO_VALUE(d.sharpe);
    NO_VALUE(d.sortino);
    NO_VALUE(d.calmar);
    assert_true(fabs(d.max_drawdown) <= 0);
    assert_true(fabs(d.exposure) <= 0);
}

static void the_first_day_counts_from_the_starting_balance(void **state)
{
    const double equity[] = {900, 990};
    struct daily_statistics d = statistics_daily(equity, 2, 1000, 365);

    (void)state;
    /* 1000 -> 900 -> 990: -10 %, then +10 %; in all -1 %. */
    NEAR(d.max_drawdown, -0.1);
    assert_true(fabs(d.total + 0.01) < 1e-12);
}

static void quantiles_lie_between_their_neighbours(void **state)
{
    const double values[] = {4, UNDEFINED, 1, 3, 2};

    (void)state;
    NEAR(sample_quantile(values, 5, 0.5), 2.5);
    NEAR(sample_quantile(values, 5, 0.0), 1);
    NEAR(sample_quantile(values, 5, 1.0), 4);
}

static void a_constant_has_no_spread(void **state)
{
    double values[9];

    (void)state;
    for (int i = 0; i < 9; i++) {
        values[i] = 0.01;
    }
    assert_true(fabs(sample_deviation(values, 9, SPREAD_SAMPLE)) <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vector_a_of_closed_trades),
        cmocka_unit_test(vector_b_of_closed_trades),
        cmocka_unit_test(vector_a_of_daily_returns),
        cmocka_unit_test(vector_b_of_daily_returns),
        cmocka_unit_test(a_loss_on_the_first_trade_is_a_drawdown_from_the_start),
        cmocka_unit_test(losses_in_a_row_from_the_start_add_up),
        cmocka_unit_test(without_a_loss_ratios_over_losses_are_undefined),
        cmocka_unit_test(a_total_loss_is_a_growth_of_minus_one),
        cmocka_unit_test(without_trades_every_ratio_is_undefined),
        cmocka_unit_test(an_equity_that_never_moves_has_no_ratio_and_no_drawdown),
        cmocka_unit_test(the_first_day_counts_from_the_starting_balance),
        cmocka_unit_test(quantiles_lie_between_their_neighbours),
        cmocka_unit_test(a_constant_has_no_spread),
    };

    return cmocka_run_group_tests_name("reports/statistics", tests, NULL, NULL);
}
