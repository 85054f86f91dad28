/* Reading a database: what is refused and how, what is read, and that nothing is changed. */
#include "reports/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/report_fixture.h"

static void expect_refused(const char *path, enum exit_code code, const char *words)
{
    struct run run;
    struct error error;

    error_init(&error);
    assert_false(run_read(&run, path, &error));
    assert_int_equal(error.code, code);
    if (strstr(error.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", error.text, words);
    }
    run_release(&run);
}

static void every_table_is_read_in_order(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct run run;
    struct error error;

    (void)state;
    fixture_vector_a("a.db", path);
    error_init(&error);
    assert_true(run_read(&run, path, &error));
    assert_int_equal(run.signal_count, 10);
    assert_int_equal(run.assessment_count, 10);
    assert_int_equal(run.position_count, 10);
    assert_int_equal(run.order_count, 20);
    assert_int_equal(run.fill_count, 20);
    assert_int_equal(run.posting_count, 11); /* of the wallet */
    assert_int_equal(run.equity_count, 22);
    assert_string_equal(run.mode, "backtest");
    assert_string_equal(run.digest, "0123456789abcdef");
    assert_int_equal(run.events, 42);
    assert_string_equal(run_word(&run, run.signals[0].verdict), "APPROVED");
    assert_string_equal(run_word(&run, run.positions[1].exit_reason), "stop");
    assert_int_equal(run.fills[1].price_e12, 10500000000000LL);
    assert_int_equal(run.fills[1].side, SIDE_SELL);
    assert_true(run_complete(&run));
    run_release(&run);
}

static void a_missing_file_is_said_and_not_made(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct stat file;

    (void)state;
    fixture_path("missing.db", path);
    expect_refused(path, EXIT_CODE_USAGE, "cannot be found");
    assert_int_not_equal(stat(path, &file), 0);
}

static void a_folder_and_a_text_are_no_database(void **state)
{
    char path[FIXTURE_PATH_BYTES];

    (void)state;
    fixture_path("text.db", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 200; i++) {
        (void)fputs("this is not a database\n", file);
    }
    assert_int_equal(fclose(file), 0);
    expect_refused(path, EXIT_CODE_USAGE, "is not a database");
    expect_refused("/", EXIT_CODE_USAGE, "is not a file");
}

static void a_database_of_another_program_is_refused(void **state)
{
    char path[FIXTURE_PATH_BYTES];

    (void)state;
    fixture_path("other.db", path);
    fixture_sql(path, "CREATE TABLE t(x)");
    expect_refused(path, EXIT_CODE_USAGE, "another program");
}

static void an_empty_file_is_refused(void **state)
{
    char path[FIXTURE_PATH_BYTES];

    (void)state;
    fixture_path("empty.db", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    expect_refused(path, EXIT_CODE_USAGE, "another program");
}

static void a_newer_database_is_refused_by_its_version(void **state)
{
    char path[FIXTURE_PATH_BYTES];

    (void)state;
    fixture_empty("newer.db", "done", "{}", path);
    fixture_sql(path, "PRAGMA user_version = 9999");
    expect_refused(path, EXIT_CODE_USAGE, "newer Cerberus (schema 9999");
}

static void a_damaged_database_is_refused(void **state)
{
    char path[FIXTURE_PATH_BYTES];

    (void)state;
    fixture_empty("damaged.db", "done", "{}", path);
    fixture_sql(path, "DROP TABLE fills");
    expect_refused(path, EXIT_CODE_DATA, "lacks a part of the schema");
}

static void a_run_that_was_killed_is_incomplete(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct run run;
    struct error error;

    (void)state;
    fixture_empty("running.db", "running", "{}", path);
    error_init(&error);
    assert_true(run_read(&run, path, &error));
    assert_false(run_complete(&run));
    run_release(&run);
}

static void reading_changes_no_byte(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct run run;
    struct error error;

    (void)state;
    fixture_vector_a("still.db", path);
    char *before = fixture_read(path);
    error_init(&error);
    assert_true(run_read(&run, path, &error));
    run_release(&run);
    char *after = fixture_read(path);
    char beside[FIXTURE_PATH_BYTES + 8];
    struct stat file;
    (void)snprintf(beside, sizeof(beside), "%s-shm", path);
    assert_int_not_equal(stat(beside, &file), 0);
    enum { COMPARED = 1 << 16 };
    assert_memory_equal(before, after, COMPARED);
    free(before);
    free(after);
}

static void a_run_that_is_being_written_is_read_as_committed(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct run run;
    struct error error;
    sqlite3 *writer = NULL;

    (void)state;
    fixture_vector_a("busy.db", path);
    assert_int_equal(sqlite3_open(path, &writer), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(writer,
                     "PRAGMA journal_mode = WAL; DELETE FROM equity WHERE id > 21; BEGIN IMMEDIATE;"
                     " DELETE FROM equity",
                     NULL, NULL, NULL),
        SQLITE_OK);
    error_init(&error);
    assert_true(run_read(&run, path, &error));
    assert_int_equal(run.equity_count, 21);
    run_release(&run);
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
}

static void a_path_with_signs_of_a_uri_is_a_path(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct run run;
    struct error error;

    (void)state;
    fixture_vector_a("a b%20?x=1#y.db", path);
    error_init(&error);
    assert_true(run_read(&run, path, &error));
    assert_int_equal(run.signal_count, 10);
    run_release(&run);
}

static void the_last_execution_of_a_live_account_counts(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct run run;
    struct error error;

    (void)state;
    fixture_empty("live.db", "done", "{}", path);
    fixture_sql(path, "INSERT INTO runs(id, mode, command, config, config_hash, data_hash, seed,"
                      " build, started_at, status, venue, facts) VALUES"
                      "(2, 'paper', 'second', '{}', 'c', 'd', 3, 'b', 4, 'running', 'mock', '{}')");
    error_init(&error);
    assert_true(run_read(&run, path, &error));
    assert_int_equal(run.executions, 2);
    assert_string_equal(run.command, "second");
    assert_string_equal(run.digest, "");
    run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_read_in_order),
        cmocka_unit_test(a_missing_file_is_said_and_not_made),
        cmocka_unit_test(a_folder_and_a_text_are_no_database),
        cmocka_unit_test(a_database_of_another_program_is_refused),
        cmocka_unit_test(an_empty_file_is_refused),
        cmocka_unit_test(a_newer_database_is_refused_by_its_version),
        cmocka_unit_test(a_damaged_database_is_refused),
        cmocka_unit_test(a_run_that_was_killed_is_incomplete),
        cmocka_unit_test(reading_changes_no_byte),
        cmocka_unit_test(a_run_that_is_being_written_is_read_as_committed),
        cmocka_unit_test(a_path_with_signs_of_a_uri_is_a_path),
        cmocka_unit_test(the_last_execution_of_a_live_account_counts),
    };

    return cmocka_run_group_tests_name("reports/run", tests, NULL, fixture_remove);
}
