/* exchange.c - composition: memory, inputs, virtual time. */
#include "sim/exchange/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "sim/exchange/state.h"

enum {
    BARS_KEPT_MIN =
        4, /* the one that closes, the one that opens, two for questions about the past */
    BARS_KEPT_MAX = 128,              /* an hour of latency over one-minute bars */
    INBOX_MESSAGES = 2 * ACTIONS_MAX, /* two whole steps of the core on the wire at one time */
    OUTBOX_PER_SPAN = 16, /* of an instrument in ten seconds: points, walks, bars, funding */
    BARS_PER_SPAN = 12,   /* of one second each: what prices leave to bars */
    OUTBOX_TICKS =
        1 << 16 /* what ticks and bad hours may add; memory that is touched only when used */
};

static int64_t bars_kept(const struct exchange_settings *settings)
{
    int64_t wanted = BARS_KEPT_MIN + settings->latency_feed / US_PER_MINUTE;
    int64_t kept = BARS_KEPT_MIN;
    while (kept < wanted && kept < BARS_KEPT_MAX) {
        kept *= 2;
    }
    return kept;
}

static bool wire_allocate(struct wire *self, int64_t latency_us, int32_t count)
{
    int64_t spans = 1 + latency_us / (10 * US_PER_SECOND);
    self->capacity =
        (uint32_t)(WIRE_RESERVE + OUTBOX_TICKS + spans * count * OUTBOX_PER_SPAN) + self->kept;
    self->items = calloc(self->capacity, sizeof *self->items);
    return self->items != NULL;
}

static bool wires_allocate(struct exchange *self, int32_t count)
{
    self->inbox.capacity = INBOX_MESSAGES;
    self->inbox.items = calloc(self->inbox.capacity, sizeof *self->inbox.items);
    int64_t spans = 1 + self->settings->latency_feed / (10 * US_PER_SECOND);
    self->outbox.feed.kept = (uint32_t)(spans * count * BARS_PER_SPAN);
    return self->inbox.items != NULL &&
           wire_allocate(&self->outbox.feed, self->settings->latency_feed, count) &&
           wire_allocate(&self->outbox.response, self->settings->latency_response, count);
}

static bool paths_allocate(struct exchange *self, int32_t count)
{
    int64_t kept = bars_kept(self->settings);
    size_t bars = (size_t)count * (size_t)kept;
    self->records = calloc(bars, sizeof *self->records);
    self->marks = calloc(bars, sizeof *self->marks);
    if (self->records == NULL || self->marks == NULL) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        struct track *track = &self->tracks[i];
        path_init(&track->path, self->records + i * kept, self->marks + i * kept, kept);
        track->settle_us = INSTANT_NEVER;
        track->paid_us = INSTANT_NEVER;
        track->delist_us = INSTANT_NEVER;
        track->adl_us = INSTANT_NEVER;
        track->leverage = 1;
    }
    return true;
}

struct exchange *exchange_new(const struct instruments *instruments,
                              const struct exchange_settings *settings,
                              bool margin_cross)
{
    struct exchange *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    self->instruments = instruments;
    self->settings = settings;
    if (!wires_allocate(self, instruments->count) || !paths_allocate(self, instruments->count)) {
        exchange_free(self);
        return NULL;
    }
    queue_init(&self->queue, instruments->count);
    account_init(&self->account, instruments, margin_cross);
    self->account.hedge = settings->hedge_mode != 0;
    treasury_init(&self->treasury, settings->insurance_fund);
    self->counters.fund_e8 = self->treasury.fund_e8;
    fee_meter_init(&self->fees, &settings->ladder, (int32_t)settings->fee_window,
                   settings->fee_volume);
    book_init(&self->book);
    latency_init(&self->latency, settings);
    incidents_init(&self->incidents, instruments->count, settings->incidents);
    return self;
}

void exchange_conditions(struct exchange *self, const struct exchange_conditions *conditions)
{
    CHECK(self->now_us == 0);
    latency_seed(&self->latency, conditions->latency, conditions->seed);
    incidents_plan(&self->incidents, conditions->incidents, conditions->seed);
    for (int32_t i = 0; i < self->instruments->count; i++) {
        self->tracks[i].delist_us = incidents_delisting(&self->incidents, i);
        gate_adl_plan(self, i, INT64_MIN);
        track_schedule(self, i);
    }
}

void exchange_clock_offset(struct exchange *self, int64_t offset_ns)
{
    self->latency.offset_ns = offset_ns;
}

void exchange_free(struct exchange *self)
{
    if (self != NULL) {
        for (int32_t i = 0; i < INSTRUMENTS_MAX; i++) {
            ticks_free(self->tracks[i].ticks);
        }
        free(self->inbox.items);
        free(self->outbox.feed.items);
        free(self->outbox.response.items);
        free(self->records);
        free(self->marks);
        free(self);
    }
}

