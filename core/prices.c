#include "core/prices.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

enum { BARS_BEFORE_SIGMA = 30, FUNDING_HOURS = 8 };
#define RETURN_MAX_E9 (3 * ONE_E9)

void prices_init(struct prices *self)
{
    memset(self, 0, sizeof(*self));
}

void prices_point(struct prices *self, const struct event *event)
{
    CHECK(event->market.last_e12 > 0);
    CHECK(event->market.mark_e12 > 0);

    self->last_e12 = event->market.last_e12;
    self->mark_e12 = event->market.mark_e12;
    self->seen_us = event->venue_time_us;
}

static int64_t true_range_e12(const struct event_bar *bar, int64_t close_before_e12)
{
    int64_t high = bar->high_e12 > close_before_e12 ? bar->high_e12 : close_before_e12;
    int64_t low = bar->low_e12 < close_before_e12 ? bar->low_e12 : close_before_e12;

    return high - low;
}

/* (close - before) / before, clamped so that its square fits int64: +300 % in one bar is a shock by any rule. */
static int64_t return_e9(int64_t close_e12, int64_t before_e12)
{
    int64_t value = fixed_mul_div_clamped(close_e12 - before_e12, ONE_E9, before_e12);

    return value < RETURN_MAX_E9 ? value : RETURN_MAX_E9;
}

/* 2^result <= count, at most the shift of the half-life. */
static int32_t warm_shift(int32_t count, int32_t shift)
{
    int32_t known = 31 - __builtin_clz((uint32_t)count);

    return known < shift ? known : shift;
}

/* value / 2^shift toward zero, without the division. */
static int64_t halved(int64_t value, int32_t shift)
{
    int64_t low = (int64_t)((1ULL << shift) - 1);

    return (value + (value < 0 ? low : 0)) >> shift;
}

void prices_bar(struct prices *self, const struct event *event, struct prices_shifts shifts)
{
    const struct event_bar *bar = &event->bar;
    CHECK(bar->close_e12 > 0);
    CHECK(bar->high_e12 >= bar->low_e12);

    if (self->bars > 0) {
        int64_t square_e18 = self->return_e9 * self->return_e9;
        self->variance_e18 += halved(square_e18 - self->variance_e18, shifts.fast);
        self->return_e9 = return_e9(bar->close_e12, self->close_e12);
        self->range_e12 +=
            halved(true_range_e12(bar, self->close_e12) - self->range_e12, shifts.fast);
        int64_t fresh_e18 = self->return_e9 * self->return_e9;
        self->slow_e18 += halved(fresh_e18 - self->slow_e18, warm_shift(self->bars, shifts.slow));
    } else {
        self->range_e12 = bar->high_e12 - bar->low_e12;
    }
    self->bars += self->bars < INT32_MAX;
    self->close_e12 = bar->close_e12;
    self->bar_volume = bar->volume;
    self->bar_volume_exponent = bar->volume_exponent;
    self->bar_close_us = event->venue_time_us;
    self->bar_interval_us = bar->interval_us;
    if (event->venue_time_us > self->seen_us) {
        self->seen_us = event->venue_time_us;
        self->last_e12 = bar->close_e12;
        self->mark_e12 = self->mark_e12 == 0 ? bar->close_e12 : self->mark_e12;
    }
}

void prices_book(struct prices *self, const struct event *event)
{
    self->book = event->book;
    self->book_us = event->venue_time_us;
    if (event->venue_time_us > self->seen_us && self->mark_e12 > 0) {
        self->seen_us = event->venue_time_us; /* the feed lives: what it said last still holds */
    }
}

bool prices_spread_e9(const struct prices *self, int64_t *out)
{
    const struct event_book *book = &self->book;
    if (book->bid_e12 <= 0 || book->ask_e12 <= 0) {
        return false;
    }
    wide_t twice_mid = (wide_t)book->bid_e12 + book->ask_e12;
    wide_t spread = (wide_t)book->ask_e12 - book->bid_e12;

    return fixed_narrow(wide_div_ceil(spread * 2 * ONE_E9, twice_mid), out);
}

