#include "data/market.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/duration.h"
#include "data/market_rules.h"
#include "data/market_symbol.h"
#include "data/market_tapes.h"
#include "data/memory.h"
#include "data/series.h"
#include "data/tape_survey.h"
#include "data/tiers.h"

static void market_begin(struct market *self)
{
    memset(self, 0, sizeof(*self));
    defects_init(&self->defects);
    self->range = (struct market_range){0, INSTANT_NEVER};
    self->instruments = memory_or_panic(malloc(sizeof(*self->instruments)));
    instruments_init(self->instruments);
}

void market_release(struct market *self)
{
    int32_t count = self->instruments != NULL ? self->instruments->count : 0;
    for (int32_t i = 0; self->symbols != NULL && i < count; i++) {
        series_free(self->symbols[i].bars);
        series_free(self->symbols[i].marks);
        free(self->symbols[i].funding);
    }
    free(self->symbols);
    market_tapes_close(self);
    if (self->spill != NULL) {
        spill_release(self->spill);
        free(self->spill);
    }
    defects_release(&self->defects);
    free(self->instruments);
    memset(self, 0, sizeof(*self));
}

/* ---- the market ---- */

static void range_resolve(struct market *self,
                          const struct market_files *files,
                          const struct market_range *range)
{
    if (range != NULL) {
        self->range = *range;
    } else if (files->has_window) {
        self->range = files->window;
        self->window_from_manifest = 1;
    }
}

/* What the manifest says about its candles is checked, not believed. */
static void timeframe_check(struct market *self, const struct market_files *files)
{
    int64_t stated_us = 0;
    if (files->timeframe[0] == '\0' || self->interval_us == 0 ||
        !duration_parse(slice_of(files->timeframe), &stated_us) || stated_us == self->interval_us) {
        return;
    }
    char found[DURATION_BYTES];
    (void)duration_format(self->interval_us, found);
    defects_add(&self->defects, "timeframe", SEVERITY_MEDIUM, "manifest", 0,
                "says timeframe %s, the candles have %s: the candles count", files->timeframe,
                found);
}

/* One bar alone tells no interval: the market's finest does, else the manifest's word for it. */
static bool interval_known(struct market_loading *self, const struct market_files *files)
{
    struct market *market = self->market;
    const char *path = files->count > 0 ? files->items[0].path : market->tapes[0].path;
    int64_t stated_us = 0;
    if (market->bar_count == 0) {
        return true; /* ticks alone have no interval */
    }
    if (market->interval_us == 0 && duration_parse(slice_of(files->timeframe), &stated_us)) {
        market->interval_us = stated_us;
    }
    if (market->interval_us == 0) {
        return error_set(self->error, EXIT_CODE_DATA, path, 0,
                         "one candle alone tells no interval: give a second one, or a manifest "
                         "with a timeframe");
    }
    for (int32_t i = 0; i < market->instruments->count; i++) {
        struct market_symbol *symbol = &market->symbols[i];
        int64_t *bars_us = &symbol->bars_facts.interval_us;
        int64_t *marks_us = &symbol->marks_facts.interval_us;
        *bars_us = *bars_us == 0 ? market->interval_us : *bars_us;
        *marks_us = *marks_us == 0 ? *bars_us : *marks_us;
        if (*bars_us > MARKET_INTERVAL_MAX_US || *marks_us > MARKET_INTERVAL_MAX_US) {
            return error_set(self->error, EXIT_CODE_DATA, symbol->bars_facts.path, 0,
                             "the candles of %s are more than a year apart: is this a market?",
                             market->instruments->items[i].symbol);
        }
    }
    return true;
}

/* The next symbol in order of name, of files and tapes; false: no more. */
static bool symbol_next(const struct market_files *files,
                        int64_t *file_at,
                        const struct tape_survey *survey,
                        int32_t *tape_at,
                        struct symbol_parts *parts)
{
    const struct market_file *file = *file_at < files->count ? &files->items[*file_at] : NULL;
    struct tape_symbol *tape = *tape_at < survey->count ? &survey->symbols[*tape_at] : NULL;
    int order = 0;
    if (file == NULL || tape == NULL) {
        order = tape == NULL ? -1 : 1;
    } else {
        order = strcmp(file->symbol, tape->symbol);
    }
    memset(parts, 0, sizeof(*parts));
    if (order <= 0 && file != NULL) {
        parts->name = file->symbol;
        parts->files.files = file;
        while (*file_at < files->count &&
               strcmp(files->items[*file_at].symbol, file->symbol) == 0) {
            parts->files.count++;
            ++*file_at;
        }
    }
    if (order >= 0 && tape != NULL) {
        parts->name = tape->symbol;
        parts->tape = tape;
        ++*tape_at;
    }
    return parts->name != NULL;
}

