/* The paths that a trade seldom takes: what rests while a position is left, what comes late, what is refused, what is absurd. */
#include "tests/core/engine_world.h"

static struct action_place rest_entry(struct world *world)
{
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.entry_low_e12 = price("0.19");
    signal.entry_high_e12 = price("0.198");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    evidence(world, DOGE, entry.order_id, EVIDENCE_ACKED, REASON_NONE);
    return entry;
}

static const struct plan *plan_of(const struct world *world, int32_t instrument)
{
    return &world->engine.positions.items[instrument].plan;
}

static void end(struct world *world, int32_t instrument)
{
    step(world, (struct event){.kind = EVENT_END, .instrument = instrument});
}

static void command(struct world *world, enum command what)
{
    struct event_command order = {.command = what, .scope = SCOPE_ACCOUNT, .principal = "ann"};
    step(world,
         (struct event){.kind = EVENT_COMMAND, .instrument = INSTRUMENT_NONE, .command = &order});
}

/* ---- what rests and what is on its way ---- */

static void leaving_takes_back_what_rests_and_leaves_what_fills_meanwhile(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place entry = rest_entry(world);
    fill(world, DOGE, &entry, "0.198", 1000 * ONE_E6);
    command(world, COMMAND_FLATTEN);
    struct action_place leave = placed(world, 0);
    assert_int_equal(the_action(world, ACTION_CANCEL, 0)->cancel.order_id, entry.order_id);
    assert_int_equal(leave.size_e6, 1000 * ONE_E6);
    fill(world, DOGE, &entry, "0.198", 500 * ONE_E6);
    assert_int_equal(count_actions(world, ACTION_PLACE), 0);
    fill(world, DOGE, &leave, "0.198", 1000 * ONE_E6);
    struct action_place rest = placed(world, 0);
    assert_int_equal(rest.size_e6, 500 * ONE_E6);
    fill(world, DOGE, &rest, "0.198", 500 * ONE_E6);
    assert_int_equal(position_of(world, DOGE)->status, POSITION_CLOSED);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_BREAKER);
    world_free(world);
}

static void an_entry_filled_in_part_does_not_count_as_unfilled(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place entry = rest_entry(world);
    fill(world, DOGE, &entry, "0.198", 1000 * ONE_E6);
    struct action_place stop = placed(world, 0);
    evidence(world, DOGE, stop.order_id, EVIDENCE_ACKED, REASON_NONE);
    fill(world, DOGE, &stop, "0.195", 1000 * ONE_E6);
    evidence(world, DOGE, entry.order_id, EVIDENCE_CANCELED, REASON_REQUESTED);
    assert_int_equal(counters_value(&world->engine.counters, COUNTER_ENTRIES_UNFILLED), 0);
    assert_int_equal(counters_value(&world->engine.counters, COUNTER_FAILED_TRADES), 1);
    assert_int_equal(world->engine.pending_count, 0);
    assert_int_equal(world->engine.orders.live, 0);
    world_free(world);
}

static void an_entry_that_fills_under_a_flatten_leaves_at_once(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    command(world, COMMAND_FLATTEN);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    assert_int_equal(placed(world, 0).type, ORDER_STOP_MARKET);
    assert_int_equal(placed(world, 1).type, ORDER_MARKET);
    assert_true(placed(world, 1).reduce_only);
    assert_int_equal(plan_of(world, DOGE)->exit_wanted, EXIT_BREAKER);
    world_free(world);
}

static void an_entry_that_fills_after_the_end_leaves_at_once(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    end(world, INSTRUMENT_NONE);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    struct action_place leave = placed(world, 1);
    fill(world, DOGE, &leave, "0.2", leave.size_e6);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_END_OF_DATA);
    end(world, INSTRUMENT_NONE);
    assert_int_equal(engine_deadline(&world->engine), INSTANT_NEVER);
    world_free(world);
}

