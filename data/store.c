#include "data/store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "data/migrate.h"
#include "data/place.h"
#include "data/store_file.h"
#include "data/store_rows.h"

enum { BUSY_MS = 5000 };

/* RISK 8.2. trusted_schema stays on: with it off, SQLite 3.40 refuses json_valid() in a CHECK. */
static const char settings_live[] = "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;";
/* No money rests on it: a power cut may take its last steps, never its consistency. */
static const char settings_paper[] = "PRAGMA synchronous = NORMAL;";
static const char settings_steps[] = "PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; "
                                     "PRAGMA journal_size_limit = 67108864;";

/* A file that is not in its place yet: nobody sees it, a failure removes it, and it is synced as a
 * whole before it moves. */
static const char settings_new[] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; "
                                   "PRAGMA locking_mode = EXCLUSIVE; PRAGMA mmap_size = 0; "
                                   "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -16384;";

bool store_told(const struct store *self, struct error *error)
{
    if (self->failed && error->code == EXIT_CODE_DONE) {
        *error = self->error;
    }
    return !self->failed;
}

bool store_free(const char *path, bool force, struct error *error)
{
    return store_file_judge(path, force, error);
}

struct store *store_open(const char *path,
                         bool force,
                         bool bulk,
                         const struct instruments *instruments,
                         struct error *error)
{
    if (!store_file_judge(path, force, error)) {
        return NULL;
    }
    struct store *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    /* A link stays a link: the database it names is replaced. */
    self->path = access(path, F_OK) == 0 ? realpath(path, NULL) : strdup(path);
    CHECK(self->path != NULL);
    if (bulk) {
        int length = asprintf(&self->growing, "%s-new", self->path);
        CHECK(length > 0);
    }
    self->force = force;
    self->bulk = bulk;
    self->epoch = 1;
    self->instruments = instruments;
    memset(self->audit.hash, '0', DIGEST_BYTES - 1);
    error_init(&self->error);
    return self;
}

bool store_connect(struct store *self, const char *path, int flags)
{
    /* One connection, one thread: no locks between. */
    if (sqlite3_open_v2(path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        return store_fail(self, "opening the database");
    }
    (void)sqlite3_busy_timeout(self->db, BUSY_MS);
    (void)sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return true;
}

static void disconnect(struct store *self)
{
    store_statements_free(self);
    int code = sqlite3_close(self->db);
    CHECK(code == SQLITE_OK); /* refused only while a statement of ours is open */
    self->db = NULL;
}

void store_write_run(struct store *self, const struct store_run *run)
{
    char config_hash[DIGEST_BYTES];
    char data_hash[DIGEST_BYTES];
    digest_format(&(struct digest){.state = run->config_hash}, config_hash);
    digest_format(&(struct digest){.state = run->data_hash}, data_hash);
    struct store_row row = row_begin(self, ROW_RUN);
    row_int(&row, self->epoch);
    row_text(&row, run->mode);
    row_text(&row, run->command);
    row_text(&row, run->config);
    row_text(&row, config_hash);
    row_text(&row, data_hash);
    row_int(&row, run->seed);
    row_text(&row, run->build);
    row_int(&row, run->started_at_us);
    row_text(&row, run->venue);
    row_text(&row, run->facts);
    row_end(&row);
    struct store_row meta = row_begin(self, ROW_META);
    row_int(&meta, self->epoch);
    row_text(&meta, run->build);
    row_text(&meta, sqlite3_libversion());
    row_text(&meta, store_sqlite_fixed(sqlite3_libversion_number()) ? "fixed" : "affected");
    row_end(&meta);
}

bool store_commit_rows(struct store *self)
{
    if (self->pending && !self->failed) {
        self->pending = false;
        (void)store_execute(self, "COMMIT", "committing records");
    }
    return !self->failed;
}

/* A whole new database beside its place: schema and the run that says 'running'. */
static bool build(struct store *self, const char *path, const struct store_run *run)
{
    store_file_remove(path);
    if (!store_connect(self, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) {
        return false;
    }
    /* Only before the first table: assessments of some 4 KB want larger pages, a live file that
     * will be pruned must learn to shrink. */
    const char *layout =
        self->bulk ? "PRAGMA page_size = 8192" : "PRAGMA auto_vacuum = INCREMENTAL";
    if (!store_execute(self, layout, "a new database") ||
        !store_execute(self, settings_new, "a new database")) {
        return false;
    }
    if (!migrate_forward(self->db, !self->bulk)) {
        return store_fail(self, "writing the schema");
    }
    store_write_run(self, run);
    return store_commit_rows(self);
}

/* The mark of WAL mode is in the file; a file system on which it cannot be had is refused. */
bool store_log_ahead(struct store *self)
{
    sqlite3_stmt *statement = NULL;
    bool log = sqlite3_prepare_v2(self->db, "PRAGMA journal_mode = WAL", -1, &statement, NULL) ==
                   SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW &&
               strcmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
    if (!log) {
        (void)store_fail(self, "a write-ahead log cannot be had here");
    }
    (void)sqlite3_finalize(statement);
    return log;
}

bool store_settle(struct store *self, bool durable)
{
    return store_execute(self, durable ? settings_live : settings_paper, "the settings") &&
           store_execute(self, settings_steps, "the settings");
}

static bool still_ours(struct store *self)
{
    self->failed = !store_file_is(self->path, &self->mark, &self->error);
    return !self->failed;
}

/* Step by step: the one read-write connection of the run. Between its appearance and this lock
 * another run with --force may have taken the place: then it is not ours. */
static bool attach(struct store *self, const struct store_run *run)
{
    return store_connect(self, self->path, SQLITE_OPEN_READWRITE) && store_log_ahead(self) &&
           still_ours(self) && store_settle(self, strcmp(run->mode, "paper") != 0);
}

/* A shared lock on the new file, from before it is in its place to the end of the run: nobody sees
 * it there without. */
static bool hold_place(struct store *self, const char *path)
{
    if (!store_connect(self, path, SQLITE_OPEN_READONLY) ||
        !store_execute(self, "BEGIN; SELECT count(*) FROM runs", "holding the database")) {
        return false;
    }
    self->place = self->db;
    self->db = NULL;
    return true;
}

/* Schema and run appear in one instant, by rename, in the place of what was there. */
static bool appear(struct store *self, const struct store_run *run, struct error *error)
{
    char temporary[PATH_MAX];
    if (!place_temporary(self->path, temporary, sizeof(temporary), error)) {
        return false;
    }
    /* With its log from the first instant: switched later, a kill could leave a half switched file. */
    bool built = build(self, temporary, run) && (self->bulk || store_log_ahead(self));
    disconnect(self);
    built = built && place_sync(temporary, &self->error) &&
            store_file_mark(temporary, &self->mark, &self->error) &&
            (!self->bulk || hold_place(self, temporary));
    if (built && store_file_install(temporary, self->path, self->force, error)) {
        return true;
    }
    (void)sqlite3_close(self->place);
    self->place = NULL;
    store_file_remove(temporary);
    self->error = built ? *error : self->error;
    return false;
}

bool store_begin(struct store *self, const struct store_run *run, struct error *error)
{
    CHECK(self->db == NULL && self->venue == NULL);
    self->venue = strdup(run->venue);
    CHECK(self->venue != NULL);
    if (!appear(self, run, error)) {
        self->failed = true;
        return store_told(self, error);
    }
    /* In bulk the run is written beside its place, each page once and without a log, and moves
     * there when it is whole. */
    return (self->bulk ? build(self, self->growing, run) : attach(self, run)) ||
           store_told(self, error);
}

int64_t store_wall_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);

    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void store_strategies(struct store *self, const struct strategies *strategies)
{
    self->strategies = strategies;
}

void store_metadata(struct store *self, const char *json)
{
    self->metadata = json;
}

void store_facts(struct store *self, const char *json)
{
    self->facts = json;
}

struct store_port store_port(struct store *self)
{
    CHECK(self->db != NULL || self->failed);
    return (struct store_port){.self = self, .record = store_record};
}

bool store_commit(struct store *self, struct error *error)
{
    store_flush(self);
    store_write_state(self);
    (void)store_commit_rows(self);
    return store_told(self, error);
}

/* A bulk run writes without the keys of its references being checked row by row; here all are. */
static bool references_check(struct store *self)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(self->db, "PRAGMA foreign_key_check", -1, &statement, NULL) !=
        SQLITE_OK) {
        return store_fail(self, "checking references");
    }
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        self->failed = true;
        (void)error_set(&self->error, EXIT_CODE_CHECK, self->path, 0,
                        "a row of %s (id %lld) refers to a missing row of %s: this is a bug of "
                        "Cerberus, please report it",
                        (const char *)sqlite3_column_text(statement, 0),
                        (long long)sqlite3_column_int64(statement, 1),
                        (const char *)sqlite3_column_text(statement, 2));
    } else if (code != SQLITE_DONE) {
        (void)store_fail(self, "checking references");
    }
    (void)sqlite3_finalize(statement);
    return !self->failed;
}

