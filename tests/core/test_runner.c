/* The one duty cycle: events in their order, timers in between, actions carried out in order, and two books that must agree.
 * The venue here answers with the core's own books; a test shifts one of its figures by one unit. */
#include "tests/core/engine_world.h"

#include "core/runner.h"

enum { EVENTS_MAX = 16, CALLS_MAX = 4096 };

struct stage {
    struct world *world;
    struct runner runner;
    int32_t event_count, event_next;
    struct event events[EVENTS_MAX];
    int32_t call_count;
    enum action_kind calls[CALLS_MAX]; /* what was carried out, in order */
    bool unsettled, mute, full_disk;
    int32_t commits;
    int32_t calls_at_commit; /* what was carried out before the last commit */
    struct books_account account_shift;
    struct books_position position_shift;
};

static void called(struct stage *self, enum action_kind kind)
{
    assert_true(self->call_count < CALLS_MAX);
    self->calls[self->call_count++] = kind;
}

static void venue_leverage(void *self,
                           int64_t now_us,
                           int32_t instrument,
                           const struct action_leverage *setting)
{
    (void)now_us, (void)instrument, (void)setting;
    called(self, ACTION_LEVERAGE);
}

static void
venue_place(void *self, int64_t now_us, int32_t instrument, const struct action_place *order)
{
    (void)now_us, (void)instrument, (void)order;
    called(self, ACTION_PLACE);
}

static void venue_cancel(void *self, int64_t now_us, int32_t instrument, uint64_t order_id)
{
    (void)now_us, (void)instrument, (void)order_id;
    called(self, ACTION_CANCEL);
}

static bool venue_settled(void *self)
{
    return !((struct stage *)self)->unsettled;
}

static bool venue_account(void *self, struct books_account *out)
{
    struct stage *stage = self;
    const struct books_account *shift = &stage->account_shift;
    engine_books_account(&stage->world->engine, out);
    out->realised_e8 += shift->realised_e8;
    out->fees_e8 += shift->fees_e8;
    out->funding_e8 += shift->funding_e8;
    out->transfers_e8 += shift->transfers_e8;
    out->wallet_e8 += shift->wallet_e8;
    out->margin_used_e8 += shift->margin_used_e8;
    out->unrealised_e8 += shift->unrealised_e8;
    out->open_positions += shift->open_positions;
    return !stage->mute;
}

static bool venue_position(void *self, int32_t instrument, struct books_position *out)
{
    struct stage *stage = self;
    const struct books_position *shift = &stage->position_shift;
    engine_books_position(&stage->world->engine, instrument, out);
    if (out->size_e6 > 0) {
        out->leverage += shift->leverage;
        out->size_e6 += shift->size_e6;
        out->cost_e8 += shift->cost_e8;
        out->margin_e8 += shift->margin_e8;
        out->mark_e12 += shift->mark_e12;
        out->liquidation_e12 += shift->liquidation_e12;
    }
    return true;
}

static void store_record(void *self, const struct action *action)
{
    called(self, action->kind);
}

static bool store_durable(void *self)
{
    struct stage *stage = self;
    stage->commits++;
    stage->calls_at_commit = stage->call_count;
    return !stage->full_disk;
}

static enum feed_status feed_next(void *self, int64_t deadline_us, struct event *out)
{
    struct stage *stage = self;
    if (stage->event_next == stage->event_count ||
        stage->events[stage->event_next].time_us > deadline_us) {
        return FEED_WAIT;
    }
    *out = stage->events[stage->event_next++];
    return FEED_EVENT;
}

static struct stage stage;

static int open_stage(void **state)
{
    (void)state;
    memset(&stage, 0, sizeof(stage));
    stage.world = world_ready();
    struct venue_port venue = {.self = &stage,
                               .leverage = venue_leverage,
                               .place = venue_place,
                               .cancel = venue_cancel,
                               .settled = venue_settled,
                               .account = venue_account,
                               .position = venue_position};
    struct store_port store = {.self = &stage, .record = store_record};
    struct feed_port feed = {.self = &stage, .next = feed_next};
    runner_init(&stage.runner, &stage.world->engine, &stage.world->actions, &venue, &store, &feed);
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    world_free(stage.world);
    return 0;
}

