/* binance_rules.c - start-up: the rules, brackets and fees of the symbols that are asked for, the venue's limits, what the key
 * may and
 * how the account is set (PROTOCOLS A3, A5, A6). */
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/tiers.h"
#include "live/venues/binance/binance.h"
#include "live/venues/row.h"

enum { SYMBOL_TIERS_MAX = TIERS_PER_INSTRUMENT };
#define DEFAULT_MAKER_E9 200000 /* VIP 0, PROTOCOLS A15 */
#define DEFAULT_TAKER_E9 500000

static bool bad_answer(struct error *error, const char *path, const char *what)
{
    return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                     "%s: %s cannot be read: is this the address of Binance USD-M?", path, what);
}

static struct binance_call *
get(struct venue *self, const char *path, int64_t weight, bool is_signed)
{
    struct binance_call *call = binance_call(self, binance_ask(0), HTTP_GET, path, weight);
    call->is_signed = is_signed;
    return call;
}

/* ---- limits ---- */

struct limit_row {
    const char *name;
    char type[24], interval[16];
    int64_t number, limit;
};

static bool take_limit(struct venue *self, struct slice text)
{
    enum { TYPE, INTERVAL, NUMBER, LIMIT, MEMBERS };
    static const char *const names[MEMBERS] = {"rateLimitType", "interval", "intervalNum", "limit"};
    struct row row;
    struct limit_row limit = {NULL, "", "", 0, 0};
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return false;
    }
    json_row_text(&row, TYPE, limit.type, sizeof(limit.type));
    json_row_text(&row, INTERVAL, limit.interval, sizeof(limit.interval));
    limit.number = json_row_decimal(&row, NUMBER, 0);
    limit.limit = json_row_decimal(&row, LIMIT, 0);
    if (row.bad != NULL || limit.limit <= 0 || limit.number <= 0) {
        return false;
    }
    bool minute = strcmp(limit.interval, "MINUTE") == 0 && limit.number == 1;
    if (strcmp(limit.type, "REQUEST_WEIGHT") == 0 && minute) {
        limit.name = "weight-1m";
    } else if (strcmp(limit.type, "ORDERS") == 0) {
        limit.name = minute ? "orders-1m" : "orders-10s";
    }
    int64_t length_ns = minute ? 60 * INT64_C(1000000000) : limit.number * INT64_C(1000000000);
    return limit.name == NULL || budget_window(&self->budget, limit.name, length_ns, limit.limit);
}

static bool take_limits(struct venue *self, struct slice list)
{
    struct json_walk walk;
    struct slice element;
    /* Their places are those of enum BINANCE_WEIGHT ..: added once, in this order, with limits that are then corrected. */
    bool fits = budget_window(&self->budget, "weight-1m", 60 * INT64_C(1000000000), 2400) &&
                budget_window(&self->budget, "orders-10s", 10 * INT64_C(1000000000), 300) &&
                budget_window(&self->budget, "orders-1m", 60 * INT64_C(1000000000), 1200);
    if (!fits || !json_walk_open(&walk, list, '[')) {
        return false;
    }
    while (json_walk_next(&walk, NULL, &element)) {
        if (!take_limit(self, element)) {
            return false;
        }
    }
    return json_walk_ended(&walk);
}

/* ---- one symbol ---- */

static void filter(struct instrument *item, struct slice text, bool *bad)
{
    enum { TYPE, TICK, STEP, LEAST, MOST, NOTIONAL, MEMBERS };
    static const char *const names[MEMBERS] = {"filterType", "tickSize", "stepSize",
                                               "minQty",     "maxQty",   "notional"};
    struct row row;
    if (!json_row_open(&row, text, names, MEMBERS)) {
        *bad = true;
        return;
    }
    if (json_row_is(&row, TYPE, "PRICE_FILTER")) {
        item->tick_e12 = json_row_decimal(&row, TICK, 12);
    } else if (json_row_is(&row, TYPE, "LOT_SIZE") || json_row_is(&row, TYPE, "MARKET_LOT_SIZE")) {
        int64_t step_e6 = json_row_decimal(&row, STEP, 6);
        int64_t least_e6 = json_row_decimal(&row, LEAST, 6);
        int64_t most_e6 = json_row_decimal(&row, MOST, 6);
        item->lot_e6 = step_e6 > item->lot_e6 ? step_e6 : item->lot_e6;
        item->size_min_e6 = least_e6 > item->size_min_e6 ? least_e6 : item->size_min_e6;
        item->size_max_e6 =
            item->size_max_e6 == 0 || most_e6 < item->size_max_e6 ? most_e6 : item->size_max_e6;
    } else if (json_row_is(&row, TYPE, "MIN_NOTIONAL")) {
        item->notional_min_e8 = json_row_decimal(&row, NOTIONAL, 8);
    }
    *bad = *bad || row.bad != NULL;
}

