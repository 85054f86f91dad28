/* Orders: entering, protecting, leaving, and the venue's evidence that is not a fill. */
#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/instant.h"

/* An exit or stop that the venue refused is tried again after a minute, then two, four, and every eight. */
#define RETRY_US US_PER_MINUTE
enum { RETRY_DOUBLINGS = 3 };
/* One that never reached the venue: at once, then after a second, two, four, and every thirty-two. */
#define RESEND_US US_PER_SECOND
enum { RESEND_DOUBLINGS = 5 };

void engine_record_order(struct engine *self, const struct order *order)
{
    engine_act(self, ACTION_ORDER, order->instrument)->order = *order;
}

static void table_full(struct engine *self, int32_t instrument)
{
    struct action_error error = {
        .category = CATEGORY_SYSTEM,
        .severity = SEVERITY_CRITICAL,
        .code = "orders-full",
        .message = "the order table is full: nothing was sent",
    };
    engine_error(self, instrument, &error);
}

static struct action_place placement(const struct order *order)
{
    return (struct action_place){
        .order_id = order->order_id,
        .side = order->side,
        .type = order->type,
        .tif = order->tif,
        .trigger_by = order->trigger_by,
        .reduce_only = order->reduce_only,
        .close_position = order->close_position,
        .size_e6 = order->size_e6,
        .price_e12 = order->price_e12,
        .trigger_e12 = order->trigger_e12,
        .callback_e9 = order->callback_e9,
        .expires_us = order->expires_us,
    };
}

/* The record stands before the order: SENDING is durable before the send (RISK 5.1). */
struct order *engine_send(struct engine *self, const struct order *wish)
{
    struct order *order = orders_create(&self->orders, wish);
    if (order == NULL) {
        table_full(self, wish->instrument);
        return NULL;
    }
    order->intent_us = self->now_us;
    bool moved = order_move(order, ORDER_SENDING, REASON_NONE, self->now_us);
    CHECK(moved);
    engine_record_order(self, order);
    engine_act(self, ACTION_PLACE, order->instrument)->place = placement(order);
    rates_message(&self->rates, self->now_us);
    counters_add(&self->counters, COUNTER_ORDERS_SENT, 1);
    self->risk_epoch++;
    self->changes++;
    self->deadline_dirty = true;

    return order;
}

static void set_leverage(struct engine *self, int32_t instrument, int32_t leverage)
{
    if (self->shares[instrument].leverage_set == leverage) {
        return;
    }
    self->shares[instrument].leverage_set = leverage;
    engine_act(self, ACTION_LEVERAGE, instrument)->leverage = (struct action_leverage){
        .leverage = leverage, .margin_mode = (enum margin_mode)self->settings->margin_cross};
    rates_message(&self->rates, self->now_us);
}

static void pending_add(struct engine *self, int32_t instrument)
{
    CHECK(!self->shares[instrument].entry_pending);
    self->shares[instrument].entry_pending = true;
    self->pending_list[self->pending_count] = instrument;
    self->pending_count++;
}

void engine_enter(struct engine *self,
                  const struct normal_signal *normal,
                  const struct assessment *assessment)
{
    int32_t instrument = assessment->instrument;
    struct holding *holding = positions_get(&self->positions, instrument);
    int32_t leverage = holding == NULL ? assessment->leverage : holding->position.leverage;
    set_leverage(self, instrument, leverage);
    struct order wish = {
        .signal_id = normal->signal_id,
        .position_id = holding == NULL ? 0 : holding->position.position_id,
        .instrument = instrument,
        .side = assessment->side,
        .type = assessment->limit_entry ? ORDER_LIMIT : ORDER_MARKET,
        .tif = assessment->limit_entry ? TIF_GTD : TIF_IOC,
        .entry = true,
        .leverage = leverage,
        .price_e12 = assessment->limit_entry ? assessment->price_e12 : 0,
        .size_e6 = assessment->position_size_e6,
        .expires_us = assessment->limit_entry ? self->now_us + normal->ttl_us : 0,
    };
    if (engine_send(self, &wish) == NULL) {
        return;
    }
    rates_entry(&self->rates, normal->strategy, self->now_us);
    breaker_executions(&self->breaker, self->now_us, normal->strategy,
                       rates_executions(&self->rates, normal->strategy, self->now_us),
                       rates_executions_day(&self->rates, normal->strategy, self->now_us));
    self->entries[instrument] = *normal;
    self->entries[instrument].stop_e12 = assessment->stop_e12;
    pending_add(self, instrument);
}

