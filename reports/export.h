/* export.h - the run for other programs: trades.csv and equity.csv (exact decimals as the store
 * has them), metrics.json.
 * Laws     numbers of the store are written exactly, computed ones with 17 digits; undefined is
 *          an empty cell or null. */
#ifndef REPORTS_EXPORT_H
#define REPORTS_EXPORT_H

#include "reports/summary.h"

MUST_USE bool
export_trades(const struct summary_input *input, const char *folder, struct error *error);
MUST_USE bool export_equity(const struct run *run, const char *folder, struct error *error);
MUST_USE bool
export_metrics(const struct summary_input *input, const char *folder, struct error *error);
/* The text of metrics.json. */
void export_metrics_text(const struct summary_input *input, struct buffer *out);

#endif
