/* test_exchange_world.h - a small world around the mock exchange, in the words of a trader.
 * Two instruments, COIN (0) and GOLD (1): tick 0.01, lot 0.001, minimum 5 USD, maker 0.02 %, taker
 * 0.05 %, clearance 1.25 %. Brackets: to 50,000 at 50x with 0.5 % maintenance; to 200,000 at 20x
 * with 1 % (amount 250); to 1,000,000 at 10x with 2.5 % (amount 3,250). No spread, slippage,
 * impact, share limit or latency unless a test says so. */
#ifndef TESTS_SIM_TEST_EXCHANGE_WORLD_H
#define TESTS_SIM_TEST_EXCHANGE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/exchange.h"

enum { COIN, GOLD, EVENTS_KEPT = 4096 };

#define MINUTE US_PER_MINUTE
#define START  (1700000040LL * US_PER_SECOND) /* a whole minute */

struct world {
    struct instruments *instruments;
    struct exchange_settings settings;
    struct exchange *exchange;
    struct venue_port venue;
    int64_t now_us;
    uint64_t order_id;
    int32_t count, read; /* events that came; events that the test has looked at */
    struct event events[EVENTS_KEPT];
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

static inline void world_instrument(struct world *world, const char *symbol)
{
    static const struct tier tiers[] = {
        {0, 50000 * ONE_E8, BPS_E9(50), 0, 50},
        {50000 * ONE_E8, 200000 * ONE_E8, BPS_E9(100), 250 * ONE_E8, 20},
        {200000 * ONE_E8, 1000000 * ONE_E8, BPS_E9(250), 3250 * ONE_E8, 10},
    };
    struct instrument item = {
        .tick_e12 = px("0.01"),
        .lot_e6 = qty("0.001"),
        .size_min_e6 = qty("0.001"),
        .size_max_e6 = qty("1000000"),
        .notional_min_e8 = usd("5"),
        .maker_fee_e9 = BPS_E9(2),
        .taker_fee_e9 = BPS_E9(5),
        .liquidation_fee_e9 = BPS_E9(125),
        .margin_model = MARGIN_BINANCE,
        .pack = 1,
    };
    int32_t index = 0;
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    assert_true(instruments_add(world->instruments, &item, &index));
    assert_true(instruments_tiers(world->instruments, index, tiers, 3));
}

/* Everything but the exchange: a test may still turn the settings. */
static inline struct world *world_prepare(void)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->instruments = calloc(1, sizeof *world->instruments);
    assert_non_null(world->instruments);
    instruments_init(world->instruments);
    world_instrument(world, "COINUSDT");
    world_instrument(world, "GOLDUSDT");
    exchange_settings_defaults(&world->settings);
    world->settings.spread = 0;
    world->settings.slippage = 0;
    world->settings.impact = 0;
    world->settings.participation = 0;
    world->settings.latency_order = 0;
    world->settings.latency_response = 0;
    world->settings.latency_feed = 0;
    world->now_us = START - MINUTE;
    return world;
}

static inline void run_until(struct world *world, int64_t time_us)
{
    struct event event;
    while (exchange_next(world->exchange, time_us, &event)) {
        assert_true(world->count < EVENTS_KEPT);
        assert_true(event.time_us >= world->now_us && event.time_us <= time_us);
        assert_int_equal(exchange_difference_e8(world->exchange), 0);
        world->now_us = event.time_us;
        world->events[world->count++] = event;
    }
    world->now_us = time_us;
}

static inline void world_open(struct world *world, bool cross, const char *balance)
{
    world->exchange = exchange_new(world->instruments, &world->settings, cross);
    assert_non_null(world->exchange);
    world->venue = exchange_venue(world->exchange);
    exchange_transfer(world->exchange, START - MINUTE, usd(balance));
}

static inline struct world *world_new(bool cross, const char *balance)
{
    struct world *world = world_prepare();
    world_open(world, cross, balance);
    return world;
}

static inline void world_free(struct world *world)
{
    exchange_free(world->exchange);
    free(world->instruments);
    free(world);
}

/* Lets everything before the bar's open happen, then gives the bar. minute counts from START. */
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
        .volume = 4000,
        .volume_exponent = 0,
    };
}

static inline void give_bar(struct world *world, int32_t instrument, const struct exchange_bar *bar)
{
    if (bar->open_time_us > world->now_us) {
        run_until(world, bar->open_time_us - 1);
    }
    exchange_bar(world->exchange, instrument, bar);
}

static inline void coin_bar(struct world *world,
                            int64_t minute,
                            const char *open,
                            const char *high,
                            const char *low,
                            const char *close)
{
    struct exchange_bar bar = bar_of(minute, open, high, low, close);
    give_bar(world, COIN, &bar);
}

