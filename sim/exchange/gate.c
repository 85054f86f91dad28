/* gate.c - what the venue takes at all at this hour: rate limits, bans and incidents stand before the order's own merits.
 * Order    a ban, then the rate limit, then what the incident says. Leverage always passes: it has no answer that could say
 *          otherwise.
 * Delisting the position is closed at the last mark as a taker without slippage, by the venue itself (order id 0), then orders
 *          are cancelled (no_market); after it there is no market. */
#include "core/fixed.h"
#include "core/instant.h"
#include "sim/exchange/contract.h"
#include "sim/exchange/state.h"

static bool is_active(struct exchange *self, enum incident_kind kind, int32_t instrument)
{
    return incidents_active(&self->incidents, self->now_us, kind, instrument) != NULL;
}

static struct limit_rules rules_now(struct exchange *self)
{
    const struct exchange_settings *settings = self->settings;
    struct limit_rules rules = {
        .orders_10s = settings->rate_10s,
        .orders_1m = settings->rate_1m,
        .violations = settings->rate_violations,
        .ban_us = settings->rate_ban,
    };
    const struct incident *tight =
        incidents_active(&self->incidents, self->now_us, INCIDENT_RATE_LIMIT, INSTRUMENT_NONE);
    if (tight == NULL) {
        return rules;
    }
    rules.orders_10s = tight->orders_10s < rules.orders_10s ? tight->orders_10s : rules.orders_10s;
    rules.orders_1m = tight->orders_1m < rules.orders_1m ? tight->orders_1m : rules.orders_1m;
    return rules;
}

static bool message_submits(const struct message *message)
{
    return message->kind == MESSAGE_PLACE || message->kind == MESSAGE_GROUP;
}

static bool message_cancels(const struct message *message)
{
    return message->kind == MESSAGE_CANCEL || message->kind == MESSAGE_CANCEL_ALL ||
           message->kind == MESSAGE_AMEND;
}

static enum order_reason reason_rate(struct exchange *self, const struct message *message)
{
    int64_t tens = 1;
    if (message->kind == MESSAGE_LEVERAGE || message->batched) {
        return message->batched ? self->batch_reason : REASON_NONE;
    }
    if (limits_banned(&self->limits, self->now_us)) {
        return REASON_BANNED;
    }
    if (message->kind == MESSAGE_BATCH) {
        tens = message->batch_count;
    } else if (!message_submits(message) && message->kind != MESSAGE_AMEND) {
        return REASON_NONE;
    }
    if (message->kind == MESSAGE_GROUP) {
        tens = message->group.count;
    }
    struct limit_rules rules = rules_now(self);
    int64_t minute = message->kind == MESSAGE_GROUP ? tens : 1;
    enum order_reason reason = limits_take(&self->limits, &rules, self->now_us, tens, minute);
    self->counters.bans = self->limits.bans;
    return reason;
}

static enum order_reason reason_incident(struct exchange *self, const struct message *message)
{
    bool submits = message_submits(message);
    bool amends = message->kind == MESSAGE_AMEND;
    int32_t instrument = message->instrument;
    if (message->held && (submits || amends)) {
        return REASON_TOO_OLD;
    }
    if ((submits || amends) && gate_halted(self, instrument)) {
        return REASON_NO_MARKET;
    }
    if ((submits || amends) && is_active(self, INCIDENT_CANCEL_ONLY, instrument)) {
        return REASON_CANCEL_ONLY;
    }
    if (message_cancels(message) && is_active(self, INCIDENT_SUBMIT_ONLY, instrument)) {
        return REASON_SUBMIT_ONLY;
    }
    return REASON_NONE;
}

static void
gate_answer(struct exchange *self, const struct message *message, enum order_reason reason)
{
    int32_t instrument = message->instrument;
    switch (message->kind) {
    case MESSAGE_PLACE:
        tell_order(self, instrument, message->place.order_id, EVIDENCE_REJECTED, reason);
        break;
    case MESSAGE_CANCEL:
        tell_order(self, instrument, message->cancel_id, EVIDENCE_CANCEL_REJECTED, reason);
        break;
    case MESSAGE_AMEND:
        tell_order(self, instrument, message->amend.order_id, EVIDENCE_CANCEL_REJECTED, reason);
        break;
    case MESSAGE_GROUP:
        for (int32_t index = 0; index < message->group.count; index++) {
            uint64_t order_id = message->group.places[index].order_id;
            tell_order(self, instrument, order_id, EVIDENCE_REJECTED, reason);
        }
        break;
    case MESSAGE_MARGIN_MODE:
        tell_order(self, instrument, message->margin_mode.request_id, EVIDENCE_REJECTED, reason);
        break;
    case MESSAGE_MARGIN:
        tell_order(self, instrument, message->margin.request_id, EVIDENCE_REJECTED, reason);
        break;
    case MESSAGE_LEVERAGE:
    case MESSAGE_CANCEL_ALL:
    case MESSAGE_BATCH: break;
    }
}

