/* session_world.h - a whole run in the words of a trader: bars, marks, funding and signals go in, fills and positions come out.
 * Instruments by index: COIN (tick 0.01), GOLD (the same), 1000PEPE (tick 0.000001, packs of 1000): lot 0.001, minimum 5 USD,
 * maker 0.02 %, taker 0.05 %, clearance 1.25 %. Brackets: to 50,000 at 50x with 0.5 % maintenance; to 200,000 at 20x with 1 %
 * (amount 250); to 10 million at 10x with 2.5 % (amount 3,250). 10,000 USD at the start. No spread, slippage, impact, volume
 * limit or latency, and risk limits far away, unless a test says so between world_prepare() and world_open(). */
#ifndef TESTS_SIM_SESSION_WORLD_H
#define TESTS_SIM_SESSION_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/session.h"
#include "sim/exchange/simulation.h"

/* In order of their names, as a market has them. */
enum { PEPE, COIN, GOLD, SYMBOLS, FILLS_KEPT = 64, POSITIONS_KEPT = 16, RECORDS_KEPT = 256 };

#define MINUTE US_PER_MINUTE
#define START  (1700006400LL * US_PER_SECOND) /* 2023-11-15 00:00:00 UTC, a whole hour */

struct told_fill {
    int32_t instrument;
    int64_t time_us;
    struct action_fill fill;
};

struct told_breaker {
    int64_t time_us;
    struct action_breaker breaker;
};

struct world {
    enum fidelity fidelity;
    struct simulation *simulation;
    struct instruments *instruments;
    struct session session;
    int64_t signals;
    enum verdict verdict; /* of the last signal */
    int32_t fill_count, position_count, order_count, breaker_count;
    struct told_fill fills[FILLS_KEPT];
    struct position positions[POSITIONS_KEPT]; /* the latest row of each, by id - 1 */
    struct order orders[RECORDS_KEPT];         /* every row as it came */
    struct told_breaker breakers[RECORDS_KEPT];
    struct action_equity equity;   /* the last row */
    int64_t wallet_e8, funding_e8; /* sums of the postings */
    int32_t funding_postings;
};

static inline int64_t decimal(const char *text, unsigned scale)
{
    int64_t value = 0;
    assert_int_equal(decimal_parse(text, strlen(text), scale, &value), DECIMAL_OK);
    return value;
}

static inline int64_t px(const char *text)
{
    return decimal(text, 12);
}

static inline int64_t qty(const char *text)
{
    return decimal(text, 6);
}

static inline int64_t usd(const char *text)
{
    return decimal(text, 8);
}

/* ---- what the run records ---- */

static inline void world_posting(struct world *world, const struct action_posting *posting)
{
    if (posting->account == ACCOUNT_WALLET) {
        world->wallet_e8 += posting->amount_e8;
        world->funding_e8 += posting->kind == LEDGER_FUNDING ? posting->amount_e8 : 0;
        world->funding_postings += posting->kind == LEDGER_FUNDING;
    }
}

static inline void world_position(struct world *world, const struct position *position)
{
    assert_true(position->position_id <= POSITIONS_KEPT);
    world->positions[position->position_id - 1] = *position;
    if (position->position_id > world->position_count) {
        world->position_count = (int32_t)position->position_id;
    }
}

static inline void world_record(void *self, const struct action *action)
{
    struct world *world = self;
    if (action->kind == ACTION_SIGNAL) {
        world->verdict = action->signal.verdict;
    } else if (action->kind == ACTION_FILL) {
        assert_true(world->fill_count < FILLS_KEPT);
        world->fills[world->fill_count++] =
            (struct told_fill){action->instrument, action->time_us, action->fill};
    } else if (action->kind == ACTION_POSITION) {
        world_position(world, &action->position);
    } else if (action->kind == ACTION_ORDER && world->order_count < RECORDS_KEPT) {
        world->orders[world->order_count++] = action->order;
    } else if (action->kind == ACTION_BREAKER && world->breaker_count < RECORDS_KEPT) {
        world->breakers[world->breaker_count++] =
            (struct told_breaker){action->time_us, action->breaker};
    } else if (action->kind == ACTION_POSTING) {
        world_posting(world, &action->posting);
    } else if (action->kind == ACTION_EQUITY) {
        world->equity = action->equity;
    }
}

