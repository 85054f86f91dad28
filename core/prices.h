/* prices.h - what the core has seen of each market: last and mark, closed bars, volume, volatility, funding.
 * Laws     fed by events alone; an age is the caller's now minus the instant of the last point or bar.
 *          Volatility and range are integer EWMAs: weight 1/2^shift chosen once from the half-life (settings, in bars):
 *          shift = ceil(log2(half-life / ln 2)), so the true half-life is between one and two times the asked one.
 * Units    returns _e9, variance _e18 (square of a return), prices _e12.
 * Cost     a bar: one division, a few multiplications; no loops. */
#ifndef CORE_PRICES_H
#define CORE_PRICES_H

#include "core/base.h"
#include "core/event.h"

struct prices {
    int64_t last_e12, mark_e12; /* 0: never seen */
    int64_t seen_us;            /* venue time of the last point or bar close; 0: never */
    int64_t close_e12;          /* of the last closed bar */
    int64_t bar_close_us, bar_interval_us;
    int64_t bar_volume;
    int32_t bar_volume_exponent;
    int32_t bars;         /* closed bars seen, up to INT32_MAX */
    int64_t return_e9;    /* of the last closed bar, against the close before it */
    int64_t variance_e18; /* EWMA before the last bar: what its return is judged by */
    int64_t slow_e18;     /* EWMA of all returns' squares, over days: the volatility of sizing */
    int64_t range_e12;    /* EWMA of the true range: ATR */
    int64_t funding_e16, funding_us, funding_interval_us; /* the last settlement */
    int64_t funding_longer; /* the last gap in intervals, if longer for the first time; else 0 */
    int64_t book_us;        /* venue time of the last look at the book; 0: none yet */
    struct event_book book;
};

void prices_init(struct prices *self);
void prices_point(struct prices *self, const struct event *event);
/* fast: of the shock rule and of the range; slow: of the yearly volatility. While fewer bars have been seen than the slow one
 * spans, each weighs about as in their plain mean: no volatility is taken for low because little has been seen. */
struct prices_shifts {
    int32_t fast, slow;
};
void prices_bar(struct prices *self, const struct event *event, struct prices_shifts shifts);
void prices_book(struct prices *self, const struct event *event);
void prices_funding(struct prices *self, const struct event *event);

int32_t prices_shift(int64_t halflife_bars);
/* Size of the last bar's return per minute: return / sqrt(minutes of the bar), never negative. */
int64_t prices_return_1m_e9(const struct prices *self);
/* Standard deviation of the returns before the last bar, per minute. */
int64_t prices_sigma_1m_e9(const struct prices *self);
/* Yearly volatility by the slow variance, 365 days; 0: not known yet. */
int64_t prices_sigma_year_e9(const struct prices *self);
/* True when the last return is beyond sigma standard deviations of the bars before it; false with fewer than 30 bars. */
bool prices_beyond(const struct prices *self, int64_t sigma);
/* Ask less bid over the mid, rounded up; false: no book, or one side is empty. */
bool prices_spread_e9(const struct prices *self, int64_t *out);
/* Rate per 8 hours in _e9, rounded away from zero; false: no settlement seen yet. */
bool prices_funding_8h_e9(const struct prices *self, int64_t *out);

#endif
