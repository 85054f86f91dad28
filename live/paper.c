#include "live/paper.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "data/feed_json.h"
#include "data/journal.h"
#include "data/store.h"
#include "live/lines.h"
#include "live/stop.h"
#include "sim/exchange/session.h"
#include "sim/exchange/session_facts.h"
#include "version.h"

struct paper {
    const struct live_options *options;
    struct simulation *simulation;
    const char *command;
    struct instruments instruments;
    struct lines lines;
    struct feed_parser parser;
    struct feed_record record;
    struct store *store;
    struct store_port database;
    struct session session;
    struct journal journal;
    char *config;                 /* as the journal has it */
    int64_t first_us, started_ns; /* feed time and monotonic time of the start line */
    bool running, opened, finished;
    struct error error;
};

/* ---- the store, and a line for people beside it ---- */

static void print_decision(const struct paper *self, const struct assessment *assessment)
{
    const char *symbol = assessment->instrument == INSTRUMENT_NONE
                             ? "-"
                             : self->instruments.items[assessment->instrument].symbol;
    char size[DECIMAL_BYTES];
    (void)decimal_format(assessment->position_size_e6, 6, size);
    (void)printf("signal %" PRId64 " %s %s %s size %s leverage %d\n", assessment->signal_id, symbol,
                 side_position_text((int)assessment->side), verdict_code((int)assessment->verdict),
                 assessment->approved ? size : "0",
                 assessment->approved ? assessment->leverage : 0);
    (void)fflush(stdout);
}

static void record(void *self, const struct action *action)
{
    struct paper *paper = self;
    paper->database.record(paper->database.self, action);
    if (action->kind == ACTION_ASSESSMENT) {
        print_decision(paper, action->assessment);
    }
}

/* ---- start ---- */

static bool begin_store(struct paper *self)
{
    self->store =
        store_open(self->options->database, false, false, &self->instruments, &self->error);
    if (self->store == NULL) {
        return false;
    }
    char *config = config_json(&self->simulation->config);
    char *facts = session_facts_json(self->simulation, NULL);
    struct store_run row = {
        .mode = "paper",
        .command = self->command,
        .config = config,
        .venue = "mock",
        .build = CERBERUS_VERSION,
        .facts = facts,
        .config_hash = digest_of_text(config),
        .started_at_us = store_wall_us(),
    };
    bool done = store_begin(self->store, &row, &self->error);
    free(config);
    free(facts);
    self->database = store_port(self->store);

    return done;
}

/* Every event is written down before the core acts on it. */
static bool begin_journal(struct paper *self)
{
    if (self->options->journal == NULL) {
        return true;
    }
    self->config = config_json(&self->simulation->config);
    if (!journal_open(&self->journal, self->options->journal, self->record.time_us,
                      &self->record.start, &self->instruments, self->config, &self->error)) {
        return false;
    }
    struct journal_port port = journal_port(&self->journal);
    runner_journal(&self->session.runner, &port);

    return true;
}

