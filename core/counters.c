#include "core/counters.h"

#include <string.h>

#include "core/fixed.h"

struct counter_row {
    const char *text, *documentation;
    int32_t scale;
};

static const struct counter_row counter_rows[COUNTER_COUNT] = {
#define COUNTER_ROW(name, text, scale, documentation) {text, documentation, scale},
    COUNTERS(COUNTER_ROW)
#undef COUNTER_ROW
};

static const struct counter_row histogram_rows[HISTOGRAM_COUNT] = {
#define HISTOGRAM_ROW(name, text, documentation) {text, documentation, 0},
    HISTOGRAMS(HISTOGRAM_ROW)
#undef HISTOGRAM_ROW
};

void counters_init(struct counters *self)
{
    memset(self, 0, sizeof(*self));
}

static int64_t sum_clamped(int64_t a, int64_t b)
{
    int64_t sum;
    if (!fixed_narrow((wide_t)a + b, &sum)) {
        sum = a > 0 ? INT64_MAX : INT64_MIN;
    }
    return sum;
}

void counters_add(struct counters *self, enum counter which, int64_t amount)
{
    CHECK((int)which >= 0 && (int)which < COUNTER_COUNT);
    self->values[which] = sum_clamped(self->values[which], amount);
}

void counters_set(struct counters *self, enum counter which, int64_t value)
{
    CHECK((int)which >= 0 && (int)which < COUNTER_COUNT);
    self->values[which] = value;
}

int64_t counters_value(const struct counters *self, enum counter which)
{
    CHECK((int)which >= 0 && (int)which < COUNTER_COUNT);
    return self->values[which];
}

const char *counter_text(int which)
{
    return which >= 0 && which < COUNTER_COUNT ? counter_rows[which].text : "?";
}

const char *counter_documentation(int which)
{
    return which >= 0 && which < COUNTER_COUNT ? counter_rows[which].documentation : "?";
}

/* ---- histograms ---- */

static int32_t bucket_of(int64_t value)
{
    return value <= 0 ? 0 : 64 - __builtin_clzll((uint64_t)value);
}

int64_t histogram_bucket_end(int32_t bucket)
{
    CHECK(bucket >= 0 && bucket < HISTOGRAM_BUCKETS);
    return (int64_t)((1ULL << bucket) - 1);
}

void counters_observe(struct counters *self, enum histogram which, int64_t value)
{
    CHECK((int)which >= 0 && (int)which < HISTOGRAM_COUNT);
    struct histogram_data *histogram = &self->histograms[which];
    histogram->maximum =
        histogram->count == 0 || value > histogram->maximum ? value : histogram->maximum;
    histogram->count++;
    histogram->sum = sum_clamped(histogram->sum, value);
    histogram->buckets[bucket_of(value)]++;
}

int64_t counters_quantile(const struct counters *self, enum histogram which, int32_t permille)
{
    const struct histogram_data *histogram = counters_histogram(self, which);
    CHECK(permille >= 0 && permille <= 1000);
    if (histogram->count == 0) {
        return 0;
    }
    /* The rank of the sample that at least this share does not exceed, from 1. */
    wide_t rank = wide_div_ceil((wide_t)histogram->count * permille, 1000);
    rank = rank < 1 ? 1 : rank;
    wide_t passed = 0;
    for (int32_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        passed += histogram->buckets[bucket];
        if (passed >= rank) {
            int64_t end = histogram_bucket_end(bucket);
            return end < histogram->maximum ? end : histogram->maximum;
        }
    }
    return histogram->maximum;
}

const struct histogram_data *counters_histogram(const struct counters *self, enum histogram which)
{
    CHECK((int)which >= 0 && (int)which < HISTOGRAM_COUNT);
    return &self->histograms[which];
}

const char *histogram_text(int which)
{
    return which >= 0 && which < HISTOGRAM_COUNT ? histogram_rows[which].text : "?";
}

const char *histogram_documentation(int which)
{
    return which >= 0 && which < HISTOGRAM_COUNT ? histogram_rows[which].documentation : "?";
}

/* ---- the snapshot ---- */

struct snapshot {
    struct counter_sample *out;
    int32_t count;
};

static void
put(struct snapshot *self, const struct counter_row *row, const char *suffix, int64_t value)
{
    self->out[self->count++] = (struct counter_sample){row->text, suffix, value, row->scale};
}

/* Absent when nothing has ended: 0/0 is no rate. */
static void put_success_rate(struct snapshot *snapshot, const struct counters *self)
{
    static const struct counter_row row = {"success_rate", "Successful over ended trades", 9};
    int64_t won = self->values[COUNTER_SUCCESSFUL_TRADES];
    int64_t ended = sum_clamped(won, self->values[COUNTER_FAILED_TRADES]);
    int64_t rate_e9;
    if (ended > 0 && fixed_mul_div_floor(won, ONE_E9, ended, &rate_e9)) {
        put(snapshot, &row, "", rate_e9);
    }
}

static void put_histogram(struct snapshot *snapshot, const struct counters *self, int32_t which)
{
    const struct histogram_data *histogram = &self->histograms[which];
    const struct counter_row *row = &histogram_rows[which];
    if (histogram->count == 0) {
        return;
    }
    put(snapshot, row, ".count", histogram->count);
    put(snapshot, row, ".sum", histogram->sum);
    put(snapshot, row, ".p50", counters_quantile(self, (enum histogram)which, 500));
    put(snapshot, row, ".p99", counters_quantile(self, (enum histogram)which, 990));
    put(snapshot, row, ".max", histogram->maximum);
}

int32_t counters_snapshot(const struct counters *self,
                          struct counter_sample out[COUNTER_SAMPLES_MAX])
{
    struct snapshot snapshot = {.out = out};
    for (int32_t which = 0; which < COUNTER_COUNT; which++) {
        put(&snapshot, &counter_rows[which], "", self->values[which]);
    }
    put_success_rate(&snapshot, self);
    for (int32_t which = 0; which < HISTOGRAM_COUNT; which++) {
        put_histogram(&snapshot, self, which);
    }
    return snapshot.count;
}
