#include "data/market_series.h"

#include <string.h>

#include "core/instant.h"
#include "data/candles.h"
#include "data/funding.h"

static void hash_text(struct market_loading *self, const char *text)
{
    XXH_errorcode status = XXH3_64bits_update(self->hash, text, strlen(text) + 1);
    CHECK(status == XXH_OK);
}

/* Folders are left out: the same data elsewhere is the same data. */
void market_hash_add(struct market_loading *self,
                     const char *symbol,
                     const char *path,
                     uint64_t raw)
{
    const char *slash = strrchr(path, '/');
    hash_text(self, symbol);
    hash_text(self, slash != NULL ? slash + 1 : path);
    uint8_t bytes[8];
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(raw >> (8 * i));
    }
    XXH_errorcode status = XXH3_64bits_update(self->hash, bytes, sizeof(bytes));
    CHECK(status == XXH_OK);
}

/* ---- findings of the seal as defects ---- */

struct finding {
    struct defects *defects;
    const struct market_file *files;
};

static void on_duplicate(void *context, const struct series_point *point)
{
    struct finding *finding = context;
    char time[INSTANT_BYTES];
    (void)instant_format(point->time_us, time);
    defects_add(finding->defects, "duplicate-bar", SEVERITY_MEDIUM,
                finding->files[point->file].path, point->line,
                "a second bar at %s: the first is kept", time);
}

static void on_gap(void *context, int64_t first_missing_us, int64_t missing)
{
    struct finding *finding = context;
    char time[INSTANT_BYTES];
    (void)instant_format(first_missing_us, time);
    defects_add(finding->defects, "gap", SEVERITY_LOW, finding->files[0].path, 0,
                "%lld bars are missing from %s on", (long long)missing, time);
}

static void unsorted_note(struct market_loading *self,
                          const struct market_file *file,
                          const struct series_facts *facts)
{
    if (facts->unsorted > 0) {
        defects_add(&self->market->defects, "unsorted-bars", SEVERITY_LOW, file->path, 0,
                    "%lld bars stood after a later one: sorted", (long long)facts->unsorted);
    }
}

/* A file that was named, and says nothing about the time asked for. */
static void empty_note(struct market_loading *self, const struct market_file *file, int64_t kept)
{
    if (kept == 0) {
        defects_add(&self->market->defects, "nothing-in-range", SEVERITY_MEDIUM, file->path, 0,
                    "%s: no row within the range of this run", file->symbol);
    }
}

/* ---- candles ---- */

static bool series_fill(struct market_loading *self,
                        const struct market_file *files,
                        int64_t count,
                        struct series *series,
                        struct series_facts *facts)
{
    struct market_range range = self->market->range;
    bool marks = files[0].kind == MANIFEST_MARKS;
    if (marks) {
        range.first_us =
            range.first_us > MARKET_MARK_MARGIN_US ? range.first_us - MARKET_MARK_MARGIN_US : 0;
    }
    for (int64_t i = 0; i < count; i++) {
        struct candles_file file = {.path = files[i].path, .range = range, .index = (int32_t)i};
        if (!candles_read(series, &file, &self->market->defects, self->error)) {
            return false;
        }
        facts->dialect = file.dialect;
        facts->outside += file.outside;
        market_hash_add(self, files[i].symbol, files[i].path, file.hash);
    }
    struct finding finding = {&self->market->defects, files};
    const struct series_findings findings = {&finding, on_duplicate, on_gap};
    int64_t keep_from_us = marks ? self->market->range.first_us : 0;
    return series_seal(series, keep_from_us, &findings, facts, self->error);
}

bool market_series_load(struct market_loading *self,
                        struct series **series,
                        struct series_facts *facts,
                        const struct market_file *files,
                        int64_t count)
{
    memset(facts, 0, sizeof(*facts));
    facts->dialect = "";
    *series = NULL;
    if (count == 0) {
        return true;
    }
    (void)snprintf(facts->path, sizeof(facts->path), "%s", files[0].path);
    struct series *filled = series_new(self->spill);
    if (!series_fill(self, files, count, filled, facts)) {
        series_free(filled);
        return false;
    }
    unsorted_note(self, &files[0], facts);
    empty_note(self, &files[0], facts->count);
    if (facts->count == 0) {
        series_free(filled);
        return true;
    }
    *series = filled;
    return true;
}

/* ---- funding ---- */

bool market_funding_load(struct market_loading *self,
                         struct market_symbol *symbol,
                         const struct market_file *files,
                         int64_t count)
{
    if (count == 0) {
        return true;
    }
    struct funding_list list;
    funding_list_init(&list);
    (void)snprintf(symbol->funding_path, sizeof(symbol->funding_path), "%s", files[0].path);
    for (int64_t i = 0; i < count; i++) {
        struct funding_file file = {.path = files[i].path, .range = self->market->range};
        if (!funding_read(&list, &file, &self->market->defects, self->error)) {
            funding_list_release(&list);
            return false;
        }
        market_hash_add(self, files[i].symbol, files[i].path, file.hash);
    }
    funding_seal(&list, files[0].path, &self->market->defects);
    empty_note(self, &files[0], list.count);
    symbol->funding = list.items;
    symbol->funding_count = list.count;
    return true;
}
