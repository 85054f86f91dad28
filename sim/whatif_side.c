#include "sim/whatif_side.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

/* Room for one more; NULL and failed: there is none. */
static void *
room(struct whatif_side *self, void *items, int32_t count, int32_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    int32_t wanted = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    void *larger = realloc(items, (size_t)wanted * size);
    if (larger == NULL) {
        self->failed = true;
        return NULL;
    }
    *capacity = wanted;
    return larger;
}

static void keep_act(struct whatif_side *self, const struct action *action)
{
    struct whatif_act act = {(int32_t)action->kind, action->instrument, action->time_us, {0}};
    if (!journal_of_action(action, &act.words)) {
        return;
    }
    struct whatif_act *acts =
        room(self, self->acts, self->act_count, &self->act_capacity, sizeof(*acts));
    if (acts != NULL) {
        self->acts = acts;
        acts[self->act_count++] = act;
    }
}

static void keep_event(void *context, const struct event *event)
{
    (void)context;
    (void)event;
}

static void keep_step(void *context, const struct actions *actions, uint64_t digest)
{
    struct whatif_side *self = context;
    for (int32_t index = 0; index < actions->count; index++) {
        keep_act(self, &actions->items[index]);
    }
    uint64_t *digests =
        room(self, self->digests, self->step_count, &self->step_capacity, sizeof(*digests));
    if (digests != NULL) {
        self->digests = digests;
        digests[self->step_count++] = digest;
    }
}

static void keep_signal(struct whatif_side *self, const struct action *action)
{
    struct whatif_decision *decision = &self->decision;
    bool assessed =
        decision->assessed && decision->assessment.signal_id == action->signal.signal->id;
    decision->signal_id = action->signal.signal->id;
    decision->time_us = action->time_us;
    decision->instrument = action->signal.instrument;
    decision->verdict = action->signal.verdict;
    decision->assessed = assessed;
    memcpy(decision->token, action->signal.signal->token, sizeof(decision->token));
    memcpy(decision->source, action->signal.signal->source, sizeof(decision->source));
}

static void keep_record(void *context, const struct action *action)
{
    struct whatif_side *self = context;
    if (action->kind == ACTION_ASSESSMENT) {
        self->decision.assessment = *action->assessment;
        self->decision.assessed = true;
    } else if (action->kind == ACTION_SIGNAL) {
        keep_signal(self, action);
    }
    if (self->database.record != NULL) {
        self->database.record(self->database.self, action);
    }
}

bool whatif_side_open(struct whatif_side *self,
                      const struct instruments *instruments,
                      const struct store_port *database,
                      struct error *error)
{
    struct store_port store = {.self = self, .record = keep_record};
    struct journal_port journal = {.self = self, .event = keep_event, .step = keep_step};
    self->database = *database;
    if (!session_init(&self->session, instruments, &self->simulation.settings,
                      &self->simulation.exchange, &store)) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "out of memory: free some and run again");
    }
    session_conditions(&self->session, &self->simulation.conditions);
    runner_journal(&self->session.runner, &journal);
    return true;
}

void whatif_side_release(struct whatif_side *self)
{
    session_release(&self->session);
    free(self->acts);
    free(self->digests);
}

static void take_command(struct whatif_side *self, const struct journal_input *input)
{
    if (input->command->command == COMMAND_SHUTDOWN) {
        session_shut_down(&self->session, input->command);
    } else {
        session_command(&self->session, input->command, input->time_us);
    }
}

bool whatif_side_take(struct whatif_side *self,
                      const struct journal_input *input,
                      int64_t first_us,
                      struct error *error)
{
    self->act_count = self->step_count = 0;
    bool foreword = input->record != NULL && feed_kind_foreword(input->record->kind);
    if (!foreword && !self->opened) {
        self->opened = true;
        session_start(&self->session, first_us);
    }
    if (input->record != NULL) {
        session_take(&self->session, input->record);
    } else {
        take_command(self, input);
    }
    if (session_failed(&self->session)) {
        session_error(&self->session, error);
        return false;
    }
    return !self->failed ||
           error_set(error, EXIT_CODE_OPERATING, NULL, 0, "out of memory: free some and run again");
}

int64_t whatif_side_figure(const struct whatif_side *self, enum whatif_figure figure)
{
    const struct engine *engine = self->session.engine;
    const struct counters *counters = &engine->counters;
    int64_t won = counters_value(counters, COUNTER_SUCCESSFUL_TRADES);
    int64_t lost = counters_value(counters, COUNTER_TRADES_LOST);
    int64_t balance_e8 = ledger_wallet_e8(&engine->ledger);
    switch (figure) {
    case WHATIF_BALANCE: return balance_e8;
    case WHATIF_PROFIT: return balance_e8 - self->simulation.exchange.starting_balance;
    case WHATIF_EQUITY: return engine_equity_e8(engine);
    case WHATIF_FEES: return engine->totals.fees_e8;
    case WHATIF_FUNDING: return engine->totals.funding_e8;
    case WHATIF_TRADES: return won + lost;
    case WHATIF_WON: return won;
    case WHATIF_LOST: return lost;
    case WHATIF_LIQUIDATIONS: return exchange_counters(self->session.exchange)->liquidations;
    case WHATIF_DRAWDOWN: return engine->extremes.drawdown_max_ppm;
    case WHATIF_FIGURES: break;
    }
    return 0;
}
