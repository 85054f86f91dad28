/* agenda.c - keys move by a hole, so that each level costs one store. */
#include "sim/exchange/agenda.h"

enum { AGENDA_NONE = -1 };

void agenda_init(struct agenda *self,
                 struct agenda_instant *instants,
                 struct agenda_key *heap,
                 int32_t capacity)
{
    CHECK(capacity > 0);

    *self = (struct agenda){.instants = instants, .heap = heap};
    for (int32_t i = 0; i < capacity; i++) {
        instants[i].place = i + 1 < capacity ? i + 1 : AGENDA_NONE;
    }
}

static bool key_before(const struct agenda *self, struct agenda_key a, struct agenda_key b)
{
    if (a.time_us != b.time_us) {
        return a.time_us < b.time_us;
    }
    return agenda_lowest(&self->instants[a.instant]) < agenda_lowest(&self->instants[b.instant]);
}

static void key_store(struct agenda *self, int32_t place, struct agenda_key key)
{
    self->heap[place] = key;
    self->instants[key.instant].place = place;
}

/* A key whose items changed moves only among instants of its own time; nearly always it has none. */
static bool twin_above(const struct agenda *self, int32_t place, int64_t time_us)
{
    return place > 0 && self->heap[(place - 1) / 2].time_us == time_us;
}

static bool twin_below(const struct agenda *self, int32_t place, int64_t time_us)
{
    int32_t child = 2 * place + 1;
    return (child < self->count && self->heap[child].time_us == time_us) ||
           (child + 1 < self->count && self->heap[child + 1].time_us == time_us);
}

static int32_t hole_up(struct agenda *self, int32_t hole, struct agenda_key key)
{
    while (hole > 0) {
        int32_t parent = (hole - 1) / 2;
        if (!key_before(self, key, self->heap[parent])) {
            break;
        }
        key_store(self, hole, self->heap[parent]);
        hole = parent;
    }
    return hole;
}

static int32_t hole_down(struct agenda *self, int32_t hole, struct agenda_key key)
{
    for (;;) {
        int32_t child = 2 * hole + 1;
        if (child >= self->count) {
            return hole;
        }
        if (child + 1 < self->count && key_before(self, self->heap[child + 1], self->heap[child])) {
            child++;
        }
        if (!key_before(self, self->heap[child], key)) {
            return hole;
        }
        key_store(self, hole, self->heap[child]);
        hole = child;
    }
}

/* An instant that is put out of its place in `recent` is not found again: its time may come a second time. */
static void recent_store(struct agenda *self, int32_t home, int32_t instant)
{
    struct agenda_instant *before = &self->instants[self->recent[home]];
    if (before->used != 0 && !before->lost && before->home == home) {
        before->lost = true;
        self->lost[home]++;
    }
    self->recent[home] = instant;
}

static int32_t instant_new(struct agenda *self, int64_t time_us)
{
    int32_t instant = self->free;
    CHECK(instant != AGENDA_NONE);

    self->free = self->instants[instant].place;
    self->instants[instant].time_us = time_us;
    self->instants[instant].home = agenda_home(time_us);
    recent_store(self, self->instants[instant].home, instant);

    return instant;
}

int32_t agenda_add_new(struct agenda *self, int64_t time_us, int32_t rank)
{
    int32_t instant = self->recent[agenda_home(time_us)];
    struct agenda_instant *found = &self->instants[instant];
    bool fresh = found->used == 0 || found->time_us != time_us;
    if (fresh) {
        instant = instant_new(self, time_us);
        found = &self->instants[instant];
        found->place = self->count;
        self->count++;
    }
    agenda_set(found, rank);
    if (fresh || twin_above(self, found->place, time_us)) {
        struct agenda_key key = {time_us, instant};
        key_store(self, hole_up(self, found->place, key), key);
    }
    return instant;
}

static void instant_free(struct agenda *self, int32_t instant)
{
    struct agenda_instant *freed = &self->instants[instant];
    int32_t place = freed->place;
    self->lost[freed->home] -= freed->lost ? 1 : 0;
    freed->lost = false;
    self->count--;
    freed->place = self->free;
    self->free = instant;
    if (place == self->count) {
        return;
    }
    struct agenda_key last = self->heap[self->count];
    int32_t hole = hole_up(self, place, last);
    key_store(self, hole_down(self, hole, last), last);
}

void agenda_settle(struct agenda *self, int32_t instant)
{
    const struct agenda_instant *found = &self->instants[instant];
    if (found->used == 0) {
        instant_free(self, instant);
        return;
    }
    if (twin_below(self, found->place, found->time_us)) {
        struct agenda_key key = {found->time_us, instant};
        key_store(self, hole_down(self, found->place, key), key);
    }
}
