#include "data/signal_columns.h"

#include <stdio.h>
#include <string.h>

#include "core/fixed.h"

enum { COLUMN_NAME_BYTES = 40, NO_RANK = 1000 };

/* In order of preference within one meaning: the canonical name first. */
static const struct {
    const char *name;
    enum signal_column column;
} names[] = {
    {"timestamp", COLUMN_TIME},
    {"ts", COLUMN_TIME},
    {"time", COLUMN_TIME},
    {"datetime", COLUMN_TIME},
    {"date", COLUMN_TIME},
    {"date/time", COLUMN_TIME},
    {"token", COLUMN_TOKEN},
    {"symbol", COLUMN_TOKEN},
    {"pair", COLUMN_TOKEN},
    {"ticker", COLUMN_TOKEN},
    {"source", COLUMN_SOURCE},
    {"strategy", COLUMN_SOURCE},
    {"channel", COLUMN_SOURCE},
    {"group", COLUMN_SOURCE},
    {"enter_tag", COLUMN_SOURCE},
    {"confidence", COLUMN_CONFIDENCE},
    {"score", COLUMN_CONFIDENCE},
    {"price", COLUMN_PRICE},
    {"volume", COLUMN_VOLUME},
    {"metadata", COLUMN_METADATA},
    {"data", COLUMN_METADATA},
    {"side", COLUMN_SIDE},
    {"direction", COLUMN_SIDE},
    {"action", COLUMN_SIDE},
    {"signal", COLUMN_SIDE},
    {"enter_long", COLUMN_ENTER_LONG},
    {"enter_short", COLUMN_ENTER_SHORT},
    {"exit_long", COLUMN_EXIT_LONG},
    {"exit_short", COLUMN_EXIT_SHORT},
    {"id", COLUMN_ID},
    {"signal_id", COLUMN_ID},
    {"external_id", COLUMN_ID},
    {"stop_loss", COLUMN_STOP},
    {"stop", COLUMN_STOP},
    {"sl", COLUMN_STOP},
    {"take_profit", COLUMN_TAKE_PROFIT},
    {"targets", COLUMN_TAKE_PROFIT},
    {"tp", COLUMN_TAKE_PROFIT},
    {"entry", COLUMN_ENTRY},
    {"entry_lo", COLUMN_ENTRY_LOW},
    {"entry_low", COLUMN_ENTRY_LOW},
    {"entry_hi", COLUMN_ENTRY_HIGH},
    {"entry_high", COLUMN_ENTRY_HIGH},
    {"leverage", COLUMN_LEVERAGE},
    {"lev", COLUMN_LEVERAGE},
    {"ttl", COLUMN_TTL},
    {"ttl_s", COLUMN_TTL},
};

/* Lower case, with '_' for blanks and '-'. False: too long to be a name of ours. */
static bool name_normal(struct slice raw, char out[COLUMN_NAME_BYTES])
{
    struct slice trimmed = slice_trim(raw);
    if (!slice_copy(trimmed, out, COLUMN_NAME_BYTES)) {
        return false;
    }
    for (char *at = out; *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z') {
            *at = (char)(*at + ('a' - 'A'));
        } else if (*at == ' ' || *at == '-') {
            *at = '_';
        }
    }
    return true;
}

/* tp1 .. tp16: their number from 1; 0: something else. */
static int32_t target_number(const char *name)
{
    int64_t number = 0;
    if (strncmp(name, "tp", 2) != 0 ||
        decimal_parse(name + 2, strlen(name + 2), 0, &number) != DECIMAL_OK || number < 1 ||
        number > TARGETS_MAX || name[2] == '+') {
        return 0;
    }
    return (int32_t)number;
}

