#include "live/venues/binance/binance_read.h"

#include <stdlib.h>
#include <string.h>

#include "live/venues/row.h"

/* ---- whose number is it ---- */

const struct binance_id *binance_ids_find(const struct binance_ids *self, int64_t number)
{
    uint64_t held = self->count < BINANCE_IDS_MAX ? self->count : BINANCE_IDS_MAX;
    for (uint64_t back = 1; back <= held && number != 0; back++) {
        const struct binance_id *item = &self->items[(self->count - back) % BINANCE_IDS_MAX];
        if (item->number == number) {
            return item;
        }
    }
    return NULL;
}

void binance_ids_add(struct binance_ids *self, const struct binance_id *id)
{
    const struct binance_id *known = binance_ids_find(self, id->number);
    if (known != NULL && (known->order_id != 0 || id->order_id == 0)) {
        return; /* what is ours stays ours */
    }
    if (id->number != 0) {
        self->items[self->count % BINANCE_IDS_MAX] = *id;
        self->count++;
    }
}

enum fill_kind binance_fill_kind(const char *client_id)
{
    if (strncmp(client_id, "autoclose-", 10) == 0) {
        return FILL_LIQUIDATION;
    }
    return strncmp(client_id, "adl_autoclose", 13) == 0 ? FILL_ADL : FILL_TRADE;
}

int32_t
binance_instrument(const struct binance_reading *self, const struct row *row, int32_t member)
{
    char symbol[SYMBOL_BYTES];
    struct row copy = *row;
    json_row_text(&copy, member, symbol, sizeof symbol);
    return symbol[0] == '\0' ? INSTRUMENT_NONE : instruments_find(self->instruments, symbol);
}

void binance_give(struct binance_reading *self, struct news *news, int32_t instrument)
{
    news->instrument = instrument;
    news->tag = self->tag;
    news->received_ns = self->received_ns;
    self->sink.take(self->sink.self, news);
}

const char *binance_read_rows(struct binance_reading *self,
                              struct slice text,
                              binance_reader *reader,
                              int32_t *count)
{
    struct json_walk walk;
    struct slice element;
    *count = 0;
    if (!json_walk_open(&walk, text, '[')) {
        return "the array";
    }
    while (json_walk_next(&walk, NULL, &element)) {
        const char *bad = reader(self, element);
        if (bad != NULL) {
            return bad;
        }
        ++*count;
    }
    return json_walk_ended(&walk) ? NULL : "the array";
}

/* ---- orders ---- */

static enum order_type order_type_read(struct row *row)
{
    static const struct {
        const char *word;
        enum order_type type;
    } words[] = {{"MARKET", ORDER_MARKET},
                 {"LIMIT", ORDER_LIMIT},
                 {"STOP_MARKET", ORDER_STOP_MARKET},
                 {"STOP", ORDER_STOP_MARKET},
                 {"TAKE_PROFIT_MARKET", ORDER_TAKE_PROFIT_MARKET},
                 {"TAKE_PROFIT", ORDER_TAKE_PROFIT_MARKET},
                 {"TRAILING_STOP_MARKET", ORDER_TRAILING_STOP},
                 {"LIQUIDATION", ORDER_MARKET}};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (json_row_is(row, WORD_TYPE, words[i].word)) {
            return words[i].type;
        }
    }
    row->bad = row->bad != NULL ? row->bad : row->names[WORD_TYPE];
    return ORDER_MARKET;
}

/* Why a plain order ended without being asked to, by what it promised (PROTOCOLS A7). */
static enum order_reason expiry_reason(const struct row *row)
{
    static const struct {
        const char *word;
        enum order_reason reason;
    } words[] = {
        {"IOC", REASON_IOC}, {"FOK", REASON_FOK}, {"GTX", REASON_POST_ONLY}, {"GTD", REASON_TTL}};
    if (json_row_is(row, WORD_STATUS, "EXPIRED_IN_MATCH")) {
        return REASON_SELF_TRADE;
    }
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (json_row_is(row, WORD_TIF, words[i].word)) {
            return words[i].reason;
        }
    }
    return json_row_is(row, WORD_TYPE, "MARKET") ? REASON_LIQUIDITY : REASON_NONE;
}

struct state_word {
    const char *word;
    enum venue_order_state state;
};

static const struct state_word order_states[] = {
    {"NEW", VENUE_ORDER_OPEN},          {"PARTIALLY_FILLED", VENUE_ORDER_OPEN},
    {"FILLED", VENUE_ORDER_FILLED},     {"CANCELED", VENUE_ORDER_CANCELED},
    {"EXPIRED", VENUE_ORDER_EXPIRED},   {"EXPIRED_IN_MATCH", VENUE_ORDER_EXPIRED},
    {"REJECTED", VENUE_ORDER_REJECTED}, {"NEW_INSURANCE", VENUE_ORDER_OPEN},
    {"NEW_ADL", VENUE_ORDER_OPEN},      {NULL, VENUE_ORDER_OPEN}};
static const struct state_word algo_states[] = {{"NEW", VENUE_ORDER_OPEN},
                                                {"TRIGGERING", VENUE_ORDER_TRIGGERED},
                                                {"TRIGGERED", VENUE_ORDER_TRIGGERED},
                                                {"FINISHED", VENUE_ORDER_FILLED},
                                                {"CANCELED", VENUE_ORDER_CANCELED},
                                                {"EXPIRED", VENUE_ORDER_EXPIRED},
                                                {"REJECTED", VENUE_ORDER_REJECTED},
                                                {NULL, VENUE_ORDER_OPEN}};

