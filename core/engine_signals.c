/* The pipeline of a signal: processor, cache, risk manager, then an order, a close, or a recorded no. */
#include <string.h>

#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "core/margin.h"

static struct signals_market market_of(const struct engine *self, int32_t instrument)
{
    const struct prices *prices = &self->prices[instrument];

    bool known = prices->mark_e12 > 0 && !self->shares[instrument].ended;

    return (struct signals_market){.known = known, .mark_e12 = prices->mark_e12};
}

/* ---- the risk manager's view ---- */

/* Volume of the last closed bar over its minutes. */
static void view_volume(const struct prices *prices, struct risk_market *market)
{
    market->has_volume = prices->bars > 0;
    if (market->has_volume) {
        market->minute_volume =
            fixed_mul_div_clamped(prices->bar_volume, US_PER_MINUTE, prices->bar_interval_us);
        market->volume_exponent = prices->bar_volume_exponent;
    }
}

/* What the last look at the book says of an order on this side: spread, depth, slippage, index. A crossed book shows no
 * spread, and evidence that is missing denies. */
static void view_book(const struct prices *prices, enum side side, struct risk_market *market)
{
    const struct event_book *book = &prices->book;
    if (prices->book_us == 0) {
        return;
    }
    market->has_index = book->index_e12 > 0;
    market->index_e12 = book->index_e12;
    market->has_spread = prices_spread_e9(prices, &market->spread_e9);
    if (!market->has_spread) {
        return;
    }
    market->has_depth = book->depth_e6[side] != BOOK_UNKNOWN;
    market->depth_e6 = book->depth_e6[side];
    market->has_slippage = true;
    market->slippage_e9 = book->slippage_e9[side];
}

static void view_market(const struct engine *self, int32_t instrument, struct risk_market *market)
{
    const struct prices *prices = &self->prices[instrument];
    memset(market, 0, sizeof(*market));
    market->known = prices->mark_e12 > 0 && prices->last_e12 > 0;
    market->last_e12 = prices->last_e12;
    market->mark_e12 = prices->mark_e12;
    market->age_us = self->now_us - prices->seen_us;
    market->interval_us = prices->bar_interval_us;
    market->has_atr = prices->bars > 1;
    market->atr_e12 = prices->range_e12;
    market->has_slippage = self->settings->simulated;
    market->slippage_e9 = self->settings->modelled_slippage_e9;
    view_volume(prices, market);
    int64_t rate_e9 = 0;
    market->has_funding = prices_funding_8h_e9(prices, &rate_e9);
    market->funding_e16 = rate_e9 * (ONE_E16 / ONE_E9);
    if (prices->bars > 1) {
        market->has_sigma = true;
        market->sigma_e9 = prices_sigma_year_e9(prices);
    }
    market->has_minute = prices->bar_interval_us == US_PER_MINUTE;
    market->minute_ago_e12 = prices->close_e12;
}

static void view_account(struct engine *self, struct risk_account *account)
{
    const struct breaker *breaker = &self->breaker;
    account->equity_e8 = engine_equity_e8(self);
    account->available_e8 = engine_available_e8(self);
    account->maintenance_e8 = self->totals.maintenance_e8;
    account->day_room_e8 = breaker_day_room_e8(breaker);
    account->drawdown_e9 = breaker_drawdown_e9(breaker);
    for (int32_t which = 0; which < RISK_LOSS_COUNT; which++) {
        account->loss_e9[which] = breaker_loss_e9(breaker, (enum baseline)which);
        account->loss_limit_e9[which] = breaker_loss_trip_e9(breaker, (enum baseline)which);
    }
}

static void expose(const struct engine *self,
                   struct risk_exposure *exposure,
                   int64_t size_e6,
                   int64_t entry_e12,
                   int64_t stop_e12)
{
    const struct instrument *item = &self->instruments->items[exposure->instrument];
    int64_t mark_e12 = self->prices[exposure->instrument].mark_e12;
    int64_t worst_e12 = mark_e12 > entry_e12 ? mark_e12 : entry_e12;
    (void)engine_fits(fixed_notional_ceil_e8(worst_e12, size_e6, &exposure->notional_e8));
    (void)engine_fits(risk_at_stop(self->settings, item, exposure->side, size_e6, entry_e12,
                                   stop_e12, &exposure->risk_e8));
    exposure->sigma_e9 = prices_sigma_year_e9(&self->prices[exposure->instrument]);
}

