#include "live/venues/binance/binance_market.h"

#include <string.h>

#include "live/venues/row.h"

int32_t binance_size_decimals(const struct instrument *item)
{
    int32_t decimals = 6;
    for (int64_t lot_e6 = item->lot_e6; decimals > 0 && lot_e6 % 10 == 0; lot_e6 /= 10) {
        decimals--;
    }
    return decimals;
}

static void
tick_give(struct binance_market *self, int32_t instrument, const struct tape_record *record)
{
    struct feed_record feed = {
        .kind = FEED_TICK, .instrument = instrument, .time_us = record->time_us};
    feed.tick.record = record;
    feed.tick.size_decimals = binance_size_decimals(&self->instruments->items[instrument]);
    struct news news = {
        .kind = NEWS_MARKET, .instrument = instrument, .received_ns = self->received_ns};
    news.market = &feed;
    self->sink.take(self->sink.self, &news);
}

static void feed_give(struct binance_market *self, const struct feed_record *feed)
{
    struct news news = {
        .kind = NEWS_MARKET, .instrument = feed->instrument, .received_ns = self->received_ns};
    news.market = feed;
    self->sink.take(self->sink.self, &news);
}

/* The out of the book that stands at its instrument's place. */
struct book_owner {
    struct binance_market *market;
    int32_t instrument;
};

static void book_take(void *owner, const struct tape_record *record)
{
    struct book_owner *at = owner;
    tick_give(at->market, at->instrument, record);
}

static void book_ask(struct binance_market *self, int32_t instrument)
{
    for (int32_t i = 0; i < self->ask_count; i++) {
        if (self->asks[i] == instrument) {
            return;
        }
    }
    self->asks[self->ask_count++] = instrument;
}

static const char *
book_answered(struct binance_market *self, int32_t instrument, enum book_answer answer)
{
    if (answer != BOOK_FINE) {
        book_ask(self, instrument);
    }
    return answer == BOOK_BAD ? "a level or an id of the book" : NULL;
}

void binance_market_init(struct binance_market *self,
                         const struct instruments *instruments,
                         const struct news_sink *sink)
{
    memset(self, 0, sizeof *self);
    self->instruments = instruments;
    self->sink = *sink;
}

void binance_market_release(struct binance_market *self)
{
    for (int32_t i = 0; i < INSTRUMENTS_MAX; i++) {
        book_off(&self->books[i]);
    }
}

void binance_market_resync(struct binance_market *self)
{
    self->ask_count = 0;
    for (int32_t i = 0; i < self->instruments->count; i++) {
        self->books[i].size_decimals = binance_size_decimals(&self->instruments->items[i]);
        book_wait(&self->books[i]);
        book_ask(self, i);
    }
}

/* ---- one event each ---- */

static struct tape_record record_begin(const struct binance_market *self, enum tape_kind kind)
{
    return (struct tape_record){
        .kind = (uint16_t)kind, .flags = TAPE_RECEIVED, .receive_ns = self->receive_ns};
}

static unsigned size_scale(const struct binance_market *self, int32_t instrument)
{
    return (unsigned)binance_size_decimals(&self->instruments->items[instrument]);
}

static const char *trade_message(struct binance_market *self, int32_t instrument, struct slice text)
{
    enum { ID, PRICE, SIZE, FIRST, LAST, TIME, MAKER, MEMBERS };
    static const char *const names[MEMBERS] = {"a", "p", "q", "f", "l", "T", "m"};
    struct row row;
    struct tape_record record = record_begin(self, TAPE_TRADE);
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    record.sequence = (uint64_t)json_row_decimal(&row, ID, 0);
    record.v[0] = json_row_decimal(&row, PRICE, 12);
    record.v[1] = json_row_decimal(&row, SIZE, size_scale(self, instrument));
    record.v[2] = json_row_decimal(&row, FIRST, 0);
    record.v[3] = json_row_decimal(&row, LAST, 0);
    record.time_us = json_row_time_us(&row, TIME);
    record.flags |= TAPE_AGGREGATE;
    record.flags |= json_row_flag(&row, MAKER) ? 0 : TAPE_BUY;
    if (row.bad == NULL &&
        (record.v[0] <= 0 || record.v[1] <= 0 || record.v[2] < 0 || record.v[3] < record.v[2])) {
        row.bad = names[PRICE];
    }
    if (row.bad == NULL) {
        tick_give(self, instrument, &record);
    }
    return row.bad;
}

