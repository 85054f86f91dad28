/* sockets.c - connections: their paths, SUBSCRIBE and its kin, what goes to whom. */
#include "sim/serve/binance/sockets.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"

#define SOCKET_LIFE_US US_PER_DAY

/* ---- names of streams ---- */

static int32_t instrument_of(const struct binance *self, const char *name, size_t length)
{
    const struct instruments *all = house_instruments(self->house);
    for (int32_t at = 0; at < all->count; at++) {
        struct words lower = words_lower(all->items[at].symbol);
        if (strlen(lower.text) == length && strncmp(lower.text, name, length) == 0) {
            return at;
        }
    }
    return INSTRUMENT_NONE;
}

static int64_t cadence_of(const char *word, int64_t fallback_us)
{
    static const struct {
        const char *word;
        int64_t step_us;
    } cadences[] = {{"", 0},
                    {"@100ms", 100 * US_PER_MS},
                    {"@250ms", 250 * US_PER_MS},
                    {"@500ms", 500 * US_PER_MS},
                    {"@1s", US_PER_SECOND},
                    {"@3s", 3 * US_PER_SECOND}};
    for (size_t at = 0; at < ARRAY_COUNT(cadences); at++) {
        if (strcmp(word, cadences[at].word) == 0) {
            return at == 0 ? fallback_us : cadences[at].step_us;
        }
    }
    return -1;
}

/* depth, depth@100ms, depth5@500ms */
static bool depth_name(struct stream *self, const char *word)
{
    size_t digits = strspn(word, "0123456789");
    self->kind = digits == 0 ? STREAM_DEPTH : STREAM_PARTIAL;
    self->levels = 0;
    for (size_t at = 0; at < digits && at < 3; at++) {
        self->levels = self->levels * 10 + (word[at] - '0');
    }
    self->step_us = cadence_of(word + digits, 250 * US_PER_MS);
    bool levels = digits == 0 || self->levels == 5 || self->levels == 10 || self->levels == 20;
    return levels && self->step_us > 0 && self->step_us <= 500 * US_PER_MS;
}

static bool symbol_stream(struct stream *self, const char *word)
{
    static const struct {
        const char *word;
        enum stream_kind kind;
    } plain[] = {{"aggTrade", STREAM_AGG_TRADE},     {"trade", STREAM_TRADE},
                 {"bookTicker", STREAM_BOOK_TICKER}, {"ticker", STREAM_TICKER},
                 {"miniTicker", STREAM_MINI_TICKER}, {"forceOrder", STREAM_FORCED}};
    for (size_t at = 0; at < ARRAY_COUNT(plain); at++) {
        if (strcmp(word, plain[at].word) == 0) {
            self->kind = plain[at].kind;
            return true;
        }
    }
    if (strncmp(word, "markPrice", 9) == 0) {
        self->kind = STREAM_MARK;
        self->step_us = cadence_of(word + 9, 3 * US_PER_SECOND);
        return self->step_us >= US_PER_SECOND;
    }
    if (strncmp(word, "kline_", 6) == 0) {
        self->kind = STREAM_KLINE;
        self->step_us = interval_us(word + 6);
        return self->step_us > 0;
    }
    return strncmp(word, "depth", 5) == 0 && depth_name(self, word + 5);
}

static bool all_stream(struct stream *self, const char *name)
{
    self->instrument = INSTRUMENT_NONE;
    if (strncmp(name, "!markPrice@arr", 14) == 0) {
        self->kind = STREAM_MARK_ALL;
        self->step_us = cadence_of(name + 14, 3 * US_PER_SECOND);
        return self->step_us >= US_PER_SECOND;
    }
    self->kind = strcmp(name, "!bookTicker") == 0       ? STREAM_BOOK_TICKER_ALL
                 : strcmp(name, "!forceOrder@arr") == 0 ? STREAM_FORCED_ALL
                                                        : STREAM_CONTRACT_INFO;
    return self->kind != STREAM_CONTRACT_INFO || strcmp(name, "!contractInfo") == 0;
}

static bool stream_read(const struct binance *self, const char *name, struct stream *out)
{
    memset(out, 0, sizeof(*out));
    (void)snprintf(out->name, sizeof(out->name), "%s", name);
    if (name[0] == '!') {
        return all_stream(out, name);
    }
    if (listen_key_live(self, name)) {
        out->kind = STREAM_ACCOUNT;
        out->instrument = INSTRUMENT_NONE;
        return true;
    }
    const char *at = strchr(name, '@');
    if (at == NULL) {
        return false;
    }
    out->instrument = instrument_of(self, name, (size_t)(at - name));
    return out->instrument != INSTRUMENT_NONE && symbol_stream(out, at + 1);
}

