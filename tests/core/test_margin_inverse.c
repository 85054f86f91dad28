/* Coin-margined contracts, by hand: 100 contracts of 100 USD at 50,000 are 0.2 BTC. */
#include "core/margin_inverse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/fixed.h"

#define VALUE     (100 * ONE_E8)
#define CONTRACTS (100 * ONE_E6)
#define PRICE(p)  ((int64_t)(p)*ONE_E12)

/* In coin: to 1 BTC 0.4 %, to 5 BTC 0.5 % (amount 0.001), beyond 1 % (0.026). */
static const struct tier tiers[] = {
    {0, 1 * ONE_E8, 4000000, 0, 125},
    {1 * ONE_E8, 5 * ONE_E8, 5000000, 100000, 100},
    {5 * ONE_E8, 50 * ONE_E8, 10000000, 2600000, 50},
};

static int64_t notional(enum side side, int64_t price_e12)
{
    int64_t notional_e8 = 0;
    assert_true(inverse_notional_e8(side, VALUE, price_e12, CONTRACTS, &notional_e8));
    return notional_e8;
}

static struct liquidation_input input_of(enum side side, struct margin_leg leg, int64_t wallet_e8)
{
    struct liquidation_input input = {.model = MARGIN_BINANCE,
                                      .tiers = tiers,
                                      .tier_count = ARRAY_COUNT(tiers),
                                      .leverage = 10,
                                      .wallet_e8 = wallet_e8};
    *(side == SIDE_LONG ? &input.long_leg : &input.short_leg) = leg;
    return input;
}

static int64_t price_of(const struct liquidation_input *input)
{
    int64_t price_e12 = 0;
    assert_true(inverse_liquidation_price(input, VALUE, &price_e12));
    return price_e12;
}

/* 10,000 / 60,000 = 0.1666... */
static void notional_rounds_against_the_account(void **state)
{
    (void)state;
    assert_int_equal(notional(SIDE_BUY, PRICE(50000)), 20000000);
    assert_int_equal(notional(SIDE_SELL, PRICE(50000)), 20000000);
    assert_int_equal(notional(SIDE_BUY, PRICE(60000)), 16666666);
    assert_int_equal(notional(SIDE_SELL, PRICE(60000)), 16666667);
}

/* Long from 50,000 to 60,000: 0.2 - 0.16666667; the short loses 0.03333334. */
static void profit_is_in_coin(void **state)
{
    (void)state;
    const struct margin_leg leg = {CONTRACTS, 20000000};
    int64_t profit_e8 = 0;
    assert_true(inverse_unrealised_e8(SIDE_LONG, VALUE, &leg, PRICE(60000), &profit_e8));
    assert_int_equal(profit_e8, 3333333);
    assert_true(inverse_unrealised_e8(SIDE_SHORT, VALUE, &leg, PRICE(60000), &profit_e8));
    assert_int_equal(profit_e8, -3333334);
}

/* 0.01 % of 0.2; at 60,000 the payer pays on 0.16666667, the other gets on 0.16666666. */
static void funding_rounds_against_the_account(void **state)
{
    (void)state;
    const int64_t rate_e16 = 1000000000000LL;
    int64_t received_e8 = 0;
    assert_int_equal(inverse_funding_side(SIDE_LONG, rate_e16), SIDE_SELL);
    assert_int_equal(inverse_funding_side(SIDE_SHORT, rate_e16), SIDE_BUY);
    assert_true(inverse_funding_e8(SIDE_LONG, 20000000, rate_e16, &received_e8));
    assert_int_equal(received_e8, -2000);
    assert_true(inverse_funding_e8(SIDE_LONG, 16666667, rate_e16, &received_e8));
    assert_int_equal(received_e8, -1667);
    assert_true(inverse_funding_e8(SIDE_SHORT, 16666666, rate_e16, &received_e8));
    assert_int_equal(received_e8, 1666);
    assert_true(inverse_funding_e8(SIDE_SHORT, 16666667, -rate_e16, &received_e8));
    assert_int_equal(received_e8, -1667);
}

/* 10,000 x 1.004 / 0.22 = 45,636.3636...; 10,000 x 0.996 / 0.18 = 55,333.33... */
static void binance_liquidation(void **state)
{
    (void)state;
    const struct margin_leg leg = {CONTRACTS, 20000000};
    struct liquidation_input input = input_of(SIDE_LONG, leg, 2000000);
    assert_int_equal(price_of(&input), 45636363636363637);
    input = input_of(SIDE_SHORT, leg, 2000000);
    assert_int_equal(price_of(&input), 55333333333333333);
}

/* 1x short: the coin behind it is worth what it owes at any price. */
static void a_covered_short_is_never_liquidated(void **state)
{
    (void)state;
    const struct margin_leg leg = {CONTRACTS, 20000000};
    struct liquidation_input input = input_of(SIDE_SHORT, leg, 20000000);
    assert_int_equal(price_of(&input), 0);
    int64_t price_e12 = 0;
    assert_true(inverse_bankruptcy_price(SIDE_SHORT, VALUE, &leg, 20000000, &price_e12));
    assert_true(price_e12 == INT64_MAX);
}

