/* cerberus-live: the executor. Paper: a feed or a venue's streams, our exchange, the core of the simulator. Live: real orders. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/usage.h"
#include "data/words.h"
#include "live/doctor.h"
#include "live/executor.h"
#include "live/options.h"
#include "live/paper.h"
#include "live/paper_venue.h"
#include "version.h"

static const char HELP[] =
    "usage: cerberus-live [--mode paper] --feed FILE|- --db RUN.db [--journal FILE] [--config "
    "FILE] "
    "[--set KEY=VALUE] [--speed N]\n"
    "       cerberus-live [--mode paper|live] --config FILE --db RUN.db [--keys FILE | --keys-fd "
    "N] "
    "[--journal FILE]\n"
    "       cerberus-live doctor --config FILE [--db RUN.db] [--keys FILE | --keys-fd N]\n"
    "\n"
    "  doctor           look at venue, clock, keys, modes, rules, streams, database and disk; "
    "trade "
    "nothing\n"
    "  --mode MODE      paper: simulated fills, the default; live: real orders, which live.confirm "
    "must agree to\n"
    "  --feed FILE|-    paper on newline-delimited JSON as `cerberus-sim feed` writes it; - reads "
    "standard input\n"
    "  --db RUN.db      the database to write; a used one is refused, in live the account goes on\n"
    "  --journal FILE   write the session down, so that `cerberus-sim replay` can step it again; "
    "live always does, by default in the state directory\n"
    "  --keys FILE      API key: {\"key\":..,\"secret\":..}, a file of ours, mode 0600\n"
    "  --keys-fd N      ... from an open descriptor\n"
    "  --config FILE    settings; repeatable, the last one wins; live.venue names the venue\n"
    "  --set KEY=VALUE  one setting; repeatable\n"
    "  --speed N        N times real time; a feed without it as fast as the lines come\n"
    "\n"
    "SIGTERM and SIGINT end it cleanly: entries off, resting entries cancelled, positions held and "
    "reported, or closed (live.on_shutdown). SIGUSR1: stop, until reset.\n"
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
    if (options.doctor) {
        return doctor_run(&options, simulation, NULL);
    }
    if (options.mode == MODE_LIVE) {
        return executor_run(&options, simulation, command, NULL);
    }
    return options.feed != NULL ? paper_run(&options, simulation, command)
                                : paper_venue_run(&options, simulation, command, NULL);
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
