/* The shell's evidence, and the state in which a new epoch begins. */
#include "core/engine_parts.h"
#include "core/instant.h"
#include "core/snapshot.h"

#define UNKNOWN_LOOK_US (5 * US_PER_SECOND)

/* ---- orders of unknown fate (RISK 5.2) ---- */

static int64_t oldest_unknown_us(struct engine *self)
{
    int64_t oldest_us = self->now_us;
    for (int32_t instrument = 0; instrument < self->instruments->count; instrument++) {
        for (const struct order *order = orders_first(&self->orders, instrument); order != NULL;
             order = orders_after(&self->orders, order)) {
            if (order->unknown_us > 0 && order->unknown_us < oldest_us) {
                oldest_us = order->unknown_us;
            }
        }
    }
    return oldest_us;
}

void engine_tell_unknown(struct engine *self)
{
    int64_t age_us = self->unknown_count == 0 ? 0 : self->now_us - oldest_unknown_us(self);
    breaker_unknown_orders(&self->breaker, self->now_us, self->unknown_count, age_us);
    self->unknown_look_us = self->unknown_count == 0 ? 0 : self->now_us + UNKNOWN_LOOK_US;
    self->deadline_dirty = true;
}

void engine_unknown_moved(struct engine *self, struct order *order, bool unknown)
{
    if (unknown == (order->unknown_us != 0)) {
        return;
    }
    order->unknown_us = unknown ? self->now_us : 0;
    self->unknown_count += unknown ? 1 : -1;
    CHECK(self->unknown_count >= 0);
    engine_tell_unknown(self);
}

bool engine_move_doubtful(struct engine *self,
                          struct order *order,
                          enum order_state state,
                          const struct event_order *told)
{
    bool never_acked = order->acked_us == 0 && order->filled_e6 == 0;
    if (told->evidence == EVIDENCE_CANCEL_REJECTED && order->unknown_us != 0 && never_acked) {
        state = ORDER_UNKNOWN;
    }
    if (state == ORDER_ABSENT && never_acked && order->state != ORDER_UNKNOWN) {
        (void)order_move(order, ORDER_UNKNOWN, told->reason, self->now_us);
    }
    return order_move(order, state, told->reason, self->now_us);
}

static bool entry_unwanted(struct engine *self, const struct order *order)
{
    const struct normal_signal *normal = &self->entries[order->instrument];
    struct breaker_answer answer =
        breaker_answer(&self->breaker, normal->strategy, order->instrument, order->side);
    const struct holding *holding = positions_get(&self->positions, order->instrument);
    bool left = holding == NULL ? order->position_id != 0 : holding->plan.exit_wanted != EXIT_NONE;

    return left || self->shutting_down || self->shares[order->instrument].ended ||
           answer.state >= BREAKER_REDUCING;
}

void engine_entry_found(struct engine *self, const struct order *order)
{
    if (order->entry && !order_state_terminal(order->state) && entry_unwanted(self, order)) {
        engine_cancel_entries(self, order->instrument);
    }
}

/* ---- facts ---- */

static void on_reconciled(struct engine *self, bool agrees)
{
    if (self->unreconciled == !agrees) {
        return;
    }
    self->unreconciled = !agrees;
    self->risk_epoch++;
    engine_audit(self, &(struct audit_entry){.actor = "executor",
                                             .role = "system",
                                             .action = "reconcile",
                                             .object = "account",
                                             .result = agrees ? "agrees" : "does not agree"});
}

static void on_external(struct engine *self, int32_t instrument)
{
    struct action_error error = {
        .category = CATEGORY_TRADING,
        .severity = SEVERITY_HIGH,
        .code = "foreign-activity",
        .message = "an order or a position that is not ours is on the account",
    };
    engine_error(self, instrument, &error);
    breaker_external(&self->breaker, self->now_us, instrument);
}

