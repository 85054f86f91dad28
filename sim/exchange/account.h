/* account.h - the exchange's own books of one account: wallet, one position per instrument, marks.
 * Laws     every figure follows "the rules of the books" at the head of core/margin.h, from fills,
 *          marks, rates and transfers alone. wallet = transfers + realised - fees + funding,
 *          always. One leverage per position: the one it was opened with; adds take it over.
 * Margin   isolated: a position stands for itself, its liquidation price moves with its own fills
 *          and funding only; cross: all positions share the wallet, liquidation prices move with
 *          every mark.
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

struct account {
    const struct instruments *instruments;
    bool cross;
    int64_t wallet_e8, realised_e8, fees_e8, funding_e8, transfers_e8, margin_used_e8;
    int32_t open_count;
    int32_t open[INSTRUMENTS_MAX]; /* instruments with a position, ascending */
    struct account_position positions[INSTRUMENTS_MAX];
    int64_t marks_e12[INSTRUMENTS_MAX];
};

/* One execution. A fill that closes may not be larger than the position. */
struct account_fill {
    enum side side;
    enum liquidity liquidity;
    enum fill_kind kind;
    int32_t leverage; /* used when it opens from flat */
    int64_t price_e12, size_e6;
};

void account_init(struct account *self, const struct instruments *instruments, bool cross);

/* Questions. */
static inline const struct account_position *account_position(const struct account *self,
                                                              int32_t instrument)
{
    return &self->positions[instrument];
}
int64_t account_unrealised_e8(const struct account *self);
/* Wallet - margins (+ unrealised in cross mode): what a new order may use before what resting
 * orders reserve. */
int64_t account_available_e8(const struct account *self);
/* Mark price at which the position is liquidated now; 0: none. */
int64_t account_liquidation_e12(const struct account *self, int32_t instrument);
/* The instrument's mark has reached it. */
bool account_doomed(const struct account *self, int32_t instrument);
/* Price at which nothing is left for the position. */
int64_t account_bankruptcy_e12(const struct account *self, int32_t instrument);
void account_books(const struct account *self, struct books_account *out);
void account_books_position(const struct account *self,
                            int32_t instrument,
                            struct books_position *out);

/* Commands. */
void account_transfer(struct account *self, int64_t amount_e8);
void account_mark(struct account *self, int32_t instrument, int64_t mark_e12);
void account_fill(struct account *self, int32_t instrument, const struct account_fill *fill);
/* Pays or receives a settlement at a mark price; no position: nothing. */
void account_funding(struct account *self, int32_t instrument, int64_t mark_e12, int64_t rate_e16);

/* CHECKs the laws. */
void account_check(const struct account *self);

#endif
