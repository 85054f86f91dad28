/* order_checks.c - what the venue's front door asks of an order before its engine sees it: words, decimals, filters
 * (PROTOCOLS A5, A7). What the engine refuses (margin, brackets, reduce-only, post-only) is the house's. */
#include <inttypes.h>
#include <string.h>

#include "core/instant.h"
#include "data/memory.h"
#include "sim/serve/binance/binance.h"
#include "sim/serve/binance/bounds.h"

enum { CLIENT_ID_MAX = 36, MATCH_LEVELS_MAX = 20 };
#define GTD_LEAST_US (600 * US_PER_SECOND)

/* ^[\.A-Z\:/a-z0-9_-]{1,36}$ */
bool client_id_read(struct call *call, const char *name, const char **out)
{
    const char *text = call_text(call, name);
    *out = text == NULL ? "" : text;
    size_t length = strlen(*out);
    static const char LEGAL[] =
        ".:/_-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if (length > CLIENT_ID_MAX) {
        return call_refuse_text(call, -4015,
                                "Client order id length should be less than 36 chars.");
    }
    return strspn(*out, LEGAL) == length || call_refuse(call, -4015);
}

/* Too many decimals are told before the step, and the step before the bounds. */
bool quantity_read(struct call *call, const struct instrument *item, int64_t *out)
{
    const char *text = NULL;
    bool sent = false;
    if (!call_must(call, "quantity", &text) || !call_decimal(call, "quantity", 6, out, &sent)) {
        return false;
    }
    int64_t fine = 1;
    for (int32_t i = lot_decimals(item); i < 6; i++) {
        fine *= 10;
    }
    if (*out % fine != 0) {
        return call_refuse(call, -1111);
    }
    if (*out <= 0) {
        return call_refuse(call, -4003);
    }
    if (*out < item->size_min_e6) {
        return call_refuse(call, -4004);
    }
    if (*out > size_most_e6(item)) {
        return call_refuse(call, -4005);
    }
    return *out % item->lot_e6 == 0 || call_refuse(call, -4023);
}

bool price_read(struct call *call, const struct instrument *item, const char *name, int64_t *out)
{
    const char *text = NULL;
    bool sent = false;
    if (!call_must(call, name, &text) || !call_decimal(call, name, 12, out, &sent)) {
        return false;
    }
    int64_t fine = 1;
    for (int32_t i = price_precision(item); i < 12; i++) {
        fine *= 10;
    }
    if (*out < 0) {
        return call_refuse(call, -4001);
    }
    if (*out % fine != 0) {
        return call_refuse(call, -1111);
    }
    if (*out < item->tick_e12) {
        return call_refuse(call, -4013);
    }
    if (*out > price_most_e12(item)) {
        return call_refuse(call, -4002);
    }
    return *out % item->tick_e12 == 0 || call_refuse(call, -4014);
}

/* Level of the book that is meant: OPPONENT the other side's first, QUEUE one's own. */
static bool match_level(const char *text, bool *opponent, int64_t *level)
{
    *opponent = strncmp(text, "OPPONENT", 8) == 0;
    if (!*opponent && strncmp(text, "QUEUE", 5) != 0) {
        return false;
    }
    text += *opponent ? 8 : 5;
    *level = 1;
    if (*text == '\0') {
        return true;
    }
    return *text == '_' && decimal_parse(text + 1, strlen(text + 1), 0, level) == DECIMAL_OK &&
           (*level == 5 || *level == 10 || *level == MATCH_LEVELS_MAX);
}

bool price_match_read(
    struct call *call, int32_t instrument, enum side side, int64_t *out, bool *sent)
{
    const char *text = call_text(call, "priceMatch");
    *sent = text != NULL && strcmp(text, "NONE") != 0;
    if (!*sent) {
        return true;
    }
    bool opponent = false;
    int64_t level = 0;
    if (!match_level(text, &opponent, &level)) {
        return call_refuse(call, -5037);
    }
    if (call_text(call, "price") != NULL) {
        return call_refuse(call, -1128);
    }
    struct house_book *book = memory_zeros(1, sizeof(*book));
    house_book(call->self->house, instrument, MATCH_LEVELS_MAX, book);
    bool asks = (side == SIDE_BUY) == opponent;
    int32_t count = asks ? book->asks : book->bids;
    *out = count >= level ? (asks ? book->ask : book->bid)[level - 1].price_e12 : 0;
    free(book);

    return *out > 0 || call_refuse_text(call, -1112, "No orders on book for symbol.");
}

