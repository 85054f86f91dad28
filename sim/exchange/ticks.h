/* ticks.h - one market by its records: trades, book, quotes, mark and index prices.
 * Finest   while the book is whole (sync.h) it is the market; while it is not, the newest quote is; without either, trades
 *          alone. The last price is that of the last trade; until one has come, the middle of the best prices, rounded to
 *          the tick. Mark: mark prices, else mark bars (last clamped to low..high), else index prices,
 *          else the last price.
 * Jumps    a record is a jump: what it passes happens at the new price. Message by message: the book is looked at only
 *          after the last row of a message.
 * Takes    what our orders took is missing from our copy of a level until the feed states that level again: our orders do
 *          not move the feed.
 * Bars     a market without bars of its own gets bars of one minute from its trades (else middles); a minute without a
 *          change has none.
 * Past     prices of the last two feed latencies are kept, a thousandth of one apart, for exchange_quote().
 * Memory   one struct ticks (30 KB) a covered market, a book (depth.h) where the data have depth. */
#ifndef SIM_EXCHANGE_TICKS_H
#define SIM_EXCHANGE_TICKS_H

#include "sim/exchange/depth.h"
#include "sim/exchange/path.h"
#include "sim/exchange/sync.h"

enum { TICK_PRICES = 1024 };

struct tick_price {
    int64_t time_us;
    struct path_prices prices;
};

/* Which of our resting limits a row can concern; renewed when the order table has changed. */
struct tick_watch {
    uint64_t version; /* of the order table; 0: never looked */
    int32_t count;
    int64_t best_e12[2]; /* of our buys the highest, of our sells the lowest; 0: none */
    uint64_t prices;     /* a bit for each price, by watch_bit() */
};

struct ticks {
    int64_t first_us, last_us; /* covered */
    bool trades, marks;        /* one has come */
    bool depth_given;
    int64_t heard_us;     /* last record */
    int64_t look_us;      /* when the core is shown the book again */
    enum fidelity serves; /* FIDELITY_BARS: no record yet */
    int64_t serves_since_us, served_us[FIDELITY_DEPTH + 1];
    int64_t last_e12, mark_e12, index_e12; /* 0: none yet; mark: of mark records */
    struct sync sync;
    struct depth depth;
    uint64_t bests;              /* of the book, when the middle was last taken */
    struct depth_level quote[2]; /* by side; size 0: none */
    struct tick_watch watch;
    struct exchange_bar bar; /* in the making */
    int64_t bar_end_us;      /* INSTANT_NEVER: none */
    int64_t step_us, step_end_us, price_count;
    struct tick_price prices[TICK_PRICES]; /* ring */
};

static inline uint64_t watch_bit(int64_t price_e12)
{
    return 1ULL << ((uint64_t)price_e12 * 0x9E3779B97F4A7C15ULL >> 58);
}

/* NULL: no memory. */
struct ticks *ticks_new(int64_t latency_us);
void ticks_free(struct ticks *self); /* NULL is fine */

/* Sizes of any scale to _e6: down, but never to nothing; at most DEPTH_SIZE_MAX; negative: 0. */
int64_t tick_size_slow_e6(int64_t size, int32_t decimals);
static inline int64_t tick_size_e6(int64_t size, int32_t decimals)
{
    static const int64_t factor[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    int64_t size_e6 = 0;
    if ((uint32_t)decimals < 7 && !__builtin_mul_overflow(size, factor[decimals], &size_e6) &&
        (uint64_t)size_e6 <= (uint64_t)DEPTH_SIZE_MAX) {
        return size_e6;
    }
    return tick_size_slow_e6(size, decimals);
}

/* ---- the visible market: the book, else the quote ---- */
static inline bool ticks_book(const struct ticks *self)
{
    return self->sync.state != SYNC_NONE;
}
/* False: none is known. */
MUST_USE bool ticks_best(const struct ticks *self, enum side side, struct depth_level *out);
MUST_USE bool
ticks_next(const struct ticks *self, enum side side, int64_t price_e12, struct depth_level *out);
/* Displayed at a price; QUEUE_UNKNOWN where only a better price is told. */
int64_t ticks_size_e6(const struct ticks *self, enum side side, int64_t price_e12);
/* Our order took size_e6 of a level, at most what is there. */
void ticks_take(struct ticks *self, enum side side, int64_t price_e12, int64_t size_e6);

/* The finest kind that serves may have changed, now. */
void ticks_serve(struct ticks *self);

/* ---- prices over time ---- */
void ticks_reprice(struct ticks *self, int64_t time_us, struct path_prices prices);
/* The newest at an instant; false: none, or older than what is kept. */
MUST_USE bool ticks_at(const struct ticks *self, int64_t time_us, struct path_prices *out);

#endif
