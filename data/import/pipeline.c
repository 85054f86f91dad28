/* The import from paths to a tape: list, read by processes, number the streams, merge, write. */
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/import/merge.h"
#include "data/import/probe.h"
#include "data/import/report.h"
#include "data/market_paths.h"
#include "data/memory.h"

struct pipeline {
    const struct import_options *options;
    struct market_files paths;
    struct import_file *files;
    int32_t file_count, file_capacity;
    struct import_jobs jobs;
    struct dictionary dictionary;
    struct tape_writer *writer;
    int64_t *twins; /* of each file */
    int64_t records, cut_sizes;
    struct defects *defects;
    struct error *error;
};

/* ---- files ---- */

static struct market_range range_of(const struct pipeline *self)
{
    struct market_range range = {self->options->first_us, self->options->last_us};
    bool asked = range.first_us > 0 || range.last_us < INSTANT_NEVER;
    return asked || !self->paths.has_window ? range : self->paths.window;
}

static bool format_known(const struct pipeline *self)
{
    const char *format = self->options->format;
    return strcmp(format, "auto") == 0 || import_dialect_find(format) != NULL ||
           error_set(self->error, EXIT_CODE_USAGE, NULL, 0,
                     "format %s is not known: see cerberus-sim import --help", format);
}

/* name: as it stands in messages, taken over; NULL: the path. */
static void
file_add(struct pipeline *self, const struct market_file *path, int32_t part, char *name)
{
    if (self->file_count == self->file_capacity) {
        self->file_capacity = self->file_capacity > 0 ? self->file_capacity * 2 : 64;
        size_t bytes = (size_t)self->file_capacity * sizeof(*self->files);
        self->files = realloc(self->files, bytes);
        CHECK(self->files != NULL);
    }
    bool bare = path->kind == MANIFEST_KINDS;
    struct import_file *file = &self->files[self->file_count];
    *file = (struct import_file){.path = name != NULL ? name : path->path,
                                 .opened = path->path,
                                 .part = part,
                                 .format = self->options->format,
                                 .symbol = bare ? self->options->symbol : path->symbol,
                                 .symbol_fixed = !bare,
                                 .contract = self->options->contract,
                                 .said = bare ? -1 : (int32_t)path->kind,
                                 .range = range_of(self)};
    self->file_count++;
}

/* Each member of an archive is a file. */
static bool path_add(struct pipeline *self, const struct market_file *path)
{
    int32_t parts = 1;
    if (path->kind != MANIFEST_KINDS && strcmp(self->options->format, "auto") != 0) {
        return error_set(self->error, EXIT_CODE_USAGE, path->path, 0,
                         "a manifest says what its files are: give auto as the format");
    }
    if (!source_parts(path->path, &parts, self->error)) {
        return false;
    }
    if (parts == 1) {
        file_add(self, path, -1, NULL);
        return true;
    }
    for (int32_t part = 0; part < parts; part++) {
        struct source *source = source_open_part(path->path, part, self->error);
        if (source == NULL) {
            return false;
        }
        char *name = NULL;
        int length = asprintf(&name, "%s/%s", path->path, source_name(source));
        CHECK(length > 0);
        file_add(self, path, part, name);
        source_close(source);
    }
    return true;
}

static bool files_list(struct pipeline *self)
{
    const struct import_options *options = self->options;
    if (!format_known(self) ||
        !market_files_list(&self->paths, options->paths, options->path_count, self->error)) {
        return false;
    }
    for (int64_t i = 0; i < self->paths.count; i++) {
        if (!path_add(self, &self->paths.items[i])) {
            return false;
        }
    }
    self->twins = memory_zeros((size_t)self->file_count, sizeof(*self->twins));
    return true;
}

/* ---- what the files were ---- */

struct print {
    uint64_t hash;
    int32_t file;
};

static int print_compare(const void *a, const void *b)
{
    const struct print *left = a, *right = b;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    return (left->file > right->file) - (left->file < right->file);
}

