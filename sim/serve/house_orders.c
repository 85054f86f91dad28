/* house_orders.c - requests: each is sent, the exchange is let happen, its answer is given. In a dead time of the venue there is
 * no answer: REASON_TOO_OLD, which is what an order that waited is refused with. */
#include <string.h>

#include "sim/serve/house_private.h"

#define TRANSFER_MAX_E8 (INT64_MAX / 8) /* wallets with a few of them still add up */

static struct house_answer answer_of(enum house_refusal refusal, enum order_reason reason)
{
    return (struct house_answer){.refusal = refusal, .reason = reason};
}

/* The next id for the exchange, and that its answer is waited for. */
static uint64_t ask(struct house *self)
{
    *(int64_t *)house_list_add(&self->asked_ids, sizeof(int64_t)) = -1;
    self->asked = (struct house_asked){.id = (uint64_t)self->asked_ids.count};
    return self->asked.id;
}

static struct house_asked answered(struct house *self)
{
    house_drain(self);
    struct house_asked asked = self->asked;
    self->asked = (struct house_asked){0};
    if (!asked.answered) {
        asked.evidence = EVIDENCE_REJECTED;
        asked.reason = REASON_TOO_OLD;
    }
    return asked;
}

/* ---- finding ---- */

bool house_order_open(const struct house_order *order)
{
    return order->state == HOUSE_NEW || order->state == HOUSE_PARTIAL;
}

static bool is_of(const struct house_order *order, int32_t instrument)
{
    return instrument == INSTRUMENT_NONE || order->instrument == instrument;
}

static int64_t find_number(const struct house *self, uint64_t venue_id, bool conditional)
{
    const struct house_list *numbers = conditional ? &self->conditionals : &self->plain;
    return venue_id <= (uint64_t)numbers->count ? ((const int64_t *)numbers->items)[venue_id - 1]
                                                : -1;
}

/* An open one first, then the newest: ids may come back once their order has ended. */
static int64_t
find_client(const struct house *self, int32_t instrument, const char *client_id, bool conditional)
{
    const int64_t *open = self->open.items;
    for (int64_t place = 0; place < self->open.count; place++) {
        const struct house_order *order = house_order_mutable(self, open[place]);
        if (order->conditional == conditional && is_of(order, instrument) &&
            strcmp(order->client_id, client_id) == 0) {
            return open[place];
        }
    }
    for (int64_t index = self->orders.count - 1; index >= 0; index--) {
        const struct house_order *order = house_order_mutable(self, index);
        if (order->conditional == conditional && is_of(order, instrument) &&
            strcmp(order->client_id, client_id) == 0) {
            return index;
        }
    }
    return -1;
}

static int64_t find(const struct house *self,
                    int32_t instrument,
                    uint64_t venue_id,
                    const char *client_id,
                    bool conditional)
{
    if (venue_id == 0) {
        return client_id == NULL || client_id[0] == '\0'
                   ? -1
                   : find_client(self, instrument, client_id, conditional);
    }
    int64_t index = find_number(self, venue_id, conditional);
    return index >= 0 && is_of(house_order_mutable(self, index), instrument) ? index : -1;
}

const struct house_order *house_order(const struct house *self,
                                      int32_t instrument,
                                      uint64_t venue_id,
                                      const char *client_id,
                                      bool conditional)
{
    int64_t index = find(self, instrument, venue_id, client_id, conditional);
    return index < 0 ? NULL : house_order_mutable(self, index);
}

int64_t house_order_count(const struct house *self)
{
    return self->orders.count;
}

const struct house_order *house_order_at(const struct house *self, int64_t index)
{
    CHECK(index >= 0 && index < self->orders.count);
    return house_order_mutable(self, index);
}

/* Of one that cannot be found: is it behind the other door? */
static struct house_answer
not_found(const struct house *self, int32_t instrument, const char *client_id, bool conditional)
{
    bool other = find(self, instrument, 0, client_id, !conditional) >= 0;
    return answer_of(other ? HOUSE_WRONG_DOOR : HOUSE_NO_ORDER, REASON_UNKNOWN_ORDER);
}

/* ---- placing ---- */

static bool is_conditional(enum order_type type)
{
    return type != ORDER_MARKET && type != ORDER_LIMIT;
}

/* Among the open orders of the account, each door for itself. */
static bool is_duplicate(const struct house *self, const char *client_id, bool conditional)
{
    const int64_t *open = self->open.items;
    for (int64_t place = 0; place < self->open.count; place++) {
        const struct house_order *order = house_order_mutable(self, open[place]);
        if (order->conditional == conditional && strcmp(order->client_id, client_id) == 0) {
            return true;
        }
    }
    return false;
}

