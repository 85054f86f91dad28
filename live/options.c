#include "live/options.h"

#include <getopt.h>
#include <string.h>

#include "core/fixed.h"
#include "data/usage.h"

enum { SPEED_MAX = 1000000 };

enum option_name {
    OPTION_CONFIG = 1000,
    OPTION_SET,
    OPTION_MODE,
    OPTION_DB,
    OPTION_FEED,
    OPTION_SPEED,
    OPTION_JOURNAL,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option OPTIONS[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"set", required_argument, NULL, OPTION_SET},
    {"mode", required_argument, NULL, OPTION_MODE},
    {"db", required_argument, NULL, OPTION_DB},
    {"feed", required_argument, NULL, OPTION_FEED},
    {"speed", required_argument, NULL, OPTION_SPEED},
    {"journal", required_argument, NULL, OPTION_JOURNAL},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static bool take_speed(struct live_options *self, const char *text, struct error *error)
{
    bool number = decimal_parse(text, strlen(text), 0, &self->speed) == DECIMAL_OK;
    if (!number || self->speed < 1 || self->speed > SPEED_MAX) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--speed %s: give a whole number of times real time, 1 to %d", text,
                         SPEED_MAX);
    }
    return true;
}

static bool
take(struct live_options *self, struct simulation *simulation, int name, struct error *error)
{
    switch (name) {
    case OPTION_CONFIG: return config_load_file(&simulation->config, optarg, error);
    case OPTION_SET: return config_set(&simulation->config, optarg, error);
    case OPTION_MODE: self->mode = optarg; return true;
    case OPTION_DB: self->database = optarg; return true;
    case OPTION_FEED: self->feed = optarg; return true;
    case OPTION_SPEED: return take_speed(self, optarg, error);
    case OPTION_JOURNAL: self->journal = optarg; return true;
    case OPTION_HELP: self->help = true; return true;
    default: self->version = true; return true;
    }
}

static bool complete(const struct live_options *self, struct error *error)
{
    if (self->help || self->version) {
        return true;
    }
    if (self->mode == NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "--mode is missing: say paper");
    }
    if (strcmp(self->mode, "paper") != 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--mode %s is not offered by this version, which has no connector to a "
                         "real venue: say paper",
                         self->mode);
    }
    if (self->database == NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--db RUN.db is missing: name the database to write");
    }
    if (self->feed == NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--feed is missing: name a feed file, or - for standard input");
    }
    return true;
}

bool live_options_parse(struct live_options *self,
                        struct simulation *simulation,
                        int argc,
                        char **argv,
                        struct error *error)
{
    memset(self, 0, sizeof(*self));
    opterr = 0;
    for (;;) {
        int name = getopt_long(argc, argv, ":", OPTIONS, NULL);
        if (name == -1) {
            break;
        }
        if (name == ':' || name == '?') {
            return usage_refuse(error, OPTIONS, argv, name);
        }
        if (!take(self, simulation, name, error)) {
            return false;
        }
    }
    if (optind < argc) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "unexpected argument %s: see --help",
                         argv[optind]);
    }
    return complete(self, error);
}
