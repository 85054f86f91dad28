/* The difference of two accounts' profit in parts: by hand for each part, and for any two accounts the parts sum to it. */
#include "reports/drift.h"

#include <inttypes.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "tests/support/report_fixture.h"

enum { SQL_BYTES = 4096 };

/* A signal and its position, money in whole units. */
struct given {
    int id, published_s;
    const char *external, *side;
    int64_t size, cost, realised_e8, fees_e8, funding_e8;
    int opened_ms, closed_ms; /* closed 0: open */
};

static void add(const char *path, const struct given *given)
{
    char sql[SQL_BYTES];
    char closed[32] = "NULL";
    if (given->closed_ms != 0) {
        (void)snprintf(closed, sizeof(closed), "%d000", given->closed_ms);
    }
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO signals(id, timestamp, source, token, side, external_id, verdict, instrument, "
        "confidence_given, received_at) VALUES(%d, %d000000, 'flow', 'doge', '%s', '%s', "
        "'APPROVED', 'DOGEUSDT', 'high', 1);"
        "INSERT INTO positions(id, token, side, size, leverage, pnl, liquidation_price, status, "
        "opened_at, closed_at, signal_id, source, margin_mode, margin_e8, size_e6, "
        "realised_pnl_e8, fees_e8, funding_e8, max_favourable_e8, max_adverse_e8, pnl_e8, "
        "liquidation_price_e12, cost_e8) VALUES(%d, 'DOGEUSDT', '%s', 0, 5, 0, 0, '%s', %d000, %s, "
        "%d, 'flow', 'isolated', 0, %" PRId64 "000000, %" PRId64 ", %" PRId64 ", %" PRId64
        ", 0, 0, 0, 0, %" PRId64 "00000000);",
        given->id, given->published_s, given->side, given->external, given->id, given->side,
        given->closed_ms == 0 ? "open" : "closed", given->opened_ms, closed, given->id, given->size,
        given->realised_e8, given->fees_e8, given->funding_e8, given->cost);
    fixture_sql(path, sql);
}

static char paths[2][FIXTURE_PATH_BYTES];

static int start(void **state)
{
    (void)state;
    (void)fixture_remove(NULL);
    fixture_empty("a.db", "done", "{}", paths[0]);
    fixture_empty("b.db", "done", "{}", paths[1]);
    return 0;
}

static void compare(struct drift *drift)
{
    struct error error;
    error_init(&error);
    assert_true(drift_compare(drift, paths[0], paths[1], &error));
}

static void expect_parts(const int64_t found_e8[DRIFT_PARTS],
                         const int64_t expected_e8[DRIFT_PARTS])
{
    for (int part = 0; part < DRIFT_PARTS; part++) {
        assert_int_equal(found_e8[part], expected_e8[part]);
    }
}

/* A: 100 at 10.00, out at 10.50. B: 80 at 9.90, out at 10.50. A entered 0.10 higher on 100: -10; the same exit: 0; the 20
 * that B has not earned 0.60 each: +12; fees 1.0 against 0.8; funding -0.2 against 0. In all 48.8 - 47.2. */
static void a_long_pair_splits_as_by_hand(void **state)
{
    (void)state;
    struct drift drift;
    add(paths[0], &(struct given){7, 50, "x", "long", 100, 1000, 50 * ONE_E8, ONE_E8, -ONE_E8 / 5,
                                  1250, 9000});
    add(paths[1],
        &(struct given){3, 50, "x", "long", 80, 792, 48 * ONE_E8, ONE_E8 * 4 / 5, 0, 1000, 9500});
    compare(&drift);
    assert_int_equal(drift.count, 1);
    assert_int_equal(drift.only_a + drift.only_b, 0);
    expect_parts(drift.trades[0].parts_e8,
                 (const int64_t[]){-10 * ONE_E8, 0, 12 * ONE_E8, -ONE_E8 / 5, -ONE_E8 / 5, 0});
    assert_int_equal(drift.total_e8, 160000000);
    drift_release(&drift);
}

