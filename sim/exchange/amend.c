/* amend.c - price, size and mode changed by request; the rules stand in requests.h. */
#include "sim/exchange/state.h"

static void refuse(struct exchange *self,
                   int32_t instrument,
                   const struct request_amend *amend,
                   enum order_reason reason)
{
    tell_order(self, instrument, amend->order_id, EVIDENCE_CANCEL_REJECTED, reason);
}

/* The order as it would be: size is what is left to fill. */
static struct action_place
amended(const struct book_order *order, const struct request_amend *amend, int64_t filled_e6)
{
    struct action_place place = order->place;
    if (amend->price_e12 != 0) {
        place.price_e12 = amend->price_e12;
    }
    if (amend->size_e6 != 0) {
        place.size_e6 = amend->size_e6;
    }
    place.size_e6 -= filled_e6;
    return place;
}

/* It leaves the book and comes in anew: behind all others of its price. */
static void requeue(struct exchange *self,
                    int32_t instrument,
                    int32_t slot,
                    const struct action_place *place,
                    int64_t filled_e6)
{
    int32_t amends = book_at(&self->book, slot)->amends + 1;
    book_remove(&self->book, slot);
    if (place->tif == TIF_POST_ONLY && acceptance_takes(self, instrument, place)) {
        tell_order(self, instrument, place->order_id, EVIDENCE_CANCELED, REASON_POST_ONLY);
        return;
    }
    tell_amended(self, instrument, place->order_id, place->price_e12, place->size_e6 + filled_e6);
    matching_limit(self, instrument, place);
    slot = book_find(&self->book, instrument, place->order_id);
    if (slot != BOOK_NONE) {
        book_at(&self->book, slot)->place.size_e6 = place->size_e6 + filled_e6;
        book_at(&self->book, slot)->amends = amends;
    }
}

static void shrink(struct exchange *self,
                   int32_t instrument,
                   struct book_order *order,
                   const struct action_place *place,
                   int64_t filled_e6)
{
    order->amends++;
    order->rest_e6 = place->size_e6;
    order->place.size_e6 = place->size_e6 + filled_e6;
    book_reserve(&self->book, order,
                 acceptance_reserve_e8(self, instrument, &order->place, order->rest_e6));
    tell_amended(self, instrument, place->order_id, place->price_e12, order->place.size_e6);
}

/* Judged as a new order would be, with what it rests and reserves given back meanwhile. */
static enum order_reason judge(struct exchange *self,
                               int32_t instrument,
                               struct book_order *order,
                               const struct action_place *place)
{
    int64_t rest_e6 = order->rest_e6;
    int64_t reserved_e8 = order->reserved_e8;
    struct action_place asked = *place;
    asked.order_id = RULES_AMEND;
    asked.tif = TIF_GTC; /* a post-only order that crosses is cancelled, not refused */
    order->rest_e6 = 0;
    book_reserve(&self->book, order, 0);
    enum order_reason reason = acceptance(self, instrument, &asked);
    order->rest_e6 = rest_e6;
    book_reserve(&self->book, order, reserved_e8);
    return reason;
}

void amend_order(struct exchange *self, int32_t instrument, const struct request_amend *amend)
{
    int32_t slot = book_find(&self->book, instrument, amend->order_id);
    if (slot == BOOK_NONE) {
        refuse(self, instrument, amend, REASON_UNKNOWN_ORDER);
        return;
    }
    struct book_order *order = book_at(&self->book, slot);
    if (order->place.type != ORDER_LIMIT || order->amends >= AMENDS_MAX) {
        refuse(self, instrument, amend, REASON_NOT_AMENDABLE);
        return;
    }
    int64_t filled_e6 = order->place.size_e6 - order->rest_e6;
    struct action_place place = amended(order, amend, filled_e6);
    bool same_price = place.price_e12 == order->place.price_e12;
    if (same_price && place.size_e6 == order->rest_e6) {
        refuse(self, instrument, amend, REASON_NO_CHANGE);
        return;
    }
    if (amend->size_e6 >= 0 && place.size_e6 <= 0) {
        book_remove(&self->book, slot);
        tell_order(self, instrument, amend->order_id, EVIDENCE_CANCELED, REASON_AMENDED);
        return;
    }
    enum order_reason reason = judge(self, instrument, order, &place);
    if (reason != REASON_NONE) {
        refuse(self, instrument, amend, reason);
        return;
    }
    self->counters.amends++;
    if (same_price && place.size_e6 < order->rest_e6) {
        shrink(self, instrument, order, &place, filled_e6);
    } else {
        requeue(self, instrument, slot, &place, filled_e6);
    }
    liquidation_sweep(self);
}

void amend_mode(struct exchange *self, const struct request_margin_mode *request)
{
    bool cross = request->margin_mode == MARGIN_CROSS;
    enum order_reason reason = REASON_NONE;
    if (cross == self->account.cross) {
        reason = REASON_NO_CHANGE;
    } else if (self->book.count > 0) {
        reason = REASON_ORDERS_OPEN;
    } else if (self->account.open_count > 0) {
        reason = REASON_POSITION_OPEN;
    } else {
        self->account.cross = cross;
    }
    enum order_evidence evidence = reason == REASON_NONE ? EVIDENCE_ACKED : EVIDENCE_REJECTED;
    tell_order(self, 0, request->request_id, evidence, reason);
}
