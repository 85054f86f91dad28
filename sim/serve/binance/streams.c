/* streams.c - market streams (PROTOCOLS A10, A11): payload letters, cadences in market time, faults of ticks and of the book. */
#include <inttypes.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"
#include "sim/serve/binance/sockets.h"

enum { CADENCES = 3, WINDOW_LEVELS = 8192 };
static const int64_t CADENCE_US[CADENCES] = {100 * US_PER_MS, 250 * US_PER_MS, 500 * US_PER_MS};

/* Changes of one book since the last message of one cadence. */
struct depth_window {
    bool open;
    int64_t since_us;
    uint64_t first_id, last_id, told_id; /* told: last id of the message before */
    int32_t counts[2];
    struct house_level levels[2][WINDOW_LEVELS];
};

struct depth_windows {
    struct depth_window cadence[CADENCES];
};

/* Update ids as the dialect shows them (binance.h). */
static uint64_t shown(uint64_t house_id)
{
    return house_id * 2;
}

static struct server_answer *begin(struct binance *self)
{
    self->event.length = 0;
    return &self->event;
}

static const char *flag(bool value)
{
    return value ? "true" : "false";
}

/* F43: a price that nobody traded, in the stream alone. */
static int64_t tick_price(struct binance *self, int64_t price_e12)
{
    if (!strikes(self, FAULT_BAD_TICK, NULL)) {
        return price_e12;
    }
    switch (faults_dice(server_faults(self->server), 3)) {
    case 0: return price_e12 > INT64_MAX / 10 ? price_e12 : price_e12 * 10;
    case 1: return 0;
    default: return price_e12 / 10;
    }
}

/* ---- trades ---- */

static void told_aggregate(void *context, int32_t instrument, const struct aggregate *aggregate)
{
    struct binance *self = context;
    const struct instrument *item = item_of(self, instrument);
    if (!sockets_want(self, STREAM_AGG_TRADE, instrument, 0)) {
        return;
    }
    answer_printf(begin(self),
                  "{\"e\":\"aggTrade\",\"E\":%" PRId64 ",\"s\":\"%s\",\"a\":%" PRId64
                  ",\"p\":\"%s\",\"q\":\"%s\",\"nq\":\"%s\",\"f\":%" PRIu64 ",\"l\":%" PRIu64
                  ",\"T\":%" PRId64 ",\"m\":%s}",
                  ms_of(house_now_us(self->house)), item->symbol, aggregate->id,
                  words_price(item, tick_price(self, aggregate->price_e12)).text,
                  words_size(item, aggregate->size_e6).text,
                  words_size(item, aggregate->size_e6).text, aggregate->first_id,
                  aggregate->last_id, ms_of(aggregate->last_us), flag(aggregate->buyer_is_maker));
    sockets_publish(self, STREAM_AGG_TRADE, instrument, 0);
}

static struct aggregate_sink sink_of(struct binance *self)
{
    return (struct aggregate_sink){.self = self, .told = told_aggregate};
}

static void on_trade(struct binance *self, const struct house_news *news)
{
    const struct instrument *item = item_of(self, news->instrument);
    struct aggregate_sink sink = sink_of(self);
    aggregates_trade(self->aggregates, news, &sink);
    if (!sockets_want(self, STREAM_TRADE, news->instrument, 0)) {
        return;
    }
    answer_printf(begin(self),
                  "{\"e\":\"trade\",\"E\":%" PRId64 ",\"T\":%" PRId64 ",\"s\":\"%s\",\"t\":%" PRIu64
                  ",\"p\":\"%s\",\"q\":\"%s\",\"X\":\"MARKET\",\"m\":%s}",
                  ms_of(news->time_us), ms_of(news->time_us), item->symbol, news->trade.id,
                  words_price(item, tick_price(self, news->trade.price_e12)).text,
                  words_size(item, news->trade.size_e6).text, flag(news->trade.buyer_is_maker));
    sockets_publish(self, STREAM_TRADE, news->instrument, 0);
}

