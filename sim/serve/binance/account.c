/* account.c - positions, balances, the account, income (PROTOCOLS A9). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "sim/serve/binance/binance.h"

/* ---- positions ---- */

/* F20: the rows as they were when they were last told right. */
static struct house_position position_now(struct call *call, int32_t instrument, bool stale)
{
    struct binance *self = call->self;
    if (!stale) {
        house_position(self->house, instrument, &self->stale[instrument]);
    }
    return self->stale[instrument];
}

static struct words entry_words(const struct instrument *item,
                                const struct house_position *position)
{
    struct house_order as_order = {.filled_e6 = position->size_e6, .cost_e8 = position->cost_e8};
    return words_average(item, &as_order);
}

static bool has_orders(const struct binance *self, int32_t instrument)
{
    for (int64_t at = house_order_count(self->house) - 1; at >= 0; at--) {
        const struct house_order *order = house_order_at(self->house, at);
        if (order->instrument == instrument && house_order_open(order)) {
            return true;
        }
    }
    return false;
}

static int64_t notional_e8(const struct house_position *position)
{
    int64_t value_e8 = 0;
    if (!fixed_notional_ceil_e8(position->mark_e12, position->size_e6, &value_e8)) {
        value_e8 = 0;
    }
    return position->side == SIDE_SHORT ? -value_e8 : value_e8;
}

static void
risk_common(struct call *call, int32_t instrument, const struct house_position *position)
{
    const struct instrument *item = item_of(call->self, instrument);
    bool isolated = position->margin_mode == MARGIN_ISOLATED;
    answer_printf(
        call->answer,
        "{\"symbol\":\"%s\",\"positionSide\":\"BOTH\",\"positionAmt\":\"%s\",\"entryPrice\":\"%s\","
        "\"breakEvenPrice\":\"%s\",\"markPrice\":\"%s\",\"unRealizedProfit\":\"%s\","
        "\"liquidationPrice\":\"%s\",",
        item->symbol, words_signed_size(item, position).text, entry_words(item, position).text,
        entry_words(item, position).text, words_decimal(position->mark_e12, 12, 8).text,
        words_money(position->unrealised_e8).text,
        position->liquidation_e12 == 0 ? "0"
                                       : words_decimal(position->liquidation_e12, 12, 8).text);
    answer_printf(call->answer,
                  "\"isolatedMargin\":\"%s\",\"notional\":\"%s\",\"isolatedWallet\":\"%s\","
                  "\"updateTime\":%" PRId64,
                  words_money(isolated ? position->margin_e8 + position->unrealised_e8 : 0).text,
                  words_money(notional_e8(position)).text,
                  words_money(isolated ? position->margin_e8 : 0).text,
                  ms_of(position->updated_us));
}

static void risk_v3(struct call *call, int32_t instrument, const struct house_position *position)
{
    risk_common(call, instrument, position);
    answer_printf(call->answer,
                  ",\"marginAsset\":\"USDT\",\"initialMargin\":\"%s\",\"maintMargin\":\"%s\","
                  "\"positionInitialMargin\":\"%s\",\"openOrderInitialMargin\":\"0\",\"adl\":%d,"
                  "\"bidNotional\":\"0\",\"askNotional\":\"0\"}",
                  words_money(position->initial_e8).text,
                  words_money(position->maintenance_e8).text,
                  words_money(position->initial_e8).text, position->size_e6 > 0 ? 1 : 0);
}

static void risk_v2(struct call *call, int32_t instrument, const struct house_position *position)
{
    risk_common(call, instrument, position);
    answer_printf(call->answer,
                  ",\"leverage\":\"%d\",\"maxNotionalValue\":\"%s\",\"marginType\":\"%s\","
                  "\"isAutoAddMargin\":\"false\"}",
                  position->leverage, words_money(INT64_C(1000000) * ONE_E8).text,
                  margin_word_lower(position->margin_mode));
}

static void position_risk(struct call *call,
                          bool all,
                          void (*row)(struct call *call,
                                      int32_t instrument,
                                      const struct house_position *position))
{
    int32_t wanted = INSTRUMENT_NONE;
    if (!call_symbol_or_all(call, &wanted)) {
        return;
    }
    bool stale = strikes(call->self, FAULT_POSITIONS_STALE, call);
    if (stale && faults_dice(server_faults(call->self->server), 2) == 0) {
        call->answer->status = 503;
        answer_printf(call->answer, "{\"code\":0,\"msg\":\"Service Unavailable.\"}");
        return;
    }
    bool first = true;
    answer_printf(call->answer, "[");
    for (int32_t at = 0; at < house_instruments(call->self->house)->count; at++) {
        struct house_position position = position_now(call, at, stale);
        bool shown = all || position.size_e6 > 0 || has_orders(call->self, at);
        if (shown && (wanted == INSTRUMENT_NONE || wanted == at)) {
            answer_printf(call->answer, "%s", first ? "" : ",");
            row(call, at, &position);
            first = false;
        }
    }
    answer_printf(call->answer, "]");
}

