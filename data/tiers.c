#include "data/tiers.h"

#include <stdlib.h>
#include <string.h>

#include "data/json.h"
#include "data/memory.h"
#include "data/rows.h"

enum { LIMIT_BYTES = 64 << 20, COLUMNS = 6 };

/* Every row read, until they are sorted into spans. */
struct tier_row {
    char symbol[SYMBOL_BYTES];
    struct tier tier;
    int64_t line, order;
    /* A symbol may stand in a file more than once: its perpetual first, then dated contracts. */
    int64_t table;
};

struct tier_reading {
    const char *path;
    struct defects *defects;
    struct error *error;
    struct tier_row *rows;
    int64_t count, capacity;
    int64_t table; /* of the rows being read: each floor of 0 begins one */
    bool known, failed;
    int32_t columns;
    int32_t column[COLUMNS]; /* symbol, then in the order of tier_texts */
};

enum { COLUMN_SYMBOL, COLUMN_FLOOR, COLUMN_CAP, COLUMN_RATE, COLUMN_LEVERAGE, COLUMN_AMOUNT };

static const struct tier default_tiers[] = {
    /* floor, cap, rate, amount; each amount = the one before + floor x (rate - rate before) */
    {0, 5000 * ONE_E8, 10000000, 0, 50},
    {5000 * ONE_E8, 25000 * ONE_E8, 20000000, 50 * ONE_E8, 25},
    {25000 * ONE_E8, 100000 * ONE_E8, 25000000, 175 * ONE_E8, 20},
    {100000 * ONE_E8, 250000 * ONE_E8, 50000000, 2675 * ONE_E8, 10},
    {250000 * ONE_E8, 500000 * ONE_E8, 100000000, 15175 * ONE_E8, 5},
    {500000 * ONE_E8, 1000000 * ONE_E8, 125000000, 27675 * ONE_E8, 4},
    {1000000 * ONE_E8, 2000000 * ONE_E8, 250000000, 152675 * ONE_E8, 2},
    {2000000 * ONE_E8, 5000000 * ONE_E8, 500000000, 652675 * ONE_E8, 1},
};

const struct tier *tiers_default(int32_t *count)
{
    *count = (int32_t)ARRAY_COUNT(default_tiers);
    return default_tiers;
}

void tier_table_init(struct tier_table *self)
{
    memset(self, 0, sizeof(*self));
}

void tier_table_release(struct tier_table *self)
{
    free(self->spans);
    free(self->tiers);
    tier_table_init(self);
}

/* ---- rows ---- */

static struct tier_row *row_add(struct tier_reading *self, int64_t line)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity > 0 ? self->capacity * 2 : 512;
        size_t bytes = (size_t)self->capacity * sizeof(struct tier_row);
        self->rows = memory_or_panic(realloc(self->rows, bytes));
    }
    struct tier_row *row = &self->rows[self->count];
    memset(row, 0, sizeof(*row));
    row->line = line;
    row->order = self->count;
    row->table = self->table;
    self->count++;
    return row;
}

/* A tier from 0 on begins a table. One that could not be read (all zero) stays in its table, which
 * it then makes break the laws: a table cut short would be too kind. */
static void table_judge(struct tier_reading *self, struct tier_row *row)
{
    if (row->tier.floor_e8 == 0 && row->tier.leverage_max > 0) {
        self->table++;
    }
    row->table = self->table;
}

static void bad_tier(struct tier_reading *self, const char *symbol, int64_t line, const char *what)
{
    defects_add(self->defects, "bad-tiers", SEVERITY_MEDIUM, self->path, line,
                "%s %s: the default tiers serve", symbol, what);
}

/* "50.0" is a leverage of 50; one with a fraction is cut down to the whole. */
static bool leverage_narrow(int64_t leverage_e2, int32_t *out)
{
    int64_t whole = leverage_e2 / 100;
    *out = whole < INT32_MAX ? (int32_t)whole : 0;
    return whole >= 1 && whole < INT32_MAX;
}

/* A cap beyond int64 ("9.2e18", where a venue has none) is as high as caps go. */
static bool cap_narrow(enum decimal_status status, struct tier *tier)
{
    tier->cap_e8 = status == DECIMAL_RANGE ? INT64_MAX : tier->cap_e8;
    return status == DECIMAL_OK || status == DECIMAL_RANGE;
}

static bool field_decimal(const struct csv_field *field, unsigned scale, int64_t *out)
{
    return decimal_parse(field->text, field->length, scale, out) == DECIMAL_OK;
}

static bool
tier_from_fields(const struct tier_reading *self, const struct csv_field *fields, struct tier *tier)
{
    const int32_t *column = self->column;
    const struct csv_field *cap = &fields[column[COLUMN_CAP]];
    int64_t leverage_e2 = 0;
    return field_decimal(&fields[column[COLUMN_FLOOR]], 8, &tier->floor_e8) &&
           cap_narrow(decimal_parse(cap->text, cap->length, 8, &tier->cap_e8), tier) &&
           field_decimal(&fields[column[COLUMN_RATE]], 9, &tier->maintenance_rate_e9) &&
           field_decimal(&fields[column[COLUMN_AMOUNT]], 8, &tier->maintenance_amount_e8) &&
           field_decimal(&fields[column[COLUMN_LEVERAGE]], 2, &leverage_e2) &&
           leverage_narrow(leverage_e2, &tier->leverage_max);
}

