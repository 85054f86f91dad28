#include "core/engine.h"

#include <string.h>

#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/instant.h"
#include "core/margin.h"

/* The one half-life is given in bars, the other in time. */
static struct prices_shifts shifts_of(const struct settings *settings)
{
    int64_t interval_us = settings->bar_interval_us > 0 ? settings->bar_interval_us : US_PER_MINUTE;
    int64_t slow_bars = settings->volatility_halflife / interval_us;

    return (struct prices_shifts){
        .fast = prices_shift(settings->shock_halflife),
        .slow = prices_shift(slow_bars > 0 ? slow_bars : 1),
    };
}

void engine_init(struct engine *self,
                 const struct settings *settings,
                 const struct instruments *instruments,
                 uint32_t epoch)
{
    memset(self, 0, sizeof(*self));
    self->settings = settings;
    self->instruments = instruments;
    self->deadline_dirty = true;
    self->volatility_shifts = shifts_of(settings);
    digest_init(&self->digest);
    strategies_init(&self->strategies);
    ledger_init(&self->ledger);
    signals_init(&self->signals);
    decisions_init(&self->decisions, settings);
    counters_init(&self->counters);
    orders_init(&self->orders, epoch);
    positions_init(&self->positions);
    self->benchmark = instruments_resolve(instruments, "BTC").instrument;
}

void engine_begin(struct engine *self, int64_t time_us)
{
    self->now_us = time_us;
    self->started_us = time_us;
    rates_init(&self->rates, self->settings, time_us);
    breaker_init(&self->breaker, self->settings, time_us, 0);
    health_init(&self->health, self->settings);
    breaker_clutch(&self->breaker, time_us, self->settings->clutch != 0);
    self->breaker_epoch_seen = breaker_epoch(&self->breaker);
    self->next_hour_us = instant_next(time_us, US_PER_HOUR);
}

/* Levels follow the new settings, what is latched stays (core/latch.h); no decision of the old ones is used again. */
static void engine_on_settings(struct engine *self, const struct event *event)
{
    self->settings = event->settings;
    self->volatility_shifts = shifts_of(event->settings);
    self->rates.settings = event->settings;
    self->health.settings = event->settings;
    breaker_settings(&self->breaker, self->now_us, event->settings);
    decisions_settings(&self->decisions, event->settings);
    self->risk_epoch++;
    self->deadline_dirty = true;
    struct audit_entry entry = {.actor = "executor",
                                .role = "system",
                                .action = "settings",
                                .object = "account",
                                .result = "in force"};
    engine_audit(self, &entry);
}

static void dispatch(struct engine *self, const struct event *event)
{
    switch (event->kind) {
    case EVENT_MARKET: engine_on_market(self, event); break;
    case EVENT_BOOK: engine_on_book(self, event); break;
    case EVENT_BAR: engine_on_bar(self, event); break;
    case EVENT_FUNDING: engine_on_funding(self, event); break;
    case EVENT_ORDER: engine_on_order(self, event); break;
    case EVENT_FILL: engine_on_fill(self, event); break;
    case EVENT_TRANSFER: engine_on_transfer(self, event); break;
    case EVENT_COMMAND: engine_on_command(self, event); break;
    case EVENT_TIMER: engine_on_timer(self); break;
    case EVENT_SIGNAL: engine_on_signal(self, event); break;
    case EVENT_END: engine_on_end(self, event); break;
    case EVENT_FACT: engine_on_fact(self, event); break;
    case EVENT_SNAPSHOT: engine_on_snapshot(self, event); break;
    case EVENT_SETTINGS: engine_on_settings(self, event); break;
    }
}

void engine_step(struct engine *self, const struct event *event, struct actions *actions)
{
    CHECK(event->time_us >= self->now_us);
    CHECK(event->venue_time_us <= event->time_us);

    actions->count = 0;
    self->actions = actions;
    self->text_count = 0;
    self->now_us = event->time_us;
    if (self->started_us == 0) {
        engine_begin(self, event->time_us);
    }
    dispatch(self, event);
    if (breaker_epoch(&self->breaker) != self->breaker_epoch_seen) {
        engine_follow_breaker(self);
    }
    event_mix(&self->digest, event);
    for (int32_t index = 0; index < actions->count; index++) {
        action_mix(&self->digest, &actions->items[index]);
    }
}

int64_t engine_deadline_anew(struct engine *self)
{
    if (self->started_us == 0) {
        return INSTANT_NEVER;
    }
    self->deadline_us = engine_earliest_deadline(self);
    self->deadline_dirty = false;

    return self->deadline_us;
}