/* Coins a unit stands for: the leading number of 1000PEPE, 1000000MOG; 1M of 1MBABYDOGE. */
static int32_t pack_of(const char *symbol)
{
    if (strncmp(symbol, "1M", 2) == 0) {
        return 1000000;
    }
    int32_t pack = 0;
    size_t digits = strspn(symbol, "0123456789");
    for (size_t at = 0; at < digits && at < 8; at++) {
        pack = pack * 10 + (symbol[at] - '0');
    }
    return pack >= 1000 ? pack : 1;
}

enum {
    SYMBOL_NAME,
    SYMBOL_STATUS,
    SYMBOL_CONTRACT,
    SYMBOL_QUOTE,
    SYMBOL_FEE,
    SYMBOL_FILTERS,
    SYMBOL_MEMBERS
};

static bool symbol_row(struct row *row, struct slice text)
{
    static const char *const names[SYMBOL_MEMBERS] = {
        "symbol", "status", "contractType", "quoteAsset", "liquidationFee", "filters"};
    return json_row_open(row, text, names, SYMBOL_MEMBERS);
}

static bool read_symbol(struct row *row, struct instrument *item, struct error *error)
{
    struct json_walk walk;
    struct slice element;
    bool bad = false;
    json_row_text(row, SYMBOL_NAME, item->symbol, sizeof(item->symbol));
    if (!json_row_is(row, SYMBOL_STATUS, "TRADING") ||
        !json_row_is(row, SYMBOL_CONTRACT, "PERPETUAL")) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "%s is not a perpetual that trades now: take it off live.symbols",
                         item->symbol);
    }
    item->liquidation_fee_e9 = json_row_decimal_if(row, SYMBOL_FEE, 9);
    bad = !json_walk_open(&walk, row->values[SYMBOL_FILTERS], '[');
    while (!bad && json_walk_next(&walk, NULL, &element)) {
        filter(item, element, &bad);
    }
    if (bad || row->bad != NULL || item->tick_e12 <= 0 || item->lot_e6 <= 0 ||
        item->size_max_e6 <= 0) {
        return bad_answer(error, "/fapi/v1/exchangeInfo", item->symbol);
    }
    item->margin_model = MARGIN_BINANCE;
    item->maker_fee_e9 = DEFAULT_MAKER_E9;
    item->taker_fee_e9 = DEFAULT_TAKER_E9;
    item->fidelity = FIDELITY_DEPTH;
    item->pack = pack_of(item->symbol);
    item->liquid = strcmp(item->symbol, "BTCUSDT") == 0 || strcmp(item->symbol, "ETHUSDT") == 0;
    return true;
}

static bool find_symbol(struct slice list, const char *symbol, struct row *out)
{
    struct json_walk walk;
    struct slice element;
    if (!json_walk_open(&walk, list, '[')) {
        return false;
    }
    while (json_walk_next(&walk, NULL, &element)) {
        if (symbol_row(out, element) && json_row_is(out, SYMBOL_NAME, symbol)) {
            return true;
        }
    }
    return false;
}

static bool add_symbols(struct venue *self,
                        struct slice list,
                        const struct venue_symbol *symbols,
                        int32_t count,
                        struct error *error)
{
    for (int32_t at = 0; at < count; at++) {
        struct row row;
        struct instrument item = {.symbol = ""};
        int32_t index = 0;
        if (!find_symbol(list, symbols[at].symbol, &row)) {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "%s is not a symbol of Binance USD-M: correct live.symbols",
                             symbols[at].symbol);
        }
        if (!read_symbol(&row, &item, error)) {
            return false;
        }
        if (!instruments_add(self->world.instruments, &item, &index)) {
            return error_set(
                error, EXIT_CODE_USAGE, NULL, 0,
                "%s is named twice, or there are too many symbols: correct live.symbols",
                item.symbol);
        }
    }
    return true;
}

