/* Candle files: any bytes end in bars that keep the laws, in counted rows, or in one error. */
#include "core/instant.h"
#include "data/candles.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "ts_ms,open,high,low,close,volume\n1767484800000,0.0061074,0.0061079,0.0061,0.0061045,"
    "58461497\n"
    "1767484860000,0.0061044,0.0061071,0.0060859,0.0060962,141158028\n"
    "1767484980000,0.0061044,0.0061071,0.0060859,0.0060962,1.5e8\n",
    "1767225600000,124.5800,125.1900,124.5200,125.0700,297564.54,1767229199999,37180319.9561,35183,"
    "163584.72,20438432.7301,0\n1767225600000,124,125,123,124,1,1767229199999,1,1,1,1,0\n",
    "https://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume "
    "USDT,tradecount\n1704074400000,2024-01-01 02:00:00,BTCUSDT,42550,42700,42500,42600,10,1,1\n"
    "1704070800,2024-01-01 01:00:00,BTCUSDT,42500,42600,42400,42550,12.3,522000,1000\n",
    "[[1609459200000,1.8998e-05,0.000019,0.0000189,1.9e-05,12345.5],\n[1609459500000,\"0.1\",\"0."
    "3\","
    "\"0.1\",\"0.2\",\"7\"]]",
    NULL};

static void on_duplicate(void *context, const struct series_point *point)
{
    int64_t *count = context;
    CHECK(point->time_us >= 0);
    (*count)++;
}

static void on_gap(void *context, int64_t first_us, int64_t missing)
{
    (void)context;
    CHECK(first_us > 0 && missing > 0);
}

static void bars_check(const struct series *series, const struct series_facts *facts)
{
    struct series_cursor cursor;
    int64_t count = 0, last_us = -1;
    series_open(&cursor, series);
    for (const struct bar *bar = series_next(&cursor); bar != NULL; bar = series_next(&cursor)) {
        CHECK(bar->open_time_us > last_us && bar->low_e12 > 0 && bar->volume >= 0);
        CHECK(bar->low_e12 <= bar->open_e12 && bar->open_e12 <= bar->high_e12);
        CHECK(bar->low_e12 <= bar->close_e12 && bar->close_e12 <= bar->high_e12);
        last_us = bar->open_time_us;
        count++;
    }
    series_close(&cursor);
    CHECK(count == facts->count);
}

static void read_once(const uint8_t *data, size_t size, struct market_range range)
{
    struct error error;
    struct defects defects;
    struct spill spill;
    error_init(&error);
    defects_init(&defects);
    spill_init(&spill, 1 << 20, NULL);
    struct series *series = series_new(&spill);
    struct candles_file file = {.path = "fuzz", .range = range};
    struct source *source = source_open_memory(data, size, "fuzz", &error);
    bool fine = source != NULL && candles_read_source(series, source, &file, &defects, &error);
    CHECK(fine == (error.code == EXIT_CODE_DONE));
    if (fine) {
        struct series_facts facts = {0};
        int64_t duplicates = 0;
        const struct series_findings findings = {&duplicates, on_duplicate, on_gap};
        CHECK(file.rows == file.kept + file.outside + file.bad);
        bool sealed = series_seal(series, 0, &findings, &facts, &error);
        CHECK(sealed && facts.duplicates == duplicates);
        CHECK(facts.count + facts.duplicates == file.kept);
        bars_check(series, &facts);
    }
    source_close(source);
    series_free(series);
    CHECK(spill.memory_used == 0);
    spill_release(&spill);
    defects_release(&defects);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_once(data, size, (struct market_range){0, INSTANT_NEVER});
    read_once(data, size, (struct market_range){1609459300000000, 1767484860000000});
    return 0;
}
