/* engine.h - the core as one pure function: one event in, a bounded list of actions out (DESIGN laws 1-3).
 * Laws     same events, same actions, same digest, on any machine. After every step the ledger sums to zero, every position
 *          obeys the rules of the books, no entry is sent while the breaker forbids it (engine_check).
 *          Everything that a later answer rests on is in this struct: no pointer but to settings and instruments.
 * Parts    engine.c (composition, deadline, books), engine_market.c (prices, funding, transfers), engine_signals.c (pipeline
 *          of a signal), engine_orders.c (orders, exits, evidence), engine_targets.c (take-profits), engine_fills.c,
 *          engine_breaker.c (transitions, flatten, commands),
 *          engine_time.c (timers, rows of the hour and the day, end of data).
 * Memory   one struct of fixed size (about 5 MB), made by the caller; nothing allocates.  Cost: a quiet bar about 40 ns. */
#ifndef CORE_ENGINE_H
#define CORE_ENGINE_H

#include "core/action.h"
#include "core/base.h"
#include "core/books.h"
#include "core/breaker.h"
#include "core/counters.h"
#include "core/decisions.h"
#include "core/digest.h"
#include "core/event.h"
#include "core/health.h"
#include "core/instruments.h"
#include "core/ledger.h"
#include "core/orders.h"
#include "core/positions.h"
#include "core/prices.h"
#include "core/rates.h"
#include "core/risk.h"
#include "core/settings.h"
#include "core/signals.h"
#include "core/strategies.h"
#include "core/text.h"

/* Money totals of the account, kept step by step; engine_check() recomputes them. */
struct engine_totals {
    int64_t realised_e8, fees_e8, funding_e8, transfers_e8;
    int64_t margin_used_e8, unrealised_e8, maintenance_e8;
    int64_t
        backed_e8; /* unrealised, an isolated loss no larger than its margin: what equity counts */
};

/* What each instrument adds to the totals now, and what it has brought so far. */
struct engine_share {
    int64_t margin_e8, unrealised_e8, maintenance_e8, backed_e8;
    int64_t result_e8;    /* net result of its closed positions */
    int32_t leverage_set; /* last asked of the venue; 0: never */
    bool entry_pending;   /* `entries` holds the plan of an entry order */
    bool reverse_pending; /* ... or of the signal that reverses, once the position is closed */
    bool ended; /* its data have ended: nothing may be opened, what opens late is left at once */
};

/* Extremes of the run that no counter holds. */
struct engine_extremes {
    int64_t first_latch_us;   /* 0: never latched */
    int64_t drawdown_max_ppm; /* at the equity rows */
};

enum { TEXTS_MAX = TRANSITIONS_MAX + 64, ALERTS_REMEMBERED = 256 };

/* An alert that was given: the same again within the hour is not (DESIGN 3). */
struct engine_alert {
    uint64_t key;
    int64_t time_us;
};

struct engine {
    const struct settings *settings;
    const struct instruments *instruments;
    struct actions *actions; /* of the step under way */
    struct digest digest;
    int64_t now_us, started_us;
    int64_t deadline_us; /* cached; recomputed when `deadline_dirty` */
    bool deadline_dirty;
    uint64_t changes;    /* moves when a book moved */
    uint64_t risk_epoch; /* moves when a decision's grounds moved, beside breaker_epoch() */
    uint64_t breaker_epoch_seen;
    int64_t next_hour_us, day_start_equity_e8;
    struct prices_shifts volatility_shifts;
    bool unreconciled;       /* a live account that does not agree with its venue, or not yet */
    int32_t unknown_count;   /* live orders that are UNKNOWN */
    int64_t unknown_look_us; /* the breaker is told of them again then; 0: none */
    int64_t rules_us[INSTRUMENTS_MAX]; /* when the rules were loaded (C3); 0: never */
    bool shutting_down;                /* no entries any more */
    bool ending;                       /* the data have ended: what still opens is left at once */
    bool ended;
    int32_t benchmark; /* BTC among the instruments, or NONE */
    struct engine_totals totals;
    struct engine_extremes extremes;
    struct counters counters; /* SystemMetrics of DESIGN 9 are among them */
    struct health health;
    struct strategies strategies;
    struct ledger ledger;
    struct rates rates;
    struct signals signals;
    struct decisions decisions;
    struct breaker breaker;
    int64_t strategy_trades[STRATEGIES_MAX];
    int32_t pending_count;
    int32_t pending_list[INSTRUMENTS_MAX]; /* instruments with entry_pending, oldest first */
    struct engine_share shares[INSTRUMENTS_MAX];
    struct normal_signal entries[INSTRUMENTS_MAX];
    struct prices prices[INSTRUMENTS_MAX];
    struct orders orders;
    struct positions positions;
    struct assessment assessment; /* of the signal under way */
    int32_t alert_next;
    struct engine_alert alerts[ALERTS_REMEMBERED];
    int32_t text_count;
    struct text texts[TEXTS_MAX]; /* of the step under way */
};

/* settings and instruments are borrowed for life. epoch: of the executor; 1 in a simulated run. */
void engine_init(struct engine *self,
                 const struct settings *settings,
                 const struct instruments *instruments,
                 uint32_t epoch);
/* actions is emptied first; its pointers stay valid until the next step. */
void engine_step(struct engine *self, const struct event *event, struct actions *actions);
int64_t engine_deadline_anew(struct engine *self);
/* When the next EVENT_TIMER is due; INSTANT_NEVER: not. A cause that clears starts its dwell time without moving the epoch,
 * and a first bar starts its feed's age: both deadlines may come nearer. */
static inline int64_t engine_deadline(struct engine *self)
{
    if (self->deadline_dirty || breaker_deadline(&self->breaker) < self->deadline_us ||
        health_deadline(&self->health) < self->deadline_us) {
        return engine_deadline_anew(self);
    }
    return self->deadline_us;
}

/* ---- questions ---- */
static inline uint64_t engine_changes(const struct engine *self)
{
    return self->changes;
}
static inline int32_t engine_instrument_count(const struct engine *self)
{
    return self->instruments->count;
}
int64_t engine_equity_e8(const struct engine *self);
/* Free collateral: wallet - margin in use - margin of open entry orders (cross: + unrealised). */
int64_t engine_available_e8(struct engine *self);
/* Instruments with an open position, oldest first. */
const int32_t *engine_open_positions(const struct engine *self, int32_t *count);
void engine_books_account(const struct engine *self, struct books_account *out);
void engine_books_position(struct engine *self, int32_t instrument, struct books_position *out);
/* CHECKs every law; for tests and at the end of a run: it walks everything. */
void engine_check(struct engine *self);

#endif
