/* rates.h - how fast we act: the counters behind C25 to C28 and C30. The engine reports what
 * happens, the risk manager asks.
 * Laws     windows slide in slots: a window of W counts the last W and at most one slot (W/50)
 *          more, never less. C25 is a token bucket: capacity and refill = venue limit per minute x
 *          own share; entries stop at the reserve, cancels and reducing orders may spend all of it
 *          and are counted even when it is empty. C27 latches: a strategy that used up its
 *          executions stays disabled until rates_enable(). C30: rejects in a row of a symbol;
 *          forgotten by an acceptance, or after `dwell` without another.
 * Time     event time, never falls.
 * Failure  none.
 * Cost     O(1) but for the slots that time passed over; no heap. */
#ifndef CORE_RATES_H
#define CORE_RATES_H

#include "core/base.h"
#include "core/bounds.h"
#include "core/settings.h"

enum { RATE_SLOTS = 50 };

struct rate_window {
    int64_t slot; /* number of the newest slot since the epoch */
    int64_t total;
    int32_t counts[RATE_SLOTS +
                   1]; /* by slot number modulo: the whole window and the slot that began it */
};

struct rate_strategy {
    struct rate_window executions;
    int64_t day, day_count;
    bool disabled; /* C27 latch */
};

struct rates {
    const struct settings *settings;
    int64_t tokens_e6, filled_us; /* C25; tokens may be negative: a debt of cancels */
    struct rate_window second, minute;
    int64_t day, day_orders, day_fills;
    struct rate_strategy strategies[STRATEGIES_MAX];
    struct {
        int32_t count;
        int64_t last_us;
    } rejects[INSTRUMENTS_MAX];
};

void rates_init(struct rates *self, const struct settings *settings, int64_t now_us);

/* ---- questions (pure) ---- */
int64_t rates_capacity(const struct rates *self); /* C25: messages of a full bucket */
int64_t rates_reserve(const struct rates *self);  /* C25: of these, for cancels and exits */
int64_t rates_tokens(const struct rates *self,
                     int64_t now_us); /* C25: messages left, rounded down */
int64_t rates_second(const struct rates *self,
                     int64_t now_us); /* C26: new orders within a second */
int64_t rates_minute(const struct rates *self, int64_t now_us);
int64_t rates_day(const struct rates *self, int64_t now_us); /* of this UTC day */
int64_t rates_executions(const struct rates *self, int32_t strategy, int64_t now_us); /* C27 */
int64_t rates_executions_day(const struct rates *self, int32_t strategy, int64_t now_us);
bool rates_disabled(const struct rates *self, int32_t strategy);    /* C27 latch */
int64_t rates_orders_day(const struct rates *self, int64_t now_us); /* C28 */
int64_t rates_fills_day(const struct rates *self, int64_t now_us);
int64_t rates_rejects(const struct rates *self, int32_t instrument, int64_t now_us); /* C30 */

/* ---- what happened ---- */
void rates_message(struct rates *self,
                   int64_t now_us); /* any message to the venue: place, cancel, leverage */
/* A new entry order (call rates_message for it too): C26, C27, C28. */
void rates_entry(struct rates *self, int32_t strategy, int64_t now_us);
/* The venue's own count of what is used of its limit a minute: whoever else spends it, the bucket holds no more than is left of
 * our share. A figure that cannot be is an empty bucket. */
void rates_budget(struct rates *self, int64_t now_us, int64_t used, int64_t limit);
void rates_fill(struct rates *self, int64_t now_us);
void rates_rejected(struct rates *self, int32_t instrument, int64_t now_us);
void rates_accepted(struct rates *self, int32_t instrument);
/* A person re-enables the strategy (C27): the reset path of the breaker; its window starts anew. */
void rates_enable(struct rates *self, int32_t strategy);

#endif
