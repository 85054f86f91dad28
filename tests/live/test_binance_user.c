/* The user stream of Binance as news: payloads with the letters of PROTOCOLS A13. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "live/venues/binance/binance_user.h"

enum { NEWS_KEPT = 8, TEXT_BYTES = 1024 };
#define OURS ((UINT64_C(1) << 40) | 7)

struct world {
    struct instruments instruments;
    struct binance_ids ids;
    struct binance_reading reading;
    struct binance_signs signs;
    struct news news[NEWS_KEPT];
    int32_t count;
};

static void take(void *context, const struct news *news)
{
    struct world *world = context;
    assert_true(world->count < NEWS_KEPT);
    world->news[world->count++] = *news;
}

static struct world *begin(void)
{
    static struct world world;
    const struct instrument item = {.symbol = "DOGEUSDT",
                                    .tick_e12 = 10000000,
                                    .lot_e6 = 1000000,
                                    .size_max_e6 = INT64_MAX,
                                    .pack = 1};
    int32_t index = -1;
    memset(&world, 0, sizeof(world));
    assert_true(instruments_add(&world.instruments, &item, &index));
    world.reading = (struct binance_reading){.instruments = &world.instruments,
                                             .quote = "USDT",
                                             .ids = &world.ids,
                                             .sink = {&world, take}};
    return &world;
}

static const char *say(struct world *world, const char *text, bool last)
{
    world->count = 0;
    return binance_user_message(&world->reading, (struct slice){text, strlen(text)}, last,
                                &world->signs);
}

/* An ORDER_TRADE_UPDATE: client id, number, execution type, status, filled, last size, trade. */
struct told {
    const char *client;
    int number;
    const char *execution, *status;
    int filled, size, trade;
};

static const char *order_text(const struct told *told)
{
    static char text[TEXT_BYTES];
    (void)snprintf(
        text, sizeof(text),
        "{\"e\":\"ORDER_TRADE_UPDATE\",\"E\":1700000000123,\"T\":1700000000120,\"o\":{"
        "\"s\":\"DOGEUSDT\",\"c\":\"%s\",\"S\":\"SELL\",\"o\":\"MARKET\",\"f\":\"GTC\","
        "\"q\":\"100\",\"p\":\"0\",\"ap\":\"0\",\"sp\":\"0\",\"x\":\"%s\",\"X\":\"%s\",\"i\":%d,"
        "\"l\":\"%d\",\"z\":\"%d\",\"L\":\"0.12345\",\"N\":\"USDT\",\"n\":\"0.00617250\","
        "\"T\":1700000000120,\"t\":%d,\"b\":\"0\",\"a\":\"0\",\"m\":false,\"R\":true,"
        "\"ps\":\"BOTH\",\"cp\":false,\"rp\":\"1.5\"}}",
        told->client, told->execution, told->status, told->number, told->size, told->filled,
        told->trade);
    return text;
}

static void test_fill_is_exact(void **state)
{
    (void)state;
    struct world *world = begin();
    char client[CLIENT_ID_BYTES];
    client_id_format(OURS, client);
    const struct told told = {client, 11, "TRADE", "PARTIALLY_FILLED", 40, 40, 99};
    assert_null(say(world, order_text(&told), false));
    assert_int_equal(world->count, 2);
    const struct venue_fill *fill = &world->news[0].fill;
    assert_int_equal(world->news[0].kind, NEWS_FILL);
    assert_int_equal(world->news[0].instrument, 0);
    assert_true(fill->order_id == OURS && fill->trade_id == 99);
    assert_int_equal(fill->kind, FILL_TRADE);
    assert_int_equal(fill->side, SIDE_SELL);
    assert_int_equal(fill->liquidity, LIQUIDITY_TAKER);
    assert_int_equal(fill->price_e12, 123450000000);
    assert_int_equal(fill->size_e6, 40000000);
    assert_int_equal(fill->fee_e8, 617250);
    assert_int_equal(fill->time_us, 1700000000120000);
    assert_string_equal(fill->venue_order_id, "11");
    const struct venue_order *order = &world->news[1].order;
    assert_int_equal(world->news[1].kind, NEWS_ORDER);
    assert_int_equal(order->state, VENUE_ORDER_OPEN);
    assert_int_equal(order->filled_e6, 40000000);
    assert_true(order->reduce_only && !order->conditional);
}

