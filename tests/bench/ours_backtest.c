/* ours_backtest - ns of processor time of a quiet bar, of a bar that touches a position or an order, and of one bar of the
 * whole: sessions over inputs that lie merged in memory, so exchange, core, runner and books, without reading a file and
 * without a store. Quiet is the session without its signals; touched is what the session with them costs more, shared among
 * the bars whose points were made. Arguments as for `cerberus-sim backtest`; BENCH_ROUNDS sessions of each are run (5), the
 * quickest counts. */
#include <string.h>

#include "sim/exchange/path.h"
#include "sim/exchange/session.h"
#include "sim/inputs.h"
#include "sim/load.h"
#include "tests/bench/bench.h"

/* A record without the room of a signal, which few are: as small as a tape's. */
struct small_record {
    int64_t time_us;
    int32_t instrument;
    enum feed_kind kind;
    union {
        struct feed_bar bar;
        int64_t rate_e16, signal; /* its place in the list */
    };
};

struct records {
    struct small_record *items;
    int64_t count, bars, start_us;
};

static void record_nothing(void *self, const struct action *action)
{
    (void)self;
    (void)action;
}

static struct small_record small_of(const struct feed_record *record, int64_t signal)
{
    struct small_record small = {record->time_us, record->instrument, record->kind, {{0}}};
    if (record->kind == FEED_BAR || record->kind == FEED_MARK) {
        small.bar = record->bar;
    } else if (record->kind == FEED_FUNDING) {
        small.rate_e16 = record->rate_e16;
    } else if (record->kind == FEED_SIGNAL) {
        small.signal = signal;
    }
    return small;
}

static void records_collect(struct records *self, struct load *load)
{
    static struct feed_record record;
    struct inputs inputs;
    int64_t capacity = 1 << 24;
    self->items = malloc((size_t)capacity * sizeof(*self->items));
    if (self->items == NULL || !inputs_open(&inputs, &load->market, &load->signals,
                                            load->simulation.exchange.latency_signal)) {
        bench_fail("no memory");
    }
    self->start_us = inputs.start_us;
    while (inputs_next(&inputs, &record)) {
        if (self->count == capacity) {
            bench_fail("too many bars: ask for a shorter --timerange");
        }
        self->items[self->count] = small_of(&record, inputs.signal_index - 1);
        self->bars += record.kind == FEED_BAR;
        self->count++;
    }
    inputs_close(&inputs);
}

static void take(struct session *session, const struct load *load, const struct small_record *small)
{
    static struct feed_record record;
    record.kind = small->kind;
    record.instrument = small->instrument;
    record.time_us = small->time_us;
    if (small->kind == FEED_BAR || small->kind == FEED_MARK) {
        record.bar = small->bar;
    } else if (small->kind == FEED_FUNDING) {
        record.rate_e16 = small->rate_e16;
    } else if (small->kind == FEED_SIGNAL) {
        record.signal.signal = load->signals.items[small->signal];
    }
    session_take(session, &record);
}

struct figures {
    int64_t passed_ns, points;
};

/* One session, with its signals or without. */
static struct figures session_time(struct load *load, const struct records *records, bool signals)
{
    static struct session session;
    struct store_port store = {.record = record_nothing};
    struct figures figures = {0};
    int64_t started_ns = bench_work_ns();
    if (!session_init(&session, load->market.instruments, &load->simulation.settings,
                      &load->simulation.exchange, &store)) {
        bench_fail("no memory");
    }
    session_start(&session, records->start_us);
    for (int64_t index = 0; index < records->count; index++) {
        if (signals || records->items[index].kind != FEED_SIGNAL) {
            take(&session, load, &records->items[index]);
        }
    }
    figures.passed_ns = bench_work_ns() - started_ns;
    figures.points = exchange_counters(session.exchange)->points;
    char digest[DIGEST_BYTES];
    digest_format(&session.engine->digest, digest);
    (void)fprintf(stderr, "digest %s, %" PRId64 " bars, %" PRId64 " events, %" PRId64 " points\n",
                  digest, records->bars, session.runner.events, figures.points);
    if (session_failed(&session)) {
        bench_fail("the session failed");
    }
    session_release(&session);

    return figures;
}

static struct figures
quickest(struct load *load, const struct records *records, bool signals, int64_t rounds)
{
    struct figures least = {.passed_ns = INT64_MAX};
    for (int64_t round = 0; round < rounds; round++) {
        struct figures figures = session_time(load, records, signals);
        least = figures.passed_ns < least.passed_ns ? figures : least;
    }
    return least;
}

int main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof(*load));
    struct records records = {0};
    const char *asked = getenv("BENCH_ROUNDS");
    int64_t rounds = asked != NULL ? strtol(asked, NULL, 10) : 5;
    if (load == NULL || !load_inputs(load, argc, argv)) {
        bench_fail(load == NULL ? "no memory" : load->error.text);
    }
    records_collect(&records, load);
    struct figures without = quickest(load, &records, false, rounds);
    struct figures with = quickest(load, &records, true, rounds);
    double quiet_ns = (double)without.passed_ns / (double)records.bars;
    double touched = (double)with.points / PATH_POINTS;
    double more_ns = (double)(with.passed_ns - without.passed_ns);
    (void)printf("%.2f %.2f %.2f\n", quiet_ns, touched > 0 ? quiet_ns + more_ns / touched : 0,
                 (double)with.passed_ns / (double)records.bars);
    free(records.items);
    load_release(load);
    free(load);

    return 0;
}
