/* store_venue.c - what the venue of a live account has told: fills, numbers, payments, comparisons, configurations, audit. */
#include <string.h>

#include "data/store_rows.h"

static const char *token_or_none(const struct store *self, int32_t instrument)
{
    const char *token = store_token(self, instrument);
    return token == NULL ? "" : token;
}

static int64_t ask_one(struct store_row *row)
{
    int64_t answer = ask_next(row) ? sqlite3_column_int64(row->statement, 0) : 0;
    ask_end(row);
    return answer;
}

bool store_fill_known(struct store *self, int32_t instrument, uint64_t trade_id)
{
    struct store_row row = ask_begin(self, ASK_FILL);
    row_text(&row, self->venue);
    row_text(&row, store_token(self, instrument));
    row_int(&row, (int64_t)trade_id);
    return ask_one(&row) != 0;
}

int64_t store_last_fill_us(struct store *self, int32_t instrument)
{
    struct store_row row = ask_begin(self, ASK_LAST_FILL);
    row_text(&row, self->venue);
    row_text(&row, store_token(self, instrument));
    return ask_one(&row);
}

void store_venue_order(struct store *self,
                       int32_t instrument,
                       const char *venue_order_id,
                       uint64_t order_id)
{
    struct store_row row = row_begin(self, ROW_VENUE_ORDER);
    row_text(&row, self->venue);
    row_text(&row, store_token(self, instrument));
    row_text(&row, venue_order_id);
    row_int(&row, (int64_t)order_id);
    row_end(&row);
}

uint64_t store_order_of(struct store *self, int32_t instrument, const char *venue_order_id)
{
    struct store_row row = ask_begin(self, ASK_ORDER_OF);
    row_text(&row, self->venue);
    row_text(&row, store_token(self, instrument));
    row_text(&row, venue_order_id);
    return (uint64_t)ask_one(&row);
}

static const char *payment_text(enum payment kind)
{
    return kind == PAYMENT_FUNDING ? "funding" : "transfer";
}

static bool payment_known(struct store *self, const struct store_payment *payment)
{
    struct store_row row = ask_begin(self, ASK_PAYMENT);
    row_text(&row, self->venue);
    row_text(&row, payment_text(payment->kind));
    row_int(&row, (int64_t)payment->payment_id);
    row_text(&row, token_or_none(self, payment->instrument));
    return ask_one(&row) != 0;
}

bool store_payment(struct store *self, const struct store_payment *payment)
{
    if (payment_known(self, payment)) {
        return false;
    }
    struct store_row row = row_begin(self, ROW_PAYMENT);
    row_text(&row, self->venue);
    row_text(&row, payment_text(payment->kind));
    row_int(&row, (int64_t)payment->payment_id);
    row_text(&row, token_or_none(self, payment->instrument));
    row_int(&row, payment->amount_e8);
    row_int(&row, payment->time_us);
    row_end(&row);
    return true;
}

int64_t store_last_payment_us(struct store *self, enum payment kind)
{
    struct store_row row = ask_begin(self, ASK_LAST_PAYMENT);
    row_text(&row, self->venue);
    row_text(&row, payment_text(kind));
    return ask_one(&row);
}

void store_reconcile(struct store *self, const struct store_reconcile *given)
{
    struct store_row row = row_begin(self, ROW_RECONCILE);
    row_int(&row, given->time_us);
    row_text(&row, given->kind);
    row_text(&row, given->result);
    row_int(&row, given->differences);
    row_text(&row, given->detail);
    row_end(&row);
}

void store_config_version(
    struct store *self, int64_t time_us, const char *actor, const char *config, const char *result)
{
    char hash[DIGEST_BYTES];
    digest_format(&(struct digest){.state = digest_of_text(config)}, hash);
    struct store_row row = row_begin(self, ROW_CONFIG);
    row_int(&row, time_us);
    row_text(&row, actor);
    row_text(&row, config);
    row_text(&row, hash);
    row_text(&row, result);
    row_end(&row);
}

void store_audit(struct store *self, int64_t time_us, const struct action_audit *audit)
{
    const struct action action = {
        .kind = ACTION_AUDIT, .instrument = INSTRUMENT_NONE, .time_us = time_us, .audit = *audit};
    store_record(self, &action);
}
