/* The breaker's transitions, what they make the engine do, and the operator's commands. */
#include <string.h>

#include "core/engine_parts.h"
#include "core/fixed.h"

static enum severity severity_of(enum breaker_state state)
{
    if (state >= BREAKER_REDUCING) {
        return SEVERITY_CRITICAL;
    }
    return state == BREAKER_CAUTION ? SEVERITY_HIGH : SEVERITY_MEDIUM;
}

static const char *scope_name(const struct engine *self, enum breaker_scope scope, int32_t index)
{
    switch (scope) {
    case SCOPE_STRATEGY: return self->strategies.names[index];
    case SCOPE_SYMBOL: return engine_symbol(self, index);
    case SCOPE_SIDE: return side_position_text(index);
    case SCOPE_GLOBAL: return "global";
    case SCOPE_ACCOUNT: return "account";
    }
    return "?";
}

static void record_transition(struct engine *self, const struct breaker_transition *transition)
{
    int32_t instrument =
        transition->scope == SCOPE_SYMBOL ? transition->index : transition->partner;
    engine_act(self, ACTION_BREAKER, instrument)->breaker = (struct action_breaker){
        .scope = transition->scope,
        .scope_index = transition->index,
        .from = transition->from,
        .to = transition->to,
        .cause = transition->cause,
        .value = transition->value,
        .limit = transition->limit,
        .baseline_e8 = transition->baseline_e8,
        .actor = transition->actor,
    };
    if (transition->to >= BREAKER_TRIPPED && self->extremes.first_latch_us == 0) {
        self->extremes.first_latch_us = self->now_us;
    }
    if (transition->from == transition->to) {
        return; /* a timed block: recorded, no alert */
    }
    counters_add(&self->counters, COUNTER_BREAKER_TRANSITIONS, 1);
    struct text *text = engine_text(self);
    text_add(text, scope_name(self, transition->scope, transition->index));
    text_add(text, ": ");
    text_add(text, breaker_state_text((int)transition->from));
    text_add(text, " to ");
    text_add(text, breaker_state_text((int)transition->to));
    text_add(text, ", cause ");
    text_add(text, transition->cause);
    engine_alert(self, severity_of(transition->to), instrument, "breaker", text->bytes);
    struct audit_entry entry = {
        .actor = transition->actor,
        .role = "core",
        .action = "breaker",
        .object = scope_name(self, transition->scope, transition->index),
        .result = text->bytes,
    };
    engine_audit(self, &entry);
}

static void flatten_where_wanted(struct engine *self)
{
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        struct holding *holding = &self->positions.items[self->positions.open_list[index]];
        const struct position *position = &holding->position;
        if (breaker_flattens(&self->breaker, position->strategy, position->instrument,
                             position->side)) {
            engine_exit(self, holding, EXIT_BREAKER);
        }
    }
}

static void cancel_where_forbidden(struct engine *self)
{
    for (int32_t index = 0; index < self->pending_count; index++) {
        const struct normal_signal *normal = &self->entries[self->pending_list[index]];
        struct breaker_answer answer =
            breaker_answer(&self->breaker, normal->strategy, normal->instrument, normal->side);
        if (answer.state >= BREAKER_REDUCING) {
            engine_cancel_entries(self, normal->instrument);
        }
    }
}

void engine_follow_breaker(struct engine *self)
{
    const struct breaker_transition *transitions = NULL;
    int32_t count = breaker_drain(&self->breaker, &transitions);
    for (int32_t index = 0; index < count; index++) {
        record_transition(self, &transitions[index]);
    }
    self->breaker_epoch_seen = breaker_epoch(&self->breaker);
    self->deadline_dirty = true;
    if (count > 0) {
        engine_record_equity(self);
    }
    flatten_where_wanted(self);
    cancel_where_forbidden(self);
}

/* ---- commands ---- */

static struct breaker_evidence evidence_now(struct engine *self)
{
    struct breaker_evidence evidence = {.reconciled = !self->unreconciled,
                                        .no_unknown = self->unknown_count == 0,
                                        .stops_confirmed = true};
    for (int32_t index = 0; index < self->positions.open_count; index++) {
        const struct holding *holding = &self->positions.items[self->positions.open_list[index]];
        evidence.stops_confirmed = evidence.stops_confirmed && holding->plan.stop_confirmed;
    }
    return evidence;
}

static const char *reset(struct engine *self, const struct event_command *command)
{
    struct breaker_reset wish = {
        .scope = command->scope,
        .index = command->scope_index,
        .principal = command->principal,
        .reason = command->reason,
    };
    if (command->command == COMMAND_RESET_REQUEST) {
        enum reset_result requested = breaker_reset_request(&self->breaker, self->now_us, &wish);
        return reset_result_text((int)requested);
    }
    struct breaker_evidence evidence = evidence_now(self);
    enum reset_result result =
        breaker_reset_approve(&self->breaker, self->now_us, &wish, &evidence);
    counters_add(&self->counters, COUNTER_BREAKER_RESETS, result == RESET_ACCEPTED);
    if (result == RESET_ACCEPTED && command->scope == SCOPE_STRATEGY) {
        rates_enable(&self->rates, command->scope_index);
    }
    return reset_result_text((int)result);
}

static void lock(struct engine *self, const struct event_command *command)
{
    struct breaker_order order = {
        .scope = command->scope,
        .index = command->scope_index,
        .actor = command->principal,
        .flatten = command->command == COMMAND_FLATTEN,
    };
    breaker_lock(&self->breaker, self->now_us, &order);
}

static void shut_down(struct engine *self)
{
    self->shutting_down = true;
    self->risk_epoch++;
    for (int32_t index = 0; index < self->pending_count; index++) {
        engine_cancel_entries(self, self->pending_list[index]);
    }
}

static const char *obey(struct engine *self, const struct event_command *command)
{
    switch (command->command) {
    case COMMAND_STOP:
    case COMMAND_FLATTEN: lock(self, command); return "done";
    case COMMAND_RESET_REQUEST:
    case COMMAND_RESET_APPROVE: return reset(self, command);
    case COMMAND_REBASE_PEAK:
        breaker_rebase(&self->breaker, self->now_us, BASELINE_PEAK);
        return "done";
    case COMMAND_CLUTCH_ON:
    case COMMAND_CLUTCH_OFF:
        breaker_clutch(&self->breaker, self->now_us, command->command == COMMAND_CLUTCH_ON);
        return "done";
    case COMMAND_SHUTDOWN: shut_down(self); return "done";
    }
    return "unknown command";
}

void engine_on_command(struct engine *self, const struct event *event)
{
    const struct event_command *command = event->command;
    struct audit_entry entry = {
        .actor = command->principal,
        .role = "operator",
        .action = command_text((int)command->command),
        .object = scope_name(self, command->scope, command->scope_index),
    };
    entry.result = obey(self, command);
    engine_audit(self, &entry);
    self->deadline_dirty = true;
}
