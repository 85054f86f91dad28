#include "data/signals_csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/json.h"
#include "data/json_text.h"
#include "data/memory.h"
#include "data/signal_columns.h"
#include "data/signal_fields.h"
#include "data/signal_row.h"
#include "data/source.h"

enum { SAMPLE_BYTES = 48, SHOWN_BYTES = 60 };

/* The first time of a unit, for the message that refuses a mix. */
struct time_sample {
    int64_t count, line, time_us;
    char text[SAMPLE_BYTES];
};

struct loading {
    struct signals_file *file;
    struct signal_columns columns;
    struct time_sample units[TIME_UNIT_COUNT];
    struct time_sample unnatural; /* numbers that no unit fits */
    struct time_sample zoneless;  /* dates without a zone */
    const char *path;
    struct error *error;
    bool header, strict, failed;
};

/* ---- bad rows ---- */

static void bad_row(struct loading *self, int64_t line, const char *why)
{
    struct signals_file *file = self->file;
    file->bad_rows++;
    if (self->strict) {
        self->failed = true;
        (void)error_set(self->error, EXIT_CODE_DATA, self->path, line,
                        "bad row: %s, or run without --strict to keep it as a defect", why);
        return;
    }
    defects_add(&file->defects, "bad-row", SEVERITY_MEDIUM, self->path, line, "bad row: %s", why);
}

static void bad_time(struct loading *self, int64_t line, struct slice text)
{
    char shown[SHOWN_BYTES];
    char why[ERROR_TEXT_BYTES / 2];
    (void)slice_copy(text, shown, sizeof(shown));
    (void)snprintf(why, sizeof(why),
                   "the time '%s' is not readable: write ISO-8601 with a zone, like "
                   "2021-01-01T00:00:00Z, or s, ms, us or ns since the epoch",
                   shown);
    bad_row(self, line, why);
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    struct loading *self = context;
    char why[ERROR_TEXT_BYTES / 2];
    if (self->failed) {
        return;
    }
    if (!self->header) {
        self->failed = true;
        (void)error_set(
            self->error, EXIT_CODE_DATA, self->path, line,
            "the header is not readable (%s): begin the file with the names of its columns",
            reason);
        return;
    }
    self->file->rows++;
    (void)snprintf(why, sizeof(why), "%.200s: correct the line", reason);
    bad_row(self, line, why);
}

/* ---- times ---- */

static void sample_add(struct time_sample *self, int64_t line, int64_t time_us, struct slice text)
{
    if (self->count == 0) {
        self->line = line;
        self->time_us = time_us;
        (void)slice_copy(text, self->text, sizeof(self->text));
    }
    self->count++;
}

/* A civil date and time to which only the zone is missing: right with a Z behind it. */
static bool is_zoneless(struct slice text)
{
    char zoned[SAMPLE_BYTES + 16];
    int64_t time_us = 0;
    enum time_unit unit = TIME_ISO;
    if (text.length == 0 || text.length > SAMPLE_BYTES ||
        !slice_copy(text, zoned, SAMPLE_BYTES + 1)) {
        return false;
    }
    static const char *const tails[] = {"Z", "T00:00:00Z", ":00Z"};
    for (size_t i = 0; i < ARRAY_COUNT(tails); i++) {
        memcpy(zoned + text.length, tails[i], strlen(tails[i]) + 1);
        if (signal_time_read(slice_of(zoned), &time_us, &unit) && unit == TIME_ISO) {
            return true;
        }
    }
    return false;
}

static bool time_read(struct loading *self, struct slice text, int64_t line, int64_t *time_us)
{
    enum time_unit unit = TIME_ISO;
    if (!signal_time_read(text, time_us, &unit)) {
        if (is_zoneless(text)) {
            sample_add(&self->zoneless, line, 0, text);
        }
        bad_time(self, line, text);
        return false;
    }
    if (unit != TIME_ISO && !signal_time_natural(*time_us)) {
        sample_add(&self->unnatural, line, *time_us, text);
        bad_time(self, line, text);
        return false;
    }
    sample_add(&self->units[unit], line, *time_us, text);
    return true;
}

static bool times_mixed(struct loading *self, enum time_unit a, enum time_unit b)
{
    const struct time_sample *one = &self->units[a];
    const struct time_sample *other = &self->units[b];
    char first[INSTANT_BYTES];
    char second[INSTANT_BYTES];
    (void)instant_format(one->time_us, first);
    (void)instant_format(other->time_us, second);
    return error_set(self->error, EXIT_CODE_DATA, self->path,
                     other->line > one->line ? other->line : one->line,
                     "the times are mixed: line %" PRId64 " '%s' reads as %s (%s), line %" PRId64
                     " '%s' as %s (%s): write all of them in one unit",
                     one->line, one->text, time_unit_text(a), first, other->line, other->text,
                     time_unit_text(b), second);
}

