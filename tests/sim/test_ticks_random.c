/* test_ticks_random.c - random records and random orders of every type: whatever comes, an order never fills beyond its size
 * or its limit, a maker only at its own price, a reduce-only order never opens, an order that has ended never fills again,
 * and the account's laws hold (account_check, after every answer). */
#include "tests/sim/tick_world.h"

enum { STEPS = 4000, WORLDS = 60, ORDERS = 4096 };

struct known {
    struct action_place place;
    int64_t filled_e6;
    bool ended;
};

struct storm {
    struct world *world;
    uint64_t random;
    int64_t ms, middle; /* price in whole USD */
    uint64_t sequence;
    int64_t position_e6;
    struct known orders[ORDERS];
};

static uint32_t roll(struct storm *storm, uint32_t sides)
{
    storm->random ^= storm->random << 13;
    storm->random ^= storm->random >> 7;
    storm->random ^= storm->random << 17;
    return (uint32_t)((storm->random >> 32) % sides);
}

static bool chance(struct storm *storm, uint32_t of)
{
    return roll(storm, of) == 0;
}

static enum side any_side(struct storm *storm)
{
    return chance(storm, 2) ? SIDE_BUY : SIDE_SELL;
}

/* ---- what comes out ---- */

static void check_fill(struct storm *storm, const struct event_fill *fill)
{
    storm->position_e6 += fill->side == SIDE_BUY ? fill->size_e6 : -fill->size_e6;
    if (fill->order_id == 0) {
        assert_int_equal(fill->kind, FILL_LIQUIDATION);
        return;
    }
    struct known *known = &storm->orders[fill->order_id];
    const struct action_place *place = &known->place;
    assert_int_equal(fill->side, place->side);
    assert_false(known->ended);
    known->filled_e6 += fill->size_e6;
    assert_true(place->close_position || known->filled_e6 <= place->size_e6);
    if (place->type == ORDER_LIMIT) {
        assert_true(place->tif != TIF_POST_ONLY || fill->liquidity == LIQUIDITY_MAKER);
        assert_true(place->tif != TIF_IOC || fill->liquidity == LIQUIDITY_TAKER);
        assert_true(place->side == SIDE_BUY ? fill->price_e12 <= place->price_e12
                                            : fill->price_e12 >= place->price_e12);
        assert_true(fill->liquidity == LIQUIDITY_TAKER || fill->price_e12 == place->price_e12);
    }
    if (place->reduce_only || place->close_position) {
        int64_t before_e6 =
            storm->position_e6 - (fill->side == SIDE_BUY ? fill->size_e6 : -fill->size_e6);
        assert_true(before_e6 != 0 && (before_e6 > 0) == (fill->side == SIDE_SELL));
        assert_true((storm->position_e6 < 0) != (before_e6 < 0)
                        ? storm->position_e6 == 0 || before_e6 == 0
                        : true);
    }
}

static void drain(struct storm *storm, int64_t until_us)
{
    struct event event;
    while (exchange_next(storm->world->exchange, until_us, &event)) {
        if (event.kind == EVENT_FILL) {
            check_fill(storm, &event.fill);
        } else if (event.kind == EVENT_ORDER && event.order.evidence != EVIDENCE_ACKED &&
                   event.order.evidence != EVIDENCE_CANCEL_REJECTED) {
            storm->orders[event.order.order_id].ended = true;
        }
    }
    storm->world->now_us = until_us;
}

/* ---- what goes in ---- */

static int64_t near(struct storm *storm, int32_t ticks)
{
    return (storm->middle * 100 + (int64_t)roll(storm, (uint32_t)(2 * ticks)) - ticks) *
           (ONE_E12 / 100);
}

static void give_depth(struct storm *storm)
{
    uint32_t rows = 1 + roll(storm, 6);
    bool snapshot = chance(storm, 50);
    uint64_t before = storm->sequence;
    storm->sequence += chance(storm, 60) ? 9 : 2;
    for (uint32_t i = 0; i < rows; i++) {
        enum side side = any_side(storm);
        int64_t off = (int64_t)roll(storm, 200) + (chance(storm, 20) ? -100 : 1);
        int64_t tick = storm->middle * 100 + (side == SIDE_BUY ? -off : off);
        struct tape_record record = {.kind = TAPE_DEPTH,
                                     .time_us = START + storm->ms * US_PER_MS,
                                     .sequence = storm->sequence,
                                     .v = {tick * (ONE_E12 / 100),
                                           chance(storm, 3) ? 0 : (int64_t)roll(storm, 9000),
                                           (int64_t)before + 1, (int64_t)before}};
        if (chance(storm, 40)) {
            record.v[3] = (int64_t)before + 1; /* a gap */
        }
        record.flags =
            (uint16_t)((snapshot ? TAPE_SNAPSHOT_ROW : 0) | (i + 1 == rows ? TAPE_LAST : 0) |
                       (side == SIDE_BUY ? TAPE_BUY : 0));
        exchange_tick(storm->world->exchange, COIN, &record, DECIMALS);
    }
}