static const char *quote_message(struct binance_market *self, int32_t instrument, struct slice text)
{
    enum { ID, BID, BID_SIZE, ASK, ASK_SIZE, TIME, MEMBERS };
    static const char *const names[MEMBERS] = {"u", "b", "B", "a", "A", "T"};
    struct row row;
    struct tape_record record = record_begin(self, TAPE_QUOTE);
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    record.sequence = (uint64_t)json_row_decimal(&row, ID, 0);
    record.v[0] = json_row_decimal(&row, BID, 12);
    record.v[1] = json_row_decimal(&row, BID_SIZE, size_scale(self, instrument));
    record.v[2] = json_row_decimal(&row, ASK, 12);
    record.v[3] = json_row_decimal(&row, ASK_SIZE, size_scale(self, instrument));
    record.time_us = json_row_time_us(&row, TIME);
    for (int i = 0; i < 4; i++) {
        row.bad = row.bad == NULL && record.v[i] < 0 ? names[BID + i] : row.bad;
    }
    if (row.bad == NULL) {
        tick_give(self, instrument, &record);
    }
    return row.bad;
}

static void settlement(struct binance_market *self, int32_t instrument, int64_t next_us)
{
    struct binance_coming *coming = &self->coming[instrument];
    if (coming->settles_us != 0 && next_us > coming->settles_us && coming->known) {
        struct feed_record feed = {
            .kind = FEED_FUNDING, .instrument = instrument, .time_us = coming->settles_us};
        feed.rate_e16 = coming->rate_e16;
        feed_give(self, &feed);
    }
}

static const char *mark_message(struct binance_market *self, int32_t instrument, struct slice text)
{
    enum { MARK, INDEX, RATE, NEXT, TIME, MEMBERS };
    static const char *const names[MEMBERS] = {"p", "i", "r", "T", "E"};
    struct row row;
    struct tape_record mark = record_begin(self, TAPE_MARK);
    struct tape_record index = record_begin(self, TAPE_INDEX);
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    bool known = json_row_has(&row, RATE) && row.values[RATE].length > 2;
    struct binance_coming coming = {.settles_us =
                                        json_row_has(&row, NEXT) ? json_row_time_us(&row, NEXT) : 0,
                                    .rate_e16 = json_row_decimal_if(&row, RATE, 16),
                                    .known = known};
    mark.v[0] = json_row_decimal(&row, MARK, 12);
    index.v[0] = json_row_decimal_if(&row, INDEX, 12);
    mark.time_us = json_row_time_us(&row, TIME);
    index.time_us = mark.time_us;
    if (row.bad == NULL && (mark.v[0] <= 0 || index.v[0] < 0)) {
        row.bad = names[MARK];
    }
    if (row.bad != NULL) {
        return row.bad;
    }
    settlement(self, instrument, coming.settles_us);
    self->coming[instrument] = coming;
    tick_give(self, instrument, &mark);
    if (index.v[0] > 0) {
        tick_give(self, instrument, &index);
    }
    return NULL;
}

