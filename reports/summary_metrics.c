/* SUMMARY METRICS, row by row as freqtrade has them; behind them what leverage adds. */
#include <math.h>
#include <string.h>

#include "core/instant.h"
#include "reports/groups.h"
#include "reports/sample.h"
#include "reports/summary.h"

/* What the rows are made from, gathered once. */
struct sides {
    int64_t longs, shorts, longest_win_us, wins_us, losses_us;
    double long_profit, short_profit, stake, volume;
    const struct trade *best, *worst;
};

static struct sides sides_of(const struct figures *figures)
{
    struct sides sides = {0};

    for (int64_t i = 0; i < figures->trade_count; i++) {
        const struct trade *trade = &figures->trades[i];
        bool is_short = trade->position->side == SIDE_SHORT;
        sides.longs += !is_short;
        sides.shorts += is_short;
        sides.long_profit += is_short ? 0 : trade->profit;
        sides.short_profit += is_short ? trade->profit : 0;
        sides.stake += trade->stake;
        sides.volume += trade->volume;
        sides.wins_us += trade->profit > 0 ? trade->duration_us : 0;
        sides.losses_us += trade->profit < 0 ? trade->duration_us : 0;
        if (isfinite(trade->ratio)) {
            sides.best =
                sides.best == NULL || trade->ratio > sides.best->ratio ? trade : sides.best;
            sides.worst =
                sides.worst == NULL || trade->ratio < sides.worst->ratio ? trade : sides.worst;
        }
    }
    return sides;
}

static void row_text(struct table *table, const char *name, const char *value)
{
    table_cell(table, "%s", name);
    table_cell(table, "%s", value);
}

static void row_number(struct table *table, const char *name, double value, int decimals)
{
    char cell[CELL_BYTES];

    row_text(table, name, cell_number(value, decimals, cell));
}

static void row_percent(struct table *table, const char *name, double ratio)
{
    char cell[CELL_BYTES];

    row_text(table, name, cell_percent(ratio, 2, cell));
}

static void
row_money(struct table *table, const char *name, double value, const struct figures *figures)
{
    char cell[CELL_BYTES];

    table_cell(table, "%s", name);
    table_cell(table, "%s %s", cell_number(value, 3, cell), isfinite(value) ? figures->quote : "");
}

static void row_instant(struct table *table, const char *name, int64_t us)
{
    char cell[CELL_BYTES];

    row_text(table, name, cell_instant(us, cell));
}

static void row_gap(struct table *table)
{
    row_text(table, "", "");
}

static double mean_or_none(double sum, int64_t count)
{
    return count > 0 ? sum / (double)count : UNDEFINED;
}

/* Backtesting from ... Total trade volume. */
static void
rows_result(struct table *table, const struct summary_input *input, const struct sides *sides)
{
    const struct figures *figures = input->figures;
    const struct trade_statistics *closed = &figures->closed;
    struct buffer words;
    char cell[CELL_BYTES];

    buffer_init(&words);
    row_instant(table, "Backtesting from", figures->first_us);
    row_instant(table, "Backtesting to", figures->last_us);
    fact_words(facts_setting(input->facts, "position.margin_mode"), &words);
    table_cell(table, "Trading Mode");
    table_cell(table, "%s Futures", strcmp(words.bytes, "cross") == 0 ? "Cross" : "Isolated");
    buffer_clear(&words);
    fact_words(facts_setting(input->facts, "risk.c15.positions"), &words);
    row_text(table, "Max open trades", words.length > 0 ? words.bytes : "n/a");
    buffer_release(&words);
    row_gap(table);
    table_cell(table, "Total/Daily Avg Trades");
    double a_day = (double)figures->trade_count / (double)figures->window_days;
    table_cell(table, "%lld / %s", (long long)figures->trade_count, cell_number(a_day, 2, cell));
    row_money(table, "Starting balance", figures->start, figures);
    row_money(table, "Final balance", figures->final, figures);
    row_money(table, "Absolute profit", figures->final - figures->start, figures);
    row_percent(table, "Total profit %", (figures->final - figures->start) / figures->start);
    row_percent(table, "CAGR %", closed->cagr);
    row_number(table, "Sortino", closed->sortino, 2);
    row_number(table, "Sharpe", closed->sharpe, 2);
    row_number(table, "Calmar", closed->calmar, 2);
    row_number(table, "SQN", closed->sqn_population, 2);
    row_number(table, "Profit factor", closed->profit_factor, 2);
    char ratio[CELL_BYTES];
    table_cell(table, "Expectancy (Ratio)");
    table_cell(table, "%s (%s)", cell_number(closed->expectancy, 2, cell),
               cell_number(closed->expectancy_ratio, 2, ratio));
    row_percent(table, "Avg. daily profit %",
                figures->trade_count > 0 ? closed->total_ratio / (double)figures->window_days
                                         : UNDEFINED);
    row_money(table, "Avg. stake amount", mean_or_none(sides->stake, figures->trade_count),
              figures);
    row_money(table, "Total trade volume", sides->volume, figures);
}

