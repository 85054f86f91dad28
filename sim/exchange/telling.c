/* telling.c - events for the core, stamped with the exchange's instant and delivered
 * latency_response later. */
#include "sim/exchange/state.h"

static struct event *tell(struct exchange *self, enum event_kind kind, int32_t instrument)
{
    struct event *event =
        outbox_add(&self->outbox, kind, self->now_us, self->settings->latency_response);
    event->instrument = instrument;
    return event;
}

void tell_market(struct exchange *self, int32_t instrument)
{
    struct event *event = tell(self, EVENT_MARKET, instrument);
    event->market.last_e12 = self->tracks[instrument].last_e12;
    event->market.mark_e12 = exchange_mark_e12(self, instrument);
}

void tell_bar(struct exchange *self, int32_t instrument, const struct exchange_bar *bar)
{
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
    event->funding.rate_e16 = rate_e16;
    event->funding.mark_e12 = mark_e12;
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
}

void tell_transfer(struct exchange *self, int64_t amount_e8)
{
    tell(self, EVENT_TRANSFER, INSTRUMENT_NONE)->transfer.amount_e8 = amount_e8;
}
