#include "core/action.h"

#include <string.h>

struct action *
actions_add(struct actions *self, enum action_kind kind, int64_t time_us, int32_t instrument)
{
    CHECK(self->count < ACTIONS_MAX);
    struct action *item = &self->items[self->count++];
    memset(item, 0, sizeof(*item));
    item->kind = kind;
    item->instrument = instrument;
    item->time_us = time_us;
    return item;
}

static uint64_t flag(bool value)
{
    return value ? 1 : 0;
}

static uint64_t pair_word(int32_t low, int32_t high)
{
    return (uint64_t)(uint32_t)low | (uint64_t)(uint32_t)high << 32;
}

/* A text that may be missing: the missing one is not the empty one. */
static void optional_text(struct digest *digest, const char *text)
{
    digest_word(digest, flag(text != NULL));
    if (text != NULL) {
        digest_text(digest, text);
    }
}

static void place_mix(struct digest *digest, const struct action_place *place)
{
    digest_word(digest, place->order_id);
    digest_word(digest, (uint64_t)place->side | (uint64_t)place->type << 8 |
                            (uint64_t)place->tif << 16 | (uint64_t)place->trigger_by << 24 |
                            flag(place->reduce_only) << 32 | flag(place->close_position) << 33);
    digest_signed(digest, place->size_e6);
    digest_signed(digest, place->price_e12);
    digest_signed(digest, place->trigger_e12);
    digest_signed(digest, place->callback_e9);
    digest_signed(digest, place->expires_us);
}

static void order_mix(struct digest *digest, const struct order *order)
{
    digest_word(digest, order->order_id);
    digest_signed(digest, order->signal_id);
    digest_signed(digest, order->position_id);
    digest_word(digest, pair_word(order->instrument, order->leverage));
    digest_word(digest, (uint64_t)order->side | (uint64_t)order->type << 4 |
                            (uint64_t)order->tif << 8 | (uint64_t)order->trigger_by << 12 |
                            flag(order->reduce_only) << 16 | flag(order->close_position) << 17 |
                            flag(order->entry) << 18 | (uint64_t)order->state << 24 |
                            (uint64_t)order->reason << 32 | (uint64_t)order->exit_reason << 40);
    digest_signed(digest, order->price_e12);
    digest_signed(digest, order->trigger_e12);
    digest_signed(digest, order->callback_e9);
    digest_signed(digest, order->size_e6);
    digest_signed(digest, order->filled_e6);
    digest_signed(digest, order->expires_us);
    digest_signed(digest, order->intent_us);
    digest_signed(digest, order->sent_us);
    digest_signed(digest, order->acked_us);
    digest_signed(digest, order->ended_us);
}

static void fill_mix(struct digest *digest, const struct action_fill *fill)
{
    digest_word(digest, fill->order_id);
    digest_word(digest, fill->trade_id);
    digest_signed(digest, fill->position_id);
    digest_word(digest,
                (uint64_t)fill->side | (uint64_t)fill->liquidity << 8 | (uint64_t)fill->kind << 16);
    digest_signed(digest, fill->price_e12);
    digest_signed(digest, fill->size_e6);
    digest_signed(digest, fill->fee_e8);
    digest_signed(digest, fill->venue_time_us);
}

static void position_mix(struct digest *digest, const struct position *position)
{
    digest_signed(digest, position->position_id);
    digest_signed(digest, position->signal_id);
    digest_word(digest, pair_word(position->instrument, position->strategy));
    digest_word(digest, (uint64_t)position->side | (uint64_t)position->margin_mode << 4 |
                            (uint64_t)position->status << 8 |
                            (uint64_t)position->exit_reason << 16 |
                            (uint64_t)(uint32_t)position->leverage << 32);
    digest_signed(digest, position->size_e6);
    digest_signed(digest, position->size_total_e6);
    digest_signed(digest, position->cost_e8);
    digest_signed(digest, position->cost_total_e8);
    digest_signed(digest, position->margin_e8);
    digest_signed(digest, position->margin_peak_e8);
    digest_signed(digest, position->realised_e8);
    digest_signed(digest, position->fees_e8);
    digest_signed(digest, position->funding_e8);
    digest_signed(digest, position->favourable_e8);
    digest_signed(digest, position->adverse_e8);
    digest_signed(digest, position->mark_e12);
    digest_signed(digest, position->liquidation_e12);
    digest_signed(digest, position->stop_e12);
    digest_signed(digest, position->opened_us);
    digest_signed(digest, position->closed_us);
}

