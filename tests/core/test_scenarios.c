/* Text scenarios (DESIGN 8): every file of tests/scenarios is run, and what the core did must be what stands there.
 * UPDATE=1 writes what happened into the files instead: read the difference before it is committed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scenario.h"

#define FOLDER "tests/scenarios/"

enum { TEXT_BYTES = 1 << 19, FILES_MIN = 12, PATH_BYTES = 320 };

static char *load(const char *path)
{
    char *text = calloc(1, TEXT_BYTES);
    FILE *file = fopen(path, "r");
    if (text != NULL && file != NULL) {
        text[fread(text, 1, TEXT_BYTES - 1, file)] = '\0';
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return text;
}

static void save(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        fail_msg("%s cannot be written", path);
    }
}

/* Names the first line in which the two differ. */
static void compare(const char *path, const char *wanted, const char *got)
{
    int line = 1;
    while (*wanted != '\0' && *wanted == *got) {
        line += *wanted == '\n' ? 1 : 0;
        wanted++;
        got++;
    }
    if (*wanted == *got) {
        return;
    }
    fail_msg("%s:%d: expected ...%.*s, and ...%.*s happened: UPDATE=1 writes what happened", path,
             line, (int)strcspn(wanted, "\n"), wanted, (int)strcspn(got, "\n"), got);
}

static void run(const char *path)
{
    struct script *script = calloc(1, sizeof(*script));
    char *got = calloc(1, TEXT_BYTES);
    char *wanted = load(path);
    assert_non_null(script);
    assert_non_null(got);
    assert_non_null(wanted);
    assert_true(script_read(script, path));
    const char *problem = script_run(script);
    if (problem != NULL) {
        fail_msg("%s: %s", path, problem);
    }
    script_print(script, got, TEXT_BYTES);
    if (getenv("UPDATE") != NULL) {
        save(path, got);
    } else {
        compare(path, wanted, got);
    }
    free(wanted);
    free(got);
    free(script);
}

static int is_script(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".txt") == 0;
}

static void every_story_goes_as_it_is_told(void **state)
{
    (void)state;
    struct dirent **entries = NULL;
    int count = scandir(FOLDER, &entries, is_script, alphasort);
    assert_true(count >= FILES_MIN);
    for (int index = 0; index < count; index++) {
        char path[PATH_BYTES];
        (void)snprintf(path, sizeof(path), "%s%s", FOLDER, entries[index]->d_name);
        print_message("           %s\n", path);
        run(path);
        free(entries[index]);
    }
    free(entries);
}

static void a_script_says_what_it_does_not_understand(void **state)
{
    (void)state;
    struct script *script = calloc(1, sizeof(*script));
    assert_non_null(script);
    script->count = 1;
    (void)strcpy(script->lines[0].text, "bar yesterday DOGE 1 1 1 1");
    assert_string_equal(script_run(script), "not understood: bar yesterday DOGE 1 1 1 1");
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_goes_as_it_is_told),
        cmocka_unit_test(a_script_says_what_it_does_not_understand),
    };
    return cmocka_run_group_tests_name("scenarios", tests, NULL, NULL);
}