static void give_other(struct storm *storm)
{
    struct tape_record record = {.time_us = START + storm->ms * US_PER_MS};
    switch (roll(storm, 8)) {
    case 0:
        record.kind = chance(storm, 2) ? TAPE_MARK : TAPE_INDEX;
        record.v[0] = near(storm, 300);
        break;
    case 1:
    case 2:
        record.kind = TAPE_QUOTE;
        record.v[0] = near(storm, 50) - ONE_E12 / 4;
        record.v[1] = roll(storm, 5000);
        record.v[2] = record.v[0] + ONE_E12 / 100 * (1 + (int64_t)roll(storm, 30));
        record.v[3] = roll(storm, 5000);
        break;
    default:
        record.kind = TAPE_TRADE;
        record.flags = (uint16_t)((chance(storm, 2) ? TAPE_BUY : 0) |
                                  (chance(storm, 10) ? TAPE_SIDE_UNKNOWN : 0));
        record.v[0] = near(storm, 60);
        record.v[1] = roll(storm, 5000);
        break;
    }
    exchange_tick(storm->world->exchange, COIN, &record, DECIMALS);
}

static void send_order(struct storm *storm)
{
    struct world *world = storm->world;
    if (world->order_id + 1 >= ORDERS) {
        return;
    }
    uint32_t type = roll(storm, 5);
    uint32_t tif = roll(storm, 4);
    uint32_t trigger_by = roll(storm, 2);
    struct action_place place = {.order_id = ++world->order_id,
                                 .side = any_side(storm),
                                 .type = (enum order_type)type,
                                 .tif = (enum time_in_force)tif,
                                 .trigger_by = (enum trigger_by)trigger_by,
                                 .reduce_only = chance(storm, 3),
                                 .size_e6 = (1 + (int64_t)roll(storm, 4000)) * 1000};
    if (place.type == ORDER_LIMIT) {
        place.price_e12 = near(storm, 100);
    } else if (place.type != ORDER_MARKET) {
        place.trigger_e12 = near(storm, 200);
        place.callback_e9 = place.type == ORDER_TRAILING_STOP ? PERCENT_E9(1) : 0;
        if (chance(storm, 4)) {
            place.close_position = true;
            place.size_e6 = 0;
        }
    }
    storm->orders[place.order_id].place = place;
    world->venue.place(world->venue.self, START + storm->ms * US_PER_MS, COIN, &place);
}

static void step(struct storm *storm)
{
    if (chance(storm, 3)) {
        storm->ms += 1 + (int64_t)roll(storm, 400);
        drain(storm, START + storm->ms * US_PER_MS - 1);
        storm->middle += (int64_t)roll(storm, 3) - 1;
    }
    if (chance(storm, 2)) {
        give_depth(storm);
    } else {
        give_other(storm);
    }
    if (chance(storm, 6)) {
        send_order(storm);
    }
    if (chance(storm, 12) && storm->world->order_id > 0) {
        uint64_t id = 1 + roll(storm, (uint32_t)storm->world->order_id);
        storm->world->venue.cancel(storm->world->venue.self, START + storm->ms * US_PER_MS, COIN,
                                   id);
    }
    if (chance(storm, 500)) {
        exchange_funding(storm->world->exchange, COIN, START + storm->ms * US_PER_MS,
                         1000000000000LL);
    }
}

static struct storm *storm_new(uint64_t seed)
{
    struct storm *storm = calloc(1, sizeof *storm);
    assert_non_null(storm);
    storm->world = world_prepare();
    storm->random = 88172645463325252ULL + seed * 7919;
    storm->middle = 100;
    struct exchange_settings *settings = &storm->world->settings;
    settings->queue = (int64_t)seed % (QUEUE_LOG2 + 1);
    settings->queue_power = 1 + (int64_t)seed % 10;
    settings->self_trade = (int64_t)seed % (SELF_TRADE_NONE + 1);
    settings->limit_fill = (int64_t)seed % 2;
    settings->latency_order = seed % 3 == 0 ? 5 * US_PER_MS : 0;
    settings->latency_response = seed % 5 == 0 ? 7 * US_PER_MS : 0;
    tick_world_open(storm->world, true, true, true);
    leverage(storm->world, COIN, 1 + (int32_t)(seed % 20));
    return storm;
}

static void test_random_records_and_orders(void **state)
{
    (void)state;
    int64_t filled = 0;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct storm *storm = storm_new(seed);
        for (int32_t i = 0; i < STEPS; i++) {
            step(storm);
        }
        drain(storm, START + storm->ms * US_PER_MS + 2 * US_PER_MINUTE);
        struct books_position position = position_of(storm->world, COIN);
        int64_t size_e6 = position.side == SIDE_LONG ? position.size_e6 : -position.size_e6;
        assert_int_equal(size_e6, storm->position_e6);
        for (int32_t i = 1; i < ORDERS; i++) {
            const struct known *known = &storm->orders[i];
            bool whole = known->filled_e6 == known->place.size_e6 || known->place.reduce_only;
            filled += known->filled_e6 > 0;
            assert_true(known->place.type != ORDER_LIMIT || known->place.tif != TIF_FOK ||
                        known->filled_e6 == 0 || whole);
        }
        world_free(storm->world);
        free(storm);
    }
    print_message("%lld orders filled\n", (long long)filled);
    assert_true(filled > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_records_and_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
