/* Doubt about one order, until the venue has said what became of it (RISK 5.2 rule 3). */
#include "live/desk_parts.h"

#include "core/instant.h"

/* When each round is due after the doubt began; then every ten seconds. */
static const int64_t round_ns[] = {NS_PER_S / 5, NS_PER_S / 2, NS_PER_S,
                                   2 * NS_PER_S, 5 * NS_PER_S, 10 * NS_PER_S};

static int64_t due_ns(const struct desk_inquiry *inquiry)
{
    int32_t known = (int32_t)ARRAY_COUNT(round_ns);
    int32_t beyond = inquiry->round - (known - 1);

    return inquiry->began_ns +
           (beyond > 0 ? round_ns[known - 1] * (1 + beyond) : round_ns[inquiry->round]);
}

/* A doubt about the placing is not replaced by a lesser one: only that the order shows itself ends it. */
void desk_doubt_begin(struct desk *self, struct desk_order *order, enum desk_doubt doubt)
{
    struct desk_inquiry *inquiry = &order->inquiry;
    if (inquiry->doubt == doubt || (inquiry->doubt == DOUBT_PLACED && doubt != DOUBT_FILLS)) {
        return;
    }
    int32_t waiting = inquiry->waiting;
    *inquiry = (struct desk_inquiry){.doubt = doubt, .began_ns = self->now_ns, .waiting = waiting};
    inquiry->after_tag = self->tag;
    inquiry->phase = doubt == DOUBT_FILLS ? INQUIRY_FILLS : INQUIRY_ORDER;
    inquiry->next_ns = due_ns(inquiry);
}

void desk_doubt_end(struct desk *self, struct desk_order *order)
{
    (void)self;
    order->inquiry.doubt = DOUBT_NONE;
    order->inquiry.next_ns = NEVER_NS;
}

/* ---- a round ---- */

static bool ask(struct desk *self, struct desk_order *order, enum desk_call call, bool conditional)
{
    const struct desk_world *world = &self->world;
    struct desk_request *request = desk_request(self, call, order->instrument, order->order_id);
    if (request == NULL) {
        return false;
    }
    request->conditional = conditional;
    order->inquiry.waiting++;
    if (call == CALL_ORDER) {
        world->table->ask_order(world->venue, request->tag, order->instrument, order->order_id,
                                conditional);
    } else if (call == CALL_FILLS) {
        world->table->ask_fills(world->venue, request->tag, order->instrument,
                                order->sent_us - OVERLAP_US);
    } else {
        self->venue_e6[order->instrument] = 0; /* no row: flat, once the answer is done */
        world->table->ask_positions(world->venue, request->tag);
    }
    return true;
}

static void begin_round(struct desk *self, struct desk_order *order)
{
    struct desk_inquiry *inquiry = &order->inquiry;
    inquiry->none[0] = inquiry->none[1] = inquiry->failed = inquiry->found = false;
    inquiry->late = self->now_ns > order->valid_ns + MARGIN_NS;
    bool asked = inquiry->phase == INQUIRY_ORDER ? ask(self, order, CALL_ORDER, order->conditional)
                                                 : ask(self, order, CALL_FILLS, false);
    if (asked && inquiry->phase == INQUIRY_ORDER) {
        inquiry->failed = !ask(self, order, CALL_ORDER, !order->conditional);
    }
    inquiry->round++;
    inquiry->next_ns = due_ns(inquiry);
    if (inquiry->next_ns <= self->now_ns) {
        inquiry->next_ns = self->now_ns + NS_PER_S;
    }
}

void desk_inquiry_turn(struct desk *self)
{
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        struct desk_order *order = &self->orders[index];
        struct desk_inquiry *inquiry = &order->inquiry;
        if (order->order_id != 0 && inquiry->doubt != DOUBT_NONE && inquiry->waiting == 0 &&
            inquiry->next_ns <= self->now_ns) {
            begin_round(self, order);
        }
    }
}