/* A row that cannot be read leaves a tier that breaks the laws: its symbol takes the default. */
static void csv_data(struct tier_reading *self, const struct csv_field *fields, int64_t line)
{
    const struct csv_field *symbol = &fields[self->column[COLUMN_SYMBOL]];
    if (symbol->length == 0 || symbol->length >= SYMBOL_BYTES) {
        bad_tier(self, "a row", line, "has no symbol or one that is too long");
        return;
    }
    struct tier_row *row = row_add(self, line);
    memcpy(row->symbol, symbol->text, symbol->length);
    if (!tier_from_fields(self, fields, &row->tier)) {
        row->tier = (struct tier){0};
    }
    table_judge(self, row);
}

static bool csv_header(struct tier_reading *self, const struct csv_field *fields, int32_t count)
{
    static const char *const names[COLUMNS][4] = {
        {"symbol", NULL},
        {"minnotional", "notionalfloor", "floor", NULL},
        {"maxnotional", "notionalcap", "cap", NULL},
        {"maintenancemarginrate", "maintmarginratio", "maintenanceratio", NULL},
        {"maxleverage", "initialleverage", "leverage", NULL},
        {"maintenanceamountcum", "cum", "maintenanceamount", NULL}};
    struct rows_head head = {0};
    for (int32_t i = 0; i < count && i < ROWS_COLUMNS_MAX; i++) {
        rows_head_add(&head, fields[i].text, fields[i].length);
    }
    rows_head_normalise(&head);
    self->columns = count;
    self->known = true;
    for (int i = 0; i < COLUMNS; i++) {
        self->column[i] = rows_head_find(&head, names[i]);
        if (self->column[i] < 0) {
            self->failed = true;
            return error_set(self->error, EXIT_CODE_DATA, self->path, 1,
                             "is no table of leverage tiers: there is no column '%s'", names[i][0]);
        }
    }
    return true;
}

static bool on_row(void *context, const struct csv_field *fields, int32_t count, int64_t line)
{
    struct tier_reading *self = context;
    if (!self->known) {
        return csv_header(self, fields, count);
    }
    if (count != self->columns) {
        bad_tier(self, "a row", line, "has not as many fields as the header");
        return true;
    }
    csv_data(self, fields, line);
    return true;
}

static void on_bad(void *context, int64_t line, const char *reason)
{
    bad_tier(context, "a row is no CSV:", line, reason);
}

/* ---- JSON ---- */

static bool tier_from_array(const json_t *values, struct tier *tier)
{
    int64_t leverage_e2 = 0;
    return json_array_size(values) >= COLUMNS &&
           json_decimal(json_array_get(values, 1), 2, &leverage_e2) == DECIMAL_OK &&
           leverage_narrow(leverage_e2, &tier->leverage_max) &&
           json_decimal(json_array_get(values, 2), 8, &tier->floor_e8) == DECIMAL_OK &&
           cap_narrow(json_decimal(json_array_get(values, 3), 8, &tier->cap_e8), tier) &&
           json_decimal(json_array_get(values, 4), 9, &tier->maintenance_rate_e9) == DECIMAL_OK &&
           json_decimal(json_array_get(values, 5), 8, &tier->maintenance_amount_e8) == DECIMAL_OK;
}

static void json_symbol(struct tier_reading *self, const char *symbol, const json_t *tiers)
{
    if (symbol[0] == '_') {
        return;
    }
    if (strlen(symbol) >= SYMBOL_BYTES || !json_is_array(tiers)) {
        bad_tier(self, symbol, 0, "is not the name of a list of tiers");
        return;
    }
    size_t index = 0;
    const json_t *values = NULL;
    json_array_foreach(tiers, index, values)
    {
        struct tier_row *row = row_add(self, 0);
        memcpy(row->symbol, symbol, strlen(symbol));
        if (!tier_from_array(values, &row->tier)) {
            row->tier = (struct tier){0};
        }
        table_judge(self, row);
    }
}

static bool json_read(struct tier_reading *self, struct source *source)
{
    size_t length = 0;
    char *text = source_read_all(source, LIMIT_BYTES, &length, self->error);
    if (text == NULL) {
        return false;
    }
    json_t *root =
        json_document((struct slice){text, length}, self->path, 1, EXIT_CODE_DATA, self->error);
    free(text);
    if (root == NULL) {
        return false;
    }
    const char *symbol = NULL;
    json_t *tiers = NULL;
    json_object_foreach(root, symbol, tiers)
    {
        json_symbol(self, symbol, tiers);
    }
    json_decref(root);
    return true;
}

/* ---- spans ---- */

