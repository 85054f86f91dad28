#include "sim/serve/binance/words.h"

#include <stdio.h>
#include <string.h>

static int32_t step_decimals(int64_t step, int32_t scale)
{
    int32_t decimals = scale;
    while (decimals > 0 && step % 10 == 0) {
        step /= 10;
        decimals--;
    }
    return decimals;
}

int32_t tick_decimals(const struct instrument *item)
{
    return step_decimals(item->tick_e12, 12);
}

int32_t lot_decimals(const struct instrument *item)
{
    return step_decimals(item->lot_e6, 6);
}

struct words words_decimal(int64_t value, unsigned scale, int32_t decimals)
{
    struct words words = {0};
    char text[DECIMAL_BYTES];
    size_t length = decimal_format(value, scale, text);
    memcpy(words.text, text, length);
    const char *point = memchr(text, '.', length);
    int32_t has = point == NULL ? 0 : (int32_t)(length - (size_t)(point - text)) - 1;
    if (point == NULL && decimals > 0) {
        words.text[length++] = '.';
    }
    for (; has < decimals; has++) {
        words.text[length++] = '0';
    }
    return words;
}

struct words words_price(const struct instrument *item, int64_t price_e12)
{
    return words_decimal(price_e12, 12, tick_decimals(item));
}

struct words words_size(const struct instrument *item, int64_t size_e6)
{
    return words_decimal(size_e6, 6, lot_decimals(item));
}

struct words words_money(int64_t money_e8)
{
    return words_decimal(money_e8, 8, 8);
}

struct words words_average(const struct instrument *item, const struct house_order *order)
{
    int64_t price_e12 = 0;
    if (order->filled_e6 <= 0 ||
        !fixed_mul_div_floor(order->cost_e8, NOTIONAL_DIVISOR, order->filled_e6, &price_e12)) {
        price_e12 = 0;
    }
    return words_price(item, price_e12);
}

struct words words_signed_size(const struct instrument *item, const struct house_position *position)
{
    return words_size(item, position->size_e6 * side_sign(position->side));
}

static const char *const QUOTES[] = {"USDT", "USDC", "BUSD", "USD"};

const char *words_quote(const struct instrument *item)
{
    size_t length = strlen(item->symbol);
    for (size_t i = 0; i < ARRAY_COUNT(QUOTES); i++) {
        size_t tail = strlen(QUOTES[i]);
        if (length > tail && strcmp(item->symbol + length - tail, QUOTES[i]) == 0) {
            return QUOTES[i];
        }
    }
    return "USDT";
}

struct words words_base(const struct instrument *item)
{
    struct words words = {0};
    size_t length = strlen(item->symbol);
    const char *quote = words_quote(item);
    size_t tail = strlen(quote);
    if (length > tail && strcmp(item->symbol + length - tail, quote) == 0) {
        length -= tail;
    }
    memcpy(words.text, item->symbol, length);

    return words;
}

struct words words_lower(const char *symbol)
{
    struct words words = {0};
    for (size_t i = 0; symbol[i] != '\0' && i + 1 < sizeof(words.text); i++) {
        char letter = symbol[i];
        words.text[i] = letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
    }
    return words;
}

const char *side_word(enum side side)
{
    return side == SIDE_BUY ? "BUY" : "SELL";
}

const char *type_word(enum order_type type)
{
    switch (type) {
    case ORDER_MARKET: return "MARKET";
    case ORDER_LIMIT: return "LIMIT";
    case ORDER_STOP_MARKET: return "STOP_MARKET";
    case ORDER_TAKE_PROFIT_MARKET: return "TAKE_PROFIT_MARKET";
    case ORDER_TRAILING_STOP: return "TRAILING_STOP_MARKET";
    }
    return "";
}

/* A market order shows GTC, whatever it was made with; what the venue makes itself is IOC. */
const char *tif_word(const struct house_order *order)
{
    if (order->forced != FILL_TRADE) {
        return "IOC";
    }
    if (order->place.type != ORDER_LIMIT) {
        return "GTC";
    }
    switch (order->place.tif) {
    case TIF_GTC: return "GTC";
    case TIF_IOC: return "IOC";
    case TIF_FOK: return "FOK";
    case TIF_POST_ONLY: return "GTX";
    case TIF_GTD: return "GTD";
    }
    return "";
}

