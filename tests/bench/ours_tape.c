/* ours_tape read|write FILE COUNT - ns a record of a tape through the product's own reader, checksums included, or writer
 * (without the sync at its end). Reading makes the tape first, where there is none. */
#include <string.h>
#include <unistd.h>

#include "data/tape.h"
#include "tests/bench/bench.h"

static struct tape_writer *fill(const char *path, int64_t count)
{
    struct error error;
    uint16_t number = 0;
    struct tape_stream stream = {
        .symbol = "BTCUSDT", .kind = TAPE_TRADE, .receive_min_ns = INT64_MAX};
    struct tape_record record = {.kind = TAPE_TRADE, .v = {0, 1, 2, 3}};
    error_init(&error);
    struct tape_writer *writer = tape_create(path, true, &error);
    if (writer == NULL || !tape_add_stream(writer, &stream, &number, &error)) {
        bench_fail(error.text);
    }
    for (int64_t index = 0; index < count; index++) {
        record.time_us = 1700006400000000LL + index;
        record.sequence = (uint64_t)index;
        record.v[0] = index;
        if (!tape_add(writer, &record, &error)) {
            bench_fail(error.text);
        }
    }
    return writer;
}

static int64_t write_ns(const char *path, int64_t count)
{
    int64_t started_ns = bench_work_ns();
    struct tape_writer *writer = fill(path, count);
    int64_t passed_ns = bench_work_ns() - started_ns;
    tape_abandon(writer);
    return passed_ns;
}

static int64_t read_ns(const char *path)
{
    struct error error;
    const struct tape_record *records = NULL;
    int64_t count = 0, sum = 0;
    error_init(&error);
    int64_t started_ns = bench_work_ns();
    struct tape_reader *reader = tape_open(path, &error);
    if (reader == NULL) {
        bench_fail(error.text);
    }
    while (tape_run(reader, &records, &count, &error) == TAPE_MORE) {
        for (int64_t index = 0; index < count; index++) {
            sum += records[index].time_us + records[index].v[0];
        }
    }
    tape_close(reader);
    int64_t passed_ns = bench_work_ns() - started_ns;
    if (sum == 0 || error.code != EXIT_CODE_DONE) {
        bench_fail("the tape was not read whole");
    }
    return passed_ns;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        bench_fail("usage: ours_tape read|write FILE COUNT");
    }
    bool reading = strcmp(argv[1], "read") == 0;
    int64_t count = strtoll(argv[3], NULL, 10);
    struct error error;
    error_init(&error);
    if (reading && access(argv[2], F_OK) != 0 && !tape_finish(fill(argv[2], count), &error)) {
        bench_fail(error.text);
    }
    int64_t passed_ns = reading ? read_ns(argv[2]) : write_ns(argv[2], count);
    (void)printf("%.2f\n", (double)passed_ns / (double)count);

    return 0;
}
