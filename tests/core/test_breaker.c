/* The breaker's other triggers, each just inside and just outside; scopes, factors, dwell. */
#include "tests/core/breaker_world.h"

static void nothing_happened_yet(void **state)
{
    (void)state;
    struct breaker_answer answer = ask(DOGE);
    assert_int_equal(answer.state, BREAKER_CLOSED);
    assert_int_equal(answer.size_factor_e9, ONE_E9);
    assert_int_equal(answer.leverage_cap, 0);
    assert_int_equal(answer.blocked_until_us, 0);
    assert_null(answer.block_cause);
    assert_false(answer.caution);
    assert_false(answer.clutch);
    assert_int_equal(breaker_deadline(&breaker), instant_from_date(2024, 1, 11));
    breaker_check(&breaker);
}

static void the_highest_state_of_all_scopes_decides(void **state)
{
    (void)state;
    breaker_funding(&breaker, now_us, DOGE, BPS_E9(24));
    assert_int_equal(ask(DOGE).state, BREAKER_CAUTION);
    assert_int_equal(ask(DOGE).size_factor_e9, PERCENT_E9(50));
    assert_true(ask(DOGE).caution);
    assert_int_equal(ask(PEPE).state, BREAKER_CLOSED);
    struct breaker_order order = {SCOPE_SIDE, SIDE_LONG, "admin", false};
    breaker_trip(&breaker, now_us, &order);
    struct breaker_answer answer = ask(DOGE);
    assert_int_equal(answer.state, BREAKER_TRIPPED);
    assert_int_equal(answer.scope, SCOPE_SIDE);
    assert_int_equal(answer.index, SIDE_LONG);
    assert_string_equal(answer.cause, "manual");
    assert_int_equal(answer.size_factor_e9, 0);
    assert_int_equal(breaker_answer(&breaker, CROWD, DOGE, SIDE_SHORT).state, BREAKER_CAUTION);
    assert_int_equal(breaker_worst(&breaker), BREAKER_TRIPPED);
}

static void the_widest_of_equal_scopes_is_named(void **state)
{
    (void)state;
    breaker_unknown_orders(&breaker, now_us, 2, 0);
    breaker_funding(&breaker, now_us, DOGE, BPS_E9(30));
    assert_int_equal(ask(DOGE).scope, SCOPE_ACCOUNT);
    assert_string_equal(ask(DOGE).cause, "unknown_orders");
}

