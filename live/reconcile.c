#include "live/reconcile.h"

#include "core/instant.h"
#include "live/desk_parts.h"

#define ORDERS_NS    (10 * NS_PER_S)
#define POSITIONS_NS (30 * NS_PER_S)
#define INCOME_NS    (300 * NS_PER_S)
#define FULL_NS      (3600 * NS_PER_S)
#define AGAIN_NS     (2 * NS_PER_S)
enum { ALARM_AFTER = 5 };

#define STEPS(step) (1 << (step))
static const int steps_of[] = {
    [RECONCILE_NONE] = 0,
    [RECONCILE_ORDERS] = STEPS(STEP_ORDERS),
    [RECONCILE_POSITIONS] = STEPS(STEP_FILLS) | STEPS(STEP_POSITIONS),
    [RECONCILE_INCOME] = STEPS(STEP_INCOME) | STEPS(STEP_BALANCE),
    [RECONCILE_RECONNECT] = STEPS(STEP_ORDERS) | STEPS(STEP_FILLS) | STEPS(STEP_INCOME) |
                            STEPS(STEP_POSITIONS) | STEPS(STEP_BALANCE),
    [RECONCILE_FULL] = STEPS(STEP_END) - 1,
    [RECONCILE_START] = STEPS(STEP_END) - 1,
};

void reconcile_init(struct desk *desk)
{
    struct reconcile *self = &desk->reconcile;
    self->start_due = true;
    self->income_until_us = desk->fills_until_us;
}

static void reconciled(struct desk *desk, bool agrees)
{
    struct reconcile *self = &desk->reconcile;
    if (self->reconciled != agrees) {
        self->reconciled = agrees;
        desk_fact(desk, INSTRUMENT_NONE, FACT_RECONCILED, agrees, 1);
    }
}

/* ---- questions ---- */

static int64_t since_us(const struct desk *desk, int64_t known_us)
{
    int64_t from_us = known_us - OVERLAP_US;

    return desk->options.first_start && from_us < desk->started_us ? desk->started_us : from_us;
}

static void ask_step(struct desk *desk)
{
    struct reconcile *self = &desk->reconcile;
    const struct venue_table *table = desk->world.table;
    struct venue *venue = desk->world.venue;
    struct desk_request *request = desk_request(desk, CALL_RECONCILE, INSTRUMENT_NONE, 0);
    if (request == NULL) {
        return; /* asked at the next turn */
    }
    self->tag = request->tag;
    self->asked_ns = desk->now_ns;
    switch (self->step) {
    case STEP_SETTINGS: table->ask_settings(venue, self->tag); break;
    case STEP_ORDERS:
        for (int32_t index = 0; index < DESK_ORDERS; index++) {
            desk->orders[index].listed = false;
        }
        for (int32_t instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
            self->foreign[0][instrument] = self->foreign[1][instrument] = false;
        }
        table->ask_open_orders(venue, self->tag, INSTRUMENT_NONE);
        break;
    case STEP_FILLS:
        table->ask_fills(venue, self->tag, INSTRUMENT_NONE, since_us(desk, desk->fills_until_us));
        break;
    case STEP_INCOME:
        table->ask_income(venue, self->tag, since_us(desk, self->income_until_us));
        break;
    case STEP_POSITIONS:
        for (int32_t instrument = 0; instrument < INSTRUMENTS_MAX; instrument++) {
            self->rows_e6[instrument] = 0;
        }
        table->ask_positions(venue, self->tag);
        break;
    case STEP_BALANCE:
        self->balance_seen = false;
        table->ask_balance(venue, self->tag);
        break;
    case STEP_END: break;
    }
}

static void begin(struct desk *desk, enum reconcile_kind kind)
{
    struct reconcile *self = &desk->reconcile;
    self->kind = kind;
    self->step = STEP_SETTINGS;
    self->skipped = false;
    self->differences = 0;
    desk->counters.passes++;
    while ((steps_of[kind] & STEPS(self->step)) == 0) {
        self->step++;
    }
    ask_step(desk);
}

