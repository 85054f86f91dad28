/* precision.h - what a venue's word on precision means as a step of our integers, and rounding to a step.
 * Words    a tick (Binance, Bybit), a number of decimals, a number of significant digits (Hyperliquid prices: 5).
 *          Venues that count contracts say their lot in contracts.
 * Laws     a step is at least one unit of the scale and never finer than it; sizes are rounded down, prices
 *          toward safety: the caller names the direction.
 * Units    the caller's scale, a power of ten. */
#ifndef CORE_PRECISION_H
#define CORE_PRECISION_H

#include "core/base.h"

enum precision_mode { PRECISION_TICK, PRECISION_DECIMALS, PRECISION_SIGNIFICANT };
enum rounding { ROUND_DOWN, ROUND_UP, ROUND_NEAREST };

/* Step in units of 10^-scale (scale 0..18). precision: the tick itself in those units (> 0), the
 * decimals (negative: tens, hundreds ..), or the significant digits (> 0) of this very value (>=
 * 0). A step beyond int64 is its largest power of ten. */
int64_t precision_step(enum precision_mode mode, int64_t precision, unsigned scale, int64_t value);
/* Lot in coins of a lot given in contracts, both in units of 10^-scale; false: finer than the
 * scale, or beyond int64. */
MUST_USE bool precision_lot(int64_t contracts, int64_t contract_size, unsigned scale, int64_t *out);
/* value (>= 0) to a multiple of step (> 0); nearest: a tie goes up. Up and nearest stay below
 * int64's end or answer the multiple below. */
int64_t precision_round(int64_t value, int64_t step, enum rounding rounding);

#endif
