#include "sim/exchange/random.h"

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static uint64_t mixed(uint64_t word)
{
    word = (word ^ (word >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94D049BB133111EB);
    return word ^ (word >> 31);
}

void random_start(struct random *self, int64_t seed, uint32_t stream)
{
    self->state = mixed(mixed((uint64_t)seed + GOLDEN) + stream);
}

uint64_t random_next(struct random *self)
{
    self->state += GOLDEN;
    return mixed(self->state);
}

uint64_t random_below(struct random *self, uint64_t bound)
{
    CHECK(bound > 0);
    __extension__ typedef unsigned __int128 product_t;
    return (uint64_t)((product_t)random_next(self) * bound >> 64);
}
