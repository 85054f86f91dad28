/* store_rows.h - how one row gets into the database: prepared statements, values by column, the
 * first failure kept. Private to the store.
 * Laws     each statement names its columns; values are put in their order. After the first failure
 *          every further row is dropped: the run cannot become complete any more.
 * Memory   statements live as long as the store; texts are borrowed until row_end().
 * Cost     about 1 us a row beside SQLite's own work. */
#ifndef DATA_STORE_ROWS_H
#define DATA_STORE_ROWS_H

#include <sqlite3.h>

#include "data/store.h"
#include "data/store_account.h"
#include "data/store_file.h"

enum store_statement {
    ROW_RUN,
    ROW_META,
    ROW_RUN_END,
    ROW_SIGNAL,
    ROW_ASSESSMENT,
    ROW_DECISION,
    ROW_ORDER,
    ROW_FILL,
    ROW_POSITION,
    ROW_POSTING,
    ROW_EQUITY,
    ROW_BREAKER,
    ROW_AUDIT,
    ROW_ERROR,
    ROW_ALERT,
    ROW_METRIC,
    ROW_STATE, /* of a live account from here on: data/store_account.h */
    ROW_OWNER,
    ROW_VENUE_ORDER,
    ROW_PAYMENT,
    ROW_RECONCILE,
    ROW_CONFIG,
    ROW_TOKEN,
    ROW_TOKEN_USED,
    ROW_TOKEN_TRIED,
    ASK_FILL, /* questions: ask_begin() */
    ASK_LAST_FILL,
    ASK_ORDER_OF,
    ASK_PAYMENT,
    ASK_LAST_PAYMENT,
    ASK_TOKEN,
    ROW_STATEMENT_COUNT
};

/* JSON text under construction. */
struct store_text {
    char *bytes; /* closed once anything was added */
    size_t length, capacity;
};

struct store_audit {
    int64_t seq; /* of the last row */
    char hash[DIGEST_BYTES];
};

struct store {
    sqlite3 *db;            /* where rows go; NULL until store_begin() */
    struct store_mark mark; /* the file that this run put there */
    sqlite3 *place;         /* bulk: holds the file that says 'running' */
    char *growing;          /* bulk: where the run is written until it is whole; else NULL */
    sqlite3_stmt *statements[ROW_STATEMENT_COUNT];
    const struct instruments *instruments;
    const struct strategies *strategies; /* NULL: sources are named by index */
    const char *metadata;                /* of the next signal; NULL: none */
    const char *facts; /* as the end of the run knows them; NULL: those of its start */
    char *path, *venue;
    bool force, bulk, failed;
    uint32_t epoch; /* id of its row in `runs` */
    const struct store_state
        *state;           /* of a live account: what each commit carries; NULL: nothing */
    uint8_t *state_bytes; /* scratch of it */
    uint8_t *resumed;     /* the state that the account had */
    bool pending;         /* a transaction is open */
    struct error error;   /* the first failure */
    struct store_text text;
    struct store_audit audit;
    /* The latest state of orders and positions that are not over: written when they are, and at
     * each commit; between commits a position may change a thousand times. */
    struct order orders[ORDERS_MAX];
    struct position positions[INSTRUMENTS_MAX];
    bool order_fresh[ORDERS_MAX], position_fresh[INSTRUMENTS_MAX]; /* not written yet */
    int32_t order_count, position_count;
};

/* One row on its way; not valid after a failure, when every put is a no-op. */
struct store_row {
    struct store *store;
    sqlite3_stmt *statement;
    int column;
};

struct store_row row_begin(struct store *self, enum store_statement statement);
void row_null(struct store_row *self);
void row_int(struct store_row *self, int64_t value);
void row_int_or_null(struct store_row *self, int64_t value); /* 0 is NULL */
void row_text(struct store_row *self, const char *text);     /* NULL is NULL */
void row_real(struct store_row *self, int64_t value, unsigned scale);
void row_blob(struct store_row *self, const void *bytes, size_t size);
/* Runs the statement: one row more. */
void row_end(struct store_row *self);

/* A question of one row: values are put like those of a row; then ask_next() is true while there is one, whose columns are read
 * by sqlite3_column_*(row.statement, ..); ask_end() in every case. After a failure there is none. */
struct store_row ask_begin(struct store *self, enum store_statement statement);
bool ask_next(struct store_row *self);
void ask_end(struct store_row *self);

/* Keeps the database's own words as the first failure; always false. */
bool store_fail(struct store *self, const char *doing);
/* One or more statements without values. */
bool store_execute(struct store *self, const char *sql, const char *doing);
void store_statements_free(struct store *self);
/* One read-write connection; statements, transactions, settings are the caller's. */
bool store_connect(struct store *self, const char *path, int flags);
/* The mark of WAL mode is in the file; a file system on which it cannot be had is refused. */
bool store_log_ahead(struct store *self);
bool store_settle(struct store *self,
                  bool durable); /* the settings of a run that commits step by step */
bool store_told(const struct store *self, struct error *error);
bool store_commit_rows(struct store *self);
void store_write_run(struct store *self, const struct store_run *run);
/* Of a live account that has one: into the transaction that ends. */
void store_write_state(struct store *self);

void store_text_clear(struct store_text *self);
void store_text_add(struct store_text *self, const char *words);
void store_text_decimal(struct store_text *self, int64_t value, unsigned scale);
/* With quotes; NULL is the word null. */
void store_text_string(struct store_text *self, const char *text);

/* The double nearest to value / 10^scale. */
double store_nearest(int64_t value, unsigned scale);

/* Symbol of an instrument, or NULL; name of a source. */
const char *store_token(const struct store *self, int32_t instrument);
const char *store_source(const struct store *self, int32_t strategy);

/* Any record of the core. */
void store_record(void *store, const struct action *action);
/* Writes the orders and positions that wait and have changed since they were written. */
void store_flush(struct store *self);

void store_record_signal(struct store *self, const struct action *action);
void store_record_assessment(struct store *self, const struct action *action);
void store_record_decision(struct store *self, const struct action *action);
void store_record_order(struct store *self, const struct action *action);
void store_record_fill(struct store *self, const struct action *action);
void store_record_position(struct store *self, const struct action *action);
void store_record_posting(struct store *self, const struct action *action);
void store_record_equity(struct store *self, const struct action *action);

#endif
