/* queue.c - the keys at the start; the rest is inline. */
#include "sim/exchange/queue.h"

#include <string.h>

void queue_init(struct queue *self, int32_t count)
{
    CHECK(count > 0 && count <= INSTRUMENTS_MAX);

    self->count = count;
    memset(self->instants, 0, (size_t)count * sizeof self->instants[0]);
    agenda_init(&self->agenda, self->instants, self->heap, count);
    for (int32_t i = 0; i < count; i++) {
        self->keys[i] = (struct queue_key){.time_us = INSTANT_NEVER};
    }
}
