#include "data/import/sink.h"

#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/import/sort.h"
#include "data/market_names.h"
#include "data/market_series.h"
#include "data/memory.h"

void import_sink_init(struct import_sink *self,
                      const char *path,
                      const char *symbol,
                      const struct market_range *range,
                      struct spill *spill)
{
    memset(self, 0, sizeof(*self));
    self->path = path;
    (void)snprintf(self->symbol, sizeof(self->symbol), "%s", symbol);
    self->range = *range;
    self->spill = spill;
    self->in_order = true;
    defects_init(&self->defects);
    twins_init(&self->twins);
}

void import_sink_release(struct import_sink *self)
{
    defects_release(&self->defects);
    twins_release(&self->twins);
    free(self->streams);
    free(self->runs);
    free(self->records);
}

/* ---- streams ---- */

static int stream_compare(const struct sink_stream *a, const struct sink_stream *b)
{
    int order = strcmp(a->symbol, b->symbol);
    if (order != 0) {
        return order;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    return (a->interval_us > b->interval_us) - (a->interval_us < b->interval_us);
}

/* A new stream moves others up, but never changes the order of two: runs that were written stay sorted. */
static void ranks_find(struct import_sink *self)
{
    struct sink_stream *last = &self->streams[self->stream_count - 1];
    for (int32_t i = 0; i < self->stream_count - 1; i++) {
        if (stream_compare(&self->streams[i], last) < 0) {
            last->rank++;
        } else {
            self->streams[i].rank++;
        }
    }
}

static struct sink_stream *stream_new(struct import_sink *self)
{
    if (self->stream_count == self->stream_capacity) {
        self->stream_capacity = self->stream_capacity > 0 ? self->stream_capacity * 2 : 4;
        size_t bytes = (size_t)self->stream_capacity * sizeof(struct sink_stream);
        self->streams = memory_or_panic(realloc(self->streams, bytes));
    }
    struct sink_stream *stream = &self->streams[self->stream_count];
    memset(stream, 0, sizeof(*stream));
    self->stream_count++;
    return stream;
}

/* As data/market_series.c reads them. */
int64_t import_sink_from(const struct import_sink *self, enum tape_kind kind)
{
    int64_t first_us = self->range.first_us;
    bool covers = kind == TAPE_MARK_BAR || kind == TAPE_INDEX_BAR || kind == TAPE_PREMIUM_BAR;
    if (!covers) {
        return first_us;
    }
    return first_us > MARKET_MARK_MARGIN_US ? first_us - MARKET_MARK_MARGIN_US : 0;
}

/* What a symbol of a column is called: "DOGE-USDT-SWAP" is DOGEUSDT as in names of files. */
static const char *name_of(struct import_sink *self, const char *symbol)
{
    if (symbol == NULL || self->symbol_fixed) {
        return self->symbol;
    }
    if (strcmp(self->asked, symbol) != 0) {
        (void)snprintf(self->asked, sizeof(self->asked), "%s", symbol);
        market_symbol_join(symbol, self->called);
    }
    return self->called;
}

uint16_t import_stream(struct import_sink *sink,
                       const char *symbol,
                       enum tape_kind kind,
                       int64_t interval_us)
{
    const char *name = name_of(sink, symbol);
    for (int32_t i = sink->stream_count - 1; i >= 0; i--) {
        const struct sink_stream *stream = &sink->streams[i];
        if (stream->kind == kind && stream->interval_us == interval_us &&
            strcmp(stream->symbol, name) == 0) {
            return (uint16_t)i;
        }
    }
    if (sink->stream_count == TAPE_STREAMS_MAX || !tape_symbol_plain(name)) {
        (void)snprintf(sink->refused, sizeof(sink->refused), "%s", name);
        return UINT16_MAX;
    }
    struct sink_stream *stream = stream_new(sink);
    (void)snprintf(stream->symbol, sizeof(stream->symbol), "%s", name);
    stream->kind = (uint16_t)kind;
    stream->interval_us = interval_us;
    stream->price_decimals = stream->size_decimals = INT8_MIN;
    stream->time_ms = stream->time_s = true;
    stream->receive_min_ns = INT64_MAX;
    stream->from_us = import_sink_from(sink, kind);
    stream->step_last_us = -1;
    ranks_find(sink);
    return (uint16_t)(sink->stream_count - 1);
}

/* ---- numbers ---- */

int import_sizes(struct tape_record *record, int64_t *out[2])
{
    switch ((enum tape_kind)record->kind) {
    case TAPE_MARK_BAR:
    case TAPE_INDEX_BAR:
    case TAPE_PREMIUM_BAR:
    case TAPE_BAR: out[0] = (int64_t *)&record->sequence; return 1;
    case TAPE_OPEN_INTEREST: out[0] = &record->v[0]; return 1;
    case TAPE_LIQUIDATION:
    case TAPE_TRADE:
    case TAPE_DEPTH:
    case TAPE_DEPTH_BAND: out[0] = &record->v[1]; return 1;
    case TAPE_QUOTE:
        out[0] = &record->v[1];
        out[1] = &record->v[3];
        return 2;
    case TAPE_MARK:
    case TAPE_INDEX:
    case TAPE_FUNDING:
    case TAPE_CONFIG:
    case TAPE_SNAPSHOT:
    case TAPE_EPOCH:
    case TAPE_EVENT:
    case TAPE_ACTION:
    case TAPE_STEP:
    case TAPE_WORDS:
    case TAPE_INPUT: break;
    }
    return 0;
}

static void written_note(struct sink_stream *stream, struct import_written written)
{
    if (written.price_decimals != stream->price_decimals) {
        stream->price_mixed = stream->price_mixed || stream->price_decimals != INT8_MIN;
        if (written.price_decimals > stream->price_decimals) {
            stream->price_decimals = written.price_decimals;
        }
    }
    if (written.size_decimals != stream->size_decimals) {
        stream->size_mixed = stream->size_mixed || stream->size_decimals != INT8_MIN;
        if (written.size_decimals > stream->size_decimals) {
            stream->size_decimals = written.size_decimals;
        }
    }
    stream->price_mixed = stream->price_mixed || written.price_mixed;
    stream->size_mixed = stream->size_mixed || written.size_mixed;
    stream->time_ms = stream->time_ms && written.time_ms;
    stream->time_s = stream->time_s && written.time_s;
}

static int64_t magnitude(int64_t value)
{
    return value >= 0 ? value : (value == INT64_MIN ? INT64_MAX : -value);
}

static void
record_note(struct sink_stream *stream, struct tape_record *record, struct import_written written)
{
    int32_t scale = written.size_decimals + SINK_SCALE_BASE;
    CHECK(scale >= 0 && scale < SINK_SCALES);
    written_note(stream, written);
    record->spare = (uint16_t)scale;
    int64_t *sizes[2];
    int count = import_sizes(record, sizes);
    for (int i = 0; i < count; i++) {
        int64_t size = magnitude(*sizes[i]);
        if (size > stream->size_max[scale]) {
            stream->size_max[scale] = size;
        }
    }
    if ((record->flags & TAPE_RECEIVED) != 0) {
        int64_t late_ns = record->receive_ns - record->time_us * 1000;
        stream->receive_min_ns =
            late_ns < stream->receive_min_ns ? late_ns : stream->receive_min_ns;
    }
}

/* ---- records ---- */

/* Room for one more: what is in order goes out, what is not waits until the buffer is full. */
static bool room_make(struct import_sink *self, struct error *error)
{
    bool follows = self->run_count == 0 || self->count == 0 ||
                   !sink_before(self, &self->records[0], &self->run_last);
    if (self->capacity >= SINK_RECORDS_FIRST && self->in_order && follows) {
        int64_t cut = self->count - SINK_JITTER;
        while (cut > 0 && self->records[cut - 1].time_us == self->records[cut].time_us) {
            cut--; /* one instant stays together: its twins must meet */
        }
        if (cut > 0) {
            return sink_flush(self, cut, error);
        }
    }
    if (self->capacity < SINK_RECORDS_MAX) {
        self->capacity = self->capacity > 0 ? self->capacity * 2 : SINK_RECORDS_FIRST;
        size_t bytes = (size_t)self->capacity * sizeof(struct tape_record);
        self->records = memory_or_panic(realloc(self->records, bytes));
        return true;
    }
    sink_sort(self);
    return sink_flush(self, self->count, error);
}

/* Moves the last record up to its place when that is near. */
static void place_find(struct import_sink *self)
{
    int64_t last = self->count - 1, at = last;
    int64_t lowest = last > SINK_JITTER ? last - SINK_JITTER : 0;
    const struct tape_record record = self->records[last];
    while (at > lowest && sink_before(self, &record, &self->records[at - 1])) {
        at--;
    }
    if (at > 0 && sink_before(self, &record, &self->records[at - 1])) {
        self->in_order = false;
        return;
    }
    memmove(&self->records[at + 1], &self->records[at], (size_t)(last - at) * sizeof(record));
    self->records[at] = record;
}

static bool stream_refuse(const struct import_sink *self, int64_t line, struct error *error)
{
    if (self->refused[0] == '\0') {
        return error_set(error, EXIT_CODE_DATA, self->path, line,
                         "neither name nor columns tell a symbol: give --symbol, or call the file "
                         "SYMBOL.csv");
    }
    if (!tape_symbol_plain(self->refused)) {
        return error_set(error, EXIT_CODE_DATA, self->path, line,
                         "'%s' is no symbol: give --symbol, or call the file SYMBOL.csv",
                         self->refused);
    }
    return error_set(error, EXIT_CODE_DATA, self->path, line,
                     "has more than %d series: split it, some symbols a file", TAPE_STREAMS_MAX);
}

bool import_add(struct import_sink *sink,
                const struct tape_record *record,
                struct import_written written,
                int64_t line,
                struct error *error)
{
    if (record->stream >= sink->stream_count) {
        return stream_refuse(sink, line, error);
    }
    struct sink_stream *stream = &sink->streams[record->stream];
    if (record->time_us < stream->from_us || record->time_us > sink->range.last_us) {
        sink->outside++;
        return true;
    }
    if (sink->count == sink->capacity && !room_make(sink, error)) {
        return false;
    }
    struct tape_record *place = &sink->records[sink->count];
    *place = *record;
    record_note(stream, place, written);
    sink->added++;
    sink->count++;
    if (sink->count > 1 && sink_before(sink, place, place - 1)) {
        sink->moved++;
        if (sink->in_order) {
            place_find(sink);
        }
    }
    return true;
}

/* ---- defects ---- */

void import_defect(
    struct import_sink *sink, const char *code, int64_t line, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    sink->left_out++;
    defects_add(&sink->defects, code, SEVERITY_MEDIUM, sink->path, line, "%s", text);
}

void import_note(struct import_sink *sink, const char *code, int64_t line, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    defects_add(&sink->defects, code, SEVERITY_MEDIUM, sink->path, line, "%s", text);
}

void import_sink_count(struct import_sink *self, int64_t left_out, int64_t outside)
{
    self->left_out += left_out;
    self->outside += outside;
}

bool import_sink_finish(struct import_sink *self, struct error *error)
{
    sink_sort(self);
    if (self->count > 0 && !sink_flush(self, self->count, error)) {
        return false;
    }
    for (int32_t i = 0; i < self->stream_count; i++) {
        struct sink_stream *stream = &self->streams[i];
        if (stream->interval_us == 0) {
            stream->interval_us = steps_interval(&stream->steps);
        }
    }
    if (self->moved > 0) {
        defects_add(&self->defects, "unsorted-rows", SEVERITY_LOW, self->path, 0,
                    "%lld rows stood after a later one: sorted", (long long)self->moved);
    }
    return true;
}
