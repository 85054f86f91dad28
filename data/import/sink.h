/* sink.h - what one file becomes: its streams, its records as sorted runs in a spill file, its defects.
 *
 * Order    (time, kind, symbol and interval of the stream), equal ones as they were added: within a file that is the order of
 *          the tape. Records in order pass through a small buffer; one that comes up to SINK_JITTER places late is moved to
 *          its place; else the buffer grows to SINK_RECORDS_MAX and is sorted, and each full one is a run.
 * Between  a run holds records as they will stand in the tape but for two things: stream is the sink's own number, and spare is
 *          the number of decimals of its sizes + SINK_SCALE_BASE; sizes get the one scale of their stream at the merge.
 * Memory   SINK_RECORDS_MAX records (32 MiB) and as much again in keys only for a file out of order; else 256 KiB.
 * Failure  the spill: false and exit 4. No memory: a panic. */
#ifndef DATA_IMPORT_SINK_H
#define DATA_IMPORT_SINK_H

#include "data/import/import.h"
#include "data/import/twins.h"
#include "data/market.h"
#include "data/spill.h"
#include "data/steps.h"

enum {
    SINK_JITTER = 64,
    SINK_RECORDS_FIRST = 1 << 12,
    SINK_RECORDS_MAX = 1 << 19,
    SINK_SCALE_BASE = 8,                   /* sizes have -8..18 decimals */
    SINK_SCALES = SINK_SCALE_BASE + 18 + 1 /* of them */
};

/* One stream of one file. */
struct sink_stream {
    char symbol[SYMBOL_BYTES];
    uint16_t kind;
    int8_t price_decimals, size_decimals; /* most seen */
    bool price_mixed, size_mixed;         /* not every number had as many */
    bool time_ms, time_s;                 /* every time was whole */
    int64_t interval_us;                  /* after the finish inferred, where it was 0 */
    int64_t first_us, last_us, count;
    int64_t receive_min_ns;        /* smallest receive - time; INT64_MAX: none */
    int64_t size_max[SINK_SCALES]; /* largest size that had that many decimals */
    struct steps steps;            /* private */
    int64_t step_last_us, from_us; /* private: of the last sealed; what comes before is outside */
    int32_t rank;                  /* private: place among the sink's streams */
};

struct sink_run {
    int64_t offset, count; /* in the spill */
};

struct import_sink {
    /* in; set by import_sink_init() */
    const char *path; /* borrowed; as it stands in messages */
    char symbol[SYMBOL_BYTES];
    bool symbol_fixed; /* it counts against what columns say: a manifest's */
    struct market_range range;
    struct spill *spill;
    /* out */
    struct defects defects;
    struct sink_stream *streams;
    int32_t stream_count, stream_capacity;
    struct sink_run *runs;
    int64_t run_count, run_capacity;
    int64_t added, outside, left_out; /* rows: the sum of the three is what the file had */
    int64_t moved, duplicates;        /* of those added: came late; were there already */
    /* private */
    struct tape_record *records;
    int64_t count, capacity;
    bool in_order; /* what stands in records */
    struct tape_record run_last;
    struct twins twins;
    char asked[SYMBOL_BYTES]; /* the last symbol of a column, as it stood, and what it is called */
    char called[SYMBOL_BYTES];
    char refused[SYMBOL_BYTES]; /* the symbol that got no stream */
};

/* symbol: of the file, or empty. */
void import_sink_init(struct import_sink *self,
                      const char *path,
                      const char *symbol,
                      const struct market_range *range,
                      struct spill *spill);
/* Sorts and writes what is left, infers intervals, notes what was moved and dropped. */
MUST_USE bool import_sink_finish(struct import_sink *self, struct error *error);
void import_sink_release(struct import_sink *self);
/* Defects that a reader of data/ writes by itself (candles, funding) instead of import_defect(); it says how many rows it left
 * out and how many lay outside. */
void import_sink_count(struct import_sink *self, int64_t left_out, int64_t outside);

/* The first time that is not outside for a stream of this kind: mark bars may begin before the range and still cover it. */
int64_t import_sink_from(const struct import_sink *self, enum tape_kind kind);

/* The fields of a record that are sizes: their addresses in out, at most two; returns how many. */
int import_sizes(struct tape_record *record, int64_t *out[2]);

#endif
