#include "sim/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "data/store.h"
#include "sim/facts.h"
#include "sim/inputs.h"
#include "sim/market_facts.h"
#include "version.h"

enum { PROGRESS_RECORDS = 1 << 16 };

struct run {
    const struct run_inputs *inputs;
    struct store *store;
    struct store_port database;
    int64_t verdicts[VERDICT_COUNT];
    struct session session;
    struct inputs merged;
    int64_t started_ns;
};

static int64_t monotonic_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);

    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint64_t mix(uint64_t left, uint64_t right)
{
    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, left);
    digest_word(&digest, right);

    return digest.state;
}

/* Every record goes to the store; the verdicts are counted on their way. */
static void keep_action(void *self, const struct action *action)
{
    struct run *run = self;
    if (action->kind == ACTION_SIGNAL) {
        run->verdicts[action->signal.verdict]++;
    }
    run->database.record(run->database.self, action);
}

static bool begin(struct run *self, struct error *error)
{
    char *config = config_json(&self->inputs->simulation->config);
    char *facts = facts_json(self->inputs, NULL, NULL);
    struct store_run row = {
        .mode = "backtest",
        .command = self->inputs->command,
        .config = config,
        .venue = "mock",
        .build = CERBERUS_VERSION,
        .facts = facts,
        .config_hash = digest_of_text(config),
        .data_hash = mix(self->inputs->market->data_hash, self->inputs->signals->data_hash),
        .seed = self->inputs->seed,
        .started_at_us = store_wall_us(),
    };
    bool done = store_begin(self->store, &row, error);
    free(config);
    free(facts);

    return done;
}

static void show_progress(const struct run *self)
{
    const struct market *market = self->inputs->market;
    int64_t total = market->bar_count + market->tick_count + self->inputs->signals->count;
    int64_t elapsed_ms = (monotonic_ns() - self->started_ns) / 1000000 + 1;
    int64_t rate = self->merged.records * 1000 / elapsed_ms;
    int64_t left_s =
        rate > 0 && total > self->merged.records ? (total - self->merged.records) / rate : 0;
    (void)fprintf(stderr,
                  "\r%" PRId64 " of about %" PRId64 " records, %" PRId64 " a second, %" PRId64
                  " s left  ",
                  self->merged.records, total, rate, left_s);
}

static bool feed_all(struct run *self, struct error *error)
{
    struct feed_record *record = calloc(1, sizeof(*record));
    if (record == NULL) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    bool more = inputs_next(&self->merged, record);
    for (; more && feed_kind_foreword(record->kind); more = inputs_next(&self->merged, record)) {
        session_take(&self->session, record);
    }
    session_start(&self->session, self->merged.start_us);
    for (; more && !session_failed(&self->session); more = inputs_next(&self->merged, record)) {
        if (record->kind == FEED_SIGNAL) {
            store_metadata(self->store, record->signal.metadata);
        }
        session_take(&self->session, record);
        if (self->inputs->progress && self->merged.records % PROGRESS_RECORDS == 0) {
            show_progress(self);
        }
    }
    free(record);
    if (self->inputs->progress) {
        (void)fprintf(stderr, "\r%70s\r", "");
    }
    if (session_failed(&self->session)) {
        session_error(&self->session, error);
        return false;
    }
    return !inputs_failed(&self->merged, error);
}

static void fill_served(const struct run *self, struct run_result *result)
{
    const struct market *market = self->inputs->market;
    const struct exchange_counters *counters = exchange_counters(self->session.exchange);
    result->ticks = market->tick_count > 0;
    result->depth_gaps = counters->depth_gaps;
    result->depth_skipped = counters->depth_skipped;
    for (int32_t instrument = 0; instrument < market->instruments->count; instrument++) {
        struct market_served served = market_served(market, &self->session, instrument);
        for (int kind = FIDELITY_BARS; kind <= FIDELITY_DEPTH; kind++) {
            result->served_us[kind] += served.us[kind];
        }
    }
}

