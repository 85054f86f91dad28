/* Liquidation prices, tiers, funding and margins: core/margin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "core/margin_inverse.h"
#include "tests/oracles/oracle.h"

#define RELATIVE 1e-6

static double money(int64_t amount_e8)
{
    return (double)amount_e8 / 1e8;
}

/* Without a side the rounding is the cost of what is bought. */
static int64_t notional_of(enum side side, int64_t price_e12, int64_t size_e6)
{
    int64_t notional_e8 = 0;
    assert_true(margin_notional_e8(side, price_e12, size_e6, &notional_e8));
    return notional_e8;
}

/* ---- freqtrade/liq_isolated_by_exchange ---- */

static enum margin_model model_of(const char *exchange)
{
    if (strcmp(exchange, "binance") == 0) {
        return MARGIN_BINANCE;
    }
    return strcmp(exchange, "bybit") == 0 ? MARGIN_BYBIT_ENTRY : MARGIN_OKX;
}

enum oracle_answer oracle_liquidation(struct oracle *self)
{
    if (strcmp(oracle_text(self, "trading_mode"), "spot") == 0) {
        return oracle_not_offered(self, "spot has no liquidation; only perpetuals are traded");
    }
    enum margin_model model = model_of(oracle_text(self, "exchange_name"));
    enum side side = oracle_flag(self, "is_short") ? SIDE_SHORT : SIDE_LONG;
    const struct tier tier = {
        .cap_e8 = INT64_MAX,
        .maintenance_rate_e9 = oracle_fixed(self, "mm_ratio", 9),
        .maintenance_amount_e8 =
            model == MARGIN_BINANCE ? oracle_fixed(self, "maintenance_amt", 8) : 0,
        .leverage_max = 125,
    };
    struct margin_leg leg = {.size_e6 = oracle_input(self, "amount", 6)};
    leg.cost_e8 = notional_of(side, oracle_input(self, "open_rate", 12), leg.size_e6);
    struct liquidation_input input = {
        .model = model,
        .tiers = &tier,
        .tier_count = 1,
        .leverage = (int32_t)oracle_input(self, "leverage", 0),
        .taker_fee_e9 = oracle_fixed(self, "taker_fee", 9),
    };
    input.wallet_e8 = margin_initial_e8(leg.cost_e8, input.leverage);
    *(side == SIDE_LONG ? &input.long_leg : &input.short_leg) = leg;
    int64_t price_e12 = 0;
    assert_true(margin_liquidation_price(&input, &price_e12));
    double expected = oracle_expected(self, "expected_liq");
    return oracle_close(self, "price", (double)price_e12 / 1e12, expected, RELATIVE, 0);
}

/* ---- freqtrade/maintenance_ratio_by_tier ---- */

static int32_t read_tiers(const json_t *rows, struct tier *tiers, int32_t max)
{
    int32_t count = (int32_t)json_array_size(rows);
    assert_true(count > 0 && count <= max);
    for (int32_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, (size_t)i);
        tiers[i] = (struct tier){
            .floor_e8 = oracle_scaled(json_object_get(row, "minNotional"), 8),
            .cap_e8 = oracle_scaled(json_object_get(row, "maxNotional"), 8),
            .maintenance_rate_e9 = oracle_scaled(json_object_get(row, "maintenanceMarginRate"), 9),
            .maintenance_amount_e8 = oracle_scaled(json_object_get(row, "maintAmt"), 8),
            .leverage_max = (int32_t)oracle_scaled(json_object_get(row, "maxLeverage"), 0),
        };
    }
    return count;
}

static const json_t *either(const json_t *object, const char *first, const char *second)
{
    const json_t *value = json_object_get(object, first);
    return value != NULL ? value : json_object_get(object, second);
}

/* freqtrade's tiers are [floor, cap), ours (floor, cap] as Binance words it. At a boundary both
 * ask the same margin: that is checked there, and that the expected tier begins right above. */
enum oracle_answer oracle_tier(struct oracle *self)
{
    struct tier tiers[TIERS_PER_INSTRUMENT];
    const json_t *tables =
        json_object_get(json_object_get(self->file, "fixed_inputs"), "leverage_tiers");
    int32_t count =
        read_tiers(json_object_get(tables, oracle_text(self, "pair")), tiers, TIERS_PER_INSTRUMENT);
    int64_t notional_e8 = oracle_scaled(either(self->inputs, "notional_value", "value"), 8);
    const struct tier *tier = margin_tier(tiers, count, notional_e8);
    if (notional_e8 == tier->cap_e8) {
        tier = margin_tier(tiers, count, notional_e8 + 1);
    }
    double rate = oracle_double(either(self->expected, "mm_ratio", "mmr"));
    double amount = oracle_double(either(self->expected, "amt", "maintAmt"));
    int64_t margin_e8 = 0;
    assert_true(margin_maintenance_e8(tiers, count, notional_e8, &margin_e8));
    enum oracle_answer answer =
        oracle_close(self, "rate", (double)tier->maintenance_rate_e9 / 1e9, rate, RELATIVE, 0);
    answer = oracle_both(answer, oracle_close(self, "amount", money(tier->maintenance_amount_e8),
                                              amount, RELATIVE, 0));
    double margin = money(notional_e8) * rate - amount;
    return oracle_both(answer,
                       oracle_close(self, "margin", money(margin_e8), margin, RELATIVE, 1e-8));
}

