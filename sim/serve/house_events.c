/* house_events.c - what the exchange tells, as records of orders and news, each event once and in its order.
 * Trigger  the exchange tells no trigger, only what follows: a first fill of a conditional order, or its end for want of
 *          liquidity or by self-trade, means that it has triggered: then it is told triggered, its child is told new, and the
 *          rest is the child's. Refused at the trigger (margin, nothing to reduce): the conditional is told rejected. */
#include <inttypes.h>
#include <stdio.h>

#include "sim/serve/house_private.h"

/* ---- telling ---- */

static void
tell_order(struct house *self, int64_t index, const struct house_trade *fill, bool amended)
{
    struct house_order *order = house_order_mutable(self, index);
    order->updated_us = self->now_us;
    const struct house_news news = {
        .kind = HOUSE_NEWS_ORDER,
        .instrument = order->instrument,
        .time_us = self->now_us,
        .order = {order, fill, amended},
    };
    house_tell(self, &news);
}

/* ---- records ---- */

static void open_add(struct house *self, int64_t index)
{
    *(int64_t *)house_list_add(&self->open, sizeof(int64_t)) = index;
}

static void open_remove(struct house *self, int64_t index)
{
    int64_t *items = self->open.items;
    int64_t place = 0;
    while (place < self->open.count && items[place] != index) {
        place++;
    }
    if (place == self->open.count) {
        return;
    }
    self->open.count--;
    for (; place < self->open.count; place++) {
        items[place] = items[place + 1];
    }
}

/* Numbers it; a client id that was not given is made from the number. Returns its index. */
static int64_t add_order(struct house *self, const struct house_order *given)
{
    struct house_list *numbers = given->conditional ? &self->conditionals : &self->plain;
    int64_t index = self->orders.count;
    struct house_order *order = house_list_add(&self->orders, sizeof(*order));
    *order = *given;
    *(int64_t *)house_list_add(numbers, sizeof(int64_t)) = index;
    order->venue_id = (uint64_t)numbers->count;
    order->created_us = self->now_us;
    order->updated_us = self->now_us;
    if (order->client_id[0] == '\0') {
        (void)snprintf(order->client_id, sizeof(order->client_id), "%s%" PRIu64,
                       order->venue_made ? "venue-" : "made-", order->venue_id);
    }
    return index;
}

static int64_t index_of(const struct house *self, uint64_t asked_id)
{
    const int64_t *items = self->asked_ids.items;
    return asked_id >= 1 && asked_id <= (uint64_t)self->asked_ids.count ? items[asked_id - 1] : -1;
}

static int64_t index_of_number(const struct house_list *numbers, uint64_t number)
{
    return ((const int64_t *)numbers->items)[number - 1];
}

static void accept(struct house *self)
{
    int64_t index = add_order(self, &self->candidate);
    ((int64_t *)self->asked_ids.items)[self->candidate_id - 1] = index;
    self->candidate_id = 0;
    open_add(self, index);
    tell_order(self, index, NULL, false);
}

/* ---- ends and triggers ---- */

static void
end_order(struct house *self, int64_t index, enum house_order_state state, enum order_reason reason)
{
    struct house_order *order = house_order_mutable(self, index);
    order->state = state;
    order->reason = reason;
    open_remove(self, index);
    tell_order(self, index, NULL, false);
}

/* Where the child is; it is made when there is none. */
static int64_t trigger(struct house *self, int64_t index)
{
    struct house_order *parent = house_order_mutable(self, index);
    if (parent->child_id != 0) {
        return index_of_number(&self->plain, parent->child_id);
    }
    struct house_order child = {
        .parent_id = parent->venue_id,
        .instrument = parent->instrument,
        .place = parent->place,
    };
    (void)snprintf(child.client_id, sizeof(child.client_id), "%s", parent->client_id);
    child.place.type = ORDER_MARKET;
    child.place.tif = TIF_GTC;
    child.place.price_e12 = child.place.trigger_e12 = child.place.callback_e9 = 0;
    child.place.expires_us = 0;
    if (parent->place.close_position) {
        child.place.close_position = false;
        child.place.reduce_only = true;
        child.place.size_e6 =
            account_size_e6(&self->account, parent->instrument, side_opposite(parent->place.side));
    }
    int64_t made = add_order(self, &child);
    parent = house_order_mutable(self, index);
    parent->state = HOUSE_TRIGGERED;
    parent->triggered_us = self->now_us;
    parent->child_id = house_order_mutable(self, made)->venue_id;
    open_remove(self, index);
    tell_order(self, index, NULL, false);
    tell_order(self, made, NULL, false);
    return made;
}

/* The conditional ends with its child. */
static void end_parent(struct house *self, int64_t child_index)
{
    const struct house_order child = *house_order_mutable(self, child_index);
    if (child.parent_id == 0) {
        return;
    }
    int64_t index = index_of_number(&self->conditionals, child.parent_id);
    struct house_order *parent = house_order_mutable(self, index);
    parent->filled_e6 = child.filled_e6;
    parent->cost_e8 = child.cost_e8;
    parent->fee_e8 = child.fee_e8;
    parent->realised_e8 = child.realised_e8;
    end_order(self, index, child.state, child.reason);
}

