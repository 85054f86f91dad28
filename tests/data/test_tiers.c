#include "tests/data/market_files.h"

#include "core/fixed.h"
#include "data/tiers.h"

struct fixture {
    struct tier_table table;
    struct defects defects;
    struct error error;
    bool fine;
};

static void load(struct fixture *self, const char *text)
{
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    defects_init(&self->defects);
    struct source *source = source_open_memory(text, strlen(text), "memory", &self->error);
    assert_non_null(source);
    self->fine = tier_table_load_source(&self->table, source, &self->defects, &self->error);
    source_close(source);
}

static void release(struct fixture *self)
{
    tier_table_release(&self->table);
    defects_release(&self->defects);
}

static void expect_tier(
    const struct fixture *self, const char *symbol, int32_t at, int32_t count, struct tier expected)
{
    int32_t found = 0;
    const struct tier *tiers = tier_table_find(&self->table, symbol, &found);
    assert_non_null(tiers);
    assert_int_equal(found, count);
    assert_int_equal(tiers[at].floor_e8, expected.floor_e8);
    assert_int_equal(tiers[at].cap_e8, expected.cap_e8);
    assert_int_equal(tiers[at].maintenance_rate_e9, expected.maintenance_rate_e9);
    assert_int_equal(tiers[at].maintenance_amount_e8, expected.maintenance_amount_e8);
    assert_int_equal(tiers[at].leverage_max, expected.leverage_max);
}

#define HEADER                                                                                     \
    "symbol,tier,min_notional,max_notional,maintenance_margin_rate,max_leverage,"                  \
    "maintenance_amount_cum\n"

static void the_dated_csv_is_read(void **state)
{
    (void)state;
    struct fixture fixture;
    load(&fixture, HEADER "DOGEUSDT,1.0,0.0,80000.0,0.0065,75.0,0.0\n"
                          "DOGEUSDT,2.0,80000.0,150000.0,0.01,50.0,280.0\n"
                          "ADAUSDT,1.0,0.0,5000.0,0.01,50.0,0.0\n");
    assert_true(fixture.fine);
    assert_int_equal(fixture.table.span_count, 2);
    expect_tier(&fixture, "DOGEUSDT", 1, 2,
                (struct tier){80000 * ONE_E8, 150000 * ONE_E8, 10000000, 280 * ONE_E8, 50});
    expect_tier(&fixture, "ADAUSDT", 0, 1, (struct tier){0, 5000 * ONE_E8, 10000000, 0, 50});
    int32_t count = 5;
    assert_null(tier_table_find(&fixture.table, "BTCUSDT", &count));
    assert_int_equal(count, 0);
    release(&fixture);
}

static void the_json_is_read(void **state)
{
    (void)state;
    struct fixture fixture;
    load(&fixture,
         "{\"_source\":\"x\",\"_columns\":[\"bracket\"],"
         "\"DOGEUSDT\":[[1,75,0.0,80000.0,0.0065,0.0],[2,50,80000.0,150000.0,0.01,280.0]]}");
    assert_true(fixture.fine);
    assert_int_equal(fixture.defects.count, 0);
    expect_tier(&fixture, "DOGEUSDT", 0, 2, (struct tier){0, 80000 * ONE_E8, 6500000, 0, 75});
    release(&fixture);
}

static void a_dated_contract_behind_its_perpetual_does_not_count(void **state)
{
    (void)state;
    struct fixture fixture;
    load(&fixture, HEADER "BTCUSDT,1,0,50000,0.004,125,0\nBTCUSDT,2,50000,600000,0.005,100,50\n"
                          "BTCUSDT,1,0,50000,0.01,50,0\n");
    assert_true(fixture.fine);
    expect_tier(&fixture, "BTCUSDT", 0, 2, (struct tier){0, 50000 * ONE_E8, 4000000, 0, 125});
    assert_int_equal(fixture.defects.count, 1);
    assert_string_equal(fixture.defects.items[0].code, "duplicate-tiers");
    assert_int_equal(fixture.defects.items[0].line, 4);
    release(&fixture);
}

static void a_table_that_breaks_the_laws_leaves_its_symbol_to_the_default(void **state)
{
    (void)state;
    const char *const rows[] = {
        "A,1,0,50,0.01,50,0\nA,2,60,100,0.02,25,0.5\n", /* a hole */
        "A,1,0,50,0.01,50,0\nA,2,40,100,0.02,25,0.5\n", /* an overlap */
        "A,1,10,50,0.01,50,0\n",                        /* not from 0 */
        "A,1,0,50,0.01,0.5,0\n",                        /* leverage below 1 */
        "A,1,0,50,0,50,0\n",                            /* rate 0 */
        "A,1,0,50,1,50,0\n",                            /* rate 1 */
        "A,1,0,50,0.01,50,-1\n",                        /* negative amount */
        "A,1,0,50,0.01,50,0\nA,2,50,100,junk,25,0.5\n", /* cut short, it would be too kind */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[400];
        (void)snprintf(text, sizeof(text), HEADER "%sB,1,0,50,0.01,50,0\n", rows[i]);
        struct fixture fixture;
        load(&fixture, text);
        assert_true(fixture.fine);
        int32_t count = 0;
        if (tier_table_find(&fixture.table, "A", &count) != NULL) {
            fail_msg("'%s' is taken", rows[i]);
        }
        assert_non_null(tier_table_find(&fixture.table, "B", &count));
        assert_int_equal(defects_total(&fixture.defects, "bad-tiers"), 1);
        release(&fixture);
    }
}

