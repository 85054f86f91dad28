/* How "not sent" is proven, and "sent once" kept. curl calls CURLOPT_PREREQFUNCTION when a connection stands (TLS too)
 * or a kept one was chosen, and before it writes the first byte of the request. So
 *   - a request that failed without that call has sent nothing: name, connect or handshake failed, or it waited in vain;
 *   - a second call means that curl is about to send the request again, on another connection, because the kept one died
 *     without a byte of an answer. The server may have read the first: for a request that changes something we say no,
 *     curl gives up and the outcome is UNKNOWN. Questions may be repeated.
 * CURLINFO_REQUEST_SIZE and the time stamps would not do: they are written after the write. */
#include "live/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/memory.h"
#include "live/curl_loop.h"

enum { BODY_START = 1 << 12, CONNECTIONS_KEPT = HTTP_IN_FLIGHT_MAX + HTTP_URGENT_MAX };

struct call {
    struct http *http;
    struct call *next, *before; /* in its list */
    struct call_list *list;
    CURL *easy;
    struct curl_slist *headers;
    struct loop_timer deadline;
    enum http_method method;
    bool changes, urgent, oversized;
    char *url, *body;
    void (*done)(void *self, const struct http_answer *answer);
    void *self;
    int64_t sent_ns;
    char *answer;
    size_t length, capacity;
    char why[CURL_ERROR_SIZE];
};

struct call_list {
    struct call *first, *last;
    int32_t count;
};

struct http {
    struct curl_loop curl;
    struct loop_end end;
    char *ca_file, *user_agent;
    struct call_list urgent, waiting, refused, in_flight;
    int32_t urgent_in_flight;
};

/* ---- lists ---- */

static void list_add(struct call_list *list, struct call *call)
{
    call->list = list;
    call->next = NULL;
    call->before = list->last;
    *(list->last != NULL ? &list->last->next : &list->first) = call;
    list->last = call;
    list->count++;
}

static void list_remove(struct call_list *list, struct call *call)
{
    CHECK(call->list == list);

    *(call->before != NULL ? &call->before->next : &list->first) = call->next;
    *(call->next != NULL ? &call->next->before : &list->last) = call->before;
    list->count--;
}

/* ---- curl's calls ---- */

static int on_request(void *self, char *to, char *from, int to_port, int from_port)
{
    struct call *call = self;
    (void)to, (void)from, (void)to_port, (void)from_port;
    if (call->sent_ns != 0 && call->changes) {
        return CURL_PREREQFUNC_ABORT;
    }
    call->sent_ns = call->sent_ns != 0 ? call->sent_ns : loop_clock_ns();

    return CURL_PREREQFUNC_OK;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *self)
{
    struct call *call = self;
    size_t length = size * count;
    if (length > HTTP_ANSWER_BYTES - call->length) {
        call->oversized = true;
        return 0;
    }
    if (call->length + length + 1 > call->capacity) {
        size_t wanted = (call->length + length + 1) * 2;
        call->capacity = wanted > BODY_START ? wanted : BODY_START;
        call->answer = memory_or_panic(realloc(call->answer, call->capacity));
    }
    memcpy(call->answer + call->length, bytes, length);
    call->length += length;
    call->answer[call->length] = '\0';

    return length;
}

/* ---- the life of a call ---- */

static void call_free(struct call *call)
{
    loop_timer_stop(call->http->curl.loop, &call->deadline);
    if (call->easy != NULL) {
        (void)curl_multi_remove_handle(call->http->curl.multi, call->easy);
        curl_easy_cleanup(call->easy);
    }
    curl_slist_free_all(call->headers);
    free(call->url);
    free(call->body);
    free(call->answer);
    free(call);
}

/* It leaves its list before done(), which may send the next. */
static void call_answer(struct call *call, struct http_answer *answer)
{
    struct http *http = call->http;
    if (call->list == &http->in_flight) {
        http->urgent_in_flight -= call->urgent;
        loop_end_set(http->curl.loop, &http->end, LOOP_SEND); /* there is room for the next */
    }
    list_remove(call->list, call);
    loop_timer_stop(http->curl.loop, &call->deadline);
    answer->sent_ns = call->sent_ns;
    answer->answered_ns = loop_clock_ns();
    if (answer->outcome == HTTP_ANSWERED) {
        answer->body = call->answer != NULL ? call->answer : "";
        answer->length = call->length;
        answer->headers = call->easy;
    }
    call->done(call->self, answer);
    call_free(call);
}

static void call_fail(struct call *call, const char *why)
{
    struct http_answer answer = {
        .outcome = call->sent_ns != 0 ? HTTP_UNKNOWN : HTTP_NOT_SENT, .body = "", .why = why};
    call_answer(call, &answer);
}

static void on_deadline(void *self)
{
    struct call *call = self;
    call_fail(call, call->sent_ns != 0 ? "no answer in time" : "no connection in time");
}

static void on_done(void *self, CURL *easy, CURLcode code)
{
    struct call *call = NULL;
    long status = 0;
    (void)self;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && status > 0) {
        struct http_answer answer = {.outcome = HTTP_ANSWERED, .status = (int32_t)status};
        call_answer(call, &answer);
    } else if (call->oversized) {
        call_fail(call, "the answer is too long");
    } else {
        call_fail(call, call->why[0] != '\0' ? call->why : curl_easy_strerror(code));
    }
}

