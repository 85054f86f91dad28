/* routes.c - every path that is served: who may ask, what it weighs (PROTOCOLS A4, A6 to A9), who answers. */
#include <string.h>

#include "sim/serve/binance/binance.h"

static int64_t limit_of(const struct call *call, int64_t fallback)
{
    const char *text = call_text(call, "limit");
    int64_t limit = fallback;
    return text != NULL && decimal_parse(text, strlen(text), 0, &limit) == DECIMAL_OK ? limit
                                                                                      : fallback;
}

static int32_t weigh_depth(const struct call *call)
{
    int64_t limit = limit_of(call, 500);
    return limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20;
}

static int32_t weigh_klines(const struct call *call)
{
    int64_t limit = limit_of(call, 500);
    return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
}

static bool all_symbols(const struct call *call)
{
    return call_text(call, "symbol") == NULL;
}

static int32_t weigh_1_10(const struct call *call)
{
    return all_symbols(call) ? 10 : 1;
}

static int32_t weigh_1_40(const struct call *call)
{
    return all_symbols(call) ? 40 : 1;
}

static int32_t weigh_1_2(const struct call *call)
{
    return all_symbols(call) ? 2 : 1;
}

static int32_t weigh_2_5(const struct call *call)
{
    return all_symbols(call) ? 5 : 2;
}

static int32_t weigh_20_50(const struct call *call)
{
    return all_symbols(call) ? 50 : 20;
}

#define GET    "GET"
#define POST   "POST"
#define PUT    "PUT"
#define DELETE "DELETE"
#define FAPI1  "/fapi/v1/"
#define FAPI2  "/fapi/v2/"
#define FAPI3  "/fapi/v3/"

