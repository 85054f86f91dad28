/* Importers of ticks: the rows of PROTOCOLS E to records worked out by hand; order; the recorded tapes. */
#include "tests/data/import_world.h"
#include "tests/data/tick_records.h"
#include "tests/data/tick_samples.h"

#include <time.h>

static void append(char *out, size_t capacity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *out, size_t capacity, const char *format, ...)
{
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(out + used, capacity - used, format, arguments);
    va_end(arguments);
}

static void record_tell(char *out, size_t capacity, const struct tape_record *record)
{
    static const struct {
        int flag;
        char letter;
    } letters[] = {{TAPE_AGGREGATE, 'A'}, {TAPE_BUY, 'B'},          {TAPE_LAST, 'L'},
                   {TAPE_RECEIVED, 'R'},  {TAPE_SNAPSHOT_ROW, 'S'}, {TAPE_SIDE_UNKNOWN, 'U'}};
    append(out, capacity, "%s ", tape_kind_text(record->kind));
    for (size_t i = 0; i < ARRAY_COUNT(letters); i++) {
        append(out, capacity, "%.*s", (record->flags & letters[i].flag) != 0, &letters[i].letter);
    }
    append(out, capacity, "%s %lld %lld ", record->flags == 0 ? "-" : "",
           (long long)record->time_us, (long long)record->receive_ns);
    if (record->sequence >> 63 != 0) {
        append(out, capacity, "text"); /* the digest of an id that is no number */
    } else {
        append(out, capacity, "%llu", (unsigned long long)record->sequence);
    }
    for (int i = 0; i < 4; i++) {
        append(out, capacity, " %lld", (long long)record->v[i]);
    }
    append(out, capacity, " @%d\n", record->spare - SINK_SCALE_BASE);
}

static void test_rows_of_the_sources(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_COUNT(tick_records), ARRAY_COUNT(tick_samples));
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples); i++) {
        const struct tick_sample *sample = &tick_samples[i];
        struct imported imported;
        char told[2048] = "";
        import_text(&imported, sample->name, sample->text);
        assert_string_equal(imported.file.dialect->name, sample->dialect);
        assert_int_equal(imported.sink.left_out, 0);
        for (int64_t at = 0; at < imported.count; at++) {
            record_tell(told, sizeof(told), &imported.records[at]);
        }
        assert_string_equal(told, tick_records[i]);
        imported_release(&imported);
    }
}

/* ---- how it was written, so that it can be written so again ---- */

static void test_decimals_and_symbols(void **state)
{
    (void)state;
    struct imported imported;
    import_bytes(&imported, "binance_usdm_BTCUSDT/depth_updates.csv", "auto", FOLDER_DEPTH,
                 strlen(FOLDER_DEPTH));
    const struct sink_stream *stream = &imported.sink.streams[0];
    assert_int_equal(imported.sink.stream_count, 1);
    assert_string_equal(stream->symbol, "BTCUSDT");
    assert_int_equal(stream->price_decimals, 2);
    assert_int_equal(stream->size_decimals, 3);
    assert_false(stream->price_mixed || stream->size_mixed);
    assert_true(stream->time_ms);
    assert_int_equal(stream->receive_min_ns, 1723161255030314667 - 1723161256298000000);
    imported_release(&imported);

    import_bytes(&imported, "a.csv", "auto", BYBIT_TRADES, strlen(BYBIT_TRADES));
    stream = &imported.sink.streams[0];
    assert_string_equal(stream->symbol, "SOLUSDT");
    assert_true(stream->size_mixed); /* 1.5e-1 */
    assert_false(stream->price_mixed || stream->time_ms);
    imported_release(&imported);

    import_bytes(&imported, "a.data", "auto", OKX_BOOK, strlen(OKX_BOOK));
    assert_string_equal(imported.sink.streams[0].symbol, "BTCUSDT");
    imported_release(&imported);
    import_bytes(&imported, "a.csv", "auto", TARDIS_BOOK, strlen(TARDIS_BOOK));
    assert_string_equal(imported.sink.streams[0].symbol, "BTC-PERPETUAL");
    imported_release(&imported);
}

/* ---- contracts ---- */

#define OKX_HEADER "instrument_name,trade_id,side,price,size,created_time\n"
static const char OKX_SWAP[] =
    OKX_HEADER "BTC-USDT-SWAP,1566502282,sell,104503.0,30.14,1748707200008\n";

