/* test_requests_random.c - every request at random, over random bars, through drawn latencies and bad hours: each order is
 * answered, nothing follows an order's end but refused cancels, no order fills more than it is, and when all is taken back the
 * account is its own sum and everything is free again. */
#include "tests/sim/test_exchange_world.h"

#include "sim/exchange/latency.h"
#include "sim/exchange/random.h"
#include "sim/exchange/requests.h"

enum { RUNS = 60, BARS = 40, IDS_MAX = 4000 };

struct life {
    int64_t size_e6, filled_e6; /* size 0: a child's is told when it arms */
    int32_t instrument;
    bool sent, answered, over;
};

struct run {
    struct world *world;
    struct random dice;
    uint64_t ids;
    struct life lives[IDS_MAX];
};

static int64_t draw(struct run *run, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(&run->dice, (uint64_t)(high - low + 1));
}

/* ---- what is heard ---- */

static void hear_order(struct run *run, const struct event_order *told)
{
    struct life *life = &run->lives[told->order_id];
    assert_true(told->order_id > 0 && told->order_id <= run->ids && life->sent);
    switch (told->evidence) {
    case EVIDENCE_ACKED:
        assert_false(life->over);
        life->answered = true;
        return;
    case EVIDENCE_REJECTED:
    case EVIDENCE_CANCELED:
    case EVIDENCE_EXPIRED:
        assert_false(life->over);
        life->answered = true;
        life->over = true;
        return;
    case EVIDENCE_AMENDED:
        assert_false(life->over);
        assert_true(told->size_e6 >= life->filled_e6);
        life->size_e6 = told->size_e6;
        return;
    case EVIDENCE_CANCEL_REJECTED: return;
    case EVIDENCE_UNKNOWN:
    case EVIDENCE_NOT_SENT:
    case EVIDENCE_ABSENT: fail_msg("the exchange itself always knows"); return;
    }
}

static void hear(struct run *run, const struct event *event)
{
    if (event->kind == EVENT_ORDER) {
        hear_order(run, &event->order);
    } else if (event->kind == EVENT_FILL && event->fill.order_id != 0) {
        struct life *life = &run->lives[event->fill.order_id];
        assert_true(life->answered && !life->over);
        life->filled_e6 += event->fill.size_e6;
        assert_true(life->size_e6 == 0 || life->filled_e6 <= life->size_e6);
        life->over = life->size_e6 != 0 && life->filled_e6 == life->size_e6;
    }
}

static void listen(struct run *run, int64_t until_us)
{
    struct world *world = run->world;
    struct event event;
    while (exchange_next(world->exchange, until_us, &event)) {
        assert_true(event.time_us >= world->now_us && event.time_us <= until_us);
        world->now_us = event.time_us;
        hear(run, &event);
    }
    world->now_us = until_us;
}

/* ---- what is asked ---- */

static struct action_place any_order(struct run *run)
{
    static const enum time_in_force lives[] = {TIF_GTC, TIF_GTC, TIF_IOC, TIF_FOK, TIF_POST_ONLY};
    enum side side = draw(run, 0, 1) == 0 ? SIDE_BUY : SIDE_SELL;
    int64_t price_e12 = draw(run, 9000, 11000) * (ONE_E12 / 100);
    struct action_place place = {.side = side, .size_e6 = draw(run, 1, 3000) * 1000};
    place.trigger_by = draw(run, 0, 1) == 0 ? TRIGGER_MARK : TRIGGER_LAST;
    place.reduce_only = draw(run, 0, 3) == 0;
    switch (draw(run, 0, 4)) {
    case 0: place.type = ORDER_MARKET; return place;
    case 1:
        place.type = ORDER_STOP_MARKET;
        place.trigger_e12 = price_e12;
        return place;
    case 2:
        place.type = ORDER_TAKE_PROFIT_MARKET;
        place.trigger_e12 = price_e12;
        return place;
    default:
        place.type = ORDER_LIMIT;
        place.price_e12 = price_e12;
        place.tif = lives[draw(run, 0, 4)];
        return place;
    }
}

