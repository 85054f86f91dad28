/* The reset protocol, probation, re-arming, and the walk over every short sequence of acts. */
#include "tests/core/breaker_world.h"

static enum reset_result request_as(const char *principal, const char *reason)
{
    struct breaker_reset wanted = {SCOPE_ACCOUNT, 0, principal, reason};
    return breaker_reset_request(&breaker, now_us, &wanted);
}

static void a_reset_needs_its_scope_latch_principal_and_reason(void **state)
{
    (void)state;
    assert_int_equal(request(SCOPE_SIDE, 2), RESET_BAD_SCOPE);
    assert_int_equal(request(SCOPE_STRATEGY, -1), RESET_BAD_SCOPE);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_NOT_LATCHED);
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    wait_for(settings.cooldown_technical);
    assert_int_equal(request_as("", "a reason of twenty characters"), RESET_NO_PRINCIPAL);
    assert_int_equal(request_as(NULL, "a reason of twenty characters"), RESET_NO_PRINCIPAL);
    assert_int_equal(
        request_as("a-principal-of-thirty-two-bytes-", "a reason of twenty characters"),
        RESET_NO_PRINCIPAL);
    assert_int_equal(request_as("alice", "nineteen characters"), RESET_REASON_SHORT);
    assert_int_equal(request_as("alice", "   padded with blanks      "), RESET_REASON_SHORT);
    assert_int_equal(request_as("alice", NULL), RESET_REASON_SHORT);
    /* 20 characters in 22 bytes; 19 characters in 21 bytes. */
    assert_int_equal(request_as("alice", "b\303\274cher gepr\303\274ft, weit"), RESET_ACCEPTED);
    assert_int_equal(request_as("alice", "b\303\274cher gepr\303\274ft, wei"), RESET_REASON_SHORT);
    assert_int_equal(request_as("alice", "exactly 20 letters !"), RESET_ACCEPTED);
}

static void the_cool_down_depends_on_the_cause(void **state)
{
    (void)state;
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    wait_for(US_PER_HOUR - 1);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_COOLING);
    wait_for(1);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
    world_start(state);
    mark(E8(9800)); /* velocity and day: loss */
    wait_for(12 * US_PER_HOUR - 1);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_COOLING);
    wait_for(1);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
    world_start(state);
    mark(E8(9000));
    wait_for(24 * US_PER_HOUR - 1);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_COOLING);
    wait_for(1);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
}

static void the_longest_cool_down_of_a_latch_holds(void **state)
{
    (void)state;
    mark(E8(9000));
    int64_t tripped_us = now_us;
    wait_for(US_PER_HOUR);
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    struct breaker_latch latch;
    int32_t cursor = 0;
    assert_true(breaker_next_latch(&breaker, &cursor, &latch));
    assert_int_equal(latch.scope, SCOPE_ACCOUNT);
    assert_int_equal(latch.state, BREAKER_TRIPPED);
    assert_int_equal(latch.since_us, tripped_us);
    assert_int_equal(latch.reset_from_us, tripped_us + US_PER_DAY);
    assert_false(breaker_next_latch(&breaker, &cursor, &latch));
}

static void a_reset_needs_two_principals_unless_dual_control_is_off(void **state)
{
    struct breaker_reset own = {SCOPE_ACCOUNT, 0, "operator", "the operator approves himself"};
    (void)state;
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    wait_for(US_PER_HOUR);
    assert_int_equal(approve(SCOPE_ACCOUNT, 0), RESET_NO_REQUEST);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
    assert_int_equal(breaker_reset_approve(&breaker, now_us, &own, &all_clear),
                     RESET_SAME_PRINCIPAL);
    assert_int_equal(account(), BREAKER_TRIPPED);
    settings.dual_control = 0;
    assert_int_equal(breaker_reset_approve(&breaker, now_us, &own, &all_clear), RESET_ACCEPTED);
    assert_int_equal(account(), BREAKER_PROBATION);
    assert_string_equal(last_record().actor, "operator");
    assert_string_equal(last_record().cause, "reset");
    assert_int_equal(approve(SCOPE_ACCOUNT, 0), RESET_NOT_LATCHED);
}

