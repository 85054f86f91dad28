/* session_feed.c - records of a feed as the session's own calls. */
#include "sim/exchange/session.h"

static void take_bar(struct session *self, const struct feed_record *record)
{
    const struct feed_bar *given = &record->bar;
    struct exchange_bar bar = {
        .open_time_us = record->time_us,
        .interval_us = given->interval_us,
        .open_e12 = given->open_e12,
        .high_e12 = given->high_e12,
        .low_e12 = given->low_e12,
        .close_e12 = given->close_e12,
        .volume = given->volume,
        .volume_exponent = given->volume_exponent,
    };
    if (record->kind == FEED_BAR) {
        session_bar(self, record->instrument, &bar);
    } else {
        session_mark_bar(self, record->instrument, &bar);
    }
}

static void take_signal(struct session *self, const struct feed_record *record)
{
    struct signal signal = record->signal.signal;
    self->signals++;
    signal.id = self->signals;
    session_signal(self, &signal, record->time_us);
}

static __attribute__((noinline)) void take_other(struct session *self,
                                                 const struct feed_record *record)
{
    switch (record->kind) {
    case FEED_START: CHECK(record->kind != FEED_START); break;
    case FEED_BAR:
    case FEED_MARK: take_bar(self, record); break;
    case FEED_FUNDING:
        session_funding(self, record->instrument, record->time_us, record->rate_e16);
        break;
    case FEED_PRICE:
        session_price(self, record->instrument, record->time_us, record->price_e12);
        break;
    case FEED_SIGNAL: take_signal(self, record); break;
    case FEED_SYMBOL_END: session_symbol_end(self, record->instrument, record->time_us); break;
    case FEED_FINISH: session_end(self, record->time_us); break;
    case FEED_TICK: CHECK(record->kind != FEED_TICK); break;
    case FEED_COVERS: session_covers(self, record->instrument, &record->cover); break;
    case FEED_CLOCK: session_clock(self, record->offset_ns); break;
    }
}

/* Ticks are nearly all of a market that has them, and want none of the others' room on the stack. */
void session_take(struct session *self, const struct feed_record *record)
{
    if (record->kind == FEED_TICK) {
        session_tick(self, record->instrument, record->tick.record, record->tick.size_decimals);
    } else {
        take_other(self, record);
    }
}
