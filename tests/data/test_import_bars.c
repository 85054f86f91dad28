/* The bars and funding formats of PROTOCOLS E, row by row: the numbers are worked out by hand from the example rows. */
#include "tests/data/import_world.h"

#include "data/rows.h"

#define KLINE                                                                                      \
    "1767225600000,124.5800,125.1900,124.5200,125.0700,297564.54,1767229199999,37180319.9561,"     \
    "35183,163584.72,20438432.7301,0\n"
#define KLINE_US                                                                                   \
    "1767225600000000,124.58000000,125.19000000,124.52000000,125.07000000,297564.54000000,"        \
    "1767229199999999,37180319.9561,35183,163584.72,20438432.7301,0\n"
#define KLINE_HEADER                                                                               \
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"         \
    "taker_buy_quote_volume,ignore\n"

static const int64_t KLINE_V[4] = {124580000000000, 125190000000000, 124520000000000,
                                   125070000000000};

static void expect_one(const char *name, const char *text, const char *dialect, enum tape_kind kind)
{
    struct imported got;
    import_text(&got, name, text);
    assert_string_equal(got.file.dialect->name, dialect);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.records[0].kind, kind);
    assert_int_equal(got.sink.stream_count, 1);
    imported_release(&got);
}

static void a_kline_is_read_with_and_without_header(void **state)
{
    (void)state;
    const char *const texts[] = {KLINE_HEADER KLINE, KLINE, "\xef\xbb\xbf" KLINE_HEADER KLINE};
    for (size_t i = 0; i < 3; i++) {
        struct imported got;
        import_text(&got, "SOLUSDT-1h-2026-01.csv", texts[i]);
        assert_string_equal(got.file.dialect->name, "binance-klines");
        assert_string_equal(got.sink.streams[0].symbol, "SOLUSDT");
        assert_int_equal(got.count, 1);
        expect_record(&got, 0, 1767225600000000, 29756454, 2, KLINE_V);
        assert_int_equal(got.records[0].kind, TAPE_BAR);
        assert_int_equal(got.sink.streams[0].price_decimals, 4);
        assert_false(got.sink.streams[0].price_mixed);
        assert_true(got.sink.streams[0].time_ms);
        imported_release(&got);
    }
}

static void spot_klines_have_microseconds_and_eight_decimals(void **state)
{
    (void)state;
    struct imported got;
    import_text(&got, "SOLUSDT-1h-2026-01.csv", KLINE_US);
    expect_record(&got, 0, 1767225600000000, 29756454000000, 8, KLINE_V);
    assert_int_equal(got.sink.streams[0].price_decimals, 8);
    assert_false(got.sink.streams[0].time_ms);
    imported_release(&got);
}

static void the_kind_of_a_kline_stands_in_its_name(void **state)
{
    (void)state;
    expect_one("um/markPriceKlines/SOLUSDT/1h/SOLUSDT-1h-2026-01.csv", KLINE, "binance-markKlines",
               TAPE_MARK_BAR);
    expect_one("um/indexPriceKlines/SOLUSDT/1h/SOLUSDT-1h-2026-01.csv", KLINE,
               "binance-indexKlines", TAPE_INDEX_BAR);
    struct imported got;
    import_text(&got, "premiumIndexKlines/BTCUSDT-1h-2020-01.csv",
                "1577836800000,-0.001,-0.0005,-0.002,-0.0015,0,1577840399999,0,60,0,0,0\n");
    const int64_t v[4] = {-1000000000, -500000000, -2000000000, -1500000000};
    assert_string_equal(got.file.dialect->name, "binance-premiumKlines");
    assert_int_equal(got.records[0].kind, TAPE_PREMIUM_BAR);
    expect_record(&got, 0, 1577836800000000, 0, 0, v);
    imported_release(&got);
}

static void cryptodatadownload_comes_newest_first(void **state)
{
    (void)state;
    struct imported got;
    import_text(&got, "Binance_BTCUSDT_1h.csv",
                "https://www.CryptoDataDownload.com\n"
                "Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\n"
                "1704074400000,2024-01-01 02:00:00,BTCUSDT,42550,42700,42500,42600,10.25,1,1\n"
                "1704070800000,2024-01-01 01:00:00,BTCUSDT,42500,42600,42400,42550,12.3,522000,"
                "1000\n");
    const int64_t first[4] = {42500000000000000, 42600000000000000, 42400000000000000,
                              42550000000000000};
    assert_string_equal(got.file.dialect->name, "cryptodatadownload");
    assert_int_equal(got.count, 2);
    expect_record(&got, 0, 1704070800000000, 123, 1, first);
    assert_int_equal(got.records[1].time_us, 1704074400000000);
    assert_int_equal(got.sink.moved, 1);
    assert_int_equal(got.sink.streams[0].interval_us, 3600000000);
    assert_true(got.sink.streams[0].size_mixed);
    imported_release(&got);
}

