/* limit_rows SCHEMA.sql FILE COUNT - ns a row of bare bind and step into the table `ledger`, made
 * by the product's schema; the connection is set up as a bulk run's. */
#include <sqlite3.h>
#include <string.h>

#include "tests/bench/bench.h"

static char *text_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);
    if (file == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, file) == 0) {
        bench_fail("the schema cannot be read");
    }
    (void)fclose(file);

    return text;
}

static void execute(sqlite3 *database, const char *sql)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) {
        bench_fail(sqlite3_errmsg(database));
    }
}

static void insert(sqlite3_stmt *statement, int64_t index)
{
    (void)sqlite3_bind_int64(statement, 1, index / 2 + 1);
    (void)sqlite3_bind_text(statement, 2, index % 2 == 0 ? "wallet" : "realised_pnl", -1,
                            SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 3, index % 2 == 0 ? 123456789 : -123456789);
    (void)sqlite3_bind_text(statement, 4, "trade", -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 5, "BTCUSDT", -1, SQLITE_STATIC);
    (void)sqlite3_bind_null(statement, 6);
    (void)sqlite3_bind_int64(statement, 7, 1700006400000000LL + index);
    if (sqlite3_step(statement) != SQLITE_DONE) {
        bench_fail("a row was refused");
    }
    (void)sqlite3_reset(statement);
}

int main(int argc, char **argv)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (argc != 4 || sqlite3_open_v2(argv[2], &database, flags, NULL) != SQLITE_OK) {
        bench_fail("usage: limit_rows SCHEMA.sql FILE COUNT");
    }
    int64_t count = strtoll(argv[3], NULL, 10);
    char *schema = text_of(argv[1]);
    execute(database, "PRAGMA page_size = 8192; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = "
                      "OFF; PRAGMA locking_mode = EXCLUSIVE; "
                      "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -16384;");
    execute(database, schema);
    execute(database, "DROP INDEX idx_ledger_position");
    free(schema);
    if (sqlite3_prepare_v2(
            database,
            "INSERT INTO ledger (txn, account, amount_e8, kind, token, position_id, timestamp) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            -1, &statement, NULL) != SQLITE_OK) {
        bench_fail(sqlite3_errmsg(database));
    }
    int64_t started_ns = bench_work_ns();
    execute(database, "BEGIN");
    for (int64_t index = 0; index < count; index++) {
        insert(statement, index);
    }
    execute(database, "COMMIT");
    int64_t passed_ns = bench_work_ns() - started_ns;
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(database);
    (void)printf("%.2f\n", (double)passed_ns / (double)count);

    return 0;
}
