/* The desk itself: calls out, news in, what is due. */
#include "live/desk_parts.h"

#include <string.h>

#include "core/engine.h"
#include "core/instant.h"

void desk_init(struct desk *self,
               const struct desk_world *world,
               const struct desk_options *options,
               int64_t now_ns,
               int64_t now_us)
{
    memset(self, 0, sizeof *self);
    self->world = *world;
    self->options = *options;
    self->now_ns = now_ns;
    self->now_us = now_us;
    self->started_us = now_us;
    self->fills_until_us = options->first_start ? now_us : options->known_until_us;
    self->flatten_sequence = (uint64_t)(now_us / US_PER_SECOND);
    reconcile_init(self);
    struct order live[ORDERS_MAX];
    for (int32_t instrument = 0; instrument < world->instruments->count; instrument++) {
        int32_t count = world->core.orders(world->core.self, instrument, live, ORDERS_MAX);
        for (int32_t index = 0; index < count; index++) {
            (void)desk_order_adopt(self, &live[index]);
        }
    }
}

/* ---- requests ---- */

struct desk_request *
desk_request(struct desk *self, enum desk_call call, int32_t instrument, uint64_t order_id)
{
    for (int32_t tries = 0; tries < DESK_REQUESTS; tries++) {
        self->tag++;
        struct desk_request *request = &self->requests[self->tag & (DESK_REQUESTS - 1)];
        if (request->tag == 0) {
            *request = (struct desk_request){.tag = self->tag,
                                             .call = call,
                                             .instrument = instrument,
                                             .order_id = order_id,
                                             .sent_ns = self->now_ns};
            return request;
        }
    }
    return NULL;
}

struct desk_request *desk_request_find(struct desk *self, uint64_t tag)
{
    struct desk_request *request = &self->requests[tag & (DESK_REQUESTS - 1)];

    return tag != 0 && request->tag == tag ? request : NULL;
}

/* ---- to the core and to humans ---- */

void desk_tell(struct desk *self,
               struct desk_order *order,
               enum order_evidence evidence,
               enum order_reason why)
{
    order->unknown = evidence == EVIDENCE_UNKNOWN;
    struct event event = {
        .kind = EVENT_ORDER,
        .instrument = order->instrument,
        .order = {.order_id = order->order_id, .evidence = evidence, .reason = why},
    };
    self->world.events.take(self->world.events.self, &event);
}

void desk_fact(struct desk *self, int32_t instrument, enum fact fact, int64_t value, int64_t other)
{
    struct event event = {
        .kind = EVENT_FACT,
        .instrument = instrument,
        .venue_time_us = self->now_us,
        .fact = {.fact = fact, .value = value, .other = other},
    };
    self->world.events.take(self->world.events.self, &event);
}

void desk_say(struct desk *self, enum severity severity, int32_t instrument, const char *what)
{
    self->world.alarm.say(self->world.alarm.self, severity, instrument, what);
}

/* ---- the runner's port ---- */

static void
port_leverage(void *self, int64_t now_us, int32_t instrument, const struct action_leverage *setting)
{
    (void)now_us;
    desk_leverage_want(self, instrument, setting->leverage);
}

static void
port_place(void *context, int64_t now_us, int32_t instrument, const struct action_place *place)
{
    struct desk *self = context;
    (void)now_us;
    struct desk_order *order = desk_order_new(self, place->order_id, instrument);
    order->side = place->side;
    order->conditional = place->type != ORDER_MARKET && place->type != ORDER_LIMIT;
    order->reducing = place->reduce_only || place->close_position;
    order->sized = !place->close_position;
    order->size_e6 = place->size_e6;
    order->sent_ns = self->now_ns;
    order->sent_us = self->now_us;
    self->activity_ns[instrument] = self->now_ns;
    if (order->reducing || !desk_leverage_hold(self, instrument, place)) {
        desk_place_now(self, instrument, place);
    }
}

void desk_place_now(struct desk *self, int32_t instrument, const struct action_place *place)
{
    const struct desk_world *world = &self->world;
    struct desk_order *order = desk_order_find(self, place->order_id);
    struct desk_request *request = desk_request(self, CALL_PLACE, instrument, place->order_id);
    CHECK(order != NULL);
    if (request == NULL) {
        order->over = OVER_ABSENT;
        order->told = true;
        desk_tell(self, order, EVIDENCE_NOT_SENT, REASON_NONE);
        return;
    }
    order->sent_ns = self->now_ns;
    order->sent_us = self->now_us;
    order->valid_ns = world->table->valid_until_ns(world->venue, self->now_ns);
    world->table->place(world->venue, request->tag, instrument, place);
}

