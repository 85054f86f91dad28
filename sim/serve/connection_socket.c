/* connection_socket.c - one WebSocket (RFC 6455): wslay reads (fragments, masks, UTF-8, control frames), frames out are written
 * here; pings, the end of its life, and the faults of a stream. No extension is agreed to. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/serve/garbage.h"
#include "sim/serve/server_parts.h"

enum {
    KEY_BYTES = 24, /* 16 bytes in base64 */
    ACCEPT_BYTES = 64,
    FRAME_FIN = 0x80,
    LENGTH_SHORT = 125,
    LENGTH_16 = 126,
    LENGTH_64 = 127,
    HELD_REAL_SECONDS = 2,
    HELD_LATE_US = 4000000 /* at most, of market time */
};

/* ---- the codec ---- */

static ssize_t
codec_read(wslay_event_context_ptr codec, uint8_t *out, size_t size, int flags, void *user)
{
    struct server_socket *self = user;
    struct wire_buffer *in = &self->connection->in;
    size_t count = in->length < size ? in->length : size;
    (void)flags;
    if (count == 0) {
        wslay_event_set_error(codec, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    memcpy(out, wire_buffer_bytes(in), count);
    wire_buffer_take(in, count);
    return (ssize_t)count;
}

static ssize_t codec_write(
    wslay_event_context_ptr codec, const uint8_t *bytes, size_t count, int flags, void *user)
{
    struct server_socket *self = user;
    (void)codec;
    (void)flags;
    wire_buffer_add(&self->connection->out, bytes, count);
    return (ssize_t)count;
}

static void take_pong(struct server_socket *self, const uint8_t *text, size_t length)
{
    int64_t number = 0;
    self->ponged_ns = self->connection->server->now_ns;
    if (decimal_parse((const char *)text, length, 0, &number) != DECIMAL_OK ||
        (uint64_t)number != self->asked || self->answered == self->asked) {
        return; /* unsolicited, or to an old ping: allowed */
    }
    self->answered = self->asked;
    self->behind = false;
    self->rounds += self->news_since ? 0 : 1;
}

static void codec_message(wslay_event_context_ptr codec,
                          const struct wslay_event_on_msg_recv_arg *message,
                          void *user)
{
    struct server_socket *self = user;
    (void)codec;
    if (message->opcode == WSLAY_PONG) {
        take_pong(self, message->msg, message->msg_length);
    } else if (message->opcode == WSLAY_TEXT_FRAME || message->opcode == WSLAY_BINARY_FRAME) {
        if (!self->closing && !self->connection->doomed) {
            server_touch(self->connection->server);
            self->dialect->socket_message(self->dialect_self, self, self->tag,
                                          (const char *)message->msg, message->msg_length);
        }
    }
}

static bool codec_start(struct server_socket *self)
{
    static const struct wslay_event_callbacks CALLBACKS = {.recv_callback = codec_read,
                                                           .send_callback = codec_write,
                                                           .on_msg_recv_callback = codec_message};
    if (wslay_event_context_server_init(&self->codec, &CALLBACKS, self) != 0) {
        return false;
    }
    wslay_event_config_set_max_recv_msg_length(self->codec, SERVER_MESSAGE_BYTES);
    return true;
}

/* What the codec wants to say (pong, close) goes out; it reads no more after a close. */
static void codec_settle(struct server_socket *self)
{
    bool fine = wslay_event_send(self->codec) == 0;
    connection_stir(self->connection);
    if (!fine || !wslay_event_want_read(self->codec)) {
        self->closing = true;
        self->connection->state = CONNECTION_LAST;
        self->connection->since_ns = self->connection->server->now_ns;
    }
}

void socket_read(struct connection *self)
{
    if (self->socket.stalled) {
        wire_buffer_take(&self->in, self->in.length);
        return;
    }
    if (wslay_event_recv(self->socket.codec) != 0) {
        connection_doom(self);
        return;
    }
    codec_settle(&self->socket);
}

/* ---- opening ---- */

static bool accept_of(const char *key, char out[ACCEPT_BYTES])
{
    static const char MAGIC[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char text[KEY_BYTES + sizeof(MAGIC)];
    unsigned char digest[SHA_DIGEST_LENGTH];
    if (key == NULL || strlen(key) != KEY_BYTES) {
        return false;
    }
    (void)stpcpy(stpcpy(text, key), MAGIC);
    (void)SHA1((const unsigned char *)text, strlen(text), digest);
    (void)EVP_EncodeBlock((unsigned char *)out, digest, sizeof(digest));
    return true;
}

static void refuse(struct connection *self, int32_t status, const char *why)
{
    struct server_answer answer = {.status = status};
    answer_printf(&answer, "{\"error\":\"%s\"}", why);
    if (status == 426) {
        answer_header(&answer, "Sec-WebSocket-Version: 13");
    }
    self->request.keep = false;
    connection_answer(self, &answer, 0);
}

static void greet(struct connection *self, const char *accept)
{
    char text[256];
    int length = snprintf(text, sizeof(text),
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                          accept);
    wire_buffer_add(&self->out, text, (size_t)length);
    connection_stir(self);
}

/* The dialect may say something at once: the greeting stands before it. */
static void admit(struct connection *self, const struct server_dialect *dialect, const char *accept)
{
    struct server *server = self->server;
    struct server_socket *socket = &self->socket;
    size_t before = self->out.length;
    *socket = (struct server_socket){.connection = self,
                                     .dialect = dialect->table,
                                     .dialect_self = dialect->self,
                                     .opened_ns = server->now_ns,
                                     .pinged_ns = server->now_ns,
                                     .ponged_ns = server->now_ns};
    /* shorter: a longer one was refused */
    (void)snprintf(socket->path, sizeof(socket->path), "%s", self->request.path);
    CHECK(codec_start(socket));
    greet(self, accept);
    self->state = CONNECTION_SOCKET;
    self->served = true;
    if (dialect->table->socket_opened(dialect->self, socket, self->request.path,
                                      self->request.query, &socket->tag)) {
        socket->opened = true;
        server->sockets++;
        return;
    }
    wslay_event_context_free(socket->codec);
    *socket = (struct server_socket){0};
    self->out.length = before;
    self->state = CONNECTION_HTTP;
    refuse(self, 404, "no stream at this path");
}

void socket_open(struct connection *self)
{
    struct server *server = self->server;
    char accept[ACCEPT_BYTES];
    const char *version = wire_request_field(&self->request, "sec-websocket-version");
    const struct server_dialect *dialect = server_dialect_at(server, self->request.path);
    server_touch(server);
    if (strcmp(self->request.method, "GET") != 0 ||
        !accept_of(wire_request_field(&self->request, "sec-websocket-key"), accept)) {
        refuse(self, 400, "no WebSocket handshake");
    } else if (version == NULL || strcmp(version, "13") != 0) {
        refuse(self, 426, "Sec-WebSocket-Version 13 is spoken here");
    } else if (dialect == NULL) {
        refuse(self, 404, "no venue answers at this path");
    } else if (faults_strike(server->faults, FAULT_REQUEST_LOST, "GET", self->request.path,
                             house_now_us(server->house))) {
        connection_doom(self);
    } else {
        pacing_begin(&server->pacing, server->now_ns);
        admit(self, dialect, accept);
    }
}

/* ---- sending ---- */

static void frame(struct server_socket *self, uint8_t opcode, const char *bytes, size_t length)
{
    struct wire_buffer *out = &self->connection->out;
    uint8_t head[10] = {(uint8_t)(FRAME_FIN | opcode)};
    size_t size = 2;
    if (length <= LENGTH_SHORT) {
        head[1] = (uint8_t)length;
    } else {
        size_t bytes_of_length = length <= UINT16_MAX ? 2 : 8;
        head[1] = bytes_of_length == 2 ? LENGTH_16 : LENGTH_64;
        for (size_t index = 0; index < bytes_of_length; index++) {
            head[2 + index] = (uint8_t)(length >> (8 * (bytes_of_length - 1 - index)));
        }
        size += bytes_of_length;
    }
    wire_buffer_add(out, head, size);
    wire_buffer_add(out, bytes, length);
    connection_stir(self->connection);
}

void socket_told(struct server_socket *self)
{
    self->rounds = 0;
    self->news_since = true;
}

static void emit(struct server_socket *self, const char *text, size_t length)
{
    frame(self, WSLAY_TEXT_FRAME, text, length);
    socket_told(self);
    self->connection->server->messages++;
    if (self->connection->out.length > SERVER_BEHIND_BYTES) {
        connection_doom(self->connection);
    }
}

static bool strikes(const struct server_socket *self, enum fault fault)
{
    struct server *server = self->connection->server;
    return faults_strike(server->faults, fault, NULL, self->path, house_now_us(server->house));
}

static void hold(struct server_socket *self, const char *text, size_t length, bool until_next)
{
    struct server *server = self->connection->server;
    int64_t late_us = 1 + faults_dice(server->faults, HELD_LATE_US);
    char *copy = malloc(length + 1);
    CHECK(copy != NULL);
    memcpy(copy, text, length);
    self->held = (struct held_event){
        .text = copy,
        .length = length,
        .until_next = until_next,
        .due_us = house_now_us(server->house) + (until_next ? HELD_LATE_US : late_us),
        .due_ns = server->now_ns + HELD_REAL_SECONDS * NS_PER_SECOND,
    };
}

static void release(struct server_socket *self)
{
    struct held_event held = self->held;
    self->held = (struct held_event){0};
    emit(self, held.text, held.length);
    free(held.text);
}

void socket_release_held(struct server_socket *self)
{
    const struct server *server = self->connection->server;
    if (self->held.text != NULL && !self->stalled && !self->closing &&
        (server->now_ns >= self->held.due_ns || house_now_us(server->house) >= self->held.due_us)) {
        release(self);
    }
}

static void send_user(struct server_socket *self, const char *text, size_t length)
{
    if (strikes(self, FAULT_EVENT_LOST)) {
        return;
    }
    if (self->held.text == NULL && strikes(self, FAULT_EVENT_REORDERED)) {
        hold(self, text, length, true);
        return;
    }
    if (self->held.text == NULL && strikes(self, FAULT_EVENT_LATE)) {
        hold(self, text, length, false);
        return;
    }
    emit(self, text, length);
    if (strikes(self, FAULT_EVENT_TWICE)) {
        emit(self, text, length);
    }
    if (self->held.text != NULL && self->held.until_next) {
        release(self);
    }
}

void server_send(struct server_socket *self, const char *text, size_t length, bool user)
{
    if (self->stalled || self->closing || self->connection->doomed) {
        return;
    }
    if (strikes(self, FAULT_SOCKET_DROP)) {
        connection_doom(self->connection);
    } else if (strikes(self, FAULT_SOCKET_STALL)) {
        self->stalled = true;
    } else if (strikes(self, FAULT_GARBAGE)) {
        struct server_answer answer = {.status = 200};
        struct server *server = self->connection->server;
        answer_printf(&answer, "%.*s", (int)length, text);
        garbage_make(&answer, faults_dice(server->faults, GARBAGE_KINDS));
        emit(self, answer.body, answer.length);
        free(answer.body);
    } else if (user) {
        send_user(self, text, length);
    } else {
        emit(self, text, length);
    }
}

void server_close(struct server_socket *self, int code, const char *why)
{
    if (self->closing || self->stalled || self->connection->doomed) {
        return;
    }
    (void)wslay_event_queue_close(self->codec, (uint16_t)code, (const uint8_t *)why, strlen(why));
    (void)wslay_event_send(self->codec);
    self->closing = true;
    self->connection->state = CONNECTION_LAST;
    self->connection->since_ns = self->connection->server->now_ns;
    connection_stir(self->connection);
}

/* ---- time ---- */

static void ping(struct server_socket *self)
{
    char text[24];
    const struct server *server = self->connection->server;
    self->asked++;
    self->asked_ns = self->pinged_ns = server->now_ns;
    self->news_since = false;
    int length = snprintf(text, sizeof(text), "%" PRIu64, self->asked);
    frame(self, WSLAY_PING, text, (size_t)length);
}

bool socket_caught_up(struct server_socket *self)
{
    const struct server *server = self->connection->server;
    if (self->stalled || self->closing || self->behind || self->connection->doomed ||
        self->rounds >= SOCKET_ROUNDS) {
        return true;
    }
    if (self->asked == self->answered) {
        ping(self);
        return false;
    }
    self->behind = server->now_ns - self->asked_ns > SOCKET_PATIENCE_SECONDS * NS_PER_SECOND;
    return self->behind;
}

void socket_sweep(struct server_socket *self)
{
    const struct server *server = self->connection->server;
    int64_t every_ns = server->options.ping_seconds * NS_PER_SECOND;
    int64_t life_ns = server->options.life_seconds * NS_PER_SECOND;
    if (self->stalled || self->closing) {
        return;
    }
    if (server->now_ns - self->opened_ns >= life_ns) {
        server_close(self, 1001, "this connection has lived its time");
    } else if (self->pinged_ns - self->ponged_ns > every_ns * 10 / 3) {
        server_close(self, 1008, "no pong came"); /* ten minutes at a ping every three */
    } else if (server->now_ns - self->pinged_ns >= every_ns) {
        ping(self);
    }
}

void socket_bury(struct server_socket *self)
{
    if (self->opened) {
        self->opened = false;
        self->connection->server->sockets--;
        self->dialect->socket_closed(self->dialect_self, self, self->tag);
    }
    free(self->held.text);
    self->held = (struct held_event){0};
    if (self->connection != NULL && self->connection->doomed && self->codec != NULL) {
        wslay_event_context_free(self->codec);
        self->codec = NULL;
    }
}
