#include "core/fixed.h"

#include <string.h>

enum { POWERS_OF_TEN = 19, FAST_DIGITS_MAX = 19 };

static const uint64_t powers_of_ten[POWERS_OF_TEN] = {1ULL,
                                                      10ULL,
                                                      100ULL,
                                                      1000ULL,
                                                      10000ULL,
                                                      100000ULL,
                                                      1000000ULL,
                                                      10000000ULL,
                                                      100000000ULL,
                                                      1000000000ULL,
                                                      10000000000ULL,
                                                      100000000000ULL,
                                                      1000000000000ULL,
                                                      10000000000000ULL,
                                                      100000000000000ULL,
                                                      1000000000000000ULL,
                                                      10000000000000000ULL,
                                                      100000000000000000ULL,
                                                      1000000000000000000ULL};

wide_t wide_div_floor_long(wide_t dividend, wide_t divisor)
{
    wide_t quotient = dividend / divisor;
    return quotient - (dividend - quotient * divisor < 0 ? 1 : 0);
}

wide_t wide_div_ceil_long(wide_t dividend, wide_t divisor)
{
    wide_t quotient = dividend / divisor;
    return quotient + (dividend - quotient * divisor > 0 ? 1 : 0);
}

int64_t wide_isqrt(wide_t n)
{
    CHECK(n >= 0);
    CHECK(n >> 126 == 0); /* else the root leaves int64 */
    if (n == 0) {
        return 0;
    }
    uint64_t high = (uint64_t)(n >> 64);
    int bits = high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)n);
    /* Newton from above falls until it reaches the root, then stops falling. */
    wide_t root = (wide_t)1 << ((bits + 1) / 2);
    wide_t next = (root + wide_div_floor(n, root)) / 2;
    while (next < root) {
        root = next;
        next = (root + wide_div_floor(n, root)) / 2;
    }
    return (int64_t)root;
}

bool fixed_mul_div_floor(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    return fixed_narrow(wide_div_floor((wide_t)a * b, c), out);
}

bool fixed_mul_div_ceil(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    return fixed_narrow(wide_div_ceil((wide_t)a * b, c), out);
}

int64_t fixed_mul_div_clamped(int64_t a, int64_t b, int64_t c)
{
    wide_t value = wide_div_floor((wide_t)a * b, c);
    if (value > INT64_MAX) {
        return INT64_MAX;
    }
    return value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

bool fixed_notional_ceil_below_e8(int64_t price_e12, int64_t size_e6, int64_t *out)
{
    return fixed_narrow(wide_div_ceil((wide_t)price_e12 * size_e6, NOTIONAL_DIVISOR), out);
}

bool fixed_notional_floor_below_e8(int64_t price_e12, int64_t size_e6, int64_t *out)
{
    return fixed_narrow(wide_div_floor((wide_t)price_e12 * size_e6, NOTIONAL_DIVISOR), out);
}

int64_t fixed_floor_to(int64_t value, int64_t step)
{
    CHECK(value >= 0);
    CHECK(step > 0);
    return value - value % step;
}

int64_t fixed_ceil_to(int64_t value, int64_t step)
{
    CHECK(value >= 0);
    CHECK(step > 0);
    int64_t rest = value % step;
    if (rest == 0) {
        return value;
    }
    CHECK(value <= INT64_MAX - (step - rest));
    return value + (step - rest);
}

/* The parts of a decimal text: value = mantissa x 10^exponent; trailing zeros are in the exponent.
 */
struct decimal {
    uint64_t mantissa; /* exact while digits <= 19 */
    int64_t digits;    /* significant ones; 0: the value is zero */
    int64_t exponent;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Adds one digit. Zeros wait until a later digit makes them significant. */
static void decimal_digit(struct decimal *self, int64_t *zeros, unsigned digit)
{
    if (digit == 0) {
        *zeros += self->digits > 0 ? 1 : 0;
        return;
    }
    int64_t shift = *zeros + 1;
    self->digits += shift;
    if (self->digits <= FAST_DIGITS_MAX) {
        for (int64_t index = 0; index < shift; index++) {
            self->mantissa *= 10;
        }
        self->mantissa += digit;
    }
    *zeros = 0;
}

/* The text behind the 'e'. False: not an exponent. Far ones are cut: they are out of range for any
 * scale. */
static bool exponent_parse(const char *text, const char *end, int64_t *out)
{
    enum { EXPONENT_CUT = 1 << 30 };
    bool negative = text < end && *text == '-';
    if (text < end && (*text == '-' || *text == '+')) {
        text++;
    }
    if (text == end) {
        return false;
    }
    int64_t value = 0;
    for (; text < end; text++) {
        if (!is_digit(*text)) {
            return false;
        }
        value = value < EXPONENT_CUT ? value * 10 + (*text - '0') : value;
    }
    *out = negative ? -value : value;
    return true;
}

/* Cuts any text, however long, into its parts; false: not a number. */
static bool decimal_cut(const char *text, const char *end, struct decimal *out)
{
    struct decimal parts = {.mantissa = 0};
    int64_t zeros = 0;
    int64_t decimals = 0;
    bool point = false;
    bool any = false;
    for (; text < end && (is_digit(*text) || (*text == '.' && !point)); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        any = true;
        decimals += point ? 1 : 0;
        decimal_digit(&parts, &zeros, (unsigned)(*text - '0'));
    }
    if (!any) {
        return false;
    }
    int64_t exponent = 0;
    if (text < end && (*text == 'e' || *text == 'E')) {
        if (!exponent_parse(text + 1, end, &exponent)) {
            return false;
        }
        text = end;
    }
    parts.exponent = exponent + zeros - decimals;
    *out = parts;
    return text == end;
}

/* Magnitude and sign to int64. */
static enum decimal_status decimal_sign(uint64_t magnitude, bool negative, int64_t *out)
{
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1U : 0U)) {
        return DECIMAL_RANGE;
    }
    *out = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return DECIMAL_OK;
}

