/* The tape: what is written is read, by run and by place; names, journals, texts, streams. */
#include "data/tape.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include "data/spill.h"
#include "tests/data/tape_world.h"

/* ---- round trips ---- */

static void an_empty_tape_is_a_tape(void **state)
{
    (void)state;
    must_finish(must_create(false));
    struct tape_reader *reader = must_open();
    assert_int_equal(tape_stream_count(reader), 0);
    assert_true(tape_complete(reader));
    assert_int_equal(tape_torn_bytes(reader), 0);
    tape_close(reader);
    expect_records(0);
    size_t length = 0;
    free(file_bytes(tape_path, &length));
    assert_int_equal(length, 3 * 64); /* the head; the end block's head and content */
}

static void counts_around_a_block_come_back(void **state)
{
    (void)state;
    static const int64_t counts[] = {1, 2, 4088, 4089, 4090, 4091, 8184, 8185, 20000};
    for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
        write_tape(counts[i]);
        expect_records(counts[i]);
        size_t length = 0;
        free(file_bytes(tape_path, &length));
        int64_t rest = counts[i] - FIRST_RECORDS;
        int64_t blocks = rest <= 0 ? 1 : 1 + (rest + FULL_RECORDS - 1) / FULL_RECORDS;
        /* head, streams (1 + 2 x 2), each block's head, records, end (2) */
        assert_int_equal(length, 64 * (1 + 5 + blocks + counts[i] + 2));
    }
}

static void the_same_content_is_the_same_bytes(void **state)
{
    (void)state;
    size_t first = 0, second = 0;
    write_tape(5000);
    uint8_t *a = file_bytes(tape_path, &first);
    write_tape(5000);
    uint8_t *b = file_bytes(tape_path, &second);
    assert_int_equal(first, second);
    assert_memory_equal(a, b, first);
    free(a);
    free(b);
}

static uint64_t digest_of(struct tape_reader *reader)
{
    struct error error;
    uint64_t digest = 0;
    error_init(&error);
    assert_true(tape_digest(reader, &digest, &error));
    return digest;
}

/* The digest says what the tape says, and nothing of how it was cut into blocks. */
static void the_digest_is_that_of_the_content(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    write_tape(300);
    struct tape_reader *reader = must_open();
    uint64_t whole = digest_of(reader);
    tape_close(reader);
    struct tape_writer *writer = must_create(true);
    add_streams(writer);
    for (int64_t i = 0; i < 300; i += 100) {
        add_records(writer, i, 100);
        assert_true(tape_flush(writer, &error));
    }
    must_finish(writer);
    reader = must_open();
    assert_int_equal(digest_of(reader), whole);
    tape_close(reader);
    write_tape(301);
    reader = must_open();
    assert_int_not_equal(digest_of(reader), whole);
    tape_close(reader);
}

static void many_streams_come_back_in_order(void **state)
{
    (void)state;
    struct error error;
    uint16_t number = 0;
    char symbol[SYMBOL_BYTES];
    error_init(&error);
    struct tape_writer *writer = must_create(false);
    for (int i = 0; i < TAPE_STREAMS_MAX; i++) {
        (void)snprintf(symbol, sizeof(symbol), "S%dUSDT", i);
        struct tape_stream stream = stream_of(symbol, TAPE_TRADE);
        assert_true(tape_add_stream(writer, &stream, &number, &error));
        assert_int_equal(number, i);
    }
    struct tape_stream beyond = stream_of("ONEMORE", TAPE_TRADE);
    assert_false(tape_add_stream(writer, &beyond, &number, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    must_finish(writer);
    struct tape_reader *reader = must_open();
    assert_int_equal(tape_stream_count(reader), TAPE_STREAMS_MAX);
    assert_string_equal(tape_stream(reader, 4095)->symbol, "S4095USDT");
    assert_string_equal(tape_stream(reader, 0)->origin, "cerberus-trade");
    tape_close(reader);
}

static void a_stream_that_is_none_is_refused(void **state)
{
    (void)state;
    struct tape_stream good = stream_of("BTCUSDT", TAPE_TRADE), bad[7];
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        bad[i] = good;
    }
    bad[0].kind = 7;
    bad[1].symbol[0] = '\0';
    bad[2].symbol[1] = ' ';
    memset(bad[3].origin, 'x', sizeof(bad[3].origin));
    bad[4].price_decimals = 17;
    bad[5].size_decimals = -9;
    bad[6].style = 16;
    struct tape_writer *writer = must_create(false);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct error error;
        uint16_t number = 0;
        error_init(&error);
        assert_false(tape_add_stream(writer, &bad[i], &number, &error));
        assert_int_equal(error.code, EXIT_CODE_DATA);
    }
    tape_abandon(writer);
}

