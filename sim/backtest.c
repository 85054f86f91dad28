/* cerberus-sim backtest: one run, or both ends of the intrabar bounds, and a few lines on what came of it. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/usage.h"
#include "data/words.h"
#include "sim/commands.h"
#include "sim/load.h"
#include "sim/run.h"

static const char HELP[] =
    "usage: cerberus-sim backtest --signals FILE.csv [--market FILE|DIR|MANIFEST.json ...] --db RUN.db\n"
    "\n"
    "  --signals FILE        signals to run: CSV, plain, .gz or .zst\n"
    "  --market PATH         candles: a file, a folder or a market manifest; repeatable; none: the signals' own prices\n"
    "  --db RUN.db           the database to write; a used one is refused without --force\n"
    "  --config FILE         settings (JSON with // comments); repeatable, the last one wins; `cerberus-sim config` prints all\n"
    "  --set KEY=VALUE       one setting; repeatable\n"
    "  --timerange A-B       YYYYMMDD or 10- or 13-digit epochs, either side may be open\n"
    "  --starting-balance N  collateral at the start (10000)\n"
    "  --fee RATE            one rate for maker and taker\n"
    "  --intrabar MODE       adaptive, best, worst, or bounds: both ends, into RUN-best.db and RUN-worst.db\n"
    "  --seed N              stored with the run\n"
    "  --strict              the first malformed row ends the run (exit 3)\n"
    "  --fail-on-latch       exit 5 when the circuit breaker latched\n"
    "  --force               replace RUN.db\n"
    "  --json                the result as one JSON object\n"
    "  --quiet               no progress line\n";

enum { COMMAND_BYTES = 4096, PATH_BYTES = 4096 };

static void print_money(FILE *stream, int64_t money_e8)
{
    int64_t cents = (money_e8 < 0 ? money_e8 - ONE_E6 / 2 : money_e8 + ONE_E6 / 2) / ONE_E6;
    int64_t size = cents < 0 ? -cents : cents;
    (void)fprintf(stream, "%s%" PRId64 ".%02" PRId64, cents < 0 ? "-" : "", size / 100, size % 100);
}

static void print_result(const struct run_result *result, const char *database)
{
    (void)printf("decided    %" PRId64 " signals: %" PRId64 " approved, %" PRId64 " denied\n",
                 result->signals,
                 result->approvals,
                 result->signals - result->approvals);
    (void)printf("traded     %" PRId64 " won, %" PRId64 " lost, %" PRId64 " entries unfilled, %" PRId64 " liquidations\n",
                 result->trades_won,
                 result->trades_lost,
                 result->entries_unfilled,
                 result->liquidations);
    (void)printf("balance    ");
    print_money(stdout, result->start_balance_e8);
    (void)printf(" to ");
    print_money(stdout, result->final_balance_e8);
    (void)printf(", worst drawdown %" PRId64 ".%02" PRId64 " %%\n",
                 result->max_drawdown_ppm / 10000,
                 result->max_drawdown_ppm / 100 % 100);
    char latch[INSTANT_BYTES] = "never";
    if (result->first_latch_us != 0) {
        (void)instant_format(result->first_latch_us, latch);
    }
    (void)printf("breaker    first latch %s, %" PRId64 " resets, %" PRId64 " signals denied under a latch\n",
                 latch,
                 result->resets,
                 result->denied_latched);
    (void)printf("books      core and exchange equal at %" PRId64 " comparisons\n", result->comparisons);
    (void)printf("digest     %s over %" PRId64 " events, %" PRId64 " records in %" PRId64 ".%03" PRId64 " s\n",
                 result->digest,
                 result->events,
                 result->records,
                 result->seconds_e6 / 1000000,
                 result->seconds_e6 / 1000 % 1000);
    (void)printf("database   %s\n", database);
}

static json_t *money_json(int64_t money_e8)
{
    char text[DECIMAL_BYTES];
    (void)decimal_format(money_e8, 8, text);

    return json_string(text);
}

static json_t *result_json(const struct run_result *result, const char *database)
{
    json_t *object = json_object();
    (void)json_object_set_new(object, "database", json_string(database));
    (void)json_object_set_new(object, "digest", json_string(result->digest));
    (void)json_object_set_new(object, "events", json_integer((json_int_t)result->events));
    (void)json_object_set_new(object, "comparisons", json_integer((json_int_t)result->comparisons));
    (void)json_object_set_new(object, "signals", json_integer((json_int_t)result->signals));
    (void)json_object_set_new(object, "approved", json_integer((json_int_t)result->approvals));
    (void)json_object_set_new(object, "won", json_integer((json_int_t)result->trades_won));
    (void)json_object_set_new(object, "lost", json_integer((json_int_t)result->trades_lost));
    (void)json_object_set_new(object, "entries_unfilled", json_integer((json_int_t)result->entries_unfilled));
    (void)json_object_set_new(object, "liquidations", json_integer((json_int_t)result->liquidations));
    (void)json_object_set_new(object, "starting_balance", money_json(result->start_balance_e8));
    (void)json_object_set_new(object, "final_balance", money_json(result->final_balance_e8));
    (void)json_object_set_new(object, "max_drawdown_ppm", json_integer((json_int_t)result->max_drawdown_ppm));
    (void)json_object_set_new(object, "first_latch_us", json_integer((json_int_t)result->first_latch_us));
    (void)json_object_set_new(object, "resets", json_integer((json_int_t)result->resets));
    (void)json_object_set_new(object, "denied_under_latch", json_integer((json_int_t)result->denied_latched));

    return object;
}

static void print_json(json_t *object)
{
    (void)json_dumpf(object, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(object);
}

static bool run_one(struct load *load, const char *command, const char *database, struct run_result *result)
{
    struct run_inputs inputs = {
        .market = &load->market,
        .signals = &load->signals,
        .simulation = &load->simulation,
        .command = command,
        .seed = load->options.seed,
        .progress = !load->options.quiet && isatty(STDERR_FILENO) != 0,
    };
    return run_simulation(result, &inputs, database, load->options.force, &load->error);
}

/* "run.db" to "run-best.db" */
static bool suffixed(char out[PATH_BYTES], const char *path, const char *suffix)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(path, '.');
    if (dot == NULL || (slash != NULL && dot < slash)) {
        dot = path + strlen(path);
    }
    int length = snprintf(out, PATH_BYTES, "%.*s-%s%s", (int)(dot - path), path, suffix, dot);

    return length >= 0 && length < PATH_BYTES;
}

