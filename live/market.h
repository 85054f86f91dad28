/* market.h - a venue's public records -> what the core sees of a market in --mode live.
 * Events   EVENT_MARKET: last and mark price, conflated: of one instrument at most one between two takings unless its mark
 * moved; every
 *          mark is told. EVENT_BOOK: about once a second an instrument, of whole messages only, as sim/exchange/look.h computes
 *          it: best prices, depth within 10 bp, slippage, index. EVENT_BAR: each closed bar. EVENT_FUNDING: a settlement's rate
 * (what was
 *          paid comes by the account's own stream, live/desk.h).
 * Laws     what live/sanity.h does not believe is counted and not told; of a crossed or empty book nothing is told (C7 then sees
 * it
 *          age). A market is told from its first trade or quote on; until a mark comes the last price stands for it.
 *          Times are the caller's; the venue's own stand beside them, never later.
 * Memory   a struct ticks and a book (depth.h) an instrument, a ring of MARKET_QUEUE events.  Failure: market_new: no memory.
 *          A full ring loses points and books (the next ones say it again) and counts them; a bar or a rate takes the oldest
 *          point's place. */
#ifndef LIVE_MARKET_H
#define LIVE_MARKET_H

#include "core/event.h"
#include "core/instruments.h"
#include "data/feed_json.h"
#include "live/flatten.h"
#include "live/sanity.h"

enum { MARKET_QUEUE = 4096 };

struct market; /* opaque */

struct market_counters {
    int64_t records, conflated, lost; /* lost: the ring was full */
    int64_t refused[SANITY_VERDICTS]; /* by reason */
    int64_t crossed_books, gaps;      /* gaps: the book was out of sequence */
};

/* instruments: borrowed for life. */
struct market *market_new(const struct instruments *instruments);
void market_free(struct market *self); /* NULL is fine */
/* now_us: event time; received_ns: for ages. */
void market_take(struct market *self,
                 const struct feed_record *record,
                 int64_t now_us,
                 int64_t received_ns);
/* The oldest event that waits, without time_us; false: none. */
MUST_USE bool market_next(struct market *self, struct event *out);
int32_t market_waiting(const struct market *self);
void market_counters(const struct market *self, struct market_counters *out);
/* When an instrument was heard of last; 0: never. */
int64_t market_heard_ns(const struct market *self, int32_t instrument);
/* For the flatten procedure; false: no two-sided market is known. */
MUST_USE bool market_quote(const struct market *self,
                           int32_t instrument,
                           int64_t now_ns,
                           struct flatten_quote *out);

#endif
