#include "core/orders.h"

#include <string.h>

enum { NONE = -1 };

void orders_init(struct orders *self, uint32_t epoch)
{
    memset(self, 0, sizeof(*self));
    self->epoch = epoch;
    for (int32_t instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
        self->first[instrument] = NONE;
    }
    for (int32_t slot = 0; slot < ORDERS_MAX; slot++) {
        self->next[slot] = slot + 1 < ORDERS_MAX ? slot + 1 : NONE;
    }
}

static int32_t slot_of(const struct orders *self, const struct order *order)
{
    ptrdiff_t slot = order - self->items;
    CHECK(slot >= 0);
    CHECK(slot < ORDERS_MAX);

    return (int32_t)slot;
}

static void append(struct orders *self, int32_t instrument, int32_t slot)
{
    self->next[slot] = NONE;
    int32_t *link = &self->first[instrument];
    while (*link != NONE) {
        link = &self->next[*link];
    }
    *link = slot;
}

struct order *orders_adopt(struct orders *self, const struct order *wish)
{
    CHECK(wish->instrument >= 0);
    CHECK(wish->instrument < INSTRUMENTS_MAX);

    int32_t slot = self->free_first;
    if (slot == NONE) {
        return NULL;
    }
    self->free_first = self->next[slot];
    append(self, wish->instrument, slot);
    struct order *order = &self->items[slot];
    *order = *wish;
    self->live++;
    self->entries += order->entry;

    return order;
}

struct order *orders_create(struct orders *self, const struct order *wish)
{
    struct order *order = orders_adopt(self, wish);
    if (order != NULL) {
        self->sequence++;
        order->order_id = ORDER_ID(self->epoch, self->sequence);
        order->state = ORDER_INTENT;
        order->filled_e6 = 0;
    }
    return order;
}

bool orders_made(const struct orders *self, uint64_t order_id)
{
    bool earlier = order_id > ORDER_ID(1, 0) && order_id < ORDER_ID(self->epoch, 0);

    return earlier || (order_id > ORDER_ID(self->epoch, 0) &&
                       order_id <= ORDER_ID(self->epoch, self->sequence));
}

const struct order *orders_ended(const struct orders *self, int32_t instrument, uint64_t order_id)
{
    for (int32_t place = 0; place < ORDERS_ENDED; place++) {
        const struct order *order = &self->ended[place];
        if (order->order_id == order_id && order->instrument == instrument) {
            return order;
        }
    }
    return NULL;
}

struct order *orders_find(struct orders *self, int32_t instrument, uint64_t order_id)
{
    for (struct order *order = orders_first(self, instrument); order != NULL;
         order = orders_after(self, order)) {
        if (order->order_id == order_id) {
            return order;
        }
    }
    return NULL;
}

struct order *orders_first(struct orders *self, int32_t instrument)
{
    int32_t slot = self->first[instrument];

    return slot == NONE ? NULL : &self->items[slot];
}

struct order *orders_after(struct orders *self, const struct order *order)
{
    int32_t slot = self->next[slot_of(self, order)];

    return slot == NONE ? NULL : &self->items[slot];
}

void orders_remove(struct orders *self, const struct order *order)
{
    CHECK(order_state_terminal(order->state));

    int32_t slot = slot_of(self, order);
    if (order->entry) {
        self->ended[self->ended_next] = *order;
        self->ended_next = (self->ended_next + 1) % ORDERS_ENDED;
    }
    int32_t *link = &self->first[order->instrument];
    while (*link != slot) {
        CHECK(*link != NONE);
        link = &self->next[*link];
    }
    *link = self->next[slot];
    self->next[slot] = self->free_first;
    self->free_first = slot;
    self->live--;
    self->entries -= order->entry;
}

