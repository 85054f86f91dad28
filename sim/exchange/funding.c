/* funding.c - settlements at the venue's own instants.
 * Model    the rate is paid on the mark of its instant, once, by whoever holds the position then:
 *          after the prices of that instant have moved, before anything they set off. The core
 *          hears of every settlement, also when flat. An instrument without a price yet has no
 *          settlement. No row, no payment: nothing is made up; where a row was due by the interval
 *          of the two before it, it is counted as missing. A longer gap is the interval from then
 *          on, so an interval that grows (4 h to 8 h) counts once. */
#include "core/instant.h"
#include "sim/exchange/state.h"

/* Venues stamp a settlement some milliseconds late: the gap is rounded to whole intervals. */
static void count_missing(struct exchange *self, int32_t instrument, int64_t time_us)
{
    struct track *track = &self->tracks[instrument];
    int64_t gap_us = time_us - track->paid_us;
    bool first = track->paid_us == INSTANT_NEVER;
    if (!first && track->paid_interval_us > 0) {
        int64_t due = (gap_us + track->paid_interval_us / 2) / track->paid_interval_us;
        int64_t missing = due > 1 ? due - 1 : 0;
        track->funding_missing += missing;
        self->counters.funding_missing += missing;
    }
    track->paid_interval_us = first ? 0 : gap_us;
    track->paid_us = time_us;
}

void funding_settle(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct settlement settlement = track->settlements[0];
    track->settlement_count--;
    for (int32_t i = 0; i < track->settlement_count; i++) {
        track->settlements[i] = track->settlements[i + 1];
    }
    count_missing(self, instrument, settlement.time_us);
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
