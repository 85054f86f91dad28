#include "tests/data/market_files.h"

#include "core/fixed.h"
#include "core/instant.h"
#include "data/candles.h"

struct fixture {
    struct spill spill;
    struct series *series;
    struct candles_file file;
    struct series_facts facts;
    struct defects defects;
    struct error error;
    bool fine;
};

static void on_duplicate(void *context, const struct series_point *point)
{
    int64_t *lines = context;
    *lines = *lines * 100 + point->line;
}

static void on_gap(void *context, int64_t first_us, int64_t missing)
{
    (void)context;
    (void)first_us;
    (void)missing;
}

static void read_range(struct fixture *self, const char *text, int64_t first_us, int64_t last_us)
{
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    defects_init(&self->defects);
    spill_init(&self->spill, 1 << 20, NULL);
    self->series = series_new(&self->spill);
    self->file = (struct candles_file){.path = "memory", .range = {first_us, last_us}};
    struct source *source = source_open_memory(text, strlen(text), "memory", &self->error);
    assert_non_null(source);
    self->fine =
        candles_read_source(self->series, source, &self->file, &self->defects, &self->error);
    source_close(source);
    int64_t lines = 0;
    const struct series_findings findings = {&lines, on_duplicate, on_gap};
    if (self->fine) {
        assert_true(series_seal(self->series, 0, &findings, &self->facts, &self->error));
    }
}

static void read_text(struct fixture *self, const char *text)
{
    read_range(self, text, 0, INSTANT_NEVER);
    if (!self->fine) {
        fail_msg("%s:%lld: %s", self->error.file, (long long)self->error.line, self->error.text);
    }
}

static void release(struct fixture *self)
{
    series_free(self->series);
    spill_release(&self->spill);
    defects_release(&self->defects);
}

static void expect_error(const char *text, int64_t line, const char *words)
{
    struct fixture fixture;
    read_range(&fixture, text, 0, INSTANT_NEVER);
    assert_false(fixture.fine);
    assert_int_equal(fixture.error.code, EXIT_CODE_DATA);
    assert_string_equal(fixture.error.file, "memory");
    assert_int_equal(fixture.error.line, line);
    if (strstr(fixture.error.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", fixture.error.text, words);
    }
    release(&fixture);
}

static void expect_first(const struct fixture *self, struct bar expected)
{
    struct series_cursor cursor;
    series_open(&cursor, self->series);
    const struct bar *bar = series_next(&cursor);
    assert_non_null(bar);
    assert_int_equal(bar->open_time_us, expected.open_time_us);
    assert_int_equal(bar->open_e12, expected.open_e12);
    assert_int_equal(bar->high_e12, expected.high_e12);
    assert_int_equal(bar->low_e12, expected.low_e12);
    assert_int_equal(bar->close_e12, expected.close_e12);
    assert_int_equal(bar->volume, expected.volume);
    series_close(&cursor);
}

static void the_data_folders_own_dialect(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture, "ts_ms,open,high,low,close,volume\n"
                        "1767484800000,0.0061074,0.0061079,0.0061,0.0061045,58461497\n"
                        "1767484860000,0.0061044,0.0061071,0.0060859,0.0060962,141158028\n");
    assert_string_equal(fixture.file.dialect, "cerberus");
    expect_first(&fixture, (struct bar){1767484800000000, 6107400000, 6107900000, 6100000000,
                                        6104500000, 58461497});
    assert_int_equal(fixture.facts.count, 2);
    assert_int_equal(fixture.facts.interval_us, 60 * US_PER_SECOND);
    assert_int_equal(fixture.facts.price_decimals, 7);
    release(&fixture);
}

static void mark_candles_have_no_volume(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(
        &fixture,
        "ts_ms,open,high,low,close\n1746057600000,0.01323299,0.01332259,0.01319641,0.01330803\n");
    expect_first(&fixture, (struct bar){1746057600000000, 13232990000, 13322590000, 13196410000,
                                        13308030000, 0});
    release(&fixture);
}

/* PROTOCOLS E1, the example row. */
static const char binance_row[] =
    "1767225600000,124.5800,125.1900,124.5200,125.0700,297564.54,1767229199999,37180319.9561,35183,"
    "163584.72,20438432.7301,0\n";

static void binance_klines_with_header_and_without(void **state)
{
    (void)state;
    const struct bar expected = {1767225600000000, 124580000000000, 125190000000000,
                                 124520000000000,  125070000000000, 29756454};
    char text[600];
    struct fixture fixture;
    read_text(&fixture, binance_row);
    assert_string_equal(fixture.file.dialect, "binance");
    expect_first(&fixture, expected);
    assert_int_equal(fixture.facts.volume_exponent, 2);
    assert_int_equal(fixture.facts.price_decimals, 2);
    release(&fixture);
    (void)snprintf(text, sizeof(text),
                   "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
                   "taker_buy_volume,taker_buy_quote_volume,ignore\n%s",
                   binance_row);
    read_text(&fixture, text);
    assert_string_equal(fixture.file.dialect, "binance");
    expect_first(&fixture, expected);
    release(&fixture);
}

