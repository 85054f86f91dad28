/* WebSocket of the Binance dialect: PROTOCOLS G6, G7, A10 to A13: paths, subscriptions, cadences, the book's chain, keys. */
#include <jansson.h>

#include "tests/sim/serve_binance_world.h"

static const char *const COIN_ROWS[] = {"100,101,99,100,1000", "100,102,99,101,1000",
                                        "101,101,90,91,1000",  "91,95,91,94,1000",
                                        "94,95,91,94,1000",    NULL};
static const char *const GOLD_ROWS[] = {"50,51,49,50,1000", "50,51,49,50,1000", NULL};

static struct wire *begin(void)
{
    struct wire *wire = wire_open(COIN_ROWS, GOLD_ROWS);
    wire_to(wire, 1000);
    return wire;
}

static void paths_of_all_forms_open(void **state)
{
    (void)state;
    static const struct {
        const char *path, *query;
        bool wrapped;
    } FORMS[] = {{"/market/ws/coinusdt@markPrice@1s", "", false},
                 {"/market/stream", "streams=coinusdt@markPrice@1s/goldusdt@markPrice", true},
                 {"/stream", "streams=coinusdt@markPrice@1s", true},
                 {"/ws/coinusdt@markPrice@1s", "", false}};
    struct wire *wire = begin();
    struct server_socket *sockets[ARRAY_COUNT(FORMS)];
    for (size_t i = 0; i < ARRAY_COUNT(FORMS); i++) {
        sockets[i] = socket_new(wire, FORMS[i].path, FORMS[i].query);
    }
    wire_to(wire, 2500);
    for (size_t i = 0; i < ARRAY_COUNT(FORMS); i++) {
        assert_int_equal(sockets[i]->count, 1);
        bool wrapped =
            strstr(sockets[i]->sent[0], "{\"stream\":\"coinusdt@markPrice@1s\",\"data\":{") != NULL;
        assert_true(wrapped == FORMS[i].wrapped);
        expect_part(sockets[i]->sent[0],
                    "{\"e\":\"markPriceUpdate\",\"E\":1700006402000,\"s\":\"COINUSDT\",\"p\":\"100."
                    "00000000\"");
        socket_end(wire, sockets[i]);
    }
    expect_no_socket(wire, "/elsewhere");
    wire_close(wire);
}

static void subscriptions_come_and_go(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *socket = socket_new(wire, "/market/ws", "");
    socket_say(wire, socket,
               "{\"method\":\"SUBSCRIBE\",\"params\":[\"coinusdt@markPrice@1s\","
               "\"coinusdt@trade\"],\"id\":1}");
    assert_string_equal(socket->sent[0], "{\"result\":null,\"id\":1}");
    socket_say(wire, socket, "{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":2}");
    assert_string_equal(socket->sent[1],
                        "{\"result\":[\"coinusdt@markPrice@1s\",\"coinusdt@trade\"],\"id\":2}");
    socket_say(wire, socket,
               "{\"method\":\"UNSUBSCRIBE\",\"params\":[\"coinusdt@trade\"],\"id\":\"three\"}");
    assert_string_equal(socket->sent[2], "{\"result\":null,\"id\":\"three\"}");
    wire_to(wire, 21500); /* a trade at 20 s goes unheard, twenty marks do not */
    assert_int_equal(sent_with(socket, 3, "\"e\":\"trade\"", NULL), 0);
    assert_int_equal(sent_with(socket, 3, "markPriceUpdate", NULL), 20);
    int32_t before = socket->count;
    static const char *const BROKEN[] = {"",
                                         "{",
                                         "[]",
                                         "null",
                                         "{\"method\":7}",
                                         "{\"method\":\"SUBSCRIBE\",\"params\":7,\"id\":1}"};
    for (size_t i = 0; i < ARRAY_COUNT(BROKEN); i++) {
        socket_say(wire, socket, BROKEN[i]);
        expect_part(socket->sent[before + (int32_t)i], "{\"error\":{\"code\":2,");
    }
    socket_end(wire, socket);
    wire_close(wire);
}

