#include "data/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/store.h"

/* One literal is a whole schema: longer than the 4095 bytes that C17 promises, and both compilers
 * take it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
#include "account_sql.h"
#include "schema_sql.h"
#pragma GCC diagnostic pop

#define INDEX_MARK "-- ==== INDEXES ===="

/* From the version below to this one. */
struct migration {
    int version;
    const char *sql;
};

static const struct migration migrations[] = {{1, SCHEMA_SQL}, {2, ACCOUNT_SQL}};

int migrate_version(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        version = sqlite3_column_int(statement, 0);
    }
    (void)sqlite3_finalize(statement);
    return version;
}

static bool execute(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* A step's SQL, without what stands behind the mark of the indexes when they come later. */
static bool step_tables(sqlite3 *db, const char *sql, bool indexes)
{
    const char *mark = strstr(sql, INDEX_MARK);
    if (indexes || mark == NULL) {
        return execute(db, sql);
    }
    char *tables = strndup(sql, (size_t)(mark - sql));
    CHECK(tables != NULL);
    bool done = execute(db, tables);
    free(tables);
    return done;
}

static bool step_run(sqlite3 *db, const struct migration *step, bool indexes)
{
    char stamp[96];
    (void)snprintf(stamp, sizeof(stamp),
                   "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
                   STORE_APPLICATION_ID, step->version);
    if (!execute(db, "BEGIN IMMEDIATE")) {
        return false;
    }
    if (step_tables(db, step->sql, indexes) && execute(db, stamp)) {
        return true;
    }
    /* The cause is the step's failure; SQLite may have rolled back by itself already. */
    if (sqlite3_get_autocommit(db) == 0) {
        (void)execute(db, "ROLLBACK");
    }
    return false;
}

bool migrate_forward(sqlite3 *db, bool indexes)
{
    int version = migrate_version(db);
    if (version < 0 || version > STORE_VERSION) {
        return false;
    }
    for (size_t index = 0; index < ARRAY_COUNT(migrations); index++) {
        if (migrations[index].version > version && !step_run(db, &migrations[index], indexes)) {
            return false;
        }
    }
    return true;
}

bool migrate_indexes(sqlite3 *db)
{
    const char *mark = strstr(SCHEMA_SQL, INDEX_MARK);
    CHECK(mark != NULL);
    return execute(db, mark);
}
