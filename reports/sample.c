#include "reports/sample.h"

#include <math.h>
#include <stdlib.h>

#include "reports/memory.h"

/* Count, mean and the sums of the second to fourth power of what lies beside it. */
struct moments {
    int64_t count;
    double mean, second, third, fourth;
    bool constant;
};

static struct moments moments_of(const double *values, int64_t count)
{
    struct moments moments = {0};
    double sum = 0.0;
    double lowest = HUGE_VAL;
    double highest = -HUGE_VAL;

    for (int64_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            sum += values[i];
            lowest = fmin(lowest, values[i]);
            highest = fmax(highest, values[i]);
            moments.count++;
        }
    }
    moments.constant = !(lowest < highest);
    moments.mean = moments.count > 0 ? sum / (double)moments.count : UNDEFINED;
    for (int64_t i = 0; i < count && !moments.constant; i++) {
        if (!isnan(values[i])) {
            double beside = values[i] - moments.mean;
            double square = beside * beside;
            moments.second += square;
            moments.third += square * beside;
            moments.fourth += square * square;
        }
    }
    return moments;
}

double sample_sum(const double *values, int64_t count)
{
    double sum = 0.0;

    for (int64_t i = 0; i < count; i++) {
        sum += isnan(values[i]) ? 0.0 : values[i];
    }
    return sum;
}

double sample_mean(const double *values, int64_t count)
{
    return moments_of(values, count).mean;
}

double sample_deviation(const double *values, int64_t count, enum spread spread)
{
    struct moments moments = moments_of(values, count);
    int64_t divisor = moments.count - (spread == SPREAD_SAMPLE ? 1 : 0);

    return divisor > 0 ? sqrt(moments.second / (double)divisor) : UNDEFINED;
}

static int double_compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

double sample_quantile(const double *values, int64_t count, double share)
{
    double *sorted = memory_array(count, sizeof(double));
    int64_t known = 0;

    for (int64_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            sorted[known++] = values[i];
        }
    }
    double result = UNDEFINED;
    if (known > 0) {
        qsort(sorted, (size_t)known, sizeof(double), double_compare);
        double position = (double)(known - 1) * share;
        int64_t below = (int64_t)position;
        int64_t above = below + 1 < known ? below + 1 : below;
        result = sorted[below] + (sorted[above] - sorted[below]) * (position - (double)below);
    }
    free(sorted);
    return result;
}

double sample_skew(const double *values, int64_t count)
{
    struct moments moments = moments_of(values, count);
    double n = (double)moments.count;

    if (moments.count < 3 || moments.constant) {
        return UNDEFINED;
    }
    return n * sqrt(n - 1) / (n - 2) * moments.third / pow(moments.second, 1.5);
}

double sample_kurtosis(const double *values, int64_t count)
{
    struct moments moments = moments_of(values, count);
    double n = (double)moments.count;

    if (moments.count < 4 || moments.constant) {
        return UNDEFINED;
    }
    double shape = n * (n + 1) * (n - 1) * moments.fourth / (moments.second * moments.second);
    return (shape - 3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3));
}

double sample_correlation(const double *a, const double *b, int64_t count)
{
    double sum_a = 0.0;
    double sum_b = 0.0;
    int64_t pairs = 0;

    for (int64_t i = 0; i < count; i++) {
        if (!isnan(a[i]) && !isnan(b[i])) {
            sum_a += a[i];
            sum_b += b[i];
            pairs++;
        }
    }
    double together = 0.0;
    double alone_a = 0.0;
    double alone_b = 0.0;
    for (int64_t i = 0; i < count; i++) {
        if (!isnan(a[i]) && !isnan(b[i])) {
            double beside_a = a[i] - sum_a / (double)pairs;
            double beside_b = b[i] - sum_b / (double)pairs;
            together += beside_a * beside_b;
            alone_a += beside_a * beside_a;
            alone_b += beside_b * beside_b;
        }
    }
    return alone_a > 0 && alone_b > 0 ? together / sqrt(alone_a * alone_b) : UNDEFINED;
}

double normal_share(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}
