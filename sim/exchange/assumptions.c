/* assumptions.c - what a report must say about the market that it simulated; the models' heads in
 * one list. */
#include "sim/exchange/exchange.h"

static const char *const assumptions[] = {
    "A bar is four points: open at t, the extreme nearer to the open at t+T/3 (tie: the low), the "
    "other at t+2T/3, close "
    "at t+T; sim.intrabar = best or worst takes the extreme in favour of or against the position "
    "first.",
    "Between two points the price moves straight, last and mark in step; triggers fire in the "
    "order in which they are "
    "reached; at a tie liquidation comes first, then stops, take-profits, limits, then the older "
    "order.",
    "From a close to the next open is one jump: what it passed fires at the open, liquidation "
    "first; stops and "
    "take-profits at the open price, limits at their own price, never better.",
    "Takers pay half spread, slippage and impact against them; impact is sim.impact times the "
    "share of the point's "
    "volume, a quarter of the bar's; prices are rounded to the tick against the taker.",
    "Entries and limits fill up to sim.participation of a point's volume; the rest of a market "
    "entry is cancelled; "
    "orders that only reduce fill whole. A series without any volume sets no limit.",
    "A resting limit fills as a maker when the last price goes beyond it (sim.limit_fill = touch: "
    "reaches it), at its "
    "own price.",
    "Stops, take-profits and trailing stops are triggered by the price they name, mark or last "
    "(sim.trigger = last: always the last price); "
    "they execute as takers.",
    "The mark walks in step with mark bars of the candles' interval; coarser mark bars clamp the "
    "trade path to their "
    "low..high; without mark data the mark is the trade path. Beside records: mark prices, else "
    "mark bars as above, else index prices, else the last price.",
    "Liquidation is triggered by the mark at the venue's own price; orders are cancelled first; it "
    "steps down the "
    "brackets (sim.liquidation = whole: at once) at mark less costs, no worse than bankruptcy; the "
    "loss of an isolated "
    "position ends at its margin; fee: taker and clearance, cut to what is left. Where a book is "
    "seen it takes what stands there down to the price of bankruptcy, and the insurance "
    "fund takes the rest.",
    "By sim.margin_model: bybit takes the rest over at the price of bankruptcy; hyperliquid sells "
    "a fifth at a time above "
    "100,000 of notional, without a clearance fee, and below two thirds of maintenance takes all "
    "over at bankruptcy.",
    "What is missing beyond bankruptcy is the insurance fund's loss (sim.insurance_fund; none "
    "given: it never ends); what it "
    "cannot pay is closed against the other side at bankruptcy: our own winning leg first, then a "
    "crowd of which only the "
    "count is known.",
    "Fees are the instrument's, or those of fees.ladder by the executed volume of the complete UTC "
    "days of sim.fee_window, "
    "decided at 00:00 UTC.",
    "Funding is paid on the mark at the instants of the funding data, after the prices of the "
    "instant and before what "
    "they set off; where there is no row nothing is paid, and rows missing by the interval are "
    "counted.",
    "After a bar its close holds; a gap of more than sim.outage_intervals is an outage: market and "
    "limit orders are "
    "refused, stops wait for the next price.",
    "Where the data have trades, quotes or depth, the finest of them is the market: the book while "
    "no message of it is "
    "missing, else the newest quote, else the last trade. A record is a jump, looked at when its "
    "message is whole; bars only "
    "close there.",
    "In a book takers walk level by level, each at its own price; what they took is missing until "
    "the feed states the level "
    "again. Entries end with the visible book; what only reduces fills the rest at the last level "
    "less the taker's costs, and "
    "so does every order beyond a quote.",
    "In a book a resting limit stands behind what was displayed when it came (sim.queue says how "
    "cancels ahead are guessed); "
    "trades at its price eat the queue, then it; trades and levels beyond its price fill it as far "
    "as their size goes, at its "
    "own price. Without a known queue only they do (sim.limit_fill = touch: nothing is ahead).",
    "An order that meets one of our own follows sim.stp; our own orders at one price fill in the "
    "order of their arrival.",
    "Prices, orders and answers travel three legs of their own (sim.latency.*: constant, sampled "
    "or measured) and never overtake on one; our orders do not move the market. A price that finds "
    "no room on a full feed waits, and the core hears the price of then (counted: conflated).",
    "Where a receiver's clock runs behind the venue's, the smallest receive time is set to no "
    "latency at all: measured latencies are lower bounds there.",
    "An amend keeps its place in the queue only when it makes the order smaller at its price.",
    "Orders are limited by time and number as on the venue (sim.rate.*, sim.orders_max, "
    "sim.algo_orders_max); price bands are off unless sim.price_band says otherwise.",
    "Bad hours happen only as --incidents or sim.incidents say; a halted market moves in one jump "
    "to its next price, and nothing is liquidated there before; a delisted one settles at its last "
    "mark.",
    NULL,
};

const char *const *exchange_assumptions(void)
{
    return assumptions;
}
