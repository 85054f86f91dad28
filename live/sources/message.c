#include "live/sources/message.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/json.h"
#include "data/json_text.h"
#include "data/signal_row.h"
#include "live/sources/fields.h"

static void refuse(struct message *self, const char *why)
{
    if (self->refused[0] == '\0') {
        (void)slice_copy(slice_of(why), self->refused, sizeof(self->refused));
    }
}

/* ---- to columns, and by them to a signal ---- */

static const char *const SOURCE_NAMES[] = {"source", "strategy", "channel", "group", "enter_tag"};

static bool has_source(const struct fields *fields)
{
    for (size_t at = 0; at < ARRAY_COUNT(SOURCE_NAMES); at++) {
        if (fields_get(fields, SOURCE_NAMES[at]).length > 0) {
            return true;
        }
    }
    return false;
}

static void to_signal(struct message *self, const struct fields *fields)
{
    struct signal_columns columns;
    struct error error;
    enum time_unit unit = TIME_ISO;
    error_init(&error);
    if (fields->full ||
        !signal_columns_map(&columns, fields->names, fields->count, "message", 0, &error)) {
        refuse(self, fields->full ? "it has too many members" : error.text);
        return;
    }
    if (!signal_row_read(&self->signal, &columns, fields->values)) {
        refuse(self, "it says nothing: no entry and no exit");
    }
    if (!signal_time_read(signal_row_field(&columns, COLUMN_TIME, fields->values),
                          &self->signal.timestamp_us, &unit)) {
        refuse(self, "its time cannot be read");
    }
}

static void finish(struct message *self, struct fields *fields, const char *source, int64_t now_us)
{
    self->signal.timestamp_us = now_us;
    (void)snprintf(self->signal.source, sizeof(self->signal.source), "%s", source);
    if (!dialect_to_columns(fields, now_us, self->refused, sizeof(self->refused))) {
        (void)slice_copy(fields_get(fields, "token"), self->signal.token,
                         sizeof(self->signal.token));
        return;
    }
    if (!has_source(fields)) {
        fields_set(fields, "source", slice_of(source));
    }
    to_signal(self, fields);
}

/* ---- forms ---- */

static void keep_metadata(struct message *self, struct fields *fields, json_t *document)
{
    struct slice secret = fields_get(fields, "secret");
    if (secret.length > 0) {
        (void)slice_copy(secret, self->secret, sizeof(self->secret));
        fields_drop(fields, "secret");
        (void)json_object_del(document, "secret");
    }
    self->metadata = json_dumps(document, JSON_COMPACT);
}

static bool read_json(struct message *self, struct fields *fields, struct slice text)
{
    struct error error;
    error_init(&error);
    json_t *document = json_document(text, "message", 1, EXIT_CODE_DATA, &error);
    if (document == NULL) {
        refuse(self, error.text);
        return false;
    }
    bool object = json_is_object(document) && fields_add_object(fields, text, NULL);
    if (object) {
        keep_metadata(self, fields, document);
    } else {
        refuse(self, "it is no JSON object");
    }
    json_decref(document);
    return object;
}

/* OctoBot: NAME=value, parted by ';' or line ends. */
static void add_pair(struct fields *fields, struct slice pair)
{
    static const char *const names[][2] = {{"symbol", "token"},
                                           {"signal", "action"},
                                           {"price", "price"},
                                           {"stop_price", "stop_loss"},
                                           {"take_profit_price", "take_profit"},
                                           {"leverage", "leverage"},
                                           {"exchange", "exchange"},
                                           {"reduce_only", "reduce_only"},
                                           {"secret", "secret"},
                                           {"time", "time"}};
    const char *equals = memchr(pair.text, '=', pair.length);
    if (equals == NULL) {
        return;
    }
    struct slice name = slice_trim((struct slice){pair.text, (size_t)(equals - pair.text)});
    struct slice value =
        slice_trim((struct slice){equals + 1, pair.length - (size_t)(equals - pair.text) - 1});
    for (size_t at = 0; at < ARRAY_COUNT(names); at++) {
        if (slice_is(name, names[at][0])) {
            fields_set(fields, names[at][1], value);
        }
    }
}

static json_t *pairs_object(const struct fields *fields)
{
    json_t *object = json_object();
    for (int32_t at = 0; at < fields->count; at++) {
        (void)json_object_set_new(object, fields->names[at].text,
                                  json_stringn(fields->values[at].text, fields->values[at].length));
    }
    return object;
}

