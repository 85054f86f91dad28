/* test_money_random.c - random accounts in every mode: models, hedge, mixed margin modes, a small
 * insurance fund, a fee ladder, withdrawals, margin moves, leverage, ADL. After every event money is
 * conserved to the last unit and the figures of the legs sum to those of the account; after every
 * instant nothing is alive whose balance is below its maintenance, by plain sums of this file: a leg
 * for itself, all cross legs together. */
#include "sim/exchange/terms.h"

#include "tests/sim/test_exchange_world.h"

enum { SEEDS = 60, MINUTES = 300, MARKETS = 2 };

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

struct run {
    struct world *world;
    struct chance chance;
    int64_t price_e12[MARKETS];
    int64_t liquidations, adl, alive;
    bool cross[MARKETS];
};

static void check_legs(struct world *world)
{
    struct books_account account = books(world);
    int64_t margin_e8 = 0;
    for (int32_t i = 0; i < MARKETS; i++) {
        for (int side = SIDE_LONG; side <= SIDE_SHORT; side++) {
            struct books_position leg;
            exchange_leg(world->exchange, i, (enum side)side, &leg);
            assert_true(leg.size_e6 >= 0 && leg.cost_e8 >= 0);
            margin_e8 += leg.margin_e8;
        }
    }
    assert_int_equal(margin_e8, account.margin_used_e8);
    assert_int_equal(account.wallet_e8, account.transfers_e8 + account.realised_e8 -
                                            account.fees_e8 + account.funding_e8);
}

/* ---- who may be alive ---- */

/* 1e-8, rounded down; sizes and prices of this test are far from the limits of int64. */
static int64_t value_of(int64_t price_e12, int64_t size_e6)
{
    return (int64_t)((wide_t)price_e12 * size_e6 / 10000000000LL);
}

static int64_t maintenance_of(int64_t value_e8)
{
    if (value_e8 <= 50000 * ONE_E8) {
        return value_e8 / 200;
    }
    return value_e8 <= 200000 * ONE_E8 ? value_e8 / 100 - 250 * ONE_E8
                                       : value_e8 / 40 - 3250 * ONE_E8;
}

struct strength {
    int64_t balance_e8, maintenance_e8;
    int32_t legs;
};

static void strength_add(struct strength *self, const struct books_position *leg)
{
    int64_t value_e8 = value_of(leg->mark_e12, leg->size_e6);
    self->balance_e8 += leg->side == SIDE_LONG ? value_e8 - leg->cost_e8 : leg->cost_e8 - value_e8;
    self->maintenance_e8 += maintenance_of(value_e8);
    self->legs++;
}

/* Each leg may be off by the three roundings of its figures. */
static void strength_check(struct run *run, const struct strength *self)
{
    if (self->legs > 0) {
        assert_true(self->balance_e8 >= self->maintenance_e8 - 3 * self->legs);
        run->alive++;
    }
}

/* Models whose condition is the plain one: without a closing fee. */
static void check_alive(struct run *run)
{
    enum margin_model model = run->world->instruments->items[COIN].margin_model;
    struct strength cross = {.balance_e8 = books(run->world).wallet_e8};
    if (model != MARGIN_BINANCE && model != MARGIN_HYPERLIQUID) {
        return;
    }
    for (int32_t i = 0; i < MARKETS; i++) {
        for (int side = SIDE_LONG; side <= SIDE_SHORT; side++) {
            struct books_position leg;
            exchange_leg(run->world->exchange, i, (enum side)side, &leg);
            if (leg.size_e6 == 0) {
                continue;
            }
            if (run->cross[i]) {
                strength_add(&cross, &leg);
                continue;
            }
            struct strength alone = {.balance_e8 = leg.margin_e8};
            strength_add(&alone, &leg);
            strength_check(run, &alone);
            cross.balance_e8 -= leg.margin_e8;
        }
    }
    strength_check(run, &cross);
}

static void drain(struct run *run, int64_t until_us)
{
    struct event event;
    while (exchange_next(run->world->exchange, until_us, &event)) {
        run->world->now_us = event.time_us;
        assert_int_equal(exchange_difference_e8(run->world->exchange), 0);
        check_legs(run->world);
        if (event.kind == EVENT_FILL) {
            run->liquidations += event.fill.kind == FILL_LIQUIDATION;
            run->adl += event.fill.kind == FILL_ADL;
        }
    }
    run->world->now_us = until_us;
    check_alive(run);
}

static void random_order(struct run *run, int32_t instrument)
{
    struct world *world = run->world;
    struct action_place order = {.side = draw(&run->chance, 0, 1) == 0 ? SIDE_BUY : SIDE_SELL,
                                 .size_e6 = draw(&run->chance, 1, 300000) * 1000,
                                 .reduce_only = draw(&run->chance, 0, 2) == 0,
                                 .order_id = ++world->order_id};
    if (draw(&run->chance, 0, 2) == 0) {
        int64_t away = draw(&run->chance, -10, 10);
        order.type = ORDER_LIMIT;
        order.price_e12 =
            run->price_e12[instrument] / (ONE_E12 / 100) * (ONE_E12 / 100000) * (1000 + away);
        order.price_e12 = order.price_e12 / (ONE_E12 / 100) * (ONE_E12 / 100);
    }
    world->venue.place(world->venue.self, world->now_us, instrument, &order);
}

