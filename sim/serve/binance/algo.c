/* algo.c - the conditional-order service (PROTOCOLS A8): a door of its own, with ids of its own. */
#include <inttypes.h>

#include "sim/serve/binance/binance.h"

/* F24: refused, or taken and gone. */
static bool stop_trouble(struct call *call, int32_t instrument, const struct action_place *place)
{
    if (!strikes(call->self, FAULT_STOP_REFUSED, call)) {
        return false;
    }
    if (faults_dice(server_faults(call->self->server), 2) == 0) {
        (void)call_refuse(call, -2010);
        return true;
    }
    struct house_order order = {.venue_id = 1,
                                .instrument = instrument,
                                .conditional = true,
                                .place = *place,
                                .state = HOUSE_NEW,
                                .created_us = call->request->now_us,
                                .updated_us = call->request->now_us};
    const char *client_id = call_text(call, "clientAlgoId");
    (void)slice_copy(slice_of(client_id == NULL ? "gone" : client_id), order.client_id,
                     sizeof(order.client_id));
    order.venue_id += 9000000000000ULL + (uint64_t)house_order_count(call->self->house);
    algo_write(call->self, call->answer, &order, false);

    return true;
}

void handle_algo_post(struct call *call)
{
    struct action_place place;
    int32_t instrument = 0;
    const char *client_id = "";
    if (!algo_read(call, &instrument, &place) ||
        !client_id_read(call, "clientAlgoId", &client_id) ||
        stop_trouble(call, instrument, &place)) {
        return;
    }
    struct house_answer answer = house_place(call->self->house, instrument, &place, client_id);
    if (answer.refusal == HOUSE_REASON && answer.reason == REASON_DUPLICATE_ID) {
        (void)call_refuse(call, -20132);
    } else if (answer.refusal != HOUSE_TAKEN || answer.order == NULL) {
        (void)call_refuse_house(call, &answer, true);
    } else {
        algo_write(call->self, call->answer, answer.order, false);
    }
}

/* By algoId or clientAlgoId; no symbol is asked for: client ids are the account's. NULL: refused with the code. */
static const struct house_order *algo_find(struct call *call, int32_t code)
{
    int64_t id = 0;
    const char *text = call_text(call, "clientAlgoId");
    if (!call_whole(call, "algoId", (struct whole){0, 1, INT64_MAX}, &id)) {
        return NULL;
    }
    if (id == 0 && text == NULL) {
        (void)call_refuse_text(call, -1102,
                               "Param 'clientalgoid' or 'algoid' must be sent, but both were "
                               "empty/null!");
        return NULL;
    }
    for (int32_t i = 0; i < house_instruments(call->self->house)->count; i++) {
        const struct house_order *order =
            house_order(call->self->house, i, (uint64_t)id, text == NULL ? "" : text, true);
        if (order != NULL) {
            return order;
        }
    }
    (void)call_refuse(call, code);
    return NULL;
}

void handle_algo_get(struct call *call)
{
    const struct house_order *order = algo_find(call, -2013);
    if (order != NULL) {
        algo_write(call->self, call->answer, order, true);
    }
}

void handle_algo_delete(struct call *call)
{
    const struct house_order *order = algo_find(call, -2011);
    if (order == NULL) {
        return;
    }
    struct house_answer answer =
        house_cancel(call->self->house, order->instrument, order->venue_id, "", true);
    if (answer.refusal != HOUSE_TAKEN || answer.order == NULL) {
        (void)call_refuse_house(call, &answer, true);
        return;
    }
    answer_printf(call->answer,
                  "{\"algoId\":%" PRIu64
                  ",\"clientAlgoId\":\"%s\",\"code\":\"200\",\"msg\":\"success\"}",
                  answer.order->venue_id, answer.order->client_id);
}

static bool algo_waits(const struct house_order *order)
{
    return order->conditional && order->state == HOUSE_NEW;
}

void handle_algo_open(struct call *call)
{
    int32_t instrument = 0;
    int64_t id = 0;
    if (!call_symbol_or_all(call, &instrument) ||
        !call_whole(call, "algoId", (struct whole){0, 1, INT64_MAX}, &id)) {
        return;
    }
    const struct house *house = call->self->house;
    bool omit = strikes(call->self, FAULT_OPEN_ORDERS_OMIT, call);
    int32_t written = 0;
    answer_printf(call->answer, "[");
    for (int64_t i = 0; i < house_order_count(house); i++) {
        const struct house_order *order = house_order_at(house, i);
        if (!algo_waits(order) ||
            (instrument != INSTRUMENT_NONE && order->instrument != instrument) ||
            (id != 0 && order->venue_id != (uint64_t)id) ||
            (omit && faults_dice(server_faults(call->self->server), 2) == 0)) {
            continue;
        }
        answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
        algo_write(call->self, call->answer, order, true);
    }
    answer_printf(call->answer, "]");
}

void handle_algo_all(struct call *call)
{
    int32_t instrument = 0;
    int64_t id = 0;
    int64_t page = 0;
    struct span span;
    if (!call_symbol(call, &instrument) ||
        !call_whole(call, "algoId", (struct whole){0, 0, INT64_MAX}, &id) ||
        !call_whole(call, "page", (struct whole){1, 1, 1000000}, &page) ||
        !call_span(call, (struct whole){500, 1, 1000}, 7, &span)) {
        return;
    }
    const struct house *house = call->self->house;
    int64_t passed = 0;
    int64_t written = 0;
    answer_printf(call->answer, "[");
    for (int64_t i = 0; i < house_order_count(house) && written < span.limit; i++) {
        const struct house_order *order = house_order_at(house, i);
        if (!order->conditional || order->instrument != instrument ||
            order->venue_id < (uint64_t)id || order->created_us < span.from_us ||
            order->created_us > span.to_us || passed++ < (page - 1) * span.limit) {
            continue;
        }
        answer_printf(call->answer, "%s", written++ > 0 ? "," : "");
        algo_write(call->self, call->answer, order, true);
    }
    answer_printf(call->answer, "]");
}

void handle_algo_open_delete(struct call *call)
{
    int32_t instrument = 0;
    if (call_symbol(call, &instrument)) {
        (void)house_cancel_all(call->self->house, instrument, true);
        answer_printf(call->answer,
                      "{\"code\":200,\"msg\":\"The operation of cancel all open order is "
                      "done.\"}");
    }
}
