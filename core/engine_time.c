/* What time brings: stops that are overdue, ages, rows of the hour and of the day, the end of the data. */
#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/instant.h"

static int64_t earlier(int64_t left_us, int64_t right_us)
{
    return left_us < right_us ? left_us : right_us;
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

    return earlier(deadline_us, protection_deadline(self, plan));
}

int64_t engine_earliest_deadline(struct engine *self)
{
    if (self->ended) {
        return INSTANT_NEVER;
    }
    int64_t deadline_us = earlier(self->next_hour_us, breaker_deadline(&self->breaker));
    deadline_us = earlier(deadline_us, health_deadline(&self->health));
    deadline_us =
        self->unknown_look_us > 0 ? earlier(deadline_us, self->unknown_look_us) : deadline_us;
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
    if (age_us >= self->settings->protect_within && plan->exit_wanted == EXIT_NONE) {
        struct text *text = engine_text(self);
        text_add(text, engine_symbol(self, holding->position.instrument));
        text_add(text, ": no stop is confirmed, the position is left");
        engine_alert(self, SEVERITY_CRITICAL, holding->position.instrument, "unprotected",
                     text->bytes);
        engine_exit(self, holding, EXIT_BREAKER);
    }
    breaker_unprotected(&self->breaker, self->now_us, holding->position.instrument, age_us);
}

static void watch_holding(struct engine *self, struct holding *holding)
{
    struct plan *plan = &holding->plan;
    if (holding->position.size_e6 == 0) {
        return;
    }
    watch_protection(self, holding);
    if (plan->retry_us > 0 && self->now_us >= plan->retry_us) {
        plan->retry_us = 0;
        if (plan->stop_order == 0) {
            engine_protect(self, holding);
        }
        if (plan->exit_wanted != EXIT_NONE) {
            engine_exit(self, holding, plan->exit_wanted);
        }
    }
    if (plan->exit_wanted == EXIT_NONE && self->now_us >= plan->deadline_us) {
        engine_exit(self, holding, EXIT_TIME);
    }
}

/* Gauges are taken when they are read; the rest is counted where it happens. */
static void set_gauges(struct engine *self)
{
    struct counters *counters = &self->counters;
    counters_set(counters, COUNTER_CURRENT_BALANCE, ledger_wallet_e8(&self->ledger));
    counters_set(counters, COUNTER_CURRENT_EQUITY, engine_equity_e8(self));
    counters_set(counters, COUNTER_DAILY_PNL, engine_equity_e8(self) - self->day_start_equity_e8);
    counters_set(counters, COUNTER_OPEN_POSITIONS, self->positions.open_count);
    counters_set(counters, COUNTER_CACHE_HITS, self->decisions.hits);
    counters_set(counters, COUNTER_CACHE_MISSES, self->decisions.misses);
    counters_set(counters, COUNTER_CACHE_EVICTIONS, self->decisions.evictions);
    counters_set(counters, COUNTER_CACHE_EXPIRIES, self->decisions.expiries);
}

/* The snapshot of every counter: once a UTC day and at the end (SystemMetrics of DESIGN 9 among them). */
static void record_metrics(struct engine *self)
{
    struct counter_sample samples[COUNTER_SAMPLES_MAX];
    set_gauges(self);
    int32_t count = counters_snapshot(&self->counters, samples);
    for (int32_t index = 0; index < count; index++) {
        struct text *name = engine_text(self);
        text_add(name, samples[index].name);
        text_add(name, samples[index].suffix);
        engine_act(self, ACTION_METRIC, INSTRUMENT_NONE)->metric = (struct action_metric){
            .name = name->bytes, .value = samples[index].value, .scale = samples[index].scale};
    }
}

static void turn_hour(struct engine *self)
{
    if (self->now_us < self->next_hour_us) {
        return;
    }
    engine_record_equity(self);
    if (instant_day(self->now_us) > instant_day(self->next_hour_us - US_PER_HOUR)) {
        record_metrics(self);
        self->day_start_equity_e8 = engine_equity_e8(self);
    }
    self->next_hour_us = instant_next(self->now_us, US_PER_HOUR);
}

void engine_on_timer(struct engine *self)
{
    breaker_equity(&self->breaker, self->now_us, engine_equity_e8(self));
    breaker_tick(&self->breaker, self->now_us);
    health_tick(&self->health, &self->breaker, self->now_us);
    if (self->unknown_look_us > 0 && self->now_us >= self->unknown_look_us) {
        engine_tell_unknown(self);
    }
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        watch_holding(self, &self->positions.items[self->positions.open_list[index]]);
    }
    turn_hour(self);
    self->deadline_dirty = true;
}

/* Leaves what is open in an instrument (NONE: in any), takes back what rests, and remembers it: what is on its way may
 * still fill. */
static void end_market(struct engine *self, int32_t instrument)
{
    bool all = instrument == INSTRUMENT_NONE;
    self->ending = self->ending || all;
    self->shutting_down = self->shutting_down || all;
    for (int32_t index = 0; index < self->instruments->count; index++) {
        if (all || index == instrument) {
            self->shares[index].ended = true;
            health_end(&self->health, &self->breaker, self->now_us, index);
        }
    }
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        int32_t open = self->positions.open_list[index];
        if (all || open == instrument) {
            engine_exit(self, positions_get(&self->positions, open), EXIT_END_OF_DATA);
        }
    }
    for (int32_t index = 0; index < self->pending_count; index++) {
        if (all || self->pending_list[index] == instrument) {
            engine_cancel_entries(self, self->pending_list[index]);
        }
    }
    self->risk_epoch++;
    self->deadline_dirty = true;
}

/* One symbol's data end, or all data: what is open is left at the last price. With no instrument the run is over once
 * everything has settled, and a second EVENT_END says so. */
void engine_on_end(struct engine *self, const struct event *event)
{
    if (event->instrument != INSTRUMENT_NONE || !self->ending) {
        end_market(self, event->instrument);
        return;
    }
    self->ended = true;
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        engine_record_position(self, &self->positions.items[self->positions.open_list[index]]);
    }
    record_metrics(self);
    engine_record_equity(self);
    self->deadline_dirty = true;
}
