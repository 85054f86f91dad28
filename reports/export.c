#include "reports/export.h"

#include <math.h>
#include <stdlib.h>

#include "core/fixed.h"
#include "core/instant.h"
#include "reports/memory.h"

static bool save(struct buffer *out, const char *folder, const char *file, struct error *error)
{
    struct buffer path;

    buffer_init(&path);
    buffer_format(&path, "%s/%s", folder, file);
    bool saved = buffer_save(out, path.bytes, error);
    buffer_release(&path);
    buffer_release(out);
    return saved;
}

static void put_fixed(struct buffer *out, int64_t value, unsigned scale)
{
    char text[DECIMAL_BYTES];

    (void)decimal_format(value, scale, text);
    buffer_format(out, ",%s", text);
}

static void put_instant(struct buffer *out, int64_t us)
{
    char text[INSTANT_BYTES];

    buffer_add(out, ",");
    if (us > 0) {
        (void)instant_format(us, text);
        buffer_add(out, text);
    }
}

static void put_word(struct buffer *out, const char *word)
{
    buffer_add(out, ",");
    buffer_csv(out, word);
}

static void put_double(struct buffer *out, double value)
{
    buffer_add(out, ",");
    if (isfinite(value)) {
        buffer_format(out, "%.17g", value);
    }
}

static void trade_row(struct buffer *out, const struct run *run, const struct trade *trade)
{
    const struct run_position *position = trade->position;

    buffer_format(out, "%lld,%lld", (long long)position->id, (long long)position->signal_id);
    put_word(out, run_word(run, position->token));
    put_word(out, run_word(run, position->source));
    put_word(out, side_position_text((int)position->side));
    buffer_format(out, ",%d", (int)position->leverage);
    put_fixed(out, position->size_e6, 6);
    put_fixed(out, position->entry_price_e12, 12);
    put_double(out, trade->exit_price);
    put_instant(out, position->opened_us);
    put_instant(out, position->closed_us);
    buffer_format(out, ",%.6f", (double)trade->duration_us / 1e6);
    put_fixed(out, position->margin_e8, 8);
    put_fixed(out, position->realised_e8, 8);
    put_fixed(out, position->fees_e8, 8);
    put_fixed(out, position->funding_e8, 8);
    put_fixed(out, run_position_pnl_e8(position), 8);
    put_double(out, trade->ratio);
    put_fixed(out, position->favourable_e8, 8);
    put_fixed(out, position->adverse_e8, 8);
    put_fixed(out, position->liquidation_price_e12, 12);
    put_word(out, run_word(run, position->exit_reason));
    buffer_add(out, "\n");
}

bool export_trades(const struct summary_input *input, const char *folder, struct error *error)
{
    struct buffer out;

    buffer_init(&out);
    buffer_add(
        &out,
        "position_id,signal_id,pair,enter_tag,side,leverage,size,open_rate,close_rate,open_date,"
        "close_date,"
        "duration_s,stake_amount,realised_pnl,fees,funding,profit_abs,profit_ratio,max_favourable,"
        "max_adverse,liquidation_price,exit_reason\n");
    for (int64_t i = 0; i < input->figures->trade_count; i++) {
        trade_row(&out, input->run, &input->figures->trades[i]);
    }
    return save(&out, folder, "trades.csv", error);
}

bool export_equity(const struct run *run, const char *folder, struct error *error)
{
    struct buffer out;

    buffer_init(&out);
    buffer_add(&out, "timestamp_us,time,balance,equity,margin_used,margin_available,drawdown,open_"
                     "positions,breaker_state\n");
    for (int64_t i = 0; i < run->equity_count; i++) {
        const struct run_equity *row = &run->equity[i];
        buffer_format(&out, "%lld", (long long)row->timestamp_us);
        put_instant(&out, row->timestamp_us);
        put_fixed(&out, row->balance_e8, 8);
        put_fixed(&out, row->equity_e8, 8);
        put_fixed(&out, row->margin_used_e8, 8);
        put_fixed(&out, row->margin_available_e8, 8);
        put_fixed(&out, row->drawdown_ppm, 6);
        buffer_format(&out, ",%d,%s\n", (int)row->open_positions,
                      breaker_state_text((int)row->breaker_state));
    }
    return save(&out, folder, "equity.csv", error);
}

