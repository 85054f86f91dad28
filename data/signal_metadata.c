#include <string.h>

#include "core/fixed.h"
#include "data/json_text.h"
#include "data/signal_fields.h"
#include "data/signals_csv.h"

enum { ENTRIES_MAX = 64, RATIO_SCALE = 9, PERCENT_SCALE = 7 };

/* The keys that mean something; all others are kept for the record and understood by nobody here. */
enum known_key {
    KEY_SIDE,
    KEY_ENTRY,
    KEY_TARGETS,
    KEY_TARGET_SHARES,
    KEY_STOP,
    KEY_SL,
    KEY_TRAILING,
    KEY_LEVERAGE_STATED,
    KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {"side", "entry", "targets",  "target_shares",
                                                 "stop", "sl",    "trailing", "leverage_stated"};

static enum known_key key_find(struct slice raw)
{
    char name[32];
    size_t length = 0;
    struct slice quoted = {raw.text - 1, raw.length + 2};
    if (raw.length > sizeof(name) * 6 || !json_text_string(quoted, name, sizeof(name), &length)) {
        return KEY_COUNT;
    }
    for (int key = 0; key < KEY_COUNT; key++) {
        if (strcmp(name, key_names[key]) == 0) {
            return (enum known_key)key;
        }
    }
    return KEY_COUNT;
}

/* The value of each known key, empty where it is absent. False: no object, or a known key twice. */
static bool values_collect(struct slice json, struct slice values[KEY_COUNT])
{
    struct json_walk walk;
    struct slice key;
    struct slice value;
    memset(values, 0, KEY_COUNT * sizeof(*values));
    if (!json_walk_open(&walk, json, '{')) {
        return false;
    }
    while (json_walk_next(&walk, &key, &value)) {
        enum known_key known = key_find(key);
        if (known == KEY_COUNT) {
            continue;
        }
        if (values[known].text != NULL) {
            return false;
        }
        values[known] = value;
    }
    return json_walk_ended(&walk);
}

/* null and "" are what exports write for nothing. */
static bool is_absent(struct slice value)
{
    return value.length == 0 || slice_is(value, "null") || slice_is(value, "\"\"");
}

static void side_apply(struct signal *signal, struct slice value)
{
    char word[WORD_BYTES];
    size_t length = 0;
    bool number = value.text[0] != '"';
    if (number) {
        signal->direction_metadata = signal_direction_parse(value);
    } else if (json_text_string(value, word, sizeof(word), &length)) {
        signal->direction_metadata = signal_direction_parse((struct slice){word, length});
    } else {
        signal->direction_metadata = DIRECTION_INVALID;
    }
}

static void entry_apply(struct signal *signal, struct slice value)
{
    int64_t prices_e12[ENTRIES_MAX];
    int32_t count = 0;
    if (!signal_json_prices(value, prices_e12, ENTRIES_MAX, &count)) {
        signal->bad |= SIGNAL_BAD_ENTRY;
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        bool first = i == 0;
        if (first || prices_e12[i] < signal->entry_low_e12) {
            signal->entry_low_e12 = prices_e12[i];
        }
        if (first || prices_e12[i] > signal->entry_high_e12) {
            signal->entry_high_e12 = prices_e12[i];
        }
    }
}

static void targets_apply(struct signal *signal, struct slice value)
{
    int32_t count = 0;
    if (!signal_json_prices(value, signal->target_e12, TARGETS_MAX, &count)) {
        signal->bad |= SIGNAL_BAD_TARGET;
        memset(signal->target_e12, 0, sizeof(signal->target_e12));
        return;
    }
    signal->target_count = count;
    signal->target_metadata = count > 0;
}

/* 0.25, "0.25" or "25%". */
static bool ratio_cut(struct slice value, int64_t *out_e9)
{
    struct slice digits;
    if (json_text_number(value, &digits) && digits.text != value.text && digits.length > 0 &&
        digits.text[digits.length - 1] == '%') {
        return decimal_parse(digits.text, digits.length - 1, PERCENT_SCALE, out_e9) == DECIMAL_OK;
    }
    return signal_json_decimal(value, RATIO_SCALE, out_e9);
}

/* One share a target, each above zero, together at most the whole. */
static bool shares_cut(struct signal *signal, struct slice value)
{
    struct json_walk walk;
    struct slice item;
    int64_t sum_e9 = 0;
    if (!json_walk_open(&walk, value, '[')) {
        return false;
    }
    while (json_walk_next(&walk, NULL, &item)) {
        int64_t share_e9 = 0;
        if (signal->target_share_count == TARGETS_MAX || !ratio_cut(item, &share_e9) ||
            share_e9 <= 0 || share_e9 > ONE_E9) {
            return false;
        }
        signal->target_share_e9[signal->target_share_count] = share_e9;
        signal->target_share_count++;
        sum_e9 += share_e9;
    }
    bool fits =
        signal->target_share_count == 0 || signal->target_share_count == signal->target_count;
    return json_walk_ended(&walk) && fits && sum_e9 <= ONE_E9;
}

static void shares_apply(struct signal *signal, struct slice value)
{
    if (!shares_cut(signal, value)) {
        signal->bad |= SIGNAL_BAD_TARGET;
        signal->target_share_count = 0;
        memset(signal->target_share_e9, 0, sizeof(signal->target_share_e9));
    }
}

static void stop_apply(struct signal *signal, struct slice value)
{
    int64_t price_e12 = 0;
    int32_t count = 0;
    if (!signal_json_prices(value, &price_e12, 1, &count)) {
        signal->bad |= SIGNAL_BAD_STOP;
        return;
    }
    signal->stop_metadata_e12 = count == 1 ? price_e12 : 0;
}

static void trailing_apply(struct signal *signal, struct slice value)
{
    int64_t rate_e9 = 0;
    if (!ratio_cut(value, &rate_e9) || rate_e9 <= 0 || rate_e9 >= ONE_E9) {
        signal->bad |= SIGNAL_BAD_STOP;
        return;
    }
    signal->trailing_e9 = rate_e9;
}

/* 10, 10.0, "10x". */
static bool leverage_cut(struct slice value, int32_t *out)
{
    struct slice digits;
    return json_text_number(value, &digits) && signal_leverage_parse(digits, out);
}

static bool leverage_lowest(struct signal *signal, struct slice value)
{
    struct json_walk walk;
    struct slice item;
    int32_t leverage = 0;
    if (!json_walk_open(&walk, value, '[')) {
        return leverage_cut(value, &signal->leverage_stated);
    }
    while (json_walk_next(&walk, NULL, &item)) {
        if (!leverage_cut(item, &leverage)) {
            return false;
        }
        if (signal->leverage_stated == 0 || leverage < signal->leverage_stated) {
            signal->leverage_stated = leverage;
        }
    }
    return json_walk_ended(&walk);
}

static void leverage_apply(struct signal *signal, struct slice value)
{
    if (!leverage_lowest(signal, value)) {
        signal->bad |= SIGNAL_BAD_LEVERAGE;
        signal->leverage_stated = 0;
    }
}

static void apply(struct signal *signal,
                  struct slice value,
                  void (*field)(struct signal *signal, struct slice value))
{
    if (!is_absent(value)) {
        field(signal, value);
    }
}

bool signal_metadata_parse(struct signal *signal, const char *json, size_t length)
{
    struct slice values[KEY_COUNT];
    if (!values_collect((struct slice){json, length}, values)) {
        signal->bad |= SIGNAL_BAD_METADATA;
        return false;
    }
    apply(signal, values[KEY_SIDE], side_apply);
    apply(signal, values[KEY_ENTRY], entry_apply);
    if (signal->target_count == 0 && (signal->bad & SIGNAL_BAD_TARGET) == 0) {
        apply(signal, values[KEY_TARGETS], targets_apply);
    }
    apply(signal, values[KEY_TARGET_SHARES], shares_apply);
    bool stop = !is_absent(values[KEY_STOP]);
    apply(signal, values[stop ? KEY_STOP : KEY_SL], stop_apply);
    apply(signal, values[KEY_TRAILING], trailing_apply);
    apply(signal, values[KEY_LEVERAGE_STATED], leverage_apply);
    return true;
}
