/* ours_l2 FOLDER [maker] - ns a row of the exchange on S4: every record given, every event taken and digested. maker: one
 * limit order joins the best bid of BTCUSDT and is placed anew each second of the tape. */
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/exchange.h"
#include "tests/bench/bench.h"
#include "tests/support/s4.h"

enum { ROUNDS = 8 };

struct world {
    struct instruments instruments;
    struct exchange_settings settings;
    struct exchange *exchange;
    struct venue_port venue;
    struct digest digest;
    uint64_t order_id;
    int64_t next_order_us, bid_e12, events, fills;
};

static void add_market(struct world *world, const char *symbol, int64_t tick_e12)
{
    struct instrument item = {
        .tick_e12 = tick_e12,
        .lot_e6 = 1000,
        .size_min_e6 = 1000,
        .notional_min_e8 = 5 * ONE_E8,
        .maker_fee_e9 = BPS_E9(2),
        .taker_fee_e9 = BPS_E9(5),
        .pack = 1,
    };
    struct tier tier = {
        .cap_e8 = 100000000LL * ONE_E8, .maintenance_rate_e9 = BPS_E9(50), .leverage_max = 75};
    int32_t index = 0;
    memcpy(item.symbol, symbol, strlen(symbol) + 1);
    if (!instruments_add(&world->instruments, &item, &index) ||
        !instruments_tiers(&world->instruments, index, &tier, 1)) {
        bench_fail("no place for an instrument");
    }
}

static void open_world(struct world *world, const struct s4 *s4, int64_t span_us)
{
    int64_t first_us = s4->records[0].time_us;
    instruments_init(&world->instruments);
    add_market(world, s4_symbols[0], 100000000000LL);
    add_market(world, s4_symbols[1], 10000000000LL);
    exchange_settings_defaults(&world->settings);
    world->exchange = exchange_new(&world->instruments, &world->settings, false);
    if (world->exchange == NULL) {
        bench_fail("no memory");
    }
    for (int32_t i = 0; i < S4_SYMBOLS; i++) {
        for (enum fidelity fidelity = FIDELITY_TRADES; fidelity <= FIDELITY_DEPTH; fidelity++) {
            if (!exchange_covers(world->exchange, i, fidelity, first_us,
                                 first_us + ROUNDS * span_us)) {
                bench_fail("no memory");
            }
        }
    }
    world->venue = exchange_venue(world->exchange);
    digest_init(&world->digest);
    exchange_transfer(world->exchange, first_us - 1, 1000000 * ONE_E8);
}

static void drain(struct world *world, int64_t until_us)
{
    struct event event;
    while (exchange_next(world->exchange, until_us, &event)) {
        event_mix(&world->digest, &event);
        world->events++;
        world->fills += event.kind == EVENT_FILL;
    }
}

static void place_anew(struct world *world, int64_t now_us)
{
    struct action_place place = {.side = SIDE_BUY, .type = ORDER_LIMIT, .size_e6 = 100000};
    if (world->order_id > 0) {
        world->venue.cancel(world->venue.self, now_us, 0, world->order_id);
    }
    place.order_id = ++world->order_id;
    place.price_e12 = world->bid_e12;
    world->venue.place(world->venue.self, now_us, 0, &place);
    world->next_order_us = now_us + US_PER_SECOND;
}

static void replay(struct world *world, const struct s4 *s4, bool maker)
{
    int64_t now_us = 0;
    for (int64_t i = 0; i < s4->count; i++) {
        const struct tape_record *record = &s4->records[i];
        if (record->time_us > now_us) {
            now_us = record->time_us;
            drain(world, now_us - 1);
            if (maker && now_us >= world->next_order_us && world->bid_e12 > 0) {
                place_anew(world, now_us);
            }
        }
        if (maker && record->kind == TAPE_QUOTE && record->stream < 3) {
            world->bid_e12 = record->v[0];
        }
        exchange_tick(world->exchange, record->stream / 3, record, S4_SIZE_DECIMALS);
    }
}

int main(int count, char **words)
{
    static struct world world;
    struct s4 s4 = {NULL, 0};
    bool maker = count == 3 && strcmp(words[2], "maker") == 0;
    for (int32_t symbol = 0; symbol < S4_SYMBOLS; symbol++) {
        if (count < 2 || !s4_add(&s4, words[1], symbol, (uint16_t)(3 * symbol))) {
            bench_fail("usage: ours_l2 FOLDER [maker]; FOLDER must hold S4");
        }
    }
    int64_t span_us = s4.records[s4.count - 1].time_us - s4.records[0].time_us + US_PER_SECOND;
    open_world(&world, &s4, span_us);
    int64_t passed_ns = 0;
    for (int32_t round = 0; round < ROUNDS; round++) {
        int64_t started_ns = bench_work_ns();
        replay(&world, &s4, maker);
        passed_ns += bench_work_ns() - started_ns;
        for (int64_t i = 0; i < s4.count; i++) {
            s4.records[i].time_us += span_us;
        }
    }
    (void)fprintf(stderr,
                  "digest %016" PRIx64 ", %" PRId64 " events, %" PRId64 " fills, %" PRId64
                  " orders\n",
                  world.digest.state, world.events, world.fills, (int64_t)world.order_id);
    (void)printf("%.2f\n", (double)passed_ns / ((double)s4.count * ROUNDS));
    exchange_free(world.exchange);
    free(s4.records);

    return 0;
}
