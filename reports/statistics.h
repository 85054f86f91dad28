/* statistics.h - the figures of a run in the two families that traders compare, each by its own
 * definition (FIELD 11): closed trades   as freqtrade counts: profits of closed trades over the
 * starting balance, days of the window daily returns   as quantstats counts: marked-to-market
 * equity at the end of each UTC day, open positions included
 * Ours     the start counts as a peak; undefined is NaN (printed n/a), never -100, 0 or 100; a
 *          total loss is a CAGR of -1, and a final balance below zero is still -1, flagged.
 * Units    money in the quote currency as double; ratios, 0.01 = one percent.   Failure: none.
 *          Cost: a few passes. */
#ifndef REPORTS_STATISTICS_H
#define REPORTS_STATISTICS_H

#include "core/base.h"

/* Periods a year where nothing else is said: crypto trades every day. */
#define DAYS_A_YEAR 365.0

struct trade_statistics {
    int64_t trades, wins, draws, losses;
    int64_t wins_in_a_row, losses_in_a_row; /* longest; a draw ends both */
    double total, total_ratio;              /* sum of profits; over the starting balance */
    double profit_factor, win_rate, expectancy, expectancy_ratio;
    double sharpe, sortino, calmar, cagr;
    double sqn_sample, sqn_population;
    double drawdown, drawdown_account;  /* deepest in money; and as share of its own peak */
    double underwater;                  /* deepest as share of the peak, wherever that was */
    double drawdown_high, drawdown_low; /* balance at the peak and at the bottom */
    int64_t drawdown_from, drawdown_to; /* index of the trade; -1: the start */
    double balance_min, balance_max, balance_final;
    bool total_loss; /* the final balance is zero or below */
};

/* Profits of closed trades in the order in which they closed. start > 0; days: whole days of the
 * window, at least 1. */
struct trade_statistics
statistics_trades(const double *profits, int64_t count, double start, int64_t days);

struct daily_statistics {
    int64_t days;
    double sharpe, smart_sharpe, sortino, adjusted_sortino, calmar, omega;
    double total, cagr, volatility; /* total = compounded return */
    double max_drawdown;            /* <= 0 */
    double ulcer, ulcer_performance, serenity;
    double value_at_risk, conditional_value_at_risk; /* 95 %, normal quantile; means below it */
    double gain_to_pain, payoff, profit_factor, win_rate, kelly, tail, recovery;
    double risk_of_ruin, exposure, skew, kurtosis;
    double probabilistic_sharpe;         /* K = the excess kurtosis, as the textbook */
    double probabilistic_sharpe_library; /* K = excess - 3, as quantstats prints it */
    double best, worst, mean;            /* of one day */
};

/* Equity at the end of each day; the first day's return is measured from start > 0. periods:
 * days a year. */
struct daily_statistics
statistics_daily(const double *equity, int64_t count, double start, double periods);

/* The same returns, out[i] = equity[i] / the value before it - 1 (0 after a value that is not
 * positive). */
void statistics_returns(const double *equity, int64_t count, double start, double *out);
/* sqrt(n) * mean / deviation of trade profits: the System Quality Number; sample: divisor n - 1. */
double statistics_sqn(const double *profits, int64_t count, bool sample);

#endif
