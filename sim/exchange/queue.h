/* queue.h - when each instrument next has something to do: a binary heap with one key per
 * instrument.
 * Laws     order is total: (time, step, instrument); every instrument has exactly one key,
 *          INSTANT_NEVER = nothing.
 * Cost     queue_set O(log instruments), queue_time O(1); no heap.   Failure: none. */
#ifndef SIM_EXCHANGE_QUEUE_H
#define SIM_EXCHANGE_QUEUE_H

#include "core/base.h"
#include "core/bounds.h"

struct queue_key {
    int64_t time_us;
    uint32_t rank; /* step << 16 | instrument */
};

struct queue {
    int32_t count;
    struct queue_key keys[INSTRUMENTS_MAX];
    int32_t places[INSTRUMENTS_MAX]; /* of an instrument's key in `keys` */
};

_Static_assert(INSTRUMENTS_MAX <= 1 << 16, "the rank holds the instrument in 16 bits");

/* count instruments (at least one), all with nothing to do. */
void queue_init(struct queue *self, int32_t count);

static inline int64_t queue_time(const struct queue *self)
{
    return self->keys[0].time_us;
}

static inline int32_t queue_instrument(const struct queue *self)
{
    return (int32_t)(self->keys[0].rank & 0xFFFF);
}

static inline uint32_t queue_step(const struct queue *self)
{
    return self->keys[0].rank >> 16;
}

void queue_set(struct queue *self, int32_t instrument, int64_t time_us, uint32_t step);

#endif
