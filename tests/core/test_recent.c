#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/recent.h"

static struct recent recent;

static int setup(void **state)
{
    (void)state;
    recent_init(&recent);
    return 0;
}

static void what_was_added_is_found_with_its_times(void **state)
{
    (void)state;
    assert_null(recent_find(&recent, 5));
    recent_add(&recent, 5, 100, 90);
    const struct recent_entry *entry = recent_find(&recent, 5);
    assert_non_null(entry);
    assert_int_equal(entry->seen_us, 100);
    assert_int_equal(entry->stamp_us, 90);
    recent_add(&recent, 5, 200, 190);
    assert_int_equal(recent.count, 1);
    assert_int_equal(recent_find(&recent, 5)->seen_us, 200);
    recent_check(&recent);
}

static void the_oldest_is_forgotten_and_counted(void **state)
{
    (void)state;
    for (uint64_t key = 0; key < DUPLICATES_MAX + 1000; key++) {
        recent_add(&recent, key * 0x9E3779B97F4A7C15ULL, (int64_t)key, 0);
    }
    assert_int_equal(recent.count, DUPLICATES_MAX);
    assert_int_equal(recent.forgotten, 1000);
    for (uint64_t key = 0; key < DUPLICATES_MAX + 1000; key++) {
        const struct recent_entry *entry = recent_find(&recent, key * 0x9E3779B97F4A7C15ULL);
        assert_int_equal(entry != NULL, key >= 1000);
        assert_true(entry == NULL || entry->seen_us == (int64_t)key);
    }
    recent_check(&recent);
}

/* Every key at one home: the worst probe sequence, over the end of the table, with removals. */
static void colliding_keys_survive_removal_of_their_neighbours(void **state)
{
    (void)state;
    for (uint64_t key = 0; key < 300; key++) {
        recent_add(&recent, (key << 32) | (RECENT_SLOTS - 2), (int64_t)key, 0);
    }
    for (uint64_t key = 0; key < DUPLICATES_MAX - 150; key++) {
        recent_add(&recent, ((key + 1000) << 32) | ((key * 7 + 3) % RECENT_SLOTS), 0, 0);
    }
    recent_check(&recent);
    for (uint64_t key = 0; key < 300; key++) {
        bool there = recent_find(&recent, (key << 32) | (RECENT_SLOTS - 2)) != NULL;
        assert_int_equal(there, key >= 150);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_added_is_found_with_its_times, setup),
        cmocka_unit_test_setup(the_oldest_is_forgotten_and_counted, setup),
        cmocka_unit_test_setup(colliding_keys_survive_removal_of_their_neighbours, setup),
    };
    return cmocka_run_group_tests_name("recent", tests, NULL, NULL);
}
