/* order_queries.c - orders and trades as they are and were (PROTOCOLS A7). Lists are oldest first. */
#include <inttypes.h>
#include <string.h>

#include "core/instant.h"
#include "sim/serve/binance/binance.h"

/* The venue forgets: unfilled ends after three days, everything after ninety. */
static bool order_kept(const struct house_order *order, int64_t now_us)
{
    bool ended = !house_order_open(order);
    bool barren = ended && order->filled_e6 == 0 && order->state != HOUSE_FILLED;
    int64_t life_us = (barren ? 3 : 90) * US_PER_DAY;

    return !ended || now_us - order->updated_us <= life_us;
}

static const struct house_order *order_find(struct call *call)
{
    int32_t instrument = 0;
    uint64_t venue_id = 0;
    const char *client_id = "";
    if (!call_symbol(call, &instrument) || !order_named(call, &venue_id, &client_id)) {
        return NULL;
    }
    const struct house_order *order = phantom_find(call->self, venue_id, client_id);
    if (order == NULL) {
        order = house_order(call->self->house, instrument, venue_id, client_id, false);
    }
    if (order == NULL || !order_kept(order, call->request->now_us)) {
        (void)call_refuse(call, -2013);
        return NULL;
    }
    return order;
}

void handle_order_get(struct call *call)
{
    const struct house_order *order = order_find(call);
    if (order != NULL) {
        order_write(call->self, call->answer, order, ORDER_QUERY);
    }
}

void handle_open_order(struct call *call)
{
    const struct house_order *order = order_find(call);
    if (order != NULL && !house_order_open(order)) {
        (void)call_refuse(call, -2013);
    } else if (order != NULL) {
        order_write(call->self, call->answer, order, ORDER_QUERY);
    }
}

/* F19: one in two is left out. */
void handle_open_orders(struct call *call)
{
    int32_t instrument = 0;
    if (!call_symbol_or_all(call, &instrument)) {
        return;
    }
    const struct house *house = call->self->house;
    bool omit = strikes(call->self, FAULT_OPEN_ORDERS_OMIT, call);
    int32_t written = 0;
    answer_printf(call->answer, "[");
    for (int64_t i = 0; i < house_order_count(house); i++) {
        const struct house_order *order = house_order_at(house, i);
        if (order->conditional || !house_order_open(order) ||
            (instrument != INSTRUMENT_NONE && order->instrument != instrument) ||
            (omit && faults_dice(server_faults(call->self->server), 2) == 0)) {
            continue;
        }
        answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
        order_write(call->self, call->answer, order, ORDER_QUERY);
    }
    answer_printf(call->answer, "]");
}

struct order_filter {
    int32_t instrument; /* NONE: any */
    uint64_t from_id;
    struct span span;
    int64_t now_us;
};

static bool order_passes(const struct order_filter *self, const struct house_order *order)
{
    return !order->conditional &&
           (self->instrument == INSTRUMENT_NONE || order->instrument == self->instrument) &&
           order->venue_id >= self->from_id && order->created_us >= self->span.from_us &&
           order->created_us <= self->span.to_us && order_kept(order, self->now_us);
}

/* Index from which on the last `limit` pass; from the first on where a start is given. */
static int64_t orders_from(const struct house *house, const struct order_filter *filter)
{
    int64_t left = filter->span.limit;
    int64_t index = house_order_count(house);
    if (filter->from_id > 0 || filter->span.from_sent) {
        return 0;
    }
    while (index > 0 && left > 0) {
        index--;
        left -= order_passes(filter, house_order_at(house, index)) ? 1 : 0;
    }
    return index;
}

void handle_all_orders(struct call *call)
{
    struct order_filter filter = {.now_us = call->request->now_us};
    int64_t from_id = 0;
    if (!call_symbol_or_all(call, &filter.instrument) ||
        !call_whole(call, "orderId", (struct whole){0, 0, INT64_MAX}, &from_id) ||
        !call_span(call, (struct whole){500, 1, 1000}, 7, &filter.span)) {
        return;
    }
    filter.from_id = (uint64_t)from_id;
    const struct house *house = call->self->house;
    int64_t written = 0;
    answer_printf(call->answer, "[");
    for (int64_t i = orders_from(house, &filter);
         i < house_order_count(house) && written < filter.span.limit; i++) {
        const struct house_order *order = house_order_at(house, i);
        if (order_passes(&filter, order)) {
            answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
            order_write(call->self, call->answer, order, ORDER_QUERY);
        }
    }
    answer_printf(call->answer, "]");
}