static void an_end_after_a_shutdown_still_waits_for_its_exits(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    command(world, COMMAND_SHUTDOWN);
    end(world, INSTRUMENT_NONE);
    assert_int_equal(placed(world, 0).type, ORDER_MARKET);
    assert_int_equal(count_actions(world, ACTION_METRIC), 0);
    assert_true(engine_deadline(&world->engine) < INSTANT_NEVER);
    world_free(world);
}

static void a_market_that_has_ended_takes_no_signals(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    end(world, DOGE);
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_NO_MARKET);
    struct signal other = a_signal(world, "BTC", "High", "50000");
    assert_int_equal(send_signal(world, &other), VERDICT_APPROVED);
    world_free(world);
}

/* ---- targets ---- */

static struct action_place
enter_with_targets(struct world *world, const char *first, const char *second)
{
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.target_count = 2;
    signal.target_e12[0] = price(first);
    signal.target_e12[1] = price(second);
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    return entry;
}

static void a_target_goes_to_the_tick_below(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_with_targets(world, "0.2034567", "0.206");
    assert_int_equal(placed(world, 1).trigger_e12, price("0.20345"));
    world_free(world);
}

static void a_target_below_the_entry_is_dropped_and_the_rest_goes_on(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place entry = enter_with_targets(world, "0.19", "0.206");
    assert_string_equal(the_action(world, ACTION_ERROR, 0)->error.code, "target-dropped");
    assert_int_equal(count_actions(world, ACTION_PLACE), 2);
    assert_int_equal(placed(world, 1).size_e6, entry.size_e6);
    world_free(world);
}

static void a_target_that_came_too_late_is_taken_at_the_market(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place entry = enter_with_targets(world, "0.203", "0.206");
    struct action_place first = placed(world, 1);
    evidence(world, DOGE, first.order_id, EVIDENCE_REJECTED, REASON_WOULD_TRIGGER);
    struct action_place market = placed(world, 0);
    assert_int_equal(market.type, ORDER_MARKET);
    assert_int_equal(market.size_e6, first.size_e6);
    /* An exit now closes what this order does not. */
    command(world, COMMAND_FLATTEN);
    assert_int_equal(placed(world, 0).size_e6, entry.size_e6 - first.size_e6);
    world_free(world);
}

/* ---- refusals ---- */

static void a_refused_stop_is_not_asked_again_at_once(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    struct action_place stop = placed(world, 0);
    evidence(world, DOGE, stop.order_id, EVIDENCE_REJECTED, REASON_NO_MARKET);
    assert_int_equal(count_actions(world, ACTION_PLACE), 0);
    pass(world, 3 * US_PER_SECOND);
    assert_int_equal(plan_of(world, DOGE)->exit_wanted, EXIT_BREAKER);
    assert_string_equal(the_action(world, ACTION_ALERT, 0)->alert.title, "unprotected");
    struct action_place out = placed(world, 0); /* C23: an exit runs, whatever the stop waits for */
    assert_int_equal(out.type, ORDER_MARKET);
    assert_int_equal(out.order_id, plan_of(world, DOGE)->exit_order);
    pass(world, 60 * US_PER_SECOND);
    assert_int_not_equal(plan_of(world, DOGE)->stop_order, 0);
    world_free(world);
}

/* The operator's flatten neither. */
static void a_flatten_does_not_wait_for_a_refused_stop(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    evidence(world, DOGE, placed(world, 0).order_id, EVIDENCE_REJECTED, REASON_NO_MARKET);
    command(world, COMMAND_FLATTEN);
    assert_int_equal(placed(world, 0).type, ORDER_MARKET);
    assert_true(placed(world, 0).reduce_only);
    world_free(world);
}

