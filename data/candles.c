#include "data/candles.h"

#include <string.h>

#include "core/instant.h"
#include "data/candles_layout.h"
#include "data/number.h"

enum { PRICE_DECIMALS = 12, FAILED_BYTES = 40 };

struct candles {
    struct candles_layout layout;
    struct number numbers[ROLE_NUMBERS];   /* of the row being read */
    int32_t decimals;                      /* finest price seen: all prices are brought to it */
    int64_t price_max[PRICE_DECIMALS + 1]; /* largest mantissa that fits int64 at 1e-12 */
    struct series *series;
    struct candles_file *file;
    struct defects *defects;
    struct error *error;
    bool failed, ratios;
    int64_t first_bad; /* line of the first bad row */
};

/* ---- fields ---- */

static const char *decimal_problem(enum decimal_status status)
{
    switch (status) {
    case DECIMAL_OK: return NULL;
    case DECIMAL_EMPTY: return "a field is empty";
    case DECIMAL_SYNTAX: break;
    case DECIMAL_PRECISION: return "a price with more than 12 decimals";
    case DECIMAL_RANGE: return "a number beyond its range";
    }
    return "not a number";
}

/* What the fast way does not take: signs, exponents, many digits, junk. NULL, or what is wrong. */
static __attribute__((noinline)) const char *
field_slow(struct candles *self, int32_t role, const struct csv_field *field)
{
    struct number *number = &self->numbers[role];
    if (role != ROLE_VOLUME && self->ratios) {
        number->decimals = PRICE_DECIMALS;
        return decimal_problem(
            decimal_parse(field->text, field->length, PRICE_DECIMALS, &number->mantissa));
    }
    if (role == ROLE_VOLUME) {
        return decimal_problem(number_volume(field->text, field->length, number));
    }
    return decimal_problem(number_price(field->text, field->length, number));
}

static bool time_read(const struct csv_field *field, int64_t *time_us)
{
    int64_t value = 0;
    if (number_whole(field->text, field->length, &value)) {
        *time_us = number_time_us(value);
        return true;
    }
    return number_time(field->text, field->length, time_us);
}

/* NULL, or what is wrong with the field *at. */
static inline const char *
numbers_read(struct candles *self, const struct csv_field *fields, const struct csv_field **at)
{
    for (int32_t role = ROLE_OPEN; role < self->layout.numbers; role++) {
        const struct csv_field *field = &fields[self->layout.column[role]];
        if (!number_fast(field->text, field->length, &self->numbers[role])) {
            const char *problem = field_slow(self, role, field);
            if (problem != NULL) {
                *at = field;
                return problem;
            }
        }
    }
    return NULL;
}

/* ---- rows ---- */

static void
bad_bar(struct candles *self, int64_t line, const char *problem, const struct csv_field *at)
{
    enum { SHOWN = 40 };
    self->first_bad = self->first_bad > 0 ? self->first_bad : line;
    self->file->bad++;
    if (at == NULL) {
        defects_add(self->defects, "bad-bar", SEVERITY_MEDIUM, self->file->path, line,
                    "%s: the row is left out", problem);
        return;
    }
    defects_add(self->defects, "bad-bar", SEVERITY_MEDIUM, self->file->path, line,
                "%s ('%.*s'): the row is left out", problem,
                at->length < SHOWN ? (int)at->length : SHOWN, at->text);
}

static inline int64_t price_at(const struct candles *self, enum candles_role role)
{
    const struct number *number = &self->numbers[role];
    return number->mantissa * number_power10[self->decimals - number->decimals];
}

/* Brings the four prices to one unit; NULL or what is wrong with them. */
static const char *prices_find(struct candles *self, struct series_point *point)
{
    for (int role = ROLE_OPEN; role <= ROLE_CLOSE; role++) {
        int32_t decimals = self->numbers[role].decimals;
        self->decimals = decimals > self->decimals ? decimals : self->decimals;
        if (self->numbers[role].mantissa > self->price_max[decimals]) {
            return "a price beyond its range";
        }
    }
    point->open = price_at(self, ROLE_OPEN);
    point->high = price_at(self, ROLE_HIGH);
    point->low = price_at(self, ROLE_LOW);
    point->close = price_at(self, ROLE_CLOSE);
    point->decimals = self->decimals;
    if (point->low <= 0 && !self->ratios) {
        return "a price is not positive";
    }
    if (point->high < point->low) {
        return "high is below low";
    }
    if (point->open < point->low || point->open > point->high) {
        return "open lies outside low and high";
    }
    if (point->close < point->low || point->close > point->high) {
        return "close lies outside low and high";
    }
    return NULL;
}

