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

/* a*b/c, c > 0, rounded as named. */
MUST_USE bool fixed_mul_div_floor(int64_t a, int64_t b, int64_t c, int64_t *out);
MUST_USE bool fixed_mul_div_ceil(int64_t a, int64_t b, int64_t c, int64_t *out);
/* The same with the result clamped to int64: for indicators and displays, never for money that is booked. */
int64_t fixed_mul_div_clamped(int64_t a, int64_t b, int64_t c);

/* price x quantity in _e8. Cost of what is bought rounds up, proceeds of what is sold round down. */
MUST_USE bool fixed_notional_ceil_e8(int64_t price_e12, int64_t size_e6, int64_t *out);
MUST_USE bool fixed_notional_floor_e8(int64_t price_e12, int64_t size_e6, int64_t *out);

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
