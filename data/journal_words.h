/* journal_words.h - events and actions as rows of 64-bit words, and back: the innermost part of journal.h.
 * Laws     journal_to_event() of journal_of_event() is the event, field by field. Kind, instrument, times, and the texts of
 *          signals and commands stand beside the words, not in them.
 * Failure  journal_to_event(): false when the words are no event of this kind: a count that is wrong, a value outside its set,
 *          a price that is not positive. Nothing that it accepts ends in a CHECK of the core for its shape. */
#ifndef DATA_JOURNAL_WORDS_H
#define DATA_JOURNAL_WORDS_H

#include <stdio.h>

#include "core/action.h"
#include "core/event.h"

enum { JOURNAL_WORDS_MAX = 17 };

struct journal_words {
    int32_t count;
    int64_t words[JOURNAL_WORDS_MAX];
};

bool journal_words_equal(const struct journal_words *a, const struct journal_words *b);
void journal_of_event(const struct event *event, struct journal_words *out);
/* event->kind is set by the caller; signal and command stay as they are. */
MUST_USE bool journal_to_event(const struct journal_words *words, struct event *event);

/* False: an action that is not written down (a record for the store). */
bool journal_of_action(const struct action *action, struct journal_words *out);
/* In words, for people: "place order 7 DOGEUSDT buy market 100". symbol: of its instrument. */
void journal_action_text(int kind,
                         const char *symbol,
                         const struct journal_words *words,
                         FILE *stream);
void journal_event_text(const struct event *event, const char *symbol, FILE *stream);

#endif
