#include "data/tape_facts.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"
#include "data/tape_layout.h"

enum { BUCKET_BITS = 12, BUCKETS = 1 << BUCKET_BITS };

/* Beside the facts of a stream, while they are gathered. */
struct watch {
    uint64_t last_id;    /* of a trade or quote; of the last update of the book */
    uint64_t message_id; /* of the message that is open */
    bool any, open, any_update;
    int64_t last_receive_ns;
    /* The median: `rank` values of the lags in [low, low + (BUCKETS << shift)) stand before it. */
    int64_t rank;
    int64_t low;
    int shift; /* -1: found */
    int64_t *counts;
};

static int64_t clamped(wide_t value)
{
    return value > INT64_MAX ? INT64_MAX : (value < INT64_MIN ? INT64_MIN : (int64_t)value);
}

static int64_t lag_of(const struct tape_record *record)
{
    return clamped((wide_t)record->receive_ns - (wide_t)record->time_us * 1000);
}

/* ---- one record ---- */

static void see_bar(struct tape_stream_facts *facts, int64_t step_us, int64_t interval_us)
{
    if (step_us == 0) {
        facts->repeated++;
    } else if (interval_us == 0) {
        return;
    } else if (step_us < interval_us || step_us % interval_us != 0) {
        facts->off_grid++;
    } else if (step_us > interval_us) {
        facts->gaps++;
        facts->missing += step_us / interval_us - 1;
    }
}

static void see_time(struct tape_stream_facts *facts,
                     const struct tape_stream *stream,
                     const struct tape_record *record)
{
    if (facts->count == 0) {
        facts->first_us = record->time_us;
    } else {
        int64_t step_us = clamped((wide_t)record->time_us - facts->last_us);
        if (step_us > facts->silence_us) {
            facts->silence_us = step_us;
            facts->silence_from_us = facts->last_us;
        }
        if (stream->kind <= TAPE_BAR) {
            see_bar(facts, step_us, stream->interval_us);
        }
    }
    facts->last_us = record->time_us;
    facts->count++;
}

static void see_trade(struct tape_stream_facts *facts, struct watch *watch, uint64_t id)
{
    if (watch->any && id < watch->last_id) {
        facts->backward++;
    } else if (watch->any && id == watch->last_id) {
        facts->repeated++;
    } else if (watch->any) {
        int64_t missing = clamped((wide_t)facts->missing + (wide_t)(id - watch->last_id - 1));
        facts->missing = missing;
    }
    watch->last_id = id;
    watch->any = true;
}

static void see_break(struct tape_stream_facts *facts,
                      const struct tape_record *record,
                      uint64_t expected,
                      uint64_t found)
{
    if (facts->breaks < TAPE_BREAKS_KEPT) {
        facts->first_breaks[facts->breaks] = (struct tape_break){record->time_us, expected, found};
    }
    facts->breaks++;
}

/* The first row of an update: does it go on where the one before it ended? */
static void
see_update(struct tape_stream_facts *facts, struct watch *watch, const struct tape_record *record)
{
    uint64_t first = (uint64_t)record->v[2], before = (uint64_t)record->v[3];
    if (watch->any_update) {
        if (record->sequence < watch->last_id) {
            facts->backward++;
        }
        if (before != 0 && before != watch->last_id) {
            see_break(facts, record, watch->last_id, before);
        } else if (before == 0 && first > watch->last_id + 1) {
            see_break(facts, record, watch->last_id + 1, first);
        }
    }
    watch->last_id = record->sequence;
    watch->any_update = true;
}

static void
see_depth(struct tape_stream_facts *facts, struct watch *watch, const struct tape_record *record)
{
    bool snapshot = (record->flags & TAPE_SNAPSHOT_ROW) != 0;
    if (!watch->open || record->sequence != watch->message_id) {
        facts->messages++;
        facts->snapshots += snapshot;
        if (!snapshot) {
            see_update(facts, watch, record);
        }
    }
    watch->message_id = record->sequence;
    watch->open = (record->flags & TAPE_LAST) == 0;
}

