/* liquidation.c - the venue takes over what its margin no longer carries (PROTOCOLS D3, D5, D6).
 * Common   triggered by the mark. Orders of the symbol are cancelled first (cross: all orders). A
 *          close at market is a taker fill at mark - costs for a long, mirrored for a short, but
 *          never beyond bankruptcy: there the insurance fund takes the position over at the price of
 *          bankruptcy and closes it at market, so an isolated position never loses more than its
 *          margin. After each close the condition is asked again. Fee: taker + clearance, cut to
 *          what is left.
 * Book     where one is seen the order goes to it, immediate-or-cancel at the price of bankruptcy; what
 *          it does not get is taken over.
 * Binance  (and OKX) above the first bracket down to the cap of the next lower one
 *          (sim.liquidation = step), in the first bracket, or with `whole`, all of it.
 * Bybit    down the brackets at market; in the first one the rest is taken over at the price of
 *          bankruptcy, whatever the market gives: what is left of the margin is the fund's.
 * Hyperliquid  market orders on the book, a fifth at a time above 100,000 of notional; below two
 *          thirds of maintenance the backstop takes all over at the price of bankruptcy; no
 *          clearance fee. The fund stands for the HLP vault.
 * Cross    the symbol whose price moved is closed first, then, while the account is still short,
 *          the others in order of their index (the venues publish no order). A halted one waits for
 *          its first price behind the halt: nobody trades at a mark that stands. The whole-account
 *          ratio and "its mark is at its liquidation price" are one condition. Hedge mode: the leg
 *          that the move hurts first.
 * ADL      a take-over that would cost more than a limited fund holds is closed against the other
 *          side at the price of bankruptcy: our own other leg first when it is in profit, isolated
 *          and so no part of the same balance (FILL_ADL, no fee), then the crowd, of which only the
 *          count is known. */
#include "core/fixed.h"
#include "core/margin.h"
#include "sim/exchange/contract.h"
#include "sim/exchange/prices.h"
#include "sim/exchange/state.h"

#define HYPERLIQUID_WHOLE_E8 (100000 * ONE_E8)

enum { HYPERLIQUID_PARTS = 5 };

/* One close, planned. */
struct close_plan {
    enum side side; /* of the leg */
    int64_t size_e6, price_e12;
    int64_t market_e12, bankruptcy_e12;
    bool takeover;
};

static int64_t ladder_size_e6(const struct exchange *self, int32_t instrument, int64_t open_e6)
{
    if (self->settings->liquidation == LIQUIDATION_WHOLE) {
        return open_e6;
    }
    int64_t size_e6 = contract_step_down_e6(self->instruments, exchange_item(self, instrument),
                                            open_e6, exchange_mark_e12(self, instrument));
    return size_e6 > 0 && size_e6 < open_e6 ? size_e6 : open_e6;
}

static bool backstop(const struct exchange *self, int32_t instrument, enum side side)
{
    int64_t balance_e8 = 0;
    int64_t maintenance_e8 = 0;
    account_strength(&self->account, instrument, side, &balance_e8, &maintenance_e8);
    return (wide_t)balance_e8 * 3 < (wide_t)maintenance_e8 * 2;
}

static int64_t fifth_e6(const struct exchange *self, int32_t instrument, int64_t open_e6)
{
    const struct instrument *item = exchange_item(self, instrument);
    int64_t value_e8 = 0;
    CHECK(contract_value_e8(item, exchange_mark_e12(self, instrument), open_e6, &value_e8));
    if (value_e8 <= HYPERLIQUID_WHOLE_E8) {
        return open_e6;
    }
    int64_t part_e6 =
        fixed_ceil_to((int64_t)wide_div_ceil(open_e6, HYPERLIQUID_PARTS), item->lot_e6);
    return part_e6 < open_e6 ? part_e6 : open_e6;
}

/* Size, and whether the fund takes it whatever the market gives. */
static void plan_size(const struct exchange *self, int32_t instrument, struct close_plan *step)
{
    int64_t open_e6 = account_size_e6(&self->account, instrument, step->side);
    switch (exchange_item(self, instrument)->margin_model) {
    case MARGIN_BINANCE:
    case MARGIN_OKX: step->size_e6 = ladder_size_e6(self, instrument, open_e6); return;
    case MARGIN_BYBIT:
    case MARGIN_BYBIT_ENTRY:
        step->size_e6 = ladder_size_e6(self, instrument, open_e6);
        step->takeover = step->size_e6 == open_e6;
        return;
    case MARGIN_HYPERLIQUID:
        step->takeover = backstop(self, instrument, step->side);
        step->size_e6 = step->takeover ? open_e6 : fifth_e6(self, instrument, open_e6);
        return;
    }
    CHECK(false);
}

