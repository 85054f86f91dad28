#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "live/http.h"
#include "tests/support/certificate.h"
#include "tests/support/wire.h"

#define SECOND_NS 1000000000LL

enum { URL_BYTES = 256, WORD_BYTES = 128, PATIENCE_S = 20, MANY = 200 };

struct world {
    struct loop *loop;
    struct wire *wire;
    struct http *http;
    SSL_CTX *tls;
    int seen;      /* requests that the server read whole */
    int answers;   /* calls of done() */
    int drop_from; /* requests from this one on are read and dropped; 0: none */
    struct http_answer last;
    char body[WORD_BYTES], header[WORD_BYTES], why[WORD_BYTES], order[WORD_BYTES * 4];
    char method[WORD_BYTES], path[WORD_BYTES], query[WORD_BYTES], sent_body[WORD_BYTES],
        key[WORD_BYTES];
    bool expects;
    struct wire_reply reply;
};

static void on_asked(void *self, const struct wire_request *request, struct wire_reply *reply)
{
    struct world *world = self;
    char word[WORD_BYTES];
    world->seen++;
    (void)snprintf(world->method, WORD_BYTES, "%s", request->method);
    (void)snprintf(world->path, WORD_BYTES, "%s", request->path);
    (void)snprintf(world->query, WORD_BYTES, "%s", request->query);
    (void)snprintf(world->sent_body, WORD_BYTES, "%s", request->body);
    world->key[0] = '\0';
    (void)wire_header(request, "x-key", world->key, WORD_BYTES);
    world->expects = wire_header(request, "Expect", word, sizeof(word));
    size_t length = strlen(world->order);
    (void)snprintf(world->order + length, sizeof(world->order) - length, "%s", request->path + 1);
    *reply = world->reply;
    reply->drop = reply->drop || (world->drop_from > 0 && world->seen >= world->drop_from);
}

static void on_answer(void *self, const struct http_answer *answer)
{
    struct world *world = self;
    const char *header = http_header(answer, "x-used");
    world->answers++;
    world->last = *answer;
    (void)snprintf(world->body, WORD_BYTES, "%s", answer->body);
    (void)snprintf(world->header, WORD_BYTES, "%s", header != NULL ? header : "");
    (void)snprintf(world->why, WORD_BYTES, "%s", answer->why != NULL ? answer->why : "");
}

static void begin(struct world *world, const char *ca_file, bool tls)
{
    struct error error;
    error_init(&error);
    memset(world, 0, sizeof(*world));
    world->reply.status = 200;
    world->tls = tls ? certificate_server("/tmp/test_http.pem") : NULL;
    world->loop = loop_new(&error);
    assert_non_null(world->loop);
    struct wire_handlers handlers = {.asked = on_asked, .self = world};
    world->wire = wire_new(world->loop, &handlers, world->tls);
    struct http_options options = {.ca_file = ca_file, .user_agent = "cerberus"};
    world->http = http_new(world->loop, &options, &error);
    assert_non_null(world->http);
}

static void end(struct world *world)
{
    http_free(world->http);
    wire_free(world->wire);
    loop_free(world->loop);
    SSL_CTX_free(world->tls);
}

static void ask(struct world *world,
                enum http_method method,
                const char *path,
                bool changes,
                int64_t timeout_ns)
{
    char url[URL_BYTES];
    (void)snprintf(url, sizeof(url), "%s://127.0.0.1:%d%s", world->tls != NULL ? "https" : "http",
                   wire_port(world->wire), path);
    struct http_request request = {.method = method,
                                   .changes = changes,
                                   .url = url,
                                   .headers = {"X-Key: abc"},
                                   .body = method == HTTP_POST ? "a=1&b=2" : NULL,
                                   .timeout_ns = timeout_ns,
                                   .done = on_answer,
                                   .self = world};
    http_send(world->http, &request);
}

static void until(struct world *world, int answers)
{
    struct error error;
    error_init(&error);
    int64_t stop = loop_clock_ns() + PATIENCE_S * SECOND_NS;
    while (world->answers < answers) {
        assert_true(loop_turn(world->loop, stop, &error));
        assert_true(loop_clock_ns() < stop);
    }
}