static void a_request_expires_and_a_further_trip_voids_it(void **state)
{
    (void)state;
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    wait_for(US_PER_HOUR);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
    wait_for(15 * US_PER_MINUTE + 1);
    assert_int_equal(approve(SCOPE_ACCOUNT, 0), RESET_REQUEST_EXPIRED);
    assert_int_equal(request(SCOPE_ACCOUNT, 0), RESET_ACCEPTED);
    breaker_liquidated(&breaker, now_us, DOGE);
    assert_int_equal(approve(SCOPE_ACCOUNT, 0), RESET_COOLING);
    wait_for(12 * US_PER_HOUR);
    assert_int_equal(approve(SCOPE_ACCOUNT, 0), RESET_NO_REQUEST);
}

static void each_precondition_forbids_a_reset(void **state)
{
    struct breaker_evidence evidence = {true, true, true};
    struct breaker_reset wanted = {SCOPE_SYMBOL, DOGE, "admin", "the feed is back, all is well"};
    (void)state;
    breaker_feed(&breaker, now_us, DOGE, US_PER_MINUTE);
    wait_for(US_PER_HOUR);
    assert_int_equal(request(SCOPE_SYMBOL, DOGE), RESET_ACCEPTED);
    assert_int_equal(approve(SCOPE_SYMBOL, DOGE), RESET_CAUSE_STANDS);
    breaker_feed(&breaker, now_us, DOGE, 0);
    evidence.reconciled = false;
    assert_int_equal(breaker_reset_approve(&breaker, now_us, &wanted, &evidence),
                     RESET_NOT_RECONCILED);
    evidence = (struct breaker_evidence){true, false, true};
    assert_int_equal(breaker_reset_approve(&breaker, now_us, &wanted, &evidence),
                     RESET_UNKNOWN_ORDERS);
    evidence = (struct breaker_evidence){true, true, false};
    assert_int_equal(breaker_reset_approve(&breaker, now_us, &wanted, &evidence),
                     RESET_STOPS_UNCONFIRMED);
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    assert_int_equal(approve(SCOPE_SYMBOL, DOGE), RESET_ACCEPTED);
    /* The dwell time is not over: PROBATION first, then REDUCING, then PROBATION again. */
    assert_int_equal(symbol(DOGE), BREAKER_REDUCING);
    assert_int_equal(breaker.transitions[breaker.transition_count - 2].to, BREAKER_PROBATION);
    wait_for(settings.dwell);
    assert_int_equal(symbol(DOGE), BREAKER_PROBATION);
}

static void probation_is_small_and_passes_by_time(void **state)
{
    (void)state;
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    reset(SCOPE_ACCOUNT, 0);
    assert_int_equal(ask(DOGE).size_factor_e9, PERCENT_E9(25));
    assert_int_equal(ask(DOGE).leverage_cap, 5);
    wait_for(US_PER_DAY - 1);
    assert_int_equal(account(), BREAKER_PROBATION);
    wait_for(1);
    assert_int_equal(account(), BREAKER_CLOSED);
    assert_string_equal(last_record().cause, "probation_passed");
}

static void probation_passes_by_trades(void **state)
{
    (void)state;
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    reset(SCOPE_ACCOUNT, 0);
    for (int trade = 0; trade < 19; trade++) {
        close_trade(DOGE, trade % 2 == 0 ? E8(1) : -E8(1));
    }
    assert_int_equal(account(), BREAKER_PROBATION);
    close_trade(DOGE, E8(1));
    assert_int_equal(account(), BREAKER_CLOSED);
}

static void reducing_in_probation_returns_to_a_probation_that_counts_anew(void **state)
{
    (void)state;
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    reset(SCOPE_ACCOUNT, 0);
    wait_for(US_PER_DAY / 2);
    breaker_unknown_orders(&breaker, now_us, 2, 0);
    assert_int_equal(account(), BREAKER_REDUCING);
    wait_for(2 * US_PER_DAY);
    breaker_unknown_orders(&breaker, now_us, 0, 0);
    wait_for(settings.dwell);
    assert_int_equal(account(), BREAKER_PROBATION);
    wait_for(US_PER_DAY - 1);
    assert_int_equal(account(), BREAKER_PROBATION);
    wait_for(1);
    assert_int_equal(account(), BREAKER_CLOSED);
}