static void port_cancel(void *context, int64_t now_us, int32_t instrument, uint64_t order_id)
{
    struct desk *self = context;
    (void)now_us;
    struct desk_order *order = desk_order_find(self, order_id);
    if (order == NULL || !desk_order_live(order)) {
        return; /* its end was told, or is on its way with its fills */
    }
    self->activity_ns[instrument] = self->now_ns;
    order->cancel_wanted = true;
    order->cancels_refused = 0;
    for (int32_t index = 0; index < DESK_HELD; index++) {
        struct desk_held_place *held = &self->held_places[index];
        if (held->used && held->place.order_id == order_id) {
            held->used = false;
            order->over = OVER_ABSENT;
            order->told = true;
            desk_tell(self, order, EVIDENCE_NOT_SENT, REASON_NONE);
            return;
        }
    }
    desk_cancel_send(self, order);
}

struct venue_port desk_port(struct desk *self)
{
    return (struct venue_port){
        .self = self, .leverage = port_leverage, .place = port_place, .cancel = port_cancel};
}

/* ---- news ---- */

static void on_order(struct desk *self, const struct news *news)
{
    const struct venue_order *told = &news->order;
    struct desk_request *request = desk_request_find(self, news->tag);
    if ((told->order_id & FLATTEN_BIT) != 0) {
        flatten_order(self, news->instrument, told);
        return;
    }
    if (request != NULL && request->call == CALL_RECONCILE) {
        reconcile_row(self, news);
    }
    if (told->order_id == 0 || news->instrument == INSTRUMENT_NONE ||
        desk_fenced(self, news->instrument, told->order_id)) {
        return;
    }
    struct desk_order *order = desk_order_find(self, told->order_id);
    if (order != NULL) {
        if (request != NULL && request->call == CALL_ORDER &&
            request->order_id == order->order_id) {
            order->inquiry.found = true;
        }
        desk_order_learn(self, order, told);
    }
}

static void on_stream(struct desk *self, const struct news *news)
{
    if (news->stream.stream != STREAM_USER) {
        return;
    }
    if (news->stream.up && self->user_stream) {
        desk_fact(self, INSTRUMENT_NONE, FACT_USER_STREAM, 1, 0);
        return;
    }
    if (news->stream.up == self->user_stream) {
        return;
    }
    self->user_stream = news->stream.up;
    reconcile_stream(self, news->stream.up);
    if (news->stream.up) {
        desk_fact(self, INSTRUMENT_NONE, FACT_USER_STREAM, 1, 0);
        deadman_stream_up(self);
    }
}

static void on_position(struct desk *self, const struct news *news)
{
    if (news->instrument == INSTRUMENT_NONE || news->tag == 0) {
        return; /* the stream's positions are told by its fills already */
    }
    const struct desk_request *request = desk_request_find(self, news->tag);
    if (request == NULL) {
        return;
    }
    if (request->call == CALL_RECONCILE) {
        reconcile_row(self, news);
    } else if (request->call == CALL_FLATTEN_POSITIONS) {
        flatten_position(self, news);
    } else if (request->call == CALL_POSITION) {
        self->venue_e6[news->instrument] = side_sign(news->position.side) * news->position.size_e6;
    }
}

static void route(struct desk *self, const struct desk_request *request, const struct news *news)
{
    struct desk_order *order = desk_order_find(self, request->order_id);
    enum answer_outcome outcome = news->answer.outcome;
    switch (request->call) {
    case CALL_PLACE:
        if (order != NULL) {
            desk_place_answer(self, order, news);
        }
        break;
    case CALL_CANCEL:
        if (order != NULL) {
            desk_cancel_answer(self, order, news);
        }
        break;
    case CALL_LEVERAGE:
    case CALL_MODE: desk_leverage_answer(self, request, news); break;
    case CALL_CANCEL_ALL: reconcile_orders_soon(self); break; /* what it left standing is seen */
    case CALL_COUNTDOWN:
        deadman_answer(self, request->instrument,
                       outcome == ANSWER_DONE      ? DEADMAN_DONE
                       : outcome == ANSWER_REFUSED ? DEADMAN_REFUSED
                                                   : DEADMAN_FAILED);
        break;
    case CALL_ORDER:
    case CALL_FILLS:
    case CALL_POSITION: desk_inquiry_answer(self, request, news); break;
    case CALL_RECONCILE: reconcile_answer(self, news); break;
    case CALL_FLATTEN_ORDER:
    case CALL_FLATTEN_QUERY:
    case CALL_FLATTEN_POSITIONS:
    case CALL_FLATTEN_CANCEL: flatten_answer(self, request, news); break;
    }
}

static void on_answer(struct desk *self, const struct news *news)
{
    struct desk_request *request = desk_request_find(self, news->tag);
    if (request == NULL) {
        self->counters.strays++;
        return;
    }
    struct desk_request answered = *request;
    request->tag = 0;
    route(self, &answered, news);
}

