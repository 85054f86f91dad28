/* books.h - what two keepers of one account must agree on to the last unit, and the sentence that says where they do not.
 * The core fills one side from its positions and ledger, the venue the other from its own; after every event at which
 * no message is in flight the runner compares them (DESIGN 5, law 5). */
#ifndef CORE_BOOKS_H
#define CORE_BOOKS_H

#include "core/base.h"
#include "core/types.h"

/* The wallet follows its parts, so that a difference is named by its cause. */
struct books_account {
    int64_t realised_e8;  /* since the start, all positions */
    int64_t fees_e8;      /* paid, positive */
    int64_t funding_e8;   /* received; negative = paid */
    int64_t transfers_e8; /* the starting balance included */
    int64_t wallet_e8;    /* transfers + realised - fees + funding */
    int64_t margin_used_e8;
    int64_t unrealised_e8;
    int32_t open_positions;
};

struct books_position {
    enum side side;
    int32_t leverage;
    int64_t size_e6; /* 0: none, and every other field is 0 */
    int64_t cost_e8;
    int64_t margin_e8;
    int64_t mark_e12;
    int64_t liquidation_e12;
};

struct books_difference {
    const char *field; /* NULL: equal */
    int64_t core, venue;
};

/* The first field, in the order above, in which the two differ. */
struct books_difference books_account_compare(const struct books_account *core,
                                              const struct books_account *venue);
struct books_difference books_position_compare(const struct books_position *core,
                                               const struct books_position *venue);

/* The answer for nearly all: without a word on what differs. */
static inline bool books_position_equal(const struct books_position *core,
                                        const struct books_position *venue)
{
    return ((core->side ^ venue->side) | (unsigned)(core->leverage ^ venue->leverage)) == 0 &&
           ((core->size_e6 ^ venue->size_e6) | (core->cost_e8 ^ venue->cost_e8) |
            (core->margin_e8 ^ venue->margin_e8) | (core->mark_e12 ^ venue->mark_e12) |
            (core->liquidation_e12 ^ venue->liquidation_e12)) == 0;
}

#endif
