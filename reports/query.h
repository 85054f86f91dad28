/* query.h - one statement and its row in work: columns by name, as text, integer or number of a
 * scale.
 * Laws     a column that the statement lacks, or that is NULL, reads as "" and 0; texts are
 *          borrowed until the next step. */
#ifndef REPORTS_QUERY_H
#define REPORTS_QUERY_H

#include "reports/buffer.h"
#include "reports/database.h"

struct query {
    const struct database *database;
    sqlite3_stmt *statement; /* NULL: failed */
};

MUST_USE bool query_open(struct query *self,
                         const struct database *database,
                         const char *sql,
                         struct error *error);
void query_bind(struct query *self, int place, int64_t value);
void query_bind_text(struct query *self, int place, const char *value);
/* The next row; false at the end. */
bool query_next(struct query *self);
/* False and an error when the reading broke off. */
MUST_USE bool query_close(struct query *self, struct error *error);

int query_column(const struct query *self, const char *name); /* -1: none */
const char *query_text(const struct query *self, const char *name);
int64_t query_integer(const struct query *self, const char *name);
bool query_null(const struct query *self, const char *name);
/* Integer column of a scale as shortest decimal; "none" for NULL. Written into out and returned. */
const char *query_decimal(const struct query *self, const char *name, unsigned scale, char out[64]);
/* Instant column as "2021-01-01 02:15:14.000"; "never" for NULL. */
const char *query_instant(const struct query *self, const char *name, char out[64]);
/* The row as a JSON object; columns named in raw (NULL-terminated) hold JSON and are put as they
 * are. */
void query_json(const struct query *self, const char *const *raw, struct buffer *out);

#endif
