/* connection.c - bytes of one connection, plain or TLS, in and out; who waits too long leaves. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/instant.h"
#include "sim/serve/server_parts.h"

enum {
    READ_BYTES = 16384,
    READS_A_TURN = 8,
    TLS_RECORD_FIRST = 0x16,
    HALF_SECONDS =
        10, /* for the rest of a request, of a handshake, of an answer that nobody reads */
    IDLE_SECONDS = 120, /* of a kept connection */
    BUSY_SECONDS = 1    /* market time is not held for longer by a request that does not arrive */
};

static void watch(struct connection *self, bool writing)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (writing ? EPOLLOUT : 0U),
                                .data.ptr = self};
    if (self->ended) {
        event.events =
            writing ? EPOLLOUT : 0U; /* its end has been seen and would be told for ever */
    }
    self->writing = writing;
    (void)epoll_ctl(self->server->epoll, EPOLL_CTL_MOD, self->fd, &event);
}

void connection_doom(struct connection *self)
{
    self->doomed = true;
    connection_stir(self);
}

void connection_stir(struct connection *self)
{
    if (!self->dirty) {
        self->dirty = true;
        self->dirty_next = self->server->dirty;
        self->server->dirty = self;
    }
}

static void address_text(const struct sockaddr_storage *address, char out[SERVER_CLIENT_BYTES])
{
    const void *bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    if (address->ss_family == AF_INET6) {
        bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    }
    if (inet_ntop(address->ss_family, bytes, out, SERVER_CLIENT_BYTES) == NULL) {
        (void)snprintf(out, SERVER_CLIENT_BYTES, "?");
    }
}

static void adopt(struct server *self, int fd, const struct sockaddr_storage *address)
{
    int one = 1;
    struct connection *made = calloc(1, sizeof(*made));
    CHECK(made != NULL);
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = made};
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    made->server = self;
    made->fd = fd;
    made->since_ns = self->now_ns;
    made->waiting_us = INSTANT_NEVER;
    made->state = self->tls == NULL ? CONNECTION_HTTP : CONNECTION_FRESH;
    address_text(address, made->client);
    made->next = self->first;
    if (self->first != NULL) {
        self->first->previous = made;
    }
    self->first = made;
    self->connections++;
    self->accepted++;
    if (epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        connection_doom(made);
    }
}

void connection_accept(struct server *self)
{
    for (;;) {
        struct sockaddr_storage address = {0};
        socklen_t length = sizeof(address);
        int fd = accept4(self->listener, (struct sockaddr *)&address, &length,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED) {
                continue;
            }
            return; /* nobody waits, or no descriptor is left: those who wait are asked again */
        }
        if (self->connections >= SERVER_CONNECTIONS_MAX) {
            (void)close(fd);
            continue;
        }
        adopt(self, fd, &address);
    }
}

/* ---- in ---- */

/* True: the state is known now. With --tls a plain client is served on the same port. */
static bool recognise(struct connection *self)
{
    unsigned char first = 0;
    ssize_t seen = recv(self->fd, &first, 1, MSG_PEEK);
    if (seen <= 0) {
        if (seen == 0 || (errno != EAGAIN && errno != EINTR)) {
            connection_doom(self);
        }
        return false;
    }
    self->state = CONNECTION_HTTP;
    if (first == TLS_RECORD_FIRST) {
        self->ssl = SSL_new(self->server->tls);
        CHECK(self->ssl != NULL);
        (void)SSL_set_fd(self->ssl, self->fd);
        self->state = CONNECTION_HANDSHAKE;
    }
    return true;
}

/* False: not yet, or never. */
static bool shake_hands(struct connection *self)
{
    ERR_clear_error();
    int done = SSL_accept(self->ssl);
    if (done == 1) {
        self->state = CONNECTION_HTTP;
        if (self->writing) {
            watch(self, false);
        }
        return true;
    }
    int why = SSL_get_error(self->ssl, done);
    if (why == SSL_ERROR_WANT_WRITE) {
        watch(self, true);
    } else if (why != SSL_ERROR_WANT_READ) {
        connection_doom(self);
    }
    return false;
}

/* Bytes read; 0: none now; sets `ended` or dooms. */
static size_t read_some(struct connection *self)
{
    char *room = wire_buffer_room(&self->in, READ_BYTES);
    if (self->ssl == NULL) {
        ssize_t count = recv(self->fd, room, READ_BYTES, 0);
        if (count > 0) {
            return (size_t)count;
        }
        self->ended = count == 0;
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            connection_doom(self);
        }
        return 0;
    }
    ERR_clear_error();
    int count = SSL_read(self->ssl, room, READ_BYTES);
    if (count > 0) {
        return (size_t)count;
    }
    int why = SSL_get_error(self->ssl, count);
    self->ended = why == SSL_ERROR_ZERO_RETURN;
    if (!self->ended && why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
        connection_doom(self);
    }
    return 0;
}