static void check_mix(struct digest *digest, const struct check *check)
{
    digest_text(digest, check->name);
    digest_signed(digest, check->value);
    digest_signed(digest, check->limit);
    digest_word(digest, (uint64_t)(uint32_t)check->scale | (uint64_t)check->state << 32 |
                            (uint64_t)check->verdict << 40);
    optional_text(digest, check->reason);
}

static void assessment_mix(struct digest *digest, const struct assessment *assessment)
{
    digest_signed(digest, assessment->signal_id);
    digest_word(digest, (uint64_t)assessment->verdict | flag(assessment->approved) << 16 |
                            flag(assessment->cached) << 17 | flag(assessment->limit_entry) << 18 |
                            (uint64_t)assessment->side << 24 |
                            (uint64_t)(uint32_t)assessment->instrument << 32);
    digest_word(digest, pair_word(assessment->base_leverage, assessment->max_leverage));
    digest_word(digest, pair_word(assessment->leverage, assessment->check_count));
    digest_signed(digest, assessment->position_size_e6);
    digest_signed(digest, assessment->notional_e8);
    digest_signed(digest, assessment->price_e12);
    digest_signed(digest, assessment->stop_e12);
    optional_text(digest, assessment->stop_source);
    optional_text(digest, assessment->bound);
    optional_text(digest, assessment->size_bound);
    for (int32_t index = 0; index < assessment->check_count; index++) {
        check_mix(digest, &assessment->checks[index]);
    }
}

static void posting_mix(struct digest *digest, const struct action_posting *posting)
{
    digest_signed(digest, posting->txn);
    digest_word(digest, (uint64_t)posting->account | (uint64_t)posting->kind << 8);
    digest_signed(digest, posting->amount_e8);
    digest_signed(digest, posting->position_id);
    digest_signed(digest, posting->venue_time_us);
}

static void equity_mix(struct digest *digest, const struct action_equity *equity)
{
    digest_signed(digest, equity->balance_e8);
    digest_signed(digest, equity->equity_e8);
    digest_signed(digest, equity->margin_used_e8);
    digest_signed(digest, equity->margin_available_e8);
    digest_signed(digest, equity->drawdown_ppm);
    digest_word(digest, pair_word(equity->open_positions, (int32_t)equity->breaker_state));
}

static void breaker_mix(struct digest *digest, const struct action_breaker *breaker)
{
    digest_word(digest, (uint64_t)breaker->scope | (uint64_t)breaker->from << 8 |
                            (uint64_t)breaker->to << 16 |
                            (uint64_t)(uint32_t)breaker->scope_index << 32);
    optional_text(digest, breaker->cause);
    digest_signed(digest, breaker->value);
    digest_signed(digest, breaker->limit);
    digest_signed(digest, breaker->baseline_e8);
    optional_text(digest, breaker->actor);
}

/* The five kinds that are words for people. */
static void words_mix(struct digest *digest, const struct action *action)
{
    if (action->kind == ACTION_AUDIT) {
        optional_text(digest, action->audit.actor);
        optional_text(digest, action->audit.role);
        optional_text(digest, action->audit.action);
        optional_text(digest, action->audit.object);
        optional_text(digest, action->audit.result);
    } else if (action->kind == ACTION_ALERT) {
        digest_word(digest, (uint64_t)action->alert.severity);
        optional_text(digest, action->alert.title);
        optional_text(digest, action->alert.body);
    } else if (action->kind == ACTION_ERROR) {
        digest_word(digest,
                    (uint64_t)action->error.category | (uint64_t)action->error.severity << 8);
        optional_text(digest, action->error.code);
        optional_text(digest, action->error.message);
    } else {
        CHECK(action->kind == ACTION_METRIC);
        optional_text(digest, action->metric.name);
        digest_signed(digest, action->metric.value);
        digest_signed(digest, action->metric.scale);
        optional_text(digest, action->metric.metadata);
    }
}

/* A signal is in the digest as an event already: its id stands for it. */
static void signal_mix(struct digest *digest, const struct action_signal *signal)
{
    digest_signed(digest, signal->signal->id);
    digest_word(digest, (uint64_t)signal->verdict | (uint64_t)signal->side << 16 |
                            (uint64_t)(uint32_t)signal->confidence << 32);
    digest_signed(digest, signal->instrument);
}

