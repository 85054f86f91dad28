#include "tests/support/fake_venue.h"

#include <stdio.h>
#include <string.h>

#define PRICE_E12 100000000000000LL /* 100 */

static struct fake_venue *of(struct venue *venue)
{
    return (struct fake_venue *)(void *)venue;
}

static const struct fake_venue *of_const(const struct venue *venue)
{
    return (const struct fake_venue *)(const void *)venue;
}

/* splitmix64 */
uint64_t fake_venue_roll(struct fake_venue *self, uint64_t below)
{
    self->random += 0x9E3779B97F4A7C15ULL;
    uint64_t mixed = self->random;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBULL;
    return (mixed ^ mixed >> 31) % below;
}

static bool chance(struct fake_venue *self, int32_t per_mille)
{
    return (int32_t)fake_venue_roll(self, 1000) < per_mille;
}

void fake_venue_init(struct fake_venue *self, uint64_t seed)
{
    memset(self, 0, sizeof *self);
    self->random = seed;
    self->wallet_e8 = 1000000000000;
    self->leverage[0] = self->leverage[1] = 20;
}

static struct fake_message *post(struct fake_venue *self, enum message_kind kind, int64_t delay_ns)
{
    CHECK(self->queued < FAKE_QUEUE);
    struct fake_message *message = &self->queue[self->queued++];
    memset(message, 0, sizeof *message);
    message->kind = kind;
    message->due_ns = self->now_ns + delay_ns;
    message->sequence = ++self->sequence;
    return message;
}

static int64_t delay(struct fake_venue *self)
{
    return self->delay_ns == 0 ? 0 : (int64_t)fake_venue_roll(self, (uint64_t)self->delay_ns);
}

static void answer(struct fake_venue *self, uint64_t tag, enum answer_outcome outcome, int64_t late)
{
    struct fake_message *message = post(self, MESSAGE_NEWS, late);
    message->news = (struct news){.kind = NEWS_ANSWER, .instrument = INSTRUMENT_NONE, .tag = tag};
    message->news.answer.outcome = outcome;
    message->news.answer.reason = outcome == ANSWER_REFUSED ? REASON_MARGIN : REASON_NONE;
    message->news.answer.text = "";
}

static void push(struct fake_venue *self, const struct news *news)
{
    if (self->silent_stream || chance(self, self->lose_event)) {
        return;
    }
    int copies = chance(self, self->repeat_event) ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
        post(self, MESSAGE_NEWS, delay(self))->news = *news;
    }
}

static struct news order_news(const struct fake_order *order, uint64_t tag)
{
    struct news news = {.kind = NEWS_ORDER, .instrument = order->instrument, .tag = tag};
    news.order = (struct venue_order){.order_id = order->foreign ? 0 : order->place.order_id,
                                      .conditional = order->place.type > ORDER_LIMIT,
                                      .state = order->state,
                                      .side = order->place.side,
                                      .type = order->place.type,
                                      .reduce_only = order->place.reduce_only,
                                      .close_position = order->place.close_position,
                                      .size_e6 = order->place.size_e6,
                                      .filled_e6 = order->filled_e6};
    memcpy(news.order.venue_id, order->venue_id, VENUE_ID_BYTES);
    return news;
}

static void push_order(struct fake_venue *self, const struct fake_order *order)
{
    struct news news = order_news(order, 0);
    push(self, &news);
}

struct fake_order *fake_venue_find(struct fake_venue *self, uint64_t order_id)
{
    for (int32_t index = 0; index < self->order_count; index++) {
        if (self->orders[index].place.order_id == order_id && !self->orders[index].foreign) {
            return &self->orders[index];
        }
    }
    return NULL;
}

void fake_venue_fill(struct fake_venue *self, struct fake_order *order, int64_t size_e6)
{
    CHECK(self->trade_count < FAKE_TRADES);
    int32_t place = self->trade_count++;
    struct venue_fill *fill = &self->trades[place].fill;
    *fill = (struct venue_fill){.order_id = order->foreign ? 0 : order->place.order_id,
                                .trade_id = (uint64_t)(1000 + place),
                                .side = order->place.side,
                                .liquidity = LIQUIDITY_TAKER,
                                .kind = FILL_TRADE,
                                .price_e12 = PRICE_E12,
                                .size_e6 = size_e6,
                                .time_us = self->now_ns / 1000};
    memcpy(fill->venue_order_id, order->venue_id, VENUE_ID_BYTES);
    self->trades[place].instrument = order->instrument;
    order->filled_e6 += size_e6;
    self->position_e6[order->instrument] += side_sign(order->place.side) * size_e6;
    if (!order->place.close_position && order->filled_e6 == order->place.size_e6) {
        order->state = VENUE_ORDER_FILLED;
    }
    struct news news = {.kind = NEWS_FILL, .instrument = order->instrument};
    news.fill = *fill;
    push(self, &news);
    push_order(self, order);
}

