#include "data/signal_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/duration.h"
#include "data/json_text.h"

enum { PRICE_SCALE = 12, VOLUME_SCALE = 8, LEVERAGE_MAX = 1000, NUMBER_BYTES = 64 };

const char *time_unit_text(enum time_unit unit)
{
    switch (unit) {
    case TIME_ISO: return "ISO-8601";
    case TIME_SECONDS: return "s";
    case TIME_MS: return "ms";
    case TIME_US: return "us";
    case TIME_NS: return "ns";
    }
    return "?";
}

bool signal_time_natural(int64_t time_us)
{
    return time_us >= 1000000000LL * US_PER_SECOND && time_us < 10000000000LL * US_PER_SECOND;
}

/* Whole digits of a plain number, and the digits behind its point. False: it is something else. */
static bool digits_cut(struct slice text, size_t *whole, size_t *fraction)
{
    size_t at = 0;
    while (at < text.length && text.text[at] >= '0' && text.text[at] <= '9') {
        at++;
    }
    *whole = at;
    *fraction = 0;
    if (at < text.length && text.text[at] == '.') {
        at++;
        while (at < text.length && text.text[at] >= '0' && text.text[at] <= '9') {
            at++;
            (*fraction)++;
        }
    }
    return *whole > 0 && at == text.length;
}

/* PROTOCOLS E: seconds below 1e11, ms below 1e14, us below 1e17, ns from there. */
static enum time_unit unit_by_magnitude(size_t digits)
{
    if (digits <= 11) {
        return TIME_SECONDS;
    }
    if (digits <= 14) {
        return TIME_MS;
    }
    return digits <= 17 ? TIME_US : TIME_NS;
}

static bool epoch_read(struct slice text, int64_t *time_us, enum time_unit *unit)
{
    size_t whole = 0;
    size_t fraction = 0;
    if (!digits_cut(text, &whole, &fraction) || whole > 19) {
        return false;
    }
    *unit = unit_by_magnitude(whole);
    unsigned scale = *unit == TIME_SECONDS ? 6 : 0;
    scale = *unit == TIME_MS ? 3 : scale;
    size_t kept = fraction < scale ? fraction : scale; /* finer than a microsecond: cut */
    int64_t value = 0;
    size_t length = whole + (kept > 0 ? kept + 1 : 0);
    if (decimal_parse(text.text, length, scale, &value) != DECIMAL_OK) {
        return false;
    }
    *time_us = *unit == TIME_NS ? value / 1000 : value;
    return true;
}

bool signal_time_read(struct slice text, int64_t *time_us, enum time_unit *unit)
{
    struct slice trimmed = slice_trim(text);
    if (instant_parse(trimmed.text, trimmed.length, time_us)) {
        *unit = TIME_ISO;
        return true;
    }
    return epoch_read(trimmed, time_us, unit);
}

