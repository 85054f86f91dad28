/* market_files.h - what the tests of the market readers share: files in a folder of their own,
 * packed bytes. */
#ifndef TESTS_DATA_MARKET_FILES_H
#define TESTS_DATA_MARKET_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { TEST_PATH_BYTES = 400 };

struct test_folder {
    char path[TEST_PATH_BYTES];
};

static inline void test_folder_make(struct test_folder *self)
{
    (void)snprintf(self->path, sizeof(self->path), "/tmp/cerberus-test-XXXXXX");
    assert_non_null(mkdtemp(self->path));
}

/* Files and one level of folders: what these tests make. */
static inline void test_folder_remove(const struct test_folder *self)
{
    DIR *folder = opendir(self->path);
    assert_non_null(folder);
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        struct test_folder inner;
        int length =
            snprintf(inner.path, sizeof(inner.path), "%.150s/%.200s", self->path, entry->d_name);
        assert_true(length > 0 && length < TEST_PATH_BYTES);
        struct stat status;
        assert_int_equal(lstat(inner.path, &status), 0);
        if (S_ISDIR(status.st_mode)) {
            (void)rmdir(inner.path);
        } else {
            (void)unlink(inner.path);
        }
    }
    (void)closedir(folder);
    (void)rmdir(self->path);
}

static inline void test_file_bytes(const struct test_folder *self,
                                   char path[TEST_PATH_BYTES],
                                   const char *name,
                                   const void *bytes,
                                   size_t length)
{
    int used = snprintf(path, TEST_PATH_BYTES, "%.150s/%.200s", self->path, name);
    assert_true(used > 0 && used < TEST_PATH_BYTES);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline void test_file(const struct test_folder *self,
                             char path[TEST_PATH_BYTES],
                             const char *name,
                             const char *text)
{
    test_file_bytes(self, path, name, text, strlen(text));
}

static inline size_t test_zstd(void *out, size_t capacity, const void *bytes, size_t length)
{
    size_t packed = ZSTD_compress(out, capacity, bytes, length, 1);
    assert_false(ZSTD_isError(packed));
    return packed;
}

static inline size_t test_gzip(void *out, size_t capacity, const void *bytes, size_t length)
{
    z_stream stream;
    memset(&stream, 0, sizeof(stream));
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    union {
        const void *given;
        Bytef *wanted; /* zlib does not write there, its type only says so */
    } in = {bytes};
    stream.next_in = in.wanted;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)capacity;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t packed = stream.total_out;
    (void)deflateEnd(&stream);
    return packed;
}

/* The folder of real data, or NULL: the test says so and is skipped. */
static inline const char *test_data_folder(const char *test)
{
    const char *folder = getenv("CERBERUS_DATA");
    struct stat status;
    if (folder == NULL || stat(folder, &status) != 0) {
        print_message("%s: CERBERUS_DATA is not set or not there: skipped\n", test);
        return NULL;
    }
    return folder;
}

#endif
