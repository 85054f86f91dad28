/* Importers of ticks: the rows of PROTOCOLS E to records worked out by hand, damaged files, and what claims what. */
#include "tests/data/import_world.h"
#include "tests/data/tick_samples.h"

#include <time.h>

#include "data/import/dialects.h"
#include "data/import/probe.h"

enum { TEXT_ID = -1 }; /* the id is a text: any number with the highest bit set */

struct want {
    int kind, flags;
    int64_t time_us, receive_ns, sequence, v[4];
    int decimals;
};

/* In the order of tick_samples. */
static const struct want wants[][8] = {
    {
        /* agg um */
        {TAPE_TRADE,
         TAPE_AGGREGATE,
         1767225601696000,
         0,
         1018572200,
         {124580000000000, 643, 3047799741, 3047799742},
         2},
        {TAPE_TRADE,
         TAPE_AGGREGATE | TAPE_BUY,
         1767225601801000,
         0,
         1018572201,
         {124600000000000, 50, 3047799743, 3047799743},
         2},
    },
    {
        /* agg spot */
        {TAPE_TRADE,
         TAPE_AGGREGATE | TAPE_BUY,
         1729987202368000,
         0,
         60953854,
         {9080000, 359171100, 209942017, 209942017},
         2},
        {TAPE_TRADE,
         TAPE_AGGREGATE,
         1729987202940000,
         0,
         60953855,
         {9070000, 2844533100, 209942018, 209942018},
         2},
    },
    {
        /* trades um */
        {TAPE_TRADE,
         0,
         1767225601696000,
         0,
         3047799741,
         {124580000000000, 322, 3047799741, 3047799741},
         2},
        {TAPE_TRADE,
         0,
         1767225601696000,
         0,
         3047799742,
         {124580000000000, 321, 3047799742, 3047799742},
         2},
    },
    {
        /* trades spot */
        {TAPE_TRADE,
         0,
         1767225600629785,
         0,
         1803839896,
         {124640000000000, 112700000, 1803839896, 1803839896},
         8},
        {TAPE_TRADE,
         TAPE_BUY,
         1767225600629999,
         0,
         1803839897,
         {124650000000000, 10000000, 1803839897, 1803839897},
         8},
    },
    {
        /* bookTicker */
        {TAPE_QUOTE,
         0,
         1707955200020000,
         0,
         4020000000,
         {85600000000, 12000, 85620000000, 9000},
         0},
        {TAPE_QUOTE,
         0,
         1707955200024000,
         0,
         4020000001,
         {85610000000, 12000, 85620000000, 9000},
         0},
    },
    {
        /* bybit trades */
        {TAPE_TRADE, TAPE_BUY, 1767225600686400, 0, TEXT_ID, {124650000000000, 2, 0, 0}, 1},
        {TAPE_TRADE, 0, 1767225601000100, 0, TEXT_ID, {124640000000000, 15, 0, 0}, 2},
    },
    {
        /* bybit spot */
        {TAPE_TRADE, TAPE_BUY, 1767225600884000, 0, 1, {124670000000000, 1, 0, 0}, 1},
        {TAPE_TRADE, 0, 1767225600985000, 0, 2, {124660000000000, 225, 0, 0}, 2},
    },
    {
        /* bybit book */
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_BUY,
         1767225600096000,
         0,
         18521288,
         {124650000000000, 105, 0, 0},
         1},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_BUY,
         1767225600096000,
         0,
         18521288,
         {124640000000000, 3, 0, 0},
         0},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_LAST,
         1767225600096000,
         0,
         18521288,
         {124660000000000, 725, 0, 0},
         2},
        {TAPE_DEPTH, 0, 1767225600195000, 0, 18521289, {124660000000000, 0, 18521289, 18521288}, 0},
        {TAPE_DEPTH,
         TAPE_LAST,
         1767225600195000,
         0,
         18521289,
         {124670000000000, 15, 18521289, 18521288},
         1},
    },
    {
        /* tardis trades */
        {TAPE_TRADE,
         TAPE_RECEIVED,
         1583020803145000,
         1583020803307160000,
         TEXT_ID,
         {8531500000000000, 2152, 0, 0},
         0},
        {TAPE_TRADE,
         TAPE_RECEIVED | TAPE_SIDE_UNKNOWN,
         1583020803245000,
         1583020803407161000,
         TEXT_ID,
         {8531500000000000, 10, 0, 0},
         0},
    },
    {
        /* tardis book */
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED,
         1585699200245000,
         1585699200355684000,
         0,
         {6421500000000000, 18640, 0, 0},
         0},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_BUY | TAPE_LAST,
         1585699200245000,
         1585699200355684000,
         0,
         {6421000000000000, 23810, 0, 0},
         0},
        {TAPE_DEPTH,
         TAPE_RECEIVED,
         1585699200250000,
         1585699200360684000,
         0,
         {6421500000000000, 0, 0, 0},
         0},
        {TAPE_DEPTH,
         TAPE_RECEIVED | TAPE_LAST,
         1585699200250000,
         1585699200360684000,
         0,
         {6422000000000000, 100, 0, 0},
         0},
        {TAPE_DEPTH,
         TAPE_RECEIVED | TAPE_BUY | TAPE_LAST,
         1585699200270000,
         1585699200380684000,
         0,
         {6420500000000000, 50, 0, 0},
         0},
    },
    {
        /* tardis quotes */
        {TAPE_QUOTE,
         TAPE_RECEIVED,
         1588291201099000,
         1588291201234268000,
         0,
         {8629200000000000, 806, 8629300000000000, 5494},
         0},
        {TAPE_QUOTE,
         TAPE_RECEIVED,
         1588291201199000,
         1588291201334268000,
         0,
         {8629200000000000, 806, 8629300000000000, 5495},
         0},
    },
    {
        /* tardis snapshot */
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED,
         1598918403696000,
         1598918403810979000,
         0,
         {11657080000000000, 1714, 0, 0},
         3},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_BUY,
         1598918403696000,
         1598918403810979000,
         0,
         {11657070000000000, 10896, 0, 0},
         3},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED,
         1598918403696000,
         1598918403810979000,
         0,
         {11657090000000000, 54, 0, 0},
         1},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_BUY | TAPE_LAST,
         1598918403696000,
         1598918403810979000,
         0,
         {11656970000000000, 2, 0, 0},
         1},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED,
         1598918403796000,
         1598918403910979000,
         0,
         {11657080000000000, 1714, 0, 0},
         3},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_BUY,
         1598918403796000,
         1598918403910979000,
         0,
         {11657070000000000, 10896, 0, 0},
         3},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_BUY | TAPE_LAST,
         1598918403796000,
         1598918403910979000,
         0,
         {11656970000000000, 2, 0, 0},
         1},
    },
    {
        /* tardis ticker */
        {TAPE_MARK,
         TAPE_RECEIVED,
         1583020793145000,
         1583020793307160000,
         0,
         {9500250000000000, 0, 0, 0},
         0},
        {TAPE_INDEX,
         TAPE_RECEIVED,
         1583020793145000,
         1583020793307160000,
         0,
         {9500000000000000, 0, 0, 0},
         0},
        {TAPE_OPEN_INTEREST,
         TAPE_RECEIVED,
         1583020793145000,
         1583020793307160000,
         0,
         {1000000, 0, 0, 0},
         0},
        {TAPE_FUNDING, 0, 1583020800000000, 0, 0, {1000000000000, 28800000000, 0, 0}, 0},
        {TAPE_MARK,
         TAPE_RECEIVED,
         1583020803145000,
         1583020803307160000,
         0,
         {9500300000000000, 0, 0, 0},
         0},
        {TAPE_OPEN_INTEREST,
         TAPE_RECEIVED,
         1583020803145000,
         1583020803307160000,
         0,
         {1000001, 0, 0, 0},
         0},
    },
    {
        /* tardis liquidations */
        {TAPE_LIQUIDATION,
         TAPE_RECEIVED,
         1583020803145000,
         1583020803307160000,
         0,
         {8531500000000000, 2152, 0, 0},
         0},
        {TAPE_LIQUIDATION,
         TAPE_RECEIVED | TAPE_BUY,
         1583020805145000,
         1583020805307160000,
         0,
         {8540000000000000, 7, 0, 0},
         0},
    },
    {
        /* okx trades */
        {TAPE_TRADE, 0, 1748707200008000, 0, 1566502282, {104503000000000000, 3014, 0, 0}, 2},
        {TAPE_TRADE, TAPE_BUY, 1748707200009000, 0, 1566502283, {104503100000000000, 1, 0, 0}, 2},
    },
    {
        /* okx book */
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_BUY,
         1748707200001000,
         0,
         0,
         {104503000000000000, 1, 0, 0},
         0},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_BUY,
         1748707200001000,
         0,
         0,
         {104502900000000000, 2, 0, 0},
         0},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_LAST,
         1748707200001000,
         0,
         0,
         {104503100000000000, 55, 0, 0},
         1},
        {TAPE_DEPTH, TAPE_LAST, 1748707200011000, 0, 0, {104503100000000000, 0, 0, 0}, 0},
    },
    {
        /* trades */
        {TAPE_TRADE,
         TAPE_RECEIVED | TAPE_BUY,
         1723161256322000,
         1723161255088176367,
         5266583935,
         {61800300000000000, 6, 5266583935, 5266583935},
         3},
        {TAPE_TRADE,
         TAPE_RECEIVED,
         1723161256344000,
         1723161255088230567,
         5266583936,
         {61800300000000000, 199, 5266583936, 5266583936},
         3},
    },
    {
        /* quotes */
        {TAPE_QUOTE,
         TAPE_RECEIVED,
         1723161256313000,
         1723161255088169167,
         5123107839020,
         {61800200000000000, 2507, 61800300000000000, 2510},
         3},
        {TAPE_QUOTE,
         TAPE_RECEIVED,
         1723161256322000,
         1723161255088181667,
         5123107840008,
         {61800200000000000, 2507, 61800300000000000, 2504},
         3},
    },
    {
        /* depth */
        {TAPE_DEPTH,
         TAPE_RECEIVED | TAPE_BUY,
         1723161256298000,
         1723161255030314667,
         5123107837557,
         {58710200000000000, 14, 5123107832006, 5123107831937},
         3},
        {TAPE_DEPTH,
         TAPE_RECEIVED | TAPE_LAST,
         1723161256298000,
         1723161255030314667,
         5123107837557,
         {61510900000000000, 0, 5123107832006, 5123107831937},
         3},
        {TAPE_DEPTH,
         TAPE_RECEIVED | TAPE_BUY | TAPE_LAST,
         1723161256302000,
         1723161255088156767,
         5123107837896,
         {200000000000000, 10229, 5123107837558, 5123107837557},
         3},
    },
    {
        /* snapshot */
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_BUY,
         1723161256493000,
         1723161255319702566,
         5123107852948,
         {61800200000000000, 2909, 0, 0},
         3},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_BUY,
         1723161256493000,
         1723161255319702566,
         5123107852948,
         {61800100000000000, 696, 0, 0},
         3},
        {TAPE_DEPTH,
         TAPE_SNAPSHOT_ROW | TAPE_RECEIVED | TAPE_LAST,
         1723161256493000,
         1723161255319702566,
         5123107852948,
         {61800300000000000, 20004, 0, 0},
         3},
    },
    {
        /* agg */
        {TAPE_TRADE,
         TAPE_AGGREGATE | TAPE_BUY,
         1729987202368000,
         0,
         60953854,
         {9080000, 359171100, 209942017, 209942017},
         2},
        {TAPE_TRADE,
         TAPE_AGGREGATE,
         1729987202940000,
         0,
         60953855,
         {9070000, 2844533100, 209942018, 209942018},
         2},
    },
};

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

