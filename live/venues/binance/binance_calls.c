/* binance_calls.c - one request each: within the budget, signed when it goes out, judged when it is answered. */
#include <stdlib.h>
#include <string.h>

#include "live/venues/binance/binance.h"

enum { US_PER_MILLI = 1000, RETRY_CLOCK_CODE = -1021 };

static void give(struct venue *self, const struct news *news)
{
    self->world.sink.take(self->world.sink.self, news);
}

int64_t binance_venue_us(const struct venue *self)
{
    return live_clock_venue_us(self->world.clock, loop_now_ns(self->world.loop));
}

struct binance_asked *binance_ask(uint64_t tag)
{
    struct binance_asked *asked = calloc(1, sizeof(*asked));
    CHECK(asked != NULL);
    asked->tag = tag;
    return asked;
}

struct binance_call *binance_call(struct venue *self,
                                  struct binance_asked *asked,
                                  enum http_method method,
                                  const char *path,
                                  int64_t weight)
{
    struct binance_call *call = calloc(1, sizeof(*call));
    CHECK(call != NULL);
    call->venue = self;
    call->asked = asked;
    call->method = method;
    call->path = path;
    call->is_signed = true;
    call->intent = BINANCE_ASK;
    call->use = BUDGET_LOOK;
    call->instrument = INSTRUMENT_NONE;
    call->costs[BINANCE_WEIGHT] = weight;
    query_init(&call->query);
    call->next = self->calls;
    self->calls = call;
    asked->left++;
    return call;
}

static void forget(struct binance_call *call)
{
    struct binance_call **link = &call->venue->calls;
    while (*link != call) {
        link = &(*link)->next;
    }
    *link = call->next;
    free(call);
}

/* The worst of several answers is the answer: a part that failed is no whole. */
static void judge_whole(struct binance_asked *asked, const struct binance_verdict *verdict)
{
    if (verdict->outcome != ANSWER_DONE && asked->worst.outcome == ANSWER_DONE) {
        asked->worst = *verdict;
    }
}

/* The last call of a tag answers it. */
static void end_call(struct binance_call *call, const struct binance_verdict *verdict)
{
    struct venue *self = call->venue;
    struct binance_asked *asked = call->asked;
    int32_t instrument = call->instrument;
    judge_whole(asked, verdict);
    asked->left--;
    forget(call);
    if (asked->left > 0) {
        return;
    }
    struct news news = {.kind = NEWS_ANSWER,
                        .instrument = instrument,
                        .tag = asked->tag,
                        .received_ns = loop_now_ns(self->world.loop),
                        .answer = {.outcome = asked->worst.outcome,
                                   .reason = asked->worst.reason,
                                   .code = asked->worst.code,
                                   .text = asked->worst.text}};
    memcpy(news.answer.venue_id, asked->venue_id, sizeof(news.answer.venue_id));
    if (asked->tag != 0) {
        give(self, &news);
    }
    free(asked);
}

/* ---- headers and health ---- */

static void
told(struct venue *self, const struct http_answer *answer, const char *header, int window)
{
    const char *text = http_header(answer, header);
    int64_t used = 0;
    if (text != NULL && decimal_parse(text, strlen(text), 0, &used) == DECIMAL_OK && used >= 0) {
        budget_told(&self->budget, self->budget.windows[window].name, used,
                    loop_now_ns(self->world.loop));
    }
}

static void limited(struct venue *self, const struct http_answer *answer)
{
    const char *text = http_header(answer, "Retry-After");
    int64_t seconds = 0;
    int64_t now_ns = loop_now_ns(self->world.loop);
    if (text == NULL || decimal_parse(text, strlen(text), 0, &seconds) != DECIMAL_OK ||
        seconds < 0) {
        seconds = 0;
    }
    budget_silence(&self->budget, answer->status == 418, seconds, now_ns);
    give(self, &(struct news){.kind = NEWS_LIMIT,
                              .instrument = INSTRUMENT_NONE,
                              .received_ns = now_ns,
                              .limit = {answer->status == 418, self->budget.silent_until_ns}});
}

