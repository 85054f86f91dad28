/* cerberus-sim: the simulator. Replays signals and market data through the mock exchange and the core. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "data/usage.h"
#include "sim/commands.h"
#include "version.h"

struct command {
    const char *name, *what;
    int (*run)(int argc, char **argv);
};

static const struct command COMMANDS[] = {
    {"backtest", "run a signals file through a market, write a database", command_backtest},
    {"import", "make a tape out of market data files of public formats", command_import},
    {"feed", "write the inputs of a backtest as a feed for cerberus-live", command_feed},
    {"replay", "step the core over a recorded session: the same orders, the same digest",
     command_replay},
    {"whatif",
     "a recorded session's inputs under another configuration, and what it did to the money",
     command_whatif},
    {"serve", "the mock exchange behind a real venue's protocol", command_serve},
    {"inspect", "what is in a tape, what is missing, what is out of order", command_inspect},
    {"export", "the streams of a tape as CSV files", command_export},
    {"config", "print every setting with its documentation", command_config},
};

static int help(FILE *stream)
{
    (void)fprintf(stream, "usage: cerberus-sim COMMAND [OPTIONS]        version %s\n\n",
                  CERBERUS_VERSION);
    for (size_t index = 0; index < ARRAY_COUNT(COMMANDS); index++) {
        (void)fprintf(stream, "  %-10s %s\n", COMMANDS[index].name, COMMANDS[index].what);
    }
    (void)fprintf(stream,
                  "\ncerberus-sim COMMAND --help says more. Exit codes: 0 done, 1 books differ, 2 "
                  "usage or configuration,\n"
                  "3 bad input data, 4 operating error, 5 latched (with --fail-on-latch).\n");
    return EXIT_CODE_DONE;
}

int main(int argc, char **argv)
{
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told as a full disk is */
    if (argc < 2) {
        (void)help(stderr);
        return EXIT_CODE_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        return help(stdout);
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts(CERBERUS_VERSION);
        return EXIT_CODE_DONE;
    }
    for (size_t index = 0; index < ARRAY_COUNT(COMMANDS); index++) {
        if (strcmp(argv[1], COMMANDS[index].name) == 0) {
            return usage_finish("cerberus-sim", COMMANDS[index].run(argc - 1, argv + 1));
        }
    }
    (void)fprintf(stderr, "cerberus-sim: unknown command %s: see cerberus-sim --help\n", argv[1]);
    return EXIT_CODE_USAGE;
}
