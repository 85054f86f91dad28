/* funding.c - settlements at the venue's own instants.
 * Model    the rate is paid on the mark of its instant, once, by whoever holds the position then:
 *          after the prices of that instant have moved, before anything they set off. The core
 *          hears of every settlement, also when flat. An instrument without a price yet has no
 *          settlement. No row, no payment: nothing is made up. */
#include "sim/exchange/state.h"

void funding_settle(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct settlement settlement = track->settlements[0];
    track->settlement_count--;
    for (int32_t i = 0; i < track->settlement_count; i++) {
        track->settlements[i] = track->settlements[i + 1];
    }
    struct path_place place;
    if (!path_locate(&track->path, self->now_us, &place)) {
        return;
    }
    int64_t mark_e12 = path_prices(&track->path, place).mark_e12;
    account_funding(&self->account, instrument, mark_e12, settlement.rate_e16);
    tell_funding(self, instrument, settlement.rate_e16, mark_e12);
    if (account_position(&self->account, instrument)->size_e6 > 0) {
        track->settle_us = self->now_us;
    }
}
