/* Every documented knob has an effect (FIELD 4): a crafted day is run with each key at its least, its largest and a middle
 * value; verdicts, orders, fills, equity or breaker must move. Keys that a simulated run cannot move stand below, each with its
 * reason; one that stands there and does move it is a failure too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/session.h"
#include "sim/exchange/simulation.h"

enum { MINUTES = 1440, MARKETS = 3 };
#define DAY_ONE (1700006400LL * US_PER_SECOND)

static const struct {
    const char *key, *reason;
} still[] = {
    {"risk.c3.age", "n/a: the rules are part of the data"},
    {"risk.c4.depth_share", "bars hold no depth: test_engine_book"},
    {"risk.c7.age", "ages count in bar intervals: test_engine_book"},
    {"risk.c7.spread", "bars hold no spread: test_engine_book"},
    {"risk.c28.ratio", "it warns: a mark in the assessment, never a denial"},
    {"sim.fee_window", "nothing without fees.ladder: test_fee_ladder"},
    {"sim.fee_volume", "nothing without fees.ladder: test_fee_ladder"},
    {"sim.insurance_fund", "who is paid less is not us: test_liquidation"},
    {"sim.queue", "bars have no queue: test_ticks, test_queue_model"},
    {"sim.queue_power", "bars have no queue: test_queue_model"},
    {"sim.stp", "the core never meets itself: test_price_time, test_ticks"},
    {"sim.hedge_mode", "refused at start: the core is one-way"},
    {"risk.c33.ttl", "an override needs a second person, who is not there"},
    {"breaker.dual_control", "the operator of a simulated run is two persons"},
    {"breaker.unknown.reduce", "live only: a simulated venue always answers"},
    {"breaker.unknown.latch", "live only: a simulated venue always answers"},
    {"breaker.stale.reduce", "bars count in intervals"},
    {"breaker.stale.trip", "bars count in intervals"},
    {"breaker.api_errors", "live only: no requests"},
    {"breaker.latency", "live only: no requests"},
    {"breaker.clock.warn", "live only: one clock"},
    {"breaker.clock.reduce", "live only: one clock"},
    {"breaker.clock.trip", "live only: one clock"},
    {"breaker.storage.log_warn", "live only: no disk in the core's reach"},
    {"breaker.storage.log_latch", "live only: no disk in the core's reach"},
    {"breaker.storage.free_warn", "live only: no disk in the core's reach"},
    {"breaker.storage.free_latch", "live only: no disk in the core's reach"},
    {"breaker.queue", "live only: no queues"},
    {"sim.latency.model", "other models need a table or a tape of both clocks"},
    {"sim.orders_max", "the core rests one entry a symbol"},
    {"breaker.deadman", "live only: an operator who is present"},
};

/* Settings under which a knob matters: both runs have them. own: a value to try beside the usual four; 0: none. */
static const struct companion {
    const char *key;
    int64_t own;
    struct {
        const char *key;
        int64_t value;
    } with[4];
} companions[] = {
    {"position.protect_within", 0, {{"sim.latency.order", 5 * US_PER_SECOND}}},
    {"position.unprotected_latch", 0, {{"sim.latency.order", 15 * US_PER_SECOND}}},
    {"risk.stake", 0, {{"risk.sizing", SIZING_STAKE}}},
    {"risk.kelly_share", 0, {{"risk.kelly_drift", PERCENT_E9(1)}}},
    {"risk.volatility_halflife", 0, {{"risk.volatility_target", PERCENT_E9(20)}}},
    {"risk.c6.collar_liquid", 0, {{"risk.c6.atr_factor", 0}}},
    {"risk.c6.collar", 0, {{"risk.c6.atr_factor", 0}}},
    {"risk.c6.atr_factor", 0, {{"risk.c6.collar", BPS_E9(1)}}},
    {"risk.c7.bars", 0, {{"breaker.stale.bars_reduce", 1000}, {"breaker.day_loss.trip", ONE_E9}}},
    {"risk.c11.orders", 0, {{"position.pyramiding", 5}}},
    {"risk.c26.second",
     0,
     {{"position.on_opposite", OPPOSITE_REVERSE}, {"breaker.day_loss.trip", ONE_E9}}},
    {"risk.c27.window", 0, {{"risk.c27.executions", 3}}},
    {"risk.c30.rejects",
     0,
     {{"breaker.rejects.share", ONE_E9},
      {"breaker.stale.bars_reduce", 1000},
      {"risk.c7.bars", 100},
      {"risk.c9.move", ONE_E9}}},
    {"risk.c32.trades", 0, {{"risk.c32.share", PERCENT_E9(25)}}},
    {"breaker.expectancy.mean", 0, {{"breaker.expectancy.limit", PERCENT_E9(200)}}},
    {"breaker.expectancy.limit", PERCENT_E9(10), {{NULL, 0}}},
    {"breaker.velocity_5m.trip", 0, {{"breaker.day_loss.trip", ONE_E9}}},
    {"breaker.losses.cooldown", 0, {{"breaker.losses.count", 2}}},
    {"breaker.cooldown.drawdown", 0, {{"breaker.drawdown.trip", BPS_E9(50)}}},
    {"sim.operator_rebase",
     0,
     {{"breaker.drawdown.trip", BPS_E9(50)}, {"breaker.cooldown.drawdown", US_PER_MINUTE}}},
    {"sim.outage_intervals", 0, {{"breaker.stale.bars_reduce", 1000}, {"risk.c7.bars", 100}}},
    {"sim.liquidation_fee",
     0,
     {{"breaker.day_loss.trip", ONE_E9},
      {"breaker.flatten_on_loss_trip", 0},
      {"risk.drawdown_floor", PERCENT_E9(50)}}},
    {"sim.liquidation",
     0,
     {{"breaker.day_loss.trip", ONE_E9},
      {"breaker.flatten_on_loss_trip", 0},
      {"risk.drawdown_floor", PERCENT_E9(50)}}},
    {"sim.margin_model",
     0,
     {{"breaker.day_loss.trip", ONE_E9},
      {"breaker.flatten_on_loss_trip", 0},
      {"risk.drawdown_floor", PERCENT_E9(50)}}},
    {"sim.price_band", 1, {{NULL, 0}}},
    {"sim.callback_min",
     PERCENT_E9(50),
     {{"position.trailing", PERCENT_E9(2)}, {"sim.callback_max", ONE_E9 - 1}}},
    {"sim.callback_max", 0, {{"position.trailing", PERCENT_E9(2)}, {"sim.callback_min", 1}}},
    {"sim.rate.violations", 0, {{"sim.rate.orders_10s", 1}}},
    {"sim.rate.ban", 0, {{"sim.rate.orders_10s", 1}, {"sim.rate.violations", 1}}},
    {"sim.reset_after", 0, {{"sim.operator", OPERATOR_RESET_AFTER}}},
};