struct action *engine_act(struct engine *self, enum action_kind kind, int32_t instrument)
{
    return actions_add(self->actions, kind, self->now_us, instrument);
}

struct text *engine_text(struct engine *self)
{
    CHECK(self->text_count < TEXTS_MAX);
    struct text *text = &self->texts[self->text_count];
    self->text_count++;
    text_init(text);

    return text;
}

const char *engine_symbol(const struct engine *self, int32_t instrument)
{
    return instrument == INSTRUMENT_NONE ? "account" : self->instruments->items[instrument].symbol;
}

bool engine_fits(bool fits)
{
    CHECK(fits);
    return fits;
}

struct ledger_subject
engine_subject(const struct engine *self, const struct holding *holding, int64_t venue_time_us)
{
    return (struct ledger_subject){
        .instrument = holding == NULL ? INSTRUMENT_NONE : holding->position.instrument,
        .position_id = holding == NULL ? 0 : holding->position.position_id,
        .time_us = self->now_us,
        .venue_time_us = venue_time_us,
    };
}

int64_t engine_equity_e8(const struct engine *self)
{
    return ledger_wallet_e8(&self->ledger) + self->totals.backed_e8;
}

/* Margin and fee that an entry order will take when the rest of it fills. */
static int64_t order_reserve_e8(const struct engine *self, const struct order *order)
{
    int64_t price_e12 =
        order->price_e12 > 0 ? order->price_e12 : self->prices[order->instrument].mark_e12;
    int64_t notional_e8 = 0;
    int64_t fee_e8 = 0;
    (void)engine_fits(
        fixed_notional_ceil_e8(price_e12, order->size_e6 - order->filled_e6, &notional_e8));
    (void)engine_fits(margin_fee_e8(
        notional_e8, self->instruments->items[order->instrument].taker_fee_e9, &fee_e8));

    return margin_initial_e8(notional_e8, order->leverage) + fee_e8;
}

int64_t engine_available_e8(struct engine *self)
{
    int64_t available_e8 = ledger_wallet_e8(&self->ledger) - self->totals.margin_used_e8;
    if (self->settings->margin_cross == MARGIN_CROSS) {
        available_e8 += self->totals.unrealised_e8;
    }
    for (int32_t index = 0; index < self->pending_count; index++) {
        int32_t instrument = self->pending_list[index];
        for (struct order *order = orders_first(&self->orders, instrument); order != NULL;
             order = orders_after(&self->orders, order)) {
            available_e8 -= order->entry ? order_reserve_e8(self, order) : 0;
        }
    }
    return available_e8;
}

const int32_t *engine_open_positions(const struct engine *self, int32_t *count)
{
    *count = self->positions.open_count;
    return self->positions.open_list;
}

int64_t engine_liquidation_wallet_e8(const struct engine *self, const struct holding *holding)
{
    const struct position *position = &holding->position;
    if (position->margin_mode == MARGIN_ISOLATED) {
        return position->margin_e8;
    }
    const struct engine_share *own = &self->shares[position->instrument];

    return ledger_wallet_e8(&self->ledger) + (self->totals.unrealised_e8 - own->unrealised_e8) -
           (self->totals.maintenance_e8 - own->maintenance_e8);
}

static void share_replace(struct engine *self, int32_t instrument, const struct engine_share *fresh)
{
    struct engine_share *share = &self->shares[instrument];
    self->totals.margin_used_e8 += fresh->margin_e8 - share->margin_e8;
    self->totals.unrealised_e8 += fresh->unrealised_e8 - share->unrealised_e8;
    self->totals.backed_e8 += fresh->backed_e8 - share->backed_e8;
    self->totals.maintenance_e8 += fresh->maintenance_e8 - share->maintenance_e8;
    share->margin_e8 = fresh->margin_e8;
    share->unrealised_e8 = fresh->unrealised_e8;
    share->backed_e8 = fresh->backed_e8;
    share->maintenance_e8 = fresh->maintenance_e8;
}

/* An isolated position can lose its margin and no more: a gap beyond bankruptcy is the venue's loss, also before its
 * liquidation is reported. */
static int64_t backed_e8(const struct position *position, int64_t unrealised_e8)
{
    bool beyond = position->margin_mode == MARGIN_ISOLATED && unrealised_e8 < -position->margin_e8;

    return beyond ? -position->margin_e8 : unrealised_e8;
}

