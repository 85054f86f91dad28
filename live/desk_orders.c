/* Evidence on one order, in whatever order it comes (RISK 5.1). */
#include "live/desk_parts.h"

#include <string.h>

struct desk_order *desk_order_find(struct desk *self, uint64_t order_id)
{
    for (int32_t index = 0; index < DESK_ORDERS && order_id != 0; index++) {
        if (self->orders[index].order_id == order_id) {
            return &self->orders[index];
        }
    }
    return NULL;
}

/* The core holds at most ORDERS_MAX live: so one of twice as many places is free or ended. The one that ended first goes. */
struct desk_order *desk_order_new(struct desk *self, uint64_t order_id, int32_t instrument)
{
    struct desk_order *place = NULL;
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        struct desk_order *order = &self->orders[index];
        CHECK(order->order_id != order_id); /* an id is placed once */
        bool usable = order->order_id == 0 || (order->told && order->inquiry.doubt == DOUBT_NONE);
        if (usable && (place == NULL || order->order_id < place->order_id)) {
            place = order;
        }
    }
    CHECK(place != NULL);
    *place = (struct desk_order){.order_id = order_id, .instrument = instrument};

    return place;
}

struct desk_order *desk_order_of_venue(struct desk *self, int32_t instrument, const char *venue_id)
{
    for (int32_t index = 0; index < DESK_ORDERS && venue_id[0] != '\0'; index++) {
        struct desk_order *order = &self->orders[index];
        if (order->order_id != 0 && order->instrument == instrument &&
            (strcmp(order->venue_id, venue_id) == 0 || strcmp(order->child_id, venue_id) == 0)) {
            return order;
        }
    }
    uint64_t order_id =
        venue_id[0] == '\0'
            ? 0
            : self->world.memory.order_of_venue(self->world.memory.self, instrument, venue_id);

    return desk_order_find(self, order_id);
}

/* Sent in an earlier life. What the core had no answer to is in doubt; what it had is looked for by the first pass. Its validity
 * began when it was sent, so it is over a recvWindow from now at the latest. */
struct desk_order *desk_order_adopt(struct desk *self, const struct order *order)
{
    struct desk_order *own = desk_order_new(self, order->order_id, order->instrument);
    own->side = order->side;
    own->conditional = order->type != ORDER_MARKET && order->type != ORDER_LIMIT;
    own->reducing = order->reduce_only || order->close_position;
    own->sized = !order->close_position;
    own->size_e6 = order->size_e6;
    own->booked_e6 = order->filled_e6;
    own->cumulative_e6 = order->filled_e6;
    own->accepted = order->acked_us != 0 || order->filled_e6 > 0;
    own->cancel_wanted = order->state == ORDER_PENDING_CANCEL;
    own->sent_ns = self->now_ns;
    own->sent_us = order->sent_us;
    own->valid_ns = self->world.table->valid_until_ns(self->world.venue, self->now_ns);
    desk_doubt_begin(self, own,
                     !own->accepted       ? DOUBT_PLACED
                     : own->cancel_wanted ? DOUBT_CANCEL
                                          : DOUBT_LOST);
    return own;
}

bool desk_order_live(const struct desk_order *order)
{
    return order->over == OVER_NONE;
}

bool desk_fenced(struct desk *self, int32_t instrument, uint64_t order_id)
{
    uint64_t epoch = (order_id & ~FLATTEN_BIT) >> 40;
    bool newer = epoch > self->options.epoch;
    bool twin = epoch == self->options.epoch && (order_id & FLATTEN_BIT) == 0 &&
                desk_order_find(self, order_id) == NULL &&
                !self->world.core.made(self->world.core.self, order_id);
    if (!newer && !twin) {
        return false;
    }
    if (!self->fenced) {
        self->fenced = true;
        desk_fact(self, instrument, FACT_FENCED, (int64_t)epoch, self->options.epoch);
        desk_say(self, SEVERITY_CRITICAL, instrument,
                 "an order at the venue was made by another executor of this account");
    }
    return true;
}

