/* Orders of the Binance dialect: PROTOCOLS G2, G4, G5, G8: filters and their numbers, the algo service, events and income. */
#include "tests/sim/serve_binance_world.h"

/* Tick 1, lot 0.01, smallest notional 5. The third minute falls to 80. */
static const char *const COIN_ROWS[] = {"100,101,99,100,1000", "100,102,99,101,1000",
                                        "101,101,80,81,1000", "81,85,81,84,1000", NULL};
static const char *const GOLD_ROWS[] = {"50,51,49,50,1000", "50,51,49,50,1000", "50,51,49,50,1000",
                                        "50,51,49,50,1000", NULL};

static struct wire *begin(void)
{
    struct wire *wire = wire_open(COIN_ROWS, GOLD_ROWS);
    wire_to(wire, 1000);
    return wire;
}

struct refusal {
    const char *query;
    int32_t code;
};

static void
expect_refusals(struct wire *wire, const char *path, const struct refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)post(wire, path, cases[i].query);
        if (cases[i].code == 0) {
            expect_fine(wire);
        } else {
            expect_code(wire, cases[i].code, 400);
        }
    }
}

#define COIN_BUY "symbol=COINUSDT&side=BUY&"
#define LIMIT_OF COIN_BUY "type=LIMIT&timeInForce=GTC&"

/* A5, A7, A15. The mark is 100. */
static void the_front_door_checks_words_and_filters(void **state)
{
    (void)state;
    static const struct refusal CASES[] = {
        {"side=BUY&type=MARKET&quantity=1", -1102},
        {"symbol=&side=BUY&type=MARKET&quantity=1", -1102},
        {"symbol=NONEUSDT&side=BUY&type=MARKET&quantity=1", -1121},
        {"symbol=coinusdt&side=BUY&type=MARKET&quantity=1", -1121},
        {"symbol=COINUSDT&side=LONG&type=MARKET&quantity=1", -1117},
        {COIN_BUY "quantity=1", -1102},
        {COIN_BUY "type=ICEBERG&quantity=1", -1116},
        {COIN_BUY "type=STOP_MARKET&stopPrice=110&quantity=1", -4120},
        {COIN_BUY "type=STOP&stopPrice=110&price=110&quantity=1", -4120},
        {COIN_BUY "type=TAKE_PROFIT&stopPrice=90&price=90&quantity=1", -4120},
        {COIN_BUY "type=TAKE_PROFIT_MARKET&stopPrice=90&quantity=1", -4120},
        {COIN_BUY "type=TRAILING_STOP_MARKET&callbackRate=1&quantity=1", -4120},
        {COIN_BUY "type=MARKET", -1102},
        {COIN_BUY "type=MARKET&quantity=one", -1100},
        {COIN_BUY "type=MARKET&quantity=1e2000", -1130},
        {COIN_BUY "type=MARKET&quantity=1.001", -1111},
        {COIN_BUY "type=MARKET&quantity=1.0000001", -1111},
        {COIN_BUY "type=MARKET&quantity=0", -4003},
        {COIN_BUY "type=MARKET&quantity=-1", -4003},
        {COIN_BUY "type=MARKET&quantity=1&price=100", -1106},
        {COIN_BUY "type=MARKET&quantity=1&positionSide=LONG", -4061},
        {COIN_BUY "type=MARKET&quantity=1&reduceOnly=maybe", -1130},
        {COIN_BUY "type=MARKET&quantity=0.04", -4164}, /* 4 < 5 */
        {COIN_BUY "type=MARKET&quantity=1&newOrderRespType=FULL", -1130},
        {COIN_BUY "type=MARKET&quantity=1&newClientOrderId=no%20blank", -4015},
        {COIN_BUY "type=MARKET&quantity=1&newClientOrderId=1234567890123456789012345678901234567",
         -4015},
        {COIN_BUY "type=LIMIT&quantity=1&price=100", -1102},
        {COIN_BUY "type=LIMIT&timeInForce=GTZ&quantity=1&price=100", -1115},
        {LIMIT_OF "quantity=1", -1102},
        {LIMIT_OF "quantity=1&price=-1", -4001},
        {LIMIT_OF "quantity=1&price=0", -4013},
        {LIMIT_OF "quantity=1&price=90.5", -4014},
        {LIMIT_OF "quantity=1&price=90.55", -1111},
        {LIMIT_OF "quantity=1&price=6000000", -4002},
        {LIMIT_OF "quantity=1&price=116", -4016}, /* above 115 */
        {"symbol=COINUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=84", -4024},
        {LIMIT_OF "quantity=1&priceMatch=NEAR", -5037},
        {LIMIT_OF "quantity=1&price=90&priceMatch=QUEUE", -1128},
        {COIN_BUY "type=LIMIT&timeInForce=GTD&quantity=1&price=90", -1102},
        {COIN_BUY "type=LIMIT&timeInForce=GTD&quantity=1&price=90&goodTillDate=1700006402000",
         -1130}};
    struct wire *wire = begin();
    expect_refusals(wire, "/fapi/v1/order", CASES, ARRAY_COUNT(CASES));
    expect_refusals(wire, "/fapi/v1/order/test", CASES, ARRAY_COUNT(CASES));
    assert_int_equal(house_order_count(wire->world->house), 0);
    wire_close(wire);
}

