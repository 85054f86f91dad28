#include "live/flatten.h"

#include <stdio.h>
#include <string.h>

#include "core/fixed.h"
#include "live/desk_parts.h"

#define LIMIT_NS  (600 * NS_PER_S)
#define LOOK_NS   NS_PER_S
#define QUOTE_NS  (NS_PER_S / 5)
#define QUOTE_OLD (5 * NS_PER_S)
enum { ATTEMPTS_MAX = 10, ATTEMPTS_LIMIT = 8, ABSENCES = 2 };

static void note(struct desk *desk, int32_t instrument, const char *what, int64_t a, int64_t b)
{
    char line[160];
    const char *symbol =
        instrument == INSTRUMENT_NONE ? "*" : desk->world.instruments->items[instrument].symbol;
    (void)snprintf(line, sizeof line, "%lld flatten %s %s %lld %lld", (long long)desk->now_us,
                   symbol, what, (long long)a, (long long)b);
    desk->world.flatten.write(desk->world.flatten.self, line);
}

void flatten_begin(struct desk *desk)
{
    struct flatten *self = &desk->flatten;
    if (self->state == FLATTEN_RUNNING) {
        return;
    }
    memset(self, 0, sizeof *self);
    self->state = FLATTEN_RUNNING;
    self->began_ns = desk->now_ns;
    note(desk, INSTRUMENT_NONE, "begin", 0, 0);
}

/* Plain orders all: entries, ours and anybody's. Stops are conditional, and stay. */
static void cancel_entries(struct desk *desk)
{
    for (int32_t instrument = 0; instrument < desk->world.instruments->count; instrument++) {
        struct desk_request *request = desk_request(desk, CALL_FLATTEN_CANCEL, instrument, 0);
        if (request == NULL) {
            return;
        }
        note(desk, instrument, "cancel_entries", 0, 0);
        desk->world.table->cancel_all(desk->world.venue, request->tag, instrument, false);
    }
    desk->flatten.cancelled = true;
}

static void look(struct desk *desk)
{
    struct flatten *self = &desk->flatten;
    struct desk_request *request = desk_request(desk, CALL_FLATTEN_POSITIONS, INSTRUMENT_NONE, 0);
    if (request == NULL) {
        return;
    }
    memset(self->seen_e6, 0, sizeof self->seen_e6);
    self->look_tag = request->tag;
    desk->world.table->ask_positions(desk->world.venue, request->tag);
}

/* ---- a slice ---- */

/* Two quotes in a row must agree: one bad tick moves nothing (F43). */
static bool
sane(struct desk *desk, struct flatten_leg *leg, int32_t at, struct flatten_quote *quote)
{
    const struct flatten_world *world = &desk->world.flatten;
    if (!world->quote(world->self, at, quote) || quote->bid_e12 <= 0 ||
        quote->bid_e12 >= quote->ask_e12 || quote->mark_e12 <= 0 || quote->age_ns > QUOTE_OLD) {
        leg->middle_e12 = 0;
        return false;
    }
    int64_t middle_e12 = quote->bid_e12 + (quote->ask_e12 - quote->bid_e12) / 2;
    int64_t from_mark_e12 = middle_e12 - quote->mark_e12;
    bool near_mark = (from_mark_e12 < 0 ? -from_mark_e12 : from_mark_e12) <= quote->mark_e12 / 50;
    int64_t before_e12 = leg->middle_e12;
    int64_t step_e12 = middle_e12 - before_e12;
    bool ripe = before_e12 > 0 && desk->now_ns - leg->middle_ns >= QUOTE_NS;
    if (before_e12 == 0 || ripe || !near_mark) {
        leg->middle_e12 = near_mark ? middle_e12 : 0;
        leg->middle_ns = desk->now_ns;
    }
    return near_mark && ripe && (step_e12 < 0 ? -step_e12 : step_e12) <= before_e12 / 100;
}

/* 2 x spread, at least 5 bp of the middle, doubled each attempt, at most 2 %. */
static int64_t collar_e12(const struct flatten_leg *leg, const struct flatten_quote *quote)
{
    int64_t least_e12 = leg->middle_e12 / 2000;
    int64_t most_e12 = leg->middle_e12 / 50;
    int64_t collar = 2 * (quote->ask_e12 - quote->bid_e12);
    collar = collar > least_e12 ? collar : least_e12;
    for (int32_t attempt = 0; attempt < leg->attempts && collar < most_e12; attempt++) {
        collar *= 2;
    }
    return collar < most_e12 ? collar : most_e12;
}

