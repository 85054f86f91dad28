#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "data/text.h"

static void utf8_is_told_by_table_3_7_of_unicode(void **state)
{
    (void)state;
    assert_int_equal(utf8_length("a", 1), 1);
    assert_int_equal(utf8_length("\xC3\xA9", 2), 2);
    assert_int_equal(utf8_length("\xE2\x82\xAC", 3), 3);
    assert_int_equal(utf8_length("\xF0\x9F\x9A\x80", 4), 4);
    assert_int_equal(utf8_length("\xF4\x8F\xBF\xBF", 4), 4);
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "\xC3",
                                      "\xE2\x82",
                                      "\xC3\x28"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        assert_int_equal(utf8_length(bad[i], strlen(bad[i])), 0);
    }
}

static void copies_are_cut_at_characters_and_cleaned(void **state)
{
    (void)state;
    char out[6];
    assert_true(slice_copy(slice_of("abcde"), out, sizeof(out)));
    assert_string_equal(out, "abcde");
    assert_false(slice_copy(slice_of("abcd\xC3\xA9"), out, sizeof(out)));
    assert_string_equal(out, "abcd");
    assert_false(slice_copy(slice_of("a\x1b\xFF"), out, sizeof(out)));
    assert_string_equal(out, "a??");
    struct slice zero = {"a\0b", 3};
    assert_false(slice_copy(zero, out, sizeof(out)));
    assert_string_equal(out, "a?b");
    assert_true(slice_copy(slice_of(""), out, 1));
    assert_string_equal(out, "");
}

static void words_are_equal_in_any_case(void **state)
{
    (void)state;
    assert_true(slice_is(slice_of("LoNg"), "long"));
    assert_false(slice_is(slice_of("lon"), "long"));
    assert_false(slice_is(slice_of("longer"), "long"));
    struct slice zero = {"long\0", 5};
    assert_false(slice_is(zero, "long"));
    struct slice trimmed = slice_trim(slice_of(" \t a b \r\n"));
    assert_true(slice_is(trimmed, "a b"));
    assert_int_equal(slice_trim(slice_of("   ")).length, 0);
}

static void distance_is_that_of_levenshtein(void **state)
{
    (void)state;
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("saturday", "sunday"), 3);
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("abc", ""), 3);
    assert_int_equal(text_distance("same", "same"), 0);
}

int main(void)
{
    const struct CMUnitTest text[] = {
        cmocka_unit_test(utf8_is_told_by_table_3_7_of_unicode),
        cmocka_unit_test(copies_are_cut_at_characters_and_cleaned),
        cmocka_unit_test(words_are_equal_in_any_case),
        cmocka_unit_test(distance_is_that_of_levenshtein),
    };
    return cmocka_run_group_tests(text, NULL, NULL);
}
