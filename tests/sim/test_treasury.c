/* test_treasury.c - money is neither made nor lost between the account and its counterparts, and a
 * shift of one unit anywhere is seen. */
#include "sim/exchange/treasury.h"

#include "tests/sim/test_exchange_world.h"

struct pair {
    struct world *world; /* its instruments only */
    struct account account;
    struct treasury treasury;
};

static struct pair *pair_new(int64_t fund_e8)
{
    struct pair *pair = calloc(1, sizeof *pair);
    assert_non_null(pair);
    pair->world = world_prepare();
    account_init(&pair->account, pair->world->instruments, false);
    treasury_init(&pair->treasury, fund_e8);
    account_transfer(&pair->account, usd("1000"));
    account_mark(&pair->account, COIN, px("100"));
    return pair;
}

static void pair_free(struct pair *pair)
{
    free(pair->world->instruments);
    free(pair->world);
    free(pair);
}

static int64_t difference(const struct pair *pair)
{
    return treasury_difference_e8(&pair->treasury, &pair->account);
}

static const struct instrument *coin(const struct pair *pair)
{
    return &pair->world->instruments->items[COIN];
}

static struct account_fill fill_of(enum side side, const char *size, const char *price)
{
    return (struct account_fill){
        .side = side,
        .liquidity = LIQUIDITY_TAKER,
        .leverage = 10,
        .size_e6 = qty(size),
        .price_e12 = px(price),
        .fee_e9 = BPS_E9(5),
    };
}

static struct account_posting
deal(struct pair *pair, enum side side, const char *size, const char *price)
{
    struct account_fill fill = fill_of(side, size, price);
    struct account_posting posting = account_fill(&pair->account, COIN, &fill);
    treasury_trade(&pair->treasury, coin(pair), side, &posting);
    return posting;
}

/* Odd sizes and prices: every rounding of a partial close falls somewhere. */
static void test_trades_and_funding_conserve_to_the_last_unit(void **state)
{
    (void)state;
    struct pair *pair = pair_new(-1);
    assert_int_equal(difference(pair), 0);
    (void)deal(pair, SIDE_BUY, "3.333333", "99.99");
    assert_int_equal(difference(pair), 0);
    (void)deal(pair, SIDE_BUY, "1.111111", "101.37");
    (void)deal(pair, SIDE_SELL, "2.000001", "103.77");
    assert_int_equal(difference(pair), 0);
    treasury_funding(&pair->treasury,
                     account_funding(&pair->account, COIN, px("100.01"), 1234567890123LL));
    assert_int_equal(difference(pair), 0);
    (void)deal(pair, SIDE_SELL, "2.444443", "97.13");
    assert_int_equal(pair->account.open_count, 0);
    assert_int_equal(difference(pair), 0);
    /* flat: what the rest of the world has is what we have realised */
    assert_int_equal(pair->treasury.market_e8, -pair->account.realised_e8);
    pair_free(pair);
}

/* Bought at 100, taken by the fund at 90, sold by it at 80. */
static void test_fund_books_a_takeover_at_both_prices(void **state)
{
    (void)state;
    struct pair *pair = pair_new(usd("500"));
    (void)deal(pair, SIDE_BUY, "10", "100");
    struct account_fill fill = fill_of(SIDE_SELL, "10", "90");
    fill.kind = FILL_LIQUIDATION;
    struct account_posting posting = account_fill(&pair->account, COIN, &fill);
    treasury_takeover(&pair->treasury, coin(pair), SIDE_SELL, &posting, usd("800"));
    assert_int_equal(pair->treasury.fund_e8, usd("400"));
    assert_int_equal(pair->treasury.market_e8, usd("200"));
    assert_int_equal(difference(pair), 0);
    assert_true(treasury_affords(&pair->treasury, usd("400")));
    assert_false(treasury_affords(&pair->treasury, usd("400.00000001")));
    pair_free(pair);
}

/* Each figure that could be wrong by one unit, in turn. */
static void test_a_shift_of_one_unit_is_seen(void **state)
{
    (void)state;
    struct pair *pair = pair_new(usd("500"));
    (void)deal(pair, SIDE_BUY, "10", "100");
    int64_t *figures[] = {
        &pair->account.wallet_e8,          &pair->account.transfers_e8, &pair->treasury.market_e8,
        &pair->treasury.fees_e8,           &pair->treasury.fund_e8,     &pair->treasury.funding_e8,
        &pair->account.legs[0][0].cost_e8,
    };
    for (size_t i = 0; i < ARRAY_COUNT(figures); i++) {
        assert_int_equal(difference(pair), 0);
        *figures[i] += 1;
        assert_int_not_equal(difference(pair), 0);
        *figures[i] -= 1;
    }
    pair_free(pair);
}

static void test_the_mirror_holds_for_shorts_and_inverse_contracts(void **state)
{
    (void)state;
    struct pair *pair = pair_new(-1);
    (void)deal(pair, SIDE_SELL, "3.333333", "99.99");
    assert_int_equal(difference(pair), 0);
    (void)deal(pair, SIDE_BUY, "1.111111", "97.37");
    assert_int_equal(difference(pair), 0);
    pair_free(pair);
    pair = pair_new(-1);
    pair->world->instruments->items[COIN].contract_value_e8 = usd("100");
    (void)deal(pair, SIDE_BUY, "37", "31337.77");
    assert_int_equal(difference(pair), 0);
    (void)deal(pair, SIDE_SELL, "11", "29999.99");
    assert_int_equal(difference(pair), 0);
    (void)deal(pair, SIDE_SELL, "26", "33333.33");
    assert_int_equal(difference(pair), 0);
    pair_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades_and_funding_conserve_to_the_last_unit),
        cmocka_unit_test(test_fund_books_a_takeover_at_both_prices),
        cmocka_unit_test(test_a_shift_of_one_unit_is_seen),
        cmocka_unit_test(test_the_mirror_holds_for_shorts_and_inverse_contracts),
    };
    return cmocka_run_group_tests_name("treasury", tests, NULL, NULL);
}
