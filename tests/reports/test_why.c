/* The story of one signal: nothing of what is stored about it is left out. */
#include "reports/why.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/report_fixture.h"

static bool
tell(const char *path, struct why_request request, struct buffer *out, struct error *error)
{
    struct database database;

    error_init(error);
    buffer_init(out);
    assert_true(database_open(&database, path, error));
    bool told = why_tell(&database, &request, out, error);
    database_close(&database);
    return told;
}

static void expect_words(const struct buffer *out, const char *words)
{
    if (strstr(out->bytes, words) == NULL) {
        fail_msg("the story does not say '%s':\n%s", words, out->bytes);
    }
}

static void an_approved_signal_is_told_to_its_money(void **state)
{
    static const char *const parts[] = {
        "SIGNAL 1, line 2 of the signals file",
        "APPROVED: approved: an order was sent",
        "doge",
        "DOGEUSDT",
        "high",
        "{\"a\":1}",
        "balance        1000",
        "base 20x by confidence, caps allow 5x, chosen 5x; what bound it: C21",
        "100 units, worth 1000; what bound it: C16",
        "market at 10",
        "9.85, from default",
        "C6.collar",
        "0.01 |  0.03 | passed",
        "n/a     | simulated",
        "buy market",
        "sell market, reduce only",
        "buy, trade",
        "10.5",
        "Position 1: long DOGEUSDT 100 units, isolated, 5x",
        "liquidation at 8.1",
        "by take_profit, after 1:00:00",
        "price 50, fees -0, funding 0: result 50",
        "trade          50 in 1 posting(s)"};
    char path[FIXTURE_PATH_BYTES];
    struct buffer out;
    struct error error;

    (void)state;
    fixture_vector_a("a.db", path);
    assert_true(tell(path, (struct why_request){WHY_ID, "1", false}, &out, &error));
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        expect_words(&out, parts[i]);
    }
    buffer_release(&out);
}

static void a_refused_signal_shows_the_check_that_failed(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct buffer out;
    struct error error;

    (void)state;
    fixture_vector_a("b.db", path);
    fixture_sql(path, "UPDATE signals SET verdict = 'PRICE_COLLAR' WHERE id = 2;"
                      "UPDATE assessments SET verdict = 'PRICE_COLLAR', approved = 0, checks ="
                      " '[{\"name\":\"C6.collar\",\"value\":0.05,\"limit\":0.03,\"passed\":false,"
                      "\"verdict\":\"PRICE_COLLAR\"},"
                      "{\"name\":\"C9.age\",\"value\":1,\"limit\":60,\"passed\":true,\"warned\":"
                      "true}]' WHERE id = 2");
    assert_true(tell(path, (struct why_request){WHY_LINE, "3", false}, &out, &error));
    expect_words(&out, "PRICE_COLLAR (control C6): the order's price is outside the collar.");
    expect_words(&out, "FAILED");
    expect_words(&out, "passed, warned");
    expect_words(&out, "nothing was sent to the exchange");
    buffer_release(&out);
}

static void a_signal_without_an_assessment_is_told_too(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct buffer out;
    struct error error;

    (void)state;
    fixture_empty("c.db", "done", "{}", path);
    fixture_sql(
        path,
        "INSERT INTO signals(id, timestamp, source, token, verdict, confidence_given, received_at, "
        "source_line)"
        " VALUES(5, 1735689600000000, 's', 'NOPE', 'UNKNOWN_TOKEN', 'very', 1735689600000000, 6)");
    assert_true(tell(path, (struct why_request){WHY_ID, "5", false}, &out, &error));
    expect_words(&out, "none: the token is not known in this market");
    expect_words(&out, "it was refused before any check of risk");
    buffer_release(&out);
}

static void signals_of_one_external_id_are_all_told(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct buffer out;
    struct error error;

    (void)state;
    fixture_vector_a("d.db", path);
    fixture_sql(path, "UPDATE signals SET external_id = 'x1' WHERE id = 4");
    assert_true(tell(path, (struct why_request){WHY_EXTERNAL, "x1", false}, &out, &error));
    expect_words(&out, "SIGNAL 1,");
    expect_words(&out, "SIGNAL 4,");
    buffer_release(&out);
}

static void an_unknown_signal_is_an_error(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct buffer out;
    struct error error;

    (void)state;
    fixture_vector_a("e.db", path);
    assert_false(tell(path, (struct why_request){WHY_ID, "99", false}, &out, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    buffer_release(&out);
    assert_false(tell(path, (struct why_request){WHY_ID, "1 OR 1", false}, &out, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    buffer_release(&out);
}

static void the_story_as_json_is_json(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct buffer out;
    struct error error;

    (void)state;
    fixture_vector_a("f.db", path);
    assert_true(tell(path, (struct why_request){WHY_ID, "1", true}, &out, &error));
    json_t *stories = json_loads(out.bytes, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(stories), 1);
    const json_t *story = json_array_get(stories, 0);
    assert_int_equal(json_array_size(json_object_get(story, "fills")), 2);
    const json_t *assessment = json_array_get(json_object_get(story, "assessments"), 0);
    assert_true(json_is_array(json_object_get(assessment, "checks")));
    assert_true(json_is_object(json_object_get(json_object_get(story, "signal"), "data")));
    json_decref(stories);
    buffer_release(&out);
}

static void control_bytes_never_reach_the_terminal(void **state)
{
    char path[FIXTURE_PATH_BYTES];
    struct buffer out;
    struct error error;

    (void)state;
    fixture_vector_a("g.db", path);
    fixture_sql(path, "UPDATE signals SET source = 'a' || char(27) || '[2J' WHERE id = 1");
    assert_true(tell(path, (struct why_request){WHY_ID, "1", false}, &out, &error));
    assert_null(strchr(out.bytes, 27));
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_approved_signal_is_told_to_its_money),
        cmocka_unit_test(a_refused_signal_shows_the_check_that_failed),
        cmocka_unit_test(a_signal_without_an_assessment_is_told_too),
        cmocka_unit_test(signals_of_one_external_id_are_all_told),
        cmocka_unit_test(an_unknown_signal_is_an_error),
        cmocka_unit_test(the_story_as_json_is_json),
        cmocka_unit_test(control_bytes_never_reach_the_terminal),
    };

    return cmocka_run_group_tests_name("reports/why", tests, NULL, fixture_remove);
}
