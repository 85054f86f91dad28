/* runner.h - the one duty cycle of every driver: take the next event, step the core, carry out its actions, compare books.
 * Backtest, replay, paper and live differ only in the ports they hand over (core/ports.h).
 * Laws     an event is stepped exactly once; actions go out in their order: records to the store, orders to the venue.
 *          After every event at which no message is in flight the core's books equal the venue's, to the last unit; an
 *          event that moved neither side (a bar of a market without position) has nothing to compare.
 *          With a durable store all records of a step go first, then one commit, then the orders; where it fails, cancels and
 *          orders that only reduce go all the same, the others come back as EVIDENCE_NOT_SENT (RISK F36).
 * Failure  RUNNER_BOOKS_DIFFER names both sides in `difference`; nothing is delivered after it.
 * Time     none of its own: a timer is delivered when the feed has nothing before the core's deadline. */
#ifndef CORE_RUNNER_H
#define CORE_RUNNER_H

#include "core/base.h"
#include "core/books.h"
#include "core/engine.h"
#include "core/ports.h"

enum runner_status { RUNNER_TURNED, RUNNER_IDLE, RUNNER_BOOKS_DIFFER };

struct runner {
    struct engine *engine;
    struct actions *actions; /* scratch of one step */
    struct venue_port venue;
    struct store_port store;
    struct feed_port feed;
    struct journal_port journal;
    struct books_difference difference;
    int32_t difference_instrument; /* INSTRUMENT_NONE: the account */
    int64_t difference_us;
    int64_t events, comparisons;
    uint64_t changes_compared; /* engine_changes() at the last comparison */
};

/* actions: memory for one step, owned by the caller, for life. */
void runner_init(struct runner *self,
                 struct engine *engine,
                 struct actions *actions,
                 const struct venue_port *venue,
                 const struct store_port *store,
                 const struct feed_port *feed);
/* From now on every event is written down before its step. */
void runner_journal(struct runner *self, const struct journal_port *journal);
/* One event, not later than until_us: from the feed, or the core's timer. RUNNER_IDLE: there is none. */
enum runner_status runner_turn(struct runner *self, int64_t until_us);
/* One given event. */
enum runner_status runner_deliver(struct runner *self, const struct event *event);
/* Compares every position too; for the end of a run. */
enum runner_status runner_compare(struct runner *self, int64_t time_us);

#endif
