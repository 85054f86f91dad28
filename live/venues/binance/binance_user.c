#include "live/venues/binance/binance_user.h"

#include <stdlib.h>
#include <string.h>

#include "live/venues/row.h"

static const char *trouble(struct binance_reading *self, const char *text)
{
    struct news news = {.kind = NEWS_TROUBLE, .text = text};
    binance_give(self, &news, INSTRUMENT_NONE);
    return NULL;
}

enum {
    TRADE_EXECUTION = WORD_MEMBERS - 1,
    TRADE_SIZE,
    TRADE_PRICE,
    TRADE_FEE,
    TRADE_ASSET,
    TRADE_ID,
    TRADE_MAKER,
    TRADE_MEMBERS
};
static const char *const trade_names[TRADE_MEMBERS] = {"s",  "c", "i", "S",  "o", "q",  "z", "p",
                                                       "sp", "X", "R", "cp", "f", "ps", "T", "x",
                                                       "l",  "L", "n", "N",  "t", "m"};

static void fill_of(struct binance_reading *self,
                    struct row *row,
                    const struct venue_order *order,
                    struct venue_fill *fill)
{
    char asset[BINANCE_ASSET_BYTES];
    *fill = (struct venue_fill){.side = order->side, .time_us = order->update_us};
    fill->kind = binance_fill_kind(order->client_id);
    fill->order_id = fill->kind == FILL_TRADE ? order->order_id : 0;
    json_row_id(row, WORD_NUMBER, fill->venue_order_id, sizeof fill->venue_order_id);
    fill->trade_id = (uint64_t)json_row_decimal(row, TRADE_ID, 0);
    fill->liquidity = json_row_flag(row, TRADE_MAKER) ? LIQUIDITY_MAKER : LIQUIDITY_TAKER;
    fill->price_e12 = json_row_decimal(row, TRADE_PRICE, 12);
    fill->size_e6 = json_row_decimal(row, TRADE_SIZE, 6);
    json_row_text(row, TRADE_ASSET, asset, sizeof asset);
    if (asset[0] == '\0' || strcmp(asset, self->quote) == 0) {
        fill->fee_e8 = json_row_decimal_if(row, TRADE_FEE, 8);
    } else if (row->bad == NULL) {
        (void)trouble(self,
                      "a fee in another asset than the quote currency (feeBurn): booked as 0: "
                      "switch the payment of fees in BNB off");
    }
    if (row->bad == NULL && (fill->price_e12 <= 0 || fill->size_e6 <= 0)) {
        row->bad = row->names[TRADE_SIZE];
    }
}

static bool execution_known(const struct row *row)
{
    static const char *const words[] = {"NEW", "CANCELED", "EXPIRED", "AMENDMENT", "REJECTED"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (json_row_is(row, TRADE_EXECUTION, words[i])) {
            return true;
        }
    }
    return false;
}

static const char *order_message(struct binance_reading *self,
                                 struct slice text,
                                 bool last,
                                 struct binance_signs *signs)
{
    struct row row;
    struct news order = {.kind = NEWS_ORDER};
    struct news fill = {.kind = NEWS_FILL};
    if (!json_row_open(&row, text, trade_names, TRADE_MEMBERS)) {
        return row.bad;
    }
    binance_order_of(self, &row, false, &order.order);
    if (row.bad != NULL) {
        return row.bad;
    }
    enum fill_kind kind = binance_fill_kind(order.order.client_id);
    bool trade = json_row_is(&row, TRADE_EXECUTION, "TRADE") ||
                 (json_row_is(&row, TRADE_EXECUTION, "CALCULATED") && kind != FILL_TRADE);
    if (!trade && !execution_known(&row)) {
        return trouble(self, "an execution type that is not known: not a fill: ask for the trades");
    }
    if (order.order.order_id == 0 && kind == FILL_TRADE && !last) {
        signs->unowned = true;
        return NULL;
    }
    int32_t instrument = binance_instrument(self, &row, WORD_SYMBOL);
    if (trade) {
        fill_of(self, &row, &order.order, &fill.fill);
        if (row.bad != NULL) {
            return row.bad;
        }
        binance_give(self, &fill, instrument);
    }
    binance_give(self, &order, instrument);
    return NULL;
}

