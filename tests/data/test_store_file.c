#include "data/store_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "data/store_rows.h"
#include "tests/data/store_world.h"

/* ---- refusals ---- */

static void expect_refused(const char *path, bool force, enum exit_code code, const char *words)
{
    char before[NAME_BYTES];
    char after[NAME_BYTES];
    struct error error;
    error_init(&error);
    list_folder(before, sizeof(before));
    struct store *store = store_open(path, force, true, &world, &error);
    if (store != NULL || strstr(error.text, words) == NULL) {
        print_error("%s: %s\n", path, store != NULL ? "opened" : error.text);
        store_close(store);
        fail();
    }
    assert_int_equal(error.code, code);
    assert_string_equal(error.file, path);
    list_folder(after, sizeof(after));
    assert_string_equal(after, before);
}

static size_t read_bytes(const char *path, char *out, size_t capacity)
{
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    ssize_t length = read(file, out, capacity);
    (void)close(file);
    assert_true(length >= 0 && (size_t)length < capacity);
    return (size_t)length;
}

static void write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    assert_int_equal(close(file), 0);
}

static void foreign_files_are_refused_and_untouched(void **state)
{
    (void)state;
    static char before[1 << 20];
    static char after[1 << 20];
    execute_at(db_path, "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    size_t length = read_bytes(db_path, before, sizeof(before));
    expect_refused(db_path, false, EXIT_CODE_USAGE, "another program");
    expect_refused(db_path, true, EXIT_CODE_USAGE, "another program");
    assert_int_equal(read_bytes(db_path, after, sizeof(after)), length);
    assert_memory_equal(before, after, length);
    write_text(db_path, "timestamp,source,token\n");
    expect_refused(db_path, true, EXIT_CODE_USAGE, "not a database");
    assert_int_equal(read_bytes(db_path, after, sizeof(after)), 23);
}

static void a_newer_version_is_refused_and_untouched(void **state)
{
    (void)state;
    static char before[1 << 20];
    static char after[1 << 20];
    write_complete(true);
    execute_at(db_path, "PRAGMA user_version = 3");
    size_t length = read_bytes(db_path, before, sizeof(before));
    expect_refused(db_path, false, EXIT_CODE_USAGE, "newer Cerberus (schema 3");
    expect_refused(db_path, true, EXIT_CODE_USAGE, "newer Cerberus (schema 3");
    assert_int_equal(read_bytes(db_path, after, sizeof(after)), length);
    assert_memory_equal(before, after, length);
}

static void a_used_file_is_refused_and_untouched(void **state)
{
    (void)state;
    static char before[1 << 20];
    static char after[1 << 20];
    write_complete(true);
    size_t length = read_bytes(db_path, before, sizeof(before));
    expect_refused(db_path, false, EXIT_CODE_USAGE, "holds a run already (backtest, done)");
    assert_int_equal(read_bytes(db_path, after, sizeof(after)), length);
    assert_memory_equal(before, after, length);
    struct store *store = must_begin(true, true);
    store_close(store);
    expect_refused(db_path, false, EXIT_CODE_USAGE, "holds a run already (backtest, interrupted)");
}

static void a_name_with_marks_is_only_a_name(void **state)
{
    (void)state;
    (void)snprintf(db_path, sizeof(db_path), "%s/a?b#c%%41 d.db", folder);
    write_complete(true);
    expect_refused(db_path, false, EXIT_CODE_USAGE, "holds a run already (backtest, done)");
    char names[NAME_BYTES];
    list_folder(names, sizeof(names));
    assert_string_equal(names, "a?b#c%41 d.db\n");
}

static void places_that_cannot_be_are_refused(void **state)
{
    (void)state;
    char path[NAME_BYTES * 2];
    expect_refused("", false, EXIT_CODE_USAGE, "not a file name");
    expect_refused(":memory:", false, EXIT_CODE_USAGE, "not a file name");
    expect_refused(folder, false, EXIT_CODE_USAGE, "is a folder");
    (void)snprintf(path, sizeof(path), "%s/none/run.db", folder);
    expect_refused(path, false, EXIT_CODE_OPERATING, "make it first");
    write_text(db_path, "");
    (void)snprintf(path, sizeof(path), "%s/below", db_path);
    expect_refused(path, false, EXIT_CODE_OPERATING, "Not a directory");
    (void)snprintf(path, sizeof(path), "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_refused(path, false, EXIT_CODE_USAGE, "not a plain file");
}

/* Runs a part in a process of its own; its exit code. */
static int in_child(void (*part)(void))
{
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        part();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void try_unprivileged(void)
{
    enum { NOBODY = 65534 };
    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
        _exit(9);
    }
    struct error error;
    error_init(&error);
    struct store *store = store_open(db_path, false, true, &world, &error);
    bool refused = store == NULL && error.code == EXIT_CODE_OPERATING &&
                   strstr(error.text, "cannot be written") != NULL;
    _exit(refused ? 0 : 1);
}

static void a_read_only_folder_is_refused(void **state)
{
    (void)state;
    assert_int_equal(chmod(folder, 0555), 0);
    int code = in_child(try_unprivileged);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(code, 0);
}

static int to_parent[2], to_child[2];

static void hold_open(void)
{
    struct error error;
    error_init(&error);
    struct store *store = store_open(db_path, true, true, &world, &error);
    char byte = 'x';
    if (store == NULL || !store_begin(store, &a_run, &error) ||
        write(to_parent[1], &byte, 1) != 1 || read(to_child[0], &byte, 1) != 1 ||
        !store_end(store, "done", 1, "00", 1, &error)) {
        _exit(1);
    }
    store_close(store);
}

static void a_file_in_use_by_another_process_is_refused(void **state)
{
    (void)state;
    assert_int_equal(pipe(to_parent), 0);
    assert_int_equal(pipe(to_child), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        hold_open();
        _exit(0);
    }
    char byte = 0;
    assert_int_equal(read(to_parent[0], &byte, 1), 1);
    expect_refused(db_path, false, EXIT_CODE_USAGE, "in use by another process");
    expect_refused(db_path, true, EXIT_CODE_USAGE, "in use by another process");
    assert_int_equal(write(to_child[1], &byte, 1), 1);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    expect("SELECT status FROM runs", "done");
}

static void a_run_that_lost_the_place_leaves_the_winner_alone(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct store *late = must_open(false, true);
    struct store *winner = must_begin(false, true);
    record_trade(winner);
    assert_false(store_begin(late, &a_run, &error));
    assert_non_null(strstr(error.text, "holds a run already"));
    store_close(late);
    must_end(winner);
    expect("SELECT status, events FROM runs", "done|42");
    expect("SELECT count(*) FROM fills", "2");
    char names[NAME_BYTES];
    list_folder(names, sizeof(names));
    assert_null(strstr(names, "begin"));
    assert_null(strstr(names, "-new"));
}

/* ---- replacing ---- */

static void the_old_run_stays_until_the_new_one_begins(void **state)
{
    (void)state;
    write_complete(true);
    struct store *store = must_open(true, true);
    store_close(store); /* something else was refused: it never began */
    expect("SELECT events FROM runs", "42");
    store = must_begin(true, true);
    expect("SELECT status, events FROM runs", "running|0");
    expect("SELECT count(*) FROM signals", "0");
    must_end(store);
    expect("SELECT status FROM runs", "done");
}

static void an_interrupted_run(void)
{
    struct store *store = must_begin(false, false);
    record_trade(store);
    struct error error;
    error_init(&error);
    assert_true(store_commit(store, &error));
    (void)kill(getpid(), SIGKILL);
}

static void a_killed_run_leaves_its_log_and_force_clears_both(void **state)
{
    (void)state;
    assert_int_equal(in_child(an_interrupted_run), 128 + SIGKILL);
    char names[NAME_BYTES];
    list_folder(names, sizeof(names));
    assert_non_null(strstr(names, "run.db-wal"));
    expect("SELECT status FROM runs", "running");
    expect("SELECT count(*) FROM fills", "2");
    must_end(must_begin(true, true));
    expect("SELECT status, events FROM runs", "done|42");
    expect("SELECT count(*) FROM fills", "0");
    expect("PRAGMA integrity_check", "ok");
}

static void a_stale_log_is_not_played_into_a_new_file(void **state)
{
    (void)state;
    assert_int_equal(in_child(an_interrupted_run), 128 + SIGKILL);
    assert_int_equal(unlink(db_path), 0);
    must_end(must_begin(false, true));
    expect("SELECT count(*) FROM fills", "0");
    expect("PRAGMA integrity_check", "ok");
}

static void a_damaged_file_of_ours_can_be_replaced(void **state)
{
    (void)state;
    write_complete(true);
    int file = open(db_path, O_WRONLY);
    static const char junk[3000];
    assert_int_equal(pwrite(file, junk, sizeof(junk), 4096), sizeof(junk));
    assert_int_equal(pwrite(file, junk, 900, 120), 900);
    (void)close(file);
    must_end(must_begin(true, true));
    expect("PRAGMA integrity_check", "ok");
}

static void an_empty_file_is_nobodys(void **state)
{
    (void)state;
    write_text(db_path, "");
    write_complete(true);
    expect("SELECT status FROM runs", "done");
}

static void a_link_stays_a_link(void **state)
{
    (void)state;
    char target[NAME_BYTES + 16];
    (void)snprintf(target, sizeof(target), "%s/target.db", folder);
    write_complete(true);
    assert_int_equal(rename(db_path, target), 0);
    assert_int_equal(symlink("target.db", db_path), 0);
    must_end(must_begin(true, true));
    struct stat facts;
    assert_int_equal(lstat(db_path, &facts), 0);
    assert_true(S_ISLNK(facts.st_mode));
    expect("SELECT count(*) FROM fills", "0");
}

/* ---- failure ---- */

static int kill_after;

static void a_run_that_dies_on_the_way(void)
{
    struct store *store = must_begin(true, true);
    struct error error;
    error_init(&error);
    record_trade(store);
    struct action action = fill_action(0, SIDE_BUY);
    for (uint64_t index = 0; index < 4000; index++) {
        action.fill.trade_id = 100 + index;
        record(store, &action);
        if (index % 500 == 0) {
            assert_true(store_commit(store, &error));
        }
        if ((int)index == kill_after) {
            (void)kill(getpid(), SIGKILL);
        }
    }
    assert_true(store_end(store, "done", 1, "00", 1, &error));
    if (kill_after == 5000) {
        (void)kill(getpid(), SIGKILL);
    }
    store_close(store);
}

static void killed_at_any_moment_the_file_is_running_or_complete(void **state)
{
    (void)state;
    static const int moments[] = {0, 1, 499, 501, 2222, 3999, 5000, 6000};
    for (size_t index = 0; index < ARRAY_COUNT(moments); index++) {
        kill_after = moments[index];
        (void)in_child(a_run_that_dies_on_the_way);
        expect("PRAGMA integrity_check", "ok");
        bool complete = kill_after >= 5000;
        expect("SELECT status FROM runs", complete ? "done" : "running");
        expect("SELECT count(*) FROM sqlite_master WHERE name = 'idx_fills_order'",
               complete ? "1" : "0");
        expect("SELECT count(*) FROM fills", complete ? "4002" : "0");
    }
    char names[NAME_BYTES];
    list_folder(names, sizeof(names));
    assert_null(strstr(names, "-new")); /* what the killed ones left is gone */
}

static void a_reader_does_not_stop_a_run_from_ending(void **state)
{
    (void)state;
    struct store *store = must_begin(false, true);
    record_trade(store);
    sqlite3 *reader = NULL;
    assert_int_equal(sqlite3_open_v2(db_path, &reader, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM runs", NULL, NULL, NULL),
                     SQLITE_OK);
    must_end(store);
    expect("SELECT count(*) FROM fills", "2");
    assert_int_equal(sqlite3_exec(reader, "SELECT * FROM runs; COMMIT", NULL, NULL, NULL),
                     SQLITE_OK);
    (void)sqlite3_close(reader);
}

static void a_full_disk_is_told_and_the_file_says_running(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct store *store = must_begin(false, true);
    (void)sqlite3_exec(store->db, "PRAGMA max_page_count = 60", NULL, NULL, NULL);
    record_trade(store);
    struct action action = fill_action(0, SIDE_BUY);
    for (uint64_t index = 0; index < 4000; index++) {
        action.fill.trade_id = 100 + index;
        record(store, &action);
    }
    assert_true(store_failed(store, &error));
    assert_int_equal(error.code, EXIT_CODE_OPERATING);
    assert_non_null(strstr(error.text, "disk is full"));
    error_init(&error);
    assert_false(store_end(store, "done", 1, "00", 1, &error));
    assert_non_null(strstr(error.text, "make room"));
    store_close(store);
    expect("SELECT status FROM runs", "running");
    char names[NAME_BYTES];
    list_folder(names, sizeof(names));
    assert_string_equal(names, "run.db\n");
    expect("PRAGMA integrity_check", "ok");
}

static void a_broken_reference_stops_the_end(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct store *store = must_begin(false, true);
    struct action action = fill_action(1, SIDE_BUY); /* of an order that was never recorded */
    record(store, &action);
    assert_false(store_end(store, "done", 1, "00", 1, &error));
    assert_int_equal(error.code, EXIT_CODE_CHECK);
    assert_non_null(strstr(error.text, "fills"));
    store_close(store);
    expect("SELECT status FROM runs", "running");
}

static void a_run_that_is_not_json_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct store *store = must_open(false, true);
    struct store_run run = a_run;
    run.facts = "{oops";
    assert_false(store_begin(store, &run, &error));
    assert_int_equal(error.code, EXIT_CODE_OPERATING);
    store_close(store);
    char names[NAME_BYTES];
    list_folder(names, sizeof(names));
    assert_string_equal(names, "");
    store_close(NULL);
}

static void versions_with_the_log_bug_are_known(void **state)
{
    (void)state;
    /* RISK 8.1, W8 */
    static const int affected[] = {3040001, 3044005, 3045000, 3050006, 3051002, 3052000};
    static const int fixed[] = {3044006, 3050007, 3051003, 3053000};
    for (size_t index = 0; index < ARRAY_COUNT(affected); index++) {
        assert_false(store_sqlite_fixed(affected[index]));
    }
    for (size_t index = 0; index < ARRAY_COUNT(fixed); index++) {
        assert_true(store_sqlite_fixed(fixed[index]));
    }
}

int main(void)
{
    const struct CMUnitTest store_file[] = {
        STORE_TEST(foreign_files_are_refused_and_untouched),
        STORE_TEST(a_newer_version_is_refused_and_untouched),
        STORE_TEST(a_used_file_is_refused_and_untouched),
        STORE_TEST(a_name_with_marks_is_only_a_name),
        STORE_TEST(places_that_cannot_be_are_refused),
        STORE_TEST(a_read_only_folder_is_refused),
        STORE_TEST(a_file_in_use_by_another_process_is_refused),
        STORE_TEST(a_run_that_lost_the_place_leaves_the_winner_alone),
        STORE_TEST(the_old_run_stays_until_the_new_one_begins),
        STORE_TEST(a_killed_run_leaves_its_log_and_force_clears_both),
        STORE_TEST(a_stale_log_is_not_played_into_a_new_file),
        STORE_TEST(a_damaged_file_of_ours_can_be_replaced),
        STORE_TEST(an_empty_file_is_nobodys),
        STORE_TEST(a_link_stays_a_link),
        STORE_TEST(killed_at_any_moment_the_file_is_running_or_complete),
        STORE_TEST(a_reader_does_not_stop_a_run_from_ending),
        STORE_TEST(a_full_disk_is_told_and_the_file_says_running),
        STORE_TEST(a_broken_reference_stops_the_end),
        STORE_TEST(a_run_that_is_not_json_is_refused_and_leaves_nothing),
        STORE_TEST(versions_with_the_log_bug_are_known),
    };
    return cmocka_run_group_tests(store_file, NULL, NULL);
}