static const char *kline_message(struct binance_market *self, int32_t instrument, struct slice text)
{
    enum { BEGIN, END, OPEN, HIGH, LOW, CLOSE, VOLUME, CLOSED, MEMBERS };
    static const char *const names[MEMBERS] = {"t", "T", "o", "h", "l", "c", "v", "x"};
    static const char *const outer[] = {"k"};
    struct row row;
    struct feed_record feed = {.kind = FEED_BAR, .instrument = instrument};
    if (!json_row_open(&row, text, outer, 1)) {
        return row.bad;
    }
    struct slice inside = row.values[0];
    if (!json_row_open(&row, inside, names, MEMBERS)) {
        return row.bad;
    }
    unsigned scale = size_scale(self, instrument);
    feed.time_us = json_row_time_us(&row, BEGIN);
    feed.bar = (struct feed_bar){.interval_us = json_row_time_us(&row, END) + 1000 - feed.time_us,
                                 .open_e12 = json_row_decimal(&row, OPEN, 12),
                                 .high_e12 = json_row_decimal(&row, HIGH, 12),
                                 .low_e12 = json_row_decimal(&row, LOW, 12),
                                 .close_e12 = json_row_decimal(&row, CLOSE, 12),
                                 .volume = json_row_decimal(&row, VOLUME, scale),
                                 .volume_exponent = (int32_t)scale};
    bool closed = json_row_flag(&row, CLOSED);
    const struct feed_bar *bar = &feed.bar;
    if (row.bad == NULL &&
        (bar->low_e12 <= 0 || bar->low_e12 > bar->open_e12 || bar->low_e12 > bar->close_e12 ||
         bar->high_e12 < bar->open_e12 || bar->high_e12 < bar->close_e12 || bar->volume < 0 ||
         bar->interval_us <= 0)) {
        row.bad = names[LOW];
    }
    if (row.bad == NULL && closed) {
        feed_give(self, &feed);
    }
    return row.bad;
}

static const char *depth_message(struct binance_market *self, int32_t instrument, struct slice text)
{
    struct book_owner owner = {self, instrument};
    self->books[instrument].out = (struct book_out){&owner, book_take};
    return book_answered(self, instrument,
                         book_message(&self->books[instrument], text, self->receive_ns));
}

const char *
binance_market_snapshot(struct binance_market *self, int32_t instrument, struct slice text)
{
    struct book_owner owner = {self, instrument};
    self->books[instrument].out = (struct book_out){&owner, book_take};
    return book_answered(self, instrument,
                         book_snapshot(&self->books[instrument], text, self->receive_ns));
}

/* ---- all ---- */

const char *binance_market_message(struct binance_market *self, struct slice text, bool *reply)
{
    enum { EVENT, SYMBOL, DATA, RESULT, ID, MEMBERS };
    static const char *const names[MEMBERS] = {"e", "s", "data", "result", "id"};
    static const struct {
        const char *event;
        const char *(*take)(struct binance_market *, int32_t, struct slice);
    } events[] = {{"aggTrade", trade_message},
                  {"bookTicker", quote_message},
                  {"depthUpdate", depth_message},
                  {"markPriceUpdate", mark_message},
                  {"kline", kline_message}};
    struct row row;
    char symbol[SYMBOL_BYTES];
    *reply = false;
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    if (!json_row_has(&row, EVENT) && json_row_has(&row, DATA)) { /* the combined form */
        text = row.values[DATA];
        if (!json_row_open(&row, text, names, MEMBERS)) {
            return row.bad;
        }
    }
    if (!json_row_has(&row, EVENT)) {
        *reply = row.values[ID].length > 0;
        return *reply && row.values[RESULT].length > 0 ? NULL : "result";
    }
    json_row_text(&row, SYMBOL, symbol, sizeof symbol);
    int32_t instrument = instruments_find(self->instruments, symbol);
    if (instrument == INSTRUMENT_NONE) {
        return names[SYMBOL];
    }
    for (size_t i = 0; i < ARRAY_COUNT(events); i++) {
        if (json_row_is(&row, EVENT, events[i].event)) {
            return events[i].take(self, instrument, text);
        }
    }
    return names[EVENT];
}
