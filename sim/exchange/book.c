/* book.c - singly linked lists over one pool. */
#include "sim/exchange/book.h"

#include <string.h>

#include "core/instant.h"

void book_init(struct book *self)
{
    self->free = 0;
    self->count = 0;
    self->conditional = 0;
    self->reserved_e8 = 0;
    self->arrivals = 0;
    memset(self->counts, 0, sizeof self->counts);
    for (int32_t i = 0; i < INSTRUMENTS_MAX; i++) {
        self->first[i] = BOOK_NONE;
        self->versions[i] = 1;
    }
    for (int32_t i = 0; i < BOOK_MAX; i++) {
        self->orders[i].next = i + 1 < BOOK_MAX ? i + 1 : BOOK_NONE;
    }
}

int32_t book_find(const struct book *self, int32_t instrument, uint64_t order_id)
{
    int32_t slot = self->first[instrument];
    while (slot != BOOK_NONE && self->orders[slot].place.order_id != order_id) {
        slot = self->orders[slot].next;
    }
    return slot;
}

int64_t book_expiry(const struct book *self, int32_t instrument)
{
    int64_t earliest_us = INSTANT_NEVER;
    for (int32_t slot = self->first[instrument]; slot != BOOK_NONE;
         slot = self->orders[slot].next) {
        int64_t expires_us = self->orders[slot].place.expires_us;
        if (expires_us != 0 && expires_us < earliest_us) {
            earliest_us = expires_us;
        }
    }
    return earliest_us;
}

int32_t book_limits(const struct book *self, int32_t instrument)
{
    int32_t count = 0;
    for (int32_t slot = self->first[instrument]; slot != BOOK_NONE;
         slot = self->orders[slot].next) {
        count += self->orders[slot].place.type == ORDER_LIMIT;
    }
    return count;
}

int64_t book_best_e12(const struct book *self, int32_t instrument, enum side side)
{
    int64_t best_e12 = 0;
    for (int32_t slot = self->first[instrument]; slot != BOOK_NONE;
         slot = self->orders[slot].next) {
        const struct action_place *place = &self->orders[slot].place;
        if (place->type == ORDER_LIMIT && place->side == side &&
            (best_e12 == 0 ||
             (side == SIDE_BUY ? place->price_e12 > best_e12 : place->price_e12 < best_e12))) {
            best_e12 = place->price_e12;
        }
    }
    return best_e12;
}

int64_t book_resting_e6(const struct book *self, int32_t instrument, enum side side)
{
    int64_t size_e6 = 0;
    for (int32_t slot = self->first[instrument]; slot != BOOK_NONE;
         slot = self->orders[slot].next) {
        const struct book_order *order = &self->orders[slot];
        if (order->place.type == ORDER_LIMIT && !order->place.reduce_only &&
            order->place.side == side) {
            size_e6 += order->rest_e6;
        }
    }
    return size_e6;
}

/* Behind all others of its instrument. */
static void list_append(struct book *self, int32_t slot)
{
    struct book_order *order = &self->orders[slot];
    int32_t *link = &self->first[order->instrument];
    while (*link != BOOK_NONE) {
        link = &self->orders[*link].next;
    }
    *link = slot;
    order->next = BOOK_NONE;
    order->arrival = ++self->arrivals;
    self->versions[order->instrument]++;
}

static void list_unlink(struct book *self, int32_t slot)
{
    const struct book_order *order = &self->orders[slot];
    int32_t *link = &self->first[order->instrument];
    while (*link != slot) {
        CHECK(*link != BOOK_NONE);
        link = &self->orders[*link].next;
    }
    *link = order->next;
    self->versions[order->instrument]++;
}

struct book_order *book_add(struct book *self, int32_t instrument, const struct action_place *place)
{
    CHECK(self->free != BOOK_NONE);

    int32_t slot = self->free;
    struct book_order *order = &self->orders[slot];
    self->free = order->next;
    *order = (struct book_order){.place = *place, .instrument = instrument};
    order->rest_e6 = place->size_e6;
    list_append(self, slot);
    self->counts[instrument]++;
    self->count++;
    self->conditional += place->type != ORDER_LIMIT;
    return order;
}

void book_reserve(struct book *self, struct book_order *order, int64_t amount_e8)
{
    self->reserved_e8 += amount_e8 - order->reserved_e8;
    order->reserved_e8 = amount_e8;
}

void book_remove(struct book *self, int32_t slot)
{
    struct book_order *order = &self->orders[slot];
    book_reserve(self, order, 0);
    list_unlink(self, slot);
    self->counts[order->instrument]--;
    self->count--;
    self->conditional -= order->place.type != ORDER_LIMIT;
    order->next = self->free;
    self->free = slot;
}

void book_put_behind(struct book *self, int32_t slot)
{
    list_unlink(self, slot);
    list_append(self, slot);
    self->orders[slot].queued = false;
}