struct house_answer house_place(struct house *self,
                                int32_t instrument,
                                const struct action_place *place,
                                const char *client_id)
{
    CHECK(instrument >= 0 && instrument < self->instruments->count);

    const char *given = client_id == NULL ? "" : client_id;
    size_t length = strlen(given);
    bool conditional = is_conditional(place->type);
    if (length >= HOUSE_ID_BYTES) {
        return answer_of(HOUSE_NOT_OFFERED, REASON_NONE);
    }
    if (length > 0 && is_duplicate(self, given, conditional)) {
        return answer_of(HOUSE_REASON, REASON_DUPLICATE_ID);
    }
    self->candidate =
        (struct house_order){.instrument = instrument, .conditional = conditional, .place = *place};
    memcpy(self->candidate.client_id, given, length);
    self->candidate_id = ask(self);
    self->candidate.place.order_id = self->candidate_id;
    self->venue.place(self->venue.self, self->now_us, instrument, &self->candidate.place);
    struct house_asked asked = answered(self);
    self->candidate_id = 0;
    if (asked.evidence != EVIDENCE_ACKED) {
        return answer_of(HOUSE_REASON, asked.reason);
    }
    struct house_answer answer = answer_of(HOUSE_TAKEN, REASON_NONE);
    int64_t index = ((const int64_t *)self->asked_ids.items)[asked.id - 1];
    answer.order = house_order_mutable(self, index);
    return answer;
}

/* ---- cancelling, amending ---- */

/* The exchange's answer on an order that stands at this index. */
static struct house_answer
answer_on(const struct house *self, int64_t index, const struct house_asked *asked)
{
    struct house_answer answer = answer_of(HOUSE_TAKEN, REASON_NONE);
    if (asked->evidence == EVIDENCE_CANCEL_REJECTED || asked->evidence == EVIDENCE_REJECTED) {
        answer.reason = asked->reason;
        answer.refusal = asked->reason == REASON_UNKNOWN_ORDER ? HOUSE_NO_ORDER
                         : asked->reason == REASON_NO_CHANGE   ? HOUSE_SAME
                                                               : HOUSE_REASON;
    }
    answer.order = house_order_mutable(self, index);
    return answer;
}

static struct house_answer cancel_at(struct house *self, int64_t index)
{
    const struct house_order *order = house_order_mutable(self, index);
    struct house_answer answer = answer_of(HOUSE_NO_ORDER, REASON_UNKNOWN_ORDER);
    answer.order = order;
    if (!house_order_open(order)) {
        return answer;
    }
    self->asked = (struct house_asked){.id = order->place.order_id};
    self->venue.cancel(self->venue.self, self->now_us, order->instrument, order->place.order_id);
    struct house_asked asked = answered(self);
    return answer_on(self, index, &asked);
}

struct house_answer house_cancel(struct house *self,
                                 int32_t instrument,
                                 uint64_t venue_id,
                                 const char *client_id,
                                 bool conditional)
{
    int64_t index = find(self, instrument, venue_id, client_id, conditional);
    return index < 0 ? not_found(self, instrument, client_id, conditional) : cancel_at(self, index);
}

struct house_answer house_amend(struct house *self,
                                int32_t instrument,
                                uint64_t venue_id,
                                const char *client_id,
                                int64_t price_e12,
                                int64_t size_e6)
{
    int64_t index = find(self, instrument, venue_id, client_id, false);
    if (index < 0) {
        return not_found(self, instrument, client_id, false);
    }
    const struct house_order *order = house_order_mutable(self, index);
    if (!house_order_open(order)) {
        struct house_answer answer = answer_of(HOUSE_NO_ORDER, REASON_UNKNOWN_ORDER);
        answer.order = order;
        return answer;
    }
    const struct request_amend amend = {order->place.order_id, price_e12, size_e6};
    self->asked = (struct house_asked){.id = amend.order_id};
    exchange_amend(self->exchange, self->now_us, order->instrument, &amend);
    struct house_asked asked = answered(self);
    return answer_on(self, index, &asked);
}

/* Oldest first; a cancel may end others too, so the list is looked at anew each time. */
int32_t house_cancel_all(struct house *self, int32_t instrument, bool conditional)
{
    int32_t count = 0;
    int64_t place = 0;
    while (place < self->open.count) {
        int64_t index = ((const int64_t *)self->open.items)[place];
        const struct house_order *order = house_order_mutable(self, index);
        bool meant = order->instrument == instrument && order->conditional == conditional;
        if (meant && cancel_at(self, index).refusal == HOUSE_TAKEN) {
            count++;
        } else {
            place++;
        }
    }
    return count;
}

