#include "core/rates.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

/* ---- a sliding window of slots ---- */

static int64_t slot_us(int64_t window_us)
{
    int64_t length_us = window_us / RATE_SLOTS;
    return length_us > 0 ? length_us : 1;
}

static int32_t place_of(int64_t slot)
{
    return (int32_t)(slot % (RATE_SLOTS + 1));
}

/* Events of the slots that are still inside at now_us; pure. */
static int64_t window_count(const struct rate_window *self, int64_t window_us, int64_t now_us)
{
    int64_t passed = now_us / slot_us(window_us) - self->slot;
    if (passed <= 0) {
        return self->total;
    }
    if (passed > RATE_SLOTS) {
        return 0;
    }
    int64_t left = self->total;
    for (int64_t index = 1; index <= passed; index++) {
        left -= self->counts[place_of(self->slot + index)];
    }
    return left;
}

static void window_add(struct rate_window *self, int64_t window_us, int64_t now_us)
{
    int64_t now_slot = now_us / slot_us(window_us);
    if (now_slot - self->slot > RATE_SLOTS) {
        memset(self->counts, 0, sizeof(self->counts));
        self->total = 0;
        self->slot = now_slot;
    }
    while (self->slot < now_slot) {
        self->slot++;
        int32_t *count = &self->counts[place_of(self->slot)];
        self->total -= *count;
        *count = 0;
    }
    CHECK(self->total >= 0);
    if (self->total < INT32_MAX) {
        self->counts[place_of(self->slot)]++;
        self->total++;
    }
}

/* ---- C25 ---- */

/* settings.def: at most 1e6 messages and a share of at most 1e9, so that int64 holds the
 * products. */
int64_t rates_capacity(const struct rates *self)
{
    return self->settings->message_venue * self->settings->message_share / ONE_E9;
}

int64_t rates_reserve(const struct rates *self)
{
    /* Up: what is kept for exits is never less than asked. */
    int64_t capacity = rates_capacity(self);
    return capacity - capacity * (ONE_E9 - self->settings->message_reserve) / ONE_E9;
}

/* The bucket fills evenly over a minute. */
static int64_t tokens_e6_at(const struct rates *self, int64_t now_us)
{
    int64_t capacity_e6 = rates_capacity(self) * ONE_E6;
    int64_t passed_us = now_us - self->filled_us;
    if (passed_us <= 0) {
        return self->tokens_e6;
    }
    if (passed_us > 2 * US_PER_MINUTE) {
        return capacity_e6; /* a full debt and a full bucket later */
    }
    int64_t gained_e6 = rates_capacity(self) * passed_us / 60; /* a minute is 60 x 1e6 us */
    return gained_e6 >= capacity_e6 - self->tokens_e6 ? capacity_e6 : self->tokens_e6 + gained_e6;
}

int64_t rates_tokens(const struct rates *self, int64_t now_us)
{
    return (int64_t)wide_div_floor(tokens_e6_at(self, now_us), ONE_E6);
}

void rates_message(struct rates *self, int64_t now_us)
{
    int64_t capacity_e6 = rates_capacity(self) * ONE_E6;
    self->tokens_e6 = tokens_e6_at(self, now_us) - ONE_E6;
    /* A larger debt would block entries for longer than the venue remembers. */
    self->tokens_e6 = self->tokens_e6 < -capacity_e6 ? -capacity_e6 : self->tokens_e6;
    self->filled_us = now_us > self->filled_us ? now_us : self->filled_us;
}

void rates_budget(struct rates *self, int64_t now_us, int64_t used, int64_t limit)
{
    int64_t capacity_e6 = rates_capacity(self) * ONE_E6;
    int64_t tokens_e6 = tokens_e6_at(self, now_us);
    wide_t left_e6 = 0;
    if (used >= 0 && limit > 0) {
        left_e6 = ((wide_t)limit * self->settings->message_share / ONE_E9 - used) * ONE_E6;
    }
    left_e6 = left_e6 < -capacity_e6 ? -capacity_e6 : left_e6;
    self->tokens_e6 = left_e6 < tokens_e6 ? (int64_t)left_e6 : tokens_e6;
    self->filled_us = now_us > self->filled_us ? now_us : self->filled_us;
}

/* ---- life ---- */