static enum venue_order_state state_read(struct row *row, const struct state_word *words)
{
    for (; words->word != NULL; words++) {
        if (json_row_is(row, WORD_STATUS, words->word)) {
            return words->state;
        }
    }
    row->bad = row->bad != NULL ? row->bad : row->names[WORD_STATUS];
    return VENUE_ORDER_OPEN;
}

/* FINISHED says that the child has ended, not that it was filled. */
static void finished_state(struct venue_order *order)
{
    bool whole =
        order->filled_e6 > 0 && (order->close_position || order->filled_e6 >= order->size_e6);
    order->state = whole ? VENUE_ORDER_FILLED : VENUE_ORDER_EXPIRED;
}

/* A child of one of ours speaks of its parent. */
static void child_order(struct venue_order *order)
{
    order->conditional = true;
    memcpy(order->child_id, order->venue_id, sizeof order->child_id);
    order->venue_id[0] = '\0';
    order->state = order->state == VENUE_ORDER_OPEN ? VENUE_ORDER_TRIGGERED : order->state;
}

static void order_owner(struct binance_reading *self, bool algo, struct venue_order *order)
{
    const char *number = algo ? order->child_id : order->venue_id;
    struct binance_id id = {.number = strtoll(number, NULL, 10),
                            .kind = binance_fill_kind(order->client_id),
                            .child = algo};
    if (!client_id_parse(order->client_id, &order->order_id)) {
        order->order_id = 0;
    }
    const struct binance_id *known = binance_ids_find(self->ids, id.number);
    if (algo || known == NULL || !known->child) {
        id.order_id = order->order_id;
        binance_ids_add(self->ids, &id);
        return;
    }
    order->order_id = known->order_id;
    child_order(order);
}

void binance_order_of(struct binance_reading *self,
                      struct row *row,
                      bool algo,
                      struct venue_order *order)
{
    *order = (struct venue_order){.conditional = algo};
    json_row_text(row, WORD_CLIENT, order->client_id, sizeof order->client_id);
    json_row_id(row, WORD_NUMBER, order->venue_id, sizeof order->venue_id);
    order->side = json_row_side(row, WORD_SIDE);
    order->type = order_type_read(row);
    order->size_e6 = json_row_decimal_if(row, WORD_SIZE, 6);
    order->filled_e6 = json_row_decimal_if(row, WORD_FILLED, 6);
    order->price_e12 = json_row_decimal_if(row, WORD_PRICE, 12);
    order->trigger_e12 = json_row_decimal_if(row, WORD_TRIGGER, 12);
    order->reduce_only = json_row_flag_if(row, WORD_REDUCE);
    order->close_position = json_row_flag_if(row, WORD_CLOSE);
    order->state = state_read(row, algo ? algo_states : order_states);
    order->update_us = json_row_has(row, WORD_UPDATED) ? json_row_time_us(row, WORD_UPDATED) : 0;
    if (algo) {
        json_row_id(row, WORD_CHILD, order->child_id, sizeof order->child_id);
    }
    if (row->bad == NULL && order->venue_id[0] == '\0') {
        row->bad = row->names[WORD_NUMBER];
    }
    if (json_row_has(row, WORD_POSITION_SIDE) && !json_row_is(row, WORD_POSITION_SIDE, "BOTH")) {
        row->bad = row->names[WORD_POSITION_SIDE]; /* hedge mode: not what we trade in */
    }
    if (algo && json_row_is(row, WORD_STATUS, "FINISHED")) {
        finished_state(order);
    }
    if (!algo && order->state == VENUE_ORDER_EXPIRED) {
        order->reason = expiry_reason(row);
    }
    if (row->bad == NULL) {
        order_owner(self, algo, order);
    }
}

static const char *const order_names[WORD_MEMBERS - 1] = {
    "symbol",     "clientOrderId", "orderId",     "side",         "type",
    "origQty",    "executedQty",   "price",       "stopPrice",    "status",
    "reduceOnly", "closePosition", "timeInForce", "positionSide", "updateTime"};
static const char *const algo_names[WORD_MEMBERS] = {
    "symbol",      "clientAlgoId", "algoId",       "side",         "orderType",  "quantity",
    "actualQty",   "price",        "triggerPrice", "algoStatus",   "reduceOnly", "closePosition",
    "timeInForce", "positionSide", "updateTime",   "actualOrderId"};

static const char *order_read(struct binance_reading *self, struct slice text, bool algo, bool tell)
{
    struct row row;
    struct news news = {.kind = NEWS_ORDER};
    if (json_row_open(&row, text, algo ? algo_names : order_names,
                      algo ? WORD_MEMBERS : WORD_MEMBERS - 1)) {
        binance_order_of(self, &row, algo, &news.order);
    }
    if (row.bad == NULL && tell) {
        binance_give(self, &news, binance_instrument(self, &row, WORD_SYMBOL));
    }
    return row.bad;
}

const char *binance_read_order(struct binance_reading *self, struct slice row)
{
    return order_read(self, row, false, true);
}

const char *binance_read_algo(struct binance_reading *self, struct slice row)
{
    return order_read(self, row, true, true);
}

const char *binance_learn_order(struct binance_reading *self, struct slice row)
{
    return order_read(self, row, false, false);
}

const char *binance_learn_algo(struct binance_reading *self, struct slice row)
{
    return order_read(self, row, true, false);
}
