/* The page, the pictures and the exports of one run. */
#include "reports/html.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "reports/export.h"
#include "tests/support/report_fixture.h"

struct report {
    struct run run;
    struct facts facts;
    struct figures figures;
    struct summary summary;
    struct summary_input input;
    struct plots plots;
    char folder[FIXTURE_PATH_BYTES];
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
    plots_build(&self->plots, &self->run, &self->figures);
    fixture_path("out", self->folder);
    (void)mkdir(self->folder, 0777);
}

static void report_release(struct report *self)
{
    plots_release(&self->plots);
    summary_release(&self->summary);
    figures_release(&self->figures);
    facts_release(&self->facts);
    run_release(&self->run);
}

/* A file of the folder; the caller frees. */
static char *file_of(const struct report *report, const char *name)
{
    char path[FIXTURE_PATH_BYTES * 2];

    (void)snprintf(path, sizeof(path), "%s/%s", report->folder, name);
    char *bytes = fixture_read(path);
    assert_non_null(bytes);
    return bytes;
}

static char *page_of(struct report *report)
{
    struct error error;

    error_init(&error);
    assert_true(
        html_write(&report->summary, &report->input, &report->plots, report->folder, &error));
    return file_of(report, "index.html");
}

static void the_page_stands_alone(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_vector_a("a.db", path);
    report_read(&report, path);
    char *page = page_of(&report);
    assert_memory_equal(page, "<!DOCTYPE html>", 15);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "http://"));
    assert_null(strstr(page, "https://"));
    assert_non_null(strstr(page, "SUMMARY METRICS"));
    assert_non_null(strstr(page, "1120.00 USDT"));
    assert_non_null(strstr(page, "</html>"));
    free(page);
    report_release(&report);
}

static void words_of_the_database_are_escaped(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_vector_a("b.db", path);
    fixture_sql(path,
                "UPDATE positions SET source = '<script>alert(1)</script>', token = '<b>&USDT';"
                "UPDATE runs SET command = '<img src=x>'");
    report_read(&report, path);
    char *page = page_of(&report);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "<img src=x"));
    assert_null(strstr(page, "<b>&USDT"));
    assert_non_null(strstr(page, "&lt;script&gt;"));
    free(page);
    report_release(&report);
}

static void an_incomplete_run_is_said_first(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_empty("c.db", "running", "{\"starting_balance\": \"1000\"}", path);
    report_read(&report, path);
    char *page = page_of(&report);
    const char *warning = strstr(page, "INCOMPLETE");
    assert_non_null(warning);
    assert_true(warning < strstr(page, "<h1>"));
    free(page);
    report_release(&report);
}

static void names_enter_the_script_as_quoted_strings_only(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;

    (void)state;
    fixture_vector_a("d.db", path);
    fixture_sql(path, "UPDATE positions SET token = 'A''B' || char(10) || 'system(\"x\")';"
                      "UPDATE positions SET source = '`id`''; quit'");
    report_read(&report, path);
    const char *script = report.plots.script.bytes;
    assert_null(strstr(script, "\nsystem"));
    assert_non_null(strstr(script, "'A''B?system(\"x\")'"));
    assert_non_null(strstr(script, "'`id`''; quit'"));
    for (int64_t i = 0; i < report.plots.count; i++) {
        assert_null(strpbrk(report.plots.pictures[i].file, "'\"/`\n ()"));
    }
    report_release(&report);
}

static void symbols_of_one_file_name_keep_their_own_pictures(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;
    int found = 0;

    (void)state;
    fixture_vector_a("e.db", path);
    fixture_sql(path, "UPDATE positions SET token = 'A/B' WHERE id <= 5; UPDATE positions SET "
                      "token = 'A_B' WHERE id > 5");
    report_read(&report, path);
    for (int64_t i = 0; i < report.plots.count; i++) {
        found += strcmp(report.plots.pictures[i].file, "price-A_B.svg") == 0;
        found += strcmp(report.plots.pictures[i].file, "price-A_B-2.svg") == 0;
    }
    assert_int_equal(found, 2);
    report_release(&report);
}

static void gnuplot_draws_every_picture(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;
    struct error error;

    (void)state;
    if (system("gnuplot --version >/dev/null 2>&1") != 0) {
        print_message("skipped: gnuplot is not installed\n");
        skip();
    }
    fixture_vector_a("f.db", path);
    report_read(&report, path);
    error_init(&error);
    if (!plots_draw(&report.plots, report.folder, &error)) {
        fail_msg("%s", error.text);
    }
    assert_true(report.plots.count >= 11);
    for (int64_t i = 0; i < report.plots.count; i++) {
        char *picture = file_of(&report, report.plots.pictures[i].file);
        assert_non_null(strstr(picture, "</svg>"));
        free(picture);
    }
    char *page = page_of(&report);
    assert_non_null(strstr(page, "data:image/svg+xml;base64,"));
    assert_null(strstr(page, "could not be drawn"));
    free(page);
    report_release(&report);
}

static void exports_are_exact_and_parse(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;
    struct error error;

    (void)state;
    fixture_vector_a("g.db", path);
    fixture_sql(path, "UPDATE positions SET fees_e8 = 1, source = '=cmd,x' WHERE id = 1");
    report_read(&report, path);
    error_init(&error);
    assert_true(export_trades(&report.input, report.folder, &error));
    assert_true(export_equity(&report.run, report.folder, &error));
    assert_true(export_metrics(&report.input, report.folder, &error));
    char *trades = file_of(&report, "trades.csv");
    assert_non_null(strstr(trades, "\n1,1,DOGEUSDT,\"'=cmd,x\",long,5,100,10,10.5,"));
    assert_non_null(strstr(trades, ",50,0.00000001,0,49.99999999,"));
    free(trades);
    char *equity = file_of(&report, "equity.csv");
    assert_non_null(strstr(
        equity, "\n1735689600000000,2025-01-01T00:00:00.000000Z,1000,1000,0,1000,0,0,CLOSED\n"));
    free(equity);
    char *metrics = file_of(&report, "metrics.json");
    json_t *document = json_loads(metrics, JSON_REJECT_DUPLICATES, NULL);
    const json_t *closed = json_object_get(document, "closed_trades");
    assert_true(json_number_value(json_object_get(closed, "trades")) > 9.5);
    assert_true(json_number_value(json_object_get(closed, "trades")) < 10.5);
    assert_true(
        json_is_null(json_object_get(json_object_get(document, "account"), "market_change")));
    json_decref(document);
    free(metrics);
    report_release(&report);
}

static void a_folder_that_cannot_be_written_is_an_error(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct report report;
    struct error error;

    (void)state;
    fixture_vector_a("h.db", path);
    report_read(&report, path);
    error_init(&error);
    assert_false(export_equity(&report.run, "/nowhere/at/all", &error));
    assert_int_equal(error.code, EXIT_CODE_OPERATING);
    report_release(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_stands_alone),
        cmocka_unit_test(words_of_the_database_are_escaped),
        cmocka_unit_test(an_incomplete_run_is_said_first),
        cmocka_unit_test(names_enter_the_script_as_quoted_strings_only),
        cmocka_unit_test(symbols_of_one_file_name_keep_their_own_pictures),
        cmocka_unit_test(gnuplot_draws_every_picture),
        cmocka_unit_test(exports_are_exact_and_parse),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_an_error),
    };

    return cmocka_run_group_tests_name("reports/html", tests, NULL, fixture_remove);
}