void handle_force_orders(struct call *call)
{
    int32_t instrument = 0;
    struct span span;
    const char *type = call_text(call, "autoCloseType");
    if (!call_symbol_or_all(call, &instrument) ||
        !call_span(call, (struct whole){50, 1, 100}, 0, &span)) {
        return;
    }
    const struct house *house = call->self->house;
    int64_t written = 0;
    answer_printf(call->answer, "[");
    for (int64_t i = 0; i < house_order_count(house) && written < span.limit; i++) {
        const struct house_order *order = house_order_at(house, i);
        const char *kind = order->forced == FILL_ADL ? "ADL" : "LIQUIDATION";
        if (order->forced == FILL_TRADE || (type != NULL && strcmp(type, kind) != 0) ||
            (instrument != INSTRUMENT_NONE && order->instrument != instrument) ||
            order->created_us < span.from_us || order->created_us > span.to_us) {
            continue;
        }
        answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
        order_write(call->self, call->answer, order, ORDER_QUERY);
    }
    answer_printf(call->answer, "]");
}

static void user_trade_write(struct call *call, const struct house_trade *trade)
{
    const struct instrument *item = item_of(call->self, trade->instrument);
    int64_t quote_e8 = 0;
    if (!fixed_notional_floor_e8(trade->price_e12, trade->size_e6, &quote_e8)) {
        quote_e8 = 0;
    }
    bool maker = trade->liquidity == LIQUIDITY_MAKER;
    answer_printf(call->answer,
                  "{\"buyer\":%s,\"commission\":\"%s\",\"commissionAsset\":\"USDT\","
                  "\"id\":%" PRIu64 ",\"maker\":%s,\"orderId\":%" PRIu64
                  ",\"price\":\"%s\",\"qty\":\"%s\",",
                  trade->side == SIDE_BUY ? "true" : "false", words_money(trade->fee_e8).text,
                  trade->trade_id, maker ? "true" : "false", trade->venue_order_id,
                  words_price(item, trade->price_e12).text, words_size(item, trade->size_e6).text);
    answer_printf(call->answer,
                  "\"quoteQty\":\"%s\",\"realizedPnl\":\"%s\",\"side\":\"%s\","
                  "\"positionSide\":\"BOTH\",\"symbol\":\"%s\",\"marginAsset\":\"USDT\","
                  "\"time\":%" PRId64 "}",
                  words_money(quote_e8).text, words_money(trade->realised_e8).text,
                  side_word(trade->side), item->symbol, ms_of(trade->time_us));
}

struct trade_filter {
    int32_t instrument;
    uint64_t order_id, from_id; /* 0: any */
    struct span span;
};

static bool trade_passes(const struct trade_filter *self, const struct house_trade *trade)
{
    return trade->instrument == self->instrument &&
           (self->order_id == 0 || trade->venue_order_id == self->order_id) &&
           trade->trade_id >= self->from_id && trade->time_us >= self->span.from_us &&
           trade->time_us <= self->span.to_us;
}

static int64_t trades_first(const struct house *house, const struct trade_filter *filter)
{
    int64_t left = filter->span.limit;
    int64_t index = house_trade_count(house);
    if (filter->from_id > 0 || filter->span.from_sent) {
        return 0;
    }
    while (index > 0 && left > 0) {
        index--;
        left -= trade_passes(filter, house_trade_at(house, index)) ? 1 : 0;
    }
    return index;
}

void handle_user_trades(struct call *call)
{
    struct trade_filter filter = {0};
    int64_t order_id = 0;
    int64_t from_id = 0;
    if (!call_symbol(call, &filter.instrument) ||
        !call_whole(call, "orderId", (struct whole){0, 1, INT64_MAX}, &order_id) ||
        !call_whole(call, "fromId", (struct whole){0, 0, INT64_MAX}, &from_id) ||
        !call_span(call, (struct whole){500, 1, 1000}, 7, &filter.span)) {
        return;
    }
    if (call_text(call, "fromId") != NULL && (filter.span.from_sent || filter.span.to_sent)) {
        (void)call_refuse(call, -1128);
        return;
    }
    filter.order_id = (uint64_t)order_id;
    filter.from_id = (uint64_t)from_id;
    const struct house *house = call->self->house;
    int64_t written = 0;
    answer_printf(call->answer, "[");
    for (int64_t i = trades_first(house, &filter);
         i < house_trade_count(house) && written < filter.span.limit; i++) {
        const struct house_trade *trade = house_trade_at(house, i);
        if (trade_passes(&filter, trade)) {
            answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
            user_trade_write(call, trade);
        }
    }
    answer_printf(call->answer, "]");
}
