#include "core/baselines.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

enum { SPAN_5_MINUTES, SPAN_HOUR, SPAN_DAY, SPAN_COUNT };

static const int32_t span_minutes[SPAN_COUNT] = {5, 60, 24 * 60};

static void found(struct baselines *self, int64_t equity_e8);
static void scale(struct baselines *self, int64_t after_e8, int64_t before_e8);
static void look_back(struct baselines *self);
static int64_t minute_of(int64_t next_minute_us);
static int64_t next_month(int64_t time_us);

void baselines_init(struct baselines *self, int64_t time_us, int64_t equity_e8)
{
    memset(self, 0, sizeof(*self));
    self->time_us = time_us;
    self->next_minute_us = instant_next(time_us, US_PER_MINUTE);
    self->next_day_us = instant_day(time_us) + US_PER_DAY;
    self->next_week_us = instant_week(time_us) + 7 * US_PER_DAY;
    self->next_month_us = next_month(time_us);
    self->empty = equity_e8 == 0;
    found(self, equity_e8);
}

/* Every baseline begins at this equity. */
static void found(struct baselines *self, int64_t equity_e8)
{
    self->equity_e8 = equity_e8;
    self->start_e8 = equity_e8;
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        self->base_e8[which] = equity_e8;
    }
    window_init(&self->window, WINDOW_SAMPLES, span_minutes, SPAN_COUNT);
    window_push(&self->window, self->samples, minute_of(self->next_minute_us), equity_e8);
}

int64_t baselines_loss_e9(int64_t base_e8, int64_t equity_e8)
{
    if (base_e8 <= 0) {
        return INT64_MAX;
    }
    if (equity_e8 >= base_e8) {
        return 0;
    }
    int64_t loss_e9;
    wide_t fall_e8 = (wide_t)base_e8 - equity_e8;
    return fixed_narrow(wide_div_ceil(fall_e8 * ONE_E9, base_e8), &loss_e9) ? loss_e9 : INT64_MAX;
}

bool baselines_reached(int64_t base_e8, int64_t equity_e8, int64_t level_e9)
{
    if (base_e8 <= 0 || level_e9 <= 0) {
        return true;
    }
    return ((wide_t)base_e8 - equity_e8) * ONE_E9 >= (wide_t)base_e8 * level_e9;
}

int64_t baselines_base_e8(const struct baselines *self, enum baseline which)
{
    return self->base_e8[which];
}

int64_t baselines_drawdown_ppm(const struct baselines *self)
{
    if (self->empty) {
        return 0;
    }
    int64_t loss_e9 = baselines_loss_e9(self->base_e8[BASELINE_PEAK], self->equity_e8);
    return loss_e9 / 1000 + (loss_e9 % 1000 != 0 ? 1 : 0);
}

int64_t baselines_unit_price_e12(const struct baselines *self)
{
    int64_t price_e12 = 0;
    if (self->start_e8 <= 0 ||
        !fixed_mul_div_floor(self->equity_e8, ONE_E12, self->start_e8, &price_e12)) {
        return 0;
    }
    return price_e12;
}

static bool take_minute(struct baselines *self, int64_t time_us)
{
    struct window *window = &self->window;
    int64_t started = minute_of(self->next_minute_us) + 1;
    int64_t newest = window_at(window, self->samples, window->count - 1)->value;
    /* The value held since the last mark; an unchanged one is held by the sample that is there. */
    if (newest != self->equity_e8) {
        window_push(window, self->samples, started, self->equity_e8);
    }
    self->next_minute_us = instant_next(time_us, US_PER_MINUTE);
    const int64_t before[SPAN_COUNT] = {self->base_e8[BASELINE_5_MINUTES],
                                        self->base_e8[BASELINE_HOUR],
                                        self->base_e8[BASELINE_ROLLING]};
    look_back(self);
    return before[SPAN_5_MINUTES] != self->base_e8[BASELINE_5_MINUTES] ||
           before[SPAN_HOUR] != self->base_e8[BASELINE_HOUR] ||
           before[SPAN_DAY] != self->base_e8[BASELINE_ROLLING];
}

static void look_back(struct baselines *self)
{
    struct window *window = &self->window;
    int64_t minute = minute_of(self->next_minute_us);
    self->base_e8[BASELINE_5_MINUTES] = window_back(window, self->samples, SPAN_5_MINUTES, minute);
    self->base_e8[BASELINE_HOUR] = window_back(window, self->samples, SPAN_HOUR, minute);
    self->base_e8[BASELINE_ROLLING] = window_back(window, self->samples, SPAN_DAY, minute);
}

static bool take_day(struct baselines *self, int64_t time_us)
{
    self->base_e8[BASELINE_DAY] = self->equity_e8;
    self->next_day_us = instant_day(time_us) + US_PER_DAY;
    if (time_us >= self->next_week_us) {
        self->base_e8[BASELINE_WEEK] = self->equity_e8;
        self->next_week_us = instant_week(time_us) + 7 * US_PER_DAY;
    }
    if (time_us >= self->next_month_us) {
        self->base_e8[BASELINE_MONTH] = self->equity_e8;
        self->next_month_us = next_month(time_us);
    }
    return true;
}

