#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/json.h"
#include "data/json_text.h"

static json_t *document(const char *text)
{
    struct error error;
    error_init(&error);
    json_t *value = json_document(slice_of(text), "f.json", 1, EXIT_CODE_DATA, &error);
    if (value == NULL) {
        fail_msg("%s: %s", text, error.text);
    }
    return value;
}

static enum decimal_status decimal(const char *text, unsigned scale, int64_t *out)
{
    json_t *array = document(text);
    enum decimal_status status = json_decimal(json_array_get(array, 0), scale, out);
    json_decref(array);
    return status;
}

static void reals_are_exact_to_15_digits(void **state)
{
    (void)state;
    int64_t value = 0;
    /* 0.1 and 1.8998e-05 have no exact double; their shortest text has. */
    assert_int_equal(decimal("[0.1]", 12, &value), DECIMAL_OK);
    assert_int_equal(value, 100000000000LL);
    assert_int_equal(decimal("[1.8998e-05]", 12, &value), DECIMAL_OK);
    assert_int_equal(value, 18998000LL);
    assert_int_equal(decimal("[130.23]", 8, &value), DECIMAL_OK);
    assert_int_equal(value, 13023000000LL);
    assert_int_equal(decimal("[123456789.012345]", 6, &value), DECIMAL_OK);
    assert_int_equal(value, 123456789012345LL);
    assert_int_equal(decimal("[-0.5]", 9, &value), DECIMAL_OK);
    assert_int_equal(value, -500000000LL);
}

static void strings_and_integers_are_exact_at_any_length(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_int_equal(decimal("[\"9223372036.854775807\"]", 9, &value), DECIMAL_OK);
    assert_true(value == INT64_MAX);
    assert_int_equal(decimal("[9223372036854775807]", 0, &value), DECIMAL_OK);
    assert_true(value == INT64_MAX);
    assert_int_equal(decimal("[9223372036854775807]", 1, &value), DECIMAL_RANGE);
}

static void other_values_are_no_decimals(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_int_equal(decimal("[null]", 8, &value), DECIMAL_EMPTY);
    assert_int_equal(decimal("[\"\"]", 8, &value), DECIMAL_EMPTY);
    assert_int_equal(decimal("[]", 8, &value), DECIMAL_EMPTY);
    assert_int_equal(decimal("[true]", 8, &value), DECIMAL_SYNTAX);
    assert_int_equal(decimal("[[1]]", 8, &value), DECIMAL_SYNTAX);
    assert_int_equal(decimal("[\"nan\"]", 8, &value), DECIMAL_SYNTAX);
    assert_int_equal(decimal("[0.123456789]", 8, &value), DECIMAL_PRECISION);
    assert_int_equal(decimal("[1e300]", 8, &value), DECIMAL_RANGE);
}

