/* The tables of trades: by market, left open, by source, by exit reason, by both, by period, and
 * the line a strategy. */
#include <stdlib.h>
#include <string.h>

#include "reports/groups.h"
#include "reports/memory.h"
#include "reports/summary.h"

static const char *const profit_columns[] = {"Avg Profit %", "Tot Profit %", "Avg Duration",
                                             "Win  Draw  Loss  Win%"};

static void result_columns(struct table *table, const struct figures *figures, const char *count)
{
    table_column(table, count, ALIGN_RIGHT);
    table_column(table, profit_columns[0], ALIGN_RIGHT);
    table_column(table,
                 strcmp(figures->quote, "USDT") == 0   ? "Tot Profit USDT"
                 : strcmp(figures->quote, "USDC") == 0 ? "Tot Profit USDC"
                                                       : "Tot Profit",
                 ALIGN_RIGHT);
    table_column(table, profit_columns[1], ALIGN_RIGHT);
    table_column(table, profit_columns[2], ALIGN_RIGHT);
    table_column(table, profit_columns[3], ALIGN_RIGHT);
}

static void result_cells(struct table *table, const struct group *group, double start)
{
    char cell[CELL_BYTES];
    double trades = group->trades > 0 ? (double)group->trades : 1.0;

    table_cell(table, "%lld", (long long)group->trades);
    table_cell(table, "%s", cell_number(group->ratio_sum / trades * 100, 2, cell));
    table_cell(table, "%s", cell_number(group->profit, 3, cell));
    table_cell(table, "%s", cell_number(group->profit / start * 100, 2, cell));
    int64_t average_us = group->trades > 0 ? group->duration_us / group->trades : 0;
    table_cell(table, "%s", cell_duration(average_us, cell));
    table_cell(table, "%4lld  %4lld  %4lld  %4s", (long long)group->wins, (long long)group->draws,
               (long long)group->losses, cell_number((double)group->wins / trades * 100, 1, cell));
}

static void group_add(struct group *self, const struct group *other)
{
    self->trades += other->trades;
    self->wins += other->wins;
    self->draws += other->draws;
    self->losses += other->losses;
    self->duration_us += other->duration_us;
    self->profit += other->profit;
    self->gains += other->gains;
    self->pains += other->pains;
    self->ratio_sum += other->ratio_sum;
}

struct group_table {
    const char *title, *first, *second, *count;
    enum group_key key;
    bool only_end;
};

static void
group_table(struct summary *self, const struct summary_input *input, const struct group_table *plan)
{
    struct table *table = summary_table(self, plan->title);
    struct groups groups;
    struct group total = {.word = -1, .second = -1};

    groups_by_key(&groups, input->run, input->figures, plan->key, plan->only_end);
    table_column(table, plan->first, ALIGN_LEFT);
    if (plan->second != NULL) {
        table_column(table, plan->second, ALIGN_LEFT);
    }
    result_columns(table, input->figures, plan->count);
    for (int64_t i = 0; i < groups.count; i++) {
        table_cell(table, "%s", run_word(input->run, groups.items[i].word));
        if (plan->second != NULL) {
            table_cell(table, "%s", run_word(input->run, groups.items[i].second));
        }
        result_cells(table, &groups.items[i], input->figures->start);
        group_add(&total, &groups.items[i]);
    }
    if (groups.count > 0) {
        table_rule(table);
    }
    table_cell(table, "TOTAL");
    if (plan->second != NULL) {
        table_cell(table, "%s", "");
    }
    result_cells(table, &total, input->figures->start);
    groups_release(&groups);
}

static void period_table(struct summary *self,
                         const struct summary_input *input,
                         const char *title,
                         enum period period)
{
    static const char *const names[] = {"Day", "Week", "Month"};
    struct table *table = summary_table(self, title);
    struct groups groups;
    char cell[CELL_BYTES];

