/* simulation.h - the settings of a simulated run, and the defaults that hold there and nowhere else: backtest and paper share
 * them, so that they decide alike. A venue with real money has no such defaults.
 * Defaults C2's list is every instrument of the market; C5's hard cap and C12 are three times the starting balance. */
#ifndef SIM_EXCHANGE_SIMULATION_H
#define SIM_EXCHANGE_SIMULATION_H

#include "core/settings.h"
#include "data/config.h"
#include "data/live_settings.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/incidents.h"
#include "sim/exchange/latency.h"

struct simulation {
    struct settings settings;
    struct exchange_settings exchange;
    struct latency_table latency;
    struct incident_schedule incidents;
    struct exchange_conditions
        conditions;            /* seed; points at the two above where a file was given */
    struct live_settings live; /* of the executor: a simulated run does not look at them */
    struct config config;      /* its tables point at the three above: do not copy the struct */
};

struct simulation_files {
    int64_t seed;
    const char *latency, *incidents;
};

void simulation_init(struct simulation *self);
/* After configuration, conditions and market are known: lists, aliases, defaults, fidelity. False: a name in a list is unknown,
 * or what this program does not offer is asked for. */
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
/* The same for a venue with real money: no limit has a default (C5 and C12 must be given, and C2's list), nothing is simulated.
 * Instruments are as the venue's own rules say. */
MUST_USE bool simulation_resolve_live(struct simulation *self,
                                      struct instruments *instruments,
                                      struct error *error);
/* The finest data that the streams of the configuration (live.depth, live.quotes, live.trades) bring. */
enum fidelity simulation_live_fidelity(const struct live_settings *live);
/* Seed and the files of --latency and --incidents (NULL: none), once the market is known. A table of latencies also means
 * sim.latency.model = sampled, unless the configuration says otherwise. */
MUST_USE bool simulation_conditions(struct simulation *self,
                                    const struct instruments *instruments,
                                    const struct simulation_files *files,
                                    struct error *error);
#endif
