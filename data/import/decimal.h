/* decimal.h - the text of a price or a size to mantissa and decimals, exactly, and how it was written.
 * Laws     value = mantissa / 10^decimals, or the text is refused: never rounded, never cut (data/number.h cuts volumes).
 * Reads    32 bytes from text whatever the length (csv.h promises them). */
#ifndef DATA_IMPORT_DECIMAL_H
#define DATA_IMPORT_DECIMAL_H

#include "data/number.h"

struct decimal {
    int64_t mantissa;
    int32_t decimals; /* 0..18, no zero at the end */
    int32_t written;  /* as it stands: 1.500 has 3; decimals..18 */
    bool odd;         /* not plain: "1e-5", or more zeros than can be kept */
};

/* Signs, exponents, many digits. */
MUST_USE enum decimal_status
decimal_read_slow(const char *text, size_t length, struct decimal *out);

MUST_USE static inline enum decimal_status
decimal_read(const char *text, size_t length, struct decimal *out)
{
    struct number number;
    if (!number_fast(text, length, &number)) {
        return decimal_read_slow(text, length, out);
    }
    size_t point = number_point8(text);
    if (point == 8 && length > 8 && text[8] != '.') {
        point = length;
    }
    size_t written = point < length ? length - point - 1 : 0;
    if (written > NUMBER_DECIMALS_MAX) {
        return decimal_read_slow(text, length, out);
    }
    *out = (struct decimal){number.mantissa, number.decimals, (int32_t)written, false};
    return DECIMAL_OK;
}

/* The same value with so many decimals (decimals..18); false: it does not fit. */
MUST_USE static inline bool
decimal_rescale(const struct decimal *self, int32_t decimals, int64_t *out)
{
    return !__builtin_mul_overflow(self->mantissa, number_power10[decimals - self->decimals], out);
}

#endif
