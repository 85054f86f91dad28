/* binance_read.h - rows of Binance's REST answers and of its user stream as news. Pure: text in, news out.
 * Laws     one object, one reader; each gives its news to the sink or says which member is wrong, and then has given nothing.
 *          Whose an order is: by its client id where that is ours (core/action.h); else by what is known of its number: children
 * of
 *          conditional orders carry an id of the venue's own, their number stands in the parent's row (actualOrderId, ai).
 * Ids      the last BINANCE_IDS_MAX orders seen; an older one is asked for again (binance_calls.c). */
#ifndef LIVE_VENUES_BINANCE_BINANCE_READ_H
#define LIVE_VENUES_BINANCE_BINANCE_READ_H

#include "data/text.h"
#include "live/venue.h"

enum { BINANCE_IDS_MAX = 2048, BINANCE_ASSET_BYTES = 16 };

struct binance_id {
    int64_t number;    /* the venue's orderId; 0: free */
    uint64_t order_id; /* 0: nobody's of ours */
    enum fill_kind kind;
    bool child; /* of a conditional order */
};

struct binance_ids {
    uint64_t count; /* ever added: a ring */
    struct binance_id items[BINANCE_IDS_MAX];
};

const struct binance_id *binance_ids_find(const struct binance_ids *self, int64_t number);
void binance_ids_add(struct binance_ids *self, const struct binance_id *id);

struct binance_reading {
    const struct instruments *instruments;
    const char *quote; /* the currency of all money: USDT */
    struct binance_ids *ids;
    struct news_sink sink;
    uint64_t tag;
    int64_t received_ns;
};

/* NULL, or the member that is wrong. */
typedef const char *binance_reader(struct binance_reading *self, struct slice row);

binance_reader binance_read_order;  /* openOrders, allOrders, order; answers to place and cancel */
binance_reader binance_read_algo;   /* openAlgoOrders, allAlgoOrders, algoOrder */
binance_reader binance_learn_order; /* the same two, without news: only whose numbers they are */
binance_reader binance_learn_algo;
binance_reader binance_read_fill;     /* userTrades */
binance_reader binance_read_position; /* positionRisk */
binance_reader binance_read_balance;  /* balance; of other assets nothing */
binance_reader binance_read_income;   /* FUNDING_FEE and transfers; of other types nothing */
binance_reader binance_read_setting;  /* symbolConfig */

/* Every element of an array. NULL, or what is wrong; *count: elements. */
const char *binance_read_rows(struct binance_reading *self,
                              struct slice text,
                              binance_reader *reader,
                              int32_t *count);

/* ---- what the user stream's rows share with them ---- */

enum binance_member {
    WORD_SYMBOL,
    WORD_CLIENT,
    WORD_NUMBER,
    WORD_SIDE,
    WORD_TYPE,
    WORD_SIZE,
    WORD_FILLED,
    WORD_PRICE,
    WORD_TRIGGER,
    WORD_STATUS,
    WORD_REDUCE,
    WORD_CLOSE,
    WORD_TIF,
    WORD_POSITION_SIDE,
    WORD_UPDATED, /* the stream's own time stands elsewhere: 0 there */
    WORD_CHILD,   /* of conditional orders alone */
    WORD_MEMBERS
};
struct row;
/* The members above of a row whose names stand in that order; `algo` statuses or those of orders. */
void binance_order_of(struct binance_reading *self,
                      struct row *row,
                      bool algo,
                      struct venue_order *order);
int32_t
binance_instrument(const struct binance_reading *self, const struct row *row, int32_t member);
void binance_give(struct binance_reading *self, struct news *news, int32_t instrument);
/* How a client id of the venue's own says what its fills are: autoclose-, adl_autoclose. */
enum fill_kind binance_fill_kind(const char *client_id);

#endif
