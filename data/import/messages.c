#include "data/import/messages.h"

#include <stdlib.h>
#include <string.h>

#include "data/json_text.h"

struct level {
    int64_t price, size;
    struct import_written written;
    uint16_t flags;
};

struct messages {
    struct level *levels;
    int32_t count, capacity;
};

/* ---- members ---- */

bool message_members(struct ticks *self, struct slice text, struct message_keys keys)
{
    struct json_walk walk;
    struct slice key = {NULL, 0}, value = {NULL, 0};
    bool fine = json_walk_open(&walk, text, '{');
    while (fine && json_walk_next(&walk, &key, &value)) {
        for (int32_t i = 0; i < keys.count; i++) {
            if (key.length != strlen(keys.names[i]) ||
                memcmp(key.text, keys.names[i], key.length) != 0) {
                continue;
            }
            if (keys.values[i].length > 0) {
                ticks_refuse(self, NULL, "a key stands twice");
                return false;
            }
            keys.values[i] = value;
        }
    }
    if (!fine || !json_walk_ended(&walk)) {
        ticks_refuse(self, NULL, "not a JSON object");
        return false;
    }
    return true;
}

bool message_text(struct ticks *self, struct slice value, struct csv_field *out)
{
    if (value.length == 0) {
        ticks_refuse(self, NULL, "a member is missing");
        return false;
    }
    bool string = value.text[0] == '"';
    bool number = value.text[0] == '-' || (value.text[0] >= '0' && value.text[0] <= '9');
    if ((!string && !number) || memchr(value.text, '\\', value.length) != NULL) {
        ticks_refuse(self, NULL, "a member that is neither plain text nor a number");
        return false;
    }
    size_t cut = string ? 1 : 0;
    *out = (struct csv_field){value.text + cut, value.length - 2 * cut};
    return true;
}

/* ---- levels ---- */

static struct level *level_new(struct messages *message)
{
    if (message->count == message->capacity) {
        message->capacity = message->capacity > 0 ? message->capacity * 2 : 1024;
        message->levels =
            realloc(message->levels, (size_t)message->capacity * sizeof(struct level));
        CHECK(message->levels != NULL);
    }
    return &message->levels[message->count++];
}

static void level_read(struct ticks *self, struct level *level, struct slice text)
{
    struct json_walk walk;
    struct slice price = {NULL, 0}, size = {NULL, 0};
    struct csv_field fields[2];
    if (!json_walk_open(&walk, text, '[') || !json_walk_next(&walk, NULL, &price) ||
        !json_walk_next(&walk, NULL, &size)) {
        ticks_refuse(self, NULL, "a level that is no array of price and size");
        return;
    }
    if (!message_text(self, price, &fields[0]) || !message_text(self, size, &fields[1])) {
        return;
    }
    int64_t time_us = self->record.time_us;
    struct import_written *written = &self->written;
    level->price = ticks_price(self, &fields[0]);
    level->size = ticks_size(self, &fields[1]);
    level->written = (struct import_written){.price_decimals = written->price_decimals,
                                             .size_decimals = written->size_decimals,
                                             .price_mixed = written->price_mixed,
                                             .size_mixed = written->size_mixed,
                                             .time_ms = time_us % 1000 == 0,
                                             .time_s = time_us % 1000000 == 0};
}

void message_levels(struct ticks *self,
                    struct messages *message,
                    struct slice value,
                    uint16_t flags)
{
    struct json_walk walk;
    struct slice element;
    if (value.length == 0 || self->problem != NULL) {
        return;
    }
    if (!json_walk_open(&walk, value, '[')) {
        ticks_refuse(self, NULL, "levels that are no array");
        return;
    }
    while (self->problem == NULL && json_walk_next(&walk, NULL, &element)) {
        struct level *level = level_new(message);
        level->flags = flags;
        ticks_price_begin(self);
        level_read(self, level, element);
    }
}

int32_t message_count(const struct messages *message)
{
    return message->count;
}

void message_add(struct ticks *self, struct messages *message, bool snapshot)
{
    if (self->problem != NULL) {
        return;
    }
    if (message->count == 0) {
        import_defect(self->sink, "empty-message", csv_line(&self->place),
                      "no level changes in it: it is left out");
        return;
    }
    uint16_t flags = self->record.flags | (snapshot ? TAPE_SNAPSHOT_ROW : 0);
    for (int32_t i = 0; i < message->count; i++) {
        const struct level *level = &message->levels[i];
        self->record.v[0] = level->price;
        self->record.v[1] = level->size;
        self->record.flags = flags | level->flags;
        self->written = level->written;
        ticks_level(self);
    }
    ticks_level_end(self);
}

/* ---- lines ---- */

struct reading {
    struct ticks *ticks;
    struct source *source;
    message_line *line;
    struct messages message;
    char *window;
    size_t filled, capacity;
    int64_t number; /* of the line that begins the window */
    bool passing;   /* the rest of a line that was too long */
    bool end;
};

enum { READ_BYTES = 128 << 10, READ_AHEAD = 64 };

static void line_take(struct reading *self, const char *text, size_t length)
{
    bool mark = self->number == 1 && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;
    struct slice line = slice_trim((struct slice){text + (mark ? 3 : 0), length - (mark ? 3 : 0)});
    if (line.length == 0) {
        return;
    }
    ticks_row_begin(self->ticks, self->number);
    self->message.count = 0;
    self->line(self->ticks, &self->message, line);
    ticks_row_end(self->ticks);
}

/* All whole lines of the window, and what is left at the end of the file. */
static void lines_take(struct reading *self)
{
    char *at = self->window, *stop = self->window + self->filled;
    while (at < stop && !self->ticks->failed) {
        char *end = memchr(at, '\n', (size_t)(stop - at));
        if (end == NULL && !self->end) {
            break;
        }
        size_t length = (size_t)((end != NULL ? end : stop) - at);
        if (!self->passing) {
            line_take(self, at, length);
        }
        self->passing = false;
        self->number++;
        at = end != NULL ? end + 1 : stop;
    }
    self->filled = (size_t)(stop - at);
    memmove(self->window, at, self->filled);
    if (self->passing) {
        self->filled = 0;
    } else if (self->filled >= MESSAGE_BYTES) {
        import_defect(self->ticks->sink, "bad-row", self->number,
                      "the line is longer than 8 MiB: it is left out");
        self->passing = true;
        self->filled = 0;
    }
}

/* Room for one more block, and zeros behind it: readers of numbers look beyond a line's end. */
static void window_grow(struct reading *self)
{
    if (self->filled + READ_BYTES > self->capacity) {
        self->capacity = self->capacity > 0 ? self->capacity * 2 : 2 * (size_t)READ_BYTES;
        self->window = realloc(self->window, self->capacity + READ_AHEAD);
        CHECK(self->window != NULL);
        memset(self->window + self->capacity, 0, READ_AHEAD);
    }
}

static bool lines_read(struct reading *self)
{
    while (!self->end && !self->ticks->failed) {
        size_t got = 0;
        window_grow(self);
        if (!source_read(self->source, self->window + self->filled, READ_BYTES, &got,
                         self->ticks->error)) {
            return false;
        }
        self->filled += got;
        self->end = got == 0;
        lines_take(self);
    }
    return !self->ticks->failed;
}

bool messages_read(struct ticks *self, struct source *source, message_line *line)
{
    struct reading reading = {.ticks = self, .source = source, .line = line, .number = 1};
    bool fine = lines_read(&reading);
    free(reading.message.levels);
    free(reading.window);
    return fine;
}
