/* binance_streams.c - the life of the connections: market streams by class, the account's by its listen key (PROTOCOLS A1, A10,
 * A12, A13).
 * Life     opened again after 0.5 s doubling to 30 s, with jitter; given up after 30 s of silence (market: something always
 * comes) and
 *          before the venue's 24 h. Each opening makes the books wait for snapshots, and the desk reconcile. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "live/venues/binance/binance.h"

#define NS_PER_SECOND    INT64_C(1000000000)
#define BACKOFF_FIRST_NS (NS_PER_SECOND / 2)
#define BACKOFF_LAST_NS  (30 * NS_PER_SECOND)
#define SILENCE_NS       (30 * NS_PER_SECOND)
#define LOOK_NS          NS_PER_SECOND
#define LOOK_LEAST_NS    (NS_PER_SECOND / 50)
#define LIFE_NS          (INT64_C(23) * 3600 * NS_PER_SECOND)
#define CONNECT_NS       (10 * NS_PER_SECOND)
#define AGAIN_NS         NS_PER_SECOND
#define KEY_US           (30 * US_PER_MINUTE)
enum { NAMES_A_MESSAGE = 40 };

static void open_socket(struct binance_socket *socket);

static int64_t dice(struct venue *self, int64_t sides)
{
    self->dice = self->dice * 6364136223846793005ULL + 1442695040888963407ULL;
    return (int64_t)((self->dice >> 33) % (uint64_t)sides);
}

static void tell_stream(struct venue *self, enum venue_stream stream, bool up, const char *why)
{
    bool *state = stream == STREAM_MARKET ? &self->market_up : &self->user_up;
    if (*state == up) {
        return;
    }
    *state = up;
    self->world.sink.take(self->world.sink.self,
                          &(struct news){.kind = NEWS_STREAM,
                                         .instrument = INSTRUMENT_NONE,
                                         .received_ns = loop_now_ns(self->world.loop),
                                         .stream = {stream, up, why}});
}

static void tell_alive(struct venue *self)
{
    self->world.sink.take(self->world.sink.self,
                          &(struct news){.kind = NEWS_STREAM,
                                         .instrument = INSTRUMENT_NONE,
                                         .received_ns = loop_now_ns(self->world.loop),
                                         .stream = {STREAM_USER, true, "alive"}});
}

static void trouble(struct venue *self, const char *what, const char *text, size_t length)
{
    char words[320];
    char shown[200];
    (void)slice_copy((struct slice){text, length}, shown, sizeof(shown));
    (void)snprintf(words, sizeof(words), "%s: %s", what, shown);
    self->world.sink.take(self->world.sink.self,
                          &(struct news){.kind = NEWS_TROUBLE,
                                         .instrument = INSTRUMENT_NONE,
                                         .received_ns = loop_now_ns(self->world.loop),
                                         .text = words});
}

/* ---- what is subscribed to ---- */

struct names {
    struct binance_socket *socket;
    int32_t count, id;
    size_t length;
    char text[NAMES_A_MESSAGE * 64 + 128];
};

static void names_flush(struct names *self)
{
    if (self->count > 0) {
        self->length +=
            (size_t)snprintf(self->text + self->length, sizeof(self->text) - self->length,
                             "],\"id\":%d}", ++self->id);
        if (!ws_send(self->socket->ws, self->text, self->length)) {
            ws_close(self->socket->ws, 1001);
        }
    }
    self->count = 0;
}

static void names_add(struct names *self, const char *symbol, const char *tail)
{
    char lower[SYMBOL_BYTES];
    size_t at = 0;
    for (; symbol[at] != '\0'; at++) {
        lower[at] = (char)(symbol[at] >= 'A' && symbol[at] <= 'Z' ? symbol[at] + 32 : symbol[at]);
    }
    lower[at] = '\0';
    if (self->count == 0) {
        self->length = (size_t)snprintf(self->text, sizeof(self->text),
                                        "{\"method\":\"SUBSCRIBE\",\"params\":[");
    }
    self->length += (size_t)snprintf(self->text + self->length, sizeof(self->text) - self->length,
                                     "%s\"%s@%s\"", self->count > 0 ? "," : "", lower, tail);
    self->count++;
    if (self->count == NAMES_A_MESSAGE) {
        names_flush(self);
    }
}

