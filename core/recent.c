#include "core/recent.h"

#include <string.h>

_Static_assert((RECENT_SLOTS & (RECENT_SLOTS - 1)) == 0, "the table is indexed by a mask");
_Static_assert((int)RECENT_SLOTS > (int)DUPLICATES_MAX, "a probe always ends at an empty slot");

void recent_init(struct recent *self)
{
    memset(self, 0, sizeof(*self));
}

static uint32_t home_of(uint64_t key)
{
    /* The keys are digests: their low bits are as good as any. */
    return (uint32_t)key & (RECENT_SLOTS - 1);
}

/* The slot of the key, or the empty slot where it would go. */
static uint32_t slot_of(const struct recent *self, uint64_t key)
{
    uint32_t slot = home_of(key);
    while (self->slots[slot] != 0 && self->ring[self->slots[slot] - 1].key != key) {
        slot = (slot + 1) & (RECENT_SLOTS - 1);
    }
    return slot;
}

const struct recent_entry *recent_find(const struct recent *self, uint64_t key)
{
    uint32_t place = self->slots[slot_of(self, key)];
    return place == 0 ? NULL : &self->ring[place - 1];
}

/* Linear probing without tombstones: what stands behind the hole moves up when its home allows. */
static void slot_remove(struct recent *self, uint32_t hole)
{
    const uint32_t mask = RECENT_SLOTS - 1;
    self->slots[hole] = 0;
    for (uint32_t slot = (hole + 1) & mask; self->slots[slot] != 0; slot = (slot + 1) & mask) {
        uint32_t home = home_of(self->ring[self->slots[slot] - 1].key);
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            self->slots[hole] = self->slots[slot];
            self->slots[slot] = 0;
            hole = slot;
        }
    }
}

void recent_add(struct recent *self, uint64_t key, int64_t seen_us, int64_t stamp_us)
{
    CHECK(self->next < DUPLICATES_MAX);

    uint32_t slot = slot_of(self, key);
    if (self->slots[slot] != 0) {
        struct recent_entry *entry = &self->ring[self->slots[slot] - 1];
        entry->seen_us = seen_us;
        entry->stamp_us = stamp_us;
        return;
    }
    if (self->count == DUPLICATES_MAX) {
        slot_remove(self, slot_of(self, self->ring[self->next].key));
        self->count--;
        self->forgotten++;
        slot = slot_of(self, key); /* the removal may have moved entries into it */
    }
    self->ring[self->next] = (struct recent_entry){key, seen_us, stamp_us};
    self->slots[slot] = self->next + 1;
    self->next = (self->next + 1) & (DUPLICATES_MAX - 1);
    self->count++;
}

void recent_check(const struct recent *self)
{
    CHECK(self->count >= 0);
    CHECK(self->count <= DUPLICATES_MAX);
    int64_t used = 0;
    for (uint32_t slot = 0; slot < RECENT_SLOTS; slot++) {
        uint32_t place = self->slots[slot];
        if (place != 0) {
            CHECK(place <= DUPLICATES_MAX);
            CHECK(slot_of(self, self->ring[place - 1].key) == slot);
            used++;
        }
    }
    CHECK(used == self->count);
}
