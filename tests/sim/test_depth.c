/* test_depth.c - the book against a plain list: random levels near the market and far away, prices between the ticks, a
 * market that wanders out of the window, and levels taken off again. */
#include "sim/exchange/depth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 4096 };
#define CENT 10000000000LL /* 0.01 */

struct list {
    int32_t count;
    struct depth_level levels[LEVELS];
};

struct pair {
    struct depth depth;
    struct list lists[2];
    uint64_t random;
};

static uint32_t roll(struct pair *pair, uint32_t sides)
{
    pair->random ^= pair->random << 13;
    pair->random ^= pair->random >> 7;
    pair->random ^= pair->random << 17;
    return (uint32_t)((pair->random >> 32) % sides);
}

static int64_t list_set(struct list *list, int64_t price_e12, int64_t size_e6)
{
    for (int32_t i = 0; i < list->count; i++) {
        if (list->levels[i].price_e12 == price_e12) {
            int64_t before_e6 = list->levels[i].size_e6;
            list->levels[i].size_e6 = size_e6;
            if (size_e6 == 0) {
                list->levels[i] = list->levels[--list->count];
            }
            return before_e6;
        }
    }
    if (size_e6 > 0) {
        assert_true(list->count < LEVELS);
        list->levels[list->count++] = (struct depth_level){price_e12, size_e6};
    }
    return 0;
}

/* The best level that is further from the market than a price; 0: from the best one on. */
static const struct depth_level *
list_next(const struct list *list, enum side side, int64_t price_e12)
{
    const struct depth_level *best = NULL;
    for (int32_t i = 0; i < list->count; i++) {
        const struct depth_level *level = &list->levels[i];
        bool buy = side == SIDE_BUY;
        bool further =
            price_e12 == 0 || (buy ? level->price_e12 < price_e12 : level->price_e12 > price_e12);
        if (further && (best == NULL || (buy ? level->price_e12 > best->price_e12
                                             : level->price_e12 < best->price_e12))) {
            best = level;
        }
    }
    return best;
}

static void set(struct pair *pair, enum side side, int64_t price_e12, int64_t size_e6)
{
    int64_t before_e6 = depth_set(&pair->depth, side, price_e12, size_e6);
    assert_int_equal(before_e6, list_set(&pair->lists[side], price_e12, size_e6));
    assert_int_equal(depth_size_e6(&pair->depth, side, price_e12), size_e6);
}

static void compare(const struct pair *pair, enum side side, int32_t levels)
{
    struct depth_level level = {0, 0};
    bool found = depth_best(&pair->depth, side, &level);
    const struct depth_level *expected = list_next(&pair->lists[side], side, 0);
    while (expected != NULL && levels-- > 0) {
        assert_true(found);
        assert_int_equal(level.price_e12, expected->price_e12);
        assert_int_equal(level.size_e6, expected->size_e6);
        expected = list_next(&pair->lists[side], side, level.price_e12);
        found = depth_next(&pair->depth, side, level.price_e12, &level);
    }
    if (expected == NULL) {
        assert_false(found);
    }
}

static struct pair *pair_new(void)
{
    struct pair *pair = calloc(1, sizeof *pair);
    assert_non_null(pair);
    assert_true(depth_allocate(&pair->depth, CENT));
    pair->random = 88172645463325252ULL;
    return pair;
}

static void pair_free(struct pair *pair)
{
    depth_release(&pair->depth);
    free(pair);
}

static void random_level(struct pair *pair, int64_t middle)
{
    enum side side = roll(pair, 2) == 0 ? SIDE_BUY : SIDE_SELL;
    uint32_t spread = roll(pair, 10) == 0 ? 5000000 : 300;
    int64_t ticks = 1 + (int64_t)roll(pair, spread);
    int64_t tick = side == SIDE_BUY ? middle - ticks : middle + ticks;
    if (tick > 0) {
        set(pair, side, tick * CENT, roll(pair, 3) == 0 ? 0 : 1 + roll(pair, 1000000));
    }
}

/* The window holds 10,485 USD. The market starts at 60,000 and ends beyond 85,000 at 5 USD a message. */
static void test_random_books_of_a_wandering_market(void **state)
{
    (void)state;
    struct pair *pair = pair_new();
    int64_t middle = 6000000;
    for (int32_t message = 0; message < 5000; message++) {
        for (int32_t row = 0; row < 8; row++) {
            random_level(pair, middle);
        }
        middle += (int64_t)roll(pair, 1000);
        for (int32_t side = 0; side < 2; side++) {
            /* What the market has passed is deleted, as feeds do. */
            const struct depth_level *best = list_next(&pair->lists[side], (enum side)side, 0);
            while (best != NULL && (side == SIDE_BUY ? best->price_e12 >= middle * CENT
                                                     : best->price_e12 <= middle * CENT)) {
                set(pair, (enum side)side, best->price_e12, 0);
                best = list_next(&pair->lists[side], (enum side)side, 0);
            }
            while (pair->lists[side].count > 1500) {
                set(pair, (enum side)side, pair->lists[side].levels[0].price_e12, 0);
            }
        }
        depth_follow(&pair->depth);
        compare(pair, SIDE_BUY, 3);
        compare(pair, SIDE_SELL, 3);
    }
    compare(pair, SIDE_BUY, LEVELS);
    compare(pair, SIDE_SELL, LEVELS);
    assert_true(middle > 8500000);
    assert_int_equal(pair->depth.lost, 0);
    pair_free(pair);
}

