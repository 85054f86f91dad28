#include "data/import/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "data/memory.h"
#include "data/number.h"

/* One stream of one file. */
struct entry {
    const struct sink_stream *stream;
    const struct import_dialect *dialect;
    int64_t interval_us;
    int32_t file;
    uint16_t number; /* the sink's */
    bool whole;      /* its file is one run */
};

static int venue_compare(const struct import_dialect *a, const struct import_dialect *b)
{
    size_t left = strcspn(a->name, "-"), right = strcspn(b->name, "-");
    int order = strncmp(a->name, b->name, left < right ? left : right);
    return order != 0 ? order : (left > right) - (left < right);
}

/* Of what makes two entries one stream. */
static int same_compare(const struct entry *a, const struct entry *b)
{
    int order = strcmp(a->stream->symbol, b->stream->symbol);
    if (order != 0) {
        return order;
    }
    if (a->stream->kind != b->stream->kind) {
        return a->stream->kind < b->stream->kind ? -1 : 1;
    }
    if (a->interval_us != b->interval_us) {
        return a->interval_us < b->interval_us ? -1 : 1;
    }
    return venue_compare(a->dialect, b->dialect);
}

static int entry_compare(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = same_compare(left, right);
    if (order != 0) {
        return order;
    }
    if (left->stream->first_us != right->stream->first_us) {
        return left->stream->first_us < right->stream->first_us ? -1 : 1;
    }
    return (left->file > right->file) - (left->file < right->file);
}

static struct entry *entries_list(const struct import_jobs *jobs, size_t *count)
{
    *count = 0;
    for (int32_t file = 0; file < jobs->file_count; file++) {
        *count += (size_t)jobs->results[file].stream_count;
    }
    struct entry *entries = memory_zeros(*count, sizeof(*entries));
    size_t at = 0;
    for (int32_t file = 0; file < jobs->file_count; file++) {
        const struct import_result *result = &jobs->results[file];
        for (int32_t i = 0; i < result->stream_count; i++) {
            entries[at++] = (struct entry){
                &result->streams[i], result->dialect,       result->streams[i].interval_us, file,
                (uint16_t)i,         result->run_count <= 1};
        }
    }
    return entries;
}

/* A file of one bar tells no step: its neighbours do. */
static void intervals_complete(struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sink_stream *stream = entries[i].stream;
        CHECK(stream != NULL);
        if (stream->kind > TAPE_BAR || entries[i].interval_us != 0) {
            continue;
        }
        int64_t found_us = 0;
        bool agree = true;
        for (size_t other = 0; other < count; other++) {
            int64_t theirs_us = entries[other].stream->interval_us;
            bool kin = theirs_us != 0 && entries[other].stream->kind == stream->kind &&
                       strcmp(entries[other].stream->symbol, stream->symbol) == 0 &&
                       venue_compare(entries[other].dialect, entries[i].dialect) == 0;
            agree = agree && (!kin || found_us == 0 || found_us == theirs_us);
            found_us = kin ? theirs_us : found_us;
        }
        entries[i].interval_us = agree ? found_us : 0;
    }
}

/* ---- one stream out of entries ---- */

static int8_t size_scale(const int64_t size_max[SINK_SCALES])
{
    int32_t finest = -1;
    for (int32_t scale = 0; scale < SINK_SCALES; scale++) {
        finest = size_max[scale] > 0 ? scale : finest;
    }
    if (finest < 0) {
        return 0;
    }
    for (int32_t scale = 0; scale < finest; scale++) {
        while (finest > scale && size_max[scale] > 0 &&
               (finest - scale > NUMBER_DECIMALS_MAX ||
                size_max[scale] > INT64_MAX / number_power10[finest - scale])) {
            finest--;
        }
    }
    return (int8_t)(finest - SINK_SCALE_BASE);
}

static void origin_set(struct tape_stream *out, const char *name)
{
    CHECK(strlen(name) < TAPE_ORIGIN_BYTES);
    memset(out->origin, 0, sizeof(out->origin));
    memcpy(out->origin, name, strlen(name));
}

