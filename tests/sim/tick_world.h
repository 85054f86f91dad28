/* tick_world.h - records for the small world of test_exchange_world.h, in a trader's words. Sizes have three decimals. */
#ifndef TESTS_SIM_TICK_WORLD_H
#define TESTS_SIM_TICK_WORLD_H

#include "tests/sim/test_exchange_world.h"

enum { DECIMALS = 3 };

static inline int64_t lots(const char *size)
{
    return decimal(size, DECIMALS);
}

/* Covered from START on for a day, by what is given. */
static inline struct world *
tick_world_open(struct world *world, bool trades, bool quotes, bool depth)
{
    const bool wanted[] = {trades, quotes, depth};
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    assert_non_null(world->exchange);
    world->venue = exchange_venue(world->exchange);
    for (int32_t i = 0; i < 3; i++) {
        if (wanted[i]) {
            enum fidelity fidelity = (enum fidelity)(FIDELITY_TRADES + i);
            assert_true(
                exchange_covers(world->exchange, COIN, fidelity, START, START + 1440 * MINUTE));
        }
    }
    exchange_transfer(world->exchange, START - MINUTE, usd("1000000"));
    run_until(world, START);
    skip_all(world);
    return world;
}

static inline void give(struct world *world, const struct tape_record *record)
{
    if (record->time_us > world->now_us) {
        run_until(world, record->time_us - 1);
    }
    exchange_tick(world->exchange, COIN, record, DECIMALS);
}

static inline void give_at(struct world *world, int64_t ms, struct tape_record record)
{
    record.time_us = START + ms * US_PER_MS;
    give(world, &record);
}

static inline struct tape_record trade_of(enum side aggressor, const char *size, const char *price)
{
    return (struct tape_record){.kind = TAPE_TRADE,
                                .flags = aggressor == SIDE_BUY ? TAPE_BUY : 0,
                                .v = {px(price), lots(size)}};
}

static inline struct tape_record
quote_of(const char *bid, const char *bid_size, const char *ask, const char *ask_size)
{
    return (struct tape_record){.kind = TAPE_QUOTE,
                                .v = {px(bid), lots(bid_size), px(ask), lots(ask_size)}};
}

static inline struct tape_record level_of(enum side side, const char *size, const char *price)
{
    return (struct tape_record){.kind = TAPE_DEPTH,
                                .flags = TAPE_LAST | (side == SIDE_BUY ? TAPE_BUY : 0),
                                .v = {px(price), lots(size)}};
}

/* One level of a message without ids, the last of it. */
static inline void
level(struct world *world, int64_t ms, enum side side, const char *size, const char *price)
{
    give_at(world, ms, level_of(side, size, price));
}

/* A snapshot of two levels a side: bids 1 at 99, 2 at 98; asks 1 at 101, 2 at 102. */
static inline void small_book(struct world *world, int64_t ms)
{
    struct tape_record rows[] = {
        level_of(SIDE_BUY, "1", "99"),
        level_of(SIDE_BUY, "2", "98"),
        level_of(SIDE_SELL, "1", "101"),
        level_of(SIDE_SELL, "2", "102"),
    };
    for (int32_t i = 0; i < 4; i++) {
        rows[i].flags |= TAPE_SNAPSHOT_ROW;
        if (i < 3) {
            rows[i].flags = (uint16_t)(rows[i].flags & ~TAPE_LAST);
        }
        give_at(world, ms, rows[i]);
    }
}

static inline void run_ms(struct world *world, int64_t ms)
{
    run_until(world, START + ms * US_PER_MS);
}

#endif
