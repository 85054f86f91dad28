/* engine_world.h - the engine alone, in the words of a trader: two instruments, events by hand, actions looked at.
 * DOGE: tick 0.00001, lot 1; BTC: tick 0.1, lot 0.001; one bracket to 100 million at 75x with 0.5 % maintenance; taker 5 bp,
 * maker 2 bp. The account has 10,000. Bars of one minute; a signal's price is the market's. */
#ifndef TESTS_CORE_ENGINE_WORLD_H
#define TESTS_CORE_ENGINE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/engine.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "core/margin.h"

enum { BTC = 0, DOGE = 1 };

#define T0 (1700006400LL * US_PER_SECOND) /* 2023-11-15 00:00:00 UTC */

struct world {
    struct engine engine;
    struct settings settings;
    struct instruments instruments;
    struct actions actions;
    int64_t now_us;
    int64_t signals;
    uint64_t trades;
};

static inline int64_t number(const char *text, unsigned scale)
{
    int64_t value = 0;
    assert_int_equal(decimal_parse(text, strlen(text), scale, &value), DECIMAL_OK);
    return value;
}

static inline int64_t price(const char *text)
{
    return number(text, 12);
}

static inline int64_t money(const char *text)
{
    return number(text, 8);
}

static inline void step(struct world *world, struct event event)
{
    event.time_us = world->now_us;
    if (event.venue_time_us == 0) {
        event.venue_time_us = world->now_us;
    }
    engine_step(&world->engine, &event, &world->actions);
    engine_check(&world->engine);
}

static inline void
add_instrument(struct world *world, const char *symbol, const char *tick, const char *lot)
{
    struct instrument item = {
        .tick_e12 = price(tick),
        .lot_e6 = number(lot, 6),
        .size_min_e6 = number(lot, 6),
        .size_max_e6 = 9000000000000000LL,
        .notional_min_e8 = money("5"),
        .maker_fee_e9 = BPS_E9(2),
        .taker_fee_e9 = BPS_E9(5),
        .liquidation_fee_e9 = BPS_E9(125),
        .pack = 1,
        .liquid = symbol[0] == 'B',
    };
    struct tier tier = {
        .cap_e8 = money("100000000"), .maintenance_rate_e9 = BPS_E9(50), .leverage_max = 75};
    int32_t index = 0;
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    assert_true(instruments_add(&world->instruments, &item, &index));
    assert_true(instruments_tiers(&world->instruments, index, &tier, 1));
    settings_allow(&world->settings, index);
}

/* A point of the market. */
static inline void mark(struct world *world, int32_t instrument, const char *at)
{
    struct event event = {.kind = EVENT_MARKET, .instrument = instrument};
    event.market.last_e12 = price(at);
    event.market.mark_e12 = price(at);
    step(world, event);
}

/* A closed, flat minute: volume enough for any order here. */
static inline void bar(struct world *world, int32_t instrument, const char *at)
{
    struct event event = {.kind = EVENT_BAR, .instrument = instrument};
    event.bar = (struct event_bar){
        .open_time_us = world->now_us - US_PER_MINUTE,
        .interval_us = US_PER_MINUTE,
        .open_e12 = price(at),
        .high_e12 = price(at),
        .low_e12 = price(at),
        .close_e12 = price(at),
        .volume = 1000000000000LL,
    };
    step(world, event);
}

static inline struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    settings_defaults(&world->settings);
    world->settings.simulated = true;
    world->settings.fidelity = FIDELITY_BARS;
    world->settings.bar_interval_us = US_PER_MINUTE;
    world->settings.modelled_slippage_e9 = BPS_E9(2);
    world->settings.order_value_max = money("30000");
    world->settings.position_value_max = money("30000");
    instruments_init(&world->instruments);
    add_instrument(world, "BTCUSDT", "0.1", "0.001");
    add_instrument(world, "DOGEUSDT", "0.00001", "1");
    world->now_us = T0;
    return world;
}

static inline void world_start(struct world *world)
{
    engine_init(&world->engine, &world->settings, &world->instruments, 1);
    struct event event = {.kind = EVENT_TRANSFER, .instrument = INSTRUMENT_NONE};
    event.transfer.amount_e8 = money("10000");
    step(world, event);
    bar(world, BTC, "50000");
    bar(world, DOGE, "0.2");
    world->now_us += US_PER_SECOND;
}

