/* The front door of the Binance dialect: PROTOCOLS G1 and G3: keys, signatures, time, weights, 429 and 418; unknown fates. */
#include "tests/sim/serve_binance_world.h"

static const char *const COIN_ROWS[] = {"100,101,99,100,1000", "100,102,99,101,1000", NULL};
static const char *const GOLD_ROWS[] = {"50,51,49,50,1000", "50,51,49,50,1000", NULL};

static struct wire *begin(void)
{
    struct wire *wire = wire_open(COIN_ROWS, GOLD_ROWS);
    wire_to(wire, 1000);
    return wire;
}

/* So that the venue's clock shows the timestamp of a published vector. */
static void clock_at(struct wire *wire, int64_t ms)
{
    wire->skew_us = ms * US_PER_MS - house_now_us(wire->world->house);
}

/* PROTOCOLS A2: the vectors are for symbols that are not listed here: -1121 says that the door was passed. */
static void published_signatures_pass(void **state)
{
    (void)state;
    struct wire *wire = begin();
    clock_at(wire, 1591702613943LL);
    (void)ask_raw(wire, "POST", "/fapi/v1/order", "",
                  "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&"
                  "recvWindow=5000&timestamp=1591702613943&signature="
                  "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9");
    expect_code(wire, -1121, 400);
    /* query and body, no & between them */
    (void)ask_raw(wire, "POST", "/fapi/v1/order",
                  "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC",
                  "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943&signature="
                  "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4");
    expect_code(wire, -1121, 400);
    wire->key = "ed25519-key";
    clock_at(wire, 1700000000000LL);
    (void)ask_raw(wire, "POST", "/fapi/v1/order", "",
                  "symbol=DOGEUSDT&side=BUY&type=MARKET&quantity=100&recvWindow=5000&"
                  "timestamp=1700000000000&signature=5sBCfYPtJ3gVpofMA9tzmEV%2Fj52xaW0MmpIual%2Fe"
                  "StnZy50%2BXYqpMegJqZhGOtl8muU7awmaVg%2BBgmtuUpafDw%3D%3D");
    expect_code(wire, -1121, 400);
    wire_close(wire);
}

static void another_byte_is_another_signature(void **state)
{
    (void)state;
    struct wire *wire = begin();
    clock_at(wire, 1591702613943LL);
    static const char *const WRONG[] = {
        /* quantity changed; signature cut; upper case; not the last parameter */
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=2&price=9000&timeInForce=GTC&recvWindow=5000&"
        "timestamp=1591702613943&signature="
        "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&"
        "timestamp=1591702613943&signature="
        "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&"
        "timestamp=1591702613943&signature="
        "3C661234138461FCC7A7D8746C6558C9842D4E10870D2ECBEDF7777CAD694AF9",
        "signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9&"
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&"
        "timestamp=1591702613943"};
    for (size_t i = 0; i < ARRAY_COUNT(WRONG); i++) {
        (void)ask_raw(wire, "POST", "/fapi/v1/order", "", WRONG[i]);
        expect_code(wire, -1022, 400);
    }
    wire->key = "ed25519-key";
    (void)get(wire, "/fapi/v3/balance", "");
    expect_code(wire, -1022, 400);
    wire_close(wire);
}

static void keys_are_known_or_refused(void **state)
{
    (void)state;
    struct wire *wire = begin();
    wire->key = NULL;
    (void)get(wire, "/fapi/v3/balance", "");
    expect_code(wire, -2014, 401);
    wire->key = "no key of ours";
    (void)get(wire, "/fapi/v3/balance", "");
    expect_code(wire, -2014, 401);
    wire->key = "somebody-elses-key";
    (void)get(wire, "/fapi/v3/balance", "");
    expect_code(wire, -2015, 401);
    (void)ask_raw(wire, "POST", "/fapi/v1/listenKey", "", "");
    expect_code(wire, -2015, 401);
    wire->key = "reader-key";
    (void)get(wire, "/fapi/v3/balance", "");
    expect_fine(wire);
    (void)order_post(wire, "symbol=COINUSDT&side=BUY&type=MARKET&quantity=1");
    expect_code(wire, -2015, 401);
    wire->key = KEY;
    wire_faults(wire, "[{\"fault\":\"key_revoked\",\"times\":1}]");
    (void)get(wire, "/fapi/v3/balance", "");
    expect_code(wire, -2015, 401);
    (void)get(wire, "/fapi/v3/balance", "");
    expect_fine(wire);
    wire_close(wire);
}

