/* http.h - requests to a venue over one curl multi handle in the loop: kept connections, absolute deadlines, one answer
 * each.
 * Outcomes are those that RISK 5.1 needs, and never more than is known:
 *          HTTP_ANSWERED  a whole answer with a status;
 *          HTTP_NOT_SENT  no byte of the request can have left (name, connect, TLS handshake failed; the queue was full);
 *          HTTP_UNKNOWN   anything else: it may have been carried out (time out after connect, reset, cut or oversized
 *          answer).
 * Laws     a request is sent once: curl's own repetition on a dead kept connection is off for requests that change
 *          something, which keep using kept connections (http.c says how). What is sent in a turn is written before the
 *          turn ends, as far as a kept connection is free and its socket takes it. The timeout runs from http_send(),
 *          waiting in the queue counts. TLS is verified; ca_file adds a bundle.
 *          Redirects are not followed. Answers above HTTP_ANSWER_BYTES are cut off: UNKNOWN. gzip is accepted.
 * Ownership  everything in a request is copied by http_send(); an answer is borrowed for the call of done().
 * Failure  http_send() never fails: what cannot be sent is answered HTTP_NOT_SENT, never inside the call. No proxy is
 *          taken from the environment. */
#ifndef LIVE_HTTP_H
#define LIVE_HTTP_H

#include "live/loop.h"

enum {
    HTTP_ANSWER_BYTES = 32 << 20,
    HTTP_IN_FLIGHT_MAX = 64, /* more wait in order, at most HTTP_QUEUE_MAX */
    HTTP_URGENT_MAX =
        16, /* of urgent requests on top of these: cancels do not wait for slow questions */
    HTTP_QUEUE_MAX = 1024,
    HTTP_HEADERS_MAX = 16
};

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE };
enum http_outcome { HTTP_ANSWERED, HTTP_NOT_SENT, HTTP_UNKNOWN };

struct http; /* opaque */

struct http_answer {
    enum http_outcome outcome;
    int32_t status;   /* ANSWERED */
    const char *body; /* closed by '\0'; length without it */
    size_t length;
    const char *why; /* not ANSWERED: in words */
    int64_t sent_ns,
        answered_ns; /* loop_clock_ns() before the first byte and after the last; sent 0: not sent */
    void *headers;   /* private: for http_header() */
};

struct http_request {
    enum http_method method;
    bool changes; /* it places, cancels, sets: must not be repeated */
    bool urgent;  /* goes before what waits: cancels and flatten */
    const char *url;
    const char *headers[HTTP_HEADERS_MAX]; /* "Name: value"; NULL ends */
    const char *body;                      /* NULL: none */
    int64_t timeout_ns;
    void (*done)(void *self, const struct http_answer *answer);
    void *self;
};

struct http_options {
    const char *ca_file; /* NULL: the system's */
    const char *user_agent;
};

MUST_USE struct http *
http_new(struct loop *loop, const struct http_options *options, struct error *error);
/* What is in flight is dropped without an answer. Not inside done(). */
void http_free(struct http *self);
void http_send(struct http *self, const struct http_request *request);
/* A header of the answer, by name in any case; NULL: none. Borrowed like the answer. */
const char *http_header(const struct http_answer *answer, const char *name);
int32_t http_waiting(const struct http *self); /* in flight and queued */

#endif
