/* A venue without manners: thousands of random events, legal but in any order, against one engine. The engine's own laws are
 * checked after each (engine_check), timers must lead forward, and the same dice give the same digest. */
#include "core/snapshot.h"
#include "tests/core/engine_world.h"

enum { STEPS = 4000, SEEDS = 12, LIVE_MAX = 600 };

struct venue {
    uint64_t dice;
    int32_t count;
    struct action_place orders[LIVE_MAX];
    int64_t filled_e6[LIVE_MAX];
    int32_t instruments[LIVE_MAX];
    int64_t timers;
};

static uint32_t roll(struct venue *self, uint32_t sides)
{
    self->dice = self->dice * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(self->dice >> 33) % sides;
}

static void collect(struct world *world, struct venue *self)
{
    for (int32_t index = 0; index < world->actions.count; index++) {
        const struct action *action = &world->actions.items[index];
        if (action->kind == ACTION_PLACE && self->count < LIVE_MAX) {
            self->orders[self->count] = action->place;
            self->filled_e6[self->count] = 0;
            self->instruments[self->count] = action->instrument;
            self->count++;
        }
    }
}

static void forget(struct venue *self, int32_t which)
{
    self->count--;
    self->orders[which] = self->orders[self->count];
    self->filled_e6[which] = self->filled_e6[self->count];
    self->instruments[which] = self->instruments[self->count];
}

static int64_t price_near(struct venue *self, int32_t instrument)
{
    int64_t middle_e12 = instrument == BTC ? price("50000") : price("0.2");
    int64_t tick_e12 = instrument == BTC ? price("0.1") : price("0.00001");
    int64_t away_e12 = middle_e12 / 1000 * ((int64_t)roll(self, 61) - 30);

    return (middle_e12 + away_e12) / tick_e12 * tick_e12;
}

static void random_market(struct world *world, struct venue *self)
{
    int32_t instrument = (int32_t)roll(self, 2);
    struct event event = {.kind = EVENT_MARKET, .instrument = instrument};
    event.market.last_e12 = price_near(self, instrument);
    event.market.mark_e12 = event.market.last_e12;
    step(world, event);
}

static void random_bar(struct world *world, struct venue *self)
{
    int32_t instrument = (int32_t)roll(self, 2);
    struct event event = {.kind = EVENT_BAR, .instrument = instrument};
    int64_t close_e12 = price_near(self, instrument);
    event.bar = (struct event_bar){.open_time_us = world->now_us - US_PER_MINUTE,
                                   .interval_us = US_PER_MINUTE,
                                   .open_e12 = close_e12,
                                   .high_e12 = close_e12,
                                   .low_e12 = close_e12,
                                   .close_e12 = close_e12,
                                   .volume = 1000000000000LL};
    step(world, event);
}

static void random_signal(struct world *world, struct venue *self)
{
    static const char *const words[] = {"Low", "Medium", "High", "Extreme"};
    int32_t instrument = (int32_t)roll(self, 2);
    struct signal signal =
        a_signal(world, instrument == BTC ? "BTC" : "DOGE", words[roll(self, 4)], "1");
    int64_t mark_e12 = world->engine.prices[instrument].mark_e12;
    signal.price_e12 = mark_e12;
    uint32_t direction = 1 + roll(self, 3);
    signal.direction = (enum signal_direction)direction;
    if (roll(self, 3) == 0) {
        signal.entry_low_e12 = mark_e12 / 1000 * 990;
        signal.entry_high_e12 = mark_e12 / 1000 * 998;
    }
    signal.target_count = (int32_t)roll(self, 4);
    for (int32_t index = 0; index < signal.target_count; index++) {
        signal.target_e12[index] = mark_e12 / 1000 * (990 + roll(self, 30));
    }
    signal.trailing_e9 = roll(self, 4) == 0 ? ONE_E9 / 100 : 0;
    (void)send_signal(world, &signal);
}

/* What an honest venue may do with one of our orders: fill no more than it has, never beyond the position. */
static int64_t fillable_e6(const struct world *world, const struct venue *self, int32_t which)
{
    const struct action_place *order = &self->orders[which];
    const struct position *position =
        &world->engine.positions.items[self->instruments[which]].position;
    bool open = position->position_id != 0 && position->closed_us == 0;
    int64_t left_e6 = order->size_e6 - self->filled_e6[which];
    if (!order->reduce_only && !order->close_position) {
        return open && position->side != order->side ? 0 : left_e6;
    }
    if (!open || position->side == order->side) {
        return 0;
    }
    return order->close_position || left_e6 > position->size_e6 ? position->size_e6 : left_e6;
}

