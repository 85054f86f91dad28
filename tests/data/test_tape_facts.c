/* What a tape is said to be: gaps, chains of update ids, order, clocks, worked by hand. */
#include "data/tape_facts.h"

#include "tests/data/tape_world.h"

/* Writes the records, all of one stream, and gathers their facts. */
static struct tape_facts
facts_of(struct tape_stream stream, const struct tape_record *records, size_t count)
{
    struct error error;
    struct tape_facts facts;
    uint16_t number = 0;
    error_init(&error);
    struct tape_writer *writer = must_create(true);
    assert_true(tape_add_stream(writer, &stream, &number, &error));
    for (size_t i = 0; i < count; i++) {
        struct tape_record record = records[i];
        record.kind = stream.kind;
        assert_true(tape_add(writer, &record, &error));
    }
    must_finish(writer);
    struct tape_reader *reader = must_open();
    uint64_t digest = 0;
    assert_true(tape_facts_gather(&facts, reader, &error));
    assert_true(tape_digest(reader, &digest, &error));
    assert_int_equal(facts.digest, digest);
    assert_int_equal(facts.records, count);
    tape_close(reader);
    return facts;
}

static void an_empty_tape_has_no_facts(void **state)
{
    (void)state;
    struct tape_facts facts = facts_of(stream_of("BTCUSDT", TAPE_TRADE), NULL, 0);
    assert_int_equal(facts.streams[0].count, 0);
    assert_int_equal(facts.streams[0].silence_us, 0);
    tape_facts_release(&facts);
}

static void missing_bars_are_counted(void **state)
{
    (void)state;
    /* Minutes 0, 1, 4 (2 missing), 4 again, 4.5 (off), 5.5, 7.5 (1 missing). */
    static const struct tape_record bars[] = {{.time_us = 0},         {.time_us = 60000000},
                                              {.time_us = 240000000}, {.time_us = 240000000},
                                              {.time_us = 270000000}, {.time_us = 330000000},
                                              {.time_us = 450000000}};
    struct tape_stream stream = stream_of("BTCUSDT", TAPE_BAR);
    stream.interval_us = 60000000;
    struct tape_facts facts = facts_of(stream, bars, ARRAY_COUNT(bars));
    assert_int_equal(facts.streams[0].gaps, 2);
    assert_int_equal(facts.streams[0].missing, 3);
    assert_int_equal(facts.streams[0].off_grid, 1);
    assert_int_equal(facts.streams[0].repeated, 1);
    assert_int_equal(facts.streams[0].silence_us, 180000000);
    assert_int_equal(facts.streams[0].silence_from_us, 60000000);
    assert_int_equal(facts.span_us, 450000000);
    tape_facts_release(&facts);
}

static void ids_of_trades_are_watched(void **state)
{
    (void)state;
    static const struct tape_record trades[] = {
        {.sequence = 10}, {.sequence = 11}, {.sequence = 15}, {.sequence = 15},
        {.sequence = 12}, {.sequence = 0},  {.sequence = 13}};
    struct tape_facts facts =
        facts_of(stream_of("BTCUSDT", TAPE_TRADE), trades, ARRAY_COUNT(trades));
    assert_int_equal(facts.streams[0].missing, 3);
    assert_int_equal(facts.streams[0].repeated, 1);
    assert_int_equal(facts.streams[0].backward, 1);
    assert_int_equal(tape_order_violations(&facts.streams[0]), 2);
    tape_facts_release(&facts);
}

static void crossed_quotes_are_counted(void **state)
{
    (void)state;
    static const struct tape_record quotes[] = {{.sequence = 1, .v = {100, 1, 101, 1}},
                                                {.sequence = 2, .v = {101, 1, 101, 1}},
                                                {.sequence = 2, .v = {102, 1, 101, 1}},
                                                {.sequence = 1, .v = {0, 0, 101, 1}},
                                                {.sequence = 3, .v = {100, 1, 0, 0}}};
    struct tape_facts facts =
        facts_of(stream_of("BTCUSDT", TAPE_QUOTE), quotes, ARRAY_COUNT(quotes));
    assert_int_equal(facts.streams[0].crossed, 2);
    assert_int_equal(facts.streams[0].backward, 1);
    tape_facts_release(&facts);
}

