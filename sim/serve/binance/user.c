/* user.c - events of the account (PROTOCOLS A13). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "sim/serve/binance/binance.h"

static struct server_answer *begin(struct binance *self)
{
    self->event.length = 0;
    return &self->event;
}

static const char *flag(bool value)
{
    return value ? "true" : "false";
}

/* ---- orders ---- */

static const char *execution_word(const struct house_news *news)
{
    const struct house_order *order = news->order.order;
    if (news->order.fill != NULL) {
        return order->forced == FILL_TRADE ? "TRADE" : "CALCULATED";
    }
    if (news->order.amended) {
        return "AMENDMENT";
    }
    switch (order->state) {
    case HOUSE_CANCELED: return "CANCELED";
    case HOUSE_EXPIRED: return "EXPIRED";
    case HOUSE_REJECTED: return "REJECTED";
    case HOUSE_NEW:
    case HOUSE_PARTIAL:
    case HOUSE_FILLED:
    case HOUSE_TRIGGERED: return "NEW";
    }
    return "NEW";
}

static void order_event(struct binance *self,
                        const struct house_order *order,
                        const struct house_trade *fill,
                        const char *execution,
                        int64_t time_us)
{
    const struct instrument *item = item_of(self, order->instrument);
    const struct action_place *place = &order->place;
    answer_printf(begin(self),
                  "{\"e\":\"ORDER_TRADE_UPDATE\",\"E\":%" PRId64 ",\"T\":%" PRId64
                  ",\"o\":{\"s\":\"%s\",\"c\":\"%s\",\"S\":\"%s\",\"o\":\"%s\",\"f\":\"%s\",\"q\":"
                  "\"%s\",\"p\":\"%s\",\"ap\":\"%s\",\"sp\":\"%s\",",
                  ms_of(time_us), ms_of(time_us), item->symbol, words_client_id(order).text,
                  side_word(place->side), type_word(place->type), tif_word(order),
                  words_size(item, place->size_e6).text, words_price(item, place->price_e12).text,
                  words_average(item, order).text, words_price(item, place->trigger_e12).text);
    answer_printf(&self->event,
                  "\"x\":\"%s\",\"X\":\"%s\",\"i\":%" PRIu64
                  ",\"l\":\"%s\",\"z\":\"%s\",\"L\":\"%s\",",
                  execution, status_word(order), order->venue_id,
                  words_size(item, fill == NULL ? 0 : fill->size_e6).text,
                  words_size(item, order->filled_e6).text,
                  words_price(item, fill == NULL ? 0 : fill->price_e12).text);
    if (fill != NULL) {
        answer_printf(&self->event, "\"n\":\"%s\",\"N\":\"USDT\",", words_money(fill->fee_e8).text);
    }
    answer_printf(&self->event,
                  "\"T\":%" PRId64 ",\"t\":%" PRIu64
                  ",\"b\":\"0\",\"a\":\"0\",\"m\":%s,\"R\":%s,\"wt\":\"CONTRACT_PRICE\",\"ot\":\"%"
                  "s\",\"ps\":\"BOTH\",\"cp\":%s,\"rp\":\"%s\",\"pP\":false,\"si\":0,\"ss\":0,"
                  "\"V\":\"EXPIRE_MAKER\",\"pm\":\"NONE\",\"gtd\":%" PRId64 ",\"er\":\"0\"}}",
                  ms_of(fill == NULL ? order->updated_us : fill->time_us),
                  fill == NULL ? UINT64_C(0) : fill->trade_id,
                  flag(fill != NULL && fill->liquidity == LIQUIDITY_MAKER),
                  flag(place->reduce_only), type_word(place->type), flag(place->close_position),
                  words_money(fill == NULL ? 0 : fill->realised_e8).text,
                  place->tif == TIF_GTD ? ms_of(place->expires_us) : 0);
    sockets_tell_user(self, "ORDER_TRADE_UPDATE");
}

