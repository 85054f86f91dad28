/* whatif_changes.h - which settings of a what-if are others than the recorded ones, and whether they can be.
 * Failure  false and an error: exit 2 for a setting that became part of the recorded inputs or instruments (when signals arrive,
 *          fees and margin model of a symbol, aliases, liquid symbols): to change it here would change nothing, in silence. */
#ifndef SIM_WHATIF_CHANGES_H
#define SIM_WHATIF_CHANGES_H

#include <jansson.h>

#include "data/config.h"

/* *out: {key: {"recorded": value, "now": value}}, a new reference, also on failure (may be NULL then). */
MUST_USE bool whatif_changes(const struct config *recorded,
                             const struct config *now,
                             json_t **out,
                             struct error *error);

#endif
