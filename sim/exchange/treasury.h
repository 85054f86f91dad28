/* treasury.h - where the money of the account's counterparts goes: the rest of the world, the
 * venue's revenue, the payers of funding, the insurance fund.
 * Law      nothing is made and nothing is lost. With our wallet and what our open positions have
 *          cost (a long has paid it, a short received it; inverse: the other way round),
 *            wallet - costs + market + fees + funding + fund = transfers + fund at the start
 *          after every event, to the last unit: treasury_difference_e8() is zero. market counts the
 *          notionals of the fills, not the realised figures of the account: an error in either is a
 *          difference.
 * Fund     receives clearance fees; takes liquidated positions over at the price of bankruptcy and
 *          brings them to market at once, at the market's price: what is missing is its loss, what
 *          is left its gain. Without a limit it may go below zero.
 * Failure  none; sums are of amounts that fit.   Cost: O(1), the difference O(open positions). */
#ifndef SIM_EXCHANGE_TREASURY_H
#define SIM_EXCHANGE_TREASURY_H

#include "sim/exchange/account.h"

struct treasury {
    bool limited;
    int64_t fund_start_e8, fund_e8;
    int64_t market_e8;  /* cash of the rest of the world against us, ADL's counterparts included */
    int64_t fees_e8;    /* maker and taker fees of ours */
    int64_t funding_e8; /* received by the other side */
    int64_t losses_e8;  /* of fund: what take-overs cost it, gains taken off */
};

/* fund_e8 < 0: without a limit. */
void treasury_init(struct treasury *self, int64_t fund_e8);
/* A fill against the market. */
void treasury_trade(struct treasury *self,
                    const struct instrument *item,
                    enum side side,
                    const struct account_posting *posting);
/* A fill of ours that the fund takes, and closes for market_e8 (notional, of the same side). */
void treasury_takeover(struct treasury *self,
                       const struct instrument *item,
                       enum side side,
                       const struct account_posting *posting,
                       int64_t market_e8);
/* What a take-over would cost the fund (negative: bring). */
int64_t treasury_loss_e8(const struct instrument *item,
                         enum side side,
                         int64_t notional_e8,
                         int64_t market_e8);
bool treasury_affords(const struct treasury *self, int64_t loss_e8);
void treasury_funding(struct treasury *self, int64_t received_e8);
/* Money that has appeared (positive) or vanished. */
int64_t treasury_difference_e8(const struct treasury *self, const struct account *account);

#endif
