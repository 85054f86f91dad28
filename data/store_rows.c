#include "data/store_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"

static const char *const statement_sql[ROW_STATEMENT_COUNT] = {
    [ROW_RUN] = "INSERT INTO runs (id, mode, command, config, config_hash, data_hash, seed, build, "
                "started_at, status, venue, facts) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?)",
    [ROW_META] = "INSERT INTO meta (id, generation, epoch, build, sqlite_version, sqlite_gate) "
                 "VALUES (1, 1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, "
                 "build = excluded.build, sqlite_version = excluded.sqlite_version, "
                 "sqlite_gate = excluded.sqlite_gate",
    [ROW_RUN_END] = "UPDATE runs SET ended_at = ?, status = ?, events = ?, digest = ?, "
                    "facts = coalesce(?, facts) WHERE id = ?",
    [ROW_SIGNAL] = "INSERT INTO signals (id, timestamp, source, token, confidence, price, "
                   "price_e12, volume, volume_digits, volume_decimals, data, side, external_id, "
                   "verdict, source_line, instrument, confidence_given, stop_e12, received_at) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, CASE WHEN ?11 IS NULL OR "
                   "json_valid(?11) THEN ?11 ELSE json_object('raw', ?11) END, "
                   "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    [ROW_ASSESSMENT] = "INSERT INTO assessments (signal_id, timestamp, verdict, approved, cached, "
                       "base_leverage, max_leverage, leverage, position_size, size_e6, "
                       "notional_e8, reasoning, checks, token, side, price_e12, limit_entry, "
                       "stop_e12, stop_source, bound, size_bound) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ROW_DECISION] = "INSERT INTO decisions (signal_hash, decision, created_at, expires_at) "
                     "VALUES (?, ?, ?, ?) ON CONFLICT (signal_hash) DO UPDATE SET "
                     "decision = excluded.decision, created_at = excluded.created_at, "
                     "expires_at = excluded.expires_at",
    [ROW_ORDER] = "INSERT INTO orders (id, client_id, venue, signal_id, position_id, token, side, "
                  "type, time_in_force, reduce_only, price_e12, trigger_e12, size_e6, filled_e6, "
                  "leverage, state, reason, intent_at, sent_at, acked_at, ended_at, entry, "
                  "close_position, trigger_by, callback_e9, expires_at, exit_reason) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                  "?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET signal_id = excluded.signal_id, "
                  "position_id = excluded.position_id, price_e12 = excluded.price_e12, "
                  "trigger_e12 = excluded.trigger_e12, size_e6 = excluded.size_e6, "
                  "filled_e6 = excluded.filled_e6, leverage = excluded.leverage, "
                  "state = excluded.state, reason = excluded.reason, sent_at = excluded.sent_at, "
                  "acked_at = excluded.acked_at, ended_at = excluded.ended_at, "
                  "expires_at = excluded.expires_at, exit_reason = excluded.exit_reason",
    [ROW_FILL] = "INSERT INTO fills (venue, trade_id, order_id, position_id, token, side, "
                 "price_e12, size_e6, fee_e8, liquidity, kind, timestamp, received_at) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ROW_POSITION] = "INSERT INTO positions (id, token, side, size, leverage, entry_price, "
                     "entry_price_e12, current_price, current_price_e12, pnl, pnl_e8, "
                     "liquidation_price, liquidation_price_e12, status, opened_at, closed_at, "
                     "signal_id, source, margin_mode, margin_e8, size_e6, realised_pnl_e8, "
                     "fees_e8, funding_e8, max_favourable_e8, max_adverse_e8, exit_reason, "
                     "cost_e8, stop_e12) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                     "?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET size = excluded.size, "
                     "leverage = excluded.leverage, entry_price = excluded.entry_price, "
                     "entry_price_e12 = excluded.entry_price_e12, "
                     "current_price = excluded.current_price, "
                     "current_price_e12 = excluded.current_price_e12, pnl = excluded.pnl, "
                     "pnl_e8 = excluded.pnl_e8, liquidation_price = excluded.liquidation_price, "
                     "liquidation_price_e12 = excluded.liquidation_price_e12, "
                     "status = excluded.status, opened_at = excluded.opened_at, "
                     "closed_at = excluded.closed_at, margin_mode = excluded.margin_mode, "
                     "margin_e8 = excluded.margin_e8, size_e6 = excluded.size_e6, "
                     "realised_pnl_e8 = excluded.realised_pnl_e8, fees_e8 = excluded.fees_e8, "
                     "funding_e8 = excluded.funding_e8, "
                     "max_favourable_e8 = excluded.max_favourable_e8, "
                     "max_adverse_e8 = excluded.max_adverse_e8, "
                     "exit_reason = excluded.exit_reason, cost_e8 = excluded.cost_e8, "
                     "stop_e12 = excluded.stop_e12",
    [ROW_POSTING] = "INSERT INTO ledger (txn, account, amount_e8, kind, token, position_id, "
                    "timestamp) VALUES (?, ?, ?, ?, ?, ?, ?)",
    [ROW_EQUITY] = "INSERT INTO equity (timestamp, balance_e8, equity_e8, margin_used_e8, "
                   "margin_available_e8, drawdown_ppm, open_positions, breaker_state) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [ROW_BREAKER] = "INSERT INTO breaker_events (timestamp, scope, from_state, to_state, cause, "
                    "baseline_e8, actor, scope_index, scope_name, value, limit_value) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ROW_AUDIT] = "INSERT INTO audit (seq, timestamp, actor, role, action, object, result, "
                  "prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ROW_ERROR] = "INSERT INTO errors (timestamp, category, severity, code, message, file, line, "
                  "count) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [ROW_ALERT] = "INSERT INTO alerts (timestamp, severity, title, body, channel, status, "
                  "attempts, token) VALUES (?, ?, ?, ?, NULL, 'stored', 0, ?)",
    [ROW_METRIC] = "INSERT INTO metrics (timestamp, metric_name, metric_value, metric_digits, "
                   "metric_decimals, metadata) VALUES (?, ?, ?, ?, ?, ?)",
    [ROW_STATE] = "INSERT INTO state (id, epoch, timestamp, events, digest, journal_bytes, engine) "
                  "VALUES (1, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                  "epoch = excluded.epoch, timestamp = excluded.timestamp, "
                  "events = excluded.events, digest = excluded.digest, "
                  "journal_bytes = excluded.journal_bytes, engine = excluded.engine",
    [ROW_OWNER] = "INSERT INTO owners (epoch, generation, machine, boot, process) "
                  "VALUES (?, (SELECT generation FROM meta), ?, ?, ?)",
    [ROW_VENUE_ORDER] = "INSERT INTO venue_orders (venue, token, venue_order_id, order_id) "
                        "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    [ROW_PAYMENT] = "INSERT INTO payments (venue, kind, payment_id, token, amount_e8, timestamp) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
    [ROW_RECONCILE] = "INSERT INTO reconciles (timestamp, kind, result, differences, detail) "
                      "VALUES (?, ?, ?, ?, ?)",
    [ROW_CONFIG] = "INSERT INTO config_versions (timestamp, actor, config, config_hash, result) "
                   "VALUES (?, ?, ?, ?, ?)",
    [ROW_TOKEN] = "INSERT INTO reset_tokens (hash, scope, scope_name, requester, reason, "
                  "created_at, expires_at, tries) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
    [ROW_TOKEN_USED] = "UPDATE reset_tokens SET used_at = ?2, approver = ?3 WHERE hash = ?1 AND "
                       "used_at IS NULL AND expires_at > ?2 AND tries < 5",
    [ROW_TOKEN_TRIED] = "UPDATE reset_tokens SET tries = tries + 1 WHERE used_at IS NULL AND "
                        "expires_at > ?",
    [ASK_FILL] = "SELECT 1 FROM fills WHERE venue = ? AND token = ? AND trade_id = ?",
    [ASK_LAST_FILL] = "SELECT coalesce(max(timestamp), 0) FROM fills WHERE venue = ? AND token = ?",
    [ASK_ORDER_OF] = "SELECT order_id FROM venue_orders WHERE venue = ? AND token = ? AND "
                     "venue_order_id = ?",
    [ASK_PAYMENT] = "SELECT 1 FROM payments WHERE venue = ? AND kind = ? AND payment_id = ? AND "
                    "token = ?",
    [ASK_LAST_PAYMENT] = "SELECT coalesce(max(timestamp), 0) FROM payments WHERE venue = ? AND "
                         "kind = ?",
    [ASK_TOKEN] = "SELECT scope, scope_name, requester, reason, created_at, expires_at, used_at, "
                  "tries FROM reset_tokens WHERE hash = ?",
};

/* The database's own words, with the remedy where we know one. */
static const char *remedy(int code)
{
    switch (code) {
    case SQLITE_FULL: return "the disk is full: make room and start again";
    case SQLITE_READONLY: return "the file or its folder is read-only: choose another place";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another process uses the database: wait for it or choose another file";
    case SQLITE_CANTOPEN: return "the file cannot be opened: check the folder and its permissions";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return "the file is damaged: choose another one";
    case SQLITE_CONSTRAINT: return "this is a bug of Cerberus, please report it";
    default: return "check the disk and start again";
    }
}

bool store_fail(struct store *self, const char *doing)
{
    self->failed = true;
    int code = sqlite3_errcode(self->db) & 0xFF;
    return error_set(&self->error, EXIT_CODE_OPERATING, self->path, 0, "%s: %s: %s", doing,
                     sqlite3_errmsg(self->db), remedy(code));
}

bool store_execute(struct store *self, const char *sql, const char *doing)
{
    if (sqlite3_exec(self->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return store_fail(self, doing);
    }
    return true;
}

void store_statements_free(struct store *self)
{
    for (int index = 0; index < ROW_STATEMENT_COUNT; index++) {
        (void)sqlite3_finalize(self->statements[index]);
        self->statements[index] = NULL;
    }
}

/* The statement, prepared at its first use; NULL: it cannot be. */
static sqlite3_stmt *statement_of(struct store *self, enum store_statement statement)
{
    sqlite3_stmt **slot = &self->statements[statement];
    if (*slot == NULL && sqlite3_prepare_v3(self->db, statement_sql[statement], -1,
                                            SQLITE_PREPARE_PERSISTENT, slot, NULL) != SQLITE_OK) {
        (void)store_fail(self, "preparing a statement");
    }
    return *slot;
}

struct store_row row_begin(struct store *self, enum store_statement statement)
{
    struct store_row row = {.store = self};
    if (!self->failed && !self->pending) {
        self->pending = store_execute(self, "BEGIN IMMEDIATE", "beginning a transaction");
    }
    row.statement = self->failed ? NULL : statement_of(self, statement);
    return row;
}

/* A value that cannot be bound is no memory; the step that follows would write a NULL for it. */
static void row_bound(struct store_row *self, int code)
{
    if (code != SQLITE_OK) {
        (void)store_fail(self->store, "binding a value");
        self->statement = NULL;
    }
}

struct store_row ask_begin(struct store *self, enum store_statement statement)
{
    return (struct store_row){.store = self,
                              .statement = self->failed ? NULL : statement_of(self, statement)};
}

bool ask_next(struct store_row *self)
{
    int code = self->statement == NULL ? SQLITE_DONE : sqlite3_step(self->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        (void)store_fail(self->store, "asking the database");
    }
    return code == SQLITE_ROW;
}

void ask_end(struct store_row *self)
{
    if (self->statement != NULL) {
        (void)sqlite3_reset(self->statement);
        (void)sqlite3_clear_bindings(self->statement);
    }
}

void row_null(struct store_row *self)
{
    if (self->statement != NULL) {
        row_bound(self, sqlite3_bind_null(self->statement, ++self->column));
    }
}

void row_int(struct store_row *self, int64_t value)
{
    if (self->statement != NULL) {
        row_bound(self, sqlite3_bind_int64(self->statement, ++self->column, value));
    }
}

void row_int_or_null(struct store_row *self, int64_t value)
{
    if (value == 0) {
        row_null(self);
    } else {
        row_int(self, value);
    }
}

void row_text(struct store_row *self, const char *text)
{
    if (self->statement != NULL) {
        row_bound(self,
                  sqlite3_bind_text(self->statement, ++self->column, text, -1, SQLITE_STATIC));
    }
}

void row_blob(struct store_row *self, const void *bytes, size_t size)
{
    if (self->statement != NULL) {
        row_bound(self, sqlite3_bind_blob(self->statement, ++self->column, bytes, (int)size,
                                          SQLITE_STATIC));
    }
}

void row_real(struct store_row *self, int64_t value, unsigned scale)
{
    if (self->statement != NULL) {
        row_bound(self, sqlite3_bind_double(self->statement, ++self->column,
                                            store_nearest(value, scale)));
    }
}

void row_end(struct store_row *self)
{
    if (self->statement == NULL) {
        return;
    }
    CHECK(self->column == sqlite3_bind_parameter_count(self->statement));
    if (sqlite3_step(self->statement) != SQLITE_DONE) {
        (void)store_fail(self->store, "writing a record");
    }
    /* The step has told the failure already; reset only repeats it. */
    (void)sqlite3_reset(self->statement);
}

static void text_reserve(struct store_text *self, size_t more)
{
    if (self->capacity - self->length > more) {
        return;
    }
    size_t capacity = self->capacity * 2 + more + 4096;
    char *bytes = realloc(self->bytes, capacity);
    CHECK(bytes != NULL);
    self->bytes = bytes;
    self->capacity = capacity;
}

static void text_append(struct store_text *self, const char *bytes, size_t length)
{
    text_reserve(self, length);
    memcpy(self->bytes + self->length, bytes, length);
    self->length += length;
    self->bytes[self->length] = '\0';
}

void store_text_clear(struct store_text *self)
{
    self->length = 0;
}

void store_text_add(struct store_text *self, const char *words)
{
    text_append(self, words, strlen(words));
}

void store_text_decimal(struct store_text *self, int64_t value, unsigned scale)
{
    char digits[DECIMAL_BYTES];
    size_t length = decimal_format(value, scale, digits);
    text_append(self, digits, length);
}

void store_text_string(struct store_text *self, const char *text)
{
    if (text == NULL) {
        store_text_add(self, "null");
        return;
    }
    store_text_add(self, "\"");
    for (const char *cursor = text; *cursor != '\0'; cursor++) {
        size_t plain = 0;
        while ((unsigned char)cursor[plain] >= 0x20 && cursor[plain] != '"' &&
               cursor[plain] != '\\') {
            plain++;
        }
        text_append(self, cursor, plain);
        cursor += plain;
        if (*cursor == '\0') {
            break;
        }
        static const char hex[] = "0123456789abcdef";
        unsigned byte = (unsigned char)*cursor;
        char escape[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15], '\0'};
        store_text_add(self, escape);
    }
    store_text_add(self, "\"");
}

double store_nearest(int64_t value, unsigned scale)
{
    enum { EXACT_POWERS = 19 };
    static const double powers[EXACT_POWERS] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                                1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                                1e14, 1e15, 1e16, 1e17, 1e18};
    const int64_t exact = 1LL << 53;
    CHECK(scale < EXACT_POWERS);
    int64_t digits = value;
    unsigned decimals = scale;
    while (decimals > 0 && digits % 10 == 0) {
        digits /= 10;
        decimals--;
    }
    /* Both are doubles without loss, so that the one division rounds once. */
    if (digits <= exact && digits >= -exact) {
        return (double)digits / powers[decimals];
    }
    char text[DECIMAL_BYTES];
    (void)decimal_format(digits, decimals, text);
    return strtod(text, NULL);
}
