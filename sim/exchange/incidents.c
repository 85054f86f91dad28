#include "sim/exchange/incidents.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/random.h"

enum { DRAWN_KINDS = INCIDENT_DELIST, DRAWN_MINUTES_MAX = 30 };

const char *incident_kind_text(int kind)
{
    static const char *const words[] = {"dead",       "cancel_only", "submit_only",    "slow",
                                        "stale_feed", "halt",        "depth_collapse", "rate_limit",
                                        "delist",     "adl"};
    _Static_assert(ARRAY_COUNT(words) == INCIDENT_KINDS, "a word for each");
    return kind >= 0 && kind < INCIDENT_KINDS ? words[kind] : "?";
}

void incidents_init(struct incidents *self, int32_t instrument_count, int64_t per_day)
{
    memset(self, 0, sizeof *self);
    self->instrument_count = instrument_count;
    self->per_day = per_day;
    self->seen_us = INT64_MIN;
    self->day_us = INT64_MIN;
    self->change_us = per_day > 0 ? INT64_MIN : INSTANT_NEVER;
}

void incidents_plan(struct incidents *self, const struct incident_schedule *schedule, int64_t seed)
{
    self->schedule = schedule;
    self->seed = seed;
    self->count = schedule == NULL ? 0 : schedule->count;
    if (self->count > 0) {
        memcpy(self->items, schedule->items, (size_t)self->count * sizeof self->items[0]);
        self->change_us = INT64_MIN;
    }
}

static bool of_one_symbol(enum incident_kind kind)
{
    return kind != INCIDENT_DEAD && kind != INCIDENT_SLOW && kind != INCIDENT_RATE_LIMIT;
}

static struct incident drawn(const struct incidents *self, struct random *dice, int64_t day_us)
{
    struct incident item = {.instrument = INSTRUMENT_NONE};
    uint64_t kind = random_below(dice, DRAWN_KINDS);
    item.kind = (enum incident_kind)kind;
    int64_t length_us = (1 + (int64_t)random_below(dice, DRAWN_MINUTES_MAX)) * US_PER_MINUTE;
    item.from_us = day_us + (int64_t)random_below(dice, (uint64_t)(US_PER_DAY - length_us));
    item.to_us = item.from_us + length_us;
    int32_t symbol = (int32_t)random_below(dice, 2 * (uint64_t)self->instrument_count);
    if (of_one_symbol(item.kind) && symbol < self->instrument_count) {
        item.instrument = symbol;
    }
    /* Twice to fifty times as slow; a hundredth to a half of the depth; one to twenty orders. */
    item.factor_e6 = item.kind == INCIDENT_SLOW
                         ? (2 + (int64_t)random_below(dice, 49)) * ONE_E6
                         : (1 + (int64_t)random_below(dice, 50)) * (ONE_E6 / 100);
    item.orders_10s = 1 + (int64_t)random_below(dice, 20);
    item.orders_1m = 4 * item.orders_10s;
    return item;
}

static void draw_day(struct incidents *self, int64_t day_us)
{
    struct random dice;
    random_start(&dice, self->seed, (uint32_t)(day_us / US_PER_DAY));
    for (int64_t index = 0; index < self->per_day; index++) {
        CHECK(self->count < INCIDENTS_MAX);
        self->items[self->count] = drawn(self, &dice, day_us);
        self->count++;
    }
}

/* Today's and tomorrow's: a message of today may arrive tomorrow. */
static void draw_days(struct incidents *self, int64_t now_us)
{
    int64_t day_us = instant_day(now_us);
    if (self->per_day == 0 || day_us == self->day_us) {
        return;
    }
    self->day_us = day_us;
    self->count = self->schedule == NULL ? 0 : self->schedule->count;
    draw_day(self, day_us);
    draw_day(self, day_us + US_PER_DAY);
}

static void change_by(struct incidents *self, int64_t time_us, int64_t now_us)
{
    if (time_us > now_us && time_us < self->change_us) {
        self->change_us = time_us;
    }
}

void incidents_turn(struct incidents *self, int64_t now_us)
{
    if (now_us < self->change_us) {
        return;
    }
    draw_days(self, now_us);
    self->active_count = 0;
    self->change_us = self->per_day > 0 ? self->day_us + US_PER_DAY : INSTANT_NEVER;
    for (int32_t index = 0; index < self->count; index++) {
        const struct incident *item = &self->items[index];
        bool first = self->seen_us == INT64_MIN; /* what ended before the run is no part of it */
        if (item->from_us > self->seen_us && item->from_us <= now_us &&
            (!first || now_us < item->to_us)) {
            self->begun[item->kind]++;
        }
        if (item->from_us <= now_us && now_us < item->to_us) {
            self->active[self->active_count] = index;
            self->active_count++;
        }
        change_by(self, item->from_us, now_us);
        change_by(self, item->to_us, now_us);
    }
    self->seen_us = now_us;
}

const struct incident *
incidents_find(const struct incidents *self, enum incident_kind kind, int32_t instrument)
{
    for (int32_t index = 0; index < self->active_count; index++) {
        const struct incident *item = &self->items[self->active[index]];
        if (item->kind == kind &&
            (item->instrument == INSTRUMENT_NONE || item->instrument == instrument)) {
            return item;
        }
    }
    return NULL;
}

int64_t incidents_arrival(const struct incidents *self, int64_t then_us)
{
    bool moved = true;
    while (moved) { /* one dead time may end inside another */
        moved = false;
        for (int32_t index = 0; index < self->count; index++) {
            const struct incident *item = &self->items[index];
            if (item->kind == INCIDENT_DEAD && item->from_us <= then_us && then_us < item->to_us) {
                then_us = item->to_us;
                moved = true;
            }
        }
    }
    return then_us;
}

int64_t incidents_slowed(struct incidents *self, int64_t now_us, int64_t latency_us)
{
    const struct incident *item = incidents_active(self, now_us, INCIDENT_SLOW, INSTRUMENT_NONE);
    return item == NULL ? latency_us : (int64_t)((wide_t)latency_us * item->factor_e6 / ONE_E6);
}

int64_t incidents_thin(const struct incidents *self, int32_t instrument, int64_t size)
{
    const struct incident *item = incidents_find(self, INCIDENT_DEPTH_COLLAPSE, instrument);
    return item == NULL ? size : (int64_t)((wide_t)size * item->factor_e6 / ONE_E6);
}

int64_t incidents_depth(struct incidents *self, int64_t now_us, int32_t instrument, int64_t size)
{
    incidents_turn(self, now_us);
    return incidents_thin(self, instrument, size);
}

const struct incident *
incidents_adl(const struct incidents *self, int32_t instrument, int64_t from_us)
{
    const struct incident_schedule *schedule = self->schedule;
    for (int32_t index = 0; schedule != NULL && index < schedule->count; index++) {
        const struct incident *item = &schedule->items[index];
        bool ours = item->instrument == INSTRUMENT_NONE || item->instrument == instrument;
        if (item->kind == INCIDENT_ADL && ours && item->from_us >= from_us) {
            return item;
        }
    }
    return NULL;
}

int64_t incidents_delisting(const struct incidents *self, int32_t instrument)
{
    int64_t earliest_us = INSTANT_NEVER;
    for (int32_t index = 0; index < self->count; index++) {
        const struct incident *item = &self->items[index];
        bool ours = item->instrument == INSTRUMENT_NONE || item->instrument == instrument;
        if (item->kind == INCIDENT_DELIST && ours && item->from_us < earliest_us) {
            earliest_us = item->from_us;
        }
    }
    return earliest_us;
}
