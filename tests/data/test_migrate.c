#include "data/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/store.h"

static void migrations_go_forward_only(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(migrate_version(db), 0);
    assert_true(migrate_forward(db, false));
    assert_int_equal(migrate_version(db), STORE_VERSION);
    assert_true(migrate_indexes(db));
    assert_true(migrate_forward(db, false)); /* nothing left to do */
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
    assert_false(migrate_forward(db, true));
    assert_int_equal(migrate_version(db), 99);
    (void)sqlite3_close(db);
}

static void a_step_that_fails_changes_nothing(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE alerts (x)", NULL, NULL, NULL), SQLITE_OK);
    assert_false(migrate_forward(db, true));
    assert_int_equal(migrate_version(db), 0);
    sqlite3_stmt *statement = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT count(*) FROM sqlite_master", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(statement, 0), 1);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
}

int main(void)
{
    const struct CMUnitTest migrate[] = {
        cmocka_unit_test(migrations_go_forward_only),
        cmocka_unit_test(a_step_that_fails_changes_nothing),
    };
    return cmocka_run_group_tests(migrate, NULL, NULL);
}
