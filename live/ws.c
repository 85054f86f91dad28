/* Two queues of bytes leave by one socket. `out`: what was said, written at the end of the turn (LOOP_SEND). `held`:
 * control frames that wslay makes by itself, pongs above all; they follow at the very end (LOOP_ANSWER), when every
 * request and text that the turn's messages set off is written. wslay puts control frames before texts: so it is emptied
 * into `held` before each text. */
#include "live/ws.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <wslay/wslay.h>

#include "data/memory.h"
#include "live/curl_loop.h"
#include "live/ws_handshake.h"

#define NS_PER_SECOND 1000000000LL

enum { TURN_BYTES = 4 << 20 /* read in one turn: others live too */ };

enum state { CONNECTING, SHAKING, OPEN, CLOSING, DEAD };

struct bytes {
    char *at;
    size_t start, length, capacity; /* start: of what is not written yet */
};

struct ws {
    struct loop *loop;
    struct curl_loop curl;
    CURL *easy;
    wslay_event_context_ptr codec;
    struct ws_handlers handlers;
    struct ws_target target;
    enum state state;
    struct loop_watch watch;
    struct loop_timer deadline,
        again; /* again: more was there than one turn reads, and TLS may hide it from epoll */
    struct loop_end send, answer;
    struct bytes out, held, text;
    struct bytes *sink; /* where wslay's frames go */
    int descriptor;
    char *ca_file;
    char key[WS_KEY_BYTES], head[WS_HEAD_BYTES], why[CURL_ERROR_SIZE];
    size_t head_length, head_taken; /* taken: of bytes behind the handshake's answer */
    int64_t received_ns;
    size_t turn_bytes;
    int code;         /* that ends it, as far as known */
    const char *lost; /* why the transport is gone; NULL: it stands */
    int depth;        /* calls of ours that stand on this struct */
    bool broken;      /* a frame was none */
    bool unwanted;    /* ws_free() came inside such a call */
};

static void bytes_add(struct bytes *self, const void *bytes, size_t length)
{
    if (self->length + length + 1 > self->capacity) {
        self->capacity = (self->length + length + 1) * 2;
        self->at = memory_or_panic(realloc(self->at, self->capacity));
    }
    memcpy(self->at + self->length, bytes, length);
    self->length += length;
    self->at[self->length] = '\0';
}

static void bytes_clear(struct bytes *self)
{
    self->start = self->length = 0;
}

/* ---- the end ---- */

static void disconnect(struct ws *self)
{
    self->state = DEAD;
    loop_timer_stop(self->loop, &self->deadline);
    loop_timer_stop(self->loop, &self->again);
    loop_end_stop(self->loop, &self->send);
    loop_end_stop(self->loop, &self->answer);
    loop_unwatch(self->loop, &self->watch);
    if (self->easy != NULL) {
        (void)curl_multi_remove_handle(self->curl.multi, self->easy);
        curl_easy_cleanup(self->easy);
        self->easy = NULL;
        curl_loop_release(&self->curl);
    }
}

static void release(struct ws *self)
{
    disconnect(self);
    wslay_event_context_free(self->codec);
    free(self->out.at);
    free(self->held.at);
    free(self->text.at);
    free(self->ca_file);
    free(self);
}

void ws_free(struct ws *self)
{
    if (self == NULL) {
        return;
    }
    self->unwanted = true;
    if (self->depth == 0) {
        release(self);
    } else {
        self->state = DEAD; /* whoever stands on it releases it */
    }
}

static void enter(struct ws *self)
{
    self->depth++;
}

static void leave(struct ws *self)
{
    self->depth--;
    if (self->depth == 0 && self->unwanted) {
        release(self);
    }
}

/* Once; nothing of self is used after it by its callers but leave(). */
static void finish(struct ws *self, int code, const char *why)
{
    if (self->state == DEAD) {
        return;
    }
    char words[CURL_ERROR_SIZE];
    (void)snprintf(words, sizeof(words), "%s", why);
    disconnect(self);
    self->handlers.closed(self->handlers.self, code, words);
}

/* ---- writing ---- */

static void watch(struct ws *self)
{
    struct error error;
    error_init(&error);
    bool waits = self->out.start < self->out.length;
    if (!loop_watch(self->loop, &self->watch, self->descriptor,
                    LOOP_READ | (waits ? LOOP_WRITE : 0), &error)) {
        self->lost = "the socket cannot be watched";
    }
}

