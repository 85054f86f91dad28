#include "data/store_account.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/migrate.h"
#include "data/store_rows.h"

struct store *
store_open_account(const char *path, const struct instruments *instruments, struct error *error)
{
    bool there = access(path, F_OK) == 0;
    if (!there) {
        return store_open(path, false, false, instruments, error);
    }
    /* Judged as a file that may be replaced, and then gone on with. */
    return store_open(path, true, false, instruments, error);
}

/* ---- is it sound? ---- */

static bool wrong(struct store *self, const char *what, const char *remedy)
{
    self->failed = true;
    return error_set(&self->error, EXIT_CODE_OPERATING, self->path, 0, "%s: %s", what, remedy);
}

/* One row of one column; -1: none, or the question failed. */
static int64_t ask_number(struct store *self, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;
    if (sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        answer = sqlite3_column_int64(statement, 0);
    }
    (void)sqlite3_finalize(statement);
    return answer;
}

static bool quick_check(struct store *self)
{
    sqlite3_stmt *statement = NULL;
    bool sound =
        sqlite3_prepare_v2(self->db, "PRAGMA quick_check", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    (void)sqlite3_finalize(statement);
    return sound || wrong(self, "the database is damaged (quick_check)",
                          "restore a backup of it, or start a new account file");
}

static bool references_sound(struct store *self)
{
    sqlite3_stmt *statement = NULL;
    bool sound = sqlite3_prepare_v2(self->db, "PRAGMA foreign_key_check", -1, &statement, NULL) ==
                     SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_DONE;
    (void)sqlite3_finalize(statement);
    return sound || wrong(self, "a row refers to a row that is missing",
                          "restore a backup of it: somebody changed this file");
}

static bool books_sound(struct store *self)
{
    int64_t unbalanced = ask_number(
        self,
        "SELECT count(*) FROM (SELECT txn FROM ledger GROUP BY txn HAVING sum(amount_e8) <> 0)");
    return unbalanced == 0 || wrong(self, "transactions of the ledger do not sum to zero",
                                    "restore a backup of it: somebody changed this file");
}

/* One row of the audit chain against the one before it; its place and hash become the newest. */
static bool link_sound(struct store *self, sqlite3_stmt *row)
{
    struct digest digest;
    char hash[DIGEST_BYTES];
    int64_t seq = sqlite3_column_int64(row, 0);
    digest_init(&digest);
    digest_text(&digest, self->audit.hash);
    digest_signed(&digest, seq);
    digest_signed(&digest, sqlite3_column_int64(row, 1));
    for (int column = 2; column <= 6; column++) {
        digest_text(&digest, (const char *)sqlite3_column_text(row, column));
    }
    digest_format(&digest, hash);
    bool sound = seq == self->audit.seq + 1 &&
                 strcmp((const char *)sqlite3_column_text(row, 7), self->audit.hash) == 0 &&
                 strcmp((const char *)sqlite3_column_text(row, 8), hash) == 0;
    self->audit.seq = seq;
    memcpy(self->audit.hash, hash, sizeof(hash));
    return sound;
}

static bool chain_sound(struct store *self)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(self->db,
                                  "SELECT seq, timestamp, actor, role, action, object, result, "
                                  "prev_hash, hash FROM audit ORDER BY seq",
                                  -1, &statement, NULL);
    bool sound = code == SQLITE_OK;
    while (sound && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        sound = link_sound(self, statement);
    }
    sound = sound && code == SQLITE_DONE;
    (void)sqlite3_finalize(statement);
    return sound || wrong(self, "the audit chain is broken",
                          "restore a backup of it: somebody changed this file");
}

static bool is_account(struct store *self)
{
    int64_t foreign = ask_number(self, "SELECT count(*) FROM runs WHERE mode <> 'live'");
    if (foreign == 0) {
        return true;
    }
    self->failed = true;
    return error_set(
        &self->error, EXIT_CODE_USAGE, self->path, 0,
        "the database holds a simulated or a paper run: give a live account a file of its own");
}

/* ---- going on ---- */

static bool columns_text(sqlite3_stmt *row, int column, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(row, column);
    (void)snprintf(out, size, "%s", text == NULL ? "" : (const char *)text);
    return text != NULL;
}

static void read_last_owner(struct store *self, struct store_resume *out)
{
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(self->db,
                           "SELECT machine, boot, process FROM owners ORDER BY epoch DESC LIMIT 1",
                           -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW) {
        (void)columns_text(row, 0, out->last.machine, sizeof(out->last.machine));
        (void)columns_text(row, 1, out->last.boot, sizeof(out->last.boot));
        out->last.process = sqlite3_column_int64(row, 2);
    }
    (void)sqlite3_finalize(row);
}

static bool keep_state(struct store *self, sqlite3_stmt *row, struct store_resume *out)
{
    int size = sqlite3_column_bytes(row, 3);
    const void *bytes = sqlite3_column_blob(row, 3);
    if (bytes == NULL || size <= 0) {
        return wrong(self, "the state of the account is empty", "restore a backup of it");
    }
    self->resumed = malloc((size_t)size);
    CHECK(self->resumed != NULL);
    memcpy(self->resumed, bytes, (size_t)size);
    out->state = self->resumed;
    out->state_bytes = (size_t)size;
    out->events = sqlite3_column_int64(row, 0);
    (void)columns_text(row, 1, out->digest, sizeof(out->digest));
    out->journal_bytes = sqlite3_column_int64(row, 2);
    return true;
}

