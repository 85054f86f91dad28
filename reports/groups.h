/* groups.h - trades by a key: market, source, exit reason, source and reason together, day, week
 * or month.
 * Laws     groups stand by profit, highest first, then by name; periods in order of time. A draw
 *          is a profit of exactly 0.
 * Ownership  groups_release() frees.   Cost  one pass and one sort. */
#ifndef REPORTS_GROUPS_H
#define REPORTS_GROUPS_H

#include "reports/figures.h"

enum group_key { GROUP_TOKEN, GROUP_SOURCE, GROUP_EXIT, GROUP_SOURCE_EXIT, GROUP_ALL };
enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH };

struct group {
    int32_t word, second; /* of the run's words; -1: none */
    int64_t start_us;     /* of a period */
    int64_t trades, wins, draws, losses, duration_us;
    double profit, gains, pains, ratio_sum;
};

struct groups {
    int64_t count, capacity;
    struct group *items;
};

/* only_end: trades that the end of the data closed; else all. */
void groups_by_key(struct groups *self,
                   const struct run *run,
                   const struct figures *figures,
                   enum group_key key,
                   bool only_end);
void groups_by_period(struct groups *self, const struct figures *figures, enum period period);
void groups_release(struct groups *self);

#endif