static void
rows_sides(struct table *table, const struct figures *figures, const struct sides *sides)
{
    if (sides->shorts == 0) {
        return;
    }
    row_gap(table);
    table_cell(table, "Long / Short");
    table_cell(table, "%lld / %lld", (long long)sides->longs, (long long)sides->shorts);
    row_percent(table, "Total profit Long %", sides->long_profit / figures->start);
    row_percent(table, "Total profit Short %", sides->short_profit / figures->start);
    row_money(table, "Absolute profit Long", sides->long_profit, figures);
    row_money(table, "Absolute profit Short", sides->short_profit, figures);
}

static void row_pair(struct table *table,
                     const struct summary_input *input,
                     const char *name,
                     const struct group *group)
{
    char cell[CELL_BYTES];

    table_cell(table, "%s", name);
    if (group == NULL) {
        table_cell(table, "n/a");
    } else {
        table_cell(table, "%s %s", run_word(input->run, group->word),
                   cell_percent(group->profit / input->figures->start, 2, cell));
    }
}

static void
row_trade(struct table *table, const struct run *run, const char *name, const struct trade *trade)
{
    char cell[CELL_BYTES];

    table_cell(table, "%s", name);
    if (trade == NULL) {
        table_cell(table, "n/a");
    } else {
        table_cell(table, "%s %s", run_word(run, trade->position->token),
                   cell_percent(trade->ratio, 2, cell));
    }
}

struct days {
    int64_t wins, draws, losses;
    double best, worst;
};

static struct days days_of(const struct figures *figures)
{
    struct days days = {.best = UNDEFINED, .worst = UNDEFINED};

    for (int64_t i = 0; i < figures->day_count && figures->trade_count > 0; i++) {
        days.wins += figures->day_profit[i] > 0;
        days.losses += figures->day_profit[i] < 0;
        days.best = fmax(days.best, figures->day_profit[i]); /* fmax drops the undefined */
        days.worst = fmin(days.worst, figures->day_profit[i]);
    }
    days.draws = (figures->trade_count > 0 ? figures->day_count : 0) - days.wins - days.losses;
    return days;
}

/* Best Pair ... Max Consecutive Wins / Loss. */
static void
rows_best(struct table *table, const struct summary_input *input, const struct sides *sides)
{
    const struct figures *figures = input->figures;
    const struct trade_statistics *closed = &figures->closed;
    struct days days = days_of(figures);
    struct groups pairs;
    char cell[CELL_BYTES];

    groups_by_key(&pairs, input->run, figures, GROUP_TOKEN, false);
    row_gap(table);
    row_pair(table, input, "Best Pair", pairs.count > 0 ? &pairs.items[0] : NULL);
    row_pair(table, input, "Worst Pair", pairs.count > 0 ? &pairs.items[pairs.count - 1] : NULL);
    groups_release(&pairs);
    row_trade(table, input->run, "Best trade", sides->best);
    row_trade(table, input->run, "Worst trade", sides->worst);
    row_money(table, "Best day", days.best, figures);
    row_money(table, "Worst day", days.worst, figures);
    table_cell(table, "Days win/draw/lose");
    table_cell(table, "%lld / %lld / %lld", (long long)days.wins, (long long)days.draws,
               (long long)days.losses);
    row_text(table, "Avg. Duration Winners",
             closed->wins > 0 ? cell_duration(sides->wins_us / closed->wins, cell) : "n/a");
    row_text(table, "Avg. Duration Loser",
             closed->losses > 0 ? cell_duration(sides->losses_us / closed->losses, cell) : "n/a");
    table_cell(table, "Max Consecutive Wins / Loss");
    table_cell(table, "%lld / %lld", (long long)closed->wins_in_a_row,
               (long long)closed->losses_in_a_row);
}

