#include "data/import/report.h"

#include <jansson.h>
#include <string.h>

#include "core/instant.h"
#include "data/duration.h"

static int64_t rows_of(const struct import_result *result)
{
    return result->added + result->outside + result->left_out;
}

static int64_t kept_of(const struct import_report *self, int32_t file)
{
    return self->results[file].added - self->results[file].duplicates - self->twins[file];
}

/* "1m bars" of what a duration and a kind are. */
static void kind_text(const struct tape_stream *stream, char *out, size_t capacity)
{
    char step[DURATION_BYTES] = "";
    if (stream->interval_us > 0) {
        (void)duration_format(stream->interval_us, step);
    }
    (void)snprintf(out, capacity, "%s%s%s", step, step[0] != '\0' ? " " : "",
                   tape_kind_text(stream->kind));
}

void import_report_print(const struct import_report *self, FILE *stream)
{
    for (int32_t i = 0; i < self->file_count; i++) {
        const struct import_result *result = &self->results[i];
        (void)fprintf(stream, "%s\n  is %s: %s\n  %lld rows: %lld kept", self->files[i].path,
                      result->dialect->name, result->why, (long long)rows_of(result),
                      (long long)kept_of(self, i));
        const struct {
            int64_t count;
            const char *what;
        } rest[] = {{result->left_out, "left out as bad"},
                    {result->duplicates + self->twins[i], "told twice"},
                    {result->outside, "outside the range"}};
        for (size_t at = 0; at < ARRAY_COUNT(rest); at++) {
            if (rest[at].count > 0) {
                (void)fprintf(stream, ", %lld %s", (long long)rest[at].count, rest[at].what);
            }
        }
        (void)fputc('\n', stream);
    }
    (void)fprintf(stream, "%s\n", self->out);
    for (int32_t i = 0; i < self->stream_count; i++) {
        const struct tape_stream *one = &self->streams[i];
        char kind[64], first[INSTANT_BYTES], last[INSTANT_BYTES];
        kind_text(one, kind, sizeof(kind));
        (void)instant_format(one->first_us, first);
        (void)instant_format(one->last_us, last);
        (void)fprintf(stream, "  %-16s %-16s %10lld  %s to %s\n", one->symbol, kind,
                      (long long)one->count, first, last);
    }
    (void)fprintf(stream, "  %lld records of %d series\n", (long long)self->records,
                  self->stream_count);
}

static void count_set(json_t *object, const char *name, int64_t value)
{
    (void)json_object_set_new(object, name, json_integer((json_int_t)value));
}

static json_t *file_json(const struct import_report *self, int32_t file)
{
    const struct import_result *result = &self->results[file];
    json_t *object = json_object();
    (void)json_object_set_new(object, "file", json_string(self->files[file].path));
    (void)json_object_set_new(object, "format", json_string(result->dialect->name));
    (void)json_object_set_new(object, "why", json_string(result->why));
    count_set(object, "rows", rows_of(result));
    count_set(object, "kept", kept_of(self, file));
    count_set(object, "bad", result->left_out);
    count_set(object, "duplicates", result->duplicates + self->twins[file]);
    count_set(object, "outside", result->outside);
    return object;
}

static json_t *stream_json(const struct tape_stream *stream)
{
    json_t *object = json_object();
    (void)json_object_set_new(object, "symbol", json_string(stream->symbol));
    (void)json_object_set_new(object, "kind", json_string(tape_kind_text(stream->kind)));
    (void)json_object_set_new(object, "origin", json_string(stream->origin));
    count_set(object, "interval_us", stream->interval_us);
    count_set(object, "count", stream->count);
    count_set(object, "first_us", stream->first_us);
    count_set(object, "last_us", stream->last_us);
    return object;
}

void import_report_json(const struct import_report *self, FILE *stream)
{
    json_t *object = json_object(), *files = json_array(), *streams = json_array();
    for (int32_t i = 0; i < self->file_count; i++) {
        (void)json_array_append_new(files, file_json(self, i));
    }
    for (int32_t i = 0; i < self->stream_count; i++) {
        (void)json_array_append_new(streams, stream_json(&self->streams[i]));
    }
    (void)json_object_set_new(object, "tape", json_string(self->out));
    count_set(object, "records", self->records);
    (void)json_object_set_new(object, "files", files);
    (void)json_object_set_new(object, "series", streams);
    (void)json_dumpf(object, stream, JSON_COMPACT);
    (void)fputc('\n', stream);
    json_decref(object);
}
