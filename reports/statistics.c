#include "reports/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "reports/memory.h"
#include "reports/returns.h"
#include "reports/sample.h"

/* The normal distribution's 95 % point, as FIELD 11 writes it. */
#define NORMAL_95 1.6448536269514722

static double quotient(double numerator, double denominator)
{
    return denominator > 0 || denominator < 0 ? numerator / denominator : UNDEFINED;
}

double statistics_sqn(const double *profits, int64_t count, bool sample)
{
    double deviation = sample_deviation(profits, count, sample ? SPREAD_SAMPLE : SPREAD_POPULATION);

    return sqrt((double)count) * quotient(sample_mean(profits, count), deviation);
}

/* Counts, sums and rows of wins and losses. */
static void
trades_count(struct trade_statistics *self, const double *profits, double *won, double *lost)
{
    int64_t row_won = 0;
    int64_t row_lost = 0;

    for (int64_t i = 0; i < self->trades; i++) {
        bool win = profits[i] > 0;
        bool loss = profits[i] < 0;
        *won += win ? profits[i] : 0.0;
        *lost -= loss ? profits[i] : 0.0;
        self->wins += win;
        self->losses += loss;
        row_won = win ? row_won + 1 : 0;
        row_lost = loss ? row_lost + 1 : 0;
        self->wins_in_a_row = row_won > self->wins_in_a_row ? row_won : self->wins_in_a_row;
        self->losses_in_a_row = row_lost > self->losses_in_a_row ? row_lost : self->losses_in_a_row;
    }
    self->draws = self->trades - self->wins - self->losses;
}

static void trades_drawdown(struct trade_statistics *self, const double *profits, double start)
{
    double sum = 0.0;
    double peak = 0.0;
    int64_t peak_at = -1;

    self->drawdown_from = self->drawdown_to = -1;
    self->balance_min = self->balance_max = self->drawdown_high = self->drawdown_low = start;
    for (int64_t i = 0; i < self->trades; i++) {
        sum += profits[i];
        if (sum > peak) {
            peak = sum;
            peak_at = i;
        }
        if (peak - sum > self->drawdown) {
            self->drawdown = peak - sum;
            self->drawdown_account = (peak - sum) / (start + peak);
            self->drawdown_from = peak_at;
            self->drawdown_to = i;
            self->drawdown_high = start + peak;
            self->drawdown_low = start + sum;
        }
        self->underwater = fmax(self->underwater, (peak - sum) / (start + peak));
        self->balance_min = fmin(self->balance_min, start + sum);
        self->balance_max = fmax(self->balance_max, start + sum);
    }
    self->balance_final = start + sum;
    self->total_loss = start + sum <= 0;
}

/* Sharpe and Sortino of profits over the starting balance, spread a day. */
static void
trades_ratios(struct trade_statistics *self, const double *profits, double start, int64_t days)
{
    double *all = memory_array(self->trades, sizeof(double));
    double *losing = memory_array(self->trades, sizeof(double));
    int64_t losses = 0;

    for (int64_t i = 0; i < self->trades; i++) {
        all[i] = profits[i] / start;
        if (profits[i] < 0) {
            losing[losses++] = profits[i] / start;
        }
    }
    double a_day = self->total_ratio / (double)days;
    double year = sqrt(DAYS_A_YEAR);
    self->sharpe = quotient(a_day, sample_deviation(all, self->trades, SPREAD_POPULATION)) * year;
    self->sortino = quotient(a_day, sample_deviation(losing, losses, SPREAD_POPULATION)) * year;
    self->calmar = quotient(a_day * 100, self->drawdown_account) * year;
    free(all);
    free(losing);
}

struct trade_statistics
statistics_trades(const double *profits, int64_t count, double start, int64_t days)
{
    CHECK(start > 0 && days >= 1);

    struct trade_statistics self = {.trades = count};
    double won = 0.0;
    double lost = 0.0;
    trades_count(&self, profits, &won, &lost);
    trades_drawdown(&self, profits, start);
    self.total = won - lost;
    self.total_ratio = self.total / start;
    trades_ratios(&self, profits, start, days);

    double wins = (double)self.wins;
    double losses = (double)self.losses;
    double average_win = self.wins > 0 ? won / wins : 0.0;
    double average_loss = self.losses > 0 ? lost / losses : 0.0;
    double loss_rate = count > 0 ? losses / (double)count : UNDEFINED;
    self.win_rate = count > 0 ? wins / (double)count : UNDEFINED;
    self.profit_factor = quotient(won, lost);
    self.expectancy = self.win_rate * average_win - loss_rate * average_loss;
    self.expectancy_ratio = (1 + quotient(average_win, average_loss)) * self.win_rate - 1;
    self.sqn_sample = statistics_sqn(profits, count, true);
    self.sqn_population = statistics_sqn(profits, count, false);
    double growth = self.balance_final / start;
    self.cagr = count == 0   ? UNDEFINED
                : growth > 0 ? pow(growth, DAYS_A_YEAR / (double)days) - 1
                             : -1.0;
    return self;
}

void statistics_returns(const double *equity, int64_t count, double start, double *out)
{
    double before = start;

    for (int64_t i = 0; i < count; i++) {
        out[i] = before > 0 ? equity[i] / before - 1.0 : 0.0;
        before = equity[i];
    }
}

/* out[i] = share below the running peak, <= 0; the start is the first peak. */
static void drawdown_series(const double *equity, int64_t count, double start, double *out)
{
    double peak = start;

    for (int64_t i = 0; i < count; i++) {
        peak = fmax(peak, equity[i]);
        out[i] = equity[i] / peak - 1.0;
    }
}

