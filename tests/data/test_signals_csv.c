#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/instant.h"
#include "data/signals_csv.h"

/* ---- worlds ---- */

static char path[512];

static void write_file(const void *bytes, size_t length)
{
    const char *folder = getenv("TMPDIR");
    (void)snprintf(path, sizeof(path), "%s/cerberus-signals-XXXXXX",
                   folder != NULL ? folder : "/tmp");
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, length), (ssize_t)length);
    assert_int_equal(close(descriptor), 0);
}

static struct signals_file load_bytes(const void *bytes, size_t length)
{
    struct signals_file file;
    struct error error;
    error_init(&error);
    write_file(bytes, length);
    bool loaded = signals_csv_load(&file, path, false, &error);
    (void)unlink(path);
    if (!loaded) {
        fail_msg("line %d: %s", (int)error.line, error.text);
    }
    assert_int_equal(file.rows, file.count + file.bad_rows + file.idle_rows);
    return file;
}

static struct signals_file load(const char *text)
{
    return load_bytes(text, strlen(text));
}

/* One row under the canonical header of eight columns, metadata last. */
static struct signals_file load_row(const char *row)
{
    char text[4096];
    (void)snprintf(text, sizeof(text),
                   "timestamp,source,token,confidence,price,volume,stop_loss,metadata\n%s\n", row);
    return load(text);
}

static void refused_by(const char *text, bool strict, int64_t line, const char *words)
{
    struct signals_file file;
    struct error error;
    error_init(&error);
    write_file(text, strlen(text));
    assert_false(signals_csv_load(&file, path, strict, &error));
    (void)unlink(path);
    assert_int_equal(error.code, EXIT_CODE_DATA);
    if (error.line != line || strstr(error.text, words) == NULL) {
        fail_msg("line %d: %s", (int)error.line, error.text);
    }
    assert_string_equal(error.file, path);
}

static void refused(const char *text, int64_t line, const char *words)
{
    refused_by(text, false, line, words);
}

#define CANONICAL "timestamp,source,token,confidence,price,volume,metadata\n"
/* 2021-01-01T02:15:14Z: 18,628 days, 8,114 seconds */
#define TIME_US (18628LL * US_PER_DAY + 8114 * US_PER_SECOND)

/* ---- the canonical form ---- */

static void real_row_is_read_field_by_field(void **state)
{
    (void)state;
    struct signals_file file = load(
        CANONICAL
        "2021-01-01T02:15:14.000Z,telegram:1380729579,LTC,Medium,130.23,15986.51818,"
        "\"{\"\"origin\"\":\"\"real\"\",\"\"side\"\":\"\"long\"\",\"\"entry\"\":[120.0,122.0,133.0]"
        ","
        "\"\"targets\"\":[141.0,155.0,162.0],\"\"stop\"\":123.1,\"\"leverage_stated\"\":[20,10],"
        "\"\"msg_id\"\":1547,\"\"edited_after_s\"\":null}\"\n");
    assert_int_equal(file.count, 1);
    const struct signal *signal = &file.items[0];
    assert_int_equal(signal->id, 1);
    assert_int_equal(signal->timestamp_us, TIME_US);
    assert_string_equal(signal->token, "LTC");
    assert_string_equal(signal->source, "telegram:1380729579");
    assert_string_equal(signal->confidence, "Medium");
    assert_true(signal->has_price);
    assert_true(signal->has_volume);
    assert_int_equal(signal->price_e12, 130230000000000);
    assert_int_equal(signal->volume, 1598651818);
    assert_int_equal(signal->volume_exponent, 5);
    assert_int_equal(signal->direction, DIRECTION_UNSAID);
    assert_int_equal(signal->direction_metadata, DIRECTION_LONG);
    assert_int_equal(signal->entry_low_e12, 120000000000000);
    assert_int_equal(signal->entry_high_e12, 133000000000000);
    assert_int_equal(signal->target_count, 3);
    assert_true(signal->target_metadata);
    assert_int_equal(signal->target_e12[2], 162000000000000);
    assert_int_equal(signal->stop_metadata_e12, 123100000000000);
    assert_int_equal(signal->stop_e12, 0);
    assert_int_equal(signal->leverage_stated, 10);
    assert_int_equal(signal->bad, 0);
    assert_int_equal(signal->source_line, 2);
    assert_string_equal(file.time_unit, "ISO-8601");
    assert_non_null(strstr(file.metadata[0], "\"msg_id\":1547"));
    assert_int_equal(file.without_confidence + file.without_price + file.without_volume, 0);
    signals_file_release(&file);
}