static int32_t expose_positions(const struct engine *self, struct risk_exposure *out)
{
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        const struct holding *holding = &self->positions.items[self->positions.open_list[index]];
        const struct position *position = &holding->position;
        int64_t entry_e12 =
            fixed_mul_div_clamped(position->cost_e8, ONE_E12 / 100, position->size_e6);
        out[index] = (struct risk_exposure){.instrument = position->instrument,
                                            .side = position->side,
                                            .margin_e8 = position->margin_e8};
        expose(self, &out[index], position->size_e6, entry_e12, holding->plan.stop_e12);
    }
    return self->positions.open_count;
}

static int32_t expose_entries(struct engine *self, struct risk_exposure *out)
{
    int32_t count = 0;
    for (int32_t index = 0; index < self->pending_count; index++) {
        int32_t instrument = self->pending_list[index];
        for (struct order *order = orders_first(&self->orders, instrument); order != NULL;
             order = orders_after(&self->orders, order)) {
            int64_t rest_e6 = order->size_e6 - order->filled_e6;
            if (!order->entry || rest_e6 == 0) {
                continue;
            }
            int64_t price_e12 =
                order->price_e12 > 0 ? order->price_e12 : self->prices[instrument].mark_e12;
            struct risk_exposure *exposure = &out[count];
            *exposure = (struct risk_exposure){
                .instrument = instrument, .side = order->side, .order = true};
            expose(self, exposure, rest_e6, price_e12, self->entries[instrument].stop_e12);
            exposure->margin_e8 = margin_initial_e8(exposure->notional_e8, order->leverage);
            count++;
        }
    }
    return count;
}

static void view_resting(struct risk_symbol *symbol, const struct order *order)
{
    if (order->type != ORDER_LIMIT) {
        return;
    }
    if (order->side == SIDE_BUY && order->price_e12 > symbol->resting_buy_e12) {
        symbol->resting_buy_e12 = order->price_e12;
    }
    if (order->side == SIDE_SELL &&
        (symbol->resting_sell_e12 == 0 || order->price_e12 < symbol->resting_sell_e12)) {
        symbol->resting_sell_e12 = order->price_e12;
    }
}

static void view_symbol(struct engine *self, int32_t instrument, struct risk_symbol *symbol)
{
    memset(symbol, 0, sizeof(*symbol));
    const struct holding *holding = positions_get(&self->positions, instrument);
    if (holding != NULL) {
        symbol->has_position = true;
        symbol->position_side = holding->position.side;
        symbol->position_size_e6 = holding->position.size_e6;
        /* Nothing is added to what is being left. */
        symbol->adds = holding->plan.exit_wanted == EXIT_NONE ? holding->plan.adds : INT32_MAX;
    }
    symbol->entry_pending = self->shares[instrument].entry_pending;
    for (struct order *order = orders_first(&self->orders, instrument); order != NULL;
         order = orders_after(&self->orders, order)) {
        symbol->open_orders++;
        if (order->reduce_only && order->type == ORDER_MARKET) {
            symbol->closing_e6 += order->size_e6 - order->filled_e6;
        }
        view_resting(symbol, order);
    }
}

static void view_breaker(const struct engine *self,
                         const struct normal_signal *normal,
                         struct risk_breaker *out)
{
    struct breaker_answer answer =
        breaker_answer(&self->breaker, normal->strategy, normal->instrument, normal->side);
    *out = (struct risk_breaker){
        .state = answer.state,
        .size_factor_e9 = answer.size_factor_e9,
        .leverage_cap = answer.leverage_cap,
        .caution = answer.caution,
        .blocked_until_us = answer.blocked_until_us,
        .clutch = answer.clutch,
    };
}

static const struct holding *added_to(struct engine *self, const struct normal_signal *normal)
{
    const struct holding *holding = positions_get(&self->positions, normal->instrument);
    bool adds = holding != NULL && holding->position.side == normal->side &&
                normal->direction != DIRECTION_CLOSE;

    return adds ? holding : NULL;
}

