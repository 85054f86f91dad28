/* signal_columns.h - which column of a signals file means what: canonical names and the aliases in the
 * wild (the list stands in signals_csv.h).
 * Laws     the first name of a meaning wins over its aliases; the loser, and every column that no name
 *          matches, is unused. Two columns of one canonical name are an error.
 * Failure  false and an error (exit 3) with the header shown and what to do. */
#ifndef DATA_SIGNAL_COLUMNS_H
#define DATA_SIGNAL_COLUMNS_H

#include "core/bounds.h"
#include "data/csv.h"
#include "data/error.h"
#include "data/text.h"

enum signal_column {
    COLUMN_TIME,
    COLUMN_TOKEN,
    COLUMN_SOURCE,
    COLUMN_CONFIDENCE,
    COLUMN_PRICE,
    COLUMN_VOLUME,
    COLUMN_METADATA,
    COLUMN_SIDE,
    COLUMN_ENTER_LONG,
    COLUMN_ENTER_SHORT,
    COLUMN_EXIT_LONG,
    COLUMN_EXIT_SHORT,
    COLUMN_ID,
    COLUMN_STOP,
    COLUMN_TAKE_PROFIT,
    COLUMN_ENTRY,
    COLUMN_ENTRY_LOW,
    COLUMN_ENTRY_HIGH,
    COLUMN_LEVERAGE,
    COLUMN_TTL,
    COLUMN_TARGET_FIRST, /* tp1, and TARGETS_MAX - 1 more */
    COLUMN_COUNT = COLUMN_TARGET_FIRST + TARGETS_MAX
};

enum { COLUMN_ABSENT = -1 };

struct signal_columns {
    int32_t index[COLUMN_COUNT]; /* COLUMN_ABSENT: there is none */
    int32_t field_count;
    bool used[CSV_FIELDS_MAX];
};

MUST_USE bool signal_columns_map(struct signal_columns *self,
                                 const struct csv_field *fields,
                                 int32_t count,
                                 const char *path,
                                 int64_t line,
                                 struct error *error);
/* Names as they stand in the header, for messages; closed, cut at capacity. */
void signal_header_text(const struct csv_field *fields, int32_t count, char *out, size_t capacity);

static inline bool signal_columns_has(const struct signal_columns *self, enum signal_column column)
{
    return self->index[column] != COLUMN_ABSENT;
}

#endif
