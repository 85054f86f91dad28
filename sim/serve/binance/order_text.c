/* order_text.c - orders as JSON: the reply to a placement, a query, and a conditional order's (PROTOCOLS A7, A8). */
#include <inttypes.h>
#include <stdio.h>

#include "core/instant.h"
#include "sim/serve/binance/binance.h"

static const char *switch_word(bool value)
{
    return value ? "true" : "false";
}

static int64_t good_till_ms(const struct action_place *place)
{
    return place->tif == TIF_GTD ? ms_of(place->expires_us) : 0;
}

static void
query_write(const struct binance *self, struct server_answer *out, const struct house_order *order)
{
    const struct instrument *item = item_of(self, order->instrument);
    answer_printf(out, "\"avgPrice\":\"%s\",\"cumQuote\":\"%s\",\"time\":%" PRId64 ",",
                  words_average(item, order).text, words_decimal(order->cost_e8, 8, 5).text,
                  ms_of(order->created_us));
}

/* The reply of an ACK shows the order as it arrived. */
void order_write(const struct binance *self,
                 struct server_answer *out,
                 const struct house_order *order,
                 enum order_form form)
{
    const struct instrument *item = item_of(self, order->instrument);
    const struct action_place *place = &order->place;
    bool ack = form == ORDER_ACK;
    struct words filled = words_size(item, ack ? 0 : order->filled_e6);
    answer_printf(out,
                  "{\"orderId\":%" PRIu64 ",\"symbol\":\"%s\",\"status\":\"%s\","
                  "\"clientOrderId\":\"%s\",\"price\":\"%s\",",
                  order->venue_id, item->symbol, ack ? "NEW" : status_word(order),
                  words_client_id(order).text, words_price(item, place->price_e12).text);
    if (form == ORDER_QUERY) {
        query_write(self, out, order);
    } else {
        answer_printf(out, "\"cumQty\":\"%s\",", filled.text);
    }
    answer_printf(out,
                  "\"origQty\":\"%s\",\"executedQty\":\"%s\",\"timeInForce\":\"%s\","
                  "\"type\":\"%s\",\"reduceOnly\":%s,\"closePosition\":%s,\"side\":\"%s\","
                  "\"positionSide\":\"BOTH\",\"stopPrice\":\"%s\",",
                  words_size(item, place->size_e6).text, filled.text, tif_word(order),
                  type_word(place->type), switch_word(place->reduce_only),
                  switch_word(place->close_position), side_word(place->side),
                  words_price(item, place->trigger_e12).text);
    answer_printf(out,
                  "\"workingType\":\"CONTRACT_PRICE\",\"priceProtect\":false,\"origType\":\"%s\","
                  "\"priceMatch\":\"NONE\",\"selfTradePreventionMode\":\"EXPIRE_MAKER\","
                  "\"goodTillDate\":%" PRId64 ",\"updateTime\":%" PRId64 "}",
                  type_word(place->type), good_till_ms(place), ms_of(order->updated_us));
}

static void algo_child_write(const struct binance *self,
                             struct server_answer *out,
                             const struct house_order *order)
{
    const struct instrument *item = item_of(self, order->instrument);
    const struct house_order *child =
        order->child_id == 0
            ? NULL
            : house_order(self->house, order->instrument, order->child_id, NULL, false);
    char id[24] = "";
    if (child != NULL) {
        (void)snprintf(id, sizeof(id), "%" PRIu64, child->venue_id);
    }
    answer_printf(out,
                  ",\"actualOrderId\":\"%s\",\"actualPrice\":\"%s\",\"actualType\":\"%s\","
                  "\"actualQty\":\"%s\",\"tpOrderType\":\"\",\"tpTriggerPrice\":\"0\","
                  "\"tpPrice\":\"0\",\"slTriggerPrice\":\"0\",\"slPrice\":\"0\"",
                  id, child == NULL ? "0" : words_average(item, child).text,
                  child == NULL ? "" : type_word(child->place.type),
                  words_size(item, child == NULL ? 0 : child->filled_e6).text);
}

void algo_write(const struct binance *self,
                struct server_answer *out,
                const struct house_order *order,
                bool query)
{
    const struct instrument *item = item_of(self, order->instrument);
    const struct action_place *place = &order->place;
    bool trailing = place->type == ORDER_TRAILING_STOP;
    answer_printf(out,
                  "{\"algoId\":%" PRIu64 ",\"clientAlgoId\":\"%s\",\"algoType\":\"CONDITIONAL\","
                  "\"orderType\":\"%s\",\"symbol\":\"%s\",\"side\":\"%s\","
                  "\"positionSide\":\"BOTH\",\"timeInForce\":\"GTC\",\"quantity\":\"%s\","
                  "\"algoStatus\":\"%s\",",
                  order->venue_id, order->client_id, type_word(place->type), item->symbol,
                  side_word(place->side), words_size(item, place->size_e6).text,
                  algo_status_word(order));
    answer_printf(out,
                  "\"triggerPrice\":\"%s\",\"price\":\"%s\",\"icebergQuantity\":null,"
                  "\"selfTradePreventionMode\":\"NONE\",\"workingType\":\"%s\","
                  "\"priceMatch\":\"NONE\",\"closePosition\":%s,\"priceProtect\":false,"
                  "\"reduceOnly\":%s,",
                  words_price(item, trailing ? 0 : place->trigger_e12).text,
                  words_price(item, 0).text,
                  place->trigger_by == TRIGGER_MARK ? "MARK_PRICE" : "CONTRACT_PRICE",
                  switch_word(place->close_position), switch_word(place->reduce_only));
    answer_printf(out,
                  "\"activatePrice\":\"%s\",\"callbackRate\":\"%s\",\"createTime\":%" PRId64
                  ",\"updateTime\":%" PRId64 ",\"triggerTime\":%" PRId64 ",\"goodTillDate\":0",
                  trailing ? words_price(item, place->trigger_e12).text : "",
                  trailing ? words_decimal(place->callback_e9, 7, 1).text : "",
                  ms_of(order->created_us), ms_of(order->updated_us), ms_of(order->triggered_us));
    if (query) {
        algo_child_write(self, out, order);
    }
    answer_printf(out, "}");
}