/* A2: timestamp < now + 1000, now - timestamp <= recvWindow. */
static void timestamps_have_a_window(void **state)
{
    (void)state;
    static const struct {
        int64_t behind_ms;
        const char *window;
        int32_t code; /* 0: passes */
    } CASES[] = {{0, "", 0},
                 {5000, "", 0},
                 {5001, "", -1021},
                 {-999, "", 0},
                 {-1000, "", -1021},
                 {59000, "recvWindow=60000&", 0},
                 {0, "recvWindow=60001&", -1131},
                 {10, "recvWindow=9&", -1021}};
    struct wire *wire = begin();
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        char text[200];
        char query[300];
        char signature[65];
        (void)snprintf(text, sizeof(text), "%stimestamp=%lld", CASES[i].window,
                       (long long)(START / US_PER_MS + 1000 - CASES[i].behind_ms));
        hmac_hex(text, signature);
        (void)snprintf(query, sizeof(query), "%s&signature=%s", text, signature);
        (void)ask(wire, "/fapi/v3/balance", query);
        if (CASES[i].code == 0) {
            expect_fine(wire);
        } else {
            expect_code(wire, CASES[i].code, 400);
        }
    }
    (void)ask(wire, "/fapi/v3/balance", "");
    expect_code(wire, -1102, 400);
    (void)ask(wire, "/fapi/v3/balance", "timestamp=1700006401000");
    expect_code(wire, -1102, 400);
    (void)ask(wire, "/fapi/v3/balance", "timestamp=yesterday&signature=0");
    expect_code(wire, -1100, 400);
    wire_close(wire);
}

/* A4, A6, A7: weights of their paths, in the header. */
static void weights_add_up(void **state)
{
    (void)state;
    struct wire *wire = begin();
    static const struct {
        const char *path, *query;
        long weight;
    } CASES[] = {{"/fapi/v1/ping", "", 1},
                 {"/fapi/v1/depth", "symbol=COINUSDT&limit=5", 2},
                 {"/fapi/v1/depth", "symbol=COINUSDT&limit=100", 5},
                 {"/fapi/v1/depth", "symbol=COINUSDT", 10},
                 {"/fapi/v1/depth", "symbol=COINUSDT&limit=1000", 20},
                 {"/fapi/v1/klines", "symbol=COINUSDT&interval=1m&limit=99", 1},
                 {"/fapi/v1/klines", "symbol=COINUSDT&interval=1m&limit=499", 2},
                 {"/fapi/v1/klines", "symbol=COINUSDT&interval=1m&limit=1000", 5},
                 {"/fapi/v1/klines", "symbol=COINUSDT&interval=1m&limit=1500", 10},
                 {"/fapi/v1/premiumIndex", "symbol=COINUSDT", 1},
                 {"/fapi/v1/premiumIndex", "", 10},
                 {"/fapi/v1/ticker/24hr", "", 40},
                 {"/fapi/v1/aggTrades", "symbol=COINUSDT", 20},
                 {"/fapi/v1/trades", "symbol=COINUSDT", 5}};
    long total = 0;
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        (void)ask(wire, CASES[i].path, CASES[i].query);
        expect_fine(wire);
        total += CASES[i].weight;
        assert_int_equal(header_of(wire, "X-MBX-USED-WEIGHT-1M"), total);
        assert_int_equal(header_of(wire, "X-MBX-ORDER-COUNT-1M"), -1);
    }
    /* An order weighs nothing and counts; a batch of POST weighs five, counts five and one. */
    (void)order_post(wire, "symbol=COINUSDT&side=BUY&type=MARKET&quantity=1");
    assert_int_equal(header_of(wire, "X-MBX-USED-WEIGHT-1M"), total);
    assert_int_equal(header_of(wire, "X-MBX-ORDER-COUNT-10S"), 1);
    assert_int_equal(header_of(wire, "X-MBX-ORDER-COUNT-1M"), 1);
    (void)post(wire, "/fapi/v1/batchOrders",
               "batchOrders=%5B%7B%22symbol%22%3A%22COINUSDT%22%7D%5D");
    assert_int_equal(header_of(wire, "X-MBX-USED-WEIGHT-1M"), total + 5);
    assert_int_equal(header_of(wire, "X-MBX-ORDER-COUNT-10S"), 6);
    assert_int_equal(header_of(wire, "X-MBX-ORDER-COUNT-1M"), 2);
    /* Another address has its own minute; the next minute begins at 0. */
    wire->client = "127.0.0.2";
    (void)ask(wire, "/fapi/v1/ping", "");
    assert_int_equal(header_of(wire, "X-MBX-USED-WEIGHT-1M"), 1);
    wire_to(wire, 60000);
    wire->client = "127.0.0.1";
    (void)ask(wire, "/fapi/v1/ping", "");
    assert_int_equal(header_of(wire, "X-MBX-USED-WEIGHT-1M"), 1);
    wire_close(wire);
}