static void spot_klines_since_2025_are_in_microseconds(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture, "1767225600000000,1,2,1,2,3,1767225659999999,4,5,6,7,0\n");
    expect_first(&fixture,
                 (struct bar){1767225600000000, ONE_E12, 2 * ONE_E12, ONE_E12, 2 * ONE_E12, 3});
    release(&fixture);
}

static void cryptodatadownload_begins_with_an_address_and_the_newest(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(
        &fixture,
        "https://www.CryptoDataDownload.com\r\n"
        "Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\r\n"
        "1704074400000,2024-01-01 02:00:00,BTCUSDT,42550,42700,42500,42600,10,1,1\r\n"
        "1704070800000,2024-01-01 01:00:00,BTCUSDT,42500,42600,42400,42550,12.3,522000,1000\r\n");
    assert_string_equal(fixture.file.dialect, "cryptodatadownload");
    assert_string_equal(fixture.file.symbol, "BTCUSDT");
    assert_int_equal(fixture.facts.unsorted, 1);
    expect_first(&fixture, (struct bar){1704070800000000, 42500 * ONE_E12, 42600 * ONE_E12,
                                        42400 * ONE_E12, 42550 * ONE_E12, 123});
    release(&fixture);
}

static void ccxt_json_is_cut_from_the_text(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture, "[[1609459200000, 1.8998e-05, 0.000019, 0.0000189, 1.9e-05, 12345.5],\n"
                        " [1609459500000, \"0.1\", \"0.3\", \"0.1\", \"0.2\", \"7\"]]\n");
    assert_string_equal(fixture.file.dialect, "ccxt-json");
    expect_first(&fixture,
                 (struct bar){1609459200000000, 18998000, 19000000, 18900000, 19000000, 123455});
    assert_int_equal(fixture.facts.count, 2);
    release(&fixture);
    read_text(&fixture,
              "{\"code\":\"0\",\"msg\":\"\",\"data\":[[\"1609459500000\",\"1\",\"2\",\"1\",\"2\","
              "\"5\",\"5\",\"5\",\"1\"]]}");
    assert_int_equal(fixture.facts.count, 1);
    release(&fixture);
}

static void named_columns_stand_in_any_order(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture, "Symbol,Close,Low,High,Open,Volume DOGE,Date\n"
                        "DOGEUSDT,2,1,3,1.5,9,2024-01-02 03:04:00+00:00\n");
    assert_string_equal(fixture.file.dialect, "named");
    assert_string_equal(fixture.file.symbol, "DOGEUSDT");
    expect_first(&fixture, (struct bar){1704164640000000, 1500000000000, 3 * ONE_E12, ONE_E12,
                                        2 * ONE_E12, 9});
    release(&fixture);
}

static void seconds_are_known_by_their_size(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture, "1704070800,1,1,1,1,1\n1704070860,1,1,1,1,1\n");
    assert_string_equal(fixture.file.dialect, "plain");
    assert_int_equal(fixture.facts.first_us, 1704070800000000);
    assert_int_equal(fixture.facts.interval_us, US_PER_MINUTE);
    release(&fixture);
}

static void a_bad_bar_is_named_and_left_out(void **state)
{
    (void)state;
    const char *const rows[] = {
        "1000000060000,2,1,3,2,5",     /* high < low */
        "1000000060000,9,3,1,2,5",     /* open above high */
        "1000000060000,2,3,1,0.5,5",   /* close below low */
        "1000000060000,0,0,0,0,5",     /* not positive */
        "1000000060000,-1,3,-2,2,5",   /* negative */
        "1000000060000,nan,3,1,2,5",   /* no number */
        "1000000060000,2,inf,1,2,5",   /* */
        "1000000060000,2,3,1,2,-5",    /* negative volume */
        "1000000060000,2,3,1,2,",      /* empty */
        "1000000060000,2,1e999,1,2,5", /* beyond the range */
        "1000000060000,2,12345678901234567890123456789012345678901,1,2,5",
        "1000000060000,2,3,1,2.0000000000001,5", /* 13 decimals */
        "yesterday,2,3,1,2,5",
        "1000000060000,2,3,1,2",
        "1000000060000,2,3,1,2,5,6",
        "1000000060000,2,3,1,\"2\"x,5",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[300];
        (void)snprintf(text, sizeof(text),
                       "ts_ms,open,high,low,close,volume\n1000000000000,2,3,1,2,5\n%s\n"
                       "1000000120000,2,3,1,2,5\n",
                       rows[i]);
        struct fixture fixture;
        read_text(&fixture, text);
        if (fixture.defects.count != 1) {
            fail_msg("'%s' made %lld defects", rows[i], (long long)fixture.defects.count);
        }
        assert_string_equal(fixture.defects.items[0].code, "bad-bar");
        assert_string_equal(fixture.defects.items[0].file, "memory");
        assert_int_equal(fixture.defects.items[0].line, 3);
        assert_int_equal(fixture.file.bad, 1);
        assert_int_equal(fixture.facts.count, 2);
        release(&fixture);
    }
}

