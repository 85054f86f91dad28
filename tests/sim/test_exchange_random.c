/* test_exchange_random.c - random markets and orders; after every event a naive second book, kept
 * from the events alone with arithmetic of its own, must equal the exchange's, and money must be
 * conserved. A seed that fails is printed. */
#include "tests/sim/test_exchange_world.h"

enum { MINUTES = 400, LEVERAGE = 10 };

/* ---- the naive book: plain quotients of 128-bit products ---- */
struct naive_position {
    int sign; /* +1 long, -1 short, 0 none */
    int64_t size, cost, margin, mark;
};

struct naive {
    bool cross;
    int64_t wallet, realised, fees, funding, transfers;
    struct naive_position positions[2];
    int64_t fills, liquidations;
};

static int64_t floor_of(wide_t dividend, wide_t divisor)
{
    wide_t quotient = dividend / divisor;
    return (int64_t)(dividend % divisor < 0 ? quotient - 1 : quotient);
}

static int64_t ceil_of(wide_t dividend, wide_t divisor)
{
    return -floor_of(-dividend, divisor);
}

/* e12 x e6 = e18; money is e8. */
static int64_t money_floor(int64_t price, int64_t size)
{
    return floor_of((wide_t)price * size, 10000000000LL);
}

static int64_t money_ceil(int64_t price, int64_t size)
{
    return ceil_of((wide_t)price * size, 10000000000LL);
}

static void
naive_fee(struct naive *naive, const struct event_fill *fill, int64_t notional, int64_t left)
{
    int64_t rate = fill->liquidity == LIQUIDITY_MAKER ? 200000 : 500000;
    int64_t fee = 0;
    if (fill->kind == FILL_LIQUIDATION) {
        fee = ceil_of((wide_t)notional * (500000 + 12500000), 1000000000);
        fee = fee < left ? fee : left;
        fee = fee > 0 ? fee : 0;
    } else {
        fee = ceil_of((wide_t)notional * rate, 1000000000);
    }
    naive->fees += fee;
    naive->wallet -= fee;
}

static void naive_fill(struct naive *naive, const struct event *event)
{
    const struct event_fill *fill = &event->fill;
    struct naive_position *p = &naive->positions[event->instrument];
    int sign = fill->side == SIDE_BUY ? 1 : -1;
    int64_t notional = sign > 0 ? money_ceil(fill->price_e12, fill->size_e6)
                                : money_floor(fill->price_e12, fill->size_e6);
    int64_t left = 0;
    naive->fills++;
    naive->liquidations += fill->kind == FILL_LIQUIDATION;
    if (p->sign == 0 || p->sign == sign) {
        assert_int_equal(fill->kind, FILL_TRADE);
        p->sign = sign;
        p->size += fill->size_e6;
        p->cost += notional;
        p->margin += ceil_of(notional, LEVERAGE);
    } else {
        assert_true(fill->size_e6 <= p->size);
        bool whole = fill->size_e6 == p->size;
        int64_t cost = whole ? p->cost : floor_of((wide_t)p->cost * fill->size_e6, p->size);
        int64_t margin = whole ? p->margin : floor_of((wide_t)p->margin * fill->size_e6, p->size);
        int64_t realised = p->sign > 0 ? notional - cost : cost - notional;
        p->size -= fill->size_e6;
        p->cost -= cost;
        p->margin -= margin;
        naive->realised += realised;
        naive->wallet += realised;
        left = naive->cross ? naive->wallet : margin + realised;
        if (fill->kind == FILL_LIQUIDATION && !naive->cross) {
            /* the loss ends at the margin; one unit for the two roundings of a part */
            assert_true(margin + realised >= -1);
        }
        if (whole) {
            p->sign = 0;
        }
    }
    naive_fee(naive, fill, notional, left);
}

static void naive_funding(struct naive *naive, const struct event *event)
{
    struct naive_position *p = &naive->positions[event->instrument];
    if (p->sign == 0) {
        return;
    }
    /* the test's rates are multiples of 1e-6: e18 x e6 / 1e16 = e8 */
    int64_t rate = event->funding.rate_e16 / 10000000000LL;
    int64_t paid = ceil_of((wide_t)event->funding.mark_e12 * p->size * rate * p->sign,
                           (wide_t)10000000000LL * 1000000);
    naive->funding -= paid;
    naive->wallet -= paid;
    p->margin -= naive->cross ? 0 : paid;
}

static void naive_event(struct naive *naive, const struct event *event)
{
    if (event->kind == EVENT_TRANSFER) {
        naive->wallet += event->transfer.amount_e8;
        naive->transfers += event->transfer.amount_e8;
    } else if (event->kind == EVENT_MARKET) {
        naive->positions[event->instrument].mark = event->market.mark_e12;
    } else if (event->kind == EVENT_FILL) {
        naive_fill(naive, event);
    } else if (event->kind == EVENT_FUNDING) {
        naive_funding(naive, event);
    }
    assert_int_equal(naive->wallet,
                     naive->transfers + naive->realised - naive->fees + naive->funding);
}