static void json_candles_of_ccxt_freqtrade_and_okx(void **state)
{
    (void)state;
    const int64_t v[4] = {18998000, 19000000, 18900000, 19000000};
    struct imported got;
    import_text(&got, "DOGE_USDT_USDT-5m-futures.json",
                "[[1609459200000,1.8998e-05,0.000019,0.0000189,1.9e-05,12345.5],"
                "[1609459500000,1.8998e-05,0.000019,0.0000189,1.9e-05,1]]");
    assert_string_equal(got.file.dialect->name, "json-candles");
    assert_string_equal(got.sink.streams[0].symbol, "DOGEUSDT");
    expect_record(&got, 0, 1609459200000000, 123455, 1, v);
    assert_int_equal(got.sink.streams[0].interval_us, 300000000);
    imported_release(&got);
    expect_one("DOGE_USDT_USDT-8h-mark.json", "[[1609459200000,1,2,1,2,0]]", "json-mark",
               TAPE_MARK_BAR);
    expect_one("BTC-USDT-SWAP.json",
               "{\"code\":\"0\",\"data\":[[\"1609459200000\",\"1\",\"2\",\"1\",\"2\",\"30\","
               "\"0.3\",\"9\",\"1\"]]}",
               "json-candles", TAPE_BAR);
}

static void the_data_folders_own(void **state)
{
    (void)state;
    struct imported got;
    import_text(&got, "DOGEUSDT.csv",
                "ts_ms,open,high,low,close,volume\n"
                "1767484800000,0.14307,0.14309,0.14298,0.14304,2241348\n");
    const int64_t v[4] = {143070000000, 143090000000, 142980000000, 143040000000};
    assert_string_equal(got.file.dialect->name, "candles");
    expect_record(&got, 0, 1767484800000000, 2241348, 0, v);
    imported_release(&got);
    expect_one("mark/8h/DOGEUSDT.csv", "ts_ms,open,high,low,close\n1767484800000,1,2,1,2\n",
               "mark-candles", TAPE_MARK_BAR);
    expect_one("home/mark/DOGEUSDT.csv",
               "ts_ms,open,high,low,close,volume\n1767484800000,1,2,1,2,3\n", "candles", TAPE_BAR);
    expect_one("DOGEUSDT_mark.csv", "ts_ms,open,high,low,close\n1767484800000,1,2,1,2\n",
               "mark-candles", TAPE_MARK_BAR);
}

static void funding_rates(void **state)
{
    (void)state;
    struct imported got;
    import_text(&got, "DOGEUSDT-fundingRate-2025-07.csv",
                "calc_time,funding_interval_hours,last_funding_rate\n1751328000007,8,0.00008191\n");
    const int64_t binance[4] = {819100000000, 28800000000, 0, 0};
    assert_string_equal(got.file.dialect->name, "binance-fundingRate");
    assert_int_equal(got.records[0].kind, TAPE_FUNDING);
    expect_record(&got, 0, 1751328000007000, 0, 0, binance);
    assert_int_equal(got.sink.streams[0].price_decimals, 8);
    imported_release(&got);

    import_text(&got, "allswap-fundingrates-2025-05.csv",
                "instrument_name,funding_rate,funding_time\nBTC-USDT-SWAP,-0.0001,1748707200000\n"
                "DOGE-USDT-SWAP,0.0000457678547148,1748707200000\n");
    assert_string_equal(got.file.dialect->name, "okx-fundingrates");
    assert_int_equal(got.sink.stream_count, 2);
    assert_string_equal(got.sink.streams[0].symbol, "BTCUSDT");
    assert_string_equal(got.sink.streams[1].symbol, "DOGEUSDT");
    assert_int_equal(got.records[0].v[0], -1000000000000);
    assert_int_equal(got.records[1].v[0], 457678547148);
    imported_release(&got);

    import_text(&got, "binance_futures_DOGEUSDT_funding_2021.csv",
                "ts_ms,funding_rate\n1611705600000,0.00010000\n");
    const int64_t own[4] = {1000000000000, 0, 0, 0};
    assert_string_equal(got.file.dialect->name, "funding");
    assert_string_equal(got.sink.streams[0].symbol, "DOGEUSDT");
    expect_record(&got, 0, 1611705600000000, 0, 0, own);
    imported_release(&got);
    expect_one("DOGE_USDT_USDT-8h-funding_rate.json", "[[1609459200000,0.0001,0,0,0,0]]",
               "json-funding", TAPE_FUNDING);
}

