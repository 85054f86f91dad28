#include "sim/options.h"

#include <getopt.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/timerange.h"
#include "data/usage.h"

enum { OPTION_LONG = 1000, SETTING_TEXT_BYTES = 256 };

enum option_name {
    OPTION_SIGNALS = OPTION_LONG,
    OPTION_MARKET,
    OPTION_RULES,
    OPTION_CONFIG,
    OPTION_DB,
    OPTION_OUT,
    OPTION_TIMERANGE,
    OPTION_BALANCE,
    OPTION_SEED,
    OPTION_JOBS,
    OPTION_INTRABAR,
    OPTION_SET,
    OPTION_LATENCY,
    OPTION_INCIDENTS,
    OPTION_FEE,
    OPTION_JSON,
    OPTION_FORCE,
    OPTION_STRICT,
    OPTION_LATCH,
    OPTION_QUIET
};

static const struct option OPTIONS[] = {
    {"signals", required_argument, NULL, OPTION_SIGNALS},
    {"market", required_argument, NULL, OPTION_MARKET},
    {"rules", required_argument, NULL, OPTION_RULES},
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"db", required_argument, NULL, OPTION_DB},
    {"out", required_argument, NULL, OPTION_OUT},
    {"timerange", required_argument, NULL, OPTION_TIMERANGE},
    {"starting-balance", required_argument, NULL, OPTION_BALANCE},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"jobs", required_argument, NULL, OPTION_JOBS},
    {"intrabar", required_argument, NULL, OPTION_INTRABAR},
    {"set", required_argument, NULL, OPTION_SET},
    {"latency", required_argument, NULL, OPTION_LATENCY},
    {"incidents", required_argument, NULL, OPTION_INCIDENTS},
    {"fee", required_argument, NULL, OPTION_FEE},
    {"json", no_argument, NULL, OPTION_JSON},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"strict", no_argument, NULL, OPTION_STRICT},
    {"fail-on-latch", no_argument, NULL, OPTION_LATCH},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {NULL, 0, NULL, 0},
};

#define BIT(option) (UINT32_C(1) << ((option)-OPTION_LONG))

/* What a command leaves aside is refused: who writes --out to a backtest expects a report. */
static const struct {
    const char *command;
    uint32_t unused;
} USES[] = {
    {"backtest", BIT(OPTION_OUT)},
    {"feed", BIT(OPTION_DB) | BIT(OPTION_SEED) | BIT(OPTION_JOBS) | BIT(OPTION_LATENCY) |
                 BIT(OPTION_INCIDENTS) | BIT(OPTION_JSON) | BIT(OPTION_FORCE) | BIT(OPTION_LATCH)},
    {"config", BIT(OPTION_SIGNALS) | BIT(OPTION_MARKET) | BIT(OPTION_RULES) | BIT(OPTION_DB) |
                   BIT(OPTION_OUT) | BIT(OPTION_TIMERANGE) | BIT(OPTION_SEED) | BIT(OPTION_JOBS) |
                   BIT(OPTION_LATENCY) | BIT(OPTION_INCIDENTS) | BIT(OPTION_JSON) |
                   BIT(OPTION_FORCE) | BIT(OPTION_STRICT) | BIT(OPTION_LATCH) | BIT(OPTION_QUIET)},
};

static bool of_use(const char *command, int name, struct error *error)
{
    for (size_t index = 0; index < ARRAY_COUNT(USES); index++) {
        if (strcmp(USES[index].command, command) == 0 && (USES[index].unused & BIT(name)) != 0) {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "option --%s has no use in %s: leave it out, see --help",
                             OPTIONS[name - OPTION_LONG].name, command);
        }
    }
    return true;
}

static bool
set(struct simulation *simulation, const char *key, const char *value, struct error *error)
{
    char text[SETTING_TEXT_BYTES];
    if (snprintf(text, sizeof(text), "%s=%s", key, value) >= (int)sizeof(text)) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0, "the value of %s is too long: shorten it",
                         key);
    }
    return config_set(&simulation->config, text, error);
}

