/* fee_ladder.h - maker and taker fees by what was traded in the last days.
 * Model    steps of {volume, maker, taker}; in force is the last one whose volume was reached by the
 *          executed notional of the complete UTC days of the window; it is decided at 00:00 UTC for
 *          the whole day, as venues do. Binance looks at 30 days, Hyperliquid at 14
 *          (sim.fee_window). An account may bring volume with it (sim.fee_volume): it counts as
 *          spread evenly over the window before the first fill. Inverse contracts count in quote
 *          units.
 * Text     "volume:maker:taker" a step, as "fees.ladder" holds them: "5000000:0.012%:0.04%", volumes
 *          ascending from 0. Rebates (negative fees) are not offered.
 * Failure  false and an error (exit 2) that names the step.   Cost: O(1) a fill, O(days) a day. */
#ifndef SIM_EXCHANGE_FEE_LADDER_H
#define SIM_EXCHANGE_FEE_LADDER_H

#include "core/types.h"
#include "data/config.h"

enum { FEE_STEPS_MAX = 16, FEE_DAYS_MAX = 90 };

struct fee_step {
    int64_t volume_e8, maker_e9, taker_e9;
};

struct fee_ladder {
    int32_t count; /* 0: none, every instrument has its own fees */
    struct fee_step steps[FEE_STEPS_MAX];
};

struct fee_meter {
    const struct fee_ladder *ladder;
    int32_t days;       /* of the window */
    int64_t brought_e8; /* volume before the first fill */
    int64_t day;        /* days since the epoch; INT64_MIN: no fill and no question yet */
    int32_t step;       /* in force on that day */
    int64_t today_e8;   /* executed on it */
    int64_t past_e8[FEE_DAYS_MAX]; /* [day % days]: the complete days before */
};

MUST_USE bool
fee_ladder_parse(struct fee_ladder *self, const struct config_list *texts, struct error *error);

void fee_meter_init(struct fee_meter *self,
                    const struct fee_ladder *ladder,
                    int32_t days,
                    int64_t brought_e8);
static inline bool fee_meter_on(const struct fee_meter *self)
{
    return self->ladder->count > 0;
}
/* Rate in force at an instant; the ladder is on. Time never falls. */
int64_t fee_meter_rate_e9(const struct fee_meter *self, int64_t now_us, enum liquidity liquidity);
void fee_meter_add(struct fee_meter *self, int64_t now_us, int64_t notional_e8);

#endif
