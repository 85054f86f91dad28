/* bounds.h - every maximum of the core, with its reason. Memory is sized from these at start; nothing grows
 * after. A limit that is reached is a verdict or a refused start, never a silent loss. */
#ifndef CORE_BOUNDS_H
#define CORE_BOUNDS_H

enum {
    INSTRUMENTS_MAX = 512,     /* Binance USD-M lists about 550 perpetuals; nobody signals all */
    TIERS_MAX = 8192,          /* the table of 2024-10 has 2,805 brackets of 349 symbols */
    TIERS_PER_INSTRUMENT = 32, /* the longest venue table has 12 */
    ALIASES_MAX = 1024,
    SYMBOL_BYTES = 32, /* with the closing zero; the longest venue symbol has 17 */
    SOURCE_BYTES = 64, /* "telegram:1380729579", a strategy's name */
    ID_BYTES = 64,     /* a signal's own id; a venue's client id has at most 36 */
    WORD_BYTES = 16,   /* confidence and side as written */
    TARGETS_MAX = 16,  /* Cornix channels give up to 10 */
    STRATEGIES_MAX = 256,
    ORDERS_MAX = 1024,        /* live orders at one time: 5 a symbol by C11, 200 symbols in use */
    DECISIONS_MAX = 4096,     /* an LRU hit costs 3 to 7 ns up to here (LIMITS 3) */
    DUPLICATES_MAX = 1 << 16, /* signal ids remembered; the oldest is forgotten, and counted */
    CHECKS_MAX = 80,          /* entries of one assessment: 33 controls, some with several */
    ACTIONS_MAX = 8192,       /* of one step: a flatten of every symbol with its postings fits */
    TRANSITIONS_MAX = 1024,   /* breaker transitions of one step: every scope may move once */
    PAIRS_MAX = 4096,         /* of strategy and symbol; more share one count of losses */
    PAIR_SLOTS = 8192,        /* hash places of the pairs: at most half full */
    WINDOW_SAMPLES = 1442,    /* one a minute for 24 h, and both ends */
};

_Static_assert(TIERS_MAX >= INSTRUMENTS_MAX * 8, "a typical table has eight to twelve brackets");
_Static_assert((DUPLICATES_MAX & (DUPLICATES_MAX - 1)) == 0, "the ring is indexed by a mask");
_Static_assert((DECISIONS_MAX & (DECISIONS_MAX - 1)) == 0, "the table is indexed by a mask");
_Static_assert((PAIR_SLOTS & (PAIR_SLOTS - 1)) == 0, "the slots are indexed by a mask");
_Static_assert(PAIR_SLOTS >= PAIRS_MAX * 2, "half full at most");
_Static_assert(TRANSITIONS_MAX >= INSTRUMENTS_MAX + STRATEGIES_MAX + 4, "every scope may move");
_Static_assert(ACTIONS_MAX >= INSTRUMENTS_MAX * 12, "flatten: cancels, orders, records a symbol");

#endif
