/* The tape, spoiled: every length of its tail, every bit of it, every block out of place. What a reader gives is what was
 * written, up to where it says that something is lost. */
#include "data/tape_layout.h"
#include "tests/data/tape_world.h"

/* A journal of several small blocks: head, streams, records 0..2, texts and record 3, records 4..9, end. */
enum { SMALL_RECORDS = 10 };

static void write_small(void)
{
    struct error error;
    error_init(&error);
    struct tape_writer *writer = tape_journal(tape_path, &error);
    assert_non_null(writer);
    add_streams(writer);
    add_records(writer, 0, 3);
    assert_true(tape_flush(writer, &error));
    struct tape_record unused = {0};
    assert_true(tape_add_text(writer, &unused, "a text of some length", 21, &error));
    add_records(writer, 3, 1);
    assert_true(tape_flush(writer, &error));
    add_records(writer, 4, 6);
    must_finish(writer);
}

/* Opens what stands at the path and reads it as far as it goes. -1: no tape. */
static int64_t read_what_is_there(bool *damaged, bool *complete, struct error *error)
{
    int64_t read = 0;
    *damaged = *complete = false;
    struct tape_reader *reader = tape_open(tape_path, error);
    if (reader == NULL) {
        assert_int_equal(error->code, EXIT_CODE_DATA);
        return -1;
    }
    *damaged = read_rest(reader, 0, &read, error) == TAPE_DAMAGED;
    *complete = tape_complete(reader);
    assert_int_equal(*damaged, error->code == EXIT_CODE_DATA);
    if (!*damaged) {
        assert_int_equal(tape_record_count(reader), read);
    }
    tape_close(reader);
    return read;
}

/* Records in the whole blocks of a file of so many bytes. */
static int64_t records_within(size_t length)
{
    /* head 64, streams 64 x 5: 384; head and 3 records: 640; side 128: 768; record: 896; 6: 1344; end: 1472 */
    return length < 640 ? 0 : (length < 896 ? 3 : (length < 1344 ? 4 : 10));
}

static void every_torn_tail_is_told_and_cut(void **state)
{
    (void)state;
    size_t whole = 0;
    write_small();
    uint8_t *bytes = file_bytes(tape_path, &whole);
    assert_int_equal(whole, 1472);
    for (size_t length = 0; length <= whole; length++) {
        struct error error;
        bool damaged = false, complete = false;
        error_init(&error);
        put_bytes(tape_path, bytes, length);
        int64_t read = read_what_is_there(&damaged, &complete, &error);
        assert_int_equal(read, length < 64 ? -1 : records_within(length));
        assert_false(damaged);
        assert_int_equal(complete, length == whole);
        /* A writer goes on behind the last whole block. */
        int64_t cut = -1, count = read < 0 ? 0 : read;
        error_init(&error);
        struct tape_writer *writer = tape_writer_resume(tape_path, INT64_MAX, &cut, &error);
        assert_non_null(writer);
        assert_true(cut >= 0 && cut < 512);
        if (length < 384) {
            add_streams(writer);
        }
        add_records(writer, count, 20 - count);
        must_finish(writer);
        expect_records(20);
    }
    free(bytes);
}

/* Zeros where the disk had no time for the content, and garbage behind a whole tape: torn as well. */
static void a_tail_of_anything_is_torn(void **state)
{
    (void)state;
    size_t whole = 0;
    write_small();
    uint8_t *bytes = file_bytes(tape_path, &whole);
    uint8_t *longer = calloc(1, whole + 1000);
    assert_non_null(longer);
    for (int fill = 0; fill < 256; fill += 51) {
        for (size_t kept = 384; kept <= whole; kept += 64) {
            struct error error;
            bool damaged = false, complete = false;
            error_init(&error);
            memset(longer, fill, whole + 1000);
            memcpy(longer, bytes, kept);
            put_bytes(tape_path, longer, whole + 1000);
            assert_int_equal(read_what_is_there(&damaged, &complete, &error), records_within(kept));
            assert_false(damaged);
            assert_int_equal(complete, kept == whole);
        }
    }
    free(longer);
    free(bytes);
}