/* ---- metrics.json ---- */

static void member(struct buffer *out, const char *name, double value)
{
    buffer_format(out, "    \"%s\": ", name);
    if (isfinite(value)) {
        buffer_format(out, "%.17g,\n", value);
    } else {
        buffer_add(out, "null,\n");
    }
}

/* Drops the comma of the last member and closes its object. */
static void close_object(struct buffer *out, const char *end)
{
    if (buffer_cut(out, ",\n")) {
        buffer_add(out, "\n");
    }
    buffer_add(out, end);
}

static void member_text(struct buffer *out, const char *name, const char *value)
{
    buffer_format(out, "    \"%s\": ", name);
    buffer_json(out, value);
    buffer_add(out, ",\n");
}

static void metrics_run(struct buffer *out, const struct summary_input *input)
{
    const struct run *run = input->run;

    buffer_add(out, "  \"run\": {\n");
    member_text(out, "mode", run->mode);
    member_text(out, "status", run->status);
    member_text(out, "command", run->command);
    member_text(out, "config_hash", run->config_hash);
    member_text(out, "data_hash", run->data_hash);
    member_text(out, "digest", run->digest);
    member_text(out, "build", run->build);
    buffer_format(out, "    \"complete\": %s,\n", run_complete(run) ? "true" : "false");
    buffer_format(out, "    \"seed\": %lld,\n    \"events\": %lld,\n", (long long)run->seed,
                  (long long)run->events);
    buffer_format(out, "    \"first_us\": %lld,\n    \"last_us\": %lld,\n    \"days\": %lld,\n",
                  (long long)input->figures->first_us, (long long)input->figures->last_us,
                  (long long)input->figures->window_days);
    close_object(out, "  },\n");
}

static void metrics_account(struct buffer *out, const struct figures *f)
{
    buffer_add(out, "  \"account\": {\n");
    member_text(out, "currency", f->quote);
    member(out, "starting_balance", f->start);
    member(out, "final_balance", f->final);
    member(out, "fees", f->fees);
    member(out, "funding", f->funding);
    member(out, "liquidations", (double)f->liquidations);
    member(out, "open_positions", (double)f->open_count);
    member(out, "max_drawdown_marked", f->drawdown_max);
    member(out, "effective_leverage_max", f->leverage_max);
    member(out, "margin_ratio_max", f->margin_ratio_max);
    member(out, "market_change", f->market_change);
    close_object(out, "  },\n");
}

static void metrics_trades(struct buffer *out, const struct trade_statistics *s)
{
    buffer_add(out, "  \"closed_trades\": {\n");
    member(out, "trades", (double)s->trades);
    member(out, "wins", (double)s->wins);
    member(out, "draws", (double)s->draws);
    member(out, "losses", (double)s->losses);
    member(out, "profit_total_abs", s->total);
    member(out, "profit_total", s->total_ratio);
    member(out, "profit_factor", s->profit_factor);
    member(out, "winrate", s->win_rate);
    member(out, "expectancy", s->expectancy);
    member(out, "expectancy_ratio", s->expectancy_ratio);
    member(out, "sharpe", s->sharpe);
    member(out, "sortino", s->sortino);
    member(out, "calmar", s->calmar);
    member(out, "cagr", s->cagr);
    member(out, "sqn_sample", s->sqn_sample);
    member(out, "sqn_population", s->sqn_population);
    member(out, "max_drawdown_abs", s->drawdown);
    member(out, "max_drawdown_account", s->drawdown_account);
    member(out, "max_relative_drawdown", s->underwater);
    member(out, "balance_min", s->balance_min);
    member(out, "balance_max", s->balance_max);
    close_object(out, "  },\n");
}

