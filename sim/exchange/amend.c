/* amend.c - price and size, margin and its mode changed by request; the rules stand in requests.h. */
#include "sim/exchange/state.h"
#include "sim/exchange/terms.h"

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

/* ---- terms ---- */

static enum order_reason reason_of(enum terms_answer answer)
{
    switch (answer) {
    case TERMS_DONE: return REASON_NONE;
    case TERMS_MARGIN_MODE_SAME:
    case TERMS_POSITION_MODE_SAME: return REASON_NO_CHANGE;
    case TERMS_MARGIN_MODE_ORDERS:
    case TERMS_POSITION_MODE_ORDERS: return REASON_ORDERS_OPEN;
    case TERMS_MARGIN_MODE_POSITION:
    case TERMS_POSITION_MODE_POSITION: return REASON_POSITION_OPEN;
    case TERMS_MARGIN_ISOLATED_ONLY: return REASON_ISOLATED_ONLY;
    case TERMS_MARGIN_WALLET: return REASON_WALLET;
    case TERMS_MARGIN_POSITION: return REASON_POSITION_MARGIN;
    case TERMS_BRACKET:
    case TERMS_LEVERAGE_RANGE: return REASON_LEVERAGE_BRACKET;
    case TERMS_NOT_OFFERED:
    case TERMS_MARGIN_FREE:
    case TERMS_LEVERAGE_MARGIN:
    case TERMS_LEVERAGE_REDUCED: return REASON_MARGIN;
    }
    return REASON_MARGIN;
}

static void
answer(struct exchange *self, int32_t instrument, uint64_t request_id, enum terms_answer given)
{
    enum order_reason reason = reason_of(given);
    enum order_evidence evidence = reason == REASON_NONE ? EVIDENCE_ACKED : EVIDENCE_REJECTED;
    tell_order(self, instrument, request_id, evidence, reason);
}

void amend_mode(struct exchange *self,
                int32_t instrument,
                const struct request_margin_mode *request)
{
    answer(self, instrument, request->request_id,
           terms_margin_mode(self, instrument, request->margin_mode));
}

void amend_margin(struct exchange *self, int32_t instrument, const struct request_margin *request)
{
    answer(self, instrument, request->request_id,
           terms_margin(self, instrument, request->side, request->amount_e8));
}
