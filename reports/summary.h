/* summary.h - a run as tables, with freqtrade's names in freqtrade's order (FIELD 6), then what
 * only a leverage engine has: both families of statistics with their definitions, refused
 * signals by reason, breaker, cache, data quality, assumptions.
 * Laws     undefined is n/a; a run without trades says why; a run that did not end says
 *          INCOMPLETE first.
 * Ownership  summary_release() frees; the tables borrow names from run and figures, which must
 *            outlive them. */
#ifndef REPORTS_SUMMARY_H
#define REPORTS_SUMMARY_H

#include "reports/figures.h"
#include "reports/table.h"

enum { SUMMARY_TABLES_MAX = 32 };

struct summary {
    int count;
    struct table tables[SUMMARY_TABLES_MAX];
};

struct summary_input {
    const struct run *run;
    const struct facts *facts;
    const struct figures *figures;
};

void summary_build(struct summary *self, const struct summary_input *input);
void summary_release(struct summary *self);
/* The whole text for a terminal: head line, tables. */
void summary_print(const struct summary *self,
                   const struct summary_input *input,
                   struct buffer *out);
/* "INCOMPLETE: ..." or "" when the run ended. */
const char *summary_warning(const struct run *run);
/* The next empty table. */
struct table *summary_table(struct summary *self, const char *title);

/* ---- parts, in the order in which they are built ---- */
void summary_trades(struct summary *self, const struct summary_input *input); /* summary_trades.c */
void summary_metrics(struct summary *self,
                     const struct summary_input *input); /* summary_metrics.c */
void summary_strategies(struct summary *self,
                        const struct summary_input *input); /* summary_trades.c */
void summary_statistics(struct summary *self,
                        const struct summary_input *input); /* summary_statistics.c */
void summary_decisions(struct summary *self,
                       const struct summary_input *input); /* summary_decisions.c */
void summary_quality(struct summary *self,
                     const struct summary_input *input); /* summary_quality.c */

/* Refused signals: one line of the most frequent reasons, "" when there are none. */
void summary_refusals(const struct run *run, struct buffer *out);

#endif
