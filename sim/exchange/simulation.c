#include "sim/exchange/simulation.h"

#include <string.h>

enum { BALANCES_MAX = 3 };

void simulation_init(struct simulation *self)
{
    memset(self, 0, sizeof(*self));
    settings_defaults(&self->settings);
    exchange_settings_defaults(&self->exchange);
    config_init(&self->config);
    config_table_add(&self->config, settings_rows, settings_row_count, &self->settings);
    config_table_add(&self->config, exchange_rows, exchange_row_count, &self->exchange);
    live_settings_init(&self->live, &self->config);
}

static bool
find(const struct instruments *instruments, const char *name, int32_t *out, struct error *error)
{
    *out = instruments_resolve(instruments, name).instrument;
    if (*out == INSTRUMENT_NONE) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "the configuration names %s, which this market does not have: remove it "
                         "or add its data",
                         name);
    }
    return true;
}

static bool
resolve_aliases(const struct simulation *self, struct instruments *instruments, struct error *error)
{
    for (int32_t index = 0; index < self->config.alias_name.count; index++) {
        int32_t instrument = INSTRUMENT_NONE;
        const char *name = self->config.alias_name.names[index];
        if (!find(instruments, self->config.alias_symbol.names[index], &instrument, error)) {
            return false;
        }
        if (!instruments_alias(instruments, name, instrument)) {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "alias %s is given twice or too many are: keep one", name);
        }
    }
    return true;
}

static bool
resolve_liquid(const struct simulation *self, struct instruments *instruments, struct error *error)
{
    if (!self->config.liquid_given) {
        return true;
    }
    for (int32_t instrument = 0; instrument < instruments->count; instrument++) {
        instruments->items[instrument].liquid = false;
    }
    for (int32_t index = 0; index < self->config.liquid.count; index++) {
        int32_t instrument = INSTRUMENT_NONE;
        if (!find(instruments, self->config.liquid.names[index], &instrument, error)) {
            return false;
        }
        instruments->items[instrument].liquid = true;
    }
    return true;
}

static bool
resolve_allowed(struct simulation *self, const struct instruments *instruments, struct error *error)
{
    if (!self->config.allow_given) {
        for (int32_t instrument = 0; instrument < instruments->count; instrument++) {
            settings_allow(&self->settings, instrument);
        }
        return true;
    }
    for (int32_t index = 0; index < self->config.allow.count; index++) {
        int32_t instrument = INSTRUMENT_NONE;
        if (!find(instruments, self->config.allow.names[index], &instrument, error)) {
            return false;
        }
        settings_allow(&self->settings, instrument);
    }
    return true;
}

static void choose_model(const struct simulation *self, struct instruments *instruments)
{
    if (!config_given(&self->config, "sim.margin_model")) {
        return;
    }
    for (int32_t instrument = 0; instrument < instruments->count; instrument++) {
        instruments->items[instrument].margin_model =
            (enum margin_model)self->exchange.margin_model;
    }
}

static int64_t balances_e8(const struct simulation *self)
{
    int64_t balance_e8 = self->exchange.starting_balance;

    return balance_e8 > INT64_MAX / BALANCES_MAX ? INT64_MAX : BALANCES_MAX * balance_e8;
}

/* The exchange has inverse contracts, the core does not count in coins. */
static bool linear_only(const struct instruments *instruments, struct error *error)
{
    for (int32_t instrument = 0; instrument < instruments->count; instrument++) {
        const struct instrument *item = &instruments->items[instrument];
        if (item->contract_value_e8 > 0) {
            return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                             "%s is an inverse (coin-margined) contract: the core does not trade "
                             "them yet: take its linear market",
                             item->symbol);
        }
    }
    return true;
}

static void resolve_settings(struct simulation *self, enum fidelity fidelity, int64_t interval_us)
{
    struct settings *settings = &self->settings;
    settings->simulated = true;
    settings->fidelity = fidelity;
    settings->bar_interval_us = interval_us;
    settings->modelled_slippage_e9 = self->exchange.spread + self->exchange.slippage;
    if (settings->order_value_max < 0) {
        settings->order_value_max = balances_e8(self);
    }
    if (settings->position_value_max < 0) {
        settings->position_value_max = balances_e8(self);
    }
}

static bool safe_risk(const struct simulation *self, struct error *error)
{
    return self->settings.risk_per_trade <= self->settings.velocity_5m_trip ||
           error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "risk.per_trade is above breaker.velocity_5m.trip: one stop would latch "
                     "the account: lower the first");
}