static void fill_result(struct run *self, struct run_result *result)
{
    const struct engine *engine = self->session.engine;
    memset(result, 0, sizeof(*result));
    result->events = self->session.runner.events;
    result->comparisons = self->session.runner.comparisons;
    result->records = self->merged.records;
    const struct counters *counters = &engine->counters;
    result->signals = counters_value(counters, COUNTER_TOTAL_SIGNALS);
    result->approvals = counters_value(counters, COUNTER_SIGNALS_APPROVED);
    result->trades_won = counters_value(counters, COUNTER_SUCCESSFUL_TRADES);
    result->trades_lost = counters_value(counters, COUNTER_TRADES_LOST);
    result->entries_unfilled = counters_value(counters, COUNTER_ENTRIES_UNFILLED);
    result->liquidations = exchange_counters(self->session.exchange)->liquidations;
    result->denied_latched = counters_value(counters, COUNTER_SIGNALS_LATCHED);
    result->resets = counters_value(counters, COUNTER_BREAKER_RESETS);
    memcpy(result->verdicts, self->verdicts, sizeof(result->verdicts));
    result->fees_e8 = engine->totals.fees_e8;
    result->funding_e8 = engine->totals.funding_e8;
    result->start_balance_e8 = self->inputs->simulation->exchange.starting_balance;
    result->final_balance_e8 = ledger_wallet_e8(&engine->ledger);
    result->latched_at_end = breaker_worst(&engine->breaker) >= BREAKER_TRIPPED;
    result->first_latch_us = engine->extremes.first_latch_us;
    result->max_drawdown_ppm = engine->extremes.drawdown_max_ppm;
    fill_served(self, result);
    digest_format(&engine->digest, result->digest);
    result->seconds_e6 = (monotonic_ns() - self->started_ns) / 1000;
}

static bool finish(struct run *self, struct run_result *result, struct error *error)
{
    engine_check(self->session.engine);
    fill_result(self, result);
    store_defects(self->store, &self->inputs->signals->defects);
    store_defects(self->store, &self->inputs->market->defects);
    char *facts = facts_json(self->inputs, &self->session, result);
    store_facts(self->store, facts);
    bool done = store_end(self->store, result->latched_at_end ? "latched" : "done", result->events,
                          result->digest, store_wall_us(), error);
    free(facts);

    return done;
}

/* A run that must stop keeps what it has, and says that it failed. */
static void abandon(struct run *self)
{
    struct error ignored;
    char digest[DIGEST_BYTES];
    error_init(&ignored);
    digest_format(&self->session.engine->digest, digest);
    bool said = store_end(self->store, "failed", self->session.runner.events, digest,
                          store_wall_us(), &ignored);
    if (!said) {
        error_print(&ignored, "cerberus-sim",
                    stderr); /* beside the first error, which the caller prints */
    }
}

static bool open_session(struct run *self, struct error *error)
{
    struct store_port port = {.self = self, .record = keep_action};
    self->database = store_port(self->store);
    struct simulation *simulation = self->inputs->simulation;
    if (!session_init(&self->session, self->inputs->market->instruments, &simulation->settings,
                      &simulation->exchange, &port)) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    session_conditions(&self->session, &simulation->conditions);
    store_strategies(self->store, &self->session.engine->strategies);
    return true;
}

struct run_bounds run_bounds(const struct run_result *one, const struct run_result *other)
{
    int64_t first_e8 = one->final_balance_e8 - one->start_balance_e8;
    int64_t second_e8 = other->final_balance_e8 - other->start_balance_e8;
    bool more = one->liquidations > other->liquidations;

    return (struct run_bounds){
        .profit_low_e8 = first_e8 < second_e8 ? first_e8 : second_e8,
        .profit_high_e8 = first_e8 < second_e8 ? second_e8 : first_e8,
        .liquidations_low = more ? other->liquidations : one->liquidations,
        .liquidations_high = more ? one->liquidations : other->liquidations,
    };
}

static bool run_session(struct run *self, struct run_result *result, struct error *error)
{
    if (!begin(self, error) || !open_session(self, error)) {
        return false;
    }
    bool done = feed_all(self, error);
    if (done) {
        done = finish(self, result, error);
    } else if (error->code != EXIT_CODE_OPERATING) {
        abandon(self);
    }
    session_release(&self->session);

    return done;
}

bool run_simulation(struct run_result *result,
                    const struct run_inputs *inputs,
                    const char *database,
                    bool force,
                    struct error *error)
{
    struct run self = {.inputs = inputs, .started_ns = monotonic_ns()};
    if (!inputs_open(&self.merged, inputs->market, inputs->signals,
                     inputs->simulation->exchange.latency_signal)) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    self.store = store_open(database, force, true, inputs->market->instruments, error);
    bool done = self.store != NULL && run_session(&self, result, error);
    store_close(self.store);
    inputs_close(&self.merged);

    return done;
}
