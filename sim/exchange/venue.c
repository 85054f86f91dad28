/* venue.c - the exchange as the core's runner sees it: a venue port over the order wire and the
 * account. */
#include "sim/exchange/state.h"

/* Sent in a dead time, or due in one: it arrives at its end. */
static struct message *
venue_send(struct exchange *self, int64_t now_us, int32_t instrument, enum message_kind kind)
{
    CHECK(instrument >= 0 && instrument < self->instruments->count);

    int64_t latency_us = latency_next_us(&self->latency, LEG_ORDER);
    incidents_turn(&self->incidents, now_us);
    bool held = false;
    if (self->incidents.count > 0) {
        latency_us = incidents_slowed(&self->incidents, now_us, latency_us);
        int64_t left_us = incidents_arrival(&self->incidents, now_us);
        int64_t arrived_us = incidents_arrival(&self->incidents, left_us + latency_us);
        held = arrived_us != now_us + latency_us;
        latency_us = arrived_us - now_us;
    }
    struct message *message = inbox_add(&self->inbox, now_us + latency_us);
    message->kind = kind;
    message->instrument = instrument;
    message->held = held;
    self->counters.held += held;
    self->tracks[instrument].in_flight++;
    return message;
}

static void venue_leverage(void *self,
                           int64_t now_us,
                           int32_t instrument,
                           const struct action_leverage *setting)
{
    CHECK(setting->leverage >= 1);
    venue_send(self, now_us, instrument, MESSAGE_LEVERAGE)->leverage = *setting;
}

static void
venue_place(void *self, int64_t now_us, int32_t instrument, const struct action_place *order)
{
    venue_send(self, now_us, instrument, MESSAGE_PLACE)->place = *order;
}

static void venue_cancel(void *self, int64_t now_us, int32_t instrument, uint64_t order_id)
{
    venue_send(self, now_us, instrument, MESSAGE_CANCEL)->cancel_id = order_id;
}

/* Prices in flight change no book, so they do not count; but those of one instant are heard before anything is compared, or
 * the cost of an instant would grow with the square of the open positions. */
static bool venue_settled(void *self)
{
    const struct exchange *exchange = self;
    return exchange->inbox.count == 0 && exchange->outbox.response.count == 0 &&
           wire_time(&exchange->outbox.feed) > exchange->now_us;
}

/* The books as the core can know them: at the marks that it has heard. Done twice, nothing has changed. */
static void marks_swap(struct exchange *self, int32_t instrument)
{
    int64_t *mark_e12 = &self->account.marks_e12[instrument];
    int64_t heard_e12 = self->heard[instrument].mark_e12;
    self->heard[instrument].mark_e12 = *mark_e12;
    *mark_e12 = heard_e12;
}

static void marks_swap_open(struct exchange *self)
{
    for (int32_t place = 0; place < self->account.open_count; place++) {
        marks_swap(self, self->account.open[place]);
    }
}

static bool venue_account(void *self, struct books_account *out)
{
    struct exchange *exchange = self;
    marks_swap_open(exchange);
    account_books(&exchange->account, out);
    marks_swap_open(exchange);
    return true;
}

static bool venue_position(void *self, int32_t instrument, struct books_position *out)
{
    struct exchange *exchange = self;
    bool open = !account_flat(&exchange->account, instrument);
    bool cross = exchange->account.crossed[instrument]; /* there the other marks count as well */
    if (open && cross) {
        marks_swap_open(exchange);
    } else if (open) {
        marks_swap(exchange, instrument);
    }
    account_books_position(&exchange->account, instrument, out);
    if (open && cross) {
        marks_swap_open(exchange);
    } else if (open) {
        marks_swap(exchange, instrument);
    }
    return true;
}

/* ---- requests beyond the port ---- */

void exchange_amend(struct exchange *self,
                    int64_t now_us,
                    int32_t instrument,
                    const struct request_amend *amend)
{
    venue_send(self, now_us, instrument, MESSAGE_AMEND)->amend = *amend;
}

void exchange_cancel_all(struct exchange *self, int64_t now_us, int32_t instrument)
{
    (void)venue_send(self, now_us, instrument, MESSAGE_CANCEL_ALL);
}

void exchange_batch(struct exchange *self,
                    int64_t now_us,
                    int32_t instrument,
                    const struct action_place *places,
                    int32_t count)
{
    CHECK(count >= 1 && count <= BATCH_MAX);
    struct message *head = venue_send(self, now_us, instrument, MESSAGE_BATCH);
    head->batch_count = count;
    struct message common = *head;
    for (int32_t index = 0; index < count; index++) {
        struct message *message = inbox_add(&self->inbox, common.time_us);
        message->kind = MESSAGE_PLACE;
        message->instrument = instrument;
        message->held = common.held;
        message->batched = true;
        message->place = places[index];
        self->tracks[instrument].in_flight++;
    }
}

void exchange_group(struct exchange *self,
                    int64_t now_us,
                    int32_t instrument,
                    const struct request_group *group)
{
    CHECK(group->count >= 2 && group->count <= 1 + GROUP_CHILDREN_MAX);
    venue_send(self, now_us, instrument, MESSAGE_GROUP)->group = *group;
}

void exchange_margin_mode(struct exchange *self,
                          int64_t now_us,
                          int32_t instrument,
                          const struct request_margin_mode *request)
{
    venue_send(self, now_us, instrument, MESSAGE_MARGIN_MODE)->margin_mode = *request;
}

void exchange_margin(struct exchange *self,
                     int64_t now_us,
                     int32_t instrument,
                     const struct request_margin *request)
{
    venue_send(self, now_us, instrument, MESSAGE_MARGIN)->margin = *request;
}

void exchange_leg(const struct exchange *self,
                  int32_t instrument,
                  enum side side,
                  struct books_position *out)
{
    account_books_leg(&self->account, instrument, side, out);
}

struct venue_port exchange_venue(struct exchange *self)
{
    return (struct venue_port){
        .self = self,
        .leverage = venue_leverage,
        .place = venue_place,
        .cancel = venue_cancel,
        .settled = venue_settled,
        .account = venue_account,
        .position = venue_position,
    };
}