/* What the engine says: 10,000 USD at 20x; brackets: to 50,000 at 50x, to 1,000,000 at 10x. */
static void the_engine_refuses_in_the_venues_numbers(void **state)
{
    (void)state;
    static const struct refusal CASES[] = {
        {"symbol=COINUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true", -2022},
        {COIN_BUY "type=LIMIT&timeInForce=GTX&quantity=1&price=101", -5022},
        {COIN_BUY "type=MARKET&quantity=600", -2027},
        {LIMIT_OF "quantity=1&price=90&newClientOrderId=twin", 0},
        {LIMIT_OF "quantity=1&price=90&newClientOrderId=twin", -4116}};
    struct wire *wire = begin();
    expect_refusals(wire, "/fapi/v1/order", CASES, ARRAY_COUNT(CASES));
    /* An order to be filled whole or not at all is taken, and ends at once (A7). */
    (void)order_post(wire, COIN_BUY "type=LIMIT&timeInForce=FOK&quantity=1&price=90&"
                                    "newOrderRespType=RESULT");
    expect_part(wire->answer.body, "\"status\":\"EXPIRED\"");
    (void)post(wire, "/fapi/v1/leverage", "symbol=COINUSDT&leverage=1");
    expect_fine(wire);
    (void)order_post(wire, COIN_BUY "type=MARKET&quantity=400"); /* 40,000 at 1x */
    expect_code(wire, -2019, 400);
    wire_close(wire);
}

static void settings_say_when_nothing_changes(void **state)
{
    (void)state;
    static const struct {
        const char *path, *query;
        int32_t code;
    } CASES[] = {{"/fapi/v1/leverage", "symbol=COINUSDT&leverage=5", 0},
                 {"/fapi/v1/leverage", "symbol=COINUSDT&leverage=0", -4028},
                 {"/fapi/v1/leverage", "symbol=COINUSDT&leverage=51", -4028},
                 {"/fapi/v1/leverage", "symbol=COINUSDT", -1102},
                 {"/fapi/v1/marginType", "symbol=COINUSDT&marginType=ISOLATED", -4046},
                 {"/fapi/v1/marginType", "symbol=COINUSDT&marginType=CROSSED", 0},
                 {"/fapi/v1/marginType", "symbol=COINUSDT&marginType=CROSSED", -4046},
                 {"/fapi/v1/marginType", "symbol=COINUSDT&marginType=NONE", -1130},
                 {"/fapi/v1/positionSide/dual", "dualSidePosition=false", -4059},
                 {"/fapi/v1/positionSide/dual", "dualSidePosition=true", -4531},
                 {"/fapi/v1/multiAssetsMargin", "multiAssetsMargin=false", -4171}};
    struct wire *wire = begin();
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        (void)post(wire, CASES[i].path, CASES[i].query);
        if (CASES[i].code == 0) {
            expect_fine(wire);
        } else {
            expect_code(wire, CASES[i].code, 400);
        }
    }
    (void)post(wire, "/fapi/v1/leverage", "symbol=COINUSDT&leverage=5");
    expect_part(wire->answer.body, "\"leverage\":5");
    expect_part(get(wire, "/fapi/v1/symbolConfig", "symbol=COINUSDT"),
                "\"marginType\":\"CROSSED\",\"isAutoAddMargin\":false,\"leverage\":5");
    expect_part(get(wire, "/fapi/v1/leverageBracket", "symbol=COINUSDT"),
                "{\"bracket\":2,\"initialLeverage\":10,\"notionalCap\":1000000,"
                "\"notionalFloor\":50000,\"maintMarginRatio\":0.025,\"cum\":750");
    wire_close(wire);
}