static void refused_exits_wait_longer_each_time(void **state)
{
    (void)state;
    static const int64_t minutes[] = {1, 2, 4, 8, 8};
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    world->settings.stale_bars_reduce = 10000;
    command(world, COMMAND_FLATTEN);
    for (size_t try = 0; try < ARRAY_COUNT(minutes); try++) {
        evidence(world, DOGE, plan_of(world, DOGE)->exit_order, EVIDENCE_REJECTED,
                 REASON_NO_MARKET);
        assert_int_equal(plan_of(world, DOGE)->exit_order, 0);
        pass(world, minutes[try] * US_PER_MINUTE - 1);
        assert_int_equal(plan_of(world, DOGE)->exit_order, 0);
        pass(world, 1);
        assert_int_not_equal(plan_of(world, DOGE)->exit_order, 0);
    }
    world_free(world);
}

static void a_step_of_liquidation_keeps_the_rest_under_a_stop(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place stop = enter_doge(world, DIRECTION_LONG);
    evidence(world, DOGE, stop.order_id, EVIDENCE_CANCELED, REASON_LIQUIDATION);
    struct action_place again = placed(world, 0);
    assert_int_equal(again.type, ORDER_STOP_MARKET);
    struct event event = {.kind = EVENT_FILL, .instrument = DOGE};
    event.fill = (struct event_fill){.trade_id = 99,
                                     .side = SIDE_SELL,
                                     .liquidity = LIQUIDITY_TAKER,
                                     .kind = FILL_LIQUIDATION,
                                     .price_e12 = price("0.192"),
                                     .size_e6 = 8000 * ONE_E6,
                                     .fee_e8 = FEE_BY_SCHEDULE};
    step(world, event);
    assert_int_equal(position_of(world, DOGE)->size_e6, 5888 * ONE_E6);
    evidence(world, DOGE, again.order_id, EVIDENCE_ACKED, REASON_NONE);
    fill(world, DOGE, &again, "0.191", 5888 * ONE_E6);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_STOP);
    assert_int_equal(position_of(world, DOGE)->status, POSITION_CLOSED);
    world_free(world);
}

static void a_full_order_table_is_an_error_that_alerts(void **state)
{
    (void)state;
    struct world *world = world_ready();
    int32_t free_first = world->engine.orders.free_first;
    mark(world, DOGE, "0.2");
    world->engine.orders.free_first = -1;
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    (void)send_signal(world, &signal);
    assert_string_equal(the_action(world, ACTION_ERROR, 0)->error.code, "orders-full");
    assert_string_equal(the_action(world, ACTION_ALERT, 0)->alert.title, "orders-full");
    assert_int_equal(count_actions(world, ACTION_PLACE), 0);
    assert_int_equal(world->engine.pending_count, 0);
    world->engine.orders.free_first = free_first;
    world_free(world);
}

/* ---- late, strange and absurd evidence ---- */

static void an_acknowledgement_after_the_fill_is_no_stranger(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    evidence(world, DOGE, entry.order_id, EVIDENCE_ACKED, REASON_NONE);
    assert_int_equal(count_actions(world, ACTION_ERROR), 0);
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_ACCOUNT, 0), BREAKER_CLOSED);
    world_free(world);
}

static void an_order_of_nobody_is_an_error_that_alerts_and_latches(void **state)
{
    (void)state;
    struct world *world = world_ready();
    evidence(world, DOGE, ORDER_ID(7, 1), EVIDENCE_ACKED, REASON_NONE);
    assert_string_equal(the_action(world, ACTION_ERROR, 0)->error.code, "foreign-order");
    assert_string_equal(the_action(world, ACTION_ALERT, 0)->alert.title, "foreign-order");
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_ACCOUNT, 0), BREAKER_TRIPPED);
    world_free(world);
}

static void a_fill_of_more_than_there_is_is_not_booked(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place stop = enter_doge(world, DIRECTION_LONG);
    int64_t wallet_e8 = ledger_wallet_e8(&world->engine.ledger);
    fill(world, DOGE, &stop, "0.197", 13889 * ONE_E6);
    assert_string_equal(the_action(world, ACTION_ERROR, 0)->error.code, "fill-impossible");
    assert_int_equal(ledger_wallet_e8(&world->engine.ledger), wallet_e8);
    assert_int_equal(position_of(world, DOGE)->size_e6, 13888 * ONE_E6);
    world_free(world);
}