static void subscribe(struct binance_socket *socket)
{
    struct venue *self = socket->venue;
    const struct venue_options *options = &self->options;
    const char *interval = binance_interval(options->bar_interval_us);
    bool split = binance_url_split(options->stream_url);
    bool public = !split || socket->class == BINANCE_PUBLIC;
    bool market = !split || socket->class == BINANCE_MARKET;
    struct names names = {.socket = socket};
    char kline[32];
    (void)snprintf(kline, sizeof(kline), "kline_%s", interval == NULL ? "1m" : interval);
    for (int32_t at = 0; at < self->world.instruments->count; at++) {
        const char *symbol = self->world.instruments->items[at].symbol;
        if (public && options->quotes) {
            names_add(&names, symbol, "bookTicker");
        }
        if (public && options->depth) {
            names_add(&names, symbol, "depth@100ms");
        }
        if (market && options->trades) {
            names_add(&names, symbol, "aggTrade");
        }
        if (market && options->marks) {
            names_add(&names, symbol, "markPrice@1s");
        }
        if (market && interval != NULL) {
            names_add(&names, symbol, kline);
        }
    }
    names_flush(&names);
}

/* ---- books ---- */

static void snapshot_answered(struct binance_call *call,
                              const struct http_answer *answer,
                              const struct binance_verdict *verdict);

static void ask_snapshots(struct venue *self)
{
    while (self->market.ask_count > 0) {
        int32_t instrument = self->market.asks[--self->market.ask_count];
        struct binance_call *call =
            binance_call(self, binance_ask(0), HTTP_GET, "/fapi/v1/depth", 20);
        call->is_signed = false;
        call->instrument = instrument;
        call->answered = snapshot_answered;
        query_add(&call->query, "symbol", self->world.instruments->items[instrument].symbol);
        query_add_whole(&call->query, "limit", 1000);
        binance_send(call);
    }
}

static void stamp(struct venue *self)
{
    self->market.received_ns = loop_now_ns(self->world.loop);
    self->market.receive_ns = live_clock_us(self->world.clock, self->market.received_ns) * 1000;
}

/* One that failed is asked for again with the next look at the connection. */
static void snapshot_answered(struct binance_call *call,
                              const struct http_answer *answer,
                              const struct binance_verdict *verdict)
{
    struct venue *self = call->venue;
    const char *bad = "no snapshot";
    if (verdict->outcome == ANSWER_DONE) {
        stamp(self);
        bad = binance_market_snapshot(&self->market, call->instrument,
                                      (struct slice){answer->body, answer->length});
    } else {
        self->market.asks[self->market.ask_count++] = call->instrument;
    }
    if (bad != NULL) {
        trouble(self, bad, verdict->text, strlen(verdict->text));
    }
}

/* ---- the account's events ---- */

static void take_signs(struct venue *self, const struct binance_signs *signs)
{
    if (signs->income_since_us > 0) {
        binance_ask_income(self, 0, signs->income_since_us - US_PER_MINUTE);
    }
    if (signs->key_expired && self->sockets[BINANCE_PRIVATE].ws != NULL) {
        self->listen_key[0] = '\0';
        ws_close(self->sockets[BINANCE_PRIVATE].ws, 1000);
    }
}

static void keep_unowned(struct venue *self, const char *text, size_t length)
{
    if (self->unowned_count == BINANCE_UNOWNED_MAX) {
        trouble(self, "too many events of orders that nobody knows", text, length);
        return;
    }
    struct binance_unowned *item = &self->unowned[self->unowned_count++];
    item->text = malloc(length + 1);
    CHECK(item->text != NULL);
    memcpy(item->text, text, length);
    item->text[length] = '\0';
    item->length = length;
    item->at_ns = loop_now_ns(self->world.loop) + AGAIN_NS;
    loop_timer_set(self->world.loop, &self->again, self->unowned[0].at_ns);
}

static void take_user(struct venue *self, const char *text, size_t length, bool last)
{
    struct binance_signs signs;
    self->reading.received_ns = loop_now_ns(self->world.loop);
    const char *bad =
        binance_user_message(&self->reading, (struct slice){text, length}, last, &signs);
    if (bad != NULL) {
        trouble(self, bad, text, length);
    } else if (signs.unowned) {
        keep_unowned(self, text, length);
    } else {
        take_signs(self, &signs);
    }
}

/* Whose they were is known by now, or they are a stranger's. */
static void try_again(void *context)
{
    struct venue *self = context;
    int64_t now_ns = loop_now_ns(self->world.loop);
    while (self->unowned_count > 0 && self->unowned[0].at_ns <= now_ns) {
        struct binance_unowned item = self->unowned[0];
        self->unowned_count--;
        memmove(&self->unowned[0], &self->unowned[1],
                (size_t)self->unowned_count * sizeof(self->unowned[0]));
        take_user(self, item.text, item.length, true);
        free(item.text);
    }
    if (self->unowned_count > 0) {
        loop_timer_set(self->world.loop, &self->again, self->unowned[0].at_ns);
    }
}

