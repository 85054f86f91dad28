/* engine_parts.h - what the files of the engine share; private to core/engine*.c. */
#ifndef CORE_ENGINE_PARTS_H
#define CORE_ENGINE_PARTS_H

#include "core/engine.h"

/* ---- engine.c ---- */
struct action *engine_act(struct engine *self, enum action_kind kind, int32_t instrument);
/* A sentence that lives until the next step. */
struct text *engine_text(struct engine *self);
const char *engine_symbol(const struct engine *self, int32_t instrument);
struct ledger_subject
engine_subject(const struct engine *self, const struct holding *holding, int64_t venue_time_us);
/* A book moved: totals of the instrument anew from its position (or none), then the breaker's view of the account. */
void engine_account_moved(struct engine *self, int32_t instrument);
/* Wallet behind a position's liquidation price: isolated its margin; cross what the rest of the account leaves. */
int64_t engine_liquidation_wallet_e8(const struct engine *self, const struct holding *holding);
void engine_record_equity(struct engine *self);
void engine_record_position(struct engine *self, struct holding *holding);
/* Silent when the same was said within the hour. */
void engine_alert(struct engine *self,
                  enum severity severity,
                  int32_t instrument,
                  const char *title,
                  const char *body);
/* An operating error; high and critical ones alert as well. code and message: static text. */
void engine_error(struct engine *self, int32_t instrument, const struct action_error *error);
struct audit_entry {
    const char *actor, *role, *action, *object, *result;
};
void engine_audit(struct engine *self, const struct audit_entry *entry);
bool engine_fits(
    bool fits); /* CHECKs: figures that are booked must fit; the risk manager denies before */

/* ---- engine_market.c ---- */
void engine_on_market(struct engine *self, const struct event *event);
void engine_on_book(struct engine *self, const struct event *event);
void engine_on_bar(struct engine *self, const struct event *event);
void engine_on_funding(struct engine *self, const struct event *event);
void engine_on_transfer(struct engine *self, const struct event *event);

/* ---- engine_signals.c ---- */
void engine_on_signal(struct engine *self, const struct event *event);
/* A position was closed to be reversed: judge its signal again, now as an entry. */
void engine_reverse(struct engine *self, int32_t instrument);

/* ---- engine_orders.c ---- */
void engine_on_order(struct engine *self, const struct event *event);
void engine_enter(struct engine *self,
                  const struct normal_signal *normal,
                  const struct assessment *assessment);
/* Leaves the position by a market order, or remembers to, when one is on its way; the first reason stays. */
void engine_exit(struct engine *self, struct holding *holding, enum exit_reason reason);
void engine_cancel_entries(struct engine *self, int32_t instrument);
void engine_protect(struct engine *self, struct holding *holding);
/* A market order that reduces has ended: what is wanted and not yet under way is asked for again. */
void engine_exit_over(struct engine *self, struct holding *holding, const struct order *order);

/* ---- engine_targets.c ---- */
/* How a position will be left, from its signal. */
void engine_plan(struct plan *plan, const struct normal_signal *normal);
/* Take-profits and trailing stop of a new position; of a part that was added its own take-profits alone. */
void engine_place_targets(struct engine *self, struct holding *holding, int64_t added_e6);

/* ---- engine_fills.c ---- */
void engine_on_fill(struct engine *self, const struct event *event);
void engine_record_order(struct engine *self, const struct order *order);
/* The entry order is over: place the targets, or forget the plan when nothing was filled. */
void engine_entry_over(struct engine *self, const struct order *order);
/* Creates and sends one order; NULL: the table is full (an error is recorded). */
struct order *engine_send(struct engine *self, const struct order *wish);

/* ---- engine_breaker.c ---- */
void engine_on_command(struct engine *self, const struct event *event);
/* Records the breaker's transitions of this step and acts on them: cancels entries, flattens. */
void engine_follow_breaker(struct engine *self);

/* ---- engine.c ---- */
/* The clocks of a core that has had no event yet. */
void engine_begin(struct engine *self, int64_t time_us);

/* ---- engine_facts.c ---- */
void engine_on_fact(struct engine *self, const struct event *event);
void engine_on_snapshot(struct engine *self, const struct event *event);
/* An order has become UNKNOWN, or is so no more. */
void engine_unknown_moved(struct engine *self, struct order *order, bool unknown);
/* Moves an order by evidence, as order_move(). A refused cancel of an order that may never have arrived says nothing of it: its
 * fate stays unknown. One that is proven absent was unknown, whatever was asked of it meanwhile. */
bool engine_move_doubtful(struct engine *self,
                          struct order *order,
                          enum order_state state,
                          const struct event_order *told);
/* An order of unknown fate stands after all: an entry that nobody wants any more (a trip, a shutdown, an exit meanwhile, or a
 * cancel that got lost) is cancelled, again if need be. */
void engine_entry_found(struct engine *self, const struct order *order);
/* Tells the breaker how many are UNKNOWN, and since when. */
void engine_tell_unknown(struct engine *self);

/* ---- engine_time.c ---- */
void engine_on_timer(struct engine *self);
void engine_on_end(struct engine *self, const struct event *event);
int64_t engine_earliest_deadline(struct engine *self);

#endif
