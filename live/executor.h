/* executor.h - trading on a real venue: one thread around the loop, the core in the middle, everything else a port of it.
 * Start    lease, connection, rules, keys' rights, modes, settings (no limit has a default), market, database and epoch,
 * journal, desk,
 *          streams, signal sources. The core trades once the desk has reconciled.
 * A turn   sockets and timers first; then the core takes what waits, one event at a time: journal, step, one commit with
 *          synchronous=FULL, and only then the step's orders go out (core/runner.h); then the desk does what is due.
 * Failure  of a commit or of the journal: what may add is not sent, cancels and exits are, the process ends (exit 4): the next
 * start is a new
 *          epoch that reconciles. Positions keep their stops at the venue.
 * SIGTERM, SIGINT  entries off, entry orders cancelled, what is UNKNOWN settled for at most 10 s, positions held with their
 * stops or
 *          closed by live.on_shutdown; a second signal skips the waiting.  SIGUSR1: stop (LOCK). */
#ifndef LIVE_EXECUTOR_H
#define LIVE_EXECUTOR_H

#include "live/options.h"
#include "live/venue.h"

/* table NULL: by live.venue. Answers an exit code; the error has been printed. */
int executor_run(const struct live_options *options,
                 struct simulation *simulation,
                 const char *command,
                 const struct venue_table *table);

#endif