static void plan_price(const struct exchange *self, int32_t instrument, struct close_plan *step)
{
    const struct track *track = &self->tracks[instrument];
    bool is_long = step->side == SIDE_LONG;
    int64_t tick_e12 = exchange_item(self, instrument)->tick_e12;
    int64_t bankruptcy_e12 = account_bankruptcy_e12(&self->account, instrument, step->side);
    /* Cross: others may have lost more than this one can ever bring; nobody trades for nothing. */
    bankruptcy_e12 = bankruptcy_e12 < tick_e12 ? tick_e12 : bankruptcy_e12;
    step->bankruptcy_e12 = bankruptcy_e12;
    step->market_e12 =
        take_visible(self, instrument)
            ? take_worst_e12(self, instrument, side_opposite(step->side), step->size_e6)
            : price_taker_e12(self->settings, tick_e12, side_opposite(step->side),
                              exchange_mark_e12(self, instrument),
                              price_share_e9(step->size_e6, track->volume_e6));
    bool beyond = is_long ? step->market_e12 < bankruptcy_e12 : step->market_e12 > bankruptcy_e12;
    /* Nothing is left to be taken over for: a price beyond all prices is no price to trade at. */
    bool endless = bankruptcy_e12 == INT64_MAX && !beyond;
    step->takeover = (step->takeover || beyond) && !endless;
    step->price_e12 = step->takeover ? bankruptcy_e12 : step->market_e12;
}

static int64_t step_notional_e8(const struct exchange *self,
                                int32_t instrument,
                                const struct execution *execution,
                                int64_t price_e12)
{
    int64_t notional_e8 = 0;
    CHECK(contract_notional_e8(exchange_item(self, instrument), execution->side, price_e12,
                               execution->size_e6, &notional_e8));
    return notional_e8;
}

void liquidation_settle(struct exchange *self,
                        int32_t instrument,
                        const struct execution *execution,
                        const struct account_posting *posting)
{
    const struct instrument *item = exchange_item(self, instrument);
    if (execution->market_e12 == 0) {
        treasury_trade(&self->treasury, item, execution->side, posting);
    } else {
        treasury_takeover(&self->treasury, item, execution->side, posting,
                          step_notional_e8(self, instrument, execution, execution->market_e12));
    }
    self->counters.fund_e8 = self->treasury.fund_e8;
    self->counters.fund_losses_e8 = self->treasury.losses_e8;
}

/* A leg of ours is closed against somebody who is bankrupt: at his price, without a fee. */
static void deleverage(struct exchange *self,
                       int32_t instrument,
                       const struct exchange_adl *adl,
                       int64_t size_e6)
{
    const struct execution execution = {
        .side = side_opposite(adl->side),
        .liquidity = LIQUIDITY_TAKER,
        .kind = FILL_ADL,
        .reduces = true,
        .price_e12 = adl->price_e12,
        .size_e6 = fixed_smaller(size_e6, account_size_e6(&self->account, instrument, adl->side)),
    };
    self->counters.deleveraged++;
    matching_execute(self, instrument, &execution);
}

/* Our own leg on the other side, where it is in profit and stands for itself. */
static void
deleverage_own(struct exchange *self, int32_t instrument, const struct execution *bankrupt)
{
    struct account *account = &self->account;
    int64_t open_e6 = account_size_e6(account, instrument, bankrupt->side);
    if (open_e6 == 0 || !account->hedge || account->crossed[instrument]) {
        return;
    }
    struct books_position leg;
    account_books_leg(account, instrument, bankrupt->side, &leg);
    const struct margin_leg held = {leg.size_e6, leg.cost_e8};
    if (contract_unrealised_e8(exchange_item(self, instrument), leg.side, &held,
                               bankrupt->price_e12) <= 0) {
        return;
    }
    const struct exchange_adl own = {.side = leg.side, .price_e12 = bankrupt->price_e12};
    deleverage(self, instrument, &own, bankrupt->size_e6);
}

