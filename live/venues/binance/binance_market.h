/* binance_market.h - messages of the market streams as records of a feed (PROTOCOLS A11). Pure but for the sink.
 * Records  aggTrade: TAPE_TRADE, an aggregate; bookTicker: TAPE_QUOTE; depthUpdate: binance_book.h; markPriceUpdate: TAPE_MARK
 * and
 *          TAPE_INDEX, and when its next settlement (T) has moved on, FEED_FUNDING at the old T with the last rate that was said
 * for
 *          it; kline with x true: FEED_BAR. Sizes have the decimals of the lot. Other events are not asked for: trouble.
 * Funding  the rate is the stream's last before the settlement; what was paid comes from the account (income). */
#ifndef LIVE_VENUES_BINANCE_BINANCE_MARKET_H
#define LIVE_VENUES_BINANCE_BINANCE_MARKET_H

#include "live/venue.h"
#include "live/venues/binance/binance_book.h"

struct binance_coming {
    int64_t settles_us, rate_e16;
    bool known; /* the rate */
};

struct binance_market {
    const struct instruments *instruments;
    struct news_sink sink;
    int64_t received_ns; /* of the message: BOOTTIME */
    int64_t receive_ns;  /* the same by the clock of event times */
    struct binance_book books[INSTRUMENTS_MAX];
    struct binance_coming coming[INSTRUMENTS_MAX];
    int32_t asks[INSTRUMENTS_MAX]; /* instruments whose book wants a snapshot */
    int32_t ask_count;
};

void binance_market_init(struct binance_market *self,
                         const struct instruments *instruments,
                         const struct news_sink *sink);
void binance_market_release(struct binance_market *self);
int32_t binance_size_decimals(const struct instrument *item);
/* NULL, or what is wrong. reply: it answers a SUBSCRIBE; then bad says whether it failed. */
const char *binance_market_message(struct binance_market *self, struct slice text, bool *reply);
const char *
binance_market_snapshot(struct binance_market *self, int32_t instrument, struct slice text);
/* All books wait from here on, and want snapshots. */
void binance_market_resync(struct binance_market *self);

#endif
