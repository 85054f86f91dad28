#include "core/breaker_cells.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

static const char *const self_actor = "breaker";

int32_t breaker_place(enum breaker_scope scope, int32_t index)
{
    int32_t first = 0;
    int32_t count = 1;
    switch (scope) {
    case SCOPE_GLOBAL: first = PLACE_GLOBAL; break;
    case SCOPE_ACCOUNT: first = PLACE_ACCOUNT; break;
    case SCOPE_STRATEGY:
        first = PLACE_STRATEGIES;
        count = STRATEGIES_MAX;
        break;
    case SCOPE_SYMBOL:
        first = PLACE_SYMBOLS;
        count = INSTRUMENTS_MAX;
        break;
    case SCOPE_SIDE:
        first = PLACE_SIDES;
        count = 2;
        break;
    }
    return index >= 0 && index < count ? first + index : -1;
}

int32_t breaker_place_symbol(int32_t instrument)
{
    CHECK(instrument >= 0 && instrument < INSTRUMENTS_MAX);
    return PLACE_SYMBOLS + instrument;
}

int32_t breaker_place_strategy(int32_t strategy)
{
    CHECK(strategy >= 0 && strategy < STRATEGIES_MAX);
    return PLACE_STRATEGIES + strategy;
}

enum breaker_scope breaker_place_scope(int32_t place, int32_t *index)
{
    CHECK(place >= 0 && place < BREAKER_CELLS);
    if (place >= PLACE_SIDES) {
        *index = place - PLACE_SIDES;
        return SCOPE_SIDE;
    }
    if (place >= PLACE_SYMBOLS) {
        *index = place - PLACE_SYMBOLS;
        return SCOPE_SYMBOL;
    }
    if (place >= PLACE_STRATEGIES) {
        *index = place - PLACE_STRATEGIES;
        return SCOPE_STRATEGY;
    }
    *index = 0;
    return place == PLACE_GLOBAL ? SCOPE_GLOBAL : SCOPE_ACCOUNT;
}

int64_t breaker_later(int64_t time_us, int64_t span_us)
{
    int64_t sum;
    return fixed_narrow((wide_t)time_us + span_us, &sum) ? sum : INSTANT_NEVER;
}

/* ---- the sets of causes ---- */

static void soft_raise(struct breaker_soft *self, enum breaker_cause cause)
{
    if (!self->in_force) {
        self->cause = cause;
    }
    self->bits |= breaker_bit(cause);
    self->in_force = true;
}

static void soft_drop(struct breaker_soft *self, int64_t time_us, enum breaker_cause cause)
{
    if ((self->bits & breaker_bit(cause)) == 0) {
        return;
    }
    self->bits &= ~breaker_bit(cause);
    if (self->bits == 0) {
        self->clear_us = time_us;
    }
}

static void soft_expire(struct breaker_soft *self, int64_t time_us, int64_t dwell_us)
{
    if (self->in_force && self->bits == 0 && time_us >= breaker_later(self->clear_us, dwell_us)) {
        self->in_force = false;
        self->cause = CAUSE_NONE;
    }
}

static int64_t soft_due(const struct breaker_soft *self, int64_t dwell_us)
{
    return self->in_force && self->bits == 0 ? breaker_later(self->clear_us, dwell_us)
                                             : INSTANT_NEVER;
}

/* ---- the state of a cell ---- */

void breaker_wait(struct breaker *self, int32_t place, int64_t due_us)
{
    if (due_us == INSTANT_NEVER) {
        return;
    }
    self->waiting[place / 64] |= 1ULL << (place % 64);
    if (due_us < self->cells_due_us) {
        self->cells_due_us = due_us;
    }
}

void breaker_record(struct breaker *self, const struct breaker_transition *transition)
{
    CHECK(self->transition_count < TRANSITIONS_MAX);
    self->transitions[self->transition_count++] = *transition;
    self->epoch++;
}