static void on_quote(struct binance *self, const struct house_news *news)
{
    const struct instrument *item = item_of(self, news->instrument);
    if (!sockets_want(self, STREAM_BOOK_TICKER, news->instrument, 0) &&
        !sockets_want(self, STREAM_BOOK_TICKER_ALL, news->instrument, 0)) {
        return;
    }
    answer_printf(
        begin(self),
        "{\"e\":\"bookTicker\",\"u\":%" PRIu64
        ",\"s\":\"%s\",\"b\":\"%s\",\"B\":\"%s\",\"a\":\"%s\",\"A\":\"%s\",\"T\":%" PRId64
        ",\"E\":%" PRId64 "}",
        shown(news->quote.update_id), item->symbol,
        words_price(item, tick_price(self, news->quote.bid_e12)).text,
        words_size(item, news->quote.bid_e6).text, words_price(item, news->quote.ask_e12).text,
        words_size(item, news->quote.ask_e6).text, ms_of(news->time_us), ms_of(news->time_us));
    sockets_publish(self, STREAM_BOOK_TICKER, news->instrument, 0);
    sockets_publish(self, STREAM_BOOK_TICKER_ALL, news->instrument, 0);
}

/* ---- marks ---- */

static void mark_write(struct binance *self, int32_t instrument, int64_t time_us)
{
    const struct instrument *item = item_of(self, instrument);
    const struct house_market *market = house_market(self->house, instrument);
    answer_printf(
        &self->event,
        "{\"e\":\"markPriceUpdate\",\"E\":%" PRId64
        ",\"s\":\"%s\",\"p\":\"%s\",\"ap\":\"%s\",\"P\":\"%s\",\"i\":\"%s\",\"r\":\"%s\",\"T\":"
        "%" PRId64 "}",
        ms_of(time_us), item->symbol, words_decimal(market->mark_e12, 12, 8).text,
        words_decimal(market->mark_e12, 12, 8).text, words_decimal(market->mark_e12, 12, 8).text,
        words_decimal(market->index_e12, 12, 8).text,
        words_decimal(market->funding_rate_e16, 16, 8).text, ms_of(market->next_funding_us));
}

static void on_mark(struct binance *self, const struct house_news *news)
{
    bool third = news->time_us / US_PER_SECOND % 3 == 0;
    if (sockets_want(self, STREAM_MARK, news->instrument, 0)) {
        (void)begin(self);
        mark_write(self, news->instrument, news->time_us);
        sockets_publish(self, STREAM_MARK, news->instrument, US_PER_SECOND);
    }
    if (third && sockets_want(self, STREAM_MARK, news->instrument, 3 * US_PER_SECOND)) {
        sockets_publish(self, STREAM_MARK, news->instrument, 3 * US_PER_SECOND);
    }
    if (!sockets_want(self, STREAM_MARK_ALL, news->instrument, 0)) {
        return;
    }
    /* Once a second, with the first symbol's mark, all of them. */
    for (int32_t at = 0; at < news->instrument; at++) {
        if (house_market(self->house, at)->mark_e12 > 0) {
            return;
        }
    }
    answer_printf(begin(self), "[");
    for (int32_t at = news->instrument; at < house_instruments(self->house)->count; at++) {
        if (house_market(self->house, at)->mark_e12 > 0) {
            answer_printf(&self->event, "%s", at == news->instrument ? "" : ",");
            mark_write(self, at, news->time_us);
        }
    }
    answer_printf(&self->event, "]");
    sockets_publish(self, STREAM_MARK_ALL, news->instrument, US_PER_SECOND);
    if (third) {
        sockets_publish(self, STREAM_MARK_ALL, news->instrument, 3 * US_PER_SECOND);
    }
}

/* ---- candles and day figures ---- */

