/* number.h - decimal text of market files to mantissa and number of decimals, exactly and fast;
 * their times to instants.
 *
 * Why      libcsv leaves some 30 ns a row for the reading of six numbers: eight digits at a time
 *          take a third of a loop.
 * Laws     value = mantissa / 10^decimals; zeros behind the last significant decimal are cut off,
 *          so they never count as precision. What the fast way does not know goes to
 *          decimal_parse() (core/fixed.h): exact or refused.
 * Reads    32 bytes from text whatever the length (csv.h promises them). */
#ifndef DATA_NUMBER_H
#define DATA_NUMBER_H

#include <string.h>

#include "core/fixed.h"

struct number {
    int64_t mantissa;
    int32_t decimals; /* number_price: 0..12; number_volume: -8..8 */
};

enum { NUMBER_DECIMALS_MAX = 18 };

extern const int64_t number_power10[NUMBER_DECIMALS_MAX + 1];

/* The eight bytes from text, the first one in the lowest place on every machine. */
static inline uint64_t number_load8(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Eight digit values, the most significant in the lowest byte, to their number. */
static inline uint64_t number_join8(uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    uint64_t even = digits & 0x000000ff000000ffULL;
    uint64_t odd = (digits >> 16) & 0x000000ff000000ffULL;
    return (even * 0x000f424000000064ULL + odd * 0x0000271000000001ULL) >> 32;
}

/* `count` (1..8) characters as digit values, zeros before them. */
static inline uint64_t number_digits8(const char *text, size_t count)
{
    return (number_load8(text) ^ 0x3030303030303030ULL) << (8 * (8 - count));
}

/* High bits where a value is not 0..9. Such masks may be joined, the values themselves may not: 8 |
 * 7 is 15. */
static inline uint64_t number_odd_bits(uint64_t digits)
{
    return ((digits + 0x0606060606060606ULL) | digits) & 0xf0f0f0f0f0f0f0f0ULL;
}

/* Place of the first point among eight characters, 8 when there is none. */
static inline size_t number_point8(const char *text)
{
    uint64_t other = number_load8(text) ^ 0x2e2e2e2e2e2e2e2eULL;
    uint64_t zero = (other - 0x0101010101010101ULL) & ~other & 0x8080808080808080ULL;
    return zero == 0 ? 8 : (size_t)__builtin_ctzll(zero) / 8;
}

/* 1 to 16 digits without sign and point. */
static inline bool number_whole(const char *text, size_t length, int64_t *out)
{
    if (length - 1 >= 16) {
        return false;
    }
    if (length <= 8) {
        uint64_t digits = number_digits8(text, length);
        *out = (int64_t)number_join8(digits);
        return number_odd_bits(digits) == 0;
    }
    uint64_t high = number_digits8(text, 8), low = number_digits8(text + 8, length - 8);
    *out = (int64_t)(number_join8(high) * (uint64_t)number_power10[length - 8] + number_join8(low));
    return (number_odd_bits(high) | number_odd_bits(low)) == 0;
}

/* Plain text only: digits, a point within the first nine characters, up to eight decimals. False:
 * take the slow way. */
static inline bool number_fast(const char *text, size_t length, struct number *out)
{
    size_t point = number_point8(text);
    if (point == 8 && length > 8 && text[8] != '.') {
        point = length;
    }
    if (point >= length) {
        out->decimals = 0;
        return number_whole(text, length, &out->mantissa);
    }
    while (text[length - 1] == '0') {
        length--; /* some venues print all eight decimals, always */
    }
    size_t decimals = length - point - 1;
    if (decimals == 0) {
        out->decimals = 0;
        return number_whole(text, point, &out->mantissa);
    }
    if (point == 0 || decimals > 8) {
        return false;
    }
    if (length <= 9) {
        /* All digits fit one word: close the place of the point and join once. */
        uint64_t keep = ((uint64_t)1 << (8 * point)) - 1;
        uint64_t both =
            (number_load8(text) & keep) | (number_load8(text + point + 1) << (8 * point));
        uint64_t digits = (both ^ 0x3030303030303030ULL) << (8 * (9 - length));
        out->mantissa = (int64_t)number_join8(digits);
        out->decimals = (int32_t)decimals;
        return number_odd_bits(digits) == 0;
    }
    uint64_t whole = number_digits8(text, point);
    uint64_t part = number_digits8(text + point + 1, decimals);
    uint64_t scale = (uint64_t)number_power10[decimals];
    out->mantissa = (int64_t)(number_join8(whole) * scale + number_join8(part));
    out->decimals = (int32_t)decimals;
    return (number_odd_bits(whole) | number_odd_bits(part)) == 0;
}

/* Characters behind the point as they stand, zeros too; 0 without a point. */
static inline int32_t number_written(const char *text, size_t length)
{
    const char *point = (const char *)memchr(text, '.', length);
    return point == NULL ? 0 : (int32_t)(length - (size_t)(point - text)) - 1;
}

/* The slow and complete ways. A price: at most 12 decimals, fits int64 at 1e-12. A volume: any
 * finite number of zero or more; digits beyond the 18th and decimals beyond the 8th are cut off (an
 * indicator, never money). */
MUST_USE enum decimal_status number_price(const char *text, size_t length, struct number *out);
MUST_USE enum decimal_status number_volume(const char *text, size_t length, struct number *out);

/* A time of a market file: seconds (with a fraction), ms, us or ns since the epoch by magnitude
 * (PROTOCOLS E), or ISO-8601 text; text without a zone is UTC, as all these files are. False: not a
 * time of 1970 or later. */
MUST_USE bool number_time(const char *text, size_t length, int64_t *time_us);
/* The same for a whole number already read. */
static inline int64_t number_time_us(int64_t value)
{
    if (value >= 100000000000LL && value < 100000000000000LL) {
        return value * 1000;
    }
    if (value >= 100000000000000LL) {
        return value < 100000000000000000LL ? value : value / 1000;
    }
    return value * 1000000;
}

#endif
