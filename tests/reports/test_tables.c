/* Tables and their order: freqtrade's names, n/a for the undefined, reasons where nothing was
 * traded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reports/summary.h"
#include "tests/support/report_fixture.h"

struct report {
    struct run run;
    struct facts facts;
    struct figures figures;
    struct summary summary;
    struct summary_input input;
    struct buffer out;
};

static void report_read(struct report *self, const char *path)
{
    struct error error;

    error_init(&error);
    assert_true(run_read(&self->run, path, &error));
    facts_read(&self->facts, &self->run);
    assert_true(figures_compute(&self->figures, &self->run, &self->facts, &error));
    self->input = (struct summary_input){&self->run, &self->facts, &self->figures};
    summary_build(&self->summary, &self->input);
    buffer_init(&self->out);
    summary_print(&self->summary, &self->input, &self->out);
}

static void report_release(struct report *self)
{
    buffer_release(&self->out);
    summary_release(&self->summary);
    figures_release(&self->figures);
    facts_release(&self->facts);
    run_release(&self->run);
}

static const struct table *table_named(const struct report *report, const char *title)
{
    for (int i = 0; i < report->summary.count; i++) {
        if (strcmp(report->summary.tables[i].title, title) == 0) {
            return &report->summary.tables[i];
        }
    }
    fail_msg("there is no table %s", title);
    return NULL;
}

/* The value beside a metric's name. */
static void
expect_metric(const struct report *report, const char *title, const char *name, const char *want)
{
    const struct table *table = table_named(report, title);

    for (int64_t row = 0; row < table_rows(table); row++) {
        if (strcmp(table_at(table, row, 0), name) == 0) {
            assert_string_equal(table_at(table, row, 1), want);
            return;
        }
    }
    fail_msg("%s has no row %s", title, name);
}

static void the_tables_stand_in_freqtrade_s_order(void **state)
{
    static const char *const order[] = {
        "BACKTESTING REPORT", "LEFT OPEN TRADES REPORT", "ENTER TAG STATS", "EXIT REASON STATS",
        "MIXED TAG STATS",    "DAY BREAKDOWN",           "WEEK BREAKDOWN",  "MONTH BREAKDOWN",
        "SUMMARY METRICS",    "STRATEGY SUMMARY"};
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_vector_a("a.db", path);
    report_read(&report, path);
    for (size_t i = 0; i < ARRAY_COUNT(order); i++) {
        assert_string_equal(report.summary.tables[i].title, order[i]);
    }
    report_release(&report);
}

static void the_metrics_stand_in_freqtrade_s_order(void **state)
{
    static const char *const order[] = {"Backtesting from",
                                        "Backtesting to",
                                        "Trading Mode",
                                        "Max open trades",
                                        "Total/Daily Avg Trades",
                                        "Starting balance",
                                        "Final balance",
                                        "Absolute profit",
                                        "Total profit %",
                                        "CAGR %",
                                        "Sortino",
                                        "Sharpe",
                                        "Calmar",
                                        "Profit factor",
                                        "Expectancy (Ratio)",
                                        "Avg. daily profit %",
                                        "Avg. stake amount",
                                        "Total trade volume",
                                        "Best Pair",
                                        "Worst Pair",
                                        "Best trade",
                                        "Worst trade",
                                        "Best day",
                                        "Worst day",
                                        "Days win/draw/lose",
                                        "Avg. Duration Winners",
                                        "Avg. Duration Loser",
                                        "Max Consecutive Wins / Loss",
                                        "Rejected Entry signals",
                                        "Entry/Exit Timeouts",
                                        "Min balance",
                                        "Max balance",
                                        "Max % of account underwater",
                                        "Absolute Drawdown (Account)",
                                        "Absolute Drawdown",
                                        "Drawdown high",
                                        "Drawdown low",
                                        "Drawdown Start",
                                        "Drawdown End",
                                        "Market change"};
    char path[FIXTURE_PATH_BYTES];
    struct report report;
    size_t found = 0;

    (void)state;
    fixture_vector_a("b.db", path);
    report_read(&report, path);
    const struct table *table = table_named(&report, "SUMMARY METRICS");
    for (int64_t row = 0; row < table_rows(table) && found < ARRAY_COUNT(order); row++) {
        found += strcmp(table_at(table, row, 0), order[found]) == 0;
    }
    assert_int_equal(found, ARRAY_COUNT(order));
    report_release(&report);
}

