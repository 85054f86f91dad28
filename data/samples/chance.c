#include "data/samples/chance.h"

static uint64_t chance_word(struct world *self)
{
    self->state += 0x9E3779B97F4A7C15ULL;
    uint64_t word = self->state;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ULL;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBULL;
    return word ^ (word >> 31);
}

int64_t chance_below(struct world *self, int64_t bound)
{
    return (int64_t)(chance_word(self) % (uint64_t)bound);
}

int64_t chance_normal(struct world *self)
{
    int64_t sum = -6LL * 65536;
    for (int i = 0; i < 12; i++) {
        sum += chance_below(self, 65536);
    }
    return sum;
}