static bool load_info(struct venue *self,
                      const struct venue_symbol *symbols,
                      int32_t count,
                      struct error *error)
{
    enum { LIMITS, SYMBOLS, MEMBERS };
    static const char *const names[MEMBERS] = {"rateLimits", "symbols"};
    static const char path[] = "/fapi/v1/exchangeInfo";
    char *body = NULL;
    size_t length = 0;
    struct row row;
    if (!binance_wait(get(self, path, 1, false), &body, &length, error)) {
        return false;
    }
    bool done = json_row_open(&row, (struct slice){body, length}, names, MEMBERS) &&
                take_limits(self, row.values[LIMITS]);
    done = done ? add_symbols(self, row.values[SYMBOLS], symbols, count, error)
                : bad_answer(error, path, "rateLimits");
    free(body);
    return done;
}

/* ---- brackets ---- */

static bool read_bracket(struct slice text, struct tier *out)
{
    enum { LEVERAGE, CAP, FLOOR, RATE, AMOUNT, MEMBERS };
    static const char *const names[MEMBERS] = {"initialLeverage", "notionalCap", "notionalFloor",
                                               "maintMarginRatio", "cum"};
    struct row row;
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return false;
    }
    int64_t leverage = json_row_decimal(&row, LEVERAGE, 0);
    *out = (struct tier){.floor_e8 = json_row_decimal(&row, FLOOR, 8),
                         .cap_e8 = json_row_decimal(&row, CAP, 8),
                         .maintenance_rate_e9 = json_row_decimal(&row, RATE, 9),
                         .maintenance_amount_e8 = json_row_decimal(&row, AMOUNT, 8),
                         .leverage_max = (int32_t)leverage};
    return row.bad == NULL && leverage >= 1 && leverage <= 1000;
}

static int compare_tiers(const void *left, const void *right)
{
    const struct tier *a = left;
    const struct tier *b = right;
    return a->floor_e8 < b->floor_e8 ? -1 : a->floor_e8 > b->floor_e8;
}

static bool add_brackets(struct venue *self, int32_t instrument, struct slice list)
{
    struct tier tiers[SYMBOL_TIERS_MAX];
    struct json_walk walk;
    struct slice element;
    int32_t count = 0;
    if (!json_walk_open(&walk, list, '[')) {
        return false;
    }
    while (json_walk_next(&walk, NULL, &element)) {
        if (count == SYMBOL_TIERS_MAX || !read_bracket(element, &tiers[count])) {
            return false;
        }
        count++;
    }
    qsort(tiers, (size_t)count, sizeof(tiers[0]), compare_tiers);
    return instruments_tiers(self->world.instruments, instrument, tiers, count);
}

static bool take_brackets(struct venue *self, struct slice list)
{
    enum { SYMBOL, BRACKETS, MEMBERS };
    static const char *const names[MEMBERS] = {"symbol", "brackets"};
    struct json_walk walk;
    struct slice element;
    if (!json_walk_open(&walk, list, '[')) {
        return false;
    }
    while (json_walk_next(&walk, NULL, &element)) {
        struct row row;
        char symbol[SYMBOL_BYTES];
        if (!json_row_open(&row, element, names, MEMBERS)) {
            return false;
        }
        json_row_text(&row, SYMBOL, symbol, sizeof(symbol));
        int32_t instrument = instruments_find(self->world.instruments, symbol);
        if (instrument != INSTRUMENT_NONE &&
            !add_brackets(self, instrument, row.values[BRACKETS])) {
            return false;
        }
    }
    return json_walk_ended(&walk);
}

/* Without a key nobody tells: the conservative default serves, as in a simulated run. */
static bool default_brackets(struct venue *self, int32_t instrument)
{
    int32_t count = 0;
    const struct tier *tiers = tiers_default(&count);
    self->world.instruments->items[instrument].tiers_default = true;
    return instruments_tiers(self->world.instruments, instrument, tiers, count);
}

static bool load_brackets(struct venue *self, struct error *error)
{
    static const char path[] = "/fapi/v1/leverageBracket";
    char *body = NULL;
    size_t length = 0;
    if (self->world.signer != NULL) {
        if (!binance_wait(get(self, path, 1, true), &body, &length, error)) {
            return false;
        }
        bool read = take_brackets(self, (struct slice){body, length});
        free(body);
        if (!read) {
            return bad_answer(error, path, "a bracket");
        }
    }
    for (int32_t at = 0; at < self->world.instruments->count; at++) {
        if (self->world.instruments->items[at].tier_count == 0 && !default_brackets(self, at)) {
            return bad_answer(error, path, "a bracket");
        }
    }
    return true;
}