static void depth_bands_open_interest_and_liquidations(void **state)
{
    (void)state;
    struct imported got;
    import_text(&got, "SOLUSDT-bookDepth-2026-01-01.csv",
                "timestamp,percentage,depth,notional\n"
                "2026-01-01 00:00:09,-5,620184.39000000,75729582.96890000\n"
                "2026-01-15 00:00:09,-0.20,620184.39000000,75729582.96890000\n");
    const int64_t band[4] = {-500, 62018439000000, 7572958296890000, 0};
    assert_string_equal(got.file.dialect->name, "binance-bookDepth");
    expect_record(&got, 0, 1767225609000000, 0, 8, band);
    assert_int_equal(got.records[1].v[0], -20);
    imported_release(&got);

    import_text(&got, "BTCUSDT-metrics-2025-10-07.csv",
                "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_"
                "short_ratio,sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_"
                "short_vol_ratio\n"
                "2025-10-07 00:00:00,BTCUSDT,100243.058,12494186585.40,0.69,1.82,0.56,1.15\n"
                "2025-10-07 00:05:00,BTCUSDT,,,0.69,1.82,0.56,1.15\n");
    const int64_t interest[4] = {100243058, 1249418658540000000, 0, 0};
    assert_string_equal(got.file.dialect->name, "binance-metrics");
    expect_record(&got, 0, 1759795200000000, 0, 3, interest);
    assert_int_equal(got.sink.left_out, 1);
    assert_int_equal(got.sink.defects.items[0].line, 3);
    imported_release(&got);

    import_text(&got, "BTCUSD_PERP-liquidationSnapshot-2023-07-01.csv",
                "time,side,order_type,time_in_force,original_quantity,price,average_price,order_"
                "status,last_fill_quantity,accumulated_fill_quantity\n"
                "1688169600005,SELL,LIMIT,IOC,10,29000,29100.5,FILLED,3,7\n"
                "1688169600005,SELL,LIMIT,IOC,10,29000,29100.5,FILLED,3,7\n");
    const int64_t forced[4] = {29000000000000000, 7, 29100500000000000, 0};
    assert_string_equal(got.file.dialect->name, "binance-liquidations");
    assert_int_equal(got.count, 1);
    assert_int_equal(got.sink.duplicates, 1);
    assert_int_equal(got.records[0].flags, 0);
    expect_record(&got, 0, 1688169600005000, 0, 0, forced);
    imported_release(&got);
}