/* ---- connections ---- */

static bool all_market_up(const struct venue *self)
{
    for (int class = 0; class < BINANCE_PRIVATE; class ++) {
        if (self->sockets[class].wanted && !self->sockets[class].up) {
            return false;
        }
    }
    return true;
}

/* A second of the venue's time: what is stale is judged in it. */
static int64_t look_ns(const struct venue *self)
{
    int64_t wait_ns = LOOK_NS / self->world.clock->speed;
    return wait_ns > LOOK_LEAST_NS ? wait_ns : LOOK_LEAST_NS;
}

static void look_later(struct binance_socket *socket, int64_t in_ns)
{
    struct loop *loop = socket->venue->world.loop;
    loop_timer_set(loop, &socket->timer, loop_now_ns(loop) + in_ns);
}

static void opened(void *context)
{
    struct binance_socket *socket = context;
    struct venue *self = socket->venue;
    socket->up = true;
    socket->backoff_ns = BACKOFF_FIRST_NS;
    socket->opened_ns = socket->heard_ns = loop_now_ns(self->world.loop);
    look_later(socket, look_ns(self));
    if (socket->class == BINANCE_PRIVATE) {
        tell_stream(self, STREAM_USER, true, "open");
        return;
    }
    bool books = self->options.depth &&
                 (socket->class == BINANCE_PUBLIC || !binance_url_split(self->options.stream_url));
    subscribe(socket);
    if (books) {
        binance_market_resync(&self->market);
        ask_snapshots(self);
    }
    if (all_market_up(self)) {
        tell_stream(self, STREAM_MARKET, true, "open");
    }
}

static void heard(void *context, const char *text, size_t length, int64_t received_ns)
{
    struct binance_socket *socket = context;
    struct venue *self = socket->venue;
    (void)received_ns;
    socket->heard_ns = loop_now_ns(self->world.loop);
    if (socket->class == BINANCE_PRIVATE) {
        take_user(self, text, length, false);
        return;
    }
    bool reply = false;
    stamp(self);
    const char *bad = binance_market_message(&self->market, (struct slice){text, length}, &reply);
    if (bad != NULL) {
        trouble(self, bad, text, length);
    }
    if (self->market.ask_count > 0) {
        ask_snapshots(self);
    }
}

static void closed(void *context, int code, const char *why)
{
    struct binance_socket *socket = context;
    struct venue *self = socket->venue;
    (void)code;
    socket->up = false;
    tell_stream(self, socket->class == BINANCE_PRIVATE ? STREAM_USER : STREAM_MARKET, false, why);
    look_later(socket, socket->backoff_ns + dice(self, socket->backoff_ns / 2 + 1));
    socket->backoff_ns =
        socket->backoff_ns * 2 > BACKOFF_LAST_NS ? BACKOFF_LAST_NS : socket->backoff_ns * 2;
}

static void connect(struct binance_socket *socket, const char *key)
{
    struct venue *self = socket->venue;
    const struct ws_handlers handlers = {opened, heard, closed, socket};
    char url[BINANCE_URL_BYTES];
    struct error error;
    error_init(&error);
    ws_free(socket->ws);
    socket->ws = NULL;
    const char *base = socket->class == BINANCE_PRIVATE && self->options.user_url != NULL &&
                               self->options.user_url[0] != '\0'
                           ? self->options.user_url
                           : self->options.stream_url;
    if (binance_stream_url(base, socket->class, key, url)) {
        const struct ws_options options = {url, self->options.ca_file, CONNECT_NS};
        socket->ws = ws_open(self->world.loop, &options, &handlers, &error);
    }
    if (socket->ws == NULL) {
        closed(socket, 0, error.text);
    }
}

/* ---- the listen key ---- */

static void key_answered(struct binance_call *call,
                         const struct http_answer *answer,
                         const struct binance_verdict *verdict)
{
    struct venue *self = call->venue;
    static const char mark[] = "\"listenKey\":\"";
    const char *found = verdict->outcome == ANSWER_DONE ? strstr(answer->body, mark) : NULL;
    struct binance_socket *socket = &self->sockets[BINANCE_PRIVATE];
    if (found == NULL) {
        closed(socket, 0, "no listen key");
        return;
    }
    found += sizeof(mark) - 1;
    size_t length = strcspn(found, "\"");
    (void)slice_copy((struct slice){found, length}, self->listen_key, sizeof(self->listen_key));
    connect(socket, self->listen_key);
}

