/* steps.h - the most frequent distance between neighbours: the interval of a series of bars.
 * Bounds   STEPS_MAX different distances; beyond them only known ones count.
 * Cost     1 ns where the distance repeats. */
#ifndef DATA_STEPS_H
#define DATA_STEPS_H

#include "core/base.h"

enum { STEPS_MAX = 32 };

struct step {
    int64_t length_us, count;
};

/* Zero before the first. */
struct steps {
    struct step items[STEPS_MAX];
    int32_t count, recent;
};

void steps_add_other(struct steps *self, int64_t length_us); /* private */

static inline void steps_add(struct steps *self, int64_t length_us)
{
    if (self->count > 0 && self->items[self->recent].length_us == length_us) {
        self->items[self->recent].count++;
    } else {
        steps_add_other(self, length_us);
    }
}

/* Of two as frequent the shorter; 0: none. */
int64_t steps_interval(const struct steps *self);

#endif
