#include "data/journal_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/fixed.h"
#include "core/instant.h"

bool journal_words_equal(const struct journal_words *a, const struct journal_words *b)
{
    bool same = a->count == b->count;
    for (int32_t index = 0; same && index < a->count; index++) {
        same = a->words[index] == b->words[index];
    }
    return same;
}

static void add(struct journal_words *self, int64_t word)
{
    CHECK(self->count < JOURNAL_WORDS_MAX);
    self->words[self->count] = word;
    self->count++;
}

static void add_all(struct journal_words *self, const int64_t *words, int32_t count)
{
    for (int32_t index = 0; index < count; index++) {
        add(self, words[index]);
    }
}

static void of_bar(const struct event_bar *bar, struct journal_words *out)
{
    const int64_t words[] = {bar->open_time_us, bar->interval_us,    bar->open_e12,
                             bar->high_e12,     bar->low_e12,        bar->close_e12,
                             bar->volume,       bar->volume_exponent};
    add_all(out, words, ARRAY_COUNT(words));
}

static void of_book(const struct event_book *book, struct journal_words *out)
{
    const int64_t words[] = {book->bid_e12,     book->ask_e12,        book->depth_e6[0],
                             book->depth_e6[1], book->slippage_e9[0], book->slippage_e9[1],
                             book->index_e12};
    add_all(out, words, ARRAY_COUNT(words));
}

static void of_fill(const struct event_fill *fill, struct journal_words *out)
{
    const int64_t words[] = {(int64_t)fill->order_id,
                             (int64_t)fill->trade_id,
                             fill->price_e12,
                             fill->size_e6,
                             fill->fee_e8,
                             (int64_t)fill->side,
                             (int64_t)fill->liquidity,
                             (int64_t)fill->kind};
    add_all(out, words, ARRAY_COUNT(words));
}

void journal_of_event(const struct event *event, struct journal_words *out)
{
    memset(out, 0, sizeof(*out));
    switch (event->kind) {
    case EVENT_MARKET:
        add(out, event->market.last_e12);
        add(out, event->market.mark_e12);
        break;
    case EVENT_BOOK: of_book(&event->book, out); break;
    case EVENT_BAR: of_bar(&event->bar, out); break;
    case EVENT_FUNDING:
        add(out, event->funding.rate_e16);
        add(out, event->funding.mark_e12);
        if (event->funding.stated) {
            add(out, event->funding.amount_e8);
        }
        break;
    case EVENT_ORDER:
        add(out, (int64_t)event->order.order_id);
        add(out, (int64_t)event->order.evidence);
        add(out, (int64_t)event->order.reason);
        if (event->order.evidence == EVIDENCE_AMENDED) {
            add(out, event->order.price_e12);
            add(out, event->order.size_e6);
        }
        break;
    case EVENT_FILL: of_fill(&event->fill, out); break;
    case EVENT_TRANSFER: add(out, event->transfer.amount_e8); break;
    case EVENT_FACT:
        add(out, (int64_t)event->fact.fact);
        add(out, event->fact.value);
        add(out, event->fact.other);
        break;
    case EVENT_COMMAND:
    case EVENT_TIMER:
    case EVENT_SIGNAL:
    case EVENT_SNAPSHOT:
    case EVENT_SETTINGS:
    case EVENT_END: break;
    }
}

static bool in_set(int64_t value, int64_t last)
{
    return value >= 0 && value <= last;
}

static bool to_bar(const int64_t *word, struct event_bar *out)
{
    *out = (struct event_bar){.open_time_us = word[0],
                              .interval_us = word[1],
                              .open_e12 = word[2],
                              .high_e12 = word[3],
                              .low_e12 = word[4],
                              .close_e12 = word[5],
                              .volume = word[6],
                              .volume_exponent = (int32_t)word[7]};
    return word[1] > 0 && word[4] > 0 && word[3] >= word[4] && word[2] > 0 && word[5] > 0 &&
           word[6] >= 0 && word[7] >= -8 && word[7] <= 8;
}

static bool to_book(const int64_t *word, struct event_book *out)
{
    *out = (struct event_book){.bid_e12 = word[0],
                               .ask_e12 = word[1],
                               .depth_e6 = {word[2], word[3]},
                               .slippage_e9 = {word[4], word[5]},
                               .index_e12 = word[6]};
    return word[0] >= 0 && word[1] >= 0 && word[2] >= BOOK_UNKNOWN && word[3] >= BOOK_UNKNOWN &&
           word[6] >= 0;
}

