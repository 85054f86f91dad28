/* signals_in.h - live.sources as the configuration has it, opened. */
#ifndef LIVE_SIGNALS_IN_H
#define LIVE_SIGNALS_IN_H

#include "data/live_settings.h"
#include "live/sources.h"

/* Where signals come from: opened in the connection's loop. *out NULL: the list is empty. */
MUST_USE bool signals_in_open(struct sources **out,
                              const struct live_settings *live,
                              struct loop *loop,
                              struct http *http,
                              const struct signal_taker *taker,
                              struct error *error);
/* What a source could not read is kept as a signal that the core refuses. */
struct signal signal_kept(const struct signal *signal, const char *refused);

#endif