void house_countdown(struct house *self, int32_t instrument, int64_t within_us)
{
    bool on = within_us > 0 && within_us < INSTANT_NEVER - self->now_us;
    self->listings[instrument].countdown_us = on ? self->now_us + within_us : INSTANT_NEVER;
}

/* ---- terms ---- */

static void tell_setting(struct house *self, int32_t instrument)
{
    bool cross = self->account.crossed[instrument];
    const struct house_news news = {
        .kind = HOUSE_NEWS_SETTING,
        .instrument = instrument,
        .time_us = self->now_us,
        .setting = {self->listings[instrument].leverage, cross ? MARGIN_CROSS : MARGIN_ISOLATED},
    };
    house_tell(self, &news);
}

/* The exchange has changed the margin of a position at once: the house's books follow. */
static void follow_margin(struct house *self, int32_t instrument)
{
    const struct account_position *ours = account_position(&self->account, instrument);
    struct books_position theirs;
    if (ours->size_e6 == 0) {
        return;
    }
    exchange_leg(self->exchange, instrument, ours->side, &theirs);
    account_set_margin(&self->account, instrument, theirs.side, theirs.leverage, theirs.margin_e8);
    self->listings[instrument].position_us = self->now_us;
    const struct house_news news = {
        .kind = HOUSE_NEWS_ACCOUNT,
        .instrument = instrument,
        .time_us = self->now_us,
        .account = {ACCOUNT_BY_MARGIN, 0},
    };
    house_tell(self, &news);
}

static enum order_reason leverage_reason(enum terms_answer given)
{
    return given == TERMS_LEVERAGE_RANGE || given == TERMS_BRACKET ? REASON_LEVERAGE_BRACKET
                                                                   : REASON_MARGIN;
}

struct house_answer house_leverage(struct house *self, int32_t instrument, int32_t leverage)
{
    struct house_listing *listing = &self->listings[instrument];
    const struct account_position *held = account_position(&self->account, instrument);
    if (leverage == (held->size_e6 > 0 ? held->leverage : listing->leverage)) {
        return answer_of(HOUSE_SAME, REASON_NO_CHANGE);
    }
    struct house_answer answer = {.terms = terms_leverage(self->exchange, instrument, leverage)};
    if (answer.terms != TERMS_DONE) {
        answer.refusal = HOUSE_REASON;
        answer.reason = leverage_reason(answer.terms);
        return answer;
    }
    listing->leverage = leverage;
    tell_setting(self, instrument);
    follow_margin(self, instrument);
    house_drain(self);
    return answer;
}

static struct house_answer term_answer(const struct house_asked *asked)
{
    if (asked->evidence == EVIDENCE_ACKED) {
        return answer_of(HOUSE_TAKEN, REASON_NONE);
    }
    return answer_of(asked->reason == REASON_NO_CHANGE ? HOUSE_SAME : HOUSE_REASON, asked->reason);
}

struct house_answer house_margin_mode(struct house *self, int32_t instrument, enum margin_mode mode)
{
    const struct request_margin_mode request = {ask(self), mode};
    exchange_margin_mode(self->exchange, self->now_us, instrument, &request);
    struct house_asked asked = answered(self);
    struct house_answer answer = term_answer(&asked);
    if (answer.refusal == HOUSE_TAKEN) {
        account_set_cross(&self->account, instrument, mode == MARGIN_CROSS);
        tell_setting(self, instrument);
    }
    return answer;
}

struct house_answer house_margin(struct house *self, int32_t instrument, int64_t amount_e8)
{
    enum side side = account_position(&self->account, instrument)->side;
    const struct request_margin request = {ask(self), side, amount_e8};
    exchange_margin(self->exchange, self->now_us, instrument, &request);
    struct house_asked asked = answered(self);
    struct house_answer answer = term_answer(&asked);
    if (answer.refusal == HOUSE_TAKEN) {
        follow_margin(self, instrument);
    }
    return answer;
}

bool house_transfer(struct house *self, int64_t amount_e8)
{
    if (amount_e8 > TRANSFER_MAX_E8 - self->account.wallet_e8 || amount_e8 < -TRANSFER_MAX_E8) {
        return false;
    }
    bool done = exchange_transfer(self->exchange, self->now_us, amount_e8);
    house_drain(self);
    return done;
}