/* The name of the first figure that differs; NULL: none. */
static const char *naive_difference(const struct naive *naive, struct world *world)
{
    struct books_account expected = {
        .wallet_e8 = naive->wallet,
        .realised_e8 = naive->realised,
        .fees_e8 = naive->fees,
        .funding_e8 = naive->funding,
        .transfers_e8 = naive->transfers,
    };
    for (int32_t i = 0; i < 2; i++) {
        const struct naive_position *p = &naive->positions[i];
        struct books_position position = position_of(world, i);
        if (position.size_e6 != p->size) {
            return "size";
        }
        if (p->sign == 0) {
            continue;
        }
        if (position.side != (p->sign > 0 ? SIDE_LONG : SIDE_SHORT) ||
            position.cost_e8 != p->cost || position.margin_e8 != p->margin ||
            position.mark_e12 != p->mark) {
            return "side, cost, margin or mark";
        }
        expected.open_positions++;
        expected.margin_used_e8 += p->margin;
        expected.unrealised_e8 += p->sign > 0 ? money_floor(p->mark, p->size) - p->cost
                                              : p->cost - money_ceil(p->mark, p->size);
    }
    struct books_account account = books(world);
    return books_account_compare(&expected, &account).field;
}

static void naive_compare(const struct naive *naive, struct world *world)
{
    const char *field = naive_difference(naive, world);
    if (field != NULL) {
        fail_msg("books differ in %s", field);
    }
}

/* ---- the random world ---- */
struct chance {
    uint64_t state;
};

static int64_t draw(struct chance *chance, int64_t low, int64_t high)
{
    chance->state ^= chance->state << 13;
    chance->state ^= chance->state >> 7;
    chance->state ^= chance->state << 17;
    return low + (int64_t)((chance->state >> 11) % (uint64_t)(high - low + 1));
}

static int64_t on_tick(int64_t price)
{
    int64_t tick = ONE_E12 / 100;
    return price < tick ? tick : price / tick * tick;
}

/* A price some thousandths away from another. */
static int64_t near_price(struct chance *chance, int64_t price, int64_t low, int64_t high)
{
    return on_tick(price / 1000 * (1000 + draw(chance, low, high)));
}

static struct exchange_bar random_bar(struct chance *chance, int64_t minute, int64_t before)
{
    bool wild = draw(chance, 0, 30) == 0;
    int64_t reach = wild ? 150 : 12;
    struct exchange_bar bar = bar_of(minute, "1", "1", "1", "1");
    bar.open_e12 = near_price(chance, before, -reach / 3, reach / 3);
    bar.close_e12 = near_price(chance, bar.open_e12, -reach, reach);
    int64_t top = bar.open_e12 > bar.close_e12 ? bar.open_e12 : bar.close_e12;
    int64_t bottom = bar.open_e12 < bar.close_e12 ? bar.open_e12 : bar.close_e12;
    bar.high_e12 = near_price(chance, top, 0, reach / 2);
    bar.low_e12 = near_price(chance, bottom, -reach / 2, 0);
    bar.high_e12 = bar.high_e12 > top ? bar.high_e12 : top;
    bar.low_e12 = bar.low_e12 < bottom ? bar.low_e12 : bottom;
    bar.volume = draw(chance, 0, 8000);
    return bar;
}

static struct action_place random_order(struct chance *chance, int64_t price)
{
    struct action_place order = {.side = draw(chance, 0, 1) == 0 ? SIDE_BUY : SIDE_SELL};
    order.size_e6 = draw(chance, 1, 400000) * 1000;
    int64_t tif = draw(chance, TIF_GTC, TIF_POST_ONLY);
    int64_t type = draw(chance, ORDER_MARKET, ORDER_TRAILING_STOP);
    order.tif = (enum time_in_force)tif;
    order.type = (enum order_type)type;
    order.trigger_by = draw(chance, 0, 1) == 0 ? TRIGGER_MARK : TRIGGER_LAST;
    order.reduce_only = draw(chance, 0, 2) == 0;
    if (order.type == ORDER_LIMIT) {
        order.price_e12 = near_price(chance, price, -15, 15);
        return order;
    }
    if (order.type == ORDER_TRAILING_STOP) {
        order.callback_e9 = draw(chance, 1, 30) * 1000000;
        order.reduce_only = true;
    } else if (order.type != ORDER_MARKET) {
        order.trigger_e12 = near_price(chance, price, -15, 15);
        order.close_position = draw(chance, 0, 1) == 0;
        order.size_e6 = order.close_position ? 0 : order.size_e6;
    }
    return order;
}

struct run {
    struct world *world;
    struct naive naive;
    struct chance chance;
    int64_t comparisons;
};

static void drain(struct run *run, int64_t until_us)
{
    struct world *world = run->world;
    struct event event;
    while (exchange_next(world->exchange, until_us, &event)) {
        assert_true(event.time_us >= world->now_us && event.time_us <= until_us);
        assert_int_equal(event.time_us - event.venue_time_us, world->settings.latency_response);
        world->now_us = event.time_us;
        assert_int_equal(exchange_difference_e8(world->exchange), 0);
        naive_event(&run->naive, &event);
        if (world->venue.settled(world->venue.self)) {
            naive_compare(&run->naive, world);
            run->comparisons++;
        }
    }
    world->now_us = until_us;
}

