/* settings.c - leverage, margin types, modes, margins, brackets, fees (PROTOCOLS A6). */
#include <inttypes.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"
#include "sim/serve/binance/binance.h"

enum { LEVERAGE_MOST = 125 };

static const char *switch_word(bool value)
{
    return value ? "true" : "false";
}

/* The most that a position may be worth at a leverage. */
static int64_t notional_most_e8(const struct binance *self, int32_t instrument, int64_t leverage)
{
    const struct instrument *item = item_of(self, instrument);
    const struct tier *tiers = instrument_tiers(house_instruments(self->house), item);
    int64_t most_e8 = tiers[0].cap_e8;
    for (int32_t at = 0; at < item->tier_count; at++) {
        most_e8 = tiers[at].leverage_max >= leverage ? tiers[at].cap_e8 : most_e8;
    }
    return most_e8;
}

void handle_leverage(struct call *call)
{
    int32_t instrument = INSTRUMENT_NONE;
    int64_t leverage = 0;
    const char *sent = NULL;
    if (!call_symbol(call, &instrument) || !call_must(call, "leverage", &sent) ||
        !call_whole(call, "leverage", (struct whole){0, INT32_MIN, INT32_MAX}, &leverage)) {
        return;
    }
    if (leverage < 1 || leverage > LEVERAGE_MOST) {
        (void)call_refuse(call, -4028);
        return;
    }
    struct house_answer answer = house_leverage(call->self->house, instrument, (int32_t)leverage);
    if (answer.refusal == HOUSE_REASON) {
        if (answer.reason == REASON_LEVERAGE_BRACKET) {
            (void)call_refuse(call, -4028);
        } else if (answer.reason == REASON_POSITION_OPEN) {
            (void)call_refuse(call, -4161);
        } else if (answer.reason == REASON_POSITION_MARGIN) {
            (void)call_refuse(call, -2028);
        } else {
            (void)call_refuse_house(call, &answer, false);
        }
        return;
    }
    answer_printf(call->answer,
                  "{\"symbol\":\"%s\",\"leverage\":%" PRId64 ",\"maxNotionalValue\":\"%s\"}",
                  item_of(call->self, instrument)->symbol, leverage,
                  words_decimal(notional_most_e8(call->self, instrument, leverage), 8, 0).text);
}

void handle_margin_type(struct call *call)
{
    int32_t instrument = INSTRUMENT_NONE;
    const char *word = NULL;
    if (!call_symbol(call, &instrument) || !call_must(call, "marginType", &word)) {
        return;
    }
    bool crossed = strcmp(word, "CROSSED") == 0;
    if (!crossed && strcmp(word, "ISOLATED") != 0) {
        (void)call_refuse(call, -1130);
        return;
    }
    struct house_answer answer =
        house_margin_mode(call->self->house, instrument, crossed ? MARGIN_CROSS : MARGIN_ISOLATED);
    if (answer.refusal == HOUSE_SAME) {
        (void)call_refuse(call, -4046);
    } else if (answer.refusal == HOUSE_REASON) {
        (void)call_refuse(call, answer.reason == REASON_ORDERS_OPEN ? -4047 : -4048);
    } else {
        call_success(call);
    }
}

/* One-way mode and one asset stay as they are: what asks for it is told that it is so already. */
static void mode_post(struct call *call, const char *name, int32_t same, int32_t other)
{
    bool on = false;
    const char *sent = NULL;
    if (call_must(call, name, &sent) && call_switch(call, name, false, &on)) {
        (void)call_refuse(call, on ? other : same);
    }
}

void handle_dual_post(struct call *call)
{
    mode_post(call, "dualSidePosition", -4059, -4531);
}

void handle_dual_get(struct call *call)
{
    answer_printf(call->answer, "{\"dualSidePosition\":false}");
}

void handle_assets_mode_post(struct call *call)
{
    mode_post(call, "multiAssetsMargin", -4171, -4168);
}

void handle_assets_mode_get(struct call *call)
{
    answer_printf(call->answer, "{\"multiAssetsMargin\":false}");
}

/* ---- margin of an isolated position ---- */

static void keep_change(struct binance *self, int32_t instrument, int64_t amount_e8)
{
    size_t size = sizeof(*self->changes) * (size_t)(self->change_count + 1);
    self->changes = memory_or_panic(realloc(self->changes, size));
    self->changes[self->change_count] =
        (struct margin_change){instrument, amount_e8, house_now_us(self->house)};
    self->change_count++;
}

void handle_position_margin(struct call *call)
{
    int32_t instrument = INSTRUMENT_NONE;
    int64_t amount_e8 = 0;
    int64_t type = 0;
    bool sent = false;
    const char *must = NULL;
    if (!call_symbol(call, &instrument) || !call_must(call, "amount", &must) ||
        !call_must(call, "type", &must) || !call_decimal(call, "amount", 8, &amount_e8, &sent) ||
        !call_whole(call, "type", (struct whole){0, 1, 2}, &type)) {
        return;
    }
    if (amount_e8 <= 0) {
        (void)call_refuse(call, -1130);
        return;
    }
    int64_t signed_e8 = type == 1 ? amount_e8 : -amount_e8;
    struct house_answer answer = house_margin(call->self->house, instrument, signed_e8);
    if (answer.refusal != HOUSE_TAKEN) {
        (void)call_refuse_house(call, &answer, false);
        return;
    }
    keep_change(call->self, instrument, signed_e8);
    answer_printf(call->answer,
                  "{\"amount\":%s,\"code\":200,\"msg\":\"Successfully modify position "
                  "margin.\",\"type\":%" PRId64 "}",
                  words_decimal(amount_e8, 8, 1).text, type);
}

