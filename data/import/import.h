/* import.h - files of public formats to one tape: the contract between the pipeline (data/import/pipeline.c) and the dialects
 * (one file a family, data/import/<venue>.c).
 *
 * Flow     probe: every dialect looks at the name and the first bytes; exactly one must claim the file, else it is refused with
 *          the readings. read: the one dialect pushes records into the file's sink, one stream a (symbol, kind, interval).
 *          sort: a sink keeps records in the order of tape_compare(), in memory up to a bound, then as runs in an unlinked
 *          temporary file. merge: all runs of all files become one tape; only now sizes get the one scale of their stream.
 * Jobs     one process a file reads and sorts (`jobs` at a time); the merge is one process. Same bytes for any number of jobs.
 * Laws     a row is taken exactly or refused with file:line; nothing is repaired, nothing is dropped without a defect.
 *          Duplicates (same stream, time, sequence and values) are kept where the venue's ids differ, else counted and dropped.
 * Failure  false and an error: exit 3 (input), 4 (disk). No tape is left then. */
#ifndef DATA_IMPORT_IMPORT_H
#define DATA_IMPORT_IMPORT_H

#include "data/error.h"
#include "data/source.h"
#include "data/tape.h"

/* ---- what a dialect gets ---- */

enum { IMPORT_PROBE_BYTES = 4096, IMPORT_LINES = 3, IMPORT_FIELDS = 128 };

/* The first unpacked bytes of a file, cut into lines and fields where they are CSV. */
struct import_probe {
    const char *path;  /* as given */
    const char *name;  /* of the file; inside a zip: of its member */
    const char *bytes; /* first bytes, closed with a zero */
    size_t length;
    bool json;      /* starts with [ or { */
    bool header;    /* the first line's first field is not numeric */
    int32_t fields; /* of the first line */
    char header_line
        [1024];          /* the first line as it stands, lower case, without quotes; empty: none */
    char row_line[1024]; /* the first line of data */
    char symbol[SYMBOL_BYTES]; /* guessed from the name, upper case; empty: not found */
};

struct import_sink; /* opaque: one file's records */

/* The stream's number in this sink. symbol NULL: that of the file. interval_us: bars. */
MUST_USE uint16_t import_stream(struct import_sink *sink,
                                const char *symbol,
                                enum tape_kind kind,
                                int64_t interval_us);
/* Numbers as they were written: the record's price fields are _e12 already, its size fields are mantissas with size_decimals
 * decimals; price_decimals and size_decimals are as written (with trailing zeros), so that an export can write them again. */
struct import_written {
    int8_t price_decimals, size_decimals;
    bool time_ms, time_s;
};
/* record->stream is this sink's; line: for messages. False: the disk. */
MUST_USE bool import_add(struct import_sink *sink,
                         const struct tape_record *record,
                         struct import_written written,
                         int64_t line,
                         struct error *error);
/* A row that was left out: kept with file:line and reason in the defects (and a text for the user). */
void import_defect(struct import_sink *sink,
                   const char *code,
                   int64_t line,
                   const char *format,
                   ...) __attribute__((format(printf, 4, 5)));

/* ---- what a dialect is ---- */
struct import_dialect {
    const char *name;   /* as on the command line: "binance-aggTrades" */
    const char *format; /* one line for --help: columns, where it comes from */
    /* True: this file may be mine; *why says by what ("header agg_trade_id", "7 columns, the last one true or false"). */
    bool (*claims)(const struct import_probe *probe, const char **why);
    /* The whole source into the sink. False only for what ends the file: empty, cut short, not one good row, the disk. */
    bool (*read)(const struct import_probe *probe,
                 struct source *source,
                 struct import_sink *sink,
                 struct error *error);
};
/* All of them, NULL at the end; in data/import/dialects.c. */
extern const struct import_dialect *const import_dialects[];

/* ---- the whole of it ---- */
struct
    import_report; /* per file: dialect, why, rows, kept, defects, streams; filled for the printing */

struct import_options {
    const char *format;       /* "auto" or a dialect's name */
    const char *const *paths; /* files, folders or manifests */
    int32_t path_count;
    const char *out;       /* the tape */
    const char *temporary; /* folder for runs, or NULL */
    const char *symbol;    /* for files that name none; or NULL */
    int32_t jobs;          /* processes; 1 and more */
    bool force, strict;
    int64_t first_us, last_us; /* records outside are left out and counted; 0, INSTANT_NEVER: all */
};
MUST_USE bool import_run(const struct import_options *options,
                         struct defects *defects,
                         struct error *error,
                         FILE *say); /* what was recognised and why; NULL: silent */

#endif
