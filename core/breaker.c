#include "core/breaker.h"

#include <string.h>

#include "core/breaker_cells.h"
#include "core/fixed.h"
#include "core/instant.h"

enum { WARN_PERCENT = 80, LOSS_WARN_PERCENT = 60, TRADES_STALENESS = 20 };

static void set_levels(struct breaker *self);
static void set_losses(struct breaker *self);

void breaker_init(struct breaker *self,
                  const struct settings *settings,
                  int64_t time_us,
                  int64_t equity_e8)
{
    memset(self, 0, sizeof(*self));
    self->settings = settings;
    self->clutch = settings->clutch != 0;
    self->heartbeat_us = time_us;
    self->cells_due_us = INSTANT_NEVER;
    self->look_us = INSTANT_NEVER;
    for (int32_t place = 0; place < BREAKER_CELLS; place++) {
        self->cells[place].since_us = time_us;
    }
    for (int32_t index = 0; index < INSTRUMENTS_MAX; index++) {
        breaker_symbol_window(&self->symbols[index]);
    }
    set_levels(self);
    set_losses(self);
    baselines_init(&self->baselines, time_us, equity_e8);
    breaker_judge_losses(self, time_us);
}

/* ---- levels from the settings ---- */

/* Rounded up, for counts: a limit of one has no warning below it. */
static int64_t warn_of(int64_t level)
{
    return (int64_t)wide_div_ceil((wide_t)level * WARN_PERCENT, 100);
}

/* measure < share x warn, for integers measure < the ceiling of it. */
static int64_t clear_of(const struct settings *settings, int64_t warn)
{
    return (int64_t)wide_div_ceil((wide_t)warn * settings->hysteresis, ONE_E9);
}

static int64_t lower(int64_t a, int64_t b)
{
    if (a == BREAKER_LEVEL_NONE) {
        return b;
    }
    return b == BREAKER_LEVEL_NONE || a < b ? a : b;
}

static void set_level(
    struct breaker *self, enum breaker_cause cause, int64_t warn, int64_t reduce, int64_t latch)
{
    struct breaker_levels *levels = &self->levels[cause];
    levels->warn = warn;
    levels->reduce = reduce;
    levels->latch = latch;
    levels->clear = clear_of(self->settings, warn);
    levels->quiet = lower(levels->clear, lower(warn, lower(reduce, latch)));
}

/* No level: the evidence of this cause is not applicable. */
static void set_none(struct breaker *self, enum breaker_cause cause)
{
    self->levels[cause] = (struct breaker_levels){.warn = BREAKER_LEVEL_NONE,
                                                  .reduce = BREAKER_LEVEL_NONE,
                                                  .latch = BREAKER_LEVEL_NONE,
                                                  .clear = INT64_MAX,
                                                  .quiet = INT64_MAX};
}

static void set_reduce(struct breaker *self, enum breaker_cause cause, int64_t reduce)
{
    set_level(self, cause, warn_of(reduce), reduce, BREAKER_LEVEL_NONE);
}

static void set_latch(struct breaker *self, enum breaker_cause cause, int64_t latch)
{
    set_level(self, cause, warn_of(latch), BREAKER_LEVEL_NONE, latch);
}

static void set_staleness(struct breaker *self)
{
    const struct settings *settings = self->settings;
    int64_t reduce = settings->stale_reduce;
    int64_t trip = settings->stale_trip;
    switch (settings->fidelity) {
    case FIDELITY_SIGNALS: set_none(self, CAUSE_STALE_FEED); return;
    case FIDELITY_BARS:
        reduce = settings->stale_bars_reduce * settings->bar_interval_us;
        trip = settings->stale_bars_trip * settings->bar_interval_us;
        break;
    case FIDELITY_TRADES:
        reduce *= TRADES_STALENESS;
        trip *= TRADES_STALENESS;
        break;
    case FIDELITY_QUOTES:
    case FIDELITY_DEPTH: break;
    }
    set_level(self, CAUSE_STALE_FEED, warn_of(reduce), reduce, trip);
}

