/* The risk manager with little evidence, with absurd figures, and when it closes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/risk_world.h"

static struct world world;

static int setup(void **state)
{
    (void)state;
    world_init(&world);
    return 0;
}

/* ---- closing ---- */

static void an_opposite_signal_closes_by_default(void **state)
{
    (void)state;
    world.view.symbol.has_position = true;
    world.view.symbol.position_side = SIDE_SHORT;
    world.view.symbol.position_size_e6 = 500 * ONE_E6;
    world.view.breaker.state = BREAKER_LOCKED; /* exits go on */
    assert_true(risk_closes(&world.view));
    assert_int_equal(world_assess(&world), VERDICT_CLOSE_APPROVED);
    assert_int_equal(world.out.side, SIDE_BUY);
    assert_int_equal(world.out.position_size_e6, 500 * ONE_E6);
    assert_false(world.out.approved);
    world.view.symbol.closing_e6 = 500 * ONE_E6;
    assert_int_equal(world_assess(&world), VERDICT_NOT_REDUCING);
    world.view.symbol.closing_e6 = 0;
    world.signal.duplicate = VERDICT_DUPLICATE_ID;
    assert_int_equal(world_assess(&world), VERDICT_DUPLICATE_ID);
}

static void a_close_without_a_position_closes_nothing(void **state)
{
    (void)state;
    world.signal.direction = DIRECTION_CLOSE;
    assert_int_equal(world_assess(&world), VERDICT_NOT_REDUCING);
}

static void a_reducing_order_must_still_reduce(void **state)
{
    (void)state;
    struct risk_reduction order = {.has_position = true,
                                   .position_side = SIDE_LONG,
                                   .position_size_e6 = 100,
                                   .side = SIDE_SELL,
                                   .size_e6 = 100};
    assert_int_equal(risk_check_reducing(&order), VERDICT_APPROVED);
    order.size_e6 = 101;
    assert_int_equal(risk_check_reducing(&order), VERDICT_NOT_REDUCING);
    order.size_e6 = 60;
    order.closing_e6 = 40;
    assert_int_equal(risk_check_reducing(&order), VERDICT_APPROVED);
    order.closing_e6 = 41;
    assert_int_equal(risk_check_reducing(&order), VERDICT_NOT_REDUCING);
    order.close_position = true;
    assert_int_equal(risk_check_reducing(&order), VERDICT_APPROVED);
    order.side = SIDE_BUY;
    assert_int_equal(risk_check_reducing(&order), VERDICT_NOT_REDUCING);
    order.side = SIDE_SELL;
    order.has_position = false;
    assert_int_equal(risk_check_reducing(&order), VERDICT_NOT_REDUCING);
}

/* ---- evidence by fidelity ---- */

static void evidence_drop_all(void)
{
    struct risk_market *market = &world.view.market;
    market->has_index = market->has_spread = market->has_depth = market->has_volume = false;
    market->has_slippage = market->has_funding = market->has_minute = false;
}

static void live_knows_no_not_applicable(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        enum verdict verdict;
    } rows[] = {
        {offsetof(struct risk_market, has_index), VERDICT_REFERENCE_DIVERGED},
        {offsetof(struct risk_market, has_spread), VERDICT_SPREAD_WIDE},
        {offsetof(struct risk_market, has_depth), VERDICT_QUANTITY_LIMIT},
        {offsetof(struct risk_market, has_volume), VERDICT_QUANTITY_LIMIT},
        {offsetof(struct risk_market, has_slippage), VERDICT_SLIPPAGE},
        {offsetof(struct risk_market, has_funding), VERDICT_FUNDING_HIGH},
        {offsetof(struct risk_market, has_minute), VERDICT_PRICE_COLLAR},
        {offsetof(struct risk_market, known), VERDICT_NO_MARKET},
    };
    for (size_t row = 0; row < ARRAY_COUNT(rows); row++) {
        world_init(&world);
        bool missing = false;
        memcpy((char *)&world.view.market + rows[row].offset, &missing, sizeof(missing));
        assert_int_equal(world_assess(&world), rows[row].verdict);
    }
}

static void signals_alone_need_no_book_no_volume_and_no_age(void **state)
{
    (void)state;
    world.settings.simulated = true;
    world.settings.fidelity = FIDELITY_SIGNALS;
    world.view.instrument_age_us = -1;
    evidence_drop_all();
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    static const char *const names[] = {"C3.age",   "C7.age",      "C7.last",
                                        "C7.index", "C7.spread",   "C4.volume",
                                        "C4.depth", "C8.slippage", "C22.funding"};
    for (size_t index = 0; index < ARRAY_COUNT(names); index++) {
        assert_int_equal(world_check(&world, names[index])->state, CHECK_NOT_APPLICABLE);
        assert_non_null(world_check(&world, names[index])->reason);
    }
    /* The market is a signal's price: its age has C9's limit. */
    world.view.market.age_us = world.settings.signal_age_max;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    world.view.market.age_us++;
    assert_int_equal(world_assess(&world), VERDICT_SIGNAL_OLD);
}