static void health(struct venue *self, const struct http_answer *answer)
{
    bool answered = answer->outcome == HTTP_ANSWERED;
    if (answered && self->budget.count == BINANCE_WINDOWS) {
        told(self, answer, "X-MBX-USED-WEIGHT-1M", BINANCE_WEIGHT);
        told(self, answer, "X-MBX-ORDER-COUNT-10S", BINANCE_ORDERS_10S);
        told(self, answer, "X-MBX-ORDER-COUNT-1M", BINANCE_ORDERS_1M);
    }
    if (answered && (answer->status == 429 || answer->status == 418)) {
        limited(self, answer);
    }
    give(self, &(struct news){.kind = NEWS_REQUEST,
                              .instrument = INSTRUMENT_NONE,
                              .received_ns = loop_now_ns(self->world.loop),
                              .request = {!answered || answer->status >= 500,
                                          answered ? answer->answered_ns - answer->sent_ns : 0}});
}

/* ---- answers ---- */

static struct binance_verdict judge(const struct binance_call *call,
                                    const struct http_answer *answer)
{
    bool question = call->intent == BINANCE_ASK || call->intent == BINANCE_ASK_ORDER;
    struct binance_verdict verdict = {.outcome = question ? ANSWER_FAILED : ANSWER_UNKNOWN};
    if (answer->outcome == HTTP_ANSWERED) {
        return binance_judge(call->intent, answer->status,
                             (struct slice){answer->body, answer->length});
    }
    if (answer->outcome == HTTP_NOT_SENT && !question) {
        verdict.outcome = ANSWER_NOT_SENT;
    }
    (void)slice_copy(slice_of(answer->why == NULL ? "no answer" : answer->why), verdict.text,
                     sizeof(verdict.text));
    return verdict;
}

static void trouble(struct venue *self, const char *what, const char *text, size_t length)
{
    char words[320];
    char shown[200];
    (void)slice_copy((struct slice){text, length}, shown, sizeof(shown));
    (void)snprintf(words, sizeof(words), "%s: %s", what, shown);
    give(self, &(struct news){.kind = NEWS_TROUBLE,
                              .instrument = INSTRUMENT_NONE,
                              .received_ns = loop_now_ns(self->world.loop),
                              .text = words});
}

/* The rows of a good answer. A row that cannot be read: the question has no whole answer, a request may have been carried out. */
static void read_rows(struct binance_call *call,
                      const struct http_answer *answer,
                      struct binance_verdict *verdict,
                      int32_t *count)
{
    struct venue *self = call->venue;
    struct slice text = {answer->body, answer->length};
    self->reading.tag = call->asked->tag;
    self->reading.received_ns = loop_now_ns(self->world.loop);
    const char *bad = call->rows ? binance_read_rows(&self->reading, text, call->reader, count)
                                 : call->reader(&self->reading, text);
    self->reading.tag = 0;
    if (bad != NULL) {
        trouble(self, bad, answer->body, answer->length);
        bool question = call->intent == BINANCE_ASK || call->intent == BINANCE_ASK_ORDER;
        verdict->outcome = question ? ANSWER_FAILED : ANSWER_UNKNOWN;
        (void)slice_copy(slice_of("an answer that cannot be read"), verdict->text,
                         sizeof(verdict->text));
    }
}

enum { PAGE_ROWS = 1000 };
#define PAGE_SPAN_US (7 * INT64_C(86400) * 1000000)

/* The next page of trades or income: behind the last row of a full one, else the next week. */
static bool next_page(struct binance_call *call, int32_t count)
{
    struct venue *self = call->venue;
    if (call->until_us == 0) {
        return false;
    }
    int64_t next_us = count >= PAGE_ROWS && self->last_row_us > call->since_us
                          ? self->last_row_us
                          : call->until_us + 1000;
    if (next_us >= binance_venue_us(self)) {
        return false;
    }
    if (strcmp(call->path, "/fapi/v1/userTrades") == 0) {
        binance_ask_fills(self, 0, call->instrument, next_us);
    } else {
        binance_ask_income(self, 0, next_us);
    }
    /* The fresh call is the newest: it belongs to the same tag. */
    struct binance_call *fresh = self->calls;
    free(fresh->asked);
    fresh->asked = call->asked;
    call->asked->left++;
    return true;
}