static void read_all(struct connection *self)
{
    for (int turn = 0; !self->doomed && (turn < READS_A_TURN || self->ssl != NULL); turn++) {
        size_t count = read_some(self);
        if (count == 0) {
            break;
        }
        if (self->in.length == 0 && self->state == CONNECTION_HTTP) {
            self->since_ns = self->server->now_ns;
        }
        wire_buffer_grew(&self->in, count);
        if (self->state == CONNECTION_LAST) {
            wire_buffer_take(&self->in, self->in.length); /* what is refused is read away */
        } else if (self->state == CONNECTION_SOCKET) {
            socket_read(self);
        } else {
            connection_serve(self);
        }
    }
    if (self->ended && !self->doomed) {
        watch(self, self->writing);
        if (self->state == CONNECTION_SOCKET || (self->out.length == 0 && self->later_ns == 0)) {
            connection_doom(self);
        } else {
            self->state = CONNECTION_LAST; /* it may still read what it asked for */
        }
    }
}

void connection_event(struct connection *self, uint32_t events)
{
    if (self->doomed) {
        return;
    }
    if (events & (EPOLLERR | EPOLLHUP)) {
        connection_doom(self);
        return;
    }
    if (events & EPOLLOUT) {
        connection_stir(self);
    }
    if (self->state == CONNECTION_FRESH && !recognise(self)) {
        return;
    }
    if (self->state == CONNECTION_HANDSHAKE && !shake_hands(self)) {
        return;
    }
    if ((events & (EPOLLIN | EPOLLRDHUP)) && !self->ended) {
        read_all(self);
    }
}

/* ---- out ---- */

/* Bytes written; -1: no room now; -2: it is gone. */
static ssize_t write_some(struct connection *self)
{
    const char *bytes = wire_buffer_bytes(&self->out);
    if (self->ssl == NULL) {
        ssize_t count = send(self->fd, bytes, self->out.length, MSG_NOSIGNAL);
        return count >= 0 ? count : errno == EAGAIN || errno == EINTR ? -1 : -2;
    }
    ERR_clear_error();
    size_t written = 0;
    int done = SSL_write_ex(self->ssl, bytes, self->out.length, &written);
    if (done == 1) {
        return (ssize_t)written;
    }
    int why = SSL_get_error(self->ssl, done);
    return why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? -1 : -2;
}

void connection_flush(struct connection *self)
{
    bool shaking = self->state == CONNECTION_FRESH || self->state == CONNECTION_HANDSHAKE;
    while (!self->doomed && !shaking && self->out.length > 0) {
        ssize_t count = write_some(self);
        if (count == -1) {
            if (!self->writing) {
                self->since_ns = self->server->now_ns;
                watch(self, true);
            }
            return;
        }
        if (count < 0) {
            connection_doom(self);
            return;
        }
        wire_buffer_take(&self->out, (size_t)count);
    }
    if (self->doomed || shaking) {
        return;
    }
    if (self->writing) {
        watch(self, false);
    }
    bool owes = self->later_ns != 0 || self->waiting_us != INSTANT_NEVER;
    if (self->state == CONNECTION_LAST && !owes) {
        if (self->ended) {
            connection_doom(self);
        } else {
            (void)shutdown(
                self->fd,
                SHUT_WR); /* its own end, or the sweep, closes it: no reset on unread bytes */
        }
    }
}

/* ---- time ---- */

bool connection_busy(const struct connection *self)
{
    const struct server *server = self->server;
    if (self->doomed || self->state == CONNECTION_SOCKET || self->state == CONNECTION_LAST ||
        self->waiting_us != INSTANT_NEVER) {
        return false;
    }
    if (self->later_ns != 0) {
        return true;
    }
    bool arriving = !self->served || self->in.length > 0;
    return arriving && server->now_ns - self->since_ns < BUSY_SECONDS * NS_PER_SECOND;
}

void connection_sweep(struct connection *self)
{
    int64_t age_ns = self->server->now_ns - self->since_ns;
    if (self->doomed || self->waiting_us != INSTANT_NEVER || self->later_ns != 0) {
        return;
    }
    if (self->state == CONNECTION_SOCKET) {
        socket_sweep(&self->socket);
        return;
    }
    bool half = self->in.length > 0 || self->out.length > 0 || self->state != CONNECTION_HTTP;
    if (half && self->state == CONNECTION_HTTP && self->out.length == 0 &&
        age_ns > HALF_SECONDS * NS_PER_SECOND) {
        connection_refuse(self, 408);
    } else if (age_ns > (half ? HALF_SECONDS + 1 : IDLE_SECONDS) * NS_PER_SECOND) {
        connection_doom(self);
    }
}

void connection_bury(struct connection *self)
{
    struct server *server = self->server;
    socket_bury(&self->socket);
    if (self->previous != NULL) {
        self->previous->next = self->next;
    } else {
        server->first = self->next;
    }
    if (self->next != NULL) {
        self->next->previous = self->previous;
    }
    server->connections--;
    SSL_free(self->ssl);
    (void)close(self->fd);
    wire_buffer_free(&self->in);
    wire_buffer_free(&self->out);
    wire_buffer_free(&self->later);
    free(self);
}
