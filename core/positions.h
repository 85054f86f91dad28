/* positions.h - open positions, one a symbol (one-way mode), and the plan by which each will be left.
 * Laws     the rules of the books at the head of core/margin.h, to the last unit: cost is the sum of the opening fills'
 *          notionals; a partial close releases floor(cost x closed / open), the last close the rest; margin likewise.
 *          Sizes are positive while open; a fill never flips a position.
 * Order    the list of open positions is in order of opening: iteration is deterministic.
 * Failure  bool false: a figure does not fit int64; the caller stops (it cannot be denied any more). */
#ifndef CORE_POSITIONS_H
#define CORE_POSITIONS_H

#include "core/action.h"
#include "core/base.h"
#include "core/bounds.h"
#include "core/instruments.h"
#include "core/margin.h"

/* How the position will be left, from its signal. Orders are 0 while there are none. */
struct plan {
    int64_t stop_e12;
    int64_t trailing_e9;
    int32_t target_count;
    int64_t target_e12[TARGETS_MAX];
    int64_t target_share_e9[TARGETS_MAX]; /* sum <= 1e9; the last target takes the rest */
    int64_t deadline_us;                  /* closed at this age */
    uint64_t stop_order, exit_order;
    bool stop_confirmed, targets_placed;
    int64_t unprotected_since_us; /* 0: protected */
    int64_t retry_us; /* an exit or a stop that was refused is tried again then; 0: none */
    int32_t refusals; /* in a row: each waits longer */
    enum exit_reason exit_wanted; /* EXIT_NONE: stay */
    int64_t risk_e8; /* loss at the stop when it was opened: what results are measured in */
    int32_t adds;    /* how often a signal added to it */
};

/* Prices that rest on a few figures, kept while these stand: a mark needs no division. Side, leverage and margin mode are
 * those of the position for its life. */
struct holding_prices {
    int64_t size_e6, cost_e8, wallet_e8; /* what liquidation_e12 was made of; size 0: not yet */
    int64_t liquidation_e12;
    int64_t entry_size_e6, entry_cost_e8; /* what entry_e12 was made of */
    int64_t entry_e12;
};

struct holding {
    struct position position;
    struct plan plan;
    struct holding_prices prices;
};

struct positions {
    int64_t sequence; /* of the last position id */
    int32_t open_count;
    int32_t open_list[INSTRUMENTS_MAX]; /* instruments, oldest first */
    struct holding items[INSTRUMENTS_MAX];
};

void positions_init(struct positions *self);
/* The open position of an instrument, or NULL. */
static inline struct holding *positions_get(struct positions *self, int32_t instrument)
{
    CHECK(instrument >= 0);
    CHECK(instrument < INSTRUMENTS_MAX);
    struct holding *holding = &self->items[instrument];

    return holding->position.position_id != 0 && holding->position.closed_us == 0 ? holding : NULL;
}
/* A new one in status opening, zero size; CHECKs that there is none. Fields that describe it are the caller's. */
struct holding *positions_begin(struct positions *self, int32_t instrument);
/* Takes a closed one off the list; it stays readable until the next begin. */
void positions_end(struct positions *self, int32_t instrument);

/* An opening fill. */
MUST_USE bool position_increase(struct position *position, int64_t price_e12, int64_t size_e6);
struct closing {
    int64_t notional_e8;
    int64_t realised_e8; /* price alone */
    int64_t margin_e8;   /* released */
};
/* A closing fill of size_e6 <= open size. */
MUST_USE bool position_decrease(struct position *position,
                                int64_t price_e12,
                                int64_t size_e6,
                                struct closing *out);
/* Unrealised P&L at the position's mark; also moves the best and worst excursion. */
MUST_USE static inline bool
position_mark(struct position *position, int64_t mark_e12, int64_t *unrealised_e8)
{
    position->mark_e12 = mark_e12;
    if (!margin_unrealised_e8(position->side, position->size_e6, position->cost_e8, mark_e12,
                              unrealised_e8)) {
        return false;
    }
    int64_t result_e8 = position->realised_e8 + *unrealised_e8;
    if (result_e8 > position->favourable_e8) {
        position->favourable_e8 = result_e8;
    }
    if (result_e8 < position->adverse_e8) {
        position->adverse_e8 = result_e8;
    }
    return true;
}
bool holding_liquidation_anew(struct holding *self,
                              const struct instruments *instruments,
                              int64_t wallet_e8);
/* Liquidation price by the venue's model; wallet_e8: isolated: the position's margin; cross: what stands behind it. The
 * size is not 0, here and below. */
MUST_USE static inline bool holding_liquidation(struct holding *self,
                                                const struct instruments *instruments,
                                                int64_t wallet_e8,
                                                int64_t *out)
{
    const struct position *position = &self->position;
    const struct holding_prices *prices = &self->prices;
    CHECK(position->size_e6 > 0);

    if ((prices->size_e6 != position->size_e6 || prices->cost_e8 != position->cost_e8 ||
         prices->wallet_e8 != wallet_e8) &&
        !holding_liquidation_anew(self, instruments, wallet_e8)) {
        return false;
    }
    *out = prices->liquidation_e12;

    return true;
}
int64_t holding_entry_anew(struct holding *self);
/* Average price of what is open, rounded down. */
static inline int64_t holding_entry_e12(struct holding *self)
{
    const struct holding_prices *prices = &self->prices;
    bool kept = prices->entry_size_e6 == self->position.size_e6 &&
                prices->entry_cost_e8 == self->position.cost_e8;

    return kept ? prices->entry_e12 : holding_entry_anew(self);
}
/* size x share for each target, floored to the lot, the last one takes the rest; returns how many are not zero. */
int32_t plan_target_sizes(const struct plan *plan,
                          int64_t size_e6,
                          int64_t lot_e6,
                          int64_t out[TARGETS_MAX]);
void positions_check(const struct positions *self);

#endif
