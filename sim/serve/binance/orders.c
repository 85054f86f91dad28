/* orders.c - placing, amending and cancelling by the plain door, one and in batches (PROTOCOLS A7). */
#include <string.h>

#include "core/instant.h"
#include "data/json_text.h"
#include "data/memory.h"
#include "sim/serve/binance/binance.h"

enum { BATCH_POST_MAX = 5, BATCH_DELETE_MAX = 10 };
#define PHANTOM_FIRST UINT64_C(9000000000000) /* far beyond the house's own numbers */

const struct house_order *
phantom_find(const struct binance *self, uint64_t venue_id, const char *client_id)
{
    for (int32_t i = 0; i < self->phantom_count; i++) {
        const struct house_order *order = &self->phantoms[i];
        if (venue_id != 0 ? order->venue_id == venue_id
                          : strcmp(order->client_id, client_id) == 0) {
            return order;
        }
    }
    return NULL;
}

/* F16: acknowledged, and rejected right behind it: the house never sees it. */
static void phantom_place(struct call *call,
                          int32_t instrument,
                          const struct action_place *place,
                          const char *client_id)
{
    struct binance *self = call->self;
    size_t size = sizeof(*self->phantoms) * (size_t)(self->phantom_count + 1);
    self->phantoms = memory_or_panic(realloc(self->phantoms, size));
    struct house_order *order = &self->phantoms[self->phantom_count++];
    *order = (struct house_order){.venue_id = PHANTOM_FIRST + (uint64_t)self->phantom_count,
                                  .instrument = instrument,
                                  .place = *place,
                                  .state = HOUSE_REJECTED,
                                  .reason = REASON_MARGIN,
                                  .created_us = call->request->now_us,
                                  .updated_us = call->request->now_us,
                                  .forced = FILL_TRADE};
    (void)slice_copy(slice_of(client_id), order->client_id, sizeof(order->client_id));
    order_write(self, call->answer, order, ORDER_ACK);
    user_phantom(self, order);
}

static bool response_read(struct call *call, enum order_form *form)
{
    const char *text = call_text(call, "newOrderRespType");
    *form = text != NULL && strcmp(text, "RESULT") == 0 ? ORDER_RESULT : ORDER_ACK;

    return text == NULL || *form == ORDER_RESULT || strcmp(text, "ACK") == 0 ||
           call_refuse_text(call, -1130,
                            "Data sent for parameter 'newOrderRespType' is not valid.");
}

void handle_order_post(struct call *call)
{
    struct action_place place;
    int32_t instrument = 0;
    const char *client_id = "";
    enum order_form form = ORDER_ACK;
    if (!order_read(call, &instrument, &place) ||
        !client_id_read(call, "newClientOrderId", &client_id) || !response_read(call, &form)) {
        return;
    }
    if (strikes(call->self, FAULT_REJECT_LATE, call)) {
        phantom_place(call, instrument, &place, client_id);
        return;
    }
    struct house_answer answer = house_place(call->self->house, instrument, &place, client_id);
    if (answer.refusal != HOUSE_TAKEN || answer.order == NULL) {
        (void)call_refuse_house(call, &answer, true);
        return;
    }
    /* An order of which nothing rests shows how it ended; a resting one is NEW either way. */
    bool ended = place.tif == TIF_IOC || place.tif == TIF_FOK || place.type == ORDER_MARKET;
    order_write(call->self, call->answer, answer.order,
                form == ORDER_RESULT && ended ? ORDER_RESULT : ORDER_ACK);
}

/* The front door's checks alone: margin and the book are asked by a real order. */
void handle_order_test(struct call *call)
{
    struct action_place place;
    int32_t instrument = 0;
    const char *client_id = "";
    enum order_form form = ORDER_ACK;
    if (!order_read(call, &instrument, &place) ||
        !client_id_read(call, "newClientOrderId", &client_id) || !response_read(call, &form)) {
        return;
    }
    struct house_order order = {.instrument = instrument,
                                .place = place,
                                .state = HOUSE_NEW,
                                .updated_us = call->request->now_us,
                                .forced = FILL_TRADE};
    (void)slice_copy(slice_of(client_id), order.client_id, sizeof(order.client_id));
    order_write(call->self, call->answer, &order, ORDER_ACK);
}

bool order_named(struct call *call, uint64_t *venue_id, const char **client_id)
{
    int64_t id = 0;
    const char *text = call_text(call, "origClientOrderId");
    if (!call_whole(call, "orderId", (struct whole){0, 1, INT64_MAX}, &id)) {
        return false;
    }
    *venue_id = (uint64_t)id;
    *client_id = text == NULL ? "" : text;

    return id != 0 || text != NULL ||
           call_refuse_text(call, -1102,
                            "Param 'origClientOrderId' or 'orderId' must be sent, but both were "
                            "empty/null!");
}

void handle_order_put(struct call *call)
{
    int32_t instrument = 0;
    uint64_t venue_id = 0;
    const char *client_id = "";
    const char *side = NULL;
    int64_t price_e12 = 0;
    int64_t size_e6 = 0;
    bool matched = false;
    if (!call_symbol(call, &instrument) || !order_named(call, &venue_id, &client_id) ||
        !call_must(call, "side", &side)) {
        return;
    }
    const struct instrument *item = item_of(call->self, instrument);
    enum side way = strcmp(side, "BUY") == 0 ? SIDE_BUY : SIDE_SELL;
    if (!quantity_read(call, item, &size_e6) ||
        !price_match_read(call, instrument, way, &price_e12, &matched) ||
        (!matched && !price_read(call, item, "price", &price_e12))) {
        return;
    }
    struct house_answer answer =
        house_amend(call->self->house, instrument, venue_id, client_id, price_e12, size_e6);
    if (answer.refusal == HOUSE_SAME) {
        (void)call_refuse(call, -5027);
        return;
    }
    if (answer.refusal != HOUSE_TAKEN || answer.order == NULL) {
        (void)call_refuse_house(call, &answer, false);
        return;
    }
    order_write(call->self, call->answer, answer.order, ORDER_RESULT);
}