/* What this program does not offer yet is refused at start, by name. */
static bool offered(const struct simulation *self, struct error *error)
{
    const struct setting_row *invalid = settings_invalid(&self->settings);
    if (invalid != NULL) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "%s is out of range: see `cerberus-sim config`", invalid->key);
    }
    if (!safe_risk(self, error)) {
        return false;
    }
    if (self->exchange.hedge_mode != 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "sim.hedge_mode: the core holds one position a symbol (one-way mode): set "
                         "it to false");
    }
    if ((self->exchange.latency_model == LATENCY_SAMPLED) != (self->conditions.latency != NULL)) {
        return error_set(
            error, EXIT_CODE_USAGE, NULL, 0,
            "sim.latency.model = sampled and --latency FILE belong together: give both "
            "or neither");
    }
    if (self->exchange.callback_min > self->exchange.callback_max) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "sim.callback_min is above sim.callback_max: no trailing stop would be "
                         "taken: exchange them");
    }
    if (self->settings.heartbeat_max > 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "breaker.deadman needs an operator who is present: a simulated run has "
                         "none: set it to 0");
    }
    return true;
}

bool simulation_resolve(struct simulation *self,
                        struct instruments *instruments,
                        enum fidelity fidelity,
                        int64_t bar_interval_us,
                        struct error *error)
{
    resolve_settings(self, fidelity, bar_interval_us);
    choose_model(self, instruments);
    return fee_ladder_parse(&self->exchange.ladder, &self->config.ladder, error) &&
           linear_only(instruments, error) && resolve_aliases(self, instruments, error) &&
           resolve_liquid(self, instruments, error) && resolve_allowed(self, instruments, error) &&
           offered(self, error);
}

enum fidelity simulation_live_fidelity(const struct live_settings *live)
{
    if (live->depth != 0) {
        return FIDELITY_DEPTH;
    }
    if (live->quotes != 0) {
        return FIDELITY_QUOTES;
    }
    return live->trades != 0 ? FIDELITY_TRADES : FIDELITY_BARS;
}

/* What must be said before real money is at risk. */
static bool limits_given(const struct simulation *self, struct error *error)
{
    if (!self->config.allow_given || self->config.allow.count == 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "symbols.allow (C2) is not given: with real money nothing may be traded "
                         "that is not listed: list the symbols");
    }
    if (self->settings.order_value_max < 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "risk.c5.value is not given: with real money it has no default: say the "
                         "largest value of one order");
    }
    if (self->settings.position_value_max < 0) {
        return error_set(error, EXIT_CODE_USAGE, NULL, 0,
                         "risk.c12.value is not given: with real money it has no default: say the "
                         "largest value of one position");
    }
    const struct setting_row *invalid = settings_invalid(&self->settings);
    return invalid == NULL ||
           error_set(error, EXIT_CODE_USAGE, NULL, 0,
                     "%s is out of range: see `cerberus-sim config`", invalid->key);
}

bool simulation_resolve_live(struct simulation *self,
                             struct instruments *instruments,
                             struct error *error)
{
    struct settings *settings = &self->settings;
    settings->simulated = false;
    settings->fidelity = simulation_live_fidelity(&self->live);
    settings->bar_interval_us = self->live.bars;
    settings->modelled_slippage_e9 = self->exchange.spread + self->exchange.slippage;
    memset(settings->allowed, 0, sizeof(settings->allowed));
    return limits_given(self, error) && linear_only(instruments, error) &&
           resolve_aliases(self, instruments, error) && resolve_liquid(self, instruments, error) &&
           resolve_allowed(self, instruments, error) && safe_risk(self, error);
}

bool simulation_restore(struct simulation *self,
                        const struct instruments *instruments,
                        enum fidelity fidelity,
                        int64_t bar_interval_us,
                        struct error *error)
{
    resolve_settings(self, fidelity, bar_interval_us);
    if (self->live.mode == MODE_LIVE) {
        self->settings.simulated = false; /* the journal of an account with real money */
        return resolve_allowed(self, instruments, error);
    }
    return fee_ladder_parse(&self->exchange.ladder, &self->config.ladder, error) &&
           resolve_allowed(self, instruments, error) && offered(self, error);
}

bool simulation_conditions(struct simulation *self,
                           const struct instruments *instruments,
                           const struct simulation_files *files,
                           struct error *error)
{
    self->conditions.seed = files->seed;
    if (files->latency != NULL) {
        if (!latency_table_load(&self->latency, files->latency, error)) {
            return false;
        }
        self->conditions.latency = &self->latency;
        if (!config_given(&self->config, "sim.latency.model")) {
            self->exchange.latency_model = LATENCY_SAMPLED;
        }
    }
    if (files->incidents != NULL) {
        if (!incidents_load(&self->incidents, instruments, files->incidents, error)) {
            return false;
        }
        self->conditions.incidents = &self->incidents;
    }
    return true;
}
