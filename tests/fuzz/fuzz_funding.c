/* Funding files: any bytes end in rates that keep the laws, in counted rows, or in one error. */
#include "core/fixed.h"
#include "core/instant.h"
#include "data/funding.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "ts_ms,funding_rate\n1738915200000,-0.0002610372523236\n1738944000000,0.000245776426987\n",
    "calc_time,funding_interval_hours,last_funding_rate\n1751328000007,8,0.00008191\n",
    "instrument_name,funding_rate,funding_time\nBTC-USDT-SWAP,0.0001,1751328000000\n",
    "[[1751356800000,1e-4],[1751328000000,-0.0075]]", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    struct defects defects;
    struct funding_list list;
    error_init(&error);
    defects_init(&defects);
    funding_list_init(&list);
    struct funding_file file = {.path = "fuzz", .range = {1000, INSTANT_NEVER}};
    struct source *source = source_open_memory(data, size, "fuzz", &error);
    bool fine = source != NULL && funding_read_source(&list, source, &file, &defects, &error);
    CHECK(fine == (error.code == EXIT_CODE_DONE));
    if (fine) {
        CHECK(file.rows == file.kept + file.outside + file.bad && file.kept == list.count);
        funding_seal(&list, "fuzz", &defects);
        CHECK(file.kept == list.count + defects_total(&defects, "duplicate-funding"));
        for (int64_t i = 0; i < list.count; i++) {
            CHECK(list.items[i].rate_e16 > -ONE_E16 && list.items[i].rate_e16 < ONE_E16);
            CHECK(list.items[i].time_us >= (i > 0 ? list.items[i - 1].time_us + 1 : 1000));
        }
    }
    source_close(source);
    funding_list_release(&list);
    defects_release(&defects);
    return 0;
}