static void on_mismatch(struct engine *self, int32_t instrument)
{
    struct action_error error = {
        .category = CATEGORY_TRADING,
        .severity = SEVERITY_CRITICAL,
        .code = "books-differ",
        .message = "our books and the venue's differ after two looks",
    };
    engine_error(self, instrument, &error);
    breaker_books_differ(&self->breaker, self->now_us, instrument);
}

static void on_broken(struct engine *self, const char *code, const char *message)
{
    struct action_error error = {.category = CATEGORY_SYSTEM,
                                 .severity = SEVERITY_CRITICAL,
                                 .code = code,
                                 .message = message};
    engine_error(self, INSTRUMENT_NONE, &error);
    breaker_integrity(&self->breaker, self->now_us);
}

static void on_storage(struct engine *self, const struct event_fact *fact)
{
    const struct breaker_storage storage = {.error = fact->value < 0,
                                            .log_bytes = fact->other,
                                            .free_bytes = fact->value < 0 ? 0 : fact->value};
    health_storage(&self->health, &self->breaker, self->now_us, &storage);
}

static void on_requests(struct engine *self, const struct event_fact *fact)
{
    for (int64_t number = 0; number < fact->value && number < HEALTH_SLOTS; number++) {
        health_request(&self->health, &self->breaker, self->now_us, number < fact->other);
    }
}

void engine_on_fact(struct engine *self, const struct event *event)
{
    const struct event_fact *fact = &event->fact;
    struct breaker *breaker = &self->breaker;
    struct health *health = &self->health;
    switch (fact->fact) {
    case FACT_REQUESTS: on_requests(self, fact); break;
    case FACT_LATENCY: health_latency(health, breaker, self->now_us, fact->value); break;
    case FACT_CLOCK_SKEW: health_clock(health, breaker, self->now_us, fact->value); break;
    case FACT_STORAGE: on_storage(self, fact); break;
    case FACT_QUEUE:
        health_queue(health, breaker, self->now_us,
                     &(struct health_depth){QUEUE_EVENTS, fact->value, fact->other});
        break;
    case FACT_USER_STREAM:
        health_data(health, breaker, self->now_us,
                    &(struct health_data){INSTRUMENT_NONE, event->venue_time_us});
        break;
    case FACT_RECONCILED: on_reconciled(self, fact->value == 1); break;
    case FACT_EXTERNAL: on_external(self, event->instrument); break;
    case FACT_MISMATCH: on_mismatch(self, event->instrument); break;
    case FACT_INTEGRITY:
        on_broken(self, "integrity", "what must not be is: trading is locked");
        break;
    case FACT_FENCED:
        on_broken(self, "fenced", "another executor has this account: trading is locked");
        break;
    case FACT_RULES:
        if (event->instrument != INSTRUMENT_NONE) {
            self->rules_us[event->instrument] = self->now_us;
        }
        break;
    case FACT_HEARTBEAT: breaker_heartbeat(breaker, self->now_us); break;
    case FACT_BUDGET: rates_budget(&self->rates, self->now_us, fact->value, fact->other); break;
    }
    self->deadline_dirty = true;
}

/* ---- a new epoch ---- */

/* A journal that was changed can hold a state that cannot be: then nothing of it is believed, and trading is locked. */
void engine_on_snapshot(struct engine *self, const struct event *event)
{
    const struct event_snapshot *snapshot = &event->snapshot;
    uint32_t epoch = self->orders.epoch;
    struct actions *actions = self->actions;
    enum snapshot_status status =
        snapshot_decode(self, snapshot->bytes, (size_t)snapshot->size, event->time_us);
    if (status != SNAPSHOT_OK) {
        engine_init(self, self->settings, self->instruments, epoch);
        engine_begin(self, event->time_us);
        self->actions = actions;
        on_broken(self, "state", snapshot_status_text((int)status));
    }
    self->unreconciled = true;
    self->deadline_dirty = true;
    self->changes++;
}
