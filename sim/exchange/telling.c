/* telling.c - events for the core, stamped with the exchange's instant and delivered after the latency of their leg: prices
 * and bars on the feed, the rest on the response wire. */
#include "sim/exchange/state.h"

/* Told in a dead time, or due in one: it arrives at its end. */
static int64_t delay_us(struct exchange *self, enum leg leg)
{
    int64_t latency_us = latency_next_us(&self->latency, leg);
    if (self->incidents.count == 0 && self->now_us < self->incidents.change_us) {
        return latency_us;
    }
    incidents_turn(&self->incidents, self->now_us);
    latency_us = incidents_slowed(&self->incidents, self->now_us, latency_us);
    int64_t left_us = incidents_arrival(&self->incidents, self->now_us);
    int64_t arrived_us = incidents_arrival(&self->incidents, left_us + latency_us);
    self->counters.held += arrived_us != self->now_us + latency_us;
    return arrived_us - self->now_us;
}

static struct event *tell(struct exchange *self, enum event_kind kind, int32_t instrument)
{
    enum leg leg = outbox_feeds(kind) ? LEG_FEED : LEG_RESPONSE;
    struct event *event = outbox_add(&self->outbox, kind, self->now_us, delay_us(self, leg));
    event->instrument = instrument;
    return event;
}

/* A price that a silent feed does not carry is lost: the next one brings the core up to date. */
static bool feed_loses(struct exchange *self, int32_t instrument)
{
    bool lost = gate_silent(self, instrument);
    self->counters.feed_lost += lost;
    return lost;
}

static bool feed_tight(struct exchange *self)
{
    bool tight = wire_tight(&self->outbox.feed);
    self->counters.conflated += tight;
    return tight;
}

/* A price that finds no room waits, and is told as it is when there is some. */
static void market_waits(struct exchange *self, int32_t instrument)
{
    self->waiting += !self->tracks[instrument].waits;
    self->tracks[instrument].waits = true;
}

void tell_market(struct exchange *self, int32_t instrument)
{
    if (!exchange_calm(self) && feed_loses(self, instrument)) {
        return;
    }
    if (feed_tight(self)) {
        market_waits(self, instrument);
        return;
    }
    struct event *event = tell(self, EVENT_MARKET, instrument);
    event->market.last_e12 = self->tracks[instrument].last_e12;
    event->market.mark_e12 = exchange_mark_e12(self, instrument);
}

/* In turn, as far as there is room. */
static void tell_waiting(struct exchange *self)
{
    while (self->waiting > 0 && !wire_tight(&self->outbox.feed)) {
        struct track *track = &self->tracks[self->waiting_turn];
        if (track->waits) {
            track->waits = false;
            self->waiting--;
            tell_market(self, self->waiting_turn);
        }
        self->waiting_turn = (self->waiting_turn + 1) % self->instruments->count;
    }
}

void tell_book(struct exchange *self, int32_t instrument, const struct event_book *book)
{
    if ((exchange_calm(self) || !feed_loses(self, instrument)) && !feed_tight(self)) {
        tell(self, EVENT_BOOK, instrument)->book = *book;
    }
}

void tell_bar(struct exchange *self, int32_t instrument, const struct exchange_bar *bar)
{
    if (!exchange_calm(self) && feed_loses(self, instrument)) {
        return;
    }
    struct event_bar *told = &tell(self, EVENT_BAR, instrument)->bar;
    told->open_time_us = bar->open_time_us;
    told->interval_us = bar->interval_us;
    told->open_e12 = bar->open_e12;
    told->high_e12 = bar->high_e12;
    told->low_e12 = bar->low_e12;
    told->close_e12 = bar->close_e12;
    told->volume = bar->volume;
    told->volume_exponent = bar->volume_exponent;
}

void tell_funding(struct exchange *self, int32_t instrument, int64_t rate_e16, int64_t mark_e12)
{
    struct event *event = tell(self, EVENT_FUNDING, instrument);
    event->funding = (struct event_funding){.rate_e16 = rate_e16, .mark_e12 = mark_e12};
}

void tell_order(struct exchange *self,
                int32_t instrument,
                uint64_t order_id,
                enum order_evidence evidence,
                enum order_reason reason)
{
    struct event *event = tell(self, EVENT_ORDER, instrument);
    event->order.order_id = order_id;
    event->order.evidence = evidence;
    event->order.reason = reason;
    self->tracks[instrument].in_flight++;
    self->counters.rejects += evidence == EVIDENCE_REJECTED;
    if (evidence == EVIDENCE_REJECTED || evidence == EVIDENCE_CANCELED ||
        evidence == EVIDENCE_EXPIRED) {
        linked_ended(&self->linked, order_id);
    }
}

void tell_amended(struct exchange *self,
                  int32_t instrument,
                  uint64_t order_id,
                  int64_t price_e12,
                  int64_t size_e6)
{
    struct event_order *told = &tell(self, EVENT_ORDER, instrument)->order;
    told->order_id = order_id;
    told->evidence = EVIDENCE_AMENDED;
    told->reason = REASON_NONE;
    told->price_e12 = price_e12;
    told->size_e6 = size_e6;
    self->tracks[instrument].in_flight++;
}

void tell_fill(struct exchange *self, int32_t instrument, const struct execution *execution)
{
    struct event_fill *fill = &tell(self, EVENT_FILL, instrument)->fill;
    struct track *track = &self->tracks[instrument];
    track->trade_id++;
    fill->order_id = execution->order_id;
    fill->trade_id = track->trade_id;
    fill->side = execution->side;
    fill->liquidity = execution->liquidity;
    fill->kind = execution->kind;
    fill->price_e12 = execution->price_e12;
    fill->size_e6 = execution->size_e6;
    fill->fee_e8 = execution->fee_e8;
    track->in_flight++;
    linked_filled(&self->linked, execution->order_id, execution->size_e6);
}

void tell_transfer(struct exchange *self, int64_t amount_e8)
{
    tell(self, EVENT_TRANSFER, INSTRUMENT_NONE)->transfer.amount_e8 = amount_e8;
}

void tell_delivered(struct exchange *self, const struct event *event)
{
    tell_waiting(self);
    if (event->kind == EVENT_MARKET) {
        self->heard[event->instrument] =
            (struct heard){event->market.mark_e12, event->venue_time_us};
    } else if (event->kind == EVENT_BAR && self->heard[event->instrument].mark_e12 == 0) {
        self->heard[event->instrument].mark_e12 = event->bar.close_e12; /* as core/prices.h does */
    }
}