static void a_limit_lives_and_is_amended_and_cancelled(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *user = user_socket(wire);
    (void)order_post(wire, LIMIT_OF "quantity=2&price=95&newClientOrderId=l1");
    expect_part(wire->answer.body, "\"orderId\":1,\"symbol\":\"COINUSDT\",\"status\":\"NEW\","
                                   "\"clientOrderId\":\"l1\",\"price\":\"95\"");
    (void)ask_signed(wire, "PUT", "/fapi/v1/order",
                     "symbol=COINUSDT&side=BUY&orderId=1&quantity=3&price=94");
    expect_fine(wire);
    expect_part(wire->answer.body, "\"price\":\"94\"");
    expect_part(wire->answer.body, "\"origQty\":\"3.00\"");
    (void)ask_signed(wire, "PUT", "/fapi/v1/order",
                     "symbol=COINUSDT&side=BUY&origClientOrderId=l1&quantity=3&price=94");
    expect_code(wire, -5027, 400);
    expect_part(get(wire, "/fapi/v1/openOrders", ""), "\"clientOrderId\":\"l1\"");
    expect_part(get(wire, "/fapi/v1/openOrder", "symbol=COINUSDT&orderId=1"), "\"avgPrice\":\"0\"");
    (void)ask_signed(wire, "DELETE", "/fapi/v1/order", "symbol=COINUSDT&origClientOrderId=l1");
    expect_part(wire->answer.body, "\"status\":\"CANCELED\"");
    (void)ask_signed(wire, "DELETE", "/fapi/v1/order", "symbol=COINUSDT&origClientOrderId=l1");
    expect_code(wire, -2011, 400);
    expect_part(wire->answer.body, "Unknown order sent.");
    (void)ask_signed(wire, "DELETE", "/fapi/v1/order", "symbol=COINUSDT&orderId=77");
    expect_code(wire, -2011, 400);
    (void)get(wire, "/fapi/v1/order", "symbol=COINUSDT&orderId=77");
    expect_code(wire, -2013, 400);
    (void)get(wire, "/fapi/v1/order", "symbol=COINUSDT");
    expect_code(wire, -1102, 400);
    expect_part(get(wire, "/fapi/v1/allOrders", "symbol=COINUSDT"), "\"status\":\"CANCELED\"");
    assert_string_equal(get(wire, "/fapi/v1/openOrders", "symbol=COINUSDT"), "[]");
    assert_int_equal(sent_with(user, 0, "\"x\":\"NEW\"", NULL), 1);
    assert_int_equal(sent_with(user, 0, "\"x\":\"AMENDMENT\"", NULL), 1);
    assert_int_equal(sent_with(user, 0, "\"x\":\"CANCELED\",\"X\":\"CANCELED\"", NULL), 1);
    assert_int_equal(sent_with(user, 0, "ACCOUNT_UPDATE", NULL), 0); /* nothing was filled */
    socket_end(wire, user);
    wire_close(wire);
}