static inline struct world *world_ready(void)
{
    struct world *world = world_new();
    world_start(world);
    return world;
}

static inline void world_free(struct world *world)
{
    free(world);
}

static inline void pass(struct world *world, int64_t duration_us)
{
    int64_t until_us = world->now_us + duration_us;
    while (engine_deadline(&world->engine) <= until_us) {
        world->now_us = engine_deadline(&world->engine);
        step(world, (struct event){.kind = EVENT_TIMER, .instrument = INSTRUMENT_NONE});
    }
    world->now_us = until_us;
}

static inline struct signal
a_signal(struct world *world, const char *token, const char *confidence, const char *at)
{
    struct signal signal = {
        .timestamp_us = world->now_us, .has_price = true, .has_volume = true, .volume = 1000};
    world->signals++;
    signal.id = world->signals;
    signal.price_e12 = price(at);
    memcpy(signal.token, token, strlen(token) + 1);
    memcpy(signal.source, "test", 5);
    memcpy(signal.confidence, confidence, strlen(confidence) + 1);
    return signal;
}

static inline enum verdict send_signal(struct world *world, const struct signal *signal)
{
    struct event event = {.kind = EVENT_SIGNAL, .instrument = INSTRUMENT_NONE};
    event.signal = signal;
    step(world, event);
    return world->engine.assessment.verdict;
}

/* ---- what came out ---- */

static inline const struct action *
find_action(const struct world *world, enum action_kind kind, int32_t nth)
{
    for (int32_t index = 0; index < world->actions.count; index++) {
        if (world->actions.items[index].kind == kind && nth-- == 0) {
            return &world->actions.items[index];
        }
    }
    return NULL;
}

static inline int32_t count_actions(const struct world *world, enum action_kind kind)
{
    int32_t count = 0;
    while (find_action(world, kind, count) != NULL) {
        count++;
    }
    return count;
}

/* The same where there must be one. */
static inline const struct action *
the_action(const struct world *world, enum action_kind kind, int32_t nth)
{
    const struct action *action = find_action(world, kind, nth);
    assert_non_null(action);
    if (action == NULL) {
        abort(); /* cmocka's assert has ended the test; the compilers cannot know */
    }
    return action;
}

/* The nth order sent by the last step. */
static inline struct action_place placed(const struct world *world, int32_t nth)
{
    return the_action(world, ACTION_PLACE, nth)->place;
}

static inline const struct position *position_of(struct world *world, int32_t instrument)
{
    return &world->engine.positions.items[instrument].position;
}

/* ---- what the venue says ---- */

static inline void evidence(struct world *world,
                            int32_t instrument,
                            uint64_t order,
                            enum order_evidence what,
                            enum order_reason why)
{
    struct event event = {.kind = EVENT_ORDER, .instrument = instrument};
    event.order = (struct event_order){.order_id = order, .evidence = what, .reason = why};
    step(world, event);
}

static inline void fill(struct world *world,
                        int32_t instrument,
                        const struct action_place *order,
                        const char *at,
                        int64_t size_e6)
{
    struct event event = {.kind = EVENT_FILL, .instrument = instrument};
    world->trades++;
    event.fill = (struct event_fill){
        .order_id = order->order_id,
        .trade_id = world->trades,
        .side = order->side,
        .liquidity = LIQUIDITY_TAKER,
        .kind = FILL_TRADE,
        .price_e12 = price(at),
        .size_e6 = size_e6,
        .fee_e8 = FEE_BY_SCHEDULE,
    };
    step(world, event);
}

/* A long or short in DOGE at 0.2, High, its stop confirmed; answers the stop order. */
static inline struct action_place enter_doge(struct world *world, enum signal_direction direction)
{
    mark(world, DOGE, "0.2");
    struct signal signal = a_signal(world, "DOGE", "High", "0.2");
    signal.direction = direction;
    assert_int_equal(send_signal(world, &signal), VERDICT_APPROVED);
    struct action_place entry = placed(world, 0);
    evidence(world, DOGE, entry.order_id, EVIDENCE_ACKED, REASON_NONE);
    fill(world, DOGE, &entry, "0.2", entry.size_e6);
    struct action_place stop = placed(world, 0);
    evidence(world, DOGE, stop.order_id, EVIDENCE_ACKED, REASON_NONE);
    return stop;
}

#endif
