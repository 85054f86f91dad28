/* tape_facts.h - what there is to know about a tape before it is used: of each stream its count,
 * what is missing, what is out of order, and how far the receiver's clock stands from the
 * exchange's.
 * Gaps     bars: intervals without a bar, times that are off the grid of the interval; depth: a
 *          message whose "last one of the message before" (or, where a venue has none, whose first
 *          update id) does not meet the update before it; trades: ids left out; all: the longest
 *          time between two records.
 * Order    ids that go back; trades whose id, bars whose time comes twice; quotes with bid >= ask;
 *          a receive time before the one of the record before it. The order of times is the tape's
 *          own law: what breaks it is damage, not a finding.
 * Clocks   receive - time of every record that has both; the median is exact (the lower one of
 *          two).
 * Cost     one reading for all but the median, which takes two or three more.  Memory: some 33 KB a
 *          stream with receive times.
 * Failure  false and an error: exit 3, the tape is damaged: the facts are those of what stands
 *          before the damage; exit 4. */
#ifndef DATA_TAPE_FACTS_H
#define DATA_TAPE_FACTS_H

#include "data/tape.h"

enum { TAPE_BREAKS_KEPT = 5 };

/* The chain of update ids broken. */
struct tape_break {
    int64_t time_us;
    uint64_t expected, found;
};

struct tape_stream_facts {
    int64_t count, first_us, last_us;
    int64_t silence_us, silence_from_us; /* the longest; 0: fewer than two records */
    int64_t gaps, missing, off_grid;     /* bars; missing also: ids of trades */
    int64_t messages, snapshots, breaks; /* depth */
    struct tape_break first_breaks[TAPE_BREAKS_KEPT];
    int64_t backward, repeated; /* ids; repeated also: times of bars */
    int64_t crossed;            /* quotes */
    int64_t received, receive_back;
    int64_t lag_min_ns, lag_median_ns, lag_max_ns; /* receive - time; when received > 0 */
};

struct tape_facts {
    struct tape_stream_facts *streams; /* by their numbers in the tape */
    int32_t stream_count;
    int64_t records, first_us, last_us, span_us;
    uint64_t digest; /* of what was read */
    /* What a run adds to every receive time so that nothing is known before it happened: -min(0, all lags). */
    int64_t correction_ns;
};

MUST_USE bool
tape_facts_gather(struct tape_facts *out, struct tape_reader *reader, struct error *error);
void tape_facts_release(struct tape_facts *self);

/* What of a stream is not as it should be: gaps are the market's, these are the data's. */
int64_t tape_order_violations(const struct tape_stream_facts *facts);

#endif