static void
see_quote(struct tape_stream_facts *facts, struct watch *watch, const struct tape_record *record)
{
    facts->backward += watch->any && record->sequence < watch->last_id;
    facts->crossed += record->v[0] > 0 && record->v[2] > 0 && record->v[0] >= record->v[2];
    watch->last_id = record->sequence;
    watch->any = true;
}

static void
see_receive(struct tape_stream_facts *facts, struct watch *watch, const struct tape_record *record)
{
    int64_t lag_ns = lag_of(record);
    if (facts->received == 0 || lag_ns < facts->lag_min_ns) {
        facts->lag_min_ns = lag_ns;
    }
    if (facts->received == 0 || lag_ns > facts->lag_max_ns) {
        facts->lag_max_ns = lag_ns;
    }
    facts->receive_back += facts->received > 0 && record->receive_ns < watch->last_receive_ns;
    watch->last_receive_ns = record->receive_ns;
    facts->received++;
}

static void see(struct tape_stream_facts *facts,
                struct watch *watch,
                const struct tape_stream *stream,
                const struct tape_record *record)
{
    see_time(facts, stream, record);
    if ((record->flags & TAPE_RECEIVED) != 0) {
        see_receive(facts, watch, record);
    }
    if (record->kind == TAPE_DEPTH) {
        see_depth(facts, watch, record);
    } else if (record->kind == TAPE_QUOTE) {
        see_quote(facts, watch, record);
    } else if (record->kind == TAPE_TRADE && record->sequence != 0) {
        see_trade(facts, watch, record->sequence);
    }
}

/* ---- the reading ---- */

static bool gather_all(struct tape_facts *self,
                       struct watch *watches,
                       struct tape_reader *reader,
                       struct error *error)
{
    struct tape_digest digest;
    const struct tape_record *records = NULL;
    int64_t count = 0;
    if (!tape_digest_begin(&digest)) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    tape_seek(reader, INT64_MIN);
    enum tape_status status = tape_run(reader, &records, &count, error);
    while (status == TAPE_MORE) {
        tape_digest_add(digest.records, records, (size_t)count * sizeof(*records));
        self->first_us = self->records == 0 ? records[0].time_us : self->first_us;
        self->last_us = records[count - 1].time_us;
        self->records += count;
        for (int64_t i = 0; i < count; i++) {
            int32_t stream = records[i].stream;
            see(&self->streams[stream], &watches[stream], tape_stream(reader, stream), &records[i]);
        }
        status = tape_run(reader, &records, &count, error);
    }
    for (int32_t i = 0; i < self->stream_count; i++) {
        tape_digest_add(digest.streams, tape_stream(reader, i), sizeof(struct tape_stream));
    }
    self->span_us = clamped((wide_t)self->last_us - self->first_us);
    self->digest = tape_digest_value(&digest);
    tape_digest_end(&digest);
    return status == TAPE_OVER;
}

/* ---- the median ---- */

/* Smallest shift at which the buckets reach from low to high. */
static int shift_of(int64_t low, int64_t high)
{
    uint64_t width = (uint64_t)high - (uint64_t)low;
    int shift = 0;
    while (width >> shift >= BUCKETS) {
        shift++;
    }
    return shift;
}

static bool watch_lags(struct watch *watch, const struct tape_stream_facts *facts)
{
    watch->shift = -1;
    if (facts->received == 0) {
        return true;
    }
    watch->counts = malloc(BUCKETS * sizeof(watch->counts[0]));
    watch->rank = (facts->received - 1) / 2;
    watch->low = facts->lag_min_ns;
    watch->shift = shift_of(facts->lag_min_ns, facts->lag_max_ns);
    return watch->counts != NULL;
}

