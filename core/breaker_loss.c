/* The losses of the account and of each symbol, and the band of equity that changes nothing. */
#include "core/breaker_cells.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

enum { LOOK_MINUTES = 5, BAND_BITS = 30 };

static const uint32_t velocity_bits =
    1U << (CAUSE_VELOCITY_5_MINUTES - 1) | 1U << (CAUSE_VELOCITY_HOUR - 1);

static enum breaker_cause cause_of(int32_t which)
{
    return (enum breaker_cause)(CAUSE_DAY_LOSS + which);
}

_Static_assert(CAUSE_DAY_LOSS + BASELINE_ROLLING == CAUSE_ROLLING_LOSS, "one order");
_Static_assert(CAUSE_DAY_LOSS + BASELINE_WEEK == CAUSE_WEEK_LOSS, "one order");
_Static_assert(CAUSE_DAY_LOSS + BASELINE_MONTH == CAUSE_MONTH_LOSS, "one order");
_Static_assert(CAUSE_DAY_LOSS + BASELINE_PEAK == CAUSE_DRAWDOWN, "one order");
_Static_assert(CAUSE_DAY_LOSS + BASELINE_5_MINUTES == CAUSE_VELOCITY_5_MINUTES, "one order");
_Static_assert(CAUSE_DAY_LOSS + BASELINE_HOUR == CAUSE_VELOCITY_HOUR, "one order");

/* ---- the account ---- */

static bool loss_reached(const struct breaker *self, int32_t which, int64_t level_e9)
{
    return baselines_reached(self->baselines.base_e8[which], self->baselines.equity_e8, level_e9);
}

static struct breaker_finding loss_finding(const struct breaker *self, int32_t which, int64_t limit)
{
    int64_t base_e8 = self->baselines.base_e8[which];
    return (struct breaker_finding){.cause = cause_of(which),
                                    .value = baselines_loss_e9(base_e8, self->baselines.equity_e8),
                                    .limit = limit,
                                    .baseline_e8 = base_e8};
}

/* A raised level comes back once the measure is below the plain one. */
static void lower_levels(const struct breaker *self, int32_t which, struct breaker_loss_rule *rule)
{
    if (rule->trip_at != rule->trip && !loss_reached(self, which, rule->trip)) {
        rule->trip_at = rule->trip;
    }
    if (rule->lock_at != rule->lock && !loss_reached(self, which, rule->lock)) {
        rule->lock_at = rule->lock;
    }
}

static void judge_loss(struct breaker *self, int64_t time_us, int32_t which)
{
    struct breaker_loss_rule *rule = &self->losses[which];
    const struct breaker_cell *cell = &self->cells[PLACE_ACCOUNT];
    lower_levels(self, which, rule);
    bool warned = (cell->caution.bits & breaker_bit(cause_of(which))) != 0;
    if (!warned && loss_reached(self, which, rule->warn)) {
        struct breaker_finding finding = loss_finding(self, which, rule->warn);
        breaker_caution(self, time_us, PLACE_ACCOUNT, &finding, true);
    } else if (warned && !loss_reached(self, which, rule->clear)) {
        struct breaker_finding finding = loss_finding(self, which, rule->clear);
        breaker_caution(self, time_us, PLACE_ACCOUNT, &finding, false);
    }
    if (loss_reached(self, which, rule->trip_at)) {
        struct breaker_finding finding = loss_finding(self, which, rule->trip_at);
        breaker_latch_cell(self, time_us, PLACE_ACCOUNT, BREAKER_TRIPPED, &finding);
    }
    if (rule->lock != BREAKER_LEVEL_NONE && loss_reached(self, which, rule->lock_at)) {
        struct breaker_finding finding = loss_finding(self, which, rule->lock_at);
        breaker_latch_cell(self, time_us, PLACE_ACCOUNT, BREAKER_LOCKED, &finding);
    }
}

static bool rolling(int32_t which)
{
    return which == BASELINE_ROLLING || which == BASELINE_5_MINUTES || which == BASELINE_HOUR;
}

/* Losses over minutes fade by time alone: while one is noted, time must look again. */
static void plan_look(struct breaker *self, int64_t time_us)
{
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        uint32_t bit = breaker_bit(cause_of(which));
        bool warned = (self->cells[PLACE_ACCOUNT].caution.bits & bit) != 0;
        if (rolling(which) && (warned || self->losses[which].trip_at != self->losses[which].trip)) {
            self->look_us = instant_next(time_us, LOOK_MINUTES * US_PER_MINUTE);
        }
    }
}

/* Bases move each minute, the mark seldom leaves the band around it: the band alone is found anew. */
void breaker_judge_losses(struct breaker *self, int64_t time_us)
{
    breaker_quiet_band(self);
    if (self->baselines.empty) {
        return;
    }
    if (!breaker_quiet(self, self->baselines.equity_e8)) {
        for (int32_t which = 0; which < BASELINE_COUNT; which++) {
            judge_loss(self, time_us, which);
        }
        breaker_quiet_band(self);
    }
    if (self->look_us == INSTANT_NEVER) {
        plan_look(self, time_us);
    }
}