static void set_levels(struct breaker *self)
{
    const struct settings *settings = self->settings;
    for (int32_t cause = 0; cause < CAUSE_COUNT; cause++) {
        set_none(self, (enum breaker_cause)cause);
    }
    int64_t losses_warn = warn_of(settings->losses_in_row);
    set_level(self, CAUSE_CONSECUTIVE_LOSSES, losses_warn, BREAKER_LEVEL_NONE, BREAKER_LEVEL_NONE);
    if (settings->expectancy_limit > 0) {
        set_latch(self, CAUSE_EXPECTANCY, settings->expectancy_limit);
    }
    /* Pulses: their reduce level is acted on apart, the measure only warns. */
    int64_t none = BREAKER_LEVEL_NONE;
    set_level(self, CAUSE_FILL_QUALITY, warn_of(settings->fill_quality_factor), none, none);
    set_level(self, CAUSE_REJECTS, warn_of(settings->reject_share), none, none);
    int64_t shock_warn = warn_of(settings->shock_return);
    set_level(self, CAUSE_SHOCK, shock_warn, none, none);
    set_reduce(self, CAUSE_API_ERRORS, settings->api_errors);
    int64_t unknown_reduce = settings->unknown_reduce;
    set_level(self, CAUSE_UNKNOWN_ORDERS, warn_of(unknown_reduce), unknown_reduce,
              settings->unknown_latch);
    set_staleness(self);
    set_reduce(self, CAUSE_DIVERGENCE, settings->feed_divergence);
    set_reduce(self, CAUSE_LATENCY, settings->latency_reduce);
    set_level(self, CAUSE_CLOCK_SKEW, settings->clock_warn, settings->clock_reduce,
              settings->clock_trip);
    int64_t near_reduce = settings->liquidation_reduce;
    set_level(self, CAUSE_LIQUIDATION_NEAR, warn_of(near_reduce), near_reduce,
              settings->liquidation_flatten);
    set_level(self, CAUSE_MARGIN_RATIO, settings->margin_ratio_warn, settings->margin_ratio_reduce,
              settings->margin_ratio_flatten);
    set_reduce(self, CAUSE_FUNDING_SPIKE, settings->funding_spike);
    set_latch(self, CAUSE_UNPROTECTED, settings->unprotected_latch);
    set_reduce(self, CAUSE_QUEUE, settings->queue_fill);
    if (settings->heartbeat_max > 0) {
        set_reduce(self, CAUSE_HEARTBEAT, settings->heartbeat_max);
    }
    /* Storage is judged into three grades. */
    set_level(self, CAUSE_STORAGE, 1, none, 2);
    self->levels[CAUSE_STORAGE].clear = 1;
    self->levels[CAUSE_STORAGE].quiet = 1;
}

static void
set_loss(struct breaker *self, enum baseline which, int64_t warn, int64_t trip, int64_t lock)
{
    struct breaker_loss_rule *rule = &self->losses[which];
    rule->warn = warn;
    rule->clear = clear_of(self->settings, warn);
    rule->trip = rule->trip_at = trip;
    rule->lock = rule->lock_at = lock;
}

static int64_t loss_warn_of(int64_t trip)
{
    return trip * LOSS_WARN_PERCENT / 100;
}

/* A symbol's own loss over minutes has the account's levels. */
static void
set_velocity(struct breaker *self, enum baseline which, enum breaker_cause cause, int64_t trip)
{
    set_loss(self, which, loss_warn_of(trip), trip, BREAKER_LEVEL_NONE);
    set_level(self, cause, loss_warn_of(trip), BREAKER_LEVEL_NONE, trip);
}

static void set_losses(struct breaker *self)
{
    const struct settings *settings = self->settings;
    int64_t none = BREAKER_LEVEL_NONE;
    set_loss(self, BASELINE_DAY, settings->day_loss_warn, settings->day_loss_trip, none);
    int64_t rolling = settings->rolling_loss_trip;
    set_loss(self, BASELINE_ROLLING, loss_warn_of(rolling), rolling, none);
    int64_t week = settings->week_loss_trip;
    set_loss(self, BASELINE_WEEK, loss_warn_of(week), week, none);
    int64_t month = settings->month_loss_trip;
    set_loss(self, BASELINE_MONTH, loss_warn_of(month), month, none);
    set_loss(self, BASELINE_PEAK, settings->drawdown_warn, settings->drawdown_trip,
             settings->drawdown_lock);
    set_velocity(self, BASELINE_5_MINUTES, CAUSE_VELOCITY_5_MINUTES, settings->velocity_5m_trip);
    set_velocity(self, BASELINE_HOUR, CAUSE_VELOCITY_HOUR, settings->velocity_1h_trip);
}