static void take_news(void *context, const struct news *news)
{
    struct desk *self = context;
    switch (news->kind) {
    case NEWS_ANSWER: on_answer(self, news); break;
    case NEWS_ORDER: on_order(self, news); break;
    case NEWS_FILL: desk_fill(self, news); break;
    case NEWS_POSITION: on_position(self, news); break;
    case NEWS_FUNDING:
    case NEWS_TRANSFER: desk_payment(self, news); break;
    case NEWS_BALANCE:
    case NEWS_SETTING:
        if (desk_request_find(self, news->tag) != NULL) {
            reconcile_row(self, news);
        } else if (news->kind == NEWS_SETTING) {
            self->reconcile.full_due = true; /* somebody changed it: looked at as a whole */
        }
        break;
    case NEWS_STREAM: on_stream(self, news); break;
    case NEWS_REQUEST:
        desk_fact(self, INSTRUMENT_NONE, FACT_REQUESTS, 1, news->request.failed);
        if (!news->request.failed) {
            desk_fact(self, INSTRUMENT_NONE, FACT_LATENCY, news->request.round_trip_ns / 1000, 0);
        }
        break;
    case NEWS_LIMIT:
        desk_say(self, news->limit.banned ? SEVERITY_CRITICAL : SEVERITY_HIGH, INSTRUMENT_NONE,
                 news->limit.banned ? "the venue has banned this address: nothing is sent"
                                    : "the venue's request limit is reached: nothing is sent");
        break;
    case NEWS_TROUBLE: desk_say(self, SEVERITY_HIGH, news->instrument, news->text); break;
    case NEWS_RULES:
    case NEWS_MARKET: break; /* the shell's */
    }
}

struct news_sink desk_news(struct desk *self)
{
    return (struct news_sink){.self = self, .take = take_news};
}

/* ---- what is due ---- */

/* The venue's contract is one answer for each call; one that never comes must not leave an order in doubt for ever. */
static void silent_calls(struct desk *self)
{
    for (int32_t slot = 0; slot < DESK_REQUESTS; slot++) {
        const struct desk_request *request = &self->requests[slot];
        if (request->tag == 0 || self->now_ns - request->sent_ns < ANSWER_NS) {
            continue;
        }
        bool changes = request->call <= CALL_COUNTDOWN || request->call == CALL_FLATTEN_ORDER;
        struct news news = {
            .kind = NEWS_ANSWER,
            .instrument = request->instrument,
            .tag = request->tag,
            .received_ns = self->now_ns,
            .answer = {.outcome = changes ? ANSWER_UNKNOWN : ANSWER_FAILED, .text = "not answered"},
        };
        self->counters.silent++;
        on_answer(self, &news);
    }
}

void desk_turn(struct desk *self, int64_t now_ns, int64_t now_us)
{
    self->now_ns = now_ns;
    self->now_us = now_us;
    silent_calls(self);
    desk_fills_turn(self);
    desk_inquiry_turn(self);
    reconcile_turn(self);
    flatten_turn(self);
    deadman_turn(self);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t desk_deadline_ns(const struct desk *self)
{
    int64_t at_ns = least(desk_inquiry_deadline_ns(self), reconcile_deadline_ns(self));
    at_ns = least(at_ns, least(flatten_deadline_ns(self), deadman_deadline_ns(self)));
    at_ns = least(at_ns, desk_fills_deadline_ns(self));
    for (int32_t slot = 0; slot < DESK_REQUESTS; slot++) {
        if (self->requests[slot].tag != 0) {
            at_ns = least(at_ns, self->requests[slot].sent_ns + ANSWER_NS);
        }
    }
    return at_ns;
}

bool desk_settled(const struct desk *self)
{
    for (int32_t slot = 0; slot < DESK_REQUESTS; slot++) {
        if (self->requests[slot].tag != 0) {
            return false;
        }
    }
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        if (self->orders[index].order_id != 0 && self->orders[index].inquiry.doubt != DOUBT_NONE) {
            return false;
        }
    }
    return true;
}

bool desk_reconciled(const struct desk *self)
{
    return self->reconcile.reconciled;
}

void desk_flatten(struct desk *self)
{
    flatten_begin(self);
}

enum flatten_state desk_flatten_state(const struct desk *self)
{
    return self->flatten.state;
}

/* ---- the core's side ---- */

static int32_t core_orders(void *context, int32_t instrument, struct order *out, int32_t most)
{
    struct engine *engine = context;
    int32_t count = 0;
    for (struct order *order = orders_first(&engine->orders, instrument);
         order != NULL && count < most; order = orders_after(&engine->orders, order)) {
        out[count++] = *order;
    }
    return count;
}

static bool core_made(void *context, uint64_t order_id)
{
    const struct engine *engine = context;

    return orders_made(&engine->orders, order_id);
}

static int64_t core_position_e6(void *context, int32_t instrument)
{
    struct engine *engine = context;
    const struct holding *holding = positions_get(&engine->positions, instrument);

    return holding == NULL ? 0 : side_sign(holding->position.side) * holding->position.size_e6;
}

static int64_t core_wallet_e8(void *context)
{
    const struct engine *engine = context;

    return ledger_wallet_e8(&engine->ledger);
}

struct desk_core desk_core_of(struct engine *engine)
{
    return (struct desk_core){.self = engine,
                              .orders = core_orders,
                              .made = core_made,
                              .position_e6 = core_position_e6,
                              .wallet_e8 = core_wallet_e8};
}