/* Short 10: A in at 10.0 and out at 9.5, B in at 10.1 and out at 9.4: one lost at each end. */
static void a_short_pair_splits_the_other_way_round(void **state)
{
    (void)state;
    struct drift drift;
    add(paths[0], &(struct given){1, 50, "", "short", 10, 100, 5 * ONE_E8, 0, 0, 1, 2});
    add(paths[1], &(struct given){1, 50, "", "short", 10, 101, 7 * ONE_E8, 0, 0, 1, 2});
    compare(&drift);
    expect_parts(drift.trades[0].parts_e8, (const int64_t[]){-ONE_E8, -ONE_E8, 0, 0, 0, 0});
    drift_release(&drift);
}

/* A third of 10 is not whole: the rest of both divisions is part of the size. C' q / q' = 333333333, P' q / q' = 433333333. */
static void the_rest_of_a_division_is_not_lost(void **state)
{
    (void)state;
    struct drift drift;
    add(paths[0], &(struct given){1, 50, "", "long", 1, 3, ONE_E8, 0, 0, 1, 2});
    add(paths[1], &(struct given){1, 50, "", "long", 3, 10, 3 * ONE_E8, 0, 0, 1, 2});
    compare(&drift);
    expect_parts(drift.trades[0].parts_e8,
                 (const int64_t[]){33333333, -33333333, -2 * ONE_E8, 0, 0, 0});
    drift_release(&drift);
}

static void a_trade_of_one_side_is_missed_whole(void **state)
{
    (void)state;
    struct drift drift;
    add(paths[0], &(struct given){1, 50, "a", "long", 1, 10, 5 * ONE_E8, ONE_E8, -ONE_E8, 1, 2});
    add(paths[1], &(struct given){1, 50, "b", "long", 1, 10, -3 * ONE_E8, ONE_E8, 0, 3, 4});
    compare(&drift);
    assert_int_equal(drift.only_a, 1);
    assert_int_equal(drift.only_b, 1);
    assert_null(drift.trades[0].b);
    assert_int_equal(drift.trades[0].parts_e8[DRIFT_MISSED], 3 * ONE_E8);
    assert_int_equal(drift.trades[1].parts_e8[DRIFT_MISSED], 4 * ONE_E8);
    assert_int_equal(drift.total_e8, 7 * ONE_E8);
    drift_release(&drift);
}

static void a_pair_that_is_open_on_one_side_has_no_exit_to_compare(void **state)
{
    (void)state;
    struct drift drift;
    add(paths[0], &(struct given){1, 50, "", "long", 1, 10, 5 * ONE_E8, 2, 0, 1, 2});
    add(paths[1], &(struct given){1, 50, "", "long", 1, 10, 0, 1, 0, 1, 0});
    compare(&drift);
    expect_parts(drift.trades[0].parts_e8, (const int64_t[]){0, 0, 0, -1, 0, 5 * ONE_E8});
    drift_release(&drift);
}

/* Two positions of one key: the first with the first. */
static void equal_keys_are_matched_in_the_order_of_their_ids(void **state)
{
    (void)state;
    struct drift drift;
    add(paths[0], &(struct given){5, 50, "x", "long", 1, 10, 1, 0, 0, 1, 2});
    add(paths[0], &(struct given){6, 50, "x", "long", 1, 10, 2, 0, 0, 1, 2});
    add(paths[1], &(struct given){8, 50, "x", "long", 1, 10, 1, 0, 0, 1, 2});
    add(paths[1], &(struct given){9, 50, "x", "long", 1, 10, 2, 0, 0, 1, 2});
    compare(&drift);
    assert_int_equal(drift.count, 2);
    assert_int_equal(drift.trades[0].total_e8, 0);
    assert_int_equal(drift.trades[1].total_e8, 0);
    drift_release(&drift);
}

static int64_t below(int64_t limit)
{
    return (int64_t)(rand() % limit);
}

