/* dictionary.h - the streams of a tape out of the streams of its files, numbered by (symbol, kind, interval, venue).
 *
 * Laws     streams of one symbol, kind, interval and venue (the dialect's name up to its first '-') are one, whatever files they
 *          stand in; its origin is the dialect that told most rows. Bars whose interval no step told take that of their
 *          symbol's other files of that kind, where those agree, else keep 0.
 *          Sizes: the finest number of decimals seen at which the largest size still fits; sizes that are finer lose their last
 *          digits, which the merge counts. */
#ifndef DATA_IMPORT_DICTIONARY_H
#define DATA_IMPORT_DICTIONARY_H

#include "data/import/jobs.h"

struct dictionary {
    struct tape_stream *streams;
    int32_t count;
    uint16_t **numbers; /* by file, by the sink's number */
    int32_t file_count;
    bool overlaps; /* files of one stream meet in time: twins may stand in two of them */
};

void dictionary_make(struct dictionary *self, const struct import_jobs *jobs);
void dictionary_release(struct dictionary *self);

#endif