/* One position, one stop, one leverage: what is added is sized by the stop that stands, below the leverage that is set. */
static void adopt_position(struct engine *self, struct normal_signal *normal)
{
    const struct holding *holding = added_to(self, normal);
    if (holding == NULL || self->settings->pyramiding == 0) {
        return;
    }
    normal->stop_e12 = holding->plan.stop_e12;
    normal->stop_source = "position";
    if (normal->leverage_cap == 0 || normal->leverage_cap > holding->position.leverage) {
        normal->leverage_cap = holding->position.leverage;
    }
}

/* An addition whose own caps, before the drawdown scales them, lie below the leverage of the position cannot have less than
 * that: it is denied. */
static void judge_addition(struct engine *self, const struct normal_signal *normal)
{
    struct assessment *assessment = &self->assessment;
    const struct holding *holding = added_to(self, normal);
    if (holding == NULL || !assessment->approved) {
        return;
    }
    int32_t leverage = holding->position.leverage;
    bool fits = assessment->max_leverage >= leverage;
    CHECK(assessment->check_count < CHECKS_MAX);
    assessment->checks[assessment->check_count] = (struct check){
        .name = "C18.position",
        .value = leverage,
        .limit = assessment->max_leverage,
        .state = fits ? CHECK_PASSED : CHECK_FAILED,
        .verdict = fits ? VERDICT_APPROVED : VERDICT_LEVERAGE_TOO_LOW,
    };
    assessment->check_count++;
    if (!fits) {
        assessment->approved = false;
        assessment->verdict = VERDICT_LEVERAGE_TOO_LOW;
    }
}

static void assess(struct engine *self, const struct normal_signal *normal)
{
    struct risk_exposure exposures[INSTRUMENTS_MAX + ORDERS_MAX];
    struct risk_view view = {
        .settings = self->settings,
        .instruments = self->instruments,
        .signal = normal,
        .rates = &self->rates,
        .exposures = exposures,
        .now_us = self->now_us,
        .strategy_trades = self->strategy_trades[normal->strategy],
        .shutting_down = self->shutting_down,
        .reconciled = !self->unreconciled, /* a simulated venue always is */
        .instrument_age_us = self->rules_us[normal->instrument] == 0
                                 ? -1
                                 : self->now_us - self->rules_us[normal->instrument],
    };
    view.exposure_count = expose_positions(self, exposures);
    view.exposure_count += expose_entries(self, exposures + view.exposure_count);
    view_market(self, normal->instrument, &view.market);
    view_book(&self->prices[normal->instrument], normal->side, &view.market);
    view_account(self, &view.account);
    view_symbol(self, normal->instrument, &view.symbol);
    view_breaker(self, normal, &view.breaker);
    risk_assess(&view, &self->assessment);
    judge_addition(self, normal);
}

/* ---- the pipeline ---- */

static void record_signal(struct engine *self,
                          const struct signal *signal,
                          const struct normal_signal *normal,
                          enum verdict verdict)
{
    counters_add(&self->counters, COUNTER_TOTAL_SIGNALS, 1);
    engine_act(self, ACTION_SIGNAL, normal->instrument)->signal = (struct action_signal){
        .signal = signal,
        .verdict = verdict,
        .instrument = normal->instrument,
        .side = normal->side,
        .confidence = verdict == VERDICT_BAD_CONFIDENCE ? -1 : (int32_t)normal->confidence,
    };
}

/* A signal that the processor refused has an assessment too: its verdict and no checks. */
static void
record_refusal(struct engine *self, const struct normal_signal *normal, enum verdict verdict)
{
    self->assessment = (struct assessment){.signal_id = normal->signal_id,
                                           .verdict = verdict,
                                           .instrument = normal->instrument,
                                           .side = normal->side};
    engine_act(self, ACTION_ASSESSMENT, normal->instrument)->assessment = &self->assessment;
}

static uint64_t cache_epoch(const struct engine *self)
{
    struct digest digest;
    digest_init(&digest);
    digest_word(&digest, self->risk_epoch);
    digest_word(&digest, breaker_epoch(&self->breaker));

    return digest.state;
}

