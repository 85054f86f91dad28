#include "data/market_symbol.h"

#include <stdlib.h>
#include <string.h>

#include "data/market_rules.h"
#include "data/market_tapes.h"
#include "data/series.h"
#include "data/tape_survey.h"

static struct files_span
kind_span(const struct market_file *files, int64_t count, enum manifest_kind kind)
{
    struct files_span span = {files, 0};
    for (int64_t i = 0; i < count; i++) {
        if (files[i].kind == kind) {
            span.files = span.count == 0 ? &files[i] : span.files;
            span.count++;
        }
    }
    return span;
}

bool market_instrument_add(struct market_loading *self,
                           const char *name,
                           const struct series_facts *facts,
                           const struct market_defaults *defaults,
                           const struct tier_table *table)
{
    struct instruments *instruments = self->market->instruments;
    struct instrument item;
    int32_t index = 0, count = 0;
    market_rules(&item, name, facts, defaults);
    const struct tier *tiers = tier_table_find(table, name, &count);
    item.tiers_default = tiers == NULL;
    if (tiers == NULL) {
        tiers = tiers_default(&count);
    }
    if (!instruments_add(instruments, &item, &index)) {
        return error_set(self->error, EXIT_CODE_DATA, NULL, 0,
                         "%s: a market has at most %d symbols: name fewer", name, INSTRUMENTS_MAX);
    }
    return instruments_tiers(instruments, index, tiers, count) ||
           error_set(self->error, EXIT_CODE_DATA, self->market->tiers_path, 0,
                     "%s: its leverage tiers do not fit: name fewer symbols", name);
}

static void unused_note(struct market_loading *self, const struct market_file *files, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        defects_add(&self->market->defects, "unused-file", SEVERITY_LOW, files[i].path, 0,
                    "%s has no candles: the file is not read", files[i].symbol);
    }
}

/* The records of one symbol and kind come from one side. */
static bool
both_refuse(struct market_loading *self, const struct market_file *file, const char *what)
{
    return error_set(self->error, EXIT_CODE_DATA, file->path, 0,
                     "a tape has %s of %s too: name one of the two, or import both into one tape",
                     what, file->symbol);
}

static bool bars_take(struct market_loading *self,
                      const struct symbol_parts *parts,
                      struct market_symbol *symbol)
{
    struct tape_symbol *tape = parts->tape;
    struct files_span bars = kind_span(parts->files.files, parts->files.count, MANIFEST_BARS);
    struct files_span marks = kind_span(parts->files.files, parts->files.count, MANIFEST_MARKS);
    bool taped_bars = tape != NULL && tape->bars.interval_us > 0;
    bool taped_marks = tape != NULL && tape->marks.interval_us > 0;
    if (taped_bars && bars.count > 0) {
        return both_refuse(self, bars.files, "bars");
    }
    if (taped_marks && marks.count > 0) {
        return both_refuse(self, marks.files, "marks");
    }
    if (!market_series_load(self, &symbol->bars, &symbol->bars_facts, bars.files, bars.count) ||
        !market_series_load(self, &symbol->marks, &symbol->marks_facts, marks.files, marks.count)) {
        return false;
    }
    if (taped_bars) {
        symbol->bars_facts = tape->bars.facts;
    }
    if (taped_marks) {
        symbol->marks_facts = tape->marks.facts;
    }
    return true;
}

static bool funding_take(struct market_loading *self,
                         const struct symbol_parts *parts,
                         struct market_symbol *symbol)
{
    const struct tape_symbol *tape = parts->tape;
    struct files_span span = kind_span(parts->files.files, parts->files.count, MANIFEST_FUNDING);
    if (tape == NULL || !tape->has_funding) {
        return market_funding_load(self, symbol, span.files, span.count);
    }
    if (span.count > 0) {
        return both_refuse(self, span.files, "funding");
    }
    symbol->funding_count = tape->funding.count;
    memcpy(symbol->funding_path, tape->funding_path, sizeof(symbol->funding_path));
    return true;
}

/* What the default rules rest on: the bars, and the ticks where they are finer or alone. */
static struct series_facts rules_facts(const struct market_symbol *symbol)
{
    struct series_facts facts = symbol->bars_facts;
    const struct market_ticks *ticks = &symbol->ticks;
    if (facts.count == 0 && ticks->first_price_e12 > 0) {
        facts.count = 1;
        facts.first_price_e12 = ticks->first_price_e12;
    }
    if (ticks->price_decimals > facts.price_decimals) {
        facts.price_decimals = ticks->price_decimals;
    }
    return facts;
}

static void symbol_count(struct market *market, const struct market_symbol *symbol)
{
    int64_t interval_us = symbol->bars_facts.interval_us;
    market->bar_count += symbol->bars_facts.count;
    if (interval_us > 0 && (market->interval_us == 0 || interval_us < market->interval_us)) {
        market->interval_us = interval_us;
    }
    for (int kind = 0; kind < MARKET_TICK_KINDS; kind++) {
        market->tick_count += symbol->ticks.of[kind].count;
    }
    int32_t last = market->instruments->count - 1;
    enum fidelity fidelity = market->instruments->items[last].fidelity;
    market->fidelity = last == 0 || fidelity < market->fidelity ? fidelity : market->fidelity;
}

bool market_symbol_load(struct market_loading *self,
                        const struct symbol_parts *parts,
                        const struct market_defaults *defaults,
                        const struct tier_table *table)
{
    struct market *market = self->market;
    bool traded = kind_span(parts->files.files, parts->files.count, MANIFEST_BARS).count > 0 ||
                  (parts->tape != NULL && tape_symbol_trades(parts->tape));
    if (!traded) {
        unused_note(self, parts->files.files, parts->files.count);
        return true;
    }
    /* The instrument comes last, with what its bars say; until it is there the symbol is ours. */
    struct market_symbol symbol;
    memset(&symbol, 0, sizeof(symbol));
    if (parts->tape != NULL && market_ticks_span(&parts->tape->ticks).count > 0) {
        symbol.ticks = parts->tape->ticks; /* mark and index prices alone make no market */
    }
    bool fine = bars_take(self, parts, &symbol) && funding_take(self, parts, &symbol);
    struct series_facts facts = rules_facts(&symbol);
    if (!fine || !market_instrument_add(self, parts->name, &facts, defaults, table)) {
        series_free(symbol.bars);
        series_free(symbol.marks);
        free(symbol.funding);
        return false;
    }
    int32_t instrument = market->instruments->count - 1;
    market->instruments->items[instrument].fidelity = market_symbol_fidelity(&symbol);
    market->symbols[instrument] = symbol;
    symbol_count(market, &symbol);
    return true;
}