static void lines_are_true_behind_blank_ones(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture, "ts_ms,open,high,low,close,volume\n\n\n1000000000000,2,3,1,2,5\n  \n"
                        "1000000060000,2,1,3,2,5\n");
    assert_int_equal(fixture.defects.items[0].line, 6);
    release(&fixture);
}

static void rows_outside_the_range_are_counted_and_not_judged(void **state)
{
    (void)state;
    struct fixture fixture;
    read_range(&fixture,
               "ts_ms,open,high,low,close,volume\n"
               "1000000000000,junk,3,1,2,5\n"
               "1000000060000,2,3,1,2,5\n"
               "1000000120000,2,3,1,2,5\n"
               "1000000180000,2,3,1,2,5\n"
               "1000000240000,9,3,1,2,5\n",
               1000000060000000, 1000000180000000);
    assert_true(fixture.fine);
    assert_int_equal(fixture.facts.count, 3);
    assert_int_equal(fixture.facts.first_us, 1000000060000000);
    assert_int_equal(fixture.facts.last_us, 1000000180000000);
    assert_int_equal(fixture.file.outside, 2);
    assert_int_equal(fixture.defects.count, 0);
    release(&fixture);
}

/* More than one block of the window, so that lines are skipped before libcsv sees them. */
static void many_rows_outside_are_skipped(void **state)
{
    (void)state;
    enum { ROWS = 30000 };
    char *text = malloc(ROWS * 40 + 64);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, "ts_ms,open,high,low,close,volume\n");
    for (int64_t i = 0; i < ROWS; i++) {
        used += (size_t)sprintf(text + used, "%lld,2.5,3,1,2,5\n",
                                (long long)(1000000000000 + i * 60000));
    }
    struct fixture fixture;
    read_range(&fixture, text, (1000000000000 + 20000LL * 60000) * 1000,
               (1000000000000 + 20099LL * 60000) * 1000);
    assert_true(fixture.fine);
    assert_int_equal(fixture.facts.count, 100);
    assert_int_equal(fixture.file.outside, ROWS - 100);
    assert_int_equal(fixture.file.rows, ROWS);
    release(&fixture);
    free(text);
}

static void what_is_no_candle_file_is_said(void **state)
{
    (void)state;
    expect_error("", 0, "is empty");
    expect_error("ts_ms,open,high,low,close,volume\n", 0, "no candles");
    expect_error("ts_ms,open,high,low,volume\n1,2,3,4,5\n", 1, "'close'");
    expect_error("open,high,low,close\n1,2,3,4\n", 1, "time");
    expect_error("\x01\x02\x03 junk\nmore\n", 1, "time");
    expect_error("1000000000000,1,2\n", 1, "too few fields");
    expect_error("ts_ms,open,high,low,close,volume\na,b,c,d,e,f\ng,h,i,j,k,l\n", 2,
                 "none of 2 rows");
    expect_error(
        "symbol,ts_ms,open,high,low,close\nA,1000000000000,1,1,1,1\nB,1000000060000,1,1,1,1\n", 3,
        "more than one symbol");
    expect_error("[[1000000000000,1,1,1,1,1],\n[1000000060000,1,1", 2, "not JSON");
    expect_error("[[1000000000000,1,1,1,1,1]]]", 1, "bracket too many");
}

static void a_probe_finds_the_symbol_and_keeps_nothing(void **state)
{
    (void)state;
    struct error error;
    struct defects defects;
    error_init(&error);
    defects_init(&defects);
    const char *text = "symbol,ts_ms,open,high,low,close\nDOGEUSDT,1000000000000,x,1,1,1\n";
    struct candles_file file = {.path = "memory", .range = {0, INSTANT_NEVER}, .probe = true};
    struct source *source = source_open_memory(text, strlen(text), "memory", &error);
    assert_true(candles_read_source(NULL, source, &file, &defects, &error));
    assert_string_equal(file.symbol, "DOGEUSDT");
    assert_int_equal(defects.count, 0);
    source_close(source);
    defects_release(&defects);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_data_folders_own_dialect),
        cmocka_unit_test(mark_candles_have_no_volume),
        cmocka_unit_test(binance_klines_with_header_and_without),
        cmocka_unit_test(spot_klines_since_2025_are_in_microseconds),
        cmocka_unit_test(cryptodatadownload_begins_with_an_address_and_the_newest),
        cmocka_unit_test(ccxt_json_is_cut_from_the_text),
        cmocka_unit_test(named_columns_stand_in_any_order),
        cmocka_unit_test(seconds_are_known_by_their_size),
        cmocka_unit_test(a_bad_bar_is_named_and_left_out),
        cmocka_unit_test(lines_are_true_behind_blank_ones),
        cmocka_unit_test(rows_outside_the_range_are_counted_and_not_judged),
        cmocka_unit_test(many_rows_outside_are_skipped),
        cmocka_unit_test(what_is_no_candle_file_is_said),
        cmocka_unit_test(a_probe_finds_the_symbol_and_keeps_nothing),
    };
    return cmocka_run_group_tests_name("candles", tests, NULL, NULL);
}
