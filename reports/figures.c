#include "reports/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "reports/memory.h"
#include "reports/sample.h"

double figure_money(int64_t value_e8)
{
    return (double)value_e8 / 1e8;
}

double figure_price(int64_t price_e12)
{
    return (double)price_e12 / 1e12;
}

double figure_size(int64_t size_e6)
{
    return (double)size_e6 / 1e6;
}

int64_t figures_position(const struct run *run, int64_t position_id)
{
    int64_t low = 0;
    int64_t high = run->position_count;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (run->positions[middle].id < position_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < run->position_count && run->positions[low].id == position_id ? low : -1;
}

static int trade_compare(const void *left, const void *right)
{
    const struct run_position *a = ((const struct trade *)left)->position;
    const struct run_position *b = ((const struct trade *)right)->position;

    if (a->closed_us != b->closed_us) {
        return a->closed_us < b->closed_us ? -1 : 1;
    }
    return (a->id > b->id) - (a->id < b->id);
}

static struct trade trade_of(const struct run_position *position)
{
    double stake = figure_money(position->margin_e8);
    double profit = figure_money(run_position_pnl_e8(position));
    double entry = figure_price(position->entry_price_e12);

    /* A store that empties the margin of a closed position still knows size and leverage. */
    if (!(stake > 0) && position->leverage > 0) {
        stake = entry * figure_size(position->size_e6) / position->leverage;
    }
    return (struct trade){
        .position = position,
        .profit = profit,
        .stake = stake,
        .ratio = stake > 0 ? profit / stake : UNDEFINED,
        .entry_price = entry,
        .exit_price = UNDEFINED,
        .fees = figure_money(position->fees_e8),
        .funding = figure_money(position->funding_e8),
        .duration_us = position->closed_us - position->opened_us,
    };
}

/* Value of all fills and average price of the closing ones, by position. */
static void trades_fills(struct figures *self, const struct run *run)
{
    double *value = memory_array(run->position_count, sizeof(double));
    double *proceeds = memory_array(run->position_count, sizeof(double));
    double *closed = memory_array(run->position_count, sizeof(double));

    for (int64_t i = 0; i < run->fill_count; i++) {
        const struct run_fill *fill = &run->fills[i];
        int64_t at = figures_position(run, fill->position_id);
        double notional = figure_price(fill->price_e12) * figure_size(fill->size_e6);
        if (at < 0) {
            continue;
        }
        value[at] += notional;
        if (fill->side != run->positions[at].side) {
            proceeds[at] += notional;
            closed[at] += figure_size(fill->size_e6);
        }
    }
    for (int64_t i = 0; i < self->trade_count; i++) {
        int64_t at = self->trades[i].position - run->positions;
        self->trades[i].volume = value[at];
        self->trades[i].exit_price = closed[at] > 0 ? proceeds[at] / closed[at] : UNDEFINED;
    }
    free(value);
    free(proceeds);
    free(closed);
}

static void figures_trades(struct figures *self, const struct run *run)
{
    self->trades = memory_array(run->position_count, sizeof(*self->trades));
    self->profits = memory_array(run->position_count, sizeof(double));
    for (int64_t i = 0; i < run->position_count; i++) {
        const struct run_position *position = &run->positions[i];
        if (run_position_closed(run, position)) {
            self->trades[self->trade_count++] = trade_of(position);
        } else {
            self->open_count++;
        }
        self->fees += figure_money(position->fees_e8);
        self->funding += figure_money(position->funding_e8);
        self->liquidations += strcmp(run_word(run, position->exit_reason), "liquidation") == 0;
    }
    qsort(self->trades, (size_t)self->trade_count, sizeof(*self->trades), trade_compare);
    for (int64_t i = 0; i < self->trade_count; i++) {
        self->profits[i] = self->trades[i].profit;
    }
    trades_fills(self, run);
}

/* Transfers behind the first equity row, by day. */
static double transfer_of_day(const struct run *run, int64_t *next, int64_t end_us)
{
    double sum = 0.0;
    int64_t first_us = run->equity_count > 0 ? run->equity[0].timestamp_us : 0;

    for (; *next < run->posting_count && run->postings[*next].timestamp_us < end_us; (*next)++) {
        const struct run_posting *posting = &run->postings[*next];
        bool transfer = strcmp(run_word(run, posting->kind), "transfer") == 0;
        sum += transfer && posting->timestamp_us > first_us ? figure_money(posting->amount_e8) : 0;
    }
    return sum;
}

static void figures_days(struct figures *self, const struct run *run)
{
    self->first_day_us = instant_day(self->first_us);
    self->day_count = (instant_day(self->last_us) - self->first_day_us) / US_PER_DAY + 1;
    self->day_equity = memory_array(self->day_count, sizeof(double));
    self->day_profit = memory_array(self->day_count, sizeof(double));

    double equity = self->start; /* as the account shows it */
    double before = equity;
    double adjusted = equity; /* as it would be without transfers after the start */
    int64_t row = 0;
    int64_t posting = 0;
    for (int64_t day = 0; day < self->day_count; day++) {
        int64_t end_us = self->first_day_us + (day + 1) * US_PER_DAY;
        for (; row < run->equity_count && run->equity[row].timestamp_us < end_us; row++) {
            equity = figure_money(run->equity[row].equity_e8);
        }
        double moved = transfer_of_day(run, &posting, end_us);
        adjusted = before > 0 ? adjusted * ((equity - moved) / before) : equity;
        self->day_equity[day] = adjusted;
        before = equity;
    }
    for (int64_t i = 0; i < self->trade_count; i++) {
        int64_t day =
            (instant_day(self->trades[i].position->closed_us) - self->first_day_us) / US_PER_DAY;
        if (day >= 0 && day < self->day_count) {
            self->day_profit[day] += self->trades[i].profit;
        }
    }
}

static bool state_latched(enum breaker_state state)
{
    return state == BREAKER_TRIPPED || state == BREAKER_LOCKED;
}

static void figures_breaker(struct figures *self, const struct run *run)
{
    struct breaker_figures *breaker = &self->breaker;

    breaker->transitions = run->transition_count;
    for (int64_t i = 0; i < run->transition_count; i++) {
        const struct run_transition *step = &run->transitions[i];
        if (state_latched(step->to) && breaker->first_latch_us == 0) {
            breaker->first_latch_us = step->timestamp_us;
        }
        breaker->resets += state_latched(step->from) && !state_latched(step->to);
    }
    for (int64_t i = 0; i < run->equity_count; i++) {
        int64_t end_us =
            i + 1 < run->equity_count ? run->equity[i + 1].timestamp_us : self->last_us;
        int64_t length_us = end_us - run->equity[i].timestamp_us;
        breaker->state_us[run->equity[i].breaker_state] += length_us > 0 ? length_us : 0;
    }
    for (int64_t i = 0; i < run->signal_count; i++) {
        const char *verdict = run_word(run, run->signals[i].verdict);
        breaker->denied +=
            strcmp(verdict, "BREAKER_TRIPPED") == 0 || strcmp(verdict, "BREAKER_LOCKED") == 0;
    }
}

void figures_exposure(const struct run *run, double *out)
{
    double *open = memory_array(run->position_count, sizeof(double)); /* size of each position */
    double exposure = 0.0;
    int64_t fill = 0;

    for (int64_t i = 0; i < run->equity_count; i++) {
        for (;
             fill < run->fill_count && run->fills[fill].timestamp_us <= run->equity[i].timestamp_us;
             fill++) {
            int64_t at = figures_position(run, run->fills[fill].position_id);
            if (at < 0) {
                continue;
            }
            double size = figure_size(run->fills[fill].size_e6);
            bool opens = run->fills[fill].side == run->positions[at].side;
            double changed = open[at] + (opens ? size : -size);
            changed = changed > 1e-9 ? changed : 0.0;
            exposure += (changed - open[at]) * figure_price(run->positions[at].entry_price_e12);
            open[at] = changed;
        }
        /* What rounding leaves of a book without positions is not exposure. */
        exposure = run->equity[i].open_positions == 0 || exposure < 0 ? 0.0 : exposure;
        out[i] = exposure;
    }
    free(open);
}

static void figures_extremes(struct figures *self, const struct run *run)
{
    double *exposure = memory_array(run->equity_count, sizeof(double));

    figures_exposure(run, exposure);
    for (int64_t i = 0; i < run->equity_count; i++) {
        double equity = figure_money(run->equity[i].equity_e8);
        self->drawdown_max = fmax(self->drawdown_max, (double)run->equity[i].drawdown_ppm / 1e6);
        if (equity > 0) {
            double used = figure_money(run->equity[i].margin_used_e8);
            self->leverage_max = fmax(self->leverage_max, exposure[i] / equity);
            self->margin_ratio_max = fmax(self->margin_ratio_max, used / equity);
        }
    }
    free(exposure);
}

/* Mean change of the prices of all markets, as freqtrade's "Market change". */
static double market_change(const struct facts *facts)
{
    const json_t *markets = facts_member(facts, "market_change");
    size_t index;
    json_t *market;
    double sum = 0.0;
    int64_t known = 0;

    json_array_foreach(markets, index, market)
    {
        double first = fact_number(json_object_get(market, "first"));
        double last = fact_number(json_object_get(market, "last"));
        if (first > 0 && last > 0) {
            sum += last / first - 1;
            known++;
        }
    }
    return known > 0 ? sum / (double)known : UNDEFINED;
}

/* The currency of profits: the run's word, else the suffix that all traded symbols share. */
static void quote_of(struct figures *self, const struct run *run, const struct facts *facts)
{
    static const char *const known[] = {"USDT", "USDC", "BUSD", "USD"};
    const char *said = facts_text(facts, "quote");
    const char *quote = said != NULL ? said : "USD";

    for (size_t k = 0; said == NULL && run->position_count > 0 && k < ARRAY_COUNT(known); k++) {
        size_t suffix = strlen(known[k]);
        bool all = true;
        for (int64_t i = 0; all && i < run->position_count; i++) {
            const char *token = run_word(run, run->positions[i].token);
            size_t length = strlen(token);
            all = length > suffix && strcmp(token + length - suffix, known[k]) == 0;
        }
        if (all) {
            quote = known[k];
            break;
        }
    }
    (void)snprintf(self->quote, sizeof(self->quote), "%s", quote);
}

static void figures_window(struct figures *self, const struct run *run, const struct facts *facts)
{
    const json_t *window = facts_member(facts, "window");
    int64_t first_us = fact_integer(json_array_get(window, 0));
    int64_t last_us = fact_integer(json_array_get(window, 1));
    bool said = first_us > 0 && last_us > first_us && last_us < INSTANT_NEVER / 2;

    if (!said && run->equity_count > 0) {
        first_us = run->equity[0].timestamp_us;
        last_us = run->equity[run->equity_count - 1].timestamp_us;
    }
    self->first_us = first_us;
    self->last_us = last_us;
    int64_t days = (last_us - first_us) / US_PER_DAY;
    self->window_days = days > 1 ? days : 1;
}

/* What the account began with: said by the run, else the first row, else the first deposit. */
static double starting_balance(const struct run *run, const struct facts *facts)
{
    double start = fact_number(facts_member(facts, "starting_balance"));

    if (start > 0) {
        return start;
    }
    if (run->equity_count > 0 && run->equity[0].balance_e8 > 0) {
        return figure_money(run->equity[0].balance_e8);
    }
    for (int64_t i = 0; i < run->posting_count; i++) {
        if (strcmp(run_word(run, run->postings[i].kind), "transfer") == 0) {
            return figure_money(run->postings[i].amount_e8);
        }
    }
    return UNDEFINED;
}

bool figures_compute(struct figures *self,
                     const struct run *run,
                     const struct facts *facts,
                     struct error *error)
{
    *self = (struct figures){.start = starting_balance(run, facts)};
    if (!(self->start > 0)) {
        return error_set(
            error, EXIT_CODE_DATA, NULL, 0,
            "the run does not say its starting balance: it was stopped before its first "
            "row; run it again");
    }
    figures_window(self, run, facts);
    quote_of(self, run, facts);
    figures_trades(self, run);
    figures_days(self, run);
    figures_breaker(self, run);
    figures_extremes(self, run);
    self->market_change = market_change(facts);
    self->final = run->equity_count > 0
                      ? figure_money(run->equity[run->equity_count - 1].balance_e8)
                      : self->start;
    self->closed =
        statistics_trades(self->profits, self->trade_count, self->start, self->window_days);
    self->daily = statistics_daily(self->day_equity, self->day_count, self->start, DAYS_A_YEAR);
    return true;
}

void figures_release(struct figures *self)
{
    free(self->trades);
    free(self->profits);
    free(self->day_equity);
    free(self->day_profit);
    *self = (struct figures){0};
}
