/* breaker.h - the circuit breaker: states, scopes, triggers, blocks, probation, reset (RISK 3).
 * States      CLOSED < CAUTION < PROBATION < REDUCING < TRIPPED < LOCKED. The state of an order
 *             is the highest over its scopes: global, account, strategy, symbol, side. Each
 *             scope keeps its own state, cause and latch. Limits are reached at equality; a
 *             value that cannot be computed counts as limit reached.
 * CAUTION     a warn level: the table's own, else 60 % of a loss limit, 80 % of the first level
 *             of any other. Ends when the measure has been below hysteresis x warn for the dwell
 *             time.
 * REDUCING    a reduce level; ends when its cause has been clear for the dwell time. Never
 *             latches, in PROBATION neither: the state goes back to PROBATION, whose trades and
 *             time count anew.
 * TRIPPED     trip, flatten and latch levels; LOCKED: lock levels. Both leave by the reset
 *             protocol alone.
 * PROBATION   after an approved reset. N trades or T without a reduce or timed trigger end it; a
 *             latch level in PROBATION trips with twice the last cool-down (at most 8 times the
 *             plain one).
 * Timed       consecutive losses and volatility shocks block entries until an instant, beside
 *             the state. Losses count and block per pair of strategy and symbol, in a bounded
 *             table; pairs beyond PAIRS_MAX share one count. A blocked pair counts anew: each
 *             run of five blocks once. Warn levels (80 %) are CAUTION of the symbol.
 * Pulses      rejects and fill quality are judged over the last orders. REDUCING stops the
 *             orders, so the evidence is consumed when it fires and its cause is clear from then
 *             on: else REDUCING could never end. Expectancy starts anew in the same way when it
 *             trips.
 * Baselines   equity is unitised (core/baselines.h). A reset re-bases nothing; breaker_rebase()
 *             is the separate admin act.
 * Re-arming   a reset must leave a PROBATION that the next mark does not end. So an account loss
 *             limit (day, 24 h, week, month, drawdown, 5 min, 1 h, and the drawdown lock) whose
 *             level is reached at the approved reset of the account is raised to measure at the
 *             reset + level: it trips again after a further full step. As soon as the measure is
 *             below the level itself, the level holds again. Levels not reached at the reset
 *             stay: after a trip at 12 % drawdown the lock at 15 % is armed. Losses are facts of
 *             the past and never forbid a reset; every other trip level must be left before one
 *             (RESET_CAUSE_STANDS). A symbol's loss windows start anew at its reset.
 * Cool-down   by class: technical, loss, drawdown or integrity; counted from each trip on; the
 *             longest of a latch's causes holds.
 * Records     every change of a state is one transition, drained by the engine before the step
 *             ends. PROBATION that ends while a warn level stands gives two: to CLOSED, then to
 *             CAUTION; a reset while a reduce level stands likewise: to PROBATION, then to
 *             REDUCING. A timed block is a transition from a state to itself with until_us set.
 * Epoch       moves with every change that an answer could show: state, timed block, clutch,
 *             flatten.
 * Time        a parameter, never falls. breaker_tick() must run at breaker_deadline(), at the
 *             latest with the next event, before any other call.
 * Memory      plain memory, about 1 MB, no pointer but the settings'. Durable form:
 *             core/latch.h.
 * Cost        breaker_equity() three compares while nothing changes; other evidence likewise. No
 *             heap, no clock, no division on the quiet paths.
 * Failure     an index out of range is our bug: CHECK. Evidence is never refused. */
#ifndef CORE_BREAKER_H
#define CORE_BREAKER_H

#include "core/base.h"
#include "core/baselines.h"
#include "core/bounds.h"
#include "core/event.h"
#include "core/settings.h"
#include "core/types.h"

