/* ours_csv bars|signals FILE... - ns a row of the product's own import of candles or signals. */
#include <string.h>

#include "core/instant.h"
#include "data/candles.h"
#include "data/signals_csv.h"
#include "tests/bench/bench.h"

static int64_t import_bars(const char *path, struct spill *spill)
{
    struct error error;
    struct defects defects = {0};
    struct candles_file file = {.path = path, .range = {.first_us = 0, .last_us = INSTANT_NEVER}};
    error_init(&error);
    struct series *series = series_new(spill);
    if (!candles_read(series, &file, &defects, &error)) {
        bench_fail(error.text);
    }
    series_free(series);

    return file.rows;
}

static int64_t import_signals(const char *path)
{
    struct error error;
    struct signals_file file;
    error_init(&error);
    if (!signals_csv_load(&file, path, false, &error)) {
        bench_fail(error.text);
    }
    int64_t rows = file.rows;
    signals_file_release(&file);

    return rows;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        bench_fail("usage: ours_csv bars|signals FILE...");
    }
    bool bars = strcmp(argv[1], "bars") == 0;
    struct spill spill;
    spill_init(&spill, INT64_MAX, NULL);
    int64_t rows = 0;
    int64_t started_ns = bench_work_ns();
    for (int index = 2; index < argc; index++) {
        rows += bars ? import_bars(argv[index], &spill) : import_signals(argv[index]);
    }
    int64_t passed_ns = bench_work_ns() - started_ns;
    spill_release(&spill);
    if (rows == 0) {
        bench_fail("there are no rows");
    }
    (void)printf("%.2f\n", (double)passed_ns / (double)rows);

    return 0;
}
