/* sort.h - the sink's records in order, and out to its spill (data/import/sink.h has the laws). */
#ifndef DATA_IMPORT_SORT_H
#define DATA_IMPORT_SORT_H

#include "data/import/sink.h"

/* By (time, kind, place of the stream); equal ones: false. */
static inline bool sink_before(const struct import_sink *self,
                               const struct tape_record *a,
                               const struct tape_record *b)
{
    if (a->time_us != b->time_us) {
        return a->time_us < b->time_us;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind;
    }
    return a->stream != b->stream && self->streams[a->stream].rank < self->streams[b->stream].rank;
}

/* All that the buffer holds; stable. */
void sink_sort(struct import_sink *self);
/* The first `count` records, sorted, as a run or as more of the last one; twins are dropped. */
MUST_USE bool sink_flush(struct import_sink *self, int64_t count, struct error *error);

#endif
