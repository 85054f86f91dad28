#include "data/market_tapes.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/import/import.h"
#include "data/memory.h"
#include "data/spill.h"

enum fidelity market_ticks_fidelity(const struct market_ticks *ticks)
{
    if (ticks->snapshot) {
        return FIDELITY_DEPTH;
    }
    if (ticks->of[MARKET_QUOTES].count > 0) {
        return FIDELITY_QUOTES;
    }
    return ticks->of[MARKET_TRADES].count > 0 ? FIDELITY_TRADES : FIDELITY_BARS;
}

struct market_span market_ticks_span(const struct market_ticks *ticks)
{
    struct market_span all = {.first_us = INSTANT_NEVER};
    for (int kind = 0; kind <= MARKET_QUOTES; kind++) {
        const struct market_span *span = &ticks->of[kind];
        if (span->count > 0) {
            all.count += span->count;
            all.first_us = span->first_us < all.first_us ? span->first_us : all.first_us;
            all.last_us = span->last_us > all.last_us ? span->last_us : all.last_us;
        }
    }
    return all;
}

enum fidelity market_symbol_fidelity(const struct market_symbol *symbol)
{
    const struct series_facts *bars = &symbol->bars_facts;
    struct market_span span = market_ticks_span(&symbol->ticks);
    bool beyond =
        bars->count > 0 && (span.count == 0 || bars->first_us < span.first_us - bars->interval_us ||
                            bars->last_us > span.last_us);
    return beyond ? FIDELITY_BARS : market_ticks_fidelity(&symbol->ticks);
}

/* ---- the tape of a manifest ---- */

/* Into a file without a name, which the reader keeps. */
static bool
manifest_import(struct market_loading *self, const char *manifest, struct market_tape *tape)
{
    struct spill file;
    spill_init(&file, 0, self->spill->folder);
    const struct import_options options = {
        .format = "auto",
        .paths = &manifest,
        .path_count = 1,
        .out = manifest,
        .within = &file,
        .temporary = self->spill->folder,
        .jobs = 1,
        .last_us = INSTANT_NEVER,
    };
    if (spill_open(&file, self->error) &&
        import_run(&options, &self->market->defects, self->error, NULL)) {
        tape->reader = tape_open_file(file.file, manifest, self->error);
    }
    spill_release(&file);
    return tape->reader != NULL;
}

static bool tapes_open(struct market_loading *self, const struct market_files *files)
{
    struct market *market = self->market;
    size_t room = (size_t)files->tape_count + 1;
    market->tapes = memory_or_panic(calloc(room, sizeof(*market->tapes)));
    for (int32_t i = 0; i < files->tape_count; i++) {
        struct market_tape *tape = &market->tapes[i];
        const struct market_taped *from = &files->tapes[i];
        market->tape_count++;
        if (snprintf(tape->path, sizeof(tape->path), "%s", from->path) >= (int)sizeof(tape->path)) {
            return error_set(self->error, EXIT_CODE_DATA, from->path, 0, "the path is too long");
        }
        if (from->manifest) {
            if (!manifest_import(self, from->path, tape)) {
                return false;
            }
            continue;
        }
        tape->reader = tape_open(from->path, self->error);
        if (tape->reader == NULL) {
            return false;
        }
    }
    return true;
}

/* ---- all of them ---- */

/* Marks from a file stand before those that the bars of an index would be. */
static void marks_prefer(struct market_loading *self, const struct market_files *files)
{
    for (int64_t i = 0; i < files->count; i++) {
        struct tape_symbol *symbol = tape_survey_find(self->survey, files->items[i].symbol);
        if (files->items[i].kind == MANIFEST_MARKS && symbol != NULL && symbol->marks_of_index) {
            symbol->marks.interval_us = 0;
            symbol->marks_of_index = false;
        }
    }
}

bool market_tapes_open(struct market_loading *self, const struct market_files *files)
{
    struct market *market = self->market;
    if (!tapes_open(self, files) || !tape_survey_open(self->survey, market, self->error)) {
        return false;
    }
    marks_prefer(self, files);
    tape_survey_choose(self->survey);
    for (int32_t i = 0; i < market->tape_count; i++) {
        market_hash_add(self, "", market->tapes[i].path, market->tapes[i].digest);
    }
    return tape_survey_run(self->survey);
}

void market_tapes_close(struct market *market)
{
    for (int32_t i = 0; i < market->tape_count; i++) {
        tape_close(market->tapes[i].reader);
        free(market->tapes[i].streams);
    }
    free(market->tapes);
    market->tapes = NULL;
    market->tape_count = 0;
}
