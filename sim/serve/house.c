/* house.c - life and time: records as they come due, the exchange after them, timers of the market's own seconds. */
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "data/memory.h"
#include "sim/serve/house_private.h"

/* A price that moves by more than two to this power between two inputs is an error of the data (as in a backtest). */
enum { JUMP_SHIFT = 10, LIST_FIRST = 64, HOUSE_LEVERAGE = 20 };

void *house_list_add(struct house_list *self, size_t item_bytes)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? LIST_FIRST : 2 * self->capacity;
        self->items = memory_or_panic(realloc(self->items, (size_t)self->capacity * item_bytes));
    }
    void *item = (char *)self->items + (size_t)self->count * item_bytes;
    memset(item, 0, item_bytes);
    self->count++;
    return item;
}

void house_tell(struct house *self, const struct house_news *news)
{
    if (self->sink.news != NULL) {
        self->sink.news(self->sink.self, news);
    }
}

void house_drain(struct house *self)
{
    struct event event;
    while (exchange_next(self->exchange, self->now_us, &event)) {
        event_take(self, &event);
    }
}

/* ---- records ---- */

static void fetch(struct house *self)
{
    self->more = !self->failed && inputs_next(&self->inputs, &self->record);
    if (!self->more && !self->failed) {
        self->failed = inputs_failed(&self->inputs, &self->error);
    }
}

static bool jumps(int64_t from_e12, int64_t to_e12)
{
    return from_e12 >> JUMP_SHIFT > to_e12 || to_e12 >> JUMP_SHIFT > from_e12;
}

/* False: the prices are not this market's, and the data end here. */
static bool price_follows(struct house *self, int64_t low_e12, int64_t high_e12, int64_t last_e12)
{
    const struct feed_record *record = &self->record;
    struct house_listing *listing = &self->listings[record->instrument];
    int64_t from_e12 = listing->jumped ? listing->jump_e12 : last_e12;
    if (jumps(from_e12, low_e12) || jumps(from_e12, high_e12)) {
        self->failed = true;
        self->more = false;
        return error_set(&self->error, EXIT_CODE_DATA, self->market_name, 0,
                         "the price of %s moves a thousandfold from one record to the next: the "
                         "data are of two markets, take one of them out",
                         house_item(self, record->instrument)->symbol);
    }
    listing->jumped = true;
    listing->jump_e12 = last_e12;
    return true;
}

static void take_bar(struct house *self)
{
    const struct feed_record *record = &self->record;
    const struct feed_bar *given = &record->bar;
    const struct exchange_bar bar = {
        .open_time_us = record->time_us,
        .interval_us = given->interval_us,
        .open_e12 = given->open_e12,
        .high_e12 = given->high_e12,
        .low_e12 = given->low_e12,
        .close_e12 = given->close_e12,
        .volume = given->volume,
        .volume_exponent = given->volume_exponent,
    };
    if (!price_follows(self, bar.low_e12, bar.high_e12, bar.close_e12)) {
        return;
    }
    if (record->kind == FEED_BAR) {
        exchange_bar(self->exchange, record->instrument, &bar);
        market_bar(self, record->instrument, &bar);
    } else {
        exchange_mark_bar(self->exchange, record->instrument, &bar);
        market_mark_bar(self, record->instrument, &bar);
    }
}

static void take_tick(struct house *self)
{
    const struct feed_record *record = &self->record;
    const struct tape_record *row = record->tick.record;
    bool priced = row->kind == TAPE_TRADE || row->kind == TAPE_MARK;
    if (priced && row->v[0] > 0 && !price_follows(self, row->v[0], row->v[0], row->v[0])) {
        return;
    }
    exchange_tick(self->exchange, record->instrument, row, record->tick.size_decimals);
    market_tick(self, record->instrument, &record->tick);
}

static void take_record(struct house *self)
{
    const struct feed_record *record = &self->record;
    switch (record->kind) {
    case FEED_BAR:
    case FEED_MARK: take_bar(self); break;
    case FEED_FUNDING:
        exchange_funding(self->exchange, record->instrument, record->time_us, record->rate_e16);
        self->listings[record->instrument].funding_index++;
        break;
    case FEED_TICK: take_tick(self); break;
    case FEED_SYMBOL_END: market_end(self, record->instrument); break;
    case FEED_FINISH:
        break; /* the last prices stand for as long as the exchange takes orders at them */
    case FEED_START:
    case FEED_PRICE:
    case FEED_SIGNAL:
    case FEED_COVERS:
    case FEED_CLOCK: CHECK(record->kind == FEED_FINISH); break;
    }
    fetch(self);
}

