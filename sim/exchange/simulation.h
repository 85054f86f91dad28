/* simulation.h - the settings of a simulated run, and the defaults that hold there and nowhere else: backtest and paper share
 * them, so that they decide alike. A venue with real money has no such defaults.
 * Defaults C2's list is every instrument of the market; C5's hard cap and C12 are three times the starting balance. */
#ifndef SIM_EXCHANGE_SIMULATION_H
#define SIM_EXCHANGE_SIMULATION_H

#include "core/settings.h"
#include "data/config.h"
#include "sim/exchange/exchange.h"

struct simulation {
    struct settings settings;
    struct exchange_settings exchange;
    struct config config; /* its tables point at the two above: do not copy the struct */
};

void simulation_init(struct simulation *self);
/* After configuration and market are known: lists, aliases, defaults, fidelity. False: a name in a list is unknown. */
MUST_USE bool simulation_resolve(struct simulation *self,
                                 struct instruments *instruments,
                                 enum fidelity fidelity,
                                 int64_t bar_interval_us,
                                 struct error *error);
/* The same for a recorded session: its configuration is whole, its instruments are as they were traded. */
MUST_USE bool simulation_restore(struct simulation *self,
                                 const struct instruments *instruments,
                                 enum fidelity fidelity,
                                 int64_t bar_interval_us,
                                 struct error *error);
/* What this program does not offer yet is refused at start, by name. */
MUST_USE bool simulation_offered(const struct simulation *self, struct error *error);

#endif
