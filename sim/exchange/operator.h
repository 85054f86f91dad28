/* operator.h - the operator of a simulated run: performs the reset protocol as events, so that a latch never silently ends a
 * backtest (DESIGN 3). A part of the input: its commands go through the core's own reset path and are recorded as such.
 * Models   after_cooldown: a reset is requested as soon as the minimum cool-down of the latch's class has passed;
 *          reset_after: a fixed time after the latch (never before the cool-down); none: the latch stays.
 * Dual control is honoured: "operator-model" requests, "admin-model" approves, at the same instant. */
#ifndef SIM_EXCHANGE_OPERATOR_H
#define SIM_EXCHANGE_OPERATOR_H

#include "core/engine.h"
#include "sim/exchange/exchange.h"

enum operator_step { OPERATOR_REQUESTS, OPERATOR_APPROVES, OPERATOR_REBASES };

struct operator_model {
    const struct engine *engine;
    int64_t model, reset_after_us;
    bool rebase;
    enum operator_step step;
    struct breaker_latch latch;   /* the one being reset */
    int32_t place;                /* its cell of the breaker */
    struct event_command command; /* storage of the event that is out */
    uint64_t epoch_seen;          /* of the breaker when cached_us was found */
    int64_t cached_us;            /* when the next reset is wanted */
    int64_t not_before_us
        [BREAKER_CELLS]; /* a reset may be refused: the next try is later, the others' is not */
};

void operator_init(struct operator_model *self,
                   const struct engine *engine,
                   const struct exchange_settings *settings);
int64_t operator_next_time_anew(struct operator_model *self);
/* When it wants to act next; INSTANT_NEVER: not. Asked before each event: while the breaker does not move, neither does the
 * answer. */
static inline int64_t operator_next_time(struct operator_model *self)
{
    if (self->step == OPERATOR_REQUESTS &&
        self->epoch_seen == breaker_epoch(&self->engine->breaker)) {
        return self->cached_us;
    }
    return operator_next_time_anew(self);
}
/* The command due at or before until_us: true. */
bool operator_next(struct operator_model *self, int64_t until_us, struct event *out);

#endif