struct world {
    struct simulation simulation;
    struct instruments instruments;
    struct session session;
    struct digest digest;
    uint64_t dice;
    int64_t signals;
    int64_t close_e12[MARKETS];
};

static uint32_t roll(struct world *self, uint32_t sides)
{
    self->dice = self->dice * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(self->dice >> 33) % sides;
}

/* ---- what counts as an effect: not the limits that an assessment records, but what comes of them ---- */

static void record(void *context, const struct action *action)
{
    struct world *self = context;
    switch (action->kind) {
    case ACTION_SIGNAL:
    case ACTION_ORDER:
    case ACTION_FILL:
    case ACTION_BREAKER:
    case ACTION_EQUITY: action_mix(&self->digest, action); break;
    case ACTION_DECISION: digest_signed(&self->digest, action->decision.expires_us); break;
    case ACTION_METRIC:
        digest_text(&self->digest, action->metric.name);
        digest_signed(&self->digest, action->metric.value);
        break;
    case ACTION_AUDIT: digest_text(&self->digest, action->audit.result); break;
    case ACTION_LEVERAGE:
    case ACTION_PLACE:
    case ACTION_CANCEL:
    case ACTION_ASSESSMENT:
    case ACTION_POSITION:
    case ACTION_POSTING:
    case ACTION_ALERT:
    case ACTION_ERROR: break;
    }
}

/* ---- the day ---- */

static void add_instrument(struct world *self, const char *symbol, int64_t tick_e12, int64_t lot_e6)
{
    static const struct tier tiers[] = {
        {0, 500 * ONE_E8, BPS_E9(50), 0, 75},
        {500 * ONE_E8, 100000000LL * ONE_E8, BPS_E9(300), 25 * ONE_E8 / 2, 20},
    };
    struct instrument item = {.tick_e12 = tick_e12,
                              .lot_e6 = lot_e6,
                              .size_min_e6 = lot_e6,
                              .size_max_e6 = 9000000000000000LL,
                              .notional_min_e8 = 5 * ONE_E8,
                              .maker_fee_e9 = self->simulation.exchange.maker_fee,
                              .taker_fee_e9 = self->simulation.exchange.taker_fee,
                              .liquidation_fee_e9 = self->simulation.exchange.liquidation_fee,
                              .pack = 1,
                              .liquid = symbol[0] == 'B'};
    int32_t index = 0;
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    assert_true(instruments_add(&self->instruments, &item, &index));
    assert_true(instruments_tiers(&self->instruments, index, tiers, 2));
}

