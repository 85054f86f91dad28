/* tiers.h - dated tables of leverage brackets, and the conservative table that serves where none
 * names a symbol.
 *
 * Formats  CSV with the columns symbol, tier, min_notional, max_notional, maintenance_margin_rate,
 *          max_leverage, maintenance_amount_cum (any order, more columns are fine); JSON
 *          {"SYMBOL": [[bracket, leverage, floor, cap, rate, cum], ...], ...} where names that
 *          begin with '_' are remarks.
 * Laws     tiers of a symbol ascend without holes from 0, 0 < rate < 1, leverage >= 1, as
 *          core/instruments.h demands; a symbol whose tiers do not is left out with a defect
 *          "bad-tiers" and takes the default. A symbol that begins again from 0 (a dated contract
 *          behind its perpetual) keeps its first table: defect "duplicate-tiers".
 * Default  model Binance USD-M, stricter than most of its small-cap tables of 2024 and 2026: 1 %
 *          and 50x up to 5,000, then 25x ... 1x up to 5 million (tiers.c has the rows). Above its
 *          last cap the last row goes on.
 * Failure  false and an error (exit 3): no such columns, not one symbol. */
#ifndef DATA_TIERS_H
#define DATA_TIERS_H

#include "core/instruments.h"
#include "data/error.h"
#include "data/source.h"

struct tier_span {
    char symbol[SYMBOL_BYTES];
    int32_t first, count;
    int64_t line; /* where its first tier stands */
};

struct tier_table {
    struct tier_span *spans; /* sorted by symbol */
    struct tier *tiers;
    int32_t span_count, tier_count;
    uint64_t hash; /* of the raw bytes */
};

void tier_table_init(struct tier_table *self);
void tier_table_release(struct tier_table *self);
MUST_USE bool tier_table_load(struct tier_table *self,
                              const char *path,
                              struct defects *defects,
                              struct error *error);
MUST_USE bool tier_table_load_source(struct tier_table *self,
                                     struct source *source,
                                     struct defects *defects,
                                     struct error *error);
/* The tiers of a symbol; NULL: the table does not name it. */
const struct tier *
tier_table_find(const struct tier_table *self, const char *symbol, int32_t *count);
const struct tier *tiers_default(int32_t *count);

#endif