void engine_protect(struct engine *self, struct holding *holding)
{
    struct position *position = &holding->position;
    struct order wish = {
        .signal_id = position->signal_id,
        .position_id = position->position_id,
        .instrument = position->instrument,
        .side = side_opposite(position->side),
        .type = ORDER_STOP_MARKET,
        .tif = TIF_GTC,
        .trigger_by = TRIGGER_MARK,
        .reduce_only = true,
        .close_position = true,
        .leverage = position->leverage,
        .exit_reason = EXIT_STOP,
        .trigger_e12 = holding->plan.stop_e12,
    };
    position->stop_e12 = holding->plan.stop_e12;
    holding->plan.stop_confirmed = false;
    if (holding->plan.unprotected_since_us == 0) {
        holding->plan.unprotected_since_us = self->now_us;
    }
    struct order *order = engine_send(self, &wish);
    holding->plan.stop_order = order == NULL ? 0 : order->order_id;
}

/* C24: what plain reducing orders in flight will already close. */
static int64_t closing_e6(struct engine *self, int32_t instrument)
{
    int64_t sum_e6 = 0;
    for (struct order *order = orders_first(&self->orders, instrument); order != NULL;
         order = orders_after(&self->orders, order)) {
        sum_e6 += order->reduce_only && order->type == ORDER_MARKET
                      ? order->size_e6 - order->filled_e6
                      : 0;
    }
    return sum_e6;
}

/* A market order for most_e6 of the position, or what is left of it to close; NULL: nothing is, or the table is full. */
static struct order *
leave(struct engine *self, struct holding *holding, enum exit_reason reason, int64_t most_e6)
{
    const struct position *position = &holding->position;
    struct risk_reduction reduction = {
        .has_position = true,
        .position_side = position->side,
        .position_size_e6 = position->size_e6,
        .closing_e6 = closing_e6(self, position->instrument),
        .side = side_opposite(position->side),
    };
    int64_t left_e6 = position->size_e6 - reduction.closing_e6;
    reduction.size_e6 = most_e6 < left_e6 ? most_e6 : left_e6;
    if (risk_check_reducing(&reduction) != VERDICT_APPROVED) {
        return NULL;
    }
    struct order wish = {
        .signal_id = position->signal_id,
        .position_id = position->position_id,
        .instrument = position->instrument,
        .side = reduction.side,
        .type = ORDER_MARKET,
        .tif = TIF_GTC,
        .reduce_only = true,
        .leverage = position->leverage,
        .exit_reason = reason,
        .size_e6 = reduction.size_e6,
    };

    return engine_send(self, &wish);
}

static void try_later(struct engine *self, struct plan *plan)
{
    int32_t doublings = plan->refusals < RETRY_DOUBLINGS ? plan->refusals : RETRY_DOUBLINGS;
    plan->retry_us = self->now_us + RETRY_US * (1LL << doublings);
    plan->refusals += plan->refusals < INT32_MAX;
    self->deadline_dirty = true;
}

static bool never_arrived(const struct order *order)
{
    return order->state == ORDER_NOT_SENT || order->state == ORDER_ABSENT;
}

/* A new order with a new id, for one that never reached the venue: soon, but not in a circle. */
static void try_soon(struct engine *self, struct plan *plan)
{
    int32_t doublings = plan->refusals < RESEND_DOUBLINGS ? plan->refusals : RESEND_DOUBLINGS;
    plan->retry_us = self->now_us + (plan->refusals == 0 ? 1 : RESEND_US * (1LL << doublings) / 2);
    plan->refusals += plan->refusals < INT32_MAX;
    self->deadline_dirty = true;
}

void engine_exit(struct engine *self, struct holding *holding, enum exit_reason reason)
{
    struct plan *plan = &holding->plan;
    struct position *position = &holding->position;
    int32_t instrument = position->instrument;
    bool first = plan->exit_wanted == EXIT_NONE;
    if (first) {
        plan->exit_wanted = reason;
    }
    engine_cancel_entries(self, instrument);
    /* A stop that waits to be asked for again keeps no exit waiting. */
    if (plan->exit_order != 0 || (!first && plan->retry_us > self->now_us) ||
        closing_e6(self, instrument) >= position->size_e6) {
        return;
    }
    struct order *order = leave(self, holding, plan->exit_wanted, position->size_e6);
    if (order == NULL) {
        try_later(self, plan);
        return;
    }
    plan->exit_order = order->order_id;
    plan->retry_us = plan->stop_order == 0 ? plan->retry_us : 0;
    position->status = POSITION_CLOSING;
    engine_record_position(self, holding);
}

