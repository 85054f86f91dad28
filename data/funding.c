#include "data/funding.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"
#include "data/number.h"
#include "data/rows.h"

enum { RATE_DECIMALS = 16 };

struct funding_reading {
    struct funding_list *list;
    struct funding_file *file;
    struct defects *defects;
    struct error *error;
    bool known, failed;
    int32_t columns, time_column, rate_column;
    int32_t hours_column, symbol_column; /* -1: none */
    int64_t first_bad;
};

static const char *const time_names[] = {"tsms", "calctime", "fundingtime", "timestamp", "ts",
                                         "time", "datetime", "date",        NULL};
/* freqtrade keeps the rate in the column "open" of a candle file. */
static const char *const rate_names[] = {
    "fundingrate", "lastfundingrate", "realizedrate", "rate", "open", NULL};

static const char *const hours_names[] = {"fundingintervalhours", NULL};
static const char *const symbol_names[] = {"instrumentname", "symbol", "instid", "pair", NULL};

void funding_list_init(struct funding_list *self)
{
    memset(self, 0, sizeof(*self));
}

void funding_list_release(struct funding_list *self)
{
    free(self->items);
    free(self->lines);
    funding_list_init(self);
}

static void list_add(struct funding_list *self, struct funding_rate rate, int64_t line)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity > 0 ? self->capacity * 2 : 256;
        size_t capacity = (size_t)self->capacity;
        self->items = memory_or_panic(realloc(self->items, capacity * sizeof(*self->items)));
        self->lines = memory_or_panic(realloc(self->lines, capacity * sizeof(*self->lines)));
    }
    self->items[self->count] = rate;
    self->lines[self->count] = line;
    self->count++;
}

static void bad_row(struct funding_reading *self, int64_t line, const char *problem)
{
    self->first_bad = self->first_bad > 0 ? self->first_bad : line;
    self->file->bad++;
    defects_add(self->defects, "bad-funding", SEVERITY_MEDIUM, self->file->path, line,
                "%s: the row is left out", problem);
}

/* NULL, or what is wrong. */
static const char *rate_read(const struct csv_field *field, int64_t *rate_e16)
{
    switch (decimal_parse(field->text, field->length, RATE_DECIMALS, rate_e16)) {
    case DECIMAL_OK: break;
    case DECIMAL_EMPTY: return "the rate is empty";
    case DECIMAL_SYNTAX: return "the rate is not a number";
    case DECIMAL_PRECISION: return "the rate has more than 16 decimals";
    case DECIMAL_RANGE: return "the rate is beyond its range";
    }
    bool sane = *rate_e16 > -ONE_E16 && *rate_e16 < ONE_E16;
    return sane ? NULL : "a rate of 100 % or more is no funding rate";
}

static bool rate_hand(struct funding_reading *self,
                      struct funding_rate rate,
                      const struct csv_field *fields,
                      const struct csv_place *place)
{
    const struct csv_field *time = &fields[self->time_column];
    struct funding_row row = {.rate = rate,
                              .decimals = number_written(fields[self->rate_column].text,
                                                         fields[self->rate_column].length)};
    int64_t whole = 0;
    row.time_digits = number_whole(time->text, time->length, &whole) ? (int32_t)time->length : 0;
    if (self->symbol_column >= 0) {
        row.symbol =
            (struct slice){fields[self->symbol_column].text, fields[self->symbol_column].length};
    }
    enum { HOURS_MAX = 24 * 7 };
    if (self->hours_column >= 0) {
        const struct csv_field *hours = &fields[self->hours_column];
        if (!number_whole(hours->text, hours->length, &whole) || whole < 1 || whole > HOURS_MAX) {
            bad_row(self, csv_line(place), "the interval is no number of hours");
            return true;
        }
        row.interval_us = whole * 3600 * 1000000;
    }
    self->file->kept++;
    const struct funding_taker *taker = self->file->taker;
    self->failed = !taker->rate(taker->context, &row, csv_line(place), self->error);
    return !self->failed;
}

static bool data_row(struct funding_reading *self,
                     const struct csv_field *fields,
                     int32_t count,
                     const struct csv_place *place)
{
    self->file->rows++;
    if (count != self->columns) {
        bad_row(self, csv_line(place), "the number of fields is not that of the first row");
        return true;
    }
    const struct csv_field *time = &fields[self->time_column];
    int64_t time_us = 0;
    if (!number_time(time->text, time->length, &time_us)) {
        bad_row(self, csv_line(place), "not a time");
        return true;
    }
    if (time_us < self->file->range.first_us || time_us > self->file->range.last_us) {
        self->file->outside++;
        return true;
    }
    struct funding_rate rate = {.time_us = time_us};
    const char *problem = rate_read(&fields[self->rate_column], &rate.rate_e16);
    if (problem != NULL) {
        bad_row(self, csv_line(place), problem);
        return true;
    }
    if (self->file->taker != NULL) {
        return rate_hand(self, rate, fields, place);
    }
    self->file->kept++;
    list_add(self->list, rate, csv_line(place));
    return true;
}

/* Without a header: time and rate; or, as Binance, time, hours and rate. */
static bool columns_guess(struct funding_reading *self, int32_t count)
{
    self->time_column = 0;
    self->rate_column = count == 3 ? 2 : 1;
    self->hours_column = count == 3 ? 1 : -1;
    self->symbol_column = -1;
    return count >= 2;
}

