/* session_facts.h - what a report prints of a simulated session that no table holds: fidelity, assumptions, what is not
 * applicable, the operator, and at the end the counters of exchange, cache and comparisons. One JSON object as text, for
 * `runs.facts`; a backtest adds its market (sim/facts.h). free() it. NULL: no memory. */
#ifndef SIM_EXCHANGE_SESSION_FACTS_H
#define SIM_EXCHANGE_SESSION_FACTS_H

#include "sim/exchange/session.h"
#include "sim/exchange/simulation.h"

/* session NULL: before the run. */
char *session_facts_json(const struct simulation *simulation, const struct session *session);

#endif
