/* inbox.h - what waits for the core: evidence and commands, then the market, then signals; one event at a time, in strictly
 * rising
 * event time (the instant at which the core learns of it).
 * Laws     an event's time is the clock's, at least 1 us after the one before, and never after the runner's bound: then the
 *          core's own timer comes first. Evidence is never dropped: a full ring is our bug. A signal that finds no place is
 * refused to
 *          its source, and counted.
 * Ownership  everything is copied; a signal's metadata until the next event is taken.
 * Memory   about 5 MB, the caller's; nothing allocates but a signal's metadata. */
#ifndef LIVE_INBOX_H
#define LIVE_INBOX_H

#include "core/ports.h"
#include "live/market.h"

enum { INBOX_EVIDENCE = 16384, INBOX_SIGNALS = 4096, INBOX_COMMANDS = 64 };

struct inbox_signal {
    struct signal signal;
    char *metadata; /* NULL: none */
};

struct inbox_ring {
    int32_t first, count;
};

struct inbox {
    struct market *market; /* NULL: none */
    int64_t now_us;        /* the clock, set each turn */
    int64_t last_us;       /* of the last event taken */
    int64_t signals;       /* numbered in order of arrival */
    int64_t dropped;
    struct inbox_signal current;
    struct event_command command;
    struct inbox_ring evidence_ring, command_ring, signal_ring;
    struct event evidence[INBOX_EVIDENCE];
    struct event_command commands[INBOX_COMMANDS];
    struct inbox_signal waiting[INBOX_SIGNALS];
};

/* last_us, signals: where the account's last epoch ended. market: borrowed. */
void inbox_init(struct inbox *self, struct market *market, int64_t last_us, int64_t signals);
void inbox_release(struct inbox *self);
void inbox_evidence(struct inbox *self, const struct event *event);
/* False: there is no place. */
MUST_USE bool inbox_signal(struct inbox *self, const struct signal *signal, const char *metadata);
MUST_USE bool inbox_command(struct inbox *self, const struct event_command *command);
struct feed_port inbox_port(struct inbox *self);
bool inbox_empty(const struct inbox *self);
/* Of the signal that was taken last; NULL: none. For the store. */
const char *inbox_metadata(const struct inbox *self);
/* How full the fullest ring is, 1e9 = full. */
int64_t inbox_fill_e9(const struct inbox *self);

#endif
