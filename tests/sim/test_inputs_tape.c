/* test_inputs_tape.c - the order of a run whose market lies on tapes, alone or beside files. */
#include "tests/data/tapes.h"

#include "sim/inputs.h"

struct fixture {
    struct test_folder folder;
    struct market market;
    struct signals_file signals;
    struct inputs inputs;
    struct error error;
    char told[8192];
};

static void path_of(const struct fixture *fixture, char out[TEST_PATH_BYTES], const char *name)
{
    (void)snprintf(out, TEST_PATH_BYTES, "%.150s/%s", fixture->folder.path, name);
}

static void file(struct fixture *fixture, const char *name, const char *text)
{
    char path[TEST_PATH_BYTES];
    test_file(&fixture->folder, path, name, text);
}

static struct fixture *fixture_new(void)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    test_folder_make(&fixture->folder);
    file(fixture, "signals.csv",
         "timestamp,source,token,confidence,price,volume\n"
         "1700006460,s,B,High,6,1\n1700006400,s,A,High,1,1\n");
    return fixture;
}

/* names: up to three, NULL behind the last. */
static bool
load(struct fixture *fixture, const char *const *names, const struct market_range *range)
{
    static const struct market_defaults defaults = {.taker_fee_e9 = 500000};
    char texts[3][TEST_PATH_BYTES];
    const char *paths[3];
    int32_t count = 0;
    for (; names[count] != NULL; count++) {
        path_of(fixture, texts[count], names[count]);
        paths[count] = texts[count];
    }
    char signals[TEST_PATH_BYTES];
    path_of(fixture, signals, "signals.csv");
    error_init(&fixture->error);
    assert_true(signals_csv_load(&fixture->signals, signals, true, &fixture->error));
    const struct market_request request = {
        .paths = paths, .path_count = count, .range = range, .defaults = &defaults};
    if (!market_load(&fixture->market, &request, &fixture->error)) {
        return false;
    }
    assert_true(inputs_open(&fixture->inputs, &fixture->market, &fixture->signals, 0));
    return true;
}

static void
must_load(struct fixture *fixture, const char *const *names, const struct market_range *range)
{
    if (!load(fixture, names, range)) {
        fail_msg("%s", fixture->error.text);
    }
}

static void fixture_free(struct fixture *fixture)
{
    inputs_close(&fixture->inputs);
    market_release(&fixture->market);
    signals_file_release(&fixture->signals);
    test_folder_remove(&fixture->folder);
    free(fixture);
}

/* "second kind symbol" of each record, one a line; of a tick its own kind, of a signal its token. */
static const char *tell(struct fixture *fixture)
{
    struct feed_record record;
    memset(&record, 0, sizeof(record));
    size_t used = 0;
    while (inputs_next(&fixture->inputs, &record)) {
        const char *name = "-";
        const char *kind = feed_kind_text((int)record.kind);
        if (record.kind == FEED_SIGNAL) {
            name = record.signal.signal.token;
        } else if (record.instrument != INSTRUMENT_NONE) {
            name = fixture->market.instruments->items[record.instrument].symbol;
        }
        if (record.kind == FEED_TICK) {
            kind = tape_kind_text(record.tick.record->kind);
        }
        int length =
            snprintf(fixture->told + used, sizeof(fixture->told) - used, "%lld %s %s\n",
                     (long long)(record.time_us / US_PER_SECOND - TAPE_START_S), kind, name);
        assert_true(length > 0);
        used += (size_t)length;
    }
    return fixture->told;
}

