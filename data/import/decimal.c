#include "data/import/decimal.h"

/* At the one scale that fits both its decimals and its range, where there is one. */
static enum decimal_status scale_find(const char *text, size_t length, struct decimal *out)
{
    enum { FIRST = 8 };
    unsigned scale = FIRST;
    enum decimal_status first = DECIMAL_OK;
    for (;;) {
        enum decimal_status status = decimal_parse(text, length, scale, &out->mantissa);
        bool finer = status == DECIMAL_PRECISION && scale < NUMBER_DECIMALS_MAX;
        bool coarser = status == DECIMAL_RANGE && scale > 0;
        if ((!finer && !coarser) || (first != DECIMAL_OK && status != first)) {
            out->decimals = (int32_t)scale;
            return status;
        }
        first = status;
        scale = finer ? scale + 1 : scale - 1;
    }
}

enum decimal_status decimal_read_slow(const char *text, size_t length, struct decimal *out)
{
    struct decimal read = {0};
    enum decimal_status status = scale_find(text, length, &read);
    if (status != DECIMAL_OK) {
        return status;
    }
    while (read.decimals > 0 && read.mantissa % 10 == 0) {
        read.mantissa /= 10;
        read.decimals--;
    }
    int32_t written = number_written(text, length);
    read.odd = written > NUMBER_DECIMALS_MAX || memchr(text, 'e', length) != NULL ||
               memchr(text, 'E', length) != NULL;
    read.written = read.odd ? read.decimals : written;
    *out = read;
    return DECIMAL_OK;
}