static void every_time_unit_is_recognised_by_its_magnitude(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unit;
        int64_t time_us;
    } cases[] = {
        {"1609467314", "s", TIME_US},
        {"1609467314.25", "s", TIME_US + 250000},
        {"1609467314.1234567", "s", TIME_US + 123456},
        {"1609467314000", "ms", TIME_US},
        {"1609467314000.0", "ms", TIME_US},
        {"1609467314000001", "us", TIME_US + 1},
        {"1609467314000001999", "ns", TIME_US + 1},
        {"2021-01-01 02:15:14+00:00", "ISO-8601", TIME_US},
        {"2021-01-01T03:15:14+01:00", "ISO-8601", TIME_US},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char text[256];
        (void)snprintf(text, sizeof(text), "ts,symbol\n%s,DOGE\n", cases[i].text);
        struct signals_file file = load(text);
        assert_int_equal(file.count, 1);
        assert_int_equal(file.items[0].timestamp_us, cases[i].time_us);
        assert_string_equal(file.time_unit, cases[i].unit);
        signals_file_release(&file);
    }
}

static void mixed_units_are_refused_with_both_readings(void **state)
{
    (void)state;
    refused("ts,symbol\n1609467314,A\n1609467314000,B\n", 3,
            "line 2 '1609467314' reads as s (2021-01-01T02:15:14");
    refused("ts,symbol\n1609467314,A\n1609467314000,B\n", 3, "line 3 '1609467314000' as ms");
    refused("ts,symbol\n2021-01-01T00:00:00Z,A\n1609467314,B\n", 3, "mixed");
}

static void ambiguous_times_are_refused_with_two_readings(void **state)
{
    (void)state;
    refused("ts,symbol\n20210101,A\n20210102,B\n", 2, "as a date (2021-01-01)");
    refused("ts,symbol\n20210101,A\n", 2, "1970-08-22");
    refused("ts,symbol\n5,A\n", 2, "ambiguous");
    refused("date,pair\n2021-01-01 00:00:00,A\n", 2, "no zone");
    refused("date,pair\n2021-01-01,A\n", 2, "no zone");
}

/* ---- order and lines ---- */

static void rows_are_sorted_stably_and_the_moved_ones_counted(void **state)
{
    (void)state;
    struct signals_file file =
        load("timestamp,token\n1609467316,C\n1609467314,A\n1609467316,D\n1609467315,B\n");
    assert_int_equal(file.count, 4);
    assert_int_equal(file.moved_rows, 2);
    const char *order[] = {"A", "B", "C", "D"};
    int64_t lines[] = {3, 5, 2, 4};
    for (int i = 0; i < 4; i++) {
        assert_string_equal(file.items[i].token, order[i]);
        assert_int_equal(file.items[i].source_line, lines[i]);
        assert_int_equal(file.items[i].id, i + 1);
    }
    signals_file_release(&file);
}

static void metadata_moves_with_its_row(void **state)
{
    (void)state;
    struct signals_file file = load("timestamp,token,metadata\n1609467316,B,\"{\"\"n\"\":2}"
                                    "\"\n1609467314,A,\"{\"\"n\"\":1}\"\n");
    assert_string_equal(file.metadata[0], "{\"n\":1}");
    assert_string_equal(file.metadata[1], "{\"n\":2}");
    signals_file_release(&file);
}

