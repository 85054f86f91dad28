/* ws_handshake.h - the client's side of the WebSocket handshake (RFC 6455, 4.1) as texts.
 * Laws     pure but for the key, which getrandom() makes. No extension and no subprotocol is offered, so none is
 *          accepted. */
#ifndef LIVE_WS_HANDSHAKE_H
#define LIVE_WS_HANDSHAKE_H

#include "core/base.h"

enum { WS_KEY_BYTES = 25, WS_ACCEPT_BYTES = 29, WS_HEAD_BYTES = 1 << 14, WS_URL_BYTES = 1024 };

struct ws_target {
    char url[WS_URL_BYTES];  /* for curl: http or https */
    char host[WS_URL_BYTES]; /* with :port, where the URL has one */
    char path[WS_URL_BYTES]; /* and query */
};

/* False: no ws:// or wss:// URL. */
MUST_USE bool ws_target_parse(struct ws_target *self, const char *url);
/* False: no randomness. */
MUST_USE bool ws_key_make(char key[WS_KEY_BYTES]);
/* The Sec-WebSocket-Accept that belongs to a key. */
void ws_accept_of(const char *key, char accept[WS_ACCEPT_BYTES]);
/* What is sent first, closed; its length. */
size_t ws_request_write(const struct ws_target *target, const char *key, char *out, size_t size);
/* head: the answer up to its blank line, closed. NULL: it opens the connection; else what is wrong with it. */
const char *ws_answer_fault(const char *head, const char *key);

#endif