static void a_broken_chain_of_updates_is_found(void **state)
{
    (void)state;
    enum { SNAP = TAPE_SNAPSHOT_ROW, LAST = TAPE_LAST };
    /* An update of two rows, a snapshot, one that follows the update, one that does not; by the
     * first id alone one that fits and one that does not; one that goes back. */
    static const struct tape_record rows[] = {
        {.time_us = 1, .sequence = 20, .v = {1, 1, 11, 10}},
        {.time_us = 1, .sequence = 20, .flags = LAST, .v = {2, 1, 11, 10}},
        {.time_us = 2, .sequence = 25, .flags = SNAP, .v = {1, 1, 0, 0}},
        {.time_us = 2, .sequence = 25, .flags = SNAP | LAST, .v = {2, 1, 0, 0}},
        {.time_us = 3, .sequence = 30, .flags = LAST, .v = {1, 1, 21, 20}},
        {.time_us = 4, .sequence = 40, .flags = LAST, .v = {1, 1, 36, 35}},
        {.time_us = 5, .sequence = 45, .flags = LAST, .v = {1, 1, 41, 0}},
        {.time_us = 6, .sequence = 50, .flags = LAST, .v = {1, 1, 47, 0}},
        {.time_us = 7, .sequence = 49, .flags = LAST, .v = {1, 1, 0, 0}}};
    struct tape_facts facts = facts_of(stream_of("BTCUSDT", TAPE_DEPTH), rows, ARRAY_COUNT(rows));
    const struct tape_stream_facts *book = &facts.streams[0];
    assert_int_equal(book->messages, 7);
    assert_int_equal(book->snapshots, 1);
    assert_int_equal(book->breaks, 2);
    assert_int_equal(book->first_breaks[0].time_us, 4);
    assert_int_equal(book->first_breaks[0].expected, 30);
    assert_int_equal(book->first_breaks[0].found, 35);
    assert_int_equal(book->first_breaks[1].expected, 46);
    assert_int_equal(book->first_breaks[1].found, 47);
    assert_int_equal(book->backward, 1);
    tape_facts_release(&facts);
}

/* Lags of any spread: the median is that of the sorted lags, the lower one of two. */
static void clocks_are_compared_exactly(void **state)
{
    (void)state;
    static const int64_t lags[] = {-1272402468, 7, -5, 3600000000000, -1272402467, 8, 0};
    struct tape_record ticks[ARRAY_COUNT(lags)] = {0};
    static const int64_t medians[] = {-1272402468, -1272402468, -5, -5, -5, -5, 0};
    for (size_t count = 1; count <= ARRAY_COUNT(lags); count++) {
        for (size_t i = 0; i < count; i++) {
            ticks[i].time_us = 1723161256322000 + (int64_t)i;
            ticks[i].receive_ns = ticks[i].time_us * 1000 + lags[i];
            ticks[i].flags = TAPE_RECEIVED;
        }
        struct tape_facts facts = facts_of(stream_of("BTCUSDT", TAPE_MARK), ticks, count);
        assert_int_equal(facts.streams[0].received, count);
        assert_int_equal(facts.streams[0].lag_median_ns, medians[count - 1]);
        assert_int_equal(facts.streams[0].lag_min_ns, -1272402468);
        assert_int_equal(facts.streams[0].lag_max_ns,
                         count < 2 ? -1272402468 : (count < 4 ? 7 : 3600000000000));
        assert_int_equal(facts.correction_ns, 1272402468);
        tape_facts_release(&facts);
    }
}

static void extremes_do_not_wrap(void **state)
{
    (void)state;
    static const struct tape_record ticks[] = {
        {.time_us = INT64_MIN, .receive_ns = INT64_MAX, .flags = TAPE_RECEIVED},
        {.time_us = INT64_MAX, .receive_ns = INT64_MIN, .flags = TAPE_RECEIVED}};
    struct tape_facts facts = facts_of(stream_of("BTCUSDT", TAPE_MARK), ticks, 2);
    assert_int_equal(facts.streams[0].lag_min_ns, INT64_MIN);
    assert_int_equal(facts.streams[0].lag_median_ns, INT64_MIN);
    assert_int_equal(facts.streams[0].lag_max_ns, INT64_MAX);
    assert_int_equal(facts.streams[0].receive_back, 1);
    assert_int_equal(facts.span_us, INT64_MAX);
    assert_int_equal(facts.correction_ns, INT64_MAX);
    tape_facts_release(&facts);
}

/* Up to the damage. */
static void a_damaged_tape_is_told_as_far_as_it_goes(void **state)
{
    (void)state;
    size_t whole = 0;
    struct error error;
    struct tape_facts facts;
    error_init(&error);
    write_tape(3 * 4095);
    uint8_t *bytes = file_bytes(tape_path, &whole);
    bytes[(256 << 10) + 1000] ^= 1;
    put_bytes(tape_path, bytes, whole);
    free(bytes);
    struct tape_reader *reader = must_open();
    assert_false(tape_facts_gather(&facts, reader, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    assert_int_equal(facts.records, FIRST_RECORDS);
    assert_int_equal(facts.streams[0].count, 2045);
    assert_int_equal(facts.streams[1].count, 2044);
    tape_facts_release(&facts);
    tape_close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_empty_tape_has_no_facts),
        TEST(missing_bars_are_counted),
        TEST(ids_of_trades_are_watched),
        TEST(crossed_quotes_are_counted),
        TEST(a_broken_chain_of_updates_is_found),
        TEST(clocks_are_compared_exactly),
        TEST(extremes_do_not_wrap),
        TEST(a_damaged_tape_is_told_as_far_as_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
