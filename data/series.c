#include "data/series.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"
#include "data/number.h"
#include "data/pack.h"
#include "data/steps.h"

struct chunk {
    uint8_t *memory; /* NULL: in the spill file, at offset */
    int64_t offset;
    struct pack_facts facts;
};

/* A bar that came after a later one, and when it came. */
struct late {
    struct series_point point;
    int64_t order;
};

struct series {
    struct spill *spill;
    struct chunk *chunks;
    int64_t chunk_count, chunk_capacity;
    struct pack_columns staged;
    int64_t count;   /* bars in chunks and staged */
    int64_t last_us; /* -1: none */
    struct steps steps;
    struct late *late;
    int64_t late_count, late_capacity;
    int64_t unsorted;
    int64_t start; /* bars at the head that are not part of it */
    int32_t volume_decimals;
};

/* ---- appending ---- */

struct series *series_new(struct spill *spill)
{
    struct series *self = memory_or_panic(calloc(1, sizeof(*self)));
    self->spill = spill;
    self->last_us = -1;
    return self;
}

static void chunks_free(struct series *self)
{
    for (int64_t i = 0; i < self->chunk_count; i++) {
        if (self->chunks[i].memory != NULL) {
            self->spill->memory_used -= self->chunks[i].facts.bytes;
            free(self->chunks[i].memory);
        }
    }
    free(self->chunks);
    self->chunks = NULL;
    self->chunk_count = self->chunk_capacity = 0;
}

void series_free(struct series *self)
{
    if (self == NULL) {
        return;
    }
    chunks_free(self);
    free(self->late);
    free(self);
}

int64_t series_last_us(const struct series *self)
{
    return self->last_us;
}

static struct chunk *chunk_add(struct series *self)
{
    if (self->chunk_count == self->chunk_capacity) {
        self->chunk_capacity = self->chunk_capacity > 0 ? self->chunk_capacity * 2 : 64;
        size_t bytes = (size_t)self->chunk_capacity * sizeof(struct chunk);
        self->chunks = memory_or_panic(realloc(self->chunks, bytes));
    }
    struct chunk *chunk = &self->chunks[self->chunk_count];
    memset(chunk, 0, sizeof(*chunk));
    self->chunk_count++;
    return chunk;
}

static bool chunk_flush(struct series *self, struct error *error)
{
    if (self->staged.count == 0) {
        return true;
    }
    _Alignas(8) uint8_t packed[PACK_BYTES_MAX];
    struct chunk *chunk = chunk_add(self);
    pack_write(&self->staged, packed, &chunk->facts);
    self->staged.count = 0;
    struct spill *spill = self->spill;
    if (spill->memory_used + chunk->facts.bytes > spill->memory_limit) {
        chunk->offset = spill->written;
        return spill_write(spill, packed, chunk->facts.bytes, error);
    }
    chunk->memory = memory_or_panic(malloc((size_t)chunk->facts.bytes));
    memcpy(chunk->memory, packed, (size_t)chunk->facts.bytes);
    spill->memory_used += chunk->facts.bytes;
    return true;
}

static void late_add(struct series *self, const struct series_point *point)
{
    if (self->late_count == self->late_capacity) {
        self->late_capacity = self->late_capacity > 0 ? self->late_capacity * 2 : 64;
        size_t bytes = (size_t)self->late_capacity * sizeof(struct late);
        self->late = memory_or_panic(realloc(self->late, bytes));
    }
    self->unsorted += point->time_us < self->last_us;
    self->late[self->late_count] = (struct late){*point, self->late_count};
    self->late_count++;
}

bool series_append(struct series *self, const struct series_point *point, struct error *error)
{
    if (point->time_us <= self->last_us) {
        late_add(self, point);
        return true;
    }
    if (self->count > 0) {
        steps_add(&self->steps, point->time_us - self->last_us);
    }
    struct pack_columns *staged = &self->staged;
    int32_t at = staged->count;
    int64_t scale = 1;
    if (point->decimals > staged->decimals) {
        pack_refine(staged, point->decimals);
    } else {
        scale = number_power10[staged->decimals - point->decimals];
    }
    staged->time_us[at] = point->time_us;
    staged->price[PACK_OPEN][at] = point->open * scale;
    staged->price[PACK_HIGH][at] = point->high * scale;
    staged->price[PACK_LOW][at] = point->low * scale;
    staged->price[PACK_CLOSE][at] = point->close * scale;
    staged->volume[at] = point->volume;
    staged->volume_decimals[at] = (int8_t)point->volume_decimals;
    staged->count++;
    self->count++;
    self->last_us = point->time_us;
    return staged->count < SERIES_CHUNK_BARS || chunk_flush(self, error);
}

/* ---- reading back ---- */

static const uint8_t *
chunk_bytes(const struct series *self, const struct chunk *chunk, uint8_t scratch[PACK_BYTES_MAX])
{
    if (chunk->memory != NULL) {
        return chunk->memory;
    }
    spill_read(self->spill, chunk->offset, scratch, chunk->facts.bytes);
    return scratch;
}

