#include "live/venues/binance/binance_book.h"

#include <stdlib.h>
#include <string.h>

#include "live/venues/row.h"

struct kept_message {
    struct kept_message *next;
    int64_t receive_ns;
    size_t length;
    char text[];
};

struct levels {
    struct tape_record base;
    struct tape_record held; /* waits to learn whether it is the last */
    bool holds, bad;
    struct binance_book *book;
};

static void kept_drop(struct binance_book *self)
{
    while (self->first != NULL) {
        struct kept_message *next = self->first->next;
        free(self->first);
        self->first = next;
    }
    self->last = NULL;
    self->kept = 0;
}

void book_off(struct binance_book *self)
{
    kept_drop(self);
    self->state = BOOK_OFF;
}

void book_wait(struct binance_book *self)
{
    kept_drop(self);
    self->state = BOOK_WAITING;
}

static bool message_keep(struct binance_book *self, struct slice text, int64_t receive_ns)
{
    struct kept_message *item =
        self->kept < BOOK_KEPT_MAX ? malloc(sizeof *item + text.length) : NULL;
    if (item == NULL) {
        return false;
    }
    item->next = NULL;
    item->receive_ns = receive_ns;
    item->length = text.length;
    memcpy(item->text, text.text, text.length);
    if (self->last != NULL) {
        self->last->next = item;
    } else {
        self->first = item;
    }
    self->last = item;
    self->kept++;
    return true;
}

/* ---- levels ---- */

static bool level_read(struct slice text, int32_t size_decimals, int64_t *price_e12, int64_t *size)
{
    struct json_walk walk;
    struct slice price = {NULL, 0}, amount = {NULL, 0}, digits = {NULL, 0};
    return json_walk_open(&walk, text, '[') && json_walk_next(&walk, NULL, &price) &&
           json_walk_next(&walk, NULL, &amount) && json_text_number(price, &digits) &&
           decimal_parse(digits.text, digits.length, 12, price_e12) == DECIMAL_OK &&
           *price_e12 > 0 && json_text_number(amount, &digits) &&
           decimal_parse(digits.text, digits.length, (unsigned)size_decimals, size) == DECIMAL_OK &&
           *size >= 0;
}

/* give false: only whether all can be read, so that a message is taken whole or not at all. */
static void side_walk(struct levels *self, struct slice text, uint16_t flags, bool give)
{
    struct json_walk walk;
    struct slice element;
    self->bad = self->bad || !json_walk_open(&walk, text, '[');
    while (!self->bad && json_walk_next(&walk, NULL, &element)) {
        struct tape_record record = self->base;
        self->bad = !level_read(element, self->book->size_decimals, &record.v[0], &record.v[1]);
        record.flags |= flags;
        if (self->bad || !give) {
            continue;
        }
        if (self->holds) {
            self->book->out.take(self->book->out.self, &self->held);
        }
        self->held = record;
        self->holds = true;
    }
}

/* False: some level cannot be read; nothing was given. */
static bool levels_give(struct binance_book *self,
                        const struct tape_record *base,
                        struct slice bids,
                        struct slice asks)
{
    struct levels levels = {.base = *base, .book = self};
    side_walk(&levels, bids, TAPE_BUY, false);
    side_walk(&levels, asks, 0, false);
    if (levels.bad) {
        return false;
    }
    side_walk(&levels, bids, TAPE_BUY, true);
    side_walk(&levels, asks, 0, true);
    if (levels.holds) {
        levels.held.flags |= TAPE_LAST;
        self->out.take(self->out.self, &levels.held);
        self->given = base->sequence;
    }
    return true;
}

/* ---- messages ---- */

struct update {
    int64_t first, last, before, time_us;
    struct slice bids, asks;
};