/* An input may come at the present instant or later, never before. */
static struct track *track_at(struct exchange *self, int32_t instrument, int64_t time_us)
{
    CHECK(instrument >= 0 && instrument < self->instruments->count);
    CHECK(time_us >= self->now_us);
    return &self->tracks[instrument];
}

/* The ring may forget only what is closed and walked. */
static void track_room(const struct track *track)
{
    int64_t oldest = track->path.count - track->path.mask;
    CHECK(oldest <= track->bar_due);
    CHECK(!track->tracked || oldest <= track->next.bar);
}

bool exchange_transfer(struct exchange *self, int64_t time_us, int64_t amount_e8)
{
    CHECK(time_us >= self->now_us);
    self->now_us = time_us;
    int64_t free_e8 = account_withdrawable_e8(&self->account) - self->book.reserved_e8;
    if (amount_e8 < 0 && -amount_e8 > free_e8) {
        return false;
    }
    account_transfer(&self->account, amount_e8);
    tell_transfer(self, amount_e8);
    return true;
}

void exchange_bar(struct exchange *self, int32_t instrument, const struct exchange_bar *bar)
{
    struct track *track = track_at(self, instrument, bar->open_time_us);
    bool closing = track->bar_due < track->path.count;
    int64_t end_us = closing ? path_record(&track->path, track->bar_due)->end_us : 0;
    if (track->ticks != NULL) {
        track_skip(track);
    }
    track_room(track);
    if (path_bar(&track->path, bar, self->settings->outage_intervals)) {
        self->counters.outages++;
    }
    bool cut = closing && bar->open_time_us < end_us;
    if (!closing || cut || track->tracked) {
        track_schedule(self, instrument);
    }
}

void exchange_mark_bar(struct exchange *self, int32_t instrument, const struct exchange_bar *bar)
{
    path_mark_bar(&track_at(self, instrument, bar->open_time_us)->path, bar);
}

void exchange_funding(struct exchange *self, int32_t instrument, int64_t time_us, int64_t rate_e16)
{
    struct track *track = track_at(self, instrument, time_us);
    int32_t count = track->settlement_count;
    CHECK(count < SETTLEMENTS_MAX);
    CHECK(count == 0 || track->settlements[count - 1].time_us <= time_us);
    track->settlements[count] = (struct settlement){time_us, rate_e16};
    track->settlement_count++;
    track_schedule(self, instrument);
}

void exchange_price(struct exchange *self, int32_t instrument, int64_t time_us, int64_t price_e12)
{
    struct track *track = track_at(self, instrument, time_us);
    bool pending = !track->tracked || track->next.bar < track->path.count;
    path_price(&track->path, time_us, price_e12, pending);
    track->bar_due = track->path.count;
    track_room(track);
    track_schedule(self, instrument);
}

void exchange_end(struct exchange *self, int32_t instrument, int64_t time_us)
{
    track_at(self, instrument, time_us)->path.end_us = time_us;
}

/* One step of one instrument. */
static void exchange_work(struct exchange *self)
{
    int32_t instrument = queue_instrument(&self->queue);
    struct track *track = &self->tracks[instrument];
    self->now_us = queue_time(&self->queue);
    uint32_t step = queue_step(&self->queue);
    switch ((enum step)step) {
    case STEP_JUMP:
    case STEP_MATCH: track_point(self, instrument); break;
    case STEP_BAR:
        if (track->ticks != NULL && track->ticks->bar_end_us <= self->now_us) {
            tick_bar_close(self, instrument);
            break;
        }
        if (path_record(&track->path, track->bar_due)->end_us <= track->path.end_us) {
            tell_bar(self, instrument, &path_record(&track->path, track->bar_due)->bar);
        }
        track->bar_due++;
        break;
    case STEP_FUNDING: funding_settle(self, instrument); break;
    case STEP_EXPIRY:
        matching_expire(self, instrument);
        gate_adl(self, instrument);
        gate_delist(self, instrument);
        break;
    }
    if (linked_moved(&self->linked)) {
        linked_settle(self);
    }
    track_schedule(self, instrument);
}

static void cancel_all(struct exchange *self, int32_t instrument)
{
    matching_clear(self, instrument, false, REASON_REQUESTED);
    linked_withdraw_all(self, instrument, REASON_REQUESTED);
}

static void exchange_carry_out(struct exchange *self, const struct message *message)
{
    int32_t instrument = message->instrument;
    switch (message->kind) {
    case MESSAGE_LEVERAGE:
        self->tracks[instrument].leverage = message->leverage.leverage;
        acceptance_reserve_anew(self, instrument);
        break;
    case MESSAGE_PLACE: matching_place(self, instrument, &message->place); break;
    case MESSAGE_CANCEL: matching_cancel(self, instrument, message->cancel_id); break;
    case MESSAGE_AMEND: amend_order(self, instrument, &message->amend); break;
    case MESSAGE_CANCEL_ALL: cancel_all(self, instrument); break;
    case MESSAGE_GROUP: linked_arrive(self, instrument, &message->group); break;
    case MESSAGE_MARGIN_MODE: amend_mode(self, instrument, &message->margin_mode); break;
    case MESSAGE_MARGIN: amend_margin(self, instrument, &message->margin); break;
    case MESSAGE_BATCH: break; /* its orders follow */
    }
}

