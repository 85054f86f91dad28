/* messages.c - two rings. */
#include "sim/exchange/messages.h"

#include "core/instruments.h"

static uint32_t ring_slot(uint32_t first, uint32_t count, uint32_t capacity)
{
    uint32_t slot = first + count;
    return slot >= capacity ? slot - capacity : slot;
}

struct message *inbox_add(struct inbox *self, int64_t time_us)
{
    CHECK(self->count < self->capacity);

    if (self->count > 0) {
        uint32_t last = ring_slot(self->first, self->count - 1, self->capacity);
        CHECK(self->items[last].time_us <= time_us);
    }
    struct message *slot = &self->items[ring_slot(self->first, self->count, self->capacity)];
    self->count++;
    slot->time_us = time_us;
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
    CHECK(self->count < self->capacity);

    if (self->count > 0) {
        uint32_t last = ring_slot(self->first, self->count - 1, self->capacity);
        CHECK(self->items[last].venue_time_us <= time_us);
    }
    struct event *slot = &self->items[ring_slot(self->first, self->count, self->capacity)];
    self->count++;
    self->book_count += kind != EVENT_BAR;
    slot->kind = kind;
    slot->instrument = INSTRUMENT_NONE;
    slot->time_us = time_us + latency_us;
    slot->venue_time_us = time_us;
    return slot;
}

void outbox_take(struct outbox *self, struct event *out)
{
    CHECK(self->count > 0);

    *out = self->items[self->first];
    self->count--;
    self->book_count -= out->kind != EVENT_BAR;
    self->first = self->count == 0 ? 0 : ring_slot(self->first, 1, self->capacity);
}
