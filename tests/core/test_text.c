/* Sentences in a fixed buffer: what fits is there, what does not is cut, the zero byte always stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

static struct text text;

static int start(void **state)
{
    (void)state;
    memset(&text, 'x', sizeof(text));
    text_init(&text);
    return 0;
}

static void words_follow_each_other(void **state)
{
    (void)state;
    assert_string_equal(text.bytes, "");
    text_add(&text, "DOGEUSDT");
    text_add(&text, "");
    text_add(&text, ": closed");
    assert_string_equal(text.bytes, "DOGEUSDT: closed");
    assert_int_equal(text.length, 16);
}

static void decimals_are_exact_and_short(void **state)
{
    (void)state;
    text_add_decimal(&text, 13888000000, 6);
    text_add(&text, " at ");
    text_add_decimal(&text, -196960000000, 12);
    assert_string_equal(text.bytes, "13888 at -0.19696");
}

static void what_does_not_fit_is_cut(void **state)
{
    (void)state;
    for (int part = 0; part < 60; part++) {
        text_add(&text, "12345");
    }
    assert_int_equal(text.length, TEXT_BYTES - 1);
    assert_int_equal(strlen(text.bytes), TEXT_BYTES - 1);
    assert_memory_equal(text.bytes + TEXT_BYTES - 6, "12345", 5);
    text_add(&text, "more");
    assert_int_equal(text.length, TEXT_BYTES - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(words_follow_each_other, start),
        cmocka_unit_test_setup(decimals_are_exact_and_short, start),
        cmocka_unit_test_setup(what_does_not_fit_is_cut, start),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
