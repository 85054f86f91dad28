/* info.c - exchangeInfo (PROTOCOLS A5), and what other markets answer: nothing, well-formed.
 * Decimals  pricePrecision is one more than the tick's, as on most of the venue's symbols: a price off the tick can be
 *           sent (-4014), one too fine is -1111. */
#include <inttypes.h>

#include "sim/serve/binance/binance.h"
#include "sim/serve/binance/bounds.h"

static const char RATE_LIMITS[] =
    "\"rateLimits\":["
    "{\"rateLimitType\":\"REQUEST_WEIGHT\",\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":"
    "2400},"
    "{\"rateLimitType\":\"ORDERS\",\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":1200},"
    "{\"rateLimitType\":\"ORDERS\",\"interval\":\"SECOND\",\"intervalNum\":10,\"limit\":300}]";

static void filters_write(const struct binance *self, struct server_answer *out, int32_t instrument)
{
    const struct instrument *item = item_of(self, instrument);
    struct words lot = words_size(item, item->lot_e6);
    struct words least = words_size(item, item->size_min_e6);
    struct words most = words_size(item, size_most_e6(item));
    answer_printf(out,
                  "\"filters\":["
                  "{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"%s\",\"maxPrice\":\"%s\","
                  "\"tickSize\":\"%s\"},",
                  words_price(item, item->tick_e12).text,
                  words_price(item, price_most_e12(item)).text,
                  words_price(item, item->tick_e12).text);
    answer_printf(out,
                  "{\"filterType\":\"LOT_SIZE\",\"stepSize\":\"%s\",\"minQty\":\"%s\","
                  "\"maxQty\":\"%s\"},"
                  "{\"filterType\":\"MARKET_LOT_SIZE\",\"stepSize\":\"%s\",\"minQty\":\"%s\","
                  "\"maxQty\":\"%s\"},",
                  lot.text, least.text, most.text, lot.text, least.text, most.text);
    answer_printf(out,
                  "{\"filterType\":\"MAX_NUM_ORDERS\",\"limit\":200},"
                  "{\"filterType\":\"MIN_NOTIONAL\",\"notional\":\"%s\"},"
                  "{\"filterType\":\"PERCENT_PRICE\",\"multiplierUp\":\"%s\","
                  "\"multiplierDown\":\"%s\",\"multiplierDecimal\":\"4\"}]",
                  words_decimal(notional_min_e8(self, instrument), 8, 0).text,
                  words_decimal(BAND_UP_E4, 4, 4).text, words_decimal(BAND_DOWN_E4, 4, 4).text);
}

static void symbol_write(const struct binance *self, struct server_answer *out, int32_t instrument)
{
    const struct instrument *item = item_of(self, instrument);
    const struct house_market *market = house_market(self->house, instrument);
    const char *quote = words_quote(item);
    answer_printf(out,
                  "{\"symbol\":\"%s\",\"pair\":\"%s\",\"contractType\":\"PERPETUAL\","
                  "\"deliveryDate\":4133404800000,\"onboardDate\":1569398400000,"
                  "\"status\":\"%s\",\"maintMarginPercent\":\"2.5000\","
                  "\"requiredMarginPercent\":\"5.0000\",",
                  item->symbol, item->symbol,
                  market != NULL && market->trading ? "TRADING" : "SETTLING");
    answer_printf(
        out,
        "\"baseAsset\":\"%s\",\"quoteAsset\":\"%s\",\"marginAsset\":\"%s\","
        "\"pricePrecision\":%" PRId32 ",\"quantityPrecision\":%" PRId32
        ",\"baseAssetPrecision\":8,\"quotePrecision\":8,\"underlyingType\":\"COIN\","
        "\"underlyingSubType\":[],\"triggerProtect\":\"0.1500\","
        "\"liquidationFee\":\"%s\",\"marketTakeBound\":\"0.30\",\"maxMoveOrderLimit\":10000,",
        words_base(item).text, quote, quote, price_precision(item), lot_decimals(item),
        words_decimal(item->liquidation_fee_e9, 9, 6).text);
    filters_write(self, out, instrument);
    answer_printf(out, ",\"orderTypes\":[\"LIMIT\",\"MARKET\",\"STOP_MARKET\","
                       "\"TAKE_PROFIT_MARKET\",\"TRAILING_STOP_MARKET\"],"
                       "\"timeInForce\":[\"GTC\",\"IOC\",\"FOK\",\"GTX\",\"GTD\"]}");
}

void handle_info(struct call *call)
{
    const struct instruments *instruments = house_instruments(call->self->house);
    answer_printf(call->answer,
                  "{\"timezone\":\"UTC\",\"serverTime\":%" PRId64
                  ",\"futuresType\":\"U_MARGINED\",%s,\"exchangeFilters\":[],"
                  "\"assets\":[{\"asset\":\"USDT\",\"marginAvailable\":true,"
                  "\"autoAssetExchange\":\"-10000\"}],\"symbols\":[",
                  ms_of(call->request->clock_us), RATE_LIMITS);
    for (int32_t i = 0; i < instruments->count; i++) {
        answer_printf(call->answer, "%s", i > 0 ? "," : "");
        symbol_write(call->self, call->answer, i);
    }
    answer_printf(call->answer, "]}");
}

void handle_rate_limits(struct call *call)
{
    answer_printf(call->answer,
                  "[{\"rateLimitType\":\"ORDERS\",\"interval\":\"SECOND\",\"intervalNum\":10,"
                  "\"limit\":300},{\"rateLimitType\":\"ORDERS\",\"interval\":\"MINUTE\","
                  "\"intervalNum\":1,\"limit\":1200}]");
}

void handle_spot_info(struct call *call)
{
    answer_printf(call->answer,
                  "{\"timezone\":\"UTC\",\"serverTime\":%" PRId64
                  ",\"rateLimits\":[],\"exchangeFilters\":[],\"symbols\":[]}",
                  ms_of(call->request->clock_us));
}

void handle_ping(struct call *call)
{
    answer_printf(call->answer, "{}");
}

void handle_time(struct call *call)
{
    answer_printf(call->answer, "{\"serverTime\":%" PRId64 "}", ms_of(call->request->clock_us));
}

void handle_list_empty(struct call *call)
{
    answer_printf(call->answer, "[]");
}

void handle_object_empty(struct call *call)
{
    answer_printf(call->answer, "{\"status\":0,\"msg\":\"normal\"}");
}

void handle_restrictions(struct call *call)
{
    const struct server_key *key =
        server_key_find(call->self->server, server_header(call->request, "x-mbx-apikey"));
    bool trade = key != NULL && key->can_trade && !key->read_only;
    bool withdraw = key != NULL && key->can_withdraw;
    answer_printf(call->answer,
                  "{\"ipRestrict\":false,\"createTime\":1569398400000,"
                  "\"enableWithdrawals\":%s,\"enableInternalTransfer\":false,"
                  "\"permitsUniversalTransfer\":false,\"enableVanillaOptions\":false,"
                  "\"enableReading\":true,\"enableFutures\":%s,\"enableMargin\":false,"
                  "\"enableSpotAndMarginTrading\":false,\"enablePortfolioMarginTrading\":false}",
                  withdraw ? "true" : "false", trade ? "true" : "false");
}