/* What else the digits may mean: a date written as a number, else the magnitude one step up. */
static void other_reading(const struct time_sample *sample, char *out, size_t capacity)
{
    size_t length = strlen(sample->text);
    char date[SAMPLE_BYTES];
    int64_t time_us = 0;
    if (length >= 8) {
        (void)snprintf(date, sizeof(date), "%.4s-%.2s-%.2sT00:00:00Z", sample->text,
                       sample->text + 4, sample->text + 6);
        if (instant_parse(date, strlen(date), &time_us)) {
            (void)snprintf(out, capacity, "as a date (%.10s)", date);
            return;
        }
    }
    (void)snprintf(out, capacity, "as another unit or no time at all");
}

static bool times_ambiguous(struct loading *self)
{
    const struct time_sample *sample = &self->unnatural;
    char first[INSTANT_BYTES];
    char other[SHOWN_BYTES];
    (void)instant_format(sample->time_us, first);
    other_reading(sample, other, sizeof(other));
    return error_set(self->error, EXIT_CODE_DATA, self->path, sample->line,
                     "the times are ambiguous: '%s' reads by its size as %s, or %s: write ISO-8601 "
                     "with a zone, or epoch times of 10 (s), 13 (ms), 16 (us) or 19 (ns) digits",
                     sample->text, first, other);
}

/* The unit of the column, or the refusal. */
static bool times_judge(struct loading *self)
{
    int32_t found = -1;
    for (int32_t unit = 0; unit < TIME_UNIT_COUNT; unit++) {
        if (self->units[unit].count == 0) {
            continue;
        }
        if (found >= 0) {
            return times_mixed(self, (enum time_unit)found, (enum time_unit)unit);
        }
        found = unit;
    }
    if (found >= 0) {
        self->file->time_unit = time_unit_text((enum time_unit)found);
        return true;
    }
    if (self->unnatural.count > 0) {
        return times_ambiguous(self);
    }
    if (self->zoneless.count > 0) {
        return error_set(
            self->error, EXIT_CODE_DATA, self->path, self->zoneless.line,
            "the times are ambiguous: '%s' has no zone, it may be UTC or local time: add "
            "Z (2021-01-01T00:00:00Z) or an offset (+02:00) to all of them",
            self->zoneless.text);
    }
    return true;
}

/* ---- rows ---- */

static struct signal *file_append(struct signals_file *self)
{
    if (self->count == self->capacity) {
        int64_t capacity = self->capacity > 0 ? self->capacity * 2 : 256;
        size_t items = (size_t)capacity;
        self->items = memory_or_panic(realloc(self->items, items * sizeof(*self->items)));
        self->metadata = memory_or_panic(realloc(self->metadata, items * sizeof(*self->metadata)));
        self->capacity = capacity;
    }
    struct signal *signal = &self->items[self->count];
    memset(signal, 0, sizeof(*signal));
    return signal;
}

/* The text for the store: JSON as it stands, or what is not JSON as one JSON string. */
static char *metadata_keep(const struct signal *signal, struct slice text)
{
    if (text.length == 0) {
        return NULL;
    }
    if ((signal->bad & SIGNAL_BAD_METADATA) != 0 && !json_text_valid(text)) {
        return json_string_new(text);
    }
    char *copy = memory_or_panic(malloc(text.length + 1));
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    return copy;
}

static void data_row(struct loading *self, const struct csv_field *fields, int64_t line)
{
    struct signals_file *file = self->file;
    struct slice time = signal_row_field(&self->columns, COLUMN_TIME, fields);
    int64_t time_us = 0;
    if (!time_read(self, time, line, &time_us)) {
        return;
    }
    struct signal *signal = file_append(file);
    if (!signal_row_read(signal, &self->columns, fields)) {
        file->idle_rows++;
        return;
    }
    struct slice metadata = signal_row_field(&self->columns, COLUMN_METADATA, fields);
    signal->timestamp_us = time_us;
    signal->source_line = line;
    file->metadata[file->count] = metadata_keep(signal, metadata);
    file->without_confidence += signal->confidence[0] == '\0' ? 1 : 0;
    file->without_price += signal->has_price ? 0 : 1;
    file->without_volume += signal->has_volume ? 0 : 1;
    file->count++;
}

