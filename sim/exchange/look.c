/* look.c - what the core is shown of a book: the evidence of its controls C4, C7 and C8, and a sign that the feed lives.
 * Model    once a second of a market's own records at most, with the record that is due: best prices; by the side of a taker
 *          what lies within 10 bp of the touch and what taking all of it would cost against the mid, rounded up. Quotes show
 *          no depth: the slippage is half the spread and sim.slippage. Trades alone show no book: only that they come.
 * Cost     the levels within 10 bp, once a second a market. */
#include "sim/exchange/look.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/state.h"

#define LOOK_INTERVAL_US US_PER_SECOND
enum { TOUCH_BPS = 10 };

struct reach {
    int64_t size_e6;
    wide_t cost; /* price x size, 1e-18 */
};

/* Asks upward for a buyer, bids downward for a seller. */
static struct reach within(const struct ticks *ticks, enum side taker, struct depth_level touch)
{
    enum side side = side_opposite(taker);
    int64_t room_e12 = touch.price_e12 / (10000 / TOUCH_BPS);
    struct reach reach = {0, 0};
    struct depth_level level = touch;
    bool there = true;
    while (there && reach.size_e6 < DEPTH_SIZE_MAX) {
        int64_t away_e12 = level.price_e12 - touch.price_e12;
        if ((away_e12 < 0 ? -away_e12 : away_e12) > room_e12) {
            break;
        }
        reach.size_e6 += level.size_e6;
        reach.cost += (wide_t)level.price_e12 * level.size_e6;
        there = ticks_next(ticks, side, level.price_e12, &level);
    }
    return reach;
}

/* Mean price against the mid, rounded up; the mid is half of twice_mid. */
static int64_t slippage_e9(const struct reach *reach, enum side taker, wide_t twice_mid)
{
    wide_t mean_e12 = taker == SIDE_BUY ? wide_div_ceil(reach->cost, reach->size_e6)
                                        : wide_div_floor(reach->cost, reach->size_e6);
    wide_t apart = taker == SIDE_BUY ? 2 * mean_e12 - twice_mid : twice_mid - 2 * mean_e12;
    int64_t slippage = 0;
    return fixed_narrow(wide_div_ceil(apart * ONE_E9, twice_mid), &slippage) ? slippage : INT64_MAX;
}

static void show_depth(const struct ticks *ticks,
                       const struct depth_level best[2],
                       wide_t twice_mid,
                       struct event_book *book)
{
    for (int side = 0; side < 2; side++) {
        enum side taker = (enum side)side;
        struct reach reach = within(ticks, taker, best[side_opposite(taker)]);
        book->depth_e6[side] = reach.size_e6;
        book->slippage_e9[side] = slippage_e9(&reach, taker, twice_mid);
    }
}

static void show_quote(int64_t slippage,
                       const struct depth_level best[2],
                       wide_t twice_mid,
                       struct event_book *book)
{
    wide_t spread = (wide_t)best[SIDE_SELL].price_e12 - best[SIDE_BUY].price_e12;
    int64_t half_e9 = 0;
    bool fits = fixed_narrow(wide_div_ceil(spread * ONE_E9, twice_mid), &half_e9);
    for (int side = 0; side < 2; side++) {
        book->depth_e6[side] = BOOK_UNKNOWN;
        book->slippage_e9[side] = fits ? half_e9 + slippage : INT64_MAX;
    }
}

void look_at(const struct ticks *ticks, int64_t quote_slippage_e9, struct event_book *out)
{
    struct depth_level best[2];
    *out = (struct event_book){.depth_e6 = {BOOK_UNKNOWN, BOOK_UNKNOWN},
                               .index_e12 = ticks->index_e12};
    bool both = ticks_best(ticks, SIDE_BUY, &best[SIDE_BUY]);
    both = ticks_best(ticks, SIDE_SELL, &best[SIDE_SELL]) && both;
    if (!both) {
        return;
    }
    wide_t twice_mid = (wide_t)best[SIDE_BUY].price_e12 + best[SIDE_SELL].price_e12;
    out->bid_e12 = best[SIDE_BUY].price_e12;
    out->ask_e12 = best[SIDE_SELL].price_e12;
    if (ticks_book(ticks)) {
        show_depth(ticks, best, twice_mid, out);
    } else {
        show_quote(quote_slippage_e9, best, twice_mid, out);
    }
}

void look(struct exchange *self, int32_t instrument)
{
    struct ticks *ticks = self->tracks[instrument].ticks;
    struct event_book book;
    ticks->look_us = self->now_us + LOOK_INTERVAL_US;
    look_at(ticks, self->settings->slippage, &book);
    tell_book(self, instrument, &book);
}
