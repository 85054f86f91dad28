/* cerberus-sim config: every key with documentation, unit, range and value in force; valid input of --config. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/usage.h"
#include "sim/commands.h"
#include "sim/options.h"

static const char HELP[] =
    "usage: cerberus-sim config [--config FILE] [--set KEY=VALUE] > my.json\n"
    "\n"
    "Prints every setting with its documentation, unit, range and the value in force, as a file "
    "that --config takes.\n";

int command_config(int argc, char **argv)
{
    if (usage_asks_help(argc, argv)) {
        (void)fputs(HELP, stdout);
        return EXIT_CODE_DONE;
    }
    struct simulation *simulation = calloc(1, sizeof(*simulation));
    struct options options;
    struct error error;
    if (simulation == NULL) {
        return EXIT_CODE_OPERATING;
    }
    error_init(&error);
    simulation_init(simulation);
    bool done = options_parse(&options, simulation, argc, argv, &error);
    if (done) {
        config_print(&simulation->config, stdout);
    } else {
        error_print(&error, "cerberus-sim", stderr);
    }
    free(simulation);

    return (int)error.code;
}
