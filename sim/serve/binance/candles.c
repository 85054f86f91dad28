/* candles.c - klines of all kinds (PROTOCOLS A4): arrays of twelve. */
#include <inttypes.h>
#include <string.h>

#include "data/memory.h"
#include "sim/serve/binance/binance.h"

enum { KLINES_MAX = 1500 };
enum kline_kind { KLINES_TRADES, KLINES_PRICES, KLINES_PREMIUM };

static void kline_prices(struct server_answer *out,
                         const struct instrument *item,
                         const struct house_candle *candle,
                         enum kline_kind kind)
{
    if (kind == KLINES_PREMIUM) {
        answer_printf(out, "\"0.00000000\",\"0.00000000\",\"0.00000000\",\"0.00000000\",");
        return;
    }
    answer_printf(out, "\"%s\",\"%s\",\"%s\",\"%s\",", words_price(item, candle->open_e12).text,
                  words_price(item, candle->high_e12).text, words_price(item, candle->low_e12).text,
                  words_price(item, candle->close_e12).text);
}

/* The house does not know who took: half of each volume counts as bought. */
static void kline_write(struct server_answer *out,
                        const struct instrument *item,
                        const struct house_candle *candle,
                        enum kline_kind kind)
{
    bool trades = kind == KLINES_TRADES;
    int64_t volume_e6 = trades ? candle->volume_e6 : 0;
    int64_t quote_e8 = trades ? candle->quote_volume_e8 : 0;
    answer_printf(out, "[%" PRId64 ",", ms_of(candle->open_us));
    kline_prices(out, item, candle, kind);
    answer_printf(out, "\"%s\",%" PRId64 ",\"%s\",%" PRId64 ",\"%s\",\"%s\",\"0\"]",
                  words_size(item, volume_e6).text,
                  ms_of(candle->open_us + candle->interval_us) - 1,
                  words_decimal(quote_e8, 8, 5).text, trades ? candle->trades : 0,
                  words_size(item, volume_e6 / 2).text, words_decimal(quote_e8 / 2, 8, 5).text);
}

static void klines_write(struct call *call, int32_t instrument, enum kline_kind kind)
{
    const char *word = NULL;
    struct span span;
    if (!call_must(call, "interval", &word) ||
        !call_span(call, (struct whole){500, 1, KLINES_MAX}, 0, &span)) {
        return;
    }
    int64_t length_us = interval_us(word);
    if (length_us == 0) {
        (void)call_refuse(call, -1120);
        return;
    }
    /* From a start on the first ones are asked for; else the last ones. */
    if (span.from_sent) {
        int64_t first_us = fixed_ceil_to(span.from_us, length_us);
        span.to_us = fixed_smaller(span.to_us, first_us + span.limit * length_us - 1);
    }
    struct house_candle *candles = memory_zeros((size_t)span.limit, sizeof(*candles));
    int32_t count = house_candles(call->self->house, instrument, length_us, span.from_us,
                                  span.to_us, candles, (int32_t)span.limit);
    answer_printf(call->answer, "[");
    for (int32_t i = 0; i < count; i++) {
        answer_printf(call->answer, "%s", i > 0 ? "," : "");
        kline_write(call->answer, item_of(call->self, instrument), &candles[i], kind);
    }
    answer_printf(call->answer, "]");
    free(candles);
}

void handle_klines(struct call *call)
{
    int32_t instrument = 0;
    bool marks = strcmp(call->request->path, "/fapi/v1/klines") != 0;
    if (call_symbol(call, &instrument)) {
        klines_write(call, instrument, marks ? KLINES_PRICES : KLINES_TRADES);
    }
}

void handle_premium_klines(struct call *call)
{
    int32_t instrument = 0;
    if (call_symbol(call, &instrument)) {
        klines_write(call, instrument, KLINES_PREMIUM);
    }
}

/* By pair: of the index, or of a contract type; here a pair has its perpetual alone. */
void handle_pair_klines(struct call *call)
{
    const char *pair = NULL;
    bool continuous = strcmp(call->request->path, "/fapi/v1/continuousKlines") == 0;
    if (!call_must(call, "pair", &pair)) {
        return;
    }
    int32_t instrument = instruments_find(house_instruments(call->self->house), pair);
    if (instrument == INSTRUMENT_NONE) {
        (void)call_refuse(call, -1121);
        return;
    }
    const char *type = NULL;
    if (continuous && !call_must(call, "contractType", &type)) {
        return;
    }
    if (continuous && strcmp(type, "PERPETUAL") != 0) {
        (void)call_refuse_text(call, -4104, "Invalid contract type.");
        return;
    }
    klines_write(call, instrument, continuous ? KLINES_TRADES : KLINES_PRICES);
}
