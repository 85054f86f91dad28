#include "tests/support/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "data/memory.h"

enum { READ_BYTES = 1 << 16, WORD_BYTES = 128, DIGEST_BYTES = 20, ACCEPT_BYTES = 32 };

struct bytes {
    char *at;
    size_t length, capacity;
};

struct wire_peer {
    struct wire *wire;
    struct wire_peer *next, **link;
    struct loop_watch watch;
    struct loop_timer late;
    struct loop_end end;
    SSL *tls;
    struct bytes in, out, waiting; /* waiting: a late answer */
    int descriptor;
    int code; /* of a close frame */
    bool is_socket, busy, close_when_sent, gone;
};

struct wire {
    struct loop *loop;
    struct wire_handlers handlers;
    struct loop_watch watch;
    SSL_CTX *tls;
    struct wire_peer *peers;
    int descriptor, port, connections;
};

static void bytes_add(struct bytes *self, const void *bytes, size_t length)
{
    if (self->length + length + 1 > self->capacity) {
        self->capacity = (self->length + length + 1) * 2;
        self->at = memory_or_panic(realloc(self->at, self->capacity));
    }
    if (length > 0) {
        memcpy(self->at + self->length, bytes, length);
    }
    self->length += length;
    self->at[self->length] = '\0';
}

static void bytes_drop(struct bytes *self, size_t length)
{
    memmove(self->at, self->at + length, self->length - length + 1);
    self->length -= length;
}

/* ---- the socket ---- */

static void release(void *self)
{
    struct wire_peer *peer = self;
    loop_end_stop(peer->wire->loop, &peer->end);
    *peer->link = peer->next;
    if (peer->next != NULL) {
        peer->next->link = peer->link;
    }
    free(peer->in.at);
    free(peer->out.at);
    free(peer->waiting.at);
    free(peer);
}

/* The memory lives until the turn's end: the caller may stand in the middle of it. */
void wire_drop(struct wire_peer *peer)
{
    if (peer->gone) {
        return;
    }
    peer->gone = true;
    loop_unwatch(peer->wire->loop, &peer->watch);
    loop_timer_stop(peer->wire->loop, &peer->late);
    SSL_free(peer->tls);
    (void)close(peer->descriptor);
    loop_end_set(peer->wire->loop, &peer->end, LOOP_SEND);
}

static void lost(struct wire_peer *peer)
{
    const struct wire_handlers *handlers = &peer->wire->handlers;
    if (!peer->gone && handlers->closed != NULL) {
        handlers->closed(handlers->self, peer, peer->code);
    }
    wire_drop(peer);
}