/* Random records, as far as the order allows, and any cut into blocks. */
static void random_records_come_back(void **state)
{
    (void)state;
    enum { RECORDS = 30000 };
    static struct tape_record written[RECORDS];
    struct error error;
    uint64_t random = 88172645463325252ULL;
    error_init(&error);
    struct tape_writer *writer = must_create(false);
    add_streams(writer);
    int64_t time_us = -5;
    for (int i = 0; i < RECORDS; i++) {
        uint64_t words[8];
        for (int word = 0; word < 8; word++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            words[word] = random;
        }
        memcpy(&written[i], words, sizeof(written[i]));
        time_us += (int64_t)(words[0] % 3);
        bool same = i > 0 && time_us == written[i - 1].time_us && written[i - 1].stream == 1;
        written[i].time_us = time_us;
        written[i].stream = same ? 1 : (uint16_t)(words[1] % 2);
        written[i].kind = written[i].stream == 0 ? TAPE_TRADE : TAPE_QUOTE;
        assert_true(tape_add(writer, &written[i], &error));
        if (words[2] % 1000 == 0) {
            assert_true(tape_flush(writer, &error));
        }
    }
    must_finish(writer);
    struct tape_reader *reader = must_open();
    const struct tape_record *records = NULL;
    int64_t count = 0, read = 0;
    while (tape_run(reader, &records, &count, &error) == TAPE_MORE) {
        assert_memory_equal(records, written + read, (size_t)count * sizeof(*records));
        read += count;
    }
    assert_int_equal(read, RECORDS);
    tape_close(reader);
}

/* ---- seeking ---- */

static void a_seek_finds_every_time(void **state)
{
    (void)state;
    enum { RECORDS = 9000 };
    struct error error;
    error_init(&error);
    write_tape(RECORDS);
    struct tape_reader *reader = must_open();
    /* Times are 1000000 + 10 x pair: ask each, and the instant before and behind it, from the last
     * to the first. */
    for (int64_t pair = RECORDS / 2 - 1; pair >= 0; pair--) {
        const struct tape_record *records = NULL;
        int64_t count = 0, at = 1000000 + pair * 10;
        for (int64_t shift = -9; shift <= 0; shift += 9) {
            tape_seek(reader, at + shift);
            assert_int_equal(tape_run(reader, &records, &count, &error), TAPE_MORE);
            assert_int_equal(records[0].sequence, pair * 2);
        }
    }
    int64_t read = 0;
    tape_seek(reader, 1000000 + (RECORDS / 2 - 1) * 10 + 1);
    assert_int_equal(read_rest(reader, 0, &read, &error), TAPE_OVER);
    assert_int_equal(read, 0);
    tape_seek(reader, 1000000 + 4000 * 10);
    assert_int_equal(read_rest(reader, 8000, &read, &error), TAPE_OVER);
    assert_int_equal(read, 1000);
    tape_seek(reader, INT64_MIN);
    assert_int_equal(read_rest(reader, 0, &read, &error), TAPE_OVER);
    assert_int_equal(read, RECORDS);
    tape_close(reader);
}

/* ---- names ---- */