/* Normal value at risk, and the mean of what lies below it. */
static void risk_95(const double *values, int64_t count, double *value_at_risk, double *conditional)
{
    double bound =
        sample_mean(values, count) - NORMAL_95 * sample_deviation(values, count, SPREAD_SAMPLE);
    double sum = 0.0;
    int64_t below = 0;

    for (int64_t i = 0; i < count; i++) {
        if (values[i] < bound) {
            sum += values[i];
            below++;
        }
    }
    *value_at_risk = bound;
    *conditional = below > 0 ? sum / (double)below : bound;
}

/* Sharpe's penalty for returns that follow one another: sqrt(1 + 2 * sum of (n-k)/n * rho^k). */
static double correlation_penalty(const double *returns, int64_t count)
{
    double rho = count > 2 ? fabs(sample_correlation(returns, returns + 1, count - 1)) : UNDEFINED;
    double sum = 0.0;
    double power = 1.0;

    for (int64_t k = 1; k < count; k++) {
        power *= rho;
        sum += (double)(count - k) / (double)count * power;
    }
    return sqrt(1 + 2 * sum);
}

static void daily_gains(struct daily_statistics *self, const double *returns)
{
    double won = 0.0;
    double lost = 0.0;
    int64_t wins = 0;
    int64_t losses = 0;

    for (int64_t i = 0; i < self->days; i++) {
        won += returns[i] > 0 ? returns[i] : 0.0;
        lost -= returns[i] < 0 ? returns[i] : 0.0;
        wins += returns[i] > 0;
        losses += returns[i] < 0;
    }
    double moving = (double)(wins + losses);
    self->win_rate = quotient((double)wins, moving);
    self->omega = self->profit_factor = quotient(won, lost);
    self->gain_to_pain = quotient(won - lost, lost);
    self->payoff = quotient(quotient(won, (double)wins), quotient(lost, (double)losses));
    self->kelly = quotient(self->payoff * self->win_rate - (1 - self->win_rate), self->payoff);
    self->risk_of_ruin = pow(quotient(1 - self->win_rate, 1 + self->win_rate), (double)self->days);
    self->exposure = ceil(quotient(moving, (double)self->days) * 100) / 100;
}

static double probabilistic_sharpe(double sharpe, double skew, double kurtosis, int64_t count)
{
    double square = sharpe * sharpe;
    double error = (1 + square / 2 - skew * sharpe + kurtosis / 4 * square) / (double)(count - 1);

    return error > 0 ? normal_share(sharpe / sqrt(error)) : UNDEFINED;
}

static void daily_drawdowns(struct daily_statistics *self,
                            const double *equity,
                            const double *returns,
                            double start)
{
    double *below = memory_array(self->days, sizeof(double));
    double squares = 0.0;
    double value_at_risk = UNDEFINED;
    double conditional = UNDEFINED;

    drawdown_series(equity, self->days, start, below);
    for (int64_t i = 0; i < self->days; i++) {
        self->max_drawdown = fmin(self->max_drawdown, below[i]);
        squares += below[i] * below[i];
    }
    risk_95(below, self->days, &value_at_risk, &conditional);
    double deviation = sample_deviation(returns, self->days, SPREAD_SAMPLE);
    double sum = sample_sum(returns, self->days);
    self->ulcer = sqrt(quotient(squares, (double)(self->days - 1)));
    self->ulcer_performance = quotient(self->total, self->ulcer);
    self->serenity = quotient(sum, self->ulcer * quotient(-conditional, deviation));
    self->calmar = quotient(self->cagr, -self->max_drawdown);
    self->recovery = quotient(fabs(sum), -self->max_drawdown);
    free(below);
}

static void daily_extremes(struct daily_statistics *self, const double *returns)
{
    self->best = self->days > 0 ? returns[0] : UNDEFINED;
    self->worst = self->best;
    for (int64_t i = 0; i < self->days; i++) {
        self->best = fmax(self->best, returns[i]);
        self->worst = fmin(self->worst, returns[i]);
    }
}

struct daily_statistics
statistics_daily(const double *equity, int64_t count, double start, double periods)
{
    CHECK(start > 0 && periods > 0);

    struct daily_statistics self = {.days = count};
    double *returns = memory_array(count, sizeof(double));
    statistics_returns(equity, count, start, returns);

    double deviation = sample_deviation(returns, count, SPREAD_SAMPLE);
    self.mean = sample_mean(returns, count);
    double daily = quotient(self.mean, deviation);
    double downside = returns_downside_risk(returns, count, 0.0, 1.0);
    self.sharpe = daily * sqrt(periods);
    self.smart_sharpe = self.sharpe / correlation_penalty(returns, count);
    self.sortino = quotient(self.mean, downside) * sqrt(periods);
    self.adjusted_sortino = self.sortino / sqrt(2.0);
    self.total = returns_total(returns, count);
    self.cagr = returns_annual(returns, count, periods);
    self.volatility = returns_volatility(returns, count, periods);
    risk_95(returns, count, &self.value_at_risk, &self.conditional_value_at_risk);
    daily_gains(&self, returns);
    daily_drawdowns(&self, equity, returns, start);
    daily_extremes(&self, returns);
    self.tail = quotient(fabs(sample_quantile(returns, count, 0.95)),
                         fabs(sample_quantile(returns, count, 0.05)));
    self.skew = sample_skew(returns, count);
    self.kurtosis = sample_kurtosis(returns, count);
    self.probabilistic_sharpe = probabilistic_sharpe(daily, self.skew, self.kurtosis, count);
    self.probabilistic_sharpe_library =
        probabilistic_sharpe(daily, self.skew, self.kurtosis - 3, count);
    free(returns);
    return self;
}
