/* binance_orders.c - what the table asks of the venue, as requests (PROTOCOLS A6 to A9). */
#include <stdio.h>
#include <string.h>

#include "core/instant.h"
#include "live/venues/binance/binance.h"

#define GTD_LEAST_US (610 * US_PER_SECOND) /* the venue takes no nearer date than 600 s */
#define PAGE_SPAN_US (7 * US_PER_DAY)

static const char *symbol_of(const struct venue *self, int32_t instrument)
{
    return self->world.instruments->items[instrument].symbol;
}

static const char *side_word(enum side side)
{
    return side == SIDE_BUY ? "BUY" : "SELL";
}

static bool is_conditional(enum order_type type)
{
    return type == ORDER_STOP_MARKET || type == ORDER_TAKE_PROFIT_MARKET ||
           type == ORDER_TRAILING_STOP;
}

/* Something that changes: never sent twice. */
static struct binance_call *change(
    struct venue *self, uint64_t tag, int32_t instrument, enum http_method method, const char *path)
{
    struct binance_call *call = binance_call(self, binance_ask(tag), method, path, 1);
    call->changes = true;
    call->intent = BINANCE_SET;
    call->use = BUDGET_REDUCE;
    call->urgent = true;
    call->instrument = instrument;
    query_add(&call->query, "symbol", symbol_of(self, instrument));
    return call;
}

/* ---- placing ---- */

/* The number that the venue gave it, for the answer. */
static const char *const NUMBER_NAMES[] = {"orderId", "algoId"};

static void placed(struct binance_call *call,
                   const struct http_answer *answer,
                   const struct binance_verdict *verdict)
{
    struct venue *self = call->venue;
    if (verdict->outcome != ANSWER_DONE) {
        return;
    }
    struct slice text = {answer->body, answer->length};
    self->reading.received_ns = loop_now_ns(self->world.loop);
    (void)call->reader(&self->reading, text);
    for (size_t at = 0; at < ARRAY_COUNT(NUMBER_NAMES); at++) {
        char mark[16];
        int length = snprintf(mark, sizeof(mark), "\"%s\":", NUMBER_NAMES[at]);
        const char *found = length > 0 ? strstr(answer->body, mark) : NULL;
        if (found != NULL) {
            size_t digits = strspn(found + length, "0123456789");
            (void)slice_copy((struct slice){found + length, digits}, call->asked->venue_id,
                             sizeof(call->asked->venue_id));
            return;
        }
    }
}

static void
plain_parameters(struct venue *self, struct query *query, const struct action_place *order)
{
    static const char *const forces[] = {"GTC", "IOC", "FOK", "GTX", "GTD"};
    if (order->type == ORDER_MARKET) {
        query_add(query, "type", "MARKET");
    } else {
        query_add(query, "type", "LIMIT");
        query_add(query, "timeInForce", forces[order->tif]);
        query_add_decimal(query, "price", order->price_e12, 12);
    }
    query_add_decimal(query, "quantity", order->size_e6, 6);
    if (order->reduce_only) {
        query_add(query, "reduceOnly", "true");
    }
    if (order->tif == TIF_GTD) {
        int64_t least_us = binance_venue_us(self) + GTD_LEAST_US;
        int64_t until_us = order->expires_us > least_us ? order->expires_us : least_us;
        query_add_whole(query, "goodTillDate", until_us / US_PER_SECOND * 1000);
    }
}

static void conditional_parameters(struct query *query, const struct action_place *order)
{
    const char *type = order->type == ORDER_STOP_MARKET          ? "STOP_MARKET"
                       : order->type == ORDER_TAKE_PROFIT_MARKET ? "TAKE_PROFIT_MARKET"
                                                                 : "TRAILING_STOP_MARKET";
    query_add(query, "algoType", "CONDITIONAL");
    query_add(query, "type", type);
    if (order->close_position) {
        query_add(query, "closePosition", "true");
    } else {
        query_add_decimal(query, "quantity", order->size_e6, 6);
        if (order->reduce_only) {
            query_add(query, "reduceOnly", "true");
        }
    }
    if (order->type == ORDER_TRAILING_STOP) {
        query_add_decimal(query, "callbackRate", order->callback_e9, 7); /* in per cent */
        if (order->trigger_e12 > 0) {
            query_add_decimal(query, "activatePrice", order->trigger_e12, 12);
        }
    } else {
        query_add_decimal(query, "triggerPrice", order->trigger_e12, 12);
    }
    query_add(query, "workingType",
              order->trigger_by == TRIGGER_MARK ? "MARK_PRICE" : "CONTRACT_PRICE");
}

