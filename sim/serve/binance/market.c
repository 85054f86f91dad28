/* market.c - the market by REST: book, trades, prices, funding, tickers (PROTOCOLS A4). */
#include <inttypes.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"
#include "sim/serve/binance/binance.h"

static void levels_write(struct server_answer *out,
                         const struct instrument *item,
                         const struct house_level *levels,
                         int64_t count)
{
    answer_printf(out, "[");
    for (int64_t i = 0; i < count; i++) {
        answer_printf(out, "%s[\"%s\",\"%s\"]", i > 0 ? "," : "",
                      words_price(item, levels[i].price_e12).text,
                      words_size(item, levels[i].size_e6).text);
    }
    answer_printf(out, "]");
}

void handle_depth(struct call *call)
{
    int32_t instrument = 0;
    int64_t limit = 0;
    if (!call_symbol(call, &instrument) ||
        !call_whole(call, "limit", (struct whole){500, 1, 1000}, &limit)) {
        return;
    }
    const struct instrument *item = item_of(call->self, instrument);
    struct house_book *book = memory_zeros(1, sizeof(*book));
    house_book(call->self->house, instrument, (int32_t)limit, book);
    answer_printf(call->answer,
                  "{\"lastUpdateId\":%" PRIu64 ",\"E\":%" PRId64 ",\"T\":%" PRId64 ",\"bids\":",
                  2 * book->update_id + 1, ms_of(call->request->clock_us), ms_of(book->time_us));
    levels_write(call->answer, item, book->bid, fixed_smaller(limit, book->bids));
    answer_printf(call->answer, ",\"asks\":");
    levels_write(call->answer, item, book->ask, fixed_smaller(limit, book->asks));
    answer_printf(call->answer, "}");
    free(book);
}

static void
trade_write(struct server_answer *out, const struct instrument *item, const struct house_news *news)
{
    int64_t quote_e8 = 0;
    if (!fixed_notional_floor_e8(news->trade.price_e12, news->trade.size_e6, &quote_e8)) {
        quote_e8 = 0;
    }
    answer_printf(out,
                  "{\"id\":%" PRIu64 ",\"price\":\"%s\",\"qty\":\"%s\",\"quoteQty\":\"%s\","
                  "\"time\":%" PRId64 ",\"isBuyerMaker\":%s,\"isRPITrade\":false}",
                  news->trade.id, words_price(item, news->trade.price_e12).text,
                  words_size(item, news->trade.size_e6).text, words_decimal(quote_e8, 8, 2).text,
                  ms_of(news->time_us), news->trade.buyer_is_maker ? "true" : "false");
}

/* fromId: of historicalTrades; trades older than the house keeps are gone. */
void handle_trades(struct call *call)
{
    int32_t instrument = 0;
    int64_t limit = 0;
    int64_t from = 0;
    if (!call_symbol(call, &instrument) ||
        !call_whole(call, "limit", (struct whole){500, 1, 1000}, &limit) ||
        !call_whole(call, "fromId", (struct whole){0, 0, INT64_MAX}, &from)) {
        return;
    }
    bool whole = call_text(call, "fromId") != NULL;
    struct house_news *news = memory_zeros(HOUSE_TRADES_KEPT, sizeof(*news));
    int32_t count = house_recent_trades(call->self->house, instrument, news,
                                        whole ? HOUSE_TRADES_KEPT : (int32_t)limit);
    int64_t written = 0;
    answer_printf(call->answer, "[");
    for (int32_t i = 0; i < count && written < limit; i++) {
        if (news[i].trade.id >= (uint64_t)from) {
            answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
            trade_write(call->answer, item_of(call->self, instrument), &news[i]);
        }
    }
    answer_printf(call->answer, "]");
    free(news);
}

static void aggregate_write(struct server_answer *out,
                            const struct instrument *item,
                            const struct aggregate *aggregate)
{
    struct words size = words_size(item, aggregate->size_e6);
    answer_printf(out,
                  "{\"a\":%" PRId64 ",\"p\":\"%s\",\"q\":\"%s\",\"nq\":\"%s\",\"f\":%" PRIu64
                  ",\"l\":%" PRIu64 ",\"T\":%" PRId64 ",\"m\":%s}",
                  aggregate->id, words_price(item, aggregate->price_e12).text, size.text, size.text,
                  aggregate->first_id, aggregate->last_id, ms_of(aggregate->first_us),
                  aggregate->buyer_is_maker ? "true" : "false");
}

