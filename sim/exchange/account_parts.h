/* account_parts.h - shared by account.c and account_figures.c, and by no one else. */
#ifndef SIM_EXCHANGE_ACCOUNT_PARTS_H
#define SIM_EXCHANGE_ACCOUNT_PARTS_H

#include "sim/exchange/account.h"

struct funding_terms {
    int64_t mark_e12, rate_e16;
};

/* The leg that a position of this side has, or would have. */
static inline struct account_position *
account_leg(struct account *self, int32_t instrument, enum side side)
{
    return &self->legs[instrument][self->hedge && side == SIDE_SHORT];
}

/* Isolated: of the leg alone; cross: of the symbol. */
int64_t account_leg_liquidation_e12(const struct account *self,
                                    int32_t instrument,
                                    const struct account_position *leg);

#endif
