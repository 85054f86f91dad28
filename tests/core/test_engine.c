/* The pipeline end to end inside the core: a signal in, orders, protection, exits and books out. */
#include "tests/core/engine_world.h"

static void a_signal_becomes_leverage_then_a_market_order_recorded_first(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "doge/usdt", "high", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    assert_int_equal(entry.side, SIDE_BUY);
    assert_int_equal(entry.type, ORDER_MARKET);
    /* f 0.5 % of 10,000 = 50; s 1.5 % + slip 0.2 % + fees 0.1 % = 1.8 % -> 2,777.77 -> 13,888 DOGE at 0.2 */
    assert_int_equal(entry.size_e6, 13888 * ONE_E6);
    const struct action *record = the_action(world, ACTION_ORDER, 0);
    const struct action *send = the_action(world, ACTION_PLACE, 0);
    const struct action *leverage = the_action(world, ACTION_LEVERAGE, 0);
    assert_true(leverage < send);
    assert_true(record < send);
    assert_int_equal(record->order.state, ORDER_SENDING);
    assert_true(leverage->leverage.leverage <= 20);
    world_free(world);
}

static void the_first_fill_opens_the_position_and_sends_its_stop(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place stop = enter_doge(world, DIRECTION_LONG);
    assert_int_equal(stop.type, ORDER_STOP_MARKET);
    assert_int_equal(stop.side, SIDE_SELL);
    assert_true(stop.close_position);
    assert_int_equal(stop.trigger_by, TRIGGER_MARK);
    assert_int_equal(stop.trigger_e12, price("0.197")); /* 1.5 % below 0.2 */
    const struct position *position = position_of(world, DOGE);
    assert_int_equal(position->status, POSITION_OPEN);
    assert_int_equal(position->cost_e8, money("2777.6"));
    assert_int_equal(position->fees_e8, money("1.3888"));
    assert_true(world->engine.positions.items[DOGE].plan.stop_confirmed);
    world_free(world);
}

static void a_stop_fill_closes_the_books(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place stop = enter_doge(world, DIRECTION_LONG);
    mark(world, DOGE, "0.197");
    fill(world, DOGE, &stop, "0.19696", 13888 * ONE_E6);
    const struct position *position = position_of(world, DOGE);
    assert_int_equal(position->status, POSITION_CLOSED);
    assert_int_equal(position->exit_reason, EXIT_STOP);
    /* 13,888 x (0.19696 - 0.2) = -42.21952; fees 1.3888 + 13,888 x 0.19696 x 0.0005 = 1.36769024 */
    assert_int_equal(position->realised_e8, money("-42.21952"));
    assert_int_equal(position->fees_e8, money("2.75649024"));
    struct books_account books;
    engine_books_account(&world->engine, &books);
    assert_int_equal(books.wallet_e8, money("10000") - money("42.21952") - money("2.75649024"));
    assert_int_equal(books.margin_used_e8, 0);
    assert_int_equal(books.open_positions, 0);
    assert_int_equal(world->engine.orders.live, 0);
    world_free(world);
}

static void targets_are_placed_with_their_shares_once_the_entry_is_over(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.target_count = 2;
    signal.target_metadata = true;
    signal.target_e12[0] = price("0.204");
    signal.target_e12[1] = price("0.21");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    struct action_place first = placed(world, 1);
    struct action_place second = placed(world, 2);
    assert_int_equal(first.type, ORDER_TAKE_PROFIT_MARKET);
    assert_int_equal(first.trigger_e12, price("0.204"));
    assert_int_equal(first.size_e6, entry.size_e6 / 2);
    assert_int_equal(first.size_e6 + second.size_e6, entry.size_e6);
    fill(world, DOGE, &first, "0.204", first.size_e6);
    assert_int_equal(position_of(world, DOGE)->size_e6, second.size_e6);
    fill(world, DOGE, &second, "0.21", second.size_e6);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_TAKE_PROFIT);
    assert_int_equal(counters_value(&world->engine.counters, COUNTER_SUCCESSFUL_TRADES), 1);
    world_free(world);
}

static void an_entry_zone_below_the_mark_rests_a_limit_at_its_top(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.entry_low_e12 = price("0.19");
    signal.entry_high_e12 = price("0.198");
    signal.ttl_us = 600 * US_PER_SECOND;
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    assert_int_equal(entry.type, ORDER_LIMIT);
    assert_int_equal(entry.price_e12, price("0.198"));
    assert_int_equal(entry.expires_us, world->now_us + 600 * US_PER_SECOND);
    evidence(world, DOGE, entry.order_id, EVIDENCE_ACKED, REASON_NONE);
    evidence(world, DOGE, entry.order_id, EVIDENCE_EXPIRED, REASON_TTL);
    assert_int_equal(counters_value(&world->engine.counters, COUNTER_ENTRIES_UNFILLED), 1);
    assert_int_equal(world->engine.pending_count, 0);
    world_free(world);
}