void handle_position_risk_v2(struct call *call)
{
    position_risk(call, true, risk_v2);
}

void handle_position_risk_v3(struct call *call)
{
    position_risk(call, false, risk_v3);
}

/* ---- balances ---- */

/* The wallet without what isolated positions hold. */
static int64_t cross_wallet_e8(const struct call *call, const struct house_balance *balance)
{
    int64_t isolated_e8 = 0;
    for (int32_t at = 0; at < house_instruments(call->self->house)->count; at++) {
        struct house_position position;
        house_position(call->self->house, at, &position);
        isolated_e8 += position.margin_mode == MARGIN_ISOLATED ? position.margin_e8 : 0;
    }
    return balance->wallet_e8 - isolated_e8;
}

void handle_balance(struct call *call)
{
    struct house_balance balance;
    house_balance(call->self->house, &balance);
    answer_printf(
        call->answer,
        "[{\"accountAlias\":\"SgsR\",\"asset\":\"USDT\",\"balance\":\"%s\",\"crossWalletBalance\":"
        "\"%s\",\"crossUnPnl\":\"0.00000000\",\"availableBalance\":\"%s\",\"maxWithdrawAmount\":\"%"
        "s\",\"marginAvailable\":true,\"updateTime\":%" PRId64 "}]",
        words_money(balance.wallet_e8).text, words_money(cross_wallet_e8(call, &balance)).text,
        words_money(balance.available_e8).text, words_money(balance.available_e8).text,
        ms_of(call->request->now_us));
}

/* `total` before each name of the whole account, none for the asset's. */
static void account_figures(struct call *call, const struct house_balance *balance, bool total)
{
    const char *const names[] = {total ? "totalInitialMargin" : "initialMargin",
                                 total ? "totalMaintMargin" : "maintMargin",
                                 total ? "totalWalletBalance" : "walletBalance",
                                 total ? "totalUnrealizedProfit" : "unrealizedProfit",
                                 total ? "totalMarginBalance" : "marginBalance",
                                 total ? "totalPositionInitialMargin" : "positionInitialMargin",
                                 total ? "totalOpenOrderInitialMargin" : "openOrderInitialMargin",
                                 total ? "totalCrossWalletBalance" : "crossWalletBalance",
                                 total ? "totalCrossUnPnl" : "crossUnPnl",
                                 "availableBalance",
                                 "maxWithdrawAmount"};
    const int64_t values[] = {balance->position_margin_e8 + balance->order_margin_e8,
                              balance->maintenance_e8,
                              balance->wallet_e8,
                              balance->unrealised_e8,
                              balance->wallet_e8 + balance->unrealised_e8,
                              balance->position_margin_e8,
                              balance->order_margin_e8,
                              cross_wallet_e8(call, balance),
                              0,
                              balance->available_e8,
                              balance->available_e8};
    for (size_t at = 0; at < ARRAY_COUNT(names); at++) {
        answer_printf(call->answer, "\"%s\":\"%s\",", names[at], words_money(values[at]).text);
    }
}

static void account_positions(struct call *call, bool all)
{
    bool first = true;
    for (int32_t at = 0; at < house_instruments(call->self->house)->count; at++) {
        const struct instrument *item = item_of(call->self, at);
        struct house_position position;
        house_position(call->self->house, at, &position);
        if (!all && position.size_e6 == 0) {
            continue;
        }
        bool isolated = position.margin_mode == MARGIN_ISOLATED;
        answer_printf(call->answer,
                      "%s{\"symbol\":\"%s\",\"positionSide\":\"BOTH\",\"positionAmt\":\"%s\","
                      "\"unrealizedProfit\":\"%s\",\"isolatedMargin\":\"%s\",\"notional\":\"%s\","
                      "\"isolatedWallet\":\"%s\",\"initialMargin\":\"%s\",\"maintMargin\":\"%s\",",
                      first ? "" : ",", item->symbol, words_signed_size(item, &position).text,
                      words_money(position.unrealised_e8).text,
                      words_money(isolated ? position.margin_e8 + position.unrealised_e8 : 0).text,
                      words_money(notional_e8(&position)).text,
                      words_money(isolated ? position.margin_e8 : 0).text,
                      words_money(position.initial_e8).text,
                      words_money(position.maintenance_e8).text);
        answer_printf(
            call->answer,
            "\"entryPrice\":\"%s\",\"leverage\":\"%d\",\"isolated\":%s,\"updateTime\":%" PRId64 "}",
            entry_words(item, &position).text, position.leverage, isolated ? "true" : "false",
            ms_of(position.updated_us));
        first = false;
    }
}

