/* run.h - one simulated run from inputs to a finished database, and what came of it in a few figures.
 * Failure  false and an error: 1 when core and exchange disagree, 4 when the store fails; the database then says so
 *          (status failed, or running when it could not even be written). */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include "core/digest.h"
#include "data/market.h"
#include "data/signals_csv.h"
#include "sim/exchange/session.h"
#include "sim/exchange/simulation.h"

/* What two runs over the two ends of the intrabar paths enclose. */
struct run_bounds {
    int64_t profit_low_e8, profit_high_e8;
    int64_t liquidations_low, liquidations_high;
};

/* The run over the other intrabar paths, asked for at the end of this one: it may still be on its way, and is waited for. */
struct run_other {
    void *self;
    const struct run_result *(*result)(
        void *self); /* NULL: there is none; answers NULL: it failed */
};

struct run_inputs {
    const struct market *market;
    const struct signals_file *signals;
    struct simulation *simulation;
    const char *command;
    struct run_other other; /* for this one's facts */
    int64_t seed;
    bool progress; /* a line on standard error when it is a terminal */
};

struct run_result {
    int64_t events, comparisons, records;
    int64_t signals, approvals, trades_won, trades_lost, entries_unfilled;
    int64_t liquidations, denied_latched, resets;
    int64_t verdicts[VERDICT_COUNT]; /* signals of each */
    int64_t start_balance_e8, final_balance_e8, max_drawdown_ppm;
    int64_t fees_e8, funding_e8;           /* fees positive = cost, funding negative = paid */
    int64_t first_latch_us;                /* 0: never latched */
    int64_t served_us[FIDELITY_DEPTH + 1]; /* all symbols: how long each kind of data made prices */
    int64_t depth_gaps, depth_skipped;     /* breaks in the order of the books; messages left out */
    bool ticks;                            /* there were any */
    bool latched_at_end;
    char digest[DIGEST_BYTES];
    int64_t seconds_e6; /* wall time of the run itself */
};

struct run_bounds run_bounds(const struct run_result *one, const struct run_result *other);

MUST_USE bool run_simulation(struct run_result *result,
                             const struct run_inputs *inputs,
                             const char *database,
                             bool force,
                             struct error *error);

#endif
