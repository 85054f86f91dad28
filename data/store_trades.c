/* store_trades.c - orders, fills, positions and money as rows of data/schema.sql. */
#include "core/margin.h"
#include "data/store_rows.h"

/* ---- orders and fills ---- */

static bool order_triggered(enum order_type type)
{
    return type == ORDER_STOP_MARKET || type == ORDER_TAKE_PROFIT_MARKET ||
           type == ORDER_TRAILING_STOP;
}

static void order_write(struct store *self, const struct order *order)
{
    char client_id[CLIENT_ID_BYTES];
    client_id_format(order->order_id, client_id);
    bool triggered = order_triggered(order->type);
    struct store_row row = row_begin(self, ROW_ORDER);
    row_int(&row, (int64_t)order->order_id);
    row_text(&row, client_id);
    row_text(&row, self->venue);
    row_int_or_null(&row, order->signal_id);
    row_int_or_null(&row, order->position_id);
    row_text(&row, store_token(self, order->instrument));
    row_text(&row, side_order_text((int)order->side));
    row_text(&row, order_type_text((int)order->type));
    row_text(&row, time_in_force_text((int)order->tif));
    row_int(&row, order->reduce_only ? 1 : 0);
    row_int_or_null(&row, order->price_e12);
    row_int_or_null(&row, order->trigger_e12);
    row_int(&row, order->size_e6);
    row_int(&row, order->filled_e6);
    row_int(&row, order->leverage);
    row_text(&row, order_state_text((int)order->state));
    row_text(&row, order->reason != REASON_NONE ? order_reason_text((int)order->reason) : NULL);
    row_int(&row, order->intent_us);
    row_int_or_null(&row, order->sent_us);
    row_int_or_null(&row, order->acked_us);
    row_int_or_null(&row, order->ended_us);
    row_int(&row, order->entry ? 1 : 0);
    row_int(&row, order->close_position ? 1 : 0);
    row_text(&row, !triggered ? NULL : order->trigger_by == TRIGGER_MARK ? "mark" : "last");
    row_int_or_null(&row, order->callback_e9);
    row_int_or_null(&row, order->expires_us);
    row_text(&row,
             order->exit_reason != EXIT_NONE ? exit_reason_text((int)order->exit_reason) : NULL);
    row_end(&row);
}

static int32_t order_slot(const struct store *self, uint64_t order_id)
{
    int32_t slot = 0;
    while (slot < self->order_count && self->orders[slot].order_id != order_id) {
        slot++;
    }
    return slot;
}

void store_record_order(struct store *self, const struct action *action)
{
    const struct order *order = &action->order;
    int32_t slot = order_slot(self, order->order_id);
    bool waiting = slot < self->order_count;
    if (order_state_terminal(order->state) || (!waiting && slot == ORDERS_MAX)) {
        order_write(self, order);
        if (waiting) {
            self->orders[slot] = self->orders[--self->order_count];
            self->order_fresh[slot] = self->order_fresh[self->order_count];
        }
        return;
    }
    self->orders[slot] = *order;
    self->order_fresh[slot] = true;
    self->order_count += waiting ? 0 : 1;
}

void store_record_fill(struct store *self, const struct action *action)
{
    const struct action_fill *fill = &action->fill;
    struct store_row row = row_begin(self, ROW_FILL);
    row_text(&row, self->venue);
    row_int(&row, (int64_t)fill->trade_id);
    row_int_or_null(&row, (int64_t)fill->order_id);
    row_int_or_null(&row, fill->position_id);
    row_text(&row, store_token(self, action->instrument));
    row_text(&row, side_order_text((int)fill->side));
    row_int(&row, fill->price_e12);
    row_int(&row, fill->size_e6);
    row_int(&row, fill->fee_e8);
    row_text(&row, liquidity_text((int)fill->liquidity));
    row_text(&row, fill_kind_text((int)fill->kind));
    row_int(&row, fill->venue_time_us);
    row_int(&row, action->time_us);
    row_end(&row);
}

/* ---- positions ---- */

static bool position_over(const struct position *position)
{
    return position->status == POSITION_CLOSED || position->status == POSITION_LIQUIDATED;
}

/* Average entry for display: cost / size to the nearest 1e-12; 0: none, or beyond int64. */
static int64_t entry_price_e12(const struct position *position)
{
    const int64_t cost_to_price = 10000000000LL; /* _e8 / _e6 to _e12 */
    if (position->size_total_e6 <= 0) {
        return 0;
    }
    wide_t price = ((wide_t)position->cost_total_e8 * cost_to_price + position->size_total_e6 / 2) /
                   position->size_total_e6;
    return price > INT64_MAX ? 0 : (int64_t)price;
}