static void share_compute(struct engine *self, struct holding *holding, struct engine_share *out)
{
    struct position *position = &holding->position;
    const struct instrument *item = &self->instruments->items[position->instrument];
    int64_t mark_e12 = self->prices[position->instrument].mark_e12;
    int64_t notional_e8 = 0;

    out->margin_e8 = position->margin_e8;
    (void)engine_fits(position_mark(position, mark_e12, &out->unrealised_e8));
    out->backed_e8 = backed_e8(position, out->unrealised_e8);
    (void)engine_fits(fixed_notional_ceil_e8(mark_e12, position->size_e6, &notional_e8));
    (void)engine_fits(margin_maintenance_e8(instrument_tiers(self->instruments, item),
                                            item->tier_count, notional_e8, &out->maintenance_e8));
}

/* Share of the way from entry to liquidation that the mark has consumed, 0 when it went the other way. */
static void tell_nearness(struct engine *self, int32_t instrument, struct holding *holding)
{
    const struct position *position = &holding->position;
    int64_t way_e12 = 1;
    int64_t gone_e12 = 0;
    if (position->liquidation_e12 > 0 && position->size_e6 > 0) {
        int64_t entry_e12 = holding_entry_e12(holding);
        int64_t sign = side_sign(position->side);
        way_e12 = sign * (entry_e12 - position->liquidation_e12);
        gone_e12 = sign * (entry_e12 - position->mark_e12);
        gone_e12 = gone_e12 > 0 ? gone_e12 : 0;
    }
    if (breaker_share_quiet(&self->breaker, instrument, CAUSE_LIQUIDATION_NEAR, gone_e12,
                            way_e12)) {
        return;
    }
    int64_t consumed_e9 =
        way_e12 > 0 ? fixed_mul_div_clamped(gone_e12, ONE_E9, way_e12) : BREAKER_UNCOMPUTABLE;
    breaker_liquidation_nearness(&self->breaker, self->now_us, instrument, consumed_e9);
}

static void tell_breaker(struct engine *self, int32_t instrument, struct holding *holding)
{
    struct breaker *breaker = &self->breaker;
    int64_t equity_e8 = engine_equity_e8(self);
    breaker_equity(breaker, self->now_us, equity_e8);
    breaker_margin_ratio(breaker, self->now_us, self->totals.maintenance_e8, equity_e8);
    if (instrument == INSTRUMENT_NONE) {
        return;
    }
    int64_t result_e8 = self->shares[instrument].result_e8;
    if (holding != NULL) {
        const struct position *position = &holding->position;
        result_e8 += position->realised_e8 - position->fees_e8 + position->funding_e8 +
                     self->shares[instrument].backed_e8;
    }
    breaker_symbol_result(breaker, self->now_us, instrument, result_e8);
    if (holding != NULL) {
        tell_nearness(self, instrument, holding);
    } else {
        breaker_liquidation_nearness(breaker, self->now_us, instrument, 0);
    }
}

void engine_account_moved(struct engine *self, int32_t instrument)
{
    self->changes++;
    struct holding *holding =
        instrument == INSTRUMENT_NONE ? NULL : positions_get(&self->positions, instrument);
    struct engine_share fresh = {0};
    if (holding != NULL && holding->position.size_e6 > 0) {
        share_compute(self, holding, &fresh);
    }
    if (instrument != INSTRUMENT_NONE) {
        share_replace(self, instrument, &fresh);
    }
    tell_breaker(self, instrument, holding);
}

void engine_record_equity(struct engine *self)
{
    int64_t drawdown_ppm = breaker_drawdown_ppm(&self->breaker);
    if (drawdown_ppm > self->extremes.drawdown_max_ppm) {
        self->extremes.drawdown_max_ppm = drawdown_ppm;
    }
    struct action *action = engine_act(self, ACTION_EQUITY, INSTRUMENT_NONE);
    action->equity = (struct action_equity){
        .balance_e8 = ledger_wallet_e8(&self->ledger),
        .equity_e8 = engine_equity_e8(self),
        .margin_used_e8 = self->totals.margin_used_e8,
        .margin_available_e8 = engine_available_e8(self),
        .drawdown_ppm = drawdown_ppm,
        .open_positions = self->positions.open_count,
        .breaker_state = breaker_worst(&self->breaker),
    };
}

