/* store_world.h - what both tests of the store stand on: a folder a test, two instruments, a trade
 * as the core records it, and questions to the database by a connection of our own. */
#ifndef TESTS_DATA_STORE_WORLD_H
#define TESTS_DATA_STORE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/store.h"

/* ---- a world: two instruments, one folder a test ---- */

enum { NAME_BYTES = 2048, DOGE = 0, PEPE = 1 };

static struct instruments world;
static struct strategies sources;
static char folder[NAME_BYTES];
static char db_path[NAME_BYTES + 16];

static inline void add_instrument(const char *symbol)
{
    struct instrument item = {.tick_e12 = 1, .lot_e6 = 1, .pack = 1};
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    int32_t index = 0;
    assert_true(instruments_add(&world, &item, &index));
}

static inline int make_folder(void **state)
{
    (void)state;
    const char *base = getenv("TMPDIR");
    (void)snprintf(folder, sizeof(folder), "%s/store-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(db_path, sizeof(db_path), "%s/run.db", folder);
    instruments_init(&world);
    add_instrument("DOGEUSDT");
    add_instrument("1000PEPEUSDT");
    strategies_init(&sources);
    assert_int_equal(strategies_intern(&sources, "telegram"), 0);
    return 0;
}

static inline void append(char *out, size_t capacity, const char *text)
{
    size_t length = strlen(out);
    assert_true(length + strlen(text) < capacity);
    memcpy(out + length, text, strlen(text) + 1);
}

/* Every name in the folder, sorted, one a line. */
static inline void list_folder(char *out, size_t capacity)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    assert_true(count >= 2);
    out[0] = '\0';
    for (int index = 0; index < count; index++) {
        if (entries[index]->d_name[0] != '.') {
            append(out, capacity, entries[index]->d_name);
            append(out, capacity, "\n");
        }
        free(entries[index]);
    }
    free(entries);
}

static inline int remove_folder(void **state)
{
    (void)state;
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int index = 0; index < count; index++) {
        char name[NAME_BYTES * 2];
        (void)snprintf(name, sizeof(name), "%s/%s", folder, entries[index]->d_name);
        (void)unlink(name);
        (void)rmdir(name);
        free(entries[index]);
    }
    free(entries);
    return rmdir(folder);
}

static const struct store_run a_run = {.mode = "backtest",
                                       .command = "cerberus-sim backtest",
                                       .config = "{\"risk.per_trade\": 0.005}",
                                       .venue = "mock",
                                       .build = "test",
                                       .facts = "{}",
                                       .config_hash = 0xABC,
                                       .data_hash = 0xDEF,
                                       .seed = 7,
                                       .started_at_us = 5};

static inline struct store *must_open(bool force, bool bulk)
{
    struct error error;
    error_init(&error);
    struct store *store = store_open(db_path, force, bulk, &world, &error);
    if (store == NULL) {
        error_print(&error, "test", stderr);
    }
    assert_non_null(store);
    store_strategies(store, &sources);
    return store;
}

static inline struct store *must_begin(bool force, bool bulk)
{
    struct error error;
    error_init(&error);
    struct store *store = must_open(force, bulk);
    struct store_run run = a_run;
    run.mode = bulk ? "backtest" : "live";
    if (!store_begin(store, &run, &error)) {
        error_print(&error, "test", stderr);
        fail();
    }
    return store;
}

static inline void must_end(struct store *store)
{
    struct error error;
    error_init(&error);
    store_facts(store, "{\"bars\": 12}");
    bool ended = store_end(store, "done", 42, "0123456789abcdef", 9, &error);
    if (!ended) {
        error_print(&error, "test", stderr);
    }
    assert_true(ended);
    store_close(store);
}

static inline void record(struct store *store, const struct action *action)
{
    struct store_port port = store_port(store);
    port.record(port.self, action);
}

/* ---- questions to a database, by a connection of our own ---- */

static inline void execute_at(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline void ask(const char *sql, char *out, size_t capacity)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(db_path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        print_error("%s: %s\n", sql, sqlite3_errmsg(db));
        fail();
    }
    out[0] = '\0';
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(statement); column++) {
            const char *text = (const char *)sqlite3_column_text(statement, column);
            append(out, capacity, out[0] != '\0' ? "|" : "");
            append(out, capacity, text != NULL ? text : "NULL");
        }
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
}

static inline void expect(const char *sql, const char *answer)
{
    static char out[1 << 16];
    ask(sql, out, sizeof(out));
    assert_string_equal(out, answer);
}

/* ---- records ---- */

