/* reduce.h - a long curve as what a picture can show: first, lowest, highest and last value of
 * each pixel column.
 * Laws     the drawn curve touches the same pixels as the whole one; points stay in order of
 *          time; nothing is averaged.
 * Cost     one pass (1 M points: a few ms). The caller frees points. */
#ifndef REPORTS_REDUCE_H
#define REPORTS_REDUCE_H

#include "core/base.h"

struct point {
    int64_t time_us;
    double value;
};

struct curve {
    struct point *points;
    int64_t count, capacity;
    /* private: the column in work */
    int64_t first_us, last_us, column, columns;
    struct point first, lowest, highest, last;
};

/* columns: pixels of the picture's width over first_us..last_us. */
void curve_begin(struct curve *self, int64_t first_us, int64_t last_us, int64_t columns);
/* Times never fall. */
void curve_add(struct curve *self, int64_t time_us, double value);
/* Hands out the last column. */
void curve_end(struct curve *self);
void curve_release(struct curve *self);
/* Lowest and highest value; 0 and 1 for an empty curve. */
void curve_range(const struct curve *self, double *lowest, double *highest);

#endif