static void too_much_weight_is_429_then_418(void **state)
{
    (void)state;
    struct wire *wire = begin();
    for (int i = 0; i < 60; i++) {
        (void)ask(wire, "/fapi/v1/ticker/24hr", "");
        expect_fine(wire);
    }
    assert_int_equal(header_of(wire, "X-MBX-USED-WEIGHT-1M"), 2400);
    for (int i = 0; i < 10; i++) {
        (void)ask(wire, "/fapi/v1/ping", "");
        expect_code(wire, -1003, 429);
        assert_int_equal(header_of(wire, "Retry-After"), 59);
    }
    (void)ask(wire, "/fapi/v1/ping", "");
    expect_code(wire, -1003, 418);
    assert_int_equal(header_of(wire, "Retry-After"), 120);
    expect_part(wire->answer.body, "banned until 1700006521000");
    wire_to(wire, 119000);
    (void)ask(wire, "/fapi/v1/ping", "");
    expect_code(wire, -1003, 418);
    wire->real_ns = 121 * INT64_C(1000000000); /* a ban ends on either clock */
    (void)ask(wire, "/fapi/v1/ping", "");
    expect_fine(wire);
    wire_close(wire);
}

static void too_many_orders_are_1015(void **state)
{
    (void)state;
    struct wire *wire = begin();
    for (int i = 0; i < 300; i++) {
        (void)order_post(wire, "symbol=NONE");
        expect_code(wire, -1121, 400);
    }
    assert_int_equal(header_of(wire, "X-MBX-ORDER-COUNT-10S"), 300);
    (void)order_post(wire, "symbol=NONE");
    expect_code(wire, -1015, 429);
    wire_to(wire, 10000);
    (void)order_post(wire, "symbol=NONE");
    expect_code(wire, -1121, 400);
    wire_close(wire);
}

static void planned_refusals_carry_their_headers(void **state)
{
    (void)state;
    struct wire *wire = begin();
    wire_faults(wire, "[{\"fault\":\"rate_limit\",\"path\":\"/fapi/v1/time\",\"times\":1},"
                      "{\"fault\":\"ban\",\"path\":\"/fapi/v1/ping\",\"times\":1}]");
    (void)ask(wire, "/fapi/v1/time", "");
    expect_code(wire, -1003, 429);
    assert_true(header_of(wire, "Retry-After") >= 1);
    (void)ask(wire, "/fapi/v1/time", "");
    expect_fine(wire);
    (void)ask(wire, "/fapi/v1/ping", "");
    expect_code(wire, -1003, 418);
    (void)ask(wire, "/fapi/v1/time", "");
    expect_code(wire, -1003, 418);
    wire_close(wire);
}