static void expect_refused(const char *name, const char *text, const char *words)
{
    struct imported got;
    import_bytes(&got, name, "auto", text, strlen(text));
    assert_false(got.fine);
    assert_int_equal(got.error.code, EXIT_CODE_DATA);
    if (strstr(got.error.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", got.error.text, words);
    }
    imported_release(&got);
}

static void what_is_no_data_is_refused(void **state)
{
    (void)state;
    expect_refused("a.csv", "", "is empty");
    expect_refused("a.csv", TAPE_MAGIC "\1", "is a tape already");
    expect_refused("A B.csv", KLINE, "'A B' is no symbol: give --symbol");
    expect_refused("\xc3\xa9.csv", KLINE, "is no symbol: give --symbol");
    expect_refused("a.csv", "hello,world\n1,2\n", "in no format that is known");
    expect_refused("SOLUSDT.csv", KLINE_HEADER, "no candles");
    expect_refused("1h.csv", KLINE, "give --symbol");
    expect_refused("SOLUSDT-1h.csv", KLINE_HEADER "x,124.5800,1,1,1,1,1,1,1,1,1,1\n", "none of 1 ");
    expect_refused("DOGE_USDT_USDT-5m-futures.json", "[[1609459200000,1,2,1,2,3]", "ends within");
}

/* ---- broken files: nothing is lost without a word ---- */

struct seed {
    const char *name, *text;
    int heads; /* lines before the data */
};

static const struct seed SEEDS[] = {
    {"SOLUSDT-1h.csv", KLINE_HEADER KLINE KLINE KLINE, 1},
    {"SOLUSDT-1h.csv", KLINE KLINE_US KLINE, 0},
    {"markPriceKlines/SOLUSDT-1h.csv", KLINE_HEADER KLINE, 1},
    {"premiumIndexKlines/SOLUSDT-1h.csv",
     "1577836800000,-0.001,-0.0005,-0.002,-0.0015,0,1577840399999,0,60,0,0,0\n", 0},
    {"Binance_BTCUSDT_1h.csv",
     "https://www.CryptoDataDownload.com\n"
     "Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\n"
     "1704074400000,2024-01-01 02:00:00,BTCUSDT,42550,42700,42500,42600,10.25,1,1\n"
     "1704070800000,2024-01-01 01:00:00,BTCUSDT,42500,42600,42400,42550,12.3,522000,1000\n",
     2},
    {"DOGEUSDT.csv",
     "ts_ms,open,high,low,close,volume\n1767484800000,0.14307,0.14309,0.14298,0.14304,2241348\n"
     "1767484860000,0.14307,0.14309,0.14298,0.14304,2241348\n",
     1},
    {"DOGEUSDT-fundingRate-2025-07.csv",
     "calc_time,funding_interval_hours,last_funding_rate\n1751328000007,8,0.00008191\n"
     "1751356800000,8,0.00008191\n",
     1},
    {"fundingrates.csv",
     "instrument_name,funding_rate,funding_time\nBTC-USDT-SWAP,-0.0001,1748707200000\n"
     "DOGE-USDT-SWAP,0.0000457678547148,1748707200000\n",
     1},
    {"DOGEUSDT_funding.csv", "ts_ms,funding_rate\n1611705600000,0.00010000\n", 1},
    {"SOLUSDT-bookDepth-2026-01-01.csv",
     "timestamp,percentage,depth,notional\n"
     "2026-01-01 00:00:09,-5,620184.39000000,75729582.96890000\n",
     1},
    {"BTCUSDT-metrics-2025-10-07.csv",
     "create_time,symbol,sum_open_interest,sum_open_interest_value,a,b,c,d\n"
     "2025-10-07 00:00:00,BTCUSDT,100243.058,12494186585.40,0.69,1.82,0.56,1.15\n",
     1},
    {"BTCUSD_PERP-liquidationSnapshot-2023-07-01.csv",
     "time,side,order_type,time_in_force,original_quantity,price,average_price,order_status,last_"
     "fill_quantity,accumulated_fill_quantity\n"
     "1688169600005,SELL,LIMIT,IOC,10,29000,29100.5,FILLED,3,7\n",
     1},
    {"DOGE_USDT_USDT-5m-futures.json",
     "[[1609459200000,1.8998e-05,0.000019,0.0000189,1.9e-05,12345.5],[1609459500000,1,2,1,2,1]]",
     0},
    {"DOGE_USDT_USDT-8h-mark.json", "[[1609459200000,1,2,1,2,0]]", 0},
    {"DOGE_USDT_USDT-8h-funding_rate.json", "[[1609459200000,0.0001,0,0,0,0]]", 0},
};

static bool count_row(void *context,
                      const struct csv_field *fields,
                      int32_t count,
                      const struct csv_place *place)
{
    (void)fields;
    (void)count;
    (void)place;
    (*(int64_t *)context)++;
    return true;
}

static void count_bad(void *context, int64_t line, const char *reason)
{
    (void)line;
    (void)reason;
    (*(int64_t *)context)++;
}

/* Rows as the reader of rows alone sees them; -1: it refuses the bytes. */
static int64_t rows_count(const void *bytes, size_t length)
{
    struct error error;
    error_init(&error);
    struct source *source = source_open_memory(bytes, length, "rows", &error);
    int64_t rows = 0;
    const struct csv_handlers handlers = {.context = &rows, .narrow = count_row, .bad = count_bad};
    bool json = false;
    bool fine = source != NULL && rows_read(source, &handlers, NULL, &json, &error);
    source_close(source);
    return fine ? rows : -1;
}

/* Whatever the bytes are: an error with a place, or every row is a record or a defect. */
static void judge(const char *name, const void *bytes, size_t length, int heads)
{
    struct imported got;
    import_bytes(&got, name, "auto", bytes, length);
    if (!got.fine) {
        assert_true(got.error.text[0] != '\0' && got.error.code >= EXIT_CODE_DATA);
    } else {
        int64_t told = got.sink.added + got.sink.outside + got.sink.left_out;
        int64_t rows = rows_count(bytes, length);
        if (heads >= 0) {
            assert_int_equal(told, rows - heads);
        } else {
            assert_in_range(rows - told, 0, 2); /* the head itself was broken */
        }
        assert_int_equal(got.count, got.sink.added - got.sink.duplicates);
        int64_t noted = 0;
        for (int64_t i = 0; i < got.sink.defects.count; i++) {
            noted += got.sink.defects.items[i].severity >= SEVERITY_MEDIUM
                         ? got.sink.defects.items[i].count
                         : 0;
        }
        assert_int_equal(noted, got.sink.left_out);
    }
    imported_release(&got);
}

/* Bytes up to the data. */
static size_t head_bytes(const struct seed *seed)
{
    const char *at = seed->text;
    for (int i = 0; i < seed->heads; i++) {
        at = strchr(at, '\n') + 1;
    }
    return (size_t)(at - seed->text);
}

static void cut_files_lose_nothing_silently(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(SEEDS) / sizeof(SEEDS[0]); i++) {
        size_t length = strlen(SEEDS[i].text);
        for (size_t cut = 0; cut <= length; cut++) {
            judge(SEEDS[i].name, SEEDS[i].text, cut,
                  cut > head_bytes(&SEEDS[i]) ? SEEDS[i].heads : -1);
        }
    }
}