void desk_order_accepted(struct desk *self, struct desk_order *order)
{
    bool first = !order->accepted;
    order->accepted = true;
    if ((first || order->unknown) && !order->told) {
        desk_tell(self, order, EVIDENCE_ACKED, REASON_NONE);
        self->counters.resolved += order->inquiry.doubt == DOUBT_PLACED;
    }
    if (order->inquiry.doubt == DOUBT_PLACED || order->inquiry.doubt == DOUBT_LOST) {
        desk_doubt_end(self, order);
    }
}

static void remember_ids(struct desk *self, struct desk_order *order, const char *id, bool child)
{
    char *kept = child ? order->child_id : order->venue_id;
    if (id[0] == '\0' || strcmp(kept, id) == 0) {
        return;
    }
    memcpy(kept, id, VENUE_ID_BYTES);
    kept[VENUE_ID_BYTES - 1] = '\0';
    self->world.memory.venue_order(self->world.memory.self, order->instrument, order->order_id,
                                   kept);
}

static enum desk_over over_of(enum venue_order_state state)
{
    switch (state) {
    case VENUE_ORDER_OPEN:
    case VENUE_ORDER_TRIGGERED: return OVER_NONE;
    case VENUE_ORDER_FILLED: return OVER_FILLED;
    case VENUE_ORDER_CANCELED: return OVER_CANCELED;
    case VENUE_ORDER_EXPIRED: return OVER_EXPIRED;
    case VENUE_ORDER_REJECTED: return OVER_REJECTED;
    }
    return OVER_NONE;
}

/* The order stands although we asked for its end: asked again, until the venue has refused twice. */
static void still_open(struct desk *self, struct desk_order *order)
{
    if (!order->cancel_wanted || order->cancel_sent) {
        return;
    }
    if (order->cancels_refused >= 2) {
        order->cancel_wanted = false;
        desk_doubt_end(self, order);
        desk_tell(self, order, EVIDENCE_CANCEL_REJECTED, order->reason);
        return;
    }
    desk_cancel_send(self, order);
}

/* An end is sticky; only that it was filled after all overrules another end (F14). */
void desk_order_learn(struct desk *self, struct desk_order *order, const struct venue_order *told)
{
    enum desk_over over = over_of(told->state);
    if (told->filled_e6 > order->cumulative_e6) {
        order->cumulative_e6 = told->filled_e6;
    }
    remember_ids(self, order, told->venue_id, false);
    remember_ids(self, order, told->child_id, true);
    if (over == OVER_NONE) {
        if (desk_order_live(order)) {
            desk_order_accepted(self, order);
            still_open(self, order);
        }
        if (order->cumulative_e6 > order->booked_e6) {
            desk_doubt_begin(self, order, DOUBT_FILLS);
        }
        return;
    }
    if (over != OVER_REJECTED) {
        desk_order_accepted(self, order);
    }
    if (order->over == OVER_NONE || (over == OVER_FILLED && order->over != OVER_FILLED)) {
        bool unasked = over == OVER_CANCELED && !order->cancel_wanted;
        order->over = over;
        order->reason = told->reason;
        order->ended_us = told->update_us;
        if (unasked) {
            reconcile_orders_soon(self); /* a switch or a cancel-all may have taken stops too */
        }
    }
    desk_order_settle(self, order);
}

static bool fills_missing(const struct desk_order *order)
{
    if (order->over != OVER_FILLED) {
        return order->booked_e6 < order->cumulative_e6;
    }
    int64_t whole_e6 = order->sized ? order->size_e6 : 1;

    return order->booked_e6 < (whole_e6 > order->cumulative_e6 ? whole_e6 : order->cumulative_e6);
}

void desk_order_settle(struct desk *self, struct desk_order *order)
{
    static const enum order_evidence evidence[] = {[OVER_CANCELED] = EVIDENCE_CANCELED,
                                                   [OVER_EXPIRED] = EVIDENCE_EXPIRED,
                                                   [OVER_REJECTED] = EVIDENCE_REJECTED,
                                                   [OVER_ABSENT] = EVIDENCE_ABSENT};
    if (order->over == OVER_NONE) {
        if (order->inquiry.doubt == DOUBT_FILLS && order->booked_e6 >= order->cumulative_e6) {
            desk_doubt_end(self, order);
        }
        return;
    }
    if (fills_missing(order)) {
        desk_doubt_begin(self, order, DOUBT_FILLS);
        return;
    }
    desk_doubt_end(self, order);
    if (!order->told) {
        order->told = true; /* filled: its fills have said so */
        if (order->over != OVER_FILLED) {
            desk_tell(self, order, evidence[order->over], order->reason);
        }
    }
}