void breaker_equity_slow(struct breaker *self, int64_t time_us, int64_t equity_e8)
{
    baselines_mark(&self->baselines, time_us, equity_e8);
    breaker_judge_losses(self, time_us);
}

void breaker_transfer(struct breaker *self,
                      int64_t time_us,
                      int64_t equity_before_e8,
                      int64_t amount_e8)
{
    baselines_transfer(&self->baselines, time_us, equity_before_e8, amount_e8);
    breaker_judge_losses(self, time_us);
}

void breaker_rebase(struct breaker *self, int64_t time_us, enum baseline which)
{
    (void)baselines_roll(&self->baselines, time_us);
    baselines_rebase(&self->baselines, which);
    self->epoch++;
    breaker_judge_losses(self, time_us);
}

void breaker_raise_levels(struct breaker *self)
{
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        struct breaker_loss_rule *rule = &self->losses[which];
        int64_t loss_e9 =
            baselines_loss_e9(self->baselines.base_e8[which], self->baselines.equity_e8);
        if (loss_reached(self, which, rule->trip)) {
            rule->trip_at = breaker_later(loss_e9, rule->trip);
        }
        if (rule->lock != BREAKER_LEVEL_NONE && loss_reached(self, which, rule->lock)) {
            rule->lock_at = breaker_later(loss_e9, rule->lock);
        }
    }
}

/* ---- the quiet band ---- */

/* level as a fraction of 2^30, rounded down: a shift serves for the division. */
static wide_t share(int64_t base_e8, int64_t level_e9)
{
    return (base_e8 * wide_div_floor((wide_t)level_e9 << BAND_BITS, ONE_E9)) >> BAND_BITS;
}

/* The lowest level that this loss has not done its work at yet; INT64_MAX: all are done. */
static int64_t level_ahead(const struct breaker *self, int32_t which)
{
    const struct breaker_loss_rule *rule = &self->losses[which];
    const struct breaker_cell *cell = &self->cells[PLACE_ACCOUNT];
    uint32_t bit = breaker_bit(cause_of(which));
    int64_t ahead = INT64_MAX;
    if ((cell->caution.bits & bit) == 0) {
        ahead = rule->warn;
    }
    if ((cell->trips & bit) == 0 && rule->trip_at < ahead) {
        ahead = rule->trip_at;
    }
    if (rule->lock != BREAKER_LEVEL_NONE && cell->latched != BREAKER_LOCKED &&
        rule->lock_at < ahead) {
        ahead = rule->lock_at;
    }
    return ahead;
}

/* The highest level below which this loss would set something free; -1: none. */
static int64_t level_behind(const struct breaker *self, int32_t which)
{
    const struct breaker_loss_rule *rule = &self->losses[which];
    int64_t behind = -1;
    if ((self->cells[PLACE_ACCOUNT].caution.bits & breaker_bit(cause_of(which))) != 0) {
        behind = rule->clear;
    }
    if (rule->trip_at != rule->trip && rule->trip > behind) {
        behind = rule->trip;
    }
    if (rule->lock_at != rule->lock && rule->lock > behind) {
        behind = rule->lock;
    }
    return behind;
}

/* Narrower than the truth by a unit or so, never wider: outside every mark is judged exactly. */
void breaker_quiet_band(struct breaker *self)
{
    const struct baselines *baselines = &self->baselines;
    wide_t low_e8 = 0;
    wide_t high_e8 = baselines->base_e8[BASELINE_PEAK];
    bool closed = baselines->empty;
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        int64_t base_e8 = baselines->base_e8[which];
        closed = closed || base_e8 <= 0;
        int64_t ahead = level_ahead(self, which);
        if (ahead < ONE_E9 && base_e8 - share(base_e8, ahead) > low_e8) {
            low_e8 = base_e8 - share(base_e8, ahead);
        }
        int64_t behind = level_behind(self, which);
        if (behind >= 0 && base_e8 - share(base_e8, behind + 1) - 1 < high_e8) {
            high_e8 = base_e8 - share(base_e8, behind + 1) - 1;
        }
    }
    self->quiet_low_e8 = closed || high_e8 < low_e8 ? INT64_MAX : (int64_t)low_e8;
    self->quiet_high_e8 = closed || high_e8 < low_e8 ? INT64_MAX : (int64_t)high_e8;
    self->quiet_until_us = baselines->next_minute_us;
}

/* ---- a symbol ---- */

void breaker_symbol_window(struct breaker_symbol *symbol)
{
    static const int32_t spans[] = {5, 60};
    symbol->calm = false;
    window_init(&symbol->window, SYMBOL_SAMPLES, spans, (int32_t)ARRAY_COUNT(spans));
}

