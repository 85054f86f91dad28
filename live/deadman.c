#include "live/deadman.h"

#include "live/desk_parts.h"

/* Entries that rest: plain orders that do not reduce and that the venue has. */
static bool entry_rests(const struct desk *self, int32_t instrument)
{
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        const struct desk_order *order = &self->orders[index];
        if (order->order_id != 0 && order->instrument == instrument && !order->reducing &&
            order->over == OVER_NONE && order->accepted) {
            return true;
        }
    }
    return false;
}

/* Where the switch takes stops too it must be off before the first fill can open a position. */
static bool wanted(const struct desk *self, int32_t instrument)
{
    bool exposed = self->world.core.position_e6(self->world.core.self, instrument) != 0;

    return !(self->options.countdown_kills_stops && exposed) && entry_rests(self, instrument);
}

static void send(struct desk *self, int32_t instrument, int64_t within_us)
{
    struct deadman *deadman = &self->deadman;
    struct desk_request *request = desk_request(self, CALL_COUNTDOWN, instrument, 0);
    if (request == NULL) {
        return;
    }
    deadman->pending[instrument] = true;
    deadman->armed[instrument] = within_us > 0;
    deadman->again_ns[instrument] = self->now_ns + within_us * 1000 / 4;
    self->world.table->countdown(self->world.venue, request->tag, instrument, within_us);
}

void deadman_turn(struct desk *desk)
{
    struct deadman *deadman = &desk->deadman;
    int64_t window_us = desk->options.countdown_us;
    if (window_us == 0 || deadman->unusable) {
        return;
    }
    for (int32_t instrument = 0; instrument < desk->world.instruments->count; instrument++) {
        if (deadman->pending[instrument] || deadman->not_before_ns[instrument] > desk->now_ns) {
            continue;
        }
        bool want = wanted(desk, instrument);
        if (want &&
            (!deadman->armed[instrument] || deadman->again_ns[instrument] <= desk->now_ns)) {
            send(desk, instrument, window_us);
        } else if (!want && deadman->armed[instrument]) {
            send(desk, instrument, 0);
        }
    }
}

int64_t deadman_deadline_ns(const struct desk *desk)
{
    int64_t at_ns = NEVER_NS;
    for (int32_t instrument = 0; instrument < desk->world.instruments->count; instrument++) {
        if (desk->deadman.armed[instrument] && !desk->deadman.pending[instrument] &&
            desk->deadman.again_ns[instrument] < at_ns) {
            at_ns = desk->deadman.again_ns[instrument];
        }
    }
    return desk->deadman.unusable ? NEVER_NS : at_ns;
}

void deadman_stream_up(struct desk *desk)
{
    for (int32_t instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
        desk->deadman.again_ns[instrument] = desk->now_ns;
    }
}

/* Not known: it may be armed or off; as if it were armed and due, which both ways put right. */
void deadman_answer(struct desk *desk, int32_t instrument, enum deadman_answer answer)
{
    struct deadman *deadman = &desk->deadman;
    deadman->pending[instrument] = false;
    if (answer == DEADMAN_DONE) {
        deadman->refusals = 0;
        return;
    }
    deadman->again_ns[instrument] = desk->now_ns + NS_PER_S;
    deadman->not_before_ns[instrument] = desk->now_ns + NS_PER_S;
    deadman->armed[instrument] = answer == DEADMAN_FAILED;
    deadman->refusals += answer == DEADMAN_REFUSED;
    if (deadman->refusals >= 2 && !deadman->unusable) {
        deadman->unusable = true;
        desk_say(desk, SEVERITY_HIGH, instrument,
                 "the venue has no dead man's switch for this account");
    }
}
