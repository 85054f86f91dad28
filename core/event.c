#include "core/event.h"

#include "core/settings.h"

/* The canonical encoding. Head word: kind in bits 0..7, a small field of the kind in bits 8..31,
 * the instrument in the high half; then time, venue time, and the fields in the order of their
 * struct. */
static uint64_t head_word(int kind, int32_t small, int32_t instrument)
{
    return (uint64_t)(unsigned)kind | ((uint64_t)(uint32_t)small & 0xFFFFFF) << 8 |
           (uint64_t)(uint32_t)instrument << 32;
}

static uint64_t pair_word(int32_t low, int32_t high)
{
    return (uint64_t)(uint32_t)low | (uint64_t)(uint32_t)high << 32;
}

const char *event_kind_text(int kind)
{
    static const char *const words[] = {"?",    "market",   "bar",     "funding",  "order",
                                        "fill", "transfer", "command", "timer",    "signal",
                                        "end",  "book",     "fact",    "snapshot", "settings"};
    _Static_assert(ARRAY_COUNT(words) == EVENT_SETTINGS + 1, "a word for each kind");
    return kind >= 0 && (size_t)kind < ARRAY_COUNT(words) ? words[kind] : "?";
}

const char *order_reason_text(int reason)
{
    static const char *const words[] = {"none",
                                        "tick",
                                        "lot",
                                        "size",
                                        "notional_min",
                                        "margin",
                                        "leverage_bracket",
                                        "would_trigger",
                                        "post_only",
                                        "reduce_only",
                                        "fok",
                                        "ioc",
                                        "no_market",
                                        "ttl",
                                        "requested",
                                        "liquidation",
                                        "position_closed",
                                        "unknown_order",
                                        "liquidity",
                                        "rate_limit",
                                        "banned",
                                        "too_old",
                                        "cancel_only",
                                        "submit_only",
                                        "orders_max",
                                        "algo_orders_max",
                                        "price_high",
                                        "price_low",
                                        "counterparty",
                                        "callback",
                                        "duplicate_id",
                                        "linked",
                                        "amended",
                                        "not_amendable",
                                        "no_change",
                                        "position_open",
                                        "orders_open",
                                        "self_trade",
                                        "isolated_only",
                                        "wallet",
                                        "position_margin"};
    _Static_assert(ARRAY_COUNT(words) == REASON_POSITION_MARGIN + 1, "a word for each reason");
    return reason >= 0 && (size_t)reason < ARRAY_COUNT(words) ? words[reason] : "?";
}

const char *fact_text(int fact)
{
    static const char *const words[] = {
        "requests", "latency",  "clock_skew", "storage", "queue", "user_stream", "reconciled",
        "external", "mismatch", "integrity",  "fenced",  "rules", "heartbeat",   "budget"};
    _Static_assert(ARRAY_COUNT(words) == FACT_BUDGET + 1, "a word for each fact");
    return fact >= 0 && (size_t)fact < ARRAY_COUNT(words) ? words[fact] : "?";
}

const char *order_evidence_text(int evidence)
{
    static const char *const words[] = {"acked",   "rejected",        "canceled",
                                        "expired", "cancel_rejected", "amended",
                                        "unknown", "not_sent",        "absent"};
    _Static_assert(ARRAY_COUNT(words) == EVIDENCE_ABSENT + 1, "a word for each evidence");
    return evidence >= 0 && (size_t)evidence < ARRAY_COUNT(words) ? words[evidence] : "?";
}

const char *command_text(int command)
{
    static const char *const words[] = {"stop",          "flatten",     "reset_request",
                                        "reset_approve", "rebase_peak", "clutch_on",
                                        "clutch_off",    "shutdown"};
    _Static_assert(ARRAY_COUNT(words) == COMMAND_SHUTDOWN + 1, "a word for each command");
    return command >= 0 && (size_t)command < ARRAY_COUNT(words) ? words[command] : "?";
}

static void bar_mix(struct digest *digest, const struct event_bar *bar)
{
    digest_signed(digest, bar->open_time_us);
    digest_signed(digest, bar->interval_us);
    digest_signed(digest, bar->open_e12);
    digest_signed(digest, bar->high_e12);
    digest_signed(digest, bar->low_e12);
    digest_signed(digest, bar->close_e12);
    digest_signed(digest, bar->volume);
}

static void book_mix(struct digest *digest, const struct event_book *book)
{
    digest_signed(digest, book->bid_e12);
    digest_signed(digest, book->ask_e12);
    for (int side = 0; side < 2; side++) {
        digest_signed(digest, book->depth_e6[side]);
        digest_signed(digest, book->slippage_e9[side]);
    }
    digest_signed(digest, book->index_e12);
}

static void fill_mix(struct digest *digest, const struct event_fill *fill)
{
    digest_word(digest, fill->order_id);
    digest_word(digest, fill->trade_id);
    digest_word(digest,
                (uint64_t)fill->side | (uint64_t)fill->liquidity << 8 | (uint64_t)fill->kind << 16);
    digest_signed(digest, fill->price_e12);
    digest_signed(digest, fill->size_e6);
    digest_signed(digest, fill->fee_e8);
}

