/* whatif_side.h - one of the two sessions that a what-if runs beside each other over the same inputs: mock exchange and core
 * under one configuration, with what is asked of it afterwards: the digest of each step and the actions of the last input,
 * the decision on the last signal, the money.
 * Laws     what paper's session does with an input, this one does: the same calls in the same order (live/paper.c).
 * Failure  false and an error: exit 1 when the books differ, 3 for prices that are no market's, 4 for memory. */
#ifndef SIM_WHATIF_SIDE_H
#define SIM_WHATIF_SIDE_H

#include "data/journal.h"
#include "sim/exchange/session.h"
#include "sim/exchange/simulation.h"

/* What a journal holds of an action; its text is journal_action_text()'s. */
struct whatif_act {
    int32_t kind, instrument;
    int64_t time_us;
    struct journal_words words;
};

struct whatif_decision {
    int64_t signal_id; /* 0: none yet */
    int64_t time_us;
    char token[SYMBOL_BYTES], source[SOURCE_BYTES];
    int32_t instrument;
    enum verdict verdict;
    bool assessed; /* else: refused before any check, the rest is zero */
    struct assessment assessment;
};

enum whatif_figure {
    WHATIF_BALANCE,
    WHATIF_PROFIT,
    WHATIF_EQUITY,
    WHATIF_FEES,
    WHATIF_FUNDING,
    WHATIF_TRADES,
    WHATIF_WON,
    WHATIF_LOST,
    WHATIF_LIQUIDATIONS,
    WHATIF_DRAWDOWN,
    WHATIF_FIGURES
};

struct whatif_side {
    struct simulation simulation;
    struct session session;
    struct store_port database; /* record NULL: none */
    bool opened, failed;        /* failed: no memory */
    struct whatif_decision decision;
    /* of the last input */
    struct whatif_act *acts;
    int32_t act_count, act_capacity;
    uint64_t *digests; /* after each step */
    int32_t step_count, step_capacity;
};

/* Its configuration stands in simulation, restored; instruments and database are borrowed for life. */
MUST_USE bool whatif_side_open(struct whatif_side *self,
                               const struct instruments *instruments,
                               const struct store_port *database,
                               struct error *error);
void whatif_side_release(struct whatif_side *self); /* of all zero: nothing */
/* first_us: when the session began. */
MUST_USE bool whatif_side_take(struct whatif_side *self,
                               const struct journal_input *input,
                               int64_t first_us,
                               struct error *error);
/* Money _e8, drawdown in parts per million, the rest counts. */
int64_t whatif_side_figure(const struct whatif_side *self, enum whatif_figure figure);

#endif