/* RISK F21: what is not known is no fill, and is told. */
static void test_unknown_execution_is_no_fill(void **state)
{
    (void)state;
    struct world *world = begin();
    char client[CLIENT_ID_BYTES];
    client_id_format(OURS, client);
    const struct told told = {client, 11, "FUNDING", "FILLED", 100, 100, 5};
    assert_null(say(world, order_text(&told), false));
    assert_int_equal(world->count, 1);
    assert_int_equal(world->news[0].kind, NEWS_TROUBLE);
    const struct told calculated = {client, 12, "CALCULATED", "FILLED", 100, 100, 6};
    assert_null(say(world, order_text(&calculated), false));
    assert_int_equal(world->count, 1);
    assert_int_equal(world->news[0].kind, NEWS_TROUBLE);
}

static void test_fills_of_the_venue(void **state)
{
    (void)state;
    struct world *world = begin();
    const struct told liquidation = {"autoclose-170", 21, "TRADE", "FILLED", 100, 100, 7};
    assert_null(say(world, order_text(&liquidation), false));
    assert_int_equal(world->count, 2);
    assert_int_equal(world->news[0].fill.kind, FILL_LIQUIDATION);
    assert_true(world->news[0].fill.order_id == 0);
    const struct told adl = {"adl_autoclose", 22, "CALCULATED", "FILLED", 100, 100, 8};
    assert_null(say(world, order_text(&adl), false));
    assert_int_equal(world->news[0].kind, NEWS_FILL);
    assert_int_equal(world->news[0].fill.kind, FILL_ADL);
    assert_true(world->news[0].fill.order_id == 0);
}

static const char *algo_text(const char *client, const char *status, const char *child)
{
    static char text[TEXT_BYTES];
    (void)snprintf(text, sizeof(text),
                   "{\"e\":\"ALGO_UPDATE\",\"T\":1700000000110,\"E\":1700000000111,\"o\":{"
                   "\"caid\":\"%s\",\"aid\":501,\"at\":\"CONDITIONAL\",\"o\":\"STOP_MARKET\","
                   "\"s\":\"DOGEUSDT\",\"S\":\"SELL\",\"ps\":\"BOTH\",\"f\":\"GTC\",\"q\":\"0\","
                   "\"X\":\"%s\",\"ai\":\"%s\",\"ap\":\"0\",\"aq\":\"0\",\"act\":\"\","
                   "\"tp\":\"0.12\",\"p\":\"0\",\"V\":\"NONE\",\"wt\":\"MARK_PRICE\","
                   "\"pm\":\"NONE\",\"cp\":true,\"pP\":false,\"R\":false,\"tt\":0,\"gtd\":0,"
                   "\"rm\":\"\"}}",
                   client, status, child);
    return text;
}

/* The child has an id of the venue's own: its fills are the parent's. */
static void test_child_fills_are_the_parents(void **state)
{
    (void)state;
    struct world *world = begin();
    char client[CLIENT_ID_BYTES];
    client_id_format(OURS, client);
    const struct told child = {"x-child", 777, "TRADE", "FILLED", 100, 100, 9};
    /* It speaks before its parent names it: nothing is given, and it is to be tried again. */
    assert_null(say(world, order_text(&child), false));
    assert_int_equal(world->count, 0);
    assert_true(world->signs.unowned);
    assert_null(say(world, algo_text(client, "TRIGGERED", "777"), false));
    assert_int_equal(world->count, 1);
    assert_true(world->news[0].order.order_id == OURS && world->news[0].order.close_position);
    assert_int_equal(world->news[0].order.state, VENUE_ORDER_TRIGGERED);
    assert_int_equal(world->news[0].order.trigger_e12, 120000000000);
    assert_string_equal(world->news[0].order.child_id, "777");
    assert_null(say(world, order_text(&child), true));
    assert_int_equal(world->count, 2);
    assert_true(world->news[0].fill.order_id == OURS);
    assert_int_equal(world->news[0].fill.kind, FILL_TRADE);
    assert_true(world->news[1].order.order_id == OURS && world->news[1].order.conditional);
    assert_int_equal(world->news[1].order.state, VENUE_ORDER_FILLED);
}