void fake_venue_end(struct fake_venue *self, struct fake_order *order, enum venue_order_state state)
{
    if (order->state == VENUE_ORDER_OPEN) {
        order->state = state;
        push_order(self, order);
    }
}

static struct fake_order *
add(struct fake_venue *self, int32_t instrument, const struct action_place *place)
{
    CHECK(self->order_count < FAKE_ORDERS);
    struct fake_order *order = &self->orders[self->order_count++];
    *order =
        (struct fake_order){.place = *place, .instrument = instrument, .state = VENUE_ORDER_OPEN};
    (void)snprintf(order->venue_id, sizeof order->venue_id, "v%d", (int)self->order_count);
    return order;
}

struct fake_order *fake_venue_foreign(struct fake_venue *self, int32_t instrument)
{
    struct action_place place = {.side = SIDE_BUY, .type = ORDER_LIMIT, .size_e6 = 5000000};
    struct fake_order *order = add(self, instrument, &place);
    order->foreign = true;
    return order;
}

static void accept(struct fake_venue *self, int32_t instrument, const struct action_place *place)
{
    self->twice += fake_venue_find(self, place->order_id) != NULL;
    struct fake_order *order = add(self, instrument, place);
    push_order(self, order);
    if (place->type == ORDER_MARKET || place->tif == TIF_IOC) {
        int64_t most_e6 = place->size_e6;
        int64_t held_e6 = self->position_e6[instrument] * -side_sign(place->side);
        if (place->reduce_only && held_e6 < most_e6) {
            most_e6 = held_e6 < 0 ? 0 : held_e6;
        }
        int64_t part_e6 =
            self->delay_ns != 0 && fake_venue_roll(self, 3) == 0 ? most_e6 / 2 : most_e6;
        if (part_e6 > 0) {
            fake_venue_fill(self, order, part_e6);
        }
        fake_venue_end(self, order, VENUE_ORDER_EXPIRED);
    }
}

bool fake_venue_run(struct fake_venue *self, int64_t now_ns)
{
    int32_t first = -1;
    self->now_ns = now_ns;
    for (int32_t index = 0; index < self->queued; index++) {
        const struct fake_message *item = &self->queue[index];
        if (item->due_ns <= now_ns && (first < 0 || item->due_ns < self->queue[first].due_ns ||
                                       (item->due_ns == self->queue[first].due_ns &&
                                        item->sequence < self->queue[first].sequence))) {
            first = index;
        }
    }
    if (first < 0) {
        return false;
    }
    struct fake_message message = self->queue[first];
    self->queue[first] = self->queue[--self->queued];
    if (message.kind == MESSAGE_PLACE) {
        accept(self, message.news.instrument, &message.place);
    } else if (message.kind == MESSAGE_CANCEL) {
        struct fake_order *order = fake_venue_find(self, message.order_id);
        if (order != NULL) {
            fake_venue_end(self, order, VENUE_ORDER_CANCELED);
        }
    } else {
        message.news.received_ns = now_ns;
        self->sink.take(self->sink.self, &message.news);
    }
    return true;
}

void fake_venue_stream(struct fake_venue *self, bool up)
{
    struct news news = {.kind = NEWS_STREAM, .instrument = INSTRUMENT_NONE};
    news.stream.stream = STREAM_USER;
    news.stream.up = up;
    post(self, MESSAGE_NEWS, 0)->news = news;
}

/* ---- the table ---- */

static enum fake_fate fate_of(struct fake_venue *self, enum fake_fate *next)
{
    enum fake_fate fate = *next;
    *next = FATE_NORMAL;
    if (fate == FATE_NORMAL) {
        fate = chance(self, self->lose_request)  ? FATE_LOST_REQUEST
               : chance(self, self->lose_answer) ? FATE_LOST_ANSWER
               : chance(self, self->refuse)      ? FATE_REFUSED
                                                 : FATE_NORMAL;
    }
    return fate;
}

