/* What the engine and the health rules report, turned into measures of cells. */
#include "core/breaker_cells.h"

#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

static int64_t absolute(int64_t value)
{
    if (value >= 0) {
        return value;
    }
    return value == INT64_MIN ? INT64_MAX : -value;
}

/* The symbol's place, or the account's where there is no instrument. */
static int32_t place_or_account(int32_t instrument)
{
    return instrument < 0 ? (int32_t)PLACE_ACCOUNT : breaker_place_symbol(instrument);
}

/* ---- margin ---- */

void breaker_margin_ratio_slow(struct breaker *self,
                               int64_t time_us,
                               int64_t maintenance_e8,
                               int64_t margin_balance_e8)
{
    int64_t ratio_e9 = 0;
    if (maintenance_e8 != 0 &&
        (maintenance_e8 < 0 || margin_balance_e8 <= 0 ||
         !fixed_mul_div_ceil(maintenance_e8, ONE_E9, margin_balance_e8, &ratio_e9))) {
        ratio_e9 = BREAKER_UNCOMPUTABLE;
    }
    breaker_measure(self, time_us, PLACE_ACCOUNT, CAUSE_MARGIN_RATIO, ratio_e9);
}

void breaker_liquidation_nearness(struct breaker *self,
                                  int64_t time_us,
                                  int32_t instrument,
                                  int64_t consumed_e9)
{
    int32_t place = breaker_place_symbol(instrument);
    breaker_measure(self, time_us, place, CAUSE_LIQUIDATION_NEAR, consumed_e9);
}

/* ---- trades ---- */

/* One-sided CUSUM of how far results over risk stay behind what was expected. */
static void
judge_expectancy(struct breaker *self, int64_t time_us, const struct breaker_trade *trade)
{
    const struct settings *settings = self->settings;
    int32_t place = breaker_place_strategy(trade->strategy);
    int64_t *sum_e9 = &self->cusum_e9[trade->strategy];
    int64_t result_e9;
    if (trade->risk_e8 <= 0 ||
        !fixed_mul_div_floor(trade->net_e8, ONE_E9, trade->risk_e8, &result_e9)) {
        *sum_e9 = settings->expectancy_limit;
    } else {
        wide_t sum = (wide_t)*sum_e9 + settings->expectancy_mean - result_e9;
        sum = sum < 0 ? 0 : sum;
        *sum_e9 = sum > settings->expectancy_limit ? settings->expectancy_limit : (int64_t)sum;
    }
    breaker_measure(self, time_us, place, CAUSE_EXPECTANCY, *sum_e9);
    if (*sum_e9 >= settings->expectancy_limit) {
        *sum_e9 = 0;
        breaker_measure(self, time_us, place, CAUSE_EXPECTANCY, 0);
    }
}

void breaker_trade_closed(struct breaker *self, int64_t time_us, const struct breaker_trade *trade)
{
    int32_t side = breaker_place(SCOPE_SIDE, (int32_t)trade->side);
    CHECK(side >= 0);
    if (self->settings->expectancy_limit > 0) {
        judge_expectancy(self, time_us, trade);
    }
    breaker_pair_result(self, time_us, trade);
    breaker_count_trade(self, time_us, PLACE_GLOBAL);
    breaker_count_trade(self, time_us, PLACE_ACCOUNT);
    breaker_count_trade(self, time_us, breaker_place_strategy(trade->strategy));
    breaker_count_trade(self, time_us, breaker_place_symbol(trade->instrument));
    breaker_count_trade(self, time_us, side);
}

/* ---- orders ---- */

