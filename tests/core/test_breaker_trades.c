/* Triggers over trades, orders and bars: losses in a row, expectancy, rejects, fills, shocks. */
#include "tests/core/breaker_world.h"

enum { RIVAL = 1, BTC = 0 };

static void four_losses_warn_and_five_block_the_pair(void **state)
{
    (void)state;
    for (int loss = 0; loss < 3; loss++) {
        close_trade(DOGE, -1);
    }
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    close_trade(DOGE, -1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    assert_int_equal(ask(DOGE).blocked_until_us, 0);
    close_trade(DOGE, -1);
    assert_int_equal(ask(DOGE).blocked_until_us, now_us + 2 * US_PER_HOUR);
    assert_string_equal(ask(DOGE).block_cause, "consecutive_losses");
    assert_int_equal(ask(PEPE).blocked_until_us, 0);
    assert_int_equal(breaker_answer(&breaker, RIVAL, DOGE, SIDE_LONG).blocked_until_us, 0);
    wait_for(settings.dwell);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED); /* a timed trigger is no state */
    wait_for(2 * US_PER_HOUR - settings.dwell - 1);
    assert_int_not_equal(ask(DOGE).blocked_until_us, 0);
    uint64_t epoch = breaker_epoch(&breaker);
    wait_for(1);
    assert_int_equal(ask(DOGE).blocked_until_us, 0);
    assert_true(breaker_epoch(&breaker) > epoch);
}

static void a_block_is_recorded_as_no_change_of_state(void **state)
{
    (void)state;
    for (int loss = 0; loss < 5; loss++) {
        close_trade(DOGE, -1);
    }
    bool found = false;
    for (int32_t record = 0; record < breaker.transition_count; record++) {
        const struct breaker_transition *transition = &breaker.transitions[record];
        if (transition->until_us != 0) {
            found = true;
            assert_int_equal(transition->from, transition->to);
            assert_int_equal(transition->scope, SCOPE_STRATEGY);
            assert_int_equal(transition->index, CROWD);
            assert_int_equal(transition->partner, DOGE);
            assert_int_equal(transition->value, 5);
        }
    }
    assert_true(found);
}