static void candle_publish(struct binance *self,
                           int32_t instrument,
                           const struct house_candle *candle,
                           int64_t time_us)
{
    const struct instrument *item = item_of(self, instrument);
    answer_printf(begin(self),
                  "{\"e\":\"kline\",\"E\":%" PRId64 ",\"s\":\"%s\",\"k\":{\"t\":%" PRId64
                  ",\"T\":%" PRId64 ",\"s\":\"%s\",\"i\":\"%s\",\"f\":-1,\"L\":-1,",
                  ms_of(time_us), item->symbol, ms_of(candle->open_us),
                  ms_of(candle->open_us + candle->interval_us) - 1, item->symbol,
                  interval_word(candle->interval_us));
    answer_printf(&self->event,
                  "\"o\":\"%s\",\"c\":\"%s\",\"h\":\"%s\",\"l\":\"%s\",\"v\":\"%s\",\"n\":%" PRId64
                  ",\"x\":%s,\"q\":\"%s\",\"V\":\"%s\",\"Q\":\"%s\",\"B\":\"0\"}}",
                  words_price(item, candle->open_e12).text,
                  words_price(item, candle->close_e12).text,
                  words_price(item, candle->high_e12).text, words_price(item, candle->low_e12).text,
                  words_size(item, candle->volume_e6).text, candle->trades, flag(candle->closed),
                  words_decimal(candle->quote_volume_e8, 8, 5).text,
                  words_size(item, candle->volume_e6 / 2).text,
                  words_decimal(candle->quote_volume_e8 / 2, 8, 5).text);
    sockets_publish(self, STREAM_KLINE, instrument, candle->interval_us);
}

static void on_candle(struct binance *self, const struct house_news *news)
{
    static const int64_t longer[] = {3, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440};
    if (sockets_want(self, STREAM_KLINE, news->instrument, news->candle->interval_us)) {
        candle_publish(self, news->instrument, news->candle, news->time_us);
    }
    for (size_t at = 0; at < ARRAY_COUNT(longer); at++) {
        struct house_candle candle;
        int64_t step_us = longer[at] * US_PER_MINUTE;
        if (sockets_want(self, STREAM_KLINE, news->instrument, step_us) &&
            house_candles(self->house, news->instrument, step_us, 0, INT64_MAX, &candle, 1) == 1) {
            candle.closed = candle.closed && news->candle->closed;
            candle_publish(self, news->instrument, &candle, news->time_us);
        }
    }
}

static void day_publish(struct binance *self, int32_t instrument, int64_t time_us)
{
    const struct instrument *item = item_of(self, instrument);
    if (!sockets_want(self, STREAM_TICKER, instrument, 0) &&
        !sockets_want(self, STREAM_MINI_TICKER, instrument, 0)) {
        return;
    }
    const struct house_market *market = house_market(self->house, instrument);
    struct day day = day_of(market);
    answer_printf(
        begin(self),
        "{\"e\":\"24hrTicker\",\"E\":%" PRId64
        ",\"s\":\"%s\",\"p\":\"%s\",\"P\":\"%s\",\"w\":\"%s\",\"c\":\"%s\",\"Q\":\"0\",\"o\":\"%"
        "s\",\"h\":\"%s\",\"l\":\"%s\",\"v\":\"%s\",\"q\":\"%s\",\"O\":%" PRId64 ",\"C\":%" PRId64
        ",\"F\":0,\"L\":0,\"n\":0}",
        ms_of(time_us), item->symbol, words_price(item, day.change_e12).text,
        words_decimal(day.change_percent_e3, 3, 3).text, words_price(item, day.average_e12).text,
        words_price(item, market->last_e12).text, words_price(item, market->open_24h_e12).text,
        words_price(item, market->high_24h_e12).text, words_price(item, market->low_24h_e12).text,
        words_size(item, market->volume_24h_e6).text,
        words_decimal(market->quote_volume_24h_e8, 8, 2).text, ms_of(time_us - US_PER_DAY),
        ms_of(time_us));
    sockets_publish(self, STREAM_TICKER, instrument, 0);
    answer_printf(
        begin(self),
        "{\"e\":\"24hrMiniTicker\",\"E\":%" PRId64 ",\"s\":\"%s\",\"c\":\"%s\",\"o\":\"%s\",\"h\":"
        "\"%s\",\"l\":\"%s\",\"v\":\"%s\",\"q\":\"%s\"}",
        ms_of(time_us), item->symbol, words_price(item, market->last_e12).text,
        words_price(item, market->open_24h_e12).text, words_price(item, market->high_24h_e12).text,
        words_price(item, market->low_24h_e12).text, words_size(item, market->volume_24h_e6).text,
        words_decimal(market->quote_volume_24h_e8, 8, 2).text);
    sockets_publish(self, STREAM_MINI_TICKER, instrument, 0);
}

/* ---- the book ---- */

