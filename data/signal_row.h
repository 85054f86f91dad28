/* signal_row.h - one row of a signals file into a struct signal, by the columns of its header.
 * Laws     only the time can make a row unreadable; everything else that is not what it must be is a bit in
 *          signal.bad, and the row stays a signal. */
#ifndef DATA_SIGNAL_ROW_H
#define DATA_SIGNAL_ROW_H

#include "core/signal.h"
#include "data/signal_columns.h"
#include "data/signal_fields.h"

/* The field of a column, trimmed; empty where the column is absent. */
struct slice signal_row_field(const struct signal_columns *columns,
                              enum signal_column column,
                              const struct csv_field *fields);
/* Everything but the time, the id and the line. False: an idle row, it says nothing. */
bool signal_row_read(struct signal *self,
                     const struct signal_columns *columns,
                     const struct csv_field *fields);

#endif