static void mark_crlf_blank_lines_and_newlines_in_quotes_are_fine(void **state)
{
    (void)state;
    struct signals_file file =
        load("\xEF\xBB\xBFtimestamp,token,metadata\r\n\r\n1609467314,A,\"{\r\n\"\"note\"\": "
             "\"\"a,b\"\",\r\n \"\"stop\"\": 5}\"\r\n1609467315,B,");
    assert_int_equal(file.count, 2);
    assert_int_equal(file.items[0].bad, 0);
    assert_int_equal(file.items[0].stop_metadata_e12, 5000000000000);
    assert_int_equal(file.items[0].source_line, 3);
    assert_int_equal(file.items[1].source_line, 6);
    assert_null(file.metadata[1]);
    signals_file_release(&file);
}

static void columns_stand_in_any_order_and_case(void **state)
{
    (void)state;
    struct signals_file file =
        load("Price, TOKEN ,Take-Profit,Time,Stop Loss\n0.5,DOGE,0.6,1609467314,0.4\n");
    assert_int_equal(file.items[0].price_e12, 500000000000);
    assert_int_equal(file.items[0].stop_e12, 400000000000);
    assert_int_equal(file.items[0].target_e12[0], 600000000000);
    assert_false(file.items[0].target_metadata);
    assert_int_equal(file.without_confidence, 1);
    assert_int_equal(file.without_volume, 1);
    assert_string_equal(file.items[0].source, "csv");
    signals_file_release(&file);
}

/* ---- dialects ---- */

static void superset_dialect_is_read(void **state)
{
    (void)state;
    struct signals_file file = load("ts,symbol,side,signal_id,strategy,price,entry_lo,entry_hi,sl,"
                                    "tp1,tp2,tp3,leverage,score,ttl_s\n"
                                    "1609467314,DOGEUSDT.P,SHORT,abc-1,breakout,0.15,0.149,0.151,0."
                                    "16,0.14,,0.12,10x,0.85,900\n");
    const struct signal *signal = &file.items[0];
    assert_int_equal(signal->direction, DIRECTION_SHORT);
    assert_string_equal(signal->external_id, "abc-1");
    assert_string_equal(signal->source, "breakout");
    assert_string_equal(signal->confidence, "0.85");
    assert_int_equal(signal->entry_low_e12, 149000000000);
    assert_int_equal(signal->entry_high_e12, 151000000000);
    assert_int_equal(signal->target_count, 2);
    assert_int_equal(signal->target_e12[1], 120000000000);
    assert_int_equal(signal->leverage, 10);
    assert_int_equal(signal->ttl_us, 900 * US_PER_SECOND);
    assert_int_equal(signal->bad, 0);
    signals_file_release(&file);
}

static void direction_after(const char *header, const char *cells, enum signal_direction wanted)
{
    char text[256];
    (void)snprintf(text, sizeof(text), "timestamp,token,%s\n1609467314,DOGE,%s\n", header, cells);
    struct signals_file file = load(text);
    assert_int_equal(file.count, 1);
    if (file.items[0].direction != wanted) {
        fail_msg("%s: %s gave %d", header, cells, (int)file.items[0].direction);
    }
    signals_file_release(&file);
}

