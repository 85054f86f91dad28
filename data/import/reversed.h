/* reversed.h - files that begin with their newest row: rows of one instant change places, so that the sort by time, which keeps
 * the order of equals, brings them into the order in which they happened.
 * Laws     the first two instants of the file tell which way it runs. Rows of one instant are held until it ends, at most
 *          REVERSED_ROWS of them: more are given as they stand.
 * Memory   REVERSED_ROWS records, and none in a file that runs forward. */
#ifndef DATA_IMPORT_REVERSED_H
#define DATA_IMPORT_REVERSED_H

#include "data/import/ticks.h"

enum { REVERSED_ROWS = 1 << 16 };

/* The state of such a dialect (ticks.state); zero at the start. */
struct reversed {
    struct ticks_held *rows;
    int32_t count;
    bool known, backward;
};

/* In the place of ticks_add(). */
void reversed_add(struct ticks *self, enum tape_kind kind);
/* What is held, out; frees it. False: failed. */
MUST_USE bool reversed_end(struct ticks *self);

#endif