void handle_agg_trades(struct call *call)
{
    int32_t instrument = 0;
    int64_t from = 0;
    struct span span;
    if (!call_symbol(call, &instrument) ||
        !call_whole(call, "fromId", (struct whole){0, 0, INT64_MAX}, &from) ||
        !call_span(call, (struct whole){500, 1, 1000}, 0, &span)) {
        return;
    }
    const struct aggregates *kept = call->self->aggregates;
    int32_t count = aggregates_count(kept, instrument);
    bool ends = call_text(call, "fromId") != NULL || span.from_sent;
    int64_t first = ends ? 0 : fixed_larger(0, count - span.limit);
    int64_t written = 0;
    answer_printf(call->answer, "[");
    for (int64_t i = first; i < count && written < span.limit; i++) {
        const struct aggregate *aggregate = aggregates_at(kept, instrument, (int32_t)i);
        if (aggregate->id >= from && aggregate->first_us >= span.from_us &&
            aggregate->first_us <= span.to_us) {
            answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
            aggregate_write(call->answer, item_of(call->self, instrument), aggregate);
        }
    }
    answer_printf(call->answer, "]");
}

/* One object of a symbol, or a list of all that have a price. */
static void
symbols_write(struct call *call,
              void (*write)(struct call *call, int32_t instrument, const struct house_market *))
{
    int32_t instrument = 0;
    if (!call_symbol_or_all(call, &instrument)) {
        return;
    }
    if (instrument != INSTRUMENT_NONE) {
        write(call, instrument, house_market(call->self->house, instrument));
        return;
    }
    int32_t written = 0;
    answer_printf(call->answer, "[");
    for (int32_t i = 0; i < house_instruments(call->self->house)->count; i++) {
        const struct house_market *market = house_market(call->self->house, i);
        if (market->last_e12 > 0) {
            answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
            write(call, i, market);
        }
    }
    answer_printf(call->answer, "]");
}

static void premium_write(struct call *call, int32_t instrument, const struct house_market *market)
{
    const struct instrument *item = item_of(call->self, instrument);
    struct words mark = words_decimal(market->mark_e12, 12, 8);
    answer_printf(call->answer,
                  "{\"symbol\":\"%s\",\"markPrice\":\"%s\",\"indexPrice\":\"%s\","
                  "\"estimatedSettlePrice\":\"%s\",\"lastFundingRate\":\"%s\","
                  "\"interestRate\":\"0.00010000\",\"nextFundingTime\":%" PRId64
                  ",\"time\":%" PRId64 "}",
                  item->symbol, mark.text, words_decimal(market->index_e12, 12, 8).text, mark.text,
                  words_decimal(market->funding_rate_e16, 16, 8).text,
                  ms_of(market->next_funding_us), ms_of(market->time_us));
}

void handle_premium_index(struct call *call)
{
    symbols_write(call, premium_write);
}

static void price_write(struct call *call, int32_t instrument, const struct house_market *market)
{
    const struct instrument *item = item_of(call->self, instrument);
    answer_printf(call->answer, "{\"symbol\":\"%s\",\"price\":\"%s\",\"time\":%" PRId64 "}",
                  item->symbol, words_price(item, market->last_e12).text, ms_of(market->time_us));
}

void handle_ticker_price(struct call *call)
{
    symbols_write(call, price_write);
}

static void book_write(struct call *call, int32_t instrument, const struct house_market *market)
{
    const struct instrument *item = item_of(call->self, instrument);
    answer_printf(call->answer,
                  "{\"symbol\":\"%s\",\"bidPrice\":\"%s\",\"bidQty\":\"%s\",\"askPrice\":\"%s\","
                  "\"askQty\":\"%s\",\"time\":%" PRId64 "}",
                  item->symbol, words_price(item, market->bid_e12).text,
                  words_size(item, market->bid_e6).text, words_price(item, market->ask_e12).text,
                  words_size(item, market->ask_e6).text, ms_of(market->time_us));
}

void handle_book_ticker(struct call *call)
{
    symbols_write(call, book_write);
}