static int64_t on_tick(const struct world *self, int32_t market, int64_t price_e12)
{
    int64_t tick_e12 = self->instruments.items[market].tick_e12;
    int64_t rounded_e12 = price_e12 / tick_e12 * tick_e12;
    return rounded_e12 > tick_e12 ? rounded_e12 : tick_e12;
}

static int64_t moved(struct world *self, int32_t market, int64_t price_e12, int32_t most_bps)
{
    int64_t away_bps = (int64_t)roll(self, (uint32_t)(2 * most_bps + 1)) - most_bps;
    return on_tick(self, market, price_e12 + price_e12 / 10000 * away_bps);
}

static int64_t highest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t lowest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Calm hours and wild ones; a spike now and then. */
static struct exchange_bar bar_make(struct world *self, int32_t market, int64_t minute)
{
    int32_t wild = minute / 90 % 2 == 0 ? 12 : 45;
    /* A jump that no stop can catch. */
    int64_t open_e12 = moved(self, market, self->close_e12[market], roll(self, 60) == 0 ? 1500 : 1);
    int32_t spike = roll(self, 150) == 0 ? 700 : wild;
    int64_t close_e12 = moved(self, market, open_e12, spike);
    struct exchange_bar bar = {.open_time_us = DAY_ONE + minute * US_PER_MINUTE,
                               .interval_us = US_PER_MINUTE,
                               .open_e12 = open_e12,
                               .close_e12 = close_e12,
                               .volume = market == 0 ? 40 : 400000};
    bar.high_e12 = moved(self, market, highest(open_e12, close_e12), 3);
    bar.low_e12 = moved(self, market, lowest(open_e12, close_e12), 3);
    bar.high_e12 = highest(bar.high_e12, highest(open_e12, close_e12));
    bar.low_e12 = lowest(bar.low_e12, lowest(open_e12, close_e12));
    self->close_e12[market] = close_e12;
    return bar;
}

/* The mark is the trade price but for a few points. */
static void mark_bar(struct world *self, int32_t market, struct exchange_bar bar)
{
    int64_t shift_e12 = bar.open_e12 / 10000 * (roll(self, 40) == 0 ? 150 : 25);
    shift_e12 = on_tick(self, market, shift_e12);
    bar.open_e12 += shift_e12;
    bar.high_e12 += shift_e12;
    bar.low_e12 += shift_e12;
    bar.close_e12 += shift_e12;
    session_mark_bar(&self->session, market, &bar);
}

static void options_make(struct world *self, struct signal *signal, int32_t market)
{
    bool is_long =
        signal->direction != DIRECTION_SHORT && signal->direction_metadata != DIRECTION_SHORT;
    int64_t price_e12 = signal->price_e12;
    int64_t step_e12 = (is_long ? price_e12 : -price_e12) / 1000;
    if (roll(self, 3) == 0) {
        signal->stop_e12 = on_tick(self, market, price_e12 - 12 * step_e12);
    } else if (roll(self, 3) == 0) {
        signal->stop_metadata_e12 = on_tick(self, market, price_e12 - 20 * step_e12);
    }
    if (roll(self, 3) == 0) {
        signal->target_count = 2;
        signal->target_metadata = true;
        signal->target_e12[0] = on_tick(self, market, price_e12 + 4 * step_e12);
        signal->target_e12[1] = on_tick(self, market, price_e12 + 9 * step_e12);
    }
    if (roll(self, 4) == 0) {
        signal->entry_low_e12 =
            on_tick(self, market, lowest(price_e12 - 2 * step_e12, price_e12 - 4 * step_e12));
        signal->entry_high_e12 =
            on_tick(self, market, highest(price_e12 - 2 * step_e12, price_e12 - 4 * step_e12));
    }
    signal->leverage_stated = roll(self, 5) == 0 ? 2 : 0;
}

