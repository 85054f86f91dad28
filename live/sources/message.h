/* message.h - one message of a signal source into a struct signal: JSON of the webhooks in the wild, `KEY=value` lines of
 * OctoBot,
 * a CSV line under its header. The words of PROTOCOLS F1 to F4 become columns of a signals file, and the reader of those
 * (data/signal_row.h) does the rest: one set of rules for a field, wherever it came from.
 *
 * Forms    generic     ticker|symbol|pair|token, action|side|direction, price, sl, tp, leverage, confidence,
 * timenow|time|timestamp,
 *                      order_id|id; market_position "flat" or an exit in `action` closes
 *          TradersPost ticker, action buy|sell|exit (add as buy; cancel is refused), sentiment, signalPrice,
 * takeProfit{limitPrice|
 *                      percent}, stopLoss{stopPrice|percent}: percents are of the signal's price, rounded toward it
 *          3Commas     tv_instrument, action enter_long|exit_long|enter_short|exit_short, or buy|sell with strategy_info
 *                      .market_position; trigger_price; older than max_lag seconds: refused
 *          freqtrade   pair, direction, type entry|exit (their fills, cancels and status are no signals: refused), open_rate
 *          OctoBot     EXCHANGE=..;SYMBOL=..;SIGNAL=BUY|SELL;PRICE=..;STOP_PRICE=..;TAKE_PROFIT_PRICE=..;REDUCE_ONLY=..
 *          ours        the columns of a signals file by name, `metadata` an object
 * Laws     never guesses: a message that has no token, an unknown word of `action`, an unexpanded {{placeholder}} is refused with
 *          its reason, and what was understood is kept. A message without a time was published when it came.
 *          Numbers are cut from the text. `secret` is taken out before anything is kept.
 * Memory   metadata is the caller's to free.  Cost: some 5 us. */
#ifndef LIVE_SOURCES_MESSAGE_H
#define LIVE_SOURCES_MESSAGE_H

#include "core/signal.h"
#include "data/text.h"

enum { MESSAGE_BYTES = 65536, MESSAGE_SECRET_BYTES = 128, MESSAGE_REFUSED_BYTES = 192 };

struct message {
    struct signal signal;
    char *metadata; /* the whole message as JSON, without its secret; NULL: none */
    char secret[MESSAGE_SECRET_BYTES];   /* as the body had it; empty: none */
    char refused[MESSAGE_REFUSED_BYTES]; /* why it is no signal; empty: it is one */
};

/* source: what signal.source becomes unless the message names one. */
void message_read(struct message *out, struct slice text, const char *source, int64_t now_us);
/* One line under a header line, both without their ends. */
void message_read_csv(struct message *out,
                      struct slice header,
                      struct slice line,
                      const char *source,
                      int64_t now_us);
void message_release(struct message *self);

#endif
