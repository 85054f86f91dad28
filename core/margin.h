/* margin.h - the arithmetic of the books, one module for core and exchange: fees, funding, margin,
 * tiers, liquidation. Each side keeps its own state and computes its own figures by these formulas;
 * none copies a figure of the other.
 *
 * The rules of the books (core, exchange and tests/reference follow them to the last unit):
 *   notional of a fill   buy: ceil(price x size), sell: floor(price x size), in _e8
 *   cost of a position   sum of the notionals of its opening fills; a partial close of c of q
 *                        releases floor(cost x c / q), the last close releases the rest
 *   realised P&L         long: proceeds - released cost; short: released cost - notional of the
 *                        buy; price alone
 *   fee of a fill        ceil(notional x rate); paid by the wallet, not by the isolated margin
 *   margin of a position sum over opening fills of ceil(notional / leverage); released like cost
 *                        (floor, last the rest); isolated: a funding payment changes it too
 *                        (Binance isolatedWallet); cross: it does not
 *   funding              -side x size x mark x rate, rounded against the account (paid: up,
 *                        received: down)
 *   unrealised P&L       long: floor(mark x size) - cost; short: cost - ceil(mark x size)
 *   maintenance          max(0, ceil(notional x rate) - amount), tier of the notional at mark
 *                        (ceil)
 *   liquidation fill     isolated: price no worse than the bankruptcy price (rounded in the
 *                        account's favour, so that the price loss never exceeds the margin); fee =
 *                        ceil(notional x (taker + clearance)), cut so that price loss + fee <=
 *                        margin of what is closed; cross: the fee is cut so that the wallet does
 *                        not go below zero
 * Sources  PROTOCOLS D1-D6, RISK 4.3.
 * Failure  false = does not fit int64; callers deny or stop.   Cost: O(tiers). */
#ifndef CORE_MARGIN_H
#define CORE_MARGIN_H

#include "core/base.h"
#include "core/fixed.h"
#include "core/instruments.h"
#include "core/types.h"

/* Tier with floor < notional <= cap; the last one above all caps, the first one at zero. */
static inline const struct tier *
margin_tier(const struct tier *tiers, int32_t count, int64_t notional_e8)
{
    CHECK(count > 0);
    const struct tier *last = tiers + count - 1;
    while (tiers < last && notional_e8 > tiers->cap_e8) {
        tiers++;
    }
    return tiers;
}

/* Notional of a fill by its side (the rule above). */
MUST_USE bool margin_notional_e8(enum side side, int64_t price_e12, int64_t size_e6, int64_t *out);
/* ceil(notional x rate), rate >= 0. */
MUST_USE bool margin_fee_e8(int64_t notional_e8, int64_t rate_e9, int64_t *out);
/* ceil(notional / leverage), leverage >= 1. */
int64_t margin_initial_e8(int64_t notional_e8, int32_t leverage);
/* Share of total that a close of closed out of open releases; all of it when closed == open. */
int64_t margin_release(int64_t total, int64_t closed_e6, int64_t open_e6);
/* Inline, with the maintenance below: every mark of every position asks for both. */
MUST_USE static inline bool margin_unrealised_e8(
    enum side side, int64_t size_e6, int64_t cost_e8, int64_t mark_e12, int64_t *out)
{
    int64_t value_e8 = 0;
    if (side == SIDE_LONG) {
        return fixed_notional_floor_e8(mark_e12, size_e6, &value_e8) &&
               fixed_narrow((wide_t)value_e8 - cost_e8, out);
    }
    return fixed_notional_ceil_e8(mark_e12, size_e6, &value_e8) &&
           fixed_narrow((wide_t)cost_e8 - value_e8, out);
}
/* What the account receives (negative: pays) at a settlement. */
MUST_USE bool margin_funding_e8(
    enum side side, int64_t size_e6, int64_t mark_e12, int64_t rate_e16, int64_t *out);
/* Maintenance margin at a notional. */
MUST_USE static inline bool
margin_maintenance_e8(const struct tier *tiers, int32_t count, int64_t notional_e8, int64_t *out)
{
    const struct tier *tier = margin_tier(tiers, count, notional_e8);
    int64_t gross_e8 = 0;
    if (!fixed_rate_ceil(notional_e8, tier->maintenance_rate_e9, &gross_e8)) {
        return false;
    }
    *out = gross_e8 > tier->maintenance_amount_e8 ? gross_e8 - tier->maintenance_amount_e8 : 0;

    return true;
}

/* One leg of a position. */
struct margin_leg {
    int64_t size_e6; /* 0 = no leg */
    int64_t cost_e8; /* q x E exactly */
};

struct liquidation_input {
    enum margin_model model;
    const struct tier *tiers;
    int32_t tier_count;
    /* One leg in one-way mode; both legs of one symbol in hedge mode (cross only). */
    struct margin_leg long_leg, short_leg;
    int32_t leverage;     /* Bybit isolated: the setting, >= 1 */
    int64_t wallet_e8;    /* isolated: margin of the position; cross: WB - TMM1 + UPNL1 */
    int64_t taker_fee_e9; /* OKX, Bybit: closing fee */
    bool cross;
};

/* Mark price at which the venue liquidates: the root of balance = requirement with the tier that is
 * valid at that very price; rounded so that liquidation comes no later (long up, short down).
 * *out = 0: none (never, or at or below zero). Dead at every price already: INT64_MAX for a net
 * long, 1 for a net short. Of a hedged pair the side on which its net size loses; the other one
 * where there is none. A Hyperliquid tier has the rate 1 / (2 x its leverage_max).
 * False: more than 5e10 quote units are needed, or the price leaves int64. */
MUST_USE bool margin_liquidation_price(const struct liquidation_input *input, int64_t *out);
/* That price is reached by a falling mark. */
bool margin_liquidation_falls(const struct liquidation_input *input);
/* What backs one leg in that condition, and the closing fee that stands in it: the two points in
 * which the venues differ (margin_liquidation.c). */
wide_t margin_backing_e8(const struct liquidation_input *input, int64_t cost_e8, bool is_long);
int64_t margin_condition_fee_e9(const struct liquidation_input *input);
/* Price at which the margin balance is zero: long E - W/q (rounded up), short E + W/q (rounded
 * down); never below 0. */
MUST_USE bool margin_bankruptcy_price(
    enum side side, int64_t size_e6, int64_t cost_e8, int64_t wallet_e8, int64_t *out);
/* Fee of a liquidation fill: both rates on the notional, cut to what is left of the margin after
 * the price loss. */
MUST_USE bool margin_liquidation_fee_e8(int64_t notional_e8,
                                        int64_t taker_fee_e9,
                                        int64_t clearance_fee_e9,
                                        int64_t left_e8,
                                        int64_t *out);
/* First size (a multiple of the lot) to close in a step-down from above tier 1: down to the
 * notional cap of the next lower tier at mark; all of it in tier 1 (PROTOCOLS D3). */
int64_t margin_step_down_e6(
    const struct tier *tiers, int32_t count, int64_t size_e6, int64_t mark_e12, int64_t lot_e6);

#endif
