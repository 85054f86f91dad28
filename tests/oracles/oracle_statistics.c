/* Statistics of a series of returns and of a list of trades: reports/returns and statistics. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fixed.h"
#include "core/margin.h"
#include "reports/returns.h"
#include "reports/statistics.h"
#include "tests/oracles/oracle.h"

enum { VALUES_MAX = 1000, EIGHT_DECIMALS = 8, FOUR_DECIMALS = 4 };

/* ---- the series of empyrical's tests ---- */

struct returns {
    double values[VALUES_MAX];
    int64_t count;
    double periods; /* a year */
};

static double periods_of(const char *word)
{
    switch (word == NULL ? 'D' : word[0]) {
    case 'W':
    case 'w': return 52;
    case 'M':
    case 'm': return 12;
    case 'A':
    case 'y': return 1;
    default: return 252;
    }
}

static void read_line(struct returns *out, const json_t *line)
{
    double first = oracle_double(json_array_get(line, 0));
    double last = oracle_double(json_array_get(line, 1));
    out->count = (int64_t)json_integer_value(json_array_get(line, 2));
    assert_true(out->count <= VALUES_MAX);
    for (int64_t i = 0; i < out->count; i++) {
        out->values[i] = first + (last - first) * (double)i / (double)(out->count - 1);
    }
}

static void read_values(struct returns *out, const json_t *values)
{
    out->count = (int64_t)json_array_size(values);
    assert_true(out->count <= VALUES_MAX);
    for (int64_t i = 0; i < out->count; i++) {
        out->values[i] = oracle_double(json_array_get(values, (size_t)i));
    }
}

/* A series by name or by value; false: it is a plain number. */
static bool read_series(const struct oracle *self, const char *key, struct returns *out)
{
    const json_t *source = json_object_get(self->inputs, key);
    const char *name = json_string_value(json_object_get(source, "series"));
    if (name != NULL) {
        const json_t *all = json_object_get(json_object_get(self->file, "fixed_inputs"), "series");
        source = json_object_get(all, name);
    }
    if (!json_is_object(source)) {
        return false;
    }
    out->periods = periods_of(json_string_value(json_object_get(source, "freq")));
    const json_t *line = json_object_get(source, "linspace");
    if (line != NULL) {
        read_line(out, line);
    } else {
        read_values(out, json_object_get(source, "values"));
    }
    return true;
}

/* What is asked: a figure of one series, of a series against a number, or of two series. */
struct question {
    const char *metric;
    struct returns returns, other;
    bool paired;
    double number; /* the plain number instead of a second series */
    double required;
};

static double input_number(const struct oracle *self, const char *key)
{
    const json_t *value = json_object_get(self->inputs, key);
    return json_is_number(value) ? json_number_value(value) : 0;
}

static void read_question(const struct oracle *self, struct question *out)
{
    static const char *const seconds[] = {"risk_free", "required_return", "factor_returns",
                                          "benchmark"};
    *out = (struct question){.metric = json_string_value(json_object_get(self->item, "metric"))};
    assert_true(read_series(self, "returns", &out->returns));
    const char *period = json_string_value(json_object_get(self->inputs, "period"));
    if (period != NULL) {
        out->returns.periods = periods_of(period);
    }
    for (size_t i = 0; i < ARRAY_COUNT(seconds); i++) {
        if (json_object_get(self->inputs, seconds[i]) == NULL) {
            continue;
        }
        if (read_series(self, seconds[i], &out->other)) {
            out->paired = true;
        } else if (strcmp(seconds[i], "required_return") == 0) {
            out->required = input_number(self, seconds[i]);
        } else {
            out->number = input_number(self, seconds[i]);
        }
    }
}

/* Sharpe, Sortino, downside risk and omega against a series: the excess, against zero. */
static void take_excess(struct question *question)
{
    if (!question->paired) {
        return;
    }
    int64_t count = question->returns.count;
    for (int64_t i = 0; i < count; i++) {
        question->returns.values[i] -= question->other.values[i];
    }
    question->paired = false;
}

/* The published tail ratio of the series with a missing first return is that of nine values, the
 * missing one 0 (their own code drops it and answers 0.9557; their test compares one decimal). */
