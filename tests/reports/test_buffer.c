/* Text that grows, and each way out that escapes; words by index; curves reduced to pixels. */
#include "reports/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/reduce.h"
#include "reports/words.h"

typedef void escape_function(struct buffer *self, const char *raw);

static void expect_escaped(escape_function *escape, const char *raw, const char *want)
{
    struct buffer out;

    buffer_init(&out);
    escape(&out, raw);
    assert_string_equal(out.bytes, want);
    buffer_release(&out);
}

static void html_escapes_every_sign_of_mark_up(void **state)
{
    (void)state;
    expect_escaped(buffer_html, "<b a=\"1\" c='2'>&\x01",
                   "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;?");
}

static void gnuplot_quotes_so_that_no_command_gets_out(void **state)
{
    (void)state;
    expect_escaped(buffer_gnuplot, "a'b\nsystem('rm')", "'a''b?system(''rm'')'");
    expect_escaped(buffer_gnuplot, "back\\slash `cmd`", "'back\\slash `cmd`'");
}

static void csv_quotes_and_disarms_formulas(void **state)
{
    (void)state;
    expect_escaped(buffer_csv, "plain", "plain");
    expect_escaped(buffer_csv, "a,b", "\"a,b\"");
    expect_escaped(buffer_csv, "say \"x\"", "\"say \"\"x\"\"\"");
    expect_escaped(buffer_csv, "=1+1", "\"'=1+1\"");
    expect_escaped(buffer_csv, "-12.5", "-12.5");
}

static void json_escapes_quotes_and_control_bytes(void **state)
{
    (void)state;
    expect_escaped(buffer_json, "a\"b\\c\n", "\"a\\\"b\\\\c\\u000a\"");
}

static void base64_as_rfc_4648_has_it(void **state)
{
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};
    struct buffer out;

    (void)state;
    buffer_init(&out);
    for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
        buffer_clear(&out);
        buffer_base64(&out, vectors[i][0], strlen(vectors[i][0]));
        assert_string_equal(out.bytes, vectors[i][1]);
    }
    buffer_release(&out);
}

static void columns_count_characters_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(buffer_columns("\xc3\xa9t\xc3\xa9"), 3);
}

static void words_keep_their_index_while_they_grow(void **state)
{
    struct words words;
    char text[16];

    (void)state;
    words_init(&words);
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(text, sizeof(text), "w%d", i);
        assert_int_equal(words_intern(&words, text), i);
    }
    assert_int_equal(words_intern(&words, "w7"), 7);
    assert_int_equal(words_find(&words, "w999"), 999);
    assert_int_equal(words_find(&words, "none"), -1);
    assert_string_equal(words.items[500], "w500");
    assert_int_equal(words_intern(&words, NULL), words_intern(&words, ""));
    words_release(&words);
}

static void a_reduced_curve_keeps_every_extreme(void **state)
{
    struct curve curve;
    double lowest;
    double highest;

    (void)state;
    curve_begin(&curve, 0, 1000000, 100);
    for (int64_t i = 0; i < 1000000; i++) {
        double value = i == 123456 ? 1000.0 : i == 654321 ? -1000.0 : (double)(i % 7);
        curve_add(&curve, i, value);
    }
    curve_end(&curve);
    assert_true(curve.count <= 400);
    curve_range(&curve, &lowest, &highest);
    assert_true(lowest < -999 && highest > 999);
    for (int64_t i = 1; i < curve.count; i++) {
        assert_true(curve.points[i - 1].time_us <= curve.points[i].time_us);
    }
    assert_int_equal(curve.points[0].time_us, 0);
    assert_int_equal(curve.points[curve.count - 1].time_us, 999999);
    curve_release(&curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_escapes_every_sign_of_mark_up),
        cmocka_unit_test(gnuplot_quotes_so_that_no_command_gets_out),
        cmocka_unit_test(csv_quotes_and_disarms_formulas),
        cmocka_unit_test(json_escapes_quotes_and_control_bytes),
        cmocka_unit_test(base64_as_rfc_4648_has_it),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(words_keep_their_index_while_they_grow),
        cmocka_unit_test(a_reduced_curve_keeps_every_extreme),
    };

    return cmocka_run_group_tests_name("reports/buffer", tests, NULL, NULL);
}
