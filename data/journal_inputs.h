/* journal_inputs.h - the inputs of a session as rows of 64-bit words, and back: beside journal_words.h, which has the events.
 * Words    the first is the time; then the fields of struct feed_record in their order; a tick: those of its tape record.
 * Laws     journal_to_input() of journal_of_input() is the record, field by field. The kind and the instrument stand beside
 *          the words; a start is no input, and signals and commands are texts.
 * Failure  journal_to_input(): false when the words are no such record in itself. Whether it may come where it stands is
 *          feed_parser_record()'s to say. */
#ifndef DATA_JOURNAL_INPUTS_H
#define DATA_JOURNAL_INPUTS_H

#include "data/feed_json.h"
#include "data/journal_words.h"

void journal_of_input(const struct feed_record *record, struct journal_words *out);
/* record->kind and instrument are set by the caller, the rest is zero; tick: room for the record of a tick. */
MUST_USE bool journal_to_input(const struct journal_words *words,
                               struct feed_record *record,
                               struct tape_record *tick);

#endif