static void record_change(struct breaker *self,
                          int32_t place,
                          enum breaker_state from,
                          const char *cause,
                          const struct breaker_finding *finding)
{
    struct breaker_transition transition = {.partner = -1,
                                            .from = from,
                                            .to = self->cells[place].state,
                                            .cause = cause,
                                            .value = finding->value,
                                            .limit = finding->limit,
                                            .baseline_e8 = finding->baseline_e8};
    transition.scope = breaker_place_scope(place, &transition.index);
    transition.actor = finding->actor != NULL ? finding->actor : self_actor;
    breaker_record(self, &transition);
}

enum breaker_state breaker_state_held(const struct breaker_cell *cell)
{
    if (cell->latched != BREAKER_CLOSED) {
        return cell->latched;
    }
    if (cell->reduce.in_force) {
        return BREAKER_REDUCING;
    }
    if (cell->probation) {
        return BREAKER_PROBATION;
    }
    return cell->caution.in_force ? BREAKER_CAUTION : BREAKER_CLOSED;
}

bool breaker_cell_sound(const struct breaker_cell *cell)
{
    bool latched = cell->latched != BREAKER_CLOSED;
    bool soft_sound = (cell->caution.bits == 0 || cell->caution.in_force) &&
                      (cell->reduce.bits == 0 || cell->reduce.in_force);
    bool latch_sound = (!latched || cell->latched >= BREAKER_TRIPPED) &&
                       latched == (cell->trips != 0) && !(latched && cell->probation) &&
                       (latched || !cell->flatten);
    return soft_sound && latch_sound && cell->state == breaker_state_held(cell);
}

static enum breaker_cause cause_held(const struct breaker_cell *cell)
{
    switch (cell->state) {
    case BREAKER_CLOSED: return CAUSE_NONE;
    case BREAKER_CAUTION: return cell->caution.cause;
    case BREAKER_REDUCING: return cell->reduce.cause;
    case BREAKER_PROBATION:
    case BREAKER_TRIPPED:
    case BREAKER_LOCKED: return cell->latch_cause;
    }
    return CAUSE_NONE;
}

static void enter(struct breaker_cell *cell, int64_t time_us, enum breaker_state state)
{
    cell->state = state;
    cell->since_us = time_us;
    cell->cause = cause_held(cell);
}

/* The one place where a cell's state follows from what it holds. */
static void
settle(struct breaker *self, int64_t time_us, int32_t place, const struct breaker_finding *finding)
{
    struct breaker_cell *cell = &self->cells[place];
    soft_expire(&cell->caution, time_us, self->settings->dwell);
    soft_expire(&cell->reduce, time_us, self->settings->dwell);
    enum breaker_state from = cell->state;
    enum breaker_state to = breaker_state_held(cell);
    breaker_wait(self, place, soft_due(&cell->caution, self->settings->dwell));
    breaker_wait(self, place, soft_due(&cell->reduce, self->settings->dwell));
    if (to == from) {
        return;
    }
    enter(cell, time_us, to);
    /* A state that is left for a lower one is left because its cause is clear. */
    bool fresh = to > from && finding->cause != CAUSE_NONE;
    record_change(self, place, from, fresh ? breaker_cause_text((int)cell->cause) : "clear",
                  finding);
    if (cell->probation && (to == BREAKER_REDUCING || to == BREAKER_PROBATION)) {
        breaker_restart_probation(self, time_us, place);
    }
}

static const struct breaker_finding nothing_found;

/* ---- levels ---- */

static bool level_reached(int64_t level, int64_t value)
{
    return level != BREAKER_LEVEL_NONE && value >= level;
}

static struct breaker_finding
finding_of(enum breaker_cause cause, int64_t value, const struct breaker_levels *levels)
{
    struct breaker_finding finding = {.cause = cause, .value = value, .limit = levels->warn};
    if (level_reached(levels->reduce, value)) {
        finding.limit = levels->reduce;
    }
    if (level_reached(levels->latch, value)) {
        finding.limit = levels->latch;
    }
    return finding;
}