void binance_place(struct venue *self,
                   uint64_t tag,
                   int32_t instrument,
                   const struct action_place *order)
{
    char client_id[CLIENT_ID_BYTES];
    bool conditional = is_conditional(order->type);
    bool reduces = order->reduce_only || order->close_position;
    struct binance_call *call =
        binance_call(self, binance_ask(tag), HTTP_POST,
                     conditional ? "/fapi/v1/algoOrder" : "/fapi/v1/order", 0);
    client_id_format(order->order_id, client_id);
    call->changes = true;
    call->urgent = reduces;
    call->intent = BINANCE_PLACE;
    call->use = reduces ? BUDGET_REDUCE : BUDGET_ENTRY;
    call->costs[BINANCE_ORDERS_10S] = call->costs[BINANCE_ORDERS_1M] = 1;
    call->instrument = instrument;
    call->reader = conditional ? binance_learn_algo : binance_learn_order;
    call->answered = placed;
    query_add(&call->query, "symbol", symbol_of(self, instrument));
    query_add(&call->query, "side", side_word(order->side));
    if (conditional) {
        conditional_parameters(&call->query, order);
        query_add(&call->query, "clientAlgoId", client_id);
    } else {
        plain_parameters(self, &call->query, order);
        query_add(&call->query, "newClientOrderId", client_id);
    }
    binance_send(call);
}

/* ---- cancelling ---- */

void binance_cancel(
    struct venue *self, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional)
{
    char client_id[CLIENT_ID_BYTES];
    struct binance_call *call = change(self, tag, instrument, HTTP_DELETE,
                                       conditional ? "/fapi/v1/algoOrder" : "/fapi/v1/order");
    client_id_format(order_id, client_id);
    call->intent = BINANCE_CANCEL;
    query_add(&call->query, conditional ? "clientAlgoId" : "origClientOrderId", client_id);
    binance_send(call);
}

void binance_cancel_all(struct venue *self, uint64_t tag, int32_t instrument, bool conditional)
{
    struct binance_call *call =
        change(self, tag, instrument, HTTP_DELETE,
               conditional ? "/fapi/v1/algoOpenOrders" : "/fapi/v1/allOpenOrders");
    call->intent = BINANCE_CANCEL;
    binance_send(call);
}

void binance_countdown(struct venue *self, uint64_t tag, int32_t instrument, int64_t within_us)
{
    struct binance_call *call =
        change(self, tag, instrument, HTTP_POST, "/fapi/v1/countdownCancelAll");
    call->intent = BINANCE_CANCEL;
    call->costs[BINANCE_WEIGHT] = 10;
    query_add_whole(&call->query, "countdownTime", within_us / 1000);
    binance_send(call);
}

/* ---- settings ---- */

void binance_set_leverage(struct venue *self, uint64_t tag, int32_t instrument, int32_t leverage)
{
    struct binance_call *call = change(self, tag, instrument, HTTP_POST, "/fapi/v1/leverage");
    query_add_whole(&call->query, "leverage", leverage);
    binance_send(call);
}

void binance_set_margin_mode(struct venue *self,
                             uint64_t tag,
                             int32_t instrument,
                             enum margin_mode mode)
{
    struct binance_call *call = change(self, tag, instrument, HTTP_POST, "/fapi/v1/marginType");
    query_add(&call->query, "marginType", mode == MARGIN_CROSS ? "CROSSED" : "ISOLATED");
    binance_send(call);
}

/* ---- questions ---- */

static struct binance_call *question(struct venue *self,
                                     struct binance_asked *asked,
                                     const char *path,
                                     int64_t weight,
                                     binance_reader *reader)
{
    struct binance_call *call = binance_call(self, asked, HTTP_GET, path, weight);
    call->reader = reader;
    call->rows = true;
    return call;
}

