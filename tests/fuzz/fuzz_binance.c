/* What Binance says, REST and streams: any bytes are news or a complaint; a fill has a price and a size. */
#include <string.h>

#include "live/venues/binance/binance_errors.h"
#include "live/venues/binance/binance_market.h"
#include "live/venues/binance/binance_user.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_seeds[] = {
    ("{\"e\":\"ORDER_TRADE_UPDATE\",\"E\":1,\"T\":1,\"o\":{\"s\":\"DOGEUSDT\",\"c\":\"x\","
     "\"S\":\"SELL\",\"o\":\"MARKET\",\"f\":\"GTC\",\"q\":\"1\",\"p\":\"0\",\"sp\":\"0\","
     "\"x\":\"TRADE\",\"X\":\"FILLED\",\"i\":4,\"l\":\"1\",\"z\":\"1\",\"L\":\"0.1\","
     "\"N\":\"USDT\",\"n\":\"0.1\",\"T\":1,\"t\":9,\"m\":false,\"R\":true,\"ps\":\"BOTH\"}}"),
    ("{\"e\":\"ALGO_UPDATE\",\"T\":1,\"E\":1,\"o\":{\"caid\":\"c\",\"aid\":5,\"o\":\"STOP_MARKET\","
     "\"s\":\"DOGEUSDT\",\"S\":\"SELL\",\"ps\":\"BOTH\",\"f\":\"GTC\",\"q\":\"0\","
     "\"X\":\"TRIGGERED\",\"ai\":\"4\",\"aq\":\"0\",\"tp\":\"0.1\",\"cp\":true,\"R\":false}}"),
    ("{\"e\":\"ACCOUNT_UPDATE\",\"E\":1,\"T\":1,\"a\":{\"m\":\"ORDER\",\"B\":[{\"a\":\"USDT\","
     "\"wb\":\"9\",\"bc\":\"1\"}],\"P\":[{\"s\":\"DOGEUSDT\",\"pa\":\"-3\",\"ep\":\"0.1\","
     "\"mt\":\"cross\",\"iw\":\"0\",\"ps\":\"BOTH\"}]}}"),
    ("{\"e\":\"depthUpdate\",\"E\":1,\"T\":1,\"s\":\"DOGEUSDT\",\"U\":1,\"u\":2,\"pu\":0,"
     "\"b\":[[\"0.1\",\"5\"]],\"a\":[[\"0.2\",\"0\"]]}"),
    ("{\"e\":\"aggTrade\",\"E\":1,\"s\":\"DOGEUSDT\",\"a\":1,\"p\":\"0.1\",\"q\":\"5\",\"f\":1,"
     "\"l\":2,\"T\":1,\"m\":true}"),
    ("{\"e\":\"markPriceUpdate\",\"E\":1,\"s\":\"DOGEUSDT\",\"p\":\"0.1\",\"i\":\"0.1\","
     "\"r\":\"0.0001\",\"T\":28800000}"),
    "{\"lastUpdateId\":2,\"E\":1,\"T\":1,\"bids\":[[\"0.1\",\"5\"]],\"asks\":[[\"0.2\",\"1\"]]}",
    ("[{\"symbol\":\"DOGEUSDT\",\"id\":9,\"orderId\":4,\"side\":\"BUY\",\"maker\":true,"
     "\"price\":\"0.1\",\"qty\":\"5\",\"commission\":\"0.1\",\"commissionAsset\":\"USDT\","
     "\"time\":1}]"),
    "[{\"symbol\":\"\",\"incomeType\":\"TRANSFER\",\"income\":\"1\",\"asset\":\"USDT\",\"time\":1,"
    "\"tranId\":3}]",
    "{\"code\":-2019,\"msg\":\"Margin is insufficient.\"}",
    NULL};

static void take(void *context, const struct news *news)
{
    (void)context;
    CHECK(news->instrument == INSTRUMENT_NONE || news->instrument == 0);
    CHECK(news->kind != NEWS_FILL || (news->fill.price_e12 > 0 && news->fill.size_e6 > 0));
    CHECK(news->kind != NEWS_POSITION || news->position.size_e6 >= 0);
    CHECK(news->kind != NEWS_TROUBLE || news->text != NULL);
}

static void try_rows(struct binance_reading *reading, struct slice text)
{
    static binance_reader *const readers[] = {
        binance_read_order,   binance_read_algo,   binance_learn_order,
        binance_learn_algo,   binance_read_fill,   binance_read_position,
        binance_read_balance, binance_read_income, binance_read_setting};
    int32_t rows = 0;
    for (size_t at = 0; at < ARRAY_COUNT(readers); at++) {
        (void)readers[at](reading, text);
        (void)binance_read_rows(reading, text, readers[at], &rows);
    }
}

static void try_verdicts(struct slice text)
{
    static const int32_t statuses[] = {200, 400, 403, 408, 418, 429, 503};
    for (size_t at = 0; at < ARRAY_COUNT(statuses); at++) {
        for (int intent = BINANCE_PLACE; intent <= BINANCE_ASK; intent++) {
            struct binance_verdict verdict =
                binance_judge((enum binance_intent)intent, statuses[at], text);
            /* RISK 5.1: a server's own failure proves nothing of what it was asked to change. */
            CHECK(intent > BINANCE_SET || statuses[at] < 500 || verdict.outcome == ANSWER_UNKNOWN);
            CHECK(statuses[at] == 200 || intent == BINANCE_SET || verdict.outcome != ANSWER_DONE);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct instruments instruments;
    static struct binance_ids ids;
    static struct binance_market market;
    const struct instrument item = {.symbol = "DOGEUSDT",
                                    .tick_e12 = 10000000,
                                    .lot_e6 = 1000000,
                                    .size_max_e6 = INT64_MAX,
                                    .pack = 1};
    const struct news_sink sink = {NULL, take};
    struct binance_reading reading = {
        .instruments = &instruments, .quote = "USDT", .ids = &ids, .sink = sink};
    struct slice text = {size > 0 ? (const char *)data : "", size};
    struct binance_signs signs;
    int32_t index = 0;
    bool reply = false;
    memset(&ids, 0, sizeof(ids));
    if (instruments.count == 0) {
        CHECK(instruments_add(&instruments, &item, &index));
    }
    (void)binance_user_message(&reading, text, false, &signs);
    (void)binance_user_message(&reading, text, true, &signs);
    try_rows(&reading, text);
    try_verdicts(text);
    binance_market_init(&market, &instruments, &sink);
    (void)binance_market_snapshot(&market, 0, text);
    binance_market_resync(&market);
    (void)binance_market_message(&market, text, &reply);
    market.ask_count = 0;
    (void)binance_market_snapshot(&market, 0, text);
    (void)binance_market_message(&market, text, &reply);
    binance_market_release(&market);
    return 0;
}
