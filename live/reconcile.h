/* reconcile.h - the venue's account against ours: at start, after a gap of the user stream, and from time to time (RISK 5.3).
 * Kinds    START and FULL: settings, open orders of both doors, fills since the last known less an overlap, income, positions,
 * balance.
 *          RECONNECT: the same without settings. ORDERS (10 s), POSITIONS (30 s, with the fills before), INCOME (5 min, with the
 *          balance), FULL (1 h). One pass at a time; the most thorough that is due goes first.
 * Laws     what had activity of ours in the last 5 s is skipped, and looked at again. A difference counts when two passes in a
 * row
 *          show it: the first one asks again after 2 s. A step that failed proves nothing; the pass is begun again after 1, 2,
 *          4 ... 60 s, and from the fifth time on an alarm is given and FACT_RECONCILED is 0.
 *          FACT_RECONCILED 1 after START, RECONNECT or FULL only when the pass found no difference, no order is in doubt, and the
 *          user stream is up. 0 at once when the stream falls or a difference is confirmed.
 * Orders   one of ours (live in the core) that the list lacks is asked for by id, never taken as gone. One of an older epoch
 * that the core
 *          does not know is cancelled; if it reduces: as soon as the core has a stop of its own there, or the position is flat.
 *          One that is not ours: FACT_EXTERNAL, and by live.foreign = cancel it is cancelled with all of its door where none of
 *          ours stands at that door. So each stop that the core believes in is seen open, or the core hears otherwise. */
#ifndef LIVE_RECONCILE_H
#define LIVE_RECONCILE_H

#include "core/base.h"
#include "core/bounds.h"
#include "live/venue.h"

struct desk;

enum reconcile_kind {
    RECONCILE_NONE,
    RECONCILE_ORDERS,
    RECONCILE_POSITIONS,
    RECONCILE_INCOME,
    RECONCILE_RECONNECT,
    RECONCILE_FULL,
    RECONCILE_START
};

enum reconcile_step {
    STEP_SETTINGS,
    STEP_ORDERS,
    STEP_FILLS,
    STEP_INCOME,
    STEP_POSITIONS,
    STEP_BALANCE,
    STEP_END
};

struct reconcile {
    enum reconcile_kind kind; /* of the pass under way */
    enum reconcile_step step;
    uint64_t tag;    /* the question that is out; 0: none */
    bool reconciled; /* what the core was told last */
    bool light_due, full_due, start_due;
    bool skipped;        /* this pass left something out */
    int32_t differences; /* of this pass */
    int32_t failures;    /* passes in a row that could not be finished */
    int64_t asked_ns;
    int64_t orders_ns, positions_ns, income_ns, full_ns; /* when each is due */
    int64_t retry_ns;
    int64_t income_until_us;
    bool balance_seen, deposit_told;
    int64_t wallet_e8;
    uint8_t wallet_odd;               /* passes in a row */
    int64_t rows_e6[INSTRUMENTS_MAX]; /* positions of this pass */
    uint8_t odd[INSTRUMENTS_MAX];     /* positions that differed, passes in a row */
    uint8_t setting_odd[INSTRUMENTS_MAX];
    bool foreign[2][INSTRUMENTS_MAX]; /* by door: seen in this pass */
    bool foreign_told[2][INSTRUMENTS_MAX];
    bool external_told[INSTRUMENTS_MAX];
};

void reconcile_init(struct desk *desk);
/* Begins what is due. */
void reconcile_turn(struct desk *desk);
int64_t reconcile_deadline_ns(const struct desk *desk);
/* The user stream came up or fell. */
void reconcile_stream(struct desk *desk, bool up);
/* An order of ours vanished without our asking, or everything was cancelled: the orders are looked at now. */
void reconcile_orders_soon(struct desk *desk);
/* Income is asked for soon: a payment came without an id. */
void reconcile_income_soon(struct desk *desk);
/* Rows of the question that is out, and its end. */
void reconcile_row(struct desk *desk, const struct news *news);
void reconcile_answer(struct desk *desk, const struct news *news);

#endif