static struct event market_at(int64_t time_us, const char *at)
{
    struct event event = {
        .kind = EVENT_MARKET, .instrument = DOGE, .time_us = time_us, .venue_time_us = time_us};
    event.market = (struct event_market){.last_e12 = price(at), .mark_e12 = price(at)};
    return event;
}

static void queue(struct event event)
{
    stage.events[stage.event_count++] = event;
}

static void events_come_before_the_timer_of_their_instant(void **state)
{
    (void)state;
    int64_t due_us = engine_deadline(&stage.world->engine);
    queue(market_at(due_us, "0.2"));
    queue(market_at(due_us + 1, "0.2"));
    assert_int_equal(runner_turn(&stage.runner, due_us + 2), RUNNER_TURNED);
    assert_int_equal(stage.event_next, 1);
    assert_int_equal(runner_turn(&stage.runner, due_us + 2), RUNNER_TURNED); /* the timer */
    assert_int_equal(stage.event_next, 1);
    assert_true(engine_deadline(&stage.world->engine) > due_us);
    assert_int_equal(runner_turn(&stage.runner, due_us + 2), RUNNER_TURNED);
    assert_int_equal(stage.event_next, 2);
    assert_int_equal(stage.runner.events, 3);
}

static void nothing_to_do_is_idle(void **state)
{
    (void)state;
    int64_t now_us = stage.world->now_us;
    queue(market_at(now_us + 10, "0.2"));
    assert_int_equal(runner_turn(&stage.runner, now_us + 9), RUNNER_IDLE);
    assert_int_equal(runner_turn(&stage.runner, now_us + 10), RUNNER_TURNED);
    assert_int_equal(runner_turn(&stage.runner, now_us + 10), RUNNER_IDLE);
    assert_int_equal(stage.runner.events, 1);
}

static void actions_go_out_in_their_order(void **state)
{
    (void)state;
    int64_t now_us = stage.world->now_us;
    struct signal signal = a_signal(stage.world, "DOGE", "High", "0.2");
    struct event event = {.kind = EVENT_SIGNAL,
                          .instrument = INSTRUMENT_NONE,
                          .time_us = now_us,
                          .venue_time_us = now_us,
                          .signal = &signal};
    assert_int_equal(runner_deliver(&stage.runner, &event), RUNNER_TURNED);
    const struct actions *actions = &stage.world->actions;
    assert_int_equal(stage.call_count, actions->count);
    for (int32_t index = 0; index < actions->count; index++) {
        assert_int_equal(stage.calls[index], actions->items[index].kind);
    }
    assert_non_null(find_action(stage.world, ACTION_LEVERAGE, 0));
    assert_non_null(find_action(stage.world, ACTION_PLACE, 0));
}

static bool to_the_venue(enum action_kind kind)
{
    return kind == ACTION_LEVERAGE || kind == ACTION_PLACE || kind == ACTION_CANCEL;
}

static int32_t carried_out(enum action_kind kind)
{
    int32_t count = 0;
    for (int32_t index = 0; index < stage.call_count; index++) {
        count += stage.calls[index] == kind;
    }
    return count;
}

static void send_entry(void)
{
    struct signal signal = a_signal(stage.world, "DOGE", "High", "0.2");
    struct event event = {.kind = EVENT_SIGNAL,
                          .instrument = INSTRUMENT_NONE,
                          .time_us = stage.world->now_us,
                          .venue_time_us = stage.world->now_us,
                          .signal = &signal};
    assert_int_equal(runner_deliver(&stage.runner, &event), RUNNER_TURNED);
}