static void a_whole_answer_with_its_headers(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    world.reply.headers = "X-Used: 17\r\n";
    world.reply.body = "{\"a\":1}";
    ask(&world, HTTP_POST, "/order?x=y", true, SECOND_NS * 5);
    assert_int_equal(world.answers, 0);
    assert_int_equal(http_waiting(world.http), 1);
    until(&world, 1);
    assert_int_equal(world.last.outcome, HTTP_ANSWERED);
    assert_int_equal(world.last.status, 200);
    assert_string_equal(world.body, "{\"a\":1}");
    assert_int_equal(world.last.length, 7);
    assert_string_equal(world.header, "17");
    assert_true(world.last.sent_ns > 0 && world.last.answered_ns >= world.last.sent_ns);
    assert_string_equal(world.method, "POST");
    assert_string_equal(world.path, "/order");
    assert_string_equal(world.query, "x=y");
    assert_string_equal(world.sent_body, "a=1&b=2");
    assert_string_equal(world.key, "abc");
    assert_false(world.expects);
    assert_int_equal(http_waiting(world.http), 0);
    static const char *const names[] = {"GET", "POST", "PUT", "DELETE"};
    world.reply.status = 400;
    for (int method = HTTP_GET; method <= HTTP_DELETE; method++) {
        ask(&world, (enum http_method)method, "/x", true, SECOND_NS * 5);
        until(&world, method + 2);
        assert_int_equal(world.last.status, 400);
        assert_string_equal(world.method, names[method]);
    }
    assert_int_equal(wire_connections(world.wire), 1); /* kept */
    end(&world);
}

static void nothing_was_sent_when_no_connection_came(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    static const char *const urls[] = {"http://127.0.0.1:1/x", "http://no-such-host.invalid/x",
                                       "http://[bad/x", "ftp://127.0.0.1/x"};
    for (int i = 0; i < 4; i++) {
        struct http_request request = {.method = HTTP_POST,
                                       .changes = true,
                                       .url = urls[i],
                                       .body = "a=1",
                                       .timeout_ns = SECOND_NS * 5,
                                       .done = on_answer,
                                       .self = &world};
        http_send(world.http, &request);
        assert_int_equal(world.answers, i);
        until(&world, i + 1);
        assert_int_equal(world.last.outcome, HTTP_NOT_SENT);
        assert_int_equal(world.last.sent_ns, 0);
        assert_true(world.why[0] != '\0');
    }
    end(&world);
}

static void what_was_sent_and_not_answered_is_unknown(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    world.reply = (struct wire_reply){.drop = true};
    ask(&world, HTTP_POST, "/dropped", true, SECOND_NS * 5);
    until(&world, 1);
    assert_int_equal(world.last.outcome, HTTP_UNKNOWN);
    world.reply = (struct wire_reply){.status = 200, .body = "0123456789", .cut = 4};
    ask(&world, HTTP_POST, "/cut", true, SECOND_NS * 5);
    until(&world, 2);
    assert_int_equal(world.last.outcome, HTTP_UNKNOWN);
    world.reply = (struct wire_reply){.mute = true};
    int64_t began = loop_clock_ns();
    ask(&world, HTTP_POST, "/mute", true, SECOND_NS / 5);
    until(&world, 3);
    assert_int_equal(world.last.outcome, HTTP_UNKNOWN);
    assert_true(loop_clock_ns() - began >= SECOND_NS / 5);
    assert_string_equal(world.why, "no answer in time");
    assert_int_equal(world.seen, 3);
    end(&world);
}

/* The server takes the second request on the kept connection and closes: curl alone would send it again on a new one. */
static void a_change_is_never_sent_twice(void **state)
{
    (void)state;
    static const enum http_method methods[] = {HTTP_POST, HTTP_DELETE, HTTP_PUT, HTTP_GET};
    for (int tls = 0; tls < 2; tls++) {
        for (int i = 0; i < 4; i++) {
            struct world world;
            begin(&world, tls != 0 ? "/dev/null" : NULL, tls != 0);
            http_free(world.http);
            struct error error;
            error_init(&error);
            struct http_options options = {.ca_file = tls != 0 ? "/tmp/test_http.pem" : NULL};
            world.http = http_new(world.loop, &options, &error);
            ask(&world, HTTP_GET, "/warm", false, SECOND_NS * 5);
            until(&world, 1);
            assert_int_equal(world.last.outcome, HTTP_ANSWERED);
            world.drop_from = 2;
            ask(&world, methods[i], "/change", true, SECOND_NS * 5);
            until(&world, 2);
            assert_int_equal(world.last.outcome, HTTP_UNKNOWN);
            assert_int_equal(world.seen, 2);
            end(&world);
        }
    }
}