static bool stop(struct candles *self)
{
    self->failed = true;
    return false;
}

/* Decimals of a plain text, zeros behind counted; of one with an exponent those of its number. */
static inline int32_t decimals_written(const struct csv_field *field, const struct number *number)
{
    int32_t decimals = number_written(field->text, field->length);
    bool exponent = decimals < number->decimals ||
                    (decimals > number->decimals && field->text[field->length - 1] != '0');
    return exponent ? number->decimals : decimals;
}

static bool bar_hand(struct candles *self,
                     struct series_point *point,
                     const struct csv_field *fields,
                     const struct candles_taker *taker)
{
    struct candles_written written = {0};
    const int32_t *column = self->layout.column;
    for (int role = ROLE_OPEN; role <= ROLE_CLOSE; role++) {
        int32_t decimals = decimals_written(&fields[column[role]], &self->numbers[role]);
        written.prices_mixed |= role > ROLE_OPEN && decimals != written.price_decimals;
        written.price_decimals =
            decimals > written.price_decimals ? decimals : written.price_decimals;
    }
    if (self->layout.numbers > ROLE_VOLUME) {
        const struct number *volume = &self->numbers[ROLE_VOLUME];
        written.volume_decimals = decimals_written(&fields[column[ROLE_VOLUME]], volume);
    }
    const struct csv_field *time = &fields[column[ROLE_TIME]];
    int64_t digits = 0;
    written.time_digits =
        number_whole(time->text, time->length, &digits) ? (int32_t)time->length : 0;
    self->file->kept++;
    return taker->bar(taker->context, point, &written, self->error) || stop(self);
}

static bool bar_keep(struct candles *self,
                     int64_t time_us,
                     const struct csv_field *fields,
                     const struct csv_place *place)
{
    struct series_point point = {.time_us = time_us};
    const struct csv_field *at = NULL;
    const char *problem = numbers_read(self, fields, &at);
    if (problem == NULL) {
        problem = prices_find(self, &point);
    }
    if (problem != NULL) {
        bad_bar(self, csv_line(place), problem, at);
        return true;
    }
    if (self->layout.numbers > ROLE_VOLUME) {
        point.volume = self->numbers[ROLE_VOLUME].mantissa;
        point.volume_decimals = self->numbers[ROLE_VOLUME].decimals;
    }
    if (self->file->taker != NULL) {
        return bar_hand(self, &point, fields, self->file->taker);
    }
    if (time_us <= series_last_us(self->series)) {
        point.line = csv_line(place);
        point.file = self->file->index;
    }
    self->file->kept++;
    return series_append(self->series, &point, self->error) || stop(self);
}

/* The first symbol of a symbol column names the file's; a second one ends the reading. */
static bool
symbol_judge(struct candles *self, const struct csv_field *fields, const struct csv_place *place)
{
    const struct csv_field *field = &fields[self->layout.symbol_column];
    char *symbol = self->file->symbol;
    if (symbol[0] == '\0' && field->length > 0 && field->length < SYMBOL_BYTES) {
        memcpy(symbol, field->text, field->length);
        symbol[field->length] = '\0';
    }
    if (strlen(symbol) == field->length && memcmp(symbol, field->text, field->length) == 0) {
        return true;
    }
    (void)error_set(self->error, EXIT_CODE_DATA, self->file->path, csv_line(place),
                    "holds more than one symbol: split it, one file a symbol");
    return stop(self);
}

static bool probe_end(struct candles *self, const struct csv_field *fields, int32_t count)
{
    int32_t column = self->layout.symbol_column;
    if (column >= 0 && column < count && fields[column].length < SYMBOL_BYTES) {
        memcpy(self->file->symbol, fields[column].text, fields[column].length);
        self->file->symbol[fields[column].length] = '\0';
    }
    return false;
}

static bool data_row(struct candles *self,
                     const struct csv_field *fields,
                     int32_t count,
                     const struct csv_place *place)
{
    self->file->rows++;
    if (self->file->probe) {
        return probe_end(self, fields, count);
    }
    if (count != self->layout.columns) {
        bad_bar(self, csv_line(place), "the number of fields is not that of the first row", NULL);
        return true;
    }
    const struct csv_field *time = &fields[self->layout.column[ROLE_TIME]];
    int64_t time_us = 0;
    if (!time_read(time, &time_us)) {
        bad_bar(self, csv_line(place), "not a time", time);
        return true;
    }
    if (time_us < self->file->range.first_us || time_us > self->file->range.last_us) {
        self->file->outside++;
        return true;
    }
    if (self->layout.symbol_column >= 0 && !symbol_judge(self, fields, place)) {
        return false;
    }
    return bar_keep(self, time_us, fields, place);
}

