/* cerberus-live: the executor. This version trades on paper: a feed, the mock exchange, the core of the simulator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/usage.h"
#include "data/words.h"
#include "live/options.h"
#include "live/paper.h"
#include "version.h"

static const char HELP[] =
    "usage: cerberus-live --mode paper --feed FILE|- --db RUN.db [--journal FILE] [--config FILE] "
    "[--set KEY=VALUE] [--speed N]\n"
    "\n"
    "  --mode paper     the one mode of this version: simulated fills on a feed\n"
    "  --feed FILE|-    newline-delimited JSON as `cerberus-sim feed` writes it; - reads standard "
    "input\n"
    "  --db RUN.db      the database to write; a used one is refused\n"
    "  --journal FILE   write the session down, so that `cerberus-sim replay` can step it again\n"
    "  --config FILE    settings; repeatable, the last one wins\n"
    "  --set KEY=VALUE  one setting; repeatable\n"
    "  --speed N        N times real time; without it as fast as the lines come\n"
    "\n"
    "SIGTERM and SIGINT end it cleanly: entries off, resting entries cancelled, positions held and "
    "reported.\n"
    "Exit codes: 0 done, 1 books differ, 2 usage or configuration, 3 bad feed, 4 operating error, "
    "5 ended with a latch set.\n";

enum { COMMAND_BYTES = 4096 };

static int run(struct simulation *simulation, int argc, char **argv)
{
    struct live_options options;
    struct error error;
    char command[COMMAND_BYTES];
    error_init(&error);
    simulation_init(simulation);
    words_join(command, sizeof(command), "cerberus-live", argc - 1, argv + 1);
    if (!live_options_parse(&options, simulation, argc, argv, &error)) {
        error_print(&error, "cerberus-live", stderr);
        return (int)error.code;
    }
    if (options.help || options.version) {
        (void)fputs(options.help ? HELP : CERBERUS_VERSION "\n", stdout);
        return EXIT_CODE_DONE;
    }
    return paper_run(&options, simulation, command);
}

int main(int argc, char **argv)
{
    struct simulation *simulation = calloc(1, sizeof(*simulation));
    if (simulation == NULL) {
        return EXIT_CODE_OPERATING;
    }
    int code = usage_finish("cerberus-live", run(simulation, argc, argv));
    free(simulation);

    return code;
}
