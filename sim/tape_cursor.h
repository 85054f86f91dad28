/* tape_cursor.h - the second way of a run through the tapes of its market: record by record, in the order of DESIGN law 9.
 * Order    by (time, use, instrument), then by tape: within one tape that is the order in which its records lie.
 * Laws     what data/tape_survey.h left out is left out here: unused streams, records outside the range, a second bar or rate at
 *          one time.
 * Failure  `failed` and `error` (exit 3): a tape has changed on the disk since it was looked through.
 * Cost     a record is a pointer into the map: 2 to 4 ns; with several tapes one comparison a tape more. */
#ifndef SIM_TAPE_CURSOR_H
#define SIM_TAPE_CURSOR_H

#include "data/market.h"
#include "data/tape.h"

struct tape_place {
    const struct market_tape *tape;
    const struct tape_record *at, *end; /* the next record; NULL: no more */
    const struct market_stream *stream; /* the next record's */
};

struct tape_cursor {
    const struct market *market;
    struct tape_place *places; /* one a tape */
    int32_t place_count;
    struct tape_place *first; /* whose record comes next */
    /* Of the next record; INSTANT_NEVER: there is none. rank: enum market_use x INSTRUMENTS_MAX + instrument */
    int64_t time_us;
    int32_t rank;
    int64_t (*last_us)[MARKET_USE_FUNDING + 1]; /* an instrument and use: -1: none yet */
    bool failed;
    struct error error;
};

/* Borrowed: market, for life; one cursor at a time. False: no memory. */
MUST_USE bool tape_cursor_open(struct tape_cursor *self, const struct market *market);
void tape_cursor_close(struct tape_cursor *self);
static inline const struct tape_record *tape_cursor_record(const struct tape_cursor *self)
{
    return self->first->at;
}
static inline const struct market_stream *tape_cursor_stream(const struct tape_cursor *self)
{
    return self->first->stream;
}
/* Past the record that came next, which may not be read any more. */
void tape_cursor_advance(struct tape_cursor *self);

#endif