void rates_init(struct rates *self, const struct settings *settings, int64_t now_us)
{
    memset(self, 0, sizeof(*self));
    self->settings = settings;
    self->filled_us = now_us;
    self->tokens_e6 = rates_capacity(self) * ONE_E6;
}

/* ---- questions ---- */

int64_t rates_second(const struct rates *self, int64_t now_us)
{
    return window_count(&self->second, US_PER_SECOND, now_us);
}

int64_t rates_minute(const struct rates *self, int64_t now_us)
{
    return window_count(&self->minute, US_PER_MINUTE, now_us);
}

static int64_t day_of(int64_t time_us)
{
    return time_us / US_PER_DAY;
}

int64_t rates_day(const struct rates *self, int64_t now_us)
{
    return day_of(now_us) > self->day ? 0 : self->day_orders;
}

static const struct rate_strategy *strategy_of(const struct rates *self, int32_t strategy)
{
    CHECK(strategy >= 0);
    CHECK(strategy < STRATEGIES_MAX);
    return &self->strategies[strategy];
}

int64_t rates_executions(const struct rates *self, int32_t strategy, int64_t now_us)
{
    const struct rate_strategy *item = strategy_of(self, strategy);
    return window_count(&item->executions, self->settings->executions_window, now_us);
}

int64_t rates_executions_day(const struct rates *self, int32_t strategy, int64_t now_us)
{
    const struct rate_strategy *item = strategy_of(self, strategy);
    return day_of(now_us) > item->day ? 0 : item->day_count;
}

bool rates_disabled(const struct rates *self, int32_t strategy)
{
    return strategy_of(self, strategy)->disabled;
}

int64_t rates_orders_day(const struct rates *self, int64_t now_us)
{
    return rates_day(self, now_us);
}

int64_t rates_fills_day(const struct rates *self, int64_t now_us)
{
    return day_of(now_us) > self->day ? 0 : self->day_fills;
}

int64_t rates_rejects(const struct rates *self, int32_t instrument, int64_t now_us)
{
    CHECK(instrument >= 0);
    CHECK(instrument < INSTRUMENTS_MAX);
    bool forgotten = now_us - self->rejects[instrument].last_us > self->settings->dwell;
    return forgotten ? 0 : self->rejects[instrument].count;
}

/* ---- what happened ---- */

static void day_turn(struct rates *self, int64_t now_us)
{
    if (day_of(now_us) > self->day) {
        self->day = day_of(now_us);
        self->day_orders = 0;
        self->day_fills = 0;
    }
}

static void strategy_executed(struct rates *self, int32_t strategy, int64_t now_us)
{
    (void)strategy_of(self, strategy); /* the bounds */
    struct rate_strategy *item = &self->strategies[strategy];
    if (day_of(now_us) > item->day) {
        item->day = day_of(now_us);
        item->day_count = 0;
    }
    item->day_count++;
    window_add(&item->executions, self->settings->executions_window, now_us);
    int64_t recent = rates_executions(self, strategy, now_us);
    item->disabled = item->disabled || recent >= self->settings->executions_max ||
                     item->day_count >= self->settings->executions_day;
}

void rates_entry(struct rates *self, int32_t strategy, int64_t now_us)
{
    day_turn(self, now_us);
    self->day_orders++;
    window_add(&self->second, US_PER_SECOND, now_us);
    window_add(&self->minute, US_PER_MINUTE, now_us);
    strategy_executed(self, strategy, now_us);
}

void rates_fill(struct rates *self, int64_t now_us)
{
    day_turn(self, now_us);
    self->day_fills++;
}

void rates_rejected(struct rates *self, int32_t instrument, int64_t now_us)
{
    int64_t run = rates_rejects(self, instrument, now_us);
    self->rejects[instrument].count = run < INT32_MAX ? (int32_t)run + 1 : INT32_MAX;
    self->rejects[instrument].last_us = now_us;
}

void rates_accepted(struct rates *self, int32_t instrument)
{
    CHECK(instrument >= 0);
    CHECK(instrument < INSTRUMENTS_MAX);
    self->rejects[instrument].count = 0;
}

void rates_enable(struct rates *self, int32_t strategy)
{
    (void)strategy_of(self, strategy); /* the bounds */
    self->strategies[strategy] = (struct rate_strategy){.day = 0};
}
