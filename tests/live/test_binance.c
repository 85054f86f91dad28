/* The whole connector against a scripted server: what goes out, byte by byte, and what comes of each answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/venues/binance/binance.h"
#include "tests/support/wire.h"

enum { ASKED_MAX = 64, NEWS_MAX = 64, LINE_BYTES = 640, PATIENCE_TURNS = 400 };
#define SECOND_NS INT64_C(1000000000)
#define OURS      ((UINT64_C(1) << 40) | 7)

struct world {
    struct loop *loop;
    struct wire *wire;
    struct http *http;
    struct signer *signer;
    struct live_clock clock;
    struct instruments instruments;
    struct venue *venue;
    char base[64], streams[64];
    char asked[ASKED_MAX][LINE_BYTES]; /* "METHOD path?query" */
    int32_t asked_count;
    struct wire_reply reply; /* to orders */
    struct wire_peer *private_peer;
    struct news news[NEWS_MAX];
    int32_t count, troubles;
    bool user_up;
};

/* ---- the server ---- */

static const char INFO[] =
    "{\"serverTime\":1700000000000,\"rateLimits\":[{\"rateLimitType\":\"REQUEST_WEIGHT\","
    "\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":2400},{\"rateLimitType\":\"ORDERS\","
    "\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":1200},{\"rateLimitType\":\"ORDERS\","
    "\"interval\":\"SECOND\",\"intervalNum\":10,\"limit\":300}],\"symbols\":[{\"symbol\":"
    "\"1000PEPEUSDT\",\"status\":\"TRADING\",\"contractType\":\"PERPETUAL\",\"quoteAsset\":"
    "\"USDT\",\"liquidationFee\":\"0.015000\",\"filters\":[{\"filterType\":\"PRICE_FILTER\","
    "\"tickSize\":\"0.0000001\"},{\"filterType\":\"LOT_SIZE\",\"stepSize\":\"1\",\"minQty\":\"1\","
    "\"maxQty\":\"60000000\"},{\"filterType\":\"MARKET_LOT_SIZE\",\"stepSize\":\"1\",\"minQty\":"
    "\"1\",\"maxQty\":\"45000000\"},{\"filterType\":\"MIN_NOTIONAL\",\"notional\":\"5\"}]}]}";
static const char BRACKETS[] =
    "[{\"symbol\":\"1000PEPEUSDT\",\"brackets\":[{\"bracket\":1,\"initialLeverage\":75,"
    "\"notionalCap\":5000,\"notionalFloor\":0,\"maintMarginRatio\":0.01,\"cum\":0.0}]}]";

static void on_asked(void *self, const struct wire_request *request, struct wire_reply *reply)
{
    struct world *world = self;
    static const struct {
        const char *path, *body;
    } script[] = {
        {"/fapi/v1/exchangeInfo", INFO},
        {"/fapi/v1/leverageBracket", BRACKETS},
        {"/fapi/v1/commissionRate",
         "{\"symbol\":\"1000PEPEUSDT\",\"makerCommissionRate\":\"0.000180\","
         "\"takerCommissionRate\":\"0.000450\"}"},
        {"/fapi/v1/time", "{\"serverTime\":1700000000000}"},
        {"/fapi/v1/listenKey", "{\"listenKey\":\"thekey\"}"},
        {"/fapi/v1/openOrders", "[]"},
        {"/fapi/v1/openAlgoOrders", "[]"},
        {"/fapi/v1/userTrades",
         "[{\"symbol\":\"1000PEPEUSDT\",\"id\":9,\"orderId\":4711,\"side\":\"BUY\",\"maker\":true,"
         "\"price\":\"0.0123456\",\"qty\":\"5\",\"commission\":\"0.00002\",\"commissionAsset\":"
         "\"USDT\",\"time\":1700000000000}]"},
    };
    char key[32] = "";
    if (world->asked_count < ASKED_MAX) {
        (void)snprintf(world->asked[world->asked_count++], LINE_BYTES, "%s %s?%s", request->method,
                       request->path, request->query);
    }
    if (strstr(request->path, "/ws") != NULL) {
        reply->upgrade = true;
        return;
    }
    if (strstr(request->query, "signature=") != NULL) {
        assert_true(wire_header(request, "X-MBX-APIKEY", key, sizeof(key)));
        assert_string_equal(key, "the-key");
    }
    for (size_t at = 0; at < ARRAY_COUNT(script); at++) {
        if (strcmp(request->path, script[at].path) == 0) {
            reply->body = script[at].body;
            return;
        }
    }
    *reply = world->reply;
}

static void on_opened(void *self, struct wire_peer *peer)
{
    struct world *world = self;
    if (strstr(world->asked[world->asked_count - 1], "/private/ws") != NULL) {
        world->private_peer = peer;
    }
}

/* ---- the caller ---- */

static void take(void *self, const struct news *news)
{
    struct world *world = self;
    world->troubles += news->kind == NEWS_TROUBLE;
    if (news->kind == NEWS_STREAM && news->stream.stream == STREAM_USER) {
        world->user_up = news->stream.up;
    }
    if (news->kind == NEWS_REQUEST || news->kind == NEWS_STREAM || world->count == NEWS_MAX) {
        return;
    }
    world->news[world->count] = *news;
    if (news->kind == NEWS_ANSWER) {
        world->news[world->count].answer.text = NULL; /* borrowed for the call */
    }
    world->count++;
}

static struct world *begin(void)
{
    struct world *world = calloc(1, sizeof(*world));
    struct keys keys = {.kind = KEY_HMAC, .key = "the-key", .secret = "the-secret"};
    struct error error;
    assert_non_null(world);
    error_init(&error);
    world->reply.status = 200;
    world->loop = loop_new(&error);
    struct wire_handlers handlers = {.asked = on_asked, .opened = on_opened, .self = world};
    world->wire = wire_new(world->loop, &handlers, NULL);
    (void)snprintf(world->base, sizeof(world->base), "http://127.0.0.1:%d", wire_port(world->wire));
    (void)snprintf(world->streams, sizeof(world->streams), "ws://127.0.0.1:%d",
                   wire_port(world->wire));
    struct http_options http = {.user_agent = "cerberus"};
    world->http = http_new(world->loop, &http, &error);
    world->signer = signer_new(&keys, &error);
    assert_non_null(world->signer);
    live_clock_start(&world->clock, INT64_C(1700000000000000), loop_clock_ns(), 1);
    instruments_init(&world->instruments);
    struct venue_options options = {.rest_url = world->base,
                                    .stream_url = world->streams,
                                    .recv_window_us = 5000000,
                                    .request_timeout_ns = SECOND_NS,
                                    .seed = 1,
                                    .share_e9 = 1000000000,
                                    .reserve_e9 = 200000000,
                                    .trades = true};
    struct venue_world outside = {.loop = world->loop,
                                  .http = world->http,
                                  .clock = &world->clock,
                                  .signer = world->signer,
                                  .key = "the-key",
                                  .instruments = &world->instruments,
                                  .sink = {world, take}};
    world->venue = venue_binance.open(&options, &outside, &error);
    assert_non_null(world->venue);
    const struct venue_symbol symbols[] = {{"1000PEPEUSDT"}};
    assert_true(venue_binance.load(world->venue, symbols, 1, &error));
    world->count = 0;
    world->asked_count = 0;
    return world;
}

static void end(struct world *world)
{
    http_free(world->http);
    venue_binance.close(world->venue);
    wire_free(world->wire);
    signer_free(world->signer);
    loop_free(world->loop);
    free(world);
}

/* Turns until so much news is here; false: it does not come. */
static bool turn_until(struct world *world, int32_t count)
{
    struct error error;
    error_init(&error);
    for (int turn = 0; turn < PATIENCE_TURNS && world->count < count; turn++) {
        assert_true(loop_turn(world->loop, loop_clock_ns() + SECOND_NS / 100, &error));
    }
    return world->count >= count;
}

static const struct news *answer(struct world *world, int status, const char *body)
{
    const struct action_place order = {.order_id = OURS,
                                       .side = SIDE_BUY,
                                       .type = ORDER_LIMIT,
                                       .tif = TIF_IOC,
                                       .size_e6 = 5000000,
                                       .price_e12 = 12345600000};
    world->reply.status = status;
    world->reply.body = body;
    world->count = world->asked_count = 0;
    venue_binance.place(world->venue, 3, 0, &order);
    assert_int_equal(world->count, 0); /* never inside the call */
    while (turn_until(world, world->count + 1)) {
        if (world->news[world->count - 1].kind == NEWS_ANSWER) {
            assert_int_equal(world->asked_count, 1); /* sent once, whatever came */
            return &world->news[world->count - 1];
        }
    }
    fail();
    return NULL;
}

/* ---- tests ---- */

static void test_load(void **state)
{
    (void)state;
    struct world *world = begin();
    const struct instrument *item = &world->instruments.items[0];
    assert_int_equal(world->instruments.count, 1);
    assert_int_equal(item->tick_e12, 100000);
    assert_int_equal(item->lot_e6, 1000000);
    assert_int_equal(item->size_max_e6, 45000000000000); /* the smaller of the two */
    assert_int_equal(item->notional_min_e8, 500000000);
    assert_int_equal(item->pack, 1000);
    assert_int_equal(item->maker_fee_e9, 180000);
    assert_int_equal(item->taker_fee_e9, 450000);
    assert_int_equal(item->tier_count, 1);
    assert_int_equal(venue_binance.budget(world->venue)->windows[1].limit, 300);
    end(world);
}

/* The bytes that are signed are the bytes that are sent. */
static void test_place_is_signed(void **state)
{
    (void)state;
    struct world *world = begin();
    char client[CLIENT_ID_BYTES], expected[LINE_BYTES], signature[SIGNATURE_BYTES];
    client_id_format(OURS, client);
    const struct news *news = answer(
        world, 200,
        "{\"clientOrderId\":\"x\",\"orderId\":4711,\"symbol\":\"1000PEPEUSDT\",\"side\":\"BUY\","
        "\"type\":\"LIMIT\",\"origQty\":\"5\",\"executedQty\":\"0\",\"price\":\"0.0123456\","
        "\"status\":\"NEW\",\"timeInForce\":\"IOC\",\"positionSide\":\"BOTH\","
        "\"reduceOnly\":false,\"updateTime\":1700000000000}");
    assert_int_equal(news->answer.outcome, ANSWER_DONE);
    assert_string_equal(news->answer.venue_id, "4711");
    assert_int_equal(news->tag, 3);
    int length = snprintf(expected, sizeof(expected),
                          "POST /fapi/v1/order?symbol=1000PEPEUSDT&side=BUY&type=LIMIT&"
                          "timeInForce=IOC&price=0.0123456&quantity=5&newClientOrderId=%s&"
                          "recvWindow=5000&timestamp=17",
                          client);
    assert_memory_equal(world->asked[0], expected, (size_t)length);
    char *query = strchr(world->asked[0], '?') + 1;
    char *mark = strstr(query, "&signature=");
    assert_non_null(mark);
    signer_sign(world->signer, query, (size_t)(mark - query), signature);
    assert_string_equal(mark + strlen("&signature="), signature);
    end(world);
}

/* RISK 5.1. */
static void test_what_answers_prove(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum answer_outcome outcome;
        int64_t code;
    } rows[] = {
        {400, "{\"code\":-2019,\"msg\":\"Margin is insufficient.\"}", ANSWER_REFUSED, -2019},
        {401, "{\"code\":-2015,\"msg\":\"Invalid API-key\"}", ANSWER_REFUSED, -2015},
        {400, "{\"code\":-4116,\"msg\":\"ClientOrderId is duplicated.\"}", ANSWER_EXISTS, -4116},
        {400, "{\"code\":-2010,\"msg\":\"Duplicate order sent.\"}", ANSWER_EXISTS, -2010},
        {400, "{\"code\":-1007,\"msg\":\"Timeout\"}", ANSWER_UNKNOWN, -1007},
        {400, "{\"code\":-99999,\"msg\":\"?\"}", ANSWER_UNKNOWN, -99999},
        {503, "{\"code\":-1008,\"msg\":\"Request throttled\"}", ANSWER_UNKNOWN, -1008},
        {503, "Service Unavailable.", ANSWER_UNKNOWN, 503},
        {502, "<html>", ANSWER_UNKNOWN, 502},
        {403, "<html>", ANSWER_UNKNOWN, 403},
    };
    struct world *world = begin();
    for (size_t at = 0; at < ARRAY_COUNT(rows); at++) {
        const struct news *news = answer(world, rows[at].status, rows[at].body);
        assert_int_equal(news->answer.outcome, rows[at].outcome);
        assert_int_equal(news->answer.code, rows[at].code);
    }
    assert_int_equal(answer(world, 200, "<html>")->answer.outcome, ANSWER_UNKNOWN);
    assert_int_equal(answer(world, 200, "{\"status\":\"NEW\"}")->answer.outcome, ANSWER_UNKNOWN);
    assert_int_equal(world->troubles, 2);
    world->reply.drop = true; /* the request went out, and no word came back */
    assert_int_equal(answer(world, 200, NULL)->answer.outcome, ANSWER_UNKNOWN);
    end(world);
}

