#include "reports/returns.h"

#include <math.h>
#include <stdlib.h>

#include "reports/memory.h"
#include "reports/sample.h"

void returns_compound(const double *values, int64_t count, double start, double *out)
{
    double growth = 1.0;

    for (int64_t i = 0; i < count; i++) {
        growth *= 1.0 + (isnan(values[i]) ? 0.0 : values[i]);
        out[i] = start > 0 ? growth * start : growth - 1.0;
    }
}

double returns_total(const double *values, int64_t count)
{
    double growth = 1.0;

    for (int64_t i = 0; i < count; i++) {
        growth *= 1.0 + (isnan(values[i]) ? 0.0 : values[i]);
    }
    return count > 0 ? growth - 1.0 : UNDEFINED;
}

double returns_annual(const double *values, int64_t count, double periods)
{
    if (count < 1) {
        return UNDEFINED;
    }
    double growth = 1.0 + returns_total(values, count);
    return growth > 0 ? pow(growth, periods / (double)count) - 1.0 : -1.0;
}

double returns_max_drawdown(const double *values, int64_t count)
{
    double growth = 1.0;
    double peak = 1.0;
    double deepest = 0.0;

    for (int64_t i = 0; i < count; i++) {
        growth *= 1.0 + (isnan(values[i]) ? 0.0 : values[i]);
        peak = fmax(peak, growth);
        deepest = fmin(deepest, growth / peak - 1.0);
    }
    return count > 0 ? deepest : UNDEFINED;
}

double returns_volatility(const double *values, int64_t count, double periods)
{
    return sample_deviation(values, count, SPREAD_SAMPLE) * sqrt(periods);
}

/* IEEE's own quotient, 0/0 undefined: a ratio of two averages. */
static double ratio_of(double numerator, double denominator)
{
    return denominator > 0 || denominator < 0 ? numerator / denominator
           : numerator > 0                    ? HUGE_VAL
           : numerator < 0                    ? -HUGE_VAL
                                              : UNDEFINED;
}

double returns_sharpe(const double *values, int64_t count, double risk_free, double periods)
{
    if (count < 2) {
        return UNDEFINED;
    }
    double excess = sample_mean(values, count) - risk_free;
    return ratio_of(excess, sample_deviation(values, count, SPREAD_SAMPLE)) * sqrt(periods);
}

double returns_downside_risk(const double *values, int64_t count, double required, double periods)
{
    double squares = 0.0;
    int64_t known = 0;

    for (int64_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            double shortfall = fmin(values[i] - required, 0.0);
            squares += shortfall * shortfall;
            known++;
        }
    }
    return known > 0 ? sqrt(squares / (double)known) * sqrt(periods) : UNDEFINED;
}

double returns_sortino(const double *values, int64_t count, double required, double periods)
{
    if (count < 2) {
        return UNDEFINED;
    }
    double excess = (sample_mean(values, count) - required) * periods;
    return ratio_of(excess, returns_downside_risk(values, count, required, periods));
}

double returns_calmar(const double *values, int64_t count, double periods)
{
    double deepest = returns_max_drawdown(values, count);

    return deepest < 0 ? returns_annual(values, count, periods) / -deepest : UNDEFINED;
}

double returns_omega(
    const double *values, int64_t count, double risk_free, double required, double periods)
{
    if (count < 2 || required <= -1.0) {
        return UNDEFINED;
    }
    double threshold = pow(1.0 + required, 1.0 / periods) - 1.0;
    double above = 0.0;
    double below = 0.0;
    for (int64_t i = 0; i < count; i++) {
        /* In this order: what equals the risk-free return must come out as exactly 0. */
        double excess = values[i] - risk_free - threshold;
        above += excess > 0 ? excess : 0.0;
        below -= excess < 0 ? excess : 0.0;
    }
    return below > 0 ? above / below : UNDEFINED;
}

double returns_tail_ratio(const double *values, int64_t count)
{
    return fabs(sample_quantile(values, count, 0.95)) / fabs(sample_quantile(values, count, 0.05));
}

double returns_value_at_risk(const double *values, int64_t count, double share)
{
    return sample_quantile(values, count, share);
}

double returns_conditional_value_at_risk(const double *values, int64_t count, double share)
{
    double bound = sample_quantile(values, count, share);
    double sum = 0.0;
    int64_t below = 0;

    for (int64_t i = 0; i < count; i++) {
        if (values[i] <= bound) {
            sum += values[i];
            below++;
        }
    }
    return below > 0 ? sum / (double)below : UNDEFINED;
}

double returns_stability(const double *values, int64_t count)
{
    double *line = memory_array(count, sizeof(double));
    double *place = memory_array(count, sizeof(double));
    double sum = 0.0;
    int64_t known = 0;

    for (int64_t i = 0; i < count; i++) {
        if (!isnan(values[i]) && values[i] > -1.0) {
            sum += log1p(values[i]);
            line[known] = sum;
            place[known] = (double)known;
            known++;
        }
    }
    double fit = known > 1 ? sample_correlation(place, line, known) : UNDEFINED;
    free(line);
    free(place);
    return fit * fit;
}

