/* manifest.h - the market manifest: one JSON object that names, per symbol, the files of candles,
 * mark prices, funding, trades, best prices and depth.
 *
 *   { "venue": "Binance USDT perpetuals", "timeframe": "1m",
 *     "window": ["2026-01-04T00:00:00Z", "2026-02-06T09:45:00Z"],
 *     "klines":  { "DOGEUSDT": "klines/DOGE.csv.zst", "BTCUSDT": ["2024-01.csv", "2024-02.csv"] },
 *     "funding": { ... }, "mark": { ... }, "leverage_tiers": "tiers.csv",
 *     "trades":  { "PEPEUSDT": "trades.csv.zst" },
 *     "tape":    { "BTCUSDT": { "trades": "...", "book_ticker": "...", "depth_updates": "...",
 *                               "depth_snapshot": "..." } } }
 *
 * Laws     mark prices stand under "mark", "mark_1h", "mark_4h" or any other "mark_..."; of one
 *          symbol under two of them the first counts. Other keys are remarks and ignored. `window`
 *          bounds open times and funding times, both ends included. A relative path is looked up
 *          in the manifest's folder, then in each parent; an absolute one is taken as it is.
 *          Under "tape" every value is a path or a list of them; a key that is not one of the four is
 *          refused.
 * Failure  false and an error (exit 3): not JSON, no candles, trades or tape, a value of the wrong
 *          type, a symbol that is too long, a file that is nowhere (the text names every folder
 *          searched). */
#ifndef DATA_MANIFEST_H
#define DATA_MANIFEST_H

#include "core/bounds.h"
#include "data/market.h"

/* In the order in which files of one symbol stand in a list: a snapshot before its updates. */
enum manifest_kind {
    MANIFEST_BARS,
    MANIFEST_MARKS,
    MANIFEST_FUNDING,
    MANIFEST_TRADES,
    MANIFEST_QUOTES,
    MANIFEST_DEPTH_SNAPSHOT,
    MANIFEST_DEPTH,
    MANIFEST_KINDS
};

struct manifest_entry {
    char symbol[SYMBOL_BYTES];
    enum manifest_kind kind;
    char key[WORD_BYTES]; /* as it stands in the file: "mark_1h" */
    char *path;           /* found */
};

struct manifest {
    char path[ERROR_PATH_BYTES];
    char venue[128];
    char timeframe[WORD_BYTES];
    bool has_window;
    struct market_range window;
    char tiers_path[ERROR_PATH_BYTES]; /* empty: none */
    struct manifest_entry *entries;    /* in order of the file */
    int32_t count, capacity;
    uint64_t hash; /* of the raw bytes */
};

MUST_USE bool manifest_load(struct manifest *self, const char *path, struct error *error);
/* Window, venue, timeframe and tiers alone: no file of the market is looked for. */
MUST_USE bool manifest_load_rules(struct manifest *self, const char *path, struct error *error);
/* The whole from text, of a manifest that would stand at path; files are looked for only where
 * `find` says so (fuzzing). */
MUST_USE bool manifest_parse(struct manifest *self,
                             const char *path,
                             const char *text,
                             size_t length,
                             bool find,
                             struct error *error);
void manifest_release(struct manifest *self);

#endif
