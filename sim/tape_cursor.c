#include "sim/tape_cursor.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"

/* A record is a cache line; the loop that takes it works for a few of their latencies. */
enum { PREFETCH_RECORDS = 16 };

/* Bars and rates: one a time. */
static bool repeated(struct tape_cursor *self,
                     const struct market_stream *stream,
                     const struct tape_record *record)
{
    if (stream->use == MARKET_USE_TICK || stream->use == MARKET_USE_PRICE) {
        return false;
    }
    int64_t *last_us = &self->last_us[stream->instrument][stream->use];
    if (record->time_us <= *last_us) {
        return true;
    }
    *last_us = record->time_us;
    return false;
}

/* The next run of a tape's records within the range; false: there is none. */
static __attribute__((noinline)) bool run_take(struct tape_cursor *self, struct tape_place *place)
{
    int64_t count = 0, last_us = self->market->range.last_us;
    place->at = place->end = NULL;
    enum tape_status status = tape_run(place->tape->reader, &place->at, &count, &self->error);
    if (status != TAPE_MORE) {
        self->failed = self->failed || status == TAPE_DAMAGED;
        place->at = NULL;
        return false;
    }
    while (count > 0 && place->at[count - 1].time_us > last_us) {
        count--;
    }
    place->end = place->at + count;
    if (count == 0) {
        place->at = NULL;
    }
    return count > 0;
}

/* From the record at `at` to the first that is the run's. */
static inline void place_settle(struct tape_cursor *self, struct tape_place *place)
{
    const struct market_stream *streams = place->tape->streams;
    for (;;) {
        if (place->at == place->end && !run_take(self, place)) {
            return;
        }
        const struct tape_record *record = place->at;
        __builtin_prefetch(record + PREFETCH_RECORDS);
        const struct market_stream *stream = &streams[record->stream];
        if (record->time_us >= stream->from_us && !repeated(self, stream, record)) {
            place->stream = stream;
            return;
        }
        place->at++;
    }
}

static int32_t place_rank(const struct tape_place *place)
{
    return (int32_t)place->stream->use * INSTRUMENTS_MAX + place->stream->instrument;
}

static void first_find(struct tape_cursor *self)
{
    struct tape_place *best = NULL;
    int64_t best_us = INSTANT_NEVER;
    int32_t best_rank = 0;
    for (int32_t i = 0; i < self->place_count; i++) {
        struct tape_place *place = &self->places[i];
        if (place->at == NULL || place->at->time_us > best_us) {
            continue;
        }
        int32_t rank = place_rank(place);
        if (best == NULL || place->at->time_us < best_us || rank < best_rank) {
            best = place;
            best_us = place->at->time_us;
            best_rank = rank;
        }
    }
    self->first = best;
    self->time_us = best_us;
    self->rank = best_rank;
}

void tape_cursor_advance(struct tape_cursor *self)
{
    struct tape_place *place = self->first;
    place->at++;
    place_settle(self, place);
    if (self->place_count > 1 || place->at == NULL) {
        first_find(self);
        return;
    }
    self->time_us = place->at->time_us;
    self->rank = place_rank(place);
}

bool tape_cursor_open(struct tape_cursor *self, const struct market *market)
{
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    self->market = market;
    size_t instruments = (size_t)market->instruments->count;
    self->places = calloc((size_t)market->tape_count + 1, sizeof(*self->places));
    self->last_us = malloc((instruments + 1) * sizeof(*self->last_us));
    if (self->places == NULL || self->last_us == NULL) {
        tape_cursor_close(self);
        return false;
    }
    memset(self->last_us, 0xff, instruments * sizeof(*self->last_us)); /* -1 */
    self->place_count = market->tape_count;
    for (int32_t i = 0; i < market->tape_count; i++) {
        const struct market_tape *tape = &market->tapes[i];
        int64_t from_us = INSTANT_NEVER;
        for (int32_t at = 0; at < tape_stream_count(tape->reader); at++) {
            int64_t stream_us = tape->streams[at].from_us;
            from_us = stream_us < from_us ? stream_us : from_us;
        }
        self->places[i].tape = tape;
        tape_seek(tape->reader, from_us);
        place_settle(self, &self->places[i]);
    }
    first_find(self);
    return true;
}

void tape_cursor_close(struct tape_cursor *self)
{
    free(self->places);
    free(self->last_us);
    memset(self, 0, sizeof(*self));
}
