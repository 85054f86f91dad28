#include "data/number.h"

#include "core/instant.h"

const int64_t number_power10[NUMBER_DECIMALS_MAX + 1] = {1LL,
                                                         10LL,
                                                         100LL,
                                                         1000LL,
                                                         10000LL,
                                                         100000LL,
                                                         1000000LL,
                                                         10000000LL,
                                                         100000000LL,
                                                         1000000000LL,
                                                         10000000000LL,
                                                         100000000000LL,
                                                         1000000000000LL,
                                                         10000000000000LL,
                                                         100000000000000LL,
                                                         1000000000000000LL,
                                                         10000000000000000LL,
                                                         100000000000000000LL,
                                                         1000000000000000000LL};

enum decimal_status number_price(const char *text, size_t length, struct number *out)
{
    int64_t value = 0;
    enum decimal_status status = decimal_parse(text, length, 12, &value);
    if (status != DECIMAL_OK) {
        return status;
    }
    int32_t decimals = 12;
    while (decimals > 0 && value % 10 == 0) {
        value /= 10;
        decimals--;
    }
    *out = (struct number){value, decimals};
    return DECIMAL_OK;
}

/* What stands in a number's text: digits kept (at most 18 of them) and the power of ten they stand
 * at. */
struct scan {
    int64_t mantissa;
    int64_t exponent;
    int32_t kept;
    bool digits;
};

static void scan_digit(struct scan *scan, int digit, bool decimal)
{
    scan->digits = true;
    if (scan->kept < NUMBER_DECIMALS_MAX) {
        scan->mantissa = scan->mantissa * 10 + digit;
        scan->kept += scan->mantissa > 0;
        scan->exponent -= decimal;
    } else {
        scan->exponent += !decimal;
    }
}

static bool scan_exponent(struct scan *scan, const char *text, size_t length)
{
    bool negative = length > 0 && text[0] == '-';
    size_t at = length > 0 && (text[0] == '-' || text[0] == '+');
    if (at == length) {
        return false;
    }
    int64_t value = 0;
    for (; at < length; at++) {
        if (text[at] < '0' || text[at] > '9') {
            return false;
        }
        value = value < 100000 ? value * 10 + (text[at] - '0') : value;
    }
    scan->exponent += negative ? -value : value;
    return true;
}

static bool scan_number(struct scan *scan, const char *text, size_t length)
{
    bool point = false;
    size_t at = length > 0 && text[0] == '+';
    for (; at < length; at++) {
        char byte = text[at];
        if (byte >= '0' && byte <= '9') {
            scan_digit(scan, byte - '0', point);
        } else if (byte == '.' && !point) {
            point = true;
        } else if ((byte == 'e' || byte == 'E') && scan->digits) {
            return scan_exponent(scan, text + at + 1, length - at - 1);
        } else {
            return false;
        }
    }
    return scan->digits;
}

enum decimal_status number_volume(const char *text, size_t length, struct number *out)
{
    if (length == 0) {
        return DECIMAL_EMPTY;
    }
    struct scan scan = {0};
    if (!scan_number(&scan, text, length)) {
        return DECIMAL_SYNTAX;
    }
    enum { EXPONENT_MAX = 8 };
    while (scan.mantissa > 0 &&
           (scan.exponent < -EXPONENT_MAX || (scan.exponent < 0 && scan.mantissa % 10 == 0))) {
        scan.mantissa /= 10;
        scan.exponent++;
    }
    while (scan.mantissa > 0 && scan.exponent > EXPONENT_MAX) {
        if (scan.mantissa > INT64_MAX / 10) {
            return DECIMAL_RANGE;
        }
        scan.mantissa *= 10;
        scan.exponent--;
    }
    *out = (struct number){scan.mantissa, scan.mantissa > 0 ? (int32_t)-scan.exponent : 0};
    return DECIMAL_OK;
}

static bool time_from_text(const char *text, size_t length, int64_t *time_us)
{
    if (instant_parse(text, length, time_us)) {
        return *time_us >= 0;
    }
    char zoned[INSTANT_BYTES + 8];
    if (length + 10 > sizeof(zoned) || length < 10) {
        return false;
    }
    /* "2024-01-02" alone is its midnight. */
    const char *rest = length == 10 ? "T00:00:00Z" : "Z";
    (void)stpcpy(mempcpy(zoned, text, length), rest);
    return instant_parse(zoned, length + strlen(rest), time_us) && *time_us >= 0;
}

bool number_time(const char *text, size_t length, int64_t *time_us)
{
    enum { EPOCH_DIGITS_MAX = 19 };
    size_t digits = 0;
    while (digits < length && text[digits] >= '0' && text[digits] <= '9') {
        digits++;
    }
    if (digits == 0 || digits > EPOCH_DIGITS_MAX ||
        (digits < length && text[digits] != '.' && text[digits] != 'e' && text[digits] != 'E')) {
        return time_from_text(text, length, time_us);
    }
    int64_t value = 0;
    if (decimal_parse(text, length, 0, &value) == DECIMAL_OK) {
        if (value < 0) {
            return false;
        }
        *time_us = number_time_us(value);
        return true;
    }
    /* A fraction: only seconds have one. */
    return digits <= 11 && decimal_parse(text, length, 6, time_us) == DECIMAL_OK;
}
