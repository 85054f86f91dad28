/* cerberus-sim feed: the inputs of a backtest as newline-delimited JSON, in the order in which a session takes them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/usage.h"
#include "sim/commands.h"
#include "sim/inputs.h"
#include "sim/load.h"

static const char HELP[] = "usage: cerberus-sim feed --signals FILE.csv [--market "
                           "FILE|DIR|MANIFEST.json|TAPE ...] [--out FILE|-]\n"
                           "\n"
                           "Writes the feed that `cerberus-live --mode paper --feed` reads: one "
                           "JSON object a line, prices as decimal strings, in the\n"
                           "order of the backtest's inputs; the README documents each line. "
                           "Options as in `cerberus-sim backtest`.\n";

static void write_start(const struct load *load, const struct inputs *inputs, FILE *stream)
{
    struct feed_record record = {
        .kind = FEED_START,
        .instrument = INSTRUMENT_NONE,
        .time_us = inputs->start_us,
        .start =
            {
                .starting_balance_e8 = load->simulation.exchange.starting_balance,
                .fidelity = load->simulation.settings.fidelity,
                .interval_us = load->market.interval_us,
                .first_us = load->market.range.first_us,
                .last_us = load->market.range.last_us,
            },
    };
    feed_json_write(stream, &record, load->market.instruments);
}

static bool write_all(struct load *load, FILE *stream)
{
    struct inputs inputs;
    struct feed_record *record = calloc(1, sizeof(*record));
    if (record == NULL || !inputs_open(&inputs, &load->market, &load->signals,
                                       load->simulation.exchange.latency_signal)) {
        free(record);
        return error_set(&load->error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    write_start(load, &inputs, stream);
    int64_t signals = 0;
    while (inputs_next(&inputs, record)) {
        if (record->kind == FEED_SIGNAL) {
            signals++;
            record->signal.signal.id = signals;
        }
        feed_json_write(stream, record, load->market.instruments);
    }
    inputs_close(&inputs);
    free(record);

    return true;
}

static bool feed(struct load *load, int argc, char **argv)
{
    if (!load_inputs(load, argc, argv)) {
        return false;
    }
    const char *path = load->options.out;
    bool standard = path == NULL || strcmp(path, "-") == 0;
    FILE *stream = standard ? stdout : fopen(path, "w");
    if (stream == NULL) {
        return error_set(&load->error, EXIT_CODE_OPERATING, path, 0,
                         "cannot be written: check folder and rights");
    }
    bool done = write_all(load, stream);
    bool flushed = fflush(stream) == 0 && ferror(stream) == 0;
    if (!standard && fclose(stream) != 0) {
        flushed = false;
    }
    if (done && !flushed) {
        return error_set(&load->error, EXIT_CODE_OPERATING, path, 0,
                         "could not be written whole: is the disk full?");
    }
    return done;
}

int command_feed(int argc, char **argv)
{
    if (usage_asks_help(argc, argv)) {
        (void)fputs(HELP, stdout);
        return EXIT_CODE_DONE;
    }
    struct load *load = calloc(1, sizeof(*load));
    if (load == NULL) {
        return EXIT_CODE_OPERATING;
    }
    int code = EXIT_CODE_DONE;
    if (!feed(load, argc, argv)) {
        error_print(&load->error, "cerberus-sim", stderr);
        code = (int)load->error.code;
    }
    load_release(load);
    free(load);

    return code;
}
