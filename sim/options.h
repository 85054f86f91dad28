/* options.h - the command line of `cerberus-sim backtest` and `feed`, as text to a struct; nothing is opened here. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "data/market.h"
#include "sim/exchange/simulation.h"

enum { MARKETS_MAX = 64 };

struct options {
    const char *signals, *database, *out, *timerange, *latency, *incidents, *rules;
    const char *markets[MARKETS_MAX];
    int32_t market_count;
    int64_t seed;
    int64_t jobs; /* >= 1; without --jobs the processors of this process */
    bool json, force, strict, fail_on_latch, bounds, quiet;
    struct market_range range;
    bool range_given;
};

/* Applies --config and --set to the simulation on the way, in the order given. */
MUST_USE bool options_parse(struct options *self,
                            struct simulation *simulation,
                            int argc,
                            char **argv,
                            struct error *error);

#endif