static void random_fill(struct world *world, struct venue *self, int32_t which)
{
    struct action_place order = self->orders[which];
    int32_t instrument = self->instruments[which];
    int64_t size_e6 = fillable_e6(world, self, which);
    int64_t lot_e6 = world->instruments.items[instrument].lot_e6;
    if (size_e6 >= 2 * lot_e6 && !order.close_position && roll(self, 3) == 0) {
        size_e6 = size_e6 / 2 / lot_e6 * lot_e6;
    }
    if (size_e6 == 0) {
        return;
    }
    struct event event = {.kind = EVENT_FILL, .instrument = instrument};
    world->trades++;
    event.fill = (struct event_fill){.order_id = order.order_id,
                                     .trade_id = world->trades,
                                     .side = order.side,
                                     .liquidity = LIQUIDITY_TAKER,
                                     .kind = FILL_TRADE,
                                     .price_e12 = world->engine.prices[instrument].mark_e12,
                                     .size_e6 = size_e6,
                                     .fee_e8 = FEE_BY_SCHEDULE};
    self->filled_e6[which] += size_e6;
    if (order.close_position || self->filled_e6[which] == order.size_e6) {
        forget(self, which);
    }
    step(world, event);
}

/* Nobody knows what became of it; later it turns out to stand, or never to have arrived. */
static void lost(struct world *world, struct venue *self, int32_t which)
{
    static const enum order_evidence ends[] = {EVIDENCE_ACKED, EVIDENCE_ABSENT, EVIDENCE_UNKNOWN};
    uint64_t order_id = self->orders[which].order_id;
    int32_t instrument = self->instruments[which];
    bool part = self->filled_e6[which] > 0;
    if (!part && roll(self, 4) == 0) {
        forget(self, which);
        evidence(world, instrument, order_id, EVIDENCE_NOT_SENT, REASON_NONE);
        return;
    }
    evidence(world, instrument, order_id, EVIDENCE_UNKNOWN, REASON_NONE);
    collect(world, self);
    enum order_evidence end = ends[roll(self, 3)];
    if (end == EVIDENCE_ABSENT && !part) {
        forget(self, which);
        evidence(world, instrument, order_id, end, REASON_NONE);
    } else if (end == EVIDENCE_ACKED) {
        evidence(world, instrument, order_id, end, REASON_NONE);
    }
}

static void random_evidence(struct world *world, struct venue *self)
{
    if (self->count == 0) {
        return;
    }
    int32_t which = (int32_t)roll(self, (uint32_t)self->count);
    uint64_t order_id = self->orders[which].order_id;
    int32_t instrument = self->instruments[which];
    uint32_t what = roll(self, 10);
    if (what < 4) {
        random_fill(world, self, which);
        return;
    }
    if (what < 8) {
        evidence(world, instrument, order_id, EVIDENCE_ACKED, REASON_NONE);
        return;
    }
    if (roll(self, 12) == 0) {
        lost(world, self, which);
        return;
    }
    enum order_evidence ends = what == 8 ? EVIDENCE_CANCELED : EVIDENCE_REJECTED;
    uint32_t reason = roll(self, REASON_POSITION_MARGIN + 1);
    bool part = self->filled_e6[which] > 0;
    forget(self, which);
    evidence(world, instrument, order_id, part ? EVIDENCE_CANCELED : ends,
             (enum order_reason)reason);
}

static void say(struct world *world, enum command what, const char *who)
{
    struct event_command order = {
        .command = what, .scope = SCOPE_ACCOUNT, .reason = "because the dice said so, twice"};
    memcpy(order.principal, who, strlen(who) + 1);
    step(world,
         (struct event){.kind = EVENT_COMMAND, .instrument = INSTRUMENT_NONE, .command = &order});
}

static void random_command(struct world *world, struct venue *self)
{
    static const enum command words[] = {COMMAND_CLUTCH_ON, COMMAND_FLATTEN, COMMAND_REBASE_PEAK};
    if (roll(self, 12) == 0) {
        say(world, words[roll(self, ARRAY_COUNT(words))], "ann");
        return;
    }
    say(world, COMMAND_CLUTCH_OFF, "ann");
    say(world, COMMAND_RESET_REQUEST, "ann");
    say(world, COMMAND_RESET_APPROVE, "bob");
}

/* A timer that does not lead forward is a storm. */
static void pass_some(struct world *world, struct venue *self)
{
    int64_t until_us = world->now_us + roll(self, 90) * US_PER_SECOND;
    int32_t same = 0;
    while (engine_deadline(&world->engine) <= until_us) {
        same = engine_deadline(&world->engine) > world->now_us ? 0 : same + 1;
        assert_true(same < 3);
        world->now_us = engine_deadline(&world->engine);
        step(world, (struct event){.kind = EVENT_TIMER, .instrument = INSTRUMENT_NONE});
        collect(world, self);
        self->timers++;
    }
    world->now_us = until_us;
}