static void account(struct call *call, bool all)
{
    struct house_balance balance;
    house_balance(call->self->house, &balance);
    answer_printf(call->answer,
                  "{\"feeTier\":0,\"canTrade\":true,\"canDeposit\":true,\"canWithdraw\":true,"
                  "\"multiAssetsMargin\":false,\"tradeGroupId\":-1,\"updateTime\":0,");
    account_figures(call, &balance, true);
    answer_printf(call->answer, "\"assets\":[{\"asset\":\"USDT\",");
    account_figures(call, &balance, false);
    answer_printf(call->answer,
                  "\"marginAvailable\":true,\"updateTime\":%" PRId64 "}],\"positions\":[",
                  ms_of(call->request->now_us));
    account_positions(call, all);
    answer_printf(call->answer, "]}");
}

void handle_account_v2(struct call *call)
{
    account(call, true);
}

void handle_account_v3(struct call *call)
{
    account(call, false);
}

void handle_adl_quantile(struct call *call)
{
    int32_t wanted = INSTRUMENT_NONE;
    if (!call_symbol_or_all(call, &wanted)) {
        return;
    }
    bool first = true;
    answer_printf(call->answer, "[");
    for (int32_t at = 0; at < house_instruments(call->self->house)->count; at++) {
        struct house_position position;
        house_position(call->self->house, at, &position);
        if (position.size_e6 > 0 && (wanted == INSTRUMENT_NONE || wanted == at)) {
            answer_printf(
                call->answer,
                "%s{\"symbol\":\"%s\",\"adlQuantile\":{\"LONG\":0,\"SHORT\":0,\"BOTH\":1}}",
                first ? "" : ",", item_of(call->self, at)->symbol);
            first = false;
        }
    }
    answer_printf(call->answer, "]");
}

/* ---- income ---- */

static const char *income_word(enum income_kind kind)
{
    switch (kind) {
    case INCOME_TRANSFER: return "TRANSFER";
    case INCOME_REALISED: return "REALIZED_PNL";
    case INCOME_FUNDING: return "FUNDING_FEE";
    case INCOME_COMMISSION: return "COMMISSION";
    case INCOME_INSURANCE: return "INSURANCE_CLEAR";
    }
    return "?";
}

static void income_write(struct call *call, const struct house_income *row, bool first)
{
    char trade[24] = "";
    if (row->trade_id != 0) {
        (void)snprintf(trade, sizeof(trade), "%" PRIu64, row->trade_id);
    }
    answer_printf(call->answer,
                  "%s{\"symbol\":\"%s\",\"incomeType\":\"%s\",\"income\":\"%s\",\"asset\":\"USDT\","
                  "\"info\":\"%s\",\"time\":%" PRId64 ",\"tranId\":%" PRIu64 ",\"tradeId\":\"%s\"}",
                  first ? "" : ",",
                  row->instrument == INSTRUMENT_NONE ? ""
                                                     : item_of(call->self, row->instrument)->symbol,
                  income_word(row->kind), words_money(row->amount_e8).text, income_word(row->kind),
                  ms_of(row->time_us), row->id, trade);
}

/* Oldest first; from a start on the first ones, else the last ones. */
void handle_income(struct call *call)
{
    int32_t wanted = INSTRUMENT_NONE;
    struct span span;
    const char *type = call_text(call, "incomeType");
    if (!call_symbol_or_all(call, &wanted) ||
        !call_span(call, (struct whole){100, 1, 1000}, 0, &span)) {
        return;
    }
    const struct house *house = call->self->house;
    int64_t count = house_income_count(house);
    int64_t matching = 0;
    int64_t skip = 0;
    for (int pass = 0; pass < 2; pass++) {
        int64_t told = 0;
        int64_t seen = 0;
        answer_printf(call->answer, "%s", pass == 1 ? "[" : "");
        for (int64_t at = 0; at < count; at++) {
            const struct house_income *row = house_income_at(house, at);
            bool fits = (wanted == INSTRUMENT_NONE || row->instrument == wanted) &&
                        (type == NULL || strcmp(type, income_word(row->kind)) == 0) &&
                        row->time_us >= span.from_us && row->time_us <= span.to_us;
            seen += fits;
            if (fits && pass == 1 && seen > skip && told < span.limit) {
                income_write(call, row, told == 0);
                told++;
            }
        }
        matching = seen;
        skip = span.from_sent || matching <= span.limit ? 0 : matching - span.limit;
    }
    answer_printf(call->answer, "]");
}