/* A bar's points come every 20 s: open, then the extremes, then the close (house.h). */
static void trades_are_aggregated_and_told(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *socket = socket_new(
        wire, "/market/stream",
        "streams=coinusdt@aggTrade/coinusdt@kline_1m/coinusdt@miniTicker/coinusdt@ticker");
    wire_to(wire, 61000);
    int32_t at = 0;
    assert_true(sent_with(socket, 0, "\"e\":\"aggTrade\"", &at) >= 3);
    /* 100 ms after the trade, under its own time. */
    expect_part(socket->sent[at], "\"E\":1700006420100,\"s\":\"COINUSDT\"");
    expect_part(socket->sent[at], "\"T\":1700006420000");
    assert_int_equal(sent_with(socket, 0, "\"x\":true", &at), 1);
    expect_part(socket->sent[at], "\"t\":1700006400000,\"T\":1700006459999,\"s\":\"COINUSDT\","
                                  "\"i\":\"1m\"");
    expect_part(socket->sent[at], "\"o\":\"100\",\"c\":\"100\",\"h\":\"101\",\"l\":\"99\","
                                  "\"v\":\"1000.00\"");
    assert_true(sent_with(socket, 0, "24hrMiniTicker", NULL) > 10);
    assert_true(sent_with(socket, 0, "\"e\":\"24hrTicker\"", NULL) > 10);
    expect_part(ask(wire, "/fapi/v1/aggTrades", "symbol=COINUSDT&limit=1"), "\"p\":\"100\"");
    socket_end(wire, socket);
    wire_close(wire);
}

/* ---- a strict client's book, PROTOCOLS A12 ---- */

struct book {
    int64_t last; /* u of the last event applied; -1: waiting for the first */
    int64_t snapshot;
    char levels[2][4000][2][24];
    int count[2];
    int restarts;
};

static void book_level(struct book *book, int side, const char *price, const char *size)
{
    int at = 0;
    while (at < book->count[side] && strcmp(book->levels[side][at][0], price) != 0) {
        at++;
    }
    bool gone = strtod(size, NULL) <= 0;
    if (gone && at < book->count[side]) {
        memmove(book->levels[side][at], book->levels[side][at + 1],
                sizeof(book->levels[side][at]) * (size_t)(book->count[side] - at - 1));
        book->count[side]--;
    } else if (!gone) {
        (void)snprintf(book->levels[side][at][0], 24, "%s", price);
        (void)snprintf(book->levels[side][at][1], 24, "%s", size);
        book->count[side] += at == book->count[side] ? 1 : 0;
    }
}

static void book_side(struct book *book, int side, const json_t *rows)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        book_level(book, side, json_string_value(json_array_get(row, 0)),
                   json_string_value(json_array_get(row, 1)));
    }
}

static void book_snapshot(struct wire *wire, struct book *book)
{
    json_t *answer = json_loads(ask(wire, "/fapi/v1/depth", "symbol=COINUSDT&limit=1000"), 0, NULL);
    assert_non_null(answer);
    book->snapshot = json_integer_value(json_object_get(answer, "lastUpdateId"));
    book->last = -1;
    book->count[0] = book->count[1] = 0;
    book_side(book, 0, json_object_get(answer, "bids"));
    book_side(book, 1, json_object_get(answer, "asks"));
    json_decref(answer);
}