static void trade(struct run *run, int32_t instrument, int64_t price)
{
    struct world *world = run->world;
    if (draw(&run->chance, 0, 3) == 0) { /* what rests far away ties up margin */
        uint64_t id = (uint64_t)draw(&run->chance, 0, (int64_t)world->order_id);
        world->venue.cancel(world->venue.self, world->now_us, instrument, id);
        return;
    }
    struct action_place order = random_order(&run->chance, price);
    order.order_id = ++world->order_id;
    if (draw(&run->chance, 0, 4) == 0) {
        order.expires_us = world->now_us + draw(&run->chance, 1, 5 * MINUTE);
    }
    world->venue.place(world->venue.self, world->now_us, instrument, &order);
}

static void minute_of(struct run *run, int64_t minute, int64_t price[2])
{
    struct world *world = run->world;
    int64_t open_us = START + minute * MINUTE;
    drain(run, open_us - 1);
    for (int32_t i = 0; i < 2; i++) {
        struct exchange_bar bar = random_bar(&run->chance, minute, price[i]);
        struct exchange_bar mark = bar;
        price[i] = bar.close_e12;
        if (i == 0) {
            mark.low_e12 += (mark.open_e12 - mark.low_e12) / 3 + 7;
            mark.high_e12 += 11;
            exchange_mark_bar(world->exchange, i, &mark);
        }
        exchange_bar(world->exchange, i, &bar);
        if (minute % 30 == 0) {
            int64_t rate = draw(&run->chance, -3000, 3000) * 10000000000LL;
            exchange_funding(world->exchange, i, open_us, rate);
        }
    }
    int64_t orders = draw(&run->chance, 0, 2);
    for (int64_t i = 0; i < orders; i++) {
        drain(run, open_us + draw(&run->chance, 0, MINUTE / 4) + i * MINUTE / 3);
        int32_t instrument = (int32_t)draw(&run->chance, 0, 1);
        trade(run, instrument, price[instrument]);
    }
    if (books(world).wallet_e8 < usd("500")) {
        drain(run, world->now_us);
        exchange_transfer(world->exchange, world->now_us, usd("5000"));
    }
}

static void run_seed(uint64_t seed, bool cross, int64_t latency_us, int64_t *liquidations)
{
    struct run run = {.world = world_prepare(), .chance = {seed * 0x9E3779B97F4A7C15ULL + 1}};
    struct world *world = run.world;
    int64_t price[2] = {px("100"), px("50")};
    world->settings.spread = BPS_E9(1);
    world->settings.slippage = BPS_E9(1);
    world->settings.impact = PERCENT_E9(10);
    world->settings.participation = PERCENT_E9(25);
    world->settings.latency_order = latency_us;
    world->settings.latency_feed = world->settings.latency_response = latency_us;
    world->settings.intrabar = (int64_t)(seed % 3);
    world->settings.limit_fill = (int64_t)(seed % 2);
    world->settings.liquidation = (int64_t)(seed / 2 % 2);
    run.naive.cross = cross;
    world_open(world, cross, "6000");
    leverage(world, COIN, LEVERAGE);
    leverage(world, GOLD, LEVERAGE);
    for (int64_t minute = 0; minute < MINUTES; minute++) {
        minute_of(&run, minute, price);
    }
    drain(&run, START + (MINUTES + 60) * MINUTE);
    naive_compare(&run.naive, world);
    /* the alarm works: one unit is found */
    run.naive.fees++;
    assert_string_equal(naive_difference(&run.naive, world), "fees_e8");
    assert_true(run.naive.fills > 20);
    assert_true(run.comparisons > MINUTES);
    *liquidations += run.naive.liquidations;
    world_free(world);
}

static void run_seeds(bool cross, int64_t latency_us)
{
    int64_t liquidations = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        print_message("seed %d\r", (int)seed);
        run_seed(seed, cross, latency_us, &liquidations);
    }
    print_message("%d liquidation fills\n", (int)liquidations);
    assert_true(liquidations > 10);
}

static void test_isolated_books_equal_a_naive_recomputation(void **state)
{
    (void)state;
    run_seeds(false, 0);
}

static void test_isolated_books_equal_a_naive_recomputation_with_latency(void **state)
{
    (void)state;
    run_seeds(false, 100 * US_PER_MS);
}

static void test_cross_books_equal_a_naive_recomputation(void **state)
{
    (void)state;
    run_seeds(true, 0);
}

static void test_cross_books_equal_a_naive_recomputation_with_latency(void **state)
{
    (void)state;
    run_seeds(true, 250 * US_PER_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_isolated_books_equal_a_naive_recomputation),
        cmocka_unit_test(test_isolated_books_equal_a_naive_recomputation_with_latency),
        cmocka_unit_test(test_cross_books_equal_a_naive_recomputation),
        cmocka_unit_test(test_cross_books_equal_a_naive_recomputation_with_latency),
    };
    return cmocka_run_group_tests_name("exchange_random", tests, NULL, NULL);
}
