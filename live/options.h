/* options.h - the command line of cerberus-live; what this version does not offer is refused here, by name. */
#ifndef LIVE_OPTIONS_H
#define LIVE_OPTIONS_H

#include "data/error.h"
#include "sim/exchange/simulation.h"

struct live_options {
    const char *database, *feed, *mode;
    const char *journal; /* NULL: none */
    int64_t speed;       /* times real time; 0: as fast as the lines come */
    bool help, version;
};

/* Applies --config and --set to the simulation on the way. */
MUST_USE bool live_options_parse(struct live_options *self,
                                 struct simulation *simulation,
                                 int argc,
                                 char **argv,
                                 struct error *error);

#endif
