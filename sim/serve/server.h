/* server.h - the wire under the mock exchange: HTTP and WebSocket, plain and TLS, on one port, pacing of market time, and the
 * faults of a net. A dialect (binance/, bybit/) puts a house into words and is called through one table.
 *
 * Wire     epoll, OpenSSL and wslay, with an HTTP/1.1 reader of our own (wire_text.h). libwebsockets splits a query at '&' and
 * ';'
 *          and decodes it before a callback sees it: the bytes that were signed are gone, and signatures are over bytes.
 *
 * Program  `cerberus-sim serve` runs cerberus-exchange beside itself: OpenSSL stays out of cerberus-sim.
 * Pacing   --speed N: market time runs N times real time from the first request of a client on (--at-once: from the start).
 *          --speed lockstep: market time goes to the next record only when no request is under way, every open socket has
 * answered
 *          two pings, one after the other, since it was last told something (a message, or an answer to anybody), and at least
 *          --hold MS of real time went by. So a client that acts on what it reads is never overtaken, and a fast one is never
 *          waited for. A socket that does not answer for 5 s is no longer waited for until it does. With no socket open time
 *          stands (at the start: until --sockets N are open).
 *          --speed manual, and lock-step without a socket: POST /cerberus/advance?to_us=T or ?by_us=N, in the same steps;
 * answered
 *          when market time is there.
 *          When the data have ended the server stays, with the last prices (--end-with-data: it stops).
 * Doors    path prefixes choose the dialect (dialects.c). /cerberus is the house's own (door.h), never a venue's.
 * TLS      --tls DIR: a certificate authority is made at start, its certificate written to DIR/ca.pem, and with it a certificate
 * for
 *          localhost, 127.0.0.1, the venues' host names and --host NAME. No private key is ever written. Plain clients are served
 *          on the same port: the first byte tells.
 * Order    an answer is written before the events that its request made, but with FAULT_STREAM_FIRST.
 * Failure  one bad client never ends the server: its connection is closed with a word of why. */
#ifndef SIM_SERVE_SERVER_H
#define SIM_SERVE_SERVER_H

#include "sim/serve/faults.h"
#include "sim/serve/house.h"

enum { SERVER_BODY_BYTES = 1 << 20, SERVER_MESSAGE_BYTES = 1 << 20, SERVER_PATH_BYTES = 2048 };

struct server;        /* opaque */
struct server_socket; /* opaque: one WebSocket connection */

struct server_request {
    const char *method; /* "GET" */
    const char *path;   /* "/fapi/v1/order" */
    const char *query;  /* raw, without '?'; "" */
    const char *body;   /* raw; "" */
    size_t body_length;
    const void *connection; /* private: for server_header() */
    const char *client;     /* address: what IP limits count by */
    int64_t now_us;         /* market time */
    int64_t clock_us; /* the venue's clock as clients see it: market time, with the clock faults */
    int64_t real_ns;  /* for limits by real time */
};
/* A request header by lower-case name; NULL: none. Borrowed for the call. */
const char *server_header(const struct server_request *request, const char *name);

/* Filled by the dialect. */
struct server_answer {
    int32_t status; /* 200 */
    char *body;     /* owned by the answer; see answer_* */
    size_t length, capacity;
    char headers[8][128]; /* "Name: value" */
    int32_t header_count;
};
void answer_printf(struct server_answer *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void answer_header(struct server_answer *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One dialect. */
struct dialect {
    const char *name;
    void *(*open)(struct server *server, struct house *house);
    void (*close)(void *self);
    void (*request)(void *self, const struct server_request *request, struct server_answer *answer);
    /* False: refused (404). *tag is the dialect's own memory of this socket. */
    bool (*socket_opened)(
        void *self, struct server_socket *socket, const char *path, const char *query, void **tag);
    void (*socket_message)(
        void *self, struct server_socket *socket, void *tag, const char *text, size_t length);
    /* Once for each that was opened; never from inside a call of the dialect into the server. */
    void (*socket_closed)(void *self, struct server_socket *socket, void *tag);
    void (*news)(void *self, const struct house_news *news);
    /* After each advance of market time: key expiry, periodic streams. */
    void (*tick)(void *self, int64_t now_us);
};

extern const struct dialect dialect_binance;

/* Copies; a socket that is more than 4 MiB behind is closed (slow consumer). user: an event of the account: faults of the user
 * stream (lost, twice, late, out of order) apply. */
void server_send(struct server_socket *self, const char *text, size_t length, bool user);
void server_close(struct server_socket *self, int code, const char *why);
struct faults *server_faults(struct server *self);
struct house *server_house(struct server *self);

/* API keys that the server takes: key, secret (HMAC), or an Ed25519 public key. */
struct server_key {
    char key[80], secret[128];
    uint8_t ed25519_public[32];
    bool has_ed25519, can_trade, can_withdraw, read_only;
};
/* NULL: unknown. */
const struct server_key *server_key_find(const struct server *self, const char *key);

/* The program; argv as of main(). */
int serve_main(int argc, char **argv);

#endif