/* A good status around words that name no order proves nothing. */
static void judge_placed(struct binance_call *call,
                         const struct http_answer *answer,
                         struct binance_verdict *verdict)
{
    if (call->intent == BINANCE_PLACE && verdict->outcome == ANSWER_DONE &&
        call->asked->venue_id[0] == '\0') {
        trouble(call->venue, "an answer to an order that names none", answer->body, answer->length);
        verdict->outcome = ANSWER_UNKNOWN;
        (void)slice_copy(slice_of("an answer that cannot be read"), verdict->text,
                         sizeof(verdict->text));
    }
}

static void done(void *context, const struct http_answer *answer)
{
    struct binance_call *call = context;
    struct venue *self = call->venue;
    health(self, answer);
    struct binance_verdict verdict = judge(call, answer);
    int32_t count = 0;
    if (verdict.code == RETRY_CLOCK_CODE) {
        binance_ask_time(self, 0);
    }
    if (call->answered != NULL) {
        call->answered(call, answer, &verdict);
        judge_placed(call, answer, &verdict);
    } else if (verdict.outcome == ANSWER_DONE && call->reader != NULL) {
        self->last_row_us = 0;
        read_rows(call, answer, &verdict, &count);
        if (verdict.outcome == ANSWER_DONE) {
            (void)next_page(call, count);
        }
    }
    end_call(call, &verdict);
}

/* ---- going out ---- */

static bool finish_query(struct binance_call *call)
{
    struct venue *self = call->venue;
    char signature[SIGNATURE_BYTES];
    if (!call->is_signed) {
        return !call->query.full;
    }
    if (self->world.signer == NULL) {
        return false;
    }
    query_add_whole(&call->query, "recvWindow", self->options.recv_window_us / US_PER_MILLI);
    query_add_whole(&call->query, "timestamp", binance_venue_us(self) / US_PER_MILLI);
    if (call->query.full) {
        return false;
    }
    signer_sign(self->world.signer, call->query.text, call->query.length, signature);
    query_add(&call->query, "signature", signature);
    return !call->query.full;
}

static void go(struct binance_call *call)
{
    struct venue *self = call->venue;
    char url[BINANCE_URL_BYTES];
    if (!finish_query(call)) {
        binance_answer(call, ANSWER_NOT_SENT, "the request could not be signed, or is too long");
        return;
    }
    const char *base = call->base == NULL ? self->options.rest_url : call->base;
    int length = snprintf(url, sizeof(url), "%s%s%s%s", base, call->path,
                          call->query.length > 0 ? "?" : "", call->query.text);
    if (length < 0 || (size_t)length >= sizeof(url)) {
        binance_answer(call, ANSWER_NOT_SENT, "the request is too long");
        return;
    }
    struct http_request request = {.method = call->method,
                                   .changes = call->changes,
                                   .urgent = call->urgent,
                                   .url = url,
                                   .timeout_ns = self->options.request_timeout_ns,
                                   .done = done,
                                   .self = call};
    if (call->is_signed || call->keyed) {
        request.headers[0] = self->key_header;
    }
    http_send(self->world.http, &request);
}

static void wait_until(struct binance_call *call, int64_t at_ns);

static void turn(void *context)
{
    struct venue *self = context;
    int64_t now_ns = loop_now_ns(self->world.loop);
    struct binance_call *call = self->calls;
    while (call != NULL) {
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): end_call takes a call out of the list before it frees it
        if (!call->waits || call->at_ns > now_ns) {
            call = call->next;
            continue;
        }
        call->waits = false;
        if (call->answers_itself) {
            struct binance_verdict own = call->own;
            end_call(call, &own);
        } else {
            binance_send(call);
        }
        call = self->calls; /* anything may have come or gone */
    }
    int64_t next_ns = INT64_MAX;
    for (call = self->calls; call != NULL; call = call->next) {
        next_ns = call->waits && call->at_ns < next_ns ? call->at_ns : next_ns;
    }
    if (next_ns != INT64_MAX) {
        loop_timer_set(self->world.loop, &self->turn, next_ns);
    }
}