static ssize_t transport_read(struct wire_peer *peer, char *out, size_t size)
{
    if (peer->tls == NULL) {
        return recv(peer->descriptor, out, size, 0);
    }
    ERR_clear_error();
    int count = SSL_read(peer->tls, out, (int)size);
    if (count > 0) {
        return count;
    }
    int why = SSL_get_error(peer->tls, count);
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EIO;
    return why == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static ssize_t transport_write(struct wire_peer *peer)
{
    if (peer->tls == NULL) {
        return send(peer->descriptor, peer->out.at, peer->out.length, MSG_NOSIGNAL);
    }
    ERR_clear_error();
    int count = SSL_write(peer->tls, peer->out.at, (int)peer->out.length);
    int why = count > 0 ? SSL_ERROR_NONE : SSL_get_error(peer->tls, count);
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EIO;
    return count > 0 ? count : -1;
}

static void flush(struct wire_peer *peer)
{
    bool fine = true;
    while (fine && !peer->gone && peer->out.length > 0) {
        ssize_t count = transport_write(peer);
        fine = count > 0;
        if (fine) {
            bytes_drop(&peer->out, (size_t)count);
        } else if (errno != EAGAIN) {
            lost(peer);
        }
    }
    if (peer->gone) {
        return;
    }
    if (peer->out.length == 0 && peer->close_when_sent) {
        lost(peer);
        return;
    }
    struct error error;
    error_init(&error);
    CHECK(loop_watch(peer->wire->loop, &peer->watch, peer->descriptor,
                     LOOP_READ | (peer->out.length > 0 ? LOOP_WRITE : 0), &error));
}

void wire_send_bytes(struct wire_peer *peer, const void *bytes, size_t length)
{
    if (!peer->gone) {
        bytes_add(&peer->out, bytes, length);
        flush(peer);
    }
}

/* ---- WebSocket frames ---- */

void wire_send_frame(
    struct wire_peer *peer, bool last, int opcode, const void *bytes, size_t length)
{
    uint8_t head[10] = {(uint8_t)((last ? 0x80 : 0) | opcode)};
    size_t size = 2;
    if (length < 126) {
        head[1] = (uint8_t)length;
    } else {
        int digits = length <= UINT16_MAX ? 2 : 8;
        head[1] = digits == 2 ? 126 : 127;
        for (int i = 0; i < digits; i++) {
            head[size++] = (uint8_t)((uint64_t)length >> (8 * (digits - 1 - i)));
        }
    }
    if (!peer->gone) {
        bytes_add(&peer->out, head, size);
        wire_send_bytes(peer, bytes, length);
    }
}

void wire_send_text(struct wire_peer *peer, const char *text)
{
    wire_send_frame(peer, true, WIRE_TEXT, text, strlen(text));
}

static void take_frame(struct wire_peer *peer, int opcode, char *text, size_t length)
{
    const struct wire_handlers *handlers = &peer->wire->handlers;
    if (opcode == WIRE_TEXT && handlers->text != NULL) {
        handlers->text(handlers->self, peer, text, length);
    } else if (opcode == WIRE_PONG && handlers->pong != NULL) {
        handlers->pong(handlers->self, peer, text, length);
    } else if (opcode == WIRE_PING) {
        wire_send_frame(peer, true, WIRE_PONG, text, length);
    } else if (opcode == WIRE_CLOSE) {
        peer->code = length >= 2 ? (uint8_t)text[0] << 8 | (uint8_t)text[1] : 0;
        peer->close_when_sent = true;
        wire_send_frame(peer, true, WIRE_CLOSE, text, length >= 2 ? 2 : 0);
    }
}

/* One whole frame of the client, which masks all of them; false: not all of it is here. */
static bool next_frame(struct wire_peer *peer)
{
    const uint8_t *in = (const uint8_t *)peer->in.at;
    if (peer->in.length < 6) {
        return false;
    }
    uint64_t length = in[1] & 0x7fU;
    size_t at = 2, digits = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (peer->in.length < at + digits + 4) {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        length = (i == 0 ? 0 : length << 8) | in[at + i];
    }
    at += digits;
    CHECK((in[1] & 0x80U) != 0 && (in[0] & 0x80U) != 0);
    if (peer->in.length - at - 4 < length) {
        return false;
    }
    char *text = memory_zeros(length + 1, 1);
    for (size_t i = 0; i < length; i++) {
        text[i] = (char)(in[at + 4 + i] ^ in[at + i % 4]);
    }
    int opcode = in[0] & 0x0f;
    bytes_drop(&peer->in, at + 4 + (size_t)length);
    take_frame(peer, opcode, text, (size_t)length);
    free(text);

    return true;
}

/* ---- HTTP ---- */

static bool head_value(const char *head, const char *name, char *out, size_t size)
{
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line != NULL && line[2] != '\r';
         line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') {
            const char *value = line + 3 + length;
            value += strspn(value, " ");
            size_t count = strcspn(value, "\r");
            count = count < size ? count : size - 1;
            memcpy(out, value, count);
            out[count] = '\0';
            return true;
        }
    }
    return false;
}

bool wire_header(const struct wire_request *request, const char *name, char *out, size_t size)
{
    return head_value(request->head, name, out, size);
}

