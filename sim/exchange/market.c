/* market.c - which of an instrument's feeds is its market at an instant: records where they cover it, else bars. */
#include "core/instant.h"
#include "sim/exchange/state.h"

bool market_ticks(const struct track *track, int64_t time_us)
{
    const struct ticks *ticks = track->ticks;
    return ticks != NULL && ticks->price_count > 0 && time_us >= ticks->first_us &&
           (time_us <= ticks->last_us || track->path.count == 0);
}

bool market_covered(const struct track *track, int64_t time_us)
{
    const struct ticks *ticks = track->ticks;
    return ticks != NULL && time_us >= ticks->first_us && time_us <= ticks->last_us;
}

bool market_at(const struct track *track, int64_t time_us, struct path_prices *out)
{
    if (market_ticks(track, time_us) && ticks_at(track->ticks, time_us, out)) {
        return true;
    }
    struct path_place place;
    if (!path_locate(&track->path, time_us, &place)) {
        return false;
    }
    *out = path_prices(&track->path, place);
    return true;
}

bool market_open(const struct exchange *self, int32_t instrument, int64_t time_us)
{
    const struct track *track = &self->tracks[instrument];
    int64_t intervals = self->settings->outage_intervals;
    if (market_ticks(track, time_us)) {
        return time_us < track->path.end_us &&
               time_us - track->ticks->heard_us <= intervals * TICK_BAR_US;
    }
    return path_open(&track->path, time_us, intervals);
}

const char *market_mark_source(const struct track *track)
{
    const struct ticks *ticks = track->ticks;
    if (ticks == NULL || ticks->price_count == 0) {
        return path_mark_source(&track->path);
    }
    if (ticks->marks) {
        return "mark prices";
    }
    if (track->path.mark_count > 0) {
        return "last price clamped to low..high of the mark bars";
    }
    return ticks->index_e12 != 0 ? "index prices (no mark data)" : "last price (no mark data)";
}