const char *status_word(const struct house_order *order)
{
    switch (order->state) {
    case HOUSE_NEW:
        return order->forced == FILL_LIQUIDATION ? "NEW_INSURANCE"
               : order->forced == FILL_ADL       ? "NEW_ADL"
                                                 : "NEW";
    case HOUSE_PARTIAL: return "PARTIALLY_FILLED";
    case HOUSE_FILLED: return "FILLED";
    case HOUSE_CANCELED: return "CANCELED";
    case HOUSE_REJECTED: return "REJECTED";
    case HOUSE_EXPIRED: return order->reason == REASON_SELF_TRADE ? "EXPIRED_IN_MATCH" : "EXPIRED";
    case HOUSE_TRIGGERED: return "NEW";
    }
    return "";
}

/* What ended after its trigger is FINISHED, however its child ended (PROTOCOLS A8). */
const char *algo_status_word(const struct house_order *order)
{
    bool triggered = order->child_id != 0;
    switch (order->state) {
    case HOUSE_NEW: return "NEW";
    case HOUSE_TRIGGERED:
    case HOUSE_PARTIAL: return "TRIGGERED";
    case HOUSE_FILLED: return "FINISHED";
    case HOUSE_CANCELED: return triggered ? "FINISHED" : "CANCELED";
    case HOUSE_REJECTED: return "REJECTED";
    case HOUSE_EXPIRED: return triggered ? "FINISHED" : "EXPIRED";
    }
    return "";
}

const char *margin_word_upper(enum margin_mode mode)
{
    return mode == MARGIN_CROSS ? "CROSSED" : "ISOLATED";
}

const char *margin_word_lower(enum margin_mode mode)
{
    return mode == MARGIN_CROSS ? "cross" : "isolated";
}

struct words words_client_id(const struct house_order *order)
{
    struct words words = {0};
    switch (order->forced) {
    case FILL_TRADE:
        (void)snprintf(words.text, sizeof(words.text), "%.39s", order->client_id);
        break;
    case FILL_LIQUIDATION:
        (void)snprintf(words.text, sizeof(words.text), "autoclose-%lld%06llu",
                       (long long)(order->created_us / 1000),
                       (unsigned long long)(order->venue_id % 1000000));
        break;
    case FILL_ADL: (void)snprintf(words.text, sizeof(words.text), "adl_autoclose"); break;
    }
    return words;
}

static const struct {
    const char *word;
    int64_t seconds;
} INTERVALS[] = {{"1m", 60},     {"3m", 180},   {"5m", 300},    {"15m", 900},  {"30m", 1800},
                 {"1h", 3600},   {"2h", 7200},  {"4h", 14400},  {"6h", 21600}, {"8h", 28800},
                 {"12h", 43200}, {"1d", 86400}, {"3d", 259200}, {"1w", 604800}};

int64_t interval_us(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(INTERVALS); i++) {
        if (strcmp(INTERVALS[i].word, word) == 0) {
            return INTERVALS[i].seconds * ONE_E6;
        }
    }
    return 0;
}

const char *interval_word(int64_t interval_us)
{
    for (size_t i = 0; i < ARRAY_COUNT(INTERVALS); i++) {
        if (INTERVALS[i].seconds * ONE_E6 == interval_us) {
            return INTERVALS[i].word;
        }
    }
    return NULL;
}

struct day day_of(const struct house_market *market)
{
    struct day day = {.change_e12 = market->last_e12 - market->open_24h_e12,
                      .average_e12 = market->last_e12};
    if (market->open_24h_e12 > 0) {
        day.change_percent_e3 = fixed_mul_div_clamped(day.change_e12, 100000, market->open_24h_e12);
    }
    if (market->volume_24h_e6 > 0) {
        day.average_e12 = fixed_mul_div_clamped(market->quote_volume_24h_e8, NOTIONAL_DIVISOR,
                                                market->volume_24h_e6);
    }
    return day;
}

