#include "data/config_values.h"

#include <stdio.h>
#include <string.h>

#include "core/fixed.h"
#include "data/duration.h"

enum { UNSET = -1, RATIO_SCALE = 9, PERCENT_SCALE = 7, MONEY_SCALE = 8, SHOWN_BYTES = 41 };

static bool unset_allowed(const struct setting_row *row)
{
    return row->minimum == UNSET;
}

static int64_t minimum_of(const struct setting_row *row)
{
    return unset_allowed(row) ? 0 : row->minimum;
}

static bool has_words(const struct setting_row *row)
{
    return setting_word(row->unit, 0) != NULL;
}

static void words_join(const struct setting_row *row, char *out, size_t capacity)
{
    size_t used = 0;
    for (int64_t i = 0; setting_word(row->unit, i) != NULL; i++) {
        const char *word = setting_word(row->unit, i);
        size_t length = strlen(word);
        CHECK(used + length + sizeof(", ") <= capacity); /* the lists are ours, and short */
        memcpy(out + used, ", ", i > 0 ? 2 : 0);
        used += i > 0 ? 2 : 0;
        memcpy(out + used, word, length);
        used += length;
    }
    out[used] = '\0';
}

static bool refuse(char reason[SETTING_REASON_BYTES], struct slice text, const char *why)
{
    char shown[SHOWN_BYTES] = "";
    memcpy(shown, text.text, text.length < sizeof(shown) - 1 ? text.length : sizeof(shown) - 1);
    (void)snprintf(reason, SETTING_REASON_BYTES, "'%s' %.200s", shown, why);
    return false;
}

static bool decimal_value(struct slice text,
                          unsigned scale,
                          const char *remedy,
                          int64_t *out,
                          char reason[SETTING_REASON_BYTES])
{
    enum decimal_status status = decimal_parse(text.text, text.length, scale, out);
    if (status == DECIMAL_OK) {
        return true;
    }
    char why[SETTING_REASON_BYTES / 2];
    (void)snprintf(why, sizeof(why), "has the fault '%s': %s", decimal_status_text(status), remedy);
    return refuse(reason, text, why);
}

static bool ratio_value(struct slice text, int64_t *out, char reason[SETTING_REASON_BYTES])
{
    static const char remedy[] = "write a ratio like 0.005 or \"0.5%\", with at most 9 decimals";
    if (text.length > 0 && text.text[text.length - 1] == '%') {
        struct slice digits = slice_trim((struct slice){text.text, text.length - 1});
        return decimal_value(digits, PERCENT_SCALE, remedy, out, reason);
    }
    return decimal_value(text, RATIO_SCALE, remedy, out, reason);
}

static bool switch_value(enum setting_form form,
                         struct slice text,
                         int64_t *out,
                         char reason[SETTING_REASON_BYTES])
{
    *out = slice_is(text, "true") ? 1 : 0;
    bool boolean = form == SETTING_BOOLEAN || form == SETTING_BARE;
    if (!boolean || (*out == 0 && !slice_is(text, "false"))) {
        return refuse(reason, text, "is no switch: write true or false (without quotes)");
    }
    return true;
}

static bool duration_value(struct slice text, int64_t *out, char reason[SETTING_REASON_BYTES])
{
    return duration_parse(text, out) ||
           refuse(
               reason, text,
               "is no duration: write a number with its unit, like \"100ms\", \"90s\", \"1h\" or "
               "\"2d\"");
}

static bool word_value(const struct setting_row *row,
                       struct slice text,
                       int64_t *out,
                       char reason[SETTING_REASON_BYTES])
{
    for (int64_t i = 0; setting_word(row->unit, i) != NULL; i++) {
        if (slice_is(text, setting_word(row->unit, i))) {
            *out = i;
            return true;
        }
    }
    char words[SETTING_REASON_BYTES / 2];
    char why[SETTING_REASON_BYTES - 64];
    words_join(row, words, sizeof(words));
    (void)snprintf(why, sizeof(why), "is not a word of this key: write one of %s", words);
    return refuse(reason, text, why);
}