static void metrics_days(struct buffer *out, const struct daily_statistics *s)
{
    buffer_add(out, "  \"daily_returns\": {\n");
    member(out, "days", (double)s->days);
    member(out, "total_return", s->total);
    member(out, "cagr", s->cagr);
    member(out, "volatility", s->volatility);
    member(out, "sharpe", s->sharpe);
    member(out, "smart_sharpe", s->smart_sharpe);
    member(out, "sortino", s->sortino);
    member(out, "adjusted_sortino", s->adjusted_sortino);
    member(out, "calmar", s->calmar);
    member(out, "max_drawdown", s->max_drawdown);
    member(out, "ulcer_index", s->ulcer);
    member(out, "upi", s->ulcer_performance);
    member(out, "serenity", s->serenity);
    member(out, "var_95", s->value_at_risk);
    member(out, "cvar_95", s->conditional_value_at_risk);
    member(out, "omega", s->omega);
    member(out, "gain_to_pain", s->gain_to_pain);
    member(out, "payoff", s->payoff);
    member(out, "win_rate", s->win_rate);
    member(out, "kelly", s->kelly);
    member(out, "tail_ratio", s->tail);
    member(out, "recovery_factor", s->recovery);
    member(out, "risk_of_ruin", s->risk_of_ruin);
    member(out, "exposure", s->exposure);
    member(out, "skew", s->skew);
    member(out, "excess_kurtosis", s->kurtosis);
    member(out, "psr", s->probabilistic_sharpe);
    member(out, "psr_quantstats", s->probabilistic_sharpe_library);
    member(out, "best_day", s->best);
    member(out, "worst_day", s->worst);
    close_object(out, "  },\n");
}

static void metrics_signals(struct buffer *out, const struct run *run)
{
    int64_t *counts = memory_array(run->words.count, sizeof(int64_t));

    for (int64_t i = 0; i < run->signal_count; i++) {
        counts[run->signals[i].verdict]++;
    }
    buffer_format(out, "  \"signals\": {\n    \"total\": %lld,\n    \"verdicts\": {",
                  (long long)run->signal_count);
    const char *gap = "\n";
    for (int32_t word = 0; word < run->words.count; word++) {
        if (counts[word] > 0) {
            buffer_format(out, "%s      ", gap);
            buffer_json(out, run_word(run, word));
            buffer_format(out, ": %lld", (long long)counts[word]);
            gap = ",\n";
        }
    }
    buffer_add(out, "\n    }\n  },\n");
    free(counts);
}

static void metrics_breaker(struct buffer *out, const struct breaker_figures *breaker)
{
    buffer_add(out, "  \"breaker\": {\n");
    if (breaker->first_latch_us > 0) {
        buffer_format(out, "    \"first_latch_us\": %lld,\n", (long long)breaker->first_latch_us);
    } else {
        buffer_add(out, "    \"first_latch_us\": null,\n");
    }
    buffer_format(out, "    \"resets\": %lld,\n    \"denied_under_latch\": %lld,\n",
                  (long long)breaker->resets, (long long)breaker->denied);
    for (int state = 0; state < BREAKER_STATES; state++) {
        buffer_format(out, "    \"seconds_%s\": %.6f,\n", breaker_state_text(state),
                      (double)breaker->state_us[state] / 1e6);
    }
    close_object(out, "  }\n");
}

void export_metrics_text(const struct summary_input *input, struct buffer *out)
{
    buffer_add(out, "{\n");
    metrics_run(out, input);
    metrics_account(out, input->figures);
    metrics_trades(out, &input->figures->closed);
    metrics_days(out, &input->figures->daily);
    metrics_signals(out, input->run);
    metrics_breaker(out, &input->figures->breaker);
    buffer_add(out, "}\n");
}

bool export_metrics(const struct summary_input *input, const char *folder, struct error *error)
{
    struct buffer out;

    buffer_init(&out);
    export_metrics_text(input, &out);
    return save(&out, folder, "metrics.json", error);
}
