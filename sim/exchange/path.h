/* path.h - the script of one market: bars and mark bars as they were given, and the points that
 * they stand for.
 * Model    a bar [t, t+T) is four points: open at t, first extreme at t+T/3, second at t+2T/3,
 *          close at t+T-1us. The extreme nearer to the open comes first (tie: the low), unless
 *          path_orient() says otherwise. A point holds until the next, across gaps too. A bare
 *          price (signals only) is one point that holds for ever. Mark: a mark bar of the same
 *          interval and open time walks in step, its own open, high, low and close at the same
 *          points; else the mark bar that covers the point's instant clamps the trade price to its
 *          low..high; without one the mark is the trade price. A bar that opens before the one
 *          before it has ended cuts it short: what was left of it happens at that open. Volume:
 *          each point has a quarter of the bar's; a series in which no volume was ever seen has
 *          none to limit by.
 * Memory   the newest `capacity` bars are kept, for questions about the recent past.   Cost: O(1)
 *          near the newest bar. */
#ifndef SIM_EXCHANGE_PATH_H
#define SIM_EXCHANGE_PATH_H

#include "core/instant.h"
#include "sim/exchange/exchange.h"

enum { PATH_POINTS = 4 };
#define VOLUME_UNKNOWN INT64_MAX

struct path_record {
    struct exchange_bar bar; /* bare: open only */
    int64_t end_us;          /* bare: INSTANT_NEVER */
    bool bare, low_first;
};

struct path {
    struct path_record *records; /* ring of capacity, a power of two */
    struct exchange_bar *marks;  /* the same */
    int64_t count, mark_count;   /* ever given */
    int64_t mask;
    int64_t end_us; /* no market from here on; INSTANT_NEVER = not known */
    bool volume_seen;
};

/* A point by its bar's number (0, 1, ... as given) and its place in the bar. */
struct path_place {
    int64_t bar;
    int32_t point;
};

struct path_prices {
    int64_t last_e12, mark_e12;
};

void path_init(struct path *self,
               struct path_record *records,
               struct exchange_bar *marks,
               int64_t capacity);

/* Commands; open times never fall. path_bar: true when the bar ends an outage of more than
 * outage_intervals. */
bool path_bar(struct path *self, const struct exchange_bar *bar, int64_t outage_intervals);
void path_mark_bar(struct path *self, const struct exchange_bar *bar);
/* pending: nobody has walked to the newest price yet; then a second one of the same instant takes
 * its place. */
void path_price(struct path *self, int64_t time_us, int64_t price_e12, bool pending);
void path_orient(struct path *self, int64_t bar, bool low_first);

/* Questions. */
static inline const struct path_record *path_record(const struct path *self, int64_t bar)
{
    return &self->records[bar & self->mask];
}
/* The point that holds at an instant; false: before the first bar, or older than what is kept. */
bool path_locate(const struct path *self, int64_t time_us, struct path_place *out);
static inline struct path_place path_after(const struct path *self, struct path_place place)
{
    if (place.point == PATH_POINTS - 1 || path_record(self, place.bar)->bare) {
        return (struct path_place){place.bar + 1, 0};
    }
    return (struct path_place){place.bar, place.point + 1};
}
static inline int64_t path_point_time(const struct path_record *record, int32_t point)
{
    const struct exchange_bar *bar = &record->bar;
    int64_t time_us = bar->open_time_us;
    if (point == PATH_POINTS - 1) {
        time_us += bar->interval_us - 1;
    } else {
        time_us += bar->interval_us / 3 * point + bar->interval_us % 3 * point / 3;
    }
    return time_us < record->end_us ? time_us : record->end_us;
}
/* Instant of a point; INSTANT_NEVER when its bar has not been given. */
static inline int64_t path_time(const struct path *self, struct path_place place)
{
    if (place.bar >= self->count) {
        return INSTANT_NEVER;
    }
    return path_point_time(path_record(self, place.bar), place.point);
}
struct path_prices path_prices(const struct path *self, struct path_place place);
/* A price clamped to low..high of the mark bar that covers the instant; none: the price itself. */
int64_t path_clamp_e12(const struct path *self, int64_t time_us, int64_t last_e12);
/* Volume of each point of a bar in _e6 of the instrument; VOLUME_UNKNOWN: nothing to limit by. */
int64_t path_volume_e6(const struct path *self, int64_t bar);
/* A price holds at time_us and is not older than the outage limit allows. */
bool path_open(const struct path *self, int64_t time_us, int64_t outage_intervals);
const char *path_mark_source(const struct path *self);

#endif
