#include "sim/serve/binance/binance.h"

#include <inttypes.h>
#include <string.h>

#include "data/memory.h"

static void *binance_open(struct server *server, struct house *house)
{
    struct binance *self = memory_zeros(1, sizeof(*self));
    self->server = server;
    self->house = house;
    self->aggregates = aggregates_new();

    return self;
}

static void binance_close(void *context)
{
    struct binance *self = context;
    sockets_free(self);
    streams_free(self);
    aggregates_free(self->aggregates);
    free(self->event.body);
    free(self->phantoms);
    free(self->changes);
    free(self);
}

bool strikes(struct binance *self, enum fault fault, const struct call *call)
{
    struct faults *faults = server_faults(self->server);
    if (faults == NULL) {
        return false;
    }
    const struct server_request *request = call == NULL ? NULL : call->request;
    return faults_strike(faults, fault, request == NULL ? NULL : request->method,
                         request == NULL ? NULL : request->path, house_now_us(self->house));
}

/* Refuses for the rate with the venue's headers. */
static bool answer_wait(struct call *call, int32_t status, int64_t seconds)
{
    answer_header(call->answer, "Retry-After: %" PRId64, seconds);
    if (status == 418) {
        (void)call_refuse_text(call, -1003,
                               "Way too many requests; IP banned until %" PRId64
                               ". Please use the websocket for live updates to avoid bans.",
                               ms_of(call->request->clock_us) + seconds * 1000);
    } else {
        (void)call_refuse_text(call, -1003,
                               "Too many requests; current limit of IP is 2400 requests per "
                               "minute. Please use the websocket for live updates to avoid "
                               "polling the API.");
    }
    call->answer->status = status;

    return false;
}

static struct limits_now limits_now(const struct call *call)
{
    return (struct limits_now){call->request->now_us, call->request->real_ns};
}

/* Weight of the address, before anything else is looked at. */
static bool weight_check(struct call *call, const struct route *route)
{
    struct limits_now now = limits_now(call);
    struct limits_client *client = limits_client(&call->self->limits, call->request->client, &now);
    int64_t seconds = 0;
    int32_t weight = route->weigh != NULL ? route->weigh(call) : route->weight;
    enum limits_verdict verdict = limits_weigh(client, &now, weight, &seconds);
    if (strikes(call->self, FAULT_BAN, call)) {
        limits_ban(client, &now, &seconds);
        verdict = LIMITS_BANNED;
    }
    answer_header(call->answer, "X-MBX-USED-WEIGHT-1M: %" PRId32, client->weight.count);
    if (verdict == LIMITS_BANNED) {
        return answer_wait(call, 418, seconds);
    }
    if (verdict == LIMITS_WAIT) {
        return answer_wait(call, 429, seconds);
    }
    if (strikes(call->self, FAULT_RATE_LIMIT, call)) {
        return answer_wait(call, 429, 1 + faults_dice(server_faults(call->self->server), 10));
    }
    return true;
}

static bool orders_check_limit(struct call *call, const struct route *route)
{
    if (route->orders == 0) {
        return true;
    }
    struct limits *limits = &call->self->limits;
    struct limits_now now = limits_now(call);
    bool free = limits_orders(limits, &now, route->orders, 1);
    answer_header(call->answer, "X-MBX-ORDER-COUNT-10S: %" PRId32, limits->orders_10s.count);
    answer_header(call->answer, "X-MBX-ORDER-COUNT-1M: %" PRId32, limits->orders_1m.count);

    return free || call_refuse(call, -1015);
}

static void answer_again(struct call *call, int32_t status, const char *text)
{
    call->answer->length = 0;
    call->answer->status = status;
    answer_printf(call->answer, "%s", text);
}

#define UNKNOWN_TEXT "Unknown error, please check your request or try again later."

/* 503 without having done anything, in its three texts, and -1006, -1007 of the undone kind. True: answered. */
static bool trouble_before(struct call *call)
{
    struct faults *faults = server_faults(call->self->server);
    if (strikes(call->self, FAULT_503_NOT_DONE, call)) {
        static const char *const TEXTS[] = {
            "{\"code\":0,\"msg\":\"Service Unavailable.\"}",
            "{\"code\":-1008,\"msg\":\"Request throttled by system-level protection. "
            "Reduce-only/close-position orders are exempt.\"}",
            "{\"code\":0,\"msg\":\"" UNKNOWN_TEXT "\"}"};
        answer_again(call, 503, TEXTS[faults_dice(faults, (int64_t)ARRAY_COUNT(TEXTS))]);
        return true;
    }
    return false;
}