static bool is_copy(const struct import_result *one, const struct import_result *other)
{
    return other->added == one->added && one->stream_count > 0 && other->stream_count > 0 &&
           strcmp(other->streams[0].symbol, one->streams[0].symbol) == 0 &&
           other->streams[0].kind == one->streams[0].kind;
}

static void copy_drop(struct pipeline *self, int32_t file, int32_t earlier)
{
    struct import_result *result = &self->jobs.results[file];
    defects_add(self->defects, "same-file", SEVERITY_MEDIUM, self->files[file].path, 0,
                "holds the same bytes as %s: its %lld rows are left out", self->files[earlier].path,
                (long long)result->added);
    result->left_out += result->added;
    result->added = result->duplicates = 0;
    result->stream_count = 0;
    result->run_count = 0;
}

/* The first file of the same bytes and series among prints [first, at); -1: there is none. */
static int32_t
copied_from(const struct pipeline *self, const struct print *prints, int32_t first, int32_t at)
{
    const struct import_result *results = self->jobs.results;
    for (int32_t i = first; i < at; i++) {
        if (is_copy(&results[prints[at].file], &results[prints[i].file])) {
            return prints[i].file;
        }
    }
    return -1;
}

/* The same bytes a second time are no second market: trades without ids would double. */
static void copies_drop(struct pipeline *self)
{
    int32_t count = self->file_count;
    struct print *prints = memory_zeros((size_t)count, sizeof(*prints));
    int32_t *from = memory_zeros((size_t)count, sizeof(*from)); /* of each file */
    for (int32_t i = 0; i < count; i++) {
        prints[i] = (struct print){self->jobs.results[i].hash, i};
    }
    qsort(prints, (size_t)count, sizeof(*prints), print_compare);
    for (int32_t at = 0, first = 0; at < count; at++) {
        first = prints[at].hash == prints[first].hash ? first : at;
        from[prints[at].file] = copied_from(self, prints, first, at);
    }
    for (int32_t i = 0; i < count; i++) {
        if (from[i] >= 0) {
            copy_drop(self, i, from[i]);
        }
    }
    free(prints);
    free(from);
}

static void defects_take(struct pipeline *self)
{
    for (int32_t i = 0; i < self->file_count; i++) {
        const struct defects *theirs = &self->jobs.results[i].defects;
        for (int64_t at = 0; at < theirs->count; at++) {
            const struct defect *one = &theirs->items[at];
            defects_add(self->defects, one->code, one->severity, one->file, one->line, "%s",
                        one->message);
            self->defects->items[self->defects->count - 1].count = one->count;
        }
    }
}

/* With --strict the first row that was left out. */
static bool strict_judge(struct pipeline *self)
{
    for (int32_t i = 0; self->options->strict && i < self->file_count; i++) {
        const struct defects *theirs = &self->jobs.results[i].defects;
        for (int64_t at = 0; self->jobs.results[i].left_out > 0 && at < theirs->count; at++) {
            const struct defect *one = &theirs->items[at];
            if (one->severity >= SEVERITY_MEDIUM) {
                return error_set(self->error, EXIT_CODE_DATA, one->file, one->line, "%s (--strict)",
                                 one->message);
            }
        }
    }
    return true;
}

static bool anything(struct pipeline *self)
{
    for (int32_t i = 0; i < self->file_count; i++) {
        if (self->jobs.results[i].added > 0) {
            return true;
        }
    }
    return error_set(self->error, EXIT_CODE_DATA, self->files[0].path, 0,
                     "no row of any file lies within the time asked for: check --timerange");
}

/* ---- the tape ---- */

/* Twins across files are dropped while merging, and the streams stand before the records: where files overlap, one merge
 * only counts. */
static void streams_count(struct pipeline *self)
{
    if (!self->dictionary.overlaps) {
        return;
    }
    struct merge *merge = merge_new(&self->jobs, &self->dictionary);
    int32_t file = 0;
    for (const struct tape_record *record = merge_next(merge, &file); record != NULL;
         record = merge_next(merge, &file)) {
        if (merge_is_twin(merge)) {
            self->dictionary.streams[record->stream].count--;
            self->twins[file]++;
        }
    }
    merge_free(merge);
}

