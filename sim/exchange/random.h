/* random.h - the exchange's dice: integers from a seed, the same on every machine.
 * Method   splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, as published by
 *          S. Vigna): state += 0x9E3779B97F4A7C15, then two multiply-xorshift rounds. 64 bits of state, period 2^64.
 * Streams  one a purpose, each started from (seed, stream) through the mixer, so that drawing more of one never shifts
 *          another.   Cost: a few cycles. */
#ifndef SIM_EXCHANGE_RANDOM_H
#define SIM_EXCHANGE_RANDOM_H

#include "core/base.h"

struct random {
    uint64_t state;
};

/* stream: a small number of the caller's own. */
void random_start(struct random *self, int64_t seed, uint32_t stream);
uint64_t random_next(struct random *self);
/* 0 .. bound - 1 by multiply and shift: off from even by at most bound / 2^64. bound > 0. */
uint64_t random_below(struct random *self, uint64_t bound);

#endif