static void record_same(const struct tape_record *record, const struct want *want)
{
    assert_int_equal(record->kind, want->kind);
    assert_int_equal(record->flags, want->flags);
    assert_int_equal(record->time_us, want->time_us);
    assert_int_equal(record->receive_ns, want->receive_ns);
    if (want->sequence == TEXT_ID) {
        assert_int_equal(record->sequence >> 63, 1);
    } else {
        assert_int_equal(record->sequence, want->sequence);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(record->v[i], want->v[i]);
    }
    if (record->kind != TAPE_MARK && record->kind != TAPE_INDEX && record->kind != TAPE_FUNDING) {
        assert_int_equal(record->spare, want->decimals + SINK_SCALE_BASE);
    }
}

static void test_rows_of_the_sources(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples); i++) {
        const struct tick_sample *sample = &tick_samples[i];
        struct imported imported;
        import_bytes(&imported, sample->name, "auto", sample->text, strlen(sample->text));
        if (!imported.fine) {
            fail_msg("%s: %s", sample->name, imported.error.text);
        }
        assert_string_equal(imported.file.dialect->name, sample->dialect);
        assert_int_equal(imported.sink.left_out, 0);
        int64_t count = 0;
        for (; count < 8 && wants[i][count].kind != 0; count++) {
            assert_true(count < imported.count);
            record_same(&imported.records[count], &wants[i][count]);
        }
        assert_int_equal(imported.count, count);
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

/* ---- what is refused ---- */

static void refused(const char *dialect, const char *row, const char *problem)
{
    struct imported imported;
    char text[512] = "";
    bool okx = strcmp(dialect, "okx-trades") == 0;
    append(text, sizeof(text), "%s%s", okx ? OKX_HEADER : "", row);
    import_bytes(&imported, "BTCUSDT.csv", dialect, text, strlen(text));
    assert_int_equal(imported.sink.left_out, 1);
    const struct defect *defect = &imported.sink.defects.items[0];
    if (strstr(defect->message, problem) == NULL) {
        fail_msg("%s: %s", text, defect->message);
    }
    assert_string_equal(defect->code, "bad-row");
    assert_int_equal(defect->line, okx ? 2 : 1);
    imported_release(&imported);
}

static void test_bad_fields(void **state)
{
    (void)state;
    static const char agg[] = "binance-aggTrades";
    refused(agg, "1,2,3,4,5,1767225601696", "number of fields");
    refused(agg, "1,2,3,4,5,1767225601696,maybe", "neither true nor false ('maybe')");
    refused(agg, "1,2,3,4,5,yesterday,true", "not a time ('yesterday')");
    refused(agg, "1,2,3,4,5,9999999999999999999,true", "not a time");
    refused(agg, "1,2,3,4,5,99999999999,true", "not a time");
    refused(agg, "1,0,3,4,5,1767225601696,true", "a price is not positive");
    refused(agg, "1,-2,3,4,5,1767225601696,true", "a price is not positive");
    refused(agg, "1,2,-3,4,5,1767225601696,true", "a size is negative");
    refused(agg, "1,nan,3,4,5,1767225601696,true", "not a number");
    refused(agg, "1,0x10,3,4,5,1767225601696,true", "not a number");
    refused(agg, "1,,3,4,5,1767225601696,true", "a field is empty");
    refused(agg, "1,0.0000000000001,3,4,5,1767225601696,true", "more than 12 decimals");
    refused(agg, "1,9223373,3,4,5,1767225601696,true", "a price beyond its range");
    refused(agg, "1,2,0.1234567890123456789,4,5,1767225601696,true", "too many decimals");
    refused(agg, "1,2,99999999999999999999,4,5,1767225601696,true", "beyond its range");
    refused(agg, "1,2,3,9223372036854775808,5,1767225601696,true", "not a whole number");
    refused("okx-trades", "B C,1,buy,1,1,1767225601696", "not a symbol");
    refused("okx-trades", "BTC-USDT,1,both,1,1,1767225601696", "not a side");
    refused("bybit-book", "{\"type\":\"delta\",\"type\":\"delta\"}", "a key stands twice");
    refused("bybit-book", "{\"type\":\"delta\"", "not a JSON object");
    refused("okx-book",
            "{\"instId\":\"A\",\"action\":\"update\",\"ts\":\"1767225601696\",\"bids\":[[\"1\","
            "\"1\"],[\"x\","
            "\"1\"]]}",
            "not a number ('x')");
}

static void test_extremes_are_exact(void **state)
{
    (void)state;
    static const char text[] = "9223372036854775807,9223372.036854775807,9.223372036854775807,0,0,"
                               "1767225601696,true\n"
                               "5,0.000000000001,9223372036854775807,0,0,1767225601697,true\n"
                               "6,2,1e15,0,0,1767225601698,true\n"
                               "7,2.50000000000000,0.500000000000000000,0,0,1767225601699,true\n";
    struct imported imported;
    import_bytes(&imported, "BTCUSDT.csv", "auto", text, strlen(text));
    assert_true(imported.fine);
    assert_int_equal(imported.count, 4);
    const struct tape_record *records = imported.records;
    assert_int_equal(records[0].sequence, INT64_MAX);
    assert_int_equal(records[0].v[0], INT64_MAX);
    assert_int_equal(records[0].v[1], INT64_MAX);
    assert_int_equal(records[0].spare, 18 + SINK_SCALE_BASE);
    assert_int_equal(records[1].v[0], 1);
    assert_int_equal(records[1].v[1], INT64_MAX);
    assert_int_equal(records[2].v[1], 1000000000000000);
    assert_int_equal(records[3].v[0], 2500000000000);
    assert_int_equal(records[3].v[1], 500000000000000000);
    assert_int_equal(records[3].spare, 18 + SINK_SCALE_BASE);
    imported_release(&imported);
}

/* ---- damaged files: every line ends in records or in a defect ---- */

static bool blank(const char *text, size_t length)
{
    return strspn(text, " \t") >= length;
}

static int64_t lines_count(const char *text, size_t length)
{
    int64_t lines = 0;
    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t line = end != NULL ? (size_t)(end - text) - at : length - at;
        lines += !blank(text + at, line);
        at += line + 1;
    }
    return lines;
}

