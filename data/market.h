/* market.h - a market at rest: which instruments, and per instrument its candles, mark candles and
 * funding, read from a file, a folder or a manifest into packed series that a run walks through
 * once; and tapes, which a run reads where they lie.
 *
 * Tapes    stand beside files; symbols are the union of both. Of one symbol and kind (bars, marks,
 *          funding, trades ...) the records come from files or from tapes, not from both, and
 *          several tapes follow each other in time. Of bars in several intervals the finest count;
 *          bars of the index are the marks where there are no others. A tape is read through once
 *          before the run, so that its damage, an order that falls, a price that is none are known
 *          before a database is begun: exit 3. A torn tape (data/tape.h) is refused too: what is
 *          missing at its end cannot be told.
 * Memory   candles go into chunks; beyond MARKET_MEMORY_BYTES they go to an unlinked temporary file
 *          ($TMPDIR, else the folder given, else /tmp) and come back by chunk: resident memory does
 *          not grow with the data.
 * Reading  everything is read and judged before the run begins: bad data leaves no half-made
 *          database.
 * Defects  bad-bar, duplicate-bar, unsorted-bars, gap, bad-funding, duplicate-funding, bad-tiers,
 *          duplicate-tiers, nothing-in-range, unused-file, unused-stream, timeframe,
 *          too-many-tokens.
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
struct tape_reader; /* data/tape.h */

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

/* Kinds of single records of a tape, by what they tell. */
enum market_tick {
    MARKET_TRADES,
    MARKET_DEPTH, /* rows of the book */
    MARKET_QUOTES,
    MARKET_MARK_PRICES,
    MARKET_INDEX_PRICES,
    MARKET_TICK_KINDS
};

struct market_span {
    int64_t count, first_us, last_us;
};

struct market_ticks {
    struct market_span of[MARKET_TICK_KINDS];
    bool snapshot;          /* of the book: without one rows of depth make no book */
    int32_t price_decimals; /* finest seen, of trades, depth and quotes */
    int64_t first_price_e12, last_price_e12; /* of trades; without them of the first and last row */
};

/* Bars, marks and funding of a symbol come from files (then they stand here) or from a tape (then
 * only their facts and count). */
struct market_symbol {
    struct series *bars;  /* NULL: none, or in a tape */
    struct series *marks; /* the same */
    struct series_facts bars_facts, marks_facts;
    struct funding_rate *funding;
    int64_t funding_count;
    char funding_path[ERROR_PATH_BYTES]; /* empty: none */
    struct market_ticks ticks;
};

/* What a run does with the records of one stream of a tape. */
enum market_use {
    MARKET_UNUSED,
    MARKET_USE_MARK, /* bars of the mark price */
    MARKET_USE_BAR,
    MARKET_USE_PRICE, /* one mark or index price */
    MARKET_USE_FUNDING,
    MARKET_USE_TICK /* a trade, a row of the book, a quote */
};

struct market_stream {
    int64_t from_us; /* records before it are not the run's; INSTANT_NEVER: none of them is */
    enum market_use use;
    int32_t instrument;
    int32_t size_decimals;
    int32_t
        volume_shift; /* of bars: volumes are divided by ten to this power; below 0: multiplied */
};

struct market_tape {
    struct tape_reader *reader;
    struct market_stream *streams; /* as many as the tape has */
    char path[ERROR_PATH_BYTES];
    uint64_t digest; /* of its records */
    int64_t records;
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
    struct market_tape *tapes;       /* in order of their first instants */
    int32_t tape_count;
    struct market_range range; /* the caller's, else the manifest's window, else everything */
    struct defects defects;
    /* XXH3 of the names and raw bytes of every file read, in order; of a tape of its digest */
    uint64_t data_hash;
    char venue[128];                   /* the manifest's words, or empty */
    char tiers_path[ERROR_PATH_BYTES]; /* dated table used, or empty: defaults */
    int64_t bar_count;
    int64_t tick_count;
    int64_t interval_us; /* finest bars; 0: no bars */
    int64_t
        clock_offset_ns;    /* what makes receive times of the tapes not earlier than the venue's */
    enum fidelity fidelity; /* the coarsest of its symbols; instruments may have finer data */
    struct spill *spill;    /* private: what does not fit the memory (data/spill.h) */
    int32_t window_from_manifest;
};

struct market_request {
    const char *const *paths; /* each a candle file, a folder of them, a manifest or a tape */
    int32_t path_count;
    /* A manifest of which only window, tiers, venue and timeframe count, or NULL: what a tape does
     * not know. */
    const char *rules;
    const struct market_range *range; /* or NULL */
    const struct market_defaults *defaults;
    const char *temporary; /* folder for what does not fit the memory, or NULL */
};

/* The symbol of a bare file is its name up to the first '.', '-' or '_' that ends it
 * ("DOGEUSDT-1m-2024-03.csv.zst", "Binance_DOGEUSDT_1h.csv", "DOGE_USDT_USDT-5m-futures.json"); a
 * symbol column wins. Several files of one symbol are joined. */
MUST_USE bool
market_load(struct market *self, const struct market_request *request, struct error *error);
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
