#include "sim/exchange/operator.h"

#include <string.h>

#include "core/instant.h"

/* A refused reset (a cause that still stands, as the stale feed of a market that has ended) is asked for again after this time;
 * the other latches do not wait for it. */
#define ASK_AGAIN_US US_PER_HOUR

void operator_init(struct operator_model *self,
                   const struct engine *engine,
                   const struct exchange_settings *settings)
{
    memset(self, 0, sizeof(*self));
    self->engine = engine;
    self->model = settings->operator;
    self->reset_after_us = settings->reset_after;
    self->rebase = settings->operator_rebase != 0;
    self->cached_us = INSTANT_NEVER;
}

static int64_t
wants_at(const struct operator_model *self, const struct breaker_latch *latch, int32_t place)
{
    int64_t not_before_us = self->not_before_us[place];
    int64_t from_us = latch->reset_from_us;
    int64_t after_us = latch->since_us + self->reset_after_us;
    if (self->model == OPERATOR_RESET_AFTER && after_us > from_us) {
        from_us = after_us;
    }
    return from_us > not_before_us ? from_us : not_before_us;
}

/* The latch to be reset first, its cell, and when; false: nothing is latched. */
static bool next_latch(const struct operator_model *self,
                       struct breaker_latch *out,
                       int32_t *place,
                       int64_t *at_us)
{
    struct breaker_latch latch;
    int32_t cursor = 0;
    *at_us = INSTANT_NEVER;
    while (breaker_next_latch(&self->engine->breaker, &cursor, &latch)) {
        int64_t wants_us = wants_at(self, &latch, cursor - 1);
        if (wants_us < *at_us) {
            *at_us = wants_us;
            *place = cursor - 1;
            *out = latch;
        }
    }
    return *at_us != INSTANT_NEVER;
}

/* Finds the next wish anew when the breaker has moved. */
static void look_again(struct operator_model *self)
{
    if (self->epoch_seen == breaker_epoch(&self->engine->breaker)) {
        return;
    }
    struct breaker_latch latch;
    int32_t place = 0;
    self->epoch_seen = breaker_epoch(&self->engine->breaker);
    (void)next_latch(self, &latch, &place, &self->cached_us);
}

int64_t operator_next_time_anew(struct operator_model *self)
{
    if (self->model == OPERATOR_NONE) {
        return INSTANT_NEVER;
    }
    if (self->step != OPERATOR_REQUESTS) {
        return self->engine->now_us;
    }
    look_again(self);

    return self->cached_us;
}

static void
say(struct operator_model *self, enum command command, const char *principal, const char *reason)
{
    memset(&self->command, 0, sizeof(self->command));
    self->command.command = command;
    self->command.scope = self->latch.scope;
    self->command.scope_index = self->latch.index;
    (void)memcpy(self->command.principal, principal, strlen(principal) + 1);
    (void)memcpy(self->command.reason, reason, strlen(reason) + 1);
}

static bool drawdown_latched(const struct breaker_latch *latch)
{
    return strcmp(latch->cause, breaker_cause_text(CAUSE_DRAWDOWN)) == 0;
}

/* Request, approve, and where a drawdown was latched the separate admin act on the peak. */
static void speak(struct operator_model *self)
{
    switch (self->step) {
    case OPERATOR_REQUESTS:
        say(self, COMMAND_RESET_REQUEST, "operator-model",
            "the cool-down of this latch has passed");
        self->step = OPERATOR_APPROVES;
        break;
    case OPERATOR_APPROVES:
        say(self, COMMAND_RESET_APPROVE, "admin-model", "approved by the model of a backtest");
        self->step =
            self->rebase && drawdown_latched(&self->latch) ? OPERATOR_REBASES : OPERATOR_REQUESTS;
        self->not_before_us[self->place] = self->engine->now_us + ASK_AGAIN_US;
        self->epoch_seen = 0;
        break;
    case OPERATOR_REBASES:
        say(self, COMMAND_REBASE_PEAK, "admin-model",
            "the peak before the latched drawdown is given up");
        self->step = OPERATOR_REQUESTS;
        break;
    }
}

bool operator_next(struct operator_model *self, int64_t until_us, struct event *out)
{
    int64_t at_us = operator_next_time(self);
    int64_t wanted_us;
    if (at_us > until_us || (self->step == OPERATOR_REQUESTS &&
                             !next_latch(self, &self->latch, &self->place, &wanted_us))) {
        return false;
    }
    int64_t now_us = at_us > self->engine->now_us ? at_us : self->engine->now_us;
    speak(self);
    *out = (struct event){
        .kind = EVENT_COMMAND,
        .instrument = INSTRUMENT_NONE,
        .time_us = now_us,
        .venue_time_us = now_us,
        .command = &self->command,
    };
    return true;
}