static void an_entry_zone_around_the_mark_enters_at_market(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.entry_low_e12 = price("0.19");
    signal.entry_high_e12 = price("0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    assert_int_equal(placed(world, 0).type, ORDER_MARKET);
    world_free(world);
}

static void an_old_position_is_closed_by_time(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_SHORT);
    world->settings.stale_bars_trip = 100000; /* no bars come in this test */
    pass(world, US_PER_DAY);
    const struct plan *plan = &world->engine.positions.items[DOGE].plan;
    assert_int_not_equal(plan->exit_order, 0);
    assert_int_equal(plan->exit_wanted, EXIT_TIME);
    world_free(world);
}

static void a_refused_exit_is_tried_again(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    struct signal close = a_signal(world, "DOGE", "Low", "0.2");
    close.direction = DIRECTION_CLOSE;
    assert_int_equal(send_signal(world, &close), VERDICT_CLOSE_APPROVED);
    struct action_place out = placed(world, 0);
    assert_true(out.reduce_only);
    evidence(world, DOGE, out.order_id, EVIDENCE_REJECTED, REASON_NO_MARKET);
    assert_int_equal(world->engine.positions.items[DOGE].plan.exit_order, 0);
    pass(world, 61 * US_PER_SECOND);
    assert_int_not_equal(world->engine.positions.items[DOGE].plan.exit_order, 0);
    world_free(world);
}

static void an_opposite_signal_closes_and_does_not_reverse(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    struct signal opposite = a_signal(world, "DOGE", "High", "0.2");
    opposite.direction = DIRECTION_SHORT;
    assert_int_equal(send_signal(world, &opposite), VERDICT_CLOSE_APPROVED);
    struct action_place out = placed(world, 0);
    fill(world, DOGE, &out, "0.2", out.size_e6);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_OPPOSITE_SIGNAL);
    assert_int_equal(count_actions(world, ACTION_PLACE), 0);
    world_free(world);
}

static void an_opposite_signal_reverses_where_it_is_asked_to(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.on_opposite = OPPOSITE_REVERSE;
    world_start(world);
    (void)enter_doge(world, DIRECTION_LONG);
    pass(world, 2 * US_PER_SECOND);
    struct signal opposite = a_signal(world, "DOGE", "High", "0.2");
    opposite.direction = DIRECTION_SHORT;
    assert_int_equal(send_signal(world, &opposite), VERDICT_APPROVED);
    struct action_place out = placed(world, 0);
    assert_true(out.reduce_only);
    fill(world, DOGE, &out, "0.2", out.size_e6);
    struct action_place entry = placed(world, 0);
    assert_int_equal(entry.side, SIDE_SELL);
    assert_false(entry.reduce_only);
    world_free(world);
}

static void an_opposite_signal_is_ignored_where_it_is_asked_to(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.on_opposite = OPPOSITE_IGNORE;
    world_start(world);
    (void)enter_doge(world, DIRECTION_LONG);
    struct signal opposite = a_signal(world, "DOGE", "High", "0.2");
    opposite.direction = DIRECTION_SHORT;
    assert_int_equal(send_signal(world, &opposite), VERDICT_OPPOSITE_IGNORED);
    assert_int_equal(count_actions(world, ACTION_PLACE), 0);
    world_free(world);
}

static void the_same_side_again_is_already_open(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    pass(world, 10 * US_PER_SECOND);
    struct signal again = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &again), VERDICT_ALREADY_OPEN);
    world_free(world);
}

static void a_stop_that_came_too_late_leaves_at_market(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    struct action_place stop = placed(world, 0);
    mark(world, DOGE, "0.1969");
    evidence(world, DOGE, stop.order_id, EVIDENCE_REJECTED, REASON_WOULD_TRIGGER);
    struct action_place out = placed(world, 0);
    assert_int_equal(out.type, ORDER_MARKET);
    fill(world, DOGE, &out, "0.1969", out.size_e6);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_STOP);
    world_free(world);
}