/* The decision: from the cache, or assessed now. A cached yes is judged again, because the gate may never be skipped. */
static void decide(struct engine *self, const struct normal_signal *normal)
{
    int64_t tick_e12 = self->instruments->items[normal->instrument].tick_e12;
    uint64_t key = decisions_key(normal, tick_e12, cache_epoch(self));
    bool hit = decisions_find(&self->decisions, key, self->now_us, &self->assessment);
    if (hit && !verdict_approved(self->assessment.verdict) &&
        normal->duplicate == VERDICT_APPROVED) {
        self->assessment.signal_id = normal->signal_id;
        return;
    }
    assess(self, normal);
    self->assessment.signal_id = normal->signal_id;
    self->assessment.cached = hit;
    if (normal->duplicate != VERDICT_APPROVED) {
        return;
    }
    int64_t expires_us = decisions_put(&self->decisions, key, self->now_us, &self->assessment);
    engine_act(self, ACTION_DECISION, normal->instrument)->decision = (struct action_decision){
        .hash = key, .assessment = &self->assessment, .expires_us = expires_us};
}

static void count_denial(struct engine *self, enum verdict verdict)
{
    bool latched = verdict == VERDICT_BREAKER_TRIPPED || verdict == VERDICT_BREAKER_LOCKED;
    counters_add(&self->counters, COUNTER_SIGNALS_DENIED, 1);
    counters_add(&self->counters, COUNTER_SIGNALS_LATCHED, latched);
}

/* on_opposite = reverse: what is open is closed first; its signal is judged again when that is done. */
static bool reverses(struct engine *self, const struct normal_signal *normal)
{
    const struct holding *holding = positions_get(&self->positions, normal->instrument);

    return holding != NULL && holding->position.side != normal->side;
}

static void close_by(struct engine *self, const struct normal_signal *normal, bool reverse)
{
    struct holding *holding = positions_get(&self->positions, normal->instrument);
    CHECK(holding != NULL);
    if (reverse && !self->shares[normal->instrument].entry_pending) {
        self->entries[normal->instrument] = *normal;
        self->shares[normal->instrument].reverse_pending = true;
    }
    engine_exit(self, holding, EXIT_OPPOSITE_SIGNAL);
}

static void execute(struct engine *self, const struct normal_signal *normal)
{
    enum verdict verdict = self->assessment.verdict;
    if (verdict == VERDICT_CLOSE_APPROVED) {
        close_by(self, normal, false);
    } else if (self->assessment.approved && reverses(self, normal)) {
        close_by(self, normal, true);
    } else if (self->assessment.approved) {
        counters_add(&self->counters, COUNTER_SIGNALS_APPROVED, 1);
        engine_enter(self, normal, &self->assessment);
    } else {
        count_denial(self, verdict);
    }
}

void engine_on_signal(struct engine *self, const struct event *event)
{
    const struct signal *signal = event->signal;
    struct normal_signal normal;
    enum verdict verdict = signals_normalise(self->settings, self->instruments, signal, &normal);
    normal.signal_id = signal->id;
    normal.strategy = strategies_intern(&self->strategies, signal->source);
    if (verdict == VERDICT_APPROVED) {
        struct signals_market market = market_of(self, normal.instrument);
        verdict =
            signals_judge(&self->signals, self->settings, signal, &market, self->now_us, &normal);
    }
    if (verdict != VERDICT_APPROVED) {
        counters_add(&self->counters, COUNTER_SIGNALS_DENIED, 1);
        record_signal(self, signal, &normal, verdict);
        record_refusal(self, &normal, verdict);
        return;
    }
    /* Recorded first, with the verdict that the decision below fills in: rows that explain come before what they cause. */
    int32_t place = self->actions->count;
    record_signal(self, signal, &normal, VERDICT_APPROVED);
    adopt_position(self, &normal);
    decide(self, &normal);
    self->actions->items[place].signal.verdict = self->assessment.verdict;
    engine_act(self, ACTION_ASSESSMENT, normal.instrument)->assessment = &self->assessment;
    execute(self, &normal);
    self->deadline_dirty = true;
}

void engine_reverse(struct engine *self, int32_t instrument)
{
    struct normal_signal normal = self->entries[instrument];
    self->shares[instrument].reverse_pending = false;
    assess(self, &normal);
    self->assessment.signal_id = normal.signal_id;
    engine_act(self, ACTION_ASSESSMENT, instrument)->assessment = &self->assessment;
    execute(self, &normal);
}
