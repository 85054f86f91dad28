/* database.h - opens a database of Cerberus for reading: nothing is ever changed, no lock is
 * kept that a writer would feel.
 * Laws     all reads between open and close see one instant of the file (one read transaction),
 *          also while a live program goes on writing.
 * Failure  an error: 2 for a file that is missing, foreign or newer, 3 for a damaged one, 4 for
 *          the rest. */
#ifndef REPORTS_DATABASE_H
#define REPORTS_DATABASE_H

#include <sqlite3.h>

#include "core/base.h"
#include "data/error.h"

struct database {
    sqlite3 *connection;
    const char *path; /* borrowed */
};

MUST_USE bool database_open(struct database *self, const char *path, struct error *error);
void database_close(struct database *self);
/* NULL and an error when the statement does not fit the schema. */
sqlite3_stmt *database_prepare(const struct database *self, const char *sql, struct error *error);

/* Calls take(target, statement) for each row; false and an error when a read fails. */
typedef void database_take(void *target, sqlite3_stmt *row);
MUST_USE bool database_each(const struct database *self,
                            const char *sql,
                            database_take *take,
                            void *target,
                            struct error *error);

#endif