static const char *algo_message(struct binance_reading *self, struct slice text, int64_t time_us)
{
    static const char *const names[WORD_MEMBERS + 1] = {"s",  "caid", "aid", "S",  "o", "q",
                                                        "aq", "p",    "tp",  "X",  "R", "cp",
                                                        "f",  "ps",   "tt",  "ai", "rm"};
    struct row row;
    struct news news = {.kind = NEWS_ORDER};
    if (json_row_open(&row, text, names, WORD_MEMBERS + 1)) {
        binance_order_of(self, &row, true, &news.order);
    }
    if (row.bad == NULL) {
        news.order.update_us = time_us;
        binance_give(self, &news, binance_instrument(self, &row, WORD_SYMBOL));
    }
    return row.bad;
}

/* ---- the account ---- */

static const char *
balance_change(struct binance_reading *self, struct slice text, int64_t *moved_e8)
{
    enum { ASSET, WALLET, CHANGE, MEMBERS };
    static const char *const names[MEMBERS] = {"a", "wb", "bc"};
    struct row row;
    struct news news = {.kind = NEWS_BALANCE};
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    if (!json_row_is(&row, ASSET, self->quote)) {
        return json_row_has(&row, ASSET) ? NULL : names[ASSET];
    }
    news.balance.wallet_e8 = json_row_decimal(&row, WALLET, 8);
    news.balance.available_e8 = -1; /* not said here */
    *moved_e8 = json_row_decimal_if(&row, CHANGE, 8);
    if (row.bad == NULL) {
        binance_give(self, &news, INSTRUMENT_NONE);
    }
    return row.bad;
}

static const char *position_change(struct binance_reading *self, struct slice text)
{
    enum { SYMBOL, AMOUNT, ENTRY, MODE, MARGIN, POSITION_SIDE, MEMBERS };
    static const char *const names[MEMBERS] = {"s", "pa", "ep", "mt", "iw", "ps"};
    struct row row;
    struct news news = {.kind = NEWS_POSITION};
    struct venue_position *position = &news.position;
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    int64_t amount_e6 = json_row_decimal(&row, AMOUNT, 6);
    position->side = amount_e6 < 0 ? SIDE_SHORT : SIDE_LONG;
    position->size_e6 = amount_e6 < 0 && amount_e6 > INT64_MIN ? -amount_e6 : amount_e6;
    position->entry_e12 = json_row_decimal(&row, ENTRY, 12);
    position->margin_e8 = json_row_decimal_if(&row, MARGIN, 8);
    position->mode_said = json_row_has(&row, MODE);
    position->margin_mode = json_row_is(&row, MODE, "isolated") ? MARGIN_ISOLATED : MARGIN_CROSS;
    if (json_row_has(&row, POSITION_SIDE) && !json_row_is(&row, POSITION_SIDE, "BOTH")) {
        return names[POSITION_SIDE];
    }
    if (row.bad == NULL && amount_e6 == INT64_MIN) {
        return names[AMOUNT];
    }
    if (row.bad == NULL) {
        binance_give(self, &news, binance_instrument(self, &row, SYMBOL));
    }
    return row.bad;
}

