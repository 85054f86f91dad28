/* sync.c - the first row of each message. */
#include "sim/exchange/sync.h"

static bool update_old(const struct sync *self, const struct tape_record *row)
{
    return self->state == SYNC_SNAPSHOT ? row->sequence < self->applied
                                        : row->sequence <= self->applied;
}

static bool update_follows(const struct sync *self, const struct tape_record *row)
{
    uint64_t first = (uint64_t)row->v[2];
    uint64_t before = (uint64_t)row->v[3];
    if (before != 0 && before == self->applied) {
        return true;
    }
    if (self->state == SYNC_SNAPSHOT || before == 0) {
        return first <= self->applied + 1;
    }
    return false;
}

static bool update_applies(struct sync *self, const struct tape_record *row)
{
    if (self->state == SYNC_NONE) {
        return false;
    }
    if (row->sequence == 0 && row->v[2] == 0 && row->v[3] == 0) {
        return true;
    }
    if (update_old(self, row)) {
        return false;
    }
    if (!update_follows(self, row)) {
        self->gaps++;
        self->state = SYNC_NONE;
        return false;
    }
    self->applied = row->sequence;
    self->state = SYNC_UPDATES;
    return true;
}

enum sync_answer sync_message(struct sync *self, const struct tape_record *row)
{
    self->kind = row->flags & TAPE_SNAPSHOT_ROW;
    self->message = row->sequence;
    if (self->kind != 0) {
        self->state = SYNC_SNAPSHOT;
        self->applied = row->sequence;
        self->applies = true;
        return SYNC_EMPTY_AND_APPLY;
    }
    self->applies = update_applies(self, row);
    self->skipped += !self->applies;
    return self->applies ? SYNC_APPLY : SYNC_SKIP;
}