/* That the trap is real, and that questions profit from it. */
static void a_question_is_asked_again_by_curl(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    ask(&world, HTTP_GET, "/warm", false, SECOND_NS * 5);
    until(&world, 1);
    world.drop_from = 2;
    ask(&world, HTTP_GET, "/question", false, SECOND_NS * 5);
    until(&world, 2);
    assert_true(world.seen > 2);
    end(&world);
}

/* Closed between two requests: known before the next is written, which goes out once on a new connection. */
static void a_connection_found_closed_costs_nothing(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    world.reply.close = true;
    for (int i = 1; i <= 3; i++) {
        ask(&world, HTTP_POST, "/x", true, SECOND_NS * 5);
        until(&world, i);
        assert_int_equal(world.last.outcome, HTTP_ANSWERED);
        assert_int_equal(world.seen, i);
    }
    assert_int_equal(wire_connections(world.wire), 3);
    end(&world);
}

static void tls_is_verified(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, true); /* an authority that nobody knows */
    ask(&world, HTTP_POST, "/x", true, SECOND_NS * 5);
    until(&world, 1);
    assert_int_equal(world.last.outcome, HTTP_NOT_SENT);
    assert_int_equal(world.seen, 0);
    http_free(world.http);
    struct error error;
    error_init(&error);
    struct http_options options = {.ca_file = "/tmp/test_http.pem"};
    world.http = http_new(world.loop, &options, &error);
    ask(&world, HTTP_POST, "/x", true, SECOND_NS * 5);
    until(&world, 2);
    assert_int_equal(world.last.outcome, HTTP_ANSWERED);
    assert_int_equal(world.seen, 1);
    end(&world);
    options.ca_file = "/nonexistent/ca.pem";
    assert_null(http_new(NULL, &options, &error));
    assert_int_equal(error.code, EXIT_CODE_USAGE);
}

static void a_connection_that_never_stands_is_not_sent(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    /* https to a server that never answers the handshake */
    world.reply.mute = true;
    char url[URL_BYTES];
    (void)snprintf(url, sizeof(url), "https://127.0.0.1:%d/x", wire_port(world.wire));
    struct http_request request = {.method = HTTP_POST,
                                   .changes = true,
                                   .url = url,
                                   .timeout_ns = SECOND_NS / 5,
                                   .done = on_answer,
                                   .self = &world};
    http_send(world.http, &request);
    until(&world, 1);
    assert_int_equal(world.last.outcome, HTTP_NOT_SENT);
    assert_string_equal(world.why, "no connection in time");
    end(&world);
}

static void an_endless_answer_is_cut_off(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    char *large = calloc(1, HTTP_ANSWER_BYTES + 2);
    assert_non_null(large);
    memset(large, 'x', HTTP_ANSWER_BYTES + 1);
    world.reply.body = large;
    world.reply.length = HTTP_ANSWER_BYTES + 1;
    ask(&world, HTTP_GET, "/x", false, SECOND_NS * PATIENCE_S);
    until(&world, 1);
    assert_int_equal(world.last.outcome, HTTP_UNKNOWN);
    assert_string_equal(world.why, "the answer is too long");
    free(large);
    end(&world);
}

static void redirects_are_answers(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    world.reply.status = 302;
    world.reply.headers = "Location: /other\r\n";
    ask(&world, HTTP_GET, "/x", false, SECOND_NS * 5);
    until(&world, 1);
    assert_int_equal(world.last.status, 302);
    assert_int_equal(world.seen, 1);
    end(&world);
}