static bool head_row(struct funding_reading *self,
                     const struct csv_field *fields,
                     int32_t count,
                     const struct csv_place *place)
{
    struct rows_head head = {0};
    for (int32_t i = 0; i < count && i < ROWS_COLUMNS_MAX; i++) {
        rows_head_add(&head, fields[i].text, fields[i].length);
    }
    int64_t time_us = 0;
    bool data = head.count > 0 && number_time(head.texts[0], head.lengths[0], &time_us);
    self->columns = count;
    self->known = true;
    if (data && columns_guess(self, count)) {
        return data_row(self, fields, count, place);
    }
    rows_head_normalise(&head);
    self->time_column = rows_head_find(&head, time_names);
    self->rate_column = rows_head_find(&head, rate_names);
    self->hours_column = rows_head_find(&head, hours_names);
    self->symbol_column = rows_head_find(&head, symbol_names);
    if (!data && self->time_column >= 0 && self->rate_column >= 0) {
        return true;
    }
    self->failed = true;
    return error_set(self->error, EXIT_CODE_DATA, self->file->path, csv_line(place),
                     "is no funding file: expected columns ts_ms,funding_rate");
}

static bool
on_row(void *context, const struct csv_field *fields, int32_t count, const struct csv_place *place)
{
    struct funding_reading *self = context;
    return self->known ? data_row(self, fields, count, place)
                       : head_row(self, fields, count, place);
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    struct funding_reading *self = context;
    self->file->rows++;
    bad_row(self, line, reason);
}

static bool on_skip(void *context, const char *line, size_t length)
{
    struct funding_reading *self = context;
    enum { TIME_BYTES_MAX = 16 };
    if (!self->known || self->time_column != 0 || length <= TIME_BYTES_MAX) {
        return false;
    }
    const char *comma = memchr(line, ',', TIME_BYTES_MAX + 1);
    int64_t value = 0;
    if (comma == NULL || !number_whole(line, (size_t)(comma - line), &value)) {
        return false;
    }
    int64_t time_us = number_time_us(value);
    if (time_us >= self->file->range.first_us && time_us <= self->file->range.last_us) {
        return false;
    }
    self->file->rows++;
    self->file->outside++;
    return true;
}

static bool file_judge(struct funding_reading *self)
{
    struct funding_file *file = self->file;
    if (file->rows == 0) {
        const char *what =
            self->known ? "has a header but no rates: fetch it again" : "is empty: fetch it again";
        return error_set(self->error, EXIT_CODE_DATA, file->path, 0, "%s", what);
    }
    if (file->bad == file->rows) {
        return error_set(self->error, EXIT_CODE_DATA, file->path, self->first_bad,
                         "none of %lld rows is a funding rate, here the first",
                         (long long)file->rows);
    }
    return true;
}

bool funding_read_source(struct funding_list *self,
                         struct source *source,
                         struct funding_file *file,
                         struct defects *defects,
                         struct error *error)
{
    struct funding_reading reading = {
        .list = self, .file = file, .defects = defects, .error = error};
    file->rows = file->kept = file->outside = file->bad = 0;
    bool whole = file->range.first_us <= 0 && file->range.last_us == INSTANT_NEVER;
    struct csv_handlers handlers = {
        .context = &reading, .narrow = on_row, .bad = on_bad, .skip = whole ? NULL : on_skip};
    bool json = false;
    if (!rows_read(source, &handlers, NULL, &json, error) || reading.failed) {
        return false;
    }
    file->hash = source_hash(source);
    return file_judge(&reading);
}

bool funding_read(struct funding_list *self,
                  struct funding_file *file,
                  struct defects *defects,
                  struct error *error)
{
    struct source *source = source_open(file->path, error);
    if (source == NULL) {
        return false;
    }
    bool fine = funding_read_source(self, source, file, defects, error);
    source_close(source);
    return fine;
}

/* ---- the seal ---- */

struct sorting {
    struct funding_rate rate;
    int64_t line, order;
};

static int sorting_compare(const void *a, const void *b)
{
    const struct sorting *left = a, *right = b;
    if (left->rate.time_us != right->rate.time_us) {
        return left->rate.time_us < right->rate.time_us ? -1 : 1;
    }
    return (left->order > right->order) - (left->order < right->order);
}

static void list_sort(struct funding_list *self)
{
    struct sorting *items = memory_or_panic(malloc((size_t)self->count * sizeof(*items)));
    for (int64_t i = 0; i < self->count; i++) {
        items[i] = (struct sorting){self->items[i], self->lines[i], i};
    }
    qsort(items, (size_t)self->count, sizeof(*items), sorting_compare);
    for (int64_t i = 0; i < self->count; i++) {
        self->items[i] = items[i].rate;
        self->lines[i] = items[i].line;
    }
    free(items);
}

void funding_seal(struct funding_list *self, const char *path, struct defects *defects)
{
    bool sorted = true;
    for (int64_t i = 1; i < self->count; i++) {
        sorted = sorted && self->items[i - 1].time_us <= self->items[i].time_us;
    }
    if (!sorted) {
        list_sort(self);
    }
    int64_t kept = 0;
    for (int64_t i = 0; i < self->count; i++) {
        if (kept > 0 && self->items[kept - 1].time_us == self->items[i].time_us) {
            defects_add(defects, "duplicate-funding", SEVERITY_LOW, path, self->lines[i],
                        "a second rate at one time: the first is kept");
            continue;
        }
        self->items[kept++] = self->items[i];
    }
    self->count = kept;
    free(self->lines);
    self->lines = NULL;
    self->capacity = 0; /* sealed: the next add would start a new list */
}
