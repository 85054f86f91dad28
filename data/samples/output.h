/* output.h - text and files of the sample market.
 * Failure  a file that cannot be opened or written in full ends the program with exit code 4 and says what to do. */
#ifndef DATA_SAMPLES_OUTPUT_H
#define DATA_SAMPLES_OUTPUT_H

#include "data/samples/world.h"

/* Value with `decimals` digits behind the point; returns out. */
const char *decimal_text(int64_t value, int decimals, char out[TEXT_NUMBER]);
/* "2026-03-02T00:00:00.000Z" */
void instant_text(int64_t time_ms, char out[TEXT_NUMBER]);
FILE *output_open(const struct world *self, const char *name);
void output_close(FILE *file, const char *name);

#endif