static void nothing_is_visible_before_the_end(void **state)
{
    (void)state;
    struct tape_writer *writer = must_create(false);
    add_streams(writer);
    add_records(writer, 0, 10000);
    assert_int_equal(access(tape_path, F_OK), -1);
    tape_abandon(writer);
    char command[128];
    (void)snprintf(command, sizeof(command), "test -z \"$(ls -A %s)\"", folder);
    assert_int_equal(system(command), 0);
}

static void expect_refused(const char *path, bool force, enum exit_code code, const char *words)
{
    struct error error;
    error_init(&error);
    assert_null(tape_create(path, force, &error));
    assert_int_equal(error.code, code);
    if (strstr(error.text, words) == NULL) {
        fail_msg("%s", error.text);
    }
}

static void a_name_that_is_taken_is_refused(void **state)
{
    (void)state;
    write_tape(3);
    expect_refused(tape_path, false, EXIT_CODE_USAGE, "there already");
    expect_records(3);
    write_tape(4); /* with force */
    expect_records(4);
    put_bytes(tape_path, "timestamp,source\n", 17);
    expect_refused(tape_path, true, EXIT_CODE_USAGE, "not a tape");
    expect_refused(folder, true, EXIT_CODE_USAGE, "not a plain file");
    expect_refused("/dev/full", true, EXIT_CODE_USAGE, "not a plain file");
    expect_refused("", true, EXIT_CODE_USAGE, "not a file name");
    expect_refused("/nowhere/at/all.tape", true, EXIT_CODE_OPERATING, "folder");
    put_bytes(tape_path, "", 0); /* an empty file is nobody's */
    write_tape(2);
    expect_records(2);
}

