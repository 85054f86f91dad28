#include "sim/outcome.h"

#include <inttypes.h>

#include "core/fixed.h"
#include "core/instant.h"

enum { REASONS_NAMED = 4, REASONS_TOLD = 6, PPM_PER_PERCENT = 10000, MONEY_BYTES = 32 };

/* ---- words ---- */

static const char *money(int64_t money_e8, char out[MONEY_BYTES])
{
    int64_t cents = (money_e8 < 0 ? money_e8 - ONE_E6 / 2 : money_e8 + ONE_E6 / 2) / ONE_E6;
    int64_t size = cents < 0 ? -cents : cents;
    (void)snprintf(out, MONEY_BYTES, "%s%" PRId64 ".%02" PRId64, cents < 0 ? "-" : "", size / 100,
                   size % 100);

    return out;
}

/* A share of parts in percent with two decimals, half away from zero; "n/a" of nothing. */
static const char *percent(int64_t part, int64_t whole, char out[MONEY_BYTES])
{
    if (whole <= 0) {
        return "n/a";
    }
    wide_t scaled = (wide_t)part * PPM_PER_PERCENT;
    wide_t half = part < 0 ? -(wide_t)whole / 2 : (wide_t)whole / 2;
    int64_t hundredths = (int64_t)((scaled + half) / whole);
    int64_t size = hundredths < 0 ? -hundredths : hundredths;
    (void)snprintf(out, MONEY_BYTES, "%s%" PRId64 ".%02" PRId64 " %%", hundredths < 0 ? "-" : "",
                   size / 100, size % 100);

    return out;
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- reasons ---- */

/* The refusal that comes next by number of signals, ties by precedence; VERDICT_COUNT: no more. */
static int next_reason(const struct run_result *result, int64_t at_most, int after)
{
    int next = VERDICT_COUNT;
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        int64_t count = result->verdicts[verdict];
        bool left = count > 0 && !verdict_approved((enum verdict)verdict) &&
                    (count < at_most || (count == at_most && verdict > after));
        if (left && (next == VERDICT_COUNT || count > result->verdicts[next])) {
            next = verdict;
        }
    }
    return next;
}

static int64_t refused(const struct run_result *result)
{
    return result->signals - result->verdicts[VERDICT_APPROVED] -
           result->verdicts[VERDICT_CLOSE_APPROVED];
}

static void print_decided(const struct run_result *result, FILE *stream)
{
    int64_t left = refused(result);
    (void)fprintf(stream,
                  "decided    %" PRId64 " signals: %" PRId64 " to open a position, %" PRId64
                  " to close one, %" PRId64 " rejected",
                  result->signals, result->verdicts[VERDICT_APPROVED],
                  result->verdicts[VERDICT_CLOSE_APPROVED], left);
    int reason = next_reason(result, INT64_MAX, -1);
    for (int named = 0; named < REASONS_NAMED && reason < VERDICT_COUNT; named++) {
        int64_t count = result->verdicts[reason];
        (void)fprintf(stream, "%s %s %" PRId64, named == 0 ? ":" : ",", verdict_code(reason),
                      count);
        left -= count;
        reason = next_reason(result, count, reason);
    }
    if (reason < VERDICT_COUNT) {
        (void)fprintf(stream, ", other %" PRId64, left);
    }
    (void)fputc('\n', stream);
}

/* Zero trades: never a silence. */
static void print_no_trades(const struct run_result *result, FILE *stream)
{
    if (result->signals == 0) {
        (void)fprintf(stream, "NO TRADES  there was no signal to decide on: see bad rows, "
                              "--timerange and the signals file\n");
        return;
    }
    (void)fprintf(stream, "NO TRADES  none of %" PRId64 " signal%s became a trade. Why:\n",
                  result->signals, plural(result->signals));
    int reason = next_reason(result, INT64_MAX, -1);
    for (int told = 0; told < REASONS_TOLD && reason < VERDICT_COUNT; told++) {
        int64_t count = result->verdicts[reason];
        (void)fprintf(stream, "%10" PRId64 "  %s: %s\n", count, verdict_code(reason),
                      verdict_sentence(reason));
        reason = next_reason(result, count, reason);
    }
    if (result->entries_unfilled > 0) {
        (void)fprintf(
            stream,
            "%10" PRId64
            "  approved, but no price or volume filled the entry before its time ran out\n",
            result->entries_unfilled);
    }
}

