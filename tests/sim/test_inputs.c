/* test_inputs.c - the one order in which a session takes what a market and a signals file hold. */
#include "tests/data/market_files.h"

#include "sim/inputs.h"

#include "core/instant.h"

/* 2023-11-15 00:00:00 UTC; instants below are seconds from here. */
#define START_S 1700006400LL

struct fixture {
    struct test_folder folder;
    struct market market;
    struct signals_file signals;
    struct inputs inputs;
    char told[4096];
};

static void file(struct fixture *fixture, const char *name, const char *text)
{
    char path[TEST_PATH_BYTES];
    test_file(&fixture->folder, path, name, text);
}

static void load(struct fixture *fixture, int64_t latency_us)
{
    char path[TEST_PATH_BYTES];
    const char *paths[] = {path};
    struct error error;
    struct market_defaults defaults = {.taker_fee_e9 = 500000};
    error_init(&error);
    (void)snprintf(path, sizeof(path), "%.150s/signals.csv", fixture->folder.path);
    assert_true(signals_csv_load(&fixture->signals, path, true, &error));
    (void)snprintf(path, sizeof(path), "%.150s/manifest.json", fixture->folder.path);
    const struct market_request request = {.paths = paths, .path_count = 1, .defaults = &defaults};
    if (!market_load(&fixture->market, &request, &error)) {
        fail_msg("%s", error.text);
    }
    assert_true(inputs_open(&fixture->inputs, &fixture->market, &fixture->signals, latency_us));
}

static struct fixture *fixture_new(void)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    test_folder_make(&fixture->folder);
    file(fixture, "manifest.json",
         "{\"klines\":{\"AUSDT\":\"a.csv\",\"BUSDT\":\"b.csv\"},\"funding\":{\"AUSDT\":\"funding."
         "csv\"},"
         "\"mark\":{\"BUSDT\":\"mark.csv\"}}");
    file(fixture, "a.csv",
         "open_time,open,high,low,close,volume\n"
         "1700006400000,1,1,1,1,10\n1700006460000,2,2,2,2,10\n1700006520000,3,3,3,3,10\n");
    file(fixture, "b.csv",
         "open_time,open,high,low,close,volume\n1700006400000,5,5,5,5,10\n1700006460000,6,6,6,6,"
         "10\n");
    file(fixture, "mark.csv",
         "open_time,open,high,low,close\n1700006400000,5,5,5,5\n1700006460000,6,6,6,6\n");
    file(fixture, "funding.csv", "funding_time,rate\n1700006460000,0.0001\n1700096400000,0.0001\n");
    file(fixture, "signals.csv",
         "timestamp,source,token,confidence,price,volume\n"
         "1700006460,s,B,High,6,1\n1700006460,s,A,High,2,1\n1700006400,s,A,High,1,1\n1700006459,s,"
         "B,High,6,2\n");
    return fixture;
}

static void fixture_free(struct fixture *fixture)
{
    inputs_close(&fixture->inputs);
    market_release(&fixture->market);
    signals_file_release(&fixture->signals);
    test_folder_remove(&fixture->folder);
    free(fixture);
}

/* "second kind symbol" of each record, one a line; of a signal its token. */
static const char *tell(struct fixture *fixture)
{
    struct feed_record record;
    memset(&record, 0, sizeof(record));
    size_t used = 0;
    while (inputs_next(&fixture->inputs, &record)) {
        const char *name = "-";
        if (record.kind == FEED_SIGNAL) {
            name = record.signal.signal.token;
        } else if (record.instrument != INSTRUMENT_NONE) {
            name = fixture->market.instruments->items[record.instrument].symbol;
        }
        int length = snprintf(fixture->told + used, sizeof(fixture->told) - used, "%lld %s %s\n",
                              (long long)(record.time_us / US_PER_SECOND - START_S),
                              feed_kind_text((int)record.kind), name);
        assert_true(length > 0);
        used += (size_t)length;
    }
    return fixture->told;
}

static void inputs_of_one_instant_come_by_class_then_by_instrument(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    load(fixture, 0);
    assert_int_equal(fixture->inputs.start_us, START_S * US_PER_SECOND);
    assert_string_equal(
        tell(fixture),
        "0 mark BUSDT\n0 bar AUSDT\n0 bar BUSDT\n0 signal A\n"
        "59 signal B\n"
        "60 mark BUSDT\n60 bar AUSDT\n60 bar BUSDT\n60 funding AUSDT\n60 signal B\n60 signal A\n"
        "120 bar AUSDT\n120 symbol_end BUSDT\n"
        "180 end -\n");
    fixture_free(fixture);
}

static void signals_arrive_after_their_latency(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    load(fixture, 61 * US_PER_SECOND);
    assert_string_equal(
        tell(fixture),
        "0 mark BUSDT\n0 bar AUSDT\n0 bar BUSDT\n"
        "60 mark BUSDT\n60 bar AUSDT\n60 bar BUSDT\n60 funding AUSDT\n61 signal A\n"
        "120 bar AUSDT\n120 symbol_end BUSDT\n120 signal B\n121 signal B\n121 signal A\n"
        "180 end -\n");
    fixture_free(fixture);
}

static void run_ends_with_the_last_arrival_where_it_is_later_than_the_market(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    load(fixture, 1000 * US_PER_SECOND);
    const char *told = tell(fixture);
    assert_non_null(
        strstr(told, "120 symbol_end BUSDT\n180 symbol_end AUSDT\n1000 signal A\n1059 signal B\n"
                     "1060 signal B\n1060 signal A\n1060 end -\n"));
    fixture_free(fixture);
}

/* The settlement at 1700096400 lies a day behind the last close. */
static void funding_behind_the_end_is_left_out(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    load(fixture, 0);
    const char *first = strstr(tell(fixture), "funding");
    assert_non_null(first);
    assert_null(strstr(first + 1, "funding"));
    fixture_free(fixture);
}

static void nothing_comes_after_the_end(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    load(fixture, 0);
    (void)tell(fixture);
    struct feed_record record;
    assert_false(inputs_next(&fixture->inputs, &record));
    assert_false(inputs_next(&fixture->inputs, &record));
    assert_int_equal(fixture->inputs.records, 14);
    fixture_free(fixture);
}

static void market_without_signals_runs_to_its_last_close(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    file(fixture, "signals.csv", "timestamp,source,token,confidence,price,volume\n");
    load(fixture, 0);
    const char *told = tell(fixture);
    assert_null(strstr(told, "signal"));
    assert_non_null(strstr(told, "120 symbol_end BUSDT\n180 end -\n"));
    fixture_free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_of_one_instant_come_by_class_then_by_instrument),
        cmocka_unit_test(signals_arrive_after_their_latency),
        cmocka_unit_test(run_ends_with_the_last_arrival_where_it_is_later_than_the_market),
        cmocka_unit_test(funding_behind_the_end_is_left_out),
        cmocka_unit_test(nothing_comes_after_the_end),
        cmocka_unit_test(market_without_signals_runs_to_its_last_close),
    };
    return cmocka_run_group_tests_name("inputs", tests, NULL, NULL);
}
