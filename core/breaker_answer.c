/* What the rest of the core asks. */
#include "core/breaker_cells.h"

#include "core/fixed.h"
#include "core/instant.h"

static int64_t size_factor_e9(const struct settings *settings, enum breaker_state state)
{
    switch (state) {
    case BREAKER_CLOSED: return ONE_E9;
    case BREAKER_CAUTION: return settings->caution_size;
    case BREAKER_PROBATION: return settings->probation_size;
    case BREAKER_REDUCING:
    case BREAKER_TRIPPED:
    case BREAKER_LOCKED: return 0;
    }
    return 0;
}

static void answer_cell(const struct breaker *self, int32_t place, struct breaker_answer *answer)
{
    const struct breaker_cell *cell = &self->cells[place];
    if (cell->state > answer->state) {
        answer->state = cell->state;
        answer->scope = breaker_place_scope(place, &answer->index);
        answer->cause = breaker_cause_text((int)cell->cause);
    }
    if (cell->blocked_until_us > answer->blocked_until_us) {
        answer->blocked_until_us = cell->blocked_until_us;
        answer->block_cause = breaker_cause_text((int)cell->block_cause);
    }
}

struct breaker_answer
breaker_answer(const struct breaker *self, int32_t strategy, int32_t instrument, enum side side)
{
    struct breaker_answer answer = {.scope = SCOPE_GLOBAL, .cause = breaker_cause_text(CAUSE_NONE)};
    answer_cell(self, PLACE_GLOBAL, &answer);
    answer_cell(self, PLACE_ACCOUNT, &answer);
    answer_cell(self, breaker_place_strategy(strategy), &answer);
    answer_cell(self, breaker_place_symbol(instrument), &answer);
    answer_cell(self, PLACE_SIDES + (side == SIDE_LONG ? 0 : 1), &answer);
    int64_t pair_until_us = breaker_pair_blocked_until(self, strategy, instrument);
    if (pair_until_us > answer.blocked_until_us) {
        answer.blocked_until_us = pair_until_us;
        answer.block_cause = breaker_cause_text(CAUSE_CONSECUTIVE_LOSSES);
    }
    answer.size_factor_e9 = size_factor_e9(self->settings, answer.state);
    answer.caution = answer.state == BREAKER_CAUTION;
    if (answer.state == BREAKER_PROBATION) {
        answer.leverage_cap = (int32_t)self->settings->probation_leverage;
    }
    answer.clutch = self->clutch;
    return answer;
}

enum breaker_state
breaker_state(const struct breaker *self, enum breaker_scope scope, int32_t index)
{
    int32_t place = breaker_place(scope, index);
    CHECK(place >= 0);
    return self->cells[place].state;
}

enum breaker_state breaker_worst(const struct breaker *self)
{
    enum breaker_state worst = BREAKER_CLOSED;
    for (int32_t place = 0; place < BREAKER_CELLS; place++) {
        worst = self->cells[place].state > worst ? self->cells[place].state : worst;
    }
    return worst;
}

bool breaker_wants_flatten(const struct breaker *self, enum breaker_scope scope, int32_t index)
{
    int32_t place = breaker_place(scope, index);
    CHECK(place >= 0);
    return self->cells[place].flatten;
}

bool breaker_flattens(const struct breaker *self,
                      int32_t strategy,
                      int32_t instrument,
                      enum side side)
{
    return self->cells[PLACE_GLOBAL].flatten || self->cells[PLACE_ACCOUNT].flatten ||
           self->cells[breaker_place_strategy(strategy)].flatten ||
           self->cells[breaker_place_symbol(instrument)].flatten ||
           self->cells[PLACE_SIDES + (side == SIDE_LONG ? 0 : 1)].flatten;
}

int64_t breaker_feed_level(const struct breaker *self, int64_t age_us)
{
    const struct breaker_levels *levels = &self->levels[CAUSE_STALE_FEED];
    const int64_t steps[] = {levels->warn, levels->reduce, levels->latch};
    int64_t lowest = INT64_MAX;
    for (size_t step = 0; step < ARRAY_COUNT(steps); step++) {
        if (steps[step] > age_us && steps[step] < lowest) {
            lowest = steps[step];
        }
    }
    return lowest;
}

int64_t breaker_feed_reduce(const struct breaker *self)
{
    int64_t reduce = self->levels[CAUSE_STALE_FEED].reduce;
    return reduce == BREAKER_LEVEL_NONE ? INT64_MAX : reduce;
}

int64_t breaker_loss_e9(const struct breaker *self, enum baseline which)
{
    const struct baselines *baselines = &self->baselines;
    if (baselines->empty) {
        return 0;
    }
    return baselines_loss_e9(baselines->base_e8[which], baselines->equity_e8);
}

int64_t breaker_loss_trip_e9(const struct breaker *self, enum baseline which)
{
    return self->losses[which].trip_at;
}

int64_t breaker_day_room_e8(const struct breaker *self)
{
    const struct baselines *baselines = &self->baselines;
    wide_t base_e8 = baselines->base_e8[BASELINE_DAY];
    int64_t limit_e9 = self->settings->day_loss_trip;
    wide_t allowed_e8 = wide_div_floor(base_e8 * limit_e9, ONE_E9);
    int64_t room_e8;
    if (base_e8 <= 0 || !fixed_narrow(allowed_e8 - (base_e8 - baselines->equity_e8), &room_e8)) {
        return 0;
    }
    return room_e8;
}

int64_t breaker_drawdown_e9(const struct breaker *self)
{
    return breaker_loss_e9(self, BASELINE_PEAK);
}

int64_t breaker_drawdown_ppm(const struct breaker *self)
{
    return baselines_drawdown_ppm(&self->baselines);
}

bool breaker_next_latch(const struct breaker *self, int32_t *cursor, struct breaker_latch *out)
{
    for (; *cursor < BREAKER_CELLS; (*cursor)++) {
        const struct breaker_cell *cell = &self->cells[*cursor];
        if (cell->latched != BREAKER_CLOSED) {
            out->scope = breaker_place_scope(*cursor, &out->index);
            out->state = cell->latched;
            out->cause = breaker_cause_text((int)cell->latch_cause);
            out->since_us = cell->since_us;
            out->reset_from_us = cell->reset_from_us;
            out->cause_stands = cell->standing != 0;
            (*cursor)++;
            return true;
        }
    }
    return false;
}
