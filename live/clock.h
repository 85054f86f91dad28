/* clock.h - what time it is at the venue, in microseconds since the epoch: the executor's only source of event times.
 * Laws     runs on CLOCK_BOOTTIME from a base, so steps of the wall clock do not move it; never falls. Rate: --speed times real
 *          time (1 but against a server that plays fast). The base is the wall clock at start, or the venue's own time
 *          (live.clock = venue: for servers that play the past). Offsets of the venue (median of the last samples, RISK F32) are
 *          reported, and used for signing; they never step the event time.
 * Skew     |venue - ours| is evidence for the core (FACT_CLOCK_SKEW), not a correction of it. */
#ifndef LIVE_CLOCK_H
#define LIVE_CLOCK_H

#include "core/base.h"

enum { CLOCK_SAMPLES = 9 };

struct live_clock {
    int64_t base_us, base_ns; /* event time base_us stood at BOOTTIME base_ns */
    int64_t speed;            /* >= 1 */
    int64_t last_us;
    int32_t samples;
    int64_t offsets_us[CLOCK_SAMPLES]; /* venue - ours, newest last */
};

void live_clock_start(struct live_clock *self, int64_t base_us, int64_t now_ns, int64_t speed);
/* Event time at now_ns; never falls. */
int64_t live_clock_us(struct live_clock *self, int64_t now_ns);
/* The venue said server_us to a request sent and answered then. */
void live_clock_sample(struct live_clock *self,
                       int64_t server_us,
                       int64_t sent_ns,
                       int64_t answered_ns);
/* The venue's time now, for timestamps that it checks. */
int64_t live_clock_venue_us(struct live_clock *self, int64_t now_ns);
int64_t live_clock_offset_us(const struct live_clock *self); /* median; 0 without samples */
/* When event time at_us comes, on BOOTTIME. */
int64_t live_clock_ns_of(const struct live_clock *self, int64_t at_us);

#endif