/* 10 at 100, taker 0.05 %: 0.5 of fee; wallet 9,999.5. RESULT shows the end, ACK the arrival. */
static void a_market_order_fills_and_is_told(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *user = user_socket(wire);
    int32_t lite = 0;
    int32_t full = 0;
    (void)order_post(wire, COIN_BUY "type=MARKET&quantity=10&newOrderRespType=RESULT&"
                                    "newClientOrderId=m1");
    expect_part(wire->answer.body, "\"status\":\"FILLED\"");
    expect_part(wire->answer.body, "\"executedQty\":\"10.00\"");
    assert_int_equal(sent_with(user, 0, "TRADE_LITE", &lite), 1);
    assert_int_equal(sent_with(user, 0, "\"x\":\"TRADE\",\"X\":\"FILLED\"", &full), 1);
    assert_true(lite < full);
    expect_part(user->sent[full], "\"l\":\"10.00\",\"z\":\"10.00\",\"L\":\"100\","
                                  "\"n\":\"0.50000000\",\"N\":\"USDT\"");
    assert_int_equal(sent_with(user, 0,
                               "\"m\":\"ORDER\",\"B\":[{\"a\":\"USDT\",\"wb\":\"9999."
                               "50000000\"",
                               NULL),
                     1);
    assert_int_equal(sent_with(user, 0, "\"pa\":\"10.00\",\"ep\":\"100\"", NULL), 1);
    expect_part(get(wire, "/fapi/v3/positionRisk", "symbol=COINUSDT"),
                "\"positionAmt\":\"10.00\",\"entryPrice\":\"100\"");
    expect_part(get(wire, "/fapi/v3/balance", ""), "\"balance\":\"9999.50000000\"");
    expect_part(get(wire, "/fapi/v1/userTrades", "symbol=COINUSDT"),
                "\"id\":1,\"maker\":false,\"orderId\":1,\"price\":\"100\",\"qty\":\"10.00\"");
    assert_string_equal(get(wire, "/fapi/v1/userTrades", "symbol=COINUSDT&fromId=2"), "[]");
    expect_part(get(wire, "/fapi/v1/income", "incomeType=COMMISSION"),
                "\"income\":\"-0.50000000\"");
    expect_part(get(wire, "/fapi/v1/order", "symbol=COINUSDT&orderId=1"),
                "\"avgPrice\":\"100\",\"cumQuote\":\"1000.00000\"");
    (void)order_post(wire, "symbol=COINUSDT&side=SELL&type=MARKET&quantity=4&reduceOnly=true");
    expect_part(wire->answer.body, "\"status\":\"NEW\"");
    expect_part(get(wire, "/fapi/v2/positionRisk", "symbol=COINUSDT"), "\"positionAmt\":\"6.00\"");
    socket_end(wire, user);
    wire_close(wire);
}

/* A8: NEW, TRIGGERING, TRIGGERED, the child's NEW and fill, FINISHED. The plain door does not know algo ids. */
static void a_stop_waits_fires_and_finishes(void **state)
{
    (void)state;
    static const char *const ORDER[] = {
        "\"X\":\"NEW\",\"ai\":\"\"",
        "\"X\":\"TRIGGERING\",\"ai\":\"\"",
        "\"X\":\"TRIGGERED\",\"ai\":\"2\"",
        "\"x\":\"NEW\",\"X\":\"NEW\",\"i\":2",
        "\"x\":\"TRADE\",\"X\":\"FILLED\",\"i\":2",
        "\"X\":\"FINISHED\",\"ai\":\"2\",\"ap\":\"98\",\"aq\":\"10.00\""};
    struct wire *wire = begin();
    (void)order_post(wire, COIN_BUY "type=MARKET&quantity=10");
    struct server_socket *user = user_socket(wire);
    (void)post(wire, "/fapi/v1/algoOrder",
               "algoType=CONDITIONAL&symbol=COINUSDT&side=SELL&type=STOP_MARKET&triggerPrice=98&"
               "closePosition=true&clientAlgoId=s1");
    expect_part(wire->answer.body, "{\"algoId\":1,\"clientAlgoId\":\"s1\"");
    expect_part(wire->answer.body, "\"algoStatus\":\"NEW\",\"triggerPrice\":\"98\"");
    expect_part(get(wire, "/fapi/v1/openAlgoOrders", ""), "\"clientAlgoId\":\"s1\"");
    assert_string_equal(get(wire, "/fapi/v1/openOrders", ""), "[]");
    (void)get(wire, "/fapi/v1/order", "symbol=COINUSDT&origClientOrderId=s1");
    expect_code(wire, -2013, 400);
    (void)ask_signed(wire, "DELETE", "/fapi/v1/order", "symbol=COINUSDT&origClientOrderId=s1");
    expect_code(wire, -2011, 400);
    (void)ask_signed(wire, "DELETE", "/fapi/v1/allOpenOrders", "symbol=COINUSDT");
    expect_part(get(wire, "/fapi/v1/openAlgoOrders", "symbol=COINUSDT"), "\"algoId\":1");
    wire_to(wire, 200000);
    int32_t from = 0;
    for (size_t i = 0; i < ARRAY_COUNT(ORDER); i++) {
        int32_t at = 0;
        if (sent_with(user, from, ORDER[i], &at) < 1) {
            fail_msg("no %s", ORDER[i]);
        }
        from = at + 1;
    }
    expect_part(get(wire, "/fapi/v1/algoOrder", "clientAlgoId=s1"),
                "\"actualOrderId\":\"2\",\"actualPrice\":\"98\"");
    assert_string_equal(get(wire, "/fapi/v1/openAlgoOrders", ""), "[]");
    assert_string_equal(get(wire, "/fapi/v3/positionRisk", ""), "[]");
    expect_part(get(wire, "/fapi/v1/income", "incomeType=REALIZED_PNL"),
                "\"income\":\"-20.00000000\"");
    socket_end(wire, user);
    wire_close(wire);
}

