/* test_sync.c - the sequence rule of a book (PROTOCOLS A12), message by message. */
#include "sim/exchange/sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static enum sync_answer snapshot(struct sync *self, uint64_t id)
{
    struct tape_record row = {
        .kind = TAPE_DEPTH, .flags = TAPE_SNAPSHOT_ROW | TAPE_LAST, .sequence = id};
    return sync_row(self, &row);
}

static enum sync_answer update(struct sync *self, int64_t first, uint64_t last, int64_t before)
{
    struct tape_record row = {
        .kind = TAPE_DEPTH, .flags = TAPE_LAST, .sequence = last, .v = {0, 0, first, before}};
    return sync_row(self, &row);
}

static void test_old_messages_are_skipped_and_the_first_must_straddle(void **state)
{
    (void)state;
    struct sync sync = {0};
    assert_int_equal(update(&sync, 80, 90, 79), SYNC_SKIP); /* no snapshot yet */
    assert_int_equal(snapshot(&sync, 100), SYNC_EMPTY_AND_APPLY);
    assert_int_equal(update(&sync, 91, 95, 90), SYNC_SKIP);
    assert_int_equal(update(&sync, 96, 105, 95), SYNC_APPLY); /* 96 <= 100 <= 105 */
    assert_int_equal(update(&sync, 106, 107, 105), SYNC_APPLY);
    assert_int_equal(sync.gaps, 0);
    assert_int_equal(sync.skipped, 2);
}

static void test_a_first_message_behind_the_snapshot_is_a_gap(void **state)
{
    (void)state;
    struct sync sync = {0};
    (void)snapshot(&sync, 100);
    assert_int_equal(update(&sync, 102, 105, 101), SYNC_SKIP);
    assert_int_equal(sync.gaps, 1);
    assert_int_equal(sync.state, SYNC_NONE);
}

static void test_a_gap_waits_for_the_next_snapshot(void **state)
{
    (void)state;
    struct sync sync = {0};
    (void)snapshot(&sync, 100);
    assert_int_equal(update(&sync, 100, 105, 99), SYNC_APPLY);
    assert_int_equal(update(&sync, 108, 110, 107), SYNC_SKIP); /* 105 was the last */
    assert_int_equal(sync.state, SYNC_NONE);
    assert_int_equal(update(&sync, 111, 112, 110), SYNC_SKIP);
    assert_int_equal(snapshot(&sync, 115), SYNC_EMPTY_AND_APPLY);
    assert_int_equal(update(&sync, 113, 117, 112), SYNC_APPLY);
    assert_int_equal(sync.gaps, 1);
    assert_int_equal(sync.skipped, 2);
}

static void test_a_repeated_message_is_old(void **state)
{
    (void)state;
    struct sync sync = {0};
    (void)snapshot(&sync, 100);
    assert_int_equal(update(&sync, 100, 105, 99), SYNC_APPLY);
    assert_int_equal(update(&sync, 100, 105, 99), SYNC_SKIP);
    assert_int_equal(update(&sync, 106, 108, 105), SYNC_APPLY);
    assert_int_equal(sync.gaps, 0);
}

/* The message that ended just at the snapshot may have been missed: its successor names it. */
static void test_the_successor_of_the_snapshot(void **state)
{
    (void)state;
    struct sync sync = {0};
    (void)snapshot(&sync, 100);
    assert_int_equal(update(&sync, 103, 105, 100), SYNC_APPLY);
}

/* Venues that name no message before: the next one begins at the next id. */
static void test_a_stream_without_the_message_before(void **state)
{
    (void)state;
    struct sync sync = {0};
    (void)snapshot(&sync, 100);
    assert_int_equal(update(&sync, 101, 101, 0), SYNC_APPLY);
    assert_int_equal(update(&sync, 102, 104, 0), SYNC_APPLY);
    assert_int_equal(update(&sync, 106, 107, 0), SYNC_SKIP);
    assert_int_equal(sync.gaps, 1);
}

static void test_a_stream_without_ids_is_taken_as_it_comes(void **state)
{
    (void)state;
    struct sync sync = {0};
    assert_int_equal(update(&sync, 0, 0, 0), SYNC_SKIP);
    assert_int_equal(snapshot(&sync, 0), SYNC_EMPTY_AND_APPLY);
    assert_int_equal(update(&sync, 0, 0, 0), SYNC_APPLY);
    assert_int_equal(update(&sync, 0, 0, 0), SYNC_APPLY);
    assert_int_equal(sync.gaps, 0);
}

/* Rows of one message share its answer; a second snapshot with the same id empties again. */
static void test_rows_of_a_message(void **state)
{
    (void)state;
    struct sync sync = {0};
    struct tape_record row = {.flags = TAPE_SNAPSHOT_ROW, .sequence = 100};
    assert_int_equal(sync_row(&sync, &row), SYNC_EMPTY_AND_APPLY);
    assert_int_equal(sync_row(&sync, &row), SYNC_APPLY);
    assert_true(sync.inside);
    row.flags |= TAPE_LAST;
    assert_int_equal(sync_row(&sync, &row), SYNC_APPLY);
    assert_false(sync.inside);
    assert_int_equal(sync_row(&sync, &row), SYNC_EMPTY_AND_APPLY);
    /* A message that was cut off: the next one is judged by itself. */
    struct tape_record cut = {.sequence = 105, .v = {0, 0, 100, 99}};
    assert_int_equal(sync_row(&sync, &cut), SYNC_APPLY);
    assert_int_equal(update(&sync, 106, 107, 105), SYNC_APPLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_messages_are_skipped_and_the_first_must_straddle),
        cmocka_unit_test(test_a_first_message_behind_the_snapshot_is_a_gap),
        cmocka_unit_test(test_a_gap_waits_for_the_next_snapshot),
        cmocka_unit_test(test_a_repeated_message_is_old),
        cmocka_unit_test(test_the_successor_of_the_snapshot),
        cmocka_unit_test(test_a_stream_without_the_message_before),
        cmocka_unit_test(test_a_stream_without_ids_is_taken_as_it_comes),
        cmocka_unit_test(test_rows_of_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