static void missing_is_zero(struct returns *returns)
{
    for (int64_t i = 0; i < returns->count; i++) {
        returns->values[i] = isnan(returns->values[i]) ? 0 : returns->values[i];
    }
}

/* A plain number as a benchmark that never moves. */
static void make_pair(struct question *question)
{
    if (question->paired) {
        return;
    }
    question->other.count = question->returns.count;
    for (int64_t i = 0; i < question->returns.count; i++) {
        question->other.values[i] = question->number;
    }
}

/* ---- one figure ---- */

static double capture(const double *values, const double *benchmark, int64_t count, double periods)
{
    return returns_capture(values, benchmark, count, periods, BENCHMARK_UP) /
           returns_capture(values, benchmark, count, periods, BENCHMARK_DOWN);
}

static bool figure_alone(const struct question *q, const double *values, int64_t n, double *out)
{
    const char *metric = q->metric;
    const double periods = q->returns.periods;
    if (strcmp(metric, "max_drawdown") == 0) {
        *out = returns_max_drawdown(values, n);
    } else if (strcmp(metric, "annual_ret") == 0 || strcmp(metric, "cagr") == 0) {
        *out = returns_annual(values, n, periods);
    } else if (strcmp(metric, "annual_volatility") == 0) {
        *out = returns_volatility(values, n, periods);
    } else if (strcmp(metric, "calmar") == 0) {
        *out = returns_calmar(values, n, periods);
    } else if (strcmp(metric, "omega") == 0) {
        *out = returns_omega(values, n, q->number, q->required, periods);
    } else if (strcmp(metric, "sharpe_ratio") == 0) {
        *out = returns_sharpe(values, n, q->number, periods);
    } else if (strcmp(metric, "downside_risk") == 0) {
        *out = returns_downside_risk(values, n, q->required, periods);
    } else if (strcmp(metric, "sortino") == 0) {
        *out = returns_sortino(values, n, q->required, periods);
    } else if (strcmp(metric, "stability_of_timeseries") == 0) {
        *out = returns_stability(values, n);
    } else if (strcmp(metric, "tail_ratio") == 0) {
        *out = returns_tail_ratio(values, n);
    } else {
        return false;
    }
    return true;
}

static bool figure_paired(
    const struct question *q, const double *values, const double *other, int64_t n, double *out)
{
    const char *metric = q->metric;
    const double periods = q->returns.periods;
    if (strcmp(metric, "excess_sharpe") == 0) {
        *out = returns_excess_sharpe(values, other, n);
    } else if (strcmp(metric, "beta_fragility_heuristic") == 0) {
        *out = returns_beta_fragility(values, other, n);
    } else if (strcmp(metric, "capture_ratio") == 0) {
        *out = returns_capture(values, other, n, periods, BENCHMARK_ALL);
    } else if (strcmp(metric, "up_capture") == 0) {
        *out = returns_capture(values, other, n, periods, BENCHMARK_UP);
    } else if (strcmp(metric, "down_capture") == 0) {
        *out = returns_capture(values, other, n, periods, BENCHMARK_DOWN);
    } else if (strcmp(metric, "up_down_capture") == 0) {
        *out = capture(values, other, n, periods);
    } else if (strcmp(metric, "alpha") == 0) {
        *out = returns_alpha_beta(values, other, n, periods, BENCHMARK_ALL).alpha;
    } else if (strcmp(metric, "beta") == 0) {
        *out = returns_alpha_beta(values, other, n, periods, BENCHMARK_ALL).beta;
    } else {
        return false;
    }
    return true;
}

/* ---- figures that are arrays ---- */

static enum oracle_answer expect_number(const struct oracle *self, double actual, int decimals)
{
    double absolute = 1.5 * pow(10, -decimals);
    return oracle_close(self, "figure", actual, oracle_double(self->expected), 1e-9, absolute);
}

static enum oracle_answer
expect_item(const struct oracle *self, const json_t *expected, double actual, int decimals)
{
    double absolute = 1.5 * pow(10, -decimals);
    return oracle_close(self, "item", actual, oracle_double(expected), 1e-9, absolute);
}