static void set_method(struct call *call)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE"};
    bool has_body = call->body != NULL || call->method == HTTP_POST || call->method == HTTP_PUT;
    if (has_body) {
        const char *body = call->body != NULL ? call->body : "";
        (void)curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, body);
        (void)curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    }
    (void)curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, names[call->method]);
}

static void call_start(struct call *call)
{
    struct http *http = call->http;
    CURL *easy = call->easy = memory_or_panic(curl_easy_init());
    set_method(call);
    (void)curl_easy_setopt(easy, CURLOPT_URL, call->url);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->why);
    (void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    (void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    (void)curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    if (http->user_agent != NULL) {
        (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, http->user_agent);
    }
    if (http->ca_file != NULL) {
        /* The directory of the system's authorities stays in force beside it. */
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);
    }
    list_remove(call->list, call);
    list_add(&http->in_flight, call);
    http->urgent_in_flight += call->urgent;
    CHECK(curl_multi_add_handle(http->curl.multi, easy) == CURLM_OK); /* no memory is a panic */
}

static struct call *next_call(struct http *self)
{
    if (self->urgent.first != NULL &&
        (self->in_flight.count < HTTP_IN_FLIGHT_MAX || self->urgent_in_flight < HTTP_URGENT_MAX)) {
        return self->urgent.first;
    }
    return self->in_flight.count < HTTP_IN_FLIGHT_MAX ? self->waiting.first : NULL;
}

static void on_end(void *self)
{
    struct http *http = self;
    for (struct call *call = http->refused.first, *next = NULL; call != NULL; call = next) {
        next = call->next; /* what done() adds behind it waits for the next end */
        call_fail(call, "too many requests wait");
    }
    for (struct call *call = next_call(http); call != NULL; call = next_call(http)) {
        call_start(call);
    }
    curl_loop_kick(&http->curl);
}

/* ---- for its owner ---- */

struct http *http_new(struct loop *loop, const struct http_options *options, struct error *error)
{
    if (options->ca_file != NULL && access(options->ca_file, R_OK) != 0) {
        (void)error_set(error, EXIT_CODE_USAGE, options->ca_file, 0,
                        "the certificates cannot be read (%s): check name and rights",
                        strerror(errno));
        return NULL;
    }
    struct http *self = memory_zeros(1, sizeof(*self));
    curl_loop_init(&self->curl, loop);
    self->curl.done = on_done;
    self->curl.self = self;
    self->end = (struct loop_end){.run = on_end, .self = self};
    self->ca_file = options->ca_file != NULL ? memory_or_panic(strdup(options->ca_file)) : NULL;
    self->user_agent =
        options->user_agent != NULL ? memory_or_panic(strdup(options->user_agent)) : NULL;
    (void)curl_multi_setopt(self->curl.multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);

    return self;
}

static void drop(struct call_list *list)
{
    for (struct call *call = list->first, *next = NULL; call != NULL; call = next) {
        next = call->next;
        call_free(call);
    }
}

void http_free(struct http *self)
{
    if (self == NULL) {
        return;
    }
    drop(&self->urgent);
    drop(&self->waiting);
    drop(&self->refused);
    drop(&self->in_flight);
    loop_end_stop(self->curl.loop, &self->end);
    curl_loop_release(&self->curl);
    free(self->ca_file);
    free(self->user_agent);
    free(self);
}

void http_send(struct http *self, const struct http_request *request)
{
    struct call *call = memory_zeros(1, sizeof(*call));
    call->http = self;
    call->method = request->method;
    call->changes = request->changes;
    call->urgent = request->urgent;
    call->done = request->done;
    call->self = request->self;
    call->url = memory_or_panic(strdup(request->url));
    call->body = request->body != NULL ? memory_or_panic(strdup(request->body)) : NULL;
    for (int i = 0; i < HTTP_HEADERS_MAX && request->headers[i] != NULL; i++) {
        call->headers = memory_or_panic(curl_slist_append(call->headers, request->headers[i]));
    }
    /* A body is sent with its head, not after a "100 Continue". */
    call->headers = memory_or_panic(curl_slist_append(call->headers, "Expect:"));
    call->deadline = (struct loop_timer){.due = on_deadline, .self = call};
    bool full = self->urgent.count + self->waiting.count >= HTTP_QUEUE_MAX;
    list_add(full ? &self->refused : request->urgent ? &self->urgent : &self->waiting, call);
    loop_timer_set(self->curl.loop, &call->deadline, loop_clock_ns() + request->timeout_ns);
    loop_end_set(self->curl.loop, &self->end, LOOP_SEND);
}

const char *http_header(const struct http_answer *answer, const char *name)
{
    struct curl_header *header = NULL;
    return answer->headers != NULL && curl_easy_header(answer->headers, name, 0, CURLH_HEADER, -1,
                                                       &header) == CURLHE_OK
               ? header->value
               : NULL;
}

int32_t http_waiting(const struct http *self)
{
    return self->urgent.count + self->waiting.count + self->refused.count + self->in_flight.count;
}
