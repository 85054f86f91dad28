/* market_facts.h - what the market of a run was: which kinds of records each symbol had, and for how long each of them made its
 * prices. The exchange tells who served; where it tells nothing, bars did. */
#ifndef SIM_MARKET_FACTS_H
#define SIM_MARKET_FACTS_H

#include <jansson.h>

#include "data/market.h"
#include "sim/exchange/session.h"

/* How long each kind of data made the prices of one instrument; index: enum fidelity. */
struct market_served {
    int64_t us[FIDELITY_DEPTH + 1];
};
struct market_served
market_served(const struct market *market, const struct session *session, int32_t instrument);
/* One object a kind of record: data, records, first, last and, with a session, share_ppm of the symbol's time. */
json_t *
market_data_facts(const struct market *market, const struct session *session, int32_t instrument);
/* One object a tape: path, records, digest. */
json_t *market_tape_facts(const struct market *market);
/* Tapes, their records, the receiver's clock: lines for people; nothing where there is no tape. */
void market_tapes_print(const struct market *market, FILE *stream);
/* "+1.27 s": what was added to the receiver's clock. */
enum { CLOCK_TEXT_BYTES = 48 };
const char *market_clock_text(const struct market *market, char out[CLOCK_TEXT_BYTES]);

#endif
