#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "live/budget.h"

#define SECOND_NS 1000000000LL

enum { WEIGHT, ORDERS };

/* 800 weight in 8 s, 100 orders in 16 s; half is ours, a fifth of that the reserve: 320 of 400, 40 of 50. */
static struct budget two_windows(void)
{
    struct budget budget;
    budget_init(&budget, ONE_E9 / 2, ONE_E9 / 5);
    assert_true(budget_window(&budget, "weight", 8 * SECOND_NS, 800));
    assert_true(budget_window(&budget, "orders", 16 * SECOND_NS, 100));
    return budget;
}

static bool take(struct budget *budget,
                 enum budget_use use,
                 int64_t weight,
                 int64_t orders,
                 int64_t second,
                 int64_t *again_s)
{
    const int64_t costs[BUDGET_WINDOWS_MAX] = {weight, orders};
    int64_t again_ns = -SECOND_NS;
    bool fine = budget_take(budget, use, costs, second * SECOND_NS, &again_ns);
    *again_s = again_ns == INT64_MAX ? INT64_MAX : again_ns / SECOND_NS;
    return fine;
}

static void entries_leave_the_reserve_to_what_reduces(void **state)
{
    (void)state;
    struct budget budget = two_windows();
    int64_t again = 0;
    assert_true(take(&budget, BUDGET_LOOK, 20, 0, 100, &again));
    assert_true(take(&budget, BUDGET_ENTRY, 300, 40, 100, &again));
    assert_false(take(&budget, BUDGET_ENTRY, 1, 0, 100, &again));
    assert_int_equal(again, 109); /* nine slices of a second: a whole window is never exceeded */
    assert_false(take(&budget, BUDGET_LOOK, 1, 0, 100, &again));
    assert_true(take(&budget, BUDGET_REDUCE, 80, 10, 100, &again));
    assert_false(take(&budget, BUDGET_REDUCE, 0, 1, 100, &again));
    assert_int_equal(again, 118); /* nine slices of two seconds */
    assert_int_equal(budget_used(&budget, WEIGHT, 100 * SECOND_NS), 400);
    assert_int_equal(budget_used(&budget, ORDERS, 100 * SECOND_NS), 50);
    assert_int_equal(budget.refused, 3);
}

static void all_windows_or_none(void **state)
{
    (void)state;
    struct budget budget = two_windows();
    int64_t again = 0;
    assert_false(take(&budget, BUDGET_ENTRY, 10, 41, 100, &again)); /* more than there ever is */
    assert_true(again == INT64_MAX);
    assert_int_equal(budget_used(&budget, WEIGHT, 100 * SECOND_NS), 0);
}

static void a_window_slides(void **state)
{
    (void)state;
    struct budget budget = two_windows();
    int64_t again = 0;
    assert_true(take(&budget, BUDGET_ENTRY, 200, 0, 100, &again));
    assert_true(take(&budget, BUDGET_ENTRY, 120, 0, 104, &again));
    assert_false(take(&budget, BUDGET_ENTRY, 100, 0, 108, &again));
    assert_int_equal(again, 109);
    assert_true(take(&budget, BUDGET_ENTRY, 100, 0, 109, &again));
    assert_int_equal(budget_used(&budget, WEIGHT, 109 * SECOND_NS), 220);
    assert_false(take(&budget, BUDGET_ENTRY, 220, 0, 109, &again));
    assert_int_equal(again, 113);
    assert_int_equal(budget_used(&budget, WEIGHT, 1000 * SECOND_NS), 0);
    assert_true(take(&budget, BUDGET_ENTRY, 320, 0, 1000, &again));
}

static void the_venue_knows_better_when_it_says_more(void **state)
{
    (void)state;
    struct budget budget = two_windows();
    int64_t again = 0;
    assert_true(take(&budget, BUDGET_ENTRY, 100, 0, 100, &again));
    budget_told(&budget, "weight", 90, 100 * SECOND_NS);
    assert_int_equal(budget_used(&budget, WEIGHT, 100 * SECOND_NS), 100);
    budget_told(&budget, "weight", 310, 100 * SECOND_NS); /* others share our address */
    budget_told(&budget, "unheard-of", 310, 100 * SECOND_NS);
    budget_told(&budget, "weight", -1, 100 * SECOND_NS);
    assert_int_equal(budget_used(&budget, WEIGHT, 100 * SECOND_NS), 310);
    assert_false(take(&budget, BUDGET_ENTRY, 11, 0, 100, &again));
    assert_true(take(&budget, BUDGET_ENTRY, 10, 0, 100, &again));
    budget_told(&budget, "weight", INT64_MAX, 101 * SECOND_NS);
    assert_false(take(&budget, BUDGET_REDUCE, 1, 0, 101, &again));
    assert_int_equal(again, 110);
}

static void silence_holds_everything(void **state)
{
    (void)state;
    struct budget budget = two_windows();
    int64_t again = 0;
    budget_silence(&budget, false, 30, 100 * SECOND_NS);
    assert_false(take(&budget, BUDGET_REDUCE, 1, 1, 129, &again));
    assert_int_equal(again, 130);
    assert_false(take(&budget, BUDGET_REDUCE, 0, 0, 129, &again));
    budget_silence(&budget, true, 5, 101 * SECOND_NS); /* never shorter */
    assert_true(budget.banned);
    assert_int_equal(budget.silent_until_ns, 130 * SECOND_NS);
    assert_true(take(&budget, BUDGET_REDUCE, 1, 1, 130, &again));
    assert_false(budget.banned);
    budget_silence(&budget, false, 0, 200 * SECOND_NS);
    assert_int_equal(budget.silent_until_ns, 216 * SECOND_NS); /* the longest window */
    budget_silence(&budget, true, INT64_MAX, 200 * SECOND_NS);
    assert_true(budget.silent_until_ns > INT64_MAX - SECOND_NS);
    budget_init(&budget, ONE_E9, 0);
    budget_silence(&budget, false, 0, 0);
    assert_int_equal(budget.silent_until_ns, 60 * SECOND_NS);
}

static void windows_by_name(void **state)
{
    (void)state;
    struct budget budget = two_windows();
    int64_t again = 0;
    assert_true(take(&budget, BUDGET_ENTRY, 10, 1, 100, &again));
    assert_true(budget_window(&budget, "weight", 8 * SECOND_NS, 20));
    assert_int_equal(budget.count, 2);
    assert_int_equal(budget_used(&budget, WEIGHT, 100 * SECOND_NS), 10);
    assert_false(take(&budget, BUDGET_REDUCE, 1, 0, 100, &again));
    static const char *const names[] = {"c", "d", "e", "f", "g", "h"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        assert_true(budget_window(&budget, names[i], SECOND_NS, 1));
    }
    assert_false(budget_window(&budget, "i", SECOND_NS, 1));
    assert_false(budget_window(&budget, "c", 0, 1));
    assert_false(budget_window(&budget, "c", SECOND_NS, -1));
    assert_false(budget_window(&budget, "a name that is longer than thirty-one", SECOND_NS, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_leave_the_reserve_to_what_reduces),
        cmocka_unit_test(all_windows_or_none),
        cmocka_unit_test(a_window_slides),
        cmocka_unit_test(the_venue_knows_better_when_it_says_more),
        cmocka_unit_test(silence_holds_everything),
        cmocka_unit_test(windows_by_name),
    };
    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
