#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/error.h"

/* What error_print() writes. */
static char *printed(const struct error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    error_print(error, "cerberus-sim", stream);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void message_is_file_line_wrong_remedy(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    assert_int_equal(error.code, EXIT_CODE_DONE);
    assert_false(error_set(&error, EXIT_CODE_DATA, "a.csv", 7, "bad %s: fix it", "row"));
    assert_int_equal(error.code, EXIT_CODE_DATA);
    char *text = printed(&error);
    assert_string_equal(text, "cerberus-sim: a.csv:7: bad row: fix it\n");
    free(text);
}

static void file_and_line_may_be_absent(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    (void)error_set(&error, EXIT_CODE_USAGE, NULL, 0, "no file: name one");
    char *text = printed(&error);
    assert_string_equal(text, "cerberus-sim: no file: name one\n");
    free(text);
    error_init(&error);
    (void)error_set(&error, EXIT_CODE_USAGE, "a.csv", 0, "empty: fill it");
    text = printed(&error);
    assert_string_equal(text, "cerberus-sim: a.csv: empty: fill it\n");
    free(text);
}

static void first_error_wins(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    (void)error_set(&error, EXIT_CODE_DATA, "a", 1, "cause");
    (void)error_set(&error, EXIT_CODE_OPERATING, "b", 2, "echo");
    assert_int_equal(error.code, EXIT_CODE_DATA);
    assert_string_equal(error.text, "cause");
    assert_string_equal(error.file, "a");
    assert_int_equal(error.line, 1);
}

static void control_bytes_cannot_reach_the_terminal(void **state)
{
    (void)state;
    struct error error;
    error_init(&error);
    (void)error_set(&error, EXIT_CODE_DATA, "a\nb", 1, "x\x1b[2Jy\x7f");
    char *text = printed(&error);
    assert_string_equal(text, "cerberus-sim: a\\x0ab:1: x\\x1b[2Jy\\x7f\n");
    free(text);
}

static void long_text_is_cut_not_overrun(void **state)
{
    (void)state;
    char path[2000];
    memset(path, 'p', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    struct error error;
    error_init(&error);
    (void)error_set(&error, EXIT_CODE_DATA, path, 1, "%s", path);
    assert_int_equal(strlen(error.file), ERROR_PATH_BYTES - 1);
    assert_int_equal(strlen(error.text), ERROR_TEXT_BYTES - 1);
}

static void defects_keep_everything_in_order(void **state)
{
    (void)state;
    struct defects defects;
    defects_init(&defects);
    defects_add(&defects, "gap", SEVERITY_LOW, "a.csv", 3, "gap of %d", 5);
    defects_add(&defects, "bad-row", SEVERITY_MEDIUM, NULL, 0, "no file");
    assert_int_equal(defects.count, 2);
    assert_string_equal(defects.items[0].message, "gap of 5");
    assert_string_equal(defects.items[0].file, "a.csv");
    assert_int_equal(defects.items[0].line, 3);
    assert_int_equal(defects.items[0].category, CATEGORY_DATA);
    assert_string_equal(defects.items[1].file, "");
    assert_int_equal(defects.items[1].severity, SEVERITY_MEDIUM);
    assert_int_equal(defects_total(&defects, "gap"), 1);
    assert_int_equal(defects_total(&defects, "other"), 0);
    defects_release(&defects);
    assert_int_equal(defects.count, 0);
}

static void defects_beyond_the_bound_are_counted_in_the_last_of_their_kind(void **state)
{
    (void)state;
    struct defects defects;
    defects_init(&defects);
    for (int i = 0; i < DEFECTS_MAX_EACH + 500; i++) {
        defects_add(&defects, "bad-row", SEVERITY_MEDIUM, "a.csv", i, "row %d", i);
        defects_add(&defects, "bad-row", SEVERITY_MEDIUM, "b.csv", i, "row %d", i);
    }
    defects_add(&defects, "gap", SEVERITY_LOW, "a.csv", 1, "another kind has its own room");
    assert_int_equal(defects.count, 2 * DEFECTS_MAX_EACH + 1);
    assert_int_equal(defects_total(&defects, "bad-row"), 2 * (DEFECTS_MAX_EACH + 500));
    int64_t last = 2 * DEFECTS_MAX_EACH - 1;
    assert_int_equal(defects.items[last].count, 501);
    assert_string_equal(defects.items[last].message, "row 999");
    defects_release(&defects);
}

int main(void)
{
    const struct CMUnitTest error[] = {
        cmocka_unit_test(message_is_file_line_wrong_remedy),
        cmocka_unit_test(file_and_line_may_be_absent),
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(control_bytes_cannot_reach_the_terminal),
        cmocka_unit_test(long_text_is_cut_not_overrun),
        cmocka_unit_test(defects_keep_everything_in_order),
        cmocka_unit_test(defects_beyond_the_bound_are_counted_in_the_last_of_their_kind),
    };
    return cmocka_run_group_tests(error, NULL, NULL);
}
