#include "tests/data/market_files.h"

#include "core/fixed.h"
#include "core/instant.h"
#include "data/funding.h"

struct fixture {
    struct funding_list list;
    struct funding_file file;
    struct defects defects;
    struct error error;
    bool fine;
};

static void read_range(struct fixture *self, const char *text, int64_t first_us, int64_t last_us)
{
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    defects_init(&self->defects);
    funding_list_init(&self->list);
    self->file = (struct funding_file){.path = "memory", .range = {first_us, last_us}};
    struct source *source = source_open_memory(text, strlen(text), "memory", &self->error);
    assert_non_null(source);
    self->fine =
        funding_read_source(&self->list, source, &self->file, &self->defects, &self->error);
    source_close(source);
    if (self->fine) {
        funding_seal(&self->list, "memory", &self->defects);
    }
}

static void read_text(struct fixture *self, const char *text)
{
    read_range(self, text, 0, INSTANT_NEVER);
    if (!self->fine) {
        fail_msg("%lld: %s", (long long)self->error.line, self->error.text);
    }
}

static void release(struct fixture *self)
{
    funding_list_release(&self->list);
    defects_release(&self->defects);
}

static void expect_rate(const struct fixture *self, int64_t at, int64_t time_us, int64_t rate_e16)
{
    assert_true(at < self->list.count);
    assert_int_equal(self->list.items[at].time_us, time_us);
    assert_int_equal(self->list.items[at].rate_e16, rate_e16);
}

static void the_data_folders_own_dialect(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(
        &fixture,
        "ts_ms,funding_rate\n1738915200000,-0.0002610372523236\n1738944000000,0.000245776426987\n");
    assert_int_equal(fixture.list.count, 2);
    expect_rate(&fixture, 0, 1738915200000000, -2610372523236);
    expect_rate(&fixture, 1, 1738944000000000, 2457764269870);
    release(&fixture);
}

static void binances_own_dialect_keeps_its_jitter(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture,
              "calc_time,funding_interval_hours,last_funding_rate\n1751328000007,8,0.00008191\n");
    expect_rate(&fixture, 0, 1751328000007000, 819100000000);
    release(&fixture);
    read_text(&fixture, "1751328000007,8,0.00008191\n");
    expect_rate(&fixture, 0, 1751328000007000, 819100000000);
    release(&fixture);
}

static void okx_and_json_are_understood(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(&fixture,
              "instrument_name,funding_rate,funding_time\nBTC-USDT-SWAP,0.0001,1751328000000\n");
    expect_rate(&fixture, 0, 1751328000000000, ONE_E16 / 10000);
    release(&fixture);
    read_text(&fixture, "[[1751328000000,-0.0075],[1751356800000,1e-4]]");
    expect_rate(&fixture, 0, 1751328000000000, -75 * (ONE_E16 / 10000));
    expect_rate(&fixture, 1, 1751356800000000, ONE_E16 / 10000);
    release(&fixture);
}

static void rates_are_sorted_and_of_two_the_first_is_kept(void **state)
{
    (void)state;
    struct fixture fixture;
    read_text(
        &fixture,
        "ts_ms,funding_rate\n1738944000000,0.0003\n1738915200000,0.0001\n1738915200000,0.0002\n");
    assert_int_equal(fixture.list.count, 2);
    expect_rate(&fixture, 0, 1738915200000000, ONE_E16 / 10000);
    expect_rate(&fixture, 1, 1738944000000000, 3 * (ONE_E16 / 10000));
    assert_int_equal(fixture.defects.count, 1);
    assert_string_equal(fixture.defects.items[0].code, "duplicate-funding");
    assert_int_equal(fixture.defects.items[0].line, 4);
    release(&fixture);
}

static void bad_rates_are_named_and_left_out(void **state)
{
    (void)state;
    const char *const rows[] = {
        "1738944000000,nan", "1738944000000,",         "1738944000000,0.00000000000000001",
        "1738944000000,1",   "1738944000000,-1.5",     "1738944000000,1e999",
        "then,0.0001",       "1738944000000,0.0001,3", "1738944000000,\"0\"1"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[200];
        (void)snprintf(text, sizeof(text), "ts_ms,funding_rate\n1738915200000,0.0001\n%s\n",
                       rows[i]);
        struct fixture fixture;
        read_text(&fixture, text);
        assert_int_equal(fixture.list.count, 1);
        assert_int_equal(fixture.defects.count, 1);
        assert_string_equal(fixture.defects.items[0].code, "bad-funding");
        assert_int_equal(fixture.defects.items[0].line, 3);
        release(&fixture);
    }
}

static void both_ends_of_the_range_are_inside(void **state)
{
    (void)state;
    struct fixture fixture;
    read_range(&fixture,
               "ts_ms,funding_rate\n1000000000000,0.1\n1000000001000,0.2\n1000000002000,0.3\n"
               "1000000003000,0.4\n",
               1000000001000000, 1000000002000000);
    assert_true(fixture.fine);
    assert_int_equal(fixture.list.count, 2);
    assert_int_equal(fixture.file.outside, 2);
    release(&fixture);
}

static void what_is_no_funding_file_is_said(void **state)
{
    (void)state;
    const char *const texts[] = {"",    "ts_ms,funding_rate\n",     "a,b\n1,2\n", "5\n",
                                 "x\n", "ts_ms,funding_rate\na,b\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct fixture fixture;
        read_range(&fixture, texts[i], 0, INSTANT_NEVER);
        assert_false(fixture.fine);
        assert_int_equal(fixture.error.code, EXIT_CODE_DATA);
        release(&fixture);
    }
}

/* Rows of the file, as `wc -l` counts them, less the header. */
static void a_year_of_real_rates(void **state)
{
    (void)state;
    const char *folder = test_data_folder("a_year_of_real_rates");
    if (folder == NULL) {
        skip();
    }
    char path[500];
    (void)snprintf(path, sizeof(path), "%s/funding/okx_swap_TRUMPUSDT_funding.csv", folder);
    struct fixture fixture;
    memset(&fixture, 0, sizeof(fixture));
    error_init(&fixture.error);
    defects_init(&fixture.defects);
    funding_list_init(&fixture.list);
    fixture.file = (struct funding_file){.path = path, .range = {0, INSTANT_NEVER}};
    assert_true(funding_read(&fixture.list, &fixture.file, &fixture.defects, &fixture.error));
    funding_seal(&fixture.list, path, &fixture.defects);
    assert_int_equal(fixture.list.count, 357);
    assert_int_equal(fixture.defects.count, 0);
    expect_rate(&fixture, 0, 1738915200000000, 924315657075);
    release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_data_folders_own_dialect),
        cmocka_unit_test(binances_own_dialect_keeps_its_jitter),
        cmocka_unit_test(okx_and_json_are_understood),
        cmocka_unit_test(rates_are_sorted_and_of_two_the_first_is_kept),
        cmocka_unit_test(bad_rates_are_named_and_left_out),
        cmocka_unit_test(both_ends_of_the_range_are_inside),
        cmocka_unit_test(what_is_no_funding_file_is_said),
        cmocka_unit_test(a_year_of_real_rates),
    };
    return cmocka_run_group_tests_name("funding", tests, NULL, NULL);
}