static enum decimal_status
decimal_parse_any(const char *text, const char *end, unsigned scale, bool negative, int64_t *out)
{
    struct decimal parts;
    if (!decimal_cut(text, end, &parts)) {
        return DECIMAL_SYNTAX;
    }
    if (parts.digits == 0) {
        *out = 0;
        return DECIMAL_OK;
    }
    /* The value is at least 10^(exponent + digits - 1): out of range goes before out of precision.
     */
    if (parts.exponent + parts.digits + (int64_t)scale > FAST_DIGITS_MAX) {
        return DECIMAL_RANGE;
    }
    int64_t shift = parts.exponent + (int64_t)scale;
    if (shift < 0) {
        return DECIMAL_PRECISION;
    }
    CHECK(parts.digits <= FAST_DIGITS_MAX && shift < POWERS_OF_TEN);
    return decimal_sign(parts.mantissa * powers_of_ten[shift], negative, out);
}

enum decimal_status decimal_parse(const char *text, size_t length, unsigned scale, int64_t *out)
{
    CHECK(scale < POWERS_OF_TEN);
    if (length == 0) {
        return DECIMAL_EMPTY;
    }
    const char *end = text + length;
    bool negative = *text == '-';
    if (negative || *text == '+') {
        text++;
    }
    /* Short plain numbers, nearly all there are: one pass, no waiting zeros. Others start again
     * below. */
    if (end - text > 0 && end - text <= FAST_DIGITS_MAX + 1) {
        const char *cursor = text;
        uint64_t magnitude = 0;
        while (cursor < end && is_digit(*cursor)) {
            magnitude = magnitude * 10 + (uint64_t)(*cursor++ - '0');
        }
        const char *point = cursor;
        if (cursor < end && *cursor == '.') {
            cursor++;
            while (cursor < end && is_digit(*cursor)) {
                magnitude = magnitude * 10 + (uint64_t)(*cursor++ - '0');
            }
        }
        size_t decimals = cursor > point ? (size_t)(cursor - point - 1) : 0;
        size_t digits = (size_t)(point - text) + decimals;
        uint64_t scaled = 0;
        if (cursor == end && digits > 0 && digits <= FAST_DIGITS_MAX && decimals <= scale &&
            !__builtin_mul_overflow(magnitude, powers_of_ten[scale - decimals], &scaled)) {
            return decimal_sign(scaled, negative, out);
        }
    }
    return decimal_parse_any(text, end, scale, negative, out);
}

size_t decimal_format(int64_t value, unsigned scale, char out[DECIMAL_BYTES])
{
    CHECK(scale < POWERS_OF_TEN);
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    unsigned decimals = scale;
    while (decimals > 0 && magnitude % 10 == 0) {
        magnitude /= 10;
        decimals--;
    }
    /* Built from its end: sign, 19 digits, point and leading zero fit. */
    char reversed[DECIMAL_BYTES];
    size_t count = 0;
    for (unsigned place = 0; magnitude != 0 || place <= decimals; place++) {
        if (place == decimals && decimals > 0) {
            reversed[count++] = '.';
        }
        reversed[count++] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    }
    if (value < 0) {
        reversed[count++] = '-';
    }
    CHECK(count < DECIMAL_BYTES);
    for (size_t index = 0; index < count; index++) {
        out[index] = reversed[count - 1 - index];
    }
    out[count] = '\0';
    return count;
}

const char *decimal_status_text(enum decimal_status status)
{
    switch (status) {
    case DECIMAL_OK: return "ok";
    case DECIMAL_EMPTY: return "empty";
    case DECIMAL_SYNTAX: return "not a number";
    case DECIMAL_PRECISION: return "more decimals than its scale holds";
    case DECIMAL_RANGE: return "too large";
    }
    return "?";
}
