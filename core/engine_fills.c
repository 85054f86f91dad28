/* Fills: the books, the position's life from its first execution to its last. */
#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "core/margin.h"

/* ---- the entry ---- */

static void pending_remove(struct engine *self, int32_t instrument)
{
    int32_t index = 0;
    while (self->pending_list[index] != instrument) {
        index++;
        CHECK(index < self->pending_count);
    }
    self->pending_count--;
    for (; index < self->pending_count; index++) {
        self->pending_list[index] = self->pending_list[index + 1];
    }
    self->shares[instrument].entry_pending = false;
}

void engine_entry_over(struct engine *self, const struct order *order)
{
    if (!self->shares[order->instrument].entry_pending) {
        return;
    }
    pending_remove(self, order->instrument);
    self->risk_epoch++;
    counters_add(&self->counters, COUNTER_ENTRIES_UNFILLED, order->filled_e6 == 0);
    counters_add(&self->counters, COUNTER_FAILED_TRADES, order->filled_e6 == 0);
    struct holding *holding = positions_get(&self->positions, order->instrument);
    if (holding == NULL || holding->position.size_e6 == 0) {
        return;
    }
    if (holding->position.status == POSITION_OPENING) {
        holding->position.status = POSITION_OPEN;
    }
    engine_place_targets(self, holding, order->filled_e6);
    engine_record_position(self, holding);
}

static struct holding *
open_position(struct engine *self, const struct order *order, const struct event *event)
{
    const struct normal_signal *normal = &self->entries[order->instrument];
    struct holding *holding = positions_begin(&self->positions, order->instrument);
    struct position *position = &holding->position;
    position->signal_id = order->signal_id;
    position->strategy = normal->strategy;
    position->side = order->side;
    position->margin_mode = (enum margin_mode)self->settings->margin_cross;
    position->leverage = order->leverage;
    position->opened_us = event->venue_time_us;
    engine_plan(&holding->plan, normal);
    holding->plan.deadline_us = event->venue_time_us + self->settings->max_age;
    engine_record_position(self, holding);

    return holding;
}

/* ---- money ---- */

static int64_t
fee_of(struct engine *self, const struct event *event, int64_t notional_e8, int64_t left_e8)
{
    const struct event_fill *fill = &event->fill;
    const struct instrument *item = &self->instruments->items[event->instrument];
    if (fill->fee_e8 != FEE_BY_SCHEDULE) {
        return fill->fee_e8;
    }
    int64_t fee_e8 = 0;
    if (fill->kind == FILL_LIQUIDATION) {
        (void)engine_fits(margin_liquidation_fee_e8(notional_e8, item->taker_fee_e9,
                                                    item->liquidation_fee_e9, left_e8, &fee_e8));
    } else if (fill->kind == FILL_TRADE) {
        int64_t rate_e9 =
            fill->liquidity == LIQUIDITY_MAKER ? item->maker_fee_e9 : item->taker_fee_e9;
        (void)engine_fits(margin_fee_e8(notional_e8, rate_e9, &fee_e8));
    }
    return fee_e8;
}

static void post_realised(struct engine *self,
                          const struct holding *holding,
                          const struct event *event,
                          int64_t amount_e8)
{
    bool forced = event->fill.kind != FILL_TRADE;
    struct ledger_subject subject = engine_subject(self, holding, event->venue_time_us);
    ledger_move(&self->ledger, self->actions, &subject, forced ? LEDGER_LIQUIDATION : LEDGER_TRADE,
                ACCOUNT_REALISED_PNL, amount_e8);
    self->totals.realised_e8 += amount_e8;
}

static void
post_fee(struct engine *self, struct holding *holding, const struct event *event, int64_t fee_e8)
{
    bool forced = event->fill.kind == FILL_LIQUIDATION;
    struct ledger_subject subject = engine_subject(self, holding, event->venue_time_us);
    ledger_move(&self->ledger, self->actions, &subject, forced ? LEDGER_LIQUIDATION : LEDGER_FEE,
                forced ? ACCOUNT_LIQUIDATION : ACCOUNT_FEES, -fee_e8);
    holding->position.fees_e8 += fee_e8;
    self->totals.fees_e8 += fee_e8;
}

