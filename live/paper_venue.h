/* paper_venue.h - paper trading on a venue's public streams: their records are the market, our exchange fills, signals come from
 * live.sources. The same session, store and journal as on a recorded feed (live/paper_session.h).
 * Time     of the session is the venue's records', never falling, and runs on with the clock while they are silent. A record
 * whose
 *          stamp lies before the session's time is taken at the session's time; one far in the future is refused.
 * Latency  measured: from each record's stamp to its receipt (sim.latency.model = measured, unless the configuration says else).
 * Bars     are made by our exchange from the trades; the venue's are left out.
 * SIGTERM, SIGINT  as on a feed. */
#ifndef LIVE_PAPER_VENUE_H
#define LIVE_PAPER_VENUE_H

#include "live/options.h"
#include "live/venue.h"

/* table NULL: by live.venue. Answers an exit code; the error has been printed. */
int paper_venue_run(const struct live_options *options,
                    struct simulation *simulation,
                    const char *command,
                    const struct venue_table *table);

#endif