static void command_mix(struct digest *digest, const struct event_command *command)
{
    digest_word(digest, (uint64_t)command->command | (uint64_t)command->scope << 8);
    digest_signed(digest, command->scope_index);
    digest_text(digest, command->principal);
    digest_text(digest, command->reason);
}

static void signal_targets_mix(struct digest *digest, const struct signal *signal)
{
    digest_word(digest, pair_word(signal->target_count, signal->target_share_count));
    for (int32_t index = 0; index < signal->target_count; index++) {
        digest_signed(digest, signal->target_e12[index]);
    }
    for (int32_t index = 0; index < signal->target_share_count; index++) {
        digest_signed(digest, signal->target_share_e9[index]);
    }
}

static void signal_mix(struct digest *digest, const struct signal *signal)
{
    digest_signed(digest, signal->id);
    digest_signed(digest, signal->timestamp_us);
    digest_text(digest, signal->token);
    digest_text(digest, signal->source);
    digest_text(digest, signal->external_id);
    digest_text(digest, signal->confidence);
    digest_word(digest, (uint64_t)signal->bad | (uint64_t)signal->direction << 32 |
                            (uint64_t)signal->direction_metadata << 40 |
                            (uint64_t)(signal->has_price ? 1 : 0) << 48 |
                            (uint64_t)(signal->has_volume ? 1 : 0) << 49 |
                            (uint64_t)(signal->target_metadata ? 1 : 0) << 50);
    digest_signed(digest, signal->price_e12);
    digest_signed(digest, signal->volume);
    digest_signed(digest, signal->volume_exponent);
    digest_signed(digest, signal->stop_e12);
    digest_signed(digest, signal->stop_metadata_e12);
    signal_targets_mix(digest, signal);
    digest_signed(digest, signal->entry_low_e12);
    digest_signed(digest, signal->entry_high_e12);
    digest_signed(digest, signal->trailing_e9);
    digest_word(digest, pair_word(signal->leverage, signal->leverage_stated));
    digest_signed(digest, signal->ttl_us);
}

static void snapshot_mix(struct digest *digest, const struct event_snapshot *snapshot)
{
    digest_signed(digest, snapshot->size);
    for (int64_t place = 0; place + 8 <= snapshot->size; place += 8) {
        uint64_t word = 0;
        for (int byte = 0; byte < 8; byte++) {
            word |= (uint64_t)snapshot->bytes[place + byte] << (8 * byte);
        }
        digest_word(digest, word);
    }
}

static void settings_mix(struct digest *digest, const struct settings *settings)
{
    for (int32_t row = 0; row < settings_row_count; row++) {
        digest_signed(digest, settings_value(settings, row));
    }
    for (size_t place = 0; place < ARRAY_COUNT(settings->allowed); place++) {
        digest_word(digest, settings->allowed[place]);
    }
    digest_word(digest, (uint64_t)settings->fidelity | (uint64_t)(settings->simulated ? 1 : 0)
                                                           << 8);
    digest_signed(digest, settings->modelled_slippage_e9);
    digest_signed(digest, settings->bar_interval_us);
}

void event_mix(struct digest *digest, const struct event *event)
{
    int32_t small = event->kind == EVENT_BAR ? event->bar.volume_exponent : 0;
    digest_word(digest, head_word((int)event->kind, small, event->instrument));
    digest_signed(digest, event->time_us);
    digest_signed(digest, event->venue_time_us);
    switch (event->kind) {
    case EVENT_MARKET:
        digest_signed(digest, event->market.last_e12);
        digest_signed(digest, event->market.mark_e12);
        break;
    case EVENT_BOOK: book_mix(digest, &event->book); break;
    case EVENT_BAR: bar_mix(digest, &event->bar); break;
    case EVENT_FUNDING:
        digest_signed(digest, event->funding.rate_e16);
        digest_signed(digest, event->funding.mark_e12);
        if (event->funding.stated) {
            digest_signed(digest, event->funding.amount_e8);
        }
        break;
    case EVENT_ORDER:
        digest_word(digest, event->order.order_id);
        digest_word(digest, (uint64_t)event->order.evidence | (uint64_t)event->order.reason << 8);
        if (event->order.evidence == EVIDENCE_AMENDED) {
            digest_signed(digest, event->order.price_e12);
            digest_signed(digest, event->order.size_e6);
        }
        break;
    case EVENT_FILL: fill_mix(digest, &event->fill); break;
    case EVENT_TRANSFER: digest_signed(digest, event->transfer.amount_e8); break;
    case EVENT_COMMAND: command_mix(digest, event->command); break;
    case EVENT_SIGNAL: signal_mix(digest, event->signal); break;
    case EVENT_FACT:
        digest_word(digest, (uint64_t)event->fact.fact);
        digest_signed(digest, event->fact.value);
        digest_signed(digest, event->fact.other);
        break;
    case EVENT_SNAPSHOT: snapshot_mix(digest, &event->snapshot); break;
    case EVENT_SETTINGS: settings_mix(digest, event->settings); break;
    case EVENT_TIMER:
    case EVENT_END: break;
    }
}