static void test_limit_silences(void **state)
{
    (void)state;
    struct world *world = begin();
    world->reply.headers = "Retry-After: 7\r\n";
    const struct news *news = answer(world, 429, "{\"code\":-1003,\"msg\":\"Too many\"}");
    assert_int_equal(news->answer.outcome, ANSWER_UNKNOWN);
    assert_int_equal(world->news[0].kind, NEWS_LIMIT);
    assert_false(world->news[0].limit.banned);
    const struct action_place order = {
        .order_id = OURS + 1, .side = SIDE_BUY, .type = ORDER_MARKET, .size_e6 = 5000000};
    world->count = world->asked_count = 0;
    venue_binance.place(world->venue, 4, 0, &order);
    assert_true(turn_until(world, 1));
    assert_int_equal(world->news[0].answer.outcome, ANSWER_NOT_SENT);
    assert_int_equal(world->asked_count, 0);
    end(world);
}

/* Conditional orders go through their own door alone. */
static void test_stop_goes_to_the_algo_door(void **state)
{
    (void)state;
    struct world *world = begin();
    char client[CLIENT_ID_BYTES], expected[LINE_BYTES];
    client_id_format(OURS, client);
    const struct action_place stop = {.order_id = OURS,
                                      .side = SIDE_SELL,
                                      .type = ORDER_STOP_MARKET,
                                      .trigger_by = TRIGGER_MARK,
                                      .close_position = true,
                                      .trigger_e12 = 12000000000};
    world->reply.body = "{\"algoId\":9001,\"clientAlgoId\":\"x\",\"orderType\":\"STOP_MARKET\","
                        "\"symbol\":\"1000PEPEUSDT\",\"side\":\"SELL\",\"quantity\":\"0\","
                        "\"algoStatus\":\"NEW\",\"triggerPrice\":\"0.012\",\"price\":\"0\","
                        "\"closePosition\":true,\"reduceOnly\":false,\"updateTime\":1}";
    venue_binance.place(world->venue, 5, 0, &stop);
    assert_true(turn_until(world, 1));
    assert_int_equal(world->news[0].answer.outcome, ANSWER_DONE);
    assert_string_equal(world->news[0].answer.venue_id, "9001");
    int length = snprintf(expected, sizeof(expected),
                          "POST /fapi/v1/algoOrder?symbol=1000PEPEUSDT&side=SELL&"
                          "algoType=CONDITIONAL&type=STOP_MARKET&closePosition=true&"
                          "triggerPrice=0.012&workingType=MARK_PRICE&clientAlgoId=%s&",
                          client);
    assert_memory_equal(world->asked[0], expected, (size_t)length);
    world->count = world->asked_count = 0;
    world->reply.status = 400;
    world->reply.body = "{\"code\":-2013,\"msg\":\"Order does not exist.\"}";
    venue_binance.ask_order(world->venue, 6, 0, OURS, true);
    assert_true(turn_until(world, 1));
    assert_int_equal(world->news[0].answer.outcome, ANSWER_NONE);
    assert_memory_equal(world->asked[0], "GET /fapi/v1/algoOrder?clientAlgoId=", 36);
    end(world);
}

