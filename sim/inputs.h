/* inputs.h - a market at rest and a list of signals, merged into the one order in which a session takes them.
 * Order    by (time, class, instrument): mark bar, bar, mark or index price, funding, tick (trades, depth, quotes: as the
 *          tape has them), symbol end, signal; signals of one instant in their order of publication, then of the file.
 *          A signal's instant is its arrival: publication + latency_signal. Before everything, where there are ticks: the
 *          receiver's clock, and what they cover.
 * Sources  a tape's records come straight from its map, past the agenda; files, ends and signals are items of the agenda.
 *          The same data give the same order from either.
 * Ends     a symbol whose records stop before the run's last instant gets a symbol end at the close of its last bar or at its
 *          last tick; the last record is the finish, at the later of the last of those and the last arrival.
 * Failure  inputs_failed() after the last record: a tape has changed under the run.
 * Memory   one cursor a series.  Cost: O(1) a record while the series have bars at the same instants; a tick of a tape 3 ns. */
#ifndef SIM_INPUTS_H
#define SIM_INPUTS_H

#include "data/feed_json.h"
#include "data/market.h"
#include "data/signals_csv.h"
#include "sim/exchange/agenda.h"
#include "sim/tape_cursor.h"

/* Of the agenda. */
enum input_class { INPUT_MARK, INPUT_BAR, INPUT_FUNDING, INPUT_SYMBOL_END, INPUT_SIGNAL };

struct input_stream {
    struct series_cursor bars, marks;
    const struct bar *bar, *mark; /* the next of each; NULL: no more */
    int64_t funding_index;
};

struct inputs {
    const struct market *market;
    const struct signals_file *signals;
    int64_t latency_signal_us;
    int64_t signal_index, finish_us, start_us;
    int64_t records;
    bool finished;
    struct input_stream *streams; /* one an instrument */
    struct agenda agenda;         /* the next record of each stream */
    struct agenda_instant *instants;
    struct agenda_key *heap;
    struct tape_cursor tape;
    bool tape_taken; /* its first record has been given out */
    int64_t
        agenda_us; /* of the agenda's first item, and its place among the uses of a tape's records */
    int32_t agenda_rank;
    int32_t foreword; /* next of the records before the first input */
};

/* Borrowed: market and signals, for life. False: no memory. */
MUST_USE bool inputs_open(struct inputs *self,
                          const struct market *market,
                          const struct signals_file *signals,
                          int64_t latency_signal_us);
void inputs_close(struct inputs *self);
/* Fills out; false after the finish or a failure. Only the fields of the record's own kind are written; a tick's record is
 * borrowed until the next call. */
bool inputs_next(struct inputs *self, struct feed_record *out);
/* True: the records ended early, for this reason. */
bool inputs_failed(const struct inputs *self, struct error *error);

#endif