bool gate_passes(struct exchange *self, const struct message *message)
{
    enum order_reason reason = reason_rate(self, message);
    if (message->kind == MESSAGE_BATCH) {
        self->batch_reason = reason;
        return true;
    }
    bool rate = reason == REASON_RATE_LIMIT || reason == REASON_BANNED;
    if (reason == REASON_NONE) {
        reason = reason_incident(self, message);
    }
    if (reason == REASON_NONE) {
        return true;
    }
    self->counters.rate_refusals += rate;
    self->counters.refused += !rate;
    gate_answer(self, message, reason);
    return false;
}

bool gate_halted(struct exchange *self, int32_t instrument)
{
    return is_active(self, INCIDENT_HALT, instrument);
}

bool gate_silent(struct exchange *self, int32_t instrument)
{
    return is_active(self, INCIDENT_STALE_FEED, instrument) ||
           is_active(self, INCIDENT_DEAD, instrument);
}

static void delist_leg(struct exchange *self, int32_t instrument, enum side held)
{
    struct books_position leg;
    account_books_leg(&self->account, instrument, held, &leg);
    if (leg.size_e6 == 0) {
        return;
    }
    struct execution execution = {
        .order_id = 0,
        .side = side_opposite(held),
        .liquidity = LIQUIDITY_TAKER,
        .kind = FILL_TRADE,
        .reduces = true,
        .price_e12 = exchange_mark_e12(self, instrument),
        .size_e6 = leg.size_e6,
    };
    matching_execute(self, instrument, &execution);
}

void gate_adl_plan(struct exchange *self, int32_t instrument, int64_t from_us)
{
    const struct incident *item = incidents_adl(&self->incidents, instrument, from_us);
    self->tracks[instrument].adl_us = item != NULL ? item->from_us : INSTANT_NEVER;
}

/* Only who is in profit stands in the queue of deleveraging. */
static void
adl_side(struct exchange *self, int32_t instrument, enum side side, const struct incident *item)
{
    struct books_position leg;
    account_books_leg(&self->account, instrument, side, &leg);
    const struct margin_leg held = {leg.size_e6, leg.cost_e8};
    const struct exchange_adl adl = {
        .side = side,
        .price_e12 = item->price_e12 > 0 ? item->price_e12 : exchange_mark_e12(self, instrument),
        .share_e9 = item->factor_e6 * (ONE_E9 / ONE_E6),
    };
    if (leg.size_e6 > 0 &&
        contract_unrealised_e8(exchange_item(self, instrument), side, &held, adl.price_e12) > 0) {
        (void)exchange_adl(self, self->now_us, instrument, &adl);
    }
}

void gate_adl(struct exchange *self, int32_t instrument)
{
    int64_t due_us = self->tracks[instrument].adl_us;
    if (due_us > self->now_us) {
        return;
    }
    const struct incident *item = incidents_adl(&self->incidents, instrument, due_us);
    incidents_turn(&self->incidents, self->now_us);
    gate_adl_plan(self, instrument, self->now_us + 1);
    adl_side(self, instrument, SIDE_LONG, item);
    adl_side(self, instrument, SIDE_SHORT, item);
}

void gate_delist(struct exchange *self, int32_t instrument)
{
    struct track *track = &self->tracks[instrument];
    if (track->delist_us > self->now_us) {
        return;
    }
    incidents_turn(&self->incidents, self->now_us);
    track->delist_us = INSTANT_NEVER;
    self->counters.delistings++;
    delist_leg(self, instrument, SIDE_LONG);
    delist_leg(self, instrument, SIDE_SHORT);
    matching_clear(self, instrument, false, REASON_NO_MARKET);
    linked_withdraw_all(self, instrument, REASON_NO_MARKET);
    if (self->now_us < track->path.end_us) {
        track->path.end_us = self->now_us;
    }
}
