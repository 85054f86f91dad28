/* files.h - the sample market on disk: per symbol candles, mark candles and funding, the leverage brackets, the manifest. */
#ifndef DATA_SAMPLES_FILES_H
#define DATA_SAMPLES_FILES_H

#include "data/samples/world.h"

/* Everything but signals.csv, from bars that are complete. */
void files_write(const struct world *self);

#endif
