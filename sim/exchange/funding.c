/* funding.c - settlements at the venue's own instants.
 * Model    the rate is paid on the mark of its instant, once, by whoever holds the position then:
 *          after the prices of that instant have moved, before anything they set off. The core
 *          hears of every settlement, also when flat. An instrument without a price yet has no
 *          settlement. No row, no payment: nothing is made up.
 * Missing  a gap longer than the interval so far is either rows that are missing or a longer
 *          interval (4 h to 8 h): the gap after it decides. The same length again is the new
 *          interval; anything else, and the rows of the first are counted as missing. */
#include "core/instant.h"
#include "sim/exchange/state.h"

/* Venues stamp a settlement some milliseconds late: gaps are compared in whole intervals. */
static int64_t intervals(int64_t gap_us, int64_t interval_us)
{
    return (gap_us + interval_us / 2) / interval_us;
}

static void missing_settled(struct exchange *self, struct track *track)
{
    track->funding_missing += track->funding_suspected;
    self->counters.funding_missing += track->funding_suspected;
    track->funding_suspected = 0;
}

static void count_missing(struct exchange *self, struct track *track, int64_t time_us)
{
    bool first = track->paid_us == INSTANT_NEVER;
    int64_t gap_us = first ? 0 : time_us - track->paid_us;
    track->paid_us = time_us;
    if (gap_us <= 0) {
        return;
    }
    int64_t due = track->paid_interval_us == 0 ? 1 : intervals(gap_us, track->paid_interval_us);
    if (due <= 1) {
        missing_settled(self, track);
        track->paid_interval_us = gap_us;
    } else if (due - 1 == track->funding_suspected) {
        track->funding_suspected = 0;
        track->paid_interval_us = gap_us;
    } else {
        missing_settled(self, track);
        track->funding_suspected = due - 1;
    }
}

void funding_settle(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct settlement settlement = track->settlements[0];
    track->settlement_count--;
    for (int32_t i = 0; i < track->settlement_count; i++) {
        track->settlements[i] = track->settlements[i + 1];
    }
    count_missing(self, track, settlement.time_us);
    struct path_prices prices;
    if (!market_at(track, self->now_us, &prices)) {
        return;
    }
    int64_t mark_e12 = prices.mark_e12;
    int64_t received_e8 =
        account_funding(&self->account, instrument, mark_e12, settlement.rate_e16);
    treasury_funding(&self->treasury, received_e8);
    tell_funding(self, instrument, settlement.rate_e16, mark_e12);
    if (!account_flat(&self->account, instrument)) {
        track->settle_us = self->now_us;
    }
}
