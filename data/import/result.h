/* result.h - what the process of one file hands to the one that merges: the facts of its sink, behind its runs in the spill.
 * Failure  writing: false and exit 4. Reading what a process left that died, or was stopped: false. */
#ifndef DATA_IMPORT_RESULT_H
#define DATA_IMPORT_RESULT_H

#include "data/import/file.h"

struct import_result {
    bool fine;
    struct error error; /* where it is not */
    const struct import_dialect *dialect;
    char why[160];
    uint64_t hash;
    int64_t added, outside, left_out, moved, duplicates;
    int32_t stream_count;
    struct sink_stream *streams;
    int64_t run_count;
    struct sink_run *runs;
    struct defects defects;
};

/* Behind what the sink has written. */
MUST_USE bool import_result_write(const struct import_file *file,
                                  const struct import_sink *sink,
                                  const struct error *outcome,
                                  struct error *error);
/* From the end of the spill, whose `written` is moved there. */
MUST_USE bool import_result_read(struct import_result *self, const char *path, struct spill *spill);
void import_result_release(struct import_result *self);

#endif