/* A settlement came gap_us after the one before it. A hole in the file is not an interval: venues settle every 1 to 8 hours.
 * Nor is one row that is missing: a longer interval must be seen twice, a shorter one (a dearer rate) holds at once. Gaps are
 * compared in whole intervals, for settlements are stamped some milliseconds late. */
static void funding_gap(struct prices *self, int64_t gap_us)
{
    int64_t interval_us = self->funding_interval_us;
    if (gap_us < US_PER_HOUR - US_PER_MINUTE ||
        gap_us > FUNDING_HOURS * US_PER_HOUR + US_PER_MINUTE) {
        return;
    }
    int64_t times = interval_us == 0 ? 1 : (gap_us + interval_us / 2) / interval_us;
    if (times <= 1 || times == self->funding_longer) {
        self->funding_interval_us = gap_us;
        times = 0;
    }
    self->funding_longer = times;
}

void prices_funding(struct prices *self, const struct event *event)
{
    if (self->funding_us > 0 && event->venue_time_us > self->funding_us) {
        funding_gap(self, event->venue_time_us - self->funding_us);
    }
    self->funding_e16 = event->funding.rate_e16;
    self->funding_us = event->venue_time_us;
}

int32_t prices_shift(int64_t halflife_bars)
{
    CHECK(halflife_bars >= 1);

    /* half-life h: weight = ln 2 / h; 1 / ln 2 = 1.4427; rounded up, so that the true half-life is never shorter */
    int64_t inverse = (halflife_bars * 14427 + 9999) / 10000;
    int32_t shift = 0;
    while ((1LL << shift) < inverse && shift < 40) {
        shift++;
    }
    return shift;
}

/* value of one bar to one minute: / sqrt(minutes of the bar) */
static int64_t per_minute(const struct prices *self, int64_t value)
{
    if (self->bar_interval_us <= US_PER_MINUTE) {
        return value;
    }
    /* the root in _e6 keeps six digits */
    int64_t root_e6 = wide_isqrt((wide_t)self->bar_interval_us * ONE_E12 / US_PER_MINUTE);

    return fixed_mul_div_clamped(value, ONE_E6, root_e6);
}

int64_t prices_return_1m_e9(const struct prices *self)
{
    return per_minute(self, self->return_e9 < 0 ? -self->return_e9 : self->return_e9);
}

int64_t prices_sigma_1m_e9(const struct prices *self)
{
    return per_minute(self, wide_isqrt(self->variance_e18));
}

int64_t prices_sigma_year_e9(const struct prices *self)
{
    if (self->bars < 2 || self->bar_interval_us <= 0) {
        return 0;
    }
    int64_t bars_a_year = 365 * US_PER_DAY / self->bar_interval_us;
    int64_t root_e6 = wide_isqrt((wide_t)bars_a_year * ONE_E12);

    return fixed_mul_div_clamped(wide_isqrt(self->slow_e18), root_e6, ONE_E6);
}

bool prices_beyond(const struct prices *self, int64_t sigma)
{
    if (self->bars <= BARS_BEFORE_SIGMA) {
        return false;
    }
    int64_t square_e18 = self->return_e9 * self->return_e9;

    return square_e18 > (wide_t)sigma * sigma * self->variance_e18;
}

bool prices_funding_8h_e9(const struct prices *self, int64_t *out)
{
    if (self->funding_us == 0) {
        return false;
    }
    int64_t interval_us =
        self->funding_interval_us > 0 ? self->funding_interval_us : FUNDING_HOURS * US_PER_HOUR;
    wide_t rate_e16 = (wide_t)self->funding_e16 * FUNDING_HOURS * US_PER_HOUR / interval_us;
    wide_t rate_e9 = rate_e16 >= 0 ? wide_div_ceil(rate_e16, ONE_E16 / ONE_E9)
                                   : wide_div_floor(rate_e16, ONE_E16 / ONE_E9);

    return fixed_narrow(rate_e9, out);
}