static bool read_state(struct store *self, struct store_resume *out)
{
    sqlite3_stmt *row = NULL;
    int code = sqlite3_prepare_v2(
        self->db, "SELECT events, digest, journal_bytes, engine FROM state", -1, &row, NULL);
    code = code == SQLITE_OK ? sqlite3_step(row) : code;
    out->fresh = code == SQLITE_DONE;
    bool done = code == SQLITE_ROW ? keep_state(self, row, out)
                                   : out->fresh || store_fail(self, "reading the state");
    (void)sqlite3_finalize(row);
    return done;
}

/* Schema, soundness, then what was. */
static bool take_up(struct store *self, struct store_resume *out)
{
    if (!store_connect(self, self->path, SQLITE_OPEN_READWRITE) || !store_log_ahead(self) ||
        !store_settle(self, true) || !quick_check(self) || !is_account(self)) {
        return false;
    }
    if (!migrate_forward(self->db, true)) {
        return store_fail(self, "bringing the database to this program's schema");
    }
    out->ended = ask_number(self, "SELECT count(*) FROM runs WHERE status = 'running'") == 0;
    out->epoch = (uint32_t)ask_number(self, "SELECT epoch + 1 FROM meta");
    out->generation = ask_number(self, "SELECT generation FROM meta");
    read_last_owner(self, out);
    return references_sound(self) && books_sound(self) && chain_sound(self) &&
           read_state(self, out);
}

static bool next_epoch(struct store *self, const struct store_run *run)
{
    self->venue = strdup(run->venue);
    CHECK(self->venue != NULL);
    /* What was killed is not running any more. */
    if (!store_execute(self, "UPDATE runs SET status = 'failed' WHERE status = 'running'",
                       "closing the epoch before")) {
        return false;
    }
    store_write_run(self, run);

    return store_commit_rows(self);
}

bool store_begin_account(struct store *self,
                         const struct store_run *run,
                         const struct store_owner *owner,
                         struct store_resume *out,
                         struct error *error)
{
    *out = (struct store_resume){.fresh = true, .ended = true, .epoch = 1, .generation = 1};
    bool begun = false;
    if (self->force) {
        begun = take_up(self, out);
        self->epoch = out->epoch;
        begun = begun && next_epoch(self, run);
    } else {
        begun = store_begin(self, run, error);
    }
    if (begun) {
        struct store_row row = row_begin(self, ROW_OWNER);
        row_int(&row, self->epoch);
        row_text(&row, owner->machine);
        row_text(&row, owner->boot);
        row_int(&row, owner->process);
        row_end(&row);
        (void)store_commit_rows(self);
    }
    return store_told(self, error);
}

bool store_adopt(struct store *self, int64_t time_us, const char *actor, struct error *error)
{
    const struct action_audit audit = {.actor = actor,
                                       .role = "admin",
                                       .action = "adopt",
                                       .object = "database",
                                       .result = "next generation"};
    store_audit(self, time_us, &audit);
    if (!self->failed) {
        (void)store_execute(self, "UPDATE meta SET generation = generation + 1",
                            "the next generation");
    }
    (void)store_commit_rows(self);
    return store_told(self, error);
}

/* ---- what each commit carries ---- */

void store_state_from(struct store *self, const struct store_state *state)
{
    self->state = state;
    if (self->state_bytes == NULL) {
        self->state_bytes = malloc(STORE_STATE_MAX);
        CHECK(self->state_bytes != NULL);
    }
}

void store_write_state(struct store *self)
{
    const struct store_state *state = self->state;
    if (state == NULL || !self->pending || self->failed) {
        return;
    }
    char digest[DIGEST_BYTES];
    digest_format(&(struct digest){.state = state->digest(state->self)}, digest);
    size_t size = state->encode(state->self, self->state_bytes, STORE_STATE_MAX);
    struct store_row row = row_begin(self, ROW_STATE);
    row_int(&row, self->epoch);
    row_int(&row, state->time_us(state->self));
    row_int(&row, state->events(state->self));
    row_text(&row, digest);
    row_int(&row, state->journal_bytes(state->self));
    row_blob(&row, self->state_bytes, size);
    row_end(&row);
}

bool store_waiting(const struct store *self)
{
    bool fresh = self->pending;
    for (int32_t slot = 0; slot < self->order_count && !fresh; slot++) {
        fresh = self->order_fresh[slot];
    }
    return fresh;
}

bool store_checkpoint(struct store *self, bool all, int64_t *wal_bytes, struct error *error)
{
    int frames = 0;
    int moved = 0;
    int code = sqlite3_wal_checkpoint_v2(
        self->db, NULL, all ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &frames,
        &moved);
    *wal_bytes = (int64_t)frames * ask_number(self, "PRAGMA page_size");
    /* A reader may hold it up: the next one goes on. */
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        (void)store_fail(self, "moving the log into the database");
    }
    return store_told(self, error);
}
