/* binance_text.h - what goes to Binance USD-M as text: queries, exact decimals, addresses. Pure.
 * Query    "name=value&name=value" with values percent-encoded (RFC 3986) before they are signed (PROTOCOLS A2); one that does
 * not
 *          fit is marked, and such a request is never sent.
 * Decimals shortest exact text of the integer: a price on the tick and a size on the lot have at most their decimals. */
#ifndef LIVE_VENUES_BINANCE_BINANCE_TEXT_H
#define LIVE_VENUES_BINANCE_BINANCE_TEXT_H

#include "core/fixed.h"
#include "data/text.h"

enum { QUERY_BYTES = 1024, BINANCE_URL_BYTES = 2048 };

struct query {
    char text[QUERY_BYTES];
    size_t length;
    bool full; /* something did not fit: not to be sent */
};

void query_init(struct query *self);
void query_add(struct query *self, const char *name, const char *value);
void query_add_whole(struct query *self, const char *name, int64_t value);
void query_add_decimal(struct query *self, const char *name, int64_t value, unsigned scale);

/* The traffic classes of PROTOCOLS A1. */
enum binance_class { BINANCE_PUBLIC, BINANCE_MARKET, BINANCE_PRIVATE };
enum { BINANCE_CLASSES = 3 };

/* Where the streams of a class are: a base without a path gets the split form, "/public/ws", "/market/ws", "/private/ws"; one
 * with
 * a path stands for itself and serves all classes. listen_key: NULL for markets. False: too long. */
MUST_USE bool binance_stream_url(const char *base,
                                 enum binance_class class,
                                 const char *listen_key,
                                 char out[BINANCE_URL_BYTES]);
bool binance_url_split(const char *base); /* it has no path */
/* Spot's own host answers for permissions: api.binance.com for fapi.binance.com; every other base answers itself. */
MUST_USE bool binance_spot_url(const char *rest_url, char out[BINANCE_URL_BYTES]);

/* "1m" of an interval, NULL: the venue has no such klines. */
const char *binance_interval(int64_t interval_us);

#endif