static void symbol_minute(struct breaker_symbol *symbol, int64_t time_us)
{
    if (symbol->window.count == 0) {
        /* A result counts from zero: what its first mark shows has been lost since. */
        window_push(&symbol->window, symbol->samples,
                    instant_next(time_us, US_PER_MINUTE) / US_PER_MINUTE - 1, 0);
    } else if (time_us >= symbol->next_minute_us) {
        int64_t started = symbol->next_minute_us / US_PER_MINUTE;
        int64_t newest =
            window_at(&symbol->window, symbol->samples, symbol->window.count - 1)->value;
        if (newest != symbol->result_e8) {
            window_push(&symbol->window, symbol->samples, started, symbol->result_e8);
        }
    }
    if (time_us >= symbol->next_minute_us) {
        symbol->next_minute_us = instant_next(time_us, US_PER_MINUTE);
    }
}

static const enum baseline symbol_baselines[] = {BASELINE_5_MINUTES, BASELINE_HOUR};

static void judge_symbol(
    struct breaker *self, int64_t time_us, int32_t instrument, enum baseline which, int64_t back_e8)
{
    int32_t place = breaker_place_symbol(instrument);
    const struct breaker_cell *cell = &self->cells[place];
    enum breaker_cause cause = cause_of((int32_t)which);
    wide_t loss_e8 = (wide_t)back_e8 - self->symbols[instrument].result_e8;
    int64_t base_e8 = self->baselines.base_e8[which];
    const struct breaker_levels *levels = &self->levels[cause];
    uint32_t bits = (cell->caution.bits | cell->standing) & breaker_bit(cause);
    if (bits == 0 && base_e8 > 0 && loss_e8 * ONE_E9 < (wide_t)base_e8 * levels->quiet) {
        return;
    }
    int64_t value = 0;
    if (loss_e8 > 0 &&
        (base_e8 <= 0 || !fixed_narrow(wide_div_ceil(loss_e8 * ONE_E9, base_e8), &value))) {
        value = BREAKER_UNCOMPUTABLE;
    }
    breaker_measure(self, time_us, place, cause, value);
    if ((cell->caution.bits & breaker_bit(cause)) != 0 && self->look_us == INSTANT_NEVER) {
        self->look_us = instant_next(time_us, LOOK_MINUTES * US_PER_MINUTE);
    }
}

/* Narrower than the truth by 7 %, never wider: a shift by 30 serves for the division by 1e9. */
static void calm_find(struct breaker *self, int32_t instrument, const int64_t back_e8[2])
{
    struct breaker_symbol *symbol = &self->symbols[instrument];
    wide_t above_e8 = INT64_MIN;
    symbol->calm = true;
    for (int32_t span = 0; span < (int32_t)ARRAY_COUNT(symbol_baselines); span++) {
        enum baseline which = symbol_baselines[span];
        int64_t base_e8 = self->baselines.base_e8[which];
        int64_t quiet_e9 = self->levels[cause_of((int32_t)which)].quiet;
        wide_t from_e8 = back_e8[span] - (((wide_t)base_e8 * quiet_e9) >> BAND_BITS);
        above_e8 = from_e8 > above_e8 ? from_e8 : above_e8;
        symbol->calm_base_e8[span] = base_e8;
        symbol->calm = symbol->calm && base_e8 > 0 && quiet_e9 > 0;
    }
    symbol->calm = symbol->calm && fixed_narrow(above_e8, &symbol->calm_above_e8);
}

void breaker_symbol_result_slow(struct breaker *self,
                                int64_t time_us,
                                int32_t instrument,
                                int64_t result_e8)
{
    struct breaker_symbol *symbol = &self->symbols[instrument];
    symbol_minute(symbol, time_us);
    symbol->result_e8 = result_e8;
    int64_t minute = symbol->next_minute_us / US_PER_MINUTE - 1;
    int64_t back_e8[ARRAY_COUNT(symbol_baselines)];
    for (int32_t span = 0; span < (int32_t)ARRAY_COUNT(symbol_baselines); span++) {
        back_e8[span] = window_back(&symbol->window, symbol->samples, span, minute);
        judge_symbol(self, time_us, instrument, symbol_baselines[span], back_e8[span]);
    }
    calm_find(self, instrument, back_e8);
}

void breaker_forget_symbol(struct breaker *self, int64_t time_us, int32_t instrument)
{
    struct breaker_symbol *symbol = &self->symbols[instrument];
    if (symbol->window.count == 0) {
        return;
    }
    symbol->next_minute_us = instant_next(time_us, US_PER_MINUTE);
    breaker_symbol_window(symbol);
    window_push(&symbol->window, symbol->samples, symbol->next_minute_us / US_PER_MINUTE - 1,
                symbol->result_e8);
    breaker_symbol_result(self, time_us, instrument, symbol->result_e8);
}

/* ---- time ---- */

void breaker_look_again(struct breaker *self, int64_t time_us)
{
    self->look_us = INSTANT_NEVER;
    (void)baselines_roll(&self->baselines, time_us);
    breaker_judge_losses(self, time_us);
    for (int32_t index = 0; index < INSTRUMENTS_MAX; index++) {
        const struct breaker_cell *cell = &self->cells[PLACE_SYMBOLS + index];
        if (((cell->caution.bits | cell->standing) & velocity_bits) != 0) {
            breaker_symbol_result(self, time_us, index, self->symbols[index].result_e8);
        }
    }
}
