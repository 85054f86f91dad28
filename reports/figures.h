/* figures.h - everything that is computed from one run, once: trades with their money as double,
 * the daily equity, both families of statistics, what the breaker did, the extremes of leverage
 * and margin.
 * Laws     a trade is a closed position; its profit is realised - fees + funding; its stake is
 *          its margin. A day is a UTC day; its equity is the last row before its end, open
 *          positions included. Deposits and withdrawals after the start are taken out of daily
 *          returns.
 * Failure  an error (3) when the run does not say its starting balance.   Cost  linear in the
 *          rows. */
#ifndef REPORTS_FIGURES_H
#define REPORTS_FIGURES_H

#include "reports/facts.h"
#include "reports/run.h"
#include "reports/statistics.h"

enum { BREAKER_STATES = BREAKER_LOCKED + 1 };

struct trade {
    const struct run_position *position;
    double profit, stake, ratio;    /* ratio = profit / stake, UNDEFINED without a stake */
    double entry_price, exit_price; /* exit: average of the closing fills; UNDEFINED without one */
    double volume;                  /* value of all its fills */
    double fees, funding;
    int64_t duration_us;
};

struct breaker_figures {
    int64_t first_latch_us; /* 0: never latched */
    int64_t resets, denied;
    int64_t state_us[BREAKER_STATES];
    int64_t transitions;
};

struct figures {
    double start, final; /* balance */
    int64_t first_us, last_us, window_days;
    struct trade *trades; /* in the order in which they closed */
    double *profits;
    int64_t trade_count, open_count;
    struct trade_statistics closed;
    int64_t first_day_us, day_count;
    double *day_equity; /* at the end of each day */
    double *day_profit; /* of trades closed on it */
    struct daily_statistics daily;
    struct breaker_figures breaker;
    int64_t liquidations;
    double fees, funding;
    double drawdown_max; /* of all equity rows, share of the peak, open positions included */
    double leverage_max, margin_ratio_max; /* exposure / equity; margin used / equity */
    double market_change;
    char quote[16]; /* currency */
};

MUST_USE bool figures_compute(struct figures *self,
                              const struct run *run,
                              const struct facts *facts,
                              struct error *error);
void figures_release(struct figures *self);

/* Store integers as double. */
double figure_money(int64_t value_e8);
double figure_price(int64_t price_e12);
double figure_size(int64_t size_e6);
/* Index of the position of this id, or -1; positions are in order of id. */
int64_t figures_position(const struct run *run, int64_t position_id);
/* Value of all open positions at their entry prices, per equity row: out[i]; the fills are
 * walked once. */
void figures_exposure(const struct run *run, double *out);

#endif