/* ---- lines ---- */

static void print_profit(const struct run_result *result, FILE *stream)
{
    char words[3][MONEY_BYTES];
    char share[MONEY_BYTES];
    int64_t profit_e8 = result->final_balance_e8 - result->start_balance_e8;
    (void)fprintf(stream, "profit     %s USDT (%s): balance %s to %s\n", money(profit_e8, words[0]),
                  percent(profit_e8, result->start_balance_e8, share),
                  money(result->start_balance_e8, words[1]),
                  money(result->final_balance_e8, words[2]));
    (void)fprintf(stream, "drawdown   worst %s of the peak, open positions included\n",
                  percent(result->max_drawdown_ppm, ONE_E6, share));
}

static void print_trades(const struct run_result *result, FILE *stream)
{
    char share[MONEY_BYTES];
    int64_t trades = result->trades_won + result->trades_lost;
    (void)fprintf(stream,
                  "trades     %" PRId64 ": %" PRId64 " won, %" PRId64
                  " lost (win rate %s), %" PRId64 " liquidation%s",
                  trades, result->trades_won, result->trades_lost,
                  percent(result->trades_won, trades, share), result->liquidations,
                  plural(result->liquidations));
    if (result->entries_unfilled > 0) {
        (void)fprintf(stream, ", %" PRId64 " entries never filled", result->entries_unfilled);
    }
    (void)fputc('\n', stream);
}

static void print_costs(const struct run_result *result, FILE *stream)
{
    char fees[MONEY_BYTES];
    char funding[MONEY_BYTES];
    int64_t paid_e8 = -result->funding_e8;
    (void)fprintf(stream, "costs      fees %s, funding %s %s USDT\n", money(result->fees_e8, fees),
                  paid_e8 < 0 ? "received" : "paid",
                  money(paid_e8 < 0 ? -paid_e8 : paid_e8, funding));
}

static void print_breaker(const struct run_result *result, FILE *stream)
{
    if (result->first_latch_us == 0) {
        (void)fprintf(stream, "breaker    never latched\n");
        return;
    }
    char latch[INSTANT_BYTES] = "";
    (void)instant_format(result->first_latch_us, latch);
    (void)fprintf(stream,
                  "breaker    first latch %s, %" PRId64 " reset%s, %" PRId64
                  " signal%s denied under a latch%s\n",
                  latch, result->resets, plural(result->resets), result->denied_latched,
                  plural(result->denied_latched),
                  result->latched_at_end ? ", still latched at the end" : "");
}

static void print_served(const struct run_result *result, FILE *stream)
{
    int64_t whole_us = 0;
    const char *comma = "";
    char share[MONEY_BYTES];
    for (int kind = FIDELITY_BARS; kind <= FIDELITY_DEPTH; kind++) {
        whole_us += result->served_us[kind];
    }
    if (whole_us == 0) {
        return; /* one instant */
    }
    (void)fprintf(stream, "fidelity   ");
    for (int kind = FIDELITY_BARS; kind <= FIDELITY_DEPTH; kind++) {
        if (result->served_us[kind] > 0) {
            (void)fprintf(stream, "%s%s %s", comma, fidelity_text(kind),
                          percent(result->served_us[kind], whole_us, share));
            comma = ", ";
        }
    }
    (void)fprintf(stream, " of the time\n");
}

/* What made the prices, in parts of the time of all symbols; nothing on bars alone. */
static void print_fidelity(const struct run_result *result, FILE *stream)
{
    if (!result->ticks) {
        return;
    }
    print_served(result, stream);
    if (result->depth_gaps > 0 || result->depth_skipped > 0) {
        (void)fprintf(stream,
                      "depth      %" PRId64 " gap%s in the order of the books' messages, %" PRId64
                      " message%s not applied: quotes or trades serve until the next snapshot\n",
                      result->depth_gaps, plural(result->depth_gaps), result->depth_skipped,
                      plural(result->depth_skipped));
    }
}

