/* market.h - a market at rest: which instruments, and per instrument its candles, mark candles and
 * funding, read from a file, a folder or a manifest into packed series that a run walks through
 * once.
 *
 * Memory   candles go into chunks; beyond MARKET_MEMORY_BYTES they go to an unlinked temporary file
 *          ($TMPDIR, else the folder given, else /tmp) and come back by chunk: resident memory does
 *          not grow with the data.
 * Reading  everything is read and judged before the run begins: bad data leaves no half-made
 *          database.
 * Defects  bad-bar, duplicate-bar, unsorted-bars, gap, bad-funding, duplicate-funding, bad-tiers,
 *          duplicate-tiers, nothing-in-range, unused-file, timeframe, too-many-tokens.
 * Failure  false and an error (exit 3 bad data, 4 operating); what was survived is in `defects`. */
#ifndef DATA_MARKET_H
#define DATA_MARKET_H

#include "core/instant.h"
#include "core/instruments.h"
#include "data/error.h"

#define MARKET_MEMORY_BYTES (48LL << 20)
/* Candles further apart are no market, and times of many of them would leave int64. */
#define MARKET_INTERVAL_MAX_US (366 * US_PER_DAY)

struct bar {
    int64_t open_time_us;
    int64_t open_e12, high_e12, low_e12, close_e12;
    int64_t volume; /* units times 10^volume_exponent of its series; cut off beyond: an indicator */
};

struct series; /* data/series.h: packed bars */
struct spill;

struct series_facts {
    char path[ERROR_PATH_BYTES];
    const char *dialect; /* static text of candles.h: "binance", "ccxt-json", "cerberus", ... */
    int64_t interval_us; /* inferred: the most frequent step; of one bar: the market's */
    int64_t count, first_us, last_us;            /* inside the range */
    int64_t outside;                             /* rows outside the range, skipped */
    int64_t duplicates, unsorted, gaps, missing; /* missing: bars absent in gaps */
    /* Decimals of the volumes, 0..8; negative where only tens, hundreds ... fit int64. */
    int32_t volume_exponent;
    int32_t price_decimals;                  /* finest seen */
    int64_t first_price_e12, last_price_e12; /* first open, last close */
};

struct funding_rate {
    int64_t time_us, rate_e16;
};

struct market_symbol {
    struct series *bars;  /* NULL: none */
    struct series *marks; /* NULL: none */
    struct series_facts bars_facts, marks_facts;
    struct funding_rate *funding;
    int64_t funding_count;
    char funding_path[ERROR_PATH_BYTES]; /* empty: none */
};

struct market_range {
    int64_t first_us, last_us; /* inclusive both; first 0 and last INSTANT_NEVER: everything */
};

struct market_defaults {
    int64_t maker_fee_e9, taker_fee_e9, liquidation_fee_e9;
};

struct market {
    struct instruments *instruments; /* sorted by name: index order is the order of streams */
    struct market_symbol *symbols;   /* instruments->count of them */
    struct market_range range;       /* the caller's, else the manifest's window, else everything */
    struct defects defects;
    uint64_t data_hash; /* XXH3 of the names and raw bytes of every file read, in order */
    char venue[128];    /* the manifest's words, or empty */
    char tiers_path[ERROR_PATH_BYTES]; /* dated table used, or empty: defaults */
    int64_t bar_count;
    int64_t interval_us; /* finest bars */
    struct spill *spill; /* private: what does not fit the memory (data/spill.h) */
    int32_t window_from_manifest;
};

/* paths: each a candle file, a folder of them or a manifest. range may be NULL. temporary: folder
 * for spilled chunks or NULL. The symbol of a bare file is its name up to the first '.', '-' or '_'
 * that ends it ("DOGEUSDT-1m-2024-03.csv.zst", "Binance_DOGEUSDT_1h.csv",
 * "DOGE_USDT_USDT-5m-futures.json"); a symbol column wins. Several files of one symbol are
 * joined. */
MUST_USE bool market_load(struct market *self,
                          const char *const *paths,
                          int32_t path_count,
                          const struct market_range *range,
                          const struct market_defaults *defaults,
                          const char *temporary,
                          struct error *error);
/* A market without bars: one instrument per distinct token (+ "USDT" where no quote is named), for
 * runs on signals only. */
MUST_USE bool market_from_tokens(struct market *self,
                                 const char *const *tokens,
                                 int32_t token_count,
                                 const struct market_defaults *defaults,
                                 struct error *error);
void market_release(struct market *self);

/* Walks one series in order of time. The cursor holds one decoded chunk. */
struct series_cursor {
    const struct series *series;
    int64_t index;
    const struct bar *chunk; /* private */
    int64_t chunk_index, chunk_count;
    struct bar *buffer; /* private, owned: for spilled chunks */
};
void series_open(struct series_cursor *cursor, const struct series *series);
/* The next bar, borrowed until the following call; NULL at the end. An I/O failure of the spill
 * file is a panic. */
const struct bar *series_next(struct series_cursor *cursor);
void series_close(struct series_cursor *cursor);

#endif
