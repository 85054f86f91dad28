#include "reports/database.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "data/store.h"
#include "reports/buffer.h"

static bool database_failed(const struct database *self, struct error *error)
{
    int code = sqlite3_errcode(self->connection);

    if (code == SQLITE_NOTADB) {
        return error_set(error, EXIT_CODE_USAGE, self->path, 0,
                         "is not a database: give the file that --db named");
    }
    if (code == SQLITE_CORRUPT) {
        return error_set(error, EXIT_CODE_DATA, self->path, 0,
                         "is damaged (%s): run the backtest again or restore a backup",
                         sqlite3_errmsg(self->connection));
    }
    return error_set(error, EXIT_CODE_OPERATING, self->path, 0, "cannot be read (%s): try again",
                     sqlite3_errmsg(self->connection));
}

sqlite3_stmt *database_prepare(const struct database *self, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(self->connection, sql, -1, &statement, NULL) == SQLITE_OK) {
        return statement;
    }
    if (sqlite3_errcode(self->connection) == SQLITE_ERROR) {
        (void)error_set(error, EXIT_CODE_DATA, self->path, 0,
                        "lacks a part of the schema (%s): write it with this version of Cerberus",
                        sqlite3_errmsg(self->connection));
    } else {
        (void)database_failed(self, error);
    }
    return NULL;
}

bool database_each(const struct database *self,
                   const char *sql,
                   database_take *take,
                   void *target,
                   struct error *error)
{
    sqlite3_stmt *statement = database_prepare(self, sql, error);

    if (statement == NULL) {
        return false;
    }
    int step;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        take(target, statement);
    }
    bool whole = step == SQLITE_DONE || database_failed(self, error);
    (void)sqlite3_finalize(statement);
    return whole;
}

bool database_has(const struct database *self, const char *table, const char *column)
{
    return sqlite3_table_column_metadata(self->connection, NULL, table, column, NULL, NULL, NULL,
                                         NULL, NULL) == SQLITE_OK;
}

static void take_number(void *target, sqlite3_stmt *row)
{
    *(int64_t *)target = sqlite3_column_int64(row, 0);
}

static bool database_judge(const struct database *self, struct error *error)
{
    int64_t application = 0;
    int64_t version = 0;

    if (!database_each(self, "PRAGMA application_id", take_number, &application, error) ||
        !database_each(self, "PRAGMA user_version", take_number, &version, error)) {
        return false;
    }
    if (application != STORE_APPLICATION_ID) {
        return error_set(error, EXIT_CODE_USAGE, self->path, 0,
                         "is a database of another program: give one that Cerberus wrote");
    }
    if (version > STORE_VERSION) {
        return error_set(
            error, EXIT_CODE_USAGE, self->path, 0,
            "was written by a newer Cerberus (schema %lld, this one reads %d): use that version",
            (long long)version, STORE_VERSION);
    }
    return true;
}

/* A file that is at rest in a folder where SQLite may not create its shared memory: read as it
 * lies there. */
static bool database_open_at_rest(struct database *self)
{
    struct buffer name;
    struct stat log;

    buffer_init(&name);
    buffer_format(&name, "%s-wal", self->path);
    bool at_rest = stat(name.bytes, &log) != 0 || log.st_size == 0;
    buffer_clear(&name);
    buffer_add(&name, "file:");
    for (const char *at = self->path; *at != '\0'; at++) {
        if (strchr("%?# ", *at) != NULL) {
            buffer_format(&name, "%%%02X", (unsigned)(unsigned char)*at);
        } else {
            buffer_append(&name, at, 1);
        }
    }
    buffer_add(&name, "?immutable=1");
    if (at_rest) {
        (void)sqlite3_close(self->connection);
        at_rest = sqlite3_open_v2(name.bytes, &self->connection,
                                  SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK;
    }
    buffer_release(&name);
    return at_rest;
}

bool database_open(struct database *self, const char *path, struct error *error)
{
    struct stat file;

    *self = (struct database){.path = path};
    if (stat(path, &file) != 0) {
        return error_set(error, errno == ENOENT ? EXIT_CODE_USAGE : EXIT_CODE_OPERATING, path, 0,
                         "cannot be found (%s): give the database of a run", strerror(errno));
    }
    if (!S_ISREG(file.st_mode)) {
        return error_set(error, EXIT_CODE_USAGE, path, 0,
                         "is not a file: give the database of a run");
    }
    (void)sqlite3_open_v2(path, &self->connection, SQLITE_OPEN_READONLY, NULL);
    CHECK(self->connection != NULL);
    (void)sqlite3_busy_timeout(self->connection, 5000);
    if (sqlite3_exec(self->connection, "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL,
                     NULL) != SQLITE_OK &&
        sqlite3_errcode(self->connection) == SQLITE_CANTOPEN && database_open_at_rest(self)) {
        (void)sqlite3_exec(self->connection, "BEGIN", NULL, NULL, NULL);
    }
    return database_judge(self, error);
}

void database_close(struct database *self)
{
    (void)sqlite3_close(self->connection);
    self->connection = NULL;
}