static const struct {
    int32_t code;
    const char *sentence;
} SENTENCES[] = {
    {-1000, "An unknown error occurred while processing the request."},
    {-1001, "Internal error; unable to process your request. Please try again."},
    {-1006, "An unexpected response was received from the message bus. Execution status unknown."},
    {-1007, "Timeout waiting for response from backend server. Send status unknown; execution "
            "status unknown."},
    {-1008, "Request throttled by system-level protection. Reduce-only/close-position orders are "
            "exempt."},
    {-1015, "Too many new orders; current limit is 300 orders per TEN_SECONDS."},
    {-1021, "Timestamp for this request is outside of the recvWindow."},
    {-1022, "Signature for this request is not valid."},
    {-1111, "Precision is over the maximum defined for this asset."},
    {-1115, "Invalid timeInForce."},
    {-1116, "Invalid orderType."},
    {-1117, "Invalid side."},
    {-1120, "Invalid interval."},
    {-1121, "Invalid symbol."},
    {-1125, "This listenKey does not exist."},
    {-1128, "Combination of optional parameters invalid."},
    {-1130, "Data sent for a parameter is not valid."},
    {-1131, "recvWindow must be less than 60000."},
    {-2010, "NEW_ORDER_REJECTED"},
    {-2011, "Unknown order sent."},
    {-2013, "Order does not exist."},
    {-2014, "API-key format invalid."},
    {-2015, "Invalid API-key, IP, or permissions for action."},
    {-2018, "Balance is insufficient."},
    {-2019, "Margin is insufficient."},
    {-2020, "Unable to fill."},
    {-2021, "Order would immediately trigger."},
    {-2022, "ReduceOnly Order is rejected."},
    {-2023, "User in liquidation mode now."},
    {-2025, "Reach max open order limit."},
    {-2027, "Exceeded the maximum allowable position at current leverage."},
    {-2028, "Leverage is smaller than permitted: insufficient margin balance."},
    {-4001, "Price less than 0."},
    {-4002, "Price greater than max price."},
    {-4003, "Quantity less than or equal to zero."},
    {-4004, "Quantity less than min quantity."},
    {-4005, "Quantity greater than max quantity."},
    {-4013, "Price less than min price."},
    {-4014, "Price not increased by tick size."},
    {-4015, "Client order id is not valid."},
    {-4016, "Limit price can't be higher than the allowed price."},
    {-4023, "Qty not increased by step size."},
    {-4024, "Limit price can't be lower than the allowed price."},
    {-4028, "Leverage is not valid."},
    {-4046, "No need to change margin type."},
    {-4047, "Margin type cannot be changed if there exists open orders."},
    {-4048, "Margin type cannot be changed if there exists position."},
    {-4049, "Add margin only support for isolated position."},
    {-4050, "Cross balance insufficient."},
    {-4051, "Isolated balance insufficient."},
    {-4059, "No need to change position side."},
    {-4061, "Order's position side does not match user's setting."},
    {-4067, "Position side cannot be changed if there exists open orders."},
    {-4068, "Position side cannot be changed if there exists position."},
    {-4116, "ClientOrderId is duplicated."},
    {-4120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints "
            "instead."},
    {-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."},
    {-4135, "Invalid activation price."},
    {-4137, "Quantity must be zero with closePosition equals true."},
    {-4138, "Reduce only must be true with closePosition equals true."},
    {-4140, "Invalid symbol status for opening position."},
    {-4141, "Symbol is closed."},
    {-4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions."},
    {-4165, "Invalid time interval."},
    {-4171, "No need to change the multi-assets mode."},
    {-4531, "Position mode sync failed: this account offers one-way mode only."},
    {-5021, "Due to the order could not be filled immediately, the FOK order has been rejected. "
            "The order will not be recorded in the order history."},
    {-5022, "Due to the order could not be executed as maker, the Post Only order will be "
            "rejected. The order will not be recorded in the order history."},
    {-5025, "Only limit order is supported."},
    {-5026, "Exceed maximum modify order limit."},
    {-5027, "No need to modify the order."},
    {-5028, "Timestamp for this request is outside of the ME recvWindow."},
    {-5037, "Invalid price match."},
    {-20124, "Invalid algo id or it has been completed."},
    {-20130, "Data sent for a parameter is not valid."},
    {-20132, "The client algo id is duplicated."},
    {-20198, "Reach max open algo order limit."},
};

const char *error_sentence(int32_t code)
{
    for (size_t i = 0; i < ARRAY_COUNT(SENTENCES); i++) {
        if (SENTENCES[i].code == code) {
            return SENTENCES[i].sentence;
        }
    }
    return "";
}

int32_t error_status(int32_t code)
{
    switch (code) {
    case -1003:
    case -1015: return 429;
    case -1007: return 408;
    case -1000:
    case -1001:
    case -1006: return 500;
    case -1008: return 503;
    case -2014:
    case -2015: return 401;
    case -5000: return 404;
    default: return 400;
    }
}
