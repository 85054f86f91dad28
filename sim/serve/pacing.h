/* pacing.h - how far market time may go in this turn. Knows no sockets: it is told.
 * Clock    first + (real - anchor) * speed; the anchor is the first request, or the start.
 * Lockstep the next record, when everybody has caught up and `hold` of real time went by since the last step; without an open
 *          socket only as far as the goal that the door set. Manual is lock-step with the goal alone.
 * Units    market time in us, real time in ns (monotonic). */
#ifndef SIM_SERVE_PACING_H
#define SIM_SERVE_PACING_H

#include "sim/serve/options.h"

struct pacing {
    enum serve_pace pace;
    int64_t speed, hold_ns;
    int64_t first_us;
    int64_t anchor_ns; /* of the clock; -1: not begun */
    int64_t stepped_ns;
    int64_t goal_us;       /* set by the door; INSTANT_NEVER: none */
    int64_t first_sockets; /* lock-step begins when so many have been open at once */
    bool begun;
};

/* What is so at this turn. */
struct pacing_view {
    int64_t now_us;  /* market */
    int64_t next_us; /* the next record; INSTANT_NEVER: the data have ended */
    int64_t real_ns;
    int32_t sockets;
    bool caught_up; /* lock-step: every socket answered and no request is under way */
};

void pacing_start(struct pacing *self, const struct serve_options *options, int64_t first_us);
/* A client has asked something, or --at-once. */
void pacing_begin(struct pacing *self, int64_t real_ns);
/* Market time to go to; now_us: it stands. */
int64_t pacing_target(struct pacing *self, const struct pacing_view *view);
/* Could market time move if everybody had caught up? What lock-step asks before it pings. */
bool pacing_wants(struct pacing *self, const struct pacing_view *view);
/* Real nanoseconds until pacing_target() may answer something new by time alone; `most` at most. */
int64_t pacing_wait_ns(const struct pacing *self, const struct pacing_view *view, int64_t most);

#endif