int64_t notional_min_e8(const struct binance *self, int32_t instrument)
{
    int64_t least_e8 = item_of(self, instrument)->notional_min_e8;
    return self->rules_changed && least_e8 < INT64_MAX / 2 ? 2 * least_e8 : least_e8;
}

/* At the mark for market orders. What reduces is exempt. */
bool notional_check(struct call *call, int32_t instrument, const struct action_place *place)
{
    int64_t price_e12 = place->type == ORDER_LIMIT
                            ? place->price_e12
                            : house_market(call->self->house, instrument)->mark_e12;
    int64_t least_e8 = notional_min_e8(call->self, instrument);
    int64_t notional_e8 = 0;
    if (place->reduce_only || place->close_position || price_e12 <= 0 ||
        !fixed_notional_floor_e8(price_e12, place->size_e6, &notional_e8)) {
        return true;
    }
    return notional_e8 >= least_e8 ||
           call_refuse_text(
               call, -4164,
               "Order's notional must be no smaller than %s (unless you choose reduce only).",
               words_decimal(least_e8, 8, 1).text);
}

/* PERCENT_PRICE against the mark; a market order by the best price that it would meet. */
bool price_band(struct call *call, int32_t instrument, const struct action_place *place)
{
    const struct house_market *market = house_market(call->self->house, instrument);
    bool buy = place->side == SIDE_BUY;
    bool limit = place->type == ORDER_LIMIT;
    int64_t price_e12 = limit ? place->price_e12 : buy ? market->ask_e12 : market->bid_e12;
    if (market->mark_e12 <= 0 || price_e12 <= 0) {
        return true;
    }
    wide_t bound = (wide_t)market->mark_e12 * (buy ? BAND_UP_E4 : BAND_DOWN_E4) / BAND_ONE_E4;
    if (buy ? price_e12 <= bound : price_e12 >= bound) {
        return true;
    }
    if (!limit) {
        return call_refuse(call, -4131);
    }
    const struct instrument *item = item_of(call->self, instrument);
    return call_refuse_text(call, buy ? -4016 : -4024, "Limit price can't be %s than %s.",
                            buy ? "higher" : "lower", words_price(item, (int64_t)bound).text);
}

static bool side_read(struct call *call, enum side *side)
{
    const char *text = NULL;
    if (!call_must(call, "side", &text)) {
        return false;
    }
    *side = strcmp(text, "BUY") == 0 ? SIDE_BUY : SIDE_SELL;

    return *side == SIDE_BUY || strcmp(text, "SELL") == 0 || call_refuse(call, -1117);
}

static bool one_way(struct call *call)
{
    const char *text = call_text(call, "positionSide");
    return text == NULL || strcmp(text, "BOTH") == 0 || call_refuse(call, -4061);
}

static bool good_till_read(struct call *call, struct action_place *place)
{
    const char *text = NULL;
    int64_t until = 0;
    if (!call_must(call, "goodTillDate", &text) ||
        !call_whole(call, "goodTillDate", (struct whole){0, 0, 253402300799000LL}, &until)) {
        return false;
    }
    /* To the second. */
    place->expires_us = until / 1000 * US_PER_SECOND;

    return place->expires_us > call->request->now_us + GTD_LEAST_US ||
           call_refuse_text(call, -1130, "Data sent for parameter 'goodTillDate' is not valid.");
}

static bool tif_read(struct call *call, struct action_place *place)
{
    static const struct {
        const char *word;
        enum time_in_force tif;
    } TIFS[] = {{"GTC", TIF_GTC},
                {"IOC", TIF_IOC},
                {"FOK", TIF_FOK},
                {"GTX", TIF_POST_ONLY},
                {"GTD", TIF_GTD}};
    const char *text = NULL;
    if (!call_must(call, "timeInForce", &text)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_COUNT(TIFS); i++) {
        if (strcmp(text, TIFS[i].word) == 0) {
            place->tif = TIFS[i].tif;
            return place->tif != TIF_GTD || good_till_read(call, place);
        }
    }
    return call_refuse(call, -1115);
}

static bool plain_type_read(struct call *call, struct action_place *place)
{
    static const char *const CONDITIONAL[] = {"STOP", "STOP_MARKET", "TAKE_PROFIT",
                                              "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"};
    const char *text = NULL;
    if (!call_must(call, "type", &text)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_COUNT(CONDITIONAL); i++) {
        if (strcmp(text, CONDITIONAL[i]) == 0) {
            return call_refuse(call, -4120);
        }
    }
    place->type = strcmp(text, "LIMIT") == 0 ? ORDER_LIMIT : ORDER_MARKET;

    return place->type == ORDER_LIMIT || strcmp(text, "MARKET") == 0 || call_refuse(call, -1116);
}

