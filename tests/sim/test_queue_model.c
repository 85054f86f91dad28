/* test_queue_model.c - each published model against numbers worked by hand from its formula. Everywhere 30 stand before us
 * and 70 behind; the level falls from 100 to 90 without a trade, unless a test says otherwise. */
#include "sim/exchange/queue_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/fixed.h"

static int64_t qty(const char *text)
{
    int64_t value = 0;
    assert_int_equal(decimal_parse(text, strlen(text), 6, &value), DECIMAL_OK);
    return value;
}

static int64_t
front_after(int64_t kind, int64_t power, const char *front, const char *before, const char *after)
{
    struct queue_model model = {kind, power};
    struct queue_place place = {.front_e6 = qty(front)};
    queue_place_level(&place, &model, qty(before), qty(after));
    return place.front_e6;
}

/* All cancels stood behind us, as far as the level still holds what is ahead. */
static void test_conservative(void **state)
{
    (void)state;
    assert_int_equal(front_after(QUEUE_CONSERVATIVE, 3, "30", "100", "90"), qty("30"));
    assert_int_equal(front_after(QUEUE_CONSERVATIVE, 3, "30", "100", "20"), qty("20"));
    assert_int_equal(front_after(QUEUE_CONSERVATIVE, 3, "30", "100", "130"), qty("30"));
    assert_int_equal(front_after(QUEUE_CONSERVATIVE, 3, "30", "100", "0"), 0);
}

/* n = 1: p = 70 / 100; 30 - 0.3 x 10 = 27. n = 3: 1 - p = 27 / 370, of 10: 0.729730. */
static void test_power(void **state)
{
    (void)state;
    assert_int_equal(front_after(QUEUE_POWER, 1, "30", "100", "90"), qty("27"));
    assert_int_equal(front_after(QUEUE_POWER, 3, "30", "100", "90"), qty("29.27027"));
}

/* n = 1: as above; n = 2: p = 0.7^2 = 0.49, 30 - 5.1. */
static void test_power2(void **state)
{
    (void)state;
    assert_int_equal(front_after(QUEUE_POWER2, 1, "30", "100", "90"), qty("27"));
    assert_int_equal(front_after(QUEUE_POWER2, 2, "30", "100", "90"), qty("24.9"));
}

/* n = 2: 1 - p = 0.3^2, 30 - 0.9; n = 10: 0.3^10 = 0.0000059049, of 10: 0.000059. */
static void test_power3(void **state)
{
    (void)state;
    assert_int_equal(front_after(QUEUE_POWER3, 2, "30", "100", "90"), qty("29.1"));
    assert_int_equal(front_after(QUEUE_POWER3, 10, "30", "100", "90"), qty("29.999941"));
}

/* ln 31 = 3.43398720, ln 71 = 4.26267988, ln 101 = 4.61512052: 30 - 10 x 3.43398720 / 7.69666708, and 30 - 10 x (1 - 4.26267988 /
 * 4.61512052). */
static void test_logarithms(void **state)
{
    (void)state;
    assert_int_equal(front_after(QUEUE_LOG, 1, "30", "100", "90"), qty("25.538345"));
    assert_int_equal(front_after(QUEUE_LOG2, 1, "30", "100", "90"), qty("29.236335"));
}

/* 20 trade: 10 left ahead. The level falls by 25: trades explain 20; of the other 5 with 10 ahead and 90 behind 0.5 stood
 * before us (power, n = 1). */
static void test_trades_are_not_counted_twice(void **state)
{
    (void)state;
    struct queue_model model = {QUEUE_POWER, 1};
    struct queue_place place = {.front_e6 = qty("30")};
    assert_int_equal(queue_place_trade(&place, qty("20"), qty("20")), 0);
    assert_int_equal(place.front_e6, qty("10"));
    queue_place_level(&place, &model, qty("100"), qty("75"));
    assert_int_equal(place.front_e6, qty("9.5"));
    assert_int_equal(place.traded_e6, 0);
}

/* Trades explain more than the fall: others have joined behind us. */
static void test_a_level_that_was_filled_up(void **state)
{
    (void)state;
    struct queue_model model = {QUEUE_LOG, 1};
    struct queue_place place = {.front_e6 = qty("30")};
    (void)queue_place_trade(&place, qty("20"), qty("20"));
    queue_place_level(&place, &model, qty("100"), qty("95"));
    assert_int_equal(place.front_e6, qty("10"));
}

/* 5 ahead of us, 8 trade: 3 are ours; of 8 of which an older order of ours took 2, one is. */
static void test_a_trade_beyond_the_front(void **state)
{
    (void)state;
    struct queue_place place = {.front_e6 = qty("5")};
    assert_int_equal(queue_place_trade(&place, qty("8"), qty("8")), qty("3"));
    assert_int_equal(place.front_e6, 0);
    struct queue_place younger = {.front_e6 = qty("5")};
    assert_int_equal(queue_place_trade(&younger, qty("8"), qty("6")), qty("1"));
    assert_int_equal(younger.traded_e6, qty("8"));
}

/* power3, n = 3, 18 ahead, 2 behind, 20 to 5: 1 - p = 0.729, 10.935 ahead; 4.065 behind are more than the 2 that stood
 * there, so 2.065 more were ahead: 18 - 10.935 - 2.065 = 5. */
static void test_more_went_than_stood_behind(void **state)
{
    (void)state;
    assert_int_equal(front_after(QUEUE_POWER3, 3, "18", "20", "5"), qty("5"));
}

static void test_unknown_until_the_level_is_stated(void **state)
{
    (void)state;
    struct queue_model model = {QUEUE_CONSERVATIVE, 3};
    struct queue_place place = {.front_e6 = QUEUE_UNKNOWN};
    assert_int_equal(queue_place_trade(&place, qty("8"), qty("8")), 0);
    queue_place_level(&place, &model, 0, qty("40"));
    assert_int_equal(place.front_e6, qty("40"));
}

/* 2^61 units of 1e-6 on both sides: nothing overflows. */
static void test_the_largest_sizes(void **state)
{
    (void)state;
    int64_t most_e6 = INT64_MAX / 4;
    for (int64_t kind = QUEUE_CONSERVATIVE; kind <= QUEUE_LOG2; kind++) {
        struct queue_model model = {kind, 10};
        struct queue_place place = {.front_e6 = most_e6 / 2};
        queue_place_level(&place, &model, most_e6, most_e6 / 4);
        assert_true(place.front_e6 >= 0 && place.front_e6 <= most_e6 / 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conservative),
        cmocka_unit_test(test_power),
        cmocka_unit_test(test_power2),
        cmocka_unit_test(test_power3),
        cmocka_unit_test(test_logarithms),
        cmocka_unit_test(test_trades_are_not_counted_twice),
        cmocka_unit_test(test_a_level_that_was_filled_up),
        cmocka_unit_test(test_a_trade_beyond_the_front),
        cmocka_unit_test(test_more_went_than_stood_behind),
        cmocka_unit_test(test_unknown_until_the_level_is_stated),
        cmocka_unit_test(test_the_largest_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
