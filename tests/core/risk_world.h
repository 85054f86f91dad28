/* risk_world.h - a world in which every control passes: one account of 10 000, one DOGE market
 * with all evidence there, live rules. Tests change one thing and look at one verdict.
 * Header-only so that each test file owns its copy. */
#ifndef TESTS_CORE_RISK_WORLD_H
#define TESTS_CORE_RISK_WORLD_H

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "core/risk.h"

#define T0     1700000000000000LL
#define PRICE  200000000000LL /* 0.20 */
#define EQUITY (10000 * ONE_E8)

struct world {
    struct settings settings;
    struct instruments instruments;
    struct normal_signal signal;
    struct rates rates;
    struct risk_exposure exposures[16];
    struct risk_view view;
    struct assessment out;
};

static const struct tier world_tiers[2] = {
    {.floor_e8 = 0, .cap_e8 = 80000 * ONE_E8, .maintenance_rate_e9 = 5000000, .leverage_max = 75},
    {.floor_e8 = 80000 * ONE_E8,
     .cap_e8 = 150000 * ONE_E8,
     .maintenance_rate_e9 = 10000000,
     .maintenance_amount_e8 = 400 * ONE_E8,
     .leverage_max = 50}};

static inline void world_instrument(struct world *self)
{
    struct instrument item;
    memset(&item, 0, sizeof(item));
    memcpy(item.symbol, "DOGEUSDT", 9);
    item.tick_e12 = 10000000; /* 0.00001 */
    item.lot_e6 = ONE_E6;
    item.size_min_e6 = ONE_E6;
    item.size_max_e6 = 50000000 * ONE_E6;
    item.notional_min_e8 = 5 * ONE_E8;
    item.maker_fee_e9 = BPS_E9(2);
    item.taker_fee_e9 = BPS_E9(5);
    item.pack = 1;
    int32_t index = 0;
    instruments_init(&self->instruments);
    bool added = instruments_add(&self->instruments, &item, &index);
    added = added && instruments_tiers(&self->instruments, index, world_tiers, 2);
    CHECK(added);
}

static inline void world_market(struct risk_market *market)
{
    *market = (struct risk_market){.known = true,
                                   .last_e12 = PRICE,
                                   .mark_e12 = PRICE,
                                   .age_us = 0,
                                   .interval_us = US_PER_MINUTE,
                                   .has_index = true,
                                   .has_spread = true,
                                   .has_depth = true,
                                   .has_volume = true,
                                   .has_atr = false,
                                   .has_slippage = true,
                                   .has_funding = true,
                                   .has_sigma = true,
                                   .has_minute = true,
                                   .index_e12 = PRICE,
                                   .spread_e9 = BPS_E9(5),
                                   .depth_e6 = 10000000 * ONE_E6,
                                   .minute_volume = 10000000,
                                   .slippage_e9 = BPS_E9(2),
                                   .funding_e16 = 0,
                                   .sigma_e9 = PERCENT_E9(60),
                                   .minute_ago_e12 = PRICE};
}

static inline void world_init(struct world *self)
{
    memset(self, 0, sizeof(*self));
    settings_defaults(&self->settings);
    self->settings.order_value_max = 30000 * ONE_E8;
    self->settings.position_value_max = 30000 * ONE_E8;
    self->settings.fidelity = FIDELITY_DEPTH;
    self->settings.simulated = false;
    settings_allow(&self->settings, 0);
    world_instrument(self);
    rates_init(&self->rates, &self->settings, T0);
    self->signal.signal_id = 1;
    self->signal.timestamp_us = T0;
    self->signal.confidence = CONFIDENCE_HIGH;
    self->signal.direction = DIRECTION_LONG;
    self->signal.side = SIDE_LONG;
    self->signal.price_e12 = PRICE;
    self->signal.stop_e12 = PRICE / 100 * 99; /* s = 1 % */
    self->signal.stop_source = "stop_loss";
    struct risk_view *view = &self->view;
    view->settings = &self->settings;
    view->instruments = &self->instruments;
    view->signal = &self->signal;
    view->rates = &self->rates;
    view->exposures = self->exposures;
    view->now_us = T0;
    view->reconciled = true;
    world_market(&view->market);
    view->account = (struct risk_account){
        .equity_e8 = EQUITY, .available_e8 = EQUITY, .day_room_e8 = 200 * ONE_E8};
    for (int loss = 0; loss < RISK_LOSS_COUNT; loss++) {
        view->account.loss_limit_e9[loss] = PERCENT_E9(2);
    }
    view->breaker = (struct risk_breaker){.state = BREAKER_CLOSED, .size_factor_e9 = ONE_E9};
}

static inline void world_short(struct world *self)
{
    self->signal.direction = DIRECTION_SHORT;
    self->signal.side = SIDE_SHORT;
    self->signal.stop_e12 = PRICE / 100 * 101;
}

static inline void
world_expose(struct world *self, int32_t instrument, enum side side, bool order, int64_t notional)
{
    struct risk_exposure *item = &self->exposures[self->view.exposure_count++];
    *item = (struct risk_exposure){.instrument = instrument,
                                   .side = side,
                                   .order = order,
                                   .notional_e8 = notional,
                                   .sigma_e9 = PERCENT_E9(60)};
}

static inline enum verdict world_assess(struct world *self)
{
    risk_assess(&self->view, &self->out);
    return self->out.verdict;
}

/* The check of that name; a test that asks for one that was not recorded stops. */
static inline const struct check *world_check(const struct world *self, const char *name)
{
    for (int32_t index = 0; index < self->out.check_count; index++) {
        if (strcmp(self->out.checks[index].name, name) == 0) {
            return &self->out.checks[index];
        }
    }
    core_panic(__FILE__, __LINE__, name);
}

#endif