static void faults_name_file_and_line(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    const char *text = "{\n \"a\": 1,\n \"a\": 2\n}";
    assert_null(json_document(slice_of(text), "f.json", 1, EXIT_CODE_USAGE, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    assert_int_equal(error.line, 3);
    assert_non_null(strstr(error.text, "duplicate"));
    error_init(&error);
    assert_null(json_document(slice_of("{x"), "f.json", 40, EXIT_CODE_DATA, &error));
    assert_int_equal(error.line, 40);
}

static void comments_are_blanked_outside_strings_alone(void **state)
{
    (void)state;
    char text[] = "{ // one\n\"a\": \"http://x\", // two \"\n\"b\": \"\\\"//\" }//";
    json_comments_blank(text, strlen(text));
    assert_string_equal(text, "{       \n\"a\": \"http://x\",         \n\"b\": \"\\\"//\" }  ");
}

static void strings_are_written_as_valid_json(void **state)
{
    (void)state;
    struct slice text = {"a\"\\\n\t\x01\xC3\xA9\xFF\x00z", 11};
    char *written = json_string_new(text);
    assert_string_equal(written, "\"a\\\"\\\\\\n\\t\\u0001\xC3\xA9\\u00ff\\u0000z\"");
    assert_true(json_text_valid(slice_of(written)));
    free(written);
}

static void text_validity_is_that_of_rfc_8259(void **state)
{
    (void)state;
    static const char *const good[] = {"{}",
                                       " [ ] ",
                                       "{\"a\":[1,-0.5e+10,true,false,null,\"\\u00e9\"]}",
                                       "0",
                                       "-0",
                                       "\"\"",
                                       "[[[]]]",
                                       "{\"a\":{\"b\":{}}}",
                                       "1E5",
                                       "\"\xF0\x9F\x9A\x80\""};
    static const char *const bad[] = {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "1e",
                                      "nan",
                                      "NaN",
                                      "Infinity",
                                      "'a'",
                                      "\"a",
                                      "\"\n\"",
                                      "\"\\x\"",
                                      "\"\\u12g4\"",
                                      "[1 2]",
                                      "{\"a\" 1}",
                                      "{} {}",
                                      "tru",
                                      "\"\xFF\"",
                                      "\"\xC0\x80\"",
                                      "\"\xED\xA0\x80\"",
                                      "[1}",
                                      "{\"a\":1]",
                                      "[",
                                      "{\"a\"",
                                      "{\"a\":",
                                      "-",
                                      "//",
                                      "{,}"};
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        if (!json_text_valid(slice_of(good[i]))) {
            fail_msg("refused: %s", good[i]);
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        if (json_text_valid(slice_of(bad[i]))) {
            fail_msg("taken: %s", bad[i]);
        }
    }
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    char text[2 * JSON_TEXT_DEPTH + 3];
    memset(text, '[', JSON_TEXT_DEPTH);
    memset(text + JSON_TEXT_DEPTH, ']', JSON_TEXT_DEPTH);
    assert_true(json_text_valid((struct slice){text, 2 * JSON_TEXT_DEPTH}));
    memset(text, '[', JSON_TEXT_DEPTH + 1);
    memset(text + JSON_TEXT_DEPTH + 1, ']', JSON_TEXT_DEPTH + 1);
    assert_false(json_text_valid((struct slice){text, 2 * JSON_TEXT_DEPTH + 2}));
}

static void walk_gives_members_in_order(void **state)
{
    (void)state;
    struct json_walk walk;
    struct slice key;
    struct slice value;
    assert_true(json_walk_open(&walk, slice_of(" {\"a\" : [1, 2] , \"b\":\"x\"} "), '{'));
    assert_true(json_walk_next(&walk, &key, &value));
    assert_true(slice_is(key, "a"));
    assert_true(slice_is(value, "[1, 2]"));
    assert_true(json_walk_next(&walk, &key, &value));
    assert_true(slice_is(key, "b"));
    assert_true(slice_is(value, "\"x\""));
    assert_false(json_walk_next(&walk, &key, &value));
    assert_true(json_walk_ended(&walk));
    assert_false(json_walk_open(&walk, slice_of("[1]"), '{'));
    assert_true(json_walk_open(&walk, slice_of("[1] x"), '['));
    while (json_walk_next(&walk, NULL, &value)) {
    }
    assert_false(json_walk_ended(&walk));
}

static void string_escapes_are_resolved(void **state)
{
    (void)state;
    char out[32];
    size_t length = 0;
    assert_true(
        json_text_string(slice_of("\"a\\n\\u00e9\\ud83d\\ude80\\/\""), out, sizeof(out), &length));
    assert_string_equal(out, "a\n\xC3\xA9\xF0\x9F\x9A\x80/");
    assert_int_equal(length, strlen(out));
    assert_false(json_text_string(slice_of("\"\\ud83d\""), out, sizeof(out), &length));
    assert_false(json_text_string(slice_of("\"\\u0000\""), out, sizeof(out), &length));
    assert_false(json_text_string(slice_of("\"123456\""), out, 6, &length));
    assert_true(json_text_string(slice_of("\"12345\""), out, 6, &length));
    assert_false(json_text_string(slice_of("1"), out, 6, &length));
}

int main(void)
{
    const struct CMUnitTest json[] = {
        cmocka_unit_test(reals_are_exact_to_15_digits),
        cmocka_unit_test(strings_and_integers_are_exact_at_any_length),
        cmocka_unit_test(other_values_are_no_decimals),
        cmocka_unit_test(faults_name_file_and_line),
        cmocka_unit_test(comments_are_blanked_outside_strings_alone),
        cmocka_unit_test(strings_are_written_as_valid_json),
        cmocka_unit_test(text_validity_is_that_of_rfc_8259),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(walk_gives_members_in_order),
        cmocka_unit_test(string_escapes_are_resolved),
    };
    return cmocka_run_group_tests(json, NULL, NULL);
}