struct summing {
    int64_t size_max[SINK_SCALES];
    bool price_mixed, size_mixed, time_ms, time_s;
    int8_t price_decimals, size_decimals;
    int64_t origin_rows;
};

static void entry_sum(struct summing *sum, struct tape_stream *out, const struct entry *entry)
{
    const struct sink_stream *stream = entry->stream;
    for (int32_t i = 0; i < SINK_SCALES; i++) {
        sum->size_max[i] =
            stream->size_max[i] > sum->size_max[i] ? stream->size_max[i] : sum->size_max[i];
    }
    bool first = out->count == 0;
    sum->price_mixed |=
        stream->price_mixed || (!first && stream->price_decimals != sum->price_decimals);
    sum->size_mixed |=
        stream->size_mixed || (!first && stream->size_decimals != sum->size_decimals);
    sum->time_ms = (first || sum->time_ms) && stream->time_ms;
    sum->time_s = (first || sum->time_s) && stream->time_s;
    sum->price_decimals = first || stream->price_decimals > sum->price_decimals
                              ? stream->price_decimals
                              : sum->price_decimals;
    sum->size_decimals = stream->size_decimals;
    out->first_us = first || stream->first_us < out->first_us ? stream->first_us : out->first_us;
    out->last_us = first || stream->last_us > out->last_us ? stream->last_us : out->last_us;
    out->count += stream->count;
    out->receive_min_ns = first || stream->receive_min_ns < out->receive_min_ns
                              ? stream->receive_min_ns
                              : out->receive_min_ns;
    if (stream->count > sum->origin_rows) {
        sum->origin_rows = stream->count;
        origin_set(out, entry->dialect->name);
    }
}

static void stream_make(struct dictionary *self, const struct entry *entries, size_t count)
{
    struct summing sum = {.origin_rows = -1};
    struct tape_stream *out = &self->streams[self->count];
    memcpy(out->symbol, entries[0].stream->symbol, sizeof(out->symbol));
    out->kind = entries[0].stream->kind;
    out->interval_us = entries[0].interval_us;
    for (size_t i = 0; i < count; i++) {
        self->overlaps |=
            !entries[i].whole || (i > 0 && entries[i].stream->first_us <= out->last_us);
        entry_sum(&sum, out, &entries[i]);
        self->numbers[entries[i].file][entries[i].number] = (uint16_t)self->count;
    }
    out->price_decimals = sum.price_decimals > 0 ? sum.price_decimals : 0;
    out->size_decimals = size_scale(sum.size_max);
    out->style = (uint16_t)((sum.price_mixed ? 0 : TAPE_PRICE_FIXED) |
                            (sum.size_mixed ? 0 : TAPE_SIZE_FIXED) |
                            (sum.time_ms ? TAPE_TIME_MS : 0) | (sum.time_s ? TAPE_TIME_S : 0));
    self->count++;
}

void dictionary_make(struct dictionary *self, const struct import_jobs *jobs)
{
    memset(self, 0, sizeof(*self));
    size_t count = 0;
    struct entry *entries = entries_list(jobs, &count);
    intervals_complete(entries, count);
    if (count > 0) {
        qsort(entries, count, sizeof(*entries), entry_compare);
    }
    self->streams = memory_zeros(count, sizeof(*self->streams));
    self->numbers = memory_zeros((size_t)jobs->file_count, sizeof(*self->numbers));
    self->file_count = jobs->file_count;
    for (int32_t file = 0; file < jobs->file_count; file++) {
        size_t streams = (size_t)jobs->results[file].stream_count;
        self->numbers[file] = memory_zeros(streams, sizeof(*self->numbers[file]));
    }
    for (size_t first = 0; first < count;) {
        size_t same = 1;
        while (first + same < count && same_compare(&entries[first], &entries[first + same]) == 0) {
            same++;
        }
        stream_make(self, &entries[first], same);
        first += same;
    }
    free(entries);
}

void dictionary_release(struct dictionary *self)
{
    for (int32_t file = 0; file < self->file_count; file++) {
        free(self->numbers[file]);
    }
    free(self->numbers);
    free(self->streams);
}