/* What is told though it is done, or may be. */
static void trouble_after(struct call *call)
{
    if (strikes(call->self, FAULT_503_DONE, call)) {
        answer_again(call, 503, "{\"code\":0,\"msg\":\"" UNKNOWN_TEXT "\"}");
    } else if (strikes(call->self, FAULT_STREAM_FIRST, call)) {
        call->answer->length = 0;
        (void)call_refuse(call, -1007);
    }
}

/* -1006 or -1007, done or not by the dice. */
static void handle_route(struct call *call, const struct route *route)
{
    if (trouble_before(call)) {
        return;
    }
    if (!strikes(call->self, FAULT_STATUS_UNKNOWN, call)) {
        route->handle(call);
        trouble_after(call);
        return;
    }
    struct faults *faults = server_faults(call->self->server);
    if (faults_dice(faults, 2) == 0) {
        route->handle(call);
        call->answer->length = 0;
    }
    (void)call_refuse(call, faults_dice(faults, 2) == 0 ? -1006 : -1007);
}

static bool json_safe(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\') {
            return false;
        }
    }
    return true;
}

static void call_run(struct call *call)
{
    const struct server_request *request = call->request;
    const struct route *route = route_find(request->method, request->path);
    if (route == NULL) {
        (void)call_refuse_text(call, -5000, "Path %.160s, Method %.10s is invalid",
                               json_safe(request->path) ? request->path : "?", request->method);
        return;
    }
    if (weight_check(call, route) && auth_check(call, route->security) &&
        orders_check_limit(call, route)) {
        handle_route(call, route);
    }
}

static void
binance_request(void *context, const struct server_request *request, struct server_answer *answer)
{
    struct binance *self = context;
    struct params params;
    bool read = params_read(&params, request->query, request->body);
    struct call call = {self, request, &params, answer, false, false};
    answer->status = 200;
    answer_header(answer, "Content-Type: application/json;charset=UTF-8");
    if (read) {
        call_run(&call);
    } else {
        (void)call_refuse_text(&call, -1101, "Too many parameters sent for this endpoint.");
    }
    params_release(&params);
}

static bool binance_socket_opened(
    void *context, struct server_socket *socket, const char *path, const char *query, void **tag)
{
    return client_open(context, socket, path, query, tag);
}

static void binance_socket_message(
    void *context, struct server_socket *socket, void *tag, const char *text, size_t length)
{
    (void)socket;
    client_hear(context, tag, text, length);
}

static void binance_socket_closed(void *context, struct server_socket *socket, void *tag)
{
    (void)socket;
    client_close(context, tag);
}

static void binance_news(void *context, const struct house_news *news)
{
    struct binance *self = context;
    streams_until(self, news->time_us);
    switch (news->kind) {
    case HOUSE_NEWS_TRADE:
    case HOUSE_NEWS_QUOTE:
    case HOUSE_NEWS_DEPTH:
    case HOUSE_NEWS_MARK:
    case HOUSE_NEWS_CANDLE: streams_news(self, news); break;
    case HOUSE_NEWS_ORDER:
    case HOUSE_NEWS_ACCOUNT:
    case HOUSE_NEWS_SETTING: user_news(self, news); break;
    }
}

static void binance_tick(void *context, int64_t now_us)
{
    struct binance *self = context;
    streams_until(self, now_us);
    if (now_us / ONE_E6 == self->second) {
        return;
    }
    self->second = now_us / ONE_E6;
    keys_tick(self, now_us);
    sockets_tick(self, now_us);
    trouble_tick(self, now_us);
}

const struct dialect dialect_binance = {"binance",
                                        binance_open,
                                        binance_close,
                                        binance_request,
                                        binance_socket_opened,
                                        binance_socket_message,
                                        binance_socket_closed,
                                        binance_news,
                                        binance_tick};
