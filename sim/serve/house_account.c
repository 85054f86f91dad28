/* house_account.c - the house's own books of the account, kept by sim/exchange/account.h from what the exchange tells, and what
 * a venue lists of them: trades, income, positions, balances.
 * Fees     as the schedule says (FEE_BY_SCHEDULE); where the exchange tells its own figure (a ladder, Hyperliquid), that one. */
#include <inttypes.h>
#include <stdio.h>

#include "core/fixed.h"
#include "core/margin.h"
#include "sim/exchange/contract.h"
#include "sim/serve/house_private.h"

static void add_income(struct house *self, const struct house_income *income)
{
    if (income->amount_e8 != 0) {
        struct house_income *row = house_list_add(&self->income, sizeof(*row));
        *row = *income;
        row->id = (uint64_t)self->income.count;
    }
}

static void
tell_account(struct house *self, int32_t instrument, enum account_cause cause, int64_t change_e8)
{
    const struct house_news news = {
        .kind = HOUSE_NEWS_ACCOUNT,
        .instrument = instrument,
        .time_us = self->now_us,
        .account = {cause, change_e8},
    };
    house_tell(self, &news);
}

/* ---- executions ---- */

static bool clearance_taken(const struct instrument *item, enum fill_kind kind)
{
    return kind == FILL_LIQUIDATION && item->margin_model != MARGIN_HYPERLIQUID;
}

/* The exchange's own figure: the account is brought to it. */
static void
take_told_fee(struct house *self, const struct event *event, struct account_posting *posting)
{
    const struct instrument *item = house_item(self, event->instrument);
    int64_t told_e8 = event->fill.fee_e8;
    self->account.wallet_e8 -= told_e8 - posting->fee_e8;
    self->account.fees_e8 += told_e8 - posting->fee_e8;
    posting->fee_e8 = told_e8;
    posting->clearance_e8 = 0;
    if (clearance_taken(item, event->fill.kind)) {
        int64_t clearance_e8 = 0;
        CHECK(margin_fee_e8(posting->notional_e8, item->liquidation_fee_e9, &clearance_e8));
        posting->clearance_e8 = fixed_smaller(clearance_e8, told_e8);
    }
}

static struct account_posting book_fill(struct house *self, const struct event *event)
{
    const struct instrument *item = house_item(self, event->instrument);
    const struct event_fill *fill = &event->fill;
    const struct account_fill booked = {
        .side = fill->side,
        .liquidity = fill->liquidity,
        .kind = fill->kind,
        .leverage = self->listings[event->instrument].leverage,
        .price_e12 = fill->price_e12,
        .size_e6 = fill->size_e6,
        .fee_e9 = fill->liquidity == LIQUIDITY_MAKER ? item->maker_fee_e9 : item->taker_fee_e9,
        .clearance_e9 = clearance_taken(item, fill->kind) ? item->liquidation_fee_e9 : 0,
    };
    struct account_posting posting = account_fill(&self->account, event->instrument, &booked);
    if (fill->fee_e8 != FEE_BY_SCHEDULE) {
        take_told_fee(self, event, &posting);
    }
    self->listings[event->instrument].position_us = self->now_us;
    return posting;
}

static void fill_income(struct house *self,
                        const struct house_trade *trade,
                        const struct account_posting *posting)
{
    struct house_income income = {
        .instrument = trade->instrument, .time_us = trade->time_us, .trade_id = trade->trade_id};
    income.kind = INCOME_REALISED;
    income.amount_e8 = posting->realised_e8;
    add_income(self, &income);
    income.kind = INCOME_COMMISSION;
    income.amount_e8 = -(posting->fee_e8 - posting->clearance_e8);
    add_income(self, &income);
    income.kind = INCOME_INSURANCE;
    income.amount_e8 = -posting->clearance_e8;
    add_income(self, &income);
}

int64_t account_trade(struct house *self, const struct event *event, struct house_order *order)
{
    const struct event_fill *fill = &event->fill;
    struct account_posting posting = book_fill(self, event);
    struct house_trade *trade = house_list_add(&self->trades, sizeof(*trade));
    *trade = (struct house_trade){
        .trade_id = fill->trade_id,
        .venue_order_id = order->venue_id,
        .instrument = event->instrument,
        .side = fill->side,
        .liquidity = fill->liquidity,
        .kind = fill->kind,
        .price_e12 = fill->price_e12,
        .size_e6 = fill->size_e6,
        .fee_e8 = posting.fee_e8,
        .realised_e8 = posting.realised_e8,
        .time_us = self->now_us,
    };
    order->filled_e6 += fill->size_e6;
    order->cost_e8 += posting.notional_e8;
    order->fee_e8 += posting.fee_e8;
    order->realised_e8 += posting.realised_e8;
    fill_income(self, trade, &posting);
    return self->trades.count - 1;
}

/* ---- settlements, transfers ---- */

void account_settle(struct house *self, const struct event *event)
{
    const struct event_funding *funding = &event->funding;
    struct house_funding *row =
        house_list_add(&self->listings[event->instrument].fundings, sizeof(*row));
    *row = (struct house_funding){event->time_us, funding->rate_e16, funding->mark_e12};
    if (account_flat(&self->account, event->instrument)) {
        return;
    }
    int64_t received_e8 =
        account_funding(&self->account, event->instrument, funding->mark_e12, funding->rate_e16);
    const struct house_income income = {.kind = INCOME_FUNDING,
                                        .instrument = event->instrument,
                                        .amount_e8 = received_e8,
                                        .time_us = self->now_us};
    add_income(self, &income);
    tell_account(self, event->instrument, ACCOUNT_BY_FUNDING, received_e8);
}