static void day_write(struct call *call, int32_t instrument, const struct house_market *market)
{
    const struct instrument *item = item_of(call->self, instrument);
    struct day day = day_of(market);
    answer_printf(call->answer,
                  "{\"symbol\":\"%s\",\"priceChange\":\"%s\",\"priceChangePercent\":\"%s\","
                  "\"weightedAvgPrice\":\"%s\",\"lastPrice\":\"%s\",\"lastQty\":\"%s\",",
                  item->symbol, words_price(item, day.change_e12).text,
                  words_decimal(day.change_percent_e3, 3, 3).text,
                  words_price(item, day.average_e12).text, words_price(item, market->last_e12).text,
                  words_size(item, item->lot_e6).text);
    answer_printf(
        call->answer,
        "\"openPrice\":\"%s\",\"highPrice\":\"%s\",\"lowPrice\":\"%s\","
        "\"volume\":\"%s\",\"quoteVolume\":\"%s\",\"openTime\":%" PRId64 ",\"closeTime\":%" PRId64
        ",\"firstId\":1,\"lastId\":1,\"count\":1}",
        words_price(item, market->open_24h_e12).text, words_price(item, market->high_24h_e12).text,
        words_price(item, market->low_24h_e12).text, words_size(item, market->volume_24h_e6).text,
        words_decimal(market->quote_volume_24h_e8, 8, 2).text, ms_of(market->time_us - US_PER_DAY),
        ms_of(market->time_us));
}

void handle_ticker_24h(struct call *call)
{
    symbols_write(call, day_write);
}

/* The house knows nobody's positions but the account's: a figure of the size that a market has, and a steady one. */
void handle_open_interest(struct call *call)
{
    int32_t instrument = 0;
    if (!call_symbol(call, &instrument)) {
        return;
    }
    const struct house_market *market = house_market(call->self->house, instrument);
    const struct instrument *item = item_of(call->self, instrument);
    answer_printf(call->answer, "{\"openInterest\":\"%s\",\"symbol\":\"%s\",\"time\":%" PRId64 "}",
                  words_size(item, market->volume_24h_e6).text, item->symbol,
                  ms_of(market->time_us));
}

static void
fundings_write(struct call *call, int32_t instrument, const struct span *span, int64_t *written)
{
    struct house_funding *rows = memory_zeros((size_t)span->limit, sizeof(*rows));
    int32_t count = house_fundings(call->self->house, instrument, span->from_us, span->to_us, rows,
                                   (int32_t)span->limit);
    for (int32_t i = 0; i < count && *written < span->limit; i++) {
        answer_printf(call->answer,
                      "%s{\"symbol\":\"%s\",\"fundingRate\":\"%s\",\"fundingTime\":%" PRId64
                      ",\"markPrice\":\"%s\",\"rateType\":\"Regular\"}",
                      *written > 0 ? "," : "", item_of(call->self, instrument)->symbol,
                      words_decimal(rows[i].rate_e16, 16, 8).text, ms_of(rows[i].time_us),
                      words_decimal(rows[i].mark_e12, 12, 8).text);
        ++*written;
    }
    free(rows);
}

void handle_funding_rate(struct call *call)
{
    int32_t instrument = 0;
    struct span span;
    if (!call_symbol_or_all(call, &instrument) ||
        !call_span(call, (struct whole){100, 1, 1000}, 0, &span)) {
        return;
    }
    int64_t written = 0;
    answer_printf(call->answer, "[");
    for (int32_t i = 0; i < house_instruments(call->self->house)->count; i++) {
        if (instrument == INSTRUMENT_NONE || instrument == i) {
            fundings_write(call, i, &span, &written);
        }
    }
    answer_printf(call->answer, "]");
}

/* Only symbols whose interval is another than eight hours. */
void handle_funding_info(struct call *call)
{
    int32_t written = 0;
    answer_printf(call->answer, "[");
    for (int32_t i = 0; i < house_instruments(call->self->house)->count; i++) {
        int64_t interval_us = house_market(call->self->house, i)->funding_interval_us;
        if (interval_us > 0 && interval_us != 8 * US_PER_HOUR) {
            answer_printf(call->answer,
                          "%s{\"symbol\":\"%s\",\"adjustedFundingRateCap\":\"0.02000000\","
                          "\"adjustedFundingRateFloor\":\"-0.02000000\","
                          "\"fundingIntervalHours\":%" PRId64 ",\"disclaimer\":false}",
                          written++ > 0 ? "," : "", item_of(call->self, i)->symbol,
                          (int64_t)(interval_us / US_PER_HOUR));
        }
    }
    answer_printf(call->answer, "]");
}
