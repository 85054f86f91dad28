/* The invariants of RISK 6.4 that the core alone can show: I7 to I9, I16, I17, I24, I25 (I15 and I18: test_snapshot.c). */
#include "core/snapshot.h"
#include "tests/core/engine_world.h"

static uint8_t bytes[SNAPSHOT_BYTES_MAX];

static uint64_t send_entry(struct world *world)
{
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    return placed(world, 0).order_id;
}

static void command(struct world *world, const struct event_command *words)
{
    step(world,
         (struct event){.kind = EVENT_COMMAND, .instrument = INSTRUMENT_NONE, .command = words});
}

static void fact(struct world *world, enum fact what, int64_t value)
{
    struct event event = {.kind = EVENT_FACT, .instrument = INSTRUMENT_NONE};
    event.fact = (struct event_fact){what, value, 0};
    step(world, event);
}

/* I7, I8: an order of unknown fate keeps its reservation to the last unit; whatever proves that it was nothing frees all of it.
 * */
static void what_is_unknown_keeps_its_reservation_until_it_is_known(void **state)
{
    (void)state;
    static const enum order_evidence ends[] = {EVIDENCE_ABSENT, EVIDENCE_REJECTED,
                                               EVIDENCE_CANCELED, EVIDENCE_EXPIRED};
    for (size_t index = 0; index < ARRAY_COUNT(ends); index++) {
        struct world *world = world_ready();
        int64_t before_e8 = engine_available_e8(&world->engine);
        uint64_t order_id = send_entry(world);
        int64_t reserved_e8 = engine_available_e8(&world->engine);
        /* 13,888 x 0.2 / 20 of margin and 5 bp of fee */
        assert_int_equal(before_e8 - reserved_e8, money("138.88") + money("1.3888"));
        evidence(world, DOGE, order_id, EVIDENCE_UNKNOWN, REASON_NONE);
        pass(world, 20 * US_PER_SECOND);
        assert_int_equal(engine_available_e8(&world->engine), reserved_e8);
        evidence(world, DOGE, order_id, ends[index], REASON_NONE);
        assert_int_equal(engine_available_e8(&world->engine), before_e8);
        assert_int_equal(world->engine.unknown_count, 0);
        assert_int_equal(world->engine.orders.live, 0);
        world_free(world);
    }
}

/* I8: the same for what was never sent, and it is no refusal of the venue's (C30). */
static void not_sent_frees_and_is_no_refusal(void **state)
{
    (void)state;
    struct world *world = world_ready();
    int64_t before_e8 = engine_available_e8(&world->engine);
    uint64_t order_id = send_entry(world);
    evidence(world, DOGE, order_id, EVIDENCE_NOT_SENT, REASON_NONE);
    assert_int_equal(engine_available_e8(&world->engine), before_e8);
    assert_int_equal(rates_rejects(&world->engine.rates, DOGE, world->now_us), 0);
    assert_int_equal(counters_value(&world->engine.counters, COUNTER_ORDERS_REJECTED), 0);
    world_free(world);
}