static int row_compare(const void *a, const void *b)
{
    const struct tier_row *left = a, *right = b;
    int order = strcmp(left->symbol, right->symbol);
    if (order != 0) {
        return order;
    }
    if (left->table != right->table) {
        return left->table < right->table ? -1 : 1;
    }
    if (left->tier.floor_e8 != right->tier.floor_e8) {
        return left->tier.floor_e8 < right->tier.floor_e8 ? -1 : 1;
    }
    return (left->order > right->order) - (left->order < right->order);
}

/* NULL, or the law that the tiers of one symbol break. */
static const char *span_problem(const struct tier_row *rows, int64_t count)
{
    if (count > TIERS_PER_INSTRUMENT) {
        return "has more tiers than any venue";
    }
    for (int64_t i = 0; i < count; i++) {
        const struct tier *tier = &rows[i].tier;
        if (tier->leverage_max < 1 || tier->maintenance_rate_e9 <= 0 ||
            tier->maintenance_rate_e9 >= ONE_E9 || tier->maintenance_amount_e8 < 0) {
            return "has a tier that cannot be read, or a rate outside 0..1";
        }
        if (tier->cap_e8 <= tier->floor_e8 ||
            tier->floor_e8 != (i > 0 ? rows[i - 1].tier.cap_e8 : 0)) {
            return "has tiers with a hole or an overlap";
        }
    }
    return NULL;
}

static void span_add(struct tier_table *self, const struct tier_row *rows, int64_t count)
{
    struct tier_span *span = &self->spans[self->span_count];
    memcpy(span->symbol, rows[0].symbol, SYMBOL_BYTES);
    span->first = self->tier_count;
    span->count = (int32_t)count;
    span->line = rows[0].line;
    self->span_count++;
    for (int64_t i = 0; i < count; i++) {
        self->tiers[self->tier_count++] = rows[i].tier;
    }
}

/* How many rows from first on are of its symbol, and of its table where asked. */
static int64_t rows_same(const struct tier_reading *self, int64_t first, bool table)
{
    const struct tier_row *rows = &self->rows[first];
    int64_t count = 1;
    while (first + count < self->count && strcmp(rows[count].symbol, rows[0].symbol) == 0 &&
           (!table || rows[count].table == rows[0].table)) {
        count++;
    }
    return count;
}

static bool spans_build(struct tier_table *self, struct tier_reading *reading)
{
    if (reading->count > 0) {
        qsort(reading->rows, (size_t)reading->count, sizeof(struct tier_row), row_compare);
        self->spans = memory_or_panic(calloc((size_t)reading->count, sizeof(struct tier_span)));
        self->tiers = memory_or_panic(calloc((size_t)reading->count, sizeof(struct tier)));
    }
    for (int64_t first = 0; first < reading->count;) {
        const struct tier_row *rows = &reading->rows[first];
        int64_t count = rows_same(reading, first, true), all = rows_same(reading, first, false);
        const char *problem = span_problem(rows, count);
        if (problem != NULL) {
            bad_tier(reading, rows[0].symbol, rows[0].line, problem);
        } else {
            span_add(self, rows, count);
        }
        if (all > count) {
            defects_add(
                reading->defects, "duplicate-tiers", SEVERITY_LOW, reading->path, rows[count].line,
                "%s has a second table (of a dated contract?): the first counts", rows[0].symbol);
        }
        first += all;
    }
    return self->span_count > 0 || error_set(reading->error, EXIT_CODE_DATA, reading->path, 0,
                                             "holds no leverage tiers that can be used");
}

bool tier_table_load_source(struct tier_table *self,
                            struct source *source,
                            struct defects *defects,
                            struct error *error)
{
    struct tier_reading reading = {.path = source_path(source), .defects = defects, .error = error};
    tier_table_init(self);
    const char *bytes = NULL;
    size_t length = 0;
    if (!source_peek(source, &bytes, &length, error)) {
        return false;
    }
    bool fine = false;
    if (length > 0 && bytes[0] == '{') {
        fine = json_read(&reading, source);
    } else {
        struct csv_handlers handlers = {.context = &reading, .row = on_row, .bad = on_bad};
        fine = csv_read(source, &handlers, NULL, error) && !reading.failed;
    }
    fine = fine && spans_build(self, &reading);
    self->hash = source_hash(source);
    free(reading.rows);
    if (!fine) {
        tier_table_release(self);
    }
    return fine;
}

bool tier_table_load(struct tier_table *self,
                     const char *path,
                     struct defects *defects,
                     struct error *error)
{
    tier_table_init(self);
    struct source *source = source_open(path, error);
    if (source == NULL) {
        return false;
    }
    bool fine = tier_table_load_source(self, source, defects, error);
    source_close(source);
    return fine;
}

static int span_compare(const void *key, const void *span)
{
    return strcmp(key, ((const struct tier_span *)span)->symbol);
}

const struct tier *
tier_table_find(const struct tier_table *self, const char *symbol, int32_t *count)
{
    *count = 0;
    if (self->span_count == 0) {
        return NULL;
    }
    const struct tier_span *span = bsearch(symbol, self->spans, (size_t)self->span_count,
                                           sizeof(struct tier_span), span_compare);
    if (span == NULL) {
        return NULL;
    }
    *count = span->count;
    return &self->tiers[span->first];
}