enum breaker_cause {
    CAUSE_NONE,
    CAUSE_DAY_LOSS, /* the seven losses stand in the order of enum baseline */
    CAUSE_ROLLING_LOSS,
    CAUSE_WEEK_LOSS,
    CAUSE_MONTH_LOSS,
    CAUSE_DRAWDOWN,
    CAUSE_VELOCITY_5_MINUTES,
    CAUSE_VELOCITY_HOUR,
    CAUSE_CONSECUTIVE_LOSSES,
    CAUSE_EXPECTANCY,
    CAUSE_FILL_QUALITY,
    CAUSE_REJECTS,
    CAUSE_API_ERRORS,
    CAUSE_UNKNOWN_ORDERS,
    CAUSE_STALE_FEED,
    CAUSE_DIVERGENCE,
    CAUSE_LATENCY,
    CAUSE_CLOCK_SKEW,
    CAUSE_LIQUIDATION_NEAR,
    CAUSE_MARGIN_RATIO,
    CAUSE_FUNDING_SPIKE,
    CAUSE_SHOCK,
    CAUSE_EXPOSURE,
    CAUSE_BOOKS_DIFFER,
    CAUSE_UNPROTECTED,
    CAUSE_EXTERNAL,
    CAUSE_LIQUIDATED,
    CAUSE_STORAGE,
    CAUSE_QUEUE,
    CAUSE_INTEGRITY,
    CAUSE_HEARTBEAT,
    CAUSE_EXECUTIONS,
    CAUSE_MANUAL
};
enum { CAUSE_COUNT = 33 };

enum cooldown_class { COOLDOWN_TECHNICAL, COOLDOWN_LOSS, COOLDOWN_DRAWDOWN };

enum {
    BREAKER_CELLS = 2 + STRATEGIES_MAX + INSTRUMENTS_MAX + 2, /* one a scope and index */
    REJECT_WINDOW = 20,
    FILL_QUALITY_FILLS = 10,
    SYMBOL_SAMPLES = 62, /* one a minute for 1 h, and both ends */
    RESET_REASON_MIN = 20,
};

#define BREAKER_UNCOMPUTABLE  INT64_MAX /* as a measured value: the limit is reached */
#define RESET_REQUEST_LIFE_US (15LL * 60LL * 1000000LL)

/* One change of a scope's state, or (until_us > 0) one timed block. */
struct breaker_transition {
    enum breaker_scope scope;
    int32_t index; /* strategy, instrument or side; 0 for global and account */
    int32_t
        partner; /* timed block of a pair (scope STRATEGY): the instrument; else INSTRUMENT_NONE */
    enum breaker_state from, to;
    const char *cause;    /* static text: "day_loss", ..., "clear", "reset", "probation_passed" */
    int64_t value, limit; /* in the cause's own unit */
    int64_t baseline_e8;  /* losses: what it was measured against; else 0 */
    int64_t until_us;
    const char *actor;
};

/* A set of causes above a level, and its dwell time. */
struct breaker_soft {
    uint32_t bits;            /* bit a cause: above its level now */
    bool in_force;            /* a bit is set, or the dwell time is not over */
    enum breaker_cause cause; /* that brought it into force */
    int64_t clear_us;         /* since when no bit is set */
};

struct breaker_cell {
    enum breaker_state state; /* in force now */
    enum breaker_cause cause; /* that decided it */
    int64_t since_us;
    struct breaker_soft caution, reduce;
    uint32_t standing;          /* bit a cause: its trip level is reached now; forbids a reset */
    enum breaker_state latched; /* CLOSED: no; TRIPPED; LOCKED */
    enum breaker_cause latch_cause;
    uint32_t trips; /* bit a cause of this latch */
    int64_t reset_from_us;
    bool flatten;
    bool probation;
    int32_t probation_trades;
    int64_t probation_from_us;
    int32_t escalation;       /* doublings of the cool-down */
    int64_t blocked_until_us; /* 0: not blocked */
    enum breaker_cause block_cause;
    int64_t requested_us;
    char requester[PRINCIPAL_BYTES]; /* of a pending reset request; empty: none */
};

/* In the cause's own unit; BREAKER_LEVEL_NONE: there is none. */
struct breaker_levels {
    int64_t warn, reduce, latch;
    int64_t clear; /* CAUTION ends below it */
    int64_t quiet; /* below it nothing is set */
};
#define BREAKER_LEVEL_NONE INT64_MIN

struct breaker_loss_rule {
    int64_t warn, clear, trip;
    int64_t lock;             /* or BREAKER_LEVEL_NONE */
    int64_t trip_at, lock_at; /* levels in force, see Re-arming */
};

struct breaker_rejects {
    uint32_t window; /* bit 0: the last order; 1 = rejected */
    int32_t in_row;
};

struct breaker_symbol {
    struct breaker_rejects rejects;
    int32_t fill_count, fill_next;
    int64_t realised_e9[FILL_QUALITY_FILLS], modelled_e9[FILL_QUALITY_FILLS];
    int32_t streak; /* longest open run of losses over the symbol's pairs */
    int64_t result_e8, next_minute_us;
    bool calm;                              /* the two below were found in this minute */
    int64_t calm_above_e8, calm_base_e8[2]; /* a higher result changes nothing, on these bases */
    struct window window;                   /* of the symbol's own result */
    struct window_sample samples[SYMBOL_SAMPLES];
};

