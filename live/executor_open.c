/* executor_open.c - the start, in the order in which nothing rests on what is not there yet. */
#include <stdlib.h>
#include <string.h>

#include "live/executor_parts.h"

/* ---- the account's own place ---- */

static bool take_lease(struct executor *self)
{
    const char *given = self->simulation->live.state_dir;
    char beside[LEASE_PATH_BYTES];
    char path[LEASE_PATH_BYTES];
    const char *database = self->options->database;
    if (given[0] == '\0') {
        static const char suffix[] = "-state";
        size_t length = strlen(database);
        if (length + sizeof(suffix) > sizeof(beside)) {
            return error_set(&self->error, EXIT_CODE_USAGE, database, 0,
                             "the name is too long: give a shorter one");
        }
        (void)snprintf(beside, sizeof(beside), "%s%s", database, suffix);
        given = beside;
    }
    return lease_take(&self->lease, given, &self->error) &&
           lease_path(&self->lease, "emergency.log", path) &&
           emergency_open(&self->emergency, path, &self->error);
}

/* ---- the venue ---- */

static bool refuse(struct executor *self, const char *what)
{
    return error_set(&self->error, EXIT_CODE_OPERATING, NULL, 0, "%s", what);
}

static bool judge_rights(struct executor *self)
{
    struct connection *connection = &self->connection;
    struct venue_permissions rights;
    if (!connection->table->permissions(connection->venue, &rights, &self->error)) {
        return false;
    }
    if (rights.known && rights.withdraw) {
        return refuse(self, "the API key may withdraw: make one that may only trade, and use that");
    }
    if (rights.known && !rights.trade) {
        return refuse(self, "the API key may not trade: allow it at the venue");
    }
    return true;
}

static bool judge_modes(struct executor *self)
{
    struct connection *connection = &self->connection;
    if (!connection->table->modes(connection->venue, &self->modes, &self->error)) {
        return false;
    }
    if (self->modes.hedge) {
        return refuse(self, "the account is in hedge mode: set it to one-way mode at the venue");
    }
    if (self->modes.multi_asset) {
        return refuse(self, "the account is in multi-assets mode: set it to single-asset mode at "
                            "the venue");
    }
    return self->modes.can_trade || refuse(self, "the venue says that this account may not trade: "
                                                 "ask the venue why");
}

static bool connect(struct executor *self, const struct venue_table *table)
{
    struct connection_wish wish = {
        .options = self->options,
        .simulation = self->simulation,
        .table = table,
        .instruments = &self->instruments,
        .sink = {.self = self, .take = executor_news},
        .trading = true,
    };
    return connection_open(&self->connection, &wish, &self->error) &&
           connection_load(&self->connection, &self->error) && judge_rights(self) &&
           judge_modes(self);
}

/* ---- the core and the desk ---- */

static enum feed_status next_event(void *self, int64_t deadline_us, struct event *out)
{
    struct executor *executor = self;
    struct feed_port inbox = inbox_port(&executor->inbox);
    enum feed_status status = inbox.next(inbox.self, deadline_us, out);
    if (status == FEED_EVENT && out->kind == EVENT_SIGNAL) {
        store_metadata(executor->store, inbox_metadata(&executor->inbox));
    }
    return status;
}

static void make_core(struct executor *self)
{
    engine_init(&self->engine, &self->simulation->settings, &self->instruments, self->resume.epoch);
    struct venue_port desk = desk_port(&self->desk);
    struct store_port store = executor_store_port(self);
    struct feed_port feed = {.self = self, .next = next_event};
    runner_init(&self->runner, &self->engine, &self->actions, &desk, &store, &feed);
    struct journal_port journal = journal_port(&self->journal);
    runner_journal(&self->runner, &journal);
    store_strategies(self->store, &self->engine.strategies);
}

static void take_evidence(void *self, const struct event *event)
{
    struct executor *executor = self;
    inbox_evidence(&executor->inbox, event);
}

static bool fill_known(void *self, int32_t instrument, uint64_t trade_id)
{
    struct executor *executor = self;
    return store_fill_known(executor->store, instrument, trade_id);
}

static bool
payment_known(void *self, bool transfer, int32_t instrument, int64_t time_us, uint64_t id)
{
    struct executor *executor = self;
    struct store_payment payment = {.kind = transfer ? PAYMENT_TRANSFER : PAYMENT_FUNDING,
                                    .instrument = instrument,
                                    .payment_id = id,
                                    .time_us = time_us};
    return !store_payment(executor->store, &payment);
}

static void venue_order(void *self, int32_t instrument, uint64_t order_id, const char *venue_id)
{
    struct executor *executor = self;
    store_venue_order(executor->store, instrument, venue_id, order_id);
}

