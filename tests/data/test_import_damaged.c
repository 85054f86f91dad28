/* Importers of ticks against files that are cut short, flipped, doubled, mislabelled: every row ends in a record or in a defect;
 * and which format claims which file. */
#include "tests/data/import_world.h"
#include "tests/data/tick_samples.h"

#include "data/import/dialects.h"
#include "data/import/probe.h"

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

#define OKX_HEADER "instrument_name,trade_id,side,price,size,created_time\n"

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

/* ---- long lines ---- */

/* A book of 60,000 levels a side passes in one line; a line beyond 8 MiB is one defect, and the next one is read. */
static void test_long_messages(void **state)
{
    (void)state;
    enum { LEVELS = 60000, LONG = 9 << 20 };
    static const char begin[] = "{\"instId\":\"BTC-USDT\",\"action\":\"snapshot\",\"ts\":"
                                "\"1748707200001\",\"asks\":[],\"bids\":[";
    char *text = malloc((LONG + 2) * sizeof(*text) + sizeof(begin) + (size_t)LEVELS * 32);
    assert_non_null(text);
    char *at = stpcpy(text, begin);
    for (int i = 0; i < LEVELS; i++) {
        at += sprintf(at, "%s[\"%d.5\",\"%d\",\"1\"]", i > 0 ? "," : "", LEVELS - i, i + 1);
    }
    at = stpcpy(at, "]}\n");
    memset(at, 'x', LONG);
    at = stpcpy(at + LONG, "\n");
    at = stpcpy(at, begin);
    at = stpcpy(at, "[\"7\",\"1\"]]}");
    struct imported imported;
    import_bytes(&imported, "a.data", "auto", text, (size_t)(at - text));
    assert_true(imported.fine);
    assert_int_equal(imported.sink.added, LEVELS + 1);
    assert_int_equal(imported.sink.left_out, 1);
    assert_int_equal(imported.sink.defects.items[0].line, 2);
    assert_int_equal(imported.records[LEVELS].v[0], 7000000000000);
    imported_release(&imported);
    free(text);
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
    static const struct tick_sample others[] = {
        /* seven columns without a header and without a name that tells: their kinds do */
        {"binance-aggTrades", "BTCUSDT.csv",
         "1018572200,124.58,6.43,3047799741,3047799742,1767225601696,1\n"},
        {"binance-trades", "BTCUSDT.csv",
         "1803839896,124.64,1.127,140.46928,1767225600629785,1,1\n"},
        {"binance-bookTicker", "BTCUSDT.csv",
         "4020000001,1,12000,2,9000,1707955200024,1707955200033\n"},
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
    for (size_t i = 0; i < ARRAY_COUNT(tick_samples) + ARRAY_COUNT(others); i++) {
        const struct tick_sample *sample = i < ARRAY_COUNT(tick_samples)
                                               ? &tick_samples[i]
                                               : &others[i - ARRAY_COUNT(tick_samples)];
        int count = claims_count(sample, names, sizeof(names));
        if (count != 1 || strcmp(names, sample->dialect) != 0) {
            fail_msg("%s is claimed by: %s", sample->dialect, names);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_fields),
        cmocka_unit_test(test_extremes_are_exact),
        cmocka_unit_test(test_cut_short_and_flipped),
        cmocka_unit_test(test_doubled_and_reordered),
        cmocka_unit_test(test_mislabelled),
        cmocka_unit_test(test_long_messages),
        cmocka_unit_test(test_one_claims_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