/* I9: terminal states are sticky against everything but a fill. */
static void the_end_of_an_order_is_its_end(void **state)
{
    (void)state;
    static const enum order_evidence late[] = {EVIDENCE_ACKED, EVIDENCE_UNKNOWN, EVIDENCE_REJECTED,
                                               EVIDENCE_NOT_SENT};
    struct world *world = world_ready();
    uint64_t order_id = send_entry(world);
    evidence(world, DOGE, order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    evidence(world, DOGE, order_id, EVIDENCE_ABSENT, REASON_NONE);
    for (size_t index = 0; index < ARRAY_COUNT(late); index++) {
        evidence(world, DOGE, order_id, late[index], REASON_NONE);
        assert_int_equal(count_actions(world, ACTION_ORDER), 0);
        assert_int_equal(count_actions(world, ACTION_ERROR), 0);
        assert_int_equal(world->engine.orders.live, 0);
    }
    world_free(world);
}

/* I9: nor does an acknowledged order become absent or unsent. */
static void an_acknowledged_order_is_neither_absent_nor_unsent(void **state)
{
    (void)state;
    struct world *world = world_ready();
    uint64_t order_id = send_entry(world);
    evidence(world, DOGE, order_id, EVIDENCE_ACKED, REASON_NONE);
    evidence(world, DOGE, order_id, EVIDENCE_ABSENT, REASON_NONE);
    evidence(world, DOGE, order_id, EVIDENCE_NOT_SENT, REASON_NONE);
    assert_int_equal(world->engine.orders.live, 1);
    assert_int_equal(orders_find(&world->engine.orders, DOGE, order_id)->state, ORDER_ACKED);
    world_free(world);
}

/* C24: one exit of unknown fate is one exit; proven absent it is asked for again, by another id. */
static void an_unknown_exit_is_not_doubled(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    struct event_command flatten = {.command = COMMAND_FLATTEN, .principal = "ann"};
    command(world, &flatten);
    uint64_t first = placed(world, 0).order_id;
    evidence(world, DOGE, first, EVIDENCE_UNKNOWN, REASON_NONE);
    command(world, &flatten);
    assert_int_equal(count_actions(world, ACTION_PLACE), 0);
    pass(world, 10 * US_PER_MINUTE);
    assert_int_equal(world->engine.positions.items[DOGE].plan.exit_order, first);
    evidence(world, DOGE, first, EVIDENCE_ABSENT, REASON_NONE);
    pass(world, US_PER_SECOND);
    uint64_t second = world->engine.positions.items[DOGE].plan.exit_order;
    assert_true(second != 0);
    assert_true(second != first);
    world_free(world);
}

static const char *approve(struct world *world)
{
    struct event_command words = {.command = COMMAND_RESET_REQUEST,
                                  .scope = SCOPE_ACCOUNT,
                                  .principal = "ann",
                                  .reason = "looked at all of it and it is fine"};
    command(world, &words);
    words.command = COMMAND_RESET_APPROVE;
    memcpy(words.principal, "bob", 4);
    command(world, &words);
    for (int32_t index = 0; index < count_actions(world, ACTION_AUDIT); index++) {
        const struct action_audit *audit = &the_action(world, ACTION_AUDIT, index)->audit;
        if (strcmp(audit->role, "operator") == 0) {
            return audit->result;
        }
    }
    return "nothing";
}

/* I16: no reset while an order is of unknown fate or the account does not agree with its venue. */
static void a_reset_waits_for_the_unknown_and_for_agreement(void **state)
{
    (void)state;
    struct world *world = world_ready();
    world->settings.stale_bars_reduce = world->settings.stale_bars_trip = 10000;
    engine_init(&world->engine, &world->settings, &world->instruments, 1);
    world_start(world);
    uint64_t order_id = send_entry(world);
    struct event_command stop = {
        .command = COMMAND_STOP, .scope = SCOPE_ACCOUNT, .principal = "ann"};
    command(world, &stop);
    pass(world, US_PER_DAY);
    fact(world, FACT_RECONCILED, 0);
    assert_string_equal(approve(world), reset_result_text(RESET_NOT_RECONCILED));
    fact(world, FACT_RECONCILED, 1);
    evidence(world, DOGE, order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    assert_string_equal(approve(world), reset_result_text(RESET_UNKNOWN_ORDERS));
    assert_int_equal(breaker_worst(&world->engine.breaker), BREAKER_LOCKED);
    evidence(world, DOGE, order_id, EVIDENCE_ABSENT, REASON_NONE);
    assert_string_equal(approve(world), reset_result_text(RESET_ACCEPTED));
    world_free(world);
}

/* I24: the next epoch's ids are its own; an order of the one before is still ours: it can be cancelled, and it fills. */
static void an_order_of_the_last_epoch_is_ours(void **state)
{
    (void)state;
    struct world *world = world_ready();
    uint64_t order_id = send_entry(world);
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    struct world *next = world_new();
    next->now_us = world->now_us + US_PER_SECOND;
    engine_init(&next->engine, &next->settings, &next->instruments, 2);
    struct event event = {.kind = EVENT_SNAPSHOT, .instrument = INSTRUMENT_NONE};
    event.snapshot = (struct event_snapshot){bytes, (int64_t)size};
    step(next, event);
    struct order *order = orders_find(&next->engine.orders, DOGE, order_id);
    assert_non_null(order);
    assert_int_equal(next->engine.pending_count, 1);
    struct action_place as_sent = {
        .order_id = order_id, .side = order->side, .size_e6 = order->size_e6};
    fill(next, DOGE, &as_sent, "0.2", as_sent.size_e6);
    assert_true(placed(next, 0).order_id > ORDER_ID(2, 0)); /* its stop */
    assert_int_equal(position_of(next, DOGE)->size_e6, as_sent.size_e6);
    /* One of an epoch that has not been is a stranger: another executor. */
    evidence(next, DOGE, ORDER_ID(3, 1), EVIDENCE_ACKED, REASON_NONE);
    assert_true(breaker_worst(&next->engine.breaker) >= BREAKER_TRIPPED);
    world_free(world);
    world_free(next);
}

/* I25, fail closed: a state that is no state locks, and nothing is entered, agreement or not. */
static void without_agreement_nothing_is_entered(void **state)
{
    (void)state;
    struct world *world = world_ready();
    fact(world, FACT_RECONCILED, 0);
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_NOT_RECONCILED);
    fact(world, FACT_RECONCILED, 2); /* no such word: not an agreement */
    struct signal other = a_signal(world, "BTC", "Low", "50000");
    assert_int_equal(send_signal(world, &other), VERDICT_NOT_RECONCILED);
    fact(world, FACT_FENCED, 1);
    assert_int_equal(breaker_worst(&world->engine.breaker), BREAKER_LOCKED);
    world_free(world);
}

/* I9, RISK 5.1: what is filled is never above the order; such a fill is not booked, and the books are said to differ. */
static void a_fill_beyond_its_order_is_not_booked(void **state)
{
    (void)state;
    struct world *world = world_ready();
    uint64_t order_id = send_entry(world);
    struct action_place entry = {.order_id = order_id, .side = SIDE_BUY};
    fill(world, DOGE, &entry, "0.2", 13889 * ONE_E6);
    assert_int_equal(world->engine.positions.open_count, 0);
    assert_string_equal(the_action(world, ACTION_ERROR, 0)->error.code, "fill-impossible");
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_SYMBOL, DOGE), BREAKER_TRIPPED);
    fill(world, DOGE, &entry, "0.2", 13888 * ONE_E6); /* what it can have is booked as ever */
    assert_int_equal(position_of(world, DOGE)->size_e6, 13888 * ONE_E6);
    world_free(world);
}