static void test_stranger_is_told_as_one(void **state)
{
    (void)state;
    struct world *world = begin();
    const struct told foreign = {"web_abc", 31, "TRADE", "FILLED", 100, 100, 10};
    assert_null(say(world, order_text(&foreign), false));
    assert_true(world->signs.unowned);
    assert_null(say(world, order_text(&foreign), true));
    assert_int_equal(world->count, 2);
    assert_true(world->news[0].fill.order_id == 0);
    assert_int_equal(world->news[0].fill.kind, FILL_TRADE);
}

static void test_account(void **state)
{
    (void)state;
    struct world *world = begin();
    assert_null(say(world,
                    "{\"e\":\"ACCOUNT_UPDATE\",\"E\":1700000000200,\"T\":1700000000199,\"a\":{"
                    "\"m\":\"FUNDING_FEE\",\"B\":[{\"a\":\"BNB\",\"wb\":\"1\",\"cw\":\"1\",\"bc\":"
                    "\"0\"},{\"a\":\"USDT\",\"wb\":\"99.12345678\",\"cw\":\"99\",\"bc\":"
                    "\"-0.5\"}],\"P\":[{\"s\":\"DOGEUSDT\",\"pa\":\"-30\",\"ep\":\"0.1\","
                    "\"cr\":\"0\",\"up\":\"0\",\"mt\":\"isolated\",\"iw\":\"5\",\"ps\":\"BOTH\"}"
                    "]}}",
                    false));
    assert_int_equal(world->count, 2);
    assert_int_equal(world->news[0].balance.wallet_e8, 9912345678);
    assert_int_equal(world->news[1].position.side, SIDE_SHORT);
    assert_int_equal(world->news[1].position.size_e6, 30000000);
    assert_int_equal(world->news[1].position.margin_mode, MARGIN_ISOLATED);
    assert_int_equal(world->signs.income_since_us, 1700000000199000);
    assert_null(say(world,
                    "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"E\":1,\"T\":1,\"ac\":{\"s\":\"DOGEUSDT\","
                    "\"l\":7}}",
                    false));
    assert_int_equal(world->news[0].setting.leverage, 7);
}

static void test_what_is_no_news_and_what_is_bad(void **state)
{
    (void)state;
    struct world *world = begin();
    assert_null(say(world, "{\"e\":\"TRADE_LITE\",\"E\":1,\"T\":1,\"s\":\"DOGEUSDT\"}", false));
    assert_int_equal(world->count, 0);
    assert_null(say(world, "{\"e\":\"listenKeyExpired\",\"E\":1,\"listenKey\":\"k\"}", false));
    assert_true(world->signs.key_expired);
    assert_non_null(say(world, "{\"e\":\"NOBODY_KNOWS\",\"E\":1}", false));
    assert_non_null(say(world, "{\"e\":\"ORDER_TRADE_UPDATE\",\"E\":1,\"o\":{\"s\":1}}", false));
    assert_non_null(say(world, "{\"e\":\"ORDER", false));
    assert_int_equal(world->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill_is_exact),
        cmocka_unit_test(test_unknown_execution_is_no_fill),
        cmocka_unit_test(test_fills_of_the_venue),
        cmocka_unit_test(test_child_fills_are_the_parents),
        cmocka_unit_test(test_stranger_is_told_as_one),
        cmocka_unit_test(test_account),
        cmocka_unit_test(test_what_is_no_news_and_what_is_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
