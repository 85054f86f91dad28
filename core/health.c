#include "core/health.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

enum { USER_STREAM = INSTRUMENTS_MAX, WARN_PERCENT = 80, P95_DIVISOR = 20 };

void health_init(struct health *self, const struct settings *settings)
{
    memset(self, 0, sizeof(*self));
    self->settings = settings;
    self->feeds_due_us = INSTANT_NEVER;
    self->rates_due_us = INSTANT_NEVER;
}

const char *health_queue_text(int queue)
{
    static const char *const texts[QUEUE_COUNT] = {"events", "orders", "store", "journal",
                                                   "alerts"};
    return queue >= 0 && queue < QUEUE_COUNT ? texts[queue] : "?";
}

static int64_t later(int64_t time_us, int64_t span_us)
{
    int64_t sum;
    return fixed_narrow((wide_t)time_us + span_us, &sum) ? sum : INSTANT_NEVER;
}

/* ---- feeds ---- */

static int32_t feed_of(int32_t instrument)
{
    CHECK(instrument >= INSTRUMENT_NONE && instrument < INSTRUMENTS_MAX);
    return instrument == INSTRUMENT_NONE ? (int32_t)USER_STREAM : instrument;
}

static int32_t instrument_of(int32_t feed)
{
    return feed == USER_STREAM ? (int32_t)INSTRUMENT_NONE : feed;
}

/* Data from the future has no age. */
static int64_t age_of(const struct health_feed *feed, int64_t time_us)
{
    return time_us > feed->data_us ? time_us - feed->data_us : 0;
}

/* Reports an age that has reached a level, or that has left the levels; plans the next level. */
static void judge_feed(struct health *self, struct breaker *breaker, int64_t time_us, int32_t which)
{
    struct health_feed *feed = &self->feeds[which];
    int64_t age_us = age_of(feed, time_us);
    int64_t lowest_us = breaker_feed_level(breaker, -1);
    if (feed->noted || age_us >= lowest_us) {
        feed->noted = age_us >= lowest_us;
        breaker_feed(breaker, time_us, instrument_of(which), age_us);
    }
    int64_t next_level_us = age_us < lowest_us ? lowest_us : breaker_feed_level(breaker, age_us);
    if (next_level_us != INT64_MAX && later(feed->data_us, next_level_us) < self->feeds_due_us) {
        self->feeds_due_us = later(feed->data_us, next_level_us);
    }
}

void health_data_judged(struct health *self,
                        struct breaker *breaker,
                        int64_t time_us,
                        const struct health_data *data)
{
    int32_t which = feed_of(data->instrument);
    struct health_feed *feed = &self->feeds[which];
    bool first = !feed->watched;
    if (data->data_us > feed->data_us || first) {
        feed->data_us = data->data_us;
    }
    feed->watched = true;
    if (first && which >= self->feeds_end) {
        self->feeds_end = which + 1;
    }
    judge_feed(self, breaker, time_us, which);
}

void health_end(struct health *self, struct breaker *breaker, int64_t time_us, int32_t instrument)
{
    struct health_feed *feed = &self->feeds[feed_of(instrument)];
    if (feed->noted) {
        breaker_feed(breaker, time_us, instrument, 0);
    }
    memset(feed, 0, sizeof(*feed));
}

/* ---- rates of the last minute ---- */

static void drop_slot(struct health_rate *self, int64_t second)
{
    size_t slot = (size_t)((uint64_t)second % HEALTH_SLOTS);
    self->total_sum -= self->total[slot];
    self->high_sum -= self->high[slot];
    self->over_sum -= self->over[slot];
    self->total[slot] = self->high[slot] = self->over[slot] = 0;
}

static void rate_roll(struct health_rate *self, int64_t time_us)
{
    int64_t second = time_us / US_PER_SECOND;
    if (second - self->second >= HEALTH_SLOTS) {
        memset(self, 0, sizeof(*self));
        self->second = second;
    }
    while (self->second < second) {
        drop_slot(self, ++self->second);
    }
}

static void rate_count(struct health_rate *self, int64_t time_us, bool high, bool over)
{
    rate_roll(self, time_us);
    size_t slot = (size_t)((uint64_t)self->second % HEALTH_SLOTS);
    self->total[slot]++;
    self->total_sum++;
    self->high[slot] += high ? 1 : 0;
    self->high_sum += high ? 1 : 0;
    self->over[slot] += over ? 1 : 0;
    self->over_sum += over ? 1 : 0;
}

static int64_t latency_warn_us(const struct health *self)
{
    return self->settings->latency_reduce * WARN_PERCENT / 100;
}

/* The 95th percentile is at a level when more than one sample in twenty is. */
static int64_t percentile_us(const struct health *self)
{
    const struct health_rate *rate = &self->latency;
    if (rate->total_sum < HEALTH_SAMPLES_MIN) {
        return 0;
    }
    if (rate->over_sum * P95_DIVISOR > rate->total_sum) {
        return self->settings->latency_reduce;
    }
    return rate->high_sum * P95_DIVISOR > rate->total_sum ? latency_warn_us(self) : 0;
}

