#include "live/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "core/fixed.h"

void inbox_init(struct inbox *self, struct market *market, int64_t last_us, int64_t signals)
{
    memset(self, 0, sizeof(*self));
    self->market = market;
    self->last_us = last_us;
    self->signals = signals;
}

/* Takes the oldest slot out of a ring. */
static int32_t ring_take(struct inbox_ring *ring, int32_t capacity)
{
    int32_t slot = ring->first;
    ring->first = (ring->first + 1) % capacity;
    ring->count--;

    return slot;
}

static int32_t ring_add(struct inbox_ring *ring, int32_t capacity)
{
    int32_t slot = (ring->first + ring->count) % capacity;
    ring->count++;

    return slot;
}

void inbox_release(struct inbox *self)
{
    while (self->signal_ring.count > 0) {
        free(self->waiting[ring_take(&self->signal_ring, INBOX_SIGNALS)].metadata);
    }
    free(self->current.metadata);
    self->current.metadata = NULL;
}

void inbox_evidence(struct inbox *self, const struct event *event)
{
    CHECK(self->evidence_ring.count < INBOX_EVIDENCE);
    self->evidence[ring_add(&self->evidence_ring, INBOX_EVIDENCE)] = *event;
}

bool inbox_signal(struct inbox *self, const struct signal *signal, const char *metadata)
{
    struct inbox_signal kept = {.signal = *signal};
    if (metadata != NULL) {
        kept.metadata = strdup(metadata);
    }
    if (self->signal_ring.count == INBOX_SIGNALS || (metadata != NULL && kept.metadata == NULL)) {
        free(kept.metadata);
        self->dropped++;
        return false;
    }
    self->waiting[ring_add(&self->signal_ring, INBOX_SIGNALS)] = kept;

    return true;
}

bool inbox_command(struct inbox *self, const struct event_command *command)
{
    if (self->command_ring.count == INBOX_COMMANDS) {
        return false;
    }
    self->commands[ring_add(&self->command_ring, INBOX_COMMANDS)] = *command;

    return true;
}

static void take_command(struct inbox *self, struct event *out)
{
    self->command = self->commands[ring_take(&self->command_ring, INBOX_COMMANDS)];
    *out = (struct event){
        .kind = EVENT_COMMAND, .instrument = INSTRUMENT_NONE, .command = &self->command};
}

static void take_signal(struct inbox *self, int64_t time_us, struct event *out)
{
    free(self->current.metadata);
    self->current = self->waiting[ring_take(&self->signal_ring, INBOX_SIGNALS)];
    self->signals++;
    self->current.signal.id = self->signals;
    int64_t published_us = self->current.signal.timestamp_us;
    *out = (struct event){
        .kind = EVENT_SIGNAL,
        .instrument = INSTRUMENT_NONE,
        .venue_time_us = published_us < time_us ? published_us : time_us,
        .signal = &self->current.signal,
    };
}

static enum feed_status inbox_next(void *self, int64_t deadline_us, struct event *out)
{
    struct inbox *inbox = self;
    int64_t time_us = inbox->now_us > inbox->last_us ? inbox->now_us : inbox->last_us + 1;
    if (inbox_empty(inbox) || time_us > deadline_us) {
        return FEED_WAIT;
    }
    if (inbox->command_ring.count > 0) {
        take_command(inbox, out);
    } else if (inbox->evidence_ring.count > 0) {
        *out = inbox->evidence[ring_take(&inbox->evidence_ring, INBOX_EVIDENCE)];
    } else if (inbox->market == NULL || !market_next(inbox->market, out)) {
        take_signal(inbox, time_us, out);
    }
    out->time_us = time_us;
    if (out->venue_time_us <= 0 || out->venue_time_us > time_us) {
        out->venue_time_us = time_us;
    }
    inbox->last_us = time_us;

    return FEED_EVENT;
}

struct feed_port inbox_port(struct inbox *self)
{
    return (struct feed_port){.self = self, .next = inbox_next};
}

bool inbox_empty(const struct inbox *self)
{
    return self->evidence_ring.count == 0 && self->command_ring.count == 0 &&
           self->signal_ring.count == 0 &&
           (self->market == NULL || market_waiting(self->market) == 0);
}

const char *inbox_metadata(const struct inbox *self)
{
    return self->current.metadata;
}

static int64_t fill_e9(int64_t count, int64_t capacity)
{
    return count * ONE_E9 / capacity;
}

int64_t inbox_fill_e9(const struct inbox *self)
{
    int64_t fullest = fill_e9(self->evidence_ring.count, INBOX_EVIDENCE);
    int64_t signals = fill_e9(self->signal_ring.count, INBOX_SIGNALS);
    int64_t market = self->market != NULL ? fill_e9(market_waiting(self->market), MARKET_QUEUE) : 0;
    fullest = signals > fullest ? signals : fullest;
    return market > fullest ? market : fullest;
}
