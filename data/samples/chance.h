/* chance.h - the one source of chance of the sample market: splitmix64 over the world's state. */
#ifndef DATA_SAMPLES_CHANCE_H
#define DATA_SAMPLES_CHANCE_H

#include "data/samples/world.h"

/* 0 .. bound - 1; bound > 0. */
int64_t chance_below(struct world *self, int64_t bound);
/* Nearly normal with a deviation of 65536: the sum of twelve even numbers. */
int64_t chance_normal(struct world *self);

#endif