static void read_pairs(struct message *self, struct fields *fields, struct slice text)
{
    size_t from = 0;
    for (size_t at = 0; at <= text.length; at++) {
        if (at == text.length || text.text[at] == ';' || text.text[at] == '\n') {
            add_pair(fields, (struct slice){text.text + from, at - from});
            from = at + 1;
        }
    }
    if (slice_is(fields_get(fields, "reduce_only"), "true")) {
        fields_set(fields, "action", slice_of("close"));
    }
    fields_drop(fields, "reduce_only");
    json_t *object = pairs_object(fields);
    keep_metadata(self, fields, object);
    json_decref(object);
}

static bool is_pairs(struct slice text)
{
    return text.length > 0 && text.text[0] != '{' && memchr(text.text, '=', text.length) != NULL;
}

void message_read(struct message *out, struct slice text, const char *source, int64_t now_us)
{
    memset(out, 0, sizeof(*out));
    struct fields *fields = malloc(sizeof(*fields));
    CHECK(fields != NULL);
    fields_clear(fields);
    text = slice_trim(text);
    bool read = true;
    if (text.length > MESSAGE_BYTES) {
        refuse(out, "it is longer than 65536 bytes");
        read = false;
    } else if (is_pairs(text)) {
        read_pairs(out, fields, text);
    } else {
        read = read_json(out, fields, text);
    }
    if (read) {
        finish(out, fields, source, now_us);
    } else {
        out->signal.timestamp_us = now_us;
        (void)snprintf(out->signal.source, sizeof(out->signal.source), "%s", source);
        out->metadata = json_string_new(text);
    }
    free(fields);
}

/* ---- CSV ---- */

struct csv_rows {
    struct message *message;
    struct fields *fields;
    struct csv_field header[CSV_FIELDS_MAX];
    int32_t columns;
    bool header_seen, row_seen;
};

static bool take_row(void *context, const struct csv_field *fields, int32_t count, int64_t line)
{
    struct csv_rows *self = context;
    (void)line;
    if (!self->header_seen) {
        self->header_seen = true;
        self->columns = count;
        for (int32_t at = 0; at < count && at < FIELDS_MAX; at++) {
            fields_set(self->fields, fields[at].text, (struct slice){"", 0});
        }
        return true;
    }
    self->row_seen = true;
    if (count != self->columns || self->fields->count != count) {
        refuse(self->message, "its number of fields is not that of the header");
        return false;
    }
    for (int32_t at = 0; at < count; at++) {
        fields_set(self->fields, self->fields->names[at].text,
                   (struct slice){fields[at].text, fields[at].length});
    }
    return false;
}

static void bad_row(void *context, int64_t line, const char *reason)
{
    (void)line;
    refuse(((struct csv_rows *)context)->message, reason);
}

static bool read_rows(struct csv_rows *rows, struct slice header, struct slice line)
{
    char *text = NULL;
    struct error error;
    error_init(&error);
    int length = asprintf(&text, "%.*s\n%.*s\n", (int)header.length, header.text, (int)line.length,
                          line.text);
    CHECK(length > 0);
    struct source *source = source_open_memory(text, (size_t)length, "line", &error);
    const struct csv_handlers handlers = {.context = rows, .row = take_row, .bad = bad_row};
    bool done = source != NULL && csv_read(source, &handlers, NULL, &error);
    source_close(source);
    free(text);
    return done && rows->row_seen && rows->message->refused[0] == '\0';
}

void message_read_csv(
    struct message *out, struct slice header, struct slice line, const char *source, int64_t now_us)
{
    memset(out, 0, sizeof(*out));
    out->signal.timestamp_us = now_us;
    (void)snprintf(out->signal.source, sizeof(out->signal.source), "%s", source);
    struct fields *fields = malloc(sizeof(*fields));
    CHECK(fields != NULL);
    fields_clear(fields);
    struct csv_rows rows = {.message = out, .fields = fields};
    if (line.length > MESSAGE_BYTES || header.length > MESSAGE_BYTES) {
        refuse(out, "it is longer than 65536 bytes");
    } else if (read_rows(&rows, header, line)) {
        struct slice metadata = fields_get(fields, "metadata");
        out->metadata = metadata.length > 0 && json_text_valid(metadata)
                            ? strndup(metadata.text, metadata.length)
                            : NULL;
        finish(out, fields, source, now_us);
    }
    if (out->refused[0] != '\0' && out->metadata == NULL) {
        out->metadata = json_string_new(line);
    }
    free(fields);
}

void message_release(struct message *self)
{
    free(self->metadata);
    self->metadata = NULL;
}
