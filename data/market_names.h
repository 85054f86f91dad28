/* market_names.h - what the name of a file tells: its symbol, its content; and what a symbol is called here. */
#ifndef DATA_MARKET_NAMES_H
#define DATA_MARKET_NAMES_H

#include "data/manifest.h"

/* The symbol that a file name tells (market.h has the rule), upper case. False: none. */
bool market_name_symbol(const char *path, char out[SYMBOL_BYTES]);
/* The same, but a name of nothing but venues, kinds and times ("trades.csv", "1h.csv") tells none, and neither does its
 * folder. */
bool market_name_tells(const char *path, char out[SYMBOL_BYTES]);
/* A symbol of a column as it is called here: upper case, "DOGE-USDT-SWAP", "DOGE/USDT" and "DOGE_USDT_USDT" joined to
 * DOGEUSDT; what has another shape ("BTC-29MAR24", "BTC-PERPETUAL") keeps it. Cut at SYMBOL_BYTES. */
void market_symbol_join(const char *text, char out[SYMBOL_BYTES]);
/* What the name says about the content: funding, mark prices, else candles. */
enum manifest_kind market_name_kind(const char *path);

#endif
