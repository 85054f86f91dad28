/* funding.h - funding rates of one perpetual, of one or more files, in order of time.
 *
 * Dialects ts_ms,funding_rate; Binance's calc_time,funding_interval_hours,last_funding_rate; any
 *          header with a time and a rate (OKX: instrument_name,funding_rate,funding_time); the same
 *          without header; JSON arrays [[ms,rate],...].
 * Laws     a rate is exact at 1e-16 and below 100 % either way, else its row is a defect
 *          "bad-funding" and left out. Of two rates at one time the first is kept, the other a
 *          defect "duplicate-funding". Rows outside the range are counted.
 * Failure  false and an error (exit 3): an empty file, no such columns, not one good row.
 *          No memory: a panic. */
#ifndef DATA_FUNDING_H
#define DATA_FUNDING_H

#include "data/market.h"
#include "data/source.h"
#include "data/text.h"

struct funding_list {
    struct funding_rate *items;
    int64_t *lines; /* of each, until the seal */
    int64_t count, capacity;
};

/* One rate as it stood in a file. */
struct funding_row {
    struct funding_rate rate;
    int64_t interval_us; /* 0: the file does not say */
    struct slice symbol; /* empty: no such column; borrowed */
    int32_t decimals;    /* of the rate, zeros behind counted */
    int32_t time_digits; /* of the time; 0: it was a text */
};

/* Who takes rates in the place of a list (an import): as they stand, in the order of the file. */
struct funding_taker {
    void *context;
    bool (*rate)(void *context, const struct funding_row *row, int64_t line, struct error *error);
};

struct funding_file {
    /* in */
    const struct funding_taker *taker; /* NULL: the list, which may be NULL otherwise */
    const char *path;
    struct market_range range; /* both inclusive */
    /* out */
    uint64_t hash;
    int64_t rows, kept, outside, bad;
};

void funding_list_init(struct funding_list *self);
void funding_list_release(struct funding_list *self);
MUST_USE bool funding_read(struct funding_list *self,
                           struct funding_file *file,
                           struct defects *defects,
                           struct error *error);
MUST_USE bool funding_read_source(struct funding_list *self,
                                  struct source *source,
                                  struct funding_file *file,
                                  struct defects *defects,
                                  struct error *error);
/* Sorts and drops duplicates; path stands in their defects. Afterwards times rise strictly. */
void funding_seal(struct funding_list *self, const char *path, struct defects *defects);

#endif
