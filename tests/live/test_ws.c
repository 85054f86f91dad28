#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "live/http.h"
#include "live/ws.h"
#include "live/ws_handshake.h"
#include "tests/support/certificate.h"
#include "tests/support/wire.h"

#define SECOND_NS 1000000000LL
#define CA_FILE   "/tmp/test_ws.pem"

enum { URL_BYTES = 128, NOTE_BYTES = 512, PATIENCE_S = 20 };

struct world {
    struct loop *loop;
    struct wire *wire;
    SSL_CTX *tls;
    struct ws *ws;
    struct http *http;
    struct wire_peer *peer;
    struct wire_reply reply;
    char notes[NOTE_BYTES]; /* what was seen, on both sides, in order */
    char why[NOTE_BYTES];
    int code, closed, server_code;
    size_t last_length;
    bool echoes, asks, frees;
};

static void note(struct world *world, const char *what, const char *text, size_t length)
{
    size_t at = strlen(world->notes);
    (void)snprintf(world->notes + at, NOTE_BYTES - at, "%s%.*s ", what,
                   (int)(length < 20 ? length : 20), text);
}

/* ---- the server ---- */

static void on_asked(void *self, const struct wire_request *request, struct wire_reply *reply)
{
    struct world *world = self;
    char word[URL_BYTES];
    if (wire_header(request, "Upgrade", word, sizeof(word))) {
        assert_false(wire_header(request, "Sec-WebSocket-Extensions", word, sizeof(word)));
        *reply = world->reply;
        world->peer = request->peer;
    } else {
        note(world, "request", "", 0);
    }
}

static void on_pong(void *self, struct wire_peer *peer, const char *text, size_t length)
{
    (void)peer;
    note(self, "pong:", text, length);
}

static void on_text(void *self, struct wire_peer *peer, const char *text, size_t length)
{
    (void)peer;
    note(self, "got:", text, length);
}

static void on_gone(void *self, struct wire_peer *peer, int code)
{
    struct world *world = self;
    if (peer == world->peer) {
        world->server_code = code;
        world->peer = NULL;
    }
}

/* ---- the client ---- */

static void on_opened(void *self)
{
    note(self, "open", "", 0);
}

static void on_http(void *self, const struct http_answer *answer)
{
    (void)self, (void)answer;
}

