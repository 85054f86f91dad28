/* migrate.h - brings a database to the schema of this program: from nothing, or forward from an
 * older version, each version in one transaction.
 * Laws     forward only; a newer version is never touched. Version 1 is data/schema.sql,
 *          version 2 adds data/account.sql; a later version is one more step in migrate.c, never an edit of a published
 *          one.
 * Failure  false; the database says why (sqlite3_errmsg), and is as it was before the failing step.
 */
#ifndef DATA_MIGRATE_H
#define DATA_MIGRATE_H

#include <sqlite3.h>

#include "core/base.h"

/* indexes: false leaves them to migrate_indexes(), for bulk runs. */
MUST_USE bool migrate_forward(sqlite3 *db, bool indexes);
/* The indexes of data/schema.sql, inside the caller's transaction. */
MUST_USE bool migrate_indexes(sqlite3 *db);
/* PRAGMA user_version; -1: unreadable. */
int migrate_version(sqlite3 *db);

#endif
