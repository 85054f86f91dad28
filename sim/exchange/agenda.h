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
    AGENDA_RECENT_BITS = 6,
    AGENDA_RECENT = 1 << AGENDA_RECENT_BITS
};

_Static_assert(INSTRUMENTS_MAX % 64 == 0, "a class is whole words");
_Static_assert(AGENDA_WORDS <= 64, "a bit of `used` a word");

struct agenda_instant {
    int64_t time_us;
    int32_t place; /* of its key in the heap; free: the next free one */
    int32_t home;  /* its place in `recent` */
    bool lost;     /* another one has that place */
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
    int32_t lost
        [AGENDA_RECENT]; /* instants of each place that are not in `recent`: only these can have a twin */
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

/* The place in `recent` where an instant of this time may stand. */
static inline int32_t agenda_home(int64_t time_us)
{
    return (int32_t)(((uint64_t)time_us * 0x9E3779B97F4A7C15ULL) >> (64 - AGENDA_RECENT_BITS));
}

static inline void agenda_set(struct agenda_instant *instant, int32_t rank)
{
    uint32_t word = (uint32_t)rank / 64;
    instant->words[word] |= 1ULL << (rank & 63);
    instant->used |= 1ULL << word;
}

static inline void agenda_clear(struct agenda_instant *instant, int32_t rank)
{
    uint32_t word = (uint32_t)rank / 64;
    uint64_t bit = 1ULL << (rank & 63);
    CHECK((instant->words[word] & bit) != 0);
    instant->words[word] &= ~bit;
    instant->used &= ~((uint64_t)(instant->words[word] == 0) << word);
}

/* With a new instant or with twins about; agenda_add and agenda_remove call them. */
int32_t agenda_add_new(struct agenda *self, int64_t time_us, int32_t rank);
void agenda_settle(struct agenda *self, int32_t instant);

/* Returns the instant, by which the item is removed. */
static inline int32_t agenda_add(struct agenda *self, int64_t time_us, int32_t rank)
{
    CHECK(rank >= 0 && rank < AGENDA_RANKS);
    int32_t home = agenda_home(time_us);
    int32_t instant = self->recent[home];
    struct agenda_instant *found = &self->instants[instant];
    if (found->used == 0 || found->time_us != time_us || self->lost[home] > 0) {
        return agenda_add_new(self, time_us, rank);
    }
    agenda_set(found, rank);

    return instant;
}

static inline void agenda_remove(struct agenda *self, int32_t instant, int32_t rank)
{
    struct agenda_instant *found = &self->instants[instant];
    agenda_clear(found, rank);
    if (found->used == 0 || self->lost[found->home] > 0) {
        agenda_settle(self, instant);
    }
}

#endif
