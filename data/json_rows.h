/* json_rows.h - the JSON half of rows.h: innermost arrays as rows, their values as text, streamed.
 *
 * Bounds   64 levels, 64 values a row and 47 bytes a value are kept; what is longer is no number
 *          and makes a bad row. */
#ifndef DATA_JSON_ROWS_H
#define DATA_JSON_ROWS_H

#include "data/csv.h"

MUST_USE bool json_rows_read(struct source *source,
                             const struct csv_handlers *handlers,
                             struct csv_facts *facts,
                             struct error *error);

#endif