static uint64_t order_of_venue(void *self, int32_t instrument, const char *venue_id)
{
    struct executor *executor = self;
    return store_order_of(executor->store, instrument, venue_id);
}

static void say(void *self, enum severity severity, int32_t instrument, const char *what)
{
    const struct executor *executor = self;
    (void)severity;
    (void)fprintf(stderr, "cerberus-live: %s%s%s\n",
                  instrument == INSTRUMENT_NONE ? ""
                                                : executor->instruments.items[instrument].symbol,
                  instrument == INSTRUMENT_NONE ? "" : ": ", what);
}

static bool quote(void *self, int32_t instrument, struct flatten_quote *out)
{
    struct executor *executor = self;
    return market_quote(executor->market, instrument, loop_clock_ns(), out);
}

static void write_emergency(void *self, const char *line)
{
    struct executor *executor = self;
    emergency_write(&executor->emergency, line);
}

static void make_desk(struct executor *self)
{
    const struct live_settings *live = &self->simulation->live;
    struct desk_world world = {
        .table = self->connection.table,
        .venue = self->connection.venue,
        .instruments = &self->instruments,
        .events = {.self = self, .take = take_evidence},
        .core = desk_core_of(&self->engine),
        .memory = {.self = self,
                   .fill_known = fill_known,
                   .payment_known = payment_known,
                   .venue_order = venue_order,
                   .order_of_venue = order_of_venue},
        .alarm = {.self = self, .say = say},
        .flatten = {.self = self, .quote = quote, .write = write_emergency},
    };
    struct desk_options options = {
        .epoch = self->resume.epoch,
        .first_start = self->resume.fresh,
        .known_until_us = executor_known_until_us(self),
        .foreign = live->foreign == 0 ? FOREIGN_ALARM : FOREIGN_CANCEL,
        .margin_mode = (enum margin_mode)self->simulation->settings.margin_cross,
        .wallet_tolerance_e8 = live->wallet_tolerance,
        .countdown_us = live->countdown,
        .countdown_kills_stops = true, /* not verified at any venue: assume the worse (RISK 5.4) */
    };
    int64_t now_ns = loop_clock_ns();
    desk_init(&self->desk, &world, &options, now_ns,
              live_clock_venue_us(&self->connection.clock, now_ns));
}

/* ---- signals ---- */

static int64_t now_us(void *self)
{
    struct executor *executor = self;
    return connection_now_us(&executor->connection);
}

static void
take_signal(void *self, const struct signal *signal, const char *metadata, const char *refused)
{
    struct executor *executor = self;
    struct signal kept = signal_kept(signal, refused);
    if (!inbox_signal(&executor->inbox, &kept, metadata)) {
        (void)fprintf(stderr, "cerberus-live: a signal of %s was lost: the queue is full\n",
                      kept.source);
    }
}

static bool open_streams(struct executor *self)
{
    struct connection *connection = &self->connection;
    struct signal_taker taker = {.self = self, .take = take_signal, .now_us = now_us};
    self->streaming = true;
    return connection->table->stream_user(connection->venue, &self->error) &&
           connection->table->stream_market(connection->venue, &self->error) &&
           signals_in_open(&self->sources, &self->simulation->live, connection->loop,
                           connection->http, &taker, &self->error);
}

bool executor_open(struct executor *self, const struct venue_table *table)
{
    if (!take_lease(self) || !connect(self, table) ||
        !simulation_resolve_live(self->simulation, &self->instruments, &self->error)) {
        return false;
    }
    self->market = market_new(&self->instruments);
    self->config = config_json(&self->simulation->config);
    if (self->market == NULL || self->config == NULL) {
        return refuse(self, "out of memory: free some and run again");
    }
    if (!executor_begin_store(self)) {
        return false;
    }
    int64_t time_us = connection_now_us(&self->connection);
    if (!executor_begin_journal(self, time_us)) {
        return false;
    }
    int64_t last_us = journal_last_us(&self->journal);
    inbox_init(&self->inbox, self->market, last_us > time_us ? last_us : time_us, 0);
    make_core(self);
    self->running = true;
    if (!executor_resume(self)) {
        return false;
    }
    make_desk(self);
    self->listening = true;
    executor_fact(self, INSTRUMENT_NONE, FACT_RECONCILED, 0, 0); /* until the desk knows better */
    executor_rules_fact(self);
    executor_facts(self);

    return open_streams(self);
}

void executor_close(struct executor *self)
{
    sources_close(self->sources);
    connection_close(&self->connection);
    inbox_release(&self->inbox);
    market_free(self->market);
    store_close(self->store);
    free(self->config);
    emergency_close(&self->emergency);
    lease_release(&self->lease);
}