static void
order_cancel(struct call *call, int32_t instrument, uint64_t venue_id, const char *client_id)
{
    struct house_answer answer =
        house_cancel(call->self->house, instrument, venue_id, client_id, false);
    if (answer.refusal != HOUSE_TAKEN || answer.order == NULL) {
        (void)call_refuse_house(call, &answer, true);
        return;
    }
    order_write(call->self, call->answer, answer.order, ORDER_RESULT);
}

void handle_order_delete(struct call *call)
{
    int32_t instrument = 0;
    uint64_t venue_id = 0;
    const char *client_id = "";
    if (call_symbol(call, &instrument) && order_named(call, &venue_id, &client_id)) {
        order_cancel(call, instrument, venue_id, client_id);
    }
}

/* Each element of batchOrders as a request of its own. */
static void batch_run(struct call *call, void (*handle)(struct call *call))
{
    const char *text = NULL;
    if (!call_must(call, "batchOrders", &text)) {
        return;
    }
    struct slice list = slice_of(text);
    struct slice element = {0};
    struct json_walk walk;
    int32_t count = 0;
    bool valid = json_text_valid(list) && json_walk_open(&walk, list, '[');
    while (valid && json_walk_next(&walk, NULL, &element)) {
        count++;
    }
    if (count == 0 || count > BATCH_POST_MAX) {
        (void)call_refuse_text(call, -1130, "Data sent for parameter 'batchOrders' is not valid.");
        return;
    }
    (void)json_walk_open(&walk, list, '[');
    for (int32_t i = 0; i < count; i++) {
        struct params params;
        (void)json_walk_next(&walk, NULL, &element);
        bool read = params_read_object(&params, element);
        struct call one = {call->self, call->request, &params, call->answer, true, false};
        answer_printf(call->answer, "%s", i == 0 ? "[" : ",");
        if (read) {
            handle(&one);
        } else {
            (void)call_refuse_text(&one, -1130,
                                   "Data sent for parameter 'batchOrders' is not valid.");
        }
        params_release(&params);
    }
    answer_printf(call->answer, "]");
}

void handle_batch_post(struct call *call)
{
    batch_run(call, handle_order_post);
}

void handle_batch_put(struct call *call)
{
    batch_run(call, handle_order_put);
}

/* One element of orderIdList (numbers) or origClientOrderIdList (texts). */
static void batch_cancel_one(struct call *call, int32_t instrument, struct slice element, bool ids)
{
    struct slice digits = {0};
    int64_t id = 0;
    char client_id[HOUSE_ID_BYTES] = "";
    size_t length = 0;
    bool read = ids ? json_text_number(element, &digits) &&
                          decimal_parse(digits.text, digits.length, 0, &id) == DECIMAL_OK && id > 0
                    : json_text_string(element, client_id, sizeof(client_id), &length);
    if (read) {
        order_cancel(call, instrument, (uint64_t)id, client_id);
    } else {
        (void)call_refuse(call, -2011);
    }
}

/* A list by its name, or by that in small letters: clients send both, and the venue takes both. */
static const char *list_text(const struct call *call, const char *name)
{
    const char *text = call_text(call, name);
    return text != NULL ? text : call_text(call, words_lower(name).text);
}

void handle_batch_delete(struct call *call)
{
    int32_t instrument = 0;
    const char *text = list_text(call, "orderIdList");
    bool ids = text != NULL;
    if (!call_symbol(call, &instrument)) {
        return;
    }
    text = ids ? text : list_text(call, "origClientOrderIdList");
    if (text == NULL && !call_must(call, "origClientOrderIdList", &text)) {
        return;
    }
    struct slice list = slice_of(text);
    struct slice element = {0};
    struct json_walk walk;
    int32_t count = 0;
    struct call one = *call;
    one.batch = true;
    if (!json_text_valid(list) || !json_walk_open(&walk, list, '[')) {
        (void)call_refuse_text(call, -1130, "Data sent for the list of orders is not valid.");
        return;
    }
    answer_printf(call->answer, "[");
    while (count < BATCH_DELETE_MAX && json_walk_next(&walk, NULL, &element)) {
        answer_printf(call->answer, "%s", count++ > 0 ? "," : "");
        batch_cancel_one(&one, instrument, element, ids);
    }
    answer_printf(call->answer, "]");
}

void handle_open_delete(struct call *call)
{
    int32_t instrument = 0;
    if (call_symbol(call, &instrument)) {
        (void)house_cancel_all(call->self->house, instrument, false);
        answer_printf(call->answer,
                      "{\"code\":200,\"msg\":\"The operation of cancel all open order is done.\"}");
    }
}

void handle_countdown(struct call *call)
{
    int32_t instrument = 0;
    int64_t within_ms = 0;
    const char *text = NULL;
    if (!call_symbol(call, &instrument) || !call_must(call, "countdownTime", &text) ||
        !call_whole(call, "countdownTime", (struct whole){0, 0, 30LL * 86400 * 1000}, &within_ms)) {
        return;
    }
    house_countdown(call->self->house, instrument, within_ms * US_PER_MS);
    answer_printf(call->answer, "{\"symbol\":\"%s\",\"countdownTime\":\"%lld\"}",
                  item_of(call->self, instrument)->symbol, (long long)within_ms);
}