/* Rejected Entry signals ... Canceled Entry Orders. */
static void rows_refused(struct table *table, const struct run *run)
{
    int64_t refused = 0;
    int64_t entry_timeouts = 0;
    int64_t exit_timeouts = 0;
    int64_t canceled = 0;

    for (int64_t i = 0; i < run->signal_count; i++) {
        const char *verdict = run_word(run, run->signals[i].verdict);
        refused += strcmp(verdict, "APPROVED") != 0 && strcmp(verdict, "CLOSE_APPROVED") != 0;
    }
    for (int64_t i = 0; i < run->order_count; i++) {
        const struct run_order *order = &run->orders[i];
        bool expired = strcmp(run_word(run, order->state), "EXPIRED") == 0 && order->filled_e6 == 0;
        bool dropped =
            strcmp(run_word(run, order->state), "CANCELED") == 0 && order->filled_e6 == 0;
        entry_timeouts += expired && !order->reduce_only;
        exit_timeouts += expired && order->reduce_only;
        canceled += dropped && !order->reduce_only;
    }
    table_cell(table, "Rejected Entry signals");
    table_cell(table, "%lld", (long long)refused);
    table_cell(table, "Entry/Exit Timeouts");
    table_cell(table, "%lld / %lld", (long long)entry_timeouts, (long long)exit_timeouts);
    if (canceled > 0) {
        table_cell(table, "Canceled Trade Entries");
        table_cell(table, "%lld", (long long)canceled);
    }
}

/* When the trade of a drawdown's end closed; -1: the start. */
static int64_t drawdown_instant(const struct figures *figures, int64_t trade)
{
    return trade < 0 ? figures->first_us : figures->trades[trade].position->closed_us;
}

/* Min balance ... Market change. */
static void rows_drawdown(struct table *table, const struct figures *figures)
{
    const struct trade_statistics *closed = &figures->closed;
    bool fell = closed->drawdown > 0;
    int64_t from_us = drawdown_instant(figures, closed->drawdown_from);
    int64_t to_us = drawdown_instant(figures, closed->drawdown_to);
    char cell[CELL_BYTES];

    row_gap(table);
    row_money(table, "Min balance", closed->balance_min, figures);
    row_money(table, "Max balance", closed->balance_max, figures);
    row_percent(table, "Max % of account underwater", closed->underwater);
    row_percent(table, "Absolute Drawdown (Account)", closed->drawdown_account);
    row_money(table, "Absolute Drawdown", closed->drawdown, figures);
    row_money(table, "Drawdown high", fell ? closed->drawdown_high - figures->start : UNDEFINED,
              figures);
    row_money(table, "Drawdown low", fell ? closed->drawdown_low - figures->start : UNDEFINED,
              figures);
    row_text(table, "Drawdown Start", fell ? cell_instant(from_us, cell) : "n/a");
    row_text(table, "Drawdown End", fell ? cell_instant(to_us, cell) : "n/a");
    row_text(table, "Drawdown duration", fell ? cell_duration(to_us - from_us, cell) : "n/a");
    row_percent(table, "Market change", figures->market_change);
}

static void rows_leverage(struct table *table, const struct figures *figures)
{
    row_gap(table);
    table_cell(table, "Liquidations");
    table_cell(table, "%lld", (long long)figures->liquidations);
    row_money(table, "Fees paid", figures->fees, figures);
    row_money(table, "Funding received", figures->funding, figures);
    row_number(table, "Max effective leverage", figures->leverage_max, 2);
    row_percent(table, "Max margin used / equity", figures->margin_ratio_max);
    row_percent(table, "Max drawdown, marked to market", figures->drawdown_max);
    table_cell(table, "Open positions at the end");
    table_cell(table, "%lld", (long long)figures->open_count);
}

void summary_metrics(struct summary *self, const struct summary_input *input)
{
    struct table *table = summary_table(self, "SUMMARY METRICS");
    struct sides sides = sides_of(input->figures);

    table_column(table, "Metric", ALIGN_LEFT);
    table_column(table, "Value", ALIGN_LEFT);
    rows_result(table, input, &sides);
    rows_sides(table, input->figures, &sides);
    rows_best(table, input, &sides);
    rows_refused(table, input->run);
    rows_drawdown(table, input->figures);
    rows_leverage(table, input->figures);
    if (input->figures->closed.total_loss) {
        table_note(table, "TOTAL LOSS: the final balance is %s; the CAGR of -100 %% hides no more.",
                   input->figures->closed.balance_final < 0 ? "below zero" : "zero");
    }
}
