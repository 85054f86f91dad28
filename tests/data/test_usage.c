/* test_usage.c - what is said of options that getopt_long refused. */
#include "data/usage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct option options[] = {{"market", required_argument, NULL, 1000},
                                        {"force", no_argument, NULL, 1001},
                                        {NULL, 0, NULL, 0}};

/* The error after one refused command line. */
static void expect_refusal(const char *word, const char *words)
{
    char program[] = "program", copy[64];
    char *argv[] = {program, copy, NULL};
    struct error error;
    (void)snprintf(copy, sizeof(copy), "%s", word);
    error_init(&error);
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    int answer = getopt_long(2, argv, ":", options, NULL);
    assert_true(answer == ':' || answer == '?');
    assert_false(usage_refuse(&error, options, argv, answer));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    assert_string_equal(error.text, words);
}

static void a_missing_value_is_named(void **state)
{
    (void)state;
    expect_refusal("--market", "option --market needs a value: see --help");
}

static void a_value_too_many_is_named(void **state)
{
    (void)state;
    expect_refusal("--force=yes", "option --force=yes takes no value: leave it out");
}

static void the_nearest_option_is_offered(void **state)
{
    (void)state;
    expect_refusal("--markte", "option --markte is not known: did you mean --market? see --help");
    expect_refusal("--mrket=x", "option --mrket=x is not known: did you mean --market? see --help");
    expect_refusal("--frobnicate", "option --frobnicate is not known: see --help");
}

static void a_letter_is_named_wherever_it_stands(void **state)
{
    (void)state;
    expect_refusal("-x", "option -x is not known: see --help");
    expect_refusal("-xyz", "option -x is not known: see --help");
}

static void help_is_found_anywhere(void **state)
{
    (void)state;
    char program[] = "program", force[] = "--force", help[] = "--help", letter[] = "-h";
    char *with[] = {program, force, help, NULL};
    char *with_letter[] = {program, letter, NULL};
    char *without[] = {program, force, NULL};
    assert_true(usage_asks_help(3, with));
    assert_true(usage_asks_help(2, with_letter));
    assert_false(usage_asks_help(2, without));
}

static void a_code_that_is_set_stays(void **state)
{
    (void)state;
    assert_int_equal(usage_finish("program", EXIT_CODE_DATA), EXIT_CODE_DATA);
    assert_int_equal(usage_finish("program", EXIT_CODE_DONE), EXIT_CODE_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_value_is_named),
        cmocka_unit_test(a_value_too_many_is_named),
        cmocka_unit_test(the_nearest_option_is_offered),
        cmocka_unit_test(a_letter_is_named_wherever_it_stands),
        cmocka_unit_test(help_is_found_anywhere),
        cmocka_unit_test(a_code_that_is_set_stays),
    };
    return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