#define ALGO "algoType=CONDITIONAL&symbol=COINUSDT&"

static void the_algo_door_refuses(void **state)
{
    (void)state;
    static const struct refusal CASES[] = {
        {"symbol=COINUSDT&side=SELL&type=STOP_MARKET&triggerPrice=90&quantity=1", -1102},
        {ALGO "side=SELL&type=LIMIT&price=90&quantity=1", -1116},
        {ALGO "side=SELL&type=STOP_MARKET&quantity=1", -1102},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90.5&quantity=1", -4014},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=101&quantity=1", -2021},
        {ALGO "side=BUY&type=STOP_MARKET&triggerPrice=99&quantity=1", -2021},
        {ALGO "side=SELL&type=TAKE_PROFIT_MARKET&triggerPrice=99&quantity=1", -2021},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90&quantity=1&closePosition=true", -4137},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90&reduceOnly=true&closePosition=true",
         -1128},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90&quantity=1&workingType=INDEX", -1130},
        {ALGO "side=SELL&type=TRAILING_STOP_MARKET&quantity=1", -1102},
        {ALGO "side=SELL&type=TRAILING_STOP_MARKET&quantity=1&callbackRate=11", -1130},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90&quantity=1&clientAlgoId=a%20b", -4015},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90&quantity=1&clientAlgoId=twin", 0},
        {ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90&quantity=1&clientAlgoId=twin", -20132},
        {ALGO "side=SELL&type=TRAILING_STOP_MARKET&quantity=1&callbackRate=0.5", 0}};
    struct wire *wire = begin();
    expect_refusals(wire, "/fapi/v1/algoOrder", CASES, ARRAY_COUNT(CASES));
    (void)ask_signed(wire, "DELETE", "/fapi/v1/algoOrder", "clientAlgoId=twin");
    assert_string_equal(wire->answer.body, "{\"algoId\":1,\"clientAlgoId\":\"twin\","
                                           "\"code\":\"200\",\"msg\":\"success\"}");
    (void)ask_signed(wire, "DELETE", "/fapi/v1/algoOrder", "clientAlgoId=twin");
    expect_code(wire, -2011, 400);
    (void)ask_signed(wire, "DELETE", "/fapi/v1/algoOpenOrders", "symbol=COINUSDT");
    expect_fine(wire);
    assert_string_equal(get(wire, "/fapi/v1/openAlgoOrders", ""), "[]");
    expect_part(get(wire, "/fapi/v1/allAlgoOrders", "symbol=COINUSDT"),
                "\"algoStatus\":\"CANCELED\"");
    wire_close(wire);
}

