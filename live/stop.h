/* stop.h - the wish to end (SIGTERM, SIGINT), as something to wait on beside a feed or a deadline.
 * Laws     none is lost between a look and a wait: the handler also writes into a pipe, and every wait listens to it.
 *          One a process. */
#ifndef LIVE_STOP_H
#define LIVE_STOP_H

#include "core/base.h"
#include "data/error.h"

/* From now on the signals no longer kill. */
MUST_USE bool stop_catch(struct error *error);
bool stop_asked(void);
/* Waits until the descriptor has something to read, or its end. False: a stop was asked first. */
bool stop_wait_readable(int descriptor);
/* Waits until an instant of the monotonic clock, or until a stop is asked. */
void stop_wait_until(int64_t at_ns);
int64_t stop_now_ns(void);

#endif
