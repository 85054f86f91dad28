#include "core/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Expected states were computed from the header's definition with Python's integers. */

static void expect_state(const struct digest *digest, const char *text)
{
    char out[DIGEST_BYTES];
    digest_format(digest, out);
    assert_string_equal(out, text);
}

static void the_start_is_the_golden_ratio(void **state)
{
    (void)state;
    struct digest digest;
    digest_init(&digest);
    expect_state(&digest, "9e3779b97f4a7c15");
}

static void words_follow_the_definition(void **state)
{
    (void)state;
    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, 0);
    expect_state(&digest, "6a4e922ed0974484");
    digest_init(&digest);
    digest_word(&digest, 1);
    digest_word(&digest, 2);
    digest_signed(&digest, 3);
    expect_state(&digest, "f9e9bfbc17450c00");
    digest_init(&digest);
    digest_signed(&digest, -1);
    expect_state(&digest, "2e906831d8d98198");
}

static void a_text_adds_its_length_and_padded_bytes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"", "6a4e922ed0974484"},
                                           {"a", "4027106203d2e2b0"},
                                           {"DOGEUSDT", "2a3ab87e35d1c2d7"},
                                           {"DOGEUSDT.", "643e4c787bc800cb"}};
    for (size_t index = 0; index < ARRAY_COUNT(cases); index++) {
        struct digest digest;
        digest_init(&digest);
        digest_text(&digest, cases[index][0]);
        expect_state(&digest, cases[index][1]);
    }
}

static void the_place_between_two_texts_counts(void **state)
{
    (void)state;
    struct digest a;
    struct digest b;
    digest_init(&a);
    digest_init(&b);
    digest_text(&a, "ab");
    digest_text(&a, "c");
    digest_text(&b, "a");
    digest_text(&b, "bc");
    assert_int_not_equal(a.state, b.state);
}

int main(void)
{
    const struct CMUnitTest digest[] = {
        cmocka_unit_test(the_start_is_the_golden_ratio),
        cmocka_unit_test(words_follow_the_definition),
        cmocka_unit_test(a_text_adds_its_length_and_padded_bytes),
        cmocka_unit_test(the_place_between_two_texts_counts),
    };
    return cmocka_run_group_tests(digest, NULL, NULL);
}
