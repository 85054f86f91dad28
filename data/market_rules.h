/* market_rules.h - the rules of an instrument where no dated table gives them: conservative, model
 * Binance USD-M (issue 3, section 3).
 *
 * Rules    tick = finest decimal in the candles; lot = the largest power of ten worth at most 1 USD
 *          at the first price, at least 1e-6; minimum notional 5; size at most 1e12 units. An
 *          instrument without candles has tick 1e-12 and lot 1e-6. */
#ifndef DATA_MARKET_RULES_H
#define DATA_MARKET_RULES_H

#include "data/market.h"

/* facts: of its candles; NULL: none. */
void market_rules(struct instrument *item,
                  const char *symbol,
                  const struct series_facts *facts,
                  const struct market_defaults *defaults);
/* The symbol of a token as people write it, for a market without data: "BINANCE:dogeusdt.P",
 * "doge/usdt:usdt", "DOGE" are DOGEUSDT. False: it cannot be a symbol. */
bool market_token_symbol(const char *token, char out[SYMBOL_BYTES]);

#endif
