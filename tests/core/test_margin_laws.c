/* Laws of the liquidation price that hold for any position: random ones, a small world tried whole,
 * symmetry. */
#include "core/margin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "tests/core/margin_tables.h"

/* ---- properties ---- */

/* A random continuous table of up to eight tiers, as a venue makes it. */
static int32_t random_table(uint64_t *random, struct tier tiers[8])
{
    int32_t count = (int32_t)between(random, 1, 8);
    int64_t floor_e8 = 0;
    int64_t rate_e9 = 1000000 * between(random, 4, 10);
    int64_t amount_e8 = 0;
    for (int32_t i = 0; i < count; i++) {
        int64_t cap_e8 = floor_e8 + USD(between(random, 5, 50) * 1000);
        tiers[i] = (struct tier){floor_e8, cap_e8, rate_e9, amount_e8, 1};
        int64_t step_e9 = 500000 * between(random, 1, 60);
        amount_e8 += cap_e8 / 1000 * (step_e9 / 1000) / 1000;
        rate_e9 += step_e9;
        floor_e8 = cap_e8;
    }
    return count;
}

/* Balance less requirement of a one-leg position, by the functions that mark it. */
static int64_t slack(const struct liquidation_input *input, int64_t price)
{
    bool is_long = input->long_leg.size_e6 != 0;
    struct margin_leg leg = is_long ? input->long_leg : input->short_leg;
    return input->wallet_e8 + unrealised(is_long ? SIDE_LONG : SIDE_SHORT, leg, price) -
           maintenance(input->tiers, input->tier_count, leg.size_e6, price);
}

static void expect_root(const struct liquidation_input *input, enum side side, int64_t size_e6)
{
    int64_t price = price_of(input);
    if (price == 0) {
        assert_int_equal(side, SIDE_LONG);
        assert_true(slack(input, 1) > -4);
        return;
    }
    /* One unit of price moves the balance by size x 1e-12; 4 units cover the roundings of mark and
     * margin. */
    int64_t grain = size_e6 / 5000000000 + 4;
    assert_near(slack(input, price), 0, grain);
    /* A tick that moves the balance by more than that, also where maintenance takes up to 40 % of
     * it. */
    int64_t tick = 2 * (grain * 10000000000 / size_e6 + 1) * 10;
    int64_t worse = side == SIDE_LONG ? price - tick : price + tick;
    int64_t better = side == SIDE_LONG ? price + tick : price - tick;
    if (worse > 0) {
        assert_true(slack(input, worse) < 0);
    }
    if (better > 0) {
        assert_true(slack(input, better) > 0);
    }
}

static void at_the_liquidation_price_equity_is_maintenance(void **state)
{
    (void)state;
    uint64_t random = 20240315;
    for (int round = 0; round < 20000; round++) {
        struct tier tiers[8];
        int32_t count = random_table(&random, tiers);
        enum side side = between(&random, 0, 1) == 0 ? SIDE_LONG : SIDE_SHORT;
        int64_t entry = between(&random, 1000, 1000000) * between(&random, 1, 1000000);
        int64_t notional = USD(between(&random, 10, 200000));
        int64_t size = (int64_t)((wide_t)notional * 10000000000 / entry) + 1;
        struct margin_leg leg = {.size_e6 = size};
        assert_true(margin_notional_e8(side, entry, size, &leg.cost_e8));
        int64_t wallet = margin_initial_e8(leg.cost_e8, (int32_t)between(&random, 1, 30));
        struct liquidation_input input = one_leg(MARGIN_BINANCE, tiers, count, side, leg, wallet);
        expect_root(&input, side, size);
    }
}

/* A world so small that every price can be tried: the answer is the first dead price on the way. */
static void brute_force_agrees_on_a_small_world(void **state)
{
    (void)state;
    const struct tier table[] = {TIER(20, 0, 50, 10000000, 0), TIER(10, 50, 100, 50000000, USD(2)),
                                 TIER(2, 100, 200, 200000000, USD(17))};
    for (int64_t size = 1; size <= 5; size++) {
        for (int64_t cost = 10; cost <= 200; cost += 10) {
            for (int64_t wallet = 1; wallet <= cost; wallet += 3) {
                struct margin_leg leg = {UNITS(size), USD(cost)};
                struct liquidation_input fall =
                    one_leg(MARGIN_BINANCE, TABLE(table), SIDE_LONG, leg, USD(wallet));
                struct liquidation_input rise =
                    one_leg(MARGIN_BINANCE, TABLE(table), SIDE_SHORT, leg, USD(wallet));
                int64_t lower = price_of(&fall);
                int64_t upper = price_of(&rise);
                for (int64_t price = 1; price <= 400; price++) {
                    int64_t at = price * ONE_E12 / 2;
                    assert_int_equal(slack(&fall, at) <= 0, at <= lower);
                    assert_int_equal(slack(&rise, at) <= 0, at >= upper);
                }
            }
        }
    }
}

static void long_and_short_are_mirrors_without_maintenance(void **state)
{
    (void)state;
    /* As the rate goes to zero both distances become W / q; at 1e-9 they differ by less than 1e-9
     * of the price. */
    const struct tier table[] = {TIER(125, 0, 10000000, 1, 0)};
    struct margin_leg leg = {.size_e6 = UNITS(1000), .cost_e8 = USD(100000)};
    for (int32_t leverage = 2; leverage <= 125; leverage++) {
        int64_t wallet = margin_initial_e8(leg.cost_e8, leverage);
        int64_t below = 100 * ONE_E12 - binance(table, 1, SIDE_LONG, leg, wallet);
        int64_t above = binance(table, 1, SIDE_SHORT, leg, wallet) - 100 * ONE_E12;
        assert_near(below, above, 300000);
    }
}

static void more_margin_moves_the_price_away(void **state)
{
    (void)state;
    struct margin_leg leg = {.size_e6 = UNITS(20000000), .cost_e8 = USD(200000)};
    int64_t lower = INT64_MAX;
    int64_t upper = 0;
    for (int64_t wallet = 2000; wallet < 200000; wallet += 500) {
        int64_t long_price = binance(TABLE(pepe), SIDE_LONG, leg, USD(wallet));
        int64_t short_price = binance(TABLE(pepe), SIDE_SHORT, leg, USD(wallet));
        assert_true(long_price < lower);
        assert_true(short_price > upper);
        lower = long_price;
        upper = short_price;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_liquidation_price_equity_is_maintenance),
        cmocka_unit_test(brute_force_agrees_on_a_small_world),
        cmocka_unit_test(long_and_short_are_mirrors_without_maintenance),
        cmocka_unit_test(more_margin_moves_the_price_away),
    };
    return cmocka_run_group_tests_name("margin_laws", tests, NULL, NULL);
}