static int64_t cooldown_of_account(void)
{
    return breaker.cells[1].reset_from_us - now_us;
}

static void a_trip_in_probation_doubles_the_cool_down_up_to_eight_times(void **state)
{
    static const int64_t hours[] = {1, 2, 4, 8, 8};
    (void)state;
    for (int trip = 0; trip < 5; trip++) {
        breaker_external(&breaker, now_us, INSTRUMENT_NONE);
        assert_int_equal(account(), BREAKER_TRIPPED);
        assert_int_equal(cooldown_of_account(), hours[trip] * US_PER_HOUR);
        reset(SCOPE_ACCOUNT, 0);
    }
    wait_for(US_PER_DAY); /* passed: plain again */
    breaker_external(&breaker, now_us, INSTRUMENT_NONE);
    assert_int_equal(cooldown_of_account(), US_PER_HOUR);
}

static void only_drawdown(void)
{
    settings.day_loss_warn = settings.day_loss_trip = ONE_E9;
    settings.rolling_loss_trip = settings.week_loss_trip = settings.month_loss_trip = ONE_E9;
    settings.velocity_5m_trip = settings.velocity_1h_trip = ONE_E9;
    breaker_init(&breaker, &settings, now_us, E8(10000));
}

static void a_reset_beyond_its_limit_arms_one_full_step_deeper(void **state)
{
    (void)state;
    settings.drawdown_lock = ONE_E9;
    only_drawdown();
    mark(E8(8800)); /* 12 % */
    reset(SCOPE_ACCOUNT, 0);
    mark(E8(8800));
    mark(E8(7800) + 1);
    assert_int_equal(account(), BREAKER_PROBATION);
    mark(E8(7800)); /* 22 % = 12 % + 10 % */
    assert_int_equal(account(), BREAKER_TRIPPED);
}

static void a_measure_that_recovers_arms_its_limit_again(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(8800));
    reset(SCOPE_ACCOUNT, 0);
    mark(E8(9000)); /* 10 %: not below */
    mark(E8(8900));
    assert_int_equal(account(), BREAKER_PROBATION);
    mark(E8(9000) + 1);
    mark(E8(9000));
    assert_int_equal(account(), BREAKER_TRIPPED);
}

static void the_lock_stays_armed_after_the_reset_of_a_trip(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(8800));
    reset(SCOPE_ACCOUNT, 0);
    mark(E8(8500) + 1);
    assert_int_equal(account(), BREAKER_PROBATION);
    mark(E8(8500));
    assert_int_equal(account(), BREAKER_LOCKED);
    reset(SCOPE_ACCOUNT, 0);
    mark(E8(8500));
    assert_int_equal(account(), BREAKER_PROBATION);
    mark(E8(7500) + 1);
    assert_int_equal(account(), BREAKER_PROBATION);
    mark(E8(7500)); /* 15 % + 10 % */
    assert_int_equal(account(), BREAKER_TRIPPED);
    mark(E8(7000)); /* 15 % + 15 % */
    assert_int_equal(account(), BREAKER_LOCKED);
}

static void a_daily_limit_holds_again_on_the_next_day(void **state)
{
    (void)state;
    settings.velocity_5m_trip = settings.velocity_1h_trip = ONE_E9;
    settings.cooldown_loss = 0;
    breaker_init(&breaker, &settings, now_us, E8(10000));
    mark(E8(9790)); /* 2.1 % */
    assert_int_equal(account(), BREAKER_TRIPPED);
    reset(SCOPE_ACCOUNT, 0);
    mark(E8(9780));
    assert_int_equal(account(), BREAKER_PROBATION);
    assert_int_equal(breaker_loss_e9(&breaker, BASELINE_DAY), BPS_E9(220));
    settings.probation_time = 30 * US_PER_DAY;
    wait_until(instant_from_date(2024, 1, 12));
    mark(E8(9780) - E8(9780) / 100 * 2 + 1);
    assert_int_equal(account(), BREAKER_PROBATION);
    mark(E8(9780) - E8(9780) / 100 * 2);
    assert_int_equal(account(), BREAKER_TRIPPED);
}