static bool value_cut(const struct setting_row *row,
                      enum setting_form form,
                      struct slice text,
                      int64_t *out,
                      char reason[SETTING_REASON_BYTES])
{
    if (has_words(row)) {
        return word_value(row, text, out, reason);
    }
    if (row->unit == UNIT_SWITCH) {
        return switch_value(form, text, out, reason);
    }
    if (row->unit == UNIT_DURATION) {
        return duration_value(text, out, reason);
    }
    if (form == SETTING_BOOLEAN) {
        return refuse(reason, text, "is no number: write a number");
    }
    if (row->unit == UNIT_RATIO) {
        return ratio_value(text, out, reason);
    }
    if (row->unit == UNIT_MONEY) {
        return decimal_value(text, MONEY_SCALE, "write an amount like 250 or \"250.5\"", out,
                             reason);
    }
    return decimal_value(text, 0, "write a whole number", out, reason);
}

bool setting_parse(const struct setting_row *row,
                   enum setting_form form,
                   struct slice text,
                   int64_t *out,
                   char reason[SETTING_REASON_BYTES])
{
    struct slice trimmed = slice_trim(text);
    if (form == SETTING_NULL || (form == SETTING_BARE && slice_is(trimmed, "null"))) {
        *out = UNSET;
        return unset_allowed(row) ||
               refuse(reason, slice_of("null"), "is not allowed here: this key has no unset state");
    }
    int64_t value = 0;
    if (!value_cut(row, form, trimmed, &value, reason)) {
        return false;
    }
    if (value < minimum_of(row) || value > row->maximum) {
        char range[SETTING_REASON_BYTES];
        char why[SETTING_REASON_BYTES];
        setting_describe(row, range);
        (void)snprintf(why, sizeof(why), "is out of range: give a %.200s", range);
        return refuse(reason, trimmed, why);
    }
    *out = value;
    return true;
}

/* The bare text of a value, without quotes. */
static void value_text(const struct setting_row *row, int64_t value, char out[SETTING_TEXT_BYTES])
{
    char digits[DECIMAL_BYTES];
    if (has_words(row)) {
        const char *word = setting_word(row->unit, value);
        (void)snprintf(out, SETTING_TEXT_BYTES, "%s", word != NULL ? word : "?");
        return;
    }
    if (row->unit == UNIT_SWITCH) {
        (void)snprintf(out, SETTING_TEXT_BYTES, "%s", value != 0 ? "true" : "false");
        return;
    }
    if (row->unit == UNIT_DURATION) {
        char duration[DURATION_BYTES];
        (void)duration_format(value > 0 ? value : 0, duration);
        (void)snprintf(out, SETTING_TEXT_BYTES, "%s", duration);
        return;
    }
    unsigned money = row->unit == UNIT_MONEY ? MONEY_SCALE : 0;
    (void)decimal_format(value, row->unit == UNIT_RATIO ? RATIO_SCALE : money, digits);
    (void)snprintf(out, SETTING_TEXT_BYTES, "%s", digits);
}

void setting_format(const struct setting_row *row, int64_t value, char out[SETTING_TEXT_BYTES])
{
    if (unset_allowed(row) && value == UNSET) {
        (void)snprintf(out, SETTING_TEXT_BYTES, "null");
        return;
    }
    bool quoted = has_words(row) || row->unit == UNIT_DURATION || row->unit == UNIT_MONEY;
    char text[SETTING_TEXT_BYTES];
    value_text(row, value, text);
    const char *quote = quoted ? "\"" : "";
    (void)snprintf(out, SETTING_TEXT_BYTES, "%s%.60s%s", quote, text, quote);
}

static const char *unit_noun(enum setting_unit unit)
{
    if (unit == UNIT_RATIO) {
        return "ratio";
    }
    if (unit == UNIT_MONEY) {
        return "amount in the quote currency";
    }
    return unit == UNIT_DURATION ? "duration" : "whole number";
}

void setting_describe(const struct setting_row *row, char out[SETTING_REASON_BYTES])
{
    if (has_words(row)) {
        char words[SETTING_REASON_BYTES / 2];
        words_join(row, words, sizeof(words));
        (void)snprintf(out, SETTING_REASON_BYTES, "word, one of %s", words);
        return;
    }
    if (row->unit == UNIT_SWITCH) {
        (void)snprintf(out, SETTING_REASON_BYTES, "switch, true or false");
        return;
    }
    char low[SETTING_TEXT_BYTES];
    char high[SETTING_TEXT_BYTES];
    value_text(row, minimum_of(row), low);
    value_text(row, row->maximum, high);
    (void)snprintf(out, SETTING_REASON_BYTES, "%s, %s to %s%s", unit_noun(row->unit), low, high,
                   unset_allowed(row) ? ", or null: no limit of its own" : "");
}
