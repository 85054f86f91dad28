/* The comparison of diff.h in words and as JSON, and the trades of both runs matched by their
 * signal. */
#include <stdlib.h>
#include <string.h>

#include "reports/diff.h"
#include "reports/figures.h"
#include "reports/memory.h"
#include "reports/table.h"

enum { TRADES_SHOWN = 50 };

/* One side: its rows and what is computed from them. */
struct half {
    struct run run;
    struct facts facts;
    struct figures figures;
    bool computed;
};

static bool half_read(struct half *self, const char *path, struct error *error)
{
    *self = (struct half){.computed = false};
    if (!run_read(&self->run, path, error)) {
        return false;
    }
    facts_read(&self->facts, &self->run);
    self->computed = figures_compute(&self->figures, &self->run, &self->facts, error);
    return self->computed;
}

static void half_release(struct half *self)
{
    figures_release(&self->figures);
    facts_release(&self->facts);
    run_release(&self->run);
}

/* A trade of either side beside its counterpart of the other; NULL: there is none. */
struct pair {
    const struct trade *a, *b;
};

static int64_t signal_of(const struct trade *trade)
{
    return trade->position->signal_id;
}

static int by_signal(const void *left, const void *right)
{
    const struct trade *a = left;
    const struct trade *b = right;
    int order = (signal_of(a) > signal_of(b)) - (signal_of(a) < signal_of(b));

    return order != 0 ? order
                      : (a->position->id > b->position->id) - (a->position->id < b->position->id);
}

/* The trades of a side stand in the order of their signals from here on. */
static void sort_by_signal(struct half *self)
{
    qsort(self->figures.trades, (size_t)self->figures.trade_count, sizeof(struct trade), by_signal);
}

static struct pair *pairs_of(const struct half *a, const struct half *b, int64_t *count)
{
    const struct trade *left = a->figures.trades;
    const struct trade *right = b->figures.trades;
    int64_t count_a = a->figures.trade_count;
    int64_t count_b = b->figures.trade_count;
    struct pair *pairs = memory_array(count_a + count_b, sizeof(*pairs));
    int64_t i = 0;
    int64_t j = 0;

    *count = 0;
    while (i < count_a || j < count_b) {
        int64_t signal_a = i < count_a ? signal_of(&left[i]) : INT64_MAX;
        int64_t signal_b = j < count_b ? signal_of(&right[j]) : INT64_MAX;
        struct pair *pair = &pairs[(*count)++];
        pair->a = signal_a <= signal_b && i < count_a ? &left[i++] : NULL;
        pair->b = signal_b <= signal_a && j < count_b ? &right[j++] : NULL;
    }
    return pairs;
}

static bool pair_differs(const struct pair *pair, const struct half *a, const struct half *b)
{
    if (pair->a == NULL || pair->b == NULL) {
        return true;
    }
    const struct run_position *left = pair->a->position;
    const struct run_position *right = pair->b->position;
    return left->side != right->side || left->leverage != right->leverage ||
           left->size_e6 != right->size_e6 || left->entry_price_e12 != right->entry_price_e12 ||
           left->opened_us != right->opened_us || left->closed_us != right->closed_us ||
           run_position_pnl_e8(left) != run_position_pnl_e8(right) ||
           strcmp(run_word(&a->run, left->exit_reason), run_word(&b->run, right->exit_reason)) != 0;
}

static void side_cells(struct table *table, const struct half *half, const struct trade *trade)
{
    char entry[CELL_BYTES];
    char exit[CELL_BYTES];
    char profit[CELL_BYTES];

    if (trade == NULL) {
        table_cell(table, "no trade");
        table_cell(table, "%s", "");
        return;
    }
    table_cell(table, "%s %dx %s > %s, %s", side_position_text((int)trade->position->side),
               (int)trade->position->leverage, cell_price(trade->entry_price, entry),
               cell_price(trade->exit_price, exit),
               run_word(&half->run, trade->position->exit_reason));
    table_cell(table, "%s", cell_number(trade->profit, 4, profit));
}

static double profit_of(const struct trade *trade)
{
    return trade == NULL ? 0.0 : trade->profit;
}