struct breaker_pair {
    int32_t strategy, instrument; /* the shared pair: -1, -1 */
    int32_t streak;
    int64_t blocked_until_us; /* 0: not blocked */
};

/* Shocks of many symbols: the reports of one minute, and their number in the one before it. */
struct breaker_round {
    int64_t minute;
    int32_t seen, exceeded, seen_before;
    uint64_t seen_bits[INSTRUMENTS_MAX / 64], exceeded_bits[INSTRUMENTS_MAX / 64];
};

struct breaker {
    const struct settings *settings; /* borrowed, constant */
    uint64_t epoch;
    int64_t cells_due_us; /* no dwell time, block or probation ends before */
    int64_t look_us;      /* losses over minutes are to be judged again, marks or not */
    bool clutch;
    int64_t heartbeat_us;
    struct baselines baselines;
    int64_t quiet_low_e8, quiet_high_e8; /* low < mark <= high changes nothing */
    int64_t quiet_until_us;
    struct breaker_loss_rule losses[BASELINE_COUNT];
    struct breaker_levels levels[CAUSE_COUNT]; /* but the account's losses */
    struct breaker_cell cells[BREAKER_CELLS];
    uint64_t waiting[BREAKER_CELLS / 64 + 1]; /* bit a cell: time may end something in it */
    struct breaker_rejects account_rejects;
    int64_t cusum_e9[STRATEGIES_MAX];
    struct breaker_symbol symbols[INSTRUMENTS_MAX];
    struct breaker_round round;
    int32_t pair_count;
    uint16_t pair_slots[PAIR_SLOTS]; /* hash to place + 1 in pairs; 0: free */
    struct breaker_pair pairs[PAIRS_MAX];
    int32_t transition_count;
    struct breaker_transition transitions[TRANSITIONS_MAX];
};

/* equity_e8 = 0: an empty account, which the first transfer founds. */
void breaker_init(struct breaker *self,
                  const struct settings *settings,
                  int64_t time_us,
                  int64_t equity_e8);

/* Other settings from now on: the levels are theirs, raised levels and all that is latched or counted stay. Cells follow with
 * their next evidence. */
void breaker_settings(struct breaker *self, int64_t time_us, const struct settings *settings);

/* ================= questions (pure) ================= */

struct breaker_answer {
    enum breaker_state state;
    enum breaker_scope scope; /* that decides, the widest of equals */
    int32_t index;
    const char *cause;        /* static text */
    int64_t size_factor_e9;   /* g_breaker: 1, caution, probation, 0 */
    int32_t leverage_cap;     /* PROBATION; 0: none */
    bool caution;             /* High and Extreme are treated as Medium */
    int64_t blocked_until_us; /* timed block; 0: none */
    const char *block_cause;  /* static text; NULL: none */
    bool clutch;
};
struct breaker_answer
breaker_answer(const struct breaker *self, int32_t strategy, int32_t instrument, enum side side);
enum breaker_state
breaker_state(const struct breaker *self, enum breaker_scope scope, int32_t index);
/* The highest of all scopes: the breaker_state of an equity row. */
enum breaker_state breaker_worst(const struct breaker *self);
/* Must what this scope holds be closed now? Trips by loss, margin or liquidation nearness
 * (flatten_on_loss_trip), unprotected positions, flatten ordered. */
bool breaker_wants_flatten(const struct breaker *self, enum breaker_scope scope, int32_t index);
/* The same for one position: any of its scopes. */
bool breaker_flattens(const struct breaker *self,
                      int32_t strategy,
                      int32_t instrument,
                      enum side side);
/* The lowest staleness level above an age; INT64_MAX: none. */
int64_t breaker_feed_level(const struct breaker *self, int64_t age_us);
int64_t breaker_feed_reduce(const struct breaker *self); /* age that is stale; INT64_MAX: none */
int64_t breaker_loss_e9(const struct breaker *self, enum baseline which);
/* The trip level of that loss in force now: the setting, or what the last reset raised it to. */
int64_t breaker_loss_trip_e9(const struct breaker *self, enum baseline which);
/* What is left of the daily loss limit, rounded down; <= 0: nothing. */
int64_t breaker_day_room_e8(const struct breaker *self);
int64_t breaker_drawdown_e9(const struct breaker *self); /* rounded up */
int64_t breaker_drawdown_ppm(const struct breaker *self);