void engine_exit_over(struct engine *self, struct holding *holding, const struct order *order)
{
    struct plan *plan = &holding->plan;
    if (order->order_id == plan->exit_order) {
        plan->exit_order = 0;
    }
    if (plan->exit_wanted != EXIT_NONE && plan->exit_order == 0) {
        engine_exit(self, holding, plan->exit_wanted);
    }
}

void engine_cancel_entries(struct engine *self, int32_t instrument)
{
    for (struct order *order = orders_first(&self->orders, instrument); order != NULL;
         order = orders_after(&self->orders, order)) {
        bool resting =
            order->entry && order->type == ORDER_LIMIT && order->state != ORDER_PENDING_CANCEL;
        if (!resting || !order_move(order, ORDER_PENDING_CANCEL, REASON_REQUESTED, self->now_us)) {
            continue;
        }
        engine_record_order(self, order);
        engine_act(self, ACTION_CANCEL, instrument)->cancel.order_id = order->order_id;
        rates_message(&self->rates, self->now_us);
    }
}

/* ---- evidence ---- */

static enum order_state state_of(enum order_evidence evidence)
{
    switch (evidence) {
    case EVIDENCE_ACKED: return ORDER_ACKED;
    case EVIDENCE_REJECTED: return ORDER_REJECTED;
    case EVIDENCE_CANCELED: return ORDER_CANCELED;
    case EVIDENCE_EXPIRED: return ORDER_EXPIRED;
    case EVIDENCE_CANCEL_REJECTED:
    case EVIDENCE_AMENDED: return ORDER_ACKED;
    case EVIDENCE_UNKNOWN: return ORDER_UNKNOWN;
    case EVIDENCE_NOT_SENT: return ORDER_NOT_SENT;
    case EVIDENCE_ABSENT: return ORDER_ABSENT;
    }
    return ORDER_UNKNOWN;
}

/* Evidence on an order that is not live. One of ours that has ended is a race (a cancel that came too late, an
 * acknowledgement after its fill); any other is a stranger. */
static void foreign(struct engine *self, const struct event *event)
{
    if (orders_made(&self->orders, event->order.order_id)) {
        return;
    }
    counters_add(&self->counters, COUNTER_FOREIGN_EVIDENCE, 1);
    struct action_error error = {
        .category = CATEGORY_TRADING,
        .severity = SEVERITY_HIGH,
        .code = "foreign-order",
        .message = "the venue reported an order that is not ours",
    };
    engine_error(self, event->instrument, &error);
    breaker_external(&self->breaker, self->now_us, event->instrument);
}

static bool denied(enum order_reason reason)
{
    return reason == REASON_MARGIN || reason == REASON_LEVERAGE_BRACKET;
}

/* The venue's refusal, told to whoever judges rates of refusal. A stop that came too late is the market's doing. */
static void count_result(struct engine *self, const struct order *order)
{
    if (order->state == ORDER_REJECTED) {
        counters_add(&self->counters, COUNTER_ORDERS_REJECTED, 1);
        if (order->reason == REASON_WOULD_TRIGGER || order->reason == REASON_REDUCE_ONLY) {
            return;
        }
        rates_rejected(&self->rates, order->instrument, self->now_us);
        breaker_order_result(&self->breaker, self->now_us, order->instrument,
                             denied(order->reason) ? OUTCOME_DENIED : OUTCOME_REJECTED);
    } else if (order->state == ORDER_ACKED) {
        rates_accepted(&self->rates, order->instrument);
        breaker_order_result(&self->breaker, self->now_us, order->instrument, OUTCOME_ACCEPTED);
        counters_observe(&self->counters, HISTOGRAM_ORDER_LATENCY,
                         order->acked_us - order->sent_us);
    }
}

