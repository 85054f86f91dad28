/* words.h - the venue's spelling: numbers as decimal texts with the symbol's decimals, words of orders, intervals, sentences of
 * errors (PROTOCOLS A5, A7, A8, A15).
 * Numbers  exact: never rounded to the decimals, only filled up to them with zeros. Averages are rounded down at 1e-12. */
#ifndef SIM_SERVE_BINANCE_WORDS_H
#define SIM_SERVE_BINANCE_WORDS_H

#include "core/fixed.h"
#include "sim/serve/house.h"

struct words {
    char text[64];
};

int32_t tick_decimals(const struct instrument *item); /* 0..12 */
int32_t lot_decimals(const struct instrument *item);  /* 0..6 */
/* At least so many decimals, more where the value has them. */
struct words words_decimal(int64_t value, unsigned scale, int32_t decimals);
struct words words_price(const struct instrument *item, int64_t price_e12);
struct words words_size(const struct instrument *item, int64_t size_e6);
struct words words_money(int64_t money_e8);
struct words words_average(const struct instrument *item, const struct house_order *order);
/* -1 for a short one. */
struct words words_signed_size(const struct instrument *item,
                               const struct house_position *position);
/* The coin: DOGE of DOGEUSDT; and what it is priced in. */
struct words words_base(const struct instrument *item);
const char *words_quote(const struct instrument *item);
struct words words_lower(const char *symbol);

const char *side_word(enum side side);
const char *type_word(enum order_type type);
const char *tif_word(const struct house_order *order);
const char *status_word(const struct house_order *order);
const char *algo_status_word(const struct house_order *order);
const char *margin_word_upper(enum margin_mode mode);
const char *margin_word_lower(enum margin_mode mode);
/* autoclose-, adl_autoclose of what the venue made itself; else the order's own. */
struct words words_client_id(const struct house_order *order);

/* "1m" .. "1w" in us; 0: unknown. 1M is no length and is not offered. */
int64_t interval_us(const char *word);
const char *interval_word(int64_t interval_us); /* NULL: none */

/* What a market did in the last 24 hours. */
struct day {
    int64_t change_e12, change_percent_e3, average_e12;
};
struct day day_of(const struct house_market *market);

/* The sentence of an error number; "" where it needs figures of its own. */
const char *error_sentence(int32_t code);
int32_t error_status(int32_t code); /* of HTTP */

#endif