static void on_message(void *self, const char *text, size_t length, int64_t received_ns)
{
    struct world *world = self;
    char url[URL_BYTES];
    assert_true(received_ns > 0 && text[length] == '\0');
    world->last_length = length;
    note(world, "", text, length);
    if (world->echoes) {
        assert_true(ws_send(world->ws, text, length));
    }
    if (world->asks) {
        (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", wire_port(world->wire));
        struct http_request request = {
            .url = url, .timeout_ns = SECOND_NS, .done = on_http, .self = world};
        http_send(world->http, &request);
    }
    if (world->frees) {
        ws_free(world->ws);
        world->ws = NULL;
    }
}

static void on_closed(void *self, int code, const char *why)
{
    struct world *world = self;
    world->closed++;
    world->code = code;
    (void)snprintf(world->why, sizeof(world->why), "%s", why);
    if (world->frees) {
        ws_free(world->ws);
        world->ws = NULL;
    }
}

static void open_url(struct world *world, const char *url, const char *ca_file)
{
    struct error error;
    error_init(&error);
    struct ws_options options = {
        .url = url, .ca_file = ca_file, .connect_timeout_ns = SECOND_NS / 2};
    struct ws_handlers handlers = {on_opened, on_message, on_closed, world};
    world->ws = ws_open(world->loop, &options, &handlers, &error);
    assert_non_null(world->ws);
}

static void begin(struct world *world, bool tls)
{
    struct error error;
    char url[URL_BYTES];
    error_init(&error);
    memset(world, 0, sizeof(*world));
    world->reply = (struct wire_reply){.upgrade = true};
    world->tls = tls ? certificate_server(CA_FILE) : NULL;
    world->loop = loop_new(&error);
    assert_non_null(world->loop);
    struct wire_handlers handlers = {on_asked, NULL, on_text, on_pong, on_gone, world};
    world->wire = wire_new(world->loop, &handlers, world->tls);
    (void)snprintf(url, sizeof(url), "ws%s://127.0.0.1:%d/ws?a=1", tls ? "s" : "",
                   wire_port(world->wire));
    open_url(world, url, tls ? CA_FILE : NULL);
}

static void end(struct world *world)
{
    ws_free(world->ws);
    http_free(world->http);
    wire_free(world->wire);
    loop_free(world->loop);
    SSL_CTX_free(world->tls);
}

static void turn_once(struct world *world, int64_t stop)
{
    struct error error;
    error_init(&error);
    assert_true(loop_turn(world->loop, stop, &error));
    if (loop_clock_ns() >= stop) {
        fail_msg("nothing came; seen: %s", world->notes);
    }
}

static void until(struct world *world, const char *notes)
{
    int64_t stop = loop_clock_ns() + PATIENCE_S * SECOND_NS;
    while (strstr(world->notes, notes) == NULL) {
        turn_once(world, stop);
    }
}

static void until_closed(struct world *world)
{
    int64_t stop = loop_clock_ns() + PATIENCE_S * SECOND_NS;
    while (world->closed == 0) {
        turn_once(world, stop);
    }
}

static void texts_go_both_ways(void **state)
{
    (void)state;
    for (int tls = 0; tls < 2; tls++) {
        struct world world;
        begin(&world, tls != 0);
        assert_false(ws_send(world.ws, "early", 5));
        until(&world, "open");
        assert_true(ws_is_open(world.ws));
        wire_send_text(world.peer, "one");
        wire_send_text(world.peer, "");
        wire_send_frame(world.peer, false, WIRE_TEXT, "fr", 2);
        wire_send_frame(world.peer, false, WIRE_CONTINUED, "ag", 2);
        wire_send_frame(world.peer, true, WIRE_CONTINUED, "ment", 4);
        until(&world, "fragment");
        assert_string_equal(world.notes, "open one  fragment ");
        char *large = calloc(1, WS_SEND_QUEUE_BYTES + 2);
        memset(large, 'x', WS_SEND_QUEUE_BYTES + 1);
        assert_false(ws_send(world.ws, large, WS_SEND_QUEUE_BYTES + 1));
        assert_true(ws_send(world.ws, large, 300));
        assert_true(ws_send(world.ws, "last", 4));
        until(&world, "got:last");
        large[WS_SEND_QUEUE_BYTES] = '\0';
        for (int i = 0; i < 7; i++) { /* 7 MiB: more than one turn reads */
            wire_send_frame(world.peer, i == 6, i == 0 ? WIRE_TEXT : WIRE_CONTINUED, large,
                            WS_SEND_QUEUE_BYTES);
        }
        wire_send_text(world.peer, "after");
        until(&world, "after");
        assert_true(world.last_length == 5);
        free(large);
        end(&world);
    }
}

/* What the messages before a ping set off stands on the wire before the pong. */
static void a_pong_says_that_we_acted(void **state)
{
    (void)state;
    struct world world;
    struct error error;
    error_init(&error);
    begin(&world, false);
    struct http_options options = {0};
    world.http = http_new(world.loop, &options, &error);
    until(&world, "open");
    world.asks = world.echoes = true;
    wire_send_text(world.peer, "warm");
    until(&world, "request");
    for (int i = 0; i < 20; i++) {
        (void)snprintf(world.notes, sizeof(world.notes), "%s", "");
        wire_send_text(world.peer, "a");
        wire_send_frame(world.peer, true, WIRE_PING, "1", 1);
        wire_send_text(world.peer, "b");
        wire_send_frame(world.peer, true, WIRE_PING, "2", 1);
        until(&world, "pong:2");
        /* Texts and pongs share a socket: their order is exact. The requests have others, read in any order by this server. */
        assert_non_null(strstr(world.notes, "got:a"));
        assert_true(strstr(world.notes, "got:a") < strstr(world.notes, "pong:1"));
        assert_true(strstr(world.notes, "got:b") < strstr(world.notes, "pong:2"));
        until(&world, "request");
    }
    end(&world);
}

static void closes_are_told_once_with_their_code(void **state)
{
    (void)state;
    struct world world;
    begin(&world, false);
    until(&world, "open");
    wire_send_frame(world.peer, true, WIRE_CLOSE, "\x03\xe9", 2);
    until_closed(&world);
    assert_int_equal(world.code, 1001);
    assert_false(ws_is_open(world.ws));
    assert_false(ws_send(world.ws, "x", 1));
    end(&world);

    begin(&world, false);
    until(&world, "open");
    ws_close(world.ws, 1000);
    assert_int_equal(world.closed, 0);
    until_closed(&world);
    assert_int_equal(world.code, 1000);
    assert_int_equal(world.server_code, 1000);
    end(&world);

    begin(&world, false);
    until(&world, "open");
    world.frees = true;
    wire_drop(world.peer);
    until_closed(&world);
    assert_int_equal(world.code, 0);
    assert_string_equal(world.why, "cut by the other side");
    end(&world);
    ws_free(NULL);
}

static void bad_frames_close_with_their_code(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        int code;
    } cases[] = {
        {"\xc1\x00", 2, 1002},                                   /* a reserved bit */
        {"\x83\x00", 2, 1002},                                   /* an unknown opcode */
        {"\x80\x00", 2, 1002},                                   /* continues nothing */
        {"\x09\x00", 2, 1002},                                   /* a control frame in pieces */
        {"\x81\x02\xc3\x28", 4, 1007},                           /* no UTF-8 */
        {"\x81\x7f\x00\x00\x00\x00\x00\x80\x00\x01x", 11, 1009}, /* 8 MiB and one */
        {"\x82\x01x", 3, 1003},                                  /* binary */
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct world world;
        begin(&world, false);
        until(&world, "open");
        wire_send_bytes(world.peer, cases[i].bytes, cases[i].length);
        until_closed(&world);
        if (world.code != cases[i].code) {
            fail_msg("case %zu gave %d: %s", i, world.code, world.why);
        }
        end(&world);
    }
}

