/* Both families of statistics, each figure with its definition beside it: ratios of one name
 * differ between tools. */
#include "reports/summary.h"

enum form { FORM_NUMBER, FORM_PERCENT, FORM_MONEY, FORM_TINY };

struct line {
    const char *name, *definition;
    double value;
    enum form form;
};

static void lines_add(struct table *table, const struct line *lines, size_t count)
{
    char cell[CELL_BYTES];

    table_column(table, "Metric", ALIGN_LEFT);
    table_column(table, "Value", ALIGN_RIGHT);
    table_column(table, "Definition", ALIGN_LEFT);
    for (size_t i = 0; i < count; i++) {
        const char *value = lines[i].form == FORM_PERCENT ? cell_percent(lines[i].value, 2, cell)
                            : lines[i].form == FORM_TINY  ? cell_number(lines[i].value, 9, cell)
                            : lines[i].form == FORM_MONEY ? cell_number(lines[i].value, 3, cell)
                                                          : cell_number(lines[i].value, 4, cell);
        table_cell(table, "%s", lines[i].name);
        table_cell(table, "%s", value);
        table_cell(table, "%s", lines[i].definition);
    }
}

static void statistics_closed(struct summary *self, const struct trade_statistics *s)
{
    const struct line lines[] = {
        {"Sharpe", "(sum q / days) / std0(q) * sqrt(365), q = profit / starting balance", s->sharpe,
         FORM_NUMBER},
        {"Sortino", "the same over std0 of the losing q around their own mean", s->sortino,
         FORM_NUMBER},
        {"Calmar", "(sum q / days * 100) / drawdown account * sqrt(365)", s->calmar, FORM_NUMBER},
        {"CAGR", "(final / start)^(365 / days) - 1", s->cagr, FORM_PERCENT},
        {"Profit factor", "sum of wins / sum of losses", s->profit_factor, FORM_NUMBER},
        {"Win rate", "wins / all trades, draws counted", s->win_rate, FORM_PERCENT},
        {"Expectancy", "win rate * average win - loss rate * average loss", s->expectancy,
         FORM_MONEY},
        {"Expectancy ratio", "(1 + average win / average loss) * win rate - 1", s->expectancy_ratio,
         FORM_NUMBER},
        {"SQN (sample)", "sqrt(n) * mean / std1 of profits", s->sqn_sample, FORM_NUMBER},
        {"SQN (population)", "sqrt(n) * mean / std0 of profits", s->sqn_population, FORM_NUMBER},
        {"Drawdown", "peak - balance of closed trades, the start is a peak", s->drawdown,
         FORM_MONEY},
        {"Drawdown account", "that drawdown / its own peak", s->drawdown_account, FORM_PERCENT},
        {"Underwater", "deepest share below the running peak", s->underwater, FORM_PERCENT},
    };
    struct table *table =
        summary_table(self, "STATISTICS OF CLOSED TRADES (freqtrade's definitions)");

    lines_add(table, lines, ARRAY_COUNT(lines));
}

static void statistics_days(struct summary *self, const struct daily_statistics *s)
{
    const struct line lines[] = {
        {"Total return", "product of (1 + r) - 1", s->total, FORM_PERCENT},
        {"CAGR", "(1 + total)^(365 / n) - 1", s->cagr, FORM_PERCENT},
        {"Volatility", "std1(r) * sqrt(365)", s->volatility, FORM_PERCENT},
        {"Sharpe", "mean(r) / std1(r) * sqrt(365)", s->sharpe, FORM_NUMBER},
        {"Smart Sharpe", "Sharpe / sqrt(1 + 2 * sum of (n-k)/n * rho^k)", s->smart_sharpe,
         FORM_NUMBER},
        {"Sortino", "mean(r) / sqrt(sum(min(r,0)^2) / n) * sqrt(365)", s->sortino, FORM_NUMBER},
        {"Adjusted Sortino", "Sortino / sqrt(2)", s->adjusted_sortino, FORM_NUMBER},
        {"Calmar", "CAGR / -max drawdown", s->calmar, FORM_NUMBER},
        {"Max drawdown", "deepest share below the running peak of the days", s->max_drawdown,
         FORM_PERCENT},
        {"Ulcer index", "sqrt(sum of d^2 / (n-1)), d = share below the peak", s->ulcer,
         FORM_NUMBER},
        {"UPI", "total return / ulcer", s->ulcer_performance, FORM_NUMBER},
        {"Serenity", "sum r / (ulcer * (-CVaR95(d) / std1(r)))", s->serenity, FORM_NUMBER},
        {"VaR 95 %", "mean - 1.645 * std1", s->value_at_risk, FORM_PERCENT},
        {"CVaR 95 %", "mean of r below VaR", s->conditional_value_at_risk, FORM_PERCENT},
        {"Omega", "sum of gains / sum of losses, threshold 0", s->omega, FORM_NUMBER},
        {"Gain-to-pain", "sum r / sum of losses", s->gain_to_pain, FORM_NUMBER},
        {"Payoff", "mean win / mean loss of a day", s->payoff, FORM_NUMBER},
        {"Win rate", "days up / days that moved", s->win_rate, FORM_PERCENT},
        {"Kelly", "(payoff * w - (1 - w)) / payoff", s->kelly, FORM_PERCENT},
        {"Tail ratio", "|q95 / q05|", s->tail, FORM_NUMBER},
        {"Recovery factor", "|sum r| / -max drawdown", s->recovery, FORM_NUMBER},
        {"Risk of ruin", "((1-w) / (1+w))^n", s->risk_of_ruin, FORM_TINY},
        {"Exposure", "share of days that moved, rounded up to 1 %", s->exposure, FORM_PERCENT},
        {"Best day", "highest r", s->best, FORM_PERCENT},
        {"Worst day", "lowest r", s->worst, FORM_PERCENT},
        {"Skew", "bias-corrected", s->skew, FORM_NUMBER},
        {"Excess kurtosis", "bias-corrected", s->kurtosis, FORM_NUMBER},
        {"Probabilistic Sharpe", "K = excess kurtosis (textbook)", s->probabilistic_sharpe,
         FORM_PERCENT},
        {"PSR as quantstats", "K = excess - 3", s->probabilistic_sharpe_library, FORM_PERCENT},
    };
    struct table *table =
        summary_table(self, "STATISTICS OF DAILY RETURNS (quantstats' definitions)");

    table_note(table,
               "r = return of a UTC day, marked to market, open positions included; %lld days; 365 "
               "days a year.",
               (long long)s->days);
    lines_add(table, lines, ARRAY_COUNT(lines));
}

void summary_statistics(struct summary *self, const struct summary_input *input)
{
    statistics_closed(self, &input->figures->closed);
    statistics_days(self, &input->figures->daily);
}
