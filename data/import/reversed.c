#include "data/import/reversed.h"

#include <stdlib.h>

static void rows_give(struct ticks *self)
{
    struct reversed *reversed = self->state;
    for (int32_t i = 0; i < reversed->count; i++) {
        int32_t at = reversed->backward ? reversed->count - 1 - i : i;
        ticks_give(self, &reversed->rows[at]);
    }
    reversed->count = 0;
}

void reversed_add(struct ticks *self, enum tape_kind kind)
{
    struct reversed *reversed = self->state;
    if (self->problem != NULL || self->failed) {
        return;
    }
    self->record.kind = (uint16_t)kind;
    self->record.stream = ticks_stream(self, kind);
    if (reversed->known && !reversed->backward) {
        ticks_give(self, &(struct ticks_held){self->record, self->written, true});
        return;
    }
    if (reversed->rows == NULL) {
        reversed->rows = calloc(REVERSED_ROWS, sizeof(*reversed->rows));
        CHECK(reversed->rows != NULL);
    }
    int64_t held_us = reversed->count > 0 ? reversed->rows[0].record.time_us : self->record.time_us;
    if (held_us != self->record.time_us) {
        reversed->backward = reversed->known ? reversed->backward : self->record.time_us < held_us;
        reversed->known = true;
        rows_give(self);
    } else if (reversed->count == REVERSED_ROWS) {
        rows_give(self);
    }
    reversed->rows[reversed->count++] = (struct ticks_held){self->record, self->written, true};
}

bool reversed_end(struct ticks *self)
{
    struct reversed *reversed = self->state;
    if (!self->failed) {
        rows_give(self);
    }
    free(reversed->rows);
    reversed->rows = NULL;
    return !self->failed;
}
