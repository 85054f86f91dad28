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

/* True when the file beside the database (its name with this ending) is not there, or holds
 * nothing and may be empty. */
static bool companion_absent(const char *path, const char *ending, bool may_be_empty)
{
    struct buffer name;
    struct stat file;

    buffer_init(&name);
    buffer_format(&name, "%s%s", path, ending);
    bool absent = stat(name.bytes, &file) != 0 || (may_be_empty && file.st_size == 0);
    buffer_release(&name);
    return absent;
}

/* Reads the file as it lies there: SQLite makes no -wal and no -shm beside it, and needs no right
 * to. Only for a database at rest: nobody writes it. */
static bool open_at_rest(struct database *self)
{
    struct buffer name;

    buffer_init(&name);
    buffer_add(&name, "file:");
    for (const char *at = self->path; *at != '\0'; at++) {
        if (strchr("%?# ", *at) != NULL) {
            buffer_format(&name, "%%%02X", (unsigned)(unsigned char)*at);
        } else {
            buffer_append(&name, at, 1);
        }
    }
    buffer_add(&name, "?immutable=1");
    (void)sqlite3_close(self->connection);
    int code = sqlite3_open_v2(name.bytes, &self->connection,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    buffer_release(&name);
    return code == SQLITE_OK;
}

/* One read transaction, begun by a read. */
static int transaction_begin(const struct database *self)
{
    static const char sql[] = "BEGIN; SELECT count(*) FROM sqlite_master";

    return sqlite3_exec(self->connection, sql, NULL, NULL, NULL);
}

/* A program that has the database open keeps a -wal and a -shm beside it. */
static void connection_open(struct database *self)
{
    bool at_rest =
        companion_absent(self->path, "-wal", false) && companion_absent(self->path, "-shm", false);

    if (at_rest && open_at_rest(self)) {
        (void)transaction_begin(self);
        return;
    }
    (void)sqlite3_close(self->connection);
    (void)sqlite3_open_v2(self->path, &self->connection, SQLITE_OPEN_READONLY, NULL);
    CHECK(self->connection != NULL);
    (void)sqlite3_busy_timeout(self->connection, 5000);
    /* A folder that SQLite may not write, and a log in which nothing is left to read. */
    if (transaction_begin(self) != SQLITE_OK &&
        sqlite3_errcode(self->connection) == SQLITE_CANTOPEN &&
        companion_absent(self->path, "-wal", true) && open_at_rest(self)) {
        (void)transaction_begin(self);
    }
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
    connection_open(self);
    return database_judge(self, error);
}

void database_close(struct database *self)
{
    (void)sqlite3_close(self->connection);
    self->connection = NULL;
}