/* What is latched: for the operator model, reports and the API. *cursor starts at 0; false: no
 * more. */
struct breaker_latch {
    enum breaker_scope scope;
    int32_t index;
    enum breaker_state state;
    const char *cause;
    int64_t since_us;
    int64_t reset_from_us; /* a reset may be requested from here on, if nothing else forbids it */
    bool cause_stands;     /* a trip level is still reached */
};
bool breaker_next_latch(const struct breaker *self, int32_t *cursor, struct breaker_latch *out);

/* ================= evidence ================= */

/* breaker_equity(), breaker_margin_ratio() and breaker_symbol_result(), each mark of the account, stand at the end. */
void breaker_transfer(struct breaker *self,
                      int64_t time_us,
                      int64_t equity_before_e8,
                      int64_t amount_e8);
/* Share of the way from entry to liquidation that the mark has consumed; 0 once the position is
 * closed. */
void breaker_liquidation_nearness(struct breaker *self,
                                  int64_t time_us,
                                  int32_t instrument,
                                  int64_t consumed_e9);

struct breaker_trade {
    int32_t strategy, instrument;
    enum side side;
    int64_t net_e8;  /* after fees and funding */
    int64_t risk_e8; /* planned loss at the stop, > 0 */
};
void breaker_trade_closed(struct breaker *self, int64_t time_us, const struct breaker_trade *trade);

enum order_outcome {
    OUTCOME_ACCEPTED,
    OUTCOME_REJECTED,
    OUTCOME_DENIED /* rejected for balance or permission: latches when the reject trigger fires */
};
void breaker_order_result(struct breaker *self,
                          int64_t time_us,
                          int32_t instrument,
                          enum order_outcome outcome);
/* Slippage of one fill, adverse positive, and the slippage that was expected of it. */
void breaker_fill_quality(struct breaker *self,
                          int64_t time_us,
                          int32_t instrument,
                          int64_t realised_e9,
                          int64_t modelled_e9);
/* Call when the set changes and at least every few seconds while one is UNKNOWN; count 0: none. */
void breaker_unknown_orders(struct breaker *self,
                            int64_t time_us,
                            int32_t count,
                            int64_t oldest_age_us);
void breaker_funding(struct breaker *self,
                     int64_t time_us,
                     int32_t instrument,
                     int64_t rate_per_8h_e9);

struct breaker_move {
    int32_t instrument;
    bool benchmark;    /* BTC: its shock is everybody's */
    int64_t return_e9; /* of one minute; of a bar: over the root of its minutes (RISK 2.2) */
    int64_t sigma_e9;  /* one-minute standard deviation; 0: not known yet */
};
/* Every closed minute or bar of every symbol, quiet ones too: the share that exceeds is counted.
 * Global when the benchmark exceeds, or half of the symbols (of those seen in this minute, or in
 * the last full one if those were more). */
void breaker_shock(struct breaker *self, int64_t time_us, const struct breaker_move *move);

/* Age of the last valid tick of a symbol (0: fresh); INSTRUMENT_NONE: the user stream, scope
 * account. Limits by fidelity: bars count in intervals, trades x 20, signals only: not applicable.
 * core/health.h calls this. */
void breaker_feed(struct breaker *self, int64_t time_us, int32_t instrument, int64_t age_us);
void breaker_divergence(struct breaker *self,
                        int64_t time_us,
                        int32_t instrument,
                        int64_t difference_e9);
/* Oldest time without a confirmed stop; 0: protected. */
void breaker_unprotected(struct breaker *self, int64_t time_us, int32_t instrument, int64_t age_us);
/* Executions of a strategy within the window and in the UTC day (core/rates.h): C27, latched per
 * strategy. */
void breaker_executions(
    struct breaker *self, int64_t time_us, int32_t strategy, int64_t window, int64_t day);
/* Foreign order or position; our own liquidation or ADL. Symbol (unless INSTRUMENT_NONE) and
 * account. */
void breaker_external(struct breaker *self, int64_t time_us, int32_t instrument);
void breaker_liquidated(struct breaker *self, int64_t time_us, int32_t instrument);
/* Local and venue disagree; INSTRUMENT_NONE: the account. */
void breaker_books_differ(struct breaker *self, int64_t time_us, int32_t instrument);
/* Worst case above a limit: must be impossible, latches everything. */
void breaker_exposure_above(struct breaker *self,
                            int64_t time_us,
                            int64_t value_e8,
                            int64_t limit_e8);