static void of_two_writers_one_is_refused(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct tape_writer *first = must_create(false);
    add_streams(first);
    add_records(first, 0, 5);
    must_finish(first);
    expect_records(5);
    /* One that began before the other had finished, in another process. */
    assert_int_equal(unlink(tape_path), 0);
    first = must_create(false);
    pid_t child = fork();
    if (child == 0) {
        struct tape_writer *other = tape_create(tape_path, false, &error);
        _exit(other != NULL && tape_finish(other, &error) ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    expect_records(0);
    assert_false(tape_finish(first, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    expect_records(0);
}

/* ---- the disk ---- */

/* In a process of its own, with files of at most `limit` bytes. */
static void write_within(rlim_t limit, bool journal)
{
    const struct rlimit size = {.rlim_cur = limit, .rlim_max = limit};
    struct error error;
    error_init(&error);
    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &size) != 0) {
        _exit(9);
    }
    struct tape_writer *writer =
        journal ? tape_journal(tape_path, &error) : tape_create(tape_path, false, &error);
    bool fine = writer != NULL;
    uint16_t number = 0;
    struct tape_stream trades = stream_of("BTCUSDT", TAPE_TRADE);
    struct tape_stream quotes = stream_of("BTCUSDT", TAPE_QUOTE);
    fine = fine && tape_add_stream(writer, &trades, &number, &error) &&
           tape_add_stream(writer, &quotes, &number, &error);
    for (int64_t i = 0; fine && i < 10000; i++) {
        struct tape_record record = record_of(i);
        fine = tape_add(writer, &record, &error);
    }
    if (fine) {
        fine = tape_finish(writer, &error);
    } else {
        tape_abandon(writer);
    }
    _exit(fine ? 0 : (int)error.code);
}

static int code_within(rlim_t limit, bool journal)
{
    pid_t child = fork();
    if (child == 0) {
        write_within(limit, journal);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_full_disk_is_said_and_leaves_nothing(void **state)
{
    (void)state;
    for (rlim_t limit = 0; limit < 700000; limit += 50000) {
        int code = code_within(limit, false);
        /* 64 x (1 + 5 + 3 blocks + 10000 + 2) = 640704 bytes */
        assert_int_equal(code, limit < 640704 ? EXIT_CODE_OPERATING : 0);
        char command[128];
        (void)snprintf(command, sizeof(command), "test \"$(ls -A %s)\" = \"%s\"", folder,
                       code == 0 ? "a.tape" : "");
        assert_int_equal(system(command), 0);
    }
}

static void a_journal_on_a_full_disk_keeps_what_was_written(void **state)
{
    (void)state;
    struct error error;
    int64_t cut = 0;
    error_init(&error);
    assert_int_equal(code_within(300000, true), EXIT_CODE_OPERATING);
    struct tape_writer *writer = tape_writer_resume(tape_path, INT64_MAX, &cut, &error);
    assert_non_null(writer);
    assert_int_equal(cut, 300000 - (256 << 10)); /* one block of records fits */
    add_records(writer, FIRST_RECORDS, 5);
    must_finish(writer);
    expect_records(FIRST_RECORDS + 5);
}

/* ---- journals ---- */

static void a_journal_grows_in_place_and_goes_on(void **state)
{
    (void)state;
    struct error error;
    int64_t cut = -1;
    error_init(&error);
    struct tape_writer *writer = tape_journal(tape_path, &error);
    assert_non_null(writer);
    add_streams(writer);
    add_records(writer, 0, 100);
    assert_true(tape_flush(writer, &error));
    expect_records(100); /* readable while it is written */
    assert_null(tape_writer_resume(tape_path, INT64_MAX, &cut, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE); /* by one only */
    add_records(writer, 100, 50);
    tape_abandon(writer); /* as a kill: what was not flushed is lost */
    error_init(&error);
    assert_null(tape_journal(tape_path, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    error_init(&error);
    writer = tape_writer_resume(tape_path, INT64_MAX, &cut, &error);
    assert_non_null(writer);
    assert_int_equal(cut, 0);
    add_records(writer, 100, 4000);
    must_finish(writer);
    struct tape_reader *reader = must_open();
    assert_true(tape_complete(reader) && tape_is_journal(reader));
    uint64_t digest = digest_of(reader);
    tape_close(reader);
    expect_records(4100);
    /* Finished once, it may still go on: the end moves. */
    writer = tape_writer_resume(tape_path, INT64_MAX, &cut, &error);
    assert_non_null(writer);
    assert_int_equal(cut, 0);
    must_finish(writer);
    reader = must_open();
    assert_int_equal(digest_of(reader), digest);
    tape_close(reader);
    /* An import of the same content has the same digest. */
    assert_int_equal(unlink(tape_path), 0);
    write_tape(4100);
    reader = must_open();
    assert_false(tape_is_journal(reader));
    assert_int_equal(digest_of(reader), digest);
    tape_close(reader);
    assert_null(tape_writer_resume(tape_path, INT64_MAX, &cut, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
}

/* The order of a journal is that of its steps: at one instant any kind may follow. */
static void a_journal_rises_by_time_alone(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct tape_writer *writer = tape_journal(tape_path, &error);
    assert_non_null(writer);
    add_streams(writer);
    struct tape_record quote = record_of(1), trade = record_of(0);
    assert_true(tape_add(writer, &quote, &error) && tape_add(writer, &trade, &error));
    must_finish(writer);
    struct tape_reader *reader = must_open();
    const struct tape_record *records = NULL;
    int64_t count = 0;
    assert_int_equal(tape_run(reader, &records, &count, &error), TAPE_MORE);
    assert_int_equal(count, 2);
    assert_int_equal(records[0].kind, TAPE_QUOTE);
    tape_close(reader);
}

/* ---- texts ---- */

static void add_text(struct tape_writer *writer, const char *text, int64_t length, int64_t index)
{
    struct error error;
    struct tape_record record = {.time_us = index, .kind = TAPE_CONFIG};
    error_init(&error);
    assert_true(tape_add_text(writer, &record, text, length, &error));
    assert_true(tape_add(writer, &record, &error));
}

static void texts_of_any_length_come_back(void **state)
{
    (void)state;
    enum { LONG = 1 << 20, TEXTS = 60 };
    static char text[LONG + TEXTS];
    struct error error;
    uint16_t number = 0;
    error_init(&error);
    for (int i = 0; i < LONG + TEXTS; i++) {
        text[i] = (char)('a' + i * 7 % 26);
    }
    static const int64_t lengths[] = {0,      1,      63,     64,     65,  100000,
                                      200000, 262079, 262080, 262081, LONG};
    struct tape_writer *writer = tape_journal(tape_path, &error);
    assert_non_null(writer);
    struct tape_stream signals = stream_of("", TAPE_EVENT);
    assert_true(tape_add_stream(writer, &signals, &number, &error));
    for (int64_t i = 0; i < TEXTS; i++) {
        add_text(writer, text + i, lengths[i % (int64_t)ARRAY_COUNT(lengths)], i);
    }
    must_finish(writer);
    struct tape_reader *reader = must_open();
    const struct tape_record *records = NULL;
    int64_t count = 0, read = 0, length = 0;
    while (tape_run(reader, &records, &count, &error) == TAPE_MORE) {
        for (int64_t i = 0; i < count; i++, read++) {
            const char *found = tape_text(reader, &records[i], &length, &error);
            assert_non_null(found);
            assert_int_equal(length, lengths[read % (int64_t)ARRAY_COUNT(lengths)]);
            assert_memory_equal(found, text + read, (size_t)length);
        }
    }
    assert_int_equal(read, TEXTS);
    struct tape_record wrong = {.kind = TAPE_CONFIG, .v = {64, 10}};
    assert_null(tape_text(reader, &wrong, &length, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    tape_close(reader);
}

/* The file of the caller, which has no name: writer and reader keep it, the folder never shows it. */
static void a_tape_may_have_no_name(void **state)
{
    (void)state;
    enum { RECORDS = 9000 };
    struct spill file;
    struct error error;
    struct tape_record record = {.kind = TAPE_TRADE, .v = {1, 1}};
    uint16_t number = 0;
    spill_init(&file, 0, NULL);
    error_init(&error);
    assert_true(spill_open(&file, &error));
    struct tape_writer *writer = tape_create_in(file.file, "a market", &error);
    assert_non_null(writer);
    struct tape_stream stream = {.symbol = "BTCUSDT", .kind = TAPE_TRADE};
    assert_true(tape_add_stream(writer, &stream, &number, &error));
    for (int64_t i = 0; i < RECORDS; i++) {
        record.time_us = i;
        assert_true(tape_add(writer, &record, &error));
    }
    assert_true(tape_finish(writer, &error));
    struct tape_reader *reader = tape_open_file(file.file, "a market", &error);
    spill_release(&file);
    assert_non_null(reader);
    assert_true(tape_complete(reader));
    assert_int_equal(tape_record_count(reader), RECORDS);
    const struct tape_record *records = NULL;
    int64_t count = 0, read = 0;
    while (tape_run(reader, &records, &count, &error) == TAPE_MORE) {
        assert_int_equal(records[0].time_us, read);
        read += count;
    }
    assert_int_equal(read, RECORDS);
    tape_close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_empty_tape_is_a_tape),
        TEST(counts_around_a_block_come_back),
        TEST(the_same_content_is_the_same_bytes),
        TEST(the_digest_is_that_of_the_content),
        TEST(many_streams_come_back_in_order),
        TEST(a_stream_that_is_none_is_refused),
        TEST(random_records_come_back),
        TEST(a_seek_finds_every_time),
        TEST(nothing_is_visible_before_the_end),
        TEST(a_name_that_is_taken_is_refused),
        TEST(of_two_writers_one_is_refused),
        TEST(a_full_disk_is_said_and_leaves_nothing),
        TEST(a_journal_on_a_full_disk_keeps_what_was_written),
        TEST(a_journal_grows_in_place_and_goes_on),
        TEST(a_journal_rises_by_time_alone),
        TEST(texts_of_any_length_come_back),
        TEST(a_tape_may_have_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
