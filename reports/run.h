/* run.h - one run as plain arrays: each table of the database read once, in order of time, and
 * nothing computed yet.
 * Laws     read-only. Texts are indices into `words`. Money, prices and sizes stay the integers
 *          of the store; doubles begin in figures.h.
 * Units    as in the store: _e12, _e8, _e6, ppm, _us.   Failure  an error of database.h.   Cost
 *          one pass a table. */
#ifndef REPORTS_RUN_H
#define REPORTS_RUN_H

#include "core/types.h"
#include "reports/database.h"
#include "reports/words.h"

struct run_signal {
    int64_t id, timestamp_us, source_line;
    int32_t source, token, verdict;
};

struct run_assessment {
    int64_t id, signal_id, timestamp_us, price_e12;
    int32_t token, bound, size_bound, leverage;
    bool approved, cached;
};

struct run_position {
    int64_t id, signal_id;
    int32_t token, source, exit_reason, status, margin_mode;
    enum side side;
    int32_t leverage;
    int64_t size_e6, entry_price_e12, liquidation_price_e12;
    int64_t margin_e8, realised_e8, fees_e8, funding_e8, favourable_e8, adverse_e8;
    int64_t opened_us, closed_us; /* closed 0: still open */
};

struct run_order {
    int64_t id, signal_id, position_id;
    int32_t token, type, state, reason;
    enum side side;
    bool reduce_only;
    int64_t price_e12, trigger_e12, size_e6, filled_e6;
    int64_t intent_us, ended_us;
};

struct run_fill {
    int64_t id, order_id, position_id;
    int32_t token, kind, liquidity;
    enum side side;
    int64_t price_e12, size_e6, fee_e8, timestamp_us;
};

/* A posting to the wallet. */
struct run_posting {
    int64_t amount_e8, position_id, timestamp_us;
    int32_t kind, token;
};

struct run_equity {
    int64_t timestamp_us, balance_e8, equity_e8, margin_used_e8, margin_available_e8, drawdown_ppm;
    int32_t open_positions;
    enum breaker_state breaker_state;
};

struct run_transition {
    int64_t timestamp_us, baseline_e8;
    int32_t scope, cause, actor;
    enum breaker_state from, to;
};

struct run_error {
    int64_t timestamp_us, line, count;
    int32_t category, severity, code, message, file;
};

struct run {
    /* the row of `runs`; the last one where a live account has several */
    int64_t id, seed, started_us, ended_us, events, executions;
    char *mode, *command, *config, *config_hash, *data_hash, *build, *status, *digest, *facts;
    struct words words;
    struct run_signal *signals;
    struct run_assessment *assessments;
    struct run_position *positions;
    struct run_order *orders;
    struct run_fill *fills;
    struct run_posting *postings;
    struct run_equity *equity;
    struct run_transition *transitions;
    struct run_error *errors;
    int64_t signal_count, assessment_count, position_count, order_count, fill_count, posting_count,
        equity_count, transition_count, error_count;
};

MUST_USE bool run_read(struct run *self, const char *path, struct error *error);
void run_release(struct run *self);
/* The text behind an index. */
const char *run_word(const struct run *self, int32_t index);
/* True when the run ended by itself; a database of a run that was killed says 'running' (a live
 * one may still go on). */
bool run_complete(const struct run *self);
bool run_position_closed(const struct run *self, const struct run_position *position);
/* realised - fees + funding. */
int64_t run_position_pnl_e8(const struct run_position *position);

#endif