static void many_wait_in_order_and_the_urgent_goes_before(void **state)
{
    (void)state;
    struct world world;
    begin(&world, NULL, false);
    for (int i = 0; i < HTTP_QUEUE_MAX + MANY; i++) {
        ask(&world, HTTP_GET, "/", false, SECOND_NS * PATIENCE_S);
    }
    until(&world, 1);
    assert_int_equal(world.last.outcome,
                     HTTP_NOT_SENT); /* those for which there was no room, first */
    until(&world, HTTP_QUEUE_MAX + MANY);
    assert_int_equal(world.last.outcome, HTTP_ANSWERED);
    assert_int_equal(world.seen, HTTP_QUEUE_MAX);

    world.reply.mute = true;
    for (int i = 0; i < HTTP_IN_FLIGHT_MAX + 5; i++) {
        ask(&world, HTTP_GET, "/", false, SECOND_NS * PATIENCE_S);
    }
    char url[URL_BYTES];
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/!", wire_port(world.wire));
    struct http_request urgent = {.method = HTTP_DELETE,
                                  .urgent = true,
                                  .url = url,
                                  .timeout_ns = SECOND_NS * PATIENCE_S,
                                  .done = on_answer,
                                  .self = &world};
    http_send(world.http, &urgent);
    struct error error;
    error_init(&error);
    while (strcmp(world.order, "!") != 0) {
        assert_true(loop_turn(world.loop, INT64_MAX, &error));
    }
    assert_true(world.seen <= HTTP_QUEUE_MAX + HTTP_IN_FLIGHT_MAX + 1);
    end(&world); /* and what is in flight is dropped */
}

/* Turns the loop until the server's side has bytes; what a server has to say is said by hand. */
static size_t hear(struct world *world, int descriptor, char *out, size_t size)
{
    struct error error;
    error_init(&error);
    ssize_t count = -1;
    for (int i = 0; i < 1000 && count < 0; i++) {
        assert_true(loop_turn(world->loop, loop_clock_ns() + SECOND_NS / 100, &error));
        count = recv(descriptor, out, size, MSG_DONTWAIT);
    }
    assert_true(count > 0);
    return (size_t)count;
}

/* What ws.h promises a server that waits for a pong: one turn after http_send() the bytes are in the socket. */
static void a_kept_connection_is_written_to_within_the_turn(void **state)
{
    (void)state;
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    struct world world;
    struct error error;
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    char url[URL_BYTES], bytes[URL_BYTES * 4];
    error_init(&error);
    begin(&world, NULL, false);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", ntohs(address.sin_port));
    struct http_request request = {.method = HTTP_POST,
                                   .changes = true,
                                   .url = url,
                                   .body = "a=1",
                                   .timeout_ns = SECOND_NS * 5,
                                   .done = on_answer,
                                   .self = &world};
    http_send(world.http, &request);
    assert_true(loop_turn(world.loop, 0, &error));
    int server = accept(listener, NULL, NULL);
    (void)hear(&world, server, bytes, sizeof(bytes));
    for (int i = 1; i <= 20; i++) {
        assert_int_equal(send(server, answer, strlen(answer), 0), strlen(answer));
        until(&world, i);
        http_send(world.http, &request);
        assert_true(loop_turn(world.loop, 0, &error));
        ssize_t count = recv(server, bytes, sizeof(bytes), MSG_DONTWAIT);
        assert_true(count > 0 && memcmp(bytes + count - 3, "a=1", 3) == 0);
    }
    end(&world);
    (void)close(server);
    (void)close(listener);
}

static void gzip_is_opened(void **state)
{
    (void)state;
    struct world world;
    unsigned char packed[WORD_BYTES];
    z_stream stream = {.next_in = (Bytef *)(uintptr_t) "packed words",
                       .avail_in = 12,
                       .next_out = packed,
                       .avail_out = sizeof(packed)};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    begin(&world, NULL, false);
    world.reply.headers = "Content-Encoding: gzip\r\n";
    world.reply.body = (const char *)packed;
    world.reply.length = stream.total_out;
    ask(&world, HTTP_GET, "/x", false, SECOND_NS * 5);
    until(&world, 1);
    assert_string_equal(world.body, "packed words");
    (void)deflateEnd(&stream);
    end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_answer_with_its_headers),
        cmocka_unit_test(nothing_was_sent_when_no_connection_came),
        cmocka_unit_test(what_was_sent_and_not_answered_is_unknown),
        cmocka_unit_test(a_change_is_never_sent_twice),
        cmocka_unit_test(a_question_is_asked_again_by_curl),
        cmocka_unit_test(a_connection_found_closed_costs_nothing),
        cmocka_unit_test(tls_is_verified),
        cmocka_unit_test(a_connection_that_never_stands_is_not_sent),
        cmocka_unit_test(an_endless_answer_is_cut_off),
        cmocka_unit_test(redirects_are_answers),
        cmocka_unit_test(many_wait_in_order_and_the_urgent_goes_before),
        cmocka_unit_test(a_kept_connection_is_written_to_within_the_turn),
        cmocka_unit_test(gzip_is_opened),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
