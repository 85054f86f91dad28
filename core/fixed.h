/* fixed.h - scaled integers, their products, their rounding and their decimal text.
 * Units    _e12 prices, _e6 quantities, _e8 money in the quote currency, _e9 ratios, fees and margin rates,
 *          _e16 funding rates, _us microseconds since the epoch (DESIGN law 4).
 * Laws     every product is formed in 128 bits; every rounding is named by its direction; nothing wraps: a
 *          function that can leave int64 says so with its result and must be asked.
 * Failure  a bool result false = the value does not fit int64; *out is untouched.   Cost: no heap, no clock. */
#ifndef CORE_FIXED_H
#define CORE_FIXED_H

#include "core/base.h"

#define ONE_E6  1000000LL
#define ONE_E8  100000000LL
#define ONE_E9  1000000000LL
#define ONE_E12 1000000000000LL
#define ONE_E16 10000000000000000LL

/* For tables of settings: percent and basis points as _e9. */
#define PERCENT_E9(percent) ((percent)*10000000LL)
#define BPS_E9(bps)         ((bps)*100000LL)

/* Quotients of wide integers toward minus and plus infinity; divisor > 0. Nearly all dividends fit 64 bits, and nearly
 * all divisors are constants: inline, where the compiler turns such a division into a multiplication. */
wide_t wide_div_floor_long(wide_t dividend, wide_t divisor);
wide_t wide_div_ceil_long(wide_t dividend, wide_t divisor);

static inline wide_t wide_div_floor(wide_t dividend, wide_t divisor)
{
    CHECK(divisor > 0);
    if ((int64_t)dividend != dividend || (int64_t)divisor != divisor) {
        return wide_div_floor_long(dividend, divisor);
    }
    int64_t quotient = (int64_t)dividend / (int64_t)divisor;

    return quotient - ((int64_t)dividend - quotient * (int64_t)divisor < 0 ? 1 : 0);
}

static inline wide_t wide_div_ceil(wide_t dividend, wide_t divisor)
{
    CHECK(divisor > 0);
    if ((int64_t)dividend != dividend || (int64_t)divisor != divisor) {
        return wide_div_ceil_long(dividend, divisor);
    }
    int64_t quotient = (int64_t)dividend / (int64_t)divisor;

    return (wide_t)quotient + ((int64_t)dividend - quotient * (int64_t)divisor > 0 ? 1 : 0);
}

/* Largest r with r*r <= n; n >= 0. */
int64_t wide_isqrt(wide_t n);

MUST_USE static inline bool fixed_narrow(wide_t value, int64_t *out)
{
    if ((int64_t)value != value) {
        return false;
    }
    *out = (int64_t)value;
    return true;
}

static inline int64_t fixed_smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t fixed_larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* a*b/c, c > 0, rounded as named. */
MUST_USE bool fixed_mul_div_floor(int64_t a, int64_t b, int64_t c, int64_t *out);
MUST_USE bool fixed_mul_div_ceil(int64_t a, int64_t b, int64_t c, int64_t *out);
/* The same with the result clamped to int64: for indicators and displays, never for money that is booked. */
int64_t fixed_mul_div_clamped(int64_t a, int64_t b, int64_t c);

/* Quotient and remainder of a product that is not negative by a constant: a multiplication by 2^(64 + shift) / divisor,
 * rounded down, comes within three below, and the remainder says by how many. 2^shift <= divisor < 2^(shift + 1), divisor
 * < 2^62. False: the quotient does not fit int64. */
