/* test_liquidation_book.c - a liquidation where the book is seen: it takes what stands down to the
 * price of bankruptcy, the fund takes the rest. 10 at 100 with 10x: dies at 90.45, bankrupt at 90. */
#include "tests/sim/test_exchange_world.h"

static void tick(struct world *world, struct tape_record record)
{
    record.time_us = world->now_us + US_PER_SECOND;
    run_until(world, record.time_us - 1);
    exchange_tick(world->exchange, COIN, &record, 3);
    run_until(world, record.time_us);
}

static void mark(struct world *world, const char *price)
{
    tick(world, (struct tape_record){.kind = TAPE_MARK, .v = {px(price)}});
}

struct level {
    enum side side;
    const char *price;
    int64_t units;
};

static void snapshot(struct world *world, const struct level *levels, int32_t count)
{
    static uint64_t message;
    message++;
    for (int32_t i = 0; i < count; i++) {
        struct tape_record record = {
            .time_us = world->now_us + US_PER_SECOND,
            .sequence = message,
            .kind = TAPE_DEPTH,
            .flags = TAPE_SNAPSHOT_ROW,
            .v = {px(levels[i].price), levels[i].units * 1000, (int64_t)message,
                  (int64_t)message - 1},
        };
        record.flags |= levels[i].side == SIDE_BUY ? TAPE_BUY : 0;
        record.flags |= i == count - 1 ? TAPE_LAST : 0;
        exchange_tick(world->exchange, COIN, &record, 3);
    }
    run_until(world, world->now_us + US_PER_SECOND);
}

static struct world *seen(enum margin_model model, enum side side, const char *size)
{
    static const struct level open[2][2] = {{{SIDE_BUY, "99.99", 2000}, {SIDE_SELL, "100", 2000}},
                                            {{SIDE_BUY, "100", 2000}, {SIDE_SELL, "100.01", 2000}}};
    struct world *world = world_prepare();
    world->instruments->items[COIN].margin_model = model;
    world->settings.insurance_fund = usd("100");
    world->exchange = exchange_new(world->instruments, &world->settings, false);
    assert_non_null(world->exchange);
    assert_true(exchange_covers(world->exchange, COIN, FIDELITY_DEPTH, START - MINUTE,
                                START + 1000 * MINUTE));
    world->venue = exchange_venue(world->exchange);
    assert_true(exchange_transfer(world->exchange, START - MINUTE, usd("20000")));
    snapshot(world, open[side == SIDE_SELL], 2);
    mark(world, "100");
    leverage(world, COIN, 10);
    (void)place(world, COIN, market_order(side, size));
    assert_int_equal(position_of(world, COIN).size_e6, qty(size));
    skip_all(world);
    return world;
}

static void expect_forced(struct world *world, enum side side, const char *size, const char *price)
{
    const struct event *event = next_event(world, EVENT_FILL);
    assert_int_equal(event->fill.kind, FILL_LIQUIDATION);
    assert_int_equal(event->fill.order_id, 0);
    assert_int_equal(event->fill.side, side);
    assert_int_equal(event->fill.size_e6, qty(size));
    assert_int_equal(event->fill.price_e12, px(price));
}

/* 3 at 90.40, 4 at 90.20; at 89 nobody is above bankruptcy: 3 go to the fund at 90, which sells
 * them at 89. It had 1.2 and 0.8 of the two fills, less commissions of 0.1356 and 0.1804. */
static void test_the_book_first_then_the_fund(void **state)
{
    (void)state;
    static const struct level thin[] = {{SIDE_BUY, "90.4", 3},
                                        {SIDE_BUY, "90.2", 4},
                                        {SIDE_BUY, "89", 50},
                                        {SIDE_SELL, "90.5", 50}};
    struct world *world = seen(MARGIN_BINANCE, SIDE_BUY, "10");
    snapshot(world, thin, 4);
    expect_no_more(world, EVENT_FILL); /* the mark decides */
    mark(world, "90.45");
    expect_forced(world, SIDE_SELL, "3", "90.4");
    expect_forced(world, SIDE_SELL, "4", "90.2");
    expect_forced(world, SIDE_SELL, "3", "90");
    expect_no_more(world, EVENT_FILL);
    expect_flat(world, COIN);
    expect_wallet(world, "19899.5");
    assert_int_equal(exchange_counters(world->exchange)->takeovers, 1);
    assert_int_equal(exchange_counters(world->exchange)->fund_e8, usd("98.684"));
    world_free(world);
}

/* A short of 10 at 100 with 10x dies at 1100 / 10.05 = 109.45 and is bankrupt at 110: 3 come from 109.60, 4 from 109.80; the
 * fund sells the other 3 at 110 and buys them at 111. It has 1.2 - 0.1644 and 0.8 - 0.2196 of the fills, and pays 3. */
static void test_a_short_is_bought_from_the_book_first(void **state)
{
    (void)state;
    static const struct level thin[] = {{SIDE_SELL, "109.6", 3},
                                        {SIDE_SELL, "109.8", 4},
                                        {SIDE_SELL, "111", 50},
                                        {SIDE_BUY, "109.5", 50}};
    struct world *world = seen(MARGIN_BINANCE, SIDE_SELL, "10");
    snapshot(world, thin, 4);
    mark(world, "109.5");
    expect_forced(world, SIDE_BUY, "3", "109.6");
    expect_forced(world, SIDE_BUY, "4", "109.8");
    expect_forced(world, SIDE_BUY, "3", "110");
    expect_no_more(world, EVENT_FILL);
    expect_flat(world, COIN);
    expect_wallet(world, "19899.5");
    assert_int_equal(exchange_counters(world->exchange)->fund_e8, usd("98.616"));
    world_free(world);
}

/* 1500 at 100 on Hyperliquid, mark 90.70: a fifth, 300, goes to the book, 200 at 90.69 and 100 at
 * 90.60. */
static void test_hyperliquid_sends_a_fifth_to_the_book(void **state)
{
    (void)state;
    static const struct level book[] = {
        {SIDE_BUY, "90.69", 200}, {SIDE_BUY, "90.6", 2000}, {SIDE_SELL, "90.71", 50}};
    struct world *world = seen(MARGIN_HYPERLIQUID, SIDE_BUY, "1500");
    snapshot(world, book, 3);
    mark(world, "90.7");
    expect_forced(world, SIDE_SELL, "200", "90.69");
    expect_forced(world, SIDE_SELL, "100", "90.6");
    expect_no_more(world, EVENT_FILL);
    assert_int_equal(position_of(world, COIN).size_e6, qty("1200"));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_book_first_then_the_fund),
        cmocka_unit_test(test_a_short_is_bought_from_the_book_first),
        cmocka_unit_test(test_hyperliquid_sends_a_fifth_to_the_book),
    };
    return cmocka_run_group_tests_name("liquidation_book", tests, NULL, NULL);
}