static void the_figures_are_those_of_vector_a(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_vector_a("c.db", path);
    report_read(&report, path);
    expect_metric(&report, "SUMMARY METRICS", "Sharpe", "3.41");
    expect_metric(&report, "SUMMARY METRICS", "Calmar", "191.05");
    expect_metric(&report, "SUMMARY METRICS", "CAGR %", "1819.48%");
    expect_metric(&report, "SUMMARY METRICS", "Profit factor", "1.80");
    expect_metric(&report, "SUMMARY METRICS", "Expectancy (Ratio)", "12.00 (0.32)");
    expect_metric(&report, "SUMMARY METRICS", "Final balance", "1120.000 USDT");
    expect_metric(&report, "SUMMARY METRICS", "Absolute Drawdown", "90.000 USDT");
    expect_metric(&report, "SUMMARY METRICS", "Absolute Drawdown (Account)", "8.57%");
    expect_metric(&report, "SUMMARY METRICS", "Drawdown Start", "2025-01-02 12:00:00");
    expect_metric(&report, "SUMMARY METRICS", "Drawdown End", "2025-01-05 12:00:00");
    /* By day: +50, -10, -80, +40, +60, -15, -15, +90: 4 won, 4 lost, 7 of 15 without a trade. */
    expect_metric(&report, "SUMMARY METRICS", "Days win/draw/lose", "4 / 7 / 4");
    expect_metric(&report, "SUMMARY METRICS", "Max Consecutive Wins / Loss", "2 / 1");
    expect_metric(&report, "STATISTICS OF DAILY RETURNS (quantstats' definitions)", "Sharpe",
                  "4.0947");
    expect_metric(&report, "STATISTICS OF DAILY RETURNS (quantstats' definitions)", "Exposure",
                  "54.00%");
    report_release(&report);
}

static void every_group_ends_with_its_total(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_vector_a("d.db", path);
    fixture_sql(path, "UPDATE positions SET exit_reason = 'end_of_data' WHERE id = 10");
    report_read(&report, path);
    const struct table *exits = table_named(&report, "EXIT REASON STATS");
    assert_int_equal(table_rows(exits), 4);
    /* take_profit: 50 + 20 + 40 + 60 + 10; end_of_data: 90; stop: -30 - 80 - 25 - 15. */
    assert_string_equal(table_at(exits, 0, 0), "take_profit");
    assert_string_equal(table_at(exits, 0, 3), "180.000");
    assert_string_equal(table_at(exits, 1, 0), "end_of_data");
    assert_string_equal(table_at(exits, 2, 3), "-150.000");
    assert_string_equal(table_at(exits, 3, 0), "TOTAL");
    assert_string_equal(table_at(exits, 3, 3), "120.000");
    const struct table *left = table_named(&report, "LEFT OPEN TRADES REPORT");
    assert_string_equal(table_at(left, 1, 1), "1");
    report_release(&report);
}

static void a_run_without_trades_says_why(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_empty("none.db", "done", "{\"starting_balance\": \"10000\"}", path);
    fixture_sql(path, "INSERT INTO signals(id, timestamp, source, token, verdict, "
                      "confidence_given, received_at) VALUES"
                      "(1, 1735689600000000, 's', 'x', 'UNKNOWN_TOKEN', '', 1735689600000000),"
                      "(2, 1735689600000000, 's', 'x', 'UNKNOWN_TOKEN', '', 1735689600000000),"
                      "(3, 1735689600000000, 's', 'x', 'HEAT', '', 1735689600000000)");
    report_read(&report, path);
    assert_non_null(
        strstr(report.out.bytes,
               "No trades, so every ratio is n/a. Most frequent reasons: "
               "UNKNOWN_TOKEN 2x (no instrument of this market bears this token), HEAT 1x"));
    expect_metric(&report, "SUMMARY METRICS", "Sharpe", "n/a");
    expect_metric(&report, "SUMMARY METRICS", "Sortino", "n/a");
    expect_metric(&report, "SUMMARY METRICS", "Calmar", "n/a");
    expect_metric(&report, "SUMMARY METRICS", "CAGR %", "n/a");
    expect_metric(&report, "SUMMARY METRICS", "Profit factor", "n/a");
    expect_metric(&report, "SUMMARY METRICS", "Best Pair", "n/a");
    const struct table *refused = table_named(&report, "REJECTED SIGNALS");
    assert_string_equal(table_at(refused, 0, 0), "UNKNOWN_TOKEN");
    assert_string_equal(table_at(refused, 0, 1), "C2");
    assert_string_equal(table_at(refused, 0, 2), "2");
    report_release(&report);
}

static void a_killed_run_is_incomplete_loudly(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_empty("running.db", "running", "{\"starting_balance\": \"10000\"}", path);
    report_read(&report, path);
    assert_memory_equal(report.out.bytes, "*** INCOMPLETE", 14);
    const char *last = strrchr(report.out.bytes, '*');
    assert_string_equal(last, "*\n");
    report_release(&report);
}