void account_moved(struct house *self, const struct event *event)
{
    int64_t amount_e8 = event->transfer.amount_e8;
    account_transfer(&self->account, amount_e8);
    const struct house_income income = {.kind = INCOME_TRANSFER,
                                        .instrument = INSTRUMENT_NONE,
                                        .amount_e8 = amount_e8,
                                        .time_us = self->now_us};
    add_income(self, &income);
    tell_account(self, INSTRUMENT_NONE, ACCOUNT_BY_TRANSFER, amount_e8);
}

/* ---- the two books are one ---- */

static bool
differ(char *out, size_t size, const char *where, const struct books_difference *difference)
{
    (void)snprintf(out, size, "%s: %s is %" PRId64 " in the house and %" PRId64 " at the exchange",
                   where, difference->field, difference->core, difference->venue);
    return false;
}

bool house_balanced(struct house *self, char *out, size_t size)
{
    struct books_account ours;
    struct books_account theirs;
    int64_t difference_e8 = exchange_difference_e8(self->exchange);
    out[0] = '\0';
    if (difference_e8 != 0) {
        (void)snprintf(out, size, "the exchange has made or lost %" PRId64 " units of 1e-8",
                       difference_e8);
        return false;
    }
    account_books(&self->account, &ours);
    (void)self->venue.account(self->venue.self, &theirs);
    struct books_difference difference = books_account_compare(&ours, &theirs);
    if (difference.field != NULL) {
        return differ(out, size, "account", &difference);
    }
    for (int32_t place = 0; place < self->account.open_count; place++) {
        int32_t instrument = self->account.open[place];
        struct books_position our_leg;
        struct books_position their_leg;
        account_books_position(&self->account, instrument, &our_leg);
        (void)self->venue.position(self->venue.self, instrument, &their_leg);
        difference = books_position_compare(&our_leg, &their_leg);
        if (difference.field != NULL) {
            return differ(out, size, house_item(self, instrument)->symbol, &difference);
        }
    }
    return true;
}

/* ---- questions ---- */

static void position_figures(const struct house *self,
                             int32_t instrument,
                             const struct books_position *leg,
                             struct house_position *out)
{
    const struct instrument *item = house_item(self, instrument);
    const struct margin_leg held = {leg->size_e6, leg->cost_e8};
    int64_t value_e8 = 0;
    out->margin_e8 = leg->margin_e8;
    out->liquidation_e12 = leg->liquidation_e12;
    if (leg->mark_e12 == 0) {
        return; /* no price has been told yet */
    }
    CHECK(contract_value_e8(item, leg->mark_e12, leg->size_e6, &value_e8));
    out->unrealised_e8 = contract_unrealised_e8(item, leg->side, &held, leg->mark_e12);
    out->maintenance_e8 =
        contract_maintenance_e8(self->instruments, item, leg->size_e6, leg->mark_e12);
    out->initial_e8 = margin_initial_e8(value_e8, leg->leverage);
}

void house_position(const struct house *self, int32_t instrument, struct house_position *out)
{
    const struct house_listing *listing = &self->listings[instrument];
    struct books_position leg;
    account_books_position(&self->account, instrument, &leg);
    *out = (struct house_position){
        .side = leg.side,
        .size_e6 = leg.size_e6,
        .cost_e8 = leg.cost_e8,
        .mark_e12 = leg.size_e6 > 0 ? leg.mark_e12 : listing->market.mark_e12,
        .leverage = leg.size_e6 > 0 ? leg.leverage : listing->leverage,
        .margin_mode = self->account.crossed[instrument] ? MARGIN_CROSS : MARGIN_ISOLATED,
        .updated_us = listing->position_us,
    };
    if (leg.size_e6 > 0) {
        position_figures(self, instrument, &leg, out);
    }
}

void house_balance(const struct house *self, struct house_balance *out)
{
    const struct account *account = &self->account;
    *out = (struct house_balance){
        .wallet_e8 = account->wallet_e8,
        .unrealised_e8 = account_unrealised_e8(account),
        .position_margin_e8 = account->margin_used_e8,
        .order_margin_e8 = exchange_reserved_e8(self->exchange),
    };
    out->available_e8 = fixed_larger(account_available_e8(account) - out->order_margin_e8, 0);
    for (int32_t place = 0; place < account->open_count; place++) {
        struct house_position position;
        house_position(self, account->open[place], &position);
        out->maintenance_e8 += position.maintenance_e8;
    }
}

int64_t house_trade_count(const struct house *self)
{
    return self->trades.count;
}

const struct house_trade *house_trade_at(const struct house *self, int64_t index)
{
    CHECK(index >= 0 && index < self->trades.count);
    return (const struct house_trade *)self->trades.items + index;
}

int64_t house_income_count(const struct house *self)
{
    return self->income.count;
}

const struct house_income *house_income_at(const struct house *self, int64_t index)
{
    CHECK(index >= 0 && index < self->income.count);
    return (const struct house_income *)self->income.items + index;
}