/* ---- answers ---- */

static void not_sent(struct desk *self, struct desk_order *order)
{
    if (order->accepted || order->over != OVER_NONE) {
        self->counters.overruled++; /* it is there, whoever sent it */
        return;
    }
    order->over = OVER_ABSENT;
    order->told = true;
    desk_tell(self, order, EVIDENCE_NOT_SENT, REASON_NONE);
}

static void refused(struct desk *self, struct desk_order *order, enum order_reason reason)
{
    if (order->accepted || order->over != OVER_NONE) {
        self->counters.overruled++; /* F6: the stream has shown it, or its end */
        if (order->over == OVER_NONE) {
            desk_doubt_begin(self, order, DOUBT_LOST);
        }
        return;
    }
    order->over = OVER_REJECTED;
    order->reason = reason;
    desk_order_settle(self, order);
}

void desk_place_answer(struct desk *self, struct desk_order *order, const struct news *news)
{
    self->activity_ns[order->instrument] = self->now_ns;
    switch (news->answer.outcome) {
    case ANSWER_DONE:
        remember_ids(self, order, news->answer.venue_id, false);
        if (desk_order_live(order)) {
            desk_order_accepted(self, order);
        }
        return;
    case ANSWER_REFUSED: refused(self, order, news->answer.reason); return;
    case ANSWER_NOT_SENT: not_sent(self, order); return;
    case ANSWER_EXISTS: /* this id is there: ours, of this very send or of one that was cut */
    case ANSWER_UNKNOWN:
    case ANSWER_NONE:
    case ANSWER_FAILED: break;
    }
    if (!order->accepted && order->over == OVER_NONE) {
        desk_tell(self, order, EVIDENCE_UNKNOWN, news->answer.reason);
        self->counters.unknowns++;
        desk_doubt_begin(self, order, DOUBT_PLACED);
    }
}

/* An order that was never seen cannot be told to stand as it was: it stays unknown. */
static void cancel_undone(struct desk *self, struct desk_order *order, enum order_reason reason)
{
    order->cancel_wanted = false;
    if (order->accepted) {
        desk_tell(self, order, EVIDENCE_CANCEL_REJECTED, reason);
        return;
    }
    desk_tell(self, order, EVIDENCE_UNKNOWN, reason);
    desk_doubt_begin(self, order, DOUBT_PLACED);
}

/* Whatever came of it but "not sent", only the order itself can say it (-2011 is no proof: F13). */
void desk_cancel_answer(struct desk *self, struct desk_order *order, const struct news *news)
{
    order->cancel_sent = false;
    self->activity_ns[order->instrument] = self->now_ns;
    if (order->over != OVER_NONE) {
        return;
    }
    if (news->answer.outcome == ANSWER_NOT_SENT) {
        cancel_undone(self, order, news->answer.reason);
        return;
    }
    if (news->answer.outcome == ANSWER_REFUSED || news->answer.outcome == ANSWER_NONE) {
        order->cancels_refused++;
    } else if (news->answer.outcome != ANSWER_DONE && !order->unknown) {
        desk_tell(self, order, EVIDENCE_UNKNOWN, REASON_NONE);
        self->counters.unknowns++;
    }
    desk_doubt_begin(self, order, DOUBT_CANCEL);
}

void desk_cancel_send(struct desk *self, struct desk_order *order)
{
    struct desk_request *request =
        desk_request(self, CALL_CANCEL, order->instrument, order->order_id);
    if (request == NULL) {
        desk_doubt_begin(self, order, DOUBT_CANCEL); /* asked for, then cancelled */
        return;
    }
    order->cancel_sent = true;
    self->world.table->cancel(self->world.venue, request->tag, order->instrument, order->order_id,
                              order->conditional);
}
