/* margin_tables.h - the tier tables of PROTOCOLS D1 and the verbs that the margin tests share. */
#ifndef TESTS_CORE_MARGIN_TABLES_H
#define TESTS_CORE_MARGIN_TABLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/margin.h"

#define USD(amount)   ((int64_t)(amount)*ONE_E8)
#define CENTS(amount) ((int64_t)(amount)*1000000)
#define UNITS(count)  ((int64_t)(count)*ONE_E6)
#define TIER(leverage, floor, cap, rate_e9, amount_e8)                                             \
    {                                                                                              \
        USD(floor), USD(cap), (rate_e9), (amount_e8), (leverage)                                   \
    }

static const struct tier doge[] = {TIER(75, 0, 80000, 6500000, 0),
                                   TIER(50, 80000, 150000, 10000000, USD(280)),
                                   TIER(40, 150000, 750000, 12500000, USD(655)),
                                   TIER(25, 750000, 2000000, 20000000, USD(6280)),
                                   TIER(20, 2000000, 4000000, 25000000, USD(16280)),
                                   TIER(10, 4000000, 20000000, 50000000, USD(116280)),
                                   TIER(5, 20000000, 40000000, 100000000, USD(1116280)),
                                   TIER(4, 40000000, 50000000, 125000000, USD(2116280)),
                                   TIER(2, 50000000, 100000000, 250000000, USD(8366280)),
                                   TIER(1, 100000000, 200000000, 500000000, USD(33366280))};

static const struct tier pepe[] = {TIER(75, 0, 20000, 6500000, 0),
                                   TIER(50, 20000, 200000, 10000000, USD(70)),
                                   TIER(40, 200000, 300000, 15000000, USD(1070)),
                                   TIER(25, 300000, 1500000, 20000000, USD(2570)),
                                   TIER(20, 1500000, 3000000, 25000000, USD(10070)),
                                   TIER(10, 3000000, 15000000, 50000000, USD(85070)),
                                   TIER(5, 15000000, 20000000, 100000000, USD(835070)),
                                   TIER(4, 20000000, 25000000, 125000000, USD(1335070)),
                                   TIER(2, 25000000, 30000000, 250000000, USD(4460070)),
                                   TIER(1, 30000000, 35000000, 500000000, USD(11960070))};

static const struct tier shib[] = {TIER(75, 0, 25000, 6500000, 0),
                                   TIER(50, 25000, 150000, 10000000, CENTS(8750)),
                                   TIER(40, 150000, 200000, 15000000, CENTS(83750)),
                                   TIER(25, 200000, 800000, 20000000, CENTS(183750)),
                                   TIER(20, 800000, 1600000, 25000000, CENTS(583750)),
                                   TIER(10, 1600000, 3000000, 50000000, CENTS(4583750)),
                                   TIER(5, 3000000, 5000000, 100000000, CENTS(19583750)),
                                   TIER(4, 5000000, 6000000, 125000000, CENTS(32083750)),
                                   TIER(2, 6000000, 7000000, 250000000, CENTS(107083750)),
                                   TIER(1, 7000000, 8000000, 500000000, CENTS(282083750))};

static const struct tier btc[] = {TIER(150, 0, 300000, 4000000, 0),
                                  TIER(100, 300000, 800000, 5000000, USD(300)),
                                  TIER(75, 800000, 3000000, 6500000, USD(1500)),
                                  TIER(50, 3000000, 12000000, 10000000, USD(12000)),
                                  TIER(25, 12000000, 70000000, 20000000, USD(132000)),
                                  TIER(20, 70000000, 100000000, 25000000, USD(482000)),
                                  TIER(10, 100000000, 230000000, 50000000, USD(2982000)),
                                  TIER(5, 230000000, 480000000, 100000000, USD(14482000)),
                                  TIER(4, 480000000, 600000000, 125000000, USD(26482000)),
                                  TIER(3, 600000000, 800000000, 150000000, USD(41482000)),
                                  TIER(2, 800000000, 1200000000, 250000000, USD(121482000)),
                                  TIER(1, 1200000000, 1800000000, 500000000, USD(421482000))};

#define TABLE(tiers) (tiers), (int32_t)ARRAY_COUNT(tiers)

static inline void assert_near(int64_t actual, int64_t expected, int64_t tolerance)
{
    if (actual < expected - tolerance || actual > expected + tolerance) {
        fail_msg("%lld is not within %lld of %lld", (long long)actual, (long long)tolerance,
                 (long long)expected);
    }
}

static inline int64_t
maintenance(const struct tier *tiers, int32_t count, int64_t size_e6, int64_t price)
{
    int64_t notional = 0;
    int64_t margin = 0;
    assert_true(fixed_notional_ceil_e8(price, size_e6, &notional));
    assert_true(margin_maintenance_e8(tiers, count, notional, &margin));
    return margin;
}

static inline int64_t unrealised(enum side side, struct margin_leg leg, int64_t price)
{
    int64_t out = 0;
    assert_true(margin_unrealised_e8(side, leg.size_e6, leg.cost_e8, price, &out));
    return out;
}

/* Numbers of a fixed sequence: splitmix64, so that every run tests the same positions. */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static inline int64_t between(uint64_t *state, int64_t low, int64_t high)
{
    return low + (int64_t)(next_random(state) % (uint64_t)(high - low + 1));
}

static inline struct liquidation_input one_leg(enum margin_model model,
                                               const struct tier *tiers,
                                               int32_t count,
                                               enum side side,
                                               struct margin_leg leg,
                                               int64_t wallet_e8)
{
    struct liquidation_input input = {
        .model = model, .tiers = tiers, .tier_count = count, .wallet_e8 = wallet_e8, .leverage = 1};
    if (side == SIDE_LONG) {
        input.long_leg = leg;
    } else {
        input.short_leg = leg;
    }
    return input;
}

static inline int64_t price_of(const struct liquidation_input *input)
{
    int64_t price = -1;
    assert_true(margin_liquidation_price(input, &price));
    return price;
}

static inline int64_t binance(const struct tier *tiers,
                              int32_t count,
                              enum side side,
                              struct margin_leg leg,
                              int64_t wallet_e8)
{
    struct liquidation_input input = one_leg(MARGIN_BINANCE, tiers, count, side, leg, wallet_e8);
    return price_of(&input);
}

#endif
