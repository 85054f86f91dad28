/* ours_decision - p50 p99 p99.9 in ns of engine_step() for one signal of a market that is known:
 * judged, assessed with all its checks, recorded as actions, digested. Each signal is timed alone;
 * prices and time move between them, not timed. */
#include <string.h>

#include "core/engine.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "tests/bench/bench.h"

enum { MARKETS = 64, SIGNALS = 20000 };

#define START_US  (1700006400LL * US_PER_SECOND)
#define PRICE_E12 (2 * ONE_E12)

struct world {
    struct engine engine;
    struct settings settings;
    struct instruments instruments;
    struct actions actions;
    int64_t now_us;
};

static void add_market(struct world *world, int32_t number)
{
    struct instrument item = {
        .tick_e12 = ONE_E12 / 100000,
        .lot_e6 = ONE_E6,
        .size_min_e6 = ONE_E6,
        .size_max_e6 = 9000000000000000LL,
        .notional_min_e8 = 5 * ONE_E8,
        .maker_fee_e9 = BPS_E9(2),
        .taker_fee_e9 = BPS_E9(5),
        .pack = 1,
    };
    struct tier tier = {
        .cap_e8 = 100000000LL * ONE_E8, .maintenance_rate_e9 = BPS_E9(50), .leverage_max = 75};
    int32_t index = 0;
    (void)snprintf(item.symbol, sizeof(item.symbol), "COIN%02dUSDT", number);
    if (!instruments_add(&world->instruments, &item, &index) ||
        !instruments_tiers(&world->instruments, index, &tier, 1)) {
        bench_fail("an instrument was refused");
    }
    settings_allow(&world->settings, index);
}

static void step(struct world *world, struct event event)
{
    event.time_us = world->now_us;
    event.venue_time_us = world->now_us;
    engine_step(&world->engine, &event, &world->actions);
}

static void start(struct world *world)
{
    settings_defaults(&world->settings);
    world->settings.simulated = true;
    world->settings.fidelity = FIDELITY_BARS;
    world->settings.bar_interval_us = US_PER_MINUTE;
    world->settings.order_value_max = 30000 * ONE_E8;
    world->settings.position_value_max = 30000 * ONE_E8;
    instruments_init(&world->instruments);
    for (int32_t number = 0; number < MARKETS; number++) {
        add_market(world, number);
    }
    world->now_us = START_US;
    engine_init(&world->engine, &world->settings, &world->instruments, 1);
    struct event event = {.kind = EVENT_TRANSFER, .instrument = INSTRUMENT_NONE};
    event.transfer.amount_e8 = 10000 * ONE_E8;
    step(world, event);
}

static void market(struct world *world, int32_t instrument, int64_t price_e12)
{
    struct event event = {.kind = EVENT_MARKET, .instrument = instrument};
    event.market = (struct event_market){.last_e12 = price_e12, .mark_e12 = price_e12};
    step(world, event);
    event = (struct event){.kind = EVENT_BAR, .instrument = instrument};
    event.bar = (struct event_bar){
        .open_time_us = world->now_us - US_PER_MINUTE,
        .interval_us = US_PER_MINUTE,
        .open_e12 = price_e12,
        .high_e12 = price_e12,
        .low_e12 = price_e12,
        .close_e12 = price_e12,
        .volume = 1000000000,
    };
    step(world, event);
}

static int64_t decide(struct world *world, int32_t number, int64_t price_e12)
{
    struct signal signal = {
        .id = number + 1,
        .timestamp_us = world->now_us,
        .has_price = true,
        .has_volume = true,
        .volume = 1000,
        .price_e12 = price_e12,
        .source = "bench",
        .confidence = "High",
    };
    (void)snprintf(signal.token, sizeof(signal.token), "COIN%02d", number % MARKETS);
    struct event event = {
        .kind = EVENT_SIGNAL,
        .instrument = INSTRUMENT_NONE,
        .time_us = world->now_us,
        .venue_time_us = world->now_us,
        .signal = &signal,
    };
    int64_t started_ns = bench_ns();
    engine_step(&world->engine, &event, &world->actions);

    return bench_ns() - started_ns;
}

int main(void)
{
    struct world *world = calloc(1, sizeof(*world));
    int64_t *latencies_ns = calloc(SIGNALS, sizeof(*latencies_ns));
    if (world == NULL || latencies_ns == NULL) {
        bench_fail("no memory");
    }
    /* A live session touches all its memory before it trades. */
    memset(world, 0, sizeof(*world));
    memset(latencies_ns, 0, SIGNALS * sizeof(*latencies_ns));
    start(world);
    int32_t approved = 0;
    for (int32_t number = 0; number < SIGNALS; number++) {
        int64_t price_e12 = PRICE_E12 + number % 977 * (ONE_E12 / 100000);
        world->now_us += US_PER_SECOND;
        market(world, number % MARKETS, price_e12);
        latencies_ns[number] = decide(world, number, price_e12);
        approved += world->engine.assessment.approved;
    }
    (void)fprintf(stderr, "approved %" PRId32 " of %d\n", approved, SIGNALS);
    bench_latencies(latencies_ns, SIGNALS);
    free(latencies_ns);
    free(world);

    return 0;
}
