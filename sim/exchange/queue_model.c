/* queue_model.c - one place, two happenings. */
#include "sim/exchange/queue_model.h"

#include "core/fixed.h"

enum { POWER_BITS = 60, LOGARITHM_BITS = 40 };

/* A share as a fraction; both parts below 2^62. */
struct share {
    wide_t part, whole;
};

int64_t queue_place_trade(struct queue_place *self, int64_t size_e6, int64_t left_e6)
{
    if (self->front_e6 == QUEUE_UNKNOWN) {
        return 0;
    }
    int64_t ahead_e6 = fixed_smaller(left_e6, self->front_e6);
    self->front_e6 -= ahead_e6;
    self->traded_e6 += size_e6;
    return left_e6 - ahead_e6;
}

/* (x / whole)^n with POWER_BITS places, 0 <= x <= whole. */
static int64_t power_of(int64_t x, int64_t whole, int64_t n)
{
    CHECK(whole > 0);

    wide_t base = ((wide_t)x << POWER_BITS) / whole;
    wide_t result = (wide_t)1 << POWER_BITS;
    for (int64_t i = 0; i < n; i++) {
        result = result * base >> POWER_BITS;
    }
    return (int64_t)result;
}

/* log2(x), x >= 1, with LOGARITHM_BITS places: a bit for each squaring of the mantissa. */
static int64_t logarithm_of(uint64_t x)
{
    int32_t whole = 63 - __builtin_clzll(x);
    wide_t mantissa = (wide_t)(x << (63 - whole)) >> 1; /* 1 <= mantissa / 2^62 < 2 */
    int64_t result = whole;
    for (int32_t bit = 0; bit < LOGARITHM_BITS; bit++) {
        wide_t square = mantissa * mantissa;
        bool doubled = square >> 125 != 0;
        mantissa = square >> (doubled ? 63 : 62);
        result = result * 2 + doubled;
    }
    return result;
}

/* log2(1 + x) of x in units. */
static int64_t logarithm_size(int64_t size_e6)
{
    return logarithm_of((uint64_t)size_e6 + ONE_E6) - logarithm_of(ONE_E6);
}

/* Chance that a cancel was before us: 1 - p. */
static struct share share_ahead(const struct queue_model *model, int64_t front, int64_t back)
{
    int64_t all = front + back;
    int64_t most = front > back ? front : back;
    int64_t n = model->power;
    if (all == 0) {
        return (struct share){0, 1};
    }
    struct share share;
    switch (model->kind) {
    case QUEUE_POWER:
        share.part = power_of(front, most, n);
        share.whole = share.part + power_of(back, most, n);
        break;
    case QUEUE_POWER2:
        share.whole = (wide_t)1 << POWER_BITS;
        share.part = share.whole - power_of(back, all, n);
        break;
    case QUEUE_POWER3:
        share.whole = (wide_t)1 << POWER_BITS;
        share.part = power_of(front, all, n);
        break;
    case QUEUE_LOG:
        share.part = logarithm_size(front);
        share.whole = share.part + logarithm_size(back);
        break;
    default:
        share.whole = logarithm_size(all);
        share.part = share.whole - logarithm_size(back);
        break;
    }
    return share;
}

void queue_place_level(struct queue_place *self,
                       const struct queue_model *model,
                       int64_t before_e6,
                       int64_t after_e6)
{
    int64_t gone_e6 = before_e6 - after_e6 - self->traded_e6;
    int64_t front_e6 = self->front_e6;
    self->traded_e6 = 0;
    self->front_e6 = fixed_smaller(front_e6, after_e6);
    if (gone_e6 <= 0 || model->kind == QUEUE_CONSERVATIVE || front_e6 == QUEUE_UNKNOWN) {
        return;
    }
    int64_t back_e6 = before_e6 > front_e6 ? before_e6 - front_e6 : 0;
    struct share share = share_ahead(model, front_e6, back_e6);
    int64_t ahead_e6 = (int64_t)((2 * share.part * gone_e6 + share.whole) / (2 * share.whole));
    int64_t behind_e6 = gone_e6 - ahead_e6;
    /* More went behind us than stood there: the rest was ahead. */
    front_e6 -= ahead_e6 + (behind_e6 > back_e6 ? behind_e6 - back_e6 : 0);
    self->front_e6 = fixed_smaller(front_e6 > 0 ? front_e6 : 0, after_e6);
}