static void judge_rates(struct health *self, struct breaker *breaker, int64_t time_us)
{
    rate_roll(&self->requests, time_us);
    rate_roll(&self->latency, time_us);
    int64_t share_e9 = 0;
    if (self->requests.total_sum >= HEALTH_SAMPLES_MIN) {
        share_e9 = self->requests.over_sum * ONE_E9 / self->requests.total_sum;
    }
    breaker_api_errors(breaker, time_us, share_e9);
    breaker_latency(breaker, time_us, percentile_us(self));
    /* What is bad now must be seen to end, also when no further request is made. */
    bool bad = self->requests.over_sum > 0 || self->latency.high_sum > 0;
    self->rates_due_us = bad ? instant_next(time_us, US_PER_SECOND) : INSTANT_NEVER;
}

void health_request(struct health *self, struct breaker *breaker, int64_t time_us, bool failed)
{
    self->request_count++;
    self->request_failures += failed ? 1 : 0;
    rate_count(&self->requests, time_us, failed, failed);
    judge_rates(self, breaker, time_us);
}

void health_latency(struct health *self,
                    struct breaker *breaker,
                    int64_t time_us,
                    int64_t latency_us)
{
    bool high = latency_us >= latency_warn_us(self);
    rate_count(&self->latency, time_us, high, latency_us >= self->settings->latency_reduce);
    judge_rates(self, breaker, time_us);
}

/* ---- levels passed on ---- */

void health_clock(struct health *self, struct breaker *breaker, int64_t time_us, int64_t skew_us)
{
    self->clock_skew_us = skew_us;
    breaker_clock_skew(breaker, time_us, skew_us);
}

void health_storage(struct health *self,
                    struct breaker *breaker,
                    int64_t time_us,
                    const struct breaker_storage *storage)
{
    self->storage = *storage;
    self->storage_known = true;
    breaker_storage(breaker, time_us, storage);
}

static int64_t fullest_e9(const struct health *self)
{
    int64_t fullest = 0;
    for (int32_t queue = 0; queue < QUEUE_COUNT; queue++) {
        fullest = self->queue_fill_e9[queue] > fullest ? self->queue_fill_e9[queue] : fullest;
    }
    return fullest;
}

void health_queue(struct health *self,
                  struct breaker *breaker,
                  int64_t time_us,
                  const struct health_depth *depth)
{
    CHECK((int)depth->queue >= 0 && (int)depth->queue < QUEUE_COUNT);
    int64_t fill_e9;
    if (depth->capacity <= 0 || depth->depth < 0 ||
        !fixed_mul_div_ceil(depth->depth, ONE_E9, depth->capacity, &fill_e9)) {
        fill_e9 = BREAKER_UNCOMPUTABLE;
    }
    self->queue_fill_e9[depth->queue] = fill_e9;
    breaker_queue(breaker, time_us, fullest_e9(self));
}

/* ---- time ---- */

void health_tick(struct health *self, struct breaker *breaker, int64_t time_us)
{
    if (time_us >= self->rates_due_us) {
        judge_rates(self, breaker, time_us);
    }
    if (time_us < self->feeds_due_us) {
        return;
    }
    self->feeds_due_us = INSTANT_NEVER;
    for (int32_t which = 0; which < self->feeds_end; which++) {
        if (self->feeds[which].watched) {
            judge_feed(self, breaker, time_us, which);
        }
    }
}

/* ---- questions ---- */

static void status_of_feeds(const struct health *self,
                            int64_t time_us,
                            int64_t stale_us,
                            struct health_status *out)
{
    out->oldest = INSTRUMENT_NONE;
    for (int32_t which = 0; which < HEALTH_FEEDS; which++) {
        const struct health_feed *feed = &self->feeds[which];
        if (!feed->watched) {
            continue;
        }
        int64_t age_us = age_of(feed, time_us);
        out->watched++;
        out->stale += age_us >= stale_us ? 1 : 0;
        if (age_us > out->oldest_age_us) {
            out->oldest_age_us = age_us;
            out->oldest = instrument_of(which);
        }
    }
}

void health_status(const struct health *self,
                   const struct breaker *breaker,
                   int64_t time_us,
                   struct health_status *out)
{
    struct health_rate requests = self->requests;
    struct health_rate latency = self->latency;
    rate_roll(&requests, time_us);
    rate_roll(&latency, time_us);
    memset(out, 0, sizeof(*out));
    status_of_feeds(self, time_us, breaker_feed_reduce(breaker), out);
    out->requests_minute = requests.total_sum;
    out->failures_minute = requests.over_sum;
    out->latencies_minute = latency.total_sum;
    out->slow_minute = latency.over_sum;
    out->clock_skew_us = self->clock_skew_us;
    out->storage_known = self->storage_known;
    out->storage_error = self->storage.error;
    out->log_bytes = self->storage.log_bytes;
    out->free_bytes = self->storage.free_bytes;
    out->queue_fill_e9 = fullest_e9(self);
}