/* ---- funding ---- */

static int64_t funding_of(int64_t size_e6, int64_t mark_e12, int64_t rate_e16)
{
    int64_t received_e8 = 0;
    assert_true(margin_funding_e8(SIDE_SHORT, size_e6, mark_e12, rate_e16, &received_e8));
    return received_e8;
}

/* Without a mark price there is no payment. Kraken's share of the time is not a perpetual's
 * settlement. */
enum oracle_answer oracle_funding_single(struct oracle *self)
{
    bool marked = json_is_number(json_object_get(self->inputs, "mark_price"));
    int64_t received_e8 =
        funding_of(oracle_input(self, "size", 6), marked ? oracle_input(self, "mark_price", 12) : 0,
                   oracle_input(self, "funding_rate", 16));
    double expected = oracle_expected(self, "funding_fee");
    return oracle_close(self, "funding", money(received_e8), expected, RELATIVE, 0);
}

static int64_t instant_of(const char *text)
{
    char zoned[64];
    (void)snprintf(zoned, sizeof zoned, "%s+00:00", text);
    int64_t instant_us = 0;
    assert_true(instant_parse(zoned, strlen(zoned), &instant_us));
    return instant_us;
}

/* Open of the mark candle that begins at the settlement. */
static int64_t mark_at(const struct oracle *self, int64_t time_ms)
{
    size_t index = 0;
    const json_t *row = NULL;
    const json_t *rows =
        json_object_get(json_object_get(self->file, "fixed_inputs"), "mark_1h_ohlcv");
    json_array_foreach(rows, index, row)
    {
        if (json_integer_value(json_array_get(row, 0)) == time_ms) {
            return oracle_scaled(json_array_get(row, 1), 12);
        }
    }
    fail_msg("no mark at %lld", (long long)time_ms);
    return 0;
}

/* The venue settles within seconds of the instant (PROTOCOLS D4: 15 s), and a position opened in
 * them pays: which settlements fall due is this convention; each amount is ours. */
enum oracle_answer oracle_funding_period(struct oracle *self)
{
    const int64_t grace_us = 15 * US_PER_SECOND;
    int64_t opened_us = instant_of(oracle_text(self, "d1"));
    int64_t closed_us = instant_of(oracle_text(self, "d2"));
    int64_t received_e8 = 0;
    const json_t *rates =
        json_object_get(json_object_get(self->file, "fixed_inputs"), "octohourly_rates");
    int64_t end = oracle_input(self, "rate_end", 0);
    for (int64_t i = oracle_input(self, "rate_start", 0); i < end; i++) {
        const json_t *rate = json_array_get(rates, (size_t)i);
        int64_t time_ms = json_integer_value(json_object_get(rate, "ts"));
        int64_t time_us = time_ms * US_PER_MS;
        if (time_us > opened_us - grace_us && time_us <= closed_us) {
            received_e8 += funding_of(oracle_input(self, "amount", 6), mark_at(self, time_ms),
                                      oracle_scaled(json_object_get(rate, "rate"), 16));
        }
    }
    double expected = oracle_expected(self, "expected_fees");
    return oracle_close(self, "funding", money(received_e8), expected, RELATIVE, 0);
}

/* ---- nautilus, lean: margins and commissions ---- */

/* Contracts of one quote unit; money in the coin. */
static int64_t coin_notional(int64_t price_e12, int64_t size_e6)
{
    int64_t notional_e8 = 0;
    assert_true(inverse_notional_e8(SIDE_SELL, ONE_E8, price_e12, size_e6, &notional_e8));
    return notional_e8;
}