static void wait_until(struct binance_call *call, int64_t at_ns)
{
    struct venue *self = call->venue;
    call->waits = true;
    call->at_ns = at_ns;
    int64_t next_ns = at_ns;
    for (const struct binance_call *other = self->calls; other != NULL; other = other->next) {
        next_ns = other->waits && other->at_ns < next_ns ? other->at_ns : next_ns;
    }
    self->turn = (struct loop_timer){.due = turn,
                                     .self = self,
                                     .at_ns = self->turn.at_ns,
                                     .order = self->turn.order,
                                     .place = self->turn.place};
    loop_timer_set(self->world.loop, &self->turn, next_ns);
}

void binance_answer(struct binance_call *call, enum answer_outcome outcome, const char *text)
{
    bool question = call->intent == BINANCE_ASK || call->intent == BINANCE_ASK_ORDER;
    call->own = (struct binance_verdict){.outcome = question ? ANSWER_FAILED : outcome};
    (void)slice_copy(slice_of(text), call->own.text, sizeof(call->own.text));
    call->answers_itself = true;
    wait_until(call, loop_now_ns(call->venue->world.loop));
}

void binance_send(struct binance_call *call)
{
    struct venue *self = call->venue;
    int64_t now_ns = loop_now_ns(self->world.loop);
    int64_t again_ns = 0;
    bool weighed = self->budget.count == BINANCE_WINDOWS;
    if (!weighed || budget_take(&self->budget, call->use, call->costs, now_ns, &again_ns)) {
        go(call);
    } else if (call->use == BUDGET_LOOK && again_ns != INT64_MAX) {
        wait_until(call, again_ns);
    } else {
        binance_answer(call, ANSWER_NOT_SENT, "the budget of messages is spent");
    }
}

void binance_calls_free(struct venue *self)
{
    loop_timer_stop(self->world.loop, &self->turn);
    while (self->calls != NULL) {
        struct binance_call *call = self->calls;
        self->calls = call->next;
        call->asked->left--;
        if (call->asked->left == 0) {
            free(call->asked);
        }
        free(call);
    }
}

/* ---- start-up ---- */

struct binance_waiting {
    bool over;
    struct binance_verdict verdict;
    char *body;
    size_t length;
};

static void keep_body(struct binance_call *call,
                      const struct http_answer *answer,
                      const struct binance_verdict *verdict)
{
    struct binance_waiting *waiting = call->venue->waiting;
    if (waiting == NULL) {
        return; /* too late: start-up has given up */
    }
    waiting->over = true;
    waiting->verdict = *verdict;
    if (verdict->outcome == ANSWER_DONE) {
        waiting->body = malloc(answer->length + 1);
        CHECK(waiting->body != NULL);
        memcpy(waiting->body, answer->body, answer->length);
        waiting->body[answer->length] = '\0';
        waiting->length = answer->length;
    }
}

bool binance_wait(struct binance_call *call, char **body, size_t *length, struct error *error)
{
    struct venue *self = call->venue;
    const char *path = call->path;
    struct binance_waiting waiting = {.over = false};
    int64_t until_ns = loop_clock_ns() + 4 * self->options.request_timeout_ns;
    self->waiting = &waiting;
    call->answered = keep_body;
    binance_send(call);
    while (!waiting.over && loop_clock_ns() < until_ns) {
        if (!loop_turn(self->world.loop, until_ns, error)) {
            self->waiting = NULL;
            free(waiting.body);
            return false;
        }
    }
    self->waiting = NULL;
    *body = waiting.body;
    *length = waiting.length;
    if (waiting.over && waiting.verdict.outcome == ANSWER_DONE) {
        return true;
    }
    return error_set(
        error, EXIT_CODE_OPERATING, NULL, 0,
        "%s%s gave no answer that can be used (%lld %s): check address, keys and network",
        self->options.rest_url, path, (long long)waiting.verdict.code,
        waiting.over ? waiting.verdict.text : "in time");
}
