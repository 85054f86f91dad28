/* Decimal text against an obvious reader, and through the formatter and back. */
#include "core/fixed.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

const char *const fuzz_seeds[] = {"0",
                                  "-12.5",
                                  "1.8998e-05",
                                  "+3",
                                  "9223372036854775807",
                                  "-9223372036854775808",
                                  "0.000000000001",
                                  "100000000000000000000e-20",
                                  "00012.3400",
                                  "1e18",
                                  NULL};

/* Plain digits with a point, short enough for 64 bits: the value times 10^scale, or -1. */
static int64_t slow_value(const char *text, size_t length, unsigned scale)
{
    int64_t value = 0;
    unsigned decimals = 0;
    bool point = false;
    size_t digits = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || digits == 12) {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
        decimals += point ? 1 : 0;
        digits++;
    }
    if (digits == 0 || decimals > scale || scale - decimals > 6) {
        return -1;
    }
    for (; decimals < scale; decimals++) {
        value *= 10;
    }
    return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    unsigned scale = data[0] % 19U;
    const char *text = (const char *)data;
    char digits[DECIMAL_BYTES];
    int64_t value = 0;
    int64_t again = 0;
    enum decimal_status status = decimal_parse(text, size, scale, &value);
    int64_t slow = slow_value(text, size, scale);
    CHECK(slow < 0 || (status == DECIMAL_OK && value == slow));
    if (status == DECIMAL_OK) {
        size_t length = decimal_format(value, scale, digits);
        CHECK(length == strlen(digits) && length < DECIMAL_BYTES);
        CHECK(decimal_parse(digits, length, scale, &again) == DECIMAL_OK && again == value);
    }
    CHECK(decimal_status_text(status) != NULL);
    return 0;
}
