/* What time brings: stops that are overdue, ages, rows of the hour and of the day, the end of the data. */
#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/instant.h"

static int64_t earlier(int64_t left_us, int64_t right_us)
{
    return left_us < right_us ? left_us : right_us;
}

/* Age of data at which staleness matters for a position: the breaker's reduce and trip levels, in bars. */
static int64_t stale_deadline(const struct engine *self, int32_t instrument)
{
    const struct prices *prices = &self->prices[instrument];
    if (prices->bar_interval_us <= 0 || prices->bar_close_us == 0) {
        return INSTANT_NEVER;
    }
    int64_t reduce_us = prices->bar_close_us + self->settings->stale_bars_reduce * prices->bar_interval_us;
    int64_t trip_us = prices->bar_close_us + self->settings->stale_bars_trip * prices->bar_interval_us;
    if (self->now_us < reduce_us) {
        return reduce_us;
    }
    return self->now_us < trip_us ? trip_us : INSTANT_NEVER;
}

static int64_t protection_deadline(const struct engine *self, const struct plan *plan)
{
    if (plan->unprotected_since_us == 0) {
        return INSTANT_NEVER;
    }
    int64_t exit_us = plan->unprotected_since_us + self->settings->protect_within;
    int64_t latch_us = plan->unprotected_since_us + self->settings->unprotected_latch;
    if (self->now_us < exit_us) {
        return exit_us;
    }
    return self->now_us < latch_us ? latch_us : INSTANT_NEVER;
}

static int64_t holding_deadline(const struct engine *self, const struct holding *holding)
{
    const struct plan *plan = &holding->plan;
    int64_t deadline_us = plan->exit_wanted == EXIT_NONE ? plan->deadline_us : INSTANT_NEVER;
    if (plan->retry_us > 0) {
        deadline_us = earlier(deadline_us, plan->retry_us);
    }
    deadline_us = earlier(deadline_us, protection_deadline(self, plan));

    return earlier(deadline_us, stale_deadline(self, holding->position.instrument));
}

int64_t engine_earliest_deadline(struct engine *self)
{
    if (self->started_us == 0 || self->ended) {
        return INSTANT_NEVER;
    }
    int64_t deadline_us = earlier(self->next_hour_us, breaker_deadline(&self->breaker));
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        const struct holding *holding = &self->positions.items[self->positions.open_list[index]];
        deadline_us = earlier(deadline_us, holding_deadline(self, holding));
    }
    return deadline_us > self->now_us ? deadline_us : self->now_us;
}

static void watch_protection(struct engine *self, struct holding *holding)
{
    struct plan *plan = &holding->plan;
    if (plan->unprotected_since_us == 0) {
        return;
    }
    int64_t age_us = self->now_us - plan->unprotected_since_us;
    if (age_us >= self->settings->protect_within) {
        engine_exit(self, holding, EXIT_BREAKER);
    }
    breaker_unprotected(&self->breaker, self->now_us, holding->position.instrument, age_us);
}

static void watch_holding(struct engine *self, struct holding *holding)
{
    struct plan *plan = &holding->plan;
    const struct prices *prices = &self->prices[holding->position.instrument];
    if (holding->position.size_e6 == 0) {
        return;
    }
    watch_protection(self, holding);
    if (plan->retry_us > 0 && self->now_us >= plan->retry_us) {
        plan->retry_us = 0;
        engine_exit(self, holding, plan->exit_wanted);
    }
    if (plan->exit_wanted == EXIT_NONE && self->now_us >= plan->deadline_us) {
        engine_exit(self, holding, EXIT_TIME);
    }
    if (prices->bar_interval_us > 0 && prices->bar_close_us > 0) {
        breaker_feed(&self->breaker, self->now_us, holding->position.instrument, self->now_us - prices->bar_close_us);
    }
}

static void metric(struct engine *self, const char *name, int64_t value, int32_t scale)
{
    engine_act(self, ACTION_METRIC, INSTRUMENT_NONE)->metric =
        (struct action_metric){.name = name, .value = value, .scale = scale};
}

/* SystemMetrics of DESIGN 9. */
static void record_metrics(struct engine *self)
{
    const struct engine_counters *counters = &self->counters;
    int64_t failed = counters->trades_lost + counters->entries_unfilled;
    int64_t all = counters->trades_won + failed;
    metric(self, "total_signals", counters->signals, 0);
    metric(self, "successful_trades", counters->trades_won, 0);
    metric(self, "failed_trades", failed, 0);
    metric(self, "current_balance", ledger_wallet_e8(&self->ledger), 8);
    metric(self, "daily_pnl", engine_equity_e8(self) - self->day_start_equity_e8, 8);
    if (all > 0) {
        metric(self, "success_rate", fixed_mul_div_clamped(counters->trades_won, ONE_E9, all), 9);
    }
}

static void record_totals(struct engine *self)
{
    metric(self, "approvals", self->counters.approvals, 0);
    metric(self, "denied_under_latch", self->counters.denials_latched, 0);
    metric(self, "decision_hits", self->decisions.hits, 0);
    metric(self, "decision_misses", self->decisions.misses, 0);
    metric(self, "decision_evictions", self->decisions.evictions, 0);
    metric(self, "decision_expiries", self->decisions.expiries, 0);
    metric(self, "duplicates_forgotten", self->signals.identities.forgotten + self->signals.contents.forgotten, 0);
    metric(self, "foreign_evidence", self->counters.foreign_evidence, 0);
}

static void turn_hour(struct engine *self)
{
    if (self->now_us < self->next_hour_us) {
        return;
    }
    engine_record_equity(self);
    if (instant_day(self->now_us) == self->now_us) {
        record_metrics(self);
        self->day_start_equity_e8 = engine_equity_e8(self);
    }
    self->next_hour_us = instant_next(self->now_us, US_PER_HOUR);
}

void engine_on_timer(struct engine *self)
{
    breaker_equity(&self->breaker, self->now_us, engine_equity_e8(self));
    breaker_tick(&self->breaker, self->now_us);
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        watch_holding(self, positions_get(&self->positions, self->positions.open_list[index]));
    }
    turn_hour(self);
    self->deadline_dirty = true;
}

/* One symbol's data end, or all data: what is open is left at the last price. With no instrument the run is over once
 * everything has settled, and a second EVENT_END says so. */
void engine_on_end(struct engine *self, const struct event *event)
{
    bool all = event->instrument == INSTRUMENT_NONE;
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        int32_t instrument = self->positions.open_list[index];
        if (all || instrument == event->instrument) {
            engine_exit(self, positions_get(&self->positions, instrument), EXIT_END_OF_DATA);
        }
    }
    for (int32_t index = 0; index < self->pending_count; index++) {
        if (all || self->pending_list[index] == event->instrument) {
            engine_cancel_entries(self, self->pending_list[index]);
        }
    }
    if (!all) {
        return;
    }
    if (!self->shutting_down) {
        self->shutting_down = true;
        return;
    }
    self->ended = true;
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        engine_record_position(self, positions_get(&self->positions, self->positions.open_list[index]));
    }
    record_metrics(self);
    record_totals(self);
    engine_record_equity(self);
    self->deadline_dirty = true;
}