int64_t desk_inquiry_deadline_ns(const struct desk *self)
{
    int64_t at_ns = NEVER_NS;
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        const struct desk_order *order = &self->orders[index];
        if (order->order_id != 0 && order->inquiry.doubt != DOUBT_NONE &&
            order->inquiry.waiting == 0 && order->inquiry.next_ns < at_ns) {
            at_ns = order->inquiry.next_ns;
        }
    }
    return at_ns;
}

/* ---- what a round has shown ---- */

/* Nothing knows it, no trade carries it, and the position is what the books say. One that the venue had shown before has ended
 * at the venue; one that it never showed was never accepted. */
static void conclude(struct desk *self, struct desk_order *order)
{
    CHECK(order->inquiry.absences >= 2);
    order->over = order->accepted ? OVER_CANCELED : OVER_ABSENT;
    order->reason = REASON_UNKNOWN_ORDER;
    self->counters.absents += !order->accepted;
    desk_order_settle(self, order);
}

static void on_order_round(struct desk *self, struct desk_order *order)
{
    struct desk_inquiry *inquiry = &order->inquiry;
    if (inquiry->found || inquiry->failed || !inquiry->none[0] || !inquiry->none[1] ||
        !inquiry->late) {
        return;
    }
    inquiry->absences++;
    if (inquiry->absences >= 2) {
        inquiry->phase = INQUIRY_FILLS;
        if (!ask(self, order, CALL_FILLS, false)) {
            inquiry->phase = INQUIRY_ORDER;
        }
    }
}

static void on_fills_round(struct desk *self, struct desk_order *order, bool done)
{
    struct desk_inquiry *inquiry = &order->inquiry;
    if (inquiry->doubt == DOUBT_FILLS) {
        if (done && inquiry->round == (int32_t)ARRAY_COUNT(round_ns)) {
            desk_say(self, SEVERITY_CRITICAL, order->instrument,
                     "the venue says that an order filled, and does not show the trades");
        }
        return; /* asked again when due; a fill ends the doubt */
    }
    inquiry->phase = done ? INQUIRY_POSITION : INQUIRY_ORDER;
    if (done && !ask(self, order, CALL_POSITION, false)) {
        inquiry->phase = INQUIRY_ORDER;
    }
}

static void on_position_round(struct desk *self, struct desk_order *order, bool done)
{
    int32_t instrument = order->instrument;
    bool quiet = self->now_ns - self->activity_ns[instrument] > NS_PER_S;
    int64_t ours_e6 = self->world.core.position_e6(self->world.core.self, instrument);
    order->inquiry.phase = INQUIRY_ORDER;
    if (done && quiet && self->venue_e6[instrument] == ours_e6) {
        conclude(self, order);
    }
}

void desk_inquiry_answer(struct desk *self,
                         const struct desk_request *request,
                         const struct news *news)
{
    struct desk_order *order = desk_order_find(self, request->order_id);
    if (order == NULL || order->inquiry.waiting == 0) {
        return;
    }
    struct desk_inquiry *inquiry = &order->inquiry;
    bool done = news->answer.outcome == ANSWER_DONE;
    inquiry->waiting--;
    bool late = request->tag <= inquiry->after_tag;
    if (!late && request->call == CALL_ORDER && news->answer.outcome == ANSWER_NONE) {
        inquiry->none[request->conditional ? 1 : 0] = true;
    } else if (late || !done) {
        inquiry->failed = true;
    }
    if (inquiry->waiting > 0 || inquiry->doubt == DOUBT_NONE ||
        request->tag <= inquiry->after_tag) {
        return; /* the last sentence: asked for an earlier doubt, it is no evidence in this one */
    }
    if (request->call == CALL_ORDER) {
        on_order_round(self, order);
    } else if (request->call == CALL_FILLS) {
        on_fills_round(self, order, done);
    } else {
        on_position_round(self, order, done);
    }
}
