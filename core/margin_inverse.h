/* margin_inverse.h - the same arithmetic for coin-margined (inverse) contracts: one contract stands
 * for a fixed number of quote units, everything is paid in the coin.
 *
 *   notional of a fill   contracts x contract value / price, in coin _e8
 *                        buy: floor, sell: ceil
 *   mirror               a long of the contract owes a fixed number of quote units and so is, in
 *                        coin, the short of a linear one; hence the roundings above and
 *   realised P&L         long: released cost - notional of the sell; short: notional of the buy -
 *                        released cost
 *   unrealised P&L       long: cost - ceil(value at mark); short: floor(value at mark) - cost
 *   funding              -side x notional at mark x rate, rounded against the account
 *   fee, initial margin, maintenance, release: margin.h's own, on the notional in coin; tiers are
 *   in coin as well
 *   liquidation          notional n at which balance = requirement, P = size x value / n:
 *                        long  n = (cost + backing + cum) / (1 + m + f)
 *                        short n = (cost - backing - cum) / (1 - m - f), none where n <= 0
 *                        backing and f as in margin_liquidation.c with the sides changed: Bybit's
 *                        extra is divided by 1 + fee for a long, 1 - fee for a short
 *   bankruptcy           the same with m = cum = f = 0
 * Sources  Binance coin-M FAQ, Bybit's inverse formula of 2026-05-27 (PROTOCOLS D5).
 * Failure  false = does not fit, or the model has no such contract (Bybit before 2025-09).
 * Cost     O(tiers). */
#ifndef CORE_MARGIN_INVERSE_H
#define CORE_MARGIN_INVERSE_H

#include "core/margin.h"

/* value_e8 > 0: quote units that one contract stands for; here and below. */
MUST_USE bool inverse_notional_e8(
    enum side side, int64_t value_e8, int64_t price_e12, int64_t size_e6, int64_t *out);
MUST_USE bool inverse_unrealised_e8(
    enum side side, int64_t value_e8, const struct margin_leg *leg, int64_t mark_e12, int64_t *out);
/* notional_e8 at the mark, of inverse_notional_e8() by the side that rounds against the account:
 * see inverse_funding_side(). */
MUST_USE bool
inverse_funding_e8(enum side side, int64_t notional_e8, int64_t rate_e16, int64_t *out);
/* The side whose notional makes a payment no smaller and a receipt no larger. */
enum side inverse_funding_side(enum side side, int64_t rate_e16);
/* As margin_liquidation_price(); one leg only. */
MUST_USE bool
inverse_liquidation_price(const struct liquidation_input *input, int64_t value_e8, int64_t *out);
/* Long: rounded up; short: down, INT64_MAX where no price takes the last coin. */
MUST_USE bool inverse_bankruptcy_price(enum side side,
                                       int64_t value_e8,
                                       const struct margin_leg *leg,
                                       int64_t wallet_e8,
                                       int64_t *out);
/* Contracts whose notional at a price is within a cap, rounded down. */
int64_t inverse_size_e6(int64_t value_e8, int64_t price_e12, int64_t notional_e8);

#endif