/* Two symbols with everything; file order is tape order. */
static void whole_tape(struct fixture *fixture, const char *name)
{
    char path[TEST_PATH_BYTES];
    struct test_tape tape;
    path_of(fixture, path, name);
    tape_begin(&tape, path);
    uint16_t marks = tape_series(&tape, "AUSDT", TAPE_MARK_BAR, US_PER_MINUTE);
    uint16_t bars = tape_series(&tape, "AUSDT", TAPE_BAR, US_PER_MINUTE);
    uint16_t mark = tape_series(&tape, "AUSDT", TAPE_MARK, 0);
    uint16_t funding = tape_series(&tape, "AUSDT", TAPE_FUNDING, 0);
    uint16_t trades = tape_series(&tape, "AUSDT", TAPE_TRADE, 0);
    uint16_t interest = tape_series(&tape, "AUSDT", TAPE_OPEN_INTEREST, 0);
    uint16_t others = tape_series(&tape, "BUSDT", TAPE_TRADE, 0);
    uint16_t quotes = tape_series(&tape, "BUSDT", TAPE_QUOTE, 0);
    tape_bar(&tape, marks, TAPE_MARK_BAR, 0, 5);
    tape_bar(&tape, bars, TAPE_BAR, 0, 5);
    tape_tick(&tape, mark, TAPE_MARK, 0, 5 * ONE_E12);
    tape_tick(&tape, trades, TAPE_TRADE, 0, 5 * ONE_E12);
    tape_tick(&tape, interest, TAPE_OPEN_INTEREST, 10, 5000);
    tape_tick(&tape, others, TAPE_TRADE, 59, 6 * ONE_E12);
    tape_tick(&tape, quotes, TAPE_QUOTE, 59, 6 * ONE_E12);
    tape_bar(&tape, marks, TAPE_MARK_BAR, 60, 5);
    tape_bar(&tape, bars, TAPE_BAR, 60, 5);
    tape_tick(&tape, mark, TAPE_MARK, 60, 5 * ONE_E12);
    tape_tick(&tape, funding, TAPE_FUNDING, 60, ONE_E12);
    tape_tick(&tape, trades, TAPE_TRADE, 60, 5 * ONE_E12);
    tape_tick(&tape, others, TAPE_TRADE, 60, 7 * ONE_E12);
    tape_end(&tape);
}

static const char *const whole[] = {"whole.tape", NULL};

static void records_of_one_instant_come_by_class_then_as_the_tape_has_them(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    whole_tape(fixture, "whole.tape");
    must_load(fixture, whole, NULL);
    assert_string_equal(tell(fixture),
                        "0 covers AUSDT\n0 covers BUSDT\n0 covers BUSDT\n"
                        "0 mark AUSDT\n0 bar AUSDT\n0 mark AUSDT\n0 trade AUSDT\n0 signal A\n"
                        "59 trade BUSDT\n59 quote BUSDT\n"
                        "60 mark AUSDT\n60 bar AUSDT\n60 mark AUSDT\n60 funding AUSDT\n"
                        "60 trade AUSDT\n60 trade BUSDT\n60 symbol_end BUSDT\n60 signal B\n"
                        "120 end -\n");
    assert_int_equal(fixture->market.symbols[0].ticks.of[MARKET_TRADES].count, 2);
    assert_int_equal(defects_total(&fixture->market.defects, "unused-stream"), 1);
    fixture_free(fixture);
}

static void range_cuts_both_ends_and_keeps_the_mark_bar_that_runs(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    const struct market_range range = {at_s(30), at_s(60)};
    whole_tape(fixture, "whole.tape");
    must_load(fixture, whole, &range);
    const char *told = tell(fixture);
    assert_non_null(strstr(told, "0 mark AUSDT\n0 signal A\n59 trade BUSDT\n"));
    assert_null(strstr(told, "0 trade AUSDT\n0 signal"));
    assert_int_equal(fixture->market.symbols[0].bars_facts.count, 1);
    fixture_free(fixture);
}