static void sides_are_read_in_every_dialect(void **state)
{
    (void)state;
    direction_after("signal", "1", DIRECTION_LONG);
    direction_after("signal", "-1", DIRECTION_SHORT);
    direction_after("signal", "0", DIRECTION_CLOSE);
    direction_after("action", "Buy", DIRECTION_LONG);
    direction_after("action", "sell", DIRECTION_SHORT);
    direction_after("action", "EXIT", DIRECTION_CLOSE);
    direction_after("side", "flat", DIRECTION_CLOSE);
    direction_after("side", "enter short", DIRECTION_SHORT);
    direction_after("side", "", DIRECTION_UNSAID);
    direction_after("side", "up", DIRECTION_INVALID);
    direction_after("side", "long long long long long", DIRECTION_INVALID);
    direction_after("enter_long,enter_short,exit_long,exit_short", "1,0,0,0", DIRECTION_LONG);
    direction_after("enter_long,enter_short,exit_long,exit_short", ",1,1,", DIRECTION_SHORT);
    direction_after("enter_long,enter_short,exit_long,exit_short", "0,0,1,0", DIRECTION_CLOSE);
    direction_after("enter_long,enter_short,exit_long,exit_short", "1,1,0,0", DIRECTION_INVALID);
    direction_after("enter_long,enter_short,exit_long,exit_short", "x,0,0,0", DIRECTION_INVALID);
    direction_after("side,enter_short", "long,1", DIRECTION_LONG);
}

static void rows_whose_flags_are_all_off_are_idle(void **state)
{
    (void)state;
    struct signals_file file =
        load("date,pair,enter_long,enter_tag\n2021-01-01 00:00:00+00:00,DOGE/USDT:USDT,0,\n"
             "2021-01-01 00:05:00+00:00,DOGE/USDT:USDT,1,dip\n");
    assert_int_equal(file.count, 1);
    assert_int_equal(file.idle_rows, 1);
    assert_string_equal(file.items[0].source, "dip");
    assert_string_equal(file.items[0].token, "DOGE/USDT:USDT");
    signals_file_release(&file);
}

static void columns_without_meaning_are_named(void **state)
{
    (void)state;
    struct signals_file file =
        load("time,ticker,action,price,contracts\n1609467314,DOGE,buy,0.1,500\n");
    assert_int_equal(defects_total(&file.defects, "unused-column"), 1);
    assert_non_null(strstr(file.defects.items[0].message, "'contracts'"));
    assert_false(file.items[0].has_volume);
    signals_file_release(&file);
}

static void canonical_name_wins_over_an_alias(void **state)
{
    (void)state;
    struct signals_file file = load("date,symbol,token,timestamp\nx,WRONG,RIGHT,1609467314\n");
    assert_string_equal(file.items[0].token, "RIGHT");
    assert_int_equal(file.items[0].timestamp_us, TIME_US);
    assert_int_equal(defects_total(&file.defects, "unused-column"), 2);
    signals_file_release(&file);
}

/* ---- what is not as it should be ---- */

static uint32_t bad_of(const char *row)
{
    struct signals_file file = load_row(row);
    assert_int_equal(file.count, 1);
    uint32_t bad = file.items[0].bad;
    if ((bad & SIGNAL_BAD_PRICE) != 0) {
        assert_true(file.items[0].has_price);
        assert_int_equal(file.items[0].price_e12, 0);
    }
    signals_file_release(&file);
    return bad;
}

static void bad_prices_stay_signals(void **state)
{
    (void)state;
    static const char *const prices[] = {"nan",
                                         "NaN",
                                         "inf",
                                         "-inf",
                                         "1e999",
                                         "-1",
                                         "0",
                                         "0.0",
                                         "abc",
                                         "1,5",
                                         "1234567890123456789012345678901234567890",
                                         "0x10",
                                         "1.2.3",
                                         "--1",
                                         "0.0000000000001",
                                         "9300000",
                                         "1e",
                                         "1 2"};
    for (size_t i = 0; i < ARRAY_COUNT(prices); i++) {
        char row[256];
        (void)snprintf(row, sizeof(row), "1609467314,s,DOGE,High,\"%s\",5,,", prices[i]);
        if (bad_of(row) != SIGNAL_BAD_PRICE) {
            fail_msg("price %s", prices[i]);
        }
    }
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1.8998e-05,5,,"), 0);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,9200000,5,,"), 0);
}

