/* Every file of CERBERUS_DATA/oracles, case by case: one line a file and a total. Class A must
 * pass; a case of a convention that Cerberus does not offer is counted with its reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracles/oracle.h"

static enum oracle_answer book_walk(struct oracle *self)
{
    (void)self;
    return ORACLE_NEXT_ISSUE;
}

static enum oracle_answer spot(struct oracle *self)
{
    return oracle_not_offered(self, "spot has no liquidation; only perpetuals are traded");
}

static enum oracle_answer interest(struct oracle *self)
{
    return oracle_not_offered(self, "spot margin: interest on borrowed coins");
}

static enum oracle_answer margin_history(struct oracle *self)
{
    return oracle_not_offered(self,
                              "the margin of these positions was changed and is not recorded");
}

static enum oracle_answer stake(struct oracle *self)
{
    return oracle_not_offered(self,
                              "freqtrade's stakes a slot; ours are shares of equity (RISK 4.5)");
}

static enum oracle_answer bot_schedule(struct oracle *self)
{
    return oracle_not_offered(self,
                              "how often that bot polls; ours settle at the venue's instants");
}

static enum oracle_answer relative_stop(struct oracle *self)
{
    return oracle_not_offered(self, "stops relative to the profit ratio; ours are prices");
}

static enum oracle_answer library_position(struct oracle *self)
{
    return oracle_not_offered(
        self,
        "that library's position: 28-digit prices, averages moved by closes, live re-leverage");
}

static enum oracle_answer all_in(struct oracle *self)
{
    return oracle_not_offered(self, "unleveraged all-in orders at the close of the bar");
}

static const struct {
    const char *name;
    oracle_judge judge;
} files[] = {
    {"backtrader/sma15_fills", oracle_backtrader},
    {"empyrical/metrics", oracle_empyrical},
    {"exchange_observed/bitget_liquidation_price_adjusted_margin", margin_history},
    {"freqtrade/amount_to_contract_precision", oracle_contracts},
    {"freqtrade/amount_to_precision", oracle_amount},
    {"freqtrade/available_stake", stake},
    {"freqtrade/fill_market_vs_book", book_walk},
    {"freqtrade/funding_period", oracle_funding_period},
    {"freqtrade/funding_schedule", bot_schedule},
    {"freqtrade/funding_single", oracle_funding_single},
    {"freqtrade/liq_isolated_by_exchange", oracle_liquidation},
    {"freqtrade/liq_spot_none", spot},
    {"freqtrade/maintenance_ratio_by_tier", oracle_tier},
    {"freqtrade/margin_interest", interest},
    {"freqtrade/margin_interest_trade", interest},
    {"freqtrade/pnl_calc_profit", oracle_profit},
    {"freqtrade/pnl_close_value", oracle_close_value},
    {"freqtrade/pnl_open_close_value", oracle_open_close},
    {"freqtrade/pnl_open_value", oracle_open_value},
    {"freqtrade/price_to_precision", oracle_price},
    {"freqtrade/stoploss_from_open_leverage", relative_stop},
    {"lean/binance_futures_margin", oracle_lean_binance},
    {"lean/bybit_initial_margin", oracle_lean_bybit},
    {"nautilus/margin_and_fees", oracle_nautilus},
    {"octobot/linear_position", library_position},
    {"vectorbt/from_orders", all_in},
};

/* NULL: prints that the test is skipped, by name. */
static const char *data_folder(const char *test)
{
    const char *folder = getenv("CERBERUS_DATA");
    if (folder == NULL || folder[0] == '\0') {
        print_message("skipped: oracles: %s: CERBERUS_DATA is not set\n", test);
        return NULL;
    }
    return folder;
}

static void every_case_is_judged(void **state)
{
    (void)state;
    const char *folder = data_folder("every_case_is_judged");
    if (folder == NULL) {
        skip();
    }
    int32_t totals[ORACLE_ANSWERS] = {0};
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        struct oracle oracle;
        assert_true(oracle_run(&oracle, folder, files[i].name, files[i].judge));
        for (int answer = 0; answer < ORACLE_ANSWERS; answer++) {
            totals[answer] += oracle.cases[answer];
        }
    }
    print_message("oracles: %d passed, %d failed, %d not offered, %d next issue\n",
                  totals[ORACLE_PASSED], totals[ORACLE_FAILED], totals[ORACLE_NOT_OFFERED],
                  totals[ORACLE_NEXT_ISSUE]);
    assert_int_equal(totals[ORACLE_FAILED], 0);
}

/* The index names no file that is not in our table. */
static void no_file_is_left_out(void **state)
{
    (void)state;
    const char *folder = data_folder("no_file_is_left_out");
    if (folder == NULL) {
        skip();
    }
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/oracles/INDEX.json", folder);
    json_t *index = json_load_file(path, 0, NULL);
    assert_non_null(index);
    const json_t *rows = json_object_get(index, "files");
    assert_int_equal(json_array_size(rows), ARRAY_COUNT(files));
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        const char *file = json_string_value(json_object_get(json_array_get(rows, i), "file"));
        assert_non_null(file);
        size_t length = strlen(files[i].name);
        assert_int_equal(strncmp(file, files[i].name, length), 0);
        assert_string_equal(file + length, ".json");
    }
    json_decref(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_judged),
        cmocka_unit_test(no_file_is_left_out),
    };
    return cmocka_run_group_tests_name("oracles", tests, NULL, NULL);
}