static enum reconcile_kind due(const struct desk *desk)
{
    const struct reconcile *self = &desk->reconcile;
    int64_t now_ns = desk->now_ns;
    if (self->start_due) {
        return RECONCILE_START;
    }
    if (self->full_due || self->full_ns <= now_ns) {
        return RECONCILE_FULL;
    }
    if (self->light_due) {
        return RECONCILE_RECONNECT;
    }
    if (self->income_ns <= now_ns) {
        return RECONCILE_INCOME;
    }
    if (self->positions_ns <= now_ns) {
        return RECONCILE_POSITIONS;
    }
    return self->orders_ns <= now_ns ? RECONCILE_ORDERS : RECONCILE_NONE;
}

void reconcile_turn(struct desk *desk)
{
    struct reconcile *self = &desk->reconcile;
    if (self->kind != RECONCILE_NONE) {
        if (self->tag == 0) {
            ask_step(desk);
        }
        return;
    }
    if (!desk->user_stream || self->retry_ns > desk->now_ns) {
        return;
    }
    enum reconcile_kind kind = due(desk);
    if (kind != RECONCILE_NONE) {
        begin(desk, kind);
    }
}

int64_t reconcile_deadline_ns(const struct desk *desk)
{
    const struct reconcile *self = &desk->reconcile;
    if (self->kind != RECONCILE_NONE || !desk->user_stream) {
        return NEVER_NS; /* an answer, or the stream, will wake it */
    }
    int64_t at_ns = self->orders_ns;
    at_ns = self->positions_ns < at_ns ? self->positions_ns : at_ns;
    at_ns = self->income_ns < at_ns ? self->income_ns : at_ns;
    at_ns = self->full_ns < at_ns ? self->full_ns : at_ns;
    if (self->start_due || self->light_due || self->full_due) {
        at_ns = 0;
    }
    return at_ns > self->retry_ns ? at_ns : self->retry_ns;
}

void reconcile_stream(struct desk *desk, bool up)
{
    if (!up) {
        reconciled(desk, false);
    }
    desk->reconcile.light_due = true; /* what it missed */
}

void reconcile_orders_soon(struct desk *desk)
{
    desk->reconcile.orders_ns = desk->now_ns;
}

void reconcile_income_soon(struct desk *desk)
{
    int64_t at_ns = desk->now_ns + AGAIN_NS;
    if (desk->reconcile.income_ns > at_ns) {
        desk->reconcile.income_ns = at_ns;
    }
}

/* ---- rows ---- */

static bool busy(const struct desk *desk, int32_t instrument)
{
    return desk->activity_ns[instrument] != 0 &&
           desk->now_ns - desk->activity_ns[instrument] < ACTIVITY_NS;
}

/* True: it is seen for the second time in a row. */
static bool differs(struct desk *desk, uint8_t *odd)
{
    desk->reconcile.differences++;
    desk->counters.differences++;
    *odd = (uint8_t)(*odd < 3 ? *odd + 1 : 3);

    return *odd == 2;
}

static void mismatch(struct desk *desk, int32_t instrument, int64_t venue, int64_t ours)
{
    desk_fact(desk, instrument, FACT_MISMATCH, venue, ours);
    desk_say(desk, SEVERITY_CRITICAL, instrument,
             "what the venue says and what we believe differ, twice in a row");
    reconciled(desk, false);
    desk->reconcile.full_due = true;
}