void engine_record_position(struct engine *self, struct holding *holding)
{
    if (holding->position.size_e6 > 0) {
        (void)engine_fits(holding_liquidation(holding, self->instruments,
                                              engine_liquidation_wallet_e8(self, holding),
                                              &holding->position.liquidation_e12));
    }
    engine_act(self, ACTION_POSITION, holding->position.instrument)->position = holding->position;
}

/* True when the same words were said within the hour: a flapping state must not drown the rest. */
static bool
alert_repeats(struct engine *self, int32_t instrument, const char *title, const char *body)
{
    struct digest digest;
    digest_init(&digest);
    digest_signed(&digest, instrument);
    digest_text(&digest, title);
    digest_text(&digest, body);
    for (int32_t index = 0; index < ALERTS_REMEMBERED; index++) {
        const struct engine_alert *alert = &self->alerts[index];
        if (alert->key == digest.state && alert->time_us > 0 &&
            self->now_us - alert->time_us < US_PER_HOUR) {
            return true;
        }
    }
    self->alerts[self->alert_next] =
        (struct engine_alert){.key = digest.state, .time_us = self->now_us};
    self->alert_next = (self->alert_next + 1) % ALERTS_REMEMBERED;

    return false;
}

void engine_alert(struct engine *self,
                  enum severity severity,
                  int32_t instrument,
                  const char *title,
                  const char *body)
{
    if (alert_repeats(self, instrument, title, body)) {
        counters_add(&self->counters, COUNTER_ALERTS_REPEATED, 1);
        return;
    }
    engine_act(self, ACTION_ALERT, instrument)->alert =
        (struct action_alert){.severity = severity, .title = title, .body = body};
}

void engine_error(struct engine *self, int32_t instrument, const struct action_error *error)
{
    engine_act(self, ACTION_ERROR, instrument)->error = *error;
    if (error->severity >= SEVERITY_HIGH) {
        engine_alert(self, error->severity, instrument, error->code, error->message);
    }
}

void engine_audit(struct engine *self, const struct audit_entry *entry)
{
    engine_act(self, ACTION_AUDIT, INSTRUMENT_NONE)->audit = (struct action_audit){
        .actor = entry->actor,
        .role = entry->role,
        .action = entry->action,
        .object = entry->object,
        .result = entry->result,
    };
}

void engine_books_account(const struct engine *self, struct books_account *out)
{
    *out = (struct books_account){
        .wallet_e8 = ledger_wallet_e8(&self->ledger),
        .realised_e8 = self->totals.realised_e8,
        .fees_e8 = self->totals.fees_e8,
        .funding_e8 = self->totals.funding_e8,
        .transfers_e8 = self->totals.transfers_e8,
        .margin_used_e8 = self->totals.margin_used_e8,
        .unrealised_e8 = self->totals.unrealised_e8,
        .open_positions = self->positions.open_count,
    };
}

void engine_books_position(struct engine *self, int32_t instrument, struct books_position *out)
{
    struct holding *holding = positions_get(&self->positions, instrument);
    if (holding == NULL || holding->position.size_e6 == 0) {
        memset(out, 0, sizeof(*out));
        return;
    }
    const struct position *position = &holding->position;
    *out = (struct books_position){
        .side = position->side,
        .leverage = position->leverage,
        .size_e6 = position->size_e6,
        .cost_e8 = position->cost_e8,
        .margin_e8 = position->margin_e8,
        .mark_e12 = position->mark_e12,
    };
    (void)engine_fits(holding_liquidation(holding, self->instruments,
                                          engine_liquidation_wallet_e8(self, holding),
                                          &out->liquidation_e12));
}

void engine_check(struct engine *self)
{
    ledger_check(&self->ledger);
    orders_check(&self->orders);
    positions_check(&self->positions);
    decisions_check(&self->decisions);
    breaker_check(&self->breaker);
    struct engine_totals sum = {0};
    for (int32_t instrument = 0; instrument < self->instruments->count; instrument++) {
        sum.margin_used_e8 += self->shares[instrument].margin_e8;
        sum.unrealised_e8 += self->shares[instrument].unrealised_e8;
        sum.maintenance_e8 += self->shares[instrument].maintenance_e8;
    }
    CHECK(sum.margin_used_e8 == self->totals.margin_used_e8);
    CHECK(sum.unrealised_e8 == self->totals.unrealised_e8);
    CHECK(sum.maintenance_e8 == self->totals.maintenance_e8);
    CHECK(ledger_wallet_e8(&self->ledger) == self->totals.transfers_e8 + self->totals.realised_e8 -
                                                 self->totals.fees_e8 + self->totals.funding_e8);
}