static void the_same_alert_is_given_once_an_hour(void **state)
{
    (void)state;
    struct world *world = world_ready();
    evidence(world, DOGE, ORDER_ID(7, 1), EVIDENCE_ACKED, REASON_NONE);
    evidence(world, DOGE, ORDER_ID(7, 2), EVIDENCE_ACKED, REASON_NONE);
    assert_int_equal(count_actions(world, ACTION_ERROR), 1);
    assert_int_equal(count_actions(world, ACTION_ALERT), 0);
    assert_int_equal(counters_value(&world->engine.counters, COUNTER_ALERTS_REPEATED), 1);
    pass(world, US_PER_HOUR);
    evidence(world, DOGE, ORDER_ID(7, 3), EVIDENCE_ACKED, REASON_NONE);
    assert_int_equal(count_actions(world, ACTION_ALERT), 1);
    world_free(world);
}

/* ---- adding ---- */

static void parts_of_one_addition_count_once_and_keep_the_position_stop(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.pyramiding = 1;
    world_start(world);
    struct action_place stop = enter_doge(world, DIRECTION_LONG);
    pass(world, 10 * US_PER_SECOND);
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.stop_e12 = price("0.199");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    assert_int_equal(world->engine.assessment.stop_e12, stop.trigger_e12);
    struct action_place entry = placed(world, 0);
    for (int part = 0; part < 3; part++) {
        fill(world, DOGE, &entry, "0.2", 1000 * ONE_E6);
    }
    evidence(world, DOGE, entry.order_id, EVIDENCE_CANCELED, REASON_LIQUIDITY);
    assert_int_equal(plan_of(world, DOGE)->adds, 1);
    assert_int_equal(position_of(world, DOGE)->size_e6, 16888 * ONE_E6);
    assert_int_equal(position_of(world, DOGE)->status, POSITION_OPEN);
    world_free(world);
}

static void nothing_is_added_to_what_is_being_left(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.pyramiding = 5;
    world_start(world);
    (void)enter_doge(world, DIRECTION_LONG);
    pass(world, 10 * US_PER_SECOND);
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.direction = DIRECTION_CLOSE;
    assert_int_equal(send_signal(world, &signal), VERDICT_CLOSE_APPROVED);
    struct signal other = a_signal(world, "DOGE", "Medium", "0.2");
    assert_int_equal(send_signal(world, &other), VERDICT_ALREADY_OPEN);
    world_free(world);
}

/* ---- time ---- */

static void the_day_turns_though_its_timer_is_late(void **state)
{
    (void)state;
    struct world *world = world_ready();
    world->now_us = T0 + US_PER_DAY + 5 * US_PER_SECOND;
    step(world, (struct event){.kind = EVENT_TIMER, .instrument = INSTRUMENT_NONE});
    assert_true(count_actions(world, ACTION_METRIC) > 0);
    assert_int_equal(count_actions(world, ACTION_EQUITY) >= 1, 1);
    world->now_us += US_PER_HOUR;
    step(world, (struct event){.kind = EVENT_TIMER, .instrument = INSTRUMENT_NONE});
    assert_int_equal(count_actions(world, ACTION_METRIC), 0);
    world_free(world);
}

static void an_equity_row_stands_at_every_hour(void **state)
{
    (void)state;
    struct world *world = world_ready();
    world->settings.stale_bars_trip = 100000;
    for (int hour = 1; hour <= 3; hour++) {
        int64_t hour_us = T0 + hour * US_PER_HOUR;
        pass(world, hour_us - 1 - world->now_us);
        world->now_us = hour_us;
        assert_int_equal(engine_deadline(&world->engine), hour_us);
        step(world, (struct event){.kind = EVENT_TIMER, .instrument = INSTRUMENT_NONE});
        assert_int_equal(the_action(world, ACTION_EQUITY, 0)->time_us, hour_us);
    }
    world_free(world);
}

/* ---- amends: a venue's word on price and size of an order, nothing else ---- */