static void send(struct world *self, int64_t minute, int64_t after_us)
{
    static const char *const words[] = {"Low",  "Medium", "High", "Extreme",
                                        "0.45", "0.65",   "0.85", "0.2"};
    static const char *const tokens[MARKETS] = {"BTC", "DOGE", "WIF"};
    static const char *const sources[] = {"one", "two"};
    int32_t market = (int32_t)roll(self, MARKETS);
    int64_t time_us = DAY_ONE + minute * US_PER_MINUTE + 20 * US_PER_SECOND + after_us;
    struct signal signal = {.timestamp_us = time_us, .has_price = true, .has_volume = true};
    const char *word = words[roll(self, ARRAY_COUNT(words))];
    const char *source = sources[roll(self, ARRAY_COUNT(sources))];
    signal.volume = roll(self, 1000);
    signal.id = ++self->signals;
    memcpy(signal.token, tokens[market], strlen(tokens[market]) + 1);
    memcpy(signal.confidence, word, strlen(word) + 1);
    memcpy(signal.source, source, strlen(source) + 1);
    uint32_t side = roll(self, 8);
    signal.direction = side < 3 ? DIRECTION_LONG : side < 6 ? DIRECTION_SHORT : DIRECTION_UNSAID;
    signal.direction_metadata = side == 7 ? DIRECTION_SHORT : DIRECTION_UNSAID;
    uint32_t late = roll(self, 12);
    signal.timestamp_us += late == 0 ? 3 * US_PER_SECOND : late == 1 ? -45 * US_PER_SECOND : 0;
    signal.price_e12 = moved(self, market, self->close_e12[market], late == 2 ? 400 : 10);
    options_make(self, &signal, market);
    int64_t arrival_us = time_us + self->simulation.exchange.latency_signal;
    session_signal(&self->session, &signal, arrival_us);
    if (roll(self, 6) == 0) {
        signal.id = ++self->signals;
        signal.timestamp_us += US_PER_SECOND;
        session_signal(&self->session, &signal, arrival_us + 200 * US_PER_MS);
    }
}

static void play_minute(struct world *self, int64_t minute)
{
    bool outage = minute % 120 >= 100 && minute % 120 < 108;
    struct exchange_bar bars[MARKETS];
    for (int32_t market = 0; market < MARKETS; market++) {
        bars[market] = bar_make(self, market, minute);
    }
    for (int32_t market = 1; market < MARKETS && !outage; market++) {
        mark_bar(self, market, bars[market]);
    }
    for (int32_t market = 0; market < MARKETS && !outage; market++) {
        session_bar(&self->session, market, &bars[market]);
    }
    if (minute % 120 == 60) {
        for (int32_t market = 0; market < MARKETS; market++) {
            int64_t rate_e16 = ((int64_t)roll(self, 41) - 20) * (ONE_E16 / 200000);
            session_funding(&self->session, market, DAY_ONE + minute * US_PER_MINUTE, rate_e16);
        }
    }
    if (roll(self, 3) == 0) {
        send(self, minute, 0);
        if (roll(self, 3) == 0) {
            send(self, minute, 500 * US_PER_MS);
        }
    }
}

static void set(struct world *self, const char *key, int64_t value)
{
    for (int32_t table = 0; key != NULL && table < self->simulation.config.table_count; table++) {
        const struct config_table *rows = &self->simulation.config.tables[table];
        for (int32_t row = 0; row < rows->row_count; row++) {
            if (strcmp(rows->rows[row].key, key) == 0) {
                memcpy((char *)rows->values + rows->rows[row].offset, &value, sizeof(value));
                self->simulation.config.given[table][row] = 1;
            }
        }
    }
}

/* Tight loss limits and a short cool-down, so that the day sees latches, resets and probation. */
static void settle(struct world *self)
{
    set(self, "breaker.day_loss.warn", BPS_E9(60));
    set(self, "breaker.day_loss.trip", BPS_E9(100));
    set(self, "breaker.cooldown.loss", 20 * US_PER_MINUTE);
    set(self, "breaker.probation.time", 40 * US_PER_MINUTE);
    set(self, "breaker.probation.trades", 3);
    set(self, "breaker.losses.count", 12);
    set(self, "breaker.shock.pause", US_PER_MINUTE);
    set(self, "risk.c27.executions", 1000);
    set(self, "risk.c27.day", 1000);
}