static void stop_answered(struct engine *self, struct holding *holding, const struct order *order)
{
    struct plan *plan = &holding->plan;
    if (order->state == ORDER_ACKED) {
        plan->stop_confirmed = true;
        plan->unprotected_since_us = 0;
        plan->refusals = 0;
        breaker_unprotected(&self->breaker, self->now_us, order->instrument, 0);
        return;
    }
    if (!order_state_terminal(order->state) || holding->position.size_e6 == 0) {
        return;
    }
    plan->stop_order = 0;
    plan->stop_confirmed = false;
    if (order->reason == REASON_WOULD_TRIGGER) {
        engine_exit(self, holding, EXIT_STOP); /* the price is through the stop already */
    } else if (never_arrived(order)) {
        try_soon(self, plan);
    } else if (order->state == ORDER_REJECTED) {
        try_later(self, plan); /* asked again at once it would be refused again at once */
    } else if (order->reason != REASON_POSITION_CLOSED) {
        engine_protect(self, holding); /* the venue took it away: a liquidation step */
    }
}

static void exit_answered(struct engine *self, struct holding *holding, const struct order *order)
{
    if (!order_state_terminal(order->state) || holding->position.size_e6 == 0) {
        return;
    }
    holding->plan.exit_order = 0;
    if (never_arrived(order)) {
        try_soon(self, &holding->plan);
    } else {
        try_later(self, &holding->plan);
    }
}

/* The price is through the target already: its share is taken at the market. */
static void target_answered(struct engine *self, struct holding *holding, const struct order *order)
{
    bool passed = order->state == ORDER_REJECTED && order->reason == REASON_WOULD_TRIGGER;
    if (passed && holding->position.size_e6 > 0 && holding->plan.exit_wanted == EXIT_NONE) {
        (void)leave(self, holding, EXIT_TAKE_PROFIT, order->size_e6);
    }
}

static void holding_answered(struct engine *self, const struct order *order)
{
    struct holding *holding = positions_get(&self->positions, order->instrument);
    if (holding == NULL || order->position_id != holding->position.position_id) {
        return;
    }
    if (order->order_id == holding->plan.stop_order) {
        stop_answered(self, holding, order);
    } else if (order->order_id == holding->plan.exit_order) {
        exit_answered(self, holding, order);
    } else if (order->type == ORDER_TAKE_PROFIT_MARKET) {
        target_answered(self, holding, order);
    } else if (order->type == ORDER_MARKET && order_state_terminal(order->state)) {
        engine_exit_over(self, holding, order);
    }
}

/* An amend is a fact about price and size alone: the order's state stays. One that would leave less than is filled cannot be
 * true: it is reported, and the order stays as it is known. */
static void on_amended(struct engine *self, struct order *order, const struct event *event)
{
    const struct event_order *told = &event->order;
    bool size_fits = order->close_position ? told->size_e6 == 0
                                           : told->size_e6 >= order->filled_e6 && told->size_e6 > 0;
    if (!size_fits || told->price_e12 < 0) {
        struct action_error error = {
            .category = CATEGORY_TRADING,
            .severity = SEVERITY_HIGH,
            .code = "amend-impossible",
            .message = "the venue reported an amend to less than what is filled",
        };
        engine_error(self, event->instrument, &error);
        return;
    }
    if (order->type == ORDER_LIMIT) {
        order->price_e12 = told->price_e12;
    }
    order->size_e6 = told->size_e6;
    engine_record_order(self, order);
    self->changes++;
    self->risk_epoch++;
}

void engine_on_order(struct engine *self, const struct event *event)
{
    struct order *order = orders_find(&self->orders, event->instrument, event->order.order_id);
    if (order == NULL) {
        foreign(self, event);
        return;
    }
    if (event->order.evidence == EVIDENCE_AMENDED) {
        on_amended(self, order, event);
        return;
    }
    enum order_state state = state_of(event->order.evidence);
    if (state == ORDER_ACKED && order->filled_e6 > 0) {
        state = ORDER_PARTIAL; /* the fill came before its acknowledgement */
    }
    enum order_state before = order->state;
    if (!engine_move_doubtful(self, order, state, &event->order)) {
        return;
    }
    engine_unknown_moved(self, order, order->state == ORDER_UNKNOWN);
    if (order->state == ORDER_NOT_SENT && order->entry) {
        self->shares[order->instrument].leverage_set = 0; /* its leverage may not have gone out */
    }
    count_result(self, order);
    engine_record_order(self, order);
    self->changes++;
    self->risk_epoch++;
    self->deadline_dirty = true;
    struct order ended = *order;
    if (order_state_terminal(order->state)) {
        orders_remove(&self->orders, order);
    }
    if (ended.entry && order_state_terminal(ended.state)) {
        engine_entry_over(self, &ended);
    } else {
        holding_answered(self, &ended);
        if (before == ORDER_UNKNOWN) {
            engine_entry_found(self, &ended);
        }
    }
}