/* ---- fees ---- */

static bool load_fees(struct venue *self, int32_t instrument, struct error *error)
{
    enum { MAKER, TAKER, MEMBERS };
    static const char *const names[MEMBERS] = {"makerCommissionRate", "takerCommissionRate"};
    static const char path[] = "/fapi/v1/commissionRate";
    struct instrument *item = &self->world.instruments->items[instrument];
    char *body = NULL;
    size_t length = 0;
    struct row row;
    struct binance_call *call = get(self, path, 20, true);
    query_add(&call->query, "symbol", item->symbol);
    if (!binance_wait(call, &body, &length, error)) {
        return false;
    }
    bool read = json_row_open(&row, (struct slice){body, length}, names, MEMBERS);
    if (read) {
        item->maker_fee_e9 = json_row_decimal(&row, MAKER, 9);
        item->taker_fee_e9 = json_row_decimal(&row, TAKER, 9);
        read = row.bad == NULL;
    }
    free(body);
    return read || bad_answer(error, path, item->symbol);
}

bool binance_load(struct venue *self,
                  const struct venue_symbol *symbols,
                  int32_t count,
                  struct error *error)
{
    binance_ask_time(self, 0);
    if (!load_info(self, symbols, count, error) || !load_brackets(self, error)) {
        return false;
    }
    for (int32_t at = 0; self->world.signer != NULL && at < self->world.instruments->count; at++) {
        if (!load_fees(self, at, error)) {
            return false;
        }
    }
    return true;
}

/* ---- the key and the account ---- */

bool binance_permissions(struct venue *self, struct venue_permissions *out, struct error *error)
{
    enum { TRADE, WITHDRAW, BOUND, MEMBERS };
    static const char *const names[MEMBERS] = {"enableFutures", "enableWithdrawals", "ipRestrict"};
    char base[BINANCE_URL_BYTES];
    char *body = NULL;
    size_t length = 0;
    struct row row;
    struct binance_call *call = get(self, "/sapi/v1/account/apiRestrictions", 1, true);
    if (!binance_spot_url(self->options.rest_url, base)) {
        return bad_answer(error, self->options.rest_url, "the address");
    }
    call->base = base;
    if (!binance_wait(call, &body, &length, error)) {
        return false;
    }
    *out = (struct venue_permissions){
        .known = json_row_open(&row, (struct slice){body, length}, names, MEMBERS)};
    if (out->known) {
        out->trade = json_row_flag(&row, TRADE);
        out->withdraw = json_row_flag(&row, WITHDRAW);
        out->ip_bound = json_row_flag_if(&row, BOUND);
        out->known = row.bad == NULL;
    }
    free(body);
    return out->known || bad_answer(error, "/sapi/v1/account/apiRestrictions", "a permission");
}

static bool ask_flag(struct venue *self,
                     const char *path,
                     int64_t weight,
                     const char *name,
                     bool *out,
                     struct error *error)
{
    char *body = NULL;
    size_t length = 0;
    struct row row;
    const char *const names[] = {name};
    if (!binance_wait(get(self, path, weight, true), &body, &length, error)) {
        return false;
    }
    bool read = json_row_open(&row, (struct slice){body, length}, names, 1);
    *out = read && json_row_flag(&row, 0);
    read = read && row.bad == NULL;
    free(body);
    return read || bad_answer(error, path, name);
}

bool binance_modes(struct venue *self, struct venue_account_modes *out, struct error *error)
{
    bool burn = false;
    *out = (struct venue_account_modes){.hedge = false};
    if (!ask_flag(self, "/fapi/v1/positionSide/dual", 30, "dualSidePosition", &out->hedge, error) ||
        !ask_flag(self, "/fapi/v1/multiAssetsMargin", 30, "multiAssetsMargin", &out->multi_asset,
                  error) ||
        !ask_flag(self, "/fapi/v1/accountConfig", 5, "canTrade", &out->can_trade, error) ||
        !ask_flag(self, "/fapi/v1/feeBurn", 30, "feeBurn", &burn, error)) {
        return false;
    }
    if (burn) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "the account pays fees in BNB (feeBurn), which the books cannot hold: "
                         "switch it off at the venue");
    }
    if (self->world.instruments->count > 0) {
        out->maker_fee_e9 = self->world.instruments->items[0].maker_fee_e9;
        out->taker_fee_e9 = self->world.instruments->items[0].taker_fee_e9;
    }
    return true;
}
