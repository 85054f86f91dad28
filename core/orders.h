/* orders.h - the order machine of RISK 5.1 and the table of live orders.
 * Laws     ids are (epoch, sequence), never random, never reused. Evidence may come in any order; terminal states are
 *          sticky, except that fill evidence is legal in any state and wins. Filled quantity is monotone and never above the
 *          order's size. An order leaves the table when it is terminal: orders_made() still knows its id.
 *          Live orders of one instrument are a list: cost does not grow with orders elsewhere.
 * Failure  the table is full: orders_create() answers NULL and nothing is sent. */
#ifndef CORE_ORDERS_H
#define CORE_ORDERS_H

#include "core/action.h"
#include "core/base.h"
#include "core/bounds.h"

enum {
    ORDERS_ENDED = 64
}; /* ended entries that are remembered: a fill may come after its cancel */

struct orders {
    uint32_t epoch;
    uint64_t sequence;
    int32_t live;
    int32_t entries; /* of them entry orders */
    int32_t free_first;
    int32_t first[INSTRUMENTS_MAX]; /* -1: none */
    int32_t next[ORDERS_MAX];
    struct order items[ORDERS_MAX];
    int32_t ended_next;
    struct order ended[ORDERS_ENDED]; /* a ring; order_id 0: none */
};

void orders_init(struct orders *self, uint32_t epoch);
/* A new order in state INTENT at the tail of its instrument's list, its id set, the rest as `wish`; NULL: full. */
struct order *orders_create(struct orders *self, const struct order *wish);
/* True for an id that this table has given out, live or not, or an earlier epoch's. */
bool orders_made(const struct orders *self, uint64_t order_id);
struct order *
orders_find(struct orders *self, int32_t instrument, uint64_t order_id); /* NULL: not live */
/* Takes in an order of an earlier epoch as it was; NULL: full. */
struct order *orders_adopt(struct orders *self, const struct order *wish);
/* An entry that has ended, among the last ORDERS_ENDED; NULL: not remembered. */
const struct order *orders_ended(const struct orders *self, int32_t instrument, uint64_t order_id);
/* Walks the live orders of one instrument in order of creation; NULL at the end. */
struct order *orders_first(struct orders *self, int32_t instrument);
struct order *orders_after(struct orders *self, const struct order *order);
/* Takes a terminal order out of the table; its memory is reused. */
void orders_remove(struct orders *self, const struct order *order);

/* True when the transition is one of RISK 5.1; fills go by order_fill(). */
bool order_may(enum order_state from, enum order_state to);
/* Applies a state, its time and its reason; false: illegal or the order is terminal, nothing changed. */
bool order_move(struct order *order,
                enum order_state state,
                enum order_reason reason,
                int64_t time_us);
/* Books a fill of size_e6; CHECKs the size. A close-position order takes its size from its fills. */
void order_fill(struct order *order, int64_t size_e6, int64_t time_us);
void orders_check(const struct orders *self);

#endif
