#include "live/options.h"

#include <getopt.h>
#include <string.h>

#include "core/fixed.h"
#include "data/usage.h"

enum { SPEED_MAX = 1000000, DESCRIPTOR_MAX = 1 << 20 };

enum option_name {
    OPTION_CONFIG = 1000,
    OPTION_SET,
    OPTION_MODE,
    OPTION_DB,
    OPTION_FEED,
    OPTION_SPEED,
    OPTION_JOURNAL,
    OPTION_KEYS,
    OPTION_KEYS_FD,
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
    {"keys", required_argument, NULL, OPTION_KEYS},
    {"keys-fd", required_argument, NULL, OPTION_KEYS_FD},
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

static bool take_descriptor(struct live_options *self, const char *text, struct error *error)
{
    int64_t number = -1;
    if (decimal_parse(text, strlen(text), 0, &number) != DECIMAL_OK || number < 0 ||
        number > DESCRIPTOR_MAX) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--keys-fd %s: give the number of an open descriptor, 0 to %d", text,
                         DESCRIPTOR_MAX);
    }
    self->keys_descriptor = (int)number;
    return true;
}

/* The option is a way to say live.mode. */
static bool take_mode(struct simulation *simulation, const char *text, struct error *error)
{
    for (int64_t index = 0; setting_word(UNIT_MODE, index) != NULL; index++) {
        if (strcmp(setting_word(UNIT_MODE, index), text) == 0) {
            simulation->live.mode = index;
            return true;
        }
    }
    return error_set(error, EXIT_CODE_USAGE, NULL, 0, "--mode %s is no mode: say paper or live",
                     text);
}

static bool
take(struct live_options *self, struct simulation *simulation, int name, struct error *error)
{
    switch (name) {
    case OPTION_CONFIG: return config_load_file(&simulation->config, optarg, error);
    case OPTION_SET: return config_set(&simulation->config, optarg, error);
    case OPTION_MODE: return take_mode(simulation, optarg, error);
    case OPTION_DB: self->database = optarg; return true;
    case OPTION_FEED: self->feed = optarg; return true;
    case OPTION_SPEED: return take_speed(self, optarg, error);
    case OPTION_JOURNAL: self->journal = optarg; return true;
    case OPTION_KEYS: self->keys = optarg; return true;
    case OPTION_KEYS_FD: return take_descriptor(self, optarg, error);
    case OPTION_HELP: self->help = true; return true;
    default: self->version = true; return true;
    }
}

/* Trading with real money is asked for three times: the mode, the venue, and this text. */
static bool confirmed(const struct live_settings *live, struct error *error)
{
    if (strcmp(live->confirm, LIVE_CONFIRMATION) == 0) {
        return true;
    }
    return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "live.confirm is missing: --mode live trades with real money: set it to "
                     "\"" LIVE_CONFIRMATION "\"");
}

static bool
complete(const struct live_options *self, const struct live_settings *live, struct error *error)
{
    if (self->help || self->version) {
        return true;
    }
    if (self->database == NULL && !self->doctor) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--db RUN.db is missing: name the database to write");
    }
    if (self->feed == NULL && live->venue[0] == '\0') {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "there is no market: --feed names a feed file (or - for standard input), "
                         "live.venue a venue: give one");
    }
    if (self->feed != NULL && (self->doctor || self->mode == MODE_LIVE)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--feed is a recorded market, which only --mode paper trades on: leave "
                         "it out");
    }
    return self->mode != MODE_LIVE || self->doctor || confirmed(live, error);
}

bool live_options_parse(struct live_options *self,
                        struct simulation *simulation,
                        int argc,
                        char **argv,
                        struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->keys_descriptor = -1;
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
    if (optind < argc && strcmp(argv[optind], "doctor") == 0) {
        self->doctor = true;
        optind++;
    }
    if (optind < argc) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "unexpected argument %s: see --help",
                         argv[optind]);
    }
    self->mode = simulation->live.mode;

    return complete(self, &simulation->live, error);
}