static bool
header_row(struct loading *self, const struct csv_field *fields, int32_t count, int64_t line)
{
    self->header = true;
    if (!signal_columns_map(&self->columns, fields, count, self->path, line, self->error)) {
        self->failed = true;
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        if (!self->columns.used[i]) {
            char name[SHOWN_BYTES];
            (void)slice_copy((struct slice){fields[i].text, fields[i].length}, name, sizeof(name));
            defects_add(&self->file->defects, "unused-column", SEVERITY_LOW, self->path, line,
                        "column '%s' has no meaning here: rename it if it should have one", name);
        }
    }
    return true;
}

static bool on_row(void *context, const struct csv_field *fields, int32_t count, int64_t line)
{
    struct loading *self = context;
    if (self->failed) {
        return false;
    }
    if (!self->header) {
        return header_row(self, fields, count, line);
    }
    self->file->rows++;
    if (count != self->columns.field_count) {
        char why[ERROR_TEXT_BYTES / 4];
        (void)snprintf(why, sizeof(why),
                       "%d fields where the header has %d: quote fields that hold commas", count,
                       self->columns.field_count);
        bad_row(self, line, why);
    } else {
        data_row(self, fields, line);
    }
    return !self->failed;
}

/* ---- order ---- */

/* Bottom-up merge of indices by time: stable, so that rows of one instant keep their order. */
static void
indices_sort(const struct signal *items, int64_t *indices, int64_t *spare, int64_t count)
{
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t begin = 0; begin < count; begin += 2 * width) {
            int64_t middle = begin + width < count ? begin + width : count;
            int64_t end = begin + 2 * width < count ? begin + 2 * width : count;
            int64_t left = begin;
            int64_t right = middle;
            for (int64_t out = begin; out < end; out++) {
                bool take_left =
                    left < middle && (right == end || items[indices[left]].timestamp_us <=
                                                          items[indices[right]].timestamp_us);
                spare[out] = take_left ? indices[left++] : indices[right++];
            }
        }
        memcpy(indices, spare, (size_t)count * sizeof(*indices));
    }
}

static void file_permute(struct signals_file *self, const int64_t *indices)
{
    size_t capacity = (size_t)self->capacity;
    struct signal *items = memory_or_panic(malloc(capacity * sizeof(*items)));
    char **metadata = memory_or_panic(malloc(capacity * sizeof(*metadata)));
    for (int64_t i = 0; i < self->count; i++) {
        items[i] = self->items[indices[i]];
        metadata[i] = self->metadata[indices[i]];
    }
    free(self->items);
    free(self->metadata);
    self->items = items;
    self->metadata = metadata;
}

static void file_sort(struct signals_file *self)
{
    int64_t latest_us = INT64_MIN;
    for (int64_t i = 0; i < self->count; i++) {
        int64_t time_us = self->items[i].timestamp_us;
        self->moved_rows += time_us < latest_us ? 1 : 0;
        latest_us = time_us > latest_us ? time_us : latest_us;
    }
    if (self->moved_rows > 0) {
        size_t bytes = (size_t)self->count * sizeof(int64_t);
        int64_t *indices = memory_or_panic(malloc(bytes));
        int64_t *spare = memory_or_panic(malloc(bytes));
        for (int64_t i = 0; i < self->count; i++) {
            indices[i] = i;
        }
        indices_sort(self->items, indices, spare, self->count);
        file_permute(self, indices);
        free(indices);
        free(spare);
    }
    for (int64_t i = 0; i < self->count; i++) {
        self->items[i].id = i + 1;
    }
}

/* ---- the file ---- */

static bool file_read(struct loading *self, struct source *source)
{
    struct csv_handlers handlers = {.context = self, .row = on_row, .bad = on_bad};
    bool read = csv_read(source, &handlers, NULL, self->error);
    if (!read || self->failed) {
        return false;
    }
    if (!self->header) {
        return error_set(self->error, EXIT_CODE_DATA, self->path, 0,
                         "the file is empty: give a signals CSV that begins with the names of its "
                         "columns, like timestamp,source,token,confidence,price,volume");
    }
    self->file->data_hash = source_hash(source);
    if (!times_judge(self)) {
        return false;
    }
    file_sort(self->file);
    return true;
}

bool signals_csv_load(struct signals_file *self, const char *path, bool strict, struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->time_unit = "none";
    defects_init(&self->defects);
    struct source *source = source_open(path, error);
    if (source == NULL) {
        return false;
    }
    struct loading loading = {.file = self, .path = path, .error = error, .strict = strict};
    bool read = file_read(&loading, source);
    source_close(source);
    if (!read) {
        signals_file_release(self);
    }
    return read;
}

void signals_file_release(struct signals_file *self)
{
    for (int64_t i = 0; i < self->count; i++) {
        free(self->metadata[i]);
    }
    free(self->metadata);
    free(self->items);
    defects_release(&self->defects);
    memset(self, 0, sizeof(*self));
}