static void name(struct run *run, int32_t instrument, struct action_place *place)
{
    run->ids++;
    assert_true(run->ids < IDS_MAX);
    place->order_id = run->ids;
    run->lives[run->ids] =
        (struct life){.size_e6 = place->size_e6, .instrument = instrument, .sent = true};
}

static void ask_group(struct run *run, int32_t instrument)
{
    struct request_group group = {.parent = draw(run, 0, 1) == 0,
                                  .count = (int32_t)draw(run, 2, 4)};
    for (int32_t i = 0; i < group.count; i++) {
        struct action_place *place = &group.places[i];
        do {
            *place = any_order(run);
        } while (i > 0 && group.parent && place->type == ORDER_MARKET);
        if (i > 0 && group.parent) {
            place->side = side_opposite(group.places[0].side);
            place->reduce_only = true;
        }
        name(run, instrument, place);
        if (i > 0 && group.parent) {
            run->lives[place->order_id].size_e6 = 0;
        }
    }
    exchange_group(run->world->exchange, run->world->now_us, instrument, &group);
}

static void ask_batch(struct run *run, int32_t instrument)
{
    struct action_place places[BATCH_MAX];
    int32_t count = (int32_t)draw(run, 1, BATCH_MAX);
    for (int32_t i = 0; i < count; i++) {
        places[i] = any_order(run);
        name(run, instrument, &places[i]);
    }
    exchange_batch(run->world->exchange, run->world->now_us, instrument, places, count);
}

static void ask_terms(struct run *run, int32_t instrument)
{
    struct world *world = run->world;
    struct action_place nothing = {0};
    name(run, instrument, &nothing); /* the request's id */
    if (draw(run, 0, 1) == 0) {
        struct request_margin request = {run->ids, SIDE_LONG, draw(run, -50, 50) * ONE_E8};
        exchange_margin(world->exchange, world->now_us, instrument, &request);
    } else {
        struct request_margin_mode request = {run->ids, draw(run, 0, 1) == 0 ? MARGIN_ISOLATED
                                                                             : MARGIN_CROSS};
        exchange_margin_mode(world->exchange, world->now_us, instrument, &request);
    }
}

/* One that may still be open, mostly; 0: none was sent yet. */
static uint64_t any_id(struct run *run)
{
    uint64_t id = run->ids == 0 ? 0 : 1 + random_below(&run->dice, run->ids);
    for (int tries = 0; tries < 50 && id != 0 && run->lives[id].over; tries++) {
        id = 1 + random_below(&run->dice, run->ids);
    }
    return id;
}

static void ask(struct run *run)
{
    struct world *world = run->world;
    int32_t instrument = (int32_t)draw(run, 0, 1);
    uint64_t some = any_id(run);
    int64_t what = draw(run, 0, 11);
    if (what < 4 || some == 0) {
        struct action_place place = any_order(run);
        name(run, instrument, &place);
        world->venue.place(world->venue.self, world->now_us, instrument, &place);
    } else if (what < 6) {
        ask_group(run, instrument);
    } else if (what < 7) {
        ask_batch(run, instrument);
    } else if (what < 9) {
        struct request_amend amend = {.order_id = some};
        amend.price_e12 = draw(run, 0, 1) == 0 ? 0 : draw(run, 9000, 11000) * (ONE_E12 / 100);
        amend.size_e6 = draw(run, 0, 1) == 0 ? 0 : draw(run, 1, 3000) * 1000;
        exchange_amend(world->exchange, world->now_us, run->lives[some].instrument, &amend);
    } else if (what < 10) {
        world->venue.cancel(world->venue.self, world->now_us, run->lives[some].instrument, some);
    } else if (what < 11) {
        ask_terms(run, instrument);
    } else if (draw(run, 0, 9) == 0) {
        exchange_cancel_all(world->exchange, world->now_us, instrument);
    }
}

/* ---- a run ---- */