/* The first row: a line of its own before the header, the header, or data already. */
static bool head_row(struct candles *self,
                     const struct csv_field *fields,
                     int32_t count,
                     const struct csv_place *place)
{
    struct rows_head head = {0};
    for (int32_t i = 0; i < count && i < ROWS_COLUMNS_MAX; i++) {
        rows_head_add(&head, fields[i].text, fields[i].length);
    }
    head.count = count;
    switch (candles_layout_find(&self->layout, &head)) {
    case CANDLES_HEAD_MORE:
    case CANDLES_HEAD_HEADER: return true;
    case CANDLES_HEAD_DATA: return data_row(self, fields, count, place);
    case CANDLES_HEAD_BAD: break;
    }
    (void)error_set(self->error, EXIT_CODE_DATA, self->file->path, csv_line(place),
                    "%s: expected columns ts_ms,open,high,low,close,volume or a format of the "
                    "README",
                    self->layout.problem);
    return stop(self);
}

static bool
on_row(void *context, const struct csv_field *fields, int32_t count, const struct csv_place *place)
{
    struct candles *self = context;
    return self->layout.known ? data_row(self, fields, count, place)
                              : head_row(self, fields, count, place);
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    struct candles *self = context;
    self->file->rows++;
    bad_bar(self, line, reason, NULL);
}

/* Lines outside the range, by their first field alone. */
static bool on_skip(void *context, const char *line, size_t length)
{
    struct candles *self = context;
    enum { TIME_BYTES_MAX = 16 };
    if (!self->layout.known || self->layout.column[ROLE_TIME] != 0 || length < 2) {
        return false;
    }
    const char *comma =
        memchr(line, ',', length < TIME_BYTES_MAX + 1 ? length : TIME_BYTES_MAX + 1);
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

/* ---- the file ---- */

static bool file_judge(struct candles *self, bool json)
{
    struct candles_file *file = self->file;
    file->dialect = json ? "ccxt-json" : self->layout.dialect;
    if (file->rows == 0) {
        return error_set(self->error, EXIT_CODE_DATA, file->path, 0, "%s",
                         self->layout.known ? "has a header but no candles: fetch it again"
                                            : "is empty: fetch it again");
    }
    if (file->bad == file->rows && !file->probe) {
        return error_set(self->error, EXIT_CODE_DATA, file->path, self->first_bad,
                         "none of %lld rows is a candle, here the first: is it another format?",
                         (long long)file->rows);
    }
    return true;
}

static void candles_begin(struct candles *self, struct candles_file *file)
{
    memset(self, 0, sizeof(*self));
    file->dialect = "";
    file->symbol[0] = '\0';
    file->rows = file->kept = file->outside = file->bad = 0;
    self->file = file;
    self->ratios = file->taker != NULL && file->taker->ratios;
    for (int decimals = 0; decimals <= PRICE_DECIMALS; decimals++) {
        self->price_max[decimals] = INT64_MAX / number_power10[PRICE_DECIMALS - decimals];
    }
}

bool candles_read_source(struct series *series,
                         struct source *source,
                         struct candles_file *file,
                         struct defects *defects,
                         struct error *error)
{
    struct candles self;
    candles_begin(&self, file);
    self.series = series;
    self.defects = defects;
    self.error = error;
    bool whole = file->range.first_us <= 0 && file->range.last_us == INSTANT_NEVER;
    struct csv_handlers handlers = {
        .context = &self, .narrow = on_row, .bad = on_bad, .skip = whole ? NULL : on_skip};
    bool json = false;
    if (!rows_read(source, &handlers, NULL, &json, error) || self.failed) {
        return false;
    }
    file->hash = source_hash(source);
    return file_judge(&self, json);
}

bool candles_read(struct series *series,
                  struct candles_file *file,
                  struct defects *defects,
                  struct error *error)
{
    struct source *source = source_open(file->path, error);
    if (source == NULL) {
        return false;
    }
    bool fine = candles_read_source(series, source, file, defects, error);
    source_close(source);
    return fine;
}