/* Each bit: no tape, damage, a torn tail - and never a record that was not written. */
static void every_flipped_bit_is_found(void **state)
{
    (void)state;
    size_t whole = 0;
    write_small();
    uint8_t *bytes = file_bytes(tape_path, &whole);
    for (size_t bit = 0; bit < whole * 8; bit++) {
        struct error error;
        bool damaged = false, complete = false;
        error_init(&error);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        put_bytes(tape_path, bytes, whole);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        int64_t read = read_what_is_there(&damaged, &complete, &error);
        size_t at = bit / 8;
        if (at < 64) {
            assert_int_equal(read, -1);
        } else if (at >= 1344) {
            assert_int_equal(read, SMALL_RECORDS);
            assert_false(complete || damaged); /* the end block: torn */
        } else {
            assert_true(damaged);
            /* what stands in whole blocks before the byte */
            assert_int_equal(read, records_within(at));
        }
    }
    free(bytes);
}

static void a_damage_is_told_with_place_and_loss(void **state)
{
    (void)state;
    size_t whole = 0;
    struct error error;
    int64_t read = 0;
    error_init(&error);
    write_tape(FIRST_RECORDS + 2 * FULL_RECORDS);
    uint8_t *bytes = file_bytes(tape_path, &whole);
    size_t second = 256 << 10; /* its head */
    bytes[second + 1000] ^= 1;
    put_bytes(tape_path, bytes, whole);
    struct tape_reader *reader = must_open();
    assert_int_equal(read_rest(reader, 0, &read, &error), TAPE_DAMAGED);
    assert_int_equal(read, FIRST_RECORDS);
    assert_int_equal(error.code, EXIT_CODE_DATA);
    assert_string_equal(
        error.text, "the tape is damaged at byte 262144 (block 2 fails its checksum): the 4089 "
                    "records before it were read, 8190 records in the 524416 bytes from there on "
                    "are lost: import the original files again");
    /* Again: the same. From behind it: what is there. */
    assert_int_equal(read_rest(reader, 0, &read, &error), TAPE_DAMAGED);
    tape_seek(reader, record_of(FIRST_RECORDS + FULL_RECORDS).time_us);
    error_init(&error);
    assert_int_equal(read_rest(reader, FIRST_RECORDS + FULL_RECORDS, &read, &error), TAPE_OVER);
    assert_int_equal(read, 4095);
    tape_close(reader);
    /* Its head: the chain is broken, the count of the end block still says what is lost. */
    bytes[second + 1000] ^= 1;
    bytes[second + 8] ^= 1;
    put_bytes(tape_path, bytes, whole);
    reader = must_open();
    assert_false(tape_complete(reader));
    assert_int_equal(tape_record_count(reader), FIRST_RECORDS);
    error_init(&error);
    assert_int_equal(read_rest(reader, 0, &read, &error), TAPE_DAMAGED);
    assert_int_equal(read, FIRST_RECORDS);
    assert_non_null(strstr(error.text, "(block 2 has no good head)"));
    assert_non_null(strstr(error.text, "8190 records in the 524416 bytes"));
    tape_close(reader);
    free(bytes);
}

static void blocks_out_of_place_are_damage(void **state)
{
    (void)state;
    size_t whole = 0;
    write_tape(FIRST_RECORDS + 2 * FULL_RECORDS);
    uint8_t *bytes = file_bytes(tape_path, &whole), *other = malloc(whole);
    assert_non_null(other);
    const size_t block = 64 * 4096; /* the first ends with the first 256 KiB */
    /* second and third exchanged; the second twice; the second left out */
    memcpy(other, bytes, whole);
    memcpy(other + block, bytes + 2 * block, block);
    memcpy(other + 2 * block, bytes + block, block);
    for (int spoiled = 0; spoiled < 3; spoiled++) {
        struct error error;
        bool damaged = false, complete = false;
        error_init(&error);
        if (spoiled == 1) {
            memcpy(other, bytes, whole);
            memcpy(other + 2 * block, bytes + block, block);
        } else if (spoiled == 2) {
            memcpy(other, bytes, whole);
            memmove(other + block, other + 2 * block, whole - 2 * block);
        }
        put_bytes(tape_path, other, spoiled == 2 ? whole - block : whole);
        assert_int_equal(read_what_is_there(&damaged, &complete, &error),
                         spoiled == 1 ? FIRST_RECORDS + FULL_RECORDS : FIRST_RECORDS);
        assert_true(damaged);
    }
    free(other);
    free(bytes);
}