/* Rows of the sink that stand for one line each: all of them, or the ends of messages. */
static int64_t lines_taken(const struct imported *imported, bool by_message)
{
    if (!by_message) {
        return imported->sink.added;
    }
    int64_t messages = 0;
    for (int64_t i = 0; i < imported->count; i++) {
        messages += (imported->records[i].flags & TAPE_LAST) != 0;
    }
    return messages;
}

static void damaged_read(const struct tick_sample *sample, const char *text, size_t length)
{
    struct imported imported;
    import_bytes(&imported, sample->name, sample->dialect, text, length);
    bool plain = memchr(text, '"', length) == NULL || text[0] == '{';
    bool json =
        strcmp(sample->dialect, "bybit-book") == 0 || strcmp(sample->dialect, "okx-book") == 0;
    bool messages = json || strcmp(sample->dialect, "tardis-book-snapshot") == 0;
    bool lines = plain && memchr(text, '\r', length) == NULL &&
                 strcmp(sample->dialect, "tardis-ticker") != 0;
    bool whole = imported.fine && imported.sink.duplicates == 0;
    if (lines && whole) {
        int64_t header = sample->text[0] >= 'a' && sample->text[0] <= 'z';
        int64_t taken = lines_taken(&imported, messages) + imported.sink.left_out;
        if (taken != lines_count(text, length) - header) {
            fail_msg("%s: %lld of %lld: %.*s", sample->dialect, (long long)taken,
                     (long long)lines_count(text, length), (int)length, text);
        }
    }
    assert_true(imported.fine || imported.error.code == EXIT_CODE_DATA);
    imported_release(&imported);
}

