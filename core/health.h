/* health.h - is what we rest on alive: feeds, venue, clock, storage, queues. Rules here, evidence
 * from the shells.
 * Rules       each rule ends in one figure for the breaker, which knows the levels: age of each
 *             feed by the time of its newest valid data; failed requests within a minute, at
 *             least 10; the 95th percentile of latency within a minute, at least 10; clock skew;
 *             storage; the fullest queue.
 * Feeds       watched from their first data to health_end(). Levels by fidelity
 *             (core/breaker.h): in bars by interval; from signals alone nothing is stale.
 * Time        event time, never falls. health_tick() at health_deadline(), at the latest with
 *             the next event.
 * State       not durable: after a restart the feeds prove themselves anew.
 * Cost        fresh data of a known feed a few compares; a tick looks at every feed, at most
 *             once a warn level. No heap, no clock.
 * Failure     an index out of range is our bug: CHECK. A figure that cannot be computed counts
 *             as limit reached. */
#ifndef CORE_HEALTH_H
#define CORE_HEALTH_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/breaker.h"
#include "core/instruments.h"

enum {
    HEALTH_FEEDS = INSTRUMENTS_MAX + 1, /* the last: the user stream */
    HEALTH_SLOTS = 60,                  /* seconds of the last minute */
    HEALTH_SAMPLES_MIN = 10             /* fewer within a minute say nothing (RISK 3.2) */
};

/* Queues between threads and processes, by who waits for them. */
enum health_queue {
    QUEUE_EVENTS,  /* the core's input */
    QUEUE_ORDERS,  /* to the venue */
    QUEUE_STORE,   /* to the database */
    QUEUE_JOURNAL, /* to the tape */
    QUEUE_ALERTS
};
enum { QUEUE_COUNT = 5 };

/* Counts by second. */
struct health_rate {
    int64_t second; /* of the newest slot */
    int32_t total[HEALTH_SLOTS], high[HEALTH_SLOTS], over[HEALTH_SLOTS];
    int64_t total_sum, high_sum, over_sum;
};

struct health_feed {
    int64_t data_us; /* time of the newest valid data */
    bool watched;
    bool noted; /* an age above a level was reported: the next data must clear it */
};

struct health {
    const struct settings *settings; /* borrowed, constant */
    int64_t feeds_due_us, rates_due_us;
    int32_t feeds_end; /* no feed from here on was ever watched */
    struct health_feed feeds[HEALTH_FEEDS];
    struct health_rate requests; /* over: failed */
    struct health_rate latency;  /* high: at the warn level, over: at the reduce level */
    int64_t clock_skew_us;
    struct breaker_storage storage;
    bool storage_known;
    int64_t queue_fill_e9[QUEUE_COUNT];
    uint64_t request_count, request_failures; /* since the start */
};

void health_init(struct health *self, const struct settings *settings);

/* ---- evidence; the breaker hears what follows from it ---- */

/* Valid data of a feed, stamped data_us by its source. The first makes the feed watched. */
struct health_data {
    int32_t instrument; /* INSTRUMENT_NONE: the user stream */
    int64_t data_us;
};
void health_data_judged(struct health *self,
                        struct breaker *breaker,
                        int64_t time_us,
                        const struct health_data *data);
/* A feed that was fresh and is fresh keeps its planned look: it only comes too early. */
static inline void health_data(struct health *self,
                               struct breaker *told,
                               int64_t time_us,
                               const struct health_data *data)
{
    CHECK(data->instrument >= INSTRUMENT_NONE && data->instrument < INSTRUMENTS_MAX);
    int32_t which = data->instrument == INSTRUMENT_NONE ? INSTRUMENTS_MAX : data->instrument;
    struct health_feed *feed = &self->feeds[which];
    int64_t newest_us = data->data_us > feed->data_us ? data->data_us : feed->data_us;
    int64_t age_us = time_us > newest_us ? time_us - newest_us : 0; /* the future has no age */
    if (feed->watched && !feed->noted && age_us < breaker_feed_quiet(told)) {
        feed->data_us = newest_us;
        return;
    }
    health_data_judged(self, told, time_us, data);
}
/* The feed has ended in good order (end of data, delisting): watched no more. */
void health_end(struct health *self, struct breaker *breaker, int64_t time_us, int32_t instrument);
/* One request to the venue: failed = 5xx or timeout. */
void health_request(struct health *self, struct breaker *breaker, int64_t time_us, bool failed);
/* One round trip or acknowledgement. */
void health_latency(struct health *self,
                    struct breaker *breaker,
                    int64_t time_us,
                    int64_t latency_us);
/* Local minus venue time. */
void health_clock(struct health *self, struct breaker *breaker, int64_t time_us, int64_t skew_us);
void health_storage(struct health *self,
                    struct breaker *breaker,
                    int64_t time_us,
                    const struct breaker_storage *storage);
struct health_depth {
    enum health_queue queue;
    int64_t depth, capacity;
};
void health_queue(struct health *self,
                  struct breaker *breaker,
                  int64_t time_us,
                  const struct health_depth *depth);

/* ---- time ---- */

/* INSTANT_NEVER: none. */
static inline int64_t health_deadline(const struct health *self)
{
    return self->feeds_due_us < self->rates_due_us ? self->feeds_due_us : self->rates_due_us;
}
void health_tick(struct health *self, struct breaker *breaker, int64_t time_us);

/* ---- questions (pure) ---- */

struct health_status {
    int32_t watched, stale; /* feeds; stale: at the reduce level or beyond */
    int64_t oldest_age_us;  /* of a watched feed */
    int32_t oldest;         /* which; INSTRUMENT_NONE: user stream or none */
    int64_t requests_minute, failures_minute, latencies_minute, slow_minute;
    int64_t clock_skew_us;
    bool storage_known, storage_error;
    int64_t log_bytes, free_bytes;
    int64_t queue_fill_e9; /* of the fullest */
};
void health_status(const struct health *self,
                   const struct breaker *breaker,
                   int64_t time_us,
                   struct health_status *out);
const char *health_queue_text(int queue);

#endif