/* Who takes it at the price of bankruptcy: the fund, or, when it cannot, the other side. */
static void take_over(struct exchange *self, int32_t instrument, struct execution *execution)
{
    const struct instrument *item = exchange_item(self, instrument);
    int64_t notional_e8 = step_notional_e8(self, instrument, execution, execution->price_e12);
    int64_t market_e8 = step_notional_e8(self, instrument, execution, execution->market_e12);
    int64_t loss_e8 = treasury_loss_e8(item, execution->side, notional_e8, market_e8);
    self->counters.takeovers++;
    if (treasury_affords(&self->treasury, loss_e8)) {
        matching_execute(self, instrument, execution);
        return;
    }
    execution->market_e12 = 0;
    self->counters.deleveraged++;
    matching_execute(self, instrument, execution);
    deleverage_own(self, instrument, execution);
}

/* What the book gives down to the price of bankruptcy; the rest is planned as a take-over. */
static void step_on_book(struct exchange *self, int32_t instrument, struct close_plan *step)
{
    const struct action_place place = {
        .order_id = 0,
        .side = side_opposite(step->side),
        .type = ORDER_LIMIT,
        .tif = TIF_IOC,
        .reduce_only = true,
        .size_e6 = step->size_e6,
        .price_e12 = step->bankruptcy_e12,
    };
    step->size_e6 -= take_walk(self, instrument, &place, step->bankruptcy_e12).size_e6;
    step->takeover = true;
    if (step->size_e6 > 0) {
        plan_price(self, instrument, step);
    }
}

static void liquidation_step(struct exchange *self, int32_t instrument, enum side side)
{
    struct close_plan step = {.side = side};
    plan_size(self, instrument, &step);
    bool forced = step.takeover;
    plan_price(self, instrument, &step);
    self->counters.step_downs += step.size_e6 < account_size_e6(&self->account, instrument, side);
    if (!forced && take_visible(self, instrument)) {
        step_on_book(self, instrument, &step);
    }
    if (step.size_e6 == 0) {
        return;
    }
    struct execution execution = {
        .order_id = 0,
        .side = side_opposite(side),
        .liquidity = LIQUIDITY_TAKER,
        .kind = FILL_LIQUIDATION,
        .reduces = true,
        .price_e12 = step.price_e12,
        .size_e6 = step.size_e6,
        .market_e12 = step.takeover ? step.market_e12 : 0,
    };
    if (step.takeover) {
        take_over(self, instrument, &execution);
    } else {
        matching_execute(self, instrument, &execution);
    }
}

static void cancel_orders(struct exchange *self, int32_t instrument)
{
    if (!self->account.crossed[instrument]) {
        matching_clear(self, instrument, false, REASON_LIQUIDATION);
        return;
    }
    for (int32_t i = 0; i < self->instruments->count; i++) {
        if (self->account.crossed[i]) {
            matching_clear(self, i, false, REASON_LIQUIDATION);
            track_schedule(self, i);
        }
    }
}

void liquidation_run(struct exchange *self, int32_t instrument)
{
    enum side side = account_net_side(&self->account, instrument);
    (void)account_doomed(&self->account, instrument, &side);
    self->counters.liquidations++;
    cancel_orders(self, instrument);
    do {
        liquidation_step(self, instrument, side);
    } while (account_doomed(&self->account, instrument, &side));
}

static bool market_moves(struct exchange *self, int32_t instrument)
{
    return exchange_calm(self) || !gate_halted(self, instrument);
}

void liquidation_sweep(struct exchange *self)
{
    int32_t place = 0;
    while (place < self->account.open_count) {
        int32_t instrument = self->account.open[place];
        enum side side = SIDE_LONG;
        if (market_moves(self, instrument) && account_doomed(&self->account, instrument, &side)) {
            liquidation_run(self, instrument);
            place = 0;
        } else {
            place++;
        }
    }
}

bool exchange_adl(struct exchange *self,
                  int64_t time_us,
                  int32_t instrument,
                  const struct exchange_adl *adl)
{
    const struct instrument *item = exchange_item(self, instrument);
    CHECK(time_us >= self->now_us);
    CHECK(adl->share_e9 > 0 && adl->share_e9 <= ONE_E9);
    CHECK(adl->price_e12 > 0);
    self->now_us = time_us;
    int64_t open_e6 = account_size_e6(&self->account, instrument, adl->side);
    int64_t size_e6 = (int64_t)wide_div_ceil((wide_t)open_e6 * adl->share_e9, ONE_E9);
    size_e6 = fixed_ceil_to(size_e6, item->lot_e6);
    if (open_e6 == 0) {
        return false;
    }
    matching_clear(self, instrument, false, REASON_LIQUIDATION);
    deleverage(self, instrument, adl, size_e6);
    track_schedule(self, instrument);
    return true;
}
