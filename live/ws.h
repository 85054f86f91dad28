/* ws.h - one WebSocket connection: curl (CONNECT_ONLY) makes the connection with TLS, wslay is the codec, all inside the
 * loop.
 * Laws     the handshake is ours: key by getrandom, Sec-WebSocket-Accept checked, no extension offered, HTTP/1.1 (ALPN
 *          off).
 *          Messages are whole texts up to WS_MESSAGE_BYTES; fragments are put together; a longer one closes with 1009, a
 *          bad frame with 1002, bad UTF-8 with 1007, binary with 1003. Pings are answered at the end of the turn in
 *          which they came, after everything that the messages before them set off has been handed to its own socket: a
 *          server that waits for the pong knows that we acted.
 *          Half-open connections show as silence: the owner watches the age of data (RISK F28), not of the socket.
 * Calls    opened once, message for each text, closed once (also when opening failed), never inside ws_open() or ws_send().
 *          After closed() the ws may be freed or opened again by the owner. */
#ifndef LIVE_WS_H
#define LIVE_WS_H

#include "live/loop.h"

enum { WS_MESSAGE_BYTES = 8 << 20, WS_SEND_QUEUE_BYTES = 1 << 20 };

struct ws; /* opaque */

struct ws_handlers {
    void (*opened)(void *self);
    void (*message)(void *self,
                    const char *text,
                    size_t length,
                    int64_t received_ns);                  /* closed by '\0' */
    void (*closed)(void *self, int code, const char *why); /* code 0: never opened, or cut */
    void *self;
};

struct ws_options {
    const char *url; /* ws:// or wss:// */
    const char *ca_file;
    int64_t connect_timeout_ns;
};

MUST_USE struct ws *ws_open(struct loop *loop,
                            const struct ws_options *options,
                            const struct ws_handlers *handlers,
                            struct error *error);
/* False: not open, or the queue is full. */
MUST_USE bool ws_send(struct ws *self, const char *text, size_t length);
/* Asks the peer for a sign of life: for streams that are silent while all is well. False: not open. */
MUST_USE bool ws_ping(struct ws *self);
/* When anything came last, pongs too; BOOTTIME. */
int64_t ws_heard_ns(const struct ws *self);
bool ws_is_open(const struct ws *self);
/* Asks for a close; closed() follows, after at most a second. */
void ws_close(struct ws *self, int code);
/* At once and without a call; NULL is fine. */
void ws_free(struct ws *self);

#endif
