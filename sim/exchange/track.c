/* track.c - from quiet to tracked and back; the points of tracked instruments. */
#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/state.h"

struct due {
    int64_t time_us;
    enum step step;
};

static void due_earlier(struct due *self, int64_t time_us, enum step step)
{
    if (time_us < self->time_us || (time_us == self->time_us && step < self->step)) {
        self->time_us = time_us;
        self->step = step;
    }
}

static void due_of_tracked(const struct exchange *self, const struct track *track, struct due *due)
{
    if (track->settle_us != INSTANT_NEVER) {
        due_earlier(due, track->settle_us, STEP_MATCH);
        return;
    }
    if (market_covered(track, path_time(&track->path, track->next))) {
        return;
    }
    enum step step = track->next.point == 0 ? STEP_JUMP : STEP_MATCH;
    int64_t time_us = path_time(&track->path, track->next);
    /* A bar that was cut short by the next one has its rest at once, never in the past. */
    if (time_us < self->now_us) {
        time_us = self->now_us;
    }
    due_earlier(due, time_us, step);
}

void track_schedule(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct due due = {INSTANT_NEVER, STEP_BAR};
    if (track->bar_due < track->path.count) {
        due_earlier(&due, path_record(&track->path, track->bar_due)->end_us, STEP_BAR);
    }
    if (track->ticks != NULL) {
        due_earlier(&due, track->ticks->bar_end_us, STEP_BAR);
    }
    if (track->settlement_count > 0) {
        due_earlier(&due, track->settlements[0].time_us, STEP_FUNDING);
    }
    if (track->tracked) {
        due_of_tracked(self, track, &due);
    }
    if (self->book.counts[instrument] > 0) {
        due_earlier(&due, book_expiry(&self->book, instrument), STEP_EXPIRY);
    }
    int64_t planned_us = track->adl_us < track->delist_us ? track->adl_us : track->delist_us;
    if (planned_us != INSTANT_NEVER) {
        due_earlier(&due, planned_us, STEP_EXPIRY);
    }
    queue_set(&self->queue, instrument, due.time_us, due.step);
}

/* The share of a point's volume that our orders may have; VOLUME_UNKNOWN: no limit. */
static int64_t volume_share_e6(const struct exchange *self, int64_t point_e6)
{
    if (point_e6 == VOLUME_UNKNOWN || self->settings->participation == 0) {
        return VOLUME_UNKNOWN;
    }
    return (int64_t)((wide_t)point_e6 * self->settings->participation / ONE_E9);
}

/* What every point of a bar brings; seen once a bar, for bars without volume may be followed by others. */
static void volume_find(struct exchange *self, struct track *track, int64_t bar)
{
    int64_t point_e6 = path_volume_e6(&track->path, bar);
    track->volume = (struct track_volume){bar, point_e6, volume_share_e6(self, point_e6)};
}

/* In a collapse of the market's depth less of it is there. */
static void volume_collapse(struct exchange *self, struct track *track)
{
    int32_t instrument = (int32_t)(track - self->tracks);
    int64_t left_e6 = incidents_depth(&self->incidents, self->now_us, instrument, track->volume_e6);
    if (left_e6 != track->volume_e6) {
        track->volume_e6 = left_e6;
        track->volume_left_e6 = volume_share_e6(self, left_e6);
    }
}

/* The volume that the point which now holds brings with it. */
static void volume_refill(struct exchange *self, struct track *track, int64_t bar)
{
    if (track->volume.bar != bar || track->volume.point_e6 == VOLUME_UNKNOWN) {
        volume_find(self, track, bar);
    }
    track->volume_e6 = track->volume.point_e6;
    track->volume_left_e6 = track->volume.share_e6;
    if (track->volume_e6 != VOLUME_UNKNOWN && !exchange_calm(self)) {
        volume_collapse(self, track);
    }
}

void track_begin(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    struct path_prices prices;
    if (track->tracked || !market_at(track, self->now_us, &prices)) {
        return;
    }
    struct path_place place;
    track->tracked = true;
    track->halted = false;
    track->tracked_us = self->now_us;
    track->settle_us = INSTANT_NEVER;
    track->volume_e6 = VOLUME_UNKNOWN;
    track->volume_left_e6 = VOLUME_UNKNOWN;
    track->next = (struct path_place){0, 0};
    if (path_locate(&track->path, self->now_us, &place)) {
        track->next = path_after(&track->path, place);
    }
    if (!market_ticks(track, self->now_us)) {
        volume_find(self, track, place.bar);
        volume_refill(self, track, place.bar);
    }
    track_move(self, instrument, prices.last_e12, prices.mark_e12);
    track_schedule(self, instrument);
}

void track_skip(struct track *track)
{
    while (track->next.bar < track->path.count &&
           market_covered(track, path_time(&track->path, track->next))) {
        track->next = path_after(&track->path, track->next);
    }
}

void track_move(struct exchange *self, int32_t instrument, int64_t last_e12, int64_t mark_e12)
{
    self->tracks[instrument].last_e12 = last_e12;
    account_mark(&self->account, instrument, mark_e12);
    tell_market(self, instrument);
}

bool track_quiet(const struct exchange *self, int32_t instrument)
{
    return account_flat(&self->account, instrument) && self->book.counts[instrument] == 0 &&
           self->tracks[instrument].in_flight == 0;
}

/* Best and worst take the side that the position has when it leaves the open. */
static void track_orient(struct exchange *self, int32_t instrument, int64_t bar)
{
    struct path *path = &self->tracks[instrument].path;
    if (path_record(path, bar)->bar.open_time_us != self->now_us) {
        return;
    }
    if (self->settings->intrabar == INTRABAR_ADAPTIVE || account_flat(&self->account, instrument) ||
        path_record(path, bar)->bare) {
        return;
    }
    bool worst = self->settings->intrabar == INTRABAR_WORST;
    path_orient(path, bar, (account_net_side(&self->account, instrument) == SIDE_LONG) == worst);
}

void track_point(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    if (track->settle_us != INSTANT_NEVER) {
        track->settle_us = INSTANT_NEVER;
        if (!exchange_calm(self) && gate_halted(self, instrument)) {
            return; /* what a settlement set off waits for the first price behind the halt */
        }
        if (market_ticks(track, self->now_us)) {
            tick_settle(self, instrument);
            return;
        }
        walk_settle(self, instrument);
        if (track->next.point == 1) {
            track_orient(self, instrument, track->next.bar);
        }
        return;
    }
    if (track_quiet(self, instrument)) {
        track->tracked = false;
        return;
    }
    struct path_place place = track->next;
    struct path_prices prices = path_prices(&track->path, place);
    track->next = path_after(&track->path, place);
    volume_refill(self, track, place.bar);
    self->counters.points++;
    if (!exchange_calm(self) && gate_halted(self, instrument)) {
        track->halted = true;
        self->counters.halted++;
        return;
    }
    if (place.point == 0 || track->halted) {
        track->halted = false;
        track_move(self, instrument, prices.last_e12, prices.mark_e12);
        track->settle_us = self->now_us;
    } else {
        walk_to(self, instrument, prices.last_e12, prices.mark_e12);
    }
}
