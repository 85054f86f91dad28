/* binance_errors.h - what an answer of Binance proves about a request of ours: RISK 5.1's table of evidence, PROTOCOLS A3, A15.
 * Law      of a request that changes something, only a code that is documented as refused before acceptance proves a refusal, and
 *          only with a status below 500. The three texts of 503, -1000, -1001, -1006, -1007, -1008, a 429 without a documented
 *          code, 418, a 403 of the firewall, a code that nobody documented, a body that cannot be read: all UNKNOWN.
 * Source   codes and their reasons: sim/exchange/errors.h for those that our exchange gives too, PROTOCOLS A15 for the others. */
#ifndef LIVE_VENUES_BINANCE_BINANCE_ERRORS_H
#define LIVE_VENUES_BINANCE_BINANCE_ERRORS_H

#include "data/text.h"
#include "live/venue.h"

/* What kind of question an answer is to. */
enum binance_intent {
    BINANCE_PLACE,
    BINANCE_CANCEL, /* one, all, or the dead man's switch */
    BINANCE_SET,    /* leverage, margin mode */
    BINANCE_ASK_ORDER,
    BINANCE_ASK /* rows */
};

struct binance_verdict {
    enum answer_outcome outcome;
    enum order_reason reason;
    int64_t code; /* the venue's; without one the HTTP status; 0: done */
    char text[128];
};

/* status and body of a whole answer, 2xx too: then only a body {"code":c} with c other than 200 is no DONE. */
struct binance_verdict binance_judge(enum binance_intent intent, int32_t status, struct slice body);
/* The core's word of a code; REASON_NONE: it has none. */
enum order_reason binance_reason(int64_t code);
/* Documented in A15 as an answer to a request that was not carried out. */
bool binance_refusal(int64_t code);

#endif
