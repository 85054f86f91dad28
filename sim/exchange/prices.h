/* prices.h - what a taker pays where the data have no book.
 * Model    buy: last x (1 + half spread + slippage + impact x share), up to the tick; sell
 *          mirrored, down to the tick, never below one tick. share = size over the volume of the
 *          point, at most 1; unknown volume: no impact. The best quote, which tells what would rest
 *          from what would take: last x (1 +- half spread), to the tick.
 * Failure  none: a price beyond int64 is clamped to it, and the order that meets it fails by its
 *          notional. */
#ifndef SIM_EXCHANGE_PRICES_H
#define SIM_EXCHANGE_PRICES_H

#include "sim/exchange/exchange.h"

/* last_e12 > 0 */
int64_t price_quote_e12(const struct exchange_settings *settings,
                        int64_t tick_e12,
                        enum side taker,
                        int64_t last_e12);
/* Share of a point's volume in _e9, rounded up; volume_e6 may be VOLUME_UNKNOWN. */
int64_t price_share_e9(int64_t size_e6, int64_t volume_e6);
int64_t price_taker_e12(const struct exchange_settings *settings,
                        int64_t tick_e12,
                        enum side taker,
                        int64_t last_e12,
                        int64_t share_e9);

#endif
