/* test_fee_ladder.c - the step of a day, by hand, and the ladder in a run of the exchange. */
#include "sim/exchange/fee_ladder.h"

#include "tests/sim/test_exchange_world.h"

#define DAY(n) ((int64_t)(n)*US_PER_DAY)

static bool parse(struct fee_ladder *ladder, int32_t count, const char *const *texts)
{
    static struct config_list list;
    struct error error;
    error_init(&error);
    list.count = count;
    for (int32_t i = 0; i < count; i++) {
        size_t length = strlen(texts[i]) + 1;
        assert_true(length <= CONFIG_NAME_BYTES);
        memcpy(list.names[i], texts[i], length);
    }
    return fee_ladder_parse(ladder, &list, &error);
}

/* 0.02 % / 0.05 %, from 1000 on 0.01 % / 0.04 %, from 3000 on nothing / 0.03 %. */
static struct fee_ladder three(void)
{
    static const char *const texts[] = {"0:0.02%:0.05%", "1000:0.0001:0.0004", "3000:0:0.03%"};
    struct fee_ladder ladder;
    assert_true(parse(&ladder, 3, texts));
    return ladder;
}

static void
expect_rates(const struct fee_meter *meter, int64_t now_us, int64_t maker, int64_t taker)
{
    assert_int_equal(fee_meter_rate_e9(meter, now_us, LIQUIDITY_MAKER), maker);
    assert_int_equal(fee_meter_rate_e9(meter, now_us, LIQUIDITY_TAKER), taker);
}

static void test_text_is_three_figures_and_ascends_from_zero(void **state)
{
    (void)state;
    struct fee_ladder ladder = three();
    assert_int_equal(ladder.count, 3);
    assert_int_equal(ladder.steps[1].volume_e8, usd("1000"));
    assert_int_equal(ladder.steps[1].maker_e9, BPS_E9(1));
    assert_int_equal(ladder.steps[2].maker_e9, 0);
    assert_int_equal(ladder.steps[2].taker_e9, BPS_E9(3));
    static const char *const bad[][2] = {
        {"1:0.02%:0.05%", NULL},
        {"0:0.02%", NULL},
        {"0:x:0.05%", NULL},
        {"0:0.02%:-0.05%", NULL},
        {"0:0.02%:100%", NULL},
        {"0:0.02%:0.05%", "0:0.01%:0.04%"},
        {"-1:0.02%:0.05%", NULL},
        {"0:0.02%:0.00000000001", NULL},
        {"0:0.02%:0.05%", "5:1%:2%:3%"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        assert_false(parse(&ladder, bad[i][1] == NULL ? 1 : 2, bad[i]));
    }
}

/* The volume of a day counts from midnight on, as long as it is in the window of two days. */
static void test_step_is_decided_at_midnight_from_complete_days(void **state)
{
    (void)state;
    const struct fee_ladder ladder = three();
    struct fee_meter meter;
    fee_meter_init(&meter, &ladder, 2, 0);
    fee_meter_add(&meter, DAY(100), usd("600"));
    fee_meter_add(&meter, DAY(101) - 1, usd("400"));
    expect_rates(&meter, DAY(101) - 1, BPS_E9(2), BPS_E9(5));
    expect_rates(&meter, DAY(101), BPS_E9(1), BPS_E9(4));
    fee_meter_add(&meter, DAY(101), usd("1999.99999999"));
    expect_rates(&meter, DAY(102), BPS_E9(1), BPS_E9(4)); /* 2999.99999999 */
    fee_meter_add(&meter, DAY(102), usd("1000.00000001"));
    expect_rates(&meter, DAY(103), 0, BPS_E9(3));         /* exactly 3000 of 101 and 102 */
    expect_rates(&meter, DAY(104), BPS_E9(1), BPS_E9(4)); /* 102 only */
    expect_rates(&meter, DAY(105), BPS_E9(2), BPS_E9(5));
    fee_meter_add(&meter, DAY(200), 0);
    expect_rates(&meter, DAY(200), BPS_E9(2), BPS_E9(5));
}

static void test_brought_volume_leaves_the_window_day_by_day(void **state)
{
    (void)state;
    const struct fee_ladder ladder = three();
    struct fee_meter meter;
    fee_meter_init(&meter, &ladder, 30, usd("3000"));
    expect_rates(&meter, DAY(100), 0, BPS_E9(3));
    fee_meter_add(&meter, DAY(100), 0);
    expect_rates(&meter, DAY(101), BPS_E9(1), BPS_E9(4)); /* 2900 */
    expect_rates(&meter, DAY(120), BPS_E9(1), BPS_E9(4)); /* 1000 */
    expect_rates(&meter, DAY(121), BPS_E9(2), BPS_E9(5));
}

/* The core books the venue's own figure: 10 at 100 on the first day 0.5, on the next day, after
 * 1000 of volume, 0.4; a maker then 0.1. */
static void test_fills_carry_the_fee_of_the_day(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->settings.ladder = three();
    world_open(world, false, "1000");
    coin_bar(world, 0, "100", "100", "100", "100");
    run_minute(world, 0, 5);
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(SIDE_BUY, "10"));
    assert_int_equal(next_event(world, EVENT_FILL)->fill.fee_e8, usd("0.5"));
    coin_bar(world, 24 * 60, "100", "100", "100", "100");
    run_minute(world, 24 * 60, 5);
    (void)place(world, COIN, market_order(SIDE_SELL, "10"));
    assert_int_equal(next_event(world, EVENT_FILL)->fill.fee_e8, usd("0.4"));
    (void)place(world, COIN, limit_order(SIDE_BUY, "10", "99"));
    coin_bar(world, 24 * 60 + 1, "98", "98", "98", "98");
    run_minute(world, 24 * 60 + 1, 5);
    assert_int_equal(next_event(world, EVENT_FILL)->fill.fee_e8, usd("0.099"));
    assert_int_equal(books(world).fees_e8, usd("0.999"));
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_three_figures_and_ascends_from_zero),
        cmocka_unit_test(test_step_is_decided_at_midnight_from_complete_days),
        cmocka_unit_test(test_brought_volume_leaves_the_window_day_by_day),
        cmocka_unit_test(test_fills_carry_the_fee_of_the_day),
    };
    return cmocka_run_group_tests_name("fee_ladder", tests, NULL, NULL);
}