static enum oracle_answer
expect_alpha_beta(const struct oracle *self, const json_t *expected, struct alpha_beta actual)
{
    return oracle_both(expect_item(self, json_array_get(expected, 0), actual.alpha, EIGHT_DECIMALS),
                       expect_item(self, json_array_get(expected, 1), actual.beta, EIGHT_DECIMALS));
}

static enum oracle_answer judge_compound(const struct oracle *self, const struct question *q)
{
    double curve[VALUES_MAX];
    double start = input_number(self, "starting_value");
    if (strcmp(q->metric, "cum_returns_final") == 0) {
        double total = returns_total(q->returns.values, q->returns.count);
        return expect_number(self, start > 0 ? start * (1 + total) : total, FOUR_DECIMALS);
    }
    returns_compound(q->returns.values, q->returns.count, start, curve);
    enum oracle_answer answer = ORACLE_PASSED;
    assert_int_equal(json_array_size(self->expected), q->returns.count);
    for (int64_t i = 0; i < q->returns.count; i++) {
        const json_t *expected = json_array_get(self->expected, (size_t)i);
        answer = oracle_both(answer, expect_item(self, expected, curve[i], FOUR_DECIMALS));
    }
    return answer;
}

/* A rolling figure is the figure over each window. Only the drawdowns are printed with four
 * decimals. */
static enum oracle_answer judge_rolling(const struct oracle *self, struct question *q)
{
    int64_t window = oracle_input(self, "window", 0);
    q->metric += strlen("roll_");
    int64_t windows = q->returns.count < window ? 0 : q->returns.count - window + 1;
    if (!json_is_array(self->expected)) {
        windows = 1; /* one window, printed as a bare number */
    } else {
        assert_int_equal(json_array_size(self->expected), windows);
    }
    enum oracle_answer answer = ORACLE_PASSED;
    for (int64_t i = 0; i < windows; i++) {
        const json_t *expected = json_is_array(self->expected)
                                     ? json_array_get(self->expected, (size_t)i)
                                     : self->expected;
        const double *values = q->returns.values + i;
        const double *other = q->other.values + i;
        if (strcmp(q->metric, "alpha_beta") == 0) {
            struct alpha_beta both =
                returns_alpha_beta(values, other, window, q->returns.periods, BENCHMARK_ALL);
            answer = oracle_both(answer, expect_alpha_beta(self, expected, both));
            continue;
        }
        double actual = 0;
        assert_true(figure_alone(q, values, window, &actual) ||
                    figure_paired(q, values, other, window, &actual));
        int decimals = strcmp(q->metric, "max_drawdown") == 0 ? FOUR_DECIMALS : EIGHT_DECIMALS;
        answer = oracle_both(answer, expect_item(self, expected, actual, decimals));
    }
    return answer;
}

enum oracle_answer oracle_empyrical(struct oracle *self)
{
    struct question question;
    read_question(self, &question);
    struct question *q = &question;
    if (strcmp(q->metric, "gpd_risk_estimates") == 0) {
        return oracle_not_offered(self, "no generalised Pareto fit of the tail (all cases say 0)");
    }
    if (strncmp(q->metric, "cum_returns", strlen("cum_returns")) == 0) {
        return judge_compound(self, q);
    }
    if (strncmp(q->metric, "roll_", strlen("roll_")) == 0) {
        return judge_rolling(self, q);
    }
    const char *pair = strstr(q->metric, "alpha_beta");
    if (pair != NULL) {
        enum benchmark_side side = q->metric[0] == 'u'
                                       ? BENCHMARK_UP
                                       : (q->metric[0] == 'd' ? BENCHMARK_DOWN : BENCHMARK_ALL);
        return expect_alpha_beta(self, self->expected,
                                 returns_alpha_beta(q->returns.values, q->other.values,
                                                    q->returns.count, q->returns.periods, side));
    }
    double actual = 0;
    make_pair(q);
    if (figure_paired(q, q->returns.values, q->other.values, q->returns.count, &actual)) {
        return expect_number(self, actual, EIGHT_DECIMALS);
    }
    take_excess(q);
    if (strcmp(q->metric, "tail_ratio") == 0) {
        missing_is_zero(&q->returns);
    }
    assert_true(figure_alone(q, q->returns.values, q->returns.count, &actual));
    return expect_number(self, actual, EIGHT_DECIMALS);
}

