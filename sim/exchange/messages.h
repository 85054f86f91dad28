/* messages.h - the two wires between core and exchange, each a FIFO with a constant latency.
 * Laws     times in a wire never fall; a message is never lost or overtaken. A wire that runs empty
 *          starts at its first slot again, so that a quiet run stays in a few cache lines.
 * Memory   sized at start; a full wire is a CHECK: the sizes in exchange_new() say what they stand
 *          for. */
#ifndef SIM_EXCHANGE_MESSAGES_H
#define SIM_EXCHANGE_MESSAGES_H

#include "core/action.h"
#include "core/event.h"
#include "core/instant.h"

enum message_kind { MESSAGE_LEVERAGE, MESSAGE_PLACE, MESSAGE_CANCEL };

/* From the core. */
struct message {
    enum message_kind kind;
    int32_t instrument;
    int64_t time_us; /* of arrival */
    union {
        struct action_leverage leverage;
        struct action_place place;
        uint64_t cancel_id;
    };
};

struct inbox {
    struct message *items;
    uint32_t capacity, first, count;
};

/* To the core; event.time_us is the instant of delivery. */
struct outbox {
    struct event *items;
    uint32_t capacity, first, count;
    uint32_t book_count; /* of these, those that can change the core's books: all but EVENT_BAR */
};

static inline int64_t inbox_time(const struct inbox *self)
{
    return self->count == 0 ? INSTANT_NEVER : self->items[self->first].time_us;
}

/* The next free slot, in which the caller writes the whole message; time_us not before the last
 * one's. */
struct message *inbox_add(struct inbox *self, int64_t time_us);
struct message inbox_take(struct inbox *self);

static inline int64_t outbox_time(const struct outbox *self)
{
    return self->count == 0 ? INSTANT_NEVER : self->items[self->first].time_us;
}

/* The next free slot with kind and both times set; the caller writes instrument and content. */
struct event *
outbox_add(struct outbox *self, enum event_kind kind, int64_t time_us, int64_t latency_us);
void outbox_take(struct outbox *self, struct event *out);

#endif
