/* queue.c - a key that changes leaves one instant of the agenda and joins another. */
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

void queue_set(struct queue *self, int32_t instrument, int64_t time_us, uint32_t step)
{
    CHECK(instrument >= 0 && instrument < self->count);

    struct queue_key *key = &self->keys[instrument];
    int32_t rank = (int32_t)step * INSTRUMENTS_MAX + instrument;
    if (key->time_us == time_us && key->rank == rank) {
        return;
    }
    if (key->time_us != INSTANT_NEVER) {
        agenda_remove(&self->agenda, key->instant, key->rank);
    }
    key->time_us = time_us;
    key->rank = rank;
    if (time_us != INSTANT_NEVER) {
        key->instant = agenda_add(&self->agenda, time_us, rank);
    }
}