/* The shells' evidence; core/health.h turns raw counts into these figures. */
void breaker_api_errors(struct breaker *self, int64_t time_us, int64_t share_e9);
void breaker_latency(struct breaker *self, int64_t time_us, int64_t p95_us);
void breaker_clock_skew(struct breaker *self, int64_t time_us, int64_t skew_us);
void breaker_queue(struct breaker *self, int64_t time_us, int64_t fill_e9);
struct breaker_storage {
    bool error;
    int64_t log_bytes, free_bytes;
};
void breaker_storage(struct breaker *self, int64_t time_us, const struct breaker_storage *storage);
void breaker_integrity(struct breaker *self, int64_t time_us); /* global lock */

/* ================= the operator ================= */

struct breaker_order {
    enum breaker_scope scope;
    int32_t index;
    const char *actor; /* borrowed until the drain */
    bool flatten;
};
void breaker_trip(struct breaker *self,
                  int64_t time_us,
                  const struct breaker_order *order); /* TRIPPED */
void breaker_lock(struct breaker *self,
                  int64_t time_us,
                  const struct breaker_order *order); /* LOCKED */
void breaker_clutch(struct breaker *self, int64_t time_us, bool on);
void breaker_heartbeat(struct breaker *self, int64_t time_us);
/* The separate admin act of RISK 3.3: DAY, WEEK, MONTH or PEAK becomes the last mark. Without it a
 * drawdown beyond risk.drawdown_floor sizes every order to zero for ever. */
void breaker_rebase(struct breaker *self, int64_t time_us, enum baseline which);

enum reset_result {
    RESET_ACCEPTED,
    RESET_BAD_SCOPE,
    RESET_NOT_LATCHED,
    RESET_NO_PRINCIPAL,
    RESET_REASON_SHORT,
    RESET_COOLING,
    RESET_CAUSE_STANDS,
    RESET_NO_REQUEST,
    RESET_REQUEST_EXPIRED,
    RESET_SAME_PRINCIPAL,
    RESET_NOT_RECONCILED,
    RESET_UNKNOWN_ORDERS,
    RESET_STOPS_UNCONFIRMED
};
const char *reset_result_text(int result);

struct breaker_reset {
    enum breaker_scope scope;
    int32_t index;
    const char *principal; /* not empty, shorter than PRINCIPAL_BYTES */
    const char *reason;    /* at least RESET_REASON_MIN characters */
};
/* What the engine knows at the approval. */
struct breaker_evidence {
    bool reconciled, no_unknown, stops_confirmed;
};
/* Latched, cooled down, reason given: remembered for 15 minutes. A newer request replaces it. */
enum reset_result
breaker_reset_request(struct breaker *self, int64_t time_us, const struct breaker_reset *reset);
/* By another principal (unless breaker.dual_control is off): RESET_ACCEPTED = the scope is in
 * PROBATION. */
enum reset_result breaker_reset_approve(struct breaker *self,
                                        int64_t time_us,
                                        const struct breaker_reset *reset,
                                        const struct breaker_evidence *evidence);

/* ================= time and output ================= */

/* Ends dwell times, probations, timed blocks; takes the boundaries of day, week and month; the
 * dead-man's limit. */
void breaker_tick(struct breaker *self, int64_t time_us);
/* The transitions since the last drain, oldest first; valid until the next call that may add some.
 */
int32_t breaker_drain(struct breaker *self, const struct breaker_transition **out);
const char *breaker_cause_text(int cause);
/* CHECKs every law; after each event of a test build. */
void breaker_check(const struct breaker *self);

/* ================= the hot path ================= */

static inline uint64_t breaker_epoch(const struct breaker *self)
{
    return self->epoch;
}

int64_t breaker_heartbeat_due(const struct breaker *self); /* INSTANT_NEVER: none is asked for */
/* When breaker_tick() must run next; never INSTANT_NEVER: a day always ends. Any evidence may bring it nearer, also without
 * a move of the epoch (a cause that clears starts its dwell time). */
static inline int64_t breaker_deadline(const struct breaker *self)
{
    int64_t deadline_us = self->cells_due_us;
    deadline_us = self->look_us < deadline_us ? self->look_us : deadline_us;
    if (self->baselines.next_day_us < deadline_us) {
        deadline_us = self->baselines.next_day_us;
    }
    if (self->settings->heartbeat_max != 0) {
        int64_t heartbeat_us = breaker_heartbeat_due(self);
        deadline_us = heartbeat_us < deadline_us ? heartbeat_us : deadline_us;
    }
    return deadline_us;
}

