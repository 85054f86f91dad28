/* config_values.h - one setting's value between text and integer, by its row; for the config files alone.
 * Laws     what is printed here is read back to the same integer. A value outside its row's range, with more
 *          decimals than its scale, or without a unit where one is due, is refused with a reason.
 * Unset    a row whose minimum is -1 may be unset: -1, written null. */
#ifndef DATA_CONFIG_VALUES_H
#define DATA_CONFIG_VALUES_H

#include "core/settings.h"
#include "data/text.h"

enum { SETTING_TEXT_BYTES = 64, SETTING_REASON_BYTES = 256 };

/* How the value was written, which decides what it may be. */
enum setting_form {
    SETTING_BARE,   /* --set: text that may be anything */
    SETTING_STRING, /* JSON string */
    SETTING_NUMBER, /* JSON number, as text */
    SETTING_BOOLEAN,
    SETTING_NULL
};

/* reason: "what is wrong: what to do", without the key. */
MUST_USE bool setting_parse(const struct setting_row *row,
                            enum setting_form form,
                            struct slice text,
                            int64_t *out,
                            char reason[SETTING_REASON_BYTES]);
/* The value as JSON: number, true, null, or a string with its quotes. */
void setting_format(const struct setting_row *row, int64_t value, char out[SETTING_TEXT_BYTES]);
/* "ratio, 0 to 0.05", "one of close, reverse, ignore": unit and range for people. */
void setting_describe(const struct setting_row *row, char out[SETTING_REASON_BYTES]);

#endif