static void answer_upgrade(struct wire_peer *peer, const struct wire_request *request)
{
    char key[WORD_BYTES] = "", text[WORD_BYTES * 2];
    uint8_t digest[DIGEST_BYTES], accept[ACCEPT_BYTES];
    CHECK(wire_header(request, "Sec-WebSocket-Key", key, sizeof(key)));
    int length = snprintf(text, sizeof(text), "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    CHECK(EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha1(), NULL) == 1);
    (void)EVP_EncodeBlock(accept, digest, sizeof(digest));
    length = snprintf(text, sizeof(text),
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                      (const char *)accept);
    peer->is_socket = true;
    wire_send_bytes(peer, text, (size_t)length);
    if (!peer->gone && peer->wire->handlers.opened != NULL) {
        peer->wire->handlers.opened(peer->wire->handlers.self, peer);
    }
}

static void send_waiting(void *self)
{
    struct wire_peer *peer = self;
    peer->busy = false;
    bytes_add(&peer->out, peer->waiting.at, peer->waiting.length);
    peer->waiting.length = 0;
    flush(peer);
}

static void
answer(struct wire_peer *peer, const struct wire_request *request, const struct wire_reply *reply)
{
    if (reply->drop) {
        lost(peer);
    }
    if (peer->gone || reply->mute) {
        peer->busy = true;
        return;
    }
    if (reply->upgrade) {
        answer_upgrade(peer, request);
        return;
    }
    char head[WORD_BYTES];
    const char *body = reply->body != NULL ? reply->body : "";
    size_t length = reply->length > 0 ? reply->length : strlen(body);
    int size = snprintf(head, sizeof(head), "HTTP/1.1 %d Scripted\r\nContent-Length: %zu\r\n",
                        reply->status, length);
    bytes_add(&peer->waiting, head, (size_t)size);
    bytes_add(&peer->waiting, reply->headers != NULL ? reply->headers : "",
              reply->headers != NULL ? strlen(reply->headers) : 0);
    bytes_add(&peer->waiting, "\r\n", 2);
    bytes_add(&peer->waiting, body, reply->cut > 0 ? reply->cut : length);
    peer->close_when_sent = reply->close || reply->cut > 0;
    peer->busy = true;
    if (reply->delay_ns > 0) {
        loop_timer_set(peer->wire->loop, &peer->late, loop_clock_ns() + reply->delay_ns);
    } else {
        send_waiting(peer);
    }
}

static bool next_request(struct wire_peer *peer)
{
    char *stop = peer->in.length > 0 ? strstr(peer->in.at, "\r\n\r\n") : NULL;
    char word[WORD_BYTES];
    if (stop == NULL) {
        return false;
    }
    size_t head = (size_t)(stop - peer->in.at) + 4, length = 0;
    if (head_value(peer->in.at, "Content-Length", word, sizeof(word))) {
        length = strtoul(word, NULL, 10);
    }
    if (peer->in.length < head + length) {
        return false;
    }
    char *text = memory_or_panic(strndup(peer->in.at, head));
    char *body = memory_zeros(length + 1, 1);
    memcpy(body, peer->in.at + head, length);
    bytes_drop(&peer->in, head + length);
    char *line = memory_or_panic(strndup(text, strcspn(text, "\r")));
    char *path = line + strcspn(line, " ");
    CHECK(*path == ' ');
    *path++ = '\0';
    path[strcspn(path, " ")] = '\0';
    char *query = path + strcspn(path, "?");
    if (*query == '?') {
        *query++ = '\0';
    }
    struct wire_request request = {peer, line, path, query, text, body, length};
    struct wire_reply reply = {.status = 200};
    if (peer->wire->handlers.asked != NULL) {
        peer->wire->handlers.asked(peer->wire->handlers.self, &request, &reply);
    }
    answer(peer, &request, &reply);
    free(line);
    free(body);
    free(text);

    return true;
}

static void on_peer(void *self, int events)
{
    struct wire_peer *peer = self;
    char bytes[READ_BYTES];
    (void)events;
    for (;;) {
        ssize_t count = transport_read(peer, bytes, sizeof(bytes));
        if (count == 0 || (count < 0 && errno != EAGAIN)) {
            lost(peer);
            return;
        }
        if (count < 0) {
            break;
        }
        bytes_add(&peer->in, bytes, (size_t)count);
    }
    while (!peer->gone && !peer->busy &&
           (peer->is_socket ? next_frame(peer) : next_request(peer))) {
    }
    if (!peer->gone) {
        flush(peer);
    }
}

static void on_late(void *self)
{
    struct wire_peer *peer = self;
    send_waiting(peer);
    if (!peer->gone) {
        on_peer(peer, LOOP_READ);
    }
}

/* ---- the server ---- */

static void on_connection(void *self, int events)
{
    struct wire *wire = self;
    (void)events;
    int descriptor = accept4(wire->descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
        return;
    }
    int one = 1;
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    struct wire_peer *peer = memory_zeros(1, sizeof(*peer));
    peer->wire = wire;
    peer->descriptor = descriptor;
    peer->next = wire->peers;
    peer->link = &wire->peers;
    if (peer->next != NULL) {
        peer->next->link = &peer->next;
    }
    wire->peers = peer;
    wire->connections++;
    peer->watch = (struct loop_watch){.ready = on_peer, .self = peer};
    peer->late = (struct loop_timer){.due = on_late, .self = peer};
    peer->end = (struct loop_end){.run = release, .self = peer};
    if (wire->tls != NULL) {
        peer->tls = memory_or_panic(SSL_new(wire->tls));
        CHECK(SSL_set_fd(peer->tls, descriptor) == 1);
        SSL_set_accept_state(peer->tls);
    }
    flush(peer);
}

struct wire *wire_new(struct loop *loop, const struct wire_handlers *handlers, void *tls)
{
    struct wire *self = memory_zeros(1, sizeof(*self));
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    struct error error;
    error_init(&error);
    self->loop = loop;
    self->handlers = *handlers;
    self->tls = tls;
    self->watch = (struct loop_watch){.ready = on_connection, .self = self};
    self->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(self->descriptor >= 0);
    CHECK(bind(self->descriptor, (const struct sockaddr *)&address, size) == 0);
    CHECK(listen(self->descriptor, SOMAXCONN) == 0);
    CHECK(getsockname(self->descriptor, (struct sockaddr *)&address, &size) == 0);
    self->port = ntohs(address.sin_port);
    CHECK(loop_watch(loop, &self->watch, self->descriptor, LOOP_READ, &error));

    return self;
}

void wire_free(struct wire *self)
{
    while (self->peers != NULL) {
        wire_drop(self->peers);
        release(self->peers);
    }
    loop_unwatch(self->loop, &self->watch);
    (void)close(self->descriptor);
    free(self);
}

int wire_port(const struct wire *self)
{
    return self->port;
}

int wire_connections(const struct wire *self)
{
    return self->connections;
}
