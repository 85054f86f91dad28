/* messages.c - three rings. */
#include "sim/exchange/messages.h"

#include <stdlib.h>

#include "core/instruments.h"

static uint32_t ring_slot(uint32_t first, uint32_t count, uint32_t capacity)
{
    uint32_t slot = first + count;
    return slot >= capacity ? slot - capacity : slot;
}

struct message *inbox_add(struct inbox *self, int64_t time_us)
{
    CHECK(self->count < self->capacity);

    self->last_us = time_us > self->last_us ? time_us : self->last_us;
    struct message *slot = &self->items[ring_slot(self->first, self->count, self->capacity)];
    self->count++;
    slot->time_us = self->last_us;
    slot->held = false;
    slot->batched = false;
    return slot;
}

struct message inbox_take(struct inbox *self)
{
    CHECK(self->count > 0);

    struct message message = self->items[self->first];
    self->count--;
    self->first = self->count == 0 ? 0 : ring_slot(self->first, 1, self->capacity);
    return message;
}

struct event *
outbox_add(struct outbox *self, enum event_kind kind, int64_t time_us, int64_t latency_us)
{
    struct wire *wire = outbox_wire(self, kind);
    int64_t delivery_us = time_us + latency_us;
    CHECK(wire->count < wire->capacity);

    wire->last_us = delivery_us > wire->last_us ? delivery_us : wire->last_us;
    struct told *slot = &wire->items[ring_slot(wire->first, wire->count, wire->capacity)];
    wire->count++;
    slot->number = self->told;
    self->told++;
    slot->event.kind = kind;
    slot->event.instrument = INSTRUMENT_NONE;
    slot->event.time_us = wire->last_us;
    slot->event.venue_time_us = time_us;
    return &slot->event;
}

void wire_take(struct wire *self, struct event *out)
{
    CHECK(self->count > 0);

    *out = self->items[self->first].event;
    self->count--;
    self->first = self->count == 0 ? 0 : ring_slot(self->first, 1, self->capacity);
}

void outbox_take(struct outbox *self, struct event *out)
{
    int64_t feed_us = wire_time(&self->feed);
    int64_t response_us = wire_time(&self->response);
    bool feed = feed_us < response_us || (feed_us == response_us && self->feed.count > 0 &&
                                          self->feed.items[self->feed.first].number <
                                              self->response.items[self->response.first].number);
    wire_take(feed ? &self->feed : &self->response, out);
}