static enum oracle_answer nautilus_inverse(const struct oracle *self, const json_t *rules)
{
    int64_t result_e8 = 0;
    int64_t notional_e8 =
        coin_notional(oracle_input(self, "price", 12), oracle_input(self, "qty", 6));
    if (json_object_get(self->expected, "commission_btc") != NULL) {
        int64_t fee_e9 = oracle_scaled(json_object_get(rules, "taker_fee"), 9);
        assert_true(margin_fee_e8(notional_e8, fee_e9, &result_e8));
        double expected = oracle_expected(self, "commission_btc");
        return oracle_close(self, "commission", money(result_e8), expected, 0, 1.5e-8);
    }
    int64_t base_e8 = margin_initial_e8(notional_e8, (int32_t)oracle_input(self, "leverage", 0));
    bool initial = json_object_get(self->expected, "initial_margin_btc") != NULL;
    int64_t rate_e9 =
        oracle_scaled(json_object_get(rules, initial ? "margin_init" : "margin_maint"), 9);
    const struct tier tier = {.cap_e8 = INT64_MAX, .maintenance_rate_e9 = rate_e9};
    assert_true(margin_maintenance_e8(&tier, 1, base_e8, &result_e8));
    double expected =
        oracle_expected(self, initial ? "initial_margin_btc" : "maintenance_margin_btc");
    return oracle_close(self, "margin", money(result_e8), expected, 0, 1.5e-8);
}

/* A margin there is notional / leverage x rate; a margin rate is applied as a fee rate is. */
enum oracle_answer oracle_nautilus(struct oracle *self)
{
    const char *instrument = oracle_text(self, "instrument");
    const json_t *rules = json_object_get(
        json_object_get(json_object_get(self->file, "fixed_inputs"), "instruments"), instrument);
    if (json_object_get(self->expected, "initial_margin_usd") != NULL) {
        return oracle_not_offered(self, "the margin of an inverse contract in quote units");
    }
    if (strcmp(instrument, "AUDUSD") != 0) {
        return nautilus_inverse(self, rules);
    }
    int64_t notional_e8 =
        notional_of(SIDE_BUY, oracle_input(self, "price", 12), oracle_input(self, "qty", 6));
    int64_t result_e8 = 0;
    if (json_object_get(self->expected, "commission_usd") != NULL) {
        int64_t fee_e9 = oracle_scaled(json_object_get(rules, "taker_fee"), 9);
        assert_true(margin_fee_e8(notional_e8, fee_e9, &result_e8));
        double expected = oracle_expected(self, "commission_usd");
        return oracle_close(self, "commission", money(result_e8), expected, 0, 0.005 + 1e-9);
    }
    int64_t base_e8 = margin_initial_e8(notional_e8, (int32_t)oracle_input(self, "leverage", 0));
    if (json_object_get(self->expected, "initial_margin") != NULL) {
        int64_t rate_e9 = oracle_scaled(json_object_get(rules, "margin_init"), 9);
        assert_true(margin_fee_e8(base_e8, rate_e9, &result_e8));
        double expected = oracle_expected(self, "initial_margin");
        return oracle_close(self, "initial", money(result_e8), expected, 0, 1e-8);
    }
    const struct tier tier = {.cap_e8 = INT64_MAX,
                              .maintenance_rate_e9 =
                                  oracle_scaled(json_object_get(rules, "margin_maint"), 9)};
    assert_true(margin_maintenance_e8(&tier, 1, base_e8, &result_e8));
    double expected = oracle_expected(self, "maintenance_margin");
    return oracle_close(self, "maintenance", money(result_e8), expected, 0, 1e-8);
}

static int64_t linear_initial(const struct oracle *self)
{
    int64_t size_e6 = oracle_input(self, "quantity", 6);
    int64_t notional_e8 =
        notional_of(size_e6 < 0 ? SIDE_SELL : SIDE_BUY, oracle_input(self, "price", 12),
                    size_e6 < 0 ? -size_e6 : size_e6);
    return margin_initial_e8(notional_e8, (int32_t)oracle_input(self, "leverage", 0));
}

static int64_t inverse_initial(const struct oracle *self)
{
    int64_t size_e6 = oracle_input(self, "quantity", 6);
    int64_t notional_e8 =
        coin_notional(oracle_input(self, "price", 12), size_e6 < 0 ? -size_e6 : size_e6);
    return margin_initial_e8(notional_e8, (int32_t)oracle_input(self, "leverage", 0));
}

enum oracle_answer oracle_lean_binance(struct oracle *self)
{
    if (strcmp(oracle_text(self, "symbol"), "BTCUSDT") != 0) {
        return oracle_not_offered(
            self, "coin margin in quote units, mixed collateral, a library default");
    }
    double expected = oracle_expected(self, "initial_margin");
    return oracle_close(self, "initial", money(linear_initial(self)), expected, RELATIVE, 0);
}

enum oracle_answer oracle_lean_bybit(struct oracle *self)
{
    bool linear = strcmp(oracle_text(self, "symbol"), "BTCUSDT") == 0;
    int64_t initial_e8 = linear ? linear_initial(self) : inverse_initial(self);
    double expected = oracle_expected(self, "initial_margin_approx");
    return oracle_close(self, "initial", money(initial_e8), expected, 0.05, 0);
}