/* The same bars from files give the same records; one symbol here, the other there gives them too. */
static void tape_and_files_give_one_order(void **state)
{
    (void)state;
    static const char bars_a[] = "open_time,open,high,low,close,volume\n1700006400000,5,5,5,5,"
                                 "10\n1700006460000,5,5,5,5,10\n";
    static const char *const files[] = {"AUSDT.csv", "BUSDT.csv", NULL};
    static const char *const mixed[] = {"a.tape", "BUSDT.csv", NULL};
    char expected[sizeof(((struct fixture *)NULL)->told)];
    struct fixture *fixture = fixture_new();
    file(fixture, "AUSDT.csv", bars_a);
    file(fixture, "BUSDT.csv", bars_a);
    must_load(fixture, files, NULL);
    (void)stpcpy(expected, tell(fixture));
    struct series_facts facts = fixture->market.symbols[0].bars_facts;
    struct instrument item = fixture->market.instruments->items[0];
    fixture_free(fixture);

    fixture = fixture_new();
    file(fixture, "BUSDT.csv", bars_a);
    char path[TEST_PATH_BYTES];
    struct test_tape tape;
    path_of(fixture, path, "a.tape");
    tape_begin(&tape, path);
    uint16_t bars = tape_series(&tape, "AUSDT", TAPE_BAR, US_PER_MINUTE);
    tape_bar(&tape, bars, TAPE_BAR, 0, 5);
    tape_bar(&tape, bars, TAPE_BAR, 60, 5);
    tape_end(&tape);
    must_load(fixture, mixed, NULL);
    assert_string_equal(tell(fixture), expected);
    const struct series_facts *found = &fixture->market.symbols[0].bars_facts;
    assert_int_equal(found->interval_us, facts.interval_us);
    assert_int_equal(found->volume_exponent, facts.volume_exponent);
    assert_int_equal(found->price_decimals, facts.price_decimals);
    assert_memory_equal(&fixture->market.instruments->items[0], &item, sizeof(item));
    fixture_free(fixture);
}

static void expect_refusal(struct fixture *fixture, const char *const *names, const char *words)
{
    assert_false(load(fixture, names, NULL));
    assert_int_equal(fixture->error.code, EXIT_CODE_DATA);
    if (strstr(fixture->error.text, words) == NULL) {
        fail_msg("'%s' says nothing of '%s'", fixture->error.text, words);
    }
    fixture_free(fixture);
}

static void one_kind_of_a_symbol_has_one_source(void **state)
{
    (void)state;
    static const char *const both[] = {"whole.tape", "AUSDT.csv", NULL};
    static const char *const twice[] = {"whole.tape", "again.tape", NULL};
    struct fixture *fixture = fixture_new();
    whole_tape(fixture, "whole.tape");
    file(fixture, "AUSDT.csv", "open_time,open,high,low,close\n1700006400000,5,5,5,5\n");
    expect_refusal(fixture, both, "a tape has bars of AUSDT too");
    fixture = fixture_new();
    whole_tape(fixture, "whole.tape");
    whole_tape(fixture, "again.tape");
    expect_refusal(fixture, twice, "at a time at which another tape does");
}

static void price_that_is_none_is_refused(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    char path[TEST_PATH_BYTES];
    struct test_tape tape;
    path_of(fixture, path, "whole.tape");
    tape_begin(&tape, path);
    uint16_t trades = tape_series(&tape, "AUSDT", TAPE_TRADE, 0);
    tape_tick(&tape, trades, TAPE_TRADE, 0, 0);
    tape_end(&tape);
    expect_refusal(fixture, whole, "has a price that is not positive");
}

/* One byte in the middle, and a tail that is missing: nothing is begun. */
static void damaged_and_torn_tapes_are_refused(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    char path[TEST_PATH_BYTES];
    whole_tape(fixture, "whole.tape");
    path_of(fixture, path, "whole.tape");
    FILE *stream = fopen(path, "r+b");
    assert_non_null(stream);
    assert_int_equal(fseek(stream, -900, SEEK_END), 0);
    assert_int_equal(fputc(0x5a, stream), 0x5a);
    assert_int_equal(fclose(stream), 0);
    assert_false(load(fixture, whole, NULL));
    assert_int_equal(fixture->error.code, EXIT_CODE_DATA);
    fixture_free(fixture);

    fixture = fixture_new();
    whole_tape(fixture, "whole.tape");
    path_of(fixture, path, "whole.tape");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size - 64), 0);
    expect_refusal(fixture, whole, "not written to its end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_one_instant_come_by_class_then_as_the_tape_has_them),
        cmocka_unit_test(range_cuts_both_ends_and_keeps_the_mark_bar_that_runs),
        cmocka_unit_test(tape_and_files_give_one_order),
        cmocka_unit_test(one_kind_of_a_symbol_has_one_source),
        cmocka_unit_test(price_that_is_none_is_refused),
        cmocka_unit_test(damaged_and_torn_tapes_are_refused),
    };
    return cmocka_run_group_tests_name("inputs_tape", tests, NULL, NULL);
}
