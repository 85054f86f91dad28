/* diff.h - two runs side by side: every table row by row, the first divergence by name, trades
 * matched by their signal.
 * Compared  signals (but source_line), assessments, decisions, orders, fills, positions, ledger,
 *           equity, breaker_events, and the digests. Not compared: wall-clock columns, commands,
 *           builds, alerts, errors, metrics, audit.
 * First     the earliest row that differs, by the time at which it was written; at one instant
 *           in the order above.
 * Failure   an error of database.h. */
#ifndef REPORTS_DIFF_H
#define REPORTS_DIFF_H

#include "reports/buffer.h"
#include "reports/run.h"

enum { DIFF_TABLES = 9, DIFF_VALUE_BYTES = 160, DIFF_COLUMN_BYTES = 64 };

struct diff_table {
    const char *table;                 /* static text */
    int64_t rows_a, rows_b, differing; /* differing: rows that are unlike or on one side only */
    int64_t id, time_us;               /* of the first; in order of time */
    char column[DIFF_COLUMN_BYTES];    /* "": the row is on one side only */
    char value_a[DIFF_VALUE_BYTES], value_b[DIFF_VALUE_BYTES];
};

struct diff {
    const char *paths[2]; /* borrowed */
    struct diff_table tables[DIFF_TABLES];
    int first; /* index of the table that diverges first; -1: equal */
    bool digests_differ;
};

MUST_USE bool
diff_compare(struct diff *self, const char *path_a, const char *path_b, struct error *error);
bool diff_equal(const struct diff *self);
/* The whole comparison in words or as JSON. */
MUST_USE bool
diff_tell(const struct diff *self, bool json, struct buffer *out, struct error *error);

#endif
