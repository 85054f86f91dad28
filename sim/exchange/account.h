/* account.h - the exchange's own books of one account: wallet, positions, marks.
 * Laws     every figure follows "the rules of the books" at the head of core/margin.h (inverse
 *          contracts: core/margin_inverse.h), from fills, marks, rates and transfers alone. wallet =
 *          transfers + realised - fees + funding, always. One leverage per symbol while it has a
 *          position: the one it was opened with; adds take it over.
 * Modes    one-way: one position a symbol, in the first leg. Hedge: a long and a short leg of one
 *          symbol, apart in size, cost and margin; a fill that reduces closes the leg of the other
 *          side, any other opens or adds to its own.
 * Margin   by symbol. Isolated: a leg stands for itself, its liquidation price moves with its own
 *          fills, funding and added margin only. Cross: all cross positions share the wallet less
 *          the isolated margins, liquidation prices move with every mark; both legs of a symbol
 *          have one (PROTOCOLS D2).
 * Failure  CHECK: sizes were validated before they came here.   Cost: O(open positions) where it
 *          sums, else O(tiers). */
#ifndef SIM_EXCHANGE_ACCOUNT_H
#define SIM_EXCHANGE_ACCOUNT_H

#include "core/books.h"
#include "core/instruments.h"

struct account_position {
    enum side side;
    int32_t leverage;
    int64_t size_e6; /* 0: none, then every other field is 0 */
    int64_t cost_e8;
    int64_t margin_e8;
    int64_t liquidation_e12; /* isolated only; cross is computed when asked */
};

enum { LEGS = 2 }; /* one-way: the first; hedge: long, short */

struct account {
    const struct instruments *instruments;
    bool hedge;
    bool cross;                    /* of at least one symbol */
    bool crossed[INSTRUMENTS_MAX]; /* margin mode of each */
    int64_t wallet_e8, realised_e8, fees_e8, funding_e8, transfers_e8, margin_used_e8;
    int64_t isolated_e8; /* of margin_used: what stands for single positions */
    int32_t open_count;
    int32_t open[INSTRUMENTS_MAX]; /* instruments with a position, ascending */
    struct account_position legs[INSTRUMENTS_MAX][LEGS];
    int64_t marks_e12[INSTRUMENTS_MAX];
};

/* One execution. A fill that closes may not be larger than what it closes. */
struct account_fill {
    enum side side;
    enum liquidity liquidity;
    enum fill_kind kind;
    bool reduces;     /* hedge: it closes the other side's leg */
    int32_t leverage; /* used when it opens from flat */
    int64_t price_e12, size_e6;
    int64_t fee_e9;       /* rate of a trade */
    int64_t clearance_e9; /* of a liquidation, on top of the taker rate */
};

/* What an execution moved. */
struct account_posting {
    int64_t notional_e8, realised_e8;
    int64_t fee_e8;       /* all of it, clearance included */
    int64_t clearance_e8; /* of it, the insurance fund's; commission comes first */
};

/* A mark at which positions are liquidated. */
struct account_trigger {
    int64_t price_e12;
    enum side side; /* of the leg that is closed first */
    bool falling;   /* reached from above */
};

void account_init(struct account *self, const struct instruments *instruments, bool cross);

/* ---- questions ---- */
/* One-way: the position. */
static inline const struct account_position *account_position(const struct account *self,
                                                              int32_t instrument)
{
    return &self->legs[instrument][0];
}
/* What is held on one side: 0 in one-way mode while the position is on the other. */
int64_t account_size_e6(const struct account *self, int32_t instrument, enum side side);
/* Of the symbol's position; 0: none. */
int32_t account_leverage(const struct account *self, int32_t instrument);
static inline bool account_flat(const struct account *self, int32_t instrument)
{
    return (self->legs[instrument][0].size_e6 | self->legs[instrument][1].size_e6) == 0;
}
/* The larger leg's side; of equal legs long. */
enum side account_net_side(const struct account *self, int32_t instrument);
/* What this fill closes of an open leg, at most. */
int64_t
account_closes_e6(const struct account *self, int32_t instrument, enum side side, bool reduces);
int64_t account_unrealised_e8(const struct account *self);
/* Wallet - margins + unrealised of cross positions: what a new order may use before what resting
 * orders reserve. */
int64_t account_available_e8(const struct account *self);
/* What may be taken out: as above, but no profit that is not realised. */
int64_t account_withdrawable_e8(const struct account *self);
/* Balance of the cross positions, and what they must keep. */
int64_t account_cross_balance_e8(const struct account *self);
int64_t account_cross_maintenance_e8(const struct account *self);
/* Mark price at which the position (one-way) or the pair is liquidated now; 0: none. */
int64_t account_liquidation_e12(const struct account *self, int32_t instrument);
/* All marks at which something of the symbol is liquidated; returns how many. */
int32_t
account_triggers(const struct account *self, int32_t instrument, struct account_trigger out[LEGS]);
/* The instrument's mark has reached one; *side: the leg that is closed first. */
bool account_doomed(const struct account *self, int32_t instrument, enum side *side);
/* Price at which nothing is left for a leg. */
int64_t account_bankruptcy_e12(const struct account *self, int32_t instrument, enum side side);
/* Margin balance and maintenance of what stands behind a leg: the leg itself, or all of cross. */
void account_strength(const struct account *self,
                      int32_t instrument,
                      enum side side,
                      int64_t *balance_e8,
                      int64_t *maintenance_e8);
void account_books(const struct account *self, struct books_account *out);
/* One-way: the position. */
void account_books_position(const struct account *self,
                            int32_t instrument,
                            struct books_position *out);
void account_books_leg(const struct account *self,
                       int32_t instrument,
                       enum side side,
                       struct books_position *out);

/* ---- commands ---- */
/* Margin mode of a symbol without a position. */
void account_set_cross(struct account *self, int32_t instrument, bool cross);
void account_transfer(struct account *self, int64_t amount_e8);
void account_mark(struct account *self, int32_t instrument, int64_t mark_e12);
struct account_posting
account_fill(struct account *self, int32_t instrument, const struct account_fill *fill);
/* Pays or receives a settlement at a mark price; returns what was received. No position: 0. */
int64_t
account_funding(struct account *self, int32_t instrument, int64_t mark_e12, int64_t rate_e16);
/* Moves margin into an isolated leg (negative: out of it); also gives the leg a new leverage. The
 * terms under which a venue allows it: terms.h. */
void account_set_margin(
    struct account *self, int32_t instrument, enum side side, int32_t leverage, int64_t margin_e8);

/* CHECKs the laws. */
void account_check(const struct account *self);

#endif
