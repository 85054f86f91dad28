/* ports.h - the four seams between the core and the world, each {self, a few functions}, so that a decorator can wrap it.
 * The runner (core/runner.h) is the only caller. Backtest, replay, paper and live differ in the ports handed to it. */
#ifndef CORE_PORTS_H
#define CORE_PORTS_H

#include "core/action.h"
#include "core/books.h"
#include "core/event.h"

/* Where orders go. The answers come back as events. */
struct venue_port {
    void *self;
    void (*leverage)(void *self,
                     int64_t now_us,
                     int32_t instrument,
                     const struct action_leverage *setting);
    void (*place)(void *self, int64_t now_us, int32_t instrument, const struct action_place *order);
    void (*cancel)(void *self, int64_t now_us, int32_t instrument, uint64_t order_id);
    /* True when no message between core and venue is in flight; then the two books are compared. NULL: cannot tell. */
    bool (*settled)(void *self);
    /* The venue's own books; false: it has none to show now. */
    bool (*account)(void *self, struct books_account *out);
    bool (*position)(void *self, int32_t instrument, struct books_position *out);
};

/* Where records go. */
struct store_port {
    void *self;
    void (*record)(void *self, const struct action *action);
    /* NULL: none. Else called once a step, after its records and before anything of it goes to the venue: true when all of them
     * are on disk. False: nothing of the step that may add exposure is sent. */
    bool (*durable)(void *self);
};

/* Where a session is written down. Both NULL: nowhere. */
struct journal_port {
    void *self;
    /* Before the core acts on it. */
    void (*event)(void *self, const struct event *event);
    /* What it did: its actions, and its digest after the step. */
    void (*step)(void *self, const struct actions *actions, uint64_t digest);
};

/* Where events come from, in the total order of core/event.h. */
enum feed_status { FEED_EVENT, FEED_WAIT, FEED_END };
struct feed_port {
    void *self;
    /* The next event not later than deadline_us; FEED_WAIT: none before it (deliver the timer). */
    enum feed_status (*next)(void *self, int64_t deadline_us, struct event *out);
};

/* Real time, for the programs that have it; NULL functions in a simulation. Never read by the core's step. */
struct clock_port {
    void *self;
    int64_t (*monotonic_ns)(void *self);
};

#endif
