/* dialects.c - the words of the webhooks in the wild (PROTOCOLS F1, F3) as columns of a signals file. */
#include <stdio.h>
#include <string.h>

#include "core/fixed.h"
#include "data/signal_fields.h"
#include "live/sources/fields.h"

static bool refuse(char *why, size_t size, const char *what, struct slice value)
{
    (void)snprintf(why, size, "%s%s%.*s", what, value.length > 0 ? ": " : "",
                   (int)(value.length > 64 ? 64 : value.length), value.text);
    return false;
}

static void say(struct fields *self, const char *name, const char *value)
{
    fields_set(self, name, slice_of(value));
}

/* The first of these names that is there becomes the column; the others stay what they are. */
static void rename_first(struct fields *self, const char *column, const char *const *names)
{
    for (size_t at = 0; names[at] != NULL && !fields_has(self, column); at++) {
        if (fields_has(self, names[at])) {
            fields_set(self, column, fields_get(self, names[at]));
            fields_drop(self, names[at]);
        }
    }
}

/* "{{ticker}}": an alert that is none of a strategy leaves its placeholders as they are. */
static bool expanded(const struct fields *self, char *why, size_t size)
{
    for (int32_t at = 0; at < self->count; at++) {
        if (strstr(self->values[at].text, "{{") != NULL && self->values[at].text[0] != '{') {
            return refuse(why, size, "a placeholder was not filled in by the sender",
                          (struct slice){self->values[at].text, self->values[at].length});
        }
    }
    return true;
}

/* ---- which way ---- */

struct action_word {
    const char *word, *side; /* side NULL: no signal */
};

static const struct action_word ACTION_WORDS[] = {
    {"buy", "long"},          {"long", "long"},        {"enter_long", "long"},
    {"entry_long", "long"},   {"add", "long"},         {"bullish", "long"},
    {"sell", "short"},        {"short", "short"},      {"enter_short", "short"},
    {"entry_short", "short"}, {"bearish", "short"},    {"exit", "close"},
    {"close", "close"},       {"flat", "close"},       {"exit_long", "close"},
    {"exit_short", "close"},  {"close_long", "close"}, {"close_short", "close"},
    {"cancel", NULL},
};

/* False: no such word, or one that is no signal. */
static bool action_side(struct slice word, const char **side, char *why, size_t size)
{
    for (size_t at = 0; at < ARRAY_COUNT(ACTION_WORDS); at++) {
        if (slice_is(word, ACTION_WORDS[at].word)) {
            *side = ACTION_WORDS[at].side;
            return *side != NULL ||
                   refuse(why, size, "a cancel is no signal: the entry ends by its ttl",
                          (struct slice){"", 0});
        }
    }
    return refuse(why, size, "the action is not known", word);
}

/* A strategy that is flat afterwards has left, whatever it bought or sold for it. */
static bool is_flat(const struct fields *self)
{
    return slice_is(fields_get(self, "market_position"), "flat") ||
           slice_is(fields_get(self, "strategy_info.market_position"), "flat") ||
           slice_is(fields_get(self, "sentiment"), "flat");
}

static bool direction_apply(struct fields *self, char *why, size_t size)
{
    struct slice action = fields_get(self, "action");
    struct slice sentiment = fields_get(self, "sentiment");
    const char *side = NULL;
    if (is_flat(self)) {
        say(self, "side", "close");
    } else if (sentiment.length > 0) {
        if (!action_side(sentiment, &side, why, size)) {
            return false;
        }
        say(self, "side", side);
    } else if (action.length > 0) {
        if (!action_side(action, &side, why, size)) {
            return false;
        }
        say(self, "side", side);
    }
    fields_drop(self, "action");
    return true;
}

/* ---- nested stops and targets of TradersPost ---- */

/* price x (1 + percent/100), percent signed; rounded toward the price. False: does not fit. */
static bool percent_of(int64_t price_e12, int64_t percent_e9, char out[DECIMAL_BYTES])
{
    wide_t moved = (wide_t)price_e12 * percent_e9 / (100 * (wide_t)ONE_E9);
    wide_t result = (wide_t)price_e12 + moved;
    if (result <= 0 || result > INT64_MAX) {
        return false;
    }
    (void)decimal_format((int64_t)result, 12, out);
    return true;
}