static void test_contracts_want_their_size(void **state)
{
    (void)state;
    struct imported imported;
    import_bytes(&imported, "a.csv", "auto", OKX_SWAP, strlen(OKX_SWAP));
    assert_false(imported.fine);
    assert_int_equal(imported.error.code, EXIT_CODE_DATA);
    assert_int_equal(imported.error.line, 2);
    assert_non_null(strstr(imported.error.text, "BTC-USDT-SWAP"));
    assert_non_null(strstr(imported.error.text, "--contract-size"));
    imported_release(&imported);

    import_contracts(&imported, "a.csv", "auto", slice_of(OKX_SWAP),
                     (struct number){1, 2}); /* 0.01 */
    assert_true(imported.fine);
    assert_int_equal(imported.records[0].v[1], 3014); /* 30.14 x 0.01 = 0.3014 */
    assert_int_equal(imported.records[0].spare, 4 + SINK_SCALE_BASE);
    assert_string_equal(imported.sink.streams[0].symbol, "BTCUSDT");
    imported_release(&imported);

    /* Spot is counted in coins, whatever was said. */
    import_contracts(&imported, "a.csv", "auto", slice_of(OKX_TRADES), (struct number){1, 2});
    assert_int_equal(imported.records[0].v[1], 3014);
    assert_int_equal(imported.records[0].spare, 2 + SINK_SCALE_BASE);
    imported_release(&imported);
}

/* ---- order ---- */

/* Newest first, and three trades of one instant: they happened from the bottom to the top. */
static void test_newest_first(void **state)
{
    (void)state;
    static const char text[] = "timestamp,symbol,side,size,price\n"
                               "1577836803.5,BTCUSD,Buy,5,7003\n"
                               "1577836802.25,BTCUSD,Buy,4,7002.5\n"
                               "1577836802.25,BTCUSD,Buy,3,7002\n"
                               "1577836802.25,BTCUSD,Buy,2,7001.5\n"
                               "1577836801.0,BTCUSD,Sell,1,7001\n";
    struct imported imported;
    import_bytes(&imported, "BTCUSD2020-01-01.csv", "auto", text, strlen(text));
    assert_true(imported.fine);
    assert_int_equal(imported.count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(imported.records[i].v[1], i + 1);
    }
    imported_release(&imported);
}

/* A snapshot in two messages clears the book once; the one after a change clears it again. */
static void test_tardis_snapshot_begins_once(void **state)
{
    (void)state;
    static const char text[] =
        "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
        "bybit,BTCUSDT,1585699200000001,1585699200000011,true,ask,10,1\n"
        "bybit,BTCUSDT,1585699200000002,1585699200000012,true,ask,11,1\n"
        "bybit,BTCUSDT,1585699200000003,1585699200000013,false,ask,11,2\n"
        "bybit,BTCUSDT,1585699200000004,1585699200000014,true,ask,10,3\n"
        "bybit,BTCUSDT,1585699200000004,1585699200000014,true,bid,9,3\n";
    struct imported imported;
    import_bytes(&imported, "a.csv", "auto", text, strlen(text));
    assert_int_equal(imported.count, 5);
    static const int flags[5] = {TAPE_SNAPSHOT_ROW | TAPE_LAST, TAPE_LAST, TAPE_LAST,
                                 TAPE_SNAPSHOT_ROW, TAPE_SNAPSHOT_ROW | TAPE_LAST | TAPE_BUY};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(imported.records[i].flags, flags[i] | TAPE_RECEIVED);
    }
    imported_release(&imported);
}

/* Two symbols in one file, their messages mixed: each has its stream, its snapshots and its last rows. */
static void test_tardis_symbols_are_apart(void **state)
{
    (void)state;
    static const char text[] =
        "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
        "bybit,BTCUSDT,1585699200000001,1585699200000011,true,ask,10,1\n"
        "bybit,ETHUSDT,1585699200000001,1585699200000011,true,ask,5,1\n"
        "bybit,BTCUSDT,1585699200000002,1585699200000012,false,ask,11,1\n"
        "bybit,ETHUSDT,1585699200000002,1585699200000012,false,ask,6,1\n"
        "bybit,ETHUSDT,1585699200000002,1585699200000012,false,bid,4,1\n";
    struct imported imported;
    import_text(&imported, "bybit_incremental_book_L2_2020-04-01_PERPETUALS.csv", text);
    assert_int_equal(imported.sink.stream_count, 2);
    assert_int_equal(imported.count, 5);
    static const int flags[5] = {TAPE_SNAPSHOT_ROW | TAPE_LAST, TAPE_SNAPSHOT_ROW | TAPE_LAST,
                                 TAPE_LAST, 0, TAPE_LAST | TAPE_BUY};
    static const int64_t prices[5] = {10, 5, 11, 6, 4};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(imported.records[i].flags, flags[i] | TAPE_RECEIVED);
        assert_int_equal(imported.records[i].v[0], prices[i] * 1000000000000);
    }
    imported_release(&imported);
}

/* An empty delta moves u on: the next one follows the last that was taken. A u that is missing stays a gap; u = 1 is a
 * snapshot whatever it is called. */