static inline void gold_bar(struct world *world,
                            int64_t minute,
                            const char *open,
                            const char *high,
                            const char *low,
                            const char *close)
{
    struct exchange_bar bar = bar_of(minute, open, high, low, close);
    give_bar(world, GOLD, &bar);
}

static inline void run_minute(struct world *world, int64_t minute, int64_t second)
{
    run_until(world, START + minute * MINUTE + second * US_PER_SECOND);
}

/* ---- orders ---- */
static inline uint64_t place(struct world *world, int32_t instrument, struct action_place order)
{
    order.order_id = ++world->order_id;
    world->venue.place(world->venue.self, world->now_us, instrument, &order);
    if (world->settings.latency_order == 0) {
        run_until(world, world->now_us);
    }
    return order.order_id;
}

static inline void cancel(struct world *world, int32_t instrument, uint64_t order_id)
{
    world->venue.cancel(world->venue.self, world->now_us, instrument, order_id);
    run_until(world, world->now_us);
}

static inline void leverage(struct world *world, int32_t instrument, int32_t times)
{
    struct action_leverage setting = {times, MARGIN_ISOLATED};
    world->venue.leverage(world->venue.self, world->now_us, instrument, &setting);
}

static inline struct action_place market_order(enum side side, const char *size)
{
    return (struct action_place){.side = side, .type = ORDER_MARKET, .size_e6 = qty(size)};
}

static inline struct action_place limit_order(enum side side, const char *size, const char *price)
{
    return (struct action_place){
        .side = side, .type = ORDER_LIMIT, .size_e6 = qty(size), .price_e12 = px(price)};
}

static inline struct action_place
exit_order(enum order_type type, enum side side, const char *size, const char *trigger)
{
    return (struct action_place){.side = side,
                                 .type = type,
                                 .reduce_only = true,
                                 .size_e6 = qty(size),
                                 .trigger_e12 = px(trigger)};
}

static inline struct action_place
close_order(enum order_type type, enum side side, const char *trigger)
{
    return (struct action_place){
        .side = side, .type = type, .close_position = true, .trigger_e12 = px(trigger)};
}

/* ---- expectations ---- */
/* The next event of a kind that the test has not looked at yet; others are passed over. */
static inline const struct event *next_event(struct world *world, enum event_kind kind)
{
    while (world->read < world->count) {
        const struct event *event = &world->events[world->read++];
        if (event->kind == kind) {
            return event;
        }
    }
    fail_msg("no further event of kind %d", (int)kind);
    return &world->events[0];
}

static inline void expect_no_more(struct world *world, enum event_kind kind)
{
    for (int32_t i = world->read; i < world->count; i++) {
        assert_int_not_equal(world->events[i].kind, kind);
    }
}

static inline void skip_all(struct world *world)
{
    world->read = world->count;
}

static inline void expect_order(struct world *world,
                                uint64_t order_id,
                                enum order_evidence evidence,
                                enum order_reason reason)
{
    const struct event *event = next_event(world, EVENT_ORDER);
    assert_int_equal(event->order.order_id, order_id);
    assert_int_equal(event->order.evidence, evidence);
    assert_int_equal(event->order.reason, reason);
}

static inline const struct event *
expect_fill(struct world *world, uint64_t order_id, const char *size, const char *price)
{
    const struct event *event = next_event(world, EVENT_FILL);
    assert_int_equal(event->fill.order_id, order_id);
    assert_int_equal(event->fill.size_e6, qty(size));
    assert_int_equal(event->fill.price_e12, px(price));
    assert_true(event->fill.fee_e8 == FEE_BY_SCHEDULE);
    return event;
}

static inline void expect_market(struct world *world, const char *last, const char *mark)
{
    const struct event *event = next_event(world, EVENT_MARKET);
    assert_int_equal(event->market.last_e12, px(last));
    assert_int_equal(event->market.mark_e12, px(mark));
}

static inline struct books_account books(struct world *world)
{
    struct books_account account;
    assert_true(world->venue.account(world->venue.self, &account));
    return account;
}

static inline struct books_position position_of(struct world *world, int32_t instrument)
{
    struct books_position position;
    assert_true(world->venue.position(world->venue.self, instrument, &position));
    return position;
}

static inline void expect_wallet(struct world *world, const char *wallet)
{
    assert_int_equal(books(world).wallet_e8, usd(wallet));
}

static inline void expect_flat(struct world *world, int32_t instrument)
{
    struct books_position none;
    struct books_position position = position_of(world, instrument);
    memset(&none, 0, sizeof none);
    assert_memory_equal(&position, &none, sizeof none);
}

#endif