static void exchange_arrival(struct exchange *self)
{
    struct message message = inbox_take(&self->inbox);
    self->now_us = message.time_us;
    self->tracks[message.instrument].in_flight--;
    if (gate_passes(self, &message)) {
        exchange_carry_out(self, &message);
    }
    if (linked_moved(&self->linked)) {
        linked_settle(self);
    }
    track_schedule(self, message.instrument);
}

static void exchange_delivered(struct exchange *self, const struct event *event)
{
    self->now_us = event->time_us;
    if (event->kind == EVENT_ORDER || event->kind == EVENT_FILL) {
        self->tracks[event->instrument].in_flight--;
        account_check(&self->account);
    }
    tell_delivered(self, event);
}

/* A wire that may not hold what one more instant brings is emptied early: never lost, and counted. */
static struct wire *exchange_crowded(struct exchange *self)
{
    struct outbox *outbox = &self->outbox;
    if (wire_crowded(&outbox->feed)) {
        return &outbox->feed;
    }
    return wire_crowded(&outbox->response) ? &outbox->response : NULL;
}

static void exchange_relieve(struct exchange *self, struct wire *wire, struct event *out)
{
    wire_take(wire, out);
    out->time_us = self->now_us;
    self->counters.crowded++;
    exchange_delivered(self, out);
}

int64_t exchange_next_time(const struct exchange *self)
{
    int64_t time_us = queue_time(&self->queue);
    if (inbox_time(&self->inbox) < time_us) {
        time_us = inbox_time(&self->inbox);
    }
    return outbox_time(&self->outbox) < time_us ? outbox_time(&self->outbox) : time_us;
}

bool exchange_next(struct exchange *self, int64_t until_us, struct event *out)
{
    for (;;) {
        struct wire *crowded = exchange_crowded(self);
        if (crowded != NULL) {
            exchange_relieve(self, crowded, out);
            return true;
        }
        int64_t time_us = exchange_next_time(self);
        if (time_us > until_us || time_us == INSTANT_NEVER) {
            return false;
        }
        if (queue_time(&self->queue) == time_us) {
            exchange_work(self);
        } else if (inbox_time(&self->inbox) == time_us) {
            exchange_arrival(self);
        } else {
            outbox_take(&self->outbox, out);
            exchange_delivered(self, out);
            return true;
        }
    }
}

bool exchange_quote(struct exchange *self, int32_t instrument, int64_t now_us, struct event *out)
{
    const struct track *track = &self->tracks[instrument];
    int64_t known_us = now_us - self->latency.latest_us[LEG_FEED];
    struct path_prices prices;
    if ((track->tracked && known_us >= track->tracked_us) ||
        known_us < self->heard[instrument].venue_us || gate_silent(self, instrument) ||
        !market_open(self, instrument, known_us) || !market_at(track, known_us, &prices)) {
        return false;
    }
    memset(out, 0, sizeof *out);
    out->kind = EVENT_MARKET;
    out->instrument = instrument;
    out->time_us = now_us;
    out->venue_time_us = known_us;
    out->market.last_e12 = prices.last_e12;
    out->market.mark_e12 = prices.mark_e12;
    tell_delivered(self, out);
    return true;
}

void exchange_told(struct exchange *self, int32_t instrument, int64_t mark_e12)
{
    self->heard[instrument].mark_e12 = mark_e12;
}

const char *exchange_incident(const struct exchange *self, int32_t kind, int64_t *begun)
{
    if (kind >= INCIDENT_KINDS) {
        return NULL;
    }
    *begun = self->incidents.begun[kind];
    return incident_kind_text(kind);
}

bool exchange_open(const struct exchange *self, int32_t instrument, int64_t now_us)
{
    return market_open(self, instrument, now_us);
}

const struct exchange_counters *exchange_counters(const struct exchange *self)
{
    return &self->counters;
}

int64_t exchange_funding_missing(const struct exchange *self, int32_t instrument)
{
    return self->tracks[instrument].funding_missing;
}

int64_t exchange_reserved_e8(const struct exchange *self)
{
    return self->book.reserved_e8;
}

int64_t exchange_difference_e8(const struct exchange *self)
{
    return treasury_difference_e8(&self->treasury, &self->account);
}

const char *exchange_mark_source(const struct exchange *self, int32_t instrument)
{
    return market_mark_source(&self->tracks[instrument]);
}
