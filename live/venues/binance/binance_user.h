/* binance_user.h - messages of the user stream as news (PROTOCOLS A13). Pure.
 * Laws     only x = TRADE, and CALCULATED with one of the venue's own client ids, is a fill; an execution type that is not known
 * is
 *          NEWS_TROUBLE (RISK F21). Funding and transfers of ACCOUNT_UPDATE carry no id of their own: they only say that income
 * is
 *          to be asked for, whose rows have one. TRADE_LITE repeats ORDER_TRADE_UPDATE: taken note of, not used.
 * Order    a child of a conditional order may speak before the parent's ALGO_UPDATE names it: a message whose order nobody knows
 *          is given back once (unowned), to be tried again a second later, `last` set: then it is a stranger's. */
#ifndef LIVE_VENUES_BINANCE_BINANCE_USER_H
#define LIVE_VENUES_BINANCE_BINANCE_USER_H

#include "live/venues/binance/binance_read.h"

struct binance_signs {
    bool unowned;            /* nothing was given: try again */
    bool key_expired;        /* the listen key is gone */
    int64_t income_since_us; /* 0: no; else ask for income from then on */
};

/* NULL, or what is wrong. */
const char *binance_user_message(struct binance_reading *self,
                                 struct slice text,
                                 bool last,
                                 struct binance_signs *signs);

#endif