enum signal_direction signal_direction_parse(struct slice text)
{
    static const struct {
        const char *word;
        enum signal_direction direction;
    } words[] = {
        {"long", DIRECTION_LONG},
        {"short", DIRECTION_SHORT},
        {"buy", DIRECTION_LONG},
        {"sell", DIRECTION_SHORT},
        {"1", DIRECTION_LONG},
        {"-1", DIRECTION_SHORT},
        {"+1", DIRECTION_LONG},
        {"0", DIRECTION_CLOSE},
        {"close", DIRECTION_CLOSE},
        {"flat", DIRECTION_CLOSE},
        {"exit", DIRECTION_CLOSE},
        {"bullish", DIRECTION_LONG},
        {"bearish", DIRECTION_SHORT},
        {"enter_long", DIRECTION_LONG},
        {"entry_long", DIRECTION_LONG},
        {"enter_short", DIRECTION_SHORT},
        {"entry_short", DIRECTION_SHORT},
        {"exit_long", DIRECTION_CLOSE},
        {"exit_short", DIRECTION_CLOSE},
        {"close_long", DIRECTION_CLOSE},
        {"close_short", DIRECTION_CLOSE},
        {"1.0", DIRECTION_LONG},
        {"-1.0", DIRECTION_SHORT},
        {"0.0", DIRECTION_CLOSE},
    };
    char word[WORD_BYTES];
    struct slice trimmed = slice_trim(text);
    if (trimmed.length == 0) {
        return DIRECTION_UNSAID;
    }
    if (!slice_copy(trimmed, word, sizeof(word))) {
        return DIRECTION_INVALID;
    }
    for (size_t i = 1; word[i] != '\0'; i++) {
        if (word[i] == ' ' || word[i] == '-') {
            word[i] = '_';
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (slice_is(slice_of(word), words[i].word)) {
            return words[i].direction;
        }
    }
    return DIRECTION_INVALID;
}

bool signal_price_parse(struct slice text, int64_t *out_e12)
{
    int64_t value = 0;
    if (decimal_parse(text.text, text.length, PRICE_SCALE, &value) != DECIMAL_OK || value <= 0) {
        return false;
    }
    *out_e12 = value;
    return true;
}

bool signal_volume_parse(struct slice text, int64_t *out, int32_t *exponent)
{
    int64_t value = 0;
    unsigned scale = VOLUME_SCALE;
    enum decimal_status status = decimal_parse(text.text, text.length, scale, &value);
    while (status == DECIMAL_RANGE && scale > 0) {
        scale--; /* a huge volume keeps fewer decimals; if it has them, precision is the answer */
        status = decimal_parse(text.text, text.length, scale, &value);
    }
    if (status != DECIMAL_OK || value < 0) {
        return false;
    }
    while (scale > 0 && value % 10 == 0) {
        value /= 10;
        scale--;
    }
    *out = value;
    *exponent = (int32_t)scale;
    return true;
}

bool signal_leverage_parse(struct slice text, int32_t *out)
{
    struct slice digits = slice_trim(text);
    if (digits.length > 1 && (digits.text[digits.length - 1] | 0x20) == 'x') {
        digits.length--;
    } else if (digits.length > 1 && (digits.text[0] | 0x20) == 'x') {
        digits = (struct slice){digits.text + 1, digits.length - 1};
    }
    int64_t value = 0;
    if (decimal_parse(digits.text, digits.length, 0, &value) != DECIMAL_OK || value < 1 ||
        value > LEVERAGE_MAX) {
        return false;
    }
    *out = (int32_t)value;
    return true;
}

bool signal_ttl_parse(struct slice text, int64_t *out_us)
{
    int64_t value = 0;
    enum decimal_status status = decimal_parse(text.text, text.length, 6, &value);
    if (status != DECIMAL_OK && !duration_parse(text, &value)) {
        return false;
    }
    if (value <= 0) {
        return false;
    }
    *out_us = value;
    return true;
}

/* DESIGN 7: a JSON real is printed with %.15g, and that text is the number. */
static enum decimal_status real_parse(struct slice number, unsigned scale, int64_t *out)
{
    char closed[NUMBER_BYTES];
    if (number.length >= sizeof(closed)) {
        return DECIMAL_RANGE;
    }
    memcpy(closed, number.text, number.length);
    closed[number.length] = '\0';
    char digits[NUMBER_BYTES];
    int length = snprintf(digits, sizeof(digits), "%.15g", strtod(closed, NULL));
    return decimal_parse(digits, (size_t)length, scale, out);
}

bool signal_json_decimal(struct slice value, unsigned scale, int64_t *out)
{
    struct slice number;
    if (!json_text_number(value, &number)) {
        return false;
    }
    int64_t cut = 0;
    enum decimal_status status = decimal_parse(number.text, number.length, scale, &cut);
    bool bare = number.text == value.text;
    if (bare && status == DECIMAL_PRECISION) {
        status = real_parse(number, scale, &cut);
    }
    if (status != DECIMAL_OK) {
        return false;
    }
    *out = cut;
    return true;
}

static bool price_add(struct slice value, int64_t *out_e12, int32_t capacity, int32_t *count)
{
    int64_t price_e12 = 0;
    if (*count == capacity || !signal_json_decimal(value, PRICE_SCALE, &price_e12) ||
        price_e12 <= 0) {
        return false;
    }
    out_e12[*count] = price_e12;
    (*count)++;
    return true;
}

static bool array_prices(struct slice text, int64_t *out_e12, int32_t capacity, int32_t *count)
{
    struct json_walk walk;
    struct slice value;
    if (!json_walk_open(&walk, text, '[')) {
        return false;
    }
    while (json_walk_next(&walk, NULL, &value)) {
        if (!price_add(value, out_e12, capacity, count)) {
            return false;
        }
    }
    return json_walk_ended(&walk);
}

/* Bare prices parted by ';' or '|'; one alone is such a list too. */
static bool listed_prices(struct slice text, int64_t *out_e12, int32_t capacity, int32_t *count)
{
    size_t begin = 0;
    for (size_t at = 0; at <= text.length; at++) {
        if (at < text.length && text.text[at] != ';' && text.text[at] != '|') {
            continue;
        }
        struct slice part = slice_trim((struct slice){text.text + begin, at - begin});
        if (*count == capacity || !signal_price_parse(part, &out_e12[*count])) {
            return false;
        }
        (*count)++;
        begin = at + 1;
    }
    return true;
}

bool signal_json_prices(struct slice value, int64_t *out_e12, int32_t capacity, int32_t *count)
{
    *count = 0;
    if (value.length > 0 && value.text[0] == '[') {
        return array_prices(value, out_e12, capacity, count);
    }
    return price_add(value, out_e12, capacity, count);
}

bool signal_prices_parse(struct slice text, int64_t *out_e12, int32_t capacity, int32_t *count)
{
    struct slice trimmed = slice_trim(text);
    *count = 0;
    if (trimmed.length > 0 && (trimmed.text[0] == '[' || trimmed.text[0] == '"')) {
        return json_text_valid(trimmed) && signal_json_prices(trimmed, out_e12, capacity, count);
    }
    return listed_prices(trimmed, out_e12, capacity, count);
}
