/* test_session_money.c - the exchange's own figures and forced fills through the core: both books
 * stay equal after every event (world_free() says where they do not). */
#include "tests/sim/session_world.h"

static struct signal coin_long(void)
{
    return signal_of("COIN", DIRECTION_LONG, "100", "99");
}

static void open_coin(struct world *world)
{
    for (int64_t minute = 0; minute < 3; minute++) {
        give_flat(world, COIN, minute, "100");
    }
    give_approved(world, coin_long(), 2, 30);
    settle(world);
    expect_fill(world, 0, SIDE_BUY, "100");
}

static int64_t fee_e8(const struct told_fill *told, int64_t rate_e9)
{
    int64_t notional_e8 = 0;
    int64_t fee = 0;
    assert_true(fixed_notional_ceil_e8(told->fill.price_e12, told->fill.size_e6, &notional_e8));
    assert_true(fixed_mul_div_ceil(notional_e8, rate_e9, ONE_E9, &fee));
    return fee;
}

static void the_core_books_the_fee_of_the_ladder(void **state)
{
    (void)state;
    struct error error;
    struct world *world = world_prepare();
    error_init(&error);
    assert_true(
        config_set(&world->simulation->config, "fees.ladder=0:0.03%:0.07%,1000:0:0.01%", &error));
    world_open(world);
    open_coin(world);
    assert_int_equal(fill_at(world, 0)->fill.fee_e8, fee_e8(fill_at(world, 0), BPS_E9(7)));
    assert_int_equal(fill_at(world, 0)->fill.kind, FILL_TRADE);
    end_at(world, 3);
    assert_int_equal(fill_at(world, 1)->fill.fee_e8, fee_e8(fill_at(world, 1), BPS_E9(7)));
    world_free(world);
}

/* One tick beyond its liquidation price, sold on the book there: taker fee only. */
static void hyperliquid_asks_no_clearance_of_the_core_either(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->instruments->items[COIN].margin_model = MARGIN_HYPERLIQUID;
    world_open(world);
    open_coin(world);
    struct books_position position;
    struct venue_port venue = exchange_venue(world->session.exchange);
    assert_true(venue.position(venue.self, COIN, &position));
    int64_t price = position.liquidation_e12 / (ONE_E12 / 100) * (ONE_E12 / 100);
    struct exchange_bar bar = bar_of(3, "100", "100", "100", "100");
    bar.open_e12 = bar.high_e12 = bar.low_e12 = bar.close_e12 = price;
    session_bar(&world->session, COIN, &bar);
    end_at(world, 4);
    const struct told_fill *told = fill_at(world, 1);
    assert_int_equal(told->fill.kind, FILL_LIQUIDATION);
    assert_int_equal(told->fill.price_e12, price);
    assert_int_equal(told->fill.fee_e8, fee_e8(told, BPS_E9(5)));
    expect_exit(world, 1, "liquidation");
    world_free(world);
}

/* Half of it at 100.5, without a fee; the stop that the venue cancelled stands again. */
static void adl_takes_a_part_and_the_core_protects_the_rest(void **state)
{
    (void)state;
    struct world *world = world_new();
    open_coin(world);
    int64_t size_e6 = position_at(world, 1)->size_e6;
    const struct exchange_adl half = {SIDE_LONG, px("100.5"), PERCENT_E9(50)};
    assert_true(exchange_adl(world->session.exchange, world->session.now_us, COIN, &half));
    settle(world);
    const struct told_fill *told = fill_at(world, 1);
    assert_int_equal(told->fill.kind, FILL_ADL);
    assert_int_equal(told->fill.fee_e8, 0);
    assert_int_equal(position_at(world, 1)->size_e6, size_e6 - told->fill.size_e6);
    give_bar(world, COIN, 3, "100", "100", "98", "98");
    end_at(world, 4);
    assert_int_equal(world->fill_count, 3);
    expect_fill(world, 2, SIDE_SELL, "99");
    expect_exit(world, 1, "stop");
    world_free(world);
}

static void refused(struct world *world, const char *part)
{
    struct error error;
    error_init(&error);
    assert_false(
        simulation_resolve(world->simulation, world->instruments, FIDELITY_BARS, MINUTE, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
    assert_non_null(strstr(error.text, part));
    free(world->instruments);
    free(world->simulation);
    free(world);
}

static void what_the_core_does_not_offer_is_refused_by_name(void **state)
{
    (void)state;
    struct world *world = world_prepare();
    world->simulation->exchange.hedge_mode = 1;
    refused(world, "sim.hedge_mode");
    world = world_prepare();
    world->instruments->items[GOLD].contract_value_e8 = 100 * ONE_E8;
    refused(world, "GOLDUSDT is an inverse");
    world = world_prepare();
    struct error error;
    error_init(&error);
    assert_true(config_set(&world->simulation->config, "fees.ladder=0:0.02%", &error));
    refused(world, "fees.ladder: step \"0:0.02%\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_core_books_the_fee_of_the_ladder),
        cmocka_unit_test(hyperliquid_asks_no_clearance_of_the_core_either),
        cmocka_unit_test(adl_takes_a_part_and_the_core_protects_the_rest),
        cmocka_unit_test(what_the_core_does_not_offer_is_refused_by_name),
    };
    return cmocka_run_group_tests_name("session_money", tests, NULL, NULL);
}
