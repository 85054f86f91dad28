#include "data/import/twins.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void twins_init(struct twins *self)
{
    memset(self, 0, sizeof(*self));
}

void twins_release(struct twins *self)
{
    free(self->members);
    free(self->slots);
    twins_init(self);
}

static bool tells_itself(const struct tape_record *record)
{
    bool event = record->kind == TAPE_TRADE || record->kind == TAPE_DEPTH ||
                 record->kind == TAPE_QUOTE || record->kind == TAPE_MARK ||
                 record->kind == TAPE_INDEX;
    return !event || record->sequence != 0;
}

/* The slot of the record, or the empty one where it belongs. */
static struct twin_slot *slot_find(const struct twins *self, const struct tape_record *record)
{
    uint32_t mask = (uint32_t)self->capacity * 2 - 1;
    uint32_t at = (uint32_t)XXH3_64bits(record, sizeof(*record)) & mask;
    for (;; at = (at + 1) & mask) {
        struct twin_slot *slot = &self->slots[at];
        if (slot->group != self->group ||
            memcmp(&self->members[slot->member], record, sizeof(*record)) == 0) {
            return slot;
        }
    }
}

static void grow(struct twins *self)
{
    enum { FIRST = 64 };
    self->capacity = self->capacity > 0 ? self->capacity * 2 : FIRST;
    size_t room = (size_t)self->capacity;
    self->members = realloc(self->members, room * sizeof(*self->members));
    free(self->slots);
    self->slots = calloc(room * 2, sizeof(*self->slots));
    CHECK(self->members != NULL && self->slots != NULL);
    self->group = 1;
    for (int32_t i = 0; i < self->count; i++) {
        *slot_find(self, &self->members[i]) = (struct twin_slot){self->group, i};
    }
}

static void group_begin(struct twins *self)
{
    self->count = 0;
    self->group++;
    if (self->group == 0) {
        memset(self->slots, 0, (size_t)self->capacity * 2 * sizeof(*self->slots));
        self->group = 1;
    }
}

bool twins_seen(struct twins *self, const struct tape_record *record)
{
    if (self->count > 0 && tape_compare(&self->members[0], record) != 0) {
        group_begin(self);
    }
    if (self->count == self->capacity) {
        grow(self);
    }
    if (self->count == 1) {
        *slot_find(self, &self->members[0]) = (struct twin_slot){self->group, 0};
    }
    if (self->count > 0 && tells_itself(record)) {
        struct twin_slot *slot = slot_find(self, record);
        if (slot->group == self->group) {
            return true;
        }
        *slot = (struct twin_slot){self->group, self->count};
    }
    self->members[self->count] = *record;
    self->count++;
    return false;
}
