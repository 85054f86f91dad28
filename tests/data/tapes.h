/* tapes.h - small tapes for the tests of those who read them: streams and records in a trader's words, written as an import
 * would write them. */
#ifndef TESTS_DATA_TAPES_H
#define TESTS_DATA_TAPES_H

#include "tests/data/market_files.h"

#include "core/fixed.h"
#include "core/instant.h"
#include "data/tape.h"

/* 2023-11-15 00:00:00 UTC; instants below are seconds from here. */
#define TAPE_START_S 1700006400LL

struct test_tape {
    struct tape_writer *writer;
    struct error error;
    int32_t streams;
};

static inline int64_t at_s(int64_t second)
{
    return (TAPE_START_S + second) * US_PER_SECOND;
}

static inline void tape_begin(struct test_tape *self, const char *path)
{
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    self->writer = tape_create(path, true, &self->error);
    assert_non_null(self->writer);
}

static inline uint16_t
tape_series(struct test_tape *self, const char *symbol, enum tape_kind kind, int64_t interval_us)
{
    struct tape_stream stream = {.kind = (uint16_t)kind,
                                 .price_decimals = 2,
                                 .size_decimals = 3,
                                 .interval_us = interval_us,
                                 .first_us = at_s(0),
                                 .last_us = at_s(0),
                                 .count = 1,
                                 .receive_min_ns = INT64_MAX};
    uint16_t number = 0;
    (void)snprintf(stream.symbol, sizeof(stream.symbol), "%s", symbol);
    (void)snprintf(stream.origin, sizeof(stream.origin), "test");
    assert_true(tape_add_stream(self->writer, &stream, &number, &self->error));
    return number;
}

static inline void tape_put(struct test_tape *self, const struct tape_record *record)
{
    if (!tape_add(self->writer, record, &self->error)) {
        fail_msg("%s", self->error.text);
    }
}

/* A bar, a mark bar of one price in whole units; 10 units of volume. */
static inline void tape_bar(
    struct test_tape *self, uint16_t stream, enum tape_kind kind, int64_t second, int64_t price)
{
    int64_t e12 = price * ONE_E12;
    struct tape_record record = {.time_us = at_s(second),
                                 .kind = (uint16_t)kind,
                                 .stream = stream,
                                 .sequence = 10000,
                                 .v = {e12, e12, e12, e12}};
    tape_put(self, &record);
}

/* v[0] and v[1] of any other kind. */
static inline void tape_tick(
    struct test_tape *self, uint16_t stream, enum tape_kind kind, int64_t second, int64_t price_e12)
{
    struct tape_record record = {
        .time_us = at_s(second), .kind = (uint16_t)kind, .stream = stream, .v = {price_e12, 1000}};
    if (kind == TAPE_QUOTE) {
        record.v[2] = price_e12 + ONE_E12 / 100;
        record.v[3] = 1000;
    }
    tape_put(self, &record);
}

static inline void tape_end(struct test_tape *self)
{
    if (!tape_finish(self->writer, &self->error)) {
        fail_msg("%s", self->error.text);
    }
}

#endif
