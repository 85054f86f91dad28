#include "sim/exchange/fee_ladder.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

static bool step_refuse(struct error *error, const char *text, const char *what)
{
    return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "fees.ladder: step \"%s\": %s: write \"volume:maker:taker\", as "
                     "\"5000000:0.012%%:0.04%%\"",
                     text, what);
}

/* A ratio as decimal or with a percent sign. */
static bool ratio_parse(const char *text, size_t length, int64_t *out)
{
    bool percent = length > 0 && text[length - 1] == '%';
    unsigned scale = percent ? 7 : 9;
    return decimal_parse(text, length - (percent ? 1 : 0), scale, out) == DECIMAL_OK && *out >= 0 &&
           *out < ONE_E9;
}

static bool step_parse(const char *text, struct fee_step *out, struct error *error)
{
    const char *maker = strchr(text, ':');
    const char *taker = maker == NULL ? NULL : strchr(maker + 1, ':');
    if (taker == NULL) {
        return step_refuse(error, text, "is not three figures");
    }
    if (decimal_parse(text, (size_t)(maker - text), 8, &out->volume_e8) != DECIMAL_OK ||
        out->volume_e8 < 0) {
        return step_refuse(error, text, "the volume is not an amount");
    }
    if (!ratio_parse(maker + 1, (size_t)(taker - maker - 1), &out->maker_e9) ||
        !ratio_parse(taker + 1, strlen(taker + 1), &out->taker_e9)) {
        return step_refuse(error, text, "a fee is not a ratio from 0 to 1");
    }
    return true;
}

bool fee_ladder_parse(struct fee_ladder *self, const struct config_list *texts, struct error *error)
{
    self->count = 0;
    if (texts->count > FEE_STEPS_MAX) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "fees.ladder has %d steps: at most %d are offered", (int)texts->count,
                         (int)FEE_STEPS_MAX);
    }
    for (int32_t i = 0; i < texts->count; i++) {
        struct fee_step *step = &self->steps[i];
        if (!step_parse(texts->names[i], step, error)) {
            return false;
        }
        if (i == 0 ? step->volume_e8 != 0 : step->volume_e8 <= self->steps[i - 1].volume_e8) {
            return step_refuse(error, texts->names[i], "volumes do not ascend from 0");
        }
    }
    self->count = texts->count;
    return true;
}

void fee_meter_init(struct fee_meter *self,
                    const struct fee_ladder *ladder,
                    int32_t days,
                    int64_t brought_e8)
{
    CHECK(days >= 1 && days <= FEE_DAYS_MAX);
    memset(self, 0, sizeof *self);
    self->ladder = ladder;
    self->days = days;
    self->day = INT64_MIN;
    self->brought_e8 = brought_e8;
}

static int32_t step_reached(const struct fee_meter *self)
{
    wide_t volume_e8 = 0;
    int32_t step = 0;
    for (int32_t i = 0; i < self->days; i++) {
        volume_e8 += self->past_e8[i];
    }
    while (step + 1 < self->ladder->count && volume_e8 >= self->ladder->steps[step + 1].volume_e8) {
        step++;
    }
    return step;
}

/* Closes the days that have ended: each takes the place of the one that leaves the window. */
static void meter_roll(struct fee_meter *self, int64_t now_us)
{
    int64_t day = now_us / US_PER_DAY;
    if (day == self->day) {
        return;
    }
    if (self->day == INT64_MIN) {
        for (int32_t i = 0; i < self->days; i++) {
            self->past_e8[i] = self->brought_e8 / self->days;
        }
        self->past_e8[0] += self->brought_e8 % self->days;
    } else {
        CHECK(day > self->day);
        int64_t ended = day - self->day < self->days ? day - self->day : self->days;
        for (int64_t i = 0; i < ended; i++) {
            self->past_e8[(day - 1 - i) % self->days] = 0;
        }
        if (day - self->day <= self->days) {
            self->past_e8[self->day % self->days] = self->today_e8;
        }
    }
    self->day = day;
    self->today_e8 = 0;
    self->step = step_reached(self);
}

int64_t fee_meter_rate_e9(const struct fee_meter *self, int64_t now_us, enum liquidity liquidity)
{
    CHECK(fee_meter_on(self));
    struct fee_meter now = *self;
    meter_roll(&now, now_us);
    const struct fee_step *step = &self->ladder->steps[now.step];
    return liquidity == LIQUIDITY_MAKER ? step->maker_e9 : step->taker_e9;
}

void fee_meter_add(struct fee_meter *self, int64_t now_us, int64_t notional_e8)
{
    meter_roll(self, now_us);
    wide_t sum_e8 = (wide_t)self->today_e8 + notional_e8;
    self->today_e8 = sum_e8 > INT64_MAX ? INT64_MAX : (int64_t)sum_e8;
}