/* Runs the day; key NULL: as it stands. Zero: these settings are refused at start. */
static uint64_t
play(uint64_t dice, const struct companion *companion, const char *key, int64_t value)
{
    struct world *self = calloc(1, sizeof(*self));
    struct error error;
    assert_non_null(self);
    simulation_init(&self->simulation);
    instruments_init(&self->instruments);
    settle(self);
    for (size_t index = 0; companion != NULL && index < ARRAY_COUNT(companion->with); index++) {
        set(self, companion->with[index].key, companion->with[index].value);
    }
    set(self, key, value);
    add_instrument(self, "BTCUSDT", ONE_E12 / 10, 1000);
    add_instrument(self, "DOGEUSDT", ONE_E12 / 100000, ONE_E6);
    add_instrument(self, "WIFUSDT", ONE_E12 / 200, ONE_E6 / 10);
    self->close_e12[0] = 50000 * ONE_E12;
    self->close_e12[1] = ONE_E12 / 5;
    self->close_e12[2] = 2 * ONE_E12;
    self->dice = dice;
    digest_init(&self->digest);
    struct store_port store = {.self = self, .record = record};
    uint64_t answer = 0;
    if (simulation_resolve(&self->simulation, &self->instruments, FIDELITY_BARS, US_PER_MINUTE,
                           &error)) {
        assert_true(session_init(&self->session, &self->instruments, &self->simulation.settings,
                                 &self->simulation.exchange, &store));
        session_start(&self->session, DAY_ONE);
        for (int64_t minute = 0; minute < MINUTES; minute++) {
            play_minute(self, minute);
        }
        session_end(&self->session, DAY_ONE + (MINUTES + 60) * US_PER_MINUTE);
        assert_false(session_failed(&self->session));
        session_release(&self->session);
        answer = self->digest.state;
    }
    free(self);
    return answer;
}

/* ---- the knobs ---- */

static const char *stands_still(const char *key)
{
    for (size_t index = 0; index < ARRAY_COUNT(still); index++) {
        if (strcmp(still[index].key, key) == 0) {
            return still[index].reason;
        }
    }
    return NULL;
}

static const struct companion *companion_of(const char *key)
{
    for (size_t index = 0; index < ARRAY_COUNT(companions); index++) {
        if (strcmp(companions[index].key, key) == 0) {
            return &companions[index];
        }
    }
    return NULL;
}

static bool moves_day(const struct setting_row *row, uint64_t dice)
{
    const struct companion *companion = companion_of(row->key);
    uint64_t base = play(dice, companion, NULL, 0);
    int64_t own = companion == NULL || companion->own == 0 ? row->minimum : companion->own;
    int64_t values[] = {own, row->minimum, row->maximum, row->initial / 3, row->initial * 3};
    for (size_t index = 0; index < ARRAY_COUNT(values); index++) {
        bool within = values[index] >= row->minimum && values[index] <= row->maximum;
        uint64_t answer = within ? play(dice, companion, row->key, values[index]) : 0;
        if (answer != 0 && answer != base) {
            return true;
        }
    }
    return false;
}

/* Not every day has everything: a liquidation above bankruptcy, a limit that is only touched. */
static bool moves(const struct setting_row *row)
{
    static const uint64_t days[] = {7, 23, 13, 17, 29};
    for (size_t index = 0; index < ARRAY_COUNT(days); index++) {
        if (moves_day(row, days[index])) {
            return true;
        }
    }
    return false;
}

static int32_t count_faults(const struct setting_row *rows, int32_t count)
{
    int32_t faults = 0;
    for (int32_t index = 0; index < count; index++) {
        bool moved_it = moves(&rows[index]);
        const char *reason = stands_still(rows[index].key);
        if (moved_it == (reason == NULL)) {
            continue;
        }
        faults++;
        print_error("%s %s\n", rows[index].key,
                    moved_it ? "moves the run, though it is listed" : "has no effect");
    }
    return faults;
}

static void every_knob_of_the_core_has_an_effect(void **state)
{
    (void)state;
    assert_int_equal(count_faults(settings_rows, settings_row_count), 0);
}

static void every_knob_of_the_exchange_has_an_effect(void **state)
{
    (void)state;
    assert_int_equal(count_faults(exchange_rows, exchange_row_count), 0);
}

static void the_day_is_the_same_each_time(void **state)
{
    (void)state;
    assert_int_equal(play(7, NULL, NULL, 0), play(7, NULL, NULL, 0));
    assert_int_not_equal(play(7, NULL, NULL, 0), play(23, NULL, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_is_the_same_each_time),
        cmocka_unit_test(every_knob_of_the_core_has_an_effect),
        cmocka_unit_test(every_knob_of_the_exchange_has_an_effect),
    };
    return cmocka_run_group_tests_name("knobs", tests, NULL, NULL);
}