static void bad_volumes_stops_and_metadata_have_their_bits(void **state)
{
    (void)state;
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,-5,,"), SIGNAL_BAD_VOLUME);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,nan,,"), SIGNAL_BAD_VOLUME);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,0,,"), 0);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,5,0,"), SIGNAL_BAD_STOP);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,5,x,"), SIGNAL_BAD_STOP);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,5,,hello"), SIGNAL_BAD_METADATA);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,5,,[1]"), SIGNAL_BAD_METADATA);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,5,,null"), SIGNAL_BAD_METADATA);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,5,,\"{\"\"a\"\":NaN}\""),
                     SIGNAL_BAD_METADATA);
    assert_int_equal(bad_of("1609467314,s,DOGE,High,1,5,,{}"), 0);
}

static void huge_volumes_keep_what_fits(void **state)
{
    (void)state;
    struct signals_file file = load_row("1609467314,s,PEPE,High,1,64000000000000.5,,");
    assert_int_equal(file.items[0].volume, 640000000000005);
    assert_int_equal(file.items[0].volume_exponent, 1);
    signals_file_release(&file);
    file = load_row("1609467314,s,PEPE,High,1,963274000000,,");
    assert_int_equal(file.items[0].volume, 963274000000);
    assert_int_equal(file.items[0].volume_exponent, 0);
    signals_file_release(&file);
}

static void metadata_that_is_not_json_is_kept_as_one_json_string(void **state)
{
    (void)state;
    struct signals_file file = load_row("1609467314,s,DOGE,High,1,5,,\"say \"\"hi\"\"\"");
    assert_string_equal(file.metadata[0], "\"say \\\"hi\\\"\"");
    signals_file_release(&file);
}

static void text_too_long_or_unprintable_is_cut_and_said(void **state)
{
    (void)state;
    struct signals_file file = load_row(
        "1609467314,s,AVERYLONGTOKENNAMETHATNOVENUEWOULDEVERUSE,0.12345678901234567890,1,5,,");
    assert_int_equal(file.items[0].bad, SIGNAL_BAD_TEXT);
    assert_int_equal(strlen(file.items[0].token), SYMBOL_BYTES - 1);
    assert_string_equal(file.items[0].confidence, "0.123456789012~");
    signals_file_release(&file);
    file = load_row("1609467314,s,DO\x01GE\xFF,High,1,5,,");
    assert_string_equal(file.items[0].token, "DO?GE?");
    assert_int_equal(file.items[0].bad, SIGNAL_BAD_TEXT);
    signals_file_release(&file);
}

static void bad_rows_are_defects_with_their_line(void **state)
{
    (void)state;
    struct signals_file file =
        load("timestamp,token,price\n1609467314,A\n1609467314,B,1,2\nyesterday,C,1\n1609467315,D,"
             "1\n,E,1\n20210101,F,1\n2021-01-01,G,1\n");
    assert_int_equal(file.rows, 7);
    assert_int_equal(file.count, 1);
    assert_int_equal(file.bad_rows, 6);
    assert_int_equal(defects_total(&file.defects, "bad-row"), 6);
    assert_int_equal(file.defects.items[0].line, 2);
    assert_non_null(strstr(file.defects.items[0].message, "2 fields where the header has 3"));
    assert_int_equal(file.defects.items[1].line, 3);
    assert_int_equal(file.defects.items[2].line, 4);
    assert_non_null(strstr(file.defects.items[2].message, "'yesterday'"));
    assert_int_equal(file.items[0].source_line, 5);
    signals_file_release(&file);
}

static void an_unclosed_quote_costs_one_row(void **state)
{
    (void)state;
    struct signals_file file =
        load("timestamp,token,price\n1609467314,\"A,1\n1609467315,B,1\n1609467316,C,1\n");
    assert_int_equal(file.count, 2);
    assert_int_equal(file.bad_rows, 1);
    assert_int_equal(file.defects.items[0].line, 2);
    signals_file_release(&file);
}