static bool to_order(const int64_t *word, struct event_order *out)
{
    *out = (struct event_order){.order_id = (uint64_t)word[0],
                                .evidence = (enum order_evidence)word[1],
                                .reason = (enum order_reason)word[2],
                                .price_e12 = word[3],
                                .size_e6 = word[4]};
    bool amended = word[1] == EVIDENCE_AMENDED;
    return in_set(word[1], EVIDENCE_ABSENT) && in_set(word[2], REASON_POSITION_MARGIN) &&
           (!amended || (word[3] > 0 && word[4] > 0));
}

static bool to_fill(const int64_t *word, struct event_fill *out)
{
    *out = (struct event_fill){.order_id = (uint64_t)word[0],
                               .trade_id = (uint64_t)word[1],
                               .price_e12 = word[2],
                               .size_e6 = word[3],
                               .fee_e8 = word[4],
                               .side = (enum side)word[5],
                               .liquidity = (enum liquidity)word[6],
                               .kind = (enum fill_kind)word[7]};
    return word[2] > 0 && word[3] > 0 && in_set(word[5], SIDE_SELL) &&
           in_set(word[6], LIQUIDITY_TAKER) && in_set(word[7], FILL_ADL);
}

static int32_t words_of_kind(enum event_kind kind, const int64_t *word, int32_t count)
{
    switch (kind) {
    case EVENT_MARKET: return 2;
    case EVENT_FUNDING: return count == 3 ? 3 : 2;
    case EVENT_FACT: return 3;
    case EVENT_BOOK: return 7;
    case EVENT_BAR:
    case EVENT_FILL: return 8;
    case EVENT_ORDER: return word[1] == EVIDENCE_AMENDED ? 5 : 3;
    case EVENT_TRANSFER: return 1;
    case EVENT_COMMAND:
    case EVENT_TIMER:
    case EVENT_SIGNAL:
    case EVENT_SNAPSHOT:
    case EVENT_SETTINGS:
    case EVENT_END: return 0;
    }
    return -1;
}

bool journal_to_event(const struct journal_words *words, struct event *event)
{
    const int64_t *word = words->words;
    if (words->count != words_of_kind(event->kind, word, words->count)) {
        return false;
    }
    switch (event->kind) {
    case EVENT_MARKET:
        event->market = (struct event_market){.last_e12 = word[0], .mark_e12 = word[1]};
        return word[0] > 0 && word[1] > 0;
    case EVENT_BOOK: return to_book(word, &event->book);
    case EVENT_BAR: return to_bar(word, &event->bar);
    case EVENT_FUNDING:
        event->funding = (struct event_funding){.rate_e16 = word[0],
                                                .mark_e12 = word[1],
                                                .stated = words->count == 3,
                                                .amount_e8 = words->count == 3 ? word[2] : 0};
        return word[1] > 0 || event->funding.stated;
    case EVENT_ORDER: return to_order(word, &event->order);
    case EVENT_FILL: return to_fill(word, &event->fill);
    case EVENT_TRANSFER: event->transfer.amount_e8 = word[0]; return true;
    case EVENT_COMMAND:
    case EVENT_TIMER:
    case EVENT_SIGNAL:
    case EVENT_SNAPSHOT:
    case EVENT_SETTINGS:
    case EVENT_END: return true;
    case EVENT_FACT:
        event->fact =
            (struct event_fact){.fact = (enum fact)word[0], .value = word[1], .other = word[2]};
        return in_set(word[0], FACT_BUDGET);
    }
    return false;
}

static void of_place(const struct action_place *place, struct journal_words *out)
{
    const int64_t words[] = {(int64_t)place->order_id,
                             (int64_t)place->side,
                             (int64_t)place->type,
                             (int64_t)place->tif,
                             (int64_t)place->trigger_by,
                             place->reduce_only ? 1 : 0,
                             place->close_position ? 1 : 0,
                             place->size_e6,
                             place->price_e12,
                             place->trigger_e12,
                             place->callback_e9,
                             place->expires_us};
    add_all(out, words, ARRAY_COUNT(words));
}

