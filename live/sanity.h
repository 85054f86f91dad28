/* sanity.h - may a market's record be believed (RISK F43): zero, negative, crossed and far-off prices never reach the core.
 * Rule     a price more than SANITY_JUMP away from the last believed one is held back until it is confirmed: by another kind of
 *          record (trade, quote, mark, index, bar) within SANITY_AGREE of it, or by the same kind again after SANITY_WAIT_US.
 *          A price near the believed one ends the doubt. Held ones are dropped, not queued: the next tick says it again.
 *          Rows of a book are judged one by one for sign alone; whether the book is crossed is asked of the whole book.
 * Counts   every record that was not believed, by reason.  Cost: a few comparisons. */
#ifndef LIVE_SANITY_H
#define LIVE_SANITY_H

#include "core/base.h"
#include "data/feed_json.h"

#define SANITY_JUMP_PERCENT  25
#define SANITY_AGREE_PERCENT 5
#define SANITY_WAIT_US       1000000

enum sanity_verdict { SANITY_GOOD, SANITY_EMPTY, SANITY_CROSSED, SANITY_HELD };
enum { SANITY_VERDICTS = 4 };

/* Of one instrument; starts as zeros. */
struct sanity {
    int64_t believed_e12; /* 0: none yet */
    int64_t held_e12;     /* 0: no doubt */
    int64_t held_us;
    int32_t held_kind;
    int64_t counts[SANITY_VERDICTS]; /* by verdict */
    int64_t confirmed;               /* jumps that were real */
};

/* A tick or a bar; other records are good. */
enum sanity_verdict sanity_judge(struct sanity *self, const struct feed_record *record);

#endif