static void print_bounds(const struct load *load, const struct run_result ends[2], const char paths[2][PATH_BYTES])
{
    if (load->options.json) {
        json_t *object = json_object();
        (void)json_object_set_new(object, "best", result_json(&ends[0], paths[0]));
        (void)json_object_set_new(object, "worst", result_json(&ends[1], paths[1]));
        print_json(object);
        return;
    }
    (void)printf("---------- best: the extreme in the position's favour first\n");
    print_result(&ends[0], paths[0]);
    (void)printf("---------- worst: the extreme against it first\n");
    print_result(&ends[1], paths[1]);
    int64_t gain_best_e8 = ends[0].final_balance_e8 - ends[0].start_balance_e8;
    int64_t gain_worst_e8 = ends[1].final_balance_e8 - ends[1].start_balance_e8;
    (void)printf("---------- bounds\nprofit     from ");
    print_money(stdout, gain_worst_e8 < gain_best_e8 ? gain_worst_e8 : gain_best_e8);
    (void)printf(" to ");
    print_money(stdout, gain_worst_e8 < gain_best_e8 ? gain_best_e8 : gain_worst_e8);
    (void)printf("\nliquidated from %" PRId64 " to %" PRId64 "\n",
                 ends[0].liquidations < ends[1].liquidations ? ends[0].liquidations : ends[1].liquidations,
                 ends[0].liquidations < ends[1].liquidations ? ends[1].liquidations : ends[0].liquidations);
}

static bool run_bounds(struct load *load, const char *command, struct run_result *worst)
{
    static const int64_t MODES[2] = {INTRABAR_BEST, INTRABAR_WORST};
    static const char *const SUFFIXES[2] = {"best", "worst"};
    struct run_result ends[2];
    char paths[2][PATH_BYTES];
    for (int end = 0; end < 2; end++) {
        if (!suffixed(paths[end], load->options.database, SUFFIXES[end])) {
            return error_set(&load->error, EXIT_CODE_USAGE, NULL, 0, "the name of --db is too long: shorten it");
        }
        load->simulation.exchange.intrabar = MODES[end];
        if (!run_one(load, command, paths[end], &ends[end])) {
            return false;
        }
    }
    print_bounds(load, ends, (const char(*)[PATH_BYTES])paths);
    *worst = ends[1];
    worst->first_latch_us = ends[0].first_latch_us != 0 ? ends[0].first_latch_us : ends[1].first_latch_us;

    return true;
}

static bool run_single(struct load *load, const char *command, struct run_result *result)
{
    if (!run_one(load, command, load->options.database, result)) {
        return false;
    }
    if (load->options.json) {
        print_json(result_json(result, load->options.database));
    } else {
        print_result(result, load->options.database);
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
        return error_set(&load->error, EXIT_CODE_USAGE, NULL, 0, "--db RUN.db is missing: name the database to write");
    }
    if (!load->options.json) {
        load_print(load, stdout);
    }
    return load->options.bounds ? run_bounds(load, command, result) : run_single(load, command, result);
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
