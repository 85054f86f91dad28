#include "tests/data/market_files.h"

#include <minizip/zip.h>
#include <xxhash.h>

#include "data/source.h"

static char *read_all(const void *bytes, size_t length, size_t *got, struct error *error)
{
    struct source *source = source_open_memory(bytes, length, "memory", error);
    if (source == NULL) {
        return NULL;
    }
    char *text = source_read_all(source, 64 << 20, got, error);
    if (text != NULL) {
        assert_true(source_hash(source) == XXH3_64bits(bytes, length));
    }
    source_close(source);
    return text;
}

static void
expect_text(const void *bytes, size_t length, const char *expected, size_t expected_length)
{
    struct error error;
    error_init(&error);
    size_t got = 0;
    char *text = read_all(bytes, length, &got, &error);
    assert_non_null(text);
    assert_int_equal(got, expected_length);
    assert_memory_equal(text, expected, got);
    assert_int_equal(text[got], 0);
    free(text);
}

static void expect_error(const void *bytes, size_t length, const char *words)
{
    struct error error;
    error_init(&error);
    size_t got = 0;
    assert_null(read_all(bytes, length, &got, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    assert_string_equal(error.file, "memory");
    if (strstr(error.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", error.text, words);
    }
}

static char *pattern(size_t length)
{
    char *text = malloc(length);
    assert_non_null(text);
    for (size_t i = 0; i < length; i++) {
        text[i] = (char)('a' + (i * i / 7 + i / 1000) % 26);
    }
    return text;
}

static void plain_text_is_read_as_it_is(void **state)
{
    (void)state;
    expect_text("a,b\n1,2\n", 8, "a,b\n1,2\n", 8);
    expect_text("", 0, "", 0);
    expect_text("x", 1, "x", 1);
}

static void content_counts_and_not_the_name(void **state)
{
    (void)state;
    char packed[256];
    size_t length = test_zstd(packed, sizeof(packed), "hello\n", 6);
    expect_text(packed, length, "hello\n", 6);
    length = test_gzip(packed, sizeof(packed), "hello\n", 6);
    expect_text(packed, length, "hello\n", 6);
}

static void large_streams_cross_every_buffer(void **state)
{
    (void)state;
    size_t length = 700001, capacity = 1 << 20;
    char *text = pattern(length), *packed = malloc(capacity);
    assert_non_null(packed);
    expect_text(text, length, text, length);
    expect_text(packed, test_zstd(packed, capacity, text, length), text, length);
    expect_text(packed, test_gzip(packed, capacity, text, length), text, length);
    free(packed);
    free(text);
}

static void members_and_frames_are_read_to_the_end(void **state)
{
    (void)state;
    char packed[512];
    size_t first = test_gzip(packed, sizeof(packed), "one\n", 4);
    size_t second = test_gzip(packed + first, sizeof(packed) - first, "two\n", 4);
    memset(packed + first + second, 0, 20); /* the padding of tapes */
    expect_text(packed, first + second + 20, "one\ntwo\n", 8);
    first = test_zstd(packed, sizeof(packed), "one\n", 4);
    second = test_zstd(packed + first, sizeof(packed) - first, "two\n", 4);
    expect_text(packed, first + second, "one\ntwo\n", 8);
}

static void every_truncation_is_an_error(void **state)
{
    (void)state;
    char text[2000], packed[4096];
    memset(text, 'x', sizeof(text));
    text[77] = 'y';
    size_t length = test_zstd(packed, sizeof(packed), text, sizeof(text));
    for (size_t cut = 4; cut < length; cut++) {
        expect_error(packed, cut, "cut short");
    }
    length = test_gzip(packed, sizeof(packed), text, sizeof(text));
    for (size_t cut = 2; cut < length; cut++) {
        expect_error(packed, cut, "cut short");
    }
}

static void damage_is_an_error(void **state)
{
    (void)state;
    char text[2000], packed[4096];
    memset(text, 'x', sizeof(text));
    size_t length = test_gzip(packed, sizeof(packed), text, sizeof(text));
    packed[length - 6] ^= 1; /* the CRC, which libarchive would not look at */
    expect_error(packed, length, "damaged");
    length = test_zstd(packed, sizeof(packed), text, sizeof(text));
    memcpy(packed + length, "trailing junk", 13);
    expect_error(packed, length + 13, "damaged");
}

/* One member of this text, packed by minizip itself. */
static size_t test_zip(char *packed, size_t capacity, const char *text, size_t length)
{
    struct test_folder folder;
    char path[TEST_PATH_BYTES];
    test_folder_make(&folder);
    (void)snprintf(path, sizeof(path), "%.150s/one.zip", folder.path);
    zipFile archive = zipOpen64(path, APPEND_STATUS_CREATE);
    assert_non_null(archive);
    zip_fileinfo info = {0};
    assert_int_equal(zipOpenNewFileInZip(archive, "DOGEUSDT-1m.csv", &info, NULL, 0, NULL, 0, NULL,
                                         Z_DEFLATED, 6),
                     ZIP_OK);
    assert_int_equal(zipWriteInFileInZip(archive, text, (unsigned)length), ZIP_OK);
    assert_int_equal(zipCloseFileInZip(archive), ZIP_OK);
    assert_int_equal(zipClose(archive, NULL), ZIP_OK);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t got = fread(packed, 1, capacity, file);
    assert_int_equal(fclose(file), 0);
    test_folder_remove(&folder);
    return got;
}

/* Reads it; true: all of the text came, and no other. */
static bool zip_gives(const char *packed, size_t length, const char *text, size_t text_length)
{
    struct error error;
    error_init(&error);
    size_t got = 0;
    struct source *source = source_open_memory(packed, length, "memory", &error);
    char *all = source != NULL ? source_read_all(source, 64 << 20, &got, &error) : NULL;
    bool same = all != NULL && got == text_length && memcmp(all, text, got) == 0;
    assert_true(all != NULL || error.code == EXIT_CODE_DATA);
    assert_true(all == NULL || same);
    if (same) {
        assert_string_equal(source_name(source), "DOGEUSDT-1m.csv");
    }
    free(all);
    source_close(source);
    return same;
}

/* The member's name and date are not covered by a checksum; everything else is read whole or refused. */
static void a_zip_archive_is_read_whole_or_refused(void **state)
{
    (void)state;
    static char packed[16384];
    char *text = pattern(9000);
    size_t length = test_zip(packed, sizeof(packed), text, 9000);
    assert_true(length > 200 && length < sizeof(packed));
    assert_true(zip_gives(packed, length, text, 9000));
    for (size_t cut = 4; cut < length; cut += 7) {
        assert_false(zip_gives(packed, cut, text, 9000));
    }
    const size_t name_at = 30, name_length = strlen("DOGEUSDT-1m.csv");
    for (size_t at = 4; at < length; at++) {
        bool named = memmem(packed + at, name_length, "DOGEUSDT-1m.csv", name_length) != NULL;
        if (named) {
            at += name_length; /* another name is no damage */
        }
        packed[at] = (char)(packed[at] ^ 4);
        (void)zip_gives(packed, length, text, 9000);
        packed[at] = (char)(packed[at] ^ 4);
    }
    packed[name_at + name_length + 100] ^= 1;
    assert_false(zip_gives(packed, length, text, 9000));
    free(text);
}

static void other_kinds_are_refused_by_name(void **state)
{
    (void)state;
    expect_error("PK\x03\x04rest of it", 14, "damaged, cut short or split");
    expect_error("PK\x05\x06\0\0\0\0", 8, "empty zip archive");
    expect_error("PK\x07\x08PK\x03\x04", 8, "split zip archive");
    expect_error("BZh91AY", 7, "bzip2");
    expect_error("\xff\xfe"
                 "a\0b\0",
                 6, "UTF-16");
    expect_error("PAR1....", 8, "Parquet");
}

static void a_peek_takes_nothing(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    char *text = pattern(9000), *packed = malloc(16384);
    assert_non_null(packed);
    size_t length = test_zstd(packed, 16384, text, 9000);
    struct source *source = source_open_memory(packed, length, "memory", &error);
    assert_non_null(source);
    const char *bytes = NULL;
    size_t got = 0;
    assert_true(source_peek(source, &bytes, &got, &error));
    assert_int_equal(got, SOURCE_PEEK_BYTES);
    assert_memory_equal(bytes, text, got);
    char *all = source_read_all(source, 1 << 20, &got, &error);
    assert_non_null(all);
    assert_int_equal(got, 9000);
    assert_memory_equal(all, text, got);
    free(all);
    source_close(source);
    free(packed);
    free(text);
}

static void the_limit_of_a_whole_is_kept(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    struct source *source = source_open_memory("0123456789", 10, "memory", &error);
    size_t got = 0;
    assert_null(source_read_all(source, 9, &got, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    source_close(source);
}

static void missing_files_and_folders_are_errors(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    assert_null(source_open("/nonexistent/file.csv", &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    assert_string_equal(error.file, "/nonexistent/file.csv");
    error_init(&error);
    assert_null(source_open("/tmp", &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_read_as_it_is),
        cmocka_unit_test(content_counts_and_not_the_name),
        cmocka_unit_test(large_streams_cross_every_buffer),
        cmocka_unit_test(members_and_frames_are_read_to_the_end),
        cmocka_unit_test(every_truncation_is_an_error),
        cmocka_unit_test(damage_is_an_error),
        cmocka_unit_test(a_zip_archive_is_read_whole_or_refused),
        cmocka_unit_test(other_kinds_are_refused_by_name),
        cmocka_unit_test(a_peek_takes_nothing),
        cmocka_unit_test(the_limit_of_a_whole_is_kept),
        cmocka_unit_test(missing_files_and_folders_are_errors),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