static void
chunk_columns(const struct series *self, const struct chunk *chunk, struct pack_columns *out)
{
    _Alignas(8) uint8_t scratch[PACK_BYTES_MAX];
    pack_read(chunk_bytes(self, chunk, scratch), &chunk->facts, out);
}

void series_open(struct series_cursor *cursor, const struct series *series)
{
    memset(cursor, 0, sizeof(*cursor));
    cursor->series = series;
    cursor->buffer = memory_or_panic(malloc(SERIES_CHUNK_BARS * sizeof(struct bar)));
    cursor->chunk = cursor->buffer;
    cursor->chunk_index = series->start / SERIES_CHUNK_BARS - 1;
    cursor->chunk_count = cursor->index = 0;
}

static bool cursor_load(struct series_cursor *cursor)
{
    const struct series *series = cursor->series;
    if (cursor->chunk_index + 1 >= series->chunk_count) {
        return false;
    }
    cursor->chunk_index++;
    const struct chunk *chunk = &series->chunks[cursor->chunk_index];
    struct pack_columns columns;
    chunk_columns(series, chunk, &columns);
    pack_bars(&columns, series->volume_decimals, cursor->buffer);
    cursor->chunk_count = columns.count;
    bool head = cursor->chunk_index == series->start / SERIES_CHUNK_BARS;
    cursor->index = head ? series->start % SERIES_CHUNK_BARS : 0;
    return cursor->index < cursor->chunk_count;
}

const struct bar *series_next(struct series_cursor *cursor)
{
    if (cursor->index == cursor->chunk_count && !cursor_load(cursor)) {
        return NULL;
    }
    return &cursor->chunk[cursor->index++];
}

void series_close(struct series_cursor *cursor)
{
    free(cursor->buffer);
    memset(cursor, 0, sizeof(*cursor));
}

/* ---- late bars ---- */

static int late_compare(const void *a, const void *b)
{
    const struct late *left = a, *right = b;
    if (left->point.time_us != right->point.time_us) {
        return left->point.time_us < right->point.time_us ? -1 : 1;
    }
    return (left->order > right->order) - (left->order < right->order);
}

/* The way of one bar into the merged series. */
static bool merge_put(struct series *merged,
                      const struct series_point *point,
                      const struct series_findings *findings,
                      struct series_facts *facts,
                      struct error *error)
{
    if (point->time_us == merged->last_us) {
        facts->duplicates++;
        findings->duplicate(findings->context, point);
        return true;
    }
    return series_append(merged, point, error);
}

struct merge {
    struct series *from, *into;
    int64_t late_at;
    const struct series_findings *findings;
    struct series_facts *facts;
};

/* Late bars before time_us (not at it: of two with one time, that in order came first). */
static bool merge_late(struct merge *merge, int64_t time_us, struct error *error)
{
    struct series *from = merge->from;
    while (merge->late_at < from->late_count &&
           from->late[merge->late_at].point.time_us < time_us) {
        const struct series_point *point = &from->late[merge->late_at].point;
        if (!merge_put(merge->into, point, merge->findings, merge->facts, error)) {
            return false;
        }
        merge->late_at++;
    }
    return true;
}

static bool merge_chunk(struct merge *merge, const struct chunk *chunk, struct error *error)
{
    struct pack_columns columns;
    chunk_columns(merge->from, chunk, &columns);
    for (int32_t i = 0; i < columns.count; i++) {
        struct series_point point = {.time_us = columns.time_us[i],
                                     .open = columns.price[PACK_OPEN][i],
                                     .high = columns.price[PACK_HIGH][i],
                                     .low = columns.price[PACK_LOW][i],
                                     .close = columns.price[PACK_CLOSE][i],
                                     .volume = columns.volume[i],
                                     .decimals = columns.decimals,
                                     .volume_decimals = columns.volume_decimals[i]};
        if (!merge_late(merge, point.time_us, error) ||
            !merge_put(merge->into, &point, merge->findings, merge->facts, error)) {
            return false;
        }
    }
    return true;
}

static bool series_merge(struct series *self,
                         const struct series_findings *findings,
                         struct series_facts *facts,
                         struct error *error)
{
    if (self->late_count == 0) {
        return true;
    }
    qsort(self->late, (size_t)self->late_count, sizeof(struct late), late_compare);
    struct merge merge = {self, series_new(self->spill), 0, findings, facts};
    bool fine = true;
    for (int64_t i = 0; fine && i < self->chunk_count; i++) {
        fine = merge_chunk(&merge, &self->chunks[i], error);
    }
    fine = fine && merge_late(&merge, INSTANT_NEVER, error) && chunk_flush(merge.into, error);
    if (fine) {
        struct series old = *self;
        *self = *merge.into;
        self->unsorted = old.unsorted;
        *merge.into = old;
    }
    series_free(merge.into);
    return fine;
}

