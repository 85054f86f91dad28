#include "reports/reduce.h"

#include <math.h>
#include <stdlib.h>

#include "reports/memory.h"

void curve_begin(struct curve *self, int64_t first_us, int64_t last_us, int64_t columns)
{
    CHECK(columns > 0);
    *self =
        (struct curve){.first_us = first_us, .last_us = last_us, .columns = columns, .column = -1};
}

static int64_t column_of(const struct curve *self, int64_t time_us)
{
    int64_t span_us = self->last_us > self->first_us ? self->last_us - self->first_us : 1;
    double share = (double)(time_us - self->first_us) / (double)span_us;

    return share <= 0   ? 0
           : share >= 1 ? self->columns - 1
                        : (int64_t)(share * (double)self->columns);
}

static void curve_put(struct curve *self, struct point point)
{
    if (self->count > 0 && self->points[self->count - 1].time_us == point.time_us &&
        fabs(self->points[self->count - 1].value - point.value) <= 0) {
        return;
    }
    self->points = memory_grow(self->points, self->count, &self->capacity, sizeof(struct point));
    self->points[self->count++] = point;
}

/* The column's four points, the two extremes in the order in which they came. */
static void column_put(struct curve *self)
{
    bool low_first = self->lowest.time_us <= self->highest.time_us;

    curve_put(self, self->first);
    curve_put(self, low_first ? self->lowest : self->highest);
    curve_put(self, low_first ? self->highest : self->lowest);
    curve_put(self, self->last);
}

void curve_add(struct curve *self, int64_t time_us, double value)
{
    struct point point = {time_us, value};
    int64_t column = column_of(self, time_us);

    if (!isfinite(value)) {
        return;
    }
    if (column != self->column) {
        if (self->column >= 0) {
            column_put(self);
        }
        self->column = column;
        self->first = self->lowest = self->highest = point;
    }
    self->lowest = value < self->lowest.value ? point : self->lowest;
    self->highest = value > self->highest.value ? point : self->highest;
    self->last = point;
}

void curve_end(struct curve *self)
{
    if (self->column >= 0) {
        column_put(self);
        self->column = -1;
    }
}

void curve_release(struct curve *self)
{
    free(self->points);
    *self = (struct curve){0};
}

void curve_range(const struct curve *self, double *lowest, double *highest)
{
    *lowest = self->count > 0 ? self->points[0].value : 0;
    *highest = self->count > 0 ? self->points[0].value : 1;
    for (int64_t i = 0; i < self->count; i++) {
        *lowest = fmin(*lowest, self->points[i].value);
        *highest = fmax(*highest, self->points[i].value);
    }
}
