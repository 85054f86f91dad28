/* faults.h - what goes wrong on the wire and at the venue, by plan or by dice; every kind has a counter that a test can ask for.
 * Plan     a JSON file: [{"fault":"response_lost","path":"/fapi/v1/order","method":"POST","after":3,"times":2,"share":0.3}, ...]:
 *          the named fault at matching requests (prefix of the path, method), from the (after+1)-th on, `times` times (absent:
 *          for ever), each with probability `share` (absent: 1) by the seed's dice. "at_us"/"for_us" bound it in market time.
 *          Or a seed alone: a mix of all.
 * Kinds    see enum; F numbers are RISK 6.3. */
#ifndef SIM_SERVE_FAULTS_H
#define SIM_SERVE_FAULTS_H

#include "core/base.h"
#include "data/error.h"

enum fault {
    FAULT_REQUEST_LOST,   /* F1: connection closed, nothing done */
    FAULT_RESPONSE_LOST,  /* F2: done, connection closed without an answer */
    FAULT_503_DONE,       /* F3: "Unknown error, please check ..." although done */
    FAULT_503_NOT_DONE,   /* F4 */
    FAULT_STATUS_UNKNOWN, /* F5: -1006/-1007, 10000; done or not by the dice */
    FAULT_STREAM_FIRST, /* F6, F7: the user event goes out before the REST answer, which then is an error or late */
    FAULT_EVENT_TWICE,       /* F8 */
    FAULT_EVENT_LOST,        /* F10 */
    FAULT_EVENT_REORDERED,   /* F11: behind the next one */
    FAULT_EVENT_LATE,        /* by seconds */
    FAULT_REJECT_LATE,       /* F16: acknowledged, then rejected */
    FAULT_OPEN_ORDERS_OMIT,  /* F19 */
    FAULT_POSITIONS_STALE,   /* F20: error or old rows */
    FAULT_UNKNOWN_EXECUTION, /* F21: an execution type that nobody knows */
    FAULT_FOREIGN_ORDER,     /* F23: somebody else places an order on the account */
    FAULT_FOREIGN_POSITION,
    FAULT_STOP_REFUSED,  /* F24: conditional orders refused, or taken and missing */
    FAULT_MODE_CHANGED,  /* F26: leverage or margin mode changed from outside */
    FAULT_RULES_CHANGED, /* F27 */
    FAULT_SOCKET_DROP,   /* F28 */
    FAULT_SOCKET_STALL,  /* F28: open and silent */
    FAULT_KEY_EXPIRED,   /* F29: listen key */
    FAULT_RATE_LIMIT,    /* F30: 429 with Retry-After */
    FAULT_BAN,           /* F30: 418 */
    FAULT_GARBAGE,       /* F31: broken, huge, NaN, duplicate keys */
    FAULT_CLOCK_STEP,    /* F32: the venue's clock against ours */
    FAULT_SLOW,          /* an answer late by a second or more */
    FAULT_KEY_REVOKED,   /* F42: -2015 */
    FAULT_BAD_TICK,      /* F43: a price times ten, zero, crossed, in the stream alone */
    FAULT_DEPTH_GAP,     /* a break in the book's update ids */
    FAULT_LIQUIDATION,   /* F22: by a jump of the mark */
    FAULT_ADL,           /* F22 */
    FAULT_COUNT
};

enum { FAULTS_PLAN_MAX = 256 };

struct faults; /* opaque */

/* text: of a plan; NULL with a seed: the mix; NULL and seed 0: none. */
MUST_USE struct faults *
faults_new(const char *text, const char *name, int64_t seed, struct error *error);
void faults_free(struct faults *self);
/* Does it strike here? method, path: NULL where there is no request. Counts it if so. */
bool faults_strike(
    struct faults *self, enum fault fault, const char *method, const char *path, int64_t now_us);
/* Seeded dice for how much of it: 0 <= result < bound. */
int64_t faults_dice(struct faults *self, int64_t bound);
int64_t faults_count(const struct faults *self, enum fault fault);
const char *fault_text(int fault);
/* Replaces the plan at run time (the /cerberus door). */
MUST_USE bool
faults_plan(struct faults *self, const char *text, const char *name, struct error *error);

#endif
