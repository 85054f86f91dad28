#include "live/budget.h"

#include <stdio.h>
#include <string.h>

#include "core/fixed.h"

#define NS_PER_SECOND 1000000000LL

enum { SLICES_A_WINDOW = BUDGET_SLICES - 1, SILENCE_S = 60 };

void budget_init(struct budget *self, int64_t share_e9, int64_t reserve_e9)
{
    CHECK(share_e9 >= 0 && share_e9 <= ONE_E9 && reserve_e9 >= 0 && reserve_e9 <= ONE_E9);

    memset(self, 0, sizeof(*self));
    self->share_e9 = share_e9;
    self->reserve_e9 = reserve_e9;
}

static struct budget_window *window_named(struct budget *self, const char *name)
{
    for (int32_t i = 0; i < self->count; i++) {
        if (strcmp(self->windows[i].name, name) == 0) {
            return &self->windows[i];
        }
    }
    return NULL;
}

bool budget_window(struct budget *self, const char *name, int64_t length_ns, int64_t limit)
{
    struct budget_window *window = window_named(self, name);
    if (length_ns < SLICES_A_WINDOW || limit < 0 || strlen(name) >= BUDGET_NAME_BYTES ||
        (window == NULL && self->count == BUDGET_WINDOWS_MAX)) {
        return false;
    }
    if (window == NULL) {
        window = &self->windows[self->count++];
        memset(window, 0, sizeof(*window));
        (void)snprintf(window->name, sizeof(window->name), "%s", name);
    }
    if (window->length_ns != length_ns) {
        /* The slices of another length say nothing any more; of the first length there are none. */
        memset(window->used, 0, sizeof(window->used));
        window->slice = 0;
    }
    window->length_ns = length_ns;
    window->limit = limit;

    return true;
}

static int64_t slice_ns(const struct budget_window *window)
{
    /* Up: eight of them are never shorter than the window. */
    return (window->length_ns + SLICES_A_WINDOW - 1) / SLICES_A_WINDOW;
}

/* What slice `number` holds, as far as it still counts when `newest` runs. */
static int64_t slice_used(const struct budget_window *window, int64_t number, int64_t newest)
{
    bool kept = number >= 0 && number <= window->slice && number > window->slice - BUDGET_SLICES &&
                number > newest - BUDGET_SLICES;
    return kept ? window->used[number % BUDGET_SLICES] : 0;
}

static int64_t used_in(const struct budget_window *window, int64_t newest)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < BUDGET_SLICES; i++) {
        int64_t used = slice_used(window, window->slice - i, newest);
        sum = used > INT64_MAX - sum ? INT64_MAX : sum + used;
    }
    return sum;
}

int64_t budget_used(const struct budget *self, int32_t window, int64_t now_ns)
{
    CHECK(window >= 0 && window < self->count);

    const struct budget_window *asked = &self->windows[window];
    return used_in(asked, now_ns / slice_ns(asked));
}

static void roll(struct budget_window *window, int64_t now_ns)
{
    int64_t now = now_ns / slice_ns(window);
    if (now <= window->slice) {
        return;
    }
    int64_t first =
        now - window->slice >= BUDGET_SLICES ? now - BUDGET_SLICES + 1 : window->slice + 1;
    for (int64_t slice = first; slice <= now; slice++) {
        window->used[slice % BUDGET_SLICES] = 0;
    }
    window->slice = now;
}

/* What this use may spend of a window; rounded down. */
static int64_t
allowance(const struct budget *self, const struct budget_window *window, enum budget_use use)
{
    wide_t own = (wide_t)window->limit * self->share_e9 / ONE_E9;
    return (int64_t)(use == BUDGET_REDUCE ? own : own * (ONE_E9 - self->reserve_e9) / ONE_E9);
}

/* The first instant at which the cost fits, when nothing else is taken. */
static int64_t
fits_at(const struct budget_window *window, int64_t cost, int64_t allowed, int64_t now_ns)
{
    if (cost > allowed) {
        return INT64_MAX;
    }
    int64_t newest = now_ns / slice_ns(window);
    for (int64_t later = 0; later <= BUDGET_SLICES; later++) {
        if (used_in(window, newest + later) <= allowed - cost) {
            return later == 0 ? now_ns : (newest + later) * slice_ns(window);
        }
    }
    return (newest + BUDGET_SLICES) * slice_ns(window);
}

bool budget_take(struct budget *self,
                 enum budget_use use,
                 const int64_t costs[BUDGET_WINDOWS_MAX],
                 int64_t now_ns,
                 int64_t *again_ns)
{
    int64_t at_ns = now_ns;
    if (now_ns < self->silent_until_ns) {
        at_ns = self->silent_until_ns;
    } else {
        self->banned = false;
    }
    for (int32_t i = 0; i < self->count; i++) {
        CHECK(costs[i] >= 0);
        if (costs[i] > 0) {
            const struct budget_window *window = &self->windows[i];
            int64_t fits_ns = fits_at(window, costs[i], allowance(self, window, use), now_ns);
            at_ns = fits_ns > at_ns ? fits_ns : at_ns;
        }
    }
    if (at_ns > now_ns) {
        self->refused++;
        *again_ns = at_ns;
        return false;
    }
    for (int32_t i = 0; i < self->count; i++) {
        roll(&self->windows[i], now_ns);
        self->windows[i].used[self->windows[i].slice % BUDGET_SLICES] += costs[i];
    }
    return true;
}

void budget_told(struct budget *self, const char *name, int64_t used, int64_t now_ns)
{
    struct budget_window *window = window_named(self, name);
    if (window == NULL || used <= 0) {
        return;
    }
    roll(window, now_ns);
    int64_t ours = used_in(window, window->slice);
    if (used > ours) {
        window->used[window->slice % BUDGET_SLICES] += used - ours;
    }
}

void budget_silence(struct budget *self, bool banned, int64_t retry_after_s, int64_t now_ns)
{
    int64_t wait_ns = 0;
    for (int32_t i = 0; i < self->count; i++) {
        wait_ns = self->windows[i].length_ns > wait_ns ? self->windows[i].length_ns : wait_ns;
    }
    wait_ns = wait_ns > 0 ? wait_ns : SILENCE_S * NS_PER_SECOND;
    if (retry_after_s > 0) {
        int64_t most_s = (INT64_MAX - now_ns) / NS_PER_SECOND;
        wait_ns = (retry_after_s < most_s ? retry_after_s : most_s) * NS_PER_SECOND;
    }
    int64_t until_ns = wait_ns > INT64_MAX - now_ns ? INT64_MAX : now_ns + wait_ns;
    self->silent_until_ns = until_ns > self->silent_until_ns ? until_ns : self->silent_until_ns;
    self->banned = self->banned || banned;
}