/* In the transaction of the status: a file that says it is done has its indexes. */
static void end_bulk(struct store *self)
{
    if (!self->failed && references_check(self) && !migrate_indexes(self->db)) {
        (void)store_fail(self, "building the indexes");
    }
}

/* The finished run takes the place of the file that said 'running'. */
static bool arrive(struct store *self, struct error *error)
{
    if (!store_log_ahead(self)) {
        return false;
    }
    disconnect(self);
    if (!store_file_arrive(self->growing, self->path, error)) {
        self->failed = true;
        self->error = *error;
        return false;
    }
    (void)sqlite3_close(self->place);
    self->place = NULL;
    return true;
}

bool store_end(struct store *self,
               const char *status,
               int64_t events,
               const char *digest,
               int64_t ended_at_us,
               struct error *error)
{
    store_flush(self);
    store_write_state(self);
    struct store_row row = row_begin(self, ROW_RUN_END);
    row_int(&row, ended_at_us);
    row_text(&row, status);
    row_int(&row, events);
    row_text(&row, digest);
    row_text(&row, self->facts);
    row_int(&row, self->epoch);
    row_end(&row);
    if (self->bulk) {
        end_bulk(self);
    }
    return (store_commit_rows(self) && (!self->bulk || arrive(self, error))) ||
           store_told(self, error);
}

void store_close(struct store *self)
{
    if (self == NULL) {
        return;
    }
    if (self->db != NULL) {
        /* An open transaction rolls back; the last commit stands, and so does 'running'. */
        disconnect(self);
    }
    if (self->place != NULL) {
        /* The run did not become whole. Only who holds the place may touch what grows beside it. */
        store_file_remove(self->growing);
        (void)sqlite3_close(self->place);
    }
    free(self->text.bytes);
    free(self->state_bytes);
    free(self->resumed);
    free(self->growing);
    free(self->path);
    free(self->venue);
    free(self);
}

bool store_failed(const struct store *self, struct error *error)
{
    return !store_told(self, error);
}
