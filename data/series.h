/* series.h - packed bars of one symbol: appended in order of time, sealed once, read by cursors
 * (data/market.h).
 *
 * Laws     after series_seal() open times rise strictly; of bars with one open time the first one
 *          given is kept; what was moved, dropped or is missing is counted and told, one by one.
 * Packing  256 bars a chunk, by column: times as one step where they are regular, prices in units
 *          of the finest decimal seen as differences to the chunk's lowest low, volumes likewise,
 *          each column as narrow as it can be: 10 to 16 bytes a minute bar, 48 unpacked.
 * Memory   a spill is shared by all series of a market: beyond its limit chunks go to an unlinked
 *          temporary file. Bars out of order wait unpacked (88 bytes each) until the seal.
 * Failure  append and seal: false and an error when the disk is full (exit 4). No memory: a panic.
 *          Reading back: a panic.
 * Cost     about 10 ns to append, 4 ns to read. */
#ifndef DATA_SERIES_H
#define DATA_SERIES_H

#include "data/error.h"
#include "data/market.h"
#include "data/spill.h"

enum { SERIES_CHUNK_BARS = 256 };

/* One bar as it was read. Prices are integers times 10^-decimals. */
struct series_point {
    int64_t time_us;
    int64_t open, high, low, close;
    int64_t volume;                    /* times 10^-volume_decimals */
    int32_t decimals, volume_decimals; /* 0..12 and -8..8 */
    int64_t line;                      /* of its file; used for bars out of order only, as is: */
    int32_t file;                      /* which of the files of this series, from 0 */
};

/* What the seal finds: a bar dropped because its time was there already, or bars missing. */
struct series_findings {
    void *context;
    void (*duplicate)(void *context, const struct series_point *point);
    void (*gap)(void *context, int64_t first_missing_us, int64_t missing);
};

struct series *series_new(struct spill *spill);
void series_free(struct series *self); /* NULL is fine */

/* The open time of the last bar in order, -1 before the first: a bar that is not later than it is
 * late. */
int64_t series_last_us(const struct series *self);
MUST_USE bool
series_append(struct series *self, const struct series_point *point, struct error *error);
/* Ends the appending: puts late bars in their place, infers the interval, finds gaps. keep_from_us:
 * bars before it are dropped but for the last one when its interval covers keep_from_us (mark
 * bars); 0 keeps all. Fills of facts: interval_us, count, first_us, last_us, duplicates, unsorted,
 * gaps, missing, volume_exponent, price_decimals, first_price_e12. */
MUST_USE bool series_seal(struct series *self,
                          int64_t keep_from_us,
                          const struct series_findings *findings,
                          struct series_facts *facts,
                          struct error *error);

#endif
