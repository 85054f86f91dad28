#include "live/sources.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/keys.h"
#include "live/sources/parts.h"

struct queued {
    struct message message;
    int32_t source;
};

struct sources {
    struct loop *loop;
    struct http *http;
    struct signal_taker taker;
    struct loop_timer hand_on;
    int32_t count;
    struct signal_source items[SOURCES_MAX];
    int32_t first, waiting;
    struct queued *queue; /* a ring of SOURCE_QUEUE */
};

static const struct source_kind *const KINDS[] = {&source_tail, &source_stdin, &source_unix,
                                                  &source_webhook, &source_telegram};

struct loop *source_loop(const struct signal_source *self)
{
    return self->all->loop;
}

struct http *source_http(const struct signal_source *self)
{
    return self->all->http;
}

int64_t source_now_us(const struct signal_source *self)
{
    return self->all->taker.now_us(self->all->taker.self);
}

void source_state(struct signal_source *self, bool connected, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    self->status.connected = connected;
    (void)vsnprintf(self->status.state, sizeof(self->status.state), format, arguments);
    va_end(arguments);
}

bool source_secret_equal(const char *expected, const char *given)
{
    size_t length = strlen(expected);
    unsigned difference = (unsigned)(length != strlen(given));
    for (size_t at = 0; at < length; at++) {
        difference |= (unsigned)(unsigned char)expected[at] ^
                      (unsigned)(unsigned char)given[at < strlen(given) ? at : 0];
    }
    return difference == 0;
}

/* ---- the queue ---- */

static void hand_on(void *context)
{
    struct sources *self = context;
    while (self->waiting > 0) {
        struct queued *item = &self->queue[self->first];
        struct message *message = &item->message;
        self->first = (self->first + 1) % SOURCE_QUEUE;
        self->waiting--;
        self->taker.take(self->taker.self, &message->signal, message->metadata,
                         message->refused[0] == '\0' ? NULL : message->refused);
        message_release(message);
    }
}

bool source_offer(struct signal_source *self, struct message *message)
{
    struct sources *all = self->all;
    if (all->waiting == SOURCE_QUEUE) {
        self->status.dropped++;
        message_release(message);
        return false;
    }
    bool good = message->refused[0] == '\0';
    self->status.taken += good;
    self->status.refused += !good;
    self->status.last_us = good ? source_now_us(self) : self->status.last_us;
    struct queued *item = &all->queue[(all->first + all->waiting) % SOURCE_QUEUE];
    item->message = *message;
    item->source = (int32_t)(self - all->items);
    all->waiting++;
    loop_timer_set(all->loop, &all->hand_on, loop_now_ns(all->loop));
    return true;
}

void source_lines_take(struct source_lines *self,
                       const char *bytes,
                       size_t length,
                       void (*take)(void *owner, const char *line, size_t length),
                       void *owner)
{
    for (size_t at = 0; at < length; at++) {
        if (bytes[at] != '\n') {
            self->overlong = self->overlong || self->used == sizeof(self->bytes);
            self->bytes[self->used] = bytes[at];
            self->used += self->used + 1 < sizeof(self->bytes);
            continue;
        }
        size_t end =
            self->used > 0 && self->bytes[self->used - 1] == '\r' ? self->used - 1 : self->used;
        if (self->overlong || end > 0) {
            take(owner, self->overlong ? NULL : self->bytes, self->overlong ? 0 : end);
        }
        self->used = 0;
        self->overlong = false;
    }
}

/* ---- opening ---- */

/* "kind:where#secret-file" */
static bool
split(struct signal_source *self, const char *given, char where[512], struct error *error)
{
    const char *colon = strchr(given, ':');
    const char *hash = strrchr(given, '#');
    size_t word = colon == NULL ? 0 : (size_t)(colon - given);
    for (size_t at = 0; at < ARRAY_COUNT(KINDS) && self->kind == NULL; at++) {
        bool same = word == strlen(KINDS[at]->word) && strncmp(given, KINDS[at]->word, word) == 0;
        self->kind = same ? KINDS[at] : NULL;
    }
    if (self->kind == NULL || colon == NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "signal source %s is not known: say tail:FILE, stdin:, unix:SOCKET, "
                         "webhook:ADDRESS:PORT#SECRETFILE or telegram:URL#TOKENFILE",
                         given);
    }
    size_t length = hash == NULL ? strlen(colon + 1) : (size_t)(hash - colon - 1);
    if (length >= 512) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "signal source %s: too long a place: shorten it", given);
    }
    memcpy(where, colon + 1, length);
    where[length] = '\0';
    struct slice name = slice_of(given);
    name.length = hash == NULL ? name.length : (size_t)(hash - given);
    (void)slice_copy(name, self->status.name, sizeof(self->status.name));
    return hash == NULL || secret_read_file(self->secret, sizeof(self->secret), hash + 1, error);
}

struct sources *sources_open(struct loop *loop,
                             struct http *http,
                             const char *const *given,
                             int32_t count,
                             const struct signal_taker *taker,
                             struct error *error)
{
    struct sources *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    self->queue = calloc(SOURCE_QUEUE, sizeof(*self->queue));
    CHECK(self->queue != NULL);
    self->loop = loop;
    self->http = http;
    self->taker = *taker;
    self->hand_on = (struct loop_timer){.due = hand_on, .self = self};
    bool done = count <= SOURCES_MAX ||
                error_set(error, EXIT_CODE_USAGE, NULL, 0,
                          "more than %d signal sources: take some away", SOURCES_MAX);
    for (int32_t at = 0; done && at < count; at++) {
        char where[512];
        struct signal_source *source = &self->items[at];
        source->all = self;
        done = split(source, given[at], where, error) && source->kind->open(source, where, error);
        self->count += done;
    }
    if (!done) {
        sources_close(self);
        return NULL;
    }
    return self;
}

void sources_close(struct sources *self)
{
    if (self == NULL) {
        return;
    }
    for (int32_t at = 0; at < self->count; at++) {
        self->items[at].kind->close(&self->items[at]);
    }
    loop_timer_stop(self->loop, &self->hand_on);
    hand_on(self);
    free(self->queue);
    free(self);
}

int32_t sources_count(const struct sources *self)
{
    return self->count;
}

void sources_status(const struct sources *self, int32_t index, struct source_status *out)
{
    *out = self->items[index].status;
}
