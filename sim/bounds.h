/* bounds.h - both ends of the intrabar bounds: the run over the best paths and the run over the worst ones.
 * Two jobs the best paths run in a child process, forked when the inputs are in memory; its result comes back through a pipe
 *          before the other run writes its facts. A run is one thread in either case, and its database has the same rows for
 *          any number of jobs.
 * Failure  false and the error of the first run that failed, the best before the worst. With two jobs the other database may
 *          then exist as well, without the interval among its facts. */
#ifndef SIM_BOUNDS_H
#define SIM_BOUNDS_H

#include "sim/run.h"

enum bounds_end { BOUNDS_BEST, BOUNDS_WORST, BOUNDS_ENDS };

struct bounds_job {
    struct run_inputs inputs; /* borrowed parts; `other` is set here */
    const char *databases[BOUNDS_ENDS];
    bool force;
    int64_t jobs; /* 1, or more: two processes */
};

MUST_USE bool
bounds_run(struct bounds_job *self, struct run_result ends[BOUNDS_ENDS], struct error *error);

#endif