/* RISK 5.2: one commit stands between every record of a step and the first word to the venue. */
static void records_are_durable_before_orders_go_out(void **state)
{
    (void)state;
    stage.runner.store.durable = store_durable;
    send_entry();
    assert_int_equal(stage.commits, 1);
    assert_int_equal(carried_out(ACTION_PLACE), 1);
    assert_int_equal(carried_out(ACTION_LEVERAGE), 1);
    for (int32_t index = 0; index < stage.call_count; index++) {
        assert_int_equal(to_the_venue(stage.calls[index]), index >= stage.calls_at_commit);
    }
    struct event event = market_at(stage.world->now_us, "0.2");
    assert_int_equal(runner_deliver(&stage.runner, &event), RUNNER_TURNED);
    assert_int_equal(stage.commits, 1); /* nothing for the venue: nothing waits for the disk */
}

/* RISK 5.5, F36: a disk that takes nothing stops entries, never exits. */
static void without_a_durable_intent_nothing_adds_exposure(void **state)
{
    (void)state;
    stage.runner.store.durable = store_durable;
    stage.full_disk = true;
    send_entry();
    assert_int_equal(carried_out(ACTION_PLACE), 0);
    assert_int_equal(carried_out(ACTION_LEVERAGE), 0);
    assert_int_equal(stage.world->engine.orders.live, 0); /* it was told NOT_SENT */
    assert_int_equal(stage.world->engine.pending_count, 0);
    stage.full_disk = false;
    (void)enter_doge(stage.world, DIRECTION_SHORT);
    stage.full_disk = true;
    struct event_command command = {.command = COMMAND_FLATTEN, .principal = "ann"};
    struct event event = {.kind = EVENT_COMMAND,
                          .instrument = INSTRUMENT_NONE,
                          .time_us = stage.world->now_us,
                          .venue_time_us = stage.world->now_us,
                          .command = &command};
    assert_int_equal(runner_deliver(&stage.runner, &event), RUNNER_TURNED);
    assert_int_equal(carried_out(ACTION_PLACE), 1); /* the exit */
}

/* A step that moves the books: a mark while a position is open. */
static enum runner_status next_mark(void)
{
    struct event event = market_at(stage.world->now_us, "0.2001");
    return runner_deliver(&stage.runner, &event);
}

static void agreeing_books_go_on_and_are_counted(void **state)
{
    (void)state;
    (void)enter_doge(stage.world, DIRECTION_LONG);
    assert_int_equal(next_mark(), RUNNER_TURNED);
    assert_int_equal(stage.runner.comparisons, 1);
    assert_null(stage.runner.difference.field);
    assert_int_equal(runner_compare(&stage.runner, stage.world->now_us), RUNNER_TURNED);
}

static void an_event_that_moves_no_book_is_not_compared(void **state)
{
    (void)state;
    assert_int_equal(next_mark(), RUNNER_TURNED);
    int64_t before = stage.runner.comparisons;
    assert_int_equal(next_mark(), RUNNER_TURNED);
    assert_int_equal(stage.runner.comparisons, before);
}

static void expect_difference(const char *field, int32_t instrument)
{
    assert_int_equal(next_mark(), RUNNER_BOOKS_DIFFER);
    assert_string_equal(stage.runner.difference.field, field);
    assert_int_equal(stage.runner.difference_instrument, instrument);
    assert_int_equal(stage.runner.difference_us, stage.world->now_us);
    assert_int_equal(stage.runner.difference.venue, stage.runner.difference.core + 1);
    memset(&stage.account_shift, 0, sizeof(stage.account_shift));
    memset(&stage.position_shift, 0, sizeof(stage.position_shift));
}

