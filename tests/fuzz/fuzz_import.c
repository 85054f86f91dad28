/* Imports: any bytes under any dialect's name end in records that keep the order, in counted rows, or in one error. The first
 * byte chooses a name, so that what a name tells is tried too. */
#include <string.h>

#include "core/instant.h"
#include "data/import/file.h"
#include "data/import/sort.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    "aopen_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_"
    "buy_"
    "quote_volume,ignore\n1767225600000,124.5800,125.1900,124.5200,125.0700,297564.54,"
    "1767229199999,37180319.9561,35183,163584.72,20438432.7301,0\n",
    "b1577836800000,-0.001,-0.0005,-0.002,-0.0015,0,1577840399999,0,60,0,0,0\n",
    "ahttps://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume "
    "USDT,tradecount\n1704074400000,2024-01-01 02:00:00,BTCUSDT,42550,42700,42500,42600,10,1,1\n",
    "a[[1609459200000,1.8998e-05,0.000019,0.0000189,1.9e-05,12345.5],[1609459500000,1,2,1,2,3]]",
    "ccalc_time,funding_interval_hours,last_funding_rate\n1751328000007,8,0.00008191\n",
    "dinstrument_name,funding_rate,funding_time\nBTC-USDT-SWAP,-0.0001,1748707200000\n",
    "atimestamp,percentage,depth,notional\n"
    "2026-01-01 00:00:09,-5,620184.39000000,75729582.96890000\n",
    "acreate_time,symbol,sum_open_interest,sum_open_interest_value,a,b,c,d\n"
    "2025-10-07 00:00:00,BTCUSDT,100243.058,12494186585.40,0.69,1.82,0.56,1.15\n",
    "atime,side,order_type,time_in_force,original_quantity,price,average_price,order_status,last_"
    "fill_quantity,accumulated_fill_quantity\n"
    "1688169600005,SELL,LIMIT,IOC,10,29000,29100.5,FILLED,3,7\n",
    NULL};

static void records_check(const struct import_sink *sink)
{
    int64_t count = 0;
    for (int64_t i = 0; i < sink->run_count; i++) {
        struct tape_record before = {0};
        for (int64_t at = 0; at < sink->runs[i].count; at++) {
            struct tape_record record;
            int64_t offset = sink->runs[i].offset + at * (int64_t)sizeof(record);
            spill_read(sink->spill, offset, (uint8_t *)&record, sizeof(record));
            CHECK(record.stream < sink->stream_count);
            CHECK(record.kind == sink->streams[record.stream].kind);
            CHECK(at == 0 || !sink_before(sink, &record, &before));
            before = record;
            count++;
        }
    }
    CHECK(count == sink->added - sink->duplicates);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"SOLUSDT-1h.csv", "premiumIndexKlines/SOLUSDT-1h.csv",
                                        "SOLUSDT-fundingRate.csv", "markPriceKlines/1h.csv",
                                        "DOGE_USDT_USDT-8h-funding_rate.json"};
    if (size == 0) {
        return 0;
    }
    struct error error;
    struct import_sink sink;
    struct spill spill;
    error_init(&error);
    spill_init(&spill, 0, NULL);
    struct import_file file = {.path = names[data[0] % ARRAY_COUNT(names)],
                               .part = -1,
                               .format = "auto",
                               .said = -1,
                               .range = {0, INSTANT_NEVER},
                               .spill = &spill};
    struct source *source = source_open_memory(data + 1, size - 1, file.path, &error);
    if (source != NULL) {
        bool fine = import_file_read(&file, source, &sink, &error);
        CHECK(fine == (error.code == EXIT_CODE_DONE));
        if (fine) {
            records_check(&sink);
        }
        import_sink_release(&sink);
        source_close(source);
    }
    spill_release(&spill);
    return 0;
}