/* True: it arrives. A request that arrives may do so late, within its validity. */
static bool answered(struct fake_venue *self, uint64_t tag, enum fake_fate fate, int64_t travel_ns)
{
    static const enum answer_outcome outcomes[] = {[FATE_NORMAL] = ANSWER_DONE,
                                                   [FATE_LOST_REQUEST] = ANSWER_UNKNOWN,
                                                   [FATE_LOST_ANSWER] = ANSWER_UNKNOWN,
                                                   [FATE_REFUSED] = ANSWER_REFUSED,
                                                   [FATE_NOT_SENT] = ANSWER_NOT_SENT,
                                                   [FATE_EXISTS] = ANSWER_EXISTS,
                                                   [FATE_REFUSED_ACCEPTED] = ANSWER_REFUSED};
    if (fate == FATE_MUTE) {
        return false;
    }
    bool known = fate == FATE_NORMAL;
    answer(self, tag, outcomes[fate], known ? travel_ns + delay(self) : delay(self));
    return known || fate == FATE_LOST_ANSWER || fate == FATE_EXISTS ||
           fate == FATE_REFUSED_ACCEPTED;
}

static void
place(struct venue *venue, uint64_t tag, int32_t instrument, const struct action_place *order)
{
    struct fake_venue *self = of(venue);
    self->places++;
    int64_t travel_ns = delay(self);
    enum fake_fate fate = fate_of(self, &self->next_place);
    if (fate == FATE_LOST_ANSWER && self->delay_ns != 0) {
        travel_ns = (int64_t)fake_venue_roll(self, FAKE_VALID_NS);
    }
    if (fate == FATE_REFUSED_ACCEPTED) { /* the stream is first */
        accept(self, instrument, order);
        (void)answered(self, tag, fate, 0);
    } else if (answered(self, tag, fate, travel_ns)) {
        struct fake_message *message = post(self, MESSAGE_PLACE, travel_ns);
        message->place = *order;
        message->news.instrument = instrument;
    }
}

static void
cancel(struct venue *venue, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional)
{
    struct fake_venue *self = of(venue);
    (void)instrument;
    (void)conditional;
    self->cancels++;
    int64_t travel_ns = delay(self);
    if (answered(self, tag, fate_of(self, &self->next_cancel), travel_ns)) {
        post(self, MESSAGE_CANCEL, travel_ns)->order_id = order_id;
    }
}

static void set_leverage(struct venue *venue, uint64_t tag, int32_t instrument, int32_t leverage)
{
    of(venue)->leverage[instrument] = leverage;
    answer(of(venue), tag, ANSWER_DONE, 0);
}

static void set_mode(struct venue *venue, uint64_t tag, int32_t instrument, enum margin_mode mode)
{
    (void)instrument;
    (void)mode;
    answer(of(venue), tag, ANSWER_DONE, 0);
}

static void cancel_all(struct venue *venue, uint64_t tag, int32_t instrument, bool conditional)
{
    struct fake_venue *self = of(venue);
    self->cancel_alls++;
    for (int32_t index = 0; index < self->order_count; index++) {
        struct fake_order *order = &self->orders[index];
        if (order->instrument == instrument && (order->place.type > ORDER_LIMIT) == conditional) {
            fake_venue_end(self, order, VENUE_ORDER_CANCELED);
        }
    }
    answer(self, tag, ANSWER_DONE, delay(self));
}

static void countdown(struct venue *venue, uint64_t tag, int32_t instrument, int64_t within_us)
{
    of(venue)->countdowns++;
    of(venue)->countdown_us[instrument] = within_us;
    answer(of(venue), tag, ANSWER_DONE, 0);
}

static bool fails(struct fake_venue *self, uint64_t tag)
{
    bool failed = chance(self, self->fail_question);
    if (failed) {
        answer(self, tag, ANSWER_FAILED, delay(self));
    }
    return failed;
}

/* What is true now travels for a while: an answer may be old when it comes. Rows and their end keep their order. */
static void row(struct fake_venue *self, const struct news *news, int64_t late_ns)
{
    post(self, MESSAGE_NEWS, late_ns)->news = *news;
}

