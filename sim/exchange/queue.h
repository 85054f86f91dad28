/* queue.h - when each instrument next has something to do: one key an instrument, on an agenda.
 * Laws     order is total: (time, step, instrument); every instrument has exactly one key,
 *          INSTANT_NEVER = nothing.
 * Cost     queue_time, and a key moved to an instant met lately: O(1); else O(log instruments).
 * Failure  none. */
#ifndef SIM_EXCHANGE_QUEUE_H
#define SIM_EXCHANGE_QUEUE_H

#include "core/base.h"
#include "core/bounds.h"
#include "sim/exchange/agenda.h"

struct queue_key {
    int64_t time_us;
    int32_t rank, instant; /* on the agenda, unless the time is INSTANT_NEVER */
};

struct queue {
    int32_t count;
    struct agenda agenda;
    struct queue_key keys[INSTRUMENTS_MAX];
    struct agenda_key heap[INSTRUMENTS_MAX];
    struct agenda_instant instants[INSTRUMENTS_MAX];
};

/* count instruments (at least one), all with nothing to do. */
void queue_init(struct queue *self, int32_t count);

static inline int64_t queue_time(const struct queue *self)
{
    return agenda_time(&self->agenda);
}

static inline int32_t queue_instrument(const struct queue *self)
{
    return agenda_rank(&self->agenda) % INSTRUMENTS_MAX;
}

static inline uint32_t queue_step(const struct queue *self)
{
    return (uint32_t)agenda_rank(&self->agenda) / INSTRUMENTS_MAX;
}

/* A key that changes leaves one instant of the agenda and joins another. */
static inline void queue_set(struct queue *self, int32_t instrument, int64_t time_us, uint32_t step)
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

#endif