static void write_out(struct ws *self)
{
    struct bytes *out = &self->out;
    while (self->lost == NULL && out->start < out->length) {
        size_t count = 0;
        CURLcode code =
            curl_easy_send(self->easy, out->at + out->start, out->length - out->start, &count);
        if (code == CURLE_AGAIN) {
            watch(self);
            return;
        }
        if (code != CURLE_OK) {
            self->lost = "the connection broke while we wrote";
            return;
        }
        out->start += count;
    }
    if (self->lost == NULL && out->length > 0) {
        bytes_clear(out);
        watch(self);
    }
}

/* Lets wslay make what frames it has, into one of the queues. */
static void make_frames(struct ws *self, struct bytes *sink)
{
    self->sink = sink;
    if (wslay_event_want_write(self->codec) != 0 && wslay_event_send(self->codec) != 0) {
        self->lost = "a frame could not be made";
    }
}

static void settle(struct ws *self)
{
    if (self->state == DEAD) {
        return;
    }
    if (self->lost != NULL) {
        finish(self, self->code, self->lost);
    } else if (wslay_event_get_close_received(self->codec) != 0) {
        int code = wslay_event_get_status_code_received(self->codec);
        finish(self, code, "closed by the other side");
    } else if (self->state >= OPEN && (self->broken || wslay_event_want_read(self->codec) == 0)) {
        int code = self->broken ? WSLAY_CODE_PROTOCOL_ERROR
                                : wslay_event_get_status_code_sent(self->codec);
        finish(self, code, "what came was no message that we take");
    }
}

static void on_send_end(void *self)
{
    struct ws *ws = self;
    enter(ws);
    write_out(ws);
    if (ws->lost != NULL) {
        settle(ws);
    }
    leave(ws);
}

static void on_answer_end(void *self)
{
    struct ws *ws = self;
    enter(ws);
    make_frames(ws, &ws->held);
    bytes_add(&ws->out, ws->held.length > 0 ? ws->held.at : "", ws->held.length);
    bytes_clear(&ws->held);
    write_out(ws);
    settle(ws);
    leave(ws);
}

/* ---- wslay's calls ---- */

static ssize_t
on_bytes(wslay_event_context_ptr codec, const uint8_t *bytes, size_t length, int flags, void *self)
{
    struct ws *ws = self;
    (void)codec, (void)flags;
    bytes_add(ws->sink, bytes, length);

    return (ssize_t)length;
}

static int on_mask(wslay_event_context_ptr codec, uint8_t *out, size_t length, void *self)
{
    (void)codec, (void)self;
    return getrandom(out, length, 0) == (ssize_t)length ? 0 : -1;
}

static ssize_t transport_read(struct ws *self, char *out, size_t size)
{
    size_t count = 0;
    CURLcode code = curl_easy_recv(self->easy, out, size, &count);
    if (code == CURLE_AGAIN) {
        errno = EAGAIN;
        return -1;
    }
    if (code != CURLE_OK || count == 0) {
        self->lost = code == CURLE_OK ? "cut by the other side" : "the connection broke";
        errno = EIO;
        return -1;
    }
    return (ssize_t)count;
}

