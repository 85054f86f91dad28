/* executor_store.c - database and journal of an account: its epoch, its past, and what is on disk before an order is sent. */
#include <inttypes.h>
#include <string.h>

#include "live/executor_parts.h"
#include "version.h"

/* ---- database and journal ---- */

/* The symbols of the account's past come first, in their order. */
static bool resumable(struct executor *self)
{
    static char names[INSTRUMENTS_MAX][SYMBOL_BYTES];
    int32_t count = 0;
    if (self->resume.fresh) {
        return true;
    }
    if (!snapshot_symbols(self->resume.state, self->resume.state_bytes, names, &count)) {
        return error_set(&self->error, EXIT_CODE_OPERATING, self->options->database, 0,
                         "the account's state cannot be read: restore a backup, or begin a new "
                         "--db");
    }
    for (int32_t i = 0; i < count; i++) {
        if (i >= self->instruments.count ||
            strcmp(names[i], self->instruments.items[i].symbol) != 0) {
            return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                             "symbols.allow must begin with the symbols that this account began "
                             "with, in their order: %s is number %d",
                             names[i], i + 1);
        }
    }
    return true;
}

bool executor_begin_store(struct executor *self)
{
    self->store = store_open_account(self->options->database, &self->instruments, &self->error);
    if (self->store == NULL) {
        return false;
    }
    struct store_run row = {
        .mode = "live",
        .command = self->command,
        .config = self->config,
        .venue = self->connection.table->name,
        .build = CERBERUS_VERSION,
        .facts = "{}",
        .config_hash = digest_of_text(self->config),
        .started_at_us = store_wall_us(),
    };
    if (!store_begin_account(self->store, &row, &self->lease.owner, &self->resume, &self->error)) {
        return false;
    }
    self->database = store_port(self->store);
    return resumable(self);
}

bool executor_begin_journal(struct executor *self, int64_t time_us)
{
    char path[LEASE_PATH_BYTES];
    const char *file = self->options->journal;
    struct journal_epoch epoch = {
        .epoch = self->resume.epoch, .time_us = time_us, .keep_bytes = self->resume.journal_bytes};
    struct feed_start start = {
        .starting_balance_e8 = self->simulation->exchange.starting_balance,
        .fidelity = self->simulation->settings.fidelity,
        .interval_us = self->simulation->settings.bar_interval_us,
        .first_us = time_us,
        .last_us = FEED_TIME_MAX_US - 1,
    };
    if (file == NULL) {
        if (!lease_path(&self->lease, "journal.tape", path)) {
            return error_set(&self->error, EXIT_CODE_USAGE, NULL, 0,
                             "the name of the journal is too long: give --journal FILE");
        }
        file = path;
    }
    if (!journal_resume(&self->journal, file, &start, &self->instruments, self->config, &epoch,
                        &self->error)) {
        return false;
    }
    if (epoch.missing_bytes > 0) {
        (void)fprintf(stderr,
                      "cerberus-live: the journal ends %" PRId64 " bytes before the database: it "
                      "cannot be replayed before this epoch\n",
                      epoch.missing_bytes);
    }
    return true;
}

static void record(void *self, const struct action *action)
{
    struct executor *executor = self;
    executor->database.record(executor->database.self, action);
}

/* One sync on the path of an order (RISK 5.2). */
static bool durable(void *self)
{
    struct executor *executor = self;
    bool done = !executor->failed && !journal_failed(&executor->journal) &&
                store_commit(executor->store, &executor->error);
    executor->failed = executor->failed || !done;

    return done;
}

struct store_port executor_store_port(struct executor *self)
{
    return (struct store_port){.self = self, .record = record, .durable = durable};
}

/* ---- the state of the last epoch ---- */

static size_t encode_state(void *self, uint8_t *out, size_t capacity)
{
    struct executor *executor = self;
    return snapshot_encode(&executor->engine, out, capacity);
}

static int64_t state_events(void *self)
{
    const struct executor *executor = self;
    return executor->runner.events;
}

static uint64_t state_digest(void *self)
{
    const struct executor *executor = self;
    return executor->engine.digest.state;
}

static int64_t state_journal_bytes(void *self)
{
    struct executor *executor = self;
    return journal_bytes(&executor->journal);
}

static int64_t state_time_us(void *self)
{
    const struct executor *executor = self;
    return executor->inbox.last_us;
}

/* The account goes on where its last commit was; the first event of the epoch. */
bool executor_resume(struct executor *self)
{
    self->state = (struct store_state){.self = self,
                                       .encode = encode_state,
                                       .events = state_events,
                                       .digest = state_digest,
                                       .journal_bytes = state_journal_bytes,
                                       .time_us = state_time_us};
    store_state_from(self->store, &self->state);
    if (self->resume.fresh) {
        return true;
    }
    self->inbox.last_us++;
    struct event event = {
        .kind = EVENT_SNAPSHOT,
        .instrument = INSTRUMENT_NONE,
        .time_us = self->inbox.last_us,
        .venue_time_us = self->inbox.last_us,
        .snapshot = {.bytes = self->resume.state, .size = (int64_t)self->resume.state_bytes},
    };
    enum runner_status status = runner_deliver(&self->runner, &event);
    self->inbox.signals = counters_value(&self->engine.counters, COUNTER_TOTAL_SIGNALS);

    return status == RUNNER_TURNED && !journal_failed(&self->journal) &&
           store_commit(self->store, &self->error);
}

/* Venue time of the newest thing that the store knows. */
int64_t executor_known_until_us(struct executor *self)
{
    int64_t newest_us = store_last_payment_us(self->store, PAYMENT_FUNDING);
    int64_t other_us = store_last_payment_us(self->store, PAYMENT_TRANSFER);
    newest_us = other_us > newest_us ? other_us : newest_us;
    for (int32_t i = 0; i < self->instruments.count; i++) {
        other_us = store_last_fill_us(self->store, i);
        newest_us = other_us > newest_us ? other_us : newest_us;
    }
    return newest_us;
}