/* A leverage that somebody changed is set again before the next entry. */
static void setting_row(struct desk *desk, const struct news *news)
{
    struct desk_leverage *leverage = &desk->leverages[news->instrument];
    uint8_t *odd = &desk->reconcile.setting_odd[news->instrument];
    bool mode = !news->setting.mode_said || news->setting.margin_mode == desk->options.margin_mode;
    int32_t told = news->setting.leverage;
    bool same = told == 0 || told == leverage->wanted;
    leverage->mode_confirmed = mode && (news->setting.mode_said || leverage->mode_confirmed);
    if (leverage->wanted == 0) {
        return; /* nothing of ours rests on it: it is set before the first entry */
    }
    if (mode && same) {
        *odd = 0;
        leverage->confirmed = told != 0 ? told : leverage->confirmed;
        return;
    }
    leverage->confirmed = same ? leverage->confirmed : 0;
    if (differs(desk, odd)) {
        mismatch(desk, news->instrument, told, leverage->wanted);
    }
    desk_leverage_want(desk, news->instrument, leverage->wanted);
}

static bool stop_of_ours(const struct desk *desk, int32_t instrument)
{
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        const struct desk_order *order = &desk->orders[index];
        if (order->order_id != 0 && order->instrument == instrument && order->conditional &&
            order->reducing && order->accepted && order->over == OVER_NONE) {
            return true;
        }
    }
    return false;
}

/* Ours by its id, but of an earlier life and known to nobody: it goes. A stop only when it protects nothing any more. */
static void stray_of_ours(struct desk *desk, const struct news *news)
{
    const struct venue_order *told = &news->order;
    int32_t instrument = news->instrument;
    bool reducing = told->reduce_only || told->close_position;
    bool flat = desk->world.core.position_e6(desk->world.core.self, instrument) == 0;
    if (!reducing) {
        desk->reconcile.differences++;
    } else if (!flat && !stop_of_ours(desk, instrument)) {
        return;
    }
    struct desk_request *request = desk_request(desk, CALL_CANCEL, instrument, told->order_id);
    if (request != NULL) {
        desk->world.table->cancel(desk->world.venue, request->tag, instrument, told->order_id,
                                  told->conditional);
    }
}

static void order_row(struct desk *desk, const struct news *news)
{
    const struct venue_order *told = &news->order;
    bool open = told->state == VENUE_ORDER_OPEN || told->state == VENUE_ORDER_TRIGGERED;
    if (news->instrument == INSTRUMENT_NONE || !open) {
        return;
    }
    struct desk_order *order = desk_order_find(desk, told->order_id);
    if (order != NULL) {
        order->listed = true;
    } else if (told->order_id == 0) {
        desk->reconcile.foreign[told->conditional ? 1 : 0][news->instrument] = true;
    } else if (!desk_fenced(desk, news->instrument, told->order_id)) {
        stray_of_ours(desk, news);
    }
}

void reconcile_row(struct desk *desk, const struct news *news)
{
    struct reconcile *self = &desk->reconcile;
    if (news->tag != self->tag || self->tag == 0) {
        return;
    }
    if (news->kind == NEWS_ORDER) {
        order_row(desk, news);
    } else if (news->kind == NEWS_BALANCE) {
        self->balance_seen = true;
        self->wallet_e8 = news->balance.wallet_e8;
    } else if (news->kind == NEWS_POSITION && news->instrument != INSTRUMENT_NONE) {
        self->rows_e6[news->instrument] = side_sign(news->position.side) * news->position.size_e6;
    } else if (news->kind == NEWS_SETTING && news->instrument != INSTRUMENT_NONE) {
        setting_row(desk, news);
    }
}

/* ---- the end of a step ---- */

static void cancel_foreign(struct desk *desk, int32_t instrument, bool conditional)
{
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        const struct desk_order *order = &desk->orders[index];
        if (order->order_id != 0 && order->instrument == instrument &&
            order->conditional == conditional && order->over == OVER_NONE) {
            return; /* it would take ours as well */
        }
    }
    struct desk_request *request = desk_request(desk, CALL_CANCEL_ALL, instrument, 0);
    if (request != NULL) {
        desk->world.table->cancel_all(desk->world.venue, request->tag, instrument, conditional);
    }
}

