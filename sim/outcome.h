/* outcome.h - what a trader wants to know first of a run that has ended: a few lines, or one JSON object.
 * Laws     figures come from the run's result alone, nothing is computed anew; money is printed with two decimals in lines
 *          and exactly in JSON. Keys and the words that begin a line are a contract: add, rename none.
 *          A run without a trade always says why, by the reasons that refused most signals. */
#ifndef SIM_OUTCOME_H
#define SIM_OUTCOME_H

#include <jansson.h>

#include "sim/run.h"

void outcome_print(const struct run_result *result, const char *database, FILE *stream);
/* A new reference. */
json_t *outcome_json(const struct run_result *result, const char *database);

/* Both ends of the intrabar paths: intervals of profit and of the number of liquidations. */
void outcome_bounds_print(const struct run_bounds *bounds, FILE *stream);

#endif