static void judge_rejects(struct breaker *self,
                          int64_t time_us,
                          int32_t place,
                          struct breaker_rejects *rejects,
                          enum order_outcome outcome)
{
    const struct settings *settings = self->settings;
    bool rejected = outcome != OUTCOME_ACCEPTED;
    uint32_t window = (rejects->window << 1 | (rejected ? 1U : 0U)) & ((1U << REJECT_WINDOW) - 1U);
    rejects->window = window;
    rejects->in_row = rejected ? rejects->in_row + 1 : 0;
    int64_t count = 0;
    for (; window != 0; window &= window - 1) {
        count++;
    }
    int64_t share_e9 = count * ONE_E9 / REJECT_WINDOW;
    struct breaker_finding finding = {.cause = CAUSE_REJECTS, .value = share_e9};
    finding.limit = settings->reject_share;
    if (rejected &&
        (share_e9 >= settings->reject_share || rejects->in_row >= settings->rejects_max)) {
        memset(rejects, 0, sizeof(*rejects));
        breaker_pulse(self, time_us, place, &finding);
        if (outcome == OUTCOME_DENIED) {
            breaker_latch_cell(self, time_us, place, BREAKER_TRIPPED, &finding);
        }
        share_e9 = 0;
    }
    breaker_measure(self, time_us, place, CAUSE_REJECTS, share_e9);
}

void breaker_order_result(struct breaker *self,
                          int64_t time_us,
                          int32_t instrument,
                          enum order_outcome outcome)
{
    int32_t place = breaker_place_symbol(instrument);
    judge_rejects(self, time_us, place, &self->symbols[instrument].rejects, outcome);
    judge_rejects(self, time_us, PLACE_ACCOUNT, &self->account_rejects, outcome);
}

/* Realised over modelled of the fills remembered; without a model every cost is too much. */
static int64_t fill_ratio_e9(const struct breaker_symbol *symbol)
{
    wide_t realised = 0;
    wide_t modelled = 0;
    for (int32_t fill = 0; fill < FILL_QUALITY_FILLS; fill++) {
        realised += symbol->realised_e9[fill];
        modelled += symbol->modelled_e9[fill];
    }
    if (realised <= 0) {
        return 0;
    }
    int64_t ratio_e9;
    if (modelled <= 0 || !fixed_narrow(realised * ONE_E9 / modelled, &ratio_e9)) {
        return BREAKER_UNCOMPUTABLE;
    }
    return ratio_e9;
}

void breaker_fill_quality(struct breaker *self,
                          int64_t time_us,
                          int32_t instrument,
                          int64_t realised_e9,
                          int64_t modelled_e9)
{
    int32_t place = breaker_place_symbol(instrument);
    struct breaker_symbol *symbol = &self->symbols[instrument];
    symbol->realised_e9[symbol->fill_next] = realised_e9;
    symbol->modelled_e9[symbol->fill_next] = modelled_e9;
    symbol->fill_next = (symbol->fill_next + 1) % FILL_QUALITY_FILLS;
    symbol->fill_count += symbol->fill_count < FILL_QUALITY_FILLS ? 1 : 0;
    if (symbol->fill_count < FILL_QUALITY_FILLS) {
        return;
    }
    int64_t ratio_e9 = fill_ratio_e9(symbol);
    if (ratio_e9 >= self->settings->fill_quality_factor) {
        struct breaker_finding finding = {.cause = CAUSE_FILL_QUALITY, .value = ratio_e9};
        finding.limit = self->settings->fill_quality_factor;
        symbol->fill_count = 0;
        breaker_pulse(self, time_us, place, &finding);
        ratio_e9 = 0;
    }
    breaker_measure(self, time_us, place, CAUSE_FILL_QUALITY, ratio_e9);
}

void breaker_unknown_orders(struct breaker *self,
                            int64_t time_us,
                            int32_t count,
                            int64_t oldest_age_us)
{
    int64_t reduce = self->levels[CAUSE_UNKNOWN_ORDERS].reduce;
    int64_t value = count > 0 ? oldest_age_us : 0;
    if (count >= 2 && value < reduce) {
        value = reduce;
    }
    breaker_measure(self, time_us, PLACE_ACCOUNT, CAUSE_UNKNOWN_ORDERS, value);
}