static void reducing_ends_when_clear_for_the_dwell_time(void **state)
{
    (void)state;
    breaker_funding(&breaker, now_us, DOGE, BPS_E9(30) - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    breaker_funding(&breaker, now_us, DOGE, -BPS_E9(30));
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    breaker_funding(&breaker, now_us, DOGE, BPS_E9(12));
    wait_for(settings.dwell - 1);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    wait_for(1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION); /* 12 bp is not below half of 24 bp */
    breaker_funding(&breaker, now_us, DOGE, BPS_E9(12) - 1);
    wait_for(settings.dwell);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void a_cause_that_returns_starts_the_dwell_time_anew(void **state)
{
    (void)state;
    breaker_divergence(&breaker, now_us, DOGE, PERCENT_E9(1));
    breaker_divergence(&breaker, now_us, DOGE, 0);
    wait_for(settings.dwell / 2);
    breaker_divergence(&breaker, now_us, DOGE, -PERCENT_E9(1));
    breaker_divergence(&breaker, now_us, DOGE, 0);
    wait_for(settings.dwell / 2);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    wait_for(settings.dwell / 2);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
}

static void reducing_never_latches(void **state)
{
    (void)state;
    breaker_divergence(&breaker, now_us, DOGE, BREAKER_UNCOMPUTABLE);
    breaker_funding(&breaker, now_us, DOGE, INT64_MIN);
    breaker_latency(&breaker, now_us, 3600 * US_PER_SECOND);
    breaker_api_errors(&breaker, now_us, ONE_E9);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    assert_int_equal(account(), BREAKER_REDUCING);
    wait_for(US_PER_DAY);
    assert_int_equal(account(), BREAKER_REDUCING);
    breaker_latency(&breaker, now_us, 0);
    wait_for(settings.dwell);
    assert_int_equal(account(), BREAKER_REDUCING); /* the other cause stands */
    breaker_api_errors(&breaker, now_us, 0);
    wait_for(settings.dwell);
    assert_int_equal(account(), BREAKER_CLOSED);
}

static void margin_ratio_warns_reduces_and_trips(void **state)
{
    (void)state;
    breaker_margin_ratio(&breaker, now_us, E8(25) - 1000, E8(100));
    assert_int_equal(account(), BREAKER_CLOSED);
    breaker_margin_ratio(&breaker, now_us, E8(25), E8(100));
    assert_int_equal(account(), BREAKER_CAUTION);
    breaker_margin_ratio(&breaker, now_us, E8(40) - 1000, E8(100));
    assert_int_equal(account(), BREAKER_CAUTION);
    breaker_margin_ratio(&breaker, now_us, E8(40), E8(100));
    assert_int_equal(account(), BREAKER_REDUCING);
    breaker_margin_ratio(&breaker, now_us, E8(60) - 1000, E8(100));
    assert_int_equal(account(), BREAKER_REDUCING);
    breaker_margin_ratio(&breaker, now_us, E8(60), E8(100));
    assert_int_equal(account(), BREAKER_TRIPPED);
    assert_true(breaker_flattens(&breaker, CROWD, DOGE, SIDE_SHORT));
    assert_string_equal(ask(DOGE).cause, "margin_ratio");
}

static void a_margin_ratio_that_cannot_be_computed_trips(void **state)
{
    (void)state;
    breaker_margin_ratio(&breaker, now_us, 0, 0);
    assert_int_equal(account(), BREAKER_CLOSED); /* nothing open */
    breaker_margin_ratio(&breaker, now_us, 1, 0);
    assert_int_equal(account(), BREAKER_TRIPPED);
}

static void liquidation_nearness_warns_reduces_and_flattens(void **state)
{
    (void)state;
    breaker_liquidation_nearness(&breaker, now_us, DOGE, PERCENT_E9(40) - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    breaker_liquidation_nearness(&breaker, now_us, DOGE, PERCENT_E9(40));
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    breaker_liquidation_nearness(&breaker, now_us, DOGE, PERCENT_E9(50) - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    breaker_liquidation_nearness(&breaker, now_us, DOGE, PERCENT_E9(50));
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    breaker_liquidation_nearness(&breaker, now_us, DOGE, PERCENT_E9(70) - 1);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    breaker_liquidation_nearness(&breaker, now_us, DOGE, PERCENT_E9(70));
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_true(breaker_flattens(&breaker, CROWD, DOGE, SIDE_LONG));
    assert_false(breaker_flattens(&breaker, CROWD, PEPE, SIDE_LONG));
    assert_int_equal(account(), BREAKER_CLOSED);
}

static void flatten_on_loss_trip_can_be_switched_off(void **state)
{
    (void)state;
    settings.flatten_on_loss_trip = 0;
    breaker_liquidation_nearness(&breaker, now_us, DOGE, PERCENT_E9(70));
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_false(breaker_wants_flatten(&breaker, SCOPE_SYMBOL, DOGE));
    breaker_unprotected(&breaker, now_us, DOGE, settings.unprotected_latch);
    assert_true(breaker_wants_flatten(&breaker, SCOPE_SYMBOL, DOGE));
}

static void unprotected_for_ten_seconds_latches_and_flattens(void **state)
{
    (void)state;
    breaker_unprotected(&breaker, now_us, DOGE, 10 * US_PER_SECOND - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    breaker_unprotected(&breaker, now_us, DOGE, 10 * US_PER_SECOND);
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_true(breaker_wants_flatten(&breaker, SCOPE_SYMBOL, DOGE));
}

static void unknown_orders_reduce_by_age_or_number_and_latch_by_age(void **state)
{
    (void)state;
    breaker_unknown_orders(&breaker, now_us, 1, 24 * US_PER_SECOND - 1);
    assert_int_equal(account(), BREAKER_CLOSED);
    breaker_unknown_orders(&breaker, now_us, 1, 30 * US_PER_SECOND - 1);
    assert_int_equal(account(), BREAKER_CAUTION);
    breaker_unknown_orders(&breaker, now_us, 2, 0);
    assert_int_equal(account(), BREAKER_REDUCING);
    breaker_unknown_orders(&breaker, now_us, 0, 0);
    wait_for(settings.dwell);
    assert_int_equal(account(), BREAKER_CLOSED);
    breaker_unknown_orders(&breaker, now_us, 1, 30 * US_PER_SECOND);
    assert_int_equal(account(), BREAKER_REDUCING);
    breaker_unknown_orders(&breaker, now_us, 1, 5 * US_PER_MINUTE - 1);
    assert_int_equal(account(), BREAKER_REDUCING);
    breaker_unknown_orders(&breaker, now_us, 1, 5 * US_PER_MINUTE);
    assert_int_equal(account(), BREAKER_TRIPPED);
    assert_false(breaker_wants_flatten(&breaker, SCOPE_ACCOUNT, 0));
}

static void staleness_reduces_at_3_s_and_trips_at_30_s(void **state)
{
    (void)state;
    breaker_feed(&breaker, now_us, DOGE, 3 * US_PER_SECOND - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    breaker_feed(&breaker, now_us, DOGE, 3 * US_PER_SECOND);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    breaker_feed(&breaker, now_us, DOGE, 30 * US_PER_SECOND - 1);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    breaker_feed(&breaker, now_us, DOGE, 30 * US_PER_SECOND);
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_int_equal(account(), BREAKER_CLOSED);
    breaker_feed(&breaker, now_us, INSTRUMENT_NONE, 30 * US_PER_SECOND);
    assert_int_equal(account(), BREAKER_TRIPPED);
    assert_false(breaker_flattens(&breaker, CROWD, DOGE, SIDE_LONG));
}

static void staleness_of_bars_counts_in_intervals(void **state)
{
    (void)state;
    settings.fidelity = FIDELITY_BARS;
    settings.bar_interval_us = 5 * US_PER_MINUTE;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    breaker_feed(&breaker, now_us, DOGE, 15 * US_PER_MINUTE - 1);
    assert_int_equal(symbol(DOGE), BREAKER_CAUTION);
    breaker_feed(&breaker, now_us, DOGE, 15 * US_PER_MINUTE);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    breaker_feed(&breaker, now_us, DOGE, 150 * US_PER_MINUTE);
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    settings.fidelity = FIDELITY_SIGNALS;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    breaker_feed(&breaker, now_us, DOGE, US_PER_DAY);
    assert_int_equal(symbol(DOGE), BREAKER_CLOSED);
    settings.fidelity = FIDELITY_TRADES;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    breaker_feed(&breaker, now_us, DOGE, 60 * US_PER_SECOND);
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
}

static void clock_skew_warns_reduces_and_trips_globally(void **state)
{
    (void)state;
    breaker_clock_skew(&breaker, now_us, -250 * US_PER_MS + 1);
    assert_int_equal(ask(DOGE).state, BREAKER_CLOSED);
    breaker_clock_skew(&breaker, now_us, -250 * US_PER_MS);
    assert_int_equal(ask(DOGE).state, BREAKER_CAUTION);
    breaker_clock_skew(&breaker, now_us, US_PER_SECOND);
    assert_int_equal(ask(DOGE).state, BREAKER_REDUCING);
    breaker_clock_skew(&breaker, now_us, 2500 * US_PER_MS);
    assert_int_equal(ask(DOGE).state, BREAKER_TRIPPED);
    assert_int_equal(ask(DOGE).scope, SCOPE_GLOBAL);
}

static void storage_warns_and_latches(void **state)
{
    (void)state;
    struct breaker_storage storage = {false, (64LL << 20) - 1, (2LL << 30) + 1};
    breaker_storage(&breaker, now_us, &storage);
    assert_int_equal(ask(DOGE).state, BREAKER_CLOSED);
    storage.log_bytes++;
    breaker_storage(&breaker, now_us, &storage);
    assert_int_equal(ask(DOGE).state, BREAKER_CAUTION);
    storage.free_bytes = (1LL << 30) + 1;
    breaker_storage(&breaker, now_us, &storage);
    assert_int_equal(ask(DOGE).state, BREAKER_CAUTION);
    storage.free_bytes--;
    breaker_storage(&breaker, now_us, &storage);
    assert_int_equal(ask(DOGE).state, BREAKER_TRIPPED);
}

static void a_missing_heartbeat_reduces_by_itself(void **state)
{
    (void)state;
    settings.heartbeat_max = US_PER_DAY;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    int64_t began_us = now_us;
    wait_until(began_us + US_PER_DAY - 1);
    assert_int_equal(ask(DOGE).state, BREAKER_CAUTION);
    wait_for(1);
    assert_int_equal(ask(DOGE).state, BREAKER_REDUCING);
    breaker_heartbeat(&breaker, now_us);
    wait_for(settings.dwell);
    assert_int_equal(ask(DOGE).state, BREAKER_CLOSED);
}

static void events_that_must_not_be_latch(void **state)
{
    (void)state;
    breaker_books_differ(&breaker, now_us, DOGE);
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_int_equal(account(), BREAKER_CLOSED);
    breaker_liquidated(&breaker, now_us, PEPE);
    assert_int_equal(symbol(PEPE), BREAKER_TRIPPED);
    assert_int_equal(account(), BREAKER_TRIPPED);
    assert_false(breaker_wants_flatten(&breaker, SCOPE_ACCOUNT, 0));
    world_start(state);
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    assert_int_equal(account(), BREAKER_TRIPPED);
    breaker_exposure_above(&breaker, now_us, E8(31), E8(30));
    assert_int_equal(breaker_state(&breaker, SCOPE_GLOBAL, 0), BREAKER_TRIPPED);
    assert_int_equal(last_record().value, E8(31));
    breaker_integrity(&breaker, now_us);
    assert_int_equal(breaker_state(&breaker, SCOPE_GLOBAL, 0), BREAKER_LOCKED);
    assert_false(breaker_wants_flatten(&breaker, SCOPE_GLOBAL, 0));
}

static void executions_latch_their_strategy(void **state)
{
    (void)state;
    breaker_executions(&breaker, now_us, CROWD, 9, 49);
    assert_int_equal(breaker_state(&breaker, SCOPE_STRATEGY, CROWD), BREAKER_CLOSED);
    breaker_executions(&breaker, now_us, CROWD, 10, 10);
    assert_int_equal(breaker_state(&breaker, SCOPE_STRATEGY, CROWD), BREAKER_TRIPPED);
    breaker_executions(&breaker, now_us, CROWD + 1, 1, 50);
    assert_int_equal(breaker_state(&breaker, SCOPE_STRATEGY, CROWD + 1), BREAKER_TRIPPED);
    assert_int_equal(last_record().limit, 50);
}

static void an_operator_locks_and_orders_the_flatten_later(void **state)
{
    (void)state;
    struct breaker_order order = {SCOPE_GLOBAL, 0, "alice", false};
    breaker_lock(&breaker, now_us, &order);
    assert_string_equal(last_record().actor, "alice");
    assert_false(breaker_flattens(&breaker, CROWD, DOGE, SIDE_LONG));
    uint64_t epoch = breaker_epoch(&breaker);
    order.flatten = true;
    breaker_lock(&breaker, now_us, &order);
    assert_true(breaker_flattens(&breaker, CROWD, DOGE, SIDE_LONG));
    assert_true(breaker_epoch(&breaker) > epoch);
    assert_int_equal(breaker.transition_count, 1);
}

static void the_clutch_is_a_flag_beside_the_state(void **state)
{
    (void)state;
    uint64_t epoch = breaker_epoch(&breaker);
    breaker_clutch(&breaker, now_us, true);
    assert_true(ask(DOGE).clutch);
    assert_int_equal(ask(DOGE).state, BREAKER_CLOSED);
    assert_true(breaker_epoch(&breaker) > epoch);
    epoch = breaker_epoch(&breaker);
    breaker_clutch(&breaker, now_us, true);
    assert_int_equal(breaker_epoch(&breaker), epoch);
    settings.clutch = 1;
    breaker_init(&breaker, &settings, now_us, equity_e8);
    assert_true(ask(DOGE).clutch);
}

static void every_cause_has_a_text_of_its_own(void **state)
{
    (void)state;
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        for (int other = 0; other < cause; other++) {
            assert_string_not_equal(breaker_cause_text(cause), breaker_cause_text(other));
        }
    }
    assert_string_equal(breaker_cause_text(-1), "?");
    assert_string_equal(breaker_cause_text(CAUSE_COUNT), "?");
    assert_string_equal(reset_result_text(99), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_happened_yet, world_start),
        cmocka_unit_test_setup(the_highest_state_of_all_scopes_decides, world_start),
        cmocka_unit_test_setup(the_widest_of_equal_scopes_is_named, world_start),
        cmocka_unit_test_setup(reducing_ends_when_clear_for_the_dwell_time, world_start),
        cmocka_unit_test_setup(a_cause_that_returns_starts_the_dwell_time_anew, world_start),
        cmocka_unit_test_setup(reducing_never_latches, world_start),
        cmocka_unit_test_setup(margin_ratio_warns_reduces_and_trips, world_start),
        cmocka_unit_test_setup(a_margin_ratio_that_cannot_be_computed_trips, world_start),
        cmocka_unit_test_setup(liquidation_nearness_warns_reduces_and_flattens, world_start),
        cmocka_unit_test_setup(flatten_on_loss_trip_can_be_switched_off, world_start),
        cmocka_unit_test_setup(unprotected_for_ten_seconds_latches_and_flattens, world_start),
        cmocka_unit_test_setup(unknown_orders_reduce_by_age_or_number_and_latch_by_age,
                               world_start),
        cmocka_unit_test_setup(staleness_reduces_at_3_s_and_trips_at_30_s, world_start),
        cmocka_unit_test_setup(staleness_of_bars_counts_in_intervals, world_start),
        cmocka_unit_test_setup(clock_skew_warns_reduces_and_trips_globally, world_start),
        cmocka_unit_test_setup(storage_warns_and_latches, world_start),
        cmocka_unit_test_setup(a_missing_heartbeat_reduces_by_itself, world_start),
        cmocka_unit_test_setup(events_that_must_not_be_latch, world_start),
        cmocka_unit_test_setup(executions_latch_their_strategy, world_start),
        cmocka_unit_test_setup(an_operator_locks_and_orders_the_flatten_later, world_start),
        cmocka_unit_test_setup(the_clutch_is_a_flag_beside_the_state, world_start),
        cmocka_unit_test_setup(every_cause_has_a_text_of_its_own, world_start),
    };
    return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
