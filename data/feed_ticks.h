/* feed_ticks.h - how the single records of a tape are called in a line of a feed: one table for writing and reading. */
#ifndef DATA_FEED_TICKS_H
#define DATA_FEED_TICKS_H

#include "data/tape.h"

/* price: above 0; price or none: 0 is an empty side; id: 0 is left out. */
enum feed_tick_unit { FEED_TICK_PRICE, FEED_TICK_PRICE_OR_NONE, FEED_TICK_SIZE, FEED_TICK_ID };

enum { FEED_TICK_FIELDS = 4, FEED_TICK_FLAGS = 5 };

struct feed_tick_field {
    const char *key; /* NULL: the record says nothing there */
    enum feed_tick_unit unit;
};

struct feed_tick_kind {
    const char *word;
    enum tape_kind kind;
    bool sized;
    struct feed_tick_field fields[FEED_TICK_FIELDS]; /* tape_record.v */
};

struct feed_tick_flag {
    const char *key;
    unsigned bit;
};

extern const struct feed_tick_flag feed_tick_flags[FEED_TICK_FLAGS];
/* NULL: no such kind, no such word. */
const struct feed_tick_kind *feed_tick_of_kind(int kind);
const struct feed_tick_kind *feed_tick_of_word(const char *word);

#endif
