/* cerberus-sim backtest: one run, or both ends of the intrabar bounds, and a few lines on what came of it. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/store.h"
#include "data/usage.h"
#include "data/words.h"
#include "sim/bounds.h"
#include "sim/commands.h"
#include "sim/load.h"
#include "sim/outcome.h"
#include "sim/run.h"

static const char HELP[] =
    "usage: cerberus-sim backtest --signals FILE.csv [--market FILE|DIR|MANIFEST.json|TAPE ...] "
    "--db "
    "RUN.db\n"
    "\n"
    "  --signals FILE        signals to run: CSV, plain, .gz or .zst\n"
    "  --market PATH         candles: a file, a folder, a market manifest or a tape; repeatable; "
    "none: "
    "the signals' own prices\n"
    "  --rules MANIFEST.json window, leverage tiers and venue for a tape, which knows none; no "
    "file of "
    "the manifest is read\n"
    "  --db RUN.db           the database to write; a used one is refused without --force\n"
    "  --config FILE         settings (JSON with // comments); repeatable, the last one wins; "
    "`cerberus-sim config` prints all\n"
    "  --set KEY=VALUE       one setting; repeatable\n"
    "  --timerange A-B       YYYYMMDD or 10- or 13-digit epochs, either side may be open\n"
    "  --starting-balance N  collateral at the start (10000)\n"
    "  --fee RATE            one rate for maker and taker\n"
    "  --intrabar MODE       adaptive, best, worst, or bounds: both ends, into RUN-best.db and "
    "RUN-worst.db\n"
    "  --jobs N              processes for the two runs of bounds: 1, or 2 on two processors (the "
    "processors); same bytes "
    "for any N\n"
    "  --seed N              stored with the run; dice of --latency and sim.incidents\n"
    "  --latency FILE.json   latencies to draw from, a leg: {\"feed\": {\"quantiles_us\": [900, "
    "1500, "
    "40000]}, \"order\": ...}\n"
    "  --incidents FILE.json bad hours of the exchange: [{\"from\": TIME, \"to\": TIME, "
    "\"symbol\": "
    "\"*\", \"kind\": \"dead\"}, ...]\n"
    "  --strict              the first malformed row ends the run (exit 3)\n"
    "  --fail-on-latch       exit 5 when the circuit breaker latched\n"
    "  --force               replace RUN.db\n"
    "  --json                the result as one JSON object\n"
    "  --quiet               no progress line\n";

enum { COMMAND_BYTES = 4096, PATH_BYTES = 4096 };

static void print_json(json_t *object)
{
    (void)json_dumpf(object, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(object);
}

static struct run_inputs run_inputs_of(struct load *load, const char *command)
{
    return (struct run_inputs){
        .market = &load->market,
        .signals = &load->signals,
        .simulation = &load->simulation,
        .command = command,
        .seed = load->options.seed,
        .progress = !load->options.quiet && isatty(STDERR_FILENO) != 0,
    };
}

/* "run.db" to "run-best.db" */
static bool suffixed(char out[PATH_BYTES], const char *path, const char *suffix)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(path, '.');
    if (dot == NULL || (slash != NULL && dot < slash)) {
        dot = path + strlen(path);
    }
    if (strlen(path) + strlen(suffix) + 2 > PATH_BYTES) {
        return false;
    }
    char *at = mempcpy(out, path, (size_t)(dot - path));
    *at = '-';
    (void)stpcpy(stpcpy(at + 1, suffix), dot);

    return true;
}

static json_t *bounds_json(const struct run_result ends[2], const char paths[2][PATH_BYTES])
{
    json_t *object = json_object();
    (void)json_object_set_new(object, "best", outcome_json(&ends[0], paths[0]));
    (void)json_object_set_new(object, "worst", outcome_json(&ends[1], paths[1]));

    return object;
}

static void print_bounds(const struct load *load,
                         const struct run_result ends[2],
                         const char paths[2][PATH_BYTES])
{
    if (load->options.json) {
        print_json(bounds_json(ends, paths));
        return;
    }
    struct run_bounds bounds = run_bounds(&ends[0], &ends[1]);
    (void)printf("---------- best: the extreme in the position's favour first\n");
    outcome_print(&ends[0], paths[0], stdout);
    (void)printf("---------- worst: the extreme against it first\n");
    outcome_print(&ends[1], paths[1], stdout);
    (void)printf("---------- bounds\n");
    outcome_bounds_print(&bounds, stdout);
}

static bool run_both_ends(struct load *load, const char *command, struct run_result *worst)
{
    static const char *const SUFFIXES[2] = {"best", "worst"};
    struct run_result ends[BOUNDS_ENDS];
    char paths[BOUNDS_ENDS][PATH_BYTES];
    for (int end = 0; end < 2; end++) {
        if (!suffixed(paths[end], load->options.database, SUFFIXES[end])) {
            return error_set(&load->error, EXIT_CODE_USAGE, NULL, 0,
                             "the name of --db is too long: shorten it");
        }
        if (!store_free(paths[end], load->options.force, &load->error)) {
            return false; /* before the first of them is written */
        }
    }
    struct bounds_job job = {
        .inputs = run_inputs_of(load, command),
        .databases = {paths[BOUNDS_BEST], paths[BOUNDS_WORST]},
        .force = load->options.force,
        .jobs = load->options.jobs,
    };
    if (!bounds_run(&job, ends, &load->error)) {
        return false;
    }
    print_bounds(load, ends, (const char(*)[PATH_BYTES])paths);
    *worst = ends[1];
    worst->first_latch_us =
        ends[0].first_latch_us != 0 ? ends[0].first_latch_us : ends[1].first_latch_us;

    return true;
}

static bool run_single(struct load *load, const char *command, struct run_result *result)
{
    struct run_inputs inputs = run_inputs_of(load, command);
    if (!run_simulation(result, &inputs, load->options.database, load->options.force,
                        &load->error)) {
        return false;
    }
    if (load->options.json) {
        print_json(outcome_json(result, load->options.database));
    } else {
        (void)putchar('\n');
        outcome_print(result, load->options.database, stdout);
    }
    return true;
}

static bool backtest(struct load *load, int argc, char **argv, struct run_result *result)
{
    char command[COMMAND_BYTES];
    words_join(command, sizeof(command), "cerberus-sim", argc, argv);
    if (!load_inputs(load, argc, argv)) {
        return false;
    }
    if (load->options.database == NULL) {
        return error_set(&load->error, EXIT_CODE_USAGE, NULL, 0,
                         "--db RUN.db is missing: name the database to write");
    }
    if (!load->options.json) {
        load_print(load, stdout);
    }
    return load->options.bounds ? run_both_ends(load, command, result)
                                : run_single(load, command, result);
}

int command_backtest(int argc, char **argv)
{
    if (usage_asks_help(argc, argv)) {
        (void)fputs(HELP, stdout);
        return EXIT_CODE_DONE;
    }
    struct load *load = calloc(1, sizeof(*load));
    struct run_result result = {0};
    if (load == NULL) {
        return EXIT_CODE_OPERATING;
    }
    bool done = backtest(load, argc, argv, &result);
    int code = EXIT_CODE_DONE;
    if (!done) {
        error_print(&load->error, "cerberus-sim", stderr);
        code = (int)load->error.code;
    } else if (load->options.fail_on_latch && result.first_latch_us != 0) {
        code = EXIT_CODE_LATCHED;
    }
    load_release(load);
    free(load);

    return code;
}
