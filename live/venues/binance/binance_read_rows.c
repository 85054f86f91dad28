#include <string.h>

#include "live/venues/binance/binance_read.h"
#include "live/venues/row.h"

static int64_t fee_of(struct binance_reading *self, struct row *row, int32_t fee, int32_t asset)
{
    char name[BINANCE_ASSET_BYTES];
    json_row_text(row, asset, name, sizeof name);
    if (name[0] == '\0' || strcmp(name, self->quote) == 0) {
        return json_row_decimal_if(row, fee, 8);
    }
    /* The fill is as it is; what was paid in another coin is no money of ours to book. */
    struct news news = {.kind = NEWS_TROUBLE,
                        .text = "a fee in another asset than the quote currency (feeBurn): booked "
                                "as 0: switch the payment of fees in BNB off"};
    binance_give(self, &news, INSTRUMENT_NONE);
    return 0;
}

const char *binance_read_fill(struct binance_reading *self, struct slice text)
{
    enum { SYMBOL, ID, NUMBER, SIDE, MAKER, PRICE, SIZE, FEE, ASSET, TIME, MEMBERS };
    static const char *const names[MEMBERS] = {"symbol",          "id",    "orderId", "side",
                                               "maker",           "price", "qty",     "commission",
                                               "commissionAsset", "time"};
    struct row row;
    struct news news = {.kind = NEWS_FILL};
    struct venue_fill *fill = &news.fill;
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    int64_t number = json_row_decimal(&row, NUMBER, 0);
    const struct binance_id *id = binance_ids_find(self->ids, number);
    json_row_id(&row, NUMBER, fill->venue_order_id, sizeof fill->venue_order_id);
    fill->order_id = id != NULL ? id->order_id : 0;
    fill->kind = id != NULL ? id->kind : FILL_TRADE;
    fill->trade_id = (uint64_t)json_row_decimal(&row, ID, 0);
    fill->side = json_row_side(&row, SIDE);
    fill->liquidity = json_row_flag(&row, MAKER) ? LIQUIDITY_MAKER : LIQUIDITY_TAKER;
    fill->price_e12 = json_row_decimal(&row, PRICE, 12);
    fill->size_e6 = json_row_decimal(&row, SIZE, 6);
    fill->time_us = json_row_time_us(&row, TIME);
    if (row.bad == NULL && (fill->price_e12 <= 0 || fill->size_e6 <= 0)) {
        row.bad = names[SIZE];
    }
    if (row.bad == NULL) {
        fill->fee_e8 = fee_of(self, &row, FEE, ASSET);
    }
    if (row.bad == NULL) {
        binance_give(self, &news, binance_instrument(self, &row, SYMBOL));
    }
    return row.bad;
}

const char *binance_read_position(struct binance_reading *self, struct slice text)
{
    enum { SYMBOL, AMOUNT, ENTRY, MARK, LIQUIDATION, MARGIN, POSITION_SIDE, MEMBERS };
    static const char *const names[MEMBERS] = {"symbol",      "positionAmt",      "entryPrice",
                                               "markPrice",   "liquidationPrice", "isolatedMargin",
                                               "positionSide"};
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
    position->mark_e12 = json_row_decimal_if(&row, MARK, 12);
    position->liquidation_e12 = json_row_decimal_if(&row, LIQUIDATION, 12);
    position->margin_e8 = json_row_decimal_if(&row, MARGIN, 8);
    if (row.bad == NULL && json_row_has(&row, POSITION_SIDE) &&
        !json_row_is(&row, POSITION_SIDE, "BOTH")) {
        row.bad = names[POSITION_SIDE];
    }
    if (row.bad == NULL && amount_e6 == INT64_MIN) {
        row.bad = names[AMOUNT];
    }
    if (row.bad == NULL) {
        binance_give(self, &news, binance_instrument(self, &row, SYMBOL));
    }
    return row.bad;
}

const char *binance_read_balance(struct binance_reading *self, struct slice text)
{
    enum { ASSET, WALLET, AVAILABLE, MEMBERS };
    static const char *const names[MEMBERS] = {"asset", "balance", "availableBalance"};
    struct row row;
    struct news news = {.kind = NEWS_BALANCE};
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    if (!json_row_is(&row, ASSET, self->quote)) {
        return json_row_has(&row, ASSET) ? NULL : names[ASSET];
    }
    news.balance.wallet_e8 = json_row_decimal(&row, WALLET, 8);
    news.balance.available_e8 = json_row_decimal(&row, AVAILABLE, 8);
    if (row.bad == NULL) {
        binance_give(self, &news, INSTRUMENT_NONE);
    }
    return row.bad;
}

/* What moves collateral in or out without a trade; fees, results and funding have evidence of their own. */
static bool income_moves(const struct row *row, int32_t member)
{
    static const char *const booked[] = {"REALIZED_PNL", "COMMISSION", "INSURANCE_CLEAR"};
    for (size_t i = 0; i < ARRAY_COUNT(booked); i++) {
        if (json_row_is(row, member, booked[i])) {
            return false;
        }
    }
    return true;
}

const char *binance_read_income(struct binance_reading *self, struct slice text)
{
    enum { SYMBOL, TYPE, INCOME, ASSET, TIME, ID, MEMBERS };
    static const char *const names[MEMBERS] = {"symbol", "incomeType", "income",
                                               "asset",  "time",       "tranId"};
    struct row row;
    struct news news = {.kind = NEWS_TRANSFER};
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    if (!json_row_has(&row, TYPE) || !json_row_has(&row, ASSET)) {
        return names[json_row_has(&row, TYPE) ? ASSET : TYPE];
    }
    if (!json_row_is(&row, ASSET, self->quote) || !income_moves(&row, TYPE)) {
        return NULL;
    }
    news.kind = json_row_is(&row, TYPE, "FUNDING_FEE") ? NEWS_FUNDING : NEWS_TRANSFER;
    news.payment.amount_e8 = json_row_decimal(&row, INCOME, 8);
    news.payment.time_us = json_row_time_us(&row, TIME);
    news.payment.id = (uint64_t)json_row_decimal(&row, ID, 0);
    if (row.bad == NULL) {
        binance_give(self, &news, binance_instrument(self, &row, SYMBOL));
    }
    return row.bad;
}

const char *binance_read_setting(struct binance_reading *self, struct slice text)
{
    enum { SYMBOL, LEVERAGE, MODE, MEMBERS };
    static const char *const names[MEMBERS] = {"symbol", "leverage", "marginType"};
    struct row row;
    struct news news = {.kind = NEWS_SETTING};
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return row.bad;
    }
    int64_t leverage = json_row_decimal(&row, LEVERAGE, 0);
    bool isolated = json_row_is(&row, MODE, "ISOLATED");
    news.setting.mode_said = true;
    news.setting.margin_mode = isolated ? MARGIN_ISOLATED : MARGIN_CROSS;
    if (!isolated && !json_row_is(&row, MODE, "CROSSED")) {
        return names[MODE];
    }
    if (row.bad != NULL || leverage < 1 || leverage > INT32_MAX) {
        return names[LEVERAGE];
    }
    news.setting.leverage = (int32_t)leverage;
    binance_give(self, &news, binance_instrument(self, &row, SYMBOL));
    return NULL;
}
