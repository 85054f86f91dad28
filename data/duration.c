#include "data/duration.h"

#include <stdio.h>

#include "core/fixed.h"
#include "core/instant.h"

struct unit {
    const char *word;
    int64_t us;
    bool printed;
};

/* From the longest to the shortest; a week is read, and printed in days. */
static const struct unit units[] = {
    {"w", 7 * US_PER_DAY, false}, {"d", US_PER_DAY, true},
    {"h", US_PER_HOUR, true},     {"min", US_PER_MINUTE, false},
    {"m", US_PER_MINUTE, true},   {"s", US_PER_SECOND, true},
    {"ms", US_PER_MS, true},      {"us", 1, true},
};

static const struct unit *unit_find(struct slice word)
{
    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        if (slice_is(word, units[i].word)) {
            return &units[i];
        }
    }
    return NULL;
}

bool duration_parse(struct slice text, int64_t *out_us)
{
    struct slice whole = slice_trim(text);
    size_t digits = 0;
    while (digits < whole.length && ((whole.text[digits] >= '0' && whole.text[digits] <= '9') ||
                                     whole.text[digits] == '.')) {
        digits++;
    }
    struct slice word = {whole.text + digits, whole.length - digits};
    const struct unit *unit = unit_find(slice_trim(word));
    int64_t value = 0;
    if (unit == NULL) {
        return false;
    }
    if (decimal_parse(whole.text, digits, 0, &value) == DECIMAL_OK) {
        return fixed_narrow((wide_t)value * unit->us, out_us);
    }
    if (decimal_parse(whole.text, digits, 6, &value) != DECIMAL_OK) {
        return false;
    }
    wide_t product_e6 = (wide_t)value * unit->us;
    return product_e6 % ONE_E6 == 0 && fixed_narrow(product_e6 / ONE_E6, out_us);
}

size_t duration_format(int64_t duration_us, char out[DURATION_BYTES])
{
    CHECK(duration_us >= 0);
    const char *word = "s";
    int64_t value = duration_us;
    for (size_t i = 0; i < ARRAY_COUNT(units) && duration_us > 0; i++) {
        if (units[i].printed && duration_us % units[i].us == 0) {
            word = units[i].word;
            value = duration_us / units[i].us;
            break;
        }
    }
    int length = snprintf(out, DURATION_BYTES, "%lld%s", (long long)value, word);
    return (size_t)length;
}