static void a_rebase_is_a_separate_act(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(8800));
    reset(SCOPE_ACCOUNT, 0);
    assert_int_equal(breaker_drawdown_ppm(&breaker), 120000);
    breaker_rebase(&breaker, now_us, BASELINE_PEAK);
    assert_int_equal(breaker_drawdown_ppm(&breaker), 0);
    mark(E8(7920) + 1);
    assert_int_equal(account(), BREAKER_PROBATION);
    mark(E8(7920));
    assert_int_equal(account(), BREAKER_TRIPPED);
}

static void probation_that_ends_under_a_warning_is_closed_then_caution(void **state)
{
    (void)state;
    only_drawdown();
    mark(E8(8800));
    reset(SCOPE_ACCOUNT, 0);
    forget_records();
    wait_for(US_PER_DAY);
    assert_int_equal(account(), BREAKER_CAUTION);
    assert_int_equal(breaker.transition_count, 2);
    assert_int_equal(breaker.transitions[0].to, BREAKER_CLOSED);
    assert_int_equal(breaker.transitions[1].from, BREAKER_CLOSED);
    assert_string_equal(breaker.transitions[1].cause, "drawdown");
}

static void a_symbols_windows_start_anew_at_its_reset(void **state)
{
    (void)state;
    settings.cooldown_loss = 0;
    breaker_symbol_result(&breaker, now_us, DOGE, -E8(80));
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
    reset(SCOPE_SYMBOL, DOGE);
    breaker_symbol_result(&breaker, now_us, DOGE, -E8(100));
    assert_int_equal(symbol(DOGE), BREAKER_PROBATION);
    breaker_symbol_result(&breaker, now_us, DOGE, -E8(155));
    assert_int_equal(symbol(DOGE), BREAKER_TRIPPED);
}

/* ---- the walk ---- */

enum { ACTS = 11, DEPTH = 3 };

static void act(int which)
{
    struct breaker_order lock = {SCOPE_ACCOUNT, 0, "admin", false};
    switch (which) {
    case 0: breaker_margin_ratio(&breaker, now_us, 0, E8(1)); break;
    case 1: breaker_margin_ratio(&breaker, now_us, E8(30), E8(100)); break;
    case 2: breaker_margin_ratio(&breaker, now_us, E8(50), E8(100)); break;
    case 3: breaker_margin_ratio(&breaker, now_us, E8(70), E8(100)); break;
    case 4: breaker_lock(&breaker, now_us, &lock); break;
    case 5: wait_for(settings.dwell); break;
    case 6: wait_for(12 * US_PER_HOUR); break;
    case 7: (void)request(SCOPE_ACCOUNT, 0); break;
    case 8: (void)approve(SCOPE_ACCOUNT, 0); break;
    case 9: close_trade(DOGE, E8(1)); break;
    case 10: breaker_equity(&breaker, now_us, E8(8900)); break;
    default: fail();
    }
}

static bool listed(enum breaker_state from, enum breaker_state to)
{
    static const bool table[6][6] = {
        /* to CLOSED CAUTION PROBATION REDUCING TRIPPED LOCKED */
        {false, true, false, true, true, true},   /* CLOSED */
        {true, false, false, true, true, true},   /* CAUTION */
        {true, false, false, true, true, true},   /* PROBATION */
        {true, true, true, false, true, true},    /* REDUCING */
        {false, false, true, false, false, true}, /* TRIPPED */
        {false, false, true, false, false, false} /* LOCKED */
    };
    return table[from][to];
}

static int64_t walked;
static bool seen[6][6];

