/* Sources by index: stable, in order of appearance, bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/strategies.h"

static struct strategies strategies;

static int start(void **state)
{
    (void)state;
    strategies_init(&strategies);
    return 0;
}

static void a_source_keeps_its_index(void **state)
{
    (void)state;
    assert_int_equal(strategies_intern(&strategies, "telegram:1"), 0);
    assert_int_equal(strategies_intern(&strategies, "telegram:12"), 1);
    assert_int_equal(strategies_intern(&strategies, ""), 2);
    assert_int_equal(strategies_intern(&strategies, "telegram:1"), 0);
    assert_int_equal(strategies_intern(&strategies, "telegram:12"), 1);
    assert_int_equal(strategies.count, 3);
}

static void the_longest_name_fits_whole(void **state)
{
    (void)state;
    char name[SOURCE_BYTES];
    memset(name, 'a', sizeof(name));
    name[SOURCE_BYTES - 1] = '\0';
    assert_int_equal(strategies_intern(&strategies, name), 0);
    name[SOURCE_BYTES - 2] = 'b';
    assert_int_equal(strategies_intern(&strategies, name), 1);
    assert_string_equal(strategies.names[1], name);
}

static void beyond_the_bound_all_share_the_last_index(void **state)
{
    (void)state;
    char name[32];
    for (int index = 0; index < STRATEGIES_MAX + 5; index++) {
        (void)snprintf(name, sizeof(name), "source-%d", index);
        int expected = index < STRATEGIES_MAX ? index : STRATEGIES_MAX - 1;
        assert_int_equal(strategies_intern(&strategies, name), expected);
    }
    assert_int_equal(strategies.count, STRATEGIES_MAX);
    assert_int_equal(strategies_intern(&strategies, "source-7"), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_source_keeps_its_index, start),
        cmocka_unit_test_setup(the_longest_name_fits_whole, start),
        cmocka_unit_test_setup(beyond_the_bound_all_share_the_last_index, start),
    };
    return cmocka_run_group_tests_name("strategies", tests, NULL, NULL);
}