static void twins_tell(struct pipeline *self)
{
    for (int32_t i = 0; i < self->file_count; i++) {
        if (self->twins[i] > 0) {
            defects_add(self->defects, "duplicate-row", SEVERITY_LOW, self->files[i].path, 0,
                        "%lld rows that another file had told before, equal in every field: left "
                        "out",
                        (long long)self->twins[i]);
            self->defects->items[self->defects->count - 1].count = self->twins[i];
        }
    }
}

static bool records_write(struct pipeline *self)
{
    struct merge *merge = merge_new(&self->jobs, &self->dictionary);
    bool fine = true;
    int32_t file = 0;
    for (const struct tape_record *record = merge_next(merge, &file); fine && record != NULL;
         record = merge_next(merge, &file)) {
        if (!self->dictionary.overlaps || !merge_is_twin(merge)) {
            fine = tape_add(self->writer, record, self->error);
            self->records++;
        }
    }
    self->cut_sizes = merge_cut_sizes(merge);
    merge_free(merge);
    if (self->cut_sizes > 0) {
        defects_add(self->defects, "size-cut", SEVERITY_LOW, self->options->out, 0,
                    "%lld sizes lost their last decimals to the scale of their series",
                    (long long)self->cut_sizes);
    }
    return fine;
}

static bool tape_make(struct pipeline *self)
{
    dictionary_make(&self->dictionary, &self->jobs);
    streams_count(self);
    twins_tell(self);
    for (int32_t i = 0; i < self->dictionary.count; i++) {
        uint16_t number = 0;
        if (!tape_add_stream(self->writer, &self->dictionary.streams[i], &number, self->error)) {
            return false;
        }
    }
    if (!records_write(self)) {
        return false;
    }
    struct tape_writer *writer = self->writer;
    self->writer = NULL;
    return tape_finish(writer, self->error);
}

static void say_all(const struct pipeline *self, FILE *say)
{
    const struct import_report report = {.files = self->files,
                                         .results = self->jobs.results,
                                         .file_count = self->file_count,
                                         .twins = self->twins,
                                         .streams = self->dictionary.streams,
                                         .stream_count = self->dictionary.count,
                                         .records = self->records,
                                         .cut_sizes = self->cut_sizes,
                                         .out = self->options->out};
    if (say != NULL) {
        (self->options->json ? import_report_json : import_report_print)(&report, say);
    }
}

static bool run(struct pipeline *self, FILE *say)
{
    const struct import_options *options = self->options;
    if (!files_list(self)) {
        return false;
    }
    self->writer = options->within != NULL
                       ? tape_create_in(options->within->file, options->out, self->error)
                       : tape_create(options->out, options->force, self->error);
    if (self->writer == NULL || !import_jobs_run(&self->jobs, self->files, self->file_count,
                                                 options->jobs, options->temporary, self->error)) {
        return false;
    }
    copies_drop(self);
    defects_take(self);
    if (!strict_judge(self) || !anything(self) || !tape_make(self)) {
        return false;
    }
    say_all(self, say);
    return true;
}

bool import_run(const struct import_options *options,
                struct defects *defects,
                struct error *error,
                FILE *say)
{
    CHECK(options->jobs > 0);

    struct pipeline self = {.options = options, .defects = defects, .error = error};
    bool fine = run(&self, say);
    tape_abandon(self.writer);
    dictionary_release(&self.dictionary);
    import_jobs_release(&self.jobs);
    for (int32_t i = 0; i < self.file_count; i++) {
        if (self.files[i].path != self.files[i].opened) {
            free((void *)(uintptr_t)self.files[i].path);
        }
    }
    market_files_release(&self.paths);
    free(self.files);
    free(self.twins);
    return fine;
}
