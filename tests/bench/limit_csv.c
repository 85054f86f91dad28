/* limit_csv FILE... - ns a row of libcsv alone: the files read in blocks and parsed with empty
 * callbacks. */
#include <csv.h>

#include "tests/bench/bench.h"

enum { BLOCK_BYTES = 256 * 1024 };

static void on_field(void *text, size_t length, void *context)
{
    (void)text;
    (void)length;
    (void)context;
}

static void on_row(int end, void *context)
{
    (void)end;
    int64_t *rows = context;
    *rows += 1;
}

static void parse_file(const char *path, int64_t *rows)
{
    static char block[BLOCK_BYTES];
    struct csv_parser parser;
    FILE *file = fopen(path, "rb");
    if (file == NULL || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        bench_fail("a file cannot be read");
    }
    (void)setvbuf(file, NULL, _IONBF, 0);
    size_t length = fread(block, 1, sizeof(block), file);
    while (length > 0) {
        if (csv_parse(&parser, block, length, on_field, on_row, rows) != length) {
            bench_fail("libcsv refuses a file");
        }
        length = fread(block, 1, sizeof(block), file);
    }
    (void)csv_fini(&parser, on_field, on_row, rows);
    csv_free(&parser);
    (void)fclose(file);
}

int main(int argc, char **argv)
{
    int64_t rows = 0;
    int64_t started_ns = bench_work_ns();
    for (int index = 1; index < argc; index++) {
        parse_file(argv[index], &rows);
    }
    int64_t passed_ns = bench_work_ns() - started_ns;
    if (rows == 0) {
        bench_fail("there are no rows");
    }
    (void)printf("%.2f\n", (double)passed_ns / (double)rows);

    return 0;
}