static void a_win_or_a_draw_ends_the_run_of_losses(void **state)
{
    (void)state;
    for (int turn = 0; turn < 4; turn++) {
        for (int loss = 0; loss < 4; loss++) {
            close_trade(DOGE, -E8(1));
        }
        close_trade(DOGE, turn % 2);
    }
    assert_int_equal(ask(DOGE).blocked_until_us, 0);
    wait_for(settings.dwell);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void each_run_of_five_blocks_once(void **state)
{
    (void)state;
    for (int loss = 0; loss < 5; loss++) {
        close_trade(DOGE, -1);
    }
    wait_for(2 * US_PER_HOUR);
    for (int loss = 0; loss < 4; loss++) {
        close_trade(DOGE, -1);
    }
    assert_int_equal(ask(DOGE).blocked_until_us, 0);
    close_trade(DOGE, -1);
    assert_int_not_equal(ask(DOGE).blocked_until_us, 0);
}

static void pairs_beyond_the_bound_share_one_count(void **state)
{
    (void)state;
    for (int32_t pair = 0; pair < PAIRS_MAX - 1; pair++) {
        struct breaker_trade trade = {pair / INSTRUMENTS_MAX, pair % INSTRUMENTS_MAX, SIDE_LONG, -1,
                                      1};
        breaker_trade_closed(&breaker, now_us, &trade);
    }
    for (int32_t loss = 0; loss < 5; loss++) {
        struct breaker_trade trade = {100 + loss, loss, SIDE_LONG, -1, 1};
        breaker_trade_closed(&breaker, now_us, &trade);
    }
    assert_int_not_equal(breaker_answer(&breaker, 200, 300, SIDE_LONG).blocked_until_us, 0);
    assert_int_equal(breaker_answer(&breaker, 0, 5, SIDE_LONG).blocked_until_us, 0);
    breaker_check(&breaker);
}

static void expectancy_drift_latches_the_strategy(void **state)
{
    (void)state;
    settings.expectancy_limit = 5 * ONE_E9;
    settings.expectancy_mean = PERCENT_E9(20);
    breaker_init(&breaker, &settings, now_us, equity_e8);
    /* Each loss of the whole risk adds 0.2 + 1 = 1.2; a win of twice the risk takes 1.8. */
    close_trade(DOGE, -E8(10)); /* 1.2 */
    close_trade(DOGE, E8(20));  /* 0 */
    close_trade(PEPE, -E8(10)); /* 1.2 */
    close_trade(DOGE, -E8(10)); /* 2.4 */
    close_trade(DOGE, -E8(10)); /* 3.6 */
    assert_int_equal(breaker.cusum_e9[CROWD], 3600000000);
    assert_int_equal(breaker_state(&breaker, SCOPE_STRATEGY, CROWD), BREAKER_CLOSED);
    close_trade(DOGE, -E8(10)); /* 4.8: above 80 % of 5 */
    assert_int_equal(breaker_state(&breaker, SCOPE_STRATEGY, CROWD), BREAKER_CAUTION);
    close_trade(PEPE, 0); /* 5.0 */
    assert_int_equal(breaker_state(&breaker, SCOPE_STRATEGY, CROWD), BREAKER_TRIPPED);
    assert_int_equal(breaker.cusum_e9[CROWD], 0);
    reset(SCOPE_STRATEGY, CROWD);
}

static void a_trade_without_a_risk_counts_as_the_limit(void **state)
{
    (void)state;
    settings.expectancy_limit = 5 * ONE_E9;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    struct breaker_trade trade = {CROWD, DOGE, SIDE_LONG, E8(1), 0};
    breaker_trade_closed(&breaker, now_us, &trade);
    assert_int_equal(breaker_state(&breaker, SCOPE_STRATEGY, CROWD), BREAKER_TRIPPED);
}

static void order(int count, enum order_outcome outcome)
{
    for (int turn = 0; turn < count; turn++) {
        breaker_order_result(&breaker, now_us, DOGE, outcome);
        breaker_check(&breaker);
    }
}

static void five_rejects_of_twenty_orders_reduce_for_the_dwell_time(void **state)
{
    (void)state;
    for (int reject = 0; reject < 4; reject++) {
        order(1, OUTCOME_REJECTED);
        order(3, OUTCOME_ACCEPTED);
    }
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION); /* 4 of 20 = 20 % */
    order(1, OUTCOME_REJECTED);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    assert_int_equal(account(), BREAKER_REDUCING);
    assert_int_equal(last_record().value, PERCENT_E9(25));
    wait_for(settings.dwell);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    order(1, OUTCOME_REJECTED); /* counted anew */
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void rejects_far_apart_do_not_add_up(void **state)
{
    (void)state;
    for (int reject = 0; reject < 50; reject++) {
        order(1, OUTCOME_DENIED);
        order(5, OUTCOME_ACCEPTED);
    }
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    assert_int_equal(account(), BREAKER_CAUTION);
}

static void rejects_for_balance_or_permission_latch(void **state)
{
    (void)state;
    order(4, OUTCOME_REJECTED);
    order(1, OUTCOME_DENIED);
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_int_equal(account(), BREAKER_TRIPPED);
    assert_false(breaker_wants_flatten(&breaker, SCOPE_ACCOUNT, 0));
}

static void fill(int count, int64_t realised_e9, int64_t modelled_e9)
{
    for (int turn = 0; turn < count; turn++) {
        breaker_fill_quality(&breaker, now_us, DOGE, realised_e9, modelled_e9);
    }
}

static void fills_three_times_worse_than_modelled_reduce(void **state)
{
    (void)state;
    fill(9, BPS_E9(100), BPS_E9(2));
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED); /* fewer than ten say nothing */
    world_start(state);
    fill(9, BPS_E9(6), BPS_E9(2));
    fill(1, BPS_E9(6) - 1, BPS_E9(2));
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION); /* just below 3 x, above 2.4 x */
    fill(1, BPS_E9(6), BPS_E9(2));
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    fill(9, BPS_E9(6), BPS_E9(2)); /* the last ten are all at 3 x */
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    wait_for(settings.dwell);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void costs_without_a_model_are_a_limit_reached(void **state)
{
    (void)state;
    fill(10, 0, 0);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    fill(1, 1, 0);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    world_start(state);
    fill(20, -BPS_E9(5), BPS_E9(2)); /* better than modelled */
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void move(int32_t instrument, int64_t return_e9, int64_t sigma_e9)
{
    struct breaker_move moved = {instrument, instrument == BTC, return_e9, sigma_e9};
    breaker_shock(&breaker, now_us, &moved);
    breaker_check(&breaker);
}

static int64_t everybody_blocked_until(void)
{
    return breaker_answer(&breaker, RIVAL, 400, SIDE_SHORT).blocked_until_us;
}

static void a_move_of_three_percent_blocks_the_symbol(void **state)
{
    (void)state;
    move(DOGE, PERCENT_E9(3) - 1, 0);
    assert_int_equal(ask(DOGE).blocked_until_us, 0);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    move(DOGE, -PERCENT_E9(3), 0);
    assert_int_equal(ask(DOGE).blocked_until_us, now_us + 15 * US_PER_MINUTE);
    assert_string_equal(ask(DOGE).block_cause, "shock");
    assert_int_equal(everybody_blocked_until(), 0);
    wait_for(15 * US_PER_MINUTE);
    assert_int_equal(ask(DOGE).blocked_until_us, 0);
}

static void a_move_of_eight_deviations_blocks_the_symbol(void **state)
{
    (void)state;
    move(DOGE, 8 * BPS_E9(5) - 1, BPS_E9(5));
    assert_int_equal(ask(DOGE).blocked_until_us, 0);
    move(DOGE, 8 * BPS_E9(5), BPS_E9(5));
    assert_int_not_equal(ask(DOGE).blocked_until_us, 0);
}

static void the_benchmarks_shock_blocks_everybody(void **state)
{
    (void)state;
    move(BTC, -PERCENT_E9(4), 0);
    assert_int_equal(everybody_blocked_until(), now_us + 15 * US_PER_MINUTE);
}

static void the_shock_of_half_of_the_symbols_blocks_everybody(void **state)
{
    (void)state;
    for (int32_t instrument = 1; instrument <= 5; instrument++) {
        move(instrument, PERCENT_E9(5), 0); /* the first minute: nobody knows of how many */
    }
    assert_int_equal(everybody_blocked_until(), 0);
    wait_for(US_PER_MINUTE);
    move(1, PERCENT_E9(5), 0);
    move(1, PERCENT_E9(5), 0); /* counted once */
    move(2, 0, 0);
    move(3, PERCENT_E9(3), 0);
    assert_int_equal(everybody_blocked_until(), 0); /* 2 of 5 */
    move(4, PERCENT_E9(3), 0);
    assert_int_not_equal(everybody_blocked_until(), 0); /* 3 of 5 */
}

static void a_further_shock_lengthens_the_block_silently(void **state)
{
    (void)state;
    move(BTC, 0, 0);
    move(PEPE, 0, 0);
    move(DOGE, PERCENT_E9(3), 0);
    wait_for(10 * US_PER_MINUTE);
    forget_records();
    move(DOGE, PERCENT_E9(3), 0);
    assert_int_equal(breaker.transition_count, 0);
    assert_int_equal(ask(DOGE).blocked_until_us, now_us + 15 * US_PER_MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(four_losses_warn_and_five_block_the_pair, world_start),
        cmocka_unit_test_setup(a_block_is_recorded_as_no_change_of_state, world_start),
        cmocka_unit_test_setup(a_win_or_a_draw_ends_the_run_of_losses, world_start),
        cmocka_unit_test_setup(each_run_of_five_blocks_once, world_start),
        cmocka_unit_test_setup(pairs_beyond_the_bound_share_one_count, world_start),
        cmocka_unit_test_setup(expectancy_drift_latches_the_strategy, world_start),
        cmocka_unit_test_setup(a_trade_without_a_risk_counts_as_the_limit, world_start),
        cmocka_unit_test_setup(five_rejects_of_twenty_orders_reduce_for_the_dwell_time,
                               world_start),
        cmocka_unit_test_setup(rejects_far_apart_do_not_add_up, world_start),
        cmocka_unit_test_setup(rejects_for_balance_or_permission_latch, world_start),
        cmocka_unit_test_setup(fills_three_times_worse_than_modelled_reduce, world_start),
        cmocka_unit_test_setup(costs_without_a_model_are_a_limit_reached, world_start),
        cmocka_unit_test_setup(a_move_of_three_percent_blocks_the_symbol, world_start),
        cmocka_unit_test_setup(a_move_of_eight_deviations_blocks_the_symbol, world_start),
        cmocka_unit_test_setup(the_benchmarks_shock_blocks_everybody, world_start),
        cmocka_unit_test_setup(the_shock_of_half_of_the_symbols_blocks_everybody, world_start),
        cmocka_unit_test_setup(a_further_shock_lengthens_the_block_silently, world_start),
    };
    return cmocka_run_group_tests_name("breaker_trades", tests, NULL, NULL);
}
