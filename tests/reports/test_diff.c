/* Two runs side by side: equal is equal, and the first divergence bears its name. */
#include "reports/diff.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/report_fixture.h"

/* Vector A twice, the second changed by the statement, compared. */
static void compare(struct diff *diff,
                    const char *change,
                    char a[FIXTURE_PATH_BYTES],
                    char b[FIXTURE_PATH_BYTES])
{
    struct error error;

    (void)fixture_remove(NULL);
    fixture_vector_a("a.db", a);
    fixture_vector_a("b.db", b);
    fixture_sql(b, change);
    error_init(&error);
    assert_true(diff_compare(diff, a, b, &error));
}

static void expect_first(const char *change, const char *table, int64_t id, const char *column)
{
    char a[FIXTURE_PATH_BYTES];
    char b[FIXTURE_PATH_BYTES];
    struct diff diff;

    compare(&diff, change, a, b);
    assert_false(diff_equal(&diff));
    assert_true(diff.first >= 0);
    assert_string_equal(diff.tables[diff.first].table, table);
    assert_int_equal(diff.tables[diff.first].id, id);
    assert_string_equal(diff.tables[diff.first].column, column);
}

static void runs_of_one_input_are_equal(void **state)
{
    char a[FIXTURE_PATH_BYTES];
    char b[FIXTURE_PATH_BYTES];
    struct diff diff;
    struct buffer out;
    struct error error;

    (void)state;
    compare(&diff,
            "UPDATE runs SET started_at = 99, build = 'other', command = 'x'; UPDATE signals SET "
            "source_line = 7",
            a, b);
    assert_true(diff_equal(&diff));
    buffer_init(&out);
    error_init(&error);
    assert_true(diff_tell(&diff, false, &out, &error));
    assert_non_null(strstr(out.bytes, "The runs are equal"));
    assert_null(strstr(out.bytes, "TRADES THAT DIFFER"));
    buffer_release(&out);
}

static void each_table_s_change_is_named(void **state)
{
    (void)state;
    expect_first("UPDATE fills SET price_e12 = price_e12 + 1 WHERE id = 4", "fills", 4,
                 "price_e12");
    expect_first("UPDATE signals SET verdict = 'HEAT' WHERE id = 3", "signals", 3, "verdict");
    expect_first("UPDATE assessments SET leverage = 4 WHERE id = 2", "assessments", 2, "leverage");
    expect_first("UPDATE orders SET size_e6 = 1 WHERE id = 5", "orders", 5, "size_e6");
    expect_first("UPDATE ledger SET amount_e8 = amount_e8 + 1 WHERE id = 7", "ledger", 7,
                 "amount_e8");
    expect_first("UPDATE equity SET equity_e8 = 5 WHERE id = 6", "equity", 6, "equity_e8");
}

static void the_earliest_in_time_comes_first_not_the_first_table(void **state)
{
    (void)state;
    /* The sixth signal comes days after the second fill. */
    expect_first("UPDATE signals SET verdict = 'HEAT' WHERE id = 6; UPDATE fills SET fee_e8 = 1 "
                 "WHERE id = 2",
                 "fills", 2, "fee_e8");
}

static void what_changed_at_the_end_of_a_row_s_life_dates_from_there(void **state)
{
    (void)state;
    /* The position opened an hour before its last fill, but differs only by what that fill did. */
    expect_first("UPDATE positions SET realised_pnl_e8 = 1 WHERE id = 1; UPDATE fills SET fee_e8 = "
                 "1 WHERE id = 2",
                 "fills", 2, "fee_e8");
    expect_first("UPDATE positions SET side = 'short' WHERE id = 1; UPDATE fills SET fee_e8 = 1 "
                 "WHERE id = 2",
                 "positions", 1, "side");
}

static void a_row_on_one_side_only_is_a_difference(void **state)
{
    char a[FIXTURE_PATH_BYTES];
    char b[FIXTURE_PATH_BYTES];
    struct diff diff;

    (void)state;
    compare(&diff, "DELETE FROM equity WHERE id >= 20", a, b);
    assert_int_equal(diff.tables[7].rows_a, 22);
    assert_int_equal(diff.tables[7].rows_b, 19);
    assert_int_equal(diff.tables[7].differing, 3);
    assert_string_equal(diff.tables[7].column, "");
    assert_string_equal(diff.tables[7].value_b, "(no such row)");
}

static void a_digest_alone_makes_runs_differ(void **state)
{
    char a[FIXTURE_PATH_BYTES];
    char b[FIXTURE_PATH_BYTES];
    struct diff diff;

    (void)state;
    compare(&diff, "UPDATE runs SET digest = 'ffffffffffffffff'", a, b);
    assert_int_equal(diff.first, -1);
    assert_false(diff_equal(&diff));
}

static void trades_are_matched_by_their_signal(void **state)
{
    char a[FIXTURE_PATH_BYTES];
    char b[FIXTURE_PATH_BYTES];
    struct diff diff;
    struct buffer out;
    struct error error;

    (void)state;
    compare(&diff,
            "PRAGMA foreign_keys = OFF; DELETE FROM positions WHERE id = 3; UPDATE positions SET "
            "fees_e8 = 100000000 WHERE id = 5",
            a, b);
    buffer_init(&out);
    error_init(&error);
    assert_true(diff_tell(&diff, false, &out, &error));
    assert_non_null(strstr(out.bytes, "2 of 10 differ"));
    assert_non_null(strstr(out.bytes, "no trade"));
    buffer_clear(&out);
    assert_true(diff_tell(&diff, true, &out, &error));
    json_t *document = json_loads(out.bytes, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_false(json_object_get(document, "equal")));
    const json_t *trades = json_object_get(document, "trades");
    assert_int_equal(json_array_size(trades), 2);
    assert_true(json_is_null(json_object_get(json_array_get(trades, 0), "profit_b")));
    assert_int_equal(json_integer_value(json_object_get(json_array_get(trades, 1), "signal_id")),
                     5);
    json_decref(document);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_of_one_input_are_equal),
        cmocka_unit_test(each_table_s_change_is_named),
        cmocka_unit_test(the_earliest_in_time_comes_first_not_the_first_table),
        cmocka_unit_test(what_changed_at_the_end_of_a_row_s_life_dates_from_there),
        cmocka_unit_test(a_row_on_one_side_only_is_a_difference),
        cmocka_unit_test(a_digest_alone_makes_runs_differ),
        cmocka_unit_test(trades_are_matched_by_their_signal),
    };

    return cmocka_run_group_tests_name("reports/diff", tests, NULL, fixture_remove);
}
