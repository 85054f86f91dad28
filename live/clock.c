#include "live/clock.h"

#include <string.h>

#define NS_PER_US 1000

static int64_t saturated(wide_t value)
{
    return value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

static int64_t floor_division(wide_t value, int64_t by)
{
    wide_t whole = value / by;
    return saturated(value % by < 0 ? whole - 1 : whole);
}

/* Without the law that it never falls: for instants that are past. */
static int64_t plain_us(const struct live_clock *self, int64_t at_ns)
{
    wide_t run_ns = ((wide_t)at_ns - self->base_ns) * self->speed;
    return saturated((wide_t)self->base_us + floor_division(run_ns, NS_PER_US));
}

void live_clock_start(struct live_clock *self, int64_t base_us, int64_t now_ns, int64_t speed)
{
    CHECK(speed >= 1);

    memset(self, 0, sizeof(*self));
    self->base_us = self->last_us = base_us;
    self->base_ns = now_ns;
    self->speed = speed;
}

int64_t live_clock_us(struct live_clock *self, int64_t now_ns)
{
    int64_t us = plain_us(self, now_ns);
    self->last_us = us > self->last_us ? us : self->last_us;

    return self->last_us;
}

void live_clock_sample(struct live_clock *self,
                       int64_t server_us,
                       int64_t sent_ns,
                       int64_t answered_ns)
{
    if (server_us <= 0 || answered_ns < sent_ns) {
        return; /* absurd: no evidence */
    }
    if (self->samples == CLOCK_SAMPLES) {
        memmove(&self->offsets_us[0], &self->offsets_us[1],
                (CLOCK_SAMPLES - 1) * sizeof(self->offsets_us[0]));
        self->samples--;
    }
    int64_t middle_us = plain_us(self, sent_ns + (answered_ns - sent_ns) / 2);
    self->offsets_us[self->samples] = saturated((wide_t)server_us - middle_us);
    self->samples++;
}

int64_t live_clock_venue_us(struct live_clock *self, int64_t now_ns)
{
    return saturated((wide_t)live_clock_us(self, now_ns) + live_clock_offset_us(self));
}

int64_t live_clock_offset_us(const struct live_clock *self)
{
    int64_t sorted[CLOCK_SAMPLES] = {0};
    for (int32_t i = 0; i < self->samples; i++) {
        int32_t place = i;
        for (; place > 0 && sorted[place - 1] > self->offsets_us[i]; place--) {
            sorted[place] = sorted[place - 1];
        }
        sorted[place] = self->offsets_us[i];
    }
    /* Of an even count the lower: venues refuse a stamp from the future sooner than one from the past. */
    return self->samples > 0 ? sorted[(self->samples - 1) / 2] : 0;
}

int64_t live_clock_ns_of(const struct live_clock *self, int64_t at_us)
{
    if (at_us == INT64_MAX) {
        return INT64_MAX;
    }
    /* Rounded up: at that instant the event time has come. */
    wide_t run_ns = ((wide_t)at_us - self->base_us) * NS_PER_US;
    wide_t up = -(wide_t)floor_division(-run_ns, self->speed);

    return saturated(self->base_ns + up);
}
