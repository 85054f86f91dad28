/* load.h - from a command line to inputs in memory: configuration, signals, market, window; what was guessed is printed. */
#ifndef SIM_LOAD_H
#define SIM_LOAD_H

#include "sim/options.h"
#include "sim/run.h"

struct load {
    struct options options;
    struct simulation simulation;
    struct signals_file signals;
    struct market market;
    int64_t signals_outside; /* outside an asked --timerange */
    struct error error;
};

/* False: load->error says why. Needs load_release() either way. */
MUST_USE bool load_inputs(struct load *self, int argc, char **argv);
/* The same without signals, for who serves a market to others: --market must be there, --signals must not. */
MUST_USE bool load_market_alone(struct load *self, int argc, char **argv);
void load_release(struct load *self);
/* Bars, window, interval, time unit, defaults used: what was inferred, one line each. */
void load_print(const struct load *self, FILE *stream);

#endif