void breaker_executions(
    struct breaker *self, int64_t time_us, int32_t strategy, int64_t window, int64_t day)
{
    const struct settings *settings = self->settings;
    struct breaker_finding finding = {.cause = CAUSE_EXECUTIONS};
    if (window >= settings->executions_max) {
        finding.value = window;
        finding.limit = settings->executions_max;
    } else if (day >= settings->executions_day) {
        finding.value = day;
        finding.limit = settings->executions_day;
    } else {
        return;
    }
    breaker_latch_cell(self, time_us, breaker_place_strategy(strategy), BREAKER_TRIPPED, &finding);
}

/* ---- the market ---- */

void breaker_funding(struct breaker *self,
                     int64_t time_us,
                     int32_t instrument,
                     int64_t rate_per_8h_e9)
{
    int32_t place = breaker_place_symbol(instrument);
    breaker_measure(self, time_us, place, CAUSE_FUNDING_SPIKE, absolute(rate_per_8h_e9));
}

void breaker_feed(struct breaker *self, int64_t time_us, int32_t instrument, int64_t age_us)
{
    breaker_measure(self, time_us, place_or_account(instrument), CAUSE_STALE_FEED, age_us);
}

void breaker_divergence(struct breaker *self,
                        int64_t time_us,
                        int32_t instrument,
                        int64_t difference_e9)
{
    int32_t place = breaker_place_symbol(instrument);
    breaker_measure(self, time_us, place, CAUSE_DIVERGENCE, absolute(difference_e9));
}

/* The return, or its standard deviations as the return of equal weight, whichever says more. */
static int64_t shock_measure_e9(const struct settings *settings, const struct breaker_move *move)
{
    int64_t return_e9 = absolute(move->return_e9);
    if (move->sigma_e9 <= 0) {
        return return_e9;
    }
    int64_t weight_e9;
    wide_t limit_e9 = (wide_t)settings->shock_sigma * move->sigma_e9;
    if (!fixed_narrow((wide_t)return_e9 * settings->shock_return / limit_e9, &weight_e9)) {
        return BREAKER_UNCOMPUTABLE;
    }
    return weight_e9 > return_e9 ? weight_e9 : return_e9;
}

/* True when the shock is everybody's. */
static bool round_take(struct breaker_round *self,
                       int64_t minute,
                       const struct breaker_move *move,
                       bool exceeded)
{
    if (minute != self->minute) {
        int32_t seen_before = self->seen;
        memset(self, 0, sizeof(*self));
        self->minute = minute;
        self->seen_before = seen_before;
    }
    uint64_t bit = 1ULL << (move->instrument % 64);
    uint64_t *seen = &self->seen_bits[move->instrument / 64];
    uint64_t *over = &self->exceeded_bits[move->instrument / 64];
    self->seen += (*seen & bit) == 0 ? 1 : 0;
    *seen |= bit;
    if (!exceeded) {
        return false;
    }
    self->exceeded += (*over & bit) == 0 ? 1 : 0;
    *over |= bit;
    int32_t of = self->seen > self->seen_before ? self->seen : self->seen_before;
    /* In the very first minute nobody knows how many there are. */
    return move->benchmark || (self->seen_before > 0 && self->exceeded * 2 >= of);
}

void breaker_shock(struct breaker *self, int64_t time_us, const struct breaker_move *move)
{
    int32_t place = breaker_place_symbol(move->instrument);
    int64_t limit_e9 = self->settings->shock_return;
    int64_t value_e9 = shock_measure_e9(self->settings, move);
    bool exceeded = value_e9 >= limit_e9;
    bool everybody = round_take(&self->round, time_us / US_PER_MINUTE, move, exceeded);
    if (value_e9 >= self->levels[CAUSE_SHOCK].quiet || breaker_noted(self, place, CAUSE_SHOCK)) {
        breaker_measure(self, time_us, place, CAUSE_SHOCK, value_e9);
    }
    if (!exceeded) {
        return;
    }
    struct breaker_finding finding = {.cause = CAUSE_SHOCK, .value = value_e9, .limit = limit_e9};
    int64_t until_us = breaker_later(time_us, self->settings->shock_pause);
    breaker_block(self, place, time_us, until_us, &finding);
    if (everybody) {
        breaker_block(self, PLACE_GLOBAL, time_us, until_us, &finding);
    }
}

