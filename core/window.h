/* window.h - a value over the last minutes: at most one sample a minute, kept for the longest span
 * asked for.
 * Samples     one says: from this minute's start on the value was this, until the next sample.
 *             They lie in the caller's array; the window only knows their places. Minutes are
 *             whole minutes since the epoch.
 * Laws        minutes rise; never more samples than the longest span + 2, the capacity that the
 *             caller gives.
 * Cost        push and look-up O(1) amortised; no heap, no clock. */
#ifndef CORE_WINDOW_H
#define CORE_WINDOW_H

#include "core/base.h"

enum { WINDOW_SPANS_MAX = 3 };

struct window_sample {
    int64_t minute;
    int64_t value;
};

struct window {
    int32_t capacity, first, count;
    int32_t span_count;
    int32_t span_minutes[WINDOW_SPANS_MAX]; /* ascending */
    int32_t cursor[WINDOW_SPANS_MAX];       /* place of the sample that answers each span */
};

/* spans ascending, count 1..3; capacity >= the longest span + 2. */
void window_init(struct window *self, int32_t capacity, const int32_t *spans, int32_t span_count);
/* Adds a sample behind the last one (minute above the last) and forgets what no span needs. */
void window_push(struct window *self, struct window_sample *samples, int64_t minute, int64_t value);
/* The value `span` ago as seen in `minute`: the newest sample at least that old, else the oldest.
 * CHECKs count > 0. */
int64_t
window_back(struct window *self, const struct window_sample *samples, int32_t span, int64_t minute);
/* The sample at `place` in order of time, 0 = oldest. */
struct window_sample *
window_at(const struct window *self, struct window_sample *samples, int32_t place);
int64_t window_last_minute(const struct window *self, const struct window_sample *samples);

#endif