/* ---- opening ---- */

static bool take_cover(struct house *self)
{
    const struct feed_cover *cover = &self->record.cover;
    struct house_listing *listing = &self->listings[self->record.instrument];
    listing->has_trades |= cover->fidelity == FIDELITY_TRADES;
    listing->has_quotes |= cover->fidelity == FIDELITY_QUOTES;
    if (cover->first_us < listing->covers_first_us) {
        listing->covers_first_us = cover->first_us;
    }
    if (cover->last_us > listing->covers_last_us) {
        listing->covers_last_us = cover->last_us;
    }
    if (cover->fidelity == FIDELITY_DEPTH && !listing->has_depth) {
        listing->has_depth =
            depth_allocate(&listing->depth, house_item(self, self->record.instrument)->tick_e12);
        if (!listing->has_depth) {
            return false;
        }
    }
    return exchange_covers(self->exchange, self->record.instrument, cover->fidelity,
                           cover->first_us, cover->last_us);
}

static bool take_foreword(struct house *self)
{
    fetch(self);
    for (; self->more && feed_kind_foreword(self->record.kind); fetch(self)) {
        if (self->record.kind == FEED_CLOCK) {
            exchange_clock_offset(self->exchange, self->record.offset_ns);
        } else if (!take_cover(self)) {
            return false;
        }
    }
    return true;
}

static void listing_init(struct house *self, int32_t instrument)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct market_symbol *symbol = &self->load->market.symbols[instrument];
    path_init(&listing->path, listing->records, listing->marks, HOUSE_BARS_KEPT);
    listing->covers_first_us = INSTANT_NEVER;
    listing->covers_last_us = INT64_MIN;
    listing->countdown_us = INSTANT_NEVER;
    if (symbol->bars_facts.count > 0) {
        int64_t interval_us = symbol->bars_facts.interval_us;
        listing->interval_us = interval_us % US_PER_MINUTE == 0 ? US_PER_MINUTE : interval_us;
    } else if (symbol->ticks.of[MARKET_TRADES].count > 0 ||
               symbol->ticks.of[MARKET_QUOTES].count > 0 ||
               symbol->ticks.of[MARKET_DEPTH].count > 0) {
        listing->interval_us = US_PER_MINUTE;
    }
}

/* The wire has latencies of its own: the exchange's have none. */
static void settle_settings(struct house *self, const struct house_options *options)
{
    const struct simulation *simulation = &self->load->simulation;
    self->settings = simulation->exchange;
    self->settings.latency_model = LATENCY_CONSTANT;
    self->settings.latency_feed = 0;
    self->settings.latency_order = 0;
    self->settings.latency_response = 0;
    if (options->spread_e9 > 0) {
        self->settings.spread = (options->spread_e9 + 1) / 2;
    }
    self->conditions = simulation->conditions;
    self->conditions.latency = NULL;
}

static bool open_parts(struct house *self)
{
    struct load *load = self->load;
    bool cross = load->simulation.settings.margin_cross == MARGIN_CROSS;
    self->listings = calloc((size_t)self->instruments->count, sizeof(*self->listings));
    self->exchange = exchange_new(self->instruments, &self->settings, cross);
    if (self->listings == NULL || self->exchange == NULL ||
        !inputs_open(&self->inputs, &load->market, &load->signals, 0)) {
        return false;
    }
    exchange_conditions(self->exchange, &self->conditions);
    self->venue = exchange_venue(self->exchange);
    account_init(&self->account, self->instruments, cross);
    queue_init(&self->points, self->instruments->count);
    for (int32_t i = 0; i < self->instruments->count; i++) {
        listing_init(self, i);
    }
    return take_foreword(self);
}

static bool refuse(const struct load *load, struct error *error)
{
    if (load->simulation.exchange.hedge_mode != 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "sim.hedge_mode is not offered by a served market: take it out");
    }
    if (load->signals.count > 0 || load->market.instruments->count == 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "a served market has symbols and no signals: name a --market alone");
    }
    return true;
}

/* A new account of Binance has 20x everywhere, or what the first bracket allows. */
static void open_account(struct house *self)
{
    for (int32_t i = 0; i < self->instruments->count; i++) {
        int32_t most = instrument_tiers(self->instruments, house_item(self, i))->leverage_max;
        const struct action_leverage first = {most < HOUSE_LEVERAGE ? most : HOUSE_LEVERAGE,
                                              MARGIN_ISOLATED};
        self->listings[i].leverage = first.leverage;
        self->venue.leverage(self->venue.self, self->first_us, i, &first);
    }
    (void)exchange_transfer(self->exchange, self->first_us, self->settings.starting_balance);
    house_drain(self);
}