/* Whatever the answer is: the laws must hold after it. */
static void random_terms(struct run *run, int32_t instrument)
{
    struct exchange *exchange = run->world->exchange;
    enum side side = draw(&run->chance, 0, 1) == 0 ? SIDE_LONG : SIDE_SHORT;
    switch (draw(&run->chance, 0, 5)) {
    case 0: (void)terms_leverage(exchange, instrument, (int32_t)draw(&run->chance, 0, 55)); return;
    case 1:
        (void)terms_margin(exchange, instrument, side, draw(&run->chance, -200, 200) * ONE_E8);
        return;
    case 2: {
        bool cross = draw(&run->chance, 0, 1) == 0;
        enum margin_mode mode = cross ? MARGIN_CROSS : MARGIN_ISOLATED;
        if (terms_margin_mode(exchange, instrument, mode) == TERMS_DONE) {
            run->cross[instrument] = cross;
        }
        return;
    }
    case 3: (void)terms_position_mode(exchange, draw(&run->chance, 0, 1) == 0); return;
    case 4:
        (void)exchange_transfer(exchange, run->world->now_us,
                                draw(&run->chance, -1000, 500) * ONE_E8);
        return;
    default: {
        const struct exchange_adl adl = {side, run->price_e12[instrument],
                                         draw(&run->chance, 1, 1000) * 1000000};
        (void)exchange_adl(exchange, run->world->now_us, instrument, &adl);
    }
    }
}

static void random_minute(struct run *run, int64_t minute)
{
    struct world *world = run->world;
    int64_t open_us = START + minute * MINUTE;
    drain(run, open_us - 1);
    for (int32_t i = 0; i < MARKETS; i++) {
        int64_t reach = draw(&run->chance, 0, 20) == 0 ? 200 : 15;
        int64_t tick = ONE_E12 / 100;
        struct exchange_bar bar = bar_of(minute, "1", "1", "1", "1");
        bar.open_e12 = run->price_e12[i];
        bar.close_e12 = bar.open_e12 / 1000 * (1000 + draw(&run->chance, -reach, reach));
        bar.close_e12 = bar.close_e12 < 100 * tick ? 100 * tick : bar.close_e12 / tick * tick;
        bar.high_e12 = bar.open_e12 > bar.close_e12 ? bar.open_e12 : bar.close_e12;
        bar.low_e12 = bar.open_e12 < bar.close_e12 ? bar.open_e12 : bar.close_e12;
        run->price_e12[i] = bar.close_e12;
        exchange_bar(world->exchange, i, &bar);
        if (minute % 30 == 0) {
            exchange_funding(world->exchange, i, open_us,
                             draw(&run->chance, -30000000, 30000000) * 1234567);
        }
    }
    drain(run, open_us + draw(&run->chance, 0, MINUTE / 2));
    random_order(run, (int32_t)draw(&run->chance, 0, 1));
    drain(run, world->now_us);
    if (draw(&run->chance, 0, 3) == 0) {
        random_terms(run, (int32_t)draw(&run->chance, 0, 1));
        drain(run, world->now_us);
    }
    if (books(world).wallet_e8 < usd("300")) {
        assert_true(exchange_transfer(world->exchange, world->now_us, usd("5000")));
    }
}

static void run_seed(uint64_t seed, struct run *totals)
{
    struct run run = {.world = world_prepare(), .chance = {seed * 0x9E3779B97F4A7C15ULL + 1}};
    struct world *world = run.world;
    run.price_e12[COIN] = px("100");
    run.price_e12[GOLD] = px("50");
    for (int32_t i = 0; i < MARKETS; i++) {
        world->instruments->items[i].margin_model = (enum margin_model)(seed % 5);
    }
    world->settings.spread = BPS_E9(1);
    world->settings.impact = PERCENT_E9(10);
    world->settings.hedge_mode = (int64_t)(seed / 5 % 2);
    world->settings.insurance_fund = seed % 3 == 0 ? -1 : usd("150");
    if (seed % 4 == 0) {
        world->settings.ladder = (struct fee_ladder){
            2, {{0, BPS_E9(2), BPS_E9(5)}, {usd("50000"), BPS_E9(1), BPS_E9(3)}}};
    }
    run.cross[COIN] = run.cross[GOLD] = seed % 7 < 3;
    world_open(world, seed % 7 < 3, "6000");
    leverage(world, COIN, 20);
    leverage(world, GOLD, 10);
    for (int64_t minute = 0; minute < MINUTES; minute++) {
        random_minute(&run, minute);
    }
    totals->liquidations += run.liquidations;
    totals->adl += run.adl;
    totals->alive += run.alive;
    world_free(world);
}

static void test_money_is_conserved_in_every_mode(void **state)
{
    (void)state;
    struct run totals = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        print_message("seed %d\r", (int)seed);
        run_seed(seed, &totals);
    }
    print_message("%d liquidation fills, %d of deleveraging, %d balances\n",
                  (int)totals.liquidations, (int)totals.adl, (int)totals.alive);
    assert_true(totals.alive > 10000);
    assert_true(totals.liquidations > 100);
    assert_true(totals.adl > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_is_conserved_in_every_mode),
    };
    return cmocka_run_group_tests_name("money_random", tests, NULL, NULL);
}