static void what_never_opens_is_closed_with_0(void **state)
{
    (void)state;
    static const struct {
        const char *headers;
        int status;
        bool mute, drop;
    } cases[] = {{NULL, 200, false, false},
                 {"Upgrade: websocket\r\nConnection: upgrade\r\n", 101, false, false},
                 {"Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: "
                  "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                  101, false, false},
                 {NULL, 200, true, false},
                 {NULL, 200, false, true}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct world world;
        begin(&world, false);
        world.reply = (struct wire_reply){.status = cases[i].status,
                                          .headers = cases[i].headers,
                                          .mute = cases[i].mute,
                                          .drop = cases[i].drop};
        until_closed(&world);
        assert_int_equal(world.code, 0);
        assert_true(world.why[0] != '\0');
        assert_string_equal(world.notes, "");
        end(&world);
    }
    struct world world;
    begin(&world, true);
    ws_free(world.ws);
    char url[URL_BYTES];
    (void)snprintf(url, sizeof(url), "wss://127.0.0.1:%d/", wire_port(world.wire));
    open_url(&world, url, NULL); /* an authority that nobody knows */
    until_closed(&world);
    assert_string_equal(world.notes, "");
    ws_free(world.ws);
    world.closed = 0;
    open_url(&world, "ws://127.0.0.1:1/", NULL);
    assert_int_equal(world.closed, 0);
    until_closed(&world);
    end(&world);
}

static void a_handler_may_free_it(void **state)
{
    (void)state;
    struct world world;
    begin(&world, false);
    until(&world, "open");
    world.frees = true;
    wire_send_text(world.peer, "one");
    wire_send_text(world.peer, "two");
    until(&world, "one");
    assert_null(strstr(world.notes, "two"));
    assert_int_equal(world.closed, 0);
    end(&world);
}

/* RFC 6455, 1.3. */
static void the_handshake_of_the_standard(void **state)
{
    (void)state;
    char accept[WS_ACCEPT_BYTES], request[WS_URL_BYTES];
    struct ws_target target;
    ws_accept_of("dGhlIHNhbXBsZSBub25jZQ==", accept);
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n"
                                 "Connection: keep-alive, Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    assert_null(ws_answer_fault(answer, "dGhlIHNhbXBsZSBub25jZQ=="));
    assert_non_null(ws_answer_fault(answer, "eGhlIHNhbXBsZSBub25jZQ=="));
    assert_true(ws_target_parse(&target, "wss://example.com:8443?x=1"));
    assert_string_equal(target.url, "https://example.com:8443?x=1");
    assert_string_equal(target.host, "example.com:8443");
    assert_string_equal(target.path, "/?x=1");
    (void)ws_request_write(&target, "dGhlIHNhbXBsZSBub25jZQ==", request, sizeof(request));
    assert_string_equal(request, "GET /?x=1 HTTP/1.1\r\nHost: example.com:8443\r\n"
                                 "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                 "Sec-WebSocket-Version: 13\r\n\r\n");
    static const char *const bad[] = {"http://x/",       "ws://",       "ws:///x", "ws://a b/",
                                      "ws://a/\r\nX: y", "ws://u:p@a/", "",        "wss"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        assert_false(ws_target_parse(&target, bad[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_go_both_ways),
        cmocka_unit_test(a_pong_says_that_we_acted),
        cmocka_unit_test(closes_are_told_once_with_their_code),
        cmocka_unit_test(bad_frames_close_with_their_code),
        cmocka_unit_test(what_never_opens_is_closed_with_0),
        cmocka_unit_test(a_handler_may_free_it),
        cmocka_unit_test(the_handshake_of_the_standard),
    };
    return cmocka_run_group_tests_name("ws", tests, NULL, NULL);
}
