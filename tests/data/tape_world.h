/* tape_world.h - what the tape tests share: a folder that goes away, small tapes of known content, the reading of all. */
#ifndef TESTS_DATA_TAPE_WORLD_H
#define TESTS_DATA_TAPE_WORLD_H

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/tape.h"

/* Behind head and two streams (1 + 5 slots) the first block of records fills the first 256 KiB. */
enum { FIRST_RECORDS = 4096 - 6 - 1, FULL_RECORDS = 4095 };

static char folder[64];
static char tape_path[PATH_MAX];

static inline int world_setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/cerberus-tape-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(tape_path, sizeof(tape_path), "%s/a.tape", folder);
    return 0;
}

static inline int world_teardown(void **state)
{
    (void)state;
    char command[128];
    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

static inline struct tape_stream stream_of(const char *symbol, enum tape_kind kind)
{
    struct tape_stream stream = {.kind = (uint16_t)kind,
                                 .price_decimals = 2,
                                 .size_decimals = 3,
                                 .receive_min_ns = INT64_MAX};
    (void)snprintf(stream.symbol, sizeof(stream.symbol), "%s", symbol);
    (void)snprintf(stream.origin, sizeof(stream.origin), "cerberus-%s", tape_kind_text((int)kind));
    return stream;
}

/* The index-th of many records: times that repeat, two streams in turn of their kinds' order. */
static inline struct tape_record record_of(int64_t index)
{
    return (struct tape_record){.time_us = 1000000 + index / 2 * 10,
                                .sequence = (uint64_t)index,
                                .kind = index % 2 == 0 ? TAPE_TRADE : TAPE_QUOTE,
                                .stream = (uint16_t)(index % 2),
                                .v = {index * 7, index + 1, -index, 3}};
}

static inline void add_streams(struct tape_writer *writer)
{
    struct error error;
    uint16_t number = 9;
    struct tape_stream trades = stream_of("BTCUSDT", TAPE_TRADE);
    struct tape_stream quotes = stream_of("BTCUSDT", TAPE_QUOTE);
    error_init(&error);
    assert_true(tape_add_stream(writer, &trades, &number, &error));
    assert_int_equal(number, 0);
    assert_true(tape_add_stream(writer, &quotes, &number, &error));
    assert_int_equal(number, 1);
}

static inline void add_records(struct tape_writer *writer, int64_t first, int64_t count)
{
    struct error error;
    error_init(&error);
    for (int64_t index = first; index < first + count; index++) {
        struct tape_record record = record_of(index);
        assert_true(tape_add(writer, &record, &error));
    }
}

static inline struct tape_writer *must_create(bool force)
{
    struct error error;
    error_init(&error);
    struct tape_writer *writer = tape_create(tape_path, force, &error);
    if (writer == NULL) {
        fail_msg("%s", error.text);
    }
    return writer;
}

static inline void must_finish(struct tape_writer *writer)
{
    struct error error;
    error_init(&error);
    if (!tape_finish(writer, &error)) {
        fail_msg("%s", error.text);
    }
}

static inline void write_tape(int64_t count)
{
    struct tape_writer *writer = must_create(true);
    add_streams(writer);
    add_records(writer, 0, count);
    must_finish(writer);
}

static inline struct tape_reader *must_open(void)
{
    struct error error;
    error_init(&error);
    struct tape_reader *reader = tape_open(tape_path, &error);
    if (reader == NULL) {
        fail_msg("%s", error.text);
    }
    return reader;
}

/* Reads on to the end: each record must be record_of() its place, from `first` on. */
static inline enum tape_status
read_rest(struct tape_reader *reader, int64_t first, int64_t *read, struct error *error)
{
    const struct tape_record *records = NULL;
    int64_t count = 0;
    *read = 0;
    enum tape_status status = tape_run(reader, &records, &count, error);
    while (status == TAPE_MORE) {
        for (int64_t i = 0; i < count; i++) {
            struct tape_record expected = record_of(first + *read);
            assert_memory_equal(&records[i], &expected, sizeof(expected));
            (*read)++;
        }
        status = tape_run(reader, &records, &count, error);
    }
    return status;
}

/* The whole tape, which must be fine, has `count` records. */
static inline void expect_records(int64_t count)
{
    struct error error;
    int64_t read = 0;
    error_init(&error);
    struct tape_reader *reader = must_open();
    assert_int_equal(tape_record_count(reader), count);
    assert_int_equal(read_rest(reader, 0, &read, &error), TAPE_OVER);
    assert_int_equal(read, count);
    tape_close(reader);
}

/* ---- bytes ---- */

static inline uint8_t *file_bytes(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *length = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *length, file), *length);
    (void)fclose(file);
    return bytes;
}

static inline void put_bytes(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

#endif