bool journal_of_action(const struct action *action, struct journal_words *out)
{
    memset(out, 0, sizeof(*out));
    if (action->kind == ACTION_LEVERAGE) {
        add(out, action->leverage.leverage);
        add(out, (int64_t)action->leverage.margin_mode);
    } else if (action->kind == ACTION_PLACE) {
        of_place(&action->place, out);
    } else if (action->kind == ACTION_CANCEL) {
        add(out, (int64_t)action->cancel.order_id);
    } else if (action->kind == ACTION_SIGNAL) {
        add(out, action->signal.signal->id);
        add(out, (int64_t)action->signal.verdict);
    } else {
        return false;
    }
    return true;
}

/* ---- in words ---- */

static void say_decimal(const char *before, int64_t value, unsigned scale, FILE *stream)
{
    char text[DECIMAL_BYTES];
    (void)decimal_format(value, scale, text);
    (void)fprintf(stream, "%s%s", before, text);
}

static void place_text(const char *symbol, const int64_t *word, FILE *stream)
{
    (void)fprintf(stream, "place order %" PRIu64 " %s %s %s %s", (uint64_t)word[0], symbol,
                  side_order_text((int)word[1]), order_type_text((int)word[2]),
                  time_in_force_text((int)word[3]));
    say_decimal(", size ", word[7], 6, stream);
    if (word[8] != 0) {
        say_decimal(", price ", word[8], 12, stream);
    }
    if (word[9] != 0) {
        say_decimal(", trigger ", word[9], 12, stream);
        (void)fputs(word[4] == TRIGGER_MARK ? " by mark" : " by last", stream);
    }
    if (word[10] != 0) {
        say_decimal(", callback ", word[10], 9, stream);
    }
    (void)fputs(word[5] != 0 ? ", reduce only" : "", stream);
    (void)fputs(word[6] != 0 ? ", close position" : "", stream);
}

void journal_action_text(int kind,
                         const char *symbol,
                         const struct journal_words *words,
                         FILE *stream)
{
    const int64_t *word = words->words;
    if (kind == ACTION_PLACE) {
        place_text(symbol, word, stream);
    } else if (kind == ACTION_CANCEL) {
        (void)fprintf(stream, "cancel order %" PRIu64 " %s", (uint64_t)word[0], symbol);
    } else if (kind == ACTION_LEVERAGE) {
        (void)fprintf(stream, "set leverage of %s to %" PRId64 ", %s", symbol, word[0],
                      margin_mode_text((int)word[1]));
    } else {
        (void)fprintf(stream, "signal %" PRId64 " %s: %s", word[0], symbol,
                      verdict_code((int)word[1]));
    }
}

static void market_text(const struct event *event, FILE *stream)
{
    say_decimal(", last ", event->market.last_e12, 12, stream);
    say_decimal(", mark ", event->market.mark_e12, 12, stream);
}

static void fill_text(const struct event_fill *fill, FILE *stream)
{
    (void)fprintf(stream, ", order %" PRIu64 " %s", fill->order_id,
                  side_order_text((int)fill->side));
    say_decimal(" ", fill->size_e6, 6, stream);
    say_decimal(" at ", fill->price_e12, 12, stream);
}

void journal_event_text(const struct event *event, const char *symbol, FILE *stream)
{
    char time[INSTANT_BYTES];
    (void)instant_format(event->time_us, time);
    (void)fprintf(stream, "%s %s %s", time, symbol, event_kind_text((int)event->kind));
    if (event->kind == EVENT_MARKET) {
        market_text(event, stream);
    } else if (event->kind == EVENT_FILL) {
        fill_text(&event->fill, stream);
    } else if (event->kind == EVENT_ORDER) {
        (void)fprintf(stream, ", order %" PRIu64 " is %s, %s", event->order.order_id,
                      order_evidence_text((int)event->order.evidence),
                      order_reason_text((int)event->order.reason));
    } else if (event->kind == EVENT_SIGNAL) {
        (void)fprintf(stream, " %" PRId64 " %s from %s", event->signal->id, event->signal->token,
                      event->signal->source);
    } else if (event->kind == EVENT_COMMAND) {
        (void)fprintf(stream, " %s by %s", command_text((int)event->command->command),
                      event->command->principal);
    } else if (event->kind == EVENT_FACT) {
        (void)fprintf(stream, " %s %" PRId64 " %" PRId64, fact_text((int)event->fact.fact),
                      event->fact.value, event->fact.other);
    }
}
