#include "sim/serve/pacing.h"

#include "core/instant.h"

enum { NS_PER_US = 1000 };

void pacing_start(struct pacing *self, const struct serve_options *options, int64_t first_us)
{
    *self = (struct pacing){.pace = options->pace,
                            .speed = options->speed,
                            .hold_ns = options->hold_ms * 1000000,
                            .first_us = first_us,
                            .anchor_ns = -1,
                            .goal_us = INSTANT_NEVER,
                            .first_sockets = options->first_sockets};
}

void pacing_begin(struct pacing *self, int64_t real_ns)
{
    if (self->anchor_ns < 0) {
        self->anchor_ns = real_ns;
    }
}

static int64_t clock_us(const struct pacing *self, int64_t real_ns)
{
    wide_t gone_us = (wide_t)(real_ns - self->anchor_ns) * self->speed / NS_PER_US;
    wide_t at_us = gone_us + self->first_us;
    return at_us >= INSTANT_NEVER ? INSTANT_NEVER - 1 : (int64_t)at_us;
}

/* Where lock-step may go to when everybody has caught up. */
static int64_t step_us(struct pacing *self, const struct pacing_view *view)
{
    self->begun = self->begun || view->sockets >= self->first_sockets;
    bool goal = self->goal_us != INSTANT_NEVER;
    bool free_run = self->pace == PACE_LOCKSTEP && view->sockets > 0 && self->begun;
    if (goal && (view->next_us > self->goal_us)) {
        return self->goal_us; /* nothing more happens before it */
    }
    if ((goal || free_run) && view->next_us != INSTANT_NEVER) {
        return view->next_us;
    }
    return view->now_us;
}

bool pacing_wants(struct pacing *self, const struct pacing_view *view)
{
    return self->pace != PACE_CLOCK && step_us(self, view) > view->now_us &&
           view->real_ns - self->stepped_ns >= self->hold_ns;
}

int64_t pacing_target(struct pacing *self, const struct pacing_view *view)
{
    if (self->pace == PACE_CLOCK) {
        int64_t target = self->anchor_ns < 0 ? view->now_us : clock_us(self, view->real_ns);
        return target > view->now_us ? target : view->now_us;
    }
    if (!view->caught_up || !pacing_wants(self, view)) {
        return view->now_us;
    }
    self->stepped_ns = view->real_ns;
    return step_us(self, view);
}

int64_t pacing_wait_ns(const struct pacing *self, const struct pacing_view *view, int64_t most)
{
    int64_t wait = most;
    if (self->pace == PACE_CLOCK) {
        if (self->anchor_ns < 0 || view->next_us == INSTANT_NEVER) {
            return most;
        }
        int64_t ahead_us = view->next_us - clock_us(self, view->real_ns);
        wait = ahead_us <= 0                          ? 0
               : ahead_us / self->speed > most / 1000 ? most
                                                      : (ahead_us * NS_PER_US) / self->speed;
    } else if (self->hold_ns > 0) {
        wait = self->stepped_ns + self->hold_ns - view->real_ns;
        wait = wait <= 0 ? most : wait; /* not by time alone: somebody has to answer */
    }
    return wait < most ? wait : most;
}
