/* outputs.h - the CSV files of an export: one a table of a stream, begun with its first record, all
 * in their places at the end.
 * Laws     a file takes its name when the whole export is done: one that fails or is killed leaves
 *          none. As many files as there are streams, and none held open.
 * Memory   16 KiB a file.  Failure false and an error: exit 2 a name that is taken, exit 4 the
 *          disk. */
#ifndef SIM_OUTPUTS_H
#define SIM_OUTPUTS_H

#include "data/tape_csv.h"

struct output; /* opaque: one file */

struct outputs {
    const char *folder;
    bool force;            /* files that are there are replaced */
    struct output **files; /* in the order of their beginning */
    int32_t count, capacity;
    int32_t (*places)[2]; /* by stream: which file, for its first and second table; -1: none yet */
};

/* Makes the folder when it is missing. */
MUST_USE bool outputs_open(
    struct outputs *self, const char *folder, bool force, int32_t streams, struct error *error);
MUST_USE bool outputs_add(struct outputs *self,
                          const struct tape_stream *stream,
                          const struct tape_record *record,
                          struct error *error);
/* All into their places; a line each on the stream. */
MUST_USE bool outputs_finish(struct outputs *self, FILE *say, struct error *error);
/* What has not come to its place goes. */
void outputs_release(struct outputs *self);

#endif
