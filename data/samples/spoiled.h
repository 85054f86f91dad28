/* spoiled.h - rows that are wrong on purpose, at fixed places of the story: unknown tokens, absurd prices, stops on the wrong
 * side, missing fields, duplicates. Each must end as a verdict or as a named defect. */
#ifndef DATA_SAMPLES_SPOILED_H
#define DATA_SAMPLES_SPOILED_H

#include "data/samples/world.h"

void spoiled_write(struct world *self, int64_t minute);

#endif
