/* connection_http.c - requests of one connection, one after the other, to the dialect of their path; and what a fault of the net
 * does to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/instant.h"
#include "sim/serve/garbage.h"
#include "sim/serve/server_parts.h"

enum {
    SLOW_LEAST_MS = 1000, /* FAULT_SLOW */
    SLOW_SPAN_MS = 2000,
    LATER_LEAST_MS = 50, /* FAULT_STREAM_FIRST: events first, then the answer */
    LATER_SPAN_MS = 450,
    CLOCK_STEP_US = 20000000
};

static void put(struct wire_buffer *out, const char *text)
{
    wire_buffer_add(out, text, strlen(text));
}

static void put_head(struct connection *self, struct wire_buffer *out, struct server_answer *answer)
{
    char line[256];
    char date[64];
    time_t seconds = (time_t)(house_now_us(self->server->house) / US_PER_SECOND);
    struct tm parts;
    bool typed = false;
    (void)gmtime_r(&seconds, &parts);
    (void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    (void)snprintf(line, sizeof(line),
                   "HTTP/1.1 %d %s\r\nServer: cerberus-exchange\r\nDate: %s\r\n", answer->status,
                   wire_status_text(answer->status), date);
    put(out, line);
    for (int32_t index = 0; index < answer->header_count; index++) {
        typed = typed || strncasecmp(answer->headers[index], "content-type:", 13) == 0;
        put(out, answer->headers[index]);
        put(out, "\r\n");
    }
    if (!typed) {
        put(out, "Content-Type: application/json;charset=UTF-8\r\n");
    }
    (void)snprintf(line, sizeof(line), "Content-Length: %zu\r\nConnection: %s\r\n\r\n",
                   answer->length, self->request.keep ? "keep-alive" : "close");
    put(out, line);
}

void connection_answer(struct connection *self, struct server_answer *answer, int64_t delay_ns)
{
    struct wire_buffer *out = delay_ns > 0 ? &self->later : &self->out;
    put_head(self, out, answer);
    if (strcmp(self->request.method, "HEAD") != 0 && answer->length > 0) {
        wire_buffer_add(out, answer->body, answer->length);
    }
    free(answer->body);
    *answer = (struct server_answer){0};
    self->later_ns = delay_ns > 0 ? self->server->now_ns + delay_ns : 0;
    self->served = true;
    self->since_ns = self->server->now_ns;
    if (!self->request.keep) {
        self->state = CONNECTION_LAST;
    }
    connection_stir(self);
}

/* Of a request that is not fit to be served: the connection's framing is not to be trusted any more. */
void connection_refuse(struct connection *self, int32_t status)
{
    struct server_answer answer = {.status = status};
    answer_printf(&answer, "{\"error\":\"%s\"}", wire_status_text(status));
    self->request.keep = false;
    self->request.method = "";
    connection_answer(self, &answer, 0);
    wire_buffer_take(&self->in, self->in.length);
}

const char *server_header(const struct server_request *request, const char *name)
{
    const struct connection *connection = request->connection;
    return wire_request_field(&connection->request, name);
}

struct server_request connection_request(struct connection *self)
{
    struct server *server = self->server;
    int64_t now_us = house_now_us(server->house);
    return (struct server_request){
        .method = self->request.method,
        .path = self->request.path,
        .query = self->request.query,
        .body = "",
        .connection = self,
        .client = self->client,
        .now_us = now_us,
        .clock_us = now_us + server->clock_step_us,
        .real_ns = server->now_ns,
    };
}

static bool strikes(const struct server_request *request, struct server *server, enum fault fault)
{
    return faults_strike(server->faults, fault, request->method, request->path, request->now_us);
}

static int64_t delay_of(const struct server_request *request, struct server *server)
{
    if (strikes(request, server, FAULT_SLOW)) {
        return (SLOW_LEAST_MS + faults_dice(server->faults, SLOW_SPAN_MS)) * NS_PER_MS;
    }
    if (strikes(request, server, FAULT_STREAM_FIRST)) {
        return (LATER_LEAST_MS + faults_dice(server->faults, LATER_SPAN_MS)) * NS_PER_MS;
    }
    return 0;
}

static void to_dialect(struct connection *self,
                       const struct server_dialect *dialect,
                       struct server_request *request)
{
    struct server *server = self->server;
    struct server_answer answer = {.status = 200};
    if (strikes(request, server, FAULT_REQUEST_LOST)) {
        connection_doom(self);
        return;
    }
    if (strikes(request, server, FAULT_CLOCK_STEP)) {
        server->clock_step_us = faults_dice(server->faults, CLOCK_STEP_US) - CLOCK_STEP_US / 2;
        request->clock_us = request->now_us + server->clock_step_us;
    }
    dialect->table->request(dialect->self, request, &answer);
    if (strikes(request, server, FAULT_RESPONSE_LOST)) {
        free(answer.body);
        connection_doom(self);
        return;
    }
    if (strikes(request, server, FAULT_GARBAGE)) {
        garbage_make(&answer, faults_dice(server->faults, GARBAGE_KINDS));
    }
    connection_answer(self, &answer, delay_of(request, server));
}

static void serve(struct connection *self, const char *body)
{
    struct server *server = self->server;
    server->requests++;
    server_touch(server);
    struct server_request request = connection_request(self);
    request.body = body;
    request.body_length = self->request.body_length;
    if (strncmp(request.path, "/cerberus/", 10) == 0) {
        struct server_answer answer = {.status = 200};
        door_request(self, &request, &answer);
        if (self->waiting_us == INSTANT_NEVER) {
            connection_answer(self, &answer, 0);
        }
        return;
    }
    pacing_begin(&server->pacing, server->now_ns);
    const struct server_dialect *dialect = server_dialect_at(server, request.path);
    if (dialect != NULL) {
        to_dialect(self, dialect, &request);
        return;
    }
    struct server_answer answer = {.status = 404};
    answer_printf(&answer, "{\"error\":\"no venue answers at this path\"}");
    connection_answer(self, &answer, 0);
}

/* False: more has to arrive first. */
static bool serve_one(struct connection *self)
{
    struct wire_buffer *in = &self->in;
    if (!self->reading_head) {
        int32_t status =
            wire_request_read(&self->request, wire_buffer_bytes(in), in->length, SERVER_BODY_BYTES);
        if (status == 0) {
            return false;
        }
        if (status != 200 || strlen(self->request.path) >= SERVER_PATH_BYTES) {
            connection_refuse(self, status != 200 ? status : 414);
            return false;
        }
        self->reading_head = true; /* it is read; its body may be on the way */
    }
    size_t whole = self->request.head_length + self->request.body_length;
    if (in->length < whole) {
        if (self->request.expects && !self->continued) {
            self->continued = true;
            put(&self->out, "HTTP/1.1 100 Continue\r\n\r\n");
            connection_stir(self);
        }
        return false;
    }
    self->reading_head = self->continued = false;
    if (self->request.upgrade) {
        wire_buffer_take(in, whole);
        socket_open(self);
        return self->state == CONNECTION_HTTP;
    }
    (void)wire_buffer_room(in, 0);
    char *body = wire_buffer_bytes(in) + self->request.head_length;
    char behind = body[self->request.body_length];
    body[self->request.body_length] = '\0';
    serve(self, body);
    body[self->request.body_length] = behind;
    wire_buffer_take(in, whole);
    return true;
}

void connection_serve(struct connection *self)
{
    while (!self->doomed && self->state == CONNECTION_HTTP && self->later_ns == 0 &&
           self->waiting_us == INSTANT_NEVER && self->in.length > 0 && serve_one(self)) {
    }
    if (self->state == CONNECTION_SOCKET && self->in.length > 0) {
        socket_read(self);
    }
}
