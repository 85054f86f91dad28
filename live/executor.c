#include "live/executor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "live/executor_parts.h"

#define NS_PER_SECOND 1000000000LL

enum {
    TURN_EVENTS = 512, /* then the sockets get their turn */
    CLOCK_SECONDS = 10,
    CHECKPOINT_SECONDS = 60,
    CUT_SECONDS = 3600
};
#define CLOCK_TAG UINT64_MAX /* of the one question that is not the desk's */

/* ---- in ---- */

void executor_news(void *self, const struct news *news)
{
    struct executor *executor = self;
    if (!executor->listening) {
        return;
    }
    if (news->kind == NEWS_MARKET) {
        if (news->instrument != INSTRUMENT_NONE) {
            market_take(executor->market, news->market, connection_now_us(&executor->connection),
                        news->received_ns);
        }
        return;
    }
    if (news->tag == CLOCK_TAG) {
        return;
    }
    if (news->kind == NEWS_TROUBLE || news->kind == NEWS_RULES) {
        (void)fprintf(stderr, "cerberus-live: %s\n", news->text);
    }
    bool known = news->kind == NEWS_STREAM && executor->up[news->stream.stream] == news->stream.up;
    if (news->kind == NEWS_STREAM && !known) {
        executor->up[news->stream.stream] = news->stream.up;
        (void)fprintf(stderr, "cerberus-live: the %s stream is %s (%s)\n",
                      news->stream.stream == STREAM_USER ? "account's" : "market's",
                      news->stream.up ? "up" : "down", news->stream.why);
    }
    struct news_sink desk = desk_news(&executor->desk);
    desk.take(desk.self, news);
}

void executor_command(struct executor *self,
                      enum command command,
                      const char *principal,
                      const char *reason)
{
    struct event_command asked = {.command = command, .scope = SCOPE_GLOBAL};
    (void)strncpy(asked.principal, principal, sizeof(asked.principal) - 1);
    (void)strncpy(asked.reason, reason, sizeof(asked.reason) - 1);
    if (!inbox_command(&self->inbox, &asked)) {
        (void)fprintf(stderr, "cerberus-live: too many commands at once: %s was not taken\n",
                      command_text((int)command));
    }
}

static void caught(void *self, int number)
{
    struct executor *executor = self;
    if (number == SIGTERM || number == SIGINT) {
        executor_ask_end(executor);
    } else if (number == SIGUSR1) {
        executor_command(executor, COMMAND_STOP, "signal", "SIGUSR1 asks for a stop");
    } else {
        (void)fputs("cerberus-live: a running executor keeps its settings: end it and start it "
                    "again\n",
                    stderr);
    }
}

/* ---- once a second ---- */

static void housekeep(void *self)
{
    struct executor *executor = self;
    struct connection *connection = &executor->connection;
    executor->seconds++;
    executor->failed = executor->failed || !journal_sync(&executor->journal);
    if (executor->seconds % CLOCK_SECONDS == 0) {
        connection->table->ask_time(connection->venue, CLOCK_TAG);
        executor_facts(executor);
    }
    if (executor->seconds % CHECKPOINT_SECONDS == 0) {
        int64_t bytes = 0;
        bool all = executor->seconds % CUT_SECONDS == 0;
        executor->failed =
            executor->failed || !store_checkpoint(executor->store, all, &bytes, &executor->error);
        executor->log_bytes = bytes;
    }
    loop_timer_set(connection->loop, &executor->housekeeping,
                   loop_now_ns(connection->loop) + NS_PER_SECOND);
}

/* ---- a turn ---- */

/* What a step without orders left; of one with orders the runner had it committed before they went out. */
static void settle_step(struct executor *self)
{
    if (journal_failed(&self->journal) ||
        (store_waiting(self->store) && !store_commit(self->store, &self->error))) {
        self->failed = true;
    }
}

static void take_events(struct executor *self)
{
    self->inbox.now_us = connection_now_us(&self->connection);
    for (int32_t count = 0; count < TURN_EVENTS && !self->failed; count++) {
        enum runner_status status = runner_turn(&self->runner, self->inbox.now_us);
        settle_step(self);
        if (status != RUNNER_TURNED) {
            return;
        }
    }
}

static int64_t earliest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_ns(struct executor *self)
{
    if (!inbox_empty(&self->inbox)) {
        return 0;
    }
    int64_t core_us = engine_deadline(&self->engine);
    int64_t at_ns = desk_deadline_ns(&self->desk);
    if (core_us != INSTANT_NEVER) {
        at_ns = earliest(at_ns, live_clock_ns_of(&self->connection.clock, core_us));
    }
    return self->phase == EXECUTOR_ENDING ? earliest(at_ns, self->end_by_ns) : at_ns;
}

static bool turn(struct executor *self)
{
    struct connection *connection = &self->connection;
    if (!loop_turn(connection->loop, next_ns(self), &self->error)) {
        return false;
    }
    take_events(self);
    int64_t now_ns = loop_clock_ns();
    desk_turn(&self->desk, now_ns, live_clock_venue_us(&connection->clock, now_ns));
    if (self->phase == EXECUTOR_ENDING &&
        (self->asked > 1 || now_ns >= self->end_by_ns || executor_may_end(self))) {
        self->phase = EXECUTOR_OVER;
    }
    return !self->failed;
}

static bool trade(struct executor *self)
{
    struct connection *connection = &self->connection;
    self->housekeeping = (struct loop_timer){.due = housekeep, .self = self};
    if (!loop_signals(connection->loop, caught, self, &self->error)) {
        return false;
    }
    loop_timer_set(connection->loop, &self->housekeeping, loop_clock_ns() + NS_PER_SECOND);
    bool done = true;
    while (done && self->phase != EXECUTOR_OVER) {
        done = turn(self);
    }
    return done;
}

int executor_run(const struct live_options *options,
                 struct simulation *simulation,
                 const char *command,
                 const struct venue_table *table)
{
    struct executor *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return EXIT_CODE_OPERATING;
    }
    self->options = options;
    self->simulation = simulation;
    self->command = command;
    simulation->live.mode = MODE_LIVE; /* also where --mode said it: the journal tells `replay` */
    self->lease.descriptor = -1;
    self->emergency.descriptor = -1;
    error_init(&self->error);
    instruments_init(&self->instruments);
    bool done = executor_open(self, table) && trade(self);
    int code = executor_finish(self, done);
    executor_close(self);
    free(self);

    return code;
}