double returns_excess_sharpe(const double *values, const double *benchmark, int64_t count)
{
    double *excess = memory_array(count, sizeof(double));

    for (int64_t i = 0; i < count; i++) {
        excess[i] = values[i] - benchmark[i];
    }
    double deviation = sample_deviation(excess, count, SPREAD_SAMPLE);
    double result = deviation > 0 ? sample_mean(excess, count) / deviation : UNDEFINED;
    free(excess);
    return result;
}

/* The periods of one side, copied; returns how many. */
static int64_t side_select(const double *values,
                           const double *benchmark,
                           int64_t count,
                           enum benchmark_side side,
                           double *pairs[2])
{
    int64_t chosen = 0;

    pairs[0] = memory_array(count, sizeof(double));
    pairs[1] = memory_array(count, sizeof(double));
    for (int64_t i = 0; i < count; i++) {
        bool wanted = side == BENCHMARK_ALL || (side == BENCHMARK_UP && benchmark[i] > 0) ||
                      (side == BENCHMARK_DOWN && benchmark[i] < 0);
        if (wanted) {
            pairs[0][chosen] = values[i];
            pairs[1][chosen] = benchmark[i];
            chosen++;
        }
    }
    return chosen;
}

static struct alpha_beta
regression(const double *values, const double *factor, int64_t count, double periods)
{
    struct alpha_beta result = {UNDEFINED, UNDEFINED};
    double sum_value = 0.0;
    double sum_factor = 0.0;
    int64_t pairs = 0;

    for (int64_t i = 0; i < count; i++) {
        if (!isnan(values[i]) && !isnan(factor[i])) {
            sum_value += values[i];
            sum_factor += factor[i];
            pairs++;
        }
    }
    double mean_value = sum_value / (double)pairs;
    double mean_factor = sum_factor / (double)pairs;
    double together = 0.0;
    double alone = 0.0;
    for (int64_t i = 0; i < count; i++) {
        if (!isnan(values[i]) && !isnan(factor[i])) {
            together += (factor[i] - mean_factor) * (values[i] - mean_value);
            alone += (factor[i] - mean_factor) * (factor[i] - mean_factor);
        }
    }
    /* Below this variance the factor is a constant and its slope is noise. */
    if (pairs > 1 && alone / (double)pairs >= 1e-30) {
        result.beta = together / alone;
        result.alpha = pow(1.0 + mean_value - result.beta * mean_factor, periods) - 1.0;
    }
    return result;
}

struct alpha_beta returns_alpha_beta(const double *values,
                                     const double *benchmark,
                                     int64_t count,
                                     double periods,
                                     enum benchmark_side side)
{
    double *pairs[2];
    int64_t chosen = side_select(values, benchmark, count, side, pairs);
    struct alpha_beta result = regression(pairs[0], pairs[1], chosen, periods);

    free(pairs[0]);
    free(pairs[1]);
    return result;
}

double returns_capture(const double *values,
                       const double *benchmark,
                       int64_t count,
                       double periods,
                       enum benchmark_side side)
{
    double *pairs[2];
    int64_t chosen = side_select(values, benchmark, count, side, pairs);
    double result =
        returns_annual(pairs[0], chosen, periods) / returns_annual(pairs[1], chosen, periods);

    free(pairs[0]);
    free(pairs[1]);
    return result;
}

struct fragility_pair {
    double value, factor;
    int64_t place; /* keeps pairs of one factor in the order of time */
};

static int fragility_compare(const void *left, const void *right)
{
    const struct fragility_pair *a = left;
    const struct fragility_pair *b = right;
    int by_factor = (a->factor > b->factor) - (a->factor < b->factor);

    return by_factor != 0 ? by_factor : (a->place > b->place) - (a->place < b->place);
}

double returns_beta_fragility(const double *values, const double *benchmark, int64_t count)
{
    struct fragility_pair *pairs = memory_array(count, sizeof(*pairs));
    int64_t known = 0;

    for (int64_t i = 0; i < count; i++) {
        if (!isnan(values[i]) && !isnan(benchmark[i])) {
            pairs[known] = (struct fragility_pair){values[i], benchmark[i], i};
            known++;
        }
    }
    double result = UNDEFINED;
    if (known >= 3) {
        qsort(pairs, (size_t)known, sizeof(*pairs), fragility_compare);
        struct fragility_pair low = pairs[0];
        /* rint: halves to even, as the definition rounds. */
        double half = rint((double)known / 2);
        int64_t middle_place = (int64_t)half;
        struct fragility_pair middle = pairs[middle_place];
        struct fragility_pair high = pairs[known - 1];
        double range = high.factor - low.factor;
        double weight_low = range > 0 ? (middle.factor - low.factor) / range : 0.5;
        double weight_high = range > 0 ? (high.factor - middle.factor) / range : 0.5;
        result = weight_low * low.value + weight_high * high.value - middle.value;
    }
    free(pairs);
    return result;
}