/* Both doors are asked, and the answer comes once. */
static void test_open_orders_ask_both_doors(void **state)
{
    (void)state;
    struct world *world = begin();
    venue_binance.ask_open_orders(world->venue, 8, 0);
    assert_true(turn_until(world, 1));
    assert_int_equal(world->asked_count, 2);
    assert_int_equal(world->count, 1);
    assert_int_equal(world->news[0].answer.outcome, ANSWER_DONE);
    end(world);
}

static void test_fills_carry_the_venues_number(void **state)
{
    (void)state;
    struct world *world = begin();
    venue_binance.ask_fills(world->venue, 9, 0, INT64_C(1699999999000000));
    assert_true(turn_until(world, 2));
    assert_int_equal(world->news[0].kind, NEWS_FILL);
    assert_int_equal(world->news[0].tag, 9);
    assert_true(world->news[0].fill.order_id == 0);
    assert_string_equal(world->news[0].fill.venue_order_id, "4711");
    assert_int_equal(world->news[0].fill.price_e12, 12345600000);
    assert_int_equal(world->news[0].fill.fee_e8, 2000);
    assert_int_equal(world->news[1].answer.outcome, ANSWER_DONE);
    end(world);
}

/* A listen key, a connection; when that is cut, both again. */
static void test_user_stream_comes_back(void **state)
{
    (void)state;
    struct world *world = begin();
    struct error error;
    error_init(&error);
    assert_true(venue_binance.stream_user(world->venue, &error));
    for (int turn = 0; turn < PATIENCE_TURNS && !world->user_up; turn++) {
        assert_true(loop_turn(world->loop, loop_clock_ns() + SECOND_NS / 100, &error));
    }
    assert_true(world->user_up);
    assert_memory_equal(world->asked[0], "POST /fapi/v1/listenKey?", 24);
    assert_memory_equal(world->asked[1], "GET /private/ws/thekey?", 23);
    wire_send_text(world->private_peer, "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"E\":1,\"T\":1,"
                                        "\"ac\":{\"s\":\"1000PEPEUSDT\",\"l\":7}}");
    assert_true(turn_until(world, 1));
    assert_int_equal(world->news[0].kind, NEWS_SETTING);
    wire_send_text(world->private_peer, "{\"e\":\"what");
    assert_true(turn_until(world, 2));
    assert_int_equal(world->troubles, 1);
    wire_drop(world->private_peer);
    for (int turn = 0; turn < PATIENCE_TURNS && world->user_up; turn++) {
        assert_true(loop_turn(world->loop, loop_clock_ns() + SECOND_NS / 100, &error));
    }
    assert_false(world->user_up);
    for (int turn = 0; turn < PATIENCE_TURNS && !world->user_up; turn++) {
        assert_true(loop_turn(world->loop, loop_clock_ns() + SECOND_NS / 100, &error));
    }
    assert_true(world->user_up);
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_place_is_signed),
        cmocka_unit_test(test_what_answers_prove),
        cmocka_unit_test(test_limit_silences),
        cmocka_unit_test(test_stop_goes_to_the_algo_door),
        cmocka_unit_test(test_open_orders_ask_both_doors),
        cmocka_unit_test(test_fills_carry_the_venues_number),
        cmocka_unit_test(test_user_stream_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
