/* rules.h - the signals of the sample market: three simple rules (a breakout, a channel's call with entry zone, targets and stop,
 * a reversal). They are honest: each rests on bars that had closed when it was published, and on nothing else. */
#ifndef DATA_SAMPLES_RULES_H
#define DATA_SAMPLES_RULES_H

#include "data/samples/world.h"

/* Writes the rows that the close of this minute's bar gives. */
void rules_run(struct world *self, int symbol, int64_t minute);

#endif
