/* prices.h - the bars of one minute of the sample market: a walk in eight steps a bar, with clusters of volatility, a drift that
 * changes every six hours, a common move of all symbols, and what the story stages. */
#ifndef DATA_SAMPLES_PRICES_H
#define DATA_SAMPLES_PRICES_H

#include "data/samples/world.h"

/* Minutes are made in order, from 0 on. */
void prices_make(struct world *self, int64_t minute);

#endif
