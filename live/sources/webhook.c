/* webhook.c - signals by HTTP POST (webhook:ADDRESS:PORT#SECRETFILE), by libmicrohttpd inside the loop.
 * Who      without a secret only 127.0.0.1 may be listened on. With one: a member "secret" of the body, the last part of the path
 *          (/hook/SECRET), or X-Signature: sha256=<hex HMAC-SHA256 of the body under the secret>. Compared in constant time; a
 *          wrong one is 401 and counted, nothing of it is kept.
 * Answers  200 {"ok":true}, 200 with "duplicate" for an Idempotency-Key that was there, 422 with the reason (kept as a refused
 * signal),
 *          401, 404, 405, 413 above MESSAGE_BYTES, 503 when the queue is full. Given at once: the decision comes a turn later.
 * Bounds   CONNECTIONS at once, ten seconds of silence. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "data/json.h"
#include "live/sign.h"
#include "live/sources/parts.h"

enum { CONNECTIONS = 128, SILENCE_S = 10, KEYS_KEPT = 1024, ANSWER_BYTES = 512 };

struct webhook {
    struct signal_source *source;
    struct MHD_Daemon *daemon;
    struct signer *signer; /* NULL: no secret */
    struct loop_watch watch;
    struct loop_timer timer;
    uint64_t seen[KEYS_KEPT]; /* of idempotency keys; 0: none */
    int32_t next;
};

/* One request under way. */
struct body {
    size_t length;
    bool overlong;
    char bytes[MESSAGE_BYTES];
};

static enum MHD_Result
reply(struct MHD_Connection *connection, unsigned status, const char *why, bool duplicate)
{
    char text[ANSWER_BYTES];
    char *quoted = why == NULL ? NULL : json_string_new(slice_of(why));
    if (quoted == NULL) {
        (void)snprintf(text, sizeof(text), "{\"ok\":true%s}",
                       duplicate ? ",\"duplicate\":true" : "");
    } else {
        (void)snprintf(text, sizeof(text), "{\"ok\":false,\"why\":%s}", quoted);
    }
    free(quoted);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result done = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return done;
}

/* ---- who ---- */

static bool signed_by(struct webhook *self, const char *given, const struct body *body)
{
    static const char before[] = "sha256=";
    char signature[SIGNATURE_BYTES];
    if (given == NULL) {
        return false;
    }
    given += strncmp(given, before, sizeof(before) - 1) == 0 ? sizeof(before) - 1 : 0;
    signer_sign(self->signer, body->bytes, body->length, signature);
    return source_secret_equal(signature, given);
}

static bool may(struct webhook *self,
                struct MHD_Connection *connection,
                const char *url,
                const struct body *body,
                const struct message *message)
{
    if (self->signer == NULL) {
        return true;
    }
    const char *secret = self->source->secret;
    const char *last = strrchr(url, '/');
    const char *header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Signature");
    bool by_body = source_secret_equal(secret, message->secret);
    bool by_path = last != NULL && source_secret_equal(secret, last + 1);
    return (by_body | by_path) || signed_by(self, header, body);
}

/* ---- once ---- */

static bool seen_before(struct webhook *self, struct MHD_Connection *connection)
{
    const char *key = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Idempotency-Key");
    if (key == NULL) {
        return false;
    }
    uint64_t hash = XXH3_64bits(key, strlen(key)) | 1;
    for (int at = 0; at < KEYS_KEPT; at++) {
        if (self->seen[at] == hash) {
            return true;
        }
    }
    self->seen[self->next] = hash;
    self->next = (self->next + 1) % KEYS_KEPT;
    return false;
}

/* ---- one request ---- */

static enum MHD_Result taken(struct webhook *self,
                             struct MHD_Connection *connection,
                             const char *url,
                             const struct body *body)
{
    struct signal_source *source = self->source;
    struct message message;
    message_read(&message, (struct slice){body->bytes, body->length}, source->status.name,
                 source_now_us(source));
    if (!may(self, connection, url, body, &message)) {
        message_release(&message);
        source->status.refused++;
        return reply(connection, MHD_HTTP_UNAUTHORIZED, "the secret is wrong or missing", false);
    }
    if (seen_before(self, connection)) {
        message_release(&message);
        return reply(connection, MHD_HTTP_OK, NULL, true);
    }
    char why[MESSAGE_REFUSED_BYTES];
    memcpy(why, message.refused, sizeof(why));
    if (!source_offer(source, &message)) {
        return reply(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
                     "the queue is full: send it again later", false);
    }
    return why[0] == '\0' ? reply(connection, MHD_HTTP_OK, NULL, false)
                          : reply(connection, MHD_HTTP_UNPROCESSABLE_CONTENT, why, false);
}