static void end_conditional(struct house *self,
                            int64_t index,
                            enum house_order_state state,
                            enum order_reason reason)
{
    struct house_order *order = house_order_mutable(self, index);
    bool refused = reason == REASON_REDUCE_ONLY || reason == REASON_MARGIN ||
                   reason == REASON_LEVERAGE_BRACKET || reason == REASON_SIZE;
    bool unfilled = reason == REASON_LIQUIDITY || reason == REASON_SELF_TRADE;
    if (order->child_id != 0 || unfilled) {
        int64_t child = trigger(self, index);
        end_order(self, child, state, reason);
        end_parent(self, child);
        return;
    }
    if (refused) {
        order->triggered_us = self->now_us;
    }
    end_order(self, index, refused ? HOUSE_REJECTED : state, reason);
}

/* ---- events ---- */

static void take_amended(struct house *self, int64_t index, const struct event_order *told)
{
    struct house_order *order = house_order_mutable(self, index);
    order->place.price_e12 = told->price_e12;
    order->place.size_e6 = told->size_e6;
    order->amends++;
    tell_order(self, index, NULL, true);
}

static void take_end(struct house *self, int64_t index, const struct event_order *told)
{
    enum house_order_state state =
        told->evidence == EVIDENCE_CANCELED ? HOUSE_CANCELED : HOUSE_EXPIRED;
    if (house_order_mutable(self, index)->conditional) {
        end_conditional(self, index, state, told->reason);
    } else {
        end_order(self, index, state, told->reason);
    }
}

static void take_order(struct house *self, const struct event_order *told)
{
    struct house_asked *asked = &self->asked;
    if (told->order_id == asked->id && !asked->answered) {
        asked->answered = true;
        asked->evidence = told->evidence;
        asked->reason = told->reason;
    }
    if (told->order_id == self->candidate_id && told->evidence == EVIDENCE_ACKED) {
        accept(self);
        return;
    }
    int64_t index = index_of(self, told->order_id);
    if (index < 0) {
        return;
    }
    switch (told->evidence) {
    case EVIDENCE_AMENDED: take_amended(self, index, told); break;
    case EVIDENCE_CANCELED:
    case EVIDENCE_EXPIRED: take_end(self, index, told); break;
    case EVIDENCE_ACKED:
    case EVIDENCE_REJECTED:
    case EVIDENCE_CANCEL_REJECTED:
    case EVIDENCE_UNKNOWN:
    case EVIDENCE_NOT_SENT:
    case EVIDENCE_ABSENT: break;
    }
}

static int64_t venue_order(struct house *self, const struct event *event)
{
    const struct event_fill *fill = &event->fill;
    const struct house_order made = {
        .instrument = event->instrument,
        .place = {.side = fill->side,
                  .type = ORDER_MARKET,
                  .reduce_only = true,
                  .size_e6 = fill->size_e6,
                  .price_e12 = fill->price_e12},
        .venue_made = true,
        .forced = fill->kind,
    };
    int64_t index = add_order(self, &made);
    tell_order(self, index, NULL, false);
    return index;
}

static int64_t filled_order(struct house *self, const struct event *event)
{
    if (event->fill.order_id == 0) {
        return venue_order(self, event);
    }
    int64_t index = index_of(self, event->fill.order_id);
    CHECK(index >= 0);
    return house_order_mutable(self, index)->conditional ? trigger(self, index) : index;
}

static void take_fill(struct house *self, const struct event *event)
{
    int64_t index = filled_order(self, event);
    struct house_order *order = house_order_mutable(self, index);
    int64_t trade = account_trade(self, event, order);
    bool whole = order->filled_e6 >= order->place.size_e6;
    order->state = whole ? HOUSE_FILLED : HOUSE_PARTIAL;
    if (whole) {
        open_remove(self, index);
    }
    tell_order(self, index, house_trade_at(self, trade), false);
    const struct house_news news = {
        .kind = HOUSE_NEWS_ACCOUNT,
        .instrument = event->instrument,
        .time_us = self->now_us,
        .account = {ACCOUNT_BY_ORDER, 0},
    };
    house_tell(self, &news);
    if (whole) {
        end_parent(self, index);
    }
}

void event_take(struct house *self, const struct event *event)
{
    switch (event->kind) {
    case EVENT_MARKET:
        account_mark(&self->account, event->instrument, event->market.mark_e12);
        break;
    case EVENT_FUNDING: account_settle(self, event); break;
    case EVENT_TRANSFER: account_moved(self, event); break;
    case EVENT_ORDER: take_order(self, &event->order); break;
    case EVENT_FILL: take_fill(self, event); break;
    case EVENT_BAR:
    case EVENT_BOOK:
    case EVENT_COMMAND:
    case EVENT_TIMER:
    case EVENT_SIGNAL:
    case EVENT_END:
    case EVENT_FACT:
    case EVENT_SNAPSHOT:
    case EVENT_SETTINGS: break;
    }
}
