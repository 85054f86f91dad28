/* inputs.h - a market at rest and a list of signals, merged into the one order in which a session takes them.
 * Order    by (time, class, instrument): mark bar, bar, funding, symbol end, signal; signals of one instant in their order of
 *          publication, then of the file. A signal's instant is its arrival: publication + latency_signal.
 * Ends     a symbol whose bars stop before the run's last instant gets a symbol end at the close of its last bar; the last
 *          record is the finish, at the later of the last close and the last arrival.
 * Memory   one cursor a series.  Cost: O(1) a record while the series have bars at the same instants. */
#ifndef SIM_INPUTS_H
#define SIM_INPUTS_H

#include "data/feed_json.h"
#include "data/market.h"
#include "data/signals_csv.h"
#include "sim/exchange/agenda.h"

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
};

/* Borrowed: market and signals, for life. False: no memory. */
MUST_USE bool inputs_open(struct inputs *self,
                          const struct market *market,
                          const struct signals_file *signals,
                          int64_t latency_signal_us);
void inputs_close(struct inputs *self);
/* Fills out; false after the finish. Only the fields of the record's own kind are written. */
bool inputs_next(struct inputs *self, struct feed_record *out);

#endif