static struct depth_windows *windows_of(struct binance *self, int32_t instrument)
{
    if (self->windows[instrument] == NULL) {
        self->windows[instrument] = memory_zeros(1, sizeof(struct depth_windows));
    }
    return self->windows[instrument];
}

/* The newest change of each price alone is told. */
static void side_write(struct binance *self,
                       const struct instrument *item,
                       const char *name,
                       const struct house_level *levels,
                       int32_t count)
{
    bool first = true;
    answer_printf(&self->event, "\"%s\":[", name);
    for (int32_t at = 0; at < count; at++) {
        bool newer = false;
        for (int32_t later = at + 1; later < count && !newer; later++) {
            newer = levels[later].price_e12 == levels[at].price_e12;
        }
        if (!newer) {
            answer_printf(&self->event, "%s[\"%s\",\"%s\"]", first ? "" : ",",
                          words_price(item, levels[at].price_e12).text,
                          words_size(item, levels[at].size_e6).text);
            first = false;
        }
    }
    answer_printf(&self->event, "]");
}

static void
window_tell(struct binance *self, int32_t instrument, struct depth_window *window, int64_t step_us)
{
    const struct instrument *item = item_of(self, instrument);
    uint64_t told_id = window->told_id;
    window->told_id = window->last_id;
    window->open = false;
    if (!sockets_want(self, STREAM_DEPTH, instrument, step_us) ||
        strikes(self, FAULT_DEPTH_GAP, NULL)) {
        return;
    }
    answer_printf(begin(self),
                  "{\"e\":\"depthUpdate\",\"E\":%" PRId64 ",\"T\":%" PRId64
                  ",\"s\":\"%s\",\"U\":%" PRIu64 ",\"u\":%" PRIu64 ",\"pu\":%" PRIu64 ",",
                  ms_of(house_now_us(self->house)), ms_of(window->since_us), item->symbol,
                  window->first_id, window->last_id, told_id);
    side_write(self, item, "b", window->levels[SIDE_BUY], window->counts[SIDE_BUY]);
    answer_printf(&self->event, ",");
    side_write(self, item, "a", window->levels[SIDE_SELL], window->counts[SIDE_SELL]);
    answer_printf(&self->event, "}");
    sockets_publish(self, STREAM_DEPTH, instrument, step_us);
}

static void partial_write(struct binance *self, const struct stream *stream)
{
    const struct instrument *item = item_of(self, stream->instrument);
    struct house_book *book = memory_zeros(1, sizeof(*book));
    house_book(self->house, stream->instrument, stream->levels, book);
    answer_printf(begin(self),
                  "{\"e\":\"depthUpdate\",\"E\":%" PRId64 ",\"T\":%" PRId64
                  ",\"s\":\"%s\",\"U\":%" PRIu64 ",\"u\":%" PRIu64 ",\"pu\":%" PRIu64 ",",
                  ms_of(house_now_us(self->house)), ms_of(book->time_us), item->symbol,
                  shown(book->update_id) - 1, shown(book->update_id), shown(book->update_id) - 2);
    side_write(self, item, "b", book->bid, book->bids);
    answer_printf(&self->event, ",");
    side_write(self, item, "a", book->ask, book->asks);
    answer_printf(&self->event, "}");
    free(book);
}

/* Names differ by their levels: each to its own. */
static void partial_tell(struct binance *self, int32_t instrument, int64_t step_us)
{
    for (const struct socket *socket = self->sockets; socket != NULL; socket = socket->next) {
        for (int32_t at = 0; at < socket->count; at++) {
            const struct stream *stream = &socket->streams[at];
            if (stream->kind != STREAM_PARTIAL || stream->instrument != instrument ||
                stream->step_us != step_us) {
                continue;
            }
            partial_write(self, stream);
            sockets_send(self, socket, stream, false);
        }
    }
}

static void window_add(struct depth_window *window,
                       enum side side,
                       const struct house_level *levels,
                       int32_t count)
{
    for (int32_t at = 0; at < count && window->counts[side] < WINDOW_LEVELS; at++) {
        window->levels[side][window->counts[side]++] = levels[at];
    }
}

