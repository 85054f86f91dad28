/* test_funding.c - settlements of mixed intervals, each at its own instants, and rows that are
 * missing. 10 at a mark of 100 pay 0.1 a settlement at 0.01 %. */
#include "tests/sim/venue_world.h"

#define RATE 1000000000000LL

enum { HOURLY, FOUR_HOURS, EIGHT_HOURS, MARKETS };

static const int64_t HOURS[MARKETS] = {1, 4, 8};

static struct world *three_markets(void)
{
    static const struct tier table[] = {TIER(50, 0, 1000000, 5000000, 0)};
    struct world *world = venue_prepare();
    for (int32_t i = 0; i < MARKETS; i++) {
        venue_market(world, MARGIN_BINANCE, TABLE(table));
    }
    world_open(world, false, "1000");
    for (int32_t i = 0; i < MARKETS; i++) {
        price_at(world, i, 0, px("100"));
        trade(world, i, 10, market_order(SIDE_LONG, "10"));
    }
    return world;
}

/* A row of one market, hours from START + a minute; the rest goes on until then. */
static void settle_at(struct world *world, int32_t instrument, int64_t hour)
{
    int64_t time_us = START + MINUTE + hour * US_PER_HOUR;
    run_until(world, time_us - 1);
    exchange_funding(world->exchange, instrument, time_us, RATE);
}

/* 24 x 0.1 + 6 x 0.1 + 3 x 0.1 */
static void test_each_symbol_pays_at_its_own_interval(void **state)
{
    (void)state;
    struct world *world = three_markets();
    for (int64_t hour = 1; hour <= 24; hour++) {
        for (int32_t i = 0; i < MARKETS; i++) {
            if (hour % HOURS[i] == 0) {
                settle_at(world, i, hour);
            }
        }
    }
    run_until(world, START + 2 * MINUTE + 24 * US_PER_HOUR);
    assert_int_equal(books(world).funding_e8, -usd("3.3"));
    assert_int_equal(position_of(world, HOURLY).margin_e8, usd("97.6"));
    assert_int_equal(position_of(world, FOUR_HOURS).margin_e8, usd("99.4"));
    assert_int_equal(position_of(world, EIGHT_HOURS).margin_e8, usd("99.7"));
    assert_int_equal(exchange_counters(world->exchange)->funding_missing, 0);
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

static int64_t missing_of(const int64_t *hours, int32_t count)
{
    struct world *world = three_markets();
    for (int32_t i = 0; i < count; i++) {
        settle_at(world, FOUR_HOURS, hours[i]);
    }
    run_until(world, START + 2 * MINUTE + hours[count - 1] * US_PER_HOUR);
    int64_t missing = exchange_funding_missing(world->exchange, FOUR_HOURS);
    assert_int_equal(exchange_counters(world->exchange)->funding_missing, missing);
    assert_int_equal(exchange_funding_missing(world->exchange, HOURLY), 0);
    assert_int_equal(books(world).funding_e8, -usd("0.1") * count); /* nothing is made up */
    world_free(world);
    return missing;
}

static void test_a_row_that_is_missing_is_counted(void **state)
{
    (void)state;
    const int64_t one[] = {0, 4, 8, 16, 20};
    const int64_t three[] = {0, 4, 8, 24, 28};
    const int64_t twice[] = {0, 4, 12, 16, 28, 32};
    assert_int_equal(missing_of(one, ARRAY_COUNT(one)), 1);
    assert_int_equal(missing_of(three, ARRAY_COUNT(three)), 3);
    assert_int_equal(missing_of(twice, ARRAY_COUNT(twice)), 3);
}

static void test_an_interval_that_changes_is_no_hole(void **state)
{
    (void)state;
    const int64_t longer[] = {0, 1, 2, 6, 10, 14};
    const int64_t shorter[] = {0, 8, 16, 20, 24};
    assert_int_equal(missing_of(longer, ARRAY_COUNT(longer)), 0);
    assert_int_equal(missing_of(shorter, ARRAY_COUNT(shorter)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_symbol_pays_at_its_own_interval),
        cmocka_unit_test(test_a_row_that_is_missing_is_counted),
        cmocka_unit_test(test_an_interval_that_changes_is_no_hole),
    };
    return cmocka_run_group_tests_name("funding", tests, NULL, NULL);
}
