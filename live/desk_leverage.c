/* Leverage and margin mode of an instrument: an entry waits until the venue has confirmed them. */
#include "live/desk_parts.h"

static void send_leverage(struct desk *self, int32_t instrument)
{
    const struct desk_world *world = &self->world;
    struct desk_leverage *leverage = &self->leverages[instrument];
    enum desk_call call = leverage->mode_confirmed ? CALL_LEVERAGE : CALL_MODE;
    struct desk_request *request = desk_request(self, call, instrument, 0);
    leverage->pending = request != NULL;
    if (request == NULL) {
        return;
    }
    request->order_id = (uint64_t)leverage->wanted; /* what this very call asks for */
    if (call == CALL_MODE) {
        world->table->set_margin_mode(world->venue, request->tag, instrument,
                                      self->options.margin_mode);
    } else {
        world->table->set_leverage(world->venue, request->tag, instrument, leverage->wanted);
    }
}

void desk_leverage_want(struct desk *self, int32_t instrument, int32_t wanted)
{
    struct desk_leverage *leverage = &self->leverages[instrument];
    leverage->wanted = wanted;
    if (leverage->confirmed != wanted && !leverage->pending) {
        send_leverage(self, instrument);
    }
}

bool desk_leverage_hold(struct desk *self, int32_t instrument, const struct action_place *place)
{
    struct desk_leverage *leverage = &self->leverages[instrument];
    if (leverage->wanted == 0 ||
        (leverage->confirmed == leverage->wanted && leverage->mode_confirmed)) {
        return false;
    }
    if (!leverage->pending) {
        send_leverage(self, instrument);
    }
    for (int32_t index = 0; leverage->pending && index < DESK_HELD; index++) {
        struct desk_held_place *held = &self->held_places[index];
        if (!held->used) {
            *held =
                (struct desk_held_place){.used = true, .instrument = instrument, .place = *place};
            return true;
        }
    }
    struct desk_order *order = desk_order_find(self, place->order_id);
    order->over = OVER_ABSENT;
    order->told = true;
    desk_tell(self, order, EVIDENCE_NOT_SENT, REASON_NONE);

    return true;
}

static void release(struct desk *self, int32_t instrument, bool go)
{
    for (int32_t index = 0; index < DESK_HELD; index++) {
        struct desk_held_place *held = &self->held_places[index];
        if (!held->used || held->instrument != instrument) {
            continue;
        }
        held->used = false;
        if (go) {
            desk_place_now(self, instrument, &held->place);
            continue;
        }
        struct desk_order *order = desk_order_find(self, held->place.order_id);
        CHECK(order != NULL);
        order->over = OVER_ABSENT;
        order->told = true;
        desk_tell(self, order, EVIDENCE_NOT_SENT, REASON_LEVERAGE_BRACKET);
    }
}

/* Not confirmed: the entries that waited are not sent, and the next one asks again. */
void desk_leverage_answer(struct desk *self,
                          const struct desk_request *request,
                          const struct news *news)
{
    struct desk_leverage *leverage = &self->leverages[request->instrument];
    bool done = news->answer.outcome == ANSWER_DONE;
    leverage->pending = false;
    if (done && request->call == CALL_MODE) {
        leverage->mode_confirmed = true;
    } else if (done) {
        leverage->confirmed = (int32_t)request->order_id;
    }
    if (done && leverage->confirmed == leverage->wanted) {
        release(self, request->instrument, true);
    } else if (done) {
        send_leverage(self, request->instrument);
    } else {
        leverage->confirmed = 0;
        desk_say(self, SEVERITY_HIGH, request->instrument,
                 "the venue did not confirm leverage or margin mode: no entry is sent");
    }
    if (!leverage->pending && !(done && leverage->confirmed == leverage->wanted)) {
        release(self, request->instrument, false);
    }
}
