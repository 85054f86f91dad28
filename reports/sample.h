/* sample.h - what one array of numbers says: mean, spread, shape, quantiles, and how two arrays
 * go together.
 * Laws     a NaN in the input is a missing value and is skipped; a NaN as result means undefined
 *          (too few values, no spread). A constant array has a spread of exactly 0: rounding
 *          never gives it one.
 * Failure  none.   Cost: linear, sample_quantile sorts a copy. */
#ifndef REPORTS_SAMPLE_H
#define REPORTS_SAMPLE_H

#include <math.h>

#include "core/base.h"

/* What a figure is that has no value: too few inputs, no spread, nothing to divide by. */
#define UNDEFINED ((double)NAN)

/* Divisor of a variance: n or n - 1. */
enum spread { SPREAD_POPULATION, SPREAD_SAMPLE };

double sample_sum(const double *values, int64_t count);
double sample_mean(const double *values, int64_t count);
double sample_deviation(const double *values, int64_t count, enum spread spread);
/* Linear between the neighbours of position (n - 1) * share. */
double sample_quantile(const double *values, int64_t count, double share);
/* Bias-corrected, as pandas: skew needs 3 values, excess kurtosis 4. */
double sample_skew(const double *values, int64_t count);
double sample_kurtosis(const double *values, int64_t count);
/* Pearson; pairs with a NaN on either side are skipped. */
double sample_correlation(const double *a, const double *b, int64_t count);
/* The standard normal distribution function. */
double normal_share(double x);

#endif