static void strict_makes_the_first_bad_row_fatal(void **state)
{
    (void)state;
    refused_by("timestamp,token\n1609467314,A\nx,B\n1,2,3\n", true, 3, "'x'");
}

static void files_that_are_none_are_refused_with_the_remedy(void **state)
{
    (void)state;
    refused("", 0, "the file is empty");
    refused("token,price\nA,1\n", 1, "no column of the time");
    refused("timestamp,price\n1,1\n", 1, "the header is 'timestamp,price'");
    refused("1609467314,s,DOGE,High,1,5\n", 1, "line of names");
    refused("timestamp;token;price\n1;2;3\n", 1, "not parted by commas");
    refused("timestamp,token,token\n1,A,B\n", 1, "twice");
}

static void a_missing_file_is_bad_data(void **state)
{
    (void)state;
    struct signals_file file;
    struct error error;
    error_init(&error);
    assert_false(signals_csv_load(&file, "/nonexistent/signals.csv", false, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
}

static void a_header_alone_is_a_file_of_no_signals(void **state)
{
    (void)state;
    struct signals_file file = load(CANONICAL);
    assert_int_equal(file.count, 0);
    assert_int_equal(file.rows, 0);
    assert_string_equal(file.time_unit, "none");
    signals_file_release(&file);
}

static void binary_junk_ends_with_a_message(void **state)
{
    (void)state;
    unsigned char bytes[4096];
    uint32_t word = 1;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        word = word * 1664525U + 1013904223U;
        bytes[i] = (unsigned char)(word >> 24);
    }
    bytes[0] = 'x';
    struct signals_file file;
    struct error error;
    error_init(&error);
    write_file(bytes, sizeof(bytes));
    assert_false(signals_csv_load(&file, path, false, &error));
    (void)unlink(path);
    assert_int_equal(error.code, EXIT_CODE_DATA);
}

/* ---- metadata ---- */

static struct signal metadata(const char *json)
{
    struct signal signal;
    memset(&signal, 0, sizeof(signal));
    assert_true(signal_metadata_parse(&signal, json, strlen(json)));
    return signal;
}

static void metadata_takes_scalars_lists_and_strings(void **state)
{
    (void)state;
    struct signal signal =
        metadata("{\"entry\":\"0.28\",\"targets\":0.33,\"sl\":\"0.24\",\"leverage_stated\":\"20x\","
                 "\"trailing\":\"2%\",\"side\":\"Short\"}");
    assert_int_equal(signal.entry_low_e12, 280000000000);
    assert_int_equal(signal.entry_high_e12, 280000000000);
    assert_int_equal(signal.target_count, 1);
    assert_int_equal(signal.stop_metadata_e12, 240000000000);
    assert_int_equal(signal.leverage_stated, 20);
    assert_int_equal(signal.trailing_e9, 20000000);
    assert_int_equal(signal.direction_metadata, DIRECTION_SHORT);
    assert_int_equal(signal.bad, 0);
    signal = metadata("{\"targets\":[1,\"2\",3.5],\"target_shares\":[0.5,\"25%\",0.25]}");
    assert_int_equal(signal.target_share_count, 3);
    assert_int_equal(signal.target_share_e9[1], 250000000);
    assert_int_equal(signal.bad, 0);
}

static void metadata_nothing_is_nothing(void **state)
{
    (void)state;
    struct signal signal =
        metadata("{\"entry\":null,\"targets\":[],\"stop\":null,\"sl\":\"\",\"leverage_stated\":[],"
                 "\"trailing\":null,\"side\":\"\",\"other\":[{\"stop\":1}]}");
    struct signal empty;
    memset(&empty, 0, sizeof(empty));
    assert_memory_equal(&signal, &empty, sizeof(empty));
}

static void metadata_stop_goes_before_sl(void **state)
{
    (void)state;
    assert_int_equal(metadata("{\"sl\":2,\"stop\":1}").stop_metadata_e12, 1000000000000);
    assert_int_equal(metadata("{\"sl\":2,\"stop\":null}").stop_metadata_e12, 2000000000000);
    assert_int_equal(metadata("{\"st\\u006fp\":3}").stop_metadata_e12, 3000000000000);
}

static void metadata_faults_have_their_bits(void **state)
{
    (void)state;
    assert_int_equal(metadata("{\"entry\":[1,-2]}").bad, SIGNAL_BAD_ENTRY);
    assert_int_equal(metadata("{\"entry\":{}}").bad, SIGNAL_BAD_ENTRY);
    assert_int_equal(metadata("{\"targets\":[1,null]}").bad, SIGNAL_BAD_TARGET);
    assert_int_equal(metadata("{\"targets\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}").bad,
                     SIGNAL_BAD_TARGET);
    assert_int_equal(metadata("{\"targets\":[1,2],\"target_shares\":[0.5]}").bad,
                     SIGNAL_BAD_TARGET);
    assert_int_equal(metadata("{\"targets\":[1,2],\"target_shares\":[0.6,0.5]}").bad,
                     SIGNAL_BAD_TARGET);
    assert_int_equal(metadata("{\"stop\":0}").bad, SIGNAL_BAD_STOP);
    assert_int_equal(metadata("{\"stop\":1e999}").bad, SIGNAL_BAD_STOP);
    assert_int_equal(metadata("{\"stop\":\"soon\"}").bad, SIGNAL_BAD_STOP);
    assert_int_equal(metadata("{\"stop\":[1,2]}").bad, SIGNAL_BAD_STOP);
    assert_int_equal(metadata("{\"trailing\":1}").bad, SIGNAL_BAD_STOP);
    assert_int_equal(metadata("{\"leverage_stated\":0}").bad, SIGNAL_BAD_LEVERAGE);
    assert_int_equal(metadata("{\"leverage_stated\":[10,2.5]}").bad, SIGNAL_BAD_LEVERAGE);
    assert_int_equal(metadata("{\"side\":3}").direction_metadata, DIRECTION_INVALID);
}

static void metadata_reals_follow_the_rule_of_15_digits(void **state)
{
    (void)state;
    /* 0.1 + 0.2 as every language prints it. */
    assert_int_equal(metadata("{\"stop\":0.30000000000000004}").stop_metadata_e12, 300000000000);
    assert_int_equal(metadata("{\"stop\":1.8998e-05}").stop_metadata_e12, 18998000);
    assert_int_equal(metadata("{\"stop\":\"0.30000000000000004\"}").bad, SIGNAL_BAD_STOP);
}

static void column_targets_win_over_metadata(void **state)
{
    (void)state;
    struct signals_file file =
        load("timestamp,token,take_profit,metadata\n1609467314,A,\"[2,3]\",\"{\"\"targets\"\":[9]}"
             "\"\n1609467315,A,2;3|4,\n1609467316,A,2;x,\n");
    assert_int_equal(file.items[0].target_count, 2);
    assert_false(file.items[0].target_metadata);
    assert_int_equal(file.items[1].target_count, 3);
    assert_int_equal(file.items[2].bad, SIGNAL_BAD_TARGET);
    assert_int_equal(file.items[2].target_count, 0);
    signals_file_release(&file);
}

static void what_is_no_object_sets_one_bit_and_nothing_else(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "x", "[]", "{\"side\":\"long\"", "{\"stop\":1,\"stop\":2}", "{\"stop\":1}x"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct signal signal;
        struct signal wanted;
        memset(&signal, 0, sizeof(signal));
        memset(&wanted, 0, sizeof(wanted));
        wanted.bad = SIGNAL_BAD_METADATA;
        assert_false(signal_metadata_parse(&signal, texts[i], strlen(texts[i])));
        assert_memory_equal(&signal, &wanted, sizeof(wanted));
    }
}

