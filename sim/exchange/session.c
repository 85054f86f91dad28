/* session.c - inputs in, in their order, and everything between them happens. */
#include "sim/exchange/session.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"

/* After the end of the data messages still travel and refused exits are retried: this long and some round trips, then what
 * is open stays. */
#define SETTLE_US (10 * US_PER_MINUTE)
enum { SETTLE_TRIPS = 4 };
/* After a shutdown, which does not wait for what may never come. */
#define SHUT_DOWN_US (10 * US_PER_SECOND)
/* A price that moves by more than two to this power between two inputs is an error of the data. */
enum { JUMP_SHIFT = 10 };

/* ---- the feed of the runner: exchange, then operator; the runner adds the core's timers ---- */

static enum feed_status session_next(void *self, int64_t deadline_us, struct event *out)
{
    struct session *session = self;
    int64_t command_us = operator_next_time(&session->operator_model);
    int64_t bound_us = command_us < deadline_us ? command_us : deadline_us;
    if (exchange_next(session->exchange, bound_us, out)) {
        return FEED_EVENT;
    }
    if (command_us > deadline_us) {
        return FEED_WAIT;
    }
    return operator_next(&session->operator_model, deadline_us, out) ? FEED_EVENT : FEED_WAIT;
}

bool session_init(struct session *self,
                  const struct instruments *instruments,
                  const struct settings *settings,
                  const struct exchange_settings *exchange_settings,
                  const struct store_port *store)
{
    memset(self, 0, sizeof(*self));
    self->settings = exchange_settings;
    self->engine = malloc(sizeof(*self->engine));
    struct actions *actions = malloc(sizeof(*actions));
    self->exchange =
        exchange_new(instruments, exchange_settings, settings->margin_cross == MARGIN_CROSS);
    if (self->engine == NULL || actions == NULL || self->exchange == NULL) {
        free(actions);
        session_release(self);
        return false;
    }
    engine_init(self->engine, settings, instruments, 1);
    operator_init(&self->operator_model, self->engine, exchange_settings);
    struct venue_port venue = exchange_venue(self->exchange);
    struct feed_port feed = {.self = self, .next = session_next};
    runner_init(&self->runner, self->engine, actions, &venue, store, &feed);

    return true;
}

void session_conditions(struct session *self, const struct exchange_conditions *conditions)
{
    exchange_conditions(self->exchange, conditions);
}

void session_release(struct session *self)
{
    exchange_free(self->exchange);
    free(self->runner.actions);
    free(self->engine);
    memset(self, 0, sizeof(*self));
}

/* The law of treasury.h, where the two books were just found equal. */
static void session_count_money(struct session *self)
{
    if (!self->failed && self->compared != self->runner.comparisons) {
        self->compared = self->runner.comparisons;
        self->money_e8 = exchange_difference_e8(self->exchange);
        self->failed = self->money_e8 != 0;
    }
}

static void session_compare(struct session *self)
{
    if (!self->failed) {
        self->failed = runner_compare(&self->runner, self->now_us) == RUNNER_BOOKS_DIFFER;
        session_count_money(self);
    }
}

/* Everything up to and including until_us happens. */
static void session_advance(struct session *self, int64_t until_us)
{
    while (!self->failed) {
        enum runner_status status = runner_turn(&self->runner, until_us);
        self->failed = status == RUNNER_BOOKS_DIFFER;
        session_count_money(self);
        if (status != RUNNER_TURNED) {
            return;
        }
    }
}

/* What came before an input of this instant happens first. An input sets off nothing before its own instant: for the next
 * one of the same instant nothing is left to do. */
static void session_reach(struct session *self, int64_t time_us)
{
    CHECK(time_us >= self->now_us);
    self->due_us = 0; /* what follows may set off something */
    if (time_us > self->now_us) {
        self->now_us = time_us;
        session_advance(self, time_us - 1);
    }
}

/* The earliest instant at which one of the three would act by itself. */
static int64_t earliest_us(struct session *self)
{
    int64_t due_us = exchange_next_time(self->exchange);
    int64_t core_us = engine_deadline(self->engine);
    int64_t operator_us = operator_next_time(&self->operator_model);
    due_us = core_us < due_us ? core_us : due_us;
    return operator_us < due_us ? operator_us : due_us;
}

static void deliver(struct session *self, const struct event *event)
{
    if (!self->failed) {
        self->failed = runner_deliver(&self->runner, event) == RUNNER_BOOKS_DIFFER;
        session_count_money(self);
    }
}

void session_covers(struct session *self, int32_t instrument, const struct feed_cover *cover)
{
    if (!exchange_covers(self->exchange, instrument, cover->fidelity, cover->first_us,
                         cover->last_us)) {
        self->failed = self->memory_failed = true;
    }
}