/* False: the chain is broken. */
static bool book_event(struct book *book, const char *text)
{
    json_t *event = json_loads(text, 0, NULL);
    assert_non_null(event);
    int64_t first = json_integer_value(json_object_get(event, "U"));
    int64_t last = json_integer_value(json_object_get(event, "u"));
    int64_t previous = json_integer_value(json_object_get(event, "pu"));
    bool old = last < book->snapshot;
    bool right =
        book->last < 0 ? first <= book->snapshot && book->snapshot <= last : previous == book->last;
    if (!old && right) {
        book->last = last;
        book_side(book, 0, json_object_get(event, "b"));
        book_side(book, 1, json_object_get(event, "a"));
    }
    json_decref(event);
    return old || right;
}

static void book_equals(struct wire *wire, const struct book *book)
{
    struct book now = {0};
    book_snapshot(wire, &now);
    for (int side = 0; side < 2; side++) {
        assert_int_equal(now.count[side], book->count[side]);
        for (int i = 0; i < now.count[side]; i++) {
            bool found = false;
            for (int k = 0; k < book->count[side] && !found; k++) {
                found = strcmp(now.levels[side][i][0], book->levels[side][k][0]) == 0 &&
                        strcmp(now.levels[side][i][1], book->levels[side][k][1]) == 0;
            }
            assert_true(found);
        }
    }
}

/* Snapshots at every 10 ms around a message: each finds its place in the stream at once. */
static void a_strict_client_keeps_the_book(void **state)
{
    (void)state;
    static struct book book; /* large */
    static const char *const STREAMS[] = {"/public/ws/coinusdt@depth@100ms",
                                          "/public/ws/coinusdt@depth", "/ws/coinusdt@depth@500ms"};
    for (int64_t ms = 19900; ms <= 20700; ms += 20) {
        struct wire *wire = begin();
        struct server_socket *socket =
            socket_new(wire, STREAMS[(ms / 20) % (int64_t)ARRAY_COUNT(STREAMS)], "");
        wire_to(wire, ms);
        int32_t done = 0;
        book_snapshot(wire, &book);
        wire_to(wire, 150000);
        for (; done < socket->count; done++) {
            assert_true(book_event(&book, socket->sent[done]));
        }
        assert_true(done >= 5);
        book_equals(wire, &book);
        socket_end(wire, socket);
        wire_close(wire);
    }
}

static void a_gap_is_seen_by_the_chain(void **state)
{
    (void)state;
    static struct book book; /* large */
    struct wire *wire = begin();
    struct server_socket *socket = socket_new(wire, "/public/ws/coinusdt@depth@100ms", "");
    book_snapshot(wire, &book);
    wire_faults(wire, "[{\"fault\":\"depth_gap\",\"after\":2,\"times\":1}]");
    wire_to(wire, 150000);
    int broken = 0;
    for (int32_t i = 0; i < socket->count; i++) {
        broken += book_event(&book, socket->sent[i]) ? 0 : 1;
    }
    assert_true(broken > 0);
    socket_end(wire, socket);
    wire_close(wire);
}

static void partial_books_have_their_levels(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *five = socket_new(wire, "/public/ws/coinusdt@depth5@100ms", "");
    wire_to(wire, 21000);
    assert_int_equal(five->count, 1);
    json_t *event = json_loads(five->sent[0], 0, NULL);
    assert_int_equal(json_array_size(json_object_get(event, "b")), 5);
    assert_int_equal(json_array_size(json_object_get(event, "a")), 5);
    json_decref(event);
    struct server_socket *seven = socket_new(wire, "/public/ws/coinusdt@depth7@100ms", "");
    wire_to(wire, 45000);
    assert_int_equal(seven->count, 0);
    socket_end(wire, five);
    socket_end(wire, seven);
    wire_close(wire);
}

/* F43: in the stream alone. */
static void a_bad_tick_is_in_the_stream_alone(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *socket = socket_new(wire, "/public/ws/coinusdt@trade", "");
    wire_faults(wire, "[{\"fault\":\"bad_tick\",\"times\":1}]");
    wire_to(wire, 41000);
    assert_true(socket->count >= 2);
    assert_true(strstr(socket->sent[0], "\"p\":\"99\"") == NULL &&
                strstr(socket->sent[0], "\"p\":\"101\"") == NULL);
    expect_part(ask(wire, "/fapi/v1/klines", "symbol=COINUSDT&interval=1m&limit=1"),
                "\"100\",\"101\",\"99\"");
    socket_end(wire, socket);
    wire_close(wire);
}