/* ---- recorded files ---- */

static void recorded_scenarios_are_read_whole(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t count;
    } scenarios[] = {
        {"S1a_doge_first_pump_jan_apr_2021", 408},   {"S1b_doge_to_the_moon_apr_may_2021", 330},
        {"S2_pepe_shib_jan_2026_perp_1m", 1745},     {"S3_one_year_28_perps_1h_with_funding", 3732},
        {"S7_okx_memecoins_trump_launch_2025", 388},
    };
    const char *folder = getenv("CERBERUS_DATA");
    if (folder == NULL) {
        print_message("skipped recorded_scenarios_are_read_whole: CERBERUS_DATA is not set\n");
        skip();
    }
    for (size_t i = 0; i < ARRAY_COUNT(scenarios); i++) {
        struct signals_file file;
        struct error error;
        error_init(&error);
        (void)snprintf(path, sizeof(path), "%s/scenarios/%s/signals.csv", folder,
                       scenarios[i].name);
        assert_true(signals_csv_load(&file, path, true, &error));
        assert_int_equal(file.count, scenarios[i].count);
        assert_int_equal(file.moved_rows, 0);
        for (int64_t row = 0; row < file.count; row++) {
            if (file.items[row].bad != 0) {
                fail_msg("%s:%d bad %x", path, (int)file.items[row].source_line,
                         file.items[row].bad);
            }
        }
        signals_file_release(&file);
    }
}

