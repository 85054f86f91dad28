/* server_parts.h - the insides of the server, shared by its files alone.
 * Turn     one wait in epoll, then: what arrived is read and served, market time moves, what is to go out is written (answers
 *          before events), what died is buried. A dialect is never called from inside a call of its own into the server.
 * Life     connections are a list; one that shall go is `doomed` and leaves at the end of the turn, where its dialect is told. */
#ifndef SIM_SERVE_SERVER_PARTS_H
#define SIM_SERVE_SERVER_PARTS_H

#include <openssl/ssl.h>
#include <wslay/wslay.h>

#include "sim/serve/options.h"
#include "sim/serve/pacing.h"
#include "sim/serve/server.h"
#include "sim/serve/wire_buffer.h"
#include "sim/serve/wire_text.h"

#define NS_PER_MS     INT64_C(1000000)
#define NS_PER_SECOND INT64_C(1000000000)

enum {
    SERVER_CONNECTIONS_MAX = 1024,
    SERVER_CLIENT_BYTES = 64,
    SERVER_KEYS_MAX = 64,
    SERVER_DIALECTS_MAX = 4,
    SERVER_BEHIND_BYTES = 4 << 20, /* a slow consumer is closed */
    SOCKET_ROUNDS = 2,
    SOCKET_PATIENCE_SECONDS = 5 /* lock-step waits no longer for a pong */
};

enum connection_state {
    CONNECTION_FRESH,     /* its first byte says whether it is TLS */
    CONNECTION_HANDSHAKE, /* of TLS */
    CONNECTION_HTTP,
    CONNECTION_SOCKET, /* a WebSocket */
    CONNECTION_LAST    /* nothing more is read; closed when all is written */
};

/* A user event that a fault keeps back. */
struct held_event {
    char *text; /* NULL: none */
    size_t length;
    int64_t due_us, due_ns; /* the first that comes */
    bool until_next;        /* or behind the next event */
};

struct server_socket {
    struct connection *connection;
    const struct dialect *dialect;
    void *dialect_self, *tag;
    wslay_event_context_ptr codec;
    char path[SERVER_PATH_BYTES];
    int64_t opened_ns, pinged_ns, ponged_ns; /* real time */
    uint64_t asked, answered;                /* numbers of the last ping and of the last pong */
    int64_t asked_ns;
    int32_t rounds;  /* pings answered since the last news; SOCKET_ROUNDS: it has caught up */
    bool news_since; /* since the last ping */
    bool opened, closing, stalled,
        behind; /* behind: it did not answer in time and is not waited for */
    struct held_event held;
};

struct connection {
    struct server *server;
    struct connection *next, *previous, *dirty_next;
    int fd;
    SSL *ssl;
    enum connection_state state;
    bool doomed, dirty, writing,
        ended;   /* writing: epoll tells of room; ended: the peer sends no more */
    bool served; /* at least one request was answered */
    bool reading_head, continued;
    char client[SERVER_CLIENT_BYTES];
    int64_t since_ns; /* of the present request's first byte, or of idling */
    struct wire_buffer in, out, later;
    int64_t later_ns;   /* when what is in `later` goes out; 0: nothing waits */
    int64_t waiting_us; /* its answer is owed when market time is here; INSTANT_NEVER: none */
    struct wire_request request;
    struct server_socket socket;
};

struct server_dialect {
    const struct dialect *table;
    void *self;
};

struct server {
    struct serve_options options;
    struct load *load;
    struct house *house;
    struct faults *faults;
    struct pacing pacing;
    struct server_key keys[SERVER_KEYS_MAX];
    int32_t key_count;
    struct server_dialect dialects[SERVER_DIALECTS_MAX];
    int32_t dialect_count;
    SSL_CTX *tls;
    int epoll, listener, signals;
    uint16_t port;
    struct connection *first, *dirty;
    int32_t connections, sockets;
    int64_t now_ns; /* real, monotonic; sampled once a turn */
    int64_t swept_ns;
    int64_t clock_step_us;
    int64_t requests, accepted, steps, messages, foreign;
    bool stopping, unbalanced;
    char imbalance[256];
    struct error error;
};

extern const struct dialect *const SERVER_DIALECTS[]; /* closed by NULL */
/* The dialect whose door the path is; NULL: nobody's. */
const struct dialect *dialect_of(const char *path);

/* ---- connection.c: bytes in and out ---- */
void connection_accept(struct server *self);
void connection_event(struct connection *self, uint32_t events);
void connection_doom(struct connection *self);
/* It has something to write at the end of this turn. */
void connection_stir(struct connection *self);
void connection_flush(struct connection *self);
void connection_bury(struct connection *self);
/* Something of it is under way that market time must not overtake. */
bool connection_busy(const struct connection *self);
/* Once a second or so: what waits too long. */
void connection_sweep(struct connection *self);

/* ---- connection_http.c ---- */
void connection_serve(struct connection *self);
void connection_refuse(struct connection *self, int32_t status);
/* The answer of a request; takes the body. delay_ns: it goes out later. */
void connection_answer(struct connection *self, struct server_answer *answer, int64_t delay_ns);
struct server_request connection_request(struct connection *self);

/* ---- connection_socket.c ---- */
/* The request asks for a WebSocket: answered either way. */
void socket_open(struct connection *self);
void socket_read(struct connection *self);
/* Has it answered SOCKET_ROUNDS pings, one after the other, since its last news? Sends one where not. Two: a client whose
 * requests
 * go by another connection than its news has had a turn of its loop in between. */
bool socket_caught_up(struct server_socket *self);
/* The client was told something, here or by an answer. */
void socket_told(struct server_socket *self);
void socket_sweep(struct server_socket *self);
/* What a fault keeps back and whose time has come. */
void socket_release_held(struct server_socket *self);
/* Its dialect is told that it is gone, once. */
void socket_bury(struct server_socket *self);

/* ---- door.c ---- */
void door_request(struct connection *self,
                  const struct server_request *request,
                  struct server_answer *answer);
/* Owed answers whose instant has come. */
void door_settle(struct server *self);

/* ---- server.c ---- */
/* False: self->error says why. Needs server_shut() either way. */
MUST_USE bool server_open(struct server *self);
void server_run(struct server *self); /* until it is stopped */
void server_shut(struct server *self);
struct connection *server_next(struct connection *self); /* the next that is not doomed */
void server_touch(
    struct server *self); /* market time of this instant, before a request is served */
struct server_dialect *server_dialect_at(struct server *self, const char *path);

#endif
