#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "core/instant.h"
#include "sim/inspect.h"

static void set_count(json_t *object, const char *name, int64_t value)
{
    (void)json_object_set_new(object, name, json_integer((json_int_t)value));
}

static void set_instant(json_t *object, const char *name, int64_t time_us)
{
    char text[INSTANT_BYTES];
    (void)instant_format(time_us, text);
    (void)json_object_set_new(object, name, json_string(text));
}

static json_t *breaks_json(const struct tape_stream_facts *facts)
{
    json_t *breaks = json_array();
    for (int64_t i = 0; i < facts->breaks && i < TAPE_BREAKS_KEPT; i++) {
        json_t *broken = json_object();
        set_instant(broken, "time", facts->first_breaks[i].time_us);
        set_count(broken, "expected", (int64_t)facts->first_breaks[i].expected);
        set_count(broken, "found", (int64_t)facts->first_breaks[i].found);
        (void)json_array_append_new(breaks, broken);
    }
    return breaks;
}

static void set_findings(json_t *object, const struct tape_stream_facts *facts)
{
    if (facts->count > 1) {
        set_count(object, "longest_silence_us", facts->silence_us);
        set_instant(object, "longest_silence_from", facts->silence_from_us);
    }
    set_count(object, "gaps", facts->gaps);
    set_count(object, "missing", facts->missing);
    set_count(object, "off_grid", facts->off_grid);
    set_count(object, "messages", facts->messages);
    set_count(object, "snapshots", facts->snapshots);
    set_count(object, "chain_breaks", facts->breaks);
    (void)json_object_set_new(object, "first_chain_breaks", breaks_json(facts));
    set_count(object, "ids_back", facts->backward);
    set_count(object, "repeated", facts->repeated);
    set_count(object, "crossed", facts->crossed);
    set_count(object, "receive_back", facts->receive_back);
    set_count(object, "received", facts->received);
    if (facts->received > 0) {
        set_count(object, "lag_min_ns", facts->lag_min_ns);
        set_count(object, "lag_median_ns", facts->lag_median_ns);
        set_count(object, "lag_max_ns", facts->lag_max_ns);
    }
}

static json_t *stream_json(const struct tape_stream *known, const struct tape_stream_facts *facts)
{
    json_t *object = json_object();
    (void)json_object_set_new(object, "symbol", json_string(known->symbol));
    (void)json_object_set_new(object, "kind", json_string(tape_kind_text(known->kind)));
    (void)json_object_set_new(object, "origin", json_string(known->origin));
    set_count(object, "interval_us", known->interval_us);
    set_count(object, "price_decimals", known->price_decimals);
    set_count(object, "size_decimals", known->size_decimals);
    set_count(object, "records", facts->count);
    if (facts->count > 0) {
        set_instant(object, "first", facts->first_us);
        set_instant(object, "last", facts->last_us);
    }
    set_findings(object, facts);
    return object;
}

void inspect_json(const struct inspection *self, FILE *stream)
{
    const struct tape_facts *facts = &self->facts;
    char digest[2 * sizeof(uint64_t) + 1];
    json_t *object = json_object(), *streams = json_array();
    (void)snprintf(digest, sizeof(digest), "%016" PRIx64, facts->digest);
    (void)json_object_set_new(object, "tape", json_string(self->path));
    set_count(object, "bytes", self->bytes);
    set_count(object, "records", facts->records);
    if (facts->records > 0) {
        set_instant(object, "first", facts->first_us);
        set_instant(object, "last", facts->last_us);
    }
    (void)json_object_set_new(object, "journal", json_boolean(tape_is_journal(self->tape)));
    (void)json_object_set_new(object, "complete", json_boolean(tape_complete(self->tape)));
    set_count(object, "torn_bytes", tape_torn_bytes(self->tape));
    (void)json_object_set_new(object, "digest", json_string(digest));
    (void)json_object_set_new(
        object, "damaged",
        self->damage->code == EXIT_CODE_DONE ? json_null() : json_string(self->damage->text));
    set_count(object, "receive_correction_ns", facts->correction_ns);
    for (int32_t i = 0; i < facts->stream_count; i++) {
        (void)json_array_append_new(streams,
                                    stream_json(tape_stream(self->tape, i), &facts->streams[i]));
    }
    (void)json_object_set_new(object, "streams", streams);
    (void)json_dumpf(object, stream, JSON_COMPACT);
    (void)fputc('\n', stream);
    json_decref(object);
}