static void a_file_cut_while_it_is_read_is_damaged(void **state)
{
    (void)state;
    struct error error;
    const struct tape_record *records = NULL;
    int64_t count = 0;
    error_init(&error);
    write_tape(FIRST_RECORDS + 2 * FULL_RECORDS);
    struct tape_reader *reader = must_open();
    assert_int_equal(tape_run(reader, &records, &count, &error), TAPE_MORE);
    assert_int_equal(truncate(tape_path, 300000), 0);
    assert_int_equal(tape_run(reader, &records, &count, &error), TAPE_DAMAGED);
    assert_non_null(strstr(error.text, "the file was cut while it was read"));
    tape_close(reader);
}

static void expect_no_tape(const void *bytes, size_t length, const char *words)
{
    struct error error;
    error_init(&error);
    put_bytes(tape_path, bytes, length);
    assert_null(tape_open(tape_path, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    if (strstr(error.text, words) == NULL) {
        fail_msg("%s", error.text);
    }
}

static void what_is_no_tape_is_refused(void **state)
{
    (void)state;
    struct error error;
    struct tape_head head;
    tape_head_make(&head, 0);
    expect_no_tape("", 0, "not a tape, it has 0 bytes");
    expect_no_tape(
        "ts_ms,open,high,low,close,volume\n1767484800000,0.0061074,0.0061079,0.0061,1,2\n", 76,
        "this is not a tape");
    head.version = 2;
    expect_no_tape(&head, sizeof(head), "another version");
    tape_head_make(&head, 2);
    expect_no_tape(&head, sizeof(head), "damaged");
    error_init(&error);
    assert_null(tape_open(folder, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    error_init(&error);
    assert_null(tape_open("/nowhere.tape", &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
}

/* Whole blocks with good checksums that break the laws all the same: a faulty or hostile writer. */
static void records_that_break_the_laws_are_damage(void **state)
{
    (void)state;
    for (int law = 0; law < 5; law++) {
        struct error error;
        size_t whole = 0;
        int64_t read = 0;
        error_init(&error);
        write_tape(10);
        uint8_t *bytes = file_bytes(tape_path, &whole);
        void *at = bytes + 64 * 6;
        struct tape_block *block = at;
        struct tape_record *records = (struct tape_record *)(block + 1);
        struct tape_record swap = records[4];
        switch (law) {
        case 0: records[3].stream = 2; break;
        case 1: records[3].kind = TAPE_TRADE; break;
        case 2: records[3].time_us = records[4].time_us + 1; break;
        case 3: block->last_us--; break;
        default: /* one time, kinds exchanged */
            records[4] = records[5];
            records[5] = swap;
            break;
        }
        block->checksum = 0;
        block->checksum = XXH3_64bits(block, (size_t)tape_block_bytes(block));
        put_bytes(tape_path, bytes, whole);
        struct tape_reader *reader = must_open();
        assert_int_equal(read_rest(reader, 0, &read, &error), TAPE_DAMAGED);
        assert_int_equal(read, 0);
        assert_non_null(strstr(error.text, "out of order or of no stream"));
        tape_close(reader);
        free(bytes);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_torn_tail_is_told_and_cut), TEST(a_tail_of_anything_is_torn),
        TEST(every_flipped_bit_is_found),      TEST(a_damage_is_told_with_place_and_loss),
        TEST(blocks_out_of_place_are_damage),  TEST(a_file_cut_while_it_is_read_is_damaged),
        TEST(what_is_no_tape_is_refused),      TEST(records_that_break_the_laws_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