void breaker_measure(
    struct breaker *self, int64_t time_us, int32_t place, enum breaker_cause cause, int64_t value)
{
    const struct breaker_levels *levels = &self->levels[cause];
    struct breaker_cell *cell = &self->cells[place];
    uint32_t bit = breaker_bit(cause);
    if (value < levels->quiet &&
        ((cell->caution.bits | cell->reduce.bits | cell->standing) & bit) == 0) {
        return;
    }
    struct breaker_finding finding = finding_of(cause, value, levels);
    if (level_reached(levels->warn, value)) {
        soft_raise(&cell->caution, cause);
    } else if (value < levels->clear) {
        soft_drop(&cell->caution, time_us, cause);
    }
    if (level_reached(levels->reduce, value)) {
        soft_raise(&cell->reduce, cause);
    } else {
        soft_drop(&cell->reduce, time_us, cause);
    }
    cell->standing &= ~bit;
    if (level_reached(levels->latch, value)) {
        cell->standing |= bit;
        breaker_latch_cell(self, time_us, place, BREAKER_TRIPPED, &finding);
    }
    settle(self, time_us, place, &finding);
}

void breaker_caution(struct breaker *self,
                     int64_t time_us,
                     int32_t place,
                     const struct breaker_finding *finding,
                     bool raised)
{
    struct breaker_cell *cell = &self->cells[place];
    if (raised) {
        soft_raise(&cell->caution, finding->cause);
    } else {
        soft_drop(&cell->caution, time_us, finding->cause);
    }
    settle(self, time_us, place, finding);
}

/* ---- latches ---- */

static int64_t cooldown_us(const struct settings *settings, enum breaker_cause cause)
{
    switch (breaker_cause_class(cause)) {
    case COOLDOWN_TECHNICAL: return settings->cooldown_technical;
    case COOLDOWN_LOSS: return settings->cooldown_loss;
    case COOLDOWN_DRAWDOWN: return settings->cooldown_drawdown;
    }
    return settings->cooldown_drawdown;
}

/* A request is for the latch as it was: a further trip voids it. */
static void forget_request(struct breaker_cell *cell)
{
    memset(cell->requester, 0, sizeof(cell->requester));
    cell->requested_us = 0;
}

void breaker_latch_cell(struct breaker *self,
                        int64_t time_us,
                        int32_t place,
                        enum breaker_state state,
                        const struct breaker_finding *finding)
{
    struct breaker_cell *cell = &self->cells[place];
    uint32_t bit = breaker_bit(finding->cause);
    if (cell->latched >= state && (cell->trips & bit) != 0) {
        return;
    }
    if (cell->probation) {
        cell->probation = false;
        cell->escalation += cell->escalation < BREAKER_ESCALATION_MAX ? 1 : 0;
    }
    if (state > cell->latched) {
        cell->latched = state;
        cell->latch_cause = finding->cause;
    }
    cell->trips |= bit;
    forget_request(cell);
    int64_t cooldown = cooldown_us(self->settings, finding->cause) << cell->escalation;
    int64_t reset_from_us = breaker_later(time_us, cooldown);
    if (reset_from_us > cell->reset_from_us) {
        cell->reset_from_us = reset_from_us;
    }
    if (breaker_cause_flattens(self->settings, finding->cause) && !cell->flatten) {
        cell->flatten = true;
        self->epoch++;
    }
    settle(self, time_us, place, finding);
}

void breaker_enter_probation(struct breaker *self,
                             int64_t time_us,
                             int32_t place,
                             const char *actor)
{
    struct breaker_cell *cell = &self->cells[place];
    enum breaker_state from = cell->state;
    cell->latched = BREAKER_CLOSED;
    cell->trips = 0;
    cell->reset_from_us = 0;
    cell->flatten = false;
    forget_request(cell);
    cell->probation = true;
    enter(cell, time_us, BREAKER_PROBATION);
    struct breaker_finding finding = {.actor = actor};
    record_change(self, place, from, "reset", &finding);
    breaker_restart_probation(self, time_us, place);
    finding = (struct breaker_finding){.cause = cell->reduce.cause};
    settle(self, time_us, place, &finding);
}