static ssize_t
on_wanted(wslay_event_context_ptr codec, uint8_t *out, size_t size, int flags, void *self)
{
    struct ws *ws = self;
    (void)flags;
    ssize_t count = -1;
    size_t early = ws->head_length - ws->head_taken;
    if (ws->state == DEAD) {
        errno = EAGAIN;
    } else if (early > 0) {
        count = (ssize_t)(early < size ? early : size);
        memcpy(out, ws->head + ws->head_taken, (size_t)count);
        ws->head_taken += (size_t)count;
    } else if (ws->turn_bytes >= TURN_BYTES) {
        loop_timer_set(ws->loop, &ws->again, 0);
        errno = EAGAIN;
    } else {
        count = transport_read(ws, (char *)out, size);
    }
    if (count < 0) {
        wslay_event_set_error(codec,
                              errno == EAGAIN ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
        return -1;
    }
    ws->turn_bytes += (size_t)count;
    return count;
}

static void on_message(wslay_event_context_ptr codec,
                       const struct wslay_event_on_msg_recv_arg *message,
                       void *self)
{
    struct ws *ws = self;
    (void)codec;
    if (ws->state != OPEN) {
        return;
    }
    if (message->opcode == WSLAY_BINARY_FRAME) {
        ws_close(ws, WSLAY_CODE_UNSUPPORTED_DATA);
    } else if (message->opcode == WSLAY_TEXT_FRAME) {
        bytes_clear(&ws->text);
        bytes_add(&ws->text, message->msg_length > 0 ? (const void *)message->msg : "",
                  message->msg_length);
        ws->handlers.message(ws->handlers.self, ws->text.at, ws->text.length, ws->received_ns);
    }
}

/* ---- reading ---- */

static void take_messages(struct ws *self)
{
    self->turn_bytes = 0;
    self->received_ns = loop_clock_ns();
    int code = wslay_event_recv(self->codec);
    if (self->state == DEAD) {
        return;
    }
    /* wslay has queued a close frame, without a code where the frame's own head was wrong. */
    self->broken = code != 0 && self->lost == NULL;
    /* Also when the connection is lost: closed() comes after what the last messages set off. */
    if (self->lost != NULL || self->broken || wslay_event_want_write(self->codec) != 0 ||
        wslay_event_want_read(self->codec) == 0) {
        loop_end_set(self->loop, &self->answer, LOOP_ANSWER);
    }
}

static void take_handshake(struct ws *self)
{
    for (;;) {
        if (self->head_length + 1 >= WS_HEAD_BYTES) {
            finish(self, 0, "the answer to the handshake is too long");
            return;
        }
        ssize_t count = transport_read(self, self->head + self->head_length,
                                       WS_HEAD_BYTES - 1 - self->head_length);
        if (count < 0) {
            settle(self); /* lost, or nothing more yet */
            return;
        }
        self->head_length += (size_t)count;
        self->head[self->head_length] = '\0';
        char *stop = strstr(self->head, "\r\n\r\n");
        if (stop != NULL) {
            stop[2] = '\0';
            self->head_taken = (size_t)(stop - self->head) + 4;
            break;
        }
    }
    const char *fault = ws_answer_fault(self->head, self->key);
    if (fault != NULL) {
        finish(self, 0, fault);
        return;
    }
    self->state = OPEN;
    loop_timer_stop(self->loop, &self->deadline);
    self->handlers.opened(self->handlers.self);
    if (self->state != DEAD) {
        take_messages(self);
    }
}

static void on_ready(void *self, int events)
{
    struct ws *ws = self;
    enter(ws);
    if ((events & LOOP_WRITE) != 0) {
        write_out(ws);
    }
    if (ws->lost != NULL) {
        settle(ws);
    } else if (ws->state == SHAKING) {
        take_handshake(ws);
    } else if (ws->state == OPEN || ws->state == CLOSING) {
        take_messages(ws);
    }
    leave(ws);
}

static void on_again(void *self)
{
    on_ready(self, LOOP_READ);
}

static void on_deadline(void *self)
{
    struct ws *ws = self;
    enter(ws);
    finish(ws, ws->state == CLOSING ? ws->code : 0,
           ws->state == CLOSING ? "closed by us" : "no connection in time");
    leave(ws);
}

static void on_connected(void *self, CURL *easy, CURLcode code)
{
    struct ws *ws = self;
    char request[WS_URL_BYTES * 3];
    curl_socket_t descriptor = CURL_SOCKET_BAD;
    enter(ws);
    (void)curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &descriptor);
    if (code != CURLE_OK || descriptor == CURL_SOCKET_BAD) {
        ws->lost = ws->why[0] != '\0' ? ws->why : curl_easy_strerror(code);
        /* Not here: curl's handle is still being told. */
        loop_end_set(ws->loop, &ws->send, LOOP_SEND);
    } else {
        ws->state = SHAKING;
        ws->descriptor = descriptor;
        size_t length = ws_request_write(&ws->target, ws->key, request, sizeof(request));
        bytes_add(&ws->out, request, length);
        watch(ws);
        loop_end_set(ws->loop, &ws->send, LOOP_SEND);
    }
    leave(ws);
}

/* ---- for its owner ---- */