static void facts_are_read_tolerantly(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_empty(
        "facts.db", "done",
        "{\"starting_balance\": \"500\", \"symbols\": [{\"symbol\": \"DOGEUSDT\", \"bars\": 7, "
        "\"gaps\": \"two\","
        " \"funding\": true}, 3], \"assumptions\": [\"one\", 2], \"cache\": {\"hits\": 4}, "
        "\"window\": \"soon\","
        " \"not_applicable\": [{\"check\": \"C3\", \"reason\": \"no clock\"}], \"signals\": "
        "{\"rows\": 5},"
        " \"notes\": [\"n\"], \"exchange\": {\"points\": 1}, \"bounds\": {\"low\": 1}, "
        "\"comparisons\": 9,"
        " \"operator\": {\"model\": \"none\"}}",
        path);
    report_read(&report, path);
    const struct table *data = table_named(&report, "DATA QUALITY");
    assert_string_equal(table_at(data, 0, 0), "DOGEUSDT");
    assert_string_equal(table_at(data, 0, 1), "7");
    assert_string_equal(table_at(data, 0, 5), "two");
    assert_string_equal(table_at(data, 0, 9), "yes");
    expect_metric(&report, "DECISION CACHE", "Cache hits", "4");
    expect_metric(&report, "CIRCUIT BREAKER", "Operator model", "none");
    expect_metric(&report, "NOTES", "1", "n");
    expect_metric(&report, "NOT APPLICABLE IN THIS RUN", "C3", "no clock");
    report_release(&report);
}

static void cells_say_n_a_and_never_minus_zero(void **state)
{
    char cell[CELL_BYTES];

    (void)state;
    assert_string_equal(cell_number(0.0 / 1.0 - 1e-9, 2, cell), "0.00");
    assert_string_equal(cell_number(__builtin_nan(""), 2, cell), "n/a");
    assert_string_equal(cell_percent(__builtin_inf(), 2, cell), "n/a");
    assert_string_equal(cell_percent(-0.1234, 1, cell), "-12.3%");
    assert_string_equal(cell_price(0.00001234567, cell), "0.00001234567");
    assert_string_equal(cell_price(65432.1, cell), "65432.10");
    assert_string_equal(cell_duration(90061000000LL, cell), "1 day, 1:01:01");
    assert_string_equal(cell_duration(59000000LL, cell), "0:00:59");
    assert_string_equal(cell_instant(0, cell), "n/a");
    assert_string_equal(cell_date(FIXTURE_START_US, cell), "2025-01-01");
}

static void columns_line_up_and_rules_are_drawn(void **state)
{
    struct table table;
    struct buffer out;

    (void)state;
    table_init(&table, "T");
    table_column(&table, "Name", ALIGN_LEFT);
    table_column(&table, "N", ALIGN_RIGHT);
    table_cell(&table, "%s", "a");
    table_cell(&table, "%d", 1);
    table_rule(&table);
    table_cell(&table, "%s", "total");
    table_cell(&table, "%d", 100);
    buffer_init(&out);
    table_print(&table, &out);
    assert_string_equal(out.bytes, "     T\n"
                                   "Name  |   N\n"
                                   "------+----\n"
                                   "a     |   1\n"
                                   "------+----\n"
                                   "total | 100\n\n");
    buffer_release(&out);
    table_release(&table);
}

static void a_long_sentence_wraps_below_its_own_column(void **state)
{
    struct table table;
    struct buffer out;
    char sentence[512] = "";

    (void)state;
    for (int i = 0; i < 30; i++) {
        (void)strcat(sentence, i > 0 ? " word45678" : "word45678");
    }
    table_init(&table, "T");
    table_column(&table, "#", ALIGN_RIGHT);
    table_column(&table, "Statement", ALIGN_LEFT);
    table_cell(&table, "%d", 1);
    table_cell(&table, "%s", sentence);
    buffer_init(&out);
    table_print(&table, &out);
    /* 128 columns are left beside "1 | ": twelve words of nine and their blanks are 119. */
    const char *second = strstr(out.bytes, "\n    word45678");
    assert_non_null(second);
    const char *line = strstr(out.bytes, "1 | ");
    assert_int_equal(second - line, 4 + 12 * 10 - 1);
    for (const char *at = out.bytes; *at != '\0'; at += strcspn(at, "\n") + 1) {
        assert_true(strcspn(at, "\n") <= 132);
    }
    buffer_release(&out);
    table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_stand_in_freqtrade_s_order),
        cmocka_unit_test(the_metrics_stand_in_freqtrade_s_order),
        cmocka_unit_test(the_figures_are_those_of_vector_a),
        cmocka_unit_test(every_group_ends_with_its_total),
        cmocka_unit_test(a_run_without_trades_says_why),
        cmocka_unit_test(a_killed_run_is_incomplete_loudly),
        cmocka_unit_test(facts_are_read_tolerantly),
        cmocka_unit_test(cells_say_n_a_and_never_minus_zero),
        cmocka_unit_test(columns_line_up_and_rules_are_drawn),
        cmocka_unit_test(a_long_sentence_wraps_below_its_own_column),
    };

    return cmocka_run_group_tests_name("reports/tables", tests, NULL, fixture_remove);
}