void action_mix(struct digest *digest, const struct action *action)
{
    digest_word(digest, pair_word((int32_t)action->kind, action->instrument));
    digest_signed(digest, action->time_us);
    switch (action->kind) {
    case ACTION_LEVERAGE:
        digest_word(digest,
                    pair_word(action->leverage.leverage, (int32_t)action->leverage.margin_mode));
        break;
    case ACTION_PLACE: place_mix(digest, &action->place); break;
    case ACTION_CANCEL: digest_word(digest, action->cancel.order_id); break;
    case ACTION_SIGNAL: signal_mix(digest, &action->signal); break;
    case ACTION_ASSESSMENT: assessment_mix(digest, action->assessment); break;
    case ACTION_DECISION:
        digest_word(digest, action->decision.hash);
        digest_signed(digest, action->decision.expires_us);
        /* the assessment has an action of its own in the same step */
        digest_word(digest, (uint64_t)action->decision.assessment->verdict);
        break;
    case ACTION_ORDER: order_mix(digest, &action->order); break;
    case ACTION_FILL: fill_mix(digest, &action->fill); break;
    case ACTION_POSITION: position_mix(digest, &action->position); break;
    case ACTION_POSTING: posting_mix(digest, &action->posting); break;
    case ACTION_EQUITY: equity_mix(digest, &action->equity); break;
    case ACTION_BREAKER: breaker_mix(digest, &action->breaker); break;
    case ACTION_AUDIT:
    case ACTION_ALERT:
    case ACTION_ERROR:
    case ACTION_METRIC: words_mix(digest, action); break;
    }
}

/* Number in base 36, small letters, without leading zeros; returns where it ends. */
static char *put_base36(char *out, uint64_t value)
{
    char reversed[14]; /* 36^13 > 2^64 */
    size_t count = 0;
    do {
        reversed[count++] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36];
        value /= 36;
    } while (value != 0);
    while (count > 0) {
        *out++ = reversed[--count];
    }
    return out;
}

/* CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, no reflection; "123456789" gives 0x29B1. It
 * tells our ids from strangers' and finds one that was typed or cut wrongly. */
static uint16_t crc16(const char *text, size_t length)
{
    uint32_t crc = 0xFFFF;
    for (size_t index = 0; index < length; index++) {
        crc ^= (uint32_t)(unsigned char)text[index] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
        }
        crc &= 0xFFFF;
    }
    return (uint16_t)crc;
}

void client_id_format(uint64_t order_id, char out[CLIENT_ID_BYTES])
{
    char *cursor = out;
    *cursor++ = (order_id & ORDER_ID_FLATTEN) != 0 ? 'f' : 'c';
    cursor = put_base36(cursor, (order_id & ~ORDER_ID_FLATTEN) >> 40);
    *cursor++ = '-';
    cursor = put_base36(cursor, order_id & ((1ULL << 40) - 1));
    uint16_t crc = crc16(out, (size_t)(cursor - out));
    *cursor++ = '-';
    for (int shift = 12; shift >= 0; shift -= 4) {
        *cursor++ = "0123456789abcdef"[crc >> shift & 15];
    }
    *cursor = '\0';
}

/* The number in base 36 at *text, which is left behind it; at most 13 digits, wrapping: the caller writes it again. */
static uint64_t take_base36(const char **text)
{
    uint64_t value = 0;
    for (int count = 0; count < 13; count++) {
        char digit = **text;
        if (digit >= '0' && digit <= '9') {
            value = value * 36 + (uint64_t)(digit - '0');
        } else if (digit >= 'a' && digit <= 'z') {
            value = value * 36 + (uint64_t)(digit - 'a') + 10;
        } else {
            break;
        }
        (*text)++;
    }
    return value;
}

bool client_id_parse(const char *text, uint64_t *order_id)
{
    char again[CLIENT_ID_BYTES];
    const char *cursor = text;
    if (*cursor != 'c' && *cursor != 'f') {
        return false;
    }
    uint64_t flatten = *cursor++ == 'f' ? ORDER_ID_FLATTEN : 0;
    uint64_t epoch = take_base36(&cursor);
    if (*cursor != '-') {
        return false;
    }
    cursor++;
    uint64_t id = ORDER_ID(epoch, take_base36(&cursor)) | flatten;
    client_id_format(id, again);
    uint64_t length = strlen(text);
    if (length != strlen(again) || memcmp(text, again, length) != 0) {
        return false;
    }
    *order_id = id;
    return true;
}