static struct binance_call *key_call(struct venue *self, enum http_method method)
{
    struct binance_call *call = binance_call(self, binance_ask(0), method, "/fapi/v1/listenKey", 1);
    call->is_signed = false;
    call->keyed = true;
    return call;
}

static void set_keep_alive(struct venue *self)
{
    /* In the venue's time: a server that plays fast counts fast. */
    int64_t wait_ns = KEY_US * 1000 / self->world.clock->speed;
    loop_timer_set(self->world.loop, &self->keep_alive, loop_now_ns(self->world.loop) + wait_ns);
}

static void kept_alive(struct binance_call *call,
                       const struct http_answer *answer,
                       const struct binance_verdict *verdict)
{
    struct venue *self = call->venue;
    (void)answer;
    if (verdict->code == -1125 && self->sockets[BINANCE_PRIVATE].ws != NULL) {
        ws_close(self->sockets[BINANCE_PRIVATE].ws,
                 1000); /* gone: a new one with a new connection */
    }
}

static void keep_alive(void *context)
{
    struct venue *self = context;
    struct binance_call *call = key_call(self, HTTP_PUT);
    call->answered = kept_alive;
    binance_send(call);
    set_keep_alive(self);
}

static void open_socket(struct binance_socket *socket)
{
    if (socket->class != BINANCE_PRIVATE) {
        connect(socket, NULL);
        return;
    }
    struct binance_call *call = key_call(socket->venue, HTTP_POST);
    call->answered = key_answered;
    binance_send(call);
    set_keep_alive(socket->venue);
}

/* Opens it, or looks whether it still lives. */
static void look(void *context)
{
    struct binance_socket *socket = context;
    struct venue *self = socket->venue;
    int64_t now_ns = loop_now_ns(self->world.loop);
    if (!socket->up) {
        open_socket(socket);
        return;
    }
    bool market = socket->class != BINANCE_PRIVATE;
    if (!market && ws_heard_ns(socket->ws) > socket->heard_ns) {
        socket->heard_ns = ws_heard_ns(socket->ws);
        tell_alive(self);
    }
    if ((!market && !ws_ping(socket->ws)) || now_ns - socket->heard_ns > SILENCE_NS ||
        now_ns - socket->opened_ns > LIFE_NS) {
        ws_close(socket->ws, 1001);
        socket->heard_ns = socket->opened_ns = now_ns;
    }
    if (market && self->market.ask_count > 0) {
        ask_snapshots(self);
    }
    look_later(socket, look_ns(self));
}

void binance_streams_init(struct venue *self)
{
    for (int class = 0; class < BINANCE_CLASSES; class ++) {
        struct binance_socket *socket = &self->sockets[class];
        socket->venue = self;
        socket->class = (enum binance_class) class;
        socket->backoff_ns = BACKOFF_FIRST_NS;
        socket->timer = (struct loop_timer){.due = look, .self = socket};
    }
    self->keep_alive = (struct loop_timer){.due = keep_alive, .self = self};
    self->again = (struct loop_timer){.due = try_again, .self = self};
}

void binance_streams_free(struct venue *self)
{
    for (int class = 0; class < BINANCE_CLASSES; class ++) {
        loop_timer_stop(self->world.loop, &self->sockets[class].timer);
        ws_free(self->sockets[class].ws);
        self->sockets[class].ws = NULL;
    }
    loop_timer_stop(self->world.loop, &self->keep_alive);
    loop_timer_stop(self->world.loop, &self->again);
    while (self->unowned_count > 0) {
        free(self->unowned[--self->unowned_count].text);
    }
}

bool binance_stream_market(struct venue *self, struct error *error)
{
    bool split = binance_url_split(self->options.stream_url);
    if (self->options.bar_interval_us > 0 &&
        binance_interval(self->options.bar_interval_us) == NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "live.bars: Binance has no bars of that length: say 1m, 3m, 5m, 15m, 30m, "
                         "1h, 2h, 4h, 6h, 8h, 12h or 1d");
    }
    self->sockets[BINANCE_PUBLIC].wanted = split && (self->options.depth || self->options.quotes);
    self->sockets[BINANCE_MARKET].wanted = true;
    for (int class = 0; class < BINANCE_PRIVATE; class ++) {
        if (self->sockets[class].wanted) {
            open_socket(&self->sockets[class]);
        }
    }
    return true;
}

bool binance_stream_user(struct venue *self, struct error *error)
{
    if (self->world.signer == NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "the account's stream needs a key: give --keys FILE");
    }
    self->sockets[BINANCE_PRIVATE].wanted = true;
    open_socket(&self->sockets[BINANCE_PRIVATE]);
    return true;
}
