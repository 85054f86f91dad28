/* facts.h - what a report must print of a run and its data that no table holds: one JSON text for `runs.facts`.
 * Two texts: what is known before the run (market, defaults, what is not applicable, assumptions), and the same with what the
 * run adds at its end (counters of exchange, cache, operator). free() them. */
#ifndef SIM_FACTS_H
#define SIM_FACTS_H

#include "sim/run.h"

/* session and result NULL: before the run. NULL: no memory. */
char *facts_json(const struct run_inputs *inputs,
                 const struct session *session,
                 const struct run_result *result);

#endif