/* 0.9 BTC at the entry of 50,000 with 0.5 behind it stand beyond 1 BTC where they die: (0.9 + 0.5 +
 * 0.001) / 1.005 = 1.394..., 45,000 x 1.005 / 1.401 = 32,280.51...; the first bracket would say
 * 45,000 x 1.004 / 1.4 = 32,271.43: too late. */
static void the_bracket_is_the_one_at_the_price(void **state)
{
    (void)state;
    const struct margin_leg leg = {450 * ONE_E6, 90000000};
    struct liquidation_input input = input_of(SIDE_LONG, leg, 50000000);
    assert_int_equal(price_of(&input), 32280513918629551);
    int64_t value_e8 = 0;
    int64_t balance_e8 = 0;
    int64_t maintenance_e8 = 0;
    int64_t price_e12 = price_of(&input);
    assert_true(inverse_notional_e8(SIDE_SELL, VALUE, price_e12, leg.size_e6, &value_e8));
    assert_true(inverse_unrealised_e8(SIDE_LONG, VALUE, &leg, price_e12, &balance_e8));
    assert_true(margin_maintenance_e8(tiers, 3, value_e8, &maintenance_e8));
    assert_in_range(maintenance_e8 - (50000000 + balance_e8), 0, 1);
}

/* Bybit, fee 0.055 %: n = (0.2 x 1.1 + extra / 1.00055) / 1.004, short (0.2 x 0.9 - extra / 0.99945)
 * / 0.996; extra 0.01: 0.009994503..., 0.010005503... */
static void bybit_divides_what_was_added_by_the_fee(void **state)
{
    (void)state;
    const struct margin_leg leg = {CONTRACTS, 20000000};
    struct liquidation_input input = input_of(SIDE_LONG, leg, 2000000);
    input.model = MARGIN_BYBIT;
    input.taker_fee_e9 = 550000;
    assert_int_equal(price_of(&input), 45636363636363637);
    input.wallet_e8 = 3000000;
    /* 10,000 x 1.004 / (0.22 + 0.00999450) */
    assert_int_equal(price_of(&input), 43653217794338561);
    input = input_of(SIDE_SHORT, leg, 3000000);
    input.model = MARGIN_BYBIT;
    input.taker_fee_e9 = 550000;
    /* 10,000 x 0.996 / (0.18 - 0.01000550) */
    assert_int_equal(price_of(&input), 58590130857174790);
    input.model = MARGIN_BYBIT_ENTRY;
    assert_false(inverse_liquidation_price(&input, VALUE, &(int64_t){0}));
}

/* OctoBot's inverse rule: entry x leverage / (leverage +- 1): 500,000 / 11, 500,000 / 9. */
static void bankruptcy_is_entry_by_leverage(void **state)
{
    (void)state;
    const struct margin_leg leg = {CONTRACTS, 20000000};
    int64_t price_e12 = 0;
    assert_true(inverse_bankruptcy_price(SIDE_LONG, VALUE, &leg, 2000000, &price_e12));
    assert_int_equal(price_e12, 45454545454545455);
    assert_true(inverse_bankruptcy_price(SIDE_SHORT, VALUE, &leg, 2000000, &price_e12));
    assert_int_equal(price_e12, 55555555555555555);
}

static void a_cap_in_coin_is_so_many_contracts(void **state)
{
    (void)state;
    assert_int_equal(inverse_size_e6(VALUE, PRICE(50000), ONE_E8), 500 * ONE_E6);
    assert_int_equal(inverse_size_e6(VALUE, PRICE(33333), ONE_E8), 333330000);
}

static void what_does_not_fit_is_said(void **state)
{
    (void)state;
    int64_t out = 0;
    assert_false(inverse_notional_e8(SIDE_BUY, INT64_MAX, 1, INT64_MAX, &out));
    assert_false(inverse_notional_e8(SIDE_BUY, VALUE, 1, INT64_MAX / 4, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notional_rounds_against_the_account),
        cmocka_unit_test(profit_is_in_coin),
        cmocka_unit_test(funding_rounds_against_the_account),
        cmocka_unit_test(binance_liquidation),
        cmocka_unit_test(a_covered_short_is_never_liquidated),
        cmocka_unit_test(the_bracket_is_the_one_at_the_price),
        cmocka_unit_test(bybit_divides_what_was_added_by_the_fee),
        cmocka_unit_test(bankruptcy_is_entry_by_leverage),
        cmocka_unit_test(a_cap_in_coin_is_so_many_contracts),
        cmocka_unit_test(what_does_not_fit_is_said),
    };
    return cmocka_run_group_tests_name("margin_inverse", tests, NULL, NULL);
}
