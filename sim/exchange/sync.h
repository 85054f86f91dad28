/* sync.h - is the book whole: the sequence of a depth stream's messages (PROTOCOLS A12).
 * Rule     the first row of a snapshot empties the book. After it a message whose last id lies before the snapshot's is
 *          skipped; the first one that is applied must hold the snapshot's id (first <= id <= last; a venue that counts on
 *          from it: first <= id + 1) or name it as the one before; from then on each must name the last applied one as the
 *          one before it (or, where the stream names none, begin at the next id at the latest). Anything else is a gap: the
 *          book is not used again until the next snapshot, and what comes until then is skipped. A message that ends at or
 *          before the last applied id is old: skipped. A stream without ids (0 everywhere) is taken as it comes.
 * Counts   messages skipped, gaps.  Cost: a row within its message is one comparison. */
#ifndef SIM_EXCHANGE_SYNC_H
#define SIM_EXCHANGE_SYNC_H

#include "data/tape.h"

enum sync_state { SYNC_NONE, SYNC_SNAPSHOT, SYNC_UPDATES };
enum sync_answer { SYNC_SKIP, SYNC_APPLY, SYNC_EMPTY_AND_APPLY };

struct sync {
    enum sync_state state; /* NONE: the book is not whole */
    bool inside;           /* of a message: its last row has not come */
    bool applies;          /* its rows */
    uint16_t kind;         /* TAPE_SNAPSHOT_ROW or 0, of that message */
    uint64_t message;      /* its id */
    uint64_t applied;      /* last id that is in the book */
    int64_t gaps, skipped;
};

/* What to do with the first row of a message. */
enum sync_answer sync_message(struct sync *self, const struct tape_record *row);

/* What to do with a row. */
static inline enum sync_answer sync_row(struct sync *self, const struct tape_record *row)
{
    uint16_t kind = row->flags & TAPE_SNAPSHOT_ROW;
    bool inside = self->inside;
    self->inside = (row->flags & TAPE_LAST) == 0;
    if (inside && row->sequence == self->message && kind == self->kind) {
        return self->applies ? SYNC_APPLY : SYNC_SKIP;
    }
    return sync_message(self, row);
}

#endif
