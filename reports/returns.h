/* returns.h - return and risk of one series of simple period returns, with the number of periods
 * a year and the risk-free or required return as parameters; the definitions are empyrical's,
 * which quantstats and pyfolio share where they overlap.
 * Laws     a NaN among the returns is a missing period: it earns 0 in compounded figures and is
 *          skipped in averages. A NaN as result means undefined; a positive figure over a spread
 *          of 0 is infinite, as IEEE has it. Whoever prints says n/a for both.
 * Units    ratios: 0.01 is one percent; periods = periods a year (crypto days: 365; the
 *          libraries' own default: 252).
 * Windows  a rolling figure is the same function over (values + i, window): there are no others. */
#ifndef REPORTS_RETURNS_H
#define REPORTS_RETURNS_H

#include "core/base.h"

/* out[i] = growth of 1 (or of start, if start > 0) up to period i; with start 0 the gain, growth
 * - 1. */
void returns_compound(const double *values, int64_t count, double start, double *out);
double returns_total(const double *values, int64_t count);
/* Growth a year, geometric: the CAGR. A total loss is -1. */
double returns_annual(const double *values, int64_t count, double periods);
/* <= 0; the start counts as the first peak. */
double returns_max_drawdown(const double *values, int64_t count);
double returns_volatility(const double *values, int64_t count, double periods);
double returns_sharpe(const double *values, int64_t count, double risk_free, double periods);
/* Root of the mean square of what falls short of `required`, annualised. */
double returns_downside_risk(const double *values, int64_t count, double required, double periods);
double returns_sortino(const double *values, int64_t count, double required, double periods);
/* Annual return over the maximum drawdown; undefined without a drawdown. */
double returns_calmar(const double *values, int64_t count, double periods);
/* Gains above over losses below risk_free + required (an annual figure, brought down to the
 * period). */
double returns_omega(
    const double *values, int64_t count, double risk_free, double required, double periods);
/* |95th percentile| / |5th percentile|. */
double returns_tail_ratio(const double *values, int64_t count);
/* The return at the lower quantile `share`, and the mean of the returns at or below it. */
double returns_value_at_risk(const double *values, int64_t count, double share);
double returns_conditional_value_at_risk(const double *values, int64_t count, double share);
/* R squared of a straight line through the cumulated logarithms. */
double returns_stability(const double *values, int64_t count);

/* Against a benchmark of the same periods. */
struct alpha_beta {
    double alpha; /* a year, compounded */
    double beta;
};
enum benchmark_side { BENCHMARK_ALL, BENCHMARK_UP, BENCHMARK_DOWN };

/* Mean excess over the deviation of the excess; not annualised. */
double returns_excess_sharpe(const double *values, const double *benchmark, int64_t count);
/* Over all periods, or those in which the benchmark rose or fell. */
struct alpha_beta returns_alpha_beta(const double *values,
                                     const double *benchmark,
                                     int64_t count,
                                     double periods,
                                     enum benchmark_side side);
/* Annual return over the benchmark's annual return, over the periods of that side. */
double returns_capture(const double *values,
                       const double *benchmark,
                       int64_t count,
                       double periods,
                       enum benchmark_side side);
/* How bent the return is as a function of the benchmark: negative = hurt by large moves. */
double returns_beta_fragility(const double *values, const double *benchmark, int64_t count);

#endif
