/* Profit and loss of one round trip with fees and funding: core/margin, as core and exchange book
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/margin.h"
#include "tests/oracles/oracle.h"

#define RELATIVE 1e-6
#define ABSOLUTE 1e-8

static const char no_borrowing[] = "spot margin: interest on borrowed coins";

/* Spot without borrowing is the same arithmetic as a perpetual at 1x. */
static bool is_borrowed(const struct oracle *self)
{
    return strcmp(oracle_text(self, "trading_mode"), "TradingMode.MARGIN") == 0;
}

struct leg {
    int64_t notional_e8, fee_e8;
};

static struct leg fill(enum side side, int64_t price_e12, int64_t size_e6, int64_t fee_e9)
{
    struct leg leg = {0, 0};
    assert_true(margin_notional_e8(side, price_e12, size_e6, &leg.notional_e8));
    assert_true(margin_fee_e8(leg.notional_e8, fee_e9, &leg.fee_e8));
    return leg;
}

struct trip {
    enum side side;
    int32_t leverage;
    int64_t size_e6;
    struct leg entry, exit;
    int64_t funding_e8;
};

/* What the entry costs or brings in, fee included. */
static int64_t open_value(const struct trip *trip)
{
    int64_t fee_e8 = trip->entry.fee_e8;
    return trip->entry.notional_e8 + (trip->side == SIDE_LONG ? fee_e8 : -fee_e8);
}

static int64_t close_value(const struct trip *trip)
{
    int64_t cost_e8 = trip->exit.fee_e8 - trip->funding_e8;
    return trip->exit.notional_e8 - (trip->side == SIDE_LONG ? cost_e8 : -cost_e8);
}

/* pnl of `positions`: realised - fees + funding, the cost released as the books release it. */
static int64_t profit(const struct trip *trip)
{
    int64_t cost_e8 = margin_release(trip->entry.notional_e8, trip->size_e6, trip->size_e6);
    int64_t gain_e8 = trip->exit.notional_e8 - cost_e8;
    int64_t realised_e8 = trip->side == SIDE_LONG ? gain_e8 : -gain_e8;
    return realised_e8 - trip->entry.fee_e8 - trip->exit.fee_e8 + trip->funding_e8;
}

static double money(int64_t amount_e8)
{
    return (double)amount_e8 / 1e8;
}

static double ratio(const struct trip *trip)
{
    return money(profit(trip)) / money(open_value(trip)) * trip->leverage;
}

static enum oracle_answer expect(const struct oracle *self, const char *key, double actual)
{
    return oracle_close(self, key, actual, oracle_expected(self, key), RELATIVE, ABSOLUTE);
}

static struct trip
trip_of(const struct oracle *self, int64_t open_e12, int64_t close_e12, int64_t fees_e9[2])
{
    struct trip trip = {.side = oracle_flag(self, "is_short") ? SIDE_SHORT : SIDE_LONG,
                        .leverage = (int32_t)oracle_input(self, "lev", 0),
                        .size_e6 = oracle_fixed(self, "amount", 6),
                        .funding_e8 = oracle_input(self, "funding_fees", 8)};
    trip.entry = fill(trip.side, open_e12, trip.size_e6, fees_e9[0]);
    trip.exit = fill(side_opposite(trip.side), close_e12, trip.size_e6, fees_e9[1]);
    return trip;
}

enum oracle_answer oracle_open_value(struct oracle *self)
{
    struct trip trip = {.side = oracle_flag(self, "is_short") ? SIDE_SHORT : SIDE_LONG};
    trip.entry = fill(trip.side, oracle_fixed(self, "open_rate", 12),
                      oracle_fixed(self, "amount", 6), oracle_input(self, "fee_rate", 9));
    return expect(self, "result", money(open_value(&trip)));
}

enum oracle_answer oracle_close_value(struct oracle *self)
{
    if (is_borrowed(self)) {
        return oracle_not_offered(self, no_borrowing);
    }
    int64_t fee_e9 = oracle_input(self, "fee_rate", 9);
    int64_t fees_e9[2] = {fee_e9, fee_e9};
    struct trip trip = trip_of(self, oracle_input(self, "open_rate", 12),
                               oracle_input(self, "close_rate", 12), fees_e9);
    return expect(self, "result", money(close_value(&trip)));
}

enum oracle_answer oracle_open_close(struct oracle *self)
{
    if (is_borrowed(self)) {
        return oracle_not_offered(self, no_borrowing);
    }
    /* The file gives entry 2.0 and exit 2.2 for longs; its shorts enter at 2.2 and leave at 2.0. */
    int64_t low_e12 = oracle_fixed(self, "open_rate", 12);
    int64_t high_e12 = oracle_fixed(self, "close_rate", 12);
    bool is_short = oracle_flag(self, "is_short");
    int64_t fee_e9 = oracle_fixed(self, "fee", 9);
    int64_t fees_e9[2] = {fee_e9, fee_e9};
    struct trip trip =
        trip_of(self, is_short ? high_e12 : low_e12, is_short ? low_e12 : high_e12, fees_e9);
    enum oracle_answer answer = expect(self, "open_value", money(open_value(&trip)));
    answer = oracle_both(answer, expect(self, "close_value", money(close_value(&trip))));
    answer = oracle_both(answer, expect(self, "profit", money(profit(&trip))));
    return oracle_both(answer, expect(self, "profit_ratio", ratio(&trip)));
}

enum oracle_answer oracle_profit(struct oracle *self)
{
    if (is_borrowed(self)) {
        return oracle_not_offered(self, no_borrowing);
    }
    int64_t fees_e9[2] = {oracle_fixed(self, "fee_open", 9), oracle_input(self, "fee_close", 9)};
    struct trip trip = trip_of(self, oracle_fixed(self, "open_rate", 12),
                               oracle_input(self, "close_rate", 12), fees_e9);
    enum oracle_answer answer = expect(self, "profit", money(profit(&trip)));
    return oracle_both(answer, expect(self, "profit_ratio", ratio(&trip)));
}