/* The tick of the instrument was 0.01; a price of 0.003 makes it 0.001, one of 0.0005 0.0005; nothing is lost. */
static void test_prices_between_the_ticks_refine_them(void **state)
{
    (void)state;
    struct pair *pair = pair_new();
    for (int64_t i = 0; i < 200; i++) {
        set(pair, SIDE_BUY, (10000 - i * 7) * CENT, 1 + i);
        set(pair, SIDE_SELL, (10001 + i * 7) * CENT, 1 + i);
    }
    set(pair, SIDE_BUY, 100003 * (CENT / 10), 55);
    assert_int_equal(pair->depth.unit_e12, CENT / 10);
    set(pair, SIDE_BUY, 200005 * (CENT / 20), 56);
    assert_int_equal(pair->depth.unit_e12, CENT / 20);
    compare(pair, SIDE_BUY, LEVELS);
    compare(pair, SIDE_SELL, LEVELS);
    assert_int_equal(pair->depth.lost, 0);
    pair_free(pair);
}

/* 9e-6 at ticks of 1e-8: the window would begin below 0. */
static void test_small_prices(void **state)
{
    (void)state;
    struct pair *pair = pair_new();
    for (int64_t i = 1; i < 900; i++) {
        set(pair, SIDE_BUY, i * 10000, i);
        set(pair, SIDE_SELL, (900 + i) * 10000, i);
    }
    assert_int_equal(depth_set(&pair->depth, SIDE_BUY, 0, 7), 0);
    assert_int_equal(depth_set(&pair->depth, SIDE_BUY, -10000, 7), 0);
    depth_follow(&pair->depth);
    compare(pair, SIDE_BUY, LEVELS);
    compare(pair, SIDE_SELL, LEVELS);
    pair_free(pair);
}

/* A walk that begins at any price, also between levels, at the window's ends and outside. */
static void test_next_from_any_price(void **state)
{
    (void)state;
    struct pair *pair = pair_new();
    static const int64_t ticks[] = {5000000, 5000001, 5000063, 5000064, 5004096,
                                    5262144, 5524287, 9000000, 100};
    for (size_t i = 0; i < ARRAY_COUNT(ticks); i++) {
        set(pair, SIDE_BUY, ticks[i] * CENT, 1 + (int64_t)i);
        set(pair, SIDE_SELL, ticks[i] * CENT, 1 + (int64_t)i);
    }
    for (size_t i = 0; i < ARRAY_COUNT(ticks); i++) {
        for (int64_t shift = -1; shift <= 1; shift++) {
            for (int32_t side = 0; side < 2; side++) {
                int64_t price_e12 = ticks[i] * CENT + shift;
                struct depth_level level;
                bool found = depth_next(&pair->depth, (enum side)side, price_e12, &level);
                const struct depth_level *expected =
                    list_next(&pair->lists[side], (enum side)side, price_e12);
                assert_int_equal(found, expected != NULL);
                assert_true(!found || level.price_e12 == expected->price_e12);
            }
        }
    }
    pair_free(pair);
}

/* More far levels than there is room for: those furthest from the market go, and are counted. */
static void test_what_does_not_fit_is_counted(void **state)
{
    (void)state;
    struct pair *pair = pair_new();
    assert_int_equal(depth_set(&pair->depth, SIDE_BUY, 3000000 * CENT, 5), 0);
    for (int64_t i = 0; i < DEPTH_FAR + 10; i++) {
        assert_int_equal(depth_set(&pair->depth, SIDE_BUY, (1000 + i) * CENT, 1), 0);
    }
    struct depth_level level;
    assert_int_equal(pair->depth.lost, 10);
    assert_true(depth_best(&pair->depth, SIDE_BUY, &level));
    assert_int_equal(level.price_e12, 3000000 * CENT);
    assert_int_equal(depth_size_e6(&pair->depth, SIDE_BUY, 1000 * CENT), 0);
    assert_int_equal(depth_size_e6(&pair->depth, SIDE_BUY, (1000 + DEPTH_FAR + 9) * CENT), 1);
    depth_clear(&pair->depth);
    assert_false(depth_best(&pair->depth, SIDE_BUY, &level));
    pair_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_books_of_a_wandering_market),
        cmocka_unit_test(test_prices_between_the_ticks_refine_them),
        cmocka_unit_test(test_small_prices),
        cmocka_unit_test(test_next_from_any_price),
        cmocka_unit_test(test_what_does_not_fit_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