static int64_t book_opening(struct engine *self, struct holding *holding, const struct event *event)
{
    const struct event_fill *fill = &event->fill;
    int64_t notional_e8 = 0;
    (void)engine_fits(position_increase(&holding->position, fill->price_e12, fill->size_e6));
    (void)engine_fits(margin_notional_e8(fill->side, fill->price_e12, fill->size_e6, &notional_e8));
    int64_t fee_e8 = fee_of(self, event, notional_e8, 0);
    post_fee(self, holding, event, fee_e8);

    return fee_e8;
}

static int64_t book_closing(struct engine *self, struct holding *holding, const struct event *event)
{
    const struct event_fill *fill = &event->fill;
    struct closing closing;
    (void)engine_fits(
        position_decrease(&holding->position, fill->price_e12, fill->size_e6, &closing));
    post_realised(self, holding, event, closing.realised_e8);
    bool isolated = holding->position.margin_mode == MARGIN_ISOLATED;
    int64_t left_e8 =
        isolated ? closing.margin_e8 + closing.realised_e8 : ledger_wallet_e8(&self->ledger);
    int64_t fee_e8 = fee_of(self, event, closing.notional_e8, left_e8);
    post_fee(self, holding, event, fee_e8);

    return fee_e8;
}

/* ---- the position's life ---- */

static int64_t net_e8(const struct position *position)
{
    return position->realised_e8 - position->fees_e8 + position->funding_e8;
}

static void count_trade(struct engine *self, const struct holding *holding)
{
    const struct position *position = &holding->position;
    int64_t result_e8 = net_e8(position);
    counters_add(&self->counters, COUNTER_SUCCESSFUL_TRADES, result_e8 > 0);
    counters_add(&self->counters, COUNTER_TRADES_LOST, result_e8 <= 0);
    counters_add(&self->counters, COUNTER_FAILED_TRADES, result_e8 <= 0);
    self->strategy_trades[position->strategy]++;
    self->shares[position->instrument].result_e8 += result_e8;
    struct breaker_trade trade = {
        .strategy = position->strategy,
        .instrument = position->instrument,
        .side = position->side,
        .net_e8 = result_e8,
        .risk_e8 = holding->plan.risk_e8 > 0 ? holding->plan.risk_e8 : 1,
    };
    breaker_trade_closed(&self->breaker, self->now_us, &trade);
}

static void close_position(struct engine *self,
                           struct holding *holding,
                           const struct event *event,
                           enum exit_reason reason)
{
    struct position *position = &holding->position;
    bool liquidated = event->fill.kind == FILL_LIQUIDATION;
    position->closed_us = event->venue_time_us;
    position->status = liquidated ? POSITION_LIQUIDATED : POSITION_CLOSED;
    position->exit_reason = reason;
    positions_end(&self->positions, position->instrument);
    count_trade(self, holding);
    engine_cancel_entries(self, position->instrument);
    breaker_unprotected(&self->breaker, self->now_us, position->instrument, 0);
}

static void liquidation_alert(struct engine *self, const struct event *event)
{
    struct text *text = engine_text(self);
    text_add(text, engine_symbol(self, event->instrument));
    text_add(text, ": the venue liquidated ");
    text_add_decimal(text, event->fill.size_e6, 6);
    text_add(text, " at ");
    text_add_decimal(text, event->fill.price_e12, 12);
    engine_alert(self, SEVERITY_CRITICAL, event->instrument, "liquidation", text->bytes);
    breaker_liquidated(&self->breaker, self->now_us, event->instrument);
}

/* What our order lost against the price at which the core asked for it, told to the fill-quality rule. */
static void judge_quality(struct engine *self, const struct event *event, const struct order *order)
{
    const struct prices *prices = &self->prices[event->instrument];
    int64_t expected_e12 = order->trigger_e12 > 0 ? order->trigger_e12 : prices->last_e12;
    if (event->fill.liquidity == LIQUIDITY_MAKER || expected_e12 <= 0 ||
        order->type == ORDER_TRAILING_STOP) {
        return;
    }
    int64_t slip_e12 = side_sign(event->fill.side) * (event->fill.price_e12 - expected_e12);
    breaker_fill_quality(&self->breaker, self->now_us, event->instrument,
                         fixed_mul_div_clamped(slip_e12, ONE_E9, expected_e12),
                         self->settings->modelled_slippage_e9);
}

