/* drift.h - why a live account and its simulation did not earn the same: trade by trade, matched by their signal, the difference
 * of net profit (first database less second) in parts that sum to it, to the last unit.
 * Matched   positions of one signal: same source, token, time of publication and the source's own id; several of one such key
 *           in the order of their ids. A position without a signal goes by its own source and token and its opening.
 * Parts     net profit = realised - fees + funding. Of a closed pair with costs C, sizes q and s = +1 long, -1 short, with the
 *           exit's value P = C + s x realised; ' is the second:
 *             entry    -s (C - C' q / q')         the first's size at both entry prices
 *             exit      s (P - P' q / q')         the same at both exit prices: slippage of stops and targets, other exits
 *             size      what is left of the realised difference: the second's profit on the size that it has not, and the
 *                       rest of the two divisions, which are rounded down, below one unit of _e8 each
 *             fees, funding                       as they are
 *             missed    all of a trade that one side alone has; the realised difference of a pair that is not closed on both
 *                       sides, or of opposite sides
 * Time      entry and exit: first's time at the venue less second's.
 * Units     _e8, _us.   Failure  an error of database.h. */
#ifndef REPORTS_DRIFT_H
#define REPORTS_DRIFT_H

#include "core/types.h"
#include "reports/buffer.h"
#include "reports/database.h"

enum drift_part {
    DRIFT_ENTRY,
    DRIFT_EXIT,
    DRIFT_SIZE,
    DRIFT_FEES,
    DRIFT_FUNDING,
    DRIFT_MISSED,
    DRIFT_PARTS
};

/* One position as the database has it. */
struct drift_position {
    int64_t id, signal_id; /* 0: none */
    char *source, *named, *external_id, *token;
    int64_t published_us;
    enum side side;
    bool closed;
    int64_t size_e6, cost_e8, realised_e8, fees_e8, funding_e8, opened_us, closed_us;
};

struct drift_side {
    struct drift_position *positions; /* in the order of their keys */
    int64_t count, capacity;
};

struct drift_trade {
    const struct drift_position *a, *b; /* NULL: not there */
    int64_t parts_e8[DRIFT_PARTS], total_e8;
};

struct drift {
    const char *paths[2]; /* borrowed */
    struct drift_side sides[2];
    struct drift_trade *trades; /* in order of their opening */
    int64_t count, only_a, only_b;
    int64_t parts_e8[DRIFT_PARTS], total_e8;
};

MUST_USE bool
drift_compare(struct drift *self, const char *path_a, const char *path_b, struct error *error);
void drift_release(struct drift *self);
void drift_tell(const struct drift *self, bool json, struct buffer *out);

#endif
