/* path.c - rings of bars, read as points. */
#include "sim/exchange/path.h"

#include "core/fixed.h"
#include "core/instant.h"

void path_init(struct path *self,
               struct path_record *records,
               struct exchange_bar *marks,
               int64_t capacity)
{
    CHECK(capacity >= 2 && (capacity & (capacity - 1)) == 0);

    *self = (struct path){.records = records, .marks = marks, .mask = capacity - 1};
    self->end_us = INSTANT_NEVER;
}

static bool bar_sane(const struct exchange_bar *bar)
{
    return bar->interval_us > 0 && bar->open_e12 > 0 && bar->low_e12 > 0 && bar->close_e12 > 0 &&
           bar->high_e12 >= bar->low_e12;
}

static bool bar_low_first(const struct exchange_bar *bar)
{
    return bar->open_e12 - bar->low_e12 <= bar->high_e12 - bar->open_e12;
}

bool path_bar(struct path *self, const struct exchange_bar *bar, int64_t outage_intervals)
{
    CHECK(bar_sane(bar));

    bool late = false;
    if (self->count > 0) {
        struct path_record *before = &self->records[(self->count - 1) & self->mask];
        CHECK(!before->bare && before->bar.open_time_us < bar->open_time_us);
        late = bar->open_time_us - before->end_us > outage_intervals * before->bar.interval_us;
        if (bar->open_time_us < before->end_us) {
            before->end_us = bar->open_time_us;
        }
    }
    struct path_record *record = &self->records[self->count & self->mask];
    record->bar = *bar;
    record->end_us = bar->open_time_us + bar->interval_us;
    record->bare = false;
    record->low_first = bar_low_first(bar);
    self->volume_seen = self->volume_seen || bar->volume > 0;
    self->count++;
    return late;
}

void path_mark_bar(struct path *self, const struct exchange_bar *bar)
{
    CHECK(bar_sane(bar));

    self->marks[self->mark_count & self->mask] = *bar;
    self->mark_count++;
}

void path_price(struct path *self, int64_t time_us, int64_t price_e12, bool pending)
{
    CHECK(price_e12 > 0);

    if (self->count > 0) {
        const struct path_record *before = path_record(self, self->count - 1);
        CHECK(before->bare && before->bar.open_time_us <= time_us);
        self->count -= pending && before->bar.open_time_us == time_us;
    }
    struct path_record *record = &self->records[self->count & self->mask];
    *record = (struct path_record){.end_us = INSTANT_NEVER, .bare = true};
    record->bar.open_time_us = time_us;
    record->bar.open_e12 = price_e12;
    self->count++;
}

void path_orient(struct path *self, int64_t bar, bool low_first)
{
    self->records[bar & self->mask].low_first = low_first;
}

/* Oldest bar that is still kept. */
static int64_t path_oldest(const struct path *self)
{
    return self->count > self->mask ? self->count - self->mask - 1 : 0;
}

bool path_locate(const struct path *self, int64_t time_us, struct path_place *out)
{
    int64_t oldest = path_oldest(self);
    int64_t bar = self->count - 1;
    while (bar >= oldest && path_record(self, bar)->bar.open_time_us > time_us) {
        bar--;
    }
    if (bar < oldest) {
        return false;
    }
    const struct path_record *record = path_record(self, bar);
    int32_t point = record->bare ? 0 : PATH_POINTS - 1;
    while (point > 0 && path_point_time(record, point) > time_us) {
        point--;
    }
    *out = (struct path_place){bar, point};
    return true;
}

/* Price of a bar at a point; the extremes come in the order of the trade bar, also for the mark bar
 * in step. */
static int64_t bar_price(const struct exchange_bar *bar, int32_t point, bool low_first)
{
    if (point == 0) {
        return bar->open_e12;
    }
    if (point == PATH_POINTS - 1) {
        return bar->close_e12;
    }
    return (point == 1) == low_first ? bar->low_e12 : bar->high_e12;
}

static const struct exchange_bar *mark_covering(const struct path *self, int64_t time_us)
{
    int64_t oldest = self->mark_count > self->mask ? self->mark_count - self->mask - 1 : 0;
    for (int64_t mark = self->mark_count - 1; mark >= oldest; mark--) {
        const struct exchange_bar *bar = &self->marks[mark & self->mask];
        if (bar->open_time_us <= time_us) {
            return time_us - bar->open_time_us < bar->interval_us ? bar : NULL;
        }
    }
    return NULL;
}

static int64_t mark_clamp(const struct exchange_bar *mark, int64_t last)
{
    if (last < mark->low_e12) {
        return mark->low_e12;
    }
    return last > mark->high_e12 ? mark->high_e12 : last;
}

static int64_t
mark_price(const struct path *self, const struct path_record *record, int32_t point, int64_t last)
{
    if (self->mark_count == 0) {
        return last;
    }
    /* A bar cut short has its last points at the next open: the mark bar that covers its own last
     * instant serves. */
    int64_t time_us = path_point_time(record, point);
    if (time_us >= record->end_us) {
        time_us = record->end_us - 1;
    }
    const struct exchange_bar *mark = mark_covering(self, time_us);
    if (mark == NULL) {
        return last;
    }
    if (!record->bare && mark->open_time_us == record->bar.open_time_us &&
        mark->interval_us == record->bar.interval_us) {
        return bar_price(mark, point, record->low_first);
    }
    return mark_clamp(mark, last);
}

int64_t path_clamp_e12(const struct path *self, int64_t time_us, int64_t last_e12)
{
    const struct exchange_bar *mark = mark_covering(self, time_us);
    return mark == NULL ? last_e12 : mark_clamp(mark, last_e12);
}

struct path_prices path_prices(const struct path *self, struct path_place place)
{
    CHECK(place.bar < self->count && place.bar >= path_oldest(self));

    const struct path_record *record = path_record(self, place.bar);
    struct path_prices prices;
    prices.last_e12 = bar_price(&record->bar, place.point, record->low_first);
    prices.mark_e12 = mark_price(self, record, place.point, prices.last_e12);
    return prices;
}

int64_t path_volume_e6(const struct path *self, int64_t bar)
{
    const struct path_record *record = path_record(self, bar);
    if (record->bare || !self->volume_seen) {
        return VOLUME_UNKNOWN;
    }
    static const int64_t to_e6[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    int32_t exponent = record->bar.volume_exponent;
    wide_t volume = record->bar.volume;
    for (; exponent < 0; exponent++) {
        volume *= 10;
    }
    for (; exponent > 6; exponent--) {
        volume /= 10;
    }
    volume *= to_e6[exponent];
    volume /= PATH_POINTS;
    return volume < INT64_MAX ? (int64_t)volume : INT64_MAX - 1;
}

bool path_open(const struct path *self, int64_t time_us, int64_t outage_intervals)
{
    struct path_place place;
    if (time_us >= self->end_us || !path_locate(self, time_us, &place)) {
        return false;
    }
    const struct path_record *record = path_record(self, place.bar);
    return record->bare || time_us - record->end_us <= outage_intervals * record->bar.interval_us;
}

const char *path_mark_source(const struct path *self)
{
    if (self->mark_count == 0) {
        return "trade path (no mark data)";
    }
    const struct exchange_bar *mark = &self->marks[(self->mark_count - 1) & self->mask];
    if (self->count > 0 &&
        path_record(self, self->count - 1)->bar.interval_us == mark->interval_us) {
        return "mark bars in step with the trade bars";
    }
    return "trade path clamped to low..high of the mark bars";
}
