#include "reports/summary.h"

#include <string.h>

struct table *summary_table(struct summary *self, const char *title)
{
    CHECK(self->count < SUMMARY_TABLES_MAX);

    struct table *table = &self->tables[self->count++];
    table_init(table, title);
    return table;
}

void summary_build(struct summary *self, const struct summary_input *input)
{
    self->count = 0;
    summary_trades(self, input);
    summary_metrics(self, input);
    summary_strategies(self, input);
    summary_statistics(self, input);
    summary_decisions(self, input);
    summary_quality(self, input);
}

void summary_release(struct summary *self)
{
    for (int i = 0; i < self->count; i++) {
        table_release(&self->tables[i]);
    }
    self->count = 0;
}

const char *summary_warning(const struct run *run)
{
    if (run_complete(run)) {
        return strcmp(run->status, "failed") == 0
                   ? "FAILED: the run ended with an error; its figures "
                     "stop where it stopped"
                   : "";
    }
    return "INCOMPLETE: the run says 'running': it was stopped before its end, or still goes on; "
           "every "
           "figure below is partial";
}

/* The last line: what one wants to know first. */
static void summary_result(const struct figures *figures, struct buffer *out)
{
    char final[CELL_BYTES];
    char profit[CELL_BYTES];
    char depth[CELL_BYTES];
    char latch[CELL_BYTES];

    buffer_format(
        out, "result: %lld trades, final balance %s %s (%s), max drawdown %s, %lld liquidations, ",
        (long long)figures->trade_count, cell_number(figures->final, 2, final), figures->quote,
        cell_percent((figures->final - figures->start) / figures->start, 2, profit),
        cell_percent(figures->drawdown_max, 2, depth), (long long)figures->liquidations);
    if (figures->breaker.first_latch_us > 0) {
        buffer_format(out, "first latch %s, %lld resets\n",
                      cell_instant(figures->breaker.first_latch_us, latch),
                      (long long)figures->breaker.resets);
    } else {
        buffer_add(out, "no latch\n");
    }
}

void summary_print(const struct summary *self,
                   const struct summary_input *input,
                   struct buffer *out)
{
    const struct run *run = input->run;
    const char *warning = summary_warning(run);

    if (*warning != '\0') {
        buffer_format(out, "*** %s ***\n\n", warning);
    }
    buffer_add(out, "run: ");
    buffer_plain(out, run->mode);
    buffer_add(out, ", ");
    buffer_plain(out, run->status);
    buffer_format(out, ", seed %lld, %lld events, digest ", (long long)run->seed,
                  (long long)run->events);
    buffer_plain(out, *run->digest == '\0' ? "none yet" : run->digest);
    buffer_add(out, ", build ");
    buffer_plain(out, run->build);
    buffer_add(out, "\n");
    buffer_plain(out, run->command);
    buffer_add(out, "\n\n");
    for (int i = 0; i < self->count; i++) {
        if (!self->tables[i].folded) {
            table_print(&self->tables[i], out);
        }
    }
    summary_result(input->figures, out);
    if (*warning != '\0') {
        buffer_format(out, "*** %s ***\n", warning);
    }
}
