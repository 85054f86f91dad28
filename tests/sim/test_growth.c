/* test_growth.c - an event costs the same after 10 and 100 times as many past trades, open orders elsewhere, and symbols
 * without a position. Measured in time of the processor: the quickest of some rounds on each side, and the whole comparison
 * again when the machine was disturbed; a cost that grows with the number would be ten times as high each time. */
#include <time.h>

#include "sim/exchange/state.h"
#include "tests/sim/session_world.h"

enum { MINUTES = 500, ROUNDS = 5, ATTEMPTS = 6, SMALL = 4 };

/* Percent of the cost at the smallest number. Symbols are many sets of figures: they may leave the nearest cache. */
enum { GROWTH_MAX = 115, GROWTH_SYMBOLS_MAX = 150 };

static int64_t work_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);

    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void record_verdict(void *self, const struct action *action)
{
    struct world *world = self;
    if (action->kind == ACTION_SIGNAL) {
        world->verdict = action->signal.verdict;
    }
}

static struct world *world_of(int32_t symbols)
{
    struct world *world = world_prepare();
    for (int32_t number = SYMBOLS; number < symbols; number++) {
        char symbol[SYMBOL_BYTES];
        (void)snprintf(symbol, sizeof(symbol), "N%03dUSDT", number);
        world_instrument(world, symbol, "0.01", 1);
    }
    world->simulation->settings.losses_in_row = 1000;
    world->simulation->settings.max_age = 365 * US_PER_DAY;
    world_open(world);
    world->session.runner.store.record =
        record_verdict; /* the rest would outgrow the world's lists */
    return world;
}

/* One minute of every symbol, a little up and down. */
static void minute_of(struct world *world, int64_t minute)
{
    struct exchange_bar bar = minute % 2 == 0 ? bar_of(minute, "100", "100.02", "99.99", "100.01")
                                              : bar_of(minute, "100.01", "100.02", "99.99", "100");
    for (int32_t instrument = 0; instrument < world->instruments->count; instrument++) {
        session_bar(&world->session, instrument, &bar);
    }
}

static void warm_up(struct world *world, int64_t *minute)
{
    while (*minute < 5) {
        minute_of(world, (*minute)++);
    }
}

static void signal_at(struct world *world, enum signal_direction direction, int64_t minute)
{
    struct signal signal = signal_of("COIN", direction, "100", "99");
    signal.id = ++world->signals;
    signal.timestamp_us = START + minute * MINUTE + 30 * US_PER_SECOND;
    session_signal(&world->session, &signal, signal.timestamp_us);
}

/* Nanoseconds of one event over some hundred minutes. */
static int64_t cost(struct world *world, int64_t *minute)
{
    int64_t best_ps = INT64_MAX;
    for (int32_t round = 0; round < ROUNDS; round++) {
        int64_t events = world->session.runner.events;
        int64_t started_ns = work_ns();
        for (int64_t end = *minute + MINUTES; *minute < end; (*minute)++) {
            minute_of(world, *minute);
        }
        int64_t passed_ps = (work_ns() - started_ns) * 1000;
        int64_t each_ps = passed_ps / (world->session.runner.events - events);
        best_ps = each_ps < best_ps ? each_ps : best_ps;
    }
    return best_ps;
}

/* COIN is held; before that it was opened and closed so many times. */
static int64_t cost_after_trades(int32_t trades)
{
    struct world *world = world_of(SMALL);
    int64_t minute = 0;
    warm_up(world, &minute);
    for (int32_t trade = 0; trade < trades; trade++) {
        minute_of(world, minute++);
        signal_at(world, DIRECTION_LONG, minute - 1);
        minute_of(world, minute++);
        signal_at(world, DIRECTION_CLOSE, minute - 1);
        for (int32_t pause = 0; pause < 60; pause++) {
            minute_of(world, minute++);
        }
    }
    minute_of(world, minute++);
    signal_at(world, DIRECTION_LONG, minute - 1);
    int64_t each_ps = cost(world, &minute);
    assert_int_equal(world->session.engine->positions.open_count, 1);
    assert_true(world->session.engine->positions.sequence > trades);
    world_free(world);

    return each_ps;
}

static int64_t cost_among_symbols(int32_t symbols)
{
    struct world *world = world_of(symbols);
    int64_t minute = 0;
    warm_up(world, &minute);
    int64_t each_ps = cost(world, &minute);
    world_free(world);

    return each_ps;
}

/* Limits that rest far from the market in another symbol, which has no bars any more; COIN's own position and stop. */
static int64_t cost_beside_orders(int32_t orders)
{
    struct world *world = world_of(SMALL);
    int64_t minute = 0;
    warm_up(world, &minute);
    signal_at(world, DIRECTION_LONG, minute - 1);
    settle(world);
    assert_int_equal(world->session.engine->positions.open_count, 1);
    struct book *book = &world->session.exchange->book;
    for (int32_t order = 0; order < orders; order++) {
        struct action_place place = {.order_id = (uint64_t)order + 1000000,
                                     .side = SIDE_BUY,
                                     .type = ORDER_LIMIT,
                                     .size_e6 = qty("1"),
                                     .price_e12 = px("1")};
        (void)book_add(book, SMALL, &place);
    }
    int64_t each_ps = cost(world, &minute);
    assert_int_equal(book->counts[SMALL], orders);
    world_free(world);

    return each_ps;
}

static void expect_flat(int64_t (*measure)(int32_t number), int32_t first, int64_t percent_max)
{
    int64_t percent = INT64_MAX;
    for (int32_t attempt = 0; attempt < ATTEMPTS && percent > percent_max; attempt++) {
        int64_t one_ps = measure(first);
        int64_t ten_ps = measure(10 * first);
        int64_t hundred_ps = measure(100 * first);
        int64_t most_ps = ten_ps > hundred_ps ? ten_ps : hundred_ps;
        percent = most_ps * 100 / one_ps;
        print_message("1x, 10x, 100x: %lld, %lld, %lld ps an event\n", (long long)one_ps,
                      (long long)ten_ps, (long long)hundred_ps);
    }
    assert_true(percent <= percent_max);
}

static void past_trades_cost_nothing(void **state)
{
    (void)state;
    expect_flat(cost_after_trades, 2, GROWTH_MAX);
}

static void open_orders_elsewhere_cost_nothing(void **state)
{
    (void)state;
    expect_flat(cost_beside_orders, 2, GROWTH_MAX);
}

static void symbols_without_a_position_cost_only_their_own_bars(void **state)
{
    (void)state;
    expect_flat(cost_among_symbols, SMALL, GROWTH_SYMBOLS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(past_trades_cost_nothing),
        cmocka_unit_test(open_orders_elsewhere_cost_nothing),
        cmocka_unit_test(symbols_without_a_position_cost_only_their_own_bars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
