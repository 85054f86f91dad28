/* import.h - files of public formats to one tape: the contract between the pipeline (data/import/pipeline.c) and the dialects
 * (one file a family, data/import/<venue>.c).
 *
 * Order    files of a manifest by symbol and kind (a depth snapshot before its updates), then bare files as named; equal records
 *          in that order.
 * Flow     probe: every dialect looks at the name and the first bytes; exactly one must claim the file, else it is refused with
 *          the readings. read: the one dialect pushes records into the file's sink, one stream a (symbol, kind, interval).
 *          sort: a sink keeps records in the order of tape_compare(), in memory up to a bound, then as runs in an unlinked
 *          temporary file. merge: all runs of all files become one tape; only now sizes get the one scale of their stream.
 * Jobs     one process a file reads and sorts (`jobs` at a time); the merge is one process. Same bytes for any number of jobs.
 * Laws     a row is taken exactly or refused with file:line; nothing is repaired, nothing is dropped without a defect.
 *          Exact duplicates (same stream, every field equal) are dropped and counted; trades, quotes, depth and single
 *          prices only where they have an id (sequence not 0): without one, two equal ones may be two events.
 * Failure  false and an error: exit 3 (input), 4 (disk). No tape is left then. */
#ifndef DATA_IMPORT_IMPORT_H
#define DATA_IMPORT_IMPORT_H

#include "data/error.h"
#include "data/number.h"
#include "data/source.h"
#include "data/spill.h"
#include "data/tape.h"

/* ---- what a dialect gets ---- */

/* The first unpacked bytes of a file, cut into lines and fields where they are CSV. */
struct import_probe {
    const char *path;  /* as given */
    const char *name;  /* of the file; inside a zip: of its member */
    const char *bytes; /* first bytes, closed with a zero */
    size_t length;
    bool json;                 /* starts with [ or { */
    bool header;               /* the first line's first field is not numeric */
    int32_t fields;            /* of the first line */
    char header_line[1024];    /* the first line, lower case, without quotes; empty: none */
    char row_line[1024];       /* the first line of data */
    char symbol[SYMBOL_BYTES]; /* guessed from the name, upper case; empty: not found */
    struct number contract;    /* --contract-size: what one contract holds; mantissa 0: not said */
    int32_t said; /* what a manifest says that it is: enum manifest_kind; -1: nothing */
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
    int8_t price_decimals, size_decimals; /* 0..12; -8..18 */
    bool time_ms, time_s;
    bool price_mixed, size_mixed; /* the fields of this record had several: the most stands above */
};
/* record->stream is this sink's, record->spare 0; line: for messages. False: the disk; a stream without a symbol; more than
 * TAPE_STREAMS_MAX streams. */
MUST_USE bool import_add(struct import_sink *sink,
                         const struct tape_record *record,
                         struct import_written written,
                         int64_t line,
                         struct error *error);
/* A row that was left out: kept with file:line and reason in the defects (and a text for the user). Every row that a dialect
 * meets ends in import_add() or here, once. */
void import_defect(struct import_sink *sink,
                   const char *code,
                   int64_t line,
                   const char *format,
                   ...) __attribute__((format(printf, 4, 5)));

/* The same for a row that is not as it should be and was taken: kept in the defects, not counted as left out. */
void import_note(struct import_sink *sink, const char *code, int64_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

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

struct import_options {
    const char *format;       /* "auto" or a dialect's name */
    const char *const *paths; /* files, folders or manifests */
    int32_t path_count;
    const char *out; /* the tape */
    const struct spill
        *within; /* NULL, or an open file that becomes it: `out` is what it is called then */
    const char *temporary;  /* folder for runs, or NULL; TMPDIR goes before it */
    const char *symbol;     /* for columns that name none, before the file's name; or NULL */
    struct number contract; /* for files whose sizes are contracts; mantissa 0: not said */
    int32_t jobs;           /* processes; 1 and more */
    bool force, strict;     /* replace a tape; the first bad row is an error */
    bool json;              /* say it as one JSON object */
    /* Records outside are left out and counted; 0, INSTANT_NEVER: all, or the window of a manifest. Mark, index and premium
     * bars are kept from eight days before on: the one that covers the first instant is among them. */
    int64_t first_us, last_us;
};
/* Leverage tiers and the rules of instruments are not in a tape: they stay in the manifest or the configuration. */
MUST_USE bool import_run(const struct import_options *options,
                         struct defects *defects,
                         struct error *error,
                         FILE *say); /* what was recognised and why; NULL: silent */

#endif
