#include "live/paper_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/session_facts.h"
#include "version.h"

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
    if (!journal_open(&self->journal, self->options->journal, self->first_us, &self->start,
                      &self->instruments, self->config, &self->error)) {
        return false;
    }
    struct journal_port port = journal_port(&self->journal);
    runner_journal(&self->session.runner, &port);

    return true;
}

bool paper_start(struct paper *self, int64_t time_us, const struct feed_start *given)
{
    self->start = *given;
    if (!config_given(&self->simulation->config, "sim.starting_balance")) {
        self->simulation->exchange.starting_balance = given->starting_balance_e8;
    }
    if (!simulation_resolve(self->simulation, &self->instruments, given->fidelity,
                            given->interval_us, &self->error) ||
        !begin_store(self)) {
        return false;
    }
    struct store_port port = {.self = self, .record = record};
    self->first_us = time_us;
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
    return store_commit(self->store, &self->error);
}

/* ---- inputs ---- */

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

bool paper_take(struct paper *self, const struct feed_record *record)
{
    if (record->kind == FEED_SIGNAL) {
        store_metadata(self->store, record->signal.metadata);
    }
    journal_input(&self->journal, record);
    if (!feed_kind_foreword(record->kind)) {
        open_account(self);
    }
    session_take(&self->session, record);
    if (!books_equal(self) || journal_failed(&self->journal)) {
        return false;
    }
    self->finished = record->kind == FEED_FINISH;

    return store_commit(self->store, &self->error);
}

bool paper_pass(struct paper *self, int64_t time_us)
{
    open_account(self);
    session_pass(&self->session, time_us);

    return books_equal(self) && !journal_failed(&self->journal) &&
           store_commit(self->store, &self->error);
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

int paper_finish(struct paper *self, bool done)
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

void paper_release(struct paper *self)
{
    store_close(self->store);
    session_release(&self->session);
    free(self->config);
}
