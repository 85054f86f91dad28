/* contract.h - the figures of one contract by one set of names, whether it is linear (core/margin.h,
 * money in the quote currency) or inverse (core/margin_inverse.h, money in the coin).
 * Failure  CHECK: sizes and prices were validated before they came here.   Cost: O(tiers). */
#ifndef SIM_EXCHANGE_CONTRACT_H
#define SIM_EXCHANGE_CONTRACT_H

#include "core/instruments.h"
#include "core/margin.h"

/* Of a fill, by its side. */
MUST_USE bool contract_notional_e8(const struct instrument *item,
                                   enum side side,
                                   int64_t price_e12,
                                   int64_t size_e6,
                                   int64_t *out);
/* The larger rounding: what margins, fees and brackets are asked on. */
MUST_USE bool
contract_value_e8(const struct instrument *item, int64_t price_e12, int64_t size_e6, int64_t *out);
/* The smaller one: what minimum notionals are asked on. */
MUST_USE bool contract_value_floor_e8(const struct instrument *item,
                                      int64_t price_e12,
                                      int64_t size_e6,
                                      int64_t *out);
int64_t contract_unrealised_e8(const struct instrument *item,
                               enum side side,
                               const struct margin_leg *leg,
                               int64_t mark_e12);
/* Of a close: cost that it releases against its notional. */
int64_t contract_realised_e8(const struct instrument *item,
                             enum side side,
                             int64_t cost_e8,
                             int64_t notional_e8);
int64_t contract_funding_e8(const struct instrument *item,
                            enum side side,
                            int64_t size_e6,
                            int64_t mark_e12,
                            int64_t rate_e16);
int64_t contract_maintenance_e8(const struct instruments *instruments,
                                const struct instrument *item,
                                int64_t size_e6,
                                int64_t mark_e12);
int64_t contract_liquidation_e12(const struct instrument *item,
                                 const struct liquidation_input *input);
/* INT64_MAX where the price is beyond all prices. */
int64_t contract_bankruptcy_e12(const struct instrument *item,
                                enum side side,
                                const struct margin_leg *leg,
                                int64_t wallet_e8);
/* Size to close so that the rest is within the next lower bracket; all of it in the first one. */
int64_t contract_step_down_e6(const struct instruments *instruments,
                              const struct instrument *item,
                              int64_t size_e6,
                              int64_t mark_e12);

#endif
