/* options.h - the command line of cerberus-exchange: what is the server's own; the market's words go on to sim/load. */
#ifndef SIM_SERVE_OPTIONS_H
#define SIM_SERVE_OPTIONS_H

#include "data/error.h"

enum { SERVE_HOSTS_MAX = 32, SERVE_WORDS_MAX = 512, SERVE_ADDRESS_BYTES = 64 };

enum serve_pace {
    PACE_CLOCK, /* `speed` times real time */
    PACE_LOCKSTEP,
    PACE_MANUAL /* by the door alone */
};

struct serve_options {
    char address[SERVE_ADDRESS_BYTES]; /* "127.0.0.1" */
    uint16_t port;                     /* 0: chosen */
    enum serve_pace pace;
    int64_t speed, hold_ms, ping_seconds, life_seconds, first_sockets, spread_e9;
    bool at_once, end_with_data, quiet;
    const char *tls, *keys, *faults; /* faults: a file, or a seed in digits */
    const char *hosts[SERVE_HOSTS_MAX];
    int32_t host_count;
    char *market_words[SERVE_WORDS_MAX]; /* argv for load_inputs(), "serve" first */
    int market_count;
};

MUST_USE bool
serve_options_parse(struct serve_options *self, int argc, char **argv, struct error *error);
void serve_options_help(FILE *stream);

#endif