bool baselines_roll(struct baselines *self, int64_t time_us)
{
    CHECK(time_us >= self->time_us);
    bool changed = false;
    if (time_us >= self->next_minute_us) {
        changed = take_minute(self, time_us);
    }
    if (time_us >= self->next_day_us) {
        changed = take_day(self, time_us);
    }
    self->time_us = time_us;
    return changed;
}

static int64_t sum_clamped(int64_t a, int64_t b)
{
    int64_t sum;
    if (!fixed_narrow((wide_t)a + b, &sum)) {
        sum = a > 0 ? INT64_MAX : INT64_MIN;
    }
    return sum;
}

/* A scaling is possible only from a positive equity to a positive one. All else has no ratio: the
 * baselines stay, and the loss against them is what it is. */
static void transfer(struct baselines *self, int64_t before_e8, int64_t amount_e8)
{
    int64_t after_e8 = sum_clamped(before_e8, amount_e8);
    if (self->empty && after_e8 > 0 && self->emptied_e8 > 0) {
        scale(self, after_e8, self->emptied_e8);
    } else if (self->empty && after_e8 > 0) {
        found(self, after_e8);
    } else if (!self->empty && before_e8 > 0 && after_e8 > 0) {
        scale(self, after_e8, before_e8);
    } else if (!self->empty && before_e8 > 0 && after_e8 == 0) {
        self->emptied_e8 = before_e8;
    }
    self->empty = after_e8 == 0 && (self->empty || before_e8 > 0);
    self->equity_e8 = after_e8;
    if (after_e8 > self->base_e8[BASELINE_PEAK]) {
        self->base_e8[BASELINE_PEAK] = after_e8;
    }
}

void baselines_mark(struct baselines *self, int64_t time_us, int64_t equity_e8)
{
    (void)baselines_roll(self, time_us);
    if (self->empty && equity_e8 != 0) {
        /* Money that nobody announced: a deposit; a debt: a whole loss. */
        transfer(self, 0, equity_e8);
        return;
    }
    self->equity_e8 = equity_e8;
    if (equity_e8 > self->base_e8[BASELINE_PEAK]) {
        self->base_e8[BASELINE_PEAK] = equity_e8;
    }
}

void baselines_transfer(struct baselines *self,
                        int64_t time_us,
                        int64_t equity_before_e8,
                        int64_t amount_e8)
{
    if (self->empty) {
        (void)baselines_roll(self, time_us);
    } else {
        baselines_mark(self, time_us, equity_before_e8);
    }
    transfer(self, equity_before_e8, amount_e8);
}

/* Up: a baseline that rounds down would trip one step too late. */
static int64_t scaled(int64_t value_e8, int64_t after_e8, int64_t before_e8)
{
    int64_t out;
    if (!fixed_narrow(wide_div_ceil((wide_t)value_e8 * after_e8, before_e8), &out)) {
        out = value_e8 > 0 ? INT64_MAX : INT64_MIN;
    }
    return out;
}

static void scale(struct baselines *self, int64_t after_e8, int64_t before_e8)
{
    self->start_e8 = scaled(self->start_e8, after_e8, before_e8);
    for (int32_t which = 0; which < BASELINE_COUNT; which++) {
        self->base_e8[which] = scaled(self->base_e8[which], after_e8, before_e8);
    }
    for (int32_t place = 0; place < self->window.count; place++) {
        struct window_sample *sample = window_at(&self->window, self->samples, place);
        sample->value = scaled(sample->value, after_e8, before_e8);
    }
    look_back(self);
}

void baselines_rebase(struct baselines *self, enum baseline which)
{
    CHECK(which == BASELINE_DAY || which == BASELINE_WEEK || which == BASELINE_MONTH ||
          which == BASELINE_PEAK);
    self->base_e8[which] = self->equity_e8;
}

/* Of the minute that is running. */
static int64_t minute_of(int64_t next_minute_us)
{
    return next_minute_us / US_PER_MINUTE - 1;
}

static int64_t next_month(int64_t time_us)
{
    return instant_month(instant_month(time_us) + 32 * US_PER_DAY);
}

static bool periods_sound(const struct baselines *self)
{
    return self->time_us < self->next_minute_us && self->next_minute_us <= self->next_day_us &&
           self->next_day_us <= self->next_week_us && self->next_day_us <= self->next_month_us;
}

void baselines_check(const struct baselines *self)
{
    CHECK(periods_sound(self));
    CHECK(self->base_e8[BASELINE_PEAK] >= self->equity_e8 || self->equity_e8 <= 0);
    CHECK(self->window.count >= 1 && self->window.count <= WINDOW_SAMPLES);
    CHECK(window_last_minute(&self->window, self->samples) <= minute_of(self->next_minute_us));
}