static void bars_need_volume_and_the_models_slippage_and_count_ages_in_intervals(void **state)
{
    (void)state;
    world.settings.simulated = true;
    world.settings.fidelity = FIDELITY_BARS;
    world.view.market.interval_us = US_PER_HOUR;
    world.view.market.age_us = US_PER_HOUR;
    evidence_drop_all();
    world.view.market.has_volume = true;
    world.view.market.has_slippage = true;
    assert_int_equal(world_assess(&world), VERDICT_APPROVED);
    world.view.market.age_us++;
    assert_int_equal(world_assess(&world), VERDICT_REFERENCE_STALE);
    world.view.market.age_us = 0;
    world.view.market.has_volume = false;
    assert_int_equal(world_assess(&world), VERDICT_QUANTITY_LIMIT);
    world.view.market.has_volume = true;
    world.view.market.has_slippage = false;
    assert_int_equal(world_assess(&world), VERDICT_SLIPPAGE);
}

/* ---- extremes and properties ---- */

static void figures_beyond_int64_are_refused_not_wrapped(void **state)
{
    (void)state;
    world.view.account.equity_e8 = INT64_MAX;
    world.view.account.available_e8 = INT64_MAX;
    world.view.account.day_room_e8 = INT64_MAX;
    world.settings.order_value_max = INT64_MAX;
    world.settings.position_value_max = INT64_MAX;
    (void)world_assess(&world);
    assert_true(world.out.position_size_e6 >= 0);
    assert_true(world.out.notional_e8 >= 0);

    world_init(&world);
    world.view.market.last_e12 = 1;
    world.view.market.mark_e12 = 1;
    world.signal.price_e12 = 1;
    world.signal.stop_e12 = 0;
    assert_false(world_assess(&world) == VERDICT_APPROVED);

    world_init(&world);
    world.view.market.last_e12 = INT64_MAX;
    world.view.market.mark_e12 = INT64_MAX;
    world.signal.price_e12 = INT64_MAX;
    world.signal.entry_low_e12 = INT64_MAX;
    world.signal.entry_high_e12 = INT64_MAX;
    world_short(&world);
    world.signal.stop_e12 = 0;
    assert_false(world_assess(&world) == VERDICT_APPROVED);

    world_init(&world);
    world.instruments.items[0].notional_min_e8 = INT64_MAX;
    world.view.market.last_e12 = 10000000;
    world.view.market.mark_e12 = 10000000;
    world.view.market.index_e12 = 10000000;
    world.view.market.minute_ago_e12 = 10000000;
    world.signal.price_e12 = 10000000;
    world.signal.stop_e12 = 0;
    world.instruments.items[0].tick_e12 = 1;
    assert_int_equal(world_assess(&world), VERDICT_OVERFLOW);
}

static void unknown_or_absurd_accounts_deny(void **state)
{
    (void)state;
    world.view.account.equity_e8 = 0; /* every share of nothing is nothing: C5 is the first */
    assert_int_equal(world_assess(&world), VERDICT_VALUE_LIMIT);
    assert_int_equal(world_check(&world, "C16.risk")->verdict, VERDICT_SIZE_ZERO);
    world.view.account.equity_e8 = -1;
    assert_int_equal(world_assess(&world), VERDICT_VALUE_LIMIT);
    assert_int_equal(world_check(&world, "C20.margin_ratio")->state, CHECK_FAILED);
    world_init(&world);
    world.view.breaker.size_factor_e9 = 0;
    assert_int_equal(world_assess(&world), VERDICT_SIZE_ZERO);
    world_init(&world);
    world.view.account.maintenance_e8 = -1;
    assert_int_equal(world_assess(&world), VERDICT_MARGIN_RATIO);
    world_init(&world);
    world.settings.volatility_target = PERCENT_E9(50);
    world.view.market.has_sigma = false;
    assert_int_equal(world_assess(&world), VERDICT_VOLATILITY_BUDGET);
    world_init(&world);
    world.settings.kelly_drift = 0;
    assert_int_equal(world_assess(&world), VERDICT_KELLY_BOUND);
    world_init(&world);
    world.settings.order_value_max = -1; /* not configured */
    assert_int_equal(world_assess(&world), VERDICT_VALUE_LIMIT);
    world_init(&world);
    world.settings.position_value_max = -1;
    assert_int_equal(world_assess(&world), VERDICT_POSITION_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_opposite_signal_closes_by_default, setup),
        cmocka_unit_test_setup(a_close_without_a_position_closes_nothing, setup),
        cmocka_unit_test_setup(a_reducing_order_must_still_reduce, setup),
        cmocka_unit_test_setup(live_knows_no_not_applicable, setup),
        cmocka_unit_test_setup(signals_alone_need_no_book_no_volume_and_no_age, setup),
        cmocka_unit_test_setup(bars_need_volume_and_the_models_slippage_and_count_ages_in_intervals,
                               setup),
        cmocka_unit_test_setup(figures_beyond_int64_are_refused_not_wrapped, setup),
        cmocka_unit_test_setup(unknown_or_absurd_accounts_deny, setup),
    };
    return cmocka_run_group_tests_name("risk_evidence", tests, NULL, NULL);
}
