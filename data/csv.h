/* csv.h - rows of a CSV stream by libcsv in strict mode, with line numbers, and with
 * resynchronisation after a bad row; for `narrow` rows without quotes are split as libcsv would, but
 * sixteen bytes at a time.
 *
 * Laws     every line ends in exactly one place: in a row, in a bad row with its line and reason,
 *          in a row that the skip hook took, or it is blank. A byte order mark, CRLF, blank lines
 *          and a missing last line end are fine. A row that libcsv refuses (a stray quote, a quote
 *          never closed) or that is longer than CSV_ROW_BYTES is bad, and reading goes on with the
 *          line after the one on which it began: one lost quote costs one row. Blanks around a
 *          field are trimmed (not inside quotes). A quoted field may hold line ends; its row has
 *          the line on which it begins.
 * Memory   one window of CSV_ROW_BYTES + 128 KiB and as much for copies, whatever the input; a line
 *          of 100 MB is skipped as it streams by.
 * Failure  false and the error of the source. Bad rows are the caller's to record.
 * Cost     `narrow` 25 ns a row of 53 bytes without quotes; else libcsv itself (117 ns) and 35 ns a
 *          row: lines without quotes go to it in blocks. Lines are counted only when asked for. */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include "data/source.h"

enum {
    CSV_FIELDS_MAX = 256,    /* fields kept of one row; the rest is counted, not kept */
    CSV_ROW_BYTES = 1 << 20, /* a signal's metadata of a megabyte is no signal */
};

struct csv_field {
    const char *text; /* `row`: closed with a zero byte, which is not counted */
    size_t length;
};

/* Where a row stands; its line is worked out only when asked for. Private. */
struct csv;
struct csv_place {
    struct csv *csv; /* NULL: `line` says it (data/rows.h: JSON) */
    int64_t line;
};

/* Line on which the row begins, from 1; during the narrow callback only. */
int64_t csv_line(const struct csv_place *place);

/* What the caller wants to hear: `row` or `narrow`; context is handed back. Fields are borrowed
 * until the return; count may exceed CSV_FIELDS_MAX, fields beyond it are not there. False stops
 * the reading (csv_read then returns true). */
struct csv_handlers {
    void *context;
    bool (*row)(void *context, const struct csv_field *fields, int32_t count, int64_t line);
    /* The fast way, for millions of rows of numbers: most fields are not copied but point into the
     * input, so there is no zero byte behind them; 32 bytes may be read from each text whatever its
     * length. */
    bool (*narrow)(void *context,
                   const struct csv_field *fields,
                   int32_t count,
                   const struct csv_place *place);
    /* A row that is not CSV. */
    void (*bad)(void *context, int64_t line, const char *reason);
    /* Optional: offered a whole line (without its end) before libcsv sees it, now and then and not
     * always (in runs, at the start of a block, while it answers true; never a line with quotes).
     * True: the line is taken, csv forgets it. */
    bool (*skip)(void *context, const char *line, size_t length);
    char delimiter; /* 0: comma */
};

struct csv_facts {
    int64_t lines;    /* line ends seen, plus a last line without one */
    int64_t rows;     /* rows delivered */
    int64_t bad_rows; /* rows reported as bad */
    int64_t skipped;  /* lines that the hook took */
};

/* Reads the stream to its end. facts may be NULL. */
MUST_USE bool csv_read(struct source *source,
                       const struct csv_handlers *handlers,
                       struct csv_facts *facts,
                       struct error *error);

#endif
