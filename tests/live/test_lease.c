/* test_lease.c - one executor a state directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "live/lease.h"

static char directory[] = "/tmp/cerberus-lease-XXXXXX";

static int setup(void **state)
{
    (void)state;
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static void a_second_executor_is_refused_and_hears_who_holds_it(void **state)
{
    (void)state;
    struct lease first;
    struct lease second;
    struct error error;
    char held[64];
    error_init(&error);
    assert_true(lease_take(&first, directory, &error));
    assert_false(lease_take(&second, directory, &error));
    assert_int_equal(error.code, EXIT_CODE_OPERATING);
    (void)snprintf(held, sizeof(held), "process %d,", (int)getpid());
    assert_non_null(strstr(error.text, held));
    assert_true(first.owner.boot[0] != '\0');
    lease_release(&first);
    assert_true(lease_take(&second, directory, &error));
    lease_release(&second);
}

/* The trap of POSIX locks: a close of the same file drops them. */
static void a_close_of_the_file_by_somebody_keeps_it(void **state)
{
    (void)state;
    struct lease first;
    struct lease second;
    struct error error;
    char path[LEASE_PATH_BYTES];
    error_init(&error);
    assert_true(lease_take(&first, directory, &error));
    assert_true(lease_path(&first, "lock", path));
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    (void)fclose(file);
    assert_false(lease_take(&second, directory, &error));
    lease_release(&first);
}

static void a_killed_holder_leaves_nothing(void **state)
{
    (void)state;
    struct error error;
    struct lease lease;
    error_init(&error);
    pid_t child = fork();
    if (child == 0) {
        _exit(lease_take(&lease, directory, &error) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(lease_take(&lease, directory, &error));
    lease_release(&lease);
}

static void a_directory_that_others_may_write_is_refused(void **state)
{
    (void)state;
    struct error error;
    struct lease lease;
    error_init(&error);
    assert_int_equal(chmod(directory, 0777), 0);
    assert_false(lease_take(&lease, directory, &error));
    assert_non_null(strstr(error.text, "only we can write"));
    assert_int_equal(chmod(directory, 0700), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_executor_is_refused_and_hears_who_holds_it),
        cmocka_unit_test(a_close_of_the_file_by_somebody_keeps_it),
        cmocka_unit_test(a_killed_holder_leaves_nothing),
        cmocka_unit_test(a_directory_that_others_may_write_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
