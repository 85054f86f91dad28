/* tape_csv.h - records of a tape as rows of CSV, as an import reads them back: one table a kind
 * (data/TAPE.md lists them).
 * Laws     numbers are exact; they have the decimals that the stream's style says: all of them, or
 *          as few as needed. Times are milliseconds where all of the stream's were (column ts_ms,
 *          exch_ms), whole seconds where all were those, else microseconds (timestamp, exch_us). A
 *          side or a receive time that is not known is an empty field, an id 0.
 * Failure  none.  Cost: some 100 ns a row. */
#ifndef DATA_TAPE_CSV_H
#define DATA_TAPE_CSV_H

#include "data/tape.h"

enum tape_table {
    TAPE_TABLE_CANDLES,
    TAPE_TABLE_PRICE_BARS, /* mark, index, premium: without volume */
    TAPE_TABLE_PRICES,
    TAPE_TABLE_FUNDING,
    TAPE_TABLE_OPEN_INTEREST,
    TAPE_TABLE_LIQUIDATIONS,
    TAPE_TABLE_TRADES,
    TAPE_TABLE_AGGREGATES,
    TAPE_TABLE_DEPTH_UPDATES,
    TAPE_TABLE_DEPTH_SNAPSHOT,
    TAPE_TABLE_QUOTES,
    TAPE_TABLE_DEPTH_BANDS,
    TAPE_TABLE_RECORDS /* what only journals have: the fields as they are */
};

enum { TAPE_ROW_BYTES = 512 };

/* Trades and aggregates, updates and snapshots of a book share a stream each and no table. */
enum tape_table tape_table_of(const struct tape_record *record);
/* What stands in the file's name behind the symbol: "trades", "markPrice". */
const char *tape_table_name(enum tape_table table, enum tape_kind kind);
/* With a line end, not closed; the length. first: the first record of the table, which decides
 * on columns that only some streams have (the interval of funding, the receive time of
 * aggregates). */
size_t tape_table_header(char out[TAPE_ROW_BYTES],
                         enum tape_table table,
                         const struct tape_stream *stream,
                         const struct tape_record *first);
size_t tape_table_row(char out[TAPE_ROW_BYTES],
                      enum tape_table table,
                      const struct tape_stream *stream,
                      const struct tape_record *record,
                      const struct tape_record *first);

#endif
