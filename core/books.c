#include "core/books.h"

static const struct books_difference equal = {.field = NULL};

/* Returns from the caller with the first field in which the two differ. */
#define COMPARE(member)                                                                            \
    do {                                                                                           \
        if (core->member != venue->member) {                                                       \
            return (struct books_difference){                                                      \
                .field = #member, .core = (int64_t)core->member, .venue = (int64_t)venue->member}; \
        }                                                                                          \
    } while (0)

struct books_difference books_account_compare(const struct books_account *core,
                                              const struct books_account *venue)
{
    COMPARE(realised_e8);
    COMPARE(fees_e8);
    COMPARE(funding_e8);
    COMPARE(transfers_e8);
    COMPARE(wallet_e8);
    COMPARE(margin_used_e8);
    COMPARE(unrealised_e8);
    COMPARE(open_positions);
    return equal;
}

struct books_difference books_position_compare(const struct books_position *core,
                                               const struct books_position *venue)
{
    COMPARE(side);
    COMPARE(leverage);
    COMPARE(size_e6);
    COMPARE(cost_e8);
    COMPARE(margin_e8);
    COMPARE(mark_e12);
    COMPARE(liquidation_e12);
    return equal;
}
