/* requests.h - what a venue takes beyond place, cancel and leverage of the core's port: for tests and for the server that
 * speaks a venue's language. Each travels the order wire like an order and is answered by EVENT_ORDER.
 * Ids      order ids are the caller's own and unique among open orders (else REASON_DUPLICATE_ID). A request that is about
 *          no order has an id of its own: its answer carries it as order_id, EVIDENCE_ACKED or EVIDENCE_REJECTED.
 * Amend    limit orders only. New price and size (0: as it is); size is the whole order's, filled part included. Size down
 *          at the same price keeps the place in the queue; anything else loses it, as if the order had come now. (Binance
 *          USD-M documents a loss for every amend, PROTOCOLS A7: there, cancel and place anew to be exact.) Not above what
 *          is filled: the order is cancelled, REASON_AMENDED. A post-only order that would cross is cancelled,
 *          REASON_POST_ONLY; any other that crosses takes. Refused by EVIDENCE_CANCEL_REJECTED, and the order stays as it
 *          was: REASON_UNKNOWN_ORDER (filled, cancelled, never seen), REASON_NOT_AMENDABLE (no limit order, 10,000 amends),
 *          REASON_NO_CHANGE, or what acceptance says. Told by EVIDENCE_AMENDED with price and size.
 * Batch    up to BATCH_MAX places that arrive together, each answered for itself; the rate limits count it as PROTOCOLS A3
 *          says: its length on ten seconds, one on the minute.
 * Groups   one-cancels-other: the first execution or end of one order cancels the rest, REASON_LINKED. Bracket: the parent is
 *          placed; its children (take-profit, stop: reduce-only, opposite side) wait outside the book and arm when the parent
 *          fills: size = what the parent has filled, growing with each fill (a limit then loses its place in the queue, as by
 *          an amend); when a child ends by execution its siblings are
 *          cancelled, and what the parent has not filled yet, which nothing would protect (a part of one leaves them: what
 *          only reduces shrinks to the position by itself). A parent that ends
 *          without any fill cancels its children. A child is told three times: accepted (waiting), amended (its size),
 *          accepted or refused (at the venue).
 * Margin   margin mode of a symbol, and margin into (amount > 0) or out of an isolated position: terms.h has the rules. They are
 *          not told to the core: a core that trades the same account must not have them changed under it. */
#ifndef SIM_EXCHANGE_REQUESTS_H
#define SIM_EXCHANGE_REQUESTS_H

#include "core/action.h"

enum { BATCH_MAX = 5, GROUP_CHILDREN_MAX = 4, AMENDS_MAX = 10000 };

struct exchange;

struct request_amend {
    uint64_t order_id;
    int64_t price_e12, size_e6; /* 0: as it is */
};

/* parent false: all of them are one-cancels-other; true: places[0] is the parent of the rest. */
struct request_group {
    bool parent;
    int32_t count;
    struct action_place places[1 + GROUP_CHILDREN_MAX];
};

struct request_margin_mode {
    uint64_t request_id;
    enum margin_mode margin_mode;
};

struct request_margin {
    uint64_t request_id;
    enum side side; /* of the position */
    int64_t amount_e8;
};

void exchange_amend(struct exchange *self,
                    int64_t now_us,
                    int32_t instrument,
                    const struct request_amend *amend);
/* Every open order of an instrument, waiting children too; each is told. */
void exchange_cancel_all(struct exchange *self, int64_t now_us, int32_t instrument);
/* 1 <= count <= BATCH_MAX. */
void exchange_batch(struct exchange *self,
                    int64_t now_us,
                    int32_t instrument,
                    const struct action_place *places,
                    int32_t count);
/* 2 <= count <= 1 + GROUP_CHILDREN_MAX. */
void exchange_group(struct exchange *self,
                    int64_t now_us,
                    int32_t instrument,
                    const struct request_group *group);
void exchange_margin_mode(struct exchange *self,
                          int64_t now_us,
                          int32_t instrument,
                          const struct request_margin_mode *request);
void exchange_margin(struct exchange *self,
                     int64_t now_us,
                     int32_t instrument,
                     const struct request_margin *request);

#endif