static void on_depth(struct binance *self, const struct house_news *news)
{
    struct depth_windows *windows = windows_of(self, news->instrument);
    for (int32_t at = 0; at < CADENCES; at++) {
        struct depth_window *window = &windows->cadence[at];
        bool full = window->counts[0] + news->depth.bids > WINDOW_LEVELS ||
                    window->counts[1] + news->depth.asks > WINDOW_LEVELS;
        if (window->open && full) {
            window_tell(self, news->instrument, window, CADENCE_US[at]);
        }
        if (!window->open) {
            window->open = true;
            window->since_us = news->time_us;
            /* One below: a snapshot (2n + 1) between two messages lies inside the second. */
            window->first_id = shown(news->depth.first_id) - 1;
            window->counts[0] = window->counts[1] = 0;
            /* A book that began anew leaves a gap for who keeps one. */
            window->told_id = shown(news->depth.previous_id);
        }
        window->last_id = shown(news->depth.last_id);
        window_add(window, SIDE_BUY, news->depth.bid, news->depth.bids);
        window_add(window, SIDE_SELL, news->depth.ask, news->depth.asks);
    }
}

/* ---- the whole ---- */

void streams_news(struct binance *self, const struct house_news *news)
{
    switch (news->kind) {
    case HOUSE_NEWS_TRADE: on_trade(self, news); break;
    case HOUSE_NEWS_QUOTE: on_quote(self, news); break;
    case HOUSE_NEWS_DEPTH: on_depth(self, news); break;
    case HOUSE_NEWS_MARK:
        on_mark(self, news);
        day_publish(self, news->instrument, news->time_us);
        break;
    case HOUSE_NEWS_CANDLE: on_candle(self, news); break;
    case HOUSE_NEWS_ORDER:
    case HOUSE_NEWS_ACCOUNT:
    case HOUSE_NEWS_SETTING: break;
    }
}

void streams_until(struct binance *self, int64_t now_us)
{
    struct aggregate_sink sink = sink_of(self);
    aggregates_until(self->aggregates, now_us, &sink);
    for (int32_t instrument = 0; instrument < house_instruments(self->house)->count; instrument++) {
        struct depth_windows *windows = self->windows[instrument];
        for (int32_t at = 0; windows != NULL && at < CADENCES; at++) {
            struct depth_window *window = &windows->cadence[at];
            if (window->open && now_us - window->since_us >= CADENCE_US[at]) {
                window_tell(self, instrument, window, CADENCE_US[at]);
                partial_tell(self, instrument, CADENCE_US[at]);
            }
        }
    }
}

void streams_free(struct binance *self)
{
    for (int32_t at = 0; at < INSTRUMENTS_MAX; at++) {
        free(self->windows[at]);
    }
}

void streams_forced(struct binance *self, const struct house_order *order, int64_t time_us)
{
    const struct instrument *item = item_of(self, order->instrument);
    answer_printf(
        begin(self),
        "{\"e\":\"forceOrder\",\"E\":%" PRId64
        ",\"o\":{\"s\":\"%s\",\"S\":\"%s\",\"o\":\"LIMIT\",\"f\":\"IOC\",\"q\":\"%s\",\"p\":\"%s\","
        "\"ap\":\"%s\",\"X\":\"FILLED\",\"l\":\"%s\",\"z\":\"%s\",\"T\":%" PRId64 "}}",
        ms_of(time_us), item->symbol, side_word(order->place.side),
        words_size(item, order->place.size_e6).text, words_price(item, order->place.price_e12).text,
        words_average(item, order).text, words_size(item, order->filled_e6).text,
        words_size(item, order->filled_e6).text, ms_of(time_us));
    sockets_publish(self, STREAM_FORCED, order->instrument, 0);
    sockets_publish(self, STREAM_FORCED_ALL, order->instrument, 0);
}

void streams_rules(struct binance *self, int32_t instrument, int64_t time_us)
{
    const struct instrument *item = item_of(self, instrument);
    answer_printf(begin(self),
                  "{\"e\":\"contractInfo\",\"E\":%" PRId64
                  ",\"s\":\"%s\",\"ps\":\"%s\",\"ct\":\"PERPETUAL\",\"dt\":4133404800000,\"ot\":0,"
                  "\"cs\":\"TRADING\"}",
                  ms_of(time_us), item->symbol, item->symbol);
    sockets_publish(self, STREAM_CONTRACT_INFO, instrument, 0);
}
