/* wire.h - a scripted server on 127.0.0.1 inside a test's own loop: HTTP/1.1, WebSocket, TLS where asked.
 * Laws     one thread: it serves while the test turns the loop. Its WebSocket frames are made and read by hand, as the oracle of
 *          live/ws.c. A request is told only when its body is whole; of one connection the next waits for the answer to the last.
 * Failure  what a test cannot go on without is a CHECK. */
#ifndef TESTS_SUPPORT_WIRE_H
#define TESTS_SUPPORT_WIRE_H

#include "live/loop.h"

struct wire;      /* opaque */
struct wire_peer; /* opaque: one connection */

struct wire_request {
    struct wire_peer *peer;
    const char *method, *path, *query; /* query without '?'; "": none */
    const char *head;                  /* request line and headers, for wire_header() */
    const char *body;
    size_t length;
};

struct wire_reply {
    int status;          /* 200 unless changed */
    const char *headers; /* "Name: value\r\n" each; NULL: none */
    const char *body;    /* NULL: none; read when asked() returns */
    size_t length;       /* 0: up to its '\0' */
    size_t cut;          /* not 0: the connection closes when so much of the body is sent */
    int64_t delay_ns;
    bool drop;    /* closes without a word */
    bool mute;    /* never answers */
    bool close;   /* after the answer, without saying so before */
    bool upgrade; /* to a WebSocket: the handshake's answer instead of status and body */
};

struct wire_handlers {
    void (*asked)(void *self, const struct wire_request *request, struct wire_reply *reply);
    void (*opened)(void *self, struct wire_peer *peer); /* the upgrade is answered */
    void (*text)(void *self, struct wire_peer *peer, const char *text, size_t length);
    void (*pong)(void *self, struct wire_peer *peer, const char *text, size_t length);
    /* code: of a close frame, 0: none came. The peer is gone after the call. Also of plain HTTP connections. */
    void (*closed)(void *self, struct wire_peer *peer, int code);
    void *self;
}; /* each may be NULL */

/* tls: an SSL_CTX of certificate.h, or NULL. */
struct wire *wire_new(struct loop *loop, const struct wire_handlers *handlers, void *tls);
void wire_free(struct wire *self);
int wire_port(const struct wire *self);
int wire_connections(const struct wire *self); /* accepted so far */
/* False: not there. The value, without blanks around, cut to size. */
bool wire_header(const struct wire_request *request, const char *name, char *out, size_t size);

/* ---- of a peer that is a WebSocket ---- */
enum {
    WIRE_CONTINUED = 0,
    WIRE_TEXT = 1,
    WIRE_BINARY = 2,
    WIRE_CLOSE = 8,
    WIRE_PING = 9,
    WIRE_PONG = 10
};
void wire_send_text(struct wire_peer *peer, const char *text);
void wire_send_frame(
    struct wire_peer *peer, bool last, int opcode, const void *bytes, size_t length);
/* As they are: for what no server should say. */
void wire_send_bytes(struct wire_peer *peer, const void *bytes, size_t length);
/* At once; closed() is not called. */
void wire_drop(struct wire_peer *peer);

#endif
