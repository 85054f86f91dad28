#include "tests/support/report_fixture.h"

#include <dirent.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/store.h"

/* The folder of this process; empty until the first use. */
static char folder[FIXTURE_PATH_BYTES / 2];

void fixture_path(const char *name, char path[FIXTURE_PATH_BYTES])
{
    if (folder[0] == '\0') {
        const char *base = getenv("TMPDIR");
        (void)snprintf(folder, sizeof(folder), "%.200s/report-XXXXXX",
                       base != NULL ? base : "/tmp");
        assert_non_null(mkdtemp(folder));
    }
    (void)snprintf(path, FIXTURE_PATH_BYTES, "%s/%.200s", folder, name);
}

void fixture_empty(const char *name,
                   const char *status,
                   const char *facts,
                   char path[FIXTURE_PATH_BYTES])
{
    static struct instruments instruments;
    struct error error;
    const struct store_run run = {
        .mode = "backtest",
        .command = "cerberus-sim backtest --signals s.csv",
        .config = "{\"position.margin_mode\": \"isolated\", \"risk.c15.positions\": 5}",
        .venue = "mock",
        .build = "test",
        .facts = facts,
        .config_hash = 0xABC,
        .data_hash = 0xDEF,
        .seed = 7,
        .started_at_us = 1};

    fixture_path(name, path);
    instruments_init(&instruments);
    error_init(&error);
    struct store *store = store_open(path, false, true, &instruments, &error);
    if (store == NULL) {
        fail_msg("%s", error.text);
    }
    assert_true(store_begin(store, &run, &error));
    if (strcmp(status, "running") != 0) {
        assert_true(store_end(store, status, 42, "0123456789abcdef", 2, &error));
    }
    store_close(store);
}

void fixture_sql(const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s in: %.200s", message, sql);
    }
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static const struct {
    int profit, day;
} vector_a[] = {{50, 1}, {-30, 2}, {20, 2}, {-80, 4},  {40, 5},
                {60, 7}, {-25, 8}, {10, 8}, {-15, 10}, {90, 12}};

/* Rows of one trade: 10 units bought at 10.00 an hour before noon with 5x, sold at noon. */
static void trade_sql(char *sql, size_t size, int trade, int balance)
{
    int profit = vector_a[trade].profit;
    long long closed_us =
        FIXTURE_START_US + vector_a[trade].day * FIXTURE_DAY_US + FIXTURE_DAY_US / 2 + trade;
    long long opened_us = closed_us - FIXTURE_DAY_US / 24;
    long long price_e12 = 10000000000000LL + profit * 10000000000LL;
    int id = trade + 1;
    int before = balance - profit;

    (void)snprintf(
        sql, size,
        "INSERT INTO signals(id, timestamp, source, token, confidence, price, data, side,"
        " external_id, verdict, source_line, price_e12, instrument, confidence_given, received_at)"
        " VALUES(%d, %lld, 'flow', 'doge', 'High', 10.0, '{\"a\":1}', 'long', 'x%d', 'APPROVED',"
        " %d, 10000000000000, 'DOGEUSDT', 'high', %lld);"
        "INSERT INTO assessments(id, signal_id, timestamp, verdict, approved, cached,"
        " base_leverage, max_leverage, leverage, position_size, size_e6, notional_e8, reasoning,"
        " checks, token, side, price_e12, limit_entry, stop_e12, stop_source, bound, size_bound)"
        " VALUES(%d, %d, %lld, 'APPROVED', 1, 0, 20, 5, 5, 100.0, 100000000, 100000000000,"
        " 'approved', '[{\"name\":\"C6.collar\",\"value\":0.01,\"limit\":0.03,\"passed\":true},"
        "{\"name\":\"C3.age\",\"value\":0,\"limit\":0,\"passed\":null,\"reason\":\"simulated\"}]',"
        " 'DOGEUSDT', 'long', 10000000000000, 0, 9850000000000, 'default', 'C21', 'C16');"
        "INSERT INTO positions(id, token, side, size, leverage, entry_price, current_price, pnl,"
        " liquidation_price, status, opened_at, closed_at, signal_id, source, margin_mode,"
        " margin_e8, entry_price_e12, size_e6, realised_pnl_e8, fees_e8, funding_e8,"
        " max_favourable_e8, max_adverse_e8, exit_reason, pnl_e8, liquidation_price_e12, cost_e8)"
        " VALUES(%d, 'DOGEUSDT', 'long', 100.0, 5, 10.0, 10.0, %d.0, 8.1, 'closed', %lld, %lld,"
        " %d, 'flow', 'isolated', 20000000000, 10000000000000, 100000000, %d00000000, 0, 0, 0, 0,"
        " '%s', %d00000000, 8100000000000, 100000000000);"
        "INSERT INTO orders(id, client_id, venue, signal_id, position_id, token, side, type,"
        " time_in_force, reduce_only, size_e6, filled_e6, leverage, state, intent_at, ended_at,"
        " entry, close_position) VALUES"
        "(%d, 'c%d', 'mock', %d, %d, 'DOGEUSDT', 'buy', 'market', 'IOC', 0, 100000000, 100000000,"
        " 5, 'FILLED', %lld, %lld, 1, 0),"
        "(%d, 'c%d', 'mock', %d, %d, 'DOGEUSDT', 'sell', 'market', 'IOC', 1, 100000000, 100000000,"
        " 5, 'FILLED', %lld, %lld, 0, 0);"
        "INSERT INTO fills(id, venue, trade_id, order_id, position_id, token, side, price_e12,"
        " size_e6, fee_e8, liquidity, kind, timestamp, received_at) VALUES"
        "(%d, 'mock', %d, %d, %d, 'DOGEUSDT', 'buy', 10000000000000, 100000000, 0, 'taker',"
        " 'trade', %lld, %lld),"
        "(%d, 'mock', %d, %d, %d, 'DOGEUSDT', 'sell', %lld, 100000000, 0, 'taker', 'trade',"
        " %lld, %lld);"
        "INSERT INTO ledger(id, txn, account, amount_e8, kind, token, position_id, timestamp)"
        " VALUES(%d, %d, 'wallet', %d00000000, 'trade', 'DOGEUSDT', %d, %lld),"
        "(%d, %d, 'realised_pnl', %d00000000, 'trade', 'DOGEUSDT', %d, %lld);"
        "INSERT INTO equity(timestamp, balance_e8, equity_e8, margin_used_e8, margin_available_e8,"
        " drawdown_ppm, open_positions, breaker_state) VALUES"
        "(%lld, %d00000000, %d00000000, 20000000000, 0, 0, 1, 'CLOSED'),"
        "(%lld, %d00000000, %d00000000, 0, 0, 0, 0, 'CLOSED');",
        id, opened_us, id, id + 1, opened_us, id, id, opened_us, id, profit, opened_us, closed_us,
        id, profit, profit > 0 ? "take_profit" : "stop", profit, 2 * id - 1, 2 * id - 1, id, id,
        opened_us, opened_us, 2 * id, 2 * id, id, id, closed_us, closed_us, 2 * id - 1, 2 * id - 1,
        2 * id - 1, id, opened_us, opened_us, 2 * id, 2 * id, 2 * id, id, price_e12, closed_us,
        closed_us, 2 * id + 1, id + 1, profit, id, closed_us, 2 * id + 2, id + 1, -profit, id,
        closed_us, opened_us, before, before, closed_us, balance, balance);
}