static void a_cap_without_end_is_as_high_as_caps_go(void **state)
{
    (void)state;
    struct fixture fixture;
    load(&fixture, HEADER "A,1.0,0.0,9.223372036854776e+18,0.5,1.0,0.0\n");
    assert_true(fixture.fine);
    expect_tier(&fixture, "A", 0, 1, (struct tier){0, INT64_MAX, 500000000, 0, 1});
    release(&fixture);
}

static void what_is_no_table_is_said(void **state)
{
    (void)state;
    const char *const texts[] = {"", HEADER, "a,b,c\n1,2,3\n", "{}", "{\"A\":5}", "{", "junk"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct fixture fixture;
        load(&fixture, texts[i]);
        assert_false(fixture.fine);
        assert_int_equal(fixture.error.code, EXIT_CODE_DATA);
        release(&fixture);
    }
}

/* Each amount follows from the row before: amount + floor x (rate - rate before), PROTOCOLS D1. */
static void the_default_is_continuous_and_strict(void **state)
{
    (void)state;
    int32_t count = 0;
    const struct tier *tiers = tiers_default(&count);
    assert_int_equal(count, 8);
    assert_int_equal(tiers[0].floor_e8, 0);
    assert_int_equal(tiers[0].leverage_max, 50);
    for (int32_t i = 1; i < count; i++) {
        assert_int_equal(tiers[i].floor_e8, tiers[i - 1].cap_e8);
        assert_true(tiers[i].maintenance_rate_e9 > tiers[i - 1].maintenance_rate_e9);
        assert_true(tiers[i].leverage_max < tiers[i - 1].leverage_max);
        int64_t floor = tiers[i].floor_e8 / ONE_E8;
        int64_t step_e9 = tiers[i].maintenance_rate_e9 - tiers[i - 1].maintenance_rate_e9;
        assert_int_equal(tiers[i].maintenance_amount_e8,
                         tiers[i - 1].maintenance_amount_e8 + floor * step_e9 / 10);
    }
}

static void the_real_tables(void **state)
{
    (void)state;
    const char *folder = test_data_folder("the_real_tables");
    if (folder == NULL) {
        skip();
    }
    char path[500];
    struct fixture fixture;
    memset(&fixture, 0, sizeof(fixture));
    error_init(&fixture.error);
    defects_init(&fixture.defects);
    (void)snprintf(path, sizeof(path), "%s/tiers/binance_usdm_leverage_tiers_2024-10.csv", folder);
    assert_true(tier_table_load(&fixture.table, path, &fixture.defects, &fixture.error));
    /* 349 tables (data/README.md), four of them of dated BTC and ETH contracts. */
    assert_int_equal(fixture.table.span_count, 345);
    assert_int_equal(defects_total(&fixture.defects, "bad-tiers"), 0);
    assert_int_equal(defects_total(&fixture.defects, "duplicate-tiers"), 2); /* BTC, ETH */
    expect_tier(
        &fixture, "BTCUSDT", 11, 12,
        (struct tier){1200000000 * ONE_E8, 1800000000 * ONE_E8, 500000000, 421481450 * ONE_E8, 1});
    release(&fixture);
    defects_init(&fixture.defects);
    (void)snprintf(path, sizeof(path), "%s/binance_tiers.json", folder);
    assert_true(tier_table_load(&fixture.table, path, &fixture.defects, &fixture.error));
    assert_int_equal(fixture.defects.count, 0);
    assert_int_equal(fixture.table.span_count, 59); /* data/README.md */
    /* PROTOCOLS D1: 1000SHIBUSDT, second bracket. */
    expect_tier(&fixture, "1000SHIBUSDT", 1, 10,
                (struct tier){25000 * ONE_E8, 150000 * ONE_E8, 10000000, 8750000000, 50});
    release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_dated_csv_is_read),
        cmocka_unit_test(the_json_is_read),
        cmocka_unit_test(a_dated_contract_behind_its_perpetual_does_not_count),
        cmocka_unit_test(a_table_that_breaks_the_laws_leaves_its_symbol_to_the_default),
        cmocka_unit_test(a_cap_without_end_is_as_high_as_caps_go),
        cmocka_unit_test(what_is_no_table_is_said),
        cmocka_unit_test(the_default_is_continuous_and_strict),
        cmocka_unit_test(the_real_tables),
    };
    return cmocka_run_group_tests_name("tiers", tests, NULL, NULL);
}
