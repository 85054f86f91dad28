/* depth.h - the order book of one market as its feed tells it: a size at each price, two sides.
 * Model    an array by tick over a window of DEPTH_SPAN ticks, bit maps over it that find the best and the next level in a
 *          few steps, and a short sorted list each side for the levels outside. The tick of the array is the coarsest unit
 *          that every price met so far is a multiple of: it starts at the instrument's own tick and is refined when a price
 *          lies between, for the instrument's tick may be coarser than its data.
 * Laws     a level is a size > 0; size 0 is no level. What was set is found again, wherever it lies, as long as no side has
 *          more than DEPTH_FAR levels outside the window: then the window moves to the market, and what still does not fit
 *          is dropped from the far end and counted in lost. Nothing is said about a crossed book: it is kept as it came.
 * Units    prices _e12 > 0, sizes _e6, at most DEPTH_SIZE_MAX.
 * Memory   25 MB of address space at start, touched a page at a time where levels are (S4: BTC 2.5 MB, ETH 1.6 MB).
 * Cost     set: a multiplication (an exact division by the tick), one cell, two words of a map when a level comes or goes;
 *          best: O(1); next: O(1); moving the window or refining the tick: O(levels), a few times a run.
 * Failure  depth_allocate: false, no memory. */
#ifndef SIM_EXCHANGE_DEPTH_H
#define SIM_EXCHANGE_DEPTH_H

#include "core/base.h"
#include "core/types.h"

enum {
    DEPTH_SPAN = 1 << 20, /* BTC at 0.1: 104,857 USD; ETH at 0.01: 10,485 USD */
    DEPTH_WORDS = DEPTH_SPAN / 64,
    DEPTH_GROUPS = DEPTH_WORDS / 64,
    DEPTH_TOPS = DEPTH_GROUPS / 64,
    DEPTH_FAR = 2048,
    DEPTH_NONE = -1
};
#define DEPTH_SIZE_MAX (INT64_MAX / 4) /* two of them still add up */

struct depth_level {
    int64_t price_e12, size_e6;
};

/* The window's cells of one side. */
struct depth_cells {
    int64_t *sizes_e6;
    uint64_t *words;
    uint64_t groups[DEPTH_GROUPS], tops[DEPTH_TOPS];
};

struct depth_side {
    struct depth_cells cells;
    int32_t best; /* tick in the window; DEPTH_NONE */
    int32_t far_count;
    struct depth_level *far; /* by price, rising */
};

struct depth {
    int64_t unit_e12; /* the tick of the array */
    uint64_t inverse; /* exact division by it, as Hacker's Delight 10-16 and 10-17 */
    uint64_t quotient_max;
    uint32_t shift;
    bool placed;
    int64_t base; /* tick 0 of the window, in units */
    int64_t lost;
    uint64_t bests; /* counts the changes of either best price */
    struct depth_side sides[2];
    struct depth_cells spare; /* empty: the next window */
};

MUST_USE bool depth_allocate(struct depth *self, int64_t unit_e12);
void depth_release(struct depth *self);
void depth_clear(struct depth *self);

/* Returns the size that was there. A price <= 0 is no price: nothing happens. */
int64_t depth_set(struct depth *self, enum side side, int64_t price_e12, int64_t size_e6);
int64_t depth_size_e6(const struct depth *self, enum side side, int64_t price_e12);
/* False: no level. */
MUST_USE bool depth_best(const struct depth *self, enum side side, struct depth_level *out);
/* The next level further from the market than price_e12. */
MUST_USE bool
depth_next(const struct depth *self, enum side side, int64_t price_e12, struct depth_level *out);
/* Between two messages: the window follows the market. */
void depth_follow(struct depth *self);

#endif