void session_clock(struct session *self, int64_t offset_ns)
{
    exchange_clock_offset(self->exchange, offset_ns);
}

void session_start(struct session *self, int64_t time_us)
{
    session_reach(self, time_us);
    exchange_transfer(self->exchange, time_us, self->settings->starting_balance);
    session_advance(self, time_us);
}

static bool jumps(int64_t from_e12, int64_t to_e12)
{
    return from_e12 >> JUMP_SHIFT > to_e12 || to_e12 >> JUMP_SHIFT > from_e12;
}

/* False: the prices are not this market's, and the session has failed. */
static bool bar_follows(struct session *self, int32_t instrument, const struct exchange_bar *bar)
{
    int64_t last_e12 = self->last_e12[instrument];
    int64_t from_e12 = last_e12 != 0 ? last_e12 : bar->open_e12;
    if (jumps(from_e12, bar->low_e12) || jumps(from_e12, bar->high_e12)) {
        int64_t to_e12 = jumps(from_e12, bar->low_e12) ? bar->low_e12 : bar->high_e12;
        self->jump = (struct session_jump){instrument, bar->open_time_us, from_e12, to_e12};
        self->failed = true;
    }
    self->last_e12[instrument] = bar->close_e12;
    return !self->failed;
}

void session_bar(struct session *self, int32_t instrument, const struct exchange_bar *bar)
{
    if (!bar_follows(self, instrument, bar)) {
        return;
    }
    session_reach(self, bar->open_time_us);
    exchange_bar(self->exchange, instrument, bar);
}

void session_mark_bar(struct session *self, int32_t instrument, const struct exchange_bar *bar)
{
    if (!bar_follows(self, instrument, bar)) {
        return;
    }
    session_reach(self, bar->open_time_us);
    exchange_mark_bar(self->exchange, instrument, bar);
}

void session_price(struct session *self, int32_t instrument, int64_t time_us, int64_t price_e12)
{
    struct exchange_bar point = {
        .open_time_us = time_us,
        .open_e12 = price_e12,
        .high_e12 = price_e12,
        .low_e12 = price_e12,
        .close_e12 = price_e12,
    };
    if (bar_follows(self, instrument, &point)) {
        session_reach(self, time_us);
        exchange_price(self->exchange, instrument, time_us, price_e12);
    }
}

void session_funding(struct session *self, int32_t instrument, int64_t time_us, int64_t rate_e16)
{
    session_reach(self, time_us);
    exchange_funding(self->exchange, instrument, time_us, rate_e16);
}

/* The price that a record says the market has; 0: it says none that can be held against the last one. */
static inline int64_t told_e12(const struct tape_record *record)
{
    return record->kind == TAPE_TRADE || record->kind == TAPE_MARK ? record->v[0] : 0;
}

void session_tick(struct session *self,
                  int32_t instrument,
                  const struct tape_record *record,
                  int32_t size_decimals)
{
    int64_t time_us = record->time_us;
    int64_t price_e12 = told_e12(record);
    int64_t *last_e12 = &self->last_e12[instrument];
    CHECK(time_us >= self->now_us);
    if (price_e12 != 0) {
        if (*last_e12 != 0 && jumps(*last_e12, price_e12)) {
            self->jump = (struct session_jump){instrument, time_us, *last_e12, price_e12};
            self->failed = true;
            return;
        }
        *last_e12 = price_e12;
    }
    if (time_us > self->now_us) {
        self->now_us = time_us;
        if (self->due_us < time_us) {
            session_advance(self, time_us - 1);
            self->due_us = earliest_us(self);
        }
    }
    exchange_tick(self->exchange, instrument, record, size_decimals);
    int64_t next_us = exchange_next_time(self->exchange);
    self->due_us = next_us < self->due_us ? next_us : self->due_us;
}

static void deliver_end(struct session *self, int32_t instrument, int64_t time_us)
{
    struct event event = {
        .kind = EVENT_END, .instrument = instrument, .time_us = time_us, .venue_time_us = time_us};
    deliver(self, &event);
}

void session_symbol_end(struct session *self, int32_t instrument, int64_t time_us)
{
    session_reach(self, time_us);
    session_advance(self, time_us);
    deliver_end(self, instrument, time_us);
}