static void record_fill(struct engine *self,
                        const struct event *event,
                        const struct holding *holding,
                        int64_t fee_e8)
{
    const struct event_fill *fill = &event->fill;
    engine_act(self, ACTION_FILL, event->instrument)->fill = (struct action_fill){
        .order_id = fill->order_id,
        .trade_id = fill->trade_id,
        .position_id = holding->position.position_id,
        .side = fill->side,
        .liquidity = fill->liquidity,
        .kind = fill->kind,
        .price_e12 = fill->price_e12,
        .size_e6 = fill->size_e6,
        .fee_e8 = fee_e8,
        .venue_time_us = event->venue_time_us,
    };
}

/* The order side of a fill; answers why the position is being left (EXIT_NONE: it is being entered). */
static void advance_order(struct engine *self,
                          struct order *order,
                          const struct event *event,
                          int64_t position_id)
{
    if (order == NULL) {
        return;
    }
    order->position_id = position_id;
    order_fill(order, event->fill.size_e6, self->now_us);
    judge_quality(self, event, order);
}

/* A close-position order has no size of its own: it is filled when nothing is left to close. */
static void settle_order(struct engine *self, struct order *order, struct holding *holding)
{
    if (order == NULL) {
        return;
    }
    engine_unknown_moved(self, order, order->state == ORDER_UNKNOWN);
    if (order->close_position && holding->position.size_e6 == 0) {
        order->state = ORDER_FILLED;
        order->ended_us = self->now_us;
    }
    engine_record_order(self, order);
    if (!order_state_terminal(order->state)) {
        return;
    }
    struct order ended = *order;
    orders_remove(&self->orders, order);
    if (ended.entry) {
        engine_entry_over(self, &ended);
    } else if (ended.type == ORDER_MARKET && holding->position.size_e6 > 0) {
        engine_exit_over(self, holding, &ended); /* an entry has filled meanwhile */
    }
}

/* Without an order of ours: a delisting closes at the last price of a simulated market; in life it is another hand. */
static enum exit_reason reason_of(const struct engine *self,
                                  const struct event *event,
                                  const struct order *order,
                                  const struct holding *holding)
{
    if (event->fill.kind != FILL_TRADE) {
        return EXIT_LIQUIDATION;
    }
    if (order != NULL && order->exit_reason != EXIT_NONE) {
        return order->exit_reason;
    }
    if (event->fill.order_id == 0 && holding->plan.exit_wanted == EXIT_NONE) {
        return self->settings->simulated ? EXIT_END_OF_DATA : EXIT_EXTERNAL;
    }
    return holding->plan.exit_wanted;
}

static void after_opening(struct engine *self, struct holding *holding, const struct event *event)
{
    const struct instrument *item = &self->instruments->items[event->instrument];
    const struct position *position = &holding->position;
    int64_t entry_e12 = fixed_mul_div_clamped(position->cost_e8, ONE_E12 / 100, position->size_e6);
    (void)engine_fits(risk_at_stop(self->settings, item, position->side, position->size_e6,
                                   entry_e12, holding->plan.stop_e12, &holding->plan.risk_e8));
    if (holding->plan.stop_order == 0 && holding->plan.exit_wanted == EXIT_NONE) {
        engine_protect(self, holding);
    }
    /* An order that was on its way when the scope was flattened or the data ended. */
    if (self->shares[event->instrument].ended) {
        engine_exit(self, holding, EXIT_END_OF_DATA);
    } else if (breaker_flattens(&self->breaker, position->strategy, position->instrument,
                                position->side)) {
        engine_exit(self, holding, EXIT_BREAKER);
    }
}

static void unknown_fill(struct engine *self, const struct event *event)
{
    struct action_error error = {
        .category = CATEGORY_TRADING,
        .severity = SEVERITY_CRITICAL,
        .code = "foreign-fill",
        .message = "the venue reported a fill that belongs to no order and no position of ours",
    };
    engine_error(self, event->instrument, &error);
    breaker_external(&self->breaker, self->now_us, event->instrument);
}

/* More than the order has, or on its other side: then one of the two books is wrong (RISK 5.1: never above the order's size). */
static void impossible_fill(struct engine *self, const struct event *event)
{
    struct action_error error = {
        .category = CATEGORY_TRADING,
        .severity = SEVERITY_CRITICAL,
        .code = "fill-impossible",
        .message = "the venue reported a fill that its order cannot have: it is not booked",
    };
    engine_error(self, event->instrument, &error);
    breaker_books_differ(&self->breaker, self->now_us, event->instrument);
}

