/* breaker_cells.h - the machinery inside the breaker: one cell a scope and index. Private to
 * core/breaker*.c and core/latch.c.
 * Acts        each trigger ends in one of four acts on a cell: a level measured, a latch, a
 *             pulse, a timed block.
 * Laws        one function turns what a cell holds into its state, and records the change. */
#ifndef CORE_BREAKER_CELLS_H
#define CORE_BREAKER_CELLS_H

#include "core/breaker.h"

enum { PLACE_SIDES = PLACE_SYMBOLS + INSTRUMENTS_MAX };
_Static_assert(PLACE_SIDES + 2 == BREAKER_CELLS, "a cell a scope and index");

/* Why a state changes: what was measured against what, by whom. */
struct breaker_finding {
    enum breaker_cause cause;
    int64_t value, limit, baseline_e8;
    const char *actor; /* NULL: the breaker itself */
};

enum { BREAKER_ESCALATION_MAX = 3 };

/* The state that follows from latch, soft causes and probation. */
enum breaker_state breaker_state_held(const struct breaker_cell *cell);
/* The laws of a cell. */
bool breaker_cell_sound(const struct breaker_cell *cell);
/* -1: there is no such scope. */
int32_t breaker_place(enum breaker_scope scope, int32_t index);
int32_t breaker_place_symbol(int32_t instrument); /* CHECKs the index */
int32_t breaker_place_strategy(int32_t strategy);
enum breaker_scope breaker_place_scope(int32_t place, int32_t *index);

static inline uint32_t breaker_bit(enum breaker_cause cause)
{
    return 1U << ((uint32_t)cause - 1U);
}
int64_t breaker_later(int64_t time_us, int64_t span_us); /* the sum, at most INSTANT_NEVER */

enum cooldown_class breaker_cause_class(enum breaker_cause cause);
bool breaker_cause_flattens(const struct settings *settings, enum breaker_cause cause);

/* value against self->levels[cause]: CAUTION, REDUCING, TRIPPED, and their ends. */
void breaker_measure(
    struct breaker *self, int64_t time_us, int32_t place, enum breaker_cause cause, int64_t value);
/* CAUTION alone, for losses: raised or cleared. */
void breaker_caution(struct breaker *self,
                     int64_t time_us,
                     int32_t place,
                     const struct breaker_finding *finding,
                     bool raised);
void breaker_latch_cell(struct breaker *self,
                        int64_t time_us,
                        int32_t place,
                        enum breaker_state state,
                        const struct breaker_finding *finding);
/* REDUCING for the dwell time. */
void breaker_pulse(struct breaker *self,
                   int64_t time_us,
                   int32_t place,
                   const struct breaker_finding *finding);
/* No entries until until_us. */
void breaker_block(struct breaker *self,
                   int32_t place,
                   int64_t time_us,
                   int64_t until_us,
                   const struct breaker_finding *finding);
/* A timed trigger that touches the scope without blocking it whole: its probation counts anew. */
void breaker_restart_probation(struct breaker *self, int64_t time_us, int32_t place);
void breaker_count_trade(struct breaker *self, int64_t time_us, int32_t place);
/* The approved reset. */
void breaker_enter_probation(struct breaker *self,
                             int64_t time_us,
                             int32_t place,
                             const char *actor);
/* Time will end something in the cell at that instant; INSTANT_NEVER: nothing. */
void breaker_wait(struct breaker *self, int32_t place, int64_t due_us);
/* Everything that time ends; answers when the next may end. */
int64_t breaker_tick_cell(struct breaker *self, int64_t time_us, int32_t place);
void breaker_record(struct breaker *self, const struct breaker_transition *transition);

/* core/breaker_loss.c, for the tick and the reset. */
void breaker_judge_losses(struct breaker *self, int64_t time_us);
void breaker_look_again(struct breaker *self, int64_t time_us);
void breaker_raise_levels(struct breaker *self);
void breaker_quiet_band(struct breaker *self);
void breaker_symbol_window(struct breaker_symbol *symbol);
void breaker_forget_symbol(struct breaker *self, int64_t time_us, int32_t instrument);
/* core/breaker_pairs.c */
void breaker_pair_result(struct breaker *self, int64_t time_us, const struct breaker_trade *trade);
int64_t breaker_tick_pairs(struct breaker *self, int64_t time_us);
int64_t
breaker_pair_blocked_until(const struct breaker *self, int32_t strategy, int32_t instrument);
void breaker_index_pairs(struct breaker *self);

#endif
