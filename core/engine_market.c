/* Prices, bars, funding and transfers: what the market and the venue's cashier say. */
#include "core/engine_parts.h"
#include "core/fixed.h"
#include "core/margin.h"

static void tell_divergence(struct engine *self, int32_t instrument, const struct prices *prices)
{
    int64_t difference_e12 = prices->mark_e12 - prices->last_e12;
    int64_t size_e12 = difference_e12 < 0 ? -difference_e12 : difference_e12;
    if (!breaker_share_quiet(&self->breaker, instrument, CAUSE_DIVERGENCE, size_e12,
                             prices->last_e12)) {
        int64_t share_e9 = fixed_mul_div_clamped(size_e12, ONE_E9, prices->last_e12);
        breaker_divergence(&self->breaker, self->now_us, instrument, share_e9);
    }
}

/* What still comes of a market that has ended does not make it watched again. */
static void tell_alive(struct engine *self, const struct event *event)
{
    if (!self->shares[event->instrument].ended) {
        struct health_data data = {.instrument = event->instrument,
                                   .data_us = event->venue_time_us};
        health_data(&self->health, &self->breaker, self->now_us, &data);
    }
}

void engine_on_market(struct engine *self, const struct event *event)
{
    struct prices *prices = &self->prices[event->instrument];
    prices_point(prices, event);
    tell_divergence(self, event->instrument, prices);
    if (positions_get(&self->positions, event->instrument) != NULL) {
        engine_account_moved(self, event->instrument);
    }
}

void engine_on_book(struct engine *self, const struct event *event)
{
    prices_book(&self->prices[event->instrument], event);
    tell_alive(self, event);
}

/* The root costs more than the rest of a bar: taken only where the return may reach the warn level (80 %). */
static int64_t sigma_1m_e9(const struct prices *prices, int64_t sigma)
{
    return prices_beyond(prices, sigma * 4 / 5) ? prices_sigma_1m_e9(prices) : 0;
}

/* Every closed bar, of quiet markets too: volatility, the shock rule, and the end of staleness. */
void engine_on_bar(struct engine *self, const struct event *event)
{
    struct prices *prices = &self->prices[event->instrument];
    prices_bar(prices, event, self->volatility_shifts);
    if (prices->bars > 1) {
        struct breaker_move move = {
            .instrument = event->instrument,
            .benchmark = event->instrument == self->benchmark,
            .return_e9 = prices_return_1m_e9(prices),
            .sigma_e9 = sigma_1m_e9(prices, self->settings->shock_sigma),
        };
        breaker_shock(&self->breaker, self->now_us, &move);
    }
    tell_alive(self, event);
}

/* A live venue tells the rate and the payment one by one: without a mark it is the payment alone. */
static void take_rate(struct engine *self, const struct event *event)
{
    struct prices *prices = &self->prices[event->instrument];
    prices_funding(prices, event);
    int64_t rate_e9 = 0;
    bool known = prices_funding_8h_e9(prices, &rate_e9);
    breaker_funding(&self->breaker, self->now_us, event->instrument,
                    known ? rate_e9 : BREAKER_UNCOMPUTABLE);
}

void engine_on_funding(struct engine *self, const struct event *event)
{
    if (event->funding.mark_e12 > 0) {
        take_rate(self, event);
    }
    struct holding *holding = positions_get(&self->positions, event->instrument);
    bool rate_alone = event->funding.stated && event->funding.amount_e8 == 0;
    if (holding == NULL || holding->position.size_e6 == 0 || rate_alone) {
        return;
    }
    struct position *position = &holding->position;
    int64_t amount_e8 = event->funding.amount_e8;
    if (!event->funding.stated) {
        (void)engine_fits(margin_funding_e8(position->side, position->size_e6,
                                            event->funding.mark_e12, event->funding.rate_e16,
                                            &amount_e8));
    }
    position->funding_e8 += amount_e8;
    self->totals.funding_e8 += amount_e8;
    if (position->margin_mode == MARGIN_ISOLATED) {
        position->margin_e8 += amount_e8;
        if (position->margin_e8 > position->margin_peak_e8) {
            position->margin_peak_e8 = position->margin_e8;
        }
    }
    struct ledger_subject subject = engine_subject(self, holding, event->venue_time_us);
    ledger_move(&self->ledger, self->actions, &subject, LEDGER_FUNDING, ACCOUNT_FUNDING, amount_e8);
    engine_account_moved(self, event->instrument);
    engine_record_position(self, holding);
}

void engine_on_transfer(struct engine *self, const struct event *event)
{
    int64_t amount_e8 = event->transfer.amount_e8;
    breaker_transfer(&self->breaker, self->now_us, engine_equity_e8(self), amount_e8);
    self->totals.transfers_e8 += amount_e8;
    struct ledger_subject subject = engine_subject(self, NULL, event->venue_time_us);
    ledger_move(&self->ledger, self->actions, &subject, LEDGER_TRANSFER, ACCOUNT_EXTERNAL,
                amount_e8);
    engine_account_moved(self, INSTRUMENT_NONE);
    if (self->day_start_equity_e8 == 0) {
        self->day_start_equity_e8 = engine_equity_e8(self);
    }
    engine_record_equity(self);
}