static void flipped_bits_lose_nothing_silently(void **state)
{
    (void)state;
    char bytes[2048];
    for (size_t i = 0; i < sizeof(SEEDS) / sizeof(SEEDS[0]); i++) {
        size_t length = strlen(SEEDS[i].text), head = head_bytes(&SEEDS[i]);
        for (size_t at = 0; at < length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                memcpy(bytes, SEEDS[i].text, length);
                bytes[at] = (char)(bytes[at] ^ (1 << bit));
                judge(SEEDS[i].name, bytes, length, at >= head && head > 0 ? SEEDS[i].heads : -1);
            }
        }
    }
}

/* Under each other's names, doubled, and behind one another. */
static void mislabelled_and_joined_files_lose_nothing_silently(void **state)
{
    (void)state;
    char bytes[4096];
    for (size_t i = 0; i < sizeof(SEEDS) / sizeof(SEEDS[0]); i++) {
        for (size_t other = 0; other < sizeof(SEEDS) / sizeof(SEEDS[0]); other++) {
            judge(SEEDS[other].name, SEEDS[i].text, strlen(SEEDS[i].text), -1);
            int length = snprintf(bytes, sizeof(bytes), "%s%s", SEEDS[i].text, SEEDS[other].text);
            judge(SEEDS[i].name, bytes, (size_t)length, -1);
            for (const struct import_dialect *const *at = import_dialects; *at != NULL; at++) {
                struct imported got;
                import_bytes(&got, SEEDS[other].name, (*at)->name, SEEDS[i].text,
                             strlen(SEEDS[i].text));
                imported_release(&got);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kline_is_read_with_and_without_header),
        cmocka_unit_test(spot_klines_have_microseconds_and_eight_decimals),
        cmocka_unit_test(the_kind_of_a_kline_stands_in_its_name),
        cmocka_unit_test(cryptodatadownload_comes_newest_first),
        cmocka_unit_test(json_candles_of_ccxt_freqtrade_and_okx),
        cmocka_unit_test(the_data_folders_own),
        cmocka_unit_test(funding_rates),
        cmocka_unit_test(depth_bands_open_interest_and_liquidations),
        cmocka_unit_test(what_is_no_data_is_refused),
        cmocka_unit_test(cut_files_lose_nothing_silently),
        cmocka_unit_test(flipped_bits_lose_nothing_silently),
        cmocka_unit_test(mislabelled_and_joined_files_lose_nothing_silently),
    };
    return cmocka_run_group_tests_name("import_bars", tests, NULL, NULL);
}