static int64_t position_pnl_e8(const struct position *position)
{
    int64_t unrealised_e8 = 0;
    if (!position_over(position) && position->size_e6 > 0 && position->mark_e12 > 0 &&
        !margin_unrealised_e8(position->side, position->size_e6, position->cost_e8,
                              position->mark_e12, &unrealised_e8)) {
        unrealised_e8 = 0; /* the core has refused such a mark already */
    }
    wide_t pnl_e8 =
        (wide_t)position->realised_e8 - position->fees_e8 + position->funding_e8 + unrealised_e8;
    CHECK((int64_t)pnl_e8 == pnl_e8);
    return (int64_t)pnl_e8;
}

static void row_price(struct store_row *row, int64_t price_e12)
{
    if (price_e12 == 0) {
        row_null(row);
        row_null(row);
        return;
    }
    row_real(row, price_e12, 12);
    row_int(row, price_e12);
}

static void position_write(struct store *self, const struct position *position)
{
    bool over = position_over(position);
    int64_t size_e6 = over ? position->size_total_e6 : position->size_e6;
    int64_t pnl_e8 = position_pnl_e8(position);
    enum exit_reason reason = position->exit_reason;
    struct store_row row = row_begin(self, ROW_POSITION);
    row_int(&row, position->position_id);
    row_text(&row, store_token(self, position->instrument));
    row_text(&row, side_position_text((int)position->side));
    row_real(&row, size_e6, 6);
    row_int(&row, position->leverage);
    row_price(&row, entry_price_e12(position));
    row_price(&row, position->mark_e12);
    row_real(&row, pnl_e8, 8);
    row_int(&row, pnl_e8);
    row_real(&row, position->liquidation_e12, 12);
    row_int(&row, position->liquidation_e12);
    row_text(&row, position_status_text((int)position->status));
    row_int_or_null(&row, position->opened_us);
    row_int_or_null(&row, position->closed_us);
    row_int_or_null(&row, position->signal_id);
    row_text(&row, store_source(self, position->strategy));
    row_text(&row, margin_mode_text((int)position->margin_mode));
    row_int(&row, over ? position->margin_peak_e8 : position->margin_e8);
    row_int(&row, size_e6);
    row_int(&row, position->realised_e8);
    row_int(&row, position->fees_e8);
    row_int(&row, position->funding_e8);
    row_int(&row, position->favourable_e8);
    row_int(&row, position->adverse_e8);
    row_text(&row, reason != EXIT_NONE ? exit_reason_text((int)reason) : NULL);
    row_int(&row, position->cost_total_e8);
    row_int_or_null(&row, position->stop_e12);
    row_end(&row);
}

void store_record_position(struct store *self, const struct action *action)
{
    const struct position *position = &action->position;
    int32_t slot = 0;
    while (slot < self->position_count &&
           self->positions[slot].position_id != position->position_id) {
        slot++;
    }
    bool waiting = slot < self->position_count;
    if (position_over(position) || (!waiting && slot == INSTRUMENTS_MAX)) {
        position_write(self, position);
        if (waiting) {
            self->positions[slot] = self->positions[--self->position_count];
            self->position_fresh[slot] = self->position_fresh[self->position_count];
        }
        return;
    }
    self->positions[slot] = *position;
    self->position_fresh[slot] = true;
    self->position_count += waiting ? 0 : 1;
}

void store_flush(struct store *self)
{
    for (int32_t slot = 0; slot < self->position_count; slot++) {
        if (self->position_fresh[slot]) {
            position_write(self, &self->positions[slot]);
            self->position_fresh[slot] = false;
        }
    }
    for (int32_t slot = 0; slot < self->order_count; slot++) {
        if (self->order_fresh[slot]) {
            order_write(self, &self->orders[slot]);
            self->order_fresh[slot] = false;
        }
    }
}

/* ---- money ---- */

void store_record_posting(struct store *self, const struct action *action)
{
    const struct action_posting *posting = &action->posting;
    struct store_row row = row_begin(self, ROW_POSTING);
    row_int(&row, posting->txn);
    row_text(&row, ledger_account_text((int)posting->account));
    row_int(&row, posting->amount_e8);
    row_text(&row, ledger_kind_text((int)posting->kind));
    row_text(&row, store_token(self, action->instrument));
    row_int_or_null(&row, posting->position_id);
    row_int(&row, posting->venue_time_us);
    row_end(&row);
}

void store_record_equity(struct store *self, const struct action *action)
{
    const struct action_equity *equity = &action->equity;
    struct store_row row = row_begin(self, ROW_EQUITY);
    row_int(&row, action->time_us);
    row_int(&row, equity->balance_e8);
    row_int(&row, equity->equity_e8);
    row_int(&row, equity->margin_used_e8);
    row_int(&row, equity->margin_available_e8);
    row_int(&row, equity->drawdown_ppm);
    row_int(&row, equity->open_positions);
    row_text(&row, breaker_state_text((int)equity->breaker_state));
    row_end(&row);
}