struct house *house_new(struct load *load,
                        const struct house_options *options,
                        const struct house_sink *sink,
                        struct error *error)
{
    if (!refuse(load, error)) {
        return NULL;
    }
    struct house *self = calloc(1, sizeof(*self));
    if (self != NULL) {
        self->load = load;
        self->market_name = options->market_name;
        self->instruments = load->market.instruments;
        self->sink = *sink;
        error_init(&self->error);
        settle_settings(self, options);
    }
    if (self == NULL || !open_parts(self)) {
        house_free(self);
        (void)error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                        "out of memory: free some and run again");
        return NULL;
    }
    self->first_us = self->inputs.start_us;
    self->now_us = self->first_us;
    self->second_us = instant_next(self->first_us - 1, US_PER_SECOND);
    open_account(self);
    house_advance(self, self->now_us); /* what comes next lies ahead */
    return self;
}

void house_free(struct house *self)
{
    if (self == NULL) {
        return;
    }
    for (int32_t i = 0; self->listings != NULL && i < self->instruments->count; i++) {
        struct house_listing *listing = &self->listings[i];
        free(listing->candles);
        free(listing->trades);
        free(listing->fundings.items);
        book_release(listing);
    }
    struct house_list *lists[] = {&self->orders,    &self->plain, &self->conditionals,
                                  &self->asked_ids, &self->open,  &self->trades,
                                  &self->income};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        free(lists[i]->items);
    }
    inputs_close(&self->inputs);
    exchange_free(self->exchange);
    free(self->listings);
    free(self);
}

/* ---- time ---- */

const struct instruments *house_instruments(const struct house *self)
{
    return self->instruments;
}

int64_t house_first_us(const struct house *self)
{
    return self->first_us;
}

int64_t house_now_us(const struct house *self)
{
    return self->now_us;
}

bool house_failed(const struct house *self, struct error *error)
{
    if (self->failed) {
        *error = self->error;
    }
    return self->failed;
}

int64_t house_next_us(const struct house *self)
{
    if (!self->more) {
        return INSTANT_NEVER;
    }
    int64_t next_us = fixed_smaller(self->record.time_us, queue_time(&self->points));
    return fixed_smaller(fixed_smaller(next_us, self->second_us),
                         exchange_next_time(self->exchange));
}

/* Behind the end of the data orders may still be cancelled, by hand and by countdown. */
static int64_t due_us(const struct house *self)
{
    int64_t due_us = exchange_next_time(self->exchange);
    if (self->more) {
        due_us = fixed_smaller(due_us, self->record.time_us);
        due_us = fixed_smaller(due_us, self->second_us);
    }
    due_us = fixed_smaller(due_us, queue_time(&self->points));
    for (int32_t i = 0; i < self->instruments->count; i++) {
        due_us = fixed_smaller(due_us, self->listings[i].countdown_us);
    }
    return due_us > self->now_us ? due_us : self->now_us;
}

static void run_countdowns(struct house *self)
{
    for (int32_t i = 0; i < self->instruments->count; i++) {
        if (self->listings[i].countdown_us <= self->now_us) {
            self->listings[i].countdown_us = INSTANT_NEVER;
            (void)house_cancel_all(self, i, false);
        }
    }
}

static bool due_now(const struct house *self)
{
    return (self->more && self->record.time_us <= self->now_us) ||
           queue_time(&self->points) <= self->now_us ||
           exchange_next_time(self->exchange) <= self->now_us;
}

/* One instant: points and records, what the exchange makes of them, timers. */
static void advance_to(struct house *self, int64_t time_us)
{
    self->now_us = time_us;
    while (due_now(self)) {
        while (self->more && self->record.time_us <= self->now_us) {
            take_record(self);
        }
        market_points(self);
        house_drain(self);
        market_orient(self);
    }
    run_countdowns(self);
    if (self->second_us <= self->now_us) {
        market_second(self);
        self->second_us = instant_next(self->now_us, US_PER_SECOND);
    }
}

void house_advance(struct house *self, int64_t until_us)
{
    CHECK(until_us >= self->now_us);

    for (int64_t due = due_us(self); due <= until_us && due != INSTANT_NEVER; due = due_us(self)) {
        advance_to(self, due);
    }
    self->now_us = until_us;
}
