/* venue.c - the exchange as the core's runner sees it: a venue port over the order wire and the
 * account. */
#include "sim/exchange/state.h"

static struct message *
venue_send(struct exchange *self, int64_t now_us, int32_t instrument, enum message_kind kind)
{
    CHECK(instrument >= 0 && instrument < self->instruments->count);

    struct message *message = inbox_add(&self->inbox, now_us + self->settings->latency_order);
    message->kind = kind;
    message->instrument = instrument;
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

static bool venue_settled(void *self)
{
    const struct exchange *exchange = self;
    return exchange->inbox.count == 0 && exchange->outbox.book_count == 0;
}

static bool venue_account(void *self, struct books_account *out)
{
    const struct exchange *exchange = self;
    account_books(&exchange->account, out);
    return true;
}

static bool venue_position(void *self, int32_t instrument, struct books_position *out)
{
    const struct exchange *exchange = self;
    account_books_position(&exchange->account, instrument, out);
    return true;
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
