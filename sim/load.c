#include "sim/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "data/timerange.h"
#include "sim/market_facts.h"

/* Where there is room for the database there is room for its candles; NULL: no folder is named. */
static const char *folder_of(const char *database, char out[ERROR_PATH_BYTES])
{
    if (database == NULL) {
        return NULL;
    }
    const char *slash = strrchr(database, '/');
    if (slash == NULL) {
        return ".";
    }
    size_t length = slash == database ? 1 : (size_t)(slash - database);
    if (length >= ERROR_PATH_BYTES) {
        return NULL;
    }
    memcpy(out, database, length);
    out[length] = '\0';
    return out;
}

static bool load_market(struct load *self)
{
    const struct exchange_settings *exchange = &self->simulation.exchange;
    struct market_defaults defaults = {
        .maker_fee_e9 = exchange->maker_fee,
        .taker_fee_e9 = exchange->taker_fee,
        .liquidation_fee_e9 = exchange->liquidation_fee,
    };
    const struct options *options = &self->options;
    if (options->market_count > 0) {
        char folder[ERROR_PATH_BYTES];
        struct market_request request = {
            .paths = options->markets,
            .path_count = options->market_count,
            .rules = options->rules,
            .range = options->range_given ? &options->range : NULL,
            .defaults = &defaults,
            .temporary = folder_of(options->database, folder),
        };
        return market_load(&self->market, &request, &self->error);
    }
    size_t count = (size_t)self->signals.count;
    const char **tokens = calloc(count + 1, sizeof(*tokens));
    if (tokens == NULL) {
        return error_set(&self->error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    for (size_t index = 0; index < count; index++) {
        tokens[index] = self->signals.items[index].token;
    }
    bool done = market_from_tokens(&self->market, tokens, (int32_t)count, &defaults, &self->error);
    free(tokens);

    return done;
}

/* Signals outside an asked --timerange are not part of the run: the user said so. They are counted and printed. */
static void cut_signals(struct load *self)
{
    struct signals_file *signals = &self->signals;
    int64_t kept = 0;
    for (int64_t index = 0; index < signals->count; index++) {
        int64_t time_us = signals->items[index].timestamp_us;
        if (time_us >= self->options.range.first_us && time_us <= self->options.range.last_us) {
            signals->items[kept] = signals->items[index];
            char *metadata = signals->metadata[kept];
            signals->metadata[kept] = signals->metadata[index];
            signals->metadata[index] = metadata;
            kept++;
        }
    }
    self->signals_outside = signals->count - kept;
    for (int64_t index = kept; index < signals->count; index++) {
        free(signals->metadata[index]);
        signals->metadata[index] = NULL;
    }
    signals->count = kept;
}

/* Rows of the market are as bad as those of the signals; they are known when all are read. */
static bool strict_judge(struct load *self)
{
    const struct defects *defects = &self->market.defects;
    for (int64_t i = 0; self->options.strict && i < defects->count; i++) {
        const struct defect *defect = &defects->items[i];
        if (strncmp(defect->code, "bad-", 4) == 0) {
            return error_set(&self->error, EXIT_CODE_DATA, defect->file, defect->line,
                             "%s, or run without --strict to keep it as a defect", defect->message);
        }
    }
    return true;
}

static bool load_options(struct load *self, int argc, char **argv)
{
    memset(self, 0, sizeof(*self));
    error_init(&self->error);
    simulation_init(&self->simulation);
    return options_parse(&self->options, &self->simulation, argc, argv, &self->error);
}

/* What stands beside the signals: market, conditions, the settings that follow from them. */
static bool load_world(struct load *self)
{
    if (!load_market(self) || !strict_judge(self)) {
        return false;
    }
    struct simulation_files files = {self->options.seed, self->options.latency,
                                     self->options.incidents};
    if (!simulation_conditions(&self->simulation, self->market.instruments, &files, &self->error)) {
        return false;
    }
    return simulation_resolve(&self->simulation, self->market.instruments, self->market.fidelity,
                              self->market.interval_us, &self->error);
}

bool load_inputs(struct load *self, int argc, char **argv)
{
    if (!load_options(self, argc, argv)) {
        return false;
    }
    if (self->options.signals == NULL) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--signals FILE is missing: name the signals to run");
    }
    if (!signals_csv_load(&self->signals, self->options.signals, self->options.strict,
                          &self->error)) {
        return false;
    }
    if (self->options.range_given) {
        cut_signals(self);
    }
    return load_world(self);
}

bool load_market_alone(struct load *self, int argc, char **argv)
{
    if (!load_options(self, argc, argv)) {
        return false;
    }
    if (self->options.signals != NULL) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--signals is not for a market alone: its clients have the signals");
    }
    if (self->options.market_count == 0) {
        return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                         "--market is missing: name the files, folder, manifest or tape");
    }
    return load_world(self);
}

void load_release(struct load *self)
{
    signals_file_release(&self->signals);
    market_release(&self->market);
}

static void print_market(const struct load *self, FILE *stream)
{
    const struct market *market = &self->market;
    if (market->bar_count > 0) {
        (void)fprintf(stream,
                      "market     %" PRId64 " bars of %d symbols, interval %" PRId64
                      " s (inferred)%s%s\n",
                      market->bar_count, market->instruments->count,
                      (int64_t)(market->interval_us / US_PER_SECOND),
                      market->venue[0] == '\0' ? "" : ", ", market->venue);
    } else if (market->tick_count > 0) {
        (void)fprintf(stream, "market     %d symbols, no bars%s%s\n", market->instruments->count,
                      market->venue[0] == '\0' ? "" : ", ", market->venue);
    } else {
        (void)fprintf(stream, "market     the signals' own prices (no --market)\n");
    }
    market_tapes_print(market, stream);
}

static void print_window(const struct load *self, FILE *stream)
{
    bool manifest = self->market.window_from_manifest != 0;
    if (self->options.range_given || manifest) {
        (void)fprintf(stream, "window     ");
        timerange_print(manifest ? &self->market.range : &self->options.range, stream);
        (void)fprintf(stream, "%s\n", manifest ? ", by the manifest" : "");
    }
}

void load_print(const struct load *self, FILE *stream)
{
    const struct signals_file *signals = &self->signals;
    print_market(self, stream);
    print_window(self, stream);
    (void)fprintf(stream,
                  "signals    %" PRId64 " rows, %" PRId64 " signals, %" PRId64 " bad rows, %" PRId64
                  " moved into order, times in %s (inferred)\n",
                  signals->rows, signals->count, signals->bad_rows, signals->moved_rows,
                  signals->time_unit == NULL ? "no unit" : signals->time_unit);
    if (self->signals_outside > 0) {
        (void)fprintf(stream, "signals    %" PRId64 " outside --timerange, not part of this run\n",
                      self->signals_outside);
    }
}