/* ---- the seal ---- */

/* The finest scale at which the largest volume of every chunk still fits. */
static int32_t volume_scale(const struct series *self)
{
    enum { SCALE_MIN = -8 };
    int32_t scale = SCALE_MIN;
    for (int64_t i = 0; i < self->chunk_count; i++) {
        const struct pack_facts *facts = &self->chunks[i].facts;
        scale = facts->volume_decimals > scale ? facts->volume_decimals : scale;
    }
    for (int64_t i = 0; i < self->chunk_count; i++) {
        const struct pack_facts *facts = &self->chunks[i].facts;
        while (scale > facts->volume_decimals &&
               facts->volume_max > INT64_MAX / number_power10[scale - facts->volume_decimals]) {
            scale--;
        }
    }
    return self->chunk_count > 0 ? scale : 0;
}

/* Bars before keep_from_us go, but for the last of them when it still runs at that instant. */
static int64_t start_find(const struct series *self, int64_t keep_from_us, int64_t interval_us)
{
    int64_t before = 0, last_us = -1;
    for (int64_t i = 0; i < self->chunk_count; i++) {
        struct pack_columns columns;
        if (self->chunks[i].facts.time_first_us >= keep_from_us) {
            break;
        }
        chunk_columns(self, &self->chunks[i], &columns);
        for (int32_t at = 0; at < columns.count && columns.time_us[at] < keep_from_us; at++) {
            before++;
            last_us = columns.time_us[at];
        }
    }
    bool covers = before > 0 && last_us + interval_us > keep_from_us;
    return before - covers;
}

struct gap_walk {
    int64_t interval_us, previous_us;
    const struct series_findings *findings;
    struct series_facts *facts;
};

static void gap_step(struct gap_walk *walk, int64_t time_us)
{
    int64_t distance = time_us - walk->previous_us;
    if (walk->previous_us >= 0 && distance > walk->interval_us) {
        int64_t missing = (distance - 1) / walk->interval_us;
        walk->facts->gaps++;
        walk->facts->missing += missing;
        walk->findings->gap(walk->findings->context, walk->previous_us + walk->interval_us,
                            missing);
    }
    walk->previous_us = time_us;
}

static void gaps_find(const struct series *self,
                      const struct series_findings *findings,
                      struct series_facts *facts)
{
    struct gap_walk walk = {facts->interval_us, -1, findings, facts};
    if (facts->interval_us == 0) {
        return;
    }
    for (int64_t i = self->start / SERIES_CHUNK_BARS; i < self->chunk_count; i++) {
        const struct pack_facts *chunk = &self->chunks[i].facts;
        bool head = i == self->start / SERIES_CHUNK_BARS;
        if (!head && chunk->time_step_us == facts->interval_us) {
            gap_step(&walk, chunk->time_first_us);
            walk.previous_us = chunk->time_last_us;
            continue;
        }
        struct pack_columns columns;
        chunk_columns(self, &self->chunks[i], &columns);
        for (int32_t at = head ? (int32_t)(self->start % SERIES_CHUNK_BARS) : 0; at < columns.count;
             at++) {
            gap_step(&walk, columns.time_us[at]);
        }
    }
}

static void facts_fill(const struct series *self, struct series_facts *facts)
{
    facts->count = self->count - self->start;
    facts->last_us = self->last_us;
    facts->unsorted = self->unsorted;
    facts->outside += self->start;
    facts->volume_exponent = self->volume_decimals;
    facts->price_decimals = 0;
    for (int64_t i = 0; i < self->chunk_count; i++) {
        int32_t decimals = self->chunks[i].facts.decimals;
        facts->price_decimals = decimals > facts->price_decimals ? decimals : facts->price_decimals;
    }
    struct series_cursor cursor;
    series_open(&cursor, self);
    const struct bar *first = series_next(&cursor);
    facts->first_us = first != NULL ? first->open_time_us : 0;
    facts->first_price_e12 = first != NULL ? first->open_e12 : 0;
    facts->last_price_e12 = 0;
    series_close(&cursor);
    if (facts->count > 0) {
        struct pack_columns columns;
        struct bar bars[SERIES_CHUNK_BARS];
        chunk_columns(self, &self->chunks[self->chunk_count - 1], &columns);
        pack_bars(&columns, self->volume_decimals, bars);
        facts->last_price_e12 = bars[columns.count - 1].close_e12;
    }
}

bool series_seal(struct series *self,
                 int64_t keep_from_us,
                 const struct series_findings *findings,
                 struct series_facts *facts,
                 struct error *error)
{
    if (!chunk_flush(self, error) || !series_merge(self, findings, facts, error)) {
        return false;
    }
    facts->interval_us = steps_interval(&self->steps);
    self->start = start_find(self, keep_from_us, facts->interval_us);
    self->volume_decimals = volume_scale(self);
    gaps_find(self, findings, facts);
    facts_fill(self, facts);
    return true;
}
