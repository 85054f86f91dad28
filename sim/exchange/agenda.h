/* agenda.h - when each of many items is due: a heap of instants, each with the set of its items.
 * Why      the bars of all symbols end at the same instants: a heap of items would sift each of
 *          them to the bottom. Here an instant is one key of the heap, an item is one bit of it.
 * Laws     order is total: (time, rank). An instant is in the heap while it has items. Two instants
 *          may have one time (when the first was not found again): their lowest ranks decide.
 * Memory   given by the caller: one instant and one key for each item that can be due at a time.
 * Cost     adding to an instant met lately and taking from the first one are O(1); a new instant
 *          is O(log instants). */
#ifndef SIM_EXCHANGE_AGENDA_H
#define SIM_EXCHANGE_AGENDA_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/instant.h"

enum {
    AGENDA_CLASSES = 5, /* the steps of an instant */
    AGENDA_RANKS = AGENDA_CLASSES * INSTRUMENTS_MAX,
    AGENDA_WORDS = AGENDA_RANKS / 64,
    AGENDA_RECENT = 64
};

_Static_assert(INSTRUMENTS_MAX % 64 == 0, "a class is whole words");
_Static_assert(AGENDA_WORDS <= 64, "a bit of `used` a word");

struct agenda_instant {
    int64_t time_us;
    int32_t place; /* of its key in the heap; free: the next free one */
    uint64_t used; /* bit a word that is not 0; 0: free */
    uint64_t words[AGENDA_WORDS];
};

struct agenda_key {
    int64_t time_us;
    int32_t instant;
};

struct agenda {
    struct agenda_instant *instants;
    struct agenda_key *heap;
    int32_t count, free;
    int32_t recent[AGENDA_RECENT]; /* instants by a hash of their time: a guess */
};

/* instants are zero; capacity of each array: the most items that can be due at a time. */
void agenda_init(struct agenda *self,
                 struct agenda_instant *instants,
                 struct agenda_key *heap,
                 int32_t capacity);

static inline int64_t agenda_time(const struct agenda *self)
{
    return self->count == 0 ? INSTANT_NEVER : self->heap[0].time_us;
}

static inline int32_t agenda_lowest(const struct agenda_instant *instant)
{
    int32_t word = __builtin_ctzll(instant->used);

    return word * 64 + __builtin_ctzll(instant->words[word]);
}

/* Rank of the first item: class x INSTRUMENTS_MAX + instrument; there is one. */
static inline int32_t agenda_rank(const struct agenda *self)
{
    return agenda_lowest(&self->instants[self->heap[0].instant]);
}

static inline int32_t agenda_first(const struct agenda *self)
{
    return self->heap[0].instant;
}

/* Returns the instant, by which the item is removed. */
int32_t agenda_add(struct agenda *self, int64_t time_us, int32_t rank);
void agenda_remove(struct agenda *self, int32_t instant, int32_t rank);

#endif