static void judge_foreign(struct desk *desk, int32_t instrument, bool conditional)
{
    struct reconcile *self = &desk->reconcile;
    bool there = self->foreign[conditional][instrument];
    bool *told = &self->foreign_told[conditional][instrument];
    if (there && !*told) {
        desk_fact(desk, instrument, FACT_EXTERNAL, 1, 0);
        desk->counters.foreign++;
        desk_say(desk, SEVERITY_CRITICAL, instrument, "an order at the venue is not ours");
    }
    *told = there;
    if (there && desk->options.foreign == FOREIGN_CANCEL) {
        cancel_foreign(desk, instrument, conditional);
    }
}

static void judge_orders(struct desk *desk)
{
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        struct desk_order *order = &desk->orders[index];
        bool missing = order->order_id != 0 && order->over == OVER_NONE && order->accepted &&
                       !order->listed && order->inquiry.doubt == DOUBT_NONE;
        if (!missing) {
            continue;
        }
        if (busy(desk, order->instrument)) {
            desk->reconcile.skipped = true;
        } else {
            desk_doubt_begin(desk, order, DOUBT_LOST);
        }
    }
    for (int32_t instrument = 0; instrument < desk->world.instruments->count; instrument++) {
        judge_foreign(desk, instrument, false);
        judge_foreign(desk, instrument, true);
    }
}

static void judge_position(struct desk *desk, int32_t instrument)
{
    struct reconcile *self = &desk->reconcile;
    int64_t ours_e6 = desk->world.core.position_e6(desk->world.core.self, instrument);
    int64_t venue_e6 = self->rows_e6[instrument];
    uint8_t *odd = &self->odd[instrument];
    if (ours_e6 == venue_e6) {
        *odd = 0;
        self->external_told[instrument] = false;
        return;
    }
    if (busy(desk, instrument)) {
        self->skipped = true;
        return;
    }
    if (!differs(desk, odd)) {
        return;
    }
    mismatch(desk, instrument, venue_e6, ours_e6);
    if (ours_e6 == 0 && !self->external_told[instrument]) {
        self->external_told[instrument] = true;
        desk_fact(desk, instrument, FACT_EXTERNAL, 1, 0);
    }
}

static bool anything_busy(const struct desk *desk)
{
    for (int32_t instrument = 0; instrument < desk->world.instruments->count; instrument++) {
        if (busy(desk, instrument)) {
            return true;
        }
    }
    return false;
}

/* The first wallet that is seen on a new account is what was paid in. */
static void judge_balance(struct desk *desk)
{
    struct reconcile *self = &desk->reconcile;
    int64_t ours_e8 = desk->world.core.wallet_e8(desk->world.core.self);
    int64_t apart_e8 = self->wallet_e8 - ours_e8;
    if (!self->balance_seen) {
        self->differences++; /* done, and said nothing: not zero */
        return;
    }
    if (desk->options.first_start && !self->deposit_told) {
        self->deposit_told = true;
        struct event event = {.kind = EVENT_TRANSFER,
                              .instrument = INSTRUMENT_NONE,
                              .transfer = {.amount_e8 = apart_e8}};
        if (apart_e8 != 0) {
            desk->world.events.take(desk->world.events.self, &event);
        }
        return;
    }
    apart_e8 = apart_e8 < 0 ? -apart_e8 : apart_e8;
    if (apart_e8 <= desk->options.wallet_tolerance_e8) {
        self->wallet_odd = 0;
    } else if (anything_busy(desk)) {
        self->skipped = true;
    } else if (differs(desk, &self->wallet_odd)) {
        mismatch(desk, INSTRUMENT_NONE, self->wallet_e8, ours_e8);
    }
}

/* ---- the end of a pass ---- */

