#include "data/import/merge.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"
#include "data/number.h"

struct cursor {
    struct tape_record *records; /* of the buffer */
    int64_t at, count;           /* in it */
    int64_t offset, left;        /* in the spill: what was not read yet */
    const struct spill *spill;
    const uint16_t *numbers; /* of its file's streams */
    int32_t file;
};

/* The place of a run's next record; the run's number makes it total, and a run that is over comes last. */
struct merge_key {
    int64_t time_us;
    uint64_t rank; /* kind, stream, run */
};

struct merge {
    const struct dictionary *dictionary;
    struct cursor *cursors;
    struct merge_key *keys;
    int32_t *losers; /* [0]: the winner; [1..leaves): the loser of each match */
    int32_t run_count, leaves;
    int64_t buffer_records;
    struct tape_record *buffers;
    struct twins twins;
    int64_t cut_sizes;
    bool started;
};

static inline bool key_before(const struct merge_key *a, const struct merge_key *b)
{
    return a->time_us != b->time_us ? a->time_us < b->time_us : a->rank < b->rank;
}

/* ---- runs ---- */

static void size_scale(struct merge *self, int64_t *size, int32_t shift)
{
    if (shift >= 0) {
        *size *= number_power10[shift]; /* the dictionary chose a scale at which it fits */
        return;
    }
    int32_t down = -shift > NUMBER_DECIMALS_MAX ? NUMBER_DECIMALS_MAX : -shift;
    self->cut_sizes += *size % number_power10[down] != 0;
    *size /= number_power10[down];
}

/* From the sink's form to the tape's. */
static void record_finish(struct merge *self, const struct cursor *cursor)
{
    struct tape_record *record = &cursor->records[cursor->at];
    record->stream = cursor->numbers[record->stream];
    const struct tape_stream *stream = &self->dictionary->streams[record->stream];
    int32_t shift = stream->size_decimals + SINK_SCALE_BASE - record->spare;
    record->spare = 0;
    if (shift != 0) {
        int64_t *sizes[2];
        int count = import_sizes(record, sizes);
        for (int i = 0; i < count; i++) {
            if (*sizes[i] != 0) {
                size_scale(self, sizes[i], shift);
            }
        }
    }
}

static void key_set(struct merge *self, int32_t run)
{
    enum { KIND_AT = 48, STREAM_AT = 32 };
    struct cursor *cursor = &self->cursors[run];
    if (cursor->at == cursor->count) {
        cursor->count = cursor->left < self->buffer_records ? cursor->left : self->buffer_records;
        cursor->at = 0;
        if (cursor->count == 0) {
            self->keys[run] = (struct merge_key){INT64_MAX, UINT64_MAX};
            return;
        }
        int64_t bytes = cursor->count * (int64_t)sizeof(struct tape_record);
        spill_read(cursor->spill, cursor->offset, (uint8_t *)cursor->records, bytes);
        cursor->offset += bytes;
        cursor->left -= cursor->count;
    }
    record_finish(self, cursor);
    const struct tape_record *record = &cursor->records[cursor->at];
    self->keys[run].time_us = record->time_us;
    self->keys[run].rank =
        (uint64_t)record->kind << KIND_AT | (uint64_t)record->stream << STREAM_AT | (uint64_t)run;
}

/* ---- the tree ---- */

/* Plays the whole tree once, from its leaves. */
static void tree_play(struct merge *self)
{
    int32_t *winners = memory_zeros((size_t)self->leaves * 2, sizeof(*winners));
    for (int32_t i = 0; i < self->leaves; i++) {
        winners[self->leaves + i] = i;
    }
    for (size_t node = (size_t)self->leaves - 1; node > 0; node--) {
        int32_t left = winners[node * 2], right = winners[node * 2 + 1];
        bool first = key_before(&self->keys[left], &self->keys[right]);
        winners[node] = first ? left : right;
        self->losers[node] = first ? right : left;
    }
    self->losers[0] = self->leaves > 1 ? winners[1] : 0;
    free(winners);
}

/* The run's key is new: it plays its way up again. */
static void tree_replay(struct merge *self, int32_t run)
{
    int32_t winner = run;
    for (int32_t node = (run + self->leaves) / 2; node > 0; node /= 2) {
        int32_t other = self->losers[node];
        if (key_before(&self->keys[other], &self->keys[winner])) {
            self->losers[node] = winner;
            winner = other;
        }
    }
    self->losers[0] = winner;
}

static void runs_collect(struct merge *self, const struct import_jobs *jobs)
{
    int32_t run = 0;
    for (int32_t file = 0; file < jobs->file_count; file++) {
        const struct import_result *result = &jobs->results[file];
        for (int64_t i = 0; i < result->run_count; i++, run++) {
            struct cursor *cursor = &self->cursors[run];
            cursor->records = self->buffers + run * self->buffer_records;
            cursor->offset = result->runs[i].offset;
            cursor->left = result->runs[i].count;
            cursor->spill = &jobs->spills[jobs->places[file]];
            cursor->numbers = self->dictionary->numbers[file];
            cursor->file = file;
        }
    }
}

struct merge *merge_new(const struct import_jobs *jobs, const struct dictionary *dictionary)
{
    enum { BUFFER_LEAST = 4, BUFFER_MOST = 1024 };
    struct merge *self = memory_zeros(1, sizeof(*self));
    self->dictionary = dictionary;
    for (int32_t file = 0; file < jobs->file_count; file++) {
        self->run_count += (int32_t)jobs->results[file].run_count;
    }
    self->leaves = 1;
    while (self->leaves < self->run_count) {
        self->leaves *= 2;
    }
    int64_t share = MERGE_BYTES / (int64_t)sizeof(struct tape_record) /
                    (self->run_count > 0 ? self->run_count : 1);
    share = share < BUFFER_MOST ? share : BUFFER_MOST;
    self->buffer_records = share > BUFFER_LEAST ? share : BUFFER_LEAST;
    size_t leaves = (size_t)self->leaves;
    self->cursors = memory_zeros(leaves, sizeof(*self->cursors));
    self->keys = memory_zeros(leaves, sizeof(*self->keys));
    self->losers = memory_zeros(leaves, sizeof(*self->losers));
    self->buffers =
        memory_zeros((size_t)(self->run_count * self->buffer_records), sizeof(*self->buffers));
    twins_init(&self->twins);
    runs_collect(self, jobs);
    for (int32_t run = 0; run < self->leaves; run++) {
        key_set(self, run);
    }
    tree_play(self);
    return self;
}

void merge_free(struct merge *self)
{
    if (self == NULL) {
        return;
    }
    twins_release(&self->twins);
    free(self->cursors);
    free(self->keys);
    free(self->losers);
    free(self->buffers);
    free(self);
}

const struct tape_record *merge_next(struct merge *self, int32_t *file)
{
    int32_t run = self->losers[0];
    if (self->started) {
        self->cursors[run].at++;
        key_set(self, run);
        tree_replay(self, run);
        run = self->losers[0];
    }
    self->started = true;
    const struct cursor *cursor = &self->cursors[run];
    if (cursor->at == cursor->count) {
        return NULL;
    }
    *file = cursor->file;
    return &cursor->records[cursor->at];
}

bool merge_is_twin(struct merge *self)
{
    const struct cursor *cursor = &self->cursors[self->losers[0]];
    return twins_seen(&self->twins, &cursor->records[cursor->at]);
}

int64_t merge_cut_sizes(const struct merge *self)
{
    return self->cut_sizes;
}
