/* timerange.h - the window of a run as people write it: YYYYMMDD-YYYYMMDD, YYYYMMDD-, -YYYYMMDD, and the same
 * three with 10-digit seconds or 13-digit milliseconds since the epoch.
 * Laws     UTC. A date is 00:00 of that day; both ends belong to the window, as in freqtrade: a bar or a signal at
 *          exactly the end instant still counts. A side left open is 0 or INSTANT_NEVER. Both sides open, an end
 *          before the start and a date that is not in the calendar are refused.
 * Failure  false and an error (exit 2). */
#ifndef DATA_TIMERANGE_H
#define DATA_TIMERANGE_H

#include "data/market.h"

MUST_USE bool timerange_parse(struct market_range *out, const char *text, struct error *error);
/* "from 2026-01-04T00:00:00.000000Z to 2026-02-06T09:45:00.000000Z (33.4 days)", for people; no
 * line end. */
void timerange_print(const struct market_range *self, FILE *stream);

#endif