static void tell_trades(const struct half *a, const struct half *b, struct buffer *out)
{
    int64_t count = 0;
    int64_t shown = 0;
    int64_t unlike = 0;
    struct pair *pairs = pairs_of(a, b, &count);
    struct table table;
    char cell[CELL_BYTES];

    table_init(&table, "TRADES THAT DIFFER, matched by their signal");
    table_column(&table, "Signal", ALIGN_RIGHT);
    table_column(&table, "Pair", ALIGN_LEFT);
    table_column(&table, "A", ALIGN_LEFT);
    table_column(&table, "Profit A", ALIGN_RIGHT);
    table_column(&table, "B", ALIGN_LEFT);
    table_column(&table, "Profit B", ALIGN_RIGHT);
    table_column(&table, "B - A", ALIGN_RIGHT);
    for (int64_t i = 0; i < count; i++) {
        if (!pair_differs(&pairs[i], a, b)) {
            continue;
        }
        unlike++;
        if (shown++ < TRADES_SHOWN) {
            const struct half *half = pairs[i].a != NULL ? a : b;
            const struct trade *trade = pairs[i].a != NULL ? pairs[i].a : pairs[i].b;
            table_cell(&table, "%lld", (long long)signal_of(trade));
            table_cell(&table, "%s", run_word(&half->run, trade->position->token));
            side_cells(&table, a, pairs[i].a);
            side_cells(&table, b, pairs[i].b);
            table_cell(&table, "%s",
                       cell_number(profit_of(pairs[i].b) - profit_of(pairs[i].a), 4, cell));
        }
    }
    table_note(&table, "%lld of %lld differ%s", (long long)unlike, (long long)count,
               unlike > TRADES_SHOWN ? "; the first 50:" : "");
    if (unlike > 0) {
        table_print(&table, out);
    }
    table_release(&table);
    free(pairs);
}

static void metric_row(struct table *table, const char *name, double a, double b, int decimals)
{
    char left[CELL_BYTES];
    char right[CELL_BYTES];
    char change[CELL_BYTES];

    table_cell(table, "%s", name);
    table_cell(table, "%s", cell_number(a, decimals, left));
    table_cell(table, "%s", cell_number(b, decimals, right));
    table_cell(table, "%s", cell_number(b - a, decimals, change));
}

static void tell_metrics(const struct half *a, const struct half *b, struct buffer *out)
{
    const struct figures *left = &a->figures;
    const struct figures *right = &b->figures;
    struct table table;

    table_init(&table, "FIGURES");
    table_column(&table, "Metric", ALIGN_LEFT);
    table_column(&table, "A", ALIGN_RIGHT);
    table_column(&table, "B", ALIGN_RIGHT);
    table_column(&table, "B - A", ALIGN_RIGHT);
    metric_row(&table, "Trades", (double)left->trade_count, (double)right->trade_count, 0);
    metric_row(&table, "Final balance", left->final, right->final, 8);
    metric_row(&table, "Fees", left->fees, right->fees, 8);
    metric_row(&table, "Funding", left->funding, right->funding, 8);
    metric_row(&table, "Liquidations", (double)left->liquidations, (double)right->liquidations, 0);
    metric_row(&table, "Sharpe (closed trades)", left->closed.sharpe, right->closed.sharpe, 4);
    metric_row(&table, "Sharpe (daily)", left->daily.sharpe, right->daily.sharpe, 4);
    metric_row(&table, "Max drawdown, marked, %", left->drawdown_max * 100,
               right->drawdown_max * 100, 4);
    metric_row(&table, "Latches reset", (double)left->breaker.resets, (double)right->breaker.resets,
               0);
    table_print(&table, out);
    table_release(&table);
}

static void tell_tables(const struct diff *self, struct buffer *out)
{
    struct table table;
    char cell[CELL_BYTES];

    table_init(&table, "TABLES, row by row");
    table_column(&table, "Table", ALIGN_LEFT);
    table_column(&table, "Rows A", ALIGN_RIGHT);
    table_column(&table, "Rows B", ALIGN_RIGHT);
    table_column(&table, "Differ", ALIGN_RIGHT);
    table_column(&table, "First at (UTC)", ALIGN_LEFT);
    table_column(&table, "Row, column: A against B", ALIGN_LEFT);
    for (int i = 0; i < DIFF_TABLES; i++) {
        const struct diff_table *item = &self->tables[i];
        table_cell(&table, "%s", item->table);
        table_cell(&table, "%lld", (long long)item->rows_a);
        table_cell(&table, "%lld", (long long)item->rows_b);
        table_cell(&table, "%lld", (long long)item->differing);
        if (item->differing == 0) {
            table_cell(&table, "%s", "");
            table_cell(&table, "%s", "");
        } else {
            table_cell(&table, "%s", cell_instant(item->time_us, cell));
            table_cell(&table, "id %lld%s%s: %.60s against %.60s", (long long)item->id,
                       *item->column == '\0' ? "" : ", ", item->column, item->value_a,
                       item->value_b);
        }
    }
    table_print(&table, out);
    table_release(&table);
}