static bool take_market(struct options *self, const char *path, struct error *error)
{
    if (self->market_count == MARKETS_MAX) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "more than %d --market: name a folder instead", MARKETS_MAX);
    }
    self->markets[self->market_count] = path;
    self->market_count++;

    return true;
}

static bool take_seed(struct options *self, const char *text, struct error *error)
{
    if (decimal_parse(text, strlen(text), 0, &self->seed) != DECIMAL_OK) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--seed %s is not a whole number: give one", text);
    }
    return true;
}

/* A process more than there are processors helps nobody, yet any number is taken. */
static bool take_jobs(struct options *self, const char *text, struct error *error)
{
    if (decimal_parse(text, strlen(text), 0, &self->jobs) != DECIMAL_OK || self->jobs < 1) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--jobs %s is not a number of processes: give 1 or more", text);
    }
    return true;
}

static int64_t processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

static bool take_range(struct options *self, const char *text, struct error *error)
{
    self->timerange = text;
    self->range_given = true;

    return timerange_parse(&self->range, text, error);
}

static bool take_intrabar(struct options *self,
                          struct simulation *simulation,
                          const char *word,
                          struct error *error)
{
    self->bounds = strcmp(word, "bounds") == 0;

    return self->bounds || set(simulation, "sim.intrabar", word, error);
}

/* freqtrade's --fee: one rate, applied at entry and exit alike. */
static bool take_fee(struct simulation *simulation, const char *rate, struct error *error)
{
    return set(simulation, "sim.taker_fee", rate, error) &&
           set(simulation, "sim.maker_fee", rate, error);
}

static bool
take_valued(struct options *self, struct simulation *simulation, int name, struct error *error)
{
    switch (name) {
    case OPTION_SIGNALS: self->signals = optarg; return true;
    case OPTION_DB: self->database = optarg; return true;
    case OPTION_LATENCY: self->latency = optarg; return true;
    case OPTION_INCIDENTS: self->incidents = optarg; return true;
    case OPTION_OUT: self->out = optarg; return true;
    case OPTION_RULES: self->rules = optarg; return true;
    case OPTION_MARKET: return take_market(self, optarg, error);
    case OPTION_CONFIG: return config_load_file(&simulation->config, optarg, error);
    case OPTION_SET: return config_set(&simulation->config, optarg, error);
    case OPTION_TIMERANGE: return take_range(self, optarg, error);
    case OPTION_BALANCE: return set(simulation, "sim.starting_balance", optarg, error);
    case OPTION_SEED: return take_seed(self, optarg, error);
    case OPTION_JOBS: return take_jobs(self, optarg, error);
    case OPTION_INTRABAR: return take_intrabar(self, simulation, optarg, error);
    case OPTION_FEE: return take_fee(simulation, optarg, error);
    default: return error_set(error, EXIT_CODE_USAGE, NULL, 0, "unknown option: see --help");
    }
}

static bool take(struct options *self, struct simulation *simulation, int name, struct error *error)
{
    switch (name) {
    case OPTION_JSON: self->json = true; return true;
    case OPTION_FORCE: self->force = true; return true;
    case OPTION_STRICT: self->strict = true; return true;
    case OPTION_LATCH: self->fail_on_latch = true; return true;
    case OPTION_QUIET: self->quiet = true; return true;
    default: return take_valued(self, simulation, name, error);
    }
}

bool options_parse(
    struct options *self, struct simulation *simulation, int argc, char **argv, struct error *error)
{
    memset(self, 0, sizeof(*self));
    self->range.last_us = INSTANT_NEVER;
    self->jobs = processors();
    opterr = 0;
    optind = 1;
    for (;;) {
        int name = getopt_long(argc, argv, ":", OPTIONS, NULL);
        if (name == -1) {
            break;
        }
        if (name == ':' || name == '?') {
            return usage_refuse(error, OPTIONS, argv, name);
        }
        if (!of_use(argv[0], name, error) || !take(self, simulation, name, error)) {
            return false;
        }
    }
    if (self->rules != NULL && self->market_count == 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "--rules %s says something of a market: name one with --market",
                         self->rules);
    }
    if (optind < argc) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "unexpected argument %s: every input has an option, see --help",
                         argv[optind]);
    }
    return true;
}