/* On signals alone the signal's own price is the market, for the exchange and, with the signal itself, for the core. */
static void signal_price(struct session *self, const struct signal *signal, int64_t arrival_us)
{
    const struct engine *engine = self->engine;
    struct resolution found = instruments_resolve(engine->instruments, signal->token);
    if (found.instrument == INSTRUMENT_NONE || !signal->has_price || signal->bad != 0 ||
        signal->price_e12 <= 0) {
        return;
    }
    int64_t *last_e12 = &self->last_e12[found.instrument];
    if (*last_e12 != 0 && jumps(*last_e12, signal->price_e12)) {
        return; /* a slip of the source is no market: the core judges the signal by what it knew */
    }
    *last_e12 = signal->price_e12;
    exchange_price(self->exchange, found.instrument, arrival_us, signal->price_e12);
    session_advance(self, arrival_us);
    exchange_told(self->exchange, found.instrument, signal->price_e12);
    struct event event = {.kind = EVENT_MARKET,
                          .instrument = found.instrument,
                          .time_us = arrival_us,
                          .venue_time_us = arrival_us};
    event.market =
        (struct event_market){.last_e12 = signal->price_e12, .mark_e12 = signal->price_e12};
    deliver(self, &event);
}

/* A quiet market's price is brought up to date just before the signal that asks for it. */
static void signal_quote(struct session *self, const struct signal *signal, int64_t arrival_us)
{
    struct resolution found = instruments_resolve(self->engine->instruments, signal->token);
    struct event event;
    if (found.instrument != INSTRUMENT_NONE &&
        exchange_quote(self->exchange, found.instrument, arrival_us, &event)) {
        deliver(self, &event);
    }
}

void session_signal(struct session *self, const struct signal *signal, int64_t arrival_us)
{
    session_reach(self, arrival_us);
    session_advance(self, arrival_us);
    if (self->engine->settings->fidelity == FIDELITY_SIGNALS) {
        signal_price(self, signal, arrival_us);
    } else {
        signal_quote(self, signal, arrival_us);
    }
    struct event event = {
        .kind = EVENT_SIGNAL,
        .instrument = INSTRUMENT_NONE,
        .time_us = arrival_us,
        .venue_time_us = signal->timestamp_us < arrival_us ? signal->timestamp_us : arrival_us,
        .signal = signal,
    };
    deliver(self, &event);
}

void session_event(struct session *self, const struct event *event)
{
    session_reach(self, event->time_us);
    session_advance(self, event->time_us);
    deliver(self, event);
}

void session_command(struct session *self, const struct event_command *command, int64_t time_us)
{
    struct event event = {
        .kind = EVENT_COMMAND,
        .instrument = INSTRUMENT_NONE,
        .time_us = time_us,
        .venue_time_us = time_us,
        .command = command,
    };
    session_event(self, &event);
}

/* A bad hour may hold messages for longer than the time to settle: they are waited for, up to a day. */
static int64_t settle_late(struct session *self, int64_t end_us)
{
    const struct venue_port *venue = &self->runner.venue;
    int64_t last_us = end_us + US_PER_DAY;
    while (!self->failed && !venue->settled(venue->self)) {
        int64_t next_us = exchange_next_time(self->exchange);
        if (next_us > last_us) {
            break;
        }
        end_us = next_us > end_us ? next_us : end_us;
        session_advance(self, end_us);
    }
    return end_us;
}

void session_end(struct session *self, int64_t time_us)
{
    session_reach(self, time_us);
    session_advance(self, time_us);
    deliver_end(self, INSTRUMENT_NONE, time_us);
    int64_t trip_us = self->settings->latency_order + self->settings->latency_response;
    int64_t end_us = time_us + SETTLE_US + SETTLE_TRIPS * trip_us;
    session_advance(self, end_us);
    end_us = settle_late(self, end_us);
    deliver_end(self, INSTRUMENT_NONE, end_us);
    for (int32_t instrument = 0; instrument < engine_instrument_count(self->engine); instrument++) {
        exchange_end(self->exchange, instrument, end_us);
    }
    self->now_us = end_us;
    session_compare(self);
}

void session_pass(struct session *self, int64_t time_us)
{
    if (time_us > self->now_us) {
        session_reach(self, time_us);
    }
}

void session_settle(struct session *self, int64_t until_us)
{
    self->due_us = 0;
    const struct venue_port *venue = &self->runner.venue;
    CHECK(until_us >= self->now_us);
    while (!self->failed && !venue->settled(venue->self)) {
        enum runner_status status = runner_turn(&self->runner, until_us);
        self->failed = status == RUNNER_BOOKS_DIFFER;
        session_count_money(self);
        if (status != RUNNER_TURNED) {
            break;
        }
    }
    self->now_us = self->engine->now_us > self->now_us ? self->engine->now_us : self->now_us;
    session_compare(self);
}

void session_shut_down(struct session *self, const struct event_command *command)
{
    session_command(self, command, self->now_us);
    session_settle(self, self->now_us + SHUT_DOWN_US);
}

bool session_failed(const struct session *self)
{
    return self->failed;
}