    table_column(table, names[period], ALIGN_LEFT);
    table_column(table, "Trades", ALIGN_RIGHT);
    table_column(table, "Tot Profit", ALIGN_RIGHT);
    table_column(table, "Profit Factor", ALIGN_RIGHT);
    table_column(table, "Wins", ALIGN_RIGHT);
    table_column(table, "Draws", ALIGN_RIGHT);
    table_column(table, "Losses", ALIGN_RIGHT);
    groups_by_period(&groups, input->figures, period);
    for (int64_t i = 0; i < groups.count; i++) {
        const struct group *group = &groups.items[i];
        table_cell(table, "%s", cell_date(group->start_us, cell));
        table_cell(table, "%lld", (long long)group->trades);
        table_cell(table, "%s", cell_number(group->profit, 3, cell));
        table_cell(table, "%s",
                   group->pains > 0 ? cell_number(group->gains / group->pains, 2, cell) : "n/a");
        table_cell(table, "%lld", (long long)group->wins);
        table_cell(table, "%lld", (long long)group->draws);
        table_cell(table, "%lld", (long long)group->losses);
    }
    table->folded = groups.count > 31 ||
                    (period == PERIOD_DAY && input->figures->window_days > 31) ||
                    (period == PERIOD_WEEK && input->figures->window_days > 100);
    groups_release(&groups);
}

void summary_trades(struct summary *self, const struct summary_input *input)
{
    static const struct group_table plans[] = {
        {"BACKTESTING REPORT", "Pair", NULL, "Trades", GROUP_TOKEN, false},
        {"LEFT OPEN TRADES REPORT", "Pair", NULL, "Trades", GROUP_TOKEN, true},
        {"ENTER TAG STATS", "Enter Tag", NULL, "Entries", GROUP_SOURCE, false},
        {"EXIT REASON STATS", "Exit Reason", NULL, "Exits", GROUP_EXIT, false},
        {"MIXED TAG STATS", "Enter Tag", "Exit Reason", "Trades", GROUP_SOURCE_EXIT, false},
    };

    for (size_t i = 0; i < ARRAY_COUNT(plans); i++) {
        group_table(self, input, &plans[i]);
    }
    if (input->figures->trade_count == 0) {
        struct buffer reasons;
        buffer_init(&reasons);
        summary_refusals(input->run, &reasons);
        table_note(&self->tables[0], "No trades, so every ratio is n/a. %s", reasons.bytes);
        buffer_release(&reasons);
    }
    period_table(self, input, "DAY BREAKDOWN", PERIOD_DAY);
    period_table(self, input, "WEEK BREAKDOWN", PERIOD_WEEK);
    period_table(self, input, "MONTH BREAKDOWN", PERIOD_MONTH);
}

/* Profits of one source, in order; source -1: of all. Returns how many. */
static int64_t source_profits(const struct figures *figures, int32_t source, double *profits)
{
    int64_t count = 0;

    for (int64_t i = 0; i < figures->trade_count; i++) {
        if (source < 0 || figures->trades[i].position->source == source) {
            profits[count++] = figures->trades[i].profit;
        }
    }
    return count;
}

static void
strategy_row(struct table *table, const struct summary_input *input, const struct group *group)
{
    char money[CELL_BYTES];
    char share[CELL_BYTES];
    const struct figures *figures = input->figures;
    double *profits = memory_array(figures->trade_count, sizeof(double));
    int64_t count = source_profits(figures, group->word, profits);
    struct trade_statistics statistics =
        statistics_trades(profits, count, figures->start, figures->window_days);

    table_cell(table, "%s", group->word < 0 ? "TOTAL" : run_word(input->run, group->word));
    result_cells(table, group, figures->start);
    table_cell(table, "%s %s  %s", cell_number(statistics.drawdown, 3, money), figures->quote,
               cell_percent(statistics.drawdown_account, 2, share));
    free(profits);
}

void summary_strategies(struct summary *self, const struct summary_input *input)
{
    struct table *table = summary_table(self, "STRATEGY SUMMARY");
    struct groups groups;
    struct group total = {.word = -1, .second = -1};

    table_column(table, "Strategy", ALIGN_LEFT);
    result_columns(table, input->figures, "Trades");
    table_column(table, "Drawdown", ALIGN_RIGHT);
    groups_by_key(&groups, input->run, input->figures, GROUP_SOURCE, false);
    for (int64_t i = 0; i < groups.count; i++) {
        strategy_row(table, input, &groups.items[i]);
        group_add(&total, &groups.items[i]);
    }
    if (groups.count > 0) {
        table_rule(table);
    }
    strategy_row(table, input, &total);
    groups_release(&groups);
}
