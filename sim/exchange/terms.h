/* terms.h - what an account may change besides trading: leverage, isolated margin, margin mode,
 * position mode; each allowed or refused in the venue's own words and numbers (Binance USD-M,
 * PROTOCOLS A6, A15).
 * Leverage of an open position: its margin becomes what the new leverage asks of its cost; added
 *          margin and funding stay; resting entries reserve what it asks of them. More margin must be
 *          free (-2019), less must not make it
 *          liquidatable (-2028); a bracket caps it (-4028 above the first, -2027 above the one of
 *          its notional); Binance lowers no leverage of an isolated position (-4161).
 * Margin   isolated only (-4049): into a position from what is free (-4050), out of it as long as it
 *          is not liquidatable by that (-4051).
 * Modes    only while nothing is open: position mode -4059 no change, -4067 orders, -4068
 *          positions; margin mode of a symbol -4046, -4047, -4048. Hedge mode and inverse contracts
 *          together are not offered.
 * Effect   at once, at the exchange's instant. Margin and its mode also come by the order wire (requests.h); leverage and
 *          position mode do not: the core's own leverage message is taken as it is, and its orders are judged by it.
 * Cost     O(open positions). */
#ifndef SIM_EXCHANGE_TERMS_H
#define SIM_EXCHANGE_TERMS_H

#include "core/types.h"

struct exchange;

/* name, the venue's number (0: not an error of a venue), sentence */
#define TERMS_ANSWERS(ANSWER)                                                                      \
    ANSWER(DONE, 0, "done")                                                                        \
    ANSWER(NOT_OFFERED, 0, "hedge mode of inverse contracts is not offered")                       \
    ANSWER(MARGIN_FREE, -2019, "margin is insufficient")                                           \
    ANSWER(BRACKET, -2027, "exceeded the maximum position at this leverage")                       \
    ANSWER(LEVERAGE_MARGIN, -2028, "this leverage would leave the position without its margin")    \
    ANSWER(LEVERAGE_RANGE, -4028, "leverage is not valid")                                         \
    ANSWER(MARGIN_MODE_SAME, -4046, "no need to change the margin mode")                           \
    ANSWER(MARGIN_MODE_ORDERS, -4047, "margin mode cannot be changed while there are open orders") \
    ANSWER(MARGIN_MODE_POSITION, -4048, "margin mode cannot be changed while there is a position") \
    ANSWER(MARGIN_ISOLATED_ONLY, -4049, "margin is moved for isolated positions only")             \
    ANSWER(MARGIN_WALLET, -4050, "wallet balance is insufficient")                                 \
    ANSWER(MARGIN_POSITION, -4051, "margin of the isolated position is insufficient")              \
    ANSWER(POSITION_MODE_SAME, -4059, "no need to change the position mode")                       \
    ANSWER(POSITION_MODE_ORDERS, -4067, "position mode cannot be changed: open orders")            \
    ANSWER(POSITION_MODE_POSITION, -4068, "position mode cannot be changed: open positions")       \
    ANSWER(LEVERAGE_REDUCED, -4161, "leverage of an isolated position is not reduced")

enum terms_answer {
#define ANSWER(name, number, sentence) TERMS_##name,
    TERMS_ANSWERS(ANSWER)
#undef ANSWER
};

int32_t terms_number(enum terms_answer answer);
const char *terms_sentence(enum terms_answer answer);

enum terms_answer terms_leverage(struct exchange *self, int32_t instrument, int32_t leverage);
/* amount > 0: into the position; < 0: out of it. */
enum terms_answer
terms_margin(struct exchange *self, int32_t instrument, enum side side, int64_t amount_e8);
enum terms_answer
terms_margin_mode(struct exchange *self, int32_t instrument, enum margin_mode mode);
enum terms_answer terms_position_mode(struct exchange *self, bool hedge);

#endif
