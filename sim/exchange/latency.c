#include "sim/exchange/latency.h"

#include <string.h>

#include "core/instant.h"

#define NS_PER_US   INT64_C(1000)
#define SHARE_STEPS (INT64_C(1) << 32) /* a draw has 32 bits */

void latency_init(struct latency *self, const struct exchange_settings *settings)
{
    memset(self, 0, sizeof *self);
    self->model = settings->latency_model;
    self->constant_us[LEG_FEED] = settings->latency_feed;
    self->constant_us[LEG_ORDER] = settings->latency_order;
    self->constant_us[LEG_RESPONSE] = settings->latency_response;
    memcpy(self->latest_us, self->constant_us, sizeof self->latest_us);
}

void latency_seed(struct latency *self, const struct latency_table *table, int64_t seed)
{
    self->table = self->model == LATENCY_SAMPLED ? table : NULL;
    for (uint32_t leg = 0; leg < LATENCY_LEGS; leg++) {
        random_start(&self->dice[leg], seed, leg);
    }
}

static int64_t drawn_us(struct random *dice, const struct latency_leg *leg)
{
    if (!leg->quantiles) {
        return leg->values_us[random_below(dice, (uint64_t)leg->count)];
    }
    int64_t place = (int64_t)random_below(dice, SHARE_STEPS) * (leg->count - 1);
    int64_t index = place / SHARE_STEPS;
    int64_t part = place % SHARE_STEPS;
    int64_t from_us = leg->values_us[index];
    wide_t way = (wide_t)(leg->values_us[index + 1] - from_us) * part;
    return from_us + (int64_t)(way / SHARE_STEPS);
}

int64_t latency_draw_us(struct latency *self, enum leg leg)
{
    const struct latency_leg *table = &self->table->legs[leg];
    if (table->count > 0) {
        self->latest_us[leg] = drawn_us(&self->dice[leg], table);
    }
    return self->latest_us[leg];
}

/* Receive times are nanoseconds of this century: their sums stay far inside int64, or the record is not believed. */
static bool taken_us(const struct tape_record *record, int64_t offset_ns, int64_t *out)
{
    wide_t taken_ns = (wide_t)record->receive_ns + offset_ns - (wide_t)record->time_us * NS_PER_US;
    if (taken_ns <= 0) {
        *out = 0;
        return true;
    }
    wide_t us = (taken_ns + NS_PER_US - 1) / NS_PER_US;
    *out = (int64_t)us;
    return us <= US_PER_HOUR;
}

void latency_measure(struct latency *self, const struct tape_record *record)
{
    int64_t us = 0;
    if (self->model != LATENCY_MEASURED || (record->flags & TAPE_RECEIVED) == 0 ||
        !taken_us(record, self->offset_ns, &us)) {
        return;
    }
    for (int leg = 0; leg < LATENCY_LEGS; leg++) {
        self->latest_us[leg] = us;
    }
}