// NOLINTNEXTLINE(readability-function-size): the parameters are libmicrohttpd's
static enum MHD_Result request(void *context,
                               struct MHD_Connection *connection,
                               const char *url,
                               const char *method,
                               const char *version,
                               const char *data,
                               size_t *size,
                               void **tag)
{
    struct webhook *self = context;
    struct body *body = *tag;
    (void)version;
    if (body == NULL) {
        body = calloc(1, sizeof(*body));
        *tag = body;
        return body == NULL ? MHD_NO : MHD_YES;
    }
    if (*size > 0) {
        size_t room = sizeof(body->bytes) - body->length;
        size_t part = *size < room ? *size : room;
        memcpy(body->bytes + body->length, data, part);
        body->length += part;
        body->overlong = body->overlong || part < *size;
        *size = 0;
        return MHD_YES;
    }
    if (strcmp(method, "POST") != 0) {
        return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "send a signal by POST", false);
    }
    if (body->overlong) {
        return reply(connection, MHD_HTTP_CONTENT_TOO_LARGE, "the body is longer than 65536 bytes",
                     false);
    }
    return taken(self, connection, url, body);
}

static void request_over(void *context,
                         struct MHD_Connection *connection,
                         void **tag,
                         enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    free(*tag);
    *tag = NULL;
}

/* ---- inside the loop ---- */

static void run(struct webhook *self)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;
    (void)MHD_run(self->daemon);
    if (MHD_get_timeout(self->daemon, &wait_ms) == MHD_YES) {
        loop_timer_set(source_loop(self->source), &self->timer,
                       loop_now_ns(source_loop(self->source)) + (int64_t)wait_ms * 1000000);
    } else {
        loop_timer_stop(source_loop(self->source), &self->timer);
    }
}

static void ready(void *context, int events)
{
    (void)events;
    run(context);
}

static bool address_of(const char *where, struct sockaddr_in *out)
{
    char host[64];
    const char *colon = strrchr(where, ':');
    memset(out, 0, sizeof(*out));
    if (colon == NULL || (size_t)(colon - where) >= sizeof(host)) {
        return false;
    }
    memcpy(host, where, (size_t)(colon - where));
    host[colon - where] = '\0';
    char *end = NULL;
    long port = strtol(colon + 1, &end, 10);
    out->sin_family = AF_INET;
    out->sin_port = htons((uint16_t)port);
    return colon[1] != '\0' && *end == '\0' && port >= 0 && port <= 65535 &&
           inet_pton(AF_INET, host, &out->sin_addr) == 1;
}

static bool judge(const struct signal_source *source,
                  const char *where,
                  struct sockaddr_in *address,
                  struct error *error)
{
    if (!address_of(where, address)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "signal source webhook:%s: give ADDRESS:PORT, as 127.0.0.1:8090", where);
    }
    if (source->secret[0] == '\0' && address->sin_addr.s_addr != htonl(INADDR_LOOPBACK)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "signal source webhook:%s: only 127.0.0.1 is listened on without a "
                         "secret: name its file behind #",
                         where);
    }
    return true;
}

static bool make_signer(struct webhook *self, struct error *error)
{
    struct keys keys = {.kind = KEY_HMAC};
    if (self->source->secret[0] == '\0') {
        return true;
    }
    (void)snprintf(keys.secret, sizeof(keys.secret), "%s", self->source->secret);
    self->signer = signer_new(&keys, error);
    keys_wipe(&keys);
    return self->signer != NULL;
}

static bool start(struct webhook *self, const char *where, struct error *error)
{
    struct sockaddr_in address;
    if (!judge(self->source, where, &address, error) || !make_signer(self, error)) {
        return false;
    }
    self->daemon = MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, request, self, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)SILENCE_S, MHD_OPTION_NOTIFY_COMPLETED, request_over, NULL, MHD_OPTION_END);
    if (self->daemon == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "signal source webhook:%s: cannot listen there: is the port in use?",
                         where);
    }
    const union MHD_DaemonInfo *port = MHD_get_daemon_info(self->daemon, MHD_DAEMON_INFO_BIND_PORT);
    const union MHD_DaemonInfo *epoll = MHD_get_daemon_info(self->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    source_state(self->source, true, "listening on port %u", port->port);
    return loop_watch(source_loop(self->source), &self->watch, epoll->epoll_fd, LOOP_READ, error);
}

static void close_webhook(struct signal_source *source)
{
    struct webhook *self = source->inside;
    loop_unwatch(source_loop(source), &self->watch);
    loop_timer_stop(source_loop(source), &self->timer);
    if (self->daemon != NULL) {
        MHD_stop_daemon(self->daemon);
    }
    signer_free(self->signer);
    free(self);
}

static void due(void *context)
{
    run(context);
}

static bool open_webhook(struct signal_source *source, const char *where, struct error *error)
{
    struct webhook *self = calloc(1, sizeof(*self));
    CHECK(self != NULL);
    source->inside = self;
    self->source = source;
    self->watch = (struct loop_watch){.ready = ready, .self = self};
    self->timer = (struct loop_timer){.due = due, .self = self};
    if (start(self, where, error)) {
        return true;
    }
    close_webhook(source);
    return false;
}

const struct source_kind source_webhook = {"webhook", open_webhook, close_webhook};