static void test_cut_short_and_flipped(void **state)
{
    (void)state;
    char copy[2048];
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples); i++) {
        size_t length = strlen(tick_samples[i].text);
        assert_true(length < sizeof(copy));
        for (size_t at = 0; at <= length; at++) {
            damaged_read(&tick_samples[i], tick_samples[i].text, at);
        }
        for (size_t at = 0; at < length; at++) {
            memcpy(copy, tick_samples[i].text, length);
            copy[at] = (char)(copy[at] ^ (1 << (at % 8)));
            damaged_read(&tick_samples[i], copy, length);
            copy[at] = (char)(tick_samples[i].text[at] ^ (1 << ((at + 3) % 8)));
            damaged_read(&tick_samples[i], copy, length);
        }
    }
}

/* All rows twice: those with an id are dropped the second time and counted, the others are kept. */
static void test_doubled_and_reordered(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples); i++) {
        const struct tick_sample *sample = &tick_samples[i];
        char copy[4096];
        bool header = sample->text[0] >= 'a' && sample->text[0] <= 'z';
        const char *rows = header ? strchr(sample->text, '\n') + 1 : sample->text;
        (void)snprintf(copy, sizeof(copy), "%s%s", sample->text, rows);
        struct imported once, twice;
        import_bytes(&once, sample->name, "auto", sample->text, strlen(sample->text));
        import_bytes(&twice, sample->name, "auto", copy, strlen(copy));
        assert_true(twice.fine);
        assert_int_equal(twice.sink.left_out, 0);
        assert_int_equal(twice.sink.added, twice.count + twice.sink.duplicates);
        bool ids = once.records[0].sequence != 0 || once.records[0].kind == TAPE_LIQUIDATION;
        bool books = once.records[0].kind == TAPE_DEPTH;
        if (ids && !books) {
            assert_int_equal(twice.count, once.count);
            assert_memory_equal(twice.records, once.records,
                                (size_t)once.count * sizeof(*once.records));
        }
        for (int64_t at = 1; at < twice.count; at++) {
            assert_true(tape_compare(&twice.records[at - 1], &twice.records[at]) <= 0);
        }
        imported_release(&once);
        imported_release(&twice);
    }
}