static inline struct action signal_action(struct signal *signal)
{
    *signal = (struct signal){.id = 1,
                              .timestamp_us = 1000,
                              .token = "DOGE",
                              .source = "telegram",
                              .confidence = "high",
                              .has_price = true,
                              .price_e12 = 6107400000,
                              .has_volume = true,
                              .volume = 12345,
                              .volume_exponent = 2,
                              .stop_metadata_e12 = 6000000000,
                              .source_line = 2};
    struct action action = {.kind = ACTION_SIGNAL, .instrument = DOGE, .time_us = 1100};
    action.signal.signal = signal;
    action.signal.verdict = VERDICT_APPROVED;
    action.signal.instrument = DOGE;
    action.signal.side = SIDE_LONG;
    action.signal.confidence = CONFIDENCE_HIGH;
    return action;
}

static inline struct action order_action(enum order_state state)
{
    struct action action = {.kind = ACTION_ORDER, .instrument = DOGE, .time_us = 1200};
    action.order.order_id = ORDER_ID(1, 1);
    action.order.signal_id = 1;
    action.order.position_id = 1;
    action.order.instrument = DOGE;
    action.order.state = state;
    action.order.size_e6 = 1000000000;
    action.order.filled_e6 = state == ORDER_FILLED ? 1000000000 : 0;
    action.order.leverage = 20;
    action.order.entry = true;
    action.order.intent_us = 1200;
    return action;
}

static inline struct action fill_action(uint64_t trade_id, enum side side)
{
    struct action action = {.kind = ACTION_FILL, .instrument = DOGE, .time_us = 1500};
    action.fill.order_id = ORDER_ID(1, 1);
    action.fill.trade_id = trade_id;
    action.fill.position_id = 1;
    action.fill.side = side;
    action.fill.liquidity = LIQUIDITY_TAKER;
    action.fill.price_e12 = 6107400000;
    action.fill.size_e6 = 1000000000;
    action.fill.fee_e8 = 305370;
    action.fill.venue_time_us = 1400;
    return action;
}

static inline struct action position_action(enum position_status status)
{
    struct action action = {.kind = ACTION_POSITION, .instrument = DOGE, .time_us = 1500};
    struct position *position = &action.position;
    bool over = status == POSITION_CLOSED;
    position->position_id = 1;
    position->signal_id = 1;
    position->instrument = DOGE;
    position->side = SIDE_LONG;
    position->status = status;
    position->leverage = 20;
    position->size_e6 = over ? 0 : 1000000000;
    position->size_total_e6 = 1000000000;
    position->cost_e8 = over ? 0 : 610740000;
    position->cost_total_e8 = 610740000;
    position->margin_e8 = over ? 0 : 30537000;
    position->margin_peak_e8 = 30537000;
    position->realised_e8 = over ? -1000000 : 0;
    position->fees_e8 = over ? 610740 : 305370;
    position->funding_e8 = -100;
    position->mark_e12 = 6200000000;
    position->liquidation_e12 = 5800000000;
    position->opened_us = 1400;
    position->closed_us = over ? 2000 : 0;
    position->exit_reason = over ? EXIT_STOP : EXIT_NONE;
    return action;
}

static inline struct action
posting_action(int64_t txn, enum ledger_account account, int64_t amount_e8)
{
    struct action action = {.kind = ACTION_POSTING, .instrument = DOGE, .time_us = 1500};
    action.posting = (struct action_posting){.txn = txn,
                                             .account = account,
                                             .kind = LEDGER_FEE,
                                             .amount_e8 = amount_e8,
                                             .position_id = 1,
                                             .venue_time_us = 1400};
    return action;
}

/* One signal, its order, two fills, its position, its money. */
static inline void record_trade(struct store *store)
{
    struct signal signal;
    struct action action = signal_action(&signal);
    record(store, &action);
    action = order_action(ORDER_SENDING);
    record(store, &action);
    action = position_action(POSITION_OPEN);
    record(store, &action);
    action = fill_action(1, SIDE_BUY);
    record(store, &action);
    action = posting_action(1, ACCOUNT_WALLET, -305370);
    record(store, &action);
    action = posting_action(1, ACCOUNT_FEES, 305370);
    record(store, &action);
    action = order_action(ORDER_FILLED);
    record(store, &action);
    action = fill_action(2, SIDE_SELL);
    record(store, &action);
    action = position_action(POSITION_CLOSED);
    record(store, &action);
    action = (struct action){.kind = ACTION_EQUITY, .instrument = -1, .time_us = 2000};
    action.equity.balance_e8 = 1000000000000;
    action.equity.equity_e8 = 1000000000000;
    record(store, &action);
}

static inline void write_complete(bool bulk)
{
    struct store *store = must_begin(false, bulk);
    record_trade(store);
    must_end(store);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

#endif