/* ---- pulses, blocks, probation ---- */

void breaker_pulse(struct breaker *self,
                   int64_t time_us,
                   int32_t place,
                   const struct breaker_finding *finding)
{
    struct breaker_cell *cell = &self->cells[place];
    soft_raise(&cell->reduce, finding->cause);
    soft_drop(&cell->reduce, time_us, finding->cause);
    breaker_restart_probation(self, time_us, place);
    settle(self, time_us, place, finding);
}

void breaker_block(struct breaker *self,
                   int32_t place,
                   int64_t time_us,
                   int64_t until_us,
                   const struct breaker_finding *finding)
{
    struct breaker_cell *cell = &self->cells[place];
    if (until_us <= time_us || until_us <= cell->blocked_until_us) {
        return;
    }
    bool fresh = cell->blocked_until_us == 0;
    cell->blocked_until_us = until_us;
    cell->block_cause = finding->cause;
    breaker_wait(self, place, until_us);
    breaker_restart_probation(self, time_us, place);
    if (!fresh) {
        return;
    }
    struct breaker_transition transition = {.partner = -1,
                                            .from = cell->state,
                                            .to = cell->state,
                                            .cause = breaker_cause_text((int)finding->cause),
                                            .value = finding->value,
                                            .limit = finding->limit,
                                            .until_us = until_us,
                                            .actor = self_actor};
    transition.scope = breaker_place_scope(place, &transition.index);
    breaker_record(self, &transition);
}

void breaker_restart_probation(struct breaker *self, int64_t time_us, int32_t place)
{
    struct breaker_cell *cell = &self->cells[place];
    if (!cell->probation) {
        return;
    }
    cell->probation_trades = 0;
    cell->probation_from_us = time_us;
    breaker_wait(self, place, breaker_later(time_us, self->settings->probation_time));
}

static void judge_probation(struct breaker *self, int64_t time_us, int32_t place)
{
    struct breaker_cell *cell = &self->cells[place];
    if (cell->state != BREAKER_PROBATION) {
        return;
    }
    bool long_enough =
        time_us >= breaker_later(cell->probation_from_us, self->settings->probation_time);
    if (!long_enough && cell->probation_trades < self->settings->probation_trades) {
        return;
    }
    struct breaker_finding finding = {.value = cell->probation_trades,
                                      .limit = self->settings->probation_trades};
    cell->probation = false;
    cell->escalation = 0;
    cell->latch_cause = CAUSE_NONE;
    enter(cell, time_us, BREAKER_CLOSED);
    record_change(self, place, BREAKER_PROBATION, "probation_passed", &finding);
    finding = (struct breaker_finding){.cause = cell->caution.cause};
    settle(self, time_us, place, &finding);
}

void breaker_count_trade(struct breaker *self, int64_t time_us, int32_t place)
{
    struct breaker_cell *cell = &self->cells[place];
    if (cell->state == BREAKER_PROBATION) {
        cell->probation_trades++;
        judge_probation(self, time_us, place);
    }
}

int64_t breaker_tick_cell(struct breaker *self, int64_t time_us, int32_t place)
{
    struct breaker_cell *cell = &self->cells[place];
    if (cell->blocked_until_us != 0 && time_us >= cell->blocked_until_us) {
        cell->blocked_until_us = 0;
        cell->block_cause = CAUSE_NONE;
        self->epoch++;
    }
    settle(self, time_us, place, &nothing_found);
    judge_probation(self, time_us, place);
    int64_t next = soft_due(&cell->caution, self->settings->dwell);
    int64_t reduce_due = soft_due(&cell->reduce, self->settings->dwell);
    next = reduce_due < next ? reduce_due : next;
    if (cell->blocked_until_us != 0 && cell->blocked_until_us < next) {
        next = cell->blocked_until_us;
    }
    if (cell->state == BREAKER_PROBATION) {
        int64_t passes = breaker_later(cell->probation_from_us, self->settings->probation_time);
        next = passes < next ? passes : next;
    }
    return next;
}