void handle_margin_history(struct call *call)
{
    int32_t instrument = INSTRUMENT_NONE;
    if (!call_symbol(call, &instrument)) {
        return;
    }
    const struct binance *self = call->self;
    bool first = true;
    answer_printf(call->answer, "[");
    for (int32_t at = 0; at < self->change_count; at++) {
        const struct margin_change *change = &self->changes[at];
        if (change->instrument != instrument) {
            continue;
        }
        bool added = change->amount_e8 > 0;
        answer_printf(call->answer,
                      "%s{\"symbol\":\"%s\",\"type\":%d,\"deltaType\":\"USER_ADJUST\",\"amount\":"
                      "\"%s\",\"asset\":\"USDT\",\"time\":%" PRId64 ",\"positionSide\":\"BOTH\"}",
                      first ? "" : ",", item_of(self, instrument)->symbol, added ? 1 : 2,
                      words_money(change->amount_e8).text, ms_of(change->time_us));
        first = false;
    }
    answer_printf(call->answer, "]");
}

/* ---- what holds for a symbol ---- */

static void brackets_write(struct call *call, int32_t instrument)
{
    const struct instrument *item = item_of(call->self, instrument);
    const struct tier *tiers = instrument_tiers(house_instruments(call->self->house), item);
    answer_printf(call->answer, "{\"symbol\":\"%s\",\"brackets\":[", item->symbol);
    for (int32_t at = 0; at < item->tier_count; at++) {
        answer_printf(call->answer,
                      "%s{\"bracket\":%d,\"initialLeverage\":%d,\"notionalCap\":%s,"
                      "\"notionalFloor\":%s,\"maintMarginRatio\":%s,\"cum\":%s}",
                      at == 0 ? "" : ",", at + 1, tiers[at].leverage_max,
                      words_decimal(tiers[at].cap_e8, 8, 0).text,
                      words_decimal(tiers[at].floor_e8, 8, 0).text,
                      words_decimal(tiers[at].maintenance_rate_e9, 9, 1).text,
                      words_decimal(tiers[at].maintenance_amount_e8, 8, 1).text);
    }
    answer_printf(call->answer, "]}");
}

/* One row a symbol, all of them where none was named. */
static void each_symbol(struct call *call, void (*row)(struct call *call, int32_t instrument))
{
    int32_t wanted = INSTRUMENT_NONE;
    if (!call_symbol_or_all(call, &wanted)) {
        return;
    }
    bool first = true;
    answer_printf(call->answer, "[");
    for (int32_t at = 0; at < house_instruments(call->self->house)->count; at++) {
        if (wanted == INSTRUMENT_NONE || wanted == at) {
            answer_printf(call->answer, "%s", first ? "" : ",");
            row(call, at);
            first = false;
        }
    }
    answer_printf(call->answer, "]");
}

void handle_brackets(struct call *call)
{
    each_symbol(call, brackets_write);
}

static void config_write(struct call *call, int32_t instrument)
{
    struct house_position position;
    house_position(call->self->house, instrument, &position);
    answer_printf(
        call->answer,
        "{\"symbol\":\"%s\",\"marginType\":\"%s\",\"isAutoAddMargin\":false,\"leverage\":%d,"
        "\"maxNotionalValue\":\"%s\"}",
        item_of(call->self, instrument)->symbol, margin_word_upper(position.margin_mode),
        position.leverage,
        words_decimal(notional_most_e8(call->self, instrument, position.leverage), 8, 0).text);
}

void handle_symbol_config(struct call *call)
{
    each_symbol(call, config_write);
}

void handle_account_config(struct call *call)
{
    const struct server_key *key =
        server_key_find(call->self->server, server_header(call->request, "x-mbx-apikey"));
    bool trade = key != NULL && key->can_trade && !key->read_only;
    answer_printf(call->answer,
                  "{\"feeTier\":0,\"canTrade\":%s,\"canDeposit\":true,\"canWithdraw\":true,"
                  "\"dualSidePosition\":false,\"updateTime\":0,\"multiAssetsMargin\":false,"
                  "\"tradeGroupId\":-1}",
                  switch_word(trade));
}

void handle_commission(struct call *call)
{
    int32_t instrument = INSTRUMENT_NONE;
    if (!call_symbol(call, &instrument)) {
        return;
    }
    const struct instrument *item = item_of(call->self, instrument);
    answer_printf(call->answer,
                  "{\"symbol\":\"%s\",\"makerCommissionRate\":\"%s\",\"takerCommissionRate\":\"%"
                  "s\",\"rpiCommissionRate\":\"0.00005\"}",
                  item->symbol, words_decimal(item->maker_fee_e9, 9, 6).text,
                  words_decimal(item->taker_fee_e9, 9, 6).text);
}

void handle_fee_burn_get(struct call *call)
{
    answer_printf(call->answer, "{\"feeBurn\":false}");
}

void handle_fee_burn_post(struct call *call)
{
    bool on = false;
    if (!call_switch(call, "feeBurn", false, &on)) {
        return;
    }
    if (on) {
        (void)call_refuse_text(call, -1130, "Fees in another asset are not offered here.");
    } else {
        call_success(call);
    }
}