static void count_lag(struct watch *watch, const struct tape_record *record)
{
    int64_t lag_ns = lag_of(record);
    uint64_t bucket = ((uint64_t)lag_ns - (uint64_t)watch->low) >> watch->shift;
    if (lag_ns >= watch->low && bucket < BUCKETS) {
        watch->counts[bucket]++;
    }
}

/* To the bucket that holds the median. */
static void narrow(struct watch *watch)
{
    int64_t bucket = 0;
    while (bucket < BUCKETS - 1 && watch->rank >= watch->counts[bucket]) {
        watch->rank -= watch->counts[bucket++];
    }
    watch->low += bucket << watch->shift;
    watch->shift =
        watch->shift == 0 ? -1 : (watch->shift > BUCKET_BITS ? watch->shift - BUCKET_BITS : 0);
}

/* One reading; as many records as the first one gave. */
static void
count_lags(const struct tape_facts *self, struct watch *watches, struct tape_reader *reader)
{
    struct error ignored; /* a damage is told already */
    const struct tape_record *records = NULL;
    int64_t count = 0;
    error_init(&ignored);
    for (int32_t i = 0; i < self->stream_count; i++) {
        if (watches[i].shift >= 0) {
            memset(watches[i].counts, 0, BUCKETS * sizeof(watches[i].counts[0]));
        }
    }
    tape_seek(reader, INT64_MIN);
    while (tape_run(reader, &records, &count, &ignored) == TAPE_MORE) {
        for (int64_t i = 0; i < count; i++) {
            struct watch *watch = &watches[records[i].stream];
            if (watch->shift >= 0 && (records[i].flags & TAPE_RECEIVED) != 0) {
                count_lag(watch, &records[i]);
            }
        }
    }
}

static bool find_medians(struct tape_facts *self,
                         struct watch *watches,
                         struct tape_reader *reader,
                         struct error *error)
{
    bool searching = false;
    for (int32_t i = 0; i < self->stream_count; i++) {
        if (!watch_lags(&watches[i], &self->streams[i])) {
            return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                             "out of memory: free some and run again");
        }
        searching = searching || watches[i].shift >= 0;
    }
    while (searching) {
        searching = false;
        count_lags(self, watches, reader);
        for (int32_t i = 0; i < self->stream_count; i++) {
            if (watches[i].shift >= 0) {
                narrow(&watches[i]);
                searching = searching || watches[i].shift >= 0;
            }
        }
    }
    for (int32_t i = 0; i < self->stream_count; i++) {
        self->streams[i].lag_median_ns = watches[i].low;
    }
    return true;
}

/* ---- the whole of it ---- */

static void correct_clocks(struct tape_facts *self)
{
    for (int32_t i = 0; i < self->stream_count; i++) {
        const struct tape_stream_facts *facts = &self->streams[i];
        if (facts->received > 0 && facts->lag_min_ns < -self->correction_ns) {
            self->correction_ns = clamped(-(wide_t)facts->lag_min_ns);
        }
    }
}

bool tape_facts_gather(struct tape_facts *out, struct tape_reader *reader, struct error *error)
{
    memset(out, 0, sizeof(*out));
    int32_t count = tape_stream_count(reader);
    size_t places = count > 0 ? (size_t)count : 1;
    struct watch *watches = calloc(places, sizeof(*watches));
    out->streams = calloc(places, sizeof(out->streams[0]));
    out->stream_count = count;
    if (watches == NULL || out->streams == NULL) {
        out->stream_count = 0;
        free(watches);
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    bool whole = gather_all(out, watches, reader, error);
    whole = find_medians(out, watches, reader, error) && whole;
    correct_clocks(out);
    for (int32_t i = 0; i < count; i++) {
        free(watches[i].counts);
    }
    free(watches);
    return whole;
}

void tape_facts_release(struct tape_facts *self)
{
    free(self->streams);
    memset(self, 0, sizeof(*self));
}

int64_t tape_order_violations(const struct tape_stream_facts *facts)
{
    return facts->backward + facts->repeated + facts->crossed + facts->receive_back;
}