static struct order last_row(const struct world *world)
{
    struct order row = {0};
    for (int32_t index = 0; index < world->actions.count; index++) {
        if (world->actions.items[index].kind == ACTION_ORDER) {
            row = world->actions.items[index].order;
        }
    }
    return row;
}

static void amended(struct world *world, uint64_t order, const char *at, int64_t size_e6)
{
    struct event event = {.kind = EVENT_ORDER, .instrument = DOGE};
    event.order = (struct event_order){.order_id = order,
                                       .evidence = EVIDENCE_AMENDED,
                                       .price_e12 = price(at),
                                       .size_e6 = size_e6};
    step(world, event);
}

static void an_amend_is_taken_as_the_venue_tells_it(void **state)
{
    (void)state;
    struct world *world = world_new();
    world_start(world);
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.entry_low_e12 = price("0.19");
    signal.entry_high_e12 = price("0.198");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    assert_int_equal(entry.type, ORDER_LIMIT);
    evidence(world, DOGE, entry.order_id, EVIDENCE_ACKED, REASON_NONE);
    amended(world, entry.order_id, "0.197", 3000 * ONE_E6);
    struct order row = last_row(world);
    assert_int_equal(row.price_e12, price("0.197"));
    assert_int_equal(row.size_e6, 3000 * ONE_E6);
    assert_int_equal(row.state, ORDER_ACKED);
    fill(world, DOGE, &entry, "0.197", 1000 * ONE_E6);
    amended(world, entry.order_id, "0.197", 500 * ONE_E6); /* less than is filled cannot be */
    assert_int_equal(count_actions(world, ACTION_ERROR), 1);
    fill(world, DOGE, &entry, "0.197", 2000 * ONE_E6);
    assert_int_equal(position_of(world, DOGE)->size_e6, 3000 * ONE_E6);
    assert_int_equal(position_of(world, DOGE)->status, POSITION_OPEN); /* the order is whole */
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaving_takes_back_what_rests_and_leaves_what_fills_meanwhile),
        cmocka_unit_test(an_entry_filled_in_part_does_not_count_as_unfilled),
        cmocka_unit_test(an_entry_that_fills_under_a_flatten_leaves_at_once),
        cmocka_unit_test(an_entry_that_fills_after_the_end_leaves_at_once),
        cmocka_unit_test(an_end_after_a_shutdown_still_waits_for_its_exits),
        cmocka_unit_test(a_market_that_has_ended_takes_no_signals),
        cmocka_unit_test(a_target_goes_to_the_tick_below),
        cmocka_unit_test(a_target_below_the_entry_is_dropped_and_the_rest_goes_on),
        cmocka_unit_test(a_target_that_came_too_late_is_taken_at_the_market),
        cmocka_unit_test(a_refused_stop_is_not_asked_again_at_once),
        cmocka_unit_test(a_flatten_does_not_wait_for_a_refused_stop),
        cmocka_unit_test(refused_exits_wait_longer_each_time),
        cmocka_unit_test(a_step_of_liquidation_keeps_the_rest_under_a_stop),
        cmocka_unit_test(a_full_order_table_is_an_error_that_alerts),
        cmocka_unit_test(an_acknowledgement_after_the_fill_is_no_stranger),
        cmocka_unit_test(an_order_of_nobody_is_an_error_that_alerts_and_latches),
        cmocka_unit_test(a_fill_of_more_than_there_is_is_not_booked),
        cmocka_unit_test(the_same_alert_is_given_once_an_hour),
        cmocka_unit_test(parts_of_one_addition_count_once_and_keep_the_position_stop),
        cmocka_unit_test(nothing_is_added_to_what_is_being_left),
        cmocka_unit_test(an_amend_is_taken_as_the_venue_tells_it),
        cmocka_unit_test(the_day_turns_though_its_timer_is_late),
        cmocka_unit_test(an_equity_row_stands_at_every_hour),
    };
    return cmocka_run_group_tests_name("engine paths", tests, NULL, NULL);
}
