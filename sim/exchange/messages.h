/* messages.h - the wires between core and exchange: one for requests, and two back: the feed (prices, bars) and the
 * responses (answers, fills, funding, transfers). Each is a FIFO of its own.
 * Laws     a message is never lost or overtaken on its wire: it is delivered at the later of its own time plus its latency
 *          and the delivery of the one before it. The two wires back are merged by instant of delivery, then by the order in
 *          which things happened. A wire that runs empty starts at its first slot again, so that a quiet run stays in a few
 *          cache lines.
 * Memory   sized at start. Where the feed is tight a price waits at the exchange, and what is told when there is room is the
 *          price of then (telling.c): nothing is early, what lies between is not heard, and it is counted. A full wire is a
 *          CHECK; the exchange empties one early that is about to be (exchange_next), and counts that. */
#ifndef SIM_EXCHANGE_MESSAGES_H
#define SIM_EXCHANGE_MESSAGES_H

#include "core/action.h"
#include "core/event.h"
#include "core/instant.h"
#include "sim/exchange/requests.h"

enum message_kind {
    MESSAGE_LEVERAGE,
    MESSAGE_PLACE,
    MESSAGE_CANCEL,
    MESSAGE_AMEND,
    MESSAGE_CANCEL_ALL,
    MESSAGE_BATCH, /* head of a batch: its places follow as messages of their own */
    MESSAGE_GROUP,
    MESSAGE_MARGIN_MODE,
    MESSAGE_MARGIN
};

/* From the core, or from whoever else has an account there. */
struct message {
    enum message_kind kind;
    int32_t instrument;
    int64_t time_us; /* of arrival */
    bool held;       /* it waited for the end of an incident: an order is too old then */
    bool batched;    /* place: counted with its batch */
    union {
        struct action_leverage leverage;
        struct action_place place;
        uint64_t cancel_id;
        struct request_amend amend;
        struct request_group group;
        struct request_margin_mode margin_mode;
        struct request_margin margin;
        int32_t batch_count;
    };
};

struct inbox {
    struct message *items;
    uint32_t capacity, first, count;
    int64_t last_us; /* of the message sent last */
};

/* To the core; event.time_us is the instant of delivery. */
struct told {
    struct event event;
    uint64_t number; /* in the order of happening, over both wires */
};

struct wire {
    struct told *items;
    uint32_t capacity, first, count;
    uint32_t kept; /* of the feed: slots that prices and looks leave to bars */
    int64_t last_us;
};

struct outbox {
    struct wire feed, response;
    uint64_t told;
};

static inline int64_t inbox_time(const struct inbox *self)
{
    return self->count == 0 ? INSTANT_NEVER : self->items[self->first].time_us;
}

/* The next free slot, in which the caller writes the whole message; it arrives at time_us, or with the one before it. */
struct message *inbox_add(struct inbox *self, int64_t time_us);
struct message inbox_take(struct inbox *self);

enum {
    WIRE_RESERVE = 4 * ACTIONS_MAX
}; /* answers to two whole steps, and the fills of one instant */

/* It may not hold what one more instant brings. */
static inline bool wire_crowded(const struct wire *self)
{
    return self->count + WIRE_RESERVE > self->capacity;
}

/* No room for what the next one of its kind can stand for: a price, a look at a book. */
static inline bool wire_tight(const struct wire *self)
{
    return self->count + self->kept + WIRE_RESERVE > self->capacity;
}

static inline int64_t wire_time(const struct wire *self)
{
    return self->count == 0 ? INSTANT_NEVER : self->items[self->first].event.time_us;
}

static inline int64_t outbox_time(const struct outbox *self)
{
    int64_t feed_us = wire_time(&self->feed);
    int64_t response_us = wire_time(&self->response);
    return feed_us < response_us ? feed_us : response_us;
}

/* What travels with the market's data, and not with our orders. */
static inline bool outbox_feeds(enum event_kind kind)
{
    return kind == EVENT_MARKET || kind == EVENT_BAR || kind == EVENT_BOOK;
}

static inline struct wire *outbox_wire(struct outbox *self, enum event_kind kind)
{
    return outbox_feeds(kind) ? &self->feed : &self->response;
}

/* The next free slot with kind and both times set; the caller writes instrument and content. */
struct event *
outbox_add(struct outbox *self, enum event_kind kind, int64_t time_us, int64_t latency_us);
/* The first of both wires. */
void outbox_take(struct outbox *self, struct event *out);
/* The first of one of them. */
void wire_take(struct wire *self, struct event *out);

#endif