static void lite_event(struct binance *self,
                       const struct house_order *order,
                       const struct house_trade *fill,
                       int64_t time_us)
{
    const struct instrument *item = item_of(self, order->instrument);
    answer_printf(begin(self),
                  "{\"e\":\"TRADE_LITE\",\"E\":%" PRId64 ",\"T\":%" PRId64
                  ",\"s\":\"%s\",\"q\":\"%s\",\"p\":\"%s\",\"m\":%s,\"c\":\"%s\",\"S\":\"%s\","
                  "\"L\":\"%s\",\"l\":\"%s\",\"t\":%" PRIu64 ",\"i\":%" PRIu64 "}",
                  ms_of(time_us), ms_of(fill->time_us), item->symbol,
                  words_size(item, order->place.size_e6).text,
                  words_price(item, order->place.price_e12).text,
                  flag(fill->liquidity == LIQUIDITY_MAKER), words_client_id(order).text,
                  side_word(order->place.side), words_price(item, fill->price_e12).text,
                  words_size(item, fill->size_e6).text, fill->trade_id, order->venue_id);
    sockets_tell_user(self, "TRADE_LITE");
}

static void algo_event(struct binance *self,
                       const struct house_order *order,
                       const char *status,
                       int64_t time_us)
{
    const struct instrument *item = item_of(self, order->instrument);
    const struct action_place *place = &order->place;
    char child[24] = "";
    if (order->child_id != 0 && strcmp(status, "TRIGGERING") != 0) {
        (void)snprintf(child, sizeof(child), "%" PRIu64, order->child_id);
    }
    answer_printf(begin(self),
                  "{\"e\":\"ALGO_UPDATE\",\"T\":%" PRId64 ",\"E\":%" PRId64
                  ",\"o\":{\"caid\":\"%s\",\"aid\":%" PRIu64
                  ",\"at\":\"CONDITIONAL\",\"o\":\"%s\",\"s\":\"%s\",\"S\":\"%s\",\"ps\":\"BOTH\","
                  "\"f\":\"%s\",\"q\":\"%s\",\"X\":\"%s\",\"ai\":\"%s\",",
                  ms_of(time_us), ms_of(time_us), order->client_id, order->venue_id,
                  type_word(place->type), item->symbol, side_word(place->side), tif_word(order),
                  words_size(item, place->size_e6).text, status, child);
    answer_printf(
        &self->event,
        "\"ap\":\"%s\",\"aq\":\"%s\",\"act\":\"MARKET\",\"tp\":\"%s\",\"p\":\"0\",\"V\":\"NONE\","
        "\"wt\":\"%s\",\"pm\":\"NONE\",\"cp\":%s,\"pP\":false,\"R\":%s,\"tt\":%" PRId64
        ",\"gtd\":0,\"rm\":\"\"}}",
        words_average(item, order).text, words_size(item, order->filled_e6).text,
        words_price(item, place->trigger_e12).text,
        place->trigger_by == TRIGGER_MARK ? "MARK_PRICE" : "CONTRACT_PRICE",
        flag(place->close_position), flag(place->reduce_only), ms_of(order->triggered_us));
    sockets_tell_user(self, "ALGO_UPDATE");
}

static void on_conditional(struct binance *self, const struct house_news *news)
{
    const struct house_order *order = news->order.order;
    if (order->state == HOUSE_TRIGGERED) {
        algo_event(self, order, "TRIGGERING", news->time_us);
        algo_event(self, order, "TRIGGERED", news->time_us);
    } else if (order->state == HOUSE_FILLED) {
        algo_event(self, order, "FINISHED", news->time_us);
    } else {
        algo_event(self, order, algo_status_word(order), news->time_us);
    }
}

static void on_order(struct binance *self, const struct house_news *news)
{
    const struct house_order *order = news->order.order;
    const struct house_trade *fill = news->order.fill;
    if (order->conditional) {
        on_conditional(self, news);
        return;
    }
    if (order->state == HOUSE_REJECTED) {
        return; /* said in the answer to the request alone */
    }
    if (fill != NULL) {
        self->realised_e8[order->instrument] += fill->realised_e8;
        lite_event(self, order, fill, news->time_us);
    }
    if (strikes(self, FAULT_UNKNOWN_EXECUTION, NULL)) {
        order_event(self, order, NULL, "INSURANCE_TRANSFER", news->time_us);
    }
    order_event(self, order, fill, execution_word(news), news->time_us);
    if (fill != NULL && order->forced == FILL_LIQUIDATION) {
        streams_forced(self, order, news->time_us);
    }
}