/* F3, F4, F5, F6: what is told, and what is done. */
static void unknown_fates_are_resolved_by_the_client_id(void **state)
{
    (void)state;
    struct wire *wire = begin();
    static const char ORDER[] = "symbol=COINUSDT&side=BUY&type=LIMIT&quantity=1&price=90&"
                                "timeInForce=GTC&newClientOrderId=";
    char query[300];
    wire_faults(wire, "[{\"fault\":\"503_done\",\"path\":\"/fapi/v1/order\",\"method\":\"POST\","
                      "\"times\":1}]");
    (void)snprintf(query, sizeof(query), "%sdone", ORDER);
    (void)order_post(wire, query);
    assert_int_equal(wire->answer.status, 503);
    expect_part(wire->answer.body, "Unknown error, please check your request or try again later.");
    (void)get(wire, "/fapi/v1/order", "symbol=COINUSDT&origClientOrderId=done");
    expect_fine(wire);
    expect_part(wire->answer.body, "\"status\":\"NEW\"");
    (void)order_post(wire, query);
    expect_code(wire, -4116, 400);

    wire_faults(wire, "[{\"fault\":\"503_not_done\",\"path\":\"/fapi/v1/order\","
                      "\"method\":\"POST\",\"times\":1}]");
    (void)snprintf(query, sizeof(query), "%sundone", ORDER);
    (void)order_post(wire, query);
    assert_int_equal(wire->answer.status, 503);
    (void)get(wire, "/fapi/v1/order", "symbol=COINUSDT&origClientOrderId=undone");
    expect_code(wire, -2013, 400);

    wire_faults(wire, "[{\"fault\":\"stream_first\",\"path\":\"/fapi/v1/order\","
                      "\"method\":\"POST\",\"times\":1}]");
    struct server_socket *user = user_socket(wire);
    (void)snprintf(query, sizeof(query), "%sheard", ORDER);
    (void)order_post(wire, query);
    expect_code(wire, -1007, 408);
    assert_int_equal(sent_with(user, 0, "\"c\":\"heard\"", NULL), 1);

    wire_faults(wire, "[{\"fault\":\"reject_late\",\"path\":\"/fapi/v1/order\","
                      "\"method\":\"POST\",\"times\":1}]");
    (void)snprintf(query, sizeof(query), "%slate", ORDER);
    (void)order_post(wire, query);
    expect_fine(wire);
    expect_part(wire->answer.body, "\"status\":\"NEW\"");
    assert_int_equal(sent_with(user, 0, "\"X\":\"REJECTED\"", NULL), 1);
    (void)get(wire, "/fapi/v1/order", "symbol=COINUSDT&origClientOrderId=late");
    expect_part(wire->answer.body, "\"status\":\"REJECTED\"");
    socket_end(wire, user);
    wire_close(wire);
}

static void a_status_unknown_is_done_or_not(void **state)
{
    (void)state;
    struct wire *wire = begin();
    int done = 0;
    wire_faults(wire, "[{\"fault\":\"status_unknown\",\"path\":\"/fapi/v1/order\","
                      "\"method\":\"POST\"}]");
    for (int i = 0; i < 40; i++) {
        char query[200];
        (void)snprintf(query, sizeof(query),
                       "symbol=COINUSDT&side=BUY&type=LIMIT&quantity=1&price=90&timeInForce=GTC&"
                       "newClientOrderId=u%d",
                       i);
        (void)order_post(wire, query);
        assert_true(wire->answer.status == 500 || wire->answer.status == 408);
        assert_true(strstr(wire->answer.body, "{\"code\":-1006,") == wire->answer.body ||
                    strstr(wire->answer.body, "{\"code\":-1007,") == wire->answer.body);
        (void)snprintf(query, sizeof(query), "symbol=COINUSDT&origClientOrderId=u%d", i);
        (void)get(wire, "/fapi/v1/order", query);
        done += wire->answer.status == 200 ? 1 : 0;
    }
    assert_true(done > 5 && done < 35);
    wire_close(wire);
}

static void paths_that_are_none_say_so(void **state)
{
    (void)state;
    struct wire *wire = begin();
    (void)ask(wire, "/fapi/v1/nothing", "");
    expect_code(wire, -5000, 404);
    (void)ask_raw(wire, "DELETE", "/fapi/v1/time", "", "");
    expect_code(wire, -5000, 404);
    (void)ask(wire, "/fapi/v1/\"}{", "");
    expect_code(wire, -5000, 404);
    expect_not(wire->answer.body, "}{");
    (void)ask(wire, "/fapi/v1/depth", "symbol=%zz");
    expect_code(wire, -1101, 400);
    (void)ask(wire, "/fapi/v1/depth", "symbol=%00");
    expect_code(wire, -1101, 400);
    wire_close(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_signatures_pass),
        cmocka_unit_test(another_byte_is_another_signature),
        cmocka_unit_test(keys_are_known_or_refused),
        cmocka_unit_test(timestamps_have_a_window),
        cmocka_unit_test(weights_add_up),
        cmocka_unit_test(too_much_weight_is_429_then_418),
        cmocka_unit_test(too_many_orders_are_1015),
        cmocka_unit_test(planned_refusals_carry_their_headers),
        cmocka_unit_test(unknown_fates_are_resolved_by_the_client_id),
        cmocka_unit_test(a_status_unknown_is_done_or_not),
        cmocka_unit_test(paths_that_are_none_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
