#include "core/snapshot.h"

#include "tests/core/engine_world.h"

static uint8_t bytes[SNAPSHOT_BYTES_MAX];
static uint8_t changed[SNAPSHOT_BYTES_MAX];

/* The open position of DOGE; there must be one. */
static struct holding *held(struct world *world)
{
    struct holding *holding = positions_get(&world->engine.positions, DOGE);
    assert_non_null(holding);
    if (holding == NULL) {
        abort(); /* cmocka's assert has ended the test; the compilers cannot know */
    }
    return holding;
}

/* A long position with its stop acknowledged. */
static struct world *world_holding(void)
{
    struct world *world = world_ready();
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    world->trades++;
    struct event fill = {.kind = EVENT_FILL, .instrument = DOGE};
    fill.fill = (struct event_fill){.order_id = entry.order_id,
                                    .trade_id = world->trades,
                                    .side = entry.side,
                                    .liquidity = LIQUIDITY_TAKER,
                                    .price_e12 = price("0.2"),
                                    .size_e6 = entry.size_e6,
                                    .fee_e8 = FEE_BY_SCHEDULE};
    step(world, fill);
    evidence(world, DOGE, placed(world, 0).order_id, EVIDENCE_ACKED, REASON_NONE);
    return world;
}

static struct world *restart(struct world *world, size_t size)
{
    struct world *next = world_new();
    next->now_us = world->now_us + US_PER_MINUTE;
    engine_init(&next->engine, &next->settings, &next->instruments, 2);
    struct event event = {.kind = EVENT_SNAPSHOT, .instrument = INSTRUMENT_NONE};
    event.snapshot = (struct event_snapshot){bytes, (int64_t)size};
    step(next, event);
    return next;
}

static void fact(struct world *world, enum fact what, int64_t value)
{
    struct event event = {.kind = EVENT_FACT, .instrument = INSTRUMENT_NONE};
    event.fact = (struct event_fact){what, value, 0};
    step(world, event);
}

static void a_restart_keeps_position_stop_and_money(void **state)
{
    (void)state;
    struct world *world = world_holding();
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    struct world *next = restart(world, size);
    struct holding *before = held(world);
    struct holding *after = held(next);
    assert_int_equal(after->position.size_e6, before->position.size_e6);
    assert_int_equal(after->plan.stop_e12, before->plan.stop_e12);
    assert_int_equal(after->plan.stop_order, before->plan.stop_order);
    assert_true(after->plan.stop_confirmed);
    assert_int_equal(ledger_wallet_e8(&next->engine.ledger),
                     ledger_wallet_e8(&world->engine.ledger));
    assert_true(orders_made(&next->engine.orders, after->plan.stop_order));
    /* A new order belongs to the new epoch. */
    mark(next, DOGE, "0.2");
    evidence(next, DOGE, after->plan.stop_order, EVIDENCE_CANCELED, REASON_NONE);
    pass(next, US_PER_SECOND);
    const struct holding *again = held(next);
    assert_true(again->plan.stop_order > ORDER_ID(2, 0));
    world_free(world);
    world_free(next);
}

/* RISK I25: nothing is entered before the account agrees with the venue. */
static void nothing_is_entered_before_it_agrees(void **state)
{
    (void)state;
    struct world *world = world_holding();
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    struct world *next = restart(world, size);
    bar(next, BTC, "50000");
    struct signal signal = a_signal(next, "BTC", "Low", "50000");
    signal.id = 77;
    assert_int_equal(send_signal(next, &signal), VERDICT_NOT_RECONCILED);
    fact(next, FACT_RECONCILED, 1);
    signal.id = 78;
    signal.volume = 1001;
    next->now_us += 10 * US_PER_SECOND;
    signal.timestamp_us = next->now_us;
    assert_int_equal(send_signal(next, &signal), VERDICT_APPROVED);
    fact(next, FACT_RECONCILED, 0);
    assert_true(next->engine.unreconciled);
    world_free(world);
    world_free(next);
}