static void ask_order(
    struct venue *venue, uint64_t tag, int32_t instrument, uint64_t order_id, bool conditional)
{
    struct fake_venue *self = of(venue);
    (void)instrument;
    self->order_questions++;
    if (fails(self, tag)) {
        return;
    }
    const struct fake_order *order = fake_venue_find(self, order_id);
    bool here = order != NULL && (order->place.type > ORDER_LIMIT) == conditional;
    int64_t late_ns = delay(self);
    if (here) {
        struct news news = order_news(order, tag);
        row(self, &news, late_ns);
    }
    answer(self, tag, here ? ANSWER_DONE : ANSWER_NONE, late_ns);
}

static void ask_open(struct venue *venue, uint64_t tag, int32_t instrument)
{
    struct fake_venue *self = of(venue);
    (void)instrument;
    if (fails(self, tag)) {
        return;
    }
    int64_t late_ns = delay(self);
    for (int32_t index = 0; index < self->order_count && !self->omit_open; index++) {
        if (self->orders[index].state == VENUE_ORDER_OPEN) {
            struct news news = order_news(&self->orders[index], tag);
            row(self, &news, late_ns);
        }
    }
    answer(self, tag, ANSWER_DONE, late_ns);
}

static void ask_positions(struct venue *venue, uint64_t tag)
{
    struct fake_venue *self = of(venue);
    if (self->fail_positions) {
        answer(self, tag, ANSWER_FAILED, 0);
        return;
    }
    if (fails(self, tag)) {
        return;
    }
    int64_t late_ns = delay(self);
    for (int32_t index = 0; index < FAKE_MARKETS; index++) {
        int64_t size_e6 = self->position_e6[index];
        struct news news = {.kind = NEWS_POSITION, .instrument = index, .tag = tag};
        news.position.side = size_e6 < 0 ? SIDE_SHORT : SIDE_LONG;
        news.position.size_e6 = size_e6 < 0 ? -size_e6 : size_e6;
        row(self, &news, late_ns);
    }
    answer(self, tag, ANSWER_DONE, late_ns);
}

static void ask_balance(struct venue *venue, uint64_t tag)
{
    struct news news = {.kind = NEWS_BALANCE, .instrument = INSTRUMENT_NONE, .tag = tag};
    news.balance.wallet_e8 = of(venue)->wallet_e8;
    if (!fails(of(venue), tag)) {
        row(of(venue), &news, 0);
        answer(of(venue), tag, ANSWER_DONE, 0);
    }
}

static void ask_fills(struct venue *venue, uint64_t tag, int32_t instrument, int64_t since_us)
{
    struct fake_venue *self = of(venue);
    if (fails(self, tag)) {
        return;
    }
    int64_t late_ns = delay(self);
    for (int32_t index = 0; index < self->trade_count; index++) {
        struct news news = {
            .kind = NEWS_FILL, .instrument = self->trades[index].instrument, .tag = tag};
        news.fill = self->trades[index].fill;
        if (news.fill.time_us >= since_us &&
            (instrument == INSTRUMENT_NONE || instrument == news.instrument)) {
            row(self, &news, late_ns);
        }
    }
    answer(self, tag, ANSWER_DONE, late_ns);
}

static void ask_income(struct venue *venue, uint64_t tag, int64_t since_us)
{
    (void)since_us;
    answer(of(venue), tag, ANSWER_DONE, 0);
}

static void ask_settings(struct venue *venue, uint64_t tag)
{
    for (int32_t index = 0; index < FAKE_MARKETS; index++) {
        struct news news = {.kind = NEWS_SETTING, .instrument = index, .tag = tag};
        news.setting.leverage = of(venue)->leverage[index];
        row(of(venue), &news, 0);
    }
    answer(of(venue), tag, ANSWER_DONE, 0);
}

static int64_t valid_until(const struct venue *venue, int64_t now_ns)
{
    (void)of_const(venue);
    return now_ns + FAKE_VALID_NS;
}

const struct venue_table fake_venue_table = {
    .name = "fake",
    .place = place,
    .cancel = cancel,
    .set_leverage = set_leverage,
    .set_margin_mode = set_mode,
    .cancel_all = cancel_all,
    .countdown = countdown,
    .ask_order = ask_order,
    .ask_open_orders = ask_open,
    .ask_positions = ask_positions,
    .ask_balance = ask_balance,
    .ask_fills = ask_fills,
    .ask_income = ask_income,
    .ask_settings = ask_settings,
    .valid_until_ns = valid_until,
};