static void one_unit_of_the_account_stops_the_run_and_names_the_field(void **state)
{
    (void)state;
    (void)enter_doge(stage.world, DIRECTION_LONG);
    stage.account_shift.realised_e8 = 1;
    expect_difference("realised_e8", INSTRUMENT_NONE);
    stage.account_shift.fees_e8 = 1;
    expect_difference("fees_e8", INSTRUMENT_NONE);
    stage.account_shift.funding_e8 = 1;
    expect_difference("funding_e8", INSTRUMENT_NONE);
    stage.account_shift.transfers_e8 = 1;
    expect_difference("transfers_e8", INSTRUMENT_NONE);
    stage.account_shift.wallet_e8 = 1;
    expect_difference("wallet_e8", INSTRUMENT_NONE);
    stage.account_shift.margin_used_e8 = 1;
    expect_difference("margin_used_e8", INSTRUMENT_NONE);
    stage.account_shift.unrealised_e8 = 1;
    expect_difference("unrealised_e8", INSTRUMENT_NONE);
    stage.account_shift.open_positions = 1;
    expect_difference("open_positions", INSTRUMENT_NONE);
}

static void one_unit_of_a_position_stops_the_run_and_names_the_field(void **state)
{
    (void)state;
    (void)enter_doge(stage.world, DIRECTION_LONG);
    stage.position_shift.leverage = 1;
    expect_difference("leverage", DOGE);
    stage.position_shift.size_e6 = 1;
    expect_difference("size_e6", DOGE);
    stage.position_shift.cost_e8 = 1;
    expect_difference("cost_e8", DOGE);
    stage.position_shift.margin_e8 = 1;
    expect_difference("margin_e8", DOGE);
    stage.position_shift.mark_e12 = 1;
    expect_difference("mark_e12", DOGE);
    stage.position_shift.liquidation_e12 = 1;
    expect_difference("liquidation_e12", DOGE);
    assert_int_equal(next_mark(), RUNNER_TURNED);
}

static void nothing_is_compared_while_a_message_is_on_its_way(void **state)
{
    (void)state;
    (void)enter_doge(stage.world, DIRECTION_LONG);
    stage.account_shift.wallet_e8 = 1;
    stage.unsettled = true;
    assert_int_equal(next_mark(), RUNNER_TURNED);
    assert_int_equal(runner_compare(&stage.runner, stage.world->now_us), RUNNER_TURNED);
    stage.unsettled = false;
    assert_int_equal(next_mark(), RUNNER_BOOKS_DIFFER);
    assert_int_equal(runner_compare(&stage.runner, stage.world->now_us), RUNNER_BOOKS_DIFFER);
}

static void a_venue_without_books_to_show_is_not_compared(void **state)
{
    (void)state;
    (void)enter_doge(stage.world, DIRECTION_LONG);
    stage.account_shift.wallet_e8 = 1;
    stage.mute = true;
    assert_int_equal(next_mark(), RUNNER_TURNED);
    assert_int_equal(stage.runner.comparisons, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_come_before_the_timer_of_their_instant, open_stage,
                                        close_stage),
        cmocka_unit_test_setup_teardown(nothing_to_do_is_idle, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(actions_go_out_in_their_order, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(records_are_durable_before_orders_go_out, open_stage,
                                        close_stage),
        cmocka_unit_test_setup_teardown(without_a_durable_intent_nothing_adds_exposure, open_stage,
                                        close_stage),
        cmocka_unit_test_setup_teardown(agreeing_books_go_on_and_are_counted, open_stage,
                                        close_stage),
        cmocka_unit_test_setup_teardown(an_event_that_moves_no_book_is_not_compared, open_stage,
                                        close_stage),
        cmocka_unit_test_setup_teardown(one_unit_of_the_account_stops_the_run_and_names_the_field,
                                        open_stage, close_stage),
        cmocka_unit_test_setup_teardown(one_unit_of_a_position_stops_the_run_and_names_the_field,
                                        open_stage, close_stage),
        cmocka_unit_test_setup_teardown(nothing_is_compared_while_a_message_is_on_its_way,
                                        open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_venue_without_books_to_show_is_not_compared, open_stage,
                                        close_stage),
    };
    return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