static bool update_read(struct slice text, struct update *out)
{
    enum { FIRST, LAST, BEFORE, TIME, BIDS, ASKS, MEMBERS };
    static const char *const names[MEMBERS] = {"U", "u", "pu", "T", "b", "a"};
    struct row row;
    if (!json_row_open(&row, text, names, MEMBERS)) {
        return false;
    }
    *out = (struct update){.first = json_row_decimal(&row, FIRST, 0),
                           .last = json_row_decimal(&row, LAST, 0),
                           .before = json_row_decimal(&row, BEFORE, 0),
                           .time_us = json_row_time_us(&row, TIME),
                           .bids = row.values[BIDS],
                           .asks = row.values[ASKS]};
    return row.bad == NULL && out->first >= 0 && out->last >= out->first;
}

/* Of a message behind a snapshot. */
static enum book_answer
update_apply(struct binance_book *self, const struct update *update, int64_t receive_ns)
{
    bool joining = self->state == BOOK_JOINING;
    uint64_t last = (uint64_t)update->last;
    if (joining ? last < self->seen : last <= self->seen) {
        return BOOK_FINE; /* old */
    }
    bool follows =
        joining ? (uint64_t)update->first <= self->seen || (uint64_t)update->before == self->seen
                : (uint64_t)update->before == self->seen;
    struct tape_record base = {.kind = TAPE_DEPTH,
                               .flags = TAPE_RECEIVED,
                               .time_us = update->time_us,
                               .receive_ns = receive_ns,
                               .sequence = last,
                               .v = {0, 0, update->first, (int64_t)self->given}};
    if (!follows) {
        book_wait(self);
        return BOOK_ASK;
    }
    if (!levels_give(self, &base, update->bids, update->asks)) {
        book_wait(self);
        return BOOK_BAD;
    }
    self->seen = last;
    self->state = BOOK_LIVE;
    return BOOK_FINE;
}

enum book_answer book_message(struct binance_book *self, struct slice text, int64_t receive_ns)
{
    struct update update;
    if (self->state == BOOK_OFF) {
        return BOOK_FINE;
    }
    if (!update_read(text, &update)) {
        book_wait(self);
        return BOOK_BAD;
    }
    if (self->state != BOOK_WAITING) {
        return update_apply(self, &update, receive_ns);
    }
    if (message_keep(self, text, receive_ns)) {
        return BOOK_FINE;
    }
    book_wait(
        self); /* the snapshot that is under way will find nothing kept: it joins what comes then */
    return BOOK_FINE;
}

enum book_answer book_snapshot(struct binance_book *self, struct slice text, int64_t receive_ns)
{
    enum { LAST, TIME, BIDS, ASKS, MEMBERS };
    static const char *const names[MEMBERS] = {"lastUpdateId", "T", "bids", "asks"};
    struct row row;
    if (self->state != BOOK_WAITING) {
        return BOOK_FINE;
    }
    bool fine = json_row_open(&row, text, names, MEMBERS);
    int64_t last = fine ? json_row_decimal(&row, LAST, 0) : 0;
    struct tape_record base = {.kind = TAPE_DEPTH,
                               .flags = TAPE_RECEIVED | TAPE_SNAPSHOT_ROW,
                               .time_us = fine ? json_row_time_us(&row, TIME) : 0,
                               .receive_ns = receive_ns,
                               .sequence = (uint64_t)last};
    if (!fine || row.bad != NULL || last <= 0 ||
        !levels_give(self, &base, row.values[BIDS], row.values[ASKS])) {
        return BOOK_BAD;
    }
    self->seen = (uint64_t)last;
    self->given = (uint64_t)last;
    self->state = BOOK_JOINING;
    struct kept_message *kept = self->first;
    self->first = NULL;
    self->last = NULL;
    self->kept = 0;
    enum book_answer answer = BOOK_FINE;
    while (kept != NULL) {
        struct kept_message *next = kept->next;
        if (answer == BOOK_FINE) {
            answer = book_message(self, (struct slice){kept->text, kept->length}, kept->receive_ns);
        }
        free(kept);
        kept = next;
    }
    return answer;
}
