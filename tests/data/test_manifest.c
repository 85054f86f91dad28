#include "tests/data/market_files.h"

#include "data/manifest.h"

static bool parse(struct manifest *self, const char *text, struct error *error)
{
    error_init(error);
    return manifest_parse(self, "m.json", text, strlen(text), false, error);
}

static void expect_error(const char *text, const char *words)
{
    struct manifest manifest;
    struct error error;
    assert_false(parse(&manifest, text, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    if (strstr(error.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", error.text, words);
    }
}

static void every_key_is_read(void **state)
{
    (void)state;
    struct manifest manifest;
    struct error error;
    assert_true(parse(&manifest,
                      "{\"name\":\"x\",\"venue\":\"Binance spot\",\"timeframe\":\"5m\","
                      "\"window\":[\"2021-01-01T00:00:00Z\",\"2021-04-02T00:00:00Z\"],"
                      "\"klines\":{\"ADAUSDT\":\"k/a.csv\",\"BTCUSDT\":[\"k/1.csv\",\"k/2.csv\"]},"
                      "\"funding\":{\"ADAUSDT\":\"f/a.csv\"},\"mark_1h\":{\"ADAUSDT\":\"m/a.csv\"},"
                      "\"leverage_tiers\":\"t.csv\",\"coverage\":{\"ADAUSDT\":{\"bars\":1}}}",
                      &error));
    assert_string_equal(manifest.venue, "Binance spot");
    assert_string_equal(manifest.timeframe, "5m");
    assert_true(manifest.has_window);
    assert_int_equal(manifest.window.first_us, 1609459200000000);
    assert_int_equal(manifest.window.last_us, 1617321600000000);
    assert_string_equal(manifest.tiers_path, "t.csv");
    assert_int_equal(manifest.count, 5);
    assert_string_equal(manifest.entries[0].symbol, "ADAUSDT");
    assert_int_equal(manifest.entries[0].kind, MANIFEST_BARS);
    assert_string_equal(manifest.entries[2].path, "k/2.csv");
    assert_int_equal(manifest.entries[3].kind, MANIFEST_FUNDING);
    assert_int_equal(manifest.entries[4].kind, MANIFEST_MARKS);
    assert_string_equal(manifest.entries[4].key, "mark_1h");
    manifest_release(&manifest);
}

static void of_two_mark_keys_the_first_counts(void **state)
{
    (void)state;
    struct manifest manifest;
    struct error error;
    assert_true(parse(&manifest,
                      "{\"klines\":{\"A\":\"a\",\"B\":\"b\"},\"mark_1h\":{\"A\":\"h\"},"
                      "\"mark_4h\":{\"A\":\"4\",\"B\":\"4\"}}",
                      &error));
    assert_int_equal(manifest.count, 4);
    assert_string_equal(manifest.entries[2].path, "h");
    assert_string_equal(manifest.entries[3].symbol, "B");
    manifest_release(&manifest);
}

static void a_tape_names_its_series(void **state)
{
    (void)state;
    struct manifest manifest;
    struct error error;
    assert_true(parse(&manifest,
                      "{\"tape\":{\"BTCUSDT\":{\"trades\":[\"t1\",\"t2\"],\"book_ticker\":\"q\","
                      "\"depth_updates\":\"u\",\"depth_snapshot\":\"s\"}},"
                      "\"trades\":{\"PEPEUSDT\":\"p\"}}",
                      &error));
    const enum manifest_kind kinds[] = {MANIFEST_TRADES, MANIFEST_TRADES,         MANIFEST_QUOTES,
                                        MANIFEST_DEPTH,  MANIFEST_DEPTH_SNAPSHOT, MANIFEST_TRADES};
    const char *const paths[] = {"t1", "t2", "q", "u", "s", "p"};
    assert_int_equal(manifest.count, 6);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(manifest.entries[i].kind, kinds[i]);
        assert_string_equal(manifest.entries[i].path, paths[i]);
        assert_string_equal(manifest.entries[i].symbol, i < 5 ? "BTCUSDT" : "PEPEUSDT");
    }
    manifest_release(&manifest);
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    expect_error("", "");
    expect_error("{", "");
    expect_error("[]", "object");
    expect_error("{}", "names no candles");
    expect_error("{\"trades\":{}}", "names no candles, trades or tape");
    expect_error("{\"trades\":[]}", "symbols and paths");
    expect_error("{\"tape\":[]}", "object of symbols");
    expect_error("{\"tape\":{\"A\":\"a\"}}", "book_ticker");
    expect_error("{\"tape\":{\"A\":{\"ticker\":\"a\"}}}", "ticker: a tape has");
    expect_error("{\"tape\":{\"A\":{\"trades\":5}}}", "path of a file");
    expect_error("{\"klines\":[]}", "symbols and paths");
    expect_error("{\"klines\":{\"A\":5}}", "path of a file");
    expect_error("{\"klines\":{\"A\":\"\"}}", "path of a file");
    expect_error("{\"klines\":{\"\":\"a\"}}", "symbol");
    expect_error("{\"klines\":{\"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG\":\"a\"}}", "symbol");
    expect_error("{\"klines\":{\"A\":\"a\"},\"window\":[\"2021-01-01\"]}", "two times");
    expect_error("{\"klines\":{\"A\":\"a\"},\"window\":[\"2022-01-01T00:00:00Z\","
                 "\"2021-01-01T00:00:00Z\"]}",
                 "two times");
    expect_error("{\"klines\":{\"A\":\"a\"},\"venue\":5}", "a text");
}

static void files_are_looked_for_in_the_folder_and_in_each_parent(void **state)
{
    (void)state;
    struct test_folder folder, inner;
    test_folder_make(&folder);
    (void)snprintf(inner.path, sizeof(inner.path), "%.100s/inner", folder.path);
    assert_int_equal(mkdir(inner.path, 0700), 0);
    char path[TEST_PATH_BYTES], near[TEST_PATH_BYTES], manifest_path[TEST_PATH_BYTES];
    test_file(&folder, path, "a.csv", "x");
    test_file(&inner, near, "b.csv", "x");
    test_file(&inner, manifest_path, "m.json", "{\"klines\":{\"A\":\"a.csv\",\"B\":\"b.csv\"}}");
    struct manifest manifest;
    struct error error;
    error_init(&error);
    assert_true(manifest_load(&manifest, manifest_path, &error));
    char *real = realpath(path, NULL);
    assert_string_equal(manifest.entries[0].path, real);
    assert_string_equal(manifest.entries[1].path, near);
    assert_true(manifest.hash != 0);
    free(real);
    manifest_release(&manifest);
    test_folder_remove(&inner);
    test_folder_remove(&folder);
}

static void a_file_that_is_nowhere_names_every_place(void **state)
{
    (void)state;
    struct test_folder folder;
    test_folder_make(&folder);
    char path[TEST_PATH_BYTES];
    test_file(&folder, path, "m.json", "{\"klines\":{\"A\":\"data/nowhere.csv\"}}");
    struct manifest manifest;
    struct error error;
    error_init(&error);
    assert_false(manifest_load(&manifest, path, &error));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    assert_string_equal(error.file, path);
    char *real = realpath(folder.path, NULL);
    assert_non_null(strstr(error.text, "data/nowhere.csv"));
    assert_non_null(strstr(error.text, real));
    assert_non_null(strstr(error.text, " /tmp "));
    assert_non_null(strstr(error.text, " /:"));
    free(real);
    test_folder_remove(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(of_two_mark_keys_the_first_counts),
        cmocka_unit_test(a_tape_names_its_series),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(files_are_looked_for_in_the_folder_and_in_each_parent),
        cmocka_unit_test(a_file_that_is_nowhere_names_every_place),
    };
    return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
