/* options.h - the command line of cerberus-live; what this version does not offer is refused here, by name. */
#ifndef LIVE_OPTIONS_H
#define LIVE_OPTIONS_H

#include "data/error.h"
#include "sim/exchange/simulation.h"

struct live_options {
    const char *database, *feed;
    int64_t mode;        /* MODE_* */
    const char *journal; /* NULL: none */
    const char *keys;    /* file of the API key; NULL: live.keys_file */
    int keys_descriptor; /* or where it can be read from; < 0: none */
    int64_t speed;       /* times real time; 0: as fast as the lines come; of a venue: 1 */
    bool doctor;         /* look at everything, trade nothing */
    bool help, version;
};

#define LIVE_CONFIRMATION "I accept that this trades real money"

/* Applies --config and --set to the simulation on the way. */
MUST_USE bool live_options_parse(struct live_options *self,
                                 struct simulation *simulation,
                                 int argc,
                                 char **argv,
                                 struct error *error);

#endif