static void test_bybit_chain(void **state)
{
    (void)state;
    char text[2048] = "";
    static const struct {
        int u;
        const char *levels;
    } lines[5] = {{7, "[\"5\",\"1\"]"},
                  {8, ""},
                  {9, "[\"5\",\"2\"]"},
                  {11, "[\"5\",\"3\"]"},
                  {1, "[\"5\",\"4\"]"}};
    for (int i = 0; i < 5; i++) {
        append(text, sizeof(text),
               "{\"topic\":\"orderbook.200.A\",\"type\":\"%s\",\"ts\":17672256001%02d,"
               "\"data\":{\"s\":\"AUSDT\",\"b\":[%s],\"a\":[],\"u\":%d}}\n",
               i == 0 ? "snapshot" : "delta", i, lines[i].levels, lines[i].u);
    }
    struct imported imported;
    import_bytes(&imported, "a.data", "auto", text, strlen(text));
    assert_true(imported.fine);
    assert_int_equal(imported.count, 4);
    assert_int_equal(imported.sink.left_out, 1);
    assert_string_equal(imported.sink.defects.items[0].code, "empty-message");
    assert_int_equal(imported.records[1].v[3], 7);
    assert_int_equal(imported.records[2].v[3], 10);
    assert_int_equal(imported.records[3].flags, TAPE_SNAPSHOT_ROW | TAPE_LAST | TAPE_BUY);
    imported_release(&imported);
}

static void test_clock_that_goes_back(void **state)
{
    (void)state;
    static const char text[] =
        "recv_ns,exch_ms,first_update_id,last_update_id,prev_last_update_id,side,price,qty\n"
        "1723161255030314667,1723161256298,11,20,10,b,5.0,1\n"
        "1723161255030314668,1723161256297,21,30,20,b,5.0,2\n";
    struct imported imported;
    import_bytes(&imported, "BTCUSDT.csv", "auto", text, strlen(text));
    assert_true(imported.fine);
    assert_int_equal(imported.count, 2);
    assert_int_equal(imported.sink.left_out, 0);
    assert_int_equal(defects_total(&imported.sink.defects, "time-went-back"), 1);
    assert_int_equal(imported.sink.defects.items[0].line, 3);
    assert_int_equal(imported.records[0].sequence, 30); /* the venue's time counts */
    imported_release(&imported);
}

/* ---- the recorded files ---- */

struct recorded {
    const char *path, *dialect;
    int64_t rows;
};

static void recorded_read(const char *folder, const struct recorded *recorded)
{
    char path[TEST_PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/tape/%s.csv.zst", folder, recorded->path);
    struct imported imported = {0};
    struct error error;
    error_init(&error);
    spill_init(&imported.spill, 0, NULL);
    imported.file = (struct import_file){.path = path,
                                         .format = "auto",
                                         .said = -1,
                                         .range = {0, INSTANT_NEVER},
                                         .spill = &imported.spill};
    struct source *source = source_open(path, &error);
    assert_non_null(source);
    struct timespec begin, end;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    assert_true(import_file_read(&imported.file, source, &imported.sink, &error));
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    source_close(source);
    assert_string_equal(imported.file.dialect->name, recorded->dialect);
    assert_int_equal(imported.sink.added, recorded->rows);
    assert_int_equal(imported.sink.left_out + imported.sink.outside, 0);
    assert_int_equal(imported.sink.duplicates + imported.sink.moved, 0);
    assert_int_equal(imported.sink.defects.count, 0);
    int64_t ns = (end.tv_sec - begin.tv_sec) * 1000000000LL + (end.tv_nsec - begin.tv_nsec);
    print_message("%-52s %7lld rows %4lld ns a row\n", recorded->path, (long long)recorded->rows,
                  (long long)(ns / recorded->rows));
    imported_release(&imported);
}

static void test_recorded_tapes(void **state)
{
    (void)state;
    const char *folder = test_data_folder("test_recorded_tapes");
    if (folder == NULL) {
        skip();
    }
    /* expected_counts of the manifest of S4; S4c: its README. */
    static const struct recorded all[] = {
        {"binance_usdm_BTCUSDT_20240808/trades", "cerberus-trades", 21313},
        {"binance_usdm_BTCUSDT_20240808/book_ticker", "cerberus-quotes", 66089},
        {"binance_usdm_BTCUSDT_20240808/depth_updates", "cerberus-depth", 443521},
        {"binance_usdm_BTCUSDT_20240808/depth_snapshot", "cerberus-depth-snapshot", 2000},
        {"binance_usdm_ETHUSDT_20240808/trades", "cerberus-trades", 14076},
        {"binance_usdm_ETHUSDT_20240808/book_ticker", "cerberus-quotes", 53992},
        {"binance_usdm_ETHUSDT_20240808/depth_updates", "cerberus-depth", 428662},
        {"binance_usdm_ETHUSDT_20240808/depth_snapshot", "cerberus-depth-snapshot", 2000},
        {"binance_spot_PEPEUSDT_aggtrades_20241027", "cerberus-aggtrades", 57229}};
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        recorded_read(folder, &all[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_the_sources),
        cmocka_unit_test(test_decimals_and_symbols),
        cmocka_unit_test(test_contracts_want_their_size),
        cmocka_unit_test(test_newest_first),
        cmocka_unit_test(test_tardis_snapshot_begins_once),
        cmocka_unit_test(test_tardis_symbols_are_apart),
        cmocka_unit_test(test_bybit_chain),
        cmocka_unit_test(test_clock_that_goes_back),
        cmocka_unit_test(test_recorded_tapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
