#include "core/decisions.h"

#include <string.h>

#include "core/digest.h"
#include "core/fixed.h"

enum { NO_ENTRY = DECISIONS_MAX, SLOT_MASK = DECISION_SLOTS - 1 };

_Static_assert(DECISIONS_MAX < UINT16_MAX, "links and slots are 16 bits wide");
_Static_assert((DECISION_SLOTS & SLOT_MASK) == 0, "the table is indexed by a mask");

void decisions_clear(struct decisions *self)
{
    self->count = 0;
    self->newest = NO_ENTRY;
    self->oldest = NO_ENTRY;
    self->unused = 0;
    memset(self->slots, 0, sizeof(self->slots));
    for (int32_t index = 0; index < DECISIONS_MAX; index++) {
        self->entries[index].older = (uint16_t)(index + 1);
    }
}

void decisions_settings(struct decisions *self, const struct settings *settings)
{
    CHECK(settings->decision_count >= 1);
    CHECK(settings->decision_count <= DECISIONS_MAX);
    CHECK(settings->decision_ttl >= 0);

    self->capacity = (int32_t)settings->decision_count;
    self->ttl_us = settings->decision_ttl;
    decisions_clear(self);
}

void decisions_init(struct decisions *self, const struct settings *settings)
{
    memset(self, 0, sizeof(*self));
    decisions_settings(self, settings);
}

/* ---- the key ---- */

uint64_t decisions_key(const struct normal_signal *signal, int64_t tick_e12, uint64_t risk_epoch)
{
    CHECK(tick_e12 > 0);

    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, risk_epoch);
    /* To the nearest tick: prices that would make the same order make the same key. */
    int64_t ticks = signal->price_e12 / tick_e12;
    bool upper_half = signal->price_e12 % tick_e12 >= tick_e12 - signal->price_e12 % tick_e12;
    signals_mix(&digest, signal, upper_half ? ticks + 1 : ticks);
    return digest.state;
}

/* ---- the table: linear probing, holes are closed at once ---- */

static uint32_t slot_of(const struct decisions *self, uint64_t key)
{
    uint32_t slot = (uint32_t)key & SLOT_MASK;
    while (self->slots[slot] != 0 && self->entries[self->slots[slot] - 1].key != key) {
        slot = (slot + 1) & SLOT_MASK;
    }
    return slot;
}

static void slot_remove(struct decisions *self, uint32_t hole)
{
    self->slots[hole] = 0;
    for (uint32_t slot = (hole + 1) & SLOT_MASK; self->slots[slot] != 0;
         slot = (slot + 1) & SLOT_MASK) {
        uint32_t home = (uint32_t)self->entries[self->slots[slot] - 1].key & SLOT_MASK;
        if (((slot - home) & SLOT_MASK) >= ((slot - hole) & SLOT_MASK)) {
            self->slots[hole] = self->slots[slot];
            self->slots[slot] = 0;
            hole = slot;
        }
    }
}

/* ---- the list by use ---- */

static void list_remove(struct decisions *self, uint16_t index)
{
    const struct decision *entry = &self->entries[index];
    if (entry->newer == NO_ENTRY) {
        self->newest = entry->older;
    } else {
        self->entries[entry->newer].older = entry->older;
    }
    if (entry->older == NO_ENTRY) {
        self->oldest = entry->newer;
    } else {
        self->entries[entry->older].newer = entry->newer;
    }
}

static void list_push(struct decisions *self, uint16_t index)
{
    self->entries[index].newer = NO_ENTRY;
    self->entries[index].older = self->newest;
    if (self->newest == NO_ENTRY) {
        self->oldest = index;
    } else {
        self->entries[self->newest].newer = index;
    }
    self->newest = index;
}

static void entry_drop(struct decisions *self, uint16_t index)
{
    slot_remove(self, slot_of(self, self->entries[index].key));
    list_remove(self, index);
    self->entries[index].older = self->unused;
    self->unused = index;
    self->count--;
}