/* Of no order and of nobody: a stranger trades here, and in life what he closes is closed by him. */
static void what_a_stranger_closes_is_closed_by_him(void **state)
{
    (void)state;
    struct world *world = world_ready();
    (void)enter_doge(world, DIRECTION_LONG);
    struct settings live = world->settings;
    live.simulated = false;
    struct event event = {.kind = EVENT_SETTINGS, .instrument = INSTRUMENT_NONE};
    event.settings = &live;
    step(world, event);
    struct action_place his = {.order_id = 0, .side = SIDE_SELL};
    fill(world, DOGE, &his, "0.2", position_of(world, DOGE)->size_e6);
    assert_int_equal(position_of(world, DOGE)->exit_reason, EXIT_EXTERNAL);
    fill(world, BTC, &his, "50000", ONE_E6); /* opens: not ours at all */
    assert_string_equal(the_action(world, ACTION_ERROR, 0)->error.code, "foreign-fill");
    assert_int_equal(breaker_state(&world->engine.breaker, SCOPE_ACCOUNT, 0), BREAKER_TRIPPED);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unknown_keeps_its_reservation_until_it_is_known),
        cmocka_unit_test(not_sent_frees_and_is_no_refusal),
        cmocka_unit_test(the_end_of_an_order_is_its_end),
        cmocka_unit_test(an_acknowledged_order_is_neither_absent_nor_unsent),
        cmocka_unit_test(an_unknown_exit_is_not_doubled),
        cmocka_unit_test(a_reset_waits_for_the_unknown_and_for_agreement),
        cmocka_unit_test(an_order_of_the_last_epoch_is_ours),
        cmocka_unit_test(a_fill_beyond_its_order_is_not_booked),
        cmocka_unit_test(what_a_stranger_closes_is_closed_by_him),
        cmocka_unit_test(without_agreement_nothing_is_entered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