/* What a name means, and how strong it is (0: canonical). False: nothing. */
static bool name_find(const char *name, int32_t *column, int32_t *rank)
{
    int32_t number = target_number(name);
    if (number > 0) {
        *column = COLUMN_TARGET_FIRST + number - 1;
        *rank = 0;
        return true;
    }
    *rank = 0;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        *rank = i > 0 && names[i].column == names[i - 1].column ? *rank + 1 : 0;
        if (strcmp(name, names[i].name) == 0) {
            *column = (int32_t)names[i].column;
            return true;
        }
    }
    return false;
}

void signal_header_text(const struct csv_field *fields, int32_t count, char *out, size_t capacity)
{
    size_t used = 0;
    out[0] = '\0';
    for (int32_t i = 0; i < count && i < CSV_FIELDS_MAX && used + 2 < capacity; i++) {
        if (i > 0) {
            out[used] = ',';
            used++;
        }
        struct slice name = {fields[i].text, fields[i].length};
        (void)slice_copy(name, out + used, capacity - used);
        used += strlen(out + used);
    }
}

static bool refuse(const struct csv_field *fields,
                   int32_t count,
                   const char *path,
                   int64_t line,
                   const char *why,
                   struct error *error)
{
    char header[256];
    signal_header_text(fields, count, header, sizeof(header));
    return error_set(error, EXIT_CODE_DATA, path, line, "the header is '%s': %s", header, why);
}

static bool starts_with_digit(struct csv_field field)
{
    return field.length > 0 && field.text[0] >= '0' && field.text[0] <= '9';
}

/* A file whose first line is no list of names at all: says what it seems to be instead. */
static const char *header_fault(const struct csv_field *fields, int32_t count)
{
    if (count > CSV_FIELDS_MAX) {
        return "more than 256 columns: this is not a signals file";
    }
    if (starts_with_digit(fields[0])) {
        return "the first line holds values, not names of columns: put a line of names before it, "
               "like timestamp,source,token,confidence,price,volume";
    }
    bool other = count == 1 && (memchr(fields[0].text, ';', fields[0].length) != NULL ||
                                memchr(fields[0].text, '\t', fields[0].length) != NULL);
    return other ? "the columns are not parted by commas: save the file as comma-separated CSV"
                 : NULL;
}

static const char *missing_fault(const struct signal_columns *self)
{
    if (!signal_columns_has(self, COLUMN_TIME)) {
        return "there is no column of the time: name it timestamp, ts, time, date or datetime";
    }
    if (!signal_columns_has(self, COLUMN_TOKEN)) {
        return "there is no column of the token: name it token, symbol, pair or ticker";
    }
    return NULL;
}

bool signal_columns_map(struct signal_columns *self,
                        const struct csv_field *fields,
                        int32_t count,
                        const char *path,
                        int64_t line,
                        struct error *error)
{
    int32_t ranks[COLUMN_COUNT];
    const char *fault = header_fault(fields, count);
    if (fault != NULL) {
        return refuse(fields, count, path, line, fault, error);
    }
    memset(self, 0, sizeof(*self));
    self->field_count = count;
    for (int32_t i = 0; i < COLUMN_COUNT; i++) {
        self->index[i] = COLUMN_ABSENT;
        ranks[i] = NO_RANK;
    }
    for (int32_t i = 0; i < count; i++) {
        char name[COLUMN_NAME_BYTES];
        int32_t column = 0;
        int32_t rank = 0;
        bool known = name_normal((struct slice){fields[i].text, fields[i].length}, name) &&
                     name_find(name, &column, &rank);
        if (known && ranks[column] == rank) {
            return refuse(fields, count, path, line, "a name stands twice: rename one of the two",
                          error);
        }
        if (known && rank < ranks[column]) {
            if (signal_columns_has(self, (enum signal_column)column)) {
                self->used[self->index[column]] = false;
            }
            self->index[column] = i;
            self->used[i] = true;
            ranks[column] = rank;
        }
    }
    fault = missing_fault(self);
    return fault == NULL || refuse(fields, count, path, line, fault, error);
}