/* ---- subscriptions ---- */

static int32_t find(const struct socket *socket, const char *name)
{
    int32_t at = 0;
    while (at < socket->count && strcmp(socket->streams[at].name, name) != 0) {
        at++;
    }
    return at;
}

static bool subscribe(struct binance *self, struct socket *socket, const char *name)
{
    struct stream stream;
    if (socket->count == STREAMS_MAX || !stream_read(self, name, &stream)) {
        return false;
    }
    if (find(socket, name) < socket->count) {
        return true;
    }
    if (socket->count == socket->capacity) {
        socket->capacity = socket->capacity == 0 ? 8 : socket->capacity * 2;
        socket->streams = memory_or_panic(
            realloc(socket->streams, (size_t)socket->capacity * sizeof(*socket->streams)));
    }
    socket->streams[socket->count++] = stream;
    return true;
}

static void unsubscribe(struct socket *socket, const char *name)
{
    int32_t at = find(socket, name);
    if (at < socket->count) {
        socket->streams[at] = socket->streams[--socket->count];
    }
}

/* "a/b/c"; names that are none are passed over, as on the venue. */
static void subscribe_list(struct binance *self, struct socket *socket, const char *list)
{
    char name[STREAM_NAME_BYTES];
    while (*list != '\0') {
        size_t length = strcspn(list, "/&");
        if (length > 0 && length < sizeof(name)) {
            memcpy(name, list, length);
            name[length] = '\0';
            (void)subscribe(self, socket, name);
        }
        list += length;
        if (*list != '/') {
            return;
        }
        list++;
    }
}

/* ---- opening ---- */

static const char *query_value(const char *query, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = query; at != NULL; at = strchr(at, '&')) {
        at += *at == '&' ? 1 : 0;
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            return at + length + 1;
        }
    }
    return NULL;
}

/* The path without its class: /public, /market, /private. */
static const char *behind_class(const char *path)
{
    static const char *const classes[] = {"/public", "/market", "/private"};
    for (size_t at = 0; at < ARRAY_COUNT(classes); at++) {
        size_t length = strlen(classes[at]);
        if (strncmp(path, classes[at], length) == 0 &&
            (path[length] == '/' || path[length] == '\0')) {
            return path + length;
        }
    }
    return path;
}

static void take_events(struct socket *socket, const char *query)
{
    const char *events = query_value(query, "events");
    if (events != NULL) {
        size_t length = strcspn(events, "&");
        length = length < sizeof(socket->events) ? length : sizeof(socket->events) - 1;
        memcpy(socket->events, events, length);
        socket->events[length] = '\0';
    }
}

bool client_open(struct binance *self,
                 struct server_socket *wire,
                 const char *path,
                 const char *query,
                 void **tag)
{
    const char *rest = behind_class(path);
    bool combined = strcmp(rest, "/stream") == 0;
    bool raw = strncmp(rest, "/ws", 3) == 0 && (rest[3] == '/' || rest[3] == '\0');
    if (!combined && !raw) {
        return false;
    }
    struct socket *socket = memory_zeros(1, sizeof(*socket));
    socket->wire = wire;
    socket->combined = combined;
    socket->opened_us = house_now_us(self->house);
    socket->next = self->sockets;
    self->sockets = socket;
    *tag = socket;
    const char *streams = query_value(query, "streams");
    const char *key = query_value(query, "listenKey");
    if (raw && rest[3] == '/') {
        subscribe_list(self, socket, rest + 4);
    }
    if (streams != NULL) {
        subscribe_list(self, socket, streams);
    }
    if (key != NULL) {
        subscribe_list(self, socket, key);
    }
    take_events(socket, query);
    return true;
}

void client_close(struct binance *self, void *tag)
{
    struct socket **link = &self->sockets;
    while (*link != NULL && *link != tag) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        struct socket *socket = *link;
        *link = socket->next;
        free(socket->streams);
        free(socket);
    }
}

void sockets_free(struct binance *self)
{
    while (self->sockets != NULL) {
        client_close(self, self->sockets);
    }
}

void sockets_tick(struct binance *self, int64_t now_us)
{
    for (struct socket *socket = self->sockets; socket != NULL; socket = socket->next) {
        if (now_us - socket->opened_us >= SOCKET_LIFE_US) {
            socket->opened_us = now_us;
            server_close(socket->wire, 1000, "24 hours");
        }
    }
}