MUST_USE static inline bool
fixed_divide(wide_t product, int64_t divisor, int32_t shift, int64_t *quotient, int64_t *rest)
{
    __extension__ typedef unsigned __int128 product_t;
    if ((product_t)product >> 64 >= (product_t)1 << shift) {
        return false;
    }
    uint64_t inverse = (uint64_t)(((product_t)1 << (64 + shift)) / (product_t)divisor);
    uint64_t part = (uint64_t)((product_t)product >> shift);
    uint64_t whole = (uint64_t)((product_t)part * inverse >> 64);
    uint64_t left = (uint64_t)product - whole * (uint64_t)divisor;
    while (left >= (uint64_t)divisor) {
        left -= (uint64_t)divisor;
        whole++;
    }
    *quotient = (int64_t)whole;
    *rest = (int64_t)left;

    return whole <= INT64_MAX;
}

/* price x quantity in _e8. Cost of what is bought rounds up, proceeds of what is sold round down. Inline: a mark asks for
 * both of one product. */
#define NOTIONAL_DIVISOR 10000000000LL /* price_e12 x size_e6 is _e18; money is _e8 */
enum { NOTIONAL_SHIFT = 33, RATIO_SHIFT = 29 };
MUST_USE bool fixed_notional_ceil_below_e8(int64_t price_e12, int64_t size_e6, int64_t *out);
MUST_USE bool fixed_notional_floor_below_e8(int64_t price_e12, int64_t size_e6, int64_t *out);

MUST_USE static inline bool fixed_notional_ceil_e8(int64_t price_e12, int64_t size_e6, int64_t *out)
{
    int64_t whole = 0;
    int64_t rest = 0;
    wide_t product = (wide_t)price_e12 * size_e6;
    if (product < 0) {
        return fixed_notional_ceil_below_e8(price_e12, size_e6, out);
    }
    return fixed_divide(product, NOTIONAL_DIVISOR, NOTIONAL_SHIFT, &whole, &rest) &&
           fixed_narrow((wide_t)whole + (rest != 0 ? 1 : 0), out);
}

MUST_USE static inline bool
fixed_notional_floor_e8(int64_t price_e12, int64_t size_e6, int64_t *out)
{
    int64_t whole = 0;
    int64_t rest = 0;
    wide_t product = (wide_t)price_e12 * size_e6;
    if (product < 0) {
        return fixed_notional_floor_below_e8(price_e12, size_e6, out);
    }
    return fixed_divide(product, NOTIONAL_DIVISOR, NOTIONAL_SHIFT, &whole, &rest) &&
           fixed_narrow(whole, out);
}

/* ceil(value x rate), neither negative. */
MUST_USE static inline bool fixed_rate_ceil(int64_t value, int64_t rate_e9, int64_t *out)
{
    int64_t whole = 0;
    int64_t rest = 0;
    CHECK(value >= 0);
    CHECK(rate_e9 >= 0);

    return fixed_divide((wide_t)value * rate_e9, ONE_E9, RATIO_SHIFT, &whole, &rest) &&
           fixed_narrow((wide_t)whole + (rest != 0 ? 1 : 0), out);
}

/* value to a multiple of step (> 0), value >= 0. */
int64_t fixed_floor_to(int64_t value, int64_t step);
int64_t fixed_ceil_to(int64_t value, int64_t step);

enum decimal_status {
    DECIMAL_OK,
    DECIMAL_EMPTY,
    DECIMAL_SYNTAX,    /* not a number: also nan, inf, a lone sign, two points */
    DECIMAL_PRECISION, /* more decimals than the scale holds: refused, never rounded */
    DECIMAL_RANGE,     /* does not fit int64 at this scale */
};

enum {
    DECIMAL_BYTES = 32
}; /* any int64 at any scale up to 18 as text, with sign, point and zero */

/* Exact decimal text ("-12.5", "1.8998e-05", "+3") to an integer times 10^scale, scale 0..18. Locale-free.
 * Zeros behind the last significant digit never count as precision. */
enum decimal_status decimal_parse(const char *text, size_t length, unsigned scale, int64_t *out);
/* Shortest exact text of value / 10^scale, closed with a zero byte; returns its length. */
size_t decimal_format(int64_t value, unsigned scale, char out[DECIMAL_BYTES]);
const char *decimal_status_text(enum decimal_status status);

#endif
