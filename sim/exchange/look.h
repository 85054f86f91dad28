/* look.h - what is shown of a book; the arithmetic behind EVENT_BOOK, for the mock exchange and for the executor. */
#ifndef SIM_EXCHANGE_LOOK_H
#define SIM_EXCHANGE_LOOK_H

#include "core/event.h"
#include "sim/exchange/ticks.h"

/* quote_slippage_e9: what a taker pays beyond the half spread where quotes show no depth. */
void look_at(const struct ticks *ticks, int64_t quote_slippage_e9, struct event_book *out);

#endif
