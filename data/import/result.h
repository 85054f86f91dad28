/* result.h - what the process that read a file hands to the one that merges: the facts of its sink, behind its runs in the
 * spill. Failure: writing: false and exit 4; reading: false and the error that ended the file. */
#ifndef DATA_IMPORT_RESULT_H
#define DATA_IMPORT_RESULT_H

#include "data/import/file.h"

struct import_result {
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
/* end: the spill's `written` when the result had been. */
MUST_USE bool import_result_read(struct import_result *self,
                                 const char *path,
                                 const struct spill *spill,
                                 int64_t end,
                                 struct error *error);
void import_result_release(struct import_result *self);

#endif
