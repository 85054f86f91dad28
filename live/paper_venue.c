#include "live/paper_venue.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "live/connection.h"
#include "live/paper_session.h"
#include "live/sanity.h"
#include "live/signals_in.h"
#include "sim/exchange/exchange.h"

#define NS_PER_US 1000LL
#define NS_PER_MS 1000000LL
#define PASS_NS   (100 * NS_PER_MS) /* how often a quiet market's time is brought on */
#define QUIET_US  (500 * US_PER_MS) /* and how far behind the clock: late records keep their time */
#define FUTURE_US (5 * US_PER_MINUTE)

struct paper_venue {
    struct paper paper;
    struct connection connection;
    struct sources *sources;
    struct loop_timer pass;
    struct sanity sanity[INSTRUMENTS_MAX];
    bool covers[FIDELITY_DEPTH + 1];
    bool stop, failed;
    int64_t refused, late;
};

static void take(struct paper_venue *self, const struct feed_record *record)
{
    if (!self->failed && !self->stop) {
        self->failed = !paper_take(&self->paper, record);
    }
}

/* ---- the market ---- */

static bool covered(const struct paper_venue *self, const struct tape_record *record)
{
    switch (record->kind) {
    case TAPE_TRADE: return self->covers[FIDELITY_TRADES];
    case TAPE_QUOTE: return self->covers[FIDELITY_QUOTES];
    case TAPE_DEPTH: return self->covers[FIDELITY_DEPTH];
    case TAPE_MARK:
    case TAPE_INDEX: return true;
    default: return false;
    }
}

/* Nanoseconds since the epoch, by our clock. */
static int64_t received_at_ns(const struct paper_venue *self, int64_t received_ns)
{
    const struct live_clock *clock = &self->connection.clock;
    return clock->base_us * NS_PER_US + (received_ns - clock->base_ns) * clock->speed;
}

static int64_t session_time(struct paper_venue *self, int64_t time_us)
{
    int64_t now_us = self->paper.session.now_us;
    self->late += time_us < now_us ? 1 : 0;
    return time_us < now_us ? now_us : time_us;
}

static bool believed(struct paper_venue *self, const struct feed_record *record)
{
    bool good = sanity_judge(&self->sanity[record->instrument], record) == SANITY_GOOD &&
                record->time_us <= connection_now_us(&self->connection) + FUTURE_US;
    self->refused += good ? 0 : 1;

    return good;
}

static void
take_tick(struct paper_venue *self, const struct feed_record *record, int64_t received_ns)
{
    struct tape_record tick = *record->tick.record;
    if (!covered(self, &tick) || !believed(self, record)) {
        return;
    }
    tick.receive_ns = received_at_ns(self, received_ns);
    tick.flags |= TAPE_RECEIVED;
    tick.time_us = session_time(self, tick.time_us);
    struct feed_record stamped = *record;
    stamped.time_us = tick.time_us;
    stamped.tick.record = &tick;
    take(self, &stamped);
}

static void take_market(struct paper_venue *self, const struct news *news)
{
    const struct feed_record *record = news->market;
    if (record->kind == FEED_TICK) {
        take_tick(self, record, news->received_ns);
    } else if (record->kind == FEED_FUNDING && believed(self, record)) {
        struct feed_record stamped = *record;
        stamped.time_us = session_time(self, record->time_us);
        take(self, &stamped);
    }
}

static void take_news(void *self, const struct news *news)
{
    struct paper_venue *paper = self;
    if (news->kind == NEWS_MARKET && news->instrument != INSTRUMENT_NONE) {
        take_market(paper, news);
    } else if (news->kind == NEWS_STREAM) {
        (void)printf("stream %s%s%s\n", news->stream.up ? "up" : "down",
                     news->stream.why != NULL ? ": " : "",
                     news->stream.why != NULL ? news->stream.why : "");
        (void)fflush(stdout);
    } else if (news->kind == NEWS_TROUBLE) {
        (void)fprintf(stderr, "cerberus-live: %s\n", news->text);
    }
}

static void pass(void *self)
{
    struct paper_venue *paper = self;
    int64_t quiet_us = connection_now_us(&paper->connection) - QUIET_US;
    if (!paper->failed && !paper->stop && quiet_us > paper->paper.session.now_us) {
        paper->failed = !paper_pass(&paper->paper, quiet_us);
    }
    loop_timer_set(paper->connection.loop, &paper->pass,
                   loop_now_ns(paper->connection.loop) + PASS_NS);
}

/* ---- signals ---- */

static int64_t now_us(void *self)
{
    struct paper_venue *paper = self;
    return connection_now_us(&paper->connection);
}

static void
take_signal(void *self, const struct signal *signal, const char *metadata, const char *refused)
{
    struct paper_venue *paper = self;
    struct feed_record record = {.kind = FEED_SIGNAL, .instrument = INSTRUMENT_NONE};
    int64_t at_us = connection_now_us(&paper->connection);
    int64_t session_us = paper->paper.session.now_us;
    record.time_us = at_us > session_us ? at_us : session_us;
    record.signal.signal = signal_kept(signal, refused);
    record.signal.metadata = metadata;
    take(paper, &record);
}