/* RISK I15, I18: latch and baselines survive; a restart re-bases nothing. */
static void a_latch_survives(void **state)
{
    (void)state;
    struct world *world = world_holding();
    struct event_command order = {
        .command = COMMAND_STOP, .scope = SCOPE_GLOBAL, .reason = "a test of the latch"};
    memcpy(order.principal, "ann", 4);
    step(world,
         (struct event){.kind = EVENT_COMMAND, .instrument = INSTRUMENT_NONE, .command = &order});
    assert_int_equal(breaker_worst(&world->engine.breaker), BREAKER_LOCKED);
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    struct world *next = restart(world, size);
    fact(next, FACT_RECONCILED, 1);
    assert_int_equal(breaker_worst(&next->engine.breaker), BREAKER_LOCKED);
    assert_int_equal(breaker_drawdown_ppm(&next->engine.breaker),
                     breaker_drawdown_ppm(&world->engine.breaker));
    world_free(world);
    world_free(next);
}

static void an_unknown_order_is_still_unknown(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    evidence(world, DOGE, entry.order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    assert_int_equal(world->engine.unknown_count, 1);
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    struct world *next = restart(world, size);
    assert_int_equal(next->engine.unknown_count, 1);
    /* 30 s reduce, 5 min latch, counted from when it became so. */
    pass(next, US_PER_SECOND);
    assert_int_equal(breaker_worst(&next->engine.breaker), BREAKER_REDUCING);
    pass(next, 5 * US_PER_MINUTE);
    assert_int_equal(breaker_worst(&next->engine.breaker), BREAKER_TRIPPED);
    evidence(next, DOGE, entry.order_id, EVIDENCE_ABSENT, REASON_NONE);
    assert_int_equal(next->engine.unknown_count, 0);
    assert_int_equal(next->engine.pending_count, 0); /* the reservation is free */
    world_free(world);
    world_free(next);
}

/* RISK 5.1: fill evidence is legal in any state and wins. */
static void a_fill_after_the_cancel_is_booked_and_left(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    evidence(world, DOGE, entry.order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    evidence(world, DOGE, entry.order_id, EVIDENCE_CANCELED, REASON_REQUESTED);
    struct event fill = {.kind = EVENT_FILL, .instrument = DOGE};
    fill.fill = (struct event_fill){.order_id = entry.order_id,
                                    .trade_id = 1,
                                    .side = entry.side,
                                    .liquidity = LIQUIDITY_TAKER,
                                    .price_e12 = price("0.2"),
                                    .size_e6 = entry.size_e6,
                                    .fee_e8 = FEE_BY_SCHEDULE};
    step(world, fill);
    const struct holding *holding = held(world);
    assert_int_equal(holding->position.size_e6, entry.size_e6);
    assert_true(holding->plan.stop_order != 0); /* protected ... */
    assert_true(holding->plan.exit_order != 0); /* ... and left */
    world_free(world);
}

/* A resting entry below the market. */
static struct action_place rest_entry(struct world *world)
{
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    signal.entry_low_e12 = price("0.19");
    signal.entry_high_e12 = price("0.195");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    assert_int_equal(entry.type, ORDER_LIMIT);
    return entry;
}

static void stop_all(struct world *world)
{
    struct event_command words = {.command = COMMAND_STOP, .principal = "operator"};
    struct event event = {.kind = EVENT_COMMAND, .instrument = INSTRUMENT_NONE};
    event.command = &words;
    step(world, event);
}

/* A refused cancel is no proof that the order arrived: proven absent, it must still free its reservation (I8). */
static void a_refused_cancel_does_not_make_an_unknown_order_live(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct action_place entry = rest_entry(world);
    evidence(world, DOGE, entry.order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    stop_all(world);
    assert_int_equal(count_actions(world, ACTION_CANCEL), 1);
    evidence(world, DOGE, entry.order_id, EVIDENCE_CANCEL_REJECTED, REASON_UNKNOWN_ORDER);
    assert_int_equal(world->engine.unknown_count, 1);
    assert_int_equal(world->engine.pending_count, 1); /* nothing is released on a guess */
    evidence(world, DOGE, entry.order_id, EVIDENCE_ABSENT, REASON_NONE);
    assert_int_equal(world->engine.unknown_count, 0);
    assert_int_equal(world->engine.pending_count, 0);
    assert_int_equal(world->engine.orders.live, 0);
    world_free(world);
}

/* Absent while its cancel is on the way: the same. */
static void absent_ends_an_order_whose_cancel_is_on_its_way(void **state)
{
    (void)state;
    struct world *world = world_ready();
    uint64_t order_id = rest_entry(world).order_id;
    evidence(world, DOGE, order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    stop_all(world);
    evidence(world, DOGE, order_id, EVIDENCE_ABSENT, REASON_NONE);
    assert_int_equal(world->engine.orders.live, 0);
    assert_int_equal(world->engine.pending_count, 0);
    assert_int_equal(world->engine.unknown_count, 0);
    world_free(world);
}

/* A cancel whose fate was unknown and that did not arrive is asked for again while it is still wanted (I17, I26). */
static void a_lost_cancel_is_asked_for_again(void **state)
{
    (void)state;
    struct world *world = world_ready();
    uint64_t order_id = rest_entry(world).order_id;
    evidence(world, DOGE, order_id, EVIDENCE_ACKED, REASON_NONE);
    stop_all(world);
    evidence(world, DOGE, order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    assert_int_equal(count_actions(world, ACTION_CANCEL), 0);
    evidence(world, DOGE, order_id, EVIDENCE_ACKED, REASON_NONE);
    assert_int_equal(count_actions(world, ACTION_CANCEL), 1);
    world_free(world);
}

/* Not sent: the leverage that stood before it in its step was not either, and goes out with the next entry. */
static void leverage_goes_out_anew_after_an_entry_that_was_not_sent(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    assert_int_equal(count_actions(world, ACTION_LEVERAGE), 1);
    evidence(world, DOGE, placed(world, 0).order_id, EVIDENCE_NOT_SENT, REASON_NONE);
    assert_int_equal(world->engine.pending_count, 0);
    world->now_us += 10 * US_PER_MINUTE;
    bar(world, DOGE, "0.2");
    bar(world, BTC, "50000");
    struct signal again = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &again), VERDICT_APPROVED);
    assert_int_equal(count_actions(world, ACTION_LEVERAGE), 1);
    world_free(world);
}

/* SIGHUP: from here on by the new settings; what is latched or raised stays, no cached decision of the old ones serves. */
static void other_settings_are_in_force_at_once(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct settings stricter = world->settings;
    memset(stricter.allowed, 0, sizeof(stricter.allowed));
    settings_allow(&stricter, BTC);
    stricter.drawdown_trip = 40000000; /* 4 % */
    stricter.drawdown_warn = 20000000;
    uint64_t epoch = world->engine.risk_epoch;
    struct event event = {.kind = EVENT_SETTINGS, .instrument = INSTRUMENT_NONE};
    event.settings = &stricter;
    step(world, event);
    assert_true(world->engine.risk_epoch > epoch);
    assert_int_equal(breaker_loss_trip_e9(&world->engine.breaker, BASELINE_PEAK), 40000000);
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_NOT_ALLOWED);
    stop_all(world);
    event.settings = &world->settings;
    step(world, event);
    assert_int_equal(breaker_worst(&world->engine.breaker), BREAKER_LOCKED);
    assert_int_equal(breaker_loss_trip_e9(&world->engine.breaker, BASELINE_PEAK),
                     world->settings.drawdown_trip);
    world_free(world);
}

/* C25: what others of the account spend of the venue's limit is not there for entries; the reserve is for what reduces. */
static void a_spent_budget_denies_entries(void **state)
{
    (void)state;
    struct world *world = world_ready();
    struct event event = {.kind = EVENT_FACT, .instrument = INSTRUMENT_NONE};
    event.fact = (struct event_fact){FACT_BUDGET, 1190, 1200};
    step(world, event);
    struct signal signal = a_signal(world, "DOGE", "Low", "0.2");
    assert_int_equal(send_signal(world, &signal), VERDICT_MESSAGE_BUDGET);
    world_free(world);
}

static void what_was_not_sent_is_sent_anew_but_not_in_a_circle(void **state)
{
    (void)state;
    struct world *world = world_holding();
    int32_t stops = 0;
    int64_t until_us = world->now_us + 2 * US_PER_SECOND;
    while (world->now_us < until_us && stops < 50) {
        struct holding *holding = positions_get(&world->engine.positions, DOGE);
        if (holding == NULL || holding->plan.exit_wanted != EXIT_NONE) {
            break;
        }
        if (holding->plan.stop_order != 0) {
            stops++;
            evidence(world, DOGE, holding->plan.stop_order,
                     stops == 1 ? EVIDENCE_CANCELED : EVIDENCE_NOT_SENT, REASON_NONE);
        } else {
            pass(world, US_PER_SECOND / 10);
        }
    }
    assert_true(stops >= 3);
    assert_true(stops <= 6);
    world_free(world);
}

static void every_changed_byte_and_every_cut_is_refused(void **state)
{
    (void)state;
    struct world *world = world_holding();
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    struct engine *engine = calloc(1, sizeof(*engine));
    assert_non_null(engine);
    engine->actions = &world->actions;
    for (size_t at = 0; at < size; at += at < 200 ? 1 : 61) {
        memcpy(changed, bytes, size);
        changed[at] ^= 0x10;
        engine_init(engine, &world->settings, &world->instruments, 2);
        assert_int_not_equal(snapshot_decode(engine, changed, size, world->now_us), SNAPSHOT_OK);
        engine_init(engine, &world->settings, &world->instruments, 2);
        assert_int_not_equal(snapshot_decode(engine, bytes, at, world->now_us), SNAPSHOT_OK);
    }
    free(engine);
    world_free(world);
}

static void other_symbols_are_refused_and_new_ones_stand_behind(void **state)
{
    (void)state;
    struct world *world = world_holding();
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    char names[INSTRUMENTS_MAX][SYMBOL_BYTES];
    int32_t count = 0;
    assert_true(snapshot_symbols(bytes, size, names, &count));
    assert_int_equal(count, 2);
    assert_string_equal(names[DOGE], "DOGEUSDT");
    struct world *next = world_new();
    add_instrument(next, "WIFUSDT", "0.0001", "1");
    engine_init(&next->engine, &next->settings, &next->instruments, 2);
    next->engine.actions = &next->actions;
    assert_int_equal(snapshot_decode(&next->engine, bytes, size, world->now_us), SNAPSHOT_OK);
    instruments_init(&next->instruments);
    add_instrument(next, "DOGEUSDT", "0.00001", "1");
    add_instrument(next, "BTCUSDT", "0.1", "0.001");
    engine_init(&next->engine, &next->settings, &next->instruments, 2);
    assert_int_equal(snapshot_decode(&next->engine, bytes, size, world->now_us), SNAPSHOT_SYMBOLS);
    world_free(world);
    world_free(next);
}

/* A journal that was changed cannot make the core trade. */
static void a_bad_state_locks(void **state)
{
    (void)state;
    struct world *world = world_holding();
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    bytes[40] ^= 1;
    struct world *next = restart(world, size);
    assert_int_equal(breaker_worst(&next->engine.breaker), BREAKER_LOCKED);
    world_free(world);
    world_free(next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_keeps_position_stop_and_money),
        cmocka_unit_test(nothing_is_entered_before_it_agrees),
        cmocka_unit_test(a_latch_survives),
        cmocka_unit_test(an_unknown_order_is_still_unknown),
        cmocka_unit_test(a_fill_after_the_cancel_is_booked_and_left),
        cmocka_unit_test(a_refused_cancel_does_not_make_an_unknown_order_live),
        cmocka_unit_test(absent_ends_an_order_whose_cancel_is_on_its_way),
        cmocka_unit_test(a_lost_cancel_is_asked_for_again),
        cmocka_unit_test(leverage_goes_out_anew_after_an_entry_that_was_not_sent),
        cmocka_unit_test(other_settings_are_in_force_at_once),
        cmocka_unit_test(a_spent_budget_denies_entries),
        cmocka_unit_test(what_was_not_sent_is_sent_anew_but_not_in_a_circle),
        cmocka_unit_test(every_changed_byte_and_every_cut_is_refused),
        cmocka_unit_test(other_symbols_are_refused_and_new_ones_stand_behind),
        cmocka_unit_test(a_bad_state_locks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