static const struct route ROUTES[] = {
    {GET, FAPI1 "ping", SECURITY_NONE, handle_ping, 1, NULL, 0},
    {GET, FAPI1 "time", SECURITY_NONE, handle_time, 1, NULL, 0},
    {GET, FAPI1 "exchangeInfo", SECURITY_NONE, handle_info, 1, NULL, 0},
    {GET, FAPI1 "depth", SECURITY_NONE, handle_depth, 0, weigh_depth, 0},
    {GET, FAPI1 "trades", SECURITY_NONE, handle_trades, 5, NULL, 0},
    {GET, FAPI1 "historicalTrades", SECURITY_KEY, handle_trades, 200, NULL, 0},
    {GET, FAPI1 "aggTrades", SECURITY_NONE, handle_agg_trades, 20, NULL, 0},
    {GET, FAPI1 "klines", SECURITY_NONE, handle_klines, 0, weigh_klines, 0},
    {GET, FAPI1 "markPriceKlines", SECURITY_NONE, handle_klines, 0, weigh_klines, 0},
    {GET, FAPI1 "indexPriceKlines", SECURITY_NONE, handle_pair_klines, 0, weigh_klines, 0},
    {GET, FAPI1 "continuousKlines", SECURITY_NONE, handle_pair_klines, 0, weigh_klines, 0},
    {GET, FAPI1 "premiumIndexKlines", SECURITY_NONE, handle_premium_klines, 0, weigh_klines, 0},
    {GET, FAPI1 "premiumIndex", SECURITY_NONE, handle_premium_index, 0, weigh_1_10, 0},
    {GET, FAPI1 "fundingRate", SECURITY_NONE, handle_funding_rate, 1, NULL, 0},
    {GET, FAPI1 "fundingInfo", SECURITY_NONE, handle_funding_info, 1, NULL, 0},
    {GET, FAPI1 "ticker/24hr", SECURITY_NONE, handle_ticker_24h, 0, weigh_1_40, 0},
    {GET, FAPI1 "ticker/price", SECURITY_NONE, handle_ticker_price, 0, weigh_1_2, 0},
    {GET, FAPI2 "ticker/price", SECURITY_NONE, handle_ticker_price, 0, weigh_1_2, 0},
    {GET, FAPI1 "ticker/bookTicker", SECURITY_NONE, handle_book_ticker, 0, weigh_2_5, 0},
    {GET, FAPI1 "openInterest", SECURITY_NONE, handle_open_interest, 1, NULL, 0},

    {POST, FAPI1 "leverage", SECURITY_TRADE, handle_leverage, 1, NULL, 0},
    {POST, FAPI1 "marginType", SECURITY_TRADE, handle_margin_type, 1, NULL, 0},
    {POST, FAPI1 "positionSide/dual", SECURITY_TRADE, handle_dual_post, 1, NULL, 0},
    {GET, FAPI1 "positionSide/dual", SECURITY_SIGNED, handle_dual_get, 30, NULL, 0},
    {POST, FAPI1 "multiAssetsMargin", SECURITY_TRADE, handle_assets_mode_post, 1, NULL, 0},
    {GET, FAPI1 "multiAssetsMargin", SECURITY_SIGNED, handle_assets_mode_get, 30, NULL, 0},
    {POST, FAPI1 "positionMargin", SECURITY_TRADE, handle_position_margin, 1, NULL, 0},
    {GET, FAPI1 "positionMargin/history", SECURITY_SIGNED, handle_margin_history, 1, NULL, 0},
    {GET, FAPI1 "leverageBracket", SECURITY_SIGNED, handle_brackets, 1, NULL, 0},
    {GET, FAPI1 "symbolConfig", SECURITY_SIGNED, handle_symbol_config, 5, NULL, 0},
    {GET, FAPI1 "accountConfig", SECURITY_SIGNED, handle_account_config, 5, NULL, 0},
    {GET, FAPI1 "commissionRate", SECURITY_SIGNED, handle_commission, 20, NULL, 0},
    {GET, FAPI1 "rateLimit/order", SECURITY_SIGNED, handle_rate_limits, 1, NULL, 0},
    {GET, FAPI1 "feeBurn", SECURITY_SIGNED, handle_fee_burn_get, 30, NULL, 0},
    {POST, FAPI1 "feeBurn", SECURITY_TRADE, handle_fee_burn_post, 1, NULL, 0},

    {POST, FAPI1 "order", SECURITY_TRADE, handle_order_post, 0, NULL, 1},
    {POST, FAPI1 "order/test", SECURITY_TRADE, handle_order_test, 0, NULL, 0},
    {PUT, FAPI1 "order", SECURITY_TRADE, handle_order_put, 1, NULL, 1},
    {GET, FAPI1 "order", SECURITY_SIGNED, handle_order_get, 1, NULL, 0},
    {DELETE, FAPI1 "order", SECURITY_TRADE, handle_order_delete, 1, NULL, 0},
    {POST, FAPI1 "batchOrders", SECURITY_TRADE, handle_batch_post, 5, NULL, 5},
    {PUT, FAPI1 "batchOrders", SECURITY_TRADE, handle_batch_put, 5, NULL, 5},
    {DELETE, FAPI1 "batchOrders", SECURITY_TRADE, handle_batch_delete, 1, NULL, 0},
    {DELETE, FAPI1 "allOpenOrders", SECURITY_TRADE, handle_open_delete, 1, NULL, 0},
    {GET, FAPI1 "openOrder", SECURITY_SIGNED, handle_open_order, 1, NULL, 0},
    {GET, FAPI1 "openOrders", SECURITY_SIGNED, handle_open_orders, 0, weigh_1_40, 0},
    {GET, FAPI1 "allOrders", SECURITY_SIGNED, handle_all_orders, 5, NULL, 0},
    {POST, FAPI1 "countdownCancelAll", SECURITY_TRADE, handle_countdown, 10, NULL, 0},
    {GET, FAPI1 "userTrades", SECURITY_SIGNED, handle_user_trades, 5, NULL, 0},
    {GET, FAPI1 "forceOrders", SECURITY_SIGNED, handle_force_orders, 0, weigh_20_50, 0},

    {POST, FAPI1 "algoOrder", SECURITY_TRADE, handle_algo_post, 0, NULL, 1},
    {GET, FAPI1 "algoOrder", SECURITY_SIGNED, handle_algo_get, 1, NULL, 0},
    {DELETE, FAPI1 "algoOrder", SECURITY_TRADE, handle_algo_delete, 1, NULL, 0},
    {GET, FAPI1 "openAlgoOrders", SECURITY_SIGNED, handle_algo_open, 0, weigh_1_40, 0},
    {GET, FAPI1 "allAlgoOrders", SECURITY_SIGNED, handle_algo_all, 5, NULL, 0},
    {DELETE, FAPI1 "algoOpenOrders", SECURITY_TRADE, handle_algo_open_delete, 1, NULL, 0},

    {GET, FAPI2 "positionRisk", SECURITY_SIGNED, handle_position_risk_v2, 5, NULL, 0},
    {GET, FAPI3 "positionRisk", SECURITY_SIGNED, handle_position_risk_v3, 5, NULL, 0},
    {GET, FAPI2 "balance", SECURITY_SIGNED, handle_balance, 5, NULL, 0},
    {GET, FAPI3 "balance", SECURITY_SIGNED, handle_balance, 5, NULL, 0},
    {GET, FAPI2 "account", SECURITY_SIGNED, handle_account_v2, 5, NULL, 0},
    {GET, FAPI3 "account", SECURITY_SIGNED, handle_account_v3, 5, NULL, 0},
    {GET, FAPI1 "income", SECURITY_SIGNED, handle_income, 30, NULL, 0},
    {GET, FAPI1 "adlQuantile", SECURITY_SIGNED, handle_adl_quantile, 5, NULL, 0},

    {POST, FAPI1 "listenKey", SECURITY_KEY, handle_listen_post, 1, NULL, 0},
    {PUT, FAPI1 "listenKey", SECURITY_KEY, handle_listen_put, 1, NULL, 0},
    {DELETE, FAPI1 "listenKey", SECURITY_KEY, handle_listen_delete, 1, NULL, 0},

    {GET, "/sapi/v1/account/apiRestrictions", SECURITY_SIGNED, handle_restrictions, 1, NULL, 0},
    /* What clients of all markets ask for at their start: well-formed, and empty. */
    {GET, "/sapi/v1/capital/config/getall", SECURITY_SIGNED, handle_list_empty, 10, NULL, 0},
    {GET, "/sapi/v1/margin/allPairs", SECURITY_KEY, handle_list_empty, 1, NULL, 0},
    {GET, "/sapi/v1/margin/isolated/allPairs", SECURITY_SIGNED, handle_list_empty, 10, NULL, 0},
    {GET, "/sapi/v1/system/status", SECURITY_NONE, handle_object_empty, 1, NULL, 0},
    {GET, "/api/v3/ping", SECURITY_NONE, handle_ping, 1, NULL, 0},
    {GET, "/api/v3/time", SECURITY_NONE, handle_time, 1, NULL, 0},
    {GET, "/api/v3/exchangeInfo", SECURITY_NONE, handle_spot_info, 20, NULL, 0},
    {GET, "/dapi/v1/time", SECURITY_NONE, handle_time, 1, NULL, 0},
    {GET, "/dapi/v1/exchangeInfo", SECURITY_NONE, handle_spot_info, 1, NULL, 0},
};

const struct route *route_find(const char *method, const char *path)
{
    for (size_t i = 0; i < ARRAY_COUNT(ROUTES); i++) {
        if (strcmp(ROUTES[i].path, path) == 0 && strcmp(ROUTES[i].method, method) == 0) {
            return &ROUTES[i];
        }
    }
    return NULL;
}