int main(void)
{
    const struct CMUnitTest signals_csv[] = {
        cmocka_unit_test(real_row_is_read_field_by_field),
        cmocka_unit_test(every_time_unit_is_recognised_by_its_magnitude),
        cmocka_unit_test(mixed_units_are_refused_with_both_readings),
        cmocka_unit_test(ambiguous_times_are_refused_with_two_readings),
        cmocka_unit_test(rows_are_sorted_stably_and_the_moved_ones_counted),
        cmocka_unit_test(metadata_moves_with_its_row),
        cmocka_unit_test(mark_crlf_blank_lines_and_newlines_in_quotes_are_fine),
        cmocka_unit_test(columns_stand_in_any_order_and_case),
        cmocka_unit_test(superset_dialect_is_read),
        cmocka_unit_test(sides_are_read_in_every_dialect),
        cmocka_unit_test(rows_whose_flags_are_all_off_are_idle),
        cmocka_unit_test(columns_without_meaning_are_named),
        cmocka_unit_test(canonical_name_wins_over_an_alias),
        cmocka_unit_test(bad_prices_stay_signals),
        cmocka_unit_test(bad_volumes_stops_and_metadata_have_their_bits),
        cmocka_unit_test(huge_volumes_keep_what_fits),
        cmocka_unit_test(metadata_that_is_not_json_is_kept_as_one_json_string),
        cmocka_unit_test(text_too_long_or_unprintable_is_cut_and_said),
        cmocka_unit_test(bad_rows_are_defects_with_their_line),
        cmocka_unit_test(an_unclosed_quote_costs_one_row),
        cmocka_unit_test(strict_makes_the_first_bad_row_fatal),
        cmocka_unit_test(files_that_are_none_are_refused_with_the_remedy),
        cmocka_unit_test(a_missing_file_is_bad_data),
        cmocka_unit_test(a_header_alone_is_a_file_of_no_signals),
        cmocka_unit_test(binary_junk_ends_with_a_message),
        cmocka_unit_test(metadata_takes_scalars_lists_and_strings),
        cmocka_unit_test(metadata_nothing_is_nothing),
        cmocka_unit_test(metadata_stop_goes_before_sl),
        cmocka_unit_test(metadata_faults_have_their_bits),
        cmocka_unit_test(metadata_reals_follow_the_rule_of_15_digits),
        cmocka_unit_test(column_targets_win_over_metadata),
        cmocka_unit_test(what_is_no_object_sets_one_bit_and_nothing_else),
        cmocka_unit_test(recorded_scenarios_are_read_whole),
    };
    return cmocka_run_group_tests(signals_csv, NULL, NULL);
}