static void tell_first(const struct diff *self, struct buffer *out)
{
    char cell[CELL_BYTES];

    if (self->first >= 0) {
        const struct diff_table *first = &self->tables[self->first];
        buffer_format(out, "FIRST DIVERGENCE at %s UTC: table %s, row id %lld, ",
                      cell_instant(first->time_us, cell), first->table, (long long)first->id);
        buffer_format(out, *first->column == '\0' ? "%sthe row is on one side only" : "column %s",
                      first->column);
        buffer_add(out, "\n  A: ");
        buffer_plain(out, first->value_a);
        buffer_add(out, "\n  B: ");
        buffer_plain(out, first->value_b);
        buffer_add(out, "\n\n");
    } else if (self->digests_differ) {
        buffer_add(out, "The rows are equal, but the digests differ: something that is not stored "
                        "went another way.\n\n");
    } else {
        buffer_add(out,
                   "The runs are equal: every row of every compared table, and the digest.\n\n");
    }
}

static void json_table(const struct diff_table *item, struct buffer *out)
{
    buffer_format(
        out, "{\"table\": \"%s\", \"rows_a\": %lld, \"rows_b\": %lld, \"differing\": %lld",
        item->table, (long long)item->rows_a, (long long)item->rows_b, (long long)item->differing);
    if (item->differing > 0) {
        buffer_format(out, ", \"id\": %lld, \"time_us\": %lld, \"column\": ", (long long)item->id,
                      (long long)item->time_us);
        if (*item->column == '\0') {
            buffer_add(out, "null");
        } else {
            buffer_json(out, item->column);
        }
        buffer_add(out, ", \"a\": ");
        buffer_json(out, item->value_a);
        buffer_add(out, ", \"b\": ");
        buffer_json(out, item->value_b);
    }
    buffer_add(out, "}");
}

static void json_profit(const struct trade *trade, struct buffer *out)
{
    if (trade == NULL) {
        buffer_add(out, "null");
    } else {
        buffer_format(out, "%.8f", trade->profit);
    }
}

static void json_trades(const struct half *a, const struct half *b, struct buffer *out)
{
    int64_t count = 0;
    struct pair *pairs = pairs_of(a, b, &count);
    const char *gap = "";

    buffer_add(out, " \"trades\": [");
    for (int64_t i = 0; i < count; i++) {
        if (pair_differs(&pairs[i], a, b)) {
            const struct trade *trade = pairs[i].a != NULL ? pairs[i].a : pairs[i].b;
            buffer_format(out, "%s\n  {\"signal_id\": %lld, \"profit_a\": ", gap,
                          (long long)signal_of(trade));
            json_profit(pairs[i].a, out);
            buffer_add(out, ", \"profit_b\": ");
            json_profit(pairs[i].b, out);
            buffer_add(out, "}");
            gap = ",";
        }
    }
    buffer_add(out, "]\n");
    free(pairs);
}

static void
json_whole(const struct diff *self, const struct half *a, const struct half *b, struct buffer *out)
{
    buffer_format(out, "{\"equal\": %s,\n \"digests_equal\": %s,\n \"first\": ",
                  diff_equal(self) ? "true" : "false", self->digests_differ ? "false" : "true");
    if (self->first >= 0) {
        json_table(&self->tables[self->first], out);
    } else {
        buffer_add(out, "null");
    }
    buffer_add(out, ",\n \"tables\": [");
    for (int i = 0; i < DIFF_TABLES; i++) {
        buffer_add(out, i > 0 ? ",\n  " : "\n  ");
        json_table(&self->tables[i], out);
    }
    buffer_format(out, "],\n \"final_balance_a\": %.8f, \"final_balance_b\": %.8f,\n",
                  a->figures.final, b->figures.final);
    json_trades(a, b, out);
    buffer_add(out, "}\n");
}

static void
tell_sides(const struct diff *self, const struct half *a, const struct half *b, struct buffer *out)
{
    const struct half *halves[] = {a, b};

    for (int i = 0; i < 2; i++) {
        const struct run *run = &halves[i]->run;
        buffer_format(out, "%c: ", 'A' + i);
        buffer_plain(out, self->paths[i]);
        buffer_format(out, " (%s, %s, digest %s, config %s, data %s)%s\n", run->mode, run->status,
                      run->digest, run->config_hash, run->data_hash,
                      run_complete(run) ? "" : " INCOMPLETE");
    }
    buffer_add(out, "\n");
}

bool diff_tell(const struct diff *self, bool json, struct buffer *out, struct error *error)
{
    struct half a = {.computed = false};
    struct half b = {.computed = false};
    bool whole = half_read(&a, self->paths[0], error) && half_read(&b, self->paths[1], error);

    if (whole) {
        sort_by_signal(&a);
        sort_by_signal(&b);
    }
    if (whole && json) {
        json_whole(self, &a, &b, out);
    } else if (whole) {
        tell_sides(self, &a, &b, out);
        tell_first(self, out);
        tell_tables(self, out);
        tell_metrics(&a, &b, out);
        tell_trades(&a, &b, out);
    }
    half_release(&a);
    half_release(&b);
    return whole;
}