/* ---- life ---- */

static inline void
world_instrument(struct world *world, const char *symbol, const char *tick, int32_t pack)
{
    static const struct tier tiers[] = {
        {0, 50000 * ONE_E8, BPS_E9(50), 0, 50},
        {50000 * ONE_E8, 200000 * ONE_E8, BPS_E9(100), 250 * ONE_E8, 20},
        {200000 * ONE_E8, 10000000 * ONE_E8, BPS_E9(250), 3250 * ONE_E8, 10},
    };
    struct instrument item = {
        .tick_e12 = px(tick),
        .lot_e6 = qty("0.001"),
        .size_min_e6 = qty("0.001"),
        .size_max_e6 = qty("100000000"),
        .notional_min_e8 = usd("5"),
        .maker_fee_e9 = BPS_E9(2),
        .taker_fee_e9 = BPS_E9(5),
        .liquidation_fee_e9 = BPS_E9(125),
        .margin_model = MARGIN_BINANCE,
        .pack = pack,
    };
    int32_t index = 0;
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    assert_true(instruments_add(world->instruments, &item, &index));
    assert_true(instruments_tiers(world->instruments, index, tiers, ARRAY_COUNT(tiers)));
}

/* One percent of equity at risk between entry and stop, two fees included; no other limit in the way of that size, and no
 * breaker that ends a test's trades before their time. */
static inline void world_settings(struct settings *settings)
{
    settings->risk_per_trade = PERCENT_E9(1);
    settings->slippage = 0;
    settings->confidence_low = ONE_E9;
    settings->confidence_medium = ONE_E9;
    settings->order_value_share = 10 * ONE_E9;
    settings->gross_max = 100 * ONE_E9;
    settings->net_max = 100 * ONE_E9;
    settings->cluster_max = 100 * ONE_E9;
    settings->heat_max = ONE_E9;
    settings->free_margin_min = 0;
    settings->signal_move_max = PERCENT_E9(5);
    settings->funding_max = ONE_E9;
    settings->funding_spike = ONE_E9;
    settings->velocity_5m_trip = settings->velocity_1h_trip = ONE_E9;
    settings->day_loss_warn = settings->day_loss_trip = settings->rolling_loss_trip = ONE_E9;
    settings->week_loss_trip = settings->month_loss_trip = ONE_E9;
    settings->drawdown_warn = settings->drawdown_trip = settings->drawdown_lock = ONE_E9;
    settings->liquidation_reduce = settings->liquidation_flatten = ONE_E9;
    settings->margin_ratio_warn = settings->margin_ratio_reduce = settings->margin_ratio_flatten =
        ONE_E9;
    settings->divergence_max = settings->feed_divergence = ONE_E9;
}

static inline struct world *world_prepare(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->fidelity = FIDELITY_BARS;
    world->simulation = calloc(1, sizeof(*world->simulation));
    world->instruments = calloc(1, sizeof(*world->instruments));
    assert_non_null(world->simulation);
    assert_non_null(world->instruments);
    instruments_init(world->instruments);
    world_instrument(world, "1000PEPEUSDT", "0.000001", 1000);
    world_instrument(world, "COINUSDT", "0.01", 1);
    world_instrument(world, "GOLDUSDT", "0.01", 1);
    simulation_init(world->simulation);
    world_settings(&world->simulation->settings);
    struct exchange_settings *exchange = &world->simulation->exchange;
    exchange->spread = exchange->slippage = exchange->impact = exchange->participation = 0;
    exchange->latency_signal = exchange->latency_order = exchange->latency_response = 0;
    exchange->latency_feed = 0;
    return world;
}

/* Without its balance: what the data cover may still be told. */
static inline void world_build(struct world *world)
{
    struct error error;
    struct store_port store = {.self = world, .record = world_record};
    error_init(&error);
    world->simulation->settings.order_value_max = INT64_MAX;
    world->simulation->settings.position_value_max = INT64_MAX;
    if (!simulation_resolve(world->simulation, world->instruments, world->fidelity, MINUTE,
                            &error)) {
        fail_msg("%s", error.text);
    }
    assert_true(session_init(&world->session, world->instruments, &world->simulation->settings,
                             &world->simulation->exchange, &store));
}

static inline void world_open(struct world *world)
{
    world_build(world);
    session_start(&world->session, START - MINUTE);
}