static bool symbols_load(struct market_loading *self,
                         const struct market_files *files,
                         const struct market_defaults *defaults,
                         const struct tier_table *table)
{
    struct market *market = self->market;
    int64_t most = files->count + self->survey->count;
    size_t room = most < INSTRUMENTS_MAX ? (size_t)most : INSTRUMENTS_MAX;
    market->symbols = memory_or_panic(calloc(room + 1, sizeof(struct market_symbol)));
    struct symbol_parts parts;
    int64_t file = 0;
    int32_t tape = 0;
    while (symbol_next(files, &file, self->survey, &tape, &parts)) {
        if (!market_symbol_load(self, &parts, defaults, table)) {
            return false;
        }
    }
    tape_survey_assign(self->survey);
    if (market->bar_count > 0 || market->tick_count > 0) {
        return interval_known(self, files);
    }
    return error_set(self->error, EXIT_CODE_DATA, files->count > 0 ? files->items[0].path : NULL, 0,
                     "no candles%s between the first and the last instant asked for: check the "
                     "time range",
                     market->tape_count > 0 ? " and no trades, quotes or depth" : "");
}

static bool
tiers_load(struct market_loading *self, const struct market_files *files, struct tier_table *table)
{
    tier_table_init(table);
    if (files->tiers_path[0] == '\0') {
        return true;
    }
    memcpy(self->market->tiers_path, files->tiers_path, sizeof(files->tiers_path));
    if (!tier_table_load(table, files->tiers_path, &self->market->defects, self->error)) {
        return false;
    }
    market_hash_add(self, "", files->tiers_path, table->hash);
    return true;
}

static bool files_load(struct market_loading *self,
                       const struct market_files *files,
                       const struct market_defaults *defaults)
{
    struct tier_table table;
    memcpy(self->market->venue, files->venue, sizeof(self->market->venue));
    if (files->manifest_hash != 0) {
        market_hash_add(self, "", "manifest", files->manifest_hash);
    }
    bool fine = tiers_load(self, files, &table) && symbols_load(self, files, defaults, &table);
    tier_table_release(&table);
    if (fine) {
        timeframe_check(self->market, files);
        instruments_check(self->market->instruments);
        self->market->data_hash = XXH3_64bits_digest(self->hash);
    }
    return fine;
}

/* Everything of the request; what it needs on the way is its own. */
static bool request_load(struct market_loading *self, const struct market_request *request)
{
    struct market_files files;
    if (!market_files_collect(&files, request->paths, request->path_count, request->rules,
                              self->error)) {
        return false;
    }
    range_resolve(self->market, &files, request->range);
    bool fine = market_tapes_open(self, &files) && files_load(self, &files, request->defaults);
    tape_survey_release(self->survey);
    market_files_release(&files);
    return fine;
}

bool market_load(struct market *self, const struct market_request *request, struct error *error)
{
    market_begin(self);
    self->spill = memory_or_panic(malloc(sizeof(*self->spill)));
    spill_init(self->spill, MARKET_MEMORY_BYTES, request->temporary);
    struct tape_survey survey = {0};
    struct market_loading loading = {self, self->spill, error, XXH3_createState(), &survey};
    CHECK(loading.hash != NULL);
    XXH_errorcode status = XXH3_64bits_reset(loading.hash);
    CHECK(status == XXH_OK);
    bool fine = request_load(&loading, request);
    (void)XXH3_freeState(loading.hash);
    if (!fine) {
        market_release(self);
    }
    return fine;
}

/* ---- no market data: tokens alone ---- */

static int symbol_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Sorted, each once; returns how many. */
static int32_t tokens_sort(const char *const *tokens, int32_t count, char (*symbols)[SYMBOL_BYTES])
{
    int32_t named = 0, kept = 0;
    for (int32_t i = 0; i < count; i++) {
        named += market_token_symbol(tokens[i], symbols[named]);
    }
    qsort(symbols, (size_t)named, SYMBOL_BYTES, symbol_compare);
    for (int32_t i = 0; i < named; i++) {
        if (kept == 0 || strcmp(symbols[kept - 1], symbols[i]) != 0) {
            memmove(symbols[kept], symbols[i], SYMBOL_BYTES);
            kept++;
        }
    }
    return kept;
}

bool market_from_tokens(struct market *self,
                        const char *const *tokens,
                        int32_t token_count,
                        const struct market_defaults *defaults,
                        struct error *error)
{
    market_begin(self);
    size_t room = (size_t)token_count + 1;
    char(*symbols)[SYMBOL_BYTES] = memory_or_panic(calloc(room, SYMBOL_BYTES));
    int32_t count = tokens_sort(tokens, token_count, symbols);
    if (count > INSTRUMENTS_MAX) {
        defects_add(&self->defects, "too-many-tokens", SEVERITY_HIGH, NULL, 0,
                    "%d different tokens, a run holds %d: signals on the last of them in order of "
                    "name are refused as unknown",
                    count, INSTRUMENTS_MAX);
        count = INSTRUMENTS_MAX;
    }
    self->symbols = memory_or_panic(calloc((size_t)count + 1, sizeof(struct market_symbol)));
    struct tape_survey untaped = {0};
    struct market_loading loading = {self, NULL, error, NULL, &untaped};
    struct tier_table none;
    tier_table_init(&none);
    bool fine = true;
    for (int32_t i = 0; fine && i < count; i++) {
        fine = market_instrument_add(&loading, symbols[i], NULL, defaults, &none);
    }
    free(symbols);
    if (!fine) {
        market_release(self);
    }
    return fine;
}
