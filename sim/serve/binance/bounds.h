/* bounds.h - the figures of a symbol's filters: told in exchangeInfo, asked of each order. */
#ifndef SIM_SERVE_BINANCE_BOUNDS_H
#define SIM_SERVE_BINANCE_BOUNDS_H

#include "sim/serve/binance/words.h"

/* PERCENT_PRICE: a buy at most this times the mark, a sell at least that. */
enum { BAND_UP_E4 = 11500, BAND_DOWN_E4 = 8500, BAND_ONE_E4 = 10000 };

/* Prices and sizes of which even the product of the largest is far inside 128 bits. */
static inline int64_t size_most_e6(const struct instrument *item)
{
    const int64_t most_e6 = 1000000000LL * ONE_E6;
    return fixed_floor_to(item->size_max_e6 > 0 ? item->size_max_e6 : most_e6, item->lot_e6);
}

static inline int64_t price_most_e12(const struct instrument *item)
{
    const int64_t most_e12 = 5000000LL * ONE_E12;
    const int64_t ticks = 100000000LL;
    return item->tick_e12 > most_e12 / ticks ? fixed_floor_to(most_e12, item->tick_e12)
                                             : item->tick_e12 * ticks;
}

static inline int32_t price_precision(const struct instrument *item)
{
    int32_t decimals = tick_decimals(item) + 1;
    return decimals > 12 ? 12 : decimals;
}

#endif
