/* counters.h - what happened how often: named counters, gauges, log2 histograms; a snapshot is a
 * plain array.
 * Laws        names are a contract of the schema (metrics.metric_name, DESIGN 9): add, rename
 *             none. Sums stop at the ends of int64, they never wrap. Pure: same calls, same
 *             snapshot.
 * Cost        add and observe O(1); no heap, no clock, no lock: one writer.
 * Failure     none. */
#ifndef CORE_COUNTERS_H
#define CORE_COUNTERS_H

#include "core/base.h"

/* COUNTER(NAME, text, scale, documentation): the value times 10^-scale. A gauge is set, a counter
 * is added to. */
#define COUNTERS(COUNTER)                                                                          \
    COUNTER(TOTAL_SIGNALS, "total_signals", 0, "Signals received")                                 \
    COUNTER(SIGNALS_APPROVED, "signals_approved", 0, "Signals that became an order")               \
    COUNTER(SIGNALS_DENIED, "signals_denied", 0, "Signals refused, of any kind")                   \
    COUNTER(SIGNALS_LATCHED, "denied_under_latch", 0, "Signals denied under a latch")              \
    COUNTER(SUCCESSFUL_TRADES, "successful_trades", 0, "Closed with a profit after costs")         \
    COUNTER(FAILED_TRADES, "failed_trades", 0, "Closed without a profit, or ended without a fill") \
    COUNTER(TRADES_LOST, "trades_lost", 0, "Of these, closed without a profit")                    \
    COUNTER(ENTRIES_UNFILLED, "entries_unfilled", 0,                                               \
            "Of these, entries that ended without a fill")                                         \
    COUNTER(CACHE_HITS, "cache_hits", 0, "Decisions taken from the cache")                         \
    COUNTER(CACHE_MISSES, "cache_misses", 0, "Decisions assessed anew")                            \
    COUNTER(CACHE_EVICTIONS, "cache_evictions", 0, "Decisions that made room")                     \
    COUNTER(CACHE_EXPIRIES, "cache_expiries", 0, "Decisions too old")                              \
    COUNTER(ORDERS_SENT, "orders_sent", 0, "Orders sent to the venue")                             \
    COUNTER(ORDERS_REJECTED, "orders_rejected", 0, "Orders that the venue refused")                \
    COUNTER(FILLS, "fills", 0, "Executions")                                                       \
    COUNTER(LIQUIDATIONS, "liquidations", 0, "Executions by liquidation")                          \
    COUNTER(BREAKER_TRANSITIONS, "breaker_transitions", 0, "Changes of a breaker state")           \
    COUNTER(BREAKER_RESETS, "breaker_resets", 0, "Approved resets")                                \
    COUNTER(FOREIGN_EVIDENCE, "foreign_evidence", 0, "Evidence on orders that are not ours")       \
    COUNTER(ALERTS_REPEATED, "alerts_repeated", 0,                                                 \
            "Alerts not given, for the same stood within the hour")                                \
    COUNTER(CURRENT_BALANCE, "current_balance", 8, "Gauge: wallet balance")                        \
    COUNTER(CURRENT_EQUITY, "current_equity", 8, "Gauge: equity, marked to market")                \
    COUNTER(DAILY_PNL, "daily_pnl", 8, "Gauge: result of the UTC day")                             \
    COUNTER(OPEN_POSITIONS, "open_positions", 0, "Gauge: positions open now")

enum counter {
#define COUNTER_ENUM(name, text, scale, documentation) COUNTER_##name,
    COUNTERS(COUNTER_ENUM)
#undef COUNTER_ENUM
};
enum {
#define COUNTER_ONE(name, text, scale, documentation) +1
    COUNTER_COUNT = 0 COUNTERS(COUNTER_ONE)
#undef COUNTER_ONE
};

#define HISTOGRAMS(HISTOGRAM)                                                                      \
    HISTOGRAM(DECISION_TIME, "decision_time_us", "Signal to decision, microseconds (live)")        \
    HISTOGRAM(ORDER_LATENCY, "order_latency_us", "Order sent to acknowledgement, microseconds")    \
    HISTOGRAM(FEED_AGE, "feed_age_us", "Age of market data on arrival, microseconds")

enum histogram {
#define HISTOGRAM_ENUM(name, text, documentation) HISTOGRAM_##name,
    HISTOGRAMS(HISTOGRAM_ENUM)
#undef HISTOGRAM_ENUM
};
enum {
#define HISTOGRAM_ONE(name, text, documentation) +1
    HISTOGRAM_COUNT = 0 HISTOGRAMS(HISTOGRAM_ONE)
#undef HISTOGRAM_ONE
};

/* Bucket 0 holds 0 and less; bucket b holds 2^(b-1) .. 2^b - 1. */
enum { HISTOGRAM_BUCKETS = 64 };

struct histogram_data {
    int64_t count, sum, maximum;
    int64_t buckets[HISTOGRAM_BUCKETS];
};

struct counters {
    int64_t values[COUNTER_COUNT];
    struct histogram_data histograms[HISTOGRAM_COUNT];
};

void counters_init(struct counters *self);
void counters_add(struct counters *self, enum counter which, int64_t amount);
void counters_set(struct counters *self, enum counter which, int64_t value);
int64_t counters_value(const struct counters *self, enum counter which);
const char *counter_text(int which);
const char *counter_documentation(int which);

void counters_observe(struct counters *self, enum histogram which, int64_t value);
/* Upper end of the bucket that holds the quantile (permille 0..1000), at most the maximum; 0 when
 * empty. */
int64_t counters_quantile(const struct counters *self, enum histogram which, int32_t permille);
const struct histogram_data *counters_histogram(const struct counters *self, enum histogram which);
const char *histogram_text(int which);
const char *histogram_documentation(int which);
int64_t histogram_bucket_end(int32_t bucket); /* the largest value that it holds */

/* A snapshot: each counter in its order; success_rate where there is one; of each histogram with
 * samples count, sum, p50, p99, max. */
struct counter_sample {
    const char *name;   /* static text */
    const char *suffix; /* static text: "", ".count", ".p99" ... */
    int64_t value;
    int32_t scale;
};
enum { COUNTER_SAMPLES_MAX = COUNTER_COUNT + 1 + HISTOGRAM_COUNT * 5 };
int32_t counters_snapshot(const struct counters *self,
                          struct counter_sample out[COUNTER_SAMPLES_MAX]);

#endif
