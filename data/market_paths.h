/* market_paths.h - from what the user named (files, folders, manifests, tapes) to a sorted list of files
 * with symbol and kind, and a list of tapes. */
#ifndef DATA_MARKET_PATHS_H
#define DATA_MARKET_PATHS_H

#include "data/manifest.h"

struct market_file {
    char symbol[SYMBOL_BYTES];
    enum manifest_kind kind;
    char *path;
    int64_t order; /* as named: files of one symbol and kind are joined in this order */
};

/* A tape, or a manifest that names trades, quotes or depth: it is read as the tape that its import makes. */
struct market_taped {
    char *path;
    bool manifest;
};

struct market_files {
    struct market_file *items; /* sorted by symbol, kind, order */
    int64_t count, capacity;
    struct market_taped *tapes; /* as named */
    int32_t tape_count;
    /* Of the last manifest among the paths, where there is one; of the rules before it. */
    bool has_window;
    struct market_range window;
    char venue[128];
    char timeframe[WORD_BYTES];
    char tiers_path[ERROR_PATH_BYTES];
    uint64_t manifest_hash; /* 0: no manifest */
    bool unread;            /* private: bare files are listed as they are */
};

/* rules: a manifest of which no file is read, or NULL. */
MUST_USE bool market_files_collect(struct market_files *self,
                                   const char *const *paths,
                                   int32_t path_count,
                                   const char *rules,
                                   struct error *error);
/* The same without a look into bare files: their kind is MANIFEST_KINDS and their symbol empty (an import asks the dialects).
 * A JSON object is a manifest when it has "klines", "tape" or "trades" in its first bytes. */
MUST_USE bool market_files_list(struct market_files *self,
                                const char *const *paths,
                                int32_t path_count,
                                struct error *error);
void market_files_release(struct market_files *self);

#endif
