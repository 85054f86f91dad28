/* rows.h - rows of a market file, CSV or JSON array of arrays, told apart by the first byte; both
 * to the narrow handler of csv.h, so that a reader of candles or funding is written once.
 *
 * JSON     every innermost array of plain values is a row ([[1609459200000,"0.1",...],...], also
 *          inside an envelope as exchanges send it); the text of each number is handed on as it
 *          stands, never through a double.
 * Failure  as csv.h; text that is not JSON, or ends within it, is an error (exit 3) with its line.
 */
#ifndef DATA_ROWS_H
#define DATA_ROWS_H

#include "data/csv.h"

enum { ROWS_COLUMNS_MAX = 64, ROWS_NAME_BYTES = 48 };

MUST_USE bool rows_read(struct source *source,
                        const struct csv_handlers *handlers,
                        struct csv_facts *facts,
                        bool *json,
                        struct error *error);
/* The first row of a file, kept as text until it is known whether it is a header. */
struct rows_head {
    int32_t count;
    size_t lengths[ROWS_COLUMNS_MAX];
    /* With room behind: data/number.h reads 32 bytes from a text. */
    char texts[ROWS_COLUMNS_MAX][ROWS_NAME_BYTES + 32];
};

void rows_head_add(struct rows_head *self, const char *text, size_t length);
/* Lower case without blanks, underscores and points: "Open Time" and "open_time" are "opentime". */
void rows_head_normalise(struct rows_head *self);
/* Column of the first name of the list (NULL ends it) that the normalised head has; -1: none. */
int32_t rows_head_find(const struct rows_head *self, const char *const *names);

#endif
