/* tape_survey.h - the first way of a market through its tapes: which streams a run uses (tape_survey_streams.c), and what
 * their records add up to, as the readers of files tell it of theirs (tape_survey.c). Nothing is kept of the records.
 *
 * Laws     decimals are those of the numbers, zeros at the end never count (data/number.h); interval and duplicates as in
 *          data/series.h; gaps are told against the interval of the stream.
 * Failure  false and an error (exit 3): a tape is damaged, torn or in disorder, holds what is no price, or tells of a symbol
 *          and kind that another one told of at that time.
 * Cost     3 to 6 ns a record beside the reader's own. */
#ifndef DATA_TAPE_SURVEY_H
#define DATA_TAPE_SURVEY_H

#include "core/fixed.h"
#include "data/market.h"
#include "data/steps.h"
#include "data/tape.h"

/* The bars of trades or of the mark price of one symbol. */
struct tape_bars {
    struct series_facts facts;
    struct steps steps;
    int64_t interval_us;     /* of its streams, the finest; 0: there are none */
    wide_t volume_max;       /* at volume_scale */
    int32_t volume_scale;    /* finest of its streams, at most 8 */
    int32_t volume_decimals; /* finest seen */
    int64_t keep_us; /* marks: opening of the bar that runs at the first instant; -1: none */
    int32_t tape;    /* the last that told of it */
};

struct tape_symbol {
    char symbol[SYMBOL_BYTES];
    struct tape_bars bars, marks;
    bool marks_of_index; /* there are no other ones */
    bool has_funding, has_ticks;
    struct market_span funding;
    int32_t funding_tape;
    char funding_path[ERROR_PATH_BYTES];
    struct market_ticks ticks;
    int32_t tick_tape[MARKET_TICK_KINDS];
};

struct tape_survey {
    struct market *market;
    struct tape_symbol *symbols; /* sorted by name */
    int32_t count, capacity;
    struct error *error;
};

/* Takes market->tapes, whose readers are open, and sorts them by their first instants. */
MUST_USE bool
tape_survey_open(struct tape_survey *self, struct market *market, struct error *error);
/* NULL: no tape tells of it. */
struct tape_symbol *tape_survey_find(const struct tape_survey *self, const char *symbol);
/* Bars, or ticks that make prices: a market that can be traded. */
bool tape_symbol_trades(const struct tape_symbol *self);
/* What each stream is good for; until tape_survey_assign() its `instrument` is the index of its symbol here. */
void tape_survey_choose(const struct tape_survey *self);
/* Through all records of the market's range. */
MUST_USE bool tape_survey_run(struct tape_survey *self);
/* The instruments are known: streams get theirs, their first instant, the shift of their volumes. */
void tape_survey_assign(const struct tape_survey *self);
void tape_survey_release(struct tape_survey *self);

#endif
