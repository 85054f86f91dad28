/* book.h - our open orders at the exchange: a pool, and a list per instrument in order of their
 * arrival.
 * Laws     an order is in the book from its acceptance until it is filled, cancelled, expired or
 *          triggered. reserved_e8 of the book is the sum of its orders': margin and fee that
 *          resting entries will need.
 * Memory   BOOK_MAX orders; adding to a full book is a CHECK: rules.c refuses before.
 * Cost     O(orders of the instrument). */
#ifndef SIM_EXCHANGE_BOOK_H
#define SIM_EXCHANGE_BOOK_H

#include "core/action.h"
#include "sim/exchange/queue_model.h"

enum { BOOK_MAX = 2 * ORDERS_MAX, BOOK_NONE = -1 };

struct book_order {
    struct action_place place; /* as it came */
    int32_t instrument, next;
    int32_t amends;
    int64_t rest_e6; /* not filled yet; close_position: 0 */
    int64_t reserved_e8;
    int64_t best_e12;         /* trailing: best price since armed, 0 = not armed yet */
    uint64_t exhausted;       /* limit, bars: the walk in which the market's volume was used up */
    uint64_t arrival;         /* time priority */
    struct queue_place queue; /* limit, where records tell the market; queued: it has one */
    bool queued;
};

struct book {
    int32_t free;
    int32_t count, conditional; /* orders; of them those with a trigger */
    int64_t reserved_e8;
    int32_t first[INSTRUMENTS_MAX], counts[INSTRUMENTS_MAX];
    uint64_t arrivals;
    uint64_t versions
        [INSTRUMENTS_MAX]; /* from 1: moves with every order that comes, goes or is put behind */
    struct book_order orders[BOOK_MAX];
};

void book_init(struct book *self);

/* Questions; slots are indexes into orders. */
static inline int32_t book_first(const struct book *self, int32_t instrument)
{
    return self->first[instrument];
}
static inline struct book_order *book_at(struct book *self, int32_t slot)
{
    return &self->orders[slot];
}
/* BOOK_NONE: no such order. */
int32_t book_find(const struct book *self, int32_t instrument, uint64_t order_id);
/* Earliest expiry of an instrument's orders; INSTANT_NEVER: none. */
int64_t book_expiry(const struct book *self, int32_t instrument);
/* Limit orders of an instrument. */
int32_t book_limits(const struct book *self, int32_t instrument);
/* Best price of the limits of a side; 0: none. */
int64_t book_best_e12(const struct book *self, int32_t instrument, enum side side);
/* Size of what rests to open or add on a side (not reduce-only, limit orders only). */
int64_t book_resting_e6(const struct book *self, int32_t instrument, enum side side);

/* Commands. */
struct book_order *
book_add(struct book *self, int32_t instrument, const struct action_place *place);
void book_reserve(struct book *self, struct book_order *order, int64_t amount_e8);
void book_remove(struct book *self, int32_t slot);
/* The order loses its priority: as if it had come now. */
void book_put_behind(struct book *self, int32_t slot);

#endif