static void expect_listed_records(enum breaker_state before)
{
    const struct breaker_transition *records;
    int32_t count = breaker_drain(&breaker, &records);
    for (int32_t record = 0; record < count; record++) {
        if (records[record].scope != SCOPE_ACCOUNT || records[record].until_us != 0) {
            continue;
        }
        assert_int_equal(records[record].from, before);
        before = records[record].to;
        seen[records[record].from][before] = true;
        assert_true(listed(records[record].from, before));
        if (records[record].from >= BREAKER_TRIPPED && before < BREAKER_TRIPPED) {
            assert_string_equal(records[record].cause, "reset");
        }
    }
    assert_int_equal(before, account());
}

static struct breaker saved[DEPTH];

/* Every sequence of DEPTH acts from here. */
static void walk(int depth)
{
    saved[depth] = breaker;
    int64_t time_us = now_us;
    for (int which = 0; which < ACTS; which++) {
        enum breaker_state before = account();
        act(which);
        breaker_check(&breaker);
        expect_listed_records(before);
        walked++;
        if (depth + 1 < DEPTH) {
            walk(depth + 1);
        }
        breaker = saved[depth];
        now_us = time_us;
    }
}

/* From a fresh account, from one that is TRIPPED with a request pending, and from PROBATION. */
static void every_short_walk_makes_only_listed_transitions(void **state)
{
    (void)state;
    settings.probation_trades = 1;
    settings.cooldown_technical = settings.cooldown_loss = US_PER_HOUR;
    breaker_init(&breaker, &settings, now_us, E8(10000));
    walk(0);
    act(3);
    act(0);
    act(6);
    act(7);
    expect_listed_records(BREAKER_CLOSED);
    walk(0);
    act(8); /* PROBATION */
    expect_listed_records(BREAKER_TRIPPED);
    walk(0);
    assert_int_equal(walked, 3 * (11 + 121 + 1331));
    assert_true(seen[BREAKER_PROBATION][BREAKER_CLOSED]);
    assert_true(seen[BREAKER_PROBATION][BREAKER_TRIPPED]);
    assert_true(seen[BREAKER_PROBATION][BREAKER_REDUCING]);
    assert_true(seen[BREAKER_REDUCING][BREAKER_PROBATION]);
    assert_true(seen[BREAKER_TRIPPED][BREAKER_LOCKED]);
    assert_true(seen[BREAKER_TRIPPED][BREAKER_PROBATION]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_reset_needs_its_scope_latch_principal_and_reason, world_start),
        cmocka_unit_test_setup(the_cool_down_depends_on_the_cause, world_start),
        cmocka_unit_test_setup(the_longest_cool_down_of_a_latch_holds, world_start),
        cmocka_unit_test_setup(a_reset_needs_two_principals_unless_dual_control_is_off,
                               world_start),
        cmocka_unit_test_setup(a_request_expires_and_a_further_trip_voids_it, world_start),
        cmocka_unit_test_setup(each_precondition_forbids_a_reset, world_start),
        cmocka_unit_test_setup(probation_is_small_and_passes_by_time, world_start),
        cmocka_unit_test_setup(probation_passes_by_trades, world_start),
        cmocka_unit_test_setup(reducing_in_probation_returns_to_a_probation_that_counts_anew,
                               world_start),
        cmocka_unit_test_setup(a_trip_in_probation_doubles_the_cool_down_up_to_eight_times,
                               world_start),
        cmocka_unit_test_setup(a_reset_beyond_its_limit_arms_one_full_step_deeper, world_start),
        cmocka_unit_test_setup(a_measure_that_recovers_arms_its_limit_again, world_start),
        cmocka_unit_test_setup(the_lock_stays_armed_after_the_reset_of_a_trip, world_start),
        cmocka_unit_test_setup(a_daily_limit_holds_again_on_the_next_day, world_start),
        cmocka_unit_test_setup(a_rebase_is_a_separate_act, world_start),
        cmocka_unit_test_setup(probation_that_ends_under_a_warning_is_closed_then_caution,
                               world_start),
        cmocka_unit_test_setup(a_symbols_windows_start_anew_at_its_reset, world_start),
        cmocka_unit_test_setup(every_short_walk_makes_only_listed_transitions, world_start),
    };
    return cmocka_run_group_tests_name("breaker_reset", tests, NULL, NULL);
}
