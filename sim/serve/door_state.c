/* door_state.c - GET /cerberus/state. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/instant.h"
#include "sim/serve/door.h"
#include "sim/serve/server_parts.h"

static const char *symbol_of(const struct server *self, int32_t instrument)
{
    return house_instruments(self->house)->items[instrument].symbol;
}

static const char *state_text(enum house_order_state state)
{
    static const char *const TEXTS[] = {
        [HOUSE_NEW] = "new",
        [HOUSE_PARTIAL] = "partial",
        [HOUSE_FILLED] = "filled",
        [HOUSE_CANCELED] = "canceled",
        [HOUSE_REJECTED] = "rejected",
        [HOUSE_EXPIRED] = "expired",
        [HOUSE_TRIGGERED] = "triggered",
    };
    return TEXTS[state];
}

static void tell_faults(const struct server *self, struct server_answer *answer)
{
    answer_printf(answer, ",\"faults\":{");
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        answer_printf(answer, "%s\"%s\":%" PRId64, fault == 0 ? "" : ",", fault_text(fault),
                      faults_count(self->faults, (enum fault)fault));
    }
    answer_printf(answer, "}");
}

static void tell_balance(const struct server *self, struct server_answer *answer)
{
    struct house_balance balance = {0};
    house_balance(self->house, &balance);
    answer_printf(answer,
                  ",\"balance\":{\"wallet_e8\":%" PRId64 ",\"available_e8\":%" PRId64
                  ",\"unrealised_e8\":%" PRId64 ",\"position_margin_e8\":%" PRId64
                  ",\"order_margin_e8\":%" PRId64 "}",
                  balance.wallet_e8, balance.available_e8, balance.unrealised_e8,
                  balance.position_margin_e8, balance.order_margin_e8);
}

static void tell_positions(const struct server *self, struct server_answer *answer)
{
    const char *comma = "";
    answer_printf(answer, ",\"positions\":[");
    for (int32_t index = 0; index < house_instruments(self->house)->count; index++) {
        struct house_position position = {0};
        house_position(self->house, index, &position);
        if (position.size_e6 == 0) {
            continue;
        }
        answer_printf(
            answer,
            "%s{\"symbol\":\"%s\",\"side\":\"%s\",\"size_e6\":%" PRId64 ",\"cost_e8\":%" PRId64
            ",\"leverage\":%d,\"mark_e12\":%" PRId64 ",\"liquidation_e12\":%" PRId64 "}",
            comma, symbol_of(self, index), side_position_text((int)position.side), position.size_e6,
            position.cost_e8, (int)position.leverage, position.mark_e12, position.liquidation_e12);
        comma = ",";
    }
    answer_printf(answer, "]");
}

/* Client ids hold what a client sent: the venue's dialect lets none through that needs escaping in JSON, but here it is not
 * relied on. */
static void tell_text(struct server_answer *answer, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        bool plain = byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\';
        answer_printf(answer, plain ? "%c" : "\\u%04x", byte);
    }
}

static void tell_orders(const struct server *self, struct server_answer *answer)
{
    answer_printf(answer, ",\"orders\":[");
    for (int64_t index = 0; index < house_order_count(self->house); index++) {
        const struct house_order *order = house_order_at(self->house, index);
        answer_printf(answer, "%s{\"id\":%" PRIu64 ",\"client_id\":\"", index == 0 ? "" : ",",
                      order->venue_id);
        tell_text(answer, order->client_id);
        answer_printf(answer,
                      "\",\"symbol\":\"%s\",\"conditional\":%s,\"state\":\"%s\",\"open\":%s,"
                      "\"side\":\"%s\",\"size_e6\":%" PRId64 ",\"filled_e6\":%" PRId64
                      ",\"cost_e8\":%" PRId64 ",\"price_e12\":%" PRId64 ",\"trigger_e12\":%" PRId64
                      ",\"reduce_only\":%s,\"close_position\":%s}",
                      symbol_of(self, order->instrument), order->conditional ? "true" : "false",
                      state_text(order->state), house_order_open(order) ? "true" : "false",
                      side_order_text((int)order->place.side), order->place.size_e6,
                      order->filled_e6, order->cost_e8, order->place.price_e12,
                      order->place.trigger_e12, order->place.reduce_only ? "true" : "false",
                      order->place.close_position ? "true" : "false");
    }
    answer_printf(answer, "]");
}

static void tell_trades(const struct server *self, struct server_answer *answer)
{
    answer_printf(answer, ",\"trades\":[");
    for (int64_t index = 0; index < house_trade_count(self->house); index++) {
        const struct house_trade *trade = house_trade_at(self->house, index);
        answer_printf(
            answer,
            "%s{\"id\":%" PRIu64 ",\"order_id\":%" PRIu64
            ",\"symbol\":\"%s\",\"side\":\"%s\",\"price_e12\":%" PRId64 ",\"size_e6\":%" PRId64
            ",\"fee_e8\":%" PRId64 ",\"realised_e8\":%" PRId64 ",\"time_us\":%" PRId64 "}",
            index == 0 ? "" : ",", trade->trade_id, trade->venue_order_id,
            symbol_of(self, trade->instrument), side_order_text((int)trade->side), trade->price_e12,
            trade->size_e6, trade->fee_e8, trade->realised_e8, trade->time_us);
    }
    answer_printf(answer, "]");
}

void door_state(struct server *self, struct server_answer *answer)
{
    int64_t next_us = house_next_us(self->house);
    bool balanced = !self->unbalanced;
    answer_printf(answer,
                  "{\"now_us\":%" PRId64 ",\"first_us\":%" PRId64 ",\"ended\":%s,\"balanced\":%s",
                  house_now_us(self->house), house_first_us(self->house),
                  next_us == INSTANT_NEVER ? "true" : "false", balanced ? "true" : "false");
    if (!balanced) {
        answer_printf(answer, ",\"imbalance\":\"");
        tell_text(answer, self->imbalance);
        answer_printf(answer, "\"");
    }
    answer_printf(answer,
                  ",\"sockets\":%d,\"connections\":%d,\"accepted\":%" PRId64
                  ",\"requests\":%" PRId64 ",\"messages\":%" PRId64 ",\"steps\":%" PRId64
                  ",\"clock_step_us\":%" PRId64,
                  self->sockets, self->connections, self->accepted, self->requests, self->messages,
                  self->steps, self->clock_step_us);
    tell_faults(self, answer);
    tell_balance(self, answer);
    tell_positions(self, answer);
    tell_orders(self, answer);
    tell_trades(self, answer);
    answer_printf(answer, "}\n");
}