static struct exchange_bar any_bar(struct run *run, int64_t minute)
{
    int64_t open = draw(run, 9300, 10700);
    int64_t close = draw(run, 9300, 10700);
    int64_t high = (open > close ? open : close) + draw(run, 0, 200);
    int64_t low = (open < close ? open : close) - draw(run, 0, 200);
    struct exchange_bar bar = bar_of(minute, "1", "1", "1", "1");
    bar.open_e12 = open * (ONE_E12 / 100);
    bar.high_e12 = high * (ONE_E12 / 100);
    bar.low_e12 = low * (ONE_E12 / 100);
    bar.close_e12 = close * (ONE_E12 / 100);
    return bar;
}

static void take_all_back(struct run *run)
{
    struct world *world = run->world;
    listen(run, world->now_us + 60 * MINUTE); /* no bad hour lasts longer */
    for (int32_t i = 0; i < 2; i++) {
        exchange_cancel_all(world->exchange, world->now_us, i);
    }
    listen(run, world->now_us + 60 * MINUTE);
    assert_true(world->venue.settled(world->venue.self));
}

static void play(struct run *run, int64_t seed, bool bad)
{
    static const struct latency_table table = {
        .legs = {{true, 3, {0, 2000, 3000000}}, {true, 2, {0, 4000000}}, {false, 2, {0, 900000}}}};
    struct exchange_conditions conditions = {.seed = seed, .latency = &table};
    run->world = world_prepare();
    struct world *world = run->world;
    random_start(&run->dice, seed, 99);
    world->settings.latency_model = LATENCY_SAMPLED;
    world->settings.incidents = bad ? 32 : 0;
    world->settings.participation = draw(run, 0, 1) == 0 ? 0 : ONE_E9 / 1000;
    world->settings.rate_10s = world->settings.rate_1m = bad ? 60 : 1000000;
    world->exchange = exchange_new(world->instruments, &world->settings, draw(run, 0, 1) == 0);
    world->venue = exchange_venue(world->exchange);
    exchange_conditions(world->exchange, &conditions);
    exchange_transfer(world->exchange, START - MINUTE, usd("2000"));
    for (int64_t minute = 0; minute < BARS; minute++) {
        listen(run, START + minute * MINUTE - 1);
        for (int32_t i = 0; i < 2; i++) {
            struct exchange_bar bar = any_bar(run, minute);
            exchange_bar(world->exchange, i, &bar);
        }
        for (int64_t count = draw(run, 0, 12); count > 0; count--) {
            listen(run, world->now_us + draw(run, 0, 4 * US_PER_SECOND));
            ask(run);
        }
    }
    take_all_back(run);
}

static void check_all(struct run *run)
{
    struct world *world = run->world;
    for (uint64_t id = 1; id <= run->ids; id++) {
        assert_true(run->lives[id].answered);
    }
    struct books_account account = books(world);
    assert_int_equal(account.wallet_e8, account.transfers_e8 + account.realised_e8 -
                                            account.fees_e8 + account.funding_e8);
    world_free(world);
}

static void every(bool bad)
{
    int64_t sums[5] = {0};
    for (int64_t seed = 1; seed <= RUNS; seed++) {
        struct run *run = calloc(1, sizeof *run);
        assert_non_null(run);
        play(run, seed, bad);
        const struct exchange_counters *counters = exchange_counters(run->world->exchange);
        sums[0] += counters->amends;
        sums[1] += counters->linked_cancels;
        sums[2] += counters->rate_refusals;
        sums[3] += counters->held;
        sums[4] += counters->refused;
        check_all(run);
        free(run);
    }
    print_message("%d amends, %d taken by their group, %d over the rate, %d held, %d refused\n",
                  (int)sums[0], (int)sums[1], (int)sums[2], (int)sums[3], (int)sums[4]);
    assert_true(sums[0] > 20 && sums[1] > 20);
    assert_true(!bad || (sums[2] > 0 && sums[3] > 0 && sums[4] > 0));
}

static void test_on_good_days(void **state)
{
    (void)state;
    every(false);
}

static void test_on_bad_days(void **state)
{
    (void)state;
    every(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_good_days),
        cmocka_unit_test(test_on_bad_days),
    };
    return cmocka_run_group_tests_name("requests at random", tests, NULL, NULL);
}