static void random_step(struct world *world, struct venue *self)
{
    uint32_t what = roll(self, 100);
    world->actions.count = 0;
    if (what < 25) {
        random_market(world, self);
    } else if (what < 45) {
        random_bar(world, self);
    } else if (what < 60) {
        random_signal(world, self);
    } else if (what < 88) {
        random_evidence(world, self);
    } else if (what < 91) {
        random_command(world, self);
    } else {
        pass_some(world, self);
        world->actions.count = 0;
    }
    collect(world, self);
}

/* Most limits far away: a latched engine has few paths. Some seeds latch all the same, by a refusal or by command. */
static void settle(struct settings *settings)
{
    settings->cooldown_loss = US_PER_MINUTE;
    settings->cooldown_technical = US_PER_MINUTE;
    settings->cooldown_drawdown = US_PER_MINUTE;
    settings->rate_second = 1000;
    settings->rate_minute = 100000;
    settings->rate_day = 10000000;
    settings->message_venue = 1000000;
    settings->executions_max = 1000000;
    settings->executions_day = 1000000;
    settings->rejects_max = 1000;
    settings->reject_share = ONE_E9;
    settings->fill_quality_factor = 100 * ONE_E9;
    settings->shock_return = ONE_E9;
    settings->feed_divergence = settings->divergence_max = ONE_E9;
    settings->drawdown_warn = settings->drawdown_trip = settings->drawdown_lock = ONE_E9;
    settings->collar = settings->collar_liquid = ONE_E9;
    settings->signal_move_max = ONE_E9;
    settings->shock_sigma = 1000;
    settings->losses_in_row = 1000;
    settings->unprotected_latch = US_PER_HOUR;
    settings->stale_bars_reduce = 10000;
    settings->stale_bars_trip = 100000;
    settings->day_loss_warn = settings->day_loss_trip = ONE_E9;
    settings->rolling_loss_trip = settings->week_loss_trip = settings->month_loss_trip = ONE_E9;
    settings->velocity_5m_trip = settings->velocity_1h_trip = ONE_E9;
    settings->free_margin_min = 0;
    settings->funding_max = ONE_E9;
    settings->reference_bars_max = 100;
    settings->unknown_reduce = US_PER_HOUR;
    settings->unknown_latch = US_PER_DAY;
}

/* The state as bytes and back is the state; of two engines that begin with it both go the same way. */
static void check_snapshot(struct world *world)
{
    static uint8_t bytes[SNAPSHOT_BYTES_MAX];
    static uint8_t again[SNAPSHOT_BYTES_MAX];
    static struct engine restored;
    static struct actions actions;
    size_t size = snapshot_encode(&world->engine, bytes, sizeof(bytes));
    engine_init(&restored, &world->settings, &world->instruments, 2);
    restored.actions = &actions;
    assert_int_equal(snapshot_decode(&restored, bytes, size, world->engine.now_us), SNAPSHOT_OK);
    engine_check(&restored);
    assert_int_equal(restored.digest.state, world->engine.digest.state);
    assert_int_equal(ledger_wallet_e8(&restored.ledger), ledger_wallet_e8(&world->engine.ledger));
    assert_int_equal(engine_equity_e8(&restored), engine_equity_e8(&world->engine));
    restored.risk_epoch--; /* a new epoch's decisions are new */
    assert_int_equal(snapshot_encode(&restored, again, sizeof(again)), size);
    assert_memory_equal(bytes, again, size);
}

static struct world *play(uint64_t seed, int64_t *trades)
{
    struct world *world = world_new();
    struct venue venue = {.dice = seed};
    world->settings.pyramiding = (int64_t)(seed % 3);
    world->settings.on_opposite = seed % 2 == 0 ? OPPOSITE_REVERSE : OPPOSITE_CLOSE;
    world->settings.margin_cross = seed % 5 == 0;
    settle(&world->settings);
    world_start(world);
    for (int32_t turn = 0; turn < STEPS; turn++) {
        random_step(world, &venue);
        if (turn % 101 == 0) {
            check_snapshot(world);
        }
    }
    *trades += counters_value(&world->engine.counters, COUNTER_FILLS);
    assert_true(venue.timers < STEPS * 20);
    return world;
}

static void no_order_of_evidence_breaks_a_law(void **state)
{
    (void)state;
    int64_t fills = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        world_free(play(seed, &fills));
    }
    assert_true(fills > 1000);
}

static void the_same_dice_give_the_same_digest(void **state)
{
    (void)state;
    int64_t fills = 0;
    struct world *one = play(4711, &fills);
    struct world *two = play(4711, &fills);
    assert_int_equal(one->engine.digest.state, two->engine.digest.state);
    world_free(one);
    world_free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_order_of_evidence_breaks_a_law),
        cmocka_unit_test(the_same_dice_give_the_same_digest),
    };
    return cmocka_run_group_tests_name("engine random", tests, NULL, NULL);
}