static bool limit_read(struct call *call, int32_t instrument, struct action_place *place)
{
    bool matched = false;
    if (!tif_read(call, place) ||
        !price_match_read(call, instrument, place->side, &place->price_e12, &matched)) {
        return false;
    }
    return matched || price_read(call, item_of(call->self, instrument), "price", &place->price_e12);
}

/* A market order takes neither price nor time in force (clients send an empty one). */
static bool market_read(struct call *call)
{
    static const char *const NOT[] = {"price", "timeInForce"};
    for (size_t i = 0; i < ARRAY_COUNT(NOT); i++) {
        if (call_text(call, NOT[i]) != NULL) {
            return call_refuse_text(call, -1106, "Parameter '%s' sent when not required.", NOT[i]);
        }
    }
    return true;
}

static bool common_read(struct call *call, struct action_place *place)
{
    return one_way(call) && call_switch(call, "reduceOnly", false, &place->reduce_only);
}

bool order_read(struct call *call, int32_t *instrument, struct action_place *place)
{
    *place = (struct action_place){.tif = TIF_GTC};
    if (!call_symbol(call, instrument) || !side_read(call, &place->side) ||
        !plain_type_read(call, place) || !common_read(call, place) ||
        !quantity_read(call, item_of(call->self, *instrument), &place->size_e6)) {
        return false;
    }
    bool read =
        place->type == ORDER_LIMIT ? limit_read(call, *instrument, place) : market_read(call);

    return read && price_band(call, *instrument, place) && notional_check(call, *instrument, place);
}

static bool algo_type_read(struct call *call, struct action_place *place)
{
    static const enum order_type TYPES[] = {ORDER_STOP_MARKET, ORDER_TAKE_PROFIT_MARKET,
                                            ORDER_TRAILING_STOP};
    const char *text = NULL;
    if (!call_must(call, "algoType", &text)) {
        return false;
    }
    if (strcmp(text, "CONDITIONAL") != 0) {
        return call_refuse_text(call, -1130, "Data sent for parameter 'algoType' is not valid.");
    }
    if (!call_must(call, "type", &text)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_COUNT(TYPES); i++) {
        if (strcmp(text, type_word(TYPES[i])) == 0) {
            place->type = TYPES[i];
            return true;
        }
    }
    return call_refuse(call, -1116);
}

static bool working_type_read(struct call *call, struct action_place *place)
{
    const char *text = call_text(call, "workingType");
    bool mark = text != NULL && strcmp(text, "MARK_PRICE") == 0;
    place->trigger_by = mark ? TRIGGER_MARK : TRIGGER_LAST;

    return mark || text == NULL || strcmp(text, "CONTRACT_PRICE") == 0 ||
           call_refuse_text(call, -1130, "Data sent for parameter 'workingType' is not valid.");
}

/* callbackRate in percent. */
static bool
trailing_read(struct call *call, const struct instrument *item, struct action_place *place)
{
    const char *text = NULL;
    bool sent = false;
    if (!call_must(call, "callbackRate", &text) ||
        !call_decimal(call, "callbackRate", 7, &place->callback_e9, &sent)) {
        return false;
    }
    return call_text(call, "activatePrice") == NULL ||
           price_read(call, item, "activatePrice", &place->trigger_e12);
}

static bool close_read(struct call *call, const struct instrument *item, struct action_place *place)
{
    if (!call_switch(call, "closePosition", false, &place->close_position)) {
        return false;
    }
    if (!place->close_position) {
        return quantity_read(call, item, &place->size_e6);
    }
    if (place->type == ORDER_TRAILING_STOP || call_text(call, "reduceOnly") != NULL) {
        return call_refuse(call, -1128);
    }
    return call_text(call, "quantity") == NULL || call_refuse(call, -4137);
}

bool algo_read(struct call *call, int32_t *instrument, struct action_place *place)
{
    *place = (struct action_place){.tif = TIF_GTC};
    if (!call_symbol(call, instrument) || !side_read(call, &place->side) ||
        !algo_type_read(call, place) || !common_read(call, place) ||
        !working_type_read(call, place)) {
        return false;
    }
    const struct instrument *item = item_of(call->self, *instrument);
    if (!close_read(call, item, place)) {
        return false;
    }
    if (place->type == ORDER_TRAILING_STOP) {
        return trailing_read(call, item, place);
    }
    return price_read(call, item, "triggerPrice", &place->trigger_e12);
}
