/* cornix.h - a Telegram signal in Cornix' words (PROTOCOLS F2) into a message: pair, direction, entries, targets, stop, leverage.
 * Rules    the pair needs its quote (#DOGE/USDT, DOGE USDT, $DOGE/USDT); the text needs a word of entry and one of target or
 * stop.
 *          Direction by Long or Short in the text, else by the prices: targets above the entry or a stop below it mean long;
 * where
 *          they contradict, refused. Leverage "10x", "x10", "Cross (10.0X)", the lowest of several. "Buy at current price": no
 *          entry price. Prices with decimal comma, "30K", digits of emoji. "close #DOGE" closes; "cancel" and moves of a stop are
 *          refused by name: they are no signals.
 * Laws     pure; numbers are cut from the text.  Cost: some microseconds. */
#ifndef LIVE_SOURCES_CORNIX_H
#define LIVE_SOURCES_CORNIX_H

#include "live/sources/message.h"

void cornix_read(struct message *out, struct slice text, const char *source, int64_t now_us);

#endif