static uint16_t entry_take(struct decisions *self)
{
    if (self->count == self->capacity) {
        entry_drop(self, self->oldest);
        self->evictions++;
    }
    uint16_t index = self->unused;
    CHECK(index < DECISIONS_MAX);
    self->unused = self->entries[index].older;
    self->count++;
    return index;
}

/* ---- hits and puts ---- */

static void decision_read(const struct decision *entry, struct assessment *out)
{
    out->verdict = entry->verdict;
    out->approved = entry->approved;
    out->cached = true;
    out->side = entry->side;
    out->instrument = entry->instrument;
    out->base_leverage = entry->base_leverage;
    out->max_leverage = entry->max_leverage;
    out->leverage = entry->leverage;
    out->position_size_e6 = entry->position_size_e6;
    out->notional_e8 = entry->notional_e8;
    out->price_e12 = entry->price_e12;
    out->limit_entry = entry->limit_entry;
    out->stop_e12 = entry->stop_e12;
    out->stop_source = entry->stop_source;
    out->bound = entry->bound;
    out->size_bound = entry->size_bound;
    out->check_count = 0;
}

static void decision_write(struct decision *entry, const struct assessment *assessment)
{
    entry->verdict = assessment->verdict;
    entry->approved = assessment->approved;
    entry->side = assessment->side;
    entry->instrument = assessment->instrument;
    entry->base_leverage = assessment->base_leverage;
    entry->max_leverage = assessment->max_leverage;
    entry->leverage = assessment->leverage;
    entry->position_size_e6 = assessment->position_size_e6;
    entry->notional_e8 = assessment->notional_e8;
    entry->price_e12 = assessment->price_e12;
    entry->limit_entry = assessment->limit_entry;
    entry->stop_e12 = assessment->stop_e12;
    entry->stop_source = assessment->stop_source;
    entry->bound = assessment->bound;
    entry->size_bound = assessment->size_bound;
}

bool decisions_find(struct decisions *self, uint64_t key, int64_t now_us, struct assessment *out)
{
    uint16_t place = self->slots[slot_of(self, key)];
    if (place == 0) {
        self->misses++;
        return false;
    }
    uint16_t index = (uint16_t)(place - 1);
    if (now_us >= self->entries[index].expires_us) {
        entry_drop(self, index);
        self->expiries++;
        self->misses++;
        return false;
    }
    list_remove(self, index);
    list_push(self, index);
    decision_read(&self->entries[index], out);
    self->hits++;
    return true;
}

int64_t decisions_put(struct decisions *self,
                      uint64_t key,
                      int64_t now_us,
                      const struct assessment *assessment)
{
    CHECK(now_us <= INT64_MAX - self->ttl_us);

    int64_t expires_us = now_us + self->ttl_us;
    uint16_t place = self->slots[slot_of(self, key)];
    if (place != 0) {
        entry_drop(self, (uint16_t)(place - 1));
    }
    if (self->ttl_us == 0) {
        return expires_us;
    }
    uint16_t index = entry_take(self);
    struct decision *entry = &self->entries[index];
    entry->key = key;
    entry->expires_us = expires_us;
    decision_write(entry, assessment);
    self->slots[slot_of(self, key)] = (uint16_t)(index + 1);
    list_push(self, index);
    return expires_us;
}

void decisions_check(const struct decisions *self)
{
    CHECK(self->count >= 0);
    CHECK(self->count <= self->capacity);
    int32_t listed = 0;
    uint16_t newer = NO_ENTRY;
    for (uint16_t index = self->newest; index != NO_ENTRY; index = self->entries[index].older) {
        CHECK(listed < self->count);
        CHECK(self->entries[index].newer == newer);
        CHECK(self->slots[slot_of(self, self->entries[index].key)] == index + 1);
        newer = index;
        listed++;
    }
    CHECK(listed == self->count);
    CHECK(self->oldest == newer);
}