/* ---- start ---- */

static void cover(struct paper_venue *self, int32_t instrument, enum fidelity fidelity)
{
    struct feed_record record = {
        .kind = FEED_COVERS, .instrument = instrument, .time_us = self->paper.first_us};
    record.cover = (struct feed_cover){fidelity, self->paper.first_us, FEED_TIME_MAX_US - 1};
    if (self->covers[fidelity]) {
        take(self, &record);
    }
}

/* What a recorded feed says in its foreword. */
static void foreword(struct paper_venue *self)
{
    struct feed_record record = {
        .kind = FEED_CLOCK, .instrument = INSTRUMENT_NONE, .time_us = self->paper.first_us};
    record.offset_ns = live_clock_offset_us(&self->connection.clock) * NS_PER_US;
    take(self, &record);
    for (int32_t i = 0; i < self->paper.instruments.count; i++) {
        cover(self, i, FIDELITY_TRADES);
        cover(self, i, FIDELITY_QUOTES);
        cover(self, i, FIDELITY_DEPTH);
    }
}

static bool start(struct paper_venue *self)
{
    struct simulation *simulation = self->paper.simulation;
    int64_t first_us = connection_now_us(&self->connection);
    enum fidelity fidelity = simulation_live_fidelity(&simulation->live);
    struct feed_start given = {
        .starting_balance_e8 = simulation->exchange.starting_balance,
        .fidelity = fidelity,
        .interval_us = US_PER_MINUTE,
        .first_us = first_us,
        .last_us = FEED_TIME_MAX_US - 1,
    };
    for (int32_t i = 0; i < self->paper.instruments.count; i++) {
        self->paper.instruments.items[i].fidelity = fidelity;
    }
    if (!config_given(&simulation->config, "sim.latency.model")) {
        simulation->exchange.latency_model = LATENCY_MEASURED;
    }
    if (!paper_start(&self->paper, first_us, &given)) {
        return false;
    }
    foreword(self);

    return !self->failed;
}

static bool choose_streams(struct paper_venue *self)
{
    const struct live_settings *live = &self->paper.simulation->live;
    self->covers[FIDELITY_TRADES] = live->trades != 0;
    self->covers[FIDELITY_QUOTES] = live->quotes != 0;
    self->covers[FIDELITY_DEPTH] = live->depth != 0;
    return live->trades != 0 || live->quotes != 0 || live->depth != 0 ||
           error_set(&self->paper.error, EXIT_CODE_USAGE, NULL, 0,
                     "live.trades, live.quotes and live.depth are all off: paper trading needs "
                     "one of them for its fills");
}

static void caught(void *self, int number)
{
    struct paper_venue *paper = self;
    (void)number;
    paper->stop = true;
}

static bool open_all(struct paper_venue *self, const struct venue_table *table)
{
    struct paper *paper = &self->paper;
    struct connection_wish wish = {
        .options = paper->options,
        .simulation = paper->simulation,
        .table = table,
        .instruments = &paper->instruments,
        .sink = {.self = self, .take = take_news},
    };
    struct signal_taker taker = {.self = self, .take = take_signal, .now_us = now_us};
    self->pass = (struct loop_timer){.due = pass, .self = self};
    return choose_streams(self) && connection_open(&self->connection, &wish, &paper->error) &&
           loop_signals(self->connection.loop, caught, self, &paper->error) &&
           connection_load(&self->connection, &paper->error) && start(self) &&
           signals_in_open(&self->sources, &paper->simulation->live, self->connection.loop,
                           self->connection.http, &taker, &paper->error) &&
           self->connection.table->stream_market(self->connection.venue, &paper->error);
}

static bool trade(struct paper_venue *self)
{
    struct loop *loop = self->connection.loop;
    pass(self);
    while (!self->stop && !self->failed) {
        if (!loop_turn(loop, INT64_MAX, &self->paper.error)) {
            return false;
        }
    }
    return !self->failed;
}

int paper_venue_run(const struct live_options *options,
                    struct simulation *simulation,
                    const char *command,
                    const struct venue_table *table)
{
    struct paper_venue *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return EXIT_CODE_OPERATING;
    }
    self->paper.options = options;
    self->paper.simulation = simulation;
    self->paper.command = command;
    error_init(&self->paper.error);
    instruments_init(&self->paper.instruments);
    bool done = open_all(self, table) && trade(self);
    int code = paper_finish(&self->paper, done);
    (void)printf("%" PRId64 " records were not believed, %" PRId64 " came late\n", self->refused,
                 self->late);
    sources_close(self->sources);
    connection_close(&self->connection);
    paper_release(&self->paper);
    free(self);

    return code;
}
