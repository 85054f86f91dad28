/* budget.h - may this request be sent now: the venue's own limits as its headers tell them, our share of them, and a
 * reserve that only cancels, exits and flatten may spend (C25, I23, RISK F30).
 * Rules    windows are the venue's (weight a minute, orders ten seconds and a minute, requests a second ...), read at
 *          start from its rules, never hard-coded. What we count ourselves is corrected by what its headers say, to the
 *          larger. Of each window our own budget is `share`; entries and questions may use that less the reserve (a part
 *          of the share, as core/rates.h has it), what reduces all of it.
 *          A window slides, in slices of an eighth: where the venue's own begins is not known, and no stretch of its
 *          length may hold more than our budget (I23). An eighth later than exact, never sooner. After 429 nothing at
 *          all before Retry-After, after 418 (ban) likewise; a ban is news of its own.
 * Cost     constant.  Time: event-free, BOOTTIME. */
#ifndef LIVE_BUDGET_H
#define LIVE_BUDGET_H

#include "core/base.h"

enum { BUDGET_WINDOWS_MAX = 8, BUDGET_NAME_BYTES = 32, BUDGET_SLICES = 9 };

enum budget_use {
    BUDGET_LOOK,
    BUDGET_ENTRY,
    BUDGET_REDUCE
}; /* questions, what may increase exposure, cancels and exits */

struct budget_window {
    char name[BUDGET_NAME_BYTES]; /* "weight-1m", "orders-10s", "order/create" */
    int64_t length_ns, limit;
    int64_t slice;               /* number of the newest slice: now / (length / 8) */
    int64_t used[BUDGET_SLICES]; /* of slice n in n % 9: the newest and the eight before it */
};

struct budget {
    int64_t share_e9, reserve_e9; /* as risk.c25.share, risk.c25.reserve */
    int32_t count;
    struct budget_window windows[BUDGET_WINDOWS_MAX];
    int64_t silent_until_ns; /* Retry-After; 0: speak */
    bool banned;
    int64_t refused; /* counter: requests that it held back */
};

void budget_init(struct budget *self, int64_t share_e9, int64_t reserve_e9);
/* A window by name: added, or its limit changed. False: no room. */
MUST_USE bool
budget_window(struct budget *self, const char *name, int64_t length_ns, int64_t limit);
/* What counts of a window now. */
int64_t budget_used(const struct budget *self, int32_t window, int64_t now_ns);
/* Takes cost from each named window, all or none. costs[i] of windows[i]. False: not now; *again_ns says
 * when (INT64_MAX: never, it costs more than all that this use may spend). */
MUST_USE bool budget_take(struct budget *self,
                          enum budget_use use,
                          const int64_t costs[BUDGET_WINDOWS_MAX],
                          int64_t now_ns,
                          int64_t *again_ns);
/* What the venue says was used of a window up to now. */
void budget_told(struct budget *self, const char *name, int64_t used, int64_t now_ns);
/* 429 (banned false) or 418. retry_after_s 0: not said: the longest window, a minute where none is known. */
void budget_silence(struct budget *self, bool banned, int64_t retry_after_s, int64_t now_ns);

#endif
