/* merge.h - the runs of all files as one sequence in the order of the tape.
 *
 * Order    (time, kind, stream, file, row). Records come with the tape's stream number and with sizes in the scale of their
 *          stream; twins of several files are left out and counted.
 * Memory   MERGE_BYTES for the buffers of all runs, at least 256 bytes a run.
 * Cost     a tree of losers: one comparison a level, log2(runs) levels. */
#ifndef DATA_IMPORT_MERGE_H
#define DATA_IMPORT_MERGE_H

#include "data/import/dictionary.h"

#define MERGE_BYTES (16LL << 20)

struct merge; /* opaque */

/* Both are borrowed. */
struct merge *merge_new(const struct import_jobs *jobs, const struct dictionary *dictionary);
void merge_free(struct merge *self); /* NULL is fine */
/* The next record, borrowed until the following call, and its file; NULL: the end. */
const struct tape_record *merge_next(struct merge *self, int32_t *file);
/* True: it was told before, by this file or another. Between merge_next() and its following call. */
bool merge_is_twin(struct merge *self);
/* Sizes that lost digits to the scale of their stream, so far. */
int64_t merge_cut_sizes(const struct merge *self);

#endif