static const char *account_message(struct binance_reading *self,
                                   struct slice text,
                                   int64_t time_us,
                                   struct binance_signs *signs)
{
    enum { REASON, BALANCES, POSITIONS, MEMBERS };
    static const char *const names[MEMBERS] = {"m", "B", "P"};
    struct row row;
    struct json_walk walk;
    struct slice element;
    int32_t count = 0;
    int64_t moved_e8 = 0;
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    const char *bad = NULL;
    if (json_row_has(&row, BALANCES)) {
        bad = json_walk_open(&walk, row.values[BALANCES], '[') ? NULL : names[BALANCES];
        while (bad == NULL && json_walk_next(&walk, NULL, &element)) {
            bad = balance_change(self, element, &moved_e8);
        }
    }
    if (bad == NULL && json_row_has(&row, POSITIONS)) {
        bad = binance_read_rows(self, row.values[POSITIONS], position_change, &count);
    }
    if (moved_e8 != 0 || json_row_is(&row, REASON, "FUNDING_FEE")) {
        signs->income_since_us = time_us;
    }
    return bad;
}

static const char *config_message(struct binance_reading *self, struct slice text)
{
    enum { SYMBOL, LEVERAGE, MEMBERS };
    static const char *const names[MEMBERS] = {"s", "l"};
    struct row row;
    struct news news = {.kind = NEWS_SETTING};
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    int64_t leverage = json_row_decimal(&row, LEVERAGE, 0);
    if (row.bad != NULL || leverage < 1 || leverage > INT32_MAX) {
        return names[LEVERAGE];
    }
    news.setting.leverage = (int32_t)leverage;
    binance_give(self, &news, binance_instrument(self, &row, SYMBOL));
    return NULL;
}

enum {
    USER_EVENT,
    USER_TIME,
    USER_HAPPENED,
    USER_ORDER,
    USER_ACCOUNT,
    USER_CONFIG,
    USER_MODES,
    USER_DATA,
    USER_MEMBERS
};

static const char *
event_message(struct binance_reading *self, struct row *row, bool last, struct binance_signs *signs)
{
    int32_t when = json_row_has(row, USER_HAPPENED) ? USER_HAPPENED : USER_TIME;
    int64_t time_us = json_row_has(row, when) ? json_row_time_us(row, when) : 0;
    if (row->bad != NULL) {
        return row->bad;
    }
    if (json_row_is(row, USER_EVENT, "ORDER_TRADE_UPDATE")) {
        return order_message(self, row->values[USER_ORDER], last, signs);
    }
    if (json_row_is(row, USER_EVENT, "ALGO_UPDATE")) {
        return algo_message(self, row->values[USER_ORDER], time_us);
    }
    if (json_row_is(row, USER_EVENT, "ACCOUNT_UPDATE")) {
        return account_message(self, row->values[USER_ACCOUNT], time_us, signs);
    }
    if (json_row_is(row, USER_EVENT, "ACCOUNT_CONFIG_UPDATE")) {
        return json_row_has(row, USER_CONFIG)
                   ? config_message(self, row->values[USER_CONFIG])
                   : trouble(self, "multi-assets mode was changed: not what we "
                                   "trade in: switch it back");
    }
    if (json_row_is(row, USER_EVENT, "MARGIN_CALL")) {
        return trouble(self, "MARGIN_CALL: the venue says that a position is near liquidation");
    }
    if (json_row_is(row, USER_EVENT, "listenKeyExpired")) {
        signs->key_expired = true;
        return NULL;
    }
    return json_row_is(row, USER_EVENT, "TRADE_LITE") ? NULL : "e";
}

const char *binance_user_message(struct binance_reading *self,
                                 struct slice text,
                                 bool last,
                                 struct binance_signs *signs)
{
    static const char *const names[USER_MEMBERS] = {"e", "E", "T", "o", "a", "ac", "ai", "data"};
    struct row row;
    *signs = (struct binance_signs){.unowned = false};
    if (!json_row_open(&row, text, names, USER_MEMBERS)) {
        return row.bad;
    }
    if (!json_row_has(&row, USER_EVENT) && json_row_has(&row, USER_DATA)) { /* the combined form */
        struct slice inner = row.values[USER_DATA];
        if (!json_row_open(&row, inner, names, USER_MEMBERS)) {
            return row.bad;
        }
    }
    return event_message(self, &row, last, signs);
}