/* Row: from; bit: to. RISK 5.1: UNKNOWN is reached from SENDING and PENDING_CANCEL and left by any evidence. */
#define BIT(state) (1U << (state))
static uint32_t allowed_from(enum order_state from)
{
    const uint32_t ends =
        BIT(ORDER_FILLED) | BIT(ORDER_CANCELED) | BIT(ORDER_EXPIRED) | BIT(ORDER_EXT_CLOSED);
    switch (from) {
    case ORDER_INTENT: return BIT(ORDER_SENDING) | BIT(ORDER_NOT_SENT);
    case ORDER_SENDING:
        return BIT(ORDER_ACKED) | BIT(ORDER_PARTIAL) | BIT(ORDER_REJECTED) | BIT(ORDER_UNKNOWN) |
               BIT(ORDER_NOT_SENT) | BIT(ORDER_PENDING_CANCEL) | ends;
    case ORDER_UNKNOWN:
        return BIT(ORDER_ACKED) | BIT(ORDER_PARTIAL) | BIT(ORDER_REJECTED) | BIT(ORDER_ABSENT) |
               BIT(ORDER_PENDING_CANCEL) | ends;
    case ORDER_ACKED:
        return BIT(ORDER_PARTIAL) | BIT(ORDER_PENDING_CANCEL) | BIT(ORDER_REJECTED) | ends;
    case ORDER_PARTIAL: return BIT(ORDER_PARTIAL) | BIT(ORDER_PENDING_CANCEL) | ends;
    case ORDER_PENDING_CANCEL:
        return BIT(ORDER_ACKED) | BIT(ORDER_PARTIAL) | BIT(ORDER_UNKNOWN) | BIT(ORDER_REJECTED) |
               ends;
    case ORDER_FILLED:
    case ORDER_CANCELED:
    case ORDER_EXPIRED:
    case ORDER_REJECTED:
    case ORDER_EXT_CLOSED:
    case ORDER_NOT_SENT:
    case ORDER_ABSENT: return 0;
    }
    return 0;
}

bool order_may(enum order_state from, enum order_state to)
{
    return (allowed_from(from) & BIT(to)) != 0;
}

static void stamp(struct order *order, int64_t time_us)
{
    if (order->state == ORDER_SENDING) {
        order->sent_us = time_us;
    } else if (order->acked_us == 0 &&
               (order->state == ORDER_ACKED || order->state == ORDER_PARTIAL)) {
        order->acked_us = time_us;
    }
    if (order_state_terminal(order->state)) {
        order->ended_us = time_us;
    }
}

bool order_move(struct order *order,
                enum order_state state,
                enum order_reason reason,
                int64_t time_us)
{
    if (!order_may(order->state, state)) {
        return false;
    }
    order->state = state;
    order->reason = reason;
    stamp(order, time_us);

    return true;
}

void order_fill(struct order *order, int64_t size_e6, int64_t time_us)
{
    CHECK(size_e6 > 0);
    bool sized = !order->close_position;
    if (!sized) {
        order->size_e6 = order->filled_e6 + size_e6;
    }
    CHECK(order->filled_e6 + size_e6 <= order->size_e6);

    order->filled_e6 += size_e6;
    bool whole = sized && order->filled_e6 == order->size_e6;
    bool pending = order->state == ORDER_PENDING_CANCEL;
    if (whole || !pending) {
        order->state = whole ? ORDER_FILLED : ORDER_PARTIAL;
    }
    stamp(order, time_us);
}

void orders_check(const struct orders *self)
{
    int32_t live = 0;
    int32_t entries = 0;
    for (int32_t instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
        for (int32_t slot = self->first[instrument]; slot != NONE; slot = self->next[slot]) {
            const struct order *order = &self->items[slot];
            CHECK(order->instrument == instrument);
            CHECK(!order_state_terminal(order->state));
            CHECK(order->filled_e6 <= order->size_e6);
            live++;
            entries += order->entry;
        }
    }
    CHECK(live == self->live);
    CHECK(entries == self->entries);
}
