#include "core/runner.h"

#include <string.h>

void runner_init(struct runner *self,
                 struct engine *engine,
                 struct actions *actions,
                 const struct venue_port *venue,
                 const struct store_port *store,
                 const struct feed_port *feed)
{
    memset(self, 0, sizeof(*self));
    self->engine = engine;
    self->actions = actions;
    self->venue = *venue;
    self->store = *store;
    self->feed = *feed;
    self->difference_instrument = INSTRUMENT_NONE;
}

static void carry_out(struct runner *self, const struct action *action)
{
    const struct venue_port *venue = &self->venue;
    if (action->kind == ACTION_LEVERAGE) {
        venue->leverage(venue->self, action->time_us, action->instrument, &action->leverage);
    } else if (action->kind == ACTION_PLACE) {
        venue->place(venue->self, action->time_us, action->instrument, &action->place);
    } else if (action->kind == ACTION_CANCEL) {
        venue->cancel(venue->self, action->time_us, action->instrument, action->cancel.order_id);
    } else {
        self->store.record(self->store.self, action);
    }
}

static enum runner_status
differ(struct runner *self, struct books_difference difference, int32_t instrument, int64_t time_us)
{
    self->difference = difference;
    self->difference_instrument = instrument;
    self->difference_us = time_us;

    return RUNNER_BOOKS_DIFFER;
}

static enum runner_status compare_account(struct runner *self, int64_t time_us)
{
    struct books_account core;
    struct books_account venue;
    if (!self->venue.account(self->venue.self, &venue)) {
        return RUNNER_TURNED;
    }
    engine_books_account(self->engine, &core);
    self->comparisons++;
    struct books_difference difference = books_account_compare(&core, &venue);

    return difference.field == NULL ? RUNNER_TURNED
                                    : differ(self, difference, INSTRUMENT_NONE, time_us);
}

static enum runner_status compare_position(struct runner *self, int32_t instrument, int64_t time_us)
{
    struct books_position core;
    struct books_position venue;
    if (!self->venue.position(self->venue.self, instrument, &venue)) {
        return RUNNER_TURNED;
    }
    engine_books_position(self->engine, instrument, &core);
    if (books_position_equal(&core, &venue)) {
        return RUNNER_TURNED;
    }
    struct books_difference difference = books_position_compare(&core, &venue);

    return difference.field == NULL ? RUNNER_TURNED : differ(self, difference, instrument, time_us);
}

static bool comparable(const struct runner *self)
{
    return self->venue.settled != NULL && self->venue.settled(self->venue.self);
}

/* After one event: the account and every open position, when a book moved since the last look. A position that one side
 * alone holds shows in the account's count of positions. */
static enum runner_status compare_after(struct runner *self, const struct event *event)
{
    if (engine_changes(self->engine) == self->changes_compared || !comparable(self)) {
        return RUNNER_TURNED;
    }
    self->changes_compared = engine_changes(self->engine);
    enum runner_status status = compare_account(self, event->time_us);
    int32_t count = 0;
    const int32_t *open = engine_open_positions(self->engine, &count);
    for (int32_t index = 0; index < count && status == RUNNER_TURNED; index++) {
        status = compare_position(self, open[index], event->time_us);
    }
    return status;
}

void runner_journal(struct runner *self, const struct journal_port *journal)
{
    self->journal = *journal;
}

static void step(struct runner *self, const struct event *event)
{
    const struct journal_port *journal = &self->journal;
    if (journal->event == NULL) {
        engine_step(self->engine, event, self->actions);
        return;
    }
    journal->event(journal->self, event);
    engine_step(self->engine, event, self->actions);
    journal->step(journal->self, self->actions, self->engine->digest.state);
}

static bool for_venue(const struct action *action)
{
    return action->kind == ACTION_LEVERAGE || action->kind == ACTION_PLACE ||
           action->kind == ACTION_CANCEL;
}

static bool may_add(const struct action *action)
{
    return action->kind == ACTION_LEVERAGE ||
           (action->kind == ACTION_PLACE && !action->place.reduce_only &&
            !action->place.close_position);
}

/* Those of a step whose intent could not be made durable; each is a step of its own afterwards. */
enum { UNSENT_MAX = 64 };
struct unsent {
    int32_t count;
    struct event events[UNSENT_MAX];
};

static void keep_unsent(struct unsent *self, const struct action *action)
{
    if (action->kind == ACTION_PLACE && self->count < UNSENT_MAX) {
        self->events[self->count++] = (struct event){
            .kind = EVENT_ORDER,
            .instrument = action->instrument,
            .time_us = action->time_us,
            .venue_time_us = action->time_us,
            .order = {.order_id = action->place.order_id, .evidence = EVIDENCE_NOT_SENT}};
    }
}

/* Records, commit, orders. */
static void carry_out_durably(struct runner *self, struct unsent *unsent)
{
    const struct actions *actions = self->actions;
    bool any = false;
    for (int32_t index = 0; index < actions->count; index++) {
        bool out = for_venue(&actions->items[index]);
        any = any || out;
        if (!out) {
            self->store.record(self->store.self, &actions->items[index]);
        }
    }
    bool durable = !any || self->store.durable(self->store.self);
    for (int32_t index = 0; index < actions->count; index++) {
        const struct action *action = &actions->items[index];
        if (for_venue(action) && (durable || !may_add(action))) {
            carry_out(self, action);
        } else if (for_venue(action)) {
            keep_unsent(unsent, action);
        }
    }
}

static void deliver(struct runner *self, const struct event *event, struct unsent *unsent)
{
    step(self, event);
    self->events++;
    if (self->store.durable != NULL) {
        carry_out_durably(self, unsent);
    } else {
        for (int32_t index = 0; index < self->actions->count; index++) {
            carry_out(self, &self->actions->items[index]);
        }
    }
}

enum runner_status runner_deliver(struct runner *self, const struct event *event)
{
    struct unsent unsent;
    unsent.count = 0;
    deliver(self, event, &unsent);
    for (int32_t index = 0; index < unsent.count; index++) {
        struct event lost = unsent.events[index];
        deliver(self, &lost, &unsent); /* what this one leaves unsent comes behind it */
        (void)compare_after(self, &lost);
    }
    return compare_after(self, event);
}

enum runner_status runner_turn(struct runner *self, int64_t until_us)
{
    int64_t deadline_us = engine_deadline(self->engine);
    int64_t bound_us = deadline_us < until_us ? deadline_us : until_us;
    struct event event;
    if (self->feed.next(self->feed.self, bound_us, &event) == FEED_EVENT) {
        return runner_deliver(self, &event);
    }
    if (deadline_us > until_us) {
        return RUNNER_IDLE;
    }
    event = (struct event){.kind = EVENT_TIMER,
                           .instrument = INSTRUMENT_NONE,
                           .time_us = deadline_us,
                           .venue_time_us = deadline_us};

    return runner_deliver(self, &event);
}

enum runner_status runner_compare(struct runner *self, int64_t time_us)
{
    if (!comparable(self)) {
        return RUNNER_TURNED;
    }
    enum runner_status status = compare_account(self, time_us);
    int32_t count = engine_instrument_count(self->engine);
    for (int32_t instrument = 0; instrument < count && status == RUNNER_TURNED; instrument++) {
        status = compare_position(self, instrument, time_us);
    }
    return status;
}
