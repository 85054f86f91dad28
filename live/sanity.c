#include "live/sanity.h"

static bool within(int64_t a_e12, int64_t b_e12, int32_t percent)
{
    wide_t apart = (wide_t)a_e12 - b_e12;
    return (apart < 0 ? -apart : apart) * 100 <= (wide_t)b_e12 * percent;
}

static bool confirmed(const struct sanity *self, int64_t price_e12, int32_t kind, int64_t time_us)
{
    return self->held_e12 != 0 && within(price_e12, self->held_e12, SANITY_AGREE_PERCENT) &&
           (kind != self->held_kind || time_us - self->held_us >= SANITY_WAIT_US);
}

static enum sanity_verdict
judge_price(struct sanity *self, int64_t price_e12, int32_t kind, int64_t time_us)
{
    if (self->believed_e12 == 0 || within(price_e12, self->believed_e12, SANITY_JUMP_PERCENT)) {
        self->believed_e12 = price_e12;
        self->held_e12 = 0;
        return SANITY_GOOD;
    }
    if (confirmed(self, price_e12, kind, time_us)) {
        self->confirmed++;
        self->believed_e12 = price_e12;
        self->held_e12 = 0;
        return SANITY_GOOD;
    }
    if (self->held_e12 == 0 || !within(price_e12, self->held_e12, SANITY_AGREE_PERCENT)) {
        self->held_e12 = price_e12;
        self->held_kind = kind;
        self->held_us = time_us;
    }
    return SANITY_HELD;
}

/* An empty side of a quote is told as 0, and says nothing wrong. */
static enum sanity_verdict judge_quote(struct sanity *self, const struct tape_record *record)
{
    int64_t bid_e12 = record->v[0];
    int64_t ask_e12 = record->v[2];
    if (bid_e12 < 0 || ask_e12 < 0 || record->v[1] < 0 || record->v[3] < 0) {
        return SANITY_EMPTY;
    }
    if (bid_e12 == 0 || ask_e12 == 0) {
        return bid_e12 == ask_e12 ? SANITY_EMPTY : SANITY_GOOD;
    }
    if (bid_e12 >= ask_e12) {
        return SANITY_CROSSED;
    }
    return judge_price(self, (int64_t)(((wide_t)bid_e12 + ask_e12) / 2), TAPE_QUOTE,
                       record->time_us);
}

static enum sanity_verdict judge_tick(struct sanity *self, const struct tape_record *record)
{
    if (record->kind == TAPE_QUOTE) {
        return judge_quote(self, record);
    }
    if (record->v[0] <= 0 ||
        (record->kind != TAPE_MARK && record->kind != TAPE_INDEX &&
         (record->v[1] < 0 || (record->kind == TAPE_TRADE && record->v[1] == 0)))) {
        return SANITY_EMPTY;
    }
    return record->kind == TAPE_DEPTH
               ? SANITY_GOOD
               : judge_price(self, record->v[0], record->kind, record->time_us);
}

static enum sanity_verdict judge_bar(struct sanity *self, const struct feed_record *record)
{
    const struct feed_bar *bar = &record->bar;
    if (bar->low_e12 <= 0 || bar->volume < 0) {
        return SANITY_EMPTY;
    }
    if (bar->low_e12 > bar->high_e12 || bar->open_e12 < bar->low_e12 ||
        bar->open_e12 > bar->high_e12 || bar->close_e12 < bar->low_e12 ||
        bar->close_e12 > bar->high_e12) {
        return SANITY_CROSSED;
    }
    return judge_price(self, bar->close_e12, TAPE_BAR, record->time_us);
}

enum sanity_verdict sanity_judge(struct sanity *self, const struct feed_record *record)
{
    enum sanity_verdict verdict = SANITY_GOOD;
    if (record->kind == FEED_TICK) {
        verdict = judge_tick(self, record->tick.record);
    } else if (record->kind == FEED_BAR || record->kind == FEED_MARK) {
        verdict = judge_bar(self, record);
    }
    self->counts[verdict]++;

    return verdict;
}
