/* venue_world.h - the world of test_exchange_world.h with the markets of PROTOCOLS D1: prices to
 * 1e-12, no fee and no cost unless a test says so, so that wallets are the documents' own. */
#ifndef TESTS_SIM_VENUE_WORLD_H
#define TESTS_SIM_VENUE_WORLD_H

#include "sim/exchange/terms.h"
#include "tests/sim/test_exchange_world.h"

#include "tests/core/margin_tables.h"

static inline void
venue_market(struct world *world, enum margin_model model, const struct tier *tiers, int32_t count)
{
    int32_t index = world->instruments->count;
    struct instrument item = {
        .tick_e12 = 1,
        .lot_e6 = 1,
        .size_min_e6 = 1,
        .size_max_e6 = INT64_MAX,
        .margin_model = model,
        .pack = 1,
        .symbol = {'M', (char)('A' + index), 'U', 'S', 'D', 'T', '\0'},
    };
    assert_true(instruments_add(world->instruments, &item, &index));
    assert_true(instruments_tiers(world->instruments, index, tiers, count));
}

/* No market yet: venue_market() adds them, world_open() starts. */
static inline struct world *venue_prepare(void)
{
    struct world *world = world_prepare();
    instruments_init(world->instruments);
    return world;
}

/* One market. */
static inline struct world *venue_new(enum margin_model model,
                                      const struct tier *tiers,
                                      int32_t count,
                                      bool cross,
                                      const char *balance)
{
    struct world *world = venue_prepare();
    venue_market(world, model, tiers, count);
    world_open(world, cross, balance);
    return world;
}

/* From this minute on the price is this one. */
static inline void price_at(struct world *world, int32_t instrument, int64_t minute, int64_t price)
{
    struct exchange_bar bar = bar_of(minute, "1", "1", "1", "1");
    bar.open_e12 = bar.high_e12 = bar.low_e12 = bar.close_e12 = price;
    give_bar(world, instrument, &bar);
    run_minute(world, minute, 0);
}

/* Market order at the price that holds; it must fill. */
static inline void
trade(struct world *world, int32_t instrument, int32_t times, struct action_place order)
{
    leverage(world, instrument, times);
    skip_all(world);
    uint64_t id = place(world, instrument, order);
    const struct event *event = next_event(world, EVENT_FILL);
    assert_int_equal(event->fill.order_id, id);
    assert_int_equal(event->fill.size_e6, order.size_e6);
    skip_all(world);
}

/* Alive one tick before the liquidation price, gone at it. What was there one tick before is put
 * out. */
static inline struct books_position
dies_exactly(struct world *world, int32_t instrument, int64_t minute, int64_t liquidation_e12)
{
    struct books_position before = position_of(world, instrument);
    assert_int_equal(before.liquidation_e12, liquidation_e12);
    int64_t tick = before.side == SIDE_LONG ? 1 : -1;
    int64_t liquidations = exchange_counters(world->exchange)->liquidations;
    price_at(world, instrument, minute, liquidation_e12 + tick);
    before = position_of(world, instrument);
    assert_true(before.size_e6 > 0);
    assert_int_equal(exchange_counters(world->exchange)->liquidations, liquidations);
    skip_all(world);
    price_at(world, instrument, minute + 1, liquidation_e12);
    assert_int_equal(exchange_counters(world->exchange)->liquidations, liquidations + 1);
    assert_int_equal(exchange_difference_e8(world->exchange), 0);
    return before;
}

#endif
