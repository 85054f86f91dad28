/* prices.c - one rate against the taker, rounded to the tick against him. */
#include "sim/exchange/prices.h"

#include "core/fixed.h"
#include "sim/exchange/path.h"

static int64_t price_worse(int64_t tick_e12, enum side taker, int64_t last_e12, int64_t rate_e9)
{
    if (taker == SIDE_BUY) {
        wide_t price = wide_div_ceil((wide_t)last_e12 * (ONE_E9 + rate_e9), ONE_E9);
        wide_t ticks = wide_div_ceil(price, tick_e12);
        wide_t most = INT64_MAX / tick_e12;
        return (int64_t)(ticks < most ? ticks : most) * tick_e12;
    }
    int64_t kept_e9 = rate_e9 < ONE_E9 ? ONE_E9 - rate_e9 : 0;
    wide_t price = wide_div_floor((wide_t)last_e12 * kept_e9, ONE_E9);
    int64_t ticks = (int64_t)(price / tick_e12);
    return (ticks > 0 ? ticks : 1) * tick_e12;
}

int64_t price_quote_e12(const struct exchange_settings *settings,
                        int64_t tick_e12,
                        enum side taker,
                        int64_t last_e12)
{
    return price_worse(tick_e12, taker, last_e12, settings->spread);
}

int64_t price_share_e9(int64_t size_e6, int64_t volume_e6)
{
    if (volume_e6 == VOLUME_UNKNOWN) {
        return 0;
    }
    if (size_e6 >= volume_e6) {
        return ONE_E9;
    }
    return (int64_t)wide_div_ceil((wide_t)size_e6 * ONE_E9, volume_e6);
}

int64_t price_taker_e12(const struct exchange_settings *settings,
                        int64_t tick_e12,
                        enum side taker,
                        int64_t last_e12,
                        int64_t share_e9)
{
    wide_t impact_e9 = wide_div_ceil((wide_t)settings->impact * share_e9, ONE_E9);
    return price_worse(tick_e12, taker, last_e12,
                       settings->spread + settings->slippage + (int64_t)impact_e9);
}
