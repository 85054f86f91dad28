/* candles.h - one file of candles, any dialect of PROTOCOLS E1, E4, E6 and the data folder's own,
 * into a series.
 *
 * Dialects "cerberus"            ts_ms,open,high,low,close[,volume]
 *          "binance"             klines with or without header, 12 columns, ms or us
 *          "cryptodatadownload"  first line an address, then a header, newest first
 *          "ccxt-json"           [[ms,open,high,low,close,volume],...], also OKX's envelope
 *          "named"               a header with a time, open, high, low, close (volume, symbol)
 *          "plain"               no header: time, open, high, low, close[, volume[, more]]
 * Laws     a bar is never repaired: high < low, open or close outside, a price that is not positive
 *          or has more than 12 decimals make a defect "bad-bar" with file and line, and the row is
 *          left out. Rows outside the range are counted and not judged. Order and duplicates are
 *          the series' affair.
 * Failure  false and an error (exit 3): an empty file, a header without rows or without a needed
 *          column, not one good bar among the rows, two symbols in one file, a damaged stream;
 *          exit 4: the disk. */
#ifndef DATA_CANDLES_H
#define DATA_CANDLES_H

#include "data/series.h"
#include "data/source.h"

/* How the numbers of a bar stood in the file: decimals with zeros behind, the most of its fields. */
struct candles_written {
    int32_t price_decimals, volume_decimals;
    bool prices_mixed;   /* the four had different ones */
    int32_t time_digits; /* of the time; 0: it was a text */
};

/* Who takes bars in the place of a series (an import): as they stand, in the order of the file. */
struct candles_taker {
    void *context;
    bool (*bar)(void *context,
                const struct series_point *point,
                const struct candles_written *written,
                struct error *error);
    bool ratios; /* premium index: prices may be zero and negative */
};

struct candles_file {
    /* in */
    const struct candles_taker *taker; /* NULL: the series */
    const char *path;                  /* as it stands in messages */
    struct market_range range;         /* of open times, both inclusive */
    int32_t index; /* which of the files of its series: comes back with duplicates */
    bool probe;    /* stop after the first row and keep nothing: dialect and symbol */
    /* out */
    const char *dialect;       /* static text */
    char symbol[SYMBOL_BYTES]; /* of a symbol column; empty: none */
    uint64_t hash;             /* of the raw bytes */
    int64_t rows, kept, outside, bad;
};

/* series may be NULL with a taker or a probe. */
MUST_USE bool candles_read(struct series *series,
                           struct candles_file *file,
                           struct defects *defects,
                           struct error *error);
/* The same from an open source, which stays open. */
MUST_USE bool candles_read_source(struct series *series,
                                  struct source *source,
                                  struct candles_file *file,
                                  struct defects *defects,
                                  struct error *error);

#endif