void outcome_print(const struct run_result *result, const char *database, FILE *stream)
{
    if (result->trades_won + result->trades_lost == 0) {
        print_no_trades(result, stream);
    } else {
        print_profit(result, stream);
        print_trades(result, stream);
        print_costs(result, stream);
        print_decided(result, stream);
    }
    print_breaker(result, stream);
    print_fidelity(result, stream);
    (void)fprintf(stream, "books      core and exchange equal at %" PRId64 " comparisons\n",
                  result->comparisons);
    (void)fprintf(stream,
                  "digest     %s over %" PRId64 " events, %" PRId64 " records in %" PRId64
                  ".%03" PRId64 " s\n",
                  result->digest, result->events, result->records, result->seconds_e6 / 1000000,
                  result->seconds_e6 / 1000 % 1000);
    (void)fprintf(stream, "database   %s\n", database);
    (void)fprintf(
        stream,
        "next       cerberus-report %s --out report     pictures and tables in report/index.html\n",
        database);
    if (result->signals > 0) {
        (void)fprintf(
            stream,
            "           cerberus-report why %s --signal 1   the whole story of one signal\n",
            database);
    }
}

/* ---- bounds ---- */

void outcome_bounds_print(const struct run_bounds *bounds, FILE *stream)
{
    char low[MONEY_BYTES];
    char high[MONEY_BYTES];
    (void)fprintf(stream,
                  "profit     from %s to %s USDT, whichever way the price moved within its bars\n",
                  money(bounds->profit_low_e8, low), money(bounds->profit_high_e8, high));
    (void)fprintf(stream, "liquidated from %" PRId64 " to %" PRId64 "\n", bounds->liquidations_low,
                  bounds->liquidations_high);
}

/* ---- JSON ---- */

static json_t *money_json(int64_t money_e8)
{
    char text[DECIMAL_BYTES];
    (void)decimal_format(money_e8, 8, text);

    return json_string(text);
}

static json_t *reasons_json(const struct run_result *result)
{
    json_t *object = json_object();
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (result->verdicts[verdict] > 0 && !verdict_approved((enum verdict)verdict)) {
            (void)json_object_set_new(object, verdict_code(verdict),
                                      json_integer((json_int_t)result->verdicts[verdict]));
        }
    }
    return object;
}

static void set_count(json_t *object, const char *name, int64_t value)
{
    (void)json_object_set_new(object, name, json_integer((json_int_t)value));
}

static json_t *served_json(const struct run_result *result)
{
    json_t *object = json_object();
    for (int kind = FIDELITY_BARS; kind <= FIDELITY_DEPTH; kind++) {
        set_count(object, fidelity_text(kind), result->served_us[kind]);
    }
    return object;
}

json_t *outcome_json(const struct run_result *result, const char *database)
{
    json_t *object = json_object();
    (void)json_object_set_new(object, "database", json_string(database));
    (void)json_object_set_new(object, "digest", json_string(result->digest));
    set_count(object, "events", result->events);
    set_count(object, "comparisons", result->comparisons);
    set_count(object, "signals", result->signals);
    set_count(object, "approved", result->approvals);
    set_count(object, "closing", result->verdicts[VERDICT_CLOSE_APPROVED]);
    set_count(object, "won", result->trades_won);
    set_count(object, "lost", result->trades_lost);
    set_count(object, "entries_unfilled", result->entries_unfilled);
    set_count(object, "liquidations", result->liquidations);
    (void)json_object_set_new(object, "starting_balance", money_json(result->start_balance_e8));
    (void)json_object_set_new(object, "final_balance", money_json(result->final_balance_e8));
    (void)json_object_set_new(object, "profit",
                              money_json(result->final_balance_e8 - result->start_balance_e8));
    (void)json_object_set_new(object, "fees", money_json(result->fees_e8));
    (void)json_object_set_new(object, "funding", money_json(result->funding_e8));
    set_count(object, "max_drawdown_ppm", result->max_drawdown_ppm);
    set_count(object, "first_latch_us", result->first_latch_us);
    set_count(object, "resets", result->resets);
    set_count(object, "denied_under_latch", result->denied_latched);
    (void)json_object_set_new(object, "served_us", served_json(result));
    set_count(object, "depth_gaps", result->depth_gaps);
    (void)json_object_set_new(object, "rejected", reasons_json(result));

    return object;
}