static void sampled(struct binance_call *call,
                    const struct http_answer *answer,
                    const struct binance_verdict *verdict)
{
    const char *found =
        verdict->outcome == ANSWER_DONE ? strstr(answer->body, "\"serverTime\":") : NULL;
    int64_t server_ms = 0;
    if (found == NULL) {
        return;
    }
    found += strlen("\"serverTime\":");
    if (decimal_parse(found, strspn(found, "0123456789"), 0, &server_ms) == DECIMAL_OK &&
        server_ms > 0 && server_ms < FEED_TIME_MAX_US / 1000) {
        live_clock_sample(call->venue->world.clock, server_ms * 1000, answer->sent_ns,
                          answer->answered_ns);
    }
}

void binance_ask_time(struct venue *self, uint64_t tag)
{
    struct binance_call *call = binance_call(self, binance_ask(tag), HTTP_GET, "/fapi/v1/time", 1);
    call->is_signed = false;
    call->answered = sampled;
    binance_send(call);
}

void binance_ask_order(
    struct venue *self, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional)
{
    char client_id[CLIENT_ID_BYTES];
    struct binance_call *call =
        question(self, binance_ask(tag), conditional ? "/fapi/v1/algoOrder" : "/fapi/v1/order", 1,
                 conditional ? binance_read_algo : binance_read_order);
    client_id_format(order_id, client_id);
    call->rows = false;
    call->intent = BINANCE_ASK_ORDER;
    call->use =
        BUDGET_REDUCE; /* what became of an order may not wait for what is merely nice to know */
    call->instrument = instrument;
    if (!conditional) {
        query_add(&call->query, "symbol", symbol_of(self, instrument));
    }
    query_add(&call->query, conditional ? "clientAlgoId" : "origClientOrderId", client_id);
    binance_send(call);
}

void binance_ask_open_orders(struct venue *self, uint64_t tag, int32_t instrument)
{
    struct binance_asked *asked = binance_ask(tag);
    bool all = instrument == INSTRUMENT_NONE;
    struct binance_call *algo =
        question(self, asked, "/fapi/v1/openAlgoOrders", all ? 40 : 1, binance_read_algo);
    struct binance_call *plain =
        question(self, asked, "/fapi/v1/openOrders", all ? 40 : 1, binance_read_order);
    algo->instrument = plain->instrument = instrument;
    if (!all) {
        query_add(&algo->query, "symbol", symbol_of(self, instrument));
        query_add(&plain->query, "symbol", symbol_of(self, instrument));
    }
    /* Conditional ones first: they say whose the children are. */
    binance_send(algo);
    binance_send(plain);
}

void binance_ask_positions(struct venue *self, uint64_t tag)
{
    binance_send(
        question(self, binance_ask(tag), "/fapi/v3/positionRisk", 5, binance_read_position));
}

void binance_ask_balance(struct venue *self, uint64_t tag)
{
    binance_send(question(self, binance_ask(tag), "/fapi/v3/balance", 5, binance_read_balance));
}

static void add_page(struct binance_call *call, int64_t since_us)
{
    call->since_us = since_us;
    call->until_us = since_us + PAGE_SPAN_US - 1000;
    query_add_whole(&call->query, "startTime", since_us / 1000);
    query_add_whole(&call->query, "endTime", call->until_us / 1000);
    query_add_whole(&call->query, "limit", 1000);
}

static void
ask_fills_of(struct venue *self, struct binance_asked *asked, int32_t instrument, int64_t since_us)
{
    struct binance_call *call = question(self, asked, "/fapi/v1/userTrades", 5, binance_read_fill);
    call->instrument = instrument;
    query_add(&call->query, "symbol", symbol_of(self, instrument));
    add_page(call, since_us);
    binance_send(call);
}

/* The venue tells of one symbol at a time. */
void binance_ask_fills(struct venue *self, uint64_t tag, int32_t instrument, int64_t since_us)
{
    struct binance_asked *asked = binance_ask(tag);
    if (instrument != INSTRUMENT_NONE) {
        ask_fills_of(self, asked, instrument, since_us);
        return;
    }
    for (int32_t at = 0; at < self->world.instruments->count; at++) {
        ask_fills_of(self, asked, at, since_us);
    }
}

void binance_ask_income(struct venue *self, uint64_t tag, int64_t since_us)
{
    struct binance_call *call =
        question(self, binance_ask(tag), "/fapi/v1/income", 30, binance_read_income);
    add_page(call, since_us);
    binance_send(call);
}

void binance_ask_settings(struct venue *self, uint64_t tag)
{
    binance_send(
        question(self, binance_ask(tag), "/fapi/v1/symbolConfig", 5, binance_read_setting));
}
