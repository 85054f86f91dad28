#include "sim/exchange/treasury.h"

#include <string.h>

void treasury_init(struct treasury *self, int64_t fund_e8)
{
    memset(self, 0, sizeof *self);
    self->limited = fund_e8 >= 0;
    self->fund_start_e8 = self->limited ? fund_e8 : 0;
    self->fund_e8 = self->fund_start_e8;
}

/* What the other side of our fill receives. */
static int64_t flow_e8(const struct instrument *item, enum side side, int64_t notional_e8)
{
    bool receives = (side == SIDE_BUY) != (item->contract_value_e8 > 0);
    return receives ? notional_e8 : -notional_e8;
}

static void fees_take(struct treasury *self, const struct account_posting *posting)
{
    self->fees_e8 += posting->fee_e8 - posting->clearance_e8;
    self->fund_e8 += posting->clearance_e8;
}

void treasury_trade(struct treasury *self,
                    const struct instrument *item,
                    enum side side,
                    const struct account_posting *posting)
{
    self->market_e8 += flow_e8(item, side, posting->notional_e8);
    fees_take(self, posting);
}

int64_t treasury_loss_e8(const struct instrument *item,
                         enum side side,
                         int64_t notional_e8,
                         int64_t market_e8)
{
    return flow_e8(item, side, market_e8) - flow_e8(item, side, notional_e8);
}

void treasury_takeover(struct treasury *self,
                       const struct instrument *item,
                       enum side side,
                       const struct account_posting *posting,
                       int64_t market_e8)
{
    int64_t loss_e8 = treasury_loss_e8(item, side, posting->notional_e8, market_e8);
    self->market_e8 += flow_e8(item, side, market_e8);
    self->losses_e8 += loss_e8;
    self->fund_e8 -= loss_e8;
    fees_take(self, posting);
}

bool treasury_affords(const struct treasury *self, int64_t loss_e8)
{
    return !self->limited || loss_e8 <= 0 || loss_e8 <= self->fund_e8;
}

void treasury_funding(struct treasury *self, int64_t received_e8)
{
    self->funding_e8 -= received_e8;
}

int64_t treasury_difference_e8(const struct treasury *self, const struct account *account)
{
    int64_t sum_e8 = account->wallet_e8 + self->market_e8 + self->fees_e8 + self->funding_e8 +
                     self->fund_e8 - self->fund_start_e8 - account->transfers_e8;
    for (int32_t i = 0; i < account->open_count; i++) {
        int32_t instrument = account->open[i];
        const struct instrument *item = &account->instruments->items[instrument];
        for (int32_t leg = 0; leg < LEGS; leg++) {
            const struct account_position *position = &account->legs[instrument][leg];
            sum_e8 -= flow_e8(item, position->side, position->cost_e8);
        }
    }
    return sum_e8;
}
