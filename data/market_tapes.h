/* market_tapes.h - the tapes of a market: opened, imported where a manifest names trades, quotes or depth, looked through,
 * closed; and what their single records say of a run's fidelity.
 * Import   into a tape without a name where the spill is ($TMPDIR, else the folder given, else /tmp): nothing stays,
 *          however the process ends. */
#ifndef DATA_MARKET_TAPES_H
#define DATA_MARKET_TAPES_H

#include "data/market_series.h"

/* self->market has its range. Tapes, their digests in the data's hash, and self->survey are filled. */
MUST_USE bool market_tapes_open(struct market_loading *self, const struct market_files *files);
void market_tapes_close(struct market *market);
/* The finest kind of price that stands among them; FIDELITY_BARS: none. */
enum fidelity market_ticks_fidelity(const struct market_ticks *ticks);
/* From the first trade, row of the book or quote to the last; count: of all. */
struct market_span market_ticks_span(const struct market_ticks *ticks);
/* What a judgement may ask for at any time: bars where they reach beyond the ticks. */
enum fidelity market_symbol_fidelity(const struct market_symbol *symbol);

#endif
