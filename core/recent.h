/* recent.h - a bounded memory of 64-bit keys with the time at which each was first seen; the oldest
 * is forgotten first.
 * Laws     count <= DUPLICATES_MAX; every entry of the ring is in the table exactly once and the
 *          reverse; the answer does not depend on addresses or on anything but the sequence of
 *          calls.
 * Failure  none.
 * Cost     one or two cache lines a question; no heap. */
#ifndef CORE_RECENT_H
#define CORE_RECENT_H

#include "core/base.h"
#include "core/bounds.h"

enum { RECENT_SLOTS = DUPLICATES_MAX * 2 };

struct recent_entry {
    uint64_t key;
    int64_t seen_us;  /* when the core saw it */
    int64_t stamp_us; /* the caller's second time: of publication */
};

struct recent {
    int64_t count, forgotten;
    uint32_t next; /* ring place of the next entry; full ring: also the oldest */
    struct recent_entry ring[DUPLICATES_MAX];
    uint32_t slots[RECENT_SLOTS]; /* ring place + 1; 0: empty */
};

void recent_init(struct recent *self);
/* NULL: not remembered. Valid until the next recent_add. */
const struct recent_entry *recent_find(const struct recent *self, uint64_t key);
/* Remembers the key; one that is there already gets the new times and keeps its place in the
 * ring. */
void recent_add(struct recent *self, uint64_t key, int64_t seen_us, int64_t stamp_us);
void recent_check(const struct recent *self);

#endif