void user_phantom(struct binance *self, const struct house_order *order)
{
    order_event(self, order, NULL, "REJECTED", order->updated_us);
}

/* ---- balances, positions, settings ---- */

static const char *cause_word(const struct house_news *news)
{
    switch (news->account.cause) {
    case ACCOUNT_BY_ORDER: return "ORDER";
    case ACCOUNT_BY_FUNDING: return "FUNDING_FEE";
    case ACCOUNT_BY_TRANSFER: return news->account.wallet_change_e8 > 0 ? "DEPOSIT" : "WITHDRAW";
    case ACCOUNT_BY_MARGIN: return "MARGIN_TRANSFER";
    }
    return "ADJUSTMENT";
}

static void position_write(struct binance *self, int32_t instrument)
{
    const struct instrument *item = item_of(self, instrument);
    struct house_position position;
    house_position(self->house, instrument, &position);
    struct house_order entry = {.filled_e6 = position.size_e6, .cost_e8 = position.cost_e8};
    bool isolated = position.margin_mode == MARGIN_ISOLATED;
    answer_printf(&self->event,
                  "{\"s\":\"%s\",\"pa\":\"%s\",\"ep\":\"%s\",\"bep\":\"%s\",\"cr\":\"%s\",\"up\":"
                  "\"%s\",\"mt\":\"%s\",\"iw\":\"%s\",\"ps\":\"BOTH\",\"ma\":\"USDT\"}",
                  item->symbol, words_signed_size(item, &position).text,
                  words_average(item, &entry).text, words_average(item, &entry).text,
                  words_money(self->realised_e8[instrument]).text,
                  words_money(position.unrealised_e8).text, margin_word_lower(position.margin_mode),
                  words_money(isolated ? position.margin_e8 : 0).text);
}

/* What no isolated position holds. */
static int64_t cross_wallet_e8(const struct binance *self, int64_t wallet_e8)
{
    for (int32_t i = 0; i < house_instruments(self->house)->count; i++) {
        struct house_position position;
        house_position(self->house, i, &position);
        bool isolated = position.margin_mode == MARGIN_ISOLATED && position.size_e6 > 0;
        wallet_e8 -= isolated ? position.margin_e8 : 0;
    }
    return wallet_e8;
}

static void on_account(struct binance *self, const struct house_news *news)
{
    struct house_balance balance;
    house_balance(self->house, &balance);
    answer_printf(begin(self),
                  "{\"e\":\"ACCOUNT_UPDATE\",\"E\":%" PRId64 ",\"T\":%" PRId64
                  ",\"a\":{\"m\":\"%s\",\"B\":[{\"a\":\"USDT\",\"wb\":\"%s\",\"cw\":\"%s\",\"bc\":"
                  "\"%s\"}],\"P\":[",
                  ms_of(news->time_us), ms_of(news->time_us), cause_word(news),
                  words_money(balance.wallet_e8).text,
                  words_money(cross_wallet_e8(self, balance.wallet_e8)).text,
                  words_money(news->account.wallet_change_e8).text);
    if (news->instrument != INSTRUMENT_NONE) {
        position_write(self, news->instrument);
    }
    answer_printf(&self->event, "]}}");
    sockets_tell_user(self, "ACCOUNT_UPDATE");
}

static void on_setting(struct binance *self, const struct house_news *news)
{
    struct house_position position;
    house_position(self->house, news->instrument, &position);
    answer_printf(begin(self),
                  "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"E\":%" PRId64 ",\"T\":%" PRId64
                  ",\"ac\":{\"s\":\"%s\",\"l\":%d}}",
                  ms_of(news->time_us), ms_of(news->time_us),
                  item_of(self, news->instrument)->symbol, position.leverage);
    sockets_tell_user(self, "ACCOUNT_CONFIG_UPDATE");
}

void user_news(struct binance *self, const struct house_news *news)
{
    if (news->kind == HOUSE_NEWS_ORDER) {
        on_order(self, news);
    } else if (news->kind == HOUSE_NEWS_ACCOUNT) {
        on_account(self, news);
    } else if (news->instrument != INSTRUMENT_NONE) {
        on_setting(self, news);
    }
}