static void without_a_confirmed_stop_the_exit_starts_after_three_seconds(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    const struct plan *plan = &world->engine.positions.items[DOGE].plan;
    pass(world, 3 * US_PER_SECOND - 1);
    assert_int_equal(plan->exit_order, 0);
    pass(world, 1);
    assert_int_not_equal(plan->exit_order, 0);
    pass(world, 7 * US_PER_SECOND);
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_SYMBOL, DOGE), BREAKER_TRIPPED);
    world_free(world);
}

static void the_clutch_decides_and_sends_nothing(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->settings.clutch = 1;
    world_start(world);
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_CLUTCHED);
    assert_int_equal(count_actions(world, ACTION_PLACE), 0);
    assert_true(world->engine.assessment.position_size_e6 > 0);
    world_free(world);
}

static void
command(struct world *world, enum command what, const char *principal, const char *reason)
{
    struct event_command words = {.command = what, .scope = SCOPE_ACCOUNT};
    memcpy(words.principal, principal, strlen(principal) + 1);
    memcpy(words.reason, reason, strlen(reason) + 1);
    struct event event = {.kind = EVENT_COMMAND, .instrument = INSTRUMENT_NONE};
    event.command = &words;
    step(world, event);
}

static void flatten_locks_and_closes_and_only_two_people_resume(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    command(world, COMMAND_FLATTEN, "ann", "");
    struct action_place out = placed(world, 0);
    assert_true(out.reduce_only);
    fill(world, DOGE, &out, "0.2", out.size_e6);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_BREAKER);
    struct signal signal = a_signal(world, "BTC", "High", "50000");
    mark(world, BTC, "50000");
    assert_int_equal(send_signal(world, &signal), VERDICT_BREAKER_LOCKED);
    pass(world, 2 * US_PER_DAY);
    command(world, COMMAND_RESET_REQUEST, "ann", "the cause was found and removed");
    command(world, COMMAND_RESET_APPROVE, "ann", "I looked at the books myself");
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_ACCOUNT, 0), BREAKER_LOCKED);
    command(world, COMMAND_RESET_APPROVE, "bob", "I looked at the books myself");
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_ACCOUNT, 0), BREAKER_PROBATION);
    assert_true(count_actions(world, ACTION_AUDIT) >= 1);
    world_free(world);
}

static void shutting_down_refuses_entries_and_cancels_resting_ones(void **state)
{
    (void)state;
    struct world *world = world_ready();
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.entry_low_e12 = price("0.19");
    signal.entry_high_e12 = price("0.198");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    command(world, COMMAND_SHUTDOWN, "signal", "");
    assert_int_equal(the_action(world, ACTION_CANCEL, 0)->cancel.order_id, entry.order_id);
    mark(world, BTC, "50000");
    struct signal other = a_signal(world, "BTC", "High", "50000");
    assert_int_equal(send_signal(world, &other), VERDICT_SHUTTING_DOWN);
    world_free(world);
}

static void funding_is_booked_once_and_moves_the_isolated_margin(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    int64_t margin_e8 = position_of(world, DOGE)->margin_e8;
    struct event event = {.kind = EVENT_FUNDING, .instrument = DOGE};
    event.funding =
        (struct event_funding){.rate_e16 = number("0.0001", 16), .mark_e12 = price("0.2")};
    step(world, event);
    /* 13,888 x 0.2 x 0.0001 = 0.27776 paid by the long */
    assert_int_equal(position_of(world, DOGE)->funding_e8, money("-0.27776"));
    assert_int_equal(position_of(world, DOGE)->margin_e8, margin_e8 - money("0.27776"));
    assert_int_equal(count_actions(world, ACTION_POSTING), 2);
    world_free(world);
}

static void a_liquidation_is_a_kind_of_fill_and_its_loss_ends_at_the_margin(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    const struct position *position = position_of(world, DOGE);
    int64_t margin_e8 = position->margin_e8;
    int64_t fees_e8 = position->fees_e8;
    struct event event = {.kind = EVENT_FILL, .instrument = DOGE};
    event.fill = (struct event_fill){.trade_id = 99,
                                     .side = SIDE_SELL,
                                     .liquidity = LIQUIDITY_TAKER,
                                     .kind = FILL_LIQUIDATION,
                                     .size_e6 = position->size_e6,
                                     .fee_e8 = FEE_BY_SCHEDULE};
    assert_true(margin_bankruptcy_price(SIDE_LONG, position->size_e6, position->cost_e8,
                                        position->margin_e8, &event.fill.price_e12));
    step(world, event);
    assert_int_equal(position->status, POSITION_LIQUIDATED);
    assert_int_equal(position->exit_reason, EXIT_LIQUIDATION);
    int64_t loss_e8 = -position->realised_e8 + position->fees_e8 - fees_e8;
    assert_true(loss_e8 <= margin_e8);
    assert_true(loss_e8 > margin_e8 - 2);
    assert_non_null(find_action(world, ACTION_ALERT, 0));
    assert_true(breaker_state(&world->engine.breaker, SCOPE_SYMBOL, DOGE) >= BREAKER_TRIPPED);
    world_free(world);
}