/* A7: each element for itself. [{"symbol":"COINUSDT",...,"price":"90"},{... "quantity":"1.001"}] */
static void a_batch_answers_each_for_itself(void **state)
{
    (void)state;
    struct wire *wire = begin();
    (void)post(wire, "/fapi/v1/batchOrders",
               "batchOrders=%5B%7B%22symbol%22%3A%22COINUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type"
               "%22%3A%22LIMIT%22%2C%22timeInForce%22%3A%22GTC%22%2C%22quantity%22%3A%221%22%2C%22"
               "price%22%3A%2290%22%2C%22newClientOrderId%22%3A%22b1%22%7D%2C%7B%22symbol%22%3A%22"
               "COINUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22"
               "%3A%221.001%22%7D%5D");
    expect_fine(wire);
    expect_part(wire->answer.body, "[{\"orderId\":1,");
    expect_part(wire->answer.body, "},{\"code\":-1111,\"msg\":\"");
    (void)ask_signed(wire, "DELETE", "/fapi/v1/batchOrders",
                     "symbol=COINUSDT&origClientOrderIdList=%5B%22b1%22%2C%22b2%22%5D");
    expect_part(wire->answer.body, "\"status\":\"CANCELED\"");
    expect_part(wire->answer.body, "{\"code\":-2011,\"msg\":\"Unknown order sent.\"}]");
    /* ccxt writes the list's name in small letters, and its numbers as they are. */
    (void)order_post(wire, LIMIT_OF "quantity=1&price=90");
    (void)ask_signed(wire, "DELETE", "/fapi/v1/batchOrders",
                     "symbol=COINUSDT&orderidlist=%5B2%2C3%5D");
    expect_part(wire->answer.body, "[{\"orderId\":2,");
    expect_part(wire->answer.body, "},{\"code\":-2011,");
    (void)post(wire, "/fapi/v1/batchOrders", "batchOrders=%5B%5D");
    expect_code(wire, -1130, 400);
    (void)post(wire, "/fapi/v1/batchOrders", "batchOrders=%5B1%2C%5D");
    expect_code(wire, -1130, 400);
    wire_close(wire);
}

/* G8: told again it waits again; untold it cancels what is plain. */
static void the_countdown_cancels(void **state)
{
    (void)state;
    struct wire *wire = begin();
    (void)order_post(wire, LIMIT_OF "quantity=1&price=90");
    (void)post(wire, "/fapi/v1/countdownCancelAll", "symbol=COINUSDT&countdownTime=5000");
    assert_string_equal(wire->answer.body, "{\"symbol\":\"COINUSDT\",\"countdownTime\":\"5000\"}");
    wire_to(wire, 5900);
    (void)post(wire, "/fapi/v1/countdownCancelAll", "symbol=COINUSDT&countdownTime=5000");
    wire_to(wire, 10800);
    expect_part(get(wire, "/fapi/v1/openOrders", ""), "\"orderId\":1");
    wire_to(wire, 11000);
    assert_string_equal(get(wire, "/fapi/v1/openOrders", ""), "[]");
    (void)order_post(wire, LIMIT_OF "quantity=1&price=90");
    (void)post(wire, "/fapi/v1/countdownCancelAll", "symbol=COINUSDT&countdownTime=5000");
    (void)post(wire, "/fapi/v1/countdownCancelAll", "symbol=COINUSDT&countdownTime=0");
    wire_to(wire, 30000);
    expect_part(get(wire, "/fapi/v1/openOrders", ""), "\"orderId\":2");
    wire_close(wire);
}

/* G5: 20x isolated, 1 at 1000: bankrupt at 950, liquidated at 950/0.99 = 959.6, by the first tick below it. Margin 50 less 41
 * lost, less 0.05 % of 959 = 0.4795: the clearance of 1.25 % takes all of the 8.5205 that are left. */
static void a_liquidation_is_told_as_one(void **state)
{
    (void)state;
    static const char *const HIGH[] = {"1000,1001,999,1000,1000", "1000,1001,955,956,1000",
                                       "956,957,955,956,1000", NULL};
    struct wire *wire = wire_open(COIN_ROWS, HIGH);
    wire_to(wire, 1000);
    struct server_socket *user = user_socket(wire);
    struct server_socket *forced = socket_new(wire, "/market/ws/goldusdt@forceOrder", "");
    (void)order_post(wire, "symbol=GOLDUSDT&side=BUY&type=MARKET&quantity=1");
    wire_to(wire, 150000);
    int32_t at = 0;
    assert_int_equal(sent_with(user, 0, "\"x\":\"CALCULATED\"", &at), 1);
    expect_part(user->sent[at], "\"c\":\"autoclose-");
    expect_part(user->sent[at], "\"L\":\"959\",\"n\":\"9.00000000\"");
    assert_int_equal(sent_with(user, 0, "\"X\":\"NEW_INSURANCE\"", NULL), 1);
    assert_int_equal(sent_with(forced, 0, "{\"e\":\"forceOrder\"", NULL), 1);
    expect_part(forced->sent[0], "\"s\":\"GOLDUSDT\",\"S\":\"SELL\",\"o\":\"LIMIT\",\"f\":\"IOC\"");
    expect_part(get(wire, "/fapi/v1/income", "incomeType=INSURANCE_CLEAR"), "\"-8.52050000\"");
    expect_part(get(wire, "/fapi/v1/forceOrders", "autoCloseType=LIQUIDATION"), "autoclose-");
    assert_string_equal(get(wire, "/fapi/v1/forceOrders", "autoCloseType=ADL"), "[]");
    assert_string_equal(get(wire, "/fapi/v3/positionRisk", ""), "[]");
    expect_part(get(wire, "/fapi/v3/balance", ""), "\"balance\":\"9949.50000000\"");
    socket_end(wire, user);
    socket_end(wire, forced);
    wire_close(wire);
}

