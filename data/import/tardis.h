/* tardis.h - the columns with which every Tardis file begins. */
#ifndef DATA_IMPORT_TARDIS_H
#define DATA_IMPORT_TARDIS_H

#include "data/import/ticks.h"

#define TARDIS_COLUMNS "exchange,symbol,timestamp,local_timestamp,"
enum { TARDIS_EXCHANGE, TARDIS_SYMBOL, TARDIS_TIME, TARDIS_LOCAL, TARDIS_FIRST };

/* Symbol, time and receive time to the record; whether its sizes are contracts. */
void tardis_begin(struct ticks *self, const struct csv_field *fields);

#endif
