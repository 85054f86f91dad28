/* market_symbol.h - one symbol of a market, from its files and what the tapes told of it to an instrument with its rules.
 * Failure  false and an error (exit 3): bad data, both a file and a tape with records of one kind, no room for its rules. */
#ifndef DATA_MARKET_SYMBOL_H
#define DATA_MARKET_SYMBOL_H

#include "data/market_series.h"
#include "data/tiers.h"

/* The files of one kind, which stand together. */
struct files_span {
    const struct market_file *files;
    int64_t count;
};

/* A symbol that only a tape tells of has no files; tape NULL: only files do. */
struct symbol_parts {
    const char *name;
    struct files_span files;
    struct tape_symbol *tape;
};

/* Its series, funding and instrument; self->market->symbols has room for it. A symbol without bars and ticks is told, and
 * left out. */
MUST_USE bool market_symbol_load(struct market_loading *self,
                                 const struct symbol_parts *parts,
                                 const struct market_defaults *defaults,
                                 const struct tier_table *table);
/* facts: of its candles or ticks; NULL: none. */
MUST_USE bool market_instrument_add(struct market_loading *self,
                                    const char *name,
                                    const struct series_facts *facts,
                                    const struct market_defaults *defaults,
                                    const struct tier_table *table);

#endif