/* Whatever the accounts: each trade's parts sum to its difference, and all of them to that of the accounts. */
static void parts_sum_to_the_difference(void **state)
{
    (void)state;
    enum { TRADES = 60 };
    struct drift drift;
    int64_t net_e8[2] = {0, 0};
    srand(5);
    for (int i = 0; i < TRADES; i++) {
        for (int side = 0; side < 2; side++) {
            struct given given = {i + 1,
                                  100 + i,
                                  "",
                                  below(9) == 0 ? "short" : "long",
                                  1 + below(9),
                                  1 + below(999),
                                  below(9999999999) - 4999999999,
                                  below(99999),
                                  below(99999) - 50000,
                                  10 * i + (int)below(9),
                                  0};
            given.closed_ms = below(9) == 0 ? 0 : given.opened_ms + 7;
            if (below(9) != 0) {
                add(paths[side], &given);
                net_e8[side] += given.realised_e8 - given.fees_e8 + given.funding_e8;
            }
        }
    }
    compare(&drift);
    int64_t all_e8 = 0;
    for (int64_t i = 0; i < drift.count; i++) {
        int64_t sum_e8 = 0;
        for (int part = 0; part < DRIFT_PARTS; part++) {
            sum_e8 += drift.trades[i].parts_e8[part];
        }
        assert_int_equal(sum_e8, drift.trades[i].total_e8);
        all_e8 += sum_e8;
    }
    assert_int_equal(all_e8, net_e8[0] - net_e8[1]);
    assert_int_equal(drift.total_e8, all_e8);
    drift_release(&drift);
}

static void it_is_told_in_words_and_as_json(void **state)
{
    (void)state;
    struct drift drift;
    struct buffer out;
    add(paths[0], &(struct given){7, 50, "x", "long", 100, 1000, 50 * ONE_E8, ONE_E8, -ONE_E8 / 5,
                                  1250, 9000});
    add(paths[1],
        &(struct given){3, 50, "x", "long", 80, 792, 48 * ONE_E8, ONE_E8 * 4 / 5, 0, 1000, 9500});
    add(paths[1], &(struct given){4, 60, "y", "long", 1, 10, ONE_E8, 0, 0, 1000, 9500});
    compare(&drift);
    buffer_init(&out);
    drift_tell(&drift, false, &out);
    assert_non_null(strstr(out.bytes, "2 of 2 trades differ; only A has 0, only B 1"));
    assert_non_null(strstr(out.bytes, "4, only B"));
    assert_non_null(strstr(out.bytes, "-500")); /* A closed half a second earlier */
    buffer_clear(&out);
    drift_tell(&drift, true, &out);
    json_t *document = json_loads(out.bytes, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    const json_t *total = json_object_get(document, "total");
    assert_int_equal(json_integer_value(json_object_get(total, "entry_price_e8")), -10 * ONE_E8);
    assert_int_equal(json_integer_value(json_object_get(total, "missed_e8")), -ONE_E8);
    assert_int_equal(json_integer_value(json_object_get(total, "total_e8")), 60000000);
    const json_t *trades = json_object_get(document, "trades");
    assert_true(json_is_null(json_object_get(json_array_get(trades, 0), "position_a")));
    assert_int_equal(json_integer_value(json_object_get(json_array_get(trades, 1), "entry_us")),
                     250000);
    json_decref(document);
    buffer_release(&out);
    drift_release(&drift);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_long_pair_splits_as_by_hand, start),
        cmocka_unit_test_setup(a_short_pair_splits_the_other_way_round, start),
        cmocka_unit_test_setup(the_rest_of_a_division_is_not_lost, start),
        cmocka_unit_test_setup(a_trade_of_one_side_is_missed_whole, start),
        cmocka_unit_test_setup(a_pair_that_is_open_on_one_side_has_no_exit_to_compare, start),
        cmocka_unit_test_setup(equal_keys_are_matched_in_the_order_of_their_ids, start),
        cmocka_unit_test_setup(parts_sum_to_the_difference, start),
        cmocka_unit_test_setup(it_is_told_in_words_and_as_json, start),
    };

    return cmocka_run_group_tests_name("reports/drift", tests, NULL, fixture_remove);
}