static void connect_easy(struct ws *self)
{
    CURL *easy = self->easy = memory_or_panic(curl_easy_init());
    (void)curl_easy_setopt(easy, CURLOPT_URL, self->target.url);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    /* Else h2 may be agreed on, and our handshake is HTTP/1.1. */
    (void)curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->why);
    if (self->ca_file != NULL) {
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, self->ca_file);
    }
    (void)curl_multi_add_handle(self->curl.multi, easy);
}

struct ws *ws_open(struct loop *loop,
                   const struct ws_options *options,
                   const struct ws_handlers *handlers,
                   struct error *error)
{
    static const struct wslay_event_callbacks calls = {.recv_callback = on_wanted,
                                                       .send_callback = on_bytes,
                                                       .genmask_callback = on_mask,
                                                       .on_msg_recv_callback = on_message};
    struct ws *self = memory_zeros(1, sizeof(*self));
    bool fine = ws_target_parse(&self->target, options->url);
    if (!fine) {
        (void)error_set(error, EXIT_CODE_USAGE, NULL, 0, "%s is no ws:// or wss:// address",
                        options->url);
    } else if (options->ca_file != NULL && access(options->ca_file, R_OK) != 0) {
        fine = error_set(error, EXIT_CODE_USAGE, options->ca_file, 0,
                         "the certificates cannot be read (%s): check name and rights",
                         strerror(errno));
    } else if (!ws_key_make(self->key)) {
        fine = error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "the system gives no random bytes: check getrandom()");
    }
    if (!fine) {
        free(self);
        return NULL;
    }
    CHECK(wslay_event_context_client_init(&self->codec, &calls, self) == 0);
    wslay_event_config_set_max_recv_msg_length(self->codec, WS_MESSAGE_BYTES);
    self->loop = loop;
    self->handlers = *handlers;
    self->ca_file = options->ca_file != NULL ? memory_or_panic(strdup(options->ca_file)) : NULL;
    self->watch = (struct loop_watch){.ready = on_ready, .self = self};
    self->deadline = (struct loop_timer){.due = on_deadline, .self = self};
    self->again = (struct loop_timer){.due = on_again, .self = self};
    self->send = (struct loop_end){.run = on_send_end, .self = self};
    self->answer = (struct loop_end){.run = on_answer_end, .self = self};
    curl_loop_init(&self->curl, loop);
    self->curl.done = on_connected;
    self->curl.self = self;
    loop_timer_set(loop, &self->deadline, loop_clock_ns() + options->connect_timeout_ns);
    connect_easy(self);

    return self;
}

bool ws_send(struct ws *self, const char *text, size_t length)
{
    struct wslay_event_msg message = {
        .opcode = WSLAY_TEXT_FRAME, .msg = (const uint8_t *)text, .msg_length = length};
    if (self->state != OPEN || self->lost != NULL || length > WS_SEND_QUEUE_BYTES ||
        self->out.length - self->out.start > WS_SEND_QUEUE_BYTES - length) {
        return false;
    }
    make_frames(self, &self->held);
    if (wslay_event_queue_msg(self->codec, &message) != 0) {
        return false;
    }
    make_frames(self, &self->out);
    loop_end_set(self->loop, &self->send, LOOP_SEND);

    return true;
}

bool ws_ping(struct ws *self)
{
    const struct wslay_event_msg message = {.opcode = WSLAY_PING};
    if (self->state != OPEN || wslay_event_queue_msg(self->codec, &message) != 0) {
        return false;
    }
    loop_end_set(self->loop, &self->answer, LOOP_ANSWER);
    return true;
}

int64_t ws_heard_ns(const struct ws *self)
{
    return self->received_ns;
}

bool ws_is_open(const struct ws *self)
{
    return self->state == OPEN;
}

void ws_close(struct ws *self, int code)
{
    if (self->state == CLOSING || self->state == DEAD) {
        return;
    }
    if (self->state == OPEN) {
        (void)wslay_event_queue_close(self->codec, (uint16_t)code, NULL, 0);
        loop_end_set(self->loop, &self->answer, LOOP_ANSWER);
        loop_timer_set(self->loop, &self->deadline, loop_clock_ns() + NS_PER_SECOND);
    } else {
        loop_timer_set(self->loop, &self->deadline, 0);
    }
    self->code = self->state == OPEN ? code : 0;
    self->state = CLOSING;
}
