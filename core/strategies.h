/* strategies.h - signal sources by index, in order of first appearance: the breaker's scope "strategy". Bounded. */
#ifndef CORE_STRATEGIES_H
#define CORE_STRATEGIES_H

#include "core/base.h"
#include "core/bounds.h"

struct strategies {
    int32_t count;
    char names[STRATEGIES_MAX][SOURCE_BYTES];
};

void strategies_init(struct strategies *self);
/* Index of the source, added when new; the last index collects all sources beyond the bound. */
int32_t strategies_intern(struct strategies *self, const char *source);

#endif