static bool of_ticks(const char *dialect)
{
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples); i++) {
        if (strcmp(tick_samples[i].dialect, dialect) == 0) {
            return true;
        }
    }
    return false;
}

/* Every file read as every other format ends in an error that says so. (Readers of bars and funding take columns by their place
 * where the format was named: test_import_bars.c.) */
static void test_mislabelled(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples); i++) {
        for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
            const struct tick_sample *sample = &tick_samples[i];
            struct imported imported;
            import_bytes(&imported, "x.csv", (*at)->name, sample->text, strlen(sample->text));
            bool same = strcmp((*at)->name, sample->dialect) == 0;
            bool twin = strncmp(sample->dialect, "tardis-", 7) == 0 &&
                        strncmp((*at)->name, "tardis-", 7) == 0; /* trades, liquidations */
            if (imported.fine && !same && !twin && of_ticks((*at)->name)) {
                fail_msg("%s was read as %s: %lld rows", sample->dialect, (*at)->name,
                         (long long)imported.sink.added);
            }
            imported_release(&imported);
        }
    }
}

/* ---- claims ---- */

static int claims_count(const struct tick_sample *sample, char *names, size_t capacity)
{
    struct error error;
    error_init(&error);
    struct import_probe probe;
    struct source *source =
        source_open_memory(sample->text, strlen(sample->text), sample->name, &error);
    assert_non_null(source);
    assert_true(import_probe_fill(&probe, source, sample->name, -1, &error));
    int count = 0;
    names[0] = '\0';
    for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
        const char *why = "";
        if ((*at)->claims(&probe, &why)) {
            assert_true(strlen(why) > 0);
            append(names, capacity, "%s%s", count > 0 ? " " : "", (*at)->name);
            count++;
        }
    }
    source_close(source);
    return count;
}