static int64_t kept(int64_t at, int64_t before, int64_t level)
{
    return at != before && level != BREAKER_LEVEL_NONE && at > level ? at : level;
}

void breaker_settings(struct breaker *self, int64_t time_us, const struct settings *settings)
{
    struct breaker_loss_rule before[BASELINE_COUNT];
    memcpy(before, self->losses, sizeof(before));
    self->settings = settings;
    set_levels(self);
    set_losses(self);
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        struct breaker_loss_rule *rule = &self->losses[which];
        rule->trip_at = kept(before[which].trip_at, before[which].trip, rule->trip);
        rule->lock_at = kept(before[which].lock_at, before[which].lock, rule->lock);
    }
    for (int32_t index = 0; index < INSTRUMENTS_MAX; index++) {
        self->symbols[index].calm = false; /* by the old levels */
    }
    self->quiet_until_us = 0;
    self->epoch++;
    breaker_judge_losses(self, time_us);
}

/* ---- time and output ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The instant at which a missing heartbeat reaches its next level. */
int64_t breaker_heartbeat_due(const struct breaker *self)
{
    const struct breaker_levels *levels = &self->levels[CAUSE_HEARTBEAT];
    if (self->settings->heartbeat_max == 0) {
        return INSTANT_NEVER;
    }
    uint32_t bit = breaker_bit(CAUSE_HEARTBEAT);
    const struct breaker_cell *cell = &self->cells[PLACE_GLOBAL];
    if ((cell->reduce.bits & bit) != 0) {
        return INSTANT_NEVER;
    }
    bool warned = (cell->caution.bits & bit) != 0;
    return breaker_later(self->heartbeat_us, warned ? levels->reduce : levels->warn);
}

/* Answers when the next of a word of cells may end something. */
static int64_t tick_word(struct breaker *self, int64_t time_us, int32_t word)
{
    int64_t next = INSTANT_NEVER;
    for (uint64_t left = self->waiting[word]; left != 0; left &= left - 1) {
        int32_t place = word * 64 + __builtin_ctzll(left);
        int64_t due_us = breaker_tick_cell(self, time_us, place);
        if (due_us == INSTANT_NEVER) {
            self->waiting[word] &= ~(left & (~left + 1));
        }
        next = earlier(next, due_us);
    }
    return next;
}

/* A cell gives at most two records; those that do not fit wait for the next tick, due at once. */
static void tick_cells(struct breaker *self, int64_t time_us)
{
    int64_t next = breaker_tick_pairs(self, time_us);
    for (int32_t word = 0; word < (int32_t)ARRAY_COUNT(self->waiting); word++) {
        if (self->transition_count + 2 * 64 > TRANSITIONS_MAX) {
            next = time_us;
            break;
        }
        next = earlier(next, tick_word(self, time_us, word));
    }
    self->cells_due_us = next;
}

void breaker_tick(struct breaker *self, int64_t time_us)
{
    if (time_us < breaker_deadline(self)) {
        return;
    }
    if (time_us >= self->look_us || time_us >= self->baselines.next_day_us) {
        breaker_look_again(self, time_us);
    }
    if (time_us >= breaker_heartbeat_due(self)) {
        int64_t silence = time_us - self->heartbeat_us;
        breaker_measure(self, time_us, PLACE_GLOBAL, CAUSE_HEARTBEAT, silence);
    }
    if (time_us >= self->cells_due_us) {
        tick_cells(self, time_us);
    }
}

int32_t breaker_drain(struct breaker *self, const struct breaker_transition **out)
{
    int32_t count = self->transition_count;
    *out = self->transitions;
    self->transition_count = 0;
    return count;
}

void breaker_check(const struct breaker *self)
{
    baselines_check(&self->baselines);
    for (int32_t place = 0; place < BREAKER_CELLS; place++) {
        CHECK(breaker_cell_sound(&self->cells[place]));
    }
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        const struct breaker_loss_rule *rule = &self->losses[which];
        CHECK(rule->trip_at >= rule->trip && rule->lock_at >= rule->lock);
    }
    CHECK(self->pair_count >= 0 && self->pair_count <= PAIRS_MAX);
}