/* The core hears the mark of a gap before the liquidation of the same instant: neither equity row nor breaker may see a loss
 * beyond the isolated margin. */
static void a_gap_beyond_bankruptcy_shows_no_more_than_the_margin(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    const struct position *position = position_of(world, DOGE);
    int64_t before_e8 = money("10000") - position->fees_e8;
    mark(world, DOGE, "0.0001");
    assert_int_equal(engine_equity_e8(&world->engine), before_e8 - position->margin_e8);
    struct books_account books;
    engine_books_account(&world->engine, &books);
    assert_true(books.unrealised_e8 < -position->margin_e8); /* the books keep the whole figure */
    world_free(world);
}

static void a_fill_that_is_nobodys_is_an_error_and_latches(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place stranger = {.order_id = 777, .side = SIDE_BUY};
    fill(world, DOGE, &stranger, "0.2", ONE_E6);
    assert_non_null(find_action(world, ACTION_ERROR, 0));
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_ACCOUNT, 0), BREAKER_TRIPPED);
    world_free(world);
}

static void a_refused_signal_keeps_its_row_and_its_verdict(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct signal signal = a_signal(world, "NOSUCHCOIN", "High", "1");
    assert_int_equal(send_signal(world, &signal), VERDICT_UNKNOWN_TOKEN);
    assert_int_equal(the_action(world, ACTION_SIGNAL, 0)->signal.verdict, VERDICT_UNKNOWN_TOKEN);
    assert_int_equal(the_action(world, ACTION_ASSESSMENT, 0)->assessment->verdict,
                     VERDICT_UNKNOWN_TOKEN);
    world_free(world);
}

static void the_same_events_give_the_same_digest_and_one_unit_changes_it(void **state)
{
    (void)state;
    uint64_t digests[3];
    for (int run = 0; run < 3; run++) {
        struct world *world = world_ready();
        (void)enter_doge(world, DIRECTION_LONG);
        mark(world, DOGE, run < 2 ? "0.201" : "0.20100000001");
        digests[run] = world->engine.digest.state;
        world_free(world);
    }
    assert_int_equal(digests[0], digests[1]);
    assert_int_not_equal(digests[0], digests[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_becomes_leverage_then_a_market_order_recorded_first),
        cmocka_unit_test(the_first_fill_opens_the_position_and_sends_its_stop),
        cmocka_unit_test(a_stop_fill_closes_the_books),
        cmocka_unit_test(targets_are_placed_with_their_shares_once_the_entry_is_over),
        cmocka_unit_test(an_entry_zone_below_the_mark_rests_a_limit_at_its_top),
        cmocka_unit_test(an_entry_zone_around_the_mark_enters_at_market),
        cmocka_unit_test(an_old_position_is_closed_by_time),
        cmocka_unit_test(a_refused_exit_is_tried_again),
        cmocka_unit_test(an_opposite_signal_closes_and_does_not_reverse),
        cmocka_unit_test(an_opposite_signal_reverses_where_it_is_asked_to),
        cmocka_unit_test(an_opposite_signal_is_ignored_where_it_is_asked_to),
        cmocka_unit_test(the_same_side_again_is_already_open),
        cmocka_unit_test(a_stop_that_came_too_late_leaves_at_market),
        cmocka_unit_test(without_a_confirmed_stop_the_exit_starts_after_three_seconds),
        cmocka_unit_test(the_clutch_decides_and_sends_nothing),
        cmocka_unit_test(flatten_locks_and_closes_and_only_two_people_resume),
        cmocka_unit_test(shutting_down_refuses_entries_and_cancels_resting_ones),
        cmocka_unit_test(funding_is_booked_once_and_moves_the_isolated_margin),
        cmocka_unit_test(a_liquidation_is_a_kind_of_fill_and_its_loss_ends_at_the_margin),
        cmocka_unit_test(a_gap_beyond_bankruptcy_shows_no_more_than_the_margin),
        cmocka_unit_test(a_fill_that_is_nobodys_is_an_error_and_latches),
        cmocka_unit_test(a_refused_signal_keeps_its_row_and_its_verdict),
        cmocka_unit_test(the_same_events_give_the_same_digest_and_one_unit_changes_it),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