/* ---- backtrader: its fills through our books ---- */

/* Close of the last row of the price file that lies beside the cases. */
static int64_t last_close_e12(void)
{
    const char *folder = getenv("CERBERUS_DATA");
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/oracles/backtrader/eurostoxx_2006_daily.csv", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[256];
    char close[64] = "";
    while (fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "%*[^,],%*[^,],%*[^,],%*[^,],%63[^,]", close);
    }
    (void)fclose(file);
    int64_t price_e12 = 0;
    assert_int_equal(decimal_parse(close, strlen(close), 12, &price_e12), DECIMAL_OK);
    return price_e12;
}

static int64_t value_e8(enum side side, int64_t price_e12, int64_t size_e6)
{
    int64_t notional_e8 = 0;
    assert_true(margin_notional_e8(side, price_e12, size_e6, &notional_e8));
    return notional_e8;
}

/* Longs of one size, each bought and sold whole; the last one stays open. A flat commission a
 * fill. */
struct account {
    int64_t cash_e8;   /* start + realised - commissions */
    int64_t open_e8;   /* cost of what is open */
    int64_t equity_e8; /* marked at the last close */
    double profits[64];
    int64_t trades;
};

static struct account trade(const json_t *fills, int64_t size_e6, int64_t commission_e8)
{
    const json_t *buys = json_object_get(fills, "buyexec");
    const json_t *sells = json_object_get(fills, "sellexec");
    struct account account = {.cash_e8 = 10000 * ONE_E8};
    for (size_t i = 0; i < json_array_size(buys); i++) {
        account.open_e8 = value_e8(SIDE_BUY, oracle_scaled(json_array_get(buys, i), 12), size_e6);
        account.cash_e8 -= commission_e8;
        if (i == json_array_size(sells)) {
            break;
        }
        int64_t proceeds_e8 =
            value_e8(SIDE_SELL, oracle_scaled(json_array_get(sells, i), 12), size_e6);
        int64_t realised_e8 = proceeds_e8 - margin_release(account.open_e8, size_e6, size_e6);
        account.cash_e8 += realised_e8 - commission_e8;
        account.profits[account.trades++] = (double)(realised_e8 - 2 * commission_e8) / 1e8;
    }
    int64_t unrealised_e8 = 0;
    assert_true(margin_unrealised_e8(SIDE_LONG, size_e6, account.open_e8, last_close_e12(),
                                     &unrealised_e8));
    account.equity_e8 = account.cash_e8 + unrealised_e8;
    return account;
}

enum oracle_answer oracle_backtrader(struct oracle *self)
{
    /* Both styles trade at the same prices; only the first case lists them. */
    const json_t *first = json_array_get(json_object_get(self->file, "cases"), 0);
    const json_t *fills = json_object_get(first, "expected");
    bool futures = self->item == first;
    struct account account = trade(fills, (futures ? 10 : 1) * ONE_E6, futures ? 2 * ONE_E8 : 0);
    /* The margin of the future is 1,000; the share is paid in full. */
    int64_t free_e8 =
        futures ? account.equity_e8 - 1000 * ONE_E8 : account.cash_e8 - account.open_e8;
    enum oracle_answer answer = oracle_close(self, "value", (double)account.equity_e8 / 1e8,
                                             oracle_expected(self, "final_value"), 0, 0.005);
    answer = oracle_both(answer, oracle_close(self, "cash", (double)free_e8 / 1e8,
                                              oracle_expected(self, "final_cash"), 0, 0.005));
    if (!futures) {
        return answer;
    }
    double sqn = statistics_sqn(account.profits, account.trades, false);
    double yearly = (double)account.equity_e8 / 1e8 / 10000 - 1;
    answer =
        oracle_both(answer, oracle_close(self, "sqn", sqn, oracle_expected(self, "sqn"), 0, 1e-12));
    answer = oracle_both(answer, oracle_close(self, "year", yearly,
                                              oracle_expected(self, "year_2006_return"), 0, 1e-9));
    return oracle_both(answer, oracle_close(self, "trades", (double)account.trades,
                                            oracle_expected(self, "closed_trades"), 0, 0));
}