static void again(struct desk *desk, enum reconcile_kind kind)
{
    struct reconcile *self = &desk->reconcile;
    self->start_due |= kind == RECONCILE_START;
    self->full_due |= kind == RECONCILE_FULL;
    self->light_due |= kind == RECONCILE_RECONNECT;
    if (kind == RECONCILE_POSITIONS) {
        self->positions_ns = desk->now_ns;
    } else if (kind == RECONCILE_INCOME) {
        self->income_ns = desk->now_ns;
    }
    int64_t wait_ns = NS_PER_S << (self->failures < 6 ? self->failures : 6);
    self->retry_ns = desk->now_ns + (wait_ns < 60 * NS_PER_S ? wait_ns : 60 * NS_PER_S);
}

static void unfinished(struct desk *desk, enum reconcile_kind kind, const char *what)
{
    struct reconcile *self = &desk->reconcile;
    self->failures++;
    again(desk, kind);
    if (self->failures == ALARM_AFTER) {
        desk_say(desk, SEVERITY_CRITICAL, INSTRUMENT_NONE, what);
        reconciled(desk, false);
        self->full_due = true; /* only a whole pass trusts again */
    }
}

static bool in_doubt(const struct desk *desk)
{
    for (int32_t index = 0; index < DESK_ORDERS; index++) {
        if (desk->orders[index].order_id != 0 && desk->orders[index].inquiry.doubt != DOUBT_NONE) {
            return true;
        }
    }
    return false;
}

static void schedule(struct desk *desk, enum reconcile_kind kind)
{
    struct reconcile *self = &desk->reconcile;
    int64_t now_ns = desk->now_ns;
    int steps = steps_of[kind];
    self->orders_ns = (steps & STEPS(STEP_ORDERS)) != 0 ? now_ns + ORDERS_NS : self->orders_ns;
    self->positions_ns =
        (steps & STEPS(STEP_POSITIONS)) != 0 ? now_ns + POSITIONS_NS : self->positions_ns;
    self->income_ns = (steps & STEPS(STEP_INCOME)) != 0 ? now_ns + INCOME_NS : self->income_ns;
    self->full_ns = kind >= RECONCILE_FULL ? now_ns + FULL_NS : self->full_ns;
    self->start_due &= kind != RECONCILE_START;
    self->full_due &= kind < RECONCILE_FULL;
    self->light_due &= kind < RECONCILE_RECONNECT;
}

static void end(struct desk *desk)
{
    struct reconcile *self = &desk->reconcile;
    enum reconcile_kind kind = self->kind;
    bool whole = kind >= RECONCILE_RECONNECT;
    bool open = whole && (self->skipped || in_doubt(desk));
    self->kind = RECONCILE_NONE;
    schedule(desk, kind);
    if (self->differences > 0) {
        unfinished(desk, kind, "the venue's account and ours do not agree");
    } else if (open) {
        again(desk, kind); /* what is settling is waited for, without counting */
    } else {
        self->failures = 0;
        if (whole && desk->user_stream && !desk->fenced) {
            reconciled(desk, true);
        }
    }
}

static void judge(struct desk *desk)
{
    switch (desk->reconcile.step) {
    case STEP_ORDERS: judge_orders(desk); break;
    case STEP_POSITIONS:
        for (int32_t instrument = 0; instrument < desk->world.instruments->count; instrument++) {
            judge_position(desk, instrument);
        }
        break;
    case STEP_BALANCE: judge_balance(desk); break;
    case STEP_SETTINGS:
    case STEP_FILLS:
    case STEP_INCOME:
    case STEP_END: break; /* their rows have said it */
    }
}

void reconcile_answer(struct desk *desk, const struct news *news)
{
    struct reconcile *self = &desk->reconcile;
    if (news->tag != self->tag) {
        return;
    }
    self->tag = 0;
    if (news->answer.outcome != ANSWER_DONE) {
        enum reconcile_kind kind = self->kind;
        self->kind = RECONCILE_NONE;
        unfinished(desk, kind, "the venue's account cannot be read");
        return;
    }
    judge(desk);
    do {
        self->step++;
    } while (self->step != STEP_END && (steps_of[self->kind] & STEPS(self->step)) == 0);
    if (self->step == STEP_END) {
        end(desk);
    } else {
        ask_step(desk);
    }
}