/* No feed below this age is at a level, or on its way back from one. */
static inline int64_t breaker_feed_quiet(const struct breaker *self)
{
    return self->levels[CAUSE_STALE_FEED].quiet;
}

/* In the band of equity that changes nothing. */
static inline bool breaker_quiet(const struct breaker *self, int64_t equity_e8)
{
    return equity_e8 > self->quiet_low_e8 && equity_e8 <= self->quiet_high_e8;
}

void breaker_equity_slow(struct breaker *self, int64_t time_us, int64_t equity_e8);
/* Each mark of the account. */
static inline void breaker_equity(struct breaker *self, int64_t time_us, int64_t equity_e8)
{
    if (breaker_quiet(self, equity_e8) && time_us < self->quiet_until_us) {
        baselines_quiet_mark(&self->baselines, time_us, equity_e8);
        return;
    }
    breaker_equity_slow(self, time_us, equity_e8);
}

/* Places of the cells; the others are breaker_cells.h's. */
enum {
    PLACE_GLOBAL,
    PLACE_ACCOUNT,
    PLACE_STRATEGIES,
    PLACE_SYMBOLS = PLACE_STRATEGIES + STRATEGIES_MAX
};

/* Has a cause left anything in a cell that a lower measure may take back? */
static inline bool
breaker_noted(const struct breaker *self, int32_t place, enum breaker_cause cause)
{
    const struct breaker_cell *cell = &self->cells[place];
    uint32_t noted = cell->caution.bits | cell->reduce.bits | cell->standing;

    return (noted & 1U << ((uint32_t)cause - 1U)) != 0;
}

/* Would part / whole (_e9, rounded down), told as this cause of a symbol, change nothing? Asked to save the division. */
static inline bool breaker_share_quiet(const struct breaker *self,
                                       int32_t instrument,
                                       enum breaker_cause cause,
                                       int64_t part,
                                       int64_t whole)
{
    CHECK(instrument >= 0 && instrument < INSTRUMENTS_MAX);
    return part >= 0 && whole > 0 &&
           (wide_t)part * 1000000000 < (wide_t)whole * self->levels[cause].quiet &&
           !breaker_noted(self, PLACE_SYMBOLS + instrument, cause);
}

void breaker_margin_ratio_slow(struct breaker *self,
                               int64_t time_us,
                               int64_t maintenance_e8,
                               int64_t margin_balance_e8);
/* Once more with maintenance 0 when nothing is open. */
static inline void breaker_margin_ratio(struct breaker *self,
                                        int64_t time_us,
                                        int64_t maintenance_e8,
                                        int64_t margin_balance_e8)
{
    wide_t level = (wide_t)margin_balance_e8 * self->levels[CAUSE_MARGIN_RATIO].quiet;
    if (maintenance_e8 < 0 || (wide_t)maintenance_e8 * 1000000000 >= level ||
        breaker_noted(self, PLACE_ACCOUNT, CAUSE_MARGIN_RATIO)) {
        breaker_margin_ratio_slow(self, time_us, maintenance_e8, margin_balance_e8);
    }
}

void breaker_symbol_result_slow(struct breaker *self,
                                int64_t time_us,
                                int32_t instrument,
                                int64_t result_e8);
/* A symbol's own result since the start: realised + unrealised - fees + funding, at its marks (loss velocity, scope S).
 * Within a minute the windows stand: a result that has not fallen far needs no look into them. */
static inline void
breaker_symbol_result(struct breaker *self, int64_t time_us, int32_t instrument, int64_t result_e8)
{
    CHECK(instrument >= 0 && instrument < INSTRUMENTS_MAX);
    struct breaker_symbol *symbol = &self->symbols[instrument];
    const int64_t *base_e8 = self->baselines.base_e8;
    int32_t place = PLACE_SYMBOLS + instrument;
    if (time_us < symbol->next_minute_us && symbol->calm && result_e8 > symbol->calm_above_e8 &&
        base_e8[BASELINE_5_MINUTES] == symbol->calm_base_e8[0] &&
        base_e8[BASELINE_HOUR] == symbol->calm_base_e8[1] &&
        !breaker_noted(self, place, CAUSE_VELOCITY_5_MINUTES) &&
        !breaker_noted(self, place, CAUSE_VELOCITY_HOUR)) {
        symbol->result_e8 = result_e8;
        return;
    }
    breaker_symbol_result_slow(self, time_us, instrument, result_e8);
}

#endif
