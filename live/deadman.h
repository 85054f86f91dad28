/* deadman.h - the venue cancels our entries if we fall silent (RISK 5.4).
 * Laws     one countdown a symbol, armed only while an entry rests there: it covers entries; positions are covered by stops at
 * the
 *          venue. Armed anew at a quarter of its window, from the executor's turn (desk_turn) and by nothing else; off when
 *          no entry rests; anew at once after the user stream came back. Where the venue's switch kills stops too it is off while
 *          a position is open or an order of ours is in doubt.
 *          A venue that refuses it twice has none: said once, not asked again.
 *          An order of ours that the venue cancels without our asking makes the desk look at every order and stop at once. */
#ifndef LIVE_DEADMAN_H
#define LIVE_DEADMAN_H

#include "core/base.h"
#include "core/bounds.h"

struct desk;

struct deadman {
    bool unusable;
    int32_t refusals;
    bool armed[INSTRUMENTS_MAX], pending[INSTRUMENTS_MAX];
    int64_t again_ns[INSTRUMENTS_MAX];      /* armed: due again */
    int64_t not_before_ns[INSTRUMENTS_MAX]; /* after a failure */
};

void deadman_turn(struct desk *desk);
int64_t deadman_deadline_ns(const struct desk *desk);
void deadman_stream_up(struct desk *desk);
/* The answer to a countdown: done, refused, or not known. */
enum deadman_answer { DEADMAN_DONE, DEADMAN_REFUSED, DEADMAN_FAILED };
void deadman_answer(struct desk *desk, int32_t instrument, enum deadman_answer answer);

#endif
