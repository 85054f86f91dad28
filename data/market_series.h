/* market_series.h - the files of one symbol and kind to one sealed series, or to one list of
 * funding rates. */
#ifndef DATA_MARKET_SERIES_H
#define DATA_MARKET_SERIES_H

#include <xxhash.h>

#include "data/market_paths.h"
#include "data/tape_survey.h"

/* Bars coarser than a week cannot cover the first instant: mark files are read from here on. */
#define MARKET_MARK_MARGIN_US (8LL * 24 * 3600 * 1000000)

struct market_loading {
    struct market *market;
    struct spill *spill;
    struct error *error;
    XXH3_state_t *hash;         /* of names and raw bytes, in the order of reading */
    struct tape_survey *survey; /* of the tapes; empty: none */
};

/* files: the `count` files of one symbol and kind, bars or marks. *series NULL afterwards: no bar
 * in the range. */
MUST_USE bool market_series_load(struct market_loading *self,
                                 struct series **series,
                                 struct series_facts *facts,
                                 const struct market_file *files,
                                 int64_t count);
MUST_USE bool market_funding_load(struct market_loading *self,
                                  struct market_symbol *symbol,
                                  const struct market_file *files,
                                  int64_t count);
/* Adds a name and the hash of its raw bytes to the hash of the market. */
void market_hash_add(struct market_loading *self,
                     const char *symbol,
                     const char *path,
                     uint64_t raw);

#endif
