/* control.h - the operator's door: a unix socket (mode 0600, in the state directory) with one JSON object a line, and the client
 * side of it: `cerberus-live stop|flatten|reset-request|reset-approve|status --state DIR`.
 * Requests {"do":"stop","reason":".."} {"do":"flatten",..} {"do":"reset-request","scope":"account","reason":".."}
 *          {"do":"reset-approve","token":"..","reason":".."} {"do":"status"} {"do":"reload"}.
 * Answers  one line: {"ok":true,...} or {"ok":false,"why":".."}.
 * Who      the principal is the peer's user name (SO_PEERCRED), never what it says.
 * Laws     stop needs nothing but the socket: it works with the database full or read-only (RISK I26). Lines are bounded, a slow
 * or
 *          silent peer is closed after 5 s, 16 peers at once. */
#ifndef LIVE_CONTROL_H
#define LIVE_CONTROL_H

#include "core/event.h"
#include "live/loop.h"

enum {
    CONTROL_LINE_BYTES = 4096,
    CONTROL_ANSWER_BYTES = 65536,
    CONTROL_PEERS_MAX = 16,
    CONTROL_TOKEN_BYTES = 40
};

enum control_verb {
    CONTROL_STOP,
    CONTROL_FLATTEN,
    CONTROL_RESET_REQUEST,
    CONTROL_RESET_APPROVE,
    CONTROL_STATUS,
    CONTROL_RELOAD
};

struct control_request {
    enum control_verb verb;
    enum breaker_scope scope;
    char scope_name[64]; /* symbol or source of the scope; empty: none */
    char principal[PRINCIPAL_BYTES];
    char reason[WRITTEN_REASON_BYTES];
    char token[CONTROL_TOKEN_BYTES];
};

struct control_handler {
    void *self;
    /* Writes one JSON object (no newline) into answer. */
    void (*request)(void *self, const struct control_request *request, char *answer, size_t size);
};

struct control; /* opaque */

MUST_USE struct control *control_open(struct loop *loop,
                                      const char *path,
                                      const struct control_handler *handler,
                                      struct error *error);
void control_close(struct control *self); /* removes the socket */

/* The client side: main() of those commands. Returns the exit code. */
int control_command(int argc, char **argv);
bool control_is_command(const char *word);

#endif