static void slice(struct desk *desk, int32_t at, const struct flatten_quote *quote)
{
    struct flatten_leg *leg = &desk->flatten.legs[at];
    const struct instrument *item = &desk->world.instruments->items[at];
    bool selling = leg->position_e6 > 0;
    bool market = leg->attempts >= ATTEMPTS_LIMIT;
    int64_t collar = collar_e12(leg, quote);
    int64_t price_e12 = selling ? quote->bid_e12 - collar : quote->ask_e12 + collar;
    price_e12 -= price_e12 % item->tick_e12;
    struct action_place place = {
        .order_id = FLATTEN_ID(desk->options.epoch, ++desk->flatten_sequence),
        .side = selling ? SIDE_SELL : SIDE_BUY,
        .type = market ? ORDER_MARKET : ORDER_LIMIT,
        .tif = TIF_IOC,
        .reduce_only = true,
        .size_e6 = selling ? leg->position_e6 : -leg->position_e6,
        .price_e12 = market ? 0 : price_e12,
    };
    struct desk_request *request = desk_request(desk, CALL_FLATTEN_ORDER, at, place.order_id);
    if (request == NULL) {
        return;
    }
    note(desk, at, market ? "market" : "slice", place.size_e6, place.price_e12);
    leg->phase = PHASE_SLICE;
    leg->attempts++;
    leg->order_id = place.order_id;
    leg->absences = leg->waiting = 0;
    leg->over = leg->found = false;
    leg->valid_ns = desk->world.table->valid_until_ns(desk->world.venue, desk->now_ns);
    desk->world.table->place(desk->world.venue, request->tag, at, &place);
}

static void fail(struct desk *desk, int32_t at)
{
    desk->flatten.legs[at].phase = PHASE_FAILED;
    note(desk, at, "failed", desk->flatten.legs[at].position_e6, 0);
    desk_say(desk, SEVERITY_CRITICAL, at,
             "flatten failed: a human must close this position; its stops were left in place");
}

static void price(struct desk *desk, int32_t at)
{
    struct flatten_leg *leg = &desk->flatten.legs[at];
    struct flatten_quote quote;
    if (leg->attempts >= ATTEMPTS_MAX) {
        fail(desk, at);
    } else if (sane(desk, leg, at, &quote)) {
        slice(desk, at, &quote);
    } else {
        leg->next_ns = desk->now_ns + QUOTE_NS;
    }
}

/* ---- its fate ---- */

static void ask_fate(struct desk *desk, int32_t at)
{
    struct flatten_leg *leg = &desk->flatten.legs[at];
    struct desk_request *request = desk_request(desk, CALL_FLATTEN_QUERY, at, leg->order_id);
    leg->next_ns = desk->now_ns + NS_PER_S;
    if (request == NULL) {
        return;
    }
    leg->waiting = 1;
    leg->found = false;
    desk->world.table->ask_order(desk->world.venue, request->tag, at, leg->order_id, false);
}

void flatten_order(struct desk *desk, int32_t instrument, const struct venue_order *told)
{
    if (instrument == INSTRUMENT_NONE) {
        return;
    }
    struct flatten_leg *leg = &desk->flatten.legs[instrument];
    if (told->order_id != leg->order_id || leg->order_id == 0) {
        return;
    }
    leg->found = true;
    leg->over = leg->over || (told->state != VENUE_ORDER_OPEN);
}

/* Gone without a trace: counted only when the venue could not take it any more. */
static void on_fate(struct desk *desk, int32_t at, enum answer_outcome outcome)
{
    struct flatten_leg *leg = &desk->flatten.legs[at];
    leg->waiting = 0;
    bool late = desk->now_ns > leg->valid_ns + MARGIN_NS;
    leg->absences += outcome == ANSWER_NONE && late && !leg->found;
}

void flatten_position(struct desk *desk, const struct news *news)
{
    desk->flatten.seen_e6[news->instrument] =
        side_sign(news->position.side) * news->position.size_e6;
}

