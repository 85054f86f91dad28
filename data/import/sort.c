#include "data/import/sort.h"

#include <stdlib.h>
#include <string.h>

/* A record by its place: no two are equal, so any sort is stable. */
struct sort_key {
    int64_t time_us;
    uint64_t rank; /* kind, place of the stream, place in the buffer */
};

enum { RANK_BITS = 16, PLACE_BITS = 32 };

static int key_compare(const void *a, const void *b)
{
    const struct sort_key *left = a, *right = b;
    if (left->time_us != right->time_us) {
        return left->time_us < right->time_us ? -1 : 1;
    }
    return left->rank < right->rank ? -1 : 1;
}

void sink_sort(struct import_sink *self)
{
    if (self->in_order) {
        return;
    }
    size_t count = (size_t)self->count;
    struct sort_key *keys = malloc(count * sizeof(*keys));
    struct tape_record *sorted = malloc((size_t)self->capacity * sizeof(*sorted));
    CHECK(keys != NULL && sorted != NULL);
    for (size_t i = 0; i < count; i++) {
        const struct tape_record *record = &self->records[i];
        uint64_t rank = (uint64_t)self->streams[record->stream].rank;
        keys[i].time_us = record->time_us;
        keys[i].rank = (((uint64_t)record->kind << RANK_BITS | rank) << PLACE_BITS) | i;
    }
    qsort(keys, count, sizeof(*keys), key_compare);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = self->records[keys[i].rank & UINT32_MAX];
    }
    free(keys);
    free(self->records);
    self->records = sorted;
    self->in_order = true;
}

static void seal_note(struct sink_stream *stream, int64_t time_us)
{
    stream->first_us =
        stream->count == 0 || time_us < stream->first_us ? time_us : stream->first_us;
    stream->last_us = stream->count == 0 || time_us > stream->last_us ? time_us : stream->last_us;
    stream->count++;
    bool bar = stream->kind <= TAPE_BAR && stream->interval_us == 0;
    if (bar && stream->step_last_us >= 0 && time_us > stream->step_last_us) {
        steps_add(&stream->steps, time_us - stream->step_last_us);
    }
    stream->step_last_us = time_us;
}

static void twin_note(struct import_sink *self, const struct tape_record *record)
{
    self->duplicates++;
    defects_add(&self->defects, "duplicate-row", SEVERITY_LOW, self->path, 0,
                "%s: a second %s at %lld us, equal in every field: left out",
                self->streams[record->stream].symbol, tape_kind_text(record->kind),
                (long long)record->time_us);
}

/* Drops twins among the first `count` and takes notes; returns how many are left. */
static int64_t seal(struct import_sink *self, int64_t count)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        const struct tape_record *record = &self->records[i];
        if (twins_seen(&self->twins, record)) {
            twin_note(self, record);
            continue;
        }
        seal_note(&self->streams[record->stream], record->time_us);
        if (kept != i) {
            self->records[kept] = *record;
        }
        kept++;
    }
    return kept;
}

static void run_add(struct import_sink *self, int64_t count)
{
    enum { RECORD_BYTES = sizeof(struct tape_record) };
    if (self->run_count > 0) {
        struct sink_run *last = &self->runs[self->run_count - 1];
        bool adjoins = last->offset + last->count * RECORD_BYTES == self->spill->written;
        if (adjoins && !sink_before(self, &self->records[0], &self->run_last)) {
            last->count += count;
            return;
        }
    }
    if (self->run_count == self->run_capacity) {
        self->run_capacity = self->run_capacity > 0 ? self->run_capacity * 2 : 4;
        size_t bytes = (size_t)self->run_capacity * sizeof(struct sink_run);
        self->runs = realloc(self->runs, bytes);
        CHECK(self->runs != NULL);
    }
    self->runs[self->run_count] = (struct sink_run){self->spill->written, count};
    self->run_count++;
}

bool sink_flush(struct import_sink *self, int64_t count, struct error *error)
{
    int64_t kept = seal(self, count);
    if (kept > 0) {
        run_add(self, kept);
        self->run_last = self->records[kept - 1];
        int64_t bytes = kept * (int64_t)sizeof(struct tape_record);
        if (!spill_write(self->spill, (const uint8_t *)self->records, bytes, error)) {
            return false;
        }
    }
    self->count -= count;
    memmove(self->records, self->records + count, (size_t)self->count * sizeof(struct tape_record));
    return true;
}
