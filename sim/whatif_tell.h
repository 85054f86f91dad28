/* whatif_tell.h - what came of a what-if, in words or as one JSON object: the first decision that is another and why, the first
 * order that is another, and the money: recorded, now, difference.
 * Laws     money is printed exactly, with eight decimals. Keys and the words that begin a line are a contract:
 *          add, rename none. */
#ifndef SIM_WHATIF_TELL_H
#define SIM_WHATIF_TELL_H

#include <jansson.h>

#include "sim/whatif_side.h"

struct whatif_outcome {
    const char *journal, *database;
    const struct instruments *instruments;
    const struct whatif_side *sides[2]; /* recorded, now */
    json_t *changes;                    /* by key: both values of each setting that is another */
    /* The first input after which the two sides had asked for different things; there: such an act there was. */
    bool acted, there[2];
    struct whatif_act acts[2];
    /* The first decision that is another; both of the same signal. */
    bool decided;
    struct whatif_decision decisions[2];
    int64_t signals, differing; /* decisions; how many are others */
    int64_t events[2];
    char digests[2][DIGEST_BYTES];
};

/* The same verdict, side, size, leverage, price and stop. */
bool whatif_decisions_equal(const struct whatif_decision *a, const struct whatif_decision *b);
void whatif_tell(const struct whatif_outcome *self, FILE *stream);
void whatif_tell_json(const struct whatif_outcome *self, FILE *stream);

#endif