static void on_look(struct desk *desk, bool done)
{
    struct flatten *self = &desk->flatten;
    self->look_tag = 0;
    self->look_ns = desk->now_ns + LOOK_NS;
    for (int32_t at = 0; done && at < desk->world.instruments->count; at++) {
        struct flatten_leg *leg = &self->legs[at];
        if (leg->phase != PHASE_NONE && leg->phase != PHASE_LOOK && leg->phase != PHASE_FLAT) {
            continue;
        }
        leg->position_e6 = self->seen_e6[at];
        if (leg->position_e6 != 0) {
            leg->flats = 0;
            leg->middle_e12 = 0;
            leg->phase = PHASE_PRICE;
            leg->next_ns = desk->now_ns;
        } else if (leg->phase != PHASE_FLAT) {
            leg->flats++;
            leg->phase = leg->flats >= 2 ? PHASE_SWEEP : PHASE_LOOK;
        }
    }
}

void flatten_answer(struct desk *desk, const struct desk_request *request, const struct news *news)
{
    enum answer_outcome outcome = news->answer.outcome;
    int32_t at = request->instrument;
    if (request->call == CALL_FLATTEN_POSITIONS) {
        on_look(desk, outcome == ANSWER_DONE);
        return;
    }
    struct flatten_leg *leg = &desk->flatten.legs[at];
    if (request->call == CALL_FLATTEN_CANCEL) {
        leg->sweeps += outcome == ANSWER_DONE;
    } else if (request->order_id != leg->order_id) {
        return;
    } else if (request->call == CALL_FLATTEN_QUERY) {
        on_fate(desk, at, outcome);
    } else if (leg->phase == PHASE_SLICE) {
        leg->over |= outcome == ANSWER_REFUSED || outcome == ANSWER_NOT_SENT;
        leg->phase = PHASE_FATE;
        leg->next_ns = desk->now_ns + NS_PER_S / 5;
    }
}

/* ---- what is due ---- */

static void sweep(struct desk *desk, int32_t at)
{
    note(desk, at, "flat", 0, 0);
    for (int door = 0; door < 2; door++) {
        struct desk_request *request = desk_request(desk, CALL_FLATTEN_CANCEL, at, 0);
        if (request != NULL) {
            desk->world.table->cancel_all(desk->world.venue, request->tag, at, door == 1);
        }
    }
    desk->flatten.legs[at].phase = PHASE_FLAT;
}

static void leg_turn(struct desk *desk, int32_t at)
{
    struct flatten_leg *leg = &desk->flatten.legs[at];
    if (leg->phase == PHASE_PRICE && leg->next_ns <= desk->now_ns) {
        price(desk, at);
    } else if (leg->phase == PHASE_FATE && (leg->over || leg->absences >= ABSENCES)) {
        note(desk, at, leg->over ? "ended" : "absent", (int64_t)(leg->order_id & UINT32_MAX), 0);
        leg->phase = PHASE_LOOK;
        desk->flatten.look_ns = desk->now_ns;
    } else if (leg->phase == PHASE_FATE && leg->waiting == 0 && leg->next_ns <= desk->now_ns) {
        ask_fate(desk, at);
    } else if (leg->phase == PHASE_SWEEP) {
        sweep(desk, at);
    }
}

static void conclude(struct desk *desk)
{
    struct flatten *self = &desk->flatten;
    bool failed = false;
    for (int32_t at = 0; at < desk->world.instruments->count; at++) {
        if (self->legs[at].phase != PHASE_FLAT && self->legs[at].phase != PHASE_FAILED) {
            return;
        }
        failed = failed || self->legs[at].phase == PHASE_FAILED;
    }
    self->state = failed ? FLATTEN_FAILED : FLATTEN_FLAT;
    note(desk, INSTRUMENT_NONE, failed ? "end_failed" : "end_flat", 0, 0);
    desk->reconcile.full_due = true; /* step 10: the books are compared */
}

void flatten_turn(struct desk *desk)
{
    struct flatten *self = &desk->flatten;
    if (self->state != FLATTEN_RUNNING) {
        return;
    }
    bool late = desk->now_ns - self->began_ns > LIMIT_NS;
    if (!self->cancelled) {
        cancel_entries(desk);
    }
    if (self->look_tag == 0 && self->look_ns <= desk->now_ns) {
        look(desk);
    }
    for (int32_t at = 0; at < desk->world.instruments->count; at++) {
        if (late && self->legs[at].phase != PHASE_FLAT && self->legs[at].phase != PHASE_FAILED) {
            fail(desk, at);
        }
        leg_turn(desk, at);
    }
    conclude(desk);
}

int64_t flatten_deadline_ns(const struct desk *desk)
{
    const struct flatten *self = &desk->flatten;
    if (self->state != FLATTEN_RUNNING) {
        return NEVER_NS;
    }
    return desk->now_ns + QUOTE_NS / 2; /* it runs for minutes at most: a tick is simple */
}