/* ---- what must not be ---- */

void breaker_unprotected(struct breaker *self, int64_t time_us, int32_t instrument, int64_t age_us)
{
    breaker_measure(self, time_us, breaker_place_symbol(instrument), CAUSE_UNPROTECTED, age_us);
}

static void latch(struct breaker *self, int64_t time_us, int32_t place, enum breaker_cause cause)
{
    struct breaker_finding finding = {.cause = cause};
    breaker_latch_cell(self, time_us, place, BREAKER_TRIPPED, &finding);
}

void breaker_external(struct breaker *self, int64_t time_us, int32_t instrument)
{
    latch(self, time_us, place_or_account(instrument), CAUSE_EXTERNAL);
    latch(self, time_us, PLACE_ACCOUNT, CAUSE_EXTERNAL);
}

void breaker_liquidated(struct breaker *self, int64_t time_us, int32_t instrument)
{
    latch(self, time_us, place_or_account(instrument), CAUSE_LIQUIDATED);
    latch(self, time_us, PLACE_ACCOUNT, CAUSE_LIQUIDATED);
}

void breaker_books_differ(struct breaker *self, int64_t time_us, int32_t instrument)
{
    latch(self, time_us, place_or_account(instrument), CAUSE_BOOKS_DIFFER);
}

void breaker_exposure_above(struct breaker *self,
                            int64_t time_us,
                            int64_t value_e8,
                            int64_t limit_e8)
{
    struct breaker_finding finding = {CAUSE_EXPOSURE, value_e8, limit_e8, 0, NULL};
    breaker_latch_cell(self, time_us, PLACE_GLOBAL, BREAKER_TRIPPED, &finding);
}

void breaker_integrity(struct breaker *self, int64_t time_us)
{
    struct breaker_finding finding = {.cause = CAUSE_INTEGRITY};
    breaker_latch_cell(self, time_us, PLACE_GLOBAL, BREAKER_LOCKED, &finding);
}

/* ---- the shells ---- */

void breaker_api_errors(struct breaker *self, int64_t time_us, int64_t share_e9)
{
    breaker_measure(self, time_us, PLACE_ACCOUNT, CAUSE_API_ERRORS, share_e9);
}

void breaker_latency(struct breaker *self, int64_t time_us, int64_t p95_us)
{
    breaker_measure(self, time_us, PLACE_ACCOUNT, CAUSE_LATENCY, p95_us);
}

void breaker_clock_skew(struct breaker *self, int64_t time_us, int64_t skew_us)
{
    breaker_measure(self, time_us, PLACE_GLOBAL, CAUSE_CLOCK_SKEW, absolute(skew_us));
}

void breaker_queue(struct breaker *self, int64_t time_us, int64_t fill_e9)
{
    breaker_measure(self, time_us, PLACE_GLOBAL, CAUSE_QUEUE, fill_e9);
}

void breaker_storage(struct breaker *self, int64_t time_us, const struct breaker_storage *storage)
{
    const struct settings *settings = self->settings;
    int64_t grade = 0;
    if (storage->log_bytes >= settings->storage_log_warn ||
        storage->free_bytes <= settings->storage_free_warn) {
        grade = 1;
    }
    if (storage->error || storage->log_bytes >= settings->storage_log_latch ||
        storage->free_bytes <= settings->storage_free_latch) {
        grade = 2;
    }
    breaker_measure(self, time_us, PLACE_GLOBAL, CAUSE_STORAGE, grade);
}

void breaker_heartbeat(struct breaker *self, int64_t time_us)
{
    self->heartbeat_us = time_us;
    breaker_measure(self, time_us, PLACE_GLOBAL, CAUSE_HEARTBEAT, 0);
}