static void test_one_claims_each(void **state)
{
    (void)state;
    static const struct tick_sample bars[] = {
        {"binance-klines", "SOLUSDT-1h-2026-01.csv",
         "1767225600000,124.5800,125.1900,124.5200,125.0700,297564.54,1767229199999,37180319.9561,"
         "35183,163584.72,20438432.7301,0\n"},
        {"candles", "BTCUSDT.csv", "ts_ms,open,high,low,close,volume\n1767225600000,1,1,1,1,1\n"},
        {"binance-bookDepth", "SOLUSDT-bookDepth-2026-01-01.csv",
         "timestamp,percentage,depth,notional\n2026-01-01 00:00:09,-5,620184.39,75729582.9689\n"},
        {"binance-metrics", "BTCUSDT-metrics-2025-10-07.csv",
         "create_time,symbol,sum_open_interest,sum_open_interest_value,a,b,c,d\n"
         "2025-10-07 00:00:00,BTCUSDT,100243.058,12494186585.40,0.69,1.82,0.56,1.15\n"},
        {"binance-liquidations", "BTCUSD_PERP-liquidationSnapshot-2023-07-01.csv",
         "time,side,order_type,time_in_force,original_quantity,price,average_price,order_status,"
         "last_fill_quantity,accumulated_fill_quantity\n"
         "1688169600005,SELL,LIMIT,IOC,10,29000,29100.5,FILLED,3,7\n"},
        {"binance-fundingRate", "SOLUSDT-fundingRate-2025-07.csv",
         "calc_time,funding_interval_hours,last_funding_rate\n1751328000007,8,0.00008191\n"}};
    char names[512];
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples) + ARRAY_COUNT(bars); i++) {
        const struct tick_sample *sample =
            i < ARRAY_COUNT(tick_samples) ? &tick_samples[i] : &bars[i - ARRAY_COUNT(tick_samples)];
        int count = claims_count(sample, names, sizeof(names));
        if (count != 1 || strcmp(names, sample->dialect) != 0) {
            fail_msg("%s is claimed by: %s", sample->dialect, names);
        }
    }
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
        cmocka_unit_test(test_bybit_chain),
        cmocka_unit_test(test_clock_that_goes_back),
        cmocka_unit_test(test_bad_fields),
        cmocka_unit_test(test_extremes_are_exact),
        cmocka_unit_test(test_cut_short_and_flipped),
        cmocka_unit_test(test_doubled_and_reordered),
        cmocka_unit_test(test_mislabelled),
        cmocka_unit_test(test_one_claims_each),
        cmocka_unit_test(test_recorded_tapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