/* A13: the same key again; PUT and POST extend; 60 minutes; -1125; only this account's events, filtered by events=. */
static void listen_keys_live_an_hour(void **state)
{
    (void)state;
    struct wire *wire = begin();
    char first[200];
    char path[300];
    (void)snprintf(first, sizeof(first), "%s", ask_raw(wire, "POST", "/fapi/v1/listenKey", "", ""));
    assert_string_equal(ask_raw(wire, "POST", "/fapi/v1/listenKey", "", ""), first);
    (void)snprintf(path, sizeof(path), "listenKey=%.64s&events=ACCOUNT_UPDATE", first + 14);
    struct server_socket *user = socket_new(wire, "/private/ws", path);
    (void)order_post(wire, "symbol=COINUSDT&side=BUY&type=MARKET&quantity=0.1");
    assert_int_equal(user->count, 1);
    expect_part(user->sent[0], "{\"e\":\"ACCOUNT_UPDATE\"");
    wire_to(wire, 1800000);
    (void)ask_raw(wire, "PUT", "/fapi/v1/listenKey", "", "");
    expect_fine(wire);
    wire_to(wire, 5399000);
    assert_int_equal(sent_with(user, 0, "listenKeyExpired", NULL), 0);
    wire_to(wire, 5401000);
    assert_int_equal(sent_with(user, 0, "{\"e\":\"listenKeyExpired\"", NULL), 1);
    (void)ask_raw(wire, "PUT", "/fapi/v1/listenKey", "", "");
    expect_code(wire, -1125, 400);
    expect_not(ask_raw(wire, "POST", "/fapi/v1/listenKey", "", ""), first + 14);
    (void)ask_raw(wire, "DELETE", "/fapi/v1/listenKey", "", "");
    assert_string_equal(wire->answer.body, "{}");
    (void)ask_raw(wire, "DELETE", "/fapi/v1/listenKey", "", "");
    expect_code(wire, -1125, 400);
    socket_end(wire, user);
    wire_close(wire);
}

static void a_planned_end_of_the_key(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *user = user_socket(wire);
    wire_faults(wire, "[{\"fault\":\"key_expired\",\"times\":1}]");
    wire_to(wire, 3000);
    assert_int_equal(sent_with(user, 0, "{\"e\":\"listenKeyExpired\"", NULL), 1);
    (void)ask_raw(wire, "PUT", "/fapi/v1/listenKey", "", "");
    expect_code(wire, -1125, 400);
    socket_end(wire, user);
    wire_close(wire);
}

static void a_connection_lives_a_day(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *socket = socket_new(wire, "/market/ws", "");
    dialect_binance.tick(wire->dialect, START + US_PER_DAY - US_PER_SECOND);
    assert_int_equal(socket->closed, 0);
    dialect_binance.tick(wire->dialect, START + US_PER_DAY + US_PER_SECOND);
    assert_int_not_equal(socket->closed, 0);
    socket_end(wire, socket);
    wire_close(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_of_all_forms_open),
        cmocka_unit_test(subscriptions_come_and_go),
        cmocka_unit_test(trades_are_aggregated_and_told),
        cmocka_unit_test(a_strict_client_keeps_the_book),
        cmocka_unit_test(a_gap_is_seen_by_the_chain),
        cmocka_unit_test(partial_books_have_their_levels),
        cmocka_unit_test(a_bad_tick_is_in_the_stream_alone),
        cmocka_unit_test(listen_keys_live_an_hour),
        cmocka_unit_test(a_planned_end_of_the_key),
        cmocka_unit_test(a_connection_lives_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