/* ---- what a client says ---- */

static void say(struct socket *socket, const char *text)
{
    server_send(socket->wire, text, strlen(text), false);
}

static void answer(struct socket *socket, const json_t *id, json_t *result)
{
    json_t *object = json_object();
    (void)json_object_set_new(object, "result", result);
    (void)json_object_set_new(object, "id", id == NULL ? json_null() : json_deep_copy(id));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text != NULL) {
        say(socket, text);
    }
    free(text);
}

static json_t *names_of(const struct socket *socket)
{
    json_t *list = json_array();
    for (int32_t at = 0; at < socket->count; at++) {
        (void)json_array_append_new(list, json_string(socket->streams[at].name));
    }
    return list;
}

void client_hear(struct binance *self, void *tag, const char *text, size_t length)
{
    struct socket *socket = tag;
    json_t *message = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    const char *method = json_string_value(json_object_get(message, "method"));
    const json_t *names = json_object_get(message, "params");
    const json_t *id = json_object_get(message, "id");
    bool on = method != NULL && strcmp(method, "SUBSCRIBE") == 0;
    bool off = method != NULL && strcmp(method, "UNSUBSCRIBE") == 0;
    if (method != NULL && strcmp(method, "LIST_SUBSCRIPTIONS") == 0) {
        answer(socket, id, names_of(socket));
    } else if ((on || off) && json_is_array(names)) {
        for (size_t at = 0; at < json_array_size(names); at++) {
            const char *name = json_string_value(json_array_get(names, at));
            if (name != NULL && on) {
                (void)subscribe(self, socket, name);
            } else if (name != NULL) {
                unsubscribe(socket, name);
            }
        }
        answer(socket, id, json_null());
    } else {
        say(socket, "{\"error\":{\"code\":2,\"msg\":\"Invalid request: unknown variant\"}}");
    }
    json_decref(message);
}

/* ---- what goes out ---- */

static bool
listens(const struct stream *stream, enum stream_kind kind, int32_t instrument, int64_t step_us)
{
    return stream->kind == kind &&
           (stream->instrument == instrument || stream->instrument == INSTRUMENT_NONE) &&
           (step_us == 0 || stream->step_us == step_us);
}

bool sockets_want(const struct binance *self,
                  enum stream_kind kind,
                  int32_t instrument,
                  int64_t step_us)
{
    for (const struct socket *socket = self->sockets; socket != NULL; socket = socket->next) {
        for (int32_t at = 0; at < socket->count; at++) {
            if (listens(&socket->streams[at], kind, instrument, step_us)) {
                return true;
            }
        }
    }
    return false;
}

void sockets_send(struct binance *self,
                  const struct socket *socket,
                  const struct stream *stream,
                  bool user)
{
    if (!socket->combined) {
        server_send(socket->wire, self->event.body, self->event.length, user);
        return;
    }
    struct server_answer wrapped = {0};
    answer_printf(&wrapped, "{\"stream\":\"%s\",\"data\":", stream->name);
    answer_printf(&wrapped, "%.*s}", (int)self->event.length, self->event.body);
    server_send(socket->wire, wrapped.body, wrapped.length, user);
    free(wrapped.body);
}

void sockets_publish(struct binance *self,
                     enum stream_kind kind,
                     int32_t instrument,
                     int64_t step_us)
{
    for (const struct socket *socket = self->sockets; socket != NULL; socket = socket->next) {
        for (int32_t at = 0; at < socket->count; at++) {
            if (listens(&socket->streams[at], kind, instrument, step_us)) {
                sockets_send(self, socket, &socket->streams[at], false);
            }
        }
    }
}

void sockets_tell_user(struct binance *self, const char *kind)
{
    for (const struct socket *socket = self->sockets; socket != NULL; socket = socket->next) {
        /* The end of the key concerns everybody. */
        bool wanted = socket->events[0] == '\0' || strstr(socket->events, kind) != NULL ||
                      strcmp(kind, "listenKeyExpired") == 0;
        for (int32_t at = 0; wanted && at < socket->count; at++) {
            /* A key that has expired is told so once; its stream is silent afterwards. */
            if (socket->streams[at].kind == STREAM_ACCOUNT &&
                listen_key_live(self, socket->streams[at].name)) {
                sockets_send(self, socket, &socket->streams[at], true);
            }
        }
    }
}