static bool start(struct paper *self)
{
    const struct feed_start *given = &self->record.start;
    if (!config_given(&self->simulation->config, "sim.starting_balance")) {
        self->simulation->exchange.starting_balance = given->starting_balance_e8;
    }
    if (!simulation_resolve(self->simulation, &self->instruments, given->fidelity,
                            given->interval_us, &self->error) ||
        !begin_store(self)) {
        return false;
    }
    struct store_port port = {.self = self, .record = record};
    if (!session_init(&self->session, &self->instruments, &self->simulation->settings,
                      &self->simulation->exchange, &port)) {
        return error_set(&self->error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    session_conditions(&self->session, &self->simulation->conditions);
    store_strategies(self->store, &self->session.engine->strategies);
    if (!begin_journal(self)) {
        return false;
    }
    self->running = true;
    self->first_us = self->record.time_us;
    self->started_ns = stop_now_ns();
    return store_commit(self->store, &self->error);
}

/* ---- lines ---- */

/* With --speed: not before its time. */
static void wait_for(const struct paper *self)
{
    if (self->options->speed > 0) {
        stop_wait_until(self->started_ns +
                        (self->record.time_us - self->first_us) * 1000 / self->options->speed);
    }
}

static bool books_equal(struct paper *self)
{
    if (session_failed(&self->session)) {
        session_error(&self->session, &self->error);
    }
    return !session_failed(&self->session);
}

/* Behind the foreword of the feed the account gets its balance. */
static void open_account(struct paper *self)
{
    if (!self->opened) {
        self->opened = true;
        session_start(&self->session, self->first_us);
    }
}

static bool take_record(struct paper *self)
{
    if (self->record.kind == FEED_START) {
        return start(self);
    }
    wait_for(self);
    if (stop_asked()) {
        return true;
    }
    if (self->record.kind == FEED_SIGNAL) {
        store_metadata(self->store, self->record.signal.metadata);
    }
    journal_input(&self->journal, &self->record);
    if (!feed_kind_foreword(self->record.kind)) {
        open_account(self);
    }
    session_take(&self->session, &self->record);
    if (!books_equal(self) || journal_failed(&self->journal)) {
        return false;
    }
    self->finished = self->record.kind == FEED_FINISH;

    return store_commit(self->store, &self->error);
}

static bool take_lines(struct paper *self)
{
    while (!stop_asked() && !self->finished) {
        const char *text = NULL;
        size_t length = 0;
        enum lines_status status = lines_next(&self->lines, &text, &length, &self->error);
        if (status == LINES_INTERRUPTED) {
            continue;
        }
        if (status == LINES_END) {
            return feed_parser_finish(&self->parser, &self->error);
        }
        if (status == LINES_FAILED ||
            !feed_parser_line(&self->parser, &self->record, text, length, &self->error) ||
            !take_record(self)) {
            return false;
        }
    }
    return true;
}

/* ---- the end ---- */

static void report_positions(const struct paper *self)
{
    int32_t count = 0;
    const int32_t *open = engine_open_positions(self->session.engine, &count);
    (void)printf("%d open positions\n", count);
    for (int32_t index = 0; index < count; index++) {
        const struct holding *holding = &self->session.engine->positions.items[open[index]];
        const struct position *position = &holding->position;
        char size[DECIMAL_BYTES];
        char stop[DECIMAL_BYTES];
        (void)decimal_format(position->size_e6, 6, size);
        (void)decimal_format(holding->plan.stop_e12, 12, stop);
        (void)printf("held: %s %s %s, leverage %d, stop %s %s\n",
                     self->instruments.items[open[index]].symbol,
                     side_position_text((int)position->side), size, position->leverage, stop,
                     holding->plan.stop_confirmed ? "confirmed at the venue" : "NOT confirmed");
    }
}

static bool shut_down(struct paper *self)
{
    struct event_command command = {.command = COMMAND_SHUTDOWN, .scope = SCOPE_GLOBAL};
    (void)strcpy(command.principal, "signal");
    (void)strcpy(command.reason, "the process was asked to end");
    journal_input_command(&self->journal, &command,
                          self->opened ? self->session.now_us : self->first_us);
    open_account(self);
    session_shut_down(&self->session, &command);
    report_positions(self);

    return books_equal(self);
}

/* What came of the session, in the words of a backtest. */
static void print_outcome(const struct paper *self)
{
    const struct engine *engine = self->session.engine;
    const struct counters *counters = &engine->counters;
    char balance[DECIMAL_BYTES];
    char equity[DECIMAL_BYTES];
    (void)decimal_format(ledger_wallet_e8(&engine->ledger), 8, balance);
    (void)decimal_format(engine_equity_e8(engine), 8, equity);
    (void)printf("trades %" PRId64 " won, %" PRId64 " lost, %" PRId64 " liquidations\n",
                 counters_value(counters, COUNTER_SUCCESSFUL_TRADES),
                 counters_value(counters, COUNTER_TRADES_LOST),
                 exchange_counters(self->session.exchange)->liquidations);
    (void)printf("balance %s, equity %s\n", balance, equity);
    (void)printf("database %s: cerberus-report %s --out report\n", self->options->database,
                 self->options->database);
}

static bool end_store(struct paper *self, const char *status)
{
    char digest[DIGEST_BYTES];
    char *facts = session_facts_json(self->simulation, &self->session);
    digest_format(&self->session.engine->digest, digest);
    store_facts(self->store, facts);
    bool done = store_end(self->store, status, self->session.runner.events, digest, store_wall_us(),
                          &self->error);
    free(facts);
    (void)printf("digest %s over %" PRId64 " events\n", digest, self->session.runner.events);
    print_outcome(self);

    return done;
}

static int finish(struct paper *self, bool done)
{
    bool latched = false;
    if (self->running) {
        if (done && !self->finished) {
            done = shut_down(self);
        }
        done = journal_close(&self->journal) && done;
        latched = breaker_worst(&self->session.engine->breaker) >= BREAKER_TRIPPED;
        const char *status = latched ? "latched" : "done";
        done = end_store(self, done ? status : "failed") && done;
    }
    if (!done) {
        error_print(&self->error, "cerberus-live", stderr);
        return (int)self->error.code;
    }
    return latched ? EXIT_CODE_LATCHED : EXIT_CODE_DONE;
}

int paper_run(const struct live_options *options,
              struct simulation *simulation,
              const char *command)
{
    struct paper *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return EXIT_CODE_OPERATING;
    }
    self->options = options;
    self->simulation = simulation;
    self->command = command;
    error_init(&self->error);
    instruments_init(&self->instruments);
    feed_parser_init(&self->parser, options->feed, &self->instruments);
    bool done = stop_catch(&self->error) && lines_open(&self->lines, options->feed, &self->error) &&
                take_lines(self);
    int code = finish(self, done);
    store_close(self->store);
    session_release(&self->session);
    free(self->config);
    feed_parser_release(&self->parser);
    lines_close(&self->lines);
    free(self);

    return code;
}
