#include "reports/words.h"

#include <stdlib.h>
#include <string.h>

#include "reports/memory.h"

enum { SLOTS_INITIAL = 256 };

void words_init(struct words *self)
{
    *self = (struct words){.slot_count = SLOTS_INITIAL};
    self->slots = memory_array(SLOTS_INITIAL, sizeof(int32_t));
}

void words_release(struct words *self)
{
    for (int32_t i = 0; i < self->count; i++) {
        free(self->items[i]);
    }
    free(self->items);
    free(self->slots);
    *self = (struct words){0};
}

static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261U;

    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 16777619U;
    }
    return hash;
}

/* The slot that holds the text, or the free one where it belongs. */
static int32_t *slot_of(const struct words *self, const char *text)
{
    uint32_t mask = (uint32_t)self->slot_count - 1;
    uint32_t at = hash_of(text) & mask;

    while (self->slots[at] != 0 && strcmp(self->items[self->slots[at] - 1], text) != 0) {
        at = (at + 1) & mask;
    }
    return &self->slots[at];
}

static void slots_double(struct words *self)
{
    free(self->slots);
    self->slot_count *= 2;
    self->slots = memory_array(self->slot_count, sizeof(int32_t));
    for (int32_t i = 0; i < self->count; i++) {
        *slot_of(self, self->items[i]) = i + 1;
    }
}

int32_t words_intern(struct words *self, const char *text)
{
    const char *key = text == NULL ? "" : text;
    int32_t *slot = slot_of(self, key);

    if (*slot != 0) {
        return *slot - 1;
    }
    self->items = memory_grow(self->items, self->count, &self->capacity, sizeof(char *));
    self->items[self->count++] = memory_text(key);
    *slot = self->count;
    if (self->count * 2 > self->slot_count) {
        slots_double(self);
    }
    return self->count - 1;
}

int32_t words_find(const struct words *self, const char *text)
{
    return *slot_of(self, text) - 1;
}
