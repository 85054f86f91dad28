/* decisions.h - the decision cache: the outcome of a recent assessment, least recently used goes
 * first (DESIGN 3).
 * Key      decisions_key(): digest of instrument, direction, confidence, strategy, price rounded to
 *          the tick, entry zone, stop, targets with shares, trailing, leverage asked and the risk
 *          epoch; not of id, time, volume and metadata text. The engine raises the epoch with every
 *          change that a decision may rest on (breaker, settings, position, order).
 * Laws     count <= capacity = settings->decision_count; the same calls give the same content on
 *          every machine; an entry is used only before expires_us (event time). A hit saves the
 *          assessment only: duplicates and the gate run again.
 * Memory   visible struct, no heap: DECISIONS_MAX entries that keep the outcome, not the checks.
 * Cost     O(1). */
#ifndef CORE_DECISIONS_H
#define CORE_DECISIONS_H

#include "core/action.h"
#include "core/base.h"
#include "core/bounds.h"
#include "core/instruments.h"
#include "core/settings.h"
#include "core/signals.h"

enum { DECISION_SLOTS = DECISIONS_MAX * 2 };

/* The outcome of an assessment without signal_id, checks and `cached`. */
struct decision {
    uint64_t key;
    int64_t expires_us;
    enum verdict verdict;
    bool approved, limit_entry;
    enum side side;
    int32_t instrument, base_leverage, max_leverage, leverage;
    int64_t position_size_e6, notional_e8, price_e12, stop_e12;
    const char *stop_source, *bound, *size_bound;
    uint16_t newer, older; /* list by use; DECISIONS_MAX: none */
};

struct decisions {
    int32_t count, capacity;
    int64_t ttl_us;
    int64_t hits, misses, evictions,
        expiries; /* an expired entry that is asked for counts as expiry and as miss */
    uint16_t newest, oldest, unused; /* unused: head of the free list, linked by `older` */
    struct decision entries[DECISIONS_MAX];
    uint16_t slots[DECISION_SLOTS]; /* entry + 1; 0: empty */
};

void decisions_init(struct decisions *self, const struct settings *settings);
uint64_t decisions_key(const struct normal_signal *signal, int64_t tick_e12, uint64_t risk_epoch);
/* On a hit fills out but for signal_id, with cached = true and no checks. */
bool decisions_find(struct decisions *self, uint64_t key, int64_t now_us, struct assessment *out);
/* Keeps the outcome until now + ttl and returns that instant; a ttl of 0 keeps nothing. The same
 * key is replaced. */
int64_t decisions_put(struct decisions *self,
                      uint64_t key,
                      int64_t now_us,
                      const struct assessment *assessment);
/* Another capacity and life; forgets what it holds. */
void decisions_settings(struct decisions *self, const struct settings *settings);
void decisions_clear(struct decisions *self); /* memory pressure; counters stay */
void decisions_check(const struct decisions *self);

#endif