void fixture_vector_a(const char *name, char path[FIXTURE_PATH_BYTES])
{
    enum { SQL_BYTES = 8192 };
    char sql[SQL_BYTES];
    int balance = 1000;

    fixture_empty(name, "done",
                  "{\"starting_balance\": \"1000\", \"fidelity\": \"bars\", \"window\":"
                  " [1735689600000000, 1736899200000000]}",
                  path);
    fixture_sql(path, "INSERT INTO ledger VALUES"
                      "(1, 1, 'wallet', 100000000000, 'transfer', NULL, NULL, 1735689600000000),"
                      "(2, 1, 'external', -100000000000, 'transfer', NULL, NULL, 1735689600000000);"
                      "INSERT INTO equity VALUES(1, 1735689600000000, 100000000000, 100000000000,"
                      " 0, 100000000000, 0, 0, 'CLOSED');");
    for (int trade = 0; trade < (int)ARRAY_COUNT(vector_a); trade++) {
        balance += vector_a[trade].profit;
        trade_sql(sql, sizeof(sql), trade, balance);
        fixture_sql(path, sql);
    }
    fixture_sql(path,
                "INSERT INTO equity(timestamp, balance_e8, equity_e8, margin_used_e8,"
                " margin_available_e8, drawdown_ppm, open_positions, breaker_state)"
                " VALUES(1736899200000000, 112000000000, 112000000000, 0, 0, 0, 0, 'CLOSED')");
}

char *fixture_read(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return NULL;
    }
    enum { FILE_BYTES = 8 << 20 };
    char *bytes = calloc(1, FILE_BYTES);
    assert_non_null(bytes);
    size_t length = fread(bytes, 1, FILE_BYTES - 1, file);
    bytes[length] = '\0';
    assert_int_equal(fclose(file), 0);
    return bytes;
}

static void folder_empty(const char *name)
{
    struct dirent **entries = NULL;
    int count = scandir(name, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        char path[FIXTURE_PATH_BYTES * 2];
        (void)snprintf(path, sizeof(path), "%s/%s", name, entries[i]->d_name);
        (void)unlink(path);
        free(entries[i]);
    }
    free(entries);
}

int fixture_remove(void **state)
{
    char inner[FIXTURE_PATH_BYTES];

    (void)state;
    if (folder[0] != '\0') {
        fixture_path("out", inner);
        folder_empty(inner);
        (void)rmdir(inner);
        folder_empty(folder);
        (void)rmdir(folder);
        folder[0] = '\0';
    }
    return 0;
}