/* What no honest venue reports would break the books: it is not booked. */
static bool fill_possible(const struct event_fill *fill,
                          const struct order *order,
                          const struct holding *holding)
{
    bool sized = order == NULL || order->close_position ||
                 fill->size_e6 <= order->size_e6 - order->filled_e6;
    if (fill->size_e6 <= 0 || fill->price_e12 <= 0 || !sized) {
        return false;
    }
    if (order != NULL && order->entry) {
        return fill->side == order->side &&
               (holding == NULL || holding->position.side == fill->side);
    }
    return holding != NULL && fill->side != holding->position.side &&
           fill->size_e6 <= holding->position.size_e6;
}

/* Fill evidence wins over everything (RISK 5.1): an entry that was over lives again, for this fill. */
static struct order *revive(struct engine *self, const struct event *event)
{
    const struct order *ended =
        orders_ended(&self->orders, event->instrument, event->fill.order_id);
    if (ended == NULL || event->fill.size_e6 > ended->size_e6 - ended->filled_e6) {
        return NULL;
    }
    struct action_error error = {
        .category = CATEGORY_TRADING,
        .severity = SEVERITY_HIGH,
        .code = "late-fill",
        .message = "the venue reported a fill of an entry that was taken for over",
    };
    engine_error(self, event->instrument, &error);

    return orders_adopt(&self->orders, ended);
}

/* What its signal planned is forgotten, or another's by now: such a position is left at once, behind its stop. */
static void settle_revived(struct engine *self, struct order *order, enum order_state state)
{
    struct holding *holding = positions_get(&self->positions, order->instrument);
    order->state = order->filled_e6 == order->size_e6 ? ORDER_FILLED : state;
    order->ended_us = self->now_us;
    engine_record_order(self, order);
    orders_remove(&self->orders, order);
    if (holding != NULL && holding->position.size_e6 > 0) {
        engine_exit(self, holding, EXIT_BREAKER);
    }
}

void engine_on_fill(struct engine *self, const struct event *event)
{
    const struct event_fill *fill = &event->fill;
    struct holding *holding = positions_get(&self->positions, event->instrument);
    struct order *order =
        fill->order_id == 0 ? NULL : orders_find(&self->orders, event->instrument, fill->order_id);
    struct order *revived = order == NULL && fill->order_id != 0 ? revive(self, event) : NULL;
    enum order_state before = revived == NULL ? ORDER_INTENT : revived->state;
    order = revived == NULL ? order : revived;
    bool opening = order != NULL && order->entry;
    if (!fill_possible(fill, order, holding)) {
        if (order != NULL || orders_made(&self->orders, fill->order_id)) {
            impossible_fill(self, event);
        } else {
            unknown_fill(self, event);
        }
        if (revived != NULL) {
            orders_remove(&self->orders, revived);
        }
        return;
    }
    if (holding == NULL) {
        holding = open_position(self, order, event);
    }
    if (opening && order->filled_e6 == 0 && holding->plan.targets_placed) {
        holding->plan.adds++;
    }
    rates_fill(&self->rates, self->now_us);
    counters_add(&self->counters, COUNTER_FILLS, 1);
    counters_add(&self->counters, COUNTER_LIQUIDATIONS, fill->kind == FILL_LIQUIDATION);
    advance_order(self, order, event, holding->position.position_id);
    int64_t fee_e8 =
        opening ? book_opening(self, holding, event) : book_closing(self, holding, event);
    bool closed = holding->position.size_e6 == 0;
    enum exit_reason reason = reason_of(self, event, order, holding);
    if (closed) {
        close_position(self, holding, event, reason);
    }
    engine_account_moved(self, event->instrument);
    engine_record_position(self, holding);
    record_fill(self, event, holding, fee_e8);
    if (opening) {
        after_opening(self, holding, event);
    }
    if (revived != NULL) {
        settle_revived(self, revived, before);
    } else {
        settle_order(self, order, holding);
    }
    if (fill->kind == FILL_LIQUIDATION) {
        liquidation_alert(self, event);
    }
    engine_record_equity(self);
    self->risk_epoch++;
    self->deadline_dirty = true;
    if (closed && self->shares[event->instrument].reverse_pending) {
        engine_reverse(self, event->instrument);
    }
}