/* F19, F20, F24, F26, F23, F21. */
static void lists_and_stops_in_trouble(void **state)
{
    (void)state;
    struct wire *wire = begin();
    struct server_socket *user = user_socket(wire);
    for (int i = 0; i < 20; i++) {
        (void)order_post(wire, LIMIT_OF "quantity=1&price=90");
        expect_fine(wire);
    }
    wire_faults(wire, "[{\"fault\":\"open_orders_omit\",\"times\":1}]");
    (void)get(wire, "/fapi/v1/openOrders", "");
    int seen = 0;
    for (const char *at = wire->answer.body; (at = strstr(at, "\"orderId\"")) != NULL; at++) {
        seen++;
    }
    assert_true(seen > 0 && seen < 20);
    (void)get(wire, "/fapi/v3/positionRisk", "");
    (void)order_post(wire, COIN_BUY "type=MARKET&quantity=1");
    int stale = 0;
    wire_faults(wire, "[{\"fault\":\"positions_stale\",\"times\":20}]");
    for (int i = 0; i < 20; i++) {
        (void)get(wire, "/fapi/v3/positionRisk", "");
        stale += wire->answer.status == 200 &&
                         strstr(wire->answer.body, "\"positionAmt\":\"0.00\"") != NULL
                     ? 1
                     : 0;
        assert_true(wire->answer.status != 200 ||
                    strstr(wire->answer.body, "\"positionAmt\":\"1.00\"") == NULL);
    }
    assert_true(stale > 0 && stale < 20);
    wire_faults(wire, "[{\"fault\":\"stop_refused\",\"times\":10}]");
    for (int i = 0; i < 10; i++) {
        (void)post(wire, "/fapi/v1/algoOrder",
                   ALGO "side=SELL&type=STOP_MARKET&triggerPrice=90&closePosition=true");
        assert_true(wire->answer.status == 200 ||
                    strstr(wire->answer.body, "{\"code\":-2010,") == wire->answer.body);
    }
    assert_string_equal(get(wire, "/fapi/v1/openAlgoOrders", ""), "[]");
    int32_t from = user->count;
    wire_faults(wire, "[{\"fault\":\"mode_changed\",\"times\":4},{\"fault\":\"foreign_order\","
                      "\"times\":1},{\"fault\":\"foreign_position\",\"times\":1},"
                      "{\"fault\":\"unknown_execution\",\"times\":1}]");
    wire_to(wire, 10000);
    assert_true(sent_with(user, from, "ACCOUNT_CONFIG_UPDATE", NULL) >= 1);
    assert_true(sent_with(user, from, "\"x\":\"NEW\"", NULL) >= 2);
    assert_int_equal(sent_with(user, from, "\"x\":\"INSURANCE_TRANSFER\"", NULL), 1);
    socket_end(wire, user);
    wire_close(wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_front_door_checks_words_and_filters),
        cmocka_unit_test(the_engine_refuses_in_the_venues_numbers),
        cmocka_unit_test(settings_say_when_nothing_changes),
        cmocka_unit_test(a_limit_lives_and_is_amended_and_cancelled),
        cmocka_unit_test(a_market_order_fills_and_is_told),
        cmocka_unit_test(a_stop_waits_fires_and_finishes),
        cmocka_unit_test(the_algo_door_refuses),
        cmocka_unit_test(a_batch_answers_each_for_itself),
        cmocka_unit_test(the_countdown_cancels),
        cmocka_unit_test(a_liquidation_is_told_as_one),
        cmocka_unit_test(lists_and_stops_in_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
