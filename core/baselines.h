/* baselines.h - what equity is measured against: peak, start of day, week and month, rolling
 * windows.
 * Unitised    a transfer changes the number of units, never the price of one. Kept as its equal:
 *             every baseline is multiplied by equity after / equity before, rounded up. So peak
 *             10 000, equity 9 000, withdrawal 4 500 leaves peak 5 000 and a drawdown of 10.00 %
 *             (RISK 3.2).
 * Periods     day 00:00 UTC, week Monday 00:00, month the 1st; each starts at the last mark
 *             before its instant. The peak never falls but by a transfer or baselines_rebase(),
 *             a separate admin act.
 * Windows     5 min, 1 h, 24 h: one sample a minute, each the last mark before its minute. The
 *             base is the newest sample at least the span old (so it looks back the span and at
 *             most one minute more), or the oldest sample while history is shorter.
 * Empty       an account without equity has nothing to lose: nothing is measured while equity is
 *             0 and no capital is in (at the start, or after all was withdrawn). The next
 *             deposit scales the baselines of the time before, or founds them. Equity of 0 or
 *             less in any other way is a whole loss.
 * Units       money _e8; losses _e9 rounded up (1e9 = all); drawdown in parts per million
 *             rounded up.
 * Time        event time, never falls (CHECK).
 * Cost        a quiet mark two stores, a new minute O(1) amortised, a transfer O(samples). No
 *             heap. */
#ifndef CORE_BASELINES_H
#define CORE_BASELINES_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/window.h"

/* The order of enum risk_loss (core/risk.h). */
enum baseline {
    BASELINE_DAY,
    BASELINE_ROLLING, /* 24 h */
    BASELINE_WEEK,
    BASELINE_MONTH,
    BASELINE_PEAK,
    BASELINE_5_MINUTES,
    BASELINE_HOUR
};
enum { BASELINE_COUNT = 7 };

struct baselines {
    int64_t time_us;
    int64_t equity_e8; /* the last mark */
    int64_t start_e8;  /* equity of the first unit price, scaled like the rest */
    int64_t base_e8[BASELINE_COUNT];
    bool empty;         /* no capital: see Empty */
    int64_t emptied_e8; /* equity before the whole was withdrawn; 0: never was any */
    int64_t next_minute_us, next_day_us, next_week_us, next_month_us;
    struct window window;
    struct window_sample samples[WINDOW_SAMPLES];
};

void baselines_init(struct baselines *self, int64_t time_us, int64_t equity_e8);

/* ---- questions (pure) ---- */
/* Loss of equity against a base, >= 0; INT64_MAX when it cannot be computed (base <= 0, too large).
 */
int64_t baselines_loss_e9(int64_t base_e8, int64_t equity_e8);
/* True when the loss has reached the level, or cannot be computed. Two multiplications, no
 * division, exact. */
bool baselines_reached(int64_t base_e8, int64_t equity_e8, int64_t level_e9);
int64_t baselines_base_e8(const struct baselines *self, enum baseline which);
int64_t baselines_drawdown_ppm(const struct baselines *self);
/* Price of one unit, 1e12 at the start, rounded down; 0 when it cannot be computed. */
int64_t baselines_unit_price_e12(const struct baselines *self);

/* ---- what happens ---- */
/* Takes the boundaries and minutes that time has passed, at the last mark. True when a base has
 * changed. */
bool baselines_roll(struct baselines *self, int64_t time_us);
/* Rolls, then takes one mark of the account; the peak follows. */
void baselines_mark(struct baselines *self, int64_t time_us, int64_t equity_e8);
/* One mark of which the caller knows that it passes no minute and no peak. */
static inline void baselines_quiet_mark(struct baselines *self, int64_t time_us, int64_t equity_e8)
{
    self->time_us = time_us;
    self->equity_e8 = equity_e8;
}
/* Deposit or withdrawal; equity_before_e8 is the mark just before it. */
void baselines_transfer(struct baselines *self,
                        int64_t time_us,
                        int64_t equity_before_e8,
                        int64_t amount_e8);
/* The admin act: the base becomes the last mark. Only DAY, WEEK, MONTH and PEAK. */
void baselines_rebase(struct baselines *self, enum baseline which);
void baselines_check(const struct baselines *self);

#endif