/* sign: of the move for a long. */
static void nested_price(
    struct fields *self, const char *column, const char *price, const char *percent, int sign)
{
    if (fields_has(self, price)) {
        fields_set(self, column, fields_get(self, price));
        return;
    }
    struct slice text = fields_get(self, percent);
    int64_t price_e12 = 0;
    int64_t percent_e9 = 0;
    char out[DECIMAL_BYTES];
    if (text.length == 0 || !signal_price_parse(fields_get(self, "price"), &price_e12) ||
        decimal_parse(text.text, text.length, 9, &percent_e9) != DECIMAL_OK) {
        return;
    }
    if (slice_is(fields_get(self, "side"), "short")) {
        sign = -sign;
    }
    if (percent_of(price_e12, sign * percent_e9, out)) {
        say(self, column, out);
    }
}

/* A member that is an object: its own members, by "name.member". */
static bool open_nested(struct fields *self, const char *name, const char *prefix)
{
    struct slice value = fields_get(self, name);
    return value.length == 0 || value.text[0] != '{' || fields_add_object(self, value, prefix);
}

static bool traderspost(struct fields *self, char *why, size_t size)
{
    if (!open_nested(self, "takeProfit", "takeProfit.") ||
        !open_nested(self, "stopLoss", "stopLoss.") ||
        !open_nested(self, "strategy_info", "strategy_info.")) {
        return refuse(why, size, "a member of an object is there twice", (struct slice){"", 0});
    }
    return true;
}

static void traderspost_prices(struct fields *self)
{
    nested_price(self, "take_profit", "takeProfit.limitPrice", "takeProfit.percent", 1);
    nested_price(self, "stop_loss", "stopLoss.stopPrice", "stopLoss.percent", -1);
    fields_drop(self, "takeProfit");
    fields_drop(self, "stopLoss");
}

/* ---- freqtrade ---- */

/* Its messages tell of what it did; only an entry and an exit are signals. */
static bool freqtrade(struct fields *self, char *why, size_t size)
{
    struct slice type = fields_get(self, "type");
    bool entry = slice_is(type, "entry");
    if (type.length == 0 || !fields_has(self, "pair")) {
        return true;
    }
    if (!entry && !slice_is(type, "exit")) {
        return refuse(why, size, "an event of freqtrade that is no signal", type);
    }
    if (!entry) {
        say(self, "side", "close");
        fields_drop(self, "direction");
    }
    fields_drop(self, "type");
    return true;
}

/* ---- time ---- */

/* TradingView: {{timenow}} is when the alert went out, {{time}} the opening of its bar. */
static bool time_apply(struct fields *self, int64_t now_us, char *why, size_t size)
{
    static const char *const times[] = {"timenow", "timestamp", "ts",   "open_date",
                                        "date",    "datetime",  "time", NULL};
    rename_first(self, "published_at", times);
    for (size_t at = 0; times[at] != NULL; at++) {
        fields_drop(self, times[at]);
    }
    char now[DECIMAL_BYTES];
    (void)decimal_format(now_us, 0, now);
    struct slice text = fields_get(self, "published_at");
    fields_set(self, "timestamp", text.length > 0 ? text : slice_of(now));
    fields_drop(self, "published_at");
    int64_t time_us = 0;
    enum time_unit unit = TIME_ISO;
    int64_t lag_s = 0;
    struct slice lag = fields_get(self, "max_lag");
    if (!signal_time_read(fields_get(self, "timestamp"), &time_us, &unit)) {
        return refuse(why, size, "its time cannot be read", fields_get(self, "timestamp"));
    }
    if (lag.length > 0 && decimal_parse(lag.text, lag.length, 0, &lag_s) == DECIMAL_OK &&
        now_us - time_us > lag_s * 1000000) {
        return refuse(why, size, "it is older than its own max_lag (seconds)", lag);
    }
    return true;
}

bool dialect_to_columns(struct fields *self, int64_t now_us, char *why, size_t size)
{
    static const char *const tokens[] = {"ticker", "tv_instrument", "symbol", "pair", NULL};
    static const char *const prices[] = {"signalPrice", "trigger_price", "open_rate",
                                         "limit",       "close",         NULL};
    static const char *const ids[] = {"order_id", "signal_id", "trade_id", NULL};
    if (!expanded(self, why, size) || !traderspost(self, why, size) ||
        !freqtrade(self, why, size)) {
        return false;
    }
    rename_first(self, "token", tokens);
    rename_first(self, "price", prices);
    rename_first(self, "id", ids);
    if (fields_get(self, "token").length == 0) {
        return refuse(why, size, "it names no token (ticker, symbol, pair, tv_instrument)",
                      (struct slice){"", 0});
    }
    if (!direction_apply(self, why, size) || !time_apply(self, now_us, why, size)) {
        return false;
    }
    traderspost_prices(self);
    return true;
}