static inline struct world *world_new(void)
{
    struct world *world = world_prepare();
    world_open(world);
    return world;
}

static inline void world_free(struct world *world)
{
    char difference[256] = "";
    if (session_failed(&world->session)) {
        session_difference(&world->session, difference, sizeof(difference));
    }
    assert_string_equal(difference, "");
    session_release(&world->session);
    free(world->instruments);
    free(world->simulation);
    free(world);
}

/* ---- the market; minutes count from START ---- */

static inline struct exchange_bar
bar_of(int64_t minute, const char *open, const char *high, const char *low, const char *close)
{
    return (struct exchange_bar){
        .open_time_us = START + minute * MINUTE,
        .interval_us = MINUTE,
        .open_e12 = px(open),
        .high_e12 = px(high),
        .low_e12 = px(low),
        .close_e12 = px(close),
        .volume = 100000000000,
    };
}

static inline void give_bar(struct world *world,
                            int32_t instrument,
                            int64_t minute,
                            const char *open,
                            const char *high,
                            const char *low,
                            const char *close)
{
    struct exchange_bar bar = bar_of(minute, open, high, low, close);
    session_bar(&world->session, instrument, &bar);
}

static inline void
give_flat(struct world *world, int32_t instrument, int64_t minute, const char *price)
{
    give_bar(world, instrument, minute, price, price, price, price);
}

static inline void give_mark(struct world *world,
                             int32_t instrument,
                             int64_t minute,
                             const char *open,
                             const char *high,
                             const char *low,
                             const char *close)
{
    struct exchange_bar bar = bar_of(minute, open, high, low, close);
    bar.volume = 0;
    session_mark_bar(&world->session, instrument, &bar);
}

static inline void
give_funding(struct world *world, int32_t instrument, int64_t minute, const char *rate)
{
    session_funding(&world->session, instrument, START + minute * MINUTE, decimal(rate, 16));
}

/* ---- signals ---- */

static inline struct signal
signal_of(const char *token, enum signal_direction direction, const char *price, const char *stop)
{
    struct signal signal = {
        .direction = direction,
        .has_price = true,
        .price_e12 = px(price),
        .stop_e12 = px(stop),
        .source = "test",
        .confidence = "Medium",
    };
    memcpy(signal.token, token, strlen(token) + 1);
    return signal;
}

/* Arrives at the second of the minute. */
static inline void
give_signal(struct world *world, struct signal signal, int64_t minute, int64_t second)
{
    signal.id = ++world->signals;
    signal.timestamp_us = START + minute * MINUTE + second * US_PER_SECOND;
    world->verdict = VERDICT_COUNT;
    session_signal(&world->session, &signal, signal.timestamp_us);
}

static inline void
give_approved(struct world *world, struct signal signal, int64_t minute, int64_t second)
{
    give_signal(world, signal, minute, second);
    assert_string_equal(verdict_code((int)world->verdict), "APPROVED");
}

/* Orders that are on their way arrive, fills come back, stops are placed: without latency all at this instant. */
static inline void settle(struct world *world)
{
    session_settle(&world->session, world->session.now_us);
}

static inline void end_at(struct world *world, int64_t minute)
{
    session_end(&world->session, START + minute * MINUTE);
}

/* ---- what came of it ---- */

static inline const struct position *position_at(const struct world *world, int32_t id)
{
    assert_true(id <= world->position_count);
    return &world->positions[id - 1];
}

static inline const struct told_fill *fill_at(const struct world *world, int32_t index)
{
    assert_true(index < world->fill_count);
    return &world->fills[index];
}

static inline void
expect_fill(const struct world *world, int32_t index, enum side side, const char *price)
{
    const struct told_fill *told = fill_at(world, index);
    assert_int_equal(told->fill.side, side);
    assert_int_equal(told->fill.price_e12, px(price));
}

static inline void expect_exit(const struct world *world, int32_t id, const char *reason)
{
    const struct position *position = position_at(world, id);
    assert_int_equal(position->size_e6, 0);
    assert_string_equal(exit_reason_text((int)position->exit_reason), reason);
}

/* Result after costs of a closed position. */
static inline int64_t net_e8(const struct position *position)
{
    return position->realised_e8 - position->fees_e8 + position->funding_e8;
}

#endif
